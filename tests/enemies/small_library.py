"""Small libraries in few words: what is not said is as usual.

As usual is: number i of a kind is held under OLDA, its bib i is at Main, and OCLC took it under NEWA on 5 September, four days
after the export. Each kind has numbers and IDs of its own (`At`), so that many kinds are one library, loaded once.
"""

import io
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from datasync_lib.sample.marc_bytes import MarcRecord, iso2709

MAP = """library,location,unit,outgoing_symbol,target_symbol,in_scope,valid_from
MAIN,STX,Main,OLDA,NEWA,yes,
MAIN,RES,Main,OLDA,NEWA,no,
LAW,STX,Law,OLDB,LAWS,yes,
SCI,STX,Science,KEPT,KEPT,yes,
ART,STX,Art,KEPT,KEP2,yes,
ENG,STX,Engineering,M@S,NEWA,yes,
"""
MODES = {"OLDA": "retired", "OLDB": "retired", "M@S": "retired", "NEWA": "kept", "LAWS": "kept"} | dict.fromkeys(
    ["KEPT", "KEP2"], "kept"
)
# symbol, type, unit of each collection: 1099971, 1099972 and so on.
COLLECTIONS = (
    *(("NEWA", "bib", "bib"), ("LAWS", "bib", "bib"), ("KEPT", "bib", "bib"), ("KEP2", "bib", "bib")),
    *(("NEWA", "delete_holdings", "bib"), ("NEWA", "bib", "holding"), ("OLDA", "bib", "bib"), ("OLDB", "bib", "bib")),
)
NEWA, LAWS, KEPT, KEP2, DELETES, HOLDINGS, OLDA, OLDB = (f"109997{i + 1}" for i in range(len(COLLECTIONS)))
FULL = {"full": ("2025-09-01", "full", "bib"), "inc": ("2025-09-10", "increment", "bib")} | {
    "mfhd": ("2025-09-01", "full", "holding")
}


def settings(extracts: dict[str, tuple[str, str, str]] = FULL, more: str = "") -> str:
    """datasync.toml; an extract is of the files whose names begin with its key, which has its day, kind and unit."""
    blocks = [more, '[institution]\nmms_suffix = "3941"']
    for symbol, mode in MODES.items():
        blocks.append(f'[[symbols]]\nsymbol = "{symbol}"\nmode = "{mode}"\ndeleted_by = "own_lists"')
    for number, (symbol, kind, unit) in enumerate(COLLECTIONS, 1_099_971):
        blocks.append(f'[[collections]]\nid = "{number}"\ntype = "{kind}"\nunit = "{unit}"\nsymbol = "{symbol}"')
    for name, (day, kind, unit) in extracts.items():
        blocks.append(f'[[extracts]]\nfiles = "catalogue/{name}*"\ndate = {day}\nkind = "{kind}"\nunit = "{unit}"')
    return "\n".join(blocks)


def _add(record: MarcRecord, texts: Iterable[str]) -> None:
    """Fields as text: «035 $a(OCoLC)7 $z…», or «003 OCoLC»."""
    for text in texts:
        tag, rest = text[:3], text[4:]
        if "$" in rest:
            record.data(tag, "  ", *((part[0], part[1:]) for part in rest.split("$")[1:]))
        else:
            record.control(tag, rest)


def _described(leader: str, control: str, title: str, year: int) -> MarcRecord:
    record = MarcRecord(leader)
    if control:
        record.control("001", control)
    record.control("008", f"850423s{year}    nyua     b    001 0 eng  ")
    record.data("100", "1 ", ("a", "Writer, A."))
    record.data("245", "10", ("a", f"{title} /"), ("c", "A. Writer."))
    record.data("300", "  ", ("a", "200 pages"))
    return record


def worldcat(number: int, *texts: str, title: str = "", year: int = 1957) -> bytes:
    """A record of WorldCat."""
    control = f"ocm{number:08d} " if number < 10**8 else f"on{number}"
    record = _described("00000nam a2200000 a 4500", control, title or f"Held title {number}", year)
    _add(record, [f"035 $a(OCoLC){number:08d}", *texts])
    return iso2709(record)


def zipped(name: str, data: bytes) -> bytes:
    """A file in an archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, data)
    return buffer.getvalue()


def milliseconds(day: str) -> int:
    """The time of every report of a day, 09:40:34.567 in New York, as OCLC's keys have it."""
    at = datetime.strptime(f"{day}094034", "%Y%m%d%H%M%S").replace(tzinfo=ZoneInfo("America/New_York"))
    return int(at.timestamp()) * 1000 + 567


@dataclass
class Kind:
    """What a kind has that is not as usual.

    Attributes:
        must: number, or symbol and number -> the answer that it must get, then, after a blank, its class. `held` is any answer
            but delete.
        own: numbers that have no bib and no answer of the usual kind.
        records: further records of the full export.
        files: further files; one with the name of another one of the kind takes its place.
    """

    must: dict[int | tuple[str, int], str]
    own: Iterable[int] = ()
    records: bytes = b""
    files: dict[str, bytes | str] = field(default_factory=dict)


@dataclass(frozen=True)
class At:
    """The numbers, IDs and files of one kind."""

    name: str
    base: int

    def ocn(self, i: int) -> int:
        """Number i; what is a whole number already stays."""
        return i if i >= 1_000_000 else 4_000_000 + self.base + i

    def mms(self, i: int) -> str:
        """The ID of bib i."""
        return f"99{self.base + i:011d}3941"

    def holding(self, i: int, n: int = 0) -> str:
        """The ID of holding n of bib i."""
        return f"22{self.base * 10 + i * 10 + n:012d}3941"

    def title(self, i: int) -> str:
        """The usual title of bib i."""
        return f"Chronicle number {self.base + i} of the harbour towns"

    def bib(self, i: int, *texts: str, at: str = "MAIN", status: str = "n", id_: str | None = None, **more) -> bytes:
        """Bib i with what its texts say, and a holding at each of some places (MAIN, MAIN/RES)."""
        control = self.mms(i) if id_ is None else id_
        title, year = more.get("title", self.title(i)), more.get("year", 1957)
        record = _described(f"00000{status}am a2200000 a 4500", control, title, year)
        _add(record, texts)
        for n, place in enumerate(at.split()):
            library, _, location = place.partition("/")
            record.data("852", "0 ", ("b", library), ("c", location or "STX"), ("8", self.holding(i, n)))
        return iso2709(record)

    def has(self, i: int, number: int | None = None, **more) -> bytes:
        """Bib i with number i, or another one."""
        return self.bib(i, f"035 $a(OCoLC){self.ocn(i if number is None else number)}", **more)

    def mfhd(self, i: int, *texts: str, n: int = 0, at: str = "MAIN") -> bytes:
        """The holdings record of holding n of bib i."""
        record = MarcRecord("00000nx  a2200000zn 4500")
        record.control("001", self.holding(i, n))
        record.control("004", self.mms(i))
        _add(record, texts)
        record.data("852", "0 ", ("b", at), ("c", "STX"))
        return iso2709(record)

    def merged(self, i: int, *old: int) -> dict[str, bytes]:
        """OCLC's word that numbers became number i, whose bib is i."""
        said = [text for each in old for text in (f"019 $a{self.ocn(each)}", f"035 $z(OCoLC){self.ocn(each)}")]
        record = worldcat(self.ocn(i), *said, title=self.title(i))
        return {f"metacoll.NEWA.merges.D20250920.T213015.{self.name}{i}.1.mrc": record}

    def took(self, i: int, action: str = "match", number: int | None = None) -> str:
        """OCLC's answer on bib i, sent with number i or another one, which came back."""
        ocn = self.ocn(i if number is None else number)
        return f"{self.mms(i)}|{ocn}|{ocn}|{action}"

    def report_name(
        self, day: str, kind: str = "BibProcessingReport", as_: tuple[str, str] = ("NEWA", NEWA), part: str = ""
    ) -> str:
        """OCLC's name of a report: as_ is symbol and collection."""
        symbol, collection = as_
        sent = f"{collection}.{symbol}.{self.name}{part}.mrc"
        return f"reports/{symbol}-{symbol}.{collection}.IN.BIB.D{day}.T094034567.{sent}.{kind}.txt"

    def rows(self, day: str, *lines: str, as_: tuple[str, str] = ("NEWA", NEWA)) -> str:
        """Rows of a report: what stands behind OCLC's key."""
        key = f"{as_[0]}_{as_[1]}_{milliseconds(day)}"
        return "".join(f"{key}::bib::{977 * at}|{line}\n" for at, line in enumerate(lines))

    def report(self, day: str, *lines: str, as_: tuple[str, str] = ("NEWA", NEWA), **name: str) -> dict[str, str]:
        """A report."""
        return {self.report_name(day, as_=as_, **name): self.rows(day, *lines, as_=as_)}


def files_of(kinds: dict[str, Callable[[At], Kind]]) -> tuple[dict[str, bytes], dict[tuple[str, int], str]]:
    """The raw files of a library of some kinds, and what each number must get; lists of what is held are not among them."""
    files: dict[str, bytes] = {}
    must: dict[tuple[str, int], str] = {}
    for place, (name, make) in enumerate(kinds.items(), 1):
        at = At(name, place * 1000)
        kind = make(at)
        usual = [i for i in kind.must if isinstance(i, int) and i < 1000 and i not in kind.own]
        own = {
            f"catalogue/full_20250901_{name}.mrc": b"".join(map(at.has, usual)) + kind.records,
            **at.report("20250905", *map(at.took, usual)),
            **kind.files,
        }
        assert not files.keys() & own.keys(), name
        files |= {file: text.encode() if isinstance(text, str) else text for file, text in own.items() if text}
        keys = ((key, at.ocn(key[1] if isinstance(key, tuple) else key)) for key in kind.must)
        must |= {(key[0] if isinstance(key, tuple) else "OLDA", ocn): kind.must[key] for key, ocn in keys}
    return files, must
