"""Lists of one symbol that look like the parts of one: the newest day alone would count, and the others would be gone in silence."""

from datetime import timedelta

import polars as pl

from .registry import gives

_KEY = ["symbol", "as_of"]
# Two whole lists of neighbouring days have nearly everything in common; so many per cent are no list twice.
_COMMON = 1


@gives("split_lists")
def split_lists(*, worldcat_holdings: pl.LazyFrame) -> pl.DataFrame:
    """Which symbols have a newest list with hardly a number of the list of the day before?

    Returns:
        symbol; file (of the day before, the first one); reason, in words. Sorted by symbol.
    """
    held = worldcat_holdings.select(*_KEY, "ocn", "file").drop_nulls(["as_of", "ocn"])
    days = held.group_by(_KEY).agg(pl.col("ocn").n_unique().alias("numbers"), pl.col("file").min())
    each = days.collect(engine="streaming")
    newest = each.filter(pl.col("as_of") == pl.col("as_of").max().over("symbol"))
    day_before = newest.select("symbol", "numbers", day="as_of", as_of=pl.col("as_of") - timedelta(days=1))
    pairs = each.join(day_before, on=_KEY, suffix="_newest")
    earlier = held.join(pairs.lazy().select(*_KEY, "day"), on=_KEY).select("symbol", "ocn", as_of="day")
    common = (
        held.join(earlier, on=["symbol", "ocn", "as_of"], how="semi").group_by("symbol").agg(pl.col("ocn").n_unique())
    )
    counted = pairs.join(common.collect(), on="symbol", how="left").with_columns(pl.col("ocn").fill_null(0))
    smaller = pl.min_horizontal("numbers", "numbers_newest")
    reason = pl.format(
        "it and the list of the day after, {}, have {} numbers in common: if they are parts of one list give both one day, "
        "as as_of in [[worldcat_lists]]; if not, set the older one aside",
        "day",
        "ocn",
    )
    split = counted.filter(pl.col("ocn") * 100 < smaller * _COMMON)
    return split.select("symbol", "file", reason=reason).sort("symbol")
