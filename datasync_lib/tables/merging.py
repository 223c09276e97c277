"""One row a holding, of all rows that current records give of it."""

import polars as pl

from ..marc.by_tag import RECORD

_BY = ["holding_id", "_bib", "_place"]
# Of these a holding takes more than the first value.
_OF_SEVERAL = ("holding_id", "mms_id", "items", "is_suppressed", "is_reproduction")
# These are those of a holdings record, where there is one.
_OF_RECORD = (*RECORD, "record_status", "is_mfhd")
# These stand beside the rows, and are not given.
_BESIDE = ("is_lead", "is_owner", "age")


def merge_holdings(here: pl.DataFrame) -> pl.DataFrame:
    """The holdings of the current records, each once.

    A holding that stands both in its bib and in a holdings record is one: bib, items and suppression as the bib has
    them, the rest from its own record, or from the bib where that is newer. A holding that several bibs have with equal
    right is there for each, and one that stands at several places for each of these: none is left out.

    Args:
        here: rows of `holdings` of current records, with `is_lead` of the record, the `age` of the file, and whether the bib
            `is_owner`, where several claim the holding.
    """
    is_alone = pl.col("holding_id").is_unique()
    columns = [c for c in here.columns if c not in _BESIDE]
    several = here.filter(~is_alone)
    if several.is_empty():
        return here.select(columns)
    return pl.concat([here.filter(is_alone).select(columns), _merged(several).select(columns)]).sort(
        "holding_id", "mms_id", "library", "location", nulls_last=True
    )


def _merged(rows: pl.DataFrame) -> pl.DataFrame:
    # A file of which nobody knows when it was is no older than the others.
    age = pl.coalesce("age", pl.col("age").max().over("holding_id", "_bib"), 0)
    ordered = _with_places(_with_bibs(rows)).with_columns(_age=age)
    by, down = ["_age", "is_mfhd", "is_lead", "library", "location", "call_number", *RECORD], [True] * 3 + [False] * 5
    ordered = ordered.sort(by, descending=down, nulls_last=True)
    first = [c for c in rows.columns if c not in (*_OF_SEVERAL, *_OF_RECORD, *_BESIDE)]
    return (
        ordered.group_by(_BY, maintain_order=True)
        .agg(
            *(pl.col(name).drop_nulls().first() for name in first),
            *(pl.col(name).get(pl.col("is_mfhd").arg_max()) for name in _OF_RECORD),
            pl.col("items").max(),
            pl.col("is_suppressed", "is_reproduction").any(),
        )
        .rename({"_bib": "mms_id"})
    )


def _with_bibs(rows: pl.DataFrame) -> pl.DataFrame:
    """The bib of each row: a holdings record goes to every bib that has the holding, and by its own word only without one."""
    embedded = rows.filter(~pl.col("is_mfhd")).with_columns(_bib=pl.col("mms_id"))
    bibs = rows.filter(~pl.col("is_mfhd") | pl.col("is_owner").fill_null(False))
    bibs = bibs.select("holding_id", _bib="mms_id").drop_nulls().unique()
    records = rows.filter("is_mfhd").join(bibs, on="holding_id", how="left", maintain_order="left_right")
    return pl.concat([embedded, records.with_columns(_bib=pl.coalesce("_bib", "mms_id"))])


def _with_places(rows: pl.DataFrame) -> pl.DataFrame:
    """The place of each row, where a holding is at several ones in the newest file: by its own records there, else by its bib."""
    group = ["holding_id", "_bib"]
    age = pl.col("age")
    is_newest = age.is_null() | (age == age.max().over(group))
    has_record = (pl.col("is_mfhd") & is_newest).any().over(group)
    is_told = is_newest & (pl.col("is_mfhd") == has_record)
    is_place = pl.col("library").is_not_null() & pl.col("location").is_not_null() & is_told
    place = pl.when(is_place).then(pl.format("{}\t{}", "library", "location"))
    rows = rows.with_columns(_place=place)
    are_several = pl.col("_place").drop_nulls().n_unique().over(group) > 1
    rows = rows.filter(~are_several | pl.col("_place").is_not_null())
    return rows.with_columns(_place=pl.when(pl.col("_place").drop_nulls().n_unique().over(group) > 1).then("_place"))
