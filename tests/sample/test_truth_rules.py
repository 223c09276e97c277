"""The rules of the truth on small institutions that are written out."""

import random

import pytest

from datasync_lib.problems import PROBLEMS
from datasync_lib.sample.block import Block
from datasync_lib.sample.closing import close
from datasync_lib.sample.making import make_blocks
from datasync_lib.sample.numbers import Numbers
from datasync_lib.sample.truth import View, findings, held_numbers
from datasync_lib.sample.truth.merges import Concordance
from datasync_lib.sample.truth.rows import Finding


@pytest.mark.parametrize(
    ("merges", "number", "end"),
    [
        ([], 1, 1),
        ([(1, 2)], 1, 2),
        ([(1, 2), (2, 3)], 1, 3),
        ([(1, 2), (2, 3), (1, 3)], 1, 3),
        ([(1, 2), (1, 3)], 1, None),
        ([(1, 2), (2, 1)], 2, None),
        ([(1, 2), (2, 3), (3, 2)], 1, None),
        ([(1, 3), (2, 3)], 2, 3),
        ([(1, 2), (1, 3), (2, 4), (3, 4)], 1, 4),
    ],
)
def test_resolve(merges, number, end):
    assert Concordance(merges).resolve(number) == end


@pytest.fixture
def block() -> Block:
    return Block(random.Random(1), Numbers(), case="test")


def rows_of(view: View) -> list[Finding]:
    """All findings, and every held number as if it were one."""
    held = (Finding("old_holding", h.symbol, h.unit, h.mms_id, None, h.ocn, h.class_) for h in held_numbers(view))
    return [*findings(view), *held]


def found(block: Block) -> set[tuple]:
    close(block)
    return {(f.problem, f.class_, f.symbol, f.unit, f.mms_id, f.ocn) for f in rows_of(View(block))}


def test_a_clean_bib_gives_nothing_but_a_covered_holding(block):
    bib = block.bib(("LAW", "stacks"), number=4711)
    bib.is_held = False
    block.hold("MLW", 4711, bib.work)
    assert found(block) == {("old_holding", "covered", "MLW", "Law Library", bib.mms_id, 4711)}


def test_a_refused_record_keeps_every_number_of_its_own_from_deletion(block):
    bib = block.bib(("LAW", "stacks"), number=10, is_held=False)
    block.number(bib, 20, place="035$z", form="(OCoLC){0}")
    block.says(bib, "match", 30, run="test")
    block.says(bib, "unresolved")
    block.merge(40, 20)
    for number in (10, 20, 30, 40):
        block.hold("MLW", number)
    law = ("MLW", "Law Library", bib.mms_id)
    assert found(block) == {
        ("rejected", "unresolved", "MWU", "Law Library", bib.mms_id, None),
        *(("old_holding", "in_error", *law, number) for number in (10, 20, 30, 40)),
    }


def test_a_merge_explains_a_change_and_a_drift(block):
    bib = block.bib(("MAIN", "stacks"), number=10)
    block.merge(10, 20)
    block.says(bib, "match", 10)
    block.says(bib, "match", 20, run="rerun")
    main = ("MWU", "Main Library", bib.mms_id)
    assert found(block) == {("stale_ocn", None, *main, 10), ("ocn_changed", "merged", *main, 20)}


def test_two_answers_without_a_merge(block):
    bib = block.bib(("MAIN", "stacks"), number=10)
    block.says(bib, "match", 20)
    block.says(bib, "match", 30, run="rerun")
    main = ("MWU", "Main Library", bib.mms_id)
    assert found(block) == {("ocn_changed", "no_text", *main, 30), ("wrong_holding_set", "no_list", *main, 20)}


def test_a_constituent_stands_where_its_host_does(block):
    host = block.bib(("SPEC", "rare"), numbered=False, is_host=True)
    host.holdings[0].is_suppressed = True
    constituent = block.bib(nowhere=True, number=10, is_held=False)
    host.constituents, constituent.host = [constituent], host
    special = ("MWU", "Special Collections")
    assert found(block) == {
        ("suppression_mismatch", "holding_suppressed", *special, host.mms_id, None),
        ("not_sent", "holding_suppressed", *special, constituent.mms_id, None),
    }


def test_the_leading_unit_is_the_one_with_most_holdings(block):
    bib = block.bib(("LAW", "stacks"), ("SCI", "stacks"), ("ENG", "stacks"), numbered=False)
    for symbol in ("MWU", "MWS"):
        block.says(bib, "match", 10, symbol=symbol)
    science = ("MWS", "Science Libraries", bib.mms_id)
    assert found(block) == {("missing_ocn", "no_number", *science, None), ("old_holding", "covered", *science, 10)}


def test_a_bib_is_safe_only_when_confirmed_on_all_its_targets(block):
    bib = block.bib(("LAW", "stacks"), ("ENG", "stacks"), number=10, is_held=False)
    bib.unreported.add("MWS")
    block.hold("MLW", 10, bib.work)
    assert ("old_holding", "owned_unconfirmed", "MLW", "Law Library", bib.mms_id, 10) in found(block)


@pytest.mark.parametrize(("bibs", "seed"), [(60, 1), (300, 1), (2000, 1), (4100, 8)])
def test_every_case_gives_what_it_was_made_for_and_plain_bibs_give_nothing(bibs, seed):
    for block in make_blocks(bibs, seed):
        rows = rows_of(View(block))
        got = {(row.problem, row.class_, row.mms_id) for row in rows}
        of_nobody = {(row.problem, row.class_, None) for row in rows}
        missed = [i for i in block.intents if (i.problem, i.class_, i.mms_id) not in got | of_nobody]
        assert missed == []
        plain = {bib.mms_id for bib in block.bibs if not bib.case}
        assert [row for row in rows if row.mms_id in plain and row.class_ != "covered"] == []


def test_at_2000_bibs_every_class_occurs_three_times_at_least():
    (block,) = make_blocks(2000, 1)
    rows = [(row.problem, row.class_) for row in rows_of(View(block))]
    planted = {(code, name) for code, problem in PROBLEMS.items() for name in problem.classes or [None]}
    planted -= {("commitment_problem", None)}
    planted |= {("other_text", "look"), ("other_text", "suspect")}
    assert {row for row in planted if rows.count(row) < 3} == set()
    assert {code for code in PROBLEMS if code != "commitment_problem"} | {"other_text"} == {row[0] for row in rows}
