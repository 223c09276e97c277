"""Where each number of WorldCat ends (duplicates.md E2; practice.md 6.2, «Crosswalk»)."""

from collections import defaultdict
from collections.abc import Iterable


class Concordance:
    """The merges that OCLC tells of in its own records, and the fixes that a person has signed."""

    def __init__(self, merges: Iterable[tuple[int, int]]) -> None:
        """Takes pairs of old and current number."""
        self._next: dict[int, set[int]] = defaultdict(set)
        for old, current in merges:
            self._next[old].add(current)

    def resolve(self, number: int) -> int | None:
        """The number of the record that survives; None when there is no single one, or the way leads in a circle."""
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

    def ways(self, number: int) -> set[int]:
        """Every number that one leads to by some way."""
        seen, to_see = set(), list(self._next.get(number, ()))
        while to_see:
            if (at := to_see.pop()) not in seen:
                seen.add(at)
                to_see += self._next.get(at, ())
        return seen

    def _leads_back(self, number: int) -> bool:
        return number in self.ways(number)
