import gzip
import io
import random
from pathlib import Path

import pytest
import xlsxwriter
from whole_tables import whole_tables

from datasync_lib.marc import find_inputs
from datasync_lib.oclc.reports import read_reports

BLOCK = [
    ["Reporting Period", "2025-07-01 - 2025-07-31"],
    ["Institution Name", "Example Library"],
    ["Institution Symbol", "XYZ"],
]
DELETED = ["Provider", "Collection Name", "Title", "ISBN/ISSN", "OCLC Number", "File Name", "Multiple occurrence"]
ROWS = [
    [
        "Press",
        "E-books",
        "=Sum of all\tthings",
        "9780000000002",
        "40000001",
        "metacoll.XYZ.deletes.D20250721.T213015.1.mrc",
        "",
    ],
    ["Press", "E-books", "Another <title>", "", "40000002", "metacoll.XYZ.deletes.D20250721.T213015.1.mrc", "2"],
]
READ = [(i + 5, *(" ".join(cell.split()) or None for cell in row)) for i, row in enumerate(ROWS)]


def as_excel(*sheets: list[list[str]]) -> bytes:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"strings_to_formulas": False}) as workbook:
        for rows in sheets:
            fill(workbook.add_worksheet(), rows)
    return data.getvalue()


def fill(sheet, rows: list[list[str]]) -> None:
    for position, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell.isdigit() and len(cell) < 10:
                sheet.write_number(position, column, int(cell))
            elif cell:
                sheet.write_string(position, column, cell)


def as_html(rows: list[list[str]]) -> bytes:
    cells = ("".join(f"<td> {cell.replace('<', '&lt;')}\n</td>" for cell in row) for row in rows)
    table = "".join(f"<tr>{row}</tr>\n" for row in cells)
    return f"<html><head><title>x</title></head><body><p>é</p><table>{table}</table></body></html>".encode()


def as_tabs(rows: list[list[str]]) -> bytes:
    return "\r\n".join("\t".join(" ".join(cell.split()) for cell in row) for row in rows).encode("utf-16")


FORMS = {"report.xlsx": as_excel, "report.xls": as_html, "Deleted 20250731.html": as_html, "tabs.xls": as_tabs}


def write(folder: Path, name: str, rows: list[list[str]]) -> Path:
    path = folder / name
    path.write_bytes(FORMS[name](rows))
    return path


@pytest.mark.parametrize("name", FORMS)
def test_the_rows_are_kept_under_their_captions(tmp_path, name):
    path = write(tmp_path, name, [*BLOCK, [""], DELETED, *ROWS])
    reports = read_reports(path)

    assert reports.raw[path.name].columns == ["record", *DELETED]
    assert reports.raw[path.name].rows() == READ
    assert reports.files.select("kind", "found", "loaded", "rejected").row(0) == ("DeletedRecordsReport", 2, 2, 0)
    assert reports.files["note"].item() == ("period 2025-07-01 - 2025-07-31; institution Example Library; symbol XYZ")
    assert reports.issues.is_empty()


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize(
    "warning",
    [
        "Showing 2 of 12,345 rows",
        "Rows viewed: 2 - total 12345 rows in the report",
        "Warning: rows viewed: 2, total rows: 12345",
        "Viewed row count: 2; total row count: 12345",
        "There are 12.345 rows in total; you view 2.",
    ],
)
def test_a_truncated_report_says_so(tmp_path, name, warning):
    reports = read_reports(write(tmp_path, name, [[warning], *BLOCK, DELETED, *ROWS]))

    assert reports.issues["code"].to_list() == ["truncated"]
    assert "it shows 2 of 12345 rows" in reports.files["note"].item()


def test_the_warning_may_stand_below_or_outside_the_table(tmp_path):
    below = write(tmp_path, "report.xlsx", [DELETED, *ROWS, ["Showing 2 of 7,000 rows"]])
    page = tmp_path / "page.html"
    page.write_bytes(as_html([DELETED, *ROWS]).replace(b"<p>", b"<div>2 rows are shown of 6000 rows</div><p>"))

    for path in (below, page):
        reports = read_reports(path)
        assert reports.issues["code"].to_list() == ["truncated"]
        assert reports.files["found"].item() == 2


@pytest.mark.parametrize(
    ("captions", "kind"),
    [
        ([*DELETED[:5], "Record not delivered", *DELETED[5:]], "NewRecordsReport"),
        (["Provider", "Collection Name", "New", "Updates", "Deletes"], "MonthlyRecordsReport"),
        (["Collection Name", "OCLC Number", "Product Code"], "CatalogingPartnerReport"),
        (["Collection Name", "OCLC Number", "Reason for update"], "EmailedReport"),
    ],
)
def test_the_kind_is_told_by_the_captions(tmp_path, captions, kind):
    reports = read_reports(write(tmp_path, "report.xlsx", [captions, ["x"] * len(captions)]))

    assert reports.files["kind"].item() == kind


def test_another_workbook_or_page_is_no_report(tmp_path):
    write(tmp_path, "report.xlsx", [["Shelf", "Books"], ["1", "2"]])
    write(tmp_path, "report.xls", [["Shelf", "Books"], ["1", "2"]])
    reports = read_reports(tmp_path)

    assert reports.files["kind"].to_list() == ["unknown", "unknown"]


def test_a_broken_workbook_is_listed(tmp_path):
    (tmp_path / "report.xlsx").write_bytes(as_excel([DELETED])[:300])
    reports = read_reports(tmp_path)

    assert reports.files["kind"].item() == "unreadable"
    assert "Excel" in reports.files["note"].item()


def test_a_list_of_holdings_may_be_a_workbook(tmp_path):
    path = tmp_path / "worldcat.XYZ.20250721.xlsx"
    path.write_bytes(
        as_excel([["Title", "OCLC Number"], ["A", "40000001"], ["B", "(OCoLC)00012345"], ["C", "4.0E+07"]])
    )
    source = find_inputs(path)[0]
    given = whole_tables(source, "worldcat_list", symbol="XYZ")

    assert given.worldcat_holdings.select("record", "ocn", "title").rows() == [(1, 40000001, "A"), (2, 12345, "B")]
    assert given.issues["record"].to_list() == [3]
    assert given.files.select("sha256", "bytes").row(0) == source.fingerprint()


@pytest.mark.parametrize(
    ("warning", "code", "words"),
    [
        ("Rows viewed: 5000, total rows: 12345", "truncated", "it shows 5000 of 12345 rows"),
        ("Rows viewed: 5000, total rows: 5000", "truncated", "it says that it shows 5000 rows, and 2 are here"),
        ("Rows viewed: 1, total rows: 1", "rows_differ", "it says that it shows 1 rows, and 2 are here"),
    ],
)
def test_rows_that_are_missing_in_what_is_shown_are_told(tmp_path, warning, code, words):
    reports = read_reports(write(tmp_path, "report.xlsx", [DELETED, *ROWS, [warning]]))
    assert reports.issues["code"].to_list() == [code]
    assert words in reports.issues["message"].item()


def test_a_whole_report_that_gives_its_counts_is_not_truncated(tmp_path):
    reports = read_reports(write(tmp_path, "report.xlsx", [DELETED, *ROWS, ["Rows viewed: 2, total rows: 2"]]))
    assert reports.issues.is_empty()
    assert reports.files["found"].item() == 2


def test_all_sheets_of_a_report_are_read_or_named(tmp_path):
    path = tmp_path / "report.xlsx"
    more = [*BLOCK, DELETED, ["Press", "E-books", "Third", "", "40000003", "x.mrc", ""]]
    path.write_bytes(as_excel([["Cover"]], [*BLOCK, DELETED, *ROWS], [], more, [["Notes", "by hand"]]))
    reports = read_reports(path)

    assert reports.raw["report.xlsx"]["OCLC Number"].to_list() == ["40000001", "40000002", "40000003"]
    assert reports.issues["code"].to_list() == ["sheet_not_read", "sheet_not_read"]
    assert [name in text for name, text in zip(("«Sheet1»", "«Sheet5»"), reports.issues["message"], strict=True)] == [
        True,
        True,
    ]


LISTS = {
    "header": [[["Title", "OCLC Number"], ["A", "40000001"]], [["Title", "OCLC Number"], ["B", "40000002"]]],
    "column": [[["40000001"], ["7"]], [["40000002"]]],
}


@pytest.mark.parametrize("kind", LISTS)
def test_all_sheets_of_a_list_of_holdings_are_read_or_named(tmp_path, kind):
    path = tmp_path / "worldcat.XYZ.20250721.xlsx"
    path.write_bytes(as_excel([["About this list"]], *LISTS[kind], [["Nothing"], ["here"]]))
    given = whole_tables(find_inputs(path)[0], "worldcat_list", symbol="XYZ")

    assert {40000001, 40000002} <= set(given.worldcat_holdings["ocn"].to_list())
    assert given.issues["code"].to_list() == ["sheet_not_read", "sheet_not_read"]
    assert "«Sheet1»" in given.issues["message"][0]
    assert "«Sheet4»" in given.issues["message"][1]


def test_a_sheet_with_other_columns_is_named(tmp_path):
    path = tmp_path / "worldcat.XYZ.20250721.xlsx"
    path.write_bytes(as_excel(LISTS["header"][0], [["OCLC Number", "Title"], ["40000003", "C"]]))
    given = whole_tables(find_inputs(path)[0], "worldcat_list", symbol="XYZ")

    assert given.worldcat_holdings["ocn"].to_list() == [40000001]
    assert given.issues["code"].to_list() == ["sheet_not_read"]


def test_a_list_of_holdings_may_be_a_page_under_the_name_of_a_workbook(tmp_path):
    path = tmp_path / "worldcat.XYZ.20250721.xls"
    path.write_bytes(as_html([["Title", "OCLC Number"], ["A 1984", "40000001"], ["1984", "40000002"]]))
    given = whole_tables(find_inputs(path)[0], "worldcat_list", symbol="XYZ")

    assert given.worldcat_holdings.select("ocn", "title").rows() == [(40000001, "A 1984"), (40000002, "1984")]
    assert given.issues.is_empty()


def test_a_quotation_mark_in_a_sheet_opens_nothing(tmp_path):
    path = tmp_path / "worldcat.XYZ.20250721.xlsx"
    rows = [["OCLC Number", "Title"], ["40000001", '"Annals'], ["40000002", 'B"'], ["40000003", "C"]]
    path.write_bytes(as_excel(rows))
    given = whole_tables(find_inputs(path)[0], "worldcat_list", symbol="XYZ")

    assert given.worldcat_holdings["ocn"].to_list() == [40000001, 40000002, 40000003]
    assert given.issues.is_empty()


def test_tabs_in_windows_1252_are_read(tmp_path):
    path = tmp_path / "report.xls"
    rows = [DELETED, ["Presse", "Bücher", "É", "", "40000001", "x.mrc", ""]]
    path.write_bytes("\n".join("\t".join(row) for row in rows).encode("cp1252"))
    assert read_reports(path).raw["report.xls"]["Collection Name"].to_list() == ["Bücher"]


BAD = [
    b"<!-- x --><html",
    b"<!-- x -->",
    b"<html>",
    b"<html\x00<table><tr><td>OCLC Number",
    b"<!doctype html>",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0" + bytes(600),
    b"\xff\xfe<",
    b"\xff\xfe" + "<html>".encode("utf-16-le"),
    as_excel([DELETED])[:-40],
    as_excel([]),
]


@pytest.mark.parametrize("data", BAD)
@pytest.mark.parametrize("name", ["report.xls", "worldcat.XYZ.20250721.xls"])
def test_no_bad_file_stops_a_reader(tmp_path, data, name):
    path = tmp_path / name
    path.write_bytes(data)
    for source in find_inputs(path):
        given = whole_tables(source, "worldcat_list", symbol="XYZ")
        assert given.worldcat_holdings.is_empty()
        assert given.files["kind"].item() in ("empty", "unreadable") or given.files["rejected"].item()
    assert read_reports(path).files.height == 1


@pytest.mark.parametrize("start", ["", "<html><body><table>"])
def test_the_row_in_which_a_report_breaks_off_is_counted(tmp_path, start):
    numbers = random.Random(1)
    cells = [["P", "C", f"{numbers.getrandbits(200)}", "", str(n), "x.mrc", "1"] for n in range(10**7, 10**7 + 2000)]
    if start:
        text = start + "".join("<tr><td>" + "</td><td>".join(row) + "</td></tr>" for row in [DELETED, *cells])
    else:
        text = "\n".join("\t".join(row) for row in [DELETED, *cells])
    path = tmp_path / "report.xls.gz"
    path.write_bytes(gzip.compress(text.encode())[:-30_000])
    reports = read_reports(path)

    (file,) = reports.raw
    read = reports.raw[file]["OCLC Number"].to_list()
    assert read == [row[4] for row in cells[: len(read)]]
    assert reports.issues.select("record", "code").rows() == [(len(read) + 1, "breaks_off")]
    assert reports.files.select("found", "loaded", "rejected").row(0) == (len(read) + 1, len(read), 1)
