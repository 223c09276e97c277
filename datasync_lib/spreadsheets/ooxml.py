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
    struck_texts: frozenset[int]
    styles: "_Styles"
    is_1904: bool


@dataclass(frozen=True)
class _Styles:
    """By their numbers: which styles of cells show a date, and which have a line through the text."""

    dates: frozenset[int] = frozenset()
    struck: frozenset[int] = frozenset()


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
        *_shared_texts(package, by_kind.get("sharedStrings")), _styles(package, by_kind.get("styles")), is_1904
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


def _shared_texts(package: Package, part: str | None) -> tuple[list[str], frozenset[int]]:
    """The texts, and the numbers of those of which a part has a line through it."""
    texts: list[str] = []
    struck = set()
    for _, _, each in [] if part is None else pieces(package.open(part), "si"):
        if _has_struck_run(each):
            struck.add(len(texts))
        texts.append(_text(each))
    return texts, frozenset(struck)


def _has_struck_run(text: Element) -> bool:
    return any(_is_struck(properties) for properties in text.iterfind("{*}r/{*}rPr"))


def _is_struck(font: Element) -> bool:
    return any(attribute(line, "val") not in ("0", "false") for line in font.iterchildren("{*}strike"))


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


def _styles(package: Package, part: str | None) -> _Styles:
    if part is None:
        return _Styles()
    codes, used, struck = {}, [], set()
    for _, name, each in pieces(package.open(part), "numFmt", "fonts", "cellXfs"):
        if name == "numFmt":
            codes.setdefault(each.get("numFmtId"), each.get("formatCode", ""))
        elif name == "fonts":
            struck = {str(at) for at, font in enumerate(each.iterchildren("{*}font")) if _is_struck(font)}
        else:
            used = [(xf.get("numFmtId", "0"), xf.get("fontId", "0")) for xf in each.iterchildren("{*}xf")]
    return _Styles(
        frozenset(style for style, (key, _) in enumerate(used) if _is_date(key, codes)),
        frozenset(style for style, (_, font) in enumerate(used) if font in struck),
    )


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
        sheet.put(position, _cells(row, position, book, sheet.struck))
    sheet.comments |= _comments(package, part)
    return sheet


def _comments(package: Package, part: str) -> dict[tuple[int, int], str]:
    """What stands beside cells; a conversation of newer programs is told there too, for older ones."""
    targets, kinds = _relations(package, part)
    comments = {}
    for key, kind in kinds.items():
        if kind != "comments" or targets[key].lstrip("/") not in package:
            continue
        for _, _, each in pieces(package.open(targets[key].lstrip("/")), "comment"):
            if match := _PLACE.fullmatch(each.get("ref", "")):
                texts = (_text(text) for text in each.iterchildren("{*}text"))
                comments[int(match[2]) - 1, _column_of(match[1].upper())] = " ".join("".join(texts).split())
    return comments


def _ranges(said: str) -> Iterator[tuple[int, int, int, int]]:
    if match := _RANGE.fullmatch(said.upper()):
        yield int(match[2]) - 1, _column_of(match[1]), int(match[4]) - 1, _column_of(match[3])


def _cells(row: Element, position: int, book: _Book, struck: set[tuple[int, int]]) -> list[str]:
    cells: list[str] = []
    column = -1
    for cell in row.iterchildren("{*}c"):
        place = cell.get("r")
        column = column + 1 if place is None else _column(place, position)
        if text := _cell(cell, book):
            put_cell(cells, column, text)
            if _has_line(cell, book):
                struck.add((position, column))
    return cells


def _has_line(cell: Element, book: _Book) -> bool:
    """Whether a line goes through the text of a cell, or through a part of it."""
    style = cell.get("s", "0")
    if style.isdecimal() and int(style) in book.styles.struck:
        return True
    if cell.get("t") == "s":
        text = cell.findtext("{*}v", "").strip()
        return text.isdecimal() and int(text) in book.struck_texts
    return any(_has_struck_run(text) for text in cell.iterchildren("{*}is"))


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
    if style.isdecimal() and int(style) in book.styles.dates:
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
