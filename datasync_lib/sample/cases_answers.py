"""Cases of OCLC's answers: refused, changed, created, rerun, sent again, not answered at all (oclc_formats.md 1, 7)."""

from .block import Block, Stray
from .cases import case
from .institution import COLLECTIONS

_REFUSED = (
    (("Validation Error", "SEVERE", "Invalid subfield 1st $x in 1st 264."),),
    (
        ("Validation Error", "CRITICAL", "Invalid code in Country (008/15-17)."),
        ("Validation Error", "MINOR", "Invalid subfield 1st $0 in 1st 650."),
    ),
)
_DATA_ERRORS = ("crosswalk_error", "invalid_characters_present", "marc_record_field_length_error")
_RETIRED_PLACES = (("LAW", "stacks"), ("MED", "stacks"), ("ENG", "stacks"), ("SPEC", "rare"))


@case(5)
def changed_without_reason(block: Block) -> None:
    """OCLC answers with another number, and no merge explains it."""
    bib = block.bib(block.in_turn(_RETIRED_PLACES))
    block.says(bib, "match", block.numbers.ocn())
    block.expect("ocn_changed", "no_text", bib)


@case(5)
def never_reported(block: Block) -> None:
    """Sent, and no row of any report names it."""
    bib = block.bib(block.in_turn(_RETIRED_PLACES))
    bib.unreported.add(bib.holdings[0].line.target)
    block.expect("never_reported", None, bib)


@case(5)
def earlier_answer_replaced(block: Block) -> None:
    """The first run set the holding on another record, the rerun on ours."""
    bib = block.bib()
    block.says(bib, "match", block.numbers.ocn())
    block.says(bib, "match", bib.current[0], run="rerun")
    block.expect("wrong_holding_set", "no_list", bib)


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
    block.expect("wrong_holding_set", "no_list", bib)
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
    block.expect("wrong_holding_set", "no_list", bib)


@case(2)
def two_answers_then_staging(block: Block) -> None:
    """Two different matches, and unresolved in the end."""
    bib = block.bib()
    block.says(bib, "match", block.numbers.ocn(), run="test")
    block.says(bib, "match", bib.current[0])
    block.says(bib, "unresolved", run="rerun")
    block.expect("wrong_holding_set", "no_list", bib)
    block.expect("rejected", "unresolved", bib)


@case(3)
def collision_by_change(block: Block) -> None:
    """OCLC answers for one bib with the number of another."""
    first, second = block.bib(("MED", "stacks")), block.bib(("SPEC", "rare"))
    block.says(second, "match", first.current[0])
    block.expect("duplicate_group", "collision", first, second)
    block.expect("ocn_changed", "no_text", second)


@case(3)
def split_between_symbols(block: Block) -> None:
    """One bib under two symbols, and OCLC answers with two numbers."""
    bib = block.bib(("ENG", "stacks"), ("LAW", "stacks"))
    block.says(bib, "match", block.numbers.ocn(), symbol="MWU")
    block.expect("ocn_changed", "no_text", bib)


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
