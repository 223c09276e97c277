"""Where the tables lie: immutable parts, and one manifest that says which of them count.

    data/tables/parts/<key>/      what one input gave, or what was derived from it
    data/tables/results/<key>/    what an analysis gave; no manifest names it: it counts when it is asked for
    data/tables/manifest.json     the parts that count now, with their seals; replaced at once
    data/tables/lock              one writer at a time

A part's key is a hash of what it was made from: content, code, settings. An interrupted load leaves the tables as they
were, and the next one goes on from the parts that are there. Parts that no longer count stay for a grace time, because a
notebook may still hold them. What was damaged says so when it is asked for, and a load makes it anew.
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

import polars as pl
from filelock import FileLock, Timeout

from ..errors import StoreError
from ..vocabulary.tables import SCHEMA_VERSION, TABLES, empty
from .parts import Parts, PartWriter

GRACE_SECONDS = 24 * 3600
RESULT_SECONDS = 14 * 24 * 3600
MEND = "run «datasync load»"


def key_of(*parts: object) -> str:
    """A name for what is made from these parts: the same parts, the same name."""
    return _hash_of([SCHEMA_VERSION, *parts])


def _hash_of(thing: object) -> str:
    text = json.dumps(thing, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


class OtherVersion(StoreError):
    """The tables are those of another version of this program."""


class Store:
    """The tables of one project, and the results of analyses beside them."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.results = Parts(folder / "results")
        self._parts = Parts(folder / "parts")
        self._manifest = folder / "manifest.json"
        self._lock = FileLock(folder / "lock")

    def has(self, key: str) -> bool:
        """Whether the part with this key is there, complete and whole."""
        return self._parts.has(key)

    def part(self, key: str) -> Path:
        """The folder of a part."""
        return self._parts.part(key)

    def write(self, key: str) -> AbstractContextManager[PartWriter]:
        """Write the part with this key: it appears when the block ends well, and not at all otherwise."""
        return self._parts.write(key)

    def files(self, key: str, table: str) -> list[Path]:
        """The Parquet files of a table in one part, in order.

        Raises:
            StoreError: the part is not there, or was damaged.
        """
        return self._parts.files(key, table)

    def only_if(self, check: Callable[[], None]) -> AbstractContextManager[None]:
        """A part that is written within this block appears only where the check, made at its end, raises nothing."""
        return self._parts.only_if(check)

    def copy_out(self, key: str, name: str, target: Path) -> bool:
        """Copy a file of a part to another place; it is there complete or not at all.

        Returns:
            Whether the part has a file of this name.

        Raises:
            StoreError: it cannot be written.
        """
        source, new = self.part(key) / name, target.with_name(f"{target.name}.new")
        if not source.is_file() or _is_copy(source, target):
            return source.is_file()
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, new)
            new.replace(target)
            return True
        except OSError as error:
            raise StoreError(
                f"{target} cannot be written ({error}); the tables are complete: free space there and load again"
            ) from error
        finally:
            with suppress(OSError):
                new.unlink(missing_ok=True)

    def read(self, table: str, *keys: str) -> pl.LazyFrame:
        """One table of some parts, whether they count or not.

        Raises:
            StoreError: a part is not there, or was damaged.
        """
        return _scan(table, [path for key in keys for path in self._parts.files(key, table)])

    def manifest(self) -> dict:
        """What counts now: {"keys": {key: seal}, and what the load noted}; empty before the first load.

        Raises:
            StoreError: it is not as it was written, or of other tables than this version has.
        """
        try:
            manifest = json.loads(self._manifest.read_text("utf-8"))
            seal = manifest.pop("seal")
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise StoreError(f"{self._manifest} cannot be read ({error}): {MEND}, which writes it anew") from error
        except (ValueError, LookupError, TypeError, AttributeError):
            raise StoreError(f"{self._manifest} is damaged: {MEND}, which writes it anew") from None
        if seal != _hash_of(manifest):
            raise StoreError(f"{self._manifest} is not as it was written: {MEND}, which writes it anew")
        if manifest["schema_version"] != SCHEMA_VERSION:
            raise OtherVersion(f"{self.folder} has the tables of another version of this program: {MEND}")
        return manifest

    def commit(self, keys: Iterable[str], **notes: object) -> None:
        """Make these parts the ones that count, at once; parts that stopped to count before the grace time go."""
        seals = {key: self._parts.seal(key) for key in keys}
        if gone := [key for key, seal in seals.items() if seal is None]:
            raise StoreError(f"{self.part(gone[0])} is gone or damaged: {MEND}")
        manifest = json.loads(
            json.dumps({"schema_version": SCHEMA_VERSION, "keys": seals, **notes}, default=str)
        )  # as it will be read
        for key in self._counted() - set(
            seals
        ):  # its grace time runs from now on: a notebook may have just taken it up
            self._parts.touch(key)
        self.folder.mkdir(parents=True, exist_ok=True)
        new = self._manifest.with_suffix(".new")
        try:
            new.write_text(json.dumps(manifest | {"seal": _hash_of(manifest)}, indent=1), "utf-8")
            new.replace(self._manifest)
        except OSError as error:
            raise StoreError(
                f"{self._manifest} cannot be written ({error}); the tables are as they were before"
            ) from error
        self._parts.tidy(set(seals), GRACE_SECONDS)

    def is_whole(self) -> bool:
        """Whether the parts that count are those that the manifest was written for."""
        return all(seal == self._parts.seal(key) for key, seal in self.manifest().get("keys", {}).items())

    def heal(self) -> list[str]:
        """Remove whatever is damaged, so that a load makes it anew; only under the lock.

        Returns:
            A sentence for each damaged part that counted, and for the manifest.
        """
        said, manifest = [], {}
        try:
            manifest = self.manifest()
        except StoreError as error:
            self._remove_manifest()
            if not isinstance(error, OtherVersion):
                said.append(f"{self._manifest.name} was damaged and was written anew")
        self._parts.remove_unfinished()
        counted = manifest.get("keys", {})
        faults = self._parts.remove_damaged(counted)
        said += [
            f"what was loaded of {_owner(manifest, key)} was damaged, and made anew: {faults[key]}"
            for key in counted
            if key in faults
        ]
        if faults := self.results.remove_damaged({}):
            said.append(
                f"{len(faults)} results of analyses were damaged and are worked out anew when they are asked for"
            )
        self.results.tidy((), RESULT_SECONDS)
        return said

    def _remove_manifest(self) -> None:
        """Remove a manifest that says nothing to us; what it may have counted stays for the grace time."""
        for key in self._parts.all_keys():
            self._parts.touch(key)
        if self._manifest.is_dir():
            shutil.rmtree(self._manifest, ignore_errors=True)
        else:
            self._manifest.unlink(missing_ok=True)

    def paths(self, table: str) -> list[Path]:
        """The Parquet files of a table that count now.

        Raises:
            StoreError: there is no such table, or a part of it was damaged.
        """
        self._known(table)
        manifest = self.manifest()
        paths = []
        for key, seal in manifest.get("keys", {}).items():
            try:
                paths += self._parts.files(key, table, seal)
            except StoreError as error:
                raise StoreError(f"what was loaded of {_owner(manifest, key)} was damaged: {error}") from None
        return paths

    def contents(self, table: str) -> list[str]:
        """A name for the rows of a table as it counts now: the hashes of its pieces."""
        self._known(table)
        return [digest for key in self.manifest().get("keys", {}) for digest in self._parts.hashes(key, table)]

    def scan(self, table: str) -> pl.LazyFrame:
        """A table as it counts now; without rows when nothing was loaded.

        Raises:
            StoreError: there is no table of this name (the message lists what there is), or a part of it was damaged.
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
            if (lock := Path(self._lock.lock_file)).is_dir():
                lock.rmdir()  # an empty folder is nobody's lock
            self._lock.acquire(timeout=wait)
        except Timeout:
            raise StoreError(
                f"{self.folder}: another load is writing here; wait until it has ended, then try again"
            ) from None
        except OSError as error:
            raise StoreError(
                f"{self._lock.lock_file} cannot be opened ({error}): remove it, or allow to write there, then try again"
            ) from None
        try:
            yield
        finally:
            self._lock.release()

    def _known(self, table: str) -> None:
        if table not in TABLES:
            raise StoreError(f"there is no table {table!r}; there are: {', '.join(sorted(TABLES))}")

    def _counted(self) -> set[str]:
        """The parts that the manifest names, whatever schema it is of; all that there are when it cannot be read."""
        try:
            return set(json.loads(self._manifest.read_text("utf-8"))["keys"])
        except FileNotFoundError:
            return set()
        except (OSError, ValueError, LookupError, TypeError):
            return set(self._parts.all_keys())


def _owner(manifest: dict, key: str) -> str:
    """What a part was made of, as the load noted it."""
    return manifest.get("of", {}).get(key, key)


def _is_copy(source: Path, target: Path) -> bool:
    """Whether the target is there as it was copied before."""
    try:
        there, copied = source.stat(), target.stat()
    except OSError:
        return False
    return (there.st_size, there.st_mtime_ns) == (copied.st_size, copied.st_mtime_ns)


def _scan(table: str, paths: list[Path]) -> pl.LazyFrame:
    return pl.scan_parquet(paths, glob=False) if paths else empty(table).lazy()
