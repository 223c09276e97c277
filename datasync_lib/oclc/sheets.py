"""Rows of a spreadsheet, whatever it is under its name: Excel, HTML, or text with tabs (oclc_formats.md 3, 9).

A file called .xls may be any of the three. Cells come out as text, as they are shown: the label of a link, a whole
number without decimals.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import fastexcel
import lxml.etree
import lxml.html
import polars as pl

from ..errors import InputError

EXCEL_STARTS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_HTML = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body|table|div|p)\b", re.I | re.S)


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
    """Whether these first bytes are those of an Excel workbook (or of another zip file)."""
    return start.startswith(EXCEL_STARTS)


def is_html(start: bytes) -> bool:
    """Whether these first bytes are those of a web page."""
    return _HTML.match(start) is not None


def read_sheets(data: bytes) -> list[Sheet]:
    """The sheets of a workbook that hold anything, all tables of a web page as one, or tab-separated text.

    Raises:
        InputError: it looks like a workbook or a web page, and cannot be read as one.
    """
    if is_excel(data[:8]):
        return _excel_sheets(data)
    if is_html(data[:4096]):
        return [_html_rows(data)]
    lines = data.decode(_encoding(data), errors="replace").split("\n")
    return [Sheet([[_plain(cell) for cell in line.split("\t")] for line in lines], [])]


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


def _excel_sheets(data: bytes) -> list[Sheet]:
    try:
        workbook = fastexcel.read_excel(data)
        frames = [
            (name, workbook.load_sheet(name, header_row=None, dtypes="string").to_polars())
            for name in workbook.sheet_names
        ]
    except (fastexcel.FastExcelError, pl.exceptions.PolarsError, ValueError) as error:
        raise InputError(f"cannot be read as an Excel workbook: {error}") from error
    except BaseException as error:
        # What the reader of workbooks raises when it fails itself derives from BaseException only.
        if type(error).__name__ != "PanicException":
            raise
        raise InputError(f"cannot be read as an Excel workbook: {error}") from error
    sheets = [
        Sheet([[_plain(cell or "") for cell in row] for row in frame.iter_rows()], [], name) for name, frame in frames
    ]
    return [sheet for sheet in sheets if any(any(row) for row in sheet.rows)]


def _html_rows(data: bytes) -> Sheet:
    try:
        page = lxml.html.document_fromstring(data, parser=lxml.html.HTMLParser(encoding=_encoding(data)))
    except (lxml.etree.LxmlError, ValueError) as error:
        raise InputError(f"cannot be read as a web page: {error}") from error
    rows = [[_plain(cell.text_content()) for cell in row if cell.tag in ("td", "th")] for row in page.iter("tr")]
    return Sheet(rows, list(_text_outside(page)))


def _encoding(data: bytes) -> str:
    try:
        data.decode()
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _text_outside(page: lxml.html.HtmlElement) -> Iterator[str]:
    """Lines of text that stand in no table row, nor in scripts and styles."""
    inside = {"tr", "script", "style", "head"}
    for element in page.iter():
        if (
            not isinstance(element.tag, str)
            or element.tag in inside
            or inside & {a.tag for a in element.iterancestors()}
        ):
            continue
        for text in (element.text, *(child.tail for child in element)):
            if text and text.strip():
                yield _plain(text)


def _plain(text: str) -> str:
    return " ".join(text.split())


def as_tab_text(sheet: Sheet) -> bytes:
    """The rows as lines with tabs, for readers of text; an empty row stays an empty line."""
    return "\n".join("\t".join(row).rstrip("\t") for row in sheet.rows).encode()
