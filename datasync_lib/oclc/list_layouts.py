"""How a list of OCNs is written: what separates its columns, and which of them has the number (oclc_formats.md 9).

A column holds OCNs where something proves it: its caption, OCLC prefixes in its cells, links into WorldCat, or the settings.
Where nothing does, or several columns could have the number, nothing is taken: a count, a year or a row number read as an
OCN would look like a holding.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from ..identifiers.ocn import MAXIMUM
from .captions import SURE, says_ocns
from .list_cells import (
    SEPARATORS,
    THOUSANDS,
    are_links,
    cells,
    columns_with,
    has_prefix,
    is_link,
    is_number,
    is_signed,
    leads_to_worldcat,
    likely_separator,
    listed,
)
from .list_headers import (
    Header,
    Row,
    are_words,
    caption_of,
    filled,
    find_header,
    foreign_header,
    has_number,
    last_line_above,
    other_captions,
    title_above,
)
from .plain_numbers import is_day
from .quoted_lines import join_lines, told_separator
from .text_captions import text_columns

# Collection Evaluation has no header: the position of its columns (oclc_formats.md 9, and a real list).
_EVALUATION = {"format": (1,), "title": (4,), "author": (5,), "date": (6,), "numbers": (10, 11)}
WHAT_TO_DO = (
    "put «OCLC number» above the column with the numbers, in a line with the names of the other columns, and above no "
    "other; or name the column in [[worldcat_lists]] of datasync.toml (column = …)"
)


@dataclass(frozen=True)
class ListLayout:
    """How a list is written.

    Attributes:
        words: the layout in words, for the load log.
        separator: what separates columns; null for one number a line.
        column: the column with the number.
        texts: the columns of title, author, date, numbers and format; `others`: those that may have standard numbers too.
        header: the position of the header, or of the last line above the rows; null where the rows begin at once.
        width: how many columns there are; null where it does not matter.
        filled: of them, up to which one rows have cells: captions may end with separators; null for all.
        has_quotes: whether a quoted cell may hold separators and line ends.
        thousands: whether the numbers, one a line, have thousands separators.
        is_proven: whether caption, prefixes or the settings say that these are OCNs, whatever the numbers look like.
        needs_sign: whether nothing but the prefixes of its numbers tells which column has them: one without is none.
        has_links: whether each number is the label of a link at the beginning of its line.
        problem: why no number can be taken from the list, and what to do; null when it can.
    """

    words: str
    separator: str | None = None
    column: int = 0
    texts: dict[str, tuple[int, ...]] = field(default_factory=dict)
    header: int | None = None
    width: int | None = None
    filled: int | None = None
    has_quotes: bool = False
    thousands: bool = False
    is_proven: bool = True
    needs_sign: bool = False
    has_links: bool = False
    problem: str | None = None

    def is_row(self, line: str, maximum: int = MAXIMUM) -> bool:
        """Whether a line alone looks like a whole row of the list."""
        row = cells(line, self.separator)
        return len(row) == self.width and is_number(row[self.column], maximum)


def find_layout(
    lines: list[str], maximum: int = MAXIMUM, *, has_quotes: bool = True, column: str | int | None = None
) -> ListLayout:
    """How a list is written, by its first lines.

    Args:
        lines: the first lines.
        maximum: a greater number is no OCN.
        has_quotes: whether a quoted cell may hold line ends: not where the lines were made from the rows of a sheet.
        column: the caption or the number (from 1) of the column with OCNs, where the settings name it.
    """
    physical = [(i, line.rstrip("\r")) for i, line in enumerate(lines) if line.strip()]
    if not physical:
        return ListLayout("a list without lines")
    declared = told_separator(physical[0][1])
    if declared and len(physical) == 1:
        return ListLayout("a list without lines", header=physical[0][0])
    look = _Look(physical[1:] if declared else physical, maximum, has_quotes)
    layout = look.layout(declared, column)
    if declared and layout.header is None:
        return replace(layout, header=physical[0][0])
    above = sum(i < (layout.header or 0) for i, _ in physical[bool(declared) :])
    words = f"{layout.words}; {above} line(s) above were passed over"
    return replace(layout, words=words) if above and not layout.problem else layout


def refused(layout: ListLayout, reason: str) -> ListLayout:
    """The layout of a list from which no number is taken, for a reason; what to do is added."""
    problem = f"{reason}; {WHAT_TO_DO}"
    return replace(layout, words=problem, problem=problem)


@dataclass(frozen=True)
class _Look:
    """The first lines of a list, and the ways to see what they are, the surest first."""

    lines: list[tuple[int, str]]
    maximum: int
    has_quotes: bool

    @property
    def is_number(self) -> Callable[[str], bool]:
        return partial(is_number, maximum=self.maximum)

    def layout(self, declared: str | None, column: str | int | None) -> ListLayout:
        texts = [text for _, text in self.lines]
        is_kept = declared and sum(declared in text for text in texts) * 2 > len(texts)
        marks = [declared] if is_kept else [likely_separator(texts), *SEPARATORS, None]
        tables = {mark: self._rows(mark) for mark in dict.fromkeys(marks)}
        if column is not None:
            return self._by_settings(tables, column)
        if layout := _with_thousands(self.lines, self.maximum):
            return layout
        headers = [(header, mark) for mark, rows in tables.items() if (header := find_header(rows, self.is_number))]
        likely = marks[0]
        if found := max(headers, key=lambda each: (each[0].worth(0), each[1] == likely), default=None):
            header, mark = found
            if header.is_borne_out or mark == likely:
                return self._with_header(header, mark, tables[mark])
        rows = tables[likely]
        if likely is None or max(len(cells) for _, cells in rows) == 1:
            return self._one_a_line(tables.get(None) or self._rows(None))
        columns = {i for _, row in rows for i, cell in enumerate(row) if filled([cell])}
        if len(columns) == 1:  # nothing but numbers, with separators at the end or before them
            (column,) = columns
            one = self._one_a_line([(i, row[column : column + 1] or [""]) for i, row in rows])
            return replace(one, separator=likely, column=column, has_quotes=self.has_quotes)
        return self._without_header(rows, likely)

    def _rows(self, separator: str | None) -> list[Row]:
        lines = self.lines
        if separator and self.has_quotes:
            lines = [(i, line) for i, line, _ in join_lines(lines, separator)[0]]
        return [(i, cells(line, separator)) for i, line in lines]

    def _by_settings(self, tables: dict[str | None, list[Row]], column: str | int) -> ListLayout:
        likely = next(iter(tables))
        if isinstance(column, int):
            texts = [row for row in tables[likely] if len(row[1]) >= column]
            if not texts:
                problem = f"there is no column {column}, which the settings name: correct column in [[worldcat_lists]]"
                return ListLayout(problem, likely, problem=problem)
            above = last_line_above([(i, [row[column - 1]]) for i, row in texts], self.is_number)
            words = f"the number is in column {column}, as the settings say"
            return ListLayout(words, likely, column - 1, header=above, has_quotes=self.has_quotes)
        for mark, rows in tables.items():
            if found := caption_of(rows, column):
                position, captions, named = found
                layout = self._laid_out(f"the number is in «{column}», as the settings say", mark, captions, named[0])
                many = f"{len(named)} columns are called «{column}», which the settings name: give the column's number there"
                problem = many if len(named) > 1 else None
                return replace(layout, header=position, problem=problem, words=problem or layout.words)
        problem = f"no column is called «{column}», as the settings say: correct column in [[worldcat_lists]]"
        return ListLayout(problem, likely, problem=problem)

    def _laid_out(self, words: str, mark: str | None, captions: list[str], column: int) -> ListLayout:
        return ListLayout(
            words, mark, column, text_columns(captions, column), width=len(captions), has_quotes=self.has_quotes
        )

    def _with_header(self, header: Header, mark: str | None, rows: list[Row]) -> ListLayout:
        captions, column = header.captions, header.named[0]
        words = f"columns with a header; the number is in «{captions[column].strip()}»"
        layout = replace(
            self._laid_out(words, mark, captions, column), header=header.position, is_proven=header.rank <= SURE
        )
        below = [cells for position, cells in rows if position > header.position]
        if len(header.named) > 1:
            names = ", ".join(f"«{captions[i].strip()}»" for i in header.named)
            return refused(layout, f"the header names several columns that may have the OCN: {names}")
        if header.second is not None:
            return refused(layout, f"line {header.second + 1} is another header, below the rows of the first")
        other = other_captions([row for row in rows if row[0] > header.position], header, self.is_number)
        if header.is_alone and (other is None or filled(other[1]) == 1):
            return self._with_one_caption(layout, [row for row in rows if row[0] > header.position], other)
        if other:
            return refused(layout, f"line {other[0] + 1} stands between «{captions[column].strip()}» and the rows")
        if below and sum(filled(cells[len(captions) :]) > 0 for cells in below) * 10 >= len(below) * 9:
            return refused(
                layout, "the rows have more columns than the header, so that it may stand above the wrong ones"
            )
        if self.has_quotes and self._may_be_moved(below, captions, column):
            return refused(
                layout, "the rows have fewer columns than the header, so that it may stand above the wrong ones"
            )
        last = max(i for i, caption in enumerate(captions, start=1) if caption.strip())
        has_more = sum(filled(cells[last:]) > 0 for cells in below) * 2 > len(below)
        return layout if has_more else replace(layout, filled=last)

    def _may_be_moved(self, below: list[list[str]], captions: list[str], column: int) -> bool:
        """Whether a caption too many at the left may have moved the header: the numbers may stand left of where it says."""
        widths = sorted(map(len, below)) or [len(captions)]
        missing = len(captions) - widths[len(widths) // 2]
        left = range(max(0, column - missing), column)
        return any(sum(self._is_long(cells, i) for cells in below) * 2 >= len(below) for i in left)

    def _is_long(self, cells: list[str], column: int) -> bool:
        """Whether a cell has an OCN that is no row number, nor a year."""
        return column < len(cells) and len(cells[column].strip()) > 4 and self.is_number(cells[column])

    def _with_one_caption(self, layout: ListLayout, below: list[Row], other: Row | None) -> ListLayout:
        """One caption above several columns: at the beginning of its line it may be a title, which proves nothing."""
        rows = [row for _, row in below]
        others = [row[: layout.column] + row[layout.column + 1 :] for row in rows]
        if other is None and (layout.column > 0 or not any(has_number(row, self.is_number) for row in others)):
            return replace(layout, width=None, is_proven=False)
        by_prefix = _headless(rows, layout.separator, self.maximum)
        if not by_prefix.problem:
            above = max(filter(None, (layout.header, last_line_above(below, self.is_number))), default=layout.header)
            return replace(by_prefix, header=above, has_quotes=self.has_quotes)
        if other is not None:
            return refused(layout, f"line {other[0] + 1} stands between the only caption and the rows")
        return refused(layout, "the only caption may be a title, and several columns have numbers that may be OCNs")

    def _one_a_line(self, rows: list[Row]) -> ListLayout:
        is_proven = any(leads_to_worldcat(text) for _, text in self.lines)
        layout = ListLayout("one number a line", is_proven=is_proven)
        if are_words(rows, self.is_number) and not is_proven:
            return refused(layout, "one column, and most lines are no numbers")
        title = title_above(rows, self.is_number)
        below = [row for row in rows if title and row[0] > title[0]]
        if title is None or not any(self.is_number(cells[0]) for _, cells in below):
            return layout
        # The day of the list may stand between its title and its numbers.
        days = [position for position, cells in below[:1] if is_day(cells[0].strip())]
        layout = replace(layout, header=max(title[0], *days) if days else title[0])
        prefixed = sum(has_prefix(cells[0], self.maximum) for _, cells in below)
        if says_ocns(title[1]) or prefixed * 2 >= len(below):
            return layout
        return refused(
            layout, f"«{title[1].strip()[:60]}» stands above the numbers, and does not say that they are OCNs"
        )

    def _without_header(self, rows: list[Row], separator: str) -> ListLayout:
        links = [i for i, text in self.lines if is_link(text)]
        if named := foreign_header(rows, self.is_number, links):
            names = ", ".join(f"«{cell.strip()[:40]}»" for cell in named[1] if cell.strip())
            reason = f"the header names no column with OCNs: {names}"
            candidates = columns_with([row for i, row in rows if i > named[0]], self.maximum)
            if len(candidates) > 1:
                reason += f"; columns {listed(candidates)} have numbers that may be OCNs"
            return refused(ListLayout("", separator, header=named[0]), reason)
        if are_links([text for _, text in self.lines]):
            above = max((i for i, _ in self.lines if i < links[0]), default=None)
            words = "a title list of Collection Evaluation, with links"
            return ListLayout(words, separator, 0, _EVALUATION, header=above, has_links=True)
        above = last_line_above(rows, self.is_number)
        texts = [row for _, row in rows if filled(row) > 1] or [row for _, row in rows]
        return replace(_headless(texts, separator, self.maximum), header=above, has_quotes=self.has_quotes)


def _with_thousands(lines: list[tuple[int, str]], maximum: int) -> ListLayout | None:
    """The layout of a list of numbers such as 1,234,567; null when it is another list.

    A comma might as well separate columns; two of them in a line, or a header over one column, leave no doubt.
    """
    position, first = lines[0]
    header = find_header([(position, [first])], partial(is_number, maximum=maximum)) if len(lines) > 1 else None
    has_header = header is not None and "," not in first
    numbers = [line for _, line in lines[has_header:]]
    grouped = [line for line in numbers if re.match(THOUSANDS, line)]
    if not any("," in line for line in grouped) or any("," in line for line in set(numbers) - set(grouped)):
        return None
    above = position if has_header else None
    if has_header or any(line.count(",") > 1 for line in grouped) or any(is_number(line, maximum) for line in numbers):
        return ListLayout("one number a line, with thousands separators", header=above, thousands=True)
    problem = f"«{grouped[0].strip()}» may be one number with a thousands separator or two columns"
    return refused(ListLayout("", header=above), problem)


def _headless(rows: list[list[str]], separator: str, maximum: int) -> ListLayout:
    """Columns without a header: the number stands in the one column of OCNs with their prefix, and in no other."""
    width = Counter(len(row) for row in rows).most_common(1)[0][0]
    signed = columns_with(rows, maximum, is_signed)
    if len(signed) == 1 and sum(is_signed(cell, maximum) for row in rows for cell in row) * 2 >= len(rows):
        words = f"columns without a header; the number is in column {signed[0] + 1}"
        return ListLayout(words, separator, signed[0], width=width, is_proven=False, needs_sign=True)
    candidates = columns_with(rows, maximum)
    if len(candidates) > 1:
        reason = f"without a header, and columns {listed(candidates)} have numbers that may be OCNs"
    elif candidates:
        reason = f"without a header, and nothing says that the numbers of column {listed(candidates)} are OCNs"
    else:
        reason = "without a header, and no column has OCNs"
    return refused(ListLayout("", separator, width=width), reason)
