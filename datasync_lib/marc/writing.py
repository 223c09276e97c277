"""How do records become a file again? ISO 2709 and MARCXML, in UTF-8."""

import xml.etree.ElementTree as ET
from collections.abc import Iterable
from pathlib import Path

from pymarc import Record
from pymarc.marcxml import record_to_xml_node

from ..errors import OutputError

LONGEST_RECORD, LONGEST_FIELD = 99_999, 9_999


def record_bytes(record: Record) -> bytes:
    """A record as ISO 2709 in UTF-8, with the lengths, addresses and Leader/09 that belong to it.

    Raises:
        OutputError: a field is longer than 9,999 bytes or the record than 99,999, which ISO 2709 cannot say.
    """
    data = record.as_marc()
    longest = max((len(field.as_marc("utf-8")) for field in record.fields), default=0)
    if len(data) > LONGEST_RECORD or longest > LONGEST_FIELD:
        number = record["001"].data if "001" in record else "without 001"
        raise OutputError(
            f"record {number}: {len(data)} bytes, longest field {longest}; ISO 2709 can say {LONGEST_RECORD} and "
            f"{LONGEST_FIELD} at most. Write it as MARCXML, or shorten it"
        )
    return data


def write_iso2709(path: Path | str, records: Iterable[Record]) -> int:
    """Writes records to a binary MARC file and says how many; the file appears only when it is complete.

    Raises:
        OutputError: a record is too long (see `record_bytes`), or the file cannot be written.
    """
    return _write(path, (record_bytes(record) for record in records))


def write_marcxml(path: Path | str, records: Iterable[Record]) -> int:
    """Writes records to a MARCXML collection and says how many; the file appears only when it is complete.

    Raises:
        OutputError: the file cannot be written.
    """
    start = b'<?xml version="1.0" encoding="UTF-8"?>\n<collection xmlns="http://www.loc.gov/MARC21/slim">\n'
    return _write(path, (_xml(record) for record in records), start, b"</collection>\n")


def _xml(record: Record) -> bytes:
    node = record_to_xml_node(record, quiet=True)
    return ET.tostring(node, encoding="unicode").encode("utf-8") + b"\n"


def _write(path: Path | str, parts: Iterable[bytes], start: bytes = b"", end: bytes = b"") -> int:
    target = Path(path)
    draft = target.with_name(target.name + ".part")
    count = 0
    try:
        with draft.open("wb") as file:
            file.write(start)
            for part in parts:
                file.write(part)
                count += 1
            file.write(end)
        draft.replace(target)
    except OSError as error:
        raise OutputError(f"{target} cannot be written: {error.strerror or error}") from error
    finally:
        draft.unlink(missing_ok=True)
    return count
