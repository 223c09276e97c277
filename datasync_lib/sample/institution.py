"""Marlow University, which does not exist: its libraries, units, symbols and collections.

Four old symbols are emptied into three that are kept; between two of those some holdings move. Every constant that the example's files and its truth must agree on
stands here.
"""

from dataclasses import dataclass
from datetime import date

NAME = "Marlow University Library (example)"
EXTRACT_DATE = date(2025, 7, 20)
INCREMENTS = (date(2025, 8, 5), date(2025, 8, 12))
LIST_DATE = date(2025, 9, 15)
OLDER_LIST_DATE = date(2025, 6, 30)


@dataclass(frozen=True)
class Line:
    """A line of the location map; nobody has decided yet where `in_scope` is None."""

    library: str
    location: str
    unit: str
    outgoing: str
    target: str
    in_scope: bool | None = True
    valid_from: str = ""


# symbol, name, mode, who deletes
SYMBOLS = (
    ("MWU", "Marlow University", "kept", "own_lists"),
    ("MWS", "Marlow University, Sciences", "kept", "own_lists"),
    ("MWC", "Marlow College", "kept", "own_lists"),
    ("MWH", "Marlow University, Humanities and Special Collections", "retired", "oclc_scan_delete"),
    ("MLW", "Marlow Law Library", "retired", "oclc_scan_delete"),
    ("M@S", "Marlow Engineering Library", "retired", "own_lists"),
    ("MMD", "Marlow Medical Library", "retired", "symbol_merge"),
)
RETIRED = tuple(symbol for symbol, _, mode, _ in SYMBOLS if mode == "retired")

# Which list of WorldCat's there is for a symbol, and in which form: MARC with titles, or bare numbers. MWU has none yet.
LISTS = {"MWS": "txt", "MWC": "mrc", "MWH": "mrc", "MLW": "mrc", "M@S": "txt", "MMD": "txt"}
# Those of which there is a list from before the extract too, as bare numbers.
OLDER_LISTS = ("MWC", "MLW", "M@S", "MMD")

# (symbol, match mode) -> collection ID
COLLECTIONS = {
    ("MWU", "ocn"): "1090101",
    ("MWU", "full"): "1090102",
    ("MWS", "ocn"): "1090201",
    ("MWS", "full"): "1090202",
    ("MWC", "ocn"): "1090501",
    ("MWC", "full"): "1090502",
}
LHR_COLLECTION = "1090301"
# symbol -> the collection of the holdings that the library deletes itself
DELETE_COLLECTIONS = {"M@S": "1090401", "MWS": "1090402"}

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
    Line("LAW", "annex", "Law Library", "MLW", "MWU", in_scope=None),
    Line("MED", "annex", "Medical Library", "MMD", "MWS", in_scope=None),
    Line("SCI", "*", "Science Libraries", "MWS", "MWS"),
    Line("SCI", "college", "College Library", "MWS", "MWC"),
    Line("COLL", "*", "College Library", "MWC", "MWC"),
    Line("COLL", "science", "Science Libraries", "MWC", "MWS"),
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
