"""Reading compressed bytes within bounds, and an archive's members in one pass."""

import io
import lzma
import sys
import tarfile
import threading
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ..errors import InputError

# What a decompressor raises in the middle of a broken or encrypted file.
_STREAM_ERRORS = (OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, tarfile.TarError, RuntimeError)


@dataclass(frozen=True)
class Limits:
    """How much an input may ask of the machine.

    Attributes:
        ratio: how many times larger than its compressed form a file may become. MARCXML shrinks about 10 to 30 times;
            the worst that a single layer of deflate can do is about 1,000.
        free_bytes: nothing is measured below this size.
        members: members of one archive.
        piece_bytes: how much of a file is looked at together.
        record_bytes: the longest record; a longer stretch without an end is rejected in pieces of this size.
    """

    ratio: int = 200
    free_bytes: int = 100_000_000
    members: int = 200_000
    piece_bytes: int = 6_000_000
    record_bytes: int = 10_000_000

    def allowed(self, stored_bytes: int) -> int:
        """How many bytes may come out of so many stored ones."""
        return max(self.free_bytes, stored_bytes * self.ratio)


class Guarded(io.BufferedIOBase):
    """A stream that says which file is broken, and stops one that swells without measure.

    What could be read before the break is given first; only the read after it raises.
    """

    def __init__(self, stream: BinaryIO, stored: BinaryIO, file: str, allowed: int) -> None:
        """Takes over the stream of decompressed bytes and the one that it reads from; closing this closes both."""
        self._stream = stream
        self._stored = stored
        self._file = file
        self._allowed = allowed
        self._count = 0
        self._ahead = b""
        self._error: InputError | None = None
        # A plain file gives what is asked for at once; of a broken archive, what came before the break is wanted too.
        self._plain = stream is stored and isinstance(stream, io.BufferedReader) and stream.seekable()

    def readable(self) -> bool:
        """It is for reading."""
        return True

    def read(self, size: int | None = -1) -> bytes:
        """So many bytes, fewer only at the end or before a break.

        Raises:
            InputError: nothing more can be read; it names the file and the place.
        """
        size = sys.maxsize if size is None or size < 0 else size
        if self._plain:
            data = self._next(size)
        else:
            parts, missing = [self._ahead[:size]], size - len(self._ahead[:size])
            self._ahead = self._ahead[size:]
            while missing and (part := self._next(missing)):
                parts.append(part)
                missing -= len(part)
            data = b"".join(parts)
        if self._error and not data and size:
            raise self._error
        return data

    def read1(self, size: int = -1) -> bytes:
        """As `read`, of at most a megabyte."""
        return self.read(1 << 20 if size < 0 else min(size, 1 << 20))

    def give_back(self, data: bytes | memoryview) -> None:
        """Puts the last bytes that were read back in front of those to come."""
        if self._plain:
            self._stream.seek(-len(data), io.SEEK_CUR)
            self._count -= len(data)
        else:
            self._ahead = bytes(data) + self._ahead

    def peek(self, size: int) -> bytes:
        """The next bytes, which stay to be read."""
        data = self.read(size)
        self.give_back(data)
        return data

    def _next(self, size: int) -> bytes:
        """The next few bytes; none at the end, after a break, and past the limit."""
        if self._error:
            return b""
        try:
            if self._plain:
                data = self._stream.read(-1 if size == sys.maxsize else size)
            else:
                data = self._stream.read1(min(size, 1 << 20))  # type: ignore[attr-defined]
        except _STREAM_ERRORS as error:
            self._error = InputError(
                f"{self._file}: breaks off after {self._count} bytes: {error or type(error).__name__}. "
                "Fetch or export the file again"
            )
            return b""
        self._count += len(data)
        if self._count > self._allowed:
            self._error = InputError(
                f"{self._file}: more than {self._allowed} bytes come out of it, far more than its size on disk allows "
                "for. It looks like a zip bomb; unpack it by hand if it is not"
            )
        return data

    def close(self) -> None:
        """Closes the streams below."""
        if not self.closed:
            self._stream.close()
            self._stored.close()
        super().close()


class TarCursor:
    """A tar archive read forward once: member after member without starting again for each.

    A tar.gz can only be read from its beginning. Opening its members one by one would decompress it once a member; so
    the archive stays open between two members, one archive a thread, until its last member was read or another
    archive is asked for.
    """

    _kept = threading.local()

    def __init__(self, path: Path) -> None:
        """Opens the archive at its beginning."""
        self.path = path
        self._tar = tarfile.open(path, "r|*")  # noqa: SIM115
        self._next = 0

    @classmethod
    def member(cls, path: Path, position: int) -> BinaryIO:
        """The bytes of the member at a position; the members before it are passed over."""
        cursor = getattr(cls._kept, "cursor", None)
        cls._kept.cursor = None
        if cursor is None or cursor.path != path or cursor._next > position:
            if cursor is not None:
                cursor.close()
            cursor = cls(path)
        try:
            return io.BufferedReader(_TarMember(cursor, cursor._advance(position)), 1 << 20)
        except BaseException:
            cursor.close()
            raise

    @classmethod
    def release(cls) -> None:
        """Closes the archive that this thread still holds open, so that it can be moved or deleted."""
        cursor = getattr(cls._kept, "cursor", None)
        cls._kept.cursor = None
        if cursor is not None:
            cursor.close()

    def _advance(self, position: int) -> BinaryIO:
        while (info := self._tar.next()) is not None:
            self._tar.members = []  # type: ignore[attr-defined]
            self._next += 1
            if self._next > position:
                return self._tar.extractfile(info)  # type: ignore[return-value]
        raise EOFError("the archive ends before this member")

    def keep(self) -> None:
        """The member was read: the archive waits for the next one."""
        TarCursor.release()
        TarCursor._kept.cursor = self

    def close(self) -> None:
        """Closes the archive."""
        self._tar.close()


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
