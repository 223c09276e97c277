"""The example institution, at any size, with the truth of what is to be found in it beside it.

`make_sample` makes the institution; `make_answers` plays OCLC's answers to a real export.
"""

from .answering import make_answers
from .making import SampleSummary, make_sample

__all__ = ["SampleSummary", "make_answers", "make_sample"]
