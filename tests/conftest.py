"""What all tests share: projects that several of them look at, made once for a run."""

import importlib.util
import shutil
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
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def fuzz() -> ModuleType:
    """What must hold of any bytes (benchmarks/fuzz_marc.py)."""
    return script_of_benchmarks("fuzz_marc")


@pytest.fixture(scope="session")
def damaged() -> ModuleType:
    """The table of damaged files (benchmarks/marc_damaged.py)."""
    return script_of_benchmarks("marc_damaged")


@pytest.fixture(scope="session")
def example_folder(tmp_path_factory, worker_id) -> Path:
    """The example institution with 1,200 bibs, loaded, its findings worked out; nobody writes into it.

    The processes of a run on several cores take turns here: the first makes it, the others find it made.
    """
    runs = tmp_path_factory.getbasetemp() if worker_id == "master" else tmp_path_factory.getbasetemp().parent
    folder = runs / "example"
    with FileLock(runs / "example.lock"):
        if not folder.exists():
            made = runs / "example being made"
            make_sample(made, bibs=1200, seed=3)
            Project(made).load(progress=False)
            Project(made).findings()
            made.rename(folder)
    return folder


@pytest.fixture(scope="session")
def example(example_folder, tmp_path_factory) -> Project:
    """The example, for the tests of this process to look at. Not to be changed by a test."""
    return Project(shutil.copytree(example_folder, tmp_path_factory.mktemp("example") / "project"))


@pytest.fixture
def own_example(example_folder, tmp_path) -> Project:
    """A copy of the example that a test may change."""
    return Project(shutil.copytree(example_folder, tmp_path / "own"))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real MARC and reports beside the checkout; the test is skipped where they are absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip("needs the real data in ../shared/data, which is not there")
    return SHARED_DATA
