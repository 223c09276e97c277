"""The sign-off as a workbook: what is asked and who signs, the checks, the samples, what goes, what stays, and the files."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl
import xlsxwriter
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from ...workbooks.cells import LINE, YELLOW, Styles, clean, clean_text, row_height
from ...workbooks.replacing import replacing
from .prediction import leaves
from .sign_off import SignOff

# Who reads more than this many rows of a sheet opens prediction.csv, which has all.
_MOST_ROWS = 100_000
_SIGNATURES = ("Head of unit", "Metadata", "ILL", "Director")
# column of the frame, header, width
_NUMBERS = (
    ("ocn", "Number held", 13),
    ("number", "Number now", 13),
    ("class", "Class", 20),
    ("answer", "Answer", 10),
    ("expected", "Expected", 10),
    ("because", "Why", 46),
    ("mms_id", "MMS ID of the owner", 21),
    ("unit", "Unit", 20),
    ("targets", "Then held by", 16),
    ("title", "Title on WorldCat's list", 46),
)
_CHECKS = (("title", "Check", 50), ("result", "Result", 22), ("numbers", "Numbers", 70), ("who", "Signed by", 18),
           ("why", "Why", 40), ("at", "When (UTC)", 17), ("check", "Name", 26))  # fmt: skip
_BALANCE = (("title", "Class", 0), ("answer", "Answer", 0), ("numbers", "Numbers", 0), ("current_numbers", "Current numbers", 0),
            ("rows", "Rows of the list", 0))  # fmt: skip
_SAMPLES = (("class", "Class", 24), ("numbers", "Numbers", 12), ("wanted", "To look at", 12), ("looked_at", "Looked at", 12),
            ("wrong", "Wrong", 10), ("low", "At least wrong", 16), ("high", "At most wrong", 16))  # fmt: skip
_REQUESTS = (("request_id", "Request", 14), ("role", "Role", 12), ("status", "Status", 18), ("waiting", "Asked for", 14), ("due", "Due", 14),
             ("asked", "As the list names it", 22), ("number", "Number now", 14), ("touches", "Touches what may go", 20),
             ("alone", "Nothing else in the way", 22), ("file", "List", 40), ("record", "Row", 8))  # fmt: skip
_COLLECTIONS = (("library", "Library", 16), ("location", "Location", 20), ("unit", "Unit", 26), ("titles", "Not requestable if all went", 26),
                ("by_our_answers", "Of them answered delete", 24))  # fmt: skip
_FILES = (("file", "File", 60), ("bytes", "Bytes", 14), ("sha256", "SHA-256", 70))


def write_workbook(facts: SignOff, path: Path, files: pl.DataFrame) -> None:
    """Write the workbook.

    Args:
        facts: what is signed.
        path: where it goes.
        files: the files of the package that are there already: file, bytes, sha256.

    Raises:
        OutputError: it cannot be written.
    """
    options = {"constant_memory": True, "default_format_properties": {"font_name": "Arial", "font_size": 10}}
    with replacing(path) as beside, xlsxwriter.Workbook(str(beside), options) as book:
        book.set_properties({"title": facts.title})
        styles = Styles(book)
        _write_front(book, styles, facts)
        _write_table(book, styles, "Checks", _CHECKS, facts.checks)
        _write_table(book, styles, "Samples", _SAMPLES, facts.samples)
        gone = leaves(facts.prediction)
        _write_table(book, styles, "Goes", _NUMBERS, gone)
        _write_table(book, styles, "Stays", _NUMBERS, facts.prediction.join(gone.select("ocn"), on="ocn", how="anti"))
        _write_table(book, styles, "ILL", _REQUESTS, facts.requests)
        _write_table(book, styles, "Not requestable", _COLLECTIONS, facts.collections)
        _write_table(book, styles, "Files", _FILES, files)


def _write_front(book: Workbook, styles: Styles, facts: SignOff) -> None:
    tab = book.add_worksheet("Sign-off")
    tab.hide_gridlines(2)
    for position, width in enumerate((28, 16, 16, 18, 18, 30)):
        tab.set_column(position, position, width)
    text = styles.get(text_wrap=True)
    tab.set_row(0, 28)
    tab.write_string(0, 0, clean_text(facts.title), styles.get(bold=True, font_size=16))
    row = _write_wide(tab, 2, clean_text(facts.question), styles.get(text_wrap=True, font_size=12), size=12) + 1
    for label, said in facts.facts:
        tab.write_string(row, 0, label, styles.get(bold=True))
        row = _write_wide(tab, row, clean_text(said), text, size=10, first=1)
    row = _write_rows(tab, styles, row + 1, _BALANCE, facts.balance) + 1
    row = _write_signed(tab, styles, row, facts)
    _write_signatures(tab, styles, row + 1)
    tab.set_paper(9)
    tab.set_portrait()
    tab.fit_to_pages(1, 1)


def _write_wide(tab: Worksheet, row: int, said: str, style: object, *, size: int, first: int = 0) -> int:
    """A text over the columns from the first to the last; gives the next row."""
    width = sum((28, 16, 16, 18, 18, 30)[first:]) * 10 / size
    tab.set_row(row, (size + 4) * max(1, -(-len(said) // int(width))) + 3)
    tab.merge_range(row, first, row, 5, said, style)
    return row + 1


def _write_rows(tab: Worksheet, styles: Styles, row: int, columns: Sequence[tuple], frame: pl.DataFrame) -> int:
    """A table on a sheet that has other things too; gives the row below it."""
    for position, (_, header, _) in enumerate(columns):
        tab.write_string(row, position, header, styles.header())
    for values in frame.select(name for name, _, _ in columns).with_columns(clean(pl.selectors.string())).iter_rows():
        row += 1
        is_total = values[0] == "total"
        for position, value in enumerate(values):
            _write_cell(tab, styles, row, position, value, bold=is_total)
    return row + 1


def _write_cell(tab: Worksheet, styles: Styles, row: int, position: int, value: object, *, bold: bool = False) -> None:
    """One cell; text is one that a cell can hold already (`cells.clean`)."""
    look = {"border": 1, "border_color": LINE, "text_wrap": True, "bold": bold}
    if isinstance(value, float):
        tab.write_number(row, position, value, styles.get(**look, num_format="0.00%"))
    elif isinstance(value, int):
        tab.write_number(row, position, value, styles.get(**look, num_format="#,##0"))
    else:
        tab.write_string(row, position, value or "", styles.get(**look, num_format="@"))


def _write_signed(tab: Worksheet, styles: Styles, row: int, facts: SignOff) -> int:
    """How the checks stand, and what somebody has signed for."""
    signed, passing = facts.signed, facts.checks.height - facts.signed.height
    words = f"{passing} of {facts.checks.height} checks pass; {signed.height} were signed by a person (sheet Checks):"
    tab.write_string(row, 0, words if signed.height else f"All {passing} checks pass.", styles.get(bold=True))
    columns = (("title", "Check", 0), ("numbers", "Numbers", 0), ("who", "Signed by", 0), ("why", "Why", 0))
    lines = [
        f"{e['title']}: {e['numbers']}. Signed by {e['who']}: {e['why']}"
        for e in signed.select(n for n, _, _ in columns).to_dicts()
    ]
    row += 1
    for line in lines:
        row = _write_wide(tab, row, clean_text(line), styles.get(text_wrap=True), size=10)
    return row


def _write_signatures(tab: Worksheet, styles: Styles, row: int) -> None:
    for position, header in enumerate(("Role", "Name", "", "Decision (yes, no)", "Date", "Signature")):
        tab.write_string(row, position, header, styles.header(fill=True))
    tab.merge_range(row, 1, row, 2, "Name", styles.header(fill=True))
    cell = styles.get(border=1, border_color=LINE, bg_color=YELLOW)
    for role in _SIGNATURES:
        row += 1
        tab.set_row(row, 26)
        tab.write_string(row, 0, role, styles.get(border=1, border_color=LINE, valign="vcenter"))
        tab.merge_range(row, 1, row, 2, "", cell)
        for position in range(3, 6):
            tab.write_blank(row, position, None, cell)


def _write_table(book: Workbook, styles: Styles, name: str, columns: Sequence[tuple], frame: pl.DataFrame) -> None:
    """A sheet that is a table; of a long one the first rows, and how many more there are."""
    shown = frame.select(name for name, _, _ in columns).with_columns(clean(pl.selectors.string()))
    numbers = [name for name in ("ocn", "number") if name in shown.columns]
    shown = shown.with_columns(pl.col(numbers).cast(pl.String))
    part = shown.head(_MOST_ROWS)
    tab = book.add_worksheet(name)
    for position, (_, header, width) in enumerate(columns):
        tab.set_column(position, position, width)
        tab.write_string(0, position, header, styles.header())
    tab.freeze_panes(1, 0)
    tab.autofilter(0, 0, part.height, len(columns) - 1)
    tab.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    tab.set_landscape()
    tab.set_paper(9)
    tab.fit_to_pages(1, 0)
    tab.repeat_rows(0)
    _write_body(tab, styles, part.iter_rows(), [width for _, _, width in columns])
    if shown.height > part.height:
        more = f"{shown.height - part.height:,} more rows: prediction.csv has all"
        tab.write_string(part.height + 1, 0, more, styles.get(bold=True))


def _write_body(tab: Worksheet, styles: Styles, rows: Iterable[tuple], widths: Sequence[int]) -> None:
    for row, values in enumerate(rows, start=1):
        tab.set_row(row, row_height(values, widths))
        for position, value in enumerate(values):
            _write_cell(tab, styles, row, position, value)
