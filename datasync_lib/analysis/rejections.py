"""Records that OCLC did not take, and what it says is wrong with them (oclc_formats.md 1.5, practice.md 0.11).

Not every exception is a rejection: the processing report says which records failed, exceptions only tell why.
"""

import re
from collections.abc import Iterable

import polars as pl

from .findings import Found, as_findings
from .outcomes import FAILURES, RECORD_KEY, report_evidence
from .ownership import UNIT, with_units
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


@gives("counted_exceptions")
def counted_exceptions(*, exceptions: pl.DataFrame) -> pl.DataFrame:
    """What do the exception reports say, each row once?

    Args:
        exceptions: rows of exception reports.

    Returns:
        The columns of `exceptions`; exact repeats are left out, over all files. Sorted by file, record.
    """
    return counted_once(exceptions)


def _answers_to(rows: pl.DataFrame, on: list[str], answers: pl.LazyFrame, carried: Iterable[str]) -> pl.DataFrame:
    """Of very many answers, the few that some exception rows may belong to."""
    wanted = rows.lazy().select(on).drop_nulls().unique()
    columns = dict.fromkeys([*RECORD_KEY, *on, *carried])
    return answers.select(*columns).join(wanted, on=on, how="semi").unique().collect(engine="streaming")


def _with_record_keys(exceptions: pl.DataFrame, answers: pl.LazyFrame, *carried: str) -> pl.DataFrame:
    """Exception rows with the answer that they belong to: same job key, else same run and local number.

    Rows that belong to no answer are left out; `reconciliation.report_counts` counts them.
    """
    rows = exceptions.with_row_index("exception")
    key, number = ["job_key"], ["symbol", "received_at", "lsn"]
    by_key = rows.drop("symbol").join(_answers_to(rows, key, answers, carried), on=key, how="inner")
    others = rows.join(by_key, on="exception", how="anti")
    by_number = others.join(_answers_to(others, number, answers, carried), on=number, how="inner")
    columns = ["exception", *RECORD_KEY, *carried, "received_at", *_SAID]
    said = pl.concat([by_key.select(columns), by_number.select(columns)])
    return said.sort(*RECORD_KEY, "exception", *carried).drop("exception")


@gives("exception_records")
def exception_records(
    *, counted_exceptions: pl.DataFrame, outcome_history: pl.LazyFrame, noise: Iterable[str]
) -> pl.DataFrame:
    """Which answer to which record does each row of an exception report belong to?

    Args:
        counted_exceptions: rows of exception reports.
        outcome_history: every answer.
        noise: `noise` of the settings: messages that nobody needs to act on, as regular expressions.

    Returns:
        symbol; record_key; run; received_at; kind, severity, message, family (the message without ordinals, tags and
        subfields); is_noise; file, record (row of the exception report). Sorted by symbol, record_key.
    """
    return _with_record_keys(with_noise(counted_exceptions, noise), outcome_history, "run")


@gives("last_exceptions")
def last_exceptions(
    *, counted_exceptions: pl.DataFrame, last_outcomes: pl.LazyFrame, noise: Iterable[str]
) -> pl.DataFrame:
    """What do the exception reports say of the last answer to each record?

    Args:
        counted_exceptions: rows of exception reports.
        last_outcomes: the last answers.
        noise: `noise` of the settings.

    Returns:
        symbol; record_key; mms_id; is_failure (of the last answer); received_at; kind, severity, message, family;
        is_noise; file, record (row of the exception report). Sorted by symbol, record_key.
    """
    return _with_record_keys(with_noise(counted_exceptions, noise), last_outcomes, "mms_id", "is_failure")


@gives("error_families")
def error_families(
    *, counted_exceptions: pl.DataFrame, last_exceptions: pl.LazyFrame, noise: Iterable[str]
) -> pl.DataFrame:
    """What does OCLC find wrong with our records, the most frequent first?

    Args:
        counted_exceptions: rows of exception reports.
        last_exceptions: those that belong to a record's last answer.
        noise: `noise` of the settings.

    Returns:
        kind; severity; family (the message without ordinals, tags and subfields); rows; records; open_records (their
        last outcome is a failure, with this message); example; is_noise. Sorted: noise last, then by records, rows.
    """
    rows = with_noise(counted_exceptions, noise)
    keys = ["kind", "severity", "family"]
    record = pl.struct("symbol", pl.coalesce("lsn", pl.format("{}::{}", "sent_file", "job_offset"), "job_key"))
    still_open = (
        last_exceptions.filter("is_failure")
        .select(*keys, *RECORD_KEY)
        .unique()
        .group_by(keys)
        .agg(pl.len().cast(pl.Int64).alias("open_records"))
        .collect()
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
def error_families_by_unit(*, last_exceptions: pl.DataFrame, lead_units: pl.LazyFrame) -> pl.DataFrame:
    """What does OCLC find wrong with the records of each unit, as its last answers say?

    Args:
        last_exceptions: exceptions of the last answers.
        lead_units: `ownership.lead_units`.

    Returns:
        unit (null: not known); kind; severity; family; rows; records; open_records (their last outcome is a failure);
        is_noise. Only what belongs to a record's last run counts. Sorted: by unit, noise last, then by records.
    """
    record = pl.struct(RECORD_KEY)
    return (
        with_units(last_exceptions, lead_units, UNIT)
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
        .select(*RECORD_KEY, "message", rank.alias("rank"))
        .sort(*RECORD_KEY, "rank", "message")
        .unique([*RECORD_KEY, "message"], keep="first", maintain_order=True)
        .group_by(RECORD_KEY, maintain_order=True)
        .agg(pl.col("message").str.join(" ").alias("messages"))
    )


@finds("rejected", by={"last_outcomes": "record_key", "last_exceptions": "record_key", "lead_units": "mms_id"})
def find_rejected(*, last_outcomes: pl.LazyFrame, last_exceptions: pl.LazyFrame, lead_units: pl.LazyFrame) -> Found:
    """Which records did OCLC not take, and why?

    Args:
        last_outcomes: `outcomes.last_outcomes`.
        last_exceptions: exceptions of the last answers; noise is left out.
        lead_units: `ownership.lead_units`.

    Returns:
        Findings `rejected`, one for each record and symbol whose last outcome is a failure: class unresolved,
        data_error, processing_error; symbol of the report; mms_id null when it cannot be told; file and record of the
        report row.
    """
    failures = last_outcomes.filter("is_failure").collect()
    rows = with_units(failures, lead_units, UNIT).with_columns(
        pl.col("last_action").replace_strict(FAILURES, default=None, return_dtype=pl.String).alias("class"),
        action="last_action",
    )
    said = last_exceptions.filter(pl.col("is_failure") & ~pl.col("is_noise")).collect()
    why = said.select(
        *RECORD_KEY,
        pl.concat_str(pl.lit("exception"), "kind", "severity", separator=": ", ignore_nulls=True).alias("what"),
        pl.col("message").alias("value"),
        "file",
        "record",
    )
    return as_findings(
        "rejected",
        rows.join(_messages(said), on=RECORD_KEY, how="left", nulls_equal=True, maintain_order="left").with_columns(
            pl.col("messages").fill_null("")
        ),
        identity=RECORD_KEY,
        parameters=["action", "staging_ocn", "messages"],
        evidence=pl.concat([report_evidence(rows, report_action="last_action"), why]),
    )
