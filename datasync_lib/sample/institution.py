"""Marlow University, which does not exist: its libraries, units, symbols and collections.

Four old symbols are emptied into two that are kept. Every constant that the example's files and its truth must agree on
stands here.
"""

from dataclasses import dataclass
from datetime import date

NAME = "Marlow University Library (example)"
EXTRACT_DATE = date(2025, 7, 20)
LIST_DATE = date(2025, 9, 15)
OLDER_LIST_DATE = date(2025, 6, 30)


@dataclass(frozen=True)
class Line:
    """A line of the location map."""

    library: str
    location: str
    unit: str
    outgoing: str
    target: str
    in_scope: bool = True
    valid_from: str = ""


# symbol, name, mode, who deletes
SYMBOLS = (
    ("MWU", "Marlow University", "kept", "own_lists"),
    ("MWS", "Marlow University, Sciences", "kept", "own_lists"),
    ("MWH", "Marlow University, Humanities and Special Collections", "retired", "oclc_scan_delete"),
    ("MLW", "Marlow Law Library", "retired", "oclc_scan_delete"),
    ("M@S", "Marlow Engineering Library", "retired", "own_lists"),
    ("MMD", "Marlow Medical Library", "retired", "symbol_merge"),
)
RETIRED = tuple(symbol for symbol, _, mode, _ in SYMBOLS if mode == "retired")

# Which list of WorldCat's there is for a symbol, and in which form: MARC with titles, or bare numbers.
LISTS = {"MWS": "mrc", "MWH": "mrc", "MLW": "mrc", "M@S": "txt", "MMD": "txt"}

# (symbol, match mode) -> collection ID
COLLECTIONS = {
    ("MWU", "ocn"): "1090101",
    ("MWU", "full"): "1090102",
    ("MWS", "ocn"): "1090201",
    ("MWS", "full"): "1090202",
}
LHR_COLLECTION = "1090301"
DELETE_COLLECTION = "1090401"

LOCATION_MAP = (
    Line("MAIN", "stacks", "Main Library", "MWU", "MWU"),
    Line("MAIN", "ref", "Main Library", "MWU", "MWU"),
    Line("MAIN", "online", "Main Library", "MWU", "MWU"),
    Line("MAIN", "reserve", "Main Library", "MWU", "MWU", in_scope=False),
    Line("MUSIC", "*", "Main Library", "MWH", "MWU"),
    Line("SPEC", "*", "Special Collections", "MWH", "MWU"),
    Line("SPEC", "equip", "Special Collections", "MWH", "MWU", in_scope=False),
    Line("LAW", "stacks", "Law Library", "MLW", "MWU"),
    Line("LAW", "periodicals", "Law Library", "MLW", "MWU"),
    Line("LAW", "Reading Room", "Law Library", "MLW", "MWU"),
    Line("SCI", "*", "Science Libraries", "MWS", "MWS"),
    Line("ENG", "*", "Science Libraries", "M@S", "MWS"),
    Line("MED", "stacks", "Medical Library", "MMD", "MWS"),
    Line("MED", "history", "Medical Library", "MMD", "MWS"),
    Line("MED", "history", "Special Collections", "MMD", "MWU", valid_from="2025-07-01"),
    Line("DEPOT", "sci", "Science Libraries", "M@S", "MWS"),
    Line("DEPOT", "*", "Special Collections", "MWH", "MWU"),
)

_EXACT = {(line.library, line.location): line for line in LOCATION_MAP}


def place(library: str | None, location: str | None) -> Line | None:
    """The line of the map for a location: its own one, else the library's line with *; the last of several."""
    return _EXACT.get((library, location)) or _EXACT.get((library, "*"))


# Where a bib without anything special about it stands: library, location, weight.
USUAL_PLACES = (
    ("MAIN", "stacks", 30),
    ("MAIN", "ref", 3),
    ("MUSIC", "scores", 6),
    ("SPEC", "rare", 5),
    ("SPEC", "Rare Book Room", 2),
    ("LAW", "stacks", 9),
    ("LAW", "Reading Room", 2),
    ("LAW", "periodicals", 3),
    ("SCI", "stacks", 11),
    ("SCI", "JOURNALS A-K", 2),
    ("ENG", "stacks", 9),
    ("MED", "stacks", 9),
    ("MED", "history", 2),
    ("DEPOT", "sci", 3),
    ("DEPOT", "a1", 4),
)
