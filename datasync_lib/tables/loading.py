"""From the raw folder to the store: each input is read once, and every file ends in the load log.

An input's part is keyed by content, name, the reader's code and the settings that the reader takes; what is derived from it
by that key and the settings that those tables take. A second load therefore reads only what is new, a changed setting
derives anew without reading a file, and an interrupted load goes on where it stopped.
"""

import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import polars as pl

from .. import readers
from ..code_hash import code_of
from ..errors import InputError
from ..marc import Limits, find_inputs
from ..marc.archives import TarCursor
from ..readers import Given, Reader, Source
from ..settings import Settings
from ..vocabulary.load_log import file_row
from .catalogue_files import KIND as CATALOGUE
from .parts import size_and_time
from .recognising import UNCLEAR, recognise, recognising_depends_on, without_repeats
from .store import Store, key_of

# A piece becomes a Parquet file of each table: larger ones than the reader's own keep their number small.
_PIECE_BYTES = 16_000_000

# What an input is of which nothing is remembered, because it could not be read just now.
UNREAD = "unread"

# Kinds of files of which a person should know.
NEED_A_LOOK = ("unknown", UNCLEAR, "unreadable", "empty", "stub")

# Issues that say that a file has no end.
_BREAKS_OFF = ("unreadable_file", "breaks_off")

Progress = Callable[..., Iterable]


@dataclass(frozen=True)
class LoadedInput:
    """One input as the manifest remembers it: what it is, and the part that its reading gave."""

    file: str
    kind: str
    key: str
    symbol: str | None = None
    collection: str | None = None
    sent_file: str | None = None
    sha256: str = ""
    repeats: str | None = None

    @property
    def reader(self) -> Reader | None:
        """What reads a file of its kind; null for a repeat, and for a kind that is only listed."""
        return readers.READERS.get(self.kind)


def load_folder(raw: Path, store: Store, settings: Settings, *, progress: Progress) -> tuple[list[LoadedInput], int]:
    """Bring everything in a raw folder into parts of the store, reading only what is not there yet.

    Args:
        raw: the folder; it is never written to.
        store: where the parts go. Nothing counts before `Store.commit`.
        settings: what the files are and what is to be read of them.
        progress: a tqdm-like function over the sources.

    Returns:
        The inputs, and how many of them were read now.

    Raises:
        InputError: the folder is missing or has no files.
        StoreError: a part cannot be written.
    """
    found = find_inputs(raw, relative_to=raw, limits=_limits(settings))
    seen = {each.path: size_and_time(each.path) for each in found}
    sources = without_repeats([recognise(each, settings) for each in found])
    inputs = {source.file: _remember(source, settings) for source in sources}
    read = 0
    try:
        for source in progress(sorted(sources, key=_place)):
            each = inputs[source.file]
            if not store.has(each.key):
                read += 1
                of = inputs.get(source.repeats or "")
                check = partial(_must_be_as_found, source, seen[source.input.path], of)
                try:
                    with store.only_if(check):
                        _write(each, _given(source, store, settings, of=of), store, settings)
                except NotAsFound as error:
                    inputs[source.file] = _list_as_unread(source, str(error), store)
    finally:
        TarCursor.release()
    return list(inputs.values()), read


def not_as_loaded(raw: Path, loaded: Iterable[LoadedInput], settings: Settings) -> list[str]:
    """The files of a raw folder that a load would read now: new, changed, or gone since they were loaded; sorted."""
    found = find_inputs(raw, relative_to=raw, limits=_limits(settings))
    sources = without_repeats([recognise(each, settings) for each in found])
    now = {source.file: _remember(source, settings).key for source in sources}
    then = {each.file: each.key for each in loaded}
    TarCursor.release()
    return sorted(file for file in now.keys() | then.keys() if now.get(file) != then.get(file))


class NotAsFound(InputError):
    """A raw file was gone, unreadable or another one between the look at it and its reading."""


def _must_be_as_found(source: Source, seen: tuple[int, int] | None, of: LoadedInput | None) -> None:
    """What was read of a file counts only where all of it could be read, and the file stayed what it was.

    Raises:
        NotAsFound: else; what went wrong may be over at the next load, which must read the file again.
    """
    if of is not None and of.kind == UNREAD:
        raise NotAsFound(f"it has the bytes of {of.file}, which could not be read; load again")
    if source.input.lapses:
        raise NotAsFound(f"it could not be read just now ({source.input.lapses[0]}); load again")
    if size_and_time(source.input.path) != seen:
        raise NotAsFound("it was changed or taken away while it was read; load again")


def _list_as_unread(source: Source, note: str, store: Store) -> LoadedInput:
    """List a file of which nothing is remembered: the next load has another key for it."""
    key = key_of("unread", source.file, time.time_ns())
    with store.write(key) as writer:
        writer.add("files", file_row(source.file, "unreadable", (source.sha256, source.bytes), note))
    return LoadedInput(source.file, UNREAD, key)


def _limits(settings: Settings) -> Limits:
    raw = settings.raw
    return Limits(ratio=raw.largest_expansion, members=raw.most_members, piece_bytes=_PIECE_BYTES)


def _place(source: Source) -> tuple:
    """The order to read in: members as their archive has them, which may be open to the first byte only once; repeats last."""
    return source.repeats is not None, source.input.path, source.input.position or 0


def _remember(source: Source, settings: Settings) -> LoadedInput:
    key = _read_key(source, settings)
    if source.repeats:
        return LoadedInput(source.file, "repeat", key, repeats=source.repeats)
    if source.kind != CATALOGUE:
        return LoadedInput(source.file, source.kind, key)
    sent = (source.symbol, source.collection, source.sent_file)
    return LoadedInput(source.file, source.kind, key, *sent, sha256=source.sha256)


def _read_key(source: Source, settings: Settings) -> str:
    # What the limits cut off shows in the hash of the bytes, or in the note.
    known = [source.kind, source.file, source.sha256, source.note, source.symbol, source.as_of]
    reader = readers.READERS.get(source.kind)
    return key_of("read", known, reader and [code_of(*reader.code), reader.depends_on(settings, source.file)])


def derived_key(each: LoadedInput, settings: Settings) -> str | None:
    """The key of the part with the tables that are derived of an input; null when its reader derives none."""
    derived = each.reader and each.reader.derived
    if not derived:
        return None
    return key_of("derived", code_of(*derived.code), each.key, derived.depends_on(settings, each.file))


def reading_depends_on(inputs: Iterable[LoadedInput], settings: Settings) -> str:
    """A name for the settings by which files are recognised and read: a change of it takes effect with the next load only."""
    by_file = {i.file: i.reader.depends_on(settings, i.file) for i in inputs if i.reader}
    return key_of(recognising_depends_on(settings), by_file)


def _given(source: Source, store: Store, settings: Settings, *, of: LoadedInput | None) -> Given:
    """What an input gives to the tables; `of` is the input that it repeats."""
    reader = readers.READERS.get(source.kind)
    if of is not None:
        yield "files", _repeat_row(source, store.read("files", of.key).collect())
    elif reader is None:
        yield "files", file_row(source.file, source.kind, (source.sha256, source.bytes), source.note)
    else:
        yield from reader.read(source, settings)


def _repeat_row(source: Source, original: pl.DataFrame) -> pl.DataFrame:
    return original.with_columns(
        file=pl.lit(source.file), repeated=pl.col("loaded"), note=pl.lit(source.note), loaded_at=datetime.now(UTC)
    )


def _write(each: LoadedInput, given: Given, store: Store, settings: Settings) -> None:
    """Write what a reader gives, while it gives it, into the part of the input and that of what is derived from it."""
    key = derived_key(each, settings)
    with ExitStack() as open_parts:
        read = open_parts.enter_context(store.write(each.key))
        derived = open_parts.enter_context(store.write(key)) if key else read
        open_parts.enter_context(closing(given))
        for name, content in given:
            if isinstance(content, bytes):
                read.append_bytes(name, content)
            elif key and name in each.reader.derived.tables:
                derived.add(name, content)
            else:
                read.add(name, content)


def files_that_break_off(store: Store) -> list[str]:
    """The files that were read only up to a break, by name."""
    read = store.scan("files").filter(pl.col("kind") != "unreadable").select("file", last=pl.col("found") - 1)
    # A file that was cut off has a last record without an end.
    is_cut = pl.col("code").is_in(["cut_off", "no_terminator"]) & (pl.col("record") == pl.col("last"))
    broken = store.scan("load_issues").join(read, on="file").filter(pl.col("code").is_in(_BREAKS_OFF) | is_cut)
    return sorted(broken.select("file").unique().collect()["file"])
