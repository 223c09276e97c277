"""The door: one object that knows the folder, the settings and the tables, for notebooks and the command line alike."""

import warnings
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from .asking import Asking, Kind, of_kind
from .code_hash import code_of
from .errors import InputError, SettingsError, StoreError
from .load_notes import load_notes
from .local_lists.signed_fixes import SIGNED_FIXES, read_signed_fixes
from .local_lists.staff_tables import LOCATION_MAP, MILESTONES, read_location_map, read_milestones
from .problems import ASKING, PROBLEMS
from .rejected_copies import copy_rejected
from .results.analyses import KEPT_FOR_ANALYSES, Analyses
from .settings import FILE_NAME, Settings, read_settings
from .tables.account import CatalogueAccount, account_of_catalogue
from .tables.assembling import assemble, derive_tables
from .tables.build import derive, settings_of_tables
from .tables.decided import decided_in_lines, decisions_on_files
from .tables.loading import (
    NEED_A_LOOK,
    LoadedInput,
    files_that_break_off,
    load_folder,
    not_as_loaded,
    reading_depends_on,
)
from .tables.store import Store, key_of
from .trace import Trace, trace
from .vocabulary.tables import TABLES, empty
from .workbooks.record_lines import in_words, record_faults

if TYPE_CHECKING:
    import pandas as pd

    from .delivery.deletions.deletion import Deletion
    from .delivery.deletions.what_if import WhatIf
    from .workbooks.taking import Taken


@dataclass(frozen=True)
class LoadLog:
    """What a load did: the `files` table, how many inputs were read now, what needs a person, and what became of the records."""

    files: pl.DataFrame
    read: int
    notes: list[str]
    catalogue: CatalogueAccount | None = None

    def __str__(self) -> str:
        totals = self.files.select(pl.col("found", "loaded", "repaired", "repeated", "rejected").sum()).row(
            0, named=True
        )
        counts = ", ".join(f"{name} {count:,}" for name, count in totals.items())
        head = f"{self.files.height} files, {self.read} read now; pieces: {counts}"
        account = [str(self.catalogue)] if self.catalogue else []
        told = [head, *account, *decided_in_lines(self.files), *(f"! {note}" for note in self.notes)]
        return "\n".join(told)


class Project(Asking):
    """One library's project folder.

    Args:
        folder: the folder with `datasync.toml`.

    Raises:
        SettingsError: there is no such folder, or the settings or staff tables hold a fault.
    """

    def __init__(self, folder: str | Path):
        self.folder = Path(folder).resolve()
        self.reports = self.folder / "reports"
        self.store = Store(self.folder / "data" / "tables")
        self._analyses: tuple[str, Analyses] | None = None
        self.settings  # noqa: B018 - a fault in the settings is told at once

    def __repr__(self) -> str:
        return f"Project({str(self.folder)!r})"

    @property
    def settings(self) -> Settings:
        """`datasync.toml` as it is now."""
        return read_settings(self.folder / FILE_NAME)

    @property
    def raw(self) -> Path:
        """The folder with the exports and reports; it is never written to."""
        return self.folder / self.settings.raw.folder

    @property
    def location_map(self) -> pl.DataFrame:
        """`location_map.csv` as it is now."""
        return read_location_map(self.folder / LOCATION_MAP, self.settings)

    @property
    def milestones(self) -> pl.DataFrame:
        """`milestones.csv` as it is now: symbol, milestone, planned, actual, owner."""
        return read_milestones(self.folder / MILESTONES, self.settings)

    @property
    def signed_fixes(self) -> pl.DataFrame:
        """`decisions/signed_fixes.csv` as it is now, as rows of the concordance."""
        return read_signed_fixes(self.folder / SIGNED_FIXES)

    @property
    def decisions(self) -> pl.DataFrame:
        """`decisions/decisions.jsonl` as it is now: what units decided, in the order in which it was taken in."""
        from .workbooks.decisions import read_decisions

        return read_decisions(self.folder / "decisions")

    def _staff_tables(self) -> dict[str, pl.DataFrame]:
        """What staff keep beside the raw folder, by the table that it goes to."""
        return {"location_map": self.location_map, "concordance": self.signed_fixes}

    # Loading

    def load(self, *, progress: bool = True) -> LoadLog:
        """Bring whatever lies in `data/raw` into the tables; safe to interrupt, repeats nothing already loaded.

        Raises:
            InputError: there is no raw folder, or nothing in it.
            SettingsError: the settings or staff tables hold a fault.
            StoreError: another load is running, or the disk is full.
        """
        settings, staff = self.settings, self._staff_tables()
        if not self.raw.is_dir():
            raise InputError(f"{self.raw} is missing: make it and put the exports and reports there, then load again")
        if not any(path.is_file() for path in self.raw.rglob("*")):
            raise InputError(f"there are no files in {self.raw}: put the exports and reports there, then load again")
        with self.store.lock():
            notes = self.store.heal()
            inputs, read = load_folder(self.raw, self.store, settings, progress=_bar("reading", progress))
            self._assemble(inputs, settings, staff, progress=progress)
        notes += copy_rejected(self.store, inputs, self.reports / "rejected")
        notes += load_notes(self.store, settings, staff["location_map"], self.reports)
        notes += [in_words(path, faults) for path, faults in record_faults(self.folder / "decisions").items()]
        files, extracts = (self.store.scan(name).collect() for name in ("files", "extracts"))
        told = decisions_on_files(files, extracts).sort("file")
        return LoadLog(told, read, notes, account_of_catalogue(self.store))

    def _assemble(
        self, inputs: list[LoadedInput], settings: Settings, staff: dict[str, pl.DataFrame], *, progress: bool
    ) -> None:
        derived = derive_tables(self.store, inputs, settings, progress=_bar("tables", progress))
        assembled = assemble(self.store, inputs, derived, staff, settings)
        of = {i.key: i.file for i in inputs}
        of |= zip(derived, [i.file for i in inputs if i.kind == "catalogue"], strict=True)
        of |= {assembled: "all files together"}
        state = _state(inputs, settings, staff)
        if state != self.store.manifest().get("state") or not self.store.is_whole():
            reading = reading_depends_on(inputs, settings)
            notes = {"inputs": [asdict(i) for i in inputs], "reading": reading, "state": state}
            self.store.commit(of, tables=list(of), of=of, **notes)

    def refresh(self) -> None:
        """Take a change of the settings, the location map or the signed fixes into the tables, without reading a raw file.

        Raises:
            StoreError: nothing was loaded yet.
        """
        manifest = self.store.manifest()
        if not manifest:
            raise StoreError(f"{self.folder}: nothing is loaded yet; run «datasync load» or project.load()")
        settings, staff = self.settings, self._staff_tables()
        try:
            inputs = [LoadedInput(**each) for each in manifest["inputs"]]
        except TypeError:
            raise StoreError(f"{self.folder}: the tables are of another version: run «datasync load»") from None
        if reading_depends_on(inputs, settings) != manifest["reading"]:
            warnings.warn("settings of how files are read have changed: load again to take them in", stacklevel=3)
        if _state(inputs, settings, staff) == manifest["state"]:
            return
        with self.store.lock():
            self._assemble(inputs, settings, staff, progress=False)

    def not_as_loaded(self) -> list[str]:
        """The raw files that a load would read now: new, changed, or gone since; sorted."""
        loaded = [LoadedInput(**each) for each in self.store.manifest().get("inputs", [])]
        return not_as_loaded(self.raw, loaded, self.settings)

    # Asking

    def table(self, name: str, frame: Kind = "polars") -> "pl.LazyFrame | pd.DataFrame":
        """A table of the current catalogue: a Polars LazyFrame, or pandas with string IDs and nullable integers.

        Raises:
            StoreError: there is no such table, or nothing was loaded yet.
        """
        lazy = self._kept[name]().lazy() if name in self._kept else self.analysis.frame(name)
        return of_kind(lazy, frame)

    def findings(self, problem: str | None = None, *, frame: Kind = "polars") -> "pl.DataFrame | pd.DataFrame":
        """What a person should look at: all findings, or those of one problem.

        Raises:
            InputError: there is no such problem; the message lists the codes.
        """
        if problem is not None and problem not in PROBLEMS:
            raise InputError(f"there is no problem {problem!r}; there are: {', '.join(PROBLEMS)}")
        if problem is not None and problem not in self.analysis.names:
            return of_kind(empty("findings"), frame)
        return of_kind(self.table(problem or "findings").sort("problem", "row_key").collect(), frame)

    def trace(self, identifier: str | int) -> Trace:
        """Everything known of an MMS ID, OCN, holding ID or barcode, on one page, with file and row."""
        return trace(str(identifier), self.table)

    @property
    def analysis(self) -> Analyses:
        """The frames that the analyses give for the tables as they are now."""
        self.refresh()
        kept = {name: frame() for name, frame in self._kept.items() if name in KEPT_FOR_ANALYSES}
        said = {name: frame.write_ndjson() for name, frame in kept.items()}
        state = key_of(self.store.manifest()["tables"], self.settings.model_dump(mode="json"), said)
        if self._analyses is None or self._analyses[0] != state:
            self._analyses = (state, Analyses(self.store, self.settings, kept=kept))
        return self._analyses[1]

    @cached_property
    def _kept(self) -> dict[str, Callable[[], pl.DataFrame]]:
        """What staff keep beside the tables, by the name that SQL and `table` know it by."""
        from .workbooks.rounds import read_closings, read_rounds

        folder = self.folder / "decisions"
        rounds = {"closings": lambda: read_closings(folder), "rounds": lambda: read_rounds(folder)}
        return {"milestones": lambda: self.milestones, "decisions": lambda: self.decisions, **rounds}

    def status(self) -> dict[str, pl.DataFrame]:
        """Where the project stands: files, tables, counts that must add up, open problems by symbol and unit."""
        standing = self.analysis.standing()
        files = self.store.scan("files").collect()
        sums = files.group_by("kind").agg(
            pl.len().alias("files"), pl.col("found", "loaded", "repaired", "repeated", "rejected").sum()
        )
        look = pl.col("kind").is_in(NEED_A_LOOK)
        look |= pl.col("file").is_in(files_that_break_off(self.store))
        tables = [(name, self.table(name).select(pl.len()).collect().item()) for name in sorted(TABLES)]
        open_ = self.table("findings").filter(pl.col("answer").is_in(ASKING))
        return {
            "Files by kind (found = loaded + rejected)": sums.sort("kind"),
            "Files that need a look": files.filter(look).select("file", "kind", "note").sort("file"),
            "Tables": pl.DataFrame(tables, schema=["table", "rows"], orient="row"),
            "Results of analyses (stale ones are worked out when they are asked for)": standing,
            "Open problems by symbol and unit": open_.group_by("symbol", "unit", "problem")
            .agg(pl.len().alias("findings"), pl.col("priority").min())
            .sort("symbol", "unit", "priority", "problem", nulls_last=True)
            .collect(engine="streaming"),
        }

    # Output

    def workbooks(
        self, units: list[str] | None = None, *, done: Callable[[Path], object] = lambda path: None
    ) -> list[Path]:
        """Write a workbook for each unit, and one for what no unit is known for; returns the paths, and tells each when it is `done`.

        Raises:
            OutputError: a workbook cannot be written, for instance because Excel holds it open; all others are.
        """
        from .workbooks.decisions import read_decisions
        from .workbooks.library import Library
        from .workbooks.records import project_id
        from .workbooks.rounds import note_closings, note_round
        from .workbooks.writing import write_workbooks

        decided = self.table("decided_rows").collect()
        written = write_workbooks(
            self.reports,
            **{name: self.table(name) for name in (*Library.frames(), "held_numbers")},
            decisions=read_decisions(self.folder / "decisions"),
            decided_rows=decided,
            files=self.table("files").collect(),
            settings=self.settings,
            units=units,
            project=project_id(self.folder / "decisions"),
            done=done,
        )
        note_closings(self.folder / "decisions", decided)
        states = self.table("work_states").collect()
        note_round(self.folder / "decisions", states, {each.unit for each in written})
        return [each.path for each in written]

    def take_decisions(self, files: Iterable[Path] | Path, *, also_from: Iterable[str] = ()) -> "Taken":
        """Take returned workbooks in: what was new, what needs a second look, and that every row is accounted for.

        Args:
            files: workbooks in whatever format a spreadsheet program writes, zip files, or folders.
            also_from: IDs of other projects whose workbooks are taken too, such as a copy of this one.

        Raises:
            InputError: a path is missing.
            OutputError: the record cannot be written.
            StoreError: another import is at work.
        """
        from .workbooks.taking import take

        return take(
            self.folder / "decisions",
            files,
            findings=self.table("findings"),
            settings=self.settings,
            also_from=also_from,
        )

    def check_uploads(self) -> pl.DataFrame:
        """What OCLC would refuse each file for it that lies in the raw folder for: file, fault, is_refusal, detail.

        See `analysis.upload_faults`; files with records that do not say they are UTF-8 are named too.
        """
        from .analysis.upload_faults import not_utf8

        faults = self.table("upload_faults").collect()
        coding = not_utf8(self.store.scan("files").collect(), self.store.scan("subfields"))
        return pl.concat([faults, coding]).sort("file", "fault", "detail")

    def deletion(self, symbol: str, *, today: date | None = None) -> "Deletion":
        """What may be deleted under a symbol, and what was: its checks, files, sign-off, and the list afterwards.

        Raises:
            InputError: the settings do not know the symbol.
        """
        from .delivery.deletions.deletion import Deletion

        return Deletion(self, symbol, today=today)

    def what_if(
        self,
        symbol: str | None = None,
        *,
        location_map: pl.DataFrame | Path | str | None = None,
        settings: Settings | None = None,
        extract_date: date | None = None,
    ) -> "WhatIf":
        """What would become of held numbers with another map, other settings or another day; nothing is changed or written."""
        from .delivery.deletions.what_if import what_if

        return what_if(self, symbol, location_map=location_map, settings=settings, extract_date=extract_date)

    def deletions(self, *, today: date | None = None) -> pl.DataFrame:
        """Where each symbol stands on its way to being emptied, one row a symbol; null: there is no input to tell it from."""
        from .delivery.deletions.board import board

        return board(self, today=today)


def open_project(path: str | Path | None = None) -> Project:
    """The project at a path, or the one that the current folder is in: searched upward for `datasync.toml`.

    Raises:
        SettingsError: there is none, or its settings hold a fault.
    """
    start = Path(path or ".").resolve()
    for folder in (start, *(start.parents if path is None else ())):
        if (folder / FILE_NAME).is_file():
            return Project(folder)
    raise SettingsError(
        f"no {FILE_NAME} in {start}{' or above' if path is None else ''}: run «datasync new DIR» to make a project"
    )


def _state(inputs: list[LoadedInput], settings: Settings, staff: dict[str, pl.DataFrame]) -> str:
    """A name for what the tables should be: the inputs, and everything that what is derived from them depends on."""
    depends = settings_of_tables(settings), settings.model_dump(mode="json", include={"extracts"})
    code = code_of(derive, assemble)
    return key_of(code, [asdict(i) for i in inputs], depends, {n: f.write_json() for n, f in staff.items()})


def _bar(what: str, show: bool) -> Callable:
    from tqdm.auto import tqdm

    return lambda things: tqdm(things, desc=what, unit="file", disable=not show, leave=False)
