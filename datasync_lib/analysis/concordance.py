"""From an old OCN to the number of the record that it became.

When OCLC merges two records, the number of one lives on as an old number of the other; merges follow on merges, so the
way to the current number is a chain. Edges come only from what OCLC says of its own records: a report pair (sent and
resulting number) and the library's own 019 or 035 $z are claims to be explained, never edges (duplicates.md E2,
practice.md 6.2). A chain that runs into a loop, or to two ends, has no current number: it is listed and never used.
"""

from typing import TypeVar

import narwhals as nw
import polars as pl

from .registry import gives

OK, LOOP, TWO_ENDS = "ok", "loop", "two_ends"
# More steps to the end of a chain are unusual (duplicates.md E2).
LONGEST_USUAL = 5

_SCHEMA = {"old_ocn": pl.Int64, "end": pl.Int64, "depth": pl.Int64, "state": pl.String}
_Frame = TypeVar("_Frame")


@gives("terminals")
def resolve_concordance(*, concordance: pl.LazyFrame) -> pl.DataFrame:
    """Which number is each old number today?

    Args:
        concordance: rows old_ocn → current_ocn of the table `concordance`, in any order, repeated or not; `source` is
            told when it is there.

    Returns:
        One row for each old number, sorted by it: old_ocn, current_ocn (the end of its chain; null unless the state is
        ok), state (ok; loop: the chain runs in a circle or into one; two_ends: it leads to different numbers), depth
        (steps to the end, the most there are; null in a loop; more than 5 is unusual), sources (what says the first
        step, such as "019, 035$z").
    """
    given = concordance.lazy()
    edges = (
        given.select("old_ocn", "current_ocn")
        .drop_nulls()
        .filter(pl.col("old_ocn") != pl.col("current_ocn"))
        .unique()
        .sort("old_ocn", "current_ocn")
        .collect()
    )
    forks = edges.filter(pl.col("old_ocn").is_duplicated())
    chains = _follow(edges.join(forks, on="old_ocn", how="anti"))
    ends = _after_forks(chains, _solve_forks(forks, chains))
    return (
        ends.join(_sources(given), on="old_ocn", how="left")
        .sort("old_ocn")
        .select(
            "old_ocn",
            pl.when(pl.col("state") == OK).then("end").alias("current_ocn"),
            "state",
            pl.when(pl.col("state") != LOOP).then("depth").alias("depth"),
            "sources",
        )
    )


@gives("concordance_problems")
def concordance_problems(*, concordance: pl.LazyFrame, terminals: pl.LazyFrame) -> pl.DataFrame:
    """Which old numbers have no current number, or one that is far away, and who says what of them?

    Args:
        concordance: rows of the table `concordance`.
        terminals: `resolve_concordance` of them.

    Returns:
        old_ocn; problem (loop: its chain runs in a circle or into one; two_ends: it leads to different numbers;
        long_chain: more than five steps, unusual and still used); next_ocn (what is said of it, one row for each);
        source, as_of, file, record (who says it); depth. Sorted by old_ocn, next_ocn, source.
    """
    is_long = (pl.col("state") == OK) & (pl.col("depth") > LONGEST_USUAL)
    problem = pl.when(is_long).then(pl.lit("long_chain")).otherwise("state").alias("problem")
    odd = terminals.select("old_ocn", problem, "depth").filter(pl.col("problem") != OK).collect(engine="streaming")
    columns = ["old_ocn", "problem", "next_ocn", "source", "as_of", "file", "record", "depth"]
    return (
        concordance.filter(pl.col("old_ocn") != pl.col("current_ocn"))
        .rename({"current_ocn": "next_ocn"})
        .join(odd.lazy(), on="old_ocn", how="inner")
        .select(columns)
        .collect(engine="streaming")
        .sort("old_ocn", "next_ocn", "source", "file", "record")
    )


def _sources(given: pl.LazyFrame) -> pl.DataFrame:
    """Who says the first step of each number: a few names, so that each is asked after and no text is put together."""
    steps = given.filter(pl.col("old_ocn") != pl.col("current_ocn"))
    is_told = "source" in given.collect_schema().names()
    names = steps.select(pl.col("source").unique().sort()).collect()["source"].drop_nulls() if is_told else []
    if len(names) == 0:
        return pl.DataFrame(schema={"old_ocn": pl.Int64, "sources": pl.String})
    said = (pl.when((pl.col("source") == name).any()).then(pl.lit(name)) for name in names)
    sources = pl.concat_str(*said, separator=", ", ignore_nulls=True).alias("sources")
    return steps.group_by("old_ocn").agg(sources).collect(engine="streaming")


def _follow(steps: pl.DataFrame) -> pl.DataFrame:
    """The end of each chain of numbers that have one next number each: columns old_ocn, end, depth, state.

    Every round doubles the length of the steps. Along a chain there is a number at every distance from its end, so a
    round in which none arrives leaves only numbers that never will: those that run into a loop.
    """
    moving = steps.select("old_ocn", end="current_ocn", depth=pl.lit(1, dtype=pl.Int64))
    arrived = [moving.clear()]
    while moving.height:
        next_steps = pl.concat([moving, *arrived])
        ahead = moving.join(next_steps, left_on="end", right_on="old_ocn", how="left", suffix="_ahead")
        at_end = pl.col("end_ahead").is_null()
        arrived.append(ahead.filter(at_end).select("old_ocn", "end", "depth"))
        left = ahead.filter(~at_end).select("old_ocn", end="end_ahead", depth=pl.col("depth") + pl.col("depth_ahead"))
        if left.height == moving.height:
            break
        moving = left
    found = pl.concat(arrived).with_columns(state=pl.lit(OK))
    loops = moving.select("old_ocn", pl.lit(None, dtype=pl.Int64).alias("end"), "depth", state=pl.lit(LOOP))
    return pl.concat([found, loops]).select(pl.col(name).cast(type_) for name, type_ in _SCHEMA.items())


def _solve_forks(forks: pl.DataFrame, chains: pl.DataFrame) -> pl.DataFrame:
    """The ends of the numbers that have several next ones; they are few, so they are taken one by one.

    A fork is solved when all that follows on it is. Those that are never solved lead into a loop.
    """
    ahead = forks.join(chains, left_on="current_ocn", right_on="old_ocn", how="left", maintain_order="left")
    followers: dict[int, list[tuple[int, int, str]]] = {}
    for fork, following, end, depth, state in ahead.rows():
        followers.setdefault(fork, []).append((following if end is None else end, 1 + (depth or 0), state or OK))
    waiting = {
        fork: sum(state == OK and stop in followers for stop, _, state in rows) for fork, rows in followers.items()
    }
    behind: dict[int, list[int]] = {}
    for fork, rows in followers.items():
        for stop, _, state in rows:
            if state == OK and stop in followers:
                behind.setdefault(stop, []).append(fork)
    ready = [fork for fork, count in waiting.items() if count == 0]
    solved: dict[int, tuple[int | None, int, str]] = {}
    while ready:
        fork = ready.pop()
        solved[fork] = _join_ends([_reached(row, solved) for row in followers[fork]])
        for earlier in behind.get(fork, ()):
            waiting[earlier] -= 1
            if waiting[earlier] == 0:
                ready.append(earlier)
    rows = [(fork, *solved.get(fork, (None, 0, LOOP))) for fork in followers]
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


def _reached(row: tuple[int, int, str], solved: dict) -> tuple[int | None, int, str]:
    stop, depth, state = row
    if state != OK or stop not in solved:
        return stop, depth, state
    end, further, state = solved[stop]
    return end, depth + further, state


def _join_ends(reached: list[tuple[int | None, int, str]]) -> tuple[int | None, int, str]:
    states = {state for _, _, state in reached}
    depth = max(depth for _, depth, _ in reached)
    if LOOP in states:
        return None, depth, LOOP
    ends = {end for end, _, _ in reached}
    if TWO_ENDS in states or len(ends) > 1:
        return None, depth, TWO_ENDS
    return ends.pop(), depth, OK


def _after_forks(chains: pl.DataFrame, forks: pl.DataFrame) -> pl.DataFrame:
    """Chains that stop at a fork go on to where the fork leads."""
    further = chains.join(forks, left_on="end", right_on="old_ocn", how="left", suffix="_fork")
    at_fork = pl.col("state_fork").is_not_null()
    gone_on = further.select(
        "old_ocn",
        end=pl.when(at_fork).then("end_fork").otherwise("end"),
        depth=pl.col("depth") + pl.col("depth_fork").fill_null(0),
        state=pl.coalesce("state_fork", "state"),
    )
    return pl.concat([gone_on, forks])


def resolve_ocns(frame: _Frame, column: str, terminals: _Frame) -> _Frame:
    """Which number is each OCN of a column today? The same on Polars, pandas and DuckDB.

    Args:
        frame: any frame with the column.
        column: name of the column with OCNs.
        terminals: what `resolve_concordance` gives, as a frame of the same library.

    Returns:
        The frame with two columns more: <column>_current (the number itself when nothing is said of it; null when it is
        ambiguous) and <column>_is_ambiguous (it is in a loop or has two ends). A frame in memory keeps its order.
    """
    given, known = nw.from_native(frame), nw.from_native(terminals)
    if given.implementation.is_pandas():
        given, known = (
            _with_nullable_numbers(given, [column]),
            _with_nullable_numbers(known, ["old_ocn", "current_ocn"]),
        )
    in_memory = isinstance(given, nw.DataFrame)
    if in_memory:
        given = given.with_row_index("_position")
    ends = known.select(
        nw.col("old_ocn").alias("_old"), nw.col("current_ocn").alias("_end"), nw.col("state").alias("_state")
    )
    joined = given.join(ends, left_on=column, right_on="_old", how="left")
    is_known = ~nw.col("_state").is_null()
    ambiguous = is_known & (nw.col("_state") != OK)
    result = joined.with_columns(
        nw.when(is_known).then(nw.col("_end")).otherwise(nw.col(column)).alias(f"{column}_current"),
        nw.when(ambiguous).then(nw.lit(True)).otherwise(nw.lit(False)).alias(f"{column}_is_ambiguous"),
    )
    if in_memory:
        result = result.sort("_position").drop("_position")
    return result.drop("_end", "_state", *(["_old"] if "_old" in result.collect_schema().names() else [])).to_native()


def _with_nullable_numbers(frame: nw.DataFrame, columns: list[str]) -> nw.DataFrame:
    """Pandas makes floats of whole numbers beside a gap; its nullable type does not."""
    native = frame.to_native()
    return nw.from_native(native.astype(dict.fromkeys(columns, "Int64")))
