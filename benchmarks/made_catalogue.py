"""A catalogue of any size, made from the tables of a small one.

    python benchmarks/made_catalogue.py 1000000 [--folder DIR] [--example 100000]
    python benchmarks/made_catalogue.py --check

The example institution is made and loaded once; a copy is all of its rows with numbers moved on (`moved_numbers`), its
reports and lists among them, and files in a folder of the copy. The copies are parts of the store as a load leaves them,
so that a project of millions of bibs is there in minutes. Texts are those of the example. There are no raw files, so
where a notebook loads, that of a made project takes what is loaded.

`--check`: one copy has the rows and findings of the example, two copies have exactly twice as many in every table and
kind of finding (but for what counts once in a project), and a load would derive the same tables from their subfields.
"""

import argparse
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

import nbformat
import polars as pl
from moved_numbers import COPIES, MARK, Marks, digits, numbers_of_copy

from datasync_lib.creating import copy_notebooks
from datasync_lib.marc.by_tag import Fields
from datasync_lib.project import Project, _state
from datasync_lib.sample import make_sample
from datasync_lib.tables.build import derive
from datasync_lib.tables.loading import LoadedInput, reading_depends_on
from datasync_lib.tables.store import Store, key_of
from datasync_lib.vocabulary.tables import TABLES, empty

EXAMPLE_BIBS = 100_000
# What counts once in a project: what staff keep. Findings are worked out, not copied.
ONCE = ("location_map",)
_WORKED_OUT = ("findings", "evidence")
_LISTS = ("worldcat_holdings", "worldcat_repeats")
_INPUTS, _OF_THE_PROJECT = "inputs.json", ("datasync.toml", "location_map.csv", "milestones.csv")
_LOADS, _LOADED = "project.load()", 'LoadLog(project.table("files").collect(), 0, [])'


def made_project(folder: Path, bibs: int, *, example_bibs: int = EXAMPLE_BIBS, all_under: str | None = None) -> Project:
    """The project of a size below a folder; one that is there is taken as it is, remove it to have it made anew.

    Args:
        folder: where examples and projects lie, each in a folder of its own.
        bibs: how many, in whole copies of the example.
        example_bibs: bibs of the example that is copied; at most all.
        all_under: a symbol whose lists hold what the lists of all symbols hold; these stay as they are.
    """
    size = min(bibs, example_bibs)
    copies = -(-bibs // size)
    if copies > COPIES:
        raise ValueError(f"{copies:,} copies, {COPIES:,} are possible: make the example larger")
    target = folder / "_".join(filter(None, [short(copies * size), all_under]))
    if not _is_there(target):
        _make(_marked_example(folder, size), target, copies, all_under)
    return Project(target)


def _is_there(target: Path) -> bool:
    """Whether a project was made before with the tables of today; other code that derives them is noted as taken up."""
    try:
        manifest = json.loads((target / "data" / "tables" / "manifest.json").read_text("utf-8"))
    except FileNotFoundError:
        return False
    project = Project(target)
    if not all(project.store.has(key) for key in manifest["tables"]) or not _is_of_today(
        project.store, manifest["tables"]
    ):
        return False
    _commit(project, [LoadedInput(**each) for each in manifest["inputs"]], manifest["tables"])
    return True


def _is_of_today(store: Store, keys: list[str]) -> bool:
    """Whether the first copy's tables have the columns of today."""
    columns = {table: list(empty(table).schema.items()) for table in TABLES}
    there = [(table, path) for table in TABLES for path in store.files(keys[0], table)]
    return all(list(pl.read_parquet_schema(path).items()) == columns[table] for table, path in there)


def short(bibs: int) -> str:
    """A number of bibs as people say it: 100k, 12m."""
    for unit, letter in ((1_000_000, "m"), (1_000, "k")):
        if bibs >= unit and bibs % unit == 0:
            return f"{bibs // unit}{letter}"
    return str(bibs)


# The example


def loaded_example(folder: Path, bibs: int) -> Project:
    """The example institution, made and loaded in a folder."""
    make_sample(folder, bibs=bibs)
    project = Project(folder)
    project.load(progress=False)
    return project


def _marked_example(folder: Path, bibs: int) -> Path:
    """The marked tables of an example, its inputs and staff tables; made where they are not there yet."""
    marked = folder / f"example_{short(bibs)}"
    if not marked.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as temporary:
            project, unfinished = loaded_example(Path(temporary) / "project", bibs), Path(temporary) / "marked"
            unfinished.mkdir()
            _write_marked(project, unfinished)
            unfinished.rename(marked)
    return marked


def _write_marked(project: Project, folder: Path) -> None:
    store = project.store
    for name in _OF_THE_PROJECT:
        shutil.copy2(project.folder / name, folder / name)
    marks = Marks(store.scan, sorted(TABLES), project.settings.institution.mms_suffix)
    sent = store.scan("outcomes").select(pl.col("sent_file").unique()).collect()["sent_file"].to_list()
    for table in set(TABLES) - {*ONCE, *_WORKED_OUT}:
        for number, frame in enumerate(_frames(store, table)):
            marked = marks.mark(_marked_files(frame, sent))
            marked.write_parquet(folder / f"{table}-{number:05}.parquet", compression_level=1)
    inputs = [
        each | {name: each[name] and _marked_name(name, each[name], sent) for name in ("file", "sent_file")}
        for each in store.manifest()["inputs"]
    ]
    (folder / _INPUTS).write_text(json.dumps(inputs, indent=1), "utf-8")


def _frames(store: Store, table: str) -> Iterator[pl.DataFrame]:
    """The rows of a table: subfields piece by piece as they were loaded, each sorted by tag; else at once."""
    paths = store.paths(table)
    if table == "subfields":
        yield from map(pl.read_parquet, paths)
    elif paths:
        yield pl.read_parquet(paths)


def _marked_files(frame: pl.DataFrame, sent: list[str]) -> pl.DataFrame:
    """Files in a folder of the copy; the names of sent files, also within those of their reports; hashes and jobs."""
    here = set(frame.columns)
    found = []
    for name in here & {"file", "sent_file"}:
        old = frame[name].drop_nulls().unique()
        found.append(frame[name].replace(old, pl.Series([_marked_name(name, file, sent) for file in old])))
    if "sha256" in here:
        found.append(pl.col("sha256").str.replace(".{3}$", MARK))
    if "job_key" in here:
        found.append(pl.col("job_key").str.replace("[0-9]{3}::", f"{MARK}::"))
    return frame.with_columns(found)


def _marked_name(column: str, file: str, sent: list[str]) -> str:
    """A file in a folder of the copy, with the copy in the name of the sent file that it is or answers."""
    for name in sent:
        if name in file:
            stem, extension = name.rsplit(".", 1)
            file = file.replace(name, f"{stem}.copy_{MARK}.{extension}")
            break
    return file if column == "sent_file" else f"copy_{MARK}/{file}"


# The copies


def _make(example: Path, target: Path, copies: int, all_under: str | None) -> None:
    """Write the copies as parts and make them count."""
    shutil.rmtree(target, ignore_errors=True)
    (target / "data" / "raw").mkdir(parents=True)
    for name in _OF_THE_PROJECT:
        shutil.copy2(example / name, target / name)
    copy_notebooks(target)
    _load_nothing(target / "notebooks")
    project = Project(target)
    loaded = json.loads((example / _INPUTS).read_text("utf-8"))

    def write(copy: int) -> str:
        key = key_of("made", loaded, copy, all_under)
        with project.store.write(key) as writer:
            for path in sorted(example.glob("*.parquet")):
                table, number = path.stem.rsplit("-", 1)
                frame = pl.read_parquet(path)
                if all_under and table in _LISTS:
                    more = frame.filter(pl.col("symbol") != all_under)
                    frame = pl.concat([frame, more.with_columns(symbol=pl.lit(all_under))])
                writer.add(table, numbers_of_copy(frame, copy), int(number))
        return key

    with ThreadPoolExecutor(os.cpu_count()) as threads:
        keys = list(threads.map(write, range(copies)))
    inputs = [
        LoadedInput(
            **{name: value and value.replace(MARK, digits(copy)) for name, value in (each | {"key": key}).items()}
        )
        for copy, key in enumerate(keys)
        for each in loaded
    ]
    staff = key_of("made", "staff", copies)
    with project.store.write(staff) as writer:
        for name, frame in _staff(project).items():
            writer.add(name, frame)
    _commit(project, inputs, [*keys, staff])


def _load_nothing(notebooks: Path) -> None:
    for path in notebooks.glob("*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            if _LOADS in cell.source:
                cell.source = f"from datasync_lib.project import LoadLog\n\n{cell.source.replace(_LOADS, _LOADED)}"
        nbformat.write(notebook, path)


def _staff(project: Project) -> dict[str, pl.DataFrame]:
    return {"location_map": project.location_map, "concordance": project.signed_fixes}


def _commit(project: Project, inputs: list[LoadedInput], keys: list[str]) -> None:
    """Make the parts count, with the notes of a load: `refresh` finds nothing to do."""
    notes = {
        "inputs": [asdict(each) for each in inputs],
        "reading": reading_depends_on(inputs, project.settings),
        "state": _state(inputs, project.settings, _staff(project)),
    }
    with project.store.lock():
        project.store.commit(keys, tables=keys, of={key: f"copy {n}" for n, key in enumerate(keys)}, **notes)


# Two copies are twice one, and one is the example


def check(folder: Path, bibs: int = 4_000) -> None:
    """Compare what the example, one copy and two copies of it give, and what a copy's subfields say of its numbers.

    Raises:
        SystemExit: something is not twice as much that should be, or a copy's tables are not those of its subfields.
    """
    one, two = (made_project(folder, copies * bibs, example_bibs=bibs) for copies in (1, 2))
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        counts = [_counts(project) for project in (loaded_example(Path(temporary), bibs), one, two)]
    names = sorted({name for each in counts for name in each})
    wrong = []
    for name in names:
        example, once, twice = (each.get(name, 0) for each in counts)
        if example != once or twice != (once if name[-1] in ONCE else 2 * once):
            wrong.append(f"{' '.join(name)}: {example:,} in the example, {once:,} in one copy, {twice:,} in two")
    wrong += [f"{table}: not what the subfields of the copies say" for table in _derived_otherwise(two)]
    print(f"{len(names)} counts: twice as large with two copies as with one, but for {', '.join(ONCE)}")
    if wrong:
        raise SystemExit("\n".join(wrong))


def _counts(project: Project) -> dict[tuple[str, ...], int]:
    """Rows of each table, as stored and as current, and findings by problem and class."""
    counts = {}
    for table in set(TABLES) - set(_WORKED_OUT):
        counts["stored", table] = project.store.scan(table).select(pl.len()).collect().item()
        counts["current", table] = project.table(table).select(pl.len()).collect().item()
    findings = project.findings().group_by("problem", "class").len()
    return counts | {("findings", problem, class_ or "-"): n for problem, class_, n in findings.iter_rows()}


def _derived_otherwise(project: Project) -> list[str]:
    """The tables that do not agree with what a load derives from the subfields."""
    subfields = project.store.scan("subfields").collect().partition_by("file")
    derived = [derive(Fields(each), project.settings) for each in subfields]
    differ = []
    for table in derived[0]:
        wanted = pl.concat([each[table] for each in derived]).sort(pl.all())
        if not wanted.equals(project.store.scan(table).collect().sort(pl.all())):
            differ.append(table)
    return differ


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bibs", type=int, nargs="*", default=[100_000])
    parser.add_argument("--folder", type=Path, help="where made projects lie and stay; a temporary folder otherwise")
    parser.add_argument("--example", type=int, default=EXAMPLE_BIBS, help="bibs of the example that is copied")
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        if given.check:
            check(folder)
            return
        for bibs in given.bibs:
            start = time.perf_counter()
            project = made_project(folder, bibs, example_bibs=given.example)
            rows = {table: project.store.scan(table).select(pl.len()).collect().item() for table in TABLES}
            size = sum(path.stat().st_size for path in project.store.folder.rglob("*.parquet"))
            print(f"{project.folder}: {time.perf_counter() - start:.0f} s, {size / 1e9:.2f} GB")
            print(", ".join(f"{table} {count:,}" for table, count in rows.items() if count))


if __name__ == "__main__":
    main()
