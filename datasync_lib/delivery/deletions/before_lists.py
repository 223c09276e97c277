"""The list from before a deletion, kept in decisions/ with its hash: nothing else can undo what OCLC has done (practice.md 6.3).

It is written once, from the tables, and never again: its record says of which files of the raw folder it is.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from ...errors import InputError
from ...identifiers.symbols import encode_symbol
from ...spreadsheets.safe_text import for_people
from ...workbooks.record_lines import read_lines
from ...workbooks.records import add_lines
from ...workbooks.replacing import free_path, replacing
from .state import State

RECORD = "before_lists.jsonl"
FOLDER = "before_lists"
_COLUMNS = ("symbol", "ocn", "as_of", "title", "author", "date", "numbers", "format", "file", "record")


@dataclass(frozen=True)
class Archived:
    """A list in decisions/: its path there, rows, hash, and whether the file still has that hash."""

    file: str
    rows: int
    sha256: str
    is_whole: bool


def list_files(state: State) -> pl.DataFrame:
    """The raw files that the list is in, with their hashes: file, sha256; sorted."""
    named = state.held["file"].unique().sort()
    return state.files.filter(pl.col("file").is_in(named.implode())).select("file", "sha256").sort("file")


def archived_list(state: State) -> Archived | None:
    """The archived list by which numbers go; null: it is not there yet."""
    sources = _sources(state)
    for line in reversed(read_lines(state.decisions / RECORD)):
        if (line["symbol"], line["as_of"], line["sources"]) == (state.symbol, str(state.list_day), sources):
            path = state.decisions / line["file"]
            is_whole = path.is_file() and sha256_of(path) == line["sha256"]
            return Archived(line["file"], line.get("rows", 0), line["sha256"], is_whole)
    return None


def archive_list(state: State) -> Archived:
    """Keep the list by which numbers go; one that is kept already stays as it is, even where somebody has changed it.

    Raises:
        InputError: no list of the symbol is loaded.
        OutputError: it cannot be written.
    """
    if found := archived_list(state):
        return found
    if state.held.is_empty():
        raise InputError(f"no list of {state.symbol} is loaded: put one into the raw folder and load")
    rows = state.newest_list.select(_COLUMNS).collect().sort("file", "record", "ocn")
    day = f"{state.list_day:%Y%m%d}" if state.list_day else "of_no_day"
    path = free_path(state.decisions / FOLDER / f"{encode_symbol(state.symbol)}_{day}.csv")
    with replacing(path) as beside:
        for_people(rows).write_csv(beside)
    file, sha256 = path.relative_to(state.decisions).as_posix(), sha256_of(path)
    line = {"symbol": state.symbol, "as_of": str(state.list_day), "file": file, "sha256": sha256}
    add_lines(state.decisions / RECORD, [{**line, "rows": rows.height, "sources": _sources(state)}])
    return Archived(file, rows.height, sha256, is_whole=True)


def _sources(state: State) -> list[list[str]]:
    return [list(row) for row in list_files(state).iter_rows()]


def sha256_of(path: Path) -> str:
    """The hash of a file's bytes, in hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
