"""What WorldCat's records say of OCLC's answers: merged, or the same text, or another (duplicates.md E8, E11).

The truth of a comparison of texts is the likeness that was planted, never what a comparison finds.
"""

from collections.abc import Iterator

from ..at_hand import CLASSES
from ..model import SUCCESS, Answer, Bib
from .rows import Finding, on_bib
from .view import View, histories

DOUBTS = ("look", "suspect")
_VERDICTS = {"same": "likely", "poorer": "likely", "twin": "look", "reissue": "look"}


def match_class(last: Answer, bib: Bib, view: View) -> str:
    """The class of a last outcome (E11; oclc_formats.md 1.6)."""
    if last.action not in SUCCESS:
        return "staging" if last.action == "unresolved" else "not_taken"
    if last.result is None:
        return "no_number"
    if last.action == "create":
        return "created"
    if last.sent is None:
        return "found"
    return "same" if last.sent == last.result else change_class(last, bib, view)


def change_class(answer: Answer, bib: Bib, view: View) -> str:
    """What explains that OCLC answered with another number than was sent (E11).

    Merged: both lead to one record, or the record that was answered has the sent number among its old ones. Otherwise
    the texts speak, where WorldCat's record is at hand.
    """
    sent, result = view.resolve(answer.sent), view.resolve(answer.result)
    likeness, number = likeness_of_result(answer.result, bib, view)
    told_by_record = likeness is not None and (answer.sent, number) in view.block.merges
    if told_by_record or (sent is not None and sent == result):
        return "merged"
    return CLASSES[likeness] if likeness else "no_text"


def doubt(answer: Answer, bib: Bib, view: View) -> str | None:
    """What WorldCat's record of an answered number says against it: look, suspect; None: nothing, or not at hand (E8)."""
    likeness, _ = likeness_of_result(answer.result, bib, view)
    return CLASSES[likeness] if likeness and CLASSES[likeness] in DOUBTS else None


def likeness_of_result(result: int, bib: Bib, view: View) -> tuple[str | None, int]:
    """How WorldCat's record of a result is like the bib, and the number that the record is under."""
    for number in (view.resolve(result), result):
        likeness = view.at_hand.likeness(number, bib)
        if likeness:
            return likeness, number
    return None, result


def found_verdict(last: Answer, bib: Bib, view: View) -> str | None:
    """What the texts say of a record that OCLC found without a number of ours; None: nothing to compare."""
    likeness, _ = likeness_of_result(last.result, bib, view)
    return likeness and _VERDICTS.get(likeness, "no")


def ocn_changed(bib: Bib, view: View) -> Iterator[Finding]:
    """OCLC's last answer names another number than was sent; or the first number that we get, and the texts doubt it (E11)."""
    for symbol, answers in histories(bib).items():
        last = answers[-1]
        class_ = match_class(last, bib, view)
        if class_ == "found":
            class_ = doubt(last, bib, view)
        elif class_ in ("same", "created", "staging", "not_taken", "no_number"):
            continue
        if class_:
            yield on_bib("ocn_changed", bib, class_, ocn=last.result, symbol=symbol)


def other_text(bib: Bib, view: View) -> Iterator[Finding]:
    """OCLC's last answer is the very number that was sent, and WorldCat's record of it has another text (E8, E11).

    Nothing has changed, so that nobody would look; but a number that was wrong from the start looks just like this.
    """
    for symbol, answers in histories(bib).items():
        last = answers[-1]
        if match_class(last, bib, view) == "same" and (class_ := doubt(last, bib, view)):
            yield on_bib("other_text", bib, class_, ocn=last.result, symbol=symbol)
