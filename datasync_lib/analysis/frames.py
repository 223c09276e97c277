"""The door for frames: an analysis takes Polars, pandas or Arrow, and works on Polars inside."""

import functools
import inspect
from collections.abc import Callable, Collection
from typing import Any

import narwhals as nw
import polars as pl

from ..vocabulary.tables import TABLES, empty

# Frames that analyses hand to each other: the tables whose columns they keep.
_DERIVED = {
    "placed": ("holdings", "location_map", "links"),
    "leads": ("findings",),
    "terminals": ("concordance",),
    "last": ("outcomes",),
    "history": ("outcomes",),
    "classes": ("outcomes", "worldcat_records"),
    "texts": ("worldcat_records",),
}


def as_polars(frame: Any, table: str | None = None) -> pl.DataFrame:
    """A Polars frame of any frame that Narwhals knows (Polars eager or lazy, pandas, Arrow).

    Args:
        frame: the frame.
        table: its columns of the same name get the types of this table, or of the tables that a frame of this name is
            derived from; pandas forgets the type of an empty column, and makes floats of whole numbers beside a gap.
    """
    if isinstance(frame, pl.DataFrame):
        return frame
    if isinstance(frame, pl.LazyFrame):
        return frame.collect()
    polars = nw.from_native(frame, eager_only=True).to_polars()
    if table is None:
        return polars
    types = {name: type_ for one in _DERIVED.get(table, (table,)) for name, type_ in empty(one).schema.items()}
    typed = polars.with_columns(pl.col(name).cast(types[name]) for name in polars.columns if name in types)
    return _with_whole_numbers(typed, types) if table in _DERIVED else typed


def _with_whole_numbers(frame: pl.DataFrame, types: Collection[str]) -> pl.DataFrame:
    """Numbers that an analysis has worked out, and pandas has made floats of because of a gap, are whole again."""
    floats = frame.select(pl.selectors.float().exclude(*types))
    whole = [series.name for series in floats if _is_whole(series)]
    return frame.with_columns(pl.col(whole).fill_nan(None).cast(pl.Int64))


def _is_whole(series: pl.Series) -> bool:
    known = series.fill_nan(None).drop_nulls()
    return bool((known == known.floor()).all())


def _is_frame(value: Any) -> bool:
    return isinstance(value, pl.DataFrame | pl.LazyFrame) or (hasattr(value, "columns") and not isinstance(value, type))


def takes_any_frame(function: Callable) -> Callable:
    """Lets a function on Polars frames take pandas and lazy frames too; a parameter named as a table gets its types."""
    names = inspect.signature(function)

    @functools.wraps(function)
    def at_the_door(*args, **kwargs):
        given = names.bind(*args, **kwargs)
        for name, value in given.arguments.items():
            if _is_frame(value):
                given.arguments[name] = as_polars(value, name if name in TABLES or name in _DERIVED else None)
        return function(*given.args, **given.kwargs)

    return at_the_door
