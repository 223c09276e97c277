"""A notebook that was run, as one HTML page that needs no network and tells nothing of the machine it was made on."""

import json
import re
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from pathlib import Path

import polars as pl
from nbconvert import HTMLExporter
from nbformat import NotebookNode

from .plots.chart import count
from .project import Project
from .tables.ages import extract_date
from .tables.store import key_of
from .version import VERSION

# A notebook that says so in its metadata shows its code on the page, such as the one with queries.
SHOWS_CODE = "shows_code"
_IS_INTERACTIVE = "dt_args"
_WIDGETS = "application/vnd.jupyter.widget-view+json"
_STYLE = """
body { font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; color: #222; background: #fff;
  max-width: 1500px; margin: 0 auto; padding: 0 24px 48px; }
p, li, div.output_stdout pre { max-width: 1080px; }
nav { font-size: 14px; padding: 12px 0; border-bottom: 1px solid #ccc; margin-bottom: 24px; }
nav a, nav b { margin-right: 14px; white-space: nowrap; }
a { color: #005a8c; } h1 { font-size: 30px; margin: 8px 0; } h2 { font-size: 22px; margin: 36px 0 8px; }
img { max-width: 100%; height: auto; } pre { overflow-x: auto; white-space: pre-wrap; }
div.input pre, div.highlight { background: #f4f5f6; padding: 8px 12px; border-radius: 4px; font-size: 14px; }
div.prompt, a.anchor-link { display: none; } div.output_area { margin: 10px 0; overflow-x: auto; }
div.output_stderr pre { background: #fff4e0; padding: 8px 12px; } div.output_error pre { background: #fde8e0; padding: 8px 12px; }
table { border-collapse: collapse; font-size: 14px; } th, td { padding: 3px 10px; text-align: left; vertical-align: top; }
table.dataframe th, .rendered_html td, .text_cell_render td, .text_cell_render th { border-bottom: 1px solid #ddd; }
code { background: #f4f5f6; padding: 1px 4px; border-radius: 3px; }
.parameters { background: #eaf3f9; padding: 8px 12px; border-radius: 4px; }
.state { color: #555; font-size: 14px; margin: 0; }
table.dataframe td, table.dataframe th { overflow-wrap: anywhere; font-size: 13px; padding: 3px 6px; }
details > summary { cursor: pointer; color: #005a8c; padding: 4px 0; }
@media print { details > summary { display: none; } }
"""


def as_page(
    notebook: NotebookNode, name: str, names: Sequence[str], project: Project, values: Mapping[str, str]
) -> str:
    """The page of a notebook.

    Args:
        notebook: with its outputs.
        name: its name, without ending.
        names: the names of all notebooks, for the links above.
        project: whose folder and Python are not to be named on the page.
        values: parameters it was run with.
    """
    _clean(notebook, project)
    shows_code = bool(notebook.metadata.get("datasync", {}).get(SHOWS_CODE))
    exporter = HTMLExporter(template_name="basic", exclude_input=not shows_code, embed_images=False)
    body, _ = exporter.from_notebook_node(notebook)
    links = " ".join(_link(other, name) for other in names)
    said = ", ".join(f"{key} = {value}" for key, value in values.items() if value)
    note = f'<p class="parameters">Only: {escape(said)}</p>' if said else ""
    note += f'<p class="state">{escape(state_in_words(project))}</p>'
    institution = escape(project.settings.institution.name)
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(_title(name))}: {institution}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head>\n'
        f"<body><nav>{links}</nav>{note}\n{_to_pages(body)}\n</body></html>\n"
    )


def state_in_words(project: Project) -> str:
    """Of which day the data is, which version made the page, and a name for all that was loaded: it changes with any file."""
    manifest = project.store.manifest()
    if not manifest:
        return f"Nothing is loaded yet. Data Sync Workbench {VERSION}."
    extracts = project.store.scan("extracts").collect()
    changes = extracts.filter(pl.col("counts") & (pl.col("kind") == "increment"))["date"].max()
    answers = project.store.scan("outcomes").select(pl.col("received_at").max()).collect().item()
    parts = [f"Catalogue of {_day(extract_date(extracts))}"]
    parts += [f"changes to it up to {_day(changes)}"] * bool(changes)
    parts += [f"OCLC's answers up to {_day(answers)}"] * bool(answers)
    name = key_of(sorted((each["file"], each["key"]) for each in manifest["inputs"]))[:12]
    return f"{', '.join(parts)}. Data Sync Workbench {VERSION}, inputs {name}."


def _day(day: date | None) -> str:
    return f"{day.day} {day:%B %Y}" if day else "a day that is not known"


def _title(name: str) -> str:
    return name.replace("_", " ")


def _link(name: str, here: str) -> str:
    return (
        f"<b>{escape(_title(name))}</b>"
        if name == here
        else f'<a href="{escape(name)}.html">{escape(_title(name))}</a>'
    )


def _to_pages(body: str) -> str:
    """Links from notebook to notebook lead from page to page."""
    return re.sub(r'href="(\w+)\.ipynb"', r'href="\1.html"', body)


def _clean(notebook: NotebookNode, project: Project) -> None:
    """Take progress bars and the paths of the machine out of the outputs."""
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [_without_paths(o, project) for o in cell.outputs if _WIDGETS not in o.get("data", {})]
            for output in cell.outputs:
                if "text/html" in output.get("data", {}):
                    output.data["text/html"] = _folded(_as_text(output.data["text/html"]))


_ROWS_OPEN = 8


def _folded(html: str) -> str:
    """A table to sort and search, or one of many rows, behind a line that opens it; a short one stays as it is."""
    if "<table" not in html or (_IS_INTERACTIVE not in html and _plain_rows(html) <= _ROWS_OPEN):
        return html
    rows = _rows_in_words(html)
    if rows == count(0, "row"):
        return "<p>No rows.</p>"
    what = ": sort, filter, search, save" if _IS_INTERACTIVE in html else ""
    return f"<details><summary>Open the table of {rows}{what}</summary>\n{html}\n</details>"


def _rows_in_words(html: str) -> str:
    """How many rows a table has; of a long one that is cut, how many there are."""
    _, found, rest = html.partition('"data_json": ')
    if not found:
        return count(_plain_rows(html), "row")
    shown = len(json.loads(json.JSONDecoder().raw_decode(rest)[0]))
    cut = re.search(r"downsampled(?:</a>)? from ([\d,]+)", html)
    return f"{shown:,} of {int(cut[1].replace(',', '')):,} rows" if cut else count(shown, "row")


def _plain_rows(html: str) -> int:
    """How many rows stand below the header of a table that only shows."""
    return html.partition("<tbody")[2].count("<tr")


def _as_text(html: str | list[str]) -> str:
    return html if isinstance(html, str) else "".join(html)


def _without_paths(thing: object, project: Project) -> object:
    if isinstance(thing, str):
        return without_paths(thing, project)
    if isinstance(thing, list):
        return [_without_paths(each, project) for each in thing]
    if isinstance(thing, dict):
        return type(thing)(
            {key: value if key == "image/png" else _without_paths(value, project) for key, value in thing.items()}
        )
    return thing


def without_paths(text: str, project: Project) -> str:
    """A text without the folders of this machine: those in the project are told from its root."""
    folders = {
        project.folder: ".",
        Path(__file__).resolve().parent.parent: "…",
        Path(sys.prefix).resolve(): "…",
        Path(sys.base_prefix).resolve(): "…",
        Path.home(): "~",
    }
    for folder, short in folders.items():
        for spelling in {str(folder), folder.as_posix(), str(folder).replace("\\", "\\\\")}:
            # Nothing within a word, nor within encoded pictures and scripts.
            pattern = rf"(?<![A-Za-z0-9+/]{{8}}){re.escape(spelling)}(?![\w+=])"
            text = re.sub(pattern, short, text) if len(spelling) > 3 else text
    return text
