"""The numbers of a list as text: one number a line, columns with a header, or a title list of Collection Evaluation.

People keep such lists in every spelling that OCLC's own tools take or write (oclc_formats.md 9): bare numbers, `no:`,
`*` or `#` before them, (OCoLC) with or without blank, ocm, ocn, on, padded with zeros, quoted, or as a spreadsheet link
whose label is the number.
"""

import re
from collections.abc import Iterable, Iterator

import polars as pl

from ..identifiers.ocn import MAXIMUM, parse_ocn
from .captions import rank_of
from .counting_lines import MAY_BE_TOTAL, TOTAL, is_count_alone, is_total
from .lines import excerpt, line_frame
from .list_cells import LINK, SEPARATORS, SIGN, THOUSANDS, cells, is_number
from .list_headers import filled as filled_cells
from .list_layouts import ListLayout
from .plain_numbers import MOST_CELLS
from .quoted_lines import MOST_LINES, join_lines
from .rows import Fault, Rows, filled, sift
from .second_tables import SecondTable, names_ocns
from .text_captions import DAY, NAMES, may_be_number

# A title may have a day, a count and a year in lines of their own.
MOST_NUMBERS_OF_TITLES = 3
_LONG_NUMBER = re.compile(r"\D{0,8}[0-9]{5,}\s*")
_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&apos;": "'"}


def rows_of_list(blocks: Iterable[tuple[bytes, int]], layout: ListLayout, maximum: int = MAXIMUM) -> Iterator[Rows]:
    """The numbers of a list, in the columns record, ocn, title, author, date, numbers, format.

    Args:
        blocks: whole lines in UTF-8, each block with the position of its first line.
        layout: how the list is written. Without a clear column of numbers every row is rejected; no issue is made of
            each, as one tells it for the whole list.
        maximum: the greatest number that may be an OCN.
    """
    before, second = (-1, ""), SecondTable(lambda line: _is_other_header(line, layout))
    for lines in _whole_rows(blocks, layout, maximum):
        if lines.height:
            yield _read_lines(lines, layout, maximum, before, second)
            before = (lines["record"][-1], lines["line"][-1])


def cells_of_numbers(
    blocks: Iterable[tuple[bytes, int]], layout: ListLayout, maximum: int = MAXIMUM
) -> list[str | None]:
    """The cells in which the numbers of some blocks stand, to see what they are."""
    lines = pl.concat([_frame([]), *_whole_rows(blocks, layout, maximum)]).filter(_is_below(layout))
    return _columns(lines.head(MOST_CELLS), layout)[0].to_list()


def _is_below(layout: ListLayout) -> pl.Expr:
    return pl.col("record") > (-1 if layout.header is None else layout.header)


def _whole_rows(blocks: Iterable[tuple[bytes, int]], layout: ListLayout, maximum: int) -> Iterator[pl.DataFrame]:
    """Rows with record, line and is_doubtful; what one quoted cell holds together is one row, across blocks too."""
    kept: list[tuple[int, str]] = []

    def is_row(line: str) -> bool:
        return layout.is_row(line, maximum)

    for block, first in blocks:
        frame = line_frame(block, first)
        if layout.separator is None or not layout.has_quotes or (b'"' not in block and not kept):
            yield frame.with_columns(is_doubtful=pl.lit(False))
            continue
        lines = kept + list(frame.select("record", "line").iter_rows())
        # A row that begins among the last lines may go on in the next block: it is read with that.
        rows, reached = join_lines(lines, layout.separator, is_row, max(0, len(lines) - MOST_LINES))
        kept = lines[reached:]
        yield _frame(rows)
    if kept:
        yield _frame(join_lines(kept, layout.separator, is_row)[0])


def _frame(rows: list[tuple[int, str, bool]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={"record": pl.Int64, "line": pl.String, "is_doubtful": pl.Boolean}, orient="row")


def _is_other_header(line: str, layout: ListLayout) -> bool:
    """Whether a line names OCNs as a header does, in another column than the header of the list."""
    row = cells(line, layout.separator)
    is_same = len(row) == (layout.width or 1) and rank_of(row[layout.column]) is not None
    return names_ocns(line) and not is_same


def _read_lines(
    lines: pl.DataFrame, layout: ListLayout, maximum: int, before: tuple[int, str], second: SecondTable
) -> Rows:
    """The rows of some lines; `before` is the line above them, with its position."""
    gap = pl.col("record") - pl.col("record").shift(1, fill_value=before[0])
    read_cells = lines.with_columns(*_columns(lines, layout, before[1]), _is_apart=gap > 1)
    text = pl.col("_cell").str.replace(SIGN, "")
    if layout.thousands:
        text = pl.when(text.str.contains(THOUSANDS)).then(text.str.replace_all(",", "")).otherwise(text)
    number = parse_ocn(text, trusted=True, maximum=maximum)
    read = read_cells.with_columns(reading=number, _is_list_above=_numbers_above(lines, layout, maximum)).unnest(
        "reading"
    )
    read = read.filter(_is_below(layout) | _is_row_above(layout) | pl.col("_is_list_above"))
    doubt = pl.lit(
        "a quotation mark is open, and the lines up to the next one may be rows or one cell: close or remove it"
    )
    surplus = pl.lit(
        "more cells than the header has, as with a comma in one: the number may be cut, or stand in another"
    )
    above = pl.lit("a number above the header, or above the rows: it may be a day or a count, and was not read")
    total = pl.lit("a line of totals: its number is a count, and was not read")
    alone = pl.lit("a number alone, where it may count the rows or the pages: it was not read")
    no_link = pl.lit("the line begins with no link, as the others do: its number may stand in another column")
    unsigned = pl.lit("a number without the prefix that the others have: nothing else tells which column has the OCNs")
    has_sign = pl.col("_cell").str.contains(SIGN) | (_verdict_alone(maximum) == "ok")
    faults = [
        Fault(~_is_below(layout), "malformed_row", above),
        second.look(read.filter(_is_below(layout) & pl.col("ocn").is_null())),
        Fault(pl.col("_is_total"), "total_line", total),
        Fault(is_count_alone(layout), "total_line", alone),
        Fault(pl.col("is_doubtful"), "malformed_row", doubt),
        Fault(pl.col("_surplus"), "malformed_row", surplus),
        Fault(_has_no_link() if layout.has_links else pl.lit(False), "malformed_row", no_link),
        Fault(~has_sign & pl.col("ocn").is_not_null() if layout.needs_sign else pl.lit(False), "bad_number", unsigned),
        Fault(text.str.contains(THOUSANDS).fill_null(False), "bad_number", _thousands()),
        Fault(pl.col("ocn").is_null(), "bad_number", _why()),
    ]
    sifted = sift(read, faults)
    return Rows(sifted.rows.select("record", "ocn", *(_text(name) for name in NAMES)), sifted.issues)


def _verdict_alone(maximum: int) -> pl.Expr:
    """What the cell is where nothing but itself says that it is an OCN."""
    return parse_ocn(pl.col("_cell"), maximum=maximum).struct.field("verdict")


def _is_row_above(layout: ListLayout) -> pl.Expr:
    """Of the lines above, those that are made like rows: what would be lost with them is told."""
    is_tag = pl.col("_cell").str.contains(r"^0\d\d$")
    return pl.col("ocn").is_not_null() & ~is_tag & (pl.col("_filled") >= (layout.width or 1))


def _numbers_above(lines: pl.DataFrame, layout: ListLayout, maximum: int) -> pl.Series:
    """Which of the lines above the header have long numbers: where they are many, another list stands there."""
    above = lines.filter(~_is_below(layout))["line"]
    parts = [[part.strip(' "') for part in re.split(f"[{SEPARATORS}]", line)] for line in above]
    alone = [any(len(part) > 4 and is_number(part, maximum) for part in row) for row in parts]
    alone = alone if sum(alone) > MOST_NUMBERS_OF_TITLES else [False] * len(alone)
    return pl.Series("_is_list_above", alone + [False] * (lines.height - len(alone)), dtype=pl.Boolean)


def _has_no_link() -> pl.Expr:
    return ~pl.col("line").str.contains(r'(?i)^\s*"?=\s*HYPERLINK')


def _thousands() -> pl.Expr:
    shown = excerpt(pl.col("_cell"), 40).fill_null("")
    return pl.format("«{}» has thousands separators: show the numbers without them and save the list again", shown)


def _why() -> pl.Expr:
    return pl.format("«{}» is not an OCN ({})", excerpt(pl.col("_cell"), 40).fill_null(""), "verdict")


def _text(name: str) -> pl.Expr:
    text = filled(pl.col(name).str.replace_many(_ENTITIES))
    return (pl.when(~text.str.contains(DAY)).then(text) if name == "date" else text).alias(name)


def _columns(lines: pl.DataFrame, layout: ListLayout, before: str = "") -> list[pl.Series]:
    """Of each line the cell with the number, the texts, whether it has too many cells, how many, and whether it is a total."""
    wanted = {"_cell": (layout.column,), **{name: layout.texts.get(name, ()) for name in NAMES}}
    if layout.separator is None:
        none = pl.Series([None] * lines.height, dtype=pl.String)
        text = lines["line"].str.replace(LINK.pattern, "${2}").str.strip_chars(' "\t')
        totals = text.shift(1, fill_value=before.strip()).str.contains(TOTAL).fill_null(False)
        return [
            text.alias("_cell"),
            *(none.alias(name) for name in NAMES),
            pl.Series("_surplus", [False] * lines.height, dtype=pl.Boolean),
            pl.Series("_filled", [1] * lines.height, dtype=pl.Int64),
            totals.alias("_is_total"),
        ]
    rows, others = [cells(line, layout.separator) for line in lines["line"]], layout.texts.get("others", ())
    may_be_total = lines["line"].str.contains(MAY_BE_TOTAL)
    totals = [may_be and is_total(row, layout) for may_be, row in zip(may_be_total, rows, strict=True)]
    surplus = [_is_shifted(line, row, layout) for line, row in zip(lines["line"], rows, strict=True)]
    return [
        *(
            pl.Series(name, [_at(row, positions, others if name == "numbers" else ()) for row in rows], dtype=pl.String)
            for name, positions in wanted.items()
        ),
        pl.Series("_surplus", surplus, dtype=pl.Boolean),
        pl.Series("_filled", [filled_cells(row) for row in rows], dtype=pl.Int64),
        pl.Series("_is_total", totals, dtype=pl.Boolean),
    ]


def _is_shifted(line: str, row: list[str], layout: ListLayout) -> bool:
    """Whether a comma inside a cell, or another separator too many, has moved the cells or cut the number."""
    if layout.width is None or (layout.separator not in (",", ";") and not layout.has_quotes):
        return False  # the cells of a sheet stand where they stand
    if layout.separator == "," and re.match(THOUSANDS, line):
        return True
    if _is_behind_open_mark(line, layout):
        return True
    following = row[layout.column + 1 : layout.column + 1 + max(1, len(row) - layout.width)]
    is_cut = bool(following) and re.fullmatch("[0-9]{3}", following[0]) is not None
    may_be_next = len(row) > layout.width and any(map(_LONG_NUMBER.fullmatch, following))
    surplus = any(cell.strip() for cell in row[layout.filled or layout.width :])
    return (surplus and (layout.column > 0 or is_cut)) or (layout.column > 0 and may_be_next)


def _is_behind_open_mark(line: str, layout: ListLayout) -> bool:
    """Whether a quotation mark that opens or closes nothing stands before the number: its line may be half of a row."""
    if layout.separator == "\t" or line.count('"') % 2 == 0:
        return False
    return any('"' in cell for cell in line.split(layout.separator)[: layout.column + 1])


def _at(row: list[str], positions: tuple[int, ...], others: tuple[int, ...] = ()) -> str | None:
    """What the cells at some positions hold, and those of others that may have a standard number."""
    found = [row[i].strip() for i in positions if i < len(row) and row[i].strip()]
    found += [row[i].strip() for i in others if i < len(row) and may_be_number(row[i])]
    return " ".join(found) or None
