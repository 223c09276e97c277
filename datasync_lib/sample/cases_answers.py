"""Cases of OCLC's answers: refused, changed, created, rerun, sent again, not answered at all (oclc_formats.md 1, 7)."""

from .at_hand import CLASSES, LIKENESSES, describe
from .block import Block, Stray
from .cases import case
from .institution import COLLECTIONS, LISTS
from .model import Bib

_REFUSED = (
    (("Validation Error", "SEVERE", "Invalid subfield 1st $x in 1st 264."),),
    (
        ("Validation Error", "CRITICAL", "Invalid code in Country (008/15-17)."),
        ("Validation Error", "MINOR", "Invalid subfield 1st $0 in 1st 650."),
    ),
)
_DATA_ERRORS = ("crosswalk_error", "invalid_characters_present", "marc_record_field_length_error")
_LISTED = ((("LAW", "stacks"), "no_list"), (("MED", "stacks"), "not_held"), (("ENG", "stacks"), "still_held"))
_RETIRED_PLACES = (("LAW", "stacks"), ("MED", "stacks"), ("ENG", "stacks"), ("SPEC", "rare"))


def _not_listed(bib: Bib) -> str:
    """What a list says of a number that is in none: there is none of MWU's holdings."""
    return "no_list" if bib.holdings[0].line.target == "MWU" else "not_held"


@case(5)
def changed_without_reason(block: Block) -> None:
    """OCLC answers with another number, no merge explains it, and its record is not at hand."""
    bib = block.bib(block.in_turn(_RETIRED_PLACES))
    block.says(bib, "match", block.numbers.ocn())
    block.expect("ocn_changed", "no_text", bib)


@case(30)
def changed_and_record_at_hand(block: Block) -> None:
    """OCLC answers with another number, and WorldCat's record is there to be compared."""
    bib = block.bib(block.in_turn(_RETIRED_PLACES))
    likeness, number = block.in_turn(LIKENESSES), block.numbers.ocn()
    block.says(bib, "match", number)
    describe(block, number, bib, likeness)
    block.expect("ocn_changed", CLASSES[likeness], bib)


@case(12)
def found_and_record_at_hand(block: Block) -> None:
    """OCLC found a record for a bib without a number, and WorldCat's record is there to be compared."""
    bib = block.bib(block.in_turn(_RETIRED_PLACES), numbered=False)
    number = block.numbers.ocn()
    block.says(bib, "match", number)
    describe(block, number, bib, block.in_turn(LIKENESSES))
    block.expect("missing_ocn", "no_number", bib)


@case(24)
def same_number_and_record_at_hand(block: Block) -> None:
    """OCLC answers the very number that was sent, and WorldCat's record of it is there to be compared."""
    bib, likeness = block.bib(block.in_turn(_RETIRED_PLACES)), block.in_turn(LIKENESSES)
    # a list as MARC would have the record too, as it is here
    bib.is_held = LISTS[bib.holdings[0].line.outgoing] != "mrc"
    describe(block, bib.current[0], bib, likeness)
    if CLASSES[likeness] != "likely":
        block.expect("other_text", CLASSES[likeness], bib)


@case(6)
def same_number_and_another_record_listed(block: Block) -> None:
    """OCLC answers the very number that was sent, and the list of the old symbol has it for something else.

    Somebody looks at it; but the text of a list is no proof, and the number is confirmed.
    """
    place, symbol = block.in_turn(((("LAW", "stacks"), "MLW"), (("SPEC", "rare"), "MWH")))
    bib = block.bib(place)
    block.hold(symbol, bib.current[0], block.other_work(bib.work))
    block.expect("other_text", "suspect", bib)
    block.expect("old_holding", "covered", bib)


@case(4)
def explained_by_the_record_alone(block: Block) -> None:
    """WorldCat's records say two things of our number; the record that OCLC answered has it among its old ones."""
    bib = block.bib(block.in_turn(_RETIRED_PLACES), is_held=False)
    answered, other = block.numbers.ocn(), block.numbers.ocn()
    block.merge(bib.current[0], answered)
    block.merge(bib.current[0], other)
    block.says(bib, "match", answered)
    block.expect("ocn_changed", "merged", bib)


@case(5)
def never_reported(block: Block) -> None:
    """Sent, and no row of any report names it."""
    bib = block.bib(block.in_turn(_RETIRED_PLACES))
    bib.unreported.add(bib.holdings[0].line.target)
    block.expect("never_reported", None, bib)


@case(12)
def earlier_answer_replaced(block: Block) -> None:
    """The first run set the holding on another record, the rerun on ours; a list may tell whether it is there yet."""
    place, class_ = block.in_turn(_LISTED)
    bib, earlier = block.bib(place), block.numbers.ocn()
    block.says(bib, "match", earlier)
    block.says(bib, "match", bib.current[0], run="rerun")
    if class_ == "still_held":
        block.hold("MWS", earlier)
    elif block.in_turn((True, False)):
        describe(block, earlier, bib, block.in_turn(LIKENESSES))
    block.expect("wrong_holding_set", class_, bib)


@case(5)
def answered_again_as_at_first(block: Block) -> None:
    """Ours in the test, another in the first run, ours in the rerun: nothing has changed but a holding was set wrongly."""
    bib = block.bib(block.in_turn(_RETIRED_PLACES))
    block.says(bib, "match", bib.current[0], run="test")
    block.says(bib, "match", block.numbers.ocn())
    block.says(bib, "match", bib.current[0], run="rerun")
    block.expect("wrong_holding_set", _not_listed(bib), bib)


@case(5)
def answered_along_a_chain_of_merges(block: Block) -> None:
    """Each run answers the next number of a chain of merges: one record of WorldCat all the time."""
    bib = block.bib(block.in_turn(_RETIRED_PLACES))
    middle, current = block.numbers.ocn(), block.numbers.ocn()
    block.merge(bib.current[0], middle)
    block.merge(middle, current)
    block.says(bib, "match", bib.current[0], run="test")
    block.says(bib, "match", middle)
    block.says(bib, "match", current, run="rerun")
    block.expect("ocn_changed", "merged", bib)


@case(5)
def drifted_along_a_chain_of_runs(block: Block) -> None:
    """Three runs, three records; the first of them was merged into the second."""
    bib = block.bib(block.in_turn(_RETIRED_PLACES))
    first, second, third = (block.numbers.ocn() for _ in range(3))
    block.merge(first, second)
    for run, number in (("test", first), ("first", second), ("rerun", third)):
        block.says(bib, "match", number, run=run)
    block.expect("wrong_holding_set", _not_listed(bib), bib)
    block.expect("ocn_changed", "no_text", bib)


@case(6)
def refused_again_and_again(block: Block) -> None:
    """Refused in every run: with each it becomes less likely that another one helps."""
    bib = block.bib(block.in_turn(_RETIRED_PLACES))
    for run in ("test", "first", "rerun"):
        block.says(bib, "unresolved", run=run).messages = block.in_turn(_REFUSED)
    block.expect("rejected", "unresolved", bib)


@case(5)
def one_error_solved_another_new(block: Block) -> None:
    """The rerun finds another fault than the first run did, and not the one that was there."""
    bib = block.bib(block.in_turn(_RETIRED_PLACES))
    block.says(bib, "unresolved").messages = _REFUSED[0]
    block.says(bib, "unresolved", run="rerun").messages = _REFUSED[1]
    block.expect("rejected", "unresolved", bib)


@case(4)
def collision_without_numbers(block: Block) -> None:
    """Two bibs without a number get the same one."""
    number = block.numbers.ocn()
    bibs = [block.bib(place, numbered=False) for place in (("LAW", "stacks"), ("MAIN", "stacks"))]
    for bib in bibs:
        block.says(bib, "match", number)
    block.expect("duplicate_group", "collision", *bibs)


@case(8)
def refused_with_number(block: Block) -> None:
    """The record has a number, and OCLC put it into staging all the same."""
    bib = block.bib(block.in_turn(_RETIRED_PLACES))
    block.says(bib, "unresolved").messages = block.in_turn(_REFUSED)
    block.expect("rejected", "unresolved", bib)


@case(3)
def data_error(block: Block) -> None:
    """OCLC could not read the record: only its place in the file tells which it was."""
    bib = block.bib(block.in_turn(_RETIRED_PLACES))
    block.says(bib, "data error").messages = (("Data Error", "", block.in_turn(_DATA_ERRORS)),)
    block.expect("rejected", "data_error", bib)


@case(3)
def processing_error(block: Block) -> None:
    """OCLC's system failed on the record."""
    bib = block.bib(block.in_turn(_RETIRED_PLACES))
    block.says(bib, "processing error", bib.current[0]).messages = (("Processing Error", "", ""),)
    block.expect("rejected", "processing_error", bib)


@case(3)
def refused_in_a_file_that_is_lost(block: Block) -> None:
    """A data error of the test run, whose file is no longer at hand: nobody can tell which record it was."""
    symbol = block.in_turn(("MWU", "MWS"))
    offset = 1_000_003 + 2_311 * block.numbers.staging() % 90_000_000
    block.strays.append(Stray(symbol, COLLECTIONS[symbol, "full"], "test", offset))
    block.expect("rejected", "data_error")


@case(5)
def staging_then_match(block: Block) -> None:
    """Unresolved at first, matched in the rerun: nothing to find."""
    bib = block.bib()
    block.says(bib, "unresolved")
    block.says(bib, "match", bib.current[0], run="rerun")


@case(4)
def match_then_staging(block: Block) -> None:
    """Matched at first, unresolved in the rerun: rejected, and its holding is set all the same."""
    bib = block.bib(block.in_turn(_RETIRED_PLACES))
    block.says(bib, "match", bib.current[0])
    block.says(bib, "unresolved", run="rerun").messages = block.in_turn(_REFUSED)
    block.expect("rejected", "unresolved", bib)


@case(4)
def answer_changed_in_rerun(block: Block) -> None:
    """Our number at first, another one in the rerun."""
    bib = block.bib(block.in_turn(_RETIRED_PLACES))
    block.says(bib, "match", bib.current[0])
    block.says(bib, "match", block.numbers.ocn(), run="rerun")
    block.expect("wrong_holding_set", _not_listed(bib), bib)
    block.expect("ocn_changed", "no_text", bib)


@case(3)
def answer_merged_in_rerun(block: Block) -> None:
    """Our number at first, the one that it was merged into in the rerun: no wrong holding."""
    bib = block.bib()
    current = block.numbers.ocn()
    block.merge(bib.current[0], current)
    block.says(bib, "match", bib.current[0])
    block.says(bib, "match", current, run="rerun")
    block.expect("ocn_changed", "merged", bib)


@case(3)
def created_then_matched(block: Block) -> None:
    """OCLC added the record at first, and found another one in the rerun."""
    bib = block.bib(numbered=False)
    block.says(bib, "create", block.numbers.ocn())
    block.says(bib, "match", block.numbers.ocn(), run="rerun")
    block.expect("wrong_holding_set", _not_listed(bib), bib)


@case(2)
def two_answers_then_staging(block: Block) -> None:
    """Two different matches, and unresolved in the end."""
    bib = block.bib()
    block.says(bib, "match", block.numbers.ocn(), run="test")
    block.says(bib, "match", bib.current[0])
    block.says(bib, "unresolved", run="rerun")
    block.expect("wrong_holding_set", _not_listed(bib), bib)
    block.expect("rejected", "unresolved", bib)


@case(3)
def collision_by_change(block: Block) -> None:
    """OCLC answers for one bib with the number of another."""
    first, second = block.bib(("MED", "stacks")), block.bib(("SPEC", "rare"))
    block.says(second, "match", first.current[0])
    block.expect("duplicate_group", "collision", first, second)
    block.expect("ocn_changed", "no_text", second)


@case(8)
def split_between_symbols(block: Block) -> None:
    """One bib under two symbols, and OCLC answers with two numbers."""
    bib, number = block.bib(("ENG", "stacks"), ("LAW", "stacks")), block.numbers.ocn()
    block.says(bib, "match", number, symbol="MWU")
    likeness = block.in_turn((None, "other"))
    if likeness:
        describe(block, number, bib, likeness)
    block.expect("ocn_changed", "suspect" if likeness else "no_text", bib)


@case(8)
def fields_written(block: Block) -> None:
    """OCLC replaced its record or took fields over: a success like a match."""
    bib = block.bib()
    block.says(bib, block.in_turn(("replace", "field transfer")), bib.current[0])


@case(4)
def sent_again_and_taken(block: Block) -> None:
    """Unresolved, sent again in another file, matched: nothing to find."""
    bib = block.bib()
    block.says(bib, "unresolved").messages = block.in_turn(_REFUSED)
    block.says(bib, "match", bib.current[0], run="resent")


@case(2)
def sent_again_and_refused(block: Block) -> None:
    """Unresolved, sent again in another file, unresolved."""
    bib = block.bib()
    block.says(bib, "unresolved")
    block.says(bib, "unresolved", run="resent").messages = block.in_turn(_REFUSED)
    block.expect("rejected", "unresolved", bib)


@case(3)
def matched_in_the_test_only(block: Block) -> None:
    """Matched in the test run, before the extract; since then sent and never reported."""
    bib = block.bib(block.in_turn(_RETIRED_PLACES))
    block.says(bib, "match", bib.current[0], run="test")
    bib.unreported.add(bib.holdings[0].line.target)
    block.expect("never_reported", None, bib)


@case(3)
def refused_in_the_test(block: Block) -> None:
    """Unresolved in the test run, matched since: nothing to find."""
    bib = block.bib()
    block.says(bib, "unresolved", run="test").messages = block.in_turn(_REFUSED)


@case(16)
def matched_with_messages(block: Block) -> None:
    """Matched, with minor faults that OCLC tells all the same: nothing to find (practice.md 0.11)."""
    bib = block.bib()
    block.says(bib, "match", bib.current[0]).messages = (
        ("Validation Error", "MINOR", block.in_turn(("Invalid subfield 1st $0 in 1st 650.", "Invalid code in Festschrift (008/30).", "$2 in 336 | 337 is too short."))),
    )  # fmt: skip
