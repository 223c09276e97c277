"""Our numbers beside those that WorldCat holds under a symbol: how large an add and a delete would be (practice.md 5)."""

import polars as pl

from .concordance import resolve_ocns
from .frames import at_the_door
from .registry import gives
from .scorecard import ALL

_KEY = ["symbol", "number"]


@gives("list_days")
def list_days(*, worldcat_holdings: pl.LazyFrame) -> pl.DataFrame:
    """Of which day is the newest list of each symbol?

    Args:
        worldcat_holdings: lists of WorldCat.

    Returns:
        symbol; as_of: null where no list of the symbol has a day. Sorted by symbol.
    """
    days = worldcat_holdings.group_by("symbol").agg(pl.col("as_of").max())
    return days.collect(engine="streaming").sort("symbol", nulls_last=True)


@gives("newest_holdings", by={"worldcat_holdings": "ocn"})
def newest_holdings(
    *, worldcat_holdings: pl.LazyFrame, list_days: pl.DataFrame, terminals: pl.LazyFrame
) -> pl.DataFrame:
    """What does WorldCat hold under each symbol by its newest list, and which numbers are they now?

    Args:
        worldcat_holdings: lists of WorldCat.
        list_days: the day of the list that counts; a list without a day counts as the oldest.
        terminals: where numbers end.

    Returns:
        The columns of `worldcat_holdings`; ocn_current: the number of the record now (null: ambiguous);
        ocn_is_ambiguous; number: ocn_current, or ocn where it is ambiguous. Sorted by number, symbol, ocn.
    """
    on_day = pl.col("as_of").eq_missing(pl.col("newest"))
    newest = (
        worldcat_holdings.join(list_days.lazy().rename({"as_of": "newest"}), on="symbol", how="left", nulls_equal=True)
        .filter(on_day)
        .drop("newest")
    )
    return (
        resolve_ocns(newest, "ocn", terminals)
        .with_columns(number=pl.coalesce("ocn_current", "ocn"))
        .sort("number", "symbol", "ocn", "file", "record", nulls_last=True)
        .collect()
    )


@at_the_door
def newest_lists(worldcat_holdings: pl.DataFrame) -> pl.DataFrame:
    """The rows of the newest list of each symbol; a list without a day counts as the oldest."""
    newest = worldcat_holdings.group_by("symbol").agg(pl.col("as_of").max().alias("newest"))
    return (
        worldcat_holdings.join(newest, on="symbol", how="left", maintain_order="left")
        .filter(pl.col("as_of").eq_missing(pl.col("newest")))
        .drop("newest")
    )


def compare_with_worldcat(
    numbers: pl.DataFrame, worldcat_holdings: pl.DataFrame, terminals: pl.DataFrame, targets: list[str]
) -> list[pl.DataFrame]:
    """Counts for the scorecard, for each symbol that has a list; "all" adds them up.

    Args:
        numbers: symbol, number: our OCNs under each symbol, as WorldCat knows them now.
        worldcat_holdings: lists of WorldCat.
        terminals: where numbers end.
        targets: symbols that the exchange goes to; only for these is an add and a delete expected.
    """
    newest = newest_lists(worldcat_holdings)
    if newest.is_empty():
        return []
    held = resolve_ocns(newest.select("symbol", "ocn").unique(), "ocn", terminals)
    held = held.select("symbol", pl.coalesce("ocn_current", "ocn").alias("number")).unique()
    ours = numbers.join(held.select("symbol").unique(), on="symbol", how="semi")
    both = held.join(ours, on=_KEY, how="semi")
    to_add, to_delete = ours.join(held, on=_KEY, how="anti"), held.join(ours, on=_KEY, how="anti")
    is_target = pl.col("symbol").is_in(targets)
    return [
        _baseline(newest),
        _part("overlap_of_catalogue", both, ours, held),
        _part("overlap_of_worldcat", both, held, held),
        _part("expected_add", to_add.filter(is_target), ours.filter(is_target), held.filter(is_target)),
        _part("expected_delete", to_delete.filter(is_target), held.filter(is_target), held.filter(is_target)),
    ]


def _with_all(rows: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([rows.with_columns(symbol=pl.lit(ALL)), rows])


def _baseline(newest: pl.DataFrame) -> pl.DataFrame:
    counted = newest.group_by("symbol").agg(
        pl.col("ocn").n_unique().cast(pl.Int64).alias("count"), pl.col("as_of").first().alias("as_of")
    )
    note = pl.format("List of {}.", pl.col("as_of").cast(pl.String))
    whole = counted.select(pl.lit(ALL).alias("symbol"), pl.col("count").sum(), pl.lit(None, pl.String).alias("note"))
    rows = pl.concat([whole, counted.select("symbol", "count", note.alias("note"))])
    return rows.with_columns(
        metric=pl.lit("worldcat_baseline"), value=pl.col("count").cast(pl.Float64), of=pl.lit(None, pl.Int64)
    )


def _part(metric: str, part: pl.DataFrame, whole: pl.DataFrame, listed: pl.DataFrame) -> pl.DataFrame:
    """How much of each symbol's whole the part is; a symbol that has a list but nothing in the whole counts 0 of 0."""
    symbols = _with_all(listed).select("symbol").unique()
    count, of = (
        _with_all(rows).group_by("symbol").agg(pl.len().cast(pl.Int64).alias(name))
        for rows, name in ((part, "count"), (whole, "of"))
    )
    counted = symbols.join(count, on="symbol", how="left").join(of, on="symbol", how="left")
    return counted.with_columns(pl.col("count", "of").fill_null(0)).with_columns(
        metric=pl.lit(metric),
        value=pl.when(pl.col("of") > 0).then(pl.col("count") / pl.col("of")),
        note=pl.lit(None, pl.String),
    )
