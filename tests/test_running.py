"""The notebooks run without a browser: pages, figures, parameters, and what is said when one fails."""

import asyncio
import base64
import io
import json
import re
import signal
import sys
import threading
import time
from pathlib import Path

import nbformat
import numpy as np
import pytest
from matplotlib.image import imread
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from datasync_lib import plots
from datasync_lib.creating import copy_notebooks, new_project
from datasync_lib.errors import InputError, NotebookError
from datasync_lib.project import Project
from datasync_lib.running import run_notebooks
from datasync_lib.sample import make_sample
from datasync_lib.version import VERSION

# The figures that each notebook must leave behind.
FIGURES = {
    "00_start_here": ["findings_by_unit"],
    "01_load_and_profile": ["catalogue", "catalogue_changes", "files", "ocn_census", "places"],
    "02_reclamation_readiness": ["findings_by_unit", "milestones", "readiness", "sending"],
    "03_duplicates": ["shared_ocns"],
    "04_oclc_outcomes": ["error_families", "match_rates", "outcome_flow", "run_changes"],
    "05_old_symbol_deletion": ["balance_sheet", "deletions", "holding_classes", "milestones"],
    "06_local_holdings_records": ["lhr_problems"],
    "07_unit_workbooks": ["findings_by_unit", "work"],
    "08_ad_hoc_queries": [],
}


@pytest.fixture(scope="module")
def sample(tmp_path_factory) -> Project:
    """A small example institution with its notebooks; nothing is loaded yet."""
    folder = tmp_path_factory.mktemp("notebooks") / "project"
    make_sample(folder, bibs=300, seed=11)
    copy_notebooks(folder)
    return Project(folder)


@pytest.fixture(scope="module")
def pages(sample) -> list[Path]:
    """The pages of one run of all notebooks; one that raises fails every test here."""
    return run_notebooks(sample)


def text_of(page: Path) -> str:
    """What a reader reads on a page: scripts, styles and tags are taken out."""
    html = re.sub(r"(?s)<(script|style)\b.*?</\1>", "", page.read_text("utf-8"))
    return re.sub(r"<[^>]+>", " ", html)


def test_a_page_for_each_notebook(sample, pages):
    assert [page.relative_to(sample.reports).as_posix() for page in pages] == [f"{name}.html" for name in FIGURES]
    for page in pages:
        assert len(text_of(page).split()) > 100


def test_each_figure_is_a_picture_of_its_own(sample, pages):
    found = sorted(path.name for path in (sample.reports / "figures").iterdir())
    assert found == sorted(f"{book}_{figure}.png" for book, names in FIGURES.items() for figure in names)
    for path in (sample.reports / "figures").iterdir():
        picture = imread(path)
        assert picture.shape[1] >= 1700
        assert np.ptp(picture[..., :3]) > 0.5


def test_the_figure_on_the_page_is_the_one_in_the_folder(sample, pages):
    picture = (sample.reports / "figures" / "02_reclamation_readiness_readiness.png").read_bytes()
    assert base64.b64encode(picture).decode() in (sample.reports / "02_reclamation_readiness.html").read_text("utf-8")


def test_pages_need_no_network(pages):
    for page in pages:
        html = page.read_text("utf-8")
        assert not re.search(r"""<(script|img|iframe|link)\b[^>]*\b(src|href)=["']?(https?:)?//""", html)
        assert not re.search(r"""@import\s+(url\()?["']?https?:|url\(["']?https?:""", html)
        assert not re.search(r"""\bimport\s*\(?["'{][^"']*from\s*["']https?:""", html)


def test_pages_tell_nothing_of_the_machine(sample, pages):
    for page in pages:
        html = page.read_text("utf-8")
        for folder in (sample.folder, Path(sys.prefix), Path(plots.__file__).parents[2]):
            assert str(folder) not in html


def test_pages_lead_to_each_other_and_keep_ids_whole(sample, pages):
    start = (sample.reports / "00_start_here.html").read_text("utf-8")
    assert '<a href="04_oclc_outcomes.html">04 oclc outcomes</a>' in start
    assert ".ipynb" not in start
    rejected = sample.findings("rejected")["mms_id"].drop_nulls().to_list()
    queries = text_of(sample.reports / "08_ad_hoc_queries.html")
    assert rejected[0] in queries


def test_code_is_shown_only_where_it_is_the_matter(sample, pages):
    assert "FROM last_outcomes" in text_of(sample.reports / "08_ad_hoc_queries.html")
    assert "plots.plot_" not in text_of(sample.reports / "04_oclc_outcomes.html")


def test_workbooks_are_written_on_the_way(sample, pages):
    assert list(sample.reports.glob("*/*/*_cleanup_*.xlsx"))
    assert (sample.reports / "rejected.xlsx").is_file()


def test_the_projects_notebooks_stay_as_they_were(sample, pages):
    for path in (sample.folder / "notebooks").glob("*.ipynb"):
        assert all(not cell.get("outputs") for cell in json.loads(path.read_text("utf-8"))["cells"])


def test_one_symbol_only(sample, pages):
    symbol = sample.analysis.balance_sheet["symbol"][0]
    (page,) = run_notebooks(sample, only=["5"], parameters={"symbol": symbol})
    html = page.read_text("utf-8")
    assert f"Only: symbol = {symbol}" in html
    assert "Catalogue of 20 July 2025, changes to it up to " in html
    assert f"Data Sync Workbench {VERSION}, inputs " in html
    assert f"numbers held under {symbol} =" in html


# Small notebooks of the tests' own


def own_project(folder: Path, **notebooks: list) -> Project:
    new_project(folder)
    for path in (folder / "notebooks").glob("*.ipynb"):
        path.unlink()
    (folder / "notebooks").mkdir(exist_ok=True)
    for name, cells in notebooks.items():
        nbformat.write(new_notebook(cells=cells), folder / "notebooks" / f"{name}.ipynb")
    return Project(folder)


def parameters(source: str):
    return new_code_cell(source, metadata={"tags": ["parameters"]})


def test_a_notebook_is_chosen_by_number_or_name(tmp_path):
    project = own_project(tmp_path / "p", **{"01_a": [], "02_b": []})
    assert run_notebooks(project, only=["2", "02", "02_b", "02_b.ipynb"]) == [project.reports / "02_b.html"]


def test_a_notebook_that_raises_is_named_and_the_others_run(tmp_path):
    project = own_project(
        tmp_path / "p",
        a=[new_markdown_cell("# A"), new_code_cell("from pathlib import Path\nPath('x') / 3")],
        b=[new_code_cell("print('all is well')")],
    )
    with pytest.raises(NotebookError) as raised:
        run_notebooks(project, at_once=1)
    message = str(raised.value)
    assert message.startswith("notebooks/a.ipynb, cell 2 («from pathlib import Path»): TypeError: unsupported operand")
    assert message.endswith("the page with the error: reports/a.html")
    assert "TypeError" in (project.reports / "a.html").read_text("utf-8")
    assert "all is well" in (project.reports / "b.html").read_text("utf-8")


HERE = "import time\nfrom pathlib import Path\n"
WAIT_FOR = "for _ in range(600):\n    if not Path('{0}').exists(): time.sleep(0.1)\nprint(Path('{0}').read_text())"


def test_notebooks_that_read_run_side_by_side_and_one_that_loads_alone(tmp_path):
    """Two meet only when both run; what the first does slowly is done when they begin, and told is in order."""
    project = own_project(
        tmp_path / "p",
        a=[new_code_cell(f"{HERE}project.load() if 0 else time.sleep(1)\nPath('loaded').write_text('yes')")],
        b=[new_code_cell(f"{HERE}Path('loaded').read_text()\nPath('b').write_text('I am b')"), new_code_cell(WAIT_FOR.format("c")), new_code_cell("time.sleep(1)\n1 / 0")],
        c=[new_code_cell(f"{HERE}Path('loaded').read_text()\nPath('c').write_text('I am c')"), new_code_cell(WAIT_FOR.format("b")), new_code_cell("1 / 0")],
    )  # fmt: skip
    with pytest.raises(NotebookError) as raised:
        run_notebooks(project, at_once=2)
    assert re.findall(r"notebooks/(\w)\.ipynb, cell (\d)", str(raised.value)) == [("b", "3"), ("c", "3")]
    assert "I am c" in (project.reports / "b.html").read_text("utf-8")
    assert "I am b" in (project.reports / "c.html").read_text("utf-8")


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="needs the signals of Linux and macOS")
def test_an_interruption_ends_all(tmp_path):
    source = f"{HERE}Path('{{0}}').touch()\ntime.sleep(300)\nPath('end').touch()"
    project = own_project(tmp_path / "p", **{name: [new_code_cell(source.format(name))] for name in "ab"})
    begun = [project.folder / "notebooks" / name for name in "ab"]

    def interrupt_when_both_have_begun() -> None:
        while not all(path.exists() for path in begun):
            time.sleep(0.1)
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)

    threading.Thread(target=interrupt_when_both_have_begun, daemon=True).start()
    with pytest.raises(KeyboardInterrupt):
        run_notebooks(project, at_once=2)
    assert not (project.folder / "notebooks" / "end").exists()


def test_an_error_of_ours_says_what_it_says(tmp_path):
    project = own_project(tmp_path / "p", a=[new_code_cell("import datasync_lib as ds\nds.open_project().findings()")])
    with pytest.raises(NotebookError, match=r"StoreError: .*nothing is loaded yet") as raised:
        run_notebooks(project)
    assert str(tmp_path) not in str(raised.value)
    assert str(tmp_path) not in (project.reports / "a.html").read_text("utf-8")


def test_parameters_are_put_after_the_tagged_cell(tmp_path):
    cells = [parameters('symbol = ""\nunit = ""'), new_code_cell("print(f'{symbol}|{unit}|')")]
    project = own_project(tmp_path / "p", a=cells, b=[new_code_cell("print('no parameters here')")])
    run_notebooks(project, parameters={"unit": "Law's «own»"})
    assert "|Law's «own»|" in (project.reports / "a.html").read_text("utf-8")
    assert "no parameters here" in (project.reports / "b.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"parameters": {"symbl": "X"}}, "no notebook has the parameter 'symbl'; there are: symbol, unit"),
        ({"only": ["9"]}, "there is no notebook '9'; there are: 01_a, 02_b"),
        ({"only": ["1"], "parameters": {"unit": "X"}}, "no notebook has the parameter 'unit'; there are: symbol"),
        ({"parameters": {"symbol": "NOPE"}}, "there is no symbol 'NOPE' in the project; there are: ABC"),
        (
            {"parameters": {"symbol": "abc "}},
            "there is no symbol 'abc ' in the project; there are: ABC; did you mean 'ABC'?",
        ),
        (
            {"parameters": {"unit": "Lawe"}},
            "there is no unit 'Lawe' in the project; there are: Law; did you mean 'Law'?",
        ),
    ],
)
def test_what_is_not_there_is_said(tmp_path, options, message):
    project = own_project(
        tmp_path / "p", **{"01_a": [parameters('symbol = ""')], "02_b": [parameters('symbol = ""\nunit = ""')]}
    )
    header = "library,location,unit,outgoing_symbol,target_symbol,in_scope,valid_from\n"
    (project.folder / "location_map.csv").write_text(f"{header}LAW,*,Law,ABC,ABC,yes,\n", "utf-8")
    with pytest.raises(InputError) as raised:
        run_notebooks(project, **options)
    assert str(raised.value) == message


def test_a_project_without_notebooks(tmp_path):
    with pytest.raises(InputError, match="has no notebooks"):
        run_notebooks(own_project(tmp_path / "p"))


def test_something_that_is_no_notebook(tmp_path):
    project = own_project(tmp_path / "p")
    (project.folder / "notebooks" / "a.ipynb").write_text("no JSON", "utf-8")
    with pytest.raises(InputError, match=r"a\.ipynb cannot be read as a notebook"):
        run_notebooks(project)


def test_the_kernel_is_this_python_and_finds_the_package(tmp_path, monkeypatch):
    """Whatever kernel is registered under the name, wherever we were started, and not installed either."""
    spec = tmp_path / "jupyter" / "kernels" / "python3" / "kernel.json"
    spec.parent.mkdir(parents=True)
    spec.write_text(
        json.dumps({"argv": ["no-such-python", "{connection_file}"], "display_name": "x", "language": "python"})
    )
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", ".")
    source = (
        "import sys, pathlib, datasync_lib\nprint(len(sys.executable), pathlib.Path.cwd().name, datasync_lib.__name__)"
    )
    project = own_project(tmp_path / "p", a=[new_code_cell(source)])
    run_notebooks(project)
    assert f"{len(sys.executable)} notebooks datasync_lib" in (project.reports / "a.html").read_text("utf-8")


def test_also_from_within_a_running_loop(tmp_path):
    project = own_project(tmp_path / "p", a=[new_code_cell("print(6 * 7)")])

    async def as_in_a_notebook() -> list[Path]:
        return run_notebooks(project)

    (page,) = asyncio.run(as_in_a_notebook())
    assert "42" in text_of(page)


def test_other_pictures_get_a_number_and_old_ones_go(tmp_path):
    draw = "import matplotlib.pyplot as plt\nplt.plot([1, 2]);"
    project = own_project(tmp_path / "p", a=[new_code_cell(f"%matplotlib inline\n{draw}"), new_code_cell(draw)])
    old = project.reports / "figures" / "a_of_an_earlier_run.png"
    old.parent.mkdir(parents=True, exist_ok=True)
    old.write_bytes(b"")
    run_notebooks(project)
    pictures = sorted((project.reports / "figures").iterdir())
    assert [path.name for path in pictures] == ["a_figure.png", "a_figure_2.png"]
    assert all(np.ptp(imread(io.BytesIO(path.read_bytes()))) > 0.5 for path in pictures)


def test_progress_bars_leave_nothing_behind(tmp_path):
    source = "from tqdm.auto import tqdm\nfor _ in tqdm(range(2)):\n    pass\nprint('done')"
    project = own_project(tmp_path / "p", a=[new_code_cell(source)])
    (page,) = run_notebooks(project)
    html = page.read_text("utf-8")
    assert "done" in html
    assert "widget" not in html
