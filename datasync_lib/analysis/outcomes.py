"""What OCLC said of each record: its history, its last answer, and who needs a person (oclc_formats.md 7, 13).

A report row speaks of a *record*: the bib, found through the file that was sent; where no bib can be told, the local
number, else the place in the sent file. Rows are kept in run order: when OCLC received the file, then the offset in the
job key, then file and row, so that nothing depends on the order in which files were loaded.
"""

from collections.abc import Iterable
from datetime import date

import polars as pl

from ..tables.frames import takes_any_frame
from .findings import Found, as_findings

SUCCESSES = ("match", "create", "replace", "field transfer")
FAILURES = {"unresolved": "unresolved", "data error": "data_error", "processing error": "processing_error"}
RUN_ORDER = ["received_at", "job_offset", "file", "record"]
# What one history is of: a record under a symbol.
RECORD_KEY = ["symbol", "record_key"]

# Figures of other projects, to compare with (practice.md 2.1, NYPL and BPL 2022).
BENCHMARK = "NYPL and BPL 2022"
_BENCHMARK_RECORDS = {
    "match": 7_591_717,
    "create": 192_886,
    "unresolved": 238_200,
    "processing error": 4_404,
    "data error": 870,
}


def counted_once(rows: pl.DataFrame) -> pl.DataFrame:
    """Report rows without exact repeats, over all files; the first file and row is kept (oclc_formats.md 13.4)."""
    said = [name for name in rows.columns if name not in ("file", "record")]
    return rows.sort("file", "record").unique(said, keep="first", maintain_order=True)


def record_of_sent() -> pl.Expr:
    """The record that a sent record is: the bib, else the local number, else its place in the sent file."""
    return pl.coalesce("mms_id", "lsn", _place("byte_offset")).alias("record_key")


def _place(offset: str) -> pl.Expr:
    return pl.format("{}::{}", "sent_file", offset)


def _sent_by(sent_records: pl.DataFrame, key: str) -> pl.DataFrame:
    """What a key leads to in a sent file; null where it leads to several."""
    names = [name for name in ("mms_id", "holding_id", "lsn") if name != key]
    keyed = sent_records.filter(pl.col("sent_file").is_not_null() & pl.col(key).is_not_null())
    # Nearly all keys stand there once: only the others need the slow way.
    is_repeated = keyed.select("sent_file", key).is_duplicated()
    one = keyed.filter(~is_repeated).select(
        "sent_file", key, *(pl.col(name).alias(f"{name}_by_{key}") for name in names)
    )
    several = (
        keyed.filter(is_repeated)
        .group_by("sent_file", key)
        .agg(
            pl.when(pl.col(name).min() == pl.col(name).max()).then(pl.col(name).min()).alias(f"{name}_by_{key}")
            for name in names
        )
    )
    return pl.concat([one, several])


def _count_runs(ordered: pl.DataFrame) -> pl.DataFrame:
    """Rows in run order with `run`: 1 for the first time that OCLC received a record under a symbol, and so on."""

    def changes(column: str) -> pl.Expr:
        return pl.col(column).ne_missing(pl.col(column).shift())

    begins = (pl.int_range(pl.len()) == 0) | changes("symbol") | changes("record_key")
    counted = ordered.with_columns(begins=begins, run=(begins | changes("received_at")).cum_sum())
    first = pl.when("begins").then("run").forward_fill()
    return counted.with_columns(run=(pl.col("run") - first + 1).cast(pl.Int64)).drop("begins")


def _with_records(rows: pl.DataFrame, sent_records: pl.DataFrame, bibs: pl.DataFrame) -> pl.DataFrame:
    """Report rows with mms_id, holding_id and the key of the record."""
    known = pl.concat([bibs.select("mms_id"), sent_records.select("mms_id")]).drop_nulls().unique()
    by_offset = _sent_by(sent_records, "byte_offset")
    return (
        rows.join(_sent_by(sent_records, "lsn"), on=["sent_file", "lsn"], how="left")
        .join(by_offset, left_on=["sent_file", "job_offset"], right_on=["sent_file", "byte_offset"], how="left")
        .join(known.with_columns(known="mms_id"), left_on="lsn", right_on="mms_id", how="left")
        .with_columns(mms_id=pl.coalesce("mms_id_by_lsn", "mms_id_by_byte_offset", "known"))
        .with_columns(
            holding_id=pl.coalesce(
                "holding_id_by_lsn",
                pl.when(pl.col("mms_id") == pl.col("mms_id_by_byte_offset")).then("holding_id_by_byte_offset"),
            ),
            record_key=pl.coalesce(
                "mms_id",
                "lsn",
                "lsn_by_byte_offset",
                _place("job_offset"),
                "job_key",
                pl.format("{} row {}", "file", "record"),
            ),
        )
    )


@takes_any_frame
def outcome_history(
    outcomes: pl.DataFrame,
    sent_records: pl.DataFrame,
    bibs: pl.DataFrame,
    *,
    delete_collections: Iterable[str] = (),
) -> pl.DataFrame:
    """What has OCLC said of each record, run by run?

    Exact repeats are counted once, over all files; answers on local bibliographic data (Lbd… reports) say nothing of the
    bib and are left out. A row finds its bib through the record that was sent: same sent file
    and local number, else same sent file and the offset of the job key; without one, its local number may be an MMS ID.

    Args:
        outcomes: rows of processing reports.
        sent_records: what we sent.
        bibs: the catalogue.
        delete_collections: IDs of collections that delete: their answers are kept but confirm nothing.

    Returns:
        symbol; record_key (MMS ID, else local number, else sent file and offset); run (1 is the record's first under the
        symbol); received_at; mms_id; holding_id (when one record was sent for each); action; is_success; is_failure;
        is_delete; sent_ocn, result_ocn, staging_ocn; lsn; sent_file; collection; job_key; job_offset; file and record
        (the row) of the report. Sorted by symbol and record_key in run order.
    """
    action = pl.col("action")
    is_delete = pl.col("collection").is_in(list(delete_collections)).fill_null(False)
    of_bibs = outcomes.filter(~pl.col("report_kind").str.to_lowercase().str.starts_with("lbd"))
    ordered = _with_records(counted_once(of_bibs), sent_records, bibs).sort(*RECORD_KEY, *RUN_ORDER)
    return _count_runs(ordered).select(
        *RECORD_KEY,
        *("run", "received_at"),
        "mms_id",
        "holding_id",
        "action",
        (action.is_in(SUCCESSES).fill_null(False) & ~is_delete).alias("is_success"),
        (action.is_in(list(FAILURES)).fill_null(False) & ~is_delete).alias("is_failure"),
        is_delete.alias("is_delete"),
        *("sent_ocn", "result_ocn", "staging_ocn", "lsn", "sent_file", "collection"),
        *("job_key", "job_offset", "file", "record"),
    )


@takes_any_frame
def last_outcomes(history: pl.DataFrame, extract_date: date | None) -> pl.DataFrame:
    """What is the last word of OCLC on each record under each symbol, and is it confirmed?

    A record is confirmed by any success on or after the day of the extract; a later failure does not undo it, and
    without a day nothing is confirmed (practice.md 6.2). The day is that of OCLC's file name, US Eastern time.

    Args:
        history: `outcome_history`.
        extract_date: the day whose catalogue was sent.

    Returns:
        symbol; record_key; mms_id; runs; last_action, received_at, sent_ocn, result_ocn, staging_ocn, lsn, sent_file,
        job_key (of the last row); is_success, is_failure (of the last row); is_confirmed; confirmed_ocns (numbers
        answered by the confirming successes); success_ocn (number of the last success that has one); file and record
        (the row) of the report. Sorted by symbol, record_key.
    """
    day = pl.col("received_at").dt.convert_time_zone("America/New_York").dt.date()
    since = (day >= extract_date).fill_null(False) if extract_date else pl.lit(False)
    confirms = pl.col("is_success") & since
    results = pl.col("result_ocn").filter(pl.col("is_success")).drop_nulls()
    of_last = ["received_at", "sent_ocn", "result_ocn", "staging_ocn", "lsn", "sent_file", "job_key"]
    return (
        history.filter(~pl.col("is_delete"))
        .with_columns(confirms=confirms)
        .sort(*RECORD_KEY, *RUN_ORDER)
        .group_by(RECORD_KEY, maintain_order=True)
        .agg(
            pl.col("mms_id").drop_nulls().first(),
            pl.col("run").max().alias("runs"),
            pl.col("action").last().alias("last_action"),
            pl.col(of_last).last(),
            pl.col("is_success", "is_failure").last(),
            pl.col("confirms").any().alias("is_confirmed"),
            pl.col("result_ocn").filter(pl.col("confirms")).drop_nulls().unique().sort().alias("confirmed_ocns"),
            results.last().alias("success_ocn"),
            pl.col("file", "record").last(),
        )
    )


@takes_any_frame
def outcome_flow(sent_records: pl.DataFrame, last: pl.DataFrame) -> pl.DataFrame:
    """How many records went out under each symbol, and where did they end?

    Args:
        sent_records: what we sent; a bib that was sent several times under a symbol counts once.
        last: `last_outcomes`.

    Returns:
        symbol; sent (sent, or no sent file: a report without the file that it answers); answer (taken, not taken,
        other, never reported); outcome (the last action, or never reported); records. Sorted. For each symbol the
        records with `sent` add up to what was sent.
    """
    sent = sent_records.select("symbol", record_of_sent()).unique()
    said = last.select(
        *RECORD_KEY,
        outcome=pl.col("last_action").fill_null("(blank)"),
        answer=pl.when("is_success")
        .then(pl.lit("taken"))
        .when("is_failure")
        .then(pl.lit("not taken"))
        .otherwise(pl.lit("other")),
    )
    never = pl.lit("never reported")
    flow = (
        sent.with_columns(sent=pl.lit("sent"))
        .join(said, on=RECORD_KEY, how="full", coalesce=True, nulls_equal=True)
        .with_columns(
            pl.col("sent").fill_null("no sent file"),
            pl.col("answer").fill_null(never),
            pl.col("outcome").fill_null(never),
        )
        .group_by("symbol", "sent", "answer", "outcome")
        .agg(pl.len().cast(pl.Int64).alias("records"))
        .sort("symbol", "sent", "answer", "outcome")
    )
    if flow.filter(pl.col("sent") == "sent")["records"].sum() != sent.height:
        raise AssertionError(f"the flow does not add up to the {sent.height} records that were sent")
    return flow


@takes_any_frame
def match_rates(last: pl.DataFrame) -> pl.DataFrame:
    """How do our outcomes compare with those of other projects?

    Returns:
        project (this project, or the other one); symbol (null: all together); action; records; share (of 1, within
        project and symbol). Sorted, our own first.
    """
    ours = last.select("symbol", pl.col("last_action").fill_null("(blank)").alias("action"))
    together = ours.with_columns(symbol=pl.lit(None, dtype=pl.String))
    by_symbol = ours.filter(pl.col("symbol").is_not_null())
    counted = (
        pl.concat([together, by_symbol])
        .group_by("symbol", "action")
        .agg(pl.len().cast(pl.Int64).alias("records"))
        .select(pl.lit("this project").alias("project"), "symbol", "action", "records")
    )
    other = pl.DataFrame({"action": list(_BENCHMARK_RECORDS), "records": list(_BENCHMARK_RECORDS.values())}).select(
        pl.lit(BENCHMARK).alias("project"), pl.lit(None, dtype=pl.String).alias("symbol"), "action", "records"
    )
    share = pl.col("records") / pl.col("records").sum().over("project", "symbol")
    return (
        pl.concat([counted, other])
        .with_columns(share=share)
        .sort(pl.col("project") == BENCHMARK, "symbol", "records", "action", descending=[False, False, True, False])
    )


@takes_any_frame
def compare_runs(history: pl.DataFrame) -> pl.DataFrame:
    """What changed from one run of a record to the next?

    Returns:
        symbol, record_key, mms_id, run (the later one), received_at, previous_action, action, previous_ocn, result_ocn,
        change (solved: it is taken now; failed: it was taken before; other number; same). One row for each run but
        the first; of several rows in a run the last counts. Sorted by symbol, record_key, run.
    """
    in_order = history.filter(~pl.col("is_delete")).sort(*RECORD_KEY, *RUN_ORDER)
    runs = in_order.unique([*RECORD_KEY, "run"], keep="last", maintain_order=True)
    has_earlier = pl.all_horizontal(pl.col(name).eq_missing(pl.col(name).shift()) for name in RECORD_KEY)
    return (
        runs.with_columns(
            previous_action=pl.col("action").shift(),
            previous_ocn=pl.col("result_ocn").shift(),
            was_success=pl.col("is_success").shift(),
            has_earlier=has_earlier & (pl.int_range(pl.len()) > 0),
        )
        .filter("has_earlier")
        .with_columns(
            change=pl.when(~pl.col("was_success") & pl.col("is_success"))
            .then(pl.lit("solved"))
            .when(pl.col("was_success") & ~pl.col("is_success"))
            .then(pl.lit("failed"))
            .when(pl.col("is_success") & pl.col("previous_ocn").ne_missing(pl.col("result_ocn")))
            .then(pl.lit("other number"))
            .otherwise(pl.lit("same"))
        )
        .select(
            *RECORD_KEY,
            *("mms_id", "run", "received_at", "previous_action", "action"),
            *("previous_ocn", "result_ocn", "change"),
        )
        .sort(*RECORD_KEY, "run")
    )


def as_report_rows(rows: pl.DataFrame, leads: pl.DataFrame) -> pl.DataFrame:
    """Rows of `last_outcomes` or `outcome_history` as findings want them: units of the bib, symbol of the report."""
    return rows.join(leads.select("mms_id", "unit", "other_units"), on="mms_id", how="left", maintain_order="left")


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


@takes_any_frame
def find_created_records(last: pl.DataFrame, leads: pl.DataFrame) -> Found:
    """Which of our records did OCLC add to WorldCat as new ones?

    Args:
        last: `last_outcomes`.
        leads: `ownership.lead_units`.

    Returns:
        Findings `created_record`, one for each record and symbol whose last outcome is create (oclc_formats.md 1.6).
    """
    rows = as_report_rows(last.filter(pl.col("last_action") == "create"), leads).with_columns(ocn="result_ocn")
    return as_findings(
        "created_record",
        rows,
        identity=RECORD_KEY,
        parameters=["result_ocn"],
        evidence=report_evidence(rows, report_action="last_action", OCN_answered="result_ocn"),
    )


@takes_any_frame
def find_never_reported(sent_records: pl.DataFrame, outcomes: pl.DataFrame, leads: pl.DataFrame) -> Found:
    """Which records did we send in a file that OCLC answered, without a word on them?

    Args:
        sent_records: what we sent.
        outcomes: rows of processing reports.
        leads: `ownership.lead_units`.

    Returns:
        Findings `never_reported`, one for each symbol, record and sent file; the symbol is the one it was sent under.
    """
    reported = outcomes.filter(pl.col("sent_file").is_not_null())
    silent = (
        sent_records.join(reported.select("sent_file").unique(), on="sent_file", how="semi")
        .join(reported.select("sent_file", "lsn").drop_nulls(), on=["sent_file", "lsn"], how="anti")
        .join(
            reported.select("sent_file", pl.col("job_offset").alias("byte_offset")).drop_nulls(),
            on=["sent_file", "byte_offset"],
            how="anti",
        )
        .with_columns(record_of_sent())
        .sort("file", "record")
    )
    identity = ["symbol", "record_key", "sent_file"]
    rows = silent.unique(identity, keep="first", maintain_order=True).drop("holding_id")
    return as_findings(
        "never_reported",
        rows.join(leads.select("mms_id", "unit", "other_units"), on="mms_id", how="left", maintain_order="left"),
        identity=identity,
        parameters=["sent_file"],
        evidence=silent.select(
            *identity, pl.lit("sent record").alias("what"), pl.col("lsn").alias("value"), "file", "record"
        ),
    )
