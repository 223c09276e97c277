"""What stands in a unit's workbook: sheets, columns and rows, as plain frames; no file is written here (practice.md 4.2).

A sheet is one problem. Its columns are, from left to right: what the row is about (grey), why it is here (white), what to fill
in (yellow), and where it comes from (narrow, at the end). A column that would be empty is left out, so a sheet on bibs has no
holding ID. Rows stand in the order in which staff walk: priority, library, location, call number; bibs of one group stay together.
"""

import math
from dataclasses import dataclass, replace
from typing import Literal

import polars as pl

from ..problems import PROBLEMS
from .rows import EXTRAS, extra_name

Kind = Literal["identity", "why", "fill", "link", "trace"]

# Beyond this many sheets of one problem nobody reads on; the rest is counted and stays in the findings.
MOST_SHEETS = 10
NO_UNIT = "no_unit"


@dataclass(frozen=True)
class Column:
    """One column of a sheet: its name in the frame, its header, what it is for, how wide it may grow, and whether its text wraps."""

    name: str
    header: str
    kind: Kind
    width: int = 20
    wraps: bool = False
    least: int = 0


@dataclass(frozen=True)
class Sheet:
    """One sheet: the problem, the name on its tab, its columns from left to right, and a frame with these and `band`."""

    problem: str
    title: str
    columns: tuple[Column, ...]
    frame: pl.DataFrame
    left_out: int = 0

    def position(self, name: str) -> int | None:
        """At which column, from 0, does a name stand?"""
        return next((i for i, column in enumerate(self.columns) if column.name == name), None)


_SYMBOL = Column("symbol", "Symbol", "identity", 9)
_BEFORE = (
    Column("priority", "Priority", "identity", 8),
    Column("group", "Group (OCN)", "identity", 13),
    Column("mms_id", "MMS ID", "identity", 21),
    Column("holding_id", "Holding ID", "identity", 21),
    _SYMBOL,
    Column("ocn", "OCN", "identity", 13),
    Column("title", "Title", "identity", 36, wraps=True, least=24),
)
_SHELF = (
    Column("original_title", "Title in own script", "identity", 26, wraps=True),
    Column("library", "Library", "identity", 12, wraps=True),
    Column("location", "Location", "identity", 12, wraps=True),
    Column("call_number", "Call number", "identity", 20, wraps=True),
    Column("barcodes", "Barcodes", "identity", 16, wraps=True),
    Column("date", "Year", "identity", 8, wraps=True),
    Column("format", "Format", "identity", 12, wraps=True),
    Column("ocn_in_alma", "OCN in Alma", "identity", 14, wraps=True),
    Column("current_ocn", "Current OCN", "identity", 13),
)
_WHY = (
    Column("kind", "Problem", "why", 16, wraps=True, least=12),
    Column("explanation", "Explanation", "why", 48, wraps=True, least=30),
    Column("todo", "What to do", "why", 40, wraps=True, least=30),
    Column("elsewhere", "Bibs at other units", "why", 26, wraps=True),
    Column("other_units", "Other units concerned", "why", 16, wraps=True),
    Column("earlier", "Earlier decision", "why", 24, wraps=True),
)
FILL = (
    Column("decision", "Decision", "fill", 22, wraps=True, least=20),
    Column("status", "Status", "fill", 14, least=14),
    Column("new_ocn", "New OCN", "fill", 13, least=13),
    Column("assignee", "Assignee", "fill", 14, wraps=True, least=14),
    Column("note", "Note", "fill", 30, wraps=True, least=26),
    Column("decided_on", "Date", "fill", 12, least=12),
)
_AFTER = (
    Column("catalogue", "Catalogue", "link", 11),
    Column("worldcat", "WorldCat", "link", 11),
    replace(_SYMBOL, kind="trace"),
    Column("seen", "Evidence", "trace", 30, wraps=True),
    Column("file", "Source file", "trace", 24, wraps=True),
    Column("record", "Record", "trace", 8),
    Column("row_key", "Row key", "trace", 10),
)
ROW_KEY = _AFTER[-1].header
# The number that a row is about stands in front only where the row is about a number, under a name that says which one.
OCN_HEADERS = {"old_holding": "OCN held", "wrong_holding_set": "Earlier OCN"}
# Where no number can be the answer, nobody is asked for one.
_WITHOUT_NEW_OCN = (
    "suppression_mismatch",
    "unmapped_location",
    "script_pairing",
    "not_sent",
    "never_reported",
    "old_holding",
)
_ALWAYS = ("priority", "title", "kind", "explanation", "todo", "row_key")


def unit_sheets(rows: pl.DataFrame, rows_per_sheet: int) -> list[Sheet]:
    """Which sheets does a unit get, and what stands on them?

    Args:
        rows: the described rows of the unit (`rows.describe_rows`).
        rows_per_sheet: a sheet with more of them is cut.

    Returns:
        The sheets, most urgent first; what the unit called no problem on the same evidence is not on them.
    """
    rows = rows.filter(~pl.col("is_settled"))
    by_problem = {code: part for (code,), part in rows.partition_by("problem", as_dict=True).items()}
    catalogue = list(PROBLEMS)
    order = sorted(by_problem, key=lambda code: (by_problem[code]["priority"].min(), catalogue.index(code)))
    return [sheet for code in order for sheet in _problem_sheets(code, by_problem[code], rows_per_sheet)]


def _problem_sheets(code: str, rows: pl.DataFrame, rows_per_sheet: int) -> list[Sheet]:
    columns = columns_of(code, rows)
    ordered = in_shelf_order(_with_group(rows))
    parts = split_rows(ordered, rows_per_sheet)
    shown = parts[:MOST_SHEETS]
    left_out = sum(part.height for part in parts[MOST_SHEETS:])
    name = tab_name(PROBLEMS[code].title)
    titles = (
        [name] if len(parts) == 1 else [tab_name(PROBLEMS[code].title, number) for number, _ in enumerate(shown, 1)]
    )
    names = [column.name for column in columns]
    sheets = [
        Sheet(code, title, columns, part.select(*names, "band", "evidence_hash"))
        for title, part in zip(titles, shown, strict=True)
    ]
    sheets[-1] = replace(sheets[-1], left_out=left_out)
    return sheets


def columns_of(code: str, rows: pl.DataFrame) -> tuple[Column, ...]:
    """The columns of a problem's sheet: those that say something of these rows, from left to right."""
    rows = _with_group(rows)
    extras = tuple(
        Column(extra_name(name), header, "identity", 20, wraps=True) for name, header in EXTRAS.get(code, ())
    )
    asked = [column for column in FILL if column.name != "new_ocn" or code not in _WITHOUT_NEW_OCN]
    before = [
        replace(column, header=OCN_HEADERS[code]) if column.name == "ocn" else column
        for column in _BEFORE
        if column.name not in ("symbol", "ocn") or code in OCN_HEADERS
    ]
    # A number is only half of what a row is about there: the other half is the symbol it is held under.
    after = [column for column in _AFTER if column.name != "symbol" or code not in OCN_HEADERS]
    columns = (*before, *_SHELF, *extras, *_WHY, *asked, *after)
    return tuple(column for column in columns if column.kind == "fill" or _says_something(column.name, rows))


def _says_something(name: str, rows: pl.DataFrame) -> bool:
    if name in _ALWAYS:
        return True
    values = rows[name]
    if values.null_count() == values.len():
        return False
    if name == "symbol":
        return values.n_unique() > 1 or rows["problem"][0] in OCN_HEADERS
    if name == "current_ocn" and rows["group"].null_count() == 0:
        return not values.equals(rows["group"])
    return True


def _with_group(rows: pl.DataFrame) -> pl.DataFrame:
    """The number that binds a group, without the word before it."""
    return rows.with_columns(group=pl.col("group_id").str.replace(r"^\S+ ", ""))


def in_shelf_order(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows by priority, library, location, call number and title; a group stands where its first row does.

    Returns:
        The rows, and `band`: 0 or 1, changing from group to group (0 where there are no groups).
    """
    shelf = ["priority", "library", "location", "shelf", "call_number", "title", "row_key"]
    alone = pl.coalesce("group_id", "row_key").alias("together")
    placed = rows.with_columns(alone).sort(shelf, nulls_last=True).with_row_index("position")
    ordered = placed.with_columns(first=pl.col("position").min().over("together")).sort("first", "position")
    changes = (pl.col("together") != pl.col("together").shift()).fill_null(False).cast(pl.Int32).cum_sum() % 2
    banded = changes if rows["group_id"].null_count() < rows.height else pl.lit(0)
    return ordered.with_columns(band=banded.cast(pl.Int32)).drop("position", "first")


def split_rows(rows: pl.DataFrame, most: int) -> list[pl.DataFrame]:
    """Rows in parts of at most so many, in order; a group is cut only when it is larger than a part."""
    sizes = rows.group_by("together", maintain_order=True).len()["len"].to_list()
    parts, start, length = [], 0, 0
    for size in sizes:
        if length and length + size > most:
            parts.append((start, length))
            start, length = start + length, 0
        length += size
        while length > most:
            parts.append((start, most))
            start, length = start + most, length - most
    parts.append((start, length))
    return [rows.slice(*part) for part in parts if part[1]]


def tab_name(title: str, number: int | None = None) -> str:
    """A name that Excel takes for a sheet: at most 31 characters, none of []:*?/\\, with a number where there are several."""
    safe = "".join("-" if sign in "[]:*?/\\" else sign for sign in title).strip("' ")
    suffix = "" if number is None else f" {number}"
    return safe[: 31 - len(suffix)].rstrip() + suffix


def fitted_width(column: Column, frame: pl.DataFrame) -> float:
    """How wide a column is, in characters: as its texts need, and no wider than it may grow."""
    lengths = frame[column.name].cast(pl.String).str.len_chars().fill_null(0)
    longest = lengths.quantile(0.98, "higher") or 0
    header = max(len(word) for word in column.header.split()) + 4
    if column.kind == "link":
        return column.width
    return float(min(max(longest + 2, header, column.least), max(column.width, header)))


def wrapped_lines(column: Column, frame: pl.DataFrame, width: float) -> int:
    """How many lines most texts of a column take at a width."""
    if not column.wraps:
        return 1
    lengths = frame[column.name].cast(pl.String).str.len_chars().fill_null(0)
    longest = lengths.quantile(0.95, "higher") or 0
    # Words do not fill a line to its end.
    return max(1, math.ceil(longest / (width * 0.92)))
