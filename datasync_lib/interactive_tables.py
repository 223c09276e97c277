"""How a table on a page looks and what can be done with it: sort, filter by column, search, save; without a network."""

import html
from functools import cache

import itables
import itables.javascript
import polars as pl
from IPython.display import HTML, display
from itables import JavascriptFunction

_BYTES_SHOWN = 400_000
_ROWS_A_PAGE = 10

# Long paths and texts go on in the next line, so that a table is never wider than its page; IDs and days stay whole.
_FITS = """
.dt-container table.dataTable td, .dt-container table.dataTable th { max-width: 26em; white-space: normal;
  overflow-wrap: anywhere; font-size: 13px; padding: 3px 6px; }
.dt-container table.dataTable th { min-width: 5em; }
.dt-container .dt-button { font-size: 13px; padding: 3px 10px; }
"""
# Words in a header stay whole; the names of SQL may be long.
_WORDS_STAY_WHOLE = ".dt-container table.dataTable th { overflow-wrap: normal; }"
_IDS_STAY_WHOLE = """function (cell) {
  if (/^[0-9A-Za-z@.,:-]{1,20}$/.test(cell.textContent)) { cell.style.whiteSpace = "nowrap"; }
}"""
# Codes are words, counts have separators, shares are per cent; what a table is sorted and saved by is the value itself.
_IN_WORDS = """function (data, type, row, meta) {
  if (type !== "display" && type !== "filter") { return data; }
  const text = String(data ?? ""), name = meta.settings.aoColumns[meta.col].sTitle;
  if (/^[a-z]+(_[a-z0-9]+)+$/.test(text)) { return text.replaceAll("_", " "); }
  const isName = /(^|[ _])(ocn|id|number|record|year|line|row|key|barcode|collection|lsn)$/i.test(name);
  if (typeof data !== "number" || isName) { return data; }
  if (/(^|[ _])share/i.test(name)) { return (100 * data).toFixed(1) + " %"; }
  return data.toLocaleString("en-US", { maximumFractionDigits: 3 });
}"""
_PLAIN_HEADERS = """function (settings) {
  settings.nTHead.querySelectorAll(".dt-column-title").forEach(each => { each.textContent = each.textContent.replaceAll("_", " "); });
}"""
# A spreadsheet keeps fifteen digits of a number, and takes 32E104 for one: what it would not give back as it was is saved as text.
_TEXTS_STAY = """function (book) {
  const sheet = book.xl.worksheets["sheet1.xml"], space = sheet.documentElement.namespaceURI;
  for (const cell of sheet.querySelectorAll("c")) {
    const value = cell.querySelector("v");
    if (!value) { continue; }
    const said = value.textContent;
    if (String(Number(said)) === said && Math.abs(Number(said)) < 1e11) { continue; }
    const text = sheet.createElementNS(space, "t"), inline = sheet.createElementNS(space, "is");
    text.textContent = said;
    inline.append(text);
    value.replaceWith(inline);
    cell.setAttribute("t", "inlineStr");
    cell.removeAttribute("s");
  }
}"""
_SAVE = {
    "extend": "excelHtml5",
    "text": "Save these rows as Excel",
    "title": None,
    "filename": "rows",
    "exportOptions": {"orthogonal": "export"},
    "customize": JavascriptFunction(_TEXTS_STAY),
}
STYLE = f"<style>{_FITS}{_WORDS_STAY_WHOLE}</style>"


def start_tables(*, names_as_in_sql: bool = False) -> None:
    """Show frames of Polars and pandas as tables to sort, filter, search and save; the page works without a network.

    Args:
        names_as_in_sql: columns and values as a query has them, instead of in words.
    """
    for name, value in _look(names_as_in_sql).items():
        setattr(itables.options, name, value)
    itables.init_notebook_mode(all_interactive=True, connected=False)
    display(HTML(f"<style>{_FITS}</style>" if names_as_in_sql else STYLE))


@cache
def tables_without_network() -> str:
    """What a page needs once, before its first table."""
    return itables.javascript.generate_init_offline_itables_html(itables.options.dt_bundle) + STYLE


def table_of_html(frame: pl.DataFrame, *, file_name: str = "rows") -> str:
    """A table of texts that are HTML already, as `escaped` gives them.

    Args:
        frame: texts only.
        file_name: of what is saved from it, without ending.
    """
    look = _look(names_as_in_sql=False)
    look["layout"]["topStart"] = {"buttons": [_SAVE | {"filename": file_name}]}
    return itables.to_html_datatable(frame, allow_html=True, connected=False, **look)


def escaped(frame: pl.DataFrame) -> pl.DataFrame:
    """A frame as texts in which whatever stands in a record is text and no part of a page; null is an empty text."""
    texts = frame.select(pl.all().cast(pl.String).fill_null(""))
    return texts.with_columns(pl.all().map_elements(html.escape, pl.String))


def linked(column: str, address: pl.Expr) -> pl.Expr:
    """A column of escaped texts as links.

    Args:
        column: its name; no text, no link.
        address: where each leads, escaped; empty or null: nowhere.
    """
    text = pl.col(column)
    link = pl.format('<a href="{}" target="_blank" rel="noopener">{}</a>', address, text)
    return pl.when((text != "") & (address != "")).then(link).otherwise(text).alias(column)


def _look(names_as_in_sql: bool) -> dict:
    cells = {"className": "dt-left", "targets": "_all", "createdCell": JavascriptFunction(_IDS_STAY_WHOLE)}
    look = {
        "maxBytes": _BYTES_SHOWN,
        "pageLength": _ROWS_A_PAGE,
        "classes": "display compact",
        "style": "table-layout: auto; width: auto; max-width: 100%; margin-left: 0",
        "showIndex": False,
        "show_dtypes": False,
        "columnDefs": [cells],
        "columnControl": [["search", "searchList"]],
        "layout": {"topStart": {"buttons": [_SAVE]}, "topEnd": "search", "bottomStart": "info", "bottomEnd": "paging"},
    }
    if not names_as_in_sql:
        cells["render"] = JavascriptFunction(_IN_WORDS)
        look["drawCallback"] = JavascriptFunction(_PLAIN_HEADERS)
    return look
