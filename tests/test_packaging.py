"""What a newcomer meets before the first line of Python runs: the environment, the lock, the launchers, the Makefile."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from datasync_lib.version import VERSION

ROOT = Path(__file__).parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = ("help", "demo", "test", "lab", "environment", "lock", "clean")

posix = pytest.mark.skipif(os.name == "nt", reason="the shell launcher and make are for Linux and macOS")
needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


def pins() -> list[tuple[Requirement, list[str]]]:
    """Every pin of the lock with its hashes."""
    entries = re.split(r"\n(?=\S)", LOCK.strip())
    return [
        (Requirement(entry.split("\\")[0].strip()), re.findall(r"--hash=(\S+)", entry))
        for entry in entries
        if not entry.startswith("#")
    ]


def wanted() -> list[Requirement]:
    """What pyproject.toml asks for: to run, to test, and to build the editable install."""
    project = PYPROJECT["project"]
    groups = [project["dependencies"], project["optional-dependencies"]["test"], PYPROJECT["build-system"]["requires"]]
    return [Requirement(text) for group in groups for text in group]


def tracked_files() -> list[Path]:
    """The files that are committed or will be."""
    command = ["git", "-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


@pytest.mark.parametrize("requirement", wanted(), ids=lambda requirement: requirement.name)
def test_every_dependency_is_pinned_within_its_range(requirement):
    versions = [
        next(iter(pin.specifier)).version
        for pin, _ in pins()
        if canonicalize_name(pin.name) == canonicalize_name(requirement.name)
    ]
    assert versions, f"{requirement.name} is not in requirements.lock: run `make lock`"
    assert all(requirement.specifier.contains(version) for version in versions)


def test_every_pin_is_exact_and_has_hashes():
    assert len(pins()) > len(wanted())
    for pin, hashes in pins():
        assert [specifier.operator for specifier in pin.specifier] == ["=="], pin.name
        assert hashes, pin.name
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", value) for value in hashes), pin.name


def test_the_lock_serves_linux_macos_and_windows():
    markers = {pin.name: str(pin.marker) for pin, _ in pins() if pin.marker}
    assert "win32" in markers["colorama"]
    assert "darwin" in markers["appnope"]


def test_lock_and_environment_name_no_address_and_no_path():
    environment = (ROOT / "environment.yml").read_text(encoding="utf-8")
    for text in (LOCK, environment):
        assert "://" not in text
        assert not re.search(r"^[\s-]*(--(extra-)?index-url|--find-links|-[if]\s)|\s/[a-z]+/", text, re.MULTILINE)
        assert " @ " not in text


def test_no_tracked_file_names_a_package_registry():
    hosts = re.compile(rb"(?:py(?:pi|thonhosted)|npmjs|conda\.anaconda|deb\.debian)\.(?:org|com|net)", re.IGNORECASE)
    assert [path.name for path in tracked_files() if hosts.search(path.read_bytes())] == []


def test_conda_users_get_the_same_pins():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    *from_conda, from_pip = environment["dependencies"]
    assert from_pip == {"pip": ["-r requirements.lock"]}
    assert sorted(Requirement(text).name for text in from_conda) == ["pip", "python"]
    python = next(Requirement(text).specifier for text in from_conda if text.startswith("python"))
    floor = SpecifierSet(PYPROJECT["project"]["requires-python"])
    assert [minor for minor in range(20) if f"3.{minor}" in python] == [11, 12, 13]
    assert all(f"3.{minor}" in floor for minor in (11, 12, 13))
    assert "3.10" not in floor


def test_the_licence_is_apache_2_unmodified():
    assert PYPROJECT["project"]["license"] == "Apache-2.0"
    text = (ROOT / "LICENSE").read_bytes().replace(b"\r\n", b"\n")
    assert hashlib.sha256(text).hexdigest() == "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"


def test_the_changelog_tells_of_this_version():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"\n## {VERSION}" in changelog
    assert PYPROJECT["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "datasync_lib.version.VERSION"}


# The launchers


def fake_python(path: Path, *, works: bool = True) -> Path:
    """A python in a place of our choice: the one that runs the tests, or one without our packages."""
    path.parent.mkdir(parents=True)
    path.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n' if works else "#!/bin/sh\nexit 1\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture
def checkout(tmp_path):
    """A checkout with a blank in its name and a program that shows how it was called."""
    folder = tmp_path / "my checkout"
    (folder / "datasync_lib").mkdir(parents=True)
    shutil.copy2(ROOT / "datasync", folder)
    (folder / "datasync_lib" / "__init__.py").touch()
    (folder / "datasync_lib" / "__main__.py").write_text(
        "import os, sys\nprint(__file__)\nprint(os.getcwd())\nprint(sys.argv[1:])\nsys.exit(3)\n", encoding="utf-8"
    )
    return folder


def launch(command: Path, *arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    return subprocess.run(
        [command, *arguments], cwd=cwd, env=kept | environment, capture_output=True, text=True, encoding="utf-8"
    )


@posix
@pytest.mark.parametrize("place", [".venv/bin/python", ".venv/Scripts/python.exe"])
def test_the_launcher_takes_the_environment_of_the_checkout(checkout, tmp_path, place):
    fake_python(checkout / place)
    result = launch(checkout / "datasync", "trace", "99 1", '"', cwd=tmp_path)
    assert result.stdout.splitlines() == [
        str(checkout / "datasync_lib" / "__main__.py"),
        str(tmp_path),
        "['trace', '99 1', '\"']",
    ]
    assert result.returncode == 3


@posix
def test_the_launcher_works_through_a_link(checkout, tmp_path):
    fake_python(checkout / ".venv/bin/python")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "datasync").symlink_to("../my checkout/datasync")
    result = launch(tmp_path / "bin" / "datasync", cwd=tmp_path)
    assert result.stdout.splitlines()[0] == str(checkout / "datasync_lib" / "__main__.py")


@posix
@pytest.mark.parametrize("variable", ["CONDA_PREFIX", "VIRTUAL_ENV"])
def test_the_launcher_takes_the_active_environment(checkout, tmp_path, variable):
    fake_python(tmp_path / "env" / "bin" / "python")
    result = launch(checkout / "datasync", "status", cwd=checkout, **{variable: str(tmp_path / "env")})
    assert result.stdout.splitlines()[2] == "['status']"


@posix
def test_without_an_environment_the_launcher_says_how_to_make_one(checkout, tmp_path):
    fake_python(tmp_path / "base" / "bin" / "python", works=False)
    result = launch(checkout / "datasync", "load", cwd=checkout, CONDA_PREFIX=str(tmp_path / "base"))
    assert result.returncode == 2
    assert result.stdout == ""
    assert f"no Python environment for {checkout}" in result.stderr
    assert "make environment" in result.stderr
    assert "conda env create -f environment.yml" in result.stderr


def test_the_windows_launcher_looks_in_the_same_places():
    batch = (ROOT / "datasync.bat").read_bytes()
    assert batch.count(b"\r\n") == batch.count(b"\n")
    text = batch.decode("ascii")
    for place in (r"%HERE%.venv\Scripts\python.exe", r"%VIRTUAL_ENV%\Scripts\python.exe", r"%CONDA_PREFIX%\python.exe"):
        assert f'if exist "{place}"' in text
    assert '"%PYTHON%" -P -m datasync_lib %*' in text
    assert "conda env create -f environment.yml" in text
    assert text.rstrip().endswith("exit /b 2")


def test_the_module_is_the_command():
    result = subprocess.run(
        [sys.executable, "-m", "datasync_lib", "--help"], cwd=ROOT, capture_output=True, text=True, encoding="utf-8"
    )
    assert result.returncode == 0
    assert "load" in result.stdout


# The Makefile


@needs_make
@posix
def test_make_alone_names_every_target():
    listed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert [target for target in TARGETS if target != "help" and f"make {target} " not in listed] == []


@needs_make
@posix
@pytest.mark.parametrize("target", TARGETS)
def test_every_target_can_be_made(target):
    result = subprocess.run(["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


@needs_make
@posix
def test_demo_and_test_make_the_environment_first():
    for target, command in (
        ("demo", "./datasync demo"),
        ("test", ".venv/bin/python -m pytest"),
        ("lab", "./datasync lab"),
    ):
        planned = subprocess.run(["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True).stdout
        assert planned.index("environment.sh") < planned.index(command)


PRETENDER = """#!/bin/sh
# Pretends to be a Python: notes what it is asked, and makes a copy of itself where an environment is wanted.
echo "$*" >>"{log}"
case "$*" in
*version_info*) exit {too_old} ;;
*ensurepip*) exit {lacks_venv} ;;
"-m venv"*) mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
*"-m pip"*) test ! -e offline ;;
esac
"""


@pytest.fixture
def fresh(tmp_path):
    """A fresh clone, as far as making the environment goes, and a way to make it with a Python that pretends."""
    for name in ("Makefile", "environment.sh", "pyproject.toml", "requirements.lock"):
        shutil.copy2(ROOT / name, tmp_path)

    def make(
        too_old: int = 0, lacks_venv: int = 0, no_network: int = 0
    ) -> tuple[subprocess.CompletedProcess, list[str]]:
        log, python = tmp_path / "log", tmp_path / "a python"
        log.write_text("", encoding="utf-8")
        python.write_text(PRETENDER.format(log=log, too_old=too_old, lacks_venv=lacks_venv), encoding="utf-8")
        python.chmod(0o755)
        command = ["make", "environment", f"PYTHON={python}"]
        # The suite may itself run under make, whose flags would make this one talk of its folders.
        plain = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
        result = subprocess.run(command, cwd=tmp_path, env=plain, capture_output=True, text=True, encoding="utf-8")
        return result, [line for line in log.read_text(encoding="utf-8").splitlines() if line.startswith("-m")]

    return make


@needs_make
@posix
def test_a_python_that_is_too_old_is_named_with_the_remedy(fresh):
    result, asked = fresh(too_old=1)
    assert result.returncode == 2
    assert "No Python 3.11 or newer was found" in result.stderr
    assert "a python is too old" in result.stderr
    assert "PYTHON=/path/to/python3" in result.stderr
    assert asked == []


@needs_make
@posix
def test_a_python_without_venv_is_named_with_the_remedy(fresh):
    result, asked = fresh(lacks_venv=1)
    assert result.returncode == 2
    assert "This Python has no venv module" in result.stderr
    assert "apt install python3 python3-venv" in result.stderr
    assert asked == []


@needs_make
@posix
def test_the_environment_is_made_once_from_the_lock(fresh, tmp_path):
    result, asked = fresh()
    assert result.returncode == 0, result.stderr
    assert asked == [
        "-m venv --clear .venv",
        "-m pip --disable-pip-version-check -qq install --require-hashes -r requirements.lock",
        "-m pip --disable-pip-version-check -qq install --no-deps --no-build-isolation --editable .",
    ]
    result, asked = fresh()
    assert (result.stdout, asked) == ("", [])
    with (tmp_path / "requirements.lock").open("a", encoding="utf-8") as lock:
        lock.write("# another pin\n")
    assert len(fresh()[1]) == 2


@needs_make
@posix
def test_an_install_that_failed_is_tried_again(fresh, tmp_path):
    (tmp_path / "offline").touch()
    result, asked = fresh()
    assert result.returncode == 2
    assert "pip could not install the packages" in result.stderr
    assert len(asked) == 2
    (tmp_path / "offline").unlink()
    result, asked = fresh()
    assert result.returncode == 0
    assert len(asked) == 2


@posix
def test_ci_runs_the_main_job_and_then_the_tests():
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert script.read_text(encoding="utf-8").rstrip().endswith("\nmake demo\nmake test")
    subprocess.run(["bash", "-n", script], check=True)
