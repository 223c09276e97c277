"""The record of what units decided: `decisions/decisions.jsonl`, of the form of all records (`records.py`).

It is never rebuilt: what a person said cannot be computed again.
"""

from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from ..analysis.decided import is_no_problem, latest_decisions
from ..vocabulary.decisions import ANSWERS, Decisions
from .record_lines import read_frame
from .records import being_written, write_lines

FILE_NAME = "decisions.jsonl"

_BOUNCED = pl.DataFrame(schema={"row_key": pl.String, "done_on": pl.Date, "shown_on": pl.Date})

__all__ = ["FILE_NAME", "append_decisions", "latest_decisions", "new_decisions", "read_decisions", "with_decisions"]


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
    return read_frame(Path(folder) / FILE_NAME, Decisions)


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


def with_decisions(
    findings: pl.DataFrame, decisions: pl.DataFrame, bounced: pl.DataFrame | None = None
) -> pl.DataFrame:
    """What was already said of each finding, to be filled in again or to be asked again (practice.md 4.5, steps 7 and 8)?

    Args:
        findings: rows of the sheets.
        decisions: the record.
        bounced: row_key, done_on, shown_on of rows that were called done, and that something newer still shows.

    Returns:
        The rows of `findings` with the columns of `ANSWERS`; earlier: in words, what was decided when the finding rested
        on something else, the answers are then empty, or that a row is still there that was called done; is_settled: it was called no problem and nothing has changed since.
    """
    last = latest_decisions(decisions).select(
        "row_key", *ANSWERS, pl.col("evidence_hash").alias("hash_then"), "imported_at"
    )
    joined = findings.join(last, on="row_key", how="left", maintain_order="left").join(
        _BOUNCED if bounced is None else bounced.select(_BOUNCED.columns),
        on="row_key",
        how="left",
        maintain_order="left",
    )
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
    still_there = pl.format(
        "done on {}, but what came in on {} still shows it: please look again, and write the new date when it is done",
        pl.col("done_on").cast(pl.String).fill_null("an unknown day"),
        pl.col("shown_on").cast(pl.String),
    )
    earlier = pl.when(is_known & ~is_same).then(said).when(pl.col("shown_on").is_not_null()).then(still_there)
    return joined.with_columns(
        earlier.alias("earlier"),
        (is_same & is_no_problem()).alias("is_settled"),
        *(pl.when(is_same).then(pl.col(name)).alias(name) for name in ANSWERS),
    ).drop("hash_then", "imported_at", "done_on", "shown_on")
