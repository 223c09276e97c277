"""The catalogue of problems: what each is called, why it matters, what to do, and what a unit may decide.

The codes stand in truth files, sheets and SQL. `why` is a sentence with named gaps that the `parameters` of a finding
fill, so that the words are made at output and never stored. A class is the finer kind of a problem; its own sentence
comes after the problem's. Sources: practice.md 1.4, 1.5, 2.3, 4.2, 6.2; duplicates.md E1, E11.
"""

import json
from dataclasses import dataclass, field
from typing import Literal

Answer = Literal["act", "review", "hold", "delete", "keep", "information"]


@dataclass(frozen=True)
class ProblemClass:
    """One kind of a problem: its name in words, what is the matter, and what we answer to it."""

    title: str
    why: str = ""
    answer: Answer = "act"
    priority: int | None = None


@dataclass(frozen=True)
class Problem:
    """One problem that a unit or the project team may have to look at."""

    code: str
    title: str
    row: str
    why: str
    todo: str
    priority: int
    decisions: tuple[str, ...]
    classes: dict[str, ProblemClass] = field(default_factory=dict)

    def explain(self, class_: str | None, parameters: str | None) -> str:
        """The finding in words: the problem's sentence and the class's, with the finding's parameters put in."""
        values = _Words(json.loads(parameters) if parameters else {})
        kind = self.classes.get(class_ or "")
        return " ".join(text.format_map(values) for text in (self.why, kind.why if kind else "") if text)

    def answer(self, class_: str | None) -> Answer:
        """What we answer to a finding of this class."""
        kind = self.classes.get(class_ or "")
        return kind.answer if kind else "act"

    def priority_of(self, class_: str | None) -> int:
        """1 a reader or ILL sees it or it blocks a deletion, 2 a holding is missing, 3 tidy."""
        kind = self.classes.get(class_ or "")
        return kind.priority if kind and kind.priority else self.priority


class _Words(dict):
    """Parameters for a sentence: lists are joined, and a gap without a parameter says so instead of failing."""

    def __missing__(self, key: str) -> str:
        return "(not known)"

    def __getitem__(self, key: str) -> str:
        value = super().__getitem__(key)
        if value is None:
            return "(not known)"
        return ", ".join(str(v) for v in value) if isinstance(value, list) else str(value)


_FIX = ("fixed in Alma", "cannot be fixed", "not a problem")

PROBLEMS: dict[str, Problem] = {
    problem.code: problem
    for problem in (
        Problem(
            "missing_ocn",
            "Missing OCN",
            "bib",
            "The record goes to OCLC but has no OCN that can be read.",
            "Search WorldCat by ISBN, LCCN or title; add the number to the record, or leave the match to OCLC.",
            3,
            ("OCN added", "leave the match to OCLC", "do not report (914)"),
            {
                "no_number": ProblemClass("no number at all"),
                "only_old": ProblemClass("only an old number", "It has only numbers marked as old: {numbers}."),
                "only_bad": ProblemClass("only unreadable numbers", "What stands there could not be used: {numbers}."),
            },
        ),
        Problem(
            "malformed_ocn",
            "Malformed OCN",
            "bib",
            "{place} holds «{raw}», which looks like an OCN but is not one.",
            "Correct or remove the field. OCLC does not match on it, or matches on something else.",
            3,
            _FIX,
            {
                "suffix": ProblemClass("letters after the digits", "Letters follow the digits."),
                "excel_exponent": ProblemClass(
                    "mangled by a spreadsheet", "A spreadsheet has rounded it; the digits are lost."
                ),
                "zero": ProblemClass("zero", "Zero is no number of WorldCat."),
                "too_large": ProblemClass("too large", "No OCN is as large as this."),
                "malformed": ProblemClass("no number", "There is an OCLC prefix without a number that could be read."),
            },
        ),
        Problem(
            "several_ocns",
            "Several OCNs",
            "bib",
            "The record has {count} different OCNs in the same place: {numbers}.",
            "Look the numbers up in WorldCat, keep the one of this edition and move the others to 035 $z.",
            2,
            ("kept the first", "kept another (write it in New OCN)", "all describe this item", "not a problem"),
            {
                "different": ProblemClass("different records"),
                "merged": ProblemClass(
                    "one record since a merge",
                    "WorldCat has since merged them: all are now {current}.",
                    "information",
                    3,
                ),
            },
        ),
        Problem(
            "shared_ocn",
            "Shared OCN",
            "bib",
            "OCN {current} stands on {count} bibs.",
            "Compare the bibs of the group: merge them, or give each its own OCN. "
            "OCLC keeps only the local holdings records that came last for one number.",
            2,
            ("merge", "different: change the OCN", "copies: keep both", "withdraw", "not a problem"),
            {
                "same_library": ProblemClass(
                    "within one library", "They are in the same library and of the same format."
                ),
                "other_library": ProblemClass("between libraries", "They are in different libraries: {libraries}."),
                "other_format": ProblemClass(
                    "different formats", "Their formats differ ({formats}): at least one number is wrong.", priority=1
                ),
            },
        ),
        Problem(
            "stale_ocn",
            "Stale OCN",
            "bib",
            "The record has {ocn}; WorldCat has merged it into {current}.",
            "Nothing by hand: the write-back file replaces the number. Look only if the title in WorldCat is not this one.",
            3,
            ("replace", "wrong record", "not a problem"),
        ),
        Problem(
            "brief_record",
            "Brief record",
            "bib",
            "The record is too brief to be sent (level {level}). Missing: {missing}.",
            "Add what is missing, or search WorldCat for a full record and overlay this one.",
            3,
            ("completed", "overlaid", "do not report (914)", "not a problem"),
            {
                "01": ProblemClass("no title", "It has no title."),
                "02": ProblemClass("too few elements"),
                "03": ProblemClass(
                    "catalogued in another language", "It was catalogued in «{language}».", "information"
                ),
            },
        ),
        Problem(
            "sparse_record",
            "Sparse record",
            "bib",
            "OCLC will most likely refuse the record as sparse. Missing: {missing}.",
            "Add what is missing before the record is sent.",
            2,
            ("completed", "overlaid", "do not report (914)", "not a problem"),
        ),
        Problem(
            "script_pairing",
            "Script pairing",
            "bib",
            "Fields in the original script are not paired as they should be: {faults}.",
            "Repair $6 in the 880 and in its partner.",
            3,
            _FIX,
        ),
        Problem(
            "suppression_mismatch",
            "Suppression mismatch",
            "holding",
            "Record and inventory disagree on whether readers see this.",
            "Decide whether the item is there; suppress both or neither.",
            1,
            ("suppressed both", "opened both", "intended"),
            {
                "bib_suppressed": ProblemClass(
                    "bib suppressed, holding open", "The bib is suppressed, the holding is not."
                ),
                "holding_suppressed": ProblemClass(
                    "holding suppressed, items open", "The holding is suppressed but has {items} items."
                ),
            },
        ),
        Problem(
            "unmapped_location",
            "Unmapped location",
            "holding",
            "No line of location_map.csv says where {library} / {location} belongs.",
            "The project team adds the location to the map; until then its holdings would be lost when old symbols are emptied.",
            1,
            ("mapped", "location to be closed"),
        ),
        Problem(
            "print_ocn_on_electronic",
            "Print OCN on e-record",
            "bib",
            "The record is electronic but its OCN {ocn} is also on the print record {print_mms_id}.",
            "Replace the number by the one of the electronic version, so that no print holding is set for it.",
            1,
            ("OCN replaced", "OCN removed", "do not report (914)", "not a problem"),
        ),
        Problem(
            "not_sent",
            "Not sent",
            "holding",
            "The holding was not sent to OCLC.",
            "Nothing when the reason is intended; otherwise remove the reason and the next export takes it.",
            3,
            ("intended", "reason removed", "please send"),
            {
                "no_worldcat_914": ProblemClass(
                    "marked NO-WORLDCAT", "914 says that it shall not be reported.", "information"
                ),
                "community_zone": ProblemClass(
                    "Community Zone record", "It is a Community Zone record.", "information"
                ),
                "brief_level_01": ProblemClass("no title", "The bib has no title."),
                "brief_level_02": ProblemClass("too few elements", "The bib has too few elements."),
                "brief_level_03": ProblemClass(
                    "catalogued in another language", "The bib was catalogued in another language.", "information"
                ),
                "bib_suppressed": ProblemClass("bib suppressed", "The bib is suppressed.", "information"),
                "holding_suppressed": ProblemClass("holding suppressed", "The holding is suppressed.", "information"),
                "out_of_scope": ProblemClass(
                    "location out of scope", "Its location takes no part in the exchange.", "information"
                ),
                "unmapped": ProblemClass("location not mapped", "Its location is not in the map."),
                "electronic": ProblemClass("electronic", "It is electronic.", "information"),
                "on_order": ProblemClass("on order", "Its items are on order.", "information"),
                "other_exclusion": ProblemClass(
                    "excluded by a rule", "A rule of the settings excludes it: {reason}.", "information"
                ),
                "unknown": ProblemClass(
                    "no reason found", "We found no reason why: it should have been sent.", "act", 1
                ),
            },
        ),
        Problem(
            "rejected",
            "Rejected",
            "bib",
            "OCLC did not take the record ({action}).",
            "Do not diagnose each error: find the best WorldCat record and overlay or merge; otherwise correct what is named.",
            1,
            ("overlaid", "corrected", "do not report (914)", "cannot be fixed"),
            {
                "unresolved": ProblemClass(
                    "in staging", "It waits in WorldCat staging under {staging_ocn}. {messages}"
                ),
                "data_error": ProblemClass("not readable", "OCLC could not read it. {messages}"),
                "processing_error": ProblemClass(
                    "processing error", "Processing failed at OCLC; send it again. {messages}"
                ),
            },
        ),
        Problem(
            "never_reported",
            "Never reported",
            "bib",
            "The record was sent in {sent_file}, and no report on that file names it.",
            "Ask OCLC, or send it again.",
            2,
            ("sent again", "not a problem"),
        ),
        Problem(
            "ocn_changed",
            "OCN changed",
            "bib",
            "We sent {sent_ocn}, OCLC answered {result_ocn}.",
            "Compare the title in WorldCat with the item; if it is the wrong record, correct our OCN and send again.",
            1,
            ("same title: accept", "wrong record: OCN corrected", "unsure"),
            {
                "merged": ProblemClass(
                    "explained by a merge", "WorldCat has merged the one into the other.", "information", 3
                ),
                "likely": ProblemClass(
                    "most likely the same",
                    "No merge explains it, but the texts agree ({score} points): WorldCat has «{worldcat_title}».",
                    "review",
                    2,
                ),
                "look": ProblemClass(
                    "perhaps the same",
                    "No merge explains it, and there is a doubt: {doubt} ({score} points). WorldCat has «{worldcat_title}».",
                    "review",
                ),
                "suspect": ProblemClass(
                    "another title",
                    "The records do not agree: {doubt} ({score} points). WorldCat has «{worldcat_title}».",
                    "review",
                ),
                "no_text": ProblemClass(
                    "no text to compare", "No merge explains it, and WorldCat's record is not at hand.", "review"
                ),
            },
        ),
        Problem(
            "wrong_holding_set",
            "Wrong holding set",
            "bib",
            "An earlier run set our holding on {earlier_ocn}; a later run answered {result_ocn}.",
            "Check the earlier number in WorldCat; if it is not ours, the holding there must go.",
            1,
            ("holding removed", "both are ours", "unsure"),
            {
                "still_held": ProblemClass(
                    "still held", "WorldCat's list of {as_of} holds {earlier_ocn} under {symbol}.", "review"
                ),
                "not_held": ProblemClass(
                    "no longer held",
                    "WorldCat's list of {as_of} does not hold {earlier_ocn} under {symbol}.",
                    "information",
                    3,
                ),
                "no_list": ProblemClass(
                    "not known whether held", "There is no list of what WorldCat holds under {symbol}.", "review"
                ),
            },
        ),
        Problem(
            "created_record",
            "Created record",
            "bib",
            "OCLC found no match and added the record to WorldCat as {result_ocn}.",
            "Check that WorldCat did not have it already; report duplicates to OCLC.",
            3,
            ("new to WorldCat", "duplicate: reported", "should not be in WorldCat"),
        ),
        Problem(
            "duplicate_group",
            "Duplicates",
            "bib",
            "OCLC answered {ocn} for {count} bibs that have different numbers here or none.",
            "Compare the bibs of the group: merge them, or correct the one that was matched wrongly.",
            2,
            ("merge", "different", "copies: keep both", "withdraw", "not a problem"),
            {"collision": ProblemClass("several bibs, one answer")},
        ),
        Problem(
            "old_holding",
            "Old holding - confirm",
            "OCN",
            "{symbol} holds {ocn} in WorldCat.",
            "Say whether the library still has the title. Nothing is deleted before you have answered.",
            1,
            ("delete", "still held: keep", "unsure"),
            {
                "in_error": ProblemClass(
                    "a record is in error",
                    "It belongs to {mms_id}, which OCLC has not taken or has changed: fix that first.",
                    "hold",
                ),
                "ambiguous_number": ProblemClass(
                    "ambiguous number", "WorldCat's own answers give it no single current number.", "review"
                ),
                "covered": ProblemClass(
                    "covered", "Every active owner is confirmed on its own target symbol.", "delete"
                ),
                "drifted": ProblemClass(
                    "an earlier answer", "It is an earlier answer of OCLC that a later one replaced.", "review"
                ),
                "excluded_by_policy": ProblemClass(
                    "excluded on purpose", "Its record is kept out of the exchange: {reason}.", "review"
                ),
                "owned_elsewhere": ProblemClass(
                    "owned elsewhere", "It is owned only by locations that go to {targets}.", "hold"
                ),
                "owned_unconfirmed": ProblemClass(
                    "owned, not confirmed",
                    "It is owned here, but no run has confirmed it on the target symbol.",
                    "hold",
                ),
                "not_yet_classed": ProblemClass(
                    "not yet classed",
                    "No record of ours has the number. It was not yet searched for by number and text.",
                    "hold",
                ),
            },
        ),
        Problem(
            "lhr_problem",
            "LHR problem",
            "holding",
            "The holdings record cannot go to OCLC as it is: {detail}.",
            "Correct the holdings record.",
            2,
            _FIX,
            {
                "no_ocn": ProblemClass("no OCN"),
                "several_ocns": ProblemClass("several OCNs"),
                "no_852": ProblemClass("no 852"),
                "repeated_852": ProblemClass("852 repeated"),
                "leader": ProblemClass("leader"),
                "bad_008": ProblemClass("008"),
                "linking": ProblemClass("$8 of 85X, 86X"),
                "shared_ocn": ProblemClass("OCN shared by bibs", priority=1),
            },
        ),
        Problem(
            "commitment_problem",
            "Retention commitment",
            "holding",
            "The retention commitment cannot be registered as it is: {detail}.",
            "Correct the 583.",
            2,
            _FIX,
        ),
    )
}

# What a unit may say of how far it is, beside what it decided.
STATUSES = ("Open", "In progress", "Done", "Not a problem", "Need help")
