"""Frames too large for memory: read batch by batch, and split into shares of their keys.

A share is chosen by a hash of the key, so that rows of one key are together, and shares of several frames with the same
key belong together. Rows without a key are in the first share.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from ..tables.parts import PartWriter

# So many rows are held in memory at once while a frame is split.
ROWS_TOGETHER = 500_000
# So many bibs, answers or held numbers make one share.
ROWS_A_SHARE = 200_000
# More pieces a share does not have.
_PIECES = 10_000


def shares_for(rows: int) -> int:
    """Into how many shares work on so many rows is split: a power of two, so that it seldom changes.

    >>> shares_for(0), shares_for(200_000), shares_for(200_001), shares_for(12_000_000)
    (1, 1, 2, 64)
    """
    return 1 << max(0, -(-rows // ROWS_A_SHARE) - 1).bit_length()


def rows_in(paths: Iterable[Path]) -> int:
    """How many rows some Parquet files have together; only their ends are read."""
    return sum(_rows(path) for path in paths)


def _rows(path: Path) -> int:
    return pl.scan_parquet(path, glob=False).select(pl.len()).collect().item()


def batches(paths: Iterable[Path]) -> Iterator[pl.LazyFrame]:
    """Parquet files in batches of about `ROWS_TOGETHER` rows: small ones together, a large one piece by piece."""
    waiting: list[Path] = []
    count = 0
    for path in paths:
        rows = _rows(path)
        if waiting and count + rows > ROWS_TOGETHER:
            yield pl.scan_parquet(waiting, glob=False)
            waiting, count = [], 0
        if rows > 2 * ROWS_TOGETHER:
            whole = pl.scan_parquet(path, glob=False)
            yield from (whole.slice(start, ROWS_TOGETHER) for start in range(0, rows, ROWS_TOGETHER))
        else:
            waiting.append(path)
            count += rows
    if waiting:
        yield pl.scan_parquet(waiting, glob=False)


def place(share: int, piece: int = 0) -> int:
    """The number that a piece of a share has among the files of its frame.

    >>> place(3, 12), share_at(place(3, 12))
    (30012, 3)

    Raises:
        ValueError: a share cannot have so many pieces.
    """
    if piece >= _PIECES:
        raise ValueError(f"{piece:,} pieces of a frame, {_PIECES:,} are possible")
    return share * _PIECES + piece


def share_at(number: int) -> int:
    """The share that a file of this number belongs to."""
    return number // _PIECES


def files_by_share(paths: Iterable[Path], shares: int) -> list[list[Path]]:
    """The files of a frame, share by share."""
    found: list[list[Path]] = [[] for _ in range(shares)]
    for path in paths:
        found[share_at(int(path.stem.rpartition("-")[2]))].append(path)
    return found


@dataclass(frozen=True)
class Split:
    """How a frame is split: its name, the column, into how many shares, and its columns (without rows)."""

    name: str
    column: str
    shares: int
    columns: pl.DataFrame


def split(pieces: Iterable[pl.DataFrame], writer: PartWriter, how: Split) -> None:
    """Write a frame share by share of a key, a piece at a time; a share without rows has the columns."""
    seen: set[int] = set()
    for number, piece in enumerate(of_a_size(pieces)):
        for share, rows in _shares(piece, how):
            writer.put(how.name, rows, place(share, number))
            seen.add(share)
    for share in set(range(how.shares)) - seen:
        writer.put(how.name, how.columns, place(share))


def of_a_size(pieces: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Pieces of which little is left, such as a few fields of many records, together."""
    waiting: list[pl.DataFrame] = []
    for piece in pieces:
        waiting.append(piece)
        if sum(rows.height for rows in waiting) >= ROWS_TOGETHER // 2:
            yield pl.concat(waiting)
            waiting = []
    if waiting:
        yield pl.concat(waiting)


def _shares(piece: pl.DataFrame, how: Split) -> Iterator[tuple[int, pl.DataFrame]]:
    if how.shares == 1:
        yield 0, piece
        return
    marked = piece.with_columns(_share=share_of(how.column, how.shares))
    for (share,), rows in marked.partition_by("_share", as_dict=True, include_key=False, maintain_order=True).items():
        yield share, rows


def share_of(column: str, shares: int) -> pl.Expr:
    """The share that each row belongs to."""
    return (pl.col(column).hash(7) % shares).cast(pl.Int32).fill_null(0)


def is_split_by(rows: pl.DataFrame, column: str, share: int, shares: int) -> bool:
    """Whether all rows of a share are there by this column too."""
    return column in rows.columns and bool((rows.select(share_of(column, shares)).to_series() == share).all())
