"""Every analysis takes pandas and lazy frames too, and gives typed results from empty tables."""

import functools
from collections.abc import Callable
from datetime import UTC, date, datetime

import polars as pl
import pytest
from frame_rows import RUN_2, RUN_3, agreed, rows
from polars.testing import assert_frame_equal

from datasync_lib.analysis.findings import Found, row_keys
from datasync_lib.analysis.registry import ANALYSES
from datasync_lib.results.splitting import share_of
from datasync_lib.settings import Extract, Gates, LhrMark, SymbolSettings
from datasync_lib.vocabulary.tables import empty

# 12 became 99; 21 and 22 run in a circle.
EDGES = ((12, 99), (21, 22), (22, 21))
FULL = {"extract": "catalogue*.mrc", "kind": "full", "unit": "bib", "scope": "", "is_one_state": True}
NO_FAULTS = dict.fromkeys(["repaired", "repeated", "rejected"], 0)
TABLES = {
    "bibs": rows(
        "bibs",
        {"mms_id": "991", "format": "book", "title": "Rivers"},
        {"mms_id": "992", "format": "book", "title": "Rivers", "sparse_elements": "extent"},
        {"mms_id": "993", "format": "book", "title": "Rivers", "is_electronic": True},
        {"mms_id": "994", "title": "Rivers", "exclusion": "brief_level_02", "missing_elements": "date"},
        {"mms_id": "995", "title": "Rivers", "is_suppressed": True},
        {"mms_id": "996", "title": "水"},
    ),
    "ocns": rows(
        "ocns",
        {"mms_id": "991", "raw": "(OCoLC)11", "ocn": 11, "rank": 1},
        {"mms_id": "991", "raw": "(OCoLC)12", "ocn": 12, "rank": 1},
        {"mms_id": "991", "raw": "12e", "verdict": "suffix", "is_current": False, "rank": 1},
        {"mms_id": "992", "raw": "12e", "verdict": "suffix", "is_current": False, "rank": 1},
        {"mms_id": "992", "raw": "0.1E+02", "verdict": "excel_exponent", "is_current": False, "rank": 1},
        {"mms_id": "993", "raw": "(OCoLC)11", "ocn": 11, "rank": 1},
        {"mms_id": "993", "raw": "ocm00000011", "ocn": 11, "rank": 2, "place": "079$a", "is_current": False},
    ),
    "standard_numbers": rows(
        "standard_numbers",
        {"file": "catalogue.mrc", "mms_id": "991", "scheme": "issn", "value": "1234-5679", "role": "own"},
    ),
    "holdings": rows(
        "holdings",
        {"holding_id": "221", "mms_id": "991", "items": 1},
        {"holding_id": "222", "mms_id": "995", "items": 0},
        {"holding_id": "225", "mms_id": "996"},
        {"holding_id": "226", "mms_id": "994", "library": "DEPOT", "location": "RES"},
        {"holding_id": "223", "mms_id": "992", "library": "ATTIC", "is_mfhd": True, "file": "lhrs.mrc", "record": 0},
        {"holding_id": "224", "mms_id": "991", "is_mfhd": True, "file": "lhrs.mrc", "record": 1},
    ),
    "items": rows(
        "items", {"holding_id": "221", "status": "1"}, {"holding_id": "222", "status": "0", "process_type": "ACQ"}
    ),
    "links": rows(
        "links",
        {"host_mms_id": "995", "constituent_mms_id": "996"},
        {"host_mms_id": "99123", "constituent_mms_id": "992"},
    ),
    "location_map": rows(
        "location_map",
        {"library": "DEPOT", "location": "*", "target_symbol": "NEW", "in_scope": True},
        {"library": "DEPOT", "location": "res", "target_symbol": "OLD", "in_scope": True},
        {"library": "MAIN", "location": "*", "unit": "Main", "target_symbol": "NEW", "in_scope": True},
    ),
    "script_fields": rows(
        "subfields",
        {"file": "catalogue.mrc", "record": 0, "field": 5, "tag": "880", "subfield": 0, "code": "a", "value": "題"},
    ),
    "lhr_fields": rows(
        "subfields",
        {"file": "lhrs.mrc", "record": 0, "tag": "LDR", "value": "00290nx   2200121ui 4500"},
        {"file": "lhrs.mrc", "record": 0, "field": 0, "tag": "852", "subfield": 0, "code": "b", "value": "ATTIC"},
        {"file": "lhrs.mrc", "record": 1, "field": 1, "tag": "990", "subfield": 0, "code": "a", "value": "318765432"},
    ).with_columns(holding_id=pl.lit("223"), mms_id=pl.lit("992")),
    "commitment_fields": rows(
        "subfields",
        {"file": "catalogue.mrc", "record": 0, "field": 3, "tag": "583", "code": "a", "value": "Committed to retain"},
    ),
    "host_fields": rows(
        "subfields",
        {"file": "catalogue.mrc", "record": 0, "field": 4, "tag": "774", "code": "w", "value": "(OCoLC)7"},
    ),
    "linked_fields": rows(
        "subfields",
        {"file": "catalogue.mrc", "record": 0, "field": 6, "tag": "776", "code": "w", "value": "(OCoLC)21"},
    ),
    "other_holdings": rows(
        "other_holdings", {"file": "catalogue.mrc", "mms_id": "992", "tag": "852", "library": "MAIN", "location": "x"}
    ),
    "lhrs": rows("lhrs", {"file": "lhrs.csv", "ocn": 7, "raw": "7"}, {"file": "lhrs.csv", "raw": "n/a"}),
    "commitments": rows("commitments", {"file": "retention.csv", "ocn": 7, "raw": "7", "symbol": "NEX"}),
    "ill_requests": rows(
        "ill_requests", {"file": "ill.csv", "mms_id": "991", "as_of": date(2025, 9, 12), "symbol": "OLD"}
    ),
    "kb_holdings": rows("kb_holdings", {"file": "kb.csv", "ocn": 15, "raw": "15"}),
    "kept_titles": rows("kept_titles", {"file": "keep.csv", "ocn": 21, "raw": "21"}),
    "excluded_titles": rows("excluded_titles", {"file": "excluded.csv", "ocn": 7, "raw": "7"}),
    "withdrawn_titles": rows("withdrawn_titles", {"file": "withdrawn.csv", "ocn": 7, "raw": "7"}),
    "authorisations": rows("authorisations", {"file": "logins.csv", "symbol": "OLD", "staff": "Ada"}),
    "decisions": rows(
        "decisions",
        {"row_key": row_keys("old_holding", pl.DataFrame({"symbol": ["OLD"], "ocn": [7]}))[0], "problem": "old_holding"}
        | {"decision": "still held: keep", "who": "Law"},
        {"row_key": "of no list", "problem": "old_holding", "decision": "still held: keep", "workbook": "Law.xlsx"},
        {"row_key": "two units", "problem": "shared_ocn", "decision": "merge", "who": "Law", "status": "Done"},
        {"row_key": "two units", "problem": "shared_ocn", "decision": "withdraw", "who": "Main", "status": "Done"},
        {"row_key": "a number", "problem": "missing_ocn", "new_ocn": 12, "mms_id": "991", "decided_on": "2025-09-01"}
        | {"imported_at": datetime(2025, 9, 2, tzinfo=UTC), "status": "In progress", "unit": "Main"},
    ),
    "findings": rows(
        "findings",
        {"row_key": "a number", "problem": "missing_ocn", "answer": "act", "priority": 1, "unit": "Main"},
    ),
    "closings": rows("closings", {"row_key": "two units", "state": "closed", "shown_on": "2025-09-01"}),
    "sent_records": rows(
        "sent_records",
        {"mms_id": "993", "lsn": "993"},
        {"mms_id": "991", "lsn": "x", "symbol": "NEX"},
        {"mms_id": "995", "lsn": "995", "holding_id": "229"},
        {"mms_id": "994", "lsn": "994", "sent_file": "passed_over.mrc"},
    ),
    "outcomes": rows(
        "outcomes",
        {"lsn": "991", "action": "match", "sent_ocn": 11, "result_ocn": 12},
        {"lsn": "991", "action": "create", "sent_ocn": 11, "result_ocn": 13, "received_at": RUN_2},
        {"lsn": "992", "action": "unresolved", "staging_ocn": 1650000001},
        {"lsn": "992", "action": "unresolved", "staging_ocn": 1650000001, "received_at": RUN_2},
        {"lsn": "992", "action": "unresolved", "staging_ocn": 1650000001, "received_at": RUN_3},
        {"lsn": "993", "action": "match", "sent_ocn": 11, "result_ocn": 13},
        {"lsn": "994", "action": "match", "sent_ocn": 12, "result_ocn": 99},
        {"lsn": "995", "action": "match", "sent_ocn": 15, "result_ocn": 15},
        {"lsn": "996", "action": "match", "result_ocn": 97},
        {"lsn": "996", "action": "match", "result_ocn": 96, "received_at": RUN_2},
        {"lsn": "gone", "action": "match", "sent_ocn": 14, "collection": "2099999"},
        {"action": "unresolved", "record": 30},
        {"action": "data error", "record": 31, "sent_file": "passed_over.mrc", "received_at": RUN_3},
    ),
    "cross_references": rows(
        "cross_references",
        {"lsn": "991", "result_ocn": 12},
        {"lsn": "994", "result_ocn": 98, "received_at": RUN_2},
    ),
    "exceptions": rows(
        "exceptions",
        {"lsn": "991", "kind": "Validation Error", "message": "m", "family": "f"},
        {"lsn": "993", "kind": "Validation Error", "message": "m", "family": "f"},
    ),
    "worldcat_holdings": rows(
        "worldcat_holdings",
        *({"symbol": "NEW", "ocn": ocn, "as_of": date(2025, 10, 1)} for ocn in (12, 96)),
        *({"symbol": "OLD", "ocn": ocn, "as_of": date(2025, 10, 1)} for ocn in (7, 15, 21)),
        {"symbol": "OLD", "ocn": 7, "as_of": date(2025, 6, 1), "title": "Rivers"},
        {"symbol": "OLD", "ocn": 11, "as_of": date(2025, 6, 1)},
        *({"symbol": "TWO", "ocn": day, "as_of": date(2025, 10, day)} for day in (1, 2)),
        *({"symbol": "TEN", "ocn": 95, "as_of": date(2025, month, 1)} for month in (9, 10)),
    ),
    "worldcat_repeats": rows(
        "worldcat_repeats",
        {"file": "worldcat.OLD.20250901.txt", "symbol": "OLD", "ocn": 21, "as_of": date(2025, 10, 1)},
    ),
    "worldcat_records": rows(
        "worldcat_records",
        {"ocn": 13, "title": "Rivers", "issns": ["1234-5679"]},
        {"ocn": 12, "old_ocns": [7]},
        {"ocn": 15, "title": "Bridges of stone"},
    ),
    "concordance": rows(
        "concordance",
        *({"file": "merges.mrc", "old_ocn": old, "current_ocn": new, "source": "019"} for old, new in EDGES),
    ),
    "files": rows(
        "files",
        {"file": "catalogue.mrc", "kind": "catalogue", "sha256": "", "bytes": 10, "found": 5, "loaded": 5, **NO_FAULTS},
        {"file": "sent/new.mrc", "kind": "catalogue", "sha256": "", "bytes": 10, "found": 5, "loaded": 5, **NO_FAULTS},
        {
            "file": "worldcat.OLD.20250901.txt",
            "kind": "worldcat_list",
            "sha256": "",
            "bytes": 9,
            "found": 6,
            "loaded": 3,
            **NO_FAULTS,
            "rejected": 3,
        },
        {"file": "worldcat.NON.20251002.txt", "kind": "empty", "sha256": "0", "bytes": 9, "found": 0, "loaded": 0}
        | NO_FAULTS,
        {"file": "part.mrc", "kind": "empty", "sha256": "", "bytes": 0, "found": 0, "loaded": 0, **NO_FAULTS},
        {"file": "report.txt", "kind": "BibCrossRefReport", "sha256": "", "bytes": 9, "found": 1, "loaded": 0}
        | {**NO_FAULTS, "rejected": 1},
    ),
    "load_issues": rows(
        "load_issues",
        {"file": "worldcat.OLD.20250901.txt", "code": "malformed_row", "message": "m"},
        {
            "file": "worldcat.OLD.20250901.txt",
            "record": 9,
            "code": "bad_number",
            "message": "m",
            "excerpt": "4.001E+06",
        },
        {"file": "catalogue.mrc", "record": 4, "code": "cut_off", "message": "m"},
        {"file": "report.txt", "record": 0, "code": "malformed_row", "message": "m", "excerpt": "a|12|x"},
        {"file": "BibProcessingReport.txt", "record": 30, "code": "mangled_lsn", "message": "m", "excerpt": "9.9E+17"},
    ),
    "raw_rows": rows("raw_rows", {"file": "lhrs.csv", "values": ["OLD", "7", "STACKS"]}),
    "extracts": rows(
        "extracts",
        {"file": "catalogue.mrc", "date": date(2025, 7, 1), "counts": True, **FULL},
        {"file": "catalogue_of_june.mrc", "date": date(2025, 6, 1), "counts": False, **FULL},
    ),
    "earlier_bibs": rows(
        "bibs",
        {"mms_id": "991", "file": "catalogue_of_june.mrc"},
        {"mms_id": "999", "file": "catalogue_of_june.mrc"},
        {"mms_id": "995", "file": "catalogue_of_june.mrc"},
    ),
    "earlier_ocns": rows("ocns", {"mms_id": "991", "ocn": 10, "file": "catalogue_of_june.mrc"}),
    "earlier_holdings": rows(
        "holdings",
        {"holding_id": "221", "mms_id": "999", "library": "LAW", "file": "catalogue_of_june.mrc"},
        {"holding_id": "222", "mms_id": "995", "file": "catalogue_of_june.mrc"},
        {"holding_id": "999#0", "mms_id": "999", "file": "catalogue_of_june.mrc"},
    ),
    "rejected_numbers": rows("rejected_numbers", {"file": "catalogue.mrc", "record": 7, "ocn": 7}),
    "records": empty("records"),
}
OPTIONS = {
    "changes_since": None,
    "changes_until": None,
    "noise": [],
    "delete_collections": ["2099999"],
    "extract_date": date(2025, 7, 1),
    "decision_date": date(2025, 8, 1),
    "symbols": (SymbolSettings(symbol="OLD", mode="retired"),),
    "worldcat_lists": (),
    "extract_entries": (Extract(files="part*"),),
    "evidence_lists": (),
    "mms_suffix": "",
    "collections": agreed(TABLES["outcomes"]),
    "gates": Gates(),
    "maximum": 2_000_000_000,
    "lhr_marks": (LhrMark(tag="990"),),
    "institution_record_ranges": None,
    "loaded_tags": None,
    "lhr_ocn_places": {},
}


@functools.cache
def frame(name: str) -> pl.DataFrame:
    """A table, or what an analysis gives for these tables."""
    table = name.removeprefix("all_").removeprefix("later_")
    if table in TABLES:
        return TABLES[table]
    found = worked_out(name, lambda frame: frame)
    return found.findings if isinstance(found, Found) else found


def worked_out(name: str, change: Callable[[pl.DataFrame], object]) -> pl.DataFrame | Found:
    analysis = ANALYSES[name]
    given = {need: OPTIONS[need] if need in OPTIONS else change(frame(need)) for need in analysis.needs}
    found = analysis.function(**given)
    return analysis.together(found) if analysis.together else found


def results(name: str, change: Callable[[pl.DataFrame], object]) -> list[pl.DataFrame]:
    found = worked_out(name, change)
    return [found.findings, found.evidence] if isinstance(found, Found) else [found]


@pytest.mark.parametrize("name", ANALYSES)
@pytest.mark.parametrize(
    "change", [pl.DataFrame.to_pandas, pl.DataFrame.lazy, pl.DataFrame.to_arrow], ids=["pandas", "lazy", "arrow"]
)
def test_the_same_comes_out_of_other_frames(name, change):
    expected = results(name, lambda frame: frame)
    assert not expected[0].is_empty()
    for one, other in zip(expected, results(name, change), strict=True):
        assert_frame_equal(one, other)


def in_shares(name: str, shares: int) -> list[pl.DataFrame]:
    """What an analysis gives share by share."""
    analysis = ANALYSES[name]
    parts = []
    for share in range(shares):
        given = {need: OPTIONS[need] if need in OPTIONS else frame(need) for need in analysis.needs}
        of_share = {need: given[need].filter(share_of(by, shares) == share) for need, by in analysis.by.items()}
        found = analysis.function(**given | of_share)
        parts.append([found.findings, found.evidence] if isinstance(found, Found) else [found])
    whole = [pl.concat(pieces) for pieces in zip(*parts, strict=True)]
    return [analysis.together(part) for part in whole] if analysis.together else whole


@pytest.mark.parametrize("name", [name for name, analysis in ANALYSES.items() if analysis.by])
def test_the_same_comes_out_of_any_number_of_shares(name):
    expected = results(name, lambda frame: frame)
    for shares in (2, 5):
        for one, other in zip(expected, in_shares(name, shares), strict=True):
            assert_frame_equal(one, other, check_row_order=bool(ANALYSES[name].together))


@pytest.mark.parametrize("name", ANALYSES)
def test_empty_tables_give_an_empty_result_of_the_same_types(name):
    full = results(name, lambda frame: frame)
    nothing = results(name, pl.DataFrame.clear)
    assert [frame.schema for frame in nothing] == [frame.schema for frame in full]
    if name not in ("readiness", "match_rates"):
        assert all(frame.is_empty() for frame in nothing)
