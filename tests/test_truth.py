"""Each analysis gives exactly the rows that were planted in the example institution."""

import polars as pl
import pytest

from datasync_lib.problems import PROBLEMS
from datasync_lib.project import Project
from datasync_lib.sample import make_sample

COLUMNS = ["class", "symbol", "unit", "mms_id", "holding_id", "ocn"]
NOT_PLANTED = {"commitment_problem"}  # no list of commitments is read yet


def truth(project: Project, problem: str) -> pl.DataFrame:
    rows = pl.read_csv(project.folder / "truth" / f"{problem}.csv", infer_schema=False)
    assert set(rows["problem"]) == {problem}
    return rows.with_columns(pl.col(COLUMNS).replace("", None)).select(COLUMNS).sort(COLUMNS)


def found(project: Project, problem: str) -> pl.DataFrame:
    return project.findings(problem).with_columns(pl.col("ocn").cast(pl.String)).select(COLUMNS).sort(COLUMNS)


def difference(project: Project, problem: str) -> tuple[list, list]:
    planted, seen = truth(project, problem), found(project, problem)
    return (
        planted.join(seen, on=COLUMNS, how="anti", nulls_equal=True).rows(),
        seen.join(planted, on=COLUMNS, how="anti", nulls_equal=True).rows(),
    )


@pytest.mark.parametrize("problem", sorted(set(PROBLEMS) - NOT_PLANTED))
def test_exactly_the_planted_rows_are_found(example, problem):
    missed, invented = difference(example, problem)
    assert (missed, invented) == ([], [])
    assert found(example, problem).height == truth(example, problem).height >= 3


def test_nothing_is_found_that_has_no_truth(example):
    assert set(example.findings()["problem"]) == set(PROBLEMS) - NOT_PLANTED


@pytest.mark.parametrize(("bibs", "seed"), [(60, 11), (300, 5)])
def test_other_sizes_and_seeds(tmp_path, bibs, seed):
    make_sample(tmp_path / "project", bibs=bibs, seed=seed)
    project = Project(tmp_path / "project")
    project.load(progress=False)
    differences = {
        path.stem: difference(project, path.stem)
        for path in sorted((project.folder / "truth").glob("*.csv"))
        if len(path.read_text("utf-8").splitlines()) > 1
    }
    assert differences == {problem: ([], []) for problem in differences}
    assert set(project.findings()["problem"]) == set(differences)


def test_every_class_of_a_held_number_is_planted_and_adds_up(example):
    sheet = example.analysis.balance_sheet
    classes = set(PROBLEMS["old_holding"].classes)
    assert set(sheet["class"]) == classes | {"total"}
    sums = sheet.filter(pl.col("class") != "total").group_by("symbol").agg(pl.col("rows", "numbers").sum())
    totals = sheet.filter(pl.col("class") == "total").select("symbol", "rows", "numbers")
    assert sums.sort("symbol").equals(totals.sort("symbol"))


def test_every_list_is_held_completely(example):
    """The totals once more, straight from the files."""
    sheet = example.analysis.balance_sheet.filter(pl.col("class") == "total")
    for symbol, rows in sheet.select("symbol", "rows").iter_rows():
        lists = sorted((example.raw / "worldcat").glob(f"worldcat.{symbol.replace('@', '_64')}.*"))
        newest = lists[-1].read_bytes()
        lines = [line for line in newest.splitlines() if any(48 <= byte <= 57 for byte in line)]
        assert rows == (newest.count(b"\x1d") if lists[-1].suffix == ".mrc" else len(lines))
