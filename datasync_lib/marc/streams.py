"""Reading bytes within bounds: how much may come out of an input, and which one broke."""

import hashlib
import io
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from ..errors import InputError
from .archives import STREAM_ERRORS
from .archives import TarCursor as TarCursor


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


class Budget:
    """What may come out of an archive, shared by its members; a member that is read again costs nothing more."""

    def __init__(self, allowed: int) -> None:
        """So many bytes in all."""
        self._left = allowed
        self._given: dict[int, int] = {}
        self._lock = threading.Lock()

    def share(self, member: int, count: int) -> int:
        """How many of the first `count` bytes of a member may come out."""
        with self._lock:
            before = self._given.get(member, 0)
            given = min(max(count, before), before + self._left)
            self._left -= given - before
            self._given[member] = given
        return min(count, given)


class Guarded(io.BufferedIOBase):
    """A stream that says which file is broken, and stops one that swells without measure.

    What could be read before the break is given first; only the read after it raises.
    """

    def __init__(
        self,
        stream: BinaryIO,
        stored: BinaryIO,
        file: str,
        allowed: int,
        *,
        share: Callable[[int], int] | None = None,
        on_end: Callable[[str, int], None] | None = None,
        on_break: Callable[[Exception], None] = lambda _: None,
    ) -> None:
        """Takes over the stream of decompressed bytes and the one that it reads from; closing this closes both.

        Args:
            stream: the decompressed bytes.
            stored: where they come from.
            file: the name in messages.
            allowed: how many bytes may come out.
            share: given how many bytes have come out, says how many of them may, beside other members of the archive.
            on_end: told the SHA-256 and number of the bytes when the end, or a break, is reached.
            on_break: told what the system or the decompressor said at a break.
        """
        self._stream = stream
        self._stored = stored
        self._file = file
        self._allowed = allowed
        self._share = share
        self._on_end = on_end
        self._on_break = on_break
        self._hash = hashlib.sha256()
        self._hashed = 0
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
        data = b"" if self._error or not size else self._counted(size)
        if self._on_end:
            self._hash.update(data[max(0, self._hashed - self._count + len(data)) :])  # the rest was given back
            self._hashed = max(self._hashed, self._count)
            if size and not data:
                self._on_end(self._hash.hexdigest(), self._hashed)
                self._on_end = None
        return data

    def _counted(self, size: int) -> bytes:
        try:
            if self._plain:
                data = self._stream.read(-1 if size == sys.maxsize else size)
            else:
                data = self._stream.read1(min(size, 1 << 20))  # type: ignore[attr-defined]
        except STREAM_ERRORS as error:
            self._on_break(error)
            self._error = InputError(
                f"{self._file}: breaks off after {self._count} bytes: {error or type(error).__name__}. "
                "Fetch or export the file again"
            )
            return b""
        self._count += len(data)
        allowed = self._allowed if self._share is None else min(self._allowed, self._share(self._count))
        if self._count > allowed:
            out = (
                f"more than {allowed} bytes come out of it"
                if allowed == self._allowed
                else "too much comes out of the archive"
            )
            self._error = InputError(
                f"{self._file}: {out}, far more than the size on disk allows for. It looks like a zip bomb; unpack it by "
                "hand if it is not"
            )
            data = data[: len(data) - (self._count - allowed)]
            self._count = allowed
        return data

    def close(self) -> None:
        """Closes the streams below."""
        if not self.closed:
            self._stream.close()
            self._stored.close()
        super().close()
