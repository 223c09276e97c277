"""What speaks for a class of a held number: each source of evidence is one function that gives claims.

A claim is a row (symbol, number, class, reason, mms_id, file, record). Of all claims on a number the first one counts, in
the order of the classes of the problem `old_holding`; a number that nobody claims is not yet classed. A new list, or a new
rule, is a new function here: nothing else has to know of it.
"""

from collections.abc import Callable, Iterable, Mapping

import polars as pl

from ..settings import SymbolSettings
from .exchange import with_number
from .owners import modes_of
from .registry import gather, gives

COLUMNS = ["symbol", "number", "class", "reason", "mms_id", "file", "record"]
_SOURCES: list[str] = []


def claims(source: str, *, by: Mapping[str, str]) -> Callable:
    """Register a function as a source of claims; what it gives is the frame `claims_of_<source>`."""
    _SOURCES.append(f"claims_of_{source}")
    return gives(_SOURCES[-1], by=by)


def _claim(rows: pl.DataFrame, class_: str, reason: str) -> pl.DataFrame:
    """Rows with symbol, number, mms_id, file and record as claims of a class."""
    return rows.with_columns(pl.lit(class_).alias("class"), pl.lit(reason).alias("reason")).select(COLUMNS)


def _sorted(given: list[pl.DataFrame]) -> pl.DataFrame:
    return (
        pl.concat(given).select(COLUMNS).sort("number", "symbol", "class", "mms_id", "file", "record", nulls_last=True)
    )


def _held(newest_holdings: pl.LazyFrame) -> pl.LazyFrame:
    return newest_holdings.select("symbol", "number").unique()


@claims("owners", by={"held_owners": "number", "owner_judgements": "number"})
def claims_of_owners(*, held_owners: pl.LazyFrame, owner_judgements: pl.LazyFrame) -> pl.DataFrame:
    """What do the owners of a held number claim (practice.md 6.2)?

    Returns:
        Claims: in_error (one of them is), covered (the symbol is retired, and all are confirmed on their own targets),
        excluded_by_policy (all that are not confirmed are kept out), owned_elsewhere (none has a holding under the symbol),
        owned_unconfirmed. A number may have several.
    """
    counted = held_owners.collect()
    open_owners = pl.col("owners") - pl.col("owners_confirmed")
    is_retired = pl.col("mode") == "retired"
    rules = [
        (pl.col("owners_in_error") > 0, "first_in_error", "in_error", "an owner is in error"),
        (is_retired & (open_owners == 0), "first_owner", "covered", "every owner is confirmed"),
        (
            *((open_owners > 0) & (pl.col("owners_kept_out") == open_owners), "first_open"),
            *("excluded_by_policy", "the owners that are not confirmed are kept out"),
        ),
        (pl.col("owners_here") == 0, "first_owner", "owned_elsewhere", "no owner has a holding here"),
        (pl.lit(True), "first_owner", "owned_unconfirmed", "not every owner is confirmed"),
    ]
    places = owner_judgements.select("number", "mms_id", "file", "record").collect()
    return _sorted(
        [
            _claim(
                counted.filter(is_so).select("symbol", "number", mms_id=owner).join(places, on=["number", "mms_id"]),
                *said,
            )
            for is_so, owner, *said in rules
        ]
    )


@claims("unread_lists", by={"claims_of_owners": "number"})
def claims_of_unread_lists(*, claims_of_owners: pl.LazyFrame, unread_lists: pl.DataFrame) -> pl.DataFrame:
    """Which numbers would go, although a list that this rests on was not read whole: list_not_read.

    A list of WorldCat's holds what would go under its symbol; a list of current numbers holds everything that would go.
    """
    would_go = claims_of_owners.filter(pl.col("class") == "covered").select("symbol", "number", "mms_id").collect()
    first = unread_lists.sort("file").unique("symbol", keep="first", maintain_order=True)
    of_symbol = first.drop_nulls("symbol").join(would_go, on="symbol", how="inner")
    of_all = first.filter(pl.col("symbol").is_null()).drop("symbol").join(would_go, how="cross")
    columns = ["symbol", "number", "mms_id", "file"]
    held = pl.concat([of_symbol.select(columns), of_all.select(columns)])
    rows = held.with_columns(record=pl.lit(None, dtype=pl.Int64))
    return _sorted([_claim(rows, "list_not_read", "a list that it rests on was not read whole")])


@claims("errors", by={"newest_holdings": "number", "numbers_in_error": "number"})
def claims_of_errors(*, newest_holdings: pl.LazyFrame, numbers_in_error: pl.LazyFrame) -> pl.DataFrame:
    """Which held numbers were sent for a record in error, or answered for it? Whoever owns them: in_error."""
    held = _held(newest_holdings).join(numbers_in_error, on="number", how="inner").collect()
    return _sorted([_claim(held, "in_error", "sent or answered for a record in error")])


@claims("ambiguity", by={"newest_holdings": "number"})
def claims_of_ambiguity(*, newest_holdings: pl.LazyFrame) -> pl.DataFrame:
    """Which held numbers have no single current number in WorldCat: ambiguous_number."""
    columns = ["symbol", "number", "file", "record"]
    held = newest_holdings.filter("ocn_is_ambiguous").select(*columns, mms_id=pl.lit(None, dtype=pl.String)).collect()
    first = held.sort(columns).unique(["symbol", "number"], keep="first", maintain_order=True)
    return _sorted([_claim(first, "ambiguous_number", "WorldCat's own records lead to several numbers, or to none")])


@gives("confirmed_numbers", by={"last_outcomes": "record_key"})
def confirmed_numbers(*, last_outcomes: pl.LazyFrame, terminals: pl.DataFrame) -> pl.DataFrame:
    """Which numbers did a confirmed outcome under a symbol give?

    Returns:
        symbol; number (as WorldCat calls it now, or the number itself when it is ambiguous); mms_id, file, record of one
        record and the row of its report. Sorted by number, symbol, mms_id.
    """
    columns = ["mms_id", "file", "record"]
    given = last_outcomes.filter("is_confirmed").select("symbol", *columns, ocn="confirmed_ocns").collect()
    each = with_number(given.explode("ocn").drop_nulls(["symbol", "ocn"]), "ocn", terminals)
    named = each.select("symbol", pl.col("ocn_number").alias("number"), *columns)
    return named.unique().sort("number", "symbol", *columns, nulls_last=True)


@claims("confirmations", by={"newest_holdings": "number", "confirmed_numbers": "number"})
def claims_of_confirmations(
    *, newest_holdings: pl.LazyFrame, confirmed_numbers: pl.LazyFrame, symbols: Iterable[SymbolSettings] = ()
) -> pl.DataFrame:
    """Which numbers held under a symbol that is kept were confirmed there: covered."""
    kept = _held(newest_holdings).filter(modes_of(symbols) != "retired")
    held = kept.join(confirmed_numbers, on=["symbol", "number"], how="inner").collect()
    first = held.sort("number", "symbol", "mms_id", nulls_last=True).unique(
        ["symbol", "number"], keep="first", maintain_order=True
    )
    return _sorted([_claim(first, "covered", "a confirmed answer gave it under the symbol")])


@claims("replaced_answers", by={"newest_holdings": "number"})
def claims_of_replaced_answers(*, newest_holdings: pl.LazyFrame, replaced_results: pl.DataFrame) -> pl.DataFrame:
    """Which held numbers did OCLC once answer, before a later answer replaced them: drifted."""
    columns = ["mms_id", "file", "record"]
    replaced = replaced_results.select(pl.col("result_ocn_number").alias("number"), *columns).sort("number", *columns)
    first = replaced.unique("number", keep="first", maintain_order=True).lazy()
    held = _held(newest_holdings).join(first, on="number", how="inner").collect()
    return _sorted([_claim(held, "drifted", "an answer that a later one replaced")])


def _all_claims(**sources: pl.LazyFrame) -> pl.DataFrame:
    """Everything that is claimed of held numbers.

    Returns:
        symbol, number; class; reason in a few words; mms_id, file, record: whose word it is, and where it stands. A number
        may have several claims; sorted by number, symbol, class.
    """
    return _sorted([each.select(COLUMNS).collect() for each in sources.values()])


gather("claims", _all_claims, _SOURCES, by="number")
