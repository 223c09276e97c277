"""The saved queries: each answers what a count of another kind, or the planted truth, says; and their heads are read."""

from collections import Counter, defaultdict
from pathlib import Path

import polars as pl
import pytest

from datasync_lib.errors import InputError
from datasync_lib.problems import ASKING
from datasync_lib.project import Project
from datasync_lib.results.saved_queries import copy_queries, read_saved_queries

SHIPPED = [
    *("bibs_sharing_an_ocn", "bibs_with_several_ocns", "cleanup_by_unit", "deletion_candidates"),
    *("if_a_location_stayed_out", "shelf_list", "symbols_at_a_glance", "top_error_families", "two_runs_compared"),
    "unexplained_ocn_changes",
]


def truth(project: Project, problem: str) -> list[dict]:
    """What was planted, as the example says it beside itself."""
    rows = pl.read_csv(project.folder / "truth" / f"{problem}.csv", infer_schema=False)
    return rows.with_columns(pl.all().replace("", None)).to_dicts()


def test_the_ten_are_there_with_titles_and_what_they_leave_open(example):
    listed = example.queries()
    assert listed["name"].to_list() == SHIPPED
    assert listed["title"].str.contains(r"\?").all()
    assert listed["leaves_open"].str.len_chars().min() > 10


def test_the_page_of_questions_has_them_all():
    page = (Path(__file__).parents[2] / "docs" / "questions.md").read_text("utf-8")
    titles = {query.name: query.title for query in read_saved_queries(Path("nowhere")).values()}
    rows = [line.split(" | ") for line in page.splitlines() if line.startswith("| [`")]
    assert {row[0].split("`")[1]: row[1] for row in rows} == titles


def test_titles_and_answers_of_all_of_them_for_one_symbol_and_unit(example):
    symbol, unit = example.settings.symbols[0].symbol, example.location_map["unit"].drop_nulls()[0]
    answers = dict(example.answers(symbol=symbol, unit=unit))
    assert list(answers) == example.queries()["title"].to_list()
    for title, answer in answers.items():
        for column, value in (("symbol", symbol), ("unit", unit)):
            takes = f"{column}: one" in example.queries().filter(pl.col("title") == title)["leaves_open"][0]
            assert not takes or column not in answer.columns or set(answer[column]) <= {value}, title
    ((title, few),) = example.answers("shelf_list", most=7)
    whole = example.query("shelf_list")
    assert (
        title == f"What should a unit look at, in the order of its call numbers? The first 7 of {whole.height:,} rows"
    )
    assert few.equals(whole.head(7))
    for name in example.queries()["name"]:
        ((_, few),) = example.answers(name, most=5)
        assert few.equals(example.query(name).head(5)), name
    with pytest.raises(InputError, match="there is no query 'nope'; there are: bibs_sharing_an_ocn"):
        list(example.answers("nope"))
    with pytest.raises(InputError, match="there is no unit 'Musik'"):
        list(example.answers(unit="Musik"))


def test_bibs_with_several_ocns(example):
    planted = truth(example, "several_ocns")
    answer = example.query("bibs_with_several_ocns")
    assert sorted(answer["mms_id"]) == sorted(row["mms_id"] for row in planted)
    not_explained = answer.filter(pl.col("explanation") == "not explained")["mms_id"]
    assert sorted(not_explained) == sorted(row["mms_id"] for row in planted if row["class"] == "different")
    unit = answer["unit"].drop_nulls()[0]
    of_unit = example.query("bibs_with_several_ocns", unit=unit)
    assert sorted(of_unit["mms_id"]) == sorted(row["mms_id"] for row in planted if row["unit"] == unit)


def test_bibs_sharing_an_ocn(example):
    planted = truth(example, "shared_ocn")
    answer = example.query("bibs_sharing_an_ocn")
    assert {(r["mms_id"], r["class"]) for r in planted} == set(answer.select("mms_id", "class").rows())
    holdings = Counter(example.table("placed_holdings").collect()["mms_id"])
    assert all(row["holdings"] == holdings[row["mms_id"]] for row in answer.to_dicts())
    for class_ in ("same_library", "other_library", "other_format"):
        groups = defaultdict(list)
        for row in example.query("bibs_sharing_an_ocn", **{"class": class_}).to_dicts():
            groups[row["ocn"]].append(row)
        assert groups
        for rows in groups.values():
            suggested = [row for row in rows if row["is_suggested"]]
            assert len(suggested) == (0 if class_ == "other_format" else 1)
            assert all(row["holdings"] <= suggested[0]["holdings"] for row in rows if suggested)


def test_unexplained_ocn_changes(example):
    planted = [row for row in truth(example, "ocn_changed") if row["class"] != "merged"]
    sent = {(o["symbol"], o["mms_id"]) for o in example.table("last_outcomes").collect().to_dicts() if o["sent_ocn"]}
    planted = [row for row in planted if (row["symbol"], row["mms_id"]) in sent]
    answer = example.query("unexplained_ocn_changes")
    assert sorted(answer.select("mms_id", "symbol", pl.col("new_ocn").cast(pl.String)).rows()) == sorted(
        (row["mms_id"], row["symbol"], row["ocn"]) for row in planted
    )
    scores = answer["score"].drop_nulls().to_list()
    assert scores == sorted(scores)
    assert scores


def test_deletion_candidates(example):
    held = pl.read_csv(example.folder / "truth" / "held_numbers.csv", infer_schema=False).to_dicts()
    planted = {(row["symbol"], int(row["ocn"])) for row in held if row["answer"] == "delete" and row["ocn"]}
    answer = example.query("deletion_candidates")
    assert set(answer.select("symbol", "old_ocn").rows()) == planted
    assert answer.height == len(planted) > 10
    symbol = answer["symbol"][0]
    of_symbol = example.query("deletion_candidates", symbol=symbol).select("symbol", "old_ocn").rows()
    assert of_symbol == sorted(pair for pair in planted if pair[0] == symbol)


def test_top_error_families(example):
    lead = dict(example.table("lead_units").collect().drop_nulls("mms_id").select("mms_id", "unit").rows())
    records = defaultdict(set)
    for row in example.table("last_exceptions").collect().to_dicts():
        if not row["is_noise"]:
            what = row["family"], row["kind"], row["severity"]
            records[what, lead.get(row["mms_id"])].add((row["symbol"], row["record_key"]))
    sums = Counter()
    for (what, _), keys in records.items():
        sums[what] += len(keys)
    answer = example.query("top_error_families", rows="1000")
    assert {((r["family"], r["kind"], r["severity"]), r["unit"], r["records"]) for r in answer.to_dicts()} == {
        (what, unit, len(keys)) for (what, unit), keys in records.items()
    }
    assert all(row["in_all_units"] == sums[row["family"], row["kind"], row["severity"]] for row in answer.to_dicts())
    assert example.query("top_error_families").rows() == answer.head(20).rows()


def test_two_runs_compared(example):
    runs = defaultdict(dict)
    answers = example.table("outcome_history").filter(~pl.col("is_delete")).sort("file", "record")
    for row in answers.collect().to_dicts():
        runs[row["symbol"], row["record_key"]][row["run"]] = row["action"]
    expected = Counter()
    for (symbol, _), actions in runs.items():
        if len(actions) > 1:
            before, last = (actions[run] for run in sorted(actions)[-2:])
            expected[symbol, before, last] += 1
    answer = example.query("two_runs_compared").to_dicts()
    counted = Counter()
    for row in answer:
        counted[row["symbol"], row["previous_action"], row["action"]] += row["records"]
    assert counted == expected
    assert {row["change"] for row in answer} >= {"solved", "failed"}


def test_if_a_location_stayed_out(example):
    hidden = set(example.table("bibs").filter("is_suppressed").collect()["mms_id"])
    known = set(example.table("bibs").collect()["mms_id"])
    places = defaultdict(set)
    for row in example.table("placed_holdings").collect().to_dicts():
        if row["in_scope"] and not row["is_suppressed"] and row["mms_id"] in known - hidden - {None}:
            places[row["mms_id"]].add((row["library"], row["location"]))
    bibs = Counter(place for of_bib in places.values() for place in of_bib)
    leave = Counter(place for of_bib in places.values() if len(of_bib) == 1 for place in of_bib)
    answer = example.query("if_a_location_stayed_out")
    assert {((r["library"], r["location"]), r["bibs"], r["would_leave"]) for r in answer.to_dicts()} == {
        (place, count, leave[place]) for place, count in bibs.items()
    }
    library = answer["library"][0]
    assert set(example.query("if_a_location_stayed_out", library=library)["library"]) == {library}


def test_shelf_list(example):
    asking = example.findings().filter(pl.col("answer").is_in(ASKING))
    answer = example.query("shelf_list")
    assert sorted(answer["row_key"]) == sorted(asking["row_key"])
    unit = asking["unit"].drop_nulls().sort()[0]
    wanted = asking.filter((pl.col("unit") == unit) & (pl.col("priority") == 1))
    shown = example.query("shelf_list", unit=unit, least_priority=1)
    assert sorted(shown["row_key"]) == sorted(wanted["row_key"])
    assert shown["call_number"].drop_nulls().to_list() == sorted(shown["call_number"].drop_nulls())
    rejected = example.query("shelf_list", problem="rejected")
    assert sorted(rejected["row_key"]) == sorted(example.findings("rejected")["row_key"])


def test_cleanup_by_unit_and_symbols_at_a_glance(example):
    asking = [row for row in example.findings().to_dicts() if row["answer"] in ASKING]
    by_unit = Counter((row["unit"], row["problem"], row["priority"]) for row in asking)
    answer = example.query("cleanup_by_unit").to_dicts()
    assert {(r["unit"], r["problem"], r["priority"]): r["to_look_at"] for r in answer} == by_unit
    assert all(row["open"] == row["to_look_at"] and row["answered"] == 0 for row in answer), "nothing came back yet"
    held = [row for row in example.table("held_numbers").collect().to_dicts() if row["ocn"] is not None]
    last = example.table("last_outcomes").collect().to_dicts()
    for row in example.query("symbols_at_a_glance").to_dicts():
        symbol = row["symbol"]
        of_symbol = [each for each in held if each["symbol"] == symbol]
        assert (row["numbers_held"] or 0) == len(of_symbol)
        assert (row["may_go"] or 0) == sum(each["answer"] == "delete" for each in of_symbol)
        assert (row["records_taken"] or 0) == sum(e["is_success"] for e in last if e["symbol"] == symbol)
        assert (row["to_look_at"] or 0) == sum(each["symbol"] == symbol for each in asking)
        done = example.milestones.filter(pl.col("symbol") == symbol, pl.col("actual").is_not_null())
        assert (row["milestones_reached"] or 0) == done.height


def test_an_answer_of_a_unit_finishes_a_finding(own_example):
    finding = own_example.findings("stale_ocn").filter(pl.col("answer").is_in(ASKING)).row(0, named=True)
    from datasync_lib.workbooks.decisions import append_decisions

    said = {"row_key": finding["row_key"], "problem": "stale_ocn", "status": "Done", "sheet": "x", "row": 5}
    said |= {"workbook": "w.xlsx", "workbook_sha256": "0" * 64, "evidence_hash": finding["evidence_hash"], "who": "A"}
    append_decisions(own_example.folder / "decisions", pl.DataFrame([said]))
    answer = own_example.query("cleanup_by_unit", unit=finding["unit"]).filter(pl.col("problem") == "stale_ocn")
    assert answer.select("answered", "finished").rows() == [(1, 1)]


# What a head says, and what is refused


def test_a_head_is_read_and_a_query_of_the_project_wins(tmp_path):
    copy_queries(tmp_path)
    text = "-- How many?\n-- $unit: one unit\n--$rows = 20: how many: lines\n-- a note\n\n-- $x: not of the head\nSELECT $unit, $rows"
    (tmp_path / "mine.sql").write_text(text, "utf-8-sig")
    (tmp_path / "shelf_list.sql").write_text("-- Mine?\nSELECT 1", "utf-8")
    copy_queries(tmp_path)
    queries = read_saved_queries(tmp_path)
    assert list(queries) == sorted([*SHIPPED, "mine"])
    assert queries["shelf_list"].title == "Mine?"
    mine = queries["mine"]
    assert (mine.title, dict(mine.defaults)) == ("How many?", {"unit": "", "rows": "20"})
    assert dict(mine.meanings) == {"unit": "one unit", "rows": "how many: lines"}
    assert mine.values({"unit": "Music"}) == {"unit": "Music", "rows": "20"}


@pytest.mark.parametrize(
    ("name", "values", "says"),
    [
        ("shelf", {}, "there is no query 'shelf'; there are: bibs_sharing_an_ocn, "),
        (
            "shelf_list",
            {"symbol": "XYZ"},
            "shelf_list has no 'symbol' to set; there are: unit, problem, least_priority",
        ),
        ("shelf_list", {"unit": "Musik"}, "there is no unit 'Musik' in the project; there are: "),
        ("deletion_candidates", {"symbol": "xyz"}, "there is no symbol 'xyz' in the project; there are: "),
    ],
)
def test_what_there_is_not_is_refused(example, name, values, says):
    with pytest.raises(InputError, match=says):
        example.query(name, **values)


def test_a_query_without_a_title_says_how_to_begin(tmp_path: Path):
    (tmp_path / "mine.sql").write_text("SELECT 1", "utf-8")
    with pytest.raises(InputError, match=r"mine\.sql does not say what it asks: begin it with a line such as"):
        read_saved_queries(tmp_path)
