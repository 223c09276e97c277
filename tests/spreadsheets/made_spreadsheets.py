"""Small spreadsheets, byte by byte, where no program at hand writes such a file."""

import io
import struct
import zipfile
from datetime import datetime

DAY = datetime(2025, 7, 21)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STYLES = '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'


def xlsx(rows: str = "", *, texts: str = "", book: str = "", after: str = "", space: str = MAIN, **more: str) -> bytes:
    """A workbook with these rows in its sheet «List», and one more sheet for each further argument."""
    sheets = {"List": rows, **more}
    numbers = range(1, len(sheets) + 1)
    names = "".join(f'<sheet name="{name}" sheetId="{i}" r:id="r{i}"/>' for i, name in enumerate(sheets, 1))
    parts = {
        "_rels/.rels": _relations({"a": ("officeDocument", "xl/workbook.xml")}),
        "xl/_rels/workbook.xml.rels": _relations(
            {f"r{i}": ("worksheet", f"worksheets/sheet{i}.xml") for i in numbers}
            | {"s": ("styles", "styles.xml"), "t": ("sharedStrings", "sharedStrings.xml")}
        ),
        "xl/workbook.xml": f'<workbook xmlns="{space}" xmlns:r="{_OFFICE}">{book}<sheets>{names}</sheets>{after}</workbook>',
        "xl/styles.xml": f'<styleSheet xmlns="{space}">{STYLES}</styleSheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{space}">{texts}</sst>',
    }
    for number, inside in zip(numbers, sheets.values(), strict=True):
        data = inside if "<sheetData>" in inside else f"<sheetData>{inside}</sheetData>"
        parts[f"xl/worksheets/sheet{number}.xml"] = f'<worksheet xmlns="{space}">{data}</worksheet>'
    return zipped({name: text.encode() for name, text in parts.items()})


def _relations(targets: dict[str, tuple[str, str]]) -> str:
    inside = "".join(
        f'<Relationship Id="{key}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for key, (kind, target) in targets.items()
    )
    return f'<Relationships xmlns="{_RELATIONS}">{inside}</Relationships>'


def zipped(parts: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return data.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def row(number: int, *cells: str) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


def cell(place: str, value: str, attributes: str = "") -> str:
    return f'<c r="{place}" {attributes}><v>{value}</v></c>'


def inline(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def record(code: int, *parts: bytes) -> bytes:
    data = b"".join(parts)
    return struct.pack("<HH", code, len(data)) + data


def biff(cells: list[bytes], *, version: int, code_page: int | None = None, is_1904: bool = False) -> bytes:
    """A workbook of Excel 97 (version 8) or 5 (version 5) that stands alone in its file, with the one sheet «List»."""
    rest = bytes(8) if version == 8 else b""
    begins = [
        record(0x809, struct.pack("<HHHH", {8: 0x600, 5: 0x500}[version], kind, 0, 1997), rest) for kind in (0x5, 0x10)
    ]
    name = (b"\x04\x00" if version == 8 else b"\x04") + b"List"
    format_ = [record(0xE0, struct.pack("<HH", 0, key), bytes(16 if version == 8 else 12)) for key in (0, 14)]
    before = [begins[0], *([] if code_page is None else [record(0x42, struct.pack("<H", code_page))])]
    before += [record(0x22, struct.pack("<H", is_1904)), *format_]
    at = len(b"".join(before)) + 4 + 6 + len(name) + 4
    sheet = record(0x85, struct.pack("<IH", at, 0), name)
    return b"".join([*before, sheet, record(0x0A), begins[1], *cells, record(0x0A)])


def wide(row: int, column: int, text: str) -> bytes:
    """A text of 16 bits a letter, as BIFF8 has it."""
    return record(0x204, struct.pack("<HHHHB", row, column, 0, len(text), 1), text.encode("utf-16-le"))


def narrow(row: int, column: int, text: bytes) -> bytes:
    """A text in the code page of the file, as BIFF5 has it."""
    return record(0x204, struct.pack("<HHHH", row, column, 0, len(text)), text)


def number(row: int, column: int, value: float, style: int = 0) -> bytes:
    return record(0x203, struct.pack("<HHHd", row, column, style, value))


def error(row: int, column: int, code: int) -> bytes:
    return record(0x205, struct.pack("<HHHBB", row, column, 0, code, 1))


def truth(row: int, column: int, value: bool) -> bytes:
    return record(0x205, struct.pack("<HHHBB", row, column, 0, value, 0))


def ole(*names: str) -> bytes:
    """An OLE file with streams of these names, all of them empty."""
    entries = [("Root Entry", 5), *((name, 2) for name in names)]
    directory = b"".join(
        name.encode("utf-16-le").ljust(64, b"\0")
        + struct.pack("<HBBIII", len(name) * 2 + 2, kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, 1 if kind == 5 else 0xFFFFFFFF)
        + bytes(36)
        + struct.pack("<IQ", 0xFFFFFFFE, 0)
        for name, kind in entries
    ).ljust(512, b"\0")
    header = struct.pack(
        "<8s16sHHHHH6xIIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"",
        62,
        3,
        0xFFFE,
        9,
        6,
        0,
        1,
        1,
        0,
        4096,
        0xFFFFFFFE,
        0,
        0xFFFFFFFE,
        0,
        0,
    )
    fat = struct.pack("<III", 0xFFFFFFFD, 0xFFFFFFFE, 0xFFFFFFFF).ljust(512, b"\xff")
    return header.ljust(512, b"\xff") + fat + directory


EXCEL_2003 = b"""<?xml version="1.0"?>
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="List"><Table>
<Row><Cell><Data ss:Type="String">OCLC Number</Data></Cell><Cell ss:Index="3"><Data ss:Type="String">Title</Data></Cell></Row>
<Row ss:Index="3" ss:Hidden="1"><Cell ss:MergeAcross="1"><Data ss:Type="Number">12345678</Data><Comment><ss:Data>777</ss:Data></Comment></Cell>
<Cell><ss:Data ss:Type="String" xmlns="http://www.w3.org/TR/REC-html40"><B>Bo</B>ld</ss:Data></Cell></Row>
<Row><Cell><Data ss:Type="Number">1.2E+9</Data></Cell><Cell><Data ss:Type="DateTime">2025-07-21T00:00:00.000</Data></Cell>
<Cell><Data ss:Type="Boolean">1</Data></Cell><Cell ss:Formula="=1/0"><Data ss:Type="Error">#DIV/0!</Data></Cell></Row>
</Table></Worksheet><Worksheet ss:Name="Empty"><Table/></Worksheet></Workbook>"""

WEB_ARCHIVE = b"""MIME-Version: 1.0
X-Document-Type: Workbook
Content-Type: multipart/related; boundary="----=_NextPart_01"

This document is a Single File Web Page.

------=_NextPart_01
Content-Location: file:///C:/list.htm
Content-Transfer-Encoding: quoted-printable
Content-Type: text/html; charset="us-ascii"

<html><frameset><frame src=3D"sheet001.htm"></frameset></html>

------=_NextPart_01
Content-Location: file:///C:/list_files/tabstrip.htm
Content-Transfer-Encoding: quoted-printable
Content-Type: text/html; charset="us-ascii"

<html><table><tr><td>12345670</td></tr></table></html>

------=_NextPart_01
Content-Location: file:///C:/list_files/sheet001.htm
Content-Transfer-Encoding: quoted-printable
Content-Type: text/html; charset="windows-1252"

<html><body><table><tr><td>OCLC Number</td><td>Title</td></tr>
<tr><td x:num=3D"1200000001">1.2E+09</td><td>B=FCch=
er</td></tr></table></body></html>

------=_NextPart_01--
"""
