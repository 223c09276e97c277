"""Cases of what WorldCat holds under old symbols, and of holdings records (practice.md 6.2; oclc_formats.md 8)."""

from .block import Block
from .cases import case
from .institution import RETIRED
from .model import Bib


@case(12)
def held_by_nobody(block: Block) -> None:
    """WorldCat holds a number under an old symbol that no bib of ours has."""
    block.hold(block.in_turn((*RETIRED, "MWS")), block.numbers.ocn())
    block.expect("old_holding", "not_yet_classed")


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
    """The bib had the number once (035 $z), and is confirmed with another: it owns both."""
    bib = block.bib(("MED", "stacks"))
    past = block.numbers.ocn()
    block.number(bib, past, place="035$z", form="(OCoLC){0}")
    block.hold("MMD", past, bib.work)
    block.expect("old_holding", "covered", bib)


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
    block.gone["M@S"].add(block.numbers.ocn())


def _with_holdings_record(block: Block, *faults: str, numbered: bool = True, **flags) -> Bib:
    bib = block.bib(nowhere=True, numbered=numbered, format=block.in_turn(("serial", "book")), script=False)
    library, location = block.in_turn((("LAW", "periodicals"), ("MED", "stacks"), ("SCI", "journals")))
    flags = {"lhr_ocns": tuple(bib.current), **flags}
    block.holding(bib, library, location, is_mfhd=True, lhr_faults=faults, **flags)
    return bib


@case(12)
def holdings_record(block: Block) -> None:
    """A sound holdings record; every other one has no 014, its bib has the OCN."""
    with_014 = block.in_turn((True, False))
    _with_holdings_record(block, **({} if with_014 else {"lhr_ocns": ()}))


@case(12)
def faulty_holdings_record(block: Block) -> None:
    """One fault of those that need no other record."""
    fault = block.in_turn(("repeated_852", "leader", "bad_008"))
    block.expect("lhr_problem", fault, _with_holdings_record(block, fault))


@case(10)
def holdings_record_with_bad_links(block: Block) -> None:
    """$8 of 85X or 86X is missing, wrong, or leads nowhere."""
    bib = _with_holdings_record(block, "linking", lhr_variant=block.in_turn(range(5)))
    block.expect("lhr_problem", "linking", bib)


@case(4)
def holdings_record_without_number(block: Block) -> None:
    """Neither the holdings record nor its bib has an OCN."""
    bib = _with_holdings_record(block, numbered=False)
    block.says(bib, "match", block.numbers.ocn())
    block.expect("lhr_problem", "no_ocn", bib)


@case(3)
def holdings_record_with_two_numbers(block: Block) -> None:
    """Two 014 with different OCNs."""
    bib = _with_holdings_record(block)
    bib.holdings[0].lhr_ocns += (block.numbers.ocn(),)
    bib.holdings[0].lhr_faults = ("several_ocns",)
    block.expect("lhr_problem", "several_ocns", bib)


@case(4)
def holdings_record_without_place(block: Block) -> None:
    """No 852, or one without $b: nobody knows where it is."""
    variant = block.in_turn((0, 1))
    bib = _with_holdings_record(block, "no_852", lhr_variant=variant)
    holding = bib.holdings[0]
    holding.library, holding.location = None, "stacks" if variant else None
    block.expect("lhr_problem", "no_852", bib)
    block.expect("unmapped_location", None, bib)


@case(3)
def holdings_record_of_shared_number(block: Block) -> None:
    """The OCN is on two bibs: what is sent for the one replaces what was sent for the other."""
    bib = _with_holdings_record(block)
    block.bib(("SPEC", "rare"), number=bib.current[0], format=bib.format, script=False)
    block.expect("lhr_problem", "shared_ocn", bib)
