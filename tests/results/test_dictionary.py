"""What there is and what it means: the same from `describe`, in SQL and on the command line."""

import polars as pl
import pytest

from datasync_lib.analysis.registry import ANALYSES
from datasync_lib.errors import InputError, StoreError
from datasync_lib.results.described import data_dictionary, description
from datasync_lib.results.dictionary import _said_of_columns, columns
from datasync_lib.results.views import VIEWS
from datasync_lib.vocabulary.tables import TABLES


def test_every_column_of_tables_and_views_and_nearly_every_one_of_results_has_a_meaning():
    whole = data_dictionary()
    assert whole.select("name", "column_name").is_duplicated().sum() == 0
    without = whole.filter(pl.col("meaning").is_null())
    assert without.filter(pl.col("kind").is_in(["table", "view"])).rows() == []
    assert without.height / whole.height < 0.02


@pytest.mark.parametrize(
    ("name", "column", "row"),
    [
        ("bibs", "mms_id", ("mms_id", "text", "MMS ID, or what stands in 001; null when there is none")),
        ("held_numbers", "ocn", ("ocn", "number", "as held")),
        ("held_numbers", "reasons", ("reasons", "list of text", "why they are kept out")),
        ("match_rates", "share", ("share", "number", "of 1, within project and symbol")),
        ("blockers", "decides", None),
        ("placed_holdings", "call_number", ("call_number", "text", "as it stands")),
        ("rejected", "ocn", ("ocn", "number", "the number, when the finding is about one")),
        ("open_ill_requests", "due", ("due", "text", "overdue, due later, no due date")),
        ("findings_with_titles", "new_ocn", ("new_ocn", "number", "the number that OCLC answered, or calls current")),
        ("milestones", "actual", ("actual", "date", "the day on which it was reached; null: not yet")),
        ("all_bibs", "title", None),
    ],
)
def test_a_column_says_its_type_and_meaning(name, column, row):
    found = columns(name).filter(pl.col("column") == column).rows()
    assert len(found) == 1
    assert found[0][2]
    assert row is None or found == [row]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("symbol; ocn (as held); sorted.", {"ocn": "as held"}),
        ("symbol, ocn (as held, of (any) list), mms_id.", {"ocn": "as held, of (any) list"}),
        ("symbol, mms_id: of the bib; ocn.", {"symbol": "of the bib", "mms_id": "of the bib"}),
        ("symbol (null: any): as written. ocn (a; b).", {"symbol": "as written", "ocn": "a; b"}),
        ("Sorted by symbol: the first one first.", {}),
    ],
)
def test_what_a_docstring_says_of_columns(text, said):
    found = dict(reversed(list(_said_of_columns(text, ("symbol", "ocn", "mms_id")))))
    assert found.items() >= said.items()
    assert set(found) == set(said)


def test_the_columns_told_are_those_that_there_are(example):
    for name in {*TABLES, *ANALYSES} - {"subfields"}:
        assert columns(name)["column"].to_list() == example.analysis.frame(name).collect_schema().names(), name
    assert columns("subfields")["column"].to_list() == example.sql("select * from subfields limit 0").columns
    for name, view in VIEWS.items():
        asked = example.sql(f"select * from {name} limit 0")
        assert asked.columns == list(view.meanings) == view.schema.names(), name
        assert asked.schema == view.schema, name


def test_sql_says_what_there_is_and_what_it_means(example):
    listed = example.sql("SHOW TABLES;", mine=pl.DataFrame({"a": [1]}))
    assert set(listed["kind"]) == {"table", "result", "findings", "view", "own"}
    assert listed.filter(pl.col("name") == "mine").rows() == [("mine", "own", "A frame or file of yours.")]
    for query in ("describe held_numbers", 'DESC "held_numbers" ;', "show held_numbers"):
        assert example.sql(query).equals(example.describe("held_numbers"))
    assert example.sql("describe mine", mine=pl.DataFrame({"a": [1]}))["column_name"].to_list() == ["a"]
    found = example.sql("select name from data_dictionary where column_name = 'staging_ocn' and kind = 'view'")
    assert found.rows() == [("findings_with_titles",)]
    assert "  ocn_current       number        as WorldCat calls it now; null: ambiguous" in description("held_numbers")
    with pytest.raises(StoreError, match="there is no table 'bib'; «datasync tables» lists"):
        example.describe("bib")


def test_findings_have_titles_and_call_numbers_old_and_new_numbers(example):
    narrow = example.findings()
    shown = example.sql("select * from findings_with_titles order by problem, row_key")
    assert shown["row_key"].to_list() == narrow["row_key"].to_list()
    title = dict(example.sql("select mms_id, title from bibs where mms_id is not null").rows())
    of_bib = shown.filter(pl.col("mms_id").is_in(list(title)))
    assert of_bib.filter(pl.col("title").is_null())["mms_id"].map_elements(title.get, pl.String).drop_nulls().len() == 0
    named = of_bib.filter(pl.col("title").is_not_null())
    assert named.height > 100
    assert {row for row in named.select("mms_id", "title").rows() if title[row[0]] is not None} <= set(title.items())
    changed = shown.filter(pl.col("problem") == "ocn_changed")
    assert (changed["new_ocn"] == narrow.filter(pl.col("problem") == "ocn_changed")["ocn"]).all()
    stale = shown.filter(pl.col("problem") == "stale_ocn")
    assert (stale["old_ocn"] == narrow.filter(pl.col("problem") == "stale_ocn")["ocn"]).all()
    assert stale["new_ocn"].null_count() == 0
    created = shown.filter(pl.col("problem") == "created_record")
    assert created["old_ocn"].null_count() == created.height > 0
    calls = example.sql("select holding_id, call_number from holdings").rows()
    own = shown.filter(pl.col("holding_id").is_not_null()).select("holding_id", "call_number").rows()
    assert own
    assert {row for row in own if row[1] is not None} <= set(calls)


def test_frames_of_the_analyst_are_joined_by_name(example):
    some = example.table("bibs").filter(pl.col("mms_id").is_not_null()).select("mms_id").sort("mms_id").head(3)
    query = "SELECT count(*) FROM bibs SEMI JOIN Withdrawn USING (mms_id)"
    for frame in (some, some.collect(), some.collect().to_pandas(), some.collect().to_arrow()):
        assert example.sql(query, withdrawn=frame).rows() == [(3,)]
    asked = example.sql("SELECT mms_id FROM withdrawn ORDER BY 1", frame="pandas", withdrawn=some)
    assert asked["mms_id"].tolist() == some.collect()["mms_id"].to_list()
    assert asked["mms_id"].dtype.name == "string"
    assert example.findings("rejected", frame="pandas")["ocn"].dtype.name == "Int64"
    for name in ("bibs", "held_numbers", "decisions", "findings_with_titles"):
        with pytest.raises(InputError, match=f"{name} is a table of the project: give your frame another name"):
            example.sql("select 1", **{name: some})
    with pytest.raises(InputError, match="withdrawn is no frame of Polars, pandas or Arrow, but list"):
        example.sql("select 1", withdrawn=[1, 2])
    with pytest.raises(InputError, match="expected polars or pandas"):
        example.sql("select 1", frame="arrow")


def test_values_are_bound_and_never_part_of_the_query(example):
    query = "SELECT $symbol AS symbol, $least::INT + 1 AS more"
    assert example.sql(query, values={"symbol": "X' OR 1=1 --", "least": "2", "other": "x"}).rows() == [
        ("X' OR 1=1 --", 3)
    ]
