"""From the raw folder to the store: each input is read once, and every file ends in the load log.

An input's part is keyed by content, name, reader version and the settings that its reading depends on; what is derived
from it by that key and the settings of the tables. A second load therefore reads only what is new, a changed setting
derives anew without reading a file, and an interrupted load goes on where it stopped.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from fnmatch import fnmatchcase
from pathlib import Path

import polars as pl

from ..errors import InputError
from ..marc import Input, find_inputs, is_marc, read_pieces
from ..oclc.filenames import FileName, read_file_name
from ..oclc.holdings_lists import read_holdings_list
from ..oclc.record_files import JudgedPiece, read_record_file
from ..oclc.reports import read_report_pieces
from ..settings import Settings
from .build import VERSION, derive, derive_sent_records, settings_of_tables, tags_to_load
from .current import find_current_records, find_extracts
from .fields import Fields
from .schemas import conform, empty
from .store import PartWriter, Store, key_of
from .worldcat_records import derive_worldcat_records

# A change of what the readers give for the same bytes must change this number.
READER_VERSION = 2

Progress = Callable[..., Iterable]


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
        sha256, size = input.fingerprint()
        with input.open() as stream:
            first_bytes = stream.read(4096)
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
    marc = is_marc(first_bytes) is not None
    if marc and name.family == "record_output":
        return "oclc_records", None
    if marc or (name.family == "upload" and name.name.lower().endswith((".mrc", ".xml", ".marc"))):
        return "catalogue", None
    return "report", None


@dataclass(frozen=True)
class LoadedInput:
    """One input as the manifest remembers it: what it is, and the part that its reading gave."""

    file: str
    kind: str
    key: str
    symbol: str | None = None
    collection: str | None = None
    sent_file: str | None = None


def load_folder(raw: Path, store: Store, settings: Settings, *, progress: Progress) -> tuple[list[LoadedInput], int]:
    """Bring everything in a raw folder into parts of the store, reading only what is not there yet.

    Args:
        raw: the folder; it is never written to.
        store: where the parts go. Nothing counts before `Store.commit`.
        settings: what the files are and what is to be read of them.
        progress: a tqdm-like function over the sources.

    Returns:
        The inputs, and how many of them were read now.

    Raises:
        InputError: the folder is missing or has no files.
        StoreError: a part cannot be written.
    """
    sources = _without_repeats([recognise(each, settings) for each in find_inputs(raw, relative_to=raw)])
    inputs: dict[str, LoadedInput] = {}
    read = 0
    for source in progress(sources):
        key = _read_key(source, settings)
        if not store.has(key):
            read += 1
            with store.write(key) as writer:
                if source.repeats:
                    writer.add("files", _repeat_row(source, store.read(inputs[source.repeats].key, "files").collect()))
                else:
                    _read(source, writer, settings)
        inputs[source.file] = _remember(source, key)
    return list(inputs.values()), read


def _remember(source: Source, key: str) -> LoadedInput:
    if source.repeats or source.kind != "catalogue":
        return LoadedInput(source.file, "repeat" if source.repeats else source.kind, key)
    if source.name.family != "upload":
        return LoadedInput(source.file, source.kind, key)
    return LoadedInput(
        source.file, source.kind, key, source.name.symbol, source.name.collection, source.name.original_name
    )


def _without_repeats(sources: list[Source]) -> list[Source]:
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


def _repeat_row(source: Source, original: pl.DataFrame) -> pl.DataFrame:
    return original.with_columns(
        file=pl.lit(source.file), repeated=pl.col("loaded"), note=pl.lit(source.note), loaded_at=datetime.now(UTC)
    )


def _read_key(source: Source, settings: Settings) -> str:
    depends = sorted(tags_to_load(settings)) if source.kind == "catalogue" else [source.symbol, source.as_of]
    return key_of("read", READER_VERSION, source.kind, source.file, source.sha256, source.note, depends)


def _read(source: Source, writer: PartWriter, settings: Settings) -> None:

    def describe(piece: JudgedPiece) -> None:
        writer.add("worldcat_records", derive_worldcat_records(piece))

    readers = {
        "catalogue": lambda: _read_catalogue(source, writer, settings),
        "worldcat_list": lambda: _add_all(
            writer, read_holdings_list(source.input, source.symbol, source.as_of, on_piece=describe)
        ),
        "oclc_records": lambda: _add_all(writer, read_record_file(source.input, on_piece=describe)),
        "report": lambda: [_add_all(writer, piece) for piece in read_report_pieces(source.input)],
    }
    if source.kind in readers:
        readers[source.kind]()
    else:
        writer.add("files", _file_row(source, found=0))


def _add_all(writer: PartWriter, given: object) -> None:
    for table in ("files", "outcomes", "exceptions", "cross_references", "worldcat_holdings", "concordance"):
        if hasattr(given, table):
            writer.add(table, getattr(given, table))
    writer.add("load_issues", given.issues)
    for file, rows in getattr(given, "raw", {}).items():
        columns = [c for c in rows.columns if c != "record"]
        writer.add("raw_rows", rows.select("record", file=pl.lit(file), values=pl.concat_list(pl.col(columns))))


def _read_catalogue(source: Source, writer: PartWriter, settings: Settings) -> None:
    states: dict[str, int] = {}
    for piece in read_pieces(source.input, tags_to_load(settings)):
        writer.add("subfields", Fields(piece.subfields).by_tag())
        writer.add("records", piece.records)
        writer.add("load_issues", piece.issues)
        for _, content in piece.rejected:
            writer.append_bytes("rejected.mrc", content)
        for state, count in piece.records["state"].value_counts().iter_rows():
            states[state] = states.get(state, 0) + count
    rejected, repaired = states.get("rejected", 0), states.get("repaired", 0)
    writer.add("files", _file_row(source, found=sum(states.values()), rejected=rejected, repaired=repaired))


def _file_row(source: Source, *, found: int, rejected: int = 0, repaired: int = 0) -> pl.DataFrame:
    row = {
        "file": source.file,
        "kind": source.kind,
        "sha256": source.sha256,
        "bytes": source.bytes,
        "found": found,
        "loaded": found - rejected,
        "repaired": repaired,
        "repeated": 0,
        "rejected": rejected,
        "note": source.note,
        "loaded_at": datetime.now(UTC),
    }
    return conform("files", pl.DataFrame([row]))


def derive_tables(store: Store, inputs: Iterable[LoadedInput], settings: Settings, *, progress: Progress) -> list[str]:
    """The keys of the parts with the derived tables of the catalogue files, made first where they are not there."""
    keys = []
    for each in progress([i for i in inputs if i.kind == "catalogue"]):
        key = key_of("derived", VERSION, each.key, settings_of_tables(settings))
        if not store.has(key):
            with store.write(key) as writer:
                _derive(store, each, writer, settings)
        keys.append(key)
    return keys


def _derive(store: Store, each: LoadedInput, writer: PartWriter, settings: Settings) -> None:
    for path in sorted(store.part(each.key).glob("subfields-*.parquet")):
        fields = Fields(pl.read_parquet(path))
        for table, frame in derive(fields, settings).items():
            writer.add(table, frame)
        if each.sent_file:
            sent = derive_sent_records(
                fields,
                store.read(each.key, "records").collect(),
                symbol=each.symbol,
                collection=each.collection,
                sent_file=each.sent_file,
                settings=settings,
            )
            writer.add("sent_records", sent)


def assemble(
    store: Store, inputs: list[LoadedInput], derived: list[str], location_map: pl.DataFrame, settings: Settings
) -> str:
    """The key of the part with what only all files together tell: extracts, current records, the location map."""
    files = [i.file for i in inputs if i.kind == "catalogue"]
    extracts = find_extracts(files, settings)
    key = key_of("assembled", VERSION, derived, extracts.write_json(), location_map.write_json())
    if not store.has(key):
        with store.write(key) as writer:
            writer.add("extracts", extracts)
            writer.add("location_map", location_map)
            writer.add("current_records", _current(store, inputs, derived, extracts))
    return key


def _current(store: Store, inputs: list[LoadedInput], derived: list[str], extracts: pl.DataFrame) -> pl.DataFrame:
    if not derived:
        return empty("current_records")
    bibs = pl.concat([store.read(key, "bibs").select("file", "record", "mms_id", "record_status") for key in derived])
    holdings = pl.concat([store.read(key, "holdings").filter(pl.col("is_mfhd")) for key in derived])
    return find_current_records(bibs.collect(), holdings.collect(), extracts, [i.file for i in inputs if i.sent_file])


def read_keys_depend_on(settings: Settings) -> dict:
    """The settings that decide how files are read: a change of these takes effect with the next load only."""
    return {
        "tags": sorted(tags_to_load(settings)),
        **settings.model_dump(mode="json", include={"raw", "worldcat_lists"}),
    }
