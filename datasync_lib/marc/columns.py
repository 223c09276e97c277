"""Columns out of a block of bytes, without a loop over its values.

A value is a slice of the block: where it starts, where it ends. Arrow copies all slices of a column at once into a
buffer of their own, so that no value keeps the block alive. Strings of at most four bytes (tags, indicators, codes)
are laid out directly as the 16-byte views that Arrow and Polars use for short strings.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from .pieces import repeated

Bytes = NDArray[np.uint8]
Positions = NDArray[np.int32]
Mask = NDArray[np.bool_]
Words = NDArray[np.uint32]

LEADER_TAG = int.from_bytes(b"LDR", "little")


@dataclass(frozen=True)
class Wanted:
    """What a reader is asked for.

    Attributes:
        tags: the tags wanted, None for all.
        columns: the columns wanted, None for all.
        table: of every tag, whether it is wanted (see `wanted_tags`).
    """

    tags: frozenset[str] | None = None
    columns: frozenset[str] | None = None
    table: Mask | None = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Works out the table."""
        object.__setattr__(self, "table", wanted_tags(self.tags))


@dataclass(frozen=True)
class Rows:
    """One row a subfield, control field, leader or field without subfields, as positions in a buffer.

    Attributes:
        buffer: the bytes that the positions are in.
        record: index of the record.
        field: position of the field in the record; -1 for the leader.
        tag: three bytes as a little-endian word.
        ind1, ind2, code: one byte each, meaningless where the masks say so.
        subfield: position of the subfield in the field.
        start, end: the value.
        plain: rows of leaders and control fields: no indicators, no subfield, no code.
        bare: rows of data fields without subfields: no subfield, no code, no value.
        patches: rows whose value is not the bytes as they stand, and their values.
    """

    buffer: Bytes
    record: Positions
    field: Positions
    tag: Words
    ind1: Bytes
    ind2: Bytes
    code: Bytes
    subfield: Positions
    start: Positions
    end: Positions
    plain: Mask
    bare: Mask | None = None
    patches: tuple[NDArray[np.int64], list[str]] = (np.empty(0, np.int64), [])

    def only(self, which: Mask) -> "Rows":
        """The rows that a mask names."""
        columns = {
            name: value[which]
            for name, value in vars(self).items()
            if name not in ("buffer", "patches") and value is not None
        }
        index, values = self.patches
        kept = which[index]
        patches = (np.cumsum(which)[index[kept]] - 1, [value for value, keep in zip(values, kept, strict=True) if keep])
        return replace(self, **columns, patches=patches)

    def frame(self, file: str, numbers: NDArray[np.int64], columns: frozenset[str] | None = None) -> pl.DataFrame:
        """The rows as columns of the table subfields; `numbers` gives the record number of each index.

        With `columns`, only these and `record` are made.
        """
        no_subfield = self.plain if self.bare is None else self.plain | self.bare
        ways: dict[str, Callable[[], pl.Series | NDArray]] = {
            "file": lambda: repeated("file", file, len(self.record)),
            "record": lambda: numbers[self.record],
            "field": lambda: _integers(self.field, self.field < 0),
            "tag": lambda: short_strings(self.tag, 3),
            "ind1": lambda: short_strings(self.ind1, 1, self.plain),
            "ind2": lambda: short_strings(self.ind2, 1, self.plain),
            "subfield": lambda: _integers(self.subfield, no_subfield),
            "code": lambda: short_strings(self.code, 1, no_subfield),
            "value": self._values,
        }
        made = {name: way() for name, way in ways.items() if columns is None or name in columns or name == "record"}
        return pl.DataFrame(made)

    def _values(self) -> pl.Series:
        values = texts(self.buffer, self.start, self.end, self.bare)
        index, patched = self.patches
        return values.scatter(index, patched) if len(index) else values


def copy_slices(buffer: Bytes | bytes, starts: NDArray, ends: NDArray) -> tuple[Bytes, Positions]:
    """The bytes of many slices one after the other, and where each begins (and the last ends).

    The slices must not overlap; they may come in any order.
    """
    if len(starts) == 0:
        return np.empty(0, np.uint8), np.zeros(1, np.int32)
    in_order = bool((ends[:-1] <= starts[1:]).all())
    order = None if in_order else np.argsort(starts, kind="stable")
    bounds = np.empty(2 * len(starts) + 1, np.int32)
    bounds[0:-1:2] = starts if in_order else starts[order]
    bounds[1::2] = ends if in_order else ends[order]
    bounds[-1] = bounds[-2]
    # Every second stretch is a slice, what lies between two slices is a stretch too.
    stretches = pa.BinaryArray.from_buffers(
        pa.binary(), len(bounds) - 1, [None, pa.py_buffer(bounds), pa.py_buffer(buffer)]
    )
    wanted = np.arange(0, len(bounds) - 1, 2, dtype=np.int32)
    if order is not None:
        place = np.empty(len(order), np.int32)
        place[order] = wanted
        wanted = place
    copied = stretches.take(pa.array(wanted))
    offsets = np.frombuffer(copied.buffers()[1], np.int32)[: len(starts) + 1]
    data = copied.buffers()[2]
    total = int(offsets[-1])
    return (np.frombuffer(data, np.uint8)[:total] if total else np.empty(0, np.uint8)), offsets


def look_up(values: NDArray, places: NDArray) -> NDArray:
    """`values[places]` for places that are known to be inside: twice as fast without the check."""
    return values.take(places, mode="clip")


def places_of(data: Bytes, sign: int) -> Positions:
    """Where a byte stands; eight bytes are looked at together, since most are something else."""
    equal = data == sign
    whole = len(equal) // 8 * 8
    words = np.flatnonzero(equal[:whole].view(np.uint64) != 0)
    if len(words) * 32 > len(data):
        return np.flatnonzero(equal).astype(np.int32)
    near = ((words[:, None] * 8) + np.arange(8)).ravel()
    last = np.arange(whole, len(data))
    places = np.concatenate([near, last]).astype(np.int32)
    return places[np.flatnonzero(look_up(equal, places))]


def texts(buffer: Bytes, starts: Positions, ends: Positions, null: Mask | None = None) -> pl.Series:
    """A column of the slices as text; the bytes must be valid UTF-8."""
    data, offsets = copy_slices(buffer, starts, ends)
    buffers = [_validity(null), pa.py_buffer(offsets), pa.py_buffer(data)]
    return pl.from_arrow(pa.StringArray.from_buffers(len(starts), *buffers[1:], buffers[0]))  # type: ignore[return-value]


def short_strings(words: NDArray, size: int, null: Mask | None = None) -> pl.Series:
    """A column of strings of `size` bytes (at most 4), each given as a little-endian word."""
    view = np.zeros((len(words), 4), np.uint32)
    view[:, 0] = size
    view[:, 1] = words
    if null is not None:
        view[null] = 0
    array = pa.Array.from_buffers(pa.string_view(), len(words), [_validity(null), pa.py_buffer(view)])
    return pl.from_arrow(array)  # type: ignore[return-value]


def _integers(values: Positions, null: Mask) -> pl.Series:
    array = pa.Array.from_buffers(pa.int32(), len(values), [_validity(null), pa.py_buffer(values)])
    return pl.from_arrow(array)  # type: ignore[return-value]


def _validity(null: Mask | None) -> pa.Buffer | None:
    return None if null is None else pa.py_buffer(np.packbits(~null, bitorder="little"))


def is_utf8(data: bytes | Bytes) -> bool:
    """Whether all of it is valid UTF-8."""
    return _all_utf8(pa.py_buffer(data), np.array([0, len(data)], np.int32), 0, 1)


def are_utf8(data: Bytes, starts: NDArray, ends: NDArray) -> Mask:
    """Of each slice, whether it is valid UTF-8; halves that are wholly valid are not looked into."""
    copied, bounds = copy_slices(data, starts, ends)
    buffer = pa.py_buffer(copied)
    valid = np.ones(len(starts), np.bool_)
    halves = [(0, len(starts))]
    while halves:
        first, last = halves.pop()
        if first == last or _all_utf8(buffer, bounds, first, last):
            continue
        if last - first == 1:
            valid[first] = False
        else:
            middle = (first + last) // 2
            halves += [(first, middle), (middle, last)]
    return valid


def _all_utf8(buffer: pa.Buffer, bounds: NDArray, first: int, last: int) -> bool:
    try:
        pa.StringArray.from_buffers(last - first, pa.py_buffer(bounds[first : last + 1]), buffer).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def tag_word(tag: str) -> int:
    """A tag as the little-endian word of its three bytes."""
    return int.from_bytes(tag.encode("ascii"), "little")


def wanted_tags(tags: frozenset[str] | None) -> Mask | None:
    """A table that says of every tag of three ASCII characters whether it is wanted; None: all are."""
    if tags is None:
        return None
    table = np.zeros(1 << 21, np.bool_)
    known = [tag for tag in tags if len(tag) == 3 and tag.isascii()]
    table[squeeze(np.array([tag_word(tag) for tag in known], np.uint32))] = True
    return table


def squeeze(words: Words) -> Words:
    """Three ASCII characters in 21 bits, the index of `wanted_tags`."""
    first, second, third = np.uint32(0x7F), np.uint32(0x3F80), np.uint32(0x1FC000)
    return (words & first) | ((words >> np.uint32(1)) & second) | ((words >> np.uint32(2)) & third)


def is_control(words: Words) -> Mask:
    """Tags 000 to 009, as pymarc tells control fields."""
    third = (words >> np.uint32(16)) & np.uint32(0xFF)
    return ((words & np.uint32(0xFFFF)) == 0x3030) & (third - np.uint32(0x30) <= 9)
