r"""OCN: the number of a record in WorldCat.

The OCLC control number is a running number without check digit, given by OCLC (the organisation code is OCoLC). OCLC
writes it in 001 with a prefix that tells the width (ocm and 8 digits, ocn and 9, on and 10 or more) and in 035 $a after
(OCoLC). Local catalogues hold many more spellings; nothing but the whole text tells a number from something else, so
every reading has a verdict, and only the verdict ok has a number. Sources: duplicates.md E1, oclc_formats.md 5.

>>> read_ocn("(OCoLC)ocm00012345 ")
(12345, 'ok')
>>> read_ocn("ocn123456789"), read_ocn("|a(OCOLC) 12345#"), read_ocn("(OCoLC)(OCoLC)ocm00012345")
((123456789, 'ok'), (12345, 'ok'), (12345, 'ok'))
>>> read_ocn("00012345"), read_ocn("00012345", trusted=True)
((None, 'bare_number'), (12345, 'ok'))
>>> read_ocn("40000001.0", trusted=True)  # a whole number that passed through a float column has all its digits
(40000001, 'ok')
>>> read_ocn("40.000", trusted=True)  # perhaps forty thousand, in the manner of many countries
(None, 'malformed')
>>> read_ocn(" ")
(None, 'empty')
>>> read_ocn("1.23E+09")
(None, 'excel_exponent')
>>> read_ocn("(OCoLC-M)12345"), read_ocn("(OCoLC-M)12345", other_control_accepted=["OCoLC-M"])
((None, 'other_control'), (12345, 'ok'))
>>> read_ocn("(OCoLC-I)274935087")
(None, 'superseded')
>>> read_ocn("(DLC)ocn478114177")
(None, 'not_oclc')
>>> read_ocn("(OCoLC)ocm12275114e")
(None, 'suffix')
>>> read_ocn("(OCoLC)00000000")
(None, 'zero')
>>> read_ocn("(OCoLC)991011023280203941")
(None, 'too_large')
>>> read_ocn("(OCoLC)M123")
(None, 'malformed')
"""

import re
from collections.abc import Collection
from typing import overload

import polars as pl

MAXIMUM = 2_000_000_000
"""No OCN is greater; OCLC had reached about 1.5 billion in 2025."""

VERDICTS = (
    "ok",
    "empty",
    "excel_exponent",
    "other_control",
    "superseded",
    "not_oclc",
    "bare_number",
    "suffix",
    "zero",
    "too_large",
    "malformed",
)
"""What a reading may be called. The table of readings knows one more, institution_record, which needs the whole bib."""

_INVISIBLE = (
    "\ufeff\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069"
)
_BLANKS = "".join(map(chr, range(33))) + "\x7f\x85\u00a0\u2007\u2009\u202f\u3000" + _INVISIBLE
_BLANK = r"[\s\p{C}]*"
_MARK = rf"(?i)^(?:[|$‡]a{_BLANK})?"
_CONTROL = rf"[(\[]*oco?lc(?:-[a-z]+)?{_BLANK}[)\]]*[:#]?"
_PREFIX = rf"{_MARK}(?:(?:{_CONTROL}|ocl|ocm|ocn|on){_BLANK})+$"
_CLAIM = rf"{_MARK}(?:[(\[]+oco?lc|ocolc|oc[lmn]{_BLANK}$)"
_PARTS = r"(?s)^(?P<head>[^0-9]*)(?P<digits>[0-9]*)(?P<rest>.*)$"
# Where a new number begins for certain: at an OCLC prefix; behind a mark that stands in no number; behind a letter; and
# between groups of six digits or more, of which two are longer than any OCN.
_GAP = r"\s*(?:,\s*|\s)"
_SEVERAL = "(?i)" + "|".join(
    (
        r"([0-9][a-z]?[#.]?)\s*(?:[|$‡]a\s*|[,:;|/]\s*|\s)([(\[]*oco?lc|oc[mn]\s*[0-9]|ocl7|on\s*[0-9])",
        r"([0-9][a-z]?[#.]?)\s*(?:[|$‡]a|[:;|/])\s*([0-9])",
        rf"([0-9][a-z][#.]?){_GAP}([0-9])",
        rf"([0-9]{{6}}(?:\.00?|[#.])?){_GAP}([0-9]{{6}})",
    )
)
_SEPARATOR = "\x1f"
_CUT = "${1}${3}${5}${7}" + _SEPARATOR + "${2}${4}${6}${8}"


def parse_ocn(
    text: pl.Expr,
    *,
    trusted: pl.Expr | bool = False,
    maximum: int = MAXIMUM,
    other_control_accepted: Collection[str] = (),
) -> pl.Expr:
    """Which OCN stands in a subfield or cell, and if none does, why not?

    One text gives one reading; a cell that may hold several goes through `split_ocns` first. The widths of the
    prefixes are no reason to reject (`unusual_width` tells them). Digits that are whole stay a number whatever
    program they passed through: 40000001.0 is read, 1.23E+09 is not, because there digits are lost.

    Args:
        text: The text as it stands in the record.
        trusted: True where a number without prefix is an OCN (001 beside 003 OCoLC, 019, 079 by the settings).
        maximum: The greatest number that may be an OCN.
        other_control_accepted: Codes such as OCoLC-M that stand before real OCNs at this site.

    Returns:
        A struct: `ocn` (Int64, null unless the verdict is ok) and `verdict` (one of VERDICTS).
        Source: duplicates.md E1.
    """
    readings = pl.struct(text=text.cast(pl.String), trusted=pl.lit(trusted) if isinstance(trusted, bool) else trusted)
    return readings.map_batches(
        lambda batch: _read(batch.struct.unnest(), maximum, other_control_accepted),
        return_dtype=pl.Struct({"ocn": pl.Int64, "verdict": pl.String}),
        is_elementwise=True,
    )


def _read(readings: pl.DataFrame, maximum: int, accepted: Collection[str]) -> pl.Series:
    """Reads a batch of texts step by step: as one expression, every branch would take the text apart again."""
    head, digits, rest, significant = (pl.col(name) for name in ("head", "digits", "rest", "significant"))
    return (
        readings.select(
            pl.col("trusted").fill_null(False),
            body=pl.col("text").str.strip_chars_start(_BLANKS + "\"'=").str.strip_chars_end(_BLANKS + "#/.,;:|\"'"),
        )
        .with_columns(pl.col("body").str.replace("(?i)ocl7", "ocl").str.extract_groups(_PARTS).struct.unnest())
        .with_columns(
            significant=digits.str.strip_chars_start("0"),
            is_whole=(rest == "") | rest.str.contains(r"^\.00?$"),
            is_ocn=(digits != "") & (head.str.contains(_PREFIX) | (pl.col("trusted") & (head == ""))),
        )
        .with_columns(number=significant.str.slice(0, 18).cast(pl.Int64, strict=False))
        .with_columns(verdict=_verdict(maximum, accepted))
        .select(pl.struct(ocn=pl.when(pl.col("verdict") == "ok").then(pl.col("number")), verdict="verdict"))
        .to_series()
    )


def _verdict(maximum: int, accepted: Collection[str]) -> pl.Expr:
    """What a text taken apart into body, head, digits and rest is; the first that fits, in the order of E1."""
    head, digits, rest, significant = (pl.col(name) for name in ("head", "digits", "rest", "significant"))
    exponent = (digits != "") & rest.str.contains(r"(?i)^(?:[.,][0-9]+e[+-]?|e[+-])[0-9]+$")
    other_control = head.str.contains(rf"{_MARK}{_BLANK}[(\[]*oco?lc-[a-z]") & ~_is_accepted(head, accepted)
    bare = (head == "") & ~pl.col("is_ocn") & (pl.col("is_whole") | rest.str.contains(r"(?i)^[a-z]+$"))
    return (
        pl.when(pl.col("body").is_null() | (pl.col("body") == ""))
        .then(pl.lit("empty"))
        .when(exponent)
        .then(pl.lit("excel_exponent"))
        .when(other_control & head.str.contains(r"(?i)oco?lc-i\b"))
        .then(pl.lit("superseded"))
        .when(other_control)
        .then(pl.lit("other_control"))
        .when(bare)
        .then(pl.lit("bare_number"))
        .when(~pl.col("is_ocn") & ~head.str.contains(_CLAIM))
        .then(pl.lit("not_oclc"))
        .when(pl.col("is_ocn") & rest.str.contains(r"(?i)^[\s(/-]*[a-z]+[\s)]*$"))
        .then(pl.lit("suffix"))
        .when(~pl.col("is_ocn") | ~pl.col("is_whole"))
        .then(pl.lit("malformed"))
        .when(significant == "")
        .then(pl.lit("zero"))
        .when((significant.str.len_bytes() > 18) | (pl.col("number") > maximum))
        .then(pl.lit("too_large"))
        .otherwise(pl.lit("ok"))
    )


def _is_accepted(head: pl.Expr, codes: Collection[str]) -> pl.Expr:
    """Is the letter behind OCoLC one that the site accepts?"""
    letters = [match[1] for code in codes if (match := re.search(r"-([A-Za-z]+)", code))]
    return head.str.contains(rf"(?i)oco?lc-(?:{'|'.join(letters)})\b") if letters else pl.lit(False)


def read_ocn(
    text: str | None,
    *,
    trusted: bool = False,
    maximum: int = MAXIMUM,
    other_control_accepted: Collection[str] = (),
) -> tuple[int | None, str]:
    """Which OCN stands in this one text? The same as `parse_ocn`, for a single value.

    >>> read_ocn("on1234567890")
    (1234567890, 'ok')
    """
    reading = parse_ocn(
        pl.lit(text, dtype=pl.String),
        trusted=trusted,
        maximum=maximum,
        other_control_accepted=other_control_accepted,
    )
    row = pl.select(reading.alias("reading")).item()
    return row["ocn"], row["verdict"]


def split_ocns(text: pl.Expr) -> pl.Expr:
    """Which texts of one number each does a cell hold?

    Parts are cut at , : ; | / and at a blank, where a number ends before it and an OCLC prefix begins after it:
    (OCoLC) 123 is one number, and so are the slashes of an LCCN left alone. Digits alone may as well be the next group of
    the same number (1 234 567, 1,234,567, 1234 5678, a line break in it). So a blank or comma cuts between digits only where
    six or more stand on each side: together they are longer than any OCN. What is shorter is not cut, and read as one text it is
    malformed: neither several short OCNs come of it, nor one that was put together by guess.

    Returns:
        A list of texts, in their order; a text that holds one number or none is returned as it is, null stays null.
        Source: duplicates.md E1, step 3.

    >>> pl.select(split_ocns(pl.lit("(OCoLC) 123; ocm00000456 12345678 23456789"))).item().to_list()
    ['(OCoLC) 123', 'ocm00000456', '12345678', '23456789']
    >>> pl.select(split_ocns(pl.lit("1 234 567"))).item().to_list()
    ['1 234 567']
    >>> read_ocn("1 234 567", trusted=True), read_ocn("(OCoLC)ocm1234 5678")
    ((None, 'malformed'), (None, 'malformed'))
    """
    marked = text.cast(pl.String)
    for _ in range(2):  # a match takes the beginning of the next number with it: every second cut needs another round
        marked = marked.str.replace_all(_SEVERAL, _CUT)
    return marked.str.split(_SEPARATOR)


@overload
def format_ocn(number: int) -> str: ...
@overload
def format_ocn(number: pl.Expr) -> pl.Expr: ...
def format_ocn(number: int | pl.Expr) -> str | pl.Expr:
    """How is an OCN written in 035 $a and in lists for OCLC? Source: oclc_formats.md 5 and 9.

    >>> format_ocn(12345)
    '(OCoLC)12345'
    """
    if isinstance(number, pl.Expr):
        return pl.concat_str(pl.lit("(OCoLC)"), number.cast(pl.String))
    return f"(OCoLC){number}"


@overload
def control_number(number: int) -> str: ...
@overload
def control_number(number: pl.Expr) -> pl.Expr: ...
def control_number(number: int | pl.Expr) -> str | pl.Expr:
    """How does OCLC write the number in 001 of its records (without the blank that it puts behind ocm)?

    Source: oclc_formats.md 5. The width changes after 99,999,999 and after 999,999,999.

    >>> control_number(1), control_number(99_999_999), control_number(100_000_000), control_number(1_234_567_890)
    ('ocm00000001', 'ocm99999999', 'ocn100000000', 'on1234567890')
    """
    if isinstance(number, pl.Expr):
        digits = number.cast(pl.String)
        prefix = pl.when(number < 10**8).then(pl.lit("ocm")).when(number < 10**9).then(pl.lit("ocn"))
        return pl.concat_str(prefix.otherwise(pl.lit("on")), digits.str.zfill(8))
    prefix = "ocm" if number < 10**8 else "ocn" if number < 10**9 else "on"
    return f"{prefix}{number:08d}"


def spelling(text: pl.Expr) -> pl.Expr:
    """What is the pattern of a spelling, for a census: each run of digits as its length?

    >>> pl.select(spelling(pl.lit("(OCoLC)ocm00012345 "))).item()
    '(OCoLC)ocm<8> '
    """
    masked = text.cast(pl.String).str.replace_all(r"[0-9]", "0")
    return masked.map_batches(_count_runs, return_dtype=pl.String, is_elementwise=True)


def _count_runs(masked: pl.Series) -> pl.Series:
    """Writes runs of digits as their length; only the patterns, which are few, are looked at one by one."""
    patterns = masked.drop_nulls().unique()
    counted = [re.sub("0+", lambda run: f"<{len(run[0])}>", pattern) for pattern in patterns]
    return masked.replace_strict(patterns, pl.Series(counted, dtype=pl.String), default=None, return_dtype=pl.String)


def unusual_width(text: pl.Expr) -> pl.Expr:
    """Has the number another width than its prefix says (ocm 8 digits, ocn 9, on 10 or more)?

    A warning only: the number is read all the same. False where there is no such prefix. Source: duplicates.md E1, step 9.

    >>> pl.select(unusual_width(pl.lit("ocm12345"))).item(), pl.select(unusual_width(pl.lit("ocm00012345"))).item()
    (True, False)
    """
    part = (
        text.cast(pl.String).str.extract_groups(r"(?i)(?:^|[^a-z])(?P<prefix>ocm|ocn|on)\s*(?P<digits>[0-9]+)").struct
    )
    width = part.field("digits").str.len_bytes()
    usual = (
        pl.when(part.field("prefix").str.to_lowercase() == "ocm")
        .then(width == 8)
        .when(part.field("prefix").str.to_lowercase() == "ocn")
        .then(width == 9)
        .otherwise(width >= 10)
    )
    return (part.field("digits").is_not_null() & ~usual).fill_null(False)
