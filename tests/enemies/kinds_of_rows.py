"""Rows that name a title otherwise than they are read: by an ID, under a symbol nobody knows, in a line that is out of shape."""

from small_library import DELETES, NEWA, At, Kind

CONFIRMED, OPEN, COMMITTED = "delete covered", "hold open_ill", "hold lhr_or_retention"
UNREAD, ERROR = "hold list_not_read", "hold in_error"

# What stands in the column of symbols: nobody knows whose it is, or it is another one's.
OF_ANY = ("MAIN", "OLD-A", "0LDA", "-", "ANY", "OLDA (Old Library A)", "LAWS (formerly OLDA)")
OF_OTHERS = ("LAWS", "LAWS (Law School)")


def ids_of_requests(at: At) -> Kind:
    """Branches and systems count their requests from 1; a request that is closed later is the one with its title and symbol."""
    head = "Request ID,OCLC number,Status\n"
    return Kind(
        {1: CONFIRMED, 2: OPEN, 3: OPEN, 4: CONFIRMED, 5: OPEN},
        files={
            "ILL requests OLDA 20250901.csv": f"{head}1,{at.ocn(2)},Shipped\n4,{at.ocn(4)},Shipped\n5,{at.ocn(5)},Shipped\n",
            "ILL requests OLDB 20250912.csv": f"{head}1,{at.ocn(902)},Closed\n5,{at.ocn(5)},Closed\n",
            "ILL requests OLDA 20250914.csv": f"{head}4,{at.ocn(4)},Closed\n",
            "ILLiad open 20250901.csv": f"Transaction number,OCLC number,Status\n105,{at.ocn(3)},Item Shipped\n",
            "Relais open 20250912.csv": f"Request number,OCLC number,Status\n105,{at.ocn(903)},Closed\n",
        },
    )


def old_number_beside_an_id(at: At) -> Kind:
    """A row names its title twice, and its OCN is one of before."""
    return Kind(
        {1: CONFIRMED, 2: COMMITTED, 3: OPEN},
        files={
            "EAST retention.csv": f"OCLC Number,MMS ID\n{at.ocn(902)},{at.mms(2)}\n",
            "ILL with IDs.csv": f"Request ID,OCLC number,MMS ID,Status\n{at.base},{at.ocn(903)},{at.mms(3)},Shipped\n",
        },
    )


def symbols_of_rows(at: At) -> Kind:
    """A symbol that the settings do not have is anybody's; that of a file counts where the cell is empty."""
    of_any, of_others = list(enumerate(OF_ANY, 10)), list(enumerate(OF_OTHERS, 30))
    lines = [f"{at.ocn(i)},{symbol}" for i, symbol in (*of_any, *of_others, (2, ""))]
    return Kind(
        dict.fromkeys((1, 2, *(i for i, _ in of_others)), CONFIRMED) | {i: COMMITTED for i, _ in of_any},
        files={"LHRs NEWA reclamation.csv": "\n".join(["OCN,Symbol", *lines])},
    )


def words_for_a_total(at: At) -> Kind:
    """A title that is called so, and the subtotals of a pivot table; a total names no title."""
    return Kind(
        {1: CONFIRMED, 2: "hold decided_keep", 3: COMMITTED},
        files={
            "titles to keep.csv": f"OCN,Title,Year\n{at.ocn(2)},Total,1999\nTotal,,1\n",
            "LHRs by title.csv": f"OCLC Number,Count\n{at.ocn(903)},1\n{at.ocn(3)} Total,3\nGrand Total,4\n",
        },
    )


def unknown_files_with_ids(at: At) -> Kind:
    """A note, a set of Alma's, copies of a list under another name, and a report that nobody can read name records by ID."""
    old = f"reports/metacoll.NEWA.datasync.{NEWA}-{NEWA}.D20250912.T101502{at.base // 1000:03d}.unresxrefrpt(1).txt"
    return Kind(
        {1: CONFIRMED} | dict.fromkeys(range(2, 9), UNREAD),
        files={
            "notes/wishes.txt": f"please keep {at.mms(2)}, says Anna\n",
            "notes/wish list.csv": f"MMS ID,Title,Comment\n{at.mms(3)},{at.title(3)},ask first\n",
            "notes/holdings.csv": f"Holding ID,Comment\n{at.holding(4)},ask first\n",
            old: f"{at.mms(5)}\t9000005\n",
            "reports/September.txt": f"{at.mms(6)}\t9000006\n",
            "reports/NEWA failed.csv": f"MMS ID,Staging OCN\n{at.mms(7)},9000007\n",
            at.report_name("20250912", "HoldingsProcessingReport"): f"NEWA_{NEWA}_1::hold::1|{at.mms(8)}||delete\n",
        },
    )


def rows_out_of_shape(at: At) -> Kind:
    """A row of a report that cannot be read whole says what it says of its record, of both generations and of scan/delete."""
    mms, n, of = at.mms, at.ocn, f"{at.base // 1000:03d}"
    old = f"reports/metacoll.NEWA.datasync.{{0}}-{{0}}.D2025091{{1}}.T101502{of}.{{2}}.txt"
    lines = (
        f"{mms(2)}\t{n(2)}\t9000002",
        f"{mms(3)}\t9000003\t",
        f"{mms(4)}\t*9000004",
        f"{mms(5)}\tNEW",
        f'"{mms(6)}","9000006"',
    )
    header = "Incoming OCLC Number\tOCLC Number\tLocal System Number\tCount\tDescription\tSeverity\n"
    detail = f"{n(7)}\t9000007\t{mms(7)}\tRecord is sparse.\tCritical\n"
    scanned = f'{n(9)}\t{at.title(9)}\n"{n(10)}"|"{at.title(10)}"\n'
    key = at.rows("20250916", "").split("|")[0]
    glued = f"{key}|{mms(901)}|{n(901)}|{n(901)}|match{key}|{mms(11)}|{n(11)}|9000011|unresolved\n"
    return Kind(
        {1: CONFIRMED} | dict.fromkeys(range(2, 12), ERROR),
        files={
            old.format(NEWA, 2, "unresxrefrpt"): "\n".join(lines) + "\n",
            old.format(NEWA, 3, "bibdetailexcpt.1.mrc"): f"Exceptions\na\nCompleted\nb\n\n{header}{detail}",
            old.format(DELETES, 4, "xrefrpt"): f"{mms(8)}\t{n(8)}\tD\n",
            "reports/metacoll.NEWA.NEWA-1419-20250915-report.20250916-070829.txt": scanned,
            at.report_name("20250916"): glued,
        },
    )


def keys_without_a_symbol(at: At) -> Kind:
    """A report under another name, in the keys of which nothing stands either, still refuses its record."""
    return Kind(
        {1: CONFIRMED, 2: "held"},
        files={f"reports/{at.name}.BibProcessingReport.txt": f"::bib::5|{at.mms(2)}|{at.ocn(2)}|9000002|unresolved\n"},
    )


KINDS = (
    *(ids_of_requests, old_number_beside_an_id, symbols_of_rows, words_for_a_total),
    *(unknown_files_with_ids, rows_out_of_shape, keys_without_a_symbol),
)
