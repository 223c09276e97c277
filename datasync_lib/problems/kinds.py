"""What a problem is: its names, its sentences, what to do, what a unit may decide, and how its sheet looks."""

import json
from dataclasses import KW_ONLY, dataclass, field
from typing import Literal

Answer = Literal["act", "review", "hold", "delete", "keep", "information", "settled"]
# Answers that ask a person for something; the others are only told.
ASKING: tuple[Answer, ...] = ("act", "review", "hold")
# A person called it no problem, and what it rests on is as it was (practice.md 4.5, step 8).
SETTLED: Answer = "settled"
# What was decided with these words stays as it is: the finding is expected to be there, whatever export comes.
STANDING = frozenset(
    {
        *("still held: keep", "both are ours", "copies: keep both", "all describe this item", "intended"),
        *("same title: accept", "new to WorldCat", "leave the match to OCLC", "cannot be fixed", "not a problem"),
    }
)
# What can show that a row is mended: the next export, what OCLC answers next, or the next list of what WorldCat holds.
ShownBy = Literal["export", "answers", "lists"]


@dataclass(frozen=True)
class ProblemClass:
    """One kind of a problem: its name in words, what is the matter, what we answer to it, and what would change that.

    `todo` is what somebody should do with this kind, where that is something else than with the problem as a whole; `shown_with`
    is the problem on whose sheet one row tells of it, where it needs none of its own.
    """

    title: str
    why: str = ""
    answer: Answer = "act"
    priority: int | None = None
    changed_by: str = ""
    todo: str = ""
    shown_with: str = ""


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
        todo: what somebody should do, unless its class says something else.
        priority: 1 a reader or ILL sees it or it blocks a deletion, 2 a holding is missing, 3 tidy.
        decisions: what a unit may decide.
        classes: the finer kinds, by code.
        columns: parameters with a column of their own on its sheet (practice.md 4.2).
        ocn_header: what the number is called on the sheet, where a row is about a number under a symbol; empty: it is about
            a bib or holding, and the number only binds a group.
        asks_new_ocn: whether a number can be the answer, so that somebody is asked for one.
        is_under_old_symbol: whether its symbol is one that goes away, after which no workbook is named.
        columns_say_why: whether the columns of its sheet say what `why` says, so that the class's sentence is enough there.
        is_by_location: whether one row of its sheet is a location with all that was found there, for somebody to place it.
        shown_by: which input shows whether a row is mended.
        why_of_text: the sentence in place of all others, where a finding has a text (the parameter of this name) and no number.
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
    columns_say_why: bool = False
    is_by_location: bool = False
    why_of_text: str = ""
    shown_by: ShownBy = "export"

    def explain(self, class_: str | None, parameters: str | None, *, on_sheet: bool = False) -> str:
        """The finding in words: the problem's sentence and the class's, with the finding's parameters put in."""
        values = _Words(json.loads(parameters) if parameters else {})
        if self.why_of_text and values.get("text"):
            return self.why_of_text.format_map(values)
        kind = self.classes.get(class_ or "")
        own = kind.why if kind else ""
        why = "" if on_sheet and self.columns_say_why and own else self.why
        return " ".join(text.format_map(values) for text in (why, own) if text)

    def advise(self, class_: str | None) -> str:
        """What somebody should do with a finding of this class."""
        kind = self.classes.get(class_ or "")
        return kind.todo if kind and kind.todo else self.todo

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
