"""What lists of staff and the catalogue say against a deletion, in the shapes in which people have it."""

import io

import openpyxl
from small_library import At, Kind

CONFIRMED, OPEN, COMMITTED = "delete covered", "hold open_ill", "hold lhr_or_retention"

# What a request's status says: an unknown word is open, and «Returned» is not yet checked in.
STATUSES = {
    **dict.fromkeys(("Complete", "CLOSED", "Cancelled", "Unfilled"), CONFIRMED),
    **dict.fromkeys(
        ("Shipped", "Returned", "Not returned", "Awaiting return", "Overdue", "", "wartet auf Abholung"), OPEN
    ),
}


def requests(at: At) -> Kind:
    """Requests by status, on another symbol, with a prefix before the number, and on an old number of it."""
    numbered = list(enumerate(STATUSES.items(), 10))
    rows = [(i, "OLDA", at.ocn(i), status) for i, (status, _) in numbered]
    rows += [
        (2, "LAWS", at.ocn(2), "Shipped"),
        (3, "OLDA", f"(OCoLC)ocm0{at.ocn(3)}", "Shipped"),
        (4, "OLDA", at.ocn(904), "Shipped"),
    ]
    lines = ["Request ID;Symbol;OCLC Number;Status", *(";".join(map(str, row)) for row in rows)]
    return Kind(
        {1: CONFIRMED, 2: CONFIRMED, 3: OPEN, 4: OPEN} | {i: answer for i, (_, answer) in numbered},
        files={"open requests.csv": "\n".join(lines) + "\n", **at.merged(4, 904)},
    )


def lhrs(at: At) -> Kind:
    """LHRs in cp1252 with semicolons, .0 and separators; as Excel's «Unicode text»; and those of another symbol."""
    text = f"OCLC-Nummer;Körperschaft\n{at.ocn(2)};Bücherei\n{at.ocn(3)}.0;Öl\n{at.ocn(4):,};B\n"
    return Kind(
        dict.fromkeys((1, 6), CONFIRMED) | dict.fromkeys((2, 3, 4, 5), COMMITTED),
        files={
            "LHRs OLDA 2025-10-01.csv": text.encode("cp1252"),
            "lhrs_OLDA.txt": f"OCN\tTitle\n{at.ocn(5)}\tÄ\n".encode("utf-16"),
            "lhrs_LAWS.csv": f"OCN\n{at.ocn(6)}\n",
        },
    )


def commitments(at: At) -> Kind:
    """Commitments by MMS ID: as a number of Excel, and with a rounded end; in 583 of the bib; an LHR's number in a holding."""
    book = openpyxl.Workbook()
    for row in (["MMS ID", "Program"], [float(at.mms(2)), "EAST"], [at.mms(3)[:15] + "00", "EAST"]):
        book.active.append(row)
    saved = io.BytesIO()
    book.save(saved)
    committed = "583 $aCommitted to Retain$c20250101$d31 Dec. 2039$fEAST$5OLDA"
    reviewed = "583 $acondition reviewed$c20250101$5OLDA"
    bibs = [at.bib(i, f"035 $a(OCoLC){at.ocn(i)}", field) for i, field in ((4, committed), (5, reviewed))]
    return Kind(
        dict.fromkeys((1, 5), CONFIRMED) | dict.fromkeys((2, 3, 4, 6), COMMITTED),
        own=(4, 5),
        records=b"".join(bibs),
        files={
            **at.report("20250905", *map(at.took, range(1, 7))),
            "retention_commitments_OLDA.xlsx": saved.getvalue(),
            "catalogue/mfhd_lhr.mrc": at.mfhd(6, "990 $a12345"),
        },
    )


def other_lists(at: At) -> Kind:
    """Lists of the knowledge base, of what stays, is excluded, is withdrawn; one of captions alone; a note with a number."""
    withdrawn = f"OCLC number;withdrawn on\n{at.ocn(5)};2025-01-05\n{at.ocn(6)};2025-01-05\n"
    return Kind(
        {1: CONFIRMED, 2: "held kb_managed", 3: "hold decided_keep", 4: CONFIRMED, 5: "delete withdrawn"}
        | {6: "hold owned_unconfirmed", 7: "review excluded_by_policy", 8: "held"},
        own=(5,),
        files={
            **at.report("20250905", *map(at.took, (1, 2, 3, 4, 8))),
            "kb_holdings.csv": f"OCN,Collection\n{at.ocn(2)},abc\n",
            "keep_OLDA.csv": f"OCN,Reason\n{at.ocn(3)},we want it\n",
            "exclusions_OLDA.csv": f"OCN,Reason\n{at.ocn(4)},equipment\n{at.ocn(7)},equipment\n",
            "withdrawn_titles.csv": withdrawn,
            "committed.csv": "OCN,Program\n",
            "notes/please.txt": f"{at.ocn(8)} must stay, says Anna\n",
        },
    )


KINDS = (requests, lhrs, commitments, other_lists)
