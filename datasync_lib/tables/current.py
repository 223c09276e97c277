"""Which records make up the catalogue now: the last full extract, later increments over it, deletes taken away."""

from datetime import date

import polars as pl

from ..marc.by_tag import RECORD
from ..readers import date_in_name
from ..settings import Settings
from ..vocabulary.tables import conform

DEFAULT_EXTRACT = "catalogue"


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
    bibs: pl.LazyFrame,
    holdings: pl.LazyFrame,
    extracts: pl.DataFrame,
    sent_files: list[str],
    *,
    share: tuple[int, int] = (0, 1),
) -> pl.DataFrame:
    """The records that count now, in the columns of the `current_records` table.

    Of each bib the newest extract that has it counts, and all its records there: an export may have one record for each
    holding. One of them leads, a file that was not sent before one that was, then the first. A holdings record is
    taken by its own ID. A record that its newest extract gives as deleted is gone. A full extract takes the place of the
    older ones of the same unit and scope, one without a scope that of all of its unit: an export of the holdings is no
    later state of the bibs, nor one of print of the electronic ones. Files that no [[extracts]] entry names always count.

    Args:
        bibs: file, record, mms_id, record_status.
        holdings: file, record, holding_id, record_status of holdings records (MFHD).
        extracts: the `extracts` table.
        sent_files: files that are there because they were sent.
        share: (0, 4) is the first quarter of the bibs and holdings, by a hash; all quarters are the whole.
    """
    files = _files_that_count(extracts, sent_files)
    number, shares = share
    entities = (
        pl.concat([_entities(bibs, "mms_id", files), _entities(holdings, "holding_id", files)])
        .filter(pl.col("one") % shares == number)
        .collect(engine="streaming")
    )
    newest_first = entities.sort(
        "one", "two", "age", "was_sent", "number", "record", descending=[False, False, True, *[False] * 3]
    )
    kept = newest_first.filter(
        pl.col("age") == pl.when(_is_another()).then("age").forward_fill(), ~pl.col("is_deleted")
    ).with_columns(is_lead=_is_another())
    named = (
        kept.select("number", "record", "is_lead")
        .sort("number", "record")
        .join(files.select("number", "file", "extract"), on="number", how="left", maintain_order="left")
    )
    return conform("current_records", named)


def _files_that_count(extracts: pl.DataFrame, sent_files: list[str]) -> pl.DataFrame:
    """The files of the extracts that count: file, extract, age (greater is newer), was_sent, and a number for the file."""
    kind_of_extract = ["unit", "scope"]
    full = extracts.filter((pl.col("kind") == "full") & (pl.col("extract") != DEFAULT_EXTRACT))
    of_scope = full.group_by(kind_of_extract).agg(pl.col("date").max().alias("_of_scope"))
    of_all = (
        full.filter(pl.col("scope").fill_null("") == "").group_by("unit").agg(pl.col("date").max().alias("_of_all"))
    )
    extracts = extracts.join(of_scope, on=kind_of_extract, how="left", nulls_equal=True).join(
        of_all, on="unit", how="left"
    )
    last_full = pl.max_horizontal("_of_scope", "_of_all")
    counts = (pl.col("extract") == DEFAULT_EXTRACT) | last_full.is_null() | (pl.col("date") >= last_full)
    age = pl.struct(pl.col("date").fill_null(date.min), pl.col("kind") == "increment").rank("dense").cast(pl.UInt16)
    return (
        extracts.filter(counts)
        .sort("file")
        .select("file", "extract", age=age, was_sent=pl.col("file").is_in(sent_files))
        .with_row_index("number")
    )


def _entities(records: pl.LazyFrame, identifier: str, files: pl.DataFrame) -> pl.LazyFrame:
    """What each record stands for, as two hashes of its ID: names of tens of millions of records would not fit."""
    name = pl.coalesce(pl.format(identifier + " {}", identifier), pl.format("{} #{}", "file", "record"))
    return records.join(files.lazy(), on="file", how="inner").select(
        *("number", "record", "age", "was_sent"),
        is_deleted=(pl.col("record_status") == "d").fill_null(False),
        one=name.hash(1),
        two=name.hash(2),
    )


def _is_another() -> pl.Expr:
    """Whether a row stands for something else than the row before."""
    return (pl.col("one") != pl.col("one").shift()).fill_null(True) | (
        pl.col("two") != pl.col("two").shift()
    ).fill_null(True)


def merge_holdings(here: pl.DataFrame) -> pl.DataFrame:
    """The holdings of the current records, each once.

    A holding that stands both in its bib and in a holdings record is one: bib, items and suppression as the bib has
    them, the rest from its own record.

    Args:
        here: rows of `holdings` of current records, with `is_lead` of the record.
    """
    ordered = here.sort("holding_id", "is_mfhd", "is_lead", *RECORD, descending=[False, True, True, False, False])
    embedded = ~pl.col("is_mfhd")
    names = [c for c in here.columns if c not in _OF_SEVERAL]
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
        .select(c for c in here.columns if c != "is_lead")
    )


# Of these a holding takes more than the first value; the others are as its own record has them.
_OF_SEVERAL = ("mms_id", "items", "is_suppressed", "holding_id", "is_reproduction", "is_lead")
