"""The class of every number that WorldCat holds under a symbol, told from what was planted (practice.md 6.2)."""

from collections import defaultdict
from collections.abc import Callable, Iterator

from .institution import RETIRED
from .model import Bib, Holding
from .truth import Finding, View, change_class, histories, is_changed, lead, replaced_results


def held_findings(view: View) -> Iterator[Finding]:
    """One finding for each number of the newest list of each symbol."""
    owners: dict[int | None, list[Bib]] = defaultdict(list)
    for bib in view.bibs:
        if not bib.is_host:
            for number in {view.resolve(number) for number in bib.owned}:
                owners[number].append(bib)
    replaced = {
        view.resolve(number)
        for bib in view.bibs
        for answers in histories(bib).values()
        for number in replaced_results(answers, view)
    }
    for symbol, held in view.block.held.items():
        for number in held:
            current = view.resolve(number)
            having = owners.get(current, []) if current is not None else []
            class_, deciding = _classify(symbol, current, having, replaced, view)
            bib = min(deciding, key=lambda bib: bib.mms_id, default=None)
            yield Finding("old_holding", symbol, bib and lead(bib)[0], bib and bib.mms_id, None, number, class_)


def _classify(
    symbol: str, current: int | None, owners: list[Bib], replaced: set[int | None], view: View
) -> tuple[str, list[Bib]]:
    """The first class that fits, and the owners that decide."""
    in_error = [bib for bib in owners if _is_in_error(bib, view)]
    if in_error:
        return "in_error", in_error
    if current is None:
        return "ambiguous_number", []
    safe: Callable[[Bib], bool] = _is_safe if symbol in RETIRED else lambda bib: symbol in _confirmed(bib)
    if _is_covered(symbol, current, owners, view):
        return "covered", owners
    if current in replaced:
        return "drifted", owners
    unconfirmed = [bib for bib in owners if not safe(bib)]
    if unconfirmed and all(_is_kept_out(bib) for bib in unconfirmed):
        return "excluded_by_policy", unconfirmed
    if owners and not any(symbol == _symbol_of(holding, symbol) for bib in owners for holding in bib.placed):
        return "owned_elsewhere", owners
    return ("owned_unconfirmed" if owners else "not_yet_classed"), owners


def _is_in_error(bib: Bib, view: View) -> bool:
    last_ones = [answers[-1] for answers in histories(bib).values()]
    return any(
        not last.is_success or (is_changed(last) and change_class(last, bib, view) != "merged") for last in last_ones
    )


def _confirmed(bib: Bib) -> set[str]:
    """Symbols under which OCLC took the bib since the extract; the test run was before it."""
    return {answer.symbol for answer in bib.answers if answer.is_success and answer.run != "test"}


def _is_safe(bib: Bib) -> bool:
    """Whether the bib is confirmed on every symbol that its holdings go to, one at least."""
    targets = {
        holding.line.target
        for holding in bib.placed
        if holding.line and holding.line.in_scope and not holding.is_suppressed
    }
    return bool(targets) and targets <= _confirmed(bib)


def _is_covered(symbol: str, current: int, owners: list[Bib], view: View) -> bool:
    if symbol in RETIRED:
        return bool(owners) and all(_is_safe(bib) for bib in owners)
    confirmed = (
        answer.result
        for bib in owners
        for answer in bib.answers
        if answer.symbol == symbol and answer.is_success and answer.run != "test" and answer.result is not None
    )
    return any(view.resolve(number) == current for number in confirmed)


def _is_kept_out(bib: Bib) -> bool:
    in_scope = any(holding.line and holding.line.in_scope for holding in bib.placed)
    return bool(bib.exclusion) or bib.is_suppressed or not in_scope


def _symbol_of(holding: Holding, symbol: str) -> str | None:
    line = holding.line
    return line and (line.outgoing if symbol in RETIRED else line.target)
