import json

import polars as pl
import pytest
from concordance_rows import ends
from frame_rows import rows
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from datasync_lib.analysis.registry import work_out
from datasync_lib.problems import PROBLEMS

MAP = rows(
    "location_map",
    {"library": "LAW", "location": "*", "unit": "Law", "target_symbol": "NEW", "in_scope": True},
    {"library": "MUS", "location": "*", "unit": "Music", "target_symbol": "NEW", "in_scope": True},
)


def find(bibs: pl.DataFrame, ocns: pl.DataFrame, holdings: pl.DataFrame, terminals=None, links=None, answers=()):
    return work_out(
        "shared_ocn",
        bibs=bibs,
        ocns=ocns,
        holdings=holdings,
        location_map=MAP,
        links=rows("links") if links is None else links,
        outcomes=rows("outcomes", *answers),
        terminals=ends() if terminals is None else terminals,
    )


def two_bibs(**second) -> pl.DataFrame:
    return rows("bibs", {"mms_id": "991", "format": "book"}, {"mms_id": "992", "format": "book", **second})


NUMBERS = rows("ocns", {"mms_id": "991", "ocn": 11, "raw": "ocm11"}, {"mms_id": "992", "ocn": 12, "raw": "ocm12"})
MERGED = ends((12, 11))


@pytest.mark.parametrize(
    ("second", "libraries", "class_", "priority"),
    [
        ({}, ["LAW", "LAW"], "same_library", 2),
        ({}, ["LAW", "MUS"], "other_library", 2),
        ({}, ["LAW", None], "other_library", 2),
        ({"format": "serial"}, ["LAW", "LAW"], "other_format", 1),
        ({"is_electronic": True}, ["LAW", "MUS"], "other_format", 1),
        ({"is_electronic": None}, ["LAW", "MUS"], "other_library", 2),
        ({"format": None}, ["LAW", "LAW"], "other_format", 1),
    ],
)
def test_classes_of_a_shared_number(second, libraries, class_, priority):
    holdings = rows(
        "holdings",
        {"holding_id": "221", "mms_id": "991", "library": libraries[0]},
        {"holding_id": "222", "mms_id": "992", "library": libraries[1]},
    )
    found = find(two_bibs(**second), NUMBERS, holdings, MERGED).findings
    assert found.select("mms_id", "class", "group_id", "ocn", "priority").sort("mms_id").rows() == [
        ("991", class_, "ocn 11", 11, priority),
        ("992", class_, "ocn 11", 11, priority),
    ]


def test_unit_words_and_evidence():
    holdings = rows(
        "holdings",
        {"holding_id": "221", "mms_id": "991", "library": "LAW"},
        {"holding_id": "222", "mms_id": "992", "library": "MUS"},
    )
    found = find(two_bibs(), NUMBERS, holdings, MERGED)
    by_bib = found.findings.sort("mms_id")
    assert by_bib.select("unit", "symbol").rows() == [("Law", "NEW"), ("Music", "NEW")]
    assert PROBLEMS["shared_ocn"].explain("other_library", by_bib["parameters"][0]) == (
        "OCN 11 stands on 2 bibs. They are in different libraries: LAW, MUS."
    )
    evidence = by_bib.select("row_key", "mms_id").join(found.evidence, on="row_key").sort("mms_id")
    assert evidence.select("mms_id", "what", "value").rows() == [("991", "035$a", "ocm11"), ("992", "035$a", "ocm12")]


def test_what_oclc_answered_for_each_bib():
    holdings = rows(
        "holdings",
        {"holding_id": "221", "mms_id": "991", "library": "LAW"},
        {"holding_id": "222", "mms_id": "991", "library": "MUS"},
    )
    answers = [
        {"lsn": "991", "action": "unresolved", "file": "report.txt", "record": 3},
        {"lsn": "991", "action": "match", "result_ocn": 11, "symbol": "NEX", "file": "report.txt", "record": 7},
    ]
    found = find(two_bibs(format="serial"), NUMBERS, holdings, MERGED, answers=answers)
    by_bib = found.findings.sort("mms_id")
    said = [json.loads(parameters) for parameters in by_bib["parameters"]]
    assert [(one["library"], one["format"], one["answers"]) for one in said] == [
        (["LAW", "MUS"], "book", ["match 11 (NEX)", "unresolved (NEW)"]),
        (None, "serial", ["nothing"]),
    ]
    evidence = found.evidence.filter(pl.col("what") == "OCLC's last answer")
    assert evidence.select("value", "file", "record").rows() == [
        ("match 11 (NEX)", "report.txt", 7),
        ("unresolved (NEW)", "report.txt", 3),
    ]


def test_a_group_says_what_is_in_it():
    holdings = rows(
        "holdings",
        {"holding_id": "221", "mms_id": "991", "library": "MUS"},
        {"holding_id": "222", "mms_id": "991", "library": "LAW"},
    )
    groups = work_out(
        "shared_number_groups", bibs=two_bibs(is_electronic=True), ocns=NUMBERS, holdings=holdings, terminals=MERGED
    )
    of_group = {
        "group": "991 992",
        "ocn": 11,
        "current": [11],
        "count": 2,
        "libraries": ["LAW", "MUS"],
        "formats": ["book", "book (electronic)"],
        "class": "other_format",
        "file": "catalogue.mrc",
    }
    assert groups.to_dicts() == [
        {**of_group, "mms_id": "991", "own_libraries": ["LAW", "MUS"], "format": "book", "record": 0},
        {**of_group, "mms_id": "992", "own_libraries": None, "format": "book (electronic)", "record": 1},
    ]


def test_near_misses_are_not_shared():
    bibs = rows(
        "bibs",
        {"mms_id": "991"},
        {"mms_id": "992", "is_suppressed": True},
        {"mms_id": "993", "exclusion": "brief_level_02"},
        {"mms_id": "994", "is_host": True},
        {"mms_id": "995"},
        {"mms_id": "996"},
    )
    ocns = rows(
        "ocns",
        *({"mms_id": m, "ocn": 11} for m in ("991", "992", "993", "994")),
        {"mms_id": "991", "ocn": 11, "raw": "again"},
        {"mms_id": "995", "ocn": 11, "is_current": False, "role": "old"},
        {"mms_id": "996", "ocn": 12},
    )
    assert find(bibs, ocns, rows("holdings")).findings.is_empty()


def test_a_group_of_three_has_one_library_twice():
    bibs = rows("bibs", *({"mms_id": m, "format": "book"} for m in ("991", "992", "993")))
    ocns = rows("ocns", *({"mms_id": m, "ocn": 11} for m in ("991", "992", "993")))
    libraries = {"991": "LAW", "992": "MUS", "993": "LAW"}
    holdings = rows("holdings", *({"holding_id": f"22{m}", "mms_id": m, "library": b} for m, b in libraries.items()))
    assert find(bibs, ocns, holdings).findings["class"].to_list() == ["same_library"] * 3


def test_constituents_are_in_the_library_of_their_host():
    links = rows(
        "links",
        {"host_mms_id": "990", "constituent_mms_id": "991"},
        {"host_mms_id": "990", "constituent_mms_id": "992"},
    )
    holdings = rows("holdings", {"holding_id": "220", "mms_id": "990", "library": "LAW"})
    found = find(two_bibs(), NUMBERS, holdings, MERGED, links).findings
    assert found.select("class", "unit").unique().rows() == [("same_library", "Law")]


def test_bibs_that_share_two_numbers_are_one_group():
    ocns = rows("ocns", *({"mms_id": m, "ocn": n} for m in ("991", "992") for n in (21, 20)))
    found = find(two_bibs(), ocns, rows("holdings")).findings
    assert found.select("group_id", "ocn").rows() == [("ocn 20", 20)] * 2
    assert json.loads(found["parameters"][0])["current"] == [20, 21]


def test_a_merge_keeps_the_name_of_the_row():
    before = find(
        two_bibs(), rows("ocns", {"mms_id": "991", "ocn": 11}, {"mms_id": "992", "ocn": 11}), rows("holdings")
    )
    after = find(
        two_bibs(), rows("ocns", {"mms_id": "991", "ocn": 12}, {"mms_id": "992", "ocn": 11}), rows("holdings"), MERGED
    )
    assert before.findings["row_key"].to_list() == after.findings["row_key"].to_list()


@settings(deadline=None, max_examples=15)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 5)), min_size=2, max_size=40), st.randoms())
def test_every_bib_with_a_shared_number_is_found_whatever_the_order(pairs, random):
    def of(pairs):
        bibs = rows("bibs", *({"mms_id": f"99{m}", "format": "book"} for m in sorted({m for m, _ in pairs})))
        ocns = rows("ocns", *({"record": 0, "mms_id": f"99{m}", "ocn": n} for m, n in pairs))
        return find(bibs, ocns, rows("holdings")).findings

    found = of(pairs)
    numbers = {n: {f"99{m}" for m, k in pairs if k == n} for _, n in pairs}
    assert set(found["mms_id"]) == {m for bibs in numbers.values() if len(bibs) > 1 for m in bibs}
    assert_frame_equal(of(random.sample(pairs, len(pairs))), found)
