"""Which records are in error by what OCLC answered, and with which numbers (practice.md 6.2, rule `in_error`).

A number of such a record is never given up, whoever owns it: the answer that would show it to be safe is the one in doubt.
"""

import polars as pl

from .exchange import with_number
from .match_classes import is_delivered_otherwise, is_doubtful
from .outcomes import RECORD_KEY, RUN_ORDER
from .registry import gives


@gives("merges_in_answers", by={"match_classes": "record_key"}, together=lambda rows: rows.unique().sort(rows.columns))
def merges_in_answers(*, match_classes: pl.LazyFrame) -> pl.DataFrame:
    """Which pairs of a number sent and another one answered does a merge in WorldCat explain?

    Returns:
        sent_ocn, result_ocn; sorted, each once.
    """
    merged = match_classes.filter(pl.col("class") == "merged")
    return merged.select("sent_ocn", "result_ocn").unique().collect()


@gives(
    "records_in_error",
    by=dict.fromkeys(
        ["outcome_history", "last_outcomes", "match_classes", "replaced_confirmations", "silent_records"], "record_key"
    ),
)
def records_in_error(
    *,
    outcome_history: pl.LazyFrame,
    last_outcomes: pl.LazyFrame,
    match_classes: pl.LazyFrame,
    replaced_confirmations: pl.LazyFrame,
    silent_records: pl.LazyFrame,
    merges_in_answers: pl.DataFrame,
    terminals: pl.DataFrame,
) -> pl.DataFrame:
    """Which records did OCLC not take, or answer with a number that nothing explains?

    A record is in error when its last word is a failure or an action that we do not know; when the last answer is
    doubtful (`match_classes.is_doubtful`), or delivered as another record (`is_delivered_otherwise`); or when any answer,
    however old, is another number than the one sent that no merge explains. A later answer clears an old one only when it is the very number that was sent then: what was
    written back from a wrong answer comes back from OCLC as itself, and proves nothing. So is one of which a later cross
    reference names another number, or that a later run passed over when a failure in it names nobody.

    Args:
        outcome_history: `outcomes.outcome_history`.
        last_outcomes: `outcomes.last_outcomes`.
        match_classes: `match_classes.match_classes`.
        replaced_confirmations: records of which a later cross reference names another number.
        silent_records: records that a later run may mean by a failure that names nobody.
        merges_in_answers: changes of numbers that a merge explains.
        terminals: where numbers end (`concordance.resolve_concordance`).

    Returns:
        symbol, record_key, mms_id; sorted, each once.
    """
    who = [*RECORD_KEY, "mms_id"]
    everybody = last_outcomes.select(*who, "is_success").collect()
    refused = everybody.filter(~pl.col("is_success").fill_null(False)).select(who)
    doubtful = match_classes.filter(is_doubtful() | is_delivered_otherwise()).select(who).collect()
    unexplained = _changed(outcome_history, terminals).join(
        merges_in_answers, on=["sent_ocn", "result_ocn"], how="anti"
    )
    changed = everybody.select(who).join(unexplained, on=RECORD_KEY, how="semi", nulls_equal=True)
    since = [each.select(who).collect() for each in (replaced_confirmations, silent_records)]
    return pl.concat([refused, doubtful, changed, *since]).unique().sort(who)


def _changed(history: pl.LazyFrame, terminals: pl.DataFrame) -> pl.DataFrame:
    """Successes that are another number than the one sent, and that no later answer on the one sent has cleared."""
    columns = [*RECORD_KEY, *RUN_ORDER, "sent_ocn", "result_ocn"]
    successes = history.filter("is_success").select(columns).collect().sort(*RECORD_KEY, *RUN_ORDER)
    numbered = with_number(
        with_number(successes.with_row_index("_place"), "sent_ocn", terminals), "result_ocn", terminals
    )
    answered = numbered.group_by(*RECORD_KEY, pl.col("result_ocn_number").alias("sent_ocn_number")).agg(
        pl.col("_place").max().alias("_cleared")
    )
    changed = numbered.filter(pl.col("sent_ocn_number") != pl.col("result_ocn_number"))
    return changed.join(answered, on=[*RECORD_KEY, "sent_ocn_number"], how="left", nulls_equal=True).filter(
        pl.col("_cleared").is_null() | (pl.col("_cleared") < pl.col("_place"))
    )


def _first_of_each(numbers: pl.DataFrame) -> pl.DataFrame:
    return numbers.sort("number", "mms_id", "file", "record", nulls_last=True).unique(
        "number", keep="first", maintain_order=True
    )


@gives(
    "numbers_in_error",
    by={"outcome_history": "record_key", "records_in_error": "record_key"},
    together=_first_of_each,
)
def numbers_in_error(
    *, outcome_history: pl.LazyFrame, records_in_error: pl.LazyFrame, terminals: pl.DataFrame
) -> pl.DataFrame:
    """Every number, of any time, that was sent for a record in error or answered for it.

    A record may be one of which no bib is known: its numbers count all the same.

    Args:
        outcome_history: `outcomes.outcome_history`.
        records_in_error: `records_in_error`.
        terminals: where numbers end (`concordance.resolve_concordance`).

    Returns:
        number (as WorldCat calls it now, or the number itself when it is ambiguous); mms_id, file, record of the first row
        that says so. Sorted by number, each once.
    """
    in_error = records_in_error.select(RECORD_KEY).unique()
    columns = ["mms_id", "file", "record"]
    rows = outcome_history.join(in_error, on=RECORD_KEY, how="semi", nulls_equal=True)
    said = rows.select(*columns, "sent_ocn", "result_ocn").collect()
    given = pl.concat(said.select(*columns, ocn=name) for name in ("sent_ocn", "result_ocn"))
    numbered = with_number(given.drop_nulls("ocn"), "ocn", terminals)
    return _first_of_each(numbered.select(pl.col("ocn_number").alias("number"), *columns))
