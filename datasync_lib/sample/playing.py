"""Decides what OCLC answers to a record of a real export.

Outcomes come in the proportions of the New York project (practice.md 2.1: 94.6 % match, 2.4 % create, 3.0 % unresolved), and more
of the rare ones so that each is seen.
"""

import random
from dataclasses import dataclass, field

from .numbers import Numbers
from .oclc_answers import Row

_UNRESOLVED = (
    (("Validation Error", "CRITICAL", "Record is sparse."),),
    (
        ("Validation Error", "SEVERE", "Invalid subfield 1st $9 in 1st 852."),
        ("Validation Error", "MINOR", "Invalid code in Illustrations (008/18-21)."),
    ),
    (("Validation Error", "SEVERE", "1st $6 in 1st 880 has invalid linking data."),),
)

# What may become of a record, by weight: with a number of its own, and without.
_NUMBERED = (
    ("same", 955), ("unresolved", 15), ("merged", 10), ("changed", 5), ("replaced result", 4), ("staging then match", 4),
    ("match then staging", 2), ("never reported", 3), ("data error", 1), ("processing error", 1),
)  # fmt: skip


def unnumbered_outcomes(share: float) -> tuple[tuple[str, float], ...]:
    """What becomes of records without a number, so that creates and unresolved stay near 2.4 and 3.0 % of all records."""
    create, unresolved = min(0.2, 0.024 / share) if share else 0, min(0.12, 0.012 / share) if share else 0
    return ("found", 1 - create - unresolved), ("create", create), ("unresolved", unresolved)


@dataclass(frozen=True)
class Step:
    """An answer in one run: what OCLC did, and with which number."""

    run: str
    action: str
    result: int | None = None


@dataclass
class Player:
    """Decides what OCLC answers, and remembers what it said of numbers."""

    chance: random.Random
    known: frozenset[int]
    unnumbered: tuple[tuple[str, float], ...]
    numbers: Numbers = field(default_factory=Numbers)
    merges: dict[int, int] = field(default_factory=dict)

    def new_number(self) -> int:
        """A number that stands nowhere in the export."""
        while (number := self.numbers.ocn()) in self.known:
            pass
        return number

    def steps(self, submitted: int | None) -> list[Step]:
        """The answers to one record, oldest first; none: it is never reported."""
        kinds = self.unnumbered if submitted is None else _NUMBERED
        kind = self.chance.choices([name for name, _ in kinds], [weight for _, weight in kinds])[0]
        match kind:
            case "found":
                return [Step("first", "match", self.new_number())]
            case "create":
                return [Step("first", "create", self.new_number())]
            case "merged":
                current = self.merges.setdefault(submitted, self.new_number())
                return [Step("first", "match", current)]
            case "changed":
                return [Step("first", "match", self.new_number())]
            case "replaced result":
                return [Step("first", "match", self.new_number()), Step("rerun", "match", submitted)]
            case "staging then match":
                return [Step("first", "unresolved"), Step("rerun", "match", submitted)]
            case "match then staging":
                return [Step("first", "match", submitted), Step("rerun", "unresolved")]
            case "never reported":
                return []
            case "same":
                return [Step("first", "match", submitted)]
            case _:
                return [Step("first", kind, submitted if kind == "processing error" else None)]

    def row(self, step: Step, offset: int, mms_id: str, submitted: int | None) -> Row:
        """The step as a row of the reports."""
        is_staging, is_unread = step.action == "unresolved", step.action == "data error"
        messages: tuple = self.chance.choice(_UNRESOLVED) if is_staging else ()
        if is_unread:
            messages = (("Data Error", "", "invalid_characters_present"),)
        if step.action == "processing error":
            messages = (("Processing Error", "", ""),)
        result = self.numbers.staging() if is_staging else step.result
        return Row(
            offset,
            "" if is_unread else mms_id,
            None if is_unread else submitted,
            result,
            step.action,
            messages,
            is_staging,
        )
