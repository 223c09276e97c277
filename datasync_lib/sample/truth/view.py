"""A block as somebody sees it who knows everything: merges, records at hand, and who was answered what, in which order."""

from collections import defaultdict

from ..at_hand import AtHand
from ..block import Block
from ..model import SUCCESS, Answer, Bib
from ..oclc_answers import RECEIVED
from .merges import Concordance

RUNS = tuple(RECEIVED)


class View:
    """What the rules look at."""

    def __init__(self, block: Block) -> None:
        """Looks at a block that is closed."""
        self.block = block
        self.bibs = sorted(block.bibs, key=lambda bib: bib.mms_id)
        self._concordance = Concordance([*block.merges, *block.fixes])
        self.resolve = self._concordance.resolve
        self.at_hand = AtHand(block)
        self.staging = {answer.staging for bib in block.bibs for answer in bib.answers} - {None}
        self._listed: dict[str, frozenset[int]] = {}
        self._before: dict[str, frozenset[int]] = {}

    def listed(self, symbol: str) -> frozenset[int]:
        """The records that the newest list of a symbol leads to; none where there is no list."""
        if symbol not in self._listed:
            self._listed[symbol] = frozenset(map(self.record_of, self.block.held.get(symbol, ())))
        return self._listed[symbol]

    def is_end_of_ambiguous(self, record: int, symbol: str) -> bool:
        """Whether the list of a symbol has a number that may have become this record, or another one (6.2, «any alias»)."""
        return any(
            record in self._concordance.ways(number)
            for number in self.block.held[symbol]
            if self.resolve(number) is None and number != record
        )

    def is_listed(self, kinds: tuple[str, ...], symbol: str, record: int) -> bool:
        """Whether a list of staff of these kinds has a record for a symbol, or for all; a closed request is none."""
        return any(
            one.kind in kinds and one.symbol in (None, symbol) and self.record_of(one.number) == record
            for one in self.block.listed
            if one.status.casefold() != "closed"
        )

    def is_decided(self, symbol: str, record: int) -> bool:
        """Whether a unit has decided that a record stays under a symbol."""
        return any(of == symbol and self.record_of(number) == record for of, number in self.block.decided)

    def listed_before(self, symbol: str) -> frozenset[int]:
        """The records that the list of a symbol from before the extract leads to."""
        if symbol not in self._before:
            self._before[symbol] = frozenset(map(self.record_of, self.block.before[symbol]))
        return self._before[symbol]

    def record_of(self, number: int) -> int:
        """The number of the record that a number leads to; the number itself where WorldCat is not clear."""
        return self.resolve(number) or number


def histories(bib: Bib) -> dict[str, list[Answer]]:
    """The answers on a bib under each symbol oldest first; of one time the failure is the last (6.2)."""
    if len(bib.answers) < 2:  # nearly every bib, and every rule asks
        return {answer.symbol: [answer] for answer in bib.answers}
    by_symbol: dict[str, list[Answer]] = defaultdict(list)
    for answer in sorted(bib.answers, key=lambda answer: (RUNS.index(answer.run), answer.action not in SUCCESS)):
        by_symbol[answer.symbol].append(answer)
    return dict(sorted(by_symbol.items()))


def results(answers: list[Answer]) -> list[int]:
    """The numbers that OCLC answered with success, oldest first; a provisional one of staging is none of them."""
    return [answer.result for answer in answers if answer.is_success and answer.result is not None]
