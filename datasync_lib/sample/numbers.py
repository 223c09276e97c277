"""Identifiers of the example institution: each the nth of its kind, spread as real ones are, and none given twice.

A running number is turned into a scattered one by a step that has no factor in common with the size of the range, so
that nothing needs to be remembered to keep numbers apart, at any size of the example.
"""

MMS_SUFFIX = "4321"

# Numbers of former institution records lie here; a number of ours must not look like one by chance (duplicates.md E1).
_INSTITUTION_RECORDS = (range(460_000_000, 470_000_000), range(490_000_000, 500_000_000))
_FIRST_OCN, _OCN_RANGE = 1_000_000, 1_399_999_973
_FIRST_STAGING = 1_650_000_000


class Numbers:
    """Gives identifiers of every kind, the next one each time."""

    def __init__(self, start: int = 0) -> None:
        """Starts behind `start` of each kind: two sources with starts far apart never give the same number."""
        self._next = dict.fromkeys(("bib", "holding", "item", "ocn", "staging", "isbn", "institution"), start)

    def _number(self, kind: str) -> int:
        self._next[kind] += 1
        return self._next[kind]

    def ocn(self) -> int:
        """A number of WorldCat, of 7 to 10 digits."""
        while True:
            number = _FIRST_OCN + self._number("ocn") * 613_651_349 % _OCN_RANGE
            if not any(number in block for block in _INSTITUTION_RECORDS):
                return number

    def institution_ocn(self) -> int:
        """A number of a former institution record."""
        return 460_000_000 + self._number("institution") * 7_654_321 % 9_999_991

    def staging(self) -> int:
        """A provisional number in WorldCat staging, which is never an OCN."""
        return _FIRST_STAGING + self._number("staging")

    def mms_id(self) -> str:
        """An MMS ID of 16, 17 or 18 digits, as a migrated and a living catalogue has them (practice.md 3.4)."""
        n = self._number("bib")
        scattered = n * 48_271 % 99_999_989
        if n % 5 == 0:
            return f"991{scattered:09d}{MMS_SUFFIX}"
        if n % 3 == 0:
            return f"99{10_000_000_000 + scattered:011d}{MMS_SUFFIX}"
        return f"99{scattered:09d}020{MMS_SUFFIX}"

    def holding_id(self) -> str:
        """A holding ID."""
        return f"22{self._number('holding') * 48_271 % 99_999_989:08d}000{MMS_SUFFIX}"

    def item_id(self) -> str:
        """An item ID."""
        return f"23{self._number('item') * 48_271 % 99_999_989:08d}000{MMS_SUFFIX}"

    def barcode(self) -> str:
        """A barcode of 14 digits."""
        return f"3201{self._next['item'] * 7_919 % 9_999_999_967:010d}"

    def isbn(self) -> str:
        """An ISBN-13 with its check digit."""
        digits = f"978{self._number('isbn') * 98_765_431 % 999_999_937:09d}"
        total = sum(int(digit) * (3 if i % 2 else 1) for i, digit in enumerate(digits))
        return f"{digits}{-total % 10}"

    def issn(self) -> str:
        """An ISSN with its check digit."""
        digits = f"{self._number('isbn') * 12_347 % 9_999_991:07d}"
        check = -sum(int(digit) * (8 - i) for i, digit in enumerate(digits)) % 11
        return f"{digits[:4]}-{digits[4:]}{'X' if check == 10 else check}"
