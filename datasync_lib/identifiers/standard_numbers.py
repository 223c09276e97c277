r"""ISBN, ISSN and LCCN: numbers that publishers and the Library of Congress give to what a bib describes.

ISBN (ISO 2108) has a check digit and 13 digits, before 2007 ten, before 1970 nine (SBN). ISSN (ISO 3297) has eight signs
with a check digit. LCCN has none: a prefix of up to three letters, year and serial number. MARC puts words behind the
number, which are kept apart as the qualifier, some libraries put them before it, or write two numbers into one subfield; a
number with a wrong check digit is kept and marked. Source: duplicates.md E4; the arithmetic of ISBN and ISSN is
python-stdnum's.

>>> read_isbn("0-306-40615-2 (pbk. : alk. paper)")
StandardNumber(value='9780306406157', is_valid=True, qualifier='pbk. : alk. paper', is_set=False)
>>> read_isbn("9780306406157 (v. 1-5)").is_set, read_isbn("306406152").value
(True, '9780306406157')
>>> read_isbn("0306406153")
StandardNumber(value='0306406153', is_valid=False, qualifier=None, is_set=False)
>>> read_isbn("(pbk.)").value is None
True
>>> [(number.value, number.qualifier) for number in read_isbns("hbk.: 0-306-40615-2, pbk.: 978-0-8044-2957-3")]
[('9780306406157', 'hbk'), ('9780804429573', 'pbk')]
>>> read_issn("ISSN 03785955 (print)")
StandardNumber(value='0378-5955', is_valid=True, qualifier='print', is_set=False)
>>> read_issn("0378-5954").is_valid
False
>>> read_lccn("n 78-890351 //r912").value, read_lccn("   2001000002").value
('n78890351', '2001000002')
>>> read_lccn("^^^85-2 ").value, read_lccn("DLC").is_valid
('85000002', False)
"""

import re
from dataclasses import dataclass

import polars as pl
from stdnum import isbn, issn
from stdnum.exceptions import ValidationError

_DASH = "\u2010\u2011\u2012\u2013-"
# Marks of direction, of joining and of no width: they stand around numbers in texts of right-to-left scripts.
_UNSEEN = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
_TO_DROP, _BLANKS = re.compile(f"[{_UNSEEN}]"), re.compile(r"\s+")
_SET = re.compile(r"\bsets?\b|\b(?:v|vols?|volumes?|bd|t|pts?)\b\.? *[0-9]+ *[-–/] *(?:v\. *)?[0-9]+", re.IGNORECASE)
_LABEL = re.compile(r"\b(?:[ep]-?)?(?:I?SBN|ISSN(?:-L\b)?)(?:[- ]?\(?1[03]\)?(?![0-9-]))?[ :.=-]*", re.IGNORECASE)
_ISBN = re.compile(rf"(?<![0-9A-Za-z{_DASH}])[0-9][0-9{_DASH}]*X?", re.IGNORECASE)
_ISBN_WITH_BLANKS = re.compile(rf"(?<![0-9A-Za-z{_DASH}])[0-9][0-9 {_DASH}]*[0-9X](?![0-9X])", re.IGNORECASE)
_ISSN = re.compile(rf"(?<![0-9A-Za-z{_DASH}])([0-9]{{4}}) ?[{_DASH}]? ?([0-9]{{3}}[0-9X])(?![0-9])", re.IGNORECASE)
_YEARS = re.compile(r"(?:1[5-9]|20)[0-9]{2}-(?:1[5-9]|20)[0-9]{2}")
_LCCN = re.compile(r"[a-z]{0,3}[0-9]{8}|[a-z]{0,2}[0-9]{10}")
_LCCN_HYPHEN = re.compile(r"([a-z]{0,3}[0-9]{2}|[a-z]{0,2}[0-9]{4})-([0-9]{1,6})")
_LCCN_END = re.compile(r"/|\(?rev", re.IGNORECASE)
_LCCN_LABEL = re.compile(r"(?:lccn[:.]?|\(dlc\))")
_LCCN_BLANKS = re.compile(r"[\s^#\\]+")  # as Aleph, manuals and MarcEdit show blanks
_EDGES = " \t()[]:;,./"
_TEN_OR_THIRTEEN = (10, 13)
# What is written so plainly that it can be read without a look at each.
_PLAIN_ISBN = r"^ *(?<ten_or_thirteen>97[89][0-9]{10}|[0-9]{9}[0-9Xx])(?<behind>|[ :]*\([^()]*\)[ :;,.]*| *:)$"
_NOT_PLAIN_BEHIND = rf"[{_UNSEEN}]|\s\s|[^\S ]|(?:[0-9][ {_DASH}]*){{9}}|(?i:SBN|ISSN)"
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
    """Which ISBN stands in 020, as 13 digits when it is valid, and what do the words beside it say? The first of several.

    A number of nine digits is an SBN and gets its leading zero. Source: duplicates.md E4, MARC 020 $a $z.
    """
    return read_isbns(text)[0]


def read_isbns(text: str | None) -> list[StandardNumber]:
    """Which ISBNs stand in a text, in their order, each with the words beside it? One reading of no number without any."""
    text = _without_label(text)
    found = [match for match in _ISBN.finditer(text) if len(_compact(match[0])) in _TEN_OR_THIRTEEN]
    return _readings(text, [(match, *_isbn(match[0])) for match in found] or _other_isbns(text))


_Found = tuple[re.Match[str], str, bool]


def _other_isbns(text: str) -> list[_Found]:
    """Where no ten or thirteen digits stand together: numbers in groups, an SBN, or whatever digits the text begins with."""
    spaced = [match for match in _ISBN_WITH_BLANKS.finditer(text) if len(_compact(match[0])) in _TEN_OR_THIRTEEN]
    valid = [(match, *_isbn(match[0])) for match in spaced]
    valid = [each for each in valid if each[2]]
    first = _ISBN.match(text)
    if valid or first is None:
        return valid
    sbn = _isbn(first[0])
    if not sbn[1] and spaced and spaced[0].start() == 0:
        first = spaced[0]
        return [(first, _compact(first[0]), False)]
    return [(first, *sbn)]


def _isbn(text: str) -> tuple[str, bool]:
    """The number of digits that may be an ISBN, and whether it is one; a valid one in its 13 digits."""
    number = _compact(text)
    if len(number) in (9, 10, 13):
        try:
            return isbn.validate(number, convert=True), True
        except ValidationError:
            pass
    return number, False


def read_issn(text: str | None) -> StandardNumber:
    """Which ISSN stands in 022, in the form NNNN-NNNX? The first of several. Source: duplicates.md E4, MARC 022 $a $l $y $z."""
    return read_issns(text)[0]


def read_issns(text: str | None) -> list[StandardNumber]:
    """Which ISSNs stand in a text? One reading of no number without any; what looks like years is none behind another."""
    text = _without_label(text)
    found = []
    for match in _ISSN.finditer(text):
        number = f"{match[1]}-{match[2]}".upper()
        found.append((match, number, issn.is_valid(number)))
    valid = [(match, number, is_valid) for match, number, is_valid in found if is_valid]
    valid = valid[:1] + [each for each in valid[1:] if not _YEARS.fullmatch(each[1])]
    if not found and re.search("[0-9]", text):
        return [StandardNumber(text, False)]
    return _readings(text, valid or found[:1])


def read_lccn(text: str | None) -> StandardNumber:
    """Which LCCN stands in 010, normalised so that every spelling of one number is the same?

    Blanks and everything from a slash on go, a mark of revision too, a hyphen is filled up to six digits, the prefix
    is in lower case. Source: duplicates.md E4, MARC 010 $a $z.
    """
    number = _LCCN_END.split(_TO_DROP.sub("", text or ""), maxsplit=1)[0]
    number = _LCCN_BLANKS.sub("", number).lower().translate(dict.fromkeys(map(ord, _DASH), "-"))
    number = number[label.end() :] if (label := _LCCN_LABEL.match(number)) else number
    number = number.strip(".,;:")
    if hyphen := _LCCN_HYPHEN.fullmatch(number):
        number = hyphen[1] + hyphen[2].zfill(6)
    return StandardNumber(number if re.search("[0-9]", number) else None, bool(_LCCN.fullmatch(number)))


def _without_label(text: str | None) -> str:
    """A text without signs that nobody sees, blanks too many, and the name of the number."""
    return _BLANKS.sub(" ", _LABEL.sub(" ", _BLANKS.sub(" ", _TO_DROP.sub("", text or "")))).strip()


def _compact(number: str) -> str:
    """The number without hyphens and blanks."""
    return re.sub(rf"[ {_DASH}]", "", number).upper()


def _readings(text: str, found: list[_Found]) -> list[StandardNumber]:
    """The numbers found in a text, each with the words behind it; before it, where the text begins with words and ends
    with a number."""
    edges = [0, *(at for match, *_ in found for at in match.span()), len(text)]
    words = [text[start:end].strip(_EDGES) for start, end in zip(edges[::2], edges[1::2], strict=True)]
    if not found:
        return [_reading(None, False, words[0])]
    if not words[0] or words[-1]:
        words = [f"{words[0]} {words[1]}".strip(), *words[2:]]
    readings: dict[str, StandardNumber] = {}
    for (_, value, is_valid), said in zip(found, words, strict=False):
        readings.setdefault(value, _reading(value, is_valid, said))
    return list(readings.values())


def _reading(value: str | None, is_valid: bool, words: str) -> StandardNumber:
    """A reading with the words that stood beside the number."""
    return StandardNumber(value, is_valid, words or None, says_set(words))


_READERS = {"isbn": read_isbns, "issn": read_issns, "lccn": lambda text: [read_lccn(text)]}


_READ = {
    "scheme": pl.String, "raw": pl.String, "_number": pl.Int32,
    "value": pl.String, "is_valid": pl.Boolean, "qualifier": pl.String, "is_set": pl.Boolean,
}  # fmt: skip


def read_standard_numbers(readings: pl.DataFrame) -> pl.DataFrame:
    """Which standard numbers stand in these subfields? Each different text is read once.

    Args:
        readings: A frame with `raw` (the text of the subfield) and `scheme` (isbn, issn or lccn); more columns are
            carried along.

    Returns:
        The same rows in the same order, with `value` (compact form, null when no number stands there), `is_valid`,
        `qualifier` (the words beside the number) and `is_set` (those words name a set: never joined on by itself). A
        text with several numbers gives a row for each. Source: duplicates.md E4.
    """
    rows = readings.with_row_index("_row")
    plain = pl.concat([_plain_isbns(rows), _plain_lccns(rows)]).with_columns(_number=pl.lit(0))
    others = rows.join(plain, on="_row", how="anti")
    texts = others.select("scheme", "raw").unique().rows()
    numbers = [
        (scheme, raw, place, number.value, number.is_valid, number.qualifier, number.is_set)
        for scheme, raw in texts
        for place, number in enumerate(_READERS[scheme](raw))
    ]
    read = pl.DataFrame(numbers, schema=_READ, orient="row")
    looked_at = others.join(read, on=["scheme", "raw"], how="left", nulls_equal=True).select(plain.columns)
    return pl.concat([plain, looked_at]).sort("_row", "_number").drop("_row", "_number")


def _plain_isbns(rows: pl.DataFrame) -> pl.DataFrame:
    """The valid ISBNs that are written plainly, all at once; whatever is in doubt is left to `read_isbn`."""
    part = pl.col("parts").struct
    found = (
        rows.filter(pl.col("scheme") == "isbn")
        .with_columns(parts=pl.col("raw").str.extract_groups(_PLAIN_ISBN))
        .with_columns(number=part.field("ten_or_thirteen"), behind=part.field("behind").str.strip_chars(_EDGES))
        .drop_nulls("number")
        .filter(~part.field("behind").str.contains(_NOT_PLAIN_BEHIND))
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
