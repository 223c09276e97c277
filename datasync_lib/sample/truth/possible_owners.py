"""Who may own a number, though nobody accepts it (practice.md 6.2, «A possible owner»)."""

from collections import defaultdict

from ..model import Bib
from .owners import owned_numbers
from .view import View

_FEW = 10


class PossibleOwners:
    """The possible owners of every number of a block.

    A reading that is not accepted may mean its number: a word or letter behind the digits, no prefix, the prefix of
    another agency, or what a spreadsheet left of it. So may a record without 001, a damaged one, and a holdings record
    whose bib is missing.
    """

    def __init__(self, view: View) -> None:
        """Looks at a block."""
        self._view = view
        self._by_record: dict[int, list[Bib]] = defaultdict(list)
        self._among_many: list[tuple[range, Bib]] = []
        for bib in view.bibs:
            for may_be in (reading.may_be for reading in bib.readings):
                if len(may_be) > _FEW:
                    self._among_many.append((may_be, bib))
                else:
                    for record in map(view.record_of, may_be):
                        self._by_record[record].append(bib)
        self._nameless = {view.record_of(n) for loose in view.block.loose for n in owned_numbers(loose.bib)}

    def has_more_than(self, owners: list[Bib], number: int) -> bool:
        """Whether a number has a possible owner beside those that are known; they are not in doubt for a second spelling."""
        record = self._view.record_of(number)
        known = {bib.mms_id for bib in owners}
        wide = [bib for may_be, bib in self._among_many if number in may_be or record in may_be]
        bibs = [bib for bib in (*self._by_record.get(record, ()), *wide) if bib.mms_id not in known]
        return bool(bibs) or record in self._nameless
