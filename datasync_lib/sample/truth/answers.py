"""What must be found of OCLC's answers: refused, silent, added, set on another record before (oclc_formats.md 1.6, 7, 13)."""

from collections.abc import Iterator

from ..institution import LISTS
from ..model import SUCCESS, Answer, Bib
from .rows import Finding, on_bib
from .view import View, histories, results

FAILURES = {"unresolved": "unresolved", "data error": "data_error", "processing error": "processing_error"}


def never_reported(bib: Bib, view: View) -> Iterator[Finding]:
    """The bib was sent under a symbol, and OCLC never said a word of it (oclc_formats.md 13.7)."""
    for symbol in sorted(bib.unreported & bib.sent.keys()):
        yield on_bib("never_reported", bib, symbol=symbol)


def rejected(bib: Bib, view: View) -> Iterator[Finding]:
    """The last answer under a symbol is a failure, whatever came before (oclc_formats.md 13.4; practice.md 0.11)."""
    for symbol, answers in histories(bib).items():
        if answers[-1].action not in SUCCESS:
            yield on_bib("rejected", bib, FAILURES[answers[-1].action], symbol=symbol)


def rejected_without_name(view: View) -> Iterator[Finding]:
    """OCLC could not read a record, and nobody can tell which it was: it is counted all the same (practice.md 2.3)."""
    for stray in view.block.strays:
        yield Finding("rejected", stray.symbol, None, None, None, None, FAILURES[stray.action])


def created_record(bib: Bib, view: View) -> Iterator[Finding]:
    """The last answer under a symbol is that OCLC added the record to WorldCat (oclc_formats.md 1.6)."""
    for symbol, answers in histories(bib).items():
        if answers[-1].action == "create":
            yield on_bib("created_record", bib, ocn=answers[-1].result, symbol=symbol)


def wrong_holding_set(bib: Bib, view: View) -> Iterator[Finding]:
    """An earlier answer set the holding on another record than the last success did (duplicates.md E11, «drift»)."""
    for symbol, answers in histories(bib).items():
        for number in replaced_results(answers, view):
            yield on_bib("wrong_holding_set", bib, _is_held(number, symbol, view), ocn=number, symbol=symbol)


def replaced_results(answers: list[Answer], view: View) -> list[int]:
    """Earlier results under one symbol that are another record than the last one."""
    numbers = results(answers)
    last = view.resolve(numbers[-1]) if numbers else None
    return sorted({number for number in numbers[:-1] if view.resolve(number) != last})


def _is_held(number: int, symbol: str, view: View) -> str:
    """Whether the list of the symbol still has the number, or the record that it leads to."""
    if symbol not in LISTS:
        return "no_list"
    return "still_held" if view.record_of(number) in view.listed(symbol) else "not_held"
