"""MARCXML: blocks of a file become columns where they are plain; a parser reads the rest, record by record.

The parser always knows where in the document the file stands. It reads what comes before the first record, and a
block of whole plain records, which changes nothing of where it stands, need not be shown to it.
"""

from collections.abc import Iterator

import numpy as np

from ..errors import InputError
from .columns import Wanted
from .parallel import in_order
from .pieces import ISSUES, RECORDS, SUBFIELDS, MarcPiece, loaded_records, merge
from .streams import Guarded, Limits
from .xml_events import EventReader
from .xml_scan import NotPlain, scan

# Bytes, where the last record ends in them (0 for nowhere), and how many of them are the block.
_Block = tuple[bytes, int, int]


def read_marcxml(stream: Guarded, file: str, wanted: Wanted, limits: Limits) -> Iterator[MarcPiece]:
    """The records of a stream, piece by piece; record numbers and offsets count from the start of the stream."""
    reader = EventReader(wanted.tags, limits)
    broken = None
    try:
        for data, size, fast in in_order(lambda job: _scan(job, file, wanted), _blocks(stream, limits)):
            yield _read_block(data, size, fast, reader=reader, file=file, wanted=wanted)
    except InputError as error:
        broken = error
    offset = reader.position
    reader.feed(b"", final=True)
    yield _slow(reader, file, wanted, offset, 0)
    if broken:
        raise broken


def _blocks(stream: Guarded, limits: Limits) -> Iterator[_Block]:
    """The stream in blocks, each cut after the last record that ends in it."""
    size = limits.piece_bytes
    while data := stream.read(size):
        end, is_last = _last_end(data), len(data) < size
        if not end and not is_last and size < limits.record_bytes + limits.piece_bytes:
            stream.give_back(data)
            size *= 2
            continue
        if end and not is_last:
            stream.give_back(memoryview(data)[end:])
            yield data, end, end
        else:
            yield data, end, len(data)
        size = limits.piece_bytes


def _last_end(data: bytes) -> int:
    """Where the last `</record>` or `</prefix:record>` ends."""
    at = len(data)
    while (at := data.rfind(b"record>", 0, at)) >= 0:
        start = data.rfind(b"<", max(0, at - 100), at)
        if data[start : start + 2] == b"</" and (at == start + 2 or data[at - 1 : at] == b":"):
            return at + len(b"record>")
    return 0


def _scan(job: _Block, file: str, wanted: Wanted) -> tuple[bytes, int, MarcPiece | None]:
    """The block, its size, and, if it is plain, the piece that it is, with numbers and offsets from 0."""
    data, end, size = job
    try:
        found = scan(data, end, wanted.table)
    except NotPlain:
        return data, size, None
    numbers = np.arange(len(found.start), dtype=np.int64)
    records = loaded_records(file, numbers, found.start, found.end - found.start)
    frame = found.rows.frame(file, numbers, wanted.columns)
    return data, size, MarcPiece(frame, records, ISSUES.to_frame(), [], 0, size)


def _read_block(
    data: bytes, size: int, fast: MarcPiece | None, *, reader: EventReader, file: str, wanted: Wanted
) -> MarcPiece:
    offset = reader.position
    if fast is None:
        reader.feed(data[:size])
        return _slow(reader, file, wanted, offset, size)
    first, last = fast.records["byte_offset"][0], fast.records.row(-1, named=True)
    if not reader.is_between_records(data[:first]):
        reader.feed(data[first:size])
        return _slow(reader, file, wanted, offset, size)
    piece = fast.counted_from(reader.record).moved_to(offset)
    end = last["byte_offset"] + last["bytes"]
    reader.pass_over(end - first, fast.records.height)
    if end < size:
        reader.feed(data[end:size])
    return merge(piece, reader.take(), file)


def _slow(reader: EventReader, file: str, wanted: Wanted, offset: int, size: int) -> MarcPiece:
    """A piece of only what the parser has read."""
    columns = [name for name in SUBFIELDS if wanted.columns is None or name in wanted.columns or name == "record"]
    nothing = SUBFIELDS.to_frame().select(columns)
    return merge(MarcPiece(nothing, RECORDS.to_frame(), ISSUES.to_frame(), [], offset, size), reader.take(), file)
