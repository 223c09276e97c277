"""Where the tables lie: immutable parts, and one manifest that says which of them count.

    data/tables/parts/<key>/<table>-0000.parquet   what one input gave, or what was derived from it
    data/tables/manifest.json                      the parts that count now; replaced at once
    data/tables/lock                               one writer at a time

A part's key is a hash of what it was made from: content, reader version, settings. A folder of parts appears under its
key complete or not at all, so an interrupted load leaves the tables as they were and the next one goes on from the
parts that are there. Parts that no longer count stay for a grace time, because a notebook may still hold them.
"""

import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
from filelock import FileLock, Timeout

from ..errors import StoreError
from ..vocabulary.tables import SCHEMA_VERSION, TABLES, conform, empty

GRACE_SECONDS = 24 * 3600
_DONE = "complete.json"


def key_of(*parts: object) -> str:
    """A name for what is made from these parts: the same parts, the same name."""
    text = json.dumps([SCHEMA_VERSION, *parts], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@dataclass
class PartWriter:
    """Takes the frames of one part; each call writes one numbered Parquet file."""

    folder: Path
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, table: str, frame: pl.DataFrame, number: int | None = None) -> None:
        """Write a frame to a table, checked against its schema.

        Args:
            table: its name.
            frame: its rows; nothing is written when there are none.
            number: the place among the frames of the table, where several threads write; else the next one.
        """
        if frame.is_empty():
            return
        if number is None:
            number = self.counts.get(table, 0)
            self.counts[table] = number + 1
        path = self.folder / f"{table}-{number:05}.parquet"
        try:
            conform(table, frame).write_parquet(path, compression_level=1, row_group_size=100_000)
        except pl.exceptions.ComputeError as error:  # how Polars tells of a full disk
            raise OSError(str(error)) from error

    def append_bytes(self, name: str, content: bytes) -> None:
        """Add bytes to a file of the part, for instance the rejected records of an input."""
        with (self.folder / name).open("ab") as file:
            file.write(content)


class Store:
    """The tables of one project."""

    def __init__(self, folder: Path):
        self.folder = folder
        self._parts = folder / "parts"
        self._manifest = folder / "manifest.json"
        self._lock = FileLock(folder / "lock")

    def has(self, key: str) -> bool:
        """Whether the part with this key is there, complete."""
        return (self._parts / key / _DONE).is_file()

    def part(self, key: str) -> Path:
        """The folder of a part."""
        return self._parts / key

    @contextmanager
    def write(self, key: str) -> Iterator[PartWriter]:
        """Write the part with this key: it appears when the block ends well, and not at all otherwise."""
        unfinished = self._parts / f"{key}.{os.getpid()}.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        try:
            unfinished.mkdir(parents=True)
            writer = PartWriter(unfinished)
            yield writer
            (unfinished / _DONE).write_text("{}", "utf-8")
            if not self.has(key):
                unfinished.rename(self.part(key))
        except OSError as error:
            raise StoreError(
                f"{self._parts}: a table could not be written ({error}); free space there and load again"
            ) from error
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)

    def copy_out(self, key: str, name: str, target: Path) -> None:
        """Copy a file of a part, where it has one of this name, to another place; it is there complete or not at all.

        Raises:
            StoreError: it cannot be written.
        """
        source, new = self.part(key) / name, target.with_name(f"{target.name}.new")
        if not source.is_file() or _is_copy(source, target):
            return
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, new)
            new.replace(target)
        except OSError as error:
            raise StoreError(
                f"{target} cannot be written ({error}); the tables are complete: free space there and load again"
            ) from error
        finally:
            with suppress(OSError):
                new.unlink(missing_ok=True)

    def read(self, table: str, *keys: str) -> pl.LazyFrame:
        """One table of some parts, whether they count or not."""
        return _scan(table, self._files(table, keys))

    def manifest(self) -> dict:
        """What counts now: {"keys": [...], and what the load noted}; empty before the first load or for another schema."""
        try:
            manifest = json.loads(self._manifest.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, json.JSONDecodeError) as error:
            raise StoreError(f"{self._manifest} cannot be read ({error}): remove data/tables and load again") from error
        return manifest if manifest.get("schema_version") == SCHEMA_VERSION else {}

    def commit(self, keys: Iterable[str], **notes: object) -> None:
        """Make these parts the ones that count, at once; parts that stopped to count before the grace time go."""
        manifest = {"schema_version": SCHEMA_VERSION, "keys": list(keys), **notes}
        kept = set(manifest["keys"])
        self._stop_counting(self._counted() - kept)
        self.folder.mkdir(parents=True, exist_ok=True)
        new = self._manifest.with_suffix(".new")
        try:
            new.write_text(json.dumps(manifest, indent=1, default=str), "utf-8")
            new.replace(self._manifest)
        except OSError as error:
            raise StoreError(
                f"{self._manifest} cannot be written ({error}); the tables are as they were before"
            ) from error
        self._tidy(kept)

    def paths(self, table: str) -> list[Path]:
        """The Parquet files of a table that count now."""
        self._known(table)
        return self._files(table, self.manifest().get("keys", []))

    def scan(self, table: str) -> pl.LazyFrame:
        """A table as it counts now; without rows when nothing was loaded.

        Raises:
            StoreError: there is no table of this name; the message lists what there is.
        """
        return _scan(table, self.paths(table))

    @contextmanager
    def lock(self, wait: float = 10) -> Iterator[None]:
        """Be the only writer.

        Raises:
            StoreError: another process has been writing for longer than `wait` seconds, or the folder cannot be written.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=wait)
        except Timeout:
            raise StoreError(
                f"{self.folder}: another load is writing here; wait until it has ended, then try again"
            ) from None
        except OSError as error:
            raise StoreError(f"{self.folder} cannot be written: {error}") from None
        try:
            yield
        finally:
            self._lock.release()

    def _files(self, table: str, keys: Iterable[str]) -> list[Path]:
        return [path for key in keys for path in sorted(self.part(key).glob(f"{table}-*.parquet"))]

    def _known(self, table: str) -> None:
        if table not in TABLES:
            raise StoreError(f"there is no table {table!r}; there are: {', '.join(sorted(TABLES))}")

    def _counted(self) -> set[str]:
        """The parts in the manifest as it lies there, whatever schema it is of."""
        try:
            return set(json.loads(self._manifest.read_text("utf-8")).get("keys", []))
        except (OSError, ValueError):
            return set()

    def _stop_counting(self, keys: set[str]) -> None:
        """From now on the grace time of these parts runs: until now a notebook may have taken them up."""
        for key in keys:
            with suppress(OSError):
                os.utime(self.part(key))

    def _tidy(self, keep: set[str]) -> None:
        """Remove parts that do not count and are older than the grace time."""
        limit = time.time() - GRACE_SECONDS
        for folder in self._parts.glob("*"):
            try:
                if folder.name not in keep and folder.stat().st_mtime < limit:
                    shutil.rmtree(folder, ignore_errors=True)
            except FileNotFoundError:
                continue


def _is_copy(source: Path, target: Path) -> bool:
    """Whether the target is there as it was copied before."""
    try:
        there, copied = source.stat(), target.stat()
    except OSError:
        return False
    return (there.st_size, there.st_mtime_ns) == (copied.st_size, copied.st_mtime_ns)


def _scan(table: str, paths: list[Path]) -> pl.LazyFrame:
    return pl.scan_parquet(paths, glob=False) if paths else empty(table).lazy()
