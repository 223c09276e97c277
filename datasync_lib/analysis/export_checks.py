"""Whether the files of the export are what OCLC expects: one record a unit, and nothing that stops an upload.

Sources: practice.md 5 (unit of export, file hygiene); oclc_formats.md 6 (limits of a record).
"""

from collections.abc import Iterable

import polars as pl

from ..settings import Collection, Gates
from .scorecard import ALL

RECORD_BYTES_MAX = 99_999
_XML = r"(?i)\.xml"


def check_unit_of_export(sent_records: pl.DataFrame, collections: Iterable[Collection]) -> list[pl.DataFrame]:
    """Counts for the scorecard: records in the sent files, and those whose bib (or holding) comes again in one file."""
    if sent_records.is_empty():
        return []
    by_holding = [collection.id for collection in collections if collection.unit == "holding"]
    bib = pl.coalesce("mms_id", "lsn")
    place = pl.format("{} {}", "file", "record")
    unit = pl.when(pl.col("collection").is_in(by_holding)).then(pl.coalesce("holding_id", "lsn")).otherwise(bib)
    sent = sent_records.select("symbol", "file", unit=pl.coalesce(unit, place))
    sent = pl.concat([sent.with_columns(symbol=pl.lit(ALL)), sent])
    per_file = sent.group_by("symbol", "file").agg(pl.len().alias("of"), pl.col("unit").n_unique().alias("units"))
    counted = per_file.group_by("symbol").agg(pl.col("of", "units").sum())
    return [
        counted.select(
            "symbol",
            pl.lit("unit_of_export").alias("metric"),
            (pl.col("of") / pl.col("units")).alias("value"),
            (pl.col("of").cast(pl.Int64) - pl.col("units").cast(pl.Int64)).alias("count"),
            "of",
            pl.lit(None, pl.String).alias("note"),
        )
    ]


def check_files(files: pl.DataFrame, records: pl.DataFrame, gates: Gates) -> list[pl.DataFrame]:
    """Counts for the scorecard: MARC files of the catalogue, and those with something that stops or spoils an upload."""
    catalogue = files.filter(pl.col("kind") == "catalogue")
    if catalogue.is_empty():
        return []
    # the limit is one of ISO 2709; the same record is longer in XML
    too_long = records.filter((pl.col("bytes") > RECORD_BYTES_MAX) & ~pl.col("file").str.contains(_XML))
    name = pl.col("file").str.split("/").list.last()
    faults = {
        "{} with rejected records": pl.col("rejected") > 0,
        "{} with too many records": pl.col("found") > gates.records_per_file_max,
        "{} too large": pl.col("bytes") > gates.file_bytes_max,
        "{} with records that are too long": pl.col("file").is_in(too_long["file"].unique().implode()),
        "{} whose name occurs twice": name.is_duplicated(),
    }
    checked = catalogue.select(fault.alias(words) for words, fault in faults.items())
    bad = checked.select(pl.any_horizontal(pl.all()).sum()).item()
    words = [words.format(count) for words, count in checked.sum().row(0, named=True).items() if count]
    return [
        pl.DataFrame(
            {
                "symbol": [ALL],
                "metric": ["file_hygiene"],
                "value": [bad / catalogue.height],
                "count": [bad],
                "of": [catalogue.height],
                "note": ["Files: " + ", ".join(words) + "." if words else None],
            },
            schema_overrides={"note": pl.String},
        )
    ]
