"""What can go wrong, in a handful of kinds. A message says what was found, where, and what to do next."""

import difflib
from collections.abc import Iterable


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
