"""Problems of the exchange: what was not sent, and what OCLC answered (practice.md 0, 1.4, 7; duplicates.md E11)."""

from .kinds import BIBS_IN_GROUP, WORLDCAT_TITLE, Problem, ProblemClass, Shown

# WorldCat's record beside ours, as a comparison of their texts judged them.
_CARD = (WORLDCAT_TITLE, Shown("score", "Points of likeness", is_number=True), Shown("doubt", "What speaks against it"))

PROBLEMS = (
    Problem(
        "not_sent",
        "Not sent",
        row="holding",
        why="The holding was not sent to OCLC.",
        todo="Nothing when the reason is intended; otherwise remove the reason and the next export takes it.",
        priority=3,
        decisions=("intended", "reason removed", "please send"),
        classes={
            "no_worldcat_914": ProblemClass(
                "marked NO-WORLDCAT", "914 says that it shall not be reported.", "information"
            ),
            "community_zone": ProblemClass("Community Zone record", "It is a Community Zone record.", "information"),
            "brief_level_01": ProblemClass(
                "no title",
                "The bib has no title.",
                todo="Add a title; the next export then takes it.",
            ),
            "brief_level_02": ProblemClass(
                "too few elements",
                "The bib has too few elements.",
                todo="Add what is missing, as the sheet «Brief record» names it; the next export then takes it.",
            ),
            "brief_level_03": ProblemClass(
                "catalogued in another language", "The bib was catalogued in another language.", "information"
            ),
            "bib_suppressed": ProblemClass("bib suppressed", "The bib is suppressed.", "information"),
            "holding_suppressed": ProblemClass("holding suppressed", "The holding is suppressed.", "information"),
            "out_of_scope": ProblemClass(
                "location out of scope", "Its location takes no part in the exchange.", "information"
            ),
            "unmapped": ProblemClass(
                "location not mapped",
                "Its location is not in the map.",
                shown_with="unmapped_location",
                todo="Nothing in the catalogue: the project team says in location_map.csv where the location belongs.",
            ),
            "electronic": ProblemClass("electronic", "It is electronic.", "information"),
            "on_order": ProblemClass("on order", "Its items are on order.", "information"),
            "other_exclusion": ProblemClass(
                "excluded by a rule", "A rule of the settings excludes it: {reason}.", "information"
            ),
            "unknown": ProblemClass(
                "no reason found",
                "We found no reason why: it should have been sent.",
                "act",
                1,
                todo="Say «please send», or that it is intended; the project team then looks why the export left it out.",
            ),
        },
        asks_new_ocn=False,
    ),
    Problem(
        "rejected",
        "Rejected",
        shown_by="answers",
        row="bib",
        why="OCLC did not take the record ({action}).",
        todo="Do not diagnose each error: find the best WorldCat record and overlay or merge; otherwise correct what is named.",
        priority=1,
        decisions=("overlaid", "corrected", "do not report (914)", "cannot be fixed", "please send again"),
        classes={
            "unresolved": ProblemClass(
                "in staging",
                "It waits in WorldCat staging under {staging_ocn}. {messages}",
                todo="Do not diagnose each error: find the best WorldCat record and overlay or merge. Its staging number is found in Connexion or Record Manager only.",
            ),
            "data_error": ProblemClass(
                "not readable",
                "OCLC could not read it. {messages}",
                todo="Correct what OCLC could not read, as far as it is named; the corrected record goes with the next export.",
            ),
            "processing_error": ProblemClass(
                "processing error",
                "Processing failed at OCLC; {messages}",
                todo="Nothing in the record is named as wrong: say «please send again»; the project team asks OCLC when that fails too.",
            ),
        },
        columns=(Shown("staging_ocn", "Staging number"),),
    ),
    Problem(
        "never_reported",
        "Never reported",
        shown_by="answers",
        row="bib",
        why="The record was sent in {sent_file}, and no report on that file names it.",
        todo="Nothing in the catalogue: ask OCLC why no report names it, or have it sent again.",
        priority=2,
        decisions=("sent again", "not a problem"),
        columns=(Shown("sent_file", "Sent in"),),
        asks_new_ocn=False,
    ),
    Problem(
        "ocn_changed",
        "OCN changed",
        shown_by="answers",
        row="bib",
        why="We sent {sent}, OCLC answered {result_ocn}.",
        todo="Compare the title in WorldCat with the item; if it is the wrong record, correct our OCN and send again.",
        priority=1,
        decisions=("same title: accept", "wrong record: OCN corrected", "unsure"),
        classes={
            "merged": ProblemClass(
                "explained by a merge",
                "WorldCat has merged the one into the other.",
                "information",
                3,
                todo="Nothing: both numbers are one record in WorldCat now.",
            ),
            "likely": ProblemClass(
                "most likely the same",
                "No merge explains it, but the texts agree ({score} points): WorldCat has «{worldcat_title}».",
                "review",
                2,
                todo="Compare the two titles: most likely they are one, then accept; if not, correct our OCN and send again.",
            ),
            "look": ProblemClass(
                "perhaps the same",
                "There is a doubt: {doubt} ({score} points). WorldCat has «{worldcat_title}».",
                "review",
            ),
            "suspect": ProblemClass(
                "texts do not agree",
                "The records do not agree: {doubt} ({score} points). WorldCat has «{worldcat_title}».",
                "review",
                todo="Look at the item: most likely OCLC matched the wrong record. Correct our OCN and send again, or accept where it is the same title.",
            ),
            "no_text": ProblemClass(
                "no text to compare",
                "No merge explains it, and WorldCat's record is not at hand.",
                "review",
                todo="Look the answered number up in WorldCat and compare its title with the item; accept, or correct our OCN and send again.",
            ),
        },
        columns=(Shown("sent_ocn", "OCN sent"), *_CARD),
    ),
    Problem(
        "other_text",
        "Same OCN, other text",
        shown_by="answers",
        row="bib",
        why="We sent {result_ocn} and OCLC answered it, but the texts differ: {doubt} ({score} points). "
        "WorldCat has «{worldcat_title}».",
        todo="Compare the title in WorldCat with the item; if it is the wrong record, correct our OCN and send again.",
        priority=1,
        decisions=("same title: accept", "wrong record: OCN corrected", "unsure"),
        classes={
            "look": ProblemClass("perhaps the same", answer="review"),
            "suspect": ProblemClass(
                "texts do not agree",
                answer="review",
                todo="Look at the item: most likely our OCN is of another record. Correct it and send again, or accept where it is the same title.",
            ),
        },
        columns=_CARD,
    ),
    Problem(
        "wrong_holding_set",
        "Wrong holding set",
        shown_by="answers",
        row="bib",
        why="An earlier run set our holding on {earlier_ocn}; a later run answered {result_ocn}.",
        todo="Check the earlier number in WorldCat; if it is not ours, the holding there must go.",
        priority=1,
        decisions=("holding removed", "both are ours", "unsure"),
        classes={
            "still_held": ProblemClass(
                "still held", "WorldCat's list of {as_of} holds {earlier_ocn} under {symbol}.", "review"
            ),
            "not_held": ProblemClass(
                "no longer held",
                "WorldCat's list of {as_of} does not hold {earlier_ocn} under {symbol}.",
                "information",
                3,
                todo="Nothing: the earlier holding is gone.",
            ),
            "no_list": ProblemClass(
                "not known whether held",
                "There is no list of what WorldCat holds under {symbol}.",
                "review",
                todo="Look both numbers up in WorldCat: whether our holding stands on the earlier one, and whether that one is ours too; if not, it must go.",
            ),
        },
        columns=(WORLDCAT_TITLE, Shown("as_of", "Held on the list of")),
        ocn_header="Earlier OCN",
    ),
    Problem(
        "created_record",
        "Created record",
        shown_by="answers",
        row="bib",
        why="OCLC found no match and added the record to WorldCat as {result_ocn}.",
        todo="Check that WorldCat did not have it already; report duplicates to OCLC.",
        priority=3,
        decisions=("new to WorldCat", "duplicate: reported", "should not be in WorldCat"),
    ),
    Problem(
        "duplicate_group",
        "Duplicates",
        row="bib",
        why="OCLC answered {ocn} for {count} bibs that have different numbers here or none.",
        todo="Compare the bibs of the group: merge them, or correct the one that was matched wrongly.",
        priority=2,
        decisions=("merge", "different", "copies: keep both", "withdraw", "not a problem"),
        classes={"collision": ProblemClass("several bibs, one answer")},
        columns=(BIBS_IN_GROUP,),
    ),
)
