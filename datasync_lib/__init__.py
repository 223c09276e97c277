"""The Data Sync Workbench: a library's catalogue in Alma and its holdings in WorldCat, brought back into agreement.

The dozen names that a notebook needs; everything else is in the subpackages, in the order files → tables → findings → outputs.
"""

from .errors import DatasyncError, InputError, OutputError, SettingsError, StoreError
from .marc import read_marc, scan_marc
from .oclc.reports import read_reports
from .problems import PROBLEMS
from .project import Project, open_project

__all__ = [
    "PROBLEMS",
    "DatasyncError",
    "InputError",
    "OutputError",
    "Project",
    "SettingsError",
    "StoreError",
    "open_project",
    "read_marc",
    "read_reports",
    "scan_marc",
]
