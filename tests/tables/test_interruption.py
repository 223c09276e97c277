"""A load that is interrupted leaves the tables as they were or complete, never between, and the next one finishes the work."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import polars as pl
import pytest
from pymarc import Field, Record, Subfield

from datasync_lib.creating import new_project
from datasync_lib.marc import record_bytes
from datasync_lib.project import Project
from datasync_lib.tables.store import PartWriter

REJECTED = b"what is this?" * 5 + b"\x1d"
CHECKOUT = Path(__file__).resolve().parents[2]
REPORT = "XYZ-XYZ.1099999.IN.BIB.D20250721.T094034567.1099999.XYZ.new.mrc.BibProcessingReport.txt"
TABLES = ("files", "bibs", "ocns", "holdings", "outcomes", "sent_records", "current_records", "extracts")


def marc_file(path: Path, first: int, count: int) -> None:
    with path.open("wb") as file:
        for number in range(first, first + count):
            record = Record()
            record.add_field(Field(tag="001", data=f"99{number:09}4321"))
            record.add_field(Field(tag="035", indicators=[" ", " "], subfields=[Subfield("a", f"(OCoLC){number + 1}")]))
            record.add_field(Field(tag="245", indicators=["1", "0"], subfields=[Subfield("a", f"Title {number}")]))
            record.add_field(
                Field(tag="852", indicators=["0", " "], subfields=[Subfield("8", f"22{number}"), Subfield("b", "MAIN")])
            )
            file.write(record_bytes(record))


@pytest.fixture
def project(tmp_path) -> Project:
    """Loaded once, with new files waiting."""
    project = Project(new_project(tmp_path / "mine"))
    marc_file(project.raw / "old_20250701.mrc", 0, 20)
    project.load(progress=False)
    marc_file(project.raw / "1099999.XYZ.new.mrc", 20, 15)
    row = "XYZ_1099999_1753105234567::bib::0|99000000020{}|21|21|match\n".format("4321")
    (project.raw / REPORT).write_text(row, "utf-8")
    with (project.raw / "1099999.XYZ.new.mrc").open("ab") as file:
        file.write(REJECTED)
    return project


def state(project: Project) -> dict[str, int]:
    return {name: project.table(name).select(pl.len()).collect().item() for name in TABLES}


class Stopped(Exception):
    """Raised at a numbered point."""


def stop_at(number: int, monkeypatch) -> list[str]:
    """Let the nth write or rename fail; the list grows by the name of each one that is reached."""
    reached: list[str] = []
    lock = threading.Lock()

    def counted(name, real):
        def call(*args, **kwargs):
            with lock:
                reached.append(name)
                here = len(reached)
            if here == number:
                raise Stopped(name)
            return real(*args, **kwargs)

        return call

    for owner, name in (
        (pl.DataFrame, "write_parquet"),
        (PartWriter, "append_bytes"),
        (shutil, "copy2"),
        (Path, "write_text"),
        (Path, "mkdir"),
        (Path, "rename"),
        (Path, "replace"),
    ):
        monkeypatch.setattr(owner, name, counted(name, getattr(owner, name)))
    return reached


def test_at_every_write_and_rename(project, tmp_path):
    before, after = state(project), None
    points, names = 0, set()
    while True:
        points += 1
        with pytest.MonkeyPatch.context() as patch:
            reached = stop_at(points, patch)
            try:
                Project(project.folder).load(progress=False)
            except Stopped:
                stopped = True
            else:
                stopped = False
        names.update(reached)
        now = state(Project(project.folder))
        if not stopped:
            after = now
            break
        assert now == before or now["outcomes"] == 1, (points, reached[-1])
        if now != before:
            assert now["bibs"] == 35, "between"
        leftovers = [p.name for p in (project.folder / "data" / "tables" / "parts").iterdir() if "unfinished" in p.name]
        assert leftovers == []
    assert points > 15, "the points were really passed"
    assert names == {"write_parquet", "append_bytes", "copy2", "write_text", "mkdir", "rename", "replace"}
    kept = project.reports / "rejected" / "1099999.XYZ.new.mrc.rejected.mrc"
    assert kept.read_bytes() == REJECTED
    assert [path.name for path in kept.parent.iterdir()] == [kept.name]
    assert (after["bibs"], after["outcomes"], after["sent_records"], after["files"]) == (35, 1, 15, 3)


def start_load(folder: Path, *, before: str = "") -> subprocess.Popen:
    code = f"{before}\nimport sys; sys.argv = ['datasync', 'load']; from datasync_lib.cli import main; main()"
    return subprocess.Popen(
        [sys.executable, "-c", code], cwd=folder, env=os.environ | {"PYTHONPATH": str(CHECKOUT)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs kill -9")
def test_killed_for_good(project):
    for part in range(4):  # so many that each of the three moments comes long before the last of them
        marc_file(project.raw / f"big_{part}_20250701.mrc", 1000 + 2000 * part, 2000)
    before, killed = state(project), 0
    parts = project.folder / "data" / "tables" / "parts"
    for moment in range(3):
        seen = len(list(parts.iterdir()))
        load = start_load(project.folder)
        deadline = time.monotonic() + 60
        while len(list(parts.iterdir())) <= seen + moment and load.poll() is None and time.monotonic() < deadline:
            time.sleep(0.002)
        load.kill()
        killed += load.wait() == -signal.SIGKILL
        load.communicate()
        assert state(Project(project.folder)) == before
    assert killed >= 2
    log = Project(project.folder).load(progress=False)
    assert state(project)["bibs"] == 8_035
    assert log.files["rejected"].sum() == 1


def test_a_full_disk(project):
    resource = pytest.importorskip("resource", reason="needs a file size limit of the operating system")
    assert resource
    marc_file(project.raw / "big_20250701.mrc", 1000, 5_000)
    before = state(project)
    limit = "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))"
    load = start_load(project.folder, before=limit)
    _, said = load.communicate(timeout=120)
    assert load.returncode == 2, said
    assert "free space there and load again" in said
    assert "Traceback" not in said
    assert state(Project(project.folder)) == before
    Project(project.folder).load(progress=False)
    assert state(project)["bibs"] == 5_035
