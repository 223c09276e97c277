"""The account of an XML file: which bytes are in a piece, which are still needed, and which were seen to be of no record."""

import re
from dataclasses import dataclass

from .pieces import Collected
from .xml_envelopes import Envelope
from .xml_gaps import SPACE, check_nothing_is_lost, is_empty_collection, narrowed
from .xml_records import RESUMED


class Refused(Exception):
    """The file asks for something that is not done, for safety."""


class Misdeclared(Exception):
    """The encoding that is declared cannot be that of these bytes."""


class Stop(Exception):
    """The XML may be well-formed, but no record is to be made of it."""

    def __init__(self, code: str, why: str, *, is_text: bool = False, is_deep: bool = False) -> None:
        """Why, and whether it is a text or the depth."""
        super().__init__(why)
        self.code, self.is_text, self.is_deep = code, is_text, is_deep


@dataclass
class Lost:
    """A piece that is being passed over: where it begins, where its end is looked for, and why it is one."""

    start: int
    search: int
    code: str
    why: str
    around: list[str]  # the elements in which the next parser goes on
    in_record: bool
    is_deep: bool = False


class Account:
    """The bytes of a file that are still needed, and what became of the others.

    Attributes:
        record: number of the next record.
        position: how many bytes of the file were taken.
    """

    def __init__(self) -> None:
        """Begins a file."""
        self.record = 0
        self.position = 0
        self._collected = Collected()
        self._envelope = Envelope()
        self._kept = b""  # the bytes just before `position` that may still be needed
        self._width: str | None = None  # see `width_of`; None: not known yet
        self._settled = 0  # up to where every byte is in a piece, or was looked at and is none
        self._unproved: int | None = None  # where a document begins in which no record was seen so far
        self._noted = False  # whether a break between records was told

    def take(self) -> Collected:
        """What was gathered since the last time."""
        taken, self._collected = self._collected, Collected()
        return taken

    def _bytes(self, start: int, end: int) -> bytes:
        first = self.position - len(self._kept)
        return self._kept[max(0, start - first) : max(0, end - first)]

    @property
    def _sign(self) -> int:
        """How many bytes a character of markup takes."""
        return 2 if self._width else 1

    def _narrow(self, start: int, signs: int) -> bytes:
        return narrowed(self._bytes(start, start + signs * self._sign), self._width or "")

    def _find(self, pattern: re.Pattern[bytes], start: int, end: int) -> tuple[int, int, bytes] | None:
        """Where a pattern is first found between two places of the file, and its first bytes."""
        if self._width:
            match = pattern.search(narrowed(self._bytes(start, end), self._width))
            return (start + 2 * match.start(), start + 2 * match.end(), match[0][:6]) if match else None
        first = self.position - len(self._kept)
        match = pattern.search(self._kept, start - first, end - first)
        return (first + match.start(), first + match.end(), match[0][:6]) if match else None

    def _settle(self, place: int) -> None:
        """Everything before a place is in a piece or between pieces."""
        if place > self._settled:
            check_nothing_is_lost(narrowed(self._bytes(self._settled, place), self._width or ""), self._settled)
            self._settled = place

    def _reject(self, start: int, end: int, code: str, message: str) -> None:
        if start < self._settled:
            raise AssertionError(f"byte {start} is in two pieces")
        text = narrowed(self._bytes(start, end), self._width or "")
        data = self._bytes(start, min(end, start + len(text.rstrip(SPACE)) * self._sign))
        if end - start == 2 * len(text) + 1:  # half of a sign at the end
            data = self._bytes(start, end)
        if data:
            self._settle(start)
            self._collected.reject(self.record, start, data, code, message)
            self.record += 1
            self._settled = max(end, self._settled)

    def _end_document(self, end: int) -> None:
        """A document without a record: an empty collection, or no MARCXML."""
        start, self._unproved = self._unproved, None
        if start is None:
            return
        data = narrowed(self._bytes(start, end), self._width or "")
        if not is_empty_collection(data):
            words = self._envelope.words() or "this is not MARCXML: no record is in it"
            self._reject(start, end, "not_marc", words)
        elif self.record == 0 and end == self.position:
            self._collected.issue(None, start, "empty_file", "a collection without records")

    def _note_end(self, lost: Lost) -> None:
        """A file that ends between records, inside of elements."""
        if set(lost.around) != {RESUMED}:
            words = (
                f"the end of {lost.around[0]} is missing: the file was cut off, and records that followed are not there"
            )
            self._collected.issue(None, lost.start, "breaks_off", words)

    def _note_lost(self, lost: Lost, end: int, *, is_last: bool, final: bool) -> None:
        """What is to be told of a piece beside that it cannot be read; the last one goes on to the end of the file."""
        if not self._bytes(lost.start, end).strip():
            self._note_end(lost) if final and lost.around else self._note(lost.start, lost.why)
        elif is_last and (lost.in_record or set(lost.around) - {RESUMED}):
            words = (
                "the file ends in a piece that cannot be read: it was cut off, and records that followed are not there"
            )
            self._collected.issue(None, lost.start, "breaks_off", words)

    def _note(self, place: int, message: str) -> None:
        if not self._noted:
            self._collected.issue(None, place, "not_well_formed", message, self._bytes(place, place + 120))
        self._noted = True
