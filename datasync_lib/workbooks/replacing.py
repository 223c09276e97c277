"""A file that appears complete or not at all, and a clear word when a spreadsheet program holds it open."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from xlsxwriter.exceptions import FileCreateError

from ..errors import OutputError


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Gives a path beside the file to write to; when that went well, it takes the file's place at once.

    Raises:
        OutputError: the file cannot be replaced, most often because Excel holds it open.
    """
    beside = path.with_name(f"{path.stem[:60]}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield beside
        beside.replace(path)
    except (OSError, FileCreateError) as error:
        raise OutputError(
            f"{path} cannot be written ({error}): close it in Excel, or wherever it is open, and run this again"
        ) from error
    finally:
        with suppress(OSError):
            beside.unlink()


def free_path(path: Path, is_taken: Callable[[Path], bool] = Path.exists) -> Path:
    """The path, or the first one beside it (`…_r2`) that is not taken."""
    number, free = 1, path
    while is_taken(free):
        number += 1
        free = path.with_stem(f"{path.stem}_r{number}")
    return free
