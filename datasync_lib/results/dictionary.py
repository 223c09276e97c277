"""What each column of each table and result means: the one place that `describe`, `datasync tables` and SQL ask.

A table's columns are described in its schema. What an analysis gives is told by the `Returns:` of its docstring, as in
«symbol; ocn (as held); rows: of the list»: what stands in brackets behind a name, or behind a colon, is what it means. A name
with neither means what it means in what the result is made from, else what it means everywhere (`vocabulary/results.py`).
"""

import inspect
import re
from collections.abc import Iterator
from functools import cache

import polars as pl

from ..analysis.findings import Found
from ..analysis.registry import ANALYSES, work_out
from ..errors import StoreError
from ..vocabulary.results import COMMON, ENDINGS
from ..vocabulary.tables import KEPT, TABLES
from .current import EARLIER
from .views import VIEWS

_SCHEMAS = TABLES | KEPT
_of_empty_tables: dict[str, pl.DataFrame | pl.LazyFrame | Found] = {}
_WORDS = {pl.String: "text", pl.Boolean: "yes/no", pl.Datetime: "time", pl.Date: "date", pl.Struct: "several values"}


def columns(name: str) -> pl.DataFrame:
    """The columns of a table, result or view: column, type, meaning (null where nothing says it).

    Raises:
        StoreError: there is none of this name.
    """
    if name.startswith("all_") and name.removeprefix("all_") in _SCHEMAS:
        name = name.removeprefix("all_")
    name = EARLIER[name].table if name in EARLIER else name
    if not is_known(name):
        raise StoreError(f"there is no table {name!r}; «datasync tables» lists those there are")
    meanings = _meanings(name)
    rows = [(column, _type(type_), meanings.get(column)) for column, type_ in _schema(name).items()]
    return pl.DataFrame(rows, schema=dict.fromkeys(("column", "type", "meaning"), pl.String), orient="row")


def is_known(name: str) -> bool:
    """Whether there is a table, result or view of this name."""
    return name in _SCHEMAS or name in ANALYSES or name in VIEWS


@cache
def _schema(name: str) -> pl.Schema:
    """Names and types; of a result those that it has of empty tables."""
    if name in VIEWS:
        return VIEWS[name].schema
    if name in _SCHEMAS:
        return _SCHEMAS[name].create_empty().schema
    for need in ANALYSES[name].needs:
        if need in ANALYSES:
            _schema(need)
    found = _of_empty_tables[name] = work_out(name, **_of_empty_tables)
    return found.findings.schema if isinstance(found, Found) else found.lazy().collect_schema()


def _type(type_: pl.DataType) -> str:
    if isinstance(type_, pl.List):
        return f"list of {_type(type_.inner)}"
    if type_.is_numeric():
        return "number"
    return _WORDS.get(type_.base_type(), str(type_.base_type()).lower())


@cache
def _meanings(name: str) -> dict[str, str]:
    if name in VIEWS:
        return VIEWS[name].meanings
    if name in _SCHEMAS:
        return {column: said.description for column, said in _SCHEMAS[name].columns().items() if said.description}
    if name not in ANALYSES:
        return {}
    if ANALYSES[name].finds:
        return _meanings("findings")
    said = dict(_said_of_columns(returns_of(name), tuple(_schema(name))))
    found = {column: said.get(column) or _inherited(name, column) or _everywhere(column) for column in _schema(name)}
    return {column: text for column, text in found.items() if text}


def returns_of(name: str) -> str:
    """What the docstring of an analysis says of what it gives."""
    text = inspect.getdoc(ANALYSES[name].function) or ""
    return inspect.cleandoc(text.partition("Returns:\n")[2].partition("\n\n")[0])


def _inherited(name: str, column: str) -> str | None:
    """What a column means in the nearest of the things that a result is made from."""
    needs = [need for need in ANALYSES[name].needs if need in _SCHEMAS or need in ANALYSES]
    return next((said for need in needs if column in _schema(need) and (said := _meanings(need).get(column))), None)


def _everywhere(column: str) -> str | None:
    ending = next((text for end, text in ENDINGS.items() if column.endswith(end)), None)
    return COMMON.get(column, ending)


def _said_of_columns(text: str, known: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Names of columns with what stands in brackets right behind them, or behind a colon up to the next semicolon."""
    for part in _parts(" ".join(text.split())):
        names, colon, meaning = re.fullmatch(r"((?:[^:(]|\((?:[^()]|\([^()]*\))*\))*)(:?)(.*)", part).groups()
        behind_colon = re.sub(r"\([^()]*\)", "", names).replace(",", " ").split()
        if colon and behind_colon and set(behind_colon) <= set(known):
            yield from ((name, meaning.strip(" .")) for name in behind_colon)
        for found in re.finditer(r"\b(\w+) \(((?:[^()]|\([^()]*\))*)\)", names):
            if found[1] in known:
                yield found[1], found[2].strip()


def _parts(text: str) -> Iterator[str]:
    """A text cut at the semicolons and ends of sentences that stand outside of brackets."""
    start = depth = 0
    for at, sign in enumerate(text):
        depth = max(0, depth + (sign == "(") - (sign == ")"))
        if not depth and (sign == ";" or text[at : at + 2] in (". ", ".")):
            yield text[start:at].strip()
            start = at + 1
    yield text[start:].strip()
