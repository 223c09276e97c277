"""What the search in the catalogue says of held numbers that no bib has (practice.md 6.2, classes 13 and 15)."""

from collections.abc import Iterable
from datetime import date

import polars as pl

from ..settings import SymbolSettings
from .claims import COLUMNS, claims, in_order
from .exchange import is_yes
from .other_scripts import scripts_of_entries
from .owners import modes_of
from .registry import gives
from .search_texts import is_damaged, title_words, written_numbers

_KEY = ["symbol", "number"]
# A number that a spreadsheet has made a fraction of.
_EXPONENT = r"(?i)[0-9][.,][0-9]+e\+?[0-9]"


@gives(
    "searches",
    by={
        **{"newest_holdings": "number", "unowned_numbers": "number", "search_entries": "number"},
        **{"search_hits": "number", "held_before": "number", "confirmed_numbers": "number"},
    },
)
def searches(
    *,
    newest_holdings: pl.LazyFrame,
    unowned_numbers: pl.LazyFrame,
    search_entries: pl.LazyFrame,
    search_hits: pl.LazyFrame,
    held_before: pl.LazyFrame,
    confirmed_numbers: pl.LazyFrame,
    searched_files: pl.DataFrame,
    unseen_titles: pl.DataFrame,
    extract_date: date | None,
    symbols: Iterable[SymbolSettings] = (),
) -> pl.DataFrame:
    """What did the search in the catalogue say of each held number that no bib owns?

    Args:
        newest_holdings: what is held, with the texts that the list has.
        unowned_numbers: what is searched for.
        search_entries: what else is known of the numbers.
        search_hits: what they agree with.
        held_before: what was held before the extract was made.
        confirmed_numbers: what OCLC confirmed since, also for records that the export does not have.
        searched_files: what the catalogue is made of.
        unseen_titles: bibs that have a title in another script.
        extract_date: the day of the catalogue.
        symbols: `symbols` of the settings.

    Returns:
        symbol, number; class: text_or_number_hit, not_in_catalogue (it was searched for, by number where one is known and
        by text), not_yet_classed (it could not be); reason, in words; mms_id, file, record: of the bib that agrees, else of
        the list; is_sure: nothing is missing for it to be given up. A number that may have come to a symbol that is kept
        since the extract was made is not sure, nor one whose text is not in the list itself, or is not in the script in
        which ours may have it. Sorted.
    """
    rows = newest_holdings.join(unowned_numbers, on="number", how="semi").with_columns(mode=modes_of(symbols)).collect()
    told = search_entries.filter(title_words(pl.col("title")).is_not_null()).select("number").unique().collect()
    listed = _listed(rows, extract_date).join(told.with_columns(has_text=True), on="number", how="left")
    before = held_before.select(*_KEY, was_there=True).unique().collect()
    confirmed = confirmed_numbers.select("number", is_confirmed=True).unique().collect()
    of_number = _best(search_hits).join(confirmed, on="number", how="full", coalesce=True)
    scripts = scripts_of_entries(search_entries, unseen_titles)
    known = (
        listed.join(before, on=_KEY, how="left")
        .join(of_number, on="number", how="left")
        .join(scripts, on="number", how="left")
    )
    flags = ("has_text", "was_there", "is_confirmed", "is_foreign", "is_romanised")
    judged = known.with_columns(is_yes(flag) for flag in flags).with_columns(_class(), _lacks(_gap(searched_files)))
    is_hit = pl.col("class") == "text_or_number_hit"
    found = [pl.when(is_hit).then(f"hit_{name}").otherwise(name).alias(name) for name in ("file", "record")]
    is_sure = (pl.col("class") == "not_in_catalogue") & pl.col("lacks").is_null()
    return judged.select(*_KEY, "class", _reason(), pl.col("hit_mms_id").alias("mms_id"), *found, is_sure=is_sure).sort(
        _KEY
    )


def _listed(rows: pl.DataFrame, extract_date: date | None) -> pl.DataFrame:
    """Each number of a symbol once: what its list says of it, and the first row."""
    title, numbers = pl.col("title"), pl.col("numbers")
    is_unread = numbers.str.contains("[0-9]") & (
        (written_numbers(numbers).list.len() == 0) | numbers.str.contains(_EXPONENT)
    )
    telling = rows.with_columns(
        is_titled=title_words(title).is_not_null() & ~is_damaged(title),
        is_unread=is_unread,
        is_before=pl.col("as_of") <= pl.lit(extract_date, pl.Date),
    ).with_columns(pl.col("is_titled", "is_unread", "is_before").fill_null(False))
    return (
        telling.sort(*_KEY, "file", "record")
        .group_by(_KEY, maintain_order=True)
        .agg(
            pl.col("mode", "file", "record", "as_of").first(),
            pl.col("is_titled", "is_before").all(),
            pl.col("is_unread").any(),
            is_dated=pl.col("as_of").is_not_null().all() & (extract_date is not None),
        )
    )


def _best(search_hits: pl.LazyFrame) -> pl.DataFrame:
    """The best hit of each number."""
    order = ["number", "rank", "mms_id", "file", "record", "agrees"]
    best = search_hits.collect().sort(order, nulls_last=True).unique("number", keep="first", maintain_order=True)
    return best.select("number", "agrees", *(pl.col(n).alias(f"hit_{n}") for n in ("mms_id", "file", "record")))


def _class() -> pl.Expr:
    return (
        pl.when(pl.col("agrees").is_not_null())
        .then(pl.lit("text_or_number_hit"))
        .when(pl.col("is_titled") | pl.col("has_text"))
        .then(pl.lit("not_in_catalogue"))
        .otherwise(pl.lit("not_yet_classed"))
        .alias("class")
    )


def _gap(searched_files: pl.DataFrame) -> str | None:
    """Why the catalogue at hand is not all of it, so that nothing can be called not in it; None: it is."""
    if not searched_files["is_full"].any():
        return "no full export of all of the catalogue is loaded"
    broken = searched_files.filter(~pl.col("is_whole"))["file"]
    return None if broken.is_empty() else "a file of the catalogue breaks off"


def _lacks(gap: str | None) -> pl.Expr:
    """What is missing for a number to be given up that the search has not found; null: nothing."""
    came = "it may have come to the symbol since the export: a list from before the export would tell"
    unseen = pl.format("its title may be romanised, and {} of its time has one in another script", "unseen")
    rules = [
        (pl.lit(gap is not None), pl.lit(gap, pl.String)),
        (pl.col("mode") == "unknown", pl.lit("the settings do not know the symbol")),
        (~pl.col("is_titled"), pl.lit("the list has no title of it, only WorldCat's record was compared")),
        (pl.col("is_confirmed"), pl.lit("OCLC confirmed it for a record that the export does not have")),
        (pl.col("is_unread"), pl.lit("the list has a standard number of it that cannot be read")),
        (pl.col("is_foreign"), pl.lit("its title is in a script that not every record of ours may have")),
        (pl.col("is_romanised"), pl.lit("its title is romanised, and a record of ours may have it otherwise")),
        (pl.col("unseen").is_not_null(), unseen),
        (~pl.col("is_dated"), pl.lit("the day of the list or of the export is not known")),
        ((pl.col("mode") == "kept") & ~pl.col("is_before") & ~pl.col("was_there"), pl.lit(came)),
    ]
    return pl.coalesce(pl.when(holds).then(words) for holds, words in rules).alias("lacks")


def _reason() -> pl.Expr:
    bib = pl.coalesce("hit_mms_id", pl.format("record {} of {}", "hit_record", "hit_file"))
    agrees = pl.coalesce(pl.format("{} of {}", "agrees", bib), "agrees")
    nothing = pl.lit("searched for by number and by text, and nothing of ours agrees")
    is_hit, is_searched = (pl.col("class") == name for name in ("text_or_number_hit", "not_in_catalogue"))
    return (
        pl.when(is_hit)
        .then(agrees)
        .when(is_searched)
        .then(pl.concat_str(nothing, pl.format("; {}", "lacks"), ignore_nulls=True))
        .otherwise(pl.lit("neither the list nor a record of WorldCat's at hand has a title to search for"))
        .alias("reason")
    )


@claims("searches", by={"searches": "number"})
def claims_of_searches(*, searches: pl.LazyFrame) -> pl.DataFrame:
    """What becomes of held numbers that no bib has: text_or_number_hit, not_in_catalogue, or not_yet_classed."""
    return in_order([searches.select(COLUMNS).collect()])
