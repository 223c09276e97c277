"""The analyses by what they give: a function says the name of its frame, its parameters name what it needs.

That is all the wiring. `results/` works out in which order, keeps what was worked out, and splits what is large:

    @gives("lead_units", by="mms_id")
    def lead_units(*, placed_holdings: pl.LazyFrame) -> pl.DataFrame: ...

    @finds("brief_record", by="mms_id")
    def find_brief_records(*, bibs: pl.LazyFrame, lead_units: pl.LazyFrame) -> Found: ...

A parameter is a table, a frame that another analysis gives, the code of a problem (its findings), or a value of the
settings (`values.py`). Another one that has a default is an option for whoever calls the function by hand. `by` says that the
work can go share by share: each frame named in it is split by the column, and the rows of one key are always together;
the others come whole. `together` makes the whole of what the shares gave, where that is more than one below the other.

Whoever calls an analysis by hand may hand in any frame that Narwhals knows (Polars eager or lazy, pandas, Arrow): a
parameter is given as its annotation says.
"""

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from ..settings import Settings
from ..vocabulary.tables import empty
from .findings import Found
from .frames import as_polars, at_the_door, frame_wanted
from .values import VALUES

Together = Callable[[pl.DataFrame], pl.DataFrame]


@dataclass(frozen=True)
class Analysis:
    """One analysis: the name of what it gives, the function, what it needs, and how it can be split.

    Attributes:
        name: of the frame, or the code of the problem.
        function: the function as it was written: of shares, where it is split.
        needs: names of tables, frames, problems and values.
        by: frame -> the column that splits it; empty: all at once.
        together: the whole from the shares' frames, one below the other; None: that is the whole.
        finds: it gives findings and evidence.
    """

    name: str
    function: Callable
    needs: tuple[str, ...]
    by: Mapping[str, str] = field(default_factory=dict)
    together: Together | None = None
    finds: bool = False


# Every analysis, by the name of what it gives. `analysis/__init__.py` imports the modules, which register theirs.
ANALYSES: dict[str, Analysis] = {}


def gives(name: str, *, by: str | Mapping[str, str] | None = None, together: Together | None = None) -> Callable:
    """Register a function as the one that gives the frame of this name.

    Args:
        name: of the frame, one for notebooks, SQL, parameters and documentation alike.
        by: a column by which every frame among the parameters is split, or frame -> column for those that are.
        together: the whole from what the shares gave; None: one below the other.
    """
    return _registers(name, by=by, together=together, finds=False)


def finds(problem: str, *, by: str | Mapping[str, str] | None = None) -> Callable:
    """Register a function as the one that finds a problem; `by` as for `gives`."""
    return _registers(problem, by=by, together=None, finds=True)


def _registers(name: str, *, by: str | Mapping[str, str] | None, together: Together | None, finds: bool) -> Callable:
    def register(function: Callable) -> Callable:
        _is_new(name, function)
        inner = at_the_door(function)
        needs = needed_by(function)
        frames = _frames_of(function)
        split = dict.fromkeys(frames, by) if isinstance(by, str) else dict(by or {})
        ANALYSES[name] = Analysis(name, inner, needs, split, together, finds)
        if together is None:
            return inner

        @functools.wraps(inner)
        def whole(**given):
            return together(inner(**given))

        return whole

    return register


def _is_new(name: str, function: Callable) -> None:
    if name in ANALYSES:
        raise ValueError(f"{name} is given twice: by {ANALYSES[name].function.__name__} and {function.__name__}")


def gather(name: str, function: Callable, parts: Sequence[str], *, by: str) -> None:
    """Register a frame made of several others, such as all claims: the function takes each of them by its name.

    Args:
        name: of the frame.
        function: takes any number of lazy frames as keywords.
        parts: the names of the frames.
        by: the column by which each of them is split.
    """
    _is_new(name, function)
    ANALYSES[name] = Analysis(name, _lazily(function), tuple(parts), dict.fromkeys(parts, by))


def _lazily(function: Callable) -> Callable:
    @functools.wraps(function)
    def of_lazy_frames(**frames):
        return function(**{name: as_polars(frame, name).lazy() for name, frame in frames.items()})

    return of_lazy_frames


def needed_by(function: Callable) -> tuple[str, ...]:
    """The parameters that are wired: those without a default, and those that are values of the settings."""
    parameters = inspect.signature(function).parameters.values()
    return tuple(p.name for p in parameters if p.default is inspect.Parameter.empty or p.name in VALUES)


def _frames_of(function: Callable) -> list[str]:
    parameters = inspect.signature(function).parameters.values()
    return [p.name for p in parameters if frame_wanted(p.annotation)]


def work_out(name: str, **given: Any) -> Any:
    """What an analysis gives for frames at hand; what it needs of other analyses is worked out on the way, all at once.

    Args:
        name: of the frame, or the code of the problem.
        given: tables, frames and values by their names. A table that is not given is empty, a value that is not given is
            that of settings that say nothing.

    Returns:
        The frame, or findings and evidence.
    """
    return _resolve(name, dict(given))


def _resolve(name: str, known: dict[str, Any]) -> Any:
    if name not in known:
        if name in VALUES:
            known[name] = VALUES[name](Settings(), lambda table: _as_given(table, known).lazy())
        elif name not in ANALYSES:
            known[name] = _as_given(name, known)
        else:
            analysis = ANALYSES[name]
            found = analysis.function(**{need: _frame_of(_resolve(need, known)) for need in analysis.needs})
            known[name] = analysis.together(found) if analysis.together else found
    return known[name]


def _frame_of(thing: Any) -> Any:
    """Of findings and evidence, the findings."""
    return thing.findings if isinstance(thing, Found) else thing


def _as_given(name: str, known: dict[str, Any]) -> pl.DataFrame:
    table = name.removeprefix("all_").removeprefix("earlier_").removeprefix("later_")
    return known[table] if table in known else empty(_FIELDS_OF.get(table, table))


# Frames of subfields that `results/` takes out of the table for the analyses of fields.
_FIELDS_OF = dict.fromkeys(
    ("script_fields", "commitment_fields", "host_fields", "linked_fields", "lhr_fields"), "subfields"
)
