"""Lines of a text file, in blocks of whole lines, so that a report of any size is read in little memory.

OCLC's reports are UTF-8 with LF (oclc_formats.md 1.4); what passed through Windows, Excel or an old Mac may have a byte
order mark, CRLF, CR alone or CR CR LF, UTF-16, UTF-32 or Windows-1252. All of it comes out as UTF-8 with LF. A line
separator of Unicode, a vertical tab or a form feed ends no line, as in Excel.
"""

import codecs
import hashlib
import io
import re
from collections.abc import Iterator
from typing import BinaryIO

import polars as pl

from ..errors import InputError
from ..marc.other_files import FIRST_BYTES, is_blank
from ..marc.wide_text import as_utf8, wide_encoding

BLOCK_BYTES = 32_000_000
# No list or report has a longer line: what has is of another kind, and would fill the memory.
MOST_BYTES_OF_LINE = 64_000_000
# What is lost at most before the place where a file breaks off.
_PART_BYTES = 1 << 18
_SAMPLE_BYTES, _SAMPLE_LINES = 20_000, 50
_VISIBLE = {chr(code): chr(0x2400 + code) for code in range(0x20)} | {"\x7f": "\u2421"}
_LINE_END = re.compile(rb"\r{0,2}\n|\r")
# Marks that stand where one file was put behind another, and the sign that ends a file of DOS.
_MARKS = re.compile(rb"(?m)^(?:\xef\xbb\xbf|\x1a)+|(?<!\x1a)\x1a+$")


class LineBlocks:
    """The lines of a stream, block after block, with what the load log wants to know.

    Attributes:
        bytes: how many bytes were read so far.
        sample: the first lines, to see what the file is.
        start: the first bytes, as UTF-8.
        is_utf8: whether all text so far was UTF-8 or whole UTF-16 or UTF-32; what was not is read as Windows-1252, and
            of the others what can be read.
        problem: why reading broke off, in words.
        cut_line: the position of the line that it broke in, which is not given.
        repeated_headers: the positions of lines that repeat the header; they come out empty.
    """

    def __init__(self, stream: BinaryIO, block_bytes: int | None = None) -> None:
        """Reads the first block."""
        self._stream, self._size, self._hash = stream, block_bytes or BLOCK_BYTES, hashlib.sha256()
        self.bytes, self.is_utf8 = 0, True
        self.problem: str | None = None
        self.cut_line: int | None = None
        self.repeated_headers: list[int] = []
        self._header: tuple[int, re.Pattern[bytes]] | None = None
        self._told: str | None = None
        self._first = self._read()
        self._encoding = wide_encoding(self._first)
        self.start = as_utf8(self._first[:FIRST_BYTES])
        self.sample = first_lines(self._first)

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to read but blanks and line ends, as far as a block goes."""
        return is_blank(self.start) and is_blank(self._first) and not self.problem

    @property
    def words_on_encoding(self) -> str | None:
        """What there is to say of text that could not be read as it should; null when all of it could."""
        if self.is_utf8:
            return None
        if self._encoding:
            return f"not all of the text is {self._encoding[:6].upper()}: what could not be read is shown as \ufffd"
        return "not all of the text is UTF-8: the rest was read as Windows-1252"

    def keep_all(self) -> bytes:
        """All bytes at once, as UTF-8 where they are text of two or four bytes a character; lines can still be read."""
        parts = [self._first]
        while part := self._read():
            parts.append(part)
        self._first = b"".join(parts)
        return as_utf8(self._first)

    def read_to_end(self) -> None:
        """Reads what is left, for hash and size."""
        while self._read():
            pass

    def leave_out_repeats_of(self, position: int) -> None:
        """Makes lines empty that repeat the header, as where one report was put behind another; it is at this position."""
        header = self.sample[position].strip() if 0 <= position < len(self.sample) else ""
        if header and header.count('"') % 2 == 0:
            self._header = position, re.compile(rb"(?m)^[ \t]*" + re.escape(header.encode()) + rb"[ \t]*$")

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
        rest, position = [b""], 0
        for text in self._texts():
            end = text.rfind(b"\n") + 1
            if end:
                block = self._whole(b"".join(rest) + text[:end], position)
                yield block, position
                position += block.count(b"\n")
                rest = [text[end:]]
            else:
                rest.append(text)
            if sum(map(len, rest)) > MOST_BYTES_OF_LINE:
                self.problem = f"line {position + 1} has more than {MOST_BYTES_OF_LINE:,} bytes, as none of a list has"
                break
        last = b"".join(rest)
        if last and self.problem:
            self.cut_line = position
        elif block := self._whole(last, position):
            yield block, position

    def _texts(self) -> Iterator[bytes]:
        """The text in blocks, line ends as LF; a line end that two blocks share is one."""
        decoder = codecs.getincrementaldecoder(self._encoding)("replace") if self._encoding else None
        held, data = b"", self._first
        self._first = b""
        while data:
            text = held + (decoder.decode(data).encode("utf-8", "replace") if decoder else data)
            held = text[max(len(text) - 2, len(text.rstrip(b"\r"))) :]
            yield self._checked(with_line_feeds(text[: len(text) - len(held)]))
            data = self._read()
        ending = decoder.decode(b"", True).encode("utf-8", "replace") if decoder else b""
        if held or ending:
            yield self._checked(with_line_feeds(held + ending))

    def _checked(self, text: bytes) -> bytes:
        if self._encoding and "\ufffd".encode() in text:
            self.is_utf8 = False
        return text

    def _read(self) -> bytes:
        parts: list[bytes] = []
        size = 0
        try:
            while size < self._size and (part := self._stream.read(min(_PART_BYTES, self._size))):
                self._hash.update(part)
                parts.append(part)
                size += len(part)
        except InputError as error:
            self.problem = str(error)
        self.bytes += size
        return b"".join(parts)

    def _whole(self, block: bytes, position: int) -> bytes:
        """Whole lines as UTF-8, without marks and repeated headers."""
        if not block.isascii():
            try:
                block.decode()
            except UnicodeDecodeError:
                self.is_utf8 = False
                block = b"\n".join(_decoded(line).encode() for line in block.split(b"\n"))
        block = _without_marks(block)
        return self._without_headers(block, position) if self._header else block

    def _without_headers(self, block: bytes, position: int) -> bytes:
        at, header = self._header

        def empty(found: re.Match[bytes]) -> bytes:
            line = position + block.count(b"\n", 0, found.start())
            if line <= at:
                return found[0]
            self.repeated_headers.append(line)
            return b""

        return header.sub(empty, block)


def first_lines(start: bytes) -> list[str]:
    """The first lines of a text, by its first bytes, without the one that is cut by their end."""
    text = _without_marks(with_line_feeds(as_utf8(start[: 4 * _SAMPLE_BYTES])))
    if len(text) > _SAMPLE_BYTES:
        text = text[:_SAMPLE_BYTES]
        text = text[: text.rfind(b"\n")] if b"\n" in text else text
    return _decoded(text).split("\n")[:_SAMPLE_LINES]


def with_line_feeds(text: bytes) -> bytes:
    """The text with LF at the end of each line, where it has CR, CRLF or CR CR LF."""
    if b"\r" not in text:
        return text
    if b"\r\r" in text:
        return _LINE_END.sub(b"\n", text)
    return text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _without_marks(block: bytes) -> bytes:
    return _MARKS.sub(b"", block) if b"\x1a" in block or codecs.BOM_UTF8 in block else block


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
