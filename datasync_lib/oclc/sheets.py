"""Rows of a spreadsheet, whatever it is under its name: Excel, HTML, or text with tabs (oclc_formats.md 3, 9).

A file called .xls may be any of the three. Cells come out as text, as they are shown: the label of a link, a whole
number without decimals.
"""

import re
from collections.abc import Iterator
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
    """

    rows: list[list[str]]
    text: list[str]


def is_excel(start: bytes) -> bool:
    """Whether these first bytes are those of an Excel workbook (or of another zip file)."""
    return start.startswith(EXCEL_STARTS)


def is_html(start: bytes) -> bool:
    """Whether these first bytes are those of a web page."""
    return _HTML.match(start) is not None


def read_sheet(data: bytes) -> Sheet:
    """The rows of a workbook's first sheet, of all tables of a web page, or of tab-separated text in UTF-8.

    Raises:
        InputError: it looks like a workbook, and cannot be read as one.
    """
    if is_excel(data[:8]):
        return Sheet(_excel_rows(data), [])
    if is_html(data[:4096]):
        return _html_rows(data)
    return Sheet([[_plain(cell) for cell in line.split("\t")] for line in data.decode().split("\n")], [])


def _excel_rows(data: bytes) -> list[list[str]]:
    try:
        workbook = fastexcel.read_excel(data)
        frame = workbook.load_sheet(0, header_row=None, dtypes="string").to_polars()
    except (fastexcel.FastExcelError, pl.exceptions.PolarsError) as error:
        raise InputError(f"cannot be read as an Excel workbook: {error}") from error
    return [[_plain(cell or "") for cell in row] for row in frame.iter_rows()]


def _html_rows(data: bytes) -> Sheet:
    page = lxml.html.fromstring(data, parser=lxml.html.HTMLParser(encoding=_encoding(data)))
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
