"""What stands around the records of an answer of OAI-PMH or SRU: deletions, errors, and whether the answer goes on.

OAI-PMH 2.0: a deleted record is a header with status="deleted" and no metadata (2.5.1), an error stands in place of records
(3.6), a list that goes on ends with a resumptionToken (3.5). SRU 1.1 to 2.0: numberOfRecords, nextRecordPosition,
diagnostics, and recordPacking, which may make escaped text of a record.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace

from .pieces import Collected, Row, wanted
from .xml_records import OpenRecord

# The tag under which the header of a harvested record is given, to those who ask for it by name: no MARC field has it.
HEADER = "OAI"

_MMS_ID = re.compile(r"(?:^|[:/])(99\d{6,17})$")
_DELETED_LEADER = " " * 5 + "d" + " " * 4 + "22" + " " * 8 + "4500"
_VERBS = frozenset("ListRecords GetRecord ListIdentifiers Identify ListSets ListMetadataFormats".split())
_ROOTS = frozenset(("OAI-PMH", "searchRetrieveResponse", "explainResponse", "scanResponse"))
_TEXTS = frozenset("error identifier datestamp resumptionToken numberOfRecords recordData uri details message".split())
_OF_ENVELOPES = frozenset(
    "identifier datestamp setSpec metadata about resumptionToken recordSchema recordPacking recordData recordPosition "
    "recordIdentifier recordXMLEscaping uri details message".split()
)
# So much of the text of one of these elements is kept.
_LONGEST = 2000
_FIRST = 5


@dataclass(frozen=True)
class Header:
    """What a harvest says of a record: its identifier, when it was last changed, and whether it is deleted."""

    identifier: str = ""
    datestamp: str = ""
    is_deleted: bool = False

    @property
    def mms_id(self) -> str | None:
        """The MMS ID that the identifier ends with, as Alma makes them: oai:alma.01INST:991000000000024321."""
        match = _MMS_ID.search(self.identifier)
        return match[1] if match else None

    def rows(self, field: int) -> list[Row]:
        """The header as a field of the record: $i identifier, $d datestamp."""
        parts = [(code, text) for code, text in (("i", self.identifier), ("d", self.datestamp)) if text]
        return [(field, HEADER, " ", " ", number, code, text) for number, (code, text) in enumerate(parts)]


class Some:
    """How many there were, and the first few."""

    def __init__(self) -> None:
        """None so far."""
        self.count, self._first = 0, []

    def add(self, one: str) -> None:
        """One more."""
        self.count += 1
        self._first = [*self._first, one][:_FIRST]

    def __str__(self) -> str:
        return ", ".join(self._first) + (" …" if self.count > _FIRST else "")


class Envelope:
    """The elements around the records of a file, while they go by.

    Attributes:
        header: of the record that is being read; None: it has none.
    """

    def __init__(self) -> None:
        """Begins a file."""
        self.header: Header | None = None
        self._root = self._verb = ""
        self._around: list[str] = []  # the open elements of the header, or of a diagnostic
        self._errors: list[str] = []  # of this answer
        self._headers = self._deleted = 0  # of this answer
        self._token = ""  # of the last answer: it goes on in another one
        self._of_search: dict[int, int] = {}  # how many records there are -> how many of them are here
        self._total: int | None = None
        self._is_packed = False  # whether the record that is being read is escaped text
        self._strange: list[str] = []  # elements of the record that are none of MARC, nor of the envelope
        self._has_records = False  # this answer
        self._not_applied, self._others, self._beside = Some(), Some(), Some()

    # Events

    def start(self, element: str, attributes: dict[str, str]) -> None:
        """An element begins that is none of MARC."""
        if element in _ROOTS:
            self._begin_answer(element)
        elif element in _VERBS:
            self._verb = element
        elif element == "header":
            deleted = attributes.get("status", "").strip().lower() == "deleted"
            self.header, self._around = Header(is_deleted=deleted), ["header"]
            self._headers += 1
            self._deleted += deleted
        elif element == "diagnostic":
            self._errors.append("")
        elif element == "error":
            self._errors.append(attributes.get("code", "") + ": ")
        elif element not in _OF_ENVELOPES and len(self._strange) < _FIRST and element not in self._strange:
            self._strange.append(element)

    def _begin_answer(self, root: str) -> None:
        self._end_answer()
        self._root, self._verb, self._errors, self._total = root, "", [], None
        self._headers = self._deleted = 0
        self._has_records = False
        if root == "OAI-PMH":
            self._token = ""

    def _end_answer(self) -> None:
        if self._has_records:
            for error in self._errors:
                self._beside.add(error)

    def takes_text(self, element: str) -> bool:
        """Whether the text of an element outside of records is needed."""
        return element in _TEXTS

    def end(self, element: str, text: str) -> None:
        """An element ends that is none of MARC."""
        if element not in _TEXTS:
            if element == "header":
                self._around = []
            return
        text = text.strip()
        if element == "recordData":
            self._end_of_data(text)
            return
        text = text[:_LONGEST]
        if element in ("identifier", "datestamp"):
            if self.header is not None and self._around == ["header"]:
                self.header = replace(self.header, **{element: text})
        elif element == "resumptionToken":
            self._token = text
        elif element == "numberOfRecords":
            self._total = int(text) if text.isascii() and text.isdigit() else None
            if self._total:
                self._of_search.setdefault(self._total, 0)
        elif element == "error" or (self._errors and self._root != "OAI-PMH"):
            self._errors[-1] += ("" if not self._errors[-1] or element == "error" else "; ") + text

    def _end_of_data(self, text: str) -> None:
        self._is_packed = text.startswith("<")
        if self._total:
            self._of_search[self._total] = self._of_search.get(self._total, 0) + 1

    # Records

    def begin_record(self, around: list[str]) -> None:
        """A record element begins inside of these; the outermost one has no header yet."""
        self._has_records = True
        if "record" not in around:
            self.header, self._is_packed, self._strange = None, False, []

    def take(
        self, record: OpenRecord, collected: Collected, number: int, tags: Collection[str] | None, *, data: bytes
    ) -> tuple[str, str] | None:
        """A record element is whole: it is gathered, or it is no record: why, as code and words."""
        deletion, why = (None, None) if record.holds else (self._deletion(), self._why_empty())
        if deletion:
            rows = [row for row in wanted(tags, deletion) if tags is not None or row[1] != HEADER]
            collected.load(number, record.place, len(data), rows)
            return None
        if why is None:
            self._check(record)
            header = self.header and self.header.rows
            record.collect(collected, number, tags, data=data, header=header)
        elif why[0] == "deletion_not_applied":
            self._not_applied.add(self.header.identifier or "a record without identifier")
        return why

    def _check(self, record: OpenRecord) -> None:
        """What the header of a record says of it."""
        header = self.header
        if header is None:
            return
        if header.is_deleted:
            record.is_deleted()
        if record.number and re.split("[:/]", header.identifier)[-1] != record.number:
            self._others.add(f"{header.identifier} has 001 {record.number}")

    def _deletion(self) -> list[Row] | None:
        """The rows that say that a bib is deleted; None: this is no deletion of a bib."""
        header = self.header
        if header is None or not header.is_deleted or header.mms_id is None:
            return None
        leader = (None, "LDR", None, None, None, None, _DELETED_LEADER)
        return [leader, (0, "001", None, None, None, None, header.mms_id), *header.rows(1)]

    def _why_empty(self) -> tuple[str, str] | None:
        """What is wrong with a record element without fields, as code and words; None: it is just empty."""
        header = self.header
        if self._is_packed:
            return "packed_as_text", "the record is packed as text: ask again with recordPacking=xml"
        if header is not None and header.is_deleted:
            name = header.identifier or "a record without identifier"
            return "deletion_not_applied", f"{name} is deleted, and its identifier ends with no MMS ID (99…)"
        if self._errors and self._root != "OAI-PMH":
            return "not_marc", f"the server answers with a diagnostic in place of a record: {self._errors[-1]}"
        if self._strange or self._root:
            has = (
                f"it has {', '.join(self._strange)}"
                if self._strange
                else "it has only a header"
                if header
                else "it has no fields"
            )
            hint = ": harvest with the metadataPrefix of MARC 21" if self._root == "OAI-PMH" else ""
            return "not_marc", f"a record element without MARC ({has}){hint}"
        return None

    # What is to be said

    def words(self) -> str | None:
        """Why an answer has no records, and what to do; None: this is no such answer."""
        if not self._root:
            return None
        errors = "; ".join(self._errors[:_FIRST])
        if self._root != "OAI-PMH":
            said = f"the diagnostic {errors}" if errors else f"{self._total or 0} records"
            return f"an SRU answer without records ({said}): check the query, and ask again"
        if errors:
            return f"an OAI-PMH answer without records ({errors}): {_advice(errors)}"
        if self._verb == "ListIdentifiers":
            return (
                f"an OAI-PMH answer to ListIdentifiers, {self._headers:,} headers without records, {self._deleted:,} of them "
                "deleted, which were not applied: harvest with verb=ListRecords and the metadataPrefix of MARC 21"
            )
        if self._verb in ("ListRecords", "GetRecord"):
            return (
                f"an OAI-PMH answer to {self._verb} without records: an empty page, unless the harvest should have some"
            )
        verb = f" to {self._verb}" if self._verb else ""
        return f"an OAI-PMH answer{verb} without records: harvest with verb=ListRecords"

    def tell(self, collected: Collected, position: int) -> None:
        """The file is at its end: what is to be said of it as a whole."""
        self._end_answer()
        if self._not_applied.count:
            words = (
                f"{self._not_applied.count:,} deletions in the file were not applied, as their identifiers end with no "
                f"MMS ID: {self._not_applied}; take these bibs out by an export with Leader/05 d"
            )
            collected.issue(None, position, "deletions_not_applied", words)
        if self._others.count:
            words = (
                f"{self._others.count:,} records have another number in 001 than in their OAI identifier ({self._others}): "
                "deletions of this harvest go by the identifier, and reach no bib whose 001 is another number"
            )
            collected.issue(None, position, "identifier_differs", words)
        if self._beside.count:
            words = f"the answer has an error beside its records ({self._beside}): ask again"
            collected.issue(None, position, "answer_error", words)
        if self._token:
            words = (
                f"the harvest goes on: the file ends with the resumptionToken {self._token[:80]}; what follows is to be in "
                "another file, or the harvest is not complete"
            )
            collected.issue(None, position, "harvest_goes_on", words)
        for total, here in self._of_search.items():
            if 0 < here < total:
                words = f"{here:,} of the {total:,} records of the search are here: ask for the others with startRecord"
                collected.issue(None, position, "answer_incomplete", words)


def _advice(errors: str) -> str:
    if "noRecordsMatch" in errors:
        return "nothing has changed in that time, or from, until and set are not what they should be"
    if "badResumptionToken" in errors:
        return "the token has expired; begin the harvest anew"
    return "mend the request, and harvest again"
