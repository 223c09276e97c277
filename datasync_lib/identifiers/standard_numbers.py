r"""ISBN, ISSN and LCCN: numbers that publishers and the Library of Congress give to what a bib describes.

ISBN (ISO 2108) has a check digit and 13 digits, before 2007 ten, before 1970 nine (SBN). ISSN (ISO 3297) has eight signs
with a check digit. LCCN has none: a prefix of up to three letters, year and serial number. MARC puts words behind the
number, which are kept apart as the qualifier; a number with a wrong check digit is kept and marked. Source:
duplicates.md E4; the arithmetic of ISBN and ISSN is python-stdnum's.

>>> read_isbn("0-306-40615-2 (pbk. : alk. paper)")
StandardNumber(value='9780306406157', is_valid=True, qualifier='pbk. : alk. paper', is_set=False)
>>> read_isbn("9780306406157 (v. 1-5)").is_set, read_isbn("306406152").value
(True, '9780306406157')
>>> read_isbn("0306406153")
StandardNumber(value='0306406153', is_valid=False, qualifier=None, is_set=False)
>>> read_isbn("(pbk.)").value is None
True
>>> read_issn("ISSN 03785955 (print)")
StandardNumber(value='0378-5955', is_valid=True, qualifier='print', is_set=False)
>>> read_issn("0378-5954").is_valid
False
>>> read_lccn("n 78-890351 //r912").value, read_lccn("   2001000002").value
('n78890351', '2001000002')
>>> read_lccn("85-2").value, read_lccn("DLC").is_valid
('85000002', False)
"""

import re
from dataclasses import dataclass

import polars as pl
from stdnum import isbn, issn
from stdnum.exceptions import ValidationError

_DASH = "\u2010\u2011\u2013-"
_SET = re.compile(r"\bsets?\b|\b(?:v|vols?|volumes?|bd|t|pts?)\b\.? *[0-9]+ *[-–/] *(?:v\. *)?[0-9]+", re.IGNORECASE)
_ISBN = re.compile(rf"\s*(?:ISBN(?:-1[03])?:?)?\s*([0-9][0-9{_DASH}]*X?)", re.IGNORECASE)
_ISBN_WITH_BLANKS = re.compile(rf"\s*(?:ISBN(?:-1[03])?:?)?\s*([0-9][0-9 {_DASH}]*[0-9X])(?![0-9X])", re.IGNORECASE)
_ISSN = re.compile(rf"\s*(?:e?ISSN:?)?\s*([0-9]{{4}}) ?[{_DASH}]? ?([0-9]{{3}}[0-9X])(?![0-9])", re.IGNORECASE)
_LCCN = re.compile(r"[a-z]{0,3}[0-9]{8}|[a-z]{0,2}[0-9]{10}")
_LCCN_HYPHEN = re.compile(r"([a-z]{0,3}[0-9]{2}|[a-z]{0,2}[0-9]{4})-([0-9]{1,6})")
_EDGES = " \t()[]:;,./"
# What is written so plainly that it can be read without a look at each.
_PLAIN_ISBN = r"^ *(?<ten_or_thirteen>97[89][0-9]{10}|[0-9]{9}[0-9Xx])(?<behind>|[ :]*\([^()]*\)[ :;,.]*| *:)$"
_PLAIN_LCCN = r"^ *(?:[a-z]{0,3} *[0-9]{8}|[a-z]{0,2} *[0-9]{10}) *$"


@dataclass(frozen=True)
class StandardNumber:
    """One reading: the number in compact form (null when there is none), whether form and check digit are right,
    what stood behind it, and whether those words say that it belongs to a set and not to this volume alone."""

    value: str | None
    is_valid: bool
    qualifier: str | None = None
    is_set: bool = False


def says_set(qualifier: str | None) -> bool:
    """Do the words beside a number ($q of 020, or behind it) say that it stands for a set? Source: duplicates.md E4.

    >>> says_set("set : alk. paper"), says_set("v. 1-5"), says_set("v. 1"), says_set("cloth")
    (True, True, False, False)
    """
    return bool(qualifier and _SET.search(qualifier))


def read_isbn(text: str | None) -> StandardNumber:
    """Which ISBN stands in 020, as 13 digits when it is valid, and what do the words behind it say?

    A number of nine digits is an SBN and gets its leading zero. Source: duplicates.md E4, MARC 020 $a $z.
    """
    text = text or ""
    match = _ISBN.match(text)
    if match is None:
        return _reading(None, False, text)
    if len(_compact(match[1])) not in (9, 10, 13):
        spaced = _ISBN_WITH_BLANKS.match(text)
        match = spaced if spaced and len(_compact(spaced[1])) in (10, 13) else match
    number = _compact(match[1])
    try:
        return _reading(isbn.validate(number, convert=True), True, text[match.end() :])
    except ValidationError:
        return _reading(number, False, text[match.end() :])


def read_issn(text: str | None) -> StandardNumber:
    """Which ISSN stands in 022, in the form NNNN-NNNX? Source: duplicates.md E4, MARC 022 $a $l $y $z."""
    text = text or ""
    match = _ISSN.match(text)
    if match is None:
        return _reading(text.strip() if re.search("[0-9]", text) else None, False, "")
    number = f"{match[1]}-{match[2]}".upper()
    return _reading(number, issn.is_valid(number), text[match.end() :])


def read_lccn(text: str | None) -> StandardNumber:
    """Which LCCN stands in 010, normalised so that every spelling of one number is the same?

    Blanks and everything from a slash on go, a mark of revision too, a hyphen is filled up to six digits, the prefix
    is in lower case. Source: duplicates.md E4, MARC 010 $a $z.
    """
    number = re.sub(r"\(?rev.*$", "", (text or "").partition("/")[0], flags=re.IGNORECASE)
    number = re.sub(r"\s", "", number).lower().translate(dict.fromkeys(map(ord, _DASH), "-")).strip("#.,;:")
    if hyphen := _LCCN_HYPHEN.fullmatch(number):
        number = hyphen[1] + hyphen[2].zfill(6)
    return StandardNumber(number if re.search("[0-9]", number) else None, bool(_LCCN.fullmatch(number)))


def _compact(number: str) -> str:
    """The number without hyphens and blanks."""
    return re.sub(rf"[ {_DASH}]", "", number).upper()


def _reading(value: str | None, is_valid: bool, behind: str) -> StandardNumber:
    """A reading with the words that stood behind the number."""
    qualifier = behind.strip(_EDGES) or None
    return StandardNumber(value, is_valid, qualifier, says_set(qualifier))


_READERS = {"isbn": read_isbn, "issn": read_issn, "lccn": read_lccn}


def read_standard_numbers(readings: pl.DataFrame) -> pl.DataFrame:
    """Which standard numbers stand in these subfields? Each different text is read once.

    Args:
        readings: A frame with `raw` (the text of the subfield) and `scheme` (isbn, issn or lccn); more columns are
            carried along.

    Returns:
        The same rows in the same order, with `value` (compact form, null when no number stands there), `is_valid`,
        `qualifier` (the words behind the number) and `is_set` (those words name a set: never joined on by itself).
        Source: duplicates.md E4.
    """
    rows = readings.with_row_index("_row")
    plain = pl.concat([_plain_isbns(rows), _plain_lccns(rows)])
    others = rows.join(plain, on="_row", how="anti").select("scheme", "raw").unique()
    numbers = [_READERS[scheme](raw) for scheme, raw in others.iter_rows()]
    read = others.with_columns(
        pl.Series("value", [number.value for number in numbers], dtype=pl.String),
        pl.Series("is_valid", [number.is_valid for number in numbers], dtype=pl.Boolean),
        pl.Series("qualifier", [number.qualifier for number in numbers], dtype=pl.String),
        pl.Series("is_set", [number.is_set for number in numbers], dtype=pl.Boolean),
    )
    looked_at = rows.join(plain, on="_row", how="anti").join(read, on=["scheme", "raw"], how="left", nulls_equal=True)
    return pl.concat([plain, looked_at]).sort("_row").drop("_row")


def _plain_isbns(rows: pl.DataFrame) -> pl.DataFrame:
    """The valid ISBNs that are written plainly, all at once; whatever is in doubt is left to `read_isbn`."""
    part = pl.col("parts").struct
    found = (
        rows.filter(pl.col("scheme") == "isbn")
        .with_columns(parts=pl.col("raw").str.extract_groups(_PLAIN_ISBN))
        .with_columns(number=part.field("ten_or_thirteen"), behind=part.field("behind").str.strip_chars(_EDGES))
        .drop_nulls("number")
    )
    is_ten = pl.col("number").str.len_bytes() == 10
    twelve = pl.when(is_ten).then(pl.lit("978") + pl.col("number").str.head(9)).otherwise(pl.col("number").str.head(12))
    last = pl.col("number").str.tail(1).str.to_uppercase()
    ten = (11 - _weighted(pl.col("core"), [*range(10, 1, -1)]) % 11) % 11
    thirteen = ((10 - _weighted(pl.col("core"), [1, 3] * 6) % 10) % 10).cast(pl.String)
    expected = pl.when(is_ten).then(pl.when(ten == 10).then(pl.lit("X")).otherwise(ten.cast(pl.String)))
    return (
        found.with_columns(core=twelve.cast(pl.Int64))
        .with_columns(check=thirteen)
        .filter(last == expected.otherwise("check"))
        .select(
            *rows.columns,
            value=pl.col("core").cast(pl.String) + pl.col("check"),
            is_valid=pl.lit(True),
            qualifier=pl.when(pl.col("behind") != "").then("behind"),
            is_set=pl.col("behind").str.contains(f"(?i){_SET.pattern}"),
        )
    )


def _weighted(number: pl.Expr, weights: list[int]) -> pl.Expr:
    """The sum of the last digits of a whole number, each times its weight."""
    return pl.sum_horizontal(number // 10**place % 10 * weight for place, weight in enumerate(reversed(weights)))


def _plain_lccns(rows: pl.DataFrame) -> pl.DataFrame:
    """The LCCNs that are written plainly, all at once; whatever is in doubt is left to `read_lccn`."""
    is_plain = pl.col("raw").str.contains(_PLAIN_LCCN) & ~pl.col("raw").str.contains("rev", literal=True)
    return rows.filter((pl.col("scheme") == "lccn") & is_plain).with_columns(
        value=pl.col("raw").str.replace_all(" ", "", literal=True),
        is_valid=pl.lit(True),
        qualifier=pl.lit(None, dtype=pl.String),
        is_set=pl.lit(False),
    )
