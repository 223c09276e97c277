"""What OCLC said, counted: from sent to outcome, beside other projects, and from run to run."""

import polars as pl

from .outcomes import RECORD_KEY, RUN_ORDER
from .registry import gives
from .report_records import record_of_sent

# Figures of other projects, to compare with (practice.md 2.1, NYPL and BPL 2022).
BENCHMARK = "NYPL and BPL 2022"
_BENCHMARK_RECORDS = {
    "match": 7_591_717,
    "create": 192_886,
    "unresolved": 238_200,
    "processing error": 4_404,
    "data error": 870,
}


@gives("outcome_flow")
def outcome_flow(*, sent_records: pl.DataFrame, last_outcomes: pl.DataFrame) -> pl.DataFrame:
    """How many records went out under each symbol, and where did they end?

    Args:
        sent_records: what we sent; a bib that was sent several times under a symbol counts once.
        last_outcomes: `last_outcomes`.

    Returns:
        symbol; sent (sent, or no sent file: a report without the file that it answers); answer (taken, not taken,
        other, never reported); outcome (the last action, or never reported); records. Sorted. For each symbol the
        records with `sent` add up to what was sent.
    """
    sent = sent_records.select("symbol", record_of_sent()).unique()
    said = last_outcomes.select(
        *RECORD_KEY,
        outcome=pl.col("last_action").fill_null("(blank)"),
        answer=pl.when("is_success")
        .then(pl.lit("taken"))
        .when("is_failure")
        .then(pl.lit("not taken"))
        .otherwise(pl.lit("other")),
    )
    never = pl.lit("never reported")
    flow = (
        sent.with_columns(sent=pl.lit("sent"))
        .join(said, on=RECORD_KEY, how="full", coalesce=True, nulls_equal=True)
        .with_columns(
            pl.col("sent").fill_null("no sent file"),
            pl.col("answer").fill_null(never),
            pl.col("outcome").fill_null(never),
        )
        .group_by("symbol", "sent", "answer", "outcome")
        .agg(pl.len().cast(pl.Int64).alias("records"))
        .sort("symbol", "sent", "answer", "outcome")
    )
    if flow.filter(pl.col("sent") == "sent")["records"].sum() != sent.height:
        raise AssertionError(f"the flow does not add up to the {sent.height} records that were sent")
    return flow


@gives("match_rates")
def match_rates(*, last_outcomes: pl.DataFrame) -> pl.DataFrame:
    """How do our outcomes compare with those of other projects?

    Returns:
        project (this project, or the other one); symbol (null: all together); action; records; share (of 1, within
        project and symbol). Sorted, our own first.
    """
    ours = last_outcomes.select("symbol", pl.col("last_action").fill_null("(blank)").alias("action"))
    together = ours.with_columns(symbol=pl.lit(None, dtype=pl.String))
    by_symbol = ours.filter(pl.col("symbol").is_not_null())
    counted = (
        pl.concat([together, by_symbol])
        .group_by("symbol", "action")
        .agg(pl.len().cast(pl.Int64).alias("records"))
        .select(pl.lit("this project").alias("project"), "symbol", "action", "records")
    )
    other = pl.DataFrame({"action": list(_BENCHMARK_RECORDS), "records": list(_BENCHMARK_RECORDS.values())}).select(
        pl.lit(BENCHMARK).alias("project"), pl.lit(None, dtype=pl.String).alias("symbol"), "action", "records"
    )
    share = pl.col("records") / pl.col("records").sum().over("project", "symbol")
    return (
        pl.concat([counted, other])
        .with_columns(share=share)
        .sort(pl.col("project") == BENCHMARK, "symbol", "records", "action", descending=[False, False, True, False])
    )


@gives("run_changes")
def compare_runs(*, outcome_history: pl.DataFrame) -> pl.DataFrame:
    """What changed from one run of a record to the next?

    Returns:
        symbol, record_key, mms_id, run (the later one), received_at, previous_action, action, previous_ocn, result_ocn,
        change (solved: it is taken now; failed: it was taken before; other number; same). One row for each run but
        the first; of several rows in a run the last counts. Sorted by symbol, record_key, run.
    """
    in_order = outcome_history.filter(~pl.col("is_delete")).sort(*RECORD_KEY, *RUN_ORDER)
    runs = in_order.unique([*RECORD_KEY, "run"], keep="last", maintain_order=True)
    has_earlier = pl.all_horizontal(pl.col(name).eq_missing(pl.col(name).shift()) for name in RECORD_KEY)
    return (
        runs.with_columns(
            previous_action=pl.col("action").shift(),
            previous_ocn=pl.col("result_ocn").shift(),
            was_success=pl.col("is_success").shift(),
            has_earlier=has_earlier & (pl.int_range(pl.len()) > 0),
        )
        .filter("has_earlier")
        .with_columns(
            change=pl.when(~pl.col("was_success") & pl.col("is_success"))
            .then(pl.lit("solved"))
            .when(pl.col("was_success") & ~pl.col("is_success"))
            .then(pl.lit("failed"))
            .when(pl.col("is_success") & pl.col("previous_ocn").ne_missing(pl.col("result_ocn")))
            .then(pl.lit("other number"))
            .otherwise(pl.lit("same"))
        )
        .select(
            *RECORD_KEY,
            *("mms_id", "run", "received_at", "previous_action", "action"),
            *("previous_ocn", "result_ocn", "change"),
        )
        .sort(*RECORD_KEY, "run")
    )
