"""Cases of what somebody has bound themselves to, or has decided, and of an answer that stands at the place of another record."""

from .block import Block, Misplaced
from .cases import case
from .model import Bib

_RETIRED = (
    (("ENG", "stacks"), "M@S"),
    (("MED", "stacks"), "MMD"),
    (("LAW", "stacks"), "MLW"),
    (("SPEC", "rare"), "MWH"),
)
_KEPT = ((("SCI", "stacks"), "MWS"), (("COLL", "stacks"), "MWC"))
_MOVED = ((("COLL", "science"), "MWC"), (("SCI", "college"), "MWS"))


def _held(block: Block, ways: tuple) -> tuple[Bib, str]:
    """A bib that OCLC takes, and whose number a symbol holds; the symbol."""
    place, symbol = block.in_turn(ways)
    bib = block.bib(place, is_held=False)
    block.hold(symbol, bib.current[0], bib.work)
    return bib, symbol


@case(9)
def committed_to_retain(block: Block) -> None:
    """A 583 says so, in the bib or in a holdings record of it; the commitment would not come back with the holding (6.3)."""
    bib, _ = _held(block, (*_RETIRED, *_KEPT, *_MOVED))
    if block.in_turn((True, False)):
        bib.action = block.in_turn(("committed to retain", "Committed to retain."))
    else:
        library, location = bib.holdings[0].library, bib.holdings[0].location
        block.holding(bib, library, location, is_mfhd=True, action="committed to retain")
    block.expect("old_holding", "lhr_or_retention", bib)


@case(4)
def action_that_commits_to_nothing(block: Block) -> None:
    """A 583 tells of something else that was done with the title: the old holding may go."""
    bib, _ = _held(block, _RETIRED)
    bib.action = block.in_turn(("completeness reviewed", "will not be retained"))
    block.expect("old_holding", "covered", bib)


@case(8)
def unit_decided_to_keep(block: Block) -> None:
    """A unit sent back its sheet with «still held: keep»: what else would go stays, from that moment on."""
    bib, symbol = _held(block, (*_RETIRED, *_MOVED))
    block.decided.append((symbol, bib.current[0]))
    block.expect("old_holding", "decided_keep", bib)


@case(6)
def fix_that_a_person_signed(block: Block) -> None:
    """OCLC answered with another number, and somebody has signed that it is the same record: the old number may go."""
    place, symbol = block.in_turn(_RETIRED)
    bib, now = block.bib(place, is_held=False), block.numbers.ocn()
    block.says(bib, "match", now)
    block.fixes.append((bib.current[0], now))
    block.hold(symbol, bib.current[0], bib.work)
    block.expect("old_holding", "covered", bib)


@case(3)
def fix_against_the_record_of_worldcat(block: Block) -> None:
    """Somebody has signed that a number became another one than WorldCat's own record says: it has two ends."""
    number, by_oclc, by_hand = (block.numbers.ocn() for _ in range(3))
    block.merge(number, by_oclc)
    block.fixes.append((number, by_hand))
    block.hold(block.in_turn(("M@S", "MLW", "MWC")), number)
    block.expect("old_holding", "ambiguous_number")


@case(6)
def answered_at_the_place_of_another(block: Block) -> None:
    """A row names one record, and stands where the sent file has another one, on which OCLC never answered."""
    place, symbol = block.in_turn(_RETIRED)
    named, other = (block.bib(place, is_held=False) for _ in range(2))
    target = other.holdings[0].line.target
    other.unreported.add(target)
    block.misplaced.append(Misplaced(target, named, other))
    for bib in (named, other):
        block.hold(symbol, bib.current[0], bib.work)
    block.expect("old_holding", "owned_unconfirmed", other)
    block.expect("old_holding", "covered", named)
