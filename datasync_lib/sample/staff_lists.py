"""Lists of staff as they come: other captions in each, semicolons, a BOM, a workbook, numbers in several spellings."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import xlsxwriter

from .model import Listed

_SPELLINGS = ("{0}", "(OCoLC){0}", "ocn{0}", "(ocolc) {0}")
_CAPTIONS = {
    "lhrs": ("Holding library code", "OCLC Symbol", "OCLC Number"),
    "commitments": ("Program", "OCN", "Symbol", "Retained until"),
    "ill_requests": ("Request ID", "Role", "OCLC number", "Symbol", "Status", "Due Date"),
    "withdrawn_titles": ("OCN", "Symbol", "Withdrawn on"),
    "kb_holdings": ("OCLC Symbol", "OCLC Number"),
    "kept_titles": ("OCN", "SYMBOL"),
}
# name, separator, encoding; None: a workbook
_FILES: dict[str, tuple[str, str, str] | None] = {
    "lhrs": ("LHR list 20250912.csv", ";", "utf-8-sig"),
    "commitments": None,
    "ill_requests": ("ILL requests 20250912.csv", ",", "cp1252"),
    "withdrawn_titles": ("withdrawn titles.csv", ";", "utf-8"),
    "kb_holdings": ("KB holdings 20250912.tsv", "\t", "utf-8"),
    "kept_titles": ("titles to keep.csv", ",", "utf-8-sig"),
}
# What is no list: somebody wrote to somebody.
_NOTE = "Note to the project team.txt"
_WORDS = "Dear all, before anything happens to {0}: Professor Moss wants to be asked."
# Who may still catalogue: one who does, one who has not for long, one of whom nobody knows; of other symbols no list is there.
_AUTHORISATIONS = (
    ("Connexion authorization", "Name", "OCLC Symbol", "Last login"),
    ("100-201-117", "Moss, Ada", "M@S", "2025-08-21"),
    ("100-201-118", "Reed, Ben", "M@S", ""),
    ("100-305-002", "Voss, Cora", "MLW", "2024-11-05"),
)
_MADE = datetime(2025, 9, 12, tzinfo=UTC)


class StaffLists:
    """Collects what staff list, and writes a file for each kind; a list without rows is not made."""

    def __init__(self, folder: Path) -> None:
        """Writes into the folder."""
        self._folder = folder
        self._rows: dict[str, list[tuple[str, ...]]] = defaultdict(list)

    def add(self, listed: Iterable[Listed]) -> None:
        """Adds rows."""
        for one in listed:
            rows = self._rows[one.kind]
            rows.append(_row(one, len(rows)))

    def write(self) -> None:
        """Writes the files."""
        for kind, rows in self._rows.items():
            if kind == "notes":
                self._folder.mkdir(parents=True, exist_ok=True)
                words = "".join(f"{' '.join(row)}\n" for row in rows)
                (self._folder / _NOTE).write_text(words, "utf-8", newline="\n")
                continue
            self._folder.mkdir(parents=True, exist_ok=True)
            if form := _FILES[kind]:
                name, separator, encoding = form
                with (self._folder / name).open("w", encoding=encoding, newline="") as stream:
                    csv.writer(stream, delimiter=separator).writerows([_CAPTIONS[kind], *rows])
            else:
                _write_workbook(self._folder / "retention commitments.xlsx", [_CAPTIONS[kind], *rows])
        if self._rows:
            with (self._folder / "Connexion authorisations 20250910.csv").open(
                "w", encoding="utf-8-sig", newline=""
            ) as stream:
                csv.writer(stream, delimiter=";").writerows(_AUTHORISATIONS)


def _row(one: Listed, i: int) -> tuple[str, ...]:
    number, symbol = _SPELLINGS[i % len(_SPELLINGS)].format(one.number), one.symbol or ""
    match one.kind:
        case "lhrs":
            return f"{symbol}A", symbol, number
        case "commitments":
            return "EAST", number, symbol, "2031-06-30"
        case "ill_requests":
            return f"{7001 + i}", ("Lender", "Borrower")[i % 2], number, symbol, one.status, "2025-10-13"
        case "withdrawn_titles":
            return number, symbol, "2025-08-29"
        case "notes":
            return (_WORDS.format(number),)
        case "kb_holdings":
            return symbol, number
        case _:
            return number, symbol


def _write_workbook(path: Path, rows: Sequence[tuple[str, ...]]) -> None:
    """A workbook with texts only, and the same bytes each time."""
    with xlsxwriter.Workbook(path, {"strings_to_numbers": False}) as book:
        book.set_properties({"created": _MADE.replace(tzinfo=None)})
        sheet = book.add_worksheet("Commitments")
        for i, row in enumerate(rows):
            for j, text in enumerate(row):
                sheet.write_string(i, j, text)
