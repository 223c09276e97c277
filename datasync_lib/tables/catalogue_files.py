"""The reader of catalogue files: what a file of bibs or holdings gives to the tables, piece by piece.

What is read (subfields, records) and what is derived from it (bibs, ocns, holdings …) are two parts in the store, so that
a changed rule derives anew from the subfields and reads no file. On the way in, each piece is looked at once for both.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Protocol

import polars as pl

from ..marc import MarcPiece, read_pieces
from ..marc.account import Account
from ..marc.by_tag import Fields
from ..marc.parallel import in_order
from ..readers import Derived, Given, Source, reads
from ..settings import Settings
from ..vocabulary.tables import empty
from .build import derive, derive_sent_records, rules_of_tables, tags_to_load

KIND = "catalogue"

# What a person may look into: the records that nobody could read, as they stand in the file.
REJECTED = "rejected.mrc"
# No OCN has more digits; zeros before them do not count.
_DIGITS = re.compile(rb"(?<![0-9])0*([1-9][0-9]{0,11})(?![0-9])")

_DERIVED = Derived(
    {"rules": lambda settings, _file: rules_of_tables(settings)},
    (derive, derive_sent_records),
    frozenset(["bibs", "ocns", "standard_numbers", "holdings", "other_holdings", "items", "links", "sent_records"]),
)


@reads(
    KIND,
    code=(read_pieces,),
    derived=_DERIVED,
    tags=lambda settings, _file: tags_to_load(settings),
    largest_record_mb="raw.largest_record_mb",
)
def read_catalogue(source: Source, *, tags: frozenset[str], largest_record_mb: int, rules: Settings) -> Given:
    """What records does a file of the catalogue have, and what do they give to the tables?

    Args:
        source: a MARC file; symbol, collection and sent_file are known where it was sent to OCLC.
        tags: the tags that are kept.
        largest_record_mb: the longest record.
        rules: what the derived tables depend on.

    Yields:
        subfields, records, load_issues, the bytes of rejected records, the numbers in them and in what was left out of others, and the derived tables, piece by piece; files.
    """

    def work(piece: MarcPiece) -> tuple[MarcPiece, list[tuple[str, pl.DataFrame]]]:
        fields = Fields(piece.subfields)
        derived = list(derive_piece(fields, piece.records, source, rules))
        return replace(piece, subfields=fields.by_tag()), derived

    account = Account()
    pieces = read_pieces(source.input, tags, largest_record_mb=largest_record_mb)
    for piece, derived in in_order(work, pieces):
        account.add(piece.records, piece.issues)
        yield "subfields", piece.subfields
        yield "records", piece.records
        yield "load_issues", piece.issues
        for _, content in piece.rejected:
            yield REJECTED, content
        yield "rejected_numbers", _numbers_in(source.file, piece.rejected + piece.left_out)
        yield from derived
    yield "files", account.file_row(source.input, KIND if account.loaded else "unreadable")


def _numbers_in(file: str, rejected: list[tuple[int, bytes]]) -> pl.DataFrame:
    """The runs of digits in pieces that could not be read, and in texts left out of others, in the columns of `rejected_numbers`.

    A NUL parts no digits: in UTF-16 one stands beside each.
    """
    runs = {
        (file, record, int(run))
        for record, content in rejected
        for text in {content, content.replace(b"\x00", b"")}
        for run in _DIGITS.findall(text)
    }
    return pl.DataFrame(sorted(runs), schema=empty("rejected_numbers").schema, orient="row")


class Sent(Protocol):
    """Where a file was sent; all of it is null for one that was not."""

    symbol: str | None
    collection: str | None
    sent_file: str | None


def derive_piece(
    fields: Fields, records: pl.DataFrame, sent: Sent, rules: Settings
) -> Iterator[tuple[str, pl.DataFrame]]:
    """What one piece of a catalogue file gives to the derived tables.

    Args:
        fields: its records.
        records: rows of the `records` table, these among them.
        sent: where the file was sent.
        rules: what the tables depend on.
    """
    yield from derive(fields, rules).items()
    if sent.sent_file:
        told = {"symbol": sent.symbol, "collection": sent.collection, "sent_file": sent.sent_file}
        yield "sent_records", derive_sent_records(fields, records, **told, settings=rules)
