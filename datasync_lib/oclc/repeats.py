"""Exact repeats of rows in a file, and of its header, found while the file is read block by block (oclc_formats.md 1.4, 13.4)."""

import polars as pl
import polars.selectors as cs

from ..vocabulary.tables import empty
from .rows import issue

_NOT_CONTENT = ("record", "count")


class Repeats:
    """Which rows stood in the file before, by the offset of their record and a hash of their content.

    Rows of one record are few, so that 64 bits never take two for the same; where there is no offset, another hash
    stands in its place.

    Attributes:
        count: repeats found so far.
    """

    def __init__(self) -> None:
        """Nothing was seen yet."""
        self.count = 0
        self._seen: list[pl.DataFrame] = []

    def without(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows that stand here for the first time, in their order."""
        # A category hashes otherwise than its text, and blocks may differ in which of the two they have.
        content = rows.drop(*_NOT_CONTENT, strict=False).with_columns(cs.enum().cast(pl.String))
        place = rows["job_offset"] if "job_offset" in rows.columns else content.hash_rows(1).reinterpret(signed=True)
        hashes = pl.DataFrame({"a": place, "b": content.hash_rows(2)})
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


def repeated_headers(file: str, positions: list[int]) -> pl.DataFrame:
    """The issue that tells where the header stands again, in the columns of the `load_issues` table; these are no rows."""
    if not positions:
        return empty("load_issues")
    places = ", ".join(str(position + 1) for position in positions[:5]) + (" …" if len(positions) > 5 else "")
    words = (
        f"the header stands again in line {places}: these are no rows. Perhaps several files were put together; load each "
        "by itself if they have different names or days"
    )
    return issue(file, "repeated_header", words)
