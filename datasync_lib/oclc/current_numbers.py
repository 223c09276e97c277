"""Lists of current numbers: which number is each of these today, as OCLC's own service answered.

Two layouts are read, and told by their headings alone: the columns old_ocn and current_ocn, and the names that OCLC's
Metadata API gives the two numbers, requestedControlNumber and currentControlNumber. They may stand below titles. A list with other
headings is no list of this kind (duplicates.md E2); one that clearly means an old and a current OCN is told, and not used.
"""

from dataclasses import dataclass

import polars as pl

from ..errors import InputError
from ..identifiers.ocn import parse_ocn
from ..readers import Given, Source, date_in_name, reads
from ..vocabulary.tables import conform
from .captions import words_of
from .lines import LineBlocks, excerpt, first_lines, line_frame
from .quoted_lines import quoted_cells
from .repeats import repeated_headers
from .rows import Fault, Rows, issue, issues_of, sift
from .second_tables import SecondTable, names_ocns
from .told import listed, row_of, unreadable

KIND = "current_numbers"
SOURCE = "list of current numbers"

_HEADINGS = (("old_ocn", "current_ocn"), ("requestedcontrolnumber", "currentcontrolnumber"))
_OLD = {"old", "former", "previous", "requested", "retired", "superseded", "obsolete", "merged"}
_CURRENT = {"current", "new", "now", "surviving", "retained"}
_OCN = {"oclc", "ocn", "ocns", "worldcat"}
_MOST_LINES_ABOVE, _LONGEST_HEADER, _WIDEST_MEANT = 30, 1000, 4
_WHAT_TO_DO = "call the columns old_ocn and current_ocn, if OCLC's own service gave these numbers"

# An archive that was cut short is whole up to its end; one that is damaged gives wrong text before the damage is noticed.
_TRUNCATED = "ended before the end-of-stream marker"


def is_current_numbers(start: bytes) -> bool:
    """Whether these first bytes are those of a list of current numbers, or of one that is meant to be."""
    return _header(first_lines(start)) is not None


@reads(KIND, recognises=lambda _file, start: is_current_numbers(start), maximum="ocn.maximum")
def read_current_numbers(source: Source, *, maximum: int) -> Given:
    """Which numbers were merged into which, by a list of current numbers?

    Args:
        source: a table in commas, semicolons or tabs, whose headings name both numbers. The day of the list is the one in
            its name.
        maximum: the greatest number that may be an OCN.

    Yields:
        concordance: old and current numbers; a number that is current itself has no row. load_issues: rows without two
        numbers. files.
    """
    try:
        with source.input.open() as stream:
            yield from _read(source, LineBlocks(stream), maximum)
    except InputError as error:
        yield from unreadable(source.input, str(error))


def _read(source: Source, lines: LineBlocks, maximum: int) -> Given:
    layout = _header(lines.sample)
    if layout is None:
        words = lines.problem or f"no line names an old and a current number: {_WHAT_TO_DO}"
        yield from listed(source.file, "unreadable", lines, words)
        return
    if layout.columns is None:
        yield from _not_understood(source, lines, layout)
        return
    lines.leave_out_repeats_of(layout.header)
    second = SecondTable(_is_header)
    blocks = [_read_lines(block, first, layout, maximum, second) for block, first in lines]
    schema = {"record": pl.Int64, "old_ocn": pl.Int64, "current_ocn": pl.Int64}
    good = pl.concat([pl.DataFrame(schema=schema), *(block.rows for block in blocks)])
    issues = issues_of(source.file, [block.issues for block in blocks])
    rejected = issues.height
    if lines.problem:
        rejected += lines.cut_line is not None
        words = f"{lines.problem}; what stands before was read"
        if _TRUNCATED not in lines.problem:
            rejected += good.height
            good = good.clear()
            words = f"{lines.problem}; no line is used: damage inside an archive changes numbers that stand before it"
        issues = pl.concat([issues, issue(source.file, "breaks_off", words, lines.cut_line)])
    once = good.unique(["old_ocn", "current_ocn"], keep="first", maintain_order=True)
    day = source.as_of or date_in_name(source.file)
    edges = once.filter(pl.col("old_ocn") != pl.col("current_ocn")).with_columns(
        source=pl.lit(SOURCE), as_of=pl.lit(day, dtype=pl.Date), file=pl.lit(source.file)
    )
    repeated = good.height - once.height
    yield "concordance", conform("concordance", edges)
    yield "load_issues", issues
    yield "load_issues", repeated_headers(source.file, lines.repeated_headers)
    found = good.height + rejected
    note = None if found else "there is no row below the header"
    yield "files", row_of(source.file, KIND, lines, note, found=found, repeated=repeated, rejected=rejected)


def _not_understood(source: Source, lines: LineBlocks, layout: "_Layout") -> Given:
    """A list whose headings mean an old and a current OCN, but do not say that OCLC's service gave them: no line is used."""
    rows = sum(line_frame(block, first).filter(pl.col("record") > layout.header).height for block, first in lines)
    rows += lines.cut_line is not None
    meant = lines.sample[layout.header].strip()[:80]
    words = f"«{meant}» seems to mean an old and a current number, and no line was used: {_WHAT_TO_DO}"
    yield "load_issues", issue(source.file, "no_number_column", words)
    yield "files", row_of(source.file, KIND, lines, words, found=rows, rejected=rows)


@dataclass(frozen=True)
class _Layout:
    """How the list is written: its header's place, what separates its cells, how many, and which two have the numbers.

    Without columns it only seems to be meant as a list of current numbers.
    """

    header: int
    separator: str
    width: int
    columns: tuple[int, int] | None


def _read_lines(block: bytes, first: int, layout: _Layout, maximum: int, second: SecondTable) -> Rows:
    """The numbers of each line behind the header. No quote reaches over the end of a line: a stray one costs its own."""
    is_above = pl.col("record") < layout.header
    is_row = ~is_above | (pl.col("line").str.count_matches(r"\d{5,}") > 1)
    lines = line_frame(block, first).filter(is_row, pl.col("record") != layout.header)
    rows = [quoted_cells(line, layout.separator) for line in lines["line"]]
    old, current = (pl.Series([_cell(row, at) for row in rows], dtype=pl.String) for at in layout.columns)
    read = lines.with_columns(
        old=old,
        current=current,
        is_broken=pl.Series([row is None for row in rows], dtype=pl.Boolean),
        is_wide=pl.Series([any(filter(None, (row or [])[layout.width :])) for row in rows], dtype=pl.Boolean),
    ).with_columns(
        old_ocn=parse_ocn(pl.col("old"), trusted=True, maximum=maximum).struct.field("ocn"),
        current_ocn=parse_ocn(pl.col("current"), trusted=True, maximum=maximum).struct.field("ocn"),
    )
    broken = pl.lit("a quotation mark that opens or closes nothing: the line was not taken apart")
    no_pair = pl.col("old_ocn").is_null() | pl.col("current_ocn").is_null()
    wide = pl.lit("more cells than the header has, as when a number is written with thousands separators")
    faults = [
        Fault(is_above, "malformed_row", pl.lit("numbers above the header: they were not read")),
        second.look(read.filter(~is_above & no_pair)),
        Fault(pl.col("is_broken"), "malformed_row", broken),
        Fault(pl.col("is_wide"), "malformed_row", wide),
        Fault(no_pair, "bad_number", _message()),
    ]
    sifted = sift(read, faults)
    return Rows(sifted.rows.select("record", "old_ocn", "current_ocn"), sifted.issues)


def _message() -> pl.Expr:
    shown = [excerpt(pl.col(name), 40).fill_null("") for name in ("old", "current")]
    return pl.format("«{}» and «{}» are not two OCNs", *shown)


def _header(lines: list[str]) -> _Layout | None:
    """The line that names both numbers; one that only means to has no columns; null without either."""
    meant = None
    for position, line in enumerate(lines[:_MOST_LINES_ABOVE]):
        if len(line) > _LONGEST_HEADER or set(line) & set("\0\x1d\x1e\x1f"):
            continue
        separator = max(",;\t", key=line.count)
        captions = quoted_cells(line.strip("\r\ufeff"), separator) or []
        layout = _Layout(position, separator, len(captions), _columns(captions))
        if layout.columns is not None:
            return layout
        meant = meant or (layout if _seem_meant(captions) else None)
    return meant


def _seem_meant(captions: list[str]) -> bool:
    """Whether one of a few captions names an old OCN, and another one a current one."""
    named = [words for words in map(set, map(words_of, captions)) if words & _OCN and len(words) < 6]
    old, current = ({i for i, words in enumerate(named) if words & meaning} for meaning in (_OLD, _CURRENT))
    return len(captions) <= _WIDEST_MEANT and any(i != j for i in old for j in current)


def _is_header(line: str) -> bool:
    """Whether a line below the header is one of another list: its columns may be others, or in another order."""
    return names_ocns(line) or _header([line]) is not None


def _columns(cells: list[str]) -> tuple[int, int] | None:
    """The positions of the old and the current number among the headings; null where one is missing or there twice."""
    names = [cell.strip().strip('"').lower() for cell in cells]
    both = ((names.index(a), names.index(b)) for a, b in _HEADINGS if names.count(a) == names.count(b) == 1)
    return next(both, None)


def _cell(row: list[str] | None, position: int) -> str | None:
    return row[position].strip() or None if row and position < len(row) else None
