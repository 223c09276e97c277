"""Workbooks that are written twice at once, and one that cannot be written among others."""

import multiprocessing
import os
import time
from datetime import date

import openpyxl
import pytest
from hand_made_library import institution

from datasync_lib.errors import OutputError
from datasync_lib.workbooks.replacing import replacing
from datasync_lib.workbooks.writing import write_workbooks

DAY = date(2025, 11, 25)


def _write(folder, times):
    for _ in range(times):
        write_workbooks(folder, **institution().frames(), run_date=DAY)


def test_two_at_once_do_not_take_each_others_files(tmp_path):
    spawn = multiprocessing.get_context("spawn")  # a program of its own, as at a second desk
    writers = [spawn.Process(target=_write, args=(tmp_path, 4)) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(120)
    assert [writer.exitcode for writer in writers] == [0, 0]
    written = sorted(tmp_path.rglob("*.xlsx"))
    assert len(written) > 1
    assert all(openpyxl.load_workbook(path).sheetnames for path in written)
    assert {path.suffix for path in tmp_path.rglob("*") if path.is_file()} == {".xlsx", ".html"}


def test_one_that_cannot_be_written_does_not_stop_the_others(tmp_path):
    paths = [made.path for made in write_workbooks(tmp_path, **institution().frames(), run_date=DAY)]
    for path in paths:
        path.unlink()
    paths[0].mkdir()
    done = []
    with pytest.raises(OutputError) as told:
        write_workbooks(tmp_path, **institution().frames(), run_date=DAY, done=done.append)
    assert done == paths[1:]
    first, second = str(told.value).splitlines()
    assert first == f"1 of {len(paths)} workbooks were not written:"
    assert second.startswith(f"{paths[0]} cannot be written (")
    assert all(path.is_file() for path in done)


def test_what_a_program_left_that_was_ended_goes_and_what_another_writes_stays(tmp_path):
    left, written = tmp_path / "a.0badcafe.tmp", tmp_path / "a.deadbeef.tmp"
    for path in (left, written):
        path.write_bytes(b"x")
    os.utime(left, times=(time.time() - 200_000,) * 2)
    with replacing(tmp_path / "a.xlsx") as beside:
        beside.write_bytes(b"new")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.deadbeef.tmp", "a.xlsx"]
