"""The rounds of the work, kept in `decisions/`: how much there was to do when workbooks were written, and what was found mended.

Both are records of the form of all records (`records.py`): no later export can tell what an earlier one showed.
"""

from collections.abc import Collection
from pathlib import Path

import polars as pl

from ..analysis.decided import CLOSED, GONE
from ..vocabulary.decisions import Closings, Rounds
from .record_lines import read_frame
from .records import add_lines

_CLOSINGS, _ROUNDS = "closings.jsonl", "rounds.jsonl"


def read_closings(folder: Path) -> pl.DataFrame:
    """Which decided rows were found mended, or found again, in the columns of `Closings`, oldest first.

    Raises:
        StoreError: the record cannot be opened, or a newer version of this program wrote it.
    """
    return read_frame(Path(folder) / _CLOSINGS, Closings)


def read_rounds(folder: Path) -> pl.DataFrame:
    """How much there was to do in each round, in the columns of `Rounds`, oldest first.

    Raises:
        StoreError: the record cannot be opened, or a newer version of this program wrote it.
    """
    return read_frame(Path(folder) / _ROUNDS, Rounds)


def note_closings(folder: Path, decided_rows: pl.DataFrame) -> int:
    """Note which decided rows are gone for the first time, and which are there again; how many lines that was.

    Args:
        folder: the project's `decisions` folder.
        decided_rows: `analysis.decided.decided_rows`.

    Raises:
        OutputError: the record cannot be written.
        StoreError: another program is writing it.
    """
    noted = read_closings(folder).unique("row_key", keep="last", maintain_order=True)
    is_gone = pl.col("state").is_in([CLOSED, GONE])
    now = decided_rows.select("row_key", shown_on=pl.col("shown_on").cast(pl.String), state=_word(is_gone))
    then = noted.select("row_key", _then="state")
    beside = now.join(then, on="row_key", how="left", maintain_order="left")
    new = beside.filter(pl.col("state") != pl.col("_then").fill_null("open")).drop("_then")
    if new.height:
        add_lines(Path(folder) / _CLOSINGS, new.to_dicts())
    return new.height


def note_round(folder: Path, work_states: pl.DataFrame, units: Collection[str | None]) -> None:
    """Note how much there is to do for the units whose workbooks were written.

    Args:
        folder: the project's `decisions` folder.
        work_states: `analysis.decided.work_states`.
        units: None among them: what no unit is known for.

    Raises:
        OutputError: the record cannot be written.
        StoreError: another program is writing it.
    """
    theirs = work_states.filter(pl.col("unit").is_in(list(units), nulls_equal=True))
    if theirs.height:
        add_lines(Path(folder) / _ROUNDS, theirs.to_dicts())


def _word(is_gone: pl.Expr) -> pl.Expr:
    return pl.when(is_gone).then(pl.lit("closed")).otherwise(pl.lit("open"))
