import polars as pl
import pytest
from frame_rows import leads, rows
from polars.testing import assert_frame_equal

from datasync_lib.analysis.ownership import place_holdings
from datasync_lib.analysis.record_quality import (
    find_brief_records,
    find_sparse_records,
    find_suppression_mismatches,
    find_unmapped_locations,
    script_faults,
)
from datasync_lib.analysis.registry import work_out
from datasync_lib.problems import PROBLEMS

LEADS = leads({"mms_id": "991", "unit": "Law", "symbol": "NEW"})


def words(found) -> str:
    row = found.findings.row(0, named=True)
    return PROBLEMS[row["problem"]].explain(row["class"], row["parameters"])


def test_brief_records_have_their_level_and_what_they_lack():
    bibs = rows(
        "bibs",
        {"mms_id": "991", "exclusion": "brief_level_02", "missing_elements": "date heading"},
        {"mms_id": "992", "exclusion": "brief_level_01", "missing_elements": "title"},
        {"mms_id": "993", "exclusion": "brief_level_03", "cataloguing_language": "fre"},
        {"mms_id": "994", "exclusion": "brief_level_02", "is_suppressed": True},
        {"mms_id": "995", "exclusion": "brief_level_02", "is_host": True},
        {"mms_id": "996", "exclusion": "no_worldcat_914", "brief_level": "02"},
        {"mms_id": "997", "missing_elements": "heading"},
    )
    found = find_brief_records(bibs=bibs, lead_units=LEADS)
    assert found.findings.sort("mms_id").select("mms_id", "class", "unit", "symbol").rows() == [
        ("991", "02", "Law", "NEW"),
        ("992", "01", None, None),
        ("993", "03", None, None),
    ]
    keys = found.findings.select("row_key", "mms_id").join(found.evidence, on="row_key")
    assert keys.sort("mms_id", "value").select("mms_id", "what", "value").rows() == [
        ("991", "missing", "date"),
        ("991", "missing", "heading"),
        ("992", "missing", "title"),
        ("993", "040$b", "fre"),
    ]


def test_a_brief_record_in_words():
    bibs = rows("bibs", {"mms_id": "993", "exclusion": "brief_level_03", "cataloguing_language": "fre"})
    assert words(find_brief_records(bibs=bibs, lead_units=LEADS)) == (
        "The record is too brief to be sent (level 03). Missing: nothing. It was catalogued in «fre»."
    )


def test_only_records_that_are_sent_are_sparse():
    bibs = rows(
        "bibs",
        {"mms_id": "991", "sparse_elements": "extent 008"},
        {"mms_id": "992"},
        {"mms_id": "993", "sparse_elements": "extent", "exclusion": "brief_level_02"},
        {"mms_id": "994", "sparse_elements": "extent", "is_suppressed": True},
    )
    found = find_sparse_records(bibs=bibs, lead_units=LEADS)
    assert found.findings.select("mms_id", "class", "unit").rows() == [("991", None, "Law")]
    assert words(found).endswith("Missing: extent, 008.")


def fields(*given: tuple[str, str | None], record: int = 0) -> pl.DataFrame:
    """Fields with $a, and $6 where there is one."""
    parts = [
        {"record": record, "field": at, "tag": tag, "subfield": i, "code": code, "value": value}
        for at, (tag, link) in enumerate(given)
        for i, (code, value) in enumerate([*([("6", link)] if link is not None else []), ("a", "text")])
    ]
    return rows("subfields", *({"file": "catalogue.mrc", **part} for part in parts))


@pytest.mark.parametrize(
    ("given", "faults"),
    [
        ([("880", None)], "an 880 has no $6"),
        ([("880", "")], "an 880 has $6 , which names no field"),
        ([("880", "245")], "an 880 has $6 245, which names no field"),
        ([("245", None), ("880", "245-01/$1")], "no 245 answers the 880 with $6 245-01"),
        ([("245", "880-02"), ("880", "245-01/$1")], "no 880 answers the 245 with $6 880-02, no 245 answers the 880 with $6 245-01"),
        ([("245", "880-01")], "no 880 answers the 245 with $6 880-01"),
        ([("245", "880-01"), ("880", "246-01")], "no 880 answers the 245 with $6 880-01, no 246 answers the 880 with $6 246-01"),
        ([("880", None), ("880", None)], "an 880 has no $6"),
    ],
)  # fmt: skip
def test_faults_of_pairing(given, faults):
    tags = ["245", "246", "880"]
    found = work_out(
        "script_pairing",
        bibs=rows("bibs", {"mms_id": "991"}),
        script_fields=fields(*given),
        lead_units=LEADS,
        loaded_tags=tags,
    )
    assert found.findings.select("mms_id", "unit").rows() == [("991", "Law")]
    assert words(found) == f"Fields in the original script are not paired as they should be: {faults}."


@pytest.mark.parametrize(
    "given",
    [
        [("245", "880-01"), ("880", "245-01/$1")],
        [("245", "880-01"), ("880", "245-01/(3/r"), ("500", "880-02"), ("880", "500-02")],
        [("880", "245-00/$1")],
        [("245", "880-00")],
        [("880", "505-01")],  # 505 is not loaded
        [("245", None), ("100", None)],
        [("245", "DLC")],
        [("880", "245-01"), ("880", "245-01"), ("245", "880-01")],
    ],
)
def test_pairs_and_links_that_cannot_be_judged_are_no_fault(given):
    tags = ["100", "245", "246", "500", "880"]
    found = work_out(
        "script_pairing",
        bibs=rows("bibs", {"mms_id": "991"}),
        script_fields=fields(*given),
        lead_units=LEADS,
        loaded_tags=tags,
    )
    assert found.findings.is_empty()


def test_without_880_loaded_no_880_is_missed():
    bibs = rows("bibs", {"mms_id": "991"})
    assert work_out(
        "script_pairing", bibs=bibs, script_fields=fields(("245", "880-01")), lead_units=LEADS, loaded_tags=None
    ).findings.is_empty()
    assert work_out(
        "script_pairing", bibs=bibs, script_fields=fields(("245", "880-01")), lead_units=LEADS, loaded_tags=["245"]
    ).findings.is_empty()


def test_faults_are_told_with_their_field():
    given = fields(("245", "880-01"), ("880", None), ("880", "245-02/$1"), ("246", "880-03"), ("880", "246-03"))
    expected = pl.DataFrame(
        [
            ("catalogue.mrc", 0, 0, "245", "880-01", "no 880 answers the 245 with $6 880-01"),
            ("catalogue.mrc", 0, 1, "880", None, "an 880 has no $6"),
            ("catalogue.mrc", 0, 2, "880", "245-02/$1", "no 245 answers the 880 with $6 245-02"),
        ],
        schema=["file", "record", "field", "tag", "link", "fault"],
        orient="row",
    )
    assert_frame_equal(script_faults(script_fields=given), expected.cast({"field": pl.Int32}))


def test_pairs_are_sought_within_the_record_and_in_bibs_that_are_sent():
    bibs = rows("bibs", {"mms_id": "991"}, {"mms_id": "992"}, {"mms_id": "993", "is_suppressed": True})
    subfields = pl.concat(
        [
            fields(("245", "880-01")),
            fields(("880", "245-01"), record=1),
            fields(("880", None), record=2),
        ]
    )
    found = work_out("script_pairing", bibs=bibs, script_fields=subfields, lead_units=LEADS, loaded_tags=None)
    assert found.findings["mms_id"].sort().to_list() == ["991", "992"]
    assert found.evidence.select("what", "value").sort("what").rows() == [("245$6", "880-01"), ("880$6", "245-01")]


MAP = rows(
    "location_map",
    {"library": "MAIN", "location": "stacks", "unit": "Main", "target_symbol": "NEW", "in_scope": True},
    {"library": "MAIN", "location": "attic", "unit": "Main", "target_symbol": "NEW", "in_scope": False},
)


def place(*holdings: dict, links: pl.DataFrame | None = None) -> pl.DataFrame:
    return place_holdings(
        holdings=rows("holdings", *holdings), location_map=MAP, links=rows("links") if links is None else links
    )


def test_bib_and_holding_disagree_on_suppression():
    bibs = rows(
        "bibs",
        {"mms_id": "991", "is_suppressed": True},
        {"mms_id": "992"},
        {"mms_id": "993", "is_suppressed": True, "is_host": True},
    )
    placed = place(
        {"holding_id": "221", "mms_id": "991"},
        {"holding_id": "222", "mms_id": "991", "is_suppressed": True, "items": 2},
        {"holding_id": "223", "mms_id": "992", "is_suppressed": True, "items": 2},
        {"holding_id": "224", "mms_id": "992", "is_suppressed": True, "items": 0},
        {"holding_id": "225", "mms_id": "992", "is_suppressed": True},
        {"holding_id": "226", "mms_id": "992", "items": 1},
        {"holding_id": "227", "mms_id": "993", "location": "attic"},
        {"holding_id": "228", "mms_id": "of no bib", "is_suppressed": True, "items": 3},
        links=rows("links", {"host_mms_id": "993", "constituent_mms_id": "992"}),
    )
    found = find_suppression_mismatches(bibs=bibs, placed_holdings=placed)
    assert found.findings.sort("holding_id").select("holding_id", "mms_id", "class", "unit", "symbol").rows() == [
        ("221", "991", "bib_suppressed", "Main", "NEW"),
        ("223", "992", "holding_suppressed", "Main", "NEW"),
        ("227", "993", "bib_suppressed", "Main", "NEW"),
    ]
    facts = found.findings.filter(holding_id="223").select("row_key").join(found.evidence, on="row_key")
    assert facts.select("what", "value").rows() == [
        ("bib suppressed", "false"),
        ("holding suppressed", "true"),
        ("items", "2"),
    ]


def test_locations_without_a_line_in_the_map():
    placed = place(
        {"holding_id": "221", "mms_id": "991"},
        {"holding_id": "222", "mms_id": "991", "location": "attic"},
        {"holding_id": "223", "mms_id": "991", "location": "cellar"},
        {"holding_id": "224", "mms_id": "991", "location": "cellar"},
        {"holding_id": "225", "mms_id": "992", "library": None, "location": None, "is_suppressed": True},
        links=rows("links", {"host_mms_id": "991", "constituent_mms_id": "993"}),
    )
    found = find_unmapped_locations(placed_holdings=placed)
    assert found.findings.sort("holding_id").select("holding_id", "mms_id", "unit", "symbol").rows() == [
        ("223", "991", None, None),
        ("224", "991", None, None),
        ("225", "992", None, None),
    ]
