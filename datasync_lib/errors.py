"""What can go wrong, in a handful of kinds. A message says what was found, where, and what to do next."""

import difflib
import errno
from collections.abc import Iterable
from pathlib import Path


class DatasyncError(Exception):
    """Base of every error that a user can mend. The command line shows its text as one line and exits with 2."""


class SettingsError(DatasyncError):
    """`datasync.toml` or one of the CSV files beside it holds something that cannot be right."""


class InputError(DatasyncError):
    """A path is missing, or what was named cannot be used for what it was named for."""


class StoreError(DatasyncError):
    """The tables cannot be written or read: another load holds the lock, the disk is full, a table is unknown."""


class OutputError(DatasyncError):
    """A file that we were to write cannot be written, for instance a workbook that Excel holds open."""


class GateClosed(DatasyncError):
    """A deletion was asked for while one of its checks fails; nothing was written. Each check says what mends it."""


class NotebookError(DatasyncError):
    """A notebook raised while it was run without a browser; the page with the error is written."""


_FULL = (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC))
_BUSY = (errno.EBUSY, getattr(errno, "ETXTBSY", errno.EBUSY))


def cannot_write(path: Path, error: Exception) -> OutputError:
    """What is said of a file that cannot be written: which, why, and what to do; the file is as it was before.

    Args:
        path: the file.
        error: what the system said, or the library that writes.
    """
    number = getattr(error, "errno", None)
    if number in _FULL or "No space left" in str(error):
        why, todo = "there is no space left", "free space there"
    elif number == errno.EROFS:
        why, todo = "it can be read only there", "put the project where you may write"
    elif number in _BUSY or isinstance(error, PermissionError):
        why, todo = "access was denied", "close it in Excel, or wherever it is open, and see that you may write there"
    else:
        why, todo = str(error), "close it wherever it is open, and see that you may write there"
    return OutputError(f"{path} cannot be written ({why}): {todo}, and run this again; what was there stays as it was")


def did_you_mean(value: str, there_are: Iterable[str]) -> str:
    """The end of a message on a name that there is not: the one that was most likely meant, or nothing.

    Args:
        value: what was written.
        there_are: the names that there are.
    """
    spellings = {name.casefold(): name for name in there_are}
    written = " ".join(value.split()).casefold()
    near = difflib.get_close_matches(written, spellings, n=1)
    meant = spellings.get(written) or (spellings[near[0]] if near else None)
    return f"; did you mean {meant!r}?" if meant else ""
