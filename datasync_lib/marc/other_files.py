"""What is a file that holds neither MARC nor rows, and what should be done with it? One table of signatures.

A folder of raw files collects what people save and systems send: a page that asks for a password in place of an export,
records in the form of another system, a PDF. Each is told by name in one sentence, before any reader looks for records or
rows in it. A signature is here only if no MARC, report or list can begin like that.
"""

import codecs
import re
import struct
from dataclasses import dataclass

from .wide_text import as_utf8

# As many of the first bytes as tell all of these kinds apart.
FIRST_BYTES = 65_536

_CONVERT = "ask for MARC or MARCXML, or convert it"


@dataclass(frozen=True)
class OtherKind:
    """A kind of file that is not read.

    Attributes:
        name: what it is, in words.
        what_to_do: the next step.
        pattern: how it begins.
        also: what must stand in its first bytes too.
        never: what must not stand there.
    """

    name: str
    what_to_do: str
    pattern: re.Pattern[bytes]
    also: re.Pattern[bytes] | None = None
    never: re.Pattern[bytes] | None = None

    def fits(self, start: bytes) -> bool:
        """Whether a file with these first bytes is one."""
        return (
            self.pattern.match(start) is not None
            and (self.also is None or self.also.search(start) is not None)
            and (self.never is None or self.never.search(start) is None)
        )


def _kind(name: str, what_to_do: str, pattern: bytes, **more: bytes) -> OtherKind:
    patterns = {place: re.compile(each, re.S) for place, each in more.items()}
    return OtherKind(name, what_to_do, re.compile(pattern, re.S), **patterns)


def _words(text: str) -> bytes:
    """A name in the directory of an OLE file."""
    return re.escape(text.encode("utf-16-le"))


_MARC_SIGNS = rb"MARC21/slim|marcxchange|<(?:[\w.-]+:)?(?:leader|controlfield|datafield)\b"
# A comment ends at its first end, and nowhere else: without that a page of comments would be tried in every way.
_PAGE = rb"(?:<\?xml[^>]*>\s*)?(?:(?><!--.*?-->)\s*)*+<(?i:!doctype\s+html|html|head|body)\b"
_XML = rb"<(?:\?xml|!--|!DOCTYPE|[A-Za-z_])"
_OLE = rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP_MEMBER = rb"PK\x03\x04.{26}"
_A_LIST_OF_IT = "save the list itself as CSV or Excel, or the records as MARC, and load that"
_TAG_OF_PICA = rb"\d{3}[A-Z@](?:/\d{2,3})?"
_OAI = "(in OAI-PMH: metadataPrefix=marc21)"

_BINARY = (
    _kind("a PDF file", f"it shows data but does not give them: {_A_LIST_OF_IT}", rb"%PDF-"),
    _kind(
        "a picture",
        f"numbers cannot be read from it: {_A_LIST_OF_IT}",
        rb"\x89PNG\r\n|\xff\xd8\xff|GIF8[79]a|II\*\x00|MM\x00\*|BM.{4}\x00{4}|RIFF.{4}WEBP",
    ),
    _kind("a database (SQLite)", "export the table from it as CSV and load that", rb"SQLite format 3\x00"),
    _kind("a database (Access)", "export the table from it as CSV and load that", rb".{4}Standard (?:Jet|ACE) DB"),
    _kind("a Parquet or Arrow file", "write the table as CSV and load that", rb"PAR1|ARROW1"),
    _kind("compressed twice", "unpack it once", rb"\x1f\x8b|BZh[1-9]1AY|\xfd7zXZ\x00"),
    _kind("a packed archive", "unpack it", rb"7z\xbc\xaf\x27\x1c|Rar!\x1a\x07|\x28\xb5\x2f\xfd|\x1f\x9d"),
    _kind("a tar archive under another name", "name it .tar, or unpack it", rb"[^\x00].{256}ustar"),
    _kind(
        "a workbook with a password",
        "open it in Excel, take the password off (File → Info → Protect Workbook), save and load it again",
        _OLE,
        also=_words("EncryptedPackage"),
    ),
    _kind("a mail saved by Outlook", "save its attachment and load that", _OLE, also=_words("__properties_version")),
    _kind(
        "a Word document",
        _A_LIST_OF_IT,
        _OLE,
        also=_words("WordDocument"),
        never=_words("Workbook") + b"|" + _words("Book") + rb"\x00",
    ),
    _kind("a Word document", _A_LIST_OF_IT, rb"PK\x03\x04", also=_ZIP_MEMBER + rb"word/"),
    _kind("a presentation", _A_LIST_OF_IT, rb"PK\x03\x04", also=_ZIP_MEMBER + rb"ppt/"),
    _kind("an Apple Numbers sheet", "export it as CSV or Excel", rb"PK\x03\x04", also=_ZIP_MEMBER + rb"Index/"),
    _kind(
        "a text document",
        _A_LIST_OF_IT,
        _ZIP_MEMBER + rb"mimetypeapplication/(?:vnd\.oasis\.opendocument\.(?!spreadsheet)|epub)",
    ),
    _kind("a text document (RTF)", _A_LIST_OF_IT, rb"\{\\rtf"),
)

_RECORDS = (
    _kind(
        "MarcEdit mnemonic text (.mrk)",
        "make MARC of it (MarcEdit → MARC Tools → MarcMaker) and load that",
        rb"=(?:LDR|LEADER|\d{3})  ",
    ),
    _kind(
        "Aleph sequential",
        "export the records from Aleph as MARC, or convert it (MarcEdit → MARC Tools, or catmandu convert MARC --type "
        "ALEPHSEQ to MARC)",
        rb"\d{9} (?:LDR|FMT|CAT|\d{3})[ \w]{2} [A-Z] ",
    ),
    _kind(
        "Sirsi flat text",
        "make MARC of it in Symphony (catalogdump -om, or flatskip -if -om) and load that",
        rb"\*\*\* ?DOCUMENT BOUNDARY ?\*\*\*|FORM=\w+\s",
    ),
    _kind("PICA+ records", f"{_CONVERT} from PICA to MARC 21", rb"[\x1d\x1e\r\n]*" + _TAG_OF_PICA + rb" ?\x1f"),
    _kind(
        "PICA records as text",
        f"{_CONVERT} from PICA to MARC 21",
        _TAG_OF_PICA + rb" +(?:\$|\xc6\x92|\x83|\x1f)\w",
        also=rb"[\r\n]" + _TAG_OF_PICA + rb" +(?:\$|\xc6\x92|\x83|\x1f)\w",
    ),
    _kind(
        "MARC as text, a field a line",
        "make MARC of it (yaz-marcdump -i line -o marc) or export it as MARC",
        rb"\d{5}[ a-z][^\r\n]{18}\r?\n00\d |(?:LEADER|LDR)[\s:=|]{1,9}\d{5}[ a-z]|000[\s:=|]{1,9}\d{5}[a-z]{3}[ a-z]",
        never=rb"\x1e",
    ),
    _kind(
        "MARC in JSON",
        "make MARC of it (yaz-marcdump -i json -o marc) and load that",
        rb"[\[{]",
        also=rb'"leader"\s*:\s*"[^"]{20,}"',
    ),
    _kind(
        "BIBFRAME (JSON-LD)",
        f"{_CONVERT} (bibframe2marc of the Library of Congress)",
        rb'[\[{]\s*["{\[]',
        also=rb"bibframe",
    ),
    _kind("JSON", "it is neither MARC nor a table: export MARC, or CSV, and load that", rb'\{\s*"|\[\s*\{'),
    _kind(
        "references for a reference manager (RIS)",
        "they name no record of the catalogue: export MARC or CSV",
        rb"TY  - ",
    ),
)

_MARKUP = (
    _kind(
        "a page that asks to log in",
        "log in where it was fetched, and fetch the file again",
        _PAGE,
        also=rb"(?i)<input[^>]{0,500}type\s*=\s*[\"']?password|<title[^>]{0,200}>[^<]{0,80}(?:log ?in|sign ?in|anmeld|single sign)",
    ),
    _kind(
        "an error page or another web page without a table",
        "fetch the file again, and look at the page in a browser if it comes back",
        _PAGE,
        never=rb"(?i)<table|<td\b",
    ),
    _kind(
        "an error page",
        "fetch the file again, and look at the page in a browser if it comes back",
        _PAGE,
        also=rb"(?i)<title[^>]{0,200}>[^<]{0,60}(?:\b[45]\d\d\b|not found|forbidden|unauthori[sz]ed|unavailable|bad gateway"
        rb"|time-?out|access denied|session expired)",
        never=rb"(?i)<td[^>]{0,200}>(?:\s|<[^>]{0,200}>)*\W{0,9}(?:ocm|ocn|on)?\d{5,}",
    ),
    _kind(
        "BIBFRAME (RDF)",
        f"{_CONVERT} (bibframe2marc of the Library of Congress)",
        _XML + rb"|@prefix",
        also=rb"id\.loc\.gov/ontologies/bibframe|bibframe\.org/",
        never=_MARC_SIGNS,
    ),
    _kind(
        "ONIX, publishers' data on their products",
        "it says nothing of the catalogue or of WorldCat: take it out of the folder, or ask for MARC",
        _XML,
        also=rb"<ONIX[Mm]essage\b|ns\.editeur\.org/onix",
        never=_MARC_SIGNS,
    ),
    _kind("MODS", f"export the records as MARCXML {_OAI}", _XML, also=rb"loc\.gov/mods/", never=_MARC_SIGNS),
    _kind("PICA in XML", f"{_CONVERT} from PICA to MARC 21", _XML, also=rb"picaXML|<picaplus\b", never=rb"MARC21/slim"),
    _kind("EAD, a finding aid", "export MARC records of it", _XML, also=rb"<ead[\s>]|urn:isbn:1-931666-22-9"),
    _kind("other RDF", _CONVERT, _XML + rb"|@prefix", also=rb"<rdf:RDF\b|\A@prefix", never=_MARC_SIGNS),
    _kind(
        "Dublin Core",
        f"export the records as MARCXML {_OAI}",
        _XML,
        also=rb"<(?:oai_dc|dc):|purl\.org/dc/",
        # OpenDocument tells who wrote a spreadsheet in words of Dublin Core.
        never=_MARC_SIGNS + rb"|loc\.gov/METS|tc:opendocument:",
    ),
)

_MAIL = _kind(
    "a mail",
    "save its attachment, or the list in it, and load that",
    rb"(?:From |(?i:return-path|delivered-to|received|from|to|subject|date|message-id|mime-version|x-[\w-]+|dkim-signature|"
    rb"arc-[\w-]+|authentication-results|content-type|reply-to|user-agent|thread-[\w-]+):)[^\n]*\n",
    also=rb"(?im)^(?:received|return-path|delivered-to|message-id):|^from:[^\n]*\n(?:[^\n]+\n){0,30}?(?:to|subject|date):",
    never=rb"(?i)X-Document-Type: *Workbook|From:[^\n]{0,20}Saved by|Snapshot-Content-Location|<x:ExcelWorkbook",
)

OTHER_KINDS = (*_BINARY, *_RECORDS, *_MARKUP, _MAIL)

_OFFICE = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
# The names of what an Excel workbook or another spreadsheet holds.
_IN_A_WORKBOOK = re.compile(rb"\[Content_Types\]|_rels/|docProps/|xl/|customXml/|mimetype")
_CONTROLS = bytes([*range(1, 9), *range(0x0E, 0x1A), 0x1C, 0x7F])


def told_as_other(start: bytes) -> str | None:
    """What a file is that is not read, and what to do, as the end of a sentence; null for any other file.

    Args:
        start: its first bytes, decompressed; FIRST_BYTES are enough.
    """
    text = as_utf8(start[:FIRST_BYTES]).lstrip()
    kind = next((each for each in OTHER_KINDS if each.fits(text)), None)
    if kind:
        return f"{kind.name}: {kind.what_to_do}"
    if _is_another_zip(start):
        return "a zip archive under another name: give it the ending .zip, or unpack it"
    return None


def told_as_no_text(start: bytes) -> str | None:
    """The same of a file that is none of these kinds, nor MARC or a workbook, and no text either."""
    text = as_utf8(start[:FIRST_BYTES])
    if start.startswith(_OFFICE) or not _is_no_text(text):
        return None
    return "no text and no kind of file that we know: see where it comes from, and export it as MARC, CSV or Excel"


def is_blank(start: bytes) -> bool:
    """Whether there is nothing in these bytes but blanks, line ends, zeros and marks."""
    return not as_utf8(start).replace(codecs.BOM_UTF8, b"").strip(b" \t\r\n\v\f\x00\x1a")


def _is_another_zip(start: bytes) -> bool:
    """Whether these are the first bytes of a zip archive that is no workbook."""
    if not start.startswith(b"PK\x03\x04") or len(start) < 31:
        return False
    (length,) = struct.unpack_from("<H", start, 26)
    name = start[30 : 30 + length]
    return len(name) == length > 0 and name.decode("cp437").isprintable() and not _IN_A_WORKBOOK.match(name)


def _is_no_text(text: bytes) -> bool:
    """Whether control characters are too many for a text with a few damaged places; MARC's own delimiters are no sign."""
    body = text.rstrip(b"\x00")
    controls = len(body) - len(body.translate(None, _CONTROLS))
    return controls > max(2, len(body) // 20) or body.count(0) > max(2, len(body) // 3)
