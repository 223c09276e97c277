import polars as pl
import pytest
from frame_rows import RUN_1, RUN_2, RUN_3, leads, rows, terminals
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from datasync_lib.analysis.matches import (
    changed_ocns,
    find_changed_ocns,
    find_collisions,
    find_wrong_holdings_set,
    replaced_results,
)
from datasync_lib.analysis.outcomes import last_outcomes, outcome_history
from datasync_lib.tables.schemas import empty

BIBS = rows("bibs", *({"mms_id": f"99{n}"} for n in range(1, 7)))
# 10 and 11 were merged into 12; 20 has two ends
TERMINALS = terminals((10, 12), (11, 12), (20, None))


def history(*given: dict) -> pl.DataFrame:
    return outcome_history(rows("outcomes", *given), empty("sent_records"), BIBS)


def last(*given: dict) -> pl.DataFrame:
    return last_outcomes(history(*given), None)


@pytest.mark.parametrize(
    ("sent_ocn", "result_ocn", "action", "class_"),
    [
        (10, 12, "match", "merged"),
        (10, 11, "replace", "merged"),
        (12, 10, "field transfer", "merged"),
        (10, 30, "match", "unexplained"),
        (20, 30, "match", "unexplained"),
        (30, 20, "create", "unexplained"),
        (12, 12, "match", None),
        (20, 20, "match", None),
        (None, 12, "match", None),
        (10, None, "match", None),
        (10, 30, "unresolved", None),
        (10, 30, "processing error", None),
    ],
)
def test_changed_numbers(sent_ocn, result_ocn, action, class_):
    row = {"lsn": "991", "sent_ocn": sent_ocn, "result_ocn": result_ocn, "action": action}
    assert changed_ocns(last(row), TERMINALS)["class"].to_list() == ([class_] if class_ else [])


def test_findings_on_changed_numbers_in_full():
    found = find_changed_ocns(
        last(
            {"lsn": "991", "sent_ocn": 10, "result_ocn": 12, "action": "match"},
            {"lsn": "992", "sent_ocn": 10, "result_ocn": 30, "action": "match"},
            {"lsn": "no bib", "sent_ocn": 40, "result_ocn": 30, "action": "match", "symbol": "NEX"},
        ),
        leads({"mms_id": "992", "unit": "Law", "other_units": "Music", "symbol": "NEZ"}),
        TERMINALS,
    )
    columns = ["class", "unit", "other_units", "symbol", "mms_id", "ocn", "record", "priority", "parameters"]
    assert found.findings.select(columns).sort("record").rows() == [
        ("merged", None, None, "NEW", "991", 12, 0, 3, '{"sent_ocn":10,"result_ocn":12}'),
        ("unexplained", "Law", "Music", "NEW", "992", 30, 1, 1, '{"sent_ocn":10,"result_ocn":30}'),
        ("unexplained", None, None, "NEX", None, 30, 2, 1, '{"sent_ocn":40,"result_ocn":30}'),
    ]
    assert found.evidence.filter(pl.col("record") == 1).select("what", "value", "file").sort("what").rows() == [
        ("OCN answered", "30", "BibProcessingReport.txt"),
        ("OCN sent", "10", "BibProcessingReport.txt"),
        ("report action", "match", "BibProcessingReport.txt"),
    ]


def run(received_at, result_ocn, action="match", lsn="991", **row):
    return {"lsn": lsn, "received_at": received_at, "result_ocn": result_ocn, "action": action, **row}


@pytest.mark.parametrize(
    ("rows_given", "earlier"),
    [
        ([run(RUN_1, 30), run(RUN_2, 40)], [30]),
        ([run(RUN_2, 40), run(RUN_1, 30)], [30]),
        ([run(RUN_1, 30), run(RUN_2, 31), run(RUN_3, 40)], [30, 31]),
        ([run(RUN_1, 30), run(RUN_2, 40), run(RUN_3, 30)], [40]),
        ([run(RUN_1, 30), run(RUN_2, 40), run(RUN_3, None, "unresolved")], [30]),
        ([run(RUN_1, 30), run(RUN_2, 40), run(RUN_3, None)], [30]),
        ([run(RUN_1, 20), run(RUN_2, 40)], [20]),
        # near misses: merged since, the same again, a staging number, another symbol, another record
        ([run(RUN_1, 10), run(RUN_2, 12), run(RUN_3, 11)], []),
        ([run(RUN_1, 30), run(RUN_2, 30, "replace")], []),
        ([run(RUN_1, None, "unresolved", staging_ocn=30), run(RUN_2, 40)], []),
        ([run(RUN_1, 30, "processing error"), run(RUN_2, 40)], []),
        ([run(RUN_1, 30, symbol="NEX"), run(RUN_2, 40)], []),
        ([run(RUN_1, 30, lsn="992"), run(RUN_2, 40)], []),
    ],
)
def test_earlier_answers_that_were_replaced(rows_given, earlier):
    assert replaced_results(history(*rows_given), TERMINALS)["result_ocn"].to_list() == earlier


def test_findings_on_wrong_holdings_in_full():
    found = find_wrong_holdings_set(
        history(run(RUN_1, 30, file="first.txt", record=3), run(RUN_2, 40, file="second.txt")),
        leads({"mms_id": "991", "unit": "Law"}),
        TERMINALS,
    )
    assert found.findings.select("unit", "symbol", "mms_id", "ocn", "file", "record", "parameters").rows() == [
        ("Law", "NEW", "991", 30, "first.txt", 3, '{"earlier_ocn":30,"result_ocn":40}')
    ]
    assert found.evidence.select("what", "value", "file", "record").rows() == [
        ("OCN answered earlier", "30", "first.txt", 3),
        ("OCN answered last", "40", "second.txt", 1),
    ]


def ocns(*pairs: tuple[str, int]) -> pl.DataFrame:
    return rows("ocns", *({"mms_id": mms_id, "ocn": ocn} for mms_id, ocn in pairs))


def collisions(last_rows: pl.DataFrame, readings: pl.DataFrame):
    found = find_collisions(
        last_rows, BIBS, readings, leads({"mms_id": "991", "unit": "Law", "symbol": "NEZ"}), TERMINALS
    )
    return found.findings


@pytest.mark.parametrize(
    ("rows_given", "readings", "groups"),
    [
        ([run(RUN_1, 30), run(RUN_1, 30, lsn="992")], [], {"result 30": ["991", "992"]}),
        ([run(RUN_1, 30), run(RUN_1, 30, lsn="992")], [("991", 30)], {"result 30": ["991", "992"]}),
        ([run(RUN_1, 30), run(RUN_2, 30, lsn="992", symbol="NEX")], [], {"result 30": ["991", "992"]}),
        ([run(RUN_1, 10), run(RUN_1, 11, lsn="992")], [], {"result 12": ["991", "992"]}),
        (
            [run(RUN_1, 30), run(RUN_1, 30, lsn="992"), run(RUN_2, None, "unresolved")],
            [],
            {"result 30": ["991", "992"]},
        ),
        # near misses: they share it already, once as an older number; one bib twice; an answer since replaced;
        # not a success; a bib that is gone
        ([run(RUN_1, 30), run(RUN_1, 30, lsn="992")], [("991", 30), ("992", 30)], {}),
        ([run(RUN_1, 12), run(RUN_1, 12, lsn="992")], [("991", 12), ("992", 10)], {}),
        ([run(RUN_1, 30), run(RUN_1, 30, symbol="NEX")], [], {}),
        ([run(RUN_1, 30), run(RUN_2, 40), run(RUN_1, 30, lsn="992")], [], {}),
        ([run(RUN_1, 30), run(RUN_1, 30, "unresolved", lsn="992")], [], {}),
        ([run(RUN_1, 30), run(RUN_1, 30, lsn="deleted")], [], {}),
    ],
)
def test_collisions(rows_given, readings, groups):
    found = collisions(last(*rows_given), ocns(*readings))
    members = found.group_by("group_id").agg(pl.col("mms_id").sort())
    assert dict(members.rows()) == groups


def test_findings_on_collisions_in_full():
    found = collisions(last(run(RUN_1, 10), run(RUN_1, 12, lsn="992"), run(RUN_1, 12, lsn="993")), ocns())
    columns = ["problem", "class", "group_id", "unit", "symbol", "mms_id", "ocn", "file", "record", "parameters"]
    report = "BibProcessingReport.txt"
    first = ("duplicate_group", "collision", "result 12")
    assert found.select(columns).sort("mms_id").rows() == [
        (*first, "Law", "NEZ", "991", 12, report, 0, '{"ocn":12,"count":3}'),
        (*first, None, None, "992", 12, report, 1, '{"ocn":12,"count":3}'),
        (*first, None, None, "993", 12, report, 2, '{"ocn":12,"count":3}'),
    ]


def test_the_same_bibs_that_collide_twice_are_one_group():
    twice = [
        run(RUN_1, ocn, lsn=lsn, symbol=symbol) for symbol, ocn in (("NEW", 50), ("NEX", 40)) for lsn in ("991", "992")
    ]
    found = collisions(last(*twice), ocns())
    assert found.select("group_id", "mms_id", "ocn").sort("mms_id").rows() == [
        ("result 40", "991", 40),
        ("result 40", "992", 40),
    ]


def test_tables_may_be_empty():
    nothing = history()
    assert changed_ocns(last(), terminals()).schema == changed_ocns(last(run(RUN_1, 3, sent_ocn=1)), TERMINALS).schema
    assert find_changed_ocns(last(), leads(), terminals()).findings.is_empty()
    assert find_wrong_holdings_set(nothing, leads(), terminals()).findings.is_empty()
    assert find_collisions(last(), empty("bibs"), empty("ocns"), leads(), terminals()).findings.is_empty()


ANSWERS = st.lists(
    st.builds(
        run,
        st.sampled_from([RUN_1, RUN_2, RUN_3]),
        st.sampled_from([10, 11, 12, 20, 30, None]),
        st.sampled_from(["match", "create", "unresolved"]),
        st.sampled_from(["991", "992", "993"]),
        symbol=st.sampled_from(["NEW", "NEX"]),
        sent_ocn=st.sampled_from([10, 30, None]),
    ),
    min_size=1,
    max_size=10,
)


@settings(deadline=None, max_examples=40)
@given(ANSWERS, st.randoms(use_true_random=False))
def test_order_and_repeats_change_nothing(answers, random):
    numbered = [{**row, "record": at} for at, row in enumerate(answers)]
    again = [*numbered, {**numbered[0], "file": "same rows again.txt"}]
    random.shuffle(again)
    readings = ocns(("991", 30), ("992", 10))
    for find in (
        lambda h: find_wrong_holdings_set(h, leads(), TERMINALS),
        lambda h: find_changed_ocns(last_outcomes(h, None), leads(), TERMINALS),
        lambda h: find_collisions(last_outcomes(h, None), BIBS, readings, leads(), TERMINALS),
    ):
        once, twice = find(history(*numbered)), find(history(*again))
        assert_frame_equal(once.findings, twice.findings)
        assert_frame_equal(once.evidence, twice.evidence)
