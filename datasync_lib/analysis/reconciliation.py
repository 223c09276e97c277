"""Do OCLC's reports agree with each other and with what we sent? (oclc_formats.md 13.7, practice.md 6.3)"""

import polars as pl

from .outcomes import SUCCESSES
from .registry import gives
from .report_records import counted_once, speaks_of_bibs

_RUN = ["symbol", "sent_file", "received_at"]


@gives("expected_reports")
def expected_reports(*, sent_records: pl.DataFrame, outcomes: pl.DataFrame) -> pl.DataFrame:
    """Which files that we sent has OCLC not answered yet?

    Returns:
        sent_file; symbol; collection; sent (records sent); reported (different rows of processing reports on it); runs
        (times that OCLC answered); is_missing (no report at all). Sorted: missing ones first, then by sent_file.
    """
    answered = (
        counted_once(outcomes.filter(speaks_of_bibs()))
        .group_by("sent_file")
        .agg(
            pl.len().cast(pl.Int64).alias("reported"),
            pl.col("received_at").n_unique().cast(pl.Int64).alias("runs"),
        )
    )
    return (
        sent_records.group_by("sent_file", "symbol", "collection")
        .agg(pl.len().cast(pl.Int64).alias("sent"))
        .join(answered, on="sent_file", how="left")
        .with_columns(pl.col("reported", "runs").fill_null(0))
        .with_columns(is_missing=pl.col("reported") == 0)
        .sort(~pl.col("is_missing"), "sent_file", "symbol", "collection")
    )


def _counts(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    """Rows of each run, how many have no local number, and how many repeat one."""
    numbers = pl.col("lsn")
    return rows.group_by(_RUN).agg(
        pl.len().cast(pl.Int64).alias(name),
        numbers.is_null().sum().cast(pl.Int64).alias(f"{name}_without_number"),
        (numbers.is_not_null().sum().cast(pl.Int64) - numbers.drop_nulls().n_unique().cast(pl.Int64)).alias(
            f"{name}_repeats"
        ),
    )


def _compare(label: str, processed: pl.DataFrame, other: pl.DataFrame, runs: pl.DataFrame) -> pl.DataFrame:
    """One comparison: rows of the processing report and rows of another report, for each run that either names.

    `runs` has the runs of which the other report is loaded, whatever rows it has: none there is then a difference.
    """
    difference = pl.col("processed") - pl.col("other")
    number, repeats = pl.col("processed_without_number"), pl.col("processed_repeats") - pl.col("other_repeats")
    return (
        _counts(processed, "processed")
        .join(_counts(other, "other"), on=_RUN, how="full", coalesce=True, nulls_equal=True)
        .join(runs.select(_RUN).unique().with_columns(_is_loaded=pl.lit(True)), on=_RUN, how="left", nulls_equal=True)
        .with_columns(pl.col(pl.Int64).exclude(_RUN).fill_null(0))
        .with_columns(comparison=pl.lit(label), difference=difference)
        .with_columns(
            explanation=pl.when(difference == 0)
            .then(pl.lit("agrees"))
            .when(pl.col("_is_loaded").is_null())
            .then(pl.lit("no such report loaded"))
            .when(pl.col("processed") == 0)
            .then(pl.lit("no processing report loaded"))
            .when(difference == number)
            .then(pl.lit("rows without a local number"))
            .when(difference == repeats)
            .then(pl.lit("repeated local numbers"))
            .when(difference == number + repeats)
            .then(pl.lit("rows without a local number, and repeated ones"))
        )
        .with_columns(is_explained=pl.col("explanation").is_not_null())
        .select("comparison", *_RUN, "processed", "other", "difference", "explanation", "is_explained")
    )


@gives("report_reconciliation")
def reconcile_reports(
    *, outcomes: pl.DataFrame, cross_references: pl.DataFrame, exceptions: pl.DataFrame
) -> pl.DataFrame:
    """Do the processing report, the cross references and the exceptions of a run tell the same story?

    Successes should stand in the cross reference report, unresolved records in the unresolved one, data and processing
    errors in the exception report (one record may have several rows there: it counts once).

    Returns:
        comparison (what is held against the processing report); symbol; sent_file; received_at; processed (rows of the
        processing report); other (rows, or records, of the other report); difference (processed - other); explanation
        (agrees, no such report loaded, no processing report loaded, rows without a local number, repeated local
        numbers; null when none fits); is_explained. Sorted: what is not explained first.
    """
    reports = (outcomes.filter(speaks_of_bibs()), cross_references, exceptions)
    processed, references, faults = (counted_once(rows) for rows in reports)
    is_unresolved = pl.col("report_kind").str.contains("(?i)unres")
    in_error = faults.unique([*_RUN, "kind", "lsn", "job_offset", "job_key"], keep="first", maintain_order=True)
    action, kind = pl.col("action"), pl.col("kind")
    taken, unresolved = references.filter(~is_unresolved), references.filter(is_unresolved)
    pairs = [
        ("BibCrossRefReport", action.is_in(SUCCESSES), taken, taken),
        ("BibUnresolvedCrossRefReport", action == "unresolved", unresolved, unresolved),
        ("Data Error", action == "data error", in_error.filter(kind == "Data Error"), faults),
        ("Processing Error", action == "processing error", in_error.filter(kind == "Processing Error"), faults),
    ]
    return pl.concat(_compare(label, processed.filter(rows), other, runs) for label, rows, other, runs in pairs).sort(
        "is_explained", "symbol", "sent_file", "received_at", "comparison"
    )
