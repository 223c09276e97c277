import polars as pl
from concordance_rows import ends
from frame_rows import rows
from polars.testing import assert_frame_equal

from datasync_lib.analysis.exchange import current_ocns, in_exchange, open_numbers, own_holdings, shared_numbers
from datasync_lib.analysis.ownership import place_holdings


def test_only_open_bibs_without_a_reason_are_in_the_exchange():
    bibs = rows(
        "bibs",
        {"mms_id": "995"},
        {"mms_id": "991"},
        {"mms_id": "991"},
        {"mms_id": "992", "is_host": True},
        {"mms_id": "993", "is_suppressed": True},
        {"mms_id": "994", "exclusion": "no_worldcat_914"},
        {"mms_id": None},
        {"mms_id": "996", "is_host": None, "is_suppressed": None},
    )
    assert in_exchange(bibs).select("mms_id", "record").rows() == [("991", 1), ("995", 0), ("996", 7)]


def test_current_numbers_are_told_once_with_what_worldcat_calls_them_now():
    ocns = rows(
        "ocns",
        {"mms_id": "991", "ocn": 11, "raw": "(OCoLC)11"},
        {"mms_id": "991", "ocn": 11, "raw": "ocm00000011"},
        {"mms_id": "991", "ocn": 12, "is_current": False},
        {"mms_id": "992", "ocn": 13},
        {"mms_id": "993", "ocn": 14},
        {"mms_id": "994", "ocn": 15, "is_current": None},
        {"mms_id": None, "ocn": 16},
    )
    expected = pl.DataFrame(
        [("991", 11, 11, False, 11), ("992", 13, 99, False, 99), ("993", 14, None, True, 14)],
        schema=["mms_id", "ocn", "ocn_current", "ocn_is_ambiguous", "number"],
        orient="row",
    )
    assert_frame_equal(current_ocns(ocns=ocns, terminals=ends((13, 99), (14, 1), (14, 2))), expected)


def test_numbers_are_shared_after_merges_and_only_among_bibs_that_are_sent():
    bibs = rows(
        "bibs", *({"mms_id": m} for m in ("991", "992", "993", "994", "995")), {"mms_id": "996", "is_host": True}
    )
    ocns = rows(
        "ocns",
        {"mms_id": "991", "ocn": 11},
        {"mms_id": "992", "ocn": 12},
        {"mms_id": "993", "ocn": 13},
        {"mms_id": "994", "ocn": 14},
        {"mms_id": "995", "ocn": 14},
        {"mms_id": "996", "ocn": 13},
    )
    current = current_ocns(ocns=ocns, terminals=ends((11, 12), (14, 1), (14, 2)))
    shared = shared_numbers(open_numbers=open_numbers(bibs=bibs, current_ocns=current))
    assert shared.rows() == [(12, "991"), (12, "992"), (14, "994"), (14, "995")]


def test_numbers_of_bibs_that_are_not_suppressed_are_open_to_comparison():
    bibs = rows(
        "bibs",
        {"mms_id": "993", "is_electronic": True},
        {"mms_id": "992", "is_electronic": None, "exclusion": "community_zone"},
        {"mms_id": "994", "is_suppressed": True},
        {"mms_id": "991", "is_host": True},
    )
    ocns = rows(
        "ocns", *({"mms_id": m, "ocn": n} for m, n in (("993", 13), ("993", 11), ("992", 12), ("994", 14), ("991", 15)))
    )
    expected = pl.DataFrame(
        [
            (15, "991", 15, False, False),
            (12, "992", 12, False, False),
            (99, "993", 11, True, True),
            (13, "993", 13, True, True),
        ],
        schema=["number", "mms_id", "ocn", "is_electronic", "is_in_exchange"],
        orient="row",
    )
    current = current_ocns(ocns=ocns, terminals=ends((11, 99)))
    assert_frame_equal(open_numbers(bibs=bibs, current_ocns=current), expected)


def test_a_hosts_holding_counts_once():
    placed = place_holdings(
        holdings=rows("holdings", {"holding_id": "222", "mms_id": "990"}, {"holding_id": "221", "mms_id": "991"}),
        location_map=rows("location_map"),
        links=rows("links", {"host_mms_id": "990", "constituent_mms_id": "992"}),
    )
    assert placed.height == 3
    assert own_holdings(placed).select("holding_id", "mms_id").rows() == [("222", "990"), ("221", "991")]
