"""A short run of benchmarks/fuzz_workbooks.py: no answer is lost, and none is there that nobody wrote."""

from collections import Counter
from datetime import date

import pytest
from hand_made_library import institution

from datasync_lib.workbooks.writing import write_workbooks


@pytest.fixture(scope="module")
def handed_out(fuzz_workbooks, tmp_path_factory):
    folder = tmp_path_factory.mktemp("handed out")
    made = write_workbooks(folder, **institution().frames(), run_date=date(2025, 11, 25))
    originals = [fuzz_workbooks.Original.of(each.path.read_bytes(), institution().findings) for each in made]
    return originals, fuzz_workbooks.fill(originals, folder)


@pytest.mark.parametrize("who", ["staff", "program", "transport", "damage"])
def test_whatever_happens_to_a_workbook_nothing_is_lost_or_made_up(fuzz_workbooks, handed_out, tmp_path, who):
    originals, filled = handed_out
    cases = [fuzz_workbooks.case(seed, originals, filled) for seed in range(150)]
    came_of_it = Counter(fuzz_workbooks.run(case, originals, tmp_path) for case in cases if case.who == who)
    assert came_of_it.total() > 20
    if who in ("staff", "program"):
        assert set(came_of_it) == {f"{who}: read"}


def test_the_workbooks_that_are_changed_have_answers(handed_out):
    _, filled = handed_out
    assert sum(len(decisions) for _, decisions in filled) > 4
