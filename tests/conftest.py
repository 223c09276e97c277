"""What all tests share: projects that several of them look at, made once for a run."""

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from filelock import FileLock
from hypothesis import settings

from datasync_lib.project import Project
from datasync_lib.sample import make_sample

# A busy machine is no fault of the code: no example fails for being slow. The same examples are tried on every machine.
settings.register_profile("workbench", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("workbench")

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


def script_of_benchmarks(name: str) -> ModuleType:
    """A script of benchmarks/ as a module."""
    path = Path(__file__).resolve().parents[1] / "benchmarks" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    # A script finds those beside it, as it does when it is run.
    sys.path.insert(0, str(path.parent))
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(path.parent))
    return module


@pytest.fixture(scope="session")
def fuzz() -> ModuleType:
    """What must hold of any bytes (benchmarks/fuzz_marc.py)."""
    return script_of_benchmarks("fuzz_marc")


@pytest.fixture(scope="session")
def fuzz_workbooks() -> ModuleType:
    """What must hold of any returned workbook (benchmarks/fuzz_workbooks.py)."""
    return script_of_benchmarks("fuzz_workbooks")


@pytest.fixture(scope="session")
def fuzz_files() -> ModuleType:
    """What must hold of any list, report or table of staff (benchmarks/fuzz_files.py)."""
    return script_of_benchmarks("fuzz_files")


@pytest.fixture(scope="session")
def damaged() -> ModuleType:
    """The table of damaged files (benchmarks/marc_damaged.py)."""
    return script_of_benchmarks("marc_damaged")


@pytest.fixture(scope="session")
def libreoffice() -> Callable[[Path, Path, str], Path]:
    """Saves a spreadsheet as another kind, into a folder; the test is skipped where LibreOffice is absent."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice (soffice) is not installed, so no other program can save the workbook")

    def save(path: Path, folder: Path, kind: str, *, reads: str = "") -> Path:
        profile = (folder / "profile").as_uri()
        command = [program, f"-env:UserInstallation={profile}", "--headless", "--convert-to", kind, "--outdir"]
        command[3:3] = [f"--infilter={reads}"] if reads else []
        subprocess.run([*command, str(folder / "saved"), str(path)], check=True, capture_output=True)
        return folder / "saved" / f"{path.stem}.{kind}"

    return save


@pytest.fixture(scope="session")
def institution(tmp_path_factory, worker_id) -> Callable[[int, int], Path]:
    """Example institutions by bibs and seed: loaded, with their findings. Nobody writes into these folders.

    The processes of a run on several cores take turns here: the first makes one, the others find it made.
    """
    runs = tmp_path_factory.getbasetemp() if worker_id == "master" else tmp_path_factory.getbasetemp().parent

    def made(bibs: int, seed: int) -> Path:
        folder = runs / f"institution {bibs} {seed}"
        with FileLock(f"{folder}.lock"):
            if not folder.exists():
                unfinished = Path(f"{folder} unfinished")
                make_sample(unfinished, bibs=bibs, seed=seed)
                Project(unfinished).load(progress=False)
                Project(unfinished).findings()
                unfinished.rename(folder)
        return folder

    return made


@pytest.fixture(scope="session")
def example(institution, tmp_path_factory) -> Project:
    """The example institution with 1,200 bibs, loaded. Not to be changed by a test."""
    return Project(shutil.copytree(institution(1200, 3), tmp_path_factory.mktemp("example") / "project"))


@pytest.fixture
def own_example(institution, tmp_path) -> Project:
    """A copy of the example that a test may change."""
    return Project(shutil.copytree(institution(1200, 3), tmp_path / "own"))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real MARC and reports beside the checkout; the test is skipped where they are absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip("needs the real data in ../shared/data, which is not there")
    return SHARED_DATA
