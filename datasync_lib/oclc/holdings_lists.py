"""What WorldCat holds under a symbol on a day: a list as MARC, as numbers, or as a Collection Evaluation title list.

Independent lists are the other side of every comparison (oclc_formats.md 9). Every line or record becomes a holding or
an issue.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from ..errors import InputError
from ..identifiers.ocn import MAXIMUM
from ..marc import Input, is_marc, read_pieces
from ..vocabulary.tables import conform, empty
from .lines import LineBlocks, line_frame
from .list_layouts import ListLayout, find_layout, is_number
from .number_lists import rows_of_list
from .record_files import RECORD_TAGS, JudgedPiece, files_of, joined, judged_pieces
from .report_tables import file_row, unreadable
from .rows import issue, issues_of
from .sheets import Sheet, as_tab_text, is_excel, is_html, join_sheets, read_sheets, words_on_left_out
from .worldcat_texts import describe_records

_KIND = "worldcat_list"


@dataclass(frozen=True)
class HoldingsList:
    """What a list says.

    Attributes:
        worldcat_holdings: the numbers held, with title, author, date, numbers and format where the list has them; table
            `worldcat_holdings`.
        concordance: old and current numbers, from a list of WorldCat's records; table `concordance`.
        files: the row of the file; table `files`.
        issues: what is wrong with it; table `load_issues`.
    """

    worldcat_holdings: pl.DataFrame
    concordance: pl.DataFrame
    files: pl.DataFrame
    issues: pl.DataFrame


def read_holdings_list(
    source: Input,
    symbol: str,
    as_of: date | None,
    *,
    on_piece: Callable[[JudgedPiece], None] | None = None,
    maximum: int = MAXIMUM,
) -> HoldingsList:
    """Which numbers does WorldCat hold under a symbol, by this list?

    Args:
        source: WorldCat's records as MARC; numbers one a line in any spelling (bare, `no:`, `*`, `#`, (OCoLC), ocm, ocn,
            on, padded); columns with a header that names the number; or a title list of Collection Evaluation, whose
            first cell is a link with the number on it.
        symbol: the symbol whose holdings these are.
        as_of: the day of the list.
        on_piece: takes each stretch of a list of records, with RECORD_TAGS, before its text is let go.
        maximum: the greatest number that may be an OCN.

    Returns:
        The holdings sorted by row. A number that stands again is counted in `files.repeated` and given once.
    """
    try:
        with source.open() as stream:
            if _is_marc(stream.peek(8192)[:8192]):  # type: ignore[attr-defined]
                return _read_marc(source, symbol, as_of, on_piece, maximum)
            lines = LineBlocks(stream)
            left_out: list[Sheet] = []
            is_sheet = is_excel(lines.start) or is_html(lines.start)
            if is_sheet:
                lines, left_out = _as_text(lines, maximum)
            layout = find_layout(lines.sample, maximum, has_quotes=not is_sheet)
            given = _read_text(source, lines, layout, symbol, as_of, maximum)
            told = [issue(source.file, "sheet_not_read", words_on_left_out(sheet)) for sheet in left_out]
            return replace(given, issues=pl.concat([given.issues, *told]))
    except InputError as error:
        return _nothing(source, str(error))


def _is_marc(start: bytes) -> bool:
    """Whether these are records: a list of numbers may begin with five digits as a leader does."""
    if is_excel(start):
        return False
    return is_marc(start) == "marcxml" or (is_marc(start) == "iso2709" and b"\x1e" in start)


def _read_marc(
    source: Input,
    symbol: str,
    as_of: date | None,
    on_piece: Callable[[JudgedPiece], None] | None,
    maximum: int,
) -> HoldingsList:
    pieces, texts = [], []
    for piece in judged_pieces(read_pieces(source, RECORD_TAGS), as_of, maximum):
        if on_piece:
            on_piece(piece.of_worldcat)
        texts.append(describe_records(piece.subfields, piece.current))
        pieces.append(replace(piece, subfields=piece.subfields.clear()))
    holdings, repeated = _holdings(pl.concat(texts), source.file, symbol, as_of)
    return HoldingsList(
        holdings,
        joined("concordance", (piece.concordance for piece in pieces)),
        files_of(source, _KIND, pieces).with_columns(repeated=pl.lit(repeated, dtype=pl.Int64)),
        joined("load_issues", (piece.issues for piece in pieces)),
    )


def _as_text(lines: LineBlocks, maximum: int) -> tuple[LineBlocks, list[Sheet]]:
    """The rows of a workbook or web page as lines with tabs, under its hash and size; and the sheets that are no list.

    The rows of all sheets with the same header, or with the number in the same column, follow one another.
    """

    def look(rows: list[list[str]]) -> tuple[int, object] | None:
        sample = as_tab_text(Sheet(rows[:50], [])).decode().split("\n")
        layout = find_layout(sample, maximum, has_quotes=False)
        if layout.header is not None:
            return layout.header, sample[layout.header]
        has_number = any(is_number(row[layout.column], maximum) for row in rows if layout.column < len(row))
        return (-1, (layout.separator, layout.column, layout.problem)) if has_number else None

    sheet, left_out = join_sheets(read_sheets(lines.keep_all()), look)
    text = as_tab_text(sheet)
    return LineBlocks.of_text(text, sha256=lines.sha256, bytes=lines.bytes, problem=lines.problem), left_out


def _read_text(
    source: Input, lines: LineBlocks, layout: ListLayout, symbol: str, as_of: date | None, maximum: int
) -> HoldingsList:
    if layout.problem:
        return _without_column(source, lines, layout)
    blocks = list(rows_of_list(lines, layout, maximum))
    held = pl.concat([block.rows for block in blocks]) if blocks else pl.DataFrame(schema={"ocn": pl.Int64})
    issues = issues_of(source.file, [block.issues for block in blocks if block.issues.height])
    if lines.problem:
        issues = pl.concat([issues, issue(source.file, "breaks_off", lines.problem, lines.cut_line)])
    holdings, repeated = _holdings(held, source.file, symbol, as_of)
    rejected = issues.filter(pl.col("record").is_not_null()).height
    kind = _KIND if held.height + rejected else "empty"
    files = file_row(
        source.file, kind, lines, found=held.height + rejected, repeated=repeated, rejected=rejected, note=layout.words
    )
    return HoldingsList(holdings, empty("concordance"), files, issues)


def _without_column(source: Input, lines: LineBlocks, layout: ListLayout) -> HoldingsList:
    """A list in which several columns may have the number: none is taken, and every row is rejected."""
    rows = sum(line_frame(block, first).height for block, first in lines) - (layout.header is not None)
    rows += lines.cut_line is not None
    files = file_row(source.file, _KIND, lines, found=rows, rejected=rows, note=layout.problem)
    issues = [issue(source.file, "no_number_column", f"no row was read: {layout.problem}")]
    if lines.problem:
        issues.append(issue(source.file, "breaks_off", lines.problem, lines.cut_line))
    return HoldingsList(empty("worldcat_holdings"), empty("concordance"), files, pl.concat(issues))


def _holdings(held: pl.DataFrame, file: str, symbol: str, as_of: date | None) -> tuple[pl.DataFrame, int]:
    once = held.unique("ocn", keep="first", maintain_order=True)
    rows = once.with_columns(file=pl.lit(file), symbol=pl.lit(symbol), as_of=pl.lit(as_of, dtype=pl.Date))
    return conform("worldcat_holdings", rows), held.height - once.height


def _nothing(source: Input, problem: str) -> HoldingsList:
    nothing = unreadable(source, problem)
    return HoldingsList(empty("worldcat_holdings"), empty("concordance"), nothing.files, nothing.issues)
