"""The number that we sent, answered by OCLC as it was, over a record of another text (duplicates.md E8, E11)."""

import polars as pl

from .answer_texts import CARD, worldcat_evidence
from .findings import Found, as_findings
from .match_classes import flags_in_words
from .outcomes import RECORD_KEY, report_evidence
from .ownership import UNIT, with_units
from .registry import finds
from .similarity import doubt_in_words

_CLASSES = {"look": "look", "no": "suspect"}


@finds("other_text", by="mms_id")
def find_other_texts(*, match_classes: pl.LazyFrame, lead_units: pl.DataFrame) -> Found:
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
    rows = with_units(of_interest, lead_units, UNIT).with_columns(
        doubt_in_words(), ocn="result_ocn", flags=flags_in_words()
    )
    said = report_evidence(rows, OCN_sent="sent_ocn", OCN_answered="result_ocn", report_action="last_action")
    return as_findings(
        "other_text",
        rows,
        identity=RECORD_KEY,
        parameters=["sent_ocn", "result_ocn", *CARD, "flags"],
        evidence=pl.concat([said, worldcat_evidence(rows, RECORD_KEY)]),
    )
