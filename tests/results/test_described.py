"""The page and the picture of the analyses say what the registry says."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from datasync_lib.analysis.registry import ANALYSES
from datasync_lib.errors import StoreError
from datasync_lib.results.described import description, every_table, page_of_analyses
from datasync_lib.results.drawn import picture_of_analyses
from datasync_lib.results.views import VIEWS
from datasync_lib.vocabulary.tables import KEPT, TABLES

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize(
    ("path", "make"), [("analyses.md", page_of_analyses), ("pictures/analyses.svg", picture_of_analyses)]
)
def test_the_docs_are_those_of_the_registry(path, make):
    there = (DOCS / path).read_text("utf-8")
    assert there == make(), f"docs/{path} is out of date: run «make analyses»"


def test_the_page_has_every_analysis_once():
    rows = [line.split("|") for line in page_of_analyses().splitlines() if line.startswith("| ") and "`" in line]
    names = [cells[1].strip().removeprefix("finding ").strip("`") for cells in rows]
    assert sorted(names) == sorted(ANALYSES)
    needs = {name: tuple(cells[3].strip().strip("`").split("`, `")) for name, cells in zip(names, rows, strict=True)}
    assert needs == {name: analysis.needs for name, analysis in ANALYSES.items()}


def test_the_picture_names_every_analysis_and_is_well_formed():
    picture = ElementTree.fromstring(picture_of_analyses())
    texts = [each.text for each in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert {name: texts.count(name) for name in ANALYSES if name not in texts} == {}
    assert texts[:3] == ["tables", "frames, by area", "findings"]


def test_every_table_and_result_is_listed():
    listed = every_table()
    assert set(listed["name"]) == {*TABLES, *ANALYSES, *VIEWS, *KEPT}
    assert listed["says"].str.len_chars().min() > 5
    rows = {row[0]: row[1:] for row in listed.rows()}
    assert rows["links"] == ("table", "Host and constituent of a boundwith.")
    assert rows["match_rates"] == ("result", "How do our outcomes compare with those of other projects?")
    assert rows["rejected"] == ("findings", "Which records did OCLC not take, and why?")


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        (
            "match_rates",
            [
                "match_rates: How do our outcomes compare with those of other projects?",
                "project (this project, or the other one); symbol (null: all together); action; records; share (of 1, within",
                "made from: last_outcomes",
            ],
        ),
        ("exception_records", ["made from: counted_exceptions, outcome_history", "settings: noise"]),
        ("rejected", ["columns of findings:", "  mms_id         text    the bib"]),
        ("decisions", ["  imported_at      time    when it was taken in"]),
    ],
)
def test_a_description_says_columns_and_origin(name, lines):
    assert [line for line in lines if line not in description(name).splitlines()] == []


def test_an_unknown_name_says_where_they_are_listed():
    with pytest.raises(StoreError, match="there is no table 'bib'; «datasync tables» lists those there are"):
        description("bib")
