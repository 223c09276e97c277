"""Deleted but owned, and what nobody could ask us for any more, on numbers written out by hand."""

from datetime import date

import polars as pl
from frame_rows import rows, terminals

from datasync_lib.analysis.owned_nowhere import (
    deleted_but_owned,
    held_earlier,
    held_today,
    not_requestable,
    not_requestable_by_collection,
)

JUNE, JULY, OCTOBER = date(2025, 6, 30), date(2025, 7, 30), date(2025, 10, 1)
# OLD had all of these; of them it has 7 today. NEW has 1 today; 10 was merged into 12.
LISTS = [("OLD", n, JUNE) for n in (1, 2, 3, 4, 5, 6, 7, 10)] + [
    ("OLD", 4, JULY),
    ("OLD", 7, OCTOBER),
    ("NEW", 1, OCTOBER),
]
# number, owner, where it should be held: 2 and 3 were confirmed, and NEW's list lacks 3; 5 is kept out; 6 has no owner.
OWNERS = [(1, "991", ["NEW"]), (2, "992", ["NEW"]), (3, "993", ["NEW"]), (4, "994", ["NEW", "NEX"]), (5, "995", []), (7, "997", ["NEW"]), (12, "998", ["NEW"])]  # fmt: skip


NEWEST = pl.DataFrame({"symbol": ["OLD", "NEW"], "number": [7, 1]})


def evidence() -> dict[str, pl.DataFrame]:
    numbers = pl.DataFrame(OWNERS, schema={"number": pl.Int64, "mms_id": pl.String, "required_symbols": pl.List(pl.String)}, orient="row")  # fmt: skip
    held = held_today(
        newest_holdings=NEWEST,
        confirmed_numbers=pl.DataFrame({"symbol": ["NEW", "NEW", "NEW"], "number": [2, 3, 1]}),
        lost_confirmations=pl.DataFrame({"symbol": ["NEW"], "number": [3]}),
    )
    assert held.rows() == [("NEW", 1), ("NEW", 2), ("OLD", 7)]
    return {"held_today": held, "owner_judgements": numbers.with_columns(unit=pl.lit("Law"))}


def test_deleted_but_owned():
    days = pl.DataFrame({"symbol": ["NEW", "OLD"], "as_of": [OCTOBER, OCTOBER]})
    lists = rows("worldcat_holdings", *({"symbol": s, "ocn": n, "as_of": d} for s, n, d in LISTS))
    earlier = held_earlier(worldcat_holdings=lists, list_days=days, terminals=terminals((10, 12)))
    assert earlier["number"].to_list() == [1, 2, 3, 4, 5, 6, 7, 12]
    solved = pl.DataFrame({"number": [4]})
    given = {"held_earlier": earlier, "newest_holdings": NEWEST, "list_days": days, **evidence()}
    found = deleted_but_owned(solved_drifts=solved.clear(), **given)
    later = deleted_but_owned(solved_drifts=solved, **given)
    assert later.equals(found.filter(pl.col("number") != 4)), "its title is held under a later answer"
    assert found.select("symbol", "number", "last_held", "gone_by", "mms_id", "not_held_by", "record").rows() == [
        ("OLD", 3, JUNE, OCTOBER, "993", "NEW", 2),
        ("OLD", 4, JULY, OCTOBER, "994", "NEW", 8),
        ("OLD", 4, JULY, OCTOBER, "994", "NEX", 8),
        ("OLD", 5, JUNE, OCTOBER, "995", None, 4),
        ("OLD", 12, JUNE, OCTOBER, "998", "NEW", 7),
    ]


def test_a_symbol_with_one_list_has_lost_nothing():
    days = pl.DataFrame({"symbol": ["OLD"], "as_of": [JUNE]})
    lists = rows("worldcat_holdings", {"symbol": "OLD", "ocn": 3, "as_of": JUNE})
    assert held_earlier(worldcat_holdings=lists, list_days=days, terminals=terminals()).is_empty()


def test_what_nobody_could_ask_us_for():
    held = [("OLD", n, "retired", "covered", "delete") for n in (1, 2)]
    held += [("OLD", n, "retired", "owned_unconfirmed", "hold") for n in (3, 5, 6)] + [
        ("NEW", 3, "kept", "covered", "keep")
    ]
    numbers = pl.DataFrame(held, schema=["symbol", "ocn", "mode", "class", "answer"], orient="row").with_columns(
        number="ocn", file=pl.lit("old.txt"), record=pl.col("ocn")
    )
    none = pl.DataFrame({"number": []}, schema={"number": pl.Int64})
    found = not_requestable(held_numbers=numbers, solved_drifts=none, **evidence())
    later = not_requestable(held_numbers=numbers, solved_drifts=pl.DataFrame({"number": [3]}), **evidence())
    assert later.equals(found.filter(pl.col("number") != 3)), "it can be asked for under the later answer"
    assert found.select("symbol", "number", "answer", "mms_id", "not_held_by", "record").rows() == [
        ("OLD", 3, "hold", "993", "NEW", 3),
        ("OLD", 5, "hold", "995", None, 5),
    ]
    places = [
        ("993", "LAW", "stacks", "Law", "OLD"),
        ("993", "LAW", "rare", "Law", "OLD"),
        ("993", "MED", "x", "Med", "NEX"),
    ]
    names = ["mms_id", "library", "location", "unit", "outgoing_symbol"]
    counted = not_requestable_by_collection(
        not_requestable=found, placed_holdings=pl.DataFrame(places, schema=names, orient="row")
    )
    assert counted.rows() == [
        ("OLD", "LAW", "rare", "Law", 1, 0),
        ("OLD", "LAW", "stacks", "Law", 1, 0),
        ("OLD", None, None, None, 1, 0),
    ]
