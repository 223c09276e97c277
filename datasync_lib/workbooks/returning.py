"""What a unit sent back: decisions as a frame, and everything that cannot be taken as it stands as an issue (practice.md 4.5).

A returned workbook may be sorted, filtered, saved by another program; its sheets may be renamed, its columns moved, removed or
added. So every sheet with a column «Row key» is read, all cells as text, and columns are found by their header. What
was handed out is read from the hidden sheet `_rows`; when that is lost, today's findings take its place.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from ..errors import InputError
from ..identifiers.ocn import MAXIMUM
from ..vocabulary.decisions import ABOUT, ANSWERS, Decisions
from .checking import (
    ISSUE_COLUMNS,
    PLACE,
    answered,
    ask_doubtful,
    ask_invalid,
    ask_moved,
    ask_sorted,
    ask_unknown,
    issue,
    normalised,
    with_changes,
)
from .decisions import latest_decisions, no_decisions
from .issued import IDENTITY, ROW_COLUMNS, ROWS, SAID, read_issued_rows
from .layout import ROW_KEY
from .library import Frame, rows_for
from .merging import ask_moved_on, ask_taken_back, beside_record, merge_copies
from .returned_files import ReturnedBook, returned_books
from .returned_sheets import COLUMNS, cells_of, rows_of, was_ours
from .sheets import META


@dataclass(frozen=True)
class Returned:
    """What came back: `decisions` in the columns of `decisions.Decisions`; `issues`, `rows`, `account` as `read_returned` says."""

    decisions: pl.DataFrame
    issues: pl.DataFrame
    rows: pl.DataFrame
    account: pl.DataFrame
    questions: pl.DataFrame


@dataclass(frozen=True)
class ReadWorkbooks:
    """What stands in returned workbooks, before anything is said of it: `rows`, `issues` of files and sheets, and who was handed out what."""

    rows: pl.DataFrame
    issues: list[tuple]
    sent: pl.DataFrame


def read_returned(
    sources: Path | Iterable[Path],
    *,
    findings: Frame,
    record: pl.DataFrame | None = None,
    projects: Collection[str] = (),
    maximum: int = MAXIMUM,
) -> Returned:
    """What did the units decide, and what in their workbooks needs a second look?

    Only a cell that says something else than was handed out counts; an emptied one takes back.

    Args:
        sources: workbooks, or folders with workbooks in them.
        findings: today's; a row key that neither they nor the workbook's own list know is not taken. Of a lazy frame only
            the rows that came back are read.
        record: what was decided before; None: nothing.
        projects: whose workbooks are taken (`records.project_id`); none: of whatever project.
        maximum: the greatest number that may be an OCN.

    Returns:
        `decisions`: one row a finding of which something changed, with all that is known of it now. `issues`, sorted by workbook,
        sheet, row: code, workbook, sheet, row (as Excel counts), row_key, what (found), todo (what to do), is_taken (the row was
        taken all the same). Codes: unreadable_workbook, no_row_keys, missing_column, no_row_list, unknown_row_key, duplicate_row_key,
        identity_changed, identity_damaged, other_file, same_file, other_project, invalid_decision, invalid_status, invalid_new_ocn, finding_gone, evidence_changed,
        decided_otherwise, taken_back, double_header, merged_cells, no_value, struck_through, comment. `rows`: every row of the
        sheets that were read, with workbook, sheet, row, row_key and state: unchanged, taken, repeated (another row, or the record,
        says it) or questioned (the issues say why). `account`: one row a workbook: workbook, sent, returned, missing (of the keys
        that were handed out: sent = returned + missing), rows, taken, unchanged, repeated, questioned (rows = the sum of the rest). `questions`: the rows that are questioned, as they came back, and question (in words).

    Raises:
        InputError: a path is missing.
    """
    read = read_workbooks(sources, findings=findings, projects=projects)
    return judge(read, record=record, maximum=maximum)


def read_workbooks(sources: Path | Iterable[Path], *, findings: Frame, projects: Collection[str] = ()) -> ReadWorkbooks:
    """The rows of returned workbooks beside what was handed out and what is known today; see `read_returned`."""
    books, issues = returned_books(sources)
    found = [_of_book(book, findings.lazy(), projects) for book in books]
    return ReadWorkbooks(
        pl.concat([one.rows for one in found], how="vertical") if found else no_rows(),
        [*issues, *(line for one in found for line in one.issues)],
        pl.concat([one.sent for one in found]) if found else _SENT,
    )


def judge(read: ReadWorkbooks, *, record: pl.DataFrame | None = None, maximum: int = MAXIMUM) -> Returned:
    """What of the rows can be taken, beside what was decided before; see `read_returned`."""
    record = no_decisions() if record is None else record
    lines = list(read.issues)
    rows = with_changes(normalised(answered(read.rows).with_row_index("at").with_columns(pl.col("at").cast(pl.Int64))))
    seen = record.select("row_key", "workbook_sha256").drop_nulls().unique()
    fresh = rows.join(seen, on=["row_key", "workbook_sha256"], how="anti", maintain_order="left")
    is_changed = (pl.col("changed").list.len() > 0) | pl.col("doubt").is_not_null()
    saying = fresh.filter(is_changed)
    taken = ask_unknown(ask_doubtful(saying, lines), lines)
    taken = ask_invalid(ask_sorted(ask_moved(taken, lines, rows), lines, rows), lines, maximum)
    taken, copies = merge_copies(taken, lines)
    taken = ask_moved_on(taken, lines)
    taken, known = beside_record(taken, lines, latest_decisions(record))
    silent = fresh.filter(~is_changed & pl.col("is_known"))
    taken_back = ask_taken_back(pl.concat([silent, saying.filter("is_known")]), lines, record)
    open_ = [*set(saying["at"]) - {*taken["at"], *copies, *known}, *taken_back]
    states = rows.select(
        *PLACE, state=_state(taken=taken["at"].to_list(), repeated=[*copies, *known], questioned=open_)
    )
    issues = pl.DataFrame(lines, schema=ISSUE_COLUMNS, orient="row")
    return Returned(
        _as_decisions(taken),
        issues.sort("workbook", "sheet", "row", "code", nulls_last=False),
        states.sort("workbook", "sheet", "row"),
        _account(read, states),
        _questions(rows.filter(pl.col("at").is_in(open_)), issues),
    )


def _questions(rows: pl.DataFrame, issues: pl.DataFrame) -> pl.DataFrame:
    """Rows with what is asked of each."""
    asked = (
        issues.filter(~pl.col("is_taken"))
        .group_by(PLACE, maintain_order=True)
        .agg(question=pl.col("what").str.join(" "))
    )
    # Of rows that are one thing together, the first is asked about.
    return rows.join(asked, on=PLACE, how="inner", nulls_equal=True, maintain_order="left")


def _state(**which: list[int]) -> pl.Expr:
    state = pl.lit("unchanged")
    for name, at in which.items():
        state = pl.when(pl.col("at").is_in(at)).then(pl.lit(name)).otherwise(state)
    return state


def _account(read: ReadWorkbooks, states: pl.DataFrame) -> pl.DataFrame:
    """One row a workbook: sent = returned + missing, and rows = taken + unchanged + repeated + questioned."""
    names = ("taken", "unchanged", "repeated", "questioned")
    counts = states.group_by("workbook").agg(
        pl.len().cast(pl.Int64).alias("rows"),
        *((pl.col("state") == name).sum().cast(pl.Int64).alias(name) for name in names),
    )
    account = read.sent.join(counts, on="workbook", how="full", coalesce=True).fill_null(0).sort("workbook")
    assert account.filter(pl.col("sent") != pl.col("returned") + pl.col("missing")).is_empty()
    assert account.filter(pl.col("rows") != pl.sum_horizontal(names)).is_empty()
    return account.select("workbook", "sent", "returned", "missing", "rows", *names)


def no_rows() -> pl.DataFrame:
    """Rows of returned sheets beside what was handed out (`issued_…`, `base_…`) and today's evidence, without any."""
    text = (
        "workbook",
        "workbook_sha256",
        "workbook_id",
        "unit",
        "sheet",
        *COLUMNS,
        "problem",
        "evidence_hash",
        "evidence_now",
    )
    beside = ("issued_seal", *(f"issued_{name}" for name in IDENTITY), *(f"base_{name}" for name in ANSWERS), *SAID)
    flags = (*(f"has_{name}" for name in (*IDENTITY, *ANSWERS)), "is_known", "is_there")
    return pl.DataFrame(
        schema=dict.fromkeys((*text, *beside, "doubt_code", "doubt"), pl.String)
        | {"row": pl.Int64, "issued_at": pl.Int64}
        | dict.fromkeys(flags, pl.Boolean)
    )


_SENT = pl.DataFrame(schema={"workbook": pl.String, "sent": pl.Int64, "returned": pl.Int64, "missing": pl.Int64})


def _of_book(book: ReturnedBook, findings: pl.LazyFrame, projects: Collection[str]) -> ReadWorkbooks:
    """The rows of a workbook; one that a reader fails on costs itself, never the others."""
    try:
        return _rows_of_book(book, findings, projects)
    except (InputError, MemoryError, pl.exceptions.PolarsError, ValueError, LookupError) as error:
        why = str(error).splitlines()[0] if str(error) else "it needs more memory than there is"
        todo = "Delete what is there, and import it again, or copy its rows into the workbook as it was sent out."
        lost = issue("unreadable_workbook", book.name, what=f"{book.name} could not be read: {why}.", todo=todo)
        return ReadWorkbooks(no_rows(), [lost], _SENT)


def _rows_of_book(book: ReturnedBook, findings: pl.LazyFrame, projects: Collection[str]) -> ReadWorkbooks:
    """The rows of a workbook beside what was handed out, and what is wrong with the workbook as a whole."""
    issues: list[tuple] = []
    cells = {sheet.name: cells_of(sheet) for sheet in book.sheets}
    facts = _facts(cells.get(META))
    if projects and facts.get("project") and facts["project"] not in projects:
        return ReadWorkbooks(no_rows(), [_other_project(book.name, facts)], _SENT)
    issued = read_issued_rows(cells.get(ROWS))
    if issued is None:
        issues.append(_no_row_list(book.name))
    parts = []
    for sheet in book.sheets:
        if sheet.name in (ROWS, META):
            continue
        if (rows := rows_of(book.name, sheet, cells[sheet.name], issues, issued)) is not None:
            parts.append(rows)
        elif was_ours(cells[sheet.name], issued):
            issues.append(_no_row_keys(book.name, sheet.name))
    if not parts:
        if not any(code == "no_row_keys" for code, *_ in issues):
            issues.append(_no_row_keys(book.name))
        return ReadWorkbooks(no_rows(), issues, _sent(book.name, issued, no_rows()))
    rows = pl.concat(parts, how="diagonal").with_columns(
        workbook=pl.lit(book.name),
        workbook_sha256=pl.lit(book.sha256),
        workbook_id=pl.lit(facts.get("workbook_id"), dtype=pl.String),
        unit=pl.lit(facts.get("unit"), dtype=pl.String),
    )
    rows = _beside_issued(_keyed_by_seal(rows, issued), issued, findings)
    return ReadWorkbooks(rows, issues, _sent(book.name, issued, rows))


def _sent(workbook: str, issued: pl.DataFrame | None, rows: pl.DataFrame) -> pl.DataFrame:
    """How many of the keys that were handed out came back."""
    keys = set() if issued is None else set(issued["row_key"])
    back = len(keys.intersection(rows["row_key"].drop_nulls()))
    return pl.DataFrame([(workbook, len(keys), back, len(keys) - back)], schema=_SENT.schema, orient="row")


def _keyed_by_seal(rows: pl.DataFrame, issued: pl.DataFrame | None) -> pl.DataFrame:
    """Rows of a sheet whose column of keys is gone, with the key that their seal stands for."""
    if issued is None or rows["row_key"].null_count() == 0:
        return rows
    of_seal = issued.select(pl.col("seal").alias("seal_of_record"), pl.col("row_key").alias("key")).drop_nulls()
    found = rows.join(
        of_seal.unique("seal_of_record", keep="none"), on="seal_of_record", how="left", maintain_order="left"
    )
    return found.with_columns(pl.coalesce("row_key", "key").alias("row_key")).drop("key")


def _facts(cells: pl.DataFrame | None) -> dict[str, str]:
    """What the hidden sheet says of the workbook as a whole."""
    if cells is None or cells.is_empty() or cells.width < 2:
        return {}
    return dict(cells.select(cells.columns[:2]).iter_rows())


def _beside_issued(rows: pl.DataFrame, issued: pl.DataFrame | None, findings: pl.LazyFrame) -> pl.DataFrame:
    of_today = ("row_key", "problem", "evidence_hash", "mms_id", "holding_id", "ocn", "symbol")
    today = rows_for(findings.select(pl.col(name).cast(pl.String) for name in of_today), rows, "row_key")
    handed_out = today.with_columns(
        pl.lit(None, dtype=pl.String).alias(name) for name in (*ROW_COLUMNS, *SAID) if name not in of_today
    ).select(*ROW_COLUMNS, *SAID)
    if issued is not None:
        handed_out = pl.concat([issued, handed_out]).unique("row_key", keep="first", maintain_order=True)
    handed_out = handed_out.rename(
        {name: f"issued_{name}" for name in ("seal", *IDENTITY)} | {name: f"base_{name}" for name in ANSWERS}
    )
    handed_out = handed_out.with_row_index("issued_at").with_columns(pl.col("issued_at").cast(pl.Int64))
    now = today.select("row_key", pl.col("evidence_hash").alias("evidence_now"))
    joined = (
        rows.join(handed_out, on="row_key", how="left", maintain_order="left")
        .join(now, on="row_key", how="left", maintain_order="left")
        .with_columns(
            is_known=pl.col("problem").is_not_null(),
            is_there=pl.col("row_key").is_in(today["row_key"].implode()).fill_null(False),
        )
    )
    return joined.select(no_rows().columns)


def _as_decisions(taken: pl.DataFrame) -> pl.DataFrame:
    frame = taken.with_columns(
        pl.col("new_ocn").cast(pl.Int64),
        who=pl.coalesce("assignee", "unit"),
        imported_at=pl.lit(None, dtype=pl.Datetime("us", "UTC")),
        record=pl.lit(None, dtype=pl.Int64),
    )
    types = Decisions.create_empty().schema
    # What the row is about is told by its finding, not by the cells of the sheet.
    about = [pl.lit(None, types[name]).alias(name) for name in ABOUT]
    told = frame.with_columns(about).select(types.names())
    return Decisions.validate(told).sort("workbook", "sheet", "row")


def _other_project(workbook: str, facts: dict[str, str]) -> tuple:
    of = ", ".join(filter(None, (facts.get("institution"), facts.get("unit"), facts.get("run_date"))))
    return issue(
        "other_project",
        workbook,
        what=f"{workbook} was written by another project ({of}; its ID is {facts['project']}); nothing of it was taken.",
        todo=f"Import it there. If it is a copy of this project, repeat with --also-from {facts['project']}.",
    )


def _no_row_list(workbook: str) -> tuple:
    return issue(
        "no_row_list",
        workbook,
        what="The hidden list of the rows that were handed out is lost; the rows were held against today's findings.",
        todo="Nothing, if the other issues of this workbook are none.",
        is_taken=True,
    )


def _no_row_keys(workbook: str, sheet: str | None = None) -> tuple:
    where = "No sheet has" if sheet is None else f"The sheet «{sheet}» does not have"
    return issue(
        "no_row_keys",
        workbook,
        sheet,
        what=f"{where} a column «{ROW_KEY}», so nothing tells which record a row is about, and nothing of it was taken.",
        todo="Put the column and its header back, or ask for the workbook as it was sent out; it is the last of each sheet.",
    )
