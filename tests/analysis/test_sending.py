import polars as pl
import pytest
from frame_rows import rows
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from datasync_lib.analysis.ownership import place_holdings
from datasync_lib.analysis.registry import work_out
from datasync_lib.problems import PROBLEMS
from datasync_lib.vocabulary.tables import empty

LOCATION_MAP = rows(
    "location_map",
    {
        "library": "MAIN",
        "location": "*",
        "unit": "Main",
        "outgoing_symbol": "OLD",
        "target_symbol": "NEW",
        "in_scope": True,
    },
    {"library": "MAIN", "location": "reserve", "unit": "Reserves", "target_symbol": "NEW", "in_scope": False},
    {"library": "LAW", "location": "*", "unit": "Law", "target_symbol": "NEX", "in_scope": True},
)
# 991 was sent under NEW, 992 was not
SENT = rows("sent_records", {"mms_id": "991"}, {"mms_id": "995", "symbol": "NEX"})


def class_of(bib: dict, holding: dict, *items: dict, sent=SENT, links=()) -> list[tuple]:
    bibs = rows("bibs", bib, {"mms_id": "constituent"})
    holdings = rows("holdings", {"holding_id": "22", "mms_id": bib["mms_id"], **holding})
    placed = place_holdings(holdings=holdings, location_map=LOCATION_MAP, links=rows("links", *links))
    given = {"holdings": holdings, "items": rows("items", *items), "sent_records": sent}
    found = work_out("sending_classes", bibs=bibs, placed_holdings=placed, **given)
    return found.select("mms_id", "class").rows()


@pytest.mark.parametrize(
    ("bib", "holding", "class_"),
    [
        ({}, {}, "unknown"),
        ({"mms_id": "991"}, {}, "sent"),
        ({"mms_id": "991", "exclusion": "community_zone"}, {}, "sent"),
        ({"mms_id": "995"}, {}, "unknown"),
        ({"mms_id": "995"}, {"library": "LAW"}, "sent"),
        ({"mms_id": "991"}, {"location": "reserve"}, "out_of_scope"),
        ({"mms_id": "991"}, {"library": "MAP"}, "unmapped"),
        ({"mms_id": "991", "is_suppressed": True}, {}, "bib_suppressed"),
        ({"mms_id": "991"}, {"is_suppressed": True}, "holding_suppressed"),
        ({"exclusion": "no_worldcat_914", "is_suppressed": True}, {}, "no_worldcat_914"),
        ({"exclusion": "community_zone"}, {"library": "MAP"}, "community_zone"),
        ({"exclusion": "brief_level_01"}, {}, "brief_level_01"),
        ({"exclusion": "brief_level_02"}, {}, "brief_level_02"),
        ({"exclusion": "brief_level_03"}, {}, "brief_level_03"),
        ({"exclusion": "archival"}, {}, "other_exclusion"),
        ({"is_suppressed": True}, {"is_suppressed": True}, "bib_suppressed"),
        ({}, {"is_suppressed": True, "library": "MAP"}, "holding_suppressed"),
        ({}, {"library": "MAP"}, "unmapped"),
        ({"is_electronic": True}, {"location": "reserve"}, "out_of_scope"),
        ({"is_electronic": True}, {}, "electronic"),
        ({"is_host": True}, {}, "host"),
        ({}, {"mms_id": "not in the catalogue"}, "no_bib"),
    ],
)
def test_reasons_in_their_order(bib, holding, class_):
    assert [found for _, found in class_of({"mms_id": "992", **bib}, holding)] == [class_]


@pytest.mark.parametrize(
    ("process_types", "class_"),
    [
        (["acq"], "on_order"),
        (["Acquisition", "ACQ"], "on_order"),
        (["acq", "loan"], "electronic"),
        (["acq", None], "electronic"),
        ([], "electronic"),
    ],
)
def test_on_order_comes_before_electronic(process_types, class_):
    items = [{"holding_id": "22", "process_type": process_type} for process_type in process_types]
    assert class_of({"mms_id": "992", "is_electronic": True}, {}, *items) == [("992", class_)]


def test_a_host_is_classed_with_its_constituents():
    links = [{"host_mms_id": "host", "constituent_mms_id": "constituent"}]
    assert class_of({"mms_id": "host", "is_host": True}, {}, links=links) == [
        ("constituent", "unknown"),
        ("host", "host"),
    ]


def test_before_anything_was_sent():
    assert class_of({"mms_id": "992"}, {}, sent=empty("sent_records")) == [("992", "to_send")]
    assert class_of({"mms_id": "992", "is_electronic": True}, {}, sent=empty("sent_records")) == [("992", "electronic")]


BIBS = rows(
    "bibs",
    {"mms_id": "991"},
    {"mms_id": "992", "exclusion": "archival"},
    {"mms_id": "993"},
    {"mms_id": "host", "is_host": True},
)
HOLDINGS = rows(
    "holdings",
    {"holding_id": "1", "mms_id": "991"},
    {"holding_id": "2", "mms_id": "992", "record": 5},
    {"holding_id": "3", "mms_id": "993", "library": "LAW", "location": "stacks"},
    {"holding_id": "4", "mms_id": "host", "library": "MAP"},
    {"holding_id": "5", "mms_id": "orphan"},
)
LINKS = rows("links", {"host_mms_id": "host", "constituent_mms_id": "993"})
PLACED = place_holdings(holdings=HOLDINGS, location_map=LOCATION_MAP, links=LINKS)


def test_findings_in_full():
    found = work_out("not_sent", bibs=BIBS, placed_holdings=PLACED, sent_records=SENT)
    columns = ["class", "unit", "symbol", "mms_id", "holding_id", "file", "record", "priority", "parameters"]
    assert found.findings.select(columns).sort("mms_id", "holding_id").rows() == [
        ("other_exclusion", "Main", "NEW", "992", "2", "catalogue.mrc", 5, 3, '{"reason":"archival"}'),
        ("unknown", "Law", "NEX", "993", "3", "catalogue.mrc", 2, 1, '{"reason":null}'),
        ("unmapped", None, None, "993", "4", "catalogue.mrc", 3, 3, '{"reason":null}'),
    ]
    assert found.evidence.select("what", "value", "record").sort("record", "what").rows() == [
        ("location", "LAW / stacks", 2),
        ("location", "MAP / stacks", 3),
        ("exclusion", "archival", 5),
        ("location", "MAIN / stacks", 5),
    ]
    assert set(found.findings["class"]) <= set(PROBLEMS["not_sent"].classes)


def test_nothing_is_missed_where_no_sent_file_is_loaded():
    assert work_out("not_sent", bibs=BIBS, placed_holdings=PLACED).findings.is_empty()


def test_the_balance_counts_every_holding_once():
    assert work_out("sending_balance", bibs=BIBS, placed_holdings=PLACED, sent_records=SENT).rows() == [
        (None, "unmapped", 1),
        ("NEW", "no_bib", 1),
        ("NEW", "other_exclusion", 1),
        ("NEW", "sent", 1),
        ("NEX", "unknown", 1),
    ]


@pytest.mark.parametrize(
    ("bound", "class_"),
    [
        ([], "host"),
        (["991"], "sent"),
        (["991", "992"], "other_exclusion"),
        (["991", "gone"], "no_bib"),
        (["992", "gone"], "no_bib"),
        (["991", "992", "gone", "996"], "unknown"),
    ],
)
def test_a_boundwith_counts_once_with_what_is_left_to_do(bound, class_):
    holdings = rows("holdings", {"holding_id": "4", "mms_id": "host"})
    links = rows("links", *({"host_mms_id": "host", "constituent_mms_id": each} for each in bound))
    bibs = pl.concat([BIBS, rows("bibs", {"mms_id": "996"})])
    placed = place_holdings(holdings=holdings, location_map=LOCATION_MAP, links=links)
    given = {"bibs": bibs, "placed_holdings": placed, "sent_records": SENT}
    assert work_out("sending_balance", **given).rows() == [("NEW", class_, 1)]
    counted = work_out("unsent_counts", **given).select("symbol", "count", "of").rows()
    assert counted == [(symbol, int(class_ == "unknown"), 1) for symbol in ("NEW", "all")]


def test_a_holding_that_its_host_has_too_counts_for_each():
    shared = [{"holding_id": "4", "mms_id": mms_id, "record": at} for at, mms_id in enumerate(["host", "993"])]
    placed = place_holdings(holdings=rows("holdings", *shared), location_map=LOCATION_MAP, links=LINKS)
    balance = work_out("sending_balance", bibs=BIBS, placed_holdings=placed, sent_records=SENT)
    assert balance["holdings"].sum() == 2


def test_tables_may_be_empty():
    full = work_out("sending_classes", bibs=BIBS, placed_holdings=PLACED, sent_records=SENT)
    assert work_out("sending_classes").schema == full.schema
    assert work_out("sending_balance").is_empty()
    assert work_out("not_sent").findings.is_empty()


SOME_BIBS = st.lists(
    st.fixed_dictionaries(
        {
            "mms_id": st.sampled_from(["991", "992", "993", "host"]),
            "exclusion": st.sampled_from([None, "archival", "brief_level_02"]),
            "is_suppressed": st.booleans(),
            "is_electronic": st.booleans(),
            "is_host": st.booleans(),
        }
    ),
    max_size=4,
    unique_by=lambda bib: bib["mms_id"],
)
SOME_HOLDINGS = st.lists(
    st.fixed_dictionaries(
        {
            "holding_id": st.sampled_from("12345"),
            "mms_id": st.sampled_from(["991", "992", "993", "host", None]),
            "library": st.sampled_from(["MAIN", "LAW", "MAP", None]),
            "location": st.sampled_from(["stacks", "reserve"]),
            "is_suppressed": st.sampled_from([True, False, None]),
        }
    ),
    max_size=5,
    unique_by=lambda holding: holding["holding_id"],
)


@settings(deadline=None, max_examples=20)
@given(SOME_BIBS, SOME_HOLDINGS, st.randoms(use_true_random=False))
def test_every_holding_is_in_one_class_in_any_order(bibs, holdings, random):
    holdings = [{**row, "record": at} for at, row in enumerate(holdings)]

    def classes(bibs, holdings):
        placed = place_holdings(holdings=rows("holdings", *holdings), location_map=LOCATION_MAP, links=LINKS)
        return placed, work_out("sending_classes", bibs=rows("bibs", *bibs), placed_holdings=placed, sent_records=SENT)

    placed, found = classes(bibs, holdings)
    assert found.select("mms_id", "holding_id").rows() == placed.select("mms_id", "holding_id").rows()
    assert found["class"].null_count() == 0
    random.shuffle(bibs)
    random.shuffle(holdings)
    assert_frame_equal(classes(bibs, holdings)[1], found)


def test_what_was_sent_file_by_file():
    sent = rows("sent_records", {"mms_id": "991"}, {"mms_id": "992"}, {"file": "a.mrc", "symbol": "NEX"})
    assert work_out("sent_files", sent_records=sent).select("file", "symbol", "records").rows() == [
        ("a.mrc", "NEX", 1),
        ("sent/1099999.new.run.mrc", "NEW", 2),
    ]


def test_a_holding_that_is_classed_twice_is_noticed():
    classes = work_out("sending_classes", bibs=BIBS, placed_holdings=PLACED, sent_records=SENT)
    with pytest.raises(AssertionError, match="10 holdings are classed, but there are 5"):
        work_out("sending_balance", sending_classes=pl.concat([classes, classes]), placed_holdings=PLACED)


def test_pandas_frames_give_the_same():
    tables = {"bibs": BIBS, "placed_holdings": PLACED, "sent_records": SENT}
    from_pandas = work_out("not_sent", **{name: table.to_pandas() for name, table in tables.items()})
    assert_frame_equal(from_pandas.findings, work_out("not_sent", **tables).findings)
    assert isinstance(from_pandas.findings, pl.DataFrame)
