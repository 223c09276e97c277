"""Whatever happens to what is kept: a clear word to whoever asks, and after a load the tables of a clean load."""

import io
import json
import os
import shutil
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from pymarc import Field, Record, Subfield

from datasync_lib.creating import new_project
from datasync_lib.errors import StoreError
from datasync_lib.marc import record_bytes
from datasync_lib.marc.containers import Input
from datasync_lib.project import Project
from datasync_lib.sample import make_sample
from datasync_lib.tables import store
from datasync_lib.tables.loading import load_folder
from datasync_lib.tables.parts import SEAL
from datasync_lib.vocabulary.evidence import LISTS
from datasync_lib.vocabulary.tables import TABLES

MEND = "run «datasync load»"
ODD = "odd.txt"
ODD_TEXT = "nobody knows\nwhat this is\n"

# The tables that a load fills; the example has rows in each of them.
LOADED = sorted(set(TABLES) - {"findings", "evidence"})


@pytest.fixture(scope="module")
def clean(tmp_path_factory) -> Project:
    """A small institution, loaded, with a file that nobody understands. Not to be changed by a test."""
    folder = tmp_path_factory.mktemp("healing") / "clean"
    make_sample(folder, bibs=60, seed=3)
    project = Project(folder)
    for more_of_the_same in ("*1090102*", "*109020?*", "worldcat.MWS*", "worldcat.MLW*"):
        for path in project.raw.rglob(more_of_the_same):
            path.unlink()
    (project.raw / ODD).write_text(ODD_TEXT, "utf-8")
    for name in LISTS:
        (project.raw / f"{name}.csv").write_text("OCN\n1400000001\n", "utf-8")
    (project.raw / "worldcat.MWS.20250915.list.txt").write_text("1400000001\n1400000002\n1400000001\n", "utf-8")
    (project.raw / "bound_20250720.mrc").write_bytes(bound_together() + b"no record 40000001\x1d")
    project.load(progress=False)
    return project


@pytest.fixture(scope="module")
def as_loaded(clean) -> dict[str, pl.DataFrame]:
    return tables(clean)


@pytest.fixture(scope="module")
def with_results(clean, tmp_path_factory) -> Project:
    """The same with its findings worked out. Not to be changed by a test."""
    project = Project(shutil.copytree(clean.folder, tmp_path_factory.mktemp("found") / "project"))
    project.findings()
    return project


@pytest.fixture(scope="module")
def as_found(with_results) -> pl.DataFrame:
    return with_results.findings()


@pytest.fixture
def project(clean, tmp_path) -> Project:
    """A copy that a test may damage."""
    shutil.copytree(clean.folder, tmp_path / "mine")
    return Project(tmp_path / "mine")


def bound_together() -> bytes:
    """Two bibs that are bound with another one, say so of their holding, and have one of another library."""
    return b"".join(_bound(number) for number in ("9900000000764321", "9900000000774321"))


def _bound(number: str) -> bytes:
    record = Record()
    record.add_field(Field(tag="001", data=number))
    record.add_field(Field(tag="245", indicators=["1", "0"], subfields=[Subfield("a", "A sermon")]))
    record.add_field(Field(tag="773", indicators=["0", " "], subfields=[Subfield("w", "9900000000884321")]))
    record.add_field(Field(tag="852", indicators=["8", " "], subfields=[Subfield("b", "OTHERLIB")]))
    record.add_field(Field(tag="AVA", indicators=[" ", " "], subfields=[Subfield("8", "2200000000764321")]))
    return record_bytes(record)


def tables(project: Project) -> dict[str, pl.DataFrame]:
    """All tables, without the time of the load."""
    return {name: project.store.scan(name).collect().drop("loaded_at", strict=False) for name in LOADED}


def assert_as_loaded(project: Project, as_loaded: dict[str, pl.DataFrame]) -> None:
    for name, frame in tables(project).items():
        assert_frame_equal(frame, as_loaded[name])


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def garble(path: Path) -> None:
    """Other bytes, as many as before, at the time of before: what a bad disk does."""
    time = path.stat().st_mtime_ns
    path.write_bytes(bytes(byte ^ 0x5A for byte in path.read_bytes()))
    os.utime(path, ns=(time, time))


def write_over(path: Path) -> None:
    """Other bytes, as many as before, written now."""
    path.write_bytes(bytes(byte ^ 0x5A for byte in path.read_bytes()))


def empty(path: Path) -> None:
    path.write_bytes(b"")


def remove_folder(path: Path) -> None:
    shutil.rmtree(path.parent)


def remove_seal(path: Path) -> None:
    (path.parent / SEAL).unlink()


def truncate_seal(path: Path) -> None:
    truncate(path.parent / SEAL)


def replace_by_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def swap(path: Path) -> None:
    """A whole part, but of another input (one that an earlier swap has not filled with this very part)."""
    seal = (path.parent / SEAL).read_bytes()
    other = next(folder for folder in sorted(path.parent.parent.iterdir()) if (folder / SEAL).read_bytes() != seal)
    shutil.rmtree(path.parent)
    shutil.copytree(other, path.parent)


def forge(path: Path) -> None:
    """One file less, and a seal that does not name it."""
    seal = path.parent / SEAL
    named = json.loads(seal.read_text("utf-8"))
    del named["files"][path.name]
    seal.write_text(json.dumps(named), "utf-8")
    path.unlink()


DAMAGES = [
    truncate, write_over, empty, Path.unlink, remove_folder, remove_seal, truncate_seal, replace_by_a_folder, swap, forge,
]  # fmt: skip


def test_the_example_has_rows_in_every_table(as_loaded):
    assert [name for name, frame in as_loaded.items() if frame.is_empty()] == []


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_whoever_asks_for_a_damaged_table_is_told_what_to_do(project, damage):
    for name in LOADED:
        path = project.store.paths(name)[0]
        kept = project.folder.parent / "kept"
        shutil.copytree(path.parent, kept)
        damage(path)
        with pytest.raises(StoreError, match=MEND) as said:
            project.table(name)
        assert "\n" not in str(said.value)
        shutil.rmtree(path.parent, ignore_errors=True)
        kept.rename(path.parent)
        assert project.store.scan(name).collect().height


def test_sql_and_findings_say_it_too(project):
    for name in LOADED:
        project.store.paths(name)[0].unlink()
        with pytest.raises(StoreError, match=MEND):
            project.sql(f"select count(*) from {name}")
    with pytest.raises(StoreError, match=MEND):
        project.findings()


def rounds(project: Project) -> Iterator[dict[str, Path]]:
    """A file of each table, in as few rounds as it takes when a round touches no part twice."""
    left = LOADED
    while left:
        chosen: dict[str, Path] = {}
        for name in left:
            used = [path.parent for path in chosen.values()]
            if free := [path for path in project.store.paths(name) if path.parent not in used]:
                chosen[name] = free[0]
        left = [name for name in left if name not in chosen]
        yield chosen


@pytest.mark.parametrize("damage", [*DAMAGES, garble], ids=lambda damage: damage.__name__)
def test_a_load_makes_each_damaged_table_anew_and_says_so(project, as_loaded, as_found, damage):
    for chosen in rounds(project):
        owners = {name: project.store.manifest()["of"][path.parent.name] for name, path in chosen.items()}
        for path in chosen.values():
            damage(path)
        said = [note for note in Project(project.folder).load(progress=False).notes if "damaged, and made anew" in note]
        assert len(said) == len(chosen)
        for name, path in chosen.items():
            assert any(f"was loaded of {owners[name]} was" in note and tells(note, damage, path) for note in said)
        assert_as_loaded(project, as_loaded)
    if damage in (truncate, Path.unlink, garble):  # of the same tables the same is found
        assert_frame_equal(project.findings(), as_found)
    assert not [note for note in project.load(progress=False).notes if "damaged" in note]


def tells(note: str, damage: Callable, path: Path) -> bool:
    """Whether a note names the table, where it is known which one was damaged."""
    knows = damage in (truncate, write_over, garble, empty, Path.unlink, replace_by_a_folder)
    return not knows or f"its table {path.name.rpartition('-')[0]} ({path.name})" in note


def test_all_parts_at_once(project, as_loaded, as_found):
    for path in {path.parent: path for name in LOADED for path in project.store.paths(name)}.values():
        truncate(path)
    project.load(progress=False)
    assert_as_loaded(project, as_loaded)
    assert_frame_equal(project.findings(), as_found)


@pytest.mark.parametrize("damage", [truncate, garble, remove_folder], ids=lambda damage: damage.__name__)
def test_damaged_results_are_worked_out_anew(with_results, as_found, damage, tmp_path):
    project = Project(shutil.copytree(with_results.folder, tmp_path / "mine"))
    assert_frame_equal(project.findings(), as_found)
    results = project.store.results
    for path in [path for key in results.all_keys() for path in sorted(results.part(key).glob("*.parquet"))[:1]]:
        damage(path)
    if damage is garble:  # what neither size nor time tell is seen when all is looked through
        assert any("results of analyses were damaged" in note for note in project.load(progress=False).notes)
    assert_frame_equal(project.findings(), as_found)


def without_keys(path: Path) -> None:
    kept = json.loads(path.read_text("utf-8"))
    path.write_text(
        json.dumps({name: value for name, value in kept.items() if name not in ("keys", "inputs")}), "utf-8"
    )


def with_a_key_less(path: Path) -> None:
    kept = json.loads(path.read_text("utf-8"))
    kept["keys"].popitem()
    path.write_text(json.dumps(kept), "utf-8")


MANIFESTS: dict[str, Callable[[Path], object]] = {
    "truncated": truncate,
    "other bytes": write_over,
    "empty": empty,
    "a list": lambda path: path.write_text("[1, 2]", "utf-8"),
    "a number": lambda path: path.write_text("7", "utf-8"),
    "null": lambda path: path.write_text("null", "utf-8"),
    "without keys": without_keys,
    "with a key less": with_a_key_less,
    "a folder": replace_by_a_folder,
    "gone": Path.unlink,
}


@pytest.mark.parametrize("damage", MANIFESTS.values(), ids=MANIFESTS)
def test_a_manifest_that_says_nothing_is_told_and_written_anew(project, as_loaded, as_found, damage):
    manifest = project.folder / "data" / "tables" / "manifest.json"
    damage(manifest)
    for ask in (lambda: project.table("bibs"), lambda: project.sql("select count(*) from bibs"), project.findings):
        with pytest.raises(StoreError, match=MEND) as said:
            ask()
        assert "\n" not in str(said.value)
    log = project.load(progress=False)
    assert log.read == 0, "the parts are whole"
    assert [note for note in log.notes if "manifest" in note] == (
        [] if damage is Path.unlink else ["manifest.json was damaged and was written anew"]
    )
    assert_as_loaded(project, as_loaded)
    if damage in (truncate, without_keys):
        assert_frame_equal(project.findings(), as_found)


def test_a_manifest_and_parts_together(project, as_loaded):
    for name in ("outcomes", "bibs"):
        project.store.paths(name)[0].unlink()
    (project.folder / "data" / "tables" / "manifest.json").write_bytes(b"\xff\x00")
    project.load(progress=False)
    assert_as_loaded(project, as_loaded)


def test_tables_of_another_version_are_made_anew_without_a_word(project, as_loaded, monkeypatch):
    monkeypatch.setattr(store, "SCHEMA_VERSION", "another")
    with pytest.raises(StoreError, match=f"of another version of this program: {MEND}"):
        project.table("bibs")
    log = project.load(progress=False)
    assert log.read == log.files.height
    assert not [note for note in log.notes if "manifest" in note]
    assert_as_loaded(project, as_loaded)


def test_a_lock_that_is_a_folder(project, as_loaded):
    lock = project.folder / "data" / "tables" / "lock"
    lock.unlink(missing_ok=True)
    (lock / "below").mkdir(parents=True)
    with pytest.raises(StoreError, match=r"lock cannot be opened \(.*\): remove it, or allow to write there") as said:
        project.load(progress=False)
    assert "\n" not in str(said.value)
    assert_as_loaded(project, as_loaded)
    (lock / "below").rmdir()
    project.load(progress=False)
    assert_as_loaded(project, as_loaded)


def test_a_lock_that_may_not_be_written(project, monkeypatch):
    def refused(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(project.store._lock, "acquire", refused)
    with pytest.raises(
        StoreError, match=r"lock cannot be opened \(.*Permission denied\): remove it, or allow to write"
    ):
        project.load(progress=False)


def test_what_died_unfinished_is_cleared_away(project, as_loaded):
    parts = project.folder / "data" / "tables" / "parts"
    for number in range(3):
        dead = parts / f"{'0' * 32}.{number}.unfinished"
        dead.mkdir()
        (dead / "bibs-00000.parquet").write_bytes(b"PAR1")
    (parts / ("1" * 32)).mkdir()  # one that died while it was removed
    project.load(progress=False)
    assert {folder.name for folder in parts.iterdir()} <= set(project.store.manifest()["keys"])
    assert_as_loaded(project, as_loaded)


RAW = [
    "catalogue/*.mrc", "catalogue/*.tar.gz", "catalogue/*.xml.gz", "sent/*.mrc", "worldcat/metacoll.*", "worldcat/*.list.mrc",
    "worldcat/*.list.txt", "reports/*.BibExceptionReport.txt", ODD,
]  # fmt: skip


def loads_while(project: Project, victim: Path, away: Callable[[], object], back: Callable[[], object]) -> pl.DataFrame:
    """Read a file anew, while something happens to it between the look at it and its reading; its rows in the load log."""
    name = victim.relative_to(project.raw).as_posix()
    for key, file in project.store.manifest()["of"].items():
        if file.startswith(name):
            shutil.rmtree(project.store.part(key))

    def sources(found: list) -> Iterator:
        for source in found:
            if source.input.path == victim:
                away()
            yield source
            if source.input.path == victim:
                back()

    inputs, _ = load_folder(project.raw, project.store, project.settings, progress=sources)
    files = project.store.read("files", *(each.key for each in inputs)).collect()
    return files.filter(pl.col("file").str.starts_with(name))


@pytest.mark.parametrize("pattern", RAW)
def test_a_raw_file_that_was_gone_for_a_moment_is_read_by_the_next_load(project, as_loaded, pattern):
    victim, aside = min(project.raw.glob(pattern)), project.folder / "aside"
    rows = loads_while(project, victim, lambda: victim.rename(aside), lambda: aside.rename(victim))
    assert set(rows["kind"]) == {"unreadable"}
    assert rows["note"].str.contains("load again").all()
    log = project.load(progress=False)
    assert log.read == rows.height
    assert_as_loaded(project, as_loaded)


@pytest.mark.parametrize("pattern", RAW)
def test_a_raw_file_that_could_not_be_opened_for_a_moment_is_read_by_the_next_load(
    project, as_loaded, pattern, monkeypatch
):
    victim = min(project.raw.glob(pattern))
    real, broken = Input._stored, []

    def stored(self):
        if broken and self.path == broken[0]:
            raise OSError(5, "Input/output error")
        return real(self)

    monkeypatch.setattr(Input, "_stored", stored)
    rows = loads_while(project, victim, lambda: broken.append(victim), broken.clear)
    assert set(rows["kind"]) == {"unreadable"}
    assert rows["note"].str.contains("could not be read just now .*Input/output error.*; load again").all()
    project.load(progress=False)
    assert_as_loaded(project, as_loaded)


def test_a_raw_file_that_grows_while_it_is_read_is_read_again(project, as_loaded):
    victim = project.raw / ODD
    whole = victim.read_bytes()
    rows = loads_while(project, victim, lambda: victim.write_bytes(whole + b"more"), lambda: None)
    assert rows["note"].to_list() == ["it was changed or taken away while it was read; load again"]
    victim.write_bytes(whole)
    project.load(progress=False)
    assert_as_loaded(project, as_loaded)


def test_a_repeat_of_a_file_that_was_gone_is_not_remembered_either(project):
    victim, aside = project.raw / ODD, project.folder / "aside"
    shutil.copy(victim, victim.with_name("odd_2.txt"))
    loads_while(project, victim, lambda: victim.rename(aside), lambda: aside.rename(victim))
    files = project.load(progress=False).files
    assert files.filter(pl.col("file").str.starts_with("odd"))["loaded"].to_list() == [2, 2]


def test_a_file_that_cannot_be_opened_is_read_when_it_can(project, monkeypatch):
    """From the first look on, and twice: nothing of it is kept."""
    (project.raw / ODD).write_text("other words", "utf-8")
    real = Input._stored

    def stored(self):
        if self.path.name == ODD:
            raise PermissionError(13, "Permission denied")
        return real(self)

    with monkeypatch.context() as patch:
        patch.setattr(Input, "_stored", stored)
        for _ in range(2):
            files = project.load(progress=False).files
            assert files.filter(file=ODD)["kind"].to_list() == ["unreadable"]
    assert project.load(progress=False).files.filter(file=ODD)["loaded"].to_list() == [1]


def test_members_with_names_that_no_system_takes_are_loaded_and_told(tmp_path):
    project = Project(new_project(tmp_path / "mine"))
    bad = b"not a record at all" + b"\x1d"
    names = ["m" * 300 + ".mrc", "d/" * 150 + "x.mrc", 'who?:"a".mrc', "plain.mrc"]
    with zipfile.ZipFile(project.raw / "export_20250720.zip", "w") as archive:
        for number, name in enumerate(names):
            archive.writestr(name, bound_together() + bad * (number + 1))
    log = project.load(progress=False)
    assert log.files["rejected"].sum() > 0
    copies = {path.name: path.stat().st_size for path in (project.reports / "rejected").iterdir()}
    assert len(copies) == len(names)
    assert "export_20250720.zip__plain.mrc.rejected.mrc" in copies
    told = [note for note in log.notes if "does not suit a file" in note]
    assert len(told) == 3
    assert all(any(name in note for note in told) for name in copies if "plain" not in name)
    assert all(len(name.encode()) <= 200 for name in copies)


@pytest.mark.skipif(os.name == "nt", reason="names are Unicode there")
def test_names_in_another_encoding_are_loaded_too(tmp_path):
    project = Project(new_project(tmp_path / "mine"))
    (project.raw / os.fsdecode(b"caf\xe9.txt")).write_text("nobody knows\n", "utf-8")
    with tarfile.open(project.raw / "old.tar", "w", format=tarfile.GNU_FORMAT, encoding="latin-1") as archive:
        member = tarfile.TarInfo("r\xe9sum\xe9.mrc")
        member.size = len(bound_together())
        archive.addfile(member, io.BytesIO(bound_together()))
    files = project.load(progress=False).files
    assert files.select("file", "loaded").rows() == [("caf?.txt", 1), ("old.tar/r?sum?.mrc", 2)]
