"""Answers that a later run replaced, and bibs that got the same answer (duplicates.md E11).

Sent and answered numbers are claims: both sides are resolved through what OCLC
says of its own records before they are compared, and neither makes an edge of the concordance (duplicates.md E2). A
number that has no single end there stands for itself.
"""

import polars as pl

from .answer_texts import CARD, with_answer_texts, worldcat_evidence
from .exchange import current_numbers, with_number
from .findings import Found, as_findings
from .frames import at_the_door
from .outcomes import RECORD_KEY, RUN_ORDER, as_report_rows, report_evidence, standing
from .registry import finds
from .similarity import doubt_in_words
from .worldcat_overlap import newest_lists


@at_the_door
def replaced_results(history: pl.DataFrame, terminals: pl.DataFrame) -> pl.DataFrame:
    """Which numbers did OCLC once answer for a record that a later success replaced by another one?

    Answers on several holdings of a bib, sent one by one, stand beside each other and replace nothing (`outcomes.standing`).

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
    stand = standing(resolved)
    numbers = stand.select(*RECORD_KEY, "result_ocn_number").unique()
    last = stand.group_by(RECORD_KEY).agg(
        pl.col("result_ocn").last().alias("last_ocn"),
        pl.col("result_ocn_number").last().alias("last_number"),
        pl.col("file").last().alias("last_file"),
        pl.col("record").last().alias("last_record"),
    )
    return (
        resolved.join(numbers, on=[*RECORD_KEY, "result_ocn_number"], how="anti", nulls_equal=True)
        .join(last, on=RECORD_KEY, how="left", nulls_equal=True, maintain_order="left")
        .unique([*RECORD_KEY, "result_ocn"], keep="last", maintain_order=True)
        .sort(*RECORD_KEY, "result_ocn")
    )


def _with_holding(rows: pl.DataFrame, worldcat_holdings: pl.DataFrame, terminals: pl.DataFrame) -> pl.DataFrame:
    """What the newest list of each row's symbol says of its number: class, and the day of the list (null: no list).

    Numbers are compared as they are called now: a holding moves with its record when that is merged.
    """
    newest = newest_lists(worldcat_holdings).select("symbol", "ocn", "as_of")
    held = with_number(newest, "ocn", terminals).select("symbol", "as_of", result_ocn_number="ocn_number").unique()
    lists = newest.select("symbol", pl.col("as_of").alias("list_of"), pl.lit(True).alias("_has_list")).unique()
    is_held = held.select("symbol", "result_ocn_number", pl.lit(True).alias("_is_held"))
    return (
        rows.join(lists, on="symbol", how="left", maintain_order="left")
        .join(is_held, on=["symbol", "result_ocn_number"], how="left", maintain_order="left")
        .with_columns(
            pl.when("_is_held")
            .then(pl.lit("still_held"))
            .when("_has_list")
            .then(pl.lit("not_held"))
            .otherwise(pl.lit("no_list"))
            .alias("class")
        )
        .drop("_is_held", "_has_list")
    )


@finds("wrong_holding_set")
def find_wrong_holdings_set(
    *,
    outcome_history: pl.DataFrame,
    lead_units: pl.DataFrame,
    bib_texts: pl.DataFrame,
    worldcat_records: pl.DataFrame,
    worldcat_holdings: pl.DataFrame,
    terminals: pl.DataFrame,
) -> Found:
    """On which WorldCat records did an earlier run set our holding, before a later run matched another one?

    Args:
        outcome_history: `outcomes.outcome_history`.
        lead_units: `ownership.lead_units`.
        bib_texts: `answer_texts.texts_of_bibs`.
        worldcat_records: WorldCat's own records, one for each OCN.
        worldcat_holdings: lists of WorldCat; the newest of the symbol tells whether the earlier number is held yet.
        terminals: where numbers end.

    Returns:
        Findings `wrong_holding_set`: one for each symbol, record and earlier number; class still_held, not_held (a list
        of the symbol is at hand, and the number is not in it) or no_list; ocn is the earlier number, file and record
        are those of the report that gave it. The parameters tell the day of the list, and what the texts say of the
        earlier record (title, worldcat_title and the card).
    """
    replaced = replaced_results(outcome_history, terminals)
    compared = with_answer_texts(replaced, "result_ocn", bib_texts, worldcat_records, terminals)
    known = _with_holding(compared, worldcat_holdings, terminals)
    rows = as_report_rows(known, lead_units).with_columns(
        doubt_in_words(),
        ocn="result_ocn",
        earlier_ocn="result_ocn",
        result_ocn="last_ocn",
        as_of=pl.col("list_of").cast(pl.String),
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
        parameters=["symbol", "earlier_ocn", "result_ocn", "as_of", *CARD],
        evidence=pl.concat([earlier, later, worldcat_evidence(rows, identity)]),
    )


def last_answers(last: pl.DataFrame, terminals: pl.DataFrame) -> pl.DataFrame:
    """The rows of `last_outcomes` that have a success with a number, and `number`: what it is called now."""
    answers = last.filter(pl.col("success_ocn").is_not_null())
    return with_number(answers, "success_ocn", terminals).rename({"success_ocn_number": "number"})


def _answers(last: pl.DataFrame, bibs: pl.DataFrame, terminals: pl.DataFrame) -> pl.DataFrame:
    """The number of each current bib's last success, under each symbol, and what it is called now."""
    current = last.join(bibs.select("mms_id").drop_nulls().unique(), on="mms_id", how="semi")
    return last_answers(current, terminals)


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


@finds("duplicate_group")
def find_collisions(
    *,
    last_outcomes: pl.DataFrame,
    bibs: pl.DataFrame,
    ocns: pl.DataFrame,
    lead_units: pl.DataFrame,
    terminals: pl.DataFrame,
) -> Found:
    """For which bibs did OCLC answer one and the same record of WorldCat?

    The last success of each bib under each symbol counts. Bibs that all have the number already are a shared OCN and no
    news. Bibs that collide on several numbers, one for each symbol, are one group, named after the smallest.

    Returns:
        Findings `duplicate_group`, class collision (duplicates.md E11): one for each bib of a group; ocn is the number
        answered, as it is called now; group_id is "result " and that number.
    """
    answers = _answers(last_outcomes, bibs, terminals)
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
        .join(
            lead_units.select("mms_id", "unit", "other_units", "symbol"), on="mms_id", how="left", maintain_order="left"
        )
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
