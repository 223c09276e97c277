"""Cases of what WorldCat holds under old symbols (practice.md 6.2)."""

from .block import Block
from .cases import case
from .institution import LISTS, RETIRED


@case(12)
def held_by_nobody(block: Block) -> None:
    """WorldCat holds a number under an old symbol that no bib of ours has."""
    symbol = block.in_turn((*RETIRED, "MWS"))
    block.hold(symbol, block.numbers.ocn())
    block.expect("old_holding", "not_in_catalogue" if LISTS[symbol] == "mrc" else "not_yet_classed")


@case(9)
def held_by_nobody_with_the_title_of_a_bib(block: Block) -> None:
    """No bib of ours has the number, and one has the title, author and date that WorldCat's list gives for it."""
    bib = block.bib(("MAIN", "stacks"), script=False)
    block.hold(block.in_turn(("MLW", "MWH", "MWC")), block.numbers.ocn(), bib.work)
    block.expect("old_holding", "text_or_number_hit")


@case(6)
def held_under_an_ambiguous_number(block: Block) -> None:
    """WorldCat holds a number of which its own records say two things."""
    number, other, another = (block.numbers.ocn() for _ in range(3))
    block.merge(number, other)
    if block.in_turn((True, False)):
        block.merge(number, another)
    else:
        block.merge(other, number)
    block.hold(block.in_turn((*RETIRED, "MWS")), number)
    block.expect("old_holding", "ambiguous_number")


@case(4)
def drifted_under_a_retired_symbol(block: Block) -> None:
    """A later answer replaced the number that is held, and the bib is not safe on all of its targets."""
    bib = block.bib(("ENG", "stacks"), ("LAW", "stacks"))
    earlier = block.numbers.ocn()
    block.says(bib, "match", earlier, symbol="MWS")
    block.says(bib, "match", bib.current[0], symbol="MWS", run="rerun")
    bib.unreported.add("MWU")
    block.hold(block.in_turn(("M@S", "MLW")), earlier)
    block.expect("old_holding", "drifted", bib)


@case(3)
def drifted_under_a_kept_symbol(block: Block) -> None:
    """The test run set a holding on another record than the real one."""
    bib = block.bib(("SCI", "stacks"))
    earlier = block.numbers.ocn()
    block.says(bib, "match", earlier, run="test")
    block.hold("MWS", earlier)
    block.expect("old_holding", "drifted", bib)


@case(6)
def held_for_another_library(block: Block) -> None:
    """The number is held under a symbol under which its owner has no holding.

    Under a retired symbol that matters only while the owner is not safe on its own target; under a kept one always.
    """
    place, symbol = block.in_turn(
        ((("ENG", "stacks"), "MLW"), (("MAIN", "stacks"), "MWS"), (("LAW", "stacks"), "MMD"), (("SPEC", "rare"), "MWS"))
    )
    bib = block.bib(place)
    if symbol in RETIRED:
        bib.unreported.add(bib.holdings[0].line.target)
    block.hold(symbol, bib.current[0], bib.work)
    block.expect("old_holding", "owned_elsewhere", bib)


@case(4)
def held_on_the_kept_symbol_and_not_confirmed(block: Block) -> None:
    """In scope of the kept symbol, held there, and no success: a gap; or kept out on purpose."""
    is_excluded = block.in_turn((False, True))
    bib = block.bib(("SCI", "stacks"), rule="no_worldcat_914" if is_excluded else None)
    if not is_excluded:
        bib.unreported.add("MWS")
    block.hold("MWS", bib.current[0], bib.work)
    block.expect("old_holding", "excluded_by_policy" if is_excluded else "owned_unconfirmed", bib)


@case(3)
def held_on_the_kept_symbol_in_error(block: Block) -> None:
    """Held under the kept symbol, and OCLC refused the record."""
    bib = block.bib(("SCI", "stacks"))
    block.says(bib, "unresolved")
    block.hold("MWS", bib.current[0], bib.work)
    block.expect("old_holding", "in_error", bib)


@case(3)
def held_under_a_past_number(block: Block) -> None:
    """The bib had the number once (035 $z), and is confirmed with another: that says nothing of this one."""
    bib = block.bib(("MED", "stacks"))
    past = block.numbers.ocn()
    block.number(bib, past, place="035$z")
    block.hold("MMD", past, bib.work)
    block.expect("old_holding", "owned_unconfirmed", bib)


@case(3)
def held_by_two_and_one_in_error(block: Block) -> None:
    """Two bibs share the number, and one of them was refused."""
    number = block.numbers.ocn()
    first = block.bib(("LAW", "stacks"), number=number)
    second = block.bib(("SPEC", "rare"), number=number)
    block.says(second, "unresolved")
    block.hold("MLW", number, first.work)
    block.expect("old_holding", "in_error", second)


@case(6)
def held_no_longer(block: Block) -> None:
    """In an older list, and not in the newest."""
    block.before[block.in_turn(("M@S", "MLW"))][block.numbers.ocn()] = None


@case(4)
def held_under_a_second_number(block: Block) -> None:
    """A second number in 035 $a or in 014 of a holding is held, and OCLC took the record with the first one."""
    bib, second = block.bib(("ENG", "stacks")), block.numbers.ocn()
    if block.in_turn((True, False)):
        block.number(bib, second)
        block.expect("several_ocns", "different", bib)
    else:
        block.holding(bib, "ENG", "stacks", is_mfhd=True, lhr_ocns=(second,))
    block.hold("M@S", second)
    block.expect("old_holding", "owned_unconfirmed", bib)


@case(4)
def held_and_one_holding_is_nowhere(block: Block) -> None:
    """OCLC took the record for the holding that has a place; nobody knows where the other one goes."""
    bib = block.bib(("LAW", "stacks"), ("HERB", "sheets"), is_held=False)
    block.hold("MLW", bib.current[0], bib.work)
    block.expect("unmapped_location", None, bib)
    block.expect("old_holding", "undecided_place", bib)


@case(4)
def held_and_one_owner_is_not_confirmed(block: Block) -> None:
    """Two bibs have the number: the one under the kept symbol is confirmed, the other was never reported."""
    bib = block.bib(("SCI", "stacks"), script=False)
    other = block.copy(bib, ("MAIN", "stacks"))
    other.unreported.add("MWU")
    block.hold("MWS", bib.current[0], bib.work)
    block.expect("old_holding", "owned_unconfirmed", bib if bib.mms_id < other.mms_id else other)


@case(3)
def held_where_it_belongs_too(block: Block) -> None:
    """Never reported, and held under a symbol that its owner has nothing to do with, and under the owner's own."""
    bib = block.bib(("ENG", "stacks"), is_held=False)
    bib.unreported.add("MWS")
    for symbol in ("MLW", "MWS"):
        block.hold(symbol, bib.current[0], bib.work)
    block.expect("old_holding", "owned_unconfirmed", bib)


@case(3)
def held_under_a_replaced_answer(block: Block) -> None:
    """The first run answered another record, which the retired symbol holds; the rerun answered ours on every target."""
    bib, earlier = block.bib(("LAW", "stacks")), block.numbers.ocn()
    block.says(bib, "match", earlier)
    block.says(bib, "match", bib.current[0], run="rerun")
    block.hold("MLW", earlier)
    block.expect("wrong_holding_set", "no_list", bib)
    block.expect("old_holding", "drifted", bib)


@case(3)
def held_under_an_ambiguous_number_in_error(block: Block) -> None:
    """WorldCat's own records say two things of the number, and OCLC refused the record that has it."""
    bib = block.bib(("ENG", "stacks"), is_held=False)
    for _ in range(2):
        block.merge(bib.current[0], block.numbers.ocn())
    block.says(bib, "unresolved")
    block.hold("M@S", bib.current[0], bib.work)
    block.expect("old_holding", "in_error", bib)


@case(4)
def held_and_on_order(block: Block) -> None:
    """The title is on order only: no policy keeps it out, and it comes to be sent by itself."""
    bib = block.bib(("LAW", "stacks"), is_held=False)
    bib.holdings[0].items[0].process_type = block.in_turn(("acq", "ACQ"))
    block.hold("MLW", bib.current[0], bib.work)
    block.expect("not_sent", "on_order", bib)
    block.expect("old_holding", "owned_unconfirmed", bib)
