"""Interlibrary loan on symbols that are emptied: requests by age and status, and those that touch candidates (practice.md 6.4).

Their numbers go through WorldCat's merges as all others do, and a request that names a bib stands for its numbers. Days are
counted to the day of the list, not to today: a list says what was so then.
"""

from collections.abc import Iterable

import polars as pl

from ..readers import date_in_name
from ..settings import SymbolSettings
from .listed_titles import is_latest, is_over, listed_numbers
from .registry import gives
from .rules import first_that_fits

_ROW = ["file", "record"]
_KEY = ["symbol", "number"]
_SHOWN = ["symbol", "as_of", "request_id", "role", "status", "requested_on", "due_on", "ocn", "mms_id"]
UNKNOWN = "not known"


@gives("ill_rows")
def ill_rows(
    *,
    ill_requests: pl.LazyFrame,
    known_bibs: pl.LazyFrame,
    number_owners: pl.LazyFrame,
    terminals: pl.DataFrame,
    held_claims: pl.LazyFrame,
    mms_suffix: str,
    maximum: int,
) -> pl.DataFrame:
    """What does each row of the lists of requests say, of any day, and does it touch what may be deleted?

    Args:
        ill_requests: the lists.
        known_bibs, number_owners: the numbers of the bibs that they name.
        terminals: where numbers end.
        held_claims: what is held, and what speaks for it: what stays (keep) is no candidate.
        mms_suffix, maximum: of the settings.

    Returns:
        symbol (null: any); as_of (the day of the list); request_id, role, status, requested_on, due_on, ocn, mms_id, raw (as the row
        has them); is_open; waiting (days since it was requested, in words), due (overdue, due later, no due date); number (the
        smallest that it touches, as WorldCat calls it now; null: none); is_candidate: it is held under the symbol, and may go;
        is_all: nothing else is in the way of it; file, record. One row a row of a list, sorted.
    """
    asked = ill_requests.collect()
    told = asked.with_columns(list=pl.lit("ill_requests"), is_over=is_over("ill_requests"), said=pl.lit("")).drop(
        "as_of"
    )
    numbers = listed_numbers(
        listed_rows=told.lazy(),
        known_bibs=known_bibs,
        number_owners=number_owners,
        terminals=terminals,
        mms_suffix=mms_suffix,
        maximum=maximum,
    )
    touched = _touched(numbers.drop_nulls("number"), held_claims)
    judged = asked.join(touched, on=_ROW, how="left").with_columns(
        pl.col("is_candidate", "is_all").fill_null(False),
        is_open=~is_over("ill_requests"),
        waiting=_waiting(),
        due=_due(),
    )
    columns = [*_SHOWN, "raw", "is_open", "waiting", "due", "number", "is_candidate", "is_all", *_ROW]
    return judged.select(columns).sort(*_ROW)


def _waiting() -> pl.Expr:
    days = (pl.col("as_of") - pl.col("requested_on")).dt.total_days()
    bands = [
        (days <= 7, "up to 7 days"),
        (days <= 30, "8 to 30 days"),
        (days <= 90, "31 to 90 days"),
        (days > 90, "over 90 days"),
    ]
    return first_that_fits(bands, UNKNOWN)


def _due() -> pl.Expr:
    is_over = pl.col("due_on") < pl.col("as_of")
    rules = [(is_over, "overdue"), (~is_over, "due later"), (pl.col("due_on").is_null(), "no due date")]
    return first_that_fits(rules, UNKNOWN)


def _touched(numbers: pl.DataFrame, held_claims: pl.LazyFrame) -> pl.DataFrame:
    """What each row touches: file, record, number, is_candidate, is_all."""
    blocks = pl.col("class").filter("is_blocker").drop_nulls().unique()
    told = numbers.select(*_ROW, "number", of="symbol").unique().lazy()
    asked_for = held_claims.join(told, on="number", how="semi")
    held = asked_for.group_by(_KEY).agg(
        is_candidate=(pl.col("answer") != "keep").all(),
        is_all=(blocks.len() == 1) & (blocks.first() == "open_ill") & pl.col("otherwise").first().is_not_null(),
    )
    of_any = pl.col("of").is_null() | (pl.col("of") == pl.col("symbol"))
    each = told.join(held, on="number", how="left").filter(of_any | pl.col("symbol").is_null())
    flags = [
        (pl.col("is_candidate") & pl.col(name)).fill_null(False).any().alias(name)
        for name in ("is_candidate", "is_all")
    ]
    found = each.group_by(_ROW).agg(pl.col("number").min(), *flags).collect()
    unheld = numbers.join(found, on=_ROW, how="anti").group_by(_ROW).agg(pl.col("number").min())
    return pl.concat([found, unheld], how="diagonal")


@gives("open_ill_requests")
def open_ill_requests(*, ill_rows: pl.DataFrame) -> pl.DataFrame:
    """Which requests are open, as far as the newest list says that tells of each?

    Returns:
        The columns of `ill_rows` but for raw; what touches candidates first, then the oldest.
    """
    order = ["is_candidate", "symbol", "requested_on", "due_on", *_ROW]
    latest = ill_rows.filter(is_latest()).drop("raw")
    return latest.filter("is_open").sort(order, descending=[True, *[False] * 5], nulls_last=True)


_WEEK = ["symbol", "as_of", "waiting", "due", "status"]


@gives("ill_weeks")
def ill_weeks(*, ill_rows: pl.DataFrame, files: pl.DataFrame, symbols: Iterable[SymbolSettings] = ()) -> pl.DataFrame:
    """How do the open requests of each symbol go down, from list to list, until there is none?

    Args:
        ill_rows: the rows of all lists.
        files: a list without a row says that nothing is open; its day stands in its name.
        symbols: `symbols` of the settings: one that is retired and of which a list says nothing has no open request there.

    Returns:
        symbol; as_of (of the list); waiting, due, status; requests, in_candidates. A symbol without open requests on a day has one
        row with 0 and null in the columns between. Sorted by symbol, as_of.
    """
    counted = (
        ill_rows.filter("is_open")
        .group_by(_WEEK)
        .agg(
            pl.len().cast(pl.Int64).alias("requests"),
            pl.col("is_candidate").sum().cast(pl.Int64).alias("in_candidates"),
        )
    )
    # A list without rows has its day in its name only.
    empty = [date_in_name(file) for file in files.filter(pl.col("kind") == "ill_requests")["file"]]
    days = pl.concat([ill_rows["as_of"], pl.Series(empty, dtype=pl.Date)]).drop_nulls().unique().to_frame("as_of")
    retired = pl.Series([s.symbol for s in symbols if s.mode == "retired"], dtype=pl.String)
    every = pl.concat([ill_rows["symbol"].drop_nulls(), retired]).unique().to_frame("symbol").join(days, how="cross")
    zero = every.join(counted, on=["symbol", "as_of"], how="anti").with_columns(
        requests=pl.lit(0, pl.Int64), in_candidates=pl.lit(0, pl.Int64)
    )
    return pl.concat([counted, zero], how="diagonal").sort(_WEEK, nulls_last=True)
