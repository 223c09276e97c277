"""Files to upload: what OCLC would refuse of them, or take otherwise than it is meant (oclc_formats.md 6, 10)."""

from collections.abc import Iterator
from pathlib import PurePosixPath

import polars as pl

from ..analysis.frames import at_the_door
from ..oclc.filenames import FileName, read_file_name, upload_name_faults
from ..settings import Settings

# A record's length is five digits in its leader (oclc_formats.md 6, limits).
RECORD_BYTES_MAX = 99_999

_SCHEMA = {"file": pl.String, "fault": pl.String, "is_refusal": pl.Boolean, "detail": pl.String}


@at_the_door
def check_uploads(
    files: pl.DataFrame, records: pl.DataFrame, settings: Settings, subfields: pl.DataFrame | None = None
) -> pl.DataFrame:
    """What would OCLC refuse of the MARC files in the raw folder, if they were sent as they are?

    Args:
        files: table `files`; the files of kind catalogue are judged.
        records: table `records`.
        settings: collections and gates.
        subfields: table `subfields` with the leaders, to look at the character coding; without it this is not judged.

    Returns:
        One row a fault, sorted by file and fault: file; fault (name, name_twice, unknown_collection, wrong_symbol,
        too_large, too_many_records, long_record, unreadable_record, not_utf8); is_refusal (false: it is taken, but look
        at it first); detail in words. A file without a row is ready.
    """
    marc = files.filter(pl.col("kind") == "catalogue")
    faults = [
        {"file": row["file"], "fault": fault, "is_refusal": is_refusal, "detail": detail}
        for row in marc.iter_rows(named=True)
        for fault, is_refusal, detail in (*_name_faults(row["file"], settings), *_size_faults(row, settings))
    ]
    found = [pl.DataFrame(faults, schema=_SCHEMA), _names_twice(marc), *_record_faults(records)]
    if subfields is not None:
        found.append(_not_utf8(subfields))
    return pl.concat(found).join(marc.select("file"), on="file", how="semi").sort("file", "fault", "detail")


def _sent_name(file: str) -> FileName:
    """The name under which a file would go out: without folders, archive and compression."""
    return read_file_name(PurePosixPath(file).name)


def _name_faults(file: str, settings: Settings) -> Iterator[tuple[str, bool, str]]:
    name = _sent_name(file)
    for fault in upload_name_faults(name.original_name):
        yield "name", True, f"the name {fault}"
    if name.family != "upload" or not settings.collections:
        return
    collection = settings.collection(name.collection or "")
    if collection is None:
        known = ", ".join(c.id for c in settings.collections)
        yield "unknown_collection", True, f"collection {name.collection} is not among [[collections]] ({known})"
    elif collection.symbol != name.symbol:
        yield (
            "wrong_symbol",
            True,
            f"the name says {name.symbol}, collection {collection.id} belongs to {collection.symbol}",
        )


def _size_faults(row: dict, settings: Settings) -> Iterator[tuple[str, bool, str]]:
    gates = settings.gates
    if row["bytes"] > gates.file_bytes_max:
        yield (
            "too_large",
            True,
            f"{row['bytes']:,} bytes; My Files takes {gates.file_bytes_max:,}: split it, or use SFTP",
        )
    if row["found"] > gates.records_per_file_max:
        words = f"{row['found']:,} records; the habit is at most {gates.records_per_file_max:,} in a file"
        yield "too_many_records", False, words


def _names_twice(marc: pl.DataFrame) -> pl.DataFrame:
    """Files in several folders that would go out under one name: OCLC wants each name once."""
    names = marc.select("file", name=pl.col("file").map_elements(lambda f: _sent_name(f).original_name, pl.String))
    return _shaped(
        names.filter(pl.col("name").is_duplicated()),
        "name_twice",
        pl.format("another file would go out as «{}» too", "name"),
    )


def _record_faults(records: pl.DataFrame) -> Iterator[pl.DataFrame]:
    long = records.filter((pl.col("bytes") > RECORD_BYTES_MAX) & (pl.col("state") != "rejected"))
    yield _counted(long, "long_record", f"records over {RECORD_BYTES_MAX:,} bytes")
    yield _counted(records.filter(pl.col("state") == "rejected"), "unreadable_record", "records that cannot be read")


def _not_utf8(subfields: pl.DataFrame) -> pl.DataFrame:
    leaders = subfields.filter((pl.col("tag") == "LDR") & (pl.col("value").str.slice(9, 1) != "a"))
    return _counted(leaders, "not_utf8", "records without a in Leader/09, the mark of UTF-8", is_refusal=False)


def _counted(records: pl.DataFrame, fault: str, words: str, *, is_refusal: bool = True) -> pl.DataFrame:
    counted = records.group_by("file").agg(pl.len(), pl.col("record").min())
    detail = pl.format(f"{{}} {words}; the first is at position {{}}", "len", "record")
    return _shaped(counted, fault, detail, is_refusal=is_refusal)


def _shaped(rows: pl.DataFrame, fault: str, detail: pl.Expr, *, is_refusal: bool = True) -> pl.DataFrame:
    return rows.select("file", fault=pl.lit(fault), is_refusal=pl.lit(is_refusal), detail=detail)
