"""Files without a layout that a source describes: kept column by column, as they stand (oclc_formats.md 1.3)."""

import re

import polars as pl

from ..identifiers.ocn import MAXIMUM
from ..marc.other_files import told_as_no_text, told_as_other
from .lines import LineBlocks, line_frame
from .rows import Fault, Rows, filled, number, sift, too_great

# No report has more; a line of nothing but separators would take the square of its length.
MOST_COLUMNS = 1_000

_OF_THE_TEXT = "the report itself is text: fetch it from OCLC again, under its own name"
# What a file is that is no report, by its first bytes; the last only where the name promises none.
_NO_REPORT: tuple[tuple[bytes, str], ...] = (
    (rb"PK\x03\x04", f"an Excel workbook or a zip file; {_OF_THE_TEXT}"),
    (rb"\xd0\xcf\x11\xe0", f"an old Excel workbook; {_OF_THE_TEXT}"),
    (rb"(?i)mime-version:", f"a web archive or a mail; {_OF_THE_TEXT}"),
    (rb"\s*<\?xml|\s*<(?:\w+:)?(?:collection|record)\b", "an XML file"),
    (rb"\d{5}[a-z]", "a MARC file: OCLC's record output, a WorldCat list or a catalogue"),
)


def what_it_is(start: bytes, *, has_name: bool = False) -> str | None:
    """What a file is that is no report, in words; null for one that may be.

    Args:
        start: its first bytes, decompressed.
        has_name: whether it has the name of a report.
    """
    patterns = _NO_REPORT[:-1] if has_name else _NO_REPORT
    by_start = (words for pattern, words in patterns if re.match(pattern, start))
    return told_as_other(start) or next(by_start, None) or told_as_no_text(start)


def raw_columns(lines: LineBlocks, separator: str) -> pl.DataFrame:
    """The cells of each line as text: columns record, column_1, column_2 … What is too much stays in the last of them."""
    frames = [line_frame(block, first) for block, first in lines]
    frame = pl.concat(frames) if frames else line_frame(b"", 0)
    width = frame.select(pl.col("line").str.count_matches(separator, literal=True).max()).item() or 0
    width = min(width, MOST_COLUMNS - 1)
    names = [f"column_{i + 1}" for i in range(width + 1)]
    return frame.select(
        "record", pl.col("line").str.splitn(separator, width + 1).struct.rename_fields(names).struct.unnest()
    )


def read_scan_delete_rows(block: bytes, first: int, maximum: int = MAXIMUM) -> Rows:
    """The holdings that a scan/delete removed: columns record, ocn, title (oclc_formats.md 2.4)."""
    parts = pl.col("line").str.splitn("|", 2).struct.rename_fields(["text", "title"]).struct.unnest()
    no_number = Fault(number(pl.col("text")).is_null(), "bad_number", pl.lit("column 1 is not a number"))
    faults = [no_number, too_great("text", "the number in column 1", maximum)]
    sifted = sift(line_frame(block, first).with_columns(parts), faults)
    rows = sifted.rows.select("record", number(pl.col("text")).alias("ocn"), filled(pl.col("title")))
    return Rows(rows, sifted.issues)
