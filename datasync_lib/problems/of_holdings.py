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
            "in_error": ProblemClass(
                "a record is in error",
                "It belongs to {mms_id}, which OCLC has not taken or has changed: fix that first.",
                "hold",
            ),
            "ambiguous_number": ProblemClass(
                "ambiguous number", "WorldCat's own answers give it no single current number.", "review"
            ),
            "list_not_read": ProblemClass(
                "a list was not read whole",
                "Every active owner is confirmed, but a list of WorldCat's that this rests on was not read whole: "
                "the project team mends that file and loads again.",
                "hold",
            ),
            "covered": ProblemClass("covered", "Every active owner is confirmed on its own target symbol.", "delete"),
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
