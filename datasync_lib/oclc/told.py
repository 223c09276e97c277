"""What the load log is told of a file of lines: its row, and the files that have no rows at all."""

import polars as pl

from ..marc import Input
from ..readers import Given
from ..vocabulary.load_log import file_row
from .lines import LineBlocks
from .rows import issue


def row_of(file: str, kind: str, lines: LineBlocks, note: str | None = None, **counts: int) -> pl.DataFrame:
    """The row of a file in the load log; what is left of the file is read for its hash and size."""
    lines.read_to_end()
    notes = [text for text in (note, lines.problem) if text]
    return file_row(file, kind, (lines.sha256, lines.bytes), "; ".join(notes) or None, **counts)


def listed(file: str, kind: str, lines: LineBlocks, note: str) -> Given:
    """A file without rows, with the reason; it stands among the issues too."""
    yield "load_issues", issue(file, kind, note)
    yield "files", row_of(file, kind, lines, note)


def unreadable(source: Input, problem: str) -> Given:
    """A file that cannot be opened."""
    yield "load_issues", issue(source.file, "unreadable", problem)
    yield "files", file_row(source.file, "unreadable", source.fingerprint(), problem)
