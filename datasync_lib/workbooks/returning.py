"""What a unit sent back: decisions as a frame, and everything that cannot be taken as it stands as an issue (practice.md 4.5).

A returned workbook may be sorted, filtered, saved by another program; its sheets may be renamed, its columns moved, removed or
added. So every sheet with a column «Row key» is read, all cells as text, and columns are found by their header. What
was handed out is read from the hidden sheet `_rows`; when that is lost, today's findings take its place.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import polars as pl

from ..errors import InputError
from ..identifiers.ocn import MAXIMUM
from ..problems import PROBLEMS
from ..spreadsheets import RawSheet, read_spreadsheet
from ..vocabulary.decisions import Decisions
from .checking import ISSUE_COLUMNS, check_rows, issue
from .layout import FILL, ROW_KEY
from .library import Frame, rows_for
from .sheets import META, ROW_COLUMNS, ROWS

# What a workbook may have become on its way; what is no workbook any more is told.
_SUFFIXES = tuple(
    ".xlsx .xlsm .xltx .xlsb .xls .ods .ots .xml .csv .tsv .htm .html .mht .mhtml .numbers .pdf .zip".split()
)
# Somebody may have put a title above the header.
_HEADER_WITHIN = 20
# Our largest workbooks have a hundredth of it.
_MOST_PLACES = 30_000_000
HEADERS = {
    ROW_KEY: "row_key",
    "MMS ID": "mms_id",
    "Holding ID": "holding_id",
    **{problem.ocn_header: "ocn" for problem in PROBLEMS.values() if problem.ocn_header},
    **{column.header: column.name for column in FILL},
}
_COLUMNS = tuple(dict.fromkeys(HEADERS.values()))


@dataclass(frozen=True)
class Returned:
    """What came back: `decisions` in the columns of `decisions.Decisions`, `issues` as described in `read_returned`."""

    decisions: pl.DataFrame
    issues: pl.DataFrame


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
        invalid_new_ocn, finding_gone, double_header.

    Raises:
        InputError: a path is missing.
    """
    found = [_read_workbook(path, findings.lazy()) for path in _paths(sources)]
    rows = pl.concat([rows for rows, _ in found], how="vertical") if found else no_rows()
    issues = [line for _, lines in found for line in lines]
    taken, more = check_rows(rows, maximum)
    frame = pl.DataFrame(issues, schema=ISSUE_COLUMNS, orient="row")
    return Returned(
        _as_decisions(taken), pl.concat([frame, more]).sort("workbook", "sheet", "row", "code", nulls_last=False)
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
    text = ("workbook", "workbook_sha256", "unit", "sheet", *_COLUMNS, "problem", "evidence_hash")
    issued = ("issued_mms_id", "issued_holding_id", "issued_ocn")
    return pl.DataFrame(
        schema=dict.fromkeys((*text, *issued), pl.String)
        | {"row": pl.Int64, "is_known": pl.Boolean, "is_there": pl.Boolean}
    )


def _read_workbook(path: Path, findings: pl.LazyFrame) -> tuple[pl.DataFrame, list[tuple]]:
    """The rows of a workbook beside what was handed out, and what is wrong with the workbook as a whole."""
    try:
        content = path.read_bytes()
        sheets = {sheet.name: _cells(sheet) for sheet in read_spreadsheet(content, takes_pages=False)}
    except (InputError, OSError) as error:
        return no_rows(), [_unreadable(path, error)]
    issues: list[tuple] = []
    issued = _issued(sheets.get(ROWS))
    if issued is None:
        issues.append(_no_row_list(path))
    parts = []
    for name, cells in sheets.items():
        if name in (ROWS, META):
            continue
        if (rows := _rows_of(path, name, cells, issues)) is not None:
            parts.append(rows)
        elif _was_ours(cells, issued):
            issues.append(_no_row_keys(path, name))
    if not parts:
        of_sheets = any(code == "no_row_keys" for code, *_ in issues)
        return no_rows(), issues if of_sheets else [*issues, _no_row_keys(path)]
    rows = pl.concat(parts, how="diagonal").with_columns(
        workbook=pl.lit(path.name),
        workbook_sha256=pl.lit(hashlib.sha256(content).hexdigest()),
        unit=pl.lit(_unit(sheets.get(META)), dtype=pl.String),
    )
    return _beside_issued(rows, issued, findings), issues


def _was_ours(cells: pl.DataFrame, issued: pl.DataFrame | None) -> bool:
    """Whether a sheet without row keys was handed out as one of rows: it has yellow columns, or the keys without a header."""
    fill = {_known_header(column.header) for column in FILL}
    if any(len(fill & set(map(_known_header, row))) > 1 for row in cells.head(_HEADER_WITHIN).rows()):
        return True
    keys = set() if issued is None else set(issued["row_key"])
    return any(not keys.isdisjoint(column.drop_nulls()) for column in cells)


def _cells(sheet: RawSheet) -> pl.DataFrame:
    """The cells from the first row on, so that row numbers are those of Excel; an empty one is null."""
    if len(sheet.rows) * sheet.width > _MOST_PLACES:
        raise InputError(f"the sheet «{sheet.name}» has cells far outside of what is filled in")
    columns = zip_longest(*sheet.rows, fillvalue=None)
    frame = pl.DataFrame([pl.Series(str(at), column, dtype=pl.String) for at, column in enumerate(columns)])
    return frame.with_columns(pl.all().str.strip_chars().replace("", None))


def _rows_of(path: Path, name: str, cells: pl.DataFrame, issues: list[tuple]) -> pl.DataFrame | None:
    """The rows of a sheet under our names, or None when it is not one of ours."""
    top = cells.head(_HEADER_WITHIN).rows()
    header_at = next((i for i, row in enumerate(top) if _known_header(ROW_KEY) in map(_known_header, row)), None)
    if header_at is None:
        return None
    by_header = {_known_header(header): ours for header, ours in HEADERS.items()}
    columns: dict[str, str] = {}
    for column, header in zip(cells.columns, top[header_at], strict=True):
        ours = by_header.get(_known_header(header))
        if ours in columns:
            issues.append(_double_header(path, name, header_at + 1, header))
        elif ours:
            columns[ours] = column
    issues += [
        _missing_column(path, name, header_at + 1, column.header)
        for column in FILL
        if column.name not in columns and column.name != "new_ocn"
    ]
    rows = cells.with_row_index("row", offset=1).slice(header_at + 1)
    return rows.select(
        pl.lit(name).alias("sheet"),
        pl.col("row").cast(pl.Int64),
        *(
            pl.col(columns[ours]).alias(ours) if ours in columns else pl.lit(None, dtype=pl.String).alias(ours)
            for ours in _COLUMNS
        ),
        *(pl.lit(ours in columns).alias(f"has_{ours}") for ours in ("mms_id", "holding_id", "ocn")),
    ).filter(pl.any_horizontal(pl.col(_COLUMNS).is_not_null()))


def _known_header(header: str | None) -> str:
    return " ".join((header or "").casefold().split())


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
    what = f"{path.name} could not be read as a workbook: {str(error).splitlines()[0]}"
    return issue(
        "unreadable_workbook", path.name, what=what, todo="Open it in Excel and save it as .xlsx, or ask for it again."
    )


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


def _missing_column(path: Path, sheet: str, row: int, header: str) -> tuple:
    return issue(
        "missing_column",
        path.name,
        sheet,
        row,
        what=f"There is no column «{header}»; what the unit wrote into it, under another header or none, was not taken.",
        todo=f"Call the column «{header}» again and import once more; nothing, if it was taken out because it was empty.",
        is_taken=True,
    )


def _double_header(path: Path, sheet: str, row: int, header: str) -> tuple:
    return issue(
        "double_header",
        path.name,
        sheet,
        row,
        what=f"Two columns are called «{header}»; the left one was read.",
        todo="Look whether the other one holds answers; if so, move them over and import again.",
        is_taken=True,
    )
