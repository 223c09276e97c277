"""The door for frames: an analysis takes Polars, pandas or Arrow, and gets what the annotation of its parameter says."""

import functools
import inspect
import typing
from collections.abc import Callable, Mapping
from typing import Any

import narwhals as nw
import polars as pl

from ..vocabulary.tables import TABLES, empty


@functools.cache
def _types_everywhere() -> dict[str, pl.DataType]:
    """The types of the columns that have one and the same type in all tables: those of frames that are worked out too."""
    found: dict[str, set[pl.DataType]] = {}
    for table in TABLES:
        for name, type_ in empty(table).schema.items():
            found.setdefault(name, set()).add(type_)
    return {name: types.pop() for name, types in found.items() if len(types) == 1}


def _types_of(name: str) -> Mapping[str, pl.DataType]:
    return empty(name).schema if name in TABLES else _types_everywhere()


def as_polars(frame: Any, name: str) -> pl.DataFrame:
    """A Polars frame of any frame that Narwhals knows (Polars eager or lazy, pandas, Arrow).

    Args:
        frame: the frame.
        name: of a table, or of a frame that an analysis gives: its columns get the types that they have there, since
            pandas forgets the type of an empty column, and makes floats of whole numbers beside a gap.
    """
    if isinstance(frame, pl.DataFrame):
        return frame
    if isinstance(frame, pl.LazyFrame):
        return frame.collect()
    polars = nw.from_native(frame, eager_only=True).to_polars()
    types = _types_of(name)
    # The columns of another record beside a row are called after those of its table.
    known = {column: types.get(column, types.get(column.removesuffix("_other"))) for column in polars.columns}
    typed = polars.with_columns(pl.col(column).cast(type_) for column, type_ in known.items() if type_ is not None)
    return typed if name in TABLES else _with_whole_numbers(_with_text_lists(typed), types)


def _with_text_lists(frame: pl.DataFrame) -> pl.DataFrame:
    """Lists in which nothing is, are lists of text, as nearly all are that an analysis has worked out."""
    empty_lists = [name for name, type_ in frame.schema.items() if type_ == pl.List(pl.Null)]
    return frame.with_columns(pl.col(empty_lists).cast(pl.List(pl.String)))


def _with_whole_numbers(frame: pl.DataFrame, types: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """Numbers that an analysis has worked out, and pandas has made floats of because of a gap, are whole again."""
    floats = frame.select(pl.selectors.float().exclude(*types))
    whole = [series.name for series in floats if _is_whole(series)]
    return frame.with_columns(pl.col(whole).fill_nan(None).cast(pl.Int64))


def _is_whole(series: pl.Series) -> bool:
    known = series.fill_nan(None).drop_nulls()
    return bool((known == known.floor()).all())


def at_the_door(function: Callable) -> Callable:
    """Lets a function take any frame for the parameters that are annotated as frames, lazy or not as it is written."""
    signature = inspect.signature(function)
    wanted = {
        p.name: p.annotation for p in signature.parameters.values() if p.annotation in (pl.DataFrame, pl.LazyFrame)
    }

    @functools.wraps(function)
    def at_door(*args, **kwargs):
        given = signature.bind(*args, **kwargs)
        for name, annotation in wanted.items():
            if given.arguments.get(name) is not None:
                given.arguments[name] = _as(annotation, given.arguments[name], name)
        return function(*given.args, **given.kwargs)

    return at_door


def frame_wanted(annotation: Any) -> type | None:
    """The kind of frame that an annotation asks for; None: it asks for something else."""
    asked = (annotation, *typing.get_args(annotation))
    return next((kind for kind in (pl.DataFrame, pl.LazyFrame) if kind in asked), None)


def _as(annotation: type, frame: Any, name: str) -> pl.DataFrame | pl.LazyFrame:
    if annotation is pl.LazyFrame:
        return frame if isinstance(frame, pl.LazyFrame) else as_polars(frame, name).lazy()
    return as_polars(frame, name)
