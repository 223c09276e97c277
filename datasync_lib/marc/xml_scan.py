"""The fast path for MARCXML: a block of plain records becomes columns; any doubt, and the block is left to a real parser.

Plain means, and every part of it is proved for the whole block before a single value is used:

- the block is valid UTF-8 without characters that XML forbids;
- between the first `<record` and the last `</record>` there are only the elements record, leader, controlfield,
  datafield and subfield, all with one prefix or none, nested as in MARCXML: no comment, CDATA, declaration or
  processing instruction; and between two records nothing but white space;
- all opening tags of a kind are the same bytes but for tag (three characters), ind1, ind2 and code (one each);
- each record begins with a leader of 24 characters, and has none among its fields; no text stands outside of the values;
- each `&` is in a value, and begins one of the five entities of XML or a character reference.
"""

import re
from dataclasses import dataclass

import numpy as np

from .columns import (
    LEADER_TAG,
    Bytes,
    Mask,
    Positions,
    Rows,
    copy_slices,
    is_control,
    is_utf8,
    look_up,
    places_of,
    squeeze,
    tag_word,
)

RECORD_START = re.compile(rb"<((?:[A-Za-z_][\w.-]*:)?)record(?=[\s/>])")
_ELEMENTS = (b"record", b"leader", b"controlfield", b"datafield", b"subfield")
RECORD, LEADER, CONTROL, DATA, SUBFIELD = range(0, 15, 3)  # + 0 opened, + 1 closed, + 2 empty
_OPEN, _CLOSE, _EMPTY = range(3)

_KIND_OF_LETTER = np.full(256, 255, np.uint8)
_KIND_OF_LETTER[[ord("r"), ord("l"), ord("c"), ord("d"), ord("s")]] = range(0, 15, 3)
_IS_ATTRIBUTE_TEXT = np.zeros(256, np.bool_)
_IS_ATTRIBUTE_TEXT[[sign for sign in range(0x20, 0x7F) if chr(sign) not in "&<>\"'"]] = True
_ATTRIBUTES = {
    LEADER: (),
    CONTROL: ((b"tag", 3),),
    DATA: ((b"tag", 3), (b"ind1", 1), (b"ind2", 1)),
    SUBFIELD: ((b"code", 1),),
}
_ATTRIBUTE = re.compile(rb"\s+([\w:.-]+)=(?:\"([^\"<&]*)\"|'([^'<&]*)')")
_ANY_ATTRIBUTES = re.compile(rb"(?:\s+[\w:.-]+\s*=\s*(?:\"[^\"<&]*\"|'[^'<&]*'))*\s*")
_ENTITY = re.compile(r"&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#x([0-9A-Fa-f]{1,6}));")
_REFERENCE = re.compile(r"&[^;&]{1,10};")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


def _allowed_pairs() -> Mask:
    """Which kind of tag may follow which."""
    allowed = np.zeros((15, 15), np.bool_)
    fields = [CONTROL, CONTROL + _EMPTY, DATA, DATA + _EMPTY, RECORD + _CLOSE]
    for before in (LEADER + _CLOSE, CONTROL + _CLOSE, CONTROL + _EMPTY, DATA + _CLOSE, DATA + _EMPTY):
        allowed[before, fields] = True
    allowed[RECORD, LEADER] = allowed[LEADER, LEADER + _CLOSE] = allowed[CONTROL, CONTROL + _CLOSE] = True
    for before in (DATA, SUBFIELD + _CLOSE, SUBFIELD + _EMPTY):
        allowed[before, [SUBFIELD, SUBFIELD + _EMPTY, DATA + _CLOSE]] = True
    allowed[SUBFIELD, SUBFIELD + _CLOSE] = True
    allowed[RECORD + _CLOSE, RECORD] = True
    return allowed


_ALLOWED = _allowed_pairs().ravel()
_HOLDS_VALUE = np.zeros(15, np.bool_)
_HOLDS_VALUE[[LEADER, CONTROL, SUBFIELD]] = True
_LEADER_WORDS = np.array([tag_word(tag) for tag in ("LDR", "ldr", "000")], np.uint32)


class NotPlain(Exception):
    """The block is not of the plain shape."""


@dataclass(frozen=True)
class Scan:
    """What a plain block holds: the rows of its records, and where each record begins and ends in the block."""

    rows: Rows
    start: np.ndarray
    end: np.ndarray


@dataclass(frozen=True)
class _Tags:
    """All tags of a region: kind, position of `<` and of `>`."""

    kind: Bytes
    start: Positions
    end: Positions

    def which(self, *kinds: int) -> Positions:
        mask = self.kind == kinds[0]
        for kind in kinds[1:]:
            mask |= self.kind == kind
        return np.flatnonzero(mask).astype(np.int32)


def scan(block: bytes, end: int, table: Mask | None) -> Scan:
    """The records of a block up to `end`, where its last record ends.

    Raises:
        NotPlain: something in it is not of the plain shape.
    """
    match = RECORD_START.search(block, 0, end)
    if not match:
        raise NotPlain("no record")
    first = match.start()
    region = np.frombuffer(block, np.uint8)[first:end]
    _check_characters(region)
    tags = _find_tags(region, len(match[1]))
    varying = _check_tags(region, tags, match[1])
    rows = _rows(region, tags, varying, table)
    starts, ends = tags.start[tags.which(RECORD)], tags.end[tags.which(RECORD + _CLOSE)]
    _check_gaps(region, tags)
    return Scan(rows, starts.astype(np.int64) + first, ends.astype(np.int64) + 1 + first)


def _prove(condition: bool | np.bool_, what: str) -> None:
    if not condition:
        raise NotPlain(what)


def _check_characters(region: Bytes) -> None:
    controls = np.count_nonzero(region < 0x20)
    if controls:
        controls -= sum(np.count_nonzero(region == sign) for sign in (0x0A, 0x0D, 0x09))
    _prove(controls == 0, "control characters")
    wide = places_of(region[:-2], 0xEF)  # U+FFFE and U+FFFF are EF BF BE and EF BF BF
    _prove(not ((region[wide + 1] == 0xBF) & (region[wide + 2] >= 0xBE)).any(), "characters that XML forbids")
    _prove(is_utf8(region), "not UTF-8")


def _find_tags(region: Bytes, prefix: int) -> _Tags:
    start, closing = places_of(region, ord("<")), places_of(region, ord(">"))
    bracket = closing[np.flatnonzero(look_up(region, closing - np.int32(1)) == ord("]"))]
    _prove(not (region[bracket - 2] == ord("]")).any(), "]]> outside of a CDATA section")
    if len(start) == len(closing):
        end = closing
    else:  # a > may stand in a text; the first after a < ends the tag
        end = closing[np.minimum(np.searchsorted(closing, start), len(closing) - 1)]
    _prove((start < end).all() and (end[:-1] < start[1:]).all(), "< or > out of place")
    is_close = look_up(region, start + np.int32(1)) == ord("/")
    letter = look_up(region, start + is_close + np.int32(1 + prefix))
    is_empty = (look_up(region, end - np.int32(1)) == ord("/")) & ~is_close
    kind = look_up(_KIND_OF_LETTER, letter)
    _prove(kind.max() < 255, "an element that is not MARCXML")
    kind += is_close
    kind += is_empty * np.uint8(_EMPTY)
    _prove(kind[0] == RECORD and kind[-1] == RECORD + _CLOSE, "no whole record")
    _prove(look_up(_ALLOWED, kind[:-1] * np.uint8(15) + kind[1:]).all(), "elements in an order that is not MARCXML")
    return _Tags(kind, start, end)


def _check_tags(region: Bytes, tags: _Tags, prefix: bytes) -> dict[tuple[int, bytes], np.ndarray]:
    """Proves that all tags of a kind are alike, and gives what may vary: the columns of tag, ind1, ind2 and code."""
    varying = {}
    for kind in np.flatnonzero(np.bincount(tags.kind, minlength=15)).tolist():
        which = tags.which(kind)
        base, form = kind - kind % 3, kind % 3
        name = prefix + _ELEMENTS[base // 3]
        if kind == RECORD:
            _check_record_tags(region, tags, which, name)
            continue
        lengths = tags.end[which] - tags.start[which] + 1
        _prove((lengths == lengths[0]).all(), "tags of different lengths")
        text, _ = copy_slices(region, tags.start[which], tags.end[which] + 1)
        alike = text.reshape(len(which), -1)
        tag = alike[0].tobytes()
        leveled = alike.copy()
        for attribute, at, size in _places(tag, name, base, form):
            column = varying[kind, attribute] = alike[:, at : at + size]
            _prove(_IS_ATTRIBUTE_TEXT[column].all(), "an unusual character in an attribute")
            leveled[:, at : at + size] = alike[0, at : at + size]
        _prove(leveled.tobytes() == tag * len(which), "tags that are not alike")
    return varying


def _check_gaps(region: Bytes, tags: _Tags) -> None:
    """Between two tags that hold no value between them stands only white space."""
    gaps = np.flatnonzero((tags.end[:-1] + 1 < tags.start[1:]) & ~look_up(_HOLDS_VALUE, tags.kind[:-1]))
    text, _ = copy_slices(region, tags.end[gaps] + 1, tags.start[gaps + 1])
    _prove(not (text > 0x20).any(), "text outside of a value")


def _check_record_tags(region: Bytes, tags: _Tags, which: Positions, name: bytes) -> None:
    text, bounds = copy_slices(region, tags.start[which], tags.end[which] + 1)
    data = text.tobytes()
    for tag in {data[start:end] for start, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)}:
        inside = tag[1 + len(name) : -1]
        _prove(tag.startswith(b"<" + name) and bool(_ANY_ATTRIBUTES.fullmatch(inside)), "an odd record tag")


def _places(tag: bytes, name: bytes, base: int, form: int) -> list[tuple[bytes, int, int]]:
    """Name, place and size of the attributes of a tag, which must be just those of its element."""
    if form == _CLOSE:
        _prove(tag == b"</" + name + b">", "an odd closing tag")
        return []
    start, end = 1 + len(name), len(tag) - 1 - (form == _EMPTY)
    _prove(tag.startswith(b"<" + name), "an element that is not MARCXML")
    found, at = [], start
    while match := _ATTRIBUTE.match(tag, at, end):
        group = 2 if match[2] is not None else 3
        found.append((match[1], match.start(group), len(match[group])))
        at = match.end()
    _prove(not tag[at:end].strip(), "an odd tag")
    _prove(sorted((key, size) for key, _, size in found) == sorted(_ATTRIBUTES[base]), "other attributes")
    return found


def _rows(region: Bytes, tags: _Tags, varying: dict[tuple[int, bytes], np.ndarray], table: Mask | None) -> Rows:
    kind = tags.kind
    of_fields = np.zeros(15, np.bool_)
    of_fields[[CONTROL, CONTROL + _EMPTY, DATA, DATA + _EMPTY]] = True
    is_field = look_up(of_fields, kind)
    fields = np.flatnonzero(is_field).astype(np.int32)
    record_of = np.cumsum(kind == RECORD, dtype=np.int32) - 1
    field_of = np.cumsum(is_field, dtype=np.int32) - 1
    tag, ind1, ind2 = _of_fields(kind[fields], varying)
    _prove(not is_control(tag[kind[fields] >= DATA]).any(), "a control field's tag on a data field")
    _prove(not np.isin(tag, _LEADER_WORDS).any(), "a leader among the fields")
    _prove(LEADER + _EMPTY not in kind, "an empty leader")
    rows = _row_places(kind)
    plain = kind[rows] < DATA
    leader = kind[rows] == LEADER
    bare = (kind[rows] == DATA) | (kind[rows] == DATA + _EMPTY)
    start = tags.end[rows] + 1
    end = np.where((kind[rows] % 3 == _EMPTY) | bare, start, tags.start[np.minimum(rows + 1, len(kind) - 1)])
    size = (end - start)[leader]
    _prove((size == 24).all(), "a leader that has not 24 bytes")
    patches = _decoded(region, start, end)
    number = field_of[rows]
    first_of_record = field_of[tags.which(RECORD)] + 1
    position = np.where(leader, -1, number - first_of_record[record_of[rows]]).astype(np.int32)
    if len(tag) == 0:
        tag, ind1, ind2 = np.zeros(1, np.uint32), np.zeros(1, np.uint8), np.zeros(1, np.uint8)
    whole = Rows(
        buffer=region,
        record=record_of[rows],
        field=position,
        tag=np.where(leader, np.uint32(LEADER_TAG), tag[np.maximum(number, 0)]),
        ind1=ind1[np.maximum(number, 0)],
        ind2=ind2[np.maximum(number, 0)],
        code=_codes(kind[rows], varying),
        subfield=_subfield_numbers(number, plain | bare),
        start=start,
        end=end,
        plain=plain,
        bare=bare if bare.any() else None,
        patches=patches,
    )
    return whole if table is None else whole.only(table[squeeze(whole.tag)])


def _of_fields(kind: Bytes, varying: dict[tuple[int, bytes], np.ndarray]) -> tuple[np.ndarray, Bytes, Bytes]:
    """Tag as a word, and indicators, of every field in order."""
    tag, ind1, ind2 = np.zeros(len(kind), np.uint32), np.zeros(len(kind), np.uint8), np.zeros(len(kind), np.uint8)
    for each in (CONTROL, CONTROL + _EMPTY, DATA, DATA + _EMPTY):
        if (each, b"tag") in varying:
            here = kind == each
            signs = varying[each, b"tag"].astype(np.uint32)
            tag[here] = signs[:, 0] | signs[:, 1] << np.uint32(8) | signs[:, 2] << np.uint32(16)
            if each >= DATA:
                ind1[here], ind2[here] = varying[each, b"ind1"][:, 0], varying[each, b"ind2"][:, 0]
    return tag, ind1, ind2


def _row_places(kind: Bytes) -> Positions:
    """The tags that make a row: leaders, control fields, subfields, and data fields without subfields."""
    makes_row = np.zeros(15, np.bool_)
    makes_row[[LEADER, CONTROL, CONTROL + _EMPTY, SUBFIELD, SUBFIELD + _EMPTY, DATA + _EMPTY]] = True
    is_row = look_up(makes_row, kind)
    is_row[:-1] |= (kind[:-1] == DATA) & (kind[1:] == DATA + _CLOSE)
    return np.flatnonzero(is_row).astype(np.int32)


def _codes(kind: Bytes, varying: dict[tuple[int, bytes], np.ndarray]) -> Bytes:
    codes = np.zeros(len(kind), np.uint8)
    for each in (SUBFIELD, SUBFIELD + _EMPTY):
        if (each, b"code") in varying:
            codes[kind == each] = varying[each, b"code"][:, 0]
    return codes


def _subfield_numbers(field: Positions, no_subfield: Mask) -> Positions:
    """Counts the rows of each field from 0; rows of one field follow one another."""
    row = np.arange(len(field), dtype=np.int32)
    begins = np.ones(len(field), np.bool_)
    begins[1:] = (field[1:] != field[:-1]) | no_subfield[1:] | no_subfield[:-1]
    return row - np.maximum.accumulate(np.where(begins, row, 0)).astype(np.int32)


def _decoded(region: Bytes, start: Positions, end: Positions) -> tuple[np.ndarray, list[str]]:
    """Which values hold an entity or a carriage return, and their text with these resolved."""
    ampersands, at_ampersands = _rows_of(places_of(region, ord("&")), start, end)
    _prove(at_ampersands.all(), "& outside of a value")
    returns, at_returns = _rows_of(places_of(region, 0x0D), start, end)
    which = np.union1d(ampersands, returns[at_returns])
    slices = zip(start[which].tolist(), end[which].tolist(), strict=True)
    return which, _resolved([region[first:last].tobytes() for first, last in slices])


def _rows_of(places: np.ndarray, start: Positions, end: Positions) -> tuple[np.ndarray, Mask]:
    """The row whose value each place is in or before, and whether it is in it."""
    if len(places) == 0 or len(end) == 0:
        return np.zeros(len(places), np.int64), np.zeros(len(places), np.bool_)
    row = np.minimum(np.searchsorted(end, places, side="right"), len(end) - 1)
    return row, (start[row] <= places) & (places < end[row])


def _resolved(values: list[bytes]) -> list[str]:
    """The values with entities and line ends as a parser would give them, all in one go."""
    together = b"\0".join(values).decode()  # NUL is in no value: XML forbids it
    together = together.replace("\r\n", "\n").replace("\r", "\n")
    characters = {
        match[0]: _character(match) for match in map(_ENTITY.fullmatch, set(_REFERENCE.findall(together))) if match
    }
    plain, count = _ENTITY.subn(lambda match: characters[match[0]], together)
    _prove(count == together.count("&"), "an entity that is not XML's own")
    return plain.split("\0") if values else []


def _character(match: re.Match[str]) -> str:
    if match[1]:
        return _ENTITIES[match[1]]
    number = int(match[2]) if match[2] else int(match[3], 16)
    allowed = number in (9, 10, 13) or 0x20 <= number <= 0xD7FF or 0xE000 <= number <= 0xFFFD
    _prove(allowed or 0x10000 <= number <= 0x10FFFF, "a reference to a character that XML forbids")
    return chr(number)
