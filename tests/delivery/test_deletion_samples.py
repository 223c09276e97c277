"""The sample as a sheet: written for people, taken back from Excel or CSV, and refused where an answer cannot be told."""

from pathlib import Path

import openpyxl
import polars as pl
import pytest
from deletion_faults import gates
from deletion_frames import TODAY, Library

from datasync_lib.delivery.deletions.deletion import Deletion
from datasync_lib.delivery.deletions.samples import called_wrong
from datasync_lib.errors import InputError, SettingsError


@pytest.fixture
def deletion(library) -> Deletion:
    """Nobody has looked at anything yet."""
    gates(library, sample_seed=2)
    library.tables["bibs"] = pl.DataFrame({"mms_id": ["990001", "990007"], "title": ["=1+1", "Harbour plan"]})
    return Deletion(library, "OLD", today=TODAY)


def check(deletion: Deletion) -> str:
    return deletion.checks().row(by_predicate=pl.col("name") == "sample_looked_at", named=True)["numbers"]


def filled_in(deletion: Deletion, *answers: tuple[str, str, str]) -> Path:
    """The sheet as somebody sends it back: answer, who and note by row."""
    path = deletion.sample()
    book = openpyxl.load_workbook(path)
    for row, values in enumerate(answers, start=2):
        for column, value in enumerate(values, start=9):
            book.active.cell(row, column).value = value
    book.save(path)
    return path


def test_the_sheet_shows_what_a_person_needs(deletion):
    path = deletion.sample()
    assert path.name == "sample_2_2025-09-20.xlsx"
    sheet = openpyxl.load_workbook(path).active
    assert sheet.cell(2, 2).hyperlink.target == "https://search.worldcat.org/title/2"
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:2] == ("Number", "WorldCat")
    assert rows[1][:8] == ("2", "open", "", "covered", "said", "990001", "=1+1", "NEW")
    assert [row[0] for row in rows[1:]] == ["2", "7"]


def test_answers_come_back_and_count(deletion):
    path = filled_in(deletion, ("yes", "A. Keeper", ""), ("No", "B. Reader", "on the shelf"))
    assert deletion.take_sample(path) == 2
    assert deletion.take_sample(path) == 0, "the same sheet says nothing new"
    assert "covered: 1 of 1 looked at, 0 wrong" in check(deletion)
    assert "owned elsewhere: 1 of 1 looked at, 1 wrong" in check(deletion)
    assert called_wrong(deletion.state) == [7]
    again = openpyxl.load_workbook(deletion.sample()).active
    assert [again.cell(row, 9).value for row in (2, 3)] == ["yes", "no"], "what was said stands on the next sheet"


def test_what_is_left_blank_was_not_looked_at(deletion):
    assert deletion.take_sample(filled_in(deletion, ("", "A. Keeper", "later"), ("yes", "A", ""))) == 1
    assert "covered: 0 of 1 looked at" in check(deletion)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (("maybe", "A", ""), "row 2: «Right to delete.»: expected yes or no, found 'maybe'"),
        (("yes", " ", ""), "row 2: «Who looked» is empty"),
    ],
)
def test_an_answer_that_cannot_be_told_takes_the_whole_sheet_back(deletion, answer, words):
    path = filled_in(deletion, answer, ("yes", "A", ""))
    with pytest.raises(InputError, match=rf"nothing was taken in\n  {words}"):
        deletion.take_sample(path)
    assert "owned elsewhere: 0 of 1 looked at" in check(deletion)


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("Number,Right to delete?,Who looked,Note\n7,yes,A,\n2,n,B,\"here, really\"\n", 2),
        ("note;who looked;RIGHT TO DELETE?;number\n;A;yes;7\n", 1),
    ],
)  # fmt: skip
def test_a_csv_will_do(deletion, tmp_path, text, taken):
    path = tmp_path / "back.csv"
    path.write_text(text, "utf-8")
    assert deletion.take_sample(path) == taken


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("8,yes,A,\n", "row 2: 8 is not in the sample"),
        ("9,yes,A,\n", "row 2: 9 is not in the sample"),
        ("7.0,yes,A,\n", "row 2: 7.0 is not in the sample"),
        ("7,yes,A,\n7,no,A,\n", "row 3: 7 is there twice"),
    ],
)
def test_a_number_that_is_not_asked_about_is_told(deletion, tmp_path, rows, words):
    path = tmp_path / "back.csv"
    path.write_text(f"Number,Right to delete?,Who looked,Note\n{rows}", "utf-8")
    with pytest.raises(InputError, match=words):
        deletion.take_sample(path)


def test_no_counts_also_for_what_has_left_the_sample(deletion, tmp_path):
    path = tmp_path / "back.csv"
    path.write_text("Number,Right to delete?,Who looked,Note\n9,no,A,we have it\n", "utf-8")
    assert deletion.take_sample(path) == 1
    assert called_wrong(deletion.state) == [9]


def test_a_sheet_of_something_else_is_refused(deletion, tmp_path):
    with pytest.raises(InputError, match="is missing: name the sheet"):
        deletion.take_sample(tmp_path / "none.xlsx")
    (tmp_path / "other.csv").write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(SettingsError, match="the column number, right_to_delete"):
        deletion.take_sample(tmp_path / "other.csv")
    book = openpyxl.Workbook()
    book.save(tmp_path / "other.xlsx")
    with pytest.raises(InputError, match="no sheet has the columns Number, Right to delete"):
        deletion.take_sample(tmp_path / "other.xlsx")


def test_nothing_that_goes_is_nothing_to_look_at(deletion, library: Library):
    with pytest.raises(InputError, match="nothing goes under IDLE"):
        Deletion(library, "IDLE", today=TODAY).sample()
