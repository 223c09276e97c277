"""A unit works through three rounds: workbooks, what comes back, and the exports that show what became of it (practice.md 4.5)."""

import shutil
from pathlib import Path

import openpyxl
import polars as pl
import pymarc
import pytest
from desk import Desk

from datasync_lib import plots
from datasync_lib.problems import ASKING, PROBLEMS
from datasync_lib.project import Project
from datasync_lib.workbooks.rounds import read_closings, read_rounds

UNIT = "Main Library"
MISSING = PROBLEMS["missing_ocn"].title
FIRST_NEW = 1_300_000_001


def records_of(project: Project, mms_ids: list[str]) -> dict[str, pymarc.Record]:
    """The records of some bibs, from the files of the export that are plain MARC."""
    found = {}
    for path in sorted((project.raw / "catalogue").glob("*new_*.mrc")):
        with path.open("rb") as file:
            for record in pymarc.MARCReader(file, to_unicode=True, force_utf8=True):
                named = record.get_fields("001") if record else []
                if named and named[0].data in mms_ids:
                    found[named[0].data] = record
    return found


def export(project: Project, day: str, records: list[pymarc.Record]) -> None:
    """One more increment of the catalogue, loaded."""
    name = f"marlow_{day.replace('-', '')}_increment.mrc"
    (project.raw / "catalogue" / name).write_bytes(b"".join(record.as_marc() for record in records))
    toml = project.folder / "datasync.toml"
    entry = f'[[extracts]]\nfiles = "*{name}"\ndate = {day}\nkind = "increment"\nunit = "bib"\n\n'
    text = toml.read_text("utf-8")
    toml.write_text(text.replace("[[extracts]]", f"{entry}[[extracts]]", 1), "utf-8")
    project.load(progress=False)


def with_number(record: pymarc.Record, number: int) -> pymarc.Record:
    """A copy of a record with one more 035."""
    copy = next(iter(pymarc.MARCReader(record.as_marc(), to_unicode=True, force_utf8=True)))
    copy.add_field(pymarc.Field("035", pymarc.Indicators(" ", " "), [pymarc.Subfield("a", f"(OCoLC){number}")]))
    return copy


def states(project: Project, problem: str) -> dict[str, str]:
    rows = project.table("decided_rows").filter(pl.col("problem") == problem).collect()
    return dict(rows.select("mms_id", "state").iter_rows())


def rows_of(path: Path, sheet: str) -> dict[str, dict]:
    tab = openpyxl.load_workbook(path)[sheet]
    head, *rows = tab.iter_rows(values_only=True)
    return {row[head.index("MMS ID")]: dict(zip(head, row, strict=True)) for row in rows}


@pytest.fixture(scope="module")
def played(institution, tmp_path_factory) -> dict:
    """Three rounds of one unit, with what was planted, and what was found after each."""
    project = Project(shutil.copytree(institution(1200, 3), tmp_path_factory.mktemp("rounds") / "project"))
    mine = project.findings("missing_ocn").filter(pl.col("unit") == UNIT, pl.col("answer").is_in(ASKING))
    records = records_of(project, mine["mms_id"].to_list())
    ids = sorted(records)
    assert len(ids) >= 9
    done, never, begun, undated = ids[:4], ids[4:6], ids[6:8], ids[8]
    number = {mms_id: FIRST_NEW + at for at, mms_id in enumerate(ids)}
    plain = project.findings("brief_record").filter(pl.col("unit") == UNIT)["mms_id"][0]
    held = project.findings("old_holding").filter(pl.col("unit") == UNIT, pl.col("mms_id").is_not_null())
    kept = held.row(0, named=True)
    seen = {"project": project, "ids": {"done": done, "never": never, "begun": begun, "undated": undated}}
    seen |= {"number": number, "plain": plain, "kept": kept, "before": project.status()}

    back = project.folder / "back"
    back.mkdir()
    book = project.workbooks(units=[UNIT])[0]
    desk = Desk(back / "first.xlsx", book)
    for mms_id in [*done, *never]:
        answers = {"Decision": "OCN added", "Status": "Done", "New OCN": str(number[mms_id]), "Date": "2025-09-22"}
        desk.fill(MISSING, mms_id, **answers)
    for mms_id in begun:
        desk.fill(MISSING, mms_id, Status="In progress")
    desk.fill(MISSING, undated, Decision="OCN added", Status="Done", New_OCN=str(number[undated]))
    desk.fill(PROBLEMS["brief_record"].title, plain, Decision="not a problem", Status="Not a problem")
    desk.fill(PROBLEMS["old_holding"].title, kept["mms_id"], Decision="still held: keep", Status="Done")
    seen["first"] = project.take_decisions(desk.save())
    seen["waiting"] = states(project, "missing_ocn")

    export(project, "2025-10-01", [with_number(records[mms_id], number[mms_id]) for mms_id in done])
    seen["second_states"] = states(project, "missing_ocn")
    book = project.workbooks(units=[UNIT])[0]
    seen["second_book"] = rows_of(book, MISSING)
    seen["second_closings"] = read_closings(project.folder / "decisions")
    desk = Desk(back / "second.xlsx", book)
    for mms_id in never:
        desk.fill(MISSING, mms_id, Date="2025-10-03")
    seen["second"] = project.take_decisions(desk.save())
    seen["again"] = states(project, "missing_ocn")

    # one of those that came back is mended, the other is not; and one that was mended loses its number again
    lost = records[done[0]]
    export(project, "2025-10-10", [with_number(records[never[0]], number[never[0]]), lost])
    seen["third_states"] = states(project, "missing_ocn")
    seen["third_book"] = project.workbooks(units=[UNIT])[0]
    return seen


def test_what_was_done_waits_for_the_next_export(played):
    ids = played["ids"]
    assert played["first"].added.height == 11
    assert played["first"].issues.is_empty()
    expected = dict.fromkeys([*ids["done"], *ids["never"], ids["undated"]], "waits")
    assert played["waiting"] == expected | dict.fromkeys(ids["begun"], "in work")


def test_the_export_closes_what_is_mended_and_brings_back_what_is_not(played):
    ids = played["ids"]
    expected = dict.fromkeys(ids["done"], "closed") | dict.fromkeys(ids["never"], "bounced")
    # what was called done without a day was so on the day of its import, which no export has seen yet
    expected |= dict.fromkeys(ids["begun"], "in work") | {ids["undated"]: "waits"}
    assert played["second_states"] == expected
    closings = played["second_closings"]
    assert closings.height == 4
    assert set(closings["state"]) == {"closed"}
    assert set(closings["shown_on"]) == {"2025-10-01"}
    rows = played["second_book"]
    assert not set(ids["done"]) & set(rows)
    for mms_id in ids["never"]:
        words = [str(value) for value in rows[mms_id].values() if "still shows it" in str(value)]
        assert words == [
            "done on 2025-09-22, but what came in on 2025-10-01 still shows it: please look again, and write the new date when it is done"
        ]
        assert (rows[mms_id]["Decision"], rows[mms_id]["Status"]) == ("OCN added", "Done")


def test_a_second_answer_waits_again_and_what_is_lost_again_comes_back(played):
    ids = played["ids"]
    assert played["second"].added.height == 2
    assert {played["again"][mms_id] for mms_id in ids["never"]} == {"waits"}
    third = played["third_states"]
    assert third[ids["never"][0]] == "closed"
    assert third[ids["never"][1]] == "bounced"
    assert third[ids["done"][0]] == "bounced"
    assert {third[mms_id] for mms_id in ids["done"][1:]} == {"closed"}
    closings = read_closings(played["project"].folder / "decisions")
    last = closings.unique("row_key", keep="last", maintain_order=True)
    days = played["project"].table("decided_rows").collect().join(last, on="row_key", suffix="_noted")
    noted = dict(days.select("mms_id", pl.concat_str("state_noted", "shown_on_noted", separator=" ")).iter_rows())
    expected = dict.fromkeys(ids["done"][1:], "closed 2025-10-01")
    assert noted == expected | {ids["done"][0]: "open 2025-10-10", ids["never"][0]: "closed 2025-10-10"}
    # both days stand with a closed row: when it was done, and which export showed it first
    row = days.row(by_predicate=pl.col("mms_id") == ids["done"][1], named=True)
    assert (str(row["done_on"]), str(row["shown_on"])) == ("2025-09-22", "2025-10-01")


def test_what_is_no_problem_is_nowhere_asked_again(played):
    project, plain = played["project"], played["plain"]
    answers = project.sql("select answer, count(*) from findings where problem = 'brief_record' group by 1")
    asked = {answer: rows for answer, rows in answers.rows() if answer in (*ASKING, "settled")}
    assert asked == {"act": before(played, "brief_record") - 1, "settled": 1}
    assert plain not in rows_of(played["third_book"], PROBLEMS["brief_record"].title)
    standing = project.status()["Open problems by symbol and unit"]
    told = standing.filter(problem="brief_record")["findings"].sum()
    assert told == before(played, "brief_record") - 1
    asking = project.table("findings").filter(pl.col("answer").is_in(ASKING)).select(pl.len()).collect().item()
    assert plots.plot_findings_by_unit(project.table("findings")).finding.startswith(f"{asking:,} findings to look at")
    assert states(project, "brief_record") == {plain: "no problem"}
    page = str(project.trace(plain))
    assert "no problem" in page


def before(played: dict, problem: str) -> int:
    return played["before"]["Open problems by symbol and unit"].filter(problem=problem)["findings"].sum()


def test_a_keep_holds_its_number_at_once(played):
    project, kept = played["project"], played["kept"]
    held = project.table("held_numbers").filter(symbol=kept["symbol"], ocn=kept["ocn"]).collect().row(0, named=True)
    assert held["answer"] != "delete"
    kept_now = project.table("kept_numbers").collect()
    assert (kept["symbol"], UNIT) in set(kept_now.select("symbol", "who").iter_rows())
    line = project.decisions.filter(pl.col("problem") == "old_holding", pl.col("who") == UNIT).row(0, named=True)
    assert (line["symbol"], line["ocn"], line["unit"]) == (kept["symbol"], kept["ocn"], UNIT)


def test_new_numbers_go_to_the_write_back(played):
    project, ids, number = played["project"], played["ids"], played["number"]
    found = project.table("decided_numbers").collect()
    written = {row["mms_id"]: (row["new_ocn"], row["is_written"]) for row in found.to_dicts()}
    there = {*ids["done"][1:], ids["never"][0]}
    expected = [*ids["done"], *ids["never"], ids["undated"]]
    assert written == {mms_id: (number[mms_id], mms_id in there) for mms_id in expected}
    # a claim of the library is no merge of OCLC's
    ends = project.table("concordance").select("current_ocn").unique().collect()["current_ocn"]
    assert not set(ends) & set(number.values())


def test_the_rounds_add_up(played):
    project, ids = played["project"], played["ids"]
    rounds = read_rounds(project.folder / "decisions")
    assert rounds["at"].n_unique() == 3
    assert set(rounds["unit"]) == {UNIT}
    missing = rounds.filter(problem="missing_ocn").partition_by("at", maintain_order=True)
    first, second, third = (dict(each.select("state", "rows").iter_rows()) for each in missing)
    every = before_of_unit(played, "missing_ocn")
    assert first == {"not decided": every}
    mine = len(ids["done"]) + len(ids["never"]) + len(ids["begun"]) + 1
    assert second == {"closed": 4, "bounced": 2, "in work": 2, "waits": 1, "not decided": every - mine}
    assert third == {"closed": 4, "bounced": 2, "in work": 2, "waits": 1, "not decided": every - mine}
    now = project.table("work_states").filter(unit=UNIT, problem="missing_ocn").collect()
    assert dict(now.select("state", "rows").iter_rows()) == third
    figure = plots.plot_work(project.table("work_states").collect(), rounds)
    ended = project.table("work_states").filter(pl.col("state").is_in(["closed", "gone", "stands", "no problem"]))
    assert f"{ended.collect()['rows'].sum():,} closed or settled" in figure.finding
    ages = project.table("work_ages").filter(unit=UNIT).collect()
    assert dict(ages.group_by("state").agg(pl.col("rows").sum()).iter_rows()) == {
        "bounced": 2,
        "in work": 2,
        "waits": 1,
    }


def before_of_unit(played: dict, problem: str) -> int:
    return played["before"]["Open problems by symbol and unit"].filter(problem=problem, unit=UNIT)["findings"].sum()
