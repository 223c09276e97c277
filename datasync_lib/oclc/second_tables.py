"""Another table behind the first in one file: its columns may be others, so that nothing behind its header is read.

Lists that were put behind each other have a header in the middle. One that repeats the first is no row (`LineBlocks`); below
any other, years or row numbers would stand where the numbers were.
"""

import re
from collections.abc import Callable

import polars as pl

from .captions import rank_of
from .rows import Fault

# What a header may say that names OCNs; most rows need not be looked at more closely.
_MAY_NAME = r"(?i)oclc|ocn|worldcat|controlnumber"
_ANY_SEPARATOR = re.compile(r"[\t;,|]")
_SURELY = 2


class SecondTable:
    """Where another table begins, found while a file is read block by block.

    Attributes:
        begins: the position of its header; null as long as there is none.
    """

    def __init__(self, is_other: Callable[[str], bool]) -> None:
        """Takes what tells a header of another table from one that only repeats the first."""
        self.begins: int | None = None
        self._is_other = is_other

    def look(self, bad: pl.DataFrame) -> Fault:
        """What is wrong with rows behind its header.

        Args:
            bad: rows of a block without a number where it should be: record, line.
        """
        may_be = bad.filter(pl.col("line").str.contains(_MAY_NAME)) if self.begins is None else bad.clear()
        found = (record for record, line in may_be.select("record", "line").iter_rows() if self._is_other(line))
        self.begins = next(found, None) if self.begins is None else self.begins
        words = (
            f"another header stands in line {(self.begins or 0) + 1}, and the columns below it may be others: save the lines "
            "from there on as a file of its own"
        )
        holds = pl.lit(False) if self.begins is None else pl.col("record") >= self.begins
        return Fault(holds, "malformed_row", pl.lit(words))


def names_ocns(line: str) -> bool:
    """Whether a line names a column of OCNs, whatever separates its cells."""
    ranks = (rank_of(cell) for cell in _ANY_SEPARATOR.split(line))
    return any(rank is not None and rank <= _SURELY for rank in ranks)
