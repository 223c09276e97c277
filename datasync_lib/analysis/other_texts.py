"""The number that we sent, answered by OCLC as it was, over a record of another text (duplicates.md E8, E11)."""

import polars as pl

from .findings import Found
from .match_classes import found_by_texts
from .registry import finds

_CLASSES = {"look": "look", "no": "suspect"}


@finds("other_text", by={"match_classes": "record_key", "lead_units": "mms_id"})
def find_other_texts(*, match_classes: pl.LazyFrame, lead_units: pl.LazyFrame) -> Found:
    """Where did OCLC answer the very number that we sent, while WorldCat's record of it has another text?

    Nothing has changed there, so nobody would look; but a number that was wrong from the start looks just like this.

    Args:
        match_classes: `match_classes`.
        lead_units: `ownership.lead_units`.

    Returns:
        Findings `other_text`: one for each record and symbol; class look or suspect, as the texts say; ocn is the number
        answered. The parameters have both titles and the card with its terms.
    """
    doubted = (pl.col("class") == "same") & pl.col("verdict").is_in(list(_CLASSES)).fill_null(False)
    of_interest = (
        match_classes.filter(doubted).with_columns(pl.col("verdict").replace(_CLASSES).alias("class")).collect()
    )
    return found_by_texts("other_text", of_interest, lead_units)
