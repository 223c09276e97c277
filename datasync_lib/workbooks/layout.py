"""What stands in a unit's workbook: sheets, columns and rows, as plain frames; no file is written here (practice.md 4.2).

A sheet is one problem. Its columns are, from left to right, those that are printed: which record it is (grey), why it is here
(white), what to fill in (yellow); then what is looked up on the screen, and where the row comes from. A column that would be empty
is left out, so a sheet on bibs has no holding ID. Rows stand in the order in which staff walk: priority, library, location, call
number; bibs of one group stay together.
"""

from dataclasses import dataclass, replace
from typing import Literal

import polars as pl

from ..problems import PROBLEMS
from .issued import SEALS, with_seals
from .ordering import tab_names
from .rows import extra_name

Kind = Literal["identity", "why", "fill", "trace"]

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
        prints: whether it goes on paper; those that do stand together at the left.
        link: the column of the frame that says where its text leads.
        hidden: whether nobody sees it.
    """

    name: str
    header: str
    kind: Kind
    width: int = 20
    wraps: bool = False
    least: int = 0
    is_number: bool = False
    prints: bool = False
    link: str = ""
    hidden: bool = False


@dataclass(frozen=True)
class Sheet:
    """One sheet: the problem, the name on its tab, its columns from left to right, and a frame with these, links and `band`."""

    problem: str
    title: str
    columns: tuple[Column, ...]
    frame: pl.DataFrame
    left_out: int = 0

    def position(self, name: str) -> int | None:
        """At which column, from 0, does a name stand?"""
        return next((i for i, column in enumerate(self.columns) if column.name == name), None)


_SYMBOL = Column("symbol", "Symbol", "identity", 9)
# Each stands amid the block that it seals, so that a range of cells that is sorted or moved takes it along.
OF_RECORD, OF_ANSWERS = (Column(name, f"Seal {at}", "trace", hidden=True) for at, name in enumerate(SEALS, start=1))
PRINTED = (
    Column("mms_id", "MMS ID", "identity", 21, prints=True, link="catalogue"),
    Column("group", "Group (OCN)", "identity", 13, prints=True),
    replace(_SYMBOL, prints=True),
    Column("ocn", "OCN", "identity", 13, prints=True, link="worldcat"),
    Column("number", "OCN", "identity", 13, prints=True, link="worldcat"),
    OF_RECORD,
    Column("title", "Title", "identity", 30, wraps=True, least=24, prints=True),
    Column("holding_id", "Holding ID", "identity", 21, prints=True),
    Column("location", "Location", "identity", 12, wraps=True, prints=True),
    Column("call_number", "Call number", "identity", 18, wraps=True, prints=True),
    Column("kind", "Problem", "why", 15, wraps=True, least=12, prints=True),
    Column("explanation", "Explanation", "why", 76, wraps=True, least=36, prints=True),
)
FILL = (
    Column("decision", "Decision", "fill", 20, wraps=True, least=18, prints=True),
    Column("status", "Status", "fill", 13, least=13, prints=True),
    Column("new_ocn", "New OCN", "fill", 13, least=13, prints=True),
    Column("note", "Note", "fill", 30, wraps=True, least=22, prints=True),
    Column("assignee", "Assignee", "fill", 14, wraps=True, least=14),
    Column("decided_on", "Date", "fill", 12, least=12),
)
# What a question is answered with, where what the row says need not be written again.
AS_IT_SAYS, AS_IT_IS = "as the row says", "leave as it is"
ANSWER = Column("answer", "Answer", "fill", 18, wraps=True, least=16, prints=True)
_LOOKED_UP = (
    Column("todo", "What to do", "why", 60, wraps=True, least=30),
    Column("elsewhere", "Bibs at other units", "why", 26, wraps=True),
    Column("other_units", "Other units concerned", "why", 16, wraps=True),
    Column("earlier", "Earlier decision", "why", 24, wraps=True),
    Column("priority", "Priority", "identity", 8, is_number=True),
    Column("original_title", "Title in own script", "identity", 26, wraps=True),
    Column("library", "Library", "identity", 12, wraps=True),
    Column("barcodes", "Barcodes", "identity", 16, wraps=True),
    Column("date", "Year", "identity", 8, wraps=True),
    Column("format", "Format", "identity", 12, wraps=True),
    Column("ocn_in_alma", "OCN in Alma", "identity", 14, wraps=True),
    Column("current_ocn", "Current OCN", "identity", 13),
)
OF_KEY = Column("row_key", "Row key", "trace", 10)
_AFTER = (
    replace(_SYMBOL, kind="trace"),
    Column("seen", "Evidence", "trace", 30, wraps=True),
    Column("file", "Source file", "trace", 24, wraps=True),
    Column("record", "Record", "trace", 8, is_number=True),
    OF_KEY,
)
LINKS = ("catalogue", "worldcat")
# What a row has that is no column of a sheet, or not of every one.
_OF_EACH = ("band", "evidence_hash", "priority", "row_key", "seal")
ROW_KEY = OF_KEY.header
_ALWAYS = ("priority", "title", "kind", "explanation", "todo", "row_key", *SEALS)


# A sheet of locations: for whoever places them in location_map.csv; nothing on it is filled in.
_OF_LOCATIONS = (
    Column("library", "Library", "identity", 20, wraps=True, prints=True),
    Column("location", "Location", "identity", 24, wraps=True, prints=True),
    Column("holdings", "Holdings", "identity", 10, is_number=True, prints=True),
    Column("bibs", "Bibs", "identity", 10, is_number=True, prints=True),
    Column("explanation", "Explanation", "why", 60, wraps=True, least=36, prints=True),
    Column("mms_id", "One of the bibs", "identity", 21, prints=True, link="catalogue"),
    Column("title", "Its title", "identity", 40, wraps=True, prints=True),
    Column("todo", "What to do", "why", 60, wraps=True, least=30),
)
# Every header that a workbook of ours can have.
OUR_HEADERS = frozenset(
    [column.header for column in (*PRINTED, *FILL, *_LOOKED_UP, *_AFTER, *_OF_LOCATIONS, OF_ANSWERS, ANSWER)]
    + [shown.header for problem in PROBLEMS.values() for shown in problem.columns]
    + [problem.ocn_header for problem in PROBLEMS.values() if problem.ocn_header]
)


def unit_sheets(rows: pl.DataFrame) -> list[Sheet]:
    """Which sheets does a unit get, and what stands on them?

    Args:
        rows: `ordering.rows_shown`, told (`rows.tell_rows`).

    Returns:
        The sheets, most urgent first.
    """
    by_problem = rows.partition_by("problem", maintain_order=True, as_dict=True)
    return [sheet for (code,), own in by_problem.items() for sheet in _problem_sheets(code, own)]


def _problem_sheets(code: str, rows: pl.DataFrame) -> list[Sheet]:
    columns = columns_of(code, rows)
    names = [column.name for column in columns]
    parts = _with_group(rows).partition_by("sheet", maintain_order=True)
    names_of_tabs = [PROBLEMS[code].title] if len(parts) == 1 else tab_names(PROBLEMS[code].title, parts)
    sheets = [
        Sheet(code, name, columns, with_seals(part, names).select(*dict.fromkeys([*names, *LINKS, *_OF_EACH])))
        for name, part in zip(names_of_tabs, parts, strict=True)
    ]
    sheets[-1] = replace(sheets[-1], left_out=rows["left_out"][0])
    return sheets


def columns_of(code: str, rows: pl.DataFrame) -> tuple[Column, ...]:
    """The columns of a problem's sheet: those that say something of these rows, from left to right."""
    rows = _with_group(rows)
    problem = PROBLEMS[code]
    if problem.is_by_location:
        return _OF_LOCATIONS
    extras = [
        Column(extra_name(shown.parameter), shown.header, "identity", 20, wraps=True, is_number=shown.is_number)
        for shown in problem.columns
    ]
    asked = [column for column in FILL if column.name != "new_ocn" or problem.asks_new_ocn]
    asked.insert(1, OF_ANSWERS)
    # A row about a number under a symbol is named by both; every other row by its bib, beside the number that it has in WorldCat.
    not_named_by = ("number",) if problem.ocn_header else ("ocn", "symbol")
    printed = [_named(column, rows, problem.ocn_header) for column in PRINTED if column.name not in not_named_by]
    after = [column for column in _AFTER if column.name != "symbol" or not problem.ocn_header]
    columns = (*printed, *asked, *_LOOKED_UP, *extras, *after)
    return tuple(column for column in columns if column.kind == "fill" or _says_something(column.name, rows))


def _named(column: Column, rows: pl.DataFrame, ocn_header: str) -> Column:
    """A column under the name of the number in it; the number of a group leads to WorldCat where it is the one of its rows."""
    if column.name == "ocn":
        return replace(column, header=ocn_header)
    if column.name == "number" and rows["current_ocn"].null_count() == 0:
        return replace(column, header="Current OCN")
    if column.name == "group" and rows["group"].equals(rows["number"]):
        return replace(column, link="worldcat")
    return column


def _says_something(name: str, rows: pl.DataFrame) -> bool:
    if name in _ALWAYS:
        return True
    values = rows[name]
    if values.null_count() == values.len():
        return False
    if name == "symbol":
        return values.n_unique() > 1 or bool(PROBLEMS[rows["problem"][0]].ocn_header)
    if name == "number":
        return not values.equals(rows["group"])
    if name == "current_ocn":
        return not values.equals(rows["number"]) and bool(PROBLEMS[rows["problem"][0]].ocn_header)
    return True


def _with_group(rows: pl.DataFrame) -> pl.DataFrame:
    """The number that binds a group, without the word before it."""
    return rows.with_columns(group=pl.col("group_id").str.replace(r"^\S+ ", ""))
