import json
from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from datasync_lib.errors import OutputError, StoreError
from datasync_lib.workbooks.decisions import (
    FILE_NAME,
    append_decisions,
    latest_decisions,
    no_decisions,
    read_decisions,
    with_decisions,
)

KEY = "0123456789abcdef0123"
OTHER = "ffffffffffffffffffff"
FIRST, SECOND = datetime(2025, 11, 1, 9, tzinfo=UTC), datetime(2025, 11, 2, 9, tzinfo=UTC)


def said(**values: object) -> pl.DataFrame:
    usual = {"row_key": KEY, "problem": "shared_ocn", "decision": "merge", "status": "Done", "evidence_hash": "e1"}
    return pl.DataFrame([usual | values], schema=None)


def test_what_is_taken_in_can_be_read_again(tmp_path):
    answer = said(note="zwei\nZeilen «é»\u2028ספר", new_ocn=1234567, decided_on="2025-10-31", workbook="a.xlsx", row=7)
    added = append_decisions(tmp_path, answer, now=FIRST)
    assert_frame_equal(read_decisions(tmp_path), added)
    assert read_decisions(tmp_path).select("row_key", "note", "new_ocn", "row", "imported_at").row(0) == (
        KEY,
        "zwei\nZeilen «é»\u2028ספר",
        1234567,
        7,
        FIRST,
    )


def test_before_the_first_import_nothing_was_decided(tmp_path):
    assert_frame_equal(read_decisions(tmp_path), no_decisions())


def test_taking_the_same_in_twice_adds_nothing(tmp_path):
    append_decisions(tmp_path, said(), now=FIRST)
    before = (tmp_path / FILE_NAME).read_bytes()
    assert append_decisions(tmp_path, said(workbook="saved again.xlsx"), now=SECOND).is_empty()
    assert (tmp_path / FILE_NAME).read_bytes() == before


def test_an_old_workbook_taken_in_again_does_not_undo_what_came_later(tmp_path):
    old = said(decision="merge", workbook_sha256="aa")
    append_decisions(tmp_path, old, now=FIRST)
    append_decisions(tmp_path, said(decision="withdraw", workbook_sha256="bb"), now=SECOND)
    assert append_decisions(tmp_path, old).is_empty()
    assert latest_decisions(read_decisions(tmp_path))["decision"].to_list() == ["withdraw"]


def test_a_changed_mind_is_a_new_line_and_the_last_word(tmp_path):
    append_decisions(tmp_path, said(), now=FIRST)
    append_decisions(tmp_path, said(decision="withdraw"), now=SECOND)
    assert read_decisions(tmp_path)["decision"].to_list() == ["merge", "withdraw"]
    assert latest_decisions(read_decisions(tmp_path))["decision"].to_list() == ["withdraw"]


def test_the_same_answer_on_changed_evidence_is_a_new_one(tmp_path):
    append_decisions(tmp_path, said(), now=FIRST)
    assert append_decisions(tmp_path, said(evidence_hash="e2"), now=SECOND).height == 1


def test_the_record_is_copied_before_lines_are_added(tmp_path):
    append_decisions(tmp_path, said(), now=FIRST)
    first = (tmp_path / FILE_NAME).read_bytes()
    append_decisions(tmp_path, said(row_key=OTHER), now=SECOND)
    assert [path.read_bytes() for path in (tmp_path / "backup").iterdir()] == [first]
    assert (tmp_path / FILE_NAME).read_bytes().startswith(first)
    assert not list(tmp_path.glob("*.new"))


def test_a_damaged_line_is_named_and_stays_where_it_is(tmp_path):
    append_decisions(tmp_path, said(), now=FIRST)
    with (tmp_path / FILE_NAME).open("a", encoding="utf-8") as file:
        file.write("half a li")
    damaged = (tmp_path / FILE_NAME).read_bytes()
    with pytest.warns(UserWarning, match=r"decisions\.jsonl: 1 line could not be read \(line 2: .*backup"):
        added = append_decisions(tmp_path, said(row_key=OTHER))
    assert (tmp_path / FILE_NAME).read_bytes().startswith(damaged + b"\n")
    assert added["record"].to_list() == [2]


def test_a_record_of_a_newer_version_is_left_alone(tmp_path):
    (tmp_path / FILE_NAME).write_text(json.dumps({"version": 99, "row_key": KEY}), encoding="utf-8")
    with pytest.raises(StoreError, match="newer version"):
        read_decisions(tmp_path)


def test_a_last_line_without_an_end_is_kept_whole(tmp_path):
    append_decisions(tmp_path, said(), now=FIRST)
    path = tmp_path / FILE_NAME
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    append_decisions(tmp_path, said(row_key=OTHER), now=SECOND)
    assert read_decisions(tmp_path)["row_key"].to_list() == [KEY, OTHER]


def test_a_record_that_cannot_be_written_is_said_so(tmp_path, monkeypatch):
    # What Windows does while another program holds the file open; it cannot be brought about here.
    def held_open(*_):
        raise PermissionError(13, "held open", str(tmp_path / FILE_NAME))

    monkeypatch.setattr("pathlib.Path.replace", held_open)
    with pytest.raises(OutputError, match=r"decisions\.jsonl cannot be written"):
        append_decisions(tmp_path, said())


FINDINGS = pl.DataFrame({"row_key": [KEY, OTHER], "problem": ["shared_ocn"] * 2, "evidence_hash": ["e1", "e1"]})


def decided(*answers: dict) -> pl.DataFrame:
    lines = pl.concat([said(**answer) for answer in answers], how="diagonal_relaxed").with_columns(imported_at=FIRST)
    return pl.concat([no_decisions(), lines.cast({"imported_at": pl.Datetime("us", "UTC")})], how="diagonal_relaxed")


def test_an_earlier_answer_is_filled_in_again():
    first, second = with_decisions(FINDINGS, decided({"note": "n"})).to_dicts()
    assert (first["decision"], first["status"], first["note"], first["earlier"]) == ("merge", "Done", "n", None)
    assert (second["decision"], second["status"], second["is_settled"]) == (None, None, False)


def test_changed_evidence_is_asked_again_and_the_earlier_answer_told():
    first = with_decisions(FINDINGS, decided({"evidence_hash": "old", "note": "n"})).to_dicts()[0]
    assert (first["decision"], first["status"], first["note"], first["is_settled"]) == (None, None, None, False)
    assert first["earlier"].startswith("merge (Done) on 2025-11-01; what it rests on has changed")


@pytest.mark.parametrize(
    ("decision", "status", "evidence_hash", "is_settled"),
    [
        (None, "Not a problem", "e1", True),
        ("merge", "Not a problem", "e1", True),
        ("not a problem", "Open", "e1", True),
        ("not a problem", "Done", "e1", True),
        ("not a problem", "Need help", "e1", False),
        ("merge", "Done", "e1", False),
        (None, "Not a problem", "e2", False),
    ],
)
def test_no_problem_is_settled_until_the_evidence_changes(decision, status, evidence_hash, is_settled):
    answer = {"decision": decision, "status": status, "evidence_hash": evidence_hash}
    assert with_decisions(FINDINGS, decided(answer))["is_settled"].to_list() == [is_settled, False]


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["merge", "withdraw"])), max_size=12))
def test_the_last_word_counts(lines):
    frame = decided(*({"row_key": key, "decision": decision} for key, decision in lines)) if lines else no_decisions()
    latest = latest_decisions(frame)
    assert dict(latest.select("row_key", "decision").iter_rows()) == dict(lines)
