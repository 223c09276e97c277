import io
from pathlib import Path

import pytest
import xlsxwriter

from datasync_lib.marc import find_inputs
from datasync_lib.oclc.holdings_lists import read_holdings_list
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


def as_excel(rows: list[list[str]]) -> bytes:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"strings_to_formulas": False}) as workbook:
        sheet = workbook.add_worksheet()
        for position, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell.isdigit() and len(cell) < 10:
                    sheet.write_number(position, column, int(cell))
                elif cell:
                    sheet.write_string(position, column, cell)
    return data.getvalue()


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
@pytest.mark.parametrize("warning", ["Showing 2 of 12,345 rows", "Rows viewed: 2 - total 12345 rows in the report"])
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
    given = read_holdings_list(source, "XYZ", None)

    assert given.worldcat_holdings.select("record", "ocn", "title").rows() == [(1, 40000001, "A"), (2, 12345, "B")]
    assert given.issues["record"].to_list() == [3]
    assert given.files.select("sha256", "bytes").row(0) == source.fingerprint()
