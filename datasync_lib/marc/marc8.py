"""MARC-8 becomes text as pymarc gives it, but nothing of it is lost in silence.

pymarc puts a blank where the character set in use has no such character, and leaves out, without a word, control
characters, a diacritic that no letter follows, and escape sequences that it does not know. Here the same text comes out,
with � in place of that blank, and the names of what was lost. Text in ISO 8859-1 is often made of bytes that MARC-8 has
too; there its accents fall on blanks, signs and letters that have none. Source: MARC 21 specifications, character
sets, part 3; the tables of characters are pymarc's.

>>> lost = set()
>>> from_marc8(b"M\\xe8uller", lost), from_marc8(b"M\\xfcller", lost), [kind.name for kind in lost]
('Müller', 'M�ller', ['BYTES'])
"""

import re
from enum import Enum
from unicodedata import normalize

from pymarc.marc8_mapping import CODESETS, ODD_MAP


class Loss(Enum):
    """What may be wrong with a value: the code of the issue, and words for a number of values."""

    BYTES = ("not_marc8", "{} values hold bytes that are not MARC-8; each such byte is shown as �")
    DIACRITIC = (
        "not_marc8",
        "{} values have a diacritic on a blank, on a sign or on a letter that has none; this is hardly MARC-8",
    )
    LAST_DIACRITIC = (
        "not_marc8",
        "{} values end with a diacritic that no letter follows, and it is left out; this is hardly MARC-8",
    )
    ESCAPE = (
        "odd_escape",
        "{} values have an escape sequence that names no character set of MARC-8; what follows may be read wrongly",
    )
    CONTROL = (
        "control_characters",
        "{} values hold control characters (NUL, tabulators, line ends); they are left out",
    )


_ASCII, _ANSEL, _EACC, _ESCAPE = 0x42, 0x45, 0x31, 0x1B
_PLAIN = re.compile(rb"[\x20-\x7e]*")
# Marks of non-sorting characters and joiners: MARC-8 has them, they show nothing, and pymarc leaves them out.
_INVISIBLE = frozenset((0x88, 0x89, 0x8D, 0x8E))
_REPLACEMENT = 0xFFFD
# Above a letter, with which it has a sign of its own or does not occur. Not so on m, n, g: there languages with tones have all.
_ABOVE = frozenset("\u0300\u0302\u0303\u0304\u0307\u0308\u0309\u030a\u030c")
_CONSONANTS = frozenset("bcdfhjklpqrstvwxzBCDFHJKLPQRSTVWXZ")
_UNDERLINES = ("\u0332", "\u0333")  # these go on through blanks and signs


def from_marc8(data: bytes, lost: set[Loss]) -> str:
    """The text of a value; what is wrong with it is added to `lost`.

    Raises:
        UnicodeDecodeError: the value ends within an escape sequence, which pymarc does not read.
    """
    if _PLAIN.fullmatch(data):
        return data.decode("ascii")
    return _Reading(data, lost).text()


class _Reading:
    """A value while it is read: where we are, the two character sets in use, and what was read."""

    def __init__(self, data: bytes, lost: set[Loss]) -> None:
        self._data = data
        self._lost = lost
        self._at = 0
        self._g0, self._g1 = _ASCII, _ANSEL
        self._signs: list[str] = []
        self._marks: list[str] = []  # diacritics, which stand before their letter

    def text(self) -> str:
        while self._at < len(self._data):
            if self._data[self._at] != _ESCAPE or not self._escape():
                self._character()
        if self._marks:
            self._lost.add(Loss.LAST_DIACRITIC)
        return normalize("NFC", "".join(self._signs))

    def _escape(self) -> bool:
        """Takes an escape sequence; not whether it was a good one, but whether pymarc goes on behind it."""
        kind, final = self._data[self._at + 1 : self._at + 2], self._data[self._at + 2 : self._at + 3]
        if kind in (b"(", b",", b"$"):
            if kind + final == b"$,":
                self._at += 1
                final = self._data[self._at + 2 : self._at + 3]
            elif not final:
                self._lost.add(Loss.ESCAPE)
                self._signs.append("\x1b")
                self._at += 1
                return True
            self._g0 = self._named_set(final)
        elif kind in (b")", b"-"):
            self._g1 = self._named_set(final)
        else:
            return self._short_escape(kind)
        self._at += 3
        return True

    def _short_escape(self, final: bytes) -> bool:
        """The sequences of two bytes: Greek symbols, subscripts, superscripts, and back to ASCII."""
        if final != b"s" and self._named_set(final) not in CODESETS:
            return False  # its two bytes are then characters
        self._g0 = _ASCII if final == b"s" else final[0]
        self._at += 2
        return final == b"s" and self._at == len(self._data)

    def _named_set(self, final: bytes) -> int:
        if not final:
            raise self._is_cut()
        if final[0] not in CODESETS:
            self._lost.add(Loss.ESCAPE)
        return final[0]

    def _is_cut(self) -> UnicodeDecodeError:
        return UnicodeDecodeError("marc8", self._data, 0, len(self._data), "an escape sequence is cut")

    def _character(self) -> None:
        size = 3 if self._g0 == _EACC else 1
        taken = self._data[self._at : self._at + size]
        self._at += size
        if size == 1 and not taken:
            raise self._is_cut()
        code = int.from_bytes(taken, "big")
        if len(taken) < size:
            self._add(_REPLACEMENT)
        elif code < 0x20 or 0x80 < code < 0xA0:
            self._leave_out(code)
        elif found := CODESETS.get(self._g1 if size == 1 and code > 0x80 else self._g0, {}).get(code):
            self._add(*found)
        elif code in ODD_MAP:
            self._signs.append(chr(ODD_MAP[code]))
        else:
            self._add(0x20 if size == 1 and code == 0x20 else _REPLACEMENT)

    def _add(self, number: int, is_mark: bool | int = False) -> None:
        sign = chr(number)
        if is_mark:
            self._marks.append(sign)
            return
        if number == _REPLACEMENT:
            self._lost.add(Loss.BYTES)
        elif self._marks and not self._may_carry(sign):
            self._lost.add(Loss.DIACRITIC)
        self._signs += [sign, *self._marks]
        self._marks.clear()

    def _may_carry(self, sign: str) -> bool:
        """Whether the diacritics that were read may stand on a sign."""
        if sign == "&" and self._data[self._at : self._at + 2] == b"#x":
            return True  # a character by its number (see `references`)
        if len(self._marks) == 1 and sign in _CONSONANTS and self._marks[0] in _ABOVE:
            return len(normalize("NFC", sign + self._marks[0])) == 1
        return sign.isalpha() or all(mark in _UNDERLINES for mark in self._marks)

    def _leave_out(self, code: int) -> None:
        if code > 0x80 and code not in _INVISIBLE:
            self._lost.add(Loss.BYTES)
            self._signs.append(chr(_REPLACEMENT))
        elif code < 0x20:
            self._lost.add(Loss.ESCAPE if code == _ESCAPE else Loss.CONTROL)
