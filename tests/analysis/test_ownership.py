from datetime import date

import polars as pl
import pytest
from frame_rows import rows

from datasync_lib.analysis import ownership
from datasync_lib.analysis.ownership import lead_units, locations_to_map, place_holdings, with_units

LOCATION_MAP = rows(
    "location_map",
    {"library": "MAIN", "location": "stacks", "unit": "Main", "outgoing_symbol": "OLD", "target_symbol": "NEW", "in_scope": True},
    {"library": "MAIN", "location": "*", "unit": "Annex", "outgoing_symbol": "OLD", "target_symbol": "NEW", "in_scope": False},
    {"library": "LAW", "location": "x", "unit": "Law, before", "target_symbol": "LAW", "in_scope": True},
    {"library": "LAW", "location": "x", "unit": "Law", "target_symbol": "NEW", "in_scope": True, "valid_from": date(2025, 7, 1)},
)  # fmt: skip
HOLDINGS = rows(
    "holdings",
    {"holding_id": "221", "mms_id": "991", "library": "MAIN", "location": "stacks"},
    {"holding_id": "222", "mms_id": "991", "library": "MAIN", "location": "cellar"},
    {"holding_id": "223", "mms_id": "992", "library": "LAW", "location": "x"},
    {"holding_id": "224", "mms_id": "992", "library": "LAW", "location": "y"},
    {"holding_id": "225", "mms_id": "993", "library": None, "location": None},
    {"holding_id": "225", "mms_id": "993", "library": None, "location": None},
)
LINKS = rows("links", {"host_mms_id": "992", "constituent_mms_id": "999"})


def placed(on=None, holdings=HOLDINGS):
    columns = ("mms_id", "holding_id", "unit", "target_symbol", "in_scope", "is_mapped", "host_mms_id")
    return (
        place_holdings(holdings=holdings.unique("holding_id"), location_map=LOCATION_MAP, links=LINKS, extract_date=on)
        .select(columns)
        .rows()
    )


def test_a_location_wins_over_the_rest_of_its_library_and_hosts_lend_to_constituents():
    assert placed(date(2025, 7, 20)) == [
        ("991", "221", "Main", "NEW", True, True, None),
        ("991", "222", "Annex", "NEW", False, True, None),
        ("992", "223", "Law", "NEW", True, True, None),
        ("992", "224", None, None, None, False, None),
        ("993", "225", None, None, None, False, None),
        ("999", "223", "Law", "NEW", True, True, "992"),
        ("999", "224", None, None, None, False, "992"),
    ]


@pytest.mark.parametrize(
    ("on", "unit"),
    [(None, "Law"), (date(2025, 6, 30), "Law, before"), (date(2025, 7, 1), "Law"), (date(2026, 1, 1), "Law")],
)
def test_the_last_line_that_is_valid_on_the_day_counts(on, unit):
    assert next(row[2] for row in placed(on) if row[1] == "223") == unit


def test_the_unit_with_most_holdings_leads_then_the_name():
    frame = pl.DataFrame(
        {
            "mms_id": ["1", "1", "1", "2", "2", "3"],
            "unit": ["B", "A", "B", "B", "A", None],
            "target_symbol": ["SB", "SA", "SB", "SB", "SA", None],
            "library": ["b", "a", "b", "b", "a", "c"],
        }
    )
    leads = lead_units(placed_holdings=frame)
    assert leads.rows() == [
        ("1", "B", "A", "SB", ["a", "b"]),
        ("2", "A", "B", "SA", ["a", "b"]),
        ("3", None, None, None, ["c"]),
    ]
    assert lead_units(placed_holdings=frame.sample(fraction=1, shuffle=True, seed=1)).equals(leads)
    named = with_units(pl.DataFrame({"mms_id": ["2", "9"]}), leads)
    assert named.rows() == [("2", "A", "B", "SA"), ("9", None, None, None)]


@pytest.mark.parametrize("together", [1_000_000, 2, 1])
def test_locations_that_the_map_lacks_each_holding_once(monkeypatch, together):
    monkeypatch.setattr(ownership, "_IDS_TOGETHER", together)
    found = locations_to_map(holdings=HOLDINGS.lazy(), location_map=LOCATION_MAP, extract_date=date(2025, 7, 20))
    assert found.rows() == [("LAW", "y", 1, 1), (None, None, 1, 1)]
    later = LOCATION_MAP.with_columns(valid_from=date(2026, 1, 1))
    assert locations_to_map(holdings=HOLDINGS.lazy(), location_map=later, extract_date=date(2025, 7, 20)).height == 5
