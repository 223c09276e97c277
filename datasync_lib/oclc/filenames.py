"""File names of the exchange, taken apart and put together again.

OCLC says in the name of a file what it is, for whom, and when it received what it answers (oclc_formats.md 1.2, 2, 4.1,
10). The clock is US Eastern local time with daylight saving, and may show hour 24.
"""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from ..errors import InputError
from ..identifiers.symbols import decode_symbol, encode_symbol

Family = Literal["report", "old_report", "record_output", "scan_delete_report", "worldcat_list", "upload", "unknown"]

# Report names as OCLC spells them (oclc_formats.md 1.3); any other one is kept as written.
REPORT_KINDS = (
    "BibProcessingReport",
    "BibExceptionReport",
    "BibCrossRefReport",
    "BibUnresolvedCrossRefReport",
    "LbdProcessingReport",
    "LbdExceptionReport",
)

_EASTERN = ZoneInfo("America/New_York")
_LONGEST_NAME = 1_000
_SUFFIX = re.compile(r"(?P<stem>.+?)(?P<suffix>\.processed|-stub\.txt|\.zip|\.gz)", re.I)
_STAMP = r"D(?P<day>\d{8})\.T(?P<time>\d{6,9})"
_PATTERNS: dict[Family, tuple[re.Pattern, ...]] = {
    family: tuple(re.compile(r"(?:(?P<prefix>.+__))?" + pattern, re.I | re.S) for pattern in patterns)
    for family, patterns in {
        "report": (
            r"(?P<parties>[^.]+-[^.]+)\.(?P<collection>\d{7})\.(?P<directory>(?:IN\.)?[A-Z]+)\."
            + _STAMP
            + r"\.(?P<original_name>.+)\.(?P<kind>[A-Z0-9_]+)(?P<copy> ?\(\d+\))?\.(?P<extension>txt)",
        ),
        "old_report": (
            r"metacoll\.(?P<symbol>[^.]+)\.datasync\.(?P<slot>[^.]+)\."
            + _STAMP
            + r"\.(?P<kind>[A-Z]+)(?:\.(?P<split>0|[1-9]\d*))?\.(?P<extension>(?:mrc\.)?txt|mrc)",
            r"D(?P<short_day>\d{6})\.R(?P<custom>\d+)\.(?P<kind>XREFRPT)\.(?P<extension>txt)",
        ),
        "record_output": (
            r"metacoll\.(?P<symbol>[^.]+)\.(?P<kind>new|updates|deletes|merges)\.(?P<frequency>[DWMQ])(?P<day>\d{8})"
            r"\.T(?P<time>\d{6,9})(?:\.(?P<custom>.+?))??(?:\.(?P<split>0|[1-9]\d*))?\.(?P<extension>mrc)",
        ),
        "scan_delete_report": (
            r"metacoll\.(?P<symbol>[^.]+)\.(?P<slot>[^.]+-\d+-\d{8}-report)\.(?P<day>\d{8})-(?P<time>\d{6})"
            r"\.(?P<extension>txt)",
        ),
        "worldcat_list": (
            r"worldcat\.(?P<symbol>[^.]+)\.(?P<day>\d{8})(?:\.(?P<custom>.+))?\.(?P<extension>mrc|xml|txt|csv|tsv|xls[bmx]?|f?ods|mht(?:ml)?|html?)",
        ),
        "upload": (r"(?P<collection>\d{7})\.(?P<symbol>[^.]+)\.(?P<custom>.+?)\.(?P<extension>(?:mrc|xml|csv)\w*)",),
    }.items()
}


@dataclass(frozen=True)
class FileName:
    """What the name of a file says.

    Attributes:
        family: report (since July 2020), old_report, record_output, scan_delete_report, worldcat_list, upload (a file
            that we sent or may send), unknown.
        original_name: the name without what was put before and behind it; for a report the name of the file that it
            answers.
        kind: the report name such as BibProcessingReport or xrefrpt; new, updates, deletes, merges for record output.
        sender: symbol of who sent the file, decoded.
        symbol: symbol of the collection, decoded, in capitals.
        collection: collection ID, seven digits.
        directory: the upload directory as it stands, such as IN.BIB.
        received_at: when OCLC received or made the file, in UTC; null without a time in the name. In the hour that
            comes twice in autumn the first one is meant, unless the rows of the file tell that it is the second.
        or_received_at: the second one; null in every other hour.
        as_of: the day in the name.
        frequency: D, W, M, Q of record output.
        custom: the free part: custom name of record output, label of an upload or list, run of a Batchload report.
        split: counter of a file in parts.
        extension: such as mrc, txt; without the dot.
        slot: the collection or provider of an old report as it stands, or request and day of a scan/delete report.
        suffixes: what was added to the name, in order: .zip, .gz, -stub.txt, .processed.
        prefix: what somebody put before OCLC's name, up to a double underscore.
        copy: the number that a browser adds to a second copy, as it stands: " (1)".
        stamp: day and time as they stand.
    """

    family: Family
    original_name: str
    kind: str | None = None
    sender: str | None = None
    symbol: str | None = None
    collection: str | None = None
    directory: str | None = None
    received_at: datetime | None = None
    or_received_at: datetime | None = None
    as_of: date | None = None
    frequency: str | None = None
    custom: str | None = None
    split: int | None = None
    extension: str | None = None
    slot: str | None = None
    suffixes: tuple[str, ...] = ()
    prefix: str = ""
    copy: str = ""
    stamp: str = ""

    @property
    def is_stub(self) -> bool:
        """Whether only the name is left: OCLC withdraws the content after 60 days (oclc_formats.md 4.1)."""
        return "-stub.txt" in (suffix.lower() for suffix in self.suffixes)

    @property
    def name(self) -> str:
        """The file name put together again, in OCLC's own spelling."""
        return self.prefix + _put_together(self) + "".join(self.suffixes)


def read_file_name(name: str) -> FileName:
    """What a file name says of the file: kind, symbol, collection, time, sent file (oclc_formats.md 1.2, 2, 4.1, 10).

    Args:
        name: the name without folders.

    Returns:
        Its parts; family "unknown" when it fits no pattern or holds an impossible day or time.
    """
    if len(name) > _LONGEST_NAME:  # no file system takes it, but an archive may have it
        return FileName("unknown", name)
    stem, suffixes = _without_suffixes(name)
    for family, patterns in _PATTERNS.items():
        for pattern in patterns:
            if found := pattern.fullmatch(stem):
                parts = _parts(family, found.groupdict(), stem)
                if parts is not None:
                    return replace(parts, suffixes=suffixes)
    return FileName("unknown", stem, suffixes=suffixes)


def report_name(
    symbol: str,
    collection: str,
    received_at: datetime,
    original_name: str,
    kind: str,
    *,
    sender: str | None = None,
    directory: str = "IN.BIB",
) -> str:
    """The name that OCLC gives to a report on a file received at this moment (oclc_formats.md 1.2)."""
    local = received_at.astimezone(_EASTERN)
    stamp = f"D{local:%Y%m%d}.T{local:%H%M%S}{local.microsecond // 1000:03d}"
    parties = f"{encode_symbol(sender or symbol)}-{encode_symbol(symbol)}"
    return f"{parties}.{collection}.{directory}.{stamp}.{original_name}.{kind}.txt"


def upload_name(collection: str, symbol: str, label: str, extension: str = "mrc") -> str:
    """A name under which OCLC takes a file for this collection (oclc_formats.md 10).

    Args:
        collection: collection ID, seven digits.
        symbol: the collection's symbol, with `@ $ #` as they are.
        label: the free part, such as a date and what is in the file.
        extension: mrc or xml for MARC, csv for lists of numbers.

    Raises:
        InputError: OCLC would refuse the name; the message says why.
    """
    name = f"{collection}.{encode_symbol(symbol)}.{label}.{extension}"
    if faults := upload_name_faults(name):
        raise InputError(f"«{name}» is no name for an upload: {'; '.join(faults)}")
    return name


def upload_name_faults(name: str) -> list[str]:
    """Why OCLC would refuse a file of this name, or process it under another collection; empty: it is fine.

    The rules are those of oclc_formats.md 10: seven digits, symbol, free text and extension, separated by dots; letters
    and digits; no dot, dash or underscore at the start; no blanks. A chunk number at the end (`.mrc_12`) is accepted.
    """
    collection, symbol, rest = (*name.split(".", 2), "", "")[:3]
    label, _, extension = rest.rpartition(".")
    faults = []
    if name.startswith((".", "_", "-")):
        faults.append(f"begins with «{name[0]}»; begin with the collection ID")
    if not re.fullmatch(r"[0-9]{7}", collection):
        faults.append(f"begins with «{collection}»; expected the collection ID, seven digits, and a dot")
    if not re.fullmatch(r"(?:[A-Za-z0-9]|_64|_36|_35)+", symbol):
        faults.append(f"has «{symbol}» for the symbol; expected letters and digits, with @ as _64, $ as _36, # as _35")
    if not label:
        faults.append("has no text between symbol and extension; add a date or what the file holds")
    if not re.fullmatch(r"(?:mrc|xml|csv)(?:_[0-9]+)?", extension, re.I):
        faults.append(f"ends in «{extension}»; expected mrc or xml for MARC, csv for a list of numbers")
    if odd := sorted(set(re.findall(r"[^A-Za-z0-9._-]", label))):
        faults.append(f"holds {' '.join('a blank' if c == ' ' else f'«{c}»' for c in odd)}; use letters and digits")
    return faults


def _without_suffixes(name: str) -> tuple[str, tuple[str, ...]]:
    suffixes: tuple[str, ...] = ()
    while found := _SUFFIX.fullmatch(name):
        name, suffixes = found["stem"], (found["suffix"], *suffixes)
    return name, suffixes


def _parts(family: Family, found: dict[str, str | None], stem: str) -> FileName | None:
    day, time = found.pop("day", None), found.pop("time", None)
    short_day = found.pop("short_day", None)
    as_of = _day(day or (short_day and "20" + short_day))
    received_at, second = _received_at(as_of, time) if as_of and time else (None, None)
    if ((day or short_day) and as_of is None) or (time and received_at is None):
        return None
    prefix = found.pop("prefix") or ""
    sender, symbol = _parties(found.pop("parties", None), found.pop("symbol", None))
    if family == "old_report" and found["extension"] == "mrc":
        family, found["kind"], found["custom"] = "record_output", "datasync", found["kind"]
    slot, collection = found.get("slot"), found.pop("collection", None)
    return FileName(
        family=family,
        original_name=found.pop("original_name", None) or stem.removeprefix(prefix),
        kind=_kind(found.pop("kind", None)),
        sender=sender,
        symbol=symbol,
        collection=collection or (slot[:7] if slot and re.match(r"\d{7}", slot) else None),
        received_at=received_at,
        or_received_at=second if second != received_at else None,
        as_of=as_of,
        split=int(split) if (split := found.pop("split", None)) else None,
        prefix=prefix,
        copy=found.pop("copy", None) or "",
        stamp=f"{day or short_day or ''}.{time or ''}",
        **found,
    )


def _kind(kind: str | None) -> str | None:
    """OCLC's own spelling of a report name that we know."""
    known = {name.lower(): name for name in REPORT_KINDS}
    return known.get(kind.lower(), kind) if kind else None


def _parties(parties: str | None, symbol: str | None) -> tuple[str | None, str | None]:
    """Sender and collection symbol of `AAA-AAA`; a symbol may hold a dash itself, and the two are normally the same."""
    if parties is None:
        return None, decode_symbol(symbol) if symbol else None
    half = len(parties) // 2
    if parties[:half].lower() == parties[half + 1 :].lower() and parties[half] == "-":
        return decode_symbol(parties[:half]), decode_symbol(parties[half + 1 :])
    sender, _, symbol = parties.partition("-")
    return decode_symbol(sender), decode_symbol(symbol)


def _day(digits: str | None) -> date | None:
    try:
        return datetime.strptime(digits, "%Y%m%d").date() if digits else None
    except ValueError:
        return None


def _received_at(day: date, digits: str) -> tuple[datetime | None, datetime | None]:
    """The moment in UTC, and the other one where the clock shows the hour twice; hour 24 is the first of the next day."""
    hour, minute, second = (int(digits[i : i + 2]) for i in (0, 2, 4))
    if hour > 24 or minute > 59 or second > 59:
        return None, None
    fraction = int(digits[6:].ljust(6, "0"))
    try:
        start = datetime(day.year, day.month, day.day) + timedelta(hours=hour)
        local = start.replace(minute=minute, second=second, microsecond=fraction, tzinfo=_EASTERN)
        first, again = local.astimezone(UTC), local.replace(fold=1).astimezone(UTC)
    except OverflowError:
        return None, None
    return first, max(first, again)


def _put_together(parts: FileName) -> str:
    day, _, time = parts.stamp.partition(".")
    symbol = encode_symbol(parts.symbol or "")
    split = "" if parts.split is None else f".{parts.split}"
    custom = f".{parts.custom}" if parts.custom else ""
    match parts.family:
        case "report":
            return (
                f"{encode_symbol(parts.sender or '')}-{symbol}.{parts.collection}.{parts.directory}.D{day}.T{time}"
                f".{parts.original_name}.{parts.kind}{parts.copy}.{parts.extension}"
            )
        case "record_output" if parts.kind == "datasync":
            return f"metacoll.{symbol}.datasync.{parts.slot}.D{day}.T{time}{custom}{split}.{parts.extension}"
        case "record_output":
            stamp = f"{parts.frequency}{day}.T{time}"
            return f"metacoll.{symbol}.{parts.kind}.{stamp}{custom}{split}.{parts.extension}"
        case "old_report" if parts.slot is None:
            return f"D{day}.R{parts.custom}.{parts.kind}.{parts.extension}"
        case "old_report":
            return f"metacoll.{symbol}.datasync.{parts.slot}.D{day}.T{time}.{parts.kind}{split}.{parts.extension}"
        case "scan_delete_report":
            return f"metacoll.{symbol}.{parts.slot}.{day}-{time}.{parts.extension}"
        case "worldcat_list":
            return f"worldcat.{symbol}.{day}{custom}.{parts.extension}"
        case _:
            return parts.original_name
