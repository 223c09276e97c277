"""A block of the example: about 2,000 bibs that have nothing to do with those of another block.

Numbers, merges, hosts and reruns never cross a block's border. So an example of any size is made, written and judged
block by block, in the memory of one.
"""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate

from ..identifiers.ocn import control_number
from .institution import LISTS, OLDER_LISTS, USUAL_PLACES
from .model import Answer, Bib, Described, Holding, Item, Listed, Loose, Reading
from .numbers import Numbers
from .texts import Work, latin_work, script_work

_PLACES = [(library, location) for library, location, _ in USUAL_PLACES]
_WEIGHTS = [weight for _, _, weight in USUAL_PLACES]
_FORMATS, _FORMAT_WEIGHTS = ("book", "serial", "map", "video", "sound"), (86, 6, 2, 4, 2)
_ONE_IN_TEN = 0.1

# Good spellings of an OCN, and how often each occurs (duplicates.md E1): digits; as OCLC has them in 001; that in capitals.
_SPELLINGS = {
    "(OCoLC){0}": 64,
    "(OCoLC){1}": 12,
    "(OCoLC){0:08d}": 5,
    "{1}": 5,
    "(OCOLC) {0}": 2,
    "(ocolc){0}": 2,
    "(OCoLC){2}": 2,
    "{2}": 2,
    "(OCoLC) {1} ": 1,
    " (OCoLC){0:012d}": 1,
    "(OCoLC){0}#": 1,
    "(OCoLC)ocl7{0:08d}": 1,
    "(ocolc)OCL7{0:08d}": 1,
    "(OCoLC)(OCoLC){0}": 1,
}
_FORMS, _FREQUENCIES = tuple(_SPELLINGS), tuple(accumulate(_SPELLINGS.values()))


@dataclass
class Stray:
    """An answer to a record that nobody can name: no local number, and the sent file is not at hand."""

    symbol: str
    collection: str
    run: str
    offset: int
    action: str = "data error"


@dataclass
class Misplaced:
    """A success on a bib, told at the place that another one has in the sent file."""

    symbol: str
    named: Bib
    other: Bib


@dataclass
class Intent:
    """What a case was made for: the finding that must follow from it."""

    problem: str
    class_: str | None
    mms_id: str | None


@dataclass
class Block:
    """Bibs, merges in WorldCat, and what WorldCat holds under each symbol.

    Attributes:
        held: the newest list of each symbol.
        before: its list from before the extract: what is planted there, and what follows from `held`.
        since: what a symbol holds only since the extract.
        lost: what a run confirmed under a symbol, and its newest list has no longer.
        cancelled: what the library deleted under a symbol after the runs.
        no_numbers: rows of the list of a symbol that are no number.
        decided: symbol and number that a unit wants to keep.
        fixes: old and current number, as a person has signed them.
    """

    chance: random.Random
    numbers: Numbers
    bibs: list[Bib] = field(default_factory=list)
    merges: list[tuple[int, int]] = field(default_factory=list)
    held: dict[str, dict[int, Work]] = field(default_factory=lambda: {symbol: {} for symbol in LISTS})
    works: dict[int, Work] = field(default_factory=dict)
    before: dict[str, dict[int, None]] = field(default_factory=lambda: {symbol: {} for symbol in OLDER_LISTS})
    since: dict[str, set[int]] = field(default_factory=lambda: {symbol: set() for symbol in LISTS})
    lost: dict[str, set[int]] = field(default_factory=lambda: {symbol: set() for symbol in LISTS})
    cancelled: dict[str, set[int]] = field(default_factory=lambda: {symbol: set() for symbol in LISTS})
    no_numbers: dict[str, list[str]] = field(default_factory=lambda: {symbol: [] for symbol in LISTS})
    described: dict[int, Described] = field(default_factory=dict)
    strays: list[Stray] = field(default_factory=list)
    misplaced: list[Misplaced] = field(default_factory=list)
    decided: list[tuple[str, int]] = field(default_factory=list)
    fixes: list[tuple[int, int]] = field(default_factory=list)
    loose: list[Loose] = field(default_factory=list)
    listed: list[Listed] = field(default_factory=list)
    intents: list[Intent] = field(default_factory=list)
    case: str = ""
    turns: Counter = field(default_factory=Counter)

    # What a case is made of

    def in_turn(self, variants: Sequence):
        """The next variant of the case at hand, so that each of them occurs."""
        question = (self.case, repr(variants))
        self.turns[question] += 1
        return variants[(self.turns[question] - 1) % len(variants)]

    def bib(
        self,
        *places: tuple[str, str],
        number: int | None = None,
        numbered: bool = True,
        format: str | None = None,
        script: bool | None = None,
        **flags,
    ) -> Bib:
        """A complete, clean bib with one holding and item in each place (a usual one when none is named).

        Args:
            places: library and location of each holding; the name «nowhere» in `flags` leaves it without.
            number: its OCN; a new one when not given.
            numbered: whether it has an OCN at all.
            format: book unless said otherwise; chance decides when the place does not.
            script: whether its title is in another script; chance decides when not given.
            flags: fields of the bib.
        """
        nowhere = flags.pop("nowhere", False)
        where = [] if nowhere else list(places) or self.chance.choices(_PLACES, _WEIGHTS)
        format = format or ("book" if places or nowhere else self._format(where[0]))
        in_script = self.chance.random() < _ONE_IN_TEN if script is None else script
        work = script_work(self.chance) if in_script and format == "book" else latin_work(self.chance)
        bib = Bib(self.numbers.mms_id(), work, format=format, case=self.case, **flags)
        bib.isbn = self.numbers.issn() if format == "serial" else self.numbers.isbn() if work.year > 1970 else ""
        for library, location in where:
            self.holding(bib, library, location)
        if numbered:
            self.number(bib, number or self.numbers.ocn())
        self.bibs.append(bib)
        return bib

    def _format(self, place: tuple[str, str]) -> str:
        by_place = {("MUSIC", "scores"): "score", ("LAW", "periodicals"): "serial"}
        return by_place.get(place) or self.chance.choices(_FORMATS, _FORMAT_WEIGHTS)[0]

    def copy(self, bib: Bib, place: tuple[str, str], *, number: int | None = None) -> Bib:
        """A second bib for the same book, in another place or the same: one text, and one number unless it has its own."""
        copy = self.bib(place, number=number or bib.current[0], format=bib.format, script=False)
        copy.work, copy.isbn, copy.copy_of = bib.work, bib.isbn, bib
        return copy

    def holding(self, bib: Bib, library: str | None, location: str | None, *, items: int = 1, **flags) -> Holding:
        """A holding of a bib, with items."""
        shelf = (
            f"{bib.work.class_letters}{self.chance.randint(1, 999)}",
            f".{bib.work.author[0]}{self.chance.randint(10, 99)} {bib.work.year}",
        )
        holding = Holding(self.numbers.holding_id(), library, location, shelf, **flags)
        if not holding.is_mfhd:
            holding.items = [Item(self.numbers.item_id(), self.numbers.barcode()) for _ in range(items)]
        bib.holdings.append(holding)
        return holding

    def number(self, bib: Bib, number: int, *, place: str = "035$a", form: str | None = None) -> None:
        """An OCN on a bib, spelled in one of the good ways."""
        form = form or self.chance.choices(_FORMS, cum_weights=_FREQUENCIES)[0]
        control = control_number(number)
        bib.readings.append(Reading(place, form.format(number, control, control.upper()), "ok", number))

    def says(
        self,
        bib: Bib,
        action: str,
        result: int | None = None,
        *,
        run: str = "first",
        symbol: str | None = None,
        told: str = "",
    ) -> Answer:
        """OCLC's answer to a bib under a symbol (that of its first holding) in a run of the exchange."""
        answer = Answer(symbol or bib.placed[0].line.target, run, action, result, told=told)
        if action == "unresolved":
            answer.staging = self.numbers.staging()
        bib.answers.append(answer)
        if run == "resent":
            bib.resent.add(answer.symbol)
        return answer

    def hold(self, symbol: str, number: int, work: Work | None = None) -> None:
        """WorldCat holds a number under a symbol: one record, whoever holds it."""
        known = self.works.get(number) or work or latin_work(self.chance)
        self.held[symbol][number] = self.works[number] = known

    def other_work(self, work: Work) -> Work:
        """A work that nobody takes for the given one: another title, another author, another time."""
        while (other := latin_work(self.chance)).title == work.title or abs(other.year - work.year) < 5:
            pass
        return other

    def move(self, bib: Bib, library: str, location: str, increment: int) -> None:
        """An increment of the export, the first or the second, has the one holding of a bib in another place."""
        (holding,) = bib.holdings
        bib.moved_from, bib.moved_by = [replace(holding)], increment
        holding.library, holding.location = library, location

    def merge(self, old: int, current: int) -> None:
        """WorldCat has merged a number into another."""
        self.merges.append((old, current))

    def expect(self, problem: str, class_: str | None, *bibs: Bib) -> None:
        """What the case is for."""
        self.intents += [Intent(problem, class_, bib.mms_id) for bib in bibs]
