"""What a run made of the errors of the runs before it: new, carried over, solved; and who is refused every time.

A unit wants each error once, not with every run anew (practice.md 7).
"""

from collections.abc import Iterable
from datetime import date

import polars as pl

from .outcomes import RECORD_KEY, RUN_ORDER
from .registry import gives
from .rejections import with_noise, with_record_keys
from .report_records import counted_once

_ERROR = ["kind", "severity", "family"]
REPEATED = 3


@gives("error_changes")
def error_changes(
    *,
    exceptions: pl.DataFrame,
    outcome_history: pl.DataFrame,
    lead_units: pl.DataFrame,
    noise: Iterable[str],
    since: date | None = None,
) -> pl.DataFrame:
    """Which errors are new since the last run, which stand yet, and which are solved?

    What a record's last run before the day says is held against what its last run of all says. A record that was not
    sent again keeps its errors. The days are those of OCLC's file names, US Eastern time.

    Args:
        exceptions: rows of exception reports; exact repeats are counted once.
        outcome_history: `outcomes.outcome_history`.
        lead_units: `ownership.lead_units`.
        noise: `noise` of the settings.
        since: the day with which the last run begins; None: for each symbol the last day on which OCLC received a file.

    Returns:
        symbol; record_key; mms_id; unit; kind; severity; family (the message without ordinals, tags and subfields);
        change (new, carried over, solved); first_at, last_at (when OCLC received the first and the last run with the
        error), runs (how many runs had it); is_failure (of the record's last outcome); is_noise. One row for each error
        of a record under a symbol; sorted by these.
    """
    runs = _runs(outcome_history, since)
    said = with_record_keys(with_noise(counted_once(exceptions), noise), outcome_history, "run")
    errors = (
        said.group_by(*RECORD_KEY, *_ERROR)
        .agg(
            pl.col("run").unique().alias("in_runs"),
            pl.col("received_at").min().alias("first_at"),
            pl.col("received_at").max().alias("last_at"),
            pl.col("is_noise").all(),
        )
        .join(runs, on=RECORD_KEY, how="inner", nulls_equal=True)
        .with_columns(
            now=pl.col("in_runs").list.contains(pl.col("run_now")),
            before=pl.col("in_runs").list.contains(pl.col("run_before")).fill_null(False),
            runs=pl.col("in_runs").list.len().cast(pl.Int64),
        )
    )
    change = (
        pl.when(pl.col("now") & pl.col("before"))
        .then(pl.lit("carried over"))
        .when("now")
        .then(pl.lit("new"))
        .when("before")
        .then(pl.lit("solved"))
    )
    return (
        errors.with_columns(change=change)
        .filter(pl.col("change").is_not_null())
        .join(lead_units.select("mms_id", "unit"), on="mms_id", how="left")
        .select(
            *RECORD_KEY, "mms_id", "unit", *_ERROR, "change", "first_at", "last_at", "runs", "is_failure", "is_noise"
        )
        .sort(*RECORD_KEY, *_ERROR, nulls_last=True)
    )


def _runs(history: pl.DataFrame, since: date | None) -> pl.DataFrame:
    """Each record's last run of all and its last run before the day: run_now, run_before; mms_id, is_failure."""
    day = pl.col("received_at").dt.convert_time_zone("America/New_York").dt.date()
    begins = pl.lit(since, dtype=pl.Date) if since else pl.col("day").max().over("symbol")
    answers = history.filter(~pl.col("is_delete")).with_columns(day=day).with_columns(begins=begins)
    is_before = (pl.col("day") < pl.col("begins")).fill_null(True)
    return (
        answers.sort(*RECORD_KEY, *RUN_ORDER)
        .group_by(RECORD_KEY, maintain_order=True)
        .agg(
            pl.col("run").max().alias("run_now"),
            pl.col("run").filter(is_before).max().alias("run_before"),
            pl.col("mms_id").drop_nulls().first(),
            pl.col("is_failure").last(),
        )
    )


@gives("error_change_counts")
def count_error_changes(*, error_changes: pl.DataFrame) -> pl.DataFrame:
    """How many records of each unit have each error newly, still, or no longer?

    Args:
        error_changes: `error_changes`.

    Returns:
        unit (null: not known); kind; severity; family; new, carried_over, solved (records); is_noise. Sorted by unit,
        noise last, the most new ones first.
    """

    def count(change: str) -> pl.Expr:
        return (pl.col("change") == change).sum().cast(pl.Int64).alias(change.replace(" ", "_"))

    return (
        error_changes.group_by("unit", *_ERROR)
        .agg(count("new"), count("carried over"), count("solved"), pl.col("is_noise").all())
        .sort(
            *("unit", "is_noise", "new", "carried_over", *_ERROR),
            descending=[False, False, True, True, False, False, False],
            nulls_last=True,
        )
    )


@gives("repeat_offenders")
def repeat_offenders(
    *, outcome_history: pl.DataFrame, lead_units: pl.DataFrame, at_least: int = REPEATED
) -> pl.DataFrame:
    """Which records does OCLC refuse every time, so that sending them again helps nobody?

    Args:
        outcome_history: `outcomes.outcome_history`.
        lead_units: `ownership.lead_units`.
        at_least: how many runs in a row, up to the last one, must have failed (practice.md 7).

    Returns:
        symbol; record_key; mms_id; unit; failed_runs (in a row, the last one among them); first_at, last_at (of these);
        last_action; file, record (row of the last report). Sorted: most runs first, then by symbol, record_key.
    """
    in_order = outcome_history.filter(~pl.col("is_delete")).sort(*RECORD_KEY, *RUN_ORDER)
    runs = in_order.unique([*RECORD_KEY, "run"], keep="last", maintain_order=True)
    taken = pl.when(~pl.col("is_failure")).then("run").max().over(RECORD_KEY).fill_null(0)
    return (
        runs.filter(pl.col("run") > taken)
        .group_by(RECORD_KEY, maintain_order=True)
        .agg(
            pl.col("mms_id").drop_nulls().first(),
            pl.len().cast(pl.Int64).alias("failed_runs"),
            pl.col("received_at").min().alias("first_at"),
            pl.col("received_at").max().alias("last_at"),
            pl.col("action").last().alias("last_action"),
            pl.col("file", "record").last(),
        )
        .filter(pl.col("failed_runs") >= at_least)
        .join(lead_units.select("mms_id", "unit"), on="mms_id", how="left")
        .select(*RECORD_KEY, "mms_id", "unit", "failed_runs", "first_at", "last_at", "last_action", "file", "record")
        .sort("failed_runs", *RECORD_KEY, descending=[True, False, False])
    )
