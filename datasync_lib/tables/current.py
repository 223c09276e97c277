"""Which records make up the catalogue now: the last full extract, later increments over it, deletes taken away."""

import re
from datetime import date, datetime

import polars as pl

from ..settings import Settings
from .fields import RECORD
from .schemas import conform

_DAY = re.compile(r"(?<!\d)(20\d{2})-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])(?!\d)")
DEFAULT_EXTRACT = "catalogue"


def date_in_name(file: str) -> date | None:
    """The day that stands in a file's name as YYYYMMDD or YYYY-MM-DD, the last one when there are several."""
    days = []
    for match in _DAY.finditer(file):
        try:
            days.append(datetime.strptime("".join(match.groups()), "%Y%m%d").date())
        except ValueError:
            continue
    return days[-1] if days else None


def find_extracts(files: list[str], settings: Settings) -> pl.DataFrame:
    """Which catalogue file belongs to which state of the catalogue, in the columns of the `extracts` table.

    Files that no [[extracts]] entry names are one full extract, `catalogue`; its date is the latest day in their names.
    """
    rows = []
    for file in files:
        entry = settings.extract_of(file)
        rows.append(
            {
                "file": file,
                "extract": entry.files if entry else DEFAULT_EXTRACT,
                "date": entry.date if entry else None,
                "kind": entry.kind if entry else "full",
                "unit": entry.unit if entry else "bib",
                "scope": entry.scope if entry else None,
            }
        )
    unnamed = [day for row in rows if row["extract"] == DEFAULT_EXTRACT and (day := date_in_name(row["file"]))]
    for row in rows:
        if row["extract"] == DEFAULT_EXTRACT:
            row["date"] = max(unnamed, default=None)
    schema = {
        "file": pl.String,
        "extract": pl.String,
        "date": pl.Date,
        "kind": pl.String,
        "unit": pl.String,
        "scope": pl.String,
    }
    return conform("extracts", pl.DataFrame(rows, schema=schema).sort("extract", "file"))


def extract_date(extracts: pl.DataFrame) -> date | None:
    """The day of the last full extract; None: unknown."""
    return extracts.filter(pl.col("kind") == "full")["date"].max()


def find_current_records(
    bibs: pl.DataFrame, holdings: pl.DataFrame, extracts: pl.DataFrame, sent_files: list[str]
) -> pl.DataFrame:
    """The records that count now, in the columns of the `current_records` table.

    Of each bib the newest extract that has it counts, and all its records there: an export may have one record for each
    holding. One of them leads, a file that was not sent before one that was, then the first. A holdings record is
    taken by its own ID. A record that its newest extract gives as deleted is gone. Full extracts older than the last
    one do not count, unless no [[extracts]] entry names their files.

    Args:
        bibs: file, record, mms_id, record_status.
        holdings: file, record, holding_id, record_status of holdings records (MFHD).
        extracts: the `extracts` table.
        sent_files: files that are there because they were sent.
    """
    entities = pl.concat(
        [
            bibs.select(*RECORD, "record_status", entity=pl.lit("bib ") + pl.col("mms_id")),
            holdings.select(*RECORD, "record_status", entity=pl.lit("holding ") + pl.col("holding_id")),
        ]
    ).with_columns(entity=pl.coalesce("entity", pl.format("{} #{}", "file", "record")))
    last_full = extracts.filter((pl.col("kind") == "full") & (pl.col("extract") != DEFAULT_EXTRACT))["date"].max()
    counts = extracts.filter(
        (pl.col("extract") == DEFAULT_EXTRACT)
        | (pl.lit(last_full).is_null())
        | (pl.col("date") >= (last_full or date.min))
    ).with_columns(
        age=pl.struct(pl.col("date").fill_null(date.min), pl.col("kind") == "increment").rank("dense").cast(pl.Int64)
    )
    newest = entities.join(counts.select("file", "extract", "age"), on="file", how="inner").filter(
        pl.col("age") == pl.col("age").max().over("entity")
    )
    kept = newest.filter((pl.col("record_status") != "d").fill_null(True)).sort(
        "entity", pl.col("file").is_in(sent_files), *RECORD
    )
    return conform(
        "current_records", kept.with_columns(is_lead=pl.int_range(pl.len()).over("entity") == 0).sort(*RECORD)
    )


def current_holdings(holdings: pl.LazyFrame, current_records: pl.LazyFrame) -> pl.LazyFrame:
    """The holdings of the current records, each once.

    A holding that stands both in its bib and in a holdings record is one: bib, items and suppression as the bib has
    them, the rest from its own record.
    """
    here = holdings.join(current_records.select(*RECORD, "is_lead"), on=RECORD, how="inner")
    ordered = here.sort("holding_id", "is_mfhd", "is_lead", *RECORD, descending=[False, True, True, False, False])
    embedded = ~pl.col("is_mfhd")
    names = [
        c
        for c in holdings.collect_schema().names()
        if c not in ("mms_id", "items", "is_suppressed", "holding_id", "is_reproduction")
    ]
    return (
        ordered.group_by("holding_id", maintain_order=True)
        .agg(
            *(pl.col(name).drop_nulls().first() for name in names),
            pl.coalesce(pl.col("mms_id").filter(embedded).drop_nulls().first(), pl.col("mms_id").first()).alias(
                "mms_id"
            ),
            pl.col("items").max(),
            pl.col("is_suppressed", "is_reproduction").any(),
        )
        .select(holdings.collect_schema().names())
    )
