"""Findings on a page: with what a person needs to see which record it is, and links to the catalogue and to WorldCat."""

import html

import itables
import polars as pl
from IPython.display import HTML

from .interactive_tables import escaped, linked
from .project import Project
from .viewing import MOST_SHOWN, beginning_of_title, in_words


def to_look_at(project: Project, findings: pl.DataFrame, *, most: int = MOST_SHOWN) -> HTML:
    """Findings with what a person needs to see which record it is: title, call number, links to the catalogue and WorldCat.

    Args:
        project: the project, for titles and links.
        findings: in the order in which they are to be shown.
        most: no more than so many are shown, and a line says how many there are.

    Returns:
        A table to sort and search. Whatever stands in a record is shown as text.
    """
    words, links = in_words(findings, most=most), project.settings.links
    titled = project.sql(
        "SELECT row_key, title, call_number FROM findings_with_titles SEMI JOIN shown USING (row_key)",
        shown=words.select("row_key"),
    )
    table = words.join(titled, on="row_key", how="left", maintain_order="left")
    table = table.with_columns(beginning_of_title())
    addresses = {"mms_id": links.catalogue, "ocn": links.worldcat}
    shown = escaped(table)
    shown = shown.with_columns(_led(name, to) for name, to in addresses.items() if to and name in shown.columns)
    first = ["priority", "class", "title", "call_number", "mms_id", "ocn", "explanation", "unit", "symbol"]
    shown = shown.select(c for c in first if c in shown.columns)  # the page says which problem it is
    named = shown.rename({name: name.replace("_", " ") for name in shown.columns})
    return HTML(itables.to_html_datatable(named, allow_html=True))


def _led(column: str, template: str) -> pl.Expr:
    """A column of escaped texts as links to an address that has its name in it."""
    return linked(column, pl.format(html.escape(template).replace(f"{{{column}}}", "{}"), pl.col(column)))
