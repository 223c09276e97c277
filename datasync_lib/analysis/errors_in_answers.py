"""Which records are in error by what OCLC answered, and with which numbers (practice.md 6.2, rule `in_error`).

A number of such a record is never given up, whoever owns it: the answer that would show it to be safe is the one in doubt.
"""

import polars as pl

from .exchange import with_number
from .frames import at_the_door
from .match_classes import is_doubtful
from .outcomes import RECORD_KEY, RUN_ORDER


@at_the_door
def records_in_error(
    history: pl.DataFrame, last: pl.DataFrame, classes: pl.DataFrame, terminals: pl.DataFrame
) -> pl.DataFrame:
    """Which records did OCLC not take, or answer with a number that nothing explains?

    A record is in error when its last word is a failure or an action that we do not know; when the last answer is
    doubtful (`match_classes.is_doubtful`); or when any answer, however old, is another number than the one sent that no
    merge explains. A later answer clears an old one only when it is the very number that was sent then: what was
    written back from a wrong answer comes back from OCLC as itself, and proves nothing.

    Args:
        history: `outcomes.outcome_history`.
        last: `outcomes.last_outcomes`.
        classes: `match_classes.match_classes`.
        terminals: where numbers end (`concordance.resolve_concordance`).

    Returns:
        symbol, record_key, mms_id; sorted, each once.
    """
    who = [*RECORD_KEY, "mms_id"]
    refused = last.filter(~pl.col("is_success").fill_null(False)).select(who)
    doubtful = classes.filter(is_doubtful()).select(who)
    explained = classes.filter(pl.col("class") == "merged").select("sent_ocn", "result_ocn").unique()
    unexplained = _changed(history, terminals).join(explained, on=["sent_ocn", "result_ocn"], how="anti")
    changed = last.select(who).join(unexplained, on=RECORD_KEY, how="semi", nulls_equal=True)
    return pl.concat([refused, doubtful, changed]).unique().sort(who)


def _changed(history: pl.DataFrame, terminals: pl.DataFrame) -> pl.DataFrame:
    """Successes that are another number than the one sent, and that no later answer on the one sent has cleared."""
    successes = history.filter("is_success").sort(*RECORD_KEY, *RUN_ORDER).with_row_index("_place")
    numbered = with_number(with_number(successes, "sent_ocn", terminals), "result_ocn", terminals)
    answered = numbered.group_by(*RECORD_KEY, pl.col("result_ocn_number").alias("sent_ocn_number")).agg(
        pl.col("_place").max().alias("_cleared")
    )
    changed = numbered.filter(pl.col("sent_ocn_number") != pl.col("result_ocn_number"))
    return changed.join(answered, on=[*RECORD_KEY, "sent_ocn_number"], how="left", nulls_equal=True).filter(
        pl.col("_cleared").is_null() | (pl.col("_cleared") < pl.col("_place"))
    )


@at_the_door
def numbers_in_error(history: pl.DataFrame, in_error: pl.DataFrame, terminals: pl.DataFrame) -> pl.DataFrame:
    """Every number, of any time, that was sent for a record in error or answered for it.

    A record may be one of which no bib is known: its numbers count all the same.

    Args:
        history: `outcomes.outcome_history`.
        in_error: `records_in_error`.
        terminals: where numbers end (`concordance.resolve_concordance`).

    Returns:
        number (as WorldCat calls it now, or the number itself when it is ambiguous); sorted, each once.
    """
    rows = history.join(in_error.select(RECORD_KEY).unique(), on=RECORD_KEY, how="semi", nulls_equal=True)
    given = pl.concat(rows.select(pl.col(name).alias("ocn")) for name in ("sent_ocn", "result_ocn")).drop_nulls()
    return with_number(given, "ocn", terminals).select(number="ocn_number").unique().sort("number")
