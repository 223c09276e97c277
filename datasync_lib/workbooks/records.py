"""Records of what people said and did, kept in `decisions/`: one JSON object a line, lines are only ever added.

JSON lines and not CSV, because a double-click on a CSV opens Excel, which damages row keys and OCNs on saving, and because
a note may run over several lines. Each line carries the version of its form. Before lines are added the file is copied to
`decisions/backup/`, and the new file takes the old one's place at once, so that an interruption leaves the record as it was.
Nothing here can be computed again.
"""

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from filelock import FileLock, Timeout

from ..errors import OutputError, StoreError

VERSION = 1


def read_lines(path: Path, needs: Iterable[str]) -> list[dict]:
    """The lines of a record, oldest first; a missing file has none.

    Args:
        path: the record.
        needs: what every line must say.

    Raises:
        StoreError: a line is none that we have written.
    """
    if not path.exists():
        return []
    # Not splitlines: a note may hold U+2028, which is a line end only there.
    texts = path.read_text("utf-8").split("\n")
    return [_parsed(path, number, text, needs) for number, text in enumerate(texts, start=1) if text.strip()]


def _parsed(path: Path, number: int, text: str, needs: Iterable[str]) -> dict:
    try:
        line = json.loads(text)
    except json.JSONDecodeError as error:
        raise _damaged(path, number, str(error)) from None
    if not isinstance(line, dict):
        raise _damaged(path, number, "it is no object")
    if missing := [name for name in needs if line.get(name) in (None, "")]:
        raise _damaged(path, number, f"it does not say {', '.join(missing)}")
    if line.get("version", VERSION) > VERSION:
        raise _damaged(path, number, f"it was written by a newer version of this program ({line['version']})")
    return line


def _damaged(path: Path, number: int, why: str) -> StoreError:
    return StoreError(
        f"{path}, line {number}: this is no line of this record ({why}); mend the line, "
        f"or take the last good copy from {path.parent / 'backup'}"
    )


def project_id(folder: Path) -> str:
    """What this project's workbooks are known by, made when it is asked for first.

    Args:
        folder: the project's `decisions` folder.

    Raises:
        OutputError: it cannot be written.
        StoreError: another program is writing there.
    """
    path = Path(folder) / "project_id.txt"
    if not path.exists():
        with being_written(path):
            if not path.exists():
                _replace(path, f"{uuid4().hex[:12]}\n".encode())
    return path.read_text("utf-8").strip()


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
        raise OutputError(
            f"{error.filename or path} cannot be written; close it in other programs and do this again"
        ) from None


def write_lines(path: Path, lines: Iterable[Mapping], now: datetime) -> None:
    """Put lines behind those of a record that is `being_written`, and keep a copy of it as it was."""
    old = path.read_bytes() if path.exists() else b""
    if old:
        _keep_a_copy(path, now)
    new = [json.dumps({"version": VERSION, **line}, ensure_ascii=False, default=datetime.isoformat) for line in lines]
    _replace(path, _whole_lines(old) + "".join(f"{text}\n" for text in new).encode())


def _keep_a_copy(path: Path, now: datetime) -> None:
    backup = path.parent / "backup" / f"{path.stem}_{now:%Y%m%dT%H%M%S%f}{path.suffix}"
    backup.parent.mkdir(exist_ok=True)
    shutil.copyfile(path, backup)


def _whole_lines(data: bytes) -> bytes:
    return data if not data or data.endswith(b"\n") else data + b"\n"


def _replace(path: Path, data: bytes) -> None:
    beside = path.with_suffix(".new")
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
