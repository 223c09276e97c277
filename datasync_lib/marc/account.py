"""What the pieces of a MARC file come to: counts that add up, and what is to be said of the file as a whole."""

from collections import Counter

import polars as pl

from ..vocabulary.load_log import file_row
from .containers import Input

# Issues that say something of a file as a whole, in the order in which they are told.
_OF_THE_FILE = (
    *("not_marc", "packed_as_text", "empty_file", "breaks_off", "answer_error", "answer_incomplete", "harvest_goes_on"),
    *("deletions_not_applied", "identifier_differs", "unreadable_file"),
)


class Account:
    """The account of a file, kept while its pieces go by."""

    def __init__(self) -> None:
        """Nothing was read yet."""
        self._states: Counter[str] = Counter()
        self._said: dict[str, list[str]] = {code: [] for code in _OF_THE_FILE}

    def add(self, records: pl.DataFrame, issues: pl.DataFrame) -> None:
        """Takes in a piece: its rows of the tables `records` and `load_issues`."""
        self._states.update(dict(records["state"].value_counts().iter_rows()))
        of_file = issues.select("code", "message").filter(pl.col("code").is_in(_OF_THE_FILE))
        for code, message in of_file.iter_rows():
            self._said[code].append(message)

    @property
    def found(self) -> int:
        """The pieces of the file that are records, or cannot be read as one."""
        return self._states.total()

    @property
    def loaded(self) -> int:
        """How many of them were read."""
        return self.found - self._states["rejected"]

    @property
    def is_empty(self) -> bool:
        """Whether the reader found a file without bytes."""
        return bool(self._said["empty_file"])

    @property
    def note(self) -> str | None:
        """What the pieces say of the whole file; of bytes that are not MARC the first stretch says it for all."""
        messages = [self._said["not_marc"][:1], *(self._said[code] for code in _OF_THE_FILE[1:])]
        return "; ".join(dict.fromkeys(message for of_code in messages for message in of_code)) or None

    def file_row(self, source: Input, kind: str, *, repeated: int = 0) -> pl.DataFrame:
        """The row of the file in the load log."""
        return file_row(
            source.file,
            kind,
            source.fingerprint(),
            self.note,
            found=self.found,
            repaired=self._states["repaired"],
            repeated=repeated,
            rejected=self._states["rejected"],
        )
