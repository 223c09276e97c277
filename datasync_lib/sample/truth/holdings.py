"""What must be found of holdings: half suppressed, in no known place, not sent (practice.md 1.4, 1.6, 2.3, 5)."""

from collections.abc import Iterator

from ..model import Bib, Holding
from .rows import Finding, on_holding
from .view import View

_NAMED_RULES = ("no_worldcat_914", "community_zone")


def suppression_mismatch(bib: Bib, view: View) -> Iterator[Finding]:
    """The bib is suppressed and its holding open; or the holding is suppressed on an open bib and has items (1.6, 2.3)."""
    for holding in bib.holdings:
        if bib.is_suppressed and not holding.is_suppressed:
            yield on_holding("suppression_mismatch", bib, holding, "bib_suppressed")
        if holding.is_suppressed and holding.items and not bib.is_suppressed:
            yield on_holding("suppression_mismatch", bib, holding, "holding_suppressed")


def unmapped_location(bib: Bib, view: View) -> Iterator[Finding]:
    """No line of the map says where the holding belongs (practice.md 5, «Mapping completeness»)."""
    for holding in bib.holdings:
        if holding.line is None:
            yield on_holding("unmapped_location", bib, holding)


def not_sent(bib: Bib, view: View) -> Iterator[Finding]:
    """The holding is of a bib that did not go to OCLC under its symbol, and has one reason for it (1.4).

    A boundwith's host is no title: its holding counts for each of its constituents (2.3).
    """
    if not bib.is_host:
        for holding in bib.placed:
            if reason := why_not_sent(bib, holding):
                yield on_holding("not_sent", bib, holding, reason)


def why_not_sent(bib: Bib, holding: Holding) -> str | None:
    """The reason that keeps a holding from OCLC, that of the bib before that of the holding; None: it was sent (1.4)."""
    line = holding.line
    is_open = not (bib.is_suppressed or holding.is_suppressed)
    if is_open and line and line.in_scope and line.target in bib.sent:
        return None
    if bib.rule:
        return bib.rule if bib.rule in _NAMED_RULES else "other_exclusion"
    reasons = (
        (f"brief_level_{bib.brief_level}", bib.brief_level),
        ("bib_suppressed", bib.is_suppressed),
        ("holding_suppressed", holding.is_suppressed),
        ("unmapped", line is None),
        ("out_of_scope", line and not line.in_scope),
        ("on_order", holding.is_on_order),
        ("electronic", bib.is_electronic),
    )
    return next((reason for reason, holds in reasons if holds), "unknown")
