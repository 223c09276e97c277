"""What kind of spreadsheet is this, by its bytes; and what to say of one that is not read."""

import re
import zipfile

from ..errors import InputError
from .package import Package

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
# The first record of a workbook that stands alone in its file, from Excel 2 to Excel 97 ([MS-XLS] 2.4.21).
_BIFF = (b"\x09\x08\x08\x00", b"\x09\x08\x10\x00", b"\x09\x04\x06\x00", b"\x09\x02\x06\x00", b"\x09\x00\x04\x00")
# A comment ends at its first end, and nowhere else: without that a page of comments would be tried in every way.
_HTML = re.compile(
    rb"\s*+(?:<\?xml[^>]*+>\s*+)?(?:(?><!--.*?-->)\s*+)*+<(?:!doctype html|html|head|body|table|div|p)\b", re.I | re.S
)
_XML_2003 = re.compile(rb"\s*<(?:\?xml|\?mso|!--|\w*:?Workbook\b)", re.I)
_XML_2003_SIGNS = (b"urn:schemas-microsoft-com:office:spreadsheet", b'progid="Excel.Sheet"')
_FLAT_ODS = re.compile(rb"\s*+(?:<\?xml[^>]*+>\s*+)?<office:document\b", re.I)
# A web archive begins as a mail does, and is no mail with attachments.
_MIME = re.compile(rb"(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*){0,8}?MIME-Version:", re.I)
_MIME_SIGNS = re.compile(rb"multipart/related|text/html", re.I)

# An encrypted .xlsx is such a file with its content under this name ([MS-OFFCRYPTO] 2.3.4).
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_WORKBOOK_STREAMS = tuple(name.encode("utf-16-le") for name in ("Workbook", "Book"))

SAVE_AS = "save it as .xlsx (in Excel: File, Save As, Excel Workbook) and give that file"
PASSWORD = "it is protected by a password: open it, take the password off (in Excel: File, Info, Protect Workbook), and save it"
_NO_WORKBOOK = f"copy its table into a workbook, {SAVE_AS}"
_NUMBERS = "it is a document of Apple Numbers: open it there, export it to Excel, and give that file"
_OTHER_ZIPS = (
    ("xl/workbook.bin", f"it is a binary workbook (.xlsb): open it in Excel, {SAVE_AS}"),
    ("word/document.xml", f"it is a document of Word: {_NO_WORKBOOK}"),
    ("ppt/presentation.xml", f"it is a presentation: {_NO_WORKBOOK}"),
    ("index/document.iwa", _NUMBERS),
    ("index.zip", _NUMBERS),
)


def is_web_page(start: bytes) -> bool:
    """Whether these first bytes are those of a web page."""
    return _HTML.match(start) is not None


def is_spreadsheet(start: bytes) -> bool:
    """Whether these first bytes, a few hundred, are those of a workbook of any age (or of another zip or OLE file)."""
    if start.startswith((_ZIP, _OLE, *_BIFF)):
        return True
    return _is_excel2003(start) or _is_web_archive(start) or _FLAT_ODS.match(start) is not None


def _is_excel2003(start: bytes) -> bool:
    return _XML_2003.match(start) is not None and any(sign in start for sign in _XML_2003_SIGNS)


def _is_web_archive(start: bytes) -> bool:
    return _MIME.match(start) is not None and _MIME_SIGNS.search(start) is not None


def kind_of(data: bytes) -> str:
    """What a file is: xlsx, ods, fods, xls, excel2003, web_archive or web_page.

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
    if _FLAT_ODS.match(start):
        return "fods"
    if is_web_page(start):
        return "web_page"
    if _is_web_archive(start):
        return "web_archive"
    raise InputError(_what_else(start))


def _kind_of_zip(data: bytes) -> str:
    try:
        package = Package.of(data)
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise InputError(
            f"it is damaged, or only a part of the file ({error}): fetch it again, or ask for it again"
        ) from error
    for part, words in _OTHER_ZIPS:
        if part in package:
            raise InputError(words)
    if any(name.startswith("xl/") for name in package.names):
        return "xlsx"
    if "content.xml" in package and "mimetype" in package:
        kind = package.open("mimetype").read(200)
        if b"spreadsheet" in kind:
            return "ods"
        raise InputError(f"it is an OpenDocument text, no spreadsheet: {_NO_WORKBOOK}")
    names = sorted(package.names)
    if names and all(name.endswith(".pdf") for name in names):
        raise InputError(f"it is a zip file with {len(names)} PDF files, which hold no rows: ask for it as a table")
    inside = ", ".join(names[:3]) + (" …" if len(names) > 3 else "")
    raise InputError(
        f"it is a zip file, no workbook ({len(names)} files in it: {inside}): unpack it, and give what is in it"
    )


def _kind_of_ole(data: bytes) -> str:
    if any(name in data for name in _WORKBOOK_STREAMS) and _ENCRYPTED not in data:
        return "xls"
    if _ENCRYPTED in data:
        raise InputError(PASSWORD)
    raise InputError(f"it is of an Office program, such as Word, and no workbook: {_NO_WORKBOOK}")


def _what_else(start: bytes) -> str:
    if not start.strip():
        return "it is empty: fetch it again, or ask for it again"
    if start.startswith(b"%PDF"):
        return "it is a PDF file, which holds no rows: ask for it as a workbook"
    if b"\x00" in start:
        return f"it is no workbook: open it in the program that it is from, {SAVE_AS}"
    return f"it is text, such as CSV, which has one sheet and no hidden rows: open the workbook itself, {SAVE_AS}"
