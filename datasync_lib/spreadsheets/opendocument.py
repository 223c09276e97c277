"""OpenDocument spreadsheets (.ods, .fods), as their XML writes the cells (ODF 1.2 Part 1, 9 and 19.385)."""

import io
from collections.abc import Iterator
from typing import BinaryIO

from ..errors import InputError
from .cell_text import iso_text, number_text, truth_text, visible
from .package import Package
from .sheet_rows import MOST_COLUMNS, MOST_ROWS, RawSheet, Shown, put_cell
from .xml_parts import Element, attribute, local, pieces

_NOT_SHOWN = {"annotation", "note", "ruby-text", "shape"}
_NUMBERS = ("float", "currency", "percentage")


def read_opendocument(data: bytes) -> list[RawSheet]:
    """The sheets of a spreadsheet, hidden ones too.

    Raises:
        InputError: it needs a password, or holds more than a spreadsheet can.
    """
    package = Package.of(data)
    if "encrypted-package" in package or _is_encrypted(package):
        raise InputError("it is protected by a password")
    sheets = _sheets(package.open("content.xml"))
    package.check()
    return sheets


def read_flat_opendocument(data: bytes) -> list[RawSheet]:
    """The sheets of a spreadsheet that is one XML file (.fods)."""
    return _sheets(io.BytesIO(data))


def _sheets(stream: BinaryIO) -> list[RawSheet]:
    sheets: list[RawSheet] = []
    position, struck = 0, set()
    for event, name, element in pieces(stream, "style", "table", "table-row", starts=True):
        if event == "end" and name == "style":
            struck |= {attribute(element, "name")} if _is_struck(element) else set()
        elif event == "start" and name == "table":
            sheets.append(RawSheet(attribute(element, "name") or ""))
            position = 0
        elif event == "end" and name == "table-row" and sheets:
            times = _times(element, "number-rows-repeated", MOST_ROWS)
            if cells := _cells(element):
                for repeat in range(times):
                    sheets[-1].put(position + repeat, list(cells))
            sheets[-1].merged += _merged(element, position)
            for column, text, has_line in _beside_cells(element, struck):
                for row in range(position, position + times):
                    if text:
                        sheets[-1].comments[row, column] = text
                    if has_line:
                        sheets[-1].struck.add((row, column))
            position += times
    return sheets


def _is_encrypted(package: Package) -> bool:
    if "META-INF/manifest.xml" not in package:
        return False
    return any(True for _ in pieces(package.open("META-INF/manifest.xml"), "encryption-data"))


def _times(element: Element, name: str, most: int) -> int:
    count = attribute(element, name) or "1"
    return min(int(count), most) if count.isdecimal() else 1


def _cells(row: Element) -> list[str]:
    cells: list[str] = []
    column = 0
    for cell in row.iterchildren("{*}table-cell", "{*}covered-table-cell"):
        times = _times(cell, "number-columns-repeated", MOST_COLUMNS)
        if text := _cell(cell):
            for repeat in range(times):
                put_cell(cells, column + repeat, text)
        column += times
    return cells


def _merged(row: Element, position: int) -> Iterator[tuple[int, int, int, int]]:
    column = 0
    for cell in row.iterchildren("{*}table-cell", "{*}covered-table-cell"):
        height, width = (_times(cell, f"number-{what}-spanned", MOST_ROWS) for what in ("rows", "columns"))
        if height > 1 or width > 1:
            yield position, column, position + height - 1, column + width - 1
        column += _times(cell, "number-columns-repeated", MOST_COLUMNS)


def _is_struck(style: Element) -> bool:
    lines = (attribute(each, "text-line-through-style") for each in style.iterchildren("{*}text-properties"))
    return any(line not in (None, "none") for line in lines)


def _beside_cells(row: Element, struck: set[str | None]) -> Iterator[tuple[int, str, bool]]:
    """Of cells that have it: the column, the comment, and whether a line goes through the text or a part of it."""
    column = 0
    for cell in row.iterchildren("{*}table-cell", "{*}covered-table-cell"):
        times = _times(cell, "number-columns-repeated", MOST_COLUMNS)
        notes = [
            "\n".join("".join(_text(p)) for p in note.iterchildren("{*}p"))
            for note in cell.iterchildren("{*}annotation")
        ]
        styles = {
            attribute(cell, "style-name"),
            *(attribute(span, "style-name") for span in cell.iterfind("{*}p/{*}span")),
        }
        has_line = not struck.isdisjoint(styles) and bool(_cell(cell))
        if notes or has_line:
            for repeat in range(times if has_line else 1):
                yield column + repeat, " ".join(" ".join(notes).split()), has_line
        column += times


def _cell(cell: Element) -> str:
    kinds = [value for key, value in cell.items() if key.endswith("}value-type")]
    kind = "error" if "error" in kinds else kinds[0] if kinds else "string"
    if kind == "error":
        return Shown(_shown(cell))
    if kind in _NUMBERS:
        return number_text(attribute(cell, "value") or "")
    if kind == "date":
        return iso_text(attribute(cell, "date-value") or "")
    if kind == "boolean":
        return truth_text(attribute(cell, "boolean-value") or "")
    text = attribute(cell, "string-value") if kind == "string" else None
    shown = visible(_shown(cell) if text is None else text)
    return Shown(shown) if kind == "time" else shown


def _shown(cell: Element) -> str:
    return "\n".join("".join(_text(child)) for child in cell if local(child) == "p")


def _text(element: Element) -> list[str]:
    """The text of a paragraph: blanks and line ends have elements of their own, notes and reading aids do not count."""
    parts = [element.text or ""]
    for child in element:
        name = local(child)
        if name == "s":
            parts.append(" " * _times(child, "c", 1000))
        elif name in ("tab", "line-break"):
            parts.append("\t" if name == "tab" else "\n")
        elif name and name not in _NOT_SHOWN:
            parts += _text(child)
        parts.append(child.tail or "")
    return parts
