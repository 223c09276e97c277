"""Which records make up the catalogue now: the last full extract, later increments over it, deletes taken away."""

from collections.abc import Iterator

import polars as pl

from ..vocabulary.tables import conform, empty

# Of so many bibs it is decided together which records are current.
_RECORDS_TOGETHER = 1_000_000

_SAME = "one", "two"
_DATESTAMPS = ("%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d")


def find_current_records(
    bibs: pl.LazyFrame, holdings: pl.LazyFrame, files: pl.DataFrame, *, share: tuple[int, int] = (0, 1)
) -> pl.DataFrame:
    """The records that count now, in the columns of the `current_records` table.

    Of each bib the newest file that has it counts, and all its records there: an export may have one record for each
    holding. What was uploaded adds to that, and takes nothing away. One record leads: a file that was not sent before one
    that was, then the first by content. A holdings record is taken by its own ID. A record that its newest file gives as
    deleted is gone.

    Where nobody can tell which file is newer, all of them count and none deletes; the records are then in doubt. Of
    harvested records the datestamp tells it.

    Args:
        bibs: file, record, mms_id, record_status, and datestamp of harvested ones.
        holdings: file, record, holding_id, record_status of holdings records (MFHD).
        files: the files that count (`ages.files_that_count`).
        share: (0, 4) is the first quarter of the bibs and holdings, by a hash; all quarters are the whole.
    """
    number, shares = share
    entities = (
        pl.concat([_entities(bibs, "mms_id", files), _entities(holdings, "holding_id", files)])
        .filter(pl.col("one") % shares == number)
        .collect(engine="streaming")
    )
    ordered = entities.sort(*_SAME, "is_upload", "was_sent", "number", "record")
    is_alone = _is_another() & _is_another().shift(-1).fill_null(True)
    kept = ["number", "record", "is_lead", "is_in_doubt"]
    alone = ordered.filter(is_alone, ~pl.col("is_deleted")).with_columns(is_lead=True, is_in_doubt=False)
    named = (
        pl.concat([alone.select(kept), _of_several(ordered.filter(~is_alone)).select(kept)])
        .sort("number", "record")
        .join(files.select("number", "file", "extract"), on="number", how="left", maintain_order="left")
    )
    return conform("current_records", named)


def current_records_in_shares(
    bibs: pl.LazyFrame, holdings: pl.LazyFrame, files: pl.DataFrame
) -> Iterator[pl.DataFrame]:
    """What `find_current_records` gives, a share at a time; of holdings those of records of their own count."""
    bibs = bibs.select("file", "record", "mms_id", "record_status", "datestamp")
    shares = 1 + bibs.select(pl.len()).collect().item() // _RECORDS_TOGETHER
    for number in range(shares):
        yield find_current_records(bibs, holdings.filter("is_mfhd"), files, share=(number, shares))


def _entities(records: pl.LazyFrame, identifier: str, files: pl.DataFrame) -> pl.LazyFrame:
    """What each record stands for, as two hashes of its ID: names of tens of millions of records would not fit."""
    name = pl.coalesce(pl.format(identifier + " {}", identifier), pl.format("{} #{}", "file", "record"))
    stamp = pl.lit(None, pl.Int64)
    if "datestamp" in records.collect_schema():
        times = [pl.col("datestamp").str.to_datetime(form, strict=False, time_unit="us") for form in _DATESTAMPS]
        stamp = pl.coalesce(times).dt.epoch("s")
    of_files = files.lazy().select("number", "file", "age", "is_upload", "was_sent", "state")
    return records.join(of_files, on="file", how="inner").select(
        *("number", "record", "age", "is_upload", "was_sent", "state"),
        is_deleted=(pl.col("record_status") == "d").fill_null(False),
        stamp=stamp,
        one=name.hash(1),
        two=name.hash(2),
    )


def _is_another() -> pl.Expr:
    """Whether a row stands for something else than the row before."""
    return pl.any_horizontal((pl.col(name) != pl.col(name).shift()).fill_null(True) for name in _SAME)


def _of_several(rows: pl.DataFrame) -> pl.DataFrame:
    """Of the records that stand for the same, those that count, in the order given."""
    rows = rows.with_columns(entity=_is_another().cum_sum())
    rows = rows.with_columns(decides=~pl.col("is_upload") | pl.col("is_upload").all().over("entity"))
    age = pl.when("decides").then("age")
    newest = age.is_null() | (age == age.max().over("entity"))
    rows = rows.filter(~pl.col("decides") | newest)
    stamp = pl.when("decides").then("stamp")
    are_stamped = (stamp.is_not_null() | ~pl.col("decides")).all().over("entity")
    rows = rows.filter(~pl.col("decides") | ~are_stamped | (stamp == stamp.max().over("entity")))
    is_there = (pl.col("decides") & ~pl.col("is_deleted")).any().over("entity")
    are_unlike = (pl.col("decides") & pl.col("is_deleted")).any().over("entity")
    states = pl.col("state").filter(pl.col("decides")).n_unique().over("entity")
    return (
        rows.with_columns(is_in_doubt=pl.col("decides") & (are_unlike | (states > 1)), _is_there=is_there)
        .filter("_is_there", ~pl.col("is_deleted"))
        .with_columns(is_lead=_is_another())
    )


def doubts_about(current: pl.DataFrame) -> pl.DataFrame:
    """How many current records of each file are in doubt: file, record (the first of them), count."""
    doubtful = current.filter("is_in_doubt")
    return doubtful.group_by("file").agg(pl.col("record").min(), count=pl.len().cast(pl.Int64)).sort("file")


def issues_of_order(doubts: pl.DataFrame) -> pl.DataFrame:
    """What `doubts_about` counted, all shares together, in the columns of `load_issues`."""
    if doubts.is_empty():
        return empty("load_issues")
    together = doubts.group_by("file").agg(pl.col("record").min(), pl.col("count").sum()).sort("file")
    words = pl.format(
        "{} records stand for bibs or holdings that other files have too, and it is not known which file is newer: "
        "all of these records count, and none is deleted. Put the day (YYYYMMDD, or YYYYMMDDTHHMM for several on one day) "
        "into the names of the files, or name them in an [[extracts]] entry of datasync.toml, parts of one full export in "
        "one entry",
        pl.col("count"),
    )
    return conform("load_issues", together.with_columns(code=pl.lit("order_unknown"), message=words))
