"""OCLC's own count of what a symbol holds, as somebody has asked for it: `decisions/symbol_counts.csv`.

symbol,count,date,who
XYZ,10432,2025-09-15,A. Keeper
"""

import csv
import io
from datetime import date
from pathlib import Path

from ...errors import SettingsError
from ...local_lists.edited_csv import read_csv_lines
from ...local_lists.staff_tables import raise_faults, read_day
from ...workbooks.record_lines import as_utf8
from ...workbooks.records import being_written, replace_file

FILE_NAME = "symbol_counts.csv"
_COLUMNS = ("symbol", "count", "date", "who")


def read_symbol_counts(path: Path) -> list[tuple[str, int, date]]:
    """Every count that was written down: symbol, count, day; a missing file has none.

    Raises:
        SettingsError: a column is missing or a value cannot be read; each with its line.
    """
    lines, faults = read_csv_lines(path, _COLUMNS, ["who"])
    counts = []
    for number, line in lines:
        day = read_day(line["date"], number, "date", faults)
        if day is None and not line["date"]:
            faults.append(f"line {number}, date: is empty; a count is one of a day")
        if not line["symbol"] or not line["count"].isascii() or not line["count"].isdigit():
            faults.append(
                f"line {number}: expected a symbol and a whole number, found {line['symbol']!r}, {line['count']!r}"
            )
        elif day:
            counts.append((line["symbol"], int(line["count"]), day))
    raise_faults(path, faults)
    return counts


def add_symbol_count(path: Path, symbol: str, count: int, *, day: date, who: str) -> None:
    """Write down what OCLC counts under a symbol.

    Raises:
        OutputError: the file cannot be written.
        SettingsError: what is in it already holds a fault, or nobody says where the count comes from.
    """
    if not who.strip():
        raise SettingsError("a count of OCLC's needs --who: who asked for it")
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow([symbol, count, day, who.strip()])
    with being_written(path):
        read_symbol_counts(path)
        old = path.read_bytes() if path.exists() else f"{','.join(_COLUMNS)}\n".encode()
        text = (as_utf8(old) or old).decode("utf-8-sig")
        replace_file(path, f"{text.rstrip()}\n{line.getvalue()}".encode())
