"""One record element of MARCXML while it is being read: its rows, and what is odd about it."""

from collections.abc import Callable, Collection

from .fields import leader_row
from .pieces import Collected, Row, wanted

_EMPTY_LEADER = " " * 10 + "22" + " " * 8 + "4500"
RESUMED = "resumed"  # the element of our own that records stand in when the file has none around them
_FIELDS = frozenset(("leader", "controlfield", "datafield", "subfield"))
_LEADER_TAGS = ("LDR", "000", "LEADER")  # of a leader in a field, as some systems write it
_NO_LEADER = "no leader element, so what kind of record this is cannot be known"
_OURS = _FIELDS | {"collection", "record", RESUMED}


def local(name: str) -> str:
    """The name of an element without its prefix."""
    return name.rpartition(":")[2]


def is_field(element: str) -> bool:
    """Does the element belong into a record?"""
    return element in _FIELDS


def is_ours(element: str) -> bool:
    """Is text that stands in the element, but in no field, a thing that MARCXML does not have?"""
    return element in _OURS


class OpenRecord:
    """A record element whose end was not seen yet.

    Attributes:
        place: where it begins in the file.
        around: the elements around it.
        outermost: place and surroundings of the outermost of the record elements that it is in.
        holds: whether any part of a record was seen in it.
    """

    def __init__(self, place: int, around: list[str], outermost: tuple[int, list[str]]) -> None:
        """Begins a record."""
        self.place = place
        self.around = around
        self.outermost = outermost
        self.holds = False
        self._leader: str | None = None
        self._rows: list[Row] = []
        self._filled = False
        self._count = 0
        self._field: tuple[str, str, str] | None = None
        self._subfields: list[tuple[str, str]] = []
        self._code: str | None = None
        self._odd: list[str] = []
        self._left_out: list[bytes] = []

    @property
    def number(self) -> str:
        """What stands in 001; empty when there is none."""
        return next((row[6].strip() for row in self._rows if row[1] == "001" and row[6]), "")

    def is_deleted(self) -> None:
        """What stands around the record says that it is deleted: Leader/05 is to say so too."""
        leader = self._leader or _EMPTY_LEADER
        if leader[5:6] != "d":
            self.notice("a record whose header says deleted, which was taken as deleted")
            self._leader = leader[:5].ljust(5) + "d" + leader[6:]

    def notice(self, what: str) -> None:
        """Keeps in mind, once, what is odd."""
        if what not in self._odd:
            self._odd.append(what)

    def start(self, element: str, attributes: dict[str, str]) -> None:
        """An element begins inside of the record."""
        if element in _FIELDS:
            self.holds = True
        if element == "subfield":
            self._code = attributes.get("code")
            if not self._code:
                self.notice("a subfield without a code, which was left out")
        elif element in ("controlfield", "datafield"):
            self._start_field(element, attributes)

    def _start_field(self, element: str, attributes: dict[str, str]) -> None:
        tag = attributes.get("tag")
        self._field, self._subfields = None, []
        if tag is None:
            self.notice(f"a {element} without a tag, which was left out")
            return
        if tag.isdigit() and tag.isascii():
            tag = f"{int(tag):03}"
        self._field = (tag, attributes.get("ind1", " "), attributes.get("ind2", " "))

    def leave_out(self, text: str) -> None:
        """Text that stands in no field of the record, or before an element within one: pymarc drops it."""
        if text.strip():
            self.notice("text that stands outside of a subfield, or before an element in it, which was left out")
            self._left_out.append(text.encode("utf-8", "replace"))

    def end(self, element: str, text: str) -> None:
        """An element ends inside of the record, after the text."""
        if element == "subfield" and self._field and self._code:
            self._subfields.append((self._code, text))
            self._code = None
        elif element == "controlfield" and self._field:
            self._end_controlfield(self._field[0], text)
        elif element == "leader":
            self._take_leader(text, is_better=len(text) == 24)
        else:
            self.leave_out(text)
            if element == "datafield" and self._field:
                self._end_datafield(self._field)

    def _take_leader(self, text: str, *, is_better: bool = False) -> None:
        if self._leader is not None:
            self.notice("more than one leader, of which one was taken")
        if self._leader is None or len(self._leader) != 24 or is_better:
            self._leader = text
        self._filled = True

    def _take_leader_field(self, tag: str, text: str) -> None:
        self.notice(f"the leader stands in a field {tag}")
        self._take_leader(text)

    def _end_controlfield(self, tag: str, text: str) -> None:
        if self._subfields:
            self.notice(f"subfields in a controlfield {tag}, which were left out")
            self._leave_subfields_out()
        if tag.upper() in _LEADER_TAGS:
            self._take_leader_field(tag, text)
        else:
            self._add((self._count, tag, None, None, None, None, text))
        self._field = None

    def _end_datafield(self, field: tuple[str, str, str]) -> None:
        tag, ind1, ind2 = field
        if tag.upper() in _LEADER_TAGS:
            self._take_leader_field(tag, "".join(value for _, value in self._subfields))
        elif tag < "010" and tag.isdigit():
            self.notice(f"a datafield with the tag {tag}, which has no subfields in MARC; they were left out")
            self._leave_subfields_out()
            self._add((self._count, tag, None, None, None, None, None))
        else:
            start = (self._count, tag, ind1, ind2)
            subfields = [(*start, number, code, value) for number, (code, value) in enumerate(self._subfields)]
            self._add(*subfields or [(*start, None, None, None)])
        self._field = None

    def _leave_subfields_out(self) -> None:
        self._left_out += [value.encode("utf-8", "replace") for _, value in self._subfields]

    def _add(self, *rows: Row) -> None:
        self._rows += rows
        self._count += 1
        self._filled = True

    def collect(
        self,
        collected: Collected,
        number: int,
        tags: Collection[str] | None,
        *,
        data: bytes,
        header: Callable[[int], list[Row]] | None = None,
    ) -> None:
        """The record is whole: its rows, and an issue if something is odd about it; `header` gives those of a tag that is none."""
        leader = _EMPTY_LEADER if self._leader is None else self._leader
        if len(leader) != 24:
            self.notice(f"a leader of {len(leader)} characters")
        rows = wanted(tags, [leader_row(leader), *self._rows])  # type: ignore[arg-type]
        if header and tags is not None:
            rows = rows + wanted(tags, header(self._count))
        collected.load(number, self.place, len(data), rows, repaired=bool(self._odd))
        collected.leave_out(number, self._left_out)
        if self._filled and self._leader is None:
            self._odd.insert(0, _NO_LEADER)
        if self._odd:
            collected.issue(number, self.place, "odd_field", "; ".join(self._odd[:5]), data)
        elif not self._filled:
            message = "a record element without leader or fields"
            collected.issue(number, self.place, "empty_record", message)
