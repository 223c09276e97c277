"""Do OCLC's reports agree with each other and with what we sent? (oclc_formats.md 13.7, practice.md 6.3)"""

import polars as pl

from .outcomes import SUCCESSES
from .registry import gives
from .report_records import counted_once, files_of_runs, is_answer

_RUN = ["symbol", "sent_file", "received_at"]
_COMPARED = ["comparison", *_RUN]


@gives("expected_reports")
def expected_reports(*, sent_records: pl.LazyFrame, report_rows: pl.LazyFrame) -> pl.DataFrame:
    """Which files that we sent has OCLC not answered yet?

    Args:
        sent_records: what we sent.
        report_rows: rows of processing reports on bibs, counted once.

    Returns:
        sent_file; symbol; collection; sent (records sent); reported (different rows of processing reports on it); runs
        (times that OCLC answered); is_missing (no report at all). Sorted: missing ones first, then by sent_file.
    """
    rows = pl.len().cast(pl.Int64)
    answers = report_rows.filter(is_answer())
    of_runs = answers.group_by("sent_file", "received_at").agg(rows.alias("reported")).collect(engine="streaming")
    answered = of_runs.group_by("sent_file").agg(pl.col("reported").sum(), rows.alias("runs"))
    return (
        sent_records.group_by("sent_file", "symbol", "collection")
        .agg(rows.alias("sent"))
        .collect(engine="streaming")
        .join(answered, on="sent_file", how="left")
        .with_columns(pl.col("reported", "runs").fill_null(0))
        .with_columns(is_missing=pl.col("reported") == 0)
        .sort(~pl.col("is_missing"), "sent_file", "symbol", "collection")
    )


@gives("cross_reference_files")
def cross_reference_files(*, cross_references: pl.LazyFrame) -> pl.DataFrame:
    """Which file does each run of OCLC's answer, as the cross reference reports name it?

    Args:
        cross_references: rows of cross reference reports.

    Returns:
        symbol, collection, received_at; sent_file; runs for which they name none or several have no row. Sorted.
    """
    return files_of_runs(cross_references)


def _added_up(parts: pl.DataFrame) -> pl.DataFrame:
    keys = ["report", *_COMPARED]
    return parts.group_by(keys).agg(pl.col(pl.Int64).sum()).sort(keys)


def _counts(rows: pl.DataFrame, counted: pl.Expr, **names: str) -> pl.DataFrame:
    """Of the rows of each run, how many count, how many of these have no local number, and how many repeat one."""
    numbers = pl.col("lsn").filter(counted)
    count, different = counted.sum().cast(pl.Int64), numbers.drop_nulls().n_unique().cast(pl.Int64)
    without = numbers.null_count().cast(pl.Int64)
    return rows.group_by(_RUN).agg(
        *(pl.lit(text).alias(name) for name, text in names.items()),
        rows=count,
        without_number=without,
        repeats=count - without - different,
    )


@gives(
    "report_counts",
    by={"report_rows": "lsn", "cross_references": "lsn", "counted_exceptions": "lsn"},
    together=_added_up,
)
def report_counts(
    *,
    report_rows: pl.LazyFrame,
    cross_references: pl.LazyFrame,
    cross_reference_files: pl.DataFrame,
    counted_exceptions: pl.LazyFrame,
) -> pl.DataFrame:
    """How many rows has each report of a run that should tell the same story?

    Successes should stand in the cross reference report, unresolved records in the unresolved one, data and processing
    errors in the exception report (one record may have several rows there: it counts once).

    Args:
        report_rows: rows of processing reports on bibs, counted once.
        cross_references: rows of cross reference reports.
        cross_reference_files: the sent file of each of their runs.
        counted_exceptions: rows of exception reports, counted once.

    Returns:
        report (processing, or other: the one that it is compared with); comparison (the name of the other); symbol;
        sent_file; received_at; rows (0: the report is loaded, and has none); without_number (rows without a local
        number); repeats (rows whose local number another one has). Sorted by these.
    """
    processed = report_rows.filter(is_answer()).select(*_RUN, "lsn", "action").collect()
    references = counted_once(cross_references.collect(), cross_reference_files)
    record = [*_RUN, "kind", "lsn", "job_offset", "job_key"]
    in_error = counted_exceptions.select(record).unique().collect()
    is_unresolved = pl.col("report_kind").str.contains("(?i)unres")
    action, kind = pl.col("action"), pl.col("kind")
    pairs = [
        ("BibCrossRefReport", action.is_in(SUCCESSES), references.filter(~is_unresolved), ~is_unresolved),
        ("BibUnresolvedCrossRefReport", action == "unresolved", references.filter(is_unresolved), is_unresolved),
        ("Data Error", action == "data error", in_error, kind == "Data Error"),
        ("Processing Error", action == "processing error", in_error, kind == "Processing Error"),
    ]
    return _added_up(
        pl.concat(
            counts
            for name, answered, rows, counted in pairs
            for counts in (
                _counts(processed, answered, report="processing", comparison=name),
                _counts(rows, counted, report="other", comparison=name),
            )
        )
    )


@gives("report_reconciliation")
def reconcile_reports(*, report_counts: pl.DataFrame) -> pl.DataFrame:
    """Do the processing report, the cross references and the exceptions of a run tell the same story?

    Args:
        report_counts: rows of each report of a run.

    Returns:
        comparison (what is held against the processing report); symbol; sent_file; received_at; processed (rows of the
        processing report); other (rows, or records, of the other report); difference (processed - other); explanation
        (agrees, no such report loaded, no processing report loaded, rows without a local number, repeated local
        numbers; null when none fits); is_explained. Sorted: what is not explained first.
    """
    counts = pl.col("rows", "without_number", "repeats")
    processed, other = (
        report_counts.filter(pl.col("report") == report).select(*_COMPARED, counts.name.prefix(f"{prefix}_"))
        for report, prefix in (("processing", "processed"), ("other", "other"))
    )
    difference = pl.col("processed") - pl.col("other")
    number, repeats = pl.col("processed_without_number"), pl.col("processed_repeats") - pl.col("other_repeats")
    return (
        processed.join(other, on=_COMPARED, how="full", coalesce=True, nulls_equal=True)
        .with_columns(is_loaded=pl.col("other_rows").is_not_null())
        .with_columns(pl.col(pl.Int64).fill_null(0))
        .rename({"processed_rows": "processed", "other_rows": "other"})
        .filter((pl.col("processed") > 0) | (pl.col("other") > 0))
        .with_columns(difference=difference)
        .with_columns(
            explanation=pl.when(difference == 0)
            .then(pl.lit("agrees"))
            .when(~pl.col("is_loaded"))
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
        .select(*_COMPARED, "processed", "other", "difference", "explanation", "is_explained")
        .sort("is_explained", *_RUN, "comparison")
    )
