"""All problems by code, in the order in which they are listed where nothing else orders them."""

from . import of_answers, of_holdings, of_records
from .kinds import Problem

PROBLEMS: dict[str, Problem] = {
    problem.code: problem for problem in (*of_records.PROBLEMS, *of_answers.PROBLEMS, *of_holdings.PROBLEMS)
}

# What a unit may say of how far it is, beside what it decided.
STATUSES = ("Open", "In progress", "Done", "Not a problem", "Need help")
