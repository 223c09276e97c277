"""What reports are read into: the tables of all reports together."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import polars as pl

from ..vocabulary.tables import empty

_TABLES = {
    "outcomes": "outcomes",
    "exceptions": "exceptions",
    "cross_references": "cross_references",
    "files": "files",
    "issues": "load_issues",
}
RAW = "raw_rows"


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


def join_reports(given: Iterable[tuple[str, str, pl.DataFrame]]) -> Reports:
    """Reports as one, from the name of each file, a table, and some of its rows: rows in the order in which they come,
    issues by file and row."""
    of_table: dict[str, list[pl.DataFrame]] = {}
    raw: dict[str, list[pl.DataFrame]] = {}
    for file, table, frame in given:
        if table == RAW:
            raw.setdefault(file, []).append(frame)
        elif frame.height:
            of_table.setdefault(table, []).append(frame)
    tables = {name: pl.concat([empty(table), *of_table.get(table, [])]) for name, table in _TABLES.items()}
    tables["issues"] = tables["issues"].sort("file", "record", nulls_last=True, maintain_order=True)
    return Reports(**tables, raw={file: pl.concat(frames) for file, frames in raw.items()})
