"""The gate: whatever deletes, or asks somebody to delete, is made of a `Cleared` symbol, and there is none while a check fails.

The checks are judged when it is made, by itself; nobody can hand it their results.
"""

from dataclasses import dataclass, field

import polars as pl

from ...errors import GateClosed
from .judging import run_checks
from .overrides import with_overrides
from .state import State


@dataclass(frozen=True)
class Cleared:
    """A symbol of which every check passes, or a person has signed what does not.

    Attributes:
        state: the symbol as it stands.
        checks: what each check says, with who has overridden it (`overrides.with_overrides`).

    Raises:
        GateClosed: a check fails; the message says which, and what mends it.
    """

    state: State
    checks: pl.DataFrame = field(init=False)

    def __post_init__(self) -> None:
        """Judge the checks; the gate stays closed while one fails."""
        checks = judged(self.state)
        if closed := checks.filter(~pl.col("is_open")).to_dicts():
            lines = [f"  {row['name']}: {row['numbers']}. {row['mends']}" for row in closed]
            words = f"{self.state.symbol}: nothing is written, {len(closed)} of {checks.height} checks fail:"
            raise GateClosed("\n".join([words, *lines]))
        object.__setattr__(self, "checks", checks)


def judged(state: State) -> pl.DataFrame:
    """What each check says, and who has overridden it."""
    return with_overrides(run_checks(state), state)
