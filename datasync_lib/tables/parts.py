"""A folder of immutable parts: each is there complete or not at all, and says itself whether it is still whole.

    parts/<key>/<table>-00000.parquet   the frames of the part
    parts/<key>/complete.json           its seal: its key, and each file with bytes, SHA-256 and when it was written

A part's key is a hash of what it was made from. A file that has another size or, where its time is another one, another
hash than the seal says makes the part damaged: it does not count as there, and writing it again takes its place.
"""

import hashlib
import json
import os
import shutil
import stat
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from ..errors import StoreError
from ..vocabulary.tables import conform

SEAL = "complete.json"
_UNFINISHED = ".unfinished"
_NOTED = ("bytes", "sha256", "time")


@dataclass
class PartWriter:
    """Takes the frames of one part, from several threads where they come so; each call writes one numbered Parquet file."""

    folder: Path
    _counts: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, table: str, frame: pl.DataFrame, number: int | None = None) -> None:
        """Write a frame to a table, checked against its schema.

        Args:
            table: its name.
            frame: its rows; nothing is written when there are none.
            number: the place among the frames of the table, where several threads write; else the next one.
        """
        if not frame.is_empty():
            self.put(table, conform(table, frame), number)

    def put(self, name: str, frame: pl.DataFrame, number: int | None = None) -> None:
        """Write any frame under a name; one without rows too, so that its columns are kept.

        Raises:
            StoreError: it cannot be written.
        """
        if number is None:
            with self._lock:
                number = self._counts[name]
                self._counts[name] += 1
        try:
            path = self.folder / f"{name}-{number:05}.parquet"
            frame.write_parquet(path, compression_level=1, row_group_size=100_000)
        except (OSError, pl.exceptions.ComputeError) as error:  # the second is how Polars may tell of a full disk
            raise _not_written(self.folder.parent, error) from error

    def append_bytes(self, name: str, content: bytes) -> None:
        """Add bytes to a file of the part, for instance the rejected records of an input."""
        try:
            with (self.folder / name).open("ab") as file:
                file.write(content)
        except OSError as error:
            raise _not_written(self.folder.parent, error) from error


class Parts:
    """The parts below one folder."""

    def __init__(self, folder: Path):
        self.folder = folder
        self._check: Callable[[], None] | None = None
        # What a seal said when it was last read, with what tells its file from a newer one: most are asked for many times.
        self._seals: dict[str, tuple[tuple[int, ...], dict[str, dict]]] = {}

    def part(self, key: str) -> Path:
        """The folder of a part."""
        return self.folder / key

    def all_keys(self) -> list[str]:
        """The keys of all parts that are there."""
        return [folder.name for folder in self._folders() if not folder.name.endswith(_UNFINISHED)]

    def has(self, key: str) -> bool:
        """Whether the part with this key is there, complete and whole."""
        return self.fault(key) is None

    def fault(self, key: str, *, fully: bool = False) -> str | None:
        """What is wrong with a part, in words; None when it is whole.

        Args:
            key: its key.
            fully: hash every file, not only those whose time is not the one that the seal notes.
        """
        sealed = self._sealed(key)
        if sealed is None:
            return f"its {SEAL} is gone or damaged" if self.part(key).is_dir() else "all of it is gone"
        return self._fault(key, sealed, sealed, fully=fully)

    def seal(self, key: str) -> str | None:
        """A name for the bytes of a part; None where it is not there."""
        sealed = self._sealed(key)
        return None if sealed is None else _seal_of(sealed)

    def files(self, key: str, name: str, seal: str | None = None) -> list[Path]:
        """The Parquet files of a part that hold the frames of this name, in order.

        Args:
            key: the part.
            name: the table, or whatever the frames were put under.
            seal: the one that the part must have; any, when it is not given.

        Raises:
            StoreError: the part is not there, or these files are not as they were written.
        """
        sealed = self._sealed(key)
        if sealed is None or seal not in (None, _seal_of(sealed)):
            raise StoreError(f"{self.part(key)} is gone or damaged: run «datasync load»")
        chosen = [each for each in sorted(sealed) if _name_of(each) == name]
        if fault := self._fault(key, sealed, chosen):
            raise StoreError(f"{self.part(key)} is damaged ({fault}): run «datasync load»")
        return [self.part(key) / each for each in chosen]

    def hashes(self, key: str, name: str) -> list[str]:
        """The hashes of the files that hold the frames of this name, as they were written."""
        sealed = self._sealed(key) or {}
        return [sealed[each]["sha256"] for each in sorted(sealed) if _name_of(each) == name]

    @contextmanager
    def write(self, key: str) -> Iterator[PartWriter]:
        """Write the part with this key: it appears when the block ends well, and not at all otherwise.

        Raises:
            StoreError: it cannot be written.
        """
        unfinished = self.folder / f"{key}.{uuid.uuid4().hex[:12]}{_UNFINISHED}"
        try:
            with self._telling():
                unfinished.mkdir(parents=True)
            yield PartWriter(unfinished)
            if self._check:
                self._check()
            with self._telling():
                files = sorted(unfinished.iterdir())
                _write_seal(unfinished, key, dict(zip([path.name for path in files], _looked_at(files), strict=True)))
                if not self.has(key):
                    _clear(self.part(key))
                    unfinished.rename(self.part(key))
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)

    @contextmanager
    def only_if(self, check: Callable[[], None]) -> Iterator[None]:
        """A part that is written within this block appears only where the check, made at its end, raises nothing."""
        self._check = check
        try:
            yield
        finally:
            self._check = None

    def touch(self, key: str) -> None:
        """The part is in use: `tidy` counts its time from now on."""
        with suppress(OSError):
            os.utime(self.part(key))

    def tidy(self, keep: Collection[str], grace_seconds: float) -> None:
        """Remove what is not to be kept and was not touched for the grace time, and what died unfinished as long ago."""
        limit = time.time() - grace_seconds
        for each in self.folder.glob("*"):
            with suppress(OSError):
                if each.name in keep or each.stat().st_mtime >= limit:
                    continue
                if each.is_dir():
                    shutil.rmtree(each, ignore_errors=True)
                else:
                    each.unlink()  # the lock of one that was made

    def remove_damaged(self, seals: dict[str, str]) -> dict[str, str]:
        """Look every part through, down to the last byte, and remove those that are not whole.

        Args:
            seals: parts that must be there, with the seals that they must have.

        Returns:
            What was wrong with each of them.
        """
        faults = {}
        for key in dict.fromkeys([*seals, *self.all_keys()]):
            fault = self.fault(key, fully=True)
            if fault is None and key in seals and self.seal(key) != seals[key]:
                fault = "it is whole, but another one than was loaded"
            if fault:
                faults[key] = fault
                shutil.rmtree(self.part(key), ignore_errors=True)
        return faults

    def remove_unfinished(self) -> None:
        """Remove what died unfinished; only for whoever is the only writer."""
        for folder in self._folders():
            if folder.name.endswith(_UNFINISHED):
                shutil.rmtree(folder, ignore_errors=True)

    def _folders(self) -> list[Path]:
        return sorted(folder for folder in self.folder.glob("*") if folder.is_dir())

    def _sealed(self, key: str) -> dict[str, dict] | None:
        """The files of a part by their seal; None where it has none that can be read."""
        path = self.part(key) / SEAL
        try:
            found = path.stat()
            now = (found.st_ino, found.st_size, found.st_mtime_ns)
            before, files = self._seals.get(key, (None, None))
            if before == now:
                return files
            seal = json.loads(path.read_text("utf-8"))
            files = {name: {what: noted[what] for what in _NOTED} for name, noted in seal["files"].items()}
            if seal["key"] != key:
                return None
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            return None
        self._seals[key] = now, files
        return files

    def _fault(self, key: str, sealed: dict[str, dict], names: Iterable[str], *, fully: bool = False) -> str | None:
        """What is wrong with some files of a part; where only their time is another one, the seal takes it up."""
        doubtful = []
        for name in names:
            there = size_and_time(self.part(key) / name)
            if there is None:
                return f"{_in_words(name)} is gone"
            if there[0] != sealed[name]["bytes"]:
                return f"{_in_words(name)} has {there[0]:,} bytes, not {sealed[name]['bytes']:,}"
            if fully or there[1] != sealed[name]["time"]:
                doubtful.append(name)
        try:
            looked_at = dict(zip(doubtful, _looked_at([self.part(key) / name for name in doubtful]), strict=True))
        except OSError as error:
            return f"it cannot be read: {error}"
        for name, seen in looked_at.items():
            if seen["sha256"] != sealed[name]["sha256"]:
                return f"{_in_words(name)} has other bytes than were written"
        if any(sealed[name] != seen for name, seen in looked_at.items()):
            with suppress(OSError):  # a folder that is only for reading is looked through each time
                _write_seal(self.part(key), key, sealed | looked_at)
        return None

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise _not_written(self.folder, error) from error


def _not_written(folder: Path, error: Exception) -> StoreError:
    return StoreError(f"{folder}: a table could not be written ({error}); free space there and load again")


def _seal_of(sealed: dict[str, dict]) -> str:
    contents = {name: [noted["bytes"], noted["sha256"]] for name, noted in sealed.items()}
    return hashlib.sha256(json.dumps(contents, sort_keys=True).encode()).hexdigest()[:32]


def _name_of(file: str) -> str | None:
    """The name of the frame that a file holds a piece of."""
    name, _, number = file.removesuffix(".parquet").rpartition("-")
    return name if file.endswith(".parquet") and number.isdigit() else None


def _in_words(file: str) -> str:
    name = _name_of(file)
    return f"its table {name} ({file})" if name else file


def size_and_time(path: Path) -> tuple[int, int] | None:
    """What tells a file from another one under its name; None when there is no file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_size, found.st_mtime_ns) if stat.S_ISREG(found.st_mode) else None


def _looked_at(paths: list[Path]) -> list[dict]:
    """Bytes, hash and time of files; hashing leaves the interpreter free, so several go at once."""
    if len(paths) < 2:
        return [_look_at(path) for path in paths]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(_look_at, paths))


def _look_at(path: Path) -> dict:
    with path.open("rb") as file:
        found = os.fstat(file.fileno())
        digest = hashlib.sha256()
        while block := file.read(1 << 20):
            digest.update(block)
    return {"bytes": found.st_size, "sha256": digest.hexdigest(), "time": found.st_mtime_ns}


def _write_seal(folder: Path, key: str, files: dict[str, dict]) -> None:
    new = folder / f"{SEAL}.{uuid.uuid4().hex[:12]}.new"
    try:
        new.write_text(json.dumps({"key": key, "files": files}, indent=1), "utf-8")
        new.replace(folder / SEAL)
    finally:
        with suppress(OSError):
            new.unlink(missing_ok=True)


def _clear(folder: Path) -> None:
    """Make place where a damaged part stands; whoever has its files open may go on."""
    if folder.exists():
        aside = folder.with_name(f"{folder.name}.{uuid.uuid4().hex[:12]}{_UNFINISHED}")
        folder.rename(aside)
        shutil.rmtree(aside, ignore_errors=True)
