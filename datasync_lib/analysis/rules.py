"""Rules in their order: of several that fit, the first one gives the answer."""

from collections.abc import Iterable

import polars as pl


def first_that_fits(rules: Iterable[tuple[pl.Expr, str | pl.Expr]], otherwise: str | None = None) -> pl.Expr:
    """What the first rule says whose condition holds.

    Args:
        rules: condition, and the word or the column that is the answer.
        otherwise: the answer where no condition holds; None: null.

    >>> frame = pl.DataFrame({"holdings": [0, 1, 5]})
    >>> rules = [(pl.col("holdings") == 0, "none"), (pl.col("holdings") < 3, "few")]
    >>> frame.select(first_that_fits(rules, "many").alias("said"))["said"].to_list()
    ['none', 'few', 'many']
    """
    said = [pl.when(is_so).then(pl.lit(word) if isinstance(word, str) else word) for is_so, word in rules]
    return pl.coalesce(*said, pl.lit(otherwise, dtype=pl.String))
