"""Lists of OCNs as text: one number a line, columns with a header, or a title list of Collection Evaluation.

People keep such lists in every spelling that OCLC's own tools take or write (oclc_formats.md 9): bare numbers, `no:`,
`*` or `#` before them, (OCoLC) with or without blank, ocm, ocn, on, padded with zeros, quoted, or as a spreadsheet link
whose label is the number.
"""

import csv
import re
from dataclasses import dataclass, field

import polars as pl

from ..identifiers.ocn import MAXIMUM, parse_ocn, read_ocn
from .lines import excerpt, line_frame
from .rows import Fault, Rows, filled, sift

_LINK = re.compile(r'(?is)^\s*=\s*HYPERLINK\s*\(.*[,;]\s*"+([^"]*)"+\s*\)\s*$')
_SIGN = r"(?i)^\s*(?:no:|\*|#)\s*"
_HEADERS = re.compile(r"oclc|\bocn\b|^001$|^035(?:\$a)?$|worldcat", re.I)
_TEXTS = {
    "title": re.compile(r"^title\b|^245", re.I),
    "author": re.compile(r"^author|^creator|^main.entry|^1(?:00|10|11)", re.I),
    "date": re.compile(r"^(?:publication )?(?:date|year)", re.I),
    "numbers": re.compile(r"^(?:isbn|issn|lccn)", re.I),
    "format": re.compile(r"^(?:material )?(?:format|type)", re.I),
}
# Collection Evaluation has no header: the position of its columns (oclc_formats.md 9, and a real list).
_EVALUATION = {"format": (1,), "title": (4,), "author": (5,), "date": (6,), "numbers": (10, 11)}
_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&apos;": "'"}


@dataclass(frozen=True)
class ListLayout:
    """How a list is written.

    Attributes:
        words: the layout in words, for the load log.
        separator: what separates columns; null for one number a line.
        column: the column with the number.
        texts: the columns of title, author, date, numbers and format.
        header: the position of the header line; null without one.
    """

    words: str
    separator: str | None = None
    column: int = 0
    texts: dict[str, tuple[int, ...]] = field(default_factory=dict)
    header: int | None = None


def find_layout(lines: list[str], maximum: int = MAXIMUM) -> ListLayout:
    """How a list is written, by its first lines; a number greater than `maximum` is no OCN."""
    filled_lines = [(i, line.rstrip("\r")) for i, line in enumerate(lines) if line.strip()]
    if not filled_lines:
        return ListLayout("a list without lines")
    position, first = filled_lines[0]
    separator = _separator([line for _, line in filled_lines])
    if re.match(r'\s*"?=\s*HYPERLINK', first, re.I) and separator:
        return ListLayout("a title list of Collection Evaluation, with links", separator, 0, _EVALUATION)
    cells = _cells(first, separator)
    header = _header(cells, maximum)
    if header is not None:
        words = f"columns with a header; the number is in «{cells[header].strip()}»"
        return ListLayout(words, separator, header, _text_columns(cells), position)
    if separator and len(cells) > 1:
        return _headless([_cells(line, separator) for _, line in filled_lines], separator, maximum)
    return ListLayout("one number a line")


def read_list_lines(block: bytes, first: int, layout: ListLayout, maximum: int = MAXIMUM) -> Rows:
    """The numbers of a block of lines, in the columns record, ocn, title, author, date, numbers, format."""
    lines = line_frame(block, first)
    if layout.header is not None:
        lines = lines.filter(pl.col("record") != layout.header)
    cells = lines.with_columns(_columns(lines, layout))
    number = parse_ocn(pl.col("_cell").str.replace(_SIGN, ""), trusted=True, maximum=maximum)
    read = cells.with_columns(reading=number).unnest("reading")
    sifted = sift(read, [Fault(pl.col("ocn").is_null(), "bad_number", _why())])
    return Rows(sifted.rows.select("record", "ocn", *(_text(name) for name in _TEXTS)), sifted.issues)


def _why() -> pl.Expr:
    return pl.format("«{}» is not an OCN ({})", excerpt(pl.col("_cell"), 40).fill_null(""), "verdict")


def _text(name: str) -> pl.Expr:
    return filled(pl.col(name).str.replace_many(_ENTITIES)).alias(name)


def _columns(lines: pl.DataFrame, layout: ListLayout) -> list[pl.Series]:
    """The cell with the number, and the texts, of each line."""
    wanted = {"_cell": (layout.column,), **{name: layout.texts.get(name, ()) for name in _TEXTS}}
    if layout.separator is None:
        none = pl.Series([None] * lines.height, dtype=pl.String)
        text = lines["line"].str.replace(_LINK.pattern, "${1}").str.strip_chars(' "\t')
        return [text.alias("_cell"), *(none.alias(name) for name in _TEXTS)]
    cells = [_cells(line, layout.separator) for line in lines["line"]]
    return [
        pl.Series(name, [_joined(row, positions) for row in cells], dtype=pl.String)
        for name, positions in wanted.items()
    ]


def _joined(row: list[str], positions: tuple[int, ...]) -> str | None:
    found = [row[i].strip() for i in positions if i < len(row) and row[i].strip()]
    return " ".join(found) or None


def _cells(line: str, separator: str | None) -> list[str]:
    """The cells of one line. A tab list has no quoting; a broken quote in a CSV costs its own line only."""
    if separator is None:
        cells = [line]
    elif separator == "\t" or '"' not in line:
        cells = line.split(separator)
    else:
        try:
            cells = next(csv.reader([line], delimiter=separator))
        except csv.Error:
            cells = line.split(separator)
    return [_LINK.sub(r"\1", cell) if "=" in cell[:2] else cell for cell in cells]


def _separator(lines: list[str]) -> str | None:
    """The mark that stands in most lines; null for one number a line."""
    counts = {mark: sum(mark in line for line in lines) for mark in "\t;,|"}
    mark = max(counts, key=lambda m: counts[m])
    return mark if counts[mark] * 2 > len(lines) else None


def _header(cells: list[str], maximum: int) -> int | None:
    """The column that a header names as the number: the first line is a header when none of its cells is a number."""
    texts = [cell for cell in cells if not re.fullmatch(r"\s*0\d\d\s*", cell)]  # 001 is a tag, no padded number
    if any(read_ocn(re.sub(_SIGN, "", cell), trusted=True, maximum=maximum)[1] == "ok" for cell in texts):
        return None
    named = [i for i, cell in enumerate(cells) if _HEADERS.search(cell.strip())]
    return named[0] if named else None


def _text_columns(cells: list[str]) -> dict[str, tuple[int, ...]]:
    return {
        name: tuple(i for i, cell in enumerate(cells) if pattern.search(cell.strip()))[: 3 if name == "numbers" else 1]
        for name, pattern in _TEXTS.items()
    }


def _headless(rows: list[list[str]], separator: str, maximum: int) -> ListLayout:
    """Columns without a header: the number stands in the column with most OCNs, prefixed ones before bare ones."""
    width = max(len(row) for row in rows)

    def score(column: int) -> tuple[int, int]:
        texts = [row[column] for row in rows if column < len(row)]
        prefixed = sum(read_ocn(text, maximum=maximum)[1] == "ok" for text in texts)
        return prefixed, sum(read_ocn(text, trusted=True, maximum=maximum)[1] == "ok" for text in texts)

    best = max(range(width), key=lambda column: (*score(column), -column))
    return ListLayout(f"columns without a header; the number is in column {best + 1}", separator, best)
