from frame_rows import RUN_1, RUN_2, rows

from datasync_lib.analysis.registry import work_out
from datasync_lib.vocabulary.tables import empty

FILE = "1099999.new.run.mrc"


def test_expected_reports():
    sent = rows(
        "sent_records",
        {"collection": "1099999"},
        {"collection": "1099999"},
        {"collection": "1099999", "sent_file": "second.mrc"},
        {"collection": "1099999", "sent_file": "third.mrc"},
    )
    outcomes = rows(
        "outcomes",
        {"lsn": "1"},
        {"lsn": "1", "file": "the same again.txt"},
        {"lsn": "2"},
        {"lsn": "2", "received_at": RUN_2},
        {"lsn": "3", "sent_file": "third.mrc"},
        {"lsn": "4", "sent_file": "not ours.mrc"},
    )
    assert work_out("expected_reports", sent_records=sent, outcomes=outcomes).rows() == [
        ("second.mrc", "NEW", "1099999", 1, 0, 0, True),
        (FILE, "NEW", "1099999", 2, 3, 2, False),
        ("third.mrc", "NEW", "1099999", 1, 1, 1, False),
    ]


def test_counts_between_reports():
    outcomes = rows(
        "outcomes",
        {"lsn": "1", "action": "match"},
        {"lsn": "2", "action": "create"},
        {"lsn": "2", "action": "create", "job_offset": 9},
        {"lsn": None, "action": "match"},
        {"lsn": "3", "action": "unresolved"},
        {"lsn": "4", "action": "unresolved"},
        {"lsn": None, "action": "data error", "job_offset": 5},
    )
    references = rows(
        "cross_references",
        {"lsn": "1", "result_ocn": 1},
        {"lsn": "2", "result_ocn": 2},
        {"lsn": "3", "staging_ocn": 3, "report_kind": "BibUnresolvedCrossRefReport"},
        {"lsn": "8", "result_ocn": 8, "received_at": RUN_2},
    )
    exceptions = rows(
        "exceptions",
        {"kind": "Data Error", "message": "crosswalk_error", "job_offset": 5},
        {"kind": "Data Error", "message": "invalid_characters_present", "job_offset": 5},
        {"kind": "Validation Error", "lsn": "1"},
    )
    columns = ["comparison", "received_at", "processed", "other", "difference", "explanation", "is_explained"]
    assert work_out(
        "report_reconciliation", outcomes=outcomes, cross_references=references, exceptions=exceptions
    ).select(columns).rows() == [
        ("BibUnresolvedCrossRefReport", RUN_1, 2, 1, 1, None, False),
        ("BibCrossRefReport", RUN_1, 4, 2, 2, "rows without a local number, and repeated ones", True),
        ("Data Error", RUN_1, 1, 1, 0, "agrees", True),
        ("BibCrossRefReport", RUN_2, 0, 1, -1, "no processing report loaded", True),
    ]


def test_a_report_that_is_not_loaded_explains_the_difference():
    outcomes = rows("outcomes", {"lsn": "1", "action": "match"}, {"lsn": "2", "action": "processing error"})
    found = work_out(
        "report_reconciliation",
        outcomes=outcomes,
        cross_references=empty("cross_references"),
        exceptions=empty("exceptions"),
    )
    assert found.select("comparison", "difference", "explanation").rows() == [
        ("BibCrossRefReport", 1, "no such report loaded"),
        ("Processing Error", 1, "no such report loaded"),
    ]


def test_tables_may_be_empty():
    assert work_out(
        "report_reconciliation",
        outcomes=empty("outcomes"),
        cross_references=empty("cross_references"),
        exceptions=empty("exceptions"),
    ).is_empty()
    assert work_out("expected_reports", sent_records=empty("sent_records"), outcomes=empty("outcomes")).is_empty()


def test_a_report_that_is_loaded_and_lists_none_is_a_difference():
    outcomes = rows("outcomes", {"lsn": "1", "action": "data error"}, {"lsn": "2", "action": "data error"})
    exceptions = rows("exceptions", {"kind": "Validation Error", "lsn": "7"})
    found = work_out(
        "report_reconciliation", outcomes=outcomes, cross_references=empty("cross_references"), exceptions=exceptions
    )
    assert found.select("comparison", "difference", "explanation", "is_explained").rows() == [
        ("Data Error", 2, None, False)
    ]


def test_answers_on_local_data_answer_no_bib():
    sent = rows("sent_records", {"lsn": "1", "mms_id": "991"})
    answers = rows("outcomes", {"lsn": "1", "action": "match", "report_kind": "LbdProcessingReport"})
    assert work_out("expected_reports", sent_records=sent, outcomes=answers)["is_missing"].to_list() == [True]
    assert work_out(
        "report_reconciliation",
        outcomes=answers,
        cross_references=empty("cross_references"),
        exceptions=empty("exceptions"),
    ).is_empty()
