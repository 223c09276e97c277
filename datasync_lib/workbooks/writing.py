"""Unit workbooks as Excel files: `reports/<symbol>/<unit>/<symbol>_<unit>_cleanup_<YYYYMMDD>.xlsx` (practice.md 4)."""

import re
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from pathlib import Path

import polars as pl
import xlsxwriter

from ..analysis.decided import BOUNCED
from ..errors import InputError, OutputError
from ..settings import Settings
from ..vocabulary.tables import SCHEMA_VERSION
from .cells import Styles
from .counts import count_findings, information_rows, summary_rows, symbol_of
from .decisions import no_decisions
from .front import Front, write_read_me, write_summary
from .issued import ROW_COLUMNS, issued_rows, workbook_id, write_issued_rows
from .layout import NO_UNIT, Sheet, unit_sheets
from .library import Frame, Library
from .ordering import rows_shown
from .page import write_page
from .placing import place_rows
from .replacing import free_path, replacing
from .rows import tell_rows
from .safe_names import SYMBOL_LENGTH, safe_name, safe_names
from .sheets import write_lists, write_meta, write_sheet
from .tables import write_table

__all__ = ["WrittenWorkbook", "was_edited", "write_table", "write_workbooks"]

# Grows when what `returning.py` relies on changes: names of hidden sheets, headers, row keys.
WORKBOOK_VERSION = 2
_SETTLED_OR_NOT = (pl.col("is_settled"), ~pl.col("is_settled"))


@dataclass(frozen=True)
class WrittenWorkbook:
    """One workbook that was written: where, for whom, rows on its sheets by problem, rows that were too many to list."""

    path: Path
    unit: str | None
    symbol: str
    rows: dict[str, int]
    left_out: int = 0


def write_workbooks(
    folder: Path,
    *,
    findings: Frame,
    evidence: Frame,
    bibs: Frame,
    placed_holdings: Frame,
    items: Frame,
    ocns: Frame,
    held_numbers: Frame | None = None,
    decisions: pl.DataFrame | None = None,
    decided_rows: pl.DataFrame | None = None,
    files: pl.DataFrame | None = None,
    settings: Settings | None = None,
    run_date: date | None = None,
    units: Iterable[str | None] | None = None,
    project: str = "",
    done: Callable[[Path], object] = lambda path: None,
) -> list[WrittenWorkbook]:
    """Write each unit's workbook with a page of the same name beside it, and one for the findings that have no unit.

    A unit gets a workbook when it has a finding, even if nothing asks it for anything: the summary then says so. A workbook of
    the same day that somebody has worked in is never overwritten; the new one is called `_r2`, `_r3` and so on. One unit at a
    time is in memory, and texts are read only for the rows that are shown.

    Args:
        folder: the project's `reports` folder.
        findings: of all units.
        evidence: what the findings rest on.
        bibs: the current ones.
        placed_holdings: holdings with their units (`analysis.ownership.place_holdings`).
        items: items.
        ocns: OCN readings.
        held_numbers: what WorldCat holds (`analysis.deletions`); those that need nobody are counted on the summary.
        decisions: the record of decisions; None: nothing was decided yet.
        decided_rows: what became of them (`analysis.decided`): what was done and is still there is asked again.
        files: the load log, for the list of sources in the hidden `_meta`.
        settings: the project's; None: the defaults.
        run_date: the day in the file names; None is today.
        units: only these; None: all. The unit None stands for findings without a unit.
        project: what the workbooks are known by when they come back (`records.project_id`).
        done: is told each path as it is written.

    Returns:
        What was written, sorted by unit, the one without unit last.

    Raises:
        InputError: a unit was asked for that has no findings.
        OutputError: a workbook cannot be written, for instance because Excel holds it open; all others are.
    """
    settings = settings or Settings()
    library = Library.of(
        **{"findings": findings, "evidence": evidence, "bibs": bibs, "placed_holdings": placed_holdings},
        **{"items": items, "ocns": ocns},
        decisions=no_decisions() if decisions is None else decisions,
        links=settings.links,
        bounced=None if decided_rows is None else decided_rows.filter(pl.col("state") == BOUNCED),
    )
    counts = count_findings(library.findings, None if held_numbers is None else held_numbers.lazy())
    known = counts["unit"].unique().sort(nulls_last=True).to_list()
    names = safe_names(known)
    of = _Of(settings, run_date or date.today(), project)
    written, faults = [], []
    for unit in known if units is None else _checked(list(units), known):
        content = _content(library, unit, counts, of=of)
        path = _path(Path(folder), content.symbol, names[unit], content.run_date)
        try:
            written.append(_write(path, content, _sources(files)))
        except OutputError as error:
            faults.append(str(error))
        else:
            done(written[-1].path)
    if faults:
        raise OutputError(
            "\n".join([f"{len(faults)} of {len(written) + len(faults)} workbooks were not written:", *faults])
        )
    return written


def _content(library: Library, unit: str | None, counts: pl.DataFrame, *, of: "_Of") -> "Content":
    """One unit's sheets, and what the front sheets say of it."""
    settings = of.settings
    placed = place_rows(library, [unit])
    sheets = unit_sheets(tell_rows(library, rows_shown(placed, settings.workbooks.rows_per_sheet)))
    settled, asked = (dict(placed.filter(which).group_by("problem").len().iter_rows()) for which in _SETTLED_OR_NOT)
    theirs = counts.filter(pl.col("unit").eq_missing(unit))
    return Content(
        unit=unit,
        symbol=symbol_of(theirs),
        sheets=sheets,
        summary=summary_rows(settled, sheets, asked),
        information=information_rows(theirs),
        of=of,
    )


def _checked(units: list[str | None], known: list[str | None]) -> list[str | None]:
    unknown = [unit for unit in units if unit not in known]
    if unknown:
        named = ", ".join(unit or NO_UNIT for unit in unknown)
        raise InputError(f"no findings for unit {named}; there are some for: {', '.join(u or NO_UNIT for u in known)}")
    return [unit for unit in known if unit in units]


def _path(folder: Path, symbol: str, unit: str, day: date) -> Path:
    symbol = safe_name(symbol, SYMBOL_LENGTH)
    return folder / symbol / unit / f"{symbol}_{unit}_cleanup_{day:%Y%m%d}.xlsx"


@dataclass(frozen=True)
class _Of:
    """What all workbooks of one writing have in common."""

    settings: Settings
    run_date: date
    project: str


@dataclass(frozen=True)
class Content:
    """What goes into one workbook."""

    unit: str | None
    symbol: str
    sheets: list[Sheet]
    summary: pl.DataFrame
    information: pl.DataFrame
    of: _Of

    @property
    def settings(self) -> Settings:
        """The project's."""
        return self.of.settings

    @property
    def run_date(self) -> date:
        """The day in the file names."""
        return self.of.run_date

    @cached_property
    def issued(self) -> pl.DataFrame:
        """The rows that are handed out, in the columns of `issued.ROW_COLUMNS`."""
        with_keys = [sheet for sheet in self.sheets if sheet.position("row_key") is not None]
        rows = [issued_rows(s.frame, s.problem, (column.name for column in s.columns)) for s in with_keys]
        return pl.concat(rows) if rows else pl.DataFrame(schema=dict.fromkeys(ROW_COLUMNS, pl.String))

    @cached_property
    def workbook_id(self) -> str:
        """What the workbook is known by, whatever becomes of its name."""
        return workbook_id(self.issued, self.settings.institution.name, self.unit or "", f"{self.run_date}")

    @property
    def unit_name(self) -> str:
        """The unit, or who looks after what has none."""
        return self.unit or "the project team (no unit known)"


def _write(path: Path, content: Content, sources: list[tuple[str, ...]]) -> WrittenWorkbook:
    # One in which somebody has worked stays as it is.
    path = free_path(path, lambda there: there.exists() and was_edited(there))
    with replacing(path) as beside:
        _fill(beside, content, sources)
    with replacing(path.with_suffix(".html")) as beside:
        write_page(beside, _front(content), path.name)
    counts: dict[str, int] = {}
    for sheet in content.sheets:
        counts[sheet.problem] = counts.get(sheet.problem, 0) + sheet.frame.height
    return WrittenWorkbook(path, content.unit, content.symbol, counts, sum(s.left_out for s in content.sheets))


def was_edited(path: Path) -> bool:
    """Has a spreadsheet program saved this workbook since we wrote it?

    We write the same time as created and as modified; every program that saves it changes the second or drops both.
    """
    try:
        with zipfile.ZipFile(path) as file:
            core = file.read("docProps/core.xml").decode("utf-8")
    except (PermissionError, IsADirectoryError):
        # A program holds it open, or it is none; putting ours in its place then fails, and says so.
        return False
    except (zipfile.BadZipFile, KeyError, UnicodeDecodeError):
        return True
    times = re.findall(r"<dcterms:(?:created|modified)[^>]*>([^<]*)<", core)
    return len(times) != 2 or times[0] != times[1]


def _fill(path: Path, content: Content, sources: list[tuple[str, ...]]) -> None:
    # Arial 10 has the same widths as Liberation Sans, so the layout holds where there is no Excel; its digits are 7 pixels wide.
    options = {
        "constant_memory": True,
        "default_format_properties": {"font_name": "Arial", "font_size": 10},
        "default_row_height": 17,
    }
    front = _front(content)
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties(
            {
                "title": f"Cleanup for {content.unit_name}",
                "created": datetime.combine(content.run_date, time(0)),
            }
        )
        book.set_size(2400, 1300)
        styles = Styles(book)
        write_read_me(book, styles, front)
        write_summary(book, styles, front)
        for sheet in content.sheets:
            write_sheet(book, styles, sheet)
        write_lists(book)
        write_meta(book, [*_facts(content), *sources])
        write_issued_rows(book, content.issued)


def _front(content: Content) -> Front:
    return Front(
        institution=content.settings.institution.name,
        unit=content.unit_name,
        symbol=content.symbol,
        run_date=f"{content.run_date:%Y-%m-%d}",
        contact=content.settings.workbooks.contact,
        deadline=content.settings.workbooks.deadline,
        sheets=content.sheets,
        summary=content.summary,
        information=content.information,
    )


def _facts(content: Content) -> list[tuple[str, ...]]:
    facts = [
        ("workbook_version", str(WORKBOOK_VERSION)),
        ("workbook_id", content.workbook_id),
        ("schema_version", str(SCHEMA_VERSION)),
        ("project", content.of.project),
        ("institution", content.settings.institution.name),
        ("unit", content.unit or ""),
        ("symbol", content.symbol),
        ("run_date", f"{content.run_date:%Y-%m-%d}"),
    ]
    facts += [("sheet", sheet.title, sheet.problem, str(sheet.frame.height)) for sheet in content.sheets]
    return facts


def _sources(files: pl.DataFrame | None) -> list[tuple[str, ...]]:
    if files is None:
        return []
    return [("file", *row) for row in files.select("file", "kind", "sha256").sort("file").iter_rows()]
