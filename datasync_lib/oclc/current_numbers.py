"""Lists of current numbers: which number is each of these today, as OCLC's own service answered.

Two layouts are read, and told by their headings alone: the columns old_ocn and current_ocn, and the names that OCLC's
Metadata API gives the two numbers, requestedControlNumber and currentControlNumber. A list with other headings is no
list of this kind (duplicates.md E2).
"""

import csv
import io
from dataclasses import dataclass
from datetime import date

import polars as pl

from ..identifiers.ocn import MAXIMUM, parse_ocn
from ..marc import Input
from ..tables.schemas import conform, empty
from .lines import LineBlocks
from .report_tables import file_row

KIND = "current_numbers"
SOURCE = "list of current numbers"

_HEADINGS = (("old_ocn", "current_ocn"), ("requestedcontrolnumber", "currentcontrolnumber"))


@dataclass(frozen=True)
class CurrentNumbers:
    """What a list of current numbers says.

    Attributes:
        concordance: old and current numbers; table `concordance`. A number that is current itself has no row.
        files: the row of the file; table `files`.
        issues: rows without two numbers; table `load_issues`.
    """

    concordance: pl.DataFrame
    files: pl.DataFrame
    issues: pl.DataFrame


def is_current_numbers(start: bytes) -> bool:
    """Whether these first bytes are those of a list of current numbers."""
    header = start.decode("utf-8-sig", "replace").split("\n", 1)[0]
    return _columns(_cells(header)) is not None


def read_current_numbers(source: Input, as_of: date | None, *, maximum: int = MAXIMUM) -> CurrentNumbers:
    """Which numbers were merged into which, by a list of current numbers?

    Args:
        source: a table in commas, semicolons or tabs, whose headings name both numbers.
        as_of: the day of the list.
        maximum: the greatest number that may be an OCN.
    """
    with source.open() as stream:
        content = stream.read()
    lines = LineBlocks(io.BytesIO(content))
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig", "replace")), delimiter=_delimiter(content)))
    old, current = _columns(rows[0]) or (0, 1)
    pairs = [
        {"record": at, "old": _cell(row, old), "current": _cell(row, current), "line": ",".join(row)}
        for at, row in enumerate(rows[1:], start=1)
        if any(cell.strip() for cell in row)
    ]
    schema = {"record": pl.Int64, "old": pl.String, "current": pl.String, "line": pl.String}
    read = pl.DataFrame(pairs, schema=schema).with_columns(
        old_ocn=parse_ocn(pl.col("old"), trusted=True, maximum=maximum).struct.field("ocn"),
        current_ocn=parse_ocn(pl.col("current"), trusted=True, maximum=maximum).struct.field("ocn"),
    )
    is_whole = pl.col("old_ocn").is_not_null() & pl.col("current_ocn").is_not_null()
    good, bad = read.filter(is_whole), read.filter(~is_whole)
    placed = {"file": pl.lit(source.file)}
    issues = bad.select("record", code=pl.lit("bad_number"), message=_message(), excerpt="line").with_columns(**placed)
    edges = good.filter(pl.col("old_ocn") != pl.col("current_ocn")).unique(
        ["old_ocn", "current_ocn"], keep="first", maintain_order=True
    )
    edges = edges.with_columns(source=pl.lit(SOURCE), as_of=pl.lit(as_of, dtype=pl.Date), **placed)
    repeated = good.height - good.unique(["old_ocn", "current_ocn"]).height
    files = file_row(source.file, KIND, lines, found=read.height, repeated=repeated, rejected=bad.height)
    return CurrentNumbers(
        conform("concordance", edges) if edges.height else empty("concordance"),
        files,
        conform("load_issues", issues) if issues.height else empty("load_issues"),
    )


def _message() -> pl.Expr:
    return pl.format("«{}» and «{}» are not two OCNs", pl.col("old").fill_null(""), pl.col("current").fill_null(""))


def _delimiter(content: bytes) -> str:
    header = content.split(b"\n", 1)[0].decode("utf-8", "replace")
    return max(",;\t", key=header.count)


def _cells(header: str) -> list[str]:
    return header.split(max(",;\t", key=header.count))


def _columns(cells: list[str]) -> tuple[int, int] | None:
    """The positions of the old and the current number among the headings."""
    names = [cell.strip().strip('"').lower() for cell in cells]
    return next(((names.index(a), names.index(b)) for a, b in _HEADINGS if a in names and b in names), None)


def _cell(row: list[str], position: int) -> str | None:
    return row[position].strip() or None if position < len(row) else None
