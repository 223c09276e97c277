"""The slow, patient path for ISO 2709: what the fast path refuses is read here record by record, in several ways.

The first way is pymarc's own: whatever pymarc reads is loaded as pymarc gives it, and only flagged when its structure
is odd. Then come repairs, from the most to the least certain, each of which must fit the whole record: the directory
is right and only a length is wrong; the directory counts characters instead of bytes; the directory is wrong but names
as many fields as there are. What is cut off keeps the fields that are whole. Where no way fits, the bytes are rejected
with the reason.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from .directories import SPACE
from .fields import Text, field_rows, leader_row
from .marc8 import Loss
from .pieces import Collected, Row, wanted
from .repairs import (
    LONGEST,
    RECORD_END,
    SHORTEST,
    Fields,
    directory,
    directory_text,
    is_terminated,
    number,
    read_fields,
    sliced_fields,
)
from .streams import Limits

# What the next record looks like in the middle of a stretch: a leader and the first entry of its directory. After a
# field terminator a leader may be less perfect than after anything else, where a directory could be mistaken for one.
NEXT = re.compile(
    rb"\d{5}[\x20-\x7e]{5}22\d{5}[\x20-\x7e]{3}45[\x20-\x7e]{2}[0-9A-Za-z]{3}\d{9}"
    rb"|(?<=\x1e)[\d ]{5}[\x20-\x7e]{7}[\d ]{5}[\x20-\x7e]{7}[0-9A-Za-z]{3}\d{9}"
)


# A directory from its beginning to its end. A leader, which has blanks, is not within it; but its digits may look like one.
_DIRECTORY = re.compile(rb"[0-9A-Za-z]+\x1e")
_TEXT = re.compile(rb"[^" + re.escape(SPACE) + rb"]")
_DIGITS = re.compile(rb"\d*")
_LEADER = 24


@dataclass
class Found:
    """One piece of a damaged stretch: loaded, repaired or rejected.

    Attributes:
        start, end: where it is in the block.
        rows: its rows; None when it is rejected.
        issues: (code, message) of what was wrong.
        left_out: texts that stand in no subfield.
    """

    start: int
    end: int
    rows: list[Row] | None
    repaired: bool = False
    issues: list[tuple[str, str]] = field(default_factory=list)
    left_out: list[bytes] = field(default_factory=list)

    def collect(self, collected: Collected, record: int, offset: int, block: memoryview) -> None:
        """Hands it on under its record number; `offset` is where the block begins in the file."""
        data = bytes(block[self.start : self.end])
        if self.rows is None:
            code, message = self.issues[0]
            collected.reject(record, offset + self.start, data, code, message)
        else:
            collected.load(record, offset + self.start, len(data), self.rows, repaired=self.repaired)
            collected.leave_out(record, self.left_out)
        for code, message in self.issues[self.rows is None :]:
            collected.issue(record, offset + self.start, code, message, data)


def read_single(data: bytes, start: int, tags: frozenset[str] | None) -> Found:
    """A record whose structure is sound, but not its text: MARC-8, odd indicators, bytes that are not UTF-8."""
    return _as_pymarc(data, start, tags) or _reject(data, start, "unreadable", "no way of reading fits")


def read_stretch(data: bytes, start: int, tags: frozenset[str] | None, limits: Limits) -> list[Found]:
    """A stretch in which record terminators, lengths or directories are wrong."""
    found: list[Found] = []
    position = 0
    while (position := _skip_space(data, position)) < len(data):
        end = min(_end_of_piece(data, position), position + limits.record_bytes)
        piece = _read_piece(data[position:end].rstrip(b"\r\n"), start + position, tags)
        if piece.rows is None and found and found[-1].rows is None and end - position < SHORTEST:
            found[-1].end = piece.end  # scraps are no pieces of their own
        else:
            found.append(piece)
        position = end
    return found


def _skip_space(data: bytes, position: int) -> int:
    text = _TEXT.search(data, position)
    return step_back(data, text.start(), position) if text else len(data)


def step_back(data: bytes | memoryview, start: int, first: int) -> int:
    """Where a record begins whose length is filled up with blanks, which are then no space before it.

    Args:
        data: the bytes around.
        start: where its first sign is that is no space.
        first: it does not begin before.
    """
    blanks = 5 - len(_DIGITS.match(data, start, start + 5)[0])
    before = start - blanks
    return before if 0 < blanks < 5 and before >= first and bytes(data[before:start]) == b" " * blanks else start


def _end_of_piece(data: bytes, start: int) -> int:
    """Where a piece ends: by its length if that proves right, else at a terminator, or where the next record begins."""
    stated = _stated_length(data[start : start + 5])
    if stated and data[start + stated - 1 : start + stated] == RECORD_END and _fills(data[start : start + stated]):
        return start + stated
    end = data.find(RECORD_END, start) + 1 or len(data)
    here = NEXT.match(data, start) or (data[start : start + 1].isdigit() and NEXT.match(data, start + 1))
    own = here and _DIRECTORY.match(data, start + _LEADER)
    begin = own.end() if own else start + (SHORTEST if here else 1)  # a long record's length has six digits
    following = NEXT.search(data, begin, end)
    return following.start() if following else end


def _stated_length(start: bytes) -> int | None:
    """What the first five bytes of a record say of its length, which may be filled up with blanks."""
    return number(start.lstrip(b" "))


def _fills(data: bytes) -> bool:
    """Whether the directory accounts for the whole record."""
    base, entries = directory(data)
    ends = [base + start + length for _, length, start in entries]
    return bool(ends) and max(ends) == len(data) - 1


def _read_piece(data: bytes, start: int, tags: frozenset[str] | None) -> Found:
    if _stated_length(data[:5]) == len(data) and data.endswith(RECORD_END) and (found := _as_pymarc(data, start, tags)):
        return found
    if len(data) < SHORTEST:
        return _reject(data, start, "scrap", "a scrap of bytes, too short for a record")
    issues = list(_what_is_wrong_with_the_frame(data))
    fields, code, message = read_fields(data)
    if fields is None:
        return _reject(data, start, code, message)
    if code:
        issues.append((code, message))
    return _loaded(data, start, tags, fields, issues)


def _what_is_wrong_with_the_frame(data: bytes) -> Iterator[tuple[str, str]]:
    if not data.endswith(RECORD_END):
        yield "no_terminator", "the record does not end with a record terminator"
    if len(data) > LONGEST:
        yield "too_long", f"{len(data)} bytes, more than the 99,999 that a leader can say"
    elif number(data[:5]) != len(data) + (not data.endswith(RECORD_END)):
        stated = data[:5].decode("ascii", "replace")
        yield "wrong_length", f"the leader says {stated!r} bytes, there are {len(data)}"
    base, _ = directory_text(data)
    if number(data[12:17]) != base:
        stated = data[12:17].decode("ascii", "replace")
        yield "bad_base_address", f"the leader says that fields begin at {stated!r}; they begin at {base}"


def _as_pymarc(data: bytes, start: int, tags: frozenset[str] | None) -> Found | None:
    """Read by the directory without asking what stands where it points, strictly, then with replacements."""
    fields = sliced_fields(data)
    if fields is None:
        return None
    issues = [] if is_terminated(data, *directory(data)) else [("odd_directory", _ODD_DIRECTORY)]
    for patient in (False, True):
        text = Text(data, patient=patient)
        try:
            rows = _rows(data, fields, text)
        except UnicodeDecodeError:
            continue
        repaired = text.broken + text.not_ascii + text.lost[Loss.BYTES] > 0
        # What the directory does not point to is in no field.
        left_out = [data] if issues else text.left_out
        return Found(start, start + len(data), wanted(tags, rows), repaired, issues + _text_issues(text), left_out)
    return None


_ODD_DIRECTORY = "fields are not between terminators where the directory says; read by the directory all the same"


def _loaded(
    data: bytes, start: int, tags: frozenset[str] | None, fields: Fields, issues: list[tuple[str, str]]
) -> Found:
    text = Text(data, patient=True)
    rows = _rows(data, fields, text)
    told = issues + _text_issues(text)
    return Found(start, start + len(data), wanted(tags, rows), repaired=True, issues=told, left_out=text.left_out)


def _rows(data: bytes, fields: Fields, text: Text) -> list[Row]:
    rows = [leader_row(text.ascii(data[:24]))]
    for position, (tag, value) in enumerate(fields):
        rows += field_rows(position, tag, value, text)
    return rows


def _text_issues(text: Text) -> list[tuple[str, str]]:
    issues = []
    if text.undeclared:
        issues.append(("utf8_undeclared", "the text is UTF-8, but Leader/09 does not say so; read as UTF-8"))
    if text.not_ascii:
        message = f"the leader or indicators are not ASCII in {text.not_ascii} places; each such byte is shown as �"
        issues.append(("not_ascii", message))
    if text.latin1:
        issues.append(("not_ascii", f"{text.latin1} control fields are not ASCII; read as ISO 8859-1"))
    if text.broken:
        issues.append(("not_utf8", f"{text.broken} values hold bytes that are not UTF-8; each such byte is shown as �"))
    issues += [(loss.value[0], loss.value[1].format(text.lost[loss])) for loss in Loss if text.lost[loss]]
    if text.noticed:
        issues.append(("odd_field", "; ".join(text.noticed[:5])))
    return issues


def _reject(data: bytes, start: int, code: str, message: str) -> Found:
    return Found(start, start + len(data), None, issues=[(code, message)])
