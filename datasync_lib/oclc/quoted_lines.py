"""Lines of a table in which a quoted cell may hold line ends: they are one row, and never rows of their own."""

import csv
import re
from collections.abc import Callable
from functools import cache

# No cell of a list has more lines; a quotation mark that is not closed within them opens nothing.
MOST_LINES = 100

Line = tuple[int, str]
# What the first line of a file may say to Excel, and to nobody else.
_SEPARATOR_LINE = re.compile(r'\s*"?sep=(\t|[^\w\s"])"?[\s,;]*', re.I)


def told_separator(line: str) -> str | None:
    """The character that a first line such as `sep=;` names; null for any other line."""
    found = _SEPARATOR_LINE.fullmatch(line)
    return found[1] if found else None


def quoted_cells(line: str, separator: str) -> list[str] | None:
    """The cells of one row, of any length; null when its quotation marks do not fit together.

    A blank before a quotation mark is passed over, as it is in `join_lines`.
    """
    if '"' not in line:
        return line.split(separator)
    if line.count('"') % 2:
        return None
    # The module's limit is one for the whole process, and meant against rows that never end.
    if len(line) > csv.field_size_limit():
        csv.field_size_limit(len(line))
    try:
        return next(csv.reader([line], delimiter=separator, strict=True, skipinitialspace=True))
    except csv.Error:
        return None


def join_lines(
    lines: list[Line], separator: str, is_row: Callable[[str], bool] = lambda _: False, stop: int | None = None
) -> tuple[list[tuple[int, str, bool]], int]:
    """The lines of a table, those that one quoted cell holds together joined by a blank.

    A quotation mark that is not closed opens nothing, and its line stands alone. Where a line inside the quotation marks
    looks like a row of its own, both readings are possible: all these lines come out apart, marked as doubtful.

    Args:
        lines: position and text of each line.
        separator: what separates columns.
        is_row: whether a line alone looks like a whole row.
        stop: no row is begun from this place in the list on.

    Returns:
        Position of the first line, text, and whether it is doubtful, of each row; and the place that was reached.
    """
    rows, at = [], 0
    while at < (len(lines) if stop is None else stop):
        end = _last_line(lines, at, separator)
        together = lines[at : end + 1]
        if end > at and any(is_row(text) for _, text in together[1:]):
            rows.extend((position, text, True) for position, text in together)
        else:
            rows.append((lines[at][0], " ".join(text for _, text in together), False))
        at = end + 1
    return rows, at


def _last_line(lines: list[Line], at: int, separator: str) -> int:
    """Where the row ends that begins at this place in the list."""
    if not _ends_open(lines[at][1], separator, inside=False):
        return at
    following = range(at + 1, min(at + MOST_LINES, len(lines)))
    return next((i for i in following if not _ends_open(lines[i][1], separator, inside=True)), at)


def _ends_open(line: str, separator: str, *, inside: bool) -> bool:
    """Whether a quoted cell is open at the end of the line; `inside`: one was open at its beginning."""
    if '"' not in line:
        return inside
    start = 0
    if inside:
        end = _REST_OF_CELL.match(line)
        if not end[1]:
            return True
        start = end.end()
    return any(not cell[1] for cell in _quoted_cells(separator).finditer(line, start))


_REST_OF_CELL = re.compile(r'(?:[^"]|"")*("?)')


@cache
def _quoted_cells(separator: str) -> re.Pattern:
    return re.compile(rf'(?:^|{re.escape(separator)}) *"(?:[^"]|"")*("?)')
