"""Which files a deletion has, by who deletes: our own lists, OCLC's scan, or a merge of symbols (practice.md 6.1, 6.3).

Everything here takes a `Cleared` symbol. A file is a function that writes it at a path.
"""

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import polars as pl

from ...errors import InputError
from ...oclc.filenames import upload_name
from ...settings import Collection
from ...spreadsheets.safe_text import for_people
from .before_lists import archived_list
from .gate import Cleared
from .number_files import CONNEXION, RECORD_MANAGER, parts, write_marc, write_nsk, write_plain
from .prediction import GOES, RESET, STAYS
from .state import DELETE
from .texts import read_me, request_of_merge, request_of_scan

Files = dict[str, Callable[[Path], object]]

_SHOWN = ["ocn", "number", "class", "because", "answer", "mms_id", "unit", "targets", "title"]


def files_of(cleared: Cleared, prediction: pl.DataFrame) -> Files:
    """The files for who deletes, and those that every deletion has, by their path in the package.

    Raises:
        InputError: nothing is to go.
    """
    state = cleared.state
    if prediction.filter(pl.col("answer") == DELETE).is_empty() and state.described.deleted_by == "own_lists":
        raise InputError(f"no number under {state.symbol} has the answer delete: there is nothing to write")
    stays = prediction.filter(pl.col("answer") != DELETE)
    keep = stays.filter(pl.col("answer") == "keep").select(_SHOWN)
    hold = stays.filter(pl.col("answer") != "keep").select(_SHOWN)
    own = {"own_lists": _own_lists, "oclc_scan_delete": _scan_delete, "symbol_merge": _symbol_merge}
    common: Files = {
        "prediction.csv": for_people(prediction).write_csv,
        "balance.csv": for_people(state.balance).write_csv,
        "checks.csv": for_people(cleared.checks).write_csv,
        "keep.csv": for_people(keep).write_csv,
        "hold.csv": for_people(hold).write_csv,
        "before_list.csv": partial(_copy, source=_archived(cleared)),
        "README.txt": partial(write_text, text=read_me(cleared, prediction)),
    }
    return common | own[state.described.deleted_by](cleared, prediction)


def _archived(cleared: Cleared) -> Path:
    return cleared.state.decisions / archived_list(cleared.state).file


def _copy(path: Path, source: Path) -> None:
    shutil.copyfile(source, path)


def write_text(path: Path, text: str) -> None:
    """Write a text file."""
    path.write_text(text, "utf-8")


def _own_lists(cleared: Cleared, prediction: pl.DataFrame) -> Files:
    """The numbers that go, in each form that OCLC takes."""
    state = cleared.state
    numbers = state.going["number"]
    files: Files = {}
    for name, size in (("connexion", CONNEXION), ("record_manager", RECORD_MANAGER)):
        for part, of_part in parts(numbers, size):
            files[f"delete/{name}_{part}.txt"] = partial(write_plain, numbers=of_part)
    if collection := _delete_collection(cleared):
        files |= _uploads(
            collection, state.symbol, f"{state.today:%Y%m%d}", numbers, state.settings.gates.records_per_file_max
        )
    return files


def _delete_collection(cleared: Cleared) -> Collection | None:
    state = cleared.state
    own = (c for c in state.settings.collections if c.symbol == state.symbol and c.type == "delete_holdings")
    return next(own, None)


def _uploads(collection: Collection, symbol: str, day: str, numbers: pl.Series, size: int) -> Files:
    """The same numbers three times, of which one is sent: as keys, as keys of a group, as MARC."""

    def named(part: str, kind: str, ending: str) -> str:
        return f"delete/{upload_name(collection.id, symbol, f'{day}.{part}.{kind}', ending)}"

    files: Files = {}
    for part, of_part in parts(numbers, size):
        files[named(part, "NSK", "csv")] = partial(write_nsk, numbers=of_part)
        files[named(part, "group.NSK", "csv")] = partial(write_nsk, numbers=of_part, symbol=symbol)
        files[named(part, "delete", "mrc")] = partial(write_marc, numbers=of_part, collection=collection)
    return files


def _scan_delete(cleared: Cleared, prediction: pl.DataFrame) -> Files:
    """The request, what the scan would take that must stay, and what it leaves that should go."""
    state = cleared.state
    files: Files = {"scan_delete_request.txt": partial(write_text, text=request_of_scan(cleared, prediction))}
    if state.described.mode == "retired":
        swept = prediction.filter((pl.col("expected") == GOES) & (pl.col("answer") != DELETE))
        return files | ({"move_first.csv": for_people(swept.select(_SHOWN)).write_csv} if swept.height else {})
    left = prediction.filter((pl.col("expected") == STAYS) & (pl.col("answer") == DELETE)).select(_SHOWN)
    files["not_swept.csv"] = for_people(left).write_csv
    numbers = prediction.filter(pl.col("expected") == RESET)["number"].drop_nulls().unique().sort()
    bib = next((c for c in state.settings.collections if c.symbol == state.symbol and c.type == "bib"), None)
    if bib and numbers.len():
        name = upload_name(bib.id, state.symbol, f"{state.today:%Y%m%d}.reset.NSK", "csv")
        files[f"reset/{name}"] = partial(write_nsk, numbers=numbers)
    for part, of_part in parts(numbers, CONNEXION):
        files[f"reset/connexion_{part}.txt"] = partial(write_plain, numbers=of_part)
    return files


def _symbol_merge(cleared: Cleared, prediction: pl.DataFrame) -> Files:
    """The request, and where each number goes with it."""
    return {
        "symbol_merge_request.txt": partial(write_text, text=request_of_merge(cleared, prediction)),
        "merge.csv": for_people(prediction.select(_SHOWN)).write_csv,
    }
