"""What if the map, an exclusion or a date were another one: held numbers worked out again beside the project, and the difference.

The tables are linked into a folder of their own, what depends on the change is derived there once more, and the folder goes
when the difference is known. Nothing of the project changes: no table, no decision, and no file for OCLC can come of it.
"""

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

import polars as pl

from ...errors import InputError
from ...local_lists.staff_tables import read_location_map
from ...problems import PROBLEMS
from ...results.analyses import Analyses
from ...settings import Exclusion, Extract, Settings
from ...tables.assembling import assemble, derive_tables
from ...tables.build import tags_to_load
from ...tables.loading import LoadedInput, reading_depends_on
from ...tables.store import Store
from ...vocabulary.tables import conform
from .checks import counted
from .state import refuse_unknown

_KEY = ["symbol", "ocn"]
_COMPARED = ["class", "answer", "because"]
_WITHOUT_LINK = ("lock", "locks", "temporary")
_TITLES = {name: kind.title for name, kind in PROBLEMS["old_holding"].classes.items()}


class Supposable(Protocol):
    """What is asked of a project whose settings are supposed to be others."""

    store: Store

    @property
    def settings(self) -> Settings:
        """`datasync.toml`."""

    @property
    def location_map(self) -> pl.DataFrame:
        """`location_map.csv`."""

    @property
    def signed_fixes(self) -> pl.DataFrame:
        """`decisions/signed_fixes.csv`."""

    @property
    def decisions(self) -> pl.DataFrame:
        """What units decided."""

    def table(self, name: str) -> pl.LazyFrame:
        """A table or a frame that an analysis gives."""


@dataclass(frozen=True)
class WhatIf:
    """What would be different.

    Attributes:
        changes: symbol, ocn, class_before, class_after, answer_before, answer_after, why (what decides then, in words); only
            numbers of which class or answer would be another one. Sorted by symbol and ocn.
        counts: symbol, class_before, answer_before, class_after, answer_after, numbers; the most first.
        answers: symbol, answer, before, after: numbers; all of them, so that it adds up to the lists.
    """

    changes: pl.DataFrame
    counts: pl.DataFrame
    answers: pl.DataFrame

    def __str__(self) -> str:
        if self.changes.is_empty():
            return "nothing would be different"
        sums = self.answers.group_by("answer").agg(pl.col("before", "after").sum()).sort("answer")
        words = [f"{answer} {before:,} -> {after:,}" for answer, before, after in sums.iter_rows() if before != after]
        moved = counted(self.changes.height, "number")
        return f"{moved} would be in another class or have another answer; {', '.join(words) or 'the answers add up to the same'}"


def what_if(
    project: Supposable,
    symbol: str | None = None,
    *,
    location_map: pl.DataFrame | Path | str | None = None,
    exclusions: Iterable[Exclusion | dict] | None = None,
    extract_date: date | None = None,
    settings: Settings | None = None,
) -> WhatIf:
    """What would become of the held numbers, if something were different?

    Args:
        project: the project; nothing of it is changed.
        symbol: only numbers under this symbol; None: under all.
        location_map: another map, as a CSV like `location_map.csv` or as a frame like `Project.location_map`.
        exclusions: rules that hold instead of `[[exclusions]]`.
        extract_date: another day of the full extract.
        settings: other settings altogether; the two above are put into them.

    Raises:
        InputError: nothing is different, the settings do not know the symbol, or fields are needed that were not loaded.
        SettingsError: the map holds a fault.
    """
    if location_map is None and exclusions is None and extract_date is None and settings is None:
        raise InputError("name what would be different: location_map, exclusions, extract_date or settings")
    if symbol is not None:
        refuse_unknown(symbol, project.settings)
    wanted = _supposed_settings(settings or project.settings, exclusions, extract_date)
    before = _held(project.table("held_numbers"), symbol)
    with _supposed(project, wanted, _map_of(location_map, project, wanted)) as analyses:
        after = _held(analyses.frame("held_numbers"), symbol)
    return _difference(before, after)


def _supposed_settings(
    settings: Settings, exclusions: Iterable[Exclusion | dict] | None, extract_date: date | None
) -> Settings:
    other = settings.model_dump()
    if exclusions is not None:
        other["exclusions"] = [each if isinstance(each, dict) else each.model_dump() for each in exclusions]
    if extract_date is not None:
        given = [each | ({"date": extract_date} if each["kind"] == "full" else {}) for each in other["extracts"]]
        every = Extract(files="*", date=extract_date).model_dump()
        other["extracts"] = given if any(each["kind"] == "full" for each in given) else [*given, every]
    return Settings.model_validate(other)


def _map_of(given: pl.DataFrame | Path | str | None, project: Supposable, settings: Settings) -> pl.DataFrame:
    if given is None:
        return project.location_map
    if isinstance(given, pl.DataFrame):
        return conform("location_map", given)
    if not Path(given).is_file():
        raise InputError(f"{given} is missing: name the other location map")
    return read_location_map(Path(given), settings)


def _held(held: pl.LazyFrame, symbol: str | None) -> pl.DataFrame:
    rows = held if symbol is None else held.filter(pl.col("symbol") == symbol)
    return rows.filter(pl.col("ocn").is_not_null()).select(*_KEY, *_COMPARED).collect()


@contextmanager
def _supposed(project: Supposable, settings: Settings, location_map: pl.DataFrame) -> Iterator[Analyses]:
    """The frames as they would be."""
    staff = {"location_map": location_map, "concordance": project.signed_fixes}
    folder = project.store.folder
    with TemporaryDirectory(prefix=".what_if_", dir=folder.parent) as name:
        beside = Store(Path(name))
        shutil.copytree(
            folder,
            name,
            dirs_exist_ok=True,
            copy_function=_link,
            ignore=lambda at, names: _own_things(at, names, folder),
        )
        manifest = beside.manifest()
        inputs = [LoadedInput(**each) for each in manifest["inputs"]]
        if not _can_be_derived(inputs, settings, project.settings):
            raise InputError(
                "this changes how files are read, so that they would have to be loaded again: try it in a copy of the project"
            )
        derived = derive_tables(beside, inputs, settings, progress=lambda each: each)
        assembled = assemble(beside, inputs, derived, staff, settings)
        keys = [*(each.key for each in inputs), *derived, assembled]
        beside.commit(dict.fromkeys(keys), tables=[*dict.fromkeys(keys)], of=manifest["of"], inputs=manifest["inputs"])
        yield Analyses(beside, settings, kept={"decisions": project.decisions})


def _can_be_derived(inputs: list[LoadedInput], supposed: Settings, own: Settings) -> bool:
    """Whether files would be read as they were, but for fields of which fewer are needed."""
    loaded = tuple(tag for tag in tags_to_load(own) if tag not in own.raw.extra_tags)
    readings = [
        reading_depends_on(
            inputs,
            each.model_copy(update={"raw": each.raw.model_copy(update={"extra_tags": each.raw.extra_tags + loaded})}),
        )
        for each in (supposed, own)
    ]
    return readings[0] == readings[1]


def _own_things(at: str, names: list[str], folder: Path) -> list[str]:
    """What belongs to the running project: its locks, and what a query has spilled."""
    return [name for name in names if name in _WITHOUT_LINK] if Path(at) == folder else []


def _link(source: str, target: str) -> None:
    """The same file under another name; a copy where the disk cannot do that."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _difference(before: pl.DataFrame, after: pl.DataFrame) -> WhatIf:
    names = {each: f"{each}_before" for each in _COMPARED}, {each: f"{each}_after" for each in _COMPARED}
    both = before.rename(names[0]).join(after.rename(names[1]), on=_KEY, how="full", coalesce=True)
    same = [pl.col(f"{name}_before").eq_missing(pl.col(f"{name}_after")) for name in ("class", "answer")]
    title = pl.col("class_after").replace_strict(_TITLES, default=None, return_dtype=pl.String)
    why = pl.concat_str(title, pl.format(": {}", "because_after"), ignore_nulls=True)
    moves = ["class_before", "class_after", "answer_before", "answer_after"]
    changes = both.filter(~pl.all_horizontal(same)).select(*_KEY, *moves, why=why).sort(_KEY)
    counts = changes.group_by("symbol", *moves).agg(pl.len().cast(pl.Int64).alias("numbers"))
    sums = [
        each.group_by("symbol", "answer").agg(pl.len().cast(pl.Int64).alias(name))
        for name, each in (("before", before), ("after", after))
    ]
    answers = sums[0].join(sums[1], on=["symbol", "answer"], how="full", coalesce=True)
    return WhatIf(
        changes,
        counts.sort("numbers", "symbol", *moves, descending=[True, *[False] * 5], nulls_last=True),
        answers.with_columns(pl.col("before", "after").fill_null(0)).sort("symbol", "answer"),
    )
