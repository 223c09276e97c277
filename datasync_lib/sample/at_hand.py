"""WorldCat's records of the numbers that OCLC answered, as far as they are at hand, and how like our bibs they are.

A record is planted with its likeness to a bib: the truth of a comparison of texts is what was planted, never what a
comparison finds. The classes that follow are those of duplicates.md E8 and E11.
"""

from dataclasses import replace

from .block import Block
from .institution import LISTS
from .model import Bib, Described
from .texts import Work

# How a record at hand is like a bib -> the class of a changed number (duplicates.md E8).
CLASSES = {
    "same": "likely",
    "poorer": "likely",
    "twin": "look",
    "reissue": "look",
    "electronic": "suspect",
    "other": "suspect",
}
LIKENESSES = tuple(CLASSES)
_TWIN = ("Jyväskylä", "Jyväskylä Oy")


def describe(block: Block, number: int, bib: Bib, likeness: str) -> None:
    """WorldCat's record of a number is at hand, and is like a bib in one of the ways of LIKENESSES.

    same: the same text. poorer: no pages, and an edition statement more. twin: another publisher in the same year.
    reissue: two years later, pages not told. electronic: the online version. other: something else.
    """
    work, place, publisher = bib.work, *_TWIN
    works = {
        "twin": replace(work, place=place, publisher=publisher),
        "reissue": replace(work, year=work.year + 2),
        "other": work if likeness != "other" else block.other_work(work),
    }
    pages = None if likeness in ("poorer", "reissue") else bib.pages
    edition = "First edition." if likeness == "poorer" else None
    block.described[number] = Described(
        works.get(likeness, work), bib.mms_id, likeness, pages, edition, likeness == "electronic"
    )


def listed_works(block: Block) -> dict[int, Work]:
    """The works of the records that WorldCat's lists as MARC have, by number."""
    return {
        number: work for symbol, held in block.held.items() if LISTS[symbol] == "mrc" for number, work in held.items()
    }


def works_by_number(block: Block) -> dict[int, Work]:
    """The work that each number stands for, as far as a bib has it or a merge leads to it."""
    works = {number: bib.work for bib in block.bibs for number in bib.current}
    for _ in range(2):  # a chain has two steps
        for old, current in block.merges:
            if old in works:
                works.setdefault(current, works[old])
    return works


class AtHand:
    """What a person would see who laid WorldCat's record beside ours."""

    def __init__(self, block: Block) -> None:
        """Looks at a block that is closed."""
        self._described = block.described
        self._listed = listed_works(block)
        works = works_by_number(block)
        merged = {current for _, current in block.merges}
        self._merged = {current: works.get(current) for current in merged - self._listed.keys()}

    def likeness(self, number: int | None, bib: Bib) -> str | None:
        """How the newest record of a number is like a bib; None: there is none at hand."""
        if number in self._listed:
            return self._of_work(self._listed[number], bib)
        if number in self._described:
            record = self._described[number]
            return record.likeness if record.mms_id == bib.mms_id else self._of_work(record.work, bib)
        return self._of_work(self._merged[number], bib) if number in self._merged else None

    def is_delivered(self, number: int | None) -> bool:
        """Whether OCLC delivered the record as its own: what a list of holdings tells is no proof of a text."""
        return number not in self._listed

    def _of_work(self, work: Work | None, bib: Bib) -> str:
        is_copy = bib.is_electronic or bib.is_reproduction
        return "same" if work == bib.work and not is_copy else "other"
