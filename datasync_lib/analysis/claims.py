"""What speaks for a class of a held number: each source of evidence is one function that gives claims.

A claim is a row (symbol, number, class, reason, mms_id, file, record). Of all claims on a number the first one counts, in
the order of the classes of the problem `old_holding`; a number that nobody claims is not yet classed. A new list, or a new
rule, is a new function here: nothing else has to know of it.
"""

from collections.abc import Callable, Mapping

import polars as pl

from .exchange import with_number
from .registry import gives

COLUMNS = ["symbol", "number", "class", "reason", "mms_id", "file", "record"]
SOURCES: list[str] = []


def claims(source: str, *, by: Mapping[str, str]) -> Callable:
    """Register a function as a source of claims; what it gives is the frame `claims_of_<source>`."""
    SOURCES.append(f"claims_of_{source}")
    return gives(SOURCES[-1], by=by)


def as_claims(rows: pl.DataFrame, class_: str, reason: str | pl.Expr) -> pl.DataFrame:
    """Rows with symbol, number, file and record, and mms_id where a bib claims it, as claims of a class.

    The reason is the same for all of them, or made of their columns.
    """
    said = pl.lit(reason) if isinstance(reason, str) else reason
    whose = rows if "mms_id" in rows.columns else rows.with_columns(mms_id=pl.lit(None, pl.String))
    return whose.with_columns(said.alias("reason"), pl.lit(class_).alias("class")).select(COLUMNS)


def in_order(given: list[pl.DataFrame]) -> pl.DataFrame:
    """Claims as one frame, in the order of the frame `claims`."""
    return (
        pl.concat(given).select(COLUMNS).sort("number", "symbol", "class", "mms_id", "file", "record", nulls_last=True)
    )


def held_on_lists(newest_holdings: pl.LazyFrame) -> pl.LazyFrame:
    """What is held by the newest lists: symbol, number; each once."""
    return newest_holdings.select("symbol", "number").unique()


def _of_held(newest_holdings: pl.LazyFrame, named: pl.LazyFrame, class_: str, reason: str) -> pl.DataFrame:
    """Of rows that name numbers, those whose number is held, as claims of a class."""
    held = held_on_lists(newest_holdings).join(named, on="number", how="inner").collect()
    return in_order([as_claims(held, class_, reason)])


@claims("owners", by={"held_owners": "number", "owner_judgements": "number"})
def claims_of_owners(*, held_owners: pl.LazyFrame, owner_judgements: pl.LazyFrame) -> pl.DataFrame:
    """What do the owners of a held number claim (practice.md 6.2)?

    Returns:
        Claims: in_error (one of them is), undecided_place (of one nobody knows where it goes), covered (the number is
        confirmed for all of them under each symbol that they go to, and under a symbol that is kept one of them belongs
        here), excluded_by_policy (all that are not confirmed are kept out), owned_elsewhere (none has a holding under the
        symbol), owned_unconfirmed. A number may have several.
    """
    counted = held_owners.collect()
    open_owners = pl.col("owners") - pl.col("owners_confirmed")
    is_here = (pl.col("mode") == "retired") | (pl.col("owners_here") > 0)
    rules = [
        (pl.col("owners_in_error") > 0, "first_in_error", "in_error", "an owner is in error"),
        (
            pl.col("owners_undecided") > 0,
            "first_undecided",
            "undecided_place",
            "nobody has said where a holding goes, or which of two it is",
        ),
        (is_here & (open_owners == 0), "first_owner", "covered", "the number is confirmed for every owner"),
        (
            *((open_owners > 0) & (pl.col("owners_kept_out") == open_owners), "first_open"),
            *("excluded_by_policy", "the owners that are not confirmed are kept out"),
        ),
        (pl.col("owners_here") == 0, "first_owner", "owned_elsewhere", "no owner has a holding here"),
        (open_owners > 0, "first_owner", "owned_unconfirmed", "the number is not confirmed for every owner"),
    ]
    places = owner_judgements.select("number", "mms_id", "file", "record").collect()
    return in_order(
        [
            as_claims(
                counted.filter(is_so).select("symbol", "number", mms_id=owner).join(places, on=["number", "mms_id"]),
                *said,
            )
            for is_so, owner, *said in rules
        ]
    )


@claims("errors", by={"newest_holdings": "number", "numbers_in_error": "number"})
def claims_of_errors(*, newest_holdings: pl.LazyFrame, numbers_in_error: pl.LazyFrame) -> pl.DataFrame:
    """Which held numbers were sent for a record in error, or answered for it? Whoever owns them: in_error."""
    return _of_held(newest_holdings, numbers_in_error, "in_error", "sent or answered for a record in error")


@claims("ambiguity", by={"newest_holdings": "number"})
def claims_of_ambiguity(*, newest_holdings: pl.LazyFrame, load_issues: pl.LazyFrame) -> pl.DataFrame:
    """Which held numbers have no single current number, or stand in a record with another one: ambiguous_number."""
    columns = ["symbol", "number", "file", "record"]
    differ = load_issues.filter(pl.col("code") == "numbers_differ").select("file", "record", "message")
    held = newest_holdings.select(*columns, "ocn_is_ambiguous").join(differ, on=["file", "record"], how="left")
    ends = pl.lit("WorldCat's own records lead to several numbers, or to none")
    odd = held.filter(pl.col("ocn_is_ambiguous") | pl.col("message").is_not_null()).collect()
    first = odd.sort(columns).unique(["symbol", "number"], keep="first", maintain_order=True)
    said = pl.when("ocn_is_ambiguous").then(ends).otherwise("message")
    return in_order([as_claims(first, "ambiguous_number", said)])


@claims("unread_answers", by={"newest_holdings": "number"})
def claims_of_unread_answers(*, newest_holdings: pl.LazyFrame, unread_answers: pl.LazyFrame) -> pl.DataFrame:
    """Which held numbers does a row of a report name that could not be read: in_error."""
    named = unread_answers.drop_nulls("number")
    return _of_held(newest_holdings, named, "in_error", "a row of a report that could not be read names it")


@claims("unknown_files", by={"newest_holdings": "number"})
def claims_of_unknown_files(*, newest_holdings: pl.LazyFrame, numbers_of_unknown_files: pl.DataFrame) -> pl.DataFrame:
    """Which held numbers stand in a file of which nobody knows what it is, or have a bib that does: list_not_read."""
    reason = "it, or the ID of a record of it, stands in a file of which nobody knows what it is"
    return _of_held(newest_holdings, numbers_of_unknown_files.lazy(), "list_not_read", reason)


@claims("doubtful_owners", by={"newest_holdings": "number", "doubtful_owners": "number"})
def claims_of_doubtful_owners(*, newest_holdings: pl.LazyFrame, doubtful_owners: pl.LazyFrame) -> pl.DataFrame:
    """Which held numbers may have an owner that is none yet: doubtful_owner."""
    said = pl.format("«{}» in {}", "raw", pl.col("mms_id").fill_null("a record without ID or bib"))
    held = held_on_lists(newest_holdings).join(doubtful_owners, on="number", how="inner").collect()
    return in_order([as_claims(held, "doubtful_owner", said)])


@claims("cut_readings", by={"newest_holdings": "number", "number_owners": "number"})
def claims_of_cut_readings(
    *, newest_holdings: pl.LazyFrame, number_owners: pl.LazyFrame, cut_readings: pl.DataFrame
) -> pl.DataFrame:
    """Which held numbers may be meant by a reading that a spreadsheet has cut or rounded: doubtful_owner."""
    held = held_on_lists(newest_holdings).collect()
    number = pl.col("number")
    meant = []
    for lost in cut_readings["lost"].unique():
        unit, of_size = 10**lost, cut_readings.filter(lost=lost).drop("lost")
        for digits in (number // unit, (number + unit // 2) // unit):
            meant.append(held.with_columns(digits=digits).join(of_size, on="digits", how="inner"))
    every = pl.concat(meant).unique() if meant else held.head(0).join(cut_readings, how="cross")
    owned = number_owners.select("number", "mms_id").unique().collect()
    open_ = every.join(owned, on=["number", "mms_id"], how="anti")
    said = pl.format("«{}» in {} may be it", "raw", pl.col("mms_id").fill_null("a record without ID"))
    return in_order([as_claims(open_, "doubtful_owner", said)])


@claims("unread_numbers", by={"newest_holdings": "number"})
def claims_of_unread_numbers(*, newest_holdings: pl.LazyFrame, unread_numbers: pl.DataFrame) -> pl.DataFrame:
    """Which held numbers stand in a catalogue record that could not be read: doubtful_owner."""
    reason = "a record of the catalogue that could not be read has it"
    return _of_held(newest_holdings, unread_numbers.lazy(), "doubtful_owner", reason)


@gives("confirmed_numbers", by={"standing_outcomes": "record_key"})
def confirmed_numbers(*, standing_outcomes: pl.LazyFrame, terminals: pl.DataFrame) -> pl.DataFrame:
    """Which number does OCLC confirm under which symbol, and for which bib or holding (practice.md 6.2, «Confirmed»)?

    Returns:
        symbol; number (as WorldCat calls it now, or the number itself when it is ambiguous); mms_id; holding_id (null: the
        record that was sent was of the bib as a whole); received_at; file, record of the row of the report. Sorted by number,
        symbol, mms_id.
    """
    columns = ["mms_id", "holding_id", "received_at", "file", "record"]
    given = standing_outcomes.select("symbol", *columns, ocn="confirmed_ocn").drop_nulls(["symbol", "ocn"]).collect()
    named = with_number(given, "ocn", terminals).select("symbol", pl.col("ocn_number").alias("number"), *columns)
    return named.unique().sort("number", "symbol", *columns, nulls_last=True)


@claims("replaced_answers", by={"newest_holdings": "number"})
def claims_of_replaced_answers(*, newest_holdings: pl.LazyFrame, replaced_results: pl.DataFrame) -> pl.DataFrame:
    """Which held numbers did OCLC once answer, before a later answer replaced them: drifted."""
    columns = ["mms_id", "file", "record"]
    replaced = replaced_results.select(pl.col("result_ocn_number").alias("number"), *columns).sort("number", *columns)
    first = replaced.unique("number", keep="first", maintain_order=True).lazy()
    return _of_held(newest_holdings, first, "drifted", "an answer that a later one replaced")
