"""The page of a unit, beside its workbook: what there is to do at a glance, and the rows to sort, filter and search.

Nothing is filled in here: what a unit decides goes into its workbook.
"""

from html import escape
from pathlib import Path

import polars as pl

from ..interactive_tables import escaped, linked, table_of_html, tables_without_network
from ..problems import PROBLEMS
from .front import Front, what_to_do
from .layout import Sheet

# Who reads more of a sheet opens the workbook.
_ROWS_SHOWN = 1_000
_STYLE = """
body { font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; color: #222; background: #fff;
  max-width: 1500px; margin: 0 auto; padding: 16px 24px 48px; }
a { color: #005a8c; } h1 { font-size: 30px; margin: 8px 0; } h2 { font-size: 22px; margin: 36px 0 8px; }
p { max-width: 1080px; margin: 8px 0; } .state { color: #555; font-size: 14px; }
.summary { border-collapse: collapse; } .summary td, .summary th { text-align: left; padding: 4px 14px 4px 0; border-bottom: 1px solid #ddd; }
.summary .n { text-align: right; font-variant-numeric: tabular-nums; } .bar { background: #0072B2; height: 12px; min-width: 2px; }
.first .bar { background: #D55E00; } details { overflow-x: auto; } summary { cursor: pointer; color: #005a8c; padding: 4px 0; }
"""


def write_page(path: Path, front: Front, workbook: str) -> None:
    """Write the page; it needs no network.

    Args:
        path: of the page.
        front: what is in the workbook.
        workbook: its name, in the same folder.
    """
    unit, symbol = escape(front.unit), f" ({escape(front.symbol)})" if front.symbol else ""
    link = f'<a href="{escape(workbook)}">{escape(workbook)}</a>'
    parts = [
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">',
        f"<title>{unit}: {escape(front.institution)}</title>",
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head>\n<body>',
        tables_without_network(),
        f'<p class="state">{escape(front.institution)}, {escape(front.run_date)}</p><h1>{unit}{symbol}</h1>',
        f"<p>{_at_a_glance(front)} To answer, open the workbook beside this page: {link}.</p>",
        _summary(front),
        *(_sheet(sheet, number, workbook) for number, sheet in enumerate(front.sheets)),
        "</body></html>\n",
    ]
    path.write_text("\n".join(parts), encoding="utf-8")


def _at_a_glance(front: Front) -> str:
    rows, urgent = front.summary["rows"].sum(), front.summary.filter(pl.col("priority") == 1)["rows"].sum()
    if not rows:
        return "Nothing asks for an answer now."
    deadline = f" Answers are wanted by {escape(front.deadline)}." if front.deadline else ""
    return f"<b>{rows:,} rows wait for an answer, {urgent:,} of them of priority 1: begin with these.</b>{deadline}"


def _summary(front: Front) -> str:
    """A line for each problem that has rows, with a bar."""
    shown = front.summary.filter(pl.col("rows") > 0)
    if shown.is_empty():
        return ""
    most, at = shown["rows"].max(), {}
    for number, sheet in enumerate(front.sheets):
        at.setdefault(sheet.problem, number)
    head = "<tr><th>Priority</th><th>Problem</th><th class='n'>Rows</th><th class='n'>Settled</th><th></th></tr>"
    lines = [
        f"<tr class='{'first' if line['priority'] == 1 else ''}'><td>{line['priority']}</td>"
        f"<td><a href='#sheet{at[line['problem']]}'>{escape(line['title'])}</a></td><td class='n'>{line['rows']:,}</td>"
        f"<td class='n'>{line['settled']:,}</td><td><div class='bar' style='width: {300 * line['rows'] / most:.0f}px'></div></td></tr>"
        for line in shown.iter_rows(named=True)
    ]
    return f"<table class='summary'>{head}{''.join(lines)}</table>"


def _sheet(sheet: Sheet, number: int, workbook: str) -> str:
    """What the matter is, what to do, and the rows behind a line that opens them."""
    rows = sheet.frame.height
    here = (
        f"the first {_ROWS_SHOWN:,} of {rows:,} rows; all are in the workbook"
        if rows > _ROWS_SHOWN
        else f"{rows:,} rows"
    )
    more = f" {sheet.left_out:,} more are not listed yet." if sheet.left_out else ""
    decisions = "; ".join(PROBLEMS[sheet.problem].decisions) if sheet.position("decision") else ""
    may = f" <b>You may decide:</b> {escape(decisions)}." if decisions else ""
    return (
        f"<h2 id='sheet{number}'>{escape(sheet.title)}</h2>"
        f"<p><b>What to do:</b> {escape(what_to_do(sheet))}{may}</p>"
        f"<details><summary>Open the table: {here}: sort, filter, search, save</summary>{_table(sheet, workbook)}</details>{more}"
    )


def _table(sheet: Sheet, workbook: str) -> str:
    """What is printed of a sheet, without what is filled in; what to do, where it differs from row to row."""
    differs = sheet.frame["todo"].n_unique() > 1
    columns = [c for c in sheet.columns if (c.prints and c.kind != "fill") or (differs and c.name == "todo")]
    texts = escaped(sheet.frame.head(_ROWS_SHOWN))
    texts = texts.with_columns(linked(column.name, pl.col(column.link)) for column in columns if column.link)
    table = texts.select(pl.col(column.name).alias(column.header) for column in columns)
    return table_of_html(table, file_name=f"{Path(workbook).stem} {sheet.title}")
