"""What a problem says of itself is so: its columns are parameters of its findings, its answers ask or tell."""

import json

import pytest

from datasync_lib.problems import ASKING, PROBLEMS
from datasync_lib.workbooks.layout import FILL
from datasync_lib.workbooks.returned_sheets import HEADERS


def test_what_a_sheet_shows_is_a_parameter_of_the_findings(example):
    found = example.findings().unique("problem").select("problem", "parameters")
    missing = {
        problem: {shown.parameter for shown in PROBLEMS[problem].columns} - json.loads(parameters).keys()
        for problem, parameters in found.iter_rows()
    }
    assert missing == {problem: set() for problem in found["problem"]}


def test_a_finding_asks_a_person_or_is_for_information(example):
    assert set(example.findings()["answer"]) == {*ASKING, "information"}


@pytest.mark.parametrize("problem", PROBLEMS.values(), ids=PROBLEMS.keys())
def test_a_number_that_a_row_is_about_is_read_back_by_its_header(problem):
    own = [shown.header for shown in problem.columns]
    assert not {*own, problem.ocn_header} & {column.header for column in FILL}
    assert len(set(own)) == len(own)
    assert not problem.ocn_header or HEADERS[problem.ocn_header] == "ocn"
