"""How a list of OCNs is written: what separates its columns, and which of them has the number (oclc_formats.md 9).

The number is taken from a column only when the header names it, or when no other column could have it. Where several
could, nothing is taken: a count or a year read as an OCN would look like a holding.
"""

import csv
import re
from collections import Counter
from dataclasses import dataclass, field, replace

from ..identifiers.ocn import MAXIMUM, read_ocn
from .quoted_lines import join_lines

LINK = re.compile(r'(?is)^\s*=\s*HYPERLINK\s*\(.*[,;]\s*"+([^"]*)"+\s*\)\s*$')
SIGN = r"(?i)^\s*(?:no:|\*|#)\s*"
# A number with thousands separators, alone in its line or cell.
THOUSANDS = r"^\s*\"?[0-9]{1,3}(?:[,. '][0-9]{3})+\"?\s*$"

# Captions of the column with the number, the surest first; none of these may say that it counts or names anything else.
_CAPTIONS = (
    re.compile(r"(?:ocn|oclc (?:control )?(?:number|no\.?|nr\.?|num|#)|oclc ?#|oclcnumber)s?"),
    re.compile(r"035(?: ?\$ ?a)?"),
    re.compile(r".*(?:oclc|\bocn\b).*"),
    re.compile(r".*worldcat.*(?:number|\bno\b|#|\bid\b).*"),
    re.compile(r"001"),
)
_NOT_THE_NUMBER = re.compile(
    r"holding|symbol|count|title|date|year|author|copies|librar|total|status|code|format|isbn|issn"
)
TEXTS = {
    "title": re.compile(r"^title\b|^245", re.I),
    "author": re.compile(r"^author|^creator|^main.entry|^1(?:00|10|11)", re.I),
    "date": re.compile(r"^(?:publication )?(?:date|year)", re.I),
    "numbers": re.compile(r"^(?:isbn|issn|lccn)", re.I),
    "format": re.compile(r"^(?:material )?(?:format|type)", re.I),
}
# Collection Evaluation has no header: the position of its columns (oclc_formats.md 9, and a real list).
_EVALUATION = {"format": (1,), "title": (4,), "author": (5,), "date": (6,), "numbers": (10, 11)}
_WHAT_TO_DO = "put «OCLC number» above the column with the numbers, as the first line, and above no other"


@dataclass(frozen=True)
class ListLayout:
    """How a list is written.

    Attributes:
        words: the layout in words, for the load log.
        separator: what separates columns; null for one number a line.
        column: the column with the number.
        texts: the columns of title, author, date, numbers and format.
        header: the position of the header line; null without one.
        width: how many columns there are; null where it does not matter.
        has_quotes: whether a quoted cell may hold separators and line ends.
        thousands: whether the numbers, one a line, have thousands separators.
        problem: why no number can be taken from the list, and what to do; null when it can.
    """

    words: str
    separator: str | None = None
    column: int = 0
    texts: dict[str, tuple[int, ...]] = field(default_factory=dict)
    header: int | None = None
    width: int | None = None
    has_quotes: bool = False
    thousands: bool = False
    problem: str | None = None

    def is_row(self, line: str, maximum: int = MAXIMUM) -> bool:
        """Whether a line alone looks like a whole row of the list."""
        row = cells(line, self.separator)
        return len(row) == self.width and is_number(row[self.column], maximum)


def find_layout(lines: list[str], maximum: int = MAXIMUM, *, has_quotes: bool = True) -> ListLayout:
    """How a list is written, by its first lines.

    Args:
        lines: the first lines.
        maximum: a greater number is no OCN.
        has_quotes: whether a quoted cell may hold line ends: not where the lines were made from the rows of a sheet.
    """
    physical = [(i, line.rstrip("\r")) for i, line in enumerate(lines) if line.strip()]
    if not physical:
        return ListLayout("a list without lines")
    if layout := _with_thousands(physical, maximum):
        return layout
    separator = _separator([line for _, line in physical])
    if re.match(r'\s*"?=\s*HYPERLINK', physical[0][1], re.I) and separator:
        return ListLayout("a title list of Collection Evaluation, with links", separator, 0, _EVALUATION)
    filled = [(i, line) for i, line, _ in join_lines(physical, separator)[0]] if separator and has_quotes else physical
    position, first = filled[0]
    captions = cells(first, separator)
    if _is_header(captions, maximum) and (named := _named(captions)):
        column, width = named[0], len(captions)
        words = f"columns with a header; the number is in «{captions[column].strip()}»"
        problem = None
        if len(named) > 1:
            names = ", ".join(f"«{captions[i].strip()}»" for i in named)
            words = problem = f"the header names several columns that may have the OCN: {names}; {_WHAT_TO_DO}"
        texts = _text_columns(captions)
        return ListLayout(words, separator, column, texts, position, width, has_quotes, problem=problem)
    if separator and max(len(cells(line, separator)) for _, line in filled) > 1:
        layout = _headless([cells(line, separator) for _, line in filled], separator, maximum)
        return replace(layout, has_quotes=has_quotes)
    return ListLayout("one number a line")


def cells(line: str, separator: str | None) -> list[str]:
    """The cells of one line. A tab list has no quoting; a broken quote in a CSV costs its own line only."""
    if separator is None:
        row = [line]
    elif separator == "\t" or '"' not in line:
        row = line.split(separator)
    else:
        try:
            row = next(csv.reader([line], delimiter=separator))
        except csv.Error:
            row = line.split(separator)
    return [LINK.sub(r"\1", cell) if "=" in cell[:2] else cell for cell in row]


def is_number(text: str, maximum: int) -> bool:
    """Whether a cell of a column with OCNs holds one."""
    bare = re.sub(SIGN, "", text)
    return not re.match(THOUSANDS, bare) and read_ocn(bare, trusted=True, maximum=maximum)[1] == "ok"


def _with_thousands(lines: list[tuple[int, str]], maximum: int) -> ListLayout | None:
    """The layout of a list of numbers such as 1,234,567; null when it is another list.

    A comma might as well separate columns; two of them in a line, or a header over one column, leave no doubt.
    """
    position, first = lines[0]
    has_header = len(lines) > 1 and "," not in first and _is_header([first], maximum) and bool(_named([first]))
    numbers = [line for _, line in lines[has_header:]]
    grouped = [line for line in numbers if re.match(THOUSANDS, line)]
    if not any("," in line for line in grouped) or any("," in line for line in set(numbers) - set(grouped)):
        return None
    header = position if has_header else None
    if has_header or any(line.count(",") > 1 for line in grouped) or any(is_number(line, maximum) for line in numbers):
        return ListLayout("one number a line, with thousands separators", header=header, thousands=True)
    problem = f"«{grouped[0].strip()}» may be one number with a thousands separator or two columns; {_WHAT_TO_DO}"
    return ListLayout(problem, header=header, problem=problem)


def _separator(lines: list[str]) -> str | None:
    """The mark that stands in most lines; null for one number a line."""
    counts = {mark: sum(mark in line for line in lines) for mark in "\t;,|"}
    mark = max(counts, key=lambda m: counts[m])
    return mark if counts[mark] * 2 > len(lines) else None


def _is_header(captions: list[str], maximum: int) -> bool:
    """Whether none of these cells is a number."""
    texts = [cell for cell in captions if not re.fullmatch(r"\s*0\d\d\s*", cell)]  # 001 is a tag, no padded number
    return not any(read_ocn(re.sub(SIGN, "", cell), trusted=True, maximum=maximum)[1] == "ok" for cell in texts)


def _named(captions: list[str]) -> list[int]:
    """The columns whose caption most surely says OCN; several when they say it alike."""
    names = [" ".join(cell.strip(' "\t\r').replace("_", " ").lower().split()) for cell in captions]
    for pattern in _CAPTIONS:
        found = [i for i, name in enumerate(names) if pattern.fullmatch(name) and not _NOT_THE_NUMBER.search(name)]
        if found:
            return found
    return []


def _text_columns(captions: list[str]) -> dict[str, tuple[int, ...]]:
    return {
        name: tuple(i for i, cell in enumerate(captions) if pattern.search(cell.strip()))[
            : 3 if name == "numbers" else 1
        ]
        for name, pattern in TEXTS.items()
    }


def _headless(rows: list[list[str]], separator: str, maximum: int) -> ListLayout:
    """Columns without a header: the number stands in the one column of prefixed OCNs, else in the one of bare numbers."""
    width = Counter(len(row) for row in rows).most_common(1)[0][0]
    columns = [[row[i] for row in rows if i < len(row)] for i in range(max(len(row) for row in rows))]
    numbers = [sum(is_number(text, maximum) for text in texts) for texts in columns]
    prefixed = [sum(read_ocn(text, maximum=maximum)[1] == "ok" for text in texts) for texts in columns]
    some = max(1, len(rows) / 10)
    with_prefix = [i for i, count in enumerate(prefixed) if count >= some]
    candidates = [i for i, count in enumerate(numbers) if count >= some]
    if len(with_prefix) == 1 and prefixed[with_prefix[0]] * 2 >= len(rows):
        candidates = with_prefix
    if len(candidates) > 1:
        names = " and ".join(str(i + 1) for i in candidates)
        problem = f"without a header, and columns {names} have numbers that may be OCNs; {_WHAT_TO_DO}"
        return ListLayout(problem, separator, candidates[0], width=width, problem=problem)
    best = candidates[0] if candidates else 0
    words = f"columns without a header; the number is in column {best + 1}"
    return ListLayout(words, separator, best, width=width)
