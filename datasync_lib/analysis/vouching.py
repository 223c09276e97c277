"""Which answers of OCLC may be relied upon: those of an agreed collection, under a name that says what their keys say."""

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


def says_what_its_key_says() -> pl.Expr:
    """Whether symbol, collection and second of a row are those of OCLC's own key; a row without such a key is not contradicted.

    Where they differ somebody has changed the name of the report, and nobody can tell when and for whom OCLC answered.
    """
    key = pl.col("job_key").str.extract_groups(_KEY).struct
    milliseconds = key["3"].cast(pl.Int64)
    agrees = [
        decoded_symbol(key["1"]) == pl.col("symbol"),
        key["2"] == pl.col("collection"),
        milliseconds // 1000 == pl.col("received_at").dt.epoch("ms") // 1000,
    ]
    return pl.all_horizontal(each.fill_null(True) for each in agrees)
