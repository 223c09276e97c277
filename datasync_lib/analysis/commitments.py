"""Retention commitments and local holdings records that the catalogue itself tells (practice.md 1.4, 6.2; oclc_formats.md 12).

583 with «committed to retain», and the number of its LHR in a holdings record. The 583 stays when the commitment was moved
to the target: then a list of commitments says that it is released under the old symbol.
"""

from collections.abc import Iterable

import polars as pl

from ..marc.by_tag import any_of, fits
from ..settings import LhrMark
from .claims import as_claims, claims, held_on_lists, in_order
from .registry import gives

# OCLC asks for these very words; capitals, blanks and what follows are forgiven, for nothing is given up by that.
_COMMITTED = r"(?i)^\s*committed\s+to\s+retain\b"
_RECORD = ["file", "record"]
_FIELD = [*_RECORD, "field"]


@gives("committed_numbers")
def committed_numbers(
    *, commitment_fields: pl.LazyFrame, bibs: pl.LazyFrame, holdings: pl.LazyFrame, number_owners: pl.LazyFrame
) -> pl.DataFrame:
    """Which numbers have a bib that is committed to retain, by a 583 of its own or of a holdings record of it?

    Returns:
        number, mms_id; program (583 $f; null: it names none); file, record of the 583. Sorted.
    """
    committed = commitment_fields.filter((pl.col("code") == "a") & pl.col("value").str.contains(_COMMITTED))
    programs = commitment_fields.filter(pl.col("code") == "f").select(*_FIELD, program="value")
    fields = committed.select(_FIELD).unique().join(programs, on=_FIELD, how="left").drop("field").unique().collect()
    whose = [
        each.select(*_RECORD, "mms_id").join(fields.lazy(), on=_RECORD).collect()
        for each in (bibs, holdings.filter("is_mfhd"))
    ]
    of_bibs = pl.concat(whose).drop_nulls("mms_id").unique().lazy()
    numbers = number_owners.select("mms_id", "number").unique()
    found = of_bibs.join(numbers, on="mms_id").select("number", "mms_id", "program", *_RECORD)
    return found.collect().sort(pl.all())


@gives("lhr_marked_numbers")
def lhr_marked_numbers(
    *,
    lhr_fields: pl.LazyFrame,
    holdings: pl.LazyFrame,
    number_owners: pl.LazyFrame,
    lhr_marks: Iterable[LhrMark] = (),
) -> pl.DataFrame:
    """Which numbers have a bib one of whose holdings records has the number of an LHR?

    Args:
        lhr_fields: fields of the holdings records.
        holdings: of which bibs they are.
        number_owners: the numbers of each bib.
        lhr_marks: `lhr_marks` of the settings.

    Returns:
        number, mms_id; mark (the field and its value); file, record of the holdings record. Sorted.
    """
    is_marked = any_of((pl.col("tag") == rule.tag) & fits(rule) for rule in lhr_marks)
    mark = pl.format("{} «{}»", "tag", "value").alias("mark")
    marked = lhr_fields.filter(is_marked).select(*_RECORD, mark).collect().sort(pl.all())
    first = marked.unique(_RECORD, keep="first", maintain_order=True).lazy()
    records = holdings.filter("is_mfhd").select(*_RECORD, "mms_id").drop_nulls("mms_id").unique()
    numbers = number_owners.select("mms_id", "number").unique()
    marked_bibs = first.join(records, on=_RECORD)
    return marked_bibs.join(numbers, on="mms_id").select("number", "mms_id", "mark", *_RECORD).collect().sort(pl.all())


@claims("lhr_marked_numbers", by={"newest_holdings": "number", "lhr_marked_numbers": "number"})
def claims_of_lhr_marked_numbers(*, newest_holdings: pl.LazyFrame, lhr_marked_numbers: pl.LazyFrame) -> pl.DataFrame:
    """Which held numbers have a bib with a holdings record that names its LHR: lhr_or_retention."""
    rows = held_on_lists(newest_holdings).join(lhr_marked_numbers, on="number").collect()
    said = pl.format("a holdings record of {} names its LHR: {}", "mms_id", "mark")
    return in_order([as_claims(rows, "lhr_or_retention", said)])


@claims(
    "committed_numbers",
    by={"newest_holdings": "number", "committed_numbers": "number", "listed_numbers": "number"},
)
def claims_of_committed_numbers(
    *,
    newest_holdings: pl.LazyFrame,
    committed_numbers: pl.LazyFrame,
    listed_numbers: pl.LazyFrame,
    commitments: pl.LazyFrame,
) -> pl.DataFrame:
    """Which held numbers have a bib whose 583 commits to retain it: lhr_or_retention.

    Not those of which a list of commitments says that theirs under the symbol is released: all of them, or that of the
    program which the row names.
    """
    over = listed_numbers.filter((pl.col("list") == "commitments") & pl.col("is_over"))
    named = over.join(commitments.select(*_RECORD, program=_as_compared()), on=_RECORD, how="left")
    released = named.select("number", of="symbol", released="program").unique()
    rows = held_on_lists(newest_holdings).join(committed_numbers, on="number").collect().with_row_index("_row")
    by = rows.lazy().with_columns(_program=_as_compared()).join(released, on="number")
    of_symbol = pl.col("of").is_null() | (pl.col("of") == pl.col("symbol"))
    of_program = pl.col("released").is_null() | (pl.col("released") == pl.col("_program")).fill_null(False)
    stand = rows.join(by.filter(of_symbol & of_program).select("_row").unique().collect(), on="_row", how="anti")
    return in_order([as_claims(stand.drop("_row"), "lhr_or_retention", "its 583 says «committed to retain»")])


def _as_compared() -> pl.Expr:
    """A program in small letters and digits alone; null: none is named."""
    plain = pl.col("program").str.to_lowercase().str.replace_all(r"[\W_]+", "")
    return plain.replace("", None)
