from datetime import UTC, date, datetime

import openpyxl
import polars as pl
import pytest

from datasync_lib.errors import OutputError
from datasync_lib.workbooks.writing import write_table


def test_an_answer_keeps_its_ids_and_its_numbers(tmp_path):
    frame = pl.DataFrame(
        {
            "mms_id": ["990011023280203941", None],
            "title": ["=1+1", "a\x1fb"],
            "ocn": [1234567, None],
            "long": [990011023280203941, 1],
            "share": [0.25, float("nan")],
            "day": [date(2025, 1, 31), None],
            "at": [datetime(2025, 1, 31, 12, tzinfo=UTC), None],
            "is_host": [True, None],
            "libraries": [["MUS", "LAW"], None],
        },
        schema_overrides={"at": pl.Datetime("us", "UTC")},
    )
    write_table(tmp_path / "deep" / "answer.xlsx", frame)
    sheet = openpyxl.load_workbook(tmp_path / "deep" / "answer.xlsx").active
    header, first, second = sheet.iter_rows(values_only=True)
    assert header == tuple(frame.columns)
    assert first == (
        "990011023280203941",
        "=1+1",
        1234567,
        "990011023280203941",
        0.25,
        datetime(2025, 1, 31),
        datetime(2025, 1, 31, 12),
        True,
        '["MUS", "LAW"]',
    )
    assert second == (None, "a␟b", None, "1", None, None, None, None, None)
    assert sheet["B2"].data_type == "s"
    assert sheet.freeze_panes == "A2"


def test_an_answer_without_rows_has_its_header(tmp_path):
    write_table(tmp_path / "a.xlsx", pl.DataFrame(schema={"mms_id": pl.String, "n": pl.Int64}))
    assert list(openpyxl.load_workbook(tmp_path / "a.xlsx").active.values) == [("mms_id", "n")]


def test_an_answer_of_more_rows_than_a_sheet_takes_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr("datasync_lib.workbooks.tables.ROWS_PER_SHEET", 2)
    write_table(tmp_path / "a.xlsx", pl.DataFrame({"n": [1, 2, 3]}))
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert {sheet.title: list(sheet.values) for sheet in book} == {
        "Answer": [("n",), (1,), (2,)],
        "Answer 2": [("n",), (3,)],
    }


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(OutputError, match=r"a\.xlsx cannot be written"):
        write_table(tmp_path / "file" / "a.xlsx", pl.DataFrame({"n": [1]}))
