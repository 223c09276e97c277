"""After a deletion: the list of what is held then against what was predicted (practice.md 6.3).

OCLC's lists lag behind what OCLC has done: what remains on the first of them may be gone on the next.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from ...analysis.owned_nowhere import held_by_nobody
from ...errors import InputError
from ...marc import find_inputs
from ...readers import READERS, Source
from ...tables.recognising import recognise
from .before_lists import sha256_of
from .prediction import GOES, MOVES
from .state import State, with_name_of_today
from .versions import PREDICTION, last_version, read_prediction

_EXPECTED_TO_LEAVE = (GOES, MOVES)


@dataclass(frozen=True)
class Afterwards:
    """What became of a deletion.

    Attributes:
        symbol: the symbol.
        package: the folder of the package that was carried out.
        as_of: the day of the list afterwards; null: unknown.
        numbers: number, ocns, class, answer, expected, outcome: removed, remaining, stayed, gone_unexpected, new_unexpected.
        owned: deleted but owned: number, class, mms_id, unit, not_held_by (a symbol that should hold it; null: its record is
            kept out, and is held nowhere).
    """

    symbol: str
    package: str
    as_of: date | None
    numbers: pl.DataFrame
    owned: pl.DataFrame

    @property
    def counts(self) -> pl.DataFrame:
        """How many numbers have which outcome: outcome, numbers; every outcome has a row, deleted_but_owned too."""
        counted = dict(self.numbers.group_by("outcome").len().iter_rows())
        counted["deleted_but_owned"] = self.owned["number"].n_unique()
        names = ["removed", "stayed", "remaining", "gone_unexpected", "new_unexpected", "deleted_but_owned"]
        return pl.DataFrame({"outcome": names, "numbers": [counted.get(name, 0) for name in names]})

    @property
    def needs_a_person(self) -> bool:
        """Whether anything is not as it was predicted, or is owned and held nowhere."""
        fine = ("removed", "stayed")
        return bool(self.counts.filter(~pl.col("outcome").is_in(fine))["numbers"].sum())


def compare(state: State, listed: pl.Series, as_of: date | None) -> Afterwards:
    """What became of the last package of a symbol, by a list from after it?

    Args:
        state: the symbol.
        listed: the numbers on the list afterwards.
        as_of: its day.

    Raises:
        InputError: no package was written, or its prediction is gone or changed.
    """
    package = _package(state)
    predicted = read_prediction(state.project.folder / package["folder"] / PREDICTION)
    before = with_name_of_today(predicted.drop("number"), "ocn", state.terminals).group_by("now", maintain_order=True)
    rows = before.agg(pl.col("ocn").alias("ocns"), *(pl.col(name).first() for name in ("class", "answer", "expected")))
    after = with_name_of_today(listed.unique().to_frame("ocn"), "ocn", state.terminals)
    found = after.group_by("now").agg(pl.col("ocn").sort().alias("found_as"))
    joined = rows.join(found, on="now", how="full", coalesce=True).rename({"now": "number"})
    numbers = joined.with_columns(_outcome(), ocns=pl.coalesce("ocns", "found_as")).drop("found_as").sort("number")
    gone = numbers.filter(pl.col("outcome").is_in(["removed", "gone_unexpected"])).select("number", "class")
    return Afterwards(state.symbol, package["folder"], as_of, numbers, _owned(state, gone, after))


def _package(state: State) -> dict:
    last = last_version(state)
    if last is None:
        raise InputError(
            f"no package of {state.symbol} was written, so nothing was predicted: there is nothing to compare with"
        )
    path = state.project.folder / last["folder"] / PREDICTION
    if not path.is_file() or sha256_of(path) != last["prediction_sha256"]:
        raise InputError(
            f"{last['folder']}/{PREDICTION} is gone or changed: bring it back from a backup, and compare again"
        )
    return last


def _outcome() -> pl.Expr:
    is_there, leaves = pl.col("found_as").is_not_null(), pl.col("expected").is_in(_EXPECTED_TO_LEAVE)
    return (
        pl.when(pl.col("expected").is_null())
        .then(pl.lit("new_unexpected"))
        .when(leaves & ~is_there)
        .then(pl.lit("removed"))
        .when(leaves)
        .then(pl.lit("remaining"))
        .when(is_there)
        .then(pl.lit("stayed"))
        .otherwise(pl.lit("gone_unexpected"))
        .alias("outcome")
    )


def _owned(state: State, gone: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """What is gone and owned, and is not held by a symbol that its owner goes to, under a later answer either."""
    table = state.project.table
    elsewhere = table("held_today").filter(pl.col("symbol") != state.symbol)
    here = after.lazy().select(symbol=pl.lit(state.symbol), number="now")
    return held_by_nobody(gone.lazy(), table("owner_judgements"), pl.concat([elsewhere, here]), table("solved_drifts"))


def newest_list(state: State) -> tuple[pl.Series, date]:
    """The numbers of the newest list that is loaded, and its day.

    Raises:
        InputError: it is not from after the package, or was not read whole.
    """
    day, package = state.list_day, _package(state)
    if day is None or str(day) <= package["day"]:
        raise InputError(
            f"the newest list of {state.symbol} that is loaded is of {day}, and the package is of {package['day']}: "
            f"load a list from after the deletion, or name its file"
        )
    lists = state.project.table("unread_lists").filter(pl.col("symbol") == state.symbol).collect()
    if lists.height:
        file, reason = lists["file"][0], lists["reason"][0]
        raise InputError(f"{file} was not read whole ({reason}): nobody can say what is gone by it")
    return state.newest_list.select("ocn").collect()["ocn"], day


def read_list(path: Path, state: State) -> tuple[pl.Series, date | None]:
    """The numbers of a list that is not loaded, and the day in its name; a list on which nothing stands has none.

    Raises:
        InputError: the file is missing, is of another symbol, from before the package, or was not read whole.
    """
    if not path.is_file():
        raise InputError(f"{path} is missing: name the list that OCLC sent after the deletion")
    source = recognise(next(iter(find_inputs(path))), state.settings)
    if source.symbol not in (None, state.symbol):
        raise InputError(f"{path} is a list of {source.symbol}, and what was deleted is of {state.symbol}")
    if source.as_of and str(source.as_of) < (day := _package(state)["day"]):
        raise InputError(
            f"{path} is of {source.as_of}, and the package is of {day}: it is no list from after the deletion"
        )
    if source.kind == "empty":
        return pl.Series("ocn", [], dtype=pl.Int64), source.as_of
    asked = Source(source.input, "worldcat_list", source.sha256, source.bytes, state.symbol, source.as_of)
    given: dict[str, list[pl.DataFrame]] = {"worldcat_holdings": [], "files": [], "load_issues": []}
    for table, frame in READERS["worldcat_list"].read(asked, state.settings):
        given.setdefault(table, []).append(frame)
    row = given["files"][0].row(0, named=True)
    problems = [issue for frame in given["load_issues"] for issue in frame["message"]]
    if row["rejected"] or row["kind"] != "worldcat_list" or (row["found"] == 0 and problems):
        why = problems[0] if problems else row["note"] or "no number was found in it"
        raise InputError(f"{path} was not read whole ({row['rejected']:,} of {row['found']:,} rows were not): {why}")
    numbers = [frame["ocn"] for frame in given["worldcat_holdings"]]
    return pl.concat(numbers) if numbers else pl.Series("ocn", [], dtype=pl.Int64), source.as_of
