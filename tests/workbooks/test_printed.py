"""A workbook on paper, as LibreOffice prints it: a unit hands pages round, and looks for its row on one of them."""

import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from datasync_lib.problems import PROBLEMS

UNIT = "Law Library"
# Inches between the margins of a sheet that lies: A4 and US Letter.
WIDE = {"A4": 11.69 - 0.5, "Letter": 11.0 - 0.5}


@pytest.fixture(scope="module")
def workbook(example) -> Path:
    return example.workbooks(units=[UNIT])[0]


@pytest.fixture(scope="module")
def sheets(workbook) -> list[Worksheet]:
    titles = tuple(problem.title for problem in PROBLEMS.values())
    return [sheet for sheet in openpyxl.load_workbook(workbook) if sheet.title.startswith(titles)]


@pytest.fixture(scope="module")
def pages(workbook, libreoffice, tmp_path_factory) -> list[str]:
    """The text of each page."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (Poppler) is not installed, so nothing counts the printed pages")
    paper = libreoffice(workbook, tmp_path_factory.mktemp("printed"), "pdf")
    text = subprocess.run(["pdftotext", "-layout", str(paper), "-"], check=True, capture_output=True).stdout
    return text.decode("utf-8").removesuffix("\f").split("\f")


def test_no_sheet_takes_more_pages_than_its_rows_need(pages, sheets):
    rows = sum(sheet.max_row - 1 for sheet in sheets)
    assert len(pages) <= 3 + len(sheets) + rows // 30


def test_every_page_of_rows_has_the_header_and_all_columns_that_are_filled_in(pages, sheets):
    of_rows = [page for page in pages if "MMS ID" in page and "Explanation" in page and "Status" in page]
    # «Read me» has two pages at most, the summary one.
    assert len(sheets) <= len(of_rows) >= len(pages) - 3
    assert all("Decision" in page and "Note" in page for page in of_rows)


@pytest.mark.parametrize("paper", WIDE)
def test_a_printed_page_can_be_read_on_either_paper(sheets, paper):
    for sheet in sheets:
        last = sheet.print_area.rpartition("$")[0].rpartition("$")[2]
        columns = [
            column
            for column in sheet.column_dimensions.values()
            if column.index <= last and not column.index[1:] and not column.hidden
        ]
        inches = sum(column.width * (column.max - column.min + 1) * 7 for column in columns) / 96
        assert WIDE[paper] / inches > 0.6, sheet.title


def test_no_row_is_so_high_that_it_drives_the_others_away(sheets):
    heights = [sheet.row_dimensions[row].height for sheet in sheets for row in range(2, sheet.max_row + 1)]
    assert max(heights) < 90
    assert sorted(heights)[len(heights) // 2] < 45
