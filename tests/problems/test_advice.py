"""What is to be done fits the kind that stands beside it, and asks for nothing that there is not."""

import re

import polars as pl
import pytest

from datasync_lib.problems import ASKING, PROBLEMS, in_words

EVERY = [(code, class_) for code, problem in PROBLEMS.items() for class_ in (None, *problem.classes)]


@pytest.mark.parametrize(
    ("problem", "class_", "todo"),
    [
        ("rejected", "unresolved", "find the best WorldCat record and overlay or merge"),
        ("rejected", "processing_error", "say «please send again»"),
        ("rejected", "data_error", "Correct what OCLC could not read"),
        ("shared_ocn", "other_format", "Do not merge"),
        ("shared_ocn", "same_library", "merge those that are one edition"),
        ("not_sent", "unmapped", "Nothing in the catalogue: the project team"),
        ("not_sent", "on_order", "Nothing when the reason is intended"),
        ("suppression_mismatch", "bib_suppressed", "if it is, open the bib"),
        ("old_holding", "open_ill", "Close the request, or let it end, first."),
        ("old_holding", "in_error", "Fix that record first"),
        ("stale_ocn", None, "put the current number in place of the old one"),
    ],
)
def test_advice_is_that_of_the_kind(problem, class_, todo):
    finding = pl.DataFrame({"problem": [problem], "class": [class_], "parameters": ["{}"]})
    assert todo in in_words(finding)["todo"].item()


@pytest.mark.parametrize(("code", "class_"), EVERY)
def test_nobody_is_told_to_send_again_what_is_to_be_mended_first(code, class_):
    told = f"{PROBLEMS[code].explain(class_, None)} {PROBLEMS[code].advise(class_)}"
    assert not ("send it again" in told and "find the best WorldCat record" in told)


@pytest.mark.parametrize(("code", "class_"), EVERY)
def test_advice_names_sheets_and_answers_that_there_are(code, class_):
    problem = PROBLEMS[code]
    named = set(re.findall("«([^»]+)»", problem.advise(class_)))
    assert named <= {other.title for other in PROBLEMS.values()} | set(problem.decisions)


@pytest.mark.parametrize(
    "class_", [name for name, kind in PROBLEMS["old_holding"].classes.items() if kind.answer in ASKING]
)
def test_each_reason_why_an_old_holding_stays_has_advice_of_its_own(class_):
    others = [PROBLEMS["old_holding"].advise(other) for other in PROBLEMS["old_holding"].classes if other != class_]
    assert PROBLEMS["old_holding"].advise(class_) not in [PROBLEMS["old_holding"].todo, *others]


def test_beside_its_symbol_and_number_an_old_holding_is_explained_by_its_class_alone():
    finding = pl.DataFrame(
        {"problem": ["old_holding"], "class": ["open_ill"], "parameters": ['{"because": "a request"}']}
    )
    assert in_words(finding, on_sheet=True)["explanation"].item() == "A list says so: a request."
    assert (
        in_words(finding)["explanation"].item().startswith("(not known) holds (not known) in WorldCat. A list says so")
    )
