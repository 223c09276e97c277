"""The rows of exception reports: each fault that OCLC saw in a record (oclc_formats.md 1.5, 2.3).

An exception does not tell what became of the record: that is in the processing report. So its number is never taken for
an OCN; it is a staging number for a rejected record, and the tables keep it as such (oclc_formats.md 13.5).
"""

import re

import polars as pl

from ..identifiers.ocn import MAXIMUM
from .messages import message_family
from .processing import bad_job_key, job_offset
from .rows import Fault, Rows, filled, not_a_number, number, sift, split_lines, too_great, wrong_columns

_COLUMNS = ["job_key", "lsn", "sent_ocn", "staging_ocn", "kind", "severity", "message"]
_OLD_COLUMNS = ["sent_ocn", "staging_ocn", "lsn", "count", "message", "severity"]
# Where the data begin when no header is found: five lines of preamble and the header (oclc_formats.md 2.3).
_OLD_PREAMBLE = 6
_NUMBER = re.compile(r"(?:\(OCoLC\))?\s*+(?:ocm|ocn|on)?\s*+[0-9]+", re.I)


def read_exception_rows(block: bytes, first: int = 0, maximum: int = MAXIMUM) -> Rows:
    """The rows of a BibExceptionReport; a pipe inside the message belongs to the message."""
    lines = split_lines(block, first, "|", _COLUMNS).with_columns(job_offset=job_offset(pl.col("job_key")))
    return sift_exceptions(lines, [wrong_columns(7, more=True), bad_job_key()], maximum)


def old_header_line(lines: list[str]) -> int | None:
    """The position of the header line of a bibdetailexcpt file; null without one."""
    headers = (i for i, line in enumerate(lines) if line.lower().lstrip('" ').startswith("incoming oclc"))
    return next(headers, None)


def old_preamble(lines: list[str]) -> int:
    """How many lines stand above the first row, in a bibdetailexcpt file without a header that we know.

    These are the six of preamble and header, or fewer where a line among them is a row.
    """
    rows = (i for i, line in enumerate(lines[:_OLD_PREAMBLE]) if _is_old_row(line.split("\t")))
    return next(rows, min(_OLD_PREAMBLE, len(lines)))


def _is_old_row(cells: list[str]) -> bool:
    """Whether these are six cells with the sent number, or without one, and the count of exceptions."""
    sent, count = (cells[0].strip(' "'), cells[3].strip(' "')) if len(cells) == 6 else ("", "")
    return _NUMBER.fullmatch(sent) is not None or (sent == "" and count.isdigit())


def read_old_exception_rows(block: bytes, first: int, header: int, maximum: int = MAXIMUM) -> Rows:
    """The rows of a bibdetailexcpt file behind its header line."""
    lines = split_lines(block, first, "\t", _OLD_COLUMNS).filter(pl.col("record") > header)
    return sift_exceptions(lines.with_columns(kind=pl.lit(None, dtype=pl.String)), [wrong_columns(6)], maximum)


def sift_exceptions(lines: pl.DataFrame, faults: list[Fault], maximum: int) -> Rows:
    """The exceptions in lines that are cut into sent_ocn, staging_ocn, kind, severity, message and perhaps others."""
    numbers = [
        not_a_number("sent_ocn", "the sent OCN"),
        not_a_number("staging_ocn", "the resulting OCN"),
        too_great("sent_ocn", "the sent OCN", maximum),
    ]
    sifted = sift(lines, faults + numbers)
    texts = [name for name in ("job_key", "lsn", "kind", "message") if name in sifted.rows.columns]
    rows = sifted.rows.with_columns(
        filled(pl.col(texts)),
        number(pl.col("sent_ocn", "staging_ocn")),
        filled(pl.col("severity")).str.to_uppercase(),
    )
    return Rows(rows.with_columns(family=message_family(pl.col("message"))), sifted.issues)
