"""What is to be said of records that count in no number, or only in part: a row of `load_issues` for each file."""

import polars as pl

from ..vocabulary.tables import conform, empty


def issues_of_records(bibs: pl.LazyFrame, holdings: pl.LazyFrame, others: pl.LazyFrame) -> pl.DataFrame:
    """Records without a number of their own, and fields that are another library's holding, counted for each file.

    Args:
        bibs: every bib of every file.
        holdings: every holding.
        others: the `other_holdings` table.
    """
    no_id = pl.col("mms_id").is_null()
    counted = [
        _counted(
            bibs.filter(no_id),
            "no_mms_id",
            "{} bibs have no MMS ID (001 is missing or blank): they stand for no bib of the catalogue, and their OCNs speak for "
            "nobody's holding. Export them with the MMS ID in 001",
        ),
        _counted(
            holdings.filter(pl.col("is_mfhd") & no_id),
            "no_mms_id",
            "{} holdings records name no bib (004 is missing or blank): their holdings count for none. Export them with the "
            "MMS ID in 004",
        ),
        _counted(
            others,
            "other_holding",
            "{} fields without holding ID were taken for holdings of other libraries, as their records have others with one; they are "
            'in the table other_holdings. Where they are yours, say without_id = "counts" for their tag under [[holdings]] '
            "in datasync.toml",
        ),
    ]
    found = pl.concat(counted)
    return conform("load_issues", found) if found.height else empty("load_issues")


def _counted(rows: pl.LazyFrame, code: str, words: str) -> pl.DataFrame:
    return (
        rows.group_by("file")
        .agg(pl.col("record").min(), count=pl.len())
        .sort("file")
        .select("file", "record", code=pl.lit(code), message=pl.format(words, "count"))
        .collect(engine="streaming")
    )
