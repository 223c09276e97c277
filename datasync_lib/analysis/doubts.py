"""Who else may own a number, or may have been refused: readings and rows that say something and cannot be relied upon.

What could be an owner holds a number until it is cleared up, and a row of a report that could not be read still says
what it says of its record (practice.md 6.2, «A possible owner», «Still standing»). Whole numbers are looked for as a
person would see them: digits with whatever stands around them, and digits in groups joined and apart.
"""

import polars as pl

from ..oclc.layouts import READABLE
from ..oclc.rows import KEY_OF_OCLC
from .exchange import with_number
from .registry import gives

_EXPONENT = r"(?i)([0-9])[.,]([0-9]+)e\+?([0-9]{1,2})"
# The same, also with one digit only, where a spreadsheet wrote it: 4E+06.
_CUT = r"(?i)(?:([0-9])[.,]([0-9]+)e\+?|(?:^|[^0-9a-z.,])([0-9])e\+)([0-9]{1,2})"
# A blank as a page or a workbook writes it, within a number that was copied from there.
_WRITTEN_BLANK = r"(?i)&(?:[a-z]+|#[0-9]+|#x[0-9a-f]+);|_x[0-9a-f]{4}_"
# What may stand between the digits of one number: no letter, and nothing that parts the cells of a row; perhaps no mark of
# another number either (2: 1,234,567).
_TOGETHER = (r"[0-9][^\p{L}|]*", r"[0-9][^\p{L}|:;/]*")
# Digits of other scripts, and those as wide as a letter of Chinese: they read as digits.
_DIGITS = {chr(zero + i): str(i) for zero in (0x660, 0x6F0, 0x966, 0xFF10) for i in range(10)}
_KEY = r"^[^|\t]*::[a-z]+::[0-9]+"
# What may be the ID of a record of the catalogue, within a text.
_LONG = "[0-9]{8,}"
_ROW = ["file", "record"]
_FIRST = ["number", "mms_id", "file", "record"]


def possible_numbers(text: pl.Expr, maximum: int) -> pl.Expr:
    """Every number that somebody may see in a text, as a list.

    Each run of digits; all that stand between the same two words, for blanks, commas, hyphens and line breaks may stand within a
    number; and what an exponent of a spreadsheet stands for where all its digits are there. Digits with a letter
    between them are two numbers (PATL04-B2728), for no program and nobody writes one into an OCN; so are the cells of a
    row. Letters that stand for no letter are none: ocl7, and a blank as a page or a workbook writes it. Digits of other scripts
    are digits.
    Sources: practice.md 6.2, «A possible owner»; oclc_formats.md 5.

    >>> frame = pl.DataFrame({"raw": ["(OCoLC)123abc", "1 234 567", "(OCoLC)4.001002E+06", "LAW04-B2728", "none"]})
    >>> frame.select(possible_numbers(pl.col("raw"), 2_000_000_000).list.sort())["raw"].to_list()
    [[123], [1, 234, 567, 1234567], [4, 6, 1002, 4001002], [4, 2728], []]
    """
    plain = text.str.replace_all(_WRITTEN_BLANK, " ").str.replace_many(list(_DIGITS), list(_DIGITS.values()))
    without_prefix = plain.str.replace_all("(?i)ocl7", "ocl ")
    runs = pl.concat_list(plain.str.extract_all("[0-9]+"), without_prefix.str.extract_all("[0-9]+"))
    groups = pl.concat_list(*(plain.str.extract_all(group) for group in _TOGETHER))
    together = groups.list.eval(pl.element().str.replace_all("[^0-9]", ""))
    parts = text.str.extract_groups(_EXPONENT).struct
    digits = parts.field("1") + parts.field("2")
    is_whole = parts.field("2").str.len_bytes() <= parts.field("3").cast(pl.Int64)
    whole = pl.when(is_whole).then(digits.str.pad_end(1 + parts.field("3").cast(pl.Int64), "0"))
    every = pl.concat_list(runs, together, whole)
    short = every.list.eval(pl.element().str.strip_chars_start("0").str.slice(0, 18))
    numbers = short.list.eval(pl.element().cast(pl.Int64, strict=False)).list.unique()
    return numbers.list.eval(pl.element().filter(pl.element().is_between(1, maximum)))


@gives("unread_numbers")
def unread_numbers(
    *,
    rejected_numbers: pl.LazyFrame,
    all_ocns: pl.LazyFrame,
    extracts: pl.LazyFrame,
    terminals: pl.DataFrame,
    maximum: int,
) -> pl.DataFrame:
    """Which numbers stand in catalogue records that could not be read, or not whole, or in a text of which nothing could?

    Such a record may own any of them, but for those that were read in it. Files of an extract whose place a later one has
    taken do not count.

    Returns:
        number (as WorldCat calls it now, or the number itself when it is ambiguous), file, record of the first that has
        it. Sorted by number.
    """
    superseded = extracts.group_by("file").agg(pl.col("counts").any()).filter(~pl.col("counts"))
    seen = rejected_numbers.filter(pl.col("ocn") <= maximum).join(superseded, on="file", how="anti")
    key = ["file", "record", "ocn"]
    told = seen.join(all_ocns.select(key), on=key, how="anti").collect(engine="streaming")
    return _first_of_each(told, terminals)


@gives("doubtful_owners", by=dict.fromkeys(["all_ocns", "ocns", "bibs", "all_holdings", "number_owners"], "mms_id"))
def doubtful_owners(
    *,
    all_ocns: pl.LazyFrame,
    ocns: pl.LazyFrame,
    bibs: pl.LazyFrame,
    all_holdings: pl.LazyFrame,
    number_owners: pl.LazyFrame,
    terminals: pl.DataFrame,
    maximum: int,
) -> pl.DataFrame:
    """Which records may own a number without being among its owners?

    Args:
        all_ocns: readings of every extract; of those that are no number, every number that somebody may see in them.
        ocns: readings of the current records; those without a bib, for their record has no ID or their bib is not there.
        bibs: the catalogue.
        all_holdings: a 004 of a holdings record that names no bib may be an OCN (oclc_formats.md 5), whoever has the holding.
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
    of_004 = all_holdings.filter("is_mfhd").select("mms_id", "file", "record", raw="mms_id", ocn=pl.lit(None, pl.Int64))
    of_nobody = (rows.select(columns).join(there, on="mms_id", how="anti") for rows in (ocns, of_004))
    no_number, no_bib = (pl.lit(why).alias("why") for why in ("no_number", "no_bib"))
    read = pl.concat(
        [of_bibs.with_columns(no_number).collect(), *(rows.with_columns(no_bib).collect() for rows in of_nobody)]
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
    parts = pl.col("raw").str.extract_groups(_CUT).struct
    shown = pl.coalesce(parts.field("1") + parts.field("2"), parts.field("3"))
    lost = parts.field("4").cast(pl.Int64) - shown.str.len_bytes().cast(pl.Int64) + 1
    read = all_ocns.filter(pl.col("ocn").is_null() & pl.col("raw").str.contains(_CUT)).select(
        shown.cast(pl.Int64, strict=False).alias("digits"), lost.alias("lost"), "mms_id", "raw", "file", "record"
    )
    # More digits than an OCN has say nothing.
    return read.filter(pl.col("lost").is_between(1, 9)).unique().collect().sort(pl.all(), nulls_last=True)


@gives(
    "unread_answers",
    by={"known_bibs": "mms_id", "holdings": "mms_id"},
    together=lambda rows: rows.unique().sort(_FIRST, nulls_last=True),
)
def unread_answers(
    *,
    load_issues: pl.LazyFrame,
    files: pl.LazyFrame,
    known_bibs: pl.LazyFrame,
    holdings: pl.LazyFrame,
    terminals: pl.DataFrame,
    maximum: int,
) -> pl.DataFrame:
    """What do rows of reports speak of that could not be read?

    Such a row may say that OCLC did not take a record. Every number in it, but for those of OCLC's own key, counts as
    one of which it speaks; to fetch the report again, or to mend the row, takes it away.

    Returns:
        number (null: the row names a bib) and mms_id (null: it names a number); file, record of the row. Sorted.
    """
    is_report = pl.col("kind").str.ends_with("Report") | pl.col("kind").is_in(READABLE)
    reports = files.filter(is_report).select("file")
    rows = load_issues.filter(pl.col("excerpt").is_not_null()).join(reports, on="file", how="semi")
    texts = rows.select(
        "file", "record", text=pl.col("excerpt").str.replace(_KEY, "").str.replace_all(KEY_OF_OCLC, " ")
    ).collect()
    runs = texts.select(*_ROW, id=pl.col("text").str.extract_all(_LONG)).explode("id").lazy()
    ids = [known_bibs.select("mms_id", id="mms_id"), holdings.select("mms_id", id="holding_id")]
    named_bibs = [of.join(runs, on="id", how="inner").select("mms_id", *_ROW).collect(engine="streaming") for of in ids]
    bibs = pl.concat(named_bibs)
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
def numbers_of_unknown_files(
    *,
    raw_rows: pl.LazyFrame,
    number_owners: pl.LazyFrame,
    holdings: pl.LazyFrame,
    terminals: pl.DataFrame,
    maximum: int,
) -> pl.DataFrame:
    """Which numbers stand in files of which nobody knows what they are, or are those of a record that such a file names?

    Such a file may be a list of what must stay: holdings records, commitments, open requests; or of what OCLC did not take.

    Args:
        raw_rows: the rows of the files.
        number_owners: the numbers of each bib: a file may name it by its ID.
        holdings: whose holding has which ID.
        terminals: where numbers end.
        maximum: a greater number is no OCN.

    Returns:
        number (as WorldCat calls it now, or the number itself when it is ambiguous); file, record of the first row that
        has it. Sorted by number.
    """
    rows = raw_rows.select("file", "record", "values").collect()
    texts = rows.select("file", "record", text=pl.col("values").list.join("|", ignore_nulls=True))
    seen = texts.select("file", "record", ocn=possible_numbers(pl.col("text"), maximum))
    ids = _ids_in(rows, texts).lazy()
    holders = holdings.select("mms_id", id="holding_id").join(ids, on="id", how="inner").select("mms_id", *_ROW)
    bibs = pl.concat(
        [ids.select(*_ROW, mms_id="id"), holders.select(*_ROW, "mms_id").collect(engine="streaming").lazy()]
    )
    owned = number_owners.select("mms_id", "number").join(bibs, on="mms_id", how="inner").select("number", *_ROW)
    named = _first_of_each(seen.explode("ocn").drop_nulls("ocn"), terminals)
    return _first(pl.concat([named, owned.collect(engine="streaming")]))


def _ids_in(rows: pl.DataFrame, texts: pl.DataFrame) -> pl.DataFrame:
    """What may be an ID of the catalogue in some rows, each once: whole cells, and long runs of digits."""
    runs = texts.select(*_ROW, id=pl.col("text").str.extract_all(_LONG)).explode("id")
    whole = rows.select(*_ROW, id="values").explode("id").with_columns(pl.col("id").str.strip_chars())
    every = pl.concat([runs, whole]).filter(pl.col("id").fill_null("") != "")
    return every.sort("id", *_ROW).unique("id", keep="first", maintain_order=True)


def _first_of_each(rows: pl.DataFrame, terminals: pl.DataFrame) -> pl.DataFrame:
    """What the numbers of some rows are called now, each with the file and record that has it first."""
    return _first(with_number(rows, "ocn", terminals).select(pl.col("ocn_number").alias("number"), *_ROW))


def _first(numbers: pl.DataFrame) -> pl.DataFrame:
    """Each number once, with the file and record that has it first."""
    return numbers.sort("number", *_ROW).unique("number", keep="first", maintain_order=True)
