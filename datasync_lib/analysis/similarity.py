"""Do two records describe the same thing? A score that can be shown term by term (duplicates.md E8, E12).

The card adds whole points for title, author, publisher, years, pages, edition and numbers in the title; its terms are
columns, and their sum is the explanation. What must differ in a different thing (kind of material, reproduction, part,
ISSN) refuses, whatever the score. On 10,208 labelled pairs of English monographs, half of them true, a score of 102 or
more has a precision of .985 and finds .976 of the true pairs (benchmarks/similarity.py); among candidates of a real
catalogue fewer pairs are true, and precision is lower.
"""

from collections.abc import Callable

import numpy as np
import polars as pl
from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from .frames import at_the_door
from .texts import edition_in, is_latin, numbers_in, pages_in, prepared, prepared_title, years_in

LIKELY, LOOK = 102, 95
# What a record is compared by. A pair has each of these twice: as it is, and with `_other` behind it.
TEXT_COLUMNS = (
    *("title", "title_parts", "title_880", "main_entry", "edition", "publisher", "publication_date", "date1", "date2"),
    *("extent", "format", "record_type", "form_of_item", "issns", "is_electronic", "is_reproduction"),
)
# The terms of the card: most points, or what is taken off; and what each is in words.
TERMS = {
    "title_points": (60, "words of the title"),
    "spelling_points": (9, "spelling of the title"),
    "author_points": (6, "author"),
    "author_missing_points": (17, "author on one side only"),
    "publisher_points": (8, "publisher"),
    "years_points": (14, "years in common"),
    "years_apart_points": (-14, "years apart"),
    "pages_points": (12, "pages"),
    "edition_points": (8, "edition"),
    "edition_missing_points": (-7, "edition on one side only"),
    "numbers_points": (8, "numbers in the title"),
}
OTHER_MATERIAL = "different kinds of material"
ONE_REPRODUCTION = "one is electronic or a reproduction, the other is not"
OTHER_PART = "different parts"
OTHER_ISSN = "different ISSNs"
OTHER_SCRIPT = "titles in different scripts: not comparable"
OTHER_PUBLISHER = "another publisher in the same year"
# Two names of a publisher have this much in common at least (rapidfuzz partial ratio).
_SAME_PUBLISHER = 50

_MATERIALS = {
    "a": "text", "t": "text", "c": "score", "d": "score", "e": "map", "f": "map", "g": "film", "i": "speech",
    "j": "music", "k": "picture", "r": "object", "o": "kit", "m": "computer file", "p": "mixed",
}  # fmt: skip
_MICROFORMS = ["a", "b", "c"]


@at_the_door
def compare_texts(pairs: pl.DataFrame) -> pl.DataFrame:
    """Do the two records of each pair describe the same thing, and why do we think so?

    Titles are compared in the original script (880) where both records have one, else as 245 has them, and never
    across. What is missing on a side scores half, except pages (.4).

    Args:
        pairs: the columns of TEXT_COLUMNS for one record, and the same with `_other` for the other.

    Returns:
        The rows of `pairs` in their order, with a column for each of TERMS (points), score (their sum), refusal (what
        speaks against it whatever the score, in words; null: nothing), verdict (likely: 102 or more and no refusal;
        look: 95 or more, or not comparable, or the same year of another publisher; no: all else; null: a title is
        missing).
    """
    sides = [_side(pairs, ""), _side(pairs, "_other")]
    ready = pl.concat([sides[0], sides[1].rename(lambda name: f"{name}_other")], how="horizontal")
    ready = _with_one_title(ready)
    terms = pl.concat(
        [_title_terms(ready), _name_terms(ready), _year_terms(ready), _other_terms(ready)], how="horizontal"
    )
    terms = terms.select(*TERMS).with_columns(score=pl.sum_horizontal(*TERMS))
    judged = pl.concat([ready, terms], how="horizontal").with_columns(_refusal(ready)).with_columns(_verdict())
    return pl.concat([pairs, judged.select(*TERMS, "score", "refusal", "verdict")], how="horizontal")


def _side(pairs: pl.DataFrame, suffix: str) -> pl.DataFrame:
    """One record of each pair, made ready for comparison."""

    def of(name: str) -> pl.Expr:
        return pl.col(name + suffix)

    record_type = of("record_type").replace_strict(_MATERIALS, default=None, return_dtype=pl.String)
    return pairs.select(
        title_245=prepared_title(of("title")),
        title_880=prepared_title(of("title_880")),
        part_numbers=numbers_in(prepared(of("title_parts"))),
        author=prepared(of("main_entry")),
        publisher=prepared(of("publisher")),
        edition=edition_in(of("edition")),
        years=years_in(of("date1"), of("date2"), of("publication_date")),
        pages=pages_in(of("extent")),
        material=record_type,
        is_copy=of("is_electronic").fill_null(False)
        | of("is_reproduction").fill_null(False)
        | of("form_of_item").is_in(_MICROFORMS).fill_null(False),
        issns=of("issns").fill_null([]),
    )


def _with_one_title(ready: pl.DataFrame) -> pl.DataFrame:
    """`title` and `title_other`: both in the original script where both have it, else both as 245 has them."""
    both_880 = pl.col("title_880").is_not_null() & pl.col("title_880_other").is_not_null()
    titled = ready.with_columns(
        title=pl.when(both_880).then("title_880").otherwise("title_245"),
        title_other=pl.when(both_880).then("title_880_other").otherwise("title_245_other"),
    )
    return titled.with_columns(
        numbers=numbers_in(pl.col("title")).fill_null([]), numbers_other=numbers_in(pl.col("title_other")).fill_null([])
    )


def _likeness(ready: pl.DataFrame, column: str, scorer: Callable, scale: float = 100) -> pl.Series:
    """How alike the two texts of each pair are, of 1; null where one is missing."""
    both = ready.select(column, f"{column}_other")
    ones, others = (both[name].fill_null("").to_list() for name in both.columns)
    scores = process.cpdist(ones, others, scorer=scorer, dtype=np.float64) / scale if ones else np.empty(0)
    missing = both.select(pl.any_horizontal(pl.all().is_null())).to_series()
    return pl.Series(scores, dtype=pl.Float64).set(missing, None)


def _points(share: pl.Expr | pl.Series, most: int) -> pl.Expr:
    value = pl.lit(share) if isinstance(share, pl.Series) else share
    return (value * most).round().cast(pl.Int32)


def _on_one_side(column: str) -> pl.Expr:
    return pl.col(column).is_null() ^ pl.col(f"{column}_other").is_null()


def _title_terms(ready: pl.DataFrame) -> pl.DataFrame:
    words = _likeness(ready, "title", fuzz.token_set_ratio).fill_null(0)
    spelling = _likeness(ready, "title", Levenshtein.normalized_similarity, scale=1).fill_null(0)
    return ready.select(
        _points(words, 60).alias("title_points"),
        _points(spelling, 9).alias("spelling_points"),
        _points((pl.col("numbers") == pl.col("numbers_other")).cast(pl.Float64), 8).alias("numbers_points"),
    )


def _name_terms(ready: pl.DataFrame) -> pl.DataFrame:
    return ready.select(
        _points(_likeness(ready, "author", fuzz.token_set_ratio).fill_null(0.5), 6).alias("author_points"),
        _points(_on_one_side("author").cast(pl.Float64), 17).alias("author_missing_points"),
        _points(_likeness(ready, "publisher", fuzz.token_set_ratio).fill_null(0.5), 8).alias("publisher_points"),
    )


def _year_terms(ready: pl.DataFrame) -> pl.DataFrame:
    """Points for a year in common, and taken off for each year apart; half where a side has none."""
    apart = (
        ready.select("years", "years_other")
        .with_row_index("pair")
        .explode("years", empty_as_null=True)
        .explode("years_other", empty_as_null=True)
        .group_by("pair", maintain_order=True)
        .agg((pl.col("years") - pl.col("years_other")).abs().min().alias("apart"))
        .select("apart")
    )
    is_shared = (pl.col("apart") == 0).cast(pl.Float64)
    return apart.select(
        _points(is_shared.fill_null(0.5), 14).alias("years_points"),
        _points((pl.col("apart") / 10).clip(0, 1).fill_null(0), -14).alias("years_apart_points"),
    )


def _other_terms(ready: pl.DataFrame) -> pl.DataFrame:
    apart = (pl.col("pages") - pl.col("pages_other")).abs()
    pages = pl.when(apart == 0).then(1.0).when(apart <= 3).then(0.9).when(apart <= 10).then(0.7).otherwise(0.0)
    agrees = (pl.col("edition") == pl.col("edition_other")).cast(pl.Float64).fill_null(0.5)
    return ready.select(
        _points(pl.when(apart.is_null()).then(0.4).otherwise(pages), 12).alias("pages_points"),
        _points(agrees, 8).alias("edition_points"),
        _points(_on_one_side("edition").cast(pl.Float64), -7).alias("edition_missing_points"),
    )


def _refusal(ready: pl.DataFrame) -> pl.Expr:
    """The first thing that speaks against it, whatever the score (duplicates.md E8)."""

    def differ(column: str) -> pl.Expr:
        return (pl.col(column) != pl.col(f"{column}_other")).fill_null(False)

    def both_some(column: str) -> pl.Expr:
        return (pl.col(column).list.len() > 0) & (pl.col(f"{column}_other").list.len() > 0)

    nothing_shared = pl.col("issns").list.set_intersection("issns_other").list.len() == 0
    same_year = pl.col("years").list.set_intersection("years_other").list.len() > 0
    names = _likeness(ready, "publisher", fuzz.partial_ratio)
    other_publisher = (pl.lit(names) * 100 < _SAME_PUBLISHER).fill_null(False)
    rules = [
        (differ("material"), OTHER_MATERIAL),
        (differ("is_copy"), ONE_REPRODUCTION),
        (both_some("part_numbers") & differ("part_numbers"), OTHER_PART),
        (both_some("issns") & nothing_shared, OTHER_ISSN),
        ((is_latin(pl.col("title")) != is_latin(pl.col("title_other"))).fill_null(False), OTHER_SCRIPT),
        (other_publisher & same_year, OTHER_PUBLISHER),
    ]
    return pl.coalesce(pl.when(holds.fill_null(False)).then(pl.lit(words)) for holds, words in rules).alias("refusal")


def doubt_in_words() -> pl.Expr:
    """Why a score is no higher, in words: the refusal, else the terms that lack five points or more, the gravest first."""
    lost = {
        name: (most - pl.col(name) if most > 0 else -pl.col(name))
        for name, (most, _) in TERMS.items()
        if name != "author_missing_points"
    }
    terms = pl.concat_list(
        pl.struct(lost=points.cast(pl.Int32), words=pl.lit(TERMS[name][1])) for name, points in lost.items()
    )
    gravest = terms.list.filter(pl.element().struct.field("lost") >= 5).list.eval(
        pl.element().sort_by(pl.element().struct.field("lost"), descending=True).struct.field("words")
    )
    few = pl.when(gravest.list.len() > 0).then(pl.lit("few points for ") + gravest.list.join(", "))
    return pl.when(pl.col("score").is_not_null()).then(pl.coalesce("refusal", few)).alias("doubt")


def _verdict() -> pl.Expr:
    refusal, score = pl.col("refusal"), pl.col("score")
    is_for_a_look = refusal == OTHER_PUBLISHER
    return (
        pl.when(pl.col("title").is_null() | pl.col("title_other").is_null())
        .then(None)
        .when(refusal == OTHER_SCRIPT)
        .then(pl.lit("look"))
        .when(refusal.is_not_null() & ~is_for_a_look.fill_null(False))
        .then(pl.lit("no"))
        .when((score >= LIKELY) & refusal.is_null())
        .then(pl.lit("likely"))
        .when(score >= LOOK)
        .then(pl.lit("look"))
        .otherwise(pl.lit("no"))
        .alias("verdict")
    )
