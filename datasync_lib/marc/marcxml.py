"""MARCXML: blocks of a file become columns where they are plain; a parser reads the rest, record by record.

The parser always knows where in the document the file stands. It reads what comes before the first record, and a
block of whole plain records, which changes nothing of where it stands, need not be shown to it.
"""

from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
import polars as pl

from .columns import Wanted
from .parallel import in_order
from .pieces import ISSUES, RECORDS, SUBFIELDS, MarcPiece, merge
from .streams import Limits
from .xml_events import EventReader
from .xml_scan import NotPlain, scan

_Block = tuple[bytes, int]  # and where its last record ends, 0 for nowhere


def read_marcxml(stream: BinaryIO, file: str, wanted: Wanted, limits: Limits) -> Iterator[MarcPiece]:
    """The records of a stream, piece by piece; record numbers and offsets count from the start of the stream."""
    reader = EventReader(wanted.tags, limits)
    for block, end, fast in in_order(lambda job: _scan(job, file, wanted), _blocks(stream, limits)):
        yield _read_block(block, end, fast, reader, file, wanted)
    offset = reader.position
    reader.feed(b"", final=True)
    yield _slow(reader, file, wanted, offset, 0)


def _blocks(stream: BinaryIO, limits: Limits) -> Iterator[_Block]:
    """The stream in blocks, each cut after the last record that ends in it."""
    rest = b""
    while new := stream.read(limits.piece_bytes):
        data = rest + new if rest else new
        end = _last_end(data)
        if not end and len(data) < limits.record_bytes:
            rest = data
            continue
        yield data[: end or len(data)], end
        rest = data[end:] if end else b""
    if rest:
        yield rest, _last_end(rest)


def _last_end(data: bytes) -> int:
    """Where the last `</record>` or `</prefix:record>` ends."""
    at = len(data)
    while (at := data.rfind(b"record>", 0, at)) >= 0:
        start = data.rfind(b"<", max(0, at - 100), at)
        if data[start : start + 2] == b"</" and (at == start + 2 or data[at - 1 : at] == b":"):
            return at + len(b"record>")
    return 0


def _scan(job: _Block, file: str, wanted: Wanted) -> tuple[bytes, int, MarcPiece | None]:
    """The block as a piece with numbers and offsets from 0, if it is plain."""
    block, end = job
    try:
        found = scan(block, end, wanted.table)
    except NotPlain:
        return block, end, None
    numbers = np.arange(len(found.start), dtype=np.int64)
    columns = {"record": numbers, "byte_offset": found.start, "bytes": found.end - found.start}
    records = pl.DataFrame(columns).select(pl.lit(file).alias("file"), pl.all(), pl.lit("loaded").alias("state"))
    return (
        block,
        end,
        MarcPiece(found.rows.frame(file, numbers, wanted.columns), records, ISSUES.to_frame(), [], 0, len(block)),
    )


def _read_block(
    block: bytes, end: int, fast: MarcPiece | None, reader: EventReader, file: str, wanted: Wanted
) -> MarcPiece:
    offset = reader.position
    if fast is None:
        reader.feed(block)
        return _slow(reader, file, wanted, offset, len(block))
    first = fast.records["byte_offset"][0]
    if not reader.is_between_records(block[:first]):
        reader.feed(block[first:])
        return _slow(reader, file, wanted, offset, len(block))
    piece = fast.counted_from(reader.record).moved_to(offset)
    reader.pass_over(end - first, fast.records.height)
    if end < len(block):
        reader.feed(block[end:])
    return merge(piece, reader.take(), file)


def _slow(reader: EventReader, file: str, wanted: Wanted, offset: int, size: int) -> MarcPiece:
    """A piece of only what the parser has read."""
    columns = [name for name in SUBFIELDS if wanted.columns is None or name in wanted.columns or name == "record"]
    nothing = SUBFIELDS.to_frame().select(columns)
    return merge(MarcPiece(nothing, RECORDS.to_frame(), ISSUES.to_frame(), [], offset, size), reader.take(), file)
