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
