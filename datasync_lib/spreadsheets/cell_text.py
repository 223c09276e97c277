"""What a cell shows, as text: numbers with all digits that the file has, dates as YYYY-MM-DD."""

import re
from datetime import datetime, time, timedelta
from decimal import Decimal, InvalidOperation

from .sheet_rows import Shown

_WHOLE = re.compile(r"-?(?:0|[1-9]\d*)", re.ASCII)
# Beyond this many digits nobody would write a number out.
_MOST_DIGITS = 30
_EPOCHS = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}
# 9999-12-31, the last day that Excel knows.
_LAST_DAY = 2_958_466
_ESCAPED = re.compile(r"(?:_x[0-9A-Fa-f]{4}_)+")
# A control character is no part of any text; shown as a sign, it makes no number of the digits around it.
_VISIBLE = {code: 0x2400 + code for code in range(0x20) if chr(code) not in "\t\n\r"} | {0x7F: 0x2421}


def number_text(raw: str) -> str:
    """A number as a person would write it: without exponent, and without decimals where it is whole.

    >>> number_text("1.2E+9"), number_text("12345678.0"), number_text("0.5"), number_text("990011023280203941")
    ('1200000000', '12345678', '0.5', '990011023280203941')
    """
    raw = raw.strip()
    if _WHOLE.fullmatch(raw):
        return raw
    try:
        number = Decimal(raw)
    except InvalidOperation:
        return raw
    if not number.is_finite() or abs(number.adjusted()) > _MOST_DIGITS:
        return raw
    return format(number.normalize(), "f") if number else "0"


def date_text(days: float, *, is_1904: bool) -> str | None:
    """A number of days as the day, or the moment, that it stands for; null when it stands for none.

    >>> date_text(45859, is_1904=False), date_text(44397, is_1904=True), date_text(45859.5, is_1904=False)
    ('2025-07-21', '2025-07-21', '2025-07-21 12:00:00')
    """
    # Lotus took 1900 for a leap year, and Excel followed: days before March 1900 are counted from one day later.
    shift = 1 if not is_1904 and days < 60 else 0
    if not 0 <= days < _LAST_DAY:
        return None
    if days < 1:
        return moment_text(datetime.combine(datetime.min, time()) + timedelta(seconds=round(days * 86_400)))
    return moment_text(_EPOCHS[is_1904] + timedelta(days=shift, seconds=round(days * 86_400)))


def moment_text(moment: datetime) -> str:
    """A moment as text, a day without hours as the day alone, a time of no day as the time alone."""
    if moment.date() == datetime.min.date():
        return Shown(f"{moment:%H:%M:%S}")
    return Shown(moment.date().isoformat() if moment.time() == time() else moment.isoformat(" ", "seconds"))


def iso_text(text: str) -> str:
    """A moment in ISO 8601 as `moment_text` writes it; what is none stays as it is."""
    try:
        return moment_text(datetime.fromisoformat(text.strip()).replace(tzinfo=None))
    except ValueError:
        return Shown(text)


def truth_text(raw: str) -> str:
    """A truth value as Excel shows it."""
    return Shown("TRUE" if raw.strip() in ("1", "true") else "FALSE")


def unescaped(text: str) -> str:
    """Text whose control characters were written as _xHHHH_ (ECMA-376 Part 1, 22.9.2.19), with these as they are.

    >>> unescaped("a_x000A_b"), unescaped("_x005F_x000D_"), unescaped("_xD83D__xDE00_")
    ('a\\nb', '_x000D_', '😀')
    """
    return _ESCAPED.sub(_unescape, text) if "_x" in text else text


def _unescape(match: re.Match) -> str:
    units = [int(code[:4], 16).to_bytes(2, "little") for code in match[0].split("_x")[1:]]
    return b"".join(units).decode("utf-16-le", "replace")


def visible(text: str) -> str:
    """Text with signs in the place of control characters other than tabs and line ends.

    >>> visible("1\\x002")
    '1␀2'
    """
    return text if text.isprintable() else text.translate(_VISIBLE)
