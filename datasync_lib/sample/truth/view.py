"""A block as somebody sees it who knows everything: merges, records at hand, and who was answered what, in which order."""

from collections import defaultdict

from ..at_hand import AtHand
from ..block import Block
from ..model import Answer, Bib
from .merges import Concordance

RUNS = ("test", "first", "rerun", "resent")


class View:
    """What the rules look at."""

    def __init__(self, block: Block) -> None:
        """Looks at a block that is closed."""
        self.block = block
        self.bibs = sorted(block.bibs, key=lambda bib: bib.mms_id)
        self.resolve = Concordance(block.merges).resolve
        self.at_hand = AtHand(block)

    def record_of(self, number: int) -> int:
        """The number of the record that a number leads to; the number itself where WorldCat is not clear."""
        return self.resolve(number) or number


def histories(bib: Bib) -> dict[str, list[Answer]]:
    """The answers on a bib under each symbol, oldest first."""
    if len(bib.answers) < 2:  # nearly every bib, and every rule asks
        return {answer.symbol: [answer] for answer in bib.answers}
    by_symbol: dict[str, list[Answer]] = defaultdict(list)
    for answer in sorted(bib.answers, key=lambda answer: RUNS.index(answer.run)):
        by_symbol[answer.symbol].append(answer)
    return dict(sorted(by_symbol.items()))


def results(answers: list[Answer]) -> list[int]:
    """The numbers that OCLC answered with success, oldest first; a provisional one of staging is none of them."""
    return [answer.result for answer in answers if answer.is_success and answer.result is not None]
