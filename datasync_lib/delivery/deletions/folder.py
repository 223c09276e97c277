"""A package of a deletion in its folder: whole or not at all, with the hash of every file, and never over another one.

`write_package` is the only function that writes what deletes, and it takes a `Cleared` symbol only.
"""

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl

from ...errors import GateClosed, OutputError
from ...workbooks.records import add_lines
from ...workbooks.replacing import free_path
from ...workbooks.safe_names import safe_name
from .before_lists import sha256_of
from .gate import Cleared
from .state import State
from .versions import PREDICTION, RECORD

Files = Mapping[str, Callable[[Path], object]]

MANIFEST = "manifest.json"
_VERSION = 1


def write_package(cleared: Cleared, files: Files, last: Mapping[str, Callable]) -> Path:
    """Write a package into `reports/deletions/SYMBOL/DAY`, or `DAY_r2` where that is there already.

    Args:
        cleared: the symbol.
        files: what writes each file, by its path in the package.
        last: files that name the others: each gets its path, and what was written before it (`written`).

    Returns:
        The folder.

    Raises:
        GateClosed: the symbol is not cleared.
        OutputError: a file cannot be written; nothing is left of the package then.
    """
    if not isinstance(cleared, Cleared):
        raise GateClosed("a package is written of a cleared symbol only; nothing was written")
    state = cleared.state

    def name_the_others(beside: Path) -> None:
        for name, write in last.items():
            write(beside / name, written(beside))
        _write_manifest(beside / MANIFEST, cleared)

    folder = write_folder(folder_of(state) / f"{state.today}", files, name_the_others)
    try:
        _record(cleared, folder)
    except Exception:
        # Nothing may lie there that the record does not know.
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return folder


def folder_of(state: State) -> Path:
    """Where everything lies that was written on the deletion of a symbol."""
    return state.project.reports / "deletions" / safe_name(state.symbol)


def write_folder(wanted: Path, files: Files, finish: Callable[[Path], None] = lambda _: None) -> Path:
    """Write files into a folder of their own, whole or not at all; one that is there stays, and the new one is `_r2`.

    Raises:
        OutputError: a file cannot be written.
    """
    folder = free_path(wanted)
    beside = folder.with_name(f".{folder.name}.part")
    try:
        shutil.rmtree(beside, ignore_errors=True)
        for name, write in files.items():
            path = beside / name
            path.parent.mkdir(parents=True, exist_ok=True)
            write(path)
        finish(beside)
        beside.replace(folder)
    except OSError as error:
        raise OutputError(f"{folder} cannot be written, and nothing of it is left: {error}") from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return folder


def written(folder: Path) -> pl.DataFrame:
    """The files of a package: file, bytes, sha256; sorted."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    rows = [(path.relative_to(folder).as_posix(), path.stat().st_size, sha256_of(path)) for path in paths]
    return pl.DataFrame(rows, schema={"file": pl.String, "bytes": pl.Int64, "sha256": pl.String}, orient="row")


def _write_manifest(path: Path, cleared: Cleared) -> None:
    state = cleared.state
    said = cleared.checks.select("name", "passes", "numbers", "who", "why", "at").to_dicts()
    content = {
        "version": _VERSION,
        "symbol": state.symbol,
        "mode": state.described.mode,
        "deleted_by": state.described.deleted_by,
        "day": str(state.today),
        "list_of": str(state.list_day),
        "extract_of": str(state.extract_day),
        "numbers_held": state.held.height,
        "numbers_that_go": state.going.height,
        "checks": said,
        "files": written(path.parent).to_dicts(),
    }
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _record(cleared: Cleared, folder: Path) -> None:
    state = cleared.state
    line = {
        "symbol": state.symbol,
        "folder": folder.relative_to(state.project.folder).as_posix(),
        "day": str(state.today),
        "list_of": str(state.list_day),
        "deleted_by": state.described.deleted_by,
        "numbers": state.going.height,
        "prediction_sha256": sha256_of(folder / PREDICTION),
        "manifest_sha256": sha256_of(folder / MANIFEST),
    }
    add_lines(state.decisions / RECORD, [line])


def changed_files(folder: Path) -> list[str]:
    """The files of a package that are not what its manifest says: changed, gone or come since; sorted."""
    said = {row["file"]: row["sha256"] for row in json.loads((folder / MANIFEST).read_text("utf-8"))["files"]}
    now = {row["file"]: row["sha256"] for row in written(folder).to_dicts()}
    return sorted(file for file in said.keys() | now.keys() if said.get(file) != now.get(file))
