"""What a reader is: a function for a kind of file, which yields the frames that go into the tables.

    @reads("current_numbers", recognises=is_current_numbers, maximum="ocn.maximum")
    def read_current_numbers(source: Source, *, maximum: int) -> Given:
        ...
        yield "concordance", edges
        yield "files", file_row(...)

A reader takes the source and, by keyword, the values of the settings that it uses, and no others. From them the load
knows when a file has to be read again; nothing else has to be told of a reader anywhere. It yields a table as often as it
likes, a piece of the file at a time, so that a file of any size takes little memory, and one row of `files`.
"""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from types import ModuleType
from typing import Any

import polars as pl
from pydantic_core import to_jsonable_python

from .marc import Input
from .settings import Settings

_DAY = re.compile(
    r"(?<!\d)(20\d{2})-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])"
    r"(?:T?([01]\d|2[0-3])(?:([0-5]\d)(?:([0-5]\d)(?:\d{3})?)?)?)?(?!\d)"
)

# A table with some of its rows; or a file of the part, such as the records that nobody could read, with some of its bytes.
Given = Iterator[tuple[str, pl.DataFrame | bytes]]

# A value of the settings: its path in them, or what finds it for a file of this name.
Need = str | Callable[[Settings, str], object]

# Whether a file is of a kind, by its path in the raw folder and its first bytes.
Recognises = Callable[[str, bytes], bool]


@dataclass(frozen=True)
class Source:
    """One input with what is known of it before it is read.

    Attributes:
        input: the file, or the member of an archive.
        kind: what it is taken for, and so which reader reads it.
        sha256: hash of its bytes, decompressed.
        bytes: how many they are.
        symbol: whose holdings they are, for a list of WorldCat's; under which it was sent, for an upload.
        as_of: the day of a list of WorldCat's.
        collection: the collection that it was sent to, for an upload.
        sent_file: its own name, as OCLC's reports repeat it, for an upload.
        note: what there is to say of it already.
        repeats: the input that has the same bytes.
    """

    input: Input
    kind: str = "unknown"
    sha256: str = ""
    bytes: int = 0
    symbol: str | None = None
    as_of: date | None = None
    collection: str | None = None
    sent_file: str | None = None
    note: str | None = None
    repeats: str | None = None

    @property
    def file(self) -> str:
        """The path in the raw folder."""
        return self.input.file


@dataclass(frozen=True)
class Step:
    """What is done with a file, and what that depends on.

    Attributes:
        needs: the values of the settings, by the name of the keyword that takes them.
        code: the functions whose code it is.
    """

    needs: Mapping[str, Need]
    code: tuple[Callable, ...]

    def values(self, settings: Settings, file: str) -> dict[str, object]:
        """The values for a file of this name."""
        return {
            name: reduce(getattr, need.split("."), settings) if isinstance(need, str) else need(settings, file)
            for name, need in self.needs.items()
        }

    def depends_on(self, settings: Settings, file: str) -> dict[str, Any]:
        """The same in a form in which it can be kept and compared; what has no order is sorted."""
        values = self.values(settings, file)
        return to_jsonable_python({n: sorted(v) if isinstance(v, frozenset) else v for n, v in values.items()})


@dataclass(frozen=True)
class Derived(Step):
    """Tables that are made of what was read, on the way; a change of what they need makes them anew, from the store."""

    tables: frozenset[str]


@dataclass(frozen=True)
class Reader(Step):
    """The function that reads a kind of file.

    Attributes:
        kind: the kind.
        function: takes a source, and by keyword each of the needs.
        derived: what it makes of that on the way.
        recognises: whether a file is of this kind; without it a name or the settings say so.
    """

    kind: str
    function: Callable[..., Given]
    derived: Derived | None = None
    recognises: Recognises | None = None

    def read(self, source: Source, settings: Settings) -> Given:
        """What the function gives for a source."""
        steps = (self, self.derived) if self.derived else (self,)
        return self.function(source, **{k: v for step in steps for k, v in step.values(settings, source.file).items()})


READERS: dict[str, Reader] = {}


def reads(
    kind: str,
    *,
    recognises: Recognises | None = None,
    code: tuple[Callable, ...] = (),
    derived: Derived | None = None,
    **needs: Need,
) -> Callable[[Callable[..., Given]], Callable[..., Given]]:
    """Make a function the reader of a kind of file.

    Args:
        kind: the kind, as the load log shows it.
        recognises: whether a file is of this kind.
        code: the functions whose code decides what is read, where the function's own module does more than read.
        derived: which of the tables are made of the others.
        **needs: for each keyword of the function, the value of the settings that it takes.

    Raises:
        TypeError: the keywords of the function are others, or the kind has its reader already.
    """

    def register(function: Callable[..., Given]) -> Callable[..., Given]:
        parameters = inspect.signature(function).parameters.values()
        keywords = {each.name for each in parameters if each.kind is inspect.Parameter.KEYWORD_ONLY}
        told = {*needs, *(derived.needs if derived else ())}
        if keywords != told:
            raise TypeError(f"{function.__name__} takes {sorted(keywords)}, and is given {sorted(told)}")
        if kind in READERS:
            raise TypeError(f"{kind} is read by {READERS[kind].function.__name__} already")
        READERS[kind] = Reader(needs, code or (function,), kind, function, derived, recognises)
        return function

    return register


def find_readers(rooms: Iterable[ModuleType]) -> None:
    """Let every module of some rooms register its readers: a new one is found because it is there."""
    for room in rooms:
        for module in pkgutil.iter_modules(room.__path__):
            importlib.import_module(f"{room.__name__}.{module.name}")


def recognised_kind(file: str, start: bytes) -> str | None:
    """The kind whose reader takes a file for its own; null when none does."""
    return next((each.kind for each in READERS.values() if each.recognises and each.recognises(file, start)), None)


def date_in_name(file: str) -> date | None:
    """The day that stands in a file's name as YYYYMMDD or YYYY-MM-DD, the latest one when there are several."""
    found = moment_in_name(file)
    return found[0].date() if found else None


def moment_in_name(file: str) -> tuple[datetime, bool] | None:
    """The day in a file's name, and the time that may follow it (HH, HHMM or HHMMSS, after a T or none); the latest one.

    Returns:
        When it was, and whether it is known to the day only; None: there is no day in the name.
    """
    moments = []
    for year, month, day, hour, minute, second in _DAY.findall(file):
        try:
            moment = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0))
        except ValueError:
            continue
        moments.append((moment, not hour))
    return max(moments, default=None)
