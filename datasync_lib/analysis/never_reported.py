"""Records that were sent in a file that OCLC answered, without a word on them."""

import polars as pl

from .findings import Found, as_findings
from .ownership import UNIT, with_units
from .registry import finds, gives
from .report_records import record_of_sent, speaks_of_bibs


@gives("unanswered_records", by={"sent_records": "lsn", "outcomes": "lsn"})
def unanswered_records(
    *, sent_records: pl.LazyFrame, outcomes: pl.LazyFrame, answered_files: pl.DataFrame
) -> pl.DataFrame:
    """Which records of files that OCLC answered does no report row name by their local number?

    Args:
        sent_records: what we sent.
        outcomes: rows of processing reports.
        answered_files: files that OCLC answered.

    Returns:
        The columns of `sent_records`; sorted by file, record.
    """
    named = outcomes.filter(speaks_of_bibs()).select("sent_file", "lsn").drop_nulls().unique()
    return (
        sent_records.join(answered_files.lazy(), on="sent_file", how="semi")
        .join(named, on=["sent_file", "lsn"], how="anti")
        .sort("file", "record")
        .collect()
    )


@gives("answered_files")
def answered_files(*, outcomes: pl.LazyFrame) -> pl.DataFrame:
    """Which files that we sent does a processing report answer?

    Returns:
        sent_file; sorted, each once.
    """
    said = outcomes.filter(pl.col("sent_file").is_not_null() & speaks_of_bibs()).select("sent_file").unique()
    return said.sort("sent_file").collect(engine="streaming")


@finds("never_reported")
def find_never_reported(*, unanswered_records: pl.DataFrame, outcomes: pl.LazyFrame, lead_units: pl.LazyFrame) -> Found:
    """Which records did we send in a file that OCLC answered, without a word on them?

    Args:
        unanswered_records: what no row names by its local number.
        outcomes: rows of processing reports: one without a local number may name a record by its place in the sent file.
        lead_units: `ownership.lead_units`.

    Returns:
        Findings `never_reported`, one for each symbol, record and sent file; the symbol is the one it was sent under.
    """
    wanted = unanswered_records.lazy().select("sent_file", "byte_offset", own="lsn")
    places = outcomes.filter(speaks_of_bibs()).select("sent_file", "lsn", byte_offset="job_offset")
    at_place = places.join(wanted, on=["sent_file", "byte_offset"], how="inner")
    # A row with the local number of another record does not speak of the one at this place.
    of_it = at_place.filter(pl.col("lsn").is_null() | pl.col("own").is_null())
    named = of_it.select("sent_file", "byte_offset").unique().collect(engine="streaming")
    silent = (
        unanswered_records.join(named, on=["sent_file", "byte_offset"], how="anti")
        .with_columns(record_of_sent())
        .sort("file", "record")
    )
    identity = ["symbol", "record_key", "sent_file"]
    rows = silent.unique(identity, keep="first", maintain_order=True).drop("holding_id")
    return as_findings(
        "never_reported",
        with_units(rows, lead_units, UNIT),
        identity=identity,
        parameters=["sent_file"],
        evidence=silent.select(
            *identity, pl.lit("sent record").alias("what"), pl.col("lsn").alias("value"), "file", "record"
        ),
    )
