"""The catalogue of problems: what each is called, why it matters, what to do, and what a unit may decide.

The codes stand in truth files, sheets and SQL. `why` is a sentence with named gaps that the `parameters` of a finding
fill, so that the words are made at output and never stored. A class is the finer kind of a problem; its own sentence
comes after the problem's. What is to be said of one problem stands with it, and analyses, sheets and pages ask there.
Sources: practice.md 1.4, 1.5, 2.3, 4.2, 6.2; duplicates.md E1, E8, E11.
"""

from .catalogue import PROBLEMS, STATUSES
from .kinds import ASKING, SETTLED, STANDING, Answer, Problem, ProblemClass
from .wording import in_words

__all__ = ["ASKING", "PROBLEMS", "SETTLED", "STANDING", "STATUSES", "Answer", "Problem", "ProblemClass", "in_words"]
