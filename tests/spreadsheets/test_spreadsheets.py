"""Every kind of spreadsheet gives the cells that a person sees, or is refused with what to do."""

import doctest
from importlib import import_module

import fastexcel
import made_spreadsheets as made
import pytest
import xlsxwriter
from made_spreadsheets import cell, inline, row, xlsx

from datasync_lib.errors import InputError
from datasync_lib.spreadsheets import is_spreadsheet, is_web_page, read_spreadsheet

SAVE_AS = "save it as .xlsx"


def rows(data: bytes) -> list[list[str]]:
    return read_spreadsheet(data)[0].rows


def refusal(data: bytes, **options: bool) -> str:
    with pytest.raises(InputError) as raised:
        read_spreadsheet(data, **options)
    return str(raised.value)


def test_examples_of_cell_texts_hold():
    assert doctest.testmod(import_module("datasync_lib.spreadsheets.cell_text")) == (0, 4)


PHONETIC = '<si><t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh><phoneticPr fontId="1"/></si>'
RICH = '<si><r><t>123</t></r><r><rPr><b/></rPr><t>45</t></r><rPh sb="0" eb="1"><t>9</t></rPh></si>'
SHARED = cell("A1", "0", 't="s"')
EXTENDED = (
    '<extLst><ext xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
    '<x14:workbookPr defaultImageDpi="32767"/></ext></extLst>'
)
DAY = cell("A1", "44397", 's="1"')


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (xlsx(row(1, SHARED), texts=PHONETIC), [["東京"]]),
        (xlsx(row(1, SHARED), texts=RICH), [["12345"]]),
        (xlsx(row(1, SHARED), texts="<si><t>a_x000A_b _x005F_x000D_</t></si>"), [["a\nb _x000D_"]]),
        (xlsx(row(1, SHARED), texts="<si><t>1_x0000_2</t></si>"), [["1␀2"]]),
        (xlsx(row(1, '<c r="A1" t="str"><f>A2</f><v>a_x000A_b</v></c>')), [["a\nb"]]),
        (xlsx(row(1, inline("A1", "12345678"), inline("C1", "x"))), [["12345678", "", "x"]]),
        (xlsx(row(1, SHARED), texts="<si><t>x</t></si>", space=made.STRICT), [["x"]]),
        (xlsx(row(1, DAY)), [["2021-07-20"]]),
        (xlsx(row(1, DAY), book='<workbookPr date1904="1"/>'), [["2025-07-21"]]),
        (xlsx(row(1, DAY), book='<workbookPr date1904="true"/>', after=EXTENDED), [["2025-07-21"]]),
        (xlsx(row(1, DAY), book="<workbookPr/>", after=EXTENDED), [["2021-07-20"]]),
        (xlsx(row(1, cell("A1", "2025-07-21T00:00:00", 't="d" s="1"'))), [["2025-07-21"]]),
        (xlsx(row(1, cell("A1", "1.2E+9"), cell("B1", "12345678.0"))), [["1200000000", "12345678"]]),
        (xlsx(row(1, cell("A1", "990011023280203941"))), [["990011023280203941"]]),
        (xlsx(row(1, cell("A1", "#N/A", 't="e"'), cell("B1", "1", 't="b"'))), [["#N/A", "TRUE"]]),
        (xlsx(row(1, '<c r="A1"><f>A2+1</f></c>')), [["=A2+1 (a formula without a value)"]]),
        (xlsx(row(1, '<c r="A1"><f>A2+1</f><v>12345678</v></c>')), [["12345678"]]),
        (xlsx(f'<dimension ref="A1"/><sheetData>{row(1, cell("A1", "1"), cell("B1", "2"))}</sheetData>'), [["1", "2"]]),
        (xlsx(f'<dimension ref="C5:D9"/><sheetData>{row(1, cell("A1", "1"))}</sheetData>'), [["1"]]),
        (xlsx(f'<dimension ref="A1:XFD1048576"/><sheetData>{row(1, cell("A1", "1"))}</sheetData>'), [["1"]]),
        (xlsx("<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>"), [["1", "2"], ["3"]]),
        (xlsx(row(3, cell("B3", "7")) + row(1, cell("A1", "5"))), [["5"], [], ["", "7"]]),
        (xlsx('<row r="1" hidden="1"><c r="A1"><v>1</v></c></row>' + row(2, cell("A2", "2"))), [["1"], ["2"]]),
    ],
)
def test_cells_of_xlsx_are_what_is_seen(data, expected):
    assert rows(data) == expected


def test_hidden_sheets_and_empty_ones_are_given():
    data = xlsx(row(1, cell("A1", "1")), Empty="", More=row(1, cell("A1", "2")))
    hidden = made.zipped(
        {
            name: content.replace(b'name="More"', b'name="More" state="veryHidden"')
            for name, content in made.parts_of(data).items()
        }
    )
    assert [(sheet.name, sheet.rows) for sheet in read_spreadsheet(hidden)] == [
        ("List", [["1"]]),
        ("Empty", []),
        ("More", [["2"]]),
    ]


def changed(part: str, old: bytes, new: bytes) -> bytes:
    """A workbook of one number, changed in one part."""
    parts = made.parts_of(xlsx(row(1, cell("A1", "12345678"))))
    assert old in parts[part]
    return made.zipped(parts | {part: parts[part].replace(old, new)})


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (xlsx(row(1, cell("A1", "1")) + row(1, cell("A1", "2"))), "has the row 1 twice"),
        (xlsx(row(1, cell("A1", "1"), cell("A1", "2"))), "two cells stand at the same place"),
        (xlsx(row(1, cell("A2", "1"))), "says that it stands at «A2»"),
        (xlsx(row(1, cell("ZZZ1", "1"))), "no spreadsheet is so wide"),
        (xlsx(row(2_000_000, cell("A2000000", "1"))), "far outside of what is filled in"),
        (xlsx(row(1, SHARED)), "shows text number 0, and there are 0"),
        (changed(SHEET, b"</sheetData>", b""), "it is damaged"),
        (changed(SHEET, b"<worksheet", b"<!DOCTYPE worksheet [<!ENTITY a '1'>]><worksheet"), "document type"),
        (changed("xl/workbook.xml", b'r:id="r1"', b'r:id="r9"'), "the sheet «List» is not in it"),
        (changed("xl/_rels/workbook.xml.rels", b"sheet1.xml", b"sheet9.xml"), "sheet9.xml is missing"),
        (xlsx(row(1, cell("A1", "1")))[:-100], "only a part of the file"),
    ],
)
def test_a_workbook_in_doubt_is_refused_with_what_to_do(data, why):
    message = refusal(data)
    assert why in message
    assert SAVE_AS in message or "ask for it again" in message


def test_what_another_reader_sees_differently_is_refused(monkeypatch):
    data, other = (xlsx(row(1, inline("A1", "OCLC Number")) + row(2, cell("A2", n))) for n in ("12345678", "12345679"))
    read_excel = fastexcel.read_excel
    monkeypatch.setattr(fastexcel, "read_excel", lambda _: read_excel(other))
    assert "row 2, column 1 is «12345678» or «12345679»" in refusal(data)


def test_a_refusal_is_one_line_whatever_the_cells(monkeypatch):
    data, other = (xlsx(row(1, inline("A1", f"two\nlines {n}"))) for n in (1, 2))
    read_excel = fastexcel.read_excel
    monkeypatch.setattr(fastexcel, "read_excel", lambda _: read_excel(other))
    assert refusal(data).count("\n") == 0
    assert SAVE_AS in refusal(data)
    assert "\n" not in refusal(xlsx(row(1, inline("A1", "a\nb"), inline("A1", "c"))))


def test_a_reader_that_panics_is_a_bad_file(monkeypatch):
    class PanicException(BaseException):
        pass

    def panics(_):
        raise PanicException("index out of bounds")

    monkeypatch.setattr(fastexcel, "read_excel", panics)
    assert "another reader fails on it: index out of bounds" in refusal(xlsx(row(1, cell("A1", "1"))))


def test_one_stray_cell_in_the_last_corner_takes_no_memory():
    data = xlsx(row(1, cell("A1", "1")) + row(1_048_576, cell("XFD1048576", "2")))
    given = rows(data)
    assert (len(given), given[0], given[-1][-1]) == (1_048_576, ["1"], "2")


BIFF8 = [
    made.wide(0, 0, "OCLC Number"),
    made.wide(1, 0, "12345670"),
    made.wide(1, 1, "Bār"),
    made.number(2, 0, 12345671.0),
    made.number(3, 0, 45859, 1),
    made.error(4, 0, 0x2A),
    made.truth(5, 0, True),
    made.wide(6, 0, "1\x002"),
]


@pytest.mark.parametrize("code_page", [None, 1200, 1252, 10000, 32768, 99])
def test_texts_of_excel_97_tell_their_width_themselves(code_page):
    data = made.biff(BIFF8, version=8, code_page=code_page)
    assert rows(data) == [
        ["OCLC Number"],
        ["12345670", "Bār"],
        ["12345671"],
        ["2025-07-21"],
        ["#N/A"],
        ["TRUE"],
        ["1␀2"],
    ]


@pytest.mark.parametrize("version", [5, 8])
def test_days_of_old_workbooks_from_1904(version):
    assert rows(made.biff([made.number(0, 0, 44397, 1)], version=version, is_1904=True)) == [["2025-07-21"]]


@pytest.mark.parametrize(
    ("code_page", "title"), [(1252, b"B\xfccher"), (850, b"B\x81cher"), (10000, b"B\x9fcher"), (32768, b"B\x9fcher")]
)
def test_texts_of_excel_5_follow_the_code_page(code_page, title):
    cells = [made.narrow(0, 0, b"12345670"), made.narrow(0, 1, title)]
    assert rows(made.biff(cells, version=5, code_page=code_page)) == [["12345670", "Bücher"]]


def test_a_code_page_that_nobody_knows_is_refused_where_texts_follow_it():
    assert SAVE_AS in refusal(made.biff([made.narrow(0, 0, b"12345670")], version=5, code_page=99))


def test_an_old_workbook_with_a_password_is_refused():
    data = made.biff(BIFF8, version=8)
    begin = len(made.record(0x809, bytes(16)))
    assert "protected by a password" in refusal(data[:begin] + made.record(0x2F, bytes(54)) + data[begin:])


def test_numbers_of_old_workbooks_are_held_against_another_reader(of_all_kinds, libreoffice, tmp_path, monkeypatch):
    data = libreoffice(of_all_kinds, tmp_path, "xls").read_bytes()
    other = xlsx(**{"Liste Ä": row(1, inline("A1", "OCLC number")) + row(2, cell("A2", "12345672"))})
    read_excel = fastexcel.read_excel
    monkeypatch.setattr(fastexcel, "read_excel", lambda _: read_excel(other))
    assert "the sheet «Liste Ä»: row 2, column 1 is «12345671» or «12345672»" in refusal(data)


def test_a_page_of_comments_takes_no_time():
    assert not is_web_page(b"<!-- -->" * 8000 + b"<x")
    assert is_web_page(b'<?xml version="1.0"?>\n<!-- a --><!-- b -->\n<html>')


def test_xml_of_excel_2003():
    sheets = read_spreadsheet(made.EXCEL_2003)
    assert [(sheet.name, sheet.rows) for sheet in sheets] == [
        (
            "List",
            [
                ["OCLC Number", "", "Title"],
                [],
                ["12345678", "", "Bold"],
                ["1200000000", "2025-07-21", "TRUE", "#DIV/0!"],
            ],
        ),
        ("Empty", []),
    ]
    assert sheets[0].merged == [(2, 0, 2, 1)]
    as_utf16 = made.EXCEL_2003.decode().replace('"1.0"', '"1.0" encoding="UTF-16"', 1)
    assert rows(as_utf16.encode()) == sheets[0].rows
    assert SAVE_AS in refusal(made.EXCEL_2003[:-20])


def test_a_web_archive_gives_each_of_its_pages():
    (page,) = read_spreadsheet(made.WEB_ARCHIVE)
    assert (page.name, page.rows) == ("sheet001.htm", [["OCLC Number", "Title"], ["1200000001", "Bücher"]])
    assert SAVE_AS in refusal(made.WEB_ARCHIVE.replace(b"<tr>", b"<p>"))


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("<tr><td rowspan=2>A<td>1<tr><td>2<tr><td>B<td>3", [["A", "1"], ["", "2"], ["B", "3"]]),
        ("<tr><td colspan=2>A<td>1<tr><td>2<td>3<td>4", [["A", "", "1"], ["2", "3", "4"]]),
        ("<tr><td colspan=0 rowspan=x>A<td>1", [["A", "1"]]),
        ("<tr><td sdval='1200000001'>1,2E+09", [["1200000001"]]),
        ("<tr><td x:num='12345678'>#####", [["12345678"]]),
        ("<tr><td sdval='45859'>21.07.25", [["21.07.25"]]),
        ("<tr><td>1.2E+09", [["1.2E+09"]]),
    ],
)
def test_cells_of_web_pages_stand_where_a_browser_shows_them(table, expected):
    assert rows(f"<html><table>{table}</table></html>".encode()) == expected


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (made.ole("EncryptionInfo", "EncryptedPackage"), "protected by a password"),
        (made.ole("WordDocument", "1Table"), "of an Office program"),
        (made.zipped({"a.pdf": b"%PDF-1.7", "b/c.PDF": b"%PDF-1.4"}), "a zip file with 2 PDF files"),
        (made.zipped({"a.mrc": b"00024"}), "it is a zip file, no workbook (1 files in it: a.mrc): unpack it"),
        (made.zipped({"xl/workbook.bin": b"x"}), "a binary workbook (.xlsb): open it in Excel, save it as .xlsx"),
        (made.zipped({"word/document.xml": b"x"}), "a document of Word"),
        (made.zipped({"Index/Document.iwa": b"x"}), "a document of Apple Numbers"),
        (
            made.zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b""}),
            "OpenDocument text",
        ),
        (b"%PDF-1.7 ...", "a PDF file, which holds no rows"),
        (b"MMS ID,Decision\n99,merge\n", "it is text, such as CSV"),
        (b"  \n", "it is empty"),
        (b"\x01\x02\x00\x03", "no workbook"),
        (b"PK\x03\x04 half a file", "only a part of the file"),
    ],
)
def test_what_is_no_spreadsheet_is_named_with_what_to_do(data, why):
    message = refusal(data)
    assert why in message
    assert ": " in message.removeprefix("cannot be read as an Excel workbook: ")


@pytest.mark.parametrize("data", [b"<html><table><tr><td>1", made.WEB_ARCHIVE])
def test_pages_can_be_refused(data):
    assert "has no hidden rows: open the workbook itself, save it as .xlsx" in refusal(data, takes_pages=False)


@pytest.mark.parametrize(
    "start",
    [
        b"12345678\n12345679\n",
        b"OCLC Number\tTitle\n",
        b"From: a@b\nSubject: x\n\nhello",
        b'<?xml version="1.0"?><collection xmlns="http://www.loc.gov/MARC21/slim">',
        b"Version: 1\n" * 100,
    ],
)
def test_other_files_are_no_spreadsheets(start):
    assert not is_spreadsheet(start)
    assert not is_web_page(start)


@pytest.fixture(scope="module")
def of_all_kinds(tmp_path_factory):
    """A workbook with cells of all kinds."""
    path = tmp_path_factory.mktemp("sheets") / "all.xlsx"
    with xlsxwriter.Workbook(path) as book:
        day, moment, grouped, bold = (
            book.add_format(each)
            for each in (
                {"num_format": "dd.mm.yy"},
                {"num_format": "d/m/yy h:mm"},
                {"num_format": "#,##0"},
                {"bold": 1},
            )
        )
        tab = book.add_worksheet("Liste Ä")
        tab.write_row(0, 0, ["OCLC Number", "Title", "Date"])
        tab.write_row(1, 0, [12345671, "Crime é 罪と罰 😀\nsecond  line"])
        tab.write_datetime(1, 2, made.DAY, day)
        tab.write_datetime(1, 3, made.DAY.replace(hour=12, minute=30), moment)
        tab.write_row(2, 0, [1_200_000_000, "0012345678"])
        tab.write_number(2, 2, 1234567, grouped)
        tab.write_formula(2, 3, "=A2+1", None, 12345672)
        tab.write_rich_string(3, 0, "12", bold, "34", "5678")
        tab.write_comment(3, 0, "99999999")
        tab.merge_range(4, 0, 5, 1, "merged")
        tab.write_row(6, 0, [0.5, " lead and trail "])
        tab.write_formula(7, 0, '=HYPERLINK("http://x/1","12345699")', None, "12345699")
        for position in range(9, 12):
            tab.write_string(position, 2, "same")
        tab.set_row(2, None, None, {"hidden": True})
        book.add_worksheet("Empty")
        hidden = book.add_worksheet("Hidden")
        hidden.write_row(3, 2, ["x", 42])
        hidden.hide()
    return path


OF_ALL_KINDS = {
    "Liste Ä": [
        ["OCLC Number", "Title", "Date"],
        ["12345671", "Crime é 罪と罰 😀\nsecond  line", "2025-07-21", "2025-07-21 12:30:00"],
        ["1200000000", "0012345678", "1234567", "12345672"],
        ["12345678"],
        ["merged"],
        [],
        ["0.5", " lead and trail "],
        ["12345699"],
        [],
        ["", "", "same"],
        ["", "", "same"],
        ["", "", "same"],
    ],
    "Empty": [],
    "Hidden": [[], [], [], ["", "", "x", "42"]],
}


@pytest.mark.parametrize("kind", ["as it was written", "xlsx", "xls", "ods", "fods"])
def test_every_program_saves_the_same_cells(of_all_kinds, libreoffice, tmp_path, kind):
    path = of_all_kinds if kind == "as it was written" else libreoffice(of_all_kinds, tmp_path, kind)
    sheets = read_spreadsheet(path.read_bytes())
    assert {sheet.name: sheet.rows for sheet in sheets} == OF_ALL_KINDS
    assert sheets[0].merged == [(4, 0, 5, 1)]


@pytest.mark.parametrize("code_page", [1252, 32768])
def test_a_code_page_in_a_workbook_of_excel_97_changes_no_text(of_all_kinds, libreoffice, tmp_path, code_page):
    data = libreoffice(of_all_kinds, tmp_path, "xls").read_bytes()
    said = made.record(0x42, (1200).to_bytes(2, "little"))
    assert data.count(said) == 1
    other = data.replace(said, made.record(0x42, code_page.to_bytes(2, "little")))
    assert {sheet.name: sheet.rows for sheet in read_spreadsheet(other)} == OF_ALL_KINDS
