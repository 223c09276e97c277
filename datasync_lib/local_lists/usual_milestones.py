"""The milestones that a symbol usually has, in their order, and for whom: what a new project begins with (practice.md 1.1, 2.2)."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ..settings import Settings

EACH = "*"
_RETIRED = "retired"


class Milestone(NamedTuple):
    """One step on the way of a symbol.

    Attributes:
        name: as it stands in milestones.csv.
        owner: who usually does it.
        only_retired: whether a symbol that stays has none.
    """

    name: str
    owner: str
    only_retired: bool = False


USUAL = (
    Milestone("Connexion authorisations aligned", "Cataloguing"),
    Milestone("Staff use the new logins", "Cataloguing"),
    Milestone("Sample file accepted by OCLC", "Systems"),
    Milestone("Other feeds and deletions stopped", "Systems"),
    Milestone("Full export sent", "Systems"),
    Milestone("Reports loaded, cleanup lists to units", "Metadata"),
    Milestone("ILL freeze", "ILL", only_retired=True),
    Milestone("Old holdings reviewed", "Metadata"),
    Milestone("Old holdings deleted", "Metadata"),
    Milestone("WorldCat notifications restarted", "Systems"),
    Milestone("LHRs and retention statements sent", "Metadata"),
)


def suggested_lines() -> list[tuple[str, ...]]:
    """Lines of milestones.csv for every symbol that will be described, without a date: those are for people to give."""
    return [(_RETIRED if each.only_retired else EACH, each.name, "", "", each.owner) for each in USUAL]


def stands_for_several(symbol: str) -> bool:
    """Whether a line is a suggestion: for each symbol, or for each that is retired."""
    return symbol in (EACH, _RETIRED)


def for_each_symbol(rows: Sequence[Mapping], settings: Settings | None) -> list[dict]:
    """Lines with suggestions as lines of each symbol; a line of its own goes before them."""
    own = {(row["symbol"], row["milestone"].casefold()) for row in rows}
    symbols = settings.symbols if settings else ()
    lines = []
    for row in rows:
        if not stands_for_several(row["symbol"]):
            lines.append(dict(row))
            continue
        meant = (each.symbol for each in symbols if row["symbol"] == EACH or each.mode == _RETIRED)
        lines += [{**row, "symbol": each} for each in meant if (each, row["milestone"].casefold()) not in own]
    return lines
