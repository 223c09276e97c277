"""What kind of file is this? By the settings, then by its name, then by its content (oclc_formats.md 13)."""

from collections.abc import Iterable
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

from .. import local_lists, oclc
from ..errors import InputError
from ..marc import Input, is_marc
from ..marc.other_files import is_blank, told_as_no_text, told_as_other
from ..oclc.filenames import FileName, read_file_name
from ..oclc.output_names import is_record_output
from ..oclc.sheets import is_excel, is_html
from ..oclc.worldcat_content import holds_library_records, holds_worldcat_records
from ..readers import Source, find_readers, recognised_kind
from ..settings import Settings

find_readers([oclc, local_lists])

# As many as the readers of MARC look at.
_FIRST_BYTES = 65_536
_MARC_NAMES = (".mrc", ".xml", ".marc")
# What nobody said to be the catalogue, and looks like WorldCat's.
UNCLEAR = "unclear"
_UNCLEAR_NOTE = (
    "its records look like WorldCat's own (001 and 003 of OCLC, nothing of a library), so it was not taken for the catalogue, and nothing "
    "is deleted until it is told: name it in [raw] catalogue of datasync.toml if it is the catalogue; if OCLC delivered it, give it "
    "OCLC's name again (metacoll.SYMBOL.…), or name it in [raw] ignore"
)
_UNCLEAR_NAME = (
    "its name is one of OCLC's, and its records are a library's, with holdings, so it was taken for neither, and nothing is deleted "
    "until it is told: name it in [raw] catalogue of datasync.toml if it is the catalogue; if OCLC delivered it, name it in [raw] "
    "ignore"
)
# The settings that say what a file is.
_DECIDES = ("raw", "worldcat_lists", "evidence_lists")


def recognise(input: Input, settings: Settings) -> Source:
    """What kind of file this is: by the settings, then by its name, then by its content (oclc_formats.md 13).

    MARC is a WorldCat list only if its name or the settings say so, with symbol and date; OCLC's own record output feeds
    the concordance; any other MARC is the catalogue. Where the name says the one and the records the other, and nobody said what it
    is, it is unclear.
    """
    if _is_said(input.file, settings.raw.ignore):
        return Source(input, "ignored", note="the settings ignore files of this name")
    if input.problem:
        return Source(input, "unreadable", note=input.problem)
    try:
        sha256, size, first_bytes = input.look_through(_FIRST_BYTES)
    except (InputError, OSError) as error:
        return Source(input, "unreadable", note=str(error))
    name, listed = _name_of(input), settings.worldcat_list_of(input.file)
    if size == len(first_bytes) and is_blank(first_bytes):
        what = "nothing but blanks and line ends" if size else "no bytes"
        return Source(input, "empty", sha256, size, note=f"the file has {what}: fetch it again")
    is_list = listed is not None or name.family == "worldcat_list"
    if evidence := settings.evidence_list_of(input.file):
        return Source(input, evidence.kind, sha256, size, evidence.symbol, evidence.as_of)
    is_wanted = name.is_stub or recognised_kind(input.file, first_bytes) or (_is_called_marc(name) and not is_list)
    if not is_wanted and (what := _other(first_bytes)):
        return Source(input, "unknown", sha256, size, note=f"this is {what}")
    is_catalogue = _is_said(input.file, settings.raw.catalogue)
    if listed is None and (is_list or is_record_output(input.file)) and _is_of_library(first_bytes):
        kind, note = ("catalogue", None) if is_catalogue else (UNCLEAR, _UNCLEAR_NAME)
        return Source(input, kind, sha256, size, note=note)
    if is_list:
        symbol, as_of = (listed.symbol, listed.as_of) if listed else (name.symbol, name.as_of)
        return Source(input, "worldcat_list", sha256, size, symbol, as_of)
    source = Source(input, _kind(name, input.file, first_bytes), sha256, size)
    if source.kind == "catalogue" and name.family == "upload":
        return replace(source, symbol=name.symbol, collection=name.collection, sent_file=name.original_name)
    if source.kind == "catalogue" and not is_catalogue and holds_worldcat_records(first_bytes):
        return replace(source, kind=UNCLEAR, note=_UNCLEAR_NOTE)
    return source


def _is_of_library(first_bytes: bytes) -> bool:
    return not is_excel(first_bytes) and is_marc(first_bytes) is not None and holds_library_records(first_bytes)


def _is_said(file: str, patterns: Iterable[str]) -> bool:
    """Whether the settings say something of a file, by its path or its name."""
    return any(fnmatchcase(file, pattern) or fnmatchcase(Path(file).name, pattern) for pattern in patterns)


def recognising_depends_on(settings: Settings) -> dict:
    """The settings that decide what a file is, in plain values."""
    return settings.model_dump(mode="json", include=set(_DECIDES))


def _name_of(input: Input) -> FileName:
    return read_file_name(Path(input.member or input.path.name).name)


def _other(first_bytes: bytes) -> str | None:
    """What a file is that no reader takes, and what to do; a file that only its name calls MARC is rejected as such."""
    if what := told_as_other(first_bytes):
        return what
    return None if is_excel(first_bytes) or is_marc(first_bytes) else told_as_no_text(first_bytes)


def _is_called_marc(name: FileName) -> bool:
    return name.name.lower().endswith(_MARC_NAMES)


def _kind(name: FileName, file: str, first_bytes: bytes) -> str:
    if name.family in ("report", "old_report", "scan_delete_report"):
        return "report"
    if kind := recognised_kind(file, first_bytes):
        return kind
    marc = not is_excel(first_bytes) and is_marc(first_bytes) is not None
    if (marc or _is_called_marc(name)) and is_record_output(file):
        return "oclc_records"
    if marc or (name.family == "upload" and _is_called_marc(name)):
        return "catalogue"
    if _is_called_marc(name) and (is_html(first_bytes) or _other(first_bytes)):
        return "catalogue"  # an error page or something else in place of an export: the reader rejects it
    return "report"


def without_repeats(sources: list[Source]) -> list[Source]:
    """A file with the same bytes as an earlier one is listed, with its rows as repeats, and not read again.

    What was sent again under another name is another event, whatever its bytes: OCLC answers it again.
    """
    first: dict[tuple, Source] = {}
    result = []
    for source in sorted(sources, key=lambda s: s.file):
        earlier = first.setdefault((source.kind, source.sha256, source.symbol, source.as_of, *_said(source)), source)
        if source.bytes and earlier is not source:
            source = replace(source, repeats=earlier.file, note=f"the same bytes as {earlier.file}, counted once")
        result.append(source)
    return result


def _said(source: Source) -> tuple:
    """What the name says beside the content: two runs may answer with the same rows, and a file may be sent again unchanged."""
    name = _name_of(source.input)
    if source.kind == "report":
        return (name.symbol, name.collection, name.received_at, name.original_name, name.kind)
    return (name.symbol, name.collection, name.original_name) if name.family == "upload" else ()
