"""The CSV files beside `datasync.toml` that staff edit: the location map and the milestones of the symbols.

They come back from spreadsheets, so that blanks around a value and dates in the forms that Excel writes are read; what
cannot be right is named by line and column, all faults at once.
"""

from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

import polars as pl

from ..errors import SettingsError, did_you_mean
from ..settings import Settings
from ..vocabulary.tables import conform
from .edited_csv import read_csv_lines
from .usual_milestones import for_each_symbol, stands_for_several

LOCATION_MAP = "location_map.csv"
MILESTONES = "milestones.csv"

_MAP_COLUMNS = ("library", "location", "unit", "outgoing_symbol", "target_symbol", "in_scope", "valid_from")
_MILESTONE_COLUMNS = ("symbol", "milestone", "planned", "actual", "owner")
_DATES = ("%Y-%m-%d", "%d.%m.%Y", "%Y%m%d", "%m/%d/%Y", "%d/%m/%Y")
_YES = {"yes", "y", "true", "1", "x"}
_NO = {"no", "n", "false", "0"}


def read_location_map(path: Path, settings: Settings | None = None) -> pl.DataFrame:
    """Where each location belongs, from the CSV that staff keep, in the columns of the `location_map` table.

    Raises:
        SettingsError: a column is missing, a value cannot be read, a line is there twice, or a symbol is not among the
            settings' symbols; each with its line.
    """
    lines, faults = read_csv_lines(path, _MAP_COLUMNS, ["valid_from"])
    seen: dict[tuple, int] = {}
    known = {s.symbol for s in settings.symbols} if settings else set()
    rows = []
    for number, line in lines:
        row = {
            **line,
            "in_scope": _yes_or_no(line["in_scope"], number, "in_scope", faults),
            "valid_from": read_day(line["valid_from"], number, "valid_from", faults),
        }
        for column in ("library", "location"):
            if not row[column]:
                faults.append(f"line {number}, {column}: is empty; a library code is needed, and a location code or *")
            elif "*" in row[column] and (column, row[column]) != ("location", "*"):
                what = f"line {number}, {column}: {row[column]!r} is no code"
                faults.append(
                    f"{what}; * alone, as a location, stands for the rest of a library: write a line for each code"
                )
        for column in ("outgoing_symbol", "target_symbol"):
            if known and row[column] and row[column] not in known:
                faults.append(f"line {number}, {column}: {_not_among(row[column], known)}")
        name = (row["library"], row["location"], row["valid_from"])
        if name in seen:
            faults.append(f"line {number}: {name[0]} / {name[1]} is there already in line {seen[name]}")
        seen.setdefault(name, number)
        rows.append({column: row[column] if row[column] != "" else None for column in _MAP_COLUMNS})
    raise_faults(path, faults)
    schema = dict.fromkeys(_MAP_COLUMNS, pl.String) | {"in_scope": pl.Boolean, "valid_from": pl.Date}
    return conform("location_map", pl.DataFrame(rows, schema=schema).sort("library", "location", "valid_from"))


def read_milestones(path: Path, settings: Settings | None = None) -> pl.DataFrame:
    """What is planned for each symbol and what is done: symbol, milestone, planned, actual (dates), owner.

    A line of `*` or `retired` suggests a milestone, without a date, for each symbol that has no line of its own for it.

    Raises:
        SettingsError: as for the location map.
    """
    lines, faults = read_csv_lines(path, _MILESTONE_COLUMNS, ["planned", "actual", "owner"])
    known = {s.symbol for s in settings.symbols} if settings else set()
    rows = []
    for number, line in lines:
        is_for_several = stands_for_several(line["symbol"])
        if known and line["symbol"] not in known and not is_for_several:
            faults.append(f"line {number}, symbol: {_not_among(line['symbol'], known)}")
        if is_for_several and (line["planned"] or line["actual"]):
            faults.append(
                f"line {number}: a date is that of one symbol: write a line with it for each, with the symbol in place of "
                f"{line['symbol']}"
            )
        rows.append(line | {c: read_day(line[c], number, c, faults) for c in ("planned", "actual")})
    raise_faults(path, faults)
    schema = dict.fromkeys(_MILESTONE_COLUMNS, pl.String) | {"planned": pl.Date, "actual": pl.Date}
    return pl.DataFrame(for_each_symbol(rows, settings), schema=schema)


def _not_among(symbol: str, known: set[str]) -> str:
    there_are = sorted(known)
    return f"{symbol} is not among [[symbols]] ({', '.join(there_are)}){did_you_mean(symbol, there_are)}"


def _yes_or_no(value: str, line: int, column: str, faults: list[str]) -> bool | None:
    """Yes or no; null where the cell is blank: nobody has decided."""
    if not value:
        return None
    if value.lower() in _YES:
        return True
    if value.lower() in _NO:
        return False
    faults.append(f"line {line}, {column}: expected yes or no, found {value!r}")
    return None


def read_day(value: str, line: int, column: str, faults: list[str]) -> date | None:
    """The day in a cell; null, and a fault, where it cannot be told."""
    if not value:
        return None
    readings = set()
    for form in _DATES:
        with suppress(ValueError):
            readings.add(datetime.strptime(value, form).date())
    if len(readings) == 1:
        return readings.pop()
    what = "two days are possible" if readings else "no date"
    faults.append(f"line {line}, {column}: {what} in {value!r}; write it as 2025-07-21")
    return None


def raise_faults(path: Path, faults: list[str]) -> None:
    """All faults of a file at once.

    Raises:
        SettingsError: there is one at least.
    """
    if faults:
        raise SettingsError("\n".join([f"{path}:", *(f"  {fault}" for fault in faults)]))
