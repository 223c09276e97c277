"""A file that appears complete or not at all, and a clear word when a spreadsheet program holds it open."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from xlsxwriter.exceptions import FileCreateError

from ..errors import cannot_write

# Nobody writes a file for so long: what is older was left by a program that was ended.
_LEFT_OVER = 24 * 60 * 60


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Gives a path beside the file to write to; when that went well, it takes the file's place at once.

    Raises:
        OutputError: the file cannot be replaced, most often because Excel holds it open.
    """
    stem = f"{path.stem[:60]}."
    # Its own name, for another program may write the same file at the same time.
    beside = path.with_name(f"{stem}{uuid4().hex[:8]}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield beside
        beside.replace(path)
    except OSError as error:
        raise cannot_write(path, error) from error
    except FileCreateError as error:
        raise cannot_write(path, next(iter(error.args), error)) from error
    finally:
        _remove(beside)
        for other in path.parent.glob("*.tmp"):
            with suppress(OSError):
                if other.name.startswith(stem) and other.stat().st_mtime < time.time() - _LEFT_OVER:
                    _remove(other)


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink()


def free_path(path: Path, is_taken: Callable[[Path], bool] = Path.exists) -> Path:
    """The path, or the first one beside it (`…_r2`) that is not taken."""
    number, free = 1, path
    while is_taken(free):
        number += 1
        free = path.with_stem(f"{path.stem}_r{number}")
    return free
