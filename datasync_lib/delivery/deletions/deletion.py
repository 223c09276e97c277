"""The deletion of one symbol, from its checks to the list afterwards: what notebooks and the command line call."""

from collections.abc import Iterable
from datetime import date
from functools import partial
from pathlib import Path

import polars as pl

from ...settings import Exclusion, Settings
from ...spreadsheets.safe_text import for_people
from ...workbooks.records import add_lines
from . import walk
from .afterwards import Afterwards, compare, newest_list, read_list
from .before_lists import Archived, archive_list
from .folder import folder_of, write_folder, write_package
from .gate import Cleared, judged
from .judging import checks_in_words
from .overrides import add_override
from .packages import files_of
from .prediction import predict
from .sample_sheets import read_sample, write_sample
from .samples import add_judgements
from .sign_off import sign_off_of
from .sign_off_page import write_page
from .sign_off_workbook import write_workbook
from .state import Asked, State
from .symbol_counts import FILE_NAME, add_symbol_count
from .undo import undo_files
from .versions import COMPARED
from .what_if import WhatIf, what_if


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

    # The walk: short frames, each of which is also what the files and the sign-off are made from.

    def inputs(self) -> pl.DataFrame:
        """The lists that it rests on, with their days (`walk.inputs`)."""
        return walk.inputs(self.state)

    def blockers(self) -> pl.DataFrame:
        """What holds numbers back, and what would change that (`walk.blockers_in_words`)."""
        return walk.blockers_in_words(self.state)

    def checks_in_words(self) -> pl.DataFrame:
        """The checks as a person reads them: check (its question), result, numbers."""
        checks = self.checks()
        return checks_in_words(checks).with_columns(check=checks["title"])

    def balance(self) -> pl.DataFrame:
        """How the list adds up, class by class (`walk.balance`)."""
        return walk.balance(self.state)

    def samples(self) -> pl.DataFrame:
        """What people have looked at (`walk.samples`)."""
        return walk.samples(self.state)

    def prediction(self) -> pl.DataFrame:
        """How many numbers will go, stay, be set again or move (`walk.prediction_counts`)."""
        return walk.prediction_counts(self.state)

    def files(self) -> pl.DataFrame:
        """The files of the last package (`walk.package_files`)."""
        return walk.package_files(self.state)

    def requests(self) -> pl.DataFrame:
        """The open ILL requests (`walk.requests`)."""
        return walk.requests(self.state)

    def of(self, frame: str) -> pl.DataFrame:
        """The symbol's rows of a frame, such as ill_weeks, not_requestable_by_collection or deleted_but_owned."""
        return walk.of_symbol(self.state, frame)

    def what_if(
        self,
        *,
        location_map: pl.DataFrame | Path | str | None = None,
        exclusions: Iterable[Exclusion | dict] | None = None,
        extract_date: date | None = None,
        settings: Settings | None = None,
    ) -> WhatIf:
        """What would become of the numbers with another map, other exclusions or another day (`what_if.what_if`).

        Nothing is changed or written by it.
        """
        return what_if(
            self._project,
            self.symbol,
            location_map=location_map,
            exclusions=exclusions,
            extract_date=extract_date,
            settings=settings,
        )

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
        facts = sign_off_of(cleared, prediction)
        pack = {"sign_off.xlsx": partial(write_workbook, facts), "sign_off.html": partial(write_page, facts)}
        return write_package(cleared, files_of(cleared, prediction) | undo_files(cleared, prediction), pack)

    def sample(self) -> Path:
        """Write the sample of each class that goes to a workbook, for people to look at; gives its path.

        Raises:
            InputError: nothing goes.
            OutputError: the workbook cannot be written.
        """
        state = self.state
        path = folder_of(state) / f"sample_{state.settings.gates.sample_seed}_{state.today}.xlsx"
        write_sample(state, path)
        return path

    def take_sample(self, path: Path) -> int:
        """Take in what people said on a sheet of the sample (Excel or CSV); gives how many answers were new.

        Raises:
            InputError: an answer cannot be taken; each is named with its row, and none is taken in.
        """
        state = self.state
        return add_judgements(state.decisions, state, read_sample(Path(path), state))

    def after(self, path: Path | None = None) -> Afterwards:
        """Compare what is held after the deletion with the prediction of the last package, and keep the comparison.

        Args:
            path: the list that OCLC sent; None: the newest list that is loaded, which must be from after the package.

        Raises:
            InputError: no package was written, or the list is missing, of another symbol, too old or not read whole.
        """
        state = self.state
        listed, as_of = read_list(Path(path), state) if path else newest_list(state)
        found = compare(state, listed, as_of)
        flat = found.numbers.with_columns(pl.col("ocns").cast(pl.List(pl.String)).list.join("; "))
        folder = write_folder(
            folder_of(state) / f"after_{as_of or state.today}",
            {
                "counts.csv": for_people(found.counts).write_csv,
                "numbers.csv": for_people(flat).write_csv,
                "deleted_but_owned.csv": for_people(found.owned).write_csv,
                "after_list.csv": listed.sort().to_frame("ocn").write_csv,
            },
        )
        counts = dict(found.counts.iter_rows())
        kept = folder.relative_to(state.project.folder).as_posix()
        line = {"symbol": self.symbol, "package": found.package, "list_of": str(as_of), "folder": kept, **counts}
        add_lines(state.decisions / COMPARED, [line])
        return found
