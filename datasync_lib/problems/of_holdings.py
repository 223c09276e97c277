"""Problems of holdings: what WorldCat still holds, local holdings records, commitments (practice.md 6.2)."""

from .kinds import FIX, Problem, ProblemClass

PROBLEMS = (
    Problem(
        "old_holding",
        "Old holding - confirm",
        row="OCN",
        why="{symbol} holds {ocn} in WorldCat.",
        todo="Say whether the library still has the title. Nothing is deleted before you have answered.",
        priority=1,
        decisions=("delete", "still held: keep", "unsure"),
        classes={
            "lhr_or_retention": ProblemClass(
                "LHR or retention commitment",
                "A list says so: {because}. Move or release it first; a deletion would leave it without its holding.",
                "hold",
            ),
            "open_ill": ProblemClass(
                "open ILL request", "A list says so: {because}. Close the request, or let it end, first.", "hold"
            ),
            "in_error": ProblemClass(
                "a record is in error",
                "It belongs to {mms_id}, which OCLC has not taken or has changed: fix that first.",
                "hold",
            ),
            "ambiguous_number": ProblemClass(
                "ambiguous number", "WorldCat's own answers give it no single current number.", "review"
            ),
            "doubtful_owner": ProblemClass(
                "owner in doubt",
                "Another record may own it: {because}. Correct the number there, or say that it is another one.",
                "hold",
            ),
            "undecided_place": ProblemClass(
                "place not decided",
                "The location map does not say where a holding of {mms_id} goes, or whether it is in scope: decide that first.",
                "hold",
            ),
            "decided_keep": ProblemClass(
                "decided: keep",
                "It is to stay: {because}. Under a symbol that goes away, move the holding to the target first.",
                "hold",
            ),
            "kb_managed": ProblemClass(
                "set by the knowledge base",
                "{because}: it goes when the collection is switched off there, and is no part of our lists.",
                "keep",
            ),
            "set_after_extract": ProblemClass(
                "set after the extract",
                "{symbol} has it since the extract was made: somebody still catalogues there. Move it to the target first.",
                "hold",
            ),
            "not_on_target_list": ProblemClass(
                "not on the target's list",
                "OCLC answered that it is set, and it is not there: {because}. Ask OCLC, or send the record again.",
                "hold",
            ),
            "list_not_read": ProblemClass(
                "a list was not read whole",
                "Nothing else may speak against it, but {because}. The project team mends or names that file, and loads again.",
                "hold",
            ),
            "covered": ProblemClass(
                "covered",
                "The number is confirmed for every active owner on each symbol that it goes to.",
                "delete",
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
                "It is owned here, but no run has confirmed this very number on the target symbol.",
                "hold",
            ),
            "text_or_number_hit": ProblemClass(
                "text or number agrees",
                "No record of ours has the number, but {because}. Say whether that is the same title.",
                "review",
            ),
            "withdrawn": ProblemClass("withdrawn", "The library has withdrawn it: {because}.", "delete"),
            "not_in_catalogue": ProblemClass(
                "not in the catalogue", "No record of ours has the number: {because}.", "review"
            ),
            "not_yet_classed": ProblemClass(
                "not searched for",
                "No record of ours has the number, and it was not searched for: {because}. Load a list that has titles.",
                "review",
            ),
        },
        ocn_header="OCN held",
        asks_new_ocn=False,
        is_under_old_symbol=True,
    ),
    Problem(
        "lhr_problem",
        "LHR problem",
        row="holding",
        why="The holdings record cannot go to OCLC as it is: {detail}.",
        todo="Correct the holdings record.",
        priority=2,
        decisions=FIX,
        classes={
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
        row="holding",
        why="The retention commitment cannot be registered as it is: {detail}.",
        todo="Correct the 583.",
        priority=2,
        decisions=FIX,
    ),
)
