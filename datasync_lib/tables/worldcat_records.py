"""Which of WorldCat's records counts: the newest of each number, one that OCLC delivered before one of a list."""

import polars as pl

from ..oclc.filenames import read_file_name
from ..oclc.record_files import record_file_order


def newest_records(records: pl.DataFrame) -> pl.DataFrame:
    """The record of each OCN that says most: one that OCLC delivered as its own before one that stands in a list, whose text
    anybody may have made; of these the newest, by the day of its list or file, within a day in the order in which OCLC's record
    output is to be taken in (oclc_formats.md 4.2)."""
    files = records["file"].unique().sort()
    in_order = sorted(files, key=lambda file: (record_file_order(read_file_name(file.rsplit("/", 1)[-1])), file))
    place = pl.DataFrame(
        {"file": in_order, "place": range(len(in_order))}, schema={"file": pl.String, "place": pl.Int64}
    )
    return (
        records.join(place, on="file", how="left")
        .sort("ocn", ~pl.col("is_listed").fill_null(False), pl.col("as_of"), "place", "record", nulls_last=False)
        .unique("ocn", keep="last", maintain_order=True)
        .select(records.columns)
    )
