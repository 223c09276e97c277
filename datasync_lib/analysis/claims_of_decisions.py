"""What people decided of held numbers (practice.md 6.2, class 5): «still held: keep» counts from the moment it is taken in."""

import polars as pl

from .claims import as_claims, claims, in_order
from .findings import row_keys
from .registry import gives

KEEP = "still held: keep"


@gives("kept_rows")
def kept_rows(*, decisions: pl.LazyFrame) -> pl.DataFrame:
    """Of which rows of «Old holding - confirm» is the last word that the title is still held: row_key, who; sorted."""
    last = (
        decisions.filter(pl.col("decision").is_not_null()).collect().unique("row_key", keep="last", maintain_order=True)
    )
    keeps = last.filter((pl.col("problem") == "old_holding") & (pl.col("decision") == KEEP))
    return keeps.select("row_key", "who").sort("row_key")


@claims("decisions", by={"newest_holdings": "number"})
def claims_of_decisions(*, newest_holdings: pl.LazyFrame, kept_rows: pl.DataFrame) -> pl.DataFrame:
    """Which held numbers shall stay, as a unit decided: decided_keep.

    The decision is on a number as it is held under a symbol; it stays, whatever else changes of that number.
    """
    if kept_rows.is_empty():
        return in_order([as_claims(newest_holdings.head(0).collect(), "decided_keep", "")])
    held = newest_holdings.select("symbol", "ocn", "number", "file", "record").collect()
    keyed = held.with_columns(row_keys("old_holding", held.select("symbol", "ocn")))
    said = pl.format("{} decided: still held", pl.col("who").fill_null("a unit"))
    rows = keyed.join(kept_rows, on="row_key", how="inner")
    return in_order([as_claims(rows, "decided_keep", said)])
