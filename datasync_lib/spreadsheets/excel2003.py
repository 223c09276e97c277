"""SpreadsheetML of Excel 2002 and 2003: one XML file, often named .xls (Microsoft's XML Spreadsheet Reference)."""

import io
import re

from .cell_text import iso_text, number_text, truth_text, visible
from .sheet_rows import RawSheet, Shown, put_cell
from .xml_parts import Element, attribute, local, pieces

_OTHER_ENCODING = re.compile(rb"\s*<\?xml[^>]{0,200}encoding=[\"']utf-?16[^>]{0,200}\?>", re.IGNORECASE)


def read_excel2003(data: bytes) -> list[RawSheet]:
    """The sheets of a workbook, hidden ones too.

    Args:
        data: the file; text that was UTF-16 may have become UTF-8 since.
    """
    if declaration := _OTHER_ENCODING.match(data):
        data = data[declaration.end() :]
    sheets: list[RawSheet] = []
    position, struck = 0, set()
    for event, name, element in pieces(io.BytesIO(data), "Style", "Worksheet", "Row", starts=True):
        if event == "end" and name == "Style":
            struck |= {attribute(element, "ID")} if _is_struck(element) else set()
        elif event == "start" and name == "Worksheet":
            sheets.append(RawSheet(attribute(element, "Name") or ""))
            position = 0
        elif event == "end" and name == "Row" and sheets:
            position = _index(element, position)
            sheets[-1].put(position, _cells(element, position, sheets[-1], struck))
            position += 1 + int(attribute(element, "Span") or 0)
    return sheets


def _index(element: Element, following: int) -> int:
    """The position of a row or cell, from 0: what it says itself, or the next."""
    said = attribute(element, "Index")
    return following if said is None else int(said) - 1


def _is_struck(style: Element) -> bool:
    return any(attribute(font, "StrikeThrough") == "1" for font in style.iterchildren("{*}Font"))


def _cells(row: Element, position: int, sheet: RawSheet, struck: set[str | None]) -> list[str]:
    cells: list[str] = []
    column = 0
    for cell in row:
        if local(cell) != "Cell":
            continue
        column = _index(cell, column)
        text = _cell(cell)
        put_cell(cells, column, text)
        if text and attribute(cell, "StyleID") in struck:
            sheet.struck.add((position, column))
        for note in cell.iterchildren("{*}Comment"):
            sheet.comments[position, column] = " ".join("".join(note.itertext()).split())
        across, down = (int(attribute(cell, name) or 0) for name in ("MergeAcross", "MergeDown"))
        if across or down:
            sheet.merged.append((position, column, position + down, column + across))
        column += 1 + across
    return cells


def _cell(cell: Element) -> str:
    data = next((child for child in cell if local(child) == "Data"), None)
    if data is None:
        formula = attribute(cell, "Formula")
        return Shown(f"{formula} (a formula without a value)") if formula else ""
    text, kind = "".join(data.itertext()), attribute(data, "Type")
    if kind == "Number":
        return number_text(text)
    if kind == "DateTime":
        return iso_text(text)
    if kind == "Boolean":
        return truth_text(text)
    return Shown(text) if kind == "Error" else visible(text)
