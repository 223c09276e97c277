"""Was it the right record that OCLC matched? Changed numbers, answers that a later run replaced, and collisions.

The first classes of duplicates.md E11. Sent and answered numbers are claims: both sides are resolved through what OCLC
says of its own records before they are compared, and neither makes an edge of the concordance (duplicates.md E2). A
number that has no single end there stands for itself.
"""

import polars as pl

from ..oclc.concordance import resolve_ocns
from ..tables.frames import takes_any_frame
from .exchange import current_numbers
from .findings import Found, as_findings
from .outcomes import RECORD_KEY, RUN_ORDER, as_report_rows, report_evidence


def with_number(rows: pl.DataFrame, column: str, terminals: pl.DataFrame) -> pl.DataFrame:
    """Rows with what a number is called in WorldCat now, as `<column>_number`; an ambiguous one stands for itself."""
    return (
        resolve_ocns(rows, column, terminals)
        .with_columns(pl.coalesce(f"{column}_current", column).alias(f"{column}_number"))
        .drop(f"{column}_current", f"{column}_is_ambiguous")
    )


@takes_any_frame
def changed_ocns(last: pl.DataFrame, terminals: pl.DataFrame) -> pl.DataFrame:
    """Which last outcomes are a success on another number than the one we sent, and does a merge explain it?

    Args:
        last: `outcomes.last_outcomes`.
        terminals: where numbers end (`oclc.concordance.resolve_concordance`).

    Returns:
        The rows of `last` concerned, with class: merged (both numbers are one record of WorldCat now) or unexplained.
    """
    changed = last.filter(pl.col("is_success") & (pl.col("sent_ocn") != pl.col("result_ocn")))
    resolved = resolve_ocns(resolve_ocns(changed, "sent_ocn", terminals), "result_ocn", terminals)
    is_merged = (pl.col("sent_ocn_current") == pl.col("result_ocn_current")).fill_null(False)
    return resolved.select(
        *last.columns, pl.when(is_merged).then(pl.lit("merged")).otherwise(pl.lit("unexplained")).alias("class")
    ).sort(*RECORD_KEY)


@takes_any_frame
def find_changed_ocns(last: pl.DataFrame, leads: pl.DataFrame, terminals: pl.DataFrame) -> Found:
    """Where did OCLC answer another number than the one we sent?

    Returns:
        Findings `ocn_changed` (practice.md 0.4): one for each record and symbol; class merged or unexplained; ocn is
        the number answered.
    """
    rows = as_report_rows(changed_ocns(last, terminals), leads).with_columns(ocn="result_ocn")
    return as_findings(
        "ocn_changed",
        rows,
        identity=RECORD_KEY,
        parameters=["sent_ocn", "result_ocn"],
        evidence=report_evidence(rows, OCN_sent="sent_ocn", OCN_answered="result_ocn", report_action="last_action"),
    )


@takes_any_frame
def replaced_results(history: pl.DataFrame, terminals: pl.DataFrame) -> pl.DataFrame:
    """Which numbers did OCLC once answer for a record that a later success replaced by another one?

    Args:
        history: `outcomes.outcome_history`.
        terminals: where numbers end.

    Returns:
        The rows of `history` concerned, one for each symbol, record and number (the latest), with result_ocn_number
        (what the number is called now) and last_ocn, last_number, last_file, last_record (of the record's last success that
        has a number). Sorted by symbol, record_key, result_ocn.
    """
    successes = history.filter(pl.col("is_success") & pl.col("result_ocn").is_not_null())
    resolved = with_number(successes, "result_ocn", terminals).sort(*RECORD_KEY, *RUN_ORDER)

    def of_last(column: str) -> pl.Expr:
        return pl.col(column).last().over(RECORD_KEY)

    return (
        resolved.with_columns(
            last_ocn=of_last("result_ocn"),
            last_number=of_last("result_ocn_number"),
            last_file=of_last("file"),
            last_record=of_last("record"),
        )
        .filter(pl.col("result_ocn_number") != pl.col("last_number"))
        .unique([*RECORD_KEY, "result_ocn"], keep="last", maintain_order=True)
        .sort(*RECORD_KEY, "result_ocn")
    )


@takes_any_frame
def find_wrong_holdings_set(history: pl.DataFrame, leads: pl.DataFrame, terminals: pl.DataFrame) -> Found:
    """On which WorldCat records did an earlier run set our holding, before a later run matched another one?

    Returns:
        Findings `wrong_holding_set`: one for each symbol, record and earlier number; ocn is the earlier number, file
        and record are those of the report that gave it.
    """
    rows = as_report_rows(replaced_results(history, terminals), leads).with_columns(
        ocn="result_ocn", earlier_ocn="result_ocn", result_ocn="last_ocn"
    )
    identity = [*RECORD_KEY, "ocn"]
    earlier = report_evidence(rows, *identity, OCN_answered_earlier="earlier_ocn")
    later = report_evidence(
        rows.with_columns(file="last_file", record="last_record"), *identity, OCN_answered_last="result_ocn"
    )
    return as_findings(
        "wrong_holding_set",
        rows,
        identity=identity,
        parameters=["earlier_ocn", "result_ocn"],
        evidence=pl.concat([earlier, later]),
    )


def _answers(last: pl.DataFrame, bibs: pl.DataFrame, terminals: pl.DataFrame) -> pl.DataFrame:
    """The number of each current bib's last success, under each symbol, and what it is called now."""
    answers = last.filter(pl.col("success_ocn").is_not_null() & pl.col("mms_id").is_not_null())
    current = answers.join(bibs.select("mms_id").drop_nulls().unique(), on="mms_id", how="semi")
    return with_number(current, "success_ocn", terminals).rename({"success_ocn_number": "number"})


def _collisions(answers: pl.DataFrame, ocns: pl.DataFrame, terminals: pl.DataFrame) -> pl.DataFrame:
    """number, mms_id, members (text), count, for the numbers that OCLC answered for several bibs which do not share them here."""
    ours = current_numbers(ocns, terminals).select(
        "mms_id", pl.coalesce("ocn_current", "ocn").alias("number"), pl.lit(True).alias("is_ours")
    )
    pairs = answers.select("number", "mms_id").unique().join(ours.unique(), on=["number", "mms_id"], how="left")
    all_have_it = pl.col("is_ours").fill_null(False).all().over("number")
    collide = pairs.filter((pl.len().over("number") > 1) & ~all_have_it)
    return collide.select(
        "number",
        "mms_id",
        pl.col("mms_id").sort().str.join(" ").over("number").alias("members"),
        pl.len().over("number").cast(pl.Int64).alias("count"),
    )


@takes_any_frame
def find_collisions(
    last: pl.DataFrame, bibs: pl.DataFrame, ocns: pl.DataFrame, leads: pl.DataFrame, terminals: pl.DataFrame
) -> Found:
    """For which bibs did OCLC answer one and the same record of WorldCat?

    The last success of each bib under each symbol counts. Bibs that all have the number already are a shared OCN and no
    news. Bibs that collide on several numbers, one for each symbol, are one group, named after the smallest.

    Returns:
        Findings `duplicate_group`, class collision (duplicates.md E11): one for each bib of a group; ocn is the number
        answered, as it is called now; group_id is "result " and that number.
    """
    answers = _answers(last, bibs, terminals)
    members = answers.join(_collisions(answers, ocns, terminals), on=["number", "mms_id"], how="inner")
    smallest = pl.col("number") == pl.col("number").min().over("members", "mms_id")
    rows = (
        members.filter(smallest)
        .sort("members", "mms_id", *("received_at", "symbol", "success_ocn", "record_key"))
        .unique(["members", "mms_id"], keep="last", maintain_order=True)
        .select(
            "members",
            "mms_id",
            pl.lit("collision").alias("class"),
            pl.format("result {}", "number").alias("group_id"),
            pl.col("number").alias("ocn"),
            "count",
            "file",
            "record",
        )
        .join(leads.select("mms_id", "unit", "other_units", "symbol"), on="mms_id", how="left", maintain_order="left")
    )
    said = members.select(
        "members",
        "mms_id",
        pl.format("OCN answered under {}", pl.col("symbol").fill_null("?")).alias("what"),
        pl.col("success_ocn").cast(pl.String).alias("value"),
        "file",
        "record",
    )
    return as_findings(
        "duplicate_group",
        rows,
        identity=["members", "mms_id"],
        parameters=["ocn", "count"],
        evidence=said,
    )
