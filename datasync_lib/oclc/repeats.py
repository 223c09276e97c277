"""Exact repeats of rows in a file, found while the file is read block by block (oclc_formats.md 1.4, 13.4)."""

import polars as pl

_NOT_CONTENT = ("record", "count")


class Repeats:
    """Which rows stood in the file before, by two hashes of their content: 128 bits, 16 bytes a row.

    Attributes:
        count: repeats found so far.
    """

    def __init__(self) -> None:
        """Nothing was seen yet."""
        self.count = 0
        self._seen: list[pl.DataFrame] = []

    def without(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows that stand here for the first time, in their order."""
        content = rows.drop(*_NOT_CONTENT, strict=False)
        hashes = pl.DataFrame({"a": content.hash_rows(1, 2, 3, 4), "b": content.hash_rows(5, 6, 7, 8)})
        first = hashes["a"].is_first_distinct()
        if not first.all():
            first = hashes.select(pl.struct("a", "b").is_first_distinct()).to_series()
        before = self._before(hashes)
        if before.height:
            first &= ~hashes.select(pl.struct("a", "b").is_in(before.to_struct().implode())).to_series()
        self._seen.append(hashes)
        self.count += rows.height - first.sum()
        return rows if first.all() else rows.filter(first)

    def _before(self, hashes: pl.DataFrame) -> pl.DataFrame:
        """The hashes among these that were seen in an earlier block."""
        wanted = hashes["a"].implode()
        found = [seen.filter(pl.col("a").is_in(wanted)) for seen in self._seen]
        return pl.concat([hashes.clear(), *found])
