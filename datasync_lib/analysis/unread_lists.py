"""Lists that were not read whole: what rests on them waits until a person has mended them (oclc_formats.md 9, 13)."""

import re
from collections.abc import Iterable
from datetime import date
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

import polars as pl

from ..local_lists.evidence_names import kind_in_name, symbol_in_name
from ..oclc.current_numbers import KIND as CURRENT_NUMBERS
from ..oclc.filenames import read_file_name
from ..settings import SymbolSettings, WorldcatList
from .registry import gives

# Of a list of numbers most rows have one.
_FEW = 0.5

# Issues of rows of a list of WorldCat's that can be told from others, and have no number: they are classed, row by row.
_NO_NUMBER = ("bad_number", "no_ocn", "total_line")

_NOBODY_KNOWS = "nobody knows what it lists: name it in the settings, or set it aside"

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
    rejected_numbers: pl.LazyFrame,
    worldcat_lists: Iterable[WorldcatList] = (),
    symbols: Iterable[SymbolSettings] = (),
) -> pl.DataFrame:
    """Which lists of WorldCat's, and which lists of current numbers, were not read whole? Which may be lists, and are unknown?

    Args:
        files: what was loaded of each file.
        load_issues: which of them break off, and which rows are no number: such a row of a list of WorldCat's is in a class of
            its own (`unnumbered_rows`), and says nothing of the others; a merge that cannot be read may be that of any number.
        raw_rows: what stands in files of which nobody knows what they are: one that names a symbol may be a list of it. Where
            it has numbers, those are held one by one (`numbers_of_unknown_files`).
        rejected_numbers: what can be seen in texts that could not be read: held one by one too (`unread_numbers`).
        worldcat_lists: `worldcat_lists` of the settings.
        symbols: `symbols` of the settings.

    Returns:
        file; symbol: whose holdings it lists, null for current numbers, on which all symbols rest; reason, in words. Sorted by
        file.
    """
    named = files.filter(pl.col("kind") != "ignored").collect().with_columns(symbol=_symbols(worldcat_lists))
    lists = named.filter(pl.col("symbol").is_not_null() | (pl.col("kind") == CURRENT_NUMBERS))
    is_list_of_nothing = (pl.col("kind") == CURRENT_NUMBERS) & (pl.col("found") == 0)
    known = pl.col("symbol").is_not_null() & (pl.col("loaded") > 0)
    rejected = pl.col("rejected") - pl.when(known).then("without_number").otherwise(0)
    counted = lists.join(_without_number(named, load_issues), on="sha256", how="left").with_columns(
        pl.col("without_number").fill_null(0)
    )
    judged = with_reason(counted.with_columns(rejected=rejected), load_issues, is_list_of_nothing).select(
        "file", "symbol", "reason"
    )
    codes = [each.symbol for each in symbols]
    seen = pl.concat([raw_rows.select("file"), rejected_numbers.select("file")]).unique()
    of_unknown = [_unknown(named, raw_rows, codes), _opaque(named.filter(pl.col("symbol").is_null()), seen, codes)]
    return pl.concat([judged.filter(pl.col("reason").is_not_null()), *of_unknown]).sort("file", "symbol")


def _without_number(files: pl.DataFrame, load_issues: pl.LazyFrame) -> pl.DataFrame:
    """How many rows of a file are no number, by its bytes: the issues of a file that repeats another are told once."""
    odd = load_issues.filter(pl.col("code").is_in(_NO_NUMBER) & pl.col("record").is_not_null())
    of_file = odd.group_by("file").agg(without_number=pl.col("record").n_unique().cast(pl.Int64)).collect()
    of_bytes = files.select("file", "sha256").join(of_file, on="file").group_by("sha256")
    return of_bytes.agg(pl.col("without_number").max())


@gives("lists_without_rows")
def lists_without_rows(
    *, files: pl.LazyFrame, list_days: pl.DataFrame, worldcat_lists: Iterable[WorldcatList] = ()
) -> pl.DataFrame:
    """Which symbols have a list of WorldCat's without a row that could be read, which is later than those with rows?

    Such a list has nothing of what was confirmed under its symbol, and an older one says nothing of today.

    Returns:
        symbol, as_of, file; of each symbol the latest. Sorted by symbol.
    """
    none = files.filter(pl.col("loaded") == 0, pl.col("kind") != "ignored").select("file").unique().collect()
    named = none.with_columns(_listed(worldcat_lists)).unnest("listed").drop_nulls(["symbol", "as_of"])
    days = list_days.select("symbol", newest="as_of")
    later = named.join(days, on="symbol", how="left").filter(pl.col("as_of") > pl.col("newest").fill_null(date.min))
    ordered = later.select("symbol", "as_of", "file").sort("symbol", "as_of", "file")
    return ordered.unique("symbol", keep="last", maintain_order=True)


@gives("repeated_numbers")
def repeated_numbers(*, worldcat_repeats: pl.LazyFrame, list_days: pl.DataFrame) -> pl.DataFrame:
    """How many more rows of the newest lists have a number that stands in the list already?

    Returns:
        symbol, ocn, rows; sorted.
    """
    newest = worldcat_repeats.join(list_days.lazy(), on=["symbol", "as_of"], how="semi", nulls_equal=True)
    counted = newest.group_by("symbol", "ocn").agg(rows=pl.len().cast(pl.Int64))
    return counted.collect().sort("symbol", "ocn")


@gives("unnumbered_rows")
def unnumbered_rows(*, newest_holdings: pl.LazyFrame, files: pl.LazyFrame, load_issues: pl.LazyFrame) -> pl.DataFrame:
    """Which rows of the newest lists have no number that could be read (practice.md 6.2, class 4)?

    Args:
        newest_holdings: of which files the newest list of each symbol is made.
        files: how many of their rows were rejected.
        load_issues: why.

    Returns:
        symbol; number (null: as a frame of numbers is split, these are in one share); raw (the row, shortened; null: not told
        row by row), because (why it was not read), rows (how many: one, or those of which no issue tells the row), as_of, file,
        record. Sorted by symbol, file, record.
    """
    lists = newest_holdings.select("symbol", "as_of", "file").unique().collect(engine="streaming")
    of_list = pl.col("file").is_in(lists["file"].implode()) & pl.col("record").is_not_null()
    codes = pl.col("code").is_in([*_NO_NUMBER, "malformed_row"])
    told = load_issues.filter(codes & of_list).collect().sort("file", "record", "code", "message")
    each = told.unique(["file", "record"], keep="first", maintain_order=True).select(
        "file", "record", raw="excerpt", because="message", rows=pl.lit(1, pl.Int64)
    )
    counted = lists.join(files.select("file", "rejected").collect(), on="file").join(
        each.group_by("file").agg(told=pl.len().cast(pl.Int64)), on="file", how="left"
    )
    further = counted.with_columns(rows=pl.col("rejected") - pl.col("told").fill_null(0)).filter(pl.col("rows") > 0)
    more = further.select(
        "file", "rows", because=pl.format("rows that could not be read ({}): see load_issues", "rows")
    )
    rows = pl.concat([each, more], how="diagonal").join(lists, on="file")
    columns = ["symbol", "number", "raw", "because", "rows", "as_of", "file", "record"]
    return (
        rows.with_columns(number=pl.lit(None, pl.Int64))
        .select(columns)
        .sort("symbol", "file", "record", nulls_last=True)
    )


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
    """Files that nobody knows, which name a symbol in a row or in their name, and have numbers in few rows."""
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
    open_ = pl.concat([in_cells, in_names]).unique().join(few.select("file"), on="file", how="semi")
    return open_.with_columns(reason=pl.lit(_NOBODY_KNOWS))


def _opaque(files: pl.DataFrame, seen: pl.LazyFrame, symbols: list[str]) -> pl.DataFrame:
    """Files in which nothing can be seen, and which may so forbid anything.

    What cannot be read may be a report, and say of any record that OCLC did not take it, whatever the symbol in its name: it
    holds everything. A file that is a list of staff by its name speaks of the symbol that stands there.
    """
    open_ = files.join(seen.collect(), on="file", how="semi").select("sha256")
    closed = files.filter(pl.col("kind").is_in(["unknown", "unreadable"])).join(
        open_, on="sha256", how="anti", nulls_equal=False
    )

    def symbol_of(file: str) -> str | None:
        return symbol_in_name(file, symbols) if kind_in_name(PurePosixPath(file).name) else None

    named = pl.col("file").map_elements(symbol_of, return_dtype=pl.String, skip_nulls=False).alias("symbol")
    return closed.select("file", named, reason=pl.lit(_NOBODY_KNOWS))


def _symbols(worldcat_lists: Iterable[WorldcatList]) -> pl.Expr:
    """Whose holdings a file lists: by the settings, then by its name; null for other files."""
    return _listed(worldcat_lists).struct.field("symbol")


def _listed(worldcat_lists: Iterable[WorldcatList]) -> pl.Expr:
    """Whose holdings a file lists, and of which day: symbol, as_of; null for other files."""
    patterns = tuple(worldcat_lists)

    def listed_in(file: str) -> dict:
        if listed := next((each for each in patterns if fnmatchcase(file, each.files)), None):
            return {"symbol": listed.symbol, "as_of": listed.as_of}
        # A second member of the same name in an archive has a number behind it.
        name = read_file_name(re.sub(r"#\d+$", "", PurePosixPath(file).name))
        is_list = name.family == "worldcat_list"
        return {"symbol": name.symbol if is_list else None, "as_of": name.as_of if is_list else None}

    of_list = pl.Struct({"symbol": pl.String, "as_of": pl.Date})
    return pl.col("file").map_elements(listed_in, return_dtype=of_list).alias("listed")
