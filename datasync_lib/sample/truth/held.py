"""The class and the answer of every number that WorldCat holds under a symbol (practice.md 6.2, «first rule wins»).

Of the classes of 6.2 those are told that need no other list: no local holdings record, open request, withdrawn title or
decision is planted yet, so 1, 2, 5, 6 and 14 never apply; 13 and 15 are one class, not yet classed.
"""

from collections.abc import Iterator

from ..institution import LISTS, RETIRED
from ..model import Bib
from .answers import replaced_results
from .owners import is_in_error, is_kept_out, is_safe, owners_by_record, targets
from .rows import Finding, HeldNumber, lead
from .view import View, histories

# A number with another answer needs nobody: it is a row of the held numbers and no finding.
ASKING = ("act", "review", "hold")
_ANSWERS = {
    "in_error": "hold",
    "ambiguous_number": "review",
    "excluded_by_policy": "review",
    "owned_unconfirmed": "hold",
    "not_yet_classed": "hold",
}


def held_numbers(view: View) -> Iterator[HeldNumber]:
    """One row for each number of the newest list of each symbol; the bib is the first of those that decide."""
    owners = owners_by_record(view)
    for symbol, held in view.block.held.items():
        for number in held:
            record = view.record_of(number)
            having = owners.get(record, [])
            class_, deciding = _classify(symbol, number, having, view)
            answer = _ANSWERS.get(class_) or _answer(class_, symbol, record, having, view)
            bib = min(deciding, key=lambda bib: bib.mms_id, default=None)
            yield HeldNumber(symbol, number, class_, answer, bib and bib.mms_id, bib and lead(bib)[0])


def old_holding(rows: list[HeldNumber]) -> Iterator[Finding]:
    """A held number whose answer asks somebody to act, to review or to hold."""
    for row in rows:
        if row.answer in ASKING:
            yield Finding("old_holding", row.symbol, row.unit, row.mms_id, None, row.ocn, row.class_)


def _classify(symbol: str, number: int, owners: list[Bib], view: View) -> tuple[str, list[Bib]]:
    """The first class that fits, and the owners that decide."""
    record = view.record_of(number)
    in_error = [bib for bib in owners if is_in_error(bib, view)]
    if in_error:
        return "in_error", in_error
    if view.resolve(number) is None:
        return "ambiguous_number", []
    if not owners:
        return "not_yet_classed", []
    unsafe = [bib for bib in owners if not is_safe(record, bib, view)]
    if not unsafe and (symbol in RETIRED or _is_at_home(symbol, owners)):
        return "covered", owners
    if any(_has_drifted(record, bib, view) for bib in owners):
        return "drifted", owners
    if unsafe and all(is_kept_out(record, bib, view) for bib in unsafe):
        return "excluded_by_policy", unsafe
    return ("owned_unconfirmed" if _is_at_home(symbol, owners) else "owned_elsewhere"), owners


def _is_at_home(symbol: str, owners: list[Bib]) -> bool:
    """Whether a holding of an owner belongs to a symbol: goes to a kept one, or comes from a retired one.

    No location goes to a retired symbol, so that «mapped to other symbols» says something only of where it comes from.
    """
    lines = [holding.line for bib in owners for holding in bib.placed if holding.line]
    return any(symbol == (line.outgoing if symbol in RETIRED else line.target) for line in lines)


def _has_drifted(record: int, bib: Bib, view: View) -> bool:
    """Whether a record is an earlier answer on a bib that a later one replaced."""
    replaced = (number for answers in histories(bib).values() for number in replaced_results(answers, view))
    return record in map(view.record_of, replaced)


def _answer(class_: str, symbol: str, record: int, owners: list[Bib], view: View) -> str:
    """The answer of a class whose answer depends on more."""
    if class_ == "covered":
        return "delete" if symbol in RETIRED else "keep"
    if class_ == "drifted":
        is_solved = symbol in RETIRED and all(_is_safe_with_last(bib, view) for bib in owners)
        return "delete" if is_solved else "review"
    return "delete" if all(_holds(target, record, view) for bib in owners for target in targets(bib)) else "hold"


def _is_safe_with_last(bib: Bib, view: View) -> bool:
    """Whether the number that replaced an earlier one is confirmed on each target."""
    last = {view.record_of(a[-1].result) for a in histories(bib).values() if a[-1].is_success and a[-1].result}
    return any(is_safe(record, bib, view) for record in last)


def _holds(symbol: str, record: int, view: View) -> bool:
    """Whether WorldCat's list of a symbol has a record today."""
    return symbol in LISTS and record in map(view.record_of, view.block.held[symbol])
