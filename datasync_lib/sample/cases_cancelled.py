"""Cases of answers that stand no longer, or never stood for the number that is held (practice.md 6.2, «Confirmed», «Still standing»)."""

from .block import Block
from .cases import case
from .model import Bib

_RETIRED = (
    (("ENG", "stacks"), "M@S"),
    (("MED", "stacks"), "MMD"),
    (("LAW", "stacks"), "MLW"),
    (("SPEC", "rare"), "MWH"),
)
_TO_SCIENCES = _RETIRED[:2]


def _held(block: Block, ways: tuple = _RETIRED, **flags) -> tuple[Bib, str]:
    """A bib that OCLC takes, and whose number a retired symbol holds; the symbol."""
    place, symbol = block.in_turn(ways)
    bib = block.bib(place, is_held=False, **flags)
    block.hold(symbol, bib.current[0], bib.work)
    return bib, symbol


@case(4)
def deleted_by_a_list_of_ours(block: Block) -> None:
    """Confirmed under the target; later we deleted its holding there ourselves."""
    bib, _ = _held(block, _TO_SCIENCES)
    block.cancelled["MWS"].add(bib.current[0])
    block.expect("old_holding", "owned_unconfirmed", bib)


@case(4)
def deleted_by_record_status(block: Block) -> None:
    """Sent once more with Leader/05 d: the answer is match, and the holding went (oclc_formats.md 6)."""
    bib, _ = _held(block)
    block.says(bib, "match", bib.current[0])
    block.says(bib, "match", bib.current[0], run="resent").is_cancel = True
    block.expect("old_holding", "owned_unconfirmed", bib)


@case(4)
def deleted_and_taken_with_blank_result(block: Block) -> None:
    """The answer is match and has no number but the one that was sent; later we deleted that one ourselves."""
    bib, _ = _held(block, _TO_SCIENCES)
    block.says(bib, "match")
    block.cancelled["MWS"].add(bib.current[0])
    block.expect("old_holding", "owned_unconfirmed", bib)


@case(6)
def taken_without_any_number(block: Block) -> None:
    """The answer is match, and neither the number that was sent nor the one that was found is told."""
    bib, number = block.bib(("LAW", "stacks"), numbered=False), block.numbers.ocn()
    block.number(bib, number, place=block.in_turn(("079$a", "035$z")))
    block.says(bib, "match")
    block.hold("MLW", number, bib.work)
    block.expect("old_holding", "owned_unconfirmed", bib)


@case(4)
def created_beside_our_number(block: Block) -> None:
    """OCLC read no number in the record and made a new one, though ours has a number in another place."""
    place, symbol = block.in_turn(_RETIRED)
    bib, number = block.bib(place, numbered=False), block.numbers.ocn()
    block.number(bib, number, place=block.in_turn(("079$a", "035$z")))
    block.says(bib, "create", block.numbers.ocn())
    block.hold(symbol, number, bib.work)
    block.expect("created_record", None, bib)
    block.expect("old_holding", "owned_unconfirmed", bib)


@case(4)
def staging_number_written_back(block: Block) -> None:
    """The provisional number of staging was written into 035 $a, and came back as a match on itself."""
    place, symbol = block.in_turn(_RETIRED)
    bib, number = block.bib(place, numbered=False), block.numbers.ocn()
    block.number(bib, number, place="035$z")
    first = block.says(bib, "unresolved")
    first.sent = number
    block.number(bib, first.staging, form="(OCoLC){0}")
    block.says(bib, "match", first.staging, run="resent")
    for held in (number, first.staging):
        block.hold(symbol, held, bib.work)
    block.expect("old_holding", "owned_unconfirmed", bib)


@case(3)
def sent_once_more_and_unreadable(block: Block) -> None:
    """Confirmed; the same record was sent once more in another file, and there OCLC could not read it."""
    bib, _ = _held(block)
    block.says(bib, "match", bib.current[0])
    block.says(bib, "data error", run="resent").messages = (("Data Error", "", "invalid_characters_present"),)
    block.expect("rejected", "data_error", bib)
    block.expect("old_holding", "in_error", bib)


@case(4)
def refused_by_a_damaged_row(block: Block) -> None:
    """The rerun says unresolved in a row that is damaged: a number as a spreadsheet writes it, or a column too many."""
    bib, _ = _held(block)
    block.says(bib, "match", bib.current[0])
    block.says(bib, "unresolved", run="rerun", told=block.in_turn(("float_number", "extra_column")))
    block.expect("rejected", "unresolved", bib)
    block.expect("old_holding", "in_error", bib)


@case(3)
def refused_by_the_list_alone(block: Block) -> None:
    """Of the rerun only the list of unresolved records was fetched, and it names the record (oclc_formats.md 1.8)."""
    bib, _ = _held(block)
    block.says(bib, "match", bib.current[0])
    block.says(bib, "unresolved", run="rerun", told="list_only")
    block.expect("rejected", "unresolved", bib)
    block.expect("old_holding", "in_error", bib)


@case(6)
def refused_by_the_same_report_fetched_again(block: Block) -> None:
    """One report was fetched twice, into a folder of its own or with «(1)» in its name; one says match, one unresolved."""
    bib, _ = _held(block)
    actions = block.in_turn(((("match", ""), ("unresolved", "copy")), (("unresolved", ""), ("match", "copy"))))
    kind = block.in_turn(("copy_in_folder", "copy_by_browser"))
    for action, told in actions:
        result = bib.current[0] if action == "match" else None
        block.says(bib, action, result, run="rerun", told=told and kind)
    block.expect("old_holding", "in_error", bib)


@case(3)
def refused_at_hour_24(block: Block) -> None:
    """A match in the evening, and unresolved a little later: by the name of the report in hour 24 of that day."""
    bib, _ = _held(block)
    block.says(bib, "match", bib.current[0], run="rerun")
    block.says(bib, "unresolved", run="midnight")
    block.expect("rejected", "unresolved", bib)
    block.expect("old_holding", "in_error", bib)


@case(4)
def refused_and_taken_in_the_rerun(block: Block) -> None:
    """Unresolved at first, matched when it was tried again: the old holding may go."""
    bib, _ = _held(block)
    block.says(bib, "unresolved")
    block.says(bib, "match", bib.current[0], run=block.in_turn(("rerun", "resent")))
    block.expect("old_holding", "covered", bib)
