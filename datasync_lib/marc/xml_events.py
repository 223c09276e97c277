"""The patient path for MARCXML: a real XML parser (expat), hardened, that goes on after a broken record.

What becomes a row is what pymarc's own handler makes of the same events: elements count by their local name, a field
keeps the text that stands last in it, attributes that are missing are blanks. Entities of a document type are never
resolved: a file that declares some is rejected. Nothing outside of the file is ever fetched.
"""

import re
from collections.abc import Collection
from xml.parsers import expat

from .fields import leader_row
from .pieces import Collected, Row, wanted
from .streams import Limits
from .xml_scan import RECORD_START

_RECORD_END = re.compile(rb"</(?:[A-Za-z_][\w.-]*:)?record\s*>")
_ONE_TAG = re.compile(rb"<[^<>]*>\s*")
_EMPTY_LEADER = " " * 10 + "22" + " " * 8 + "4500"
_RESUMED = b"<resumed>"
_KEPT = 65_536
_PART = 262_144  # what a parser is shown at once: after a break it does not see the rest of a block again


class Refused(Exception):
    """The file asks for something that is not done, for safety."""


class EventReader:
    """Takes the bytes of a file in order and gathers its records.

    Attributes:
        record: number of the next record.
        position: how many bytes of the file were taken.
    """

    def __init__(self, tags: Collection[str] | None, limits: Limits) -> None:
        """Begins a file."""
        self.record = 0
        self.position = 0
        self._tags = tags
        self._limits = limits
        self._collected = Collected()
        self._kept = b""  # the bytes just before `position` that may still be needed
        self._resumed = False
        self._refused = ""  # why nothing of this file is read
        self._lost: int | None = None  # where the piece begins that is being passed over
        self._why = ""  # and why it is one; empty: it is not in a record
        self._utf8 = True
        self._greater = b">"
        self._begin_parser(0, b"")

    def _begin_parser(self, position: int, root: bytes) -> None:
        """A new parser for what begins at a position of the file, inside of a root element of our own if given."""
        parser = self._parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._doctype
        parser.SkippedEntityHandler = lambda name, _: self._notice(f"an unknown entity &{name};")
        parser.XmlDeclHandler = self._declaration
        if hasattr(parser, "SetReparseDeferralEnabled"):
            parser.SetReparseDeferralEnabled(False)  # what was fed is to be reported at once
        self._began = position
        self._shift = position - len(root)  # place in the file = place in what the parser was fed + shift
        self._depth = 0
        self._last_event = -1
        self._text: list[str] = []
        self._rows: list[Row] | None = None
        if root:
            parser.Parse(root, False)

    # what the fast path needs to know

    def is_between_records(self, prefix: bytes = b"") -> bool:
        """Takes `prefix`, and says whether plain records in UTF-8 may follow that need not be shown to the parser."""
        if prefix.strip() or self.position == 0:
            self.feed(prefix)
            event = self._last_event + self._shift - (self.position - len(prefix))
            complete = event >= 0 and bool(_ONE_TAG.fullmatch(prefix, event))
        else:
            self.pass_over(len(prefix))
            complete = True
        ready = complete and not self._refused and self._lost is None
        return ready and self._rows is None and self._depth > 0 and self._utf8

    def pass_over(self, size: int, records: int = 0) -> None:
        """Counts bytes and records that were read elsewhere."""
        self.position += size
        self._shift += size
        self.record += records
        self._kept = b""

    def take(self) -> Collected:
        """What was gathered since the last time."""
        taken, self._collected = self._collected, Collected()
        return taken

    # the stream

    def feed(self, data: bytes, final: bool = False) -> None:
        """Takes the next bytes of the file."""
        at = self.position
        self._kept += data
        self.position += len(data)
        while not self._refused:
            if self._lost is not None:
                following = self._look_for_next(final)
                if following is None:
                    break
                at = following
            part = self._bytes(at, min(at + _PART, self.position))
            at += len(part)
            self._parse(part, final and at >= self.position)
            if self._lost is None and at >= self.position:
                break
        if self._refused:
            self._reject(self.position - len(self._kept), self.position, "refused", self._refused)
            self._kept = b""
        self._forget()

    def _parse(self, data: bytes, final: bool) -> None:
        try:
            self._parser.Parse(data, final)
        except expat.ExpatError as error:
            self._broken(error)
        except Refused as error:
            self._refused = str(error)
        except (LookupError, ValueError) as error:  # from the encoding that the file declares
            self._refused = f"the file is in an encoding that is not known here: {error}"

    def _forget(self) -> None:
        """Lets go of bytes that are no longer needed, and of a record that does not end."""
        needed = self._lost if self._lost is not None else self._started if self._rows is not None else None
        if needed is not None and self.position - needed > self._limits.record_bytes:
            self._reject(needed, self.position, "too_long", f"no end after {self.position - needed} bytes")
            self._rows, self._lost, self._why = None, self.position, "it goes on from a piece that is too long"
            needed = self.position
        if needed is None:
            needed = self.position - _KEPT
        surplus = needed - (self.position - len(self._kept))
        if surplus > 0:
            self._kept = self._kept[surplus:]

    def _bytes(self, start: int, end: int) -> bytes:
        first = self.position - len(self._kept)
        return self._kept[max(0, start - first) : max(0, end - first)]

    # when something is wrong

    def _reject(self, start: int, end: int, code: str, message: str) -> None:
        start = max(start, self.position - len(self._kept))
        data = self._bytes(start, end).rstrip()
        if data:
            self._collected.reject(self.record, start, data, code, message)
            self.record += 1

    def _broken(self, error: expat.ExpatError) -> None:
        at = min(max(0, self._parser.ErrorByteIndex + self._shift), self.position)
        message = f"{expat.ErrorString(error.code)} at byte {at}"
        if self._rows is None and self._resumed and at <= self._began:  # the search would find the same place again
            self._lost, self._why = self._began, f"the record cannot be read: {message}"
        elif self._rows is None:
            if not self._resumed:
                self._collected.issue(
                    None, at, "not_well_formed", f"between records: {message}", self._bytes(at, at + 120)
                )
            self._lost, self._why = at, ""
        else:
            self._lost, self._why = self._started, f"the record cannot be read: {message}"
        self._rows = None

    def _look_for_next(self, final: bool) -> int | None:
        """After a break: where the next record begins, from which a new parser goes on; None: not in these bytes."""
        first = self.position - len(self._kept)
        start = self._lost - first + bool(self._why)
        following = RECORD_START.search(self._kept, start)
        if not following and not final:
            return None
        next_start = following.start() if following else len(self._kept)
        if self._why:
            ending = _RECORD_END.search(self._kept, start, next_start)
            end = ending.end() if ending else next_start
            self._reject(self._lost, first + end, "not_well_formed", self._why)
        self._lost, self._why = None, ""
        if not following:
            return None
        self._resumed = True
        self._begin_parser(first + next_start, _RESUMED)
        return first + next_start

    def _notice(self, what: str) -> None:
        if self._rows is not None and what not in self._odd:
            self._odd.append(what)

    # events

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        name = (encoding or "utf-8").lower()
        self._utf8 = name in ("utf-8", "utf8", "us-ascii", "ascii")
        if name.startswith("utf-16"):
            little = self._kept[:2] == b"\xff\xfe" or self._kept[1:2] == b"\x00"
            self._greater = b">\x00" if little else b"\x00>"

    def _doctype(self, _name: str, _system: str | None, _public: str | None, has_internal_subset: int) -> None:
        if has_internal_subset:
            raise Refused(
                "the file declares a document type with definitions of its own, which are not read for safety"
            )

    def _characters(self, text: str) -> None:
        self._text.append(text)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._last_event = self._parser.CurrentByteIndex
        self._text = []
        element = name.rpartition(":")[2]
        if element == "record":
            self._start_record()
        elif self._rows is None:
            if element in ("leader", "controlfield", "datafield"):
                place, message = self._last_event + self._shift, f"a {element} outside of a record, which was left out"
                self._collected.issue(None, place, "stray_field", message, self._bytes(place, place + 200))
        elif element in ("controlfield", "datafield"):
            self._start_field(element, attributes)
        elif element == "subfield":
            self._code = attributes.get("code")
            if not self._code:
                self._notice("a subfield without a code, which was left out")

    def _start_record(self) -> None:
        place = self._parser.CurrentByteIndex + self._shift
        if self._rows is not None and self._filled:
            self._reject(self._started, place, "not_well_formed", "another record begins before this one ends")
        self._rows = [leader_row(_EMPTY_LEADER)]
        self._started, self._filled = place, False
        self._count = 0
        self._field: tuple[str, str, str] | None = None
        self._code: str | None = None
        self._odd: list[str] = []

    def _start_field(self, element: str, attributes: dict[str, str]) -> None:
        tag = attributes.get("tag")
        self._field, self._subfields = None, []
        if tag is None:
            self._notice(f"a {element} without a tag, which was left out")
            return
        if tag.isdigit() and tag.isascii():
            tag = f"{int(tag):03}"
        self._field = (tag, attributes.get("ind1", " "), attributes.get("ind2", " "))

    def _end(self, name: str) -> None:
        self._depth -= 1
        self._last_event = self._parser.CurrentByteIndex
        text, self._text = "".join(self._text), []
        element = name.rpartition(":")[2]
        if self._rows is None:
            return
        if element == "leader":
            self._rows[0], self._filled = leader_row(text), True
            if len(text) != 24:
                self._notice(f"a leader of {len(text)} characters")
        elif element == "subfield" and self._field and self._code:
            self._subfields.append((self._code, text))
            self._code = None
        elif element in ("controlfield", "datafield") and self._field:
            self._end_field(element, text)
        elif element == "record":
            self._end_record()

    def _end_field(self, element: str, text: str) -> None:
        tag, ind1, ind2 = self._field
        is_control = tag < "010" and tag.isdigit()
        start = (self._count, tag, ind1, ind2)
        if element == "controlfield":
            self._rows.append((self._count, tag, None, None, None, None, text))
        elif is_control:
            self._notice(f"a datafield with the tag {tag}, which has no subfields in MARC; they were left out")
            self._rows.append((self._count, tag, None, None, None, None, None))
        else:
            self._rows += [(*start, number, code, value) for number, (code, value) in enumerate(self._subfields)]
            if not self._subfields:
                self._rows.append((*start, None, None, None))
        self._count += 1
        self._filled = True
        self._field = None

    def _end_record(self) -> None:
        at = self._parser.CurrentByteIndex + self._shift
        first = self.position - len(self._kept)
        end = first + self._kept.index(self._greater, max(0, at - first)) + len(self._greater)
        rows, self._rows = self._rows, None
        self._collected.load(
            self.record, self._started, end - self._started, wanted(self._tags, rows), repaired=bool(self._odd)
        )
        if self._odd:
            data = self._bytes(self._started, end)
            self._collected.issue(self.record, self._started, "odd_field", "; ".join(self._odd[:5]), data)
        elif not self._filled:
            self._collected.issue(
                self.record, self._started, "empty_record", "a record element without leader or fields"
            )
        self.record += 1
