"""What WorldCat's own lists say against giving a number up (practice.md 6.2, classes 7 and 7a, and 6.3 on aliases).

Somebody may still catalogue under the symbol; the target may have lost what was confirmed there; and a number that may be
another record under the same symbol takes that one's holding with it.
"""

from collections.abc import Iterable
from datetime import date

import polars as pl

from ..settings import SymbolSettings
from .claims import as_claims, claims, held_on_lists, in_order
from .exchange import with_number
from .outcomes import day_received
from .owners import modes_of
from .registry import gives


@gives(
    "held_before",
    by={"worldcat_holdings": "ocn"},
    # Numbers of one record stand in several shares.
    together=lambda rows: rows.unique().sort("number", "symbol"),
)
def held_before(*, worldcat_holdings: pl.LazyFrame, terminals: pl.DataFrame, before_days: pl.DataFrame) -> pl.DataFrame:
    """What did WorldCat hold under each symbol, by the newest list of the symbol from before the extract?

    Returns:
        symbol, number (as WorldCat calls it now, or the number itself when it is ambiguous), as_of; sorted. A symbol
        without such a list has no row.
    """
    lists = worldcat_holdings.select("symbol", "ocn", "as_of")
    newest = lists.join(before_days.lazy(), on=["symbol", "as_of"], how="semi").collect()
    named = with_number(newest, "ocn", terminals).select("symbol", pl.col("ocn_number").alias("number"), "as_of")
    return named.unique().sort("number", "symbol")


@gives(
    "held_between",
    by={"worldcat_holdings": "ocn"},
    together=lambda rows: rows.unique().sort("number", "symbol", "as_of"),
)
def held_between(
    *, worldcat_holdings: pl.LazyFrame, terminals: pl.DataFrame, between_days: pl.DataFrame
) -> pl.DataFrame:
    """What did WorldCat hold under each symbol after the extract, by lists from before the newest one?

    Returns:
        symbol, number (as WorldCat calls it now, or the number itself when it is ambiguous), as_of; sorted.
    """
    lists = worldcat_holdings.select("symbol", "ocn", "as_of")
    later = lists.join(between_days.lazy(), on=["symbol", "as_of"], how="semi").collect()
    named = with_number(later, "ocn", terminals).select("symbol", pl.col("ocn_number").alias("number"), "as_of")
    return named.unique().sort("number", "symbol", "as_of")


@claims("set_after_extract", by=dict.fromkeys(["newest_holdings", "held_before", "held_between"], "number"))
def claims_of_new_holdings(
    *,
    newest_holdings: pl.LazyFrame,
    held_before: pl.LazyFrame,
    held_between: pl.LazyFrame,
    list_days: pl.DataFrame,
    before_days: pl.DataFrame,
    between_days: pl.DataFrame,
    extract_date: date | None,
) -> pl.DataFrame:
    """Which numbers are in a symbol's list from after the extract and not in an earlier one: set_after_extract.

    The earlier ones are the newest from before the extract, and those from after it: what was deleted and is there again was
    set anew. A symbol that has no such list has no such claims: nobody can tell.
    """
    is_after = pl.col("as_of") > pl.lit(extract_date, pl.Date)
    symbols = list_days.filter(is_after).select("symbol")
    days = pl.concat([before_days, between_days]).join(symbols, on="symbol", how="semi").lazy()
    columns = ["symbol", "number", "file", "record"]
    asked = newest_holdings.select(columns).join(days, on="symbol")
    known = pl.concat([each.select("symbol", "number", "as_of") for each in (held_before, held_between)])
    new = asked.join(known, on=["symbol", "number", "as_of"], how="anti").collect()
    first = new.sort("as_of", *columns).unique(["symbol", "number"], keep="first", maintain_order=True)
    is_before = ~is_after.fill_null(True)
    reason = (
        pl.when(is_before)
        .then(pl.lit("it is in the list from after the extract, and not in the one from before"))
        .otherwise(pl.format("it is in the newest list, and not in that of {}, after the extract", "as_of"))
    )
    return in_order([as_claims(first, "set_after_extract", reason)])


@gives("between_days")
def between_days(
    *,
    worldcat_holdings: pl.LazyFrame,
    list_days: pl.DataFrame,
    split_lists: pl.DataFrame,
    extract_date: date | None,
) -> pl.DataFrame:
    """Of which days are the lists of each symbol from after the extract, but for the newest: symbol, as_of; sorted.

    One that may be a part of the newest says nothing of what it lacks.
    """
    key = ["symbol", "as_of"]
    later = worldcat_holdings.filter(pl.col("as_of") > pl.lit(extract_date, pl.Date))
    parts = later.join(split_lists.lazy().select("symbol", "file"), on=["symbol", "file"], how="semi").select(key)
    older = later.select(key).unique().join(list_days.lazy(), on=key, how="anti").join(parts, on=key, how="anti")
    return older.collect(engine="streaming").sort(key)


@gives("before_days")
def before_days(*, worldcat_holdings: pl.LazyFrame, extract_date: date | None) -> pl.DataFrame:
    """Of which day is the newest list of each symbol from before the extract: symbol, as_of; sorted."""
    days = (
        worldcat_holdings.filter(pl.col("as_of") <= pl.lit(extract_date, pl.Date))
        .group_by("symbol")
        .agg(pl.col("as_of").max())
    )
    return days.collect(engine="streaming").sort("symbol")


@gives("lost_confirmations", by={"confirmed_numbers": "number", "newest_holdings": "number"})
def lost_confirmations(
    *,
    confirmed_numbers: pl.LazyFrame,
    newest_holdings: pl.LazyFrame,
    list_days: pl.DataFrame,
    lists_without_rows: pl.DataFrame,
) -> pl.DataFrame:
    """Which confirmed numbers does a later list of the symbol lack, under which they were confirmed?

    Returns:
        number, symbol (that lacks it), as_of (the day of its list), has_rows (the list has some), mms_id, file, record (of
        the confirming row). Sorted.
    """
    with_rows = list_days.select("symbol", "as_of", has_rows=pl.lit(True))
    days = pl.concat([with_rows, lists_without_rows.select("symbol", "as_of", has_rows=pl.lit(False))])
    confirmed = confirmed_numbers.join(days.lazy(), on="symbol", how="inner").filter(pl.col("as_of") > day_received())
    held = newest_holdings.select("symbol", "number", has_rows=pl.lit(True))
    lost = confirmed.join(held, on=["symbol", "number", "has_rows"], how="anti")
    columns = ["number", "symbol", "as_of", "has_rows", "mms_id", "file", "record"]
    return lost.select(columns).unique().collect().sort(columns, nulls_last=True)


@claims("lost_confirmations", by={"newest_holdings": "number", "lost_confirmations": "number"})
def claims_of_lost_confirmations(*, newest_holdings: pl.LazyFrame, lost_confirmations: pl.LazyFrame) -> pl.DataFrame:
    """Which held numbers are confirmed under a symbol whose own later list lacks them: not_on_target_list."""
    lost = lost_confirmations.rename({"symbol": "target"})
    rows = held_on_lists(newest_holdings).join(lost, on="number", how="inner").collect()
    what = pl.when("has_rows").then(pl.lit("lacks it")).otherwise(pl.lit("has no row that could be read"))
    said = pl.format("confirmed under {}, whose list of {} {}", "target", "as_of", what)
    return in_order([as_claims(rows, "not_on_target_list", said)])


@gives("ambiguous_aliases")
def ambiguous_aliases(*, concordance: pl.LazyFrame, terminals: pl.DataFrame) -> pl.DataFrame:
    """Which numbers may a number be that has no single end in WorldCat?

    Returns:
        old_ocn (without a single end), number (one that it leads to, or that leads to it, as WorldCat calls it now). Sorted.
    """
    odd = terminals.filter(pl.col("state") != "ok").select("old_ocn")
    edges = concordance.select("old_ocn", "current_ocn").unique()
    reach = edges.join(odd.lazy(), on="old_ocn", how="semi").collect()
    reached = reach
    while reached.height:
        further = reached.join(reach, left_on="current_ocn", right_on="old_ocn", how="inner", suffix="_next").select(
            "old_ocn", current_ocn="current_ocn_next"
        )
        new = further.unique().join(reach, on=["old_ocn", "current_ocn"], how="anti")
        reach, reached = pl.concat([reach, new]), new
    named = with_number(reach, "current_ocn", terminals)
    pairs = named.select("old_ocn", number="current_ocn_number").filter(pl.col("old_ocn") != pl.col("number"))
    return pairs.unique().sort("old_ocn", "number")


@claims("ambiguous_aliases", by={"newest_holdings": "number"})
def claims_of_aliases(
    *,
    newest_holdings: pl.LazyFrame,
    ambiguous_aliases: pl.DataFrame,
    symbols: Iterable[SymbolSettings] = (),
) -> pl.DataFrame:
    """Which numbers of a retired symbol may be those of another number that has no single end: ambiguous_number.

    Whether that one is held under the symbol nobody needs to know: what may be its record is not given up.
    """
    may_be = ambiguous_aliases.group_by("number").agg(pl.col("old_ocn").min())
    columns = ["symbol", "number", "file", "record"]
    held = newest_holdings.filter(modes_of(symbols) == "retired").select(columns)
    rows = held.join(may_be.lazy(), on="number", how="inner").collect()
    first = rows.sort(columns).unique(["symbol", "number"], keep="first", maintain_order=True)
    said = pl.format("{}, which leads to several numbers, may be its record", "old_ocn")
    return in_order([as_claims(first, "ambiguous_number", said)])
