"""What a problem is: its names, its sentences, what to do, what a unit may decide, and how its sheet looks."""

import json
from dataclasses import KW_ONLY, dataclass, field
from typing import Literal

Answer = Literal["act", "review", "hold", "delete", "keep", "information"]
# Answers that ask a person for something; the others are only told.
ASKING: tuple[Answer, ...] = ("act", "review", "hold")


@dataclass(frozen=True)
class ProblemClass:
    """One kind of a problem: its name in words, what is the matter, what we answer to it, and what would change that."""

    title: str
    why: str = ""
    answer: Answer = "act"
    priority: int | None = None
    changed_by: str = ""


@dataclass(frozen=True)
class Shown:
    """A parameter with a column of its own on the sheet, to be sorted, filtered or copied; the explanation has all of them."""

    parameter: str
    header: str
    is_number: bool = False


@dataclass(frozen=True)
class Problem:
    """One problem that a unit or the project team may have to look at.

    Attributes:
        code: in truth files, sheets and SQL.
        title: in words; the name of its sheet.
        row: what one row is about: bib, holding or OCN.
        why: a sentence with named gaps that the parameters fill.
        todo: what somebody should do.
        priority: 1 a reader or ILL sees it or it blocks a deletion, 2 a holding is missing, 3 tidy.
        decisions: what a unit may decide.
        classes: the finer kinds, by code.
        columns: parameters with a column of their own on its sheet (practice.md 4.2).
        ocn_header: what the number is called on the sheet, where a row is about a number under a symbol; empty: it is about
            a bib or holding, and the number only binds a group.
        asks_new_ocn: whether a number can be the answer, so that somebody is asked for one.
        is_under_old_symbol: whether its symbol is one that goes away, after which no workbook is named.
    """

    code: str
    title: str
    _: KW_ONLY
    row: str
    why: str
    todo: str
    priority: int
    decisions: tuple[str, ...]
    classes: dict[str, ProblemClass] = field(default_factory=dict)
    columns: tuple[Shown, ...] = ()
    ocn_header: str = ""
    asks_new_ocn: bool = True
    is_under_old_symbol: bool = False

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


# Columns that several sheets have.
MISSING = Shown("missing", "Missing elements")
BIBS_IN_GROUP = Shown("count", "Bibs in group", is_number=True)
WORLDCAT_TITLE = Shown("worldcat_title", "Title in WorldCat")
# What a unit answers to a fault in a field.
FIX = ("fixed in Alma", "cannot be fixed", "not a problem")
