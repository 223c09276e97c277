"""Whether a MARC file of any name holds WorldCat's own records, or a library's: by the first of them, and never by one mark alone.

OCLC writes 003 OCoLC beside a 001 of ocm, ocn or on with the digits that belong to it, or of digits alone (oclc_formats.md
4.2, 5). A catalogue that took its records from OCLC may have kept both, so a file is WorldCat's only where nothing in these
records is a library's own: no holding or item, no field of a local system.
"""

import re
from collections.abc import Iterator

_XML_FIELD = re.compile(rb"<(?:\w+:)?(?:control|data)field\b[^>]*?\btag\s*=\s*[\"'](\w{3})[\"'][^>]*>([^<]*)", re.S)
_XML_RECORD = re.compile(rb"<(?:\w+:)?record\b.*?</(?:\w+:)?record\s*>", re.S)
_OCLC_001 = re.compile(rb"(?:oc[mn]|on)?\d{3,12}\s*")
# Fields with a library's own inventory or a local system's numbers: holdings, items, 9XX, and tags with letters (AVA, HOL, ITM).
_OF_A_LIBRARY = re.compile(rb"852|853|86[3-8]|87[678]|9..|[^A-Za-z\n]*[A-Za-z].*")
_OCLC_PREFIX = re.compile(rb"(?:oc[mn]|on)\d")
# Holdings and items as a library exports them in its bibs.
_INVENTORY = re.compile(rb"852|876|877|878|AV[ADE]|H52|HOL|ITM")
# 9XX that OCLC writes itself: vendors, its own cataloguing, and the symbol that the record was delivered to.
_OF_OCLC = (b"LDR", b"936", b"938", b"994")
_TERMINATOR, _END_OF_RECORD = b"\x1e", b"\x1d"

Fields = list[tuple[bytes, bytes]]


def holds_worldcat_records(start: bytes) -> bool:
    """Whether each whole record at the start of a MARC file is written as OCLC writes its own, and has nothing of a library's."""
    records = list(_records(start))
    return bool(records) and all(map(_is_worldcats, records))


def holds_library_records(start: bytes) -> bool:
    """Whether each whole record at the start of a MARC file is a bib with a library's holdings or items, and none of OCLC's 001.

    OCLC's own records have no holdings; a local holdings record has a 004 (oclc_formats.md 5).
    """
    records = list(_records(start))
    return bool(records) and all(map(_is_librarys, records))


def _is_librarys(fields: Fields) -> bool:
    first = dict(reversed(fields))
    if b"004" in first or first.get(b"003", b"").strip() == b"OCoLC" or b"001" not in first:
        return False
    return not _OCLC_PREFIX.match(first[b"001"].strip()) and any(_INVENTORY.fullmatch(tag) for tag in first)


def _is_worldcats(fields: Fields) -> bool:
    first = dict(reversed(fields))
    is_oclcs = first.get(b"003", b"").strip() == b"OCoLC" and _OCLC_001.fullmatch(first.get(b"001", b"").strip())
    return bool(is_oclcs) and not any(_OF_A_LIBRARY.fullmatch(tag) for tag, _ in fields if tag not in _OF_OCLC)


def _records(start: bytes) -> Iterator[Fields]:
    """Tag and content of the fields of each record that is there in full."""
    if b"<" in start[:200]:
        yield from (_XML_FIELD.findall(record) for record in _XML_RECORD.findall(start))
        return
    *whole, _ = start.split(_END_OF_RECORD)
    yield from filter(None, map(_fields, whole))


def _fields(record: bytes) -> Fields:
    """The fields of a record in ISO 2709, by its directory; none where it cannot be followed."""
    record = record.lstrip(b"\r\n")
    directory, _, content = record[24:].partition(_TERMINATOR)
    values = content.split(_TERMINATOR)
    tags = [directory[at : at + 3] for at in range(0, len(directory) - 11, 12)]
    return list(zip(tags, values, strict=False))
