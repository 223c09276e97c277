"""Who may still catalogue under a symbol: a symbol is not empty while somebody works there (practice.md 5)."""

from datetime import date

import polars as pl

from .registry import gives

_OVER = ("revoked", "deleted", "closed", "inactive", "expired", "disabled", "removed")


@gives("still_authorised")
def still_authorised(*, authorisations: pl.LazyFrame, extract_date: date | None) -> pl.DataFrame:
    """Whose authorisations let them catalogue under a symbol, and who has done so since the extract?

    Args:
        authorisations: the lists; of each symbol the newest counts, and one without a day beside it.
        extract_date: the day of the catalogue.

    Returns:
        symbol (null: not known); staff, authorisation; last_used_on (null: the list does not say); is_used: it was used on the
        day of the extract or later (null: nobody can tell); as_of (of the list); file, record. Those that are revoked or closed
        by their status have no row. Sorted by symbol, the last used first.
    """
    newest = pl.col("as_of").is_null() | (pl.col("as_of") == pl.col("as_of").max().over("symbol"))
    status = pl.col("status").str.strip_chars().str.to_lowercase()
    open_ = authorisations.filter(newest).filter(~status.is_in(list(_OVER)).fill_null(False))
    is_used = pl.col("last_used_on") >= pl.lit(extract_date, pl.Date)
    columns = ["symbol", "staff", "authorisation", "last_used_on", "is_used", "as_of", "file", "record"]
    order = ["symbol", "last_used_on", "staff", "authorisation", "file", "record"]
    return (
        open_.with_columns(is_used=is_used)
        .select(columns)
        .collect()
        .sort(order, descending=[False, True, *[False] * 4], nulls_last=True)
    )
