"""Every number that WorldCat holds is classed as the truth says, which was written from practice.md 6.2 alone."""

import shutil
from collections import Counter

import polars as pl
import pytest

from datasync_lib.problems import PROBLEMS
from datasync_lib.project import Project
from datasync_lib.sample.institution import RETIRED
from datasync_lib.sample.making import make_blocks

COLUMNS = ["symbol", "ocn", "class", "answer", "mms_id", "unit"]
ASKING = ("act", "review", "hold")


def planted(project: Project, name: str) -> pl.DataFrame:
    return pl.read_csv(project.folder / "truth" / f"{name}.csv", schema_overrides={"ocn": pl.Int64}, infer_schema=False)


def compared(project: Project) -> pl.DataFrame:
    """Every held number, as it was planted and as it was found."""
    truth = planted(project, "held_numbers")
    numbers = project.analysis.held_numbers.filter(pl.col("ocn").is_not_null())
    found = numbers.select(COLUMNS)
    both = truth.join(found, on=["symbol", "ocn"], how="full", suffix="_found", coalesce=True)
    agree = [pl.col(name).eq_missing(pl.col(f"{name}_found")) for name in COLUMNS[2:]]
    assert both.height == truth.height == found.height
    return both.with_columns(agree=pl.all_horizontal(agree))


def disagreements(both: pl.DataFrame, bibs: int, seed: int) -> Counter[tuple]:
    cases = {bib.mms_id: bib.case for block in make_blocks(bibs, seed) for bib in block.bibs}
    rows = both.filter(~pl.col("agree")).select("mms_id", "class", "answer", "class_found", "answer_found").rows()
    return Counter((cases.get(mms_id), *answers) for mms_id, *answers in rows)


def test_every_held_number_is_classed_as_planted(example):
    both = compared(example)
    assert disagreements(both, 1200, 3) == {}
    assert both.filter("agree").height > 1000


def test_rows_that_are_no_number_are_told_as_such(example):
    """They are in the class for them, row by row (practice.md 6.2, class 4), and hold none of the others."""
    rows = [symbol for block in make_blocks(1200, 3) for symbol, texts in block.no_numbers.items() for _ in texts]
    found = example.analysis.held_numbers.filter(pl.col("ocn").is_null())
    assert Counter(found["symbol"]) == Counter(rows)
    assert found.select("class", "answer", "rows").unique().rows() == [("ambiguous_number", "review", 1)]
    assert found.height > 1


@pytest.mark.parametrize(("bibs", "seed"), [(60, 11), (300, 5)])
def test_other_sizes_and_seeds(institution, tmp_path, bibs, seed):
    project = Project(shutil.copytree(institution(bibs, seed), tmp_path / "project"))
    assert disagreements(compared(project), bibs, seed) == {}


def test_what_must_stay_is_not_deleted_and_the_controls_are(example):
    """Nothing that the truth keeps is deleted; what may go goes, in every mode (practice.md 6.1)."""
    both = compared(example)
    deleted = both.filter(pl.col("answer_found") == "delete")
    assert deleted.filter(pl.col("answer") != "delete").is_empty()
    kinds = set(deleted.select("symbol", "class").iter_rows())
    assert kinds >= {*((symbol, "covered") for symbol in RETIRED), ("MWC", "owned_elsewhere")}
    assert deleted.height == both.filter(pl.col("answer") == "delete").height > 300


def test_those_that_ask_a_person_are_findings(example):
    keys, columns = ["symbol", "ocn"], ["symbol", "ocn", "class", "mms_id", "unit"]
    problem = PROBLEMS["old_holding"]
    asking = [name for name in problem.classes if problem.answer(name) in ASKING]
    is_asking = pl.col("class").is_in(asking) & pl.col("ocn").is_not_null()
    found = example.findings("old_holding").filter(is_asking).select(columns)
    truth = planted(example, "old_holding").select(columns)
    assert set(truth.rows()) == set(found.rows())
    assert truth.height > 100
    every = planted(example, "held_numbers").filter(pl.col("answer").is_in(ASKING))
    assert truth.sort(keys).equals(every.select(columns).sort(keys))
