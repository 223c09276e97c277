"""Which answers of OCLC may be relied upon: those of an agreed collection, under a name that says what their keys say.

What speaks against a record needs no such vouching: where name and key differ in time, the later one counts for it.
"""

from collections.abc import Iterable

import polars as pl

from ..identifiers.symbols import decoded_symbol
from ..settings import Collection

# SYMBOL_collection_milliseconds::bib::offset (oclc_formats.md 1.4)
_KEY = r"^(.+)_(\d{7})_(\d{13})::"


def is_agreed(collections: Iterable[Collection]) -> pl.Expr:
    """Whether the settings have the collection of a row, as one of its symbol; any other one may be one that deletes."""
    agreed = [f"{each.id} {each.symbol}" for each in collections]
    return pl.format("{} {}", "collection", "symbol").is_in(agreed).fill_null(False)


def _key() -> pl.Expr:
    return pl.col("job_key").str.extract_groups(_KEY).struct


def _is_of_its_second() -> pl.Expr:
    """Whether the time of a row is that of OCLC's own key, to the second; null without such a key or time."""
    return _key()["3"].cast(pl.Int64) // 1000 == pl.col("received_at").dt.epoch("ms") // 1000


def latest_time() -> pl.Expr:
    """When OCLC received the file of a row at the latest: by the name of its report, or by OCLC's own key."""
    received_at = pl.col("received_at")
    of_key = _key()["3"].cast(pl.Int64).cast(pl.Datetime("ms")).dt.replace_time_zone("UTC")
    later = pl.max_horizontal(received_at, of_key).cast(pl.Datetime("ms", "UTC"))
    return pl.when(_is_of_its_second().fill_null(True)).then(received_at).otherwise(later).alias("received_at")


def says_what_its_key_says() -> pl.Expr:
    """Whether symbol, collection and second of a row are those of OCLC's own key; a row without such a key is not contradicted.

    Where they differ somebody has changed the name of the report, and nobody can tell when and for whom OCLC answered.
    """
    key = _key()
    agrees = [decoded_symbol(key["1"]) == pl.col("symbol"), key["2"] == pl.col("collection"), _is_of_its_second()]
    return pl.all_horizontal(each.fill_null(True) for each in agrees)
