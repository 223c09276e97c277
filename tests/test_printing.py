"""Frames as text: every row fits, no ID is cut, and nothing in a record is obeyed by a terminal or a wiki."""

from datetime import date

import polars as pl
import pytest

from datasync_lib.printing import as_markdown, as_text

ID = "990011023280203941"
TITLE = "The forgotten machine : origins and consequences of a long and winding story"


def test_a_table_that_fits_is_whole():
    frame = pl.DataFrame({"mms_id": [ID, None], "title": ["Rivers", "Ponds"], "ocn": [12, 345], "is_old": [True, None]})
    assert as_text(frame, 80).splitlines() == [
        "| mms_id             | title  | ocn | is_old |",
        "| ------------------ | ------ | --- | ------ |",
        f"| {ID} | Rivers |  12 | yes    |",
        "|                    | Ponds  | 345 |        |",
    ]


def test_long_texts_are_cut_and_ids_never():
    lines = as_text(pl.DataFrame({"mms_id": [ID], "title": [TITLE], "ocn": [12]}), 60).splitlines()
    assert lines[2] == f"| {ID} | The forgotten machine : orig… |  12 |"
    assert {len(line) for line in lines} == {60}


def test_a_row_that_does_not_fit_is_a_block():
    frame = pl.DataFrame({"mms_id": [ID, ID], "holding_id": [ID, ID], "file": ["a" * 30, ""], "title": [TITLE, None]})
    assert as_text(frame, 60).splitlines() == [
        "-- 1",
        f"mms_id      {ID}",
        f"holding_id  {ID}",
        f"file        {'a' * 30}",
        "title       The forgotten machine : origins and consequences",
        "            of a long and winding story",
        "",
        "-- 2",
        f"mms_id      {ID}",
        f"holding_id  {ID}",
    ]


@pytest.mark.parametrize(("columns", "shown"), [(1, 100), (9, 25)])
def test_more_rows_are_told(columns, shown):
    frame = pl.DataFrame({f"column_{n}": [ID] * 130 for n in range(columns)})
    text = as_text(frame, 100)
    assert text.count(ID) == shown * columns
    assert text.splitlines()[-1] == f"… {130 - shown} more rows; datasync sql gives all, with --csv, --md or --xlsx"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("two\nlines\tand\x1b[2Jmore", "two lines and\ufffd[2Jmore"),
        ([1, 2], "1; 2"),
        ({"a": date(2025, 7, 21)}, '{"a": "2025-07-21"}'),
        ("東京", "東京"),
        ("e\u0301", "e\u0301"),
    ],
)
def test_a_value_is_one_line_without_signs_that_are_obeyed(value, shown):
    row = as_text(pl.DataFrame({"value": [value], "next": [1]}), 80).splitlines()[2]
    assert row.split("|")[1].strip() == shown


def test_wide_signs_take_their_room():
    lines = as_text(pl.DataFrame({"place": ["東京", "Oslo"]}), 80).splitlines()
    assert lines[2:] == ["| 東京  |", "| Oslo  |"]


def test_a_markdown_table_is_whole_and_no_markup():
    frame = pl.DataFrame({"mms_id": [ID] * 200, "title": ["a|b <script>*x*\n[y](z) " + TITLE] * 200})
    lines = as_markdown(frame).splitlines()
    assert len(lines) == 202
    assert lines[:2] == ["| mms\\_id | title |", "| --- | --- |"]
    assert lines[2] == f"| {ID} | a\\|b &lt;script&gt;\\*x\\* \\[y\\](z) {TITLE} |"


def test_nothing_is_nothing():
    assert as_text(pl.DataFrame(), 80) == ""
    assert as_text(pl.DataFrame({"a": []}, schema={"a": pl.String}), 80).splitlines() == ["| a |", "| - |"]
