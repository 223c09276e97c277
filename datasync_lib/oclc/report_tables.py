"""What reports are read into: the tables of all reports together, and the row of each file in the load log."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import polars as pl

from ..marc.containers import Input
from ..vocabulary.tables import conform, empty
from .lines import LineBlocks
from .rows import issue

_TABLES = {
    "outcomes": "outcomes",
    "exceptions": "exceptions",
    "cross_references": "cross_references",
    "files": "files",
    "issues": "load_issues",
}


@dataclass(frozen=True)
class Reports:
    """What reports say.

    Attributes:
        outcomes: what happened to each record, from processing reports; table `outcomes`.
        exceptions: each fault that OCLC saw in a record; table `exceptions`.
        cross_references: local number and OCN, or staging number; table `cross_references`.
        files: one row a file, with its kind and its rows: found = loaded + rejected; table `files`.
        issues: what is wrong with rows and files; table `load_issues`.
        raw: by file, what has no table of its own: `record`, and the columns of the file.
    """

    outcomes: pl.DataFrame = field(default_factory=lambda: empty("outcomes"))
    exceptions: pl.DataFrame = field(default_factory=lambda: empty("exceptions"))
    cross_references: pl.DataFrame = field(default_factory=lambda: empty("cross_references"))
    files: pl.DataFrame = field(default_factory=lambda: empty("files"))
    issues: pl.DataFrame = field(default_factory=lambda: empty("load_issues"))
    raw: dict[str, pl.DataFrame] = field(default_factory=dict)


def join_reports(reports: Iterable[Reports]) -> Reports:
    """Several reports, or pieces of one, as one: rows in the order in which they come, issues by file and row."""
    each = list(reports)
    tables = {
        name: pl.concat([empty(table), *(frame for one in each if (frame := getattr(one, name)).height)])
        for name, table in _TABLES.items()
    }
    tables["issues"] = tables["issues"].sort("file", "record", nulls_last=True, maintain_order=True)
    raw: dict[str, list[pl.DataFrame]] = {}
    for one in each:
        for file, frame in one.raw.items():
            raw.setdefault(file, []).append(frame)
    return Reports(**tables, raw={file: pl.concat(frames) for file, frames in raw.items()})


def file_row(
    file: str,
    kind: str,
    lines: LineBlocks,
    *,
    found: int = 0,
    repeated: int = 0,
    rejected: int = 0,
    note: str | None = None,
) -> pl.DataFrame:
    """The row of a file in the `files` table; what is left of the file is read for its hash and size."""
    lines.read_to_end()
    notes = [text for text in (note, lines.problem) if text]
    row = {
        "file": file,
        "kind": kind,
        "sha256": lines.sha256,
        "bytes": lines.bytes,
        "found": found,
        "loaded": found - rejected,
        "repaired": 0,
        "repeated": repeated,
        "rejected": rejected,
        "note": "; ".join(notes) or None,
        "loaded_at": datetime.now(UTC),
    }
    return conform("files", pl.DataFrame([row], schema_overrides={"note": pl.String}))


def listed(source: Input, kind: str, lines: LineBlocks, note: str) -> Reports:
    """A file without rows, with the reason; it stands among the issues too."""
    files = file_row(source.file, kind, lines, note=note)
    return Reports(files=files, issues=issue(source.file, kind, note))


def unreadable(source: Input, problem: str) -> Reports:
    """A file that cannot be opened."""
    digest, size = source.fingerprint()
    row = pl.DataFrame({"file": source.file, "kind": "unreadable", "sha256": digest, "bytes": size, "note": problem})
    zeros = [pl.lit(0).alias(name) for name in ("found", "loaded", "repaired", "repeated", "rejected")]
    files = conform("files", row.with_columns(*zeros, loaded_at=pl.lit(datetime.now(UTC))))
    return Reports(files=files, issues=issue(source.file, "unreadable", problem))
