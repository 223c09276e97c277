"""The records and directories of a block of ISO 2709, all at once, and which of them are sound.

A record begins with a leader of 24 characters: its length in 0-4, the base address of its data in 12-16. A directory
of 12 characters a field follows (tag, length in 4 digits, start in 5 digits), then the fields; the directory and each
field end with 0x1E, the record with 0x1D.
"""

from dataclasses import dataclass

import numpy as np

from .columns import (
    LEADER_TAG,
    Bytes,
    Mask,
    Positions,
    Words,
    copy_slices,
    is_control,
    look_up,
    places_of,
    squeeze,
)

RECORD_END, FIELD_END, DELIMITER = 0x1D, 0x1E, 0x1F
# What may stand between two records: line feeds, blanks, NUL, the end-of-file mark of DOS, a terminator too many.
SPACE = b"\r\n\t \x00\x1a\x1d"
_IS_SPACE = np.zeros(256, np.bool_)
_IS_SPACE[list(SPACE)] = True


@dataclass(frozen=True)
class Chunks:
    """What lies between record terminators, space before it left out.

    Attributes:
        start, end: positions in the block; the terminator belongs to the chunk.
        base: where the fields begin, in the block.
        sound: the leader's length and base address are right.
    """

    start: Positions
    end: Positions
    base: Positions
    sound: Mask


@dataclass(frozen=True)
class Entries:
    """Directory entries of chunks, and before those of each record an entry for its leader.

    Attributes:
        record: index of the chunk.
        position: position of the field in its record, -1 for the leader, -2 for nothing at all.
        tag: the tag as a word.
        start, end: the field in the block, with its terminator; for the leader its 24 characters.
        control: leaders and control fields.
    """

    record: Positions
    position: Positions
    tag: Words
    start: Positions
    end: Positions
    control: Mask

    def of(self, chunks: Mask, tags: Mask | None) -> "Entries":
        """The entries of some chunks, and of the tags in a table of `wanted_tags`."""
        chosen = self.position > -2
        if not chunks.all():
            chosen &= chunks[self.record]
        if tags is not None:
            chosen &= look_up(tags, squeeze(self.tag))
        which = np.flatnonzero(chosen)
        return Entries(*(look_up(getattr(self, name), which) for name in self.__dataclass_fields__))


def find_chunks(block: Bytes) -> Chunks:
    """Where the records of a block are, by its terminators, and whether their leaders fit."""
    ends = places_of(block, RECORD_END) + np.int32(1)
    if len(ends) == 0 or ends[-1] != len(block):
        ends = np.append(ends, np.int32(len(block)))
    starts = np.concatenate([np.zeros(1, np.int32), ends[:-1]])
    starts = _after_space(block, starts, ends)
    kept = starts < ends
    starts, ends = starts[kept], ends[kept]
    sound = (ends - starts > 26) & (block[ends - 1] == RECORD_END)
    where = np.where(sound, starts, 0)  # somewhere inside the block for the others
    if len(block) < 27:
        return Chunks(starts, ends, where, sound)
    length, length_ok = _number(block, where, 5)
    base, base_ok = _number(block, where + 12, 5)
    size = ends - starts
    sound &= length_ok & base_ok & (length == size) & (base > 36) & (base < size) & ((base - 25) % 12 == 0)
    base = where + np.where(sound, base, 25)
    sound &= block[base - 1] == FIELD_END
    return Chunks(starts, ends, base, sound)


def _after_space(block: Bytes, starts: Positions, ends: Positions) -> Positions:
    starts = starts.copy()
    moving = np.flatnonzero(_IS_SPACE[block[np.minimum(starts, len(block) - 1)]] & (starts < ends))
    for _ in range(8):  # nearly all gaps are a line feed or two
        starts[moving] += 1
        moving = moving[starts[moving] < ends[moving]]
        moving = moving[_IS_SPACE[block[starts[moving]]]]
        if not len(moving):
            return starts
    for chunk in moving.tolist():
        is_text = ~_IS_SPACE[block[starts[chunk] : ends[chunk]]]
        starts[chunk] += is_text.argmax() if is_text.any() else len(is_text)
    return starts


def _number(block: Bytes, where: Positions, digits: int) -> tuple[Positions, Mask]:
    value, is_number = np.zeros(len(where), np.int32), np.ones(len(where), np.bool_)
    for place in range(digits):
        digit = look_up(block, where + place) - np.uint8(0x30)
        is_number &= digit <= 9
        value = value * 10 + digit
    return value, is_number


def read_directories(block: Bytes, chunks: Chunks) -> tuple[Entries, Mask]:
    """The directory entries of the sound chunks, and of every chunk whether they are sound too.

    Sound: all ASCII, lengths and starts are digits, every field lies between the directory and the record's end, ends
    with a terminator and begins after one, and data fields have two characters before their first subfield.
    """
    which = np.flatnonzero(chunks.sound).astype(np.int32)
    # A leader is as long as two entries: leader and directory together are rows of 12 bytes, three words each.
    data, _ = copy_slices(block, chunks.start[which], chunks.base[which] - 1)
    words = data.view("<u4").reshape(-1, 3)
    first, second, third = (np.ascontiguousarray(words[:, column]) for column in range(3))
    rows = (chunks.base[which] - 1 - chunks.start[which]) // 12
    leaders = np.cumsum(rows) - rows
    record = np.repeat(which, rows)
    position = np.arange(len(words), dtype=np.int32) - np.repeat(leaders.astype(np.int32) + 2, rows)
    is_field = position >= 0
    start, end, sound = _places(first, second, third, np.repeat(chunks.base[which], rows))
    sound &= is_field & (end < np.repeat(chunks.end[which], rows))
    unsound = ~sound
    np.copyto(start, 3, where=unsound)  # anywhere, to be looked up without harm
    np.copyto(end, 4, where=unsound)
    tag = first & np.uint32(0xFFFFFF)
    control = is_control(tag)
    _check_surroundings(block, start, end, control, sound)
    sound |= ~is_field
    sound &= ((first | second | third) & np.uint32(0x80808080)) == 0
    lengths = np.where(is_field, end - start, 0)
    fills = np.add.reduceat(lengths, leaders) if len(leaders) else lengths
    still_sound = chunks.sound.copy()
    still_sound[which[fills > chunks.end[which] - chunks.base[which]]] = False  # entries that name the same bytes
    still_sound[record[np.flatnonzero(~sound)]] = False
    position[leaders], position[leaders + 1] = -1, -2
    tag[leaders], control[leaders] = LEADER_TAG, True
    start[leaders], end[leaders] = chunks.start[which], chunks.start[which] + 24
    return Entries(record, position, tag, start, end, control), still_sound


def _places(first: Words, second: Words, third: Words, base: Positions) -> tuple[Positions, Positions, Mask]:
    """Start and end of each field as the digits of its entry say, and whether they are digits and it is not empty."""
    length_digits = (first >> np.uint32(24)) | (second << np.uint32(8))
    start_digit = (second >> np.uint32(24)) - np.uint32(0x30)
    sound = _are_digits(length_digits) & _are_digits(third) & (start_digit <= 9)
    start = base + (start_digit * np.uint32(10_000) + _four_digits(third)).view(np.int32)
    length = _four_digits(length_digits).view(np.int32)
    sound &= length > 0
    return start, start + length, sound


def _check_surroundings(block: Bytes, start: Positions, end: Positions, control: Mask, sound: Mask) -> None:
    """Takes entries out of `sound` whose field is not between terminators or has no two indicators."""
    sound &= look_up(block, end - np.int32(1)) == FIELD_END
    apart = np.flatnonzero(start[1:] != end[:-1]) + 1
    sound[apart] &= block[start[apart] - 1] == FIELD_END
    third_place = start + np.int32(2)
    sound &= control | ((look_up(block, third_place) == DELIMITER) & (third_place < end))


def _are_digits(words: Words) -> Mask:
    """Whether all four bytes of each word are ASCII digits."""
    too_low, too_high = words - np.uint32(0x30303030), words + np.uint32(0x46464646)
    return ((too_low | too_high | words) & np.uint32(0x80808080)) == 0


def _four_digits(words: Words) -> Words:
    """The number that four ASCII digits of each word make, the first digit in the lowest byte."""
    values = words & np.uint32(0x0F0F0F0F)
    values = (values * np.uint32(10) + (values >> np.uint32(8))) & np.uint32(0x00FF00FF)
    return (values * np.uint32(100) + (values >> np.uint32(16))) & np.uint32(0xFFFF)
