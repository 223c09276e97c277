"""What a unit sent back: decisions as a frame, and everything that cannot be taken as it stands as an issue (practice.md 4.5).

A returned workbook may be sorted, filtered, saved by another program; its sheets may be renamed, its columns moved, removed or
added. So every sheet with a column «Row key» is read, all cells as text, and columns are found by their header. What
was handed out is read from the hidden sheet `_rows`; when that is lost, today's findings take its place.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from ..errors import InputError
from ..identifiers.ocn import MAXIMUM
from ..spreadsheets import read_spreadsheet
from ..vocabulary.decisions import Decisions
from .checking import ISSUE_COLUMNS, check_rows, issue
from .layout import ROW_KEY
from .library import Frame, rows_for
from .returned_sheets import COLUMNS, cells_of, rows_of, was_ours
from .sheets import META, ROW_COLUMNS, ROWS

# What a workbook may have become on its way; what is no workbook any more is told.
_SUFFIXES = tuple(
    ".xlsx .xlsm .xltx .xlsb .xls .ods .ots .xml .csv .tsv .htm .html .mht .mhtml .numbers .pdf .zip".split()
)


@dataclass(frozen=True)
class Returned:
    """What came back: `decisions` in the columns of `decisions.Decisions`, `issues` and `rows` as `read_returned` says."""

    decisions: pl.DataFrame
    issues: pl.DataFrame
    rows: pl.DataFrame


def read_returned(sources: Path | Iterable[Path], *, findings: Frame, maximum: int = MAXIMUM) -> Returned:
    """What did the units decide, and what in their workbooks needs a second look?

    Args:
        sources: workbooks, or folders with workbooks in them.
        findings: today's; a row key that neither they nor the workbook's own list know is not taken. Of a lazy frame only
            the rows that came back are read.
        maximum: the greatest number that may be an OCN.

    Returns:
        `decisions`: one row a finding on which something was filled in. A row where nobody touched the yellow columns is no
        decision and not there. `issues`, sorted by workbook, sheet, row: code, workbook, sheet, row (as Excel counts), row_key,
        what (found), todo (what to do), is_taken (the row was taken all the same). Codes: unreadable_workbook, no_row_keys,
        missing_column, no_row_list, unknown_row_key, duplicate_row_key, identity_changed, identity_damaged, invalid_decision, invalid_status,
        invalid_new_ocn, finding_gone, double_header, merged_cells. `rows`: every row of the sheets that were read, with
        workbook, sheet, row, row_key and state: untouched, taken, repeated (another says the same) or rejected (told in the issues).

    Raises:
        InputError: a path is missing.
    """
    found = [_read_workbook(path, findings.lazy()) for path in _paths(sources)]
    rows = pl.concat([rows for rows, _ in found], how="vertical") if found else no_rows()
    issues = [line for _, lines in found for line in lines]
    taken, more, states = check_rows(rows, maximum)
    frame = pl.DataFrame(issues, schema=ISSUE_COLUMNS, orient="row")
    return Returned(
        _as_decisions(taken),
        pl.concat([frame, more]).sort("workbook", "sheet", "row", "code", nulls_last=False),
        states.sort("workbook", "sheet", "row"),
    )


def _paths(sources: Path | Iterable[Path]) -> list[Path]:
    given = [sources] if isinstance(sources, str | Path) else list(sources)
    paths: list[Path] = []
    for path in map(Path, given):
        if path.is_dir():
            # ~$ is the lock file that Excel lays beside an open workbook.
            inside = (p for p in sorted(path.rglob("*")) if p.suffix.lower() in _SUFFIXES)
            paths += [p for p in inside if not p.name.startswith("~$")]
        elif path.exists():
            paths.append(path)
        else:
            raise InputError(
                f"{path} does not exist; give the path of a returned workbook, or of a folder with several"
            )
    return list(dict.fromkeys(paths))


def no_rows() -> pl.DataFrame:
    """Rows of returned sheets, without any."""
    text = ("workbook", "workbook_sha256", "unit", "sheet", *COLUMNS, "problem", "evidence_hash")
    issued = ("issued_mms_id", "issued_holding_id", "issued_ocn")
    return pl.DataFrame(
        schema=dict.fromkeys((*text, *issued), pl.String)
        | {"row": pl.Int64, "is_known": pl.Boolean, "is_there": pl.Boolean}
    )


def _read_workbook(path: Path, findings: pl.LazyFrame) -> tuple[pl.DataFrame, list[tuple]]:
    """The rows of a workbook beside what was handed out, and what is wrong with the workbook as a whole."""
    try:
        content = path.read_bytes()
        sheets = read_spreadsheet(content, takes_pages=False)
        cells = {sheet.name: cells_of(sheet) for sheet in sheets}
    except (InputError, OSError) as error:
        return no_rows(), [_unreadable(path, error)]
    issues: list[tuple] = []
    issued = _issued(cells.get(ROWS))
    if issued is None:
        issues.append(_no_row_list(path))
    parts = []
    for sheet in sheets:
        if sheet.name in (ROWS, META):
            continue
        if (rows := rows_of(path.name, sheet, cells[sheet.name], issues)) is not None:
            parts.append(rows)
        elif was_ours(cells[sheet.name], issued):
            issues.append(_no_row_keys(path, sheet.name))
    if not parts:
        of_sheets = any(code == "no_row_keys" for code, *_ in issues)
        return no_rows(), issues if of_sheets else [*issues, _no_row_keys(path)]
    rows = pl.concat(parts, how="diagonal").with_columns(
        workbook=pl.lit(path.name),
        workbook_sha256=pl.lit(hashlib.sha256(content).hexdigest()),
        unit=pl.lit(_unit(cells.get(META)), dtype=pl.String),
    )
    return _beside_issued(rows, issued, findings), issues


def _issued(cells: pl.DataFrame | None) -> pl.DataFrame | None:
    """The hidden list of the rows that were handed out; None when it is lost or not ours."""
    if cells is None or cells.is_empty() or cells.row(0)[: len(ROW_COLUMNS)] != ROW_COLUMNS:
        return None
    named = cells.slice(1).select(
        pl.col(column).alias(ours) for column, ours in zip(cells.columns, ROW_COLUMNS, strict=False)
    )
    return named.filter(pl.col("row_key").is_not_null()).unique("row_key", keep="first", maintain_order=True)


def _unit(cells: pl.DataFrame | None) -> str | None:
    if cells is None or cells.is_empty() or cells.width < 2:
        return None
    values = dict(cells.select(cells.columns[:2]).iter_rows())
    return values.get("unit")


def _beside_issued(rows: pl.DataFrame, issued: pl.DataFrame | None, findings: pl.LazyFrame) -> pl.DataFrame:
    known = findings.select(pl.col(name).cast(pl.String) for name in ROW_COLUMNS)
    today = rows_for(known, rows, "row_key")
    handed_out = (
        today if issued is None else pl.concat([issued, today]).unique("row_key", keep="first", maintain_order=True)
    )
    handed_out = handed_out.rename({name: f"issued_{name}" for name in ("mms_id", "holding_id", "ocn")})
    joined = rows.join(handed_out, on="row_key", how="left", maintain_order="left").with_columns(
        # A column that was taken away says nothing against the row.
        *(
            pl.when(f"has_{name}").then(pl.col(f"issued_{name}")).alias(f"issued_{name}")
            for name in ("mms_id", "holding_id", "ocn")
        ),
        is_known=pl.col("problem").is_not_null(),
        is_there=pl.col("row_key").is_in(today["row_key"].implode()),
    )
    return joined.select(no_rows().columns)


def _as_decisions(taken: pl.DataFrame) -> pl.DataFrame:
    frame = taken.with_columns(
        who=pl.coalesce("assignee", "unit"), imported_at=pl.lit(None, dtype=pl.Datetime("us", "UTC"))
    )
    return Decisions.validate(frame.select(Decisions.column_names())).sort("workbook", "sheet", "row")


def _unreadable(path: Path, error: Exception) -> tuple:
    """What is wrong with a file and what to do with it tells the reader; what keeps it closed, the system."""
    if isinstance(error, OSError):
        what, todo = f"{path.name} could not be opened: {error}.", "Close it in other programs, and import it again."
    else:
        what, todo = f"{path.name} {str(error).splitlines()[0]}.", "Then import it again."
    return issue("unreadable_workbook", path.name, what=what, todo=todo)


def _no_row_list(path: Path) -> tuple:
    return issue(
        "no_row_list",
        path.name,
        what="The hidden list of the rows that were handed out is lost; the rows were held against today's findings.",
        todo="Nothing, if the other issues of this workbook are none.",
        is_taken=True,
    )


def _no_row_keys(path: Path, sheet: str | None = None) -> tuple:
    where = "No sheet has" if sheet is None else f"The sheet «{sheet}» does not have"
    return issue(
        "no_row_keys",
        path.name,
        sheet,
        what=f"{where} a column «{ROW_KEY}», so nothing tells which record a row is about, and nothing of it was taken.",
        todo="Put the column and its header back, or ask for the workbook as it was sent out; it is the last of each sheet.",
    )
