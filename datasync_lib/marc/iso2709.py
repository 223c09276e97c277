"""Binary MARC 21 (ISO 2709) in pieces."""

from collections.abc import Collection, Iterator
from typing import BinaryIO

from .damaged import record_rows
from .pieces import Collected, MarcPiece, wanted
from .streams import Limits

SPACE = b"\r\n\t \x00\x1a\x1d"


def read_iso2709(stream: BinaryIO, file: str, tags: Collection[str] | None, limits: Limits) -> Iterator[MarcPiece]:
    """The records of a stream, piece by piece."""
    record = offset = 0
    for block in blocks(stream, limits):
        collected = Collected()
        record = _read_block(block, record, offset, tags, collected)
        yield collected.piece(file, offset, len(block))
        offset += len(block)


def blocks(stream: BinaryIO, limits: Limits) -> Iterator[bytes]:
    """The stream in blocks that end with a record terminator, as far as there is one."""
    rest = b""
    while True:
        new = stream.read(limits.piece_bytes)
        data = rest + new
        cut = data.rfind(b"\x1d") + 1 if new else len(data)
        if not cut and len(data) >= limits.record_bytes:
            cut = limits.record_bytes
        if cut:
            yield data[:cut]
        rest = data[cut:]
        if not new:
            return


def _read_block(block: bytes, record: int, offset: int, tags, collected: Collected) -> int:
    start = 0
    while start < len(block):
        if block[start] in SPACE:
            start += 1
            continue
        end = block.find(b"\x1d", start) + 1 or len(block)
        data = block[start:end]
        try:
            rows = record_rows(data)
            collected.load(record, offset + start, len(data), wanted(tags, rows))
        except UnicodeDecodeError:
            _read_with_replacement(data, record, offset + start, tags, collected)
        except ValueError as error:
            collected.reject(record, offset + start, data, "unreadable_record", str(error))
        record += 1
        start = end
    return record


def _read_with_replacement(data: bytes, record: int, offset: int, tags, collected: Collected) -> None:
    try:
        rows = record_rows(data, "replace")
    except ValueError as error:
        collected.reject(record, offset, data, "unreadable_record", str(error))
        return
    collected.load(record, offset, len(data), wanted(tags, rows), repaired=True)
    collected.issue(record, offset, "not_utf8", "holds bytes that are not UTF-8; each is shown as �", data)
