"""Columns and rows of lists of staff that say something else than the first glance shows."""

from small_library import At, Kind

CONFIRMED, OPEN, COMMITTED = "delete covered", "hold open_ill", "hold lhr_or_retention"
OTHER = 4_999_101


def several_columns_of_numbers(at: At) -> Kind:
    """A row that has two different numbers names both: the current and an old one, the requested one, that of 004."""
    captions = {
        2: "OCLC Number,OCLC Number (current)",
        3: "OCLC Number,Old OCLC Number",
        4: "OCLC Number,OCN",
        5: "OCN,OCN in 004",
    }
    lists = {f"lhrs_OLDA_columns_{i}.csv": f"{captions[i]}\n{OTHER},{at.ocn(i)}\n" for i in captions}
    # another kind of number is none of the title: of an LHR, of a library
    lists["lhrs_OLDA_columns_6.csv"] = (
        f"OCLC Number,LHR number,OCLC institution number\n{OTHER},{at.ocn(6)},{at.ocn(6)}\n"
    )
    lists["ill requests asked.csv"] = f"Request ID,OCN,Requested OCN,Status\n1,{OTHER},{at.ocn(7)},Shipped\n"
    # one number in two spellings is one, for a list that gives titles up as well
    lists["withdrawn_M_64S_columns.csv"] = f"OCN,OCLC Number\n{at.ocn(8)},(OCoLC)ocm0{at.ocn(8)}\n"
    return Kind(
        dict.fromkeys((1, 6), CONFIRMED)
        | dict.fromkeys(captions, COMMITTED)
        | {7: OPEN, ("M@S", 8): "delete withdrawn"},
        files=lists,
    )


def several_columns_of_states(at: At) -> Kind:
    """A request is over where each of its states says so, and it is on each symbol that its row has."""
    rows = {
        2: ("Status,Request Status", "Closed,Shipped", OPEN),
        3: ("State,Status", "Complete,Overdue", OPEN),
        4: ("Status,Request Status", "Closed,Complete", OPEN),
        5: ("Status,Request Status", "Closed,Closed", CONFIRMED),
        6: ("Status,Request Status", ",Complete", CONFIRMED),
        7: ("Symbol,Library Symbol,Status", "NEWA,OLDA,Shipped", OPEN),
        8: ("Symbol,Library Symbol,Status", "NEWA,NEWA,Shipped", CONFIRMED),
    }
    lists = {
        f"ill requests states {i}.csv": f"Request ID,OCN,{captions}\n{i},{at.ocn(i)},{cells}\n"
        for i, (captions, cells, _) in rows.items()
    }
    return Kind({1: CONFIRMED} | {i: answer for i, (*_, answer) in rows.items()}, files=lists)


def released_by_program(at: At) -> Kind:
    """What one program releases another may still ask for; and 583 has more words than OCLC asks for."""
    east, hathi = ("583 $acommitted to retain$c20200101$d20391231$f" + program for program in ("EAST", "HathiTrust"))
    fields = {
        2: [east, hathi],
        3: [east],
        4: [east, hathi],
        5: [east],
        6: ["583 $acommitted to retain$c20200101"],
        7: ["583 $aCommitted to retain until 2040"],
        8: ["583 $acommitted to retain;$fEAST"],
    }
    rows = {2: "EAST", 3: "east.", 4: "", 5: "WEST", 6: "EAST"}
    lines = [f"{at.ocn(i)},{program},Released\n" for i, program in rows.items()]
    return Kind(
        dict.fromkeys((1, 3, 4), CONFIRMED) | dict.fromkeys((2, 5, 6, 7, 8), COMMITTED),
        own=tuple(fields),
        records=b"".join(at.bib(i, f"035 $a(OCoLC){at.ocn(i)}", *said) for i, said in fields.items()),
        files={
            **at.report("20250905", *map(at.took, (1, *fields))),
            "retention_OLDA_programs.csv": "OCN,Program,Status\n" + "".join(lines),
        },
    )


def days_that_have_not_come(at: At) -> Kind:
    """A day in the name of a list that has not come is not that of the list: what is due by then may be open again."""
    row = "Request ID,OCN,Status\n{},{},{}\n"
    lists = {
        "ill requests due by 20991231.csv": row.format(91, at.ocn(2), "Complete"),
        "ill requests again 20250920.csv": row.format(91, at.ocn(2), "Shipped"),
        "ill requests earlier 20250910.csv": row.format(92, at.ocn(3), "Shipped"),
        "ill requests later 20250920.csv": row.format(92, at.ocn(3), "Complete"),
    }
    return Kind({1: CONFIRMED, 2: OPEN, 3: CONFIRMED}, files=lists)


KINDS = (days_that_have_not_come, several_columns_of_numbers, several_columns_of_states, released_by_program)
