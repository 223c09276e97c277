import json

import polars as pl
import pytest
from concordance_rows import ends
from frame_rows import leads, rows
from polars.testing import assert_frame_equal

from datasync_lib.analysis.ocn_quality import (
    find_malformed_ocns,
    find_missing_ocns,
    mixed_numbers,
)
from datasync_lib.analysis.registry import work_out
from datasync_lib.problems import PROBLEMS

LEADS = leads(
    {"mms_id": "991", "unit": "Law", "other_units": "Music", "symbol": "NEW"},
    {"mms_id": "992", "unit": "Music", "symbol": "NEW"},
)
COLUMNS = ["mms_id", "class", "ocn", "unit", "symbol"]


def what(found) -> list[tuple]:
    return found.findings.sort("mms_id", "ocn").select(COLUMNS).rows()


def words(found, mms_id: str) -> str:
    row = found.findings.row(by_predicate=pl.col("mms_id") == mms_id, named=True)
    return PROBLEMS[row["problem"]].explain(row["class"], row["parameters"])


def readings(*given: dict) -> pl.DataFrame:
    """Readings that are no current OCN unless they say so."""
    return rows("ocns", *({"is_current": False, **row} for row in given))


@pytest.mark.parametrize(
    ("found_there", "class_"),
    [
        ([], "no_number"),
        ([{"raw": "(CKB)1000", "verdict": "not_oclc"}], "no_number"),
        ([{"raw": " ", "verdict": "empty"}], "no_number"),
        ([{"raw": "12345", "verdict": "bare_number"}], "only_bad"),
        ([{"raw": "(OCoLC-M)5", "verdict": "other_control"}], "only_bad"),
        ([{"raw": "1.23E+09", "verdict": "excel_exponent", "place": "019$a", "role": "old"}], "only_bad"),
        ([{"raw": "(OCoLC)11", "ocn": 11, "place": "035$z", "role": "old"}], "only_old"),
        (
            [
                {"raw": "12345e", "verdict": "suffix"},
                {"raw": "11", "ocn": 11, "place": "019$a", "role": "old"},
                {"raw": "(DLC)7", "verdict": "not_oclc"},
            ],
            "only_old",
        ),
    ],
)
def test_a_bib_without_a_current_number_is_missing_one(found_there, class_):
    ocns = readings(*({"mms_id": "991", **reading} for reading in found_there))
    found = find_missing_ocns(bibs=rows("bibs", {"mms_id": "991"}), ocns=ocns, lead_units=LEADS)
    assert what(found) == [("991", class_, None, "Law", "NEW")]
    assert found.findings["other_units"].to_list() == ["Music"]


def test_bibs_that_have_a_number_or_are_not_sent_do_not_miss_one():
    bibs = rows(
        "bibs",
        {"mms_id": "991"},
        {"mms_id": "992", "is_host": True},
        {"mms_id": "993", "is_suppressed": True},
        {"mms_id": "994", "exclusion": "brief_level_02"},
    )
    ocns = readings({"mms_id": "991", "ocn": 11, "is_current": True}, {"mms_id": "991", "verdict": "suffix"})
    assert find_missing_ocns(bibs=bibs, ocns=ocns, lead_units=LEADS).findings.is_empty()


def test_a_missing_number_is_explained_by_what_decides_its_class():
    ocns = readings(
        {"mms_id": "991", "raw": "(OCoLC)11", "ocn": 11, "place": "035$z", "role": "old"},
        {"mms_id": "991", "raw": "12345e", "verdict": "suffix"},
    )
    found = find_missing_ocns(bibs=rows("bibs", {"mms_id": "991"}), ocns=ocns, lead_units=LEADS)
    assert words(found, "991").endswith("It has only numbers marked as old: (OCoLC)11.")
    assert found.evidence.select("what", "value", "file", "record").rows() == [
        ("035$z", "(OCoLC)11", "catalogue.mrc", 0)
    ]


@pytest.mark.parametrize("verdict", ["suffix", "excel_exponent", "zero", "too_large", "malformed"])
def test_a_damaged_number_is_malformed_even_beside_a_good_one(verdict):
    ocns = readings(
        {"mms_id": "991", "raw": "(OCoLC)11", "ocn": 11, "is_current": True},
        {"mms_id": "991", "raw": "damaged", "verdict": verdict, "place": "035$z", "role": "old"},
    )
    found = find_malformed_ocns(bibs=rows("bibs", {"mms_id": "991"}), ocns=ocns, lead_units=LEADS)
    assert what(found) == [("991", verdict, None, "Law", "NEW")]
    assert words(found, "991").startswith("035$z holds «damaged»")


@pytest.mark.parametrize(
    "verdict", ["ok", "empty", "not_oclc", "bare_number", "other_control", "superseded", "institution_record"]
)
def test_another_kind_of_number_is_not_malformed(verdict):
    ocns = readings({"mms_id": "991", "raw": "x", "verdict": verdict})
    assert find_malformed_ocns(bibs=rows("bibs", {"mms_id": "991"}), ocns=ocns, lead_units=LEADS).findings.is_empty()


def test_the_best_place_then_the_first_field_gives_the_class_of_malformed():
    ocns = readings(
        {"mms_id": "991", "raw": "z", "verdict": "zero", "rank": 2},
        {"mms_id": "991", "raw": "s", "verdict": "suffix", "rank": 1},
        {"mms_id": "991", "raw": "m", "verdict": "malformed", "rank": 1},
        {"mms_id": "992", "raw": "l", "verdict": "too_large", "rank": None},
    )
    bibs = rows("bibs", {"mms_id": "991"}, {"mms_id": "992", "exclusion": "community_zone"})
    found = find_malformed_ocns(bibs=bibs, ocns=ocns, lead_units=LEADS)
    assert what(found) == [("991", "suffix", None, "Law", "NEW")]
    assert found.evidence["value"].to_list() == ["m", "s", "z"]


def test_several_numbers_are_different_or_merged():
    bibs = rows("bibs", *({"mms_id": m} for m in ("991", "992", "993", "994", "995", "996")))
    ocns = rows(
        "ocns",
        {"mms_id": "991", "ocn": 11},
        {"mms_id": "991", "ocn": 12},
        {"mms_id": "992", "ocn": 21},
        {"mms_id": "992", "ocn": 22},
        {"mms_id": "993", "ocn": 31, "raw": "(OCoLC)31"},
        {"mms_id": "993", "ocn": 31, "raw": "ocm00000031"},
        {"mms_id": "994", "ocn": 41},
        {"mms_id": "994", "ocn": 42, "is_current": False},
        {"mms_id": "995", "ocn": 51},
        {"mms_id": "995", "ocn": 52},
        {"mms_id": "996", "ocn": 61},
        {"mms_id": "996", "ocn": 62},
    )
    found = work_out(
        "several_ocns",
        bibs=bibs,
        ocns=ocns,
        lead_units=LEADS,
        terminals=ends((21, 22), (51, 1), (51, 2), (52, 51), (61, 62), (62, 61)),
    )
    assert what(found) == [
        ("991", "different", None, "Law", "NEW"),
        ("992", "merged", None, "Music", "NEW"),
        ("995", "different", None, None, None),
        ("996", "different", None, None, None),
    ]
    by_class = dict(found.findings.select("mms_id", "priority").rows())
    assert (by_class["991"], by_class["992"]) == (2, 3)
    assert json.loads(found.findings.filter(mms_id="992")["parameters"][0]) == {
        "count": 2,
        "numbers": [21, 22],
        "current": 22,
    }


@pytest.mark.parametrize(
    ("current", "old", "class_", "remaining"),
    [
        ([11, 12], [11], "one_current_rest_old", 12),
        ([11, 12, 13], [11, 13], "one_current_rest_old", 12),
        # 21 was merged into 22, and the record marks the one or the other
        ([12, 21], [22], "one_current_rest_old", 12),
        ([12, 22], [21], "one_current_rest_old", 12),
        ([12, 21, 22], [], "different", None),
        ([21, 22, 11], [11], "one_current_rest_old", 22),
        # near misses: another number is old, none is left, two are left, WorldCat's merge explains more
        ([11, 12], [13], "different", None),
        ([11, 12], [11, 12], "different", None),
        ([11, 12, 13], [11], "different", None),
        ([21, 22], [21], "merged", 22),
    ],
)
def test_several_numbers_of_which_all_but_one_are_marked_as_old(current, old, class_, remaining):
    ocns = rows(
        "ocns",
        *({"mms_id": "991", "ocn": n} for n in current),
        *({"mms_id": "991", "ocn": n, "role": "old", "place": "035$z", "is_current": False} for n in old),
    )
    found = work_out(
        "several_ocns", bibs=rows("bibs", {"mms_id": "991"}), ocns=ocns, lead_units=LEADS, terminals=ends((21, 22))
    )
    assert found.findings["class"].to_list() == [class_]
    assert json.loads(found.findings["parameters"][0])["current"] == remaining
    assert found.evidence.filter(pl.col("what") == "035$z").height == len(old) > 0 or not old


def test_only_numbers_with_another_single_end_are_stale():
    bibs = rows("bibs", {"mms_id": "991"}, {"mms_id": "992"}, {"mms_id": "993", "is_suppressed": True})
    ocns = rows(
        "ocns",
        {"mms_id": "991", "ocn": 11},
        {"mms_id": "991", "ocn": 12},
        {"mms_id": "991", "ocn": 13, "role": "old", "is_current": False},
        {"mms_id": "992", "ocn": 14},
        {"mms_id": "992", "ocn": 99},
        {"mms_id": "993", "ocn": 11},
    )
    found = work_out(
        "stale_ocn", bibs=bibs, ocns=ocns, lead_units=LEADS, terminals=ends((11, 99), (13, 99), (14, 1), (14, 2))
    )
    assert what(found) == [("991", None, 11, "Law", "NEW")]
    assert words(found, "991") == "The record has 11; WorldCat has merged it into 99."
    assert found.evidence.select("what", "value").rows() == [("035$a", None), ("current OCN in WorldCat", "99")]


def test_mixed_numbers_are_on_both_kinds_of_bibs():
    open_numbers = pl.DataFrame(
        [
            (11, "993", 11, True, True),
            (11, "991", 10, False, False),
            (12, "992", 12, False, True),
            (12, "994", 12, False, True),
            (13, "993", 13, True, True),
        ],
        schema=["number", "mms_id", "ocn", "is_electronic", "is_in_exchange"],
        orient="row",
    )
    assert_frame_equal(mixed_numbers(open_numbers=open_numbers), open_numbers[[1, 0]])


def test_an_electronic_bib_with_the_number_of_an_open_print_bib_is_found():
    bibs = rows(
        "bibs",
        {"mms_id": "991", "is_electronic": True, "exclusion": "community_zone"},
        {"mms_id": "992", "is_electronic": True},
        {"mms_id": "993", "is_electronic": True},
        {"mms_id": "994", "is_electronic": True, "is_suppressed": True},
        {"mms_id": "995"},
        {"mms_id": "996", "exclusion": "brief_level_02"},
        {"mms_id": "997", "is_suppressed": True},
        {"mms_id": "998"},
    )
    ocns = rows(
        "ocns",
        {"mms_id": "991", "ocn": 11},  # old number of the print bibs 995 and 996
        {"mms_id": "992", "ocn": 12},  # only a suppressed print bib has it
        {"mms_id": "993", "ocn": 13},  # two electronic bibs, no print
        {"mms_id": "994", "ocn": 99},
        {"mms_id": "995", "ocn": 99},
        {"mms_id": "996", "ocn": 99},
        {"mms_id": "997", "ocn": 12},
        {"mms_id": "998", "ocn": 13, "is_current": False},
    )
    found = work_out("print_ocn_on_electronic", bibs=bibs, ocns=ocns, lead_units=LEADS, terminals=ends((11, 99)))
    assert what(found) == [("991", None, 11, "Law", "NEW")]
    assert "its OCN 11 is also on the print record 995, 996" in words(found, "991")
    assert found.evidence.select("what", "value").rows() == [
        ("035$a", None),
        ("print bib", "995"),
        ("print bib", "996"),
    ]
