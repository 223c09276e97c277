"""Refusals of which nobody can tell whose they are, for a spreadsheet has destroyed the number of the record."""

import polars as pl

from .registry import gives

_LONG = r"^[0-9]{16,19}(?:\.0+)?$"


@gives("lost_failures")
def lost_failures(*, outcome_history: pl.LazyFrame, load_issues: pl.LazyFrame, mms_suffix: str = "") -> pl.DataFrame:
    """Which reports refuse a record that cannot be told, for its local number has lost digits and no OCN was sent with it?

    Any bib may be meant. A report of which OCLC itself did not say whose the row is, and whose sent file is not loaded,
    is not among them.

    Args:
        outcome_history: every answer.
        load_issues: the rows whose local number was taken away.
        mms_suffix: what every MMS ID ends with; empty: digits that are off are not seen.

    Returns:
        file; rows: how many; record: the first. Sorted by file.
    """
    taken = load_issues.filter(pl.col("code") == "mangled_lsn").select("file", "record").unique()
    refused = outcome_history.filter("is_failure", pl.col("mms_id").is_null(), pl.col("sent_ocn").is_null())
    rows = refused.select("file", "record", "lsn").collect(engine="streaming")
    without = rows.filter(pl.col("lsn").is_null()).join(taken.collect(), on=["file", "record"], how="semi")
    is_off = pl.col("lsn").str.contains(_LONG) & ~pl.col("lsn").str.ends_with(mms_suffix)
    off = rows.filter(is_off.fill_null(False)) if mms_suffix else rows.head(0)
    return (
        pl.concat([without, off])
        .group_by("file")
        .agg(rows=pl.len().cast(pl.Int64), record=pl.col("record").min())
        .sort("file")
    )
