"""Which kind of report is this: by its name, then by what is in it (oclc_formats.md 1.3, 2, 13.1)."""

import re

from .filenames import FileName
from .plain_numbers import what_else_they_are

PROCESSING, EXCEPTION = "BibProcessingReport", "BibExceptionReport"
CROSS_REFERENCE, UNRESOLVED = "BibCrossRefReport", "BibUnresolvedCrossRefReport"
OLD_CROSS_REFERENCE, OLD_UNRESOLVED, OLD_EXCEPTION = "xrefrpt", "unresxrefrpt", "bibdetailexcpt"
SCAN_DELETE = "scan_delete_report"

# Kinds whose number column holds an OCN, and those where it holds a staging number (oclc_formats.md 1.7, 1.8, 2.1, 2.2).
RESULT_LISTS = (CROSS_REFERENCE, OLD_CROSS_REFERENCE)
STAGING_LISTS = (UNRESOLVED, OLD_UNRESOLVED)
READABLE = (PROCESSING, EXCEPTION, OLD_EXCEPTION, SCAN_DELETE, *RESULT_LISTS, *STAGING_LISTS)

# With a digit in it, and no blank: 991234567890106001, .b12345678x, ab-77.
_LOCAL_NUMBER = re.compile(r"\s*(?=\S*\d{3})[\w.()+/-]+\s*")
_NUMBER = re.compile(r"(?:\(OCoLC\))?\s*+(?:ocm|ocn|on)?\s*+\d+\s*", re.I)


def kind_by_name(name: FileName) -> str | None:
    """The kind that the name promises; of a report that we have no layout for, its own word for itself."""
    if name.family == "scan_delete_report":
        return SCAN_DELETE
    return name.kind if name.family in ("report", "old_report") else None


def kind_by_content(lines: list[str]) -> str | None:
    """The kind that the first lines show, when they leave no doubt.

    Two columns of numbers are a cross reference, but only the name tells the one with OCNs from the one with staging
    numbers: nothing is said of it here.
    """
    filled = [line for line in lines if line.strip()]
    if any(line.lower().startswith("incoming oclc") for line in filled):
        return OLD_EXCEPTION
    keyed = [line for line in filled if "::bib::" in line.split("|", 1)[0]]
    if len(keyed) * 2 <= len(filled):
        return None
    columns = [line.count("|") + 1 for line in keyed]
    for kind, count in ((PROCESSING, 5), (EXCEPTION, 7)):
        if columns.count(count) * 2 > len(columns):
            return kind
    return None


def looks_like_cross_reference(lines: list[str]) -> bool:
    """Whether most lines are a local number and an OCN with a tab between them.

    A column of years, counts or row numbers is none of OCNs, and one of names or row numbers none of local numbers.
    """
    filled = [line for line in lines if line.strip()]
    cells = [line.rstrip("\r").split("\t") for line in filled]
    fitting = [row for row in cells if len(row) == 2 and _NUMBER.fullmatch(row[1]) and _LOCAL_NUMBER.fullmatch(row[0])]
    local, ocns = ([row[i].strip() for row in fitting] for i in (0, 1))
    return len(fitting) * 2 > len(filled) and not what_else_they_are(ocns) and len(set(local)) * 2 > len(local)


def delimiter_of(lines: list[str]) -> str:
    """The character that most likely separates columns: tab, pipe, semicolon, comma; a tab when there is none."""
    filled = [line for line in lines if line.strip()]
    return max("\t|;,", key=lambda mark: sum(mark in line for line in filled))
