"""`truth/<problem>.csv`: one row a finding."""

import csv
from collections import Counter
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

from .truth import Finding

COLUMNS = ("problem", "symbol", "unit", "mms_id", "holding_id", "ocn", "class")


class TruthFiles:
    """Writes findings into the file of their problem, and counts them."""

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
            if finding.problem not in self._writers:
                path = self._folder / f"{finding.problem}.csv"
                stream = self._files.enter_context(path.open("w", encoding="utf-8", newline=""))
                self._writers[finding.problem] = csv.writer(stream, lineterminator="\n")
                self._writers[finding.problem].writerow(COLUMNS)
            self._writers[finding.problem].writerow(finding)
            self.counts[finding.problem, finding.class_ or ""] += 1
