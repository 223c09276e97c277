"""The cells of a line of a list, and what is in them: numbers, numbers with a prefix, links into WorldCat."""

import csv
import re
from collections.abc import Callable
from functools import lru_cache

from ..identifiers.ocn import read_ocn

# Repeats are counted, so that nothing takes long; it is a pattern for Polars too, which has no possessive ones.
LINK = re.compile(
    r'(?is)=\s{0,9}HYPERLINK\s{0,9}\(\s{0,9}"{1,3}([^"]*)"{1,3}\s{0,9}[,;]\s{0,9}"{0,3}([^",;)]*)"{0,3}\s{0,9}\)'
)
_WORLDCAT = re.compile(r"(?i)worldcat|oclc")
SIGN = r"(?i)^\s*(?:no:|\*|#)\s*"
# A number with thousands separators, alone in its line or cell.
THOUSANDS = r"^\s*\"?[0-9]{1,3}(?:[,.'’\s][0-9]{3})+\"?\s*$"

# Only such a cell can be an OCN: most cells are told from one without taking them apart.
_DIGITS = re.compile(r"[^0-9]{0,30}[0-9]{1,30}(?:\.00?)?[^0-9]{0,10}")
SEPARATORS = "\t;,|"


def cells(line: str, separator: str | None) -> list[str]:
    """The cells of one line, of a link its label. A tab list has no quoting; a broken quote costs its own line only."""
    if "=" in line:
        line = LINK.sub(r"\2", line)
    if separator is None:
        return [line]
    if separator == "\t" or '"' not in line:
        return line.split(separator)
    try:
        return next(csv.reader([line], delimiter=separator))
    except csv.Error:
        return line.split(separator)


def is_link(line: str) -> bool:
    """Whether a line begins with a link of a spreadsheet."""
    return re.match(r'\s*"?=\s*HYPERLINK', line, re.I) is not None


def leads_to_worldcat(line: str) -> bool:
    """Whether a line begins with a link into WorldCat whose label is the number in its address."""
    link = LINK.search(line) if is_link(line) else None
    if link is None:
        return False
    number = re.compile(rf"\b0*{re.escape(link[2].strip())}\b")
    hosts = ((word, _WORLDCAT.search(word)) for word in link[1].split())
    return any(host and number.search(word, host.end()) for word, host in hosts)


def are_links(lines: list[str]) -> bool:
    """Whether most lines begin with links, and most of these lead into WorldCat."""
    links = [line for line in lines if is_link(line)]
    return len(links) * 2 > len(lines) and sum(map(leads_to_worldcat, links)) * 2 >= len(links)


@lru_cache(10_000)
def is_number(text: str, maximum: int) -> bool:
    """Whether a cell of a column with OCNs holds one."""
    if text.isascii() and text.isdecimal():
        return len(text) <= 18 and 0 < int(text) <= maximum
    return _DIGITS.fullmatch(text) is not None and _verdict(re.sub(SIGN, "", text), maximum, trusted=True) == "ok"


@lru_cache(10_000)
def has_prefix(text: str, maximum: int) -> bool:
    """Whether a cell holds an OCN and says so."""
    return (
        not text.isdecimal() and _DIGITS.fullmatch(text) is not None and _verdict(text, maximum, trusted=False) == "ok"
    )


def is_signed(text: str, maximum: int) -> bool:
    """Whether a cell holds an OCN with a prefix of OCLC's, or with a sign that OCLC's tools take (no: * #)."""
    return has_prefix(text, maximum) or (re.match(SIGN, text) is not None and is_number(text, maximum))


def _verdict(text: str, maximum: int, *, trusted: bool) -> str:
    return read_ocn(text, trusted=trusted, maximum=maximum)[1]


def likely_separator(lines: list[str]) -> str | None:
    """The mark that stands in most of the lower lines, links aside, as titles stand above; null for one number a line."""
    texts = [LINK.sub(r"\2", line) if "=" in line else line for line in lines[len(lines) // 2 :]]
    counts = {mark: sum(mark in line for line in texts) for mark in SEPARATORS}
    mark = max(counts, key=lambda m: counts[m])
    return mark if counts[mark] * 2 > len(texts) else None


def columns_with(rows: list[list[str]], maximum: int, is_one: Callable[[str, int], bool] = is_number) -> list[int]:
    """The columns in which a tenth of the rows have a number."""
    columns = [[row[i] for row in rows if i < len(row)] for i in range(max(map(len, rows), default=0))]
    counts = [sum(is_one(text, maximum) for text in texts) for texts in columns]
    return [i for i, count in enumerate(counts) if count >= max(1, len(rows) / 10)]


def listed(columns: list[int]) -> str:
    """Columns as people count them."""
    return " and ".join(str(i + 1) for i in columns)
