"""Local system numbers of reports that went through a spreadsheet: what is left of them names many records, so none."""

from dataclasses import replace

import polars as pl

from ..identifiers.mms_id import check_mms_id
from .lines import excerpt
from .rows import Rows

_MAY_BE_ODD = r"""(?i)["']|[0-9]e\+?[0-9]{1,2}\s*$"""
# ="991…", "991…", '991…: what keeps a number whole in a spreadsheet is no part of it.
_MARKS = " \t=\"'"


def without_mangled(read: Rows) -> Rows:
    """The rows, a local system number such as 9.91E+17 taken away, with a note that has its text; one in quotes without them.

    The row is still told from others by its job key; by such a number two records would be taken for one.
    """
    if "lsn" not in read.rows.columns or not read.rows["lsn"].str.contains(_MAY_BE_ODD).any():
        return read
    plain = pl.col("lsn").str.strip_chars(_MARKS)
    is_around = ~plain.str.contains_any(['"', "'"])
    read = replace(read, rows=read.rows.with_columns(lsn=pl.when(is_around).then(plain).otherwise("lsn")))
    is_mangled = check_mms_id(pl.col("lsn")).eq("exponent")
    words = "the local system number «{}» has lost its digits in a spreadsheet: the row is kept without it"
    notes = read.rows.filter(is_mangled).select(
        "record",
        code=pl.lit("mangled_lsn"),
        message=pl.format(words, excerpt(pl.col("lsn"), 40)),
        excerpt=excerpt(pl.col("lsn")),
    )
    return replace(read, rows=read.rows.with_columns(lsn=pl.when(~is_mangled).then("lsn")), notes=notes)
