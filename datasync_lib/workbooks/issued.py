"""What was handed out, row for row: the hidden sheet `_rows`, and the seals beside each row (practice.md 4.5).

A returned row is held against this: who it is about, what stood in its yellow cells, and what its finding rested on. Two
hidden columns carry the row's seal, one among the grey cells and one among the yellow: a block of either that was
sorted or shifted without the other takes its seal with it.
"""

import hashlib
import unicodedata
from collections.abc import Iterable

import polars as pl
from xlsxwriter.workbook import Workbook

from ..vocabulary.decisions import ANSWERS
from .cells import clean

ROWS = "_rows"
# What tells which record a row is about, as it is called in front of a person.
IDENTITY = {
    "mms_id": "MMS ID",
    "holding_id": "Holding ID",
    "symbol": "Symbol",
    "ocn": "number",
    "title": "Title",
    "location": "Location",
    "call_number": "Call number",
}
SEALS = ("seal_of_record", "seal_of_answers")
# What a row said of which a question was asked.
SAID = tuple(f"said_{name}" for name in ANSWERS)
ROW_COLUMNS = ("row_key", "problem", "evidence_hash", "seal", *IDENTITY, *ANSWERS)
_FORMULA = " (a formula without a value)"
# Letters alone, so that no spreadsheet takes a seal for a number.
_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")


def with_seals(frame: pl.DataFrame, shown: Iterable[str]) -> pl.DataFrame:
    """Rows of a sheet with their seal, over the row key and what is shown of the record.

    Args:
        frame: with row_key and the columns that are shown.
        shown: names of the sheet's columns.

    Returns:
        The frame with seal, and the same as seal_of_record and seal_of_answers.
    """
    sealed = ["row_key", *(name for name in IDENTITY if name in set(shown))]
    texts = frame.select(clean(pl.col(name).cast(pl.String)).fill_null("") for name in sealed)
    seals = pl.Series([seal_of(row) for row in texts.iter_rows()], dtype=pl.String)
    return frame.with_columns(seals.alias(name) for name in ("seal", *SEALS))


def seal_of(values: Iterable[str | None]) -> str:
    """The seal of a row: over its key and what is shown of the record, in the order of IDENTITY."""
    values = [plain(value or "") for value in values]
    return hashlib.blake2b("\x1f".join(values).encode(), digest_size=5).hexdigest().translate(_LETTERS)


def plain(text: str) -> str:
    """A text without what programs change: blanks, how letters are composed, and that it looks like a formula."""
    return " ".join(unicodedata.normalize("NFC", text.removesuffix(_FORMULA)).split())


def issued_rows(frame: pl.DataFrame, problem: str, shown: Iterable[str]) -> pl.DataFrame:
    """The rows of one sheet as they are handed out: ROW_COLUMNS, all text; what is not shown of a record is null."""
    shown = {*shown, "row_key", "evidence_hash", "seal"}
    frame = frame.with_columns(problem=pl.lit(problem))
    there = {name for name in ROW_COLUMNS if name in frame.columns and (name in shown or name == "problem")}
    return frame.select(
        clean(pl.col(name).cast(pl.String)) if name in there else pl.lit(None, dtype=pl.String).alias(name)
        for name in ROW_COLUMNS
    )


def workbook_id(rows: pl.DataFrame, *said: str) -> str:
    """A name for what is handed out: the same rows, on the same day, for the same unit have the same."""
    hashed = hashlib.blake2b("\x1f".join(said).encode(), digest_size=8)
    hashed.update(rows.write_csv().encode())
    return hashed.hexdigest()


def write_issued_rows(book: Workbook, rows: pl.DataFrame) -> None:
    """Write the hidden list of the rows that are handed out."""
    tab = book.add_worksheet(ROWS)
    tab.write_row(0, 0, rows.columns)
    for row, values in enumerate(rows.iter_rows(), start=1):
        for position, value in enumerate(values):
            if value is not None:
                tab.write_string(row, position, value)
    tab.very_hidden()


def read_issued_rows(cells: pl.DataFrame | None) -> pl.DataFrame | None:
    """The list as it came back: ROW_COLUMNS and SAID, all text; None when it is lost or none of ours."""
    if cells is None or cells.is_empty():
        return None
    at = {header: column for column, header in zip(cells.columns, cells.row(0), strict=True) if header}
    if not {"row_key", "problem"} <= at.keys():
        return None
    named = cells.slice(1).select(
        pl.col(at[name]).alias(name) if name in at else pl.lit(None, dtype=pl.String).alias(name)
        for name in (*ROW_COLUMNS, *SAID)
    )
    return named.filter(pl.col("row_key").is_not_null()).unique("row_key", keep="first", maintain_order=True)
