"""One number, one meaning: whatever is counted in two places is the same in both, on the example and on a real export.

Each test counts in SQL, over rows that anybody can look at, and finds that number on the scorecard, in the titles and cells of
figures, in the tables of pages and in the workbooks of the units.
"""

import re
from collections import defaultdict
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from datasync_lib import conclusions, plots
from datasync_lib.choosing import counted
from datasync_lib.problems import ASKING, PROBLEMS
from datasync_lib.project import Project
from datasync_lib.sample import make_answers

ALMA = "bibs_marcxml/tulibraries-tul_cob__sample_alma_marcxml.rec00001-06000.xml.gz"


@pytest.fixture(scope="module", params=["example", "real export"])
def library(request, tmp_path_factory) -> Project:
    if request.param == "example":
        return request.getfixturevalue("example")
    folder = tmp_path_factory.mktemp("agree") / "project"
    make_answers(folder, request.getfixturevalue("shared_data") / ALMA, seed=1)
    Project(folder).load(progress=False)
    return Project(folder)


@pytest.fixture(scope="module")
def card(library) -> dict[tuple[str, str], tuple[int, int]]:
    """The scorecard: what is counted, and of how many, by metric and symbol."""
    rows = library.analysis.readiness.select("metric", "symbol", "count", "of").rows()
    return {(metric, symbol): (count, of) for metric, symbol, count, of in rows}


@pytest.fixture(scope="module")
def books(library, tmp_path_factory) -> list[dict[str, dict[str, int]]]:
    """The summary of each workbook: rows, settled and not listed by problem title."""
    return [read_summary(path) for path in library.workbooks()]


def read_summary(path: Path) -> dict[str, dict[str, int]]:
    headers, *rest = openpyxl.load_workbook(path, data_only=True)["Summary"].iter_rows(min_row=3, values_only=True)
    rest = rest[: [line[0] for line in rest].index("Together")]  # what asks nobody stands below
    of = {problem.title: code for code, problem in PROBLEMS.items()}
    by_title = {re.sub(r" \(\d+ sheets\)$", "", str(line[0])): dict(zip(headers, line, strict=True)) for line in rest}
    return {of[title]: line for title, line in by_title.items() if title in of}


def asked(library: Project, query: str) -> int:
    return library.sql(query).item()


def said(text: str) -> list[int]:
    """The whole numbers in a sentence, in its order."""
    numbers = re.findall(r"\d[\d,]*(?:\.\d+)?(?: %)?", text)
    return [int(number.rstrip(",").replace(",", "")) for number in numbers if not re.search("[.%]", number)]


def test_bibs(library, card):
    bibs = asked(library, "select count(distinct mms_id) from bibs")
    assert card["scope_bibs", "all"] == (bibs, None)
    counts = library.analysis.format_counts
    figure = plots.plot_catalogue(counted(counts), library.analysis.scope)
    assert said(figure.finding)[0] == bibs
    for symbol in {symbol for metric, symbol in card if metric == "scope_bibs"}:
        assert counted(counts, symbol=symbol)["bibs"].sum() == card["scope_bibs", symbol][0]


def test_bibs_to_send_and_those_kept_out_are_all_bibs(card):
    for symbol in {symbol for metric, symbol in card if metric == "scope_bibs"}:
        excluded = [
            count for (metric, of), (count, _) in card.items() if of == symbol and metric.startswith("excluded_")
        ]
        unsent, _ = card["excluded_unknown", symbol]  # holdings, not bibs
        assert sum(excluded) - unsent + card["exchange_bibs", symbol][0] == card["scope_bibs", symbol][0]


def test_holdings(library, card):
    holdings = asked(library, "select count(*) from (select distinct mms_id, holding_id from holdings)")
    scope, balance = library.analysis.scope, library.analysis.sending_balance
    assert card["scope_holdings", "all"] == (holdings, None)
    assert scope["holdings"].sum() == balance["holdings"].sum() == holdings
    assert said(plots.plot_catalogue(counted(library.analysis.format_counts), scope).finding)[1] == holdings
    assert said(plots.plot_sending(balance).finding)[:2] == [
        balance.filter(pl.col("class") == "sent")["holdings"].sum(),
        holdings,
    ]
    for symbol in {symbol for metric, symbol in card if metric == "scope_holdings"} - {"all"}:
        there = scope.filter((pl.col("target_symbol") == symbol) & pl.col("in_scope"))
        assert there["holdings"].sum() == card["scope_holdings", symbol][0]


def test_holdings_in_locations_that_nobody_has_mapped(library, card):
    mapped, of = card["mapping_completeness", "all"]
    unmapped = asked(library, "select count(*) from findings where problem = 'unmapped_location'")
    assert of - mapped == unmapped == library.analysis.locations_to_map["holdings"].sum()
    figure = plots.plot_catalogue(counted(library.analysis.format_counts), library.analysis.scope)
    assert unmapped == (0 if "all in mapped locations" in figure.finding else said(figure.finding)[2])


def test_holdings_that_were_not_sent_without_a_reason(library, card):
    unknown = library.analysis.sending_balance.filter(pl.col("class") == "unknown")["holdings"].sum()
    assert card["excluded_unknown", "all"][0] == unknown
    own = "select count(*) from not_sent n semi join holdings using (mms_id, holding_id) where class = 'unknown'"
    bound = "select count(distinct holding_id) from not_sent n anti join holdings using (mms_id, holding_id) where class = 'unknown'"
    assert asked(library, own) + asked(library, bound) == unknown


def test_findings_to_look_at(library, books):
    asking = ", ".join(f"'{answer}'" for answer in ASKING)
    by_problem = dict(
        library.sql(f"select problem, count(*) from findings where answer in ({asking}) group by 1").rows()
    )
    figure = plots.plot_findings_by_unit(library.table("findings"))
    urgent = asked(library, f"select count(*) from findings where answer in ({asking}) and priority = 1")
    assert said(figure.finding)[:2] == [sum(by_problem.values()), urgent]
    standing = library.status()["Open problems by symbol and unit"]
    assert dict(standing.group_by("problem").agg(pl.col("findings").sum()).iter_rows()) == by_problem
    in_books: dict[str, int] = defaultdict(int)
    for book in books:
        for problem, line in book.items():
            in_books[problem] += sum(v for k, v in line.items() if k in ("Rows",) or k.startswith("Not "))
    assert {problem: rows for problem, rows in in_books.items() if rows} == by_problem


def test_the_rows_of_a_priority_add_up_to_its_number(library):
    figure = plots.plot_findings_by_unit(library.table("findings"))
    (axes,) = figure.axes
    labels = [label.get_text() for label in axes.get_yticklabels()]
    totals = [int(t.get_text().replace(",", "")) for t in axes.texts if t.get_fontweight() == "bold"]
    assert len(labels) == len(totals)
    by_priority: dict[str, int] = defaultdict(int)
    for label, total in zip(labels, totals, strict=True):
        by_priority[label.rpartition("(")[2].rstrip(")")] += total
    assert sum(by_priority.values()) == said(figure.finding)[0]
    assert by_priority["1"] == said(figure.finding)[1]


def test_records_that_oclc_did_not_take(library, card):
    flow = library.analysis.outcome_flow
    by_answer = dict(flow.group_by("answer").agg(pl.col("records").sum()).iter_rows())
    assert asked(library, "select count(*) from findings where problem = 'rejected'") == by_answer["not taken"]
    assert asked(library, "select count(*) from last_outcomes") == flow["records"].sum() - by_answer["no answer"]
    title = said(plots.plot_outcome_flow(flow).finding)
    assert title == [by_answer["taken"], flow["records"].sum(), by_answer["not taken"], by_answer["no answer"]]
    for metric, outcomes in {
        "match_rate": ["match"],
        "create_rate": ["create"],
        "unresolved_rate": ["unresolved"],
    }.items():
        assert card[metric, "all"][0] == flow.filter(pl.col("outcome").is_in(outcomes))["records"].sum()


def test_records_that_were_never_reported(library):
    silent = """
        select count(*) from (select distinct symbol, record_key from sent_record_keys where file_is_answered)
        anti join last_outcomes using (symbol, record_key)
    """
    flow = library.analysis.outcome_flow.filter(pl.col("outcome") == "never reported")
    assert asked(library, silent) == flow["records"].sum()
    # a finding is about a record in a file: one that another file's report names is found, and has its answer there
    assert asked(library, "select count(*) from findings where problem = 'never_reported'") >= flow["records"].sum() > 0


def test_numbers_held_in_worldcat(library):
    held = dict(library.sql("select answer, count(ocn) from held_numbers group by 1").rows())
    without = asked(library, "select coalesce(sum(rows), 0)::bigint from held_numbers where ocn is null")
    balance = library.analysis.balance_sheet
    classes = balance.filter(pl.col("class") != "total")
    assert dict(classes.group_by("answer").agg(pl.col("numbers").sum()).iter_rows()) == held
    figure = plots.plot_balance_sheet(balance)
    in_title = dict(re.findall(r"(?:= |\+ )([\d,]+) (\w+)", figure.finding))
    assert {answer: said(number)[0] for number, answer in in_title.items()} == held
    assert said(figure.finding)[0] == sum(held.values())
    assert (f"{without:,} row" in figure.finding) == bool(without)
    found = dict(library.sql("select answer, count(*) from findings where problem = 'old_holding' group by 1").rows())
    asking = library.sql("select answer, count(*) from held_numbers group by 1").rows()
    assert found == {answer: rows for answer, rows in asking if answer in ASKING}
    board = library.deletions()
    by_symbol = library.sql("select symbol, count(ocn) filter (answer = 'delete') from held_numbers group by 1").rows()
    shown = dict(board.select("symbol", "delete").drop_nulls().iter_rows())
    assert shown == {symbol: number for symbol, number in by_symbol if symbol in shown}


def test_files_that_oclc_would_refuse(library, card):
    refused = library.check_uploads().filter("is_refusal")["file"].n_unique()
    assert card["file_hygiene", "all"][0] == refused
    ours = asked(library, "select count(distinct file) from sent_records")
    assert card["file_hygiene", "all"][1] == ours


def test_holdings_records_at_fault(library, card):
    at_fault = asked(library, "select count(distinct holding_id) from findings where problem = 'lhr_problem'")
    records = asked(library, "select count(distinct holding_id) from holdings where is_mfhd")
    if not records:
        assert card["lhr_problems", "all"] == (None, None)
        return
    assert card["lhr_problems", "all"] == (at_fault, records)
    figure = plots.plot_lhr_problems(library.findings("lhr_problem"), library.table("holdings"))
    assert said(figure.finding)[:2] == [at_fault, records]


@pytest.mark.parametrize(
    ("metric", "problem", "class_"),
    [
        ("several_ocns", "several_ocns", None),
        ("shared_ocn", "shared_ocn", None),
        ("shared_ocn_same_library", "shared_ocn", "same_library"),
        ("sparse", "sparse_record", None),
        ("script_pairing", "script_pairing", None),
        ("print_ocn_on_electronic", "print_ocn_on_electronic", None),
        ("stale_ocn", "stale_ocn", None),
    ],
)
def test_findings_of_the_bibs_to_send_are_on_the_scorecard(library, card, metric, problem, class_):
    of_class = f"and class = '{class_}'" if class_ else ""
    found = f"""
        select symbol, count(*)::bigint from bib_symbols b
        semi join (select mms_id from findings where problem = '{problem}' {of_class}) f using (mms_id)
        where reason is null group by 1
    """
    expected = dict(library.sql(found).rows())
    counted = {symbol: count for (name, symbol), (count, _) in card.items() if name == metric and count}
    assert counted == expected


def test_what_follows_from_a_result_says_its_numbers(library):
    flow = library.analysis.outcome_flow
    unmapped = asked(library, "select count(*) from findings where problem = 'unmapped_location'")
    to_map, scope = (
        conclusions.of_locations(library.analysis.locations_to_map),
        conclusions.of_scope(library.analysis.scope),
    )
    assert said(to_map)[1:] == said(scope.partition(" Next")[0])[:1] == [unmapped] * bool(unmapped)
    refused = asked(library, "select count(*) from findings where problem = 'rejected'")
    silent = flow.filter(pl.col("answer") == "no answer")["records"].sum()
    assert said(conclusions.of_flow(flow).partition(" Next")[0]) == [number for number in (refused, silent) if number]
    unexplained = asked(
        library, "select coalesce(sum(holdings), 0)::bigint from sending_balance where class = 'unknown'"
    )
    first = said(conclusions.of_sending(library.analysis.sending_balance).partition(" Next")[0])
    assert first == ([unexplained] if unexplained else [])
    lost = asked(library, "select sum(rejected)::bigint from files")
    assert sum(said(conclusions.of_files(library.table("files").collect()))[:1]) == lost or not lost
    rows = library.sql("select problem, answer, count(*) from findings group by all").rows()
    for problem in {problem for problem, _, _ in rows}:
        asking = sum(n for code, answer, n in rows if code == problem and answer in ASKING)
        words = conclusions.of_problem(library.findings(problem), problem).partition(" Next")[0]
        assert sum(said(words.partition(";")[0])) == asking or "none asks for anything" in words


def test_the_readme_says_one_number_of_its_picture():
    readme = (Path(__file__).resolve().parents[1] / "README.md").read_text("utf-8")
    picture, words = re.search(
        r"!\[(\d+ numbers held under .*?)\]\(docs/pictures/balance_sheet.png\)(.*?)\n## ", readme, re.S
    ).groups()
    held, delete, *others = said(picture)
    assert delete + sum(others) == held
    assert said(words) == [held, delete]
