"""Which inputs do the named sources hold, and how are their bytes read?

A source is a path, a glob, a folder, or a list of them. Every plain file, every .gz, .bz2 or .xz file and every member
of a zip, tar, tar.gz, tar.bz2 or tar.xz archive is one `Input`. Nothing is ever unpacked to disk: a member's name is
text to show, so `..` or an absolute name in it leads nowhere. What comes out of a compressed file is counted while it
is read, and a file that swells without measure (a zip bomb) ends with an error that names it.
"""

import errno
import glob
import hashlib
import os
import re
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import BinaryIO

from ..errors import InputError
from .archives import STREAM_ERRORS, TarCursor, ZipCursor, decompressed
from .streams import Budget, Guarded, Limits

Sources = str | Path | Iterable[str | Path]

_TAR_NAMES = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
# What reading a broken or encrypted archive can raise; all of it is told as an InputError that names the file.
ARCHIVE_ERRORS = (*STREAM_ERRORS, ValueError)


@dataclass(frozen=True)
class Input:
    """One file, or one member of an archive, that can be opened as a stream of bytes.

    Attributes:
        path: the file on disk, the archive for a member.
        member: name of the member as the archive has it, None for a plain file.
        file: the name in tables: path relative to the folder given, with "/", and the member after the archive's name.
        problem: why it cannot be opened, in words; None when nothing is known against it.
    """

    path: Path
    member: str | None
    file: str
    problem: str | None = None
    limits: Limits = field(default=Limits(), repr=False)
    position: int | None = field(default=None, repr=False)
    budget: Budget | None = field(default=None, repr=False, compare=False)
    # What kept it from being read, and has nothing to do with its bytes: it may be over a moment later.
    lapses: list[Exception] = field(default_factory=list, init=False, repr=False, compare=False)
    # Hash and size, once all of it was read: reading a member of a tar.gz again would begin with the archive's first.
    _known: list[tuple[str, int]] = field(default_factory=list, init=False, repr=False, compare=False)

    def open(self) -> Guarded:
        """Its bytes, decompressed, from the start.

        Raises:
            InputError: it cannot be opened (`problem` says why), or, while reading, the archive turns out to be
                broken, encrypted or to swell beyond the limits.
        """
        if self.problem:
            raise InputError(f"{self.file}: {self.problem}")
        share = None if self.budget is None else partial(self.budget.share, self.position)
        notes_hash = self._is_in_tar and not self._known
        try:
            stored, stored_size = self._stored()
            return Guarded(
                decompressed(stored),
                stored,
                self.file,
                self.limits.allowed(stored_size),
                share=share,
                on_end=self._note if notes_hash else None,
                on_break=self._note_lapse,
            )
        except ARCHIVE_ERRORS as error:
            self._note_lapse(error)
            raise InputError(f"{self.file}: cannot be opened: {error}") from error

    @property
    def _is_in_tar(self) -> bool:
        return self.member is not None and self.path.name.lower().endswith(_TAR_NAMES)

    def _stored(self) -> tuple[BinaryIO, int]:
        """The bytes as the disk or the archive has them, and their size there."""
        if self.member is None or self._is_in_tar:
            size = self.path.stat().st_size
            return TarCursor.member(self.path, self.position) if self._is_in_tar else self.path.open("rb"), size
        return ZipCursor.member(self.path, self.position)

    def _note(self, sha256: str, size: int) -> None:
        self._known[:] = [(sha256, size)]

    def _note_lapse(self, error: Exception) -> None:
        """A number tells an error of the system from one of the bytes; a place that is not there is in the bytes too."""
        for each in (error, error.__cause__):
            if isinstance(each, OSError) and each.errno not in (None, errno.EINVAL):
                self.lapses.append(each)

    def look_through(self, first: int) -> tuple[str, int, bytes]:
        """SHA-256 and number of the decompressed bytes, and the first of them, all in one pass.

        Raises:
            InputError: it cannot be opened, or breaks off before anything was read.
        """
        digest, size, start = hashlib.sha256(), 0, b""
        try:
            with self.open() as stream:
                while block := stream.read(1 << 20):
                    start = start or block[:first]
                    digest.update(block)
                    size += len(block)
        except InputError:
            if not size:
                raise
        self._note(digest.hexdigest(), size)
        return digest.hexdigest(), size, start

    def fingerprint(self) -> tuple[str, int]:
        """SHA-256 and number of the decompressed bytes; of a broken archive, of what can be got out of it."""
        if not self._known:
            try:
                self.look_through(0)
            except InputError:
                self._note(hashlib.sha256().hexdigest(), 0)
        return self._known[0]


def find_inputs(sources: Sources, *, relative_to: Path | None = None, limits: Limits | None = None) -> list[Input]:
    """Which files and archive members are there to read?

    Args:
        sources: a path, a glob, a folder (with all below it), or a list of them.
        relative_to: the folder that `Input.file` is relative to. Without it: the folder given, or the folder that all
            files have in common.
        limits: how far a compressed file may swell.

    Returns:
        One Input a file or member, sorted by path, members in the order of their archive, each file once. What cannot be opened is in the list too, with
        its `problem`.

    Raises:
        InputError: a path is missing, or a glob fits no file.
    """
    named = [sources] if isinstance(sources, str | os.PathLike) else list(sources)
    if not named:
        raise InputError("no source was given: name a file, a folder or a pattern such as exports/*.mrc")
    paths = sorted({path for source in named for path in _paths(source)})
    if relative_to is None:
        folders = [Path(source) for source in named]
        relative_to = folders[0] if len(folders) == 1 and folders[0].is_dir() else _common_folder(paths)
    found = [each for path in paths for each in _inputs_of(path, _shown(path, relative_to), limits or Limits())]
    return _with_names_of_their_own(found)


def _paths(source: str | Path) -> Iterator[Path]:
    path = Path(source).expanduser()
    if path.is_dir():
        yield from (below for below in path.rglob("*") if below.is_file())
    elif path.exists():
        yield path
    elif glob.has_magic(str(source)):
        matches = [Path(match) for match in glob.glob(str(path), recursive=True) if Path(match).is_file()]  # noqa: PTH207
        if not matches:
            raise InputError(
                f"no file fits the pattern {source}: look at the folder's name and the ending of the files"
            )
        yield from matches
    else:
        raise InputError(f"{source} does not exist (looked in {Path.cwd()}): check the spelling, or give the full path")


def _common_folder(paths: list[Path]) -> Path:
    if not paths:
        return Path()
    return Path(os.path.commonpath([path.absolute().parent for path in paths]))


def _shown(path: Path, relative_to: Path) -> str:
    try:
        shown = path.absolute().relative_to(Path(relative_to).absolute()).as_posix()
    except ValueError:
        shown = path.absolute().as_posix()
    return _as_text(shown)


def _as_text(name: str) -> str:
    """A name in another encoding than the system's, without its odd bytes: tables take text only."""
    return name.encode("utf-8", "replace").decode()


def _inputs_of(path: Path, shown: str, limits: Limits) -> list[Input]:
    """The file itself, or the members of the archive that its name promises."""
    name = path.name.lower()
    whole = Input(path, None, shown, limits=limits)
    listing = _zip_members if name.endswith(".zip") else _tar_members if name.endswith(_TAR_NAMES) else None
    members: list[Input] = []
    try:
        if listing is None:
            with path.open("rb"):
                return [whole]
        for member in listing(replace(whole, budget=Budget(limits.allowed(path.stat().st_size)))):
            members.append(member)  # what comes before a break is kept
    except ARCHIVE_ERRORS as error:
        said = "cannot be read to its end" if members else "cannot be opened"
        return [*members, replace(whole, problem=f"{said}: {error}")]
    return members or [replace(whole, problem="the archive is empty")]


def _zip_members(archive: Input) -> Iterator[Input]:
    with zipfile.ZipFile(archive.path) as opened:
        _check_size(len(opened.infolist()), 0, archive)
        for position, info in enumerate(opened.infolist()):
            if info.is_dir():
                continue
            problem = "is encrypted: unpack it with its password first" if info.flag_bits & 1 else None
            yield _member(archive, info.filename, position, problem)


def _tar_members(archive: Input) -> Iterator[Input]:
    with closing(TarCursor(archive.path)) as cursor:
        for position, (info, end) in enumerate(cursor.headers()):
            _check_size(position, end, archive)
            if info.isdir():
                continue
            problem = None if info.isfile() else "is a link or a device, not a file"
            yield _member(archive, info.name, position, problem)


def _check_size(members: int, size: int, archive: Input) -> None:
    if members > archive.limits.members:
        raise ValueError(f"it holds more than {archive.limits.members} members: unpack it by hand")
    if size > archive.limits.allowed(archive.path.stat().st_size):
        raise ValueError("far more bytes come out of it than its size on disk allows for: it looks like a zip bomb")


def _member(archive: Input, name: str, position: int, problem: str | None) -> Input:
    return replace(archive, member=name, file=f"{archive.file}/{_safe(name)}", problem=problem, position=position)


def _safe(name: str) -> str:
    """A member's name as a relative path without `..`, drive or control characters, for showing and for tables."""
    parts = re.split(r"[/\\]+", re.sub(r"[\x00-\x1f]", "?", _as_text(name)))
    kept = [re.sub(r"^([A-Za-z]):$", r"\1", part).replace("..", "__") for part in parts if part not in ("", ".")]
    return "/".join(kept) or "_"


def _with_names_of_their_own(inputs: list[Input]) -> list[Input]:
    """An archive may hold the same name twice: the second is shown with #2."""
    seen: dict[str, int] = {}
    named = []
    for each in inputs:
        count = seen[each.file] = seen.get(each.file, 0) + 1
        named.append(each if count == 1 else replace(each, file=f"{each.file}#{count}"))
    return named
