"""Requests on symbols that are emptied: their age, what they touch, and how they go down to none."""

from datetime import date

import polars as pl
import pytest
from frame_rows import rows, terminals

from datasync_lib.analysis.ill import ill_rows, ill_weeks, open_ill_requests
from datasync_lib.settings import SymbolSettings

FIRST, NEXT = date(2025, 9, 5), date(2025, 9, 12)
# 10 was merged into 12; the bib 991 owns 15. OLD holds 12, which only the request holds back, 15 which is in error as well,
# and 30, which stays.
CLAIMS = [
    ("OLD", 12, "open_ill", "hold", True, "covered"),
    ("OLD", 12, "covered", "delete", False, "covered"),
    ("OLD", 15, "open_ill", "hold", True, "covered"),
    ("OLD", 15, "in_error", "hold", True, "covered"),
    ("OLD", 30, "kb_managed", "keep", False, "kb_managed"),
    ("OTHER", 40, "covered", "delete", False, "covered"),
]


def request(number: str | None = None, **row) -> dict:
    ocn = int(number) if number and number.isdecimal() else None
    return {"file": "ill.csv", "symbol": "OLD", "raw": number, "ocn": ocn, "as_of": NEXT, "status": "Shipped"} | row


def told(*requests: dict) -> pl.DataFrame:
    names = ["symbol", "number", "class", "answer", "is_blocker", "otherwise"]
    return ill_rows(
        ill_requests=rows("ill_requests", *requests),
        known_bibs=pl.DataFrame({"mms_id": ["991", "992"]}),
        number_owners=pl.DataFrame({"mms_id": ["991"], "number": [15]}),
        terminals=terminals((10, 12)),
        held_claims=pl.DataFrame(CLAIMS, schema=names, orient="row"),
        mms_suffix="",
        maximum=2_000_000_000,
    )


@pytest.mark.parametrize(
    ("asked", "touches"),
    [
        (request("12"), (12, True, True)),
        (request("10"), (12, True, True)),
        (request(mms_id="991"), (15, True, False)),
        (request("30"), (30, False, False)),
        (request("40"), (40, False, False)),  # another symbol holds it
        (request("40", symbol=None), (40, True, False)),
        (request("77"), (77, False, False)),
        (request(mms_id="992"), (None, False, False)),
        (request("no number"), (None, False, False)),
    ],
)
def test_what_a_request_touches(asked, touches):
    assert told(asked).select("number", "is_candidate", "is_all").row(0) == touches


@pytest.mark.parametrize(
    ("row", "waiting", "due"),
    [
        ({"requested_on": date(2025, 9, 5), "due_on": date(2025, 9, 12)}, "up to 7 days", "due later"),
        ({"requested_on": date(2025, 9, 4), "due_on": date(2025, 9, 11)}, "8 to 30 days", "overdue"),
        ({"requested_on": date(2025, 8, 12)}, "31 to 90 days", "no due date"),
        ({"requested_on": date(2025, 1, 1)}, "over 90 days", "no due date"),
        ({"due_on": date(2025, 9, 20)}, "not known", "due later"),
        ({"requested_on": date(2025, 9, 5), "due_on": date(2025, 9, 1), "as_of": None}, "not known", "not known"),
    ],
)
def test_days_count_to_the_day_of_the_list(row, waiting, due):
    assert told(request("12", **row)).select("waiting", "due").row(0) == (waiting, due)


def test_what_is_open_is_what_the_newest_list_says_of_a_request():
    found = told(
        request("12", request_id="1", as_of=FIRST),
        request("12", request_id="1", status="Closed"),
        request("77", request_id="2", as_of=FIRST),
        request("15", request_id="3", status=None),
        request("12", request_id="4", requested_on=date(2025, 9, 1)),
    )
    assert open_ill_requests(ill_rows=found)["request_id"].to_list() == ["4", "3", "2"]


def test_week_by_week_to_zero():
    files = [
        ("ill.csv", "ill_requests"),
        ("ILL requests 20250919.csv", "ill_requests"),
        ("old.20250926.txt", "worldcat_list"),
    ]
    weeks = ill_weeks(
        ill_rows=told(request("12", as_of=FIRST), request("77", as_of=FIRST), request("12", status="Done")),
        files=pl.DataFrame(files, schema=["file", "kind"], orient="row"),
        symbols=[SymbolSettings(symbol="OLD", mode="retired"), SymbolSettings(symbol="OLX", mode="retired")],
    )
    assert weeks.select("symbol", "as_of", "status", "requests", "in_candidates").rows() == [
        ("OLD", FIRST, "Shipped", 2, 1),
        ("OLD", NEXT, None, 0, 0),
        ("OLD", date(2025, 9, 19), None, 0, 0),
        *(("OLX", day, None, 0, 0) for day in (FIRST, NEXT, date(2025, 9, 19))),
    ]
