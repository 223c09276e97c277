"""The example's records as bytes, ISO 2709 and MARCXML.

pymarc's writer (`marc.writing`) builds an object for each field and made 2,000 MARCXML records a second here; the example is
to be had with a million records, so its plain tuples are joined directly.
"""

from dataclasses import dataclass, field
from xml.sax.saxutils import escape

Subfields = tuple[tuple[str, str], ...]


@dataclass(slots=True)
class MarcRecord:
    """A record as it will be written: control fields (tag, text), data fields (tag, indicators, subfields)."""

    leader: str
    fields: list[tuple] = field(default_factory=list)

    def control(self, tag: str, text: str) -> None:
        """Adds a control field."""
        self.fields.append((tag, text))

    def data(self, tag: str, indicators: str, *subfields: tuple[str, str]) -> None:
        """Adds a data field; subfields are (code, text)."""
        self.fields.append((tag, indicators, subfields))


def iso2709(record: MarcRecord) -> bytes:
    """The record as ISO 2709 in UTF-8."""
    directory, bodies, position = [], [], 0
    for entry in record.fields:
        text = entry[1] if len(entry) == 2 else entry[1] + "".join(f"\x1f{code}{value}" for code, value in entry[2])
        body = text.encode() + b"\x1e"
        directory.append(f"{entry[0]}{len(body):04d}{position:05d}")
        bodies.append(body)
        position += len(body)
    base = 24 + 12 * len(directory) + 1
    leader = f"{base + position + 1:05d}{record.leader[5:12]}{base:05d}{record.leader[17:]}"
    return b"".join([leader.encode(), "".join(directory).encode(), b"\x1e", *bodies, b"\x1d"])


XML_START = b'<?xml version="1.0" encoding="UTF-8"?>\n<collection xmlns="http://www.loc.gov/MARC21/slim">\n'
XML_END = b"</collection>\n"


def marcxml(record: MarcRecord) -> bytes:
    """The record as an element of a MARCXML collection, on a line of its own."""
    parts = [f"<record><leader>{record.leader}</leader>"]
    for entry in record.fields:
        if len(entry) == 2:
            parts.append(f'<controlfield tag="{entry[0]}">{escape(entry[1])}</controlfield>')
            continue
        tag, indicators, subfields = entry
        inner = "".join(f'<subfield code="{code}">{escape(value)}</subfield>' for code, value in subfields)
        parts.append(f'<datafield tag="{tag}" ind1="{indicators[0]}" ind2="{indicators[1]}">{inner}</datafield>')
    parts.append("</record>\n")
    return "".join(parts).encode()
