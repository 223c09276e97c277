"""Where the catalogue has a number, and how whole its records are: kinds that must be held, and controls that must go."""

from small_library import At, Kind


def digits_in_001(at: At) -> Kind:
    """001 is the OCN in digits, as OCLC's record was loaded: 003 is spelt in several ways, or is not there."""
    spelt = {2: "OCoLC", 3: "ocolc", 4: "OCOLC", 5: "OCLC", 6: "(OCoLC)", 7: "0CoLC", 8: ""}
    bibs = (
        at.bib(100 + i, *([f"003 {code}"] if code else []), at="LAW", id_=str(at.ocn(i))) for i, code in spelt.items()
    )
    # the ID of a bib is none, whatever digits it has
    other = at.bib(109, "003 OCoLC", id_=f"99{at.ocn(9)}3941")
    return Kind(
        dict.fromkeys((1, 9), "delete covered") | dict.fromkeys(spelt, "held"), records=b"".join([*bibs, other])
    )


def too_long(record: bytes) -> bytes:
    """A record of more than 99,999 bytes as programs write it: of each start the last five digits are there."""
    head, *fields = record.removesuffix(b"\x1e\x1d").split(b"\x1e")
    entry, position, directory = head.index(b"4500") + 4, 0, b""
    for body in fields:
        directory += b"%b%04d%05d" % (head[entry : entry + 3], len(body) + 1, position % 100_000)
        entry += 7 + max(5, len(str(position)))
        position += len(body) + 1
    leader = b"99999nam a22%05d a 4500" % (25 + len(directory))
    return b"\x1e".join([leader + directory, *fields, b"\x1d"])


def long_records(at: At) -> Kind:
    """The number, or the place, of a record stands behind byte 99,999."""
    notes = [f"520 $a{'A note without an end. ' * 39}" for _ in range(115)]
    place = f"852 $bLAW$cSTX$8{at.holding(103)}"
    bibs = (
        at.bib(102, *notes, f"035 $a(OCoLC){at.ocn(2)}", at="LAW"),
        at.bib(103, f"035 $a(OCoLC){at.ocn(3)}", *notes, place, at=""),
        at.bib(4, f"035 $a(OCoLC){at.ocn(4)}", *notes),
    )
    return Kind(
        dict.fromkeys((1, 4), "delete covered") | dict.fromkeys((2, 3), "hold owned_unconfirmed"),
        own=(4,),
        records=b"".join(map(too_long, bibs)),
        files=at.report("20250905", *map(at.took, (1, 2, 3, 4))),
    )


def long_directories(at: At) -> Kind:
    """The directory of a record is so long that digits in it read as the leader of the next one."""
    # of two entries one after the other the lengths are 922 and 4545: «22» and «45» stand where a leader has them
    filled = [f"520 $a{'A note without an end. ' * 39}" for _ in range(110)]
    like = [f"520 $a{'x' * (length - 5)}" for length in (922, 4545)]
    found = []
    for i, notes in ((2, filled + like), (3, filled)):
        found.append(too_long(at.bib(100 + i, *notes, f"035 $a(OCoLC){at.ocn(i)}", at="LAW")))
    return Kind(
        {1: "delete covered", 2: "hold owned_unconfirmed", 3: "hold owned_unconfirmed"}, records=b"".join(found)
    )


KINDS = (digits_in_001, long_records, long_directories)
