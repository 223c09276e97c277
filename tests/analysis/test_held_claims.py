"""All that speaks for and against a held number, and what holds a symbol back, on claims written out by hand."""

from datetime import date

import polars as pl
import pytest
from frame_rows import rows

from datasync_lib.analysis.held_claims import blockers, held_claims
from datasync_lib.problems import PROBLEMS

CLASSES = PROBLEMS["old_holding"].classes
DELETED = {"symbol": pl.String, "number": pl.Int64, "received_at": pl.Datetime("us", "UTC")}
COLUMNS = ["symbol", "ocn", "number", "class", "mode", "targets"]


def claims_of(*claims: tuple[int, str], mode: str = "retired", held: tuple[int, ...] = (5,)) -> pl.DataFrame:
    """The frame of a list of OLD with these numbers, of which these claims are made; NEW holds 7 today."""
    first = {
        number: min(of, key=list(CLASSES).index) for number in held if (of := [c for n, c in claims if n == number])
    }
    numbers = [("OLD", n, n, first.get(n, "not_yet_classed"), mode, ["NEW"]) for n in held]
    held_numbers = pl.DataFrame(numbers, schema=COLUMNS, orient="row").with_columns(
        as_of=pl.lit(date(2025, 9, 15)), file=pl.lit("old.txt"), record=pl.col("ocn")
    )
    said = [("OLD", n, c, f"why {c}", None, f"{c}.csv", place) for place, (n, c) in enumerate(claims)]
    schema = {"symbol": pl.String, "number": pl.Int64, "class": pl.String, "reason": pl.String, "mms_id": pl.String}
    newest = rows("worldcat_holdings", {"symbol": "NEW", "ocn": 7, "as_of": date(2025, 9, 15)})
    return held_claims(
        held_numbers=held_numbers,
        claims=pl.DataFrame(said, schema=schema | {"file": pl.String, "record": pl.Int64}, orient="row"),
        newest_holdings=newest.with_columns(number="ocn"),
        searches=pl.DataFrame({"symbol": ["OLD"], "number": [8], "is_sure": [True]}),
        solved_drifts=pl.DataFrame({"number": [6]}),
        lists_without_rows=pl.DataFrame(schema={"symbol": pl.String, "as_of": pl.Date, "file": pl.String}),
        unread_files=pl.DataFrame(schema=dict.fromkeys(["symbol", "file", "reason"], pl.String)),
        deleted_numbers=pl.DataFrame(schema=DELETED),
    )


@pytest.mark.parametrize(
    ("mode", "claims", "blocking", "otherwise"),
    [
        ("retired", ["covered"], [], "covered"),
        ("retired", ["in_error", "covered"], ["in_error"], "covered"),
        ("retired", ["open_ill", "in_error", "owned_unconfirmed"], ["open_ill", "in_error", "owned_unconfirmed"], None),
        ("retired", ["covered", "owned_unconfirmed"], [], "covered"),
        ("retired", ["decided_keep", "covered"], ["decided_keep"], "covered"),
        ("kept", ["decided_keep", "covered"], [], "decided_keep"),
        ("retired", ["open_ill", "kb_managed", "in_error"], ["open_ill", "in_error"], "kb_managed"),
        ("unknown", ["in_error", "withdrawn"], ["in_error", "withdrawn"], None),
    ],
)
def test_what_has_to_be_cleared_up(mode, claims, blocking, otherwise):
    found = claims_of(*((5, name) for name in claims), mode=mode)
    assert found.filter("is_blocker")["class"].to_list() == blocking
    assert found["otherwise"].unique().to_list() == [otherwise]
    assert found["turn"].to_list() == list(range(1, len(claims) + 1))


def test_what_may_go_elsewhere_or_nowhere():
    given = [(7, "owned_elsewhere"), (5, "owned_elsewhere"), (8, "not_in_catalogue"), (6, "drifted"), (9, "drifted")]
    found = claims_of(*given, held=(5, 6, 7, 8, 9))
    assert found.select("number", "answer", "is_blocker").rows() == [
        (5, "hold", True),
        (6, "delete", False),
        (7, "delete", False),
        (8, "delete", False),
        (9, "review", True),
    ]


def test_each_word_has_its_file_and_row_and_what_nobody_claims_that_of_the_list():
    found = claims_of((5, "doubtful_owner"), (5, "doubtful_owner"), held=(5, 9))
    assert found.select("number", "class", "reason", "file", "record").rows() == [
        (5, "doubtful_owner", "why doubtful_owner", "doubtful_owner.csv", 0),
        (5, "doubtful_owner", "why doubtful_owner", "doubtful_owner.csv", 1),
        (9, "not_yet_classed", None, "old.txt", 9),
    ]


def test_blockers_are_counted_once_a_number():
    given = [
        (5, "doubtful_owner"),
        (5, "doubtful_owner"),
        (5, "covered"),
        (6, "in_error"),
        (6, "doubtful_owner"),
        (7, "covered"),
    ]
    assert blockers(held_claims=claims_of(*given, held=(5, 6, 7))).rows() == [
        ("OLD", "in_error", 1, 0, 0),
        ("OLD", "doubtful_owner", 1, 1, 1),
    ]  # fmt: skip


def test_the_example_says_the_same_as_its_balance_sheet(example):
    asking = example.analysis.balance_sheet.filter(pl.col("answer").is_in(["hold", "review"]))
    counted = asking.filter(pl.col("numbers") > 0)
    expected = counted.group_by("symbol", "class").agg(pl.col("numbers").sum()).sort(pl.all())
    found = example.analysis.blockers.filter(pl.col("decides") > 0)
    assert found.select("symbol", "class", "decides").sort(pl.all()).rows() == expected.rows()
    assert found.height > 20
    claimed = example.analysis.held_claims
    assert claimed["file"].null_count() == 0
    first = claimed.filter(turn=1).select("symbol", "number", "class", "answer").unique()
    numbers = example.analysis.held_numbers.filter(pl.col("number").is_not_null())
    held = numbers.select("symbol", "number", "class", "answer").unique()
    assert first.sort(pl.all()).equals(held.sort(pl.all()))


def test_every_class_says_what_would_change_it():
    assert [code for code, kind in CLASSES.items() if not kind.changed_by.endswith(".")] == []
