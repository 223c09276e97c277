"""The rows of cross reference reports: local number and OCN, or staging number (oclc_formats.md 1.7, 1.8, 2.1, 2.2)."""

import polars as pl

from ..identifiers.ocn import MAXIMUM
from .rows import Fault, Rows, filled, not_a_number, number, sift, split_lines, too_great, wrong_columns


def read_cross_reference_rows(block: bytes, first: int, *, is_staging: bool, maximum: int = MAXIMUM) -> Rows:
    """The rows of two columns with a tab between them; the number is a result, or one in staging."""
    lines = split_lines(block, first, "\t", ["lsn", "number"])
    no_number = Fault(filled(pl.col("number")).is_null(), "no_number", pl.lit("there is no number in column 2"))
    faults = [wrong_columns(2), no_number, not_a_number("number", "the number in column 2")]
    if not is_staging:
        faults.append(too_great("number", "the number in column 2", maximum))
    sifted = sift(lines, faults)
    name = "staging_ocn" if is_staging else "result_ocn"
    return Rows(
        sifted.rows.select("record", filled(pl.col("lsn")), number(pl.col("number")).alias(name)), sifted.issues
    )
