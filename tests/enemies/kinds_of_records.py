"""Records of the catalogue that say less than they seem to: kinds whose numbers must be held, and controls that must go."""

from small_library import At, Kind

CONFIRMED, IN_DOUBT, NO_PLACE = "delete covered", "hold doubtful_owner", "hold undecided_place"


def holdings_of_one_id(at: At) -> Kind:
    """Two holdings records have one ID: at two places nobody knows which holds it, at one place it does not matter."""
    pairs = {2: ("MAIN", "LAW"), 3: ("MAIN", "MAIN")}
    return Kind(
        {1: CONFIRMED, 2: NO_PLACE, 3: CONFIRMED},
        files={"catalogue/mfhd_one_id.mrc": b"".join(at.mfhd(i, at=place) for i, of in pairs.items() for place in of)},
    )


def shifted(record: bytes) -> bytes:
    """A record whose directory points three bytes behind each field."""
    base = int(record[12:17])
    entries = (record[i : i + 12] for i in range(24, base - 1, 12))
    return record[:24] + b"".join(b"%s%05d" % (each[:7], int(each[7:]) + 3) for each in entries) + record[base - 1 :]


def not_read_whole(at: At) -> Kind:
    """Records that are taken in although a field of them cannot be read; the number in it may be theirs."""
    without_delimiter = at.has(102, 2, at="LAW").replace(b"\x1fa(OCoLC)", b" a(OCoLC)")
    without_any = at.has(103, 3, at="LAW").replace(b"\x1f", b"$")
    # its own number, and the one that it points to, are read, and what is left out says nothing of them
    texts = (f"035 $a(OCoLC){at.ocn(5)}", "500 $aNote of a reader", f"776 $w(OCoLC){at.ocn(7)}")
    of_a_note = at.bib(5, *texts).replace(b"\x1faNote", b" aNote")
    marcxml = (
        '<collection xmlns="http://www.loc.gov/MARC21/slim"><record><leader>00000nam a2200000 a 4500</leader>'
        f'<controlfield tag="001">{at.mms(104)}</controlfield>'
        f'<datafield tag="035" ind1=" " ind2=" "><subfield>(OCoLC){at.ocn(4)}</subfield></datafield>'
        '<datafield tag="245" ind1="1" ind2="0"><subfield code="a">Reeds</subfield></datafield></record></collection>'
    )
    return Kind(
        dict.fromkeys((1, 5, 7), CONFIRMED) | dict.fromkeys((2, 3, 4, 6), IN_DOUBT),
        own=(5,),
        records=without_delimiter + without_any + of_a_note + shifted(at.has(106, 6, at="LAW")),
        files={
            "catalogue/full_20250901_odd.xml": marcxml,
            **at.report("20250905", *map(at.took, range(1, 8))),
        },
    )


def hosts_that_are_not_there(at: At) -> Kind:
    """A copy of its own, and a host besides, of which nobody knows where it stands; other numbers of 773 name no host of ours."""
    number = {i: f"035 $a(OCoLC){at.ocn(i)}" for i in range(2, 10)}
    named = {2: at.mms(150), 5: "(OCoLC)12345678", 6: "(DE-600)20123456", 7: at.mms(157), 8: "9912345678905678"}
    bibs = [at.bib(i, number[i], f"773 $w{host}") for i, host in named.items()]
    hosts = (
        at.bib(153, f"774 $w{at.mms(3)}", at="LAW", id_=""),
        at.bib(154, f"774 $wocm{at.ocn(4):08d}", at="LAW"),
        at.bib(157),
    )
    return Kind(
        dict.fromkeys((1, 5, 6, 7, 8), CONFIRMED) | {2: NO_PLACE, 3: NO_PLACE, 4: IN_DOUBT},
        own=named,
        records=b"".join([*bibs, *hosts]),
        files=at.report("20250905", *map(at.took, range(1, 9))),
    )


def an_ocn_in_004(at: At) -> Kind:
    """A holdings record names an OCN without a prefix as its bib, while another bib has the holding."""
    mfhd = at.mfhd(102, at="LAW").replace(at.mms(102).encode(), f"{at.ocn(2):017d}".encode())
    return Kind(
        {1: CONFIRMED, 2: IN_DOUBT, 3: CONFIRMED},
        records=at.bib(102, at="LAW"),
        files={"catalogue/mfhd_of_ocn.mrc": mfhd + at.mfhd(3)},
    )


def numbers_in_other_fields(at: At) -> Kind:
    """Where systems and staff put a number of OCLC besides: its record may be the one that is held."""
    places = {
        2: "914 $a(OCoLC)ocm{:08d}$cmatch",
        3: "919 $a(OCoLC){}",
        4: "035 $9(OCoLC){}",
        5: "019 $z(OCoLC){}",
        6: "904 $aocm{:08d}",
        7: "990 $x(OCOLC){}",
        8: "079 $z ocm{:08d}",
    }
    # what is no number of OCLC's says nothing
    texts = ("914 $aNO-WORLDCAT", f"904 $a{at.ocn(9)} copies", f"990 $aGift {at.ocn(9)}", f"035 $9(DLC){at.ocn(9)}")
    bibs = [at.bib(100 + i, text.format(at.ocn(i)), at="LAW") for i, text in places.items()]
    other = at.bib(109, *texts, at="LAW")
    return Kind({1: CONFIRMED, 9: CONFIRMED} | dict.fromkeys(places, "held"), records=b"".join([*bibs, other]))


KINDS = (holdings_of_one_id, not_read_whole, hosts_that_are_not_there, an_ocn_in_004, numbers_in_other_fields)
