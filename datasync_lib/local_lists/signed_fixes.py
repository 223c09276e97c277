"""Fixes that a person signed: an old number and the number that its record has now, with who says so, when and why.

`decisions/signed_fixes.csv` is a record of the project, like its decisions: a line is added, never changed. It stands
beside what OCLC says of its own records (duplicates.md E2): where the two differ, the number has two ends and is used by
nobody until one of them is mended.
"""

from pathlib import Path

import polars as pl

from ..identifiers.ocn import read_ocn
from ..vocabulary.tables import conform
from .edited_csv import read_csv_lines
from .staff_tables import raise_faults, read_day

SIGNED_FIXES = "decisions/signed_fixes.csv"
SOURCE = "signed fix"

_COLUMNS = ("old_ocn", "current_ocn", "who", "date", "why")


def read_signed_fixes(path: Path) -> pl.DataFrame:
    """Which old numbers has a person given a current one?

    Args:
        path: a CSV with the columns old_ocn, current_ocn, who, date, why; a missing file is an empty list.

    Returns:
        The columns of the `concordance` table: old_ocn, current_ocn, source "signed fix", as_of (the date of the line),
        file, record (0-based position of the line below the header).

    Raises:
        SettingsError: a column is missing, a number or date cannot be read, nobody has signed, no reason is given, the
            two numbers are one, or a number is fixed twice; each with its line.
    """
    lines, faults = read_csv_lines(path, _COLUMNS)
    seen: dict[int, int] = {}
    rows = []
    for number, line in lines:
        old, current = (_ocn(line[column], number, column, faults) for column in ("old_ocn", "current_ocn"))
        for column in ("who", "date", "why"):
            if not line[column]:
                faults.append(f"line {number}, {column}: is empty; a fix counts only when it says who, when and why")
        if old is not None and old == current:
            faults.append(f"line {number}: {old} is fixed to itself")
        if old is not None and old in seen:
            faults.append(f"line {number}, old_ocn: {old} is there already in line {seen[old]}")
        if old is not None:
            seen.setdefault(old, number)
        day = read_day(line["date"], number, "date", faults)
        rows.append({"old_ocn": old, "current_ocn": current, "as_of": day, "record": number - 2})
    raise_faults(path, faults)
    schema = {"old_ocn": pl.Int64, "current_ocn": pl.Int64, "as_of": pl.Date, "record": pl.Int64}
    fixes = pl.DataFrame(rows, schema=schema)
    return conform("concordance", fixes.with_columns(file=pl.lit(SIGNED_FIXES), source=pl.lit(SOURCE)))


def _ocn(text: str, line: int, column: str, faults: list[str]) -> int | None:
    number, verdict = read_ocn(text, trusted=True)
    if verdict == "ok":
        return number
    faults.append(f"line {line}, {column}: {text!r} is no OCN ({verdict})")
    return None
