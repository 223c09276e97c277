"""Which numbers somebody may see in what is no number, and which nobody would."""

import doctest

import polars as pl
import pytest

from datasync_lib.analysis import doubts
from datasync_lib.analysis.doubts import possible_numbers

MAXIMUM = 2_000_000_000


def seen_in(text: str) -> set[int]:
    numbers = pl.select(possible_numbers(pl.lit(text, pl.String), MAXIMUM)).item()
    return set(numbers.to_list())


@pytest.mark.parametrize(
    ("text", "number"),
    [
        # a letter or word behind, no prefix, another agency's prefix
        ("(OCoLC)ocm12275114e", 12275114),
        ("OCLC#123456-x", 123456),
        ("40000001 (pbk.)", 40000001),
        ("00012345", 12345),
        ("(DLC)ocn478114177", 478114177),
        ("(OCoLC-M)12345678", 12345678),
        ("(CStRLIN)PACS95-P40688", 40688),
        ("(OCoLC-M)ocl71234567", 1234567),
        ("(OCoLC-M)ocl71234567", 71234567),
        # parted by blanks, commas, hyphens, points, apostrophes, line breaks
        ("ocm 0123 4567", 1234567),
        ("1,234,567", 1234567),
        ("1.234.567", 1234567),
        ("1'234'567", 1234567),
        ("12-34-567 x", 1234567),
        ("1\u202f234\u00a0567", 1234567),
        ("ocn1234\r\n567", 1234567),
        ("1&nbsp;234&#160;567", 1234567),
        ("1234_x000D_567", 1234567),
        # beside other digits
        ("1,234,567 v. 2", 1234567),
        ("vol. 2: 1,234,567", 1234567),
        ("20250701|1,234,567|3", 1234567),
        # made a float
        ("4.001002E+06", 4001002),
        ("1,23456e7", 12345600),
        ("40000001.0", 40000001),
        # each run by itself
        ("PATL04-B2728", 4),
        ("PATL04-B2728", 2728),
        ("123 oder 456", 456),
    ],
)
def test_what_somebody_may_read_as_a_number_is_seen(text, number):
    assert number in seen_in(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("PATL04-B2728", 42728),
        ("(CStRLIN)PACS95-P7216", 957216),
        ("b1000001x-01inst", 100000101),
        ("123 oder 456", 123456),
        ("40000001|2", 400000012),
        ("1.04576E+09", 10457609),
        ("ocm00000000", 0),
        ("(OCoLC)991011023280203941", 991011023280203941),
    ],
)
def test_digits_on_both_sides_of_a_letter_are_no_number(text, number):
    assert number not in seen_in(text)


def test_a_text_without_digits_has_none():
    assert seen_in("none") == seen_in("") == set()


def test_the_examples_in_the_docstrings_hold():
    result = doctest.testmod(doubts)
    assert result.attempted > 1
    assert result.failed == 0
