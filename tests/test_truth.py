"""Each analysis gives exactly the rows that were planted in the example institution."""

import shutil

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from datasync_lib.analysis.match_classes import CLASSES
from datasync_lib.problems import PROBLEMS
from datasync_lib.project import Project
from datasync_lib.sample.making import make_blocks
from datasync_lib.sample.truth import View
from datasync_lib.sample.truth.matches import match_truth
from datasync_lib.sample.truth.texts import found_verdict, match_class
from datasync_lib.sample.truth.view import histories

COLUMNS = ["class", "symbol", "unit", "mms_id", "holding_id", "ocn"]
NOT_PLANTED = {"commitment_problem"}  # no list of commitments is read yet
ELSEWHERE = {"old_holding"}  # test_truth_held.py


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


@pytest.mark.parametrize("problem", sorted(set(PROBLEMS) - NOT_PLANTED - ELSEWHERE))
def test_exactly_the_planted_rows_are_found(example, problem):
    missed, invented = difference(example, problem)
    assert (missed, invented) == ([], [])
    assert found(example, problem).height == truth(example, problem).height >= 3


def test_nothing_is_found_that_has_no_truth(example):
    assert set(example.findings()["problem"]) == set(PROBLEMS) - NOT_PLANTED


@pytest.mark.parametrize(("bibs", "seed"), [(60, 11), (300, 5)])
def test_other_sizes_and_seeds(institution, tmp_path, bibs, seed):
    project = Project(shutil.copytree(institution(bibs, seed), tmp_path / "project"))
    differences = {
        path.stem: difference(project, path.stem)
        for path in sorted((project.folder / "truth").glob("*.csv"))
        if path.stem in PROBLEMS.keys() - ELSEWHERE and len(path.read_text("utf-8").splitlines()) > 1
    }
    assert differences == {problem: ([], []) for problem in differences}
    assert set(project.findings()["problem"]) - ELSEWHERE == set(differences)


def test_every_class_of_a_held_number_is_planted_and_adds_up(example):
    sheet = example.analysis.balance_sheet
    assert set(sheet["class"]) == {*PROBLEMS["old_holding"].classes, "total"}
    sums = sheet.filter(pl.col("class") != "total").group_by("symbol").agg(pl.col("rows", "numbers").sum())
    totals = sheet.filter(pl.col("class") == "total").select("symbol", "rows", "numbers")
    assert sums.sort("symbol").equals(totals.sort("symbol"))


def test_every_list_is_held_completely(example):
    """The totals once more, straight from the files: each row is in a class, those that are no number too."""
    sheet = example.analysis.balance_sheet.filter(pl.col("class") == "total")
    for symbol, rows in sheet.select("symbol", "rows").iter_rows():
        lists = sorted((example.raw / "worldcat").glob(f"worldcat.{symbol.replace('@', '_64')}.*"))
        newest = lists[-1].read_bytes()
        lines = [line for line in newest.splitlines() if any(48 <= byte <= 57 for byte in line)]
        assert rows == (newest.count(b"\x1d") if lists[-1].suffix == ".mrc" else len(lines))


def planted_matches() -> list[View]:
    return [View(block) for block in make_blocks(1200, 3)]


def test_every_last_outcome_is_in_the_class_that_was_planted(example):
    planted = {one[:5] for view in planted_matches() for one in match_truth(view)}
    classes = example.analysis.match_classes.filter(pl.col("mms_id").is_not_null())
    found = classes.select("symbol", "mms_id", "class", "has_drifted", "is_split").rows()
    assert len(found) == len(planted)
    assert set(found) == planted


def test_each_class_and_flag_of_matches_is_planted_often_enough(example):
    classes = example.analysis.match_classes
    counts = dict(classes["class"].value_counts().iter_rows())
    # answers that no source describes are not played: no action but the known ones
    assert set(counts) == set(CLASSES) - {"other"}
    assert min(counts.values()) >= 5
    assert classes.select(pl.col("is_collision", "has_drifted", "is_split").sum()).row(0) >= (5, 5, 5)
    assert example.analysis.match_counts["records"].sum() == example.analysis.last_outcomes.height


def test_what_the_texts_say_of_a_record_that_oclc_found_is_what_was_planted(example):
    views = planted_matches()
    planted = {
        (symbol, bib.mms_id, found_verdict(answers[-1], bib, view))
        for view in views
        for bib in view.bibs
        for symbol, answers in histories(bib).items()
        if match_class(answers[-1], bib, view) == "found"
    }
    found = example.analysis.match_classes.filter(pl.col("class") == "found").select("symbol", "mms_id", "verdict")
    assert set(found.rows()) == planted
    assert {verdict for _, _, verdict in planted} == {"likely", "look", "no", None}


def test_the_records_that_are_refused_every_time_are_those_planted(example):
    planted = {
        (one.symbol, one.mms_id, one.failed_runs)
        for view in planted_matches()
        for one in match_truth(view)
        if one.failed_runs >= 3
    }
    assert set(example.analysis.repeat_offenders.select("symbol", "mms_id", "failed_runs").rows()) == planted
    assert len(planted) >= 3


def test_no_staging_number_is_used_as_a_number(example):
    """Not in a finding, not held, not owned, not linked, not answered: it stands in its own column alone."""
    outcomes = example.table("outcomes").collect()
    staging = set(outcomes.filter(pl.col("action") == "unresolved")["staging_ocn"].drop_nulls())
    assert len(staging) > 20
    analysis = example.analysis
    answers = [frame[c] for frame in (analysis.outcome_history, analysis.last_outcomes, analysis.match_classes)
               for c in frame.columns if c in ("sent_ocn", "result_ocn", "success_ocn", "result_ocn_current")]  # fmt: skip
    numbers = [
        *answers,
        analysis.number_owners["number"],
        analysis.held_numbers["ocn"],
        example.findings()["ocn"],
        example.table("concordance").collect()["old_ocn"],
    ]
    # what staff wrote into 035 is theirs, and was sent
    written_back = staging & set(example.table("ocns").collect()["ocn"])
    assert len(written_back) == 2
    assert {number for series in numbers for number in series} & staging == written_back
    # and confirms nothing: it is held until somebody looks
    confirmed = [analysis.last_outcomes["confirmed_ocns"].explode(), analysis.confirmed_numbers["number"]]
    assert not staging & {number for series in confirmed for number in series}
    named = example.findings().filter(pl.col("ocn").is_in(list(staging)))
    assert set(named.select("problem", "class").rows()) == {("old_holding", "owned_unconfirmed")}
    held = analysis.held_numbers.filter(pl.col("ocn").is_in(list(staging)))
    assert set(held["answer"]) == {"hold"}
    told = example.findings().filter(pl.col("problem") != "rejected")
    links = [*told["group_id"], *told["parameters"]]
    assert not any(str(number) in text for number in staging - written_back for text in links if text)


def test_the_order_and_number_of_files_change_nothing(own_example):
    """Every report and list twice, under names that come first, and read in another order."""
    before = own_example.findings()
    counts = {name: getattr(own_example.analysis, name) for name in ("match_counts", "balance_sheet", "outcome_flow")}
    again = own_example.raw / "0 the same again"
    for folder in ("reports", "worldcat"):
        shutil.copytree(own_example.raw / folder, again / folder)
        (own_example.raw / folder).rename(own_example.raw / f"z {folder}")
    own_example.load(progress=False)
    columns = ["row_key", "class", "ocn", "unit", "symbol", "mms_id", "parameters", "evidence_hash"]
    # where a reason names a file, it names the one that was read
    moved = pl.col("parameters").str.replace_all("0 the same again/worldcat/", "worldcat/", literal=True)
    assert_frame_equal(own_example.findings().select(columns).with_columns(moved), before.select(columns))
    for name, frame in counts.items():
        assert_frame_equal(getattr(own_example.analysis, name), frame)
