"""What follows from the bibs of a block: what is sent, what OCLC answers, what its lists of each symbol have."""

from .block import Block
from .institution import LISTS, RETIRED
from .model import Answer, Bib, Holding
from .oclc_answers import RECEIVED

_RUNS = tuple(RECEIVED)


def close(block: Block) -> None:
    """Sends what goes to OCLC, has OCLC answer, and fills the lists of all symbols."""
    for bib in block.bibs:
        _send(bib)
        _answer(bib)
    merged = {old: current for old, current in block.merges if _ends_once(old, block)}
    for bib in block.bibs:
        _hold_old(block, bib, merged)
        _hold_confirmed(block, bib, merged)
    for symbol, before in block.before.items():
        before.update(dict.fromkeys(number for number in block.held[symbol] if number not in block.since[symbol]))
    block.chance.shuffle(block.bibs)


def _ends_once(old: int, block: Block) -> bool:
    """Whether WorldCat says one thing of a merged number, and does not lead back to it."""
    ends = [current for merged, current in block.merges if merged == old]
    return len(ends) == 1 and (ends[0], old) not in block.merges


def is_sendable(holding: Holding) -> bool:
    """Whether a holding is one to report to OCLC: open, mapped, in scope, not merely on order."""
    line = holding.line
    return line is not None and bool(line.in_scope) and not holding.is_suppressed and not holding.is_on_order


def _send(bib: Bib) -> None:
    if not bib.in_exchange or bib.is_withheld or bib.is_electronic:
        return
    mode = "ocn" if len(bib.current) == 1 and bib.submitted else "full"
    for holding in bib.moved_from or bib.placed:
        if is_sendable(holding):
            bib.sent[holding.line.target] = mode


def _answer(bib: Bib) -> None:
    answered = {answer.symbol for answer in bib.answers if answer.run != "test"}
    for symbol in bib.sent:
        if symbol not in answered and symbol not in bib.unreported:
            bib.answers.append(Answer(symbol, "first", "match", bib.submitted))
    for answer in bib.answers:
        if answer.action != "data error" and answer.sent is None:
            answer.sent = bib.submitted


def _hold_old(block: Block, bib: Bib, merged: dict[int, int]) -> None:
    """Nearly everything that has a number is held under the retired symbol that its location had until now."""
    for holding in bib.placed:
        line = holding.line
        if line is None or line.outgoing not in RETIRED or not bib.is_held or not bib.current:
            continue
        if block.chance.random() < 0.95:
            block.hold(line.outgoing, _as_held(block, bib.current[0], line.outgoing, merged), bib.work)


def _hold_confirmed(block: Block, bib: Bib, merged: dict[int, int]) -> None:
    """The last number that a run set under a symbol is in the symbol's own list, unless a case says that it was lost."""
    last = {
        answer.symbol: answer.result
        for answer in sorted(bib.answers, key=lambda answer: _RUNS.index(answer.run))
        if answer.is_cancel or (answer.is_success and answer.result is not None)
    }
    gone = {answer.symbol for answer in bib.answers if answer.is_cancel}
    for symbol, number in last.items():
        if symbol not in LISTS or symbol in gone or number in block.lost[symbol] | block.cancelled[symbol]:
            continue
        listed = _as_held(block, number, symbol, merged)
        if not any(holding.line and holding.line.outgoing == symbol for holding in bib.placed):
            block.since[symbol].add(listed)
        block.hold(symbol, listed, bib.work)


def _as_held(block: Block, number: int, symbol: str, merged: dict[int, int]) -> int:
    """A list of records has current numbers; one of bare numbers may be older than a merge."""
    while number in merged and (LISTS[symbol] == "mrc" or block.chance.random() < 0.5):
        number = merged[number]
    return number
