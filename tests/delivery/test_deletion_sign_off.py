"""The sign-off pack: workbook and page say the same, with every check, override, sample and hash."""

from pathlib import Path

import openpyxl
import polars as pl
import pytest
from deletion_faults import gates
from deletion_frames import TODAY, Library

from datasync_lib.delivery.deletions.before_lists import sha256_of
from datasync_lib.delivery.deletions.deletion import Deletion


@pytest.fixture
def package(library: Library) -> Path:
    """A package with one check that somebody has signed."""
    gates(library, list_age_days_max=5)
    titled = library.tables["worldcat_holdings"].with_columns(title=pl.lit("=HYPERLINK(1) & <b>"))
    library.tables["worldcat_holdings"] = titled
    library.tables["open_ill_requests"] = library.tables["open_ill_requests"].with_columns(symbol=pl.lit("OLD"))
    deletion = Deletion(library, "OLD", today=TODAY)
    deletion.override("list_age", who="A. Keeper", why="the new list <comes> on Monday")
    return deletion.write()


def test_the_page_asks_one_question_and_tells_what_was_signed(package):
    page = (package / "sign_off.html").read_text("utf-8")
    for words in (
        "Of the 4 numbers that WorldCat holds under OLD (Law), 3 will be deleted; 1 stay. May this be carried out by lists of our own?",
        "28 pass, 1 signed by a person",
        "signed by A. Keeper",
        "the new list &lt;comes&gt; on Monday",
        "5 days old, less than 5 wanted",
        "with 95 % confidence",
        "LHRs: 0, with 0 that go; commitments: 0, with 0 that go",
    ):
        assert words in page, words
    assert "<b>" not in page.split("</style>")[1]
    assert "http" not in page, "it needs no network"


def test_the_page_has_the_hash_of_every_file_but_its_own_and_the_manifest(package):
    page = (package / "sign_off.html").read_text("utf-8")
    files = [
        path for path in package.rglob("*") if path.is_file() and path.name not in ("sign_off.html", "manifest.json")
    ]
    assert len(files) > 10
    assert [path.name for path in files if sha256_of(path) not in page] == []


def test_the_workbook_has_checks_samples_what_goes_and_what_stays(package):
    book = openpyxl.load_workbook(package / "sign_off.xlsx")
    assert book.sheetnames == ["Sign-off", "Checks", "Samples", "Goes", "Stays", "ILL", "Not requestable", "Files"]

    def cells(name: str, *columns: int) -> list[tuple]:
        return [tuple(row[column] for column in columns) for row in list(book[name].iter_rows(values_only=True))[1:]]

    assert cells("Goes", 0, 1, 2, 3) == [
        ("1", "2", "covered", "delete"),
        ("2", "2", "covered", "delete"),
        ("7", "7", "owned_elsewhere", "delete"),
    ]
    assert cells("Stays", 0, 2, 3) == [("9", "in_error", "hold")]
    assert cells("Samples", 0, 1, 2, 3, 4) == [("covered", 1, 1, 1, 0), ("owned elsewhere", 1, 1, 1, 0)]
    assert cells("Checks", 0, 1, 3)[0] == ("The list is not too old", "signed by A. Keeper", "A. Keeper")
    assert len(cells("Checks", 0)) == 29
    assert cells("ILL", 0, 6, 7) == [("7001", "2", "yes")]
    assert cells("Not requestable", 0, 3, 4) == [("LAW", 12, 0)]
    front = [str(value) for row in book["Sign-off"].iter_rows(values_only=True) for value in row if value is not None]
    assert any("3 will be deleted; 1 stay" in text for text in front)
    assert {"Head of unit", "covered"} <= set(front)


def test_no_title_becomes_a_formula(package):
    book = openpyxl.load_workbook(package / "sign_off.xlsx")
    cell = book["Goes"].cell(2, 10)
    assert (cell.value, cell.data_type) == ("=HYPERLINK(1) & <b>", "s")
