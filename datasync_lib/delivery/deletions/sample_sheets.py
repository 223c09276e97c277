"""The sample as a sheet for people, and what they wrote on it (practice.md 6.3).

A row is a number that is to go. «Right to delete?» is answered with yes or no; what is left blank was not looked at.
"""

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from ...errors import InputError
from ...local_lists.edited_csv import read_csv_lines
from ...spreadsheets import is_spreadsheet, read_spreadsheet
from ...workbooks.cells import LINK_LIMIT, Styles, clean, row_height
from ...workbooks.replacing import replacing
from .samples import sample_of
from .state import State

ANSWER = "Right to delete?"
_NUMBER, _WHO, _NOTE = "Number", "Who looked", "Note"
# header, column of the frame, width, whether it is filled in
_COLUMNS = (
    (_NUMBER, "number", 13, False),
    ("WorldCat", "link", 12, False),
    ("Title on WorldCat's list", "title", 38, False),
    ("Class", "class", 18, False),
    ("Why it may go", "because", 34, False),
    ("MMS ID of the owner", "mms_id", 21, False),
    ("Title in the catalogue", "own_title", 38, False),
    ("Now held by", "targets", 14, False),
    (ANSWER, "answer", 16, True),
    (_WHO, "who", 18, True),
    (_NOTE, "note", 30, True),
)
_YES, _NO = {"yes", "y", "true", "1", "right"}, {"no", "n", "false", "0", "wrong"}


def write_sample(state: State, path: Path) -> pl.DataFrame:
    """Write the sample to a workbook, with what was said of it already; gives the rows.

    Raises:
        InputError: nothing goes, so there is nothing to look at.
        OutputError: the workbook cannot be written.
    """
    rows = _shown(state)
    if rows.is_empty():
        raise InputError(f"nothing goes under {state.symbol}, so there is nothing to look at")
    with replacing(path) as beside, xlsxwriter.Workbook(str(beside), {"constant_memory": True}) as book:
        styles, tab = Styles(book), book.add_worksheet("Sample")
        for position, (header, _, width, is_filled) in enumerate(_COLUMNS):
            tab.set_column(position, position, width)
            tab.write_string(0, position, header, styles.header(fill=is_filled))
        tab.freeze_panes(1, 1)
        tab.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        tab.data_validation(1, 8, rows.height, 8, {"validate": "list", "source": ["yes", "no"]})
        tab.set_landscape()
        tab.fit_to_pages(1, 0)
        for row, values in enumerate(rows.iter_rows(), start=1):
            _write_row(tab, styles, row, values)
    return rows


def _write_row(tab: Worksheet, styles: Styles, row: int, values: tuple[str, ...]) -> None:
    """A row of the sheet: what is to be looked at as link, what is to be filled in yellow."""
    wrapped = [
        ("open" if name == "link" else text, width) for text, (_, name, width, _) in zip(values, _COLUMNS, strict=True)
    ]
    tab.set_row(row, row_height(*zip(*wrapped, strict=True)))
    for position, (value, (_, name, _, is_filled)) in enumerate(zip(values, _COLUMNS, strict=True)):
        if name == "link" and value and row < LINK_LIMIT:
            tab.write_url(row, position, value, styles.cell("link", wraps=False), string="open")
        else:
            tab.write_string(row, position, value, styles.cell("fill" if is_filled else "identity", wraps=True))


def _shown(state: State) -> pl.DataFrame:
    """The sample as it is shown, every cell as text."""
    rows = sample_of(state)
    listed = state.newest_list.select("ocn", "title").collect().unique("ocn", keep="first", maintain_order=True)
    own = state.project.table("bibs").select("mms_id", own_title="title").unique("mms_id", keep="first")
    titled = (
        rows.with_columns(ocn=pl.col("ocns").list.first())
        .join(listed, on="ocn", how="left", maintain_order="left")
        .join(own.collect(), on="mms_id", how="left", maintain_order="left")
    )
    link = state.settings.links.worldcat
    shown = titled.with_columns(
        pl.col("number").cast(pl.String),
        pl.col("targets").list.join("; "),
        answer=pl.col("right").replace_strict({True: "yes", False: "no"}, default=None, return_dtype=pl.String),
        link=pl.col("number").map_elements(lambda number: link.replace("{ocn}", str(number)), return_dtype=pl.String),
    )
    return shown.select(clean(pl.col(name).fill_null("")).alias(name) for _, name, _, _ in _COLUMNS)


def read_sample(path: Path, state: State) -> list[dict]:
    """What people said on a sheet: number, class, mms_id, right, who, note; rows without an answer are left out.

    Raises:
        InputError: the file is missing or no sheet of ours, or an answer cannot be told, is of a number that is not in the
            sample, or nobody says who looked; every such row is named, and nothing is taken in.
    """
    if not path.is_file():
        raise InputError(f"{path} is missing: name the sheet that was filled in")
    sample = {row["number"]: row for row in sample_of(state).to_dicts()}
    held = {row["now"]: row for row in state.held.unique("now", keep="first", maintain_order=True).to_dicts()}
    judged, faults = {}, []
    for place, row in _rows(path):
        answer, number = row[ANSWER].strip().lower(), row[_NUMBER].strip()
        if not answer:
            continue
        # What somebody has called wrong counts, also where it has left the sample since.
        fault = _fault(answer, row[_WHO].strip(), number, sample if answer in _YES else held | sample)
        if not fault and int(number) in judged:
            fault = f"{number} is there twice"
        if fault:
            faults.append(f"  row {place}: {fault}")
            continue
        of = (held | sample)[int(number)]
        judged[int(number)] = {
            **{name: of[name] for name in ("number", "class", "mms_id")},
            **{"right": answer in _YES, "who": row[_WHO].strip(), "note": row[_NOTE].strip() or None},
        }
    if faults:
        raise InputError("\n".join([f"{path}: nothing was taken in", *faults]))
    return list(judged.values())


def _fault(answer: str, who: str, number: str, sample: dict) -> str | None:
    if answer not in _YES | _NO:
        return f"«{ANSWER}»: expected yes or no, found {answer!r}"
    if not who:
        return f"«{_WHO}» is empty: somebody has looked"
    if not (number.isascii() and number.isdigit() and int(number) in sample):
        return f"{number or 'no number'} is not in the sample as it is now; write it anew with --sample"
    return None


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a workbook or CSV, with their place as people count it."""
    wanted = (_NUMBER, ANSWER, _WHO, _NOTE)
    data = path.read_bytes()
    if not is_spreadsheet(data):
        # Captions are compared as `edited_csv` does: in small letters, with _ for blanks.
        captions = {"_".join(name.lower().split()): name for name in wanted}
        lines, faults = read_csv_lines(path, tuple(captions))
        if faults:
            raise InputError("\n".join([f"{path}: nothing was taken in", *(f"  {fault}" for fault in faults)]))
        yield from ((number, {captions[name]: cell for name, cell in line.items()}) for number, line in lines)
        return
    for sheet in read_spreadsheet(data, takes_pages=False):
        header = sheet.rows[0] if sheet.rows else []
        if all(name in header for name in wanted):
            for number, cells in enumerate(sheet.rows[1:], start=2):
                padded = [*cells, *[""] * len(header)]
                yield number, {name: padded[header.index(name)] for name in wanted}
            return
    raise InputError(f"{path}: no sheet has the columns {', '.join(wanted)}; keep the headers as they were")
