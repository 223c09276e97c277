"""The record of what units decided: `decisions/decisions.jsonl`, of the form of all records (`records.py`).

It is never rebuilt: what a person said cannot be computed again.
"""

from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from ..vocabulary.decisions import ANSWERS, Decisions
from .record_lines import read_lines
from .records import being_written, write_lines

FILE_NAME = "decisions.jsonl"


def no_decisions() -> pl.DataFrame:
    """A record without lines."""
    return Decisions.create_empty()


def read_decisions(folder: Path) -> pl.DataFrame:
    """What did the units decide, in the order in which it was taken in?

    Args:
        folder: the project's `decisions` folder.

    Returns:
        The columns of `Decisions`, oldest first; no rows when nothing was taken in yet.

    Raises:
        StoreError: the record cannot be opened, or a newer version of this program wrote it.
    """
    return _frame(read_lines(Path(folder) / FILE_NAME))


def _frame(lines: list[dict]) -> pl.DataFrame:
    schema = no_decisions().schema
    return pl.DataFrame([{name: line.get(name) for name in schema} for line in lines], schema=schema)


def latest_decisions(decisions: pl.DataFrame) -> pl.DataFrame:
    """What is the last word on each row?

    Returns:
        The columns of `Decisions`, one line a row_key, the one that was taken in last; sorted by row_key.
    """
    return decisions.unique("row_key", keep="last", maintain_order=True).sort("row_key")


def new_decisions(decisions: pl.DataFrame, returned: pl.DataFrame) -> pl.DataFrame:
    """Which returned rows say something that the record does not have yet?

    A row is old when the last word on its finding says the same, or when the very same workbook was taken in before. The
    latter keeps a workbook that is imported once more from undoing what came after it.
    """
    same = ["row_key", "evidence_hash", *ANSWERS]
    known = latest_decisions(decisions).select(same)
    seen = decisions.select("row_key", "workbook_sha256").filter(pl.col("workbook_sha256").is_not_null()).unique()
    return returned.join(known, on=same, how="anti", nulls_equal=True, maintain_order="left").join(
        seen, on=["row_key", "workbook_sha256"], how="anti", maintain_order="left"
    )


def append_decisions(folder: Path, frame: pl.DataFrame, *, now: datetime | None = None) -> pl.DataFrame:
    """Take decisions into the record; what is known already is not added again.

    Args:
        folder: the project's `decisions` folder; made when missing.
        frame: columns of `Decisions`, as far as they are known (`returning.read_returned` gives them).
        now: the time of import; None is this moment.

    Returns:
        The lines that were added, in the columns of `Decisions`.

    Raises:
        OutputError: the record cannot be written.
        StoreError: another import is at work, or a newer version of this program wrote the record.
    """
    path = Path(folder) / FILE_NAME
    with being_written(path):
        return append_within(path, frame, now or datetime.now(UTC))


def append_within(path: Path, frame: pl.DataFrame, now: datetime) -> pl.DataFrame:
    """As `append_decisions`, of a record that is `being_written`."""
    added = new_decisions(read_decisions(path.parent), _conform(frame, now))
    if added.is_empty():
        return added
    first = write_lines(path, added.drop("record").to_dicts(), now)
    return added.with_columns(record=first + pl.int_range(pl.len(), dtype=pl.Int64))


def _conform(frame: pl.DataFrame, now: datetime) -> pl.DataFrame:
    types = no_decisions().schema
    columns = [
        pl.col(name).cast(type_) if name in frame.columns else pl.lit(None, dtype=type_).alias(name)
        for name, type_ in types.items()
    ]
    return Decisions.validate(frame.select(columns).with_columns(imported_at=pl.lit(now).cast(types["imported_at"])))


def with_decisions(findings: pl.DataFrame, decisions: pl.DataFrame) -> pl.DataFrame:
    """What was already said of each finding, to be filled in again or to be asked again (practice.md 4.5, step 8)?

    Returns:
        The rows of `findings` with the columns of `ANSWERS`; earlier: in words, what was decided when the finding rested
        on something else, the answers are then empty; is_settled: it was called no problem and nothing has changed since.
    """
    last = latest_decisions(decisions).select(
        "row_key", *ANSWERS, pl.col("evidence_hash").alias("hash_then"), "imported_at"
    )
    joined = findings.join(last, on="row_key", how="left", maintain_order="left")
    is_known = pl.col("imported_at").is_not_null()
    is_same = is_known & pl.col("hash_then").eq_missing(pl.col("evidence_hash"))
    said = pl.concat_str(
        pl.col("decision").fill_null("no decision"),
        pl.lit(" ("),
        pl.col("status").fill_null("no status"),
        pl.lit(") on "),
        pl.col("imported_at").dt.strftime("%Y-%m-%d"),
        pl.lit("; what it rests on has changed since, please look again"),
        pl.when(pl.col("note").is_not_null()).then(pl.format(". Note: {}", "note")).otherwise(pl.lit("")),
    )
    return joined.with_columns(
        pl.when(is_known & ~is_same).then(said).alias("earlier"),
        (is_same & _is_no_problem()).alias("is_settled"),
        *(pl.when(is_same).then(pl.col(name)).alias(name) for name in ANSWERS),
    ).drop("hash_then", "imported_at")


def _is_no_problem() -> pl.Expr:
    """Said in the Status column, or in the Decision column by somebody who did not touch the status."""
    finished = pl.col("status").is_null() | pl.col("status").is_in(["Open", "Done"])
    said = (pl.col("status") == "Not a problem") | ((pl.col("decision") == "not a problem") & finished)
    return said.fill_null(False)
