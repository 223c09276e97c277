"""Samples of what goes, to be looked at by people: which numbers, what they said, and what that proves.

Every number has its place in an order that only the seed, the symbol and the number decide; the sample of a class are its
first ones. So it is the same on every machine, and what was looked at still counts when others come to the class or leave
it. What somebody called wrong counts for the rate of its class even after it is held: that it was there is what the sample
was to find out.
"""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from ...workbooks.record_lines import read_lines
from ...workbooks.records import add_lines
from .state import State

RECORD = "deletion_samples.jsonl"
_Z = 1.959964  # 95 % of the normal distribution lie within


@dataclass(frozen=True)
class Looked:
    """A class that goes: how many numbers, how many are to be looked at, were looked at, and are wrong; with the interval."""

    class_: str
    numbers: int
    wanted: int
    looked_at: int
    wrong: int

    @property
    def interval(self) -> tuple[float, float]:
        """Between which shares the wrong ones of the class lie, with 95 % confidence."""
        return wilson(self.wrong, self.looked_at)

    def is_enough(self, most: float) -> bool:
        """Whether as many were looked at as are wanted, and that shows that few are wrong; of all of a class: none."""
        if self.looked_at < self.wanted:
            return False
        return self.wrong == 0 if self.wanted == self.numbers else self.interval[1] <= most


def wilson(wrong: int, of: int) -> tuple[float, float]:
    """The interval of Wilson, in which a share lies with 95 % confidence.

    >>> [round(end, 4) for end in wilson(0, 300)]
    [0.0, 0.0126]
    >>> [round(end, 3) for end in wilson(5, 100)]
    [0.022, 0.112]
    >>> wilson(0, 0)
    (0.0, 1.0)
    """
    if of == 0:
        return 0.0, 1.0
    share, z2 = wrong / of, _Z**2
    middle = share + z2 / (2 * of)
    spread = _Z * math.sqrt(share * (1 - share) / of + z2 / (4 * of**2))
    low, high = ((middle + sign * spread) / (1 + z2 / of) for sign in (-1, 1))
    return max(0.0, low) if wrong else 0.0, min(1.0, high)


def places_of(numbers: pl.Series, symbol: str, seed: int) -> pl.Series:
    """The place of each number in the order of the sample: splitmix64 of the number, started by seed and symbol."""
    start = int.from_bytes(hashlib.sha256(f"{seed} {symbol}".encode()).digest()[:8], "little")
    mixed = numbers.to_numpy().astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(start)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return pl.Series("place", mixed ^ (mixed >> np.uint64(31)))


def sample_of(state: State) -> pl.DataFrame:
    """Which numbers are to be looked at?

    Returns:
        number, class, because, mms_id, targets, ocns; right (true: it may go; null: nobody has looked yet), who, note. The
        first of each class in the order of the sample; sorted by class, place.
    """
    gates = state.settings.gates
    going = state.going.drop_nulls("number")
    going = going.with_columns(places_of(going["number"], state.symbol, gates.sample_seed))
    drawn = going.sort("class", "place", "number").group_by("class", maintain_order=True).head(gates.sample_size)
    said = pl.DataFrame(_last_words(state), schema=_SAID)
    same = ["number", "class", "mms_id"]
    return drawn.join(said, on=same, how="left", nulls_equal=True, maintain_order="left").drop("place")


_SAID = {
    "number": pl.Int64,
    "class": pl.String,
    "mms_id": pl.String,
    "right": pl.Boolean,
    "who": pl.String,
    "note": pl.String,
}


def _last_words(state: State) -> list[dict]:
    """What was said last of each number of the symbol in samples of this seed."""
    lines = read_lines(state.decisions / RECORD)
    mine = [
        line for line in lines if (line["symbol"], line["seed"]) == (state.symbol, state.settings.gates.sample_seed)
    ]
    return list({line["number"]: {name: line.get(name) for name in _SAID} for line in mine}.values())


def looked_at(state: State) -> list[Looked]:
    """How far is the sample of each class that goes, and what does it show?"""
    sample, words = sample_of(state), _last_words(state)
    sizes = dict(state.going.group_by("class").len().sort("class").iter_rows())
    return [_looked(class_, size, sample.filter(pl.col("class") == class_), words) for class_, size in sizes.items()]


def _looked(class_: str, size: int, sample: pl.DataFrame, words: list[dict]) -> Looked:
    right = sample.filter(pl.col("right").fill_null(False)).height
    wrong = sum(word["class"] == class_ and word["right"] is False for word in words)
    return Looked(class_, size, sample.height, right + wrong, wrong)


def called_wrong(state: State) -> list[int]:
    """The numbers that somebody has called wrong in a sample of any seed, and nobody has called right since; sorted."""
    lines = read_lines(state.decisions / RECORD)
    last = {line["number"]: line["right"] for line in lines if line["symbol"] == state.symbol}
    return sorted(number for number, right in last.items() if right is False)


def add_judgements(folder: Path, state: State, judged: list[Mapping]) -> int:
    """Take in what people said of a sample; what the record says already is not added again. Gives how many were new."""
    known = {word["number"]: word for word in _last_words(state)}
    new = [line for line in judged if not _is_said(known.get(line["number"]), line)]
    seed = state.settings.gates.sample_seed
    if new:
        add_lines(folder / RECORD, [{"symbol": state.symbol, "seed": seed, **line} for line in new])
    return len(new)


def _is_said(word: Mapping | None, line: Mapping) -> bool:
    return word is not None and all(
        word[name] == line.get(name) for name in ("class", "mms_id", "right", "note", "who")
    )
