"""Who owns a number, and what OCLC has confirmed of it (practice.md 6.2).

Everything is said of a number and an owner, never of a bib alone: what confirms one number of a bib confirms nothing for
another number of it.
"""

from collections import defaultdict

from ..institution import EXTRACT_DATE, LISTS
from ..model import Answer, Bib
from ..oclc_answers import RECEIVED
from .holdings import why_not_sent
from .texts import doubt, likeness_of_result, match_class
from .view import View, histories

# Why a holding is not sent, and no policy: a location without a line, no reason at all, and what is on order, which comes
# to be sent by itself (practice.md 1.6: nothing is to be kept out «merely because something is on order»).
_UNMEANT = ("unmapped", "unknown", "on_order", None)


def owned_numbers(bib: Bib) -> set[int]:
    """Every number that a bib ever had: read in any place, on its holdings (its host's for a constituent), sent, answered.

    A host has none itself; a provisional number of staging is none (6.2, «Who owns a number»).
    """
    if bib.is_host:
        return set()
    read = {reading.number for reading in bib.readings}
    on_holdings = {number for holding in bib.placed for number in holding.lhr_ocns}
    exchanged = {number for answer in bib.answers for number in (answer.sent, answer.result)}
    return (read | on_holdings | exchanged) - {None}


def owners_by_record(view: View) -> dict[int, list[Bib]]:
    """The owners of each record of WorldCat; suppressed and excluded bibs count (6.2, «Active»)."""
    owners: dict[int, list[Bib]] = defaultdict(list)
    for bib in view.bibs:
        for record in {view.record_of(number) for number in owned_numbers(bib)}:
            owners[record].append(bib)
    return owners


def is_in_error(bib: Bib, view: View) -> bool:
    """Whether a last answer on a bib is a failure, a change without explanation, or under review (6.2, «In error»).

    Only OCLC's own records explain a change. Under review is an answer that the texts make doubtful, for somebody has
    to look at the record then: a first number, or the very number that was sent, where OCLC delivered its record. A list
    of holdings is no proof of a text: its maker has written the titles, and 6.2 has no class for them.
    """
    return any(_is_error(answers[-1], bib, view) for answers in histories(bib).values())


def _is_error(last: Answer, bib: Bib, view: View) -> bool:
    if last.is_cancel:
        return False
    class_ = match_class(last, bib, view)
    if class_ in ("found", "same", "no_number"):
        is_proof = class_ == "found" or view.at_hand.is_delivered(likeness_of_result(last.result, bib, view)[1])
        return last.result is not None and is_proof and doubt(last, bib, view) is not None
    return class_ not in ("created", "merged")


def is_confirmed(record: int, bib: Bib, symbol: str, view: View) -> bool:
    """Whether the newest answer under a symbol since the extract is a success that names this record (6.2, «Confirmed»).

    A provisional number of staging confirms nothing, nor what was deleted since under the symbol.
    A success that names another record, or none, confirms nothing for this one; and what an earlier run confirmed no
    longer stands when a later one failed or answered another record («Still standing»).
    """
    if record in view.staging or record in map(view.record_of, view.block.cancelled.get(symbol, ())):
        return False
    newest = [answer for answer in histories(bib).get(symbol, []) if is_since_extract(answer)][-1:]
    return any(
        answer.is_success and answer.result is not None and view.record_of(answer.result) == record for answer in newest
    )


def is_since_extract(answer: Answer) -> bool:
    """Whether OCLC had received the file when the extract was made, or later."""
    return RECEIVED[answer.run].date() >= EXTRACT_DATE


def targets(bib: Bib) -> set[str]:
    """The symbols that the locations of its holdings go to (6.2, «Owner's target»)."""
    return {holding.line.target for holding in bib.placed if holding.line}


def is_safe(record: int, bib: Bib, view: View) -> bool:
    """Whether a record is confirmed for a bib on each of its targets, and each of its holdings has a place (6.2, «Placed»)."""
    is_anywhere = bool(bib.placed) and is_placed(bib)
    return is_anywhere and all(is_confirmed(record, bib, symbol, view) for symbol in targets(bib))


def is_placed(bib: Bib) -> bool:
    """Whether each holding has its unit and target on the day, and can be told from the others (6.2, «Placed»).

    `in_scope` left blank is undecided; holdings with one ID, or with none, cannot be told from each other.
    """
    ids = [holding.holding_id for holding in bib.placed]
    lines = [holding.line for holding in bib.placed]
    has_lines = all(line is not None and line.in_scope is not None for line in lines)
    return has_lines and all(ids) and len(set(ids)) == len(ids)


def is_lost(record: int, bib: Bib, view: View) -> bool:
    """Whether a target confirmed a record for a bib, and its own later list does not have it (6.2, «Still standing»)."""
    return any(
        is_confirmed(record, bib, symbol, view) and record not in view.listed(symbol)
        for symbol in targets(bib) & LISTS.keys()
    )


def is_kept_out(record: int, bib: Bib, view: View) -> bool:
    """Whether somebody meant that a bib is not confirmed where it is not: each holding there has such a reason (1.4)."""
    unconfirmed = [
        holding
        for holding in bib.placed
        if holding.line is None or not is_confirmed(record, bib, holding.line.target, view)
    ]
    if not bib.placed:
        return bool(bib.exclusion) or bib.is_suppressed or bib.is_electronic
    return all(why_not_sent(bib, holding) not in _UNMEANT for holding in unconfirmed)
