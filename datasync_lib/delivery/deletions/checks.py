"""The checks of a deletion: one function each, which says whether it passes, with its numbers in words.

    @check("list_age", "The list is not too old", mends="Ask OCLC for a new list, and load it.")
    def list_age(state: State) -> Said:
        ...

A check without anything to count from fails as well: «no input» is no answer.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass

from .state import State


@dataclass(frozen=True)
class Said:
    """What a check found: whether it passes (null: it has no input), and its numbers in words."""

    passes: bool | None
    numbers: str


@dataclass(frozen=True)
class Check:
    """One check: its name, its question as a title, what mends it, and whether nobody can override it."""

    name: str
    title: str
    mends: str
    is_final: bool
    judge: Callable[[State], Said]


# In the order in which they are shown.
CHECKS: dict[str, Check] = {}


def check(name: str, title: str, *, mends: str, is_final: bool = False, needs_list: bool = False) -> Callable:
    """Register a function as a check.

    Args:
        name: of the check.
        title: its question.
        mends: what mends it.
        is_final: it says something of the rows of the file itself, and cannot be overridden.
        needs_list: without a list of the symbol it has no input.
    """

    def registered(judge: Callable[[State], Said]) -> Callable[[State], Said]:
        if name in CHECKS:
            raise ValueError(f"the check {name} is there twice")

        @functools.wraps(judge)
        def judged(state: State) -> Said:
            return no_input(f"no list of {state.symbol} is loaded") if state.held.is_empty() else judge(state)

        CHECKS[name] = Check(name, title, mends, is_final, judged if needs_list else judge)
        return judge

    return registered


def no_input(what: str) -> Said:
    """What a check says that has nothing to count from."""
    return Said(None, f"no input: {what}")


def counted(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun: 1 file, 1,204 files."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(names: list[str], most: int = 3) -> str:
    """Some names, and how many more there are."""
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
