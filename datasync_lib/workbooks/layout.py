"""What stands in a unit's workbook: sheets, columns and rows, as plain frames; no file is written here (practice.md 4.2).

A sheet is one problem. Its columns are, from left to right: what the row is about (grey), why it is here (white), what to fill
in (yellow), and where it comes from (narrow, at the end). A column that would be empty is left out, so a sheet on bibs has no
holding ID. Rows stand in the order in which staff walk: priority, library, location, call number; bibs of one group stay together.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import polars as pl

from ..problems import PROBLEMS
from .rows import extra_name

Kind = Literal["identity", "why", "fill", "link", "trace"]

# Beyond this many sheets of one problem nobody reads on; the rest is counted and stays in the findings.
MOST_SHEETS = 10
NO_UNIT = "no_unit"


@dataclass(frozen=True)
class Column:
    """One column of a sheet.

    Attributes:
        name: of the column in the frame.
        header: what stands above it.
        kind: what it is for.
        width: how wide it may grow, in characters.
        wraps: whether its text goes on in the next line.
        least: how narrow it may be.
        is_number: whether Excel is to take its values as numbers.
    """

    name: str
    header: str
    kind: Kind
    width: int = 20
    wraps: bool = False
    least: int = 0
    is_number: bool = False


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
    Column("priority", "Priority", "identity", 8, is_number=True),
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
    Column("record", "Record", "trace", 8, is_number=True),
    Column("row_key", "Row key", "trace", 10),
)
ROW_KEY = _AFTER[-1].header
_ALWAYS = ("priority", "title", "kind", "explanation", "todo", "row_key")


def rows_shown(placed: pl.DataFrame, rows_per_sheet: int) -> pl.DataFrame:
    """Which of a unit's rows stand on which sheet, and in which order?

    Args:
        placed: the rows of the unit (`placing.place_rows`).
        rows_per_sheet: a sheet with more of them is cut.

    Returns:
        The rows in the order of the sheets, the most urgent first, without those that the unit called no problem on the same
        evidence; with sheet (from 1 within the problem), band (`in_shelf_order`) and left_out (rows of the problem that are
        too many to list).
    """
    by_problem = placed.filter(~pl.col("is_settled")).partition_by("problem", as_dict=True)
    catalogue = list(PROBLEMS)
    order = sorted(by_problem, key=lambda key: (by_problem[key]["priority"].min(), catalogue.index(key[0])))
    shown = [_on_sheets(by_problem[key], rows_per_sheet) for key in order]
    return pl.concat(shown) if shown else _numbered(in_shelf_order(placed.clear()), 0, 0)


def _on_sheets(rows: pl.DataFrame, rows_per_sheet: int) -> pl.DataFrame:
    """A problem's rows that are shown, numbered by sheet."""
    parts = split_rows(in_shelf_order(rows), rows_per_sheet)
    left_out = sum(part.height for part in parts[MOST_SHEETS:])
    return pl.concat(_numbered(part, number, left_out) for number, part in enumerate(parts[:MOST_SHEETS], start=1))


def _numbered(rows: pl.DataFrame, sheet: int, left_out: int) -> pl.DataFrame:
    return rows.with_columns(sheet=pl.lit(sheet, dtype=pl.Int64), left_out=pl.lit(left_out, dtype=pl.Int64))


def unit_sheets(rows: pl.DataFrame) -> list[Sheet]:
    """Which sheets does a unit get, and what stands on them?

    Args:
        rows: `rows_shown`, told (`rows.tell_rows`).

    Returns:
        The sheets, most urgent first.
    """
    by_problem = rows.partition_by("problem", maintain_order=True, as_dict=True)
    return [sheet for (code,), own in by_problem.items() for sheet in _problem_sheets(code, own)]


def _problem_sheets(code: str, rows: pl.DataFrame) -> list[Sheet]:
    columns = columns_of(code, rows)
    names = [column.name for column in columns]
    parts = _with_group(rows).partition_by("sheet", maintain_order=True)
    numbers = [None] if len(parts) == 1 else range(1, len(parts) + 1)
    sheets = [
        Sheet(code, tab_name(PROBLEMS[code].title, number), columns, part.select(*names, "band", "evidence_hash"))
        for number, part in zip(numbers, parts, strict=True)
    ]
    sheets[-1] = replace(sheets[-1], left_out=rows["left_out"][0])
    return sheets


def columns_of(code: str, rows: pl.DataFrame) -> tuple[Column, ...]:
    """The columns of a problem's sheet: those that say something of these rows, from left to right."""
    rows = _with_group(rows)
    problem = PROBLEMS[code]
    extras = [
        Column(extra_name(shown.parameter), shown.header, "identity", 20, wraps=True, is_number=shown.is_number)
        for shown in problem.columns
    ]
    asked = [column for column in FILL if column.name != "new_ocn" or problem.asks_new_ocn]
    # The number that a row is about stands in front only where it is about a number, under a name that says which one.
    # It is half of what the row is about there: the other half is the symbol it is held under.
    before = [
        replace(column, header=problem.ocn_header) if column.name == "ocn" else column
        for column in _BEFORE
        if column.name not in ("symbol", "ocn") or problem.ocn_header
    ]
    after = [column for column in _AFTER if column.name != "symbol" or not problem.ocn_header]
    columns = (*before, *_SHELF, *extras, *_WHY, *asked, *after)
    return tuple(column for column in columns if column.kind == "fill" or _says_something(column.name, rows))


def _says_something(name: str, rows: pl.DataFrame) -> bool:
    if name in _ALWAYS:
        return True
    values = rows[name]
    if values.null_count() == values.len():
        return False
    if name == "symbol":
        return values.n_unique() > 1 or bool(PROBLEMS[rows["problem"][0]].ocn_header)
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


def fitted(columns: Sequence[Column], frame: pl.DataFrame) -> tuple[list[float], list[int]]:
    """How wide columns are, in characters: as their texts need, and no wider than they may grow; and the lines of most texts."""
    lengths = [pl.col(column.name).cast(pl.String).str.len_chars().fill_null(0) for column in columns]
    long, usual = (
        frame.select(
            length.quantile(share, "higher").fill_null(0).alias(str(at)) for at, length in enumerate(lengths)
        ).row(0)
        for share in (0.98, 0.95)
    )
    widths = [_width(column, longest) for column, longest in zip(columns, long, strict=True)]
    return widths, [_lines(*each) for each in zip(columns, usual, widths, strict=True)]


def _width(column: Column, longest: float) -> float:
    header = max(len(word) for word in column.header.split()) + 4
    if column.kind == "link":
        return column.width
    return float(min(max(longest + 2, header, column.least), max(column.width, header)))


def _lines(column: Column, longest: float, width: float) -> int:
    # Words do not fill a line to its end.
    return max(1, math.ceil(longest / (width * 0.92))) if column.wraps else 1
