"""What the example knows of itself: bibs with their numbers, holdings and answers, as they are meant.

The files and the truth are both made from these objects; the truth never reads the files.
"""

from dataclasses import dataclass, field

from .institution import Line, place
from .texts import Work

SUCCESS = ("match", "create", "replace", "field transfer")


@dataclass(slots=True)
class Item:
    """One item of a holding."""

    item_id: str
    barcode: str
    process_type: str = ""

    @property
    def is_on_order(self) -> bool:
        """Whether its process type says that it is being acquired."""
        return self.process_type.casefold().startswith("acq")


@dataclass(slots=True)
class Holding:
    """One holding: embedded in its bib, or a holdings record (MFHD) with what is wrong with it, and its 583 $a (action)."""

    holding_id: str
    library: str | None
    location: str | None
    call_number: tuple[str, str] = ("", "")
    is_suppressed: bool = False
    items: list[Item] = field(default_factory=list)
    is_mfhd: bool = False
    is_reproduction: bool = False
    lhr_faults: tuple[str, ...] = ()
    lhr_ocns: tuple[int, ...] = ()
    lhr_variant: int = 0
    action: str = ""

    @property
    def line(self) -> Line | None:
        """Where the location map puts it."""
        return place(self.library, self.location)

    @property
    def is_on_order(self) -> bool:
        """Whether it has items, and none of them has come yet."""
        return bool(self.items) and all(item.is_on_order for item in self.items)


@dataclass(slots=True)
class Reading:
    """One place of a bib where an OCN stands or should: the text, how it must read, and which numbers it may mean."""

    place: str
    text: str
    verdict: str = "ok"
    number: int | None = None
    may_be: range = range(0)

    @property
    def is_old(self) -> bool:
        """Whether the place is for numbers of the past."""
        return self.place in ("019$a", "035$z")


@dataclass(slots=True)
class Answer:
    """One answer of OCLC to one record of one sent file.

    Attributes:
        told: how it is told when not by a row of the report of its run: `float_number` and `extra_column`, a
            damaged row; `list_only`, the list of unresolved records alone; `copy_in_folder` and `copy_by_browser`, the
            same report fetched once more.
        is_cancel: Leader/05 of the sent record was d: the holding went.
    """

    symbol: str
    run: str
    action: str
    result: int | None = None
    staging: int | None = None
    sent: int | None = None
    messages: tuple[tuple[str, str, str], ...] = ()
    told: str = ""
    is_cancel: bool = False

    @property
    def is_success(self) -> bool:
        """Whether a holding was set."""
        return self.action in SUCCESS and not self.is_cancel


@dataclass(slots=True)
class Bib:
    """One bibliographic record and everything that is meant about it."""

    mms_id: str
    work: Work
    format: str = "book"
    is_electronic: bool = False
    is_suppressed: bool = False
    rule: str | None = None
    mark: str = ""
    brief_level: str | None = None
    missing: frozenset[str] = frozenset()
    has_011: bool = False
    cataloguing_language: str = "eng"
    is_article: bool = False
    script_fault: str | None = None
    is_reproduction: bool = False
    readings: list[Reading] = field(default_factory=list)
    other_numbers: list[str] = field(default_factory=list)
    isbn: str = ""
    holdings: list[Holding] = field(default_factory=list)
    moved_from: list[Holding] = field(default_factory=list)
    moved_by: int = 0
    copy_of: "Bib | None" = None
    constituents: "list[Bib]" = field(default_factory=list)
    host: "Bib | None" = None
    linked_by: tuple[str, ...] = ("773", "774")
    is_host: bool = False
    notes: list[str] = field(default_factory=list)
    action: str = ""
    needs_iso: bool = False
    # the exchange
    is_withheld: bool = False
    sent: dict[str, str] = field(default_factory=dict)
    resent: set[str] = field(default_factory=set)
    unreported: set[str] = field(default_factory=set)
    answers: list[Answer] = field(default_factory=list)
    is_held: bool = True
    case: str = ""

    @property
    def exclusion(self) -> str | None:
        """Why it takes no part in the exchange: the rule of the settings that was planted, else its brief level."""
        return self.rule or (f"brief_level_{self.brief_level}" if self.brief_level else None)

    @property
    def in_exchange(self) -> bool:
        """Whether it is to be sent at all."""
        return not (self.is_host or self.is_suppressed or self.exclusion)

    @property
    def placed(self) -> list[Holding]:
        """Its holdings; those of its host for a constituent of a boundwith."""
        return self.holdings + (self.host.holdings if self.host else [])

    @property
    def pages(self) -> int:
        """How many pages, or minutes, it counts."""
        return self.copy_of.pages if self.copy_of else 60 + int(self.mms_id[6:9]) % 640

    @property
    def current(self) -> list[int]:
        """Its current OCNs: those of the best place that has one."""
        for where in ("079$a", "035$a"):
            numbers = {r.number: None for r in self.readings if r.place == where and r.verdict == "ok"}
            if numbers:
                return list(numbers)
        return []

    @property
    def submitted(self) -> int | None:
        """The number that OCLC reads in the record: the first good one in 035 $a (oclc_formats.md 5)."""
        good = ("ok", "institution_record")
        return next((r.number for r in self.readings if r.place == "035$a" and r.verdict in good), None)


@dataclass(frozen=True, slots=True)
class Loose:
    """A record of the export that is no bib of ours: without_001, damaged, or bib_missing (only its holdings record is there)."""

    kind: str
    bib: Bib


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of a list of staff: which list, for which symbol (None: for all), which number, and how far a request is."""

    kind: str
    symbol: str | None
    number: int
    status: str = ""


@dataclass(frozen=True, slots=True)
class Described:
    """A record of WorldCat that a case plants beside a bib."""

    work: Work
    mms_id: str
    likeness: str
    pages: int | None = None
    edition: str | None = None
    is_electronic: bool = False
