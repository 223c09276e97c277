"""A CSV that staff edit by hand or in a spreadsheet, read so that no line vanishes: what is not clear is a fault with its line.

A quotation mark that nobody closes swallows the lines that follow, a cell too many moves the others; a library that drops out of
the location map like that would be missed by nobody. So a table is right as a whole, or its faults are told, all at once.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from ..errors import SettingsError
from ..marc.other_files import told_as_no_text, told_as_other
from ..marc.wide_text import wide_encoding
from ..oclc.lines import with_line_feeds
from ..oclc.quoted_lines import join_lines, quoted_cells, told_separator
from ..spreadsheets.safe_text import as_meant

_OFFICE = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_MARKS = re.compile("(?m)^[\ufeff\x1a]+|(?<!\x1a)\x1a+$")
_TYPOGRAPHIC = "\u201c\u201d\u201e\u201f\u00ab\u00bb"
_LOST = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufffd]")
# Signs that nobody sees. In words of other scripts they have their place, in a code or a number they have none.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_SAVE_AS = "save it as «CSV UTF-8»"

Lines = list[tuple[int, dict[str, str]]]


@dataclass
class _Table:
    """A table while it is read.

    Attributes:
        columns: the ones that are wanted.
        needed: how many cells a row has at least; what may be missing stands behind them.
        separator: what separates its cells.
        header: the captions, as they are compared.
        faults: what cannot be right, each with its line.
    """

    columns: tuple[str, ...]
    separator: str = ","
    header: list[str] = field(default_factory=list)
    needed: int = 0
    faults: list[str] = field(default_factory=list)

    def looks_like_row(self, line: str) -> bool:
        """Whether a line that stands inside of a quoted cell may be a whole row."""
        return line.count(self.separator) + 1 >= self.needed

    def fault(self, line: int, words: str) -> None:
        """Takes in what is wrong with a line."""
        self.faults.append(f"line {line}: {words}")


def read_csv_lines(path: Path, columns: tuple[str, ...], may_lack: Collection[str] = ()) -> tuple[Lines, list[str]]:
    """The lines with their numbers in the file, and the faults seen so far. A missing file is an empty list.

    Args:
        path: a CSV in UTF-8, or in UTF-16 as Excel's «Unicode Text»; commas, semicolons or tabs between its cells.
        columns: the columns that it must have, in any order and among others.
        may_lack: those of them that a line need not reach: Excel leaves empty cells at the end of a line away.

    Returns:
        The number of the line where each row begins, with its cells by column; and what is wrong with others.

    Raises:
        SettingsError: it is no text, or its header lacks a column or has it twice.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return [], []
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error}") from None
    table = _Table(columns)
    lines = [(number, line) for number, line in _numbered(path, data, table) if line.strip()]
    lines = _behind_header(path, lines, table, may_lack)
    rows, _ = join_lines(lines, table.separator, table.looks_like_row)
    return list(_read(rows, table)), table.faults


def _numbered(path: Path, data: bytes, table: _Table) -> Iterator[tuple[int, str]]:
    """The lines as text, with their numbers; one that is not UTF-8 is a fault."""
    other = told_as_other(data) or told_as_no_text(data)
    if other or data.startswith(_OFFICE):
        raise SettingsError(f"{path}: this is {other or f'a workbook: open it and {_SAVE_AS}'}")
    if encoding := wide_encoding(data):
        data = data.decode(encoding, "replace").encode("utf-8", "replace")
    for number, line in enumerate(with_line_feeds(data).split(b"\n"), start=1):
        try:
            text = line.decode()
        except UnicodeDecodeError as error:
            text = line.decode("cp1252", "replace")
            table.fault(number, f"not UTF-8 (byte {error.start} of it, in «{_shown(text)}»); {_SAVE_AS}")
        yield number, _MARKS.sub("", text)


def _behind_header(path: Path, lines: list[tuple[int, str]], table: _Table, may_lack: Collection[str]) -> list:
    """The lines behind the header, which is looked at here.

    Raises:
        SettingsError: a column is missing or there twice.
    """
    told = told_separator(lines[0][1]) if lines else None
    lines = lines[1:] if told else lines
    number, header = lines[0] if lines else (1, "")
    table.separator = told or max(",;\t", key=header.count)
    cells = quoted_cells(header, table.separator)
    if cells is None:
        raise SettingsError(f"{path}: line {number}: a quotation mark in the header is not closed; close or remove it")
    table.header = [_caption(cell) for cell in cells]
    missing = [column for column in table.columns if column not in table.header]
    if missing:
        expected = ",".join(table.columns)
        raise SettingsError(f"{path}: the column {', '.join(missing)} is missing in line {number}; expected {expected}")
    if twice := [column for column in table.columns if table.header.count(column) > 1]:
        raise SettingsError(f"{path}: line {number}: the column {', '.join(twice)} is there twice; keep one of them")
    table.needed = 1 + max(table.header.index(column) for column in table.columns if column not in may_lack)
    return lines[1:]


def _caption(cell: str) -> str:
    return "_".join(cell.strip().lower().split())


def _read(rows: list[tuple[int, str, bool]], table: _Table) -> Iterator[tuple[int, dict[str, str]]]:
    is_inside = False
    for number, text, is_doubtful in rows:
        if is_doubtful:
            if not is_inside:
                table.fault(
                    number, "a quotation mark is open, and the lines up to the next one look like rows; close it"
                )
            is_inside ^= text.count('"') % 2 == 1
            continue
        is_inside = False
        cells = quoted_cells(text, table.separator)
        if cells is None:
            table.fault(number, f"a quotation mark is open, or closes nothing, in «{_shown(text)}»; close or remove it")
        elif any(cell.strip() for cell in cells):
            if fault := _fault_of(text, cells, table):
                table.fault(number, fault)
                continue
            by_caption = dict(zip(table.header, cells, strict=False))
            yield number, {column: as_meant(by_caption.get(column, "").strip()) for column in table.columns}


def _fault_of(text: str, cells: list[str], table: _Table) -> str | None:
    """What is wrong with the cells of a row as such; null when it has all of them, and no sign that is there by mistake."""
    if [_caption(cell) for cell in cells[: len(table.header)]] == table.header:
        return "the header stands here again; remove the line"
    if len(cells) > len(table.header):
        mark = _named(table.separator)
        counts = f"{len(cells)} cells where the header has {len(table.header)}"
        return f"{counts}; put quotation marks around a cell that has a {mark} in it, or remove the {mark}"
    if len(cells) < table.needed:
        return _too_few(text, cells, table)
    if '"' in text and not _well_quoted(table.separator).fullmatch(text):
        return f"a quotation mark inside of a cell, in «{_shown(text)}»; remove it"
    return next(filter(None, map(_odd_sign, cells)), None)


def _odd_sign(cell: str) -> str | None:
    """What stands in a cell by mistake."""
    cell = cell.strip()
    if len(cell) > 1 and cell[0] in _TYPOGRAPHIC and cell[-1] in _TYPOGRAPHIC:
        return f'typographic quotation marks around «{_shown(cell)}»; remove them, or write "'
    unseen = _UNSEEN.search(cell) if _UNSEEN.sub("", cell).isascii() else None
    if sign := _LOST.search(cell) or unseen:
        return f"a sign that is not seen or was lost (U+{ord(sign[0]):04X}) in «{_shown(cell)}»; write the cell again"
    return None


@cache
def _well_quoted(separator: str) -> re.Pattern[str]:
    """A row in which quotation marks stand around whole cells, or around words that follow a blank."""
    mark = re.escape(separator)
    word = rf'(?<= )"[^"{mark}]+"(?=[ .,;:)!?]|{mark}|$)'
    cell = rf'(?> *"(?:[^"]|"")*"|(?:[^"{mark}]|{word})*)'
    return re.compile(f"{cell}(?:{mark}{cell})*", re.S)


def _too_few(text: str, cells: list[str], table: _Table) -> str:
    words = f"{len(cells)} cells where {table.needed} are needed"
    other = next((mark for mark in ",;\t" if text.count(mark) + 1 >= table.needed and mark != table.separator), None)
    if other:
        return f"{words}; it has a {_named(other)} where the header has a {_named(table.separator)}"
    return f"{words}; put a {_named(table.separator)} for each empty cell"


def _named(mark: str) -> str:
    return {",": "comma", ";": "semicolon", "\t": "tab"}.get(mark, f"«{mark}»")


def _shown(text: str) -> str:
    shown = "".join(sign if sign.isprintable() else "\ufffd" for sign in text[:60])
    return shown + ("…" if len(text) > 60 else "")
