"""The records are made up after the shape of OCLC's own local holdings records (oclc_formats.md 8)."""

import json

import polars as pl
import pytest
from concordance_rows import ends
from frame_rows import rows

from datasync_lib.analysis.ownership import place_holdings
from datasync_lib.analysis.registry import work_out

LEADER = "00290nx   2200121ui 4500"
FIXED = "1604120u    8   4001aaund0160413"
MAP = rows(
    "location_map",
    {"library": "MAIN", "location": "stacks", "unit": "Main", "target_symbol": "NEW", "in_scope": True},
)
BIBS = rows("bibs", {"mms_id": "991"}, {"mms_id": "992"}, {"mms_id": "ocm00000077"}, {"mms_id": "993"})
OCNS = rows(
    "ocns",
    {"mms_id": "991", "ocn": 11},
    {"mms_id": "992", "ocn": 12},
    {"mms_id": "ocm00000077", "ocn": 77},
)


def field(tag: str, *parts: str) -> tuple:
    """A control field from one text, else a field from texts that begin with their code."""
    return (tag, parts)


GOOD = {
    "LDR": field("LDR", LEADER),
    "001": field("001", "203780362"),
    "004": field("004", "991"),
    "008": field("008", FIXED),
    "852": field("852", "bMAIN", "cstacks"),
}


def record(*more: tuple, number: int = 0, **instead: tuple | None) -> pl.DataFrame:
    """A good holdings record, with fields more and others instead of the good ones (None: left out)."""
    fields = [f for f in {**GOOD, **{name.removeprefix("f"): f for name, f in instead.items()}}.values() if f]
    parts = []
    for at, (tag, texts) in enumerate([*fields, *more]):
        control = tag == "LDR" or tag < "010"
        for i, text in enumerate(texts):
            code, value, place = (None, text, None) if control else (text[0], text[1:], i)
            parts.append(
                {"field": None if tag == "LDR" else at, "tag": tag, "subfield": place, "code": code, "value": value}
            )
    return rows("subfields", *({"file": "lhrs.mrc", "record": number, **part} for part in parts))


def holding(**columns) -> pl.DataFrame:
    given = {"holding_id": "221", "mms_id": "991", "is_mfhd": True, "file": "lhrs.mrc", "record": 0, **columns}
    return place_holdings(holdings=rows("holdings", given), location_map=MAP, links=rows("links"))


def find(
    subfields: pl.DataFrame, placed: pl.DataFrame | None = None, ocns: pl.DataFrame = OCNS, terminals=None, **options
):
    placed = holding() if placed is None else placed
    return work_out(
        "lhr_problem",
        bibs=BIBS,
        ocns=ocns,
        lhr_fields=subfields,
        placed_holdings=placed,
        terminals=ends() if terminals is None else terminals,
        **options,
    )


def problems(*args, **kwargs) -> list[tuple[str, str]]:
    found = find(*args, **kwargs).findings.sort("class")
    return [(c, json.loads(p)["detail"]) for c, p in found.select("class", "parameters").rows()]


@pytest.mark.parametrize(
    "subfields",
    [
        record(),
        record(f004=field("004", "ocm00000077 ")),
        record(f004=field("004", "12345678")),
        record(field("014", "a(Sirsi) ACC-3996", "b(NONE)")),
        record(field("035", "a(OCoLC)11"), field("035", "a(DLC)99"), field("035", "a(OCoLC)ocm00000011")),
        record(field("014", "a55", "bOCoLC"), field("014", "a66", "b(NONE)")),
        record(field("866", "80", "av.1"), field("866", "80", "av.2")),
        record(field("853", "81", "av."), field("863", "81.1", "a1"), field("863", "81.10", "a2"), field("866", "81", "a1-2")),
        record(field("854", "802", "av."), field("864", "82.1", "a1")),
        record(field("876", "p0111500537803"), field("583", "acommitted to retain")),
        record(LDR=field("LDR", LEADER.replace("nx", "cy"))),
    ],
)  # fmt: skip
def test_good_records_and_oddities_that_are_allowed(subfields):
    assert problems(subfields) == []


LINKING = [
    (field("866", "av.1"), "866 has no $8"),
    (field("866", "81.1", "av.1"), "866 has $8 1.1, not a number"),
    (field("866", "822137436780003811.1", "av.1"), "866 has $8 22137436780003811.1, not a number"),
    (field("853", "av."), "853 has no $8"),
    (field("853", "80", "av."), "853 has $8 0"),
    (field("855", "81.1", "av."), "855 has $8 1.1, not a number"),
    (field("863", "a1"), "863 has no $8"),
    (field("863", "81", "a1"), "863 has $8 1, not number.number"),
    (field("863", "81.1", "a1"), "863 with $8 1.1 has no 853"),
    (field("864", "80.1", "a1"), "864 with $8 0.1 has no 854"),
]


@pytest.mark.parametrize(("bad", "detail"), LINKING)
def test_linking_numbers_that_are_missing_or_lead_nowhere(bad, detail):
    assert problems(record(bad)) == [("linking", detail)]


def test_a_value_points_to_the_caption_of_its_own_kind_and_number():
    captions = [field("854", "81", "aindex"), field("853", "82", "av.")]
    assert problems(record(*captions, field("863", "81.1", "a1"))) == [("linking", "863 with $8 1.1 has no 853")]


def test_all_linking_faults_of_a_record_are_one_finding():
    found = find(record(field("866", "av.1"), field("853", "80", "av.")))
    assert json.loads(found.findings["parameters"][0])["detail"] == "853 has $8 0; 866 has no $8"
    assert found.evidence.select("what", "value", "file", "record").rows() == [
        ("853$8", "0", "lhrs.mrc", 0),
        ("866$8", "", "lhrs.mrc", 0),
    ]


@pytest.mark.parametrize(
    ("instead", "class_", "detail"),
    [
        ({"f852": None}, "no_852", "no 852"),
        ({"f852": field("852", "cstacks")}, "no_852", "852 without $b"),
        ({"f852": field("852", "b ", "cstacks")}, "no_852", "852 without $b"),
        ({"f008": None}, "bad_008", "no 008"),
        ({"f008": field("008", FIXED[:26])}, "bad_008", "008 has 26 characters instead of 32"),
        ({"f008": field("008", FIXED + "        ")}, "bad_008", "008 has 40 characters instead of 32"),
        ({"LDR": field("LDR", LEADER.replace("nx", "ax"))}, "leader", "Leader/05 is «a», not c, d or n"),
        ({"LDR": field("LDR", LEADER.replace("nx", "#x"))}, "leader", "Leader/05 is «#», not c, d or n"),
        ({"LDR": field("LDR", LEADER.replace("nx", "nm"))}, "leader", "Leader/06 is «m», not u, v, x or y"),
    ],
)
def test_required_elements(instead, class_, detail):
    assert problems(record(**instead)) == [(class_, detail)]


def test_a_second_852_is_one_too_many():
    assert problems(record(field("852", "bMAIN", "cattic"))) == [("repeated_852", "852 stands 2 times")]


@pytest.mark.parametrize(
    ("fields", "count"),
    [
        ([], 1),
        ([field("014", "a(Sirsi) o244067492", "b(NONE)")], 1),
        ([field("014", "a244067492")], 1),
        ([field("014", "a244067492", "bOCoLC")], 0),
        ([field("014", "aocn244067492", "bocolc ")], 0),
        ([field("035", "a244067492")], 1),
        ([field("035", "a(DLC)244067492")], 1),
        ([field("035", "z(OCoLC)244067492")], 1),
        ([field("035", "aocn244067492")], 0),
        ([field("035", "a(OCoLC)ocl7244067492")], 0),
    ],
)
def test_where_an_ocn_may_stand(fields, count):
    """The bib 993 has no number of its own, and the 004 is its ID."""
    found = problems(record(*fields, f004=field("004", "993")), holding(mms_id="993"))
    assert [class_ for class_, _ in found] == ["no_ocn"] * count


def test_the_record_of_a_host_is_not_without_a_number_by_a_fault():
    bibs = rows("bibs", {"mms_id": "993", "is_host": True})
    found = work_out(
        "lhr_problem",
        bibs=bibs,
        ocns=OCNS,
        lhr_fields=record(f852=None, f004=field("004", "993")),
        placed_holdings=holding(mms_id="993"),
        terminals=ends(),
    )
    assert found.findings["class"].to_list() == ["no_852"]


def test_an_mms_id_is_too_long_for_an_ocn_even_when_its_bib_is_not_loaded():
    found = problems(record(f004=field("004", "9910343674703811")), holding(mms_id="9910343674703811"))
    assert [class_ for class_, _ in found] == ["no_ocn"]


def test_a_record_without_number_shows_what_stands_there():
    found = find(record(field("035", "a(DLC)5"), f004=field("004", "993")), holding(mms_id="993"))
    assert found.evidence.select("what", "value").rows() == [("004", "993"), ("035$a", "(DLC)5")]
    assert found.findings.select("holding_id", "mms_id", "unit", "symbol", "ocn").rows() == [
        ("221", "993", "Main", "NEW", None)
    ]


def test_two_numbers_in_one_place_are_several_and_only_in_the_place_that_was_agreed():
    two = record(field("035", "a(OCoLC)11"), field("035", "a(OCoLC)12"), field("014", "a13", "bOCoLC"))
    assert problems(two) == [("several_ocns", "several OCNs in 035$a: 11, 12")]
    assert problems(two, lhr_ocn_places={"NEW": "035$a"}) == [("several_ocns", "several OCNs in 035$a: 11, 12")]
    assert problems(two, lhr_ocn_places={"NEW": "014$a"}) == []
    assert problems(two, lhr_ocn_places={"OTHER": "014$a"}) == [("several_ocns", "several OCNs in 035$a: 11, 12")]


def test_numbers_are_told_with_their_place():
    subfields = record(field("035", "a(OCoLC)11"), field("014", "a13", "bOCoLC"), f004=field("004", "ocm00000012"))
    numbers = work_out(
        "lhr_numbers",
        bibs=BIBS,
        ocns=OCNS,
        lhr_fields=subfields,
        placed_holdings=holding(),
        terminals=ends((13, 99), (11, 1), (11, 2)),
    )
    assert numbers.rows() == [
        ("991", "221", "004", "ocm00000012", 12, 12),
        ("991", "221", "014$a", "13", 13, 99),
        ("991", "221", "035$a", "(OCoLC)11", 11, 11),
        ("991", "221", "bib", None, 11, 11),
    ]


@pytest.mark.parametrize(
    ("text", "places"),
    [("991 ", ["bib"]), ("992", ["004", "bib"]), ("ocm00000991", ["004", "bib"])],
)
def test_only_the_id_of_its_own_bib_is_no_number(text, places):
    numbers = work_out(
        "lhr_numbers", bibs=BIBS, ocns=OCNS, lhr_fields=record(f004=field("004", text)), placed_holdings=holding()
    )
    assert numbers["place"].to_list() == places


def test_a_number_that_two_bibs_have_now_is_shared():
    found = find(record(), terminals=ends((11, 12)))
    assert found.findings.select("class", "priority").rows() == [("shared_ocn", 1)]
    assert json.loads(found.findings["parameters"][0])["detail"] == "OCN 12 is on 2 bibs: 991, 992"
    assert found.evidence.select("what", "value").rows() == [("bibs with the OCN", "991 992")]


def test_the_number_of_the_record_itself_decides_whether_it_is_shared():
    merged = ends((11, 12))
    assert problems(record(field("014", "a500", "bOCoLC")), terminals=merged) == []
    own = record(field("014", "a12", "bOCoLC"), f004=field("004", "993"))
    assert [c for c, _ in problems(own, holding(mms_id="993"), terminals=merged)] == ["shared_ocn"]


def test_embedded_holdings_are_not_judged():
    assert problems(record(f852=None, f008=None), holding(is_mfhd=False)) == []
