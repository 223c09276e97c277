"""Reading of the records in `decisions/`, whatever became of them in an editor: a damaged line costs itself, and is told.

What is read in spite of something odd (another encoding, a time without its zone, a line that is there twice) is told as well.
"""

import codecs
import json
import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import dataframely as dy
import polars as pl

from ..errors import StoreError
from ..marc.wide_text import wide_encoding
from .record_forms import FORMS, PLACE_IN_FILE, Form

VERSION = 1

# Within a line of ours every line end is written with a backslash.
_LINE_END = re.compile(rb"\r\n|\r|\n")
_LOST = "\ufffd"
_MOST_TOLD = 10
_WORDS = {str: "a text", int: "a whole number", bool: "true or false", list: "a list", datetime: "a moment"}
_INT64 = range(-(1 << 63), 1 << 63)


@dataclass(frozen=True)
class Fault:
    """What is wrong with a line of a record, as people count lines; whether the line was read all the same."""

    line: int
    what: str
    is_read: bool = False

    def __str__(self) -> str:
        return f"line {self.line}{' was read' if self.is_read else ''}: {self.what}"


class _Unusable(ValueError):
    """A line that is none of its record; the message says why."""


def read_lines(path: Path) -> list[dict]:
    """The lines of a record, oldest first, each with its place in the file (`record`, from 0); a missing file has none.

    What is wrong with others is told as a warning.

    Raises:
        StoreError: the record cannot be opened, or a line is of a newer version of this program.
    """
    lines, faults = read_record(path)
    if faults:
        warnings.warn(in_words(path, faults), stacklevel=2)
    return lines


def read_frame(path: Path, schema: type[dy.Schema]) -> pl.DataFrame:
    """The lines of a record as a frame of its schema, oldest first; see `read_lines`."""
    types = schema.create_empty().schema
    return pl.DataFrame([{name: line.get(name) for name in types} for line in read_lines(path)], schema=types)


def record_faults(folder: Path) -> dict[Path, list[Fault]]:
    """What is wrong with the records of a `decisions` folder: by the file, its faults."""
    found = {folder / name: read_record(folder / name)[1] for name in FORMS}
    return {path: faults for path, faults in found.items() if faults}


def in_words(path: Path, faults: list[Fault]) -> str:
    """What is wrong with a record in one line: where, what, and the way out."""
    lost = [fault for fault in faults if not fault.is_read]
    told = "; ".join(map(str, sorted(faults, key=lambda fault: fault.is_read)[:_MOST_TOLD]))
    more = f"; and {len(faults) - _MOST_TOLD:,} more lines" if len(faults) > _MOST_TOLD else ""
    lines = f"{len(lost):,} line{'s'[len(lost) == 1 :]} could not be read"
    do = f"mend {'it' if len(lost) == 1 else 'them'}, or copy from {path.parent / 'backup'} what is missing; all others count"
    return f"{path}: {f'{lines} ({told}{more}); {do}' if lost else f'{told}{more}; save it as UTF-8, or leave it'}"


def read_record(path: Path) -> tuple[list[dict], list[Fault]]:
    """The lines of a record, and what is wrong with it.

    Raises:
        StoreError: the record cannot be opened, or a line is of a newer version of this program.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return [], []
    except OSError as error:
        raise StoreError(f"{path} cannot be read ({error}); see that it is a file that you may read") from None
    lines, faults, seen = [], [], {}
    for number, text, odd in _texts(data):
        if not text.strip():
            continue
        try:
            line, notes = _parsed(text, FORMS[path.name])
        except _Unusable as error:
            faults.append(Fault(number, str(error)))
            continue
        if _version(line) > VERSION:
            raise StoreError(
                f"{path}, line {number}: it was written by a newer version of this program ({line['version']}): use that one"
            )
        faults += [Fault(number, what, is_read=True) for what in (*odd, *notes)]
        first = seen.setdefault(json.dumps(line, sort_keys=True, default=str), number)
        if first == number:
            lines.append({**line, PLACE_IN_FILE: number - 1})
        else:
            faults.append(Fault(number, f"it says the same as line {first}, and counts once", is_read=True))
    return lines, faults


def as_utf8(data: bytes) -> bytes | None:
    """A record that an editor has saved with two or four bytes a letter; None: it can be gone on with as it is."""
    encoding = wide_encoding(data)
    return None if encoding is None else data.decode(encoding, "replace").removeprefix("\ufeff").encode()


def _texts(data: bytes) -> Iterator[tuple[int, str, list[str]]]:
    """The lines with their numbers, and what is odd about the coding of each."""
    wide = as_utf8(data)
    lines = _LINE_END.split((data if wide is None else wide).removeprefix(codecs.BOM_UTF8))
    for number, line in enumerate(lines, start=1):
        try:
            yield number, line.decode().removeprefix("\ufeff"), []
        except UnicodeDecodeError:
            yield number, line.decode("cp1252", "replace"), ["it is not UTF-8, and was taken for Windows-1252"]


def _parsed(text: str, form: Form) -> tuple[dict, list[str]]:
    """A line by its form, and what is odd about it.

    Raises:
        _Unusable: it is none of the record.
    """
    if _LOST in text:
        raise _Unusable("letters of it are lost")
    try:
        line = json.loads(text, object_pairs_hook=_once)
    except _Unusable:
        raise
    except json.JSONDecodeError as error:
        raise _Unusable(f"it is not JSON ({error.msg}, at letter {error.pos + 1})") from None
    except (ValueError, RecursionError):
        raise _Unusable("it is not JSON of ours") from None
    if not isinstance(line, dict):
        raise _Unusable("it is no object")
    if _version(line) > VERSION:
        return line, []
    if unknown := sorted(line.keys() - form.keys() - {"version", PLACE_IN_FILE}):
        raise _Unusable(f"it has «{unknown[0][:40]}», which is no key of this record")
    for name, kind in form.items():
        if not _is_of(line.get(name), kind):
            raise _Unusable(_wanted(name, kind, line.get(name)))
    notes: list[str] = []
    moments = {name: _moment(name, line[name], notes) for name, kind in form.items() if kind is datetime}
    return line | moments, notes


def _once(pairs: Iterable[tuple[str, object]]) -> dict:
    line: dict[str, object] = {}
    for key, value in pairs:
        if key in line:
            raise _Unusable(f"it has «{key[:40]}» twice")
        line[key] = value
    return line


def _version(line: dict) -> int:
    version = line.get("version", VERSION)
    if not isinstance(version, int) or isinstance(version, bool):
        raise _Unusable(_wanted("version", int, version))
    return version


def _is_of(value: object, kind: object) -> bool:
    if kind is datetime:
        return isinstance(value, str)
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        return False
    if isinstance(value, str):
        # Half of a letter of two halves is no text; where a text is wanted, an empty one says nothing.
        return (bool(value.strip()) or kind is not str) and not any("\ud800" <= sign <= "\udfff" for sign in value)
    return not isinstance(value, int) or value in _INT64


def _wanted(name: str, kind: object, value: object) -> str:
    words = next(words for type_, words in _WORDS.items() if kind == type_ or kind == type_ | None)
    if value is None or value == "":
        return f"it does not say «{name}»"
    shown = json.dumps(value, ensure_ascii=True)
    return f"«{name}» is {shown[:40]}{'…' if len(shown) > 40 else ''}, where {words} is wanted"


def _moment(name: str, value: str, notes: list[str]) -> datetime:
    try:
        moment = datetime.fromisoformat(value.strip())
        if moment.tzinfo is None:
            notes.append(f"«{name}» has no time zone, and was taken for UTC")
            return moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise _Unusable(_wanted(name, datetime, value)) from None
