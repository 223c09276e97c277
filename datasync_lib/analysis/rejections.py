"""Records that OCLC did not take, and what it says is wrong with them (oclc_formats.md 1.5, practice.md 0.11).

Not every exception is a rejection: the processing report says which records failed, exceptions only tell why.
"""

import re
from collections.abc import Iterable

import polars as pl

from .findings import Found, as_findings
from .outcomes import FAILURES, RECORD_KEY, as_report_rows, report_evidence
from .registry import finds, gives
from .report_records import counted_once

# From the worst down (oclc_formats.md 13.9).
_SEVERITIES = ("CRITICAL", "SEVERE", "MINOR")
_SAID = ("kind", "severity", "message", "family", "is_noise", "file", "record")


def with_noise(exceptions: pl.DataFrame, noise: Iterable[str]) -> pl.DataFrame:
    """Exception rows with is_noise: the message fits one of the patterns."""
    patterns = [re.compile(pattern) for pattern in noise]
    # Python's own expressions, as the settings promise; only distinct messages are tried.
    messages = exceptions.select(pl.col("message").drop_nulls().unique())
    is_noise = [any(p.search(message) for p in patterns) for message in messages["message"]]
    return exceptions.join(
        messages.with_columns(is_noise=pl.Series(is_noise, dtype=pl.Boolean)), on="message", how="left"
    ).with_columns(pl.col("is_noise").fill_null(False))


def with_record_keys(exceptions: pl.DataFrame, answers: pl.DataFrame, *carried: str) -> pl.DataFrame:
    """Exception rows with the answer that they belong to: same job key, else same run and local number.

    Args:
        exceptions: rows of exception reports, with `is_noise`.
        answers: `outcomes.outcome_history` or `outcomes.last_outcomes`.
        carried: columns of the answers that are wanted beside record_key.

    Returns:
        symbol, record_key, the carried columns, received_at, kind, severity, message, family, is_noise, file, record
        (row of the exception report). Rows that belong to no answer are left out; `reconciliation.reconcile_reports` counts them.
    """
    rows = exceptions.with_row_index("exception")
    keys = answers.select(*RECORD_KEY, "job_key", "received_at", "lsn", *carried).unique()
    of_key = keys.filter(pl.col("job_key").is_not_null()).drop("received_at", "lsn").unique()
    of_number = keys.drop("job_key").unique()
    by_key = rows.filter(pl.col("job_key").is_not_null()).drop("symbol").join(of_key, on="job_key", how="inner")
    others = rows.join(by_key, on="exception", how="anti")
    by_number = others.join(of_number, on=["symbol", "received_at", "lsn"], how="inner")
    columns = ["exception", *RECORD_KEY, *carried, "received_at", *_SAID]
    return pl.concat([by_key.select(columns), by_number.select(columns)]).sort(columns[:3]).drop("exception")


def _of_last_outcomes(exceptions: pl.DataFrame, last: pl.DataFrame) -> pl.DataFrame:
    return with_record_keys(exceptions, last, "mms_id", "is_failure")


@gives("error_families")
def error_families(*, exceptions: pl.DataFrame, last_outcomes: pl.DataFrame, noise: Iterable[str]) -> pl.DataFrame:
    """What does OCLC find wrong with our records, the most frequent first?

    Args:
        exceptions: rows of exception reports; exact repeats are counted once.
        last_outcomes: `outcomes.last_outcomes`.
        noise: `noise` of the settings: messages that nobody needs to act on, as regular expressions.

    Returns:
        kind; severity; family (the message without ordinals, tags and subfields); rows; records; open_records (their
        last outcome is a failure, with this message); example; is_noise. Sorted: noise last, then by records, rows.
    """
    rows = with_noise(counted_once(exceptions), noise)
    keys = ["kind", "severity", "family"]
    record = pl.struct("symbol", pl.coalesce("lsn", pl.format("{}::{}", "sent_file", "job_offset"), "job_key"))
    still_open = (
        _of_last_outcomes(rows, last_outcomes)
        .filter("is_failure")
        .group_by(keys)
        .agg(pl.struct("symbol", "record_key").n_unique().cast(pl.Int64).alias("open_records"))
    )
    return (
        rows.group_by(keys)
        .agg(
            pl.len().cast(pl.Int64).alias("rows"),
            record.n_unique().cast(pl.Int64).alias("records"),
            pl.col("message").drop_nulls().min().alias("example"),
            pl.col("is_noise").all(),
        )
        .join(still_open, on=keys, how="left", nulls_equal=True)
        .with_columns(pl.col("open_records").fill_null(0))
        .select(*keys, "rows", "records", "open_records", "example", "is_noise")
        .sort("is_noise", "records", "rows", *keys, descending=[False, True, True, False, False, False])
    )


@gives("error_families_by_unit")
def error_families_by_unit(
    *, exceptions: pl.DataFrame, last_outcomes: pl.DataFrame, lead_units: pl.DataFrame, noise: Iterable[str]
) -> pl.DataFrame:
    """What does OCLC find wrong with the records of each unit, as its last answers say?

    Args:
        exceptions: rows of exception reports; exact repeats are counted once.
        last_outcomes: `outcomes.last_outcomes`.
        lead_units: `ownership.lead_units`.
        noise: `noise` of the settings.

    Returns:
        unit (null: not known); kind; severity; family; rows; records; open_records (their last outcome is a failure);
        is_noise. Only what belongs to a record's last run counts. Sorted: by unit, noise last, then by records.
    """
    said = _of_last_outcomes(with_noise(counted_once(exceptions), noise), last_outcomes)
    record = pl.struct("symbol", "record_key")
    return (
        said.join(lead_units.select("mms_id", "unit"), on="mms_id", how="left")
        .group_by("unit", "kind", "severity", "family")
        .agg(
            pl.len().cast(pl.Int64).alias("rows"),
            record.n_unique().cast(pl.Int64).alias("records"),
            record.filter(pl.col("is_failure")).n_unique().cast(pl.Int64).alias("open_records"),
            pl.col("is_noise").all(),
        )
        .sort(
            *("unit", "is_noise", "records", "rows", "kind", "severity", "family"),
            descending=[False, False, True, True, False, False, False],
            nulls_last=True,
        )
    )


def _messages(of_last: pl.DataFrame) -> pl.DataFrame:
    """What is said of each record, the gravest first, in one text."""
    rank = pl.col("severity").replace_strict(_SEVERITIES, range(len(_SEVERITIES)), default=len(_SEVERITIES))
    return (
        of_last.filter(pl.col("message").is_not_null())
        .select("symbol", "record_key", "message", rank.alias("rank"))
        .sort("symbol", "record_key", "rank", "message")
        .unique(["symbol", "record_key", "message"], keep="first", maintain_order=True)
        .group_by("symbol", "record_key", maintain_order=True)
        .agg(pl.col("message").str.join(" ").alias("messages"))
    )


@finds("rejected")
def find_rejected(
    *, last_outcomes: pl.DataFrame, exceptions: pl.DataFrame, lead_units: pl.DataFrame, noise: Iterable[str]
) -> Found:
    """Which records did OCLC not take, and why?

    Args:
        last_outcomes: `outcomes.last_outcomes`.
        exceptions: rows of exception reports; those of the last run are told, noise is left out.
        lead_units: `ownership.lead_units`.
        noise: `noise` of the settings.

    Returns:
        Findings `rejected`, one for each record and symbol whose last outcome is a failure: class unresolved,
        data_error, processing_error; symbol of the report; mms_id null when it cannot be told; file and record of the
        report row.
    """
    rows = as_report_rows(last_outcomes.filter("is_failure"), lead_units).with_columns(
        pl.col("last_action").replace_strict(FAILURES, default=None, return_dtype=pl.String).alias("class"),
        action="last_action",
    )
    said = _of_last_outcomes(with_noise(counted_once(exceptions), noise).filter(~pl.col("is_noise")), last_outcomes)
    why = said.filter("is_failure").select(
        "symbol",
        "record_key",
        pl.concat_str(pl.lit("exception"), "kind", "severity", separator=": ", ignore_nulls=True).alias("what"),
        pl.col("message").alias("value"),
        "file",
        "record",
    )
    keys = ["symbol", "record_key"]
    return as_findings(
        "rejected",
        rows.join(_messages(said), on=keys, how="left", nulls_equal=True, maintain_order="left").with_columns(
            pl.col("messages").fill_null("")
        ),
        identity=keys,
        parameters=["action", "staging_ocn", "messages"],
        evidence=pl.concat([report_evidence(rows, report_action="last_action"), why]),
    )
