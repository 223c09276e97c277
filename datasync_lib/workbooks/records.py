"""Records of what people said and did, kept in `decisions/`: one JSON object a line, lines are only ever added.

JSON lines and not CSV, because a double-click on a CSV opens Excel, which damages row keys and OCNs on saving, and because
a note may run over several lines. Each line carries the version of its form. Before lines are added the file is copied to
`decisions/backup/`, where the last copies of each record are kept, and the new file takes the old one's place at once, so that an
interruption leaves the record as it was. Nothing here can be computed again; a line that cannot be read stays where it is.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from filelock import FileLock, Timeout

from ..errors import StoreError, cannot_write
from .record_lines import VERSION, as_utf8

BACKUPS = 20


def project_id(folder: Path) -> str:
    """What this project's workbooks are known by, made when it is asked for first.

    Args:
        folder: the project's `decisions` folder.

    Raises:
        OutputError: it cannot be written.
        StoreError: another program is writing there, or the file says no ID.
    """
    path = Path(folder) / "project_id.txt"
    if not path.exists():
        with being_written(path):
            if not path.exists():
                replace_file(path, f"{uuid4().hex[:12]}\n".encode())
    try:
        data = path.read_bytes()
    except OSError as error:
        raise StoreError(f"{path} cannot be read ({error}); see that it is a file that you may read") from None
    said = (as_utf8(data) or data).decode("utf-8-sig", "replace").strip()
    if not re.fullmatch(r"[\w.-]{1,100}", said, re.ASCII):
        raise StoreError(
            f"{path} says no ID of a project; delete it, and take a workbook of the project in: what is told then names its ID, "
            "which is to be written into this file"
        )
    return said


def add_lines(path: Path, lines: Iterable[Mapping]) -> None:
    """Add lines to a record, with the version of their form and the moment (`at`).

    Raises:
        OutputError: the record cannot be written.
        StoreError: another program is writing it.
    """
    now = datetime.now(UTC)
    with being_written(path):
        write_lines(path, [{**line, "at": now} for line in lines], now)


@contextmanager
def being_written(path: Path) -> Iterator[None]:
    """Nobody else writes a record of the folder meanwhile.

    Raises:
        OutputError: the record cannot be written.
        StoreError: another program is writing one.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.parent / "lock", timeout=10):
            yield
    except Timeout:
        raise StoreError(
            f"{path.parent} is held by another program; wait until it has ended and do this again"
        ) from None
    except OSError as error:
        raise cannot_write(path, error) from None


def write_lines(path: Path, lines: Iterable[Mapping], now: datetime) -> int:
    """Put lines behind those of a record that is `being_written`, and keep a copy of it as it was.

    Returns:
        The place in the file of the first of them, from 0.
    """
    old = path.read_bytes() if path.exists() else b""
    kept = as_utf8(old)
    if old:
        # A record that is written in another encoding from now on is kept for good as it was.
        name = f"{path.stem}_{now:%Y%m%dT%H%M%S%f}{path.suffix}"
        replace_file(path.parent / ("backup" if kept is None else "set_aside") / name, old)
    new = [json.dumps({"version": VERSION, **line}, ensure_ascii=False, default=datetime.isoformat) for line in lines]
    before = _whole_lines(old if kept is None else kept)
    replace_file(path, before + "".join(f"{text}\n" for text in new).encode())
    _prune(path)
    return len(re.findall(rb"\r\n|\r|\n", before))


def _whole_lines(data: bytes) -> bytes:
    return data if not data or data.endswith(b"\n") else data + b"\n"


def _prune(path: Path) -> None:
    """Only the last copies stay; one that cannot go is no reason to fail."""
    copies = sorted((path.parent / "backup").glob(f"{path.stem}_[0-9]*{path.suffix}"))
    for copy in copies[:-BACKUPS]:
        with suppress(OSError):
            copy.unlink()


def replace_file(path: Path, data: bytes) -> None:
    """Put a file in its place at once, whole, and so that it outlasts a loss of power; under `being_written`.

    Raises:
        OutputError: it cannot be written; what was there before stays.
    """
    # One name for all, which whoever comes after an interruption writes over.
    beside = path.with_name("unfinished.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        with suppress(OSError):
            beside.unlink()
        raise cannot_write(path, error) from None
    with suppress(OSError):  # a folder cannot be opened everywhere
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
