"""Executes a project's notebooks without a browser: a page for each, and each figure as a picture of its own."""

import ast
import asyncio
import base64
import os
import re
import shutil
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import NoReturn

import nbformat
from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpecManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbformat import NotebookNode
from tqdm import tqdm
from traitlets import default

from .choices import refuse_unknown
from .creating import copy_notebooks
from .errors import InputError, NotebookError, OutputError
from .kernels import ThisPython, kernel_environment
from .pages import as_page, without_paths
from .project import Project
from .sample import make_sample

PARAMETERS_TAG = "parameters"
INJECTED_TAG = "injected-parameters"
# Each kernel is a Python of its own, with its own memory: more than this only help a machine that has plenty.
AT_ONCE = max(1, min(4, os.cpu_count() or 1))
# What a notebook calls when it changes what the others read: tables, and decisions of units.
_CHANGES_THE_PROJECT = re.compile(r"\.(load|take_decisions)\(")


def run_demo(folder: Path, *, bibs: int) -> None:
    """The main job on the example institution, in a folder that is made anew; tells what was written."""
    shutil.rmtree(folder, ignore_errors=True)
    print(make_sample(folder, bibs=bibs, seed=1))
    copy_notebooks(folder)
    project = Project(folder)
    print(project.load())
    written = [*run_notebooks(project), *project.workbooks()]
    figures = sorted((project.reports / "figures").glob("*.png"))
    here = Path.cwd()
    print("\nWritten:")
    for path in [*written, *figures]:
        print(f"  {Path(path).resolve().relative_to(here)}")
    print("\nOpen the notebooks: ./datasync lab -p demo     (on Windows: datasync.bat lab -p demo)")


def run_notebooks(
    project: Project,
    *,
    only: Iterable[str] | None = None,
    parameters: Mapping[str, str] | None = None,
    at_once: int = AT_ONCE,
    done: Callable[[Path], None] = lambda page: None,
) -> list[Path]:
    """Execute the project's own notebooks, and write what they show into reports/.

    Notebooks that only read run side by side; one that loads, or takes decisions in, has its turn alone, after those
    before it and before those after it. A notebook that fails does not keep the others from running; its page ends
    with the error.

    Args:
        project: the project; the notebooks are those in its folder `notebooks`.
        only: these notebooks, by number or name (4, 04, 04_oclc_outcomes); None: all.
        parameters: values for names that stand in a notebook's cell tagged `parameters`, such as symbol, unit.
        at_once: how many notebooks run at the same time, at most.
        done: is told each page as soon as it is written.

    Returns:
        The pages in order, `reports/<notebook>.html`; figures are `reports/figures/<notebook>_<figure>.png`.

    Raises:
        InputError: there is no such notebook or parameter, or no such symbol or unit; the message lists those there are.
        NotebookError: a notebook raised; the message names notebook and cell. All pages are written.
        OutputError: a page or figure cannot be written.
    """
    paths = _chosen(project, list(only or []))
    notebooks = {path: _read(path) for path in paths}
    values = dict(parameters or {})
    _check_parameters(project, notebooks.values(), values)
    runs: dict[Path, _Run] = {}
    with tqdm(total=len(paths), desc="notebooks", unit="notebook", disable=None, leave=False) as bar:

        async def run_one(path: Path) -> None:
            runs[path] = await _run(project, notebooks[path], values)
            _write(project, path, runs[path], values)
            bar.update()
            done(_page(project, path))

        for group in _groups(notebooks):
            _wait_for(lambda group=group: _side_by_side([run_one(path) for path in group], at_once))
    failures = [
        f"notebooks/{path.name}, {runs[path].failure}; the page with the error: reports/{path.stem}.html"
        for path in paths
        if runs[path].failure
    ]
    if failures:
        raise NotebookError("\n".join(failures))
    return [_page(project, path) for path in paths]


# Which notebooks, with which parameters


def _chosen(project: Project, names: list[str]) -> list[Path]:
    folder = project.folder / "notebooks"
    paths = sorted(folder.glob("*.ipynb"))
    if not paths:
        raise InputError(f"{folder} has no notebooks: make a project with «datasync new DIR» and copy its notebooks")
    unknown = [name for name in names if not any(_is_named(path, name) for path in paths)]
    if unknown:
        raise InputError(f"there is no notebook {unknown[0]!r}; there are: {', '.join(p.stem for p in paths)}")
    return [path for path in paths if not names or any(_is_named(path, name) for name in names)]


def _is_named(path: Path, name: str) -> bool:
    number = re.match(r"\d+", path.stem)
    is_number = name.isdigit() and number is not None and int(number[0]) == int(name)
    return is_number or name in (path.stem, path.name)


def _read(path: Path) -> NotebookNode:
    try:
        return nbformat.read(path, as_version=4)
    except (OSError, ValueError, nbformat.reader.NotJSONError) as error:
        raise InputError(f"{path} cannot be read as a notebook: {error}") from None


def _has_tag(cell: NotebookNode, tag: str) -> bool:
    return tag in cell.metadata.get("tags", [])


def parameter_names(notebook: NotebookNode) -> list[str]:
    """The names that a notebook's cell tagged `parameters` gives a value to."""
    sources = [cell.source for cell in notebook.cells if _has_tag(cell, PARAMETERS_TAG)]
    statements = [statement for source in sources for statement in ast.parse(source).body]
    targets = [t for s in statements if isinstance(s, ast.Assign) for t in s.targets if isinstance(t, ast.Name)]
    return [target.id for target in targets]


def _check_parameters(project: Project, notebooks: Iterable[NotebookNode], values: Mapping[str, str]) -> None:
    known = sorted({name for notebook in notebooks for name in parameter_names(notebook)})
    unknown = [name for name in values if name not in known]
    if unknown:
        there_are = f"there are: {', '.join(known)}" if known else "they have none"
        raise InputError(f"no notebook has the parameter {unknown[0]!r}; {there_are}")
    refuse_unknown(project, values)


def _inject(notebook: NotebookNode, values: Mapping[str, str]) -> None:
    """Put a cell with the values after the cell tagged `parameters`, in place of one of an earlier run."""
    mine = {name: value for name, value in values.items() if name in parameter_names(notebook)}
    notebook.cells = [cell for cell in notebook.cells if not _has_tag(cell, INJECTED_TAG)]
    places = [place for place, cell in enumerate(notebook.cells) if _has_tag(cell, PARAMETERS_TAG)]
    if mine:
        source = "\n".join(f"{name} = {value!r}" for name, value in mine.items())
        cell = nbformat.v4.new_code_cell(source, metadata={"tags": [INJECTED_TAG]}, id=INJECTED_TAG)
        notebook.cells.insert(places[-1] + 1, cell)


# Which side by side


def _groups(notebooks: Mapping[Path, NotebookNode]) -> Iterator[list[Path]]:
    """The notebooks in order, those that can run side by side together.

    One that changes the project is alone: whoever reads at the same time would see the tables of before or of after as
    it happens, and a second load waits no longer than ten seconds for the first.
    """

    def place(path: Path) -> Path | None:
        changes = any(_CHANGES_THE_PROJECT.search(cell.source) for cell in notebooks[path].cells)
        return path if changes else None

    yield from (list(paths) for _, paths in groupby(notebooks, place))


async def _side_by_side(work: Iterable[Coroutine], at_once: int) -> None:
    turns = asyncio.Semaphore(at_once)

    async def in_turn(one: Coroutine) -> None:
        async with turns:
            await one

    await asyncio.gather(*map(in_turn, work))


# Running one


@dataclass
class _Run:
    """A notebook with its outputs; failure says which cell raised what, empty when all went well."""

    notebook: NotebookNode
    failure: str = ""
    figures: dict[str, bytes] = field(default_factory=dict)


class _KernelManager(AsyncKernelManager):
    """Starts kernels of this Python."""

    @default("kernel_spec_manager")
    def _kernel_spec_manager_default(self) -> KernelSpecManager:
        return ThisPython(parent=self)


async def _run(project: Project, notebook: NotebookNode, values: Mapping[str, str]) -> _Run:
    _inject(notebook, values)
    client = NotebookClient(
        notebook,
        kernel_manager_class=_KernelManager,
        kernel_name="python3",
        timeout=None,
        extra_arguments=["--IPKernelApp.log_level=ERROR"],
        resources={"metadata": {"path": str(project.folder / "notebooks")}},
    )
    run = _Run(notebook)
    try:
        await client.async_execute(env=kernel_environment())
    except CellExecutionError as error:
        run.failure = without_paths(f"{_failed_cell(notebook)}: {error.ename}: {error.evalue}", project)
    except DeadKernelError:
        run.failure = "its Python died, most likely for lack of memory"
    run.figures = _figures(notebook)
    return run


class _Loop(asyncio.SelectorEventLoop):
    """A selector loop, since the one that Windows has by default cannot talk to kernels without a warning.

    Signals are left to asyncio, which ends all notebooks on Ctrl-C; each client would have them for its own kernel.
    """

    def add_signal_handler(self, *args: object) -> NoReturn:
        raise NotImplementedError  # what a client is told on Windows


def _wait_for(work: Callable[[], Coroutine]) -> None:
    """Run to the end, also from a notebook, whose loop is running already."""

    def run() -> None:
        with asyncio.Runner(loop_factory=_Loop) as runner:
            runner.run(work())

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        run()
    else:
        with ThreadPoolExecutor(1) as executor:
            executor.submit(run).result()


def _failed_cell(notebook: NotebookNode) -> str:
    for number, cell in enumerate(notebook.cells, start=1):
        if any(output.output_type == "error" for output in cell.get("outputs", [])):
            return f"cell {number} («{cell.source.strip().splitlines()[0][:80]}»)"
    return "a cell"


def _figures(notebook: NotebookNode) -> dict[str, bytes]:
    """The pictures of a notebook by name: that of our figures, else figure and number."""
    figures: dict[str, bytes] = {}
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            picture = output.get("data", {}).get("image/png")
            if picture:
                name = re.sub(r"\W+", "_", output.metadata.get("figure", "figure"))
                number = sum(re.fullmatch(rf"{name}(_\d+)?", other) is not None for other in figures)
                figures[f"{name}_{number + 1}" if number else name] = base64.b64decode(picture)
    return figures


# Writing


def _page(project: Project, path: Path) -> Path:
    return project.reports / f"{path.stem}.html"


def _write(project: Project, path: Path, run: _Run, values: Mapping[str, str]) -> None:
    """The page and the figures of a notebook; figures of an earlier run are taken away."""
    page, folder = _page(project, path), project.reports / "figures"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob(f"{path.stem}_*.png"):
            old.unlink()
        for name, picture in run.figures.items():
            (folder / f"{path.stem}_{name}.png").write_bytes(picture)
        names = sorted(p.stem for p in path.parent.glob("*.ipynb"))
        text = as_page(run.notebook, path.stem, names, project, values)
        page.write_text(text, encoding="utf-8")
    except OSError as error:
        raise OutputError(f"{page.name} and its figures cannot be written into {project.reports}: {error}") from None
