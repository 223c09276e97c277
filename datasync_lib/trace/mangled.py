"""Which ID was this before a spreadsheet or a float column mangled it? Candidates are IDs that the catalogue has.

A spreadsheet keeps 15 digits of a number and shows long ones as 9.91561E+16, a float column keeps 53 bits and is often
written with .0 behind (practice.md 4.4). What may have been there is an interval of numbers of the same length.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

Tables = Callable[[str], pl.LazyFrame]

_EXPONENT = re.compile(r"(?i)(\d)(?:[.,](\d+))?e\+?(\d{1,2})")
_DIGITS = re.compile(r"(\d{16,19})(?:[.,]0+)?")
_KEPT = 15
# Where IDs stand: what each names, the table, its column.
_PLACES = (
    ("an MMS ID", "bibs", "mms_id"),
    ("a holding ID", "holdings", "holding_id"),
    ("an item ID", "items", "item_id"),
)
SHOWN = 20


@dataclass(frozen=True)
class Mangled:
    """What a text may have been: the numbers from `first` to `last`; where they are those of one float, `as_float`."""

    first: int
    last: int
    as_float: float | None = None

    def rows(self, column: str) -> pl.Expr:
        """Rows whose ID may have become this text."""
        length = len(str(self.last))
        # IDs of one length stand in the order of their numbers
        may_be = pl.col(column).is_between(pl.lit(str(self.first)), pl.lit(str(self.last)))
        may_be &= pl.col(column).str.contains(rf"^\d{{{length}}}$")
        if self.as_float is None:
            return may_be
        return may_be & (pl.col(column).cast(pl.UInt64, strict=False).cast(pl.Float64) == self.as_float)


def read_mangled(text: str) -> Mangled | None:
    """What a text may have been; None: it does not look like an ID that a program has mangled.

    >>> read_mangled("9.91561E+16")
    Mangled(first=99156050000000000, last=99156199999999999, as_float=None)
    >>> read_mangled("990011023280203000")
    Mangled(first=990011023280202500, last=990011023280203999, as_float=None)
    >>> read_mangled("99156101146203936.0").as_float
    9.915610114620394e+16
    >>> read_mangled("b10000203")
    """
    if shown := _EXPONENT.fullmatch(text):
        figures = shown[1] + (shown[2] or "")
        digits = int(shown[3]) + 1
        if not len(figures) <= digits <= 19 or digits < 16:
            return None
        number, unit = int(figures.ljust(digits, "0")), 10 ** (digits - len(figures))
        if len(figures) > _KEPT:
            return _of_a_float(float(Decimal(text.replace(",", "."))))
        return Mangled(number - unit // 2, number + unit - 1)
    if whole := _DIGITS.fullmatch(text):
        number, unit = int(whole[1]), 10 ** (len(whole[1]) - _KEPT)
        if number % unit == 0:
            return Mangled(number - unit // 2, number + unit - 1)
        return _of_a_float(float(number))
    return None


def _of_a_float(value: float) -> Mangled:
    number = int(value)
    return Mangled(number - 2_048, number + 2_048, value)


def candidates(text: str, table: Tables) -> pl.DataFrame | None:
    """The IDs of the catalogue that a mangled text may have been; None: it does not look mangled.

    Returns:
        may be (the ID), what it is, mms_id, file, record: the first `SHOWN` and one more, in order.
    """
    schema = {"may be": pl.String, "what": pl.String, "mms_id": pl.String, "file": pl.String, "record": pl.Int64}
    mangled = read_mangled(text)
    if mangled is None:
        return None
    found = [
        table(name)
        .filter(mangled.rows(column))
        .select(pl.col(column).alias("may be"), pl.lit(what).alias("what"), "mms_id", "file", "record")
        .unique("may be", keep="any")
        .sort("may be")
        .head(SHOWN + 1)
        for what, name, column in _PLACES
    ]
    together = pl.concat(pl.collect_all(found)).cast(schema).head(SHOWN + 1)
    # Digits alone, none of them lost, may as well be an ID that the catalogue does not have.
    is_plain = mangled.as_float is not None and text.isdecimal()
    return None if together.is_empty() and is_plain else together
