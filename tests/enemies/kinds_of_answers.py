"""What confirms a number, whether it still stands, and what its merges say: kinds that must be held, and controls that must go."""

from small_library import DELETES, HOLDINGS, LAWS, At, Kind, zipped

UNKNOWN = "1099989"
CONFIRMED = "delete covered"


def names_of_reports(at: At) -> Kind:
    """Reports whose name, keys and settings disagree confirm nothing; a changed spelling or wrapping does no harm."""
    as_laws, as_other, unknown = ("LAWS", LAWS), ("NEWA", LAWS), ("NEWA", UNKNOWN)
    name = at.report_name("20250909", part="9")
    rows = at.rows
    capitals = b"\xef\xbb\xbf" + rows("20250908", at.took(8, " Match ")).replace("\n", "\r\n").encode()
    return Kind(
        dict.fromkeys((1, 8, 9, 10, 11, 12), CONFIRMED) | dict.fromkeys((2, 3, 4, 5, 6, 7, 13), "held"),
        files={
            **at.report("20250905", at.took(1), at.took(11, "replace"), at.took(12, "field transfer")),
            # the name says another symbol, another collection of the settings, or another day than the keys
            at.report_name("20250906", as_=as_laws): rows("20250906", at.took(2)),
            at.report_name("20250906", part="3"): rows("20250906", at.took(3), as_=("NEWA", HOLDINGS)),
            at.report_name("20250906", part="13"): rows("20250820", at.took(13)),
            # a collection that nobody agreed, and one that was agreed for another symbol
            **at.report("20250907", at.took(4), as_=unknown),
            **at.report("20250907", at.took(5), as_=as_other),
            # from before the export; and what a delete collection answers
            **at.report("20250820", at.took(6)),
            **at.report("20250907", at.took(7), as_=("NEWA", DELETES)),
            at.report_name("20250908", part="8"): capitals,
            f"{name}.zip": zipped(name.split("/")[1], rows("20250909", at.took(9)).encode()),
            at.report_name("20250911", part="10") + ".processed": rows("20250911", at.took(10)),
        },
    )


def no_confirmation(at: At) -> Kind:
    """Rows that say nothing of this number for this owner."""
    lines = (
        at.took(1),
        at.took(2, "held"),
        f"|{at.ocn(3)}|{at.ocn(3)}|match",
        f"{at.holding(4)}|{at.ocn(4)}|{at.ocn(4)}|match",
        at.took(5),
        f"{at.mms(105)}||{at.ocn(5)}|match",
        f"{at.mms(6)}||{at.ocn(906)}|match",
        f"{at.mms(7)}|{at.ocn(7)}|{at.ocn(907)}|match",
    )
    return Kind(
        {1: CONFIRMED, 7: "hold in_error", 907: "hold in_error"} | dict.fromkeys(range(2, 7), "held"),
        own=(907,),
        records=at.bib(105, at="LAW"),
        files=at.report("20250905", *lines),
    )


def later_failures(at: At) -> Kind:
    """The failure stands in another source than the processing report; an error of a record that matched is none."""
    old = "reports/metacoll.NEWA.datasync.1099971-1099971.D202509{}.T101502333.{}.txt"
    header = "Incoming OCLC Number\tOCLC Number\tLocal System Number\tCount\tDescription\tSeverity\n"
    detail = f"{at.ocn(6)}\t1600000006\t{at.mms(6)}\t1\tInvalid tag 509.\tSevere\n"
    exceptions = (
        f"{at.mms(2)}|{at.ocn(2)}|{at.ocn(2)}|Processing Error||",
        f"{at.mms(3)}||1600000003|Validation Error|CRITICAL|Record is sparse.",
    )
    minor = f"{at.mms(4)}|{at.ocn(4)}|{at.ocn(4)}|Validation Error|MINOR|Invalid code in Illustrations (008/18-21)."
    refused = f"{at.mms(11)}|{at.ocn(11)}|{at.ocn(11)}|Processing Error||"
    usual = [at.took(i) for i in range(1, 12)]
    return Kind(
        dict.fromkeys((1, 4, 9), CONFIRMED) | dict.fromkeys((2, 3, 5, 6, 7, 8, 10, 11), "hold in_error"),
        files={
            **at.report("20250903", f"{at.mms(9)}|{at.ocn(9)}|1600000009|unresolved"),
            **at.report("20250905", *usual, f"{at.mms(10)}|{at.ocn(10)}|1600000010|unresolved"),
            **at.report("20250905", minor, refused, kind="BibExceptionReport"),
            **at.report("20250912", *exceptions, kind="BibExceptionReport"),
            old.format("13", "unresxrefrpt"): f"{at.mms(5)}\t1600000005\n",
            old.format("14", "bibdetailexcpt.1.mrc"): "\n".join(
                ["Exceptions", "a", "Completed", "b", "", header + detail]
            ),
            **at.report("20250915", f'{at.mms(7)}|{at.ocn(7)}||processing error "|x', f"|{at.ocn(8)}||data error"),
        },
    )


def one_received_time(at: At) -> Kind:
    """Of two collections that OCLC received in one moment one failed."""
    return Kind(
        {1: CONFIRMED, 2: "hold in_error"},
        files=at.report("20250905", f"{at.mms(2)}|{at.ocn(2)}|1600000002|unresolved", as_=("NEWA", HOLDINGS)),
    )


def cross_references(at: At) -> Kind:
    """All that a run left is its cross reference: of a deletion, of a later other number, of a number that no bib has otherwise."""
    old = f"reports/metacoll.NEWA.datasync.{{0}}-{{0}}.D20250917.T101502{at.base // 1000:03d}.xrefrpt.txt"
    mms, n = at.mms, at.ocn
    later = f"{mms(3)}\t{n(903)}\n{mms(4)}\t{n(4)}\n{mms(105)}\t{n(5)}\n"
    return Kind(
        dict.fromkeys((1, 4, 7), CONFIRMED)
        | {2: "held", 3: "hold in_error", 5: "hold owned_unconfirmed", 6: "held"}
        | {903: "hold in_error"},
        own=(903,),
        records=at.has(105, 950, at="LAW"),
        files={
            old.format(DELETES): f"{mms(2)}\t{n(2)}\n",
            at.report_name("20250918", "BibCrossRefReport"): later,
            at.report_name("20250918", "BibCrossRefReport", as_=("NEWA", UNKNOWN)): f"{mms(6)}\t{n(6)}\n",
            at.report_name("20250820", "BibCrossRefReport"): f"{mms(7)}\t{n(907)}\n",
        },
    )


def deletes_without_an_answer(at: At) -> Kind:
    """Files that lie here under the name of a delete collection, of which no report tells whether and when."""
    answered = {**at.report("20250904", at.took(3), as_=("NEWA", DELETES)), f"{DELETES}.NEWA.{at.name}.mrc": at.has(3)}
    return Kind(
        dict.fromkeys((1, 3, 5), CONFIRMED) | dict.fromkeys((2, 4), "held"),
        files={
            **answered,
            # number 4 stands in it for a bib that is gone
            f"{DELETES}.NEWA.{at.name}_later.mrc": at.has(2) + at.has(104, 4),
            f"1099971.NEWA.{at.name}_later.mrc": at.has(5),
        },
    )


def failure_of_nobody(at: At) -> Kind:
    """OCLC ran the file again: one record failed, of which it says neither number, and its place is none in the file."""
    return Kind(
        {1: CONFIRMED, 2: "hold in_error", 3: CONFIRMED},
        files={
            f"1099971.NEWA.{at.name}.mrc": at.has(1) + at.has(2),
            **at.report("20250912", at.took(1), "|||data error"),
        },
    )


def cancelled(at: At) -> Kind:
    """The holding was taken away again, or may have been, as far as the files at hand say."""
    return Kind(
        dict.fromkeys((1, 7), CONFIRMED) | dict.fromkeys((2, 3, 4, 5, 6), "held"),
        files={
            "1099988.NEWA.deletes.20250920.csv": f"LSN,OCLC_Number\n,(OCoLC){at.ocn(2)}\n",
            "1099987.NEWA.deletes.20250921.csv": f"OCN,Library Code\n{at.ocn(3)},NEWA\n",
            "reports/metacoll.NEWA.NEWA-1419-20250920-report.20250921-070829.txt": f"{at.ocn(4)}|{at.title(4)}\n",
            **at.report("20250922", at.took(5), as_=("NEWA", UNKNOWN)),
            **at.report("20250923", at.took(6), as_=("NEWA", DELETES)),
            **at.report("20250903", at.took(7), as_=("NEWA", DELETES)),
        },
    )


def holdings(at: At) -> Kind:
    """One record was sent for each holding, whose number is the local one: each is confirmed for itself."""
    taken = (
        (1, 0, "match"),
        (2, 0, "match"),
        (2, 1, "processing error"),
        (3, 0, "match"),
        (4, 0, "match"),
        (4, 1, "match"),
    )
    further = ((5, 0, "match"), (7, 0, "match"))
    lines = (f"{at.holding(i, n)}|{at.ocn(i)}|{at.ocn(i)}|{action}" for i, n, action in (*taken, *further))
    bibs = [at.has(1), *(at.has(i, at="MAIN MAIN") for i in (2, 3, 4, 5)), at.has(7, at="MAIN MAIN/RES")]
    return Kind(
        dict.fromkeys((1, 4, 5, 7), CONFIRMED) | {2: "hold in_error"} | dict.fromkeys((3, 6), "hold owned_unconfirmed"),
        own=range(1, 8),
        records=b"".join(bibs),
        files={
            **at.report("20250905", *lines, as_=("NEWA", HOLDINGS)),
            at.report_name("20250905"): "",
            # holding 1 of bib 5 is a reproduction with a number of its own, which was never sent
            "catalogue/mfhd_reproduction.mrc": at.mfhd(5) + at.mfhd(5, f"014 $a{at.ocn(6)}$bOCoLC", n=1),
        },
    )


def holdings_by_file(at: At) -> Kind:
    """The same with the local number of the bib: the sent file tells which holding an answer is of."""
    sent, lines = b"", []
    for i, n in ((1, 0), (2, 0), (3, 0), (3, 1)):
        lines.append(f"NEWA_{HOLDINGS}_1757079634567::bib::{len(sent)}|{at.mms(i)}|{at.ocn(i)}|{at.ocn(i)}|match\n")
        place = f"852 $bMAIN$cSTX$8{at.holding(i, n)}"
        sent += at.bib(i, f"035 $a(OCoLC){at.ocn(i)}", place, at="")
    return Kind(
        {1: CONFIRMED, 2: "hold owned_unconfirmed", 3: CONFIRMED},
        own=(1, 2, 3),
        records=at.has(1) + at.has(2, at="MAIN MAIN") + at.has(3, at="MAIN MAIN"),
        files={
            at.report_name("20250905"): "",
            at.report_name("20250905", as_=("NEWA", HOLDINGS)): "".join(lines),
            f"{HOLDINGS}.NEWA.{at.name}.mrc": sent,
        },
    )


def merges(at: At) -> Kind:
    """Old numbers: what they became is owned and confirmed, owned at Law, in error, or has no bib."""
    new = {2: 52, 3: 53, 4: 54, 6: 56}
    merged = {name: data for old, now in new.items() for name, data in at.merged(now, old).items()}
    answers = (at.took(1), at.took(52), at.took(3), f"{at.mms(54)}|{at.ocn(54)}|1600000004|unresolved")
    return Kind(
        dict.fromkeys((1, 2), CONFIRMED) | {3: "held", 4: "hold in_error", 6: "held"},
        own=(2, 4),
        records=at.has(52) + at.has(53, at="LAW") + at.has(54),
        files={**at.report("20250905", *answers), **merged},
    )


def replaced(at: At) -> Kind:
    """OCLC answered another number once; the later answer, on the number that the bib has, is confirmed."""
    return Kind(
        {2: CONFIRMED, 902: "delete drifted"},
        own=(902,),
        files=at.report("20250903", f"{at.mms(2)}||{at.ocn(902)}|match"),
    )


KINDS = (
    *(names_of_reports, no_confirmation, later_failures, one_received_time, cancelled),
    *(cross_references, deletes_without_an_answer, failure_of_nobody),
    *(holdings, holdings_by_file, merges, replaced),
)
