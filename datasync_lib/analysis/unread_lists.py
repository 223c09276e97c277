"""Lists that were not read whole: what rests on them waits until a person has mended them (oclc_formats.md 9, 13)."""

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

import polars as pl

from ..local_lists.evidence_names import symbol_in_name
from ..oclc.current_numbers import KIND as CURRENT_NUMBERS
from ..oclc.filenames import read_file_name
from ..settings import SymbolSettings, WorldcatList
from .registry import gives

# Of a list of numbers most rows have one.
_FEW = 0.5

# Issues that say that rows are missing, beside the rows that were rejected.
_MISSING_ROWS = {
    "breaks_off": "it breaks off",
    "unreadable_file": "it breaks off",
    "sheet_not_read": "not every sheet was read",
}


@gives("unread_lists")
def unread_lists(
    *,
    files: pl.LazyFrame,
    load_issues: pl.LazyFrame,
    raw_rows: pl.LazyFrame,
    worldcat_lists: Iterable[WorldcatList] = (),
    symbols: Iterable[SymbolSettings] = (),
) -> pl.DataFrame:
    """Which lists of WorldCat's, and which lists of current numbers, were not read whole? Which may be lists, and are unknown?

    Args:
        files: what was loaded of each file.
        load_issues: which of them break off.
        raw_rows: what stands in files of which nobody knows what they are: one that names a symbol may be a list of it. Where
            it has numbers, those are held one by one (`numbers_of_unknown_files`).
        worldcat_lists: `worldcat_lists` of the settings.
        symbols: `symbols` of the settings.

    Returns:
        file; symbol: whose holdings it lists, null for current numbers, on which all symbols rest; reason, in words. Sorted by
        file.
    """
    named = files.filter(pl.col("kind") != "ignored").collect().with_columns(symbol=_symbols(worldcat_lists))
    lists = named.filter(pl.col("symbol").is_not_null() | (pl.col("kind") == CURRENT_NUMBERS))
    is_list_of_nothing = (pl.col("kind") == CURRENT_NUMBERS) & (pl.col("found") == 0)
    judged = with_reason(lists, load_issues, is_list_of_nothing).select("file", "symbol", "reason")
    of_unknown = _unknown(named, raw_rows, [each.symbol for each in symbols])
    return pl.concat([judged.filter(pl.col("reason").is_not_null()), of_unknown]).sort("file", "symbol")


def with_reason(lists: pl.DataFrame, load_issues: pl.LazyFrame, is_list_of_nothing: pl.Expr) -> pl.DataFrame:
    """Rows of `files` with the reason why a list was not read whole, in words; null: it was.

    Args:
        lists: the rows.
        load_issues: which of them break off.
        is_list_of_nothing: which of them may have no row and say something by that.
    """
    missing = (
        load_issues.filter(pl.col("code").is_in(list(_MISSING_ROWS)))
        .select("file", missing=pl.col("code").replace_strict(_MISSING_ROWS, return_dtype=pl.String))
        .collect()
        .unique("file")
    )
    reason = (
        pl.when((pl.col("loaded") == 0) & ~is_list_of_nothing)
        .then(pl.format("no row was read: {}", pl.col("note").fill_null("see load_issues")))
        .when(pl.col("rejected") > 0)
        .then(pl.format("{} of {} rows were not read: see load_issues", "rejected", "found"))
        .otherwise("missing")
    )
    return lists.join(missing, on="file", how="left").with_columns(reason=reason).drop("missing")


def _unknown(files: pl.DataFrame, raw_rows: pl.LazyFrame, symbols: list[str]) -> pl.DataFrame:
    """Files that nobody knows, which name a symbol in most rows or in their name, and have numbers in few rows."""
    unknown = files.filter(pl.col("kind") == "unknown").select("file")
    cells = raw_rows.join(unknown.lazy(), on="file", how="semi").select(
        "file",
        has_number=pl.col("values").list.join(" ").str.contains("[0-9]{4}"),
        symbol=pl.col("values").list.eval(pl.element().str.strip_chars().str.to_uppercase()),
    )
    few = cells.group_by("file").agg((pl.col("has_number").mean() < _FEW).alias("is_few")).filter("is_few").collect()
    in_cells = (
        cells.explode("symbol").filter(pl.col("symbol").is_in(symbols)).select("file", "symbol").unique().collect()
    )
    by_name = [(file, symbol) for file in unknown["file"] if (symbol := symbol_in_name(file, symbols))]
    in_names = pl.DataFrame(by_name, schema={"file": pl.String, "symbol": pl.String}, orient="row")
    without_rows = unknown.join(cells.select("file").unique().collect(), on="file", how="anti")
    named = pl.concat([in_cells, in_names]).unique()
    open_ = named.join(pl.concat([few.select("file"), without_rows]), on="file", how="semi")
    return open_.with_columns(reason=pl.lit("nobody knows what it lists: name it in the settings, or set it aside"))


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
