"""The analyses fit together: whatever one of them needs is there, and nothing waits for itself."""

import inspect
from graphlib import TopologicalSorter

import polars as pl
import pytest

from datasync_lib.analysis import registry
from datasync_lib.analysis.frames import frame_wanted
from datasync_lib.analysis.registry import ANALYSES, finds, gives
from datasync_lib.analysis.values import VALUES
from datasync_lib.problems import PROBLEMS
from datasync_lib.results.analyses import Analyses
from datasync_lib.results.current import CURRENT, EARLIER, FIELDS
from datasync_lib.settings import Settings
from datasync_lib.tables.store import Store
from datasync_lib.vocabulary.tables import KEPT, TABLES, empty

# What can be asked for beside what analyses give.
GIVEN = {*TABLES, *KEPT, *FIELDS, *EARLIER, *(f"all_{name}" for name in (*CURRENT, "subfields"))}
FRAMES = {name for name, analysis in ANALYSES.items() if not analysis.finds}
FINDERS = {name for name, analysis in ANALYSES.items() if analysis.finds}
# These have as many rows as the catalogue has bibs, or more.
LARGE = {
    "bib_changes", "catalogue_changes", "earlier_bibs", "earlier_holdings", "earlier_ocns", "holding_changes", "later_bibs", "later_holdings", "later_ocns",
    "all_ocns", "bib_judgements", "bib_symbols", "bibs", "cross_references", "current_ocns", "held_numbers", "holdings",
    "items", "last_outcomes", "lead_units", "match_classes", "newest_holdings", "number_owners", "ocns", "outcome_history",
    "outcomes", "owner_judgements", "placed_holdings", "records", "report_records", "report_rows", "sending_classes",
    "sent_record_keys", "sent_records", "standard_numbers", "symbol_numbers", "worldcat_holdings",
}  # fmt: skip
# Its findings come from lists of commitments, which are not read yet.
WITHOUT_FINDER = {"commitment_problem"}


@pytest.mark.parametrize("name", ANALYSES)
def test_whatever_is_needed_is_there(name):
    assert set(ANALYSES[name].needs) - GIVEN - set(ANALYSES) - set(VALUES) == set()


def test_no_analysis_waits_for_itself():
    needs = {name: analysis.needs for name, analysis in ANALYSES.items()} | {name: ["holdings"] for name in FIELDS}
    order = list(TopologicalSorter(needs).static_order())
    assert set(order) == {*ANALYSES, *FIELDS, *(need for some in needs.values() for need in some)}


def test_every_problem_has_the_analysis_that_finds_it():
    assert set(PROBLEMS) - WITHOUT_FINDER == FINDERS


def test_a_name_is_of_one_thing():
    """A parameter, a query and a page say no more than the name."""
    every = [*TABLES, *FIELDS, *EARLIER, *FRAMES, *PROBLEMS, *VALUES]
    assert sorted(every) == sorted(set(every))


@pytest.mark.parametrize("name", ANALYSES)
def test_parameters_are_given_by_name(name):
    kinds = {p.kind for p in inspect.signature(ANALYSES[name].function).parameters.values()}
    assert kinds <= {inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_KEYWORD}


@pytest.mark.parametrize("name", ANALYSES)
def test_each_says_in_one_line_what_it_gives(name):
    assert inspect.getdoc(ANALYSES[name].function).partition("\n")[0].endswith(("?", "."))


@pytest.mark.parametrize("name", [name for name, analysis in ANALYSES.items() if analysis.by])
def test_what_is_split_is_a_frame_that_has_the_column(name):
    analysis = ANALYSES[name]
    parameters = inspect.signature(analysis.function).parameters
    for frame, column in analysis.by.items():
        # a function that gathers takes its frames under any names
        assert frame not in parameters or frame_wanted(parameters[frame].annotation)
        assert frame in analysis.needs
        table = frame.removeprefix("all_")
        if table in TABLES:
            assert column in empty(table).columns


@pytest.mark.parametrize("name", ANALYSES)
def test_what_is_too_large_for_memory_comes_lazily_where_it_comes_whole(name):
    parameters = inspect.signature(ANALYSES[name].function).parameters
    assert set(GIVEN | set(ANALYSES)) >= LARGE
    whole = LARGE & set(ANALYSES[name].needs) - set(ANALYSES[name].by)
    assert {frame for frame in whole if frame_wanted(parameters[frame].annotation) is pl.DataFrame} == set()


def test_every_frame_is_offered_when_a_project_is_asked(tmp_path):
    offered = dir(Analyses(Store(tmp_path), Settings()))
    assert set(ANALYSES) <= set(offered)


@pytest.fixture
def registered(monkeypatch) -> dict:
    """A registry with nothing in it."""
    monkeypatch.setattr(registry, "ANALYSES", {})
    return registry.ANALYSES


@pytest.mark.parametrize("register", [gives, finds])
def test_a_name_is_given_once(registered, register):
    @gives("withdrawn_items")
    def withdrawn_items(*, items: pl.LazyFrame) -> pl.DataFrame:
        return items.collect()

    with pytest.raises(ValueError, match="withdrawn_items is given twice: by withdrawn_items and withdrawn_again"):

        @register("withdrawn_items")
        def withdrawn_again(*, items: pl.LazyFrame) -> pl.DataFrame:
            return items.collect()


def test_an_option_is_not_wired_and_a_value_of_the_settings_is(registered):
    @gives("withdrawn_items")
    def withdrawn_items(
        *, items: pl.LazyFrame, noise: list, symbols: tuple = (), at_least: int = 3, leads: pl.DataFrame | None = None
    ) -> pl.DataFrame:
        return items.collect()

    assert registered["withdrawn_items"].needs == ("items", "noise", "symbols")


def test_who_calls_an_analysis_of_shares_gets_the_whole(registered):
    def added_up(parts: pl.DataFrame) -> pl.DataFrame:
        return parts.select(pl.col("items").sum())

    @gives("item_totals", by="holding_id", together=added_up)
    def item_totals(*, holdings: pl.LazyFrame) -> pl.DataFrame:
        return holdings.select("items").collect()

    holdings = pl.DataFrame({"holding_id": ["221", "222"], "items": [1, 2]})
    assert item_totals(holdings=holdings).rows() == [(3,)]
    assert registered["item_totals"].by == {"holdings": "holding_id"}
    assert registered["item_totals"].function(holdings=holdings).rows() == [(1,), (2,)]
