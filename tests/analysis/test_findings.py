"""Rows of an analysis as findings: their names, answers and priorities."""

import polars as pl
import pytest

from datasync_lib.analysis.findings import as_findings, row_keys


@pytest.mark.parametrize(
    ("problem", "identity", "key"),
    [
        ("old_holding", {"symbol": "MUS", "ocn": 42}, "04c723ade8e262f46f83"),
        ("p", {"a": "x", "n": 5}, "de30c5a81f957a03b15b"),
        ("p", {"a": None, "n": None}, "996d31f2e908a9b5254c"),
        ("p", {"a": "é", "n": -1}, "4273b36a1f9c0723c861"),
    ],
)
def test_a_row_keeps_its_name_for_ever(problem, identity, key):
    """Decisions of years rest on these names: another way to make them would ask everything again."""
    frame = pl.DataFrame([identity], schema_overrides={"a": pl.String, "n": pl.Int64})
    assert row_keys(problem, frame).to_list() == [key]


def test_the_catalogue_answers_where_the_analysis_does_not():
    rows = pl.DataFrame(
        {
            "mms_id": ["1", "2", "3"],
            "class": ["merged", "suspect", None],
            "answer": [None, "hold", None],
            "priority": [None, None, 2],
        },
        schema_overrides={"priority": pl.Int32},
    )
    found = as_findings("ocn_changed", rows, identity=["mms_id"]).findings
    assert found.sort("mms_id").select("class", "answer", "priority").rows() == [
        ("merged", "information", 3),
        ("suspect", "hold", 1),
        (None, "act", 2),
    ]


def test_two_findings_with_one_identity_are_a_fault():
    with pytest.raises(ValueError, match=r"missing_ocn: two findings have the same identity \{'mms_id': '991'\}"):
        as_findings("missing_ocn", pl.DataFrame({"mms_id": ["991", "991"]}), identity=["mms_id"])


def test_a_class_that_the_catalogue_does_not_know_is_a_fault():
    with pytest.raises(KeyError, match=r"missing_ocn has no class lost; known: no_number, only_old, only_bad"):
        as_findings("missing_ocn", pl.DataFrame({"mms_id": ["991"], "class": ["lost"]}), identity=["mms_id"])
