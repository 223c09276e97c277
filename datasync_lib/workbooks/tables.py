"""Any frame as an Excel file that keeps text as text: for answers of ad hoc queries."""

import json
from datetime import date, datetime
from pathlib import Path

import polars as pl
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from .cells import Styles, clean, clean_text
from .replacing import replacing

ROWS_PER_SHEET = 1_000_000
_SAFE_INTEGER = 10**15


def write_table(path: Path, frame: pl.DataFrame) -> None:
    """Write a frame to an Excel file in which no ID is rounded and no text becomes a formula.

    Numbers stay numbers, unless one of a column has more than 15 digits, which Excel would round: then the column is text.
    Lists and structs are JSON text. More than a million rows go on several sheets.

    Raises:
        OutputError: the file cannot be written.
    """
    with replacing(Path(path)) as beside, xlsxwriter.Workbook(str(beside), {"constant_memory": True}) as book:
        styles = Styles(book)
        prepared = frame.with_columns(_prepared(frame[name]) for name in frame.columns)
        for number, start in enumerate(range(0, max(frame.height, 1), ROWS_PER_SHEET), start=1):
            tab = book.add_worksheet("Answer" if number == 1 else f"Answer {number}")
            _write(tab, styles, prepared.slice(start, ROWS_PER_SHEET))


def _prepared(values: pl.Series) -> pl.Series:
    type_ = values.dtype
    if type_.is_nested():
        texts = [
            None if value is None else json.dumps(_plain(value), ensure_ascii=False, default=str) for value in values
        ]
        values = pl.Series(values.name, texts, dtype=pl.String)
    elif not _is_kept(values):
        values = values.cast(pl.String)
    return values.to_frame().select(clean(pl.col(values.name))).to_series() if values.dtype == pl.String else values


def _is_kept(values: pl.Series) -> bool:
    """Whether Excel has a kind of cell for the values that takes nothing away from them."""
    if values.dtype.is_integer():
        return (values.abs().max() or 0) < _SAFE_INTEGER
    return values.dtype.is_float() or values.dtype in (pl.String, pl.Boolean, pl.Date, pl.Datetime)


def _plain(value: object) -> object:
    return value.to_list() if isinstance(value, pl.Series) else value


def _write(tab: Worksheet, styles: Styles, frame: pl.DataFrame) -> None:
    text, day, time = (styles.get(num_format=f) for f in ("@", "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"))
    for position, name in enumerate(frame.columns):
        tab.set_column(position, position, _width(name, frame[name]))
        tab.write_string(0, position, clean_text(name), styles.header())
    tab.freeze_panes(1, 0)
    if frame.width:
        tab.autofilter(0, 0, frame.height, frame.width - 1)
        tab.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    for row, values in enumerate(frame.iter_rows(), start=1):
        for position, value in enumerate(values):
            if isinstance(value, str):
                tab.write_string(row, position, value, text)
            elif isinstance(value, bool):
                tab.write_boolean(row, position, value)
            elif isinstance(value, datetime):
                tab.write_datetime(row, position, value.replace(tzinfo=None), time)
            elif isinstance(value, date):
                tab.write_datetime(row, position, value, day)
            elif value is not None and value == value and abs(value) != float("inf"):
                tab.write_number(row, position, value)


def _width(name: str, values: pl.Series) -> float:
    lengths = values.cast(pl.String, strict=False).str.len_chars()
    return float(min(max(lengths.quantile(0.95) or 0, len(name)) + 3, 60))
