"""The rows of a BibProcessingReport: what OCLC did with each record (oclc_formats.md 1.4, 1.6)."""

from pathlib import Path

import polars as pl

from ..identifiers.ocn import MAXIMUM
from .lines import excerpt
from .rows import Fault, Rows, filled, not_a_number, number, sift, split_lines, too_great, wrong_columns

# Only these give the record an OCN; with the others column 4 is a staging number or nothing (oclc_formats.md 1.6).
SUCCESSES = ("match", "create", "replace", "field transfer")
FAILURES = ("unresolved", "data error", "processing error")
ACTIONS = SUCCESSES + FAILURES

_ACTION = pl.Enum(ACTIONS)
_TYPES = {"job_key": pl.String, "lsn": pl.String, "sent_ocn": pl.Int64, "number": pl.Int64, "action": _ACTION}
_ROW = pl.col("record", "job_key", "job_offset", "lsn", "sent_ocn", "number", "action")


def read_processing_rows(block: bytes, first: int = 0, maximum: int = MAXIMUM) -> Rows:
    """The rows of a block of whole lines: job_key, job_offset, lsn, sent_ocn, number (column 4) and action.

    Pipes are no CSV: there is no quoting. A block that is exactly as described is read as typed columns at once; any
    other is taken line by line, so that a bad row costs only itself. A row with an OCN greater than `maximum` is bad.
    """
    typed = _typed(block, first, maximum)
    return Rows(typed, pl.DataFrame()) if typed is not None else _patient(block, first, maximum)


def parse_processing_block(block: bytes | Path) -> pl.DataFrame:
    """Five typed columns of lines, or of a file, that are exactly as described.

    Raises:
        polars.exceptions.PolarsError: a line has more than five columns, letters where a number is expected, or an
            action that no source describes.
    """
    return pl.read_csv(
        block, separator="|", has_header=False, schema=_TYPES, quote_char=None, eol_char="\n", missing_columns="insert"
    )


def job_offset(job_key: pl.Expr, prefix: str = "") -> pl.Expr:
    """The number at the end of a job key; most keys of a file share all that is before it."""
    if not prefix:
        return job_key.str.extract(r"::(\d{1,18})\s*$").cast(pl.Int64)
    return job_key.str.strip_prefix(prefix).cast(pl.Int64, strict=False)


def _typed(block: bytes, first: int, maximum: int = MAXIMUM) -> pl.DataFrame | None:
    """The rows when nothing is odd about any of them, else None."""
    try:
        rows = parse_processing_block(block)
    except pl.exceptions.PolarsError:
        return None
    if rows.is_empty():
        return None
    key = rows["job_key"][0] or ""
    rows = rows.with_row_index("record", offset=first).with_columns(
        pl.col("record").cast(pl.Int64), job_offset=job_offset(pl.col("job_key"), key[: key.rfind("::") + 2])
    )
    odd = (
        pl.any_horizontal(pl.col("sent_ocn", "number", "job_offset").min() <= -1)
        | (pl.min_horizontal(pl.col("sent_ocn", "number").min()) == 0)
        | (pl.max_horizontal(pl.col("sent_ocn", "number").max()) > maximum)
        | pl.any_horizontal(pl.col("job_offset", "job_key", "action").has_nulls())
        | (pl.col("lsn").str.starts_with(" ") | pl.col("lsn").str.ends_with(" ")).any()
    )
    return None if rows.select(odd.fill_null(False)).item() else rows.select(_ROW)


def _patient(block: bytes, first: int, maximum: int = MAXIMUM) -> Rows:
    lines = split_lines(block, first, "|", list(_TYPES)).with_columns(job_offset=job_offset(pl.col("job_key")))
    sent, resulting = "the sent OCN in column 3", "the resulting OCN in column 4"
    sifted = sift(
        lines,
        [
            wrong_columns(5),
            bad_job_key(),
            not_a_number("sent_ocn", sent),
            not_a_number("number", resulting),
            too_great("sent_ocn", sent, maximum),
            too_great("number", resulting, maximum, is_success(action_of(pl.col("action")))),
        ],
    )
    rows = sifted.rows.with_columns(
        filled(pl.col("job_key", "lsn")), number(pl.col("sent_ocn", "number")), action_of(pl.col("action"))
    )
    return Rows(rows.select(_ROW), sifted.issues)


def action_of(text: pl.Expr) -> pl.Expr:
    """An action as OCLC spells it in new reports: lower case, with blanks (oclc_formats.md 1.6)."""
    return filled(text).str.to_lowercase().str.replace_all("_", " ")


def is_success(action: pl.Expr) -> pl.Expr:
    """Whether the number beside this action is an OCN; after an unknown action it is not (oclc_formats.md 1.6)."""
    return action.cast(_ACTION, strict=False).to_physical().lt(len(SUCCESSES)).fill_null(False)


def bad_job_key() -> Fault:
    """Column 1 does not end in :: and a number."""
    key = pl.col("job_key")
    return Fault(
        pl.col("job_offset").is_null(),
        "bad_job_key",
        pl.format("column 1 is «{}»; expected SYMBOL_collection_milliseconds::bib::offset", excerpt(key, 60)),
    )


def settle_number(rows: pl.DataFrame) -> pl.DataFrame:
    """Column 4 as result_ocn or staging_ocn, as its action says.

    It is an OCN only after match, create, replace and field transfer. After every other action, unknown ones included,
    it is kept as a number that is never used as an OCN: writing back or counting as held a number of unknown standing
    could not be undone (oclc_formats.md 1.6, 13.5).
    """
    is_ocn = is_success(pl.col("action"))
    return rows.with_columns(
        result_ocn=pl.when(is_ocn).then("number"), staging_ocn=pl.when(~is_ocn).then("number")
    ).drop("number")


class UnknownActions:
    """Counts, block by block, the rows whose action no source describes."""

    def __init__(self) -> None:
        """Nothing was seen yet."""
        self._counted: list[pl.DataFrame] = []

    def count(self, rows: pl.DataFrame) -> None:
        """Takes the rows of a block in."""
        if rows.schema["action"] == _ACTION:
            return
        unknown = rows.filter(~pl.col("action").is_in(ACTIONS).fill_null(False))
        self._counted.append(unknown.group_by("action").agg(pl.col("record").min(), rows=pl.len()))

    def issues(self) -> pl.DataFrame:
        """An issue for each of these actions: its first row, and how many rows have it."""
        if not self._counted:
            return pl.DataFrame()
        together = pl.concat(self._counted).group_by("action").agg(pl.col("record").min(), pl.col("rows").sum())
        message = pl.format(
            "the action «{}» is not one we know ({} rows from here on); its rows are kept, and their column 4 is not used "
            "as an OCN",
            pl.col("action").fill_null(""),
            "rows",
        )
        return together.sort("record").select("record", code=pl.lit("unknown_action"), message=message)
