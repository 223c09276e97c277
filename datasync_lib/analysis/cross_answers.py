"""Numbers that only a cross reference report names for a record, for the processing report of its run is not there.

Such a row says that OCLC took some action, not which one (oclc_formats.md 1.7, 2.1). So it confirms nothing; but the bib
owns the number, and one that is later than everything else and another number says that what stood before stands no more.
"""

import polars as pl

from .exchange import with_number
from .outcomes import RECORD_KEY
from .registry import gives
from .report_records import is_answer

_ROW = ["mms_id", "received_at", "result_ocn", "file", "record"]


@gives("cross_answers", by={"report_records": "record_key"})
def cross_answers(*, report_records: pl.LazyFrame) -> pl.DataFrame:
    """Which numbers do cross references name for records of which no processing report of the run says anything?

    Returns:
        symbol, record_key; mms_id; received_at; result_ocn; file, record of the row. Sorted by symbol, record_key.
    """
    named = report_records.filter(~is_answer(), pl.col("result_ocn").is_not_null()).select(*RECORD_KEY, *_ROW).collect()
    return named.sort(*RECORD_KEY, "received_at", "file", "record", nulls_last=True)


@gives(
    "replaced_confirmations",
    by=dict.fromkeys(["cross_answers", "standing_outcomes"], "record_key"),
)
def replaced_confirmations(
    *, cross_answers: pl.LazyFrame, standing_outcomes: pl.LazyFrame, terminals: pl.DataFrame
) -> pl.DataFrame:
    """Of which records does a cross reference, later than every answer that stands, name another number than those?

    One whose time nobody knows counts as later.

    Returns:
        symbol, record_key, mms_id; sorted, each once.
    """
    number = pl.coalesce("result_ocn", "sent_ocn").alias("ocn")
    standing = standing_outcomes.select(*RECORD_KEY, "received_at", number).collect()
    answered = with_number(standing, "ocn", terminals).select(*RECORD_KEY, result_ocn_number="ocn_number").unique()
    last = standing.group_by(RECORD_KEY).agg(last=pl.col("received_at").max())
    named = with_number(cross_answers.collect(), "result_ocn", terminals)
    later = named.join(last, on=RECORD_KEY, how="inner", nulls_equal=True).filter(
        (pl.col("received_at") > pl.col("last")).fill_null(True)
    )
    other = later.join(answered, on=[*RECORD_KEY, "result_ocn_number"], how="anti", nulls_equal=True)
    columns = [*RECORD_KEY, "mms_id"]
    return other.select(columns).unique().sort(columns, nulls_last=True)
