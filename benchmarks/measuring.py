"""Runs a command in a process of its own and says how much anonymous memory it and its children hold at their peak.

Anonymous memory is what processes hold themselves, not pages of files that the system keeps for them. On other systems
than Linux it is not known, and 0.
"""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_EVERY_SECONDS = 0.02


class TooMuch(MemoryError):
    """A command was stopped, since it held more memory than it may."""


@dataclass(frozen=True)
class Line:
    """A line that a command printed, and the most anonymous bytes it held since the line before."""

    text: str
    peak: int


@dataclass(frozen=True)
class Run:
    """What a command took from start to end, imports included: it and its children."""

    lines: list[Line]
    seconds: float
    cpu: float

    @property
    def peak(self) -> int:
        """The most anonymous bytes at any time."""
        return max(line.peak for line in self.lines)


def run(
    command: Sequence[str], *, limit: int | None = None, on_line: Callable[[Line], None] = lambda line: None
) -> Run:
    """Run a command to its end; the last of its lines is an empty one.

    Args:
        command: program and arguments.
        limit: how many anonymous bytes it may hold; None: as many as there are.
        on_line: is called with each line when it was printed.

    Raises:
        TooMuch: it held more than `limit` anonymous bytes.
        subprocess.CalledProcessError: it failed; what it said stands in the error.
    """
    start, before = time.perf_counter(), _cpu_of_children()
    lines = []
    for line in _watched(command, limit):
        lines.append(line)
        on_line(line)
    return Run(lines, time.perf_counter() - start, _cpu_of_children() - before)


def _cpu_of_children() -> float:
    times = os.times()
    return times.children_user + times.children_system


def _watched(command: Sequence[str], limit: int | None) -> Iterator[Line]:
    """The lines that a command prints, when it prints them, and an empty one at its end."""
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, text=True)
        watcher = _Watcher(process.pid, limit)
        watcher.start()
        try:
            for text in process.stdout:
                yield Line(text.rstrip("\n"), watcher.take())
            process.wait()
        finally:
            if process.poll() is None:
                _stop(process.pid)
                process.wait()
            watcher.ended.set()
            watcher.join()
        if watcher.is_over:
            raise TooMuch(f"stopped at {watcher.take() / 1e9:.1f} GB")
        if process.returncode:
            said.seek(0)
            raise subprocess.CalledProcessError(process.returncode, command, stderr=said.read())
        yield Line("", watcher.take())


class _Watcher(threading.Thread):
    """Looks at a process and its children, again and again."""

    def __init__(self, pid: int, limit: int | None):
        super().__init__(daemon=True)
        self._pid, self._limit, self._peak = pid, limit, 0
        self.ended, self.is_over = threading.Event(), False

    def run(self) -> None:
        while not self.ended.wait(_EVERY_SECONDS):
            self._peak = max(self._peak, held := anonymous_bytes(self._pid))
            if self._limit and held > self._limit and not self.is_over:
                self.is_over = True
                _stop(self._pid)

    def take(self) -> int:
        """The peak since it was taken last."""
        peak, self._peak = self._peak, anonymous_bytes(self._pid)
        return max(peak, self._peak)


def _stop(pid: int) -> None:
    """End a process that we started, and its children."""
    for each in _tree(pid):
        with suppress(ProcessLookupError):
            os.kill(each, signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)


def anonymous_bytes(pid: int) -> int:
    """The anonymous memory of a process and all its children now."""
    held = 0
    for each in _tree(pid):
        with suppress(OSError):
            lines = Path(f"/proc/{each}/status").read_text("ascii").splitlines()
            held += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("RssAnon"))
    return held


def _tree(pid: int) -> list[int]:
    """A process and all its children."""
    children = []
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            children += map(int, (task / "children").read_text("ascii").split())
    return [pid, *(each for child in children for each in _tree(child))]
