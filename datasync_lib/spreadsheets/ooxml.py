"""Excel's .xlsx and .xlsm (ECMA-376, transitional and strict), as its XML writes the cells.

A number keeps the digits of the file, a reading aid (`rPh`) is no part of a text, an error is the text that is shown,
and a formula that no program has worked out yet is given as formula. Rows and cells stand where they say they stand:
the range that a sheet says it has is not asked.
"""

import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format

from ..errors import InputError
from .cell_text import date_text, iso_text, number_text, truth_text, unescaped, visible
from .package import Package
from .sheet_rows import RawSheet, Shown, put_cell
from .xml_parts import Element, attribute, local, pieces

_PLACE = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9]\d{0,6})", re.ASCII)
_RANGE = re.compile(f"{_PLACE.pattern}:{_PLACE.pattern}", re.ASCII)
# Dates in the calendars of Japan, China, Korea and Thailand (ECMA-376 Part 1, 18.8.30): their code is the program's own.
_LOCAL_DATES = {*range(27, 37), *range(50, 59), *range(71, 82)}
_TRUE = ("1", "true", "on")


@dataclass(frozen=True)
class _Book:
    """What the cells of all sheets refer to."""

    texts: list[str]
    dates: frozenset[int]
    is_1904: bool


def read_ooxml(data: bytes) -> list[RawSheet]:
    """The sheets of a workbook, hidden ones too.

    Raises:
        InputError: a part is missing, or a cell refers to what is not there.
    """
    package = Package.of(data)
    main = _main_part(package)
    targets, kinds = _relations(package, main)
    names, is_1904 = _sheets(package, main)
    by_kind = {kind: targets[key] for key, kind in kinds.items()}
    book = _Book(
        _shared_texts(package, by_kind.get("sharedStrings")), _date_styles(package, by_kind.get("styles")), is_1904
    )
    sheets = []
    for name, key in names:
        if kinds.get(key) == "worksheet":
            sheets.append(_read_sheet(package, name, targets[key], book))
        elif key not in kinds:
            raise InputError(f"the sheet «{name}» is not in it")
    package.check()
    return sheets


def _main_part(package: Package) -> str:
    targets, kinds = _relations(package, "")
    return next((targets[key] for key, kind in kinds.items() if kind == "officeDocument"), "xl/workbook.xml")


def _relations(package: Package, part: str) -> tuple[dict[str, str], dict[str, str]]:
    """What a part refers to: the parts, and their kinds, by the key it has for them."""
    folder, name = posixpath.split(part)
    source = posixpath.join(folder, "_rels", f"{name}.rels")
    targets, kinds = {}, {}
    if source in package:
        for _, _, each in pieces(package.open(source), "Relationship"):
            target, key = each.get("Target", ""), each.get("Id", "")
            targets[key] = target if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            kinds[key] = each.get("Type", "").rpartition("/")[2]
    return targets, kinds


def _sheets(package: Package, main: str) -> tuple[list[tuple[str, str]], bool]:
    """Names of the sheets with their keys, and whether days are counted from 1904.

    The properties may stand a second time in the list of extensions, without a word on days.
    """
    names, is_1904 = [], False
    for _, kind, each in pieces(package.open(main), "sheet", "workbookPr"):
        if kind == "sheet":
            names.append((each.get("name", ""), attribute(each, "id") or ""))
        else:
            is_1904 = is_1904 or each.get("date1904", "") in _TRUE
    return names, is_1904


def _shared_texts(package: Package, part: str | None) -> list[str]:
    if part is None:
        return []
    return [_text(each) for _, _, each in pieces(package.open(part), "si")]


def _text(element: Element) -> str:
    """The text of a shared or inline string: its runs, and no reading aids."""
    parts = []
    for child in element:
        name = local(child)
        if name == "t":
            parts.append(child.text or "")
        elif name == "r":
            parts += [run.text or "" for run in child if local(run) == "t"]
    return visible(unescaped("".join(parts)))


def _date_styles(package: Package, part: str | None) -> frozenset[int]:
    """Which styles of cells show a date."""
    if part is None:
        return frozenset()
    codes, used = {}, []
    for _, name, each in pieces(package.open(part), "numFmt", "cellXfs"):
        if name == "numFmt":
            codes.setdefault(each.get("numFmtId"), each.get("formatCode", ""))
        else:
            used = [child.get("numFmtId", "0") for child in each if local(child) == "xf"]
    return frozenset(style for style, key in enumerate(used) if _is_date(key, codes))


def _is_date(key: str, codes: dict[str, str]) -> bool:
    if key in codes:
        return is_date_format(codes[key])
    number = int(key) if key.isdecimal() else 0
    return number in _LOCAL_DATES or is_date_format(BUILTIN_FORMATS.get(number, "General"))


def _read_sheet(package: Package, name: str, part: str, book: _Book) -> RawSheet:
    sheet, position = RawSheet(name), -1
    for _, kind, row in pieces(package.open(part), "row", "mergeCell"):
        if kind == "mergeCell":
            sheet.merged += _ranges(row.get("ref", ""))
            continue
        position = int(row.get("r", position + 2)) - 1
        sheet.put(position, _cells(row, position, book))
    return sheet


def _ranges(said: str) -> Iterator[tuple[int, int, int, int]]:
    if match := _RANGE.fullmatch(said.upper()):
        yield int(match[2]) - 1, _column_of(match[1]), int(match[4]) - 1, _column_of(match[3])


def _cells(row: Element, position: int, book: _Book) -> list[str]:
    cells: list[str] = []
    column = -1
    for cell in row.iterchildren("{*}c"):
        place = cell.get("r")
        column = column + 1 if place is None else _column(place, position)
        if text := _cell(cell, book):
            put_cell(cells, column, text)
    return cells


def _column(place: str, position: int) -> int:
    """The column of a place such as B7, counted from 0."""
    match = _PLACE.fullmatch(place)
    if not match or int(match[2]) != position + 1:
        raise InputError(f"a cell of row {position + 1} says that it stands at «{place}»")
    return _column_of(match[1].upper())


@cache
def _column_of(letters: str) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return column - 1


def _cell(cell: Element, book: _Book) -> str:
    kind, value = cell.get("t", "n"), None
    for child in cell.iterchildren("{*}v"):
        value = child.text
    if value and not value.isspace():
        return _VALUES.get(kind, _as_it_is)(value, cell, book)
    if kind == "inlineStr":
        return "".join(map(_text, cell.iterchildren("{*}is")))
    formula = next(cell.iterchildren("{*}f"), None)
    if formula is None or kind == "str":
        return value or ""
    return Shown(f"={formula.text or ''} (a formula without a value)")


def _number(value: str, cell: Element, book: _Book) -> str:
    text, style = number_text(value), cell.get("s", "0")
    if style.isdecimal() and int(style) in book.dates:
        try:
            return date_text(float(value), is_1904=book.is_1904) or text
        except ValueError:
            return text
    return text


def _shared(value: str, _: Element, book: _Book) -> str:
    if not value.strip().isdecimal() or int(value) >= len(book.texts):
        raise InputError(f"a cell shows text number {value}, and there are {len(book.texts)}")
    return book.texts[int(value)]


def _as_it_is(value: str, *_: object) -> str:
    return visible(unescaped(value))


_VALUES: dict[str, Callable[[str, Element, _Book], str]] = {
    "n": _number,
    "s": _shared,
    "b": lambda value, *_: truth_text(value),
    "e": lambda value, *_: Shown(value),
    "d": lambda value, *_: iso_text(value),
}
