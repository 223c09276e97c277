"""Was it the right record that OCLC matched? Every last outcome in one class (duplicates.md E11).

A changed number is explained by what OCLC says of its own records, or judged by the texts, or left to a person. The
library's own 019 and 035 $z explain nothing, and a staging number is no number.
"""

from collections.abc import Sequence

import polars as pl

from .answer_texts import (
    CARD,
    TEXT_ANSWERS,
    numbers_to_look_up,
    records_at_hand,
    texts_of_bibs,
    with_answer_texts,
    worldcat_evidence,
)
from .concordance import resolve_ocns
from .exchange import is_yes
from .findings import Found, as_findings
from .matches import last_answers
from .outcomes import RECORD_KEY, report_evidence
from .ownership import UNIT, with_units
from .registry import finds, gives
from .rules import first_that_fits
from .similarity import doubt_in_words

# A success on another number than the one that was sent.
CHANGED = ("merged", "likely", "look", "suspect", "no_text")
CLASSES = ("same", *CHANGED, "found", "created", "no_number", "staging", "not_taken", "other")
FLAGS = ("is_collision", "has_drifted", "is_split")


def is_doubtful() -> pl.Expr:
    """Whether OCLC's answer may be the wrong record: another number that no merge explains, or a first number whose
    record has other texts than ours. A person decides."""
    other_number = pl.col("class").is_in(CHANGED) & (pl.col("class") != "merged")
    return other_number | ((pl.col("class") == "found") & _has_other_text())


def is_delivered_otherwise() -> pl.Expr:
    """Whether OCLC answered the number that we sent, and delivered a record of other texts for it. A person decides.

    What a list of holdings tells of that number is no proof: its texts are as its maker wrote them.
    """
    return (pl.col("class") == "same") & ~is_yes("is_listed") & _has_other_text()


def _has_other_text() -> pl.Expr:
    return pl.col("verdict").is_in(["look", "no"]).fill_null(False)


@gives(
    "match_classes",
    by={
        "last_outcomes": "record_key",
        "worldcat_answers": "record_key",
        "bibs": "mms_id",
        "standard_numbers": "mms_id",
        "replaced_results": "record_key",
    },
)
def match_classes(
    *,
    last_outcomes: pl.LazyFrame,
    worldcat_answers: pl.LazyFrame,
    bibs: pl.LazyFrame,
    standard_numbers: pl.LazyFrame,
    collisions: pl.DataFrame,
    replaced_results: pl.LazyFrame,
    terminals: pl.DataFrame,
) -> pl.DataFrame:
    """What became of each record that OCLC answered, and does the answer describe what we sent?

    Args:
        last_outcomes: the last word on each record.
        worldcat_answers: WorldCat's records of the numbers answered, where they are at hand.
        bibs: the catalogue.
        standard_numbers: its ISSNs.
        collisions: numbers that OCLC answered for several bibs.
        replaced_results: answers that a later one replaced.
        terminals: where numbers end (`concordance.resolve_concordance`).

    Returns:
        symbol; record_key; mms_id; class: same (the number we sent), merged (both numbers are one record by OCLC's own
        word: the concordance, or 019 and 035 $z of the record that was answered), likely, look, suspect (another
        number; what the texts say), no_text (another number, and no record of it at hand), found (we sent no number;
        `verdict` says what the texts say), created, no_number (taken, without a number), staging, not_taken (data or
        processing error), other (no action that we know); sent_ocn, result_ocn and what both are called now
        (sent_ocn_current, result_ocn_current; null: ambiguous); title, worldcat_title, the terms of the card, score,
        refusal, verdict (`similarity.compare_texts`); is_collision (OCLC answered the number for another bib of the catalogue too),
        has_drifted (its successes are different records), is_split (another symbol has another number for the record);
        received_at, last_action, file, record (row of the report), worldcat_file, worldcat_record; is_listed: that record
        stands in a list of holdings. One row for each last outcome; sorted by symbol, record_key.

    Raises:
        AssertionError: the classes do not add up to the last outcomes.
    """
    last = last_outcomes.collect()
    texts = texts_of_bibs(bibs, standard_numbers)
    rows = with_answer_texts(last, RECORD_KEY, worldcat_answers.collect(), texts)
    rows = resolve_ocns(resolve_ocns(rows, "sent_ocn", terminals), "result_ocn", terminals)
    flags = _flags(last, replaced_results.select(RECORD_KEY).unique().collect(), collisions, terminals)
    classed = (
        rows.with_columns(_class().alias("class"))
        .join(flags, on=RECORD_KEY, how="left", nulls_equal=True)
        .with_columns(pl.col(FLAGS).fill_null(False))
        .select(
            *RECORD_KEY,
            *("mms_id", "class", "sent_ocn", "result_ocn", "sent_ocn_current", "result_ocn_current"),
            *TEXT_ANSWERS,
            *FLAGS,
            *("received_at", "last_action", "file", "record", "worldcat_file", "worldcat_record", "is_listed"),
        )
        .sort(RECORD_KEY)
    )
    if classed.height != last.height or classed["class"].null_count():
        raise AssertionError(f"{classed.height} records are classed, but {last.height} have a last outcome")
    return classed


@gives("answer_numbers", by={"last_outcomes": "record_key"})
def answer_numbers(*, last_outcomes: pl.LazyFrame, terminals: pl.DataFrame) -> pl.DataFrame:
    """Under which numbers may WorldCat's record of each last answer stand?

    Returns:
        symbol, record_key; number; rank (0: the number answered as it is called now, 1: as it was answered). Sorted.
    """
    answered = last_outcomes.select(*RECORD_KEY, "result_ocn").drop_nulls("result_ocn").collect()
    return numbers_to_look_up(answered, "result_ocn", terminals).sort(*RECORD_KEY, "rank")


@gives("worldcat_answers", by={"answer_numbers": "number", "worldcat_records": "ocn"})
def worldcat_answers(*, answer_numbers: pl.LazyFrame, worldcat_records: pl.LazyFrame) -> pl.DataFrame:
    """Which of WorldCat's records, where they are at hand, did OCLC answer for each record?

    Returns:
        symbol, record_key, number, rank (`answer_numbers`); what WorldCat's record says of itself: the columns of
        `similarity.TEXT_COLUMNS` with _other behind; merged_ocns (its 019 and 035 $z), worldcat_file, worldcat_record.
        Sorted by symbol, record_key, rank.
    """
    return records_at_hand(answer_numbers.collect(), worldcat_records).sort(*RECORD_KEY, "rank")


def _class() -> pl.Expr:
    """The first class that fits."""
    sent, result = pl.col("sent_ocn"), pl.col("result_ocn")
    in_answer = pl.col("merged_ocns").list.contains(sent).fill_null(False)
    one_record = (pl.col("sent_ocn_current") == pl.col("result_ocn_current")).fill_null(False)
    rules = [
        (pl.col("is_failure") & (pl.col("last_action") == "unresolved"), "staging"),
        (pl.col("is_failure"), "not_taken"),
        (~pl.col("is_success"), "other"),
        (pl.col("last_action") == "create", "created"),
        (result.is_null(), "no_number"),
        (sent.is_null(), "found"),
        (sent == result, "same"),
        (one_record | in_answer, "merged"),
        (pl.col("verdict").is_null(), "no_text"),
        (pl.col("verdict") == "no", "suspect"),
    ]
    return first_that_fits([*rules, (pl.lit(True), pl.col("verdict"))])


def _flags(
    last: pl.DataFrame, drifted: pl.DataFrame, collisions: pl.DataFrame, terminals: pl.DataFrame
) -> pl.DataFrame:
    """symbol, record_key and the flags, of the records that have a success with a number."""
    colliding = collisions.select("number", collides=pl.lit(True)).unique()
    return (
        last_answers(last, terminals)
        .join(colliding, on="number", how="left")
        .join(drifted.with_columns(has_drifted=pl.lit(True)), on=RECORD_KEY, how="left", nulls_equal=True)
        .select(
            *RECORD_KEY,
            (pl.col("mms_id").is_not_null() & pl.col("collides").fill_null(False)).alias("is_collision"),
            pl.col("has_drifted").fill_null(False),
            (pl.col("number").n_unique().over("record_key") > 1).alias("is_split"),
        )
    )


def _summed(counts: pl.DataFrame) -> pl.DataFrame:
    order = {name: place for place, name in enumerate(CLASSES)}
    return (
        counts.group_by("symbol", "class", "verdict")
        .agg(pl.col("records", *FLAGS).sum())
        .sort("symbol", pl.col("class").replace_strict(order, return_dtype=pl.Int32), "verdict", nulls_last=True)
    )


@gives("match_counts", by={"match_classes": "record_key"}, together=_summed)
def count_classes(*, match_classes: pl.LazyFrame) -> pl.DataFrame:
    """How many records are in which class under each symbol, and how many of them have which flag?

    Args:
        match_classes: every last outcome in its class.

    Returns:
        symbol; class (in the order of CLASSES); verdict (of the texts; null: none at hand); records; is_collision,
        has_drifted, is_split (records with the flag). Sorted; the records add up to the last outcomes.
    """
    return (
        match_classes.group_by("symbol", "class", "verdict")
        .agg(pl.len().cast(pl.Int64).alias("records"), pl.col(FLAGS).sum().cast(pl.Int64))
        .collect()
    )


@finds("ocn_changed", by={"match_classes": "record_key", "lead_units": "mms_id"})
def find_changed_ocns(*, match_classes: pl.LazyFrame, lead_units: pl.LazyFrame) -> Found:
    """Where did OCLC answer another number than the one we sent, or a first one, and is it the same thing?

    Args:
        match_classes: `match_classes`.
        lead_units: `ownership.lead_units`.

    Returns:
        Findings `ocn_changed` (practice.md 0.4): one for each record and symbol; class merged, likely, look, suspect or
        no_text; ocn is the number answered. A record sent without a number is there when the texts give a reason to
        look (duplicates.md E11). The parameters have both titles and the card with its terms.
    """
    by_texts = {"look": "look", "no": "suspect"}
    of_interest = (
        match_classes.filter(pl.col("class").is_in(CHANGED) | is_doubtful())
        .collect()
        .with_columns(
            pl.when(pl.col("class") == "found")
            .then(pl.col("verdict").replace(by_texts))
            .otherwise("class")
            .alias("class"),
            sent=pl.coalesce(pl.col("sent_ocn").cast(pl.String), pl.lit("no number")),
        )
    )
    return found_by_texts("ocn_changed", of_interest, lead_units, parameters=["sent"])


def found_by_texts(
    problem: str, rows: pl.DataFrame, lead_units: pl.LazyFrame, *, parameters: Sequence[str] = ()
) -> Found:
    """Rows of `match_classes` as findings on the number answered, with both titles and the card as parameters."""
    told = with_units(rows, lead_units, UNIT).with_columns(doubt_in_words(), ocn="result_ocn", flags=flags_in_words())
    said = report_evidence(told, OCN_sent="sent_ocn", OCN_answered="result_ocn", report_action="last_action")
    return as_findings(
        problem,
        told,
        identity=RECORD_KEY,
        parameters=[*parameters, "sent_ocn", "result_ocn", *CARD, "flags"],
        evidence=pl.concat([said, worldcat_evidence(told, RECORD_KEY)]),
    )


def flags_in_words() -> pl.Expr:
    """What else is odd about an answer, in words, as a list."""
    words = {
        "is_collision": "the same number was answered for another bib",
        "has_drifted": "an earlier run answered another record",
        "is_split": "another symbol was answered another record",
    }
    said = [pl.when(pl.col(flag)).then(pl.lit(text)) for flag, text in words.items()]
    return pl.concat_list(said).list.drop_nulls()
