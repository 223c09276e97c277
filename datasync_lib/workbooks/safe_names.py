"""Names of units and symbols as names of folders and files that every system takes, no two the same."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable

from .layout import NO_UNIT

# With both, the day and what tells a name from another, a file name stays within 100 characters, and within 255 bytes.
NAME_LENGTH, SYMBOL_LENGTH = 40, 16
_BYTES_EACH = 2
_PORTS = "0123456789¹²³"
_RESERVED = {
    "CON",
    "PRN",
    "AUX",
    "NUL",
    "CONIN$",
    "CONOUT$",
    *(f"{port}{n}" for port in ("COM", "LPT") for n in _PORTS),
}
# What Windows refuses, control characters, ends of lines, and signs that change the direction of what stands behind them.
_REFUSED = re.compile('[<>:"/\\\\|?*\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]')


def safe_names(names: Iterable[str | None]) -> dict[str | None, str]:
    """Each name as a folder or file name, no two the same, upper and lower case being one; None is no unit."""
    safe = {name: safe_name(NO_UNIT if name is None else name) for name in names}
    folded = [_folded(value) for value in safe.values()]
    return {
        name: value if folded.count(_folded(value)) == 1 else _told_apart(name, value) for name, value in safe.items()
    }


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKD", name).casefold())


def _told_apart(name: str | None, value: str) -> str:
    """A name with some letters that only this one has."""
    return value if name is None else f"{value}_{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:6]}"


def safe_name(name: str, length: int = NAME_LENGTH) -> str:
    """A name without what a system refuses: signs, a point or blank at an end, names of devices, and more than `length` letters.

    >>> safe_name("Music: scores/sound "), safe_name("con.temporary")
    ('Music_ scores_sound', 'con_.temporary')
    """
    text = _REFUSED.sub("_", unicodedata.normalize("NFC", name)).strip(" .")
    text = text[:length].encode()[: length * _BYTES_EACH].decode(errors="ignore").rstrip(" .") or "_"
    device, point, rest = text.partition(".")
    return f"{device.rstrip()}_{point}{rest}" if device.rstrip().upper() in _RESERVED else text
