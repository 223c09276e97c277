"""The parts of the settings: what each key says, and what it is when nobody says anything.

Sources of the rules are named by page and section; docs/sources.md has them.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from ..vocabulary.evidence import LISTS, TOLD_OF_TITLES
from .kinds import Code, Model, Pattern, Place, Symbol, Tag, WebAddress

# A key that is called date hides the name of its type.
Day = date


class Institution(Model):
    """Who we are."""

    name: str = "My library"
    mms_suffix: str = Field("", pattern=r"^(\d{4})?$", description="the four digits that end every MMS ID")


class SymbolSettings(Model):
    """One OCLC symbol of the project (practice.md 6.1)."""

    symbol: Symbol
    name: str = ""
    mode: Literal["kept", "retired"] = "kept"
    deleted_by: Literal["oclc_scan_delete", "own_lists", "symbol_merge", "nobody"] = "nobody"


class Exclusion(Model):
    """One rule that keeps records out of the exchange: the field or leader position, and what its value must be."""

    reason: str = Field(pattern=r"^[a-z0-9_]+$", description="a code that becomes the class of the finding")
    tag: Tag
    code: Code | None = None
    matches: Pattern = Field(".", description="a regular expression, searched in the value")
    unless_ocn: bool = False


class Collection(Model):
    """One data sync collection as agreed with OCLC (oclc_formats.md 5, 6, 10)."""

    id: str = Field(pattern=r"^\d{7}$", description="seven digits")
    type: Literal["bib", "lhr", "delete_holdings", "delete_lhr"] = "bib"
    symbol: Symbol
    name: str = ""
    match_mode: Literal["ocn", "full"] = "full"
    unit: Literal["bib", "holding"] = "bib"
    ocn_location: Place = "035$a"
    lsn_location: Place = "001"
    use_record_status: bool = True
    remove_holding_with_final_lhr: bool = False
    exclusions: tuple[Exclusion, ...] = ()


class OcnPlace(Model):
    """A place where OCNs stand. The order in the file is the rank: the first place that has a number gives it."""

    place: Place
    role: Literal["current", "old"] = "current"
    trusted: bool = Field(False, description="a number without prefix is an OCN here; in 001 only beside 003 OCoLC")


class OcnSettings(Model):
    """How OCNs are read (duplicates.md E1, oclc_formats.md 5)."""

    places: tuple[OcnPlace, ...] = (
        OcnPlace(place="079$a", trusted=True),
        OcnPlace(place="035$a"),
        OcnPlace(place="001", trusted=True),
        OcnPlace(place="014$a"),
        OcnPlace(place="004"),
        OcnPlace(place="019$a", role="old", trusted=True),
        OcnPlace(place="035$z", role="old"),
    )
    maximum: int = Field(
        2_000_000_000, gt=0, description="no OCN is greater; OCLC had reached about 1.5 billion in 2025"
    )
    other_control_accepted: tuple[str, ...] = Field((), description="such as OCoLC-M, when they are OCNs at your site")
    institution_record_ranges: tuple[tuple[int, int], ...] = Field(
        ((460_000_000, 469_999_999), (490_000_000, 499_999_999)),
        description="numbers of former institution records, when a better place gives another number",
    )


class HoldingsField(Model):
    """A field of a bib that stands for one holding (practice.md 3.3)."""

    tag: Tag
    holding_id: Code = "8"
    library: Code = "b"
    location: Code = "c"
    call_number: str = Field("hijklm", pattern=r"^[!-~]+$", description="subfield codes, joined with a blank")
    without_id: Literal["counts", "counts_alone", "never"] | None = Field(
        None, description="what a field without ID is; left out: counts_alone for 852, else counts"
    )

    @property
    def rule_without_id(self) -> str:
        """Whether a field without ID is a holding: counts, never, or where no field of the record has one (counts_alone)."""
        return self.without_id or ("counts_alone" if self.tag == "852" else "counts")


class ItemField(Model):
    """A field with one item in it; its tag is the site's choice (practice.md 1.7, 3.3)."""

    tag: Tag
    holding_id: Code = "8"
    item_id: Code = "0"
    barcode: Code = "p"
    status: Code = "q"
    process_type: Code = "j"


class FlagRule(Model):
    """A field whose value says yes to a question about the record."""

    tag: Tag
    code: Code | None = None
    matches: Pattern = "."


class LhrMark(FlagRule):
    """A field of the library's own, in its holdings records, that has the number of the LHR at OCLC (practice.md 1.4)."""

    tag: Tag = Field(pattern="^9")


class Suppression(Model):
    """How suppressed records are marked in the export. Alma leaves them out unless a profile says otherwise."""

    bib: tuple[FlagRule, ...] = (FlagRule(tag="950", code="a", matches="^true$"),)
    holding: tuple[FlagRule, ...] = (FlagRule(tag="852", code="9", matches="^(suppressed|true)$"),)


class RawFiles(Model):
    """What the files in `data/raw` are, where their names do not say it. Patterns are matched on the path in the folder."""

    folder: str = Field("data/raw", description="where the files lie, from the project's folder or absolute")
    ignore: tuple[str, ...] = ("README*", "*.md", ".*", "*/.*", "Thumbs.db", "desktop.ini")
    catalogue: tuple[str, ...] = Field(
        (), description="files that are the catalogue though they look, or are named, like WorldCat's"
    )
    extra_tags: tuple[Tag, ...] = ()
    largest_record_mb: int = Field(
        10, ge=1, le=1000, description="a longer stretch without the end of a record is rejected in pieces of this size"
    )
    largest_expansion: int = Field(200, ge=1, description="how many times its size on disk may come out of a file")
    most_members: int = Field(200_000, gt=0, description="an archive may hold")


class Extract(Model):
    """Which files are one state of the catalogue."""

    files: str
    date: Day | None = Field(None, description="left out: the day in the name of each file")
    kind: Literal["full", "increment"] = "full"
    unit: Literal["bib", "holding"] = "bib"
    scope: str = ""


class Changes(Model):
    """Which two states of the catalogue are compared."""

    since: date | None = Field(
        None, description="the last day of the earlier state; left out: the state before the newest full export"
    )
    until: date | None = Field(None, description="the last day of the later state; left out: today's")


class WorldcatList(Model):
    """A list of what WorldCat holds under one symbol on one day."""

    files: str
    symbol: Symbol
    as_of: date
    column: str | Annotated[int, Field(ge=1)] | None = Field(
        None, description="the column with the OCNs: its caption, or its number from the left"
    )


class EvidenceList(Model):
    """A list of staff: what it lists, and how its columns are called where its captions do not say it (practice.md 6.2)."""

    files: str
    kind: Literal[*LISTS]
    symbol: Symbol | None = Field(None, description="of which it speaks, where its rows do not say it")
    as_of: date | None = None
    columns: dict[Literal[*TOLD_OF_TITLES], str] = Field({}, description="our name -> its caption")


class Links(Model):
    """Where a link in a workbook leads; {mms_id} and {ocn} are put in. Empty: no link. OCLC staging numbers get none."""

    catalogue: WebAddress = Field(
        "", pattern=r"^$|^[^{}]*\{mms_id\}[^{}]*$", description="an address with {mms_id}, or empty"
    )
    worldcat: WebAddress = Field(
        "https://search.worldcat.org/title/{ocn}",
        pattern=r"^$|^[^{}]*\{ocn\}[^{}]*$",
        description="an address with {ocn}, or empty",
    )


class Gates(Model):
    """Limits of the readiness scorecard and of a deletion, as shares of 1 where nothing else is said (practice.md 5, 6.3)."""

    mapping_completeness_min: float = Field(1.0, ge=0, le=1)
    ocn_coverage_min: float = Field(0.90, ge=0, le=1)
    ocn_defects_max: float = Field(0.001, ge=0, le=1)
    several_ocns_max: float = Field(0.005, ge=0, le=1)
    sparse_max: float = Field(0.005, ge=0, le=1)
    script_pairing_max: float = Field(0.01, ge=0, le=1)
    unresolved_max: float = Field(0.03, ge=0, le=1)
    created_max: float = Field(0.01, ge=0, le=1)
    delete_share_max: float = Field(0.10, ge=0, le=1)
    list_age_days_max: int = Field(30, ge=1, description="how old the list may be by which numbers are deleted")
    sample_size: int = Field(300, ge=1, description="of each class that goes, so many numbers are looked at by people")
    sample_error_max: float = Field(
        0.013, gt=0, le=1, description="upper end of the Wilson interval of wrong ones; 0 of 300 is just below"
    )
    sample_seed: int = Field(1, ge=0, description="another seed is another sample, of which nothing was looked at yet")
    records_per_file_max: int = Field(100_000, gt=0)
    file_bytes_max: int = Field(1_000_000_000, gt=0)


class Workbooks(Model):
    """What the unit workbooks say of the project."""

    contact: str = ""
    deadline: str = ""
    rows_per_sheet: int = Field(5000, ge=100, le=30_000)
