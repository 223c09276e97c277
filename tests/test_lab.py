"""JupyterLab is started where it is wanted, as whom it may, with the Python that runs us."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from ipykernel.kernelspec import install
from jupyterlab_server.settings_utils import _get_overrides

from datasync_lib import kernels, lab
from datasync_lib.errors import InputError
from datasync_lib.lab import Lab

NEWS = "@jupyterlab/apputils-extension:notification"


@pytest.fixture
def person(monkeypatch):
    """Who starts it, and where: somebody on a desktop unless a test says otherwise."""

    def is_(*, root: bool, container: bool) -> None:
        monkeypatch.setattr(lab, "_is_root", lambda: root)
        monkeypatch.setattr(lab, "_is_container", lambda: container)

    monkeypatch.delenv("SSH_CONNECTION", raising=False)
    is_(root=False, container=False)
    return is_


@pytest.mark.parametrize(
    ("how", "said"),
    [
        (Lab(), []),
        (Lab(port=8890), ["--ServerApp.port=8890", "--ServerApp.port_retries=0"]),
        (Lab(ip="0.0.0.0"), ["--ServerApp.ip=0.0.0.0"]),
        (Lab(opens_browser=False), ["--ServerApp.open_browser=False"]),
    ],
)
def test_only_what_was_asked_is_said_to_jupyterlab(person, tmp_path, how, said):
    usual = [
        f"--ServerApp.root_dir={tmp_path}",
        "--ServerApp.kernel_spec_manager_class=datasync_lib.kernels.ThisPython",
    ]
    command = how.command(tmp_path)
    assert command == [sys.executable, "-m", "jupyterlab", *usual, *said, "--LabApp.default_url=/lab"]


def test_it_begins_with_the_first_notebook_where_there_is_one(person, tmp_path):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "00_start_here.ipynb").touch()
    assert Lab().command(tmp_path)[-1] == "--LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb"


@pytest.mark.parametrize(
    ("container", "as_root", "words"),
    [(True, False, "as root in a container, as is usual there"), (False, True, "as root as --allow-root says")],
)
def test_root_may_in_a_container_or_where_it_is_said(person, tmp_path, container, as_root, words):
    person(root=True, container=container)
    how = Lab(as_root=as_root)
    assert "--ServerApp.allow_root=True" in how.command(tmp_path)
    assert words in how._what_to_know()[0]


def test_root_on_a_machine_is_told_what_to_do(person, tmp_path):
    person(root=True, container=False)
    with pytest.raises(InputError, match="start it as another user, or say --allow-root"):
        Lab().command(tmp_path)


def test_whoever_opens_it_to_others_is_told(person):
    assert "can be reached from other machines" in Lab(ip="0.0.0.0")._what_to_know()[0]
    assert Lab(ip="127.0.0.1")._what_to_know() == []


def test_a_port_in_use_is_refused_before_anything_starts(person, tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(InputError, match=f"cannot have port {port} of 127.0.0.1 .*name another with --port"):
            Lab(port=port, ip="127.0.0.1").open(tmp_path)


def test_the_kernel_is_this_python_whatever_is_registered(tmp_path, monkeypatch):
    install(prefix=str(tmp_path), kernel_name="python3", display_name="another")
    install(prefix=str(tmp_path), kernel_name="theirs", display_name="theirs")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "share" / "jupyter"))
    found = kernels.ThisPython().get_all_specs()
    assert found["python3"]["spec"]["argv"][0] == sys.executable
    assert found["python3"]["spec"]["display_name"] != "another"
    assert found["theirs"]["spec"]["display_name"] == "theirs"


def test_a_kernel_finds_the_package_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.delenv("PYTHONPATH", raising=False)
    command = [sys.executable, "-P", "-c", "import datasync_lib; print(datasync_lib.__file__)"]
    said = subprocess.run(command, cwd=tmp_path, env=kernels.kernel_environment(), capture_output=True, text=True)
    assert Path(said.stdout.strip()) == Path(kernels.__file__).parent / "__init__.py"


def test_no_news_without_a_word_in_the_users_own_settings(tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "own"))
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(tmp_path / "site"))
    paths = lab._environment()["JUPYTER_CONFIG_PATH"].split(os.pathsep)
    assert paths[1:] == [str(tmp_path / "site")]
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", os.pathsep.join(paths))
    overrides, _ = _get_overrides(str(tmp_path))
    assert overrides[NEWS] == {"fetchNews": "false", "checkForUpdates": False}
    assert not (tmp_path / "own").exists()
    shipped = Path(paths[0]) / "labconfig" / "default_setting_overrides.json"
    assert json.loads(shipped.read_text("utf-8"))[NEWS] == overrides[NEWS]
