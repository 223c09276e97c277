"""`datasync.toml` as models: what a library decides once, with what we expect of each key.

Every key has a default, so that a new project loads before anything is filled in. A wrong or misspelt key is named by
its path in the file, with what was expected; all faults of a file are told at once.
"""

from .parts import (
    Collection,
    EvidenceList,
    Exclusion,
    Extract,
    FlagRule,
    Gates,
    HoldingsField,
    Institution,
    ItemField,
    LhrMark,
    Links,
    OcnPlace,
    OcnSettings,
    RawFiles,
    Suppression,
    SymbolSettings,
    Workbooks,
    WorldcatList,
)
from .report_layouts import DESCRIBED_REPORTS, ReportLayout
from .whole import FILE_NAME, Settings, read_settings

__all__ = [
    "DESCRIBED_REPORTS",
    "FILE_NAME",
    "Collection",
    "EvidenceList",
    "Exclusion",
    "Extract",
    "FlagRule",
    "Gates",
    "HoldingsField",
    "Institution",
    "ItemField",
    "LhrMark",
    "Links",
    "OcnPlace",
    "OcnSettings",
    "RawFiles",
    "ReportLayout",
    "Settings",
    "Suppression",
    "SymbolSettings",
    "Workbooks",
    "WorldcatList",
    "read_settings",
]
