"""Excel 97 and older (.xls): BIFF8 with texts that tell their width themselves, BIFF5 with the code page of the file.

xlrd reads both; the other reader at hand believes the code page even where the text does not follow it ([MS-XLS] 2.5.293).
"""

import io
from collections.abc import Iterator

from ..errors import InputError
from .cell_text import date_text, number_text, truth_text, visible
from .sheet_rows import RawSheet, Shown, put_cell


def read_excel97(data: bytes) -> list[RawSheet]:
    """The sheets of a workbook, hidden ones too.

    Raises:
        InputError: it needs a password.
        Exception: whatever xlrd raises for a file that is damaged.
    """
    import xlrd  # here, for most files are none of these

    try:
        book = _opened(data, with_formats=True)
    except xlrd.XLRDError as error:
        if "encrypted" in str(error):
            raise InputError("it is protected by a password") from error
        raise
    except Exception:
        # Formats that xlrd stumbles over are no reason to lose the cells.
        book = _opened(data, with_formats=False)
    is_1904 = bool(book.datemode)
    sheets = []
    for tab in book.sheets():
        sheet = RawSheet(tab.name)
        for position in range(tab.nrows):
            cells: list[str] = []
            for column, (kind, value) in enumerate(zip(tab.row_types(position), tab.row_values(position), strict=True)):
                put_cell(cells, column, _text(kind, value, is_1904))
            sheet.put(position, cells)
        sheet.merged += [(top, left, below - 1, right - 1) for top, below, left, right in tab.merged_cells]
        sheet.comments |= {place: " ".join(note.text.split()) for place, note in tab.cell_note_map.items() if note.text}
        sheet.struck |= set(_struck(book, tab, sheet.rows))
        sheets.append(sheet)
    return sheets


def _opened(data: bytes, *, with_formats: bool):
    import xlrd

    return xlrd.open_workbook(file_contents=data, logfile=io.StringIO(), ragged_rows=True, formatting_info=with_formats)


def _struck(book, tab, rows: list[list[str]]) -> Iterator[tuple[int, int]]:
    """Cells with a line through their text, where the formats were read."""
    fonts = {at for at, font in enumerate(book.font_list or ()) if font.struck_out}
    if not fonts:
        return
    styles = {at for at, style in enumerate(book.xf_list) if style.font_index in fonts}
    for position, cells in enumerate(rows):
        for column, text in enumerate(cells):
            if text and tab.cell_xf_index(position, column) in styles:
                yield position, column


def _text(kind: int, value: object, is_1904: bool) -> str:
    import xlrd

    if kind == xlrd.XL_CELL_NUMBER:
        return number_text(repr(value))
    if kind == xlrd.XL_CELL_DATE:
        return date_text(float(value), is_1904=is_1904) or number_text(repr(value))
    if kind == xlrd.XL_CELL_BOOLEAN:
        return truth_text(str(value))
    if kind == xlrd.XL_CELL_ERROR:
        return Shown(xlrd.error_text_from_code.get(value, "#ERROR!"))
    return visible(str(value))
