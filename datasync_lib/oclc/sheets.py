"""Rows of a spreadsheet, whatever it is under its name, for lists and reports (oclc_formats.md 3, 9).

A file called .xls may be Excel of any age, a web page, a web archive, XML, or text with tabs. Cells come out as text, as
they are shown: the label of a link, a whole number without decimals.
"""

from collections.abc import Callable
from dataclasses import dataclass

from ..spreadsheets import RawSheet, is_spreadsheet, is_web_page, read_spreadsheet


@dataclass(frozen=True)
class Sheet:
    """The rows of a sheet or page.

    Attributes:
        rows: the cells of each row, blanks around them and line ends in them removed.
        text: lines of text outside the rows.
        name: the name of the sheet; empty for a page or a text.
    """

    rows: list[list[str]]
    text: list[str]
    name: str = ""


def is_excel(start: bytes) -> bool:
    """Whether these first bytes are those of a workbook of any age or kind (or of another zip file)."""
    return is_spreadsheet(start)


def is_html(start: bytes) -> bool:
    """Whether these first bytes are those of a web page."""
    return is_web_page(start)


def read_sheets(data: bytes) -> list[Sheet]:
    """The sheets of a workbook that hold anything, all tables of a web page as one, or tab-separated text.

    Raises:
        InputError: it looks like a workbook or a web page, and cannot be read as one.
    """
    start = data[:4096]
    if is_web_page(start) or is_spreadsheet(start):
        sheets = [_shown(sheet) for sheet in read_spreadsheet(data)]
        return sheets if is_web_page(start) else [sheet for sheet in sheets if any(any(row) for row in sheet.rows)]
    lines = data.decode(_encoding(data), errors="replace").split("\n")
    return [Sheet([[_plain(cell) for cell in line.split("\t")] for line in lines], [])]


def _shown(sheet: RawSheet) -> Sheet:
    return Sheet([[_plain(cell) for cell in row] for row in sheet.rows], [_plain(t) for t in sheet.text], sheet.name)


def join_sheets(
    sheets: list[Sheet], look: Callable[[list[list[str]]], tuple[int, object] | None]
) -> tuple[Sheet, list[Sheet]]:
    """The first sheet that is wanted with the rows of those that are made like it, and the sheets that were left out.

    Args:
        sheets: the sheets of a workbook.
        look: tells of rows the position of the header (-1 without one) and what must be the same in both sheets; null
            when they are not what is wanted.
    """
    looks = [look(sheet.rows) for sheet in sheets]
    first = next((i for i, seen in enumerate(looks) if seen), 0)
    if not sheets:
        return Sheet([], []), []
    rows, text, left_out = list(sheets[first].rows), list(sheets[first].text), sheets[:first]
    for sheet, seen in zip(sheets[first + 1 :], looks[first + 1 :], strict=True):
        if seen and looks[first] and seen[1] == looks[first][1]:
            text += [*sheet.text, *(" ".join(row) for row in sheet.rows[: max(0, seen[0])])]
            rows += sheet.rows[seen[0] + 1 :]
        else:
            left_out.append(sheet)
    return Sheet(rows, text, sheets[first].name), left_out


def words_on_left_out(sheet: Sheet) -> str:
    """What there is to say of a sheet that was not read."""
    return (
        f"the sheet «{sheet.name}» was not read ({len(sheet.rows)} rows): its columns are not those of the sheet that "
        "was read; give it the same header, or save it as a file of its own"
    )


def _encoding(data: bytes) -> str:
    try:
        data.decode()
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _plain(text: str) -> str:
    return " ".join(text.split())


def as_tab_text(sheet: Sheet) -> bytes:
    """The rows as lines with tabs, for readers of text; an empty row stays an empty line."""
    return "\n".join("\t".join(row).rstrip("\t") for row in sheet.rows).encode()
