from datetime import date

import polars as pl
import pytest
from concordance_rows import ends
from frame_rows import rows
from polars.testing import assert_frame_equal

from datasync_lib.analysis.ownership import place_holdings
from datasync_lib.analysis.readiness import NOT_COUNTED, ORDER, missing_elements, scope_by
from datasync_lib.analysis.registry import work_out
from datasync_lib.analysis.scorecard import METRICS, Metric
from datasync_lib.analysis.scorecard import counts as register_counts
from datasync_lib.problems import PROBLEMS
from datasync_lib.settings import Collection
from datasync_lib.vocabulary.tables import empty

COLUMNS = ["symbol", "metric", "title", "value", "count", "of", "gate", "colour", "meaning"]
LAST = pl.DataFrame(schema={"symbol": pl.String, "last_action": pl.String})

MAP = rows(
    "location_map",
    {"library": "LAW", "location": "*", "unit": "Law", "outgoing_symbol": "OLD", "target_symbol": "NEW", "in_scope": True},
    {"library": "MUS", "location": "*", "unit": "Music", "outgoing_symbol": "OLD", "target_symbol": "MUS", "in_scope": True},
    {"library": "ATT", "location": "*", "unit": "Law", "outgoing_symbol": "OLD", "target_symbol": "NEW", "in_scope": False},
)  # fmt: skip
BIBS = rows(
    "bibs",
    {"mms_id": "991", "format": "book", "place_code": "mau", "language": "eng", "cataloguing_language": "eng"},
    {"mms_id": "992", "format": "book", "place_code": "   ", "language": "eng", "control_type": "a"},
    {"mms_id": "993", "format": "map", "place_code": "mau", "language": "|||", "is_electronic": True},
    {"mms_id": "994", "exclusion": "brief_level_02", "missing_elements": "date heading", "cataloguing_language": "ger"},
    {"mms_id": "995", "exclusion": "no_worldcat_914"},
    {"mms_id": "996", "is_suppressed": True},
    {"mms_id": "997", "is_host": True},
    {"mms_id": "998", "place_code": "mau", "language": "eng", "is_reproduction": True},
)
HOLDINGS = rows(
    "holdings",
    {"holding_id": "1", "mms_id": "991", "library": "LAW"},
    {"holding_id": "2", "mms_id": "992", "library": "LAW", "is_reproduction": True},
    {"holding_id": "3", "mms_id": "993", "library": "MUS"},
    {"holding_id": "4", "mms_id": "994", "library": "LAW"},
    {"holding_id": "5", "mms_id": "995", "library": "LAW", "is_suppressed": True},
    {"holding_id": "6", "mms_id": "996", "library": "LAW"},
    {"holding_id": "7", "mms_id": "997", "library": "MUS"},
    {"holding_id": "8", "mms_id": "998", "library": "ATT"},
    {"holding_id": "9", "mms_id": "992", "library": "MUS", "is_suppressed": True},
    {"holding_id": "10", "mms_id": "991", "library": "???"},
)
OCNS = rows(
    "ocns",
    {"mms_id": "991", "ocn": 11},
    {"mms_id": "992", "ocn": 12},
    {"mms_id": "993", "ocn": 13},
    {"mms_id": "996", "ocn": 16},
)
LINKS = rows("links", {"host_mms_id": "997", "constituent_mms_id": "991"})
PLACED = place_holdings(holdings=HOLDINGS, location_map=MAP, links=LINKS)


def finding(problem: str, class_: str | None = None, **columns) -> dict:
    return {
        "row_key": f"{problem} {columns}",
        "problem": problem,
        "class": class_,
        "answer": "act",
        "priority": 1,
        **columns,
    }


def card(findings: pl.DataFrame | None = None, **given) -> pl.DataFrame:
    findings = empty("findings") if findings is None else findings
    arguments = {
        "bibs": BIBS, "ocns": OCNS, "holdings": HOLDINGS, "placed_holdings": PLACED, "terminals": ends(),
        "last_outcomes": LAST, **{problem: findings.filter(problem=problem) for problem in PROBLEMS},
    }  # fmt: skip
    return work_out("readiness", **{**arguments, **given})


def line(scorecard: pl.DataFrame, metric: str, *columns: str, symbol: str = "all") -> tuple:
    columns = columns or ("value", "count", "of", "colour")
    return scorecard.filter(metric=metric, symbol=symbol).select(columns).row(0)


def counts(scorecard: pl.DataFrame, metric: str) -> dict[str, tuple]:
    """symbol -> count, of."""
    return {s: (c, o) for s, c, o in scorecard.filter(metric=metric).select("symbol", "count", "of").rows()}


def test_what_is_in_scope_and_what_stays_out():
    scorecard = card()
    assert counts(scorecard, "scope_bibs") == {"all": (8, None), "MUS": (4, None), "NEW": (5, None)}
    assert counts(scorecard, "scope_holdings") == {"all": (10, None), "MUS": (3, None), "NEW": (5, None)}
    assert counts(scorecard, "exchange_bibs") == {"all": (4, 8), "MUS": (2, 4), "NEW": (2, 5)}
    assert counts(scorecard, "no_symbol") == {"all": (1, 4)}
    assert line(scorecard, "mapping_completeness") == (0.9, 9, 10, "red")
    reasons = {
        metric: counts(scorecard, metric)
        for metric in scorecard["metric"].unique()
        if metric.startswith("excluded_") and metric != "excluded_unknown"
    }
    assert reasons == {
        "excluded_brief_level_02": {"all": (1, 8), "MUS": (0, 4), "NEW": (1, 5)},
        "excluded_no_worldcat_914": {"all": (1, 8), "MUS": (0, 4), "NEW": (1, 5)},
        "excluded_bib_suppressed": {"all": (1, 8), "MUS": (0, 4), "NEW": (1, 5)},
        "excluded_host": {"all": (1, 8), "MUS": (1, 4), "NEW": (0, 5)},
        "excluded_holding_suppressed": {"all": (0, 8), "MUS": (1, 4), "NEW": (0, 5)},
    }
    assert line(scorecard, "excluded_no_worldcat_914", "title") == ("Excluded: marked NO-WORLDCAT",)


@pytest.mark.parametrize("symbol", ["all", "MUS", "NEW"])
def test_bibs_to_send_and_excluded_bibs_add_up(symbol):
    scorecard = card().filter(symbol=symbol)
    parts = pl.col("metric").str.starts_with("excluded_") & (pl.col("metric") != "excluded_unknown")
    added = scorecard.filter(parts | (pl.col("metric") == "exchange_bibs"))["count"].sum()
    assert added == scorecard.filter(metric="scope_bibs")["count"][0]


def test_shares_that_the_tables_give():
    scorecard = card()
    assert counts(scorecard, "ocn_coverage") == {"all": (3, 4), "MUS": (2, 2), "NEW": (2, 2)}
    assert line(scorecard, "ocn_coverage") == (0.75, 3, 4, "red")
    assert line(scorecard, "ocn_coverage", "gate") == ("at least 90 %",)
    assert counts(scorecard, "blank_codes") == {"all": (2, 4), "MUS": (1, 2), "NEW": (1, 2)}
    assert counts(scorecard, "non_english") == {"all": (1, 6), "MUS": (0, 3), "NEW": (1, 4)}
    assert line(scorecard, "archival") == (0.25, 1, 4, "grey")
    assert counts(scorecard, "reproductions") == {"all": (2, 8), "MUS": (0, 2), "NEW": (1, 4)}


def test_findings_are_counted_under_every_symbol_that_gets_the_bib():
    findings = rows(
        "findings",
        finding("several_ocns", "different", mms_id="991"),
        finding("several_ocns", "merged", mms_id="994"),
        finding("shared_ocn", "same_library", mms_id="991"),
        finding("shared_ocn", "other_library", mms_id="993"),
        finding("malformed_ocn", "suffix", mms_id="992"),
        finding("missing_ocn", "only_old", mms_id="998"),
        finding("missing_ocn", "no_number", mms_id="993"),
        finding("brief_record", "02", mms_id="994"),
        finding("sparse_record", mms_id="998"),
        finding("script_pairing", mms_id="991"),
        finding("print_ocn_on_electronic", mms_id="993", ocn=13),
        finding("print_ocn_on_electronic", mms_id="995", ocn=13),
        finding("suppression_mismatch", "bib_suppressed", holding_id="6", mms_id="996"),
        finding("stale_ocn", mms_id="991", ocn=11),
    )
    scorecard = card(findings=findings, terminals=ends((11, 99)))
    assert counts(scorecard, "several_ocns") == {"all": (1, 4), "MUS": (1, 2), "NEW": (1, 2)}
    assert counts(scorecard, "shared_ocn") == {"all": (2, 4), "MUS": (2, 2), "NEW": (1, 2)}
    assert counts(scorecard, "shared_ocn_same_library") == {"all": (1, 4), "MUS": (1, 2), "NEW": (1, 2)}
    assert counts(scorecard, "ocn_defects") == {"all": (2, 4), "MUS": (0, 2), "NEW": (1, 2)}
    assert counts(scorecard, "brief_level_02") == {"all": (1, 6), "MUS": (0, 3), "NEW": (1, 4)}
    assert counts(scorecard, "sparse") == {"all": (1, 4), "MUS": (0, 2), "NEW": (0, 2)}
    assert counts(scorecard, "print_ocn_on_electronic") == {"all": (1, 4), "MUS": (1, 2), "NEW": (0, 2)}
    assert counts(scorecard, "suppression_mismatch") == {"all": (1, 10), "MUS": (0, 3), "NEW": (1, 5)}
    assert counts(scorecard, "stale_ocn") == {"all": (1, 4), "MUS": (1, 2), "NEW": (1, 2)}
    colours = {m: line(scorecard, m, "colour")[0] for m in ("sparse", "brief_level_02", "brief_level_01", "stale_ocn")}
    assert colours == {"sparse": "red", "brief_level_02": "amber", "brief_level_01": "green", "stale_ocn": "grey"}
    assert line(scorecard, "print_ocn_on_electronic", "gate", "colour", symbol="NEW") == ("none", "green")


@pytest.mark.parametrize(
    ("sparse", "colour"),
    [(0, "green"), (5, "green"), (6, "red"), (10, "red"), (11, "red")],
)
def test_a_gate_is_green_within_it_and_red_beyond(sparse, colour):
    bibs = rows("bibs", *({"mms_id": str(n)} for n in range(1000)))
    findings = rows("findings", *(finding("sparse_record", mms_id=str(n)) for n in range(sparse)))
    scorecard = card(bibs=bibs, findings=findings)
    assert line(scorecard, "sparse") == (sparse / 1000, sparse, 1000, colour)
    assert line(scorecard, "sparse", "gate") == ("at most 0.5 %",)


@pytest.mark.parametrize(("numbered", "colour"), [(90, "green"), (89, "red"), (80, "red"), (79, "red")])
def test_a_lower_gate_works_the_other_way_round(numbered, colour):
    bibs = rows("bibs", *({"mms_id": str(n)} for n in range(100)))
    ocns = rows("ocns", *({"mms_id": str(n), "ocn": n + 1} for n in range(numbered)))
    assert line(card(bibs=bibs, ocns=ocns), "ocn_coverage", "colour") == (colour,)


def test_items_on_order_and_items_in_place():
    items = rows(
        "items",
        {"holding_id": "1", "status": "1"},
        {"holding_id": "1", "status": "0", "process_type": "acq"},
        {"holding_id": "2", "status": "0", "process_type": "ACQ"},
        {"holding_id": "3", "status": "0", "process_type": "missing"},
        {"holding_id": "3", "status": "0", "process_type": "acq"},
    )
    scorecard = card(items=items)
    assert counts(scorecard, "on_order_only") == {"all": (1, 8), "MUS": (0, 2), "NEW": (1, 4)}
    assert counts(scorecard, "no_item_in_place") == {"all": (7, 8), "MUS": (2, 2), "NEW": (3, 4)}
    assert line(card(items=rows("items", {"holding_id": "1", "status": None})), "no_item_in_place", "colour") == (
        "grey",
    )


def test_what_cannot_be_counted_is_grey_and_says_what_to_load():
    scorecard = card()
    missing = scorecard.filter(pl.col("count").is_null())
    assert set(missing["colour"]) == {"grey"}
    assert missing.filter(symbol="all")["metric"].to_list() == [
        "excluded_unknown", "stale_ocn", "on_order_only", "no_item_in_place", "lhr_problems", "unit_of_export", "file_hygiene",
        "worldcat_baseline", "overlap_of_catalogue", "overlap_of_worldcat", "expected_add", "expected_delete",
        "match_rate", "create_rate", "unresolved_rate", "error_rate",
        "lhrs_on_old_symbol", "open_ill", "connexion", "burn_down",
    ]  # fmt: skip
    assert line(scorecard, "worldcat_baseline", "meaning")[0].endswith(
        "Not counted: load WorldCat's list of the symbol: worldcat.SYMBOL.YYYYMMDD.txt, .csv, .mrc or .xml."
    )
    assert set(scorecard.filter(metric="worldcat_baseline")["symbol"]) == {"all", "MUS", "NEW", "OLD"}


def test_our_numbers_beside_the_newest_list_of_worldcat():
    held = rows(
        "worldcat_holdings",
        *({"symbol": "NEW", "ocn": n, "as_of": date(2026, 8, 1)} for n in (1, 2, 3)),
        *({"symbol": "NEW", "ocn": n, "as_of": date(2026, 9, 1)} for n in (10, 12, 50, 51)),
        *({"symbol": "OLD", "ocn": n, "as_of": date(2026, 9, 1)} for n in (13, 60)),
    )
    scorecard = card(worldcat_holdings=held, terminals=ends((10, 11)))
    assert counts(scorecard, "worldcat_baseline") == {
        "all": (6, None), "MUS": (None, None), "NEW": (4, None), "OLD": (2, None),
    }  # fmt: skip
    assert line(scorecard, "worldcat_baseline", "meaning", symbol="NEW")[0].endswith("List of 2026-09-01.")
    # under NEW go 11 and 12, under OLD are 11, 12 and 13
    assert counts(scorecard, "overlap_of_catalogue") == {
        "all": (3, 5), "MUS": (None, None), "NEW": (2, 2), "OLD": (1, 3),
    }  # fmt: skip
    assert counts(scorecard, "overlap_of_worldcat") == {
        "all": (3, 6), "MUS": (None, None), "NEW": (2, 4), "OLD": (1, 2),
    }  # fmt: skip
    assert counts(scorecard, "expected_add") == {"all": (0, 2), "MUS": (None, None), "NEW": (0, 2)}
    assert counts(scorecard, "expected_delete") == {"all": (2, 4), "MUS": (None, None), "NEW": (2, 4)}
    assert line(scorecard, "expected_delete", "gate", "colour") == ("at most 10 %", "red")
    assert line(scorecard, "expected_delete", "colour", symbol="MUS") == ("grey",)


def test_records_that_come_again_in_a_sent_file():
    sent = rows(
        "sent_records",
        {"file": "a.mrc", "mms_id": "991", "holding_id": "1", "collection": "1000001"},
        {"file": "a.mrc", "mms_id": "991", "holding_id": "10", "collection": "1000001"},
        {"file": "b.mrc", "mms_id": "991", "holding_id": "1", "collection": "1000001"},
        {"file": "b.mrc", "collection": "1000001"},
        {"file": "b.mrc", "collection": "1000001"},
    )
    by_bib = card(sent_records=sent)
    assert line(by_bib, "unit_of_export", symbol="NEW") == (1.25, 1, 5, "red")
    collection = Collection(id="1000001", symbol="NEW", unit="holding")
    by_holding = card(sent_records=sent, collections=(collection,))
    assert line(by_holding, "unit_of_export", symbol="NEW") == (1.0, 0, 5, "green")


def test_holdings_that_should_have_been_sent():
    sent = [{"mms_id": "991"}, {"mms_id": "992"}]
    scorecard = card(sent_records=rows("sent_records", *sent))
    assert counts(scorecard, "excluded_unknown") == {"all": (1, 6), "MUS": (1, 2), "NEW": (0, 4)}
    assert line(scorecard, "excluded_unknown", "colour") == ("red",)
    all_sent = rows("sent_records", *sent, {"mms_id": "991", "symbol": "MUS"})
    assert line(card(sent_records=all_sent), "excluded_unknown", "colour") == ("green",)


def a_file(name: str, **columns) -> dict:
    numbers = {"bytes": 10, "found": 1, "loaded": 1, "repaired": 0, "repeated": 0, "rejected": 0}
    return {"file": name, "kind": "catalogue", "sha256": name, **numbers, **columns}


def test_files_that_would_stop_or_spoil_an_upload():
    files = rows(
        "files",
        a_file("1099999.NEW.good.mrc"),
        a_file("july/1099999.NEW.same.mrc"),
        a_file("august/1099999.NEW.same.mrc"),
        a_file("1099999.NEW.large.mrc", bytes=1_000_000_001),
        a_file("1099999.NEW.many.mrc", found=100_001, loaded=100_000, rejected=1),
        a_file("1099999.NEW.long.mrc"),
        a_file("1099999.NEW.long.xml"),
        a_file("report.txt", kind="BibProcessingReport", found=200_000, loaded=200_000),
    )
    records = rows(
        "records",
        *(
            {"file": f, "byte_offset": 0, "bytes": 100_000, "state": "loaded"}
            for f in ("1099999.NEW.long.mrc", "1099999.NEW.long.xml", "report.txt")
        ),
    )
    scorecard = card(files=files, records=records)
    assert line(scorecard, "file_hygiene") == (4 / 7, 4, 7, "red")
    assert line(scorecard, "file_hygiene", "meaning")[0].endswith(
        "Files: 1 with long record, 2 with name twice, 1 with too large."
    )


def test_last_answers_as_shares():
    actions = ["match"] * 95 + ["create"] + ["unresolved"] * 3 + ["data error"]
    last = pl.DataFrame({"symbol": ["NEW"] * 99 + [None], "last_action": actions})
    scorecard = card(last_outcomes=last)
    assert line(scorecard, "match_rate") == (0.95, 95, 100, "grey")
    assert line(scorecard, "create_rate") == (0.01, 1, 100, "green")
    assert line(scorecard, "unresolved_rate") == (0.03, 3, 100, "green")
    assert line(scorecard, "unresolved_rate", symbol="NEW") == (3 / 99, 3, 99, "red")
    assert line(scorecard, "error_rate") == (0.01, 1, 100, "grey")
    assert line(scorecard, "match_rate", "count", "colour", symbol="MUS") == (None, "grey")


def test_holdings_records_at_fault():
    holdings = rows("holdings", {"holding_id": "1", "mms_id": "991", "library": "LAW", "is_mfhd": True})
    findings = rows("findings", *(finding("lhr_problem", c, holding_id="1") for c in ("no_ocn", "leader")))
    scorecard = card(
        placed_holdings=place_holdings(holdings=holdings, location_map=MAP, links=rows("links")), findings=findings
    )
    assert line(scorecard, "lhr_problems", symbol="NEW") == (1.0, 1, 1, "amber")


def test_the_scorecard_of_nothing_has_every_metric_under_all():
    nothing = card(bibs=empty("bibs"), ocns=empty("ocns"), placed_holdings=PLACED.clear())
    assert nothing.columns == COLUMNS
    assert nothing["metric"].to_list() == list(ORDER)
    assert set(nothing["symbol"]) == {"all"}
    assert nothing.schema == card().schema
    assert set(nothing["colour"]) == {"grey", "green"}


def test_every_metric_that_is_declared_has_its_place_on_the_card():
    declared = [*METRICS, *(metric.code for metric in NOT_COUNTED)]
    assert sorted(ORDER) == sorted(declared)


def test_a_metric_is_declared_once():
    with pytest.raises(ValueError, match="twice declares again what is counted elsewhere: archival"):
        register_counts("twice", Metric("archival", "Archival", ""))


def test_scope_by_library_location_unit_and_format():
    schema = {
        "library": pl.String, "location": pl.String, "unit": pl.String, "target_symbol": pl.String,
        "is_mapped": pl.Boolean, "in_scope": pl.Boolean,
        "format": pl.String, "holdings": pl.Int64, "open_holdings": pl.Int64, "bibs": pl.Int64,
    }  # fmt: skip
    expected = pl.DataFrame(
        [
            ("???", "stacks", None, None, False, None, "book", 1, 1, 1),
            ("ATT", "stacks", "Law", "NEW", True, False, None, 1, 1, 1),
            ("LAW", "stacks", "Law", "NEW", True, True, "book", 2, 2, 2),
            ("LAW", "stacks", "Law", "NEW", True, True, None, 3, 1, 3),
            ("MUS", "stacks", "Music", "MUS", True, True, "book", 1, 0, 1),
            ("MUS", "stacks", "Music", "MUS", True, True, "map", 1, 1, 1),
            ("MUS", "stacks", "Music", "MUS", True, True, None, 1, 1, 1),
        ],
        schema=schema,
        orient="row",
    )
    assert_frame_equal(scope_by(placed_holdings=PLACED, bibs=BIBS), expected)


def test_missing_elements_of_brief_bibs():
    assert missing_elements(bibs=BIBS).rows() == [("02", "date", 1), ("02", "heading", 1)]
