"""Answers that a later run replaced, and bibs that got the same answer (duplicates.md E11).

Sent and answered numbers are claims: both sides are resolved through what OCLC
says of its own records before they are compared, and neither makes an edge of the concordance (duplicates.md E2). A
number that has no single end there stands for itself.
"""

import polars as pl

from .answer_texts import (
    CARD,
    numbers_to_look_up,
    records_at_hand,
    texts_of_bibs,
    with_answer_texts,
    worldcat_evidence,
)
from .exchange import with_number
from .findings import Found, as_findings
from .outcomes import RECORD_KEY, RUN_ORDER, report_evidence, standing
from .ownership import UNIT, with_units
from .registry import finds, gives
from .similarity import doubt_in_words


@gives("replaced_results", by={"outcome_history": "record_key"})
def replaced_results(*, outcome_history: pl.LazyFrame, terminals: pl.DataFrame) -> pl.DataFrame:
    """Which numbers did OCLC once answer for a record that a later success replaced by another one?

    Answers on several holdings of a bib, sent one by one, stand beside each other and replace nothing (`outcomes.standing`).

    Args:
        outcome_history: every answer.
        terminals: where numbers end.

    Returns:
        The rows of `outcome_history` concerned, one for each symbol, record and number (the latest), with result_ocn_number
        (what the number is called now) and last_ocn, last_number, last_file, last_record (of the record's last success that
        has a number). Sorted by symbol, record_key, result_ocn.
    """
    successes = outcome_history.filter(pl.col("is_success") & pl.col("result_ocn").is_not_null()).collect()
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


def _with_holding(rows: pl.DataFrame, newest_holdings: pl.LazyFrame, list_days: pl.DataFrame) -> pl.DataFrame:
    """What the newest list of each row's symbol says of its number: class, and the day of the list (null: no list).

    Numbers are compared as they are called now: a holding moves with its record when that is merged.
    """
    wanted = rows.lazy().select("symbol", number="result_ocn_number").drop_nulls().unique()
    held = newest_holdings.select("symbol", "number").join(wanted, on=["symbol", "number"], how="semi")
    is_held = held.unique().collect(engine="streaming").with_columns(_is_held=pl.lit(True))
    lists = list_days.select("symbol", list_of="as_of", _has_list=pl.lit(True))
    return (
        rows.join(lists, on="symbol", how="left", maintain_order="left")
        .join(
            is_held,
            left_on=["symbol", "result_ocn_number"],
            right_on=["symbol", "number"],
            how="left",
            maintain_order="left",
        )
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
    replaced_results: pl.DataFrame,
    lead_units: pl.LazyFrame,
    bibs: pl.LazyFrame,
    standard_numbers: pl.LazyFrame,
    worldcat_records: pl.LazyFrame,
    newest_holdings: pl.LazyFrame,
    list_days: pl.DataFrame,
    terminals: pl.DataFrame,
) -> Found:
    """On which WorldCat records did an earlier run set our holding, before a later run matched another one?

    Args:
        replaced_results: earlier answers that a later one replaced.
        lead_units: `ownership.lead_units`.
        bibs: the catalogue.
        standard_numbers: its ISSNs.
        worldcat_records: WorldCat's own records, one for each OCN.
        newest_holdings: the newest list of each symbol tells whether the earlier number is held yet.
        list_days: of which symbols there are lists.
        terminals: where numbers end.

    Returns:
        Findings `wrong_holding_set`: one for each symbol, record and earlier number; class still_held, not_held (a list
        of the symbol is at hand, and the number is not in it) or no_list; ocn is the earlier number, file and record
        are those of the report that gave it. The parameters tell the day of the list, and what the texts say of the
        earlier record (title, worldcat_title and the card).
    """
    key = [*RECORD_KEY, "result_ocn"]
    theirs = replaced_results.lazy().select("mms_id").drop_nulls().unique()
    texts = texts_of_bibs(
        bibs.join(theirs, on="mms_id", how="semi"), standard_numbers.join(theirs, on="mms_id", how="semi")
    )
    asked = replaced_results.select(*key, ocn="result_ocn")
    at_hand = records_at_hand(numbers_to_look_up(asked, "ocn", terminals), worldcat_records)
    compared = with_answer_texts(replaced_results, key, at_hand, texts)
    known = _with_holding(compared, newest_holdings, list_days)
    rows = with_units(known, lead_units, UNIT).with_columns(
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


@gives("answered_numbers", by={"last_outcomes": "record_key", "bibs": "mms_id"})
def answered_numbers(*, last_outcomes: pl.LazyFrame, bibs: pl.LazyFrame, terminals: pl.DataFrame) -> pl.DataFrame:
    """Which number did OCLC answer last for each bib of the catalogue, under each symbol?

    Returns:
        number (as WorldCat calls it now, or the number itself when it is ambiguous); mms_id; symbol, record_key,
        success_ocn (as it was answered), received_at, file, record (row of the report). Sorted by number, mms_id.
    """
    columns = ["mms_id", *RECORD_KEY, "success_ocn", "received_at", "file", "record"]
    current = last_outcomes.select(columns).join(bibs.select("mms_id").drop_nulls(), on="mms_id", how="semi").collect()
    return last_answers(current, terminals).select("number", *columns).sort("number", "mms_id", *RECORD_KEY)


@gives("collisions", by={"answered_numbers": "number", "current_ocns": "number"})
def collisions(*, answered_numbers: pl.LazyFrame, current_ocns: pl.LazyFrame) -> pl.DataFrame:
    """Which numbers did OCLC answer for several bibs?

    Returns:
        number, mms_id; members (all bibs of the number, in one text), count (of them); is_shared: they all have the number
        already, so that it is no news. Sorted.
    """
    pairs = answered_numbers.select("number", "mms_id").unique().collect()
    several = pairs.filter(pl.len().over("number") > 1)
    wanted = several.lazy().select("number").unique()
    ours = current_ocns.select("mms_id", "number").join(wanted, on="number", how="semi").unique().collect()
    marked = several.join(ours.with_columns(is_ours=pl.lit(True)), on=["number", "mms_id"], how="left")
    return marked.select(
        "number",
        "mms_id",
        pl.col("mms_id").sort().str.join(" ").over("number").alias("members"),
        pl.len().over("number").cast(pl.Int64).alias("count"),
        pl.col("is_ours").fill_null(False).all().over("number").alias("is_shared"),
    ).sort("number", "mms_id")


@finds("duplicate_group")
def find_collisions(*, collisions: pl.DataFrame, answered_numbers: pl.LazyFrame, lead_units: pl.LazyFrame) -> Found:
    """For which bibs did OCLC answer one and the same record of WorldCat?

    The last success of each bib under each symbol counts. Bibs that all have the number already are a shared OCN and no
    news. Bibs that collide on several numbers, one for each symbol, are one group, named after the smallest.

    Args:
        collisions: numbers that were answered for several bibs.
        answered_numbers: every number that was answered last.
        lead_units: `ownership.lead_units`.

    Returns:
        Findings `duplicate_group`, class collision (duplicates.md E11): one for each bib of a group; ocn is the number
        answered, as it is called now; group_id is "result " and that number.
    """
    news = collisions.filter(~pl.col("is_shared")).drop("is_shared")
    members = answered_numbers.join(news.lazy(), on=["number", "mms_id"], how="inner").collect()
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
        with_units(rows, lead_units),
        identity=["members", "mms_id"],
        parameters=["ocn", "count"],
        evidence=said,
    )
