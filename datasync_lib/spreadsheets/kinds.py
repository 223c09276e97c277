"""What kind of spreadsheet is this, by its bytes; and what to say of one that is not read."""

import re
import zipfile

from ..errors import InputError
from .package import Package

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
# The first record of a workbook that stands alone in its file, from Excel 2 to Excel 97 ([MS-XLS] 2.4.21).
_BIFF = (b"\x09\x08\x08\x00", b"\x09\x08\x10\x00", b"\x09\x04\x06\x00", b"\x09\x02\x06\x00", b"\x09\x00\x04\x00")
_HTML = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body|table|div|p)\b", re.I | re.S)
_XML_2003 = re.compile(rb"\s*<(?:\?xml|\?mso|!--|\w*:?Workbook\b)", re.I)
_XML_2003_SIGNS = (b"urn:schemas-microsoft-com:office:spreadsheet", b'progid="Excel.Sheet"')
# A web archive begins as a mail does, and is no mail with attachments.
_MIME = re.compile(rb"(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*){0,8}?MIME-Version:", re.I)
_MIME_SIGNS = re.compile(rb"multipart/related|text/html", re.I)

# An encrypted .xlsx is such a file with its content under this name ([MS-OFFCRYPTO] 2.3.4).
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_WORKBOOK_STREAMS = tuple(name.encode("utf-16-le") for name in ("Workbook", "Book"))

UNPACK = "unpack it, and take what is in it"
PASSWORD = "it is protected by a password: open it in Excel, take the password off (File, Info, Protect Workbook)"
_OTHER_ZIPS = (
    ("xl/workbook.bin", "it is a binary workbook (.xlsb): open it in Excel"),
    ("word/document.xml", "it is a document of Word: copy its table into a workbook"),
    ("ppt/presentation.xml", "it is a presentation: copy its table into a workbook"),
    ("index/document.iwa", "it is a document of Apple Numbers: export it to Excel"),
    ("index.zip", "it is a document of Apple Numbers: export it to Excel"),
)


def is_web_page(start: bytes) -> bool:
    """Whether these first bytes are those of a web page."""
    return _HTML.match(start) is not None


def is_spreadsheet(start: bytes) -> bool:
    """Whether these first bytes, a few hundred, are those of a workbook of any age (or of another zip or OLE file)."""
    return start.startswith((_ZIP, _OLE, *_BIFF)) or _is_excel2003(start) or _is_web_archive(start)


def _is_excel2003(start: bytes) -> bool:
    return _XML_2003.match(start) is not None and any(sign in start for sign in _XML_2003_SIGNS)


def _is_web_archive(start: bytes) -> bool:
    return _MIME.match(start) is not None and _MIME_SIGNS.search(start) is not None


def kind_of(data: bytes) -> str:
    """What a file is: xlsx, ods, xls, excel2003, web_archive or web_page.

    Raises:
        InputError: it is something else; the message says what, and what to do.
    """
    start = data[:4096]
    if start.startswith(_ZIP):
        return _kind_of_zip(data)
    if start.startswith(_OLE):
        return _kind_of_ole(data)
    if start.startswith(_BIFF):
        return "xls"
    if _is_excel2003(start):
        return "excel2003"
    if is_web_page(start):
        return "web_page"
    if _is_web_archive(start):
        return "web_archive"
    raise InputError(f"it is {_what_else(start)}: open it in the program that it is from")


def _kind_of_zip(data: bytes) -> str:
    try:
        package = Package.of(data)
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise InputError(f"it is damaged, or only a part of the file ({error}): fetch it again, or open it") from error
    for part, words in _OTHER_ZIPS:
        if part in package:
            raise InputError(words)
    if any(name.startswith("xl/") for name in package.names):
        return "xlsx"
    if "content.xml" in package and "mimetype" in package:
        kind = package.open("mimetype").read(200)
        if b"spreadsheet" in kind:
            return "ods"
        raise InputError("it is an OpenDocument text, no spreadsheet: copy its table into a workbook")
    names = sorted(package.names)
    if names and all(name.endswith(".pdf") for name in names):
        raise InputError(f"it is a zip file with {len(names)} PDF files, which hold no rows: ask for it as a table")
    inside = ", ".join(names[:3]) + (" …" if len(names) > 3 else "")
    raise InputError(f"it is a zip file, no workbook ({len(names)} files in it: {inside}): {UNPACK}")


def _kind_of_ole(data: bytes) -> str:
    if any(name in data for name in _WORKBOOK_STREAMS) and _ENCRYPTED not in data:
        return "xls"
    if _ENCRYPTED in data:
        raise InputError(PASSWORD)
    raise InputError("it is of an Office program and no workbook: copy its table into a workbook")


def _what_else(start: bytes) -> str:
    if not start.strip():
        return "empty"
    if start.startswith(b"%PDF"):
        return "a PDF file, which holds no rows"
    if b"\x00" in start:
        return "no spreadsheet"
    return "a text file (a CSV file has one sheet only, and its IDs may be rounded)"
