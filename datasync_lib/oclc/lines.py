"""Lines of a text file, in blocks of whole lines, so that a report of any size is read in little memory.

OCLC's reports are UTF-8 with LF (oclc_formats.md 1.4); what passed through Windows or Excel may have a byte order mark,
CRLF, UTF-16 or Windows-1252. All of it comes out as UTF-8.
"""

import codecs
import hashlib
import io
from collections.abc import Iterator
from typing import BinaryIO

import polars as pl

from ..errors import InputError

BLOCK_BYTES = 32_000_000
# What is lost at most before the place where a file breaks off.
_PART_BYTES = 1 << 18
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_VISIBLE = {chr(code): chr(0x2400 + code) for code in range(0x20)} | {"\x7f": "\u2421"}


class LineBlocks:
    """The lines of a stream, block after block, with what the load log wants to know.

    Attributes:
        bytes: how many bytes were read so far.
        sample: the first whole lines, to see what the file is.
        start: the first bytes, as UTF-8.
        is_utf8: whether all text so far was UTF-8; what was not is read as Windows-1252.
        problem: why reading broke off, in words.
        cut_line: the position of the line that it broke in, which is not given.
    """

    def __init__(self, stream: BinaryIO, block_bytes: int | None = None) -> None:
        """Reads the first block."""
        self._stream, self._size, self._hash = stream, block_bytes or BLOCK_BYTES, hashlib.sha256()
        self.bytes, self.is_utf8, self._utf_16 = 0, True, False
        self.problem: str | None = None
        self.cut_line: int | None = None
        self._told: str | None = None
        self._first = self._without_mark(self._read())
        self.start = self._first[:512]
        self.sample = _decoded(self._first[:20_000]).split("\n")[:50]

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to read but blanks and line ends, as far as a block goes."""
        return not self.start.strip() and not self._first.strip() and not self.problem

    def keep_all(self) -> bytes:
        """All bytes at once; they can still be read as lines afterwards."""
        while part := self._read():
            self._first += part
        return self._first

    def read_to_end(self) -> None:
        """Reads what is left, for hash and size."""
        while self._read():
            pass

    @classmethod
    def of_text(cls, text: bytes, *, sha256: str, bytes: int, problem: str | None = None) -> "LineBlocks":
        """Lines that were made from a file of another kind, with the hash, size and break of that file."""
        lines = cls(io.BytesIO(text))
        lines.keep_all()
        lines._told, lines.bytes, lines.problem = sha256, bytes, problem
        return lines

    @property
    def sha256(self) -> str:
        """Hash of the bytes that were read so far."""
        return self._told or self._hash.hexdigest()

    def __iter__(self) -> Iterator[tuple[bytes, int]]:
        """Blocks of whole lines in UTF-8, each with the position of its first line in the file."""
        rest, position, data = b"", 0, self._first
        while data:
            end = data.rfind(b"\n") + 1
            if end:
                block = self._as_utf8(rest + data[:end])
                yield block, position
                position += block.count(b"\n")
                rest = data[end:]
            else:
                rest += data
            data = self._read()
        if rest and self.problem:
            self.cut_line = position
        elif rest:
            yield self._as_utf8(rest), position

    def _read(self) -> bytes:
        parts: list[bytes] = []
        size = 0
        try:
            while (size < self._size or self._utf_16) and (part := self._stream.read(min(_PART_BYTES, self._size))):
                self._hash.update(part)
                parts.append(part)
                size += len(part)
        except InputError as error:
            self.problem = str(error)
        self.bytes += size
        return b"".join(parts)

    def _without_mark(self, data: bytes) -> bytes:
        if data.startswith(_UTF_16):
            self._utf_16 = True
            return (data + self._read()).decode("utf-16", errors="replace").encode()
        return data.removeprefix(codecs.BOM_UTF8)

    def _as_utf8(self, block: bytes) -> bytes:
        if block.isascii():
            return block
        try:
            block.decode()
        except UnicodeDecodeError:
            self.is_utf8 = False
            return b"\n".join(_decoded(line).encode() for line in block.split(b"\n"))
        return block


def _decoded(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def line_frame(block: bytes, first: int) -> pl.DataFrame:
    """The lines of a block that hold anything, with their position in the file: columns record, line."""
    lines = block.decode().split("\n")
    return (
        pl.DataFrame({"line": lines}, schema={"line": pl.String})
        .with_row_index("record", offset=first)
        .select(pl.col("record").cast(pl.Int64), pl.col("line").str.strip_chars_end("\r"))
        .filter(pl.col("line").str.strip_chars() != "")
    )


def excerpt(text: pl.Expr, length: int = 120) -> pl.Expr:
    """The beginning of a text, control characters made visible."""
    shown = text.str.slice(0, length).str.replace_many(_VISIBLE)
    return pl.when(text.str.len_chars() > length).then(shown + "…").otherwise(shown)
