"""One sentence below each result, and the next step: it says what the rows say, and leads to a notebook that exists."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from datasync_lib import conclusions
from datasync_lib.conclusions import NOTEBOOKS, Conclusion

ROOT = Path(__file__).resolve().parents[1]
INT = pl.Int64


def frame(columns: str, *rows: tuple) -> pl.DataFrame:
    """A frame of rows written out; a column without a value in any row is of texts."""
    made = pl.DataFrame(list(rows), schema=columns.split(), orient="row", infer_schema_length=None)
    return made.with_columns(pl.col(n).cast(pl.String) for n, type_ in made.schema.items() if type_ == pl.Null)


FILES = "file kind rejected"
SCOPE = "library location is_mapped holdings"
CENSUS = "place verdict readings"
RANKS = "place proposed_rank present_rank"
CARD = "symbol metric gate count colour"
CHANGES = "what change with_bib changes"
MILESTONES = "symbol milestone planned actual owner"
RATES = "project symbol action records share"
FAMILIES = "kind family open_records is_noise"
BOARD = "symbol deleted_by delete checks_failed checks_no_input"
BLOCKERS = ["class", "decides", "also", "alone", "what would change it"]
FINDINGS = "problem class answer priority unit"


def blockers(*rows: tuple) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=BLOCKERS, orient="row")


def test_notebooks_are_those_that_exist():
    assert sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb")) == list(NOTEBOOKS)


def test_a_conclusion_is_text_and_on_a_page_a_paragraph_with_links():
    said = Conclusion("<b>Law</b> has 3.", "Notebook 07 writes them; see notebook 02.")
    assert said == "<b>Law</b> has 3. Next: Notebook 07 writes them; see notebook 02."
    shown = said._repr_html_()
    assert "&lt;b&gt;Law&lt;/b&gt; has 3. <b>Next:</b>" in shown
    assert '<a href="07_unit_workbooks.ipynb">Notebook 07</a>' in shown
    assert '<a href="02_reclamation_readiness.ipynb">notebook 02</a>' in shown


@pytest.mark.parametrize(
    ("files", "begins"),
    [
        ([], "Nothing is loaded yet. Next: Put exports"),
        ([("a.mrc", "catalogue", 0), ("b.txt", "worldcat_list", 0)], "Nothing of 2 files is missing. Next: How ready"),
        ([("a.mrc", "catalogue", 1)], "1 record or row of 1 file could not be taken. Next: The table"),
        (
            [("a.mrc", "catalogue", 3), ("b.txt", "worldcat_list", 1200), ("c.doc", "unknown", 0)],
            "1,203 records and rows of 2 files could not be taken; most of them, 1,200, stand in b.txt. 1 file needs a look, first c.doc.",
        ),
    ],
)
def test_files(files, begins):
    made = (
        frame(FILES, *files) if files else pl.DataFrame(schema={"file": pl.String, "kind": pl.String, "rejected": INT})
    )
    assert conclusions.of_files(made).startswith(begins)


def test_locations_without_a_place():
    rows = [("LAW", "stacks", True, 9), ("LAW", "new", False, 3), ("LAW", "new", False, 2), (None, "new", False, 1)]
    said = conclusions.of_scope(frame(SCOPE, *rows))
    assert said.startswith("6 holdings in 2 locations belong to nobody yet")
    assert conclusions.of_scope(frame(SCOPE, *rows[:1])).startswith("Each location is in location_map.csv.")
    assert conclusions.of_scope(frame(SCOPE, *rows).clear()).startswith("No holding is loaded yet.")
    to_map = frame("library location holdings bibs", ("LAW", "new", 5, 4), (None, "new", 1, 1))
    assert conclusions.of_locations(to_map).startswith("2 locations with 6 holdings wait for a line of their own.")
    assert conclusions.of_locations(to_map.clear()).startswith("Each location is in location_map.csv.")


def test_changes_of_the_catalogue():
    rows = [
        ("bib", "new", False, 7),
        ("bib", "gone", False, 11),
        ("number", "new", True, 7),
        ("number", "changed", False, 2),
    ]
    counts = frame(CHANGES, *rows)
    assert conclusions.of_changes(counts).startswith(
        "7 new bibs and 2 with other numbers are for the next files to OCLC, as far as they take part; 11 bibs are gone."
    )
    assert conclusions.of_changes(counts.clear()).startswith("The exchange has nothing new to tell OCLC")


def test_spellings_and_places_of_numbers():
    rows = [("035$a", "ok", 90), ("035$a", "malformed", 4), ("035$a", "excel_exponent", 5), ("079$a", "not_oclc", 50)]
    said = conclusions.of_ocn_census(frame(CENSUS, *rows))
    assert said.startswith("Most numbers that are lost stand in 035$a (5 of 9: excel exponent).")
    assert conclusions.of_ocn_census(frame(CENSUS, rows[0], rows[3])).startswith("Each number that looks like an OCN")
    ranks = frame(RANKS, ("079$a", 2, 1), ("035$a", 1, 2), ("019$a", 3, 3))
    assert conclusions.of_ranks(ranks).startswith(
        "2 places have another rank than proposed; proposed is 035$a, 079$a, 019$a."
    )
    assert conclusions.of_ranks(ranks.tail(1)).startswith("The places are ranked as proposed.")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            [
                ("all", "mapping_completeness", "at least 100 %", 8, "red"),
                ("MWS", "ocn_coverage", "at least 98 %", 8, "red"),
                ("MWS", "sparse", "at most 1 %", 8, "red"),
                ("MWS", "shared_ocn", "reviewed", 8, "amber"),
            ],
            "Gates missed: 2 of MWS, 1 for the whole catalogue. Next: Fill in location_map.csv first, as listed below: all other counts rest on it.",
        ),
        ([("MWS", "sparse", "at most 1 %", 8, "red")], "Gates missed: 1 of MWS. Next: Notebook 07 writes each unit"),
        ([("MWS", "shared_ocn", "reviewed", 8, "amber")], "No gate is missed; 1 count ask for a look."),
        ([("MWS", "sparse", "at most 1 %", 0, "green")], "No gate is missed, and nothing is left to review."),
        ([("MWS", "sparse", "at most 1 %", None, "grey")], "Nothing can be said of readiness yet."),
    ],
)
def test_scorecard(rows, said):
    assert conclusions.of_scorecard(frame(CARD, *rows)).startswith(said)


def test_holdings_that_stay_out():
    balance = frame("symbol class holdings", ("MWS", "sent", 9), ("MWS", "unknown", 3), ("MWU", "unknown", 1))
    assert conclusions.of_sending(balance).startswith("4 holdings stayed out for no reason that we found.")
    assert conclusions.of_sending(balance.head(1)).startswith("Each holding that stays out has a reason.")


def test_files_for_oclc():
    faults = frame(
        "file fault is_refusal", ("a.mrc", "too large", True), ("a.mrc", "not UTF-8", False), ("b.mrc", "x", False)
    )
    assert conclusions.of_uploads(faults).startswith("OCLC would refuse 1 file.")
    assert conclusions.of_uploads(faults.filter(~pl.col("is_refusal"))).startswith("OCLC takes the files, 2 of them")
    assert conclusions.of_uploads(faults.clear()).startswith(
        "No file for OCLC that lies here has a fault that we know."
    )


def test_milestones():
    rows = [
        ("MWU", "Files sent", date(2025, 3, 1), date(2025, 3, 2), "Systems"),
        ("MWS", "Old symbol empty", date(2025, 5, 20), None, "ILL"),
        ("MWU", "Gates met", date(2025, 5, 4), None, None),
        ("MWU", "Weekly exchange", None, None, None),
    ]
    plan = frame(MILESTONES, *rows)
    on = {day: conclusions.of_milestones(plan, today=date(2025, *day)) for day in [(5, 1), (5, 21)]}
    assert on[5, 1].startswith(
        "Nothing is overdue; next comes «Gates met» of MWU, planned for 4 May 2025. Next: When it is done"
    )
    assert on[5, 21].startswith(
        "2 milestones are overdue, longest «Gates met» of MWU, planned for 4 May 2025. Next: It has no owner"
    )
    assert conclusions.of_milestones(plan.head(1)).startswith("No milestone that has a date is open.")


def test_answers():
    flow = frame("symbol answer records", ("MWS", "taken", 9), ("MWS", "not taken", 2), ("MWU", "no answer", 1))
    assert conclusions.of_flow(flow).startswith("2 records wait to be corrected; 1 record has no answer")
    assert conclusions.of_flow(flow.head(1)).startswith("OCLC took every record.")
    assert conclusions.of_flow(flow.clear()).startswith("OCLC has not answered anything that is loaded.")
    rates = [
        ("this project", None, "create", 48, 0.025),
        ("this project", "MWS", "create", 20, 0.02),
        ("other", None, "create", 9, 0.9),
    ]
    assert conclusions.of_rates(frame(RATES, *rates), 0.01).startswith(
        "OCLC created 48 records, 2.5 % of all: above 1 %"
    )
    assert conclusions.of_rates(frame(RATES, ("this project", None, "match", 9, 1.0)), 0.01).startswith(
        "OCLC created 0 records, not above"
    )
    families = frame(
        FAMILIES, ("E", "Record is sparse.", 9, False), ("E", "Invalid tag T.", 7, False), ("E", "Noise.", 99, True)
    )
    assert conclusions.of_error_families(families).startswith(
        "Most records that are still out, 9, have «Record is sparse»."
    )
    assert conclusions.of_error_families(families.tail(1)).startswith("OCLC found nothing wrong")
    changes = frame("change", ("failed",), ("other number",), ("other number",), ("same",), ("solved",))
    assert conclusions.of_run_changes(changes).startswith(
        "1 time a record that OCLC had taken failed later; 2 times one got another number"
    )
    assert conclusions.of_run_changes(changes.tail(2)).startswith("No later run took anything back.")
    classes = frame("class records", ("same", 90), ("merged", 5), ("likely", 4), ("suspect", 3), ("no_text", 2))
    assert conclusions.of_match_classes(classes).startswith(
        "9 answers have another number that no merge explains, 2 of them"
    )
    assert conclusions.of_match_classes(classes.head(2)).startswith("No answer has another number without a merge")


def test_reports_that_are_missing():
    counts = frame("comparison is_explained", ("a", False), ("b", True), ("c", None))
    sent = frame("sent_file is_missing", ("a.mrc", True), ("b.mrc", False))
    assert conclusions.of_reports(counts, sent).startswith(
        "1 count of the reports is not explained; 1 file that we sent has no report."
    )
    assert conclusions.of_reports(counts.tail(2), sent.tail(1)).startswith("Reports agree, and none is missing.")
    assert conclusions.of_reports(counts.clear(), sent.clear()).startswith("There is nothing to compare.")


def test_steps_of_a_deletion():
    board = frame(BOARD, ("MLW", "own_lists", 237, 10, 3), ("MMD", "own_lists", 9, 1, 0), ("MWU", "nobody", 0, 0, 0))
    assert conclusions.of_board(board).startswith(
        "MMD is nearest: 1 check of it fails or has no input. Next: «datasync deletions MMD»"
    )
    assert conclusions.of_board(board.tail(1)).startswith("Nobody deletes under any symbol yet.")
    assert conclusions.of_board(board.clear()).startswith("No symbol is described yet.")
    inputs = frame("what rows", ("catalogue", 9), ("ILL requests", 0), ("LHRs", None))
    assert conclusions.of_inputs(inputs).startswith("Nothing is loaded of: ILL requests, LHRs.")
    balance = frame("class answer numbers", ("covered", "delete", 5), ("in_error", "hold", 3), ("total", None, 8))
    assert conclusions.of_balance(balance).startswith("5 numbers would go, 3 are held back and 0 wait for a person.")
    rows = blockers(("in error", 40, 0, 1, "Correct it."), ("not confirmed", 30, 76, 9, "Send it."))
    assert conclusions.of_blockers(rows) == (
        "Most numbers, 40, wait in «in error»; clearing up «not confirmed» alone frees most at once, 9. Next: Send it."
    )
    assert conclusions.of_blockers(rows.with_columns(alone=pl.lit(0, INT))).endswith(
        "frees any alone. Next: Correct it."
    )
    checks = frame(
        "check result numbers",
        ("Is a list there", "no input", ""),
        ("Is it new", "fails", "9"),
        ("Who", "signed by A", ""),
    )
    assert conclusions.of_checks(checks, "MLW").startswith("1 check of 3 fails, 1 have no input; first «Is it new».")
    assert conclusions.of_checks(checks.tail(1), "MLW").startswith("No check fails.")
    samples = frame("class wanted looked_at wrong", ("covered", 9, 4, 0), ("withdrawn", 2, 2, 0))
    assert conclusions.of_samples(samples, "MLW").startswith("People have looked at 6 of 11 numbers of the samples.")
    wrong = samples.with_columns(wrong=pl.lit(1, INT))
    assert conclusions.of_samples(wrong, "MLW").startswith("2 of 6 that people looked at were wrong.")
    assert conclusions.of_samples(samples.tail(1), "MLW").startswith("People have looked at all 2 numbers")
    requests, gone = frame("number touches", (1, "yes"), (2, "no")), frame("number", (7,))
    assert conclusions.of_requests(requests, gone.clear()).startswith(
        "2 requests are open, 1 of them on what may go. Next: ILL closes"
    )
    assert "1 number that we own is held by none of our symbols now" in conclusions.of_requests(requests.clear(), gone)


@pytest.mark.parametrize(
    "step",
    [
        conclusions.of_inputs,
        conclusions.of_balance,
        conclusions.of_blockers,
        lambda nothing: conclusions.of_checks(nothing, ""),
        lambda nothing: conclusions.of_samples(nothing, ""),
        lambda nothing: conclusions.of_requests(nothing, nothing),
    ],
)
def test_a_deletion_of_no_symbol(step):
    assert step(pl.DataFrame({"note": ["No symbol is described yet"]})).startswith("No symbol is described yet.")


def test_work_of_units():
    rows = [("rejected", "unresolved", "act", 1, "Law"), ("rejected", "unresolved", "act", 1, "Law"), ("rejected", "data_error", "act", 2, "Music"),
            ("not_sent", "unknown", "review", 1, None), ("not_sent", "electronic", "information", 1, "Music")]  # fmt: skip
    findings = frame(FINDINGS, *rows)
    assert conclusions.of_findings(findings.lazy()) == (
        "Of what comes first, Law has most: 2 rows of priority 1; 1 row without a unit is for the project team. "
        "Next: Notebook 07 writes each unit its list; each problem has a notebook that explains it."
    )
    assert conclusions.of_findings(findings.tail(1).lazy()).startswith("Nothing waits for a person.")
    said = conclusions.of_problem(findings.filter(problem="rejected"), "rejected")
    assert said.startswith("Rejected: 3 to act on. Next: Do not diagnose each error: find the best WorldCat record")
    said = conclusions.of_problem(findings.filter(problem="not_sent"), "not_sent")
    assert said.startswith("Not sent: 1 to review; 1 ask for nothing. Next: Say «please send»")
    assert conclusions.of_problem(findings.tail(1), "not_sent").startswith(
        "Not sent: 1 row, and none asks for anything."
    )
    assert conclusions.of_problem(findings.clear(), "not_sent").startswith("Not sent: nothing was found.")


def test_workbooks_and_what_comes_back():
    assert conclusions.of_workbooks([Path("a.xlsx")]).startswith("1 workbook is written.")
    assert conclusions.of_workbooks([]).startswith("There is nothing for any unit.")
    nothing = pl.DataFrame(schema={"code": pl.String})
    keep = ("old_holding", "still held: keep", "stands")
    decided = frame("problem decision state", keep, ("missing_ocn", "OCN added", "waits"))
    held = frame("class", ("covered",))
    assert conclusions.of_decisions(0, nothing, decided.clear(), held).startswith("Nothing has come back yet.")
    assert conclusions.of_decisions(1, nothing, decided, held).startswith("1 decision is new, 2 rows have one by now.")
    kept = frame("class", ("covered",), ("decided_keep",), ("decided_keep",))
    assert conclusions.of_decisions(1, nothing, decided, kept).startswith(
        "1 decision is new, 2 rows have one by now; 2 numbers stay because of 1 decision to keep, or of a list of staff."
    )
    issues = frame("code", ("changed",))
    assert conclusions.of_decisions(0, issues, decided, held).startswith(
        "0 decisions are new, 2 rows have one by now; 1 cell could not"
    )
    back = decided.with_columns(state=pl.lit("bounced"))
    assert "2 rows were called done, and the newest files still show them" in conclusions.of_decisions(
        0, nothing, back, held
    )
