"""The Data Sync Workbench: a library's catalogue in Alma and its holdings in WorldCat, brought back into agreement.

The dozen names that a notebook needs; everything else is in the subpackages, in the order files → tables → findings → outputs.
Each name is imported when it is first asked for, so that `datasync --help` does not wait for what reads MARC.
"""

from importlib import import_module

_HOMES = {
    "PROBLEMS": "problems",
    "DatasyncError": "errors",
    "InputError": "errors",
    "OutputError": "errors",
    "Project": "project",
    "SettingsError": "errors",
    "StoreError": "errors",
    "open_project": "project",
    "read_marc": "marc",
    "read_reports": "oclc.reports",
    "scan_marc": "marc",
}

__all__ = list(_HOMES)


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOMES[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
