"""Tables of web pages and of web archives (.mht), which many programs name .xls."""

import codecs
import email
import email.policy
import re
from collections.abc import Iterator

import lxml.etree
import lxml.html

from ..errors import InputError
from .cell_text import number_text
from .sheet_rows import MOST_COLUMNS, RawSheet

# What a browser does with more is no different (HTML, 4.9.11).
_MOST_SPAN = 1000
_CHARSET = re.compile(rb"<meta[^<>]+charset=[\"']?([\w-]+)", re.IGNORECASE)
# A number that its column was too narrow for. The value stands beside it, where Excel or LibreOffice wrote the page.
_TOO_NARROW = re.compile(r"#+|-?\d+(?:[.,]\d+)?E[+-]?\d+", re.IGNORECASE)
_VALUES = ("x:num", "sdval")


def read_web_page(data: bytes) -> list[RawSheet]:
    """All tables of a page as one sheet."""
    return [_page(data, "", _encoding(data))]


def read_web_archive(data: bytes) -> list[RawSheet]:
    """The pages of a web archive, each as a sheet: Excel writes one for each tab.

    Raises:
        InputError: there is no page in it.
    """
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    sheets = []
    for part in message.walk():
        name = str(part.get("Content-Location", "")).rpartition("/")[2]
        # The tabs of a workbook are a page with a table too.
        if part.get_content_type() == "text/html" and not name.lower().startswith("tabstrip"):
            page = part.get_payload(decode=True) or b""
            sheets.append(_page(page, name, _encoding(page, part.get_content_charset())))
    if not any(sheet.rows for sheet in sheets):
        raise InputError("there is no page with a table in it")
    return [sheet for sheet in sheets if sheet.rows]


def _page(data: bytes, name: str, encoding: str) -> RawSheet:
    try:
        page = lxml.html.document_fromstring(data, parser=lxml.html.HTMLParser(encoding=encoding))
    except (lxml.etree.LxmlError, ValueError) as error:
        raise InputError(str(error)) from error
    return RawSheet(name, list(_rows(page)), list(_text_outside(page)))


def _rows(page: lxml.html.HtmlElement) -> Iterator[list[str]]:
    """The rows of all tables. A cell over several columns or rows leaves the other places empty, as in a spreadsheet."""
    taken: dict[object, dict[int, int]] = {}
    for row in page.iter("tr"):
        table = next(row.iterancestors("table"), None)
        below = taken.setdefault(table, {})
        cells: list[str] = []
        spans: dict[int, int] = {}
        for cell in row:
            if cell.tag not in ("td", "th"):
                continue
            while below.get(len(cells), 0):
                cells.append("")
            width, height = _span(cell, "colspan"), _span(cell, "rowspan")
            spans |= dict.fromkeys(range(len(cells), len(cells) + width), height - 1)
            cells += [_shown(cell), *[""] * (width - 1)]
            if len(cells) > MOST_COLUMNS:
                raise InputError("a row of a table has more cells than any spreadsheet")
        taken[table] = {column: count - 1 for column, count in below.items() if count > 1} | {
            column: count for column, count in spans.items() if count
        }
        yield cells


def _span(cell: lxml.html.HtmlElement, name: str) -> int:
    said = (cell.get(name) or "1").strip()
    return max(1, min(int(said), _MOST_SPAN)) if said.isascii() and said.isdecimal() else 1


def _shown(cell: lxml.html.HtmlElement) -> str:
    text = cell.text_content()
    if _TOO_NARROW.fullmatch(text.strip()):
        value = next((cell.get(name) for name in _VALUES if cell.get(name)), None)
        return text if value is None else number_text(value)
    return text


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
                yield text


def _encoding(data: bytes, said: str | None = None) -> str:
    """UTF-8 where the bytes are that, else what the page or the archive says, else Windows-1252."""
    try:
        data.decode()
    except UnicodeDecodeError:
        match = _CHARSET.search(data[:4096])
        return _known(said) or _known(match[1].decode("ascii") if match else None) or "cp1252"
    return "utf-8"


def _known(encoding: str | None) -> str | None:
    """A name that a decoder knows, but none of more than a byte a letter, which these bytes would have shown to be."""
    try:
        name = codecs.lookup(encoding).name if encoding else None
    except LookupError:
        return None
    return None if name in (None, "utf-8", "ascii", "iso8859-1") or name.startswith("utf") else name
