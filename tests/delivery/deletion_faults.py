"""What makes each check of a deletion fail, on the library of `deletion_frames`: one change, and the words that follow."""

from datetime import date

import polars as pl
from deletion_frames import HELD, Library, balance_of, evidence, held, listed, milestones

from datasync_lib.settings import Settings
from datasync_lib.workbooks.records import add_lines


def settings(library: Library, **changed: object) -> None:
    library.settings = Settings.model_validate(library.settings.model_dump() | changed)


def gates(library: Library, **changed: object) -> None:
    settings(library, gates=library.settings.gates.model_dump() | changed)


def table(library: Library, name: str, rows: pl.DataFrame) -> None:
    library.tables[name] = rows


def add_rows(library: Library, *rows: tuple) -> None:
    """More numbers on the list of OLD, in their classes."""
    more = held(*HELD, *rows)
    library.tables |= {"held_numbers": more, "worldcat_holdings": listed(more), "balance_sheet": balance_of(more)}


def by(library: Library, deleted_by: str, mode: str = "retired") -> None:
    settings(library, symbols=[{"symbol": "OLD", "mode": mode, "deleted_by": deleted_by}, {"symbol": "NEW"}])


def change_archive(library: Library) -> None:
    path = next((library.folder / "decisions" / "before_lists").iterdir())
    path.write_text(path.read_text("utf-8").replace("OLD,9", "OLD,8"), "utf-8")


def damage_record(library: Library) -> None:
    """A decision that was cut off: it may have been that the number stays."""
    (library.folder / "decisions" / "decisions.jsonl").write_text('{"row_key": "0123', "utf-8")


def files_of(library: Library, **kinds: str) -> None:
    frame = library.tables["files"]
    kind = pl.col("file").str.replace(r"\..*", "").replace_strict(kinds, default=pl.col("kind"))
    library.tables["files"] = frame.with_columns(kind=kind)


def renamed(library: Library, file: str, name: str) -> None:
    library.tables["files"] = library.tables["files"].with_columns(file=pl.col("file").replace(file, name))


def add_file(library: Library, kind: str, name: str) -> None:
    files = library.tables["files"]
    library.tables["files"] = files.vstack(files.filter(kind=kind).with_columns(file=pl.lit(name)))


def compared(library: Library, day: str, symbol: str = "OLD") -> None:
    """A deletion was carried out before, and a list of that day compared with it."""
    add_lines(library.folder / "decisions" / "deletions_after.jsonl", [{"symbol": symbol, "list_of": day}])


NO_NUMBER = ("OLD", None, None, None, "ambiguous_number", "review", None)
NO_DAYS = pl.DataFrame(schema={"symbol": pl.String, "as_of": pl.Date})

# check, what is changed, whether it passes, a part of its words
BROKEN = [
    ("who_deletes", lambda it: by(it, "nobody"), None, "no input: deleted_by is «nobody»"),
    ("who_deletes", lambda it: (by(it, "oclc_scan_delete", "kept"), table(it, "extracts", it.tables["extracts"].with_columns(date=pl.lit(None, pl.Date)))), None, "no input: a scan by date needs the day of the extract"),
    ("dates_in_order", lambda it: table(it, "list_days", NO_DAYS.vstack(pl.DataFrame([("OLD", date(2025, 7, 19))], schema=NO_DAYS.schema, orient="row"))), False, "extract 2025-07-20, list 2025-07-19, today 2025-09-20"),
    ("dates_in_order", lambda it: table(it, "extracts", it.tables["extracts"].with_columns(date=pl.lit(None, pl.Date))), None, "no input: the day of the extract is not known"),
    ("list_age", lambda it: gates(it, list_age_days_max=5), False, "5 days old, less than 5 wanted"),
    ("list_age", lambda it: table(it, "list_days", NO_DAYS), None, "no input: no list of OLD is loaded"),
    ("lists_before_and_after", lambda it: table(it, "before_days", NO_DAYS), False, "before: none; after: 2025-09-15"),
    ("raw_folder_loaded", lambda it: setattr(it, "other_files", ("late.mrc",)), False, "1 file to be read: new, changed, gone, or read by an older version: late.mrc"),
    ("every_list_read", lambda it: table(it, "unread_lists", pl.DataFrame({"file": ["m.txt"], "symbol": [None], "reason": ["it breaks off"]}, schema_overrides={"symbol": pl.String})), False, "1 list not read whole, 0 files not understood: m.txt"),
    ("every_list_read", lambda it: files_of(it, ill="unknown"), False, "0 lists not read whole, 1 file not understood: ill.csv"),
    ("catalogue_whole", lambda it: table(it, "searched_files", it.tables["searched_files"].with_columns(is_whole=False)), False, "1 file of 1 not whole: a.mrc"),
    ("catalogue_whole", lambda it: table(it, "searched_files", it.tables["searched_files"].clear()), None, "no input: no file of the catalogue is loaded"),
    ("reports_loaded", lambda it: table(it, "answered_files", it.tables["answered_files"].clear()), False, "0 of 1 sent file answered (not: 1099999.NEW.a.mrc)"),
    ("reports_loaded", lambda it: table(it, "cross_references", it.tables["cross_references"].clear()), False, "1 report missing: 1099999.NEW.a.mrc: BibCrossRefReport"),
    ("reports_loaded", lambda it: table(it, "sent_files", it.tables["sent_files"].clear()), None, "no input: no file that was sent is loaded"),
    ("unit_of_export", lambda it: table(it, "readiness", scored("unit_of_export", "all", 3, 10, 1.3)), False, "3 of 10 records come again in their file"),
    ("mapping_complete", lambda it: table(it, "readiness", scored("mapping_completeness", "all", 9, 10, 0.9)), False, "9 of 10 holdings mapped, at least 100 % wanted"),
    ("mapping_complete", lambda it: table(it, "readiness", scored("mapping_completeness", "all", None, None, None)), None, "no input: no holding is loaded"),
    ("unresolved_share", lambda it: table(it, "readiness", scored("unresolved_rate", "NEW", 4, 100, 0.04)), False, "4 of 100 records (NEW), at most 3 % wanted"),
    ("ill_freeze", lambda it: setattr(it, "milestones", milestones(("OLD", "ILL freeze", None))), False, "not done; planned 2025-09-23"),
    ("ill_freeze", lambda it: setattr(it, "milestones", milestones(("OLD", " ill FREEZE", date(2025, 9, 21)))), False, "not done; planned 2025-09-23"),
    ("ill_freeze", lambda it: setattr(it, "milestones", milestones(("NEW", "ILL freeze", date(2025, 9, 1)))), None, "no input: milestones.csv has no «ILL freeze» of OLD"),
    ("before_list_archived", change_archive, False, "changed or gone"),
    ("records_read", damage_record, False, "1 line cannot be read: decisions.jsonl, line 1: it is not JSON"),
    ("list_adds_up", lambda it: table(it, "worldcat_holdings", it.tables["worldcat_holdings"].head(3)), False, "3 rows, 4 in classes"),
    ("list_adds_up", lambda it: (add_rows(it, NO_NUMBER), table(it, "balance_sheet", balance_of(held(*HELD)))), False, "5 rows, 4 in classes, 1 without a number"),
    ("owned_unconfirmed", lambda it: add_rows(it, ("OLD", 30, 30, 30, "owned_unconfirmed", "hold", "990030")), False, "1 of 5 numbers owned and not confirmed"),
    ("nothing_swept_along", lambda it: by(it, "oclc_scan_delete"), False, "1 of 4 numbers would go without having the answer delete"),
    ("nothing_swept_along", lambda it: (add_rows(it, NO_NUMBER), by(it, "oclc_scan_delete")), False, "2 of 5 numbers would go without having the answer delete"),
    ("nothing_swept_along", lambda it: (add_rows(it, NO_NUMBER), by(it, "oclc_scan_delete", "kept")), False, "1 row of the list without a number: no re-set file can have them"),
    ("delete_share", lambda it: by(it, "own_lists", "kept"), False, "3 of 4 numbers go, 75.0 %; at most 10 % wanted"),
    ("sample_looked_at", lambda it: gates(it, sample_seed=2), False, "covered: 0 of 1 looked at, 0 wrong (at most 100.0 %); owned elsewhere: 0 of 1 looked at"),
    ("lhr_and_retention", lambda it: it.tables.update(evidence(("lhrs", "OLD", 2, False))), False, "LHRs: 1, with 1 that go; commitments: 0, with 0 that go"),
    ("lhr_and_retention", lambda it: it.tables.update(evidence(("commitments", None, 7, False))), False, "commitments: 1, with 1 that go"),
    ("lhr_and_retention", lambda it: files_of(it, kept="unknown"), None, "no input: no list of commitments is loaded"),
    ("open_ill", lambda it: it.tables.update(evidence(("ill_requests", "OLD", None, False))), False, "1 open request, for 0 that go"),
    ("open_ill", lambda it: files_of(it, ill="unknown"), None, "no input: no list of ILL requests is loaded"),
    ("open_ill", lambda it: renamed(it, "ill.csv", "ILL requests 20250831.csv"), False, "0 open requests, for 0 that go; the newest list of ill_requests is of 2025-08-31, before the ILL freeze of 2025-09-01"),
    ("open_ill", lambda it: (add_file(it, "ill_requests", "ILL requests due 20251231.csv"), renamed(it, "ill.csv", "ILL requests 20250831.csv")), False, "before the ILL freeze of 2025-09-01"),
    ("open_ill", lambda it: (renamed(it, "ill.csv", "ILL requests 20250719.csv"), by(it, "own_lists", "kept")), False, "the newest list of ill_requests is of 2025-07-19, before the extract of 2025-07-20"),
    ("lhr_and_retention", lambda it: renamed(it, "lhrs.csv", "LHRs 20250719.csv"), False, "the newest list of lhrs is of 2025-07-19, before the extract of 2025-07-20"),
    ("lhr_and_retention", lambda it: renamed(it, "kept.csv", "retention OLD 20250101.csv"), False, "the newest list of commitments is of 2025-01-01, before the extract of 2025-07-20"),
    ("list_age", lambda it: compared(it, "2025-09-16"), False, "5 days old, less than 30 wanted; from before the last deletion, after which a list of 2025-09-16 was compared"),
    ("digits_only", lambda it: add_rows(it, ("OLD", 3_000_000_000, 3_000_000_000, 3_000_000_000, "covered", "delete", "99")), False, "1 of 3 numbers can be no OCN: 3000000000"),
    ("unique", lambda it: add_rows(it, HELD[2]), False, "1 of 2 numbers are there twice: 7"),
    ("current", lambda it: table(it, "terminals", it.tables["terminals"].vstack(pl.DataFrame([(7, 70, "ok")], schema=it.tables["terminals"].schema, orient="row"))), False, "1 of 2 numbers are called otherwise today, or have no single end: 7"),
    ("current", lambda it: add_rows(it, ("OLD", 5, None, 5, "covered", "delete", "99")), False, "1 of 3 numbers are called otherwise today, or have no single end: 5"),
    ("no_alias_stays", lambda it: table(it, "terminals", pl.DataFrame([(1, 2, "ok"), (9, 7, "ok")], schema=it.tables["terminals"].schema, orient="row")), False, "1 of 2 numbers have a name under the symbol that stays: 7"),
    ("no_alias_stays", lambda it: table(it, "ambiguous_aliases", pl.DataFrame({"old_ocn": [9], "number": [2]})), False, "1 of 2 numbers have a name under the symbol that stays: 2"),
    ("no_number_in_error", lambda it: table(it, "numbers_in_error", pl.DataFrame({"number": [1]})), False, "1 of 2 numbers belong to a record in error: 2"),
    ("no_number_in_error", lambda it: table(it, "unread_answers", pl.DataFrame({"number": [7]})), False, "1 of 2 numbers belong to a record in error: 7"),
]  # fmt: skip


def scored(metric: str, symbol: str, count: int | None, of: int | None, value: float | None) -> pl.DataFrame:
    return pl.DataFrame({"symbol": [symbol], "metric": [metric], "count": [count], "of": [of], "value": [value]}, schema={"symbol": pl.String, "metric": pl.String, "count": pl.Int64, "of": pl.Int64, "value": pl.Float64})  # fmt: skip
