from datetime import date

import pytest
from concordance_rows import ends
from frame_rows import rows

from datasync_lib.analysis.worldcat_overlap import list_days, newest_holdings


def newest(lists, terminals=()):
    days = list_days(worldcat_holdings=lists)
    return newest_holdings(worldcat_holdings=lists, list_days=days, terminals=ends(*terminals))


@pytest.mark.parametrize(
    ("days", "left"),
    [
        ([date(2025, 1, 1), date(2025, 9, 1)], [1]),
        ([date(2025, 9, 1), date(2025, 9, 1)], [0, 1]),
        ([None, date(2025, 1, 1)], [1]),
        ([None, None], [0, 1]),
    ],
)
def test_only_the_newest_list_of_a_symbol_counts(days, left):
    lists = rows(
        "worldcat_holdings",
        *({"ocn": at, "as_of": day} for at, day in enumerate(days)),
        {"symbol": "NEW", "ocn": 9, "as_of": date(2020, 1, 1)},
    )
    assert newest(lists)["ocn"].to_list() == [*left, 9]


def test_the_day_of_the_newest_list_of_each_symbol():
    lists = rows(
        "worldcat_holdings",
        {"ocn": 1, "as_of": date(2025, 1, 1)},
        {"ocn": 1, "as_of": date(2025, 9, 1)},
        {"ocn": 1},
        {"symbol": "NEW", "ocn": 9},
    )
    assert list_days(worldcat_holdings=lists).rows() == [("NEW", None), ("OLD", date(2025, 9, 1))]


def test_held_numbers_are_those_of_today():
    lists = rows("worldcat_holdings", *({"ocn": ocn} for ocn in (40, 12, 21, 12)))
    found = newest(lists, [(12, 99), (21, 22), (22, 21)])
    assert found.select("ocn", "ocn_current", "ocn_is_ambiguous", "number", "record").rows() == [
        (21, None, True, 21, 2),
        (40, 40, False, 40, 0),
        (12, 99, False, 99, 1),
        (12, 99, False, 99, 3),
    ]
