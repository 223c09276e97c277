"""The members of archives in one pass: a tar is read forward once, the list of a zip is parsed once.

`tarfile` believes what a header declares, takes a broken header for the end, and gives nothing of a member that breaks
off. Here headers are bounded, and what stands before a break is given.
"""

import bz2
import gzip
import io
import lzma
import tarfile
import threading
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, ClassVar

# What a decompressor raises in the middle of a broken or encrypted file.
STREAM_ERRORS = (OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, tarfile.TarError, RuntimeError)

_COMPRESSED: dict[bytes, Callable[[BinaryIO], BinaryIO]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ\x00": lzma.open,
}
# What the headers of one member of a tar archive may take: a name and some times need a few hundred.
_HEADER_BYTES = 1_000_000
_IDLE_ARCHIVES = 4


def decompressed(stream: BinaryIO) -> BinaryIO:
    """The stream behind one layer of compression, known by its first bytes and not by its name."""
    buffered = stream if hasattr(stream, "peek") else io.BufferedReader(stream)
    start = buffered.peek(6)[:6]
    for magic, opener in _COMPRESSED.items():
        if start.startswith(magic):
            return opener(buffered)
    return buffered


class TarCursor:
    """A tar archive read forward once: member after member without starting again for each.

    A tar.gz can only be read from its beginning. Opening its members one by one would decompress it once a member; so
    the archive stays open between two members, until it is released or a few others were read after it.
    """

    _idle: ClassVar[list["TarCursor"]] = []
    _lock = threading.RLock()

    def __init__(self, path: Path) -> None:
        """Opens the archive at its beginning."""
        self.file = _identity(path)
        self._below = TarBytes(path)
        self._next = 0
        try:
            self._tar = tarfile.TarFile(fileobj=self._below, tarinfo=_Header)  # type: ignore[arg-type]
        except BaseException:
            self._below.close()
            raise

    @classmethod
    def member(cls, path: Path, position: int) -> BinaryIO:
        """The bytes of the member at a position; the members before it are passed over."""
        with cls._lock:
            before = [c for c in cls._idle if c.file == _identity(path) and c._next <= position]
            cursor = max(before, key=lambda c: c._next, default=None)
            if cursor:
                cls._idle.remove(cursor)
        cursor = cursor or cls(path)
        try:
            return io.BufferedReader(_TarMember(cursor, cursor._advance(position)), 1 << 20)
        except BaseException:
            cursor.close()
            raise

    @classmethod
    def release(cls) -> None:
        """Closes the archives, of either kind, that are held open between two members: they can be moved or deleted."""
        with cls._lock:
            while cls._idle:
                cls._idle.pop().close()
        ZipCursor.release()

    def headers(self) -> Iterator[tuple[tarfile.TarInfo, int]]:
        """The headers of all members that are left, each with the place where its member ends.

        Raises:
            tarfile.TarError: the archive breaks off, or a header asks for too much.
        """
        while (info := self._tar.next()) is not None:
            self._tar.members = []  # type: ignore[attr-defined]  # else every header of a long archive is kept
            self._next += 1
            yield info, self._tar.offset

    def _advance(self, position: int) -> BinaryIO:
        for info, _ in self.headers():
            if self._next > position:
                plain = _Stretch(self._below, info.offset_data, info.size)
                return self._tar.extractfile(info) if info.issparse() else plain  # type: ignore[return-value]
        raise EOFError("the archive ends before this member")

    def keep(self) -> None:
        """The member was read: the archive waits for the next one."""
        with TarCursor._lock:
            TarCursor._idle.append(self)
            while len(TarCursor._idle) > _IDLE_ARCHIVES:
                TarCursor._idle.pop(0).close()

    def close(self) -> None:
        """Closes the archive."""
        self._below.close()


class ZipCursor:
    """A zip archive whose list of members is read once: it stays open between two members."""

    _open: ClassVar[dict[tuple, zipfile.ZipFile]] = {}
    _lock = threading.RLock()

    @classmethod
    def member(cls, path: Path, position: int) -> tuple[BinaryIO, int]:
        """The bytes of the member at a position, and how many of them are stored."""
        file = _identity(path)
        with cls._lock:
            if file not in cls._open:
                cls._open[file] = zipfile.ZipFile(path)
            archive = cls._open[file]
            member = archive.infolist()[position]
            opened = archive.open(member)
            # Closed here, a file stays open until its last member is closed.
            if position == len(archive.infolist()) - 1:
                cls._open.pop(file).close()
            while len(cls._open) > _IDLE_ARCHIVES:
                cls._open.pop(next(iter(cls._open))).close()
        return opened, member.compress_size

    @classmethod
    def release(cls) -> None:
        """Closes the archives that are held open."""
        with cls._lock:
            while cls._open:
                cls._open.popitem()[1].close()


def _identity(path: Path) -> tuple:
    """What tells a file from another one that took its place."""
    stat = path.stat()
    return path, stat.st_size, stat.st_mtime_ns


class TarBytes:
    """The decompressed bytes of a tar archive, read forward only.

    What came before a break is given first; only the read after it raises. The headers of one member are given no more
    than a megabyte: `tarfile` itself would take whatever size they declare.
    """

    def __init__(self, path: Path) -> None:
        """Opens the archive, whatever it is compressed with."""
        self._stored = path.open("rb")
        self._stream = decompressed(self._stored)
        self._at = 0
        self._error: tarfile.ReadError | None = None
        self.header_left: int | None = None
        self.global_left = _HEADER_BYTES

    def read(self, size: int) -> bytes:
        """So many bytes, fewer at the end or before a break."""
        if self.header_left is not None:
            self.header_left -= size
            if size < 0 or self.header_left < 0:
                raise tarfile.ReadError(f"a header of more than {_HEADER_BYTES:,} bytes")
        parts: list[bytes] = []
        missing = size
        while missing > 0 and (part := self._next(missing)):
            parts.append(part)
            missing -= len(part)
        if self._error and not parts and size:
            raise self._error
        self._at += size - missing
        return b"".join(parts)

    def _next(self, size: int) -> bytes:
        if self._error:
            return b""
        try:
            return self._stream.read1(min(size, 1 << 20))  # type: ignore[attr-defined]
        except STREAM_ERRORS as error:
            self._error = tarfile.ReadError(str(error) or type(error).__name__)
            self._error.__cause__ = error
            return b""

    def tell(self) -> int:
        """How far it was read."""
        return self._at

    def seek(self, position: int) -> None:
        """Passes over what stands before a position."""
        if position < self._at:
            raise tarfile.StreamError("a member that begins before the end of the one before it")
        if self._stream is self._stored:
            self._at = self._stream.seek(position)
        while self._at < position and self.read(min(position - self._at, 1 << 20)):
            pass

    def seekable(self) -> bool:
        """Only forward."""
        return False

    def close(self) -> None:
        """Closes the file."""
        self._stream.close()
        self._stored.close()


class _Header(tarfile.TarInfo):
    """A header of bounded size; one that is broken is not taken for the end of the archive."""

    @classmethod
    def fromtarfile(cls, archive: tarfile.TarFile) -> tarfile.TarInfo:  # type: ignore[override]
        below: TarBytes = archive.fileobj  # type: ignore[assignment]
        if below.header_left is not None:  # the header that another one stands before
            return super().fromtarfile(archive)
        below.header_left = _HEADER_BYTES
        try:
            return super().fromtarfile(archive)
        except tarfile.EmptyHeaderError:
            raise tarfile.ReadError("it ends without the mark of its end") from None
        except (tarfile.TruncatedHeaderError, tarfile.InvalidHeaderError) as error:
            raise tarfile.ReadError(str(error)) from None
        finally:
            below.header_left = None

    def _proc_member(self, archive: tarfile.TarFile) -> tarfile.TarInfo:
        """Global headers stay in memory, so all of them together are bounded."""
        below: TarBytes = archive.fileobj  # type: ignore[assignment]
        if self.type == tarfile.XGLTYPE:
            below.global_left -= self.size
            if below.global_left < 0:
                raise tarfile.ReadError(f"global headers of more than {_HEADER_BYTES:,} bytes")
        return super()._proc_member(archive)  # type: ignore[misc]


class _Stretch:
    """The bytes of one member; what stands before a break is given, where `tarfile` would give nothing of it."""

    def __init__(self, below: TarBytes, start: int, size: int) -> None:
        self._below = below
        self._left = size
        below.seek(start)

    def read(self, size: int) -> bytes:
        data = self._below.read(min(size, self._left))
        if self._left and size and not data:
            raise tarfile.ReadError("unexpected end of data")
        self._left -= len(data)
        return data


class _TarMember(io.RawIOBase):
    """One member; closing it hands the archive back to wait for the next member."""

    def __init__(self, cursor: TarCursor, member: BinaryIO) -> None:
        self._cursor = cursor
        self._member = member

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:  # type: ignore[override]
        data = self._member.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._cursor.keep()
        super().close()
