"""A notebook that was run, as one HTML page that needs no network and tells nothing of the machine it was made on."""

import re
import sys
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

from nbconvert import HTMLExporter
from nbformat import NotebookNode

from .project import Project

# A notebook that says so in its metadata shows its code on the page, such as the one with queries.
SHOWS_CODE = "shows_code"
_WIDGETS = "application/vnd.jupyter.widget-view+json"
_STYLE = """
body { font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; color: #222; background: #fff;
  max-width: 1080px; margin: 0 auto; padding: 0 24px 48px; }
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
    institution = escape(project.settings.institution.name)
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(_title(name))}: {institution}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head>\n'
        f"<body><nav>{links}</nav>{note}\n{_to_pages(body)}\n</body></html>\n"
    )


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
