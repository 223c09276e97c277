"""What must be found in the example, told from what was planted: one rule of its own for each thing, one module an area.

A rule is a statement over the planted institution (`model.Bib`, `block.Block`) with its source in the docstring. It never
reads the files that were made, and never asks an analysis: the two are written from the same pages by different ways, so
that a fault of the one is seen by the other.
"""

from collections.abc import Callable, Iterator

from ..model import Bib
from . import answers, groups, holdings, holdings_records, numbers, records, texts
from .files import TruthFiles
from .held import held_numbers, old_holding
from .rows import Finding, HeldNumber
from .view import View

__all__ = ["Finding", "HeldNumber", "TruthFiles", "View", "findings", "held_numbers", "old_holding"]

OF_A_BIB: tuple[Callable[[Bib, View], Iterator[Finding]], ...] = (
    numbers.missing_ocn,
    numbers.malformed_ocn,
    numbers.several_ocns,
    numbers.stale_ocn,
    records.brief_record,
    records.sparse_record,
    records.script_pairing,
    holdings.suppression_mismatch,
    holdings.unmapped_location,
    holdings.not_sent,
    answers.never_reported,
    answers.rejected,
    answers.created_record,
    answers.wrong_holding_set,
    texts.ocn_changed,
    texts.other_text,
)
OF_A_BLOCK: tuple[Callable[[View], Iterator[Finding]], ...] = (
    groups.shared_ocn,
    groups.print_ocn_on_electronic,
    groups.collision,
    holdings_records.lhr_problem,
    answers.rejected_without_name,
)


def findings(view: View) -> Iterator[Finding]:
    """Everything that must be found in a block but the held numbers."""
    for bib in view.bibs:
        for rule in OF_A_BIB:
            yield from rule(bib, view)
    for rule in OF_A_BLOCK:
        yield from rule(view)
