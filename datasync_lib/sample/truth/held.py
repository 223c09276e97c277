"""The class and the answer of every number that WorldCat holds under a symbol (practice.md 6.2, «first rule wins»)."""

from collections.abc import Iterator

from ..institution import LISTS, OLDER_LISTS, RETIRED
from ..model import Bib
from .answers import replaced_results
from .owners import is_confirmed, is_in_error, is_kept_out, is_lost, is_placed, is_safe, owners_by_record, targets
from .possible_owners import PossibleOwners
from .rows import Finding, HeldNumber, lead
from .view import View, histories

# The lists of staff that give a class. Requests that are closed are no more listed.
_BY_LISTS = {
    "lhr_or_retention": ("lhrs", "commitments"),
    "open_ill": ("ill_requests",),
    "decided_keep": ("kept_titles",),
    "kb_managed": ("kb_holdings",),
    "withdrawn": ("withdrawn_titles",),
}

# A number with another answer needs nobody: it is a row of the held numbers and no finding.
ASKING = ("act", "review", "hold")
_ANSWERS = {
    "in_error": "hold",
    "ambiguous_number": "review",
    "excluded_by_policy": "review",
    "lhr_or_retention": "hold",
    "open_ill": "hold",
    "kb_managed": "keep",
    "withdrawn": "delete",
    "doubtful_owner": "hold",
    "undecided_place": "hold",
    "not_on_target_list": "hold",
    "list_not_read": "hold",
    "owned_unconfirmed": "hold",
    "text_or_number_hit": "review",
    "not_yet_classed": "review",
}


def held_numbers(view: View) -> Iterator[HeldNumber]:
    """One row for each number of the newest list of each symbol; the bib is the first of those that decide."""
    owners, possible = owners_by_record(view), PossibleOwners(view)
    for symbol, held in view.block.held.items():
        for number in held:
            record = view.record_of(number)
            having = owners.get(record, [])
            class_, deciding = _classify(symbol, number, having, possible.has_more_than(having, number), view)
            answer = _ANSWERS.get(class_) or _answer(class_, symbol, record, having, view)
            bib = min(deciding, key=lambda bib: bib.mms_id, default=None)
            yield HeldNumber(symbol, number, class_, answer, bib and bib.mms_id, bib and lead(bib)[0])


def old_holding(rows: list[HeldNumber]) -> Iterator[Finding]:
    """A held number whose answer asks somebody to act, to review or to hold."""
    for row in rows:
        if row.answer in ASKING:
            yield Finding("old_holding", row.symbol, row.unit, row.mms_id, None, row.ocn, row.class_)


def _classify(symbol: str, number: int, owners: list[Bib], is_doubtful: bool, view: View) -> tuple[str, list[Bib]]:
    """The first class that fits, and the owners that decide."""
    record = view.record_of(number)
    if committed := [bib for bib in owners if is_committed(bib)]:
        return "lhr_or_retention", committed
    for class_ in ("lhr_or_retention", "open_ill"):
        if view.is_listed(_BY_LISTS[class_], symbol, record):
            return class_, owners
    in_error = [bib for bib in owners if is_in_error(bib, view)]
    if in_error:
        return "in_error", in_error
    if view.resolve(number) is None or view.is_end_of_ambiguous(record, symbol):
        return "ambiguous_number", owners
    if is_doubtful:
        return "doubtful_owner", owners
    if undecided := [bib for bib in owners if not is_placed(bib)]:
        return "undecided_place", undecided
    if view.is_decided(symbol, record):
        return "decided_keep", owners
    for class_ in ("decided_keep", "kb_managed"):
        if view.is_listed(_BY_LISTS[class_], symbol, record):
            return class_, owners
    if is_set_after_extract(symbol, record, view):
        return "set_after_extract", owners
    is_noted = view.is_listed(("notes",), symbol, record)
    if not owners:
        if is_noted:
            return "list_not_read", []
        is_withdrawn = view.is_listed(_BY_LISTS["withdrawn"], symbol, record)
        return ("withdrawn" if is_withdrawn else _searched(symbol, number, view)), []
    if lost := [bib for bib in owners if is_lost(record, bib, view)]:
        return "not_on_target_list", lost
    if is_noted:
        return "list_not_read", owners
    unsafe = [bib for bib in owners if not is_safe(record, bib, view)]
    if not unsafe and (symbol in RETIRED or _is_at_home(symbol, owners)):
        return "covered", owners
    if any(_has_drifted(record, bib, view) for bib in owners):
        return "drifted", owners
    if unsafe and all(is_kept_out(record, bib, view) for bib in unsafe):
        return "excluded_by_policy", unsafe
    return ("owned_unconfirmed" if _is_at_home(symbol, owners) else "owned_elsewhere"), owners


def _searched(symbol: str, number: int, view: View) -> str:
    """The class of a number that nobody owns (13 and 15): a list of bare numbers has no text to search for."""
    if LISTS[symbol] != "mrc":
        return "not_yet_classed"
    work = view.block.held[symbol][number]
    is_ours = any((bib.work.title, bib.work.year) == (work.title, work.year) for bib in view.bibs)
    return "text_or_number_hit" if is_ours else "not_in_catalogue"


def is_committed(bib: Bib) -> bool:
    """Whether a 583 of a bib or of a holding of it is exactly «committed to retain» (6.2, class 1; oclc_formats.md 12)."""
    actions = (bib.action, *(holding.action for holding in bib.placed))
    return any(action.casefold().rstrip(". ") == "committed to retain" for action in actions)


def _is_at_home(symbol: str, owners: list[Bib]) -> bool:
    """Whether a holding of an owner belongs to a symbol: goes to a kept one, or comes from a retired one.

    No location goes to a retired symbol, so that «mapped to other symbols» says something only of where it comes from.
    """
    lines = [holding.line for bib in owners for holding in bib.placed if holding.line]
    return any(symbol == (line.outgoing if symbol in RETIRED else line.target) for line in lines)


def is_set_after_extract(symbol: str, record: int, view: View) -> bool:
    """Whether a record is in the list taken after the extract and not in the one before; without two lists never (rule 7)."""
    return symbol in OLDER_LISTS and record not in view.listed_before(symbol)


def _has_drifted(record: int, bib: Bib, view: View) -> bool:
    """Whether a record is an earlier answer on a bib that a later one replaced."""
    replaced = (number for answers in histories(bib).values() for number in replaced_results(answers, view))
    return record in map(view.record_of, replaced)


def _answer(class_: str, symbol: str, record: int, owners: list[Bib], view: View) -> str:
    """The answer of a class whose answer depends on more."""
    if class_ == "covered":
        return "delete" if symbol in RETIRED else "keep"
    if class_ in ("set_after_extract", "decided_keep"):
        return "hold" if symbol in RETIRED else "keep"
    if class_ == "not_in_catalogue":
        was_there = symbol in RETIRED or (symbol in OLDER_LISTS and record in view.listed_before(symbol))
        return "delete" if was_there else "review"
    if class_ == "drifted":
        is_solved = symbol in RETIRED and all(_is_replaced_safely(record, bib, view) for bib in owners)
        return "delete" if is_solved else "review"
    return "delete" if all(_holds(target, record, view) for bib in owners for target in targets(bib)) else "hold"


def _is_replaced_safely(record: int, bib: Bib, view: View) -> bool:
    """Whether a bib has a record by an earlier answer alone, and what replaced it is confirmed on each target and held there."""
    otherwise = {reading.number for reading in bib.readings} | {answer.sent for answer in bib.answers}
    otherwise |= {number for holding in bib.placed for number in holding.lhr_ocns}
    last = {view.record_of(a[-1].result) for a in histories(bib).values() if a[-1].is_success and a[-1].result}
    return (
        _has_drifted(record, bib, view)
        and record not in map(view.record_of, otherwise - {None})
        and not any(is_confirmed(record, bib, symbol, view) for symbol in histories(bib))
        and any(is_safe(later, bib, view) and not is_lost(later, bib, view) for later in last)
    )


def _holds(symbol: str, record: int, view: View) -> bool:
    """Whether WorldCat's list of a symbol has a record today."""
    return record in view.listed(symbol)
