"""Every class of duplicates.md E11 with its near misses, on report rows in the grammar of oclc_formats.md 1.4."""

import json

import polars as pl
import pytest
from frame_rows import RUN_1, RUN_2, RUN_3, history_of, last_of, leads, rows, terminals
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from datasync_lib.analysis.answer_texts import (
    numbers_to_look_up,
    records_at_hand,
    texts_of_bibs,
    with_answer_texts,
)
from datasync_lib.analysis.findings import Found
from datasync_lib.analysis.match_classes import (
    CHANGED,
    CLASSES,
    FLAGS,
    count_classes,
    find_changed_ocns,
    is_doubtful,
)
from datasync_lib.analysis.outcomes import find_created_records
from datasync_lib.analysis.owners import number_owners
from datasync_lib.analysis.registry import work_out
from datasync_lib.problems import PROBLEMS
from datasync_lib.vocabulary.tables import empty

TEXT = {
    "title": "A history of bridges",
    "main_entry": "Hollis, Ada",
    "publisher": "Halcyon House",
    "date1": "1990",
    "extent": "284 p.",
    "record_type": "a",
}
BIBS = rows("bibs", *({"mms_id": f"99{n}", **TEXT} for n in range(1, 6)))
RECORDS = rows(
    "worldcat_records",
    {"ocn": 12, **TEXT, "old_ocns": [10, 11]},
    {"ocn": 31, **TEXT},
    {"ocn": 32, **TEXT, "date1": "1992", "extent": None},
    {"ocn": 33, **TEXT, "title": "Problems of taxation", "main_entry": "Ueda, Hugo"},
    {"ocn": 34, **TEXT, "is_electronic": True},
    {"ocn": 35, **TEXT, "title": None},
    {"ocn": 21, **TEXT, "title": "Problems of taxation", "old_ocns": [20]},
    {"ocn": 41, **TEXT},
)
# 10 and 11 were merged into 12; 20 has two ends; 40 was merged into 41 after OCLC answered it
TERMINALS = terminals((10, 12), (11, 12), (20, None), (40, 41))


def run(result_ocn=None, action="match", *, sent_ocn=None, received_at=RUN_1, lsn="991", **row):
    return {
        "lsn": lsn, "sent_ocn": sent_ocn, "result_ocn": result_ocn, "action": action, "received_at": received_at, **row
    }  # fmt: skip


def history(*given: dict) -> pl.DataFrame:
    return history_of(outcomes=rows("outcomes", *given), sent_records=empty("sent_records"), bibs=BIBS)


def classed(*given: dict, records: pl.DataFrame = RECORDS) -> pl.DataFrame:
    return work_out(
        "match_classes",
        outcomes=rows("outcomes", *given),
        bibs=BIBS,
        extract_date=None,
        worldcat_records=records,
        terminals=TERMINALS,
    )


@pytest.mark.parametrize(
    ("row", "class_", "verdict"),
    [
        (run(50, sent_ocn=50), "same", None),
        (run(33, sent_ocn=33), "same", "no"),
        # explained by the concordance, by any two numbers of one record
        (run(12, sent_ocn=10), "merged", "likely"),
        (run(11, "replace", sent_ocn=10), "merged", "likely"),
        (run(10, sent_ocn=12), "merged", "likely"),
        # explained by the record that was answered alone: the number has two ends
        (run(21, sent_ocn=20), "merged", "no"),
        (run(33, sent_ocn=20), "suspect", "no"),
        # judged by the texts
        (run(31, sent_ocn=50), "likely", "likely"),
        (run(31, "field transfer", sent_ocn=50), "likely", "likely"),
        (run(32, sent_ocn=50), "look", "look"),
        (run(33, sent_ocn=50), "suspect", "no"),
        (run(34, sent_ocn=50), "suspect", "no"),
        # the record of the number that it was merged into since
        (run(40, sent_ocn=50), "likely", "likely"),
        # nothing to compare: no record, a record without a title, a bib that is gone
        (run(36, sent_ocn=50), "no_text", None),
        (run(35, sent_ocn=50), "no_text", None),
        (run(31, sent_ocn=50, lsn="gone"), "no_text", None),
        # we sent no number
        (run(31), "found", "likely"),
        (run(33), "found", "no"),
        (run(36), "found", None),
        (run(33, "create", sent_ocn=50), "created", "no"),
        (run(33, "create"), "created", "no"),
        (run(None, sent_ocn=50), "no_number", None),
        (run(None), "no_number", None),
        (run(None, "unresolved", sent_ocn=50, staging_ocn=1650000001), "staging", None),
        (run(31, "processing error", sent_ocn=50), "not_taken", "likely"),
        (run(None, "data error"), "not_taken", None),
        (run(31, "deleted", sent_ocn=50), "other", "likely"),
        (run(None, None), "other", None),
    ],
)
def test_classes(row, class_, verdict):
    assert classed(row).select("class", "verdict").rows() == [(class_, verdict)]


@pytest.mark.parametrize(
    ("given", "flags"),
    [
        ([run(31), run(31, lsn="992")], {"991": ["is_collision"], "992": ["is_collision"]}),
        ([run(10), run(11, lsn="992", symbol="NEX")], {"991": ["is_collision"], "992": ["is_collision"]}),
        ([run(31), run(31, lsn="gone")], {"991": [], "gone": []}),
        ([run(31), run(31, symbol="NEX")], {"991": []}),
        ([run(31), run(33, received_at=RUN_2)], {"991": ["has_drifted"]}),
        ([run(31), run(33, received_at=RUN_2), run(31, received_at=RUN_3)], {"991": ["has_drifted"]}),
        ([run(31), run(33, received_at=RUN_2), run(None, "unresolved", received_at=RUN_3)], {"991": ["has_drifted"]}),
        ([run(10), run(12, received_at=RUN_2), run(11, received_at=RUN_3)], {"991": []}),
        ([run(31), run(None, "unresolved", received_at=RUN_2)], {"991": []}),
        ([run(31), run(33, symbol="NEX")], {"991": ["is_split"]}),
        ([run(10), run(12, symbol="NEX")], {"991": []}),
        ([run(31), run(None, "unresolved", symbol="NEX")], {"991": []}),
        ([run(31), run(33, lsn="992", symbol="NEX")], {"991": [], "992": []}),
    ],
)
def test_flags(given, flags):
    found: dict[str, set] = {}
    for row in classed(*given).iter_rows(named=True):
        found.setdefault(row["record_key"], set()).update(flag for flag in FLAGS if row[flag])
    assert found == {record: set(names) for record, names in flags.items()}


def test_classes_in_full():
    found = classed(run(10, sent_ocn=11, file="report.txt", record=4))
    expected = {
        "symbol": "NEW",
        "record_key": "991",
        "mms_id": "991",
        "class": "merged",
        "sent_ocn": 11,
        "result_ocn": 10,
        "sent_ocn_current": 12,
        "result_ocn_current": 12,
        "title": "A history of bridges",
        "worldcat_title": "A history of bridges",
        "title_points": 60,
        "spelling_points": 9,
        "author_points": 6,
        "author_missing_points": 0,
        "publisher_points": 8,
        "years_points": 14,
        "years_apart_points": 0,
        "pages_points": 12,
        "edition_points": 4,
        "edition_missing_points": 0,
        "numbers_points": 8,
        "score": 121,
        "refusal": None,
        "verdict": "likely",
        "is_collision": False,
        "has_drifted": False,
        "is_split": False,
        "received_at": RUN_1,
        "last_action": "match",
        "file": "report.txt",
        "record": 4,
        "worldcat_file": "worldcat.OLD.20250901.mrc",
        "worldcat_record": 0,
        "is_listed": None,
    }
    assert found.row(0, named=True) == expected


@pytest.mark.parametrize(
    ("number", "is_listed", "in_error"),
    [
        # delivered by OCLC with another text, or with one that may be another's: a person looks first
        (33, False, True),
        (32, False, True),
        (33, None, True),
        # a list's text is no proof, and the same text speaks for the answer
        (33, True, False),
        (31, False, False),
    ],
)
def test_the_number_that_we_sent_is_under_review_where_oclc_delivered_another_record(number, is_listed, in_error):
    said = history(run(number, sent_ocn=number))
    records = RECORDS.with_columns(is_listed=pl.lit(is_listed, pl.Boolean))
    given = {"outcome_history": said, "bibs": BIBS, "terminals": TERMINALS, "worldcat_records": records}
    last = last_of(outcome_history=said, extract_date=None, terminals=TERMINALS)
    found = work_out("records_in_error", **given, last_outcomes=last)
    assert found["mms_id"].to_list() == (["991"] if in_error else [])


def test_counts_add_up():
    found = classed(
        run(31),
        run(33, lsn="992"),
        run(31, lsn="993"),
        run(None, "unresolved", lsn="994"),
        run(1, symbol="NEX", sent_ocn=1),
    )
    counts = count_classes(match_classes=found)
    assert counts.select("symbol", "class", "verdict", "records", "is_collision", "has_drifted", "is_split").rows() == [
        ("NEW", "found", "likely", 2, 2, 0, 1),
        ("NEW", "found", "no", 1, 0, 0, 0),
        ("NEW", "staging", None, 1, 0, 0, 0),
        ("NEX", "same", None, 1, 0, 0, 1),
    ]
    assert counts["records"].sum() == found.height


def test_findings_on_changed_numbers_in_full():
    found = find_changed_ocns(
        match_classes=classed(
            run(12, sent_ocn=10),
            run(33, sent_ocn=50, lsn="992"),
            run(36, sent_ocn=40, lsn="no bib", symbol="NEX"),
            run(31, lsn="993"),
            run(50, sent_ocn=50, lsn="994"),
            run(33, lsn="992", symbol="NEX"),
        ),
        lead_units=leads({"mms_id": "992", "unit": "Law", "other_units": "Music", "symbol": "NEZ"}),
    )
    columns = ["class", "unit", "other_units", "symbol", "mms_id", "ocn", "record", "priority"]
    assert found.findings.select(columns).sort("record").rows() == [
        ("merged", None, None, "NEW", "991", 12, 0, 3),
        ("suspect", "Law", "Music", "NEW", "992", 33, 1, 1),
        ("no_text", None, None, "NEX", None, 36, 2, 1),
        ("suspect", "Law", "Music", "NEX", "992", 33, 5, 1),
    ]
    without_number = found.findings.filter(pl.col("record") == 5).row(0, named=True)
    why = PROBLEMS["ocn_changed"].explain(without_number["class"], without_number["parameters"])
    assert why.startswith("We sent no number, OCLC answered 33. The records do not agree")
    found = Found(found.findings.filter(pl.col("record") != 5), found.evidence)
    parameters = json.loads(found.findings.filter(pl.col("class") == "suspect")["parameters"][0])
    assert {name: parameters[name] for name in ("sent_ocn", "result_ocn", "title", "worldcat_title", "flags")} == {
        "sent_ocn": 50,
        "result_ocn": 33,
        "title": "A history of bridges",
        "worldcat_title": "Problems of taxation",
        "flags": [],
    }
    assert parameters["doubt"] == "few points for words of the title, spelling of the title, author"
    assert sum(points for name, points in parameters.items() if name.endswith("_points")) == parameters["score"]
    assert found.evidence.filter(pl.col("value") != "match").sort("file", "record", "value").rows() != []
    of_suspect = found.findings.filter(pl.col("class") == "suspect").select("row_key")
    assert found.evidence.join(of_suspect, on="row_key").select("what", "value", "file", "record").rows() == [
        ("OCN answered", "33", "BibProcessingReport.txt", 1),
        ("OCN sent", "50", "BibProcessingReport.txt", 1),
        ("report action", "match", "BibProcessingReport.txt", 1),
        ("title in WorldCat", "Problems of taxation", "worldcat.OLD.20250901.mrc", 3),
    ]


def test_texts_of_a_catalogue():
    numbers = rows(
        "standard_numbers",
        {"mms_id": "991", "file": "x", "scheme": "issn", "value": "1234-5679", "role": "own"},
        {"mms_id": "991", "file": "x", "scheme": "issn", "value": "0378-5955", "role": "wrong"},
        {"mms_id": "991", "file": "x", "scheme": "isbn", "value": "9780306406157", "role": "own"},
    )
    texts = texts_of_bibs(BIBS.lazy(), numbers.lazy())
    assert texts.sort("mms_id").select("mms_id", "issns").head(2).rows() == [("991", ["1234-5679"]), ("992", None)]


def test_rows_keep_their_number():
    given = pl.DataFrame(
        {"row": [1, 2, 3, 4], "mms_id": ["992", None, "991", "991"], "ocn": [31, 31, 33, None]},
        schema_overrides={"ocn": pl.Int64},
    )
    at_hand = records_at_hand(numbers_to_look_up(given, "ocn", TERMINALS), RECORDS.lazy())
    texts = texts_of_bibs(BIBS.lazy(), empty("standard_numbers").lazy())
    asked = given.rename({"ocn": "asked"})
    found = with_answer_texts(asked, ["row"], at_hand, texts)
    assert found.select("mms_id", "asked", "verdict", "worldcat_record").rows() == [
        ("992", 31, "likely", 1),
        (None, 31, None, 1),
        ("991", 33, "no", 3),
        ("991", None, None, None),
    ]


STAGING = range(1_650_000_000, 1_650_000_100)
ANSWERS = st.lists(
    st.builds(
        run,
        st.sampled_from([10, 11, 12, 20, 21, 31, 32, 33, 36, 40, None]),
        st.sampled_from(["match", "create", "field transfer", "unresolved", "data error", "deleted", None]),
        sent_ocn=st.sampled_from([10, 20, 31, 50, None]),
        received_at=st.sampled_from([RUN_1, RUN_2, RUN_3]),
        lsn=st.sampled_from(["991", "992", "993", "gone"]),
        symbol=st.sampled_from(["NEW", "NEX"]),
        staging_ocn=st.sampled_from([*STAGING[:5], None]),
    ),
    min_size=4,
    max_size=20,
)


@settings(max_examples=15)
@given(ANSWERS, st.randoms(use_true_random=False))
def test_order_and_repeats_change_nothing_and_each_record_has_one_class(answers, random):
    numbered = [{**row, "record": at} for at, row in enumerate(answers)]
    again = [*numbered, *({**row, "file": "same rows again.txt"} for row in numbered)]
    random.shuffle(again)
    once, twice = classed(*numbered), classed(*again, records=RECORDS.sample(fraction=1, shuffle=True, seed=1))
    answers_only = [c for c in once.columns if c not in ("file", "record")]
    assert_frame_equal(once.select(answers_only), twice.select(answers_only))
    assert once.select("symbol", "record_key").rows() == sorted({(r["symbol"], r["lsn"]) for r in answers})
    assert set(once["class"]) <= set(CLASSES)
    found = find_changed_ocns(match_classes=once, lead_units=leads())
    assert_frame_equal(
        found.findings,
        find_changed_ocns(match_classes=once.sample(fraction=1, shuffle=True, seed=2), lead_units=leads()).findings,
    )
    assert found.findings.height == once.filter(pl.col("class").is_in(CHANGED) | is_doubtful()).height


@settings(max_examples=15)
@given(ANSWERS)
def test_a_staging_number_is_never_a_number(answers):
    """Whatever OCLC answers, its provisional numbers stand in their own column and in the words on a rejection only."""
    said = history(*answers)
    last = last_of(outcome_history=said, extract_date=None, terminals=TERMINALS)
    given = {
        "outcome_history": said,
        "last_outcomes": last,
        "bibs": BIBS,
        "terminals": TERMINALS,
        "lead_units": leads(),
    }
    given |= {"worldcat_records": RECORDS}
    classes = work_out("match_classes", **given)
    owners = number_owners(
        all_ocns=empty("ocns"), outcome_history=said, cross_answers=said.head(0), bibs=BIBS, terminals=TERMINALS
    )
    found = [
        find_changed_ocns(match_classes=classes, lead_units=leads()),
        find_created_records(last_outcomes=last, lead_units=leads()),
        work_out("duplicate_group", **given),
        work_out("wrong_holding_set", **given),
        work_out("rejected", last_outcomes=last, lead_units=leads()),
    ]
    numbers = [
        frame[name]
        for frame in (said, last, classes)
        for name in frame.columns
        if name.endswith(("result_ocn", "sent_ocn"))
    ]
    numbers += [
        last["success_ocn"],
        last["confirmed_ocns"].explode(),
        classes["result_ocn_current"],
        classes["sent_ocn_current"],
    ]
    numbers += [owners["number"], owners["ocn"], *(one.findings["ocn"] for one in found)]
    assert {n for series in numbers for n in series} & set(STAGING) == set()
    for one in found:
        texts = [*one.findings["group_id"], *one.evidence["value"]]
        if set(one.findings["problem"]) != {"rejected"}:
            texts += [*one.findings["parameters"]]
        assert not any("16500000" in (text or "") for text in texts)
