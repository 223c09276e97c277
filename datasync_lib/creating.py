"""A new project folder: settings that are valid as they are, staff tables to fill in, and a copy of the notebooks and queries."""

import csv
import shutil
from importlib.resources import files
from pathlib import Path

from .errors import InputError
from .local_lists.staff_tables import LOCATION_MAP, MILESTONES
from .local_lists.usual_milestones import suggested_lines
from .results.saved_queries import FOLDER as QUERIES
from .results.saved_queries import copy_queries
from .settings import FILE_NAME

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"

_FOLDERS = ("data/raw", "data/tables", "decisions/returned", "own", "reports")
_STAFF_TABLES = {
    LOCATION_MAP: [("library", "location", "unit", "outgoing_symbol", "target_symbol", "in_scope", "valid_from")],
    MILESTONES: [("symbol", "milestone", "planned", "actual", "owner"), *suggested_lines()],
}


def new_project(folder: str | Path) -> Path:
    """Make a project folder, with `datasync.toml` to fill in; what is there already is never overwritten.

    Raises:
        InputError: there is a project in the folder already, or the folder cannot be made.
    """
    folder = Path(folder)
    if (folder / FILE_NAME).exists():
        raise InputError(f"{folder} is a project already: open it, or name another folder")
    try:
        for name in _FOLDERS:
            (folder / name).mkdir(parents=True, exist_ok=True)
        template = files(__package__) / "templates" / FILE_NAME
        (folder / FILE_NAME).write_text(template.read_text("utf-8"), "utf-8")
        for name, lines in _STAFF_TABLES.items():
            if not (folder / name).exists():
                with (folder / name).open("w", encoding="utf-8", newline="") as stream:
                    csv.writer(stream, lineterminator="\n").writerows(lines)
        copy_notebooks(folder)
    except OSError as error:
        raise InputError(f"{folder} cannot be made: {error}") from None
    return folder


def copy_notebooks(folder: Path) -> None:
    """Give a project its own copy of the notebooks and saved queries, to work in."""
    copy_queries(folder / QUERIES)
    if NOTEBOOKS.is_dir() and (folder / "notebooks").resolve() != NOTEBOOKS:
        shutil.copytree(
            NOTEBOOKS, folder / "notebooks", dirs_exist_ok=True, ignore=shutil.ignore_patterns(".ipynb_checkpoints")
        )


def after_new(folder: Path) -> str:
    """What to do with a new project, for the command line."""
    return "\n".join(
        [
            f"{folder} is ready. What comes next:",
            f"1. Put exports, OCLC's reports and lists into {folder / 'data' / 'raw'}.",
            f"2. Describe your symbols in {folder / FILE_NAME}; the rest of it can stay as it is.",
            f"3. datasync load -p {folder} takes them in; {folder / 'reports' / 'locations_to_map.csv'} then lists the "
            f"locations that {LOCATION_MAP} has to name.",
            f"4. datasync lab -p {folder} opens the notebooks; begin with 00.",
            f"{MILESTONES} suggests the usual milestones of each symbol, without dates: those are yours to give.",
        ]
    )


def after_sample(folder: Path) -> str:
    """What to do with an example institution, or with played answers, for the command line."""
    return (
        f"What comes next: datasync load -p {folder}, then datasync lab -p {folder} opens the notebooks; "
        f"datasync run -p {folder} writes them all as pages into {folder / 'reports'}"
    )
