"""What there is to ask for, in words: every table and every result, what it says, needs and is split by.

All of it is taken from where it is said already: docstrings, schemas, and the registry of analyses.
"""

import inspect
import sys
from collections.abc import Iterator
from functools import cache

import polars as pl

from ..analysis.registry import ANALYSES, Analysis
from ..analysis.values import VALUES
from ..vocabulary.tables import KEPT, TABLES
from .dictionary import columns, returns_of
from .views import VIEWS

_SCHEMAS = TABLES | KEPT

_HEAD = """# The analyses

Made from the registry by `make analyses`; a test holds this page and the picture to it. Each analysis is a function that says
what it gives and whose parameters name what it needs: tables, frames of other analyses, findings of a problem, values of the
settings. What has something in the last column goes share by share of that column, so that memory depends on the
size of a share and not on that of the catalogue. `project.analysis.<name>` gives each of them, `project.sql` knows them as
tables, and `datasync tables NAME` says what its columns mean.

![tables on the left, frames by area, findings on the right](pictures/analyses.svg)
"""


def first_line(thing: object) -> str:
    """The first line of a docstring."""
    return (inspect.getdoc(thing) or "").partition("\n")[0]


@cache
def areas() -> dict[str, list[Analysis]]:
    """The analyses by the module that they stand in, in the order in which they are registered."""
    found: dict[str, list[Analysis]] = {}
    for analysis in ANALYSES.values():
        found.setdefault(analysis.function.__module__, []).append(analysis)
    return found


def title_of(area: str) -> str:
    """What a module of analyses is about."""
    return first_line(sys.modules[area]).partition(" (")[0].rstrip(".:")


def page_of_analyses() -> str:
    """docs/analyses.md: each frame with the question that it answers, what it needs, and by what it is split."""
    return "\n".join([_HEAD, *(line for area in areas() for line in _section(area))])


def _section(area: str) -> Iterator[str]:
    yield f"## {title_of(area)}\n\n`{area.replace('.', '/')}.py`\n"
    yield "| gives | which says | needs | shares of |"
    yield "|---|---|---|---|"
    for analysis in areas()[area]:
        name = f"finding `{analysis.name}`" if analysis.finds else f"`{analysis.name}`"
        needs = ", ".join(f"`{need}`" for need in analysis.needs)
        split = ", ".join(dict.fromkeys(f"`{column}`" for column in analysis.by.values()))
        yield f"| {name} | {first_line(analysis.function)} | {needs} | {split} |"
    yield ""


def every_table() -> pl.DataFrame:
    """The tables, results and views by name: name, kind (table, result, findings or view), says."""
    tables = [(name, "table", first_line(_SCHEMAS[name])) for name in sorted(_SCHEMAS)]
    results = [
        (name, "findings" if ANALYSES[name].finds else "result", first_line(ANALYSES[name].function))
        for name in sorted(ANALYSES)
    ]
    views = [(name, "view", VIEWS[name].says) for name in sorted(VIEWS)]
    return pl.DataFrame([*tables, *results, *views], schema=["name", "kind", "says"], orient="row")


def data_dictionary() -> pl.DataFrame:
    """Every column of every table, result and view: name, kind, column_name, type, meaning."""
    return pl.concat(
        columns(name).select(
            pl.lit(name).alias("name"),
            pl.lit(kind).alias("kind"),
            pl.col("column").alias("column_name"),
            "type",
            "meaning",
        )
        for name, kind in every_table().select("name", "kind").iter_rows()
    )


def description(name: str) -> str:
    """One table or result in full: what it says, its columns, and what it is made from.

    Raises:
        StoreError: there is none of this name.
    """
    described = columns(name)
    if name in _SCHEMAS or name in VIEWS:
        says = VIEWS[name].says if name in VIEWS else first_line(_SCHEMAS[name])
        return "\n".join([f"{name}: {says}", "", *_lines(described)])
    heading = "columns of findings:" if ANALYSES[name].finds else "columns:"
    return "\n".join([_result(ANALYSES[name]), "", heading, *_lines(described)])


def _lines(described: pl.DataFrame) -> Iterator[str]:
    names, types = (described[column].str.len_chars().max() for column in ("column", "type"))
    for name, type_, meaning in described.iter_rows():
        yield f"  {name:<{names}}  {type_:<{types}}  {meaning or ''}".rstrip()


def _result(analysis: Analysis) -> str:
    """What an analysis gives, as its docstring says it."""
    values = [need for need in analysis.needs if need in VALUES]
    frames = [need for need in analysis.needs if need not in VALUES]
    lines = [f"{analysis.name}: {first_line(analysis.function)}", "", returns_of(analysis.name), ""]
    lines += [f"made from: {', '.join(frames)}"] if frames else []
    lines += [f"settings: {', '.join(values)}"] if values else []
    return "\n".join(lines)
