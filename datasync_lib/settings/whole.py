"""The whole of `datasync.toml`, and how it is read."""

import tomllib
from fnmatch import fnmatchcase
from pathlib import Path

from pydantic import Field, ValidationError, model_validator

from ..errors import SettingsError, did_you_mean
from .faults import fault_in_words, toml_in_words
from .kinds import Model, Pattern
from .parts import (
    Changes,
    Collection,
    EvidenceList,
    Exclusion,
    Extract,
    Gates,
    HoldingsField,
    Institution,
    ItemField,
    LhrMark,
    Links,
    OcnSettings,
    RawFiles,
    Suppression,
    SymbolSettings,
    Workbooks,
    WorldcatList,
)
from .report_layouts import ReportLayout

FILE_NAME = "datasync.toml"


class Settings(Model):
    """The whole of `datasync.toml`."""

    institution: Institution = Institution()
    symbols: tuple[SymbolSettings, ...] = ()
    collections: tuple[Collection, ...] = ()
    raw: RawFiles = RawFiles()
    extracts: tuple[Extract, ...] = ()
    changes: Changes = Changes()
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
    lhr_marks: tuple[LhrMark, ...] = Field(
        (LhrMark(tag="990", code="a", matches="[0-9]"),),
        description="fields of a holdings record with the number of its LHR; [] where the field says something else",
    )
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
            like = did_you_mean(unknown[0], symbols) if len(unknown) == 1 else ""
            raise ValueError(
                f"collections: symbol {', '.join(unknown)} is not among [[symbols]] ({', '.join(symbols)}){like}"
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
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: {toml_in_words(error)}") from None
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: not UTF-8 (byte {error.start}): save it as UTF-8") from None
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise SettingsError(
            "\n".join([f"{path}:", *(fault_in_words(fault, Settings) for fault in error.errors())])
        ) from None
