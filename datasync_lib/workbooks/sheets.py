"""One problem's sheet, and the hidden sheets behind the drop-downs and the way back."""

from datetime import date

import polars as pl
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from ..problems import PROBLEMS, STATUSES
from .cells import DONE, HELP, LINK_LENGTH, LINK_LIMIT, Styles, clean
from .fitting import fit_columns, fit_rows
from .layout import AS_IT_IS, AS_IT_SAYS, LINKS, Column, Sheet

LISTS, META = "Lists", "_meta"


def write_sheet(book: Workbook, styles: Styles, sheet: Sheet) -> None:
    """Write one problem's sheet: header, rows, drop-downs, colours by status, and how it prints."""
    tab = book.add_worksheet(sheet.title)
    is_filled_in = sheet.position("status") is not None
    if is_filled_in:
        # Yellow tells a cataloguer at which tabs there is something to fill in.
        tab.set_tab_color("#F2C94C")
    widths = fit_columns(sheet.columns, sheet.frame)
    _set_up_table(tab, styles, sheet, widths)
    _write_rows(tab, styles, sheet, fit_rows(sheet.columns, widths, sheet.frame))
    if is_filled_in:
        _add_choices(tab, styles, sheet)
    _set_up_printing(tab, sheet)


def _set_up_table(tab: Worksheet, styles: Styles, sheet: Sheet, widths: list[float]) -> None:
    for position, (column, width) in enumerate(zip(sheet.columns, widths, strict=True)):
        tab.set_column(position, position, width, None, {"hidden": column.hidden})
    tab.set_row(0, 28)
    for position, column in enumerate(sheet.columns):
        tab.write_string(0, position, column.header, styles.header(fill=column.kind == "fill"))
    last_row, last_column = sheet.frame.height, len(sheet.columns) - 1
    tab.freeze_panes(1, sheet.position("title") + 1 if sheet.position("status") is not None else 0)
    tab.autofilter(0, 0, last_row, last_column)
    tab.ignore_errors({"number_stored_as_text": f"A1:{xl_rowcol_to_cell(last_row, last_column)}"})


def _write_rows(tab: Worksheet, styles: Styles, sheet: Sheet, heights: list[float]) -> None:
    texts = [column.name for column in sheet.columns if not column.is_number]
    frame = sheet.frame.with_columns(clean(pl.col(name).cast(pl.String)) for name in texts)
    formats = [[_format(styles, column, band) for band in (0, 1)] for column in sheet.columns]
    linked = [[_format(styles, column, band, link=True) for band in (0, 1)] for column in sheet.columns]
    names = [column.name for column in sheet.columns]
    # Where the text of a column leads stands behind the columns themselves.
    targets = [len(names) + LINKS.index(column.link) if column.link else None for column in sheet.columns]
    links_left = LINK_LIMIT
    for number, (band, *values) in enumerate(frame.select("band", *names, *LINKS).iter_rows(), start=1):
        tab.set_row(number, heights[number - 1])
        for position, (column, target) in enumerate(zip(sheet.columns, targets, strict=True)):
            value, link = values[position], None if target is None else values[target]
            if value and link and links_left and len(link) <= LINK_LENGTH:
                links_left -= 1
                tab.write_url(number, position, link, linked[position][band], string=value)
            else:
                _write_value(tab, number, position, column, value, style=formats[position][band])


def _format(styles: Styles, column: Column, band: int, *, link: bool = False):
    return styles.cell(
        column.kind,
        wraps=column.wraps,
        band=band,
        number=column.is_number,
        date=column.name == "decided_on",
        link=link,
    )


def _write_value(tab: Worksheet, row: int, position: int, column: Column, value: object, *, style) -> None:
    if value is None:
        tab.write_blank(row, position, None, style)
    elif column.is_number:
        tab.write_number(row, position, int(str(value)), style)
    elif column.name == "decided_on" and (day := _day(str(value))):
        tab.write_datetime(row, position, day, style)
    else:
        tab.write_string(row, position, str(value), style)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _add_choices(tab: Worksheet, styles: Styles, sheet: Sheet) -> None:
    last = sheet.frame.height
    choices = {
        "decision": _from_list(sheet.problem, "one of the decisions of this sheet"),
        "status": _from_list("status", "how far you are"),
        "decided_on": _a_day(),
    }
    if (position := sheet.position("new_ocn")) is not None:
        choices["new_ocn"] = _digits(xl_rowcol_to_cell(1, position))
    if (position := sheet.position("answer")) is not None:
        choices["answer"] = _from_list("answer", "one of the two")
    for name, options in choices.items():
        position = sheet.position(name)
        tab.data_validation(1, position, last, position, options)
    status = sheet.position("status")
    for words, colour in ((("Done", "Not a problem"), DONE), (("Need help",), HELP)):
        for word in words:
            rule = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": _fill(styles, colour)}
            tab.conditional_format(1, status, last, status, rule)


def _fill(styles: Styles, colour: str):
    # A format of its own: a conditional one must not carry the borders and fonts of a cell.
    return styles.book.add_format({"bg_color": colour})


def _from_list(name: str, what: str) -> dict:
    return {
        "validate": "list",
        "source": list_range(name),
        "error_title": "Not in the list",
        "error_message": f"Please choose {what}; write anything else in Note.",
    }


def _digits(cell: str) -> dict:
    return {
        "validate": "custom",
        "value": f"=AND(ISNUMBER(VALUE({cell})),LEN({cell})<=12)",
        "error_type": "warning",
        "error_title": "Not an OCN",
        "error_message": "An OCN has digits only, without (OCoLC) or ocm.",
    }


def _a_day() -> dict:
    return {
        "validate": "date",
        "criteria": ">=",
        "value": date(2000, 1, 1),
        "error_type": "warning",
        "error_title": "Not a date",
        "error_message": "Please write a date such as 2025-01-31.",
    }


def _set_up_printing(tab: Worksheet, sheet: Sheet) -> None:
    """One page wide, on A4 as on Letter: what names the record, why, and what to fill in; the rest is for the screen."""
    last = max(at for at, column in enumerate(sheet.columns) if column.prints)
    tab.repeat_rows(0)
    tab.print_area(0, 0, sheet.frame.height, last)
    tab.set_header(page_header(sheet), {"margin": 0.2})
    print_one_page_wide(tab)


def page_header(sheet: Sheet) -> str:
    """What stands above each printed page: the problem, and what to do where that is one thing for all rows."""
    todos = sheet.frame["todo"].unique().to_list()
    texts = [sheet.title, todos[0] if len(todos) == 1 else ""]
    # Excel takes 255 characters, and & begins a code.
    title, todo = (text.replace("&", "&&") for text in texts)
    header = f'&L&"Arial,Bold"&12{title}&"Arial,Regular"&9   {todo}'
    return header if len(header) <= 255 else f'&L&"Arial,Bold"&12{title}'


def print_one_page_wide(tab: Worksheet) -> None:
    """Lying, and fitted to the width of whichever paper is in the printer; with the workbook, the sheet and the page below."""
    tab.set_landscape()
    tab.set_paper(9)
    tab.fit_to_pages(1, 0)
    tab.set_margins(left=0.25, right=0.25, top=0.45, bottom=0.4)
    tab.set_footer("&L&8&F&C&8&A&R&8&P / &N", {"margin": 0.2})


def _lists() -> dict[str, tuple[str, ...]]:
    return {"status": STATUSES, "answer": (AS_IT_SAYS, AS_IT_IS)} | {
        code: problem.decisions for code, problem in PROBLEMS.items()
    }


def list_range(name: str) -> str:
    """Where on the hidden sheet the values of a drop-down stand: `status`, or a problem's code."""
    lists = _lists()
    column = xl_col_to_name(list(lists).index(name))
    return f"={LISTS}!${column}$2:${column}${len(lists[name]) + 1}"


def write_lists(book: Workbook) -> None:
    """Write the values of the drop-downs; a list in the cell itself may have 255 characters only and no commas."""
    tab = book.add_worksheet(LISTS)
    columns = list(_lists().items())
    tab.write_row(0, 0, [name for name, _ in columns])
    for row in range(max(len(values) for _, values in columns)):
        for position, (_, values) in enumerate(columns):
            if row < len(values):
                tab.write_string(row + 1, position, values[row])
    tab.hide()


def write_meta(book: Workbook, facts: list[tuple[str, ...]]) -> None:
    """Write what the workbook was made from, and by what."""
    tab = book.add_worksheet(META)
    for row, values in enumerate(facts):
        for position, value in enumerate(values):
            tab.write_string(row, position, str(value))
    tab.very_hidden()
