"""JupyterLab on a project's notebooks: on a desktop, on a server, in a container."""

import os
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from .errors import InputError
from .kernels import ThisPython, kernel_environment

FIRST_NOTEBOOK = Path("notebooks", "00_start_here.ipynb")
# In labconfig/ below it: defaults, which a user's own settings go before, and nothing is written into those.
_DEFAULTS_OF_LAB = Path(__file__).resolve().parent / "templates"
# Docker and Podman leave one of these; Kubernetes and others name themselves in the environment.
_SIGNS_OF_A_CONTAINER = ("/.dockerenv", "/run/.containerenv")
_NAMES_OF_A_CONTAINER = ("container", "KUBERNETES_SERVICE_HOST")


@dataclass(frozen=True)
class Lab:
    """How JupyterLab is started.

    Attributes:
        port: the port it is to have, and no other; None: 8888 or the next free one.
        ip: the address it listens at; empty: this machine only.
        opens_browser: whether a browser is opened.
        as_root: whether it may run as root outside a container.
    """

    port: int | None = None
    ip: str = ""
    opens_browser: bool = True
    as_root: bool = False

    def open(self, folder: Path) -> int:
        """Run JupyterLab on a project until it is stopped, and give its exit code.

        Where the system can, JupyterLab takes the place of this process, so that whoever stops it (a container, a service) stops JupyterLab.

        Args:
            folder: that of the project.

        Raises:
            InputError: the port is in use, or it would run as root where nobody said that it may.
        """
        command = self.command(folder)
        if self.port:
            _refuse_port_in_use(self.port, self.ip or "localhost")
        for words in self._what_to_know():
            print(words, flush=True)
        if os.name == "posix":
            os.execve(command[0], command, _environment())
        return subprocess.call(command, env=_environment())

    def command(self, folder: Path) -> list[str]:
        """The command that starts JupyterLab."""
        options = {"root_dir": folder, "kernel_spec_manager_class": f"{ThisPython.__module__}.{ThisPython.__name__}"}
        if self.port:
            options |= {"port": self.port, "port_retries": 0}
        if self.ip:
            options |= {"ip": self.ip}
        if not self.opens_browser:
            options |= {"open_browser": False}
        if _is_root():
            options |= {"allow_root": self._allowed_as_root()}
        start = f"/lab/tree/{FIRST_NOTEBOOK.as_posix()}" if (folder / FIRST_NOTEBOOK).exists() else "/lab"
        said = [f"--ServerApp.{name}={value}" for name, value in options.items()]
        return [sys.executable, "-m", "jupyterlab", *said, f"--LabApp.default_url={start}"]

    def _allowed_as_root(self) -> bool:
        if self.as_root or _is_container():
            return True
        raise InputError(
            "you are root, and whoever can reach JupyterLab could do anything on this machine: start it as another user, or "
            "say --allow-root"
        )

    def _what_to_know(self) -> list[str]:
        words = []
        if _is_root():
            where = "in a container, as is usual there" if _is_container() else "as --allow-root says"
            words.append(f"JupyterLab runs as root {where}: what it writes belongs to root.")
        if self.ip not in ("", "localhost", "127.0.0.1", "::1"):
            words.append(
                "It can be reached from other machines: whoever has its address with the token can run anything here."
            )
        elif _is_container() or "SSH_CONNECTION" in os.environ:
            words.append(
                "To open it from another machine: --ip 0.0.0.0 --port 8888 (a container has to publish the port), "
                "or a tunnel: ssh -L 8888:localhost:8888 SERVER."
            )
        if not self.opens_browser:
            words.append(
                "Open the address with «token=» that is printed below in a browser. Ctrl-C twice ends JupyterLab."
            )
        return words


def _is_root() -> bool:
    return getattr(os, "geteuid", lambda: 1)() == 0


def _is_container() -> bool:
    return any(name in os.environ for name in _NAMES_OF_A_CONTAINER) or any(
        Path(sign).exists() for sign in _SIGNS_OF_A_CONTAINER
    )


def _refuse_port_in_use(port: int, address: str) -> None:
    try:
        family, kind, _, _, place = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(place)
    except OSError as error:
        raise InputError(
            f"JupyterLab cannot have port {port} of {address} ({error.strerror}): name another with --port, or leave it out"
        ) from None


def _environment() -> dict[str, str]:
    environment = kernel_environment()
    others = filter(None, [environment.get("JUPYTER_CONFIG_PATH")])
    return environment | {"JUPYTER_CONFIG_PATH": os.pathsep.join([str(_DEFAULTS_OF_LAB), *others])}
