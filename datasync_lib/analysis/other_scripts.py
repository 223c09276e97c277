"""What a search by text cannot see: a title in another script than ours has it in (duplicates.md E12).

Titles are compared with titles of the same script, never across. A record of ours may have its title in its own script, alone or
with a romanised one, and a list may have it romanised by another table; then nothing agrees, and that says nothing.
"""

import polars as pl

from .registry import gives
from .search_texts import NO_YEAR, span_of_years, titles_in

# A letter of a script without capitals is a word or a part of one; a single Greek one in a Latin title is a sign.
_OTHER_SCRIPT = r"[\p{Lo}--\p{Latin}]|[\p{Lu}\p{Ll}--\p{Latin}]{2}"
# Signs that stand for letters of another script, the ligature, and letters with a dot below, macron or breve (ALA-LC tables).
_ROMANISED = r"[\u02b9-\u02bc\u02be\u02bf\u0361\ufe20\ufe21]|[bdhklmnrstz]\u0323|[aeiou]\u0304|[iou]\u0306"
# Words of our languages that no romanised title has; des, los, et, der and para do stand in some of them.
_OURS = (
    r"(?i)\b(?:the|of|and|from|with|und|für|zur|dans|pour|avec|della|degli|nella|\p{L}+tions?"
    r"|essays|studies|handbook|history|journal|review|annual|reports?|guide|world|century|society|university|introductory"
    r"|\p{L}{3,}(?:ics|olog(?:y|ies?)|ness|ical|ature|graphy|ities|ship)|\p{L}{4,}ism"
    r"|histoire|études|essai|geschichte|jahrhunderts?|beiträge|zeitschrift|historia|estudios|storia|studi)\b"
)
# Short ones may stand in a romanised title too, but hardly two different ones.
_OURS_IF_TWO = (
    r"(?i)\b(?:on|in|an|a|to|for|by|at|as|its|new|der|die|das|le|la|les|du|et|en|el|los|de|del|il|un|une|ein|y)\b"
)
_BIB = ["mms_id", "file", "record"]
_SPAN = ["first_year", "last_year"]


def has_other_script(title: pl.Expr) -> pl.Expr:
    """Whether a title, or a part of it, is in another script than the Latin one.

    >>> frame = pl.DataFrame({"title": ["Война и мир. DVD", "水 = Water", "The β-decay", "Kitāb al-ʻayn"]})
    >>> frame.select(has_other_script(pl.col("title")))["title"].to_list()
    [True, True, False, False]
    """
    return title.str.contains(_OTHER_SCRIPT)


def is_romanised(title: pl.Expr) -> pl.Expr:
    """Whether a title has marks that a romanisation has, and hardly anything else.

    >>> frame = pl.DataFrame({"title": ["Kitāb al-ʻayn", "Voĭna i mir", "Čeština", "Müllers Esel", "L’été"]})
    >>> frame.select(is_romanised(pl.col("title")))["title"].to_list()
    [True, True, False, False, False]
    """
    return title.str.normalize("NFD").str.to_lowercase().str.contains(_ROMANISED)


def may_be_romanised(title: pl.Expr) -> pl.Expr:
    """Whether a title, or one of its parallel titles, is Latin and has no word that a romanisation cannot have.

    >>> titles = ["Hong lou meng", "Hong lou meng = Dream of the red chamber", "Dream of the north", "Law in an age", "On e"]
    >>> pl.DataFrame({"title": titles}).select(may_be_romanised(pl.col("title")))["title"].to_list()
    [True, True, False, False, True]
    """
    short = pl.element().str.to_lowercase().str.extract_all(_OURS_IF_TWO).list.n_unique()
    is_ours = pl.element().str.contains(_OURS) | (short > 1)
    each = pl.element().str.contains(r"\p{Latin}") & ~is_ours
    return titles_in(title).list.eval(each).list.any()


@gives(
    "unseen_titles",
    by={"all_bibs": "mms_id"},
    together=lambda rows: _first_of_each_time(rows),
)
def unseen_titles(*, all_bibs: pl.LazyFrame, unowned_numbers: pl.LazyFrame) -> pl.DataFrame:
    """Of which times are bibs with a title in another script, of which no romanisation but their own agrees with them?

    Args:
        all_bibs: the bibs of every extract.
        unowned_numbers: what is searched for; without any, nobody asks.

    Returns:
        first_year, last_year (0 and 9999: no year is told), each pair once; mms_id, file, record of the first such bib.
        Sorted.
    """
    if unowned_numbers.head(1).collect().is_empty():
        all_bibs = all_bibs.head(0)
    titles = pl.concat_str("title", "title_880", separator=" ", ignore_nulls=True)
    unseen = all_bibs.filter(has_other_script(titles))
    first, last = span_of_years(pl.col("date1"), pl.col("date2"), pl.col("publication_date"))
    spans = unseen.select(first.alias("first_year"), last.alias("last_year"), *_BIB)
    return _first_of_each_time(spans.collect())


def _first_of_each_time(rows: pl.DataFrame) -> pl.DataFrame:
    ordered = rows.sort(*_SPAN, *_BIB, nulls_last=True)
    return ordered.unique(_SPAN, keep="first", maintain_order=True)


def scripts_of_entries(search_entries: pl.LazyFrame, unseen_titles: pl.DataFrame) -> pl.DataFrame:
    """What of the numbers' titles a search by text cannot see.

    Args:
        search_entries: what the numbers are called.
        unseen_titles: bibs that have a title in another script.

    Returns:
        number; is_foreign, is_romanised; unseen: a bib that it may be, for it is of its time and the title may be romanised
        (null: there is none).
    """
    title = pl.col("title")
    entries = search_entries.filter(title.is_not_null()).with_columns(
        is_foreign=has_other_script(title), is_romanised=is_romanised(title), may_be=may_be_romanised(title)
    )
    told = entries.collect()
    # What says no year is no other record, where something else says one of the number.
    is_dated = pl.col("first_year") != NO_YEAR
    spans = told.filter("may_be").filter(is_dated | ~is_dated.any().over("number")).select("number", *_SPAN)
    bib = pl.coalesce("mms_id", pl.format("record {} of {}", "record", "file"))
    others = unseen_titles.select(first_other="first_year", last_other="last_year", unseen=bib)
    met = (
        spans.select(_SPAN)
        .unique()
        .join_where(
            others,
            pl.col("first_year") <= pl.col("last_other") + 1,
            pl.col("first_other") <= pl.col("last_year") + 1,
        )
    )
    of_span = met.group_by(_SPAN).agg(pl.col("unseen").min())
    unseen = spans.join(of_span, on=_SPAN, how="inner").group_by("number").agg(pl.col("unseen").min())
    flags = told.group_by("number").agg(pl.col("is_foreign", "is_romanised").any())
    return flags.join(unseen, on="number", how="left")
