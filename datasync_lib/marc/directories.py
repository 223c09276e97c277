"""The records and directories of a block of ISO 2709, all at once, and which of them are sound.

A record begins with a leader of 24 characters: its length in 0-4, the base address of its data in 12-16. A directory
of 12 characters a field follows (tag, length in 4 digits, start in 5 digits), then the fields; the directory and each
field end with 0x1E, the record with 0x1D.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .columns import LEADER_TAG, Bytes, Mask, Positions, Words, copy_slices, is_control

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
    """Directory entries of sound chunks, and before those of each record one entry for its leader.

    Attributes:
        record: index of the chunk.
        position: position of the field in its record, -1 for the leader.
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

    def only(self, which: NDArray) -> "Entries":
        """The entries that a mask or an index names."""
        return Entries(*(getattr(self, name)[which] for name in self.__dataclass_fields__))


def find_chunks(block: Bytes) -> Chunks:
    """Where the records of a block are, by its terminators, and whether their leaders fit."""
    ends = np.flatnonzero(block == RECORD_END).astype(np.int32) + 1
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
    while len(moving):
        starts[moving] += 1
        moving = moving[starts[moving] < ends[moving]]
        moving = moving[_IS_SPACE[block[starts[moving]]]]
    return starts


def _number(block: Bytes, where: Positions, digits: int) -> tuple[Positions, Mask]:
    value, is_number = np.zeros(len(where), np.int32), np.ones(len(where), np.bool_)
    for place in range(digits):
        digit = block[where + place] - np.uint8(0x30)
        is_number &= digit <= 9
        value = value * 10 + digit
    return value, is_number


def read_directories(block: Bytes, chunks: Chunks) -> tuple[Entries, Mask]:
    """The directory entries of the sound chunks, and of every chunk whether they are sound too.

    Sound: all ASCII, lengths and starts are digits, every field lies between the directory and the record's end, ends
    with a terminator and begins after one, and data fields have two indicators before their first subfield.
    """
    which = np.flatnonzero(chunks.sound).astype(np.int32)
    # A leader is as long as two entries: leader and directory together are rows of 12 bytes, three words each.
    data, _ = copy_slices(block, chunks.start[which], chunks.base[which] - 1)
    words = data.view("<u4").reshape(-1, 3)
    rows = (chunks.base[which] - 1 - chunks.start[which]) // 12
    record = np.repeat(which, rows)
    first = np.cumsum(rows) - rows
    position = np.arange(len(words), dtype=np.int32) - np.repeat(first, rows).astype(np.int32) - 2
    entry = position >= 0
    tag, start, end, sound = _fields(words, chunks, record)
    _check_places(block, tag, start, end, sound, entry)
    of_leader = np.flatnonzero(position == -2)
    tag[of_leader] = LEADER_TAG
    start[of_leader] = chunks.start[which]
    end[of_leader] = chunks.start[which] + 24
    position[of_leader] = -1
    control = is_control(tag)
    control[of_leader] = True
    sound |= ~entry
    sound &= (words & np.uint32(0x80808080) == 0).all(axis=1)
    kept = entry
    kept[of_leader] = True
    still_sound = chunks.sound.copy()
    still_sound[record[~sound]] = False
    entries = Entries(record, position, tag, start, end, control)
    return entries if still_sound.all() and False else entries.only(kept & still_sound[record]), still_sound


def _fields(words: Words, chunks: Chunks, record: Positions) -> tuple[Words, Positions, Positions, Mask]:
    """Tag, start and end of each entry as the digits say it, and whether they are digits and inside the record."""
    first, second, third = (np.ascontiguousarray(words[:, column]) for column in range(3))
    length_digits = (first >> np.uint32(24)) | (second << np.uint32(8))
    start_digit = (second >> np.uint32(24)) - np.uint32(0x30)
    sound = _are_digits(length_digits) & _are_digits(third) & (start_digit <= 9)
    length = _four_digits(length_digits).astype(np.int32)
    start = chunks.base[record] + (start_digit * np.uint32(10_000) + _four_digits(third)).astype(np.int32)
    end = start + length
    sound &= (length > 0) & (end < chunks.end[record])
    return first & np.uint32(0xFFFFFF), start, end, sound


def _check_places(block: Bytes, tag: Words, start: Positions, end: Positions, sound: Mask, entry: Mask) -> None:
    """Takes entries out of `sound` whose field is not between terminators or has no two indicators."""
    inside = sound & entry
    start[~inside], end[~inside] = 3, 4
    sound &= block[end - 1] == FIELD_END
    follows = np.empty(len(start), np.bool_)
    follows[:1] = False
    np.equal(start[1:], end[:-1], out=follows[1:])
    apart = np.flatnonzero(~follows)
    sound[apart] &= block[start[apart] - 1] == FIELD_END
    sound &= (block[np.minimum(start + 2, end - 1)] == DELIMITER) | is_control(tag)


def _are_digits(words: Words) -> Mask:
    """Whether all four bytes of each word are ASCII digits."""
    too_low, too_high = words - np.uint32(0x30303030), words + np.uint32(0x46464646)
    return ((too_low | too_high | words) & np.uint32(0x80808080)) == 0


def _four_digits(words: Words) -> Words:
    """The number that four ASCII digits of each word make, the first digit in the lowest byte."""
    values = words & np.uint32(0x0F0F0F0F)
    values = (values * np.uint32(10) + (values >> np.uint32(8))) & np.uint32(0x00FF00FF)
    return (values * np.uint32(100) + (values >> np.uint32(16))) & np.uint32(0xFFFF)
