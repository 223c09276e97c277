"""What WorldCat holds under a symbol on a day: a list as MARC, as numbers, or as a Collection Evaluation title list.

Independent lists are the other side of every comparison (oclc_formats.md 9). Every line or record becomes a holding or
an issue.
"""

from collections.abc import Iterable
from functools import partial
from itertools import chain, islice

import polars as pl

from ..errors import InputError
from ..marc import is_marc, read_pieces
from ..marc.account import Account
from ..readers import Given, Source, reads
from ..settings import Settings
from ..vocabulary.tables import conform
from .judged_records import RECORD_TAGS, judged_pieces, kind_of
from .lines import LineBlocks, line_frame
from .list_cells import is_number
from .list_layouts import ListLayout, find_layout, refused
from .number_lists import cells_of_numbers, rows_of_list
from .plain_numbers import what_else_they_are
from .repeats import Repeats, repeated_headers
from .rows import issue, issues_of
from .sheets import Sheet, as_tab_text, is_excel, is_html, join_sheets, read_sheets, words_on_left_out
from .told import row_of, unreadable
from .worldcat_records import derive_worldcat_records
from .worldcat_texts import describe_records

KIND = "worldcat_list"

Block = tuple[bytes, int]

_WITHOUT_ROWS = (
    "the list has no rows: what was confirmed under the symbol before its day waits. Get the list again; if nothing is held "
    "under the symbol, set the file aside"
)


def _column_in(settings: Settings, file: str) -> str | int | None:
    listed = settings.worldcat_list_of(file)
    return listed.column if listed else None


@reads(KIND, maximum="ocn.maximum", largest_record_mb="raw.largest_record_mb", column=_column_in)
def read_holdings_list(
    source: Source, *, maximum: int, largest_record_mb: int, column: str | int | None = None
) -> Given:
    """Which numbers does WorldCat hold under a symbol, by this list?

    Args:
        source: symbol and day, and a file: WorldCat's records as MARC; numbers one a line in any spelling (bare, `no:`,
            `*`, `#`, (OCoLC), ocm, ocn, on, padded); columns with a header that names the number; or a title list of
            Collection Evaluation, whose first cell is a link with the number on it.
        maximum: the greatest number that may be an OCN.
        largest_record_mb: the longest record.
        column: the column with the numbers, where the settings name it: its caption, or its number from 1.

    Yields:
        worldcat_holdings: the numbers held, with title, author, date, numbers and format where the list has them; one
        that stands again is counted in `files.repeated` and given once. worldcat_repeats, load_issues and files; from a list of records
        also concordance and worldcat_records.
    """
    try:
        with source.input.open() as stream:
            if _is_marc(stream.peek(8192)[:8192]):  # type: ignore[attr-defined]
                yield from _read_marc(source, maximum, largest_record_mb)
                return
            lines = LineBlocks(stream)
            left_out: list[Sheet] = []
            is_sheet = is_excel(lines.start) or is_html(lines.start)
            if is_sheet:
                lines, left_out = _as_text(lines, maximum, column)
            layout = find_layout(lines.sample, maximum, has_quotes=not is_sheet, column=column)
            yield from _read_text(source, lines, layout, maximum)
            for sheet in left_out:
                yield "load_issues", issue(source.file, "sheet_not_read", words_on_left_out(sheet))
    except InputError as error:
        yield from unreadable(source.input, str(error))


def _is_marc(start: bytes) -> bool:
    """Whether these are records: a list of numbers may begin with five digits as a leader does."""
    if is_excel(start):
        return False
    return is_marc(start) == "marcxml" or (is_marc(start) == "iso2709" and b"\x1e" in start)


def _read_marc(source: Source, maximum: int, largest_record_mb: int) -> Given:
    account, once = Account(), Repeats()
    pieces = read_pieces(source.input, RECORD_TAGS, largest_record_mb=largest_record_mb)
    for piece in judged_pieces(pieces, source.as_of, maximum):
        account.add(piece.records, piece.issues)
        yield from _held(describe_records(piece.subfields, piece.current), once, source)
        yield "concordance", piece.concordance
        yield "worldcat_records", derive_worldcat_records(piece.of_worldcat, is_listed=True)
        yield "load_issues", piece.issues
    yield "files", account.file_row(source.input, kind_of(account, source.input, KIND), repeated=once.count)


def _as_text(lines: LineBlocks, maximum: int, column: str | int | None) -> tuple[LineBlocks, list[Sheet]]:
    """The rows of a workbook or web page as lines with tabs, under its hash and size; and the sheets that are no list.

    The rows of all sheets with the same header, or with the number in the same column, follow one another. A sheet in which
    nothing proves where the number stands is the list only where no other sheet is one.
    """

    def look(rows: list[list[str]], *, is_strict: bool) -> tuple[int, object] | None:
        sample = as_tab_text(Sheet(rows[:50], [])).decode().split("\n")
        layout = find_layout(sample, maximum, has_quotes=False, column=column)
        if not layout.problem and not layout.is_proven:
            numbers = [row[layout.column] for row in rows if layout.column < len(row)]
            layout = _with_proof(layout, numbers, maximum)
        if layout.problem and is_strict:
            return None
        if layout.header is not None and layout.width:
            return layout.header, sample[layout.header]
        has_number = any(is_number(row[layout.column], maximum) for row in rows if layout.column < len(row))
        above = -1 if layout.header is None else layout.header
        return (above, (layout.separator, layout.column, layout.problem)) if has_number else None

    sheets = read_sheets(lines.keep_all())
    is_clear = any(look(sheet.rows, is_strict=True) for sheet in sheets)
    sheet, left_out = join_sheets(sheets, partial(look, is_strict=is_clear))
    text = as_tab_text(sheet)
    return LineBlocks.of_text(text, sha256=lines.sha256, bytes=lines.bytes, problem=lines.problem), left_out


def _read_text(source: Source, lines: LineBlocks, layout: ListLayout, maximum: int) -> Given:
    if layout.header is not None and layout.width:
        lines.leave_out_repeats_of(layout.header)
    blocks = iter(lines)
    start = list(islice(blocks, 2))  # a last line without an end is a block of its own
    if not layout.problem and not layout.is_proven:
        layout = _with_proof(layout, cells_of_numbers(start, layout, maximum), maximum)
    blocks = chain(start, blocks)
    if layout.problem:
        yield from _without_column(source, lines, blocks, layout)
        return
    once = Repeats()
    found = rejected = 0
    for block in rows_of_list(blocks, layout, maximum):
        found += block.rows.height + block.issues.height
        rejected += block.issues.height
        yield from _held(block.rows, once, source)
        yield "load_issues", issues_of(source.file, [block.issues])
    if lines.problem:
        cut = lines.cut_line is not None
        found, rejected = found + cut, rejected + cut
        yield "load_issues", issue(source.file, "breaks_off", lines.problem, lines.cut_line)
    yield "load_issues", repeated_headers(source.file, lines.repeated_headers)
    if not found:
        yield "load_issues", issue(source.file, "list_without_rows", _WITHOUT_ROWS)
    counts = {"found": found, "repeated": once.count, "rejected": rejected}
    yield "files", row_of(source.file, KIND if found else "empty", lines, layout.words, **counts)


def _with_proof(layout: ListLayout, numbers: list[str | None], maximum: int) -> ListLayout:
    """The layout of a list whose numbers nothing says to be OCNs, refused where they are something else."""
    reason = what_else_they_are(numbers, maximum)
    return refused(layout, f"the numbers {reason}") if reason else layout


def _without_column(source: Source, lines: LineBlocks, blocks: Iterable[Block], layout: ListLayout) -> Given:
    """A list of which nothing proves that a column has OCNs: none is taken, and every row is rejected."""
    above = -1 if layout.header is None else layout.header
    rows = sum(line_frame(block, first).filter(pl.col("record") > above).height for block, first in blocks)
    rows += lines.cut_line is not None
    yield "load_issues", issue(source.file, "no_number_column", f"no row was read: {layout.problem}")
    if lines.problem:
        yield "load_issues", issue(source.file, "breaks_off", lines.problem, lines.cut_line)
    yield "files", row_of(source.file, KIND, lines, layout.problem, found=rows, rejected=rows)


def _held(held: pl.DataFrame, once: Repeats, source: Source) -> Given:
    """The rows whose number stands in the list for the first time, and those whose number stood there before."""
    first = once.without(held.select("record", "ocn"))
    is_first = pl.col("record").is_in(first["record"].implode())
    day = pl.lit(source.as_of, dtype=pl.Date)
    rows = held.with_columns(file=pl.lit(source.file), symbol=pl.lit(source.symbol), as_of=day)
    yield "worldcat_holdings", conform("worldcat_holdings", rows.filter(is_first))
    if first.height < held.height:
        yield "worldcat_repeats", conform("worldcat_repeats", rows.filter(~is_first))
