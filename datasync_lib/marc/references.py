"""Characters that MARC-8 does not have, given by their number: `&#x4E00;`.

The Library of Congress lets a character that MARC-8 lacks stand in a MARC-8 record as a hexadecimal numeric character
reference (MARC 21 specifications, part 4, lossless conversion). pymarc leaves it as it stands, and so does the table
subfields; what is derived from a record has the character. A diacritic before its letter was put on the `&` by then.
"""

import re
from unicodedata import normalize

import polars as pl

from .by_tag import Fields

_REFERENCE = re.compile(r"&([\u0300-\u036f\ufe20-\ufe2f]*)#x([0-9A-Fa-f]{2,6});")
_FIRST, _LAST, _HALVES = 0xA0, 0x10FFFF, range(0xD800, 0xE000)  # what comes before is ASCII, which MARC-8 has


def resolve_references(fields: Fields) -> Fields:
    """The same records; in those whose leader does not say UTF-8, references have become characters."""
    value = fields.subfields["value"]
    if not value.str.contains("#x", literal=True).any():
        return fields
    frame = fields.subfields
    not_utf8 = frame.filter((pl.col("tag") == "LDR") & (pl.col("value").str.slice(9, 1) != "a"))["record"]
    concerned = pl.col("record").is_in(not_utf8.implode()) & pl.col("value").str.contains("#x", literal=True)
    texts = frame.filter(concerned)["value"].unique()
    resolved = {text: resolve(text) for text in texts}
    value = pl.when(concerned).then(pl.col("value").replace(resolved)).otherwise("value")
    return Fields(frame.with_columns(value=value))


def resolve(text: str) -> str:
    """A text with the characters that its references stand for.

    >>> resolve("&#x4E00; and &#x41; and \u00e9 and &#xZZ;")
    '\u4e00 and &#x41; and \u00e9 and &#xZZ;'
    """
    resolved = _REFERENCE.sub(_character, text)
    return text if resolved == text else normalize("NFC", resolved)


def _character(reference: re.Match[str]) -> str:
    number = int(reference[2], 16)
    is_character = _FIRST <= number <= _LAST and number not in _HALVES
    return chr(number) + reference[1] if is_character else reference[0]
