"""Files that are not whole, and what they hold back: nothing goes while something is missing that may speak against it."""

from collections.abc import Iterable
from datetime import date
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

import polars as pl

from ..oclc.filenames import read_file_name
from ..oclc.judged_records import HOLDINGS_RECORD
from ..oclc.output_names import is_record_output
from ..readers import moment_in_name
from ..settings import Extract
from .exchange import is_yes
from .registry import gives

HELD_BACK = "list_not_read"

_MARC_OR_ARCHIVE = (".mrc", ".marc", ".xml", ".zip", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".7z")
# Issues of a file, and of its last record, that say that records are missing at its end.
_BREAKS, _CUT = ("breaks_off", "unreadable_file"), ("cut_off", "no_terminator")


@gives("searched_files")
def searched_files(
    *,
    extracts: pl.LazyFrame,
    files: pl.LazyFrame,
    load_issues: pl.LazyFrame,
    bibs: pl.LazyFrame,
    all_bibs: pl.LazyFrame,
) -> pl.DataFrame:
    """Which files is the catalogue made of that is searched, and was each of them read to its end?

    Args:
        extracts: which files count.
        files: how many records each has.
        load_issues: which of them break off, or end with a resumptionToken.
        bibs: the current bibs.
        all_bibs: those of every extract, to see which files were harvested.

    Returns:
        file; is_full (it is of a full export of no certain scope, was not made for OCLC, and has current bibs); is_whole (it does
        not break off, and its harvest has an end). Sorted.
    """
    last = files.select("file", last=pl.col("found") - 1)
    is_cut = pl.col("code").is_in(_CUT) & (pl.col("record") == pl.col("last"))
    issues = load_issues.filter(pl.col("code").is_in([*_BREAKS, *_CUT])).join(last, on="file", how="left")
    broken = issues.filter(pl.col("code").is_in(_BREAKS) | is_cut).select("file")
    with_bibs = bibs.select("file").unique().collect(engine="streaming")["file"]
    # Of a file that repeats another one's bytes, the records stand under that one's name.
    read = pl.coalesce("has_bytes_of", "file")
    is_whole = (pl.col("kind") == "full") & (pl.col("scope").fill_null("") == "") & ~is_yes("is_upload")
    is_full = is_whole & read.is_in(with_bibs.implode())
    counting = extracts.filter("counts").select("extract", "date", file=read, is_full=is_full)
    harvested = all_bibs.filter(pl.col("datestamp").is_not_null()).select("file").unique().collect(engine="streaming")
    without_end = _without_end(counting, load_issues, harvested.lazy())
    missing = pl.concat([broken, without_end]).unique().with_columns(is_whole=pl.lit(False))
    whole = counting.select("file", "is_full").join(missing, on="file", how="left")
    return whole.with_columns(pl.col("is_whole").fill_null(True)).unique().collect().sort("file", "is_full")


def _without_end(counting: pl.LazyFrame, load_issues: pl.LazyFrame, harvested: pl.LazyFrame) -> pl.LazyFrame:
    """Harvested files of a state of which each ends with a resumptionToken: what comes after the last is not here.

    The pieces of a whole harvest end with one too, but for the last (OAI-PMH 2.0, 3.5).
    """
    state = ["extract", "date"]
    going_on = load_issues.filter(pl.col("code") == "harvest_goes_on").select("file").unique()
    ends = counting.join(harvested, on="file", how="semi").join(going_on, on="file", how="anti")
    pieces = counting.join(going_on, on="file", how="semi")
    return pieces.join(ends.select(state), on=state, how="anti", nulls_equal=True).select("file")


@gives("empty_parts")
def empty_parts(
    *, files: pl.LazyFrame, extract_entries: Iterable[Extract] = (), extract_date: date | None = None
) -> pl.DataFrame:
    """Which files of an export have no record that could be read?

    A file without bytes, or one of which every record was rejected, is no state of the catalogue; but it lies where a part of the
    newest one should be.

    Args:
        files: how many records each has.
        extract_entries: `extracts` of the settings: files that an entry names are meant, and those without bytes of which the
            name tells nothing but MARC or an archive.
        extract_date: the day of the newest full export; what is older is no part of it.

    Returns:
        file; day (of the export; null: not known). Sorted.
    """
    entries = tuple(extract_entries)
    without = files.filter(pl.col("kind").is_in(["empty", "unreadable"]), pl.col("loaded") == 0)
    may_be = set(filter(_may_be_of_catalogue, files.filter(pl.col("kind") == "empty").collect()["file"]))
    parts = []
    for file in without.select("file").collect()["file"]:
        entry = next((each for each in entries if fnmatchcase(file, each.files)), None)
        moment = moment_in_name(file)
        day = entry and (entry.date or (moment[0].date() if moment else None))
        is_old = day and extract_date and day < extract_date
        if (entry or file in may_be) and not is_old:
            parts.append((file, day))
    return pl.DataFrame(sorted(parts), schema={"file": pl.String, "day": pl.Date}, orient="row")


def _may_be_of_catalogue(file: str) -> bool:
    """Whether a file without bytes may be a part of the catalogue by its name: MARC or an archive, and nothing of OCLC's."""
    name = PurePosixPath(file).name
    of_oclc = read_file_name(name).family != "unknown" or is_record_output(file)
    return name.lower().endswith(_MARC_OR_ARCHIVE) and not of_oclc


@gives("unread_files")
def unread_files(
    *,
    unread_lists: pl.DataFrame,
    split_lists: pl.DataFrame,
    unread_evidence: pl.DataFrame,
    searched_files: pl.DataFrame,
    lost_failures: pl.DataFrame,
    empty_parts: pl.DataFrame,
    lost_keeps: pl.DataFrame,
    files: pl.LazyFrame,
    load_issues: pl.LazyFrame,
) -> pl.DataFrame:
    """Because of which file does nothing go under a symbol?

    A list of WorldCat's holds what would go under its symbol, and so do two that may be parts of one, and a list of staff that
    forbids something; a list of
    current numbers holds everything that would go, and so does a file of the catalogue that is not whole, a part of which nothing was read, or one of which nobody
    said whether it is the catalogue: what is missing may own any number. So does a report that refuses a record of which a
    spreadsheet has destroyed the number: it may be any; and a file of OCLC's with local holdings records, which are not read: a
    symbol that has one is not emptied (oclc_formats.md 9, practice.md 6.2).

    Returns:
        symbol (null: under any symbol); file, reason (in words), of the first such file. Sorted by symbol.
    """
    under_any = pl.lit(None, pl.String)
    reason = pl.lit("it is not whole, and what is missing of the catalogue may own any number")
    broken = searched_files.filter(~pl.col("is_whole")).select("file", symbol=under_any, reason=reason)
    reason = pl.lit(
        "no record of this part of the catalogue was read, and it may own any number: fetch it again, or set it aside"
    )
    nothing = empty_parts.select("file", symbol=under_any, reason=reason)
    reason = pl.lit("nobody said whether it is the catalogue, and if so it may own any number")
    unclear = files.filter(pl.col("kind") == "unclear").select("file", symbol=under_any, reason=reason).collect()
    words = "{} row(s) refuse a record whose number has lost its digits in a spreadsheet, the first is {}: get the report anew"
    lost = lost_failures.select("file", symbol=under_any, reason=pl.format(words, "rows", "record"))
    words = "{} local holdings record(s) in it are not read, and each forbids a deletion: give them as a list of LHRs, and set the file aside"
    unread = load_issues.filter(pl.col("code") == HOLDINGS_RECORD).group_by("file").agg(n=pl.col("record").n_unique())
    of_oclc = files.filter(pl.col("kind") == "oclc_records").select("file")
    lhrs = (
        unread.join(of_oclc, on="file", how="semi")
        .select("file", symbol=under_any, reason=pl.format(words, "n"))
        .collect()
    )
    words = "row {} of its sheet «{}» says «still held: keep», of a number that is in no list that is loaded: load the list of that day again"
    told = pl.format(words, pl.col("row").fill_null(0), pl.col("sheet").fill_null("?"))
    keeps = lost_keeps.select(file=pl.col("workbook").fill_null("decisions"), symbol=under_any, reason=told)
    given = [unread_lists, split_lists, unread_evidence, broken, nothing, unclear, lost, lhrs, keeps]
    every = pl.concat(given, how="diagonal").select("symbol", "file", "reason")
    first = every.sort("file", "reason").unique("symbol", keep="first", maintain_order=True)
    return first.sort("symbol", nulls_last=True)


def with_waits(rows: pl.DataFrame, unread_files: pl.DataFrame) -> pl.DataFrame:
    """Rows with symbol and answer, and for which file those wait that would go: waits_for, and why: waits_because; else null."""
    columns = {"file": "waits_for", "reason": "waits_because"}
    of_symbol = unread_files.drop_nulls("symbol").rename(columns)
    of_all = unread_files.filter(pl.col("symbol").is_null()).to_dicts()
    every = of_all[0] if of_all else dict.fromkeys(columns)
    goes = pl.col("answer") == "delete"
    waits = [
        pl.when(goes).then(pl.coalesce(name, pl.lit(every[of], pl.String))).alias(name) for of, name in columns.items()
    ]
    said = pl.format("{}: {}", "waits_for", "waits_because").alias("waits_because")
    return rows.join(of_symbol, on="symbol", how="left").with_columns(waits).with_columns(said)
