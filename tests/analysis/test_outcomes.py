"""Report rows are made up in the grammar of oclc_formats.md 1.4 and 1.5."""

from datetime import UTC, date, datetime

import polars as pl
import pytest
from frame_rows import RUN_1, RUN_2, RUN_3, history_of, last_of, leads, rows, terminals
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from datasync_lib.analysis.outcome_counts import compare_runs, match_rates
from datasync_lib.analysis.outcomes import find_created_records
from datasync_lib.analysis.registry import work_out
from datasync_lib.vocabulary.tables import empty

BIBS = rows("bibs", {"mms_id": "991"}, {"mms_id": "992"}, {"mms_id": "993"})
SENT = rows(
    "sent_records",
    {"byte_offset": 0, "lsn": "221", "mms_id": "991", "holding_id": "221"},
    {"byte_offset": 2177, "lsn": "222", "mms_id": "991", "holding_id": "222"},
    {"byte_offset": 5310, "lsn": "223", "mms_id": "992", "holding_id": "223"},
)


def history(*given: dict, sent: pl.DataFrame = SENT, **options) -> pl.DataFrame:
    return history_of(outcomes=rows("outcomes", *given), sent_records=sent, bibs=BIBS, **options)


@pytest.mark.parametrize(
    ("row", "mms_id", "holding_id", "record_key"),
    [
        ({"lsn": "223"}, "992", "223", "992"),
        ({"lsn": "223", "job_offset": 0}, "992", "223", "992"),
        ({"lsn": None, "job_offset": 2177}, "991", "222", "991"),
        # another record stands there than the one that the row names
        ({"lsn": "unknown", "job_offset": 2177}, None, None, "unknown"),
        ({"lsn": "993", "sent_file": None}, "993", None, "993"),
        ({"lsn": "993", "sent_file": "another.mrc", "job_offset": 0}, "993", None, "993"),
        ({"lsn": "999", "sent_file": "another.mrc", "job_offset": 0}, None, None, "999"),
        ({"lsn": None, "sent_file": "another.mrc", "job_offset": 17555}, None, None, "another.mrc::17555"),
        ({"lsn": None, "sent_file": None, "job_key": "NEW_1099999_1::bib::9"}, None, None, "NEW_1099999_1::bib::9"),
        ({"lsn": None, "sent_file": None}, None, None, "BibProcessingReport.txt row 0"),
    ],
)
def test_a_row_finds_its_record(row, mms_id, holding_id, record_key):
    found = history({"action": "match", **row})
    assert found.select("mms_id", "holding_id", "record_key").row(0) == (mms_id, holding_id, record_key)


def test_a_local_number_that_stands_for_two_bibs_is_told_apart_by_the_offset():
    sent = rows(
        "sent_records",
        {"byte_offset": 0, "lsn": "7", "mms_id": "991"},
        {"byte_offset": 50, "lsn": "7", "mms_id": "992"},
    )
    found = history({"lsn": "7", "job_offset": 50}, {"lsn": "7", "job_offset": 0}, {"lsn": "7"}, sent=sent)
    assert found["record_key"].to_list() == ["7", "991", "992"]


def test_exact_repeats_are_counted_once_over_files():
    row = {"lsn": "223", "action": "match", "result_ocn": 40000001}
    found = history({**row, "file": "b.txt"}, {**row, "file": "a.txt", "record": 5}, {**row, "result_ocn": 40000002})
    assert found.select("file", "record", "result_ocn").rows() == [
        ("BibProcessingReport.txt", 2, 40000002),
        ("a.txt", 5, 40000001),
    ]


def test_runs_are_counted_within_record_and_symbol():
    found = history(
        {"lsn": "223", "received_at": RUN_2, "action": "match"},
        {"lsn": "223", "received_at": RUN_1, "action": "unresolved"},
        {"lsn": "221", "received_at": RUN_2, "action": "match"},
        {"lsn": "222", "received_at": RUN_2, "action": "match"},
        {"lsn": "223", "received_at": RUN_2, "action": "match", "symbol": "NEX"},
    )
    assert found.select("symbol", "record_key", "run", "action").rows() == [
        ("NEW", "991", 1, "match"),
        ("NEW", "991", 1, "match"),
        ("NEW", "992", 1, "unresolved"),
        ("NEW", "992", 2, "match"),
        ("NEX", "992", 1, "match"),
    ]


def test_last_outcome_in_full():
    found = last_of(
        outcome_history=history(
            {"lsn": "223", "action": "unresolved", "staging_ocn": 1500000002, "received_at": RUN_3, "file": "a.txt"},
            {"lsn": "223", "action": "match", "sent_ocn": 1, "result_ocn": 2, "received_at": RUN_1, "file": "c.txt"},
            {"lsn": "223", "action": "create", "sent_ocn": 1, "result_ocn": 3, "received_at": RUN_2, "file": "b.txt"},
        ),
        extract_date=date(2025, 7, 1),
        terminals=terminals(),
    )
    expected = pl.DataFrame(
        {
            "symbol": ["NEW"],
            "record_key": ["992"],
            "mms_id": ["992"],
            "runs": [3],
            "last_action": ["unresolved"],
            "received_at": pl.Series([RUN_3], dtype=pl.Datetime("ms", "UTC")),
            "sent_ocn": pl.Series([None], dtype=pl.Int64),
            "result_ocn": pl.Series([None], dtype=pl.Int64),
            "staging_ocn": [1500000002],
            "lsn": ["223"],
            "sent_file": ["1099999.new.run.mrc"],
            "job_key": pl.Series([None], dtype=pl.String),
            "is_success": [False],
            "is_failure": [True],
            "is_confirmed": [False],
            "confirmed_ocns": pl.Series([[]], dtype=pl.List(pl.Int64)),
            "success_ocn": [3],
            "file": ["a.txt"],
            "record": [0],
        }
    )
    assert_frame_equal(found, expected)


@pytest.mark.parametrize(
    ("action", "received_at", "extract_date", "is_confirmed"),
    [
        ("match", RUN_1, date(2025, 7, 21), True),
        ("field transfer", RUN_1, date(2025, 7, 20), True),
        ("replace", RUN_1, date(2025, 7, 21), True),
        ("create", RUN_1, date(2025, 7, 21), True),
        ("match", RUN_1, date(2025, 7, 22), False),
        ("match", RUN_1, None, False),
        ("match", None, date(2025, 7, 21), False),
        ("unresolved", RUN_1, date(2025, 7, 21), False),
        ("data error", RUN_1, date(2025, 7, 21), False),
        ("deleted", RUN_1, date(2025, 7, 21), False),
        (None, RUN_1, date(2025, 7, 21), False),
        # half past one in the morning of the 22nd UTC: the name of OCLC's file still says the 21st
        ("match", datetime(2025, 7, 22, 1, 30, tzinfo=UTC), date(2025, 7, 22), False),
    ],
)
def test_confirmed_is_a_success_since_the_extract(action, received_at, extract_date, is_confirmed):
    found = last_of(
        outcome_history=history({"lsn": "223", "action": action, "received_at": received_at}),
        extract_date=extract_date,
        terminals=terminals(),
    )
    assert found["is_confirmed"].to_list() == [is_confirmed]


def test_what_a_delete_collection_answers_confirms_nothing():
    given = history({"lsn": "223", "action": "match", "collection": "1088888"}, delete_collections=["1088888"])
    assert given.select("is_success", "is_delete").row(0) == (False, True)
    assert last_of(outcome_history=given, extract_date=date(2025, 7, 1), terminals=terminals()).is_empty()


def test_of_two_rows_in_one_run_the_later_place_in_the_file_is_the_last():
    found = last_of(
        outcome_history=history(
            {"lsn": "222", "job_offset": 2177, "action": "unresolved"},
            {"lsn": "221", "job_offset": 0, "action": "match"},
        ),
        extract_date=None,
        terminals=terminals(),
    )
    assert found.select("record_key", "runs", "last_action").rows() == [("991", 1, "unresolved")]


def test_the_flow_adds_up():
    last = last_of(
        outcome_history=history(
            {"lsn": "221", "action": "match"},
            {"lsn": "gone", "action": "match", "sent_file": "older.mrc"},
            {"lsn": "odd", "action": "deleted", "symbol": "NEX", "sent_file": None},
        ),
        extract_date=None,
        terminals=terminals(),
    )
    assert work_out("outcome_flow", sent_records=SENT, last_outcomes=last).rows() == [
        ("NEW", "no sent file", "taken", "match", 1),
        ("NEW", "sent", "no answer", "file not answered", 1),
        ("NEW", "sent", "taken", "match", 1),
        ("NEX", "no sent file", "other", "deleted", 1),
    ]


def test_match_rates_stand_beside_those_of_another_project():
    last = last_of(
        outcome_history=history(
            {"lsn": "221", "action": "match"},
            {"lsn": "223", "action": "unresolved"},
            {"lsn": "223", "action": "match", "symbol": "NEX"},
        ),
        extract_date=None,
        terminals=terminals(),
    )
    rates = match_rates(last_outcomes=last)
    assert rates.filter(pl.col("project") == "this project").rows() == [
        ("this project", None, "match", 2, 2 / 3),
        ("this project", None, "unresolved", 1, 1 / 3),
        ("this project", "NEW", "match", 1, 0.5),
        ("this project", "NEW", "unresolved", 1, 0.5),
        ("this project", "NEX", "match", 1, 1.0),
    ]
    other = rates.filter(pl.col("project") == "NYPL and BPL 2022")
    assert other["records"].sum() == 8_028_077
    assert [round(100 * share, 2) for share in other["share"]] == [94.56, 2.97, 2.4, 0.05, 0.01]


def test_what_changed_from_run_to_run():
    def run(lsn, received_at, action, result_ocn):
        return {"lsn": lsn, "received_at": received_at, "action": action, "result_ocn": result_ocn}

    found = compare_runs(
        outcome_history=history(
            run("221", RUN_1, "unresolved", None),
            run("221", RUN_2, "match", 5),
            run("221", RUN_3, "match", 6),
            run("223", RUN_1, "match", 5),
            run("223", RUN_2, "replace", 5),
            run("223", RUN_3, "data error", None),
            run("993", RUN_3, "match", 9),
        )
    )
    assert found.select(
        "record_key", "run", "previous_action", "action", "previous_ocn", "result_ocn", "change"
    ).rows() == [
        ("991", 2, "unresolved", "match", None, 5, "solved"),
        ("991", 3, "match", "match", 5, 6, "other number"),
        ("992", 2, "match", "replace", 5, 5, "same"),
        ("992", 3, "replace", "data error", 5, None, "failed"),
    ]


def test_created_records():
    last = last_of(
        outcome_history=history(
            {"lsn": "223", "action": "create", "result_ocn": 1500000001, "record": 12},
            {"lsn": "221", "action": "match", "result_ocn": 40000001},
            {"lsn": "993", "action": "create", "result_ocn": 1500000003, "received_at": RUN_1},
            {"lsn": "993", "action": "match", "result_ocn": 1500000003, "received_at": RUN_2},
        ),
        extract_date=None,
        terminals=terminals(),
    )
    found = find_created_records(
        last_outcomes=last, lead_units=leads({"mms_id": "992", "unit": "Law", "symbol": "NEX"})
    )
    assert found.findings.select(
        "problem", "unit", "symbol", "mms_id", "ocn", "file", "record", "parameters"
    ).rows() == [
        ("created_record", "Law", "NEW", "992", 1500000001, "BibProcessingReport.txt", 12, '{"result_ocn":1500000001}')
    ]
    assert found.evidence.select("what", "value", "file", "record").rows() == [
        ("OCN answered", "1500000001", "BibProcessingReport.txt", 12),
        ("report action", "create", "BibProcessingReport.txt", 12),
    ]


def test_never_reported():
    sent = rows(
        "sent_records",
        {"byte_offset": 0, "lsn": "991", "mms_id": "991"},
        {"byte_offset": 10, "lsn": "992", "mms_id": "992"},
        {"byte_offset": 20, "lsn": "993", "mms_id": "993"},
        {"byte_offset": 30, "lsn": "no bib", "mms_id": None},
        {"byte_offset": 0, "lsn": "993", "mms_id": "993", "sent_file": "not answered.mrc"},
    )
    outcomes = rows(
        "outcomes",
        {"lsn": "991"},
        {"lsn": None, "job_offset": 10},
        {"lsn": "993", "sent_file": "x.mrc"},
        # at the place of 993, and on another record
        {"lsn": "995", "job_offset": 20},
    )
    found = work_out(
        "never_reported", sent_records=sent, outcomes=outcomes, lead_units=leads({"mms_id": "993", "unit": "Law"})
    )
    assert found.findings.select("mms_id", "unit", "symbol", "file", "record", "parameters").sort("record").rows() == [
        ("993", "Law", "NEW", "sent/1099999.new.run.mrc", 2, '{"sent_file":"1099999.new.run.mrc"}'),
        (None, None, "NEW", "sent/1099999.new.run.mrc", 3, '{"sent_file":"1099999.new.run.mrc"}'),
    ]
    assert found.evidence.select("what", "value").sort("value").rows() == [
        ("sent record", "993"),
        ("sent record", "no bib"),
    ]


def test_tables_may_be_empty():
    nothing = history_of(outcomes=empty("outcomes"), sent_records=empty("sent_records"), bibs=empty("bibs"))
    last = last_of(outcome_history=nothing, extract_date=date(2025, 7, 1), terminals=terminals())
    full = history({"lsn": "223", "action": "match", "result_ocn": 1})
    assert nothing.schema == full.schema
    assert last.schema == last_of(outcome_history=full, extract_date=None, terminals=terminals()).schema
    assert nothing.is_empty()
    assert last.is_empty()
    assert work_out("outcome_flow", sent_records=empty("sent_records"), last_outcomes=last).is_empty()
    assert compare_runs(outcome_history=nothing).schema == compare_runs(outcome_history=full).schema
    assert set(match_rates(last_outcomes=last)["project"]) == {"NYPL and BPL 2022"}
    assert find_created_records(last_outcomes=last, lead_units=leads()).findings.is_empty()
    assert work_out("never_reported", lead_units=leads()).findings.is_empty()


REPORT_ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "lsn": st.sampled_from(["221", "222", "223", "993", "other", None]),
            "job_offset": st.sampled_from([0, 2177, 5310, None]),
            "received_at": st.sampled_from([RUN_1, RUN_2, RUN_3, None]),
            "action": st.sampled_from(["match", "create", "unresolved", "data error", "odd", None]),
            "result_ocn": st.sampled_from([1, 2, None]),
            "file": st.sampled_from(["a.txt", "b.txt"]),
            "symbol": st.sampled_from(["NEW", "NEX", None]),
        }
    ),
    min_size=2,
    max_size=24,
)


@settings(deadline=None, max_examples=20)
@given(REPORT_ROWS, st.randoms(use_true_random=False), st.data())
def test_order_and_repeats_change_nothing(given_rows, random, data):
    outcomes = rows("outcomes", *given_rows)
    again = data.draw(st.sampled_from(given_rows))
    repeated = rows("outcomes", {**again, "file": "c.txt", "record": 99})
    shuffled = pl.concat([outcomes, repeated])[random.sample(range(outcomes.height + 1), outcomes.height + 1)]
    for function in (
        lambda table: history_of(outcomes=table, sent_records=SENT, bibs=BIBS),
        lambda table: _last(table),
    ):
        assert_frame_equal(function(shuffled), function(outcomes))


def _last(outcomes: pl.DataFrame) -> pl.DataFrame:
    return last_of(
        outcome_history=history_of(outcomes=outcomes, sent_records=SENT, bibs=BIBS),
        extract_date=date(2025, 8, 1),
        terminals=terminals(),
    )


@settings(deadline=None, max_examples=20)
@given(REPORT_ROWS)
def test_every_record_is_in_one_place_of_the_flow(given_rows):
    last = _last(rows("outcomes", *given_rows))
    flow = work_out("outcome_flow", sent_records=SENT, last_outcomes=last)
    sent = flow.filter(pl.col("sent") == "sent")
    assert sent["records"].sum() == 2
    reported = flow.filter(pl.col("answer") != "no answer")
    assert reported["records"].sum() == last.height


def test_answers_on_local_bibliographic_data_say_nothing_of_the_bib():
    said = rows(
        "outcomes",
        {"record": 0, "lsn": "991", "action": "match", "sent_ocn": 1, "result_ocn": 1},
        {"record": 1, "lsn": "991", "action": "lbd create", "report_kind": "LbdProcessingReport", "received_at": RUN_2},
    )
    history = history_of(outcomes=said, sent_records=rows("sent_records"), bibs=rows("bibs", {"mms_id": "991"}))
    assert history["action"].to_list() == ["match"]


def test_a_copy_under_another_name_is_no_second_record():
    """The local number is that of a holding: only the sent file tells which bib it is."""
    sent = rows("sent_records", {"mms_id": "991", "holding_id": "h22", "lsn": "h22", "byte_offset": 7})
    row = {"lsn": "h22", "action": "match", "sent_ocn": 1, "result_ocn": 1, "job_offset": 7}
    copied = {**row, "file": "copy of report.txt", "sent_file": None}
    given = history_of(outcomes=rows("outcomes", row, copied), sent_records=sent, bibs=empty("bibs"))
    assert given.select("record_key", "file").rows() == [("991", "BibProcessingReport.txt")]
