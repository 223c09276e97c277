"""Files without a layout that a source describes: kept column by column, as they stand (oclc_formats.md 1.3)."""

import re

import polars as pl

from ..identifiers.ocn import MAXIMUM
from .lines import LineBlocks, line_frame
from .rows import Fault, Rows, filled, number, sift, too_great

# What a file is that is no text, by its first bytes.
_NO_TEXT: tuple[tuple[bytes, str], ...] = (
    (rb"PK\x03\x04", "an Excel workbook or a zip file"),
    (rb"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (rb"%PDF", "a PDF file"),
    (rb"\d{5}[a-z]", "a MARC file: OCLC's record output, a WorldCat list or a catalogue"),
    (rb"\s*<\?xml|\s*<(?:\w+:)?(?:collection|record)\b", "an XML file"),
    (rb"[^\x00]*\x00", "not a text file"),
)


def what_it_is(start: bytes) -> str | None:
    """What a file that is no plain text is, in words; null for text."""
    return next((words for pattern, words in _NO_TEXT if re.match(pattern, start)), None)


def raw_columns(lines: LineBlocks, separator: str) -> pl.DataFrame:
    """The cells of each line as text: columns record, column_1, column_2 …"""
    frames = [line_frame(block, first) for block, first in lines]
    frame = pl.concat(frames) if frames else line_frame(b"", 0)
    width = frame.select(pl.col("line").str.count_matches(separator, literal=True).max()).item() or 0
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
