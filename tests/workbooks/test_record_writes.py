"""Every write of `decisions/`: killed at any step, on a full disk, where nobody may write, beside another: old or whole."""

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from datasync_lib.workbooks.decisions import FILE_NAME, append_decisions, read_decisions
from datasync_lib.workbooks.record_lines import read_record

CHECKOUT = Path(__file__).resolve().parents[2]
# Each way in which something is written there, as code with the folder in `folder`.
WRITES = {
    "decisions.jsonl": """
from datasync_lib.workbooks.decisions import append_decisions
append_decisions(folder, pl.DataFrame({"row_key": ["f" * 20], "note": ["n" * 3000]}))
""",
    "deletion_samples.jsonl": """
from datasync_lib.workbooks.records import add_lines
line = {"symbol": "OLD", "seed": 1, "number": 7, "class": "covered", "right": False, "who": "n" * 3000}
add_lines(folder / "deletion_samples.jsonl", [line])
""",
    "project_id.txt": """
from datasync_lib.workbooks.records import project_id
project_id(folder)
""",
    "symbol_counts.csv": """
from datetime import date
from datasync_lib.delivery.deletions.symbol_counts import add_symbol_count
add_symbol_count(folder / "symbol_counts.csv", "OLD", 7, day=date(2025, 9, 15), who="n" * 3000)
""",
}
BEGIN = """
import os, sys
from pathlib import Path
import polars as pl
from datasync_lib.errors import DatasyncError
folder = Path(sys.argv[1])
"""
TOLD = """
try:
    {write}
except DatasyncError as error:
    print(error, file=sys.stderr)
    sys.exit(2)
"""
# Ends the process, as a loss of power would, before the n-th time that a file of the folder is opened, moved or removed.
KILLED = """
import datasync_lib.workbooks.records, datasync_lib.delivery.deletions.symbol_counts, datasync_lib.workbooks.decisions
left = int(sys.argv[2])
def count(event, arguments):
    global left
    if event in ("open", "os.rename", "os.remove", "os.mkdir") and str(folder) in str(arguments[0]):
        left -= 1
        if left < 0:
            os._exit(9)
sys.addaudithook(count)
"""


def indented(code: str) -> str:
    return code.strip().replace("\n", "\n    ")


def run(code: str, *arguments: object, before: list[str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*(before or []), sys.executable, "-c", BEGIN + code, *map(str, arguments)],
        env=os.environ | {"PYTHONPATH": str(CHECKOUT)}, capture_output=True, encoding="utf-8", timeout=120,
    )  # fmt: skip


@pytest.fixture
def folder(tmp_path) -> Path:
    """Records of some lines each, with copies of them."""
    folder = tmp_path / "decisions"
    for number in range(2):
        append_decisions(
            folder, pl.DataFrame({"row_key": [f"{number:020}"]}), now=datetime(2025, 1, 1 + number, tzinfo=UTC)
        )
    line = {"symbol": "OLD", "seed": 1, "number": 5, "class": "covered", "right": False, "who": "A"}
    (folder / "deletion_samples.jsonl").write_text(json.dumps(line) + "\n", "utf-8")
    (folder / "symbol_counts.csv").write_text("symbol,count,date,who\nOLD,5,2025-09-01,A\n", "utf-8")
    return folder


def content(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def is_whole(path: Path, before: bytes | None, *, name: str) -> bool:
    """Whether a record has what it had, and a whole line more."""
    data = path.read_bytes()
    if name == "project_id.txt":
        return before is None and len(data) == 13
    assert data.startswith(before), "between"
    more = data.removeprefix(before).decode()
    return more.count("\n") == 1 and more.endswith("\n") and ("f" * 20 in more or "n" * 3000 in more)


@pytest.mark.parametrize("name", WRITES)
def test_killed_at_each_step_a_record_is_old_or_whole(folder, tmp_path, name):
    steps, states = 0, []
    while True:
        own = shutil.copytree(folder, tmp_path / f"step_{steps}")
        before = content(own / name)
        ended = run(KILLED + WRITES[name], own, steps)
        assert ended.returncode in (0, 9), ended.stderr
        states.append(content(own / name) != before)
        assert not states[-1] or is_whole(own / name, before, name=name)
        # Whatever was left lying there is no hindrance.
        exec(WRITES[name], {"folder": own, "pl": pl})
        assert not list(own.glob("**/*.new"))
        if ended.returncode == 0:
            break
        steps += 1
    assert steps >= 3, "the steps were really passed"
    assert states == sorted(states), "old first, whole from then on"
    assert states[-1]


NAMESPACE = ["unshare", "--user", "--map-root-user", "--mount"]


def may_mount() -> bool:
    return bool(shutil.which("unshare")) and subprocess.run([*NAMESPACE, "true"], capture_output=True).returncode == 0


def mounted(how: str) -> str:
    """Code that gives the folder a disk of its own in this process alone."""
    return f"""
import shutil, subprocess
kept = folder.with_name("kept")
def mount(*arguments):
    subprocess.run(["mount", *map(str, arguments)], check=True)
{how}
"""


ON_A_FULL_DISK = mounted("""
shutil.copytree(folder, kept)
mount("-t", "tmpfs", "-o", "size=64k", "tmpfs", folder)
shutil.copytree(kept, folder, dirs_exist_ok=True)
try:
    (folder / "filler").write_bytes(b"x" * 64_000)
except OSError:
    pass
""")
READ_ONLY = mounted("""
mount("--bind", folder, folder)
mount("-o", "remount,bind,ro", folder)
""")
# What is mounted on cannot be replaced, as on Windows a file that a program holds open.
HELD_OPEN = mounted("""
for path in [*folder.glob("*.jsonl"), *folder.glob("*.csv")]:
    mount("--bind", path, path)
""")
THEN_TOLD = """
after = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
before = {path.name: path.read_bytes() for path in reference.iterdir() if path.is_file()}
changed = [name for name in before if after.get(name) != before[name]]
new = set(after) - set(before) - {"filler", "lock"}
assert not changed and not new, (changed, new)
"""


@pytest.mark.skipif(not may_mount(), reason="needs namespaces of Linux")
@pytest.mark.parametrize(
    ("disk", "todo"),
    [
        (ON_A_FULL_DISK, "there is no space left): free space there"),
        (READ_ONLY, "it can be read only there): put the project where you may write"),
        (HELD_OPEN, "access was denied): close it in Excel"),
    ],
    ids=["full", "read-only", "held open"],
)
@pytest.mark.parametrize("name", WRITES)
def test_what_cannot_be_written_is_told_in_one_line_and_stays_as_it_was(folder, tmp_path, name, disk, todo):
    if name == "project_id.txt" and disk is HELD_OPEN:
        pytest.skip("a file that is not there is held by nobody")
    reference = shutil.copytree(folder, tmp_path / "reference")
    write = TOLD.format(write=indented(WRITES[name]))
    # What is on the disk of its own can be looked at in the process alone.
    ended = run(
        f"{disk}\nreference = Path({str(reference)!r})\nimport atexit\ndef look():\n    {indented(THEN_TOLD)}\natexit.register(look)\n{write}",
        folder, before=NAMESPACE,
    )  # fmt: skip
    assert ended.returncode == 2, ended.stderr
    assert len(ended.stderr.splitlines()) == 1, ended.stderr
    assert ended.stderr.startswith(str(folder))  # the record, or the copy of it that comes first
    assert " cannot be written (" in ended.stderr
    assert todo in ended.stderr


# The reports of a project on a full disk; the workbooks that are there stay, as do the records.
NO_ROOM_FOR_REPORTS = """
import subprocess
reports = folder / "reports"
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", reports], check=True)
sys.argv = ["datasync", "workbooks", "-p", str(folder)]
from datasync_lib.cli import main
main()
"""


@pytest.mark.skipif(not may_mount(), reason="needs namespaces of Linux")
def test_workbooks_on_a_full_disk_are_told_line_by_line(own_example):
    own_example.reports.mkdir(exist_ok=True)
    ended = run(NO_ROOM_FOR_REPORTS, own_example.folder, before=NAMESPACE)
    assert (ended.returncode, ended.stdout) == (2, "")
    first, *others = ended.stderr.splitlines()
    assert first.endswith("workbooks were not written:")
    assert len(others) == int(first.split()[1]) > 1
    assert all("there is no space left): free space there" in line for line in others), others


def test_a_file_that_grows_past_a_limit_is_told(folder):
    pytest.importorskip("resource", reason="needs a file size limit of the operating system")
    limit = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000))\n"
    )
    before = content(folder / FILE_NAME)
    ended = run(limit + TOLD.format(write=indented(WRITES[FILE_NAME])), folder)
    assert (ended.returncode, len(ended.stderr.splitlines())) == (2, 1)
    assert "free space there" in ended.stderr
    assert content(folder / FILE_NAME) == before


def test_many_at_once_lose_nothing(folder):
    code = """
from datasync_lib.workbooks.decisions import append_decisions
for number in range(10):
    append_decisions(folder, pl.DataFrame({"row_key": [f"{sys.argv[2]}-{number}"], "decision": ["merge"]}))
"""
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", BEGIN + code, str(folder), str(each)],
            env=os.environ | {"PYTHONPATH": str(CHECKOUT)}, stderr=subprocess.PIPE, text=True,
        )
        for each in range(3)
    ]  # fmt: skip
    seen = [0]
    while any(writer.poll() is None for writer in writers):
        lines, faults = read_record(folder / FILE_NAME)
        assert faults == []
        seen.append(len(lines))
    assert [writer.communicate()[1] for writer in writers] == [""] * 3
    assert seen == sorted(seen)
    keys = read_decisions(folder)["row_key"].to_list()
    assert sorted(keys[2:]) == sorted(f"{each}-{number}" for each in range(3) for number in range(10))
