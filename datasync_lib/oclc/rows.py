"""Rows of a report: those that could be read, and an issue for each that could not."""

from dataclasses import dataclass, field

import polars as pl

from ..vocabulary.tables import conform, empty
from .lines import excerpt, line_frame

# OCLC's key of a row, wherever it stands: where a line feed is lost, another row begins within a line.
KEY_OF_OCLC = r"_[0-9]{5,9}_[0-9]{12,14}::[a-z]+::[0-9]+"
_SHOWN = 120
# A number that the end of what is shown cuts is told whole behind it.
_LONGEST_NUMBER = 20
_OCLC_PREFIX = r"(?i)^\s*(?:\(OCoLC\))?\s*(?:ocl7|ocm|ocn|on)?\s*"


@dataclass(frozen=True)
class Rows:
    """What one block of a report gave.

    Attributes:
        rows: the rows that could be read, with their `record`.
        issues: columns record, code, message, excerpt; one row for each row that was rejected.
        notes: the same columns, on rows that were read.
    """

    rows: pl.DataFrame
    issues: pl.DataFrame
    notes: pl.DataFrame = field(default_factory=pl.DataFrame)


@dataclass(frozen=True)
class Fault:
    """What makes a row unreadable: where it holds, the code and the words of its issue."""

    holds: pl.Expr
    code: str
    message: pl.Expr


def number(text: pl.Expr) -> pl.Expr:
    """The number in a report's column: bare digits, an OCLC prefix is tolerated; null when it is anything else."""
    digits = text.str.replace(_OCLC_PREFIX, "").str.strip_chars()
    read = pl.when(digits.str.contains(r"^\d{1,18}$")).then(digits).cast(pl.Int64, strict=False)
    return pl.when(read > 0).then(read)


def filled(text: pl.Expr) -> pl.Expr:
    """The text without blanks around it; null when nothing is left."""
    stripped = text.str.strip_chars()
    return pl.when(stripped != "").then(stripped)


def not_a_number(column: str, meaning: str) -> Fault:
    """The column holds something, and it is no number."""
    text = pl.col(column)
    return Fault(
        filled(text).is_not_null() & number(text).is_null(),
        "bad_number",
        pl.format(f"{meaning} «{{}}» is not a number", excerpt(text, 40)),
    )


def too_great(column: str, meaning: str, maximum: int, where: pl.Expr | None = None) -> Fault:
    """The column holds a number that cannot be an OCN, where it would be taken for one (duplicates.md E1)."""
    read = number(pl.col(column))
    holds = read > maximum
    words = f"{meaning} {{}} is greater than any OCN: the limit is {maximum} (ocn.maximum in the settings)"
    return Fault(holds if where is None else holds & where, "bad_number", pl.format(words, read))


def wrong_columns(expected: int, *, more: bool = False) -> Fault:
    """The row has fewer columns than the layout, or more where a further one cannot belong to the last."""
    cells = pl.col("cells")
    return Fault(
        cells < expected if more else cells != expected,
        "malformed_row",
        pl.format(f"{{}} columns where {expected} are expected", cells),
    )


def split_lines(block: bytes, first: int, separator: str, columns: list[str]) -> pl.DataFrame:
    """The cells of each line of a block; what is too much stays in the last column, separators and all.

    Returns:
        Columns record, line, cells (how many there are), and the named ones.
    """
    line = pl.col("line")
    return line_frame(block, first).with_columns(
        line.str.count_matches(separator, literal=True).cast(pl.Int64).alias("cells") + 1,
        line.str.splitn(separator, len(columns)).struct.rename_fields(columns).struct.unnest(),
    )


def sift(lines: pl.DataFrame, faults: list[Fault]) -> Rows:
    """Rows without a fault, and an issue for each other row, which tells the first fault that it has."""
    judged = lines.with_columns(
        _code=pl.coalesce([pl.when(fault.holds).then(pl.lit(fault.code)) for fault in faults]),
        _message=pl.coalesce([pl.when(fault.holds).then(fault.message) for fault in faults]),
    )
    rejected = judged.filter(pl.col("_code").is_not_null())
    return Rows(
        judged.filter(pl.col("_code").is_null()).drop("_code", "_message", "line", "cells", strict=False),
        rejected.select("record", code="_code", message="_message", excerpt=_excerpt(pl.col("line"))),
    )


def _excerpt(line: pl.Expr) -> pl.Expr:
    """The beginning of a line; of a longer one the numbers behind it too, for they say of what it speaks."""
    rest = line.str.slice(_SHOWN - _LONGEST_NUMBER).str.replace_all(KEY_OF_OCLC, " ")
    numbers = rest.str.extract_all("[0-9]+").list.unique(maintain_order=True).list.join("|")
    is_longer = (line.str.len_chars() > _SHOWN) & (numbers != "")
    return pl.when(is_longer).then(pl.format("{} {}", excerpt(line, _SHOWN), numbers)).otherwise(excerpt(line, _SHOWN))


def issue(file: str, code: str, message: str, record: int | None = None) -> pl.DataFrame:
    """One issue in the columns of the `load_issues` table."""
    return conform("load_issues", pl.DataFrame({"file": file, "record": record, "code": code, "message": message}))


def issues_of(file: str, issues: list[pl.DataFrame]) -> pl.DataFrame:
    """Issues of rows, in the columns of the `load_issues` table."""
    some = [frame for frame in issues if frame.height]
    if not some:
        return empty("load_issues")
    return conform("load_issues", pl.concat(some, how="diagonal").with_columns(file=pl.lit(file)))
