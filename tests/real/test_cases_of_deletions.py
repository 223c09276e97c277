"""Small institutions made for the rules of deletion (practice.md 6.2): what is allowed as an answer, and a control each."""

import csv
import shutil
from pathlib import Path

import polars as pl
import pytest

from datasync_lib.creating import new_project
from datasync_lib.project import Project

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases" / "deletions"
NAMES = sorted(folder.name for folder in CASES.iterdir() if folder.is_dir()) if CASES.is_dir() else []


def loaded(case: Path, folder: Path) -> Project:
    """A project of a case, its files loaded as they arrived."""
    new_project(folder)
    for name in ("datasync.toml", "location_map.csv"):
        shutil.copy(case / name, folder / name)
    for arrived in sorted(step for step in case.iterdir() if step.name.startswith("raw")):
        shutil.copytree(arrived, folder / "data" / "raw", dirs_exist_ok=True)
        Project(folder).load(progress=False)
    return Project(folder)


def not_allowed(held: pl.DataFrame, expected: Path) -> list[tuple]:
    """Rows of what is expected that the held numbers do not fulfil, with what they say."""
    said = {(row["symbol"], row["ocn"]): row for row in held.iter_rows(named=True)}
    wrong = []
    with expected.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found = said.get((row["symbol"], int(row["ocn"])), {"answer": None, "class": None})
            classes = row["classes"].split("|") if row["classes"] else [found["class"]]
            if found["answer"] not in row["answers"].split("|") or found["class"] not in classes:
                wrong.append((row["symbol"], row["ocn"], found["answer"], found["class"], row["answers"], row["note"]))
    return wrong


def counted(path: Path) -> dict[str, int]:
    """How many different numbers each symbol holds, by the case, or «SYMBOL rows», how many rows its list has."""
    with path.open(encoding="utf-8") as file:
        return {row["symbol"]: int(row["numbers"]) for row in csv.DictReader(file)}


@pytest.mark.skipif(not NAMES, reason="needs the cases in ../shared/cases/deletions, which are not there")
@pytest.mark.parametrize("name", NAMES or ["none"])
def test_a_case_has_an_answer_that_is_allowed(name, tmp_path):
    project = loaded(CASES / name, tmp_path / "project")
    held = project.analysis.held_numbers
    assert not_allowed(held, CASES / name / "expected.csv") == []
    numbers = dict(held.group_by("symbol").agg(pl.col("ocn").drop_nulls().n_unique()).rows())
    rows = dict(held.group_by(pl.col("symbol") + " rows").agg(pl.col("rows").sum()).rows())
    total = project.analysis.balance_sheet.filter(pl.col("class") == "total")
    assert dict(total.select(pl.col("symbol") + " rows", "rows").iter_rows()) == rows
    expected = counted(CASES / name / "held.csv")
    assert {what: (numbers | rows).get(what, 0) for what in expected} == expected
    project.load(progress=False)
    assert Project(project.folder).analysis.held_numbers.equals(held)
