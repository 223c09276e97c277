"""Report rows are made up in the grammar of oclc_formats.md 1.4 and 1.5."""

from datetime import UTC, date, datetime

import polars as pl
import pytest
from frame_rows import RUN_1, RUN_2, RUN_3, history_of, last_of, leads, rows, terminals
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from datasync_lib.analysis.error_changes import count_error_changes, error_changes, last_run_days, repeat_offenders
from datasync_lib.analysis.registry import work_out
from datasync_lib.vocabulary.tables import empty

BIBS = rows("bibs", {"mms_id": "991"}, {"mms_id": "992"}, {"mms_id": "993"})
LEADS = leads({"mms_id": "991", "unit": "Law"}, {"mms_id": "992", "unit": "Music"})
NOISE = ["noise"]


def said(lsn: str, received_at: datetime, *families: str, action: str = "unresolved", **row) -> tuple[dict, list[dict]]:
    """An answer to a record, and what the exception report of the run has on it."""
    base = {"lsn": lsn, "received_at": received_at, **row}
    faults = [{**base, "kind": "Validation Error", "severity": "SEVERE", "family": f, "message": f} for f in families]
    return {**base, "action": action}, faults


def frames(*given: tuple[dict, list[dict]]) -> tuple[pl.DataFrame, pl.DataFrame]:
    answers = [answer for answer, _ in given]
    exceptions = rows("exceptions", *(fault for _, faults in given for fault in faults))
    return exceptions, history_of(outcomes=rows("outcomes", *answers), sent_records=empty("sent_records"), bibs=BIBS)


def changes(*given: tuple[dict, list[dict]], since: date | None = None) -> pl.DataFrame:
    exceptions, history = frames(*given)
    of_records = work_out("exception_records", exceptions=exceptions, outcome_history=history, noise=NOISE)
    days = last_run_days(outcome_history=history)
    return error_changes(
        exception_records=of_records, outcome_history=history, last_run_days=days, lead_units=LEADS, since=since
    )


def told(found: pl.DataFrame) -> list[tuple]:
    return found.select("record_key", "family", "change").rows()


def test_new_carried_over_and_solved():
    found = changes(said("991", RUN_1, "a", "b"), said("991", RUN_2, "b", "c"))
    assert told(found) == [("991", "a", "solved"), ("991", "b", "carried over"), ("991", "c", "new")]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        # the only run: all is new
        ([said("991", RUN_1, "a")], [("991", "a", "new")]),
        # not sent again: it keeps its error, which is not new
        ([said("991", RUN_1, "a"), said("992", RUN_2, "a")], [("991", "a", "carried over"), ("992", "a", "new")]),
        # taken in the end, without a word
        ([said("991", RUN_1, "a"), said("991", RUN_2, action="match")], [("991", "a", "solved")]),
        # it was there before, was solved, and is back: new again
        ([said("991", RUN_1, "a"), said("991", RUN_2), said("991", RUN_3, "a")], [("991", "a", "new")]),
        # solved long ago: no news
        ([said("991", RUN_1, "a"), said("991", RUN_2, action="match"), said("991", RUN_3, action="match")], []),
        # the same error many times in one report is one
        ([said("991", RUN_1, "a", "a")], [("991", "a", "new")]),
        # another record's error
        ([said("991", RUN_1, "a"), said("992", RUN_1), said("992", RUN_2, "a")],
         [("991", "a", "carried over"), ("992", "a", "new")]),
        # under another symbol, whose last run was earlier: its own days count
        ([said("991", RUN_1, "a", symbol="NEX"), said("991", RUN_2, "a")], [("991", "a", "new"), ("991", "a", "new")]),
    ],
)  # fmt: skip
def test_what_a_run_made_of_an_error(given, expected):
    assert told(changes(*given)) == expected


def test_the_day_may_be_given():
    given = [said("991", RUN_1, "a"), said("991", RUN_2, "b"), said("991", RUN_3, "b")]
    assert told(changes(*given)) == [("991", "b", "carried over")]
    assert told(changes(*given, since=date(2025, 8, 1))) == [("991", "a", "solved"), ("991", "b", "new")]
    assert told(changes(*given, since=date(2025, 7, 1))) == [("991", "b", "new")]


def test_days_are_those_of_oclcs_clock():
    """Two o'clock in the morning of the 5th, UTC, is the evening of the 4th in Ohio: the same day's run."""
    night = datetime(2025, 8, 5, 2, 0, tzinfo=UTC)
    assert told(changes(said("991", RUN_2, "a"), said("991", night, "b"))) == [("991", "b", "new")]


def test_changes_in_full():
    found = changes(said("991", RUN_1, "a"), said("991", RUN_2, "a", action="match"), said("992", RUN_2, "some noise"))
    expected = pl.DataFrame(
        {
            "symbol": ["NEW", "NEW"],
            "record_key": ["991", "992"],
            "mms_id": ["991", "992"],
            "unit": ["Law", "Music"],
            "kind": ["Validation Error"] * 2,
            "severity": ["SEVERE"] * 2,
            "family": ["a", "some noise"],
            "change": ["carried over", "new"],
            "first_at": pl.Series([RUN_1, RUN_2], dtype=pl.Datetime("ms", "UTC")),
            "last_at": pl.Series([RUN_2, RUN_2], dtype=pl.Datetime("ms", "UTC")),
            "runs": [2, 1],
            "is_failure": [False, True],
            "is_noise": [False, True],
        }
    )
    assert_frame_equal(found, expected)


def test_rows_are_joined_by_the_job_key_where_there_is_no_local_number():
    key = "NEW_1099999_1::bib::17555"
    given = said(None, RUN_1, "marc_record_field_length_error", action="data error", job_key=key, job_offset=17555)
    found = changes(given)
    assert told(found) == [("1099999.new.run.mrc::17555", "marc_record_field_length_error", "new")]


def test_counts_by_unit():
    found = count_error_changes(
        error_changes=changes(
            said("991", RUN_1, "a"), said("991", RUN_2, "a", "b"), said("992", RUN_1, "a"), said("992", RUN_2),
            said("993", RUN_2, "a"),
        )
    )  # fmt: skip
    assert found.select("unit", "family", "new", "carried_over", "solved").rows() == [
        ("Law", "b", 1, 0, 0),
        ("Law", "a", 0, 1, 0),
        ("Music", "a", 0, 0, 1),
        (None, "a", 1, 0, 0),
    ]


@pytest.mark.parametrize(
    ("actions", "failed_runs"),
    [
        (["unresolved", "unresolved", "unresolved"], [3]),
        (["match", "unresolved", "data error", "processing error"], [3]),
        (["unresolved", "unresolved"], []),
        (["unresolved", "unresolved", "unresolved", "match"], []),
        (["unresolved", "match", "unresolved", "unresolved"], []),
        (["unresolved", "unresolved", "unresolved", "unresolved"], [4]),
    ],
)
def test_repeat_offenders(actions, failed_runs):
    days = [datetime(2025, month, 1, 12, tzinfo=UTC) for month in range(5, 9)]
    _, history = frames(*(said("991", day, action=action) for day, action in zip(days, actions, strict=False)))
    assert repeat_offenders(outcome_history=history, lead_units=LEADS)["failed_runs"].to_list() == failed_runs


def test_repeat_offenders_in_full():
    _, history = frames(
        said("991", RUN_1), said("991", RUN_2, action="data error"), said("991", RUN_3, file="last.txt", record=5)
    )
    assert repeat_offenders(outcome_history=history, lead_units=LEADS).row(0, named=True) == {
        "symbol": "NEW",
        "record_key": "991",
        "mms_id": "991",
        "unit": "Law",
        "failed_runs": 3,
        "first_at": RUN_1,
        "last_at": RUN_3,
        "last_action": "unresolved",
        "file": "last.txt",
        "record": 5,
    }
    assert repeat_offenders(outcome_history=history, lead_units=LEADS, at_least=4).is_empty()


def test_families_by_unit():
    exceptions, history = frames(
        said("991", RUN_1, "a", "b"), said("991", RUN_2, "a"), said("992", RUN_1, "a", "noise", action="match"),
        said("993", RUN_1, "a"),
    )  # fmt: skip
    found = work_out(
        "error_families_by_unit",
        exceptions=exceptions,
        last_outcomes=last_of(outcome_history=history, extract_date=None, terminals=terminals()),
        lead_units=LEADS,
        noise=NOISE,
    )
    assert found.select("unit", "family", "rows", "records", "open_records", "is_noise").rows() == [
        ("Law", "a", 1, 1, 1, False),
        ("Music", "a", 1, 1, 0, False),
        ("Music", "noise", 1, 1, 0, True),
        (None, "a", 1, 1, 1, False),
    ]


def test_tables_may_be_empty():
    _, history = frames(said("991", RUN_1, "a"))
    full, nothing = changes(said("991", RUN_1, "a")), changes()
    assert (nothing.schema, nothing.height) == (full.schema, 0)
    assert repeat_offenders(outcome_history=history.clear(), lead_units=LEADS).is_empty()


RUNS = st.lists(
    st.builds(
        lambda lsn, day, families, action: said(lsn, day, *families, action=action),
        st.sampled_from(["991", "992", "gone"]),
        st.sampled_from([RUN_1, RUN_2, RUN_3]),
        st.lists(st.sampled_from(["a", "b"]), max_size=2),
        st.sampled_from(["match", "unresolved"]),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda one: (one[0]["lsn"], one[0]["received_at"]),
)


@settings(max_examples=30)
@given(RUNS, st.randoms(use_true_random=False))
def test_laws(runs, random):
    """The order of loading changes nothing; what stands now is new or carried over, and nothing else is."""
    numbered = [({**a, "record": at}, [{**f, "record": 10 * at + n} for n, f in enumerate(faults)])
                for at, (a, faults) in enumerate(runs)]  # fmt: skip
    found = changes(*numbered)
    assert_frame_equal(changes(*random.sample(numbered, len(numbered))), found)
    last = {}
    for answer, faults in sorted(runs, key=lambda one: one[0]["received_at"]):
        last[answer["lsn"]] = {fault["family"] for fault in faults}
    standing = found.filter(pl.col("change") != "solved")
    assert set(standing.select("record_key", "family").rows()) == {(r, f) for r, some in last.items() for f in some}
