import hashlib
from datetime import date, datetime
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from desk import Desk
from hand_made_library import BIBS, MUSIC, institution

from datasync_lib.errors import InputError
from datasync_lib.vocabulary.decisions import ABOUT
from datasync_lib.workbooks.decisions import append_decisions, read_decisions
from datasync_lib.workbooks.returning import Returned, read_returned
from datasync_lib.workbooks.writing import write_workbooks

FIRST, SECOND = BIBS[0][0], BIBS[1][0]
SHARED = "Shared OCN"


@pytest.fixture(scope="module")
def sent_out(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("reports")
    (made,) = write_workbooks(folder, **institution().frames(), run_date=date(2025, 11, 25), units=[MUSIC])
    return made.path


@pytest.fixture
def desk(tmp_path, sent_out) -> Desk:
    return Desk(tmp_path / "returned.xlsx", sent_out)


def read(*paths: Path, findings: pl.DataFrame | None = None) -> Returned:
    return read_returned(paths, findings=institution().findings if findings is None else findings)


def codes(returned: Returned) -> list[tuple]:
    return returned.issues.select("code", "sheet", "row", "is_taken").rows()


def answers(returned: Returned) -> list[tuple]:
    frame = returned.decisions.drop("mms_id").join(
        institution().findings.select("row_key", "mms_id"), on="row_key", how="left"
    )
    return frame.select("mms_id", "decision", "status", "new_ocn", "note").rows()


def test_an_untouched_workbook_says_nothing(sent_out):
    returned = read(sent_out)
    assert returned.decisions.is_empty()
    assert returned.issues.is_empty()


def test_what_was_filled_in_comes_back_with_where_it_stood(desk):
    desk.fill(SHARED, FIRST, Decision="merge", Status="Done", New_OCN="1234567", Assignee="Anna", Note="two\nlines")
    desk.fill(SHARED, FIRST, Date=datetime(2025, 12, 1))
    path = desk.save()
    returned = read(path)
    finding = institution().findings.filter((pl.col("problem") == "shared_ocn") & (pl.col("mms_id") == FIRST))
    assert returned.issues.is_empty()
    assert returned.decisions.to_dicts() == [
        {
            "row_key": finding["row_key"][0],
            "problem": "shared_ocn",
            "decision": "merge",
            "status": "Done",
            "new_ocn": 1234567,
            "assignee": "Anna",
            "note": "two\nlines",
            "decided_on": "2025-12-01",
            # what the row is about is told when it is taken into the record
            **dict.fromkeys(ABOUT),
            "who": "Anna",
            "workbook": "returned.xlsx",
            "workbook_sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "workbook_id": _fact(path, "workbook_id"),
            "sheet": SHARED,
            "row": 3,
            "evidence_hash": finding["evidence_hash"][0],
            "imported_at": None,
            "record": None,
        }
    ]


def _fact(path: Path, name: str) -> str:
    return next(value for key, value, *_ in openpyxl.load_workbook(path)["_meta"].values if key == name)


def test_a_status_or_a_note_alone_is_kept_and_is_no_decision(desk):
    desk.fill(SHARED, FIRST, Status="Need help").fill(SHARED, SECOND, Note="where is it?")
    returned = read(desk.save())
    assert sorted(answers(returned)) == [
        (FIRST, None, "Need help", None, None),
        (SECOND, None, "Open", None, "where is it?"),
    ]
    assert returned.decisions["who"].to_list() == [MUSIC, MUSIC]


def test_an_answer_on_what_has_changed_since_is_asked_about(desk):
    desk.fill(SHARED, FIRST, Decision="merge")
    changed = institution().findings.with_columns(evidence_hash=pl.lit("changed since"))
    returned = read(desk.save(), findings=changed)
    assert codes(returned) == [("evidence_changed", SHARED, 3, False)]
    assert returned.decisions.is_empty()


def rewrite(tab, rows: list[tuple]) -> None:
    tab.delete_rows(1, tab.max_row)
    for row in rows:
        tab.append(row)


def test_sorting_moving_adding_and_renaming_change_nothing(desk):
    desk.fill(SHARED, FIRST, Decision="merge").fill(SHARED, SECOND, Status="In progress")
    tab = desk.book[SHARED]
    header, *rows = list(tab.values)
    moved = [["my own column", *header[::-1]], *([f"x{i}", *row[::-1]] for i, row in enumerate(reversed(rows)))]
    rewrite(tab, moved)
    tab.insert_rows(1, 2)
    tab["B1"] = "A title above"
    tab.title = "Anna's sheet"
    tab.column_dimensions["B"].hidden = True
    tab.auto_filter.ref = None
    returned = read(desk.save())
    assert returned.issues.is_empty()
    assert sorted(answers(returned)) == [
        (FIRST, "merge", "Open", None, None),
        (SECOND, None, "In progress", None, None),
    ]
    assert returned.decisions.select("sheet", "row").rows() == [("Anna's sheet", 4), ("Anna's sheet", 5)]


def test_columns_that_nobody_needs_may_be_taken_away(desk):
    desk.fill(SHARED, FIRST, Decision="merge")
    tab = desk.book[SHARED]
    for header in ("Priority", "MMS ID", "Title", "Assignee", "Date"):
        tab.delete_cols([cell.value for cell in tab[1]].index(header) + 1)
    assert answers(read(desk.save())) == [(FIRST, "merge", "Open", None, None)]


@pytest.mark.parametrize(
    ("typed", "read_as"),
    [
        ("1234567", 1234567),
        (1234567, 1234567),
        (1234567.0, 1234567),
        ("(OCoLC)1234567", 1234567),
        ("ocm01234567", 1234567),
        ("on1234567890", 1234567890),
    ],
)
def test_a_new_ocn_is_read_as_it_is_written(desk, typed, read_as):
    desk.fill(SHARED, FIRST, Decision="different: change the OCN", New_OCN=typed)
    assert read(desk.save()).decisions["new_ocn"].to_list() == [read_as]


@pytest.mark.parametrize("decision", ["Merge", " merge ", "MERGE"])
def test_a_decision_may_be_typed(desk, decision):
    desk.fill(SHARED, FIRST, Decision=decision, Status="done")
    assert answers(read(desk.save())) == [(FIRST, "merge", "Done", None, None)]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"Decision": "throw away"}, "invalid_decision"),
        ({"Decision": "suppressed both"}, "invalid_decision"),
        ({"Decision": "merge", "Status": "fertig"}, "invalid_status"),
        ({"Decision": "merge", "New_OCN": "see note"}, "invalid_new_ocn"),
        ({"Decision": "merge", "New_OCN": "0"}, "invalid_new_ocn"),
        ({"Decision": "merge", "New_OCN": "1.23E+09"}, "invalid_new_ocn"),
    ],
)
def test_an_answer_that_was_pasted_over_the_drop_down_is_an_issue(desk, answer, code):
    desk.fill(SHARED, FIRST, **answer).fill(SHARED, SECOND, Decision="withdraw")
    returned = read(desk.save())
    assert codes(returned) == [(code, SHARED, 3, False)]
    assert answers(returned) == [(SECOND, "withdraw", "Open", None, None)]


def test_a_row_that_lost_its_key_is_known_by_its_seal(desk):
    returned = read(desk.fill(SHARED, FIRST, Decision="merge", Row_key="").save())
    assert returned.issues.is_empty()
    assert answers(returned) == [(FIRST, "merge", "Open", None, None)]


@pytest.mark.parametrize("key", ["", "deadbeef", "0" * 20])
def test_a_row_key_that_is_not_ours_is_an_issue_that_keeps_what_was_said(desk, key):
    desk.fill(SHARED, FIRST, Decision="merge", Note="important", Row_key=key, Seal_1="")
    returned = read(desk.save())
    assert codes(returned) == [("unknown_row_key", SHARED, 3, False)]
    assert "merge, Open, important" in returned.issues["what"][0]
    assert returned.decisions.is_empty()


def test_a_row_that_was_added_at_the_end_is_told(desk):
    desk.book[SHARED].append(["a note of mine"])
    tab = desk.book[SHARED]
    headers = [cell.value for cell in tab[1]]
    tab.cell(tab.max_row, headers.index("Note") + 1).value = "and one more bib: 99123"
    assert codes(read(desk.save())) == [("unknown_row_key", SHARED, 4, False)]


def test_one_column_sorted_alone_is_found_out(desk):
    first, second = desk.cell(SHARED, FIRST, "MMS ID"), desk.cell(SHARED, SECOND, "MMS ID")
    desk.fill(SHARED, FIRST, Decision="merge").fill(SHARED, SECOND, Decision="merge")
    first.value, second.value = second.value, first.value
    returned = read(desk.save())
    assert codes(returned) == [("identity_changed", SHARED, 2, False), ("identity_changed", SHARED, 3, False)]
    assert returned.decisions.is_empty()


@pytest.mark.parametrize(
    ("reads_now", "code", "is_taken"),
    [
        (990011023280203000, "identity_damaged", True),
        ("990011023280203000", "identity_damaged", True),
        (float("990011023280203941"), "identity_damaged", True),
        ("9.90011E+17", "identity_changed", False),
        ("990011023290203941", "identity_changed", False),
        (None, "identity_changed", False),
    ],
)
def test_an_mms_id_that_a_spreadsheet_rounded_is_still_the_same(desk, reads_now, code, is_taken):
    desk.fill(SHARED, FIRST, Decision="merge")
    desk.cell(SHARED, FIRST, "MMS ID").value = reads_now
    returned = read(desk.save())
    assert codes(returned) == [(code, SHARED, 3, is_taken)]
    assert returned.decisions.height == is_taken


def copy_row(desk: Desk, sheet: str, mms_id: str) -> list:
    row = desk.cell(sheet, mms_id, "MMS ID").row
    values = [cell.value for cell in desk.book[sheet][row]]
    desk.book[sheet].append(values)
    return [cell.value for cell in desk.book[sheet][1]]


def test_a_row_that_comes_twice_with_one_answer_counts_once(desk):
    desk.fill(SHARED, FIRST, Decision="merge")
    copy_row(desk, SHARED, FIRST)
    returned = read(desk.save())
    assert codes(returned) == [("duplicate_row_key", SHARED, 3, True), ("duplicate_row_key", SHARED, 4, True)]
    assert answers(returned) == [(FIRST, "merge", "Open", None, None)]


def test_a_row_that_comes_twice_with_two_answers_is_not_taken(desk):
    desk.fill(SHARED, FIRST, Decision="merge")
    headers = copy_row(desk, SHARED, FIRST)
    desk.book[SHARED].cell(4, headers.index("Decision") + 1).value = "withdraw"
    returned = read(desk.save())
    assert codes(returned) == [("duplicate_row_key", SHARED, 3, False), ("duplicate_row_key", SHARED, 4, False)]
    assert returned.decisions.is_empty()


def test_two_workbooks_that_disagree_are_both_told(tmp_path, sent_out):
    one = Desk(tmp_path / "one.xlsx", sent_out).fill(SHARED, FIRST, Decision="merge").save()
    two = Desk(tmp_path / "two.xlsx", sent_out).fill(SHARED, FIRST, Decision="withdraw").save()
    returned = read(one, two)
    assert returned.issues["workbook"].to_list() == ["one.xlsx", "two.xlsx"]
    assert returned.decisions.is_empty()


def test_an_answer_on_what_was_mended_since_is_recorded(desk):
    desk.fill(SHARED, FIRST, Decision="merge", Status="Done")
    returned = read(desk.save(), findings=institution().findings.filter(pl.col("problem") != "shared_ocn"))
    assert codes(returned) == [("finding_gone", SHARED, 3, True)]
    assert returned.decisions.select("problem", "decision").rows() == [("shared_ocn", "merge")]


def test_without_the_hidden_list_the_rows_are_held_against_todays_findings(desk):
    desk.fill(SHARED, FIRST, Decision="merge")
    del desk.book["_rows"], desk.book["_meta"]
    returned = read(desk.save())
    assert codes(returned) == [("no_row_list", None, None, True)]
    assert answers(returned) == [(FIRST, "merge", "Open", None, None)]
    assert returned.decisions["who"].to_list() == [None]


def test_two_columns_of_one_name_are_told(desk):
    desk.fill(SHARED, FIRST, Decision="merge")
    tab = desk.book[SHARED]
    tab.cell(1, tab.max_column + 1).value = "Decision"
    assert answers(read(desk.save())) == [(FIRST, "merge", "Open", None, None)]
    tab.cell(3, tab.max_column).value = "withdraw"
    returned = read(desk.save())
    assert codes(returned) == [("double_header", SHARED, 3, False)]
    assert "a second column «Decision» says «withdraw»" in returned.issues["what"].item().lower().replace(
        "decision", "Decision"
    )
    assert returned.decisions.is_empty()


def test_what_is_no_workbook_is_an_issue_and_the_others_are_read(tmp_path, desk):
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 half a file")
    (tmp_path / "empty.xlsx").write_bytes(b"")
    (tmp_path / "~$returned.xlsx").write_bytes(b"lock file of Excel")
    (tmp_path / "photo.png").write_bytes(b"nothing for us")
    (tmp_path / "Thumbs.db").write_bytes(b"of Windows")
    book = openpyxl.Workbook()
    book.active.append(["Something", "else"])
    book.save(tmp_path / "other.xlsx")
    desk.fill(SHARED, FIRST, Decision="merge").save()
    returned = read_returned(tmp_path, findings=institution().findings)
    assert returned.issues.select("code", "workbook").rows() == [
        ("unreadable_workbook", "broken.xlsx"),
        ("unreadable_workbook", "empty.xlsx"),
        ("no_row_keys", "other.xlsx"),
        ("no_row_list", "other.xlsx"),
        ("other_file", "photo.png"),
    ]
    assert answers(returned) == [(FIRST, "merge", "Open", None, None)]


def test_a_path_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InputError, match=r"nowhere\.xlsx does not exist"):
        read(tmp_path / "nowhere.xlsx")


def test_the_whole_way_there_and_back(tmp_path, desk):
    record = tmp_path / "decisions"
    path = (
        desk.fill(SHARED, FIRST, Decision="merge", Status="Done").fill("Rejected", FIRST, Status="Not a problem").save()
    )
    assert append_decisions(record, read(path).decisions).height == 2
    assert append_decisions(record, read(path).decisions).is_empty()
    again = write_workbooks(
        tmp_path / "next",
        **institution().frames(),
        decisions=read_decisions(record),
        run_date=date(2025, 12, 24),
        units=[MUSIC],
    )
    second = Desk(tmp_path / "second.xlsx", again[0].path)
    assert second.cell(SHARED, FIRST, "Decision").value == "merge"
    assert again[0].rows["rejected"] == 1
    # Sent back as it was filled in for the unit, it says nothing new.
    assert append_decisions(record, read(second.path).decisions).is_empty()
    changed = second.fill(SHARED, FIRST, Decision="withdraw").save()
    assert append_decisions(record, read(changed).decisions)["decision"].to_list() == ["withdraw"]


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods", "fods"])
def test_a_workbook_saved_by_another_program_comes_back_whole(tmp_path, desk, libreoffice, kind):
    desk.fill(SHARED, FIRST, Decision="merge", Status="Done", New_OCN="1234567", Note="a\nb")
    desk.fill(SHARED, FIRST, Date=datetime(2025, 12, 1))
    desk.fill("Rejected", BIBS[4][0], Status="Need help")
    path = desk.save()
    resaved = read(libreoffice(path, tmp_path, kind))
    assert resaved.issues.is_empty()
    told = pl.exclude("workbook", "workbook_sha256")
    assert resaved.decisions.select(told).to_dicts() == read(path).decisions.select(told).to_dicts()


def _column(desk: Desk, header: str) -> int:
    return [cell.value for cell in desk.book[SHARED][1]].index(header) + 1


@pytest.mark.parametrize("harm", ["the column is gone", "its header is another"])
def test_a_sheet_that_lost_its_row_keys_is_read_by_its_seals(desk, harm):
    desk.fill(SHARED, FIRST, Decision="merge")
    _lose_keys(desk, harm)
    returned = read(desk.save())
    assert returned.issues.is_empty()
    assert answers(returned) == [(FIRST, "merge", "Open", None, None)]


def _lose_keys(desk: Desk, harm: str) -> None:
    tab = desk.book[SHARED]
    if harm == "the column is gone":
        tab.delete_cols(_column(desk, "Row key"))
    elif harm == "its header is another":
        tab.cell(1, _column(desk, "Row key")).value = "Zeile"
    else:
        tab.delete_rows(1)


@pytest.mark.parametrize("harm", ["the column is gone", "its header is another", "the header row is gone"])
def test_a_sheet_that_lost_its_row_keys_and_seals_is_told_and_the_others_are_read(desk, harm):
    desk.fill(SHARED, FIRST, Decision="different")
    for seal in ("Seal 1", "Seal 2"):
        desk.book[SHARED].delete_cols(_column(desk, seal))
    _lose_keys(desk, harm)
    returned = read(desk.save())
    assert codes(returned) == [("no_row_keys", SHARED, None, False)]
    assert returned.decisions.is_empty()


def test_a_sheet_without_its_header_is_told_without_the_hidden_list_too(desk):
    desk.fill(SHARED, FIRST, Decision="merge").book[SHARED].delete_rows(1)
    del desk.book["_rows"]
    assert codes(read(desk.save())) == [("no_row_list", None, None, True), ("no_row_keys", SHARED, None, False)]


def test_a_yellow_column_under_another_header_is_told(desk):
    desk.fill(SHARED, FIRST, Decision="different", Note="the second edition")
    desk.book[SHARED].cell(1, _column(desk, "Decision")).value = "Entscheidung"
    returned = read(desk.save())
    assert codes(returned) == [("missing_column", SHARED, 1, True), ("missing_column", SHARED, 3, False)]
    assert "the column «Entscheidung» says «different»" in returned.issues["what"][1]
    assert returned.decisions.is_empty()


@pytest.mark.parametrize("number", ["123456789012", "2000000001"])
def test_a_new_ocn_that_oclc_never_gave_is_not_taken(desk, number):
    returned = read(desk.fill(SHARED, FIRST, New_OCN=number).save())
    assert [code for code, *_ in codes(returned)] == ["invalid_new_ocn"]
    assert returned.decisions.is_empty()


def states(returned: Returned) -> list[tuple]:
    return returned.rows.filter(pl.col("sheet") == SHARED).select("row", "state").rows()


def test_every_row_of_a_returned_workbook_has_its_state(desk):
    desk.fill(SHARED, FIRST, Decision="merge").fill(SHARED, SECOND, Status="fertig")
    copy_row(desk, SHARED, FIRST)
    returned = read(desk.save())
    assert states(returned) == [(2, "questioned"), (3, "taken"), (4, "repeated")]
    assert set(returned.rows.filter(pl.col("sheet") != SHARED)["state"]) == {"unchanged"}
    (account,) = returned.account.to_dicts()
    assert account["sent"] == account["returned"] == account["rows"] - 1
    assert (account["taken"], account["repeated"], account["questioned"], account["missing"]) == (1, 1, 1, 0)


def test_a_header_that_was_sorted_along_hides_no_row(desk):
    desk.fill(SHARED, FIRST, Decision="merge").fill(SHARED, SECOND, Status="In progress")
    tab = desk.book[SHARED]
    header, first, second = list(tab.values)
    rewrite(tab, [first, ["a title"], header, second])
    returned = read(desk.save())
    assert codes(returned) == []
    assert sorted(answers(returned)) == [
        (FIRST, "merge", "Open", None, None),
        (SECOND, None, "In progress", None, None),
    ]
    assert [row for row, _ in states(returned)] == [1, 4]


def test_an_answer_in_merged_cells_is_asked_about_for_each_row(desk):
    desk.fill(SHARED, SECOND, Decision="merge", Note="both")
    column = _column(desk, "Decision")
    desk.book[SHARED].merge_cells(start_row=2, end_row=3, start_column=column, end_column=column)
    returned = read(desk.save())
    assert codes(returned) == [("merged_cells", SHARED, 2, False), ("merged_cells", SHARED, 3, False)]
    assert "the rows 2 to 3 are one over «Decision»: «merge»" in returned.issues["what"][1]
    assert returned.decisions.is_empty()


def test_a_formula_that_no_program_has_worked_out_is_no_answer(desk):
    desk.fill(SHARED, FIRST, Decision='=IF(1=1,"merge","")')
    assert codes(read(desk.save())) == [("no_value", SHARED, 3, False)]


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("returned.csv", b"Decision;MMS ID\nmerge;0123\n", "is text without the column «Row key»"),
        ("returned.xlsx", b"%PDF-1.7 ...", "a PDF file, which holds no rows"),
        (
            "returned.xls",
            b"<html><table><tr><td>Row key</td></tr></table></html>",
            "is a web page, which has no hidden rows",
        ),
        ("returned.xlsb", b"PK\x03\x04 and more", "only a part of the file"),
        ("returned.xlsx", b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        ("returned.ods", b"", "it is empty"),
    ],
)
def test_what_came_back_as_something_else_is_told_with_what_to_do(tmp_path, name, content, why):
    (tmp_path / name).write_bytes(content)
    returned = read(tmp_path)
    assert codes(returned) == [("unreadable_workbook", None, None, False)]
    assert why in returned.issues["what"].item()
    assert returned.rows.is_empty()


def test_a_reader_that_panics_makes_a_bad_file(desk, monkeypatch):
    class PanicException(BaseException):
        pass

    def panics(_):
        raise PanicException("index out of bounds")

    monkeypatch.setattr("fastexcel.read_excel", panics)
    assert codes(read(desk.save())) == [("unreadable_workbook", None, None, False)]


def test_an_answer_on_a_holding_of_a_sheet_that_now_has_a_row_a_location_is_still_taken(tmp_path):
    """Earlier workbooks had a row a holding; nobody's answer is lost."""
    (holding,) = institution().findings.filter(pl.col("problem") == "unmapped_location").iter_rows(named=True)
    book = openpyxl.Workbook()
    book.active.title = "Unmapped location"
    book.active.append(["Holding ID", "Decision", "Status", "Assignee", "Note", "Date", "Row key"])
    book.active.append([holding["holding_id"], "mapped", "Done", None, None, None, holding["row_key"]])
    book.save(tmp_path / "earlier.xlsx")
    returned = read(tmp_path / "earlier.xlsx")
    assert returned.decisions.select("row_key", "decision", "status").rows() == [(holding["row_key"], "mapped", "Done")]


def test_a_workbook_with_a_sheet_of_locations_comes_back_without_a_word(tmp_path):
    (made,) = write_workbooks(tmp_path, **institution().frames(), run_date=date(2025, 11, 25), units=[None])
    assert codes(read(made.path)) == []
