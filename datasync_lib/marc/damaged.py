"""The slow, patient path: one record at a time."""

from pymarc.marc8 import marc8_to_unicode
from pymarc.record import normalize_subfield_code

from .pieces import Row


def field_rows(position: int, tag: str, data: bytes, utf8: bool, errors: str = "strict") -> list[Row]:
    """The rows of one field, its terminator taken off, as pymarc would give them."""
    if tag < "010" and tag.isdigit():
        return [(position, tag, None, None, None, None, data.decode("utf-8" if utf8 else "iso8859-1", errors))]
    start, *parts = data.split(b"\x1f")
    indicators = start.decode("ascii", errors)
    ind1, ind2 = (indicators + "  ")[:2]
    rows: list[Row] = []
    for part in parts:
        if part:
            code, skip = _code(part)
            text = part[skip:]
            value = text.decode("utf-8", errors) if utf8 else marc8_to_unicode(text, True)
            rows.append((position, tag, ind1, ind2, len(rows), code, value))
    return rows or [(position, tag, ind1, ind2, None, None, None)]


def _code(part: bytes) -> tuple[str, int]:
    if part[0] < 0x80:
        return chr(part[0]), 1
    return normalize_subfield_code(part)


def record_rows(data: bytes, errors: str = "strict") -> list[Row]:
    """The rows of a record in ISO 2709, read by its directory as pymarc reads it.

    Raises:
        ValueError: it cannot be read so; the message says why.
    """
    leader = data[:24].decode("ascii")
    if len(leader) < 24:
        raise ValueError("shorter than a leader")
    base = int(data[12:17])
    if not 24 < base < len(data):
        raise ValueError(f"the base address {base} lies outside the record")
    if int(leader[:5]) > len(data):
        raise ValueError(f"the leader promises {leader[:5]} bytes, there are {len(data)}")
    directory = data[24 : base - 1].decode("ascii")
    if len(directory) % 12 or not directory:
        raise ValueError("the directory is not made of entries of 12 characters")
    utf8 = leader[9] == "a"
    rows: list[Row] = [(None, "LDR", None, None, None, None, leader)]
    for position in range(len(directory) // 12):
        entry = directory[position * 12 : position * 12 + 12]
        length, start = int(entry[3:7]), base + int(entry[7:12])
        rows += field_rows(position, entry[:3], data[start : start + length - 1], utf8, errors)
    return rows
