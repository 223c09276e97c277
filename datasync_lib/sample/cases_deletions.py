"""Cases of numbers with several names, of titles bound together, and of what moved after the extract (practice.md 6.2)."""

from .block import Block
from .cases import case

_RETIRED = ((("ENG", "stacks"), "M@S"), (("MED", "stacks"), "MMD"), (("LAW", "stacks"), "MLW"))


@case(4)
def held_along_a_chain(block: Block) -> None:
    """Merged twice, and OCLC answered with the last number; every number of the three is held, and may go."""
    place, symbol = block.in_turn(_RETIRED)
    bib, middle, current = block.bib(place, is_held=False), block.numbers.ocn(), block.numbers.ocn()
    block.merge(bib.current[0], middle)
    block.merge(middle, current)
    block.says(bib, "match", current)
    for number in (bib.current[0], middle, current):
        block.hold(symbol, number, bib.work)
    block.expect("old_holding", "covered", bib)


@case(3)
def held_in_a_circle(block: Block) -> None:
    """WorldCat's records say of each of two numbers that it became the other; both are held, one was answered."""
    place, symbol = block.in_turn(_RETIRED)
    bib, other = block.bib(place, is_held=False), block.numbers.ocn()
    block.merge(bib.current[0], other)
    block.merge(other, bib.current[0])
    block.says(bib, "match", bib.current[0])
    for number in (bib.current[0], other):
        block.hold(symbol, number, bib.work)
    block.expect("old_holding", "ambiguous_number", bib)


@case(4)
def held_under_one_of_two_ends(block: Block) -> None:
    """A number became two others by WorldCat's records: its owner is not confirmed, the owner of one end is."""
    place, symbol = block.in_turn(_RETIRED)
    first, second = block.bib(place, is_held=False), block.bib(place, is_held=False)
    block.merge(first.current[0], second.current[0])
    block.merge(first.current[0], block.numbers.ocn())
    first.unreported.add(first.holdings[0].line.target)
    for bib in (first, second):
        block.hold(symbol, bib.current[0], bib.work)
    block.expect("old_holding", "ambiguous_number", first)


@case(4)
def answered_otherwise_again_and_again(block: Block) -> None:
    """Two runs answered with one other number, which no record of WorldCat explains: both numbers are held."""
    place, symbol = block.in_turn(_RETIRED)
    bib, other = block.bib(place, is_held=False), block.numbers.ocn()
    for run in ("first", "rerun"):
        block.says(bib, "match", other, run=run)
    for number in (bib.current[0], other):
        block.hold(symbol, number)
    block.expect("old_holding", "in_error", bib)


@case(3)
def one_of_two_owners_under_a_retired_symbol(block: Block) -> None:
    """Two bibs, or one with two holdings, have the number under retired symbols; OCLC never answered on one of them."""
    bib = block.bib(("LAW", "stacks"), is_held=False, script=False)
    if block.in_turn((True, False)):
        block.copy(bib, ("ENG", "stacks")).is_held = False
        block.bibs[-1].unreported.add("MWS")
        deciding = min(bib, block.bibs[-1], key=lambda one: one.mms_id)
    else:
        block.holding(bib, "ENG", "stacks")
        bib.unreported.add("MWS")
        deciding = bib
    for symbol in ("MLW", "M@S"):
        block.hold(symbol, bib.current[0], bib.work)
    block.expect("old_holding", "owned_unconfirmed", deciding)


@case(6)
def bound_into_another_volume(block: Block) -> None:
    """A copy of its own is confirmed; another one is bound with others, in a volume that has a title of its own.

    The link stands in 773, in 774 or in both; OCLC never answered for the place of the volume.
    """
    volume = block.bib(("LAW", "stacks"), script=False)
    bib = block.bib(("ENG", "stacks"), is_held=False, linked_by=block.in_turn((("774",), ("773",), ("773", "774"))))
    volume.constituents, bib.host = [bib], volume
    if is_safe := block.in_turn((False, False, False, True)):
        block.expect("old_holding", "covered", bib)
    else:
        bib.unreported.add("MWU")
        block.expect("old_holding", "owned_unconfirmed", bib)
    block.hold("M@S" if is_safe else block.in_turn(("M@S", "MLW")), bib.current[0], bib.work)


@case(4)
def boundwith_of_which_one_is_not_confirmed(block: Block) -> None:
    """Two titles in one volume: the one is confirmed and may go, the other one was never reported."""
    host = block.bib(("SPEC", "rare"), numbered=False, format="book", script=False, is_host=True)
    bibs = [block.bib(nowhere=True, is_held=False) for _ in range(2)]
    host.constituents = bibs
    for bib in bibs:
        bib.host = host
        block.hold("MWH", bib.current[0], bib.work)
    bibs[1].unreported.add("MWU")
    block.expect("old_holding", "covered", bibs[0])
    block.expect("old_holding", "owned_unconfirmed", bibs[1])


@case(6)
def moved_after_the_extract(block: Block) -> None:
    """An increment of the export has the holding in another place, under whose target OCLC never answered."""
    bib = block.bib(("LAW", "stacks"), is_held=False)
    block.move(bib, "ENG", "stacks", block.in_turn((1, 2)))
    block.hold("MLW", bib.current[0], bib.work)
    block.expect("old_holding", "owned_elsewhere", bib)


@case(3)
def moved_after_the_extract_within_its_target(block: Block) -> None:
    """An increment of the export has the holding in another place that goes to the same symbol: the old one may go."""
    bib = block.bib(("LAW", "stacks"), is_held=False)
    block.move(bib, "LAW", "Reading Room", block.in_turn((1, 2)))
    block.hold("MLW", bib.current[0], bib.work)
    block.expect("old_holding", "covered", bib)


@case(4)
def rows_that_are_no_number(block: Block) -> None:
    """Rows of a list that are no number: what a spreadsheet left of it, another system's, a word (6.2, class 4)."""
    texts = ("4.0012E+06", "(OCoLC)M123", "see note 7", "1.04576e+09")
    block.no_numbers["MWS"].append(block.in_turn(texts))
