"""MARC files at once, with the row of each in the load log: for files that fit into memory."""

from collections.abc import Collection
from dataclasses import dataclass

import polars as pl

from ..vocabulary.tables import empty
from .account import Account
from .archives import TarCursor
from .containers import Input, Sources, find_inputs
from .pieces import ISSUES, RECORDS, SUBFIELDS, MarcPiece
from .reading import as_tags, read_pieces


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


def read_marc(sources: Sources, tags: Collection[str] | None = None) -> MarcFiles:
    """What is in these MARC files, and what could not be read?

    Args:
        sources: a path, a glob, a folder, or a list of them; .gz, .zip, .tar and .tar.gz are looked into.
        tags: the tags wanted; "LDR" is the leader; None is everything.

    Raises:
        InputError: a path is missing or a glob fits no file.
    """
    pieces: list[MarcPiece] = []
    files = [empty("files")]
    for source in find_inputs(sources):
        account = Account()
        for piece in read_pieces(source, as_tags(tags)):
            account.add(piece.records, piece.issues)
            pieces.append(piece)
        files.append(_file_row(source, account))
    TarCursor.release()
    return MarcFiles(
        pl.concat([SUBFIELDS.to_frame(), *(piece.subfields for piece in pieces)]),
        pl.concat(files),
        pl.concat([ISSUES.to_frame(), *(piece.issues for piece in pieces)]),
        pl.concat([RECORDS.to_frame(), *(piece.records for piece in pieces)]),
    )


def _file_row(source: Input, account: Account) -> pl.DataFrame:
    kind = "empty" if account.is_empty else "catalogue" if account.loaded else "unreadable"
    return account.file_row(source, kind)
