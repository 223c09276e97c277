"""The real Alma export as a test reads it by itself: with the standard library, and no word of what an analysis thinks of it."""

import gzip
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from datasync_lib.sample.marc_bytes import MarcRecord

ALMA = "bibs_marcxml/tulibraries-tul_cob__sample_alma_marcxml.rec00001-06000.xml.gz"
_MARC = "{http://www.loc.gov/MARC21/slim}"
_OF_NUMBERS = ("079", "035", "019", "014")
_WITH_PREFIX = re.compile(r"(?:\(OCoLC\)\s*)?(?:ocm|ocn|on)\s*0*(\d+)|\(OCoLC\)\s*0*(\d+)")


@dataclass(eq=False)
class Title:
    """A bibliographic record.

    Attributes:
        numbers: what stands with OCLC's prefix in 079 and 035, the best first.
        digits: whatever digits stand in a field for control numbers, in any spelling.
        places: library and location of each holding.
    """

    mms_id: str
    marc: MarcRecord
    numbers: list[int] = field(default_factory=list)
    digits: set[int] = field(default_factory=set)
    places: list[tuple[str, str]] = field(default_factory=list)

    @property
    def is_host(self) -> bool:
        """Whether it stands for a volume in which others are bound."""
        return any(entry[0] == "774" for entry in self.marc.fields)

    @property
    def is_deleted(self) -> bool:
        """Whether its status is d."""
        return self.marc.leader[5] == "d"

    def texts(self, tag: str, codes: str) -> list[str]:
        """What stands in some subfields of a field."""
        fields = (entry[2] for entry in self.marc.fields if entry[0] == tag and len(entry) > 2)
        return [text for subfields in fields for code, text in subfields if code in codes]


def read_titles(path: Path) -> Iterator[Title]:
    """The titles of an export in MARCXML, in its order."""
    with gzip.open(path) as stream:
        for _, element in ET.iterparse(stream):
            if element.tag == f"{_MARC}record":
                yield _title(element)
                element.clear()


def _title(element: ET.Element) -> Title:
    marc = MarcRecord("")
    for child in element:
        tag, inner = child.get("tag"), [(each.get("code"), each.text or "") for each in child]
        if tag is None:
            marc.leader = f"{child.text[:9]}a{child.text[10:24]:14}"
        elif inner:
            marc.data(tag, child.get("ind1") + child.get("ind2"), *inner)
        else:
            marc.control(tag, child.text or "")
    title = Title(next(entry[1].strip() for entry in marc.fields if entry[0] == "001"), marc)
    title.places = [
        (dict(entry[2]).get("b", ""), dict(entry[2]).get("c", "")) for entry in marc.fields if entry[0] == "852"
    ]
    for tag in _OF_NUMBERS:
        for text in title.texts(tag, "az"):
            title.digits |= {int(digits) for digits in re.findall(r"\d+", text)}
            if found := _WITH_PREFIX.fullmatch(text.strip()):
                title.numbers.append(int(found[1] or found[2]))
    title.numbers = list(dict.fromkeys(title.numbers))
    return title
