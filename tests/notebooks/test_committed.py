"""The notebooks as they are committed: short, without outputs, without logic, each figure used."""

import ast
import re
from pathlib import Path

import nbformat
import pytest

from datasync_lib import plots
from datasync_lib.running import PARAMETERS_TAG, parameter_names

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
PATHS = sorted(FOLDER.glob("*.ipynb"))
NAMES = [
    "00_start_here", "01_load_and_profile", "02_reclamation_readiness", "03_duplicates", "04_oclc_outcomes",
    "05_old_symbol_deletion", "06_local_holdings_records", "07_unit_workbooks", "08_ad_hoc_queries",
]  # fmt: skip


@pytest.fixture(params=PATHS, ids=[path.stem for path in PATHS])
def notebook(request) -> nbformat.NotebookNode:
    return nbformat.read(request.param, as_version=4)


def code_cells(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_they_are_all_there():
    assert [path.stem for path in PATHS] == NAMES


def test_format_and_kernel(notebook):
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert notebook.metadata.kernelspec.name == "python3"
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)


def test_outputs_are_stripped(notebook):
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code_cells(notebook))
    assert "widgets" not in notebook.metadata


def test_short_and_begins_with_what_it_is_for(notebook):
    assert 8 <= len(notebook.cells) <= 20
    title, purpose = notebook.cells[0].source.split("\n\n")[:2]
    assert re.fullmatch(r"# [A-Z].+", title)
    assert len(purpose) > 60


def test_parameters_are_texts_without_a_value(notebook):
    tagged = [cell for cell in notebook.cells if PARAMETERS_TAG in cell.metadata.get("tags", [])]
    assert len(tagged) == 1
    values = [node.value.value for node in ast.parse(tagged[0].source).body]
    assert values == [""] * len(parameter_names(notebook))
    assert values


def test_no_logic_and_no_paths(notebook):
    for cell in code_cells(notebook):
        nodes = list(ast.walk(ast.parse(cell.source)))
        assert not any(isinstance(n, ast.FunctionDef | ast.ClassDef | ast.If | ast.Try | ast.While) for n in nodes)
        assert len(cell.source.splitlines()) <= 8
        assert not re.search(r"""["'](/|[A-Za-z]:\\|~)""", cell.source)


def test_links_lead_to_notebooks(notebook):
    links = re.findall(r"\((\w+)\.ipynb\)", "\n".join(c.source for c in notebook.cells if c.cell_type == "markdown"))
    assert set(links) <= set(NAMES)


def test_every_figure_is_used():
    source = "\n".join(path.read_text("utf-8") for path in PATHS)
    assert [name for name in plots.__all__ if name.startswith("plot_") and f"plots.{name}" not in source] == []
