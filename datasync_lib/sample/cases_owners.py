"""Cases of owners that nobody is sure of, and of holdings that nobody can place (practice.md 6.2, «Possible owner», «Placed»).

Each number here is confirmed for a bib that is beyond doubt: but for the other one it would go.
"""

from .block import Block
from .cases import case
from .model import Bib, Loose, Reading

_PLACES = (
    (("LAW", "stacks"), "MLW"),
    (("ENG", "stacks"), "M@S"),
    (("MED", "stacks"), "MMD"),
    (("SPEC", "rare"), "MWH"),
)

# How a number stands in a record whose owner it may be: place, text, verdict (duplicates.md E1, steps 3 to 6).
_SPELLINGS = (
    ("035$a", "(OCoLC){0} print", "suffix"),
    ("035$a", "(OCoLC){1}e", "suffix"),
    ("035$z", "(ocolc){0}X", "suffix"),
    ("035$a", "{0}", "bare_number"),
    ("035$a", "(OCoLC-M){0}", "other_control"),
    ("035$a", "(DLC){0}", "not_oclc"),
    ("035$a", "(NNC) {0:010d}", "not_oclc"),
    ("079$a", "(OCoLC){0} (online)", "suffix"),
)
_BY_EXCEL = ("(OCoLC){0}", "(ocolc){0}", "{0}")


def _owned(block: Block) -> tuple[Bib, int]:
    """A bib and its number, which a retired symbol holds, and which would go."""
    place, symbol = block.in_turn(_PLACES)
    bib = block.bib(place, is_held=False)
    block.hold(symbol, bib.current[0], bib.work)
    return bib, bib.current[0]


def _second(block: Block) -> Bib:
    """A bib that the number may belong to as well: with a sound number of its own, or without one."""
    bib = block.bib(("MAIN", "stacks"), numbered=block.in_turn((True, False)), script=False)
    if not bib.current:
        block.says(bib, "match", block.numbers.ocn())
    return bib


@case(16)
def owner_in_doubtful_spelling(block: Block) -> None:
    """Another bib has the number with a word or a letter behind it, without a prefix, or with that of another agency."""
    owner, number = _owned(block)
    bib = _second(block)
    place, form, verdict = block.in_turn(_SPELLINGS)
    control = f"ocm{number:08d}" if number < 10**8 else f"ocn{number}" if number < 10**9 else f"on{number}"
    bib.readings.append(Reading(place, form.format(number, control), verdict, may_be=range(number, number + 1)))
    block.expect("old_holding", "doubtful_owner", owner)


@case(6)
def owner_mangled_by_a_spreadsheet(block: Block) -> None:
    """Another bib has the number as a spreadsheet shows it: with all its digits, or with the first six."""
    owner, number = _owned(block)
    bib, digits = _second(block), len(str(number))
    shown = f"{number / 10 ** (digits - 1):.{block.in_turn((digits - 1, 5))}f}"
    unit = 10 ** (digits - 1 - len(shown.partition(".")[2]))
    first = int(shown.replace(".", "")) * unit - unit // 2
    text = block.in_turn(_BY_EXCEL).format(f"{shown}{block.in_turn(('E', 'e'))}+{digits - 1:02d}")
    may_be = range(first, first + max(unit, 1) + (unit > 1))
    bib.readings.append(Reading("035$a", text, "excel_exponent", may_be=may_be))
    block.expect("old_holding", "doubtful_owner", owner)


@case(4)
def owner_that_spells_its_number_twice(block: Block) -> None:
    """The bib that is confirmed has its number in a doubtful spelling too: nobody else is in doubt."""
    owner, number = _owned(block)
    place, form, verdict = block.in_turn((_SPELLINGS[0], _SPELLINGS[3], _SPELLINGS[5]))
    owner.readings.append(Reading(place, form.format(number), verdict, may_be=range(number, number + 1)))
    block.expect("old_holding", "covered", owner)


@case(4)
def owner_that_is_only_possible(block: Block) -> None:
    """No bib has the number beyond doubt; one has it without a prefix, or with another agency's: it may be held for that."""
    bib, number = _second(block), block.numbers.ocn()
    place, form, verdict = block.in_turn((_SPELLINGS[3], _SPELLINGS[6], _SPELLINGS[0]))
    bib.readings.append(Reading(place, form.format(number), verdict, may_be=range(number, number + 1)))
    block.hold(block.in_turn(("M@S", "MWC", "MLW")), number)
    block.expect("old_holding", "doubtful_owner")


@case(8)
def owner_without_name(block: Block) -> None:
    """A record without 001, a damaged one, or a holdings record whose bib is missing has the number as well."""
    owner, number = _owned(block)
    kind = block.in_turn(("without_001", "damaged", "bib_missing"))
    bib = block.bib(
        *(() if kind == "bib_missing" else (("MAIN", "stacks"),)),
        number=number,
        nowhere=kind == "bib_missing",
        script=False,
    )
    if kind == "bib_missing":
        block.holding(bib, "MED", "stacks", is_mfhd=True, lhr_ocns=(number,))
    block.bibs.remove(bib)
    block.loose.append(Loose(kind, bib))
    block.expect("old_holding", "doubtful_owner", owner)


@case(6)
def place_that_nobody_decided_on(block: Block) -> None:
    """The map has the location of one of two holdings, and `in_scope` was left blank."""
    first, annex, symbol = block.in_turn(
        ((("LAW", "stacks"), ("LAW", "annex"), "MLW"), (("MED", "stacks"), ("MED", "annex"), "MMD"))
    )
    bib = block.bib(first, annex, is_held=False)
    block.hold(symbol, bib.current[0], bib.work)
    block.expect("old_holding", "undecided_place", bib)


@case(6)
def holdings_that_cannot_be_told_apart(block: Block) -> None:
    """Two holdings have one ID, or neither has any: what is said of the one may be meant of the other."""
    bib, has_id = block.bib(("LAW", "stacks"), ("ENG", "stacks"), is_held=False), block.in_turn((True, False))
    if block.in_turn((False, True, False)):
        bib.unreported.add("MWS")
    for holding in bib.holdings:
        holding.holding_id = bib.holdings[0].holding_id if has_id else ""
    for symbol in block.in_turn((("MLW",), ("M@S",), ("MLW", "M@S"))):
        block.hold(symbol, bib.current[0], bib.work)
    block.expect("old_holding", "undecided_place", bib)
