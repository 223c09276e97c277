"""Checks of what a deletion is worked out from: days, files, reports, lists and milestones (practice.md 6.3)."""

from datetime import date
from pathlib import PurePosixPath

import polars as pl

from ...oclc.filenames import read_file_name
from ...workbooks.record_lines import record_faults
from .before_lists import archived_list, list_files
from .checks import Said, check, counted, listed, no_input
from .state import WAYS, State
from .versions import difference_to_last, last_comparison

ILL_FREEZE = "ill freeze"
_NOT_UNDERSTOOD = ("unknown", "unclear", "unreadable", "stub")
_REPORT_OF = {
    "unresolved": "BibUnresolvedCrossRefReport",
    "match": "BibCrossRefReport",
    "create": "BibCrossRefReport",
    "data error": "BibExceptionReport",
    "processing error": "BibExceptionReport",
}


@check(
    "who_deletes",
    "Somebody deletes",
    mends="Set deleted_by of the symbol in datasync.toml: oclc_scan_delete, own_lists or symbol_merge.",
    is_final=True,
)
def who_deletes(state: State) -> Said:
    """Whether it is settled who deletes: each way asks for other files."""
    by, mode = state.described.deleted_by, state.described.mode
    if by == "nobody":
        return no_input("deleted_by is «nobody»")
    if by == "oclc_scan_delete" and mode == "kept" and state.extract_day is None:
        return no_input("a scan by date needs the day of the extract")
    return Said(True, f"the symbol is {mode}; by {WAYS[by]}")


@check(
    "dates_in_order",
    "Extract, list and today are in order",
    mends="Ask OCLC for a list from after the extract, give the extract its date in [[extracts]], and load.",
)
def dates_in_order(state: State) -> Said:
    """Whether extract, list and today follow one another."""
    extract, held = state.extract_day, state.list_day
    if extract is None or held is None:
        return no_input(f"the day of the {'extract' if extract is None else 'list'} is not known")
    return Said(extract <= held <= state.today, f"extract {extract}, list {held}, today {state.today}")


@check(
    "list_age",
    "The list is not too old",
    mends="Ask OCLC for a new list of the symbol, and load it; or change [gates] list_age_days_max.",
)
def list_age(state: State) -> Said:
    """Whether the list is of these days."""
    if state.list_day is None:
        return no_input(f"no list of {state.symbol} is loaded")
    days, most = (state.today - state.list_day).days, state.settings.gates.list_age_days_max
    words = f"{counted(days, 'day')} old, less than {most} wanted"
    afterwards = last_comparison(state)
    if afterwards and afterwards > state.list_day:
        return Said(False, f"{words}; from before the last deletion, after which a list of {afterwards} was compared")
    return Said(0 <= days < most, words)


@check(
    "lists_before_and_after",
    "A list from before the extract and one from after it are loaded",
    mends="Load a list of the symbol from before the extract and one from after it; without both nobody sees what was set since.",
)
def lists_before_and_after(state: State) -> Said:
    """Whether there are lists on both sides of the extract."""
    if state.extract_day is None or state.list_day is None:
        return no_input(f"the day of the {'extract' if state.extract_day is None else 'list'} is not known")
    before = state.day_before
    is_after = state.list_day > state.extract_day
    words = f"before: {before or 'none'}; after: {state.list_day if is_after else 'none'}"
    return Said(before is not None and is_after, words)


@check(
    "raw_folder_loaded",
    "Everything in the raw folder is loaded as it lies there",
    mends="Run datasync load: a file that came since may change every answer.",
)
def raw_folder_loaded(state: State) -> Said:
    """Whether the tables are what the raw folder is."""
    other = state.project.not_as_loaded()
    words = f"{counted(len(other), 'file')} to be read: new, changed, gone, or read by an older version"
    return Said(not other, f"{words}: {listed(other)}" if other else words)


@check(
    "every_list_read",
    "Every list was read whole, and every file is understood",
    mends="Mend or name the file (settings), or set it aside with [raw] ignore, and load again.",
)
def every_list_read(state: State) -> Said:
    """Whether a list was not read, or a file lies there of which nobody knows what it is."""
    mine = _unread(state)
    odd = state.files.filter(pl.col("kind").is_in(_NOT_UNDERSTOOD) | pl.col("file").is_in(_without_a_byte(state)))
    files = sorted({*mine["file"], *odd["file"]})
    words = f"{counted(mine.height, 'list')} not read whole, {counted(odd.height, 'file')} not understood"
    return Said(not files, f"{words}: {listed(files)}" if files else words)


@check(
    "catalogue_whole",
    "Every file of the catalogue is whole",
    mends="Export the file anew, or fetch what is missing of the harvest, and load again.",
)
def catalogue_whole(state: State) -> Said:
    """Whether a file of the catalogue breaks off, or a harvest has no end: what is missing may own any number."""
    searched = state.project.table("searched_files").collect()
    if searched.is_empty():
        return no_input("no file of the catalogue is loaded")
    broken = searched.filter(~pl.col("is_whole"))["file"].unique().sort().to_list()
    words = f"{counted(len(broken), 'file')} of {searched['file'].n_unique():,} not whole"
    return Said(not broken, f"{words}: {listed(broken)}" if broken else words)


def _unread(state: State) -> pl.DataFrame:
    """The lists of WorldCat's, and those of staff, that were not read whole and speak of the symbol or of any."""
    lists = (state.project.table(name) for name in ("unread_lists", "unread_evidence"))
    unread = pl.concat(each.select("file", "symbol") for each in lists).collect()
    return unread.filter((pl.col("symbol") == state.symbol) | pl.col("symbol").is_null()).unique("file")


def _without_a_byte(state: State) -> list[str]:
    """Empty files that are no reports: a report without rows is one, of anything else nobody knows what is missing."""
    empty = state.files.filter(pl.col("kind") == "empty")["file"]
    return [file for file in empty if read_file_name(PurePosixPath(file).name).family not in ("report", "old_report")]


@check(
    "reports_loaded",
    "Every report of the sent files is loaded",
    mends="Fetch the missing reports from My Files and load them; ask OCLC for records that no report names.",
)
def reports_loaded(state: State) -> Said:
    """Whether each sent file is answered, in each report that its answers promise, and each record in it."""
    sent = _sent_files(state)
    if sent.is_empty():
        return no_input("no file that was sent is loaded")
    answered = state.project.table("answered_files").collect()
    silent = sent.join(answered, on="sent_file", how="anti")["sent_file"].unique().sort().to_list()
    lacking = _promised_and_missing(state)
    never = state.project.table("never_reported").select(pl.len()).collect().item()
    number = sent["sent_file"].n_unique()
    words = f"{number - len(silent):,} of {counted(number, 'sent file')} answered"
    words += f" (not: {listed(silent)})" if silent else ""
    words += f"; {counted(len(lacking), 'report')} missing" + (f": {listed(lacking)}" if lacking else "")
    words += f"; {counted(never, 'record')} without an answer"
    return Said(not silent and not lacking and not never, words)


def _sent_files(state: State) -> pl.DataFrame:
    """The files with bibs that were sent: holdings records and deletions are answered in other ways."""
    others = [c.id for c in state.settings.collections if c.type != "bib"]
    sent = state.project.table("sent_files").filter(pl.col("sent_file").is_not_null())
    return sent.filter(~pl.col("collection").is_in(others).fill_null(False)).collect()


def _promised_and_missing(state: State) -> list[str]:
    """Reports that must be there by the answers of a processing report, as «sent file: kind»."""
    run = ["sent_file", "received_at", "kind"]
    kinds = pl.col("action").str.to_lowercase().replace_strict(_REPORT_OF, default=None, return_dtype=pl.String)
    outcomes = state.project.table("outcomes").filter(pl.col("report_kind") == "BibProcessingReport")
    promised = outcomes.select("sent_file", "received_at", kind=kinds).drop_nulls(["sent_file", "kind"]).unique()
    there = pl.concat(
        state.project.table(table).select("sent_file", "received_at", kind="report_kind")
        for table in ("cross_references", "exceptions")
    )
    missing = promised.join(there.unique(), on=run, how="anti", nulls_equal=True).collect().sort(run)
    return [f"{file}: {kind}" for file, _, kind in missing.iter_rows()]


@check(
    "unit_of_export",
    "One record a bib (or holding) was sent",
    mends="Export again with the unit that the collection has, and send that.",
)
def unit_of_export(state: State) -> Said:
    """Whether what was sent is one record for each unit."""
    line = _scored(state, "unit_of_export", ["all"])
    if line is None:
        return no_input("no file that was sent is loaded")
    return Said(line["count"] == 0, f"{line['count']:,} of {counted(line['of'], 'record')} come again in their file")


@check(
    "mapping_complete",
    "Every location is mapped",
    mends="Fill in location_map.csv (reports/locations_to_map.csv has the lines), and complete holdings without a location.",
)
def mapping_complete(state: State) -> Said:
    """Whether each holding's location has a line in the location map."""
    line = _scored(state, "mapping_completeness", ["all"])
    if line is None or not line["of"]:
        return no_input("no holding is loaded")
    least = state.settings.gates.mapping_completeness_min
    words = f"{line['count']:,} of {counted(line['of'], 'holding')} mapped, at least {100 * least:g} % wanted"
    return Said(line["value"] >= least, words)


@check(
    "unresolved_share",
    "Few records are unresolved",
    mends="Clear up the unresolved records with OCLC or in staging, and load the new answers; or sign what is left.",
)
def unresolved_share(state: State) -> Said:
    """Whether the share of unresolved records is below its limit, under each symbol that takes over."""
    line = _scored(state, "unresolved_rate", state.targets or ["all"])
    if line is None:
        return no_input("no processing report is loaded")
    most = state.settings.gates.unresolved_max
    words = f"{line['count']:,} of {counted(line['of'], 'record')} ({line['symbol']}), at most {100 * most:g} % wanted"
    return Said(line["value"] <= most, words)


def _scored(state: State, metric: str, symbols: list[str]) -> dict | None:
    """The line of the scorecard with the greatest value among some symbols; null: nothing was counted for one of them."""
    lines = state.project.table("readiness").filter((pl.col("metric") == metric) & pl.col("symbol").is_in(symbols))
    rows = lines.collect().sort("value", nulls_last=True).to_dicts()
    is_counted = rows and all(row["count"] is not None and row["value"] is not None for row in rows)
    return rows[-1] if is_counted else None


@check(
    "ill_freeze",
    "The ILL freeze is done",
    mends="Freeze ILL for the symbol, and write the day into milestones.csv («ILL freeze», actual).",
)
def ill_freeze(state: State) -> Said:
    """Whether nobody can ask for a title under the symbol any more; one that stays goes on."""
    if state.described.mode == "kept":
        return Said(True, "the symbol is kept, ILL goes on")
    freeze = _freezes(state)
    if freeze.is_empty():
        return no_input(f"milestones.csv has no «ILL freeze» of {state.symbol}")
    done = freeze["actual"].to_list()
    is_done = all(day is not None and day <= state.today for day in done)
    planned = freeze["planned"].drop_nulls().max()
    return Said(is_done, f"done {max(done)}" if is_done else f"not done; planned {planned or 'for no day'}")


def _freezes(state: State) -> pl.DataFrame:
    own = state.project.milestones.filter(pl.col("symbol") == state.symbol)
    return own.filter(pl.col("milestone").str.strip_chars().str.to_lowercase() == ILL_FREEZE)


def freeze_day(state: State) -> date | None:
    """The day on which the last ILL freeze of the symbol was done; null: none was."""
    return _freezes(state)["actual"].max()


@check(
    "before_list_archived",
    "The list from before the deletion is archived, and is what it was",
    mends="It is archived with --write (also while the gate is closed); a copy that was changed has to come back from a backup.",
    is_final=True,
)
def before_list_archived(state: State) -> Said:
    """Whether the list by which numbers go lies in decisions/ with the hash that it had."""
    if list_files(state).is_empty():
        return no_input(f"no list of {state.symbol} is loaded")
    found = archived_list(state)
    if found is None:
        return Said(False, f"the list of {state.list_day} is not archived")
    word = "unchanged" if found.is_whole else "changed or gone"
    return Said(found.is_whole, f"{found.file}, {found.rows:,} rows, sha256 {found.sha256[:12]}…: {word}")


@check(
    "records_read",
    "Every line of the records in decisions/ can be read",
    mends="Mend the line, or copy it from decisions/backup: it may say that a number is to stay.",
    is_final=True,
)
def records_read(state: State) -> Said:
    """Whether somebody may have said what nobody can read now."""
    found = record_faults(state.decisions)
    lost = [f"{path.name}, {fault}" for path, faults in found.items() for fault in faults if not fault.is_read]
    words = f"{counted(len(lost), 'line')} cannot be read"
    return Said(not lost, f"{words}: {listed(lost)}" if lost else words)


@check(
    "difference_told",
    "The difference to the version before is told",
    mends="Bring the folder of the last version back into reports/deletions, so that people see what is new since.",
)
def difference_told(state: State) -> Said:
    """Whether it can be said what differs from what was written last."""
    told = difference_to_last(state)
    return Said(told.is_known, told.words)
