"""What must be found of the numbers of one bib (duplicates.md E1, E2; practice.md 2.3)."""

from collections.abc import Iterator

from ..model import Bib, Reading
from .rows import Finding, on_bib
from .view import View

# Places of numbers, the most trusted first (duplicates.md E1, «Sources and rank»).
_PLACES = ("079$a", "035$a", "019$a", "035$z")
# Verdicts on a text that claims to be an OCN and is none, and on one of another system, which claims nothing.
_MALFORMED = ("suffix", "excel_exponent", "zero", "too_large", "malformed")
_NO_CLAIM = ("empty", "not_oclc")


def missing_ocn(bib: Bib, view: View) -> Iterator[Finding]:
    """A bib of the exchange has no current number: old ones at best, or nothing that can be read (E1, verdict per bib)."""
    if bib.in_exchange and not bib.current:
        yield on_bib("missing_ocn", bib, _why_missing(bib.readings))


def _why_missing(readings: list[Reading]) -> str:
    if any(reading.is_old and reading.verdict == "ok" for reading in readings):
        return "only_old"
    claims = [reading for reading in readings if reading.verdict not in ("ok", *_NO_CLAIM)]
    return "only_bad" if claims else "no_number"


def malformed_ocn(bib: Bib, view: View) -> Iterator[Finding]:
    """A text of a bib of the exchange claims to be an OCN and is none; the most trusted place is named (E1, steps 4 to 8)."""
    bad = [reading for reading in bib.readings if reading.verdict in _MALFORMED]
    if bib.in_exchange and bad:
        yield on_bib("malformed_ocn", bib, min(bad, key=lambda reading: _PLACES.index(reading.place)).verdict)


def several_ocns(bib: Bib, view: View) -> Iterator[Finding]:
    """A bib of the exchange has two different numbers in its best place (practice.md 2.3).

    They are one record when WorldCat has merged them. They are explained when the record itself marks all but one of
    them as old, by that number or by one that it was merged into. Otherwise they are different records.
    """
    if not bib.in_exchange or len(bib.current) < 2:
        return
    ends = [view.resolve(number) for number in bib.current]
    marked_old = {view.record_of(r.number) for r in bib.readings if r.is_old and r.verdict == "ok"}
    left = {view.record_of(number) for number in bib.current} - marked_old
    if None not in ends and len(set(ends)) == 1:
        yield on_bib("several_ocns", bib, "merged")
    else:
        yield on_bib("several_ocns", bib, "one_current_rest_old" if len(left) == 1 else "different")


def stale_ocn(bib: Bib, view: View) -> Iterator[Finding]:
    """WorldCat has merged a current number of a bib of the exchange into another one (E2)."""
    if bib.in_exchange:
        for number in bib.current:
            if view.resolve(number) not in (number, None):
                yield on_bib("stale_ocn", bib, ocn=number)
