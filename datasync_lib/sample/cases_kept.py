"""Cases of symbols that are kept: what they hold rightly, what moves between two of them, what a target lost (practice.md 6.1)."""

from .block import Block
from .cases import case

# Each way between the two kept symbols that have a list: where the holding stands, who has it, who is to have it.
_MOVES = ((("COLL", "science"), "MWC", "MWS"), (("SCI", "college"), "MWS", "MWC"))


@case(6)
def held_at_home(block: Block) -> None:
    """In the list before and after, and confirmed: it stays."""
    block.bib(("COLL", "stacks"))


@case(8)
def moved_between_kept_symbols(block: Block) -> None:
    """The location goes from one kept symbol to another one, whose list has the number: the old holding may go."""
    place, old, _ = block.in_turn(_MOVES)
    bib = block.bib(place)
    block.hold(old, bib.current[0], bib.work)
    block.expect("old_holding", "owned_elsewhere", bib)


@case(4)
def moved_and_not_confirmed(block: Block) -> None:
    """The location goes to another kept symbol, and OCLC never answered under it."""
    place, old, target = block.in_turn(_MOVES)
    bib = block.bib(place)
    bib.unreported.add(target)
    block.hold(old, bib.current[0], bib.work)
    block.expect("old_holding", "owned_elsewhere", bib)


@case(4)
def moved_and_lost_by_the_target(block: Block) -> None:
    """OCLC confirmed it under the new symbol, and that symbol's own list has lost it."""
    place, old, target = block.in_turn(_MOVES)
    bib = block.bib(place)
    block.lost[target].add(bib.current[0])
    block.hold(old, bib.current[0], bib.work)
    block.expect("old_holding", "not_on_target_list", bib)


@case(4)
def moved_and_refused(block: Block) -> None:
    """The location goes to another kept symbol, and OCLC refused the record under it."""
    place, old, _ = block.in_turn(_MOVES)
    bib = block.bib(place)
    block.says(bib, "match", bib.current[0])
    block.says(bib, "unresolved", run="rerun")
    block.hold(old, bib.current[0], bib.work)
    block.expect("rejected", "unresolved", bib)
    block.expect("old_holding", "in_error", bib)


@case(4)
def one_copy_moves_and_one_stays(block: Block) -> None:
    """Two copies under one kept symbol, one of them moves: both symbols hold it rightly."""
    stays = block.in_turn((("SCI", "stacks"), ("COLL", "stacks")))
    moves, old, _ = _MOVES[stays[0] == "SCI"]
    bib = block.bib(stays, moves)
    block.hold(old, bib.current[0], bib.work)


@case(4)
def one_copy_moves_and_its_target_never_answered(block: Block) -> None:
    """Two copies under one kept symbol, one of them moves, and OCLC never answered under the other symbol."""
    stays = block.in_turn((("SCI", "stacks"), ("COLL", "stacks")))
    moves, old, target = _MOVES[stays[0] == "SCI"]
    bib = block.bib(stays, moves)
    bib.unreported.add(target)
    block.hold(old, bib.current[0], bib.work)
    block.expect("old_holding", "owned_unconfirmed", bib)


@case(3)
def held_for_a_symbol_without_list(block: Block) -> None:
    """Its owners are all under a kept symbol of which there is no list: nobody can see whether it is there."""
    bib = block.bib(("MAIN", "stacks"))
    block.hold("MWC", bib.current[0], bib.work)
    block.expect("old_holding", "owned_elsewhere", bib)


@case(8)
def lost_by_the_target(block: Block) -> None:
    """OCLC confirmed it under the target, whose own later list does not have it: with one target of two that is enough."""
    places, symbol = block.in_turn(
        (
            ((("ENG", "stacks"),), "M@S"),
            ((("MED", "stacks"),), "MMD"),
            ((("LAW", "stacks"), ("ENG", "stacks")), "MLW"),
            ((("DEPOT", "sci"), ("DEPOT", "a1")), "MWH"),
        )
    )
    bib = block.bib(*places, is_held=False)
    block.lost["MWS"].add(bib.current[0])
    block.hold(symbol, bib.current[0], bib.work)
    block.expect("old_holding", "not_on_target_list", bib)


@case(4)
def lost_by_the_target_after_a_merge(block: Block) -> None:
    """OCLC answered with the number that ours was merged into; the target's list has neither of them."""
    bib, current = block.bib(("ENG", "stacks"), is_held=False), block.numbers.ocn()
    block.merge(bib.current[0], current)
    block.says(bib, "match", current)
    block.lost["MWS"].add(current)
    block.hold("M@S", block.in_turn((bib.current[0], current)), bib.work)
    block.expect("old_holding", "not_on_target_list", bib)


@case(3)
def listed_by_the_target_under_an_old_number(block: Block) -> None:
    """The target's list of bare numbers still names what was merged since: it has the record, and nothing is lost."""
    bib, current = block.bib(("ENG", "stacks"), is_held=False), block.numbers.ocn()
    block.merge(bib.current[0], current)
    block.says(bib, "match", current)
    block.lost["MWS"].add(current)
    for symbol in ("MWS", "M@S"):
        block.hold(symbol, bib.current[0], bib.work)
    block.expect("old_holding", "covered", bib)


_OUTGOING = ((("ENG", "stacks"), "M@S"), (("LAW", "stacks"), "MLW"), (("MED", "stacks"), "MMD"))


@case(9)
def set_after_the_extract(block: Block) -> None:
    """In the list from after the extract and not in the one before: somebody still catalogues under the retired symbol."""
    place, symbol = block.in_turn(_OUTGOING)
    bib = block.bib(place, is_held=False)
    if block.in_turn((True, True, False, False)):
        bib.unreported.add(bib.holdings[0].line.target)
    block.hold(symbol, bib.current[0], bib.work)
    block.since[symbol].add(bib.current[0])
    block.expect("old_holding", "set_after_extract", bib)


@case(4)
def set_after_the_extract_by_somebody_else(block: Block) -> None:
    """In the list from after the extract only, and no bib of ours has the number."""
    symbol, number = block.in_turn(("M@S", "MLW", "MMD", "MWC")), block.numbers.ocn()
    block.hold(symbol, number)
    block.since[symbol].add(number)
    block.expect("old_holding", "set_after_extract")


@case(4)
def merged_between_two_lists(block: Block) -> None:
    """The list before has the number that was merged since, the list after the one that it became: held all the time."""
    place, symbol = block.in_turn(_OUTGOING)
    bib, current = block.bib(place, is_held=False), block.numbers.ocn()
    block.merge(bib.current[0], current)
    block.says(bib, "match", current)
    block.hold(symbol, current, bib.work)
    block.since[symbol].add(current)
    block.before[symbol][bib.current[0]] = None
    block.expect("old_holding", "covered", bib)
