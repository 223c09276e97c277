"""A new project folder: settings that are valid as they are, empty staff tables, and a copy of the notebooks."""

import shutil
from importlib.resources import files
from pathlib import Path

from .errors import InputError
from .local_lists.staff_tables import LOCATION_MAP, MILESTONES
from .settings import FILE_NAME

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"

_FOLDERS = ("data/raw", "data/tables", "decisions/returned", "reports")
_STAFF_TABLES = {
    LOCATION_MAP: "library,location,unit,outgoing_symbol,target_symbol,in_scope,valid_from\n",
    MILESTONES: "symbol,milestone,planned,actual,owner\n",
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
        for name, header in _STAFF_TABLES.items():
            if not (folder / name).exists():
                (folder / name).write_text(header, "utf-8")
        copy_notebooks(folder)
    except OSError as error:
        raise InputError(f"{folder} cannot be made: {error}") from None
    return folder


def copy_notebooks(folder: Path) -> None:
    """Give a project its own copy of the notebooks, to work in."""
    if NOTEBOOKS.is_dir() and (folder / "notebooks").resolve() != NOTEBOOKS:
        shutil.copytree(
            NOTEBOOKS, folder / "notebooks", dirs_exist_ok=True, ignore=shutil.ignore_patterns(".ipynb_checkpoints")
        )
