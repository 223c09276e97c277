r"""MMS ID: what Alma calls a bib, a holding, an item or another thing in its inventory.

Ex Libris defines it as a prefix that tells the kind, a unique part, and the four digits of the institution: 8 to 19
digits in all. It is text: a spreadsheet keeps 15 digits of it, a float column 53 bits. Because the last four digits are
known, most of what these programs destroy can be put back; what is put back must then be found in the loaded export,
and the caller lists every repair. Sources: practice.md 3.4 and 4.4.

>>> def check(text, suffix="3941", **options):
...     return pl.select(check_mms_id(pl.lit(text), suffix, **options)).item()
>>> def repair(text, suffix="3941"):
...     return pl.select(repair_mms_id(pl.lit(text), suffix)).item()
>>> check("990011023280203941")
'ok'
>>> check("2212345678903941"), check("2212345678903941", kind="holding")
('wrong_kind', 'ok')
>>> check("990011023280203000"), repair("990011023280203000")  # a spreadsheet kept 15 digits
('mangled', '990011023280203941')
>>> check("99156101146203936"), repair("99156101146203936")  # a float column
('mangled', '99156101146203941')
>>> check("9.915610114620394e+16"), repair("9.915610114620394e+16")  # a float column, written as text: 16 digits are there
('mangled', '99156101146203941')
>>> check("9.91561E+16"), repair("9.91561E+16")
('exponent', None)
>>> check("9955256153506421"), check("b10000203"), check(" ")
('wrong_suffix', 'malformed', 'empty')
"""

import polars as pl

KINDS = {
    "99": "bib",
    "22": "holding",
    "23": "item",
    "53": "portfolio",
    "61": "e_collection",
    "62": "e_service",
    "12": "digital",
    "13": "digital",
    "81": "collection",
    "98": "authority",
    "21": "publishing",
    "51": "publishing",
    "11": "publishing",
    "71": "publishing",
}
"""What the first two digits say. A publishing ID is not the ID of a holding, an item or a portfolio."""

VERDICTS = ("ok", "empty", "exponent", "mangled", "malformed", "wrong_suffix", "wrong_kind")
"""What a text may be called; `mangled` can be repaired when the suffix is known."""

_SHAPE = r"^[0-9]{8,19}$"
_EXPONENT = r"(?i)^([0-9])(?:[.,]([0-9]+))?e\+?([0-9]{1,2})$"
_KEPT_BY_SPREADSHEET = 15


def kind_of(text: pl.Expr) -> pl.Expr:
    """What does an MMS ID name: bib, holding, item …? Null for a prefix that Alma does not use. Source: practice.md 3.4."""
    return text.str.strip_chars().str.head(2).replace_strict(KINDS, default=None, return_dtype=pl.String)


def check_mms_id(text: pl.Expr, suffix: str = "", *, kind: str = "bib") -> pl.Expr:
    """Is this the MMS ID of such a thing in this institution, and if not, what is the matter with it?

    Args:
        text: The ID as text; blanks around it do not matter.
        suffix: The four digits that end every MMS ID of the institution; empty when they are not known yet, and then
            an ID with zeros only after its 15th digit is called mangled from 17 digits on.
        kind: What the ID is expected to name, one of the values of KINDS.

    Returns:
        One of VERDICTS. Source: practice.md 3.4, 4.4.
    """
    body = text.cast(pl.String).str.strip_chars()
    whole = body.str.contains(_SHAPE)
    only_zeros = whole & body.str.contains(r"^[0-9]{15}00+$")
    mangled = repair_mms_id(text, suffix).is_not_null() if suffix else only_zeros
    return (
        pl.when(body.is_null() | (body == ""))
        .then(pl.lit("empty"))
        .when(mangled)
        .then(pl.lit("mangled"))
        .when(body.str.contains(_EXPONENT))
        .then(pl.lit("exponent"))
        .when(~whole)
        .then(pl.lit("malformed"))
        .when(~body.str.ends_with(suffix))
        .then(pl.lit("wrong_suffix"))
        .when(kind_of(body).ne_missing(kind))
        .then(pl.lit("wrong_kind"))
        .otherwise(pl.lit("ok"))
    )


def repair_mms_id(text: pl.Expr, suffix: str) -> pl.Expr:
    """Which MMS ID was this before a spreadsheet or a float column mangled it?

    The part before the last four digits is kept, or is one off, and the suffix put behind it; the answer is given only
    when one of the three kinds of damage (15 digits kept, rounded to 15 digits, 64-bit float) turns it into the text at
    hand. A rounded ID of 19 digits and a cut one can look the same: the caller confirms every repair against the
    loaded export and lists it.

    Returns:
        The repaired ID; null when the text is not damaged or cannot be repaired. Source: practice.md 4.4.
    """
    if not suffix:
        return pl.when(pl.lit(False)).then(text.cast(pl.String))
    number = _digits(text.cast(pl.String).str.strip_chars())
    stem = number.cast(pl.UInt64, strict=False) // 10_000
    candidates = [(stem.cast(pl.Int64) + offset).cast(pl.String) + suffix for offset in (0, 1, -1)]
    damaged = number.str.contains(r"^[1-9][0-9]{15,18}$") & ~number.str.ends_with(suffix)
    return pl.coalesce(pl.when(damaged & _explains(candidate, number)).then(candidate) for candidate in candidates)


def _digits(text: pl.Expr) -> pl.Expr:
    """The digits of a whole number, also when it was written as 9.915610114620394e+16 or 99156101146203936.0."""
    part = text.str.extract_groups(_EXPONENT).struct
    shown = part.field("1") + part.field("2").fill_null("")
    width = part.field("3").cast(pl.UInt32) + 1
    complete = (shown.str.len_bytes() >= _KEPT_BY_SPREADSHEET) & (shown.str.len_bytes() <= width)
    spelled = pl.when(complete & (width <= 19)).then(shown.str.pad_end(19, "0").str.head(width))
    return pl.coalesce(spelled, text.str.extract(r"^([0-9]{8,19})(?:\.0+)?$"))


def _explains(candidate: pl.Expr, damaged: pl.Expr) -> pl.Expr:
    """Does one of the three kinds of damage turn the candidate into the text at hand?"""
    exact = candidate.cast(pl.UInt64, strict=False)
    found = damaged.cast(pl.UInt64, strict=False)
    lost = (candidate.str.len_bytes().cast(pl.Int64) - _KEPT_BY_SPREADSHEET).clip(0)
    unit = pl.lit(10, dtype=pl.UInt64).pow(lost).cast(pl.UInt64)
    cut = (exact // unit) * unit
    rounded = ((exact + unit // 2) // unit) * unit
    as_float = exact.cast(pl.Float64)
    shortened = damaged.str.ends_with("0") & (
        found.cast(pl.Float64) == as_float
    )  # as programs print a float: 17 digits
    return (found == cut) | (found == rounded) | (found == as_float.cast(pl.UInt64, strict=False)) | shortened
