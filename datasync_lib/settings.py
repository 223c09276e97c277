"""`datasync.toml` as models: what a library decides once, with what we expect of each key.

Every key has a default, so that a new project loads before anything is filled in. A wrong or misspelt key is named by
its path in the file, with what was expected; all faults of a file are told at once. Sources of the rules are named
by page and section; docs/sources.md has them.
"""

import tomllib
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Literal

import polars as pl
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from .errors import SettingsError
from .settings_faults import fault_in_words
from .vocabulary.evidence import LISTS, TOLD_OF_TITLES

FILE_NAME = "datasync.toml"

Tag = Annotated[str, Field(pattern=r"^(LDR|[0-9A-Za-z]{3})$")]
Code = Annotated[str, Field(pattern=r"^[!-~]$")]
Place = Annotated[str, Field(pattern=r"^[0-9A-Za-z]{3}(\$[!-~])?$", description="tag, and $ with the subfield code")]


def _regular_expression(text: str) -> str:
    """Refused where the engine that reads tables would refuse it."""
    try:
        pl.Series([""]).str.contains(text)
    except pl.exceptions.ComputeError as error:
        raise ValueError(f"no regular expression: {str(error).strip().splitlines()[-1]}") from None
    return text


Pattern = Annotated[str, AfterValidator(_regular_expression)]
Symbol = Annotated[str, Field(pattern=r"^[A-Z0-9@$#*-]{1,8}$"), AfterValidator(str.strip)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Institution(_Model):
    """Who we are."""

    name: str = "My library"
    mms_suffix: str = Field("", pattern=r"^(\d{4})?$", description="the four digits that end every MMS ID")


class SymbolSettings(_Model):
    """One OCLC symbol of the project (practice.md 6.1)."""

    symbol: Symbol
    name: str = ""
    mode: Literal["kept", "retired"] = "kept"
    deleted_by: Literal["oclc_scan_delete", "own_lists", "symbol_merge", "nobody"] = "nobody"


class Exclusion(_Model):
    """One rule that keeps records out of the exchange: the field or leader position, and what its value must be."""

    reason: str = Field(pattern=r"^[a-z0-9_]+$", description="a code that becomes the class of the finding")
    tag: Tag
    code: Code | None = None
    matches: Pattern = Field(".", description="a regular expression, searched in the value")
    unless_ocn: bool = False


class Collection(_Model):
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


class OcnPlace(_Model):
    """A place where OCNs stand. The order in the file is the rank: the first place that has a number gives it."""

    place: Place
    role: Literal["current", "old"] = "current"
    trusted: bool = Field(False, description="a number without prefix is an OCN here; in 001 only beside 003 OCoLC")


class OcnSettings(_Model):
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


class HoldingsField(_Model):
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


class ItemField(_Model):
    """A field with one item in it; its tag is the site's choice (practice.md 1.7, 3.3)."""

    tag: Tag
    holding_id: Code = "8"
    item_id: Code = "0"
    barcode: Code = "p"
    status: Code = "q"
    process_type: Code = "j"


class FlagRule(_Model):
    """A field whose value says yes to a question about the record."""

    tag: Tag
    code: Code | None = None
    matches: Pattern = "."


class Suppression(_Model):
    """How suppressed records are marked in the export. Alma leaves them out unless a profile says otherwise."""

    bib: tuple[FlagRule, ...] = (FlagRule(tag="950", code="a", matches="^true$"),)
    holding: tuple[FlagRule, ...] = (FlagRule(tag="852", code="9", matches="^(suppressed|true)$"),)


class RawFiles(_Model):
    """What the files in `data/raw` are, where their names do not say it. Patterns are matched on the path in the folder."""

    folder: str = Field("data/raw", description="where the files lie, from the project's folder or absolute")
    ignore: tuple[str, ...] = ("README*", "*.md", ".*", "*/.*", "Thumbs.db", "desktop.ini")
    extra_tags: tuple[Tag, ...] = ()
    largest_record_mb: int = Field(
        10, ge=1, le=1000, description="a longer stretch without the end of a record is rejected in pieces of this size"
    )
    largest_expansion: int = Field(200, ge=1, description="how many times its size on disk may come out of a file")
    most_members: int = Field(200_000, gt=0, description="an archive may hold")


class Extract(_Model):
    """Which files are one state of the catalogue."""

    files: str
    date: date
    kind: Literal["full", "increment"] = "full"
    unit: Literal["bib", "holding"] = "bib"
    scope: str = ""


class WorldcatList(_Model):
    """A list of what WorldCat holds under one symbol on one day."""

    files: str
    symbol: Symbol
    as_of: date
    column: str | Annotated[int, Field(ge=1)] | None = Field(
        None, description="the column with the OCNs: its caption, or its number from the left"
    )


class EvidenceList(_Model):
    """A list of staff: what it lists, and how its columns are called where its captions do not say it (practice.md 6.2)."""

    files: str
    kind: Literal[*LISTS]
    symbol: Symbol | None = Field(None, description="of which it speaks, where its rows do not say it")
    as_of: date | None = None
    columns: dict[Literal[*TOLD_OF_TITLES], str] = Field({}, description="our name -> its caption")


# Reports whose layout a source describes (oclc_formats.md 1.4, 1.5, 1.7, 1.8, 2.1 to 2.4): the settings do not change it.
DESCRIBED_REPORTS = tuple(
    "BibProcessingReport BibExceptionReport BibCrossRefReport BibUnresolvedCrossRefReport xrefrpt unresxrefrpt "
    "bibdetailexcpt scan_delete_report".split()
)
ReportColumn = Literal[
    "job_key", "lsn", "sent_ocn", "result_ocn", "staging_ocn", "action", "kind", "severity", "message", "-"
]


class ReportLayout(_Model):
    """How reports of a kind are written that no source describes (oclc_formats.md 14)."""

    kind: str = Field(pattern=r"^[A-Za-z0-9_]+$", description="the report name, such as LbdProcessingReport")
    delimiter: Literal["|", "\t"] = "|"
    header: bool = Field(False, description="the first line is a header")
    columns: tuple[ReportColumn, ...] = Field(min_length=1, description="from left to right; - is left out")

    @field_validator("kind")
    @classmethod
    def _is_not_described(cls, kind: str) -> str:
        if kind in DESCRIBED_REPORTS:
            raise ValueError("the layout of these reports is known; leave this block out")
        return kind

    @field_validator("columns")
    @classmethod
    def _make_a_row(cls, columns: tuple[str, ...]) -> tuple[str, ...]:
        given = [name for name in columns if name != "-"]
        if doubles := sorted({name for name in given if given.count(name) > 1}):
            raise ValueError(f"given more than once: {', '.join(doubles)}")
        table, of_faults = _table_of(columns), {"kind", "severity", "message"} & set(given)
        if table != "exceptions" and of_faults:
            raise ValueError(f"{table} has no place for {', '.join(sorted(of_faults))}; write - for it")
        numbers = {"result_ocn", "staging_ocn"} & set(given)
        if table == "cross_references" and not numbers:
            raise ValueError("expected action, message, severity, result_ocn or staging_ocn among them")
        if table != "cross_references" and len(numbers) == 2:
            raise ValueError("result_ocn or staging_ocn, not both: what the number is depends on the action")
        return columns

    @property
    def table(self) -> str:
        """The table that the rows belong to: outcomes, exceptions, or cross_references."""
        return _table_of(self.columns)


def _table_of(columns: tuple[str, ...]) -> str:
    if "action" in columns:
        return "outcomes"
    return "exceptions" if {"message", "severity"} & set(columns) else "cross_references"


class Links(_Model):
    """Where a link in a workbook leads; {mms_id} and {ocn} are put in. Empty: no link. OCLC staging numbers get none."""

    catalogue: str = Field("", pattern=r"^$|^[^{}]*\{mms_id\}[^{}]*$", description="an address with {mms_id}, or empty")
    worldcat: str = Field(
        "https://search.worldcat.org/title/{ocn}",
        pattern=r"^$|^[^{}]*\{ocn\}[^{}]*$",
        description="an address with {ocn}, or empty",
    )


class Gates(_Model):
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


class Workbooks(_Model):
    """What the unit workbooks say of the project."""

    contact: str = ""
    deadline: str = ""
    rows_per_sheet: int = Field(5000, ge=100, le=30_000)


class Settings(_Model):
    """The whole of `datasync.toml`."""

    institution: Institution = Institution()
    symbols: tuple[SymbolSettings, ...] = ()
    collections: tuple[Collection, ...] = ()
    raw: RawFiles = RawFiles()
    extracts: tuple[Extract, ...] = ()
    worldcat_lists: tuple[WorldcatList, ...] = ()
    evidence_lists: tuple[EvidenceList, ...] = ()
    report_layouts: tuple[ReportLayout, ...] = ()
    ocn: OcnSettings = OcnSettings()
    holdings: tuple[HoldingsField, ...] = (
        HoldingsField(tag="852", without_id="counts_alone"),
        HoldingsField(tag="AVA", location="j", call_number="d"),
        HoldingsField(tag="H52"),
        HoldingsField(tag="HOL"),
    )
    items: tuple[ItemField, ...] = (
        ItemField(tag="876"),
        ItemField(tag="ITM", item_id="d", status="c", process_type="k"),
    )
    suppression: Suppression = Suppression()
    exclusions: tuple[Exclusion, ...] = (
        Exclusion(reason="no_worldcat_914", tag="914", code="a", matches="NO-WORLDCAT"),
        Exclusion(reason="community_zone", tag="035", code="a", matches=r"^\((CKB|EXLCZ)\)"),
    )
    noise: tuple[Pattern, ...] = Field(
        (r"Invalid subfield .* \$0 in",),
        description="messages of OCLC that nobody needs to act on, as regular expressions",
    )
    links: Links = Links()
    gates: Gates = Gates()
    workbooks: Workbooks = Workbooks()

    @model_validator(mode="after")
    def _names_are_unique_and_known(self):
        symbols = [s.symbol for s in self.symbols]
        named = {
            "symbols": symbols,
            "collections": [c.id for c in self.collections],
            "report_layouts": [layout.kind.lower() for layout in self.report_layouts],
        }
        for name, values in named.items():
            doubles = sorted({v for v in values if values.count(v) > 1})
            if doubles:
                raise ValueError(f"{name}: given more than once: {', '.join(doubles)}")
        unknown = sorted({c.symbol for c in self.collections} - set(symbols))
        if symbols and unknown:
            raise ValueError(
                f"collections: symbol {', '.join(unknown)} is not among [[symbols]] ({', '.join(symbols)})"
            )
        return self

    def symbol(self, code: str) -> SymbolSettings | None:
        """The settings of one symbol, or None."""
        return next((s for s in self.symbols if s.symbol == code), None)

    def collection(self, collection_id: str) -> Collection | None:
        """The settings of one collection, or None."""
        return next((c for c in self.collections if c.id == collection_id), None)

    @property
    def delete_collections(self) -> list[str]:
        """The IDs of the collections whose files take holdings away."""
        return [c.id for c in self.collections if c.type in ("delete_holdings", "delete_lhr")]

    def extract_of(self, file: str) -> Extract | None:
        """The [[extracts]] entry whose pattern the path fits, or None."""
        return next((e for e in self.extracts if fnmatchcase(file, e.files)), None)

    def worldcat_list_of(self, file: str) -> WorldcatList | None:
        """The [[worldcat_lists]] entry whose pattern the path fits, or None."""
        return next((w for w in self.worldcat_lists if fnmatchcase(file, w.files)), None)

    def evidence_list_of(self, file: str) -> EvidenceList | None:
        """The [[evidence_lists]] entry whose pattern the path fits, or None."""
        return next((e for e in self.evidence_lists if fnmatchcase(file, e.files)), None)


def read_settings(path: Path) -> Settings:
    """The settings in a `datasync.toml`.

    Raises:
        SettingsError: the file is missing, is not TOML, or a key is misspelt or has a value that cannot be right;
            each fault is named by its key with what was expected.
    """
    try:
        values = tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        raise SettingsError(
            f"{path} is missing: run «datasync new DIR» to make a project, or go to its folder"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: not valid TOML in UTF-8: {error}") from None
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise SettingsError(
            "\n".join([f"{path}:", *(fault_in_words(fault, Settings) for fault in error.errors())])
        ) from None
