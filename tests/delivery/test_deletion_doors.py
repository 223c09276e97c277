"""Every door to every output, while each single check fails: nothing is written (practice.md 6.3)."""

import json
import sys
from itertools import cycle
from pathlib import Path

import nbformat
import polars as pl
import pytest
import typer
from deletion_faults import BROKEN, by
from deletion_frames import TODAY, Library

from datasync_lib import cli
from datasync_lib.delivery.deletions.deletion import Deletion
from datasync_lib.delivery.deletions.folder import write_package
from datasync_lib.delivery.deletions.gate import Cleared
from datasync_lib.delivery.deletions.packages import files_of
from datasync_lib.delivery.deletions.prediction import predict
from datasync_lib.errors import GateClosed, NotebookError
from datasync_lib.running import run_notebooks

SIGNED = {"who": "A. Keeper", "why": "talked through with the unit"}
WAYS = ["own_lists", "oclc_scan_delete", "symbol_merge"]
# What the settings say cannot be in two ways at once: these rows change who deletes themselves.
OWN_WAY = ("who_deletes", "nothing_swept_along", "delete_share")


def by_python(deletion: Deletion) -> None:
    with pytest.raises(GateClosed):
        deletion.write()


def by_the_parts(deletion: Deletion) -> None:
    """Somebody who puts the package together by hand."""
    state = deletion.state
    with pytest.raises(GateClosed):
        write_package(Cleared(state), files_of(Cleared(state), predict(state)), {})
    with pytest.raises(GateClosed):
        write_package(state, {"delete.csv": state.going.select("number").write_csv}, {})


def by_command_line(deletion: Deletion) -> None:
    with pytest.raises(typer.Exit) as ended:
        cli._checks_and_package(deletion, write=True)
    assert ended.value.exit_code == 3


DOORS = [by_python, by_the_parts, by_command_line]


def sign_all(deletion: Deletion, but: str) -> None:
    rows = deletion.checks().filter(~pl.col("is_open") & ~pl.col("is_final") & (pl.col("name") != but))
    for name in rows["name"]:
        deletion.override(name, **SIGNED)


def output_of(folder: Path) -> list[str]:
    """Whatever lies in the reports; the archive of the list from before is no deletion."""
    return [path.name for path in (folder / "reports").rglob("*")]


def forged_version(library: Library) -> None:
    line = {"symbol": "OLD", "folder": "reports/deletions/OLD/2025-09-01", "prediction_sha256": "0"}
    (library.folder / "decisions" / "deletions.jsonl").write_text(json.dumps(line) + "\n", "utf-8")


def wrong_count(library: Library) -> None:
    path = library.folder / "decisions" / "symbol_counts.csv"
    path.write_text("symbol,count,date,who\nOLD,5,2025-09-16,A\n", "utf-8")


def called_wrong(library: Library) -> None:
    record = library.folder / "decisions" / "deletion_samples.jsonl"
    said = record.read_text("utf-8").splitlines()[-1].replace('"right": true', '"right": false')
    record.write_text(record.read_text("utf-8") + said + "\n", "utf-8")


FAULTS = [
    *(each[:2] for each in BROKEN),
    ("difference_told", forged_version),
    ("count_of_oclc", wrong_count),
    ("no_wrong_one_of_the_sample", called_wrong),
]
# Each check with the ways in turn: what a check says does not depend on who deletes, but for those of OWN_WAY.
TRIED = [
    (name, change, None if name in OWN_WAY else way) for (name, change), way in zip(FAULTS, cycle(WAYS), strict=False)
]


@pytest.mark.parametrize(("name", "change", "way"), TRIED, ids=[f"{n}-{w}-{k}" for k, (n, _, w) in enumerate(TRIED)])
def test_no_door_writes_anything_while_one_check_fails(library, name, change, way):
    if way:
        by(library, way)
    change(library)
    deletion = Deletion(library, "OLD", today=TODAY)
    sign_all(deletion, but=name)
    assert name in deletion.checks().filter(~pl.col("is_open"))["name"]
    for door in DOORS:
        door(deletion)
    assert output_of(library.folder) == []


@pytest.mark.parametrize("way", WAYS)
def test_the_same_doors_write_once_the_gate_is_open(library, way, capsys):
    by(library, way)
    deletion = Deletion(library, "OLD", today=TODAY)
    sign_all(deletion, but="")
    assert deletion.write().is_dir()
    cli._checks_and_package(deletion, write=True)
    assert capsys.readouterr().out.splitlines()[-1].endswith("2025-09-20_r2")


def test_a_notebook_is_no_other_door(own_example):
    notebook = nbformat.v4.new_notebook()
    code = "import datasync_lib as ds\nds.open_project('..').deletion('MLW').write()"
    notebook.cells = [nbformat.v4.new_code_cell(code)]
    folder = own_example.folder / "notebooks"
    folder.mkdir(exist_ok=True)
    nbformat.write(notebook, folder / "99_delete.ipynb")
    with pytest.raises(NotebookError, match="GateClosed: MLW: nothing is written"):
        run_notebooks(own_example, only=["99"])
    assert not (own_example.reports / "deletions").exists()


def test_no_other_module_writes_what_deletes():
    """Who wants to write must have a `Cleared` symbol: no module but the gate makes one, and the door asks it to."""
    package = Path(sys.modules[Cleared.__module__].__file__).parent
    makes = sorted(path.name for path in package.glob("*.py") if "Cleared(" in path.read_text("utf-8"))
    assert makes == ["deletion.py"]
