"""The `worldcat_records` table: WorldCat's own records as text, to hold a returned record beside the one that was sent.

They are described as the library's own are (`bibs`), so that a comparison compares like with like.
"""

import polars as pl

from ..marc.by_tag import RECORD, Fields
from ..marc.describing import describe
from ..marc.references import resolve_references
from ..vocabulary.tables import conform
from .judged_records import JudgedPiece


def derive_worldcat_records(piece: JudgedPiece, *, is_listed: bool = False) -> pl.DataFrame:
    """What do WorldCat's records say of themselves: numbers, title, imprint, extent?

    Args:
        piece: a stretch of a list of WorldCat's records, or of OCLC's record output.
        is_listed: whether it is a list.

    Returns:
        The columns of `worldcat_records`, one row for each record that has a number; sorted by file, record.
    """
    fields = resolve_references(Fields(piece.subfields))
    bibs = describe(fields).with_columns(file=pl.lit(fields.file))
    old = piece.concordance.group_by(RECORD).agg(pl.col("old_ocn").unique().sort().alias("old_ocns"))
    own_issn = (pl.col("tag") == "022") & (pl.col("code") == "a")
    issns = (
        piece.subfields.filter(own_issn)
        .select(
            *RECORD,
            pl.col("value").str.to_uppercase().str.extract(r"(\d{4}-?\d{3}[\dX])").str.replace(r"^(.{4})-?", "${1}-"),
        )
        .drop_nulls()
        .group_by(RECORD)
        .agg(pl.col("value").unique().sort().alias("issns"))
    )
    described = (
        piece.current.select(*RECORD, "ocn")
        .join(bibs, on=RECORD, how="inner")
        .join(old, on=RECORD, how="left")
        .join(issns, on=RECORD, how="left")
        .with_columns(
            pl.col("old_ocns", "issns").fill_null([]),
            as_of=pl.lit(piece.as_of, dtype=pl.Date),
            is_listed=pl.lit(is_listed),
        )
    )
    return conform("worldcat_records", described.sort(RECORD))
