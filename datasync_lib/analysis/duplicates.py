"""Bibs that share an OCN (practice.md 2.1 Syracuse, 2.3; oclc_formats.md 8). Duplicates by text are not looked for yet."""

import polars as pl

from .exchange import is_yes, number_evidence, rows_of
from .findings import Found, as_findings
from .ownership import with_units
from .registry import finds, gives

_GROUP = ["group", "mms_id"]


@gives("shared_number_groups")
def shared_number_groups(
    *, shared_numbers: pl.DataFrame, bibs: pl.LazyFrame, placed_holdings: pl.LazyFrame
) -> pl.DataFrame:
    """Which bibs of the exchange have the same OCN, and are they in one library or of one format?

    Numbers are compared as WorldCat knows them now, so two bibs with an old and a new number of one record share it. Bibs
    that share two numbers are one group, named by the smaller number.

    Args:
        shared_numbers: numbers on several bibs (`exchange.shared_numbers`).
        bibs: bibs; only those that share a number are read, as of the holdings.
        placed_holdings: holdings with their places.

    Returns:
        One row for each group and bib: group (its bibs, separated by blanks), mms_id, ocn (smallest number), current (all
        numbers), count (bibs of the group); libraries and formats of the group (electronic or not counts as format);
        class: other_format when the formats differ, else same_library when one library has holdings on two of its bibs,
        else other_library; own_libraries and format of the bib itself; file, record; sorted by group, mms_id.
    """
    groups = _groups(shared_numbers)
    bib = rows_of(bibs.select("mms_id", _format().alias("format"), "file", "record"), shared_numbers)
    members = groups.explode("members", empty_as_null=True).rename({"members": "mms_id"}).join(bib, on="mms_id")
    there = rows_of(placed_holdings.select("mms_id", "library"), shared_numbers).unique()
    return (
        members.join(_formats(members), on="group", how="left")
        .join(_libraries(members, there), on="group", how="left")
        .join(
            there.group_by("mms_id").agg(pl.col("library").drop_nulls().sort().alias("own_libraries")),
            on="mms_id",
            how="left",
        )
        .with_columns(_class())
        .drop("one_library")
        .sort(_GROUP)
    )


@finds(
    "shared_ocn",
    by={
        "shared_number_groups": "mms_id",
        "current_ocns": "mms_id",
        "ocns": "mms_id",
        "last_outcomes": "record_key",
        "lead_units": "mms_id",
    },
)
def find_shared_ocns(
    *,
    shared_number_groups: pl.LazyFrame,
    current_ocns: pl.LazyFrame,
    ocns: pl.LazyFrame,
    last_outcomes: pl.LazyFrame,
    lead_units: pl.LazyFrame,
) -> Found:
    """Which bibs of the exchange have the same OCN, and what did OCLC say?

    OCLC takes bibs with one number for one title: the answer to the later overwrites that to the earlier, and the
    local holdings records of the one replace those of the other.

    Args:
        shared_number_groups: bibs that share numbers.
        current_ocns: the numbers of each bib, and what they are called now.
        ocns: readings.
        last_outcomes: `outcomes.last_outcomes`.
        lead_units: leading units.

    Returns:
        Findings `shared_ocn`, one a bib and group; ocn is the number now, group_id "ocn " and the number; class as
        `shared_number_groups` has it. Parameters: libraries and formats of the group, library and format of the bib
        itself, and answers: what OCLC answered for it last, under each symbol.
    """
    grouped = shared_number_groups.collect()
    said = rows_of(last_outcomes.select("mms_id", "file", "record", value=_answer()), grouped)
    answers = said.drop_nulls("value").group_by("mms_id").agg(pl.col("value").unique().sort().alias("answers"))
    rows = grouped.join(answers, on="mms_id", how="left").with_columns(
        pl.col("answers").fill_null(["nothing"]),
        library="own_libraries",
        group_id=pl.lit("ocn ") + pl.col("ocn").cast(pl.String),
    )
    return as_findings(
        "shared_ocn",
        with_units(rows, lead_units),
        identity=_GROUP,
        parameters=["current", "count", "libraries", "formats", "library", "format", "answers"],
        evidence=pl.concat([_evidence(grouped, current_ocns, ocns), _answer_evidence(grouped, said)]),
    )


def _groups(shared: pl.DataFrame) -> pl.DataFrame:
    """group (its bibs, joined), members, ocn (smallest number), current (all numbers), count."""
    by_number = shared.group_by("number", maintain_order=True).agg(pl.col("mms_id").sort().alias("members"))
    return (
        by_number.with_columns(group=pl.col("members").list.join(" "))
        .group_by("group", maintain_order=True)
        .agg(
            pl.col("members").first(),
            pl.col("number").min().alias("ocn"),
            pl.col("number").sort().alias("current"),
            pl.col("members").first().list.len().alias("count"),
        )
    )


def _format() -> pl.Expr:
    name = pl.col("format").fill_null("other")
    return pl.when(is_yes("is_electronic")).then(name + " (electronic)").otherwise(name)


def _formats(members: pl.DataFrame) -> pl.DataFrame:
    return members.group_by("group").agg(pl.col("format").unique().sort().alias("formats"))


def _answer() -> pl.Expr:
    """The last answer in words, such as "match 40000001 (MWU)"."""
    parts = [
        pl.col("last_action").fill_null("(blank)"),
        pl.col("result_ocn"),
        pl.format("({})", pl.col("symbol").fill_null("?")),
    ]
    return pl.concat_str(parts, separator=" ", ignore_nulls=True)


def _answer_evidence(grouped: pl.DataFrame, said: pl.DataFrame) -> pl.DataFrame:
    """What OCLC answered last for each bib of the group, with the row of its report."""
    answers = grouped.select(_GROUP).join(said, on="mms_id", how="inner")
    return answers.select(*_GROUP, pl.lit("OCLC's last answer").alias("what"), "value", "file", "record")


def _libraries(members: pl.DataFrame, there: pl.DataFrame) -> pl.DataFrame:
    """The libraries of each group, and whether one of them has holdings on two of its bibs."""
    bibs_there = (
        members.select(_GROUP)
        .join(there.drop_nulls(), on="mms_id", how="inner")
        .group_by("group", "library")
        .agg(pl.len().alias("bibs"))
    )
    return bibs_there.group_by("group").agg(
        pl.col("library").sort().alias("libraries"), (pl.col("bibs") > 1).any().alias("one_library")
    )


def _class() -> pl.Expr:
    return (
        pl.when(pl.col("formats").list.len() > 1)
        .then(pl.lit("other_format"))
        .when(is_yes("one_library"))
        .then(pl.lit("same_library"))
        .otherwise(pl.lit("other_library"))
        .alias("class")
    )


def _evidence(grouped: pl.DataFrame, current_ocns: pl.LazyFrame, ocns: pl.LazyFrame) -> pl.DataFrame:
    """The readings of the shared numbers on each bib of the group."""
    shared = grouped.select(*_GROUP, "current").explode("current", empty_as_null=True).rename({"current": "number"})
    numbers = shared.join(rows_of(current_ocns.select("mms_id", "ocn", "number"), grouped), on=["mms_id", "number"])
    readings = rows_of(
        ocns.filter(is_yes("is_current")).select("mms_id", "ocn", "place", "raw", "file", "record"), grouped
    )
    of_group = readings.join(numbers.select(*_GROUP, "ocn"), on=["mms_id", "ocn"], how="inner")
    return number_evidence(of_group).select(of_group["group"], pl.all())
