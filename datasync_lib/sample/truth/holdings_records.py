"""What must be found of holdings records (oclc_formats.md 8)."""

from collections.abc import Iterator

from .groups import sharers
from .rows import Finding, on_holding
from .view import View


def lhr_problem(view: View) -> Iterator[Finding]:
    """A holdings record has a fault of its own, no number by itself or its bib, or a number that several bibs share.

    OCLC replaces all local holdings records of a number by what came last: those of one bib go when another is sent.
    """
    shared = {number for number, bibs in sharers(view).items() if len(bibs) > 1}
    for bib in view.bibs:
        for holding in bib.holdings:
            if not holding.is_mfhd:
                continue
            faults = set(holding.lhr_faults)
            numbers = holding.lhr_ocns or tuple(bib.current)
            if not numbers:
                faults.add("no_ocn")
            if any(view.resolve(number) in shared for number in numbers):
                faults.add("shared_ocn")
            for fault in sorted(faults):
                yield on_holding("lhr_problem", bib, holding, fault)
