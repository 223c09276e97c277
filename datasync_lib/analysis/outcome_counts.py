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


@gives("sent_record_keys", by={"sent_records": "mms_id"})
def sent_record_keys(*, sent_records: pl.LazyFrame, answered_files: pl.DataFrame) -> pl.DataFrame:
    """Which record is each record that was sent?

    Args:
        sent_records: what we sent.
        answered_files: files that OCLC answered.

    Returns:
        symbol; record_key (as in `outcome_history`); file_is_answered: OCLC answered the file. One row for each record of
        a sent file. Sorted.
    """
    is_answered = pl.col("sent_file").is_in(answered_files["sent_file"].implode()).fill_null(False)
    keys = sent_records.select("symbol", record_of_sent(), file_is_answered=is_answered)
    return keys.sort(*RECORD_KEY, "file_is_answered").collect()


def _flow(parts: pl.DataFrame) -> pl.DataFrame:
    keys = ["symbol", "sent", "answer", "outcome"]
    return parts.group_by(keys).agg(pl.col("records").sum()).sort(keys)


@gives("outcome_flow", by="record_key", together=_flow)
def outcome_flow(*, sent_record_keys: pl.LazyFrame, last_outcomes: pl.LazyFrame) -> pl.DataFrame:
    """How many records went out under each symbol, and where did they end?

    Args:
        sent_record_keys: what we sent; a bib that was sent several times under a symbol counts once.
        last_outcomes: `last_outcomes`.

    Returns:
        symbol; sent (sent, or no sent file: a report without the file that it answers); answer (taken, not taken,
        other, no answer); outcome: the last action; without an answer never reported (OCLC answered a file that it was
        in, without a word on it) or file not answered; records. Sorted. For each symbol the records with `sent` add up
        to what was sent.
    """
    sent = sent_record_keys.group_by(RECORD_KEY).agg(pl.col("file_is_answered").any()).collect()
    answer = (
        pl.when("is_success")
        .then(pl.lit("taken"))
        .when("is_failure")
        .then(pl.lit("not taken"))
        .otherwise(pl.lit("other"))
    )
    said = last_outcomes.select(
        *RECORD_KEY, answer=answer, outcome=pl.col("last_action").fill_null("(blank)")
    ).collect()
    silence = pl.when("file_is_answered").then(pl.lit("never reported")).otherwise(pl.lit("file not answered"))
    flow = _flow(
        sent.with_columns(sent=pl.lit("sent"))
        .join(said, on=RECORD_KEY, how="full", coalesce=True, nulls_equal=True)
        .select(
            "symbol",
            pl.col("sent").fill_null("no sent file"),
            pl.col("answer").fill_null("no answer"),
            pl.coalesce("outcome", silence),
            records=pl.lit(1, dtype=pl.Int64),
        )
    )
    if flow.filter(pl.col("sent") == "sent")["records"].sum() != sent.height:
        raise AssertionError(f"the flow does not add up to the {sent.height} records that were sent")
    return flow


def _rates(parts: pl.DataFrame) -> pl.DataFrame:
    """Our counts of each share as one, for all symbols and for each, beside those of the other project."""
    no_symbol = pl.lit(None, dtype=pl.String).alias("symbol")
    ours = pl.concat([parts.with_columns(no_symbol), parts.filter(pl.col("symbol").is_not_null())])
    counted = ours.group_by("symbol", "action").agg(pl.col("records").sum())
    other = pl.DataFrame({"action": list(_BENCHMARK_RECORDS), "records": list(_BENCHMARK_RECORDS.values())})
    columns = ["project", "symbol", "action", "records"]
    share = pl.col("records") / pl.col("records").sum().over("project", "symbol")
    return (
        pl.concat(
            [
                counted.with_columns(project=pl.lit("this project")).select(columns),
                other.with_columns(no_symbol, project=pl.lit(BENCHMARK)).select(columns),
            ]
        )
        .with_columns(share=share)
        .sort(pl.col("project") == BENCHMARK, "symbol", "records", "action", descending=[False, False, True, False])
    )


@gives("match_rates", by="record_key", together=_rates)
def match_rates(*, last_outcomes: pl.LazyFrame) -> pl.DataFrame:
    """How do our outcomes compare with those of other projects?

    Args:
        last_outcomes: `last_outcomes`.

    Returns:
        project (this project, or the other one); symbol (null: all together); action; records; share (of 1, within
        project and symbol). Sorted, our own first.
    """
    action = pl.col("last_action").fill_null("(blank)").alias("action")
    return last_outcomes.group_by("symbol", action).agg(pl.len().cast(pl.Int64).alias("records")).collect()


@gives("run_changes", by="record_key")
def compare_runs(*, outcome_history: pl.LazyFrame) -> pl.DataFrame:
    """What changed from one run of a record to the next?

    Args:
        outcome_history: every answer.

    Returns:
        symbol, record_key, mms_id, run (the later one), received_at, previous_action, action, previous_ocn, result_ocn,
        change (solved: it is taken now; failed: it was taken before; other number; same). One row for each run but
        the first; of several rows in a run the last counts. Sorted by symbol, record_key, run.
    """
    wanted = [*RECORD_KEY, *RUN_ORDER, "mms_id", "run", "action", "result_ocn", "is_success"]
    in_order = outcome_history.filter(~pl.col("is_delete")).select(wanted).sort(*RECORD_KEY, *RUN_ORDER).collect()
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
