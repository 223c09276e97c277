import json
from datetime import date

import polars as pl
import pytest
from frame_rows import RUN_1, RUN_2, RUN_3, history_of, last_of, leads, rows, terminals
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from datasync_lib.analysis.matches import replaced_results
from datasync_lib.analysis.registry import work_out
from datasync_lib.vocabulary.tables import empty

BIBS = rows("bibs", *({"mms_id": f"99{n}"} for n in range(1, 7)))
# 10 and 11 were merged into 12; 20 has two ends
TERMINALS = terminals((10, 12), (11, 12), (20, None))


def history(*given: dict) -> pl.DataFrame:
    return history_of(outcomes=rows("outcomes", *given), sent_records=empty("sent_records"), bibs=BIBS)


def last(*given: dict) -> pl.DataFrame:
    return last_of(outcome_history=history(*given), extract_date=None, terminals=TERMINALS)


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
    assert (
        replaced_results(outcome_history=history(*rows_given), terminals=TERMINALS)["result_ocn"].to_list() == earlier
    )


def wrong_holdings(given, leading=None, *, bibs=BIBS, records=empty("worldcat_records"), lists=()):  # noqa: B008
    return work_out(
        "wrong_holding_set",
        outcome_history=given,
        lead_units=leads(*leading or []),
        bibs=bibs,
        worldcat_records=records,
        worldcat_holdings=rows("worldcat_holdings", *lists),
        terminals=TERMINALS,
    )


def test_findings_on_wrong_holdings_in_full():
    bibs = rows("bibs", {"mms_id": "991", "title": "Atlas of rivers", "main_entry": "Hollis, Ada", "date1": "1990"})
    record = {"ocn": 30, "title": "A history of bridges", "main_entry": "Ueda, Hugo", "date1": "1950", "record": 8}
    found = wrong_holdings(
        history(run(RUN_1, 30, file="first.txt", record=3), run(RUN_2, 40, file="second.txt")),
        [{"mms_id": "991", "unit": "Law"}],
        bibs=bibs,
        records=rows("worldcat_records", record),
        lists=[{"symbol": "NEW", "ocn": 30, "as_of": date(2025, 9, 15)}],
    )
    assert found.findings.select("class", "unit", "symbol", "mms_id", "ocn", "file", "record").rows() == [
        ("still_held", "Law", "NEW", "991", 30, "first.txt", 3)
    ]
    parameters = json.loads(found.findings["parameters"][0])
    assert [parameters[name] for name in ("symbol", "earlier_ocn", "result_ocn", "as_of")] == [
        "NEW",
        30,
        40,
        "2025-09-15",
    ]
    assert (parameters["title"], parameters["worldcat_title"]) == ("Atlas of rivers", "A history of bridges")
    assert parameters["score"] < 50
    assert parameters["doubt"].startswith("few points for words of the title, years in common, years apart")
    assert found.evidence.select("what", "value", "file", "record").rows() == [
        ("OCN answered earlier", "30", "first.txt", 3),
        ("OCN answered last", "40", "second.txt", 1),
        ("title in WorldCat", "A history of bridges", "worldcat.OLD.20250901.mrc", 8),
    ]


@pytest.mark.parametrize(
    ("lists", "class_", "as_of"),
    [
        ([("NEW", 30, 15)], "still_held", "2025-09-15"),
        # the list names the record that it was merged into
        ([("NEW", 12, 15)], "still_held", "2025-09-15"),
        ([("NEW", 31, 15)], "not_held", "2025-09-15"),
        # held once, and in the newest list no longer; another symbol's list says nothing
        ([("NEW", 30, 1), ("NEW", 31, 15)], "not_held", "2025-09-15"),
        ([("NEX", 30, 15)], "no_list", None),
        ([], "no_list", None),
    ],
)
def test_whether_an_earlier_number_is_held_yet(lists, class_, as_of):
    earlier = 10 if ("NEW", 12, 15) in lists else 30
    given = [{"symbol": symbol, "ocn": ocn, "as_of": date(2025, 9, day)} for symbol, ocn, day in lists]
    found = wrong_holdings(history(run(RUN_1, earlier), run(RUN_2, 40)), lists=given).findings
    assert found["class"].to_list() == [class_]
    assert json.loads(found["parameters"][0])["as_of"] == as_of


def ocns(*pairs: tuple[str, int]) -> pl.DataFrame:
    return rows("ocns", *({"mms_id": mms_id, "ocn": ocn} for mms_id, ocn in pairs))


def collisions(last_rows: pl.DataFrame, readings: pl.DataFrame):
    found = work_out(
        "duplicate_group",
        last_outcomes=last_rows,
        bibs=BIBS,
        ocns=readings,
        lead_units=leads({"mms_id": "991", "unit": "Law", "symbol": "NEZ"}),
        terminals=TERMINALS,
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
    assert wrong_holdings(nothing).findings.is_empty()
    assert work_out("duplicate_group", last_outcomes=last(), lead_units=leads()).findings.is_empty()


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
    min_size=4,
    max_size=20,
)


@settings(deadline=None, max_examples=15)
@given(ANSWERS, st.randoms(use_true_random=False))
def test_order_and_repeats_change_nothing(answers, random):
    numbered = [{**row, "record": at} for at, row in enumerate(answers)]
    again = [*numbered, {**numbered[0], "file": "same rows again.txt"}]
    random.shuffle(again)
    readings = ocns(("991", 30), ("992", 10))
    for find in (
        wrong_holdings,
        lambda h: work_out(
            "duplicate_group",
            last_outcomes=last_of(outcome_history=h, extract_date=None, terminals=TERMINALS),
            bibs=BIBS,
            ocns=readings,
            lead_units=leads(),
            terminals=TERMINALS,
        ),
    ):
        once, twice = find(history(*numbered)), find(history(*again))
        assert_frame_equal(once.findings, twice.findings)
        assert_frame_equal(once.evidence, twice.evidence)
