"""Cases of numbers: missing, malformed, several, shared, merged (duplicates.md E1; practice.md 2.3)."""

from .block import Block
from .cases import case
from .model import Reading

_SPARSE = (("Validation Error", "CRITICAL", "Record is sparse."),)
_REASONS = (
    (
        ("Validation Error", "SEVERE", "Invalid subfield 1st $9 in 1st 852."),
        ("Validation Error", "MINOR", "Invalid code in Illustrations (008/18-21)."),
    ),
    (("Validation Error", "SEVERE", "1st $6 in 2nd 880 has invalid linking data."),),
    (*_SPARSE, ("Validation Error", "MINOR", "Invalid relationship - when Bibliographic Level (Leader/07) is equal to a, then 773 must be present.")),
    (
        ("Validation Error", "CRITICAL", "Invalid tag 909."),
        ("Validation Error", "SEVERE", "$a in 264 occurs too many times."),
        ("Validation Error", "MINOR", "Invalid code in 1st $b in 1st 040 | expected eng."),
    ),
)  # fmt: skip
_MALFORMED = (
    ("suffix", "(OCoLC)ocm12275114e"),
    ("excel_exponent", "(OCoLC)1.04576E+09"),
    ("zero", "(OCoLC)00000000"),
    ("too_large", "(OCoLC)991011023280203941"),
    ("malformed", "(OCoLC)M123"),
    ("suffix", "(ocolc)OCN427501234X"),
    ("excel_exponent", "(OCOLC)4.27501e+08"),
    ("zero", "(ocolc)ocm0"),
    ("too_large", "OCN99000000000"),
    ("malformed", "(OCoLC)ocn"),
)


@case(30)
def no_number_unresolved(block: Block) -> None:
    """No OCN, and OCLC put the record into staging."""
    bib = block.bib(numbered=False)
    block.says(bib, "unresolved").messages = block.in_turn(_REASONS)
    block.expect("missing_ocn", "no_number", bib)
    block.expect("rejected", "unresolved", bib)


@case(38)
def no_number_created(block: Block) -> None:
    """No OCN, and OCLC added the record to WorldCat."""
    bib = block.bib(numbered=False)
    block.says(bib, "create", block.numbers.ocn())
    block.expect("missing_ocn", "no_number", bib)
    block.expect("created_record", None, bib)


@case(12)
def no_number_found(block: Block) -> None:
    """No OCN, and OCLC found the record by other elements."""
    bib = block.bib(numbered=False)
    block.says(bib, "match", block.numbers.ocn())
    block.expect("missing_ocn", "no_number", bib)


@case(10)
def only_malformed(block: Block) -> None:
    """Nothing but something that looks like an OCN and is none."""
    bib = block.bib(numbered=False)
    verdict, text = block.in_turn(_MALFORMED)
    bib.readings.append(Reading("035$a", text, verdict))
    block.says(bib, "match", block.numbers.ocn())
    block.expect("malformed_ocn", verdict, bib)
    block.expect("missing_ocn", "only_bad", bib)


@case(6)
def several_different(block: Block) -> None:
    """Two OCNs in 035 $a that are two records of WorldCat."""
    bib = block.bib()
    block.number(bib, block.numbers.ocn())
    block.expect("several_ocns", "different", bib)


@case(5)
def several_merged(block: Block) -> None:
    """Two OCNs in 035 $a that WorldCat has merged since."""
    bib = block.bib(numbered=False)
    old, current = block.numbers.ocn(), block.numbers.ocn()
    block.number(bib, old)
    block.number(bib, current)
    block.merge(old, current)
    block.says(bib, "match", current)
    block.expect("several_ocns", "merged", bib)
    block.expect("stale_ocn", None, bib)


@case(8)
def several_and_all_but_one_old(block: Block) -> None:
    """Two OCNs in 035 $a, and the record itself has one of them, or the one it was merged into, in 035 $z."""
    bib = block.bib()
    past = block.numbers.ocn()
    block.number(bib, past)
    if block.in_turn((True, False)):
        marked = past
    else:
        marked = block.numbers.ocn()
        block.merge(past, marked)
        block.expect("stale_ocn", None, bib)
    block.number(bib, marked, place="035$z")
    block.says(bib, "match", bib.current[0])
    block.expect("several_ocns", "one_current_rest_old", bib)


@case(4)
def several_and_the_old_one_is_a_third(block: Block) -> None:
    """Two OCNs in 035 $a, and another one in 035 $z: it explains neither."""
    bib = block.bib()
    block.number(bib, block.numbers.ocn())
    block.number(bib, block.numbers.ocn(), place="035$z")
    block.expect("several_ocns", "different", bib)


@case(4)
def shared_in_one_library(block: Block) -> None:
    """Two or three bibs of one library for one book."""
    first = block.bib(("LAW", "stacks"), script=False)
    bibs = [first, *(block.copy(first, ("LAW", "stacks")) for _ in range(block.in_turn((1, 2))))]
    block.expect("shared_ocn", "same_library", *bibs)


@case(5)
def shared_between_libraries(block: Block) -> None:
    """Two libraries with one OCN on a bib of each: one book, or two of which one has the number of the other."""
    first = block.bib(("SPEC", "rare"), script=False)
    if block.in_turn((True, False)):
        second = block.copy(first, ("ENG", "stacks"))
    else:
        second = block.bib(("ENG", "stacks"), number=first.current[0])
        for symbol in ("MWH", "M@S"):
            block.hold(symbol, first.current[0], first.work)
        block.expect("other_text", "suspect", second)
    block.expect("shared_ocn", "other_library", first, second)


@case(4)
def shared_between_formats(block: Block) -> None:
    """A book and a video with one OCN."""
    number = block.numbers.ocn()
    bibs = [block.bib(("MUSIC", "stacks"), number=number, format=format) for format in ("book", "video")]
    block.expect("shared_ocn", "other_format", *bibs)


@case(4)
def print_number_on_ebook(block: Block) -> None:
    """An e-book of our own with the OCN of the print edition."""
    number = block.numbers.ocn()
    bibs = [block.bib(("MAIN", "stacks"), number=number), block.bib(number=number, nowhere=True, is_electronic=True)]
    block.expect("shared_ocn", "other_format", *bibs)
    block.expect("print_ocn_on_electronic", None, bibs[1])


@case(5)
def print_number_on_community_zone_record(block: Block) -> None:
    """A Community Zone record with the OCN of the print edition: it is excluded, and still wrong."""
    number = block.numbers.ocn()
    block.bib(block.in_turn((("MED", "stacks"), ("MAIN", "stacks"))), number=number)
    ebook = block.bib(number=number, nowhere=True, is_electronic=True, rule="community_zone")
    ebook.other_numbers.append(f"(EXLCZ)99{ebook.mms_id[3:11]}")
    block.expect("print_ocn_on_electronic", None, ebook)


@case(6)
def merged_number(block: Block) -> None:
    """An OCN that WorldCat has merged into another; OCLC answers with that one."""
    bib = block.bib()
    current = block.numbers.ocn()
    block.merge(bib.current[0], current)
    block.says(bib, "match", current)
    block.expect("stale_ocn", None, bib)
    block.expect("ocn_changed", "merged", bib)


@case(4)
def merged_number_in_a_chain(block: Block) -> None:
    """An OCN that was merged, and its new number merged again; every other time the first merge is told twice."""
    bib = block.bib()
    middle, current = block.numbers.ocn(), block.numbers.ocn()
    block.merge(bib.current[0], middle)
    block.merge(middle, current)
    if block.in_turn((False, True)):
        block.merge(bib.current[0], current)
    block.says(bib, "match", current)
    block.expect("stale_ocn", None, bib)
    block.expect("ocn_changed", "merged", bib)


@case(3)
def shared_after_a_merge(block: Block) -> None:
    """One bib has the old and one the current number of a record of WorldCat."""
    current = block.numbers.ocn()
    first = block.bib(("MED", "stacks"), script=False)
    second = block.copy(first, ("LAW", "stacks"), number=current)
    block.merge(first.current[0], current)
    block.says(first, "match", current)
    block.expect("shared_ocn", "other_library", first, second)
    block.expect("stale_ocn", None, first)


@case(6)
def only_old_numbers(block: Block) -> None:
    """Numbers of the past only, in 019 or 035 $z."""
    bib = block.bib(numbered=False)
    place = block.in_turn(("019$a", "035$z"))
    block.number(bib, block.numbers.ocn(), place=place, form="{0}" if place == "019$a" else None)
    block.says(bib, "match", block.numbers.ocn())
    block.expect("missing_ocn", "only_old", bib)


@case(6)
def only_other_numbers(block: Block) -> None:
    """Numbers that may be anything: without a prefix, or of a kind that is no OCN."""
    bib = block.bib(numbered=False)
    text, verdict = block.in_turn(
        (
            ("00412873", "bare_number"),
            ("(OCoLC-M)12345678", "other_control"),
            ("(OCoLC-I)274935087", "superseded"),
            (" 412873 ", "bare_number"),
            ("(ocolc-m)12345679", "other_control"),
            ("(OCOLC-i)274935088", "superseded"),
        )
    )
    bib.readings.append(Reading("035$a", text, verdict))
    block.says(bib, "create", block.numbers.ocn())
    block.expect("missing_ocn", "only_bad", bib)


@case(4)
def numbers_of_other_systems(block: Block) -> None:
    """Only numbers of other systems in 035."""
    bib = block.bib(numbered=False)
    bib.other_numbers += [f"(DLC)  {bib.work.year}123456", "(MARLOW)000412873"]
    block.says(bib, "match", block.numbers.ocn())
    block.expect("missing_ocn", "no_number", bib)


@case(8)
def malformed_beside_good(block: Block) -> None:
    """Something that looks like an OCN beside one that is."""
    bib = block.bib()
    verdict, text = block.in_turn(_MALFORMED)
    bib.readings.append(Reading("035$a", text, verdict))
    block.expect("malformed_ocn", verdict, bib)


@case(6)
def one_number_in_two_spellings(block: Block) -> None:
    """The same OCN twice: nothing to find."""
    number = block.numbers.ocn()
    bib = block.bib(numbered=False)
    one, another = block.in_turn(
        (
            ("(OCoLC){0}", "(OCoLC){1}"),
            ("{2}", "(OCoLC){0:010d}"),
            ("(ocolc) {0}", "{1}"),
            ("(OCoLC){0}", "(OCOLC){2} "),
        )
    )
    block.number(bib, number, form=one)
    block.number(bib, number, form=another)


@case(6)
def number_in_079(block: Block) -> None:
    """The OCN in 079, and beside it numbers of the past: nothing to find."""
    number = block.numbers.ocn()
    bib = block.bib(numbered=False)
    block.number(bib, number, place="079$a", form="{1}")
    block.number(bib, block.numbers.ocn(), place="035$z")
    block.says(bib, "match", number)


@case(4)
def institution_record_number(block: Block) -> None:
    """A number of a former institution record in 035 beside the OCN in 079 (practice.md 2.1a)."""
    number, former = block.numbers.ocn(), block.numbers.institution_ocn()
    bib = block.bib(numbered=False)
    block.number(bib, number, place="079$a", form="{1}")
    bib.readings.append(Reading("035$a", f"(OCoLC)ocn{former}", "institution_record", former))
    block.merge(former, number)
    block.says(bib, "match", number)
    block.expect("ocn_changed", "merged", bib)


@case(4)
def number_with_two_ends(block: Block) -> None:
    """WorldCat's own records say two things of a number, or lead in a circle: it has no current number."""
    bib = block.bib(is_held=False)
    other, another = block.numbers.ocn(), block.numbers.ocn()
    block.merge(bib.current[0], other)
    if block.in_turn((True, False)):
        block.merge(bib.current[0], another)
    else:
        block.merge(other, bib.current[0])


@case(4)
def shared_with_a_suppressed_bib(block: Block) -> None:
    """One of two bibs with one OCN is suppressed: nothing is shared in the exchange."""
    bib = block.bib(("LAW", "stacks"))
    hidden = block.bib(("MAIN", "stacks"), number=bib.current[0], is_suppressed=True)
    hidden.holdings[0].is_suppressed = True
