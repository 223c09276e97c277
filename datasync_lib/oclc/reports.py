"""Reports that OCLC gives after a file was processed, as typed tables (oclc_formats.md 1, 2, 13).

Nothing is lost: each file is listed with the rows that it has and those that could be read; a row that could not is an
issue with its position. A file of a kind that no source describes is kept raw, column by column.
"""

from collections.abc import Iterator
from pathlib import PurePosixPath

import polars as pl

from ..errors import InputError
from ..identifiers.symbols import decoded_symbol
from ..marc.containers import Input, Sources, find_inputs
from ..tables.schemas import conform, empty
from . import layouts
from .cross_references import read_cross_reference_rows
from .emailed_reports import find_header, read_emailed_report
from .exceptions import old_header_line, read_exception_rows, read_old_exception_rows
from .filenames import FileName, read_file_name
from .lines import LineBlocks
from .processing import UnknownActions, read_processing_rows, settle_number
from .raw import raw_columns, scan_delete_rows, what_it_is
from .repeats import Repeats
from .report_tables import Reports, file_row, join_reports, listed, unreadable
from .rows import Fault, Rows, issue, issues_of, sift
from .sheets import is_excel, is_html, read_sheet

# SYMBOL_collection_milliseconds::bib::offset (oclc_formats.md 1.4)
_JOB_KEY = r"^(.+)_(\d{7})_(\d{13})::"


def read_reports(sources: Sources) -> Reports:
    """What did OCLC answer? Every report in a path, a glob, a folder, or a list of them.

    Args:
        sources: reports as they came, also in .zip; other files are listed as unknown.

    Returns:
        The tables of all reports together, sorted by file and row. `sent_ocn` is what the record held, `result_ocn` the
        number that came of it after match, create, replace and field transfer, and `staging_ocn` a number that is never
        used as an OCN.

    Raises:
        InputError: a path is missing, or a pattern fits no file.
    """
    return join_reports(read_report(each) for each in find_inputs(sources))


def read_report(source: Input) -> Reports:
    """What one file says, whatever kind of report it is; it never raises for what is in the file."""
    return join_reports(read_report_pieces(source))


def read_report_pieces(source: Input) -> Iterator[Reports]:
    """What one file says, in pieces of a few hundred thousand rows: a file of any size takes little memory.

    The last piece has the row of the file, and what is to be said of it as a whole.
    """
    name = read_file_name(PurePosixPath(source.file).name)
    try:
        with source.open() as stream:
            lines = LineBlocks(stream)
            if name.is_stub:
                yield listed(source, "stub", lines, "OCLC has withdrawn the content: only the name is left")
            elif lines.is_blank:
                yield listed(source, "empty", lines, "the file is empty")
            elif emailed := _emailed(source, lines):
                yield emailed
            elif name.family == "unknown" and (what := what_it_is(lines.start)):
                yield listed(source, "unknown", lines, f"this is no report but {what}")
            else:
                yield from _read(source, name, lines)
    except InputError as error:
        yield unreadable(source, str(error))


def _emailed(source: Input, lines: LineBlocks) -> Reports | None:
    """A report that came by mail, as Excel, HTML or text with tabs; null when it is something else."""
    is_text = find_header([line.split("\t") for line in lines.sample]) is not None
    if not (is_text or is_excel(lines.start) or is_html(lines.start)):
        return None
    data = lines.keep_all()
    try:
        report = read_emailed_report(read_sheet(data))
    except InputError as error:
        return listed(source, "unreadable", lines, str(error))
    if report is None:
        return None
    files = file_row(source.file, report.kind, lines, found=report.rows.height, note=report.words or None)
    issues = [issue(source.file, "truncated", report.words)] if report.is_truncated else []
    return Reports(files=files, issues=pl.concat([empty("load_issues"), *issues]), raw={source.file: report.rows})


def _read(source: Input, name: FileName, lines: LineBlocks) -> Iterator[Reports]:
    promised, seen = layouts.kind_by_name(name), layouts.kind_by_content(lines.sample)
    kind = promised if promised and promised not in layouts.READABLE else seen or promised
    if kind not in layouts.READABLE:
        yield _raw(source, kind, lines)
        return
    issues = []
    if seen and promised and seen != promised:
        words = f"the name says {promised}, the content is a {seen}: read as that"
        issues.append(issue(source.file, "name_and_content_differ", words))
    yield from _pieces(source, name, kind, lines, issues)


def _pieces(
    source: Input, name: FileName, kind: str, lines: LineBlocks, issues: list[pl.DataFrame]
) -> Iterator[Reports]:
    repeats, actions = Repeats(), UnknownActions()
    found = rejected = 0
    header = old_header_line(lines.sample) if kind == layouts.OLD_EXCEPTION else 0
    for block, first in lines:
        read = _read_block(kind, block, first, header)
        found += read.rows.height + read.issues.height
        rejected += read.issues.height
        once = repeats.without(read.rows)
        if kind == layouts.PROCESSING:
            actions.count(once)
            once = settle_number(once)
        yield _piece(source, name, kind, once, read.issues)
    if lines.problem:
        cut = lines.cut_line is not None
        found, rejected = found + cut, rejected + cut
        words = f"{lines.problem}; what stands before was read"
        issues.append(issue(source.file, "breaks_off", words, lines.cut_line))
    if not lines.is_utf8:
        issues.append(issue(source.file, "not_utf8", "not all of the text is UTF-8: the rest was read as Windows-1252"))
    issues.append(issues_of(source.file, [actions.issues()]))
    files = file_row(source.file, kind, lines, found=found, repeated=repeats.count, rejected=rejected)
    yield Reports(files=files, issues=pl.concat(issues))


def _piece(source: Input, name: FileName, kind: str, rows: pl.DataFrame, issues: pl.DataFrame) -> Reports:
    told = issues_of(source.file, [issues] if issues.height else [])
    if kind == layouts.SCAN_DELETE:
        return Reports(issues=told, raw={source.file: rows})
    table = _TABLE_OF.get(kind, "cross_references")
    traced = conform(table, rows.with_columns(*_provenance(source, name, kind, rows)))
    return Reports(**{table: traced}, issues=told)


def _read_block(kind: str, block: bytes, first: int, header: int) -> Rows:
    match kind:
        case layouts.PROCESSING:
            return read_processing_rows(block, first)
        case layouts.EXCEPTION:
            return read_exception_rows(block, first)
        case layouts.OLD_EXCEPTION:
            return read_old_exception_rows(block, first, header)
        case layouts.SCAN_DELETE:
            no_number = Fault(pl.col("ocn").is_null(), "bad_number", pl.lit("column 1 is not a number"))
            return sift(scan_delete_rows(block, first), [no_number])
        case _:
            return read_cross_reference_rows(block, first, is_staging=kind in layouts.STAGING_LISTS)


_TABLE_OF = {layouts.PROCESSING: "outcomes", layouts.EXCEPTION: "exceptions", layouts.OLD_EXCEPTION: "exceptions"}


def _provenance(source: Input, name: FileName, kind: str, rows: pl.DataFrame) -> list[pl.Expr]:
    """File, kind, collection, symbol, time and sent file; from the job key what a changed name does not tell."""
    told = {
        "symbol": pl.lit(name.symbol, dtype=pl.String),
        "collection": pl.lit(name.collection, dtype=pl.String),
        "received_at": pl.lit(name.received_at, dtype=pl.Datetime("ms", "UTC")),
    }
    if "job_key" in rows.columns and name.family != "report":
        key = pl.col("job_key").str.extract_groups(_JOB_KEY)
        milliseconds = key.struct[2].cast(pl.Int64)
        told = {
            "symbol": decoded_symbol(key.struct[0]),
            "collection": key.struct[1],
            "received_at": milliseconds.cast(pl.Datetime("ms")).dt.replace_time_zone("UTC"),
        }
    sent_file = name.original_name if name.family == "report" else None
    return [
        pl.lit(source.file).alias("file"),
        pl.lit(kind).alias("report_kind"),
        pl.lit(sent_file, dtype=pl.String).alias("sent_file"),
        *(expression.alias(column) for column, expression in told.items()),
    ]


def _raw(source: Input, kind: str | None, lines: LineBlocks) -> Reports:
    """A file whose layout no source describes: its columns as they stand, and an issue that says so."""
    separator = layouts.delimiter_of(lines.sample)
    cross_reference = kind is None and layouts.looks_like_cross_reference(lines.sample)
    frame = raw_columns(lines, separator)
    if cross_reference:
        note = (
            "local numbers and OCNs, but only OCLC's name tells whether these are OCNs or staging numbers: give the "
            "file its own name again (… .BibCrossRefReport.txt or … .BibUnresolvedCrossRefReport.txt)"
        )
    elif kind:
        note = f"a {kind}: its layout is not known to us; {frame.height} rows are kept as they stand"
    else:
        note = "neither the name nor the content is that of a report we know; its rows are kept as they stand"
    shown = kind if kind in _NAMED_RAW else "unknown"
    files = file_row(source.file, shown, lines, found=frame.height, note=note)
    code = "layout_unknown" if kind else "unknown_report"
    return Reports(files=files, issues=issue(source.file, code, note), raw={source.file: frame})


_NAMED_RAW = ("LbdProcessingReport", "LbdExceptionReport")
