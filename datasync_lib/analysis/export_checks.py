"""Whether the files that were sent hold one record for each unit (practice.md 5, unit of export)."""

import polars as pl

from ..settings import Collection
from .scorecard import Metric, as_counts, counts, everywhere


@counts(
    "export_counts",
    Metric(
        "unit_of_export",
        "Unit of export",
        "Records per bib (or per holding, where that is the unit) in the files that were sent; counted are those that "
        "come again in one file.",
        "zero",
        needs="load the files that were sent, under the names with which they were sent",
        is_per_unit=True,
    ),
    by={"sent_records": "file"},
)
def count_units_sent(*, sent_records: pl.LazyFrame, collections: tuple[Collection, ...] = ()) -> pl.DataFrame:
    """How many records are in the sent files, and of how many does the bib (or holding) come again in one file?

    Args:
        sent_records: what we sent.
        collections: of the settings: the unit of each.
    """
    by_holding = [collection.id for collection in collections if collection.unit == "holding"]
    bib = pl.coalesce("mms_id", "lsn")
    place = pl.format("{} {}", "file", "record")
    unit = pl.when(pl.col("collection").is_in(by_holding)).then(pl.coalesce("holding_id", "lsn")).otherwise(bib)
    sent = sent_records.select("symbol", "file", unit=pl.coalesce(unit, place)).collect()
    per_file = everywhere(sent).group_by("symbol", "file").agg(pl.len().alias("of"), pl.col("unit").n_unique())
    summed = per_file.group_by("symbol").agg(pl.col("of", "unit").cast(pl.Int64).sum())
    return as_counts("unit_of_export", summed.with_columns(count=pl.col("of") - pl.col("unit")))
