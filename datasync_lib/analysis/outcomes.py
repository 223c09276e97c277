"""What OCLC said of each record: its history, its last answer, and who needs a person (oclc_formats.md 7, 13).

A report row speaks of a *record*: the bib, found through the file that was sent; where no bib can be told, the local
number, else the place in the sent file. Rows are kept in run order: when OCLC received the file, then the offset in the
job key, then file and row, so that nothing depends on the order in which files were loaded.
"""

from collections.abc import Iterable
from datetime import date

import polars as pl

from .exchange import with_number
from .findings import Found, as_findings
from .registry import finds, gives

SUCCESSES = ("match", "create", "replace", "field transfer")
FAILURES = {"unresolved": "unresolved", "data error": "data_error", "processing error": "processing_error"}
RUN_ORDER = ["received_at", "job_offset", "file", "record"]
# What one history is of: a record under a symbol.
RECORD_KEY = ["symbol", "record_key"]


def speaks_of_bibs() -> pl.Expr:
    """Whether a report row speaks of a bib, and not of local bibliographic data (Lbd… reports)."""
    return ~pl.col("report_kind").fill_null("").str.to_lowercase().str.starts_with("lbd")


def counted_once(rows: pl.DataFrame) -> pl.DataFrame:
    """Report rows without exact repeats, over all files; the first file and row is kept (oclc_formats.md 13.4).

    A copy under a changed name lacks the sent file: it is that of OCLC's own name for the same run.
    """
    said = [name for name in rows.columns if name not in ("file", "record")]
    run = ["symbol", "collection", "received_at"]
    named = rows.filter(pl.col("sent_file").is_not_null()).group_by(run).agg(pl.col("sent_file").unique())
    named = named.filter(pl.col("sent_file").list.len() == 1).with_columns(_sent=pl.col("sent_file").list.first())
    filled = rows.join(named.drop("sent_file"), on=run, how="left", maintain_order="left").with_columns(
        sent_file=pl.coalesce("sent_file", "_sent")
    )
    return filled.select(rows.columns).sort("file", "record").unique(said, keep="first", maintain_order=True)


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


@gives("outcome_history")
def outcome_history(
    *,
    outcomes: pl.DataFrame,
    sent_records: pl.DataFrame,
    bibs: pl.DataFrame,
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
    ordered = _with_records(counted_once(outcomes.filter(speaks_of_bibs())), sent_records, bibs).sort(
        *RECORD_KEY, *RUN_ORDER
    )
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


def standing(rows: pl.DataFrame) -> pl.DataFrame:
    """Of rows of the history in run order, those that no later row of the record replaces.

    A library may send one record for each holding: the last row of each holding stands beside those of the others,
    unless the bib as a whole was answered later. Rows that name no holding speak of the bib as a whole.
    """
    place, of_bib = pl.int_range(pl.len()), pl.col("holding_id").is_null()
    last_of_bib = pl.col("_place").filter(pl.col("holding_id").is_null()).max().over(RECORD_KEY).fill_null(-1)
    is_last = pl.col("_place") == pl.col("_place").max().over(RECORD_KEY)
    placed = rows.with_columns(_place=place).with_columns(_last_of_bib=last_of_bib, _is_last=is_last)
    latest = placed.unique([*RECORD_KEY, "holding_id"], keep="last", maintain_order=True)
    stands = pl.when(of_bib).then("_is_last").otherwise(pl.col("_place") > pl.col("_last_of_bib"))
    return latest.filter(stands).select(rows.columns)


def _is_cancelled(in_order: pl.DataFrame, terminals: pl.DataFrame) -> pl.Series:
    """For rows in run order, whether a delete of the same record, or of the number answered, came later under the symbol.

    Any answer in a collection that deletes counts, since an answer that we do not know may be a success; one whose time
    is not known counts as later than everything.
    """
    by_time = in_order.with_row_index("_row").sort(*RUN_ORDER).with_row_index("_when").sort("_row")
    rows = with_number(with_number(by_time, "sent_ocn", terminals), "result_ocn", terminals)
    latest = pl.when(pl.col("received_at").is_null()).then(pl.lit(rows.height)).otherwise("_when")
    deletes = rows.filter("is_delete").with_columns(_deleted=latest)
    of_record = deletes.group_by(RECORD_KEY).agg(pl.col("_deleted").max())
    of_number = (
        pl.concat(
            deletes.select("symbol", "_deleted", pl.col(name).alias("result_ocn_number"))
            for name in ("sent_ocn_number", "result_ocn_number")
        )
        .drop_nulls("result_ocn_number")
        .group_by("symbol", "result_ocn_number")
        .agg(pl.col("_deleted").max().alias("_number_deleted"))
    )
    joined = rows.join(of_record, on=RECORD_KEY, how="left", nulls_equal=True, maintain_order="left").join(
        of_number, on=["symbol", "result_ocn_number"], how="left", maintain_order="left"
    )
    later = pl.max_horizontal("_deleted", "_number_deleted") > pl.col("_when")
    return joined.select(later.fill_null(False)).to_series()


@gives("last_outcomes")
def last_outcomes(*, outcome_history: pl.DataFrame, extract_date: date | None, terminals: pl.DataFrame) -> pl.DataFrame:
    """What is the last word of OCLC on each record under each symbol, and is it confirmed?

    A record is confirmed by any success on or after the day of the extract that no later delete under the symbol
    cancels; a later failure does not undo it, and without a day nothing is confirmed (practice.md 6.2). The day is that
    of OCLC's file name, US Eastern time. Where one record was sent for each holding, the last answers of all of them
    stand, and the bib is not taken when one of them is not.

    Args:
        outcome_history: `outcome_history`.
        extract_date: the day whose catalogue was sent.
        terminals: where numbers end (`concordance.resolve_concordance`): a delete names a record by any number.

    Returns:
        symbol; record_key; mms_id; runs; last_action, received_at, sent_ocn, result_ocn, staging_ocn, lsn, sent_file,
        job_key (of the last row; of several that stand a failure, else an unknown action, else the latest); is_success,
        is_failure (of that row); is_confirmed; confirmed_ocns (numbers answered by the confirming successes);
        success_ocn (number of the last success that has one); file and record (the row) of the report. Sorted by
        symbol, record_key.
    """
    day = pl.col("received_at").dt.convert_time_zone("America/New_York").dt.date()
    since = (day >= extract_date).fill_null(False) if extract_date else pl.lit(False)
    in_order = outcome_history.sort(*RECORD_KEY, *RUN_ORDER)
    answers = in_order.with_columns(confirms=pl.col("is_success") & since & ~_is_cancelled(in_order, terminals)).filter(
        ~pl.col("is_delete")
    )
    gravity = pl.when("is_failure").then(2).when(pl.col("is_success")).then(0).otherwise(1)
    # The sort keeps the order of equal ones: of those that stand, the latest of the gravest kind comes last.
    words = standing(answers).sort(*RECORD_KEY, gravity, maintain_order=True)
    of_last = ["received_at", "sent_ocn", "result_ocn", "staging_ocn", "lsn", "sent_file", "job_key"]
    last = words.group_by(RECORD_KEY, maintain_order=True).agg(
        pl.col("action").last().alias("last_action"),
        pl.col(of_last).last(),
        pl.col("is_success", "is_failure").last(),
        pl.col("file", "record").last(),
    )
    results = pl.col("result_ocn").filter(pl.col("is_success")).drop_nulls()
    of_all = answers.group_by(RECORD_KEY, maintain_order=True).agg(
        pl.col("mms_id").drop_nulls().first(),
        pl.col("run").max().alias("runs"),
        pl.col("confirms").any().alias("is_confirmed"),
        pl.col("result_ocn").filter(pl.col("confirms")).drop_nulls().unique().sort().alias("confirmed_ocns"),
        results.last().alias("success_ocn"),
    )
    return of_all.join(last, on=RECORD_KEY, how="left", nulls_equal=True, maintain_order="left").select(
        *RECORD_KEY,
        *("mms_id", "runs", "last_action", *of_last, "is_success", "is_failure"),
        *("is_confirmed", "confirmed_ocns", "success_ocn", "file", "record"),
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


@finds("created_record")
def find_created_records(*, last_outcomes: pl.DataFrame, lead_units: pl.DataFrame) -> Found:
    """Which of our records did OCLC add to WorldCat as new ones?

    Args:
        last_outcomes: `last_outcomes`.
        lead_units: `ownership.lead_units`.

    Returns:
        Findings `created_record`, one for each record and symbol whose last outcome is create (oclc_formats.md 1.6).
    """
    rows = as_report_rows(last_outcomes.filter(pl.col("last_action") == "create"), lead_units).with_columns(
        ocn="result_ocn"
    )
    return as_findings(
        "created_record",
        rows,
        identity=RECORD_KEY,
        parameters=["result_ocn"],
        evidence=report_evidence(rows, report_action="last_action", OCN_answered="result_ocn"),
    )


@finds("never_reported")
def find_never_reported(*, sent_records: pl.DataFrame, outcomes: pl.DataFrame, lead_units: pl.DataFrame) -> Found:
    """Which records did we send in a file that OCLC answered, without a word on them?

    Args:
        sent_records: what we sent.
        outcomes: rows of processing reports.
        lead_units: `ownership.lead_units`.

    Returns:
        Findings `never_reported`, one for each symbol, record and sent file; the symbol is the one it was sent under.
    """
    reported = outcomes.filter(pl.col("sent_file").is_not_null() & speaks_of_bibs())
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
        rows.join(lead_units.select("mms_id", "unit", "other_units"), on="mms_id", how="left", maintain_order="left"),
        identity=identity,
        parameters=["sent_file"],
        evidence=silent.select(
            *identity, pl.lit("sent record").alias("what"), pl.col("lsn").alias("value"), "file", "record"
        ),
    )
