"""Whether the files of the export are what OCLC expects: one record a unit, and nothing that stops an upload.

Sources: practice.md 5 (unit of export, file hygiene); oclc_formats.md 6 (limits of a record).
"""

import polars as pl

from ..settings import Collection, Gates
from .scorecard import ALL, Metric, as_counts, counts, everywhere, nothing_counted

RECORD_BYTES_MAX = 99_999
_XML = r"(?i)\.xml"


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


@counts(
    "file_counts",
    Metric(
        "file_hygiene",
        "Files at fault",
        "MARC files with rejected records, too many records or bytes, records over 99,999 bytes, or a name that occurs twice.",
        "zero",
        "all",
        needs="load the files of the export",
    ),
)
def count_files(*, files: pl.DataFrame, records: pl.LazyFrame, gates: Gates | None = None) -> pl.DataFrame:
    """How many MARC files has the catalogue, and how many with something that stops or spoils an upload?

    Args:
        files: all input files.
        records: their records, for the length of each.
        gates: limits of the settings.
    """
    gates = gates or Gates()
    catalogue = files.filter(pl.col("kind") == "catalogue")
    if catalogue.is_empty():
        return nothing_counted()
    # the limit is one of ISO 2709; the same record is longer in XML
    is_too_long = (pl.col("bytes") > RECORD_BYTES_MAX) & ~pl.col("file").str.contains(_XML)
    too_long = records.filter(is_too_long).select(pl.col("file").unique()).collect(engine="streaming")["file"]
    name = pl.col("file").str.split("/").list.last()
    faults = {
        "{} with rejected records": pl.col("rejected") > 0,
        "{} with too many records": pl.col("found") > gates.records_per_file_max,
        "{} too large": pl.col("bytes") > gates.file_bytes_max,
        "{} with records that are too long": pl.col("file").is_in(too_long.implode()),
        "{} whose name occurs twice": name.is_duplicated(),
    }
    checked = catalogue.select(fault.alias(words) for words, fault in faults.items())
    words = [words.format(count) for words, count in checked.sum().row(0, named=True).items() if count]
    whole = {
        "symbol": ALL,
        "count": checked.select(pl.any_horizontal(pl.all()).sum()).item(),
        "of": catalogue.height,
        "note": "Files: " + ", ".join(words) + "." if words else None,
    }
    return as_counts("file_hygiene", pl.DataFrame([whole]))
