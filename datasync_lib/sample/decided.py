"""What people have decided in the example: a unit's word that a title stays, and fixes of numbers that somebody signed."""

import json
from pathlib import Path

import polars as pl

from ..analysis.findings import row_keys
from .project_files import write_csv

_KEEP = {
    "version": 1,
    "problem": "old_holding",
    "decision": "still held: keep",
    "status": "Done",
    "who": "Science Libraries",
    "imported_at": "2025-09-16T08:30:00+00:00",
}
_HEADER = ("old_ocn", "current_ocn", "who", "date", "why")
_SIGNED = ("A. Keeper", "2025-09-10", "compared on the shelf: the same edition")


class Decided:
    """`decisions/`, with the two records that a person would have filled by now; one without lines is not made."""

    def __init__(self, folder: Path) -> None:
        """Writes into the folder."""
        self._folder = folder
        self._kept: list[tuple[str, int]] = []
        self._fixes: list[tuple[int, int]] = []

    def add(self, kept: list[tuple[str, int]], fixes: list[tuple[int, int]]) -> None:
        """Adds numbers that stay under a symbol, and pairs of old and current number."""
        self._kept += kept
        self._fixes += fixes

    def write(self) -> None:
        """Writes the records."""
        self._folder.mkdir(parents=True, exist_ok=True)
        if self._kept:
            identity = pl.DataFrame(self._kept, schema={"symbol": pl.String, "ocn": pl.Int64}, orient="row")
            lines = (json.dumps({"row_key": key, **_KEEP}) + "\n" for key in row_keys("old_holding", identity))
            (self._folder / "decisions.jsonl").write_text("".join(lines), encoding="utf-8", newline="\n")
        if self._fixes:
            write_csv(self._folder / "signed_fixes.csv", _HEADER, ((*fix, *_SIGNED) for fix in self._fixes))
