"""The two sheets that a unit sees first: what this is about, and how much there is of it."""

import textwrap
from dataclasses import dataclass

import polars as pl
from xlsxwriter.utility import xl_rowcol_to_cell, xl_rowcol_to_cell_fast
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from ..problems import PROBLEMS
from .cells import DONE, HELP, LINE, Styles, clean_text
from .layout import Sheet
from .sheets import print_one_page_wide

READ_ME, SUMMARY = "Read me", "Summary"
# Of the columns of «Read me».
_WIDTHS = (24, 9, 56, 56, 36, 46)

IF_NOTHING = {
    1: "Readers or ILL staff see something wrong, or the old holdings concerned cannot be emptied.",
    2: "The holding stays missing or wrong in WorldCat.",
    3: "Nothing breaks; the record stays as it is.",
}
STATUS_WORDS = (
    ("Open", "Nobody has looked at it yet."),
    ("In progress", "Somebody works on it; write the name in Assignee."),
    ("Done", "Decided and carried out."),
    ("Not a problem", "It is right as it is. It is not shown again unless the record changes."),
    ("Need help", "You cannot decide; say in Note what you need, the project team answers."),
)
ANSWER_WORDS = {
    "information": "nothing to do",
    "delete": "the old holding can go, once the symbol's deletion is signed",
    "keep": "stays as it is",
}


@dataclass(frozen=True)
class Front:
    """What the front sheets say of the workbook."""

    institution: str
    unit: str
    symbol: str
    run_date: str
    contact: str
    deadline: str
    sheets: list[Sheet]
    summary: pl.DataFrame
    information: pl.DataFrame


def _paragraphs(front: Front) -> list[tuple[str, str]]:
    rows = sum(sheet.frame.height for sheet in front.sheets)
    asked = f"{rows:,} rows of {front.unit} need a person who knows the collection."
    if not rows:
        asked = "Nothing asks you for an answer now; the summary says what was found."
    contact = front.contact or "the project team"
    return [
        (
            "What happened",
            f"{front.institution} is bringing its catalogue and its holdings in WorldCat into agreement. The records and "
            f"OCLC's answers were compared on {front.run_date}. {asked}",
        ),
        (
            "What to do",
            "Start with the sheet on the left: it is the most urgent one. Rows stand in shelf order. Look at the record, choose "
            "a Decision, carry it out in Alma where it asks for that, then set the Status. Decision says what, Status says how far.",
        ),
        (
            "Columns",
            "Fill in the yellow columns only, each answer in its own cell: what stands in a comment, in merged cells or under a "
            "line through it is asked about again. Grey columns say which record it is: please do not edit them, and keep the "
            "column Row key and the hidden ones. You may sort (all columns together, never one alone), filter, hide and add columns.",
        ),
        (
            "Numbers",
            "MMS IDs, call numbers and barcodes are text, because Excel rounds numbers of more than 15 digits. Type OCNs as "
            "digits only. A staging number is found in Connexion or Record Manager only, so it has no link.",
        ),
        (
            "Return",
            f"Send this file back to {contact}, with the same name, finished or not. Partial answers count, and several people may each "
            "send a copy: only what somebody changed counts. To take back what you sent, empty its cells in the next workbook.",
        ),
        ("Deadline", front.deadline or "None was set; ask the project team."),
        (
            "If you do nothing",
            "Nothing on these sheets is deleted without your answer. Rows without an answer come again in the next workbook. What it means for "
            "each sheet stands below.",
        ),
    ]


def write_read_me(book: Workbook, styles: Styles, front: Front) -> None:
    """Write what happened, what to do with each sheet, by when, and what happens when nothing is done."""
    tab = book.add_worksheet(READ_ME)
    tab.hide_gridlines(2)
    for position, width in enumerate(_WIDTHS):
        tab.set_column(position, position, width)
    tab.set_row(0, 28)
    title = f"Cleanup for {front.unit}" + (f" ({front.symbol})" if front.symbol else "")
    tab.write_string(0, 0, clean_text(title), styles.get(bold=True, font_size=16))
    row = 2
    for label, text in _paragraphs(front):
        tab.write_string(row, 0, label, styles.get(bold=True))
        for line in textwrap.wrap(clean_text(text), 165):
            tab.write_string(row, 1, line, styles.get())
            row += 1
    row = _write_sheet_table(tab, styles, front, row + 1)
    _write_status_table(tab, styles, row + 1)
    print_one_page_wide(tab)


def _write_sheet_table(tab: Worksheet, styles: Styles, front: Front, row: int) -> int:
    headers = (
        "Sheet",
        "Rows",
        "What is the matter, for instance",
        "What to do",
        "You may decide",
        "If nothing is done",
    )
    for position, header in enumerate(headers):
        tab.write_string(row, position, header, styles.header())
    cell = styles.get(text_wrap=True, border=1, border_color=LINE)
    count = styles.get(border=1, border_color=LINE, num_format="#,##0", align="center")
    link = styles.get(border=1, border_color=LINE, font_color="#0563C1", underline=1)
    for sheet in front.sheets:
        row += 1
        problem = PROBLEMS[sheet.problem]
        example = textwrap.shorten(clean_text(sheet.frame["explanation"][0]), 300, placeholder=" …")
        texts = (
            example,
            what_to_do(sheet),
            "; ".join(problem.decisions)
            if sheet.position("decision")
            else "Nothing on this sheet: it is for information.",
            IF_NOTHING.get(sheet.frame["priority"].min(), IF_NOTHING[3]),
        )
        tab.set_row(row, 13 * max(_lines(*each) for each in zip(texts, _WIDTHS[2:], strict=True)) + 4)
        tab.write_url(row, 0, _to_sheet(sheet.title), link, string=sheet.title)
        tab.write_number(row, 1, sheet.frame.height, count)
        for position, text in enumerate(texts, start=2):
            tab.write_string(row, position, text, cell)
    return row + 1


def what_to_do(sheet: Sheet) -> str:
    """The advice of a sheet's rows, where it is one; else where it stands."""
    todos = sheet.frame["todo"].unique().to_list()
    if len(todos) == 1:
        return todos[0]
    return f"{PROBLEMS[sheet.problem].todo} Kinds differ: the column «What to do» says it of each row."


def _lines(text: str, width: int) -> int:
    return len(textwrap.wrap(text, int(width * 1.05))) or 1


def _write_status_table(tab: Worksheet, styles: Styles, row: int) -> None:
    tab.write_string(row, 0, "Status", styles.header(fill=True))
    tab.write_string(row, 1, "", styles.header(fill=True))
    tab.write_string(row, 2, "What it says", styles.header(fill=True))
    colours = {"Done": DONE, "Not a problem": DONE, "Need help": HELP}
    for status, words in STATUS_WORDS:
        row += 1
        look = {"bg_color": colours[status]} if status in colours else {}
        tab.write_string(row, 0, status, styles.get(bold=True, **look))
        tab.write_string(row, 2, words, styles.get())


def _to_sheet(title: str) -> str:
    return "internal:'" + title.replace("'", "''") + "'!A1"


_SUMMARY_HEADERS = (
    "Problem",
    "Priority",
    "Rows",
    "Open",
    "Done",
    "Need help",
    "Not shown: no problem, said earlier",
    "Not listed: too many",
    "Not a row of its own: told with its location",
)


def write_summary(book: Workbook, styles: Styles, front: Front) -> None:
    """Write one row a problem with counts that follow the Status column, and what was found that asks for nothing."""
    tab = book.add_worksheet(SUMMARY)
    tab.hide_gridlines(2)
    for position, width in enumerate((34, 10, 10, 10, 10, 12, 18, 14, 18)):
        tab.set_column(position, position, width)
    tab.write_string(0, 0, clean_text(f"{front.unit}: what there is to do"), styles.get(bold=True, font_size=16))
    tab.set_row(0, 28)
    for position, header in enumerate(_SUMMARY_HEADERS):
        tab.write_string(2, position, header, styles.header())
    tab.set_row(2, 46)
    row = 2
    for line in front.summary.iter_rows(named=True):
        row += 1
        _write_summary_line(tab, styles, row, line, [s for s in front.sheets if s.problem == line["problem"]])
    _write_totals(tab, styles, 3, row, front)
    _write_information(tab, styles, row + 4, front.information)
    tab.freeze_panes(3, 1)
    print_one_page_wide(tab)
    tab.fit_to_pages(1, 1)


def _write_summary_line(tab: Worksheet, styles: Styles, row: int, line: dict, sheets: list[Sheet]) -> None:
    faint = {} if line["rows"] else {"font_color": "#9CA3AF"}
    edge = {"border": 1, "border_color": LINE}
    text = styles.get(**edge, **faint)
    number = styles.get(num_format="#,##0", align="center", **edge, **faint)
    if sheets:
        link = styles.get(font_color="#0563C1", underline=1, **edge)
        more = f" ({len(sheets)} sheets)" if len(sheets) > 1 else ""
        tab.write_url(row, 0, _to_sheet(sheets[0].title), link, string=line["title"] + more)
    else:
        tab.write_string(row, 0, line["title"], text)
    tab.write_number(row, 1, line["priority"], number)
    tab.write_number(row, 2, line["rows"], number)
    done = _counted(sheets, ("Done", "Not a problem"))
    help_ = _counted(sheets, ("Need help",))
    rows = xl_rowcol_to_cell(row, 2)
    done_cell = xl_rowcol_to_cell(row, 4)
    open_now = line["rows"] - done[1]
    tab.write_formula(row, 3, f"={rows}-{done_cell}", number, open_now)
    tab.write_formula(row, 4, f"={done[0]}", number, done[1])
    tab.write_formula(row, 5, f"={help_[0]}", number, help_[1])
    tab.write_number(row, 6, line["settled"], number)
    tab.write_number(row, 7, line["left_out"], number)
    tab.write_number(row, 8, line["told_together"], number)


def _counted(sheets: list[Sheet], statuses: tuple[str, ...]) -> tuple[str, int]:
    """A formula that counts rows of these statuses over a problem's sheets, and what it gives now."""
    terms, now = [], 0
    for sheet in sheets:
        column = sheet.position("status")
        if column is None:  # nothing is filled in on it
            continue
        first = xl_rowcol_to_cell(1, column, row_abs=True, col_abs=True)
        last = xl_rowcol_to_cell(sheet.frame.height, column, row_abs=True, col_abs=True)
        name = sheet.title.replace("'", "''")
        terms += [f"COUNTIF('{name}'!{first}:{last},\"{status}\")" for status in statuses]
        now += sheet.frame["status"].is_in(statuses).sum()
    return "+".join(terms) or "0", now


def _write_totals(tab: Worksheet, styles: Styles, first: int, last: int, front: Front) -> None:
    bold = styles.get(bold=True, top=2, num_format="#,##0", align="center")
    tab.write_string(last + 1, 0, "Together", styles.get(bold=True, top=2))
    tab.write_blank(last + 1, 1, None, bold)
    done = sum(_counted([sheet], ("Done", "Not a problem"))[1] for sheet in front.sheets)
    help_ = sum(_counted([sheet], ("Need help",))[1] for sheet in front.sheets)
    rows = front.summary["rows"].sum()
    others = (front.summary[name].sum() for name in ("settled", "left_out", "told_together"))
    now = (rows, rows - done, done, help_, *others)
    for position, value in enumerate(now, start=2):
        cells = f"{xl_rowcol_to_cell_fast(first, position)}:{xl_rowcol_to_cell_fast(last, position)}"
        tab.write_formula(last + 1, position, f"=SUM({cells})", bold, value)


def _write_information(tab: Worksheet, styles: Styles, row: int, information: pl.DataFrame) -> None:
    tab.write_string(row, 0, "For information: nothing to do here", styles.get(bold=True, font_size=13))
    if information.is_empty():
        tab.write_string(row + 1, 0, "Nothing else was found.", styles.get())
        return
    for position, header in ((0, "Problem"), (2, "Rows"), (3, "Kind")):
        tab.write_string(row + 1, position, header, styles.get(bold=True, bottom=1))
    for line in information.iter_rows(named=True):
        row += 1
        tab.write_string(row + 1, 0, line["title"], styles.get())
        tab.write_number(row + 1, 2, line["rows"], styles.get(num_format="#,##0", align="center"))
        words = f"{line['kind']}: {ANSWER_WORDS[line['answer']]}"
        tab.write_string(row + 1, 3, words, styles.get())
