"""Which of the records that have a key in common agree in title and date, and which keys too many records have."""

from collections.abc import Iterator

import numpy as np
import polars as pl
from rapidfuzz import fuzz, process

from .search_texts import BEGINNING, NO_YEAR, letters_of, span_of_numbers, title_words, without_numbers
from .similarity import LOOK, TEXT_COLUMNS, compare_texts

# More bibs of one key and year are not compared one by one (duplicates.md E9).
MOST_TOGETHER = 1_000
# So many pairs are held in memory at once.
_PAIRS_TOGETHER = 500_000
# A span of more years is looked for in all years.
_LONGEST_SPAN = 10
# Below this, titles have too little in common for any score (rapidfuzz token set ratio), and authors are two people.
_LIKE_TITLE, _LIKE_AUTHOR, _SAME_AUTHOR = 70, 50, 80
# With so many letters in common at the beginning, titles agree whoever the author is.
_LONG_BEGINNING = 20
# What a date in common is worth on the card: half of it is given where one side has none (duplicates.md E8).
_HALF_OF_YEARS = 7

_HIT = ["query", "key", "rank", "agrees", "mms_id", "file", "record"]


def as_dated(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of titles with their words, letters, words that are no number, least and most number, and `_row`: which one it is."""
    words = rows.select("text").unique().with_columns(words=title_words(pl.col("text"))).drop_nulls("words")
    least, most = span_of_numbers(pl.col("words"))
    told = words.with_columns(
        letters=letters_of(pl.col("words")), unnumbered=without_numbers(pl.col("words")), least=least, most=most
    )
    return rows.join(told, on="text", how="inner").with_row_index("_row")


def _years(rows: pl.DataFrame, around: int) -> pl.DataFrame:
    """Rows of a short span once for each year of it, and of `around` years before and behind."""
    short = rows.filter(_is_short())
    years = pl.int_ranges(pl.col("first_year") - around, pl.col("last_year") + around + 1)
    return short.select("_row", "key", year=years).explode("year")


def _is_short() -> pl.Expr:
    return pl.col("last_year") - pl.col("first_year") <= _LONGEST_SPAN


def blocks(asked: pl.DataFrame, there: pl.DataFrame) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """Entries beside the bibs that have a key in common and may be of the same year.

    A year off by one is the same; who says no year, or a long span, may be of any.

    Yields:
        pairs (the columns of the entry, those of the bib with `_other` behind) of the same time, and the hits of entries
        that have too many bibs beside them.
    """
    dated, timeless = _years(asked, 1), asked.filter(~_is_short()).select("_row", "key")
    ways = [
        (dated, _years(there, 0), ["key", "year"]),
        (dated.drop("year").unique(), there.filter(~_is_short()).select("_row", "key"), ["key"]),
        (timeless, there.select("_row", "key"), ["key"]),
    ]
    for left, right, on in ways:
        sizes = right.group_by(on).agg(bibs=pl.len())
        sized = left.join(sizes, on=on, how="inner").sort("_row", *on)
        few = sized.filter(pl.col("bibs") <= MOST_TOGETHER)
        piece = (pl.col("bibs").cast(pl.Int64).cum_sum() // _PAIRS_TOGETHER).alias("_piece")
        many = _too_many(asked, sized.filter(pl.col("bibs") > MOST_TOGETHER))
        yield _pairs(few.clear(), right, on, asked, there), many
        for part in few.with_columns(piece).partition_by("_piece", include_key=False):
            yield _pairs(part.drop("bibs"), right, on, asked, there), many.clear()


def _pairs(
    left: pl.DataFrame, right: pl.DataFrame, on: list[str], asked: pl.DataFrame, there: pl.DataFrame
) -> pl.DataFrame:
    """The rows of both sides that meet, each pair once, and only where their years do."""
    met = left.select("_row", *on).join(right.rename({"_row": "_row_other"}), on=on, how="inner")
    rows = met.select("_row", "_row_other").unique()
    others = there.drop("key").rename(lambda name: f"{name}_other")
    pairs = rows.join(asked, on="_row", how="inner").join(others, on="_row_other", how="inner")
    same_time = (pl.col("first_year") - 1 <= pl.col("last_year_other")) & (
        pl.col("first_year_other") <= pl.col("last_year") + 1
    )
    return pairs.filter(same_time)


def _too_many(asked: pl.DataFrame, sized: pl.DataFrame) -> pl.DataFrame:
    """Entries that too many bibs could be, as hits of no bib."""
    rows = asked.join(sized.select("_row").unique(), on="_row", how="semi")
    said = pl.format("too many records of its time to compare each: title «{}»", "text")
    nothing = {"mms_id": pl.lit(None, pl.String), "file": pl.lit(None, pl.String), "record": pl.lit(None, pl.Int64)}
    return rows.select("query", "key", rank=pl.lit(3, pl.Int32), agrees=said, **nothing)


def agreeing(pairs: pl.DataFrame) -> pl.DataFrame:
    """The pairs whose titles agree, as hits; whether their dates do is known.

    Titles agree that are equal, or of which one begins with the other and the authors are not two people, or that begin
    alike and are of one author, or begin alike for long; else the score card decides (`similarity.compare_texts`). Titles
    that differ in nothing but their numbers are two things: a year, a part.
    """
    likely = pairs.filter((_likeness(pairs, "words") >= _LIKE_TITLE) | _begin_alike(_LONG_BEGINNING))
    is_equal = pl.col("letters") == pl.col("letters_other")
    starts = pl.col("letters").str.starts_with(pl.col("letters_other"))
    is_start = starts | pl.col("letters_other").str.starts_with(pl.col("letters"))
    judged = likely.filter(is_equal | ~_other_numbers()).with_columns(is_equal=is_equal)
    judged = judged.with_columns(people=_likeness(judged, "author"))
    both = pl.col("author").is_not_null() & pl.col("author_other").is_not_null()
    is_other_author = both & (pl.col("people") < _LIKE_AUTHOR)
    is_one_author = both & (pl.col("people") >= _SAME_AUTHOR) & _begin_alike(BEGINNING)
    agrees = judged.select(
        pl.col("is_equal") | (is_start & ~is_other_author) | is_one_author | _begin_alike(_LONG_BEGINNING)
    ).to_series()
    by_card = judged.filter(~agrees)
    hits = pl.concat([judged.filter(agrees), by_card.filter(_scores(by_card))])
    said = pl.when(_are_dated()).then(pl.lit("title and date")).otherwise(pl.lit("title, without two dates to compare"))
    return hits.select(
        *("query", "key"),
        rank=pl.when("is_equal").then(pl.lit(1, pl.Int32)).otherwise(pl.lit(2, pl.Int32)),
        agrees=pl.format("{} («{}»)", said, "text_other"),
        **{name: pl.col(f"{name}_other") for name in ("mms_id", "file", "record")},
    ).select(_HIT)


def _begin_alike(count: int) -> pl.Expr:
    """Whether titles have so many letters in common at their beginning."""
    ones, others = (pl.col(name).str.slice(0, count) for name in ("letters", "letters_other"))
    return (ones == others) & (ones.str.len_chars() == count)


def _are_dated() -> pl.Expr:
    return (pl.col("first_year") != NO_YEAR) & (pl.col("first_year_other") != NO_YEAR)


def _likeness(pairs: pl.DataFrame, column: str) -> pl.Series:
    """How many of the words of two texts are the same, of 100; a text that is missing is like none."""
    ones, others = (pairs[name].fill_null("").to_list() for name in (column, f"{column}_other"))
    scores = process.cpdist(ones, others, scorer=fuzz.token_set_ratio, dtype=np.float64) if ones else np.empty(0)
    return pl.Series(scores, dtype=pl.Float64)


def _other_numbers() -> pl.Expr:
    """Whether titles differ in their numbers only, and all of one are smaller than those of the other."""
    is_before, is_behind = pl.col("most") < pl.col("least_other"), pl.col("least") > pl.col("most_other")
    return (is_before | is_behind).fill_null(False) & (pl.col("unnumbered") == pl.col("unnumbered_other"))


def _scores(pairs: pl.DataFrame) -> pl.Series:
    """Whether the score card finds pairs alike enough for a look; an author on one side only says nothing here."""
    both = pl.col("author").is_not_null() & pl.col("author_other").is_not_null()
    is_dated = _are_dated()
    sides = {
        "title": pl.col("text"),
        "title_other": pl.col("text_other"),
        "main_entry": pl.when(both).then("author"),
        "main_entry_other": pl.when(both).then("author_other"),
        # That the years agree is known: one in common stands for it.
        "date1": pl.when(is_dated).then(pl.lit("2000")),
        "date1_other": pl.when(is_dated).then(pl.lit("2000")),
    }
    nothing = {"issns": pl.List(pl.String), "is_electronic": pl.Boolean, "is_reproduction": pl.Boolean}
    for name in TEXT_COLUMNS:
        for side in (name, f"{name}_other"):
            sides.setdefault(side, pl.lit(None, nothing.get(name, pl.String)))
    compared = compare_texts(pairs.select(dated=is_dated, **sides))
    enough = pl.when("dated").then(LOOK).otherwise(LOOK - _HALF_OF_YEARS)
    return compared.select(pl.col("score") >= enough).to_series()
