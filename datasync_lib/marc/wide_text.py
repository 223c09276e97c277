"""Text of two or four bytes a character: UTF-16 and UTF-32, with or without the mark that should begin it.

Excel writes «Unicode Text» as UTF-16; some programs leave the mark away. Without it, only text that leaves no doubt is
taken for such: the zeros of Latin letters and digits in their places, and no control characters once it is decoded.
"""

import codecs
import re

# The longer marks first: the one of UTF-32 begins as that of UTF-16 does.
_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_LOOKED_AT = 4096
_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x19\x1b-\x1f\ufffe\uffff]")


def wide_encoding(start: bytes) -> str | None:
    """The encoding that the first bytes of a text show; null for one byte a character, UTF-8, or no text at all."""
    for mark, encoding in _MARKS.items():
        if start.startswith(mark):
            return encoding
    looked_at = start[: min(_LOOKED_AT, len(start) // 4 * 4)]
    encoding = _by_zeros(looked_at) if len(looked_at) >= 8 else None
    return encoding if encoding and not _NO_TEXT.search(looked_at.decode(encoding, "replace")) else None


def _by_zeros(start: bytes) -> str | None:
    zeros = [start[place::4].count(0) * 4 / len(start) for place in range(4)]
    even, odd = (zeros[0] + zeros[2]) / 2, (zeros[1] + zeros[3]) / 2
    # Of a long text many characters may be of another script; in a short one a few zeros are damage.
    some = 0.3 if len(start) > 100 else 0.75
    if min(zeros[2:]) > 0.95 and zeros[0] < 0.05:
        return "utf-32-le"
    if min(zeros[:2]) > 0.95 and zeros[3] < 0.05:
        return "utf-32-be"
    if odd > some and even < 0.05:
        return "utf-16-le"
    return "utf-16-be" if even > some and odd < 0.05 else None


def as_utf8(start: bytes) -> bytes:
    """The first bytes of a text as UTF-8 without a mark; what is neither UTF-16 nor UTF-32 stays as it is."""
    if encoding := wide_encoding(start):
        start = start.decode(encoding, "replace").encode("utf-8", "replace")
    return start.removeprefix(codecs.BOM_UTF8)
