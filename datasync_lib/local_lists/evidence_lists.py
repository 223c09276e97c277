"""Lists of staff that say what speaks for or against a deletion: LHRs, commitments, open requests, withdrawn titles and more.

They come from many systems, in whatever order, naming and encoding: a row counts by its OCN or by its bib. Every row is
taken, also one whose number cannot be read: what it speaks of is then not known, and that holds deletions back
(practice.md 6.2). What cannot be taken apart is rejected and told.
"""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial

import polars as pl

from ..errors import InputError
from ..identifiers.ocn import parse_ocn
from ..identifiers.symbols import encode_symbol
from ..marc import is_marc
from ..marc.other_files import told_as_no_text, told_as_other
from ..oclc.captions import rank_of
from ..oclc.counting_lines import TOTAL
from ..oclc.lines import LineBlocks, line_frame
from ..oclc.list_cells import SEPARATORS, SIGN, cells
from ..oclc.list_layouts import find_layout
from ..oclc.plain_numbers import what_else_they_are
from ..oclc.quoted_lines import join_lines, quoted_cells
from ..oclc.rows import issue, issues_of
from ..oclc.sheets import Sheet, as_tab_text, is_excel, is_html, join_sheets, read_sheets, words_on_left_out
from ..oclc.told import row_of, unreadable
from ..readers import Given, Source, date_in_name, reads
from ..settings import EvidenceList, Settings, SymbolSettings
from ..vocabulary.evidence import LISTS
from ..vocabulary.tables import conform
from .evidence_names import columns_of, further_columns, is_open, kind_by_captions, kind_in_name, symbol_in_name
from .staff_tables import read_day

_COUNT = re.compile(r"[\d.,']+%?")
_DAYS = ("ends_on", "requested_on", "due_on", "withdrawn_on", "last_used_on")
# What a header must name: what the rows are about.
_ABOUT = {"ocn", "mms_id", "authorisation", "last_used_on"}
_MOST_LINES_ABOVE = 30
# Lists whose rows speak against a deletion: one of which nobody can tell whose it is counts for every symbol.
_AGAINST_DELETION = ("lhrs", "commitments", "ill_requests", "kb_holdings", "kept_titles", "excluded_titles")
WHAT_TO_DO = (
    "put «OCLC number» or «MMS ID» above the column that names the titles, or name the columns in [[evidence_lists]] of "
    "datasync.toml (columns = …)"
)


@dataclass(frozen=True)
class _Layout:
    """How a list is written: what separates its cells, where its header is, and which column is where; or the problem.

    `further` are columns that say once more what one of `columns` says.
    """

    separator: str | None = None
    header: int = -1
    columns: dict[str, int] = field(default_factory=dict)
    further: dict[str, list[int]] = field(default_factory=dict)
    width: int = 1
    problem: str | None = None

    def is_row(self, line: str) -> bool:
        """Whether a line alone looks like a whole row."""
        row = quoted_cells(line, self.separator or "\t")
        return row is not None and len(row) == self.width and bool(row[min(self.columns.values())].strip())


@dataclass(frozen=True)
class _Told:
    """What stands beside a list: the symbol and the day in its name or in the settings, and the symbols of the settings."""

    symbol: str | None
    day: date | None
    codes: tuple[str, ...]

    def symbols_of(self, cells: pl.Series, kind: str) -> list[str | None]:
        """The symbol of each row; null: of any. Where the cell is empty it is that of the file."""
        read = {text: symbol_in_cell(text, self.codes, kind) for text in cells.unique().drop_nulls()}
        return [self.symbol if text is None else read[text] for text in cells]


def symbol_in_cell(text: str, symbols: Collection[str], kind: str) -> str | None:
    """Whose row it is that has this in its column of symbols; null: anybody's, for the settings do not have it.

    A code of a library, a symbol misspelt or of before, or that of a partner may stand for any of ours. Who gives a title
    up, and who may catalogue, is only who is named.

    >>> symbol_in_cell("olda", ["OLDA", "NEWA"], "lhrs"), symbol_in_cell("NEWA (New Library)", ["OLDA", "NEWA"], "lhrs")
    ('OLDA', 'NEWA')
    >>> symbol_in_cell("MAIN", ["OLDA"], "lhrs"), symbol_in_cell("MAIN", ["OLDA"], "withdrawn_titles")
    (None, 'MAIN')
    """
    plain = text.strip().upper()
    written = {form: code for code in symbols for form in (code, encode_symbol(code))}
    if plain in written:
        return written[plain]
    first, _, rest = plain.partition(" ")
    others = set(re.findall(r"[^\s(),;:/|]+", rest)) & written.keys()
    if first in written and rest.lstrip()[:1] in ("(", "[") and not others:
        return written[first]
    return None if kind in _AGAINST_DELETION else plain


def is_evidence(file: str, start: bytes) -> str | None:
    """Which list of staff a file is, by its name, else by its captions; null for any other file."""
    if is_marc(start) is not None and not is_excel(start):
        return None
    if kind := kind_in_name(file):
        return kind
    if is_excel(start) or is_html(start):
        return None
    lines = start.decode("utf-8", "replace").splitlines()[:_MOST_LINES_ABOVE]
    layout = _by_captions(lines, {})
    kind = kind_by_captions(layout.columns) if layout else None
    return None if kind == "withdrawn_titles" and is_open(file) else kind


def _listed(settings: Settings, file: str) -> EvidenceList | None:
    return settings.evidence_list_of(file)


def _read_list(
    source: Source,
    *,
    maximum: int,
    symbols: tuple[SymbolSettings, ...],
    listed: EvidenceList | None,
) -> Given:
    """What does a list of staff say of which titles?

    Args:
        source: a table of text or a workbook; the names of its columns say which is which, or the settings do.
        maximum: the greatest number that may be an OCN.
        symbols: of the settings; the one in the file's name is that of rows that name none.
        listed: what the settings say of the file.

    Yields:
        The table of its kind; load_issues; files.
    """
    named = listed.columns if listed else {}
    symbol = listed.symbol if listed else None
    symbol = symbol or symbol_in_name(source.file, [each.symbol for each in symbols])
    day = (listed.as_of if listed else None) or date_in_name(source.file)
    # «Requests due by 31 December»: a day that has not come is not that of the list.
    day = None if day and day > date.today() else day
    try:
        with source.input.open() as stream:
            lines = LineBlocks(stream)
            left_out: list[Sheet] = []
            if is_excel(lines.start) or is_html(lines.start):
                lines, left_out = _as_text(lines, partial(_layout_of, maximum=maximum, named=named))
            layout = _other(lines) or _layout_of(lines.sample, maximum=maximum, named=named)
            yield from _read(source, lines, layout, maximum, _Told(symbol, day, tuple(each.symbol for each in symbols)))
            for sheet in left_out:
                yield "load_issues", issue(source.file, "sheet_not_read", words_on_left_out(sheet))
    except InputError as error:
        yield from unreadable(source.input, str(error))


for _kind in LISTS:
    reads(
        _kind,
        recognises=lambda file, start, kind=_kind: is_evidence(file, start) == kind,
        maximum="ocn.maximum",
        symbols="symbols",
        listed=_listed,
    )(_read_list)


def _as_text(lines: LineBlocks, layout_of: Callable[[list[str]], _Layout]) -> tuple[LineBlocks, list[Sheet]]:
    """The rows of the sheets with the same columns as lines with tabs, and the sheets that have others."""

    def look(rows: list[list[str]]) -> tuple[int, object] | None:
        layout = layout_of(as_tab_text(Sheet(rows[:50], [])).decode().split("\n"))
        return None if layout.problem else (layout.header, tuple(layout.columns.items()))

    sheet, left_out = join_sheets(read_sheets(lines.keep_all()), look)
    text = as_tab_text(sheet)
    return LineBlocks.of_text(text, sha256=lines.sha256, bytes=lines.bytes, problem=lines.problem), left_out


def _other(lines: LineBlocks) -> _Layout | None:
    """What a file is that is no table; null for one that may be."""
    what = None if is_excel(lines.start) else told_as_other(lines.start) or told_as_no_text(lines.start)
    return _Layout(problem=f"this is {what}") if what else None


def _layout_of(lines: list[str], *, maximum: int, named: dict[str, str]) -> _Layout:
    """How a list is written, by the captions of its columns, else by what proves that a column has OCNs."""
    if layout := _by_captions(lines, named):
        return layout
    of_numbers = find_layout(lines, maximum)
    header = -1 if of_numbers.header is None else of_numbers.header
    problem = of_numbers.problem
    if not problem and not of_numbers.is_proven:
        rows = [cells(line, of_numbers.separator) for line in lines[header + 1 :]]
        reason = what_else_they_are([row[of_numbers.column] for row in rows if of_numbers.column < len(row)], maximum)
        problem = reason and f"the numbers {reason}"
    if problem:
        return _Layout(problem=f"{problem.split(';')[0]}; {WHAT_TO_DO}")
    return _Layout(of_numbers.separator, header, {"ocn": of_numbers.column}, width=of_numbers.width or 1)


def header_of(lines: list[str]) -> tuple[int, str] | None:
    """Where the header of a list of titles is, and what separates its cells; null where no captions name titles."""
    layout = _by_captions(lines, {})
    return (layout.header, layout.separator) if layout and layout.separator else None


def _by_captions(lines: list[str], named: dict[str, str]) -> _Layout | None:
    """The first line whose captions name the titles, the one with most that we know of several; null without any."""
    best = None
    for position, line in enumerate(lines[:_MOST_LINES_ABOVE]):
        separator = max(SEPARATORS, key=line.count)
        captions = quoted_cells(line.strip("\r\ufeff"), separator) or []
        columns = columns_of(captions, named)
        if "ocn" not in columns and (
            of_equal_rank := [i for i, text in enumerate(captions) if rank_of(text) is not None]
        ):
            columns["ocn"] = of_equal_rank[0]
        is_header = columns.keys() & _ABOUT and not any(map(str.isdecimal, captions))
        if is_header and (best is None or len(columns) > len(best.columns)):
            further = further_columns(captions, columns, named)
            best = _Layout(separator, position, columns, further, len(captions))
    return best


def _read(source: Source, lines: LineBlocks, layout: _Layout, maximum: int, told: _Told):
    """The rows of a list, all at once: none is longer than what people look through."""
    if layout.header >= 0:
        lines.leave_out_repeats_of(layout.header)
    texts = [
        row for block, first in lines for row in line_frame(block, first).select("record", "line").iter_rows()
    ]  # fmt: skip
    below = [(position, text) for position, text in texts if position > layout.header]
    cut = lines.cut_line is not None
    if layout.problem:
        yield "load_issues", issue(source.file, "no_number_column", f"no row was read: {layout.problem}")
        counts = {"found": len(below) + cut, "rejected": len(below) + cut}
        yield "files", row_of(source.file, source.kind, lines, layout.problem, **counts)
        return
    rows, faults = _rows(below, layout)
    frame, notes = _judged(rows, maximum)
    symbols = pl.Series("symbol", told.symbols_of(frame["symbol"], source.kind), dtype=pl.String)
    listed = frame.with_columns(symbols, as_of=pl.lit(told.day, pl.Date), file=pl.lit(source.file))
    yield source.kind, conform(source.kind, listed)
    yield "load_issues", issues_of(source.file, [faults, notes])
    if words := _other_symbols(frame, listed):
        yield "load_issues", issue(source.file, "other_symbol", words)
    if lines.problem:
        yield "load_issues", issue(source.file, "breaks_off", lines.problem, lines.cut_line)
    rejected = faults.filter(pl.col("code") != "total_line").height + cut
    counts = {"found": listed.height + rejected, "rejected": rejected}
    yield "files", row_of(source.file, source.kind, lines, **counts)


_FAULTS = {"record": pl.Int64, "code": pl.String, "message": pl.String, "excerpt": pl.String}


def _rows(lines: list[tuple[int, str]], layout: _Layout) -> tuple[list[dict], pl.DataFrame]:
    """The cells of each row by our names of the columns, and the lines that cannot be taken apart."""
    rows, faults = [], []
    joined = [(p, t, False) for p, t in lines] if layout.separator is None else _joined(lines, layout)
    for position, text, is_doubtful in joined:
        row = quoted_cells(text, layout.separator) if layout.separator not in (None, "\t") else None
        row = row if row is not None else cells(text, layout.separator)
        if not any(cell.strip() for cell in row):
            continue
        if re.fullmatch(TOTAL, _COUNT.sub("", " ".join(row)).strip()) and not _names_title(row, layout, len(rows)):
            faults.append((position, "total_line", "a line of totals: it names no title", text[:200]))
        elif fault := _fault(text, row, layout, is_doubtful=is_doubtful):
            faults.append((position, "malformed_row", fault, text[:200]))
        else:
            named = {name: _said(name, row, layout) for name in layout.columns.keys() | layout.further.keys()}
            rows.append({"record": position, **{name: text for name, text in named.items() if text}})
    return rows, pl.DataFrame(faults, schema=_FAULTS, orient="row")


def _said(name: str, row: list[str], layout: _Layout) -> str:
    """What a row says under one of our names; where several columns have it and differ, all of it."""
    places = [layout.columns[name]] if name in layout.columns else []
    cells = [row[at].strip() for at in (*places, *layout.further.get(name, [])) if at < len(row)]
    if name == "ocn":
        # The last one of the same digits is told; of one number it does not matter which.
        return "; ".join({re.sub("[^0-9]", "", cell).lstrip("0"): cell for cell in cells if cell}.values())
    return "; ".join(dict.fromkeys(filter(None, cells)))


def _names_title(row: list[str], layout: _Layout, above: int) -> bool:
    """Whether a row with a word for a total has a number where the others name their title, and greater than a count is."""
    named = (row[at] for name, at in layout.columns.items() if name in ("ocn", "mms_id") and at < len(row))
    digits = (re.sub("[^0-9]", "", cell)[:18] for cell in named)
    return any(int(number) > above + 1 for number in digits if number)


def _joined(lines: list[tuple[int, str]], layout: _Layout) -> Iterator[tuple[int, str, bool]]:
    yield from join_lines(lines, layout.separator or "\t", layout.is_row)[0]


def _fault(text: str, row: list[str], layout: _Layout, *, is_doubtful: bool) -> str | None:
    if is_doubtful or (layout.separator not in (None, "\t") and quoted_cells(text, layout.separator) is None):
        return "a quotation mark is open, or closes nothing: close or remove it"
    if any(cell.strip() for cell in row[layout.width :]):
        return (
            f"more cells than the {layout.width} of the header, as with a comma in one: put quotation marks around it"
        )
    return None


def _judged(rows: list[dict], maximum: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows with what their cells are, and a note on each cell that cannot be read."""
    names = [*dict.fromkeys(name for table in LISTS.values() for name in table.column_names())]
    texts = {"record": pl.Int64} | {name: pl.String for name in names if name not in ("file", "record", "as_of")}
    frame = pl.DataFrame(rows, schema=texts).with_columns(raw="ocn", _withdrawn="withdrawn_on")
    number = parse_ocn(pl.col("ocn").str.replace(SIGN, ""), trusted=True, maximum=maximum)
    frame = frame.with_columns(number.alias("_read")).with_columns(ocn=pl.col("_read").struct.field("ocn"))
    notes = [
        frame.filter(pl.col("raw").is_not_null() & pl.col("ocn").is_null()).select(
            "record",
            code=pl.lit("bad_number"),
            message=pl.format("«{}» is not an OCN ({})", "raw", pl.col("_read").struct.field("verdict")),
            excerpt="raw",
        )
    ]
    for name in _DAYS:
        frame, note = _with_day(frame, name)
        notes.append(note)
    # «Withdrawn: no» is no day, and says what the state of the row is.
    is_state = pl.col("withdrawn_on").is_null() & pl.col("_withdrawn").is_not_null()
    told = pl.concat_str("status", pl.when(is_state).then("_withdrawn"), separator="; ", ignore_nulls=True)
    frame = frame.with_columns(status=pl.when(is_state).then(told).otherwise("status"))
    return frame.drop("_read", "_withdrawn"), pl.concat(notes).sort("record")


def _other_symbols(given: pl.DataFrame, read: pl.DataFrame) -> str | None:
    """Words on rows that count for any symbol, for theirs is not in the settings; null without any."""
    of_any = given.filter(given["symbol"].is_not_null() & read["symbol"].is_null())
    if of_any.is_empty():
        return None
    names = of_any["symbol"].unique().sort().to_list()
    shown = ", ".join(f"«{name[:20]}»" for name in names[:5]) + (" …" if len(names) > 5 else "")
    return f"{of_any.height} row(s) have a symbol that the settings do not have ({shown}): they count for every symbol"


def _with_day(frame: pl.DataFrame, name: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A column of days read, and a note on each that cannot be."""
    days, notes = [], []
    for record, text in frame.select("record", name).iter_rows():
        faults: list[str] = []
        days.append(read_day((text or "").split(" ")[0].split("T")[0], 0, name, faults))
        notes += [(record, "odd_date", fault.split(": ", 1)[-1], text) for fault in faults]
    return frame.with_columns(pl.Series(name, days, pl.Date)), pl.DataFrame(notes, schema=_FAULTS, orient="row")
