"""Copies of one workbook, older ones, and what was decided meanwhile: nothing goes by which file came last (practice.md 4.5)."""

import csv
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from desk import Desk
from hand_made_library import BIBS, MUSIC, institution

from datasync_lib.settings import Settings
from datasync_lib.workbooks.decisions import append_decisions, latest_decisions, read_decisions
from datasync_lib.workbooks.questions import write_questions
from datasync_lib.workbooks.returning import Returned, read_returned
from datasync_lib.workbooks.writing import write_workbooks

FIRST, SECOND = BIBS[0][0], BIBS[1][0]
SHARED = "Shared OCN"


class Office:
    """A project's office: hands out workbooks, takes them in, and keeps the record."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.times = 0

    @property
    def record(self) -> pl.DataFrame:
        return read_decisions(self.folder / "decisions")

    def send(self, day: int = 1, project: str = "ours") -> Path:
        (made,) = write_workbooks(
            self.folder / f"sent {day} {project}",
            **institution().frames(),
            decisions=self.record,
            run_date=date(2025, 11, day),
            units=[MUSIC],
            project=project,
        )
        return made.path

    def desk(self, name: str, sent: Path) -> Desk:
        return Desk(self.folder / name, sent)

    def take(self, *paths: Path, findings: pl.DataFrame | None = None) -> Returned:
        findings = institution().findings if findings is None else findings
        returned = read_returned(paths, findings=findings, record=self.record, projects=["ours"])
        append_decisions(self.folder / "decisions", returned.decisions)
        return returned

    def word(self, mms_id: str, *names: str) -> tuple:
        key = institution().findings.filter(problem="shared_ocn", mms_id=mms_id)["row_key"].item()
        last = latest_decisions(self.record).filter(row_key=key)
        return last.select(names or ("decision", "status", "note")).row(0) if last.height else ()


@pytest.fixture
def office(tmp_path) -> Office:
    return Office(tmp_path)


def asked(returned: Returned) -> list[tuple]:
    return returned.issues.filter(~pl.col("is_taken")).select("code", "row").rows()


def test_two_copies_of_one_workbook_are_put_together(office):
    sent = office.send()
    office.take(office.desk("anna.xlsx", sent).fill(SHARED, FIRST, Decision="merge").save())
    returned = office.take(office.desk("bob.xlsx", sent).fill(SHARED, SECOND, Decision="withdraw").save())
    assert asked(returned) == []
    assert office.word(FIRST) == ("merge", "Open", None)
    assert office.word(SECOND) == ("withdraw", "Open", None)


@pytest.mark.parametrize("at_once", [False, True])
def test_a_colleagues_note_leaves_the_decision(office, at_once):
    sent = office.send()
    one = office.desk("anna.xlsx", sent).fill(SHARED, FIRST, Decision="merge", Status="Done").save()
    two = office.desk("bob.xlsx", sent).fill(SHARED, FIRST, Note="on loan").save()
    returned = [office.take(one, two)] if at_once else [office.take(one), office.take(two)]
    assert [line for each in returned for line in asked(each)] == []
    assert office.word(FIRST) == ("merge", "Done", "on loan")


@pytest.mark.parametrize("at_once", [False, True])
def test_copies_that_disagree_are_asked_about(office, at_once):
    sent = office.send()
    one = office.desk("anna.xlsx", sent).fill(SHARED, FIRST, Decision="merge").save()
    two = office.desk("bob.xlsx", sent).fill(SHARED, FIRST, Decision="withdraw").save()
    if at_once:
        assert asked(office.take(one, two)) == [("duplicate_row_key", 3), ("duplicate_row_key", 3)]
        assert office.word(FIRST) == ()
    else:
        office.take(one)
        returned = office.take(two)
        assert asked(returned) == [("decided_otherwise", 3)]
        assert "merge, Open (anna.xlsx" in returned.issues["what"].item()
        assert office.word(FIRST)[0] == "merge"


def test_a_filled_in_copy_that_nobody_touched_says_nothing_after_a_change(office):
    office.take(office.desk("first.xlsx", office.send(1)).fill(SHARED, FIRST, Decision="merge").save())
    second = office.send(2)
    office.take(office.desk("changed.xlsx", second).fill(SHARED, FIRST, Decision="withdraw").save())
    returned = office.take(office.desk("untouched.xlsx", second).save())
    assert asked(returned) == []
    assert office.word(FIRST)[0] == "withdraw"


def test_an_older_workbook_after_a_newer_one_is_asked_about(office):
    older = office.send(1)
    office.take(office.desk("a.xlsx", office.send(2)).fill(SHARED, FIRST, Decision="withdraw").save())
    late = office.desk("b.xlsx", older).fill(SHARED, FIRST, Decision="merge").fill(SHARED, SECOND, Decision="merge")
    assert asked(office.take(late.save())) == [("decided_otherwise", 3)]
    assert (office.word(FIRST)[0], office.word(SECOND)[0]) == ("withdraw", "merge")


def test_a_decision_that_was_emptied_in_the_next_workbook_is_taken_back(office):
    office.take(office.desk("a.xlsx", office.send(1)).fill(SHARED, FIRST, Decision="merge", Status="Done").save())
    emptied = office.desk("b.xlsx", office.send(2)).fill(SHARED, FIRST, Decision=None, Status="Open").save()
    assert asked(office.take(emptied)) == []
    assert office.word(FIRST) == (None, "Open", None)


def test_a_decision_that_was_emptied_in_the_same_workbook_is_asked_about(office):
    desk = (
        office.desk("a.xlsx", office.send())
        .fill(SHARED, FIRST, Decision="merge")
        .fill(SHARED, SECOND, Decision="merge")
    )
    office.take(desk.save())
    returned = office.take(desk.fill(SHARED, FIRST, Decision=None).save())
    assert asked(returned) == [("taken_back", 3)]
    assert office.word(FIRST)[0] == "merge"


def test_the_same_file_twice_says_nothing_new(office):
    path = office.desk("a.xlsx", office.send()).fill(SHARED, FIRST, Decision="merge").save()
    office.take(path)
    again = office.take(path)
    assert again.decisions.is_empty()
    assert again.issues.is_empty()


def test_a_late_answer_on_a_record_that_is_another_now_is_asked_about(office):
    path = office.desk("a.xlsx", office.send()).fill(SHARED, FIRST, Decision="merge").save()
    now = institution().findings.with_columns(evidence_hash=pl.lit("another"))
    assert asked(office.take(path, findings=now)) == [("evidence_changed", 3)]
    assert office.record.is_empty()


def test_a_workbook_of_another_project_is_told_at_once(office):
    path = office.desk("a.xlsx", office.send(project="theirs")).fill(SHARED, FIRST, Decision="merge").save()
    returned = office.take(path)
    assert returned.issues["code"].to_list() == ["other_project"]
    assert "--also-from theirs" in returned.issues["todo"].item()
    assert office.record.is_empty()


def as_csv(path: Path, folder: Path, *, hidden: bool, separator: str = ",", encoding: str = "utf-8-sig") -> list[Path]:
    """Each sheet saved as text, as spreadsheet programs do."""
    folder.mkdir(parents=True, exist_ok=True)
    book = openpyxl.load_workbook(path)
    written = []
    for tab in book.worksheets:
        if tab.sheet_state != "visible" and not hidden:
            continue
        written.append(folder / f"law-{tab.title}.csv")
        with written[-1].open("w", encoding=encoding, newline="", errors="replace") as file:
            csv.writer(file, delimiter=separator).writerows(
                [["" if v is None else v for v in row] for row in tab.values]
            )
    return written


@pytest.mark.parametrize("hidden", [True, False])
@pytest.mark.parametrize(("separator", "encoding"), [(",", "utf-8-sig"), (";", "cp1252"), ("\t", "utf-16")])
@pytest.mark.parametrize("zipped", [False, True])
def test_sheets_that_were_saved_one_by_one_as_text(office, hidden, separator, encoding, zipped):
    path = office.desk("a.xlsx", office.send()).fill(SHARED, FIRST, Decision="merge", Status="Done", Note="a\nb").save()
    folder = office.folder / "texts"
    files = as_csv(path, folder, hidden=hidden, separator=separator, encoding=encoding)
    if zipped:
        with zipfile.ZipFile(office.folder / "all.zip", "w") as package:
            for file in files:
                package.write(file, f"sent back/{file.name}")
        returned = office.take(office.folder / "all.zip")
    else:
        returned = office.take(folder)
    assert office.word(FIRST) == ("merge", "Done", "a\nb")
    assert (
        asked(
            returned.__class__(
                **(vars(returned) | {"issues": returned.issues.filter(pl.col("code") != "unreadable_workbook")})
            )
        )
        == []
    )


def test_questions_are_answered_in_a_workbook_of_their_own(office):
    sent = office.send()
    office.take(
        office.desk("anna.xlsx", sent)
        .fill(SHARED, FIRST, Decision="merge")
        .fill(SHARED, SECOND, Decision="merge")
        .save()
    )
    two = (
        office.desk("bob.xlsx", sent)
        .fill(SHARED, FIRST, Decision="withdraw")
        .fill(SHARED, SECOND, Decision="different: change the OCN", New_OCN="77")
    )
    returned = office.take(two.save())
    assert len(asked(returned)) == 2
    path = office.folder / "questions.xlsx"
    written = write_questions(
        path, returned.questions, last=latest_decisions(office.record), project="ours", settings=Settings()
    )
    answers = office.desk("answered.xlsx", written)
    answers.fill(SHARED, FIRST, Answer="as the row says").fill(SHARED, SECOND, Answer="leave as it is")
    assert asked(office.take(answers.save())) == []
    assert office.word(FIRST)[0] == "withdraw"
    assert office.word(SECOND)[0] == "merge"


def test_an_answer_of_ones_own_to_a_question(office):
    sent = office.send()
    office.take(office.desk("anna.xlsx", sent).fill(SHARED, FIRST, Decision="merge").save())
    returned = office.take(office.desk("bob.xlsx", sent).fill(SHARED, FIRST, Decision="withdraw").save())
    written = write_questions(
        office.folder / "q.xlsx",
        returned.questions,
        last=latest_decisions(office.record),
        project="ours",
        settings=Settings(),
    )
    untouched = office.take(office.desk("untouched.xlsx", written).save())
    assert untouched.decisions.is_empty()
    office.take(office.desk("own.xlsx", written).fill(SHARED, FIRST, Decision="copies: keep both").save())
    assert office.word(FIRST)[0] == "copies: keep both"
