import itertools

import duckdb
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from datasync_lib.analysis.concordance import concordance_problems, resolve_concordance, resolve_ocns


def concordance(*edges: tuple[int, int], source: str = "019") -> pl.DataFrame:
    return pl.DataFrame(
        [(old, current, source) for old, current in edges],
        schema={"old_ocn": pl.Int64, "current_ocn": pl.Int64, "source": pl.String},
        orient="row",
    )


def states(frame: pl.DataFrame) -> dict[int, tuple]:
    return {row[0]: row[1:4] for row in frame.rows()}


@pytest.mark.parametrize(
    ("edges", "expected"),
    [
        pytest.param([(1, 2)], {1: (2, "ok", 1)}, id="one merge"),
        pytest.param([(1, 2), (2, 3), (3, 4)], {1: (4, "ok", 3), 2: (4, "ok", 2), 3: (4, "ok", 1)}, id="a chain"),
        pytest.param(
            [(5, 9), (6, 9), (7, 9)], {5: (9, "ok", 1), 6: (9, "ok", 1), 7: (9, "ok", 1)}, id="several into one"
        ),
        pytest.param(
            [(1, 2), (2, 1)], {1: (None, "loop", None), 2: (None, "loop", None)}, id="two that merge into each other"
        ),
        pytest.param(
            [(1, 2), (2, 3), (3, 2)],
            {1: (None, "loop", None), 2: (None, "loop", None), 3: (None, "loop", None)},
            id="a tail that runs into a loop",
        ),
        pytest.param([(1, 2), (1, 3)], {1: (None, "two_ends", 1)}, id="two ends"),
        pytest.param(
            [(1, 2), (1, 3), (2, 4), (3, 4)],
            {1: (4, "ok", 2), 2: (4, "ok", 1), 3: (4, "ok", 1)},
            id="two ways to the same end are no contradiction",
        ),
        pytest.param(
            [(0, 1), (1, 2), (1, 3), (3, 5)],
            {0: (None, "two_ends", 3), 1: (None, "two_ends", 2), 3: (5, "ok", 1)},
            id="what leads to a fork has two ends too",
        ),
        pytest.param(
            [(1, 2), (1, 3), (3, 1), (9, 1)],
            {1: (None, "loop", None), 3: (None, "loop", None), 9: (None, "loop", None)},
            id="a fork with a way back is a loop",
        ),
        pytest.param(
            [(1, 2), (1, 3), (3, 4), (3, 5), (5, 4), (2, 4)],
            {1: (4, "ok", 3), 2: (4, "ok", 1), 3: (4, "ok", 2), 5: (4, "ok", 1)},
            id="forks behind forks that meet again",
        ),
        pytest.param([(7, 7)], {}, id="a number that is its own old number says nothing"),
        pytest.param([], {}, id="nothing known"),
    ],
)
def test_each_old_number_has_its_end_or_is_listed(edges, expected):
    assert states(resolve_concordance(concordance=concordance(*edges))) == expected


def test_the_sources_of_the_first_step_are_named():
    both = pl.concat([concordance((1, 2), (1, 2)), concordance((1, 2), (2, 3), source="035$z")])

    assert resolve_concordance(concordance=both).select("old_ocn", "current_ocn", "sources").rows() == [
        (1, 3, "019, 035$z"),
        (2, 3, "035$z"),
    ]


def test_a_lazy_table_gives_the_same():
    edges = concordance((1, 2), (2, 3))

    assert_frame_equal(resolve_concordance(concordance=edges.lazy()), resolve_concordance(concordance=edges))


@given(st.lists(st.integers(1, 10_000), min_size=2, max_size=300, unique=True), st.randoms())
def test_any_chain_resolves_to_its_end(numbers, random):
    edges = list(itertools.pairwise(numbers))
    random.shuffle(edges)
    expected = {n: (numbers[-1], "ok", len(numbers) - 1 - i) for i, n in enumerate(numbers[:-1])}

    assert states(resolve_concordance(concordance=concordance(*edges))) == expected


_EDGES = st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12)), max_size=25)


@given(_EDGES, st.randoms())
def test_shuffling_and_repeating_change_nothing(edges, random):
    shuffled = edges * 2
    random.shuffle(shuffled)

    assert_frame_equal(
        resolve_concordance(concordance=concordance(*shuffled)), resolve_concordance(concordance=concordance(*edges))
    )


@given(_EDGES)
def test_every_number_is_judged_as_a_walk_along_all_edges_would(edges):
    def ends(number: int, path: tuple[int, ...] = ()) -> set:
        following = {current for old, current in edges if old == number and old != current}
        if number in path:
            return {"loop"}
        return set().union(*(ends(n, (*path, number)) for n in following)) if following else {number}

    for row in resolve_concordance(concordance=concordance(*edges)).iter_rows(named=True):
        reached = ends(row["old_ocn"])
        state = "loop" if "loop" in reached else "ok" if len(reached) == 1 else "two_ends"
        assert (row["state"], row["current_ocn"]) == (state, reached.pop() if state == "ok" else None)


@given(_EDGES)
def test_resolving_again_changes_nothing(edges):
    once = resolve_concordance(concordance=concordance(*edges))
    ends = once.filter(pl.col("state") == "ok").select("old_ocn", "current_ocn")
    twice = resolve_concordance(concordance=ends)

    assert dict(twice.select("old_ocn", "current_ocn").rows()) == dict(ends.rows())


TERMINALS = resolve_concordance(concordance=concordance((1, 2), (2, 3), (4, 5), (4, 6), (7, 8), (8, 7)))
HELD = pl.DataFrame({"title": ["a", "b", "c", "d", "e", "f"], "ocn": [2, 99, None, 4, 7, 1]})
RESOLVED = HELD.with_columns(
    ocn_current=pl.Series([3, 99, None, None, None, 3]),
    ocn_is_ambiguous=pl.Series([False, False, False, True, True, False]),
)


def test_a_column_is_resolved_in_polars():
    assert_frame_equal(resolve_ocns(HELD, "ocn", TERMINALS), RESOLVED)


def test_a_column_is_resolved_in_lazy_polars():
    lazy = resolve_ocns(HELD.lazy(), "ocn", TERMINALS.lazy())

    assert_frame_equal(lazy.collect().sort("title"), RESOLVED)


@pytest.mark.parametrize("number_type", ["Int64", "float64"])
def test_a_column_is_resolved_in_pandas(number_type):
    held = HELD.to_pandas().astype({"ocn": number_type})
    resolved = resolve_ocns(held, "ocn", TERMINALS.to_pandas())

    assert isinstance(resolved, pd.DataFrame)
    assert str(resolved["ocn_current"].dtype) == "Int64"
    assert_frame_equal(pl.from_pandas(resolved), RESOLVED)


def test_a_column_is_resolved_in_duckdb():
    connection = duckdb.connect()
    held, terminals = connection.from_arrow(HELD.to_arrow()), connection.from_arrow(TERMINALS.to_arrow())
    resolved = resolve_ocns(held, "ocn", terminals)

    assert isinstance(resolved, duckdb.DuckDBPyRelation)
    assert_frame_equal(resolved.pl().sort("title"), RESOLVED)


def test_what_is_odd_is_listed_with_who_says_it():
    chain = [(n, n + 1) for n in range(100, 106)]
    edges = [(1, 2), (1, 3), (4, 5), (5, 4), (6, 4), (7, 8), *chain]
    rows = pl.DataFrame(
        [
            {"file": "list.mrc", "record": at, "old_ocn": old, "current_ocn": new, "source": "019", "as_of": None}
            for at, (old, new) in enumerate(edges)
        ],
        schema_overrides={"as_of": pl.Date},
    )
    found = concordance_problems(concordance=rows, terminals=resolve_concordance(concordance=rows))
    assert found.select("old_ocn", "problem", "next_ocn", "source", "file", "record", "depth").rows() == [
        (1, "two_ends", 2, "019", "list.mrc", 0, 1),
        (1, "two_ends", 3, "019", "list.mrc", 1, 1),
        (4, "loop", 5, "019", "list.mrc", 2, None),
        (5, "loop", 4, "019", "list.mrc", 3, None),
        (6, "loop", 4, "019", "list.mrc", 4, None),
        (100, "long_chain", 101, "019", "list.mrc", 6, 6),
    ]
