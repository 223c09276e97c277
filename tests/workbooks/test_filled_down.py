"""What was filled down far below the rows of a workbook is one question, and costs the rows above nothing."""

from datetime import date
from pathlib import Path

import openpyxl
import pytest
from desk import Desk
from hand_made_library import BIBS, MUSIC, institution

from datasync_lib.settings import Settings
from datasync_lib.workbooks.decisions import no_decisions
from datasync_lib.workbooks.questions import write_questions
from datasync_lib.workbooks.returning import read_returned
from datasync_lib.workbooks.writing import write_workbooks

FIRST = BIBS[0][0]
SHARED = "Shared OCN"
FILLED = 100_000


@pytest.fixture
def desk(tmp_path) -> Desk:
    (made,) = write_workbooks(tmp_path / "sent", **institution().frames(), run_date=date(2025, 11, 25), units=[MUSIC])
    return Desk(tmp_path / "returned.xlsx", made.path)


def fill_down(desk: Desk, rows: int, *headers: str) -> None:
    tab = desk.book[SHARED]
    at = [cell.value for cell in tab[1]].index("MMS ID")
    (row,) = [row for row in tab.iter_rows(min_row=2) if row[at].value == FIRST]
    columns = {cell.column: row[cell.column - 1].value for cell in tab[1] if cell.value in headers}
    for number in range(row[0].row + 1, row[0].row + 1 + rows):
        for column, value in columns.items():
            if tab.cell(number, column).value is None:
                tab.cell(number, column).value = value


def returned_of(path: Path):
    returned = read_returned(path, findings=institution().findings)
    (account,) = returned.account.to_dicts()
    assert account["rows"] == sum(account[name] for name in ("taken", "unchanged", "repeated", "questioned"))
    return returned, account


def test_answers_below_the_last_row_are_one_issue_and_one_question(desk, tmp_path):
    desk.fill(SHARED, FIRST, Decision="merge", Note="as above")
    fill_down(desk, FILLED, "Decision", "Note")
    returned, account = returned_of(desk.save())
    unknown = returned.issues.filter(code="unknown_row_key").to_dicts()
    assert len(unknown) == 1
    assert unknown[0]["what"].startswith(f"In the {account['questioned']:,} rows ")
    assert "as in the first of them: the row key is missing; the row says: merge, as above" in unknown[0]["what"]
    assert account["questioned"] > FILLED - 10
    assert account["taken"] >= 1
    path = write_questions(
        tmp_path / "questions.xlsx", returned.questions, last=no_decisions(), project="ours", settings=Settings()
    )
    (sheet,) = [tab for tab in openpyxl.load_workbook(path) if tab.title == "Without a row of ours"]
    assert sheet.max_row == 2


def test_a_row_that_was_copied_down_with_its_key_is_taken_once(desk):
    desk.fill(SHARED, FIRST, Decision="merge")
    tab = desk.book[SHARED]
    row = next(row for row in tab.iter_rows(min_row=2) if FIRST in [cell.value for cell in row])
    values = [cell.value for cell in row]
    for _ in range(5_000):
        tab.append(values)
    returned, account = returned_of(desk.save())
    issues = returned.issues.filter(code="duplicate_row_key").to_dicts()
    assert [(each["is_taken"], each["todo"]) for each in issues] == [(True, "Nothing.")]
    assert issues[0]["what"].startswith("In the 5,001 rows ")
    assert (account["taken"], account["repeated"], account["questioned"]) == (1, 5_000, 0)


def test_merged_cells_to_the_end_of_the_sheet_are_doubts_of_the_rows_there_are(desk):
    desk.fill(SHARED, FIRST, Decision="merge")
    cell = desk.cell(SHARED, FIRST, "Decision")
    desk.book[SHARED].merge_cells(
        start_row=cell.row, end_row=1_048_576, start_column=cell.column, end_column=cell.column
    )
    returned, account = returned_of(desk.save())
    assert set(returned.issues["code"]) == {"merged_cells"}
    assert returned.decisions.is_empty()
    assert account["questioned"] == returned.issues.height < 10


def test_a_text_of_commas_costs_itself_alone(desk, tmp_path, monkeypatch):
    monkeypatch.setattr("datasync_lib.workbooks.returned_files._MOST_CELLS", 1_000)
    (tmp_path / "of commas.csv").write_text("Row key" + "," * 1_001, "utf-8")
    (tmp_path / "of commas.txt").write_text("Row key" + "," * 1_001, "utf-8")
    desk.fill(SHARED, FIRST, Decision="merge")
    sent = desk.save()
    returned = read_returned([sent, tmp_path / "of commas.csv"], findings=institution().findings)
    assert returned.decisions["decision"].to_list() == ["merge"]
    (told,) = returned.issues.to_dicts()
    assert (told["code"], told["what"]) == (
        "unreadable_workbook", "of commas.csv has more cells than any sheet that was sent out.",
    )  # fmt: skip


def test_files_of_one_name_are_told_apart_and_the_same_file_is_read_once(desk, tmp_path):
    sent = Path(desk.fill(SHARED, FIRST, Decision="merge").save())
    other = Desk(tmp_path / "other.xlsx", sent)
    other.fill(SHARED, FIRST, Note="by Anna").save()
    for folder, source in (("first", sent), ("second", other.path), ("third", sent)):
        (tmp_path / "back" / folder).mkdir(parents=True)
        (tmp_path / "back" / folder / "music.xlsx").write_bytes(source.read_bytes())
    returned = read_returned(tmp_path / "back", findings=institution().findings)
    account = returned.account.to_dicts()
    assert [each["workbook"] for each in account] == ["first/music.xlsx", "second/music.xlsx"]
    assert account[0]["rows"] == account[1]["rows"] == account[0]["sent"]
    (same,) = returned.issues.filter(code="same_file").to_dicts()
    assert same["is_taken"]
    assert "third/music.xlsx is the same file as" in same["what"]
    assert returned.decisions.select("decision", "note").rows() == [("merge", "by Anna")]
