"""What a problem is: its names, its sentences, what to do, and what a unit may decide."""

import json
from dataclasses import dataclass, field
from typing import Literal

Answer = Literal["act", "review", "hold", "delete", "keep", "information"]
# Answers that ask a person for something; the others are only told.
ASKING: tuple[Answer, ...] = ("act", "review", "hold")


@dataclass(frozen=True)
class ProblemClass:
    """One kind of a problem: its name in words, what is the matter, and what we answer to it."""

    title: str
    why: str = ""
    answer: Answer = "act"
    priority: int | None = None


@dataclass(frozen=True)
class Problem:
    """One problem that a unit or the project team may have to look at."""

    code: str
    title: str
    row: str
    why: str
    todo: str
    priority: int
    decisions: tuple[str, ...]
    classes: dict[str, ProblemClass] = field(default_factory=dict)

    def explain(self, class_: str | None, parameters: str | None) -> str:
        """The finding in words: the problem's sentence and the class's, with the finding's parameters put in."""
        values = _Words(json.loads(parameters) if parameters else {})
        kind = self.classes.get(class_ or "")
        return " ".join(text.format_map(values) for text in (self.why, kind.why if kind else "") if text)

    def answer(self, class_: str | None) -> Answer:
        """What we answer to a finding of this class, unless the analysis says more of it."""
        kind = self.classes.get(class_ or "")
        return kind.answer if kind else "act"

    def priority_of(self, class_: str | None) -> int:
        """1 a reader or ILL sees it or it blocks a deletion, 2 a holding is missing, 3 tidy."""
        kind = self.classes.get(class_ or "")
        return kind.priority if kind and kind.priority else self.priority


class _Words(dict):
    """Parameters for a sentence: lists are joined, and a gap without a parameter says so instead of failing."""

    def __missing__(self, key: str) -> str:
        return "(not known)"

    def __getitem__(self, key: str) -> str:
        value = super().__getitem__(key)
        if value is None:
            return "(not known)"
        return ", ".join(str(v) for v in value) if isinstance(value, list) else str(value)


# What a unit answers to a fault in a field.
FIX = ("fixed in Alma", "cannot be fixed", "not a problem")
