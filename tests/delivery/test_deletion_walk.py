"""One symbol step by step: each short frame says what the frames that it is made from say."""

from datetime import date

import polars as pl
import pytest
from deletion_frames import TODAY, Library

from datasync_lib import viewing
from datasync_lib.delivery.deletions.deletion import Deletion
from datasync_lib.problems import PROBLEMS


@pytest.fixture(scope="module")
def walk(example) -> Deletion:
    return example.deletion("MLW", today=date(2025, 10, 1))


def test_what_it_rests_on(walk):
    found = walk.inputs()
    lists = found.filter(pl.col("what").str.starts_with("WorldCat")).select("what", "day", "file").rows()
    assert lists == [
        ("WorldCat's list, before the extract", date(2025, 6, 30), "worldcat/worldcat.MLW.20250630.list.txt"),
        ("WorldCat's list, after the extract", date(2025, 9, 15), "worldcat/worldcat.MLW.20250915.list.mrc"),
    ]
    assert found.filter(what="excluded titles").rows() == [("excluded titles", None, None, None)]


def test_what_blocks_adds_up_to_what_waits(walk):
    waits = walk.balance().filter(pl.col("answer").is_in(["hold", "review"]))
    found = walk.blockers()
    assert found["decides"].sum() == waits["numbers"].sum() > 0
    titles = {kind.title: kind.changed_by for kind in PROBLEMS["old_holding"].classes.values()}
    assert all(row["what would change it"] == titles[row["class"]] for row in found.to_dicts())


def test_checks_prediction_and_files(walk):
    checks = walk.checks_in_words()
    assert checks["check"].to_list() == walk.checks()["title"].to_list()
    assert set(checks["result"]) == {"passes", "fails", "no input"}
    total = walk.balance().filter(title="total")["numbers"].item()
    assert walk.prediction()["numbers"].sum() == total
    assert walk.files().is_empty()


def test_open_requests_and_what_nobody_could_ask_for(walk, example):
    requests = walk.requests()
    assert requests.height == example.analysis.open_ill_requests.filter(symbol="MLW").height > 0
    assert set(requests["touches"]) <= {"yes", "no"}
    collections = walk.of("not_requestable_by_collection")
    assert collections["by_our_answers"].sum() == 0
    assert collections["titles"].sum() > 0


def test_files_of_a_package_that_was_written(library: Library):
    deletion = Deletion(library, "OLD", today=TODAY)
    deletion.write()
    assert "sign_off.xlsx" in deletion.files()["file"].to_list()


@pytest.mark.parametrize(("asked", "expected"), [("", "B"), ("A", "A")])
def test_the_symbol_from_which_most_would_go(asked, expected):
    board = pl.DataFrame({"symbol": ["A", "B", "C"], "delete": [3, 9, None]})
    assert viewing.one_symbol(board, asked) == expected
    assert viewing.one_symbol(board.clear()) == ""


def test_where_no_symbol_is_described_each_step_says_so():
    walk = viewing.NothingToWalk()
    for frame in (walk.inputs(), walk.of("ill_weeks"), walk.requests().drop("file", "record", strict=False)):
        assert frame["note"].to_list() == ["No symbol is described yet: fill in [[symbols]] of datasync.toml."]
