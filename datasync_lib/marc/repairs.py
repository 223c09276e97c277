"""Ways to find the fields of an ISO 2709 record whose directory, base address or lengths are wrong.

Each way gives the fields of the whole record or nothing; `read_fields` tries them from the most to the least certain
and says which one fitted.
"""

from collections.abc import Callable, Iterator

from .directories import SPACE

FIELD_END, RECORD_END = b"\x1e", b"\x1d"
SHORTEST = 26
# A leader can say no more bytes, and a directory no greater start: of a longer record the starts begin again, or stay there.
LONGEST, _STARTS = 99_999, 100_000
# Entries may name the same bytes; when all together name so many times the record, they only fill the memory.
_MOST_REPEATED = 10

# (tag, bytes without terminator) in the order of the directory.
Fields = list[tuple[str, bytes]]
# (tag, length, start); -1 for what is no number.
Entries = list[tuple[str, int, int]]


def read_fields(data: bytes) -> tuple[Fields | None, str, str]:
    """The fields of a record; with a code and words for what was wrong, or why there are none."""
    is_cut = not data.endswith((FIELD_END, RECORD_END))
    data = data if data.endswith(RECORD_END) else data + RECORD_END
    base, text = directory_text(data)
    entries = _entries(text) if len(text) % 12 == 0 else []
    if sum(length for _, length, _ in entries) > _MOST_REPEATED * len(data):
        return None, "bad_directory", f"the directory's {len(entries)} entries name the same bytes again and again"
    for way, code, message in _WAYS if entries else ():
        if is_cut and way is _by_terminators:
            continue  # the last field is not whole
        if fields := way(data, base, entries):
            return fields, code, message.format(found=len(fields), named=len(entries))
    for guess in _other_directories(text):
        fields = _by_directory(data, base, guess) or _by_characters(data, base, guess)
        if fields and len(fields) == len(_parts(data, base)):
            return fields, "directory_shifted", "signs were lost or added before or in the directory; read without them"
    if not entries:
        return None, "no_directory", "there is no leader with a directory; it does not look like MARC"
    named = f"the directory names {len(entries)} fields, but they are not where it says, nor so many"
    return None, "bad_directory", named


def number(data: bytes) -> int | None:
    """The number that digits make, and nothing but digits."""
    return int(data) if data.isdigit() else None


def sliced_fields(data: bytes) -> Fields | None:
    """The fields as pymarc takes them: by the directory, whatever stands where it points."""
    base, directory = _number_of_pymarc(data[12:17]), b""
    if base and 24 < base < len(data):
        directory = data[24 : base - 1]
    if not directory or len(directory) % 12 or not directory.isascii():
        return None
    fields, total = [], 0
    for at in range(0, len(directory), 12):
        length, begin = _number_of_pymarc(directory[at + 3 : at + 7]), _number_of_pymarc(directory[at + 7 : at + 12])
        if length is None or begin is None:
            return None
        begin += base
        fields.append((directory[at : at + 3].decode(), data[begin : begin + length - 1]))
        total += len(fields[-1][1])
        if total > _MOST_REPEATED * len(data):
            return None
    return fields


def _number_of_pymarc(data: bytes) -> int | None:
    """The number that Python reads, as pymarc does: blanks around it, a sign and underscores are taken."""
    try:
        return int(data)
    except ValueError:
        return None


def directory(data: bytes) -> tuple[int, Entries]:
    """Base address and entries (tag, length, start) of a directory that is made of whole entries."""
    base, text = directory_text(data)
    return base, _entries(text) if len(text) % 12 == 0 else []


def directory_text(data: bytes) -> tuple[int, bytes]:
    """Base address, and the bytes between leader and fields; by the first field terminator if the leader is wrong."""
    base = number(data[12:17]) or 0
    if data[base - 1 : base] != FIELD_END or base < SHORTEST:
        base = data.find(FIELD_END, 24) + 1
    return base, data[24 : max(base - 1, 24)]


def _entries(text: bytes) -> Entries:
    """The entries of 12 bytes; what are no digits is -1. Nothing at all when a tag makes no sense."""
    entries = []
    for at in range(0, len(text), 12):
        entry = text[at : at + 12]
        if not entry[:3].isalnum():
            return []
        length, begin = number(entry[3:7]), number(entry[7:12])
        entries.append((entry[:3].decode(), -1 if length is None else length, -1 if begin is None else begin))
    return entries


def _other_directories(text: bytes) -> Iterator[Entries]:
    """What a directory may have been: with signs lost or added before it, or with numbers that take more digits.

    The leader is what people and programs write into; then it is longer or shorter than 24 bytes.
    """
    surplus = len(text) % 12
    yield _entries(b"0" * (12 - surplus) + text)
    yield _entries(text[surplus:])
    yield _entries(text[: len(text) - surplus])
    yield _wide_entries(text)
    yield _wide_entries(text[1:])  # the leader had no room for the record's length either


def _wide_entries(text: bytes) -> Entries:
    """Entries of a record that is too long, with a digit more for a length or a start that would not fit."""
    entries, at, expected = [], 0, 0
    while at < len(text):
        for length_digits, start_digits in ((4, 5), (5, 5), (4, 6), (5, 6)):
            middle = at + 3 + length_digits
            length, begin = number(text[at + 3 : middle]), number(text[middle : middle + start_digits])
            if length and begin == expected and text[at : at + 3].isalnum():
                break
        else:
            return []
        entries.append((text[at : at + 3].decode("ascii", "replace"), length, begin))
        at, expected = middle + start_digits, begin + length
    return entries


def is_terminated(data: bytes, base: int, entries: Entries) -> bool:
    """Whether every field ends with a terminator where the directory says."""
    ends = [base + begin + length - 1 for _, length, begin in entries]
    return bool(entries) and all(data[end : end + 1] == FIELD_END for end in ends)


def _by_directory(data: bytes, base: int, entries: Entries) -> Fields | None:
    if not is_terminated(data, base, entries):
        return None
    return [(tag, data[base + begin : base + begin + length - 1]) for tag, length, begin in entries]


def _by_starts_that_begin_again(data: bytes, base: int, entries: Entries) -> Fields | None:
    """Of a record that is too long a start has five digits of six: in the order of the directory they rise, and fall only there."""
    if len(data) <= LONGEST:
        return None
    unwrapped, before, turns = [], 0, 0
    for tag, length, begin in entries:
        turns += begin < before
        unwrapped.append((tag, length, begin + turns * _STARTS))
        before = begin
    last = base + max((begin + length for _, length, begin in unwrapped), default=0)
    return _by_directory(data, base, unwrapped) if turns and last == len(data) - 1 else None


def _by_characters(data: bytes, base: int, entries: Entries) -> Fields | None:
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
    parts = data[base:-1].split(FIELD_END)
    return parts if parts[-1].strip(SPACE) else parts[:-1]


def _by_terminators(data: bytes, base: int, entries: Entries) -> Fields | None:
    """As many fields as the directory names, in its order of starts (or, where these are no order, as listed).

    The starts of a record that is too long are no order; where they fall, the lengths must bear out that of the directory.
    """
    begins = [begin for _, _, begin in entries]
    order, is_long = range(len(entries)), len(data) > LONGEST
    if len(set(begins)) == len(begins) and not is_long:
        order = sorted(order, key=begins.__getitem__)
    parts = _glued(_parts(data, base), [entries[index][0] for index in order])
    if len(parts) != len(entries):
        return None
    of_entry = dict(zip(order, parts, strict=True))
    fields = [(tag, of_entry[index]) for index, (tag, _, _) in enumerate(entries)]
    lengths_right = sum(len(of_entry[index]) + 1 == length for index, (_, length, _) in enumerate(entries))
    is_borne_out = lengths_right * 2 > len(fields)
    is_in_order = not is_long or begins == sorted(begins)
    return fields if is_borne_out or (is_in_order and all(_has_shape(*each) for each in fields)) else None


def _glued(parts: list[bytes], tags: list[str]) -> list[bytes]:
    """When there are too many parts: one that does not look like the field it would be belongs to the one before."""
    surplus = len(parts) - len(tags)
    glued = [parts[:1]] if parts else []
    for part in parts[1:]:
        if surplus > 0 and (len(glued) >= len(tags) or not _has_shape(tags[len(glued)], part)):
            glued[-1].append(part)
            surplus -= 1
        else:
            glued.append([part])
    return [FIELD_END.join(several) for several in glued]


def _has_shape(tag: str, part: bytes) -> bool:
    """A control field has no delimiter, a data field has one near its beginning."""
    if tag.startswith("00") and tag.isdigit():
        return b"\x1f" not in part
    return 0 <= part.find(b"\x1f") <= 4


def _what_is_whole(data: bytes, base: int, entries: Entries) -> Fields | None:
    """Of a record that was cut off: the fields before the cut, if the directory is right about every one of them."""
    parts = _parts(data, base)
    if data[-2:-1] != FIELD_END:
        parts = parts[:-1]
    if not 0 < len(parts) < len(entries):
        return None
    fields = [(tag, part) for (tag, length, _), part in zip(entries, parts, strict=False) if length == len(part) + 1]
    return fields if len(fields) == len(parts) else None


_Way = Callable[[bytes, int, Entries], Fields | None]
_WAYS: tuple[tuple[_Way, str, str], ...] = (
    (
        _by_starts_that_begin_again,
        "directory_rebuilt",
        "the directory's starts begin again behind byte 99,999; fields taken in the order of the directory",
    ),
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
