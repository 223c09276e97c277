"""`truth/<problem>.csv`, one row a finding, and `truth/held_numbers.csv`, one row a number that is held."""

import csv
from collections import Counter
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from .rows import Finding, HeldNumber


class TruthFiles:
    """Writes what is true into the file that it belongs in, and counts findings."""

    def __init__(self, folder: Path) -> None:
        """Writes into the folder."""
        self._folder = folder
        self._files = ExitStack()
        self._writers: dict = {}
        self.counts: Counter[tuple[str, str]] = Counter()

    def __enter__(self) -> "TruthFiles":
        self._folder.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        self._files.close()

    def write(self, findings: Iterable[Finding]) -> None:
        """Adds findings."""
        for finding in findings:
            self._write(finding.problem, finding)
            self.counts[finding.problem, finding.class_ or ""] += 1

    def write_held(self, rows: Iterable[HeldNumber]) -> None:
        """Adds numbers that are held."""
        for row in rows:
            self._write("held_numbers", row)

    def _write(self, name: str, row: NamedTuple) -> None:
        if name not in self._writers:
            stream = self._files.enter_context((self._folder / f"{name}.csv").open("w", encoding="utf-8", newline=""))
            self._writers[name] = csv.writer(stream, lineterminator="\n")
            self._writers[name].writerow(field.rstrip("_") for field in row._fields)
        self._writers[name].writerow(row)
