"""The board of all symbols: every number is one of the frames, and what has no input is no zero."""

from datetime import date

import polars as pl
import pytest

from datasync_lib.delivery.deletions.board import board_in_words

TODAY = date(2025, 10, 1)


@pytest.fixture(scope="module")
def board(example) -> pl.DataFrame:
    return example.deletions(today=TODAY)


def test_a_row_for_each_symbol_of_the_settings(example, board):
    assert board["symbol"].to_list() == [each.symbol for each in example.settings.symbols]
    modes = dict(board.select("symbol", "mode").iter_rows())
    assert modes == {"MWU": "kept", "MWS": "moved", "MWC": "moved"} | dict.fromkeys(
        ["MWH", "MLW", "M@S", "MMD"], "retired"
    )


def test_numbers_are_those_of_the_frames(example, board):
    totals = example.analysis.balance_sheet.filter(pl.col("class") == "total")
    assert dict(board.drop_nulls("held").select("symbol", "held").iter_rows()) == dict(
        totals.select("symbol", "numbers").iter_rows()
    )
    counted = board.drop_nulls("held").select(pl.sum_horizontal("delete", "keep", "hold", "review") == pl.col("held"))
    assert counted.to_series().all()
    checks = example.deletion("MLW", today=TODAY).checks()
    row = board.filter(symbol="MLW").row(0, named=True)
    states = [row[f"checks_{name}"] for name in ("passed", "signed", "failed", "no_input")]
    passes = checks["passes"]
    assert states == [passes.sum(), 0, (~passes).sum(), passes.null_count()]
    requests = checks.filter(name="open_ill")["numbers"].item()
    assert requests.startswith(f"{row['open_ill']} open request")
    lost = example.analysis.not_requestable.filter(symbol="MLW")["number"].n_unique()
    assert row["not_requestable"] == lost > 0


def test_milestones_of_a_day(board):
    row = board.filter(symbol="MLW").row(0, named=True)
    assert (row["milestones_done"], row["milestones"], row["milestones_overdue"]) == (6, 11, 1)
    assert row["next_milestone"] == "ILL freeze, planned 2025-09-23"
    assert row["ill_freeze"] == "overdue since 2025-09-23"


def test_what_has_no_input_is_no_zero(board):
    people = {row["symbol"]: (row["people"], row["people_since"]) for row in board.to_dicts()}
    assert (people["M@S"], people["MLW"], people["MMD"]) == ((2, 1), (1, 0), (None, None))
    without_list = board.filter(symbol="MWU").row(0, named=True)
    assert {without_list[name] for name in ("held", "delete", "keep", "hold", "review", "blockers", "list_of")} == {
        None
    }
    words = board_in_words(board)
    told = dict(words.select("question", "MWU").iter_rows())
    assert (told["Numbers held"], told["Most is held back by"], told["People who may catalogue there"]) == (
        "no input",
    ) * 3
    assert told["Last package"] == "none yet"
    assert not set(words.columns) - {"question"} - set(board["symbol"])
