import polars as pl
import pytest
from frame_rows import rows
from polars.testing import assert_frame_equal

from datasync_lib.analysis.ocn_places import compare_places, ocn_census
from datasync_lib.analysis.registry import ANALYSES, work_out


def test_the_census_counts_spellings_in_their_places():
    ocns = rows(
        "ocns",
        {"mms_id": "991", "raw": "(OCoLC)ocm00000011", "ocn": 11},
        {"mms_id": "991", "raw": "(OCoLC)ocm00000012", "ocn": 12},
        {"mms_id": "992", "raw": "(OCoLC)ocm00000010", "ocn": 10},
        {"mms_id": "992", "raw": "(OCoLC)11", "ocn": 11},
        {"mms_id": "992", "raw": "12345e", "verdict": "suffix", "place": "079$a"},
        {"mms_id": None, "raw": None, "verdict": "empty", "place": "079$a"},
    )
    expected = pl.DataFrame(
        [
            ("035$a", "(OCoLC)<2>", "ok", 1, 1, "(OCoLC)11", "992"),
            ("035$a", "(OCoLC)ocm<8>", "ok", 3, 2, "(OCoLC)ocm00000010", "992"),
            ("079$a", "<5>e", "suffix", 1, 1, "12345e", "992"),
            ("079$a", None, "empty", 1, 0, None, None),
        ],
        schema=["place", "spelling", "verdict", "readings", "bibs", "example", "example_mms_id"],
        orient="row",
    )
    assert_frame_equal(ocn_census(ocns=ocns), expected)


def test_two_places_are_compared_number_by_number():
    ocns = rows(
        "ocns",
        {"mms_id": "991", "ocn": 11},
        {"mms_id": "991", "ocn": 11, "place": "079$a"},
        {"mms_id": "992", "ocn": 460_000_001, "verdict": "institution_record", "is_current": False},
        {"mms_id": "992", "ocn": 21, "place": "079$a"},
        {"mms_id": "993", "ocn": 31},
        {"mms_id": "993", "ocn": 32},
        {"mms_id": "993", "ocn": 32, "place": "079$a"},
        {"mms_id": "994", "ocn": 41},
        {"mms_id": "994", "ocn": 42, "place": "019$a", "role": "old"},
        {"mms_id": "995", "verdict": "suffix"},
        {"mms_id": "995", "ocn": 51, "place": "079$a"},
        {"mms_id": "995", "ocn": 51, "place": "001"},
    )
    expected = pl.DataFrame(
        [("001", "079$a", 1, 1, 0, 0, 0.0), ("035$a", "079$a", 3, 1, 1, 1, 1 / 3)],
        schema=["place", "other_place", "both", "same", "partly", "different", "share_different"],
        orient="row",
    )
    assert_frame_equal(compare_places(ocns=ocns), expected)


def union_catalogue(bibs: int = 100, former: int = 60) -> pl.DataFrame:
    """035 $a with numbers of institution records where 079 has the WorldCat number, and a few bibs with only one."""
    both = [
        reading
        for n in range(bibs)
        for reading in (
            {"mms_id": f"99{n}", "place": "079$a", "ocn": 1000 + n, "rank": 2},
            {"mms_id": f"99{n}", "place": "035$a", "ocn": 490_000_000 + n if n < former else 1000 + n, "rank": 1},
        )
    ]
    only = [{"mms_id": f"98{n}", "place": "035$a", "ocn": 5000 + n, "rank": 1} for n in range(30)]
    return rows("ocns", *both, *only)


def test_the_place_with_numbers_of_institution_records_goes_behind_although_it_covers_more():
    proposed = work_out("proposed_rank", ocns=union_catalogue())
    assert proposed.select(
        "place", "proposed_rank", "present_rank", "bibs", "bibs_alone", "institution_records"
    ).rows() == [
        ("079$a", 1, 2, 100, 0, 0),
        ("035$a", 2, 1, 130, 30, 60),
    ]
    assert proposed["reason"][1] == (
        "130 bibs have a number here, 30 of them only here; differs from 079$a on 60 of 100 bibs: "
        "60 of its 130 bibs have doubtful numbers here (60 in ranges of institution records), there 0 of 100"
    )


def test_a_few_differences_do_not_change_the_order_of_coverage():
    proposed = work_out("proposed_rank", ocns=union_catalogue(bibs=1000, former=19))
    assert proposed["place"].to_list() == ["035$a", "079$a"]
    assert proposed["reason"][1] == "1000 bibs have a number here, 0 of them only here"


def test_where_neither_place_is_worse_nothing_is_decided():
    proposed = work_out("proposed_rank", ocns=union_catalogue(), institution_record_ranges=[])
    assert proposed["place"].to_list() == ["035$a", "079$a"]
    assert proposed["reason"][0].endswith(
        "differs from 079$a on 60 of 100 bibs, nothing tells which is right: look at some"
    )


def test_numbers_that_the_bib_itself_marks_as_old_and_several_in_one_place_are_doubtful():
    given = []
    for n in range(30):
        given += [
            {"mms_id": f"99{n}", "place": "035$a", "ocn": 100 + n},
            {"mms_id": f"99{n}", "place": "079$a", "ocn": 500 + n},
            {"mms_id": f"99{n}", "place": "019$a", "ocn": 100 + n, "role": "old", "is_current": False},
        ]
    given.append({"mms_id": "990", "place": "035$a", "ocn": 999})
    proposed = work_out("proposed_rank", ocns=rows("ocns", *given))
    assert proposed.select("place", "doubtful", "several", "marked_old").rows() == [
        ("079$a", 0, 0, 0),
        ("035$a", 30, 1, 30),
    ]


@pytest.mark.parametrize("name", ["ocn_census", "place_comparison", "place_counts"])
def test_what_shares_of_the_bibs_count_adds_up(name):
    ocns = pl.concat([union_catalogue(), rows("ocns", {"mms_id": None, "raw": None, "verdict": "empty"})])
    counted = [ANALYSES[name].function(ocns=share) for share in ocns.partition_by("mms_id")]
    assert len(counted) == 131
    assert_frame_equal(ANALYSES[name].together(pl.concat(counted)), work_out(name, ocns=ocns))


def test_nothing_to_compare_gives_typed_frames():
    empty = rows("ocns")
    assert compare_places(ocns=empty).columns == [
        "place", "other_place", "both", "same", "partly", "different", "share_different",
    ]  # fmt: skip
    assert work_out("proposed_rank", ocns=empty).schema == work_out("proposed_rank", ocns=union_catalogue()).schema
    assert ocn_census(ocns=empty).schema == ocn_census(ocns=union_catalogue()).schema
