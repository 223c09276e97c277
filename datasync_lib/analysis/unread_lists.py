"""Lists that were not read whole: what rests on them waits until a person has mended them (oclc_formats.md 9, 13)."""

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

import polars as pl

from ..oclc.current_numbers import KIND as CURRENT_NUMBERS
from ..oclc.filenames import read_file_name
from ..settings import WorldcatList
from .registry import gives

# Issues that say that rows are missing, beside the rows that were rejected.
_MISSING_ROWS = {
    "breaks_off": "it breaks off",
    "unreadable_file": "it breaks off",
    "sheet_not_read": "not every sheet was read",
}


@gives("unread_lists")
def unread_lists(
    *, files: pl.LazyFrame, load_issues: pl.LazyFrame, worldcat_lists: Iterable[WorldcatList] = ()
) -> pl.DataFrame:
    """Which lists of WorldCat's, and which lists of current numbers, were not read whole?

    Args:
        files: what was loaded of each file.
        load_issues: which of them break off.
        worldcat_lists: `worldcat_lists` of the settings.

    Returns:
        file; symbol: whose holdings it lists, null for current numbers, on which all symbols rest; reason, in words. Sorted by
        file.
    """
    named = files.filter(pl.col("kind") != "ignored").collect().with_columns(symbol=_symbols(worldcat_lists))
    lists = named.filter(pl.col("symbol").is_not_null() | (pl.col("kind") == CURRENT_NUMBERS))
    missing = (
        load_issues.filter(pl.col("code").is_in(list(_MISSING_ROWS)))
        .select("file", missing=pl.col("code").replace_strict(_MISSING_ROWS, return_dtype=pl.String))
        .collect()
        .unique("file")
    )
    is_list_of_nothing = (pl.col("kind") == CURRENT_NUMBERS) & (pl.col("found") == 0)
    reason = (
        pl.when((pl.col("loaded") == 0) & ~is_list_of_nothing)
        .then(pl.format("no row was read: {}", pl.col("note").fill_null("see load_issues")))
        .when(pl.col("rejected") > 0)
        .then(pl.format("{} of {} rows were not read: see load_issues", "rejected", "found"))
        .otherwise("missing")
    )
    judged = lists.join(missing, on="file", how="left").select("file", "symbol", reason=reason)
    return judged.filter(pl.col("reason").is_not_null()).sort("file")


def _symbols(worldcat_lists: Iterable[WorldcatList]) -> pl.Expr:
    """Whose holdings a file lists: by the settings, then by its name; null for other files."""
    patterns = tuple(worldcat_lists)

    def symbol_of(file: str) -> str | None:
        if listed := next((each for each in patterns if fnmatchcase(file, each.files)), None):
            return listed.symbol
        # A second member of the same name in an archive has a number behind it.
        name = read_file_name(re.sub(r"#\d+$", "", PurePosixPath(file).name))
        return name.symbol if name.family == "worldcat_list" else None

    return pl.col("file").map_elements(symbol_of, return_dtype=pl.String)
