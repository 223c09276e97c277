"""Returned workbooks taken into the record: what was new, what is asked about, and that every row is accounted for (practice.md 4.5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from ..errors import OutputError
from ..settings import Settings
from ..vocabulary.decisions import ABOUT
from .decisions import FILE_NAME, append_within, latest_decisions, read_decisions
from .library import Frame
from .questions import write_questions
from .records import being_written, project_id
from .returning import judge, read_workbooks


@dataclass(frozen=True)
class Taken:
    """What became of returned workbooks.

    Attributes:
        added: the decisions that were new, in the columns of `Decisions`.
        issues: what needs a second look (`returning.read_returned`).
        account: one row a workbook: sent = returned + missing, rows = taken + unchanged + repeated + questioned.
        questions: the workbook in which the questions can be answered, to be taken in as any other; None: there are none.
    """

    added: pl.DataFrame
    issues: pl.DataFrame
    account: pl.DataFrame
    questions: Path | None = None

    def __str__(self) -> str:
        new, books = self.added.height, self.account.height
        lines = [f"{new:,} new decision{'s'[new == 1 :]} from {books:,} workbook{'s'[books == 1 :]}"]
        lines += [_in_words(row) for row in self.account.iter_rows(named=True)]
        if self.questions:
            lines.append(f"! the questions can be answered in {self.questions}; then take that file in too")
        return "\n".join(lines)

    def issues_in_words(self) -> list[str]:
        """A line for each issue: where, what, and what to do."""
        lines = []
        for each in self.issues.iter_rows(named=True):
            place = [each["workbook"], each["sheet"] and f"sheet {each['sheet']}", each["row"] and f"row {each['row']}"]
            lines.append(f"{', '.join(filter(None, place))}: {each['what']} {each['todo']}")
        return lines


def _in_words(row: dict) -> str:
    named = ("taken", "unchanged", "repeated", "questioned")
    parts = ", ".join(f"{row[name]:,} {name}" for name in named if row[name] or name in ("taken", "questioned"))
    missing = (
        f"; {row['missing']:,} of the {row['sent']:,} rows that were sent out are not in it" if row["missing"] else ""
    )
    return f"{row['workbook']}: {row['rows']:,} rows: {parts}{missing}"


def take(
    folder: Path,
    files: Iterable[Path] | Path,
    *,
    findings: Frame,
    settings: Settings,
    also_from: Iterable[str] = (),
) -> Taken:
    """Take returned workbooks into the record in a project's `decisions` folder; see `Project.take_decisions`."""
    ours = project_id(folder)
    read = read_workbooks(files, findings=findings, projects={ours, *also_from})
    now = datetime.now(UTC)
    with being_written(folder / FILE_NAME):
        returned = judge(read, record=read_decisions(folder), maximum=settings.ocn.maximum)
        said = _with_what_it_is_about(returned.decisions, findings)
        added = append_within(folder / FILE_NAME, said, now)
    last = latest_decisions(read_decisions(folder))
    path = folder / "questions" / f"questions_{now.astimezone():%Y%m%d_%H%M%S}.xlsx"
    try:
        written = write_questions(path, returned.questions, last=last, project=ours, settings=settings)
    except OutputError as error:
        words = f"{added.height:,} new decisions are in the record; what is asked is asked again with the same files"
        raise OutputError(f"{error} ({words})") from None
    return Taken(added, returned.issues, returned.account, written)


def _with_what_it_is_about(decisions: pl.DataFrame, findings: Frame) -> pl.DataFrame:
    """Decisions with unit, symbol and numbers of their findings, so that they can be told when the finding is gone."""
    keys = decisions.lazy().select("row_key").unique()
    about = findings.lazy().select("row_key", *ABOUT).join(keys, on="row_key", how="semi")
    known = about.collect(engine="streaming").unique("row_key", maintain_order=True)
    return decisions.drop(ABOUT, strict=False).join(known, on="row_key", how="left", maintain_order="left")
