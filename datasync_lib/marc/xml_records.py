"""One record element of MARCXML while it is being read: its rows, and what is odd about it."""

from collections.abc import Callable, Collection

from .fields import leader_row
from .pieces import Collected, Row, wanted

_EMPTY_LEADER = " " * 10 + "22" + " " * 8 + "4500"
RESUMED = "resumed"  # the element of our own that records stand in when the file has none around them
_FIELDS = frozenset(("leader", "controlfield", "datafield", "subfield"))
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
        self._rows: list[Row] = [leader_row(_EMPTY_LEADER)]
        self._filled = False
        self._count = 0
        self._field: tuple[str, str, str] | None = None
        self._subfields: list[tuple[str, str]] = []
        self._code: str | None = None
        self._odd: list[str] = []

    @property
    def number(self) -> str:
        """What stands in 001; empty when there is none."""
        return next((row[6].strip() for row in self._rows if row[1] == "001" and row[6]), "")

    def is_deleted(self) -> None:
        """What stands around the record says that it is deleted: Leader/05 is to say so too."""
        leader = self._rows[0][6]
        if leader[5:6] != "d":
            self.notice("a record whose header says deleted, which was taken as deleted")
            self._rows[0] = leader_row(leader[:5].ljust(5) + "d" + leader[6:])

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

    def end(self, element: str, text: str) -> None:
        """An element ends inside of the record, after the text."""
        if element == "subfield":
            if self._field and self._code:
                self._subfields.append((self._code, text))
                self._code = None
        elif element in ("controlfield", "datafield"):
            if self._field:
                self._end_field(self._field, element, text)
        elif element == "leader":
            self._rows[0], self._filled = leader_row(text), True
            if len(text) != 24:
                self.notice(f"a leader of {len(text)} characters")

    def _end_field(self, field: tuple[str, str, str], element: str, text: str) -> None:
        tag, ind1, ind2 = field
        is_control = tag < "010" and tag.isdigit()
        start = (self._count, tag, ind1, ind2)
        if element == "controlfield":
            self._rows.append((self._count, tag, None, None, None, None, text))
        elif is_control:
            self.notice(f"a datafield with the tag {tag}, which has no subfields in MARC; they were left out")
            self._rows.append((self._count, tag, None, None, None, None, None))
        else:
            self._rows += [(*start, number, code, value) for number, (code, value) in enumerate(self._subfields)]
            if not self._subfields:
                self._rows.append((*start, None, None, None))
        self._count += 1
        self._filled = True
        self._field = None

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
        rows = wanted(tags, self._rows)  # type: ignore[arg-type]
        if header and tags is not None:
            rows = rows + wanted(tags, header(self._count))
        collected.load(number, self.place, len(data), rows, repaired=bool(self._odd))
        if self._odd:
            collected.issue(number, self.place, "odd_field", "; ".join(self._odd[:5]), data)
        elif not self._filled:
            message = "a record element without leader or fields"
            collected.issue(number, self.place, "empty_record", message)
