"""The slow, patient path for ISO 2709: what the fast path refuses is read here record by record, in several ways.

The first way is pymarc's own: whatever pymarc reads is loaded as pymarc gives it, and only flagged when its structure
is odd. Then come repairs, from the most to the least certain, each of which must fit the whole record: the directory
is right and only a length is wrong; the directory counts characters instead of bytes; the directory is wrong but names
as many fields as there are. What is cut off keeps the fields that are whole. Where no way fits, the bytes are rejected
with the reason.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from .directories import SPACE
from .fields import Text, field_rows, leader_row
from .pieces import Collected, Row, wanted
from .streams import Limits

# What the next record looks like in the middle of a stretch: a leader and the first entry of its directory. After a
# field terminator a leader may be less perfect than after anything else, where a directory could be mistaken for one.
_NEXT = re.compile(
    rb"\d{5}[\x20-\x7e]{5}22\d{5}[\x20-\x7e]{3}45[\x20-\x7e]{2}[0-9A-Za-z]{3}\d{9}"
    rb"|(?<=\x1e)[\d ]{5}[\x20-\x7e]{7}[\d ]{5}[\x20-\x7e]{7}[0-9A-Za-z]{3}\d{9}"
)
_FIELD_END, _RECORD_END = b"\x1e", b"\x1d"
SHORTEST = 26

# (tag, bytes without terminator) in the order of the directory; a way of reading gives None when it does not fit.
Fields = list[tuple[str, bytes]]
_Entries = list[tuple[str, int, int]]


@dataclass
class Found:
    """One piece of a damaged stretch: loaded, repaired or rejected.

    Attributes:
        start, end: where it is in the block.
        rows: its rows; None when it is rejected.
        issues: (code, message) of what was wrong.
    """

    start: int
    end: int
    rows: list[Row] | None
    repaired: bool = False
    issues: list[tuple[str, str]] = field(default_factory=list)

    def collect(self, collected: Collected, record: int, offset: int, block: bytes) -> None:
        """Hands it on under its record number; `offset` is where the block begins in the file."""
        data = block[self.start : self.end]
        if self.rows is None:
            code, message = self.issues[0]
            collected.reject(record, offset + self.start, data, code, message)
        else:
            collected.load(record, offset + self.start, len(data), self.rows, repaired=self.repaired)
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
    while position < len(data) and data[position] in SPACE:
        position += 1
    return position


def _end_of_piece(data: bytes, start: int) -> int:
    """Where a piece ends: by its length if that proves right, else at a terminator, or where the next record begins."""
    stated = _digits(data[start : start + 5])
    if stated and data[start + stated - 1 : start + stated] == _RECORD_END and _fills(data[start : start + stated]):
        return start + stated
    end = data.find(_RECORD_END, start) + 1 or len(data)
    following = _NEXT.search(data, start + (SHORTEST if _NEXT.match(data, start) else 1), end)
    return following.start() if following else end


def _digits(data: bytes) -> int | None:
    return int(data) if data.isdigit() else None


def _fills(data: bytes) -> bool:
    """Whether the directory accounts for the whole record."""
    base, entries = _directory(data)
    ends = [base + start + length for _, length, start in entries]
    return bool(ends) and max(ends) == len(data) - 1


def _read_piece(data: bytes, start: int, tags: frozenset[str] | None) -> Found:
    if _digits(data[:5]) == len(data) and data.endswith(_RECORD_END) and (found := _as_pymarc(data, start, tags)):
        return found
    if len(data) < SHORTEST:
        return _reject(data, start, "scrap", "a scrap of bytes, too short for a record")
    issues = list(_what_is_wrong_with_the_frame(data))
    whole = data if data.endswith(_RECORD_END) else data + _RECORD_END
    base, text = _directory_text(whole)
    entries = _entries(text) if len(text) % 12 == 0 else []
    for way, code, message in _WAYS if entries else ():
        if fields := way(whole, base, entries):
            if code:
                issues.append((code, message.format(found=len(fields), named=len(entries))))
            return _loaded(data, start, tags, fields, issues)
    for guess in _other_directories(text):
        fields = _by_directory(whole, base, guess) or _by_characters(whole, base, guess)
        if fields and len(fields) == len(_parts(whole, base)):
            issues.append(
                ("directory_shifted", "signs were lost or added before or in the directory; read without them")
            )
            return _loaded(data, start, tags, fields, issues)
    if not entries:
        return _reject(data, start, "no_directory", "there is no leader with a directory; it does not look like MARC")
    reason = f"the directory names {len(entries)} fields, but they are not where it says, nor so many"
    return _reject(data, start, "bad_directory", reason)


def _what_is_wrong_with_the_frame(data: bytes) -> Iterator[tuple[str, str]]:
    if not data.endswith(_RECORD_END):
        yield "no_terminator", "the record does not end with a record terminator"
    if len(data) > 99_999:
        yield "too_long", f"{len(data)} bytes, more than the 99,999 that a leader can say"
    elif _digits(data[:5]) != len(data) + (not data.endswith(_RECORD_END)):
        stated = data[:5].decode("ascii", "replace")
        yield "wrong_length", f"the leader says {stated!r} bytes, there are {len(data)}"
    base, _ = _directory_text(data)
    if _digits(data[12:17]) != base:
        stated = data[12:17].decode("ascii", "replace")
        yield "bad_base_address", f"the leader says that fields begin at {stated!r}; they begin at {base}"


def _as_pymarc(data: bytes, start: int, tags: frozenset[str] | None) -> Found | None:
    """Read by the directory without asking what stands where it points, strictly, then with replacements."""
    fields = _sliced(data)
    if fields is None:
        return None
    issues = [] if _terminated(data, *_directory(data)) else [("odd_directory", _ODD_DIRECTORY)]
    for patient in (False, True):
        text = Text(data, patient=patient)
        try:
            rows = _rows(data, fields, text)
        except UnicodeDecodeError:
            continue
        found = Found(
            start, start + len(data), wanted(tags, rows), repaired=text.broken + text.not_ascii > 0, issues=issues
        )
        found.issues += _text_issues(text)
        return found
    return None


_ODD_DIRECTORY = "fields are not between terminators where the directory says; read by the directory all the same"


def _sliced(data: bytes) -> Fields | None:
    base, directory = _digits(data[12:17].strip()), b""
    if base and 24 < base < len(data):
        directory = data[24 : base - 1]
    if not directory or len(directory) % 12 or not directory.isascii():
        return None
    fields = []
    for at in range(0, len(directory), 12):
        length, begin = _digits(directory[at + 3 : at + 7].strip()), _digits(directory[at + 7 : at + 12].strip())
        if length is None or begin is None:
            return None
        begin += base
        fields.append((directory[at : at + 3].decode(), data[begin : begin + length - 1]))
    return fields


def _directory(data: bytes) -> tuple[int, _Entries]:
    """Base address and entries (tag, length, start) of a directory that is made of whole entries."""
    base, text = _directory_text(data)
    return base, _entries(text) if len(text) % 12 == 0 else []


def _directory_text(data: bytes) -> tuple[int, bytes]:
    base = _digits(data[12:17]) or 0
    if data[base - 1 : base] != _FIELD_END or base < SHORTEST:
        base = data.find(_FIELD_END, 24) + 1
    return base, data[24 : max(base - 1, 24)]


def _entries(text: bytes) -> _Entries:
    """The entries of 12 bytes; what are no digits is -1. Nothing at all when a tag makes no sense."""
    entries = []
    for at in range(0, len(text), 12):
        entry = text[at : at + 12]
        if not entry[:3].isalnum():
            return []
        length, begin = _digits(entry[3:7]), _digits(entry[7:12])
        entries.append((entry[:3].decode(), -1 if length is None else length, -1 if begin is None else begin))
    return entries


def _other_directories(text: bytes) -> Iterator[_Entries]:
    """What a directory may have been: with signs lost or added before it, or with numbers that take more digits.

    The leader is what people and programs write into; then it is longer or shorter than 24 bytes.
    """
    surplus = len(text) % 12
    yield _entries(b"0" * (12 - surplus) + text)
    yield _entries(text[surplus:])
    yield _entries(text[: len(text) - surplus])
    yield _wide_entries(text)


def _wide_entries(text: bytes) -> _Entries:
    """Entries of a record that is too long, with a digit more for a length or a start that would not fit."""
    entries, at, expected = [], 0, 0
    while at < len(text):
        for length_digits, start_digits in ((4, 5), (5, 5), (4, 6), (5, 6)):
            middle = at + 3 + length_digits
            length, begin = _digits(text[at + 3 : middle]), _digits(text[middle : middle + start_digits])
            if length and begin == expected and text[at : at + 3].isalnum():
                break
        else:
            return []
        entries.append((text[at : at + 3].decode("ascii", "replace"), length, begin))
        at, expected = middle + start_digits, begin + length
    return entries


def _terminated(data: bytes, base: int, entries: _Entries) -> bool:
    ends = [base + begin + length - 1 for _, length, begin in entries]
    return bool(entries) and all(data[end : end + 1] == _FIELD_END for end in ends)


def _by_directory(data: bytes, base: int, entries: _Entries) -> Fields | None:
    if not _terminated(data, base, entries):
        return None
    return [(tag, data[base + begin : base + begin + length - 1]) for tag, length, begin in entries]


def _by_characters(data: bytes, base: int, entries: _Entries) -> Fields | None:
    """Lengths were counted in characters: Leader and directory are ASCII, so only the fields are concerned."""
    try:
        text = data[base:].decode("utf-8")
    except UnicodeDecodeError:
        return None
    fields = []
    for tag, length, begin in entries:
        end = begin + length - 1
        if text[end : end + 1] != "\x1e" or (begin and text[begin - 1] != "\x1e"):
            return None
        fields.append((tag, text[begin:end].encode()))
    return fields


def _parts(data: bytes, base: int) -> list[bytes]:
    """What stands between field terminators."""
    parts = data[base:-1].split(_FIELD_END)
    return parts if parts[-1].strip(SPACE) else parts[:-1]


def _by_terminators(data: bytes, base: int, entries: _Entries) -> Fields | None:
    """As many fields as the directory names, in its order of starts (or, where these are no order, as listed)."""
    begins = [begin for _, _, begin in entries]
    order = range(len(entries))
    if len(set(begins)) == len(begins):
        order = sorted(order, key=begins.__getitem__)
    parts = _glued(_parts(data, base), [entries[index][0] for index in order])
    if len(parts) != len(entries):
        return None
    of_entry = dict(zip(order, parts, strict=True))
    fields = [(tag, of_entry[index]) for index, (tag, _, _) in enumerate(entries)]
    lengths_right = sum(len(of_entry[index]) + 1 == length for index, (_, length, _) in enumerate(entries))
    return fields if all(_has_shape(*each) for each in fields) or lengths_right * 2 > len(fields) else None


def _glued(parts: list[bytes], tags: list[str]) -> list[bytes]:
    """When there are too many parts: one that does not look like the field it would be belongs to the one before."""
    parts = list(parts)
    index = 1
    while len(parts) > len(tags) and index < len(parts):
        if index >= len(tags) or not _has_shape(tags[index], parts[index]):
            parts[index - 1 : index + 1] = [parts[index - 1] + _FIELD_END + parts[index]]
        else:
            index += 1
    return parts


def _has_shape(tag: str, part: bytes) -> bool:
    """A control field has no delimiter, a data field has one near its beginning."""
    if tag.startswith("00") and tag.isdigit():
        return b"\x1f" not in part
    return 0 <= part.find(b"\x1f") <= 4


def _what_is_whole(data: bytes, base: int, entries: _Entries) -> Fields | None:
    """Of a record that was cut off: the fields before the cut, if the directory is right about every one of them."""
    parts = _parts(data, base)
    if data[-2:-1] != _FIELD_END:
        parts = parts[:-1]
    if not 0 < len(parts) < len(entries):
        return None
    fields = [(tag, part) for (tag, length, _), part in zip(entries, parts, strict=False) if length == len(part) + 1]
    return fields if len(fields) == len(parts) else None


_Way = Callable[[bytes, int, _Entries], Fields | None]
_WAYS: tuple[tuple[_Way, str, str], ...] = (
    (_by_directory, "", ""),
    (
        _by_characters,
        "lengths_in_characters",
        "lengths are counted in characters, not bytes; fields taken by characters",
    ),
    (
        _by_terminators,
        "directory_rebuilt",
        "the directory's lengths are wrong; fields taken from terminator to terminator",
    ),
    (
        _what_is_whole,
        "cut_off",
        "the record is cut off: {found} of the {named} fields that its directory names are there",
    ),
)


def _loaded(
    data: bytes, start: int, tags: frozenset[str] | None, fields: Fields, issues: list[tuple[str, str]]
) -> Found:
    text = Text(data, patient=True)
    rows = _rows(data, fields, text)
    return Found(start, start + len(data), wanted(tags, rows), repaired=True, issues=issues + _text_issues(text))


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
    if text.broken:
        encoding = "UTF-8" if text.utf8 else "MARC-8"
        issues.append(("not_" + encoding.lower().replace("-", ""), _broken_message(text.broken, encoding)))
    if text.noticed:
        issues.append(("odd_field", "; ".join(text.noticed[:5])))
    return issues


def _broken_message(count: int, encoding: str) -> str:
    return f"{count} values hold bytes that are not {encoding}; each such byte is shown as �"


def _reject(data: bytes, start: int, code: str, message: str) -> Found:
    return Found(start, start + len(data), None, issues=[(code, message)])
