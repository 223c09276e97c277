"""Text in a CSV that people open: no cell is run as a formula, and none is changed when it is opened and saved.

A spreadsheet makes a number of `007`, a date of `1-2` and `MAR1`, 9.9E+17 of an MMS ID, and runs what begins with = + - @. Such
a text gets an apostrophe in front, as a spreadsheet shows it for text; reading takes it away again, and what is written as
`="007"` is read as 007 too. An answer of `datasync sql --csv` goes to programs and to people: there only what would be run gets one.
Files that OCLC and Alma take are as they are.
"""

import re
from pathlib import Path

import polars as pl

# A whole number that no spreadsheet changes: no zeros in front, at most 15 digits; or a list of such numbers.
_WHOLE = r"(?:0|[1-9][0-9]{0,14})"
_PLAIN = rf"{_WHOLE}(?:; {_WHOLE})*"
# In front of digits, letters that begin the name of a month in English, German, French, Spanish, Italian or Portuguese.
_MONTHS = (
    "jan|ene|gen|feb|fév|fev|mar|mär|mrz|apr|avr|abr|may|mai|mag|jun|jui|giu|jul|lug|aug|aoû|aou|ago|sep|set|oct|okt|ott|out|nov|dec|"
    "dez|déc|dic"
)
_WORDS = "true|false|wahr|falsch|vrai|faux|verdadero|falso|verdadeiro|vero"
# Begins a formula, or is read as a number, a date, a time or a truth value; or bears an apostrophe of ours already.
_AT_RISK = (
    rf"(?is)^\s*(?:[=+\-@\t\r|%].*|[\d.,$€£¥(].*|(?:{_MONTHS})[a-zéûçäß]*\.?[ ./-]?\d.*|(?:{_WORDS})|'+(?:[=+\-@\t\r|%\d.,$€£¥('].*|"
    rf"(?:{_MONTHS})[a-zéûçäß]*\.?[ ./-]?\d.*|(?:{_WORDS})))$"
)
# What a spreadsheet runs, in full width too; a number is none of it.
_IS_RUN = r"^(?:\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r])"
_IS_NUMBER = r"^[+-]?(?:\d+(?:[.,]\d+)?|[.,]\d+)(?:[eE][+-]?\d+)?$"
_IS_AT_RISK = re.compile(_AT_RISK)
_AS_FORMULA = re.compile(r'="((?:[^"]|"")*)"')


def write_for_people(frame: pl.DataFrame, path: Path) -> None:
    """Write a CSV that people open: `for_people`, with the mark by which Excel and LibreOffice know UTF-8."""
    for_people(frame).write_csv(path, include_bom=True)


def for_people(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame as a CSV for people may hold it; numbers, days and truth values stay what they are."""
    texts = pl.selectors.string()
    is_safe = texts.str.contains(rf"^{_PLAIN}$") | ~texts.str.contains(_AT_RISK)
    return frame.with_columns(pl.when(is_safe).then(texts).otherwise(pl.lit("'") + texts))


def not_run(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with an apostrophe before each text, and each name of a column, that a spreadsheet would run; all else as it is."""
    texts = pl.selectors.string()
    is_safe = ~texts.str.contains(_IS_RUN) | texts.str.contains(_IS_NUMBER)
    safe = frame.with_columns(pl.when(is_safe).then(texts).otherwise(pl.lit("'") + texts))
    return safe.rename({name: f"'{name}" for name in frame.columns if re.match(_IS_RUN, name)})


def texts_as_meant(frame: pl.DataFrame) -> pl.DataFrame:
    """What `for_people` was given."""
    texts = pl.selectors.string()
    bears_one = texts.str.starts_with("'") & texts.str.slice(1).str.contains(_AT_RISK)
    return frame.with_columns(pl.when(bears_one).then(texts.str.slice(1)).otherwise(texts))


def as_meant(text: str) -> str:
    """The text that a cell of such a CSV means, whether a spreadsheet has saved it or not.

    >>> as_meant("'007"), as_meant("'=1+1"), as_meant('="007"'), as_meant("'s-Gravenhage"), as_meant("''007")
    ('007', '=1+1', '007', "'s-Gravenhage", "'007")
    """
    if text.startswith("'") and _IS_AT_RISK.match(text[1:]):
        return text[1:]
    found = _AS_FORMULA.fullmatch(text)
    return found[1].replace('""', '"') if found else text
