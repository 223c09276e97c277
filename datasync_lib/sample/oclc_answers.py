"""The player of OCLC's answers: report files in the grammar of oclc_formats.md 1.2 to 1.8."""

import random
import re
from collections import defaultdict
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TextIO

from ..oclc.filenames import report_name

# When OCLC received the files of each run. The test was before the extract, in winter: the clock of the names is local.
RECEIVED = {
    "test": datetime(2025, 2, 11, 15, 20, 7, 118_000, UTC),
    "first": datetime(2025, 7, 22, 13, 40, 34, 567_000, UTC),
    "rerun": datetime(2025, 7, 25, 6, 2, 11, 903_000, UTC),
    # five past midnight by the clock of the names, which count it as hour 24 of the day before (oclc_formats.md 4.1)
    "midnight": datetime(2025, 7, 26, 4, 5, 53, 12_000, UTC),
    "resent": datetime(2025, 8, 15, 18, 31, 50, 41_000, UTC),
    "deleted": datetime(2025, 8, 20, 13, 10, 2, 700_000, UTC),
}
_REPEATED_ROWS = 0.01
# A report that was fetched once more: where it lies then.
_COPIES = {"copy_in_folder": "fetched again/{0}.txt", "copy_by_browser": "{0} (1).txt"}


@dataclass(frozen=True, slots=True)
class Row:
    """One answer as a report tells it: where the record is in the sent file, and what became of it."""

    offset: int
    lsn: str
    sent: int | None
    result: int | None
    action: str
    messages: tuple[tuple[str, str, str], ...] = ()
    is_staging: bool = False
    told: str = ""


@dataclass(frozen=True)
class Job:
    """One processing of one sent file; a rerun is another."""

    symbol: str
    collection: str
    sent_file: str
    received_at: datetime

    @property
    def key(self) -> str:
        """What begins column 1 of every row."""
        milliseconds = (self.received_at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
        return f"{self.symbol}_{self.collection}_{milliseconds}::bib::"


class Reports:
    """Writes the four reports of each job; a report without rows is not made."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        """Writes into the folder."""
        self._folder = folder
        self._chance = chance
        self._open: dict[Job, dict[str, TextIO]] = defaultdict(dict)
        self._files = ExitStack()

    def __enter__(self) -> "Reports":
        return self

    def __exit__(self, *_: object) -> None:
        for job in list(self._open):
            self.close(job)

    def write(self, job: Job, rows: list[Row]) -> None:
        """Adds rows to a job's reports: not in the order of the file, and some of them twice."""
        rows = [*rows, *(row for row in rows if self._chance.random() < _REPEATED_ROWS)]
        self._chance.shuffle(rows)
        for row in rows:
            if row.told == "list_only":
                self._line(job, "BibUnresolvedCrossRefReport", f"{row.lsn}\t{row.result}")
                continue
            sent = f"{row.sent}.0" if row.told == "float_number" else row.sent or ""
            start = f"{job.key}{row.offset}|{row.lsn}|{sent}|{row.result or ''}|"
            self._line(job, "BibProcessingReport", start + row.action + "|" * (row.told == "extra_column"), row.told)
            if row.told in _COPIES:
                continue
            for kind, severity, message in row.messages:
                self._line(job, "BibExceptionReport", f"{start}{kind}|{severity}|{message}")
            if row.lsn and row.result and row.is_staging:
                self._line(job, "BibUnresolvedCrossRefReport", f"{row.lsn}\t{row.result}")
            elif row.lsn and row.result and row.action != "processing error":
                self._line(job, "BibCrossRefReport", f"{row.lsn}\t{row.result}")

    def _line(self, job: Job, kind: str, line: str, told: str = "") -> None:
        streams, copy = self._open[job], told if told in _COPIES else ""
        if kind + copy not in streams:
            name = report_name(job.symbol, job.collection, job.received_at, job.sent_file, kind)
            path = self._folder / _COPIES.get(copy, "{0}.txt").format(_by_its_clock(name).removesuffix(".txt"))
            path.parent.mkdir(parents=True, exist_ok=True)
            streams[kind + copy] = path.open("w", encoding="utf-8", newline="\n")
        streams[kind + copy].write(line + "\n")

    def close(self, job: Job) -> None:
        """Closes the reports of a job."""
        for stream in self._open.pop(job, {}).values():
            stream.close()


def _by_its_clock(name: str) -> str:
    """The name, with hour 24 of a day for the first hour of the next, as old names have it (oclc_formats.md 4.1)."""
    return re.sub(r"\.D20250726\.T00(\d{7})\.", r".D20250725.T24\1.", name)


def received_at(run: str, collection: str, part: int) -> datetime:
    """When OCLC received a file: a few minutes between collections, an hour between the parts of one."""
    return RECEIVED[run] + timedelta(
        hours=part - 1, minutes=7 * (int(collection) % 1000 // 100) + int(collection) % 100
    )
