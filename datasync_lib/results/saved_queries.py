"""Queries with a name, a title and values to fill in: those that come with the program, and those in `queries/` of a project.

A saved query is a file `queries/<name>.sql`. The comments at its head say what it asks and what it leaves open:

    -- Which bibs of a unit …?
    -- $unit: one unit; empty: all
    -- $rows = 20: how many lines
    SELECT … WHERE $unit IN ('', unit) LIMIT $rows::INTEGER

A value is bound, and never becomes part of the query; it is text, empty where the head says nothing else.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

import polars as pl

from ..errors import InputError

FOLDER = "queries"
_LEFT_OPEN = re.compile(r"\$(\w+)\s*(?:=([^:]*))?:(.*)")


@dataclass(frozen=True)
class SavedQuery:
    """A query that has a name.

    Attributes:
        name: the file's, without its ending.
        title: what it asks, in words.
        text: the SQL, with its head.
        defaults: what it leaves open -> the value where none is given.
        meanings: what it leaves open -> what that is.
    """

    name: str
    title: str
    text: str
    defaults: Mapping[str, str] = field(default_factory=dict)
    meanings: Mapping[str, str] = field(default_factory=dict)

    def values(self, given: Mapping[str, object]) -> dict[str, object]:
        """Everything that the query leaves open, with the values that are given.

        Raises:
            InputError: it leaves nothing open of such a name.
        """
        if unknown := sorted(set(given) - set(self.defaults)):
            there_are = ", ".join(self.defaults) or "none"
            raise InputError(f"the query {self.name} has no {unknown[0]!r} to set; there are: {there_are}")
        return dict(self.defaults) | dict(given)


def read_saved_queries(folder: Path) -> dict[str, SavedQuery]:
    """The queries of a project by name, sorted: those in its folder, and the ones that come with the program beside them.

    Raises:
        InputError: one of the project is no text, or has no title.
    """
    shipped = {query.name: query for query in map(_read, _shipped())}
    own = {query.name: query for query in map(_read, sorted(folder.glob("*.sql")))}
    return dict(sorted((shipped | own).items()))


def copy_queries(folder: Path) -> None:
    """Give a project its own copy of the queries that come with the program, to change; what is there stays."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in _shipped():
        if not (folder / path.name).exists():
            (folder / path.name).write_text(path.read_text("utf-8"), "utf-8")


def listed(queries: Mapping[str, SavedQuery]) -> pl.DataFrame:
    """The queries as a table: name, title, leaves_open (what can be set, with what it is)."""
    rows = [(q.name, q.title, "; ".join(f"{k}: {v}" for k, v in q.meanings.items())) for q in queries.values()]
    return pl.DataFrame(rows, schema=dict.fromkeys(("name", "title", "leaves_open"), pl.String), orient="row")


def _shipped() -> list[Path]:
    folder = files(__package__.rpartition(".")[0]) / FOLDER
    return sorted((path for path in folder.iterdir() if path.name.endswith(".sql")), key=lambda path: path.name)


def _read(path: Path) -> SavedQuery:
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read ({error}): save it as text in UTF-8") from None
    head = []
    for line in text.splitlines():
        if not line.startswith("--"):
            break
        head.append(line.removeprefix("--").strip())
    name = path.name.removesuffix(".sql")
    if not head or head[0].startswith("$"):
        raise InputError(f"{path} does not say what it asks: begin it with a line such as «-- Which bibs …?»")
    found = [match for line in head[1:] if (match := _LEFT_OPEN.fullmatch(line))]
    defaults = {match[1]: (match[2] or "").strip() for match in found}
    return SavedQuery(name, head[0], text, defaults, {match[1]: match[3].strip() for match in found})
