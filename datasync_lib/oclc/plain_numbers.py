"""What a column of plain numbers is when it is no column of OCNs: row numbers, years, days, counts, ISBNs.

An OCN is a running number without check digit: nothing in it says what it is. But a column of them is never without a gap
from 1 on, never lies in the years, and seldom repeats itself.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from itertools import islice, pairwise

from ..identifiers.ocn import MAXIMUM

# As many as are looked at: a list in the order of its numbers may begin with hundreds of small ones.
MOST_CELLS = 200_000

_PLAIN = re.compile(r"\s*+[\"'=]*\s*+(?:no:|\*|#)?\s*+(?:0(?=\d))*+(\d++)(?:\.00?)?\s*+[\"']*\s*", re.I)
_PREFIXED = re.compile(r"[\s\"'(\[]*(?:oclc|ocolc|oc[lmn]|on)[^0-9]{0,8}\d", re.I)
_SMALL, _SMALL_OF_MANY, _MANY = 1_000, 10_000, 10
# Row numbers of a part of a list need not begin with 1.
_LARGEST_FIRST = 1_000_000


def what_else_they_are(cells: Iterable[str | None], maximum: int = MAXIMUM) -> str | None:
    """Why these cells can hardly be OCNs, as the end of a sentence about the numbers; null when they may be.

    Where some carry an OCLC prefix, all are taken to be OCNs.

    >>> what_else_they_are(["1", "2", "3"])
    'count rows: they run from 1 to 3'
    >>> what_else_they_are(["1984", "2007", "1999"])
    'look like years: they lie between 1984 and 2007'
    >>> what_else_they_are(["40000001", "12345", "7"]) is None
    True
    """
    texts = [text for text in islice(cells, MOST_CELLS) if text and text.strip()]
    plain = [(text, found[1]) for text in texts if (found := _PLAIN.fullmatch(text))]
    prefixed = sum(_PREFIXED.match(text) is not None for text in texts)
    if not plain or prefixed * 10 >= len(texts):
        return None
    numbers = [int(digits) for _, digits in plain if len(digits) <= 18 and 0 < int(digits) <= maximum]
    if len(numbers) * 2 < len(plain):
        return f"are no OCNs: most are greater than {maximum}, as barcodes, ISBNs and MMS IDs are"
    if not numbers:
        return None
    tests = (_rows(numbers), _days(numbers), _years(numbers), _counts(numbers), _standard_numbers(texts))
    return next(filter(None, tests), None)


def _rows(numbers: list[int]) -> str | None:
    first, last, many = min(numbers), max(numbers), len(numbers)
    if many < 2 or first > _LARGEST_FIRST:
        return None
    steps = {b - a for a, b in pairwise(numbers)}
    is_even = many > 2 and len(steps) == 1 and steps != {0}
    is_dense = len(set(numbers)) == many and (last - first + 1) * 5 <= many * 6
    return f"count rows: they run from {first} to {last}" if is_even or is_dense else None


def _years(numbers: list[int]) -> str | None:
    is_so = len(numbers) > 1 and _are_most(1400 <= number <= 2100 for number in numbers)
    return f"look like years: they lie between {min(numbers)} and {max(numbers)}" if is_so else None


def _days(numbers: list[int]) -> str | None:
    is_so = len(numbers) > 1 and any(
        _are_most(is_day(f"{number:08d}", form) for number in numbers) for form in ("%Y%m%d", "%d%m%Y", "%m%d%Y")
    )
    return f"look like days, such as {numbers[0]:08d}" if is_so else None


def is_day(text: str, form: str = "%Y%m%d") -> bool:
    """Whether eight digits are a day of the last two centuries."""
    try:
        return len(text) == 8 and 1800 <= datetime.strptime(text, form).year <= 2100
    except ValueError:
        return False


def _counts(numbers: list[int]) -> str | None:
    largest, many = max(numbers), len(numbers)
    if _are_most(number < _SMALL for number in numbers) or (
        many >= _MANY and _are_most(number < _SMALL_OF_MANY for number in numbers)
    ):
        return f"are too small for OCNs: the greatest is {largest}"
    different = len(set(numbers))
    return (
        f"repeat themselves: {different} different ones in {many}" if many >= _MANY and different * 3 <= many else None
    )


def _standard_numbers(texts: list[str]) -> str | None:
    """ISBN-10 and ISSN by their check digits; of an ISBN a spreadsheet takes the zero at the beginning."""
    bare = [text.replace("-", "").strip(" \"'=") for text in texts]
    for name, shortest, longest, least in (("ISBNs", 10, 10, 2), ("ISBNs", 9, 10, 3), ("ISSNs", 8, 8, 3)):
        some = [text for text in bare if shortest <= len(text) <= longest and re.fullmatch(r"\d+[\dXx]", text)]
        if len(some) >= least and len(some) * 2 > len(bare) and _are_most(map(_is_checked, some)):
            return f"look like {name}: their check digits are right"
    return None


def _is_checked(text: str) -> bool:
    """Whether the last digit is the check digit that ISBN-10 and ISSN have."""
    values = [10 if digit in "Xx" else int(digit) for digit in reversed(text)]
    return sum(value * weight for weight, value in enumerate(values, start=1)) % 11 == 0


def _are_most(each: Iterable[bool]) -> bool:
    """Whether nine of ten are."""
    answers = list(each)
    return sum(answers) * 10 >= len(answers) * 9
