"""The notebooks as people use them: in JupyterLab as `datasync lab` starts it, in a browser."""

import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import openpyxl
import pytest

from datasync_lib.problems import PROBLEMS

pytest.importorskip("pytest_playwright", reason="pytest-playwright is not installed, so no browser can be led")
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="JupyterLab is ended with the signals of other systems")
NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
NAMES = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))
# A busy machine is no fault of the notebooks.
_PATIENCE = 90_000
# A table is drawn a moment after the click that sorts or filters it.
_DRAWN = 500


@pytest.fixture
def opened(page: Page, lab: str, project) -> Callable[[str], None]:
    """Opens a notebook as it is delivered, with its kernel ready."""

    def open_(notebook: str) -> None:
        shutil.copy(NOTEBOOKS / f"{notebook}.ipynb", project.folder / "notebooks")
        page.goto(lab.format(notebook) + "&reset")
        expect(page.locator(".jp-NotebookPanel:visible .jp-Cell").first).to_be_visible(timeout=_PATIENCE)
        expect(page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible(timeout=_PATIENCE)

    return open_


def choose(page: Page, menu: str, command: str) -> None:
    """An entry of a menu."""
    page.get_by_role("menuitem", name=menu, exact=True).click()
    page.locator(f"li[data-command='{command}']:visible").click()


def run_all(page: Page) -> None:
    """Every cell from top to bottom; all have a number afterwards."""
    prompts = page.locator(".jp-NotebookPanel:visible .jp-CodeCell .jp-InputPrompt")
    for _ in range(30):
        choose(page, "Run", "runmenu:run-all")
        page.wait_for_timeout(500)
        # What is asked of a kernel that is still on its way is lost.
        if prompts.first.inner_text().strip() != "[ ]:":
            break
    for place in range(prompts.count()):
        expect(prompts.nth(place)).to_have_text(re.compile(r"\[\d+\]:"), timeout=_PATIENCE)


def outputs(page: Page, project, notebook: str) -> list[nbformat.NotebookNode]:
    """What the cells of a notebook have put out, as saved."""
    choose(page, "File", "docmanager:save")
    expect(page.locator(".jp-mod-current.jp-mod-dirty")).to_have_count(0, timeout=_PATIENCE)
    saved = nbformat.read(project.folder / "notebooks" / f"{notebook}.ipynb", as_version=4)
    return [output for cell in saved.cells if cell.cell_type == "code" for output in cell.outputs]


def write_into(cell: Locator, text: str) -> None:
    """Another text in a cell, all of it."""
    cell.locator(".cm-content").click()
    cell.page.keyboard.press("ControlOrMeta+a")
    cell.page.keyboard.insert_text(text)


def code_cell(page: Page, text: str) -> Locator:
    """The cell with a piece of code."""
    return page.locator(".jp-NotebookPanel:visible .jp-CodeCell").filter(has_text=text).first


@pytest.mark.parametrize("notebook", NAMES)
def test_each_runs_from_top_to_bottom_without_error_or_warning(page, opened, project, notebook):
    opened(notebook)
    run_all(page)
    put_out = outputs(page, project, notebook)
    assert put_out
    wrong = [each for each in put_out if each.output_type == "error" or each.get("name") == "stderr"]
    assert wrong == []
    assert page.locator(".jp-NotebookPanel:visible [data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    assert page.title() != "taken over"


def test_no_news_is_offered(page, opened):
    opened("00_start_here")
    page.wait_for_timeout(1000)
    assert page.locator(".Toastify__toast").all_inner_texts() == []


def test_another_symbol_in_the_parameter_cell_is_what_is_shown_then(page, opened):
    opened("02_reclamation_readiness")
    write_into(code_cell(page, "# one OCLC symbol"), 'symbol = "MWU"\nunit = ""')
    run_all(page)
    chosen = page.locator(".jp-NotebookPanel:visible .jp-OutputArea select").first
    expect(chosen.locator("option:checked")).to_have_text("MWU", timeout=_PATIENCE)
    _sort_search_and_filter(page.locator(".jp-NotebookPanel:visible .dt-container").first)


def _sort_search_and_filter(table: Locator) -> None:
    """The scorecard, as somebody goes through it."""
    metrics = table.locator("tbody tr td:nth-child(2)")
    expect(metrics.first).to_be_visible(timeout=_PATIENCE)
    head = table.locator("thead th", has_text="metric").locator(".dt-column-order")
    head.click()
    table.page.wait_for_timeout(_DRAWN)
    up = metrics.all_inner_texts()
    assert up == sorted(up)
    head.click()
    table.page.wait_for_timeout(_DRAWN)
    assert metrics.first.inner_text() > up[0]
    table.locator("input[type=search]").first.fill("Locations mapped")
    expect(metrics).to_have_text(["Locations mapped"])
    table.locator("input[type=search]").first.fill("")
    table.locator("thead th", has_text="state").locator(".dtcc-button").click()
    table.page.locator(".dtcc-list-buttons .dtcc-button", has_text="missed").first.click()
    table.page.wait_for_timeout(_DRAWN)
    states = table.locator("tbody tr td:nth-child(7)").all_inner_texts()
    assert states
    assert {"missed" in state for state in states} == {True}


def test_a_figure_is_saved(page, opened, project):
    opened("01_load_and_profile")
    write_into(code_cell(page, "plots.plot_files"), 'chosen.figure(plots.plot_files, log.files).savefig("files.png")')
    run_all(page)
    assert (project.folder / "notebooks" / "files.png").read_bytes().startswith(b"\x89PNG")


def test_a_decision_of_a_unit_is_taken_in(page, opened, project):
    returned = project.folder / "decisions" / "returned" / "main.xlsx"
    returned.parent.mkdir(parents=True, exist_ok=True)
    _decide_one(*project.workbooks(units=["Main Library"]), returned)
    opened("07_unit_workbooks")
    run_all(page)
    said = code_cell(page, "project.take_decisions").locator(".jp-OutputArea-output").first
    expect(said).to_contain_text("1 new decision from 1 workbook", timeout=_PATIENCE)
    follows = code_cell(page, "conclusions.of_decisions").locator(".conclusion")
    expect(follows).to_contain_text("1 decision is new, ", timeout=_PATIENCE)


def _decide_one(workbook: Path, returned: Path) -> None:
    """The first row that asks for a decision gets the first that may be chosen there."""
    book = openpyxl.load_workbook(workbook)
    sheets = {problem.title: problem for problem in PROBLEMS.values()}
    tab = next(tab for tab in book.worksheets if tab.title in sheets and "Decision" in [cell.value for cell in tab[1]])
    place = [cell.value for cell in tab[1]].index("Decision")
    tab[2][place].value = sheets[tab.title].decisions[0]
    book.save(returned)
