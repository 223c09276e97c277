"""Everything that is claimed of held numbers, from whatever source."""

import polars as pl

from . import (  # noqa: F401  they register their sources
    bound_numbers,
    claims_of_decisions,
    claims_of_lists,
    claims_of_searches,
    commitments,
    linked_numbers,
    listed_titles,
)
from .claims import COLUMNS, SOURCES, in_order
from .registry import gather


def _all_claims(**sources: pl.LazyFrame) -> pl.DataFrame:
    """Everything that is claimed of held numbers.

    Returns:
        symbol, number; class; reason in a few words; mms_id, file, record: whose word it is, and where it stands. A number
        may have several claims; sorted by number, symbol, class.
    """
    return in_order([each.select(COLUMNS).collect() for each in sources.values()])


gather("claims", _all_claims, SOURCES, by="number")
