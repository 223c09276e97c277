"""Deletions of the example institution, from its files to the package: the numbers are those of the analyses, and no others."""

import re
import shutil
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from deletion_frames import judged
from pymarc import MARCReader

from datasync_lib.delivery.deletions.deletion import Deletion
from datasync_lib.delivery.deletions.folder import changed_files
from datasync_lib.delivery.deletions.samples import add_judgements
from datasync_lib.project import Project

TODAY = date(2025, 9, 20)
SIGNED = {"who": "A. Keeper", "why": "talked through with the unit"}
DELETE_COLLECTION = """
[[collections]]
id = '1090499'
type = 'delete_holdings'
symbol = 'MLW'
"""


@pytest.fixture(scope="module")
def loaded(institution, tmp_path_factory) -> Path:
    """The committed example, in which the Law Library sends lists of its own."""
    folder = shutil.copytree(institution(300, 1), tmp_path_factory.mktemp("deletions") / "project")
    settings = (folder / "datasync.toml").read_text("utf-8")
    block = re.search(r"\[\[symbols\]\]\nsymbol = 'MLW'.*?\n\n", settings, re.S)[0]
    changed = block.replace("oclc_scan_delete", "own_lists")
    (folder / "datasync.toml").write_text(settings.replace(block, changed) + DELETE_COLLECTION, "utf-8")
    Project(folder).load(progress=False)
    return folder


@pytest.fixture
def project(loaded, tmp_path) -> Project:
    return Project(shutil.copytree(loaded, tmp_path / "own"))


def signed(project: Project, symbol: str) -> Deletion:
    """A deletion of which the whole sample is looked at, and whatever else fails is signed."""
    deletion = project.deletion(symbol, today=TODAY)
    deletion.archive_list()
    add_judgements(deletion.state.decisions, deletion.state, judged(deletion.state, right=True))
    for row in deletion.checks().filter(~pl.col("is_open")).to_dicts():
        deletion.override(row["name"], **SIGNED)
    return deletion


def to_delete(project: Project, symbol: str) -> pl.DataFrame:
    return project.table("held_numbers").filter(symbol=symbol, answer="delete").collect()


def numbers_in(path: Path) -> list[int]:
    if path.suffix == ".mrc":
        with path.open("rb") as file:
            return [int(record["035"]["a"].removeprefix("(OCoLC)")) for record in MARCReader(file)]
    lines = path.read_text("utf-8").splitlines()
    return [int(re.search(r"\d+", line)[0]) for line in lines if not line.startswith("LSN")]


def test_each_file_has_exactly_the_current_numbers_whose_answer_is_delete(project):
    going = to_delete(project, "MLW")
    assert going.height > 20
    folder = signed(project, "MLW").write()
    files = sorted((folder / "delete").iterdir())
    assert [path.name for path in files] == [
        "1090499.MLW.20250920.001.NSK.csv",
        "1090499.MLW.20250920.001.delete.mrc",
        "1090499.MLW.20250920.001.group.NSK.csv",
        "connexion_001.txt",
        "record_manager_001.txt",
    ]
    expected = sorted(set(going["ocn_current"]))
    assert {path.name: numbers_in(path) for path in files} == {path.name: expected for path in files}
    ambiguous = project.analysis.terminals.filter(pl.col("state") != "ok")["old_ocn"]
    assert set(expected).isdisjoint(ambiguous)


@pytest.mark.parametrize("symbol", ["MLW", "MWH", "MMD"])
def test_prediction_and_undo_have_each_number_of_the_list(project, symbol):
    held = project.table("held_numbers").filter(symbol=symbol).collect()
    folder = signed(project, symbol).write()
    prediction = pl.read_csv(folder / "prediction.csv", infer_schema=False)
    assert prediction["ocn"].cast(pl.Int64).to_list() == held["ocn"].to_list()
    assert prediction["class"].to_list() == held["class"].to_list()
    assert prediction["answer"].to_list() == held["answer"].to_list()
    stays = held.filter(pl.col("answer") != "delete") if symbol == "MLW" else held.clear()
    listed = [pl.read_csv(folder / name, infer_schema=False)["ocn"] for name in ("keep.csv", "hold.csv")]
    held_back = set(held.filter(pl.col("answer") != "delete")["ocn"])
    assert {int(ocn) for column in listed for ocn in column} == held_back
    undone = [n for path in (folder / "undo").glob("set.*.csv") for n in numbers_in(path)]
    leaves = held.join(stays, on="ocn", how="anti")
    assert sorted(undone) == sorted(set(leaves["number"]))
    before = pl.read_csv(folder / "before_list.csv", infer_schema=False)
    assert sorted(before["ocn"].cast(pl.Int64)) == sorted(held["ocn"].repeat_by(held["rows"]).explode())
    assert changed_files(folder) == []


def test_a_file_that_comes_after_the_load_closes_the_gate(project):
    deletion = signed(project, "MLW")
    (project.raw / "worldcat" / "late.csv").write_text("OCN\n123\n", "utf-8")
    row = deletion.checks().row(by_predicate=pl.col("name") == "raw_folder_loaded", named=True)
    assert (row["passes"], row["numbers"]) == (
        False,
        "1 file to be read: new, changed, gone, or read by an older version: worldcat/late.csv",
    )
    (project.raw / "worldcat" / "late.csv").unlink()
    taken = next(project.raw.glob("reports/*BibExceptionReport.txt"))
    taken.write_bytes(taken.read_bytes() + b"\n")
    assert (
        taken.name in deletion.checks().row(by_predicate=pl.col("name") == "raw_folder_loaded", named=True)["numbers"]
    )
