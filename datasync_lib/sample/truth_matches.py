"""The class of every last outcome, told from what was planted (duplicates.md E11)."""

from collections.abc import Iterator
from typing import NamedTuple

from .model import Answer, Bib
from .truth import View, change_class, histories, is_changed, likeness_of_result, replaced_results

_VERDICTS = {"same": "likely", "poorer": "likely", "twin": "look", "reissue": "look"}


class MatchTruth(NamedTuple):
    """What became of one record under one symbol."""

    symbol: str
    mms_id: str
    class_: str
    has_drifted: bool
    is_split: bool
    failed_runs: int


def match_truth(view: View) -> Iterator[MatchTruth]:
    """One for each bib and symbol that OCLC answered."""
    for bib in view.bibs:
        by_symbol = histories(bib)
        results = {view.resolve(n) or n for answers in by_symbol.values() for n in _last_result(answers)}
        for symbol, answers in by_symbol.items():
            yield MatchTruth(
                symbol,
                bib.mms_id,
                match_class(answers[-1], bib, view),
                bool(replaced_results(answers, view)),
                bool(_last_result(answers)) and len(results) > 1,
                _failed_runs(answers),
            )


def match_class(last: Answer, bib: Bib, view: View) -> str:
    """The class of a last outcome."""
    if not last.is_success:
        return "staging" if last.action == "unresolved" else "not_taken"
    if last.action == "create":
        return "created"
    if last.sent is None:
        return "found"
    return change_class(last, bib, view) if is_changed(last) else "same"


def found_verdict(last: Answer, bib: Bib, view: View) -> str | None:
    """What the texts say of a record that OCLC found without a number of ours; None: nothing to compare."""
    likeness, _ = likeness_of_result(last.result, bib, view)
    return likeness and _VERDICTS.get(likeness, "no")


def _last_result(answers: list[Answer]) -> list[int]:
    return [answer.result for answer in answers if answer.is_success and answer.result is not None][-1:]


def _failed_runs(answers: list[Answer]) -> int:
    """How many of the last runs failed in a row."""
    count = 0
    for answer in reversed(answers):
        if answer.is_success:
            break
        count += 1
    return count
