"""The rows of one sheet while they are read: each cell at its place, none over another, and no more than Excel has."""

from dataclasses import dataclass, field

from ..errors import InputError

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
# One stray cell in the last column makes a row that wide; a sheet full of such rows would fill the machine.
MOST_PLACES = 60_000_000


class Shown(str):
    """The text of a cell that is neither text nor number: a date, a truth value, an error, a formula without a value."""

    __slots__ = ()


@dataclass
class RawSheet:
    """A sheet as the file has it.

    Attributes:
        name: on its tab; empty for a page.
        rows: the text of the cells, from the sheet's first row and first column on; a row ends with its last cell.
        text: lines of text outside of rows, of a page.
        merged: ranges of cells that were made one, as first row, first column, last row and last column, from 0; only
            the first cell has a value. Pages do not tell them.
        struck: cells with a line through their text, as row and column, from 0.
        comments: what somebody wrote beside a cell, by row and column, from 0.
    """

    name: str
    rows: list[list[str]] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    struck: set[tuple[int, int]] = field(default_factory=set)
    comments: dict[tuple[int, int], str] = field(default_factory=dict)
    _places: int = field(default=0, repr=False)

    @property
    def width(self) -> int:
        """Of the widest row."""
        return max(map(len, self.rows), default=0)

    def put(self, position: int, cells: list[str]) -> None:
        """Puts a row at its position, counted from 0.

        Raises:
            InputError: there is a row already, or no sheet is so large.
        """
        if not cells:
            return
        missing = position - len(self.rows)
        self._places += len(cells) + max(0, missing)
        if not 0 <= position < MOST_ROWS or len(cells) > MOST_COLUMNS or self._places > MOST_PLACES:
            raise InputError(
                f"the sheet «{self.name}» has cells far outside of what is filled in, as at row {position + 1:,}"
            )
        if missing >= 0:
            self.rows += [[] for _ in range(missing)]
            self.rows.append(cells)
        elif self.rows[position]:
            raise InputError(f"the sheet «{self.name}» has the row {position + 1} twice")
        else:
            self.rows[position] = cells


def put_cell(cells: list[str], column: int, text: str) -> None:
    """Puts a cell into a row, at its column counted from 0; an empty one says nothing.

    Raises:
        InputError: there is another already, or no row is so wide.
    """
    if not text:
        return
    if not 0 <= column < MOST_COLUMNS:
        raise InputError(f"it has a cell in column {column + 1:,}, and no spreadsheet is so wide")
    if column >= len(cells):
        cells += [""] * (column - len(cells))
        cells.append(text)
    elif cells[column]:
        raise InputError(f"two cells stand at the same place: «{cells[column][:40]}» and «{text[:40]}»")
    else:
        cells[column] = text
