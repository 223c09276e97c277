"""Where the holdings on a page belong: by the map of today, which decides, and by that of the extract's day where it differs."""

from collections.abc import Callable
from datetime import date

import polars as pl

from ..analysis.ownership import placed_on_the_day
from ..analysis.values import decision_date
from ..tables.ages import extract_date

THEN = "on the day of the extract"
_PLACE = ["unit", "target_symbol", "in_scope"]


def with_places_of_today(placed: pl.LazyFrame, table: Callable[[str], pl.LazyFrame]) -> pl.LazyFrame:
    """Placed holdings with unit, target and scope of today, by which their owners are judged.

    Args:
        placed: holdings as the map of the extract's day places them.
        table: gives the extracts and the location map.

    Returns:
        The rows, and what the day of the extract had instead, in words (null: the same).
    """
    location_map = table("location_map").collect()
    then, today = extract_date(table("extracts").collect()), decision_date(location_map, date.today())
    numbered = placed.collect().with_row_index("_row")
    moved = placed_on_the_day(numbered, location_map, then, today).select("_row", *_PLACE)
    both = numbered.join(moved, on="_row", how="left", suffix="_today", maintain_order="left")
    differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_today")) for name in _PLACE)
    was = pl.concat_str(
        pl.format("unit {}", pl.col("unit").fill_null("(none)")),
        pl.format("target {}", pl.col("target_symbol").fill_null("(none)")),
        pl.when("in_scope").then(pl.lit("in scope")).when(~pl.col("in_scope")).then(pl.lit("not in scope")),
        separator=", ",
        ignore_nulls=True,
    )
    today_columns = [pl.col(f"{name}_today").alias(name) for name in _PLACE]
    return both.with_columns(pl.when(differs).then(was).alias(THEN), *today_columns).lazy()
