"""Bibs that share an OCN (practice.md 2.1 Syracuse, 2.3; oclc_formats.md 8). Duplicates by text are not looked for yet."""

import polars as pl

from .exchange import current_numbers, in_exchange, is_yes, number_evidence, shared_numbers
from .findings import Found, as_findings
from .ownership import with_units
from .registry import finds


@finds("shared_ocn")
def find_shared_ocns(
    *,
    bibs: pl.DataFrame,
    ocns: pl.DataFrame,
    placed_holdings: pl.DataFrame,
    lead_units: pl.DataFrame,
    last_outcomes: pl.DataFrame,
    terminals: pl.DataFrame,
) -> Found:
    """Which bibs of the exchange have the same OCN, are they in one library or of one format, and what did OCLC say?

    Numbers are compared as WorldCat knows them now, so two bibs with an old and a new number of one record share it.
    OCLC takes bibs with one number for one title: the answer to the later overwrites that to the earlier, and the
    local holdings records of the one replace those of the other.

    Args:
        bibs: bibs.
        ocns: readings.
        placed_holdings: holdings with their places (`ownership.place_holdings`).
        lead_units: leading units.
        last_outcomes: `outcomes.last_outcomes`.
        terminals: where numbers end (`concordance.resolve_concordance`).

    Returns:
        Findings `shared_ocn`, one a bib and group; ocn is the number now, group_id "ocn " and the number. Class
        other_format when the group's formats differ (electronic or not counts as format), else same_library when one
        library has holdings on two of its bibs, else other_library. Bibs that share two numbers are one group, named by
        the smaller number. Parameters: libraries and formats of the group, library and format of the bib itself, and
        answers: what OCLC answered for it last, under each symbol.
    """
    groups = _groups(shared_numbers(bibs, ocns, terminals))
    members = groups.explode("members", empty_as_null=True).rename({"members": "mms_id"})
    members = members.join(in_exchange(bibs), on="mms_id", how="inner", maintain_order="left")
    rows = (
        members.select("group", "mms_id", "file", "record", "ocn", "current", "count")
        .join(_formats(members), on="group", how="left", maintain_order="left")
        .join(_libraries(members, placed_holdings), on="group", how="left", maintain_order="left")
        .join(_of_bib(members, placed_holdings, last_outcomes), on="mms_id", how="left", maintain_order="left")
        .with_columns(_class(), group_id=pl.lit("ocn ") + pl.col("ocn").cast(pl.String))
    )
    return as_findings(
        "shared_ocn",
        with_units(rows, lead_units),
        identity=["group", "mms_id"],
        parameters=["current", "count", "libraries", "formats", "library", "format", "answers"],
        evidence=pl.concat([_evidence(rows, ocns, terminals), _answer_evidence(rows, last_outcomes)]),
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
    return members.group_by("group").agg(_format().unique().sort().alias("formats"))


def _of_bib(members: pl.DataFrame, placed: pl.DataFrame, last: pl.DataFrame) -> pl.DataFrame:
    """mms_id, format, library (list) and answers (list) of each bib by itself."""
    libraries = placed.group_by("mms_id").agg(pl.col("library").drop_nulls().unique().sort())
    said = last.select("mms_id", _answer().alias("answers")).drop_nulls()
    answers = said.group_by("mms_id").agg(pl.col("answers").unique().sort())
    return (
        members.select("mms_id", _format().alias("format"))
        .unique()
        .join(libraries, on="mms_id", how="left")
        .join(answers, on="mms_id", how="left")
        .with_columns(pl.col("answers").fill_null(["nothing"]))
    )


def _answer() -> pl.Expr:
    """The last answer in words, such as "match 40000001 (MWU)"."""
    parts = [
        pl.col("last_action").fill_null("(blank)"),
        pl.col("result_ocn"),
        pl.format("({})", pl.col("symbol").fill_null("?")),
    ]
    return pl.concat_str(parts, separator=" ", ignore_nulls=True)


def _answer_evidence(rows: pl.DataFrame, last: pl.DataFrame) -> pl.DataFrame:
    """What OCLC answered last for each bib of the group, with the row of its report."""
    said = last.select("mms_id", pl.lit("OCLC's last answer").alias("what"), _answer().alias("value"), "file", "record")
    return (
        rows.select("group", "mms_id")
        .join(said, on="mms_id", how="inner")
        .select("mms_id", "what", "value", "file", "record", "group")
    )


def _libraries(members: pl.DataFrame, placed: pl.DataFrame) -> pl.DataFrame:
    """The libraries of each group, and whether one of them has holdings on two of its bibs."""
    libraries = placed.filter(pl.col("library").is_not_null()).select("mms_id", "library").unique()
    bibs_there = (
        members.select("group", "mms_id")
        .join(libraries, on="mms_id", how="inner")
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


def _evidence(rows: pl.DataFrame, ocns: pl.DataFrame, terminals: pl.DataFrame) -> pl.DataFrame:
    """The readings of the shared numbers on each bib of the group."""
    ends = current_numbers(ocns, terminals).select("mms_id", "ocn", pl.coalesce("ocn_current", "ocn").alias("current"))
    wanted = rows.select("group", "mms_id", "current").explode("current", empty_as_null=True)
    numbers = wanted.join(ends, on=["mms_id", "current"], how="inner").select("group", "mms_id", "ocn")
    readings = ocns.filter(is_yes("is_current")).join(numbers, on=["mms_id", "ocn"], how="inner")
    return number_evidence(readings).with_columns(readings["group"])
