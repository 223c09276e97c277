"""Who else may own a number, or may have been refused: readings and rows that say something and cannot be relied upon.

What could be an owner holds a number until it is cleared up, and a row of a report that could not be read still says
what it says of its record (practice.md 6.2, «A possible owner», «Still standing»). Whole numbers are looked for as a
person would see them: digits with whatever stands around them, and digits in groups joined and apart.
"""

import polars as pl

from .exchange import with_number
from .registry import gives

_EXPONENT = r"(?i)([0-9])[.,]([0-9]+)e\+?([0-9]{1,2})"
_KEY = r"^[^|\t]*::[a-z]+::[0-9]+"
_FIRST = ["number", "mms_id", "file", "record"]


def possible_numbers(text: pl.Expr, maximum: int) -> pl.Expr:
    """Every number that somebody may see in a text, as a list: each run of digits, all of them together, and what an
    exponent of a spreadsheet stands for where all its digits are there.

    >>> frame = pl.DataFrame({"raw": ["(OCoLC)123abc", "1 234 567", "(OCoLC)4.001002E+06", "none"]})
    >>> frame.select(possible_numbers(pl.col("raw"), 2_000_000_000).list.sort())["raw"].to_list()
    [[123], [1, 234, 567, 1234567], [2, 4, 6, 4001002], []]
    """
    runs = text.str.extract_all("[0-9]+")
    together = text.str.replace_all("[^0-9]", "")
    parts = text.str.extract_groups(_EXPONENT).struct
    digits = parts.field("1") + parts.field("2")
    is_whole = parts.field("2").str.len_bytes() <= parts.field("3").cast(pl.Int64)
    whole = pl.when(is_whole).then(digits.str.pad_end(1 + parts.field("3").cast(pl.Int64), "0"))
    every = pl.concat_list(runs, pl.concat_list(together, whole))
    short = every.list.eval(pl.element().str.strip_chars_start("0").str.slice(0, 18))
    numbers = short.list.eval(pl.element().cast(pl.Int64, strict=False)).list.unique()
    return numbers.list.eval(pl.element().filter(pl.element().is_between(1, maximum)))


@gives("unread_numbers")
def unread_numbers(
    *, rejected_numbers: pl.LazyFrame, extracts: pl.LazyFrame, terminals: pl.DataFrame, maximum: int
) -> pl.DataFrame:
    """Which numbers stand in catalogue records that could not be read?

    Such a record may own any of them. Files of an extract whose place a later one has taken do not count.

    Returns:
        number (as WorldCat calls it now, or the number itself when it is ambiguous), file, record of the first that has
        it. Sorted by number.
    """
    counting = extracts.filter("counts").select("file").unique()
    told = rejected_numbers.filter(pl.col("ocn") <= maximum).join(counting, on="file", how="semi").collect()
    return _first_of_each(told, terminals)


@gives("doubtful_owners", by={"all_ocns": "mms_id", "ocns": "mms_id", "bibs": "mms_id", "number_owners": "mms_id"})
def doubtful_owners(
    *,
    all_ocns: pl.LazyFrame,
    ocns: pl.LazyFrame,
    bibs: pl.LazyFrame,
    number_owners: pl.LazyFrame,
    terminals: pl.DataFrame,
    maximum: int,
) -> pl.DataFrame:
    """Which records may own a number without being among its owners?

    Args:
        all_ocns: readings of every extract; of those that are no number, every number that somebody may see in them.
        ocns: readings of the current records; those without a bib, for their record has no ID or their bib is not there.
        bibs: the catalogue.
        number_owners: who owns a number anyway.
        terminals: where numbers end.
        maximum: a greater number is no OCN.

    Returns:
        number (as WorldCat calls it now, or the number itself when it is ambiguous); mms_id (null: the record has no ID);
        raw: the reading; why: no_number (the reading has a verdict), no_bib (the record has no ID, or its bib is not in the
        catalogue); file, record. Sorted by number, mms_id, file, record.
    """
    there = bibs.select("mms_id").drop_nulls().unique()
    columns = ["mms_id", "ocn", "raw", "file", "record"]
    is_reading = pl.col("ocn").is_null() & ~pl.col("verdict").is_in(["empty", "zero"])
    of_bibs = all_ocns.filter(is_reading).select(columns).join(there, on="mms_id", how="semi")
    of_nobody = ocns.select(columns).join(there, on="mms_id", how="anti")
    read = pl.concat(
        [
            of_bibs.with_columns(why=pl.lit("no_number")).collect(),
            of_nobody.with_columns(why=pl.lit("no_bib")).collect(),
        ]
    )
    seen = possible_numbers(pl.col("raw"), maximum)
    numbers = pl.when(pl.col("ocn").is_not_null()).then(pl.concat_list("ocn")).otherwise(seen)
    each = read.with_columns(ocn=numbers).explode("ocn").drop_nulls("ocn")
    numbered = with_number(each, "ocn", terminals).rename({"ocn_number": "number"}).unique()
    owners = number_owners.select("number", "mms_id").unique().collect()
    return (
        numbered.join(owners, on=["number", "mms_id"], how="anti")
        .select("number", "mms_id", "raw", "why", "file", "record")
        .unique()
        .sort("number", "mms_id", "file", "record", "raw", nulls_last=True)
    )


@gives("cut_readings", by="mms_id")
def cut_readings(*, all_ocns: pl.LazyFrame) -> pl.DataFrame:
    """Of which readings has a spreadsheet taken digits away, so that any number of a range may be meant?

    Returns:
        digits (what is left, as a whole number), lost (how many digits are gone), mms_id, raw, file, record. Sorted.
    """
    parts = pl.col("raw").str.extract_groups(_EXPONENT).struct
    shown = parts.field("1") + parts.field("2")
    lost = parts.field("3").cast(pl.Int64) - parts.field("2").str.len_bytes().cast(pl.Int64)
    read = all_ocns.filter(pl.col("ocn").is_null() & pl.col("raw").str.contains(_EXPONENT)).select(
        shown.cast(pl.Int64, strict=False).alias("digits"), lost.alias("lost"), "mms_id", "raw", "file", "record"
    )
    # More digits than an OCN has say nothing.
    return read.filter(pl.col("lost").is_between(1, 9)).unique().collect().sort(pl.all(), nulls_last=True)


@gives("unread_answers", by={"known_bibs": "mms_id"}, together=lambda rows: rows.unique().sort(_FIRST, nulls_last=True))
def unread_answers(
    *,
    load_issues: pl.LazyFrame,
    files: pl.LazyFrame,
    known_bibs: pl.LazyFrame,
    terminals: pl.DataFrame,
    maximum: int,
) -> pl.DataFrame:
    """What do rows of reports speak of that could not be read?

    Such a row may say that OCLC did not take a record. Every number in it, but for those of OCLC's own key, counts as
    one of which it speaks; to fetch the report again, or to mend the row, takes it away.

    Returns:
        number (null: the row names a bib) and mms_id (null: it names a number); file, record of the row. Sorted.
    """
    reports = files.filter(pl.col("kind").str.ends_with("Report")).select("file")
    rows = load_issues.filter(pl.col("excerpt").is_not_null()).join(reports, on="file", how="semi")
    texts = rows.select("file", "record", text=pl.col("excerpt").str.replace(_KEY, "")).collect()
    runs = texts.with_columns(mms_id=pl.col("text").str.extract_all("[0-9]{8,}")).explode("mms_id").lazy()
    bibs = runs.join(known_bibs.select("mms_id"), on="mms_id", how="semi").select("mms_id", "file", "record").collect()
    each = texts.with_columns(ocn=possible_numbers(pl.col("text").str.replace_all("[0-9]{11,}", ""), maximum))
    numbered = with_number(each.explode("ocn").drop_nulls("ocn"), "ocn", terminals)
    named = [
        numbered.select(
            pl.col("ocn_number").alias("number"), pl.lit(None, pl.String).alias("mms_id"), "file", "record"
        ),
        bibs.select(pl.lit(None, pl.Int64).alias("number"), "mms_id", "file", "record"),
    ]
    return pl.concat(named).unique().sort(_FIRST, nulls_last=True)


@gives("numbers_of_unknown_files")
def numbers_of_unknown_files(*, raw_rows: pl.LazyFrame, terminals: pl.DataFrame, maximum: int) -> pl.DataFrame:
    """Which numbers stand in files of which nobody knows what they are?

    Such a file may be a list of what must stay: holdings records, commitments, open requests.

    Returns:
        number (as WorldCat calls it now, or the number itself when it is ambiguous); file, record of the first row that
        has it. Sorted by number.
    """
    texts = raw_rows.select("file", "record", text=pl.col("values").list.join("|")).collect()
    seen = texts.select("file", "record", ocn=possible_numbers(pl.col("text"), maximum))
    return _first_of_each(seen.explode("ocn").drop_nulls("ocn"), terminals)


def _first_of_each(rows: pl.DataFrame, terminals: pl.DataFrame) -> pl.DataFrame:
    """What the numbers of some rows are called now, each with the file and record that has it first."""
    named = with_number(rows, "ocn", terminals).select(pl.col("ocn_number").alias("number"), "file", "record")
    return named.sort("number", "file", "record").unique("number", keep="first", maintain_order=True)
