"""Moves the numbers of a catalogue's tables on, so that copies of its rows do not meet.

Every ID and number of the example gets a run of a thousand to itself: its last three digits are the number of the copy.
`Marks.mark` puts a sign in their place once, `Marks.copy` fills it in for each copy. OCNs keep their width and stay in or
out of the ranges of institution records and of staging numbers; ISBN and ISSN keep their check digit, right or wrong; all
keep their order.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import pairwise

import polars as pl

COPIES = 1000
_WIDTH = len(str(COPIES - 1))

# One sign stands for the digits of the copy's number; others for these and the check digit that they lead to.
MARK = chr(0xE000)
_ISBN_MARKS = [chr(0xE010 + rest) for rest in range(10)]
_ISSN_MARKS = [chr(0xE020 + rest) for rest in range(11)]

IDS = ("mms_id", "holding_id", "item_id", "barcode", "lsn", "host_mms_id", "constituent_mms_id")
NUMBERS = ("ocn", "sent_ocn", "result_ocn", "staging_ocn", "old_ocn", "current_ocn")
_TEXTS = (*IDS, "raw", "value", "title", "numbers")
# Columns of texts that hold marks, those of files and jobs among them.
_MARKED = (*_TEXTS, "file", "sent_file", "sha256", "job_key")

_HAS_NUMBER = r"[0-9]{6}|[0-9]{4}-[0-9]{3}"
# ocl7 is a prefix of OCNs: its digit is none of the number's
_NUMBER = re.compile(r"ocl7|[0-9]{4}-[0-9]{3}[0-9X]|[0-9]+", re.I)
_FORMER_INSTITUTION_RECORDS = (460_000_000, 470_000_000, 490_000_000, 500_000_000)
_FIRST_STAGING, _NO_OCN = 1_600_000_000, 2_000_000_000
_OCN_LIMITS = sorted([*(10**n for n in range(4, 10)), *_FORMER_INSTITUTION_RECORDS, _FIRST_STAGING, _NO_OCN])


class Marks:
    """What every ID and number of an example becomes.

    Args:
        scan: gives a table of the example by name, rows of all extracts.
        tables: those in whose columns the IDs and numbers stand.
        suffix: the four digits that end every MMS ID.
    """

    def __init__(self, scan: Callable[[str], pl.LazyFrame], tables: Iterable[str], suffix: str):
        self._ocns = _moved_ocns(_ocns(scan, tables))
        numbers = scan("standard_numbers").select("scheme", "value").unique().collect()
        isbns, issns = (numbers.filter(scheme=scheme)["value"].to_list() for scheme in ("isbn", "issn"))
        self._texts = _marked_ids(_ids(scan, tables), suffix) | _marked_isbns(isbns) | _marked_issns(issns)

    def mark(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The rows with a mark in every ID and number; integers are moved to the first of their thousand."""
        found = [self._marked(frame[name]) for name in _TEXTS if name in frame.columns]
        found += [self._moved(frame[name]) for name in NUMBERS if name in frame.columns]
        for name, work in (("old_ocns", self._moved), ("issns", self._marked)):
            if name in frame.columns:
                found.append(_in_lists(frame[name], work))
        return frame.with_columns(found)

    def _marked(self, texts: pl.Series) -> pl.Series:
        old = texts.filter(texts.str.contains(_HAS_NUMBER).fill_null(False)).unique()
        new = [_NUMBER.sub(self._replacement, text) for text in old]
        return texts.replace(old, pl.Series(new, dtype=pl.String))

    def _moved(self, numbers: pl.Series) -> pl.Series:
        # What a rejected record's bytes have, and no OCN can be, stays as it is.
        return numbers.replace(self._ocns)

    def _replacement(self, match: re.Match) -> str:
        text = match[0]
        if marked := self._texts.get(text.upper()):
            return marked
        number = text.lstrip("0")
        moved = self._ocns.get(int(number)) if number.isdecimal() and len(number) <= 10 else None
        return text if moved is None else f"{text[: len(text) - len(number)]}{moved // COPIES}{MARK}"


def digits(copy: int) -> str:
    """What stands in the place of `MARK`."""
    return f"{copy:0{_WIDTH}}"


def numbers_of_copy(frame: pl.DataFrame, copy: int) -> pl.DataFrame:
    """Marked rows with the numbers of one copy, from 0."""
    marks, fillings = _fillings(copy)
    found = {name: pl.col(name).str.replace_many(marks, fillings) for name in _MARKED}
    found |= {name: pl.col(name) + copy for name in NUMBERS}
    found["old_ocns"] = pl.col("old_ocns").list.eval(pl.element() + copy)
    found["issns"] = pl.col("issns").list.eval(pl.element().str.replace_many(marks, fillings))
    return frame.with_columns(found[name] for name in frame.columns if name in found)


def _in_lists(lists: pl.Series, work: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """The work done on what the lists hold; an empty list stays one."""
    rows = pl.DataFrame({"row": pl.int_range(len(lists), eager=True), "list": lists})
    flat = rows.explode("list", empty_as_null=False, keep_nulls=False)
    again = flat.with_columns(work(flat["list"])).group_by("row", maintain_order=True).agg("list")
    joined = rows.select("row", was="list").join(again, on="row", how="left", maintain_order="left")
    return joined.select(pl.coalesce("list", "was").alias(lists.name)).to_series()


# IDs


def _columns(scan: Callable[[str], pl.LazyFrame], tables: Iterable[str], names: Iterable[str]) -> list[pl.LazyFrame]:
    """Every column of these names, as `value`."""
    frames = [scan(table) for table in tables]
    return [frame.select(value=name) for frame in frames for name in frame.collect_schema().names() if name in names]


def _ids(scan: Callable[[str], pl.LazyFrame], tables: Iterable[str]) -> list[str]:
    found = pl.concat(_columns(scan, tables, IDS)).unique()
    return found.filter(pl.col("value").str.contains("^[0-9]{14,19}$")).collect()["value"].to_list()


def _marked_ids(ids: Iterable[str], suffix: str) -> dict[str, str]:
    """MMS, holding and item IDs keep their kind and the institution's digits, barcodes the first four."""
    shapes: dict[tuple, list[str]] = defaultdict(list)
    for id_ in ids:
        of_alma = id_.endswith(suffix) and id_[:2] in ("99", "22", "23")
        shapes[(id_[:2], len(suffix), len(id_)) if of_alma else (id_[:4], 0, len(id_))].append(id_)
    marked = {}
    for (prefix, after, length), of_shape in shapes.items():
        width = length - len(prefix) - after - _WIDTH
        step = _step(10**width, of_shape)
        for place, id_ in enumerate(sorted(of_shape)):
            marked[id_] = f"{prefix}{place * step:0{width}}{MARK}{id_[length - after :]}"
    return marked


def _step(room: int, numbers: list) -> int:
    step = room // max(len(numbers), 1)
    if not step:
        raise ValueError(
            f"{len(numbers):,} numbers like {numbers[0]} leave no room for copies: make the example smaller"
        )
    return step


# OCNs


def _ocns(scan: Callable[[str], pl.LazyFrame], tables: Iterable[str]) -> list[int]:
    """Every number of the tables, and what looks like one in the texts of OCNs."""
    found = _columns(scan, tables, NUMBERS)
    found.append(scan("worldcat_records").select(value=pl.col("old_ocns").explode()))
    in_texts = pl.col("raw").str.replace("(?i)ocl7", "").str.extract("(?:^|[^0-9])0*([1-9][0-9]{5,9})(?:[^0-9]|$)")
    found.append(scan("ocns").select(value=in_texts.cast(pl.Int64)))
    numbers = pl.concat(found).drop_nulls().unique().filter(pl.col("value") < _NO_OCN)
    return numbers.collect()["value"].to_list()


def _moved_ocns(ocns: Iterable[int]) -> dict[int, int]:
    """Each number -> the first of its thousand, between the same limits."""
    moved = {}
    ordered = sorted(ocns)
    for low, high in pairwise(_OCN_LIMITS):
        between = [ocn for ocn in ordered if low <= ocn < high]
        if between:
            step = _step((high - low) // COPIES, between) * COPIES
            first = -(-low // COPIES) * COPIES
            moved |= {ocn: first + place * step for place, ocn in enumerate(between)}
    return moved


# Standard numbers


def _marked_isbns(isbns: Iterable[str]) -> dict[str, str]:
    """ISBN-13 with a mark for the copy's number and the check digit."""
    isbns = sorted(isbn for isbn in isbns if re.fullmatch("97[0-9]{11}", isbn))
    step, marked = _step(10**6, isbns), {}
    for place, isbn in enumerate(isbns):
        start = f"{isbn[:3]}{place * step:06}"
        marked[isbn] = start + _ISBN_MARKS[(_isbn_sum(isbn) - _isbn_sum(start)) % 10]
    return marked


def _marked_issns(issns: Iterable[str]) -> dict[str, str]:
    """ISSN with a mark for the copy's number and the check digit."""
    issns = sorted(issn for issn in issns if re.fullmatch("[0-9]{4}-[0-9]{3}[0-9X]", issn))
    step, marked = _step(10**4, issns), {}
    for place, issn in enumerate(issns):
        start = f"{place * step:04}"
        marked[issn] = f"{start}-{_ISSN_MARKS[(_issn_sum(issn) - _issn_sum(start)) % 11]}"
    return marked


def _isbn_sum(digits: str, place: int = 0) -> int:
    return sum(int(digit) * (3 if (place + i) % 2 else 1) for i, digit in enumerate(digits))


def _issn_sum(text: str, place: int = 0) -> int:
    digits = text.replace("-", "")
    return sum((10 if digit == "X" else int(digit)) * (8 - place - i) for i, digit in enumerate(digits))


def _fillings(copy: int) -> tuple[list[str], list[str]]:
    """The marks, and what stands in their place in a copy."""
    number = digits(copy)
    isbns = [f"{number}{(rest - _isbn_sum(number, 9)) % 10}" for rest in range(10)]
    issns = [f"{number}{'0123456789X'[(rest - _issn_sum(number, 4)) % 11]}" for rest in range(11)]
    return [MARK, *_ISBN_MARKS, *_ISSN_MARKS], [number, *isbns, *issns]
