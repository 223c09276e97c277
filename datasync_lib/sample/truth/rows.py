"""The rows of truth files, and the unit and symbol that a row stands under."""

from collections import defaultdict
from typing import NamedTuple

from ..model import Bib, Holding


class Finding(NamedTuple):
    """A row of a problem's truth file."""

    problem: str
    symbol: str | None
    unit: str | None
    mms_id: str | None
    holding_id: str | None
    ocn: int | None
    class_: str | None


class HeldNumber(NamedTuple):
    """A number that WorldCat holds under a symbol: what it is, and what we answer."""

    symbol: str
    ocn: int
    class_: str
    answer: str
    mms_id: str | None
    unit: str | None


def lead(bib: Bib) -> tuple[str | None, str | None]:
    """Unit and target symbol of a bib: the unit with most of its holdings, then by name."""
    by_unit: dict[str | None, list[Holding]] = defaultdict(list)
    for holding in bib.placed:
        by_unit[holding.line.unit if holding.line else None].append(holding)
    if not by_unit:
        return None, None
    unit = min(by_unit, key=lambda name: (name is None, -len(by_unit[name]), name or ""))
    targets = [holding.line.target for holding in by_unit[unit] if holding.line]
    return unit, min(targets, default=None)


def on_bib(
    problem: str, bib: Bib, class_: str | None = None, *, ocn: int | None = None, symbol: str | None = None
) -> Finding:
    """A finding on a bib, under the symbol of its leading unit unless another is named."""
    unit, target = lead(bib)
    return Finding(problem, symbol or target, unit, bib.mms_id, None, ocn, class_)


def on_holding(problem: str, bib: Bib, holding: Holding, class_: str | None = None) -> Finding:
    """A finding on a holding, under the symbol and unit that its location goes to."""
    line = holding.line
    return Finding(problem, line and line.target, line and line.unit, bib.mms_id, holding.holding_id, None, class_)
