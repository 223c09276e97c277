"""What an analysis of the example must find, told from what was planted.

The rules are those that the analyses follow (practice.md 1.4, 1.5, 2.3, 6.2; duplicates.md E1, E11), written a second time, in
plain Python over the objects that the files were made from: never by reading the files, never with an analysis. What the old
symbols hold is in `truth_held.py`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from .at_hand import CLASSES, AtHand
from .block import Block
from .institution import LISTS
from .model import Answer, Bib, Holding

RUNS = ("test", "first", "rerun", "resent")
_FAILURES = {"unresolved": "unresolved", "data error": "data_error", "processing error": "processing_error"}
_MALFORMED = ("suffix", "excel_exponent", "zero", "too_large", "malformed")
_PLACES = ("079$a", "035$a", "019$a", "035$z")


class Finding(NamedTuple):
    """A row of a truth file."""

    problem: str
    symbol: str | None
    unit: str | None
    mms_id: str | None
    holding_id: str | None
    ocn: int | None
    class_: str | None


class Concordance:
    """Where each number of WorldCat ends."""

    def __init__(self, merges: Iterable[tuple[int, int]]) -> None:
        """Takes pairs of old and current number."""
        self._next: dict[int, set[int]] = defaultdict(set)
        for old, current in merges:
            self._next[old].add(current)

    def resolve(self, number: int) -> int | None:
        """The number of the record that survives; None when there is no single one."""
        ends, seen, to_see = set(), set(), [number]
        while to_see:
            at = to_see.pop()
            if at in seen:
                continue
            seen.add(at)
            further = self._next.get(at, ())
            to_see += further
            if not further:
                ends.add(at)
        in_circle = any(self._leads_back(at) for at in seen)
        return ends.pop() if len(ends) == 1 and not in_circle else None

    def _leads_back(self, number: int) -> bool:
        seen, to_see = set(), list(self._next.get(number, ()))
        while to_see:
            at = to_see.pop()
            if at == number:
                return True
            if at not in seen:
                seen.add(at)
                to_see += self._next.get(at, ())
        return False


class View:
    """A block as an analyst may look at it: who shares what, who said what last."""

    def __init__(self, block: Block) -> None:
        """Looks at a block that is closed."""
        self.block = block
        self.bibs = sorted(block.bibs, key=lambda bib: bib.mms_id)
        self.resolve = Concordance(block.merges).resolve
        self.at_hand = AtHand(block)

    @cached_property
    def sharers(self) -> dict[int, list[Bib]]:
        """Bibs of the exchange by their current numbers as WorldCat knows them now."""
        by_number: dict[int, list[Bib]] = defaultdict(list)
        for bib in self.bibs:
            if bib.in_exchange:
                for number in {self.resolve(number) for number in bib.current} - {None}:
                    by_number[number].append(bib)
        return by_number

    @cached_property
    def print_numbers(self) -> set[int]:
        """Numbers of bibs that are neither electronic nor suppressed."""
        prints = (bib for bib in self.bibs if not bib.is_electronic and not bib.is_suppressed)
        return {self.resolve(number) for bib in prints for number in bib.current} - {None}


def lead(bib: Bib) -> tuple[str | None, str | None]:
    """Unit and target symbol of a bib: the unit with most of its holdings, then by name."""
    by_unit: dict[str | None, list[Holding]] = defaultdict(list)
    for holding in bib.placed:
        by_unit[holding.line.unit if holding.line else None].append(holding)
    if not by_unit:
        return None, None
    unit = min(by_unit, key=lambda name: (name is None, -len(by_unit[name]), name or ""))
    targets = [holding.line.target for holding in by_unit[unit] if holding.line]
    return unit, min(targets, default=None)


def histories(bib: Bib) -> dict[str, list[Answer]]:
    """The answers on a bib under each symbol, oldest first."""
    by_symbol: dict[str, list[Answer]] = defaultdict(list)
    for answer in sorted(bib.answers, key=lambda answer: RUNS.index(answer.run)):
        by_symbol[answer.symbol].append(answer)
    return by_symbol


def _on_bib(
    problem: str, bib: Bib, class_: str | None = None, ocn: int | None = None, symbol: str | None = None
) -> Finding:
    unit, target = lead(bib)
    return Finding(problem, symbol or target, unit, bib.mms_id, None, ocn, class_)


def _on_holding(problem: str, bib: Bib, holding: Holding, class_: str | None = None) -> Finding:
    line = holding.line
    return Finding(problem, line and line.target, line and line.unit, bib.mms_id, holding.holding_id, None, class_)


def findings(view: View) -> Iterator[Finding]:
    """Everything to be found in a block but the old holdings."""
    for bib in view.bibs:
        if bib.in_exchange:
            yield from _numbers(bib, view)
            yield from _record(bib)
        if not bib.is_host and not bib.is_suppressed and bib.brief_level and not bib.rule:
            yield _on_bib("brief_record", bib, bib.brief_level)
        yield from _print_number(bib, view)
        yield from _holdings(bib)
        yield from _lhr(bib, view)
        yield from _answers(bib, view)
    yield from _shared(view)
    yield from _collisions(view)
    for stray in view.block.strays:
        yield Finding("rejected", stray.symbol, None, None, None, None, _FAILURES[stray.action])


def _numbers(bib: Bib, view: View) -> Iterator[Finding]:
    current = bib.current
    if not current:
        yield _on_bib("missing_ocn", bib, _why_missing(bib))
    bad = [reading for reading in bib.readings if reading.verdict in _MALFORMED]
    if bad:
        yield _on_bib("malformed_ocn", bib, min(bad, key=lambda reading: _PLACES.index(reading.place)).verdict)
    ends = [view.resolve(number) for number in current]
    if len(current) > 1:
        yield _on_bib("several_ocns", bib, _why_several(bib, ends, view))
    for number, end in zip(current, ends, strict=True):
        if end is not None and end != number:
            yield _on_bib("stale_ocn", bib, ocn=number)


def _why_several(bib: Bib, ends: list[int | None], view: View) -> str:
    """One record by WorldCat's word; or all but one are old by the record's own word."""
    if len(set(ends)) == 1 and None not in ends:
        return "merged"
    past = {reading.number for reading in bib.readings if reading.is_old and reading.verdict == "ok"}
    old_ends = {view.resolve(number) or number for number in past}
    left = {end or number for number, end in zip(bib.current, ends, strict=True)} - old_ends
    return "one_current_rest_old" if len(left) == 1 else "different"


def _why_missing(bib: Bib) -> str:
    if any(reading.is_old and reading.verdict == "ok" for reading in bib.readings):
        return "only_old"
    if any(reading.verdict not in ("ok", "empty", "not_oclc") for reading in bib.readings):
        return "only_bad"
    return "no_number"


def _record(bib: Bib) -> Iterator[Finding]:
    """A record in the exchange lacks an element only where OCLC would call it sparse; the rest would have made it brief."""
    if bib.missing:
        yield _on_bib("sparse_record", bib)
    if bib.script_fault:
        yield _on_bib("script_pairing", bib)


def _print_number(bib: Bib, view: View) -> Iterator[Finding]:
    if bib.is_electronic and not bib.is_suppressed:
        for number in bib.current:
            if view.resolve(number) in view.print_numbers:
                yield _on_bib("print_ocn_on_electronic", bib, ocn=number)


def _holdings(bib: Bib) -> Iterator[Finding]:
    for holding in bib.holdings:
        if bib.is_suppressed and not holding.is_suppressed:
            yield _on_holding("suppression_mismatch", bib, holding, "bib_suppressed")
        if holding.is_suppressed and holding.items and not bib.is_suppressed:
            yield _on_holding("suppression_mismatch", bib, holding, "holding_suppressed")
        if holding.line is None:
            yield _on_holding("unmapped_location", bib, holding)
    if not bib.is_host:
        for holding in bib.placed:
            reason = _why_not_sent(bib, holding)
            if reason:
                yield _on_holding("not_sent", bib, holding, reason)


def _why_not_sent(bib: Bib, holding: Holding) -> str | None:
    line = holding.line
    is_open = not bib.is_suppressed and not holding.is_suppressed
    if is_open and line and line.in_scope and line.target in bib.sent:
        return None
    if bib.exclusion:
        named = bib.exclusion in ("no_worldcat_914", "community_zone") or bib.rule is None
        return bib.exclusion if named else "other_exclusion"
    if bib.is_suppressed:
        return "bib_suppressed"
    if holding.is_suppressed:
        return "holding_suppressed"
    if line is None:
        return "unmapped"
    if not line.in_scope:
        return "out_of_scope"
    if holding.items and all(item.process_type.startswith("acq") for item in holding.items):
        return "on_order"
    return "electronic" if bib.is_electronic else "unknown"


def _lhr(bib: Bib, view: View) -> Iterator[Finding]:
    for holding in bib.holdings:
        if not holding.is_mfhd:
            continue
        faults = set(holding.lhr_faults)
        numbers = holding.lhr_ocns or tuple(bib.current)
        if not numbers:
            faults.add("no_ocn")
        if any(len(view.sharers.get(view.resolve(number), ())) > 1 for number in numbers):
            faults.add("shared_ocn")
        for fault in sorted(faults):
            yield _on_holding("lhr_problem", bib, holding, fault)


def _answers(bib: Bib, view: View) -> Iterator[Finding]:
    for symbol in sorted(bib.unreported):
        if symbol in bib.sent:
            yield _on_bib("never_reported", bib, symbol=symbol)
    for symbol, answers in sorted(histories(bib).items()):
        last = answers[-1]
        if not last.is_success:
            yield _on_bib("rejected", bib, _FAILURES[last.action], symbol=symbol)
        elif is_changed(last):
            yield _on_bib("ocn_changed", bib, change_class(last, bib, view), last.result, symbol)
        elif is_first(last) and (doubt := doubt_about_result(last.result, bib, view)):
            yield _on_bib("ocn_changed", bib, doubt, last.result, symbol)
        if last.action == "create":
            yield _on_bib("created_record", bib, ocn=last.result, symbol=symbol)
        for number in replaced_results(answers, view):
            yield _on_bib("wrong_holding_set", bib, _is_held(number, symbol, view), number, symbol)


def is_changed(answer: Answer) -> bool:
    """Whether OCLC answered with another number than was sent."""
    return answer.sent is not None and answer.result is not None and answer.sent != answer.result


def is_first(answer: Answer) -> bool:
    """Whether OCLC found a number for a record that was sent without one."""
    return answer.sent is None and answer.result is not None and answer.action != "create"


def doubt_about_result(result: int, bib: Bib, view: View) -> str | None:
    """What the texts say against a first number; None when they agree or are not at hand."""
    likeness, _ = likeness_of_result(result, bib, view)
    doubt = CLASSES[likeness] if likeness else None
    return doubt if doubt in ("look", "suspect") else None


def change_class(answer: Answer, bib: Bib, view: View) -> str:
    """Whether OCLC's own records explain the change; else what the texts say, where there is one at hand."""
    sent, result = view.resolve(answer.sent), view.resolve(answer.result)
    if sent is not None and sent == result:
        return "merged"
    likeness, number = likeness_of_result(answer.result, bib, view)
    if likeness is None:
        return "no_text"
    return "merged" if (answer.sent, number) in view.block.merges else CLASSES[likeness]


def likeness_of_result(result: int, bib: Bib, view: View) -> tuple[str | None, int]:
    """How WorldCat's record of a result is like the bib, and the number that the record is under."""
    for number in (view.resolve(result), result):
        likeness = view.at_hand.likeness(number, bib)
        if likeness:
            return likeness, number
    return None, result


def _is_held(number: int, symbol: str, view: View) -> str:
    """Whether the list of the symbol still has the number."""
    if symbol not in LISTS:
        return "no_list"
    current = view.resolve(number) or number
    held = {view.resolve(each) or each for each in view.block.held[symbol]}
    return "still_held" if current in held else "not_held"


def replaced_results(answers: list[Answer], view: View) -> list[int]:
    """Earlier results under one symbol that are another record than the last one."""
    results = [answer.result for answer in answers if answer.is_success and answer.result is not None]
    last = view.resolve(results[-1]) if results else None
    return sorted({number for number in results[:-1] if view.resolve(number) != last})


def _shared(view: View) -> Iterator[Finding]:
    for number, bibs in sorted(view.sharers.items()):
        if len(bibs) > 1:
            for bib in bibs:
                yield _on_bib("shared_ocn", bib, _shared_class(bibs), number)


def _shared_class(bibs: list[Bib]) -> str:
    if len({(bib.format, bib.is_electronic) for bib in bibs}) > 1:
        return "other_format"
    libraries = [library for bib in bibs for library in {holding.library for holding in bib.placed} - {None}]
    return "same_library" if len(libraries) > len(set(libraries)) else "other_library"


def _collisions(view: View) -> Iterator[Finding]:
    by_result: dict[int, dict[str, Bib]] = defaultdict(dict)
    for bib in view.bibs:
        for answers in histories(bib).values():
            successes = [answer.result for answer in answers if answer.is_success and answer.result is not None]
            result = view.resolve(successes[-1]) if successes else None
            if result is not None:
                by_result[result][bib.mms_id] = bib
    for result, bibs in sorted(by_result.items()):
        expected = all(result in [view.resolve(number) for number in bib.current] for bib in bibs.values())
        if len(bibs) > 1 and not expected:
            for bib in bibs.values():
                yield _on_bib("duplicate_group", bib, "collision", result)
