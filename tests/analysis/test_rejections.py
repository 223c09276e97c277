import polars as pl
import pytest
from frame_rows import RUN_1, RUN_2, history_of, last_of, leads, rows, terminals

from datasync_lib.analysis.registry import work_out
from datasync_lib.vocabulary.tables import empty

NOISE = (r"Invalid subfield .* \$0 in", r"^(?=Noisy)")
KEY = "NEW_1099999_1753105234567::bib::{}"
BIBS = rows("bibs", {"mms_id": "991"}, {"mms_id": "992"}, {"mms_id": "993"})


def last_words(*given: dict) -> pl.DataFrame:
    history = history_of(outcomes=rows("outcomes", *given), sent_records=empty("sent_records"), bibs=BIBS)
    return last_of(outcome_history=history, extract_date=None, terminals=terminals())


def validation(severity, message, family=None, **row):
    return {"kind": "Validation Error", "severity": severity, "message": message, "family": family or message, **row}


LAST = last_words(
    {"lsn": "991", "job_key": KEY.format(0), "action": "unresolved", "staging_ocn": 1500000002, "record": 7},
    {"lsn": None, "job_key": KEY.format(10), "job_offset": 10, "action": "data error"},
    {"lsn": "992", "job_key": KEY.format(20), "action": "match", "result_ocn": 40000001},
    {"lsn": "993", "job_key": KEY.format(30), "action": "processing error", "received_at": RUN_2},
)
EXCEPTIONS = rows(
    "exceptions",
    validation("MINOR", "Invalid code in Illustrations (008/18-21).", lsn="991", job_key=KEY.format(0)),
    validation("CRITICAL", "Record is sparse.", lsn="991", job_key=KEY.format(0)),
    validation("CRITICAL", "Record is sparse.", lsn="991", job_key=KEY.format(0), file="copy of the report.txt"),
    validation("MINOR", "Invalid subfield 1st $0 in 2nd 650.", "Invalid subfield", lsn="991", job_key=KEY.format(0)),
    validation("SEVERE", "Noisy.", lsn="991", job_key=KEY.format(0)),
    validation("SEVERE", "Invalid tag 509.", "Invalid tag", lsn="992", job_key=KEY.format(20)),
    {"kind": "Data Error", "message": "crosswalk_error", "family": "crosswalk_error", "job_key": KEY.format(10)},
    validation("SEVERE", "Invalid tag 591.", "Invalid tag", lsn="993", received_at=RUN_1),
    {"kind": "Processing Error", "lsn": "993", "received_at": RUN_2},
)


def test_rejected_records_in_full():
    found = work_out(
        "rejected",
        last_outcomes=LAST,
        exceptions=EXCEPTIONS,
        lead_units=leads({"mms_id": "991", "unit": "Law", "other_units": "Music"}),
        noise=NOISE,
    )
    columns = ["class", "unit", "other_units", "symbol", "mms_id", "ocn", "file", "record", "priority", "parameters"]
    report = "BibProcessingReport.txt"
    texts = "Record is sparse. Invalid code in Illustrations (008/18-21)."
    assert found.findings.select(columns).sort("class").rows() == [
        (
            *("data_error", None, None, "NEW", None, None, report, 1, 1),
            '{"action":"data error","staging_ocn":null,"messages":"crosswalk_error"}',
        ),
        (
            *("processing_error", None, None, "NEW", "993", None, report, 3, 1),
            '{"action":"processing error","staging_ocn":null,"messages":""}',
        ),
        (
            *("unresolved", "Law", "Music", "NEW", "991", None, report, 7, 1),
            '{"action":"unresolved","staging_ocn":1500000002,"messages":"' + texts + '"}',
        ),
    ]


def test_evidence_is_the_report_row_and_the_messages_of_the_last_run():
    found = work_out("rejected", last_outcomes=LAST, exceptions=EXCEPTIONS, lead_units=leads(), noise=NOISE)
    keys = found.findings.select("row_key", "class")
    assert found.evidence.join(keys, on="row_key").select("class", "what", "value", "file", "record").sort(
        "class", "what", "value"
    ).rows() == [
        ("data_error", "exception: Data Error", "crosswalk_error", "BibExceptionReport.txt", 6),
        ("data_error", "report action", "data error", "BibProcessingReport.txt", 1),
        ("processing_error", "exception: Processing Error", None, "BibExceptionReport.txt", 8),
        ("processing_error", "report action", "processing error", "BibProcessingReport.txt", 3),
        (
            *("unresolved", "exception: Validation Error: CRITICAL", "Record is sparse."),
            *("BibExceptionReport.txt", 1),
        ),
        (
            *("unresolved", "exception: Validation Error: MINOR", "Invalid code in Illustrations (008/18-21)."),
            *("BibExceptionReport.txt", 0),
        ),
        ("unresolved", "report action", "unresolved", "BibProcessingReport.txt", 7),
    ]


@pytest.mark.parametrize("action", ["match", "create", "replace", "field transfer", "deleted", None])
def test_a_record_that_is_taken_is_not_rejected_whatever_its_exceptions(action):
    last = last_words({"lsn": "991", "job_key": KEY.format(0), "action": action})
    assert work_out(
        "rejected", last_outcomes=last, exceptions=EXCEPTIONS, lead_units=leads(), noise=NOISE
    ).findings.is_empty()


def test_a_later_success_ends_a_rejection_and_a_later_failure_begins_one():
    rejected = {"lsn": "991", "action": "unresolved"}
    taken = {"lsn": "991", "action": "match"}
    solved = last_words({**rejected, "received_at": RUN_1}, {**taken, "received_at": RUN_2})
    failed = last_words({**taken, "received_at": RUN_1}, {**rejected, "received_at": RUN_2})
    assert (
        work_out("rejected", last_outcomes=solved, exceptions=EXCEPTIONS, lead_units=leads(), noise=()).findings.height
        == 0
    )
    assert (
        work_out("rejected", last_outcomes=failed, exceptions=EXCEPTIONS, lead_units=leads(), noise=()).findings.height
        == 1
    )


def test_families_in_full():
    found = work_out("error_families", exceptions=EXCEPTIONS, last_outcomes=LAST, noise=NOISE)
    columns = ["kind", "severity", "family", "rows", "records", "open_records", "example", "is_noise"]
    assert found.columns == columns
    assert found.rows() == [
        ("Validation Error", "SEVERE", "Invalid tag", 2, 2, 0, "Invalid tag 509.", False),
        ("Data Error", None, "crosswalk_error", 1, 1, 1, "crosswalk_error", False),
        ("Processing Error", None, None, 1, 1, 1, None, False),
        ("Validation Error", "CRITICAL", "Record is sparse.", 1, 1, 1, "Record is sparse.", False),
        (
            *("Validation Error", "MINOR", "Invalid code in Illustrations (008/18-21).", 1, 1, 1),
            *("Invalid code in Illustrations (008/18-21).", False),
        ),
        ("Validation Error", "MINOR", "Invalid subfield", 1, 1, 1, "Invalid subfield 1st $0 in 2nd 650.", True),
        ("Validation Error", "SEVERE", "Noisy.", 1, 1, 1, "Noisy.", True),
    ]


def test_tables_may_be_empty():
    nothing = last_words()
    assert work_out(
        "rejected", last_outcomes=nothing, exceptions=empty("exceptions"), lead_units=leads(), noise=NOISE
    ).findings.is_empty()
    assert (
        work_out("error_families", exceptions=empty("exceptions"), last_outcomes=nothing, noise=()).schema
        == work_out("error_families", exceptions=EXCEPTIONS, last_outcomes=LAST, noise=NOISE).schema
    )
