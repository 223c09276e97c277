"""Every analysis of records takes pandas and lazy frames too, and gives typed results from empty tables."""

from collections.abc import Callable

import polars as pl
import pytest
from concordance_rows import ends
from frame_rows import RUN_2, rows, terminals
from polars.testing import assert_frame_equal

from datasync_lib.analysis import (
    duplicates,
    error_changes,
    errors_in_answers,
    local_holdings,
    match_classes,
    matches,
    ocn_places,
    ocn_quality,
    outcome_counts,
    outcomes,
    readiness,
    record_quality,
    rejections,
)
from datasync_lib.analysis.answer_texts import texts_of_bibs
from datasync_lib.analysis.exchange import current_numbers, in_exchange
from datasync_lib.analysis.findings import Found
from datasync_lib.analysis.outcomes import last_outcomes, outcome_history
from datasync_lib.analysis.ownership import lead_units, place_holdings
from datasync_lib.vocabulary.tables import empty

MAP = rows(
    "location_map",
    {"library": "MAIN", "location": "*", "unit": "Main", "target_symbol": "NEW", "in_scope": True},
)
BIBS = rows(
    "bibs",
    {"mms_id": "991", "format": "book"},
    {"mms_id": "992", "format": "book", "sparse_elements": "extent"},
    {"mms_id": "993", "format": "book", "is_electronic": True},
    {"mms_id": "994", "exclusion": "brief_level_02", "missing_elements": "date"},
    {"mms_id": "995", "is_suppressed": True},
)
OCNS = rows(
    "ocns",
    {"mms_id": "991", "raw": "(OCoLC)11", "ocn": 11, "rank": 1},
    {"mms_id": "991", "raw": "(OCoLC)12", "ocn": 12, "rank": 1},
    {"mms_id": "991", "raw": "12e", "verdict": "suffix", "is_current": False, "rank": 1},
    {"mms_id": "993", "raw": "(OCoLC)11", "ocn": 11, "rank": 1},
    {"mms_id": "993", "raw": "ocm00000011", "ocn": 11, "rank": 2, "place": "079$a", "is_current": False},
)
HOLDINGS = rows(
    "holdings",
    {"holding_id": "221", "mms_id": "991", "items": 1},
    {"holding_id": "222", "mms_id": "995", "items": 0},
    {"holding_id": "223", "mms_id": "992", "library": "ATTIC", "is_mfhd": True, "file": "lhrs.mrc", "record": 0},
    {"holding_id": "224", "mms_id": "991", "is_mfhd": True, "file": "lhrs.mrc", "record": 1},
)
SUBFIELDS = rows(
    "subfields",
    {"file": "catalogue.mrc", "record": 0, "field": 5, "tag": "880", "subfield": 0, "code": "a", "value": "題"},
    {"file": "lhrs.mrc", "record": 0, "tag": "LDR", "value": "00290nx   2200121ui 4500"},
    {"file": "lhrs.mrc", "record": 0, "field": 0, "tag": "852", "subfield": 0, "code": "b", "value": "ATTIC"},
)
PLACED = place_holdings(HOLDINGS, MAP, rows("links"))
HISTORY = outcome_history(
    rows(
        "outcomes",
        {"lsn": "991", "action": "match", "sent_ocn": 11, "result_ocn": 12},
        {"lsn": "991", "action": "create", "sent_ocn": 11, "result_ocn": 13, "received_at": RUN_2},
        {"lsn": "992", "action": "unresolved", "staging_ocn": 1650000001},
        {"lsn": "993", "action": "match", "sent_ocn": 11, "result_ocn": 13},
    ),
    empty("sent_records"),
    BIBS,
)
LAST = last_outcomes(HISTORY, None, terminals())
RECORDS = rows("worldcat_records", {"ocn": 13, "title": "Rivers", "issns": ["1234-5679"]}, {"ocn": 12, "old_ocns": [7]})
TEXTS = texts_of_bibs(BIBS.with_columns(title=pl.lit("Rivers")), rows("standard_numbers"))
CHANGES = error_changes.error_changes(
    rows("exceptions", {"lsn": "991", "kind": "Validation Error", "family": "f"}), HISTORY, lead_units(PLACED), []
)
FRAMES = {
    "bibs": BIBS,
    "ocns": OCNS,
    "subfields": SUBFIELDS,
    "placed": PLACED,
    "leads": lead_units(PLACED),
    "terminals": ends((12, 99)),
    "items": rows("items", {"holding_id": "221", "status": "1"}),
    "worldcat_holdings": rows("worldcat_holdings", {"symbol": "NEW", "ocn": 99}),
    "sent_records": rows("sent_records", {"mms_id": "991"}),
    "files": empty("files"),
    "records": empty("records"),
    "findings": record_quality.find_unmapped_locations(PLACED).findings,
    "last": LAST,
    "history": HISTORY,
    "classes": match_classes.match_classes(LAST, HISTORY, TEXTS, RECORDS, ends((12, 99))),
    "texts": TEXTS,
    "worldcat_records": RECORDS,
    "exceptions": rows(
        "exceptions",
        {"lsn": "991", "kind": "Validation Error", "message": "m", "family": "f"},
        {"lsn": "993", "kind": "Validation Error", "message": "m", "family": "f"},
    ),
    "changes": CHANGES,
}


def changes_of_errors(exceptions, history, leads):
    return error_changes.error_changes(exceptions, history, leads, [])


def offenders(history, leads):
    return error_changes.repeat_offenders(history, leads, at_least=1)


def families_by_unit(exceptions, last, leads):
    return rejections.error_families_by_unit(exceptions, last, leads, [])


FINDERS = {
    ocn_quality.find_missing_ocns: ["bibs", "ocns", "leads"],
    ocn_quality.find_malformed_ocns: ["bibs", "ocns", "leads"],
    ocn_quality.find_several_ocns: ["bibs", "ocns", "leads", "terminals"],
    ocn_quality.find_stale_ocns: ["bibs", "ocns", "leads", "terminals"],
    ocn_quality.find_print_ocns_on_electronic: ["bibs", "ocns", "leads", "terminals"],
    duplicates.find_shared_ocns: ["bibs", "ocns", "placed", "leads", "last", "terminals"],
    record_quality.find_brief_records: ["bibs", "leads"],
    record_quality.find_sparse_records: ["bibs", "leads"],
    record_quality.find_script_pairing: ["bibs", "subfields", "leads"],
    record_quality.find_suppression_mismatches: ["bibs", "placed"],
    record_quality.find_unmapped_locations: ["placed"],
    match_classes.find_changed_ocns: ["classes", "leads"],
    matches.find_wrong_holdings_set: [
        "history",
        "leads",
        "texts",
        "worldcat_records",
        "worldcat_holdings",
        "terminals",
    ],
    matches.find_collisions: ["last", "bibs", "ocns", "leads", "terminals"],
    outcomes.find_created_records: ["last", "leads"],
    local_holdings.find_lhr_problems: ["bibs", "ocns", "subfields", "placed", "terminals"],
}
COUNTS = {
    in_exchange: ["bibs"],
    current_numbers: ["ocns", "terminals"],
    ocn_places.ocn_census: ["ocns"],
    ocn_places.compare_places: ["ocns"],
    ocn_places.propose_rank: ["ocns"],
    local_holdings.lhr_numbers: ["bibs", "ocns", "subfields", "placed"],
    match_classes.match_classes: ["last", "history", "texts", "worldcat_records", "terminals"],
    match_classes.count_classes: ["classes"],
    outcome_counts.compare_runs: ["history"],
    errors_in_answers.records_in_error: ["history", "last", "classes", "terminals"],
    error_changes.count_error_changes: ["changes"],
    changes_of_errors: ["exceptions", "history", "leads"],
    offenders: ["history", "leads"],
    families_by_unit: ["exceptions", "last", "leads"],
    readiness.missing_elements: ["bibs"],
    readiness.scope_by: ["placed", "bibs"],
    readiness.readiness: [
        *("bibs", "ocns", "placed", "items", "findings", "terminals", "worldcat_holdings", "sent_records", "last"),
        *("files", "records"),
    ],
}
ALL = {**FINDERS, **COUNTS}


def results(analysis: Callable, change: Callable[[pl.DataFrame], object]) -> list[pl.DataFrame]:
    given = analysis(**{name: change(FRAMES[name]) for name in ALL[analysis]})
    return [given.findings, given.evidence] if isinstance(given, Found) else [given]


@pytest.mark.parametrize("analysis", ALL, ids=lambda f: f.__name__)
@pytest.mark.parametrize(
    "change", [pl.DataFrame.to_pandas, pl.DataFrame.lazy, pl.DataFrame.to_arrow], ids=["pandas", "lazy", "arrow"]
)
def test_the_same_comes_out_of_other_frames(analysis, change):
    expected = results(analysis, lambda frame: frame)
    assert not expected[0].is_empty()
    for one, other in zip(expected, results(analysis, change), strict=True):
        assert_frame_equal(one, other)


@pytest.mark.parametrize("analysis", ALL, ids=lambda f: f.__name__)
def test_empty_tables_give_an_empty_result_of_the_same_types(analysis):
    full = results(analysis, lambda frame: frame)
    nothing = results(analysis, pl.DataFrame.clear)
    assert [frame.schema for frame in nothing] == [frame.schema for frame in full]
    if analysis is not readiness.readiness:
        assert all(frame.is_empty() for frame in nothing)
