"""Binary MARC 21 (ISO 2709): blocks of a file become columns; what does not fit goes to the patient path.

The fast path takes a record when it is sound (see `directories`) and its text is of one of these kinds, in which the
columns are certain to be what pymarc would give:

- Leader/09 is a, and the record is valid UTF-8;
- Leader/09 is something else, and the record has only printable ASCII: the same in MARC-8 and in UTF-8;
- Leader/09 is something else, but the record has other characters, is valid UTF-8 throughout, and has no escape
  sequence: it is read as UTF-8, and an issue says so. MARC-8 puts a mark before its letter, and practically never
  makes valid UTF-8.
"""

import re
from collections.abc import Iterator

import numpy as np
import polars as pl

from .columns import Bytes, Mask, Rows, Wanted, are_utf8, copy_slices, is_utf8, look_up, places_of
from .damaged import NEXT, Found, read_single, read_stretch, step_back
from .directories import DELIMITER, FIELD_END, SPACE, Chunks, Entries, find_chunks, read_directories
from .parallel import in_order
from .pieces import ISSUES, Collected, MarcPiece, excerpt, loaded_records, merge
from .streams import Guarded, Limits

_CUT = re.compile(rb"\x1d[\r\n\t \x00\x1a\x1d]*(?=\d{5})")
_ESCAPE, _LAST_ASCII = 0x1B, 0x7E


def read_iso2709(stream: Guarded, file: str, wanted: Wanted, limits: Limits) -> Iterator[MarcPiece]:
    """The records of a stream, piece by piece; record numbers and offsets count from the start of the stream."""
    record = 0
    for piece in in_order(lambda job: _read_block(*job, file, wanted, limits), _blocks(stream, limits)):
        yield piece.counted_from(record)
        record += piece.records.height


def _blocks(stream: Guarded, limits: Limits) -> Iterator[tuple[memoryview, int]]:
    """The stream in blocks and their offsets, each cut where a record ends and the next begins, as far as there is one."""
    offset, size = 0, limits.piece_bytes
    while data := stream.read(size):
        cut = _last_cut(data) if len(data) == size else len(data)
        if not cut and size < limits.record_bytes + limits.piece_bytes:
            stream.give_back(data)
            size *= 2
            continue
        cut = cut or _last_beginning(data, limits.record_bytes)
        if cut < len(data):
            stream.give_back(memoryview(data)[cut:])
        yield memoryview(data)[:cut], offset
        offset, size = offset + cut, limits.piece_bytes


def _last_beginning(data: bytes, limit: int) -> int:
    """Of bytes without a terminator: where the last record seems to begin before the limit, else the limit."""
    beginnings = [match.start() for match in NEXT.finditer(data, 1, limit)]
    return beginnings[-1] if beginnings else min(len(data), limit)


def _last_cut(data: bytes) -> int:
    """The end of the last record that another leader seems to follow; a terminator inside a record is none."""
    end = len(data)
    while (at := data.rfind(b"\x1d", 0, end)) >= 0 and len(data) - at < 1_000_000:
        if match := _CUT.match(data, at):
            return match.end()
        while at and data[at - 1] in SPACE:  # the same would be found again at each of a run
            at -= 1
        end = at
    return data.rfind(b"\x1d") + 1


def _read_block(block: memoryview, offset: int, file: str, wanted: Wanted, limits: Limits) -> MarcPiece:
    data = np.frombuffer(block, np.uint8)
    chunks = find_chunks(data)
    entries, sound = read_directories(data, chunks)
    clear, undeclared = _check_text(data, chunks, sound)
    rows, clear = _rows(data, entries, clear, wanted.table)
    patient = Collected()
    numbers = _patiently(block, offset, chunks, patient, sound=sound, clear=clear, tags=wanted.tags, limits=limits)
    fast = rows.frame(file, numbers, wanted.columns)
    records = _record_frame(file, numbers, offset, chunks, clear)
    issues = _undeclared_issues(block, offset, chunks, undeclared & clear, file=file, numbers=numbers)
    piece = merge(MarcPiece(fast, records, issues, [], offset, len(block)), patient, file)
    _check_nothing_is_lost(piece, block)
    return piece


def _check_text(data: Bytes, chunks: Chunks, sound: Mask) -> tuple[Mask, Mask]:
    """Which sound chunks have text of the three kinds above, and which are UTF-8 without saying so."""
    marked = np.zeros(len(sound), np.bool_)
    marked[sound] = data[chunks.start[sound] + 9] == ord("a")
    valid = sound if is_utf8(data) else _valid_ones(data, chunks, sound)
    others = np.flatnonzero(sound & ~marked)
    undeclared = np.zeros(len(sound), np.bool_)
    if len(others) == 0:
        return valid, undeclared
    text, bounds = copy_slices(data, chunks.start[others], chunks.end[others])
    strange = (text > _LAST_ASCII) | (text < 0x1D)
    # A terminator inside a field is dropped from MARC-8.
    fields = np.add.reduceat(text == FIELD_END, bounds[:-1], dtype=np.int32) - 1
    has_strange = fields != (chunks.base[others] - chunks.start[others] - 25) // 12
    if not strange.any() and not has_strange.any():
        return valid, undeclared
    has_strange |= np.logical_or.reduceat(strange, bounds[:-1])
    has_wide = np.logical_or.reduceat(text > 0x7F, bounds[:-1])
    has_escape = np.logical_or.reduceat(text == _ESCAPE, bounds[:-1])
    undeclared[others] = has_wide & ~has_escape & valid[others]
    clear = valid.copy()
    clear[others[has_strange]] = False
    return clear | undeclared, undeclared


def _valid_ones(data: Bytes, chunks: Chunks, sound: Mask) -> Mask:
    valid = sound.copy()
    valid[sound] = are_utf8(data, chunks.start[sound], chunks.end[sound])
    return valid


def _rows(data: Bytes, entries: Entries, clear: Mask, table: Mask | None) -> tuple[Rows, Mask]:
    """The rows of the records that are clear, and which are after a closer look at their subfields."""
    while True:
        fields = entries.of(clear, table)
        rows, odd = _split(data, fields)
        if not len(odd):
            return rows, clear
        clear = clear.copy()
        clear[odd] = False


def _split(data: Bytes, fields: Entries) -> tuple[Rows, np.ndarray]:
    """Subfields of the fields; and the chunks in which they are odd: then the rows are not to be used."""
    text, bounds = copy_slices(data, fields.start, fields.end)
    delimiters = places_of(text, DELIMITER)
    counts = np.diff(np.searchsorted(delimiters, bounds)).astype(np.int32)
    begin, control = bounds[:-1], fields.control
    odd = control & (counts > 0)
    if not odd.any():
        odd = _odd_fields(text, begin, delimiters, counts, control)
    counts[control] = 1
    field = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    if odd.any():
        return _no_rows(text), np.unique(fields.record[odd])
    last = np.cumsum(counts, dtype=np.int32) - np.int32(1)
    plain = look_up(control, field)
    start, end = np.empty(len(field), np.int32), np.empty(len(field), np.int32)
    start[np.flatnonzero(~plain)] = delimiters + np.int32(2)
    start[last[control]] = begin[control]
    np.subtract(start[1:], 2, out=end[:-1])
    end[last] = bounds[1:] - 1
    end[last[fields.position < 0]] += 1  # a leader has no terminator
    indicators = look_up(begin, field)
    rows = Rows(
        buffer=text,
        record=look_up(fields.record, field),
        field=look_up(fields.position, field),
        tag=look_up(fields.tag, field),
        ind1=look_up(text, indicators),
        ind2=look_up(text, indicators + np.int32(1)),
        code=look_up(text, start - np.int32(1)),
        subfield=np.arange(len(field), dtype=np.int32) - look_up(last - counts + np.int32(1), field),
        start=start,
        end=end,
        plain=plain,
    )
    return rows, np.empty(0, np.int32)


def _odd_fields(text: Bytes, begin: np.ndarray, delimiters: np.ndarray, counts: np.ndarray, control: Mask) -> Mask:
    """Fields with an indicator or code that is not ASCII, a delimiter among the indicators, or a subfield of nothing."""
    odd = np.zeros(len(counts), np.bool_)
    of_data = begin[~control]
    first, second = look_up(text, of_data), look_up(text, of_data + np.int32(1))
    odd[~control] = (first > 0x7F) | (second > 0x7F) | (first == DELIMITER) | (second == DELIMITER)
    code = look_up(text, delimiters + np.int32(1))
    bad = (code > 0x7F) | (code == DELIMITER) | (code == 0x1E)
    if bad.any():
        field = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
        odd[field[bad]] = True
    return odd


def _no_rows(text: Bytes) -> Rows:
    none = np.empty(0, np.int32)
    return Rows(
        text, none, none, none.view(np.uint32), *[np.empty(0, np.uint8)] * 3, none, none, none, none.astype(bool)
    )


def _patiently(
    block: memoryview,
    offset: int,
    chunks: Chunks,
    patient: Collected,
    *,
    sound: Mask,
    clear: Mask,
    tags: frozenset[str] | None,
    limits: Limits,
) -> np.ndarray:
    """Reads what is not clear into `patient`, one by one, and gives every chunk the number of its (first) record.

    A chunk that is not sound may be half a record or two: neighbours of that sort are looked at together.
    """
    found_of: dict[int, list[Found]] = {}
    pieces = np.ones(len(clear), np.int64)
    unclear = np.flatnonzero(~clear).tolist()
    position = 0
    while position < len(unclear):
        first = last = unclear[position]
        if sound[first]:
            start, end = int(chunks.start[first]), int(chunks.end[first])
            found_of[first] = [read_single(bytes(block[start:end]), start, tags)]
        else:
            while position + 1 < len(unclear) and unclear[position + 1] == last + 1 and not sound[last + 1]:
                position, last = position + 1, last + 1
            start, end = int(chunks.start[first]), int(chunks.end[last])
            start = step_back(block, start, int(chunks.end[first - 1]) if first else 0)
            found_of[first] = read_stretch(bytes(block[start:end]), start, tags, limits)
        pieces[first : last + 1] = 0
        pieces[first] = len(found_of[first])
        position += 1
    numbers = np.cumsum(pieces) - pieces
    for chunk, several in found_of.items():
        for number, found in enumerate(several, start=int(numbers[chunk])):
            found.collect(patient, number, offset, block)
    return numbers


def _record_frame(file: str, numbers: np.ndarray, offset: int, chunks: Chunks, clear: Mask) -> pl.DataFrame:
    start = chunks.start[clear].astype(np.int64)
    return loaded_records(file, numbers[clear], start + offset, chunks.end[clear] - start)


def _undeclared_issues(
    block: memoryview, offset: int, chunks: Chunks, undeclared: Mask, *, file: str, numbers: np.ndarray
) -> pl.DataFrame:
    which = np.flatnonzero(undeclared)
    if len(which) == 0:
        return ISSUES.to_frame()
    message = "the text is UTF-8, but Leader/09 does not say so; read as UTF-8"
    starts = chunks.start[which]
    columns = {
        "record": numbers[which],
        "byte_offset": starts.astype(np.int64) + offset,
        "excerpt": [excerpt(bytes(block[start : start + 121])) for start in starts.tolist()],
    }
    return pl.DataFrame(columns).select(
        pl.lit(file).alias("file"),
        "record",
        "byte_offset",
        pl.lit("utf8_undeclared").alias("code"),
        pl.lit(message).alias("message"),
        "excerpt",
    )


def _check_nothing_is_lost(piece: MarcPiece, block: memoryview) -> None:
    """Every byte belongs to a loaded piece, a rejected piece or the space between."""
    start = piece.records["byte_offset"].to_numpy() - piece.byte_offset
    end = start + piece.records["bytes"].to_numpy()
    edges_start = np.concatenate([np.zeros(1, np.int64), end])
    edges_end = np.append(start, len(block))
    for gap in np.flatnonzero(edges_start != edges_end).tolist():
        between = bytes(block[edges_start[gap] : edges_end[gap]])
        if edges_start[gap] > edges_end[gap] or between.strip(SPACE):
            raise AssertionError(f"bytes {edges_start[gap]} to {edges_end[gap]} of a block belong to nothing")
