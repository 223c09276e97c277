"""Checks of the numbers that the analyses give for a symbol, and of what people said of them (practice.md 6.3)."""

from datetime import date

import polars as pl

from ...problems import PROBLEMS
from .checks import Said, check, counted, no_input
from .checks_of_inputs import freeze_day
from .samples import looked_at
from .state import DELETE, State
from .symbol_counts import FILE_NAME, read_symbol_counts

_STAYS = ("hold", "review")


@check(
    "list_adds_up",
    "Every row of the list is in one class",
    mends="This is a fault of ours: keep the project as it is, and report it.",
    is_final=True,
    needs_list=True,
)
def list_adds_up(state: State) -> Said:
    """Whether the classes of the symbol are its list, row by row."""
    read = state.newest_list.select(pl.len()).collect().item() + state.repeated
    classed = state.balance.filter(pl.col("class") != "total")["rows"].sum()
    rows = read + state.unnumbered
    words = f"{rows:,} rows, {classed:,} in classes"
    without = f", {state.unnumbered:,} without a number" if state.unnumbered else ""
    return Said(rows == classed and read == state.held["rows"].sum(), words + without)


@check(
    "count_of_oclc",
    "OCLC counts as many holdings as the list has",
    mends="Ask OCLC how many holdings the symbol has, and write it down: datasync deletions SYMBOL --oclc-count N --who NAME.",
)
def count_of_oclc(state: State) -> Said:
    """Whether OCLC's own count of the symbol, of about the day of the list, is the number of different numbers in it.

    A row without a number is taken for one of its own.
    """
    most = state.settings.gates.list_age_days_max
    counts = [
        (day, count)
        for symbol, count, day in read_symbol_counts(state.decisions / FILE_NAME)
        if symbol == state.symbol and state.list_day and abs((day - state.list_day).days) <= most
    ]
    if not counts:
        return no_input(f"decisions/{FILE_NAME} has no count of {state.symbol} within {most} days of its list")
    day, count = max(counts, key=lambda each: each[0])
    held = state.held.height + state.unnumbered
    words = f"OCLC counts {count:,} ({day}), the list has {held:,} ({state.list_day})"
    return Said(count == held, f"{words}: {max(0, count - held):,} only there, {max(0, held - count):,} only here")


@check(
    "owned_unconfirmed",
    "Nothing owned is unconfirmed",
    mends="Send those records (the sheet «Old holding - confirm» lists them), load the answers, or leave them out by a decision.",
    needs_list=True,
)
def owned_unconfirmed(state: State) -> Said:
    """Whether a title is owned and no answer has confirmed it."""
    open_ = state.held.filter(pl.col("class") == "owned_unconfirmed").height
    return Said(open_ == 0, f"{open_:,} of {counted(state.held.height, 'number')} owned and not confirmed")


@check(
    "nothing_swept_along",
    "OCLC's scan takes nothing along that is held or to be reviewed",
    mends="Move those titles to their target first, or delete by lists of your own: a scan of a whole symbol leaves nothing.",
)
def nothing_swept_along(state: State) -> Said:
    """Whether OCLC would delete, with the symbol, numbers whose answer is not delete."""
    waiting = state.held.filter(pl.col("answer").is_in(_STAYS)).height
    if state.described.deleted_by != "oclc_scan_delete":
        return Said(True, "no scan is asked for: what waits stays")
    if state.described.mode == "kept" and state.unnumbered:
        return Said(
            False, f"{counted(state.unnumbered, 'row')} of the list without a number: no re-set file can have them"
        )
    if state.described.mode == "kept":
        return Said(True, f"{waiting:,} that wait are in the re-set file, where the scan takes them")
    other = state.held.filter(pl.col("answer") != DELETE).height + state.unnumbered
    of = state.held.height + state.unnumbered
    return Said(other == 0, f"{other:,} of {counted(of, 'number')} would go without having the answer delete")


@check(
    "delete_share",
    "Not too much goes at once",
    mends="Look for what is missing among extracts and answers; or raise [gates] delete_share_max with a reason.",
    needs_list=True,
)
def delete_share(state: State) -> Said:
    """Whether the share that goes is below its limit; of a retired symbol all is to go."""
    gone = state.held.filter(pl.col("answer") == DELETE).height
    share, most = gone / state.held.height, state.settings.gates.delete_share_max
    words = f"{gone:,} of {counted(state.held.height, 'number')} go, {100 * share:.1f} %"
    if state.described.mode == "retired":
        return Said(True, f"{words}; the symbol is retired, and all of it is to go")
    return Said(share <= most, f"{words}; at most {100 * most:g} % wanted")


@check(
    "sample_looked_at",
    "People have looked at a sample of each class that goes",
    mends="datasync deletions SYMBOL --sample writes it; fill in «right», and take it back with --sampled FILE.",
)
def sample_looked_at(state: State) -> Said:
    """Whether so many of each class were looked at that few can be wrong."""
    classes = looked_at(state)
    if not classes:
        return Said(True, "nothing goes")
    most = state.settings.gates.sample_error_max
    words = [
        f"{PROBLEMS['old_holding'].classes[each.class_].title}: {each.looked_at:,} of {each.wanted:,} looked at, {each.wrong:,} wrong "
        f"(at most {100 * each.interval[1]:.1f} %)"
        for each in classes
    ]
    return Said(all(each.is_enough(most) for each in classes), "; ".join(words))


@check(
    "lhr_and_retention",
    "No local holdings record and no retention commitment goes",
    mends="Load lists of LHRs and of retention commitments from after the extract (an empty one where there are none); move or release what they name.",
)
def lhr_and_retention(state: State) -> Said:
    """Whether both lists are there and name nothing that goes."""
    lists = {name: state.evidence(table) for name, table in (("LHRs", "lhrs"), ("commitments", "commitments"))}
    if missing := [name for name, rows in lists.items() if rows is None]:
        return no_input(f"no list of {' and of '.join(missing)} is loaded")
    hits = {name: _going_among(state, rows) for name, rows in lists.items()}
    words = "; ".join(f"{name}: {_rows_in(rows):,}, with {hits[name]:,} that go" for name, rows in lists.items())
    old = [_older(state, table, state.extract_day, "extract") for table in ("lhrs", "commitments")]
    return Said(not any(hits.values()) and not any(old), "; ".join(filter(None, [words, *old])))


@check(
    "open_ill",
    "No ILL request is open",
    mends="Load a list of the ILL requests from after the freeze (an empty one where there are none), and wait for those that are open.",
)
def open_ill(state: State) -> Said:
    """Whether no request is open: under a retired symbol none at all, under a kept one none for what goes."""
    requests = state.evidence("ill_requests")
    if requests is None:
        return no_input("no list of ILL requests is loaded")
    open_, touching = _rows_in(requests), _going_among(state, requests)
    words = f"{counted(open_, 'open request')}, for {touching:,} that go"
    is_kept, frozen = state.described.mode == "kept", freeze_day(state)
    since, what = (state.extract_day, "extract") if is_kept or frozen is None else (frozen, "ILL freeze")
    old = _older(state, "ill_requests", since, what)
    return Said(touching == 0 and (is_kept or open_ == 0) and not old, f"{words}; {old}" if old else words)


def _older(state: State, table: str, day: date | None, what: str) -> str | None:
    """Words on the lists of a kind where the newest is from before a day: what came since is not on it; null: it is not."""
    listed_on = state.evidence_day(table)
    is_older = listed_on is not None and day is not None and listed_on < day
    return f"the newest list of {table} is of {listed_on}, before the {what} of {day}" if is_older else None


def _rows_in(rows: pl.DataFrame) -> int:
    """How many rows of lists of staff these are; one may name several numbers."""
    return rows.select("file", "record").unique().height


def _going_among(state: State, rows: pl.DataFrame) -> int:
    """How many of the numbers that go are named in some rows of evidence."""
    return state.going.join(rows.select("number"), on="number", how="semi").height
