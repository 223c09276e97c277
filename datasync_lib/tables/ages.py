"""Which file is newer: by the settings and the days that names tell, never by the order of names or folders."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime

import polars as pl

from ..readers import moment_in_name
from ..settings import Settings
from ..vocabulary.tables import conform

DEFAULT_EXTRACT = "catalogue"

_COLUMNS = {
    "file": pl.String,
    "extract": pl.String,
    "date": pl.Date,
    "kind": pl.String,
    "unit": pl.String,
    "scope": pl.String,
    "moment": pl.Datetime,
    "is_to_the_day": pl.Boolean,
}


def find_extracts(
    files: Iterable[str], settings: Settings, uploads: Collection[str] = (), repeats: Mapping[str, str] | None = None
) -> pl.DataFrame:
    """Which catalogue file belongs to which state of the catalogue, in the columns of the `extracts` table.

    Files that no [[extracts]] entry names are of the extract `catalogue`, each of the day in its name. They always count.
    A full extract takes the place of the older ones of the same unit and scope, one without a scope that of all of its
    unit: an export of the holdings is no later state of the bibs, nor one of print of the electronic ones. Full extracts of
    neighbouring days belong together: an export that runs over midnight is one, and nothing of it is left out.

    The age of a file is that of its extract: a later day, then an increment after a full extract. Among increments of one
    day, and files that no entry names, the day and time in their names decide, where all of them have it. A file that no
    entry names and that has no day in its name has no age, unless it is an upload: what was sent to OCLC is made for it,
    and is older than what the catalogue gave.

    Args:
        files: the catalogue files.
        settings: the [[extracts]] entries.
        uploads: those of them that are there because they were sent.
        repeats: further files, and the one whose bytes each has: these are then the state of that day too.
    """
    repeats = dict(repeats or {})
    rows = [(*_row(file, settings), repeats.get(file)) for file in (*files, *repeats)]
    frame = pl.DataFrame(rows, schema={**_COLUMNS, "has_bytes_of": pl.String}, orient="row")
    is_named = pl.col("extract") != DEFAULT_EXTRACT
    frame = _counting(frame, is_named).with_columns(
        is_upload=~is_named & pl.coalesce("has_bytes_of", "file").is_in(list(uploads)),
        is_one_state=is_named & (pl.col("kind") == "full"),
    )
    return conform("extracts", _aged(frame).sort("extract", "file"))


def _row(file: str, settings: Settings) -> tuple:
    entry = settings.extract_of(file)
    moment, is_to_the_day = moment_in_name(file) or (None, None)
    if entry is None:
        day = moment.date() if moment else None
        return file, DEFAULT_EXTRACT, day, "full", "bib", None, moment, is_to_the_day
    return file, entry.files, entry.date, entry.kind, entry.unit, entry.scope, moment, is_to_the_day


def _counting(extracts: pl.DataFrame, is_named: pl.Expr) -> pl.DataFrame:
    kind_of_extract = ["unit", "scope"]
    full = extracts.filter((pl.col("kind") == "full") & is_named)
    of_scope = full.group_by(kind_of_extract).agg(pl.col("date").max().alias("_of_scope"))
    of_all = (
        full.filter(pl.col("scope").fill_null("") == "").group_by("unit").agg(pl.col("date").max().alias("_of_all"))
    )
    extracts = extracts.join(of_scope, on=kind_of_extract, how="left", nulls_equal=True)
    last_full = pl.max_horizontal("_of_scope", "_of_all").dt.offset_by("-1d")
    return extracts.join(of_all, on="unit", how="left").with_columns(
        counts=~is_named | last_full.is_null() | (pl.col("date") >= last_full).fill_null(False)
    )


def _aged(extracts: pl.DataFrame) -> pl.DataFrame:
    """The age of each file that counts, and null where nobody can tell it."""
    tie = ["is_upload", "date", "kind"]
    known = pl.col("moment").is_not_null().all() & (pl.col("is_to_the_day").n_unique() == 1)
    tells = (known & ~pl.col("is_one_state").any()).over(tie)
    finer = pl.when(tells).then("moment").fill_null(datetime.min)
    order = pl.struct(~pl.col("is_upload"), pl.col("date").fill_null(date.min), pl.col("kind") == "increment", finer)
    is_known = pl.col("counts") & (pl.col("date").is_not_null() | pl.col("is_upload"))
    aged = extracts.filter(is_known).with_columns(age=order.rank("dense").cast(pl.Int64))
    return pl.concat([aged, extracts.filter(~is_known).with_columns(age=pl.lit(None, pl.Int64))])


def extract_date(extracts: pl.DataFrame) -> date | None:
    """The day of the last full extract; None: unknown.

    What was sent is no extract, and is often of a later day: it counts only where there is nothing else.
    """
    full = extracts.filter(pl.col("kind") == "full").with_columns(pl.col("is_upload").fill_null(False))
    return full.filter(pl.col("is_upload") == pl.col("is_upload").min())["date"].max()


def newest_of_files(extracts: pl.DataFrame) -> pl.DataFrame:
    """The files whose records count, each once with the row of `extracts` that is newest: its bytes are as new as that."""
    named = extracts.filter("counts").with_columns(file=pl.coalesce("has_bytes_of", "file"))
    return named.sort("age", "extract", nulls_last=False).unique("file", keep="last", maintain_order=True)


def files_that_count(extracts: pl.DataFrame, sent: Collection[str], content: Mapping[str, str]) -> pl.DataFrame:
    """The files whose records count, each once, numbered by their content: a file that is renamed keeps its number.

    Args:
        extracts: the `extracts` table.
        sent: files that are there because they were sent.
        content: what stands for the content of each file.

    Returns:
        number, file, extract, age (null: unknown), is_upload, was_sent, and state: files with the same number here are
        parts of one state, in which nothing is newer.
    """
    newest = newest_of_files(extracts)
    contents = pl.Series("_content", [content.get(file, file) for file in newest["file"]], dtype=pl.String)
    return (
        newest.with_columns(contents)
        .sort("_content", "file")
        .with_row_index("number")
        .select(
            *("number", "file", "extract", "is_upload"),
            pl.col("age").cast(pl.UInt32),
            was_sent=pl.col("file").is_in(list(sent)),
            state=pl.when("is_one_state").then(-1).otherwise(pl.col("number").cast(pl.Int32)),
        )
    )
