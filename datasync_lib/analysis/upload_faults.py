"""Files for OCLC: what it would refuse of them, or take otherwise than it is meant (oclc_formats.md 6, 10; practice.md 5).

A file is for OCLC when its name is one for an upload or begins as one, or when it lies in a folder for such files. An
export that stays here is not judged: its name is nobody's business but ours.
"""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

import polars as pl

from ..oclc.filenames import FileName, read_file_name, upload_name_faults
from ..settings import Collection, Gates
from .registry import gives
from .scorecard import ALL, Metric, as_counts, counts, nothing_counted

# A record's length is five digits in its leader (oclc_formats.md 6, limits); the same record is longer in XML.
RECORD_BYTES_MAX = 99_999
_XML = r"(?i)\.xml"
# Seven digits; or fewer or more where a symbol and two more parts follow, for eight alone may be a day.
_BEGINS_AS_ONE = re.compile(r"\d{7}\.|\d{5,9}\.[^.]{2,6}\.[^.]+\.")
# Folders of files that were sent or will be, in whatever spelling.
_FOLDERS = ("sent", "tosend", "upload", "uploads", "toupload", "outgoing", "foroclc")

_SCHEMA = {"file": pl.String, "fault": pl.String, "is_refusal": pl.Boolean, "detail": pl.String}


def is_for_oclc(file: str) -> bool:
    """Whether a file of the raw folder was sent to OCLC, or is to be.

    >>> [is_for_oclc(f) for f in ("a/1099999.XYZ.new.mrc.gz", "1099999 books.mrc", "To send/books.mrc", "export.mrc")]
    [True, False, True, False]
    """
    *folders, name = PurePosixPath(file).parts
    in_folder = any(re.sub(r"[\W_]", "", folder).lower() in _FOLDERS for folder in folders)
    return in_folder or bool(_BEGINS_AS_ONE.match(name)) or read_file_name(name).family == "upload"


def for_oclc(files: pl.DataFrame) -> pl.DataFrame:
    """The MARC files that were sent to OCLC or are to be: rows of `files`."""
    marc = files.filter(pl.col("kind") == "catalogue")
    return marc.filter(pl.Series([is_for_oclc(file) for file in marc["file"]], dtype=pl.Boolean))


@gives("upload_faults")
def upload_faults(
    *,
    files: pl.DataFrame,
    records: pl.LazyFrame,
    gates: Gates | None = None,
    collections: tuple[Collection, ...] = (),
) -> pl.DataFrame:
    """What would OCLC refuse of the files that were sent to it or are to be?

    Args:
        files: all input files.
        records: their records, for the length and state of each.
        gates: limits of the settings.
        collections: of the settings: their symbols.

    Returns:
        One row a fault, sorted by file and fault: file; fault (name, name_twice, unknown_collection, wrong_symbol,
        too_large, too_many_records, long_record, unreadable_record); is_refusal (false: it is taken, but look at it
        first); detail in words. A file for OCLC without a row is ready.
    """
    ours = for_oclc(files)
    gates = gates or Gates()
    faults = [
        {"file": row["file"], "fault": fault, "is_refusal": is_refusal, "detail": detail}
        for row in ours.iter_rows(named=True)
        for fault, is_refusal, detail in (*_name_faults(row["file"], collections), *_size_faults(row, gates))
    ]
    of_ours = records.join(ours.lazy().select("file"), on="file", how="semi")
    found = [pl.DataFrame(faults, schema=_SCHEMA), _names_twice(ours), *_record_faults(of_ours)]
    return pl.concat(found).sort("file", "fault", "detail")


def not_utf8(files: pl.DataFrame, subfields: pl.LazyFrame) -> pl.DataFrame:
    """The files for OCLC with records that do not say they are UTF-8, as rows of `upload_faults`: no refusal.

    Args:
        files: all input files.
        subfields: their leaders among others.
    """
    leaders = subfields.filter((pl.col("tag") == "LDR") & (pl.col("value").str.slice(9, 1) != "a"))
    of_ours = leaders.join(for_oclc(files).lazy().select("file"), on="file", how="semi")
    return _counted(of_ours, "not_utf8", "records without a in Leader/09, the mark of UTF-8", is_refusal=False)


def _sent_name(file: str) -> FileName:
    """The name under which a file would go out: without folders, archive and compression."""
    return read_file_name(PurePosixPath(file).name)


def _name_faults(file: str, collections: tuple[Collection, ...]) -> Iterator[tuple[str, bool, str]]:
    name = _sent_name(file)
    for fault in upload_name_faults(name.original_name):
        yield "name", True, f"the name {fault}"
    if name.family != "upload" or not collections:
        return
    symbols = {collection.id: collection.symbol for collection in collections}
    if name.collection not in symbols:
        known = ", ".join(symbols)
        yield "unknown_collection", True, f"collection {name.collection} is not among [[collections]] ({known})"
    elif (symbol := symbols[name.collection]) != name.symbol:
        detail = f"the name says {name.symbol}, collection {name.collection} belongs to {symbol}"
        yield "wrong_symbol", True, detail


def _size_faults(row: dict, gates: Gates) -> Iterator[tuple[str, bool, str]]:
    if row["bytes"] > gates.file_bytes_max:
        detail = f"{row['bytes']:,} bytes; My Files takes {gates.file_bytes_max:,}: split it, or use SFTP"
        yield "too_large", True, detail
    if row["found"] > gates.records_per_file_max:
        detail = f"{row['found']:,} records; the habit is at most {gates.records_per_file_max:,} in a file"
        yield "too_many_records", False, detail


def _names_twice(ours: pl.DataFrame) -> pl.DataFrame:
    """Files in several folders that would go out under one name: OCLC wants each name once."""
    names = ours.select("file", name=pl.col("file").map_elements(lambda f: _sent_name(f).original_name, pl.String))
    detail = pl.format("another file would go out as «{}» too", "name")
    return _shaped(names.filter(pl.col("name").is_duplicated()), "name_twice", detail)


def _record_faults(records: pl.LazyFrame) -> Iterator[pl.DataFrame]:
    is_rejected = pl.col("state") == "rejected"
    is_long = (pl.col("bytes") > RECORD_BYTES_MAX) & ~pl.col("file").str.contains(_XML)
    yield _counted(records.filter(is_long & ~is_rejected), "long_record", f"records over {RECORD_BYTES_MAX:,} bytes")
    yield _counted(records.filter(is_rejected), "unreadable_record", "records that cannot be read")


def _counted(records: pl.LazyFrame, fault: str, words: str, *, is_refusal: bool = True) -> pl.DataFrame:
    counted = records.group_by("file").agg(pl.len(), pl.col("record").min()).collect(engine="streaming")
    detail = pl.format(f"{{}} {words}; the first is at position {{}}", "len", "record")
    return _shaped(counted, fault, detail, is_refusal=is_refusal)


def _shaped(rows: pl.DataFrame, fault: str, detail: pl.Expr, *, is_refusal: bool = True) -> pl.DataFrame:
    return rows.select("file", fault=pl.lit(fault), is_refusal=pl.lit(is_refusal), detail=detail)


@counts(
    "file_counts",
    Metric(
        "file_hygiene",
        "Files that OCLC would refuse",
        "MARC files for OCLC with a fault for which it refuses them: the name, the size, a record that is too long or "
        "cannot be read.",
        "zero",
        "all",
        needs="load the files for OCLC, under their names (1234567.XYZ.text.mrc) or in a folder to_send",
    ),
)
def count_files(*, files: pl.DataFrame, upload_faults: pl.DataFrame) -> pl.DataFrame:
    """How many files are there for OCLC, and how many of them would it refuse?

    Args:
        files: all input files.
        upload_faults: what is the matter with them.
    """
    ours = for_oclc(files)
    if ours.is_empty():
        return nothing_counted()
    refused = upload_faults.filter("is_refusal")
    kinds = refused.select("file", "fault").unique().group_by("fault").len().sort("fault")
    words = ", ".join(f"{number} with {fault.replace('_', ' ')}" for fault, number in kinds.iter_rows())
    whole = {
        "symbol": ALL,
        "count": refused["file"].n_unique(),
        "of": ours.height,
        "note": f"Files: {words}." if words else None,
    }
    return as_counts("file_hygiene", pl.DataFrame([whole]))
