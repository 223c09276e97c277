"""The class of every last outcome, and its flags (duplicates.md E11)."""

from collections.abc import Iterator
from itertools import takewhile
from typing import NamedTuple

from .answers import replaced_results
from .texts import match_class
from .view import View, histories, results


class MatchTruth(NamedTuple):
    """What became of one record under one symbol."""

    symbol: str
    mms_id: str
    class_: str
    has_drifted: bool
    is_split: bool
    failed_runs: int


def match_truth(view: View) -> Iterator[MatchTruth]:
    """One for each bib and symbol that OCLC answered.

    Drift: an earlier run gave another record. Split: the last results under the bib's symbols are different records.
    Failed runs: how many of the last ones failed in a row (practice.md 7, repeat offenders).
    """
    for bib in view.bibs:
        by_symbol = histories(bib)
        last_results = {symbol: results(answers)[-1:] for symbol, answers in by_symbol.items()}
        records = {view.record_of(number) for numbers in last_results.values() for number in numbers}
        for symbol, answers in by_symbol.items():
            yield MatchTruth(
                symbol,
                bib.mms_id,
                match_class(answers[-1], bib, view),
                has_drifted=bool(replaced_results(answers, view)),
                is_split=bool(last_results[symbol]) and len(records) > 1,
                failed_runs=len(list(takewhile(lambda answer: not answer.is_success, reversed(answers)))),
            )
