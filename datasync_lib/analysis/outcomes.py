"""What OCLC said of each record: its history, its last answer, and who needs a person (oclc_formats.md 7, 13).

A report row speaks of a *record*: the bib, found through the file that was sent; where no bib can be told, the local
number, else the place in the sent file. Rows are kept in run order: when OCLC received the file, then the offset in the
job key, then file and row, so that nothing depends on the order in which files were loaded.
"""

from collections.abc import Iterable
from datetime import date

import polars as pl

from ..settings import Collection
from .exchange import with_number
from .findings import Found, as_findings
from .ownership import UNIT, with_units
from .registry import finds, gives
from .report_records import is_answer
from .vouching import is_agreed, latest_time, says_what_its_key_says

SUCCESSES = ("match", "create", "replace", "field transfer")
FAILURES = {"unresolved": "unresolved", "data error": "data_error", "processing error": "processing_error"}
RUN_ORDER = ["received_at", "job_offset", "file", "record"]
# What one history is of: a record under a symbol.
RECORD_KEY = ["symbol", "record_key"]
# The numbers of a row: the one that was sent, and the one that came back.
_ANSWERED = ["sent_ocn", "result_ocn"]


def _count_runs(ordered: pl.DataFrame) -> pl.DataFrame:
    """Rows in run order with `run`: 1 for the first time that OCLC received a record under a symbol, and so on."""

    def changes(column: str) -> pl.Expr:
        return pl.col(column).ne_missing(pl.col(column).shift())

    begins = (pl.int_range(pl.len()) == 0) | changes("symbol") | changes("record_key")
    counted = ordered.with_columns(begins=begins, run=(begins | changes("received_at")).cum_sum())
    first = pl.when("begins").then("run").forward_fill()
    return counted.with_columns(run=(pl.col("run") - first + 1).cast(pl.Int64)).drop("begins")


@gives("outcome_history", by="record_key")
def outcome_history(
    *,
    report_records: pl.LazyFrame,
    delete_collections: Iterable[str] = (),
    collections: Iterable[Collection] = (),
) -> pl.DataFrame:
    """What has OCLC said of each record, run by run?

    Exact repeats are counted once, over all files; answers on local bibliographic data (Lbd… reports) say nothing of the
    bib and are left out. A row finds its bib through the record that was sent: same sent file
    and local number, else same sent file and the offset of the job key; without one, its local number may be an MMS ID.

    Args:
        report_records: rows of processing reports, with the record that each speaks of; a cross reference counts where it
            may be of a deletion.
        delete_collections: IDs of collections that delete: their answers are kept but confirm nothing.
        collections: as agreed. In those that use the record status a record sent with d in Leader/05 takes the holding
            away, whatever the answer; the answers in any other one confirm nothing, for it may be one that deletes.

    Returns:
        symbol; record_key (MMS ID, else local number, else sent file and offset); run (1 is the record's first under the
        symbol); received_at (of what speaks against a record the later one, where name and key of the report differ); mms_id; holding_id (when one record was sent for each); action; is_success; is_failure;
        is_delete; may_delete: it is one, or no failure in a collection that was not agreed for the symbol; is_vouched: the
        collection was, as one of bibs, and OCLC's own key says the same as the name of the report; sent_ocn, result_ocn, staging_ocn; lsn;
        sent_file; collection; job_key; job_offset; file and record (the row) of the report. Sorted by symbol and record_key
        in run order.
    """
    collections = tuple(collections)
    action = pl.col("action")
    without_status = [each.id for each in collections if not each.use_record_status]
    by_status = (pl.col("sent_status") == "d") & ~pl.col("collection").is_in(without_status).fill_null(False)
    in_delete_collection = pl.col("collection").is_in(list(delete_collections))
    fails, agreed = action.is_in(list(FAILURES)).fill_null(False), is_agreed(collections)
    deletes = in_delete_collection.fill_null(False) | by_status.fill_null(False)
    names_deleted = ~is_answer() & (deletes | ~agreed)
    is_delete = deletes | names_deleted
    of_bibs = is_agreed(each for each in collections if each.type == "bib")
    speaks_for = action.is_in(SUCCESSES).fill_null(False) & ~is_delete & agreed
    kept = (
        report_records.filter(is_answer() | names_deleted)
        .drop("report_kind")
        .with_columns(is_vouched=of_bibs & says_what_its_key_says())
        .with_columns(pl.when(speaks_for).then("received_at").otherwise(latest_time()).alias("received_at"))
        .collect()
    )
    return _count_runs(kept.sort(*RECORD_KEY, *RUN_ORDER)).select(
        *RECORD_KEY,
        *("run", "received_at"),
        "mms_id",
        "holding_id",
        "action",
        (action.is_in(SUCCESSES).fill_null(False) & ~is_delete).alias("is_success"),
        (fails & ~is_delete).alias("is_failure"),
        is_delete.alias("is_delete"),
        (is_delete | ~(agreed | fails)).alias("may_delete"),
        "is_vouched",
        *("sent_ocn", "result_ocn", "staging_ocn", "lsn", "sent_file", "collection"),
        *("job_key", "job_offset", "file", "record"),
    )


def day_received() -> pl.Expr:
    """The day that OCLC's file name says, US Eastern time."""
    return pl.col("received_at").dt.convert_time_zone("America/New_York").dt.date()


def _gravity() -> pl.Expr:
    """How grave an answer is: a success 0, an action that we do not know 1, a failure 2."""
    return pl.when("is_failure").then(2).when(pl.col("is_success")).then(0).otherwise(1)


def standing(rows: pl.DataFrame) -> pl.DataFrame:
    """Of rows of the history in run order, those that no later row on the same thing replaces.

    A library may send one record for each holding: the last row of each holding stands beside those of the others, and
    beside the last one on the bib as a whole. A later answer on the bib does not clear another holding's failure. Of
    several rows with one received time nobody can tell which came last, and of one without a time neither: the gravest
    stands.
    """
    time = pl.when(pl.col("received_at").is_null() & (_gravity() > 0)).then(pl.lit(1)).otherwise(0)
    ordered = rows.sort(*RECORD_KEY, time, "received_at", _gravity(), maintain_order=True)
    return ordered.unique([*RECORD_KEY, "holding_id"], keep="last", maintain_order=True)


def _latest(deletes: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """The latest delete of each key; one whose time is not known counts as later than everything."""
    in_order = deletes.sort(pl.col("received_at").is_null(), *RUN_ORDER, nulls_last=False)
    latest = in_order.unique(key, keep="last", maintain_order=True)
    return latest.select(*key, *(pl.col(name).alias(f"_deleted_{name}") for name in RUN_ORDER)).with_columns(
        _is_deleted=pl.lit(True)
    )


def _is_deleted_later() -> pl.Expr:
    """Whether the delete beside a row (`_latest`) came after it, in run order."""
    later, same = pl.lit(False), pl.lit(True)
    for name in RUN_ORDER:
        deleted, here = pl.col(f"_deleted_{name}"), pl.col(name)
        # What has no value stands before everything else, as when it is sorted.
        is_greater = deleted.is_not_null() & (here.is_null() | (deleted > here).fill_null(False))
        later |= same & is_greater
        same &= deleted.eq_missing(here)
    return pl.col("_is_deleted").fill_null(False) & (pl.col("_deleted_received_at").is_null() | later)


def _latest_of_numbers(rows: pl.DataFrame) -> pl.DataFrame:
    in_order = rows.sort("symbol", "number", pl.col("received_at").is_null(), *RUN_ORDER, nulls_last=False)
    return in_order.unique(["symbol", "number"], keep="last", maintain_order=True)


@gives("deleted_numbers", by={"outcome_history": "record_key", "all_ocns": "mms_id"}, together=_latest_of_numbers)
def deleted_numbers(*, outcome_history: pl.LazyFrame, all_ocns: pl.LazyFrame, terminals: pl.DataFrame) -> pl.DataFrame:
    """Which numbers were deleted under which symbol, and when last?

    Any answer in a collection that deletes, or that may, counts, since an answer that we do not know may be a success; one
    whose time is not known counts as later than everything. One that names no number, but a bib, may be of any number that
    the bib ever had or was answered with.

    Args:
        outcome_history: every answer.
        all_ocns: readings of every extract.
        terminals: where numbers end: a delete names a record by any number.

    Returns:
        symbol; number (as WorldCat calls it now, or the number itself when it is ambiguous); received_at, job_offset, file,
        record of the latest delete. Sorted by symbol, number.
    """
    deletes = outcome_history.filter("may_delete").select("symbol", "mms_id", *_ANSWERED, *RUN_ORDER).collect()
    named = [deletes.select("symbol", pl.col(name).alias("ocn"), *RUN_ORDER) for name in _ANSWERED]
    of_bibs = deletes.filter(pl.all_horizontal(pl.col(_ANSWERED).is_null())).drop_nulls("mms_id").drop(_ANSWERED)
    if of_bibs.height:
        ever = pl.concat(
            [
                all_ocns.select("mms_id", "ocn"),
                *(outcome_history.select("mms_id", pl.col(name).alias("ocn")) for name in _ANSWERED),
            ]
        )
        named.append(ever.join(of_bibs.lazy(), on="mms_id").select("symbol", "ocn", *RUN_ORDER).unique().collect())
    numbered = with_number(pl.concat(named).drop_nulls("ocn"), "ocn", terminals)
    return _latest_of_numbers(numbered.select("symbol", pl.col("ocn_number").alias("number"), *RUN_ORDER))


def _is_cancelled(rows: pl.DataFrame, terminals: pl.DataFrame, deleted_numbers: pl.DataFrame) -> pl.Series:
    """Whether a delete of the same record, or of the number sent or answered, came later under the symbol."""
    of_record = _latest(rows.filter("may_delete"), RECORD_KEY)
    of_number = _latest(deleted_numbers, ["symbol", "number"])
    by_record = rows.join(of_record, on=RECORD_KEY, how="left", nulls_equal=True, maintain_order="left")
    cancelled = by_record.select(_is_deleted_later().alias("cancelled"))["cancelled"]
    for name in _ANSWERED:
        numbered = with_number(rows, name, terminals).join(
            of_number,
            left_on=["symbol", f"{name}_number"],
            right_on=["symbol", "number"],
            how="left",
            maintain_order="left",
        )
        cancelled |= numbered.select(_is_deleted_later().alias("cancelled"))["cancelled"]
    return cancelled


@gives("staging_numbers", by={"outcome_history": "record_key"}, together=lambda rows: rows.unique().sort("number"))
def staging_numbers(*, outcome_history: pl.LazyFrame) -> pl.DataFrame:
    """Which numbers did OCLC ever give as provisional ones of its staging: number; sorted, each once."""
    given = outcome_history.select(number="staging_ocn").drop_nulls().unique()
    return given.sort("number").collect()


@gives("standing_outcomes", by={"outcome_history": "record_key"})
def standing_outcomes(
    *,
    outcome_history: pl.LazyFrame,
    extract_date: date | None,
    terminals: pl.DataFrame,
    deleted_numbers: pl.DataFrame,
    staging_numbers: pl.DataFrame,
) -> pl.DataFrame:
    """Which answers still stand, and which of them confirm what (practice.md 6.2, «Confirmed» and «Still standing»)?

    Of each record and holding the last answer stands. It confirms when it is a success that may be relied upon
    (`vouching.py`), on or after the day of the extract, that no later delete under the symbol cancels; without a day nothing is confirmed. The day is that of OCLC's file
    name, US Eastern time. A success confirms one number: the one answered, or the one sent where none is answered; a
    number that OCLC ever gave as a provisional one is none.

    Args:
        outcome_history: `outcome_history`.
        extract_date: the day whose catalogue was sent.
        terminals: where numbers end (`concordance.resolve_concordance`).
        deleted_numbers: what was deleted under a symbol, by number.
        staging_numbers: provisional numbers.

    Returns:
        The columns of `outcome_history`; is_confirmed; confirmed_ocn: the number that it confirms, null: none. Sorted by
        symbol, record_key in run order.
    """
    since = (day_received() >= extract_date).fill_null(False) if extract_date else pl.lit(False)
    in_order = outcome_history.collect().sort(*RECORD_KEY, *RUN_ORDER)
    is_cancelled = _is_cancelled(in_order, terminals, deleted_numbers)
    marked = in_order.with_columns(is_confirmed=pl.col("is_success") & pl.col("is_vouched") & since & ~is_cancelled)
    number = pl.coalesce("result_ocn", "sent_ocn")
    is_real = ~number.is_in(staging_numbers["number"].implode())
    return standing(marked.filter(~pl.col("is_delete"))).with_columns(
        confirmed_ocn=pl.when(pl.col("is_confirmed") & is_real).then(number)
    )


@gives("last_outcomes", by={"outcome_history": "record_key", "standing_outcomes": "record_key"})
def last_outcomes(*, outcome_history: pl.LazyFrame, standing_outcomes: pl.LazyFrame) -> pl.DataFrame:
    """What is the last word of OCLC on each record under each symbol, and is it confirmed?

    Where one record was sent for each holding, the last answers of all of them stand, and the bib is not taken when one
    of them is not.

    Args:
        outcome_history: every answer.
        standing_outcomes: those that stand, and what they confirm.

    Returns:
        symbol; record_key; mms_id; runs; last_action, received_at, sent_ocn, result_ocn, staging_ocn, lsn, sent_file,
        job_key (of the last row; of several that stand a failure, else an unknown action, else the latest); is_success,
        is_failure (of that row); is_confirmed; confirmed_ocns (numbers that the standing answers confirm); success_ocn
        (number of the last success that has one); file and record (the row) of the report. Sorted by symbol,
        record_key.
    """
    # The sort keeps the order of equal ones: of those that stand, the latest of the gravest kind comes last.
    words = standing_outcomes.collect().sort(*RECORD_KEY, *RUN_ORDER).sort(*RECORD_KEY, _gravity(), maintain_order=True)
    of_last = ["received_at", "sent_ocn", "result_ocn", "staging_ocn", "lsn", "sent_file", "job_key"]
    last = words.group_by(RECORD_KEY, maintain_order=True).agg(
        pl.col("action").last().alias("last_action"),
        pl.col(of_last).last(),
        pl.col("is_success", "is_failure").last(),
        pl.col("is_confirmed").any(),
        pl.col("confirmed_ocn").drop_nulls().unique().sort().alias("confirmed_ocns"),
        pl.col("file", "record").last(),
    )
    answers = outcome_history.filter(~pl.col("is_delete")).collect().sort(*RECORD_KEY, *RUN_ORDER)
    of_all = answers.group_by(RECORD_KEY, maintain_order=True).agg(
        pl.col("mms_id").drop_nulls().first(),
        pl.col("run").max().alias("runs"),
        pl.col("result_ocn").filter(pl.col("is_success")).drop_nulls().last().alias("success_ocn"),
    )
    return of_all.join(last, on=RECORD_KEY, how="left", nulls_equal=True, maintain_order="left").select(
        *RECORD_KEY,
        *("mms_id", "runs", "last_action", *of_last, "is_success", "is_failure"),
        *("is_confirmed", "confirmed_ocns", "success_ocn", "file", "record"),
    )


@finds("created_record", by={"last_outcomes": "record_key", "lead_units": "mms_id"})
def find_created_records(*, last_outcomes: pl.LazyFrame, lead_units: pl.LazyFrame) -> Found:
    """Which of our records did OCLC add to WorldCat as new ones?

    Args:
        last_outcomes: `last_outcomes`.
        lead_units: `ownership.lead_units`.

    Returns:
        Findings `created_record`, one for each record and symbol whose last outcome is create (oclc_formats.md 1.6).
    """
    created = last_outcomes.filter(pl.col("last_action") == "create").collect()
    rows = with_units(created, lead_units, UNIT).with_columns(ocn="result_ocn")
    return as_findings(
        "created_record",
        rows,
        identity=RECORD_KEY,
        parameters=["result_ocn"],
        evidence=report_evidence(rows, report_action="last_action", OCN_answered="result_ocn"),
    )


def report_evidence(rows: pl.DataFrame, *identity: str, **said: str) -> pl.DataFrame:
    """Columns of report rows as evidence: each keyword is what the value of a column is called, `_` for a blank."""
    identity = identity or tuple(RECORD_KEY)
    return pl.concat(
        rows.select(
            *identity,
            pl.lit(what.replace("_", " ")).alias("what"),
            pl.col(column).cast(pl.String).alias("value"),
            "file",
            "record",
        )
        for what, column in said.items()
    )
