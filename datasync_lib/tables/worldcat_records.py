"""The `worldcat_records` table: WorldCat's own records as text, to hold a returned record beside the one that was sent.

They are described as the library's own are (`bibs`), so that a comparison compares like with like. What a library decides
of its records (suppression, exclusions, brief levels) has no meaning here.
"""

import polars as pl

from ..marc.by_tag import RECORD, Fields
from ..oclc.filenames import read_file_name
from ..oclc.record_files import JudgedPiece, record_file_order
from ..settings import Settings
from ..vocabulary.tables import conform, empty
from .bibs import derive_bibs

_NO_RULES = Settings(exclusions=())


def derive_worldcat_records(piece: JudgedPiece) -> pl.DataFrame:
    """What do WorldCat's records say of themselves: numbers, title, imprint, extent?

    Args:
        piece: a stretch of a list of WorldCat's records, or of OCLC's record output.

    Returns:
        The columns of `worldcat_records`, one row for each record that has a number; sorted by file, record.
    """
    bibs = derive_bibs(Fields(piece.subfields), empty("ocns"), _NO_RULES)
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
        .with_columns(pl.col("old_ocns", "issns").fill_null([]), as_of=pl.lit(piece.as_of, dtype=pl.Date))
    )
    return conform("worldcat_records", described.sort(RECORD))


def newest_records(records: pl.DataFrame) -> pl.DataFrame:
    """The newest record of each OCN: by the day of its list or file, within a day in the order in which OCLC's record
    output is to be taken in (oclc_formats.md 4.2)."""
    files = records["file"].unique().sort()
    in_order = sorted(files, key=lambda file: (record_file_order(read_file_name(file.rsplit("/", 1)[-1])), file))
    place = pl.DataFrame(
        {"file": in_order, "place": range(len(in_order))}, schema={"file": pl.String, "place": pl.Int64}
    )
    return (
        records.join(place, on="file", how="left")
        .sort("ocn", pl.col("as_of"), "place", "record", nulls_last=False)
        .unique("ocn", keep="last", maintain_order=True)
        .select(records.columns)
    )
