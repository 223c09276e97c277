"""A browser, JupyterLab and a small project, for tests that see what people see; skipped, with the reason, where they are absent."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from datasync_lib.creating import copy_notebooks
from datasync_lib.project import Project

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ROOT = Path(__file__).resolve().parents[2]
# What a page does if a title is taken for a part of it.
HOSTILE = "A title <script>document.title='taken over'</script><img src=x onerror=\"document.title='taken over'\">"


def _record(number: int) -> str:
    title = HOSTILE.replace("&", "&amp;").replace("<", "&lt;")
    return (
        "<record><leader>01234cam a2200301 a 4500</leader>"
        f'<controlfield tag="001">99{number:010}0001</controlfield>'
        '<controlfield tag="008">200101s1999    nyu           000 0 eng d</controlfield>'
        '<datafield tag="035" ind1=" " ind2=" "><subfield code="a">(OCoLC)40000001</subfield></datafield>'
        f'<datafield tag="245" ind1="1" ind2="0"><subfield code="a">{title}</subfield></datafield>'
        f'<datafield tag="852" ind1="0" ind2=" "><subfield code="8">22{number:010}0001</subfield>'
        '<subfield code="b">MAIN</subfield><subfield code="c">stacks</subfield></datafield></record>'
    )


@pytest.fixture(scope="module")
def project(institution, tmp_path_factory) -> Project:
    """The example institution with 80 bibs, and two more that share an OCN and have a hostile title."""
    folder = tmp_path_factory.mktemp("browser") / "project"
    shutil.copytree(institution(80, 3), folder)
    copy_notebooks(folder)
    added = "".join(map(_record, (1, 2)))
    (folder / "data" / "raw" / "catalogue" / "added.xml").write_text(f"<collection>{added}</collection>", "utf-8")
    Project(folder).load(progress=False)
    return Project(folder)


@pytest.fixture(scope="module")
def playwright() -> Iterator:
    """Playwright for the tests of one file: its event loop must not be in the way of those that come after."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browser_context_args() -> dict:
    """A window as on a usual screen."""
    return {"viewport": {"width": 1600, "height": 1100}}


@pytest.fixture(scope="module")
def browser(playwright) -> Iterator:
    """The Chromium of the distribution; nothing is downloaded."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed, so no page can be opened")
    is_root = getattr(os, "geteuid", lambda: 1)() == 0
    started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"] if is_root else [])
    yield started
    started.close()


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


@pytest.fixture(scope="module")
def lab(project, tmp_path_factory) -> Iterator[str]:
    """JupyterLab as `datasync lab` starts it, with settings of nobody: its address, with a gap for the notebook."""
    folder = tmp_path_factory.mktemp("lab")
    own = {f"JUPYTER_{name}_DIR": str(folder / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    own |= {f"JUPYTERLAB_{name}_DIR": str(folder / name) for name in ("SETTINGS", "WORKSPACES")}
    port = _free_port()
    options = ["--no-browser", "--allow-root", "--port", str(port)]
    command = [sys.executable, "-m", "datasync_lib", "lab", "-p", str(project.folder), *options]
    with (folder / "said.txt").open("w", encoding="utf-8") as said:
        process = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | own, stdout=said, stderr=said, start_new_session=True
        )
    try:
        yield _address(folder / "said.txt", process)
    finally:
        process.terminate()  # as a container does: this process alone
        try:
            process.wait(60)
            assert _is_free(port), "JupyterLab runs on when `datasync lab` is ended"
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def _is_free(port: int) -> bool:
    with socket.socket() as trial:
        return trial.connect_ex(("127.0.0.1", port)) != 0


def _address(said: Path, process: subprocess.Popen) -> str:
    for _ in range(600):
        found = re.search(r"(http://localhost:\d+)/\S+(\?token=\w+)", said.read_text("utf-8"))
        if found:
            return f"{found[1]}/lab/tree/notebooks/{{}}.ipynb{found[2]}"
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise AssertionError(f"JupyterLab has not started: {said.read_text('utf-8')}")
