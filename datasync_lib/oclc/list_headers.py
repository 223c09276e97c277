"""The header of a list: the line that names the columns, below titles, dates and blank lines (oclc_formats.md 9).

Reporting tools write a title, a date or the captions of groups above it; the line that names an OCN column, with numbers
in that column below, is the header wherever it stands among the first lines.
"""

from collections.abc import Callable, Container
from dataclasses import dataclass, replace

from .captions import rank_of, says_ocns, words_of

# So many lines are looked at.
MOST_LINES_ABOVE = 30

# What people write where there is no number.
_NOTHING = {"n/a", "na", "none", "null", "unknown", "missing", "no", "not found"}

# The cells of a row, with the position of its line in the file.
Row = tuple[int, list[str]]
IsNumber = Callable[[str], bool]


@dataclass(frozen=True)
class Header:
    """The line that names the column with the numbers.

    Attributes:
        position: of the line in the file.
        captions: its cells.
        named: the columns that say OCN, alike.
        rank: how surely they say it (`captions.rank_of`).
        is_borne_out: whether most rows below have a number there.
        is_alone: it is the only caption, above several columns.
        second: the position of another header below rows.
    """

    position: int
    captions: list[str]
    named: list[int]
    rank: int
    is_borne_out: bool
    is_alone: bool
    second: int | None = None

    def worth(self, width: int) -> tuple:
        """By this the header is told from a title that has an OCN in it."""
        return (self.is_borne_out, not self.is_alone, -self.rank, filled(self.captions) >= width)


def find_header(rows: list[Row], is_number: IsNumber) -> Header | None:
    """The line among the first ones that names an OCN column; null when none does.

    Of several, above the rows, the one that says it most surely of most columns; of two alike the lower one, as titles
    stand above.
    """
    best, width, has_rows = None, _width(rows), False
    for at, (position, cells) in enumerate(rows[:MOST_LINES_ABOVE]):
        if has_number(cells, is_number):
            is_row = best is not None and filled(cells) >= min(width, 2) and is_number(_cell(cells, best.named[0]))
            has_rows = has_rows or is_row
        elif found := _named(position, cells, rows[at + 1 :], is_number):
            if best is not None and has_rows:
                return best if found.captions == best.captions else replace(best, second=found.position)
            best = found if best is None or found.worth(width) >= best.worth(width) else best
    return best


def other_captions(rows: list[Row], header: Header, is_number: IsNumber) -> Row | None:
    """A line between the header and the first row that seems to name the columns otherwise: the header may be a title."""
    for position, cells in rows:
        if has_number(cells, is_number):
            return None
        cell = _cell(cells, header.named[0]).strip(' "')
        is_named = cell.casefold() not in _NOTHING and _is_words(cell) and not any(map(str.isdecimal, "".join(cells)))
        if position > header.position and is_named and cells != header.captions:
            return position, cells
    return None


def foreign_header(rows: list[Row], is_number: IsNumber, links: Container[int] = ()) -> Row | None:
    """The line above the rows that names columns, though none with OCNs; null without one. `links`: lines that are none."""
    above = [row for row in rows[: _first_row(rows, is_number)] if filled(row[1]) > 1 and row[0] not in links]
    return next((row for row in reversed(above) if not has_number(row[1], is_number)), None)


def last_line_above(rows: list[Row], is_number: IsNumber) -> int | None:
    """The position of the last line above the first row that has a number."""
    first = next((at for at, (_, cells) in enumerate(rows) if has_number(cells, is_number)), 0)
    return rows[first - 1][0] if first else None


def _first_row(rows: list[Row], is_number: IsNumber) -> int:
    """Where the rows begin: at the first line with a number that another one follows; a count in a title stands alone."""
    are = [has_number(cells, is_number) for _, cells in rows]
    pairs = [at for at in range(len(are)) if are[at] and (at + 1 == len(are) or are[at + 1])]
    return min(pairs, default=0)


def caption_of(rows: list[Row], caption: str) -> tuple[int, list[str], list[int]] | None:
    """The first line that has this caption, its cells, and the columns that have it."""
    wanted = words_of(caption)
    for position, cells in rows[:MOST_LINES_ABOVE]:
        if named := [i for i, cell in enumerate(cells) if words_of(cell) == wanted]:
            return position, cells, named
    return None


def title_above(rows: list[Row], is_number: IsNumber) -> tuple[int, str] | None:
    """Above the first number of one column: the position of the last line of words, and the line that says most."""
    first = next((at for at, (_, cells) in enumerate(rows) if is_number(cells[0])), len(rows))
    titles = [(position, cells[0]) for position, cells in rows[:first] if _is_words(cells[0])]
    saying = [text for _, text in titles if says_ocns(text)]
    return (titles[-1][0], (saying or [titles[-1][1]])[-1]) if titles else None


def are_words(rows: list[Row], is_number: IsNumber) -> bool:
    """Whether most lines of one column are words."""
    return sum(_is_words(cells[0]) and not is_number(cells[0]) for _, cells in rows) * 2 > len(rows)


def has_number(cells: list[str], is_number: IsNumber) -> bool:
    """Whether a cell is a number that may be an OCN; 001 and 035 are tags."""
    return any(is_number(cell) for cell in cells if not _is_tag(cell))


def filled(cells: list[str]) -> int:
    """How many cells hold anything."""
    return sum(bool(cell.strip(' "\ufeff')) for cell in cells)


def _is_tag(cell: str) -> bool:
    bare = cell.strip(' "\ufeff')
    return len(bare) == 3 and bare.isdecimal() and bare.startswith("0")


def _is_words(line: str) -> bool:
    """Whether a line is made of words; an attempt at a number (12x, 4.0E+07, ocm00000000) is made of digits."""
    signs = [sign for sign in line if not sign.isspace()]
    return any(map(str.isalpha, signs)) and sum(map(str.isdecimal, signs)) * 2 < len(signs)


def _named(position: int, cells: list[str], below: list[Row], is_number: IsNumber) -> Header | None:
    ranks = [rank_of(cell) for cell in cells]
    rank = min((rank for rank in ranks if rank is not None), default=None)
    if rank is None:
        return None
    named = [i for i, found in enumerate(ranks) if found == rank]
    is_borne_out = sum(is_number(_cell(row, named[0])) for _, row in below) * 2 >= len(below)
    is_alone = filled(cells) == 1 and _width(below) > 1
    return Header(position, cells, named, rank, is_borne_out, is_alone)


def _width(rows: list[Row]) -> int:
    """How many cells the rows hold, as most of the lower ones do: titles stand above."""
    widths = sorted(filled(cells) for _, cells in rows[len(rows) // 2 :])
    return widths[len(widths) // 2] if widths else 0


def _cell(cells: list[str], position: int) -> str:
    return cells[position] if position < len(cells) else ""
