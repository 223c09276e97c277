"""Class and answer of a held number by practice.md 6.2, on institutions of one bib with the number 10."""

import random

import pytest

from datasync_lib.sample.at_hand import describe
from datasync_lib.sample.block import Block
from datasync_lib.sample.closing import close
from datasync_lib.sample.numbers import Numbers
from datasync_lib.sample.truth import View, held_numbers

LAW, ENG, SCI, NOWHERE = ("LAW", "stacks"), ("ENG", "stacks"), ("SCI", "stacks"), ("HERB", "sheets")
COLLEGE, ANNEX = ("SCI", "college"), ("LAW", "annex")
MATCH_10, MATCH_20 = ("match", 10), ("match", 20)


@pytest.fixture
def block() -> Block:
    return Block(random.Random(1), Numbers(), case="test")


def classed(block: Block, symbol: str, number: int) -> tuple[str, str]:
    work = block.bibs[0].work if number == 10 else None
    block.hold(symbol, number, work)
    close(block)
    (row,) = [row for row in held_numbers(View(block)) if (row.symbol, row.ocn) == (symbol, number)]
    return row.class_, row.answer


@pytest.mark.parametrize(
    ("places", "answers", "silent", "held", "expected"),
    [
        ([LAW], [], (), ("MLW", 10), ("covered", "delete")),
        ([SCI], [], (), ("MWS", 10), ("covered", "keep")),
        ([LAW, ENG], [], (), ("MLW", 10), ("covered", "delete")),
        # every target must be confirmed, and every holding have its place
        ([LAW, ENG], [], ("MWS",), ("MLW", 10), ("owned_unconfirmed", "hold")),
        ([LAW, NOWHERE], [], (), ("MLW", 10), ("undecided_place", "hold")),
        ([LAW, ANNEX], [], (), ("MLW", 10), ("undecided_place", "hold")),
        # between kept symbols: the one that it moves to must have it
        ([COLLEGE], [], (), ("MWS", 10), ("owned_elsewhere", "delete")),
        ([COLLEGE], [], ("MWC",), ("MWS", 10), ("owned_elsewhere", "hold")),
        ([COLLEGE, SCI], [], (), ("MWS", 10), ("covered", "keep")),
        ([COLLEGE], [], (), ("MWC", 10), ("set_after_extract", "keep")),
        # the test was before the extract
        ([LAW], [(*MATCH_10, "test")], ("MWU",), ("MLW", 10), ("owned_unconfirmed", "hold")),
        # what was answered and is no longer: the later answer decides
        ([LAW], [(*MATCH_20, "first"), (*MATCH_10, "rerun")], (), ("MLW", 20), ("drifted", "delete")),
        ([LAW], [(*MATCH_20, "first"), (*MATCH_10, "rerun")], (), ("MLW", 10), ("covered", "delete")),
        ([SCI], [(*MATCH_20, "first"), (*MATCH_10, "rerun")], (), ("MWS", 20), ("drifted", "review")),
        ([LAW, ENG], [(*MATCH_20, "first"), (*MATCH_10, "rerun")], ("MWS",), ("MLW", 20), ("drifted", "review")),
        # every number, of any time, of a record that was refused or changed
        ([LAW], [("unresolved", None, "first")], (), ("MLW", 10), ("in_error", "hold")),
        ([LAW], [(*MATCH_10, "first"), ("unresolved", None, "rerun")], (), ("MLW", 10), ("in_error", "hold")),
        ([LAW], [(*MATCH_20, "first")], (), ("MLW", 10), ("in_error", "hold")),
        ([LAW], [(*MATCH_20, "first")], (), ("MLW", 20), ("in_error", "hold")),
        ([LAW], [("unresolved", None, "first"), (*MATCH_10, "resent")], (), ("MLW", 10), ("covered", "delete")),
        # a symbol that its owner has nothing to do with
        ([ENG], [], ("MWS",), ("MLW", 10), ("owned_elsewhere", "hold")),
        ([LAW], [], (), ("MWS", 10), ("owned_elsewhere", "hold")),
        ([LAW], [], (), ("MLW", 99), ("not_in_catalogue", "delete")),
        ([LAW], [], (), ("MMD", 99), ("not_yet_classed", "review")),
    ],
)
def test_class_and_answer(block, places, answers, silent, held, expected):
    bib = block.bib(*places, number=10, is_held=False)
    bib.unreported.update(silent)
    for action, result, run in answers:
        block.says(bib, action, result, run=run)
    assert classed(block, *held) == expected


@pytest.mark.parametrize("place", ["035$a", "035$z", "019$a"])
def test_another_number_of_the_same_bib_is_not_confirmed(block, place):
    block.number(block.bib(LAW, number=10, is_held=False), 20, place=place, form="{0}")
    assert classed(block, "MLW", 20) == ("owned_unconfirmed", "hold")


@pytest.mark.parametrize("number", [10, 20])
def test_a_merge_confirms_both_numbers(block, number):
    bib = block.bib(LAW, number=10, is_held=False)
    block.merge(10, 20)
    block.says(bib, "match", 20)
    block.hold("MLW", number, bib.work)
    assert classed(block, "MLW", number) == ("covered", "delete")


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ({"rule": "no_worldcat_914"}, ("excluded_by_policy", "review")),
        ({"brief_level": "03"}, ("excluded_by_policy", "review")),
        ({"is_suppressed": True}, ("excluded_by_policy", "review")),
        ({"is_withheld": True}, ("owned_unconfirmed", "hold")),
    ],
)
def test_what_somebody_meant_is_reviewed_and_what_nobody_meant_is_a_gap(block, flags, expected):
    block.bib(LAW, number=10, is_held=False, **flags)
    assert classed(block, "MLW", 10) == expected


def test_every_owner_must_be_safe(block):
    block.bib(LAW, number=10, is_held=False)
    block.bib(ENG, number=10, is_held=False).unreported.add("MWS")
    assert classed(block, "MLW", 10) == ("owned_unconfirmed", "hold")


def test_where_nobody_owns_it_here_it_goes_when_the_owners_symbol_has_it(block):
    bib = block.bib(ENG, number=10, is_held=False)
    bib.unreported.add("MWS")
    for symbol in ("MLW", "MWS"):
        block.hold(symbol, 10, bib.work)
    close(block)
    assert {(row.symbol, row.class_, row.answer) for row in held_numbers(View(block))} == {
        ("MLW", "owned_elsewhere", "delete"),
        ("MWS", "owned_unconfirmed", "hold"),
    }


@pytest.mark.parametrize(
    ("refused", "expected"), [(True, ("in_error", "hold")), (False, ("ambiguous_number", "review"))]
)
def test_an_ambiguous_number_of_a_refused_record_is_in_error_first(block, refused, expected):
    bib = block.bib(LAW, number=10, is_held=False)
    block.merge(10, 20)
    block.merge(10, 30)
    if refused:
        block.says(bib, "unresolved")
    assert classed(block, "MLW", 10) == expected


@pytest.mark.parametrize(
    ("likeness", "class_"),
    [
        ("same", "covered"),
        ("poorer", "covered"),
        ("twin", "in_error"),
        ("reissue", "in_error"),
        ("electronic", "in_error"),
        ("other", "in_error"),
    ],
)
def test_a_record_whose_text_is_in_doubt_is_under_review(block, likeness, class_):
    bib = block.bib(ENG, number=10, is_held=False)
    describe(block, 10, bib, likeness)
    assert classed(block, "M@S", 10)[0] == class_
