"""Reports that OCLC gives after a file was processed, as typed tables (oclc_formats.md 1, 2, 13).

Nothing is lost: each file is listed with the rows that it has and those that could be read; a row that could not is an
issue with its position. A file of a kind that no source describes is kept raw, column by column, unless the settings
give a layout for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

import polars as pl

from ..errors import InputError
from ..identifiers.ocn import MAXIMUM
from ..identifiers.symbols import decoded_symbol
from ..marc.containers import Sources, find_inputs
from ..readers import Given, Source, reads
from ..settings import ReportLayout
from ..vocabulary.tables import conform
from . import layouts as kinds
from .cross_references import read_cross_reference_rows
from .emailed_reports import EmailedReport, find_header, look_for_header, read_emailed_report
from .exceptions import old_header_line, old_preamble, read_exception_rows, read_old_exception_rows
from .filenames import FileName, read_file_name
from .given_layouts import layout_of, read_laid_out_rows
from .lines import LineBlocks
from .local_numbers import without_mangled
from .processing import UnknownActions, read_processing_rows, settle_number
from .raw import raw_columns, read_scan_delete_rows, what_it_is
from .repeats import Repeats, repeated_headers
from .report_tables import RAW, Reports, join_reports
from .rows import Rows, issue, issues_of
from .sheets import Sheet, is_excel, is_html, join_sheets, read_sheets, words_on_left_out
from .told import listed, row_of, unreadable

# SYMBOL_collection_milliseconds::bib::offset (oclc_formats.md 1.4)
_JOB_KEY = r"^(.+)_(\d{7})_(\d{13})::"


@dataclass(frozen=True)
class _Shape:
    """How the rows of a file are read.

    Attributes:
        kind: the kind of report.
        header: the position of the last line that is no row.
        maximum: the greatest number that may be an OCN.
        layout: the layout that the settings give, for a kind that no source describes.
    """

    kind: str
    header: int
    maximum: int
    layout: ReportLayout | None = None

    @property
    def table(self) -> str | None:
        """Where the rows go; null: they stay raw."""
        if self.layout:
            return self.layout.table
        return None if self.kind == kinds.SCAN_DELETE else _TABLE_OF.get(self.kind, "cross_references")


def read_reports(sources: Sources, *, layouts: Sequence[ReportLayout] = (), maximum: int = MAXIMUM) -> Reports:
    """What did OCLC answer? Every report in a path, a glob, a folder, or a list of them.

    Args:
        sources: reports as they came, also in .zip; other files are listed as unknown.
        layouts: how reports are written that no source describes, as `report_layouts` of the settings; without one they
            are kept raw.
        maximum: the greatest number that may be an OCN; a row with a greater one is an issue. Staging numbers have no
            limit: they are no OCNs.

    Returns:
        The tables of all reports together, sorted by file and row. `sent_ocn` is what the record held, `result_ocn` the
        number that came of it after match, create, replace and field transfer, and `staging_ocn` a number that is never
        used as an OCN.

    Raises:
        InputError: a path is missing, or a pattern fits no file.
    """
    given = ((each, _layout_of(each.file, layouts)) for each in find_inputs(sources))
    return join_reports(
        (each.file, table, frame)
        for each, layout in given
        for table, frame in _frames(Source(each, "report"), layout, maximum)
    )


def _layout_of(file: str, layouts: Sequence[ReportLayout]) -> ReportLayout | None:
    return layout_of(kinds.kind_by_name(_name_of(file)), layouts) if layouts else None


def _name_of(file: str) -> FileName:
    return read_file_name(PurePosixPath(file).name)


@reads("report", layout=lambda settings, file: _layout_of(file, settings.report_layouts), maximum="ocn.maximum")
def read_report(source: Source, *, layout: ReportLayout | None = None, maximum: int = MAXIMUM) -> Given:
    """What one file says, whatever kind of report it is, in pieces of a few hundred thousand rows.

    It never raises for what is in the file.

    Args:
        source: the file.
        layout: how it is written, for a file whose name promises a kind that the settings give a layout for.
        maximum: the greatest number that may be an OCN.

    Yields:
        outcomes, exceptions, cross_references, raw_rows, load_issues, piece by piece; files, and what is to be said of
        the file as a whole.
    """
    for table, frame in _frames(source, layout, maximum):
        yield table, _as_raw_rows(source.file, frame) if table == RAW else frame


def _as_raw_rows(file: str, rows: pl.DataFrame) -> pl.DataFrame:
    cells = [column for column in rows.columns if column != "record"]
    return rows.select("record", file=pl.lit(file), values=pl.concat_list(pl.col(cells)))


def _frames(source: Source, layout: ReportLayout | None, maximum: int) -> Given:
    """What a report gives; what stays raw with the columns of the file."""
    name = _name_of(source.file)
    try:
        with source.input.open() as stream:
            lines = LineBlocks(stream)
            if name.is_stub:
                yield from listed(source.file, "stub", lines, "OCLC has withdrawn the content: only the name is left")
            elif lines.is_blank:
                yield from listed(source.file, "empty", lines, "the file is empty")
            elif layout:
                yield from _laid_out(source, name, lines, layout, maximum)
            elif emailed := _emailed(source, lines):
                yield from emailed
            elif what := what_it_is(lines.start, has_name=name.family != "unknown"):
                yield from listed(source.file, "unknown", lines, f"this is no report but {what}")
            else:
                yield from _read(source, name, lines, maximum)
    except InputError as error:
        yield from unreadable(source.input, str(error))


def _emailed(source: Source, lines: LineBlocks) -> Given | None:
    """A report that came by mail, as Excel, HTML or text with tabs; null when it is something else."""
    is_text = find_header([line.split("\t") for line in lines.sample]) is not None
    if not (is_text or is_excel(lines.start) or is_html(lines.start)):
        return None
    data = lines.keep_all()
    try:
        sheet, left_out = join_sheets(read_sheets(data), look_for_header)
    except InputError as error:
        return listed(source.file, "unreadable", lines, str(error))
    report = read_emailed_report(sheet)
    return None if report is None else _of_mail(source, lines, report, left_out)


def _of_mail(source: Source, lines: LineBlocks, report: EmailedReport, left_out: list[Sheet]) -> Given:
    for sheet in left_out:
        yield "load_issues", issue(source.file, "sheet_not_read", words_on_left_out(sheet))
    if report.is_truncated or report.has_other_rows:
        code = "truncated" if report.is_truncated else "rows_differ"
        yield "load_issues", issue(source.file, code, report.words)
    rows, found = report.rows, report.rows.height
    if lines.problem:
        cut_line = rows["record"].max() if found else None
        rows = rows.head(-1) if found else rows
        yield "load_issues", _breaks_off(source, lines, cut_line)
    yield RAW, rows
    counts = {"found": found, "rejected": found - rows.height}
    yield "files", row_of(source.file, report.kind, lines, report.words or None, **counts)


def _breaks_off(source: Source, lines: LineBlocks, cut_line: int | None) -> pl.DataFrame:
    return issue(source.file, "breaks_off", f"{lines.problem}; what stands before was read", cut_line)


def _laid_out(source: Source, name: FileName, lines: LineBlocks, layout: ReportLayout, maximum: int) -> Given:
    first_line = next((i for i, line in enumerate(lines.sample) if line.strip()), 0)
    shape = _Shape(layout.kind, first_line if layout.header else -1, maximum, layout)
    yield from _pieces(source, name, shape, lines)


def _read(source: Source, name: FileName, lines: LineBlocks, maximum: int) -> Given:
    promised, seen = kinds.kind_by_name(name), kinds.kind_by_content(lines.sample)
    kind = promised if promised and promised not in kinds.READABLE else seen or promised
    if kind not in kinds.READABLE:
        yield from _raw(source, kind, lines)
        return
    if seen and promised and seen != promised:
        words = f"the name says {promised}, the content is a {seen}: read as that"
        yield "load_issues", issue(source.file, "name_and_content_differ", words)
    header: int | None = -1
    if kind == kinds.OLD_EXCEPTION and (header := old_header_line(lines.sample)) is None:
        header = old_preamble(lines.sample) - 1
        yield "load_issues", _no_header(source, lines.sample[: header + 1])
    yield from _pieces(source, name, _Shape(kind, header, maximum), lines)


def _no_header(source: Source, preamble: list[str]) -> pl.DataFrame:
    passed = [f"line {i} «{line.strip()[:60]}»" for i, line in enumerate(preamble, start=1) if line.strip()]
    words = f"no line begins with «Incoming OCLC»: the rows begin in line {len(preamble) + 1}; not read: "
    return issue(source.file, "no_header", words + ("; ".join(passed) or "nothing"))


def _pieces(source: Source, name: FileName, shape: _Shape, lines: LineBlocks) -> Given:
    repeats, actions = Repeats(), UnknownActions()
    found = rejected = 0
    lines.leave_out_repeats_of(shape.header)
    for block, first in lines:
        read = without_mangled(_read_block(shape, block, first))
        found += read.rows.height + read.issues.height
        rejected += read.issues.height
        once = repeats.without(read.rows)
        if shape.table == "outcomes":
            actions.count(once)
        if shape.kind == kinds.PROCESSING:
            once = settle_number(once)
        yield shape.table or RAW, _traced(source, name, shape, once) if shape.table else once
        yield "load_issues", issues_of(source.file, [read.issues, read.notes])
    if lines.problem:
        cut = lines.cut_line is not None
        found, rejected = found + cut, rejected + cut
        yield "load_issues", _breaks_off(source, lines, lines.cut_line)
    if words := lines.words_on_encoding:
        yield "load_issues", issue(source.file, "not_utf8", words)
    yield "load_issues", repeated_headers(source.file, lines.repeated_headers)
    yield "load_issues", issues_of(source.file, [actions.issues()])
    note = "read by its layout in the settings" if shape.layout else None
    if shape.layout and found == rejected > 0:
        note = f"no row fits the layout that the settings give for {shape.kind}: compare delimiter and columns with the file"
        yield "load_issues", issue(source.file, "layout_does_not_fit", note)
    counts = {"found": found, "repeated": repeats.count, "rejected": rejected}
    yield "files", row_of(source.file, shape.kind, lines, note, **counts)


def _traced(source: Source, name: FileName, shape: _Shape, rows: pl.DataFrame) -> pl.DataFrame:
    return conform(shape.table, rows.with_columns(*_provenance(source, name, shape.kind, rows)))


def _read_block(shape: _Shape, block: bytes, first: int) -> Rows:
    if shape.layout:
        return read_laid_out_rows(block, first, shape.layout, shape.header, shape.maximum)
    match shape.kind:
        case kinds.PROCESSING:
            return read_processing_rows(block, first, shape.maximum)
        case kinds.EXCEPTION:
            return read_exception_rows(block, first, shape.maximum)
        case kinds.OLD_EXCEPTION:
            return read_old_exception_rows(block, first, shape.header, shape.maximum)
        case kinds.SCAN_DELETE:
            return read_scan_delete_rows(block, first, shape.maximum)
        case _:
            is_staging = shape.kind in kinds.STAGING_LISTS
            return read_cross_reference_rows(block, first, is_staging=is_staging, maximum=shape.maximum)


_TABLE_OF = {kinds.PROCESSING: "outcomes", kinds.EXCEPTION: "exceptions", kinds.OLD_EXCEPTION: "exceptions"}


def _provenance(source: Source, name: FileName, kind: str, rows: pl.DataFrame) -> list[pl.Expr]:
    """File, kind, collection, symbol, time and sent file; from the job key what a changed name does not tell."""
    told = {
        "symbol": pl.lit(name.symbol, dtype=pl.String),
        "collection": pl.lit(name.collection, dtype=pl.String),
        "received_at": pl.lit(name.received_at, dtype=pl.Datetime("ms", "UTC")),
    }
    if "job_key" in rows.columns and (name.family != "report" or name.or_received_at):
        key = pl.col("job_key").str.extract_groups(_JOB_KEY)
        in_key = key.struct[2].cast(pl.Int64).cast(pl.Datetime("ms")).dt.replace_time_zone("UTC")
        if name.family == "report":
            second = pl.lit(name.or_received_at, dtype=pl.Datetime("ms", "UTC"))
            is_second = in_key.dt.truncate("1s") == second.dt.truncate("1s")
            told["received_at"] = pl.when(is_second).then(in_key).otherwise(told["received_at"])
        else:
            told = {"symbol": decoded_symbol(key.struct[0]), "collection": key.struct[1], "received_at": in_key}
    sent_file = name.original_name if name.family == "report" else None
    return [
        pl.lit(source.file).alias("file"),
        pl.lit(kind).alias("report_kind"),
        pl.lit(sent_file, dtype=pl.String).alias("sent_file"),
        *(expression.alias(column) for column, expression in told.items()),
    ]


def _raw(source: Source, kind: str | None, lines: LineBlocks) -> Given:
    """A file whose layout no source describes: its columns as they stand, and an issue that says so."""
    separator = kinds.delimiter_of(lines.sample)
    cross_reference = kind is None and kinds.looks_like_cross_reference(lines.sample)
    frame = raw_columns(lines, separator)
    if cross_reference:
        note = (
            "local numbers and OCNs, but only OCLC's name tells whether these are OCNs or staging numbers: give the "
            "file its own name again (… .BibCrossRefReport.txt or … .BibUnresolvedCrossRefReport.txt)"
        )
    elif kind:
        note = (
            f"a {kind}: no source describes its layout; {frame.height} rows are kept as they stand (a [[report_layouts]] "
            "block in the settings makes them readable)"
        )
    else:
        note = "neither the name nor the content is that of a report we know; its rows are kept as they stand"
    yield "load_issues", issue(source.file, "layout_unknown" if kind else "unknown_report", note)
    if lines.problem:
        yield "load_issues", _breaks_off(source, lines, lines.cut_line)
    yield RAW, frame
    cut = lines.cut_line is not None
    shown = kind if kind in _NAMED_RAW else "unknown"
    yield "files", row_of(source.file, shown, lines, note, found=frame.height + cut, rejected=int(cut))


_NAMED_RAW = ("LbdProcessingReport", "LbdExceptionReport")
