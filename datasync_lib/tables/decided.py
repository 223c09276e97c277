"""What was decided of each catalogue file, in words: of which state it is, whether it counts, and what has replaced it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from .ages import DEFAULT_EXTRACT

# So many decisions are told on the screen.
_MOST_LINES = 12

Row = Mapping[str, Any]


def with_decisions(extracts: pl.DataFrame) -> pl.DataFrame:
    """The `extracts` table with `decision`."""
    full = extracts.filter("is_one_state")
    parts = {tuple(row[:3]): row[3:] for row in _parts(full).iter_rows()}
    newest = dict(full.filter("counts").group_by("unit").agg(pl.col("date").max()).iter_rows())
    words = [_words(row, parts, newest.get(row["unit"])) for row in extracts.iter_rows(named=True)]
    return extracts.with_columns(decision=pl.Series(words, dtype=pl.String))


def decisions_on_files(files: pl.DataFrame, extracts: pl.DataFrame) -> pl.DataFrame:
    """The `files` table with what was decided of those of the catalogue."""
    decided = extracts.select("file", "decision").unique("file", keep="first", maintain_order=True)
    return files.drop("decision").join(decided, on="file", how="left", maintain_order="left").select(files.columns)


def decided_in_lines(files: pl.DataFrame) -> list[str]:
    """A line for each thing that was decided, with how many files it is of, and the first of them."""
    decided = files.drop_nulls("decision").sort("file").group_by("decision", maintain_order=True)
    told = decided.agg(pl.len(), pl.col("file").first())
    lines = [
        f"catalogue: {file}" + (f" and {count - 1:,} more" if count > 1 else "") + f": {decision}"
        for decision, count, file in told.iter_rows()
    ]
    more = len(lines) - _MOST_LINES
    return [
        *lines[:_MOST_LINES],
        *([f"catalogue: {more:,} more decisions stand in the table files"] if more > 0 else []),
    ]


def _parts(full: pl.DataFrame) -> pl.DataFrame:
    """Of each full export, by unit, scope and whether it counts: its files and days."""
    of = full.with_columns(
        pl.col("scope").fill_null(""),
        _of=pl.when("counts").then(pl.lit("now")).otherwise(pl.col("date").cast(pl.String)),
    )
    return of.group_by("unit", "scope", "_of").agg(
        pl.len(), pl.col("date").min().alias("first"), pl.col("date").max().alias("last")
    )


def _words(row: Row, parts: Mapping, newest: date | None) -> str:
    if row["is_upload"]:
        text = "made for OCLC: it adds to what other files have, and takes nothing away"
    elif row["extract"] == DEFAULT_EXTRACT:
        text = _without_entry(row)
    elif row["kind"] == "full":
        text = _full(row, parts, newest)
    else:
        text = _increment(row, newest)
    return text + (f"; the same bytes as {row['has_bytes_of']}" if row["has_bytes_of"] else "")


def _without_entry(row: Row) -> str:
    if row["date"] is None:
        return "no [[extracts]] entry and no day in its name: all its records count, and none is known to be newer or older"
    return (
        f"no [[extracts]] entry: of {row['date']} by its name; its records count over those of older files, "
        "and what only an older file has stays"
    )


def _full(row: Row, parts: Mapping, newest: date | None) -> str:
    what = f"full export{_of_what(row)} by [[extracts]] «{row['extract']}»"
    if row["date"] is None:
        return f"{what}, without a day: all its records count, and none is known to be newer or older"
    if not row["counts"]:
        return f"{what}, of {row['date']}: replaced by the one of {newest}"
    files, first, last = parts[row["unit"], row["scope"] or "", "now"]
    days = f"{first}" if first == last else f"{first} to {last}, which belong together"
    return f"{what}, of {days}" + (f"; one of its {files} files" if files > 1 else "")


def _increment(row: Row, newest: date | None) -> str:
    what = f"increment{_of_what(row)} of {row['date']} by [[extracts]] «{row['extract']}»"
    if not row["counts"]:
        return f"{what}: it is in the full export of {newest}, which has replaced it"
    return f"{what}: its records count over older ones, and its deletes take away"


def _of_what(row: Row) -> str:
    return (" of holdings" if row["unit"] == "holding" else "") + (f" «{row['scope']}»" if row["scope"] else "")
