"""What WorldCat says of its records: the lists of old symbols, and OCLC's record output that tells of merges."""

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import MappingProxyType

from ..identifiers.ocn import control_number
from ..identifiers.symbols import encode_symbol
from .block import Block
from .catalogue import worldcat_record
from .exports import Part
from .institution import LIST_DATE, OLDER_LIST_DATE, OLDER_LISTS
from .marc_bytes import MarcRecord, iso2709
from .model import Bib, Described
from .texts import Work, latin_work

_SPELLINGS = ("{0}", "(OCoLC){0}", "{1}", "(ocolc) {0}", "{2}", "{0:010d} ")


class WorldcatLists:
    """Writes `worldcat.SYMBOL.DAY.list` as MARC or as numbers, and `metacoll` files: merges, and answered records."""

    def __init__(self, folder: Path, lists: dict[str, str], files: ExitStack, *, sender: str = "MWU") -> None:
        """Opens a list for each symbol, in the form (mrc, txt) that `lists` names; `files` closes them."""
        folder.mkdir(parents=True, exist_ok=True)
        self._sender = sender
        self._forms = lists
        self._lists = {
            symbol: Part(folder / list_name(symbol, f"{LIST_DATE:%Y%m%d}", form), files)
            for symbol, form in lists.items()
        }
        self._merges = Part(folder / f"metacoll.{sender}.merges.D20250914.T213015.1.mrc", files)
        self._updates = Part(folder / f"metacoll.{sender}.updates.D20250914.T214501.1.mrc", files)
        self._bibs: dict[Work, Bib] = {}
        self._without_header = {symbol for symbol, form in lists.items() if form == "txt" and symbol != "M@S"}

    def write(
        self,
        held: dict[str, dict[int, Work]],
        merges: Iterable[tuple[int, int]],
        works: dict[int, Work],
        chance: random.Random,
        *,
        bibs: Iterable[Bib] = (),
        no_numbers: Mapping[str, list[str]] = MappingProxyType({}),
    ) -> None:
        """Writes what is held, and each merge once at least: on the record that is held, else among the merges.

        A work that one of the `bibs` has is described as that bib describes it. `no_numbers` are rows of lists that are
        no number.
        """
        self._bibs = {bib.work: bib for bib in bibs}
        merged = defaultdict(list)
        for old, current in merges:
            merged[current].append(old)
        told = set()
        for symbol, numbers in held.items():
            if numbers and symbol in self._without_header:
                self._lists[symbol].write(b"OCLC Number\n")
                self._without_header.remove(symbol)
            for number, work in numbers.items():
                self._lists[symbol].write(self._entry(symbol, number, work, merged.get(number, []), chance))
            for text in no_numbers.get(symbol, ()):
                self._lists[symbol].write(f"{text}\n".encode())
            if self._forms[symbol] == "mrc":
                told |= merged.keys() & numbers.keys()
        for current, old in merged.items():
            if current not in told:
                work = works.get(current) or latin_work(chance)
                self._merges.write(iso2709(self._record(current, work, old, self._sender)))

    def write_described(self, described: dict[int, Described]) -> None:
        """Writes records of numbers that OCLC answered, which no list has."""
        for number, record in described.items():
            options = {"pages": record.pages, "edition": record.edition, "is_electronic": record.is_electronic}
            self._updates.write(iso2709(worldcat_record(number, record.work, [], self._sender, **options)))

    def _record(self, number: int, work: Work, old: list[int], symbol: str) -> MarcRecord:
        bib = self._bibs.get(work)
        as_ours = {"format": bib.format, "pages": bib.pages} if bib else {}
        return worldcat_record(number, work, old, symbol, **as_ours)

    def _entry(self, symbol: str, number: int, work: Work, old: list[int], chance: random.Random) -> bytes:
        if self._forms[symbol] == "mrc":
            return iso2709(self._record(number, work, old, symbol))
        control = control_number(number)
        spelling = "{0}" if symbol == "M@S" else chance.choice(_SPELLINGS)
        return (spelling.format(number, control, control.upper()) + "\n").encode()


def list_name(symbol: str, day: str, form: str) -> str:
    """The name that says of a file that it is WorldCat's list."""
    return f"worldcat.{encode_symbol(symbol)}.{day}.list.{form}"


class OlderLists:
    """The lists of some symbols from before the extract: nearly what is held today, and what has gone since."""

    def __init__(self, folder: Path, files: ExitStack) -> None:
        """Opens them; `files` closes them."""
        day = f"{OLDER_LIST_DATE:%Y%m%d}"
        self._streams = {symbol: Part(folder / list_name(symbol, day, "txt"), files) for symbol in OLDER_LISTS}

    def write(self, block: Block) -> None:
        """Writes a block's part."""
        for symbol, numbers in block.before.items():
            if numbers:
                self._streams[symbol].write("".join(f"{number}\n" for number in numbers).encode())
