"""Reports that no source describes, read by a layout in the settings (oclc_formats.md 1.3, 1.9, 14).

The rules are those of the reports that are described: without a layout such a file is kept raw, and with one its rows
become outcomes, exceptions or cross references, each with the same faults and the same caution about staging numbers.
"""

from collections.abc import Iterable

import polars as pl

from ..identifiers.ocn import MAXIMUM
from ..settings import ReportLayout
from .exceptions import sift_exceptions
from .layouts import READABLE
from .processing import action_of, bad_job_key, is_success, job_offset, settle_number
from .rows import Fault, Rows, filled, not_a_number, number, sift, split_lines, too_great, wrong_columns

_SENT, _RESULT = "the sent OCN", "the resulting OCN"


def layout_of(kind: str | None, layouts: Iterable[ReportLayout]) -> ReportLayout | None:
    """The layout that the settings give for reports of this name, in capitals or not; null when they give none."""
    if kind is None or kind in READABLE:
        return None
    return next((layout for layout in layouts if layout.kind.lower() == kind.lower()), None)


def read_laid_out_rows(block: bytes, first: int, layout: ReportLayout, header: int, maximum: int = MAXIMUM) -> Rows:
    """The rows of a block of whole lines, in the columns of the layout's table.

    Args:
        block: the lines.
        first: the position of the first of them in the file.
        layout: how they are written. Columns that it leaves out stay beside the others, so that rows that differ in
            them only are no exact repeats.
        header: the position of the last line that is no row; -1 without a header.
        maximum: the greatest number that may be an OCN.
    """
    names = [f"_left_out_{i}" if name == "-" else name for i, name in enumerate(layout.columns)]
    lines = split_lines(block, first, layout.delimiter, names).filter(pl.col("record") > header)
    faults = [wrong_columns(len(names), more=names[-1] == "message")]
    if "job_key" in names:
        lines = lines.with_columns(job_offset=job_offset(pl.col("job_key")))
        faults.append(bad_job_key())
    match layout.table:
        case "outcomes":
            return _outcomes(lines, faults, maximum)
        case "exceptions":
            return _exceptions(lines, faults, maximum)
        case _:
            return _cross_references(lines, faults, maximum)


def _outcomes(lines: pl.DataFrame, faults: list[Fault], maximum: int) -> Rows:
    """A resulting number is an OCN only after the actions that give one; one in staging stays there."""
    whole = _with(lines, "sent_ocn", "result_ocn", "staging_ocn")
    is_ocn = is_success(action_of(pl.col("action")))
    sifted = sift(whole, [*faults, *_numbers(), *_limits(maximum, is_ocn)])
    rows = _typed(sifted.rows).with_columns(action_of(pl.col("action")))
    settled = settle_number(rows.rename({"result_ocn": "number", "staging_ocn": "_staging"}))
    staging = pl.coalesce("staging_ocn", "_staging").alias("staging_ocn")
    return Rows(settled.with_columns(staging).drop("_staging"), sifted.issues)


def _exceptions(lines: pl.DataFrame, faults: list[Fault], maximum: int) -> Rows:
    """An exception does not tell what became of the record, so its resulting number is kept as one in staging."""
    if "result_ocn" in lines.columns:
        lines = lines.rename({"result_ocn": "staging_ocn"})
    whole = _with(lines, "sent_ocn", "staging_ocn", "kind", "severity", "message")
    return sift_exceptions(whole, faults, maximum)


def _cross_references(lines: pl.DataFrame, faults: list[Fault], maximum: int) -> Rows:
    whole = _with(lines, "sent_ocn", "result_ocn", "staging_ocn")
    nothing = filled(pl.col("result_ocn")).is_null() & filled(pl.col("staging_ocn")).is_null()
    no_number = Fault(nothing, "no_number", pl.lit("there is neither a resulting nor a staging number"))
    sifted = sift(whole, [*faults, no_number, *_numbers(), *_limits(maximum)])
    return Rows(_typed(sifted.rows), sifted.issues)


def _with(lines: pl.DataFrame, *names: str) -> pl.DataFrame:
    """The lines with every one of these columns; those that the layout does not have are empty."""
    missing = [pl.lit(None, dtype=pl.String).alias(name) for name in names if name not in lines.columns]
    return lines.with_columns(missing)


def _numbers() -> list[Fault]:
    named = {"sent_ocn": _SENT, "result_ocn": _RESULT, "staging_ocn": "the staging number"}
    return [not_a_number(column, meaning) for column, meaning in named.items()]


def _limits(maximum: int, is_ocn: pl.Expr | None = None) -> list[Fault]:
    return [too_great("sent_ocn", _SENT, maximum), too_great("result_ocn", _RESULT, maximum, is_ocn)]


def _typed(rows: pl.DataFrame) -> pl.DataFrame:
    texts = [name for name in ("job_key", "lsn") if name in rows.columns]
    return rows.with_columns(filled(pl.col(texts)), number(pl.col("sent_ocn", "result_ocn", "staging_ocn")))
