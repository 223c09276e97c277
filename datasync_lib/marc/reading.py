"""What is in these MARC files? Every record accounted for, as Polars frames of subfields.

The names here are the ones that others use: `scan_marc`, `read_pieces`, `is_marc`.
"""

import re
import warnings
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from typing import Literal

import polars as pl
from polars.io.plugins import register_io_source

from ..errors import InputError
from .columns import Wanted
from .containers import Input, Sources, find_inputs
from .fixed_fields import FIXED_FIELDS, with_length_issues
from .iso2709 import read_iso2709
from .marcxml import read_marcxml
from .other_files import FIRST_BYTES, told_as_no_text, told_as_other
from .pieces import SUBFIELDS, Collected, MarcPiece
from .pushdown import tags_asked_for
from .streams import Guarded, Limits, TarCursor

# Five digits, and no line or column of a list of numbers ends within what would be the leader.
_LEADER_START = re.compile(rb"[\s\x00\x1a\x1d]*\d{5}[^\t\r\n]{19}")
_XML_START = re.compile(rb"\s*<")
_MARCXML_SIGN = re.compile(
    rb"<([\w.-]+:)?(collection|record|leader|controlfield|datafield|OAI-PMH|(searchRetrieve|explain|scan)Response)[\s>/]"
    rb"|MARC21/slim"
)
_BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
# Files that are certainly not MARC, whatever their name says; others that we know by name are in other_files.py.
_OFFICE = {
    b"PK\x03\x04": "a zip archive (or an Office file): name it .zip, or unpack it",
    b"\xd0\xcf\x11\xe0": "an old Office file: save the records as MARC",
}


class RecordsRejected(UserWarning):
    """Some records could not be read; `read_marc` lists them."""


def is_marc(first_bytes: bytes) -> Literal["iso2709", "marcxml"] | None:
    """Which form of MARC do these first bytes of a file look like? Some thousand bytes are enough."""
    start = bytes(first_bytes)
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if start.startswith(mark):
            start = start[: len(start) // 2 * 2].decode(encoding, "ignore").encode()
    if start.startswith(tuple(_OFFICE)) or told_as_other(start):
        return None
    if _XML_START.match(start):
        return "marcxml" if _MARCXML_SIGN.search(start) else None
    if _LEADER_START.match(start) or (b"\x1e" in start and b"\x1f" in start):
        return "iso2709"
    return None


def read_pieces(
    source: Input,
    tags: Collection[str] | None = None,
    columns: Collection[str] | None = None,
    *,
    largest_record_mb: int | None = None,
) -> Iterator[MarcPiece]:
    """The records of one input in pieces of bounded memory, in order.

    Args:
        source: from `find_inputs`.
        tags: the tags wanted, such as {"001", "245"}; "LDR" is the leader; None is everything.
        columns: the columns of `subfields` wanted (`record` is always there); None is everything.
        largest_record_mb: the longest record, where it is not the one of the input's limits.

    Yields:
        At least one piece. Record numbers go on from piece to piece. What cannot be read is in `issues`; nothing is
        raised for it.
    """
    wanted = Wanted(None if tags is None else frozenset(tags), None if columns is None else frozenset(columns))
    limits = source.limits
    if largest_record_mb is not None:
        limits = replace(limits, record_bytes=largest_record_mb * 1_000_000)
    has_fixed_fields = wanted.tags is None or not wanted.tags.isdisjoint(FIXED_FIELDS)
    offset = 0
    try:
        with source.open() as stream:
            for piece in read_stream(stream, source.file, wanted, limits):
                offset = piece.byte_offset + piece.bytes
                yield with_length_issues(piece) if has_fixed_fields else piece
    except InputError as error:
        yield _note(source.file, offset, "unreadable_file", str(error))
    except (
        AssertionError
    ) as error:  # a fault of ours: other files are not to suffer from it, and it is not to be missed
        message = (
            f"{source.file}: read up to byte {offset:,} only, where the account of its bytes does not add up ({error}); this "
            "is a fault of the program: please report it with the file"
        )
        yield _note(source.file, offset, "unreadable_file", message)


def read_stream(stream: Guarded, file: str, wanted: Wanted, limits: Limits) -> Iterator[MarcPiece]:
    """The records of an open stream, by the reader that its first bytes ask for.

    Raises:
        InputError: the stream breaks off; what came before was given.
    """
    yield from _reader_for(stream.peek(65_536))(stream, file, wanted, limits)


def _reader_for(start: bytes) -> Callable[[Guarded, str, Wanted, Limits], Iterator[MarcPiece]]:
    if not start:
        return lambda _stream, file, _wanted, _limits: iter([_note(file, 0, "empty_file", "the file is empty")])
    form = is_marc(start)
    return read_iso2709 if form == "iso2709" else read_marcxml if form == "marcxml" else _read_other


def _read_other(stream: Guarded, file: str, _: Wanted, limits: Limits) -> Iterator[MarcPiece]:
    """A file that is not MARC: all of its bytes are rejected, in pieces that fit into memory."""
    offset = record = 0
    what = _what_it_is(stream.peek(FIRST_BYTES))
    while block := stream.read(limits.record_bytes):
        collected = Collected()
        collected.reject(record, offset, block, "not_marc", f"this is not MARC, it is {what}")
        yield collected.piece(file, offset, len(block))
        offset, record = offset + len(block), record + 1


def _what_it_is(start: bytes) -> str:
    office = (words for magic, words in _OFFICE.items() if start.startswith(magic))
    other = told_as_other(start) or next(office, None) or told_as_no_text(start)
    return other or ("markup, such as HTML" if _XML_START.match(start) else "something else")


def _note(file: str, offset: int, code: str, message: str) -> MarcPiece:
    """A piece of no bytes that only says what is wrong with the file."""
    collected = Collected()
    collected.issue(None, offset, code, message)
    return collected.piece(file, offset, 0)


def as_tags(tags: Collection[str] | None) -> frozenset[str] | None:
    """The tags as a set; a single one may be given as it is."""
    return None if tags is None else frozenset([tags] if isinstance(tags, str) else tags)


def scan_marc(sources: Sources, tags: Collection[str] | None = None) -> pl.LazyFrame:
    """A lazy frame of the subfields in these MARC files: file, record, field, tag, ind1, ind2, subfield, code, value.

    Args:
        sources: a path, a glob, a folder, or a list of them; .gz, .zip, .tar and .tar.gz are looked into.
        tags: the tags wanted; "LDR" is the leader; None is everything.

    Warns:
        RecordsRejected: with counts, when records could not be read; `read_marc` lists them.

    Raises:
        InputError: a path is missing or a glob fits no file.
    """
    inputs = find_inputs(sources)
    asked = as_tags(tags)

    def rows(columns: list[str] | None, predicate: pl.Expr | None, limit: int | None, _batch: int | None):
        return _scan(inputs, asked, columns, predicate, limit)

    return register_io_source(rows, schema=SUBFIELDS, is_pure=True, explain_name="marc")


def _scan(
    inputs: list[Input],
    tags: frozenset[str] | None,
    columns: list[str] | None,
    predicate: pl.Expr | None,
    limit: int | None,
) -> Iterator[pl.DataFrame]:
    """The rows that a query wants, with only the tags, columns and as many rows as it wants."""
    # Polars wants the limit first: with one, every row counts, whether the filter lets it pass or not.
    filtered = tags_asked_for(predicate) if limit is None else None
    tags = filtered if tags is None else tags if filtered is None else tags & filtered
    needed = None if columns is None else {*columns, *(predicate.meta.root_names() if predicate is not None else ())}
    columns = list(SUBFIELDS) if columns is None else columns
    rejected = unreadable = 0
    for source in inputs:
        for piece in read_pieces(source, tags, needed):
            rejected += piece.records["state"].eq("rejected").sum()
            unreadable += piece.issues["code"].eq("unreadable_file").sum()
            frame = piece.subfields
            if limit is not None:
                frame = frame.head(limit)
                limit -= frame.height
            if predicate is not None:
                frame = frame.filter(predicate)
            yield frame if frame.columns == columns else frame.select(columns)
            if limit == 0:
                TarCursor.release()
                return
    TarCursor.release()
    if rejected or unreadable:
        message = f"{rejected} records and {unreadable} files could not be read: read_marc(…).issues lists them"
        warnings.warn(message, RecordsRejected, stacklevel=2)
