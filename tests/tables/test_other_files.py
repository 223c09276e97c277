"""What people put among the raw files that holds neither MARC nor rows: named, with what to do, and nothing else is touched."""

import io
import json
import sqlite3
import struct
import zipfile
import zlib

import polars as pl
import pymarc
import pytest

from datasync_lib.marc import find_inputs, is_marc, record_bytes
from datasync_lib.marc.other_files import OTHER_KINDS, is_blank, told_as_no_text, told_as_other
from datasync_lib.oclc.reports import read_reports
from datasync_lib.readers import READERS, Source
from datasync_lib.settings import Settings
from datasync_lib.tables.recognising import recognise
from datasync_lib.vocabulary.tables import empty

REPORT = "XYZ-XY_64.1099999.IN.BIB.D20250721.T094034567.1099999.xy_64.reclam_01.mrc."

RECORD = pymarc.Record(leader="00000nam a2200000 a 4500", force_utf8=True)
RECORD.add_field(pymarc.Field("001", data="991000000000001234"))
RECORD.add_field(
    pymarc.Field("245", pymarc.Indicators("1", "0"), [pymarc.Subfield("a", "Ulysses =LDR FORM=MARC <html>")])
)


def zip_of(*names: str, stored: bytes = b"x") -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, stored)
    return written.getvalue()


def ole_of(*names: str) -> bytes:
    """The first bytes of an OLE file, its directory in the second sector."""
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    entries = b"".join(name.encode("utf-16-le").ljust(64, b"\0") + bytes(64) for name in ("Root Entry", *names))
    return header.ljust(512, b"\xff") + entries


def sqlite_file(tmp_path_factory) -> bytes:
    path = tmp_path_factory.mktemp("database") / "catalogue.db"
    with sqlite3.connect(path) as database:
        database.execute("create table holdings (ocn integer)")
    database.close()
    return path.read_bytes()


def parquet_file() -> bytes:
    written = io.BytesIO()
    pl.DataFrame({"ocn": [40000001]}).write_parquet(written)
    return written.getvalue()


def png_file() -> bytes:
    chunk = b"IHDR" + struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))


RDF = '<?xml version="1.0"?>\n<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
OAI = '<?xml version="1.0"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords><record><header/><metadata>'
OTHERS = {
    "a.mrk": ("=LDR  00714cam a2200205 a 4500\r\n=001  ocm40000001\r\n", "MarcEdit mnemonic text", "MarcMaker"),
    "b.mrk": ("=001  991234\n=245  10$aTitle\n", "MarcEdit mnemonic text", "MarcMaker"),
    "aleph": (
        "000000001 LDR   L -----nam--22------a-4500\n000000001 001   L 000000001\n000000001 24510 L $$aUlysses\n",
        "Aleph sequential",
        "as MARC",
    ),
    "aleph 2": ("000000001 FMT   L BK\n000000001 LDR   L 00000nam^^22^^^^^^a^4500\n", "Aleph sequential", "as MARC"),
    "sirsi": (
        "*** DOCUMENT BOUNDARY ***\nFORM=MARC\n.000. |aamI 0c\n.001. |aocm40000001\n",
        "Sirsi flat text",
        "catalogdump",
    ),
    "bibframe.rdf": (
        RDF + 'xmlns:bf="http://id.loc.gov/ontologies/bibframe/" xmlns:dcterms="http://purl.org/dc/terms/"><bf:Work/>',
        "BIBFRAME (RDF)",
        "bibframe2marc",
    ),
    "bibframe.json": (
        json.dumps([{"@id": "http://id.loc.gov/resources/works/1", "@type": ["http://id.loc.gov/ontologies/bibframe/W"]}]),
        "BIBFRAME (JSON-LD)",
        "MARC",
    ),
    "bibframe.ttl": (
        "@prefix bf: <http://id.loc.gov/ontologies/bibframe/> .\n<http://example.org/1> a bf:Work .\n",
        "BIBFRAME (RDF)",
        "MARC",
    ),
    "onix.xml": (
        '<?xml version="1.0"?>\n<ONIXMessage release="3.0"><Header/><Product><RecordReference>1</RecordReference>',
        "ONIX",
        "take it out of the folder",
    ),
    "onix2.xml": (
        '<?xml version="1.0"?>\n<!DOCTYPE ONIXMessage SYSTEM "onix.dtd">\n<ONIXMessage><Product>',
        "ONIX",
        "take it out of the folder",
    ),
    "dc.xml": (
        OAI + '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<dc:title>Ulysses</dc:title></oai_dc:dc></metadata></record>",
        "Dublin Core",
        "metadataPrefix=marc21",
    ),
    "mods.xml": (
        OAI + '<mods xmlns="http://www.loc.gov/mods/v3"><titleInfo><title>Ulysses</title></titleInfo></mods>',
        "MODS",
        "as MARCXML",
    ),
    "pica": ("\x1d\n\x1e001@ \x1fa5\x1e003@ \x1f0012345678\x1e021A \x1faUlysses\x1e", "PICA+", "MARC 21"),
    "pica plus": ("003@ \x1f0012345678\x1e021A \x1faUlysses\x1e\n", "PICA+", "MARC 21"),
    "pica plain": ("003@ $0012345678\n021A $aUlysses\n203@/01 $0917400194\n", "PICA records as text", "MARC 21"),
    "pica winibw": ("001A \u01920123:01-01-99\n003@ \u01920012345678\n", "PICA records as text", "MARC 21"),
    "pica.xml": ('<record xmlns="info:srw/schema/5/picaXML-v1.0"><datafield tag="003@"/>', "PICA in XML", "MARC 21"),
    "marc.json": (
        json.dumps([{"leader": "00714cam a2200205 a 4500", "fields": [{"001": "991"}]}]),
        "MARC in JSON",
        "yaz-marcdump",
    ),
    "lines": ("00714cam  2200205 a 4500\n001 991000000000001234\n245 10 $a Ulysses\n", "MARC as text", "yaz-marcdump"),
    "text": ("LDR 00714cam  2200205 a 4500\n001 991000000000001234\n", "MARC as text", "as MARC"),
    "other.json": ('{"error": "invalid token"}', "JSON", "export MARC"),
    "refs.ris": ("TY  - BOOK\nTI  - Ulysses\nER  - \n", "RIS", "export MARC or CSV"),
    "ead.xml": ('<?xml version="1.0"?><ead><eadheader/></ead>', "EAD", "export MARC"),
    "list.pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "a PDF file", "as CSV or Excel"),
    "scan.png": (png_file(), "a picture", "as CSV or Excel"),
    "scan.jpg": (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", "a picture", "as CSV or Excel"),
    "scan.tif": (b"II*\x00\x08\x00\x00\x00" + bytes(40), "a picture", "as CSV or Excel"),
    "scan.gif": (b"GIF89a\x01\x00", "a picture", "as CSV or Excel"),
    "a.docx": (zip_of("[Content_Types].xml", "_rels/.rels", "word/document.xml"), "a Word document", "as CSV or Excel"),
    "a.pptx": (zip_of("[Content_Types].xml", "ppt/presentation.xml"), "a presentation", "as CSV or Excel"),
    "a.odt": (
        b"PK\x03\x04" + struct.pack("<HHHHHIIIHH", 20, 0, 0, 0, 0, 0, 39, 39, 8, 0)
        + b"mimetypeapplication/vnd.oasis.opendocument.text",
        "a text document",
        "as CSV or Excel",
    ),
    "a.doc": (ole_of("WordDocument", "1Table"), "a Word document", "as CSV or Excel"),
    "a.rtf": (b"{\\rtf1\\ansi", "a text document (RTF)", "as CSV or Excel"),
    "locked.xlsx": (ole_of("EncryptedPackage", "EncryptionInfo"), "a workbook with a password", "take the password off"),
    "mail.msg": (ole_of("__nameid_version1.0", "__properties_version1.0"), "a mail saved by Outlook", "attachment"),
    "mail.eml": (
        "Return-Path: <a@example.org>\r\nReceived: from x\r\nFrom: a@example.org\r\nSubject: the list\r\n\r\n40000001\r\n",
        "a mail",
        "attachment",
    ),
    "mail2.eml": ("From: A <a@example.org>\nTo: b@example.org\nSubject: list\n\nHello\n", "a mail", "attachment"),
    "t.parquet": (parquet_file(), "a Parquet or Arrow file", "as CSV"),
    "twice.gz": (b"\x1f\x8b\x08\x00", "compressed twice", "unpack it once"),
    "a.7z": (b"7z\xbc\xaf\x27\x1c\x00\x04", "a packed archive", "unpack it"),
    "a.tgz": (b"data/list.csv".ljust(257, b"\0") + b"ustar\x0000", "a tar archive under another name", ".tar"),
    "pdfs.csv": (zip_of("a.pdf", "b.pdf", stored=b"%PDF-1.7"), "a zip archive under another name", ".zip"),
    "login.csv": (
        '<!DOCTYPE html>\n<html><head><title>Institution</title></head><body><table><tr><td><form action="/cas">'
        '<input type="text"><input name="p" type="password"></td></tr></table></form>',
        "a page that asks to log in",
        "fetch the file again",
    ),
    "sso.xml": (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN">\n<html>'
        "<head><title>Login - Ex Libris</title></head>",
        "a page that asks to log in",
        "log in where it was fetched",
    ),
    "error.csv": ("<html>\n<head><title>502 Bad Gateway</title></head><body><h1>502</h1>", "an error page", "again"),
    "error.xml": (
        "<html><head><title>404 Not Found</title></head><table><tr><td>nginx</td></tr></table>",
        "an error page",
        "fetch the file again",
    ),
    "page.csv": ("<!-- a --><!-- b -->\n<!doctype html><html><p>no rows", "another web page without a table", "again"),
}  # fmt: skip
OTHERS = {name: (start.encode() if isinstance(start, str) else start, *told) for name, (start, *told) in OTHERS.items()}


@pytest.mark.parametrize("name", OTHERS)
def test_each_is_named_with_what_to_do(name):
    start, told, what_to_do = OTHERS[name]
    words = told_as_other(start)
    assert words is not None
    assert told in words.split(": ", 1)[0]
    assert what_to_do in words.split(": ", 1)[1]
    assert is_marc(start) is None


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
@pytest.mark.parametrize("name", ["a.mrk", "aleph", "sirsi", "dc.xml", "login.csv", "marc.json", "mail.eml"])
def test_text_is_known_in_every_encoding(name, encoding):
    start, told, _ = OTHERS[name]
    words = told_as_other(start.decode().encode(encoding))
    assert words is not None
    assert told in words


@pytest.mark.parametrize("name", sorted({*OTHERS} - {"twice.gz"}))
@pytest.mark.parametrize(
    "called",
    ["x.csv", "worldcat.XYZ.20250721.list.txt", "worldcat.XYZ.20250721.xml", f"{REPORT}BibProcessingReport.txt"],
)
def test_the_load_log_says_it_once_whatever_the_name(tmp_path, name, called):
    (tmp_path / called).write_bytes(OTHERS[name][0])
    source = recognise(find_inputs(tmp_path / called)[0], Settings())
    issues, files = given(source)
    assert issues.select("code").rows() == [("other_kind",)]
    assert OTHERS[name][1] in issues["message"].item()
    row = files.row(0, named=True)
    assert (row["kind"], row["found"], row["bytes"]) == ("unknown", 0, len(OTHERS[name][0]))
    assert row["note"] == issues["message"].item()


@pytest.mark.parametrize("name", sorted({*OTHERS} - {"twice.gz"}))
@pytest.mark.parametrize("called", ["export.mrc", "export.xml", "1099999.XYZ.new.mrc"])
def test_in_place_of_an_export_it_is_rejected(tmp_path, name, called):
    (tmp_path / called).write_bytes(OTHERS[name][0])
    issues, files = given(recognise(find_inputs(tmp_path / called)[0], Settings()))
    assert issues.select("code").rows() == [("not_marc",)]
    assert OTHERS[name][1] in issues["message"].item()
    assert files.select("kind", "found", "rejected").row(0) == ("unreadable", 1, 1)


def test_reports_read_by_themselves_tell_it_too(tmp_path):
    (tmp_path / f"{REPORT}BibProcessingReport.txt").write_bytes(OTHERS["login.csv"][0])
    (tmp_path / "page.txt").write_bytes(OTHERS["a.mrk"][0])
    reports = read_reports(tmp_path)
    assert reports.files.select("kind", "found").rows() == [("unknown", 0), ("unknown", 0)]
    assert reports.issues.height == 2
    assert "a page that asks to log in: " in reports.issues["message"][0]


@pytest.mark.parametrize("data", [b"\r\n \t\n", b" ", bytes(100), b"\xef\xbb\xbf"])
def test_a_file_of_blanks_is_empty(tmp_path, data):
    (tmp_path / "worldcat.XYZ.20250721.list.csv").write_bytes(data)
    source = recognise(find_inputs(tmp_path / "worldcat.XYZ.20250721.list.csv")[0], Settings())
    assert (source.kind, source.note) == ("empty", "the file has nothing but blanks and line ends: fetch it again")


def given(source: Source) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The issues and the row of `files` that the reader of a source gives."""
    frames: dict[str, list[pl.DataFrame]] = {"load_issues": [empty("load_issues")], "files": [empty("files")]}
    for table, frame in READERS[source.kind].read(source, Settings()):
        frames.setdefault(table, []).append(frame)
    return pl.concat(frames["load_issues"]), pl.concat(frames["files"])


def test_a_database_is_named(tmp_path_factory):
    assert "database (SQLite)" in told_as_other(sqlite_file(tmp_path_factory))


@pytest.mark.parametrize(
    "start",
    [
        record_bytes(RECORD),
        b"\r\n" + record_bytes(RECORD),
        b'<?xml version="1.0"?><collection xmlns="http://www.loc.gov/MARC21/slim">' + pymarc.record_to_xml(RECORD),
        (OAI + '<record xmlns="http://www.loc.gov/MARC21/slim" xmlns:dc="http://purl.org/dc/"><leader>').encode(),
        b"40000001\n40000002\n",
        b"000000001\n000000002\n",
        b"OCLC Number,Title\n40000001,=LDR  in a title\n",
        b'=HYPERLINK("http://www.worldcat.org/oclc/267","267"),Book\n',
        b"ocm00000012\nFrom: nobody\n",
        b"From,To\n1,2\n",
        b"Date: 2025-07-21\nOCLC Number\n40000001\n",
        b"Subject: OCLC numbers\nTo: all\n40000001\n",
        b"XY_64_1099999_1753105234567::bib::0|991|40000001|40000001|match\n",
        b"991000000010106001\t40000001\n",
        b"001 ocm00000012\n001 ocm00000013\n",
        b"001A,12\n",
        b"<table><tr><th>OCLC number</th></tr><tr><td>40000001</td></tr></table>",
        b"<html><title>Errors of 2025</title><table><tr><td><a href='x'>40000001</a></td></tr></table></html>",
        b"<html><title>500 titles not found</title><table><tr><td>\n<b>ocm40000001</b></td></tr></table></html>",
        zip_of("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/worksheets/sheet1.xml"),
        zip_of("xl/workbook.bin"),
        zip_of("mimetype", "content.xml", stored=b"application/vnd.oasis.opendocument.spreadsheet"),
        ole_of("Workbook"),
        ole_of("Book", "WordDocument"),
        b"MIME-Version: 1.0\nX-Document-Type: Workbook\nContent-Type: multipart/related\nFrom: <Saved by Excel>\nSubject: x\n",
        b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:x">',
        b'<?xml version="1.0"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0">'
        b"<office:meta><dc:date>2025-07-21</dc:date></office:meta>",
        b"PK\x03\x04broken",
        b"a note\nof two lines",
        b"12\x0034\n56\n\x00\x00\x00",
        b"12345678\x00\x00\r\n23456789\x00\x00\r\n",
        b"",
    ],
)  # fmt: skip
def test_what_is_read_is_not_among_them(start):
    assert told_as_other(start) is None
    assert is_marc(start) or told_as_no_text(start) is None


@pytest.mark.parametrize("data", [bytes(range(256)) * 20, b"\x01\x02\x03\x04" * 100, b"abc\x00\x00\x00\x00def\x00" * 9])
def test_bytes_that_are_no_text_are_told_as_such(data):
    assert told_as_no_text(data).startswith("no text and no kind of file that we know: ")


@pytest.mark.parametrize("data", [b"", b" \r\n\t\x0c\n", b"\xef\xbb\xbf\n", bytes(4096), " \r\n".encode("utf-16")])
def test_a_file_of_blanks(data):
    assert is_blank(data)
    assert not is_blank(data + b"1\x00\n\x00")


def test_each_kind_says_what_to_do():
    assert [kind.name for kind in OTHER_KINDS if not kind.what_to_do or kind.what_to_do.endswith(".")] == []
