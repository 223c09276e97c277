"""How OCLC says that it did not take a record, in words, places and times that are easily missed; and controls that must go."""

from small_library import DELETES, At, Kind

CONFIRMED, REFUSED = "delete covered", "hold in_error"


def exceptions(at: At) -> Kind:
    """Exceptions without a processing report: a kind in another spelling or unknown, a critical error without a number."""
    mms, n = at.mms, at.ocn
    kinds = {2: "processing_error", 3: "Processing error.", 4: "DATA  ERROR", 5: "System Error"}
    lines = [f"{mms(i)}|{n(i)}||{kind}||" for i, kind in kinds.items()]
    critical = f"{mms(6)}|||Validation Error|CRITICAL|Record is sparse."
    minor = "Validation Error|MINOR|Invalid code in Illustrations (008/18-21)."
    taken = [
        f"{mms(7)}|{n(7)}|{n(7)}|{minor}",
        f"{mms(8)}|||{minor}",
        f"{mms(9)}|{n(9)}|{n(9)}|validation_error|SEVERE|x",
    ]
    return Kind(
        {1: CONFIRMED} | dict.fromkeys(range(2, 7), REFUSED) | dict.fromkeys((7, 8, 9), CONFIRMED),
        files=at.report("20250912", *lines, critical, *taken, kind="BibExceptionReport"),
    )


def exceptions_of_the_older_generation(at: At) -> Kind:
    """Where a record was taken its number stands there; a blank one, whatever the severity, is that of no record of WorldCat."""
    rows = [
        (2, "", "Record is sparse.", "Critical"),
        (3, "", "Invalid tag 509.", "Severe"),
        (4, at.ocn(4), "Invalid tag 509.", "Minor"),
        (5, at.ocn(5), "Invalid tag 509.", "Severe"),
    ]
    header = "Incoming OCLC Number\tOCLC Number\tLocal System Number\tCount\tDescription\tSeverity\n"
    text = "".join(f"{at.ocn(i)}\t{number}\t{at.mms(i)}\t1\t{said}\t{how}\n" for i, number, said, how in rows)
    name = f"reports/metacoll.NEWA.datasync.1099971-1099971.D20250914.T101503{at.base // 1000:03d}.bibdetailexcpt.1.mrc.txt"
    return Kind(
        dict.fromkeys((1, 4, 5), CONFIRMED) | dict.fromkeys((2, 3), REFUSED),
        files={name: "Exceptions\na\nCompleted\nb\n\n" + header + text},
    )


def names_of_another_day(at: At) -> Kind:
    """A report whose name says an earlier day than its keys: of a refusal, and of a deletion, the later one counts."""
    deletes = ("NEWA", DELETES)

    def refused(i: int) -> str:
        return f"{at.mms(i)}|{at.ocn(i)}|160000000{i}|unresolved"

    return Kind(
        {1: CONFIRMED, 2: REFUSED, 3: "held", 4: CONFIRMED, 5: REFUSED},
        files={
            at.report_name("20250903", part="2"): at.rows("20250912", refused(2)),
            at.report_name("20250903", as_=deletes, part="3"): at.rows("20250912", at.took(3), as_=deletes),
            # both days are before the answer
            at.report_name("20250903", part="4"): at.rows("20250904", refused(4)),
            at.report_name("20250913", part="5"): at.rows("20250820", refused(5)),
        },
    )


KINDS = (exceptions, exceptions_of_the_older_generation, names_of_another_day)
