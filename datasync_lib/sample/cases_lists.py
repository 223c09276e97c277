"""Cases of lists of staff that keep a number from being deleted, or let it go (practice.md 6.2, classes 1, 2, 5, 6 and 14)."""

from .block import Block
from .cases import case
from .model import Bib, Listed

_RETIRED = (
    (("ENG", "stacks"), "M@S"),
    (("MED", "stacks"), "MMD"),
    (("LAW", "stacks"), "MLW"),
    (("SPEC", "rare"), "MWH"),
)


def _held(block: Block) -> tuple[Bib, int, str]:
    """A bib whose number a retired symbol holds, and which would go; the number as a list has it, current or merged since."""
    place, symbol = block.in_turn(_RETIRED)
    bib = block.bib(place, is_held=False)
    listed = bib.current[0]
    if block.in_turn((False, False, True)):
        current = block.numbers.ocn()
        block.merge(listed, current)
        block.says(bib, "match", current)
    block.hold(symbol, bib.current[0], bib.work)
    return bib, listed, symbol


@case(6)
def local_holdings_record_or_commitment(block: Block) -> None:
    """A list of local holdings records has the number under the symbol, or one of commitments has it, for all symbols too."""
    bib, number, symbol = _held(block)
    kind, of = block.in_turn((("lhrs", symbol), ("commitments", symbol), ("commitments", None), ("lhrs", symbol)))
    block.listed.append(Listed(kind, of, number))
    block.expect("old_holding", "lhr_or_retention", bib)


@case(6)
def open_request(block: Block) -> None:
    """An interlibrary request on the number is not closed yet, whatever is written of how far it is."""
    bib, number, symbol = _held(block)
    block.listed.append(Listed("ill_requests", symbol, number, block.in_turn(("Shipped", "received", "REQUESTED"))))
    block.expect("old_holding", "open_ill", bib)


@case(4)
def closed_request(block: Block) -> None:
    """The interlibrary request on the number is closed: nothing keeps it."""
    bib, number, symbol = _held(block)
    block.listed.append(Listed("ill_requests", symbol, number, block.in_turn(("Closed", "closed"))))
    block.expect("old_holding", "covered", bib)


@case(4)
def listed_under_another_symbol(block: Block) -> None:
    """A list of local holdings records has the number under another symbol: it says nothing of this one."""
    bib, number, _ = _held(block)
    block.listed.append(Listed("lhrs", "MWU", number))
    block.expect("old_holding", "covered", bib)


@case(6)
def title_to_keep(block: Block) -> None:
    """Staff decided that the title stays: a word about the target where the symbol goes away, and final where it is kept."""
    if block.in_turn((True, True, False)):
        bib, number, symbol = _held(block)
    else:
        bib, symbol = block.bib(("SCI", "college")), "MWS"
        number = bib.current[0]
        block.hold(symbol, number, bib.work)
    block.listed.append(Listed("kept_titles", symbol, number))
    block.expect("old_holding", "decided_keep", bib)


@case(4)
def named_in_a_note(block: Block) -> None:
    """A note that nobody has set up as a list names the number: whatever it says, it may be a word against the deletion."""
    bib, number, _ = _held(block)
    block.listed.append(Listed("notes", None, number))
    block.expect("old_holding", "list_not_read", bib)


@case(4)
def set_by_the_knowledge_base(block: Block) -> None:
    """The knowledge base sets the holding: it goes and comes with the collection there."""
    symbol, number = block.in_turn(("MLW", "MWC", "MMD")), block.numbers.ocn()
    block.hold(symbol, number)
    block.listed.append(Listed("kb_holdings", symbol, number))
    block.expect("old_holding", "kb_managed")


@case(8)
def withdrawn_title(block: Block) -> None:
    """No bib of ours has the number any more, and a list says that the title was withdrawn: it may go, kept symbol or not."""
    symbol, number = block.in_turn(("MLW", "M@S", "MWC", "MWH")), block.numbers.ocn()
    block.hold(symbol, number)
    block.listed.append(Listed("withdrawn_titles", block.in_turn((symbol, None)), number))
    block.expect("old_holding", "withdrawn")


@case(4)
def withdrawn_and_owned_all_the_same(block: Block) -> None:
    """A list says that the title was withdrawn, and a bib has the number, on which OCLC never answered."""
    bib, number, symbol = _held(block)
    bib.answers.clear()
    bib.unreported.add(bib.holdings[0].line.target)
    block.listed.append(Listed("withdrawn_titles", symbol, number))
    block.expect("old_holding", "owned_unconfirmed", bib)
