"""One field of a record becomes rows, as pymarc would give them: text decoded, indicators, subfields.

Sources: MARC 21 specifications for record structure and for character sets; the reading of what breaks them follows
pymarc 5 (missing indicators are blanks, more than two are dropped, a code with a diacritic loses it).
"""

from collections import Counter

import pymarc
from pymarc.record import normalize_subfield_code

from .marc8 import Loss, from_marc8
from .pieces import Row


class Text:
    """How the text of one record is to be decoded, and what was noticed while it was.

    Attributes:
        utf8: it is UTF-8; otherwise MARC-8, whose control fields pymarc reads as Latin-1.
        undeclared: it is UTF-8, but Leader/09 does not say so.
        broken: values that were not valid UTF-8, counted.
        lost: what is wrong with values in MARC-8, counted.
        not_ascii: leaders and indicators that hold something else than ASCII, counted.
        latin1: control fields that hold something else than ASCII, and are not UTF-8, counted.
        noticed: other oddities that were read over, in words.
        left_out: what stands in a field before its first subfield, and is more than two indicators.
    """

    def __init__(self, record: bytes, *, patient: bool) -> None:
        """Looks at the leader and the bytes of a record; a patient reader replaces what a strict one stumbles over."""
        self.undeclared = record[9:10] != b"a" and _is_other_utf8(record)
        self.utf8 = record[9:10] == b"a" or self.undeclared
        self.patient = patient
        self.broken = 0
        self.lost: Counter[Loss] = Counter()
        self.not_ascii = 0
        self.latin1 = 0
        self.noticed: list[str] = []
        self.left_out: list[bytes] = []

    def ascii(self, data: bytes) -> str:
        """Leader, tags and indicators."""
        try:
            return data.decode("ascii")
        except UnicodeDecodeError:
            if not self.patient:
                raise
            self.not_ascii += 1
            return data.decode("ascii", "replace")

    def control(self, data: bytes) -> str:
        """The value of a control field."""
        if self.utf8:
            return self._from_utf8(data)
        self.latin1 += not data.isascii()
        return data.decode("iso8859-1")

    def value(self, data: bytes) -> str:
        """The value of a subfield."""
        if self.utf8:
            return self._from_utf8(data)
        lost: set[Loss] = set()
        try:
            value = from_marc8(data, lost)
        except UnicodeDecodeError:
            lost = {Loss.ESCAPE} if data.isascii() else {Loss.ESCAPE, Loss.BYTES}
            value = data.decode("ascii", "replace")
        self.lost.update(lost)
        return value

    def _from_utf8(self, data: bytes) -> str:
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            if not self.patient:
                raise
            self.broken += 1
            return data.decode("utf-8", "replace")

    def notice(self, what: str) -> None:
        """Keeps an oddity once."""
        if what not in self.noticed:
            self.noticed.append(what)


def _is_other_utf8(record: bytes) -> bool:
    if record.isascii() or b"\x1b" in record:
        return False
    try:
        record.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def leader_row(leader: str) -> Row:
    """The row of a leader."""
    return (None, "LDR", None, None, None, None, leader)


def field_rows(position: int, tag: str, data: bytes, text: Text) -> list[Row]:
    """The rows of one field, its terminator taken off."""
    if tag < "010" and tag.isdigit():
        return [(position, tag, None, None, None, None, text.control(data))]
    start, *parts = data.split(b"\x1f")
    indicators = text.ascii(start)
    if len(indicators) != 2:
        text.notice(f"field {tag} has {len(indicators)} indicators")
        if len(indicators) > 2:
            text.left_out.append(start)
    ind1, ind2 = (indicators + "  ")[:2]
    rows: list[Row] = []
    for part in parts:
        if part:
            code, skip = _code(part, text)
            rows.append((position, tag, ind1, ind2, len(rows), code, text.value(part[skip:])))
        else:
            text.notice(f"field {tag} has a delimiter with nothing after it")
    return rows or [(position, tag, ind1, ind2, None, None, None)]


def _code(part: bytes, text: Text) -> tuple[str, int]:
    if part[0] < 0x80:
        return chr(part[0]), 1
    text.notice("a subfield code is not ASCII")
    try:
        return normalize_subfield_code(part)
    except IndexError as error:  # nothing of it is left in ASCII
        if not text.patient:
            raise UnicodeDecodeError("ascii", part, 0, 1, "a subfield code that is not ASCII") from error
        return "?", 1


def rows_of(record: pymarc.Record) -> list[Row]:
    """The rows of a record that pymarc has read: what this package's own reading is held against."""
    rows = [leader_row(str(record.leader))]
    for position, each in enumerate(record.fields):
        if each.control_field or each.data is not None:
            rows.append((position, each.tag, None, None, None, None, each.data))
            continue
        start = (position, each.tag, each.indicator1, each.indicator2)
        rows += [(*start, number, code, value) for number, (code, value) in enumerate(each.subfields)]
        if not each.subfields:
            rows.append((*start, None, None, None))
    return rows
