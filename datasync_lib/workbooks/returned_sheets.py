"""One returned sheet: its rows under our names, whatever was sorted, moved, renamed, added or merged."""

from collections.abc import Iterator
from itertools import zip_longest

import polars as pl

from ..errors import InputError
from ..problems import PROBLEMS
from ..spreadsheets import RawSheet
from .checking import issue
from .layout import FILL, ROW_KEY

# Somebody may have put a title above the header.
HEADER_WITHIN = 20
# Our largest workbooks have a hundredth of it.
_MOST_PLACES = 30_000_000
# What a row key looks like, for a sheet that lost its header in a workbook that lost its list.
_KEY = "^[0-9a-f]{20}$"
HEADERS = {
    ROW_KEY: "row_key",
    "MMS ID": "mms_id",
    "Holding ID": "holding_id",
    **{problem.ocn_header: "ocn" for problem in PROBLEMS.values() if problem.ocn_header},
    **{column.header: column.name for column in FILL},
}
COLUMNS = tuple(dict.fromkeys(HEADERS.values()))


def cells_of(sheet: RawSheet) -> pl.DataFrame:
    """The cells from the first row on, so that row numbers are those of Excel; an empty one is null."""
    if len(sheet.rows) * sheet.width > _MOST_PLACES:
        raise InputError(f"the sheet «{sheet.name}» has cells far outside of what is filled in")
    columns = enumerate(zip_longest(*sheet.rows, fillvalue=""))
    return pl.DataFrame(
        [pl.Series(str(at), [text.strip() or None for text in column], dtype=pl.String) for at, column in columns]
    )


def was_ours(cells: pl.DataFrame, issued: pl.DataFrame | None) -> bool:
    """Whether a sheet without row keys was handed out as one of rows: it has yellow columns, or the keys without a header."""
    fill = {_known_header(column.header) for column in FILL}
    if any(len(fill & set(map(_known_header, row))) > 1 for row in cells.head(HEADER_WITHIN).rows()):
        return True
    keys = set() if issued is None else set(issued["row_key"])
    return any(not keys.isdisjoint(column.drop_nulls()) or column.str.contains(_KEY).any() for column in cells)


def rows_of(workbook: str, sheet: RawSheet, cells: pl.DataFrame, issues: list[tuple]) -> pl.DataFrame | None:
    """The rows of a sheet under our names, or None when it is not one of ours.

    A header that was sorted along with the rows stands among them: above it, what has a key or an answer is a row.
    """
    top = cells.head(HEADER_WITHIN).rows()
    header_at = next((i for i, row in enumerate(top) if _known_header(ROW_KEY) in map(_known_header, row)), None)
    if header_at is None:
        return None
    columns = _columns(workbook, sheet.name, (header_at, dict(zip(cells.columns, top[header_at], strict=True))), issues)
    issues += _merged_cells(workbook, sheet, header_at, columns)
    telling = [columns[name] for name in ("row_key", *(column.name for column in FILL)) if name in columns]
    below, above = pl.col("row") > header_at + 1, pl.col("row") <= header_at
    rows = (
        cells.lazy()
        .with_row_index("row", offset=1)
        .filter(below | (above & pl.any_horizontal(pl.col(telling).is_not_null())))
    )
    named = rows.select(
        pl.lit(sheet.name).alias("sheet"),
        pl.col("row").cast(pl.Int64),
        *(
            pl.col(columns[ours]).alias(ours) if ours in columns else pl.lit(None, dtype=pl.String).alias(ours)
            for ours in COLUMNS
        ),
        *(pl.lit(ours in columns).alias(f"has_{ours}") for ours in ("mms_id", "holding_id", "ocn")),
    )
    return named.filter(pl.any_horizontal(pl.col(COLUMNS).is_not_null())).collect()


def _columns(
    workbook: str, sheet: str, header: tuple[int, dict[str, str | None]], issues: list[tuple]
) -> dict[str, str]:
    """Which column has what, by the headers in a row."""
    header_at, headers = header
    by_header = {_known_header(header): ours for header, ours in HEADERS.items()}
    columns: dict[str, str] = {}
    for column, text in headers.items():
        ours = by_header.get(_known_header(text))
        if ours in columns:
            issues.append(_double_header(workbook, sheet, header_at + 1, text))
        elif ours:
            columns[ours] = column
    issues += [
        _missing_column(workbook, sheet, header_at + 1, column.header)
        for column in FILL
        if column.name not in columns and column.name != "new_ocn"
    ]
    return columns


def _known_header(header: str | None) -> str:
    return " ".join((header or "").casefold().split())


def _merged_cells(workbook: str, sheet: RawSheet, header_at: int, columns: dict[str, str]) -> Iterator[tuple]:
    """Answers that stand in a cell over several rows: a spreadsheet keeps them in the first."""
    yellow = {int(columns[column.name]): column.header for column in FILL if column.name in columns}
    for first, left, last, right in sheet.merged:
        headers = [header for at, header in yellow.items() if left <= at <= right]
        if headers and last > header_at and (first, left) != (last, right) and _is_filled(sheet, first, left):
            yield _merged(workbook, sheet.name, (first + 1, last + 1), " and ".join(headers))


def _is_filled(sheet: RawSheet, row: int, column: int) -> bool:
    return row < len(sheet.rows) and column < len(sheet.rows[row]) and bool(sheet.rows[row][column].strip())


def _missing_column(workbook: str, sheet: str, row: int, header: str) -> tuple:
    return issue(
        "missing_column",
        workbook,
        sheet,
        row,
        what=f"There is no column «{header}»; what the unit wrote into it, under another header or none, was not taken.",
        todo=f"Call the column «{header}» again and import once more; nothing, if it was taken out because it was empty.",
        is_taken=True,
    )


def _double_header(workbook: str, sheet: str, row: int, header: str) -> tuple:
    return issue(
        "double_header",
        workbook,
        sheet,
        row,
        what=f"Two columns are called «{header}»; the left one was read.",
        todo="Look whether the other one holds answers; if so, move them over and import again.",
        is_taken=True,
    )


def _merged(workbook: str, sheet: str, rows: tuple[int, int], headers: str) -> tuple:
    first, last = rows
    where = f"the rows {first} to {last}" if last > first else f"row {first}"
    return issue(
        "merged_cells",
        workbook,
        sheet,
        first,
        what=f"Cells of {where} are merged over «{headers}»; only the first of them has a value, and only there it was read.",
        todo="Take the cells apart, fill in each row, and import again.",
        is_taken=True,
    )
