"""The row of an input in the load log: built in one way, whoever has read it."""

from datetime import UTC, datetime

import polars as pl

from .tables import conform


def file_row(
    file: str,
    kind: str,
    fingerprint: tuple[str, int],
    note: str | None = None,
    *,
    found: int = 0,
    repaired: int = 0,
    repeated: int = 0,
    rejected: int = 0,
) -> pl.DataFrame:
    """The row of a file in the `files` table: what was found and not rejected is loaded.

    Args:
        file: its path in the raw folder, with the member for an archive.
        kind: what it turned out to be.
        fingerprint: SHA-256 and number of its bytes, decompressed.
        note: what else there is to say of it.
        found: pieces found, records or rows.
        repaired: of those that are loaded, read only after repair.
        repeated: of those that are loaded, exact repeats.
        rejected: pieces that could not be read.
    """
    sha256, size = fingerprint
    row = {
        "file": file,
        "kind": kind,
        "sha256": sha256,
        "bytes": size,
        "found": found,
        "loaded": found - rejected,
        "repaired": repaired,
        "repeated": repeated,
        "rejected": rejected,
        "note": note,
        "loaded_at": datetime.now(UTC),
    }
    return conform("files", pl.DataFrame([row], schema_overrides={"note": pl.String}))
