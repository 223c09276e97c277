"""The patient path for MARCXML: a real XML parser (expat), hardened, that goes on after a broken record.

What becomes a row is what pymarc's own handler makes of the same events: elements count by their local name, a field
keeps the text that stands last in it, attributes that are missing are blanks. Entities of a document type are never
resolved: a file that declares some is rejected. Nothing outside of the file is ever fetched.

Where the parser stops, a piece begins that is rejected: it ends where the record ends or where the next one begins, and
there a new parser goes on, inside of the same elements and in the same encoding.
"""

from collections.abc import Collection
from xml.parsers import expat

from .streams import Limits
from .xml_account import Account, Lost, Misdeclared, Refused, Stop
from .xml_gaps import (
    CLOSING_TAG,
    NEXT_START,
    ONE_TAG,
    OPENING_TAG,
    RECORD_END,
    SPACE,
    TAG,
    WIDE,
    after_whole,
    document_begins,
    is_empty_collection,
    narrowed,
    width_of,
)
from .xml_records import RESUMED, OpenRecord, is_field, is_ours, local
from .xml_scan import RECORD_START

_PART = 262_144  # what a parser is shown at once: after a break it does not see the rest of a block again
_DEPTH = 100
_TEXTS = 100  # of an element around records no more is kept than so many pieces of text
_OVERLAP = 1024  # a tag that is cut by the end of the bytes is looked for again
_JUNK = expat.errors.codes[expat.errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT]


class EventReader(Account):
    """Takes the bytes of a file in order and gathers its records.

    Attributes:
        record: number of the next record.
        position: how many bytes of the file were taken.
    """

    def __init__(self, tags: Collection[str] | None, limits: Limits) -> None:
        """Begins a file."""
        super().__init__()
        self._tags = tags
        self._limits = limits
        self._refused = ""  # why nothing more of this file is read
        self._lost: Lost | None = None
        self._goes_on: int | None = None  # from where the parser, which is new, is to be fed
        self._clean = False  # whether the bytes end with a whole tag
        self._begin_document(0)

    def _begin_document(self, position: int, encoding: str | None = None) -> None:
        self._document = self._unproved = position
        self._encoding = encoding
        self._declared = False
        self._width = None
        self._utf8 = True
        self._begin_parser(position, [], "")

    def _begin_parser(self, position: int, around: list[str], root: str | None = None) -> None:
        """A new parser for what begins at a position of the file, inside of elements that were opened before it."""
        tags = "".join(f"<{name}>" for name in around) or f"<{RESUMED}/>" if root is None else root
        encoding, wide = self._encoding, WIDE.get(self._width or "")
        if tags and (wide or not encoding):
            encoding = wide or "utf-8"
        before = tags.encode(wide or "utf-8")
        parser = self._parser = expat.ParserCreate(encoding)
        if hasattr(parser, "SetReparseDeferralEnabled"):
            parser.SetReparseDeferralEnabled(False)  # what was fed is to be reported at once
        if before:
            parser.Parse(before, False)
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.CommentHandler = parser.ProcessingInstructionHandler = self._other
        parser.StartCdataSectionHandler, parser.EndCdataSectionHandler = self._cdata, self._cdata_end
        parser.StartDoctypeDeclHandler = self._doctype
        parser.SkippedEntityHandler = lambda name, _: (
            self._open_record and self._open_record.notice(f"an unknown entity &{name};")
        )
        parser.XmlDeclHandler = self._declaration
        self._began = self._mark = self._tag = position  # where the last token began, and the last tag
        self._shift = position - len(before)  # place in the file = place in what the parser was fed + shift
        self._open = list(around)
        self._held = len(around)  # how many of the open elements are known to hold records, and so no text
        self._text: list[str] = []
        self._open_record: OpenRecord | None = None
        self._clean = bool(tags)
        self._in_cdata = False
        self._goes_on = position

    # what the fast path needs to know

    def is_between_records(self, prefix: bytes = b"") -> bool:
        """Takes `prefix`, and says whether plain records in UTF-8 may follow that need not be shown to the parser."""
        if prefix.strip() or not self._clean:
            self.feed(prefix)
        else:
            self.pass_over(len(prefix))
        ready = self._clean and not self._refused and self._lost is None
        return ready and self._open_record is None and bool(self._open) and self._utf8

    def pass_over(self, size: int, records: int = 0) -> None:
        """Counts bytes and records that were read elsewhere."""
        if records:
            self._settle(self.position)
            self._settled = self.position + size
            self._unproved = None
        self.position += size
        self._shift += size
        self.record += records
        self._kept = b""
        self._mark = self._tag = self.position
        self._began = -1  # the parser stands behind what it began with
        self._goes_on = None

    # the stream

    def feed(self, data: bytes, final: bool = False) -> None:
        """Takes the next bytes of the file."""
        at = begin = self.position
        self._kept += data
        self.position += len(data)
        while not self._refused:
            if self._lost is not None:
                self._look_for_next(final)
                if self._goes_on is None:
                    break
            if self._goes_on is not None:
                at, self._goes_on = self._goes_on, None
            if self._width is None and (final or self.position - self._document >= 4):
                self._width = width_of(self._bytes(self._document, self._document + 4))
            part = self._bytes(at, min(at + _PART, self.position))
            at += len(part)
            self._parse(part, final and at >= self.position)
            if self._lost is None and self._goes_on is None and not self._refused:
                if at - self._mark > self._limits.record_bytes:
                    self._break(at, "too_long", f"no end after {at - self._mark} bytes")
                elif at >= self.position:
                    break
        self._goes_on = None
        if self._refused and self.position > self._settled:
            self._reject(
                self._settled if self._unproved is None else self._unproved, self.position, "refused", self._refused
            )
            self._unproved = None
        elif final:
            self._end_document(self.position)
            self._envelope.tell(self._collected, self.position)
        if self._tag >= begin:
            self._clean = bool(ONE_TAG.fullmatch(self._kept, max(0, self._tag - self.position + len(self._kept))))
        else:
            self._clean = self._clean and not data.strip()
        self._forget()

    def _parse(self, data: bytes, final: bool) -> None:
        try:
            self._parser.Parse(data, final)
        except expat.ExpatError as error:
            at = min(max(0, self._parser.ErrorByteIndex + self._shift), self.position)
            why = f"{expat.ErrorString(error.code)} at byte {at}"
            self._break(at, "not_well_formed", why, is_junk=error.code == _JUNK)
        except Stop as stop:
            at = self.position if stop.is_text else self._mark
            self._break(at, stop.code, str(stop), is_text=stop.is_text, is_deep=stop.is_deep)
        except Misdeclared:
            wide = WIDE.get(self._width or "", "utf-8")
            unproved, width = self._unproved, self._width
            self._begin_document(self._document, wide)
            self._unproved, self._width, self._declared = unproved, width, True
        except Refused as error:
            self._refused = str(error)
        except (LookupError, ValueError) as error:  # from the encoding that the file declares
            self._refused = f"the file is in an encoding that is not known here: {error}"

    def _forget(self) -> None:
        """Lets go of bytes that are no longer needed, and of a record that does not end."""
        record, lost, most = self._open_record, self._lost, self._limits.record_bytes
        if lost is None and record is not None and self.position - record.place > most:
            lost = self._lost = Lost(record.place, 0, "too_long", "", record.around, True)
            lost.why = f"no end after {self.position - record.place} bytes"
            self._open_record = None
        if lost is not None and self.position - lost.start > most:
            cut = self._kept.rfind(b"<", max(0, len(self._kept) - _OVERLAP))
            whole = cut <= 0 or bool(self._width) or b">" in self._kept[cut:]
            end = self.position if whole else self.position - len(self._kept) + cut
            self._reject(lost.start, end, "too_long", f"no end after {end - lost.start} bytes")
            lost.start = lost.search = end
            lost.code, lost.why = "not_well_formed", "it goes on from a piece that is too long"
        if lost is None and record is None and self._unproved is not None and self._mark - self._unproved > most:
            why = f"no record in {self._mark - self._unproved} bytes"
            self._reject(self._unproved, self._mark, "not_marc", why)
            self._unproved = self._mark
        needed = lost.start if lost else record.place if self._open_record and record else self._mark
        if self._unproved is not None:
            needed = min(needed, self._unproved)
        surplus = needed - (self.position - len(self._kept))
        if surplus > 0 or self._refused:
            self._settle(needed)
            self._kept = self._kept[surplus:] if not self._refused else b""

    # when something is wrong

    def _break(
        self,
        at: int,
        code: str,
        why: str,
        *,
        is_junk: bool = False,
        is_text: bool = False,
        is_deep: bool = False,
    ) -> None:
        """Where the parser stopped a piece begins that is lost, unless it is the end or the beginning of a document."""
        record, self._open_record = self._open_record, None
        if record is not None:
            start, around = record.outermost if is_deep else (record.place, record.around)
            why = f"the record cannot be read: {why}"
            self._lost = Lost(start, self._mark if is_deep else start + self._sign, code, why, around, True, is_deep)
            return
        start = self._token_start(at, is_text)
        if self._goes_on_from(start, is_junk, why):
            return
        in_record = self._find(RECORD_START, start, min(start + 300, self.position))
        begin = start
        if self._unproved is not None:
            before = narrowed(self._bytes(self._unproved, start), self._width or "")
            if start >= self.position or not (is_empty_collection(before) or not before.strip(SPACE)):
                begin = self._unproved
            self._unproved = None
        around = self._open[:1] if is_deep else list(self._open)
        self._lost = Lost(
            begin, min(start + self._sign, self.position), code, why, around, bool(in_record and in_record[0] == begin)
        )

    def _token_start(self, at: int, is_text: bool) -> int:
        """Where the tag or text begins in which the parser stopped."""
        start = max(self._mark, self._began, self.position - len(self._kept))
        text = narrowed(self._bytes(start, at), self._width or "")
        text_is_whole = not is_text and not self._holds_no_text()
        return start + after_whole(text, 0, len(text), text=text_is_whole) * self._sign

    def _goes_on_from(self, start: int, is_junk: bool, why: str) -> bool:
        """Begins a new parser where another document begins, or after the end of an element that was opened before."""
        raw = self._bytes(start, start + 300)
        text = narrowed(raw, self._width or "")
        closing = CLOSING_TAG.match(text)
        name = closing[1].decode("utf-8", "replace") if closing else ""
        is_new = start > self._began
        if is_new and is_junk and RECORD_START.match(text):
            self._begin_parser(start, [RESUMED])
        elif is_new and (document_begins(raw) or (is_junk and OPENING_TAG.match(text))):
            self._end_document(start)
            self._begin_document(start)
        elif closing and name in self._open and not is_field(local(name)):
            last = len(self._open) - 1 - self._open[::-1].index(name)
            self._begin_parser(start + closing.end() * self._sign, self._open[:last])
        else:
            return False
        self._note(start, f"between records: {why}")
        return True

    def _look_for_next(self, final: bool) -> None:
        """After a break: rejects what cannot be read, and begins a new parser after it, once its end is there."""
        lost = self._lost
        in_depth = lost.in_record and lost.is_deep  # there only the end of a record is sure to be one
        following = None if in_depth else self._find(NEXT_START, lost.search, self.position)
        limit = following[0] if following else self.position
        ending = self._find(RECORD_END, lost.search, limit) if lost.in_record else None
        if not (ending or following or final):
            behind = self.position - _OVERLAP
            lost.search = max(lost.search, behind - (behind - lost.search) % 2)
            return
        end = ending[1] if ending else following[0] if following else self.position
        self._lost = None
        self._note_lost(lost, end, is_last=not (ending or following), final=final)
        self._reject(lost.start, end, lost.code, lost.why)
        if following and not ending and following[2].startswith(b"<?"):
            self._begin_document(end)
        elif following or ending:
            self._begin_parser(end, lost.around or [RESUMED])

    # events

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        name = (encoding or "utf-8").lower()
        is_wide = name.startswith(("utf-16", "ucs-2", "iso-10646-ucs-2"))
        if encoding and is_wide != bool(self._width) and not self._declared:
            raise Misdeclared
        if not is_wide and not self._width and encoding and not self._declared:
            self._encoding = encoding
        self._utf8 = not self._width and (is_wide or name in ("utf-8", "utf8", "us-ascii", "ascii"))

    def _doctype(self, _name: str, _system: str | None, _public: str | None, has_internal_subset: int) -> None:
        if has_internal_subset:
            raise Refused(
                "the file declares a document type with definitions of its own, which are not read for safety"
            )

    def _other(self, *_: str) -> None:
        self._mark = max(self._mark, self._parser.CurrentByteIndex + self._shift)

    def _cdata(self) -> None:
        self._other()
        self._in_cdata = True  # what stands in it looks like tags, and is none

    def _cdata_end(self) -> None:
        self._in_cdata = False

    def _characters(self, text: str) -> None:
        if self._open_record is not None:
            self._text.append(text)
            return
        if self._holds_no_text() and text.strip():
            raise Stop("not_well_formed", "text outside of a record", is_text=True)
        if self._open and self._envelope.takes_text(local(self._open[-1])) and len(self._text) < _TEXTS:
            self._text.append(text)
        if not self._in_cdata:
            self._other()

    def _holds_no_text(self) -> bool:
        """Is the innermost open element one that only records, or the parts of a record, stand in?"""
        return len(self._open) <= self._held or is_ours(local(self._open[-1]))

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._mark = self._tag = self._parser.CurrentByteIndex + self._shift
        self._open.append(name)
        element = local(name)
        if len(self._open) > _DEPTH:
            self._open.pop()
            raise Stop("not_well_formed", f"more than {_DEPTH} elements in one another", is_deep=True)
        if element == "record":
            self._start_record()
        elif self._open_record is not None:
            record, text = self._open_record, "".join(self._text)
            if not record.holds and local(self._open[-2]) == "record":
                record.holds = bool(text.strip())
            record.leave_out(text)
            record.start(element, attributes)
        elif is_field(element):
            self._open.pop()
            raise Stop("stray_field", f"a {element} outside of a record")
        if element != "record" and not is_field(element):
            self._envelope.start(element, attributes)
        self._text = []

    def _start_record(self) -> None:
        before, place, around = self._open_record, self._mark, self._open[:-1]
        outermost = place, around
        if before is not None and (before.holds or "".join(self._text).strip()):
            self._reject(before.place, place, "not_well_formed", "another record begins before this one ends")
        elif before is not None:
            outermost = before.outermost
        self._unproved = None
        self._held = len(around)
        self._envelope.begin_record([local(name) for name in around])
        self._open_record = OpenRecord(place, around, outermost)

    def _end(self, name: str) -> None:
        self._mark = self._tag = self._parser.CurrentByteIndex + self._shift
        self._open.pop()
        text, self._text = "".join(self._text), []
        record, element = self._open_record, local(name)
        if record is None:
            if is_field(element):
                raise Stop("stray_field", f"the end of a {element} outside of a record")
            self._envelope.end(element, text)
            self._held = min(self._held, len(self._open))
            return
        if element == "record":
            record.leave_out(text)
            self._end_record(record)
        else:
            record.end(element, text)
            self._envelope.end(element, text)

    def _end_record(self, record: OpenRecord) -> None:
        if record.place < self._settled:
            raise AssertionError(f"the record at byte {record.place} is in another piece")
        self._open_record = None
        # Of an element without content the parser tells the end behind it.
        is_behind = self._mark > record.place and not self._narrow(self._mark, 2).startswith(b"</")
        end = self._mark if is_behind else self._find(TAG, self._mark, self.position)[1]
        self._settle(record.place)
        data = self._bytes(record.place, end)
        if why := self._envelope.take(record, self._collected, self.record, self._tags, data=data):
            self._reject(record.place, end, *why)
            return
        self._settled = end
        self.record += 1
