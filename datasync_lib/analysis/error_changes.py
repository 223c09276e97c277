"""What a run made of the errors of the runs before it: new, carried over, solved; and who is refused every time.

A unit wants each error once, not with every run anew (practice.md 7).
"""

from datetime import date

import polars as pl

from .outcomes import RECORD_KEY, RUN_ORDER, day_received
from .ownership import UNIT, with_units
from .registry import gives

_ERROR = ["kind", "severity", "family"]
REPEATED = 3


@gives("last_run_days")
def last_run_days(*, outcome_history: pl.LazyFrame) -> pl.DataFrame:
    """On which day did OCLC last receive a file of ours?

    Args:
        outcome_history: every answer; those to deletes do not count.

    Returns:
        symbol; day (US Eastern time, that of OCLC's file names; null: no file tells it). Sorted.
    """
    days = outcome_history.filter(~pl.col("is_delete")).group_by("symbol").agg(pl.col("received_at").max())
    return days.select("symbol", day=day_received()).sort("symbol").collect(engine="streaming")


@gives(
    "error_changes",
    by={"exception_records": "record_key", "outcome_history": "record_key", "lead_units": "mms_id"},
)
def error_changes(
    *,
    exception_records: pl.DataFrame,
    outcome_history: pl.LazyFrame,
    last_run_days: pl.DataFrame,
    lead_units: pl.LazyFrame,
    since: date | None = None,
) -> pl.DataFrame:
    """Which errors are new since the last run, which stand yet, and which are solved?

    What a record's last run before the day says is held against what its last run of all says. A record that was not
    sent again keeps its errors. The days are those of OCLC's file names, US Eastern time.

    Args:
        exception_records: exceptions, with the record and run that they belong to.
        outcome_history: `outcomes.outcome_history`.
        last_run_days: for each symbol the last day on which OCLC received a file.
        lead_units: `ownership.lead_units`.
        since: the day with which the last run begins; None: that of `last_run_days`.

    Returns:
        symbol; record_key; mms_id; unit; kind; severity; family (the message without ordinals, tags and subfields);
        change (new, carried over, solved); first_at, last_at (when OCLC received the first and the last run with the
        error), runs (how many runs had it); is_failure (of the record's last outcome); is_noise. One row for each error
        of a record under a symbol; sorted by these.
    """
    with_errors = exception_records.lazy().select(RECORD_KEY).unique()
    answers = outcome_history.join(with_errors, on=RECORD_KEY, how="semi", nulls_equal=True)
    errors = (
        exception_records.group_by(*RECORD_KEY, *_ERROR)
        .agg(
            pl.col("run").unique().alias("in_runs"),
            pl.col("received_at").min().alias("first_at"),
            pl.col("received_at").max().alias("last_at"),
            pl.col("is_noise").all(),
        )
        .join(_runs(answers, last_run_days, since), on=RECORD_KEY, how="inner", nulls_equal=True)
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
    changed = errors.with_columns(change=change).filter(pl.col("change").is_not_null())
    return (
        with_units(changed, lead_units, UNIT)
        .select(
            *RECORD_KEY, "mms_id", "unit", *_ERROR, "change", "first_at", "last_at", "runs", "is_failure", "is_noise"
        )
        .sort(*RECORD_KEY, *_ERROR, nulls_last=True)
    )


def _runs(answers: pl.LazyFrame, last_run_days: pl.DataFrame, since: date | None) -> pl.DataFrame:
    """Each record's last run of all and its last run before the day: run_now, run_before; mms_id, is_failure."""
    begins = pl.lit(since, dtype=pl.Date) if since else pl.col("day")
    is_before = (day_received() < begins).fill_null(True)
    return (
        answers.filter(~pl.col("is_delete"))
        .select(*RECORD_KEY, *RUN_ORDER, "run", "mms_id", "is_failure")
        .join(last_run_days.lazy(), on="symbol", how="left", nulls_equal=True)
        .sort(*RECORD_KEY, *RUN_ORDER)
        .group_by(RECORD_KEY, maintain_order=True)
        .agg(
            pl.col("run").max().alias("run_now"),
            pl.col("run").filter(is_before).max().alias("run_before"),
            pl.col("mms_id").drop_nulls().first(),
            pl.col("is_failure").last(),
        )
        .collect()
    )


@gives("error_change_counts")
def count_error_changes(*, error_changes: pl.LazyFrame) -> pl.DataFrame:
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
        .collect(engine="streaming")
    )


@gives("repeat_offenders", by={"outcome_history": "record_key", "lead_units": "mms_id"})
def repeat_offenders(
    *, outcome_history: pl.LazyFrame, lead_units: pl.LazyFrame, at_least: int = REPEATED
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
    wanted = [*RECORD_KEY, *RUN_ORDER, "run", "mms_id", "action", "is_failure"]
    in_order = outcome_history.filter(~pl.col("is_delete")).select(wanted).sort(*RECORD_KEY, *RUN_ORDER).collect()
    runs = in_order.unique([*RECORD_KEY, "run"], keep="last", maintain_order=True)
    taken = pl.when(~pl.col("is_failure")).then("run").max().over(RECORD_KEY).fill_null(0)
    offenders = (
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
    )
    return (
        with_units(offenders, lead_units, UNIT)
        .select(*RECORD_KEY, "mms_id", "unit", "failed_runs", "first_at", "last_at", "last_action", "file", "record")
        .sort("failed_runs", *RECORD_KEY, descending=[True, False, False])
    )
