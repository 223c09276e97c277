"""One row a finding, with everything that a cataloguer wants to see of it. Frames in, a wide frame out."""

import json
from collections.abc import Collection

import polars as pl

from ..problems import PROBLEMS, in_words
from ..settings import Links
from .library import Library, is_of, rows_for
from .placing import place_rows
from .shortening import cut, few, few_of_list

# Every parameter that has a column of its own on some sheet.
_SHOWN = tuple(dict.fromkeys(each.parameter for problem in PROBLEMS.values() for each in problem.columns))
# Where a row is about a number, it is that one a link leads to.
_ABOUT_A_NUMBER = [code for code, problem in PROBLEMS.items() if problem.ocn_header]
_GROUP = ["problem", "group_id"]


def extra_name(parameter: str) -> str:
    """The column of a parameter: of its own, whatever else a row has under that name."""
    return f"parameter_{parameter}"


def describe_rows(library: Library, units: Collection[str | None] | None = None) -> pl.DataFrame:
    """What does a cataloguer need to know of each finding that asks for something?

    Args:
        library: what rows are told from.
        units: only the rows of these, the others are still named as members of a group; None in it: without a unit.

    Returns:
        One row a finding, sorted by row_key: the columns of `placing.place_rows` and of `tell_rows`.
    """
    return tell_rows(library, place_rows(library, units))


def tell_rows(library: Library, placed: pl.DataFrame) -> pl.DataFrame:
    """What is to be said of each of these rows?

    Args:
        library: what rows are told from.
        placed: `placing.place_rows`, or those of its rows that are shown.

    Returns:
        The rows in their order, and: kind, explanation, todo; ocn_in_alma, current_ocn, number (the one that is looked up in
        WorldCat); elsewhere (bibs of the group that another unit leads); the parameters that sheets show (under
        `extra_name`); catalogue, worldcat (links); seen (evidence in one text).
    """
    told = placed
    for part in (
        _words(placed, library.findings),
        _numbers(placed, library.ocns),
        _seen(placed, library.evidence),
        _elsewhere(placed, library.asking),
    ):
        told = told.join(part, on="row_key", how="left", maintain_order="left")
    return _with_links(told, library.links)


def _words(placed: pl.DataFrame, findings: pl.LazyFrame) -> pl.DataFrame:
    """The finding in words, and its parameters as text."""
    theirs = findings.filter(is_of(placed["unit"].unique().to_list()))
    shown = rows_for(theirs.select("row_key", "problem", "class", "parameters"), placed, "row_key")
    kind = pl.coalesce("class_title", "problem_title").alias("kind")
    words = in_words(shown, on_sheet=True).select("row_key", kind, "explanation", "todo")
    return words.hstack(_parameters(shown["parameters"]))


def _parameters(values: pl.Series) -> pl.DataFrame:
    """The parameters that a sheet or a link needs, as text."""
    names = {"current": "current", "result_ocn": "result_ocn"} | {name: extra_name(name) for name in _SHOWN}
    rows = [[_as_text(given.get(name)) for name in names] for given in (json.loads(text or "{}") for text in values)]
    return pl.DataFrame(rows, schema=dict.fromkeys(names.values(), pl.String), orient="row")


def _as_text(value: object) -> str | None:
    if value is None or value == "" or value == []:
        return None
    return ", ".join(str(v) for v in value) if isinstance(value, list) else str(value)


def _numbers(placed: pl.DataFrame, ocns: pl.LazyFrame) -> pl.DataFrame:
    """The numbers of the bib, the best first."""
    current = ocns.filter(pl.col("is_current").fill_null(False)).select("mms_id", "rank", "ocn")
    texts = (
        rows_for(current, placed, "mms_id")
        .sort("mms_id", "rank", "ocn")
        .group_by("mms_id", maintain_order=True)
        .agg(pl.col("ocn").cast(pl.String).alias("ocn_in_alma"))
        .with_columns(pl.col("ocn_in_alma").list.unique(maintain_order=True))
        .with_columns(first_ocn=pl.col("ocn_in_alma").list.first())
        .with_columns(few_of_list("ocn_in_alma", 6))
    )
    return placed.select("row_key", "mms_id").join(texts, on="mms_id", how="inner").drop("mms_id")


def _seen(placed: pl.DataFrame, evidence: pl.LazyFrame) -> pl.DataFrame:
    text = pl.concat_str("what", pl.lit(": "), cut(pl.col("value").fill_null(""), 120)).alias("seen")
    texts = rows_for(evidence.select("row_key", text), placed, "row_key").sort("row_key", "seen")
    return texts.group_by("row_key", maintain_order=True).agg(few("seen", 6))


def _elsewhere(placed: pl.DataFrame, asking: pl.LazyFrame) -> pl.DataFrame:
    """The bibs of a row's group that another unit leads: its cataloguer has to talk to somebody."""
    rows = placed.filter(pl.col("group_id").is_not_null()).select("row_key", *_GROUP, "unit")
    named = pl.concat_str("mms_id", pl.lit(" ("), pl.col("unit").fill_null("no unit"), pl.lit(")"))
    by_unit = (
        rows_for(asking.select(*_GROUP, "unit", "mms_id"), rows, "group_id")
        .sort(*_GROUP, "unit", "mms_id", nulls_last=True)
        .group_by(*_GROUP, "unit", maintain_order=True)
        .agg(named.unique(maintain_order=True).alias("elsewhere"))
    )
    others = (
        by_unit.select(*_GROUP, "unit")
        .join(by_unit.rename({"unit": "other"}), on=_GROUP, maintain_order="left_right")
        .filter(pl.col("unit").ne_missing(pl.col("other")))
        .group_by(*_GROUP, "unit", maintain_order=True)
        .agg(pl.col("elsewhere").explode(empty_as_null=False))
        .with_columns(few_of_list("elsewhere", 4))
    )
    return rows.join(others, on=[*_GROUP, "unit"], nulls_equal=True).select("row_key", "elsewhere")


def _with_links(described: pl.DataFrame, links: Links) -> pl.DataFrame:
    """Links to the catalogue and to WorldCat. The number is one of WorldCat's own: a staging number never gets here."""
    own = pl.col("ocn").cast(pl.String)
    current = pl.coalesce("current", "result_ocn")
    number = (
        pl.when(pl.col("problem").is_in(_ABOUT_A_NUMBER))
        .then(pl.coalesce(own, current))
        .otherwise(pl.coalesce(current, own, "first_ocn"))
    )
    return described.with_columns(
        own.alias("ocn"),
        current.alias("current_ocn"),
        number.alias("number"),
        _link(links.catalogue, "{mms_id}", pl.col("mms_id")).alias("catalogue"),
        _link(links.worldcat, "{ocn}", number).alias("worldcat"),
    )


def _link(template: str, gap: str, value: pl.Expr) -> pl.Expr:
    if not template:
        return pl.lit(None, dtype=pl.String)
    before, _, after = template.partition(gap)
    return pl.lit(before) + value + pl.lit(after) if gap in template else pl.lit(template)
