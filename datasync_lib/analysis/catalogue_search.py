"""Held numbers that no bib has, looked for in the catalogue by ISBN, ISSN, LCCN, and by title and date (practice.md 6.2, class 13).

Only what was searched for may be called «not in the catalogue», and a wrong one is a wrong deletion: in doubt two records
agree. All bibs count that are at hand, suppressed and excluded ones and those of earlier extracts too.

Each text and number has keys (`search_texts.py`), and who has a key in common is compared. So that ten million numbers meet
twelve million bibs in bounded memory, only keys that an entry has are taken of the bibs, the rest goes share by share of the
keys, and within a key by year. Where more bibs than `MOST_TOGETHER` have a key and a year, none is compared, and the hit says so.
"""

from collections.abc import Callable, Iterator

import polars as pl

from .exchange import is_yes, with_number
from .registry import gives
from .search_hits import agreeing, as_dated, blocks
from .search_texts import (
    NO_END,
    NO_YEAR,
    beginning_keys,
    is_long,
    number_keys,
    span_of_years,
    title_keys,
    titles_behind,
    titles_in,
    written_numbers,
)

_ENTRY = ["number", "title", "author", "first_year", "last_year", "numbers"]
_DATES = ["date1", "date2", "publication_date"]
_SAID = ["text", "author"]
_KEYED = ["key", "what", "text", "author", "first_year", "last_year"]
_TITLED = ["key", "text", "author", "first_year", "last_year"]
_BIB = ["mms_id", "file", "record"]
NO_TEXT = pl.lit(None, pl.String)


@gives("unowned_numbers", by={"newest_holdings": "number", "owner_judgements": "number"})
def unowned_numbers(*, newest_holdings: pl.LazyFrame, owner_judgements: pl.LazyFrame) -> pl.DataFrame:
    """Which numbers that are held does no bib own? number; sorted."""
    held = newest_holdings.select("number").unique()
    return held.join(owner_judgements.select("number"), on="number", how="anti").collect().sort("number")


@gives("search_entries", by={"worldcat_holdings": "ocn", "worldcat_records": "ocn"})
def search_entries(
    *,
    worldcat_holdings: pl.LazyFrame,
    worldcat_records: pl.LazyFrame,
    unowned_numbers: pl.LazyFrame,
    terminals: pl.DataFrame,
) -> pl.DataFrame:
    """What is known of the numbers that no bib owns: what lists of WorldCat's and its own records call them?

    Args:
        worldcat_holdings: every list, of whatever symbol and day.
        worldcat_records: WorldCat's own records, under any number that became this one.
        unowned_numbers: the numbers.
        terminals: where numbers end.

    Returns:
        number (as WorldCat calls it now, or the number itself when it is ambiguous); title, author; first_year, last_year
        (0 and 9999: no year is told); numbers (ISBN, ISSN, LCCN as written). Texts of one number that differ are several
        rows; sorted.
    """
    lists = ["title", "author", "numbers", *_DATES]
    records = ["title", "title_880", "main_entry", "issns", *_DATES]
    listed = _of(
        worldcat_holdings.with_columns(date1=NO_TEXT, date2=NO_TEXT, publication_date="date"),
        lists,
        unowned_numbers,
        terminals,
    )
    described = _of(worldcat_records, records, unowned_numbers, terminals).with_columns(
        author="main_entry", numbers=pl.col("issns").list.join(" ").replace("", None)
    )
    in_script = described.with_columns(title="title_880")
    rows = pl.concat([each.with_columns(_span()).select(_ENTRY) for each in (listed, described, in_script)])
    return rows.filter(pl.col("title").is_not_null() | pl.col("numbers").is_not_null()).unique().sort(_ENTRY)


def _of(rows: pl.LazyFrame, columns: list[str], unowned: pl.LazyFrame, terminals: pl.DataFrame) -> pl.DataFrame:
    """The rows of unowned numbers."""
    named = with_number(rows.select("ocn", *columns).collect(), "ocn", terminals).rename({"ocn_number": "number"})
    return named.lazy().join(unowned, on="number", how="semi").collect()


def _span() -> list[pl.Expr]:
    first, last = span_of_years(*(pl.col(name) for name in _DATES))
    return [first.alias("first_year"), last.alias("last_year")]


@gives("search_keys", by={"search_entries": "number"})
def search_keys(*, search_entries: pl.LazyFrame) -> pl.DataFrame:
    """Under which keys are the numbers that no bib owns looked for?

    Returns:
        number; key (a hash of it); what (number or title); text (the title, a part of it that may be a title behind that of a
        series, or the numbers as written); author; first_year, last_year. Sorted.
    """
    is_dated = pl.col("first_year") != NO_YEAR
    # What says no year is no other record, where something else says one of the number.
    entries = search_entries.filter(is_dated | ~is_dated.any().over("number")).collect()
    titled = _keyed(_titles(entries.lazy(), ["number"], titles_in), title_keys, is_entry=True)
    behind = _keyed(_titles(entries.lazy(), ["number"], titles_behind), beginning_keys)
    told = search_entries.select("number", *_KEYED[3:], text="numbers", what=pl.lit("number")).collect()
    numbered = _numbers(told.with_columns(value=written_numbers(pl.col("text"))).explode("value"))
    columns = ["number", *_KEYED]
    every = pl.concat(rows.select(columns) for rows in (titled, behind, numbered))
    return every.unique().sort(columns, nulls_last=True)


def _titles(rows: pl.LazyFrame, of: list[str], titles: Callable[[pl.Expr], pl.Expr]) -> pl.DataFrame:
    """Each of the titles in the rows' titles: text, what, author, years, and whose it is; each once, the first that says it."""
    each = rows.select(*of, *_KEYED[3:], text=titles(pl.col("title")), what=pl.lit("title"))
    said = each.explode("text").drop_nulls("text").collect().sort(of)
    return said.unique([*_KEYED[1:], of[0]], keep="first", maintain_order=True)


def _keyed(
    titles: pl.DataFrame, keys_of: Callable[..., pl.LazyFrame], asked: pl.LazyFrame | None = None, **how: bool
) -> pl.DataFrame:
    """Titles once for each of their keys, where keys are asked for only for those.

    What many records say is taken apart once.
    """
    texts = titles.select(_SAID).unique().with_row_index("title")
    keys = keys_of(texts, **how)
    found = (keys if asked is None else keys.join(asked, on="key", how="semi")).unique().collect(engine="streaming")
    of_texts = found.join(texts, on="title", how="inner").drop("title")
    return titles.join(of_texts, on=_SAID, how="inner", nulls_equal=True)


def _numbers(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with a value, once for each of its keys."""
    keyed = [rows.with_columns(key=pl.format("number {}", key)) for key in number_keys(pl.col("value"))]
    return pl.concat(keyed).drop_nulls("key").with_columns(pl.col("key").hash(1))


@gives("catalogue_keys", by={"all_bibs": "mms_id", "all_standard_numbers": "mms_id"})
def catalogue_keys(
    *, all_bibs: pl.LazyFrame, all_standard_numbers: pl.LazyFrame, search_keys: pl.LazyFrame
) -> pl.DataFrame:
    """Which bibs have a key under which an unowned number is looked for?

    Args:
        all_bibs: the bibs of every extract.
        all_standard_numbers: their numbers, of whatever role.
        search_keys: only bibs with one of these keys are told.

    Returns:
        key; what (title, isbn, issn, lccn); text (the title, or the number); author; first_year, last_year; mms_id, file,
        record (of the first extract that says the same). Sorted.
    """
    asked = search_keys.select("key").unique().collect()
    if asked.is_empty():  # nobody looks for anything: no title has to be taken apart
        all_bibs, all_standard_numbers = all_bibs.head(0), all_standard_numbers.head(0)
    # A reproduction may be of any later year than the bib says, and WorldCat's record of it has that year.
    first_year, last_year = _span()
    until = pl.when(is_yes("is_reproduction")).then(pl.lit(NO_END, pl.Int64)).otherwise(last_year).alias("last_year")
    described = [
        all_bibs.select(*_BIB, first_year, until, title=title, author="main_entry").drop_nulls("title")
        for title in ("title", "title_880", pl.when(is_long(pl.col("title_parts"))).then("title_parts"))
    ]
    titled = _keyed(_titles(pl.concat(described), _BIB, titles_in), title_keys, asked.lazy(), is_entry=False)
    no_year = {name: pl.lit(None, pl.Int64) for name in ("first_year", "last_year")}
    values = all_standard_numbers.select(*_BIB, what="scheme", text="value", value="value", author=NO_TEXT, **no_year)
    numbered = _numbers(values.collect()).lazy().join(asked.lazy(), on="key", how="semi").collect(engine="streaming")
    columns = [*_KEYED, *_BIB]
    wanted = pl.concat([titled.select(columns), numbered.select(columns)]).sort(columns, nulls_last=True)
    return wanted.unique([*_KEYED, "mms_id"], keep="first", maintain_order=True)


@gives("search_hits", by={"search_keys": "key", "catalogue_keys": "key"})
def search_hits(*, search_keys: pl.LazyFrame, catalogue_keys: pl.LazyFrame) -> pl.DataFrame:
    """With which bibs do the numbers that no bib owns agree, by number, or by title and date (practice.md 6.2, class 13)?

    Returns:
        number; agrees (on what, in words); mms_id, file, record of the bib (null: too many records to compare them). One bib
        for each number and key; sorted by number, key.
    """
    entries, bibs = search_keys.collect(), catalogue_keys.collect()
    hits = pl.concat([_by_number(entries, bibs), *_by_title(entries, bibs)])
    order = ["number", "key", "rank", *_BIB, "agrees"]
    best = hits.sort(order, nulls_last=True).unique(["number", "key"], keep="first", maintain_order=True)
    return best.select("number", "key", "rank", "agrees", *_BIB)


def _by_number(entries: pl.DataFrame, bibs: pl.DataFrame) -> pl.DataFrame:
    """The first bib that has a number."""
    is_title = pl.col("what") == "title"
    first = bibs.filter(~is_title).sort("key", "what", *_BIB, nulls_last=True).unique("key", keep="first")
    pairs = entries.filter(~is_title).select("number", "key").join(first, on="key", how="inner")
    said = pl.format("{} {}", pl.col("what").str.to_uppercase(), "text")
    return pairs.select(
        "number", "key", rank=pl.lit(0, pl.Int32), agrees=said, mms_id="mms_id", file="file", record="record"
    )


def _by_title(entries: pl.DataFrame, bibs: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The bibs whose title and date agree, piece by piece, and the entries that would have had too many to compare.

    Entries of one text and time are compared once, and of bibs that say the same the first.
    """
    titled = entries.filter(what="title").select("number", *_TITLED)
    asked = titled.select(_TITLED).unique().with_row_index("query")
    there = bibs.filter(what="title").sort(_BIB).unique(_TITLED, keep="first", maintain_order=True)
    numbers = titled.join(asked, on=_TITLED, how="inner", nulls_equal=True).select("query", "number")
    for pairs, too_many in blocks(as_dated(asked), as_dated(there)):
        for hits in (agreeing(pairs), too_many):
            best = hits.sort("rank", *_BIB, nulls_last=True).unique("query", keep="first", maintain_order=True)
            yield numbers.join(best, on="query", how="inner").drop("query")
