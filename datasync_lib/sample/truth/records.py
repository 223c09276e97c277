"""What must be found of a bib's elements (practice.md 1.4, 1.5, 2.3)."""

from collections.abc import Iterator

from ..model import Bib
from .rows import Finding, on_bib
from .view import View


def brief_record(bib: Bib, view: View) -> Iterator[Finding]:
    """Brief level 01 to 03 keeps an open bib out that no rule of the settings has kept out before (practice.md 1.5)."""
    if bib.brief_level and not (bib.is_host or bib.is_suppressed or bib.rule):
        yield on_bib("brief_record", bib, bib.brief_level)


def sparse_record(bib: Bib, view: View) -> Iterator[Finding]:
    """A bib of the exchange lacks an element that OCLC wants: its OCN saved it from being brief (practice.md 1.5)."""
    if bib.in_exchange and bib.missing:
        yield on_bib("sparse_record", bib)


def script_pairing(bib: Bib, view: View) -> Iterator[Finding]:
    """A field in the original script and its partner do not find each other on a bib of the exchange (practice.md 2.3)."""
    if bib.in_exchange and bib.script_fault:
        yield on_bib("script_pairing", bib)
