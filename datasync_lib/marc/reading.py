"""What is in these MARC files? Every record accounted for, as Polars frames of subfields.

The names here are the ones that others use: `scan_marc`, `read_marc`, `read_pieces`, `is_marc`.
"""

import hashlib
import re
import warnings
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import polars as pl
from polars.io.plugins import register_io_source

from ..errors import InputError
from .containers import Input, Sources, find_inputs
from .iso2709 import read_iso2709
from .marcxml import read_marcxml
from .pieces import ISSUES, RECORDS, SUBFIELDS, Collected, MarcPiece
from .streams import TarCursor

_LEADER_START = re.compile(rb"[\s\x00\x1a\x1d]*\d{5}")
_XML_START = re.compile(rb"(\xef\xbb\xbf)?\s*<")
_MARCXML_ELEMENT = re.compile(rb"<([\w.-]+:)?(collection|record|leader|controlfield|datafield)[\s>/]")


class RecordsRejected(UserWarning):
    """Some records could not be read; `read_marc` lists them."""


@dataclass(frozen=True)
class MarcFiles:
    """What `read_marc` gives.

    Attributes:
        subfields: columns of the table subfields.
        files: columns of the table files; kind is catalogue, empty or unreadable.
        issues: columns of the table load_issues.
        records: columns of the table records.
    """

    subfields: pl.DataFrame
    files: pl.DataFrame
    issues: pl.DataFrame
    records: pl.DataFrame


def is_marc(first_bytes: bytes) -> Literal["iso2709", "marcxml"] | None:
    """Which form of MARC do these first bytes of a file look like? A few thousand bytes are enough."""
    if _XML_START.match(first_bytes):
        return "marcxml" if _MARCXML_ELEMENT.search(first_bytes) else None
    if _LEADER_START.match(first_bytes) or (b"\x1e" in first_bytes and b"\x1f" in first_bytes):
        return "iso2709"
    return None


def read_pieces(source: Input, tags: Collection[str] | None = None) -> Iterator[MarcPiece]:
    """The records of one input in pieces of bounded memory, in order.

    Args:
        source: from `find_inputs`.
        tags: the tags wanted, such as {"001", "245"}; "LDR" is the leader; None is everything.

    Yields:
        At least one piece. Record numbers go on from piece to piece. What cannot be read is in `issues`; nothing is
        raised for it.
    """
    offset = record = 0
    tags = None if tags is None else frozenset(tags)
    try:
        with source.open() as stream:
            start = stream.peek(8192)[:8192]  # type: ignore[attr-defined]
            if not start:
                yield _empty(source)
                return
            read = read_marcxml if is_marc(start) == "marcxml" else read_iso2709
            for piece in read(stream, source.file, tags, source.limits):
                offset, record = piece.byte_offset + piece.bytes, record + piece.records.height
                yield piece
    except InputError as error:
        yield _broken(source, offset, str(error))


def _empty(source: Input) -> MarcPiece:
    collected = Collected()
    collected.issue(None, 0, "empty_file", "the file is empty")
    return collected.piece(source.file, 0, 0)


def _broken(source: Input, offset: int, message: str) -> MarcPiece:
    collected = Collected()
    collected.issue(None, offset, "unreadable_file", message)
    return collected.piece(source.file, offset, 0)


def read_marc(sources: Sources, tags: Collection[str] | None = None) -> MarcFiles:
    """What is in these MARC files, and what could not be read?

    Args:
        sources: a path, a glob, a folder, or a list of them; .gz, .zip, .tar and .tar.gz are looked into.
        tags: the tags wanted; "LDR" is the leader; None is everything.

    Raises:
        InputError: a path is missing or a glob fits no file.
    """
    pieces: list[MarcPiece] = []
    files = []
    for source in find_inputs(sources):
        of_file = list(read_pieces(source, tags))
        pieces += of_file
        files.append(_file_row(source, of_file))
    TarCursor.release()
    return MarcFiles(
        pl.concat([SUBFIELDS.to_frame(), *(piece.subfields for piece in pieces)]),
        pl.DataFrame(files, schema=_FILES, orient="row"),
        pl.concat([ISSUES.to_frame(), *(piece.issues for piece in pieces)]),
        pl.concat([RECORDS.to_frame(), *(piece.records for piece in pieces)]),
    )


_FILES = pl.Schema(
    {
        "file": pl.String,
        "kind": pl.String,
        "sha256": pl.String,
        "bytes": pl.Int64,
        "found": pl.Int64,
        "loaded": pl.Int64,
        "repaired": pl.Int64,
        "repeated": pl.Int64,
        "rejected": pl.Int64,
        "note": pl.String,
        "loaded_at": pl.Datetime("us", "UTC"),
    }
)


def _file_row(source: Input, pieces: list[MarcPiece]) -> tuple:
    states = pl.concat([piece.records for piece in pieces])["state"]
    rejected = states.eq("rejected").sum()
    issues = pl.concat([piece.issues for piece in pieces]).filter(
        pl.col("code").is_in(["empty_file", "unreadable_file"])
    )
    note = issues["message"].first() if issues.height else None
    kind = "empty" if "empty_file" in issues["code"] else "catalogue" if len(states) > rejected else "unreadable"
    digest, size = (hashlib.sha256().hexdigest(), 0) if source.problem else source.fingerprint()
    loaded = len(states) - rejected
    repaired = states.eq("repaired").sum()
    return (source.file, kind, digest, size, len(states), loaded, repaired, 0, rejected, note, datetime.now(UTC))


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

    def source(columns, predicate, rows, _batch) -> Iterator[pl.DataFrame]:
        rejected = left_out = 0
        for each in inputs:
            for piece in read_pieces(each, tags):
                rejected += piece.records["state"].eq("rejected").sum()
                left_out += piece.issues["code"].eq("unreadable_file").sum()
                frame = piece.subfields
                if predicate is not None:
                    frame = frame.filter(predicate)
                if columns is not None:
                    frame = frame.select(columns)
                if rows is not None:
                    frame = frame.head(rows)
                    rows -= frame.height
                yield frame
                if rows == 0:
                    return
        TarCursor.release()
        if rejected or left_out:
            warnings.warn(
                f"{rejected} records and {left_out} files could not be read: read_marc(…).issues lists them",
                RecordsRejected,
                stacklevel=2,
            )

    return register_io_source(source, schema=SUBFIELDS, is_pure=True)
