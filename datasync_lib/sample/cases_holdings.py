"""Cases of holdings records: sound, with a fault of their own, with a number that does not fit (oclc_formats.md 8)."""

from .block import Block
from .cases import case
from .model import Bib


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
    block.copy(bib, ("SPEC", "rare"))
    block.expect("lhr_problem", "shared_ocn", bib)
