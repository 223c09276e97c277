"""Does another reader see the same cells? (fastexcel, over calamine)

It is asked wherever it reads a kind as well and as fast. Where it is known to err, its cell is not held against ours: days
of workbooks from 1904 (a second `workbookPr` hides the first from it), errors and formulas without a value (empty to it).
Of old workbooks (.xls), whose texts it takes in the wrong code page, only the numbers count.
"""

import re
from collections.abc import Callable
from itertools import zip_longest
from math import isclose

import fastexcel
import polars as pl

from .cell_text import unescaped, visible
from .sheet_rows import RawSheet, Shown

# It lays a sheet out as a rectangle: one stray cell in the last corner would take all memory.
MOST_PLACES = 20_000_000
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)


def difference(data: bytes, sheets: list[RawSheet], *, is_old: bool = False) -> str | None:
    """Where another reader sees another cell, or cannot read the file; null when both see the same.

    Args:
        data: the file.
        sheets: as they were read from it.
        is_old: it is an .xls; that the other reader cannot read it says nothing then.
    """
    try:
        book = fastexcel.read_excel(data)
        for sheet in sheets:
            if len(sheet.rows) * sheet.width > MOST_PLACES:
                continue
            if sheet.name not in book.sheet_names:
                return f"another reader does not see the sheet «{sheet.name}»"
            other = book.load_sheet(sheet.name, header_row=None, skip_rows=0, dtypes="string").to_polars()
            if found := _difference(sheet.rows, other.rows(), _is_same_number if is_old else _is_same):
                return f"two readers do not see the same in the sheet «{sheet.name}»: {found}"
    except (fastexcel.FastExcelError, pl.exceptions.PolarsError, ValueError) as error:
        return None if is_old else f"another reader cannot read it: {str(error).splitlines()[0]}"
    except BaseException as error:
        # What this reader raises when it fails itself derives from BaseException only.
        if type(error).__name__ != "PanicException":
            raise
        return None if is_old else f"another reader fails on it: {str(error).splitlines()[0]}"
    return None


def _difference(ours: list[list[str]], others: list[tuple], is_same: Callable[[str, str], bool]) -> str | None:
    """The first cell that differs, with both texts; empty rows at the end and empty columns in front do not count."""
    skipped, skipped_by_other = _first_column(ours), _first_column(others)
    for position, (own, other) in enumerate(zip_longest(ours, others, fillvalue=()), start=1):
        pairs = zip_longest(own[skipped:], other[skipped_by_other:], fillvalue=None)
        for column, (text, seen) in enumerate(pairs, start=skipped + 1):
            if text != seen and not is_same(text or "", seen or ""):
                return f"row {position}, column {column} is «{(text or '')[:60]}» or «{(seen or '')[:60]}»"
    return None


def _first_column(rows: list[list[str]] | list[tuple]) -> int:
    return min((next((i for i, cell in enumerate(row) if cell), 1 << 20) for row in rows), default=0)


def _is_same(ours: str, other: str) -> bool:
    """Whether both are one text, blanks aside (tabs of OpenDocument are nothing to the other), or one number."""
    if isinstance(ours, Shown) or _dense(ours) in (_dense(visible(other)), _dense(visible(unescaped(other)))):
        return True
    return bool(_NUMBER.fullmatch(ours) and _NUMBER.fullmatch(other)) and isclose(
        float(ours), float(other), rel_tol=1e-14
    )


def _is_same_number(ours: str, other: str) -> bool:
    """Whether a number is the same; text of 16 bits that is taken for one of 8 has NULs between its letters."""
    return _NUMBER.fullmatch(ours) is None or _is_same(ours, other.replace("\0", ""))


def _dense(text: str) -> str:
    return "".join(text.split())
