"""The order in which staff walk: call numbers as text that sorts as they stand on the shelf."""

import re

import polars as pl


def shelf_keys(call_numbers: pl.Series) -> pl.Series:
    """Where each of these call numbers stands on the shelf; null where there is none."""
    keys = {text: shelf_key(text) for text in call_numbers.drop_nulls().unique()}
    return pl.Series("shelf", [keys.get(text) for text in call_numbers], dtype=pl.String)


_WHOLE_NUMBER = re.compile(r"(?:(?<=^)|(?<=\s)|(?<=[/:-])|(?<=^[A-Z])|(?<=^[A-Z]{2})|(?<=^[A-Z]{3}))\d+")


def shelf_key(call_number: str) -> str:
    """Where a call number stands on the shelf, as text that sorts.

    Whole numbers sort by value (QA8 before QA76, v.2 before v.10), cutters and decimals digit by digit (.D35 before .D4).

    >>> sorted(["QA76.9 .D35", "QA8 .X1", "QA76.9 .D4"], key=shelf_key)
    ['QA8 .X1', 'QA76.9 .D35', 'QA76.9 .D4']
    """
    text = re.sub(r"\s+", " ", call_number.upper()).strip()
    text = re.sub(r"\b(V|NO|VOL|BD|T|PT)\. ?(?=\d)", r"\1. ", text)
    text = re.sub(r"^([A-Z]{1,3}) (?=\d)", r"\1", text)
    padded = _WHOLE_NUMBER.sub(lambda match: match[0].zfill(10), text)
    return re.sub(r" (?=\.)", "", padded)
