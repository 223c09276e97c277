"""One returned sheet: its rows under our names, whatever was sorted, moved, renamed, added or merged.

What a cell does not say by itself (an error, a formula that nobody worked out, cells made one, a comment, a line through it, a
second column of the same name) is a doubt of its row: the row is asked about, with the cell, and not taken.
"""

from dataclasses import dataclass, field
from itertools import zip_longest

import polars as pl
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from ..errors import InputError
from ..problems import PROBLEMS
from ..spreadsheets import RawSheet
from ..vocabulary.decisions import ANSWERS
from .checking import issue
from .issued import IDENTITY, SEALS
from .layout import ANSWER, FILL, OF_ANSWERS, OUR_HEADERS, PRINTED, ROW_KEY

# Somebody may have put a title above the header; a header that was sorted along may be anywhere.
HEADER_WITHIN = 20
# Our largest workbooks have a hundredth of it.
_MOST_PLACES = 30_000_000
# Wider than any sheet of ours with columns of somebody's own.
_WIDEST = 250
_READ = {*IDENTITY, *ANSWERS, *SEALS, ANSWER.name} - {"ocn"}
# What a row key looks like, for a sheet that lost its header in a workbook that lost its list.
_KEY = "^[0-9a-f]{20}$"
# Every number of a record is one of its problem; whatever else names a record is called as in the layout.
HEADERS = {
    **{column.header: column.name for column in (*PRINTED, *FILL, ANSWER, OF_ANSWERS) if column.name in _READ},
    **{problem.ocn_header: "ocn" for problem in PROBLEMS.values() if problem.ocn_header},
    ROW_KEY: "row_key",
}
COLUMNS = tuple(dict.fromkeys(HEADERS.values()))
_YELLOW = {column.name: column.header for column in FILL}
_ERROR = r"^(?:#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA)|Err:\d{3})$"
_FORMULA = r"^=.* \(a formula without a value\)$"


@dataclass
class Doubts:
    """What is doubtful of the rows of one sheet: by row (as Excel counts), the first code and all that is to be said."""

    by_row: dict[int, tuple[str, str]] = field(default_factory=dict)

    def add(self, row: int, code: str, what: str) -> None:
        """One more doubt of a row."""
        first, said = self.by_row.get(row, (code, ""))
        self.by_row[row] = (first, f"{said}; {what}" if said else what)

    def frame(self) -> pl.DataFrame:
        """row, doubt_code, doubt."""
        rows = [(row, *doubt) for row, doubt in self.by_row.items()]
        return pl.DataFrame(rows, schema={"row": pl.Int64, "doubt_code": pl.String, "doubt": pl.String}, orient="row")


def cells_of(sheet: RawSheet) -> pl.DataFrame:
    """The cells from the first row on, so that row numbers are those of Excel; an empty one is null.

    A cell far to the right of what is filled in is left out, for a row of it would be as wide as the program is.
    """
    width = max((len(row) for row in sheet.rows if len(row) <= _WIDEST), default=0)
    rows = [row[:width] for row in sheet.rows]
    while rows and not any(rows[-1]):
        rows.pop()
    if len(rows) * width > _MOST_PLACES:
        raise InputError(f"the sheet «{sheet.name}» has cells far outside of what is filled in")
    columns = enumerate(zip_longest(*rows, fillvalue=""))
    return pl.DataFrame(
        [pl.Series(str(at), [text.strip() or None for text in column], dtype=pl.String) for at, column in columns]
    )


def was_ours(cells: pl.DataFrame, issued: pl.DataFrame | None) -> bool:
    """Whether a sheet without row keys was handed out as one of rows: it has yellow columns, or the keys without a header."""
    fill = {_known_header(header) for header in _YELLOW.values()}
    if any(len(fill & set(map(_known_header, row))) > 1 for row in cells.head(HEADER_WITHIN).rows()):
        return True
    keys = set() if issued is None else set(issued["row_key"])
    return any(not keys.isdisjoint(column.drop_nulls()) or column.str.contains(_KEY).any() for column in cells)


@dataclass(frozen=True)
class _Header:
    """Where the header of a sheet stands, which column has what, and what is odd about it."""

    at: int
    texts: dict[str, str | None]
    columns: dict[str, str]
    twice: list[tuple[str, str]]

    @classmethod
    def of(cls, at: int, texts: dict[str, str | None]) -> "_Header":
        by_header = {_known_header(header): ours for header, ours in HEADERS.items()}
        columns: dict[str, str] = {}
        twice = []
        for column, text in texts.items():
            ours = by_header.get(_known_header(text))
            if ours in columns:
                twice.append((ours, column))
            elif ours:
                columns[ours] = column
        return cls(at, texts, columns, twice)

    @property
    def strange(self) -> list[str]:
        """Columns that have no header of ours, and none that we hand out."""
        known = {_known_header(text) for text in OUR_HEADERS}
        return [column for column, text in self.texts.items() if _known_header(text) not in known]


def rows_of(
    workbook: str, sheet: RawSheet, cells: pl.DataFrame, issues: list[tuple], issued: pl.DataFrame | None
) -> pl.DataFrame | None:
    """The rows of a sheet under our names, with doubt_code and doubt, or None when it is not one of ours.

    A header that was sorted along with the rows stands among them: above it, what has a key or an answer is a row.
    """
    header = _find_header(cells)
    if header is None:
        return None
    columns, doubts = header.columns, Doubts()
    asked = _asked(cells, columns, issued)
    missing = [name for name in _YELLOW if name not in columns and name in asked]
    issues += [_missing_column(workbook, sheet.name, header.at + 1, _YELLOW[name]) for name in missing]
    rows = _rows(cells, header)
    _doubt_headers(rows, header, missing, doubts)
    _doubt_values(rows, columns, doubts)
    _doubt_cells(sheet, columns, doubts)
    named = rows.select(
        pl.lit(sheet.name).alias("sheet"),
        pl.col("row"),
        *(
            pl.col(columns[ours]).alias(ours) if ours in columns else pl.lit(None, dtype=pl.String).alias(ours)
            for ours in COLUMNS
        ),
        *(pl.lit(ours in columns).alias(f"has_{ours}") for ours in (*IDENTITY, *_YELLOW)),
    ).join(doubts.frame(), on="row", how="left", maintain_order="left")
    return named.filter(pl.any_horizontal(pl.col(COLUMNS).is_not_null()) | pl.col("doubt").is_not_null())


def _find_header(cells: pl.DataFrame) -> _Header | None:
    """The row with the header of the row keys; where that column is gone, the one with both seals' or most yellow headers."""
    wanted = _known_header(ROW_KEY)
    for texts in (cells.head(HEADER_WITHIN), cells):
        is_key = pl.any_horizontal(pl.all().str.to_lowercase().str.strip_chars() == wanted).fill_null(False)
        at = texts.select(is_key.arg_true()).to_series() if texts.width else pl.Series([], dtype=pl.UInt32)
        if len(at):
            return _Header.of(at[0], dict(zip(cells.columns, cells.row(at[0]), strict=True)))
    seal = _known_header("Seal 1")
    top = enumerate(cells.head(HEADER_WITHIN).rows())
    at = next((at for at, row in top if seal in map(_known_header, row)), None)
    return None if at is None else _Header.of(at, dict(zip(cells.columns, cells.row(at), strict=True)))


def _rows(cells: pl.DataFrame, header: _Header) -> pl.DataFrame:
    """The rows around the header, each with its number; repeated headers are none."""
    telling = [header.columns[name] for name in ("row_key", *_YELLOW) if name in header.columns]
    below, above = pl.col("row") > header.at + 1, pl.col("row") <= header.at
    key = header.columns.get("row_key", header.columns.get(SEALS[0]))
    is_header = (pl.col(key) == header.texts[key]).fill_null(False)
    # An answer that was written over a copy of the header is an answer.
    for column in telling:
        is_header &= pl.col(column).is_null() | (pl.col(column) == header.texts[column])
    return (
        cells.with_row_index("row", offset=1)
        .with_columns(pl.col("row").cast(pl.Int64))
        .filter(~is_header & (below | (above & pl.any_horizontal(pl.col(telling).is_not_null()))))
    )


def _asked(cells: pl.DataFrame, columns: dict[str, str], issued: pl.DataFrame | None) -> set[str]:
    """Which yellow columns the sheet had: New OCN only where a number can be the answer."""
    if issued is None or "row_key" not in columns:
        return set(_YELLOW) - {"new_ocn"}
    problems = issued.filter(pl.col("row_key").is_in(cells[columns["row_key"]].drop_nulls().implode()))["problem"]
    asks = any(PROBLEMS[code].asks_new_ocn for code in problems.unique() if code in PROBLEMS)
    return set(_YELLOW) if asks else set(_YELLOW) - {"new_ocn"}


def _doubt_headers(rows: pl.DataFrame, header: _Header, missing: list[str], doubts: Doubts) -> None:
    """Answers under a header that comes twice, or under one that we do not know where one of ours is gone."""
    for ours, column in header.twice:
        differs = pl.col(column).is_not_null() & pl.col(column).ne_missing(pl.col(header.columns[ours]))
        name = header.texts[column]
        for row, text in rows.filter(differs).select("row", column).iter_rows():
            place = xl_rowcol_to_cell(row - 1, int(column))
            doubts.add(row, "double_header", f"a second column «{name}» says «{_short(text)}» ({place})")
    if not missing:
        return
    gone = " and ".join(f"«{_YELLOW[name]}»" for name in missing)
    for column in header.strange:
        name = header.texts[column] or xl_col_to_name(int(column))
        for row, text in rows.filter(pl.col(column).is_not_null()).select("row", column).iter_rows():
            place = xl_rowcol_to_cell(row - 1, int(column))
            what = f"there is no column {gone}, and the column «{name}» says «{_short(text)}» ({place})"
            doubts.add(row, "missing_column", what)


def _doubt_values(rows: pl.DataFrame, columns: dict[str, str], doubts: Doubts) -> None:
    """Errors and formulas without a value in yellow cells."""
    for name in (name for name in _YELLOW if name in columns):
        text = pl.col(columns[name])
        found = rows.filter(text.str.contains(_ERROR) | text.str.contains(_FORMULA)).select("row", columns[name])
        for row, value in found.iter_rows():
            place = xl_rowcol_to_cell(row - 1, int(columns[name]))
            doubts.add(row, "no_value", f"«{_YELLOW[name]}» ({place}) shows «{_short(value)}», which is no answer")


def _doubt_cells(sheet: RawSheet, columns: dict[str, str], doubts: Doubts) -> None:
    """Yellow cells that were made one, are struck through, or have a comment."""
    yellow = {int(columns[name]): header for name, header in _YELLOW.items() if name in columns}
    for first, left, last, right in sheet.merged:
        headers = [header for at, header in yellow.items() if left <= at <= right]
        if headers and (first, left) != (last, right) and _is_filled(sheet, first, left):
            text = _short(sheet.rows[first][left])
            where = f"the rows {first + 1} to {last + 1}" if last > first else f"row {first + 1}"
            for row in range(first + 1, min(last + 1, len(sheet.rows)) + 1):
                doubts.add(row, "merged_cells", f"cells of {where} are one over «{' and '.join(headers)}»: «{text}»")
    for row, column in sheet.struck:
        if column in yellow:
            place = xl_rowcol_to_cell(row, column)
            doubts.add(row + 1, "struck_through", f"«{yellow[column]}» ({place}) has a line through it")
    for (row, column), text in sheet.comments.items():
        doubts.add(row + 1, "comment", f"a comment on {xl_rowcol_to_cell(row, column)} says «{_short(text)}»")


def _is_filled(sheet: RawSheet, row: int, column: int) -> bool:
    return row < len(sheet.rows) and column < len(sheet.rows[row]) and bool(sheet.rows[row][column].strip())


def _short(text: str) -> str:
    return text if len(text) <= 200 else f"{text[:200]}…"


def _known_header(header: str | None) -> str:
    return " ".join((header or "").casefold().split())


def _missing_column(workbook: str, sheet: str, row: int, header: str) -> tuple:
    return issue(
        "missing_column",
        workbook,
        sheet,
        row,
        what=f"There is no column «{header}»; rows with something under a header that is not ours are asked about.",
        todo=f"Call the column «{header}» again and import once more; nothing, if it was taken out because it was empty.",
        is_taken=True,
    )
