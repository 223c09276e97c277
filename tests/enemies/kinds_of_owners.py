"""Who owns a number, and where its holdings go: kinds whose numbers must be held, and controls that must go."""

from small_library import At, Kind, zipped

SPELLINGS = (
    *(
        "(OCoLC)ocm {n}",
        "(OCoLC) {n}",
        "(ocolc)ocm0{n}",
        "(OCLC){n}",
        "OCoLC {n}",
        "ocn{n}",
        "ocm0{n}",
        "{n}",
        "(OCoLC)|a{n}",
    ),
    *(
        "(OCoLC){n}#",
        "(OCoLC-M){n}",
        "(OCoLC)ocm0{n} DLC",
        "(DLC){n}",
        "(OCoLC){g}",
        "(OCoLC){n}.0",
        "(OCoLC)\u00a0{n}",
    ),
    *(
        "(OCoLC)\u200b{n}",
        "(OCoLC){n}, 77",
        "OCLC#{n}",
        "(OCoLC)no:{n}",
        "(OCoLC)0000000{n}",
        "(OCoLC){n}x",
        "[OCoLC]{n}",
        "(OCoLC){w}",
    ),
)
WIDE = {48 + digit: 0xFF10 + digit for digit in range(10)}


def spellings(at: At) -> Kind:
    """A second bib at Law, never answered, has the number in an odd spelling."""
    texts = (
        s.format(n=at.ocn(i), g=f"{at.ocn(i):,}", w=str(at.ocn(i)).translate(WIDE)) for i, s in enumerate(SPELLINGS, 10)
    )
    return Kind(
        {1: "delete covered"} | {i: "held" for i, _ in enumerate(SPELLINGS, 10)},
        records=b"".join(at.bib(100 + i, f"035 $a{text}", at="LAW") for i, text in enumerate(texts, 10)),
    )


def places(at: At) -> Kind:
    """A second bib at Law has the number in another place; in 776, a barcode or a call number it is none of its own."""
    n = at.ocn
    bibs = (
        at.bib(102, f"019 $a{n(2)}", at="LAW"),
        at.bib(103, f"035 $a(OCoLC)77 $z(OCoLC){n(3)}", at="LAW"),
        at.bib(104, f"079 $aocm0{n(4)}", at="LAW"),
        at.bib(105, "003 OCoLC", id_=f"ocm0{n(5)}", at="LAW"),
        *(at.bib(i, at="LAW") for i in range(106, 110)),
        at.bib(110, f"776 $w(OCoLC){n(10)}", at="LAW"),
        at.bib(111, f"852 $bLAW$cSTX$hB{n(11)}$p3{n(11)}00$8{at.holding(111)}", at=""),
    )
    mfhds = (
        at.mfhd(106, f"014 $a{n(6)}", at="LAW"),
        at.mfhd(107, f"014 $a{n(7)}$bOCoLC", at="LAW"),
        at.mfhd(108, f"079 $a{n(8)}", at="LAW"),
        at.mfhd(109, f"035 $a(OCoLC){n(9)}", at="LAW"),
    )
    # OCLC's own holdings record has the OCN in 004, without a prefix
    lhr = at.mfhd(112, at="LAW").replace(at.mms(112).encode(), f"{n(12):017d}".encode())
    return Kind(
        dict.fromkeys((1, 10, 11), "delete covered") | dict.fromkeys((*range(2, 10), 12), "held"),
        records=b"".join(bibs),
        files={"catalogue/mfhd_places.mrc": b"".join([*mfhds, lhr])},
    )


def numbers_of_one_bib(at: At) -> Kind:
    """$z before $a in one 035, a second 035, and a 019 of our own; of another 019 OCLC says that it was merged."""
    first = at.bib(2, f"035 $z(OCoLC){at.ocn(3)}$a(OCoLC){at.ocn(2)}", f"035 $a(OCoLC){at.ocn(4)}")
    return Kind(
        dict.fromkeys((1, 2, 6, 7), "delete covered") | dict.fromkeys((3, 4, 5), "hold owned_unconfirmed"),
        own=(2, 3, 4, 5, 6, 7),
        records=first + at.bib(7, f"019 $a{at.ocn(5)}$a{at.ocn(6)}", f"035 $a(OCoLC){at.ocn(7)}"),
        files={**at.report("20250905", *map(at.took, (1, 2, 7))), **at.merged(7, 6)},
    )


def parts(at: At) -> Kind:
    """A second owner stands in the second part of one export, another in a part that is zipped."""
    last = at.has(4) + at.has(103, 3, at="LAW")
    return Kind(
        {1: "delete covered", 2: "hold owned_unconfirmed", 3: "hold owned_unconfirmed", 4: "delete covered"},
        own=(4,),
        files={
            "catalogue/full_20250901_parts_2.mrc": at.has(102, 2, at="LAW"),
            "catalogue/full_20250901_parts_3.zip": zipped("full_20250901_parts_3.mrc", last),
            **at.report("20250905", *map(at.took, (1, 2, 3, 4))),
        },
    )


def increments(at: At) -> Kind:
    """An owner without 001, a bib deleted, a number written after the sync, a bib new at Law, one that moved there."""
    changes = (
        at.has(102, 2, at="LAW", id_=""),
        at.has(103, 3, at="LAW", status="d"),
        at.has(104, 4),
        at.has(5),
        at.has(106, 6, at="LAW"),
        at.bib(7, "035 $a(OCoLC)77778", at="LAW"),
    )
    return Kind(
        dict.fromkeys((1, 3, 5), "delete covered") | {2: "hold doubtful_owner"} | dict.fromkeys((4, 6, 7), "held"),
        own=(4,),
        records=at.has(103, 3, at="LAW") + at.bib(104, "035 $a(OCoLC)77777"),
        files={
            **at.report("20250905", *map(at.took, (1, 2, 3, 5, 6, 7)), at.took(104, number=77_777_000)),
            "catalogue/inc_20250910.mrc": b"".join(changes),
        },
    )


def bound_with(at: At) -> Kind:
    """Hosts of another library: by 774 and 773, with an agency's prefix or OCLC's, suppressed, come late, two of one constituent."""
    up = {i: [f"773 $w(MH-ALMA){at.mms(200 + i)}"] for i in (6, 7)}
    bibs = [at.bib(i, f"035 $a(OCoLC){at.ocn(i)}", *up.get(i, ()), at="") for i in (2, 3, 4, 5, 6, 7, 9)]
    hosts = (
        at.bib(202, f"774 $w(MH){at.mms(2)}", at="LAW", title="Pamphlets 2"),
        at.bib(203, f"774 $w(MH){at.mms(3)}", title="Pamphlets 3"),
        at.bib(204, f"774 $w{at.mms(4)}", "950 $atrue", at="LAW", title="Host bibliographic record for barcode 4"),
        at.bib(206, at="LAW", title="Pamphlets 6"),
        at.bib(207, title="Pamphlets 7"),
        at.bib(209, f"774 $w{at.mms(9)}", title="Pamphlets 9"),
        at.bib(219, f"774 $w{at.mms(9)}", at="LAW", title="More pamphlets 9"),
        at.bib(208, f"774 $w(OCoLC){at.ocn(8)}", f"774 $w(OCoLC)ocm{at.ocn(908)}", at="LAW", title="Pamphlets 8"),
        at.bib(210, f"774 $w(OCoLC){at.ocn(10)}", f"774 $w{at.mms(10)}", title="Pamphlets 10"),
        at.bib(10, f"035 $a(OCoLC){at.ocn(10)}", at=""),
        # a host that is bound in another one
        at.bib(211, f"774 $w{at.mms(11)}", f"773 $w{at.mms(212)}", at="", title="Pamphlets 11"),
        at.bib(212, at="LAW", title="Volume of pamphlets 11"),
    )
    return Kind(
        dict.fromkeys((1, 3, 7, 10), "delete covered")
        | dict.fromkeys((2, 4, 5, 6, 9, 11), "held")
        | dict.fromkeys((8, 908), "hold doubtful_owner"),
        own=(2, 3, 4, 5, 6, 7, 9, 10, 908),
        records=b"".join([*bibs, *hosts]),
        files={
            **at.report("20250905", *map(at.took, (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11))),
            "catalogue/inc_20250910_host.mrc": at.bib(205, f"774 $w{at.mms(5)}", at="LAW", title="Pamphlets 5"),
        },
    )


def hidden(at: At) -> Kind:
    """Suppressed and excluded owners count; what is out of scope by decision does not stand in the way, what nobody placed does."""
    suppressed = f"852 $bLAW$cSTX$9suppressed$8{at.holding(110)}"
    bibs = (
        at.has(102, 2, at="LAW", status="n") + at.bib(112, f"035 $a(OCoLC){at.ocn(2)}", "950 $atrue", at="LAW"),
        at.bib(3, f"035 $a(OCoLC){at.ocn(3)}", "914 $aNO-WORLDCAT"),
        at.has(4, at="MAIN/RES"),
        at.has(5, at="MAIN MAIN/RES"),
        at.has(6, at="MAIN MAIN/ELSEWHERE"),
        at.bib(107, f"035 $a(OCoLC){at.ocn(7)}", "853 $81$av.", "863 $81.1$a1", "866 $80$av.1-3", at=""),
        at.bib(108, f"035 $a(OCoLC){at.ocn(8)}", at=""),
        at.bib(9, f"035 $a(OCoLC){at.ocn(9)}", "950 $atrue"),
        at.bib(10, f"035 $a(OCoLC){at.ocn(10)}", suppressed),
        at.bib(11, f"035 $a(OCoLC){at.ocn(11)}", f"866 $8{at.holding(11)}$av.1-3", at=""),
        at.has(12, at="MAIN LAW"),
        # an 852 of two places, one without an ID at a place of ours, one of another library, two kinds of fields that disagree
        at.bib(13, f"035 $a(OCoLC){at.ocn(13)}", f"852 $bMAIN$cSTX$bLAW$cSTX$8{at.holding(13)}", at=""),
        at.bib(14, f"035 $a(OCoLC){at.ocn(14)}", "852 $bLAW$cSTX"),
        at.bib(15, f"035 $a(OCoLC){at.ocn(15)}", "852 $bDLC$cSTACKS"),
        at.bib(16, f"035 $a(OCoLC){at.ocn(16)}", f"AVA $bLAW$jSTX$8{at.holding(16)}"),
        at.bib(17, f"035 $a(OCoLC){at.ocn(17)}", f"AVA $bMAIN$jSTX$8{at.holding(17)}"),
    )
    told = (1, 2, *range(5, 19))
    return Kind(
        dict.fromkeys((1, 5, 9, 12, 15, 17), "delete covered")
        | dict.fromkeys((2, 3, 4, 7, 8, 10, 11), "held")
        | dict.fromkeys((6, 13, 14, 16, 18), "hold undecided_place"),
        own=(3, 4, 5, 6, *range(9, 18)),
        records=b"".join(bibs),
        files={
            # a holdings record of two places
            "catalogue/mfhd_hidden.mrc": at.mfhd(18, "852 $bLAW$cSTX"),
            **at.report("20250905", *map(at.took, told)),
            **at.report("20250906", at.took(12), as_=("LAWS", "1099972")),
        },
    )


def pointed_at(at: At) -> Kind:
    """No bib has the number: one points to it, one is a reproduction of any later year, of one the title alone agrees."""
    held = {i: {"title": f"Held title {at.ocn(i)}", "year": 1931} for i in (3, 4)}
    bibs = (
        at.bib(102, f"776 $iMicrofilm$w(OCoLC){at.ocn(2)}", title="Something else", year=1890),
        at.bib(103, "533 $aMicrofilm.$d1957.", **held[3]),
        at.bib(104, **held[4]),
    )
    hits = dict.fromkeys((2, 3), "review text_or_number_hit")
    return Kind({1: "delete covered", 4: "delete not_in_catalogue"} | hits, own=(2, 3, 4), records=b"".join(bibs))


def damaged(at: At) -> Kind:
    """A record with a broken directory, one cut in its middle, bytes between records; inside of a longer number is none."""
    broken, cut = at.has(102, 2, at="LAW"), at.has(103, 3, at="LAW")
    between = f"ocm0{at.ocn(4)} Chronicle\x1e 9{at.ocn(5)}1 \x1d".encode()
    pieces = (broken[:24], b"XXXX", broken[28:], cut[:-20], at.has(190), between, at.has(191))
    return Kind(
        dict.fromkeys((1, 5), "delete covered") | {2: "hold doubtful_owner", 3: "held", 4: "hold doubtful_owner"},
        files={"catalogue/full_20250901_broken.mrc": b"".join(pieces)},
    )


def rounded(at: At) -> Kind:
    """Of a number that a spreadsheet has rounded, every number that it may have been has an owner in doubt."""
    may, cannot = 1_045_760_123, 1_045_770_123
    return Kind(
        {1: "delete covered", may: "hold doubtful_owner", cannot: "delete covered"},
        records=at.has(2, may) + at.has(3, cannot) + at.bib(102, "035 $a(OCoLC)1.04576E+09", at="LAW"),
        files=at.report("20250905", at.took(1), at.took(2, number=may), at.took(3, number=cannot)),
    )


def targets(at: At) -> Kind:
    """Where a holding goes today: moved by the map, to move in 2099, to a symbol that is emptied itself, or nobody said where."""
    at_places = {2: "MOVED", 3: "LATER", 4: "STAYS", 5: "ON", 6: "MAIN BLANK", 7: "MAIN OPEN"}
    return Kind(
        {1: "delete covered", 2: "held", 3: "delete covered", 4: "held", 5: "held"}
        | dict.fromkeys((6, 7), "hold undecided_place"),
        own=at_places,
        records=b"".join(at.has(i, at=place) for i, place in at_places.items()),
        files={
            **at.report("20250905", *map(at.took, (1, 2, 3, 6, 7))),
            **at.report("20250906", at.took(4), as_=("OLDA", "1099977")),
            **at.report("20250906", at.took(5), as_=("OLDB", "1099978")),
        },
    )


MAP_OF_TARGETS = """MOVED,STX,Main,OLDA,NEWA,yes,
MOVED,STX,Law,OLDA,LAWS,yes,2025-09-20
LATER,STX,Main,OLDA,NEWA,yes,
LATER,STX,Law,OLDA,LAWS,yes,2099-01-01
STAYS,STX,Old,OLDA,OLDA,yes,
ON,STX,Old,OLDA,OLDB,yes,
BLANK,STX,Blank,OLDA,,yes,
OPEN,*,Open,OLDA,NEWA,,
"""


def other_symbol(at: At) -> Kind:
    """A retired symbol with a sign in it."""
    return Kind(
        {("M@S", 2): "delete covered", ("M@S", 3): "hold owned_unconfirmed"},
        records=at.has(2, at="ENG") + at.has(3, at="ENG"),
        files=at.report("20250905", at.took(2)),
    )


KINDS = (
    spellings,
    places,
    numbers_of_one_bib,
    parts,
    increments,
    bound_with,
    hidden,
    pointed_at,
    damaged,
    rounded,
    targets,
    other_symbol,
)
