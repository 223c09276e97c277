"""OCLC symbols in file names: `@`, `$` and `#` are written as their decimal character codes.

A symbol names a library (or a group of its collections) in WorldCat, such as `XYZ` or `XYZ$A`. File names allow letters
and digits only, so OCLC has the three other characters of symbols written as `_64`, `_36` and `_35`
(oclc_formats.md 10).

>>> encode_symbol("XY@$#")
'XY_64_36_35'
>>> decode_symbol("xy_64_36_35")
'XY@$#'
"""

import re

import polars as pl

_CODES = {"@": "_64", "$": "_36", "#": "_35"}
_CHARACTERS = {code: character for character, code in _CODES.items()}


def encode_symbol(symbol: str) -> str:
    """How a symbol is written in a file name.

    >>> encode_symbol("XYZ")
    'XYZ'
    """
    return "".join(_CODES.get(character, character) for character in symbol)


def decode_symbol(text: str) -> str:
    """The symbol that a file name means, in capitals.

    >>> decode_symbol("pul")
    'PUL'
    """
    return re.sub("_(64|36|35)", lambda code: _CHARACTERS[code.group()], text).upper()


def decoded_symbol(text: pl.Expr) -> pl.Expr:
    """The same as `decode_symbol`, for a column."""
    return text.str.replace_many(_CHARACTERS).str.to_uppercase()
