"""Records that a run does not name although they were sent in its file, where a failure of the run names nobody.

A data error often carries neither local number nor OCN, and the number in its key may be no place in the file
(oclc_formats.md 1.4). Whose it is tells what is left over: what was sent and not named may be what failed.
"""

import polars as pl

from .outcomes import RECORD_KEY
from .registry import gives
from .report_records import record_of_sent

_RUN = ["symbol", "sent_file", "received_at"]


@gives("nameless_failures", by={"outcome_history": "record_key"}, together=lambda rows: rows.unique().sort(_RUN))
def nameless_failures(*, outcome_history: pl.LazyFrame) -> pl.DataFrame:
    """Which runs have a failure of which nobody can tell whose it is: symbol, sent_file, received_at; sorted."""
    names = pl.coalesce(pl.col("mms_id"), pl.col("lsn"), pl.col("sent_ocn").cast(pl.String))
    nameless = outcome_history.filter("is_failure", names.is_null(), pl.col("sent_file").is_not_null())
    return nameless.select(_RUN).unique().collect().sort(_RUN)


@gives(
    "silent_records",
    by={"sent_records": "mms_id", "outcome_history": "record_key", "standing_outcomes": "record_key"},
)
def silent_records(
    *,
    sent_records: pl.LazyFrame,
    outcome_history: pl.LazyFrame,
    standing_outcomes: pl.LazyFrame,
    nameless_failures: pl.DataFrame,
) -> pl.DataFrame:
    """Which records does such a run pass over, when nothing later is said of them?

    Returns:
        symbol, record_key, mms_id; sorted, each once.
    """
    runs = nameless_failures.lazy()
    columns = [*RECORD_KEY, "mms_id"]
    sent = sent_records.select("symbol", "sent_file", "mms_id", record_of_sent()).join(runs, on=["symbol", "sent_file"])
    named = outcome_history.select(*_RUN, "record_key").join(runs, on=_RUN, how="semi", nulls_equal=True)
    last = standing_outcomes.group_by(RECORD_KEY).agg(last=pl.col("received_at").max())
    silent = sent.join(named, on=[*_RUN, "record_key"], how="anti", nulls_equal=True)
    later = silent.join(last, on=RECORD_KEY).filter((pl.col("received_at") > pl.col("last")).fill_null(True))
    return later.select(columns).unique().collect().sort(columns, nulls_last=True)
