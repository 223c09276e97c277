"""The classes of practice.md 6.2 that the tables already allow, each with its near misses."""

from datetime import UTC, date, datetime

import polars as pl
import pytest
from frame_rows import RUN_1, RUN_2, RUN_3, history_of, last_of, leads, rows, standing_of, terminals
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from datasync_lib.analysis.deletions import balance_sheet
from datasync_lib.analysis.owners import number_owners
from datasync_lib.analysis.ownership import lead_units, place_holdings
from datasync_lib.analysis.registry import work_out
from datasync_lib.analysis.values import decision_date
from datasync_lib.problems import PROBLEMS
from datasync_lib.settings import SymbolSettings
from datasync_lib.vocabulary.tables import empty

SYMBOLS = (
    SymbolSettings(symbol="OLD", mode="retired"),
    SymbolSettings(symbol="NEW", mode="kept"),
    SymbolSettings(symbol="NEX", mode="kept"),
)
_LINE = {"location": "*", "in_scope": True}
LOCATION_MAP = rows(
    "location_map",
    {**_LINE, "library": "MAIN", "unit": "Main", "outgoing_symbol": "OLD", "target_symbol": "NEW"},
    {**_LINE, "library": "LAW", "unit": "Law", "outgoing_symbol": "OLX", "target_symbol": "NEX"},
    {**_LINE, "library": "LATE", "unit": "Late", "outgoing_symbol": "OLD", "target_symbol": "OLD"},
    {
        "library": "MAIN",
        "location": "closed",
        "unit": "Main",
        "outgoing_symbol": "OLD",
        "target_symbol": "NEW",
        "in_scope": False,
    },
)
# 10 was merged into 12; 20 has two ends
TERMINALS = terminals((10, 12), (20, None))
NO_RECORDS = empty("worldcat_records")
EXTRACT = date(2025, 7, 1)
BEFORE = datetime(2025, 6, 1, 12, 0, tzinfo=UTC)


def held(*numbers: int, symbol: str = "OLD", **row) -> list[dict]:
    return [{"symbol": symbol, "ocn": ocn, "as_of": date(2025, 9, 1), **row} for ocn in numbers]


def said(mms_id: str, result_ocn: int | None = None, action: str = "match", **row) -> dict:
    return {"lsn": mms_id, "sent_file": None, "action": action, "result_ocn": result_ocn, **row}


def bib(mms_id: str, *numbers: int, library: str | None = "MAIN", **row) -> dict:
    """A bib with its OCNs and one holding; `holding` and `reading` change those."""
    holding = {"library": library, **row.pop("holding", {})} if library else None
    return {"bib": {"mms_id": mms_id, **row}, "numbers": numbers, "holding": holding}


def world(
    lists: list[dict],
    bibs: list[dict],
    answers: list[dict],
    links: list[dict] = (),
    extract_date=EXTRACT,
    delete_collections: list[str] = (),
) -> dict:
    """Everything that the classification asks for."""
    readings = [
        {"mms_id": b["bib"]["mms_id"], "ocn": ocn, "raw": f"(OCoLC){ocn}"} for b in bibs for ocn in b["numbers"]
    ]
    holdings = [
        {"mms_id": b["bib"]["mms_id"], "holding_id": f"22{b['bib']['mms_id']}", **b["holding"]}
        for b in bibs
        if b["holding"]
    ]
    table = rows("bibs", *(b["bib"] for b in bibs))
    outcomes = rows("outcomes", *answers)
    history = history_of(
        outcomes=outcomes, sent_records=empty("sent_records"), bibs=table, delete_collections=delete_collections
    )
    placed = place_holdings(
        holdings=rows("holdings", *holdings), location_map=LOCATION_MAP, links=rows("links", *links)
    )
    return {
        "worldcat_holdings": rows("worldcat_holdings", *lists),
        "number_owners": number_owners(
            all_ocns=rows("ocns", *readings),
            outcome_history=history,
            cross_answers=history.head(0),
            bibs=table,
            terminals=TERMINALS,
        ),
        "bibs": table,
        "placed_holdings": placed,
        "lead_units": lead_units(placed_holdings=placed),
        "outcome_history": history,
        "standing_outcomes": (
            stand := standing_of(outcome_history=history, extract_date=extract_date, terminals=TERMINALS)
        ),
        "last_outcomes": (last := last_of(outcome_history=history, standing_outcomes=stand)),
        "match_classes": work_out(
            "match_classes", last_outcomes=last, outcome_history=history, bibs=table, terminals=TERMINALS
        ),
        "replaced_results": work_out("replaced_results", outcome_history=history, terminals=TERMINALS),
        "terminals": TERMINALS,
    }


def classify(*args, **options) -> pl.DataFrame:
    return work_out("held_numbers", **world(*args, **options), symbols=SYMBOLS)


def outcome(lists, bibs, answers, **options) -> list[tuple]:
    return classify(lists, bibs, answers, **options).select("ocn", "class", "mms_id", "unit").rows()


MATCH = said("991", 12, sent_ocn=12)
SECOND = {"holding_id": "second", "mms_id": "991", "library": "LAW", "location": "stacks"}


@pytest.mark.parametrize(
    ("bibs", "answers", "expected"),
    [
        # covered: confirmed on the target, directly, by the merged number, or by a number that OCLC answered
        ([bib("991", 12)], [MATCH], (12, "covered", "991", "Main")),
        ([bib("991", 12)], [MATCH], (10, "covered", "991", "Main")),
        ([bib("991", 10)], [MATCH], (12, "covered", "991", "Main")),
        ([bib("991")], [said("991", 10)], (12, "covered", "991", "Main")),
        ([bib("992", 12), bib("991", 12)], [MATCH, said("992", 12)], (12, "covered", "991", "Main")),
        ([bib("991", 12, is_suppressed=True)], [MATCH], (12, "covered", "991", "Main")),
        ([bib("991", 12, exclusion="archival")], [MATCH], (12, "covered", "991", "Main")),
        # near misses of covered: one owner is not confirmed; the wrong symbol; before the extract; nothing in scope
        ([bib("991", 12), bib("992", 12)], [MATCH], (12, "owned_unconfirmed", "991", "Main")),
        ([bib("991", 12)], [said("991", 12, symbol="NEX")], (12, "owned_unconfirmed", "991", "Main")),
        ([bib("991", 12)], [said("991", 12, received_at=BEFORE)], (12, "owned_unconfirmed", "991", "Main")),
        ([bib("991", 12, holding={"location": "closed"})], [MATCH], (12, "excluded_by_policy", "991", "Main")),
        ([bib("991", 12, library=None)], [MATCH], (12, "excluded_by_policy", "991", None)),
        ([bib("991", 12, library="MAP")], [MATCH], (12, "undecided_place", "991", None)),
        ([bib("991", 12, holding={"is_suppressed": True})], [MATCH], (12, "owned_unconfirmed", "991", "Main")),
        # its own target is the symbol that is retired
        ([bib("991", 12, library="LATE")], [said("991", 12, symbol="OLD")], (12, "owned_unconfirmed", "991", "Late")),
        # in error comes first, under any symbol, and for any number of the record
        ([bib("991", 12)], [MATCH, said("991", action="unresolved", symbol="NEX")], (12, "in_error", "991", "Main")),
        ([bib("991", 12)], [said("991", action="data error")], (12, "in_error", "991", "Main")),
        ([bib("991", 12)], [said("991", action="processing error")], (12, "in_error", "991", "Main")),
        ([bib("991", 12)], [said("991", 30, sent_ocn=12)], (12, "in_error", "991", "Main")),
        ([bib("991")], [said("991", 30, sent_ocn=12)], (30, "in_error", "991", "Main")),
        ([bib("991", 12), bib("992", 12)], [MATCH, said("992", action="unresolved")], (12, "in_error", "992", "Main")),
        ([bib("991", 20)], [said("991", action="unresolved")], (20, "in_error", "991", "Main")),
        # near misses: a merge explains the change; the failure is not the last word
        ([bib("991", 12)], [said("991", 12, sent_ocn=10)], (12, "covered", "991", "Main")),
        (
            [bib("991", 12)],
            [said("991", action="unresolved"), {**MATCH, "received_at": RUN_2}],
            (12, "covered", "991", "Main"),
        ),
        (
            [bib("991", 12)],
            [MATCH, said("991", action="unresolved", received_at=RUN_2)],
            (12, "in_error", "991", "Main"),
        ),
        # a number with two ends
        ([bib("991", 20)], [said("991", 20)], (20, "ambiguous_number", "991", "Main")),
        ([], [], (20, "ambiguous_number", None, None)),
        # replaced by a later answer, and the record is not confirmed on all its symbols
        (
            [bib("991")],
            [said("991", 30, symbol="NEX"), said("991", 40, symbol="NEX", received_at=RUN_2)],
            (30, "drifted", "991", "Main"),
        ),
        ([bib("991")], [said("991", 30), said("991", 40, received_at=RUN_2)], (30, "drifted", "991", "Main")),
        ([], [said("gone", 30), said("gone", 40, received_at=RUN_2)], (30, "drifted", None, None)),
        ([], [said("gone", 30), said("gone", 40, received_at=RUN_2)], (40, "not_yet_classed", None, None)),
        # kept out on purpose: every owner that is not confirmed
        ([bib("991", 12, exclusion="archival")], [], (12, "excluded_by_policy", "991", "Main")),
        ([bib("991", 12, is_suppressed=True)], [], (12, "excluded_by_policy", "991", "Main")),
        ([bib("991", 12), bib("992", 12, exclusion="archival")], [MATCH], (12, "excluded_by_policy", "992", "Main")),
        ([bib("991", 12), bib("992", 12, exclusion="archival")], [], (12, "owned_unconfirmed", "991", "Main")),
        # owned elsewhere: no owner has a holding under the symbol
        ([bib("991", 12, library="LAW")], [], (12, "owned_elsewhere", "991", "Law")),
        ([bib("991", 12, library="LAW"), bib("992", 12)], [], (12, "owned_unconfirmed", "991", "Law")),
        ([bib("991", 12, library="LAW")], [said("991", 12, symbol="NEX")], (12, "covered", "991", "Law")),
        # nothing of ours: a staging number, a host, a bib that is gone
        ([], [], (12, "not_yet_classed", None, None)),
        ([bib("991")], [said("991", action="match", staging_ocn=12)], (12, "not_yet_classed", None, None)),
        ([bib("991", 12, is_host=True)], [], (12, "not_yet_classed", None, None)),
        ([], [said("gone", 12, sent_ocn=12)], (12, "not_yet_classed", None, None)),
        ([bib("991", 13)], [said("991", 13)], (12, "not_yet_classed", None, None)),
    ],
)
def test_classes_of_a_retired_symbol(bibs, answers, expected):
    assert outcome(held(expected[0]), bibs, answers) == [expected]


@pytest.mark.parametrize(
    ("bibs", "answers", "expected"),
    [
        ([bib("991", 12)], [MATCH], (12, "covered", "991", "Main")),
        ([bib("991", 12)], [MATCH], (10, "covered", "991", "Main")),
        # confirmed, but for no bib of ours; one owner is not confirmed
        ([], [said("gone", 12)], (12, "not_yet_classed", None, None)),
        ([bib("991", 12), bib("992", 12)], [MATCH], (12, "owned_unconfirmed", "991", "Main")),
        # confirmed, but on another number, or under another symbol
        ([bib("991", 12)], [said("991", 30)], (12, "owned_unconfirmed", "991", "Main")),
        ([bib("991", 12)], [said("991", 12, symbol="NEX")], (12, "owned_unconfirmed", "991", "Main")),
        ([bib("991", 12, library="LAW")], [], (12, "owned_elsewhere", "991", "Law")),
        ([bib("991", 12, exclusion="archival")], [], (12, "excluded_by_policy", "991", "Main")),
        # the one in scope of the symbol is kept out, and the other one is confirmed on its own target
        (
            [bib("991", 12, library="LAW"), bib("992", 12, exclusion="archival")],
            [said("991", 12, symbol="NEX")],
            (12, "excluded_by_policy", "992", "Main"),
        ),
        # what confirms another number of the bib confirms nothing for this one
        ([bib("991", 12, exclusion="archival")], [said("991", 30)], (12, "excluded_by_policy", "991", "Main")),
        # set by a run before the extract or since, and replaced since
        ([bib("991")], [said("991", 12, received_at=BEFORE), said("991", 30)], (12, "drifted", "991", "Main")),
        ([bib("991")], [said("991", 12), said("991", 30, received_at=RUN_2)], (12, "drifted", "991", "Main")),
        ([bib("991", 12)], [said("991", action="unresolved")], (12, "in_error", "991", "Main")),
        ([], [], (12, "not_yet_classed", None, None)),
    ],
)
@pytest.mark.parametrize("known", [SYMBOLS, ()])
def test_classes_of_a_symbol_that_is_kept_or_not_known(bibs, answers, expected, known):
    given_world = world(held(expected[0], symbol="NEW"), bibs, answers)
    found = work_out("held_numbers", **given_world, symbols=known)
    assert found.select("ocn", "class", "mms_id", "unit").rows() == [expected]
    assert found["answer"].to_list() != ["delete"]
    assert found["mode"].to_list() == ["kept" if known else "unknown"]


def test_an_owner_must_be_confirmed_on_every_symbol_that_it_goes_to():
    given_world = world(held(12), [bib("991", 12)], [MATCH])
    also_law = place_holdings(holdings=rows("holdings", SECOND), location_map=LOCATION_MAP, links=empty("links"))
    given_world["placed_holdings"] = pl.concat([given_world["placed_holdings"], also_law])
    assert work_out("held_numbers", **given_world, symbols=SYMBOLS)["class"].to_list() == ["owned_unconfirmed"]
    both = world(held(12), [bib("991", 12)], [MATCH, said("991", 12, symbol="NEX")])
    both["placed_holdings"] = given_world["placed_holdings"]
    assert work_out("held_numbers", **both, symbols=SYMBOLS)["class"].to_list() == ["covered"]


def test_a_constituent_owns_through_its_host():
    links = [{"host_mms_id": "host", "constituent_mms_id": "991"}]
    bibs = [bib("991", 12, library=None), bib("host", is_host=True)]
    assert outcome(held(12), bibs, [MATCH], links=links) == [(12, "covered", "991", "Main")]
    assert outcome(held(12), bibs, [], links=links) == [(12, "owned_unconfirmed", "991", "Main")]


def test_without_the_day_of_the_extract_nothing_is_covered():
    assert outcome(held(12), [bib("991", 12)], [MATCH], extract_date=None) == [(12, "owned_unconfirmed", "991", "Main")]


def test_why_in_full():
    found = classify(
        held(12, title="Atlas", record=4) + held(10, record=9) + held(12, record=2),
        [bib("992", 12, exclusion="archival"), bib("993", 10, is_suppressed=True, library="LAW"), bib("991", 12)],
        [said("991", 12)],
    )
    assert found.rows(named=True) == [
        {
            "symbol": "OLD",
            "ocn": ocn,
            "ocn_current": 12,
            "number": 12,
            "class": "excluded_by_policy",
            "because": "the owners that are not confirmed are kept out",
            "answer": "review",
            "mms_id": "992",
            "unit": "Main",
            "other_units": None,
            "mode": "retired",
            "owners": 3,
            "owners_in_error": 0,
            "owners_confirmed": 1,
            "owners_kept_out": 2,
            "owners_here": 2,
            "reasons": ["archival", "bib suppressed"],
            "targets": ["NEW", "NEX"],
            "rows": count,
            "as_of": date(2025, 9, 1),
            "file": "worldcat.OLD.20250901.txt",
            "record": record,
        }
        for ocn, count, record in ((10, 1, 9), (12, 2, 2))
    ]


def test_owners_of_numbers():
    history = world(
        [], [bib("991")], [said("991", 10, sent_ocn=30, file="r.txt", record=6), said("gone", 12), said("host", 12)]
    )["outcome_history"]
    readings = rows(
        "ocns",
        {"mms_id": "991", "ocn": 10, "place": "019$a", "role": "old", "is_current": False, "record": 1},
        {"mms_id": "991", "ocn": 10, "place": "019$a", "role": "old", "is_current": False, "record": 0},
        {"mms_id": "992", "ocn": 46, "verdict": "institution_record", "is_current": False, "holding_id": "22"},
        {"mms_id": "992", "ocn": 20},
        {"mms_id": "992", "ocn": None, "verdict": "zero", "is_current": False},
        {"mms_id": "host", "ocn": 12},
        {"mms_id": None, "ocn": 12},
    )
    bibs = rows("bibs", {"mms_id": "991"}, {"mms_id": "992"}, {"mms_id": "host", "is_host": True})
    owners = number_owners(
        all_ocns=readings, outcome_history=history, cross_answers=history.head(0), bibs=bibs, terminals=TERMINALS
    )
    assert owners.rows() == [
        (12, "991", "019$a", 10, "catalogue.mrc", 0),
        (12, "991", "OCN answered", 10, "r.txt", 6),
        (20, "992", "035$a", 20, "catalogue.mrc", 3),
        (30, "991", "OCN sent", 30, "r.txt", 6),
        (46, "992", "035$a", 46, "catalogue.mrc", 2),
    ]


def test_the_balance_sheet_adds_up():
    found = classify(
        held(10, 12, 12, 20, 77) + held(12, 88, symbol="NEW"),
        [bib("991", 12), bib("992", 77, library="LAW")],
        [MATCH],
    )
    assert balance_sheet(held_numbers=found).rows() == [
        ("NEW", "covered", "keep", 1, 1, 1, 0),
        ("NEW", "not_yet_classed", "review", 1, 1, 1, 0),
        ("NEW", "total", None, 2, 2, 2, 0),
        ("OLD", "ambiguous_number", "review", 1, 1, 1, 0),
        ("OLD", "covered", "delete", 3, 2, 1, 0),
        ("OLD", "owned_elsewhere", "hold", 1, 1, 1, 0),
        ("OLD", "total", None, 5, 4, 3, 0),
    ]


def test_findings_in_full():
    given_world = world(
        held(77, title="Atlas", record=3) + held(12, record=8) + held(30),
        [bib("991", 12), bib("992", 77, library="LAW"), bib("993", 30)],
        [{**MATCH, "received_at": BEFORE}, said("993", 30)],
    )
    classified = work_out("held_numbers", **given_world, symbols=SYMBOLS)
    assert classified.filter(answer="delete")["ocn"].to_list() == [30]  # what asks nobody is counted, and no finding
    found = work_out("old_holding", **given_world, symbols=SYMBOLS)
    columns = ["class", "answer", "unit", "symbol", "mms_id", "ocn", "file", "record", "priority", "parameters"]
    file = "worldcat.OLD.20250901.txt"
    assert found.findings.select(columns).sort("ocn").rows() == [
        (
            *("owned_unconfirmed", "hold", "Main", "OLD", "991", 12, file, 8, 1),
            '{"symbol":"OLD","ocn":12,"mms_id":"991","reason":"","targets":"NEW","mode":"retired",'
            '"because":"the number is not confirmed for every owner"}',
        ),
        (
            *("owned_elsewhere", "hold", "Law", "OLD", "992", 77, file, 3, 1),
            '{"symbol":"OLD","ocn":77,"mms_id":"992","reason":"","targets":"NEX","mode":"retired",'
            '"because":"no owner has a holding here"}',
        ),
    ]
    keys = found.findings.select("row_key", "ocn")
    assert found.evidence.join(keys, on="row_key").select("ocn", "what", "value", "file", "record").sort(
        "ocn", "what"
    ).rows() == [
        (12, "035$a", "12 of 991", "catalogue.mrc", 0),
        (12, "OCN answered", "12 of 991", "BibProcessingReport.txt", 0),
        (12, "OCN sent", "12 of 991", "BibProcessingReport.txt", 0),
        (12, "WorldCat list", "12", file, 8),
        (77, "035$a", "77 of 992", "catalogue.mrc", 1),
        (77, "WorldCat list", "Atlas", file, 3),
    ]


def test_tables_may_be_empty():
    nothing = world([], [], [])
    classified = work_out("held_numbers", **nothing, symbols=())
    full = world(held(12), [bib("991", 12)], [MATCH])
    assert classified.is_empty()
    assert classified.schema == work_out("held_numbers", **full, symbols=SYMBOLS).schema
    assert nothing["number_owners"].schema == full["number_owners"].schema
    assert balance_sheet(held_numbers=classified).is_empty()
    assert work_out("old_holding", **nothing, symbols=()).findings.is_empty()
    only_lists = {**nothing, "worldcat_holdings": rows("worldcat_holdings", *held(12)), "lead_units": leads()}
    assert work_out("held_numbers", **only_lists, symbols=SYMBOLS)["class"].to_list() == ["not_yet_classed"]


def test_pandas_frames_give_the_same():
    given_world = world(held(10, 12, 20, 77), [bib("991", 12), bib("992", 77, library="LAW")], [MATCH])
    in_pandas = {name: frame.to_pandas(use_pyarrow_extension_array=True) for name, frame in given_world.items()}
    from_pandas = work_out("held_numbers", **in_pandas, symbols=SYMBOLS)
    assert_frame_equal(from_pandas, work_out("held_numbers", **given_world, symbols=SYMBOLS))


NUMBERS = [10, 11, 12, 12, 12, 20, 30]  # often the same, so that a record, its answer and a list meet
LISTS = st.lists(
    st.fixed_dictionaries(
        {
            "symbol": st.sampled_from(["OLD", "NEW", "ODD"]),
            "ocn": st.sampled_from(NUMBERS),
            "as_of": st.sampled_from([date(2025, 9, 1), date(2024, 9, 1)]),
        }
    ),
    min_size=4,
    max_size=16,
)
BIBS = st.lists(
    st.builds(
        lambda mms_id, numbers, library, **row: bib(mms_id, *numbers, library=library, **row),
        st.sampled_from(["991", "992", "993"]),
        st.lists(st.sampled_from(NUMBERS), max_size=2),
        st.sampled_from(["MAIN", "MAIN", "MAIN", "LAW", "LATE", "MAP", None]),
        exclusion=st.sampled_from([None, None, "archival"]),
        is_suppressed=st.sampled_from([False, True]),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda b: b["bib"]["mms_id"],
)
ANSWERS = st.lists(
    st.builds(
        said,
        st.sampled_from(["991", "992", "993", "gone"]),
        st.sampled_from([*NUMBERS, None]),
        st.sampled_from(["match", "match", "match", "match", "create", "unresolved"]),
        symbol=st.sampled_from(["NEW", "NEW", "NEW", "NEX", "OLD"]),
        sent_ocn=st.sampled_from([10, 12, None]),
        received_at=st.sampled_from([RUN_1, RUN_2, RUN_3]),
    ),
    min_size=1,
    max_size=12,
)


@settings(deadline=None, max_examples=20)
@given(LISTS, BIBS, ANSWERS, st.randoms(use_true_random=False))
def test_laws_of_the_classification(lists, bibs, answers, random):
    lists, answers = ([{**row, "record": at} for at, row in enumerate(some)] for some in (lists, answers))
    bibs = [{**b, "bib": {**b["bib"], "record": at}} for at, b in enumerate(bibs)]
    found = classify(lists, bibs, answers)
    newest = {
        (r["symbol"], r["ocn"])
        for r in lists
        if r["as_of"] == max(x["as_of"] for x in lists if x["symbol"] == r["symbol"])
    }
    assert found.select("symbol", "ocn").rows() == sorted(newest)
    assert set(found["class"]) <= set(PROBLEMS["old_holding"].classes)
    # one class for all spellings of a number, so that classes add up in current numbers as well
    assert (
        found.group_by("symbol", pl.coalesce("ocn_current", "ocn")).agg(pl.col("class").n_unique())["class"].max() == 1
    )
    assert balance_sheet(held_numbers=found).filter(pl.col("class") == "total")["rows"].sum() == found["rows"].sum()
    # nothing is deleted unless its symbol is retired and it has owners that are all confirmed and not in error
    deleted = found.filter(pl.col("answer") == "delete")
    assert set(deleted["symbol"]) <= {"OLD"}
    assert deleted.filter((pl.col("owners") == 0) | (pl.col("owners_confirmed") < pl.col("owners"))).is_empty()
    assert deleted.filter(pl.col("owners_in_error") > 0).is_empty()
    again = [*answers, *({**row, "file": "the same again.txt"} for row in answers)]
    for some in (lists, bibs, again):
        random.shuffle(some)
    assert_frame_equal(classify(lists, bibs, again), found)


def of_several_records(*answers: dict) -> list[tuple]:
    """Bib 991 was sent once for each holding, h1 and h2."""
    sent = rows(
        "sent_records",
        {"mms_id": "991", "holding_id": "h1", "lsn": "h1", "byte_offset": 0},
        {"mms_id": "991", "holding_id": "h2", "lsn": "h2", "byte_offset": 500},
    )
    given = world(held(12), [bib("991", 12)], [])
    holdings = rows("holdings", *({"mms_id": "991", "holding_id": id_} for id_ in ("h1", "h2")))
    given["placed_holdings"] = place_holdings(holdings=holdings, location_map=LOCATION_MAP, links=empty("links"))
    history = history_of(outcomes=rows("outcomes", *answers), sent_records=sent, bibs=given["bibs"])
    stand = standing_of(outcome_history=history, extract_date=EXTRACT, terminals=TERMINALS)
    last = last_of(outcome_history=history, standing_outcomes=stand)
    classes = work_out(
        "match_classes", last_outcomes=last, outcome_history=history, bibs=given["bibs"], terminals=TERMINALS
    )
    classified = work_out(
        "held_numbers",
        **(
            given
            | {"outcome_history": history, "standing_outcomes": stand, "last_outcomes": last, "match_classes": classes}
        ),
        symbols=SYMBOLS,
    )
    return classified.select("class", "answer").rows()


RERUN = {"received_at": RUN_2}
CANCELLING = {"collection": "2099999", **RERUN}


@pytest.mark.parametrize(
    "later",
    [
        {"lsn": "991", "action": "match", "result_ocn": 12},
        {"lsn": "991", "action": "an action of next year"},
        {"lsn": "gone", "action": "match", "result_ocn": 12},  # another record, the same number
        {"lsn": "gone", "action": "match", "sent_ocn": 10},  # by the number's old name
    ],
)
def test_what_was_cancelled_later_is_not_confirmed(later):
    given = [MATCH, {"sent_file": None, **CANCELLING, **later}]
    deletes = {"delete_collections": ["2099999"]}
    assert outcome(held(12), [bib("991", 12)], given, **deletes) == [(12, "owned_unconfirmed", "991", "Main")]
    assert outcome(held(12), [bib("991", 12)], [*given, {**MATCH, "received_at": RUN_3}], **deletes)[0][1] == "covered"


def test_a_delete_under_another_symbol_or_before_cancels_nothing():
    deletes = {"delete_collections": ["2099999"]}
    for row in ({**CANCELLING, "symbol": "OLD"}, {**CANCELLING, "received_at": BEFORE}):
        given = [MATCH, said("991", 12, **row)]
        assert outcome(held(12), [bib("991", 12)], given, **deletes) == [(12, "covered", "991", "Main")]


@pytest.mark.parametrize(
    "later",
    [
        said("991", 900, sent_ocn=900, **RERUN),  # the wrong number was written back
        said("991", 900, **RERUN),
        said("991", None, **RERUN),
        said("991", None, "excluded", **RERUN),
    ],
)
def test_a_rerun_does_not_wash_a_wrong_match(later):
    given = [said("991", 900, sent_ocn=12), later]
    assert [row[1] for row in outcome(held(12, 900), [bib("991", 900)], given)] == ["in_error", "in_error"]


def test_an_answer_on_the_number_that_was_sent_clears_a_wrong_match():
    given = [said("991", 900, sent_ocn=12), said("991", 10, sent_ocn=12, **RERUN)]
    assert outcome(held(12), [bib("991", 12)], given) == [(12, "covered", "991", "Main")]


@pytest.mark.parametrize("offsets", [(0, 500), (500, 0)])
def test_one_holding_that_was_not_taken_is_enough(offsets):
    first, second = offsets
    given = [
        said("h1", None, "unresolved", sent_file="1099999.new.run.mrc", job_offset=first),
        said("h2", 12, sent_file="1099999.new.run.mrc", job_offset=second),
    ]
    assert of_several_records(*given) == [("in_error", "hold")]
    solved = said("h1", 12, sent_file="1099999.new.run.mrc", **RERUN)
    assert of_several_records(*given, solved) == [("covered", "delete")]


def test_one_holding_that_was_never_answered_is_enough():
    assert of_several_records(said("h2", 12, sent_file="1099999.new.run.mrc")) == [("owned_unconfirmed", "hold")]


@pytest.mark.parametrize("lsn", ["holding-77", None])
def test_a_number_is_in_error_although_no_bib_of_the_answer_is_known(lsn):
    given = [MATCH, said(lsn, None, "processing error", sent_ocn=10)]
    assert outcome(held(12), [bib("991", 12)], given) == [(12, "in_error", "991", "Main")]


@pytest.mark.parametrize(
    ("second", "class_"),
    [
        ({"library": "NOWHERE"}, "undecided_place"),
        ({"library": "LAW", "is_suppressed": True}, "owned_unconfirmed"),
        ({"library": None}, "undecided_place"),
    ],
)
def test_a_second_holding_whose_target_is_unknown_or_unconfirmed_keeps_the_number(second, class_):
    given = world(held(12), [bib("991", 12)], [MATCH])
    holdings = [{"mms_id": "991", "holding_id": "221"}, {"mms_id": "991", "holding_id": "222", **second}]
    placed = place_holdings(holdings=rows("holdings", *holdings), location_map=LOCATION_MAP, links=empty("links"))
    found = work_out("held_numbers", **(given | {"placed_holdings": placed}), symbols=SYMBOLS)
    assert found.select("class", "answer").rows() == [(class_, "hold")]


IN_ONE_RECORD, IN_TWO = (0, 0), (0, 1)


@pytest.mark.parametrize(
    ("ids", "libraries", "records", "class_"),
    [
        # one ID, or none in one record: which of the two was meant?
        (("221", "221"), ("MAIN", "LAW"), IN_ONE_RECORD, "undecided_place"),
        (("221", "221"), ("MAIN", "LAW"), IN_TWO, "undecided_place"),
        (("991#0", "991#1"), ("MAIN", "LAW"), IN_ONE_RECORD, "undecided_place"),
        # a record of its own tells a holding from others, and so does an ID; in one place nobody needs to
        (("991#0", "991#0"), ("MAIN", "LAW"), IN_TWO, "covered"),
        (("221", "222"), ("MAIN", "LAW"), IN_ONE_RECORD, "covered"),
        (("221", "991#0"), ("MAIN", "LAW"), IN_ONE_RECORD, "covered"),
        (("221", "221"), ("MAIN", "MAIN"), IN_ONE_RECORD, "covered"),
        (("991#0", "991#1"), ("MAIN", "MAIN"), IN_ONE_RECORD, "covered"),
    ],
)
def test_holdings_that_cannot_be_told_apart_have_no_place(ids, libraries, records, class_):
    given = world(held(12), [bib("991", 12)], [MATCH, said("991", 12, symbol="NEX")])
    holdings = [
        {"mms_id": "991", "holding_id": each, "library": library, "record": record}
        for each, library, record in zip(ids, libraries, records, strict=True)
    ]
    placed = place_holdings(holdings=rows("holdings", *holdings), location_map=LOCATION_MAP, links=empty("links"))
    found = work_out("held_numbers", **(given | {"placed_holdings": placed}), symbols=SYMBOLS)
    assert found.select("class", "answer").rows() == [(class_, "delete" if class_ == "covered" else "hold")]


FIRST, SECOND_ANSWER = said("991", 30, received_at=BEFORE), said("991", 40, received_at=RUN_2)


@pytest.mark.parametrize(
    ("symbol", "bibs", "answers", "answer"),
    [
        ("OLD", [bib("991")], [FIRST, SECOND_ANSWER], "delete"),
        ("NEW", [bib("991")], [FIRST, SECOND_ANSWER], "review"),
        # the later answer is not confirmed on the target, or is of a time before the extract, or is no single number
        ("OLD", [bib("991", library="LAW")], [FIRST, SECOND_ANSWER], "review"),
        ("OLD", [bib("991")], [FIRST, said("991", 40, received_at=BEFORE.replace(hour=13))], "review"),
        ("OLD", [bib("991")], [FIRST, said("991", 20, received_at=RUN_2)], "review"),
        # the record has the number itself, another bib has it, or another symbol's last answer is still it
        ("OLD", [bib("991", 30)], [FIRST, SECOND_ANSWER], "review"),
        ("OLD", [bib("991"), bib("992", 30)], [FIRST, SECOND_ANSWER], "review"),
        ("OLD", [bib("991")], [FIRST, SECOND_ANSWER, said("991", 30, symbol="NEX", received_at=RUN_2)], "review"),
        # nothing of ours is known of it
        ("OLD", [], [FIRST, SECOND_ANSWER], "review"),
    ],
)
def test_a_replaced_answer_goes_where_the_later_one_is_confirmed(symbol, bibs, answers, answer):
    found = work_out("held_numbers", **world(held(30, symbol=symbol), bibs, answers), symbols=SYMBOLS)
    assert found.select("class", "answer").rows() == [("drifted", answer)]


def test_a_replaced_answer_waits_while_the_target_lacks_the_later_one():
    lists = [*held(30), *held(41, symbol="NEW")]
    given = world(lists, [bib("991")], [FIRST, SECOND_ANSWER])
    found = work_out("held_numbers", **given, symbols=SYMBOLS).filter(symbol="OLD")
    assert found.select("class", "answer").rows() == [("drifted", "review")]
    there = world([*lists, *held(40, symbol="NEW")], [bib("991")], [FIRST, SECOND_ANSWER])
    assert work_out("held_numbers", **there, symbols=SYMBOLS).filter(symbol="OLD")["answer"].to_list() == ["delete"]


@pytest.mark.parametrize(
    ("raw", "held_number", "claims"),
    [
        ("(OCoLC)1.04576E+09", 1_045_760_123, True),
        ("(OCoLC)1.04576E+09", 1_045_755_001, True),
        ("(OCoLC)1.04576E+09", 1_045_769_999, True),
        ("(OCoLC)1.04576E+09", 1_045_770_000, False),
        ("(OCoLC)1.04576E+09", 1_045_754_999, False),
        ("1,04576e+9", 1_045_760_123, True),
        ("(OCoLC)4.001002E+06", 4_001_002, False),
        ("(OCoLC)104576", 1_045_760_123, False),
    ],
)
def test_a_number_that_a_spreadsheet_has_rounded_may_be_any_of_a_range(raw, held_number, claims):
    reading = rows("ocns", {"mms_id": "992", "raw": raw, "ocn": None, "verdict": "excel_exponent", "is_current": False})
    found = work_out("claims_of_cut_readings", ocns=reading, newest_holdings=listed_under("OLD", held_number))
    assert found.select("number", "class", "mms_id").rows() == (
        [(held_number, "doubtful_owner", "992")] if claims else []
    )


def listed_under(symbol: str, number: int) -> pl.DataFrame:
    return pl.DataFrame({"symbol": [symbol], "ocn": [number], "number": [number], "file": ["list"], "record": [0]})


@pytest.mark.parametrize(("is_whole", "expected"), [(True, ("covered", "delete")), (False, ("list_not_read", "hold"))])
def test_a_catalogue_that_breaks_off_may_hide_an_owner_of_any_number(is_whole, expected):
    files = pl.DataFrame({"file": ["catalogue.mrc"], "is_full": [True], "is_whole": [is_whole]})
    given = world(held(12), [bib("991", 12)], [MATCH]) | {"searched_files": files}
    found = work_out("held_numbers", **given, symbols=SYMBOLS)
    assert found.select("class", "answer").rows() == [expected]


# MAIN goes to NEX since August, and the law library's holdings count no more: what was confirmed under NEW is not enough.
MOVED_SINCE = rows(
    "location_map",
    *LOCATION_MAP.to_dicts(),
    {**_LINE, "library": "MAIN", "target_symbol": "NEX", "outgoing_symbol": "NEW", "valid_from": date(2025, 8, 1)},
    {**_LINE, "library": "LAW", "target_symbol": "NEX", "in_scope": False, "valid_from": date(2025, 8, 1)},
    {**_LINE, "library": "NEWEST", "target_symbol": "NEW", "valid_from": date(2025, 8, 1)},
)


@pytest.mark.parametrize(
    ("library", "confirmed", "decided", "expected"),
    [
        ("MAIN", "NEW", None, ("covered", "delete", ["NEW"])),
        ("MAIN", "NEW", date(2025, 6, 1), ("covered", "delete", ["NEW"])),
        ("MAIN", "NEW", date(2025, 8, 1), ("owned_unconfirmed", "hold", ["NEX"])),
        ("MAIN", "NEX", date(2025, 8, 1), ("covered", "delete", ["NEX"])),
        ("LAW", "NEX", date(2025, 8, 1), ("excluded_by_policy", "review", ["NEX"])),
        ("NEWEST", "NEW", None, ("undecided_place", "hold", [])),
        ("NEWEST", "NEW", date(2025, 8, 1), ("covered", "delete", ["NEW"])),
    ],
)
def test_an_owner_goes_where_the_map_of_the_day_of_the_decision_says(library, confirmed, decided, expected):
    """practice.md 6.2, «Who owns a number»; the symbol that a holding was set under stays that of the extract."""
    given = world(held(12), [bib("991", 12, library=library)], [MATCH | {"symbol": confirmed}])
    placed = place_holdings(
        holdings=rows("holdings", {"mms_id": "991", "holding_id": "22991", "library": library}),
        location_map=MOVED_SINCE,
        links=empty("links"),
        extract_date=EXTRACT,
    )
    days = {"location_map": MOVED_SINCE, "extract_date": EXTRACT, "decision_date": decided}
    found = work_out("held_numbers", **given | {"placed_holdings": placed}, **days, symbols=SYMBOLS)
    assert found.select("class", "answer", "targets").rows() == [expected]


def test_the_day_of_the_decision_changes_when_a_line_of_the_map_begins_to_hold():
    assert decision_date(MOVED_SINCE, date(2025, 7, 31)) is None
    assert decision_date(MOVED_SINCE, date(2026, 11, 30)) == date(2025, 8, 1)
    assert decision_date(LOCATION_MAP, date(2026, 11, 30)) is None


def extract_of(file: str, day: int = 1, **row) -> dict:
    return {"extract": "catalogue", "date": date(2025, 7, day), "kind": "full", "unit": "bib", "file": file} | row


GOES_ON = [("p1.xml", "harvest_goes_on"), ("p2.xml", "harvest_goes_on")]


@pytest.mark.parametrize(
    ("issues", "days", "missing"),
    [
        ([], {}, []),
        ([("p1.xml", "breaks_off")], {}, ["p1.xml"]),
        # each piece of a harvest but the last says that it goes on
        (GOES_ON, {}, []),
        ([*GOES_ON, ("p3.xml", "harvest_goes_on")], {}, ["p1.xml", "p2.xml", "p3.xml"]),
        # the end of another harvest is none of this one
        (GOES_ON, {"p3.xml": 2}, ["p1.xml", "p2.xml"]),
        # nor is a file that was not harvested
        ([("p1.xml", "harvest_goes_on")], {"p2.xml": 2, "p3.xml": 2}, ["p1.xml"]),
    ],
)
def test_a_file_that_breaks_off_or_a_harvest_without_its_end_is_not_whole(issues, days, missing):
    names = ["p1.xml", "p2.xml", "p3.xml", "other.mrc"]
    harvested = {"p1.xml": "2025-07-01T00:00:00Z", "p2.xml": "2025-07-01T00:00:00Z", "p3.xml": "2025-07-01T00:00:00Z"}
    bibs = rows(
        "bibs", *({"mms_id": f"99{n}", "file": file, "datestamp": harvested.get(file)} for n, file in enumerate(names))
    )
    found = work_out(
        "searched_files",
        extracts=rows("extracts", *(extract_of(file, days.get(file, 1), counts=True) for file in names)),
        files=pl.DataFrame({"file": names, "found": 10}),
        load_issues=pl.DataFrame(
            [(file, code, 9) for file, code in issues],
            schema={"file": pl.String, "code": pl.String, "record": pl.Int64},
            orient="row",
        ),
        bibs=bibs,
        all_bibs=bibs,
    )
    assert found.filter(~pl.col("is_whole"))["file"].to_list() == missing
    assert found.height == 4
