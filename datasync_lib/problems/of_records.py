"""Problems of our own records: numbers, elements, scripts, suppression, locations (practice.md 1.4, 1.5, 2.3; duplicates.md E1)."""

from .kinds import BIBS_IN_GROUP, FIX, MISSING, Problem, ProblemClass, Shown

PROBLEMS = (
    Problem(
        "missing_ocn",
        "Missing OCN",
        row="bib",
        why="The record goes to OCLC but has no OCN that can be read.",
        todo="Search WorldCat by ISBN, LCCN or title; add the number to the record, or leave the match to OCLC.",
        priority=3,
        decisions=("OCN added", "leave the match to OCLC", "do not report (914)"),
        classes={
            "no_number": ProblemClass("no number at all"),
            "only_old": ProblemClass("only an old number", "It has only numbers marked as old: {numbers}."),
            "only_bad": ProblemClass("only unreadable numbers", "What stands there could not be used: {numbers}."),
        },
    ),
    Problem(
        "malformed_ocn",
        "Malformed OCN",
        row="bib",
        why="{place} holds «{raw}», which looks like an OCN but is not one.",
        todo="Correct or remove the field. OCLC does not match on it, or matches on something else.",
        priority=3,
        decisions=FIX,
        classes={
            "suffix": ProblemClass("letters after the digits", "Letters follow the digits."),
            "excel_exponent": ProblemClass(
                "mangled by a spreadsheet", "A spreadsheet has rounded it; the digits are lost."
            ),
            "zero": ProblemClass("zero", "Zero is no number of WorldCat."),
            "too_large": ProblemClass("too large", "No OCN is as large as this."),
            "malformed": ProblemClass("no number", "There is an OCLC prefix without a number that could be read."),
        },
        columns=(Shown("place", "Place"),),
    ),
    Problem(
        "several_ocns",
        "Several OCNs",
        row="bib",
        why="The record has {count} different OCNs in the same place: {numbers}.",
        todo="Look the numbers up in WorldCat, keep the one of this edition and move the others to 035 $z.",
        priority=2,
        decisions=("kept the first", "kept another (write it in New OCN)", "all describe this item", "not a problem"),
        classes={
            "different": ProblemClass("different records"),
            "merged": ProblemClass(
                "one record since a merge",
                "WorldCat has since merged them: all are now {current}.",
                "information",
                3,
            ),
            "one_current_rest_old": ProblemClass(
                "all but one are marked as old",
                "The record itself marks all but {current} as old (019, 035 $z).",
                "act",
                3,
            ),
        },
        columns=(Shown("numbers", "All OCNs"),),
    ),
    Problem(
        "shared_ocn",
        "Shared OCN",
        row="bib",
        why="OCN {current} stands on {count} bibs.",
        todo="Compare the bibs of the group: merge them, or give each its own OCN. "
        "OCLC keeps only the local holdings records that came last for one number.",
        priority=2,
        decisions=("merge", "different: change the OCN", "copies: keep both", "withdraw", "not a problem"),
        classes={
            "same_library": ProblemClass("within one library", "They are in the same library and of the same format."),
            "other_library": ProblemClass("between libraries", "They are in different libraries: {libraries}."),
            "other_format": ProblemClass(
                "different formats", "Their formats differ ({formats}): at least one number is wrong.", priority=1
            ),
        },
        columns=(BIBS_IN_GROUP,),
    ),
    Problem(
        "stale_ocn",
        "Stale OCN",
        row="bib",
        why="The record has {ocn}; WorldCat has merged it into {current}.",
        todo="Nothing by hand: the write-back file replaces the number. Look only if the title in WorldCat is not this one.",
        priority=3,
        decisions=("replace", "wrong record", "not a problem"),
    ),
    Problem(
        "brief_record",
        "Brief record",
        row="bib",
        why="The record is too brief to be sent (level {level}). Missing: {missing}.",
        todo="Add what is missing, or search WorldCat for a full record and overlay this one.",
        priority=3,
        decisions=("completed", "overlaid", "do not report (914)", "not a problem"),
        classes={
            "01": ProblemClass("no title", "It has no title."),
            "02": ProblemClass("too few elements"),
            "03": ProblemClass("catalogued in another language", "It was catalogued in «{language}».", "information"),
        },
        columns=(MISSING,),
    ),
    Problem(
        "sparse_record",
        "Sparse record",
        row="bib",
        why="OCLC will most likely refuse the record as sparse. Missing: {missing}.",
        todo="Add what is missing before the record is sent.",
        priority=2,
        decisions=("completed", "overlaid", "do not report (914)", "not a problem"),
        columns=(MISSING,),
    ),
    Problem(
        "script_pairing",
        "Script pairing",
        row="bib",
        why="Fields in the original script are not paired as they should be: {faults}.",
        todo="Repair $6 in the 880 and in its partner.",
        priority=3,
        decisions=FIX,
        asks_new_ocn=False,
    ),
    Problem(
        "suppression_mismatch",
        "Suppression mismatch",
        row="holding",
        why="Record and inventory disagree on whether readers see this.",
        todo="Decide whether the item is there; suppress both or neither.",
        priority=1,
        decisions=("suppressed both", "opened both", "intended"),
        classes={
            "bib_suppressed": ProblemClass(
                "bib suppressed, holding open", "The bib is suppressed, the holding is not."
            ),
            "holding_suppressed": ProblemClass(
                "holding suppressed, items open", "The holding is suppressed but has {items} items."
            ),
        },
        columns=(Shown("items", "Items", is_number=True),),
        asks_new_ocn=False,
    ),
    Problem(
        "unmapped_location",
        "Unmapped location",
        row="holding",
        why="No line of location_map.csv says where {library} / {location} belongs.",
        todo="The project team adds the location to the map; until then its holdings would be lost when old symbols are emptied.",
        priority=1,
        decisions=("mapped", "location to be closed"),
        asks_new_ocn=False,
    ),
    Problem(
        "print_ocn_on_electronic",
        "Print OCN on e-record",
        row="bib",
        why="The record is electronic but its OCN {ocn} is also on the print record {print_mms_id}.",
        todo="Replace the number by the one of the electronic version, so that no print holding is set for it.",
        priority=1,
        decisions=("OCN replaced", "OCN removed", "do not report (914)", "not a problem"),
        columns=(Shown("print_mms_id", "Print record"),),
    ),
)
