"""What was written for a symbol before, and what is different now (practice.md 6.3, «dry-run diff»)."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from ...spreadsheets.safe_text import texts_as_meant
from ...workbooks.record_lines import read_lines
from .before_lists import sha256_of
from .state import State

RECORD = "deletions.jsonl"
COMPARED = "deletions_after.jsonl"
PREDICTION = "prediction.csv"


@dataclass(frozen=True)
class Difference:
    """What is new since the last version: numbers that go now and did not, those that did and do not, and the words."""

    is_known: bool
    words: str
    more: tuple[int, ...] = ()
    fewer: tuple[int, ...] = ()


def last_version(state: State) -> dict | None:
    """The line of the record on what was written last for the symbol; null: nothing yet."""
    lines = read_lines(state.decisions / RECORD)
    return next((line for line in reversed(lines) if line["symbol"] == state.symbol), None)


def last_comparison(state: State) -> date | None:
    """Of which day the latest list is that was compared with what was to go; null: none was yet, or none has a day."""
    lines = read_lines(state.decisions / COMPARED)
    days = [line["list_of"] for line in lines if line["symbol"] == state.symbol]
    return pl.Series("list_of", days, pl.String).str.to_date("%Y-%m-%d", strict=False).max()


def difference_to_last(state: State) -> Difference:
    """What goes now and did not go by the last version, and the other way round?"""
    last = last_version(state)
    if last is None:
        return Difference(is_known=True, words=f"first version: {state.going.height:,} numbers go")
    path = state.project.folder / last["folder"] / PREDICTION
    if not path.is_file() or sha256_of(path) != last["prediction_sha256"]:
        return Difference(is_known=False, words=f"{last['folder']}/{PREDICTION} is changed or gone")
    before, now = set(numbers_that_went(path)), set(state.going["number"].drop_nulls())
    more, fewer = tuple(sorted(now - before)), tuple(sorted(before - now))
    words = f"since {last['folder']}: {len(more):,} more, {len(fewer):,} fewer of {len(now):,}"
    return Difference(True, words, more, fewer)


def read_prediction(path: Path) -> pl.DataFrame:
    """A prediction as it was written: ocn, number, class, because, answer, expected, mms_id, targets."""
    types = {"ocn": pl.Int64, "number": pl.Int64, "mms_id": pl.String}
    return texts_as_meant(pl.read_csv(path, schema_overrides=types, infer_schema=False))


def numbers_that_went(path: Path) -> list[int]:
    """The numbers of a prediction whose answer is delete; sorted."""
    went = read_prediction(path).filter(pl.col("answer") == "delete")
    return went["number"].drop_nulls().unique().sort().to_list()
