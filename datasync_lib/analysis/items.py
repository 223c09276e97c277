"""What its items say of a holding: whether it is on order, and whether anything of it is in place (practice.md 0.10, 5)."""

import polars as pl

from .registry import gives


def _is_on_order() -> pl.Expr:
    """Whether an item is in acquisition: its process type begins so, in whatever capitals."""
    return pl.col("process_type").str.to_lowercase().str.starts_with("acq").fill_null(False)


@gives("item_states")
def item_states(*, items: pl.LazyFrame) -> pl.DataFrame:
    """What do the items say of themselves, and how many say it?

    Args:
        items: items.

    Returns:
        status, process_type as they stand; is_on_order: in acquisition; items. Sorted by status, process_type.
    """
    counted = items.group_by("status", "process_type").agg(items=pl.len().cast(pl.Int64)).collect(engine="streaming")
    states = counted.select("status", "process_type", _is_on_order().alias("is_on_order"), "items")
    return states.sort("status", "process_type", nulls_last=True)


@gives("holding_items", by="holding_id")
def holding_items(*, holdings: pl.LazyFrame, items: pl.LazyFrame) -> pl.DataFrame:
    """Which holdings have items, and are they on order or in place?

    Args:
        holdings: the holdings, for their bib; of an item it may be missing, or that of the host.
        items: items.

    Returns:
        holding_id, mms_id; items; is_on_order: all are; is_in_place: one at least is. Sorted by holding_id, mms_id: bibs
        may have one ID by mistake.
    """
    counted = items.group_by("holding_id").agg(
        items=pl.len().cast(pl.Int64),
        is_on_order=_is_on_order().all(),
        is_in_place=(pl.col("status") == "1").fill_null(False).any(),
    )
    own = holdings.select("holding_id", "mms_id").unique()
    return own.join(counted, on="holding_id", how="inner").sort("holding_id", "mms_id").collect()


@gives("holdings_on_order", by="holding_id")
def holdings_on_order(*, holding_items: pl.LazyFrame) -> pl.DataFrame:
    """Which holdings are on order only? They are few.

    Args:
        holding_items: what their items say.

    Returns:
        holding_id, mms_id, items; sorted by holding_id.
    """
    return (
        holding_items.filter("is_on_order")
        .select("holding_id", "mms_id", "items")
        .sort("holding_id", "mms_id")
        .collect()
    )
