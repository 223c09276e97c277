"""What kind of file is this? By the settings, then by its name, then by its content (oclc_formats.md 13)."""

from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path

from ..errors import InputError
from ..marc import Input, is_marc
from ..oclc.current_numbers import is_current_numbers
from ..oclc.filenames import FileName, read_file_name
from ..oclc.sheets import is_excel, is_html
from ..settings import Settings

# As many as the readers of MARC look at.
_FIRST_BYTES = 65_536
_MARC_NAMES = (".mrc", ".xml", ".marc")


@dataclass(frozen=True)
class Source:
    """One input with what we know of it before it is read."""

    input: Input
    kind: str
    name: FileName
    sha256: str = ""
    bytes: int = 0
    symbol: str | None = None
    as_of: date | None = None
    note: str | None = None
    repeats: str | None = None

    @property
    def file(self) -> str:
        """The path in the raw folder."""
        return self.input.file


def recognise(input: Input, settings: Settings) -> Source:
    """What kind of file this is: by the settings, then by its name, then by its content (oclc_formats.md 13).

    MARC is a WorldCat list only if its name or the settings say so, with symbol and date; OCLC's own record output feeds
    the concordance; any other MARC is the catalogue.
    """
    name = read_file_name(Path(input.member or input.path.name).name)
    if any(
        fnmatchcase(input.file, pattern) or fnmatchcase(Path(input.file).name, pattern)
        for pattern in settings.raw.ignore
    ):
        return Source(input, "ignored", name, note="the settings ignore files of this name")
    if input.problem:
        return Source(input, "unreadable", name, note=input.problem)
    try:
        sha256, size, first_bytes = input.look_through(_FIRST_BYTES)
    except (InputError, OSError) as error:
        return Source(input, "unreadable", name, note=str(error))
    listed = settings.worldcat_list_of(input.file)
    symbol, as_of = (listed.symbol, listed.as_of) if listed else (name.symbol, name.as_of)
    kind, note = _kind(name, first_bytes, size, is_list=listed is not None)
    if kind == "worldcat_list":
        return Source(input, kind, name, sha256, size, symbol, as_of, note)
    return Source(input, kind, name, sha256, size, note=note)


def _kind(name: FileName, first_bytes: bytes, size: int, *, is_list: bool) -> tuple[str, str | None]:
    if size == 0:
        return "empty", "the file has no bytes: fetch it again"
    if is_list or name.family == "worldcat_list":
        return "worldcat_list", None
    if name.family in ("report", "old_report", "scan_delete_report"):
        return "report", None
    marc = not is_excel(first_bytes) and is_marc(first_bytes) is not None
    if marc and name.family == "record_output":
        return "oclc_records", None
    if marc or (name.family == "upload" and name.name.lower().endswith(_MARC_NAMES)):
        return "catalogue", None
    if name.name.lower().endswith(_MARC_NAMES) and is_html(first_bytes):
        return "catalogue", None  # an error page in place of an export: the reader rejects it
    if is_current_numbers(first_bytes):
        return "current_numbers", None
    return "report", None


def without_repeats(sources: list[Source]) -> list[Source]:
    """A file with the same bytes as an earlier one is listed, with its rows as repeats, and not read again."""
    first: dict[tuple, Source] = {}
    result = []
    for source in sorted(sources, key=lambda s: s.file):
        earlier = first.setdefault((source.kind, source.sha256, source.symbol, source.as_of, *_said(source)), source)
        if source.bytes and earlier is not source:
            source = replace(source, repeats=earlier.file, note=f"the same bytes as {earlier.file}, counted once")
        result.append(source)
    return result


def _said(source: Source) -> tuple:
    """What the name says beside the content: reports of two runs may have the same rows, a sent file is also an answerable one."""
    name = source.name
    if source.kind == "report":
        return (name.symbol, name.collection, name.received_at, name.original_name, name.kind)
    return (name.symbol, name.collection) if name.family == "upload" else ()
