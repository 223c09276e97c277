"""Which record does a row of a report speak of? The bib, found through the file that was sent (oclc_formats.md 7, 13).

Where no bib can be told it is the local number, else the place in the sent file.
"""

import polars as pl

from .registry import gives

_RUN = ["symbol", "collection", "received_at"]


def speaks_of_bibs() -> pl.Expr:
    """Whether a report row speaks of a bib, and not of local bibliographic data (Lbd… reports)."""
    return ~pl.col("report_kind").fill_null("").str.to_lowercase().str.starts_with("lbd")


def files_of_runs(rows: pl.LazyFrame) -> pl.DataFrame:
    """The sent file of each run that has just one: symbol, collection, received_at, sent_file."""
    named = rows.filter(pl.col("sent_file").is_not_null()).select(*_RUN, "sent_file").unique()
    files = named.group_by(_RUN).agg(pl.len().alias("files"), pl.col("sent_file").first())
    return files.filter(pl.col("files") == 1).drop("files").sort(_RUN).collect(engine="streaming")


@gives("run_files")
def run_files(*, outcomes: pl.LazyFrame) -> pl.DataFrame:
    """Which file does each run of OCLC's answer?

    Returns:
        symbol, collection, received_at; sent_file: the one that the processing reports of the run name; runs for which
        they name none or several have no row. Sorted.
    """
    return files_of_runs(outcomes.filter(speaks_of_bibs()))


def counted_once(rows: pl.DataFrame, run_files: pl.DataFrame | None = None) -> pl.DataFrame:
    """Report rows without exact repeats, over all files; the first file and row is kept (oclc_formats.md 13.4).

    A copy under a changed name lacks the sent file: it is that of OCLC's own name for the same run.

    Args:
        rows: report rows; repeats of a row must be among them.
        run_files: `files_of_runs` of all rows; None: these are all.
    """
    said = [name for name in rows.columns if name not in ("file", "record")]
    named = (files_of_runs(rows.lazy()) if run_files is None else run_files).rename({"sent_file": "_sent"})
    filled = rows.join(named, on=_RUN, how="left", maintain_order="left").with_columns(
        sent_file=pl.coalesce("sent_file", "_sent")
    )
    return filled.select(rows.columns).sort("file", "record").unique(said, keep="first", maintain_order=True)


def record_of_sent() -> pl.Expr:
    """The record that a sent record is: the bib, else the local number, else its place in the sent file."""
    return pl.coalesce("mms_id", "lsn", _place("byte_offset")).alias("record_key")


def _place(offset: str) -> pl.Expr:
    return pl.format("{}::{}", "sent_file", offset)


def _sent_by(sent_records: pl.LazyFrame, key: str) -> pl.DataFrame:
    """What a key leads to in a sent file; null where it leads to several."""
    names = [name for name in ("mms_id", "holding_id", "lsn", "record_status") if name != key]
    keyed = (
        sent_records.select("sent_file", key, *names)
        .filter(pl.col("sent_file").is_not_null() & pl.col(key).is_not_null())
        .collect()
    )
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


@gives("known_bibs", by="mms_id")
def known_bibs(*, bibs: pl.LazyFrame, sent_records: pl.LazyFrame) -> pl.DataFrame:
    """Which bibs are there, in the catalogue or in a file that was sent?

    Returns:
        mms_id; sorted, each once.
    """
    there = pl.concat([bibs.select("mms_id"), sent_records.select("mms_id")])
    return there.drop_nulls().unique().sort("mms_id").collect()


# What a row is of, where several reports of a run speak of the same record.
_OF_RUN = ["symbol", "collection", "received_at", "lsn"]
_FAILURES_OF_EXCEPTIONS = ("data error", "processing error")


def _told_elsewhere(outcomes: pl.DataFrame, cross_references: pl.LazyFrame, exceptions: pl.LazyFrame) -> pl.DataFrame:
    """Failures that only another report of the run tells, as rows of a processing report: one for each record.

    A record that stands in a list of unresolved ones, or of which an exception is a data or processing error, was not
    taken, also where the processing report is missing or does not name it.
    """
    unresolved = cross_references.filter(
        pl.col("report_kind").str.to_lowercase().str.contains("unresolved") & speaks_of_bibs()
    ).with_columns(action=pl.lit("unresolved"))
    kind = pl.col("kind").str.to_lowercase()
    refused = exceptions.filter(kind.is_in(_FAILURES_OF_EXCEPTIONS) & speaks_of_bibs()).with_columns(action=kind)
    told = pl.concat([each.select(outcomes.columns) for each in (unresolved, refused)]).collect()
    once = told.sort("file", "record").unique([*_OF_RUN, "action", "job_key"], keep="first", maintain_order=True)
    return once.join(outcomes, on=_OF_RUN, how="anti", nulls_equal=True)


@gives(
    "report_rows",
    by={
        "outcomes": "lsn",
        "cross_references": "lsn",
        "exceptions": "lsn",
        "sent_records": "lsn",
        "known_bibs": "mms_id",
    },
)
def report_rows(
    *,
    outcomes: pl.LazyFrame,
    cross_references: pl.LazyFrame,
    exceptions: pl.LazyFrame,
    run_files: pl.DataFrame,
    sent_records: pl.LazyFrame,
    known_bibs: pl.LazyFrame,
) -> pl.DataFrame:
    """Rows of processing reports on bibs, counted once, and the bib that their local number leads to.

    Args:
        outcomes: rows of processing reports.
        cross_references: those of unresolved records tell a failure where no processing report does.
        exceptions: so do data and processing errors.
        run_files: the sent file of each run.
        sent_records: what we sent.
        known_bibs: bibs that are there.

    Returns:
        The columns of `outcomes`; mms_id_by_lsn, holding_id_by_lsn, record_status_by_lsn (of the record with this number in
        the sent file; null: there are none or several); known: the local number, where it is an MMS ID; sorted by lsn,
        file, record.
    """
    told = outcomes.filter(speaks_of_bibs()).collect()
    every = pl.concat([told, _told_elsewhere(told, cross_references, exceptions)])
    rows = counted_once(every, run_files)
    known = known_bibs.select("mms_id", known="mms_id").collect()
    return (
        rows.join(_sent_by(sent_records, "lsn"), on=["sent_file", "lsn"], how="left")
        .join(known, left_on="lsn", right_on="mms_id", how="left")
        .sort("lsn", "file", "record")
    )


@gives("report_records", by={"report_rows": "job_offset", "sent_records": "byte_offset"})
def report_records(*, report_rows: pl.LazyFrame, sent_records: pl.LazyFrame) -> pl.DataFrame:
    """Which record does each row of a processing report speak of?

    Args:
        report_rows: rows counted once, with what their local number leads to.
        sent_records: what we sent.

    Returns:
        The columns of `outcomes`; mms_id; holding_id; sent_status: Leader/05 of the record that was sent; record_key: the
        MMS ID, else the local number, else the place in the sent file. Sorted by record_key, file, record.

    A place in the sent file where another local number stands than the row's own leads to nothing: OCLC did not answer on
    that record.
    """
    by_offset = _sent_by(sent_records, "byte_offset")
    by_place = [f"{name}_by_byte_offset" for name in ("mms_id", "holding_id", "lsn", "record_status")]
    contradicts = (pl.col("lsn") != pl.col("lsn_by_byte_offset")).fill_null(False)
    is_there = pl.col("mms_id") == pl.col("mms_id_by_byte_offset")
    found = (
        report_rows.collect()
        .join(by_offset, left_on=["sent_file", "job_offset"], right_on=["sent_file", "byte_offset"], how="left")
        .with_columns(pl.when(~contradicts).then(name).alias(name) for name in by_place)
        .with_columns(mms_id=pl.coalesce("mms_id_by_lsn", "mms_id_by_byte_offset", "known"))
        .with_columns(
            *(
                pl.coalesce(f"{name}_by_lsn", pl.when(is_there).then(f"{name}_by_byte_offset")).alias(name)
                for name in ("holding_id", "record_status")
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
        .rename({"record_status": "sent_status"})
    )
    return found.drop("^.*_by_.*$", "known").sort("record_key", "file", "record")
