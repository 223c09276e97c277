"""A location map as staff have it: codes in other letters, or as a spreadsheet has left them, and lines that another one overtakes.

Each library has a line for all of it, to NEWA, where OCLC has confirmed everything; one for a location says LAWS, and may be
meant of the place where the title stands (practice.md 6.2, «Placed»).
"""

from small_library import At, Kind

CONFIRMED, UNDECIDED = "delete covered", "hold undecided_place"

# The location as the line has it, and as the catalogue has it.
SPELT = [
    ("res", "RES"),
    ("123", "00123"),
    ("1.00E+05", "1E5"),
    ("100000", "1E5"),
    ("1-Mar", "MAR1"),
    ("01.Mrz", "MAR1"),
    ("Mar-25", "MAR25"),
    ("2025-02-01", "1-2"),
    ("TRUE", "true"),
    ("Ref Desk", "REF-DESK"),
    ("RES;STO", "STO"),
    ("RES (Reserve)", "RES"),
]
OTHERS = [("STX2", "STX"), ("124", "00123"), ("2-Mar", "MAR1"), ("1E6", "1E5"), ("RESERVE", "RES")]
_LINE = "{},{},Unit,OLDA,{},{},{}\n"


def _line(library: str, location: str = "STX", target: str = "NEWA", scope: str = "yes", since: str = "") -> str:
    return _LINE.format(library, location, target, scope, since)


# Library: its lines, and whether a title at STX there may go.
OVERTAKEN = {
    # the line of the library is newer than that of the location; and it is not, or says the same
    "PA": (_line("PA") + _line("PA", "*", "LAWS", since="2025-09-20"), UNDECIDED),
    "PB": (_line("PB") + _line("PB", "*", since="2025-09-20"), CONFIRMED),
    "PC": (_line("PC", since="2025-01-01") + _line("PC", "*", "LAWS"), CONFIRMED),
    # a line that was added in other letters: later, of the same day, and earlier
    "PD": (_line("PD") + _line("pd", target="LAWS", since="2025-09-20"), UNDECIDED),
    "PE": (_line("PE") + _line("PE", "stx", "LAWS"), UNDECIDED),
    "PF": (_line("PF", since="2025-09-20") + _line("PF", "stx", "LAWS"), CONFIRMED),
    "PG": (_line("PG") + _line("PG", "stx"), CONFIRMED),
    "PH": (_line("PH") + _line("PH", "stx", "LAWS", since="2099-01-01"), CONFIRMED),
    # both are codes of the catalogue
    "PI": (_line("PI") + _line("PI", "stx", "LAWS"), CONFIRMED),
    # the library's line has other letters than the library
    "PJ": (_line("pj", "*", "LAWS", since="2025-09-20") + _line("PJ"), UNDECIDED),
    "PK": (_line("PK", "*") + _line("pk", target="LAWS"), UNDECIDED),
    # what was decided later: nobody knows whether, or where to, and it goes back to where it was
    "PL": (_line("PL") + _line("PL", scope="", since="2025-09-20"), UNDECIDED),
    "PM": (_line("PM") + _line("PM", target="", since="2025-09-20"), UNDECIDED),
    "PN": (_line("PN") + _line("PN", target="LAWS", since="2025-09-10") + _line("PN", since="2025-09-20"), CONFIRMED),
    "PO": (_line("PO") + _line("PO", scope="no", since="2025-09-20"), "review excluded_by_policy"),
    "PP": (_line("PP", target="LAWS", since="2025-09-10"), "hold owned_unconfirmed"),
}
_SPELT = {f"S{i:02}": pair for i, pair in enumerate(SPELT)} | {f"T{i:02}": pair for i, pair in enumerate(OTHERS)}
MAP_OF_PLACES = "".join(
    [
        *(_line(library, "*") + _line(library, line, "LAWS") for library, (line, _) in _SPELT.items()),
        *(lines for lines, _ in OVERTAKEN.values()),
    ]
)


def codes_of_a_map(at: At) -> Kind:
    """A line in another spelling, which the one for the rest of the library takes the place of; and lines for other places."""
    places = {i: (library, place) for i, (library, (_, place)) in enumerate(_SPELT.items(), 2)}
    bibs = (
        at.bib(i, f"035 $a(OCoLC){at.ocn(i)}", f"852 $b{library}$c{place}$8{at.holding(i)}", at="")
        for i, (library, place) in places.items()
    )
    answers = {i: UNDECIDED if library[0] == "S" else CONFIRMED for i, (library, _) in places.items()}
    return Kind(
        {1: CONFIRMED} | answers,
        own=tuple(places),
        records=b"".join(bibs),
        files=at.report("20250905", *map(at.took, (1, *places))),
    )


def lines_that_are_overtaken(at: At) -> Kind:
    """Of two lines of which each may be meant of a place, nobody knows which; of an older one, or a place's own, one does."""
    places = dict(enumerate(OVERTAKEN, 2))
    bibs = b"".join(at.has(i, at=f"{library}/STX") for i, library in places.items())
    other_place = at.has(900, at="PI/stx")
    return Kind(
        {1: CONFIRMED} | {i: OVERTAKEN[library][1] for i, library in places.items()},
        own=tuple(places),
        records=bibs + other_place,
        files=at.report("20250905", *map(at.took, (1, *places))),
    )


KINDS = (codes_of_a_map, lines_that_are_overtaken)
