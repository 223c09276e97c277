"""Every number that WorldCat holds is classed as the truth says, but for the disagreements that are written out here."""

import shutil
from collections import Counter

import polars as pl
import pytest

from datasync_lib.problems import PROBLEMS
from datasync_lib.project import Project
from datasync_lib.sample.institution import RETIRED
from datasync_lib.sample.making import make_blocks

# The truth reads practice.md 6.2 number by number; the analysis does not yet in all points. By the case that the deciding
# bib was planted for: class and answer of the truth, class and answer of today, how many at 1,200 bibs (seed 3).
KNOWN_DISAGREEMENTS = {
    # two rows of MWS's list are no number: by 6.2 they are in their class, and no word of the other rows
    ("held_for_another_library", "owned_elsewhere", "hold", "list_not_read", "hold"): 2,
    ("moved_and_not_confirmed", "owned_elsewhere", "hold", "list_not_read", "hold"): 1,
    ("moved_between_kept_symbols", "owned_elsewhere", "delete", "list_not_read", "hold"): 2,
}
# The truth has what no bib owns as one class, not yet classed: it does not yet tell what a search by text finds.
SEARCHED = ("text_or_number_hit", "not_in_catalogue", "not_yet_classed")
AS_ONE = {"class": "not_yet_classed", "answer": "hold"}
COLUMNS = ["symbol", "ocn", "class", "answer", "mms_id", "unit"]
ASKING = ("act", "review", "hold")


def planted(project: Project, name: str) -> pl.DataFrame:
    return pl.read_csv(project.folder / "truth" / f"{name}.csv", schema_overrides={"ocn": pl.Int64}, infer_schema=False)


def compared(project: Project) -> pl.DataFrame:
    """Every held number, as it was planted and as it was found."""
    was_searched = pl.col("class").is_in(SEARCHED)
    as_one = [pl.when(~was_searched).then(name).otherwise(pl.lit(value)).alias(name) for name, value in AS_ONE.items()]
    truth = planted(project, "held_numbers")
    found = project.analysis.held_numbers.select(COLUMNS).with_columns(*as_one, was_searched=was_searched)
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
    assert disagreements(both, 1200, 3) == KNOWN_DISAGREEMENTS
    assert both.filter("agree").height > 1000


@pytest.mark.parametrize(("bibs", "seed"), [(60, 11), (300, 5)])
def test_other_sizes_and_seeds(institution, tmp_path, bibs, seed):
    project = Project(shutil.copytree(institution(bibs, seed), tmp_path / "project"))
    assert disagreements(compared(project), bibs, seed).keys() <= KNOWN_DISAGREEMENTS.keys()


def test_what_must_stay_is_not_deleted_and_the_controls_are(example):
    """Nothing that the truth keeps is deleted but for the known ones; what may go goes, in every mode (practice.md 6.1)."""
    both = compared(example)
    deleted = both.filter(pl.col("answer_found") == "delete")
    wrong = sum(
        n for (_, _, answer, _, found), n in KNOWN_DISAGREEMENTS.items() if (answer, found) == ("hold", "delete")
    )
    assert deleted.filter(pl.col("answer") != "delete").height == wrong
    controls = deleted.filter(pl.col("answer") == "delete")
    kinds = set(controls.select("symbol", "class").iter_rows())
    assert kinds >= {*((symbol, "covered") for symbol in RETIRED), ("MWC", "owned_elsewhere")}
    assert controls.height > 0.9 * both.filter(pl.col("answer") == "delete").height


def test_those_that_ask_a_person_are_findings(example):
    keys, columns = ["symbol", "ocn"], ["symbol", "ocn", "class", "mms_id", "unit"]
    problem = PROBLEMS["old_holding"]
    asking = [name for name in problem.classes if problem.answer(name) in ASKING]
    known = compared(example).filter(~pl.col("agree") | pl.col("was_searched")).select(keys)
    found = example.findings("old_holding").filter(pl.col("class").is_in(asking)).select(columns)
    truth = planted(example, "old_holding").select(columns)
    assert set(truth.join(known, on=keys, how="anti").rows()) == set(found.join(known, on=keys, how="anti").rows())
    assert truth.height > 100
    every = planted(example, "held_numbers").filter(pl.col("answer").is_in(ASKING))
    assert truth.sort(keys).equals(every.select(columns).sort(keys))
