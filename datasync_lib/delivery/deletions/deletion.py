"""The deletion of one symbol, from its checks to the list afterwards: what notebooks and the command line call."""

from datetime import date
from pathlib import Path

import polars as pl

from .before_lists import Archived, archive_list
from .folder import write_package
from .gate import Cleared, judged
from .overrides import add_override
from .packages import files_of
from .prediction import predict
from .state import Asked, State
from .symbol_counts import FILE_NAME, add_symbol_count
from .undo import undo_files


class Deletion:
    """What may be deleted under one symbol, and what was.

    Args:
        project: the project.
        symbol: the symbol.
        today: the day on which it is judged; None is today.

    Raises:
        InputError: the settings do not know the symbol.
    """

    def __init__(self, project: Asked, symbol: str, *, today: date | None = None):
        self.symbol = symbol
        self._project, self._today = project, today
        self.state  # noqa: B018 - a symbol that nobody knows is told at once

    def __repr__(self) -> str:
        return f"Deletion({self.symbol!r})"

    @property
    def state(self) -> State:
        """The symbol as it stands now."""
        return State(self._project, self.symbol, self._today or date.today())

    def checks(self) -> pl.DataFrame:
        """Every check with pass or fail, its numbers, what mends it, and who has overridden it (practice.md 6.3)."""
        return judged(self.state)

    def override(self, check: str, *, who: str, why: str) -> None:
        """Let one check be as it is now; it is kept in `decisions/deletion_overrides.jsonl`.

        Raises:
            InputError: there is no such check, it passes, nobody overrides it, or who or why is empty.
        """
        state = self.state
        add_override(judged(state), state, check, who=who, why=why)

    def archive_list(self) -> Archived:
        """Keep the list from before the deletion in `decisions/before_lists`."""
        return archive_list(self.state)

    def add_count_of_oclc(self, count: int, *, who: str) -> None:
        """Write down how many holdings OCLC says that the symbol has."""
        state = self.state
        add_symbol_count(state.decisions / FILE_NAME, self.symbol, count, day=state.today, who=who)

    def write(self) -> Path:
        """Write the package: files for who deletes, what stays, undo, sign-off; gives its folder.

        The list from before is archived first, whether or not the gate is open.

        Raises:
            GateClosed: a check fails; the message says which, and what mends it.
            InputError: nothing is to go.
            OutputError: a file cannot be written; nothing is left of the package then.
        """
        state = self.state
        archive_list(state)
        cleared = Cleared(state)
        prediction = predict(state)
        return write_package(cleared, files_of(cleared, prediction) | undo_files(cleared, prediction), {})
