"""What one piece of a MARC file gives: rows of subfields, its records, what was wrong, and the bytes nobody could read."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import polars as pl
from numpy.typing import NDArray

SUBFIELDS = pl.Schema(
    {
        "file": pl.String,
        "record": pl.Int64,
        "field": pl.Int32,
        "tag": pl.String,
        "ind1": pl.String,
        "ind2": pl.String,
        "subfield": pl.Int32,
        "code": pl.String,
        "value": pl.String,
    }
)
RECORDS = pl.Schema(
    {"file": pl.String, "record": pl.Int64, "byte_offset": pl.Int64, "bytes": pl.Int64, "state": pl.String}
)
ISSUES = pl.Schema(
    {
        "file": pl.String,
        "record": pl.Int64,
        "byte_offset": pl.Int64,
        "code": pl.String,
        "message": pl.String,
        "excerpt": pl.String,
    }
)

# field, tag, ind1, ind2, subfield, code, value: a row of SUBFIELDS without the record it belongs to.
Row = tuple[int | None, str, str | None, str | None, int | None, str | None, str | None]


@dataclass(frozen=True)
class MarcPiece:
    """A stretch of a file, cut between records.

    Attributes:
        subfields: columns of the table subfields.
        records: columns of the table records; one row a piece of the file that is a record or cannot be read as one.
        issues: columns of the table load_issues.
        rejected: (record, bytes) of what could not be read, for a cataloguer.
        byte_offset: where the stretch begins in the file, decompressed.
        bytes: its length.
        left_out: (record, bytes) of text that stands in no subfield, in a record that was read otherwise.
    """

    subfields: pl.DataFrame
    records: pl.DataFrame
    issues: pl.DataFrame
    rejected: list[tuple[int, bytes]]
    byte_offset: int
    bytes: int
    left_out: list[tuple[int, bytes]] = field(default_factory=list)

    def counted_from(self, first: int) -> "MarcPiece":
        """The same piece, its record numbers beginning with `first`."""
        if first == 0:
            return self
        return replace(
            self,
            subfields=_shifted(self.subfields, "record", first),
            records=_shifted(self.records, "record", first),
            issues=_shifted(self.issues, "record", first),
            rejected=[(record + first, data) for record, data in self.rejected],
            left_out=[(record + first, data) for record, data in self.left_out],
        )

    def moved_to(self, byte_offset: int) -> "MarcPiece":
        """The same piece, its offsets counted from where it begins in the file."""
        return replace(
            self,
            records=_shifted(self.records, "byte_offset", byte_offset),
            issues=_shifted(self.issues, "byte_offset", byte_offset),
            byte_offset=byte_offset,
        )


# Queries on frames of one piece cost more than their work; what is done for every piece is done without one.


def _shifted(frame: pl.DataFrame, column: str, by: int) -> pl.DataFrame:
    return frame.clone().replace_column(frame.get_column_index(column), frame[column] + by)


def repeated(name: str, value: str, times: int) -> pl.Series:
    """A column of one value."""
    return pl.Series(name, [value], dtype=pl.String).new_from_index(0, times)


def loaded_records(file: str, record: NDArray, byte_offset: NDArray, size: NDArray) -> pl.DataFrame:
    """Rows of the table records for what the fast paths have loaded."""
    return pl.DataFrame(
        {
            "file": repeated("file", file, len(record)),
            "record": record,
            "byte_offset": byte_offset,
            "bytes": size,
            "state": repeated("state", "loaded", len(record)),
        }
    )


@dataclass
class Collected:
    """Records gathered one by one, until they become the frames of a piece."""

    rows: list[tuple] = field(default_factory=list)
    records: list[tuple] = field(default_factory=list)
    issues: list[tuple] = field(default_factory=list)
    rejected: list[tuple[int, bytes]] = field(default_factory=list)
    left_out: list[tuple[int, bytes]] = field(default_factory=list)

    def load(self, record: int, offset: int, size: int, rows: Sequence[Row], *, repaired: bool = False) -> None:
        """Takes in a record that could be read."""
        self.records.append((record, offset, size, "repaired" if repaired else "loaded"))
        self.rows.extend((record, *row) for row in rows)

    def leave_out(self, record: int, texts: Sequence[bytes]) -> None:
        """Keeps the texts of a record that could be read but for them."""
        if texts:
            self.left_out.append((record, b"\x1e".join(texts)))

    def reject(self, record: int, offset: int, data: bytes, code: str, message: str) -> None:
        """Takes in a stretch of bytes that could not be read, and why."""
        self.records.append((record, offset, len(data), "rejected"))
        self.rejected.append((record, data))
        self.issue(record, offset, code, message, data)

    def issue(self, record: int | None, offset: int | None, code: str, message: str, data: bytes = b"") -> None:
        """Notes what is wrong."""
        self.issues.append((record, offset, code, message, excerpt(data)))

    def piece(self, file: str, byte_offset: int, size: int) -> MarcPiece:
        """The frames of what was gathered."""
        return MarcPiece(
            _frame(file, self.rows, SUBFIELDS),
            _frame(file, self.records, RECORDS),
            _frame(file, self.issues, ISSUES),
            self.rejected,
            byte_offset,
            size,
            self.left_out,
        )


def merge(piece: MarcPiece, patient: Collected, file: str) -> MarcPiece:
    """A piece together with the records that were read one by one, all in the order of the file."""
    if not patient.records and not patient.issues:
        return piece
    slow = patient.piece(file, piece.byte_offset, piece.bytes)
    return replace(
        piece,
        subfields=pl.concat([piece.subfields, slow.subfields.select(piece.subfields.columns)]).sort(
            "record", maintain_order=True
        ),
        records=pl.concat([piece.records, slow.records]).sort("record"),
        issues=pl.concat([piece.issues, slow.issues]).sort("record", maintain_order=True),
        rejected=slow.rejected,
        left_out=slow.left_out,
    )


def _frame(file: str, rows: list[tuple], schema: pl.Schema) -> pl.DataFrame:
    without_file = pl.Schema({name: type_ for name, type_ in schema.items() if name != "file"})
    frame = pl.DataFrame(rows, schema=without_file, orient="row")
    return frame.select(pl.lit(file).alias("file"), *without_file.names())


def excerpt(data: bytes, length: int = 120) -> str | None:
    """The first bytes as text: delimiters as ‡ ¶ §, other control characters and broken bytes as \\xNN."""
    if not data:
        return None
    text = data[:length].decode("utf-8", "backslashreplace")
    text = text.translate({0x1F: "‡", 0x1E: "¶", 0x1D: "§"})
    shown = "".join(sign if sign.isprintable() else f"\\x{ord(sign):02x}" for sign in text)
    return shown + ("…" if len(data) > length else "")


def wanted(tags: Sequence[str] | set[str] | frozenset[str] | None, rows: list[Row]) -> list[Row]:
    """The rows of the tags asked for; None asks for all."""
    return rows if tags is None else [row for row in rows if row[1] in tags]
