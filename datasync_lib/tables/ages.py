"""Which file is newer: by the settings and the days that names tell, never by the order of names or folders."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime

import polars as pl

from ..readers import moment_in_name
from ..settings import Settings
from ..vocabulary.tables import conform

DEFAULT_EXTRACT = "catalogue"
_IS_NAMED = pl.col("extract") != DEFAULT_EXTRACT

_COLUMNS = {
    "file": pl.String,
    "extract": pl.String,
    "date": pl.Date,
    "kind": pl.String,
    "unit": pl.String,
    "scope": pl.String,
}


def find_extracts(
    files: Iterable[str],
    settings: Settings,
    uploads: Collection[str] = (),
    repeats: Mapping[str, str] | None = None,
    *,
    whole_days: Collection[date] = (),
) -> pl.DataFrame:
    """Which catalogue file belongs to which state of the catalogue, in the columns of the `extracts` table.

    Files that no [[extracts]] entry names are of the extract `catalogue`, each of the day in its name. They always count,
    unless all of a later day are a whole state, by what is in them (`whole_states.py`).
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
        whole_days: of what days the files that no entry names are each a whole state.
    """
    repeats = dict(repeats or {})
    rows = [(*_row(file, settings), repeats.get(file)) for file in (*files, *repeats)]
    frame = pl.DataFrame(rows, schema={**_COLUMNS, "has_bytes_of": pl.String}, orient="row")
    is_upload = ~_IS_NAMED & pl.coalesce("has_bytes_of", "file").is_in(list(uploads))
    is_whole = ~_IS_NAMED & ~is_upload & pl.col("date").is_in(list(whole_days)).fill_null(False)
    frame = frame.with_columns(is_upload=is_upload, is_one_state=(_IS_NAMED & (pl.col("kind") == "full")) | is_whole)
    return as_they_count(frame.with_columns(scope=pl.when(is_whole).then(pl.lit("")).otherwise("scope")))


def _row(file: str, settings: Settings) -> tuple:
    entry, moment = settings.extract_of(file), moment_in_name(file)
    day = moment[0].date() if moment else None
    if entry is None:
        return file, DEFAULT_EXTRACT, day, "full", "bib", None
    return file, entry.files, entry.date or day, entry.kind, entry.unit, entry.scope


def as_they_count(extracts: pl.DataFrame) -> pl.DataFrame:
    """Rows of `extracts` with `counts` and `age` as they are when these files are all there are; sorted."""
    return conform("extracts", _aged(_with_counts(extracts)).sort("extract", "file"))


def _with_counts(extracts: pl.DataFrame) -> pl.DataFrame:
    full = extracts.filter("is_one_state")
    of_scope = first_days(full, ["unit", "scope"]).rename({"first_day": "_of_scope"})
    of_all = first_days(full.filter(pl.col("scope").fill_null("") == ""), ["unit"]).rename({"first_day": "_of_all"})
    last_whole = full.filter(~_IS_NAMED)["date"].max()
    extracts = extracts.join(of_scope, on=["unit", "scope"], how="left", nulls_equal=True)
    extracts = extracts.join(of_all, on="unit", how="left")
    last_full = pl.max_horizontal("_of_scope", "_of_all").dt.offset_by("-1d")
    is_replaced = (
        pl.when(_IS_NAMED).then(pl.col("date") < last_full).otherwise(pl.col("date") < pl.lit(last_whole, pl.Date))
    )
    return extracts.with_columns(counts=~is_replaced.fill_null(False))


def first_days(full: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """The first day of the last full extract of each group, which may run over several days: by, first_day."""
    days = full.select(*by, "date").drop_nulls("date").unique().sort(*by, "date")
    is_apart = (pl.col("date").diff() > pl.duration(days=1)).fill_null(True).over(by)
    return days.filter(is_apart).group_by(by, maintain_order=True).agg(first_day=pl.col("date").max())


def _aged(extracts: pl.DataFrame) -> pl.DataFrame:
    """The age of each file that counts, and null where nobody can tell it."""
    moments = [moment_in_name(file) or (None, None) for file in extracts["file"]]
    told = pl.DataFrame(moments, schema={"moment": pl.Datetime, "is_to_the_day": pl.Boolean}, orient="row")
    extracts = extracts.with_columns(told)
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
