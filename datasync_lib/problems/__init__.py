"""The catalogue of problems: what each is called, why it matters, what to do, and what a unit may decide.

The codes stand in truth files, sheets and SQL. `why` is a sentence with named gaps that the `parameters` of a finding
fill, so that the words are made at output and never stored. A class is the finer kind of a problem; its own sentence
comes after the problem's. Sources: practice.md 1.4, 1.5, 2.3, 4.2, 6.2; duplicates.md E1, E11.
"""

from . import of_answers, of_holdings, of_records
from .kinds import ASKING, Answer, Problem, ProblemClass

__all__ = ["ASKING", "PROBLEMS", "STATUSES", "Answer", "Problem", "ProblemClass"]

PROBLEMS: dict[str, Problem] = {
    problem.code: problem for problem in (*of_records.PROBLEMS, *of_answers.PROBLEMS, *of_holdings.PROBLEMS)
}

# What a unit may say of how far it is, beside what it decided.
STATUSES = ("Open", "In progress", "Done", "Not a problem", "Need help")
