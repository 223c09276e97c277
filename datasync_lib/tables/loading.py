"""From the raw folder to the store: each input is read once, and every file ends in the load log.

An input's part is keyed by content, name, the reader's code and the settings that its reading depends on; what is derived
from it by that key and the settings of the tables. A second load therefore reads only what is new, a changed setting
derives anew without reading a file, and an interrupted load goes on where it stopped.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import polars as pl

from ..code_hash import code_of
from ..errors import InputError
from ..marc import Limits, MarcPiece, find_inputs, read_pieces
from ..marc.archives import TarCursor
from ..marc.by_tag import Fields
from ..marc.parallel import in_order
from ..oclc.current_numbers import read_current_numbers
from ..oclc.given_layouts import layout_of
from ..oclc.holdings_lists import read_holdings_list
from ..oclc.layouts import kind_by_name
from ..oclc.record_files import JudgedPiece, read_record_file
from ..oclc.reports import read_report_pieces
from ..settings import Settings
from ..vocabulary.tables import conform
from .build import derive, derive_sent_records, settings_of_tables, tags_to_load
from .current import date_in_name, find_current_records, find_extracts
from .parts import size_and_time
from .recognising import Source, recognise, without_repeats
from .store import PartWriter, Store, key_of
from .worldcat_records import derive_worldcat_records

# What reads an input of each kind; other code reads it anew.
_READERS = {
    "catalogue": (read_pieces,),
    "worldcat_list": (read_holdings_list, derive_worldcat_records),
    "oclc_records": (read_record_file, derive_worldcat_records),
    "current_numbers": (read_current_numbers,),
    "report": (read_report_pieces,),
}

# A piece becomes a Parquet file of each table: larger ones than the reader's own keep their number small.
_PIECE_BYTES = 16_000_000

_READ_AS_MARC = ("catalogue", "oclc_records", "worldcat_list")

# What an input is of which nothing is remembered, because it could not be read just now.
UNREAD = "unread"

# Kinds of files of which a person should know.
NEED_A_LOOK = ("unknown", "unreadable", "empty", "stub")

# Issues that say something of a file as a whole.
_BREAKS_OFF = ("unreadable_file", "breaks_off")
_OF_THE_FILE = pl.col("code").is_in([*_BREAKS_OFF, "empty_file", "not_marc"])

# Of so many bibs it is decided together which records are current.
_RECORDS_TOGETHER = 1_000_000

Progress = Callable[..., Iterable]


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
    found = find_inputs(raw, relative_to=raw, limits=_limits(settings))
    seen = {each.path: size_and_time(each.path) for each in found}
    sources = without_repeats([recognise(each, settings) for each in found])
    inputs = {source.file: _remember(source, _read_key(source, settings)) for source in sources}
    read = 0
    try:
        for source in progress(sorted(sources, key=_place)):
            each = inputs[source.file]
            if not store.has(each.key):
                read += 1
                of = inputs.get(source.repeats or "")
                check = partial(_must_be_as_found, source, seen[source.input.path], of)
                try:
                    with store.only_if(check):
                        _read(source, each, store, settings, of=of)
                except NotAsFound as error:
                    inputs[source.file] = _list_as_unread(source, str(error), store)
    finally:
        TarCursor.release()
    return list(inputs.values()), read


class NotAsFound(InputError):
    """A raw file was gone, unreadable or another one between the look at it and its reading."""


def _must_be_as_found(source: Source, seen: tuple[int, int] | None, of: LoadedInput | None) -> None:
    """What was read of a file counts only where all of it could be read, and the file stayed what it was.

    Raises:
        NotAsFound: else; what went wrong may be over at the next load, which must read the file again.
    """
    if of is not None and of.kind == UNREAD:
        raise NotAsFound(f"it has the bytes of {of.file}, which could not be read; load again")
    if source.input.lapses:
        raise NotAsFound(f"it could not be read just now ({source.input.lapses[0]}); load again")
    if size_and_time(source.input.path) != seen:
        raise NotAsFound("it was changed or taken away while it was read; load again")


def _list_as_unread(source: Source, note: str, store: Store) -> LoadedInput:
    """List a file of which nothing is remembered: the next load has another key for it."""
    key = key_of("unread", source.file, time.time_ns())
    with store.write(key) as writer:
        writer.add("files", _file_row(source, "unreadable", note))
    return LoadedInput(source.file, UNREAD, key)


def _limits(settings: Settings) -> Limits:
    raw = settings.raw
    return Limits(
        ratio=raw.largest_expansion,
        members=raw.most_members,
        piece_bytes=_PIECE_BYTES,
        record_bytes=raw.largest_record_mb * 1_000_000,
    )


def _place(source: Source) -> tuple:
    """The order to read in: members as their archive has them, which may be open to the first byte only once; repeats last."""
    return source.repeats is not None, source.input.path, source.input.position or 0


def _remember(source: Source, key: str) -> LoadedInput:
    if source.repeats or source.kind != "catalogue":
        return LoadedInput(source.file, "repeat" if source.repeats else source.kind, key)
    if source.name.family != "upload":
        return LoadedInput(source.file, source.kind, key)
    return LoadedInput(
        source.file, source.kind, key, source.name.symbol, source.name.collection, source.name.original_name
    )


def _repeat_row(source: Source, original: pl.DataFrame) -> pl.DataFrame:
    return original.with_columns(
        file=pl.lit(source.file), repeated=pl.col("loaded"), note=pl.lit(source.note), loaded_at=datetime.now(UTC)
    )


def _read_key(source: Source, settings: Settings) -> str:
    # What the other limits cut off shows in the hash of the bytes, or in the note.
    longest = settings.raw.largest_record_mb if source.kind in _READ_AS_MARC else None
    if source.kind == "catalogue":
        depends = [sorted(tags_to_load(settings)), longest]
    else:
        layout = layout_of(kind_by_name(source.name), settings.report_layouts) if source.kind == "report" else None
        depends = [
            source.symbol,
            source.as_of,
            settings.ocn.maximum,
            layout and layout.model_dump(mode="json"),
            longest,
        ]
    return key_of(
        "read", code_of(*_READERS.get(source.kind, ())), source.kind, source.file, source.sha256, source.note, depends
    )


def _read(source: Source, each: LoadedInput, store: Store, settings: Settings, *, of: LoadedInput | None) -> None:
    """Read one input into its part; `of` is the input that it repeats."""
    if each.kind == "catalogue":
        _read_catalogue(source, each, store, settings)
        return
    maximum = settings.ocn.maximum
    with store.write(each.key) as writer:

        def describe(piece: JudgedPiece) -> None:
            writer.add("worldcat_records", derive_worldcat_records(piece))

        if of is not None:
            writer.add("files", _repeat_row(source, store.read("files", of.key).collect()))
        elif source.kind == "worldcat_list":
            held = read_holdings_list(source.input, source.symbol, source.as_of, on_piece=describe, maximum=maximum)
            _add_all(writer, held)
        elif source.kind == "oclc_records":
            _add_all(writer, read_record_file(source.input, on_piece=describe, maximum=maximum))
        elif source.kind == "current_numbers":
            _add_all(writer, read_current_numbers(source.input, date_in_name(source.file), maximum=maximum))
        elif source.kind == "report":
            for piece in read_report_pieces(source.input, settings.report_layouts, maximum):
                _add_all(writer, piece)
        else:
            writer.add("files", _file_row(source, source.kind, source.note))


def _add_all(writer: PartWriter, given: object) -> None:
    for table in ("files", "outcomes", "exceptions", "cross_references", "worldcat_holdings", "concordance"):
        if hasattr(given, table):
            writer.add(table, getattr(given, table))
    writer.add("load_issues", given.issues)
    for file, rows in getattr(given, "raw", {}).items():
        columns = [c for c in rows.columns if c != "record"]
        writer.add("raw_rows", rows.select("record", file=pl.lit(file), values=pl.concat_list(pl.col(columns))))


def _read_catalogue(source: Source, each: LoadedInput, store: Store, settings: Settings) -> None:
    """Read a catalogue file piece by piece, and derive its tables on the way: each piece is looked at once."""
    states: Counter[str] = Counter()
    said: dict[str, list[str]] = {}
    with store.write(each.key) as read, store.write(_derived_key(each, settings)) as derived:

        def work(job: tuple[int, MarcPiece]) -> MarcPiece:
            number, piece = job
            fields = Fields(piece.subfields)
            read.add("subfields", fields.by_tag(), number)
            read.add("records", piece.records, number)
            read.add("load_issues", piece.issues, number)
            _derive_piece(fields, piece.records, each, derived, number, settings)
            return piece

        for piece in in_order(work, enumerate(read_pieces(source.input, tags_to_load(settings)))):
            states.update(dict(piece.records["state"].value_counts().iter_rows()))
            for code, message in piece.issues.select("code", "message").filter(_OF_THE_FILE).iter_rows():
                said.setdefault(code, []).append(message)
            for _, content in piece.rejected:
                read.append_bytes("rejected.mrc", content)
        found, counts = states.total(), {"rejected": states["rejected"], "repaired": states["repaired"]}
        kind = source.kind if found > states["rejected"] else "unreadable"
        read.add("files", _file_row(source, kind, _note(said), found=found, **counts))


def _note(said: dict[str, list[str]]) -> str | None:
    """What the pieces say of the whole file; of bytes that are not MARC the first stretch says it for all."""
    not_marc = said.pop("not_marc", [])[:1]
    return "; ".join([*not_marc, *(message for messages in said.values() for message in messages)]) or None


def _file_row(
    source: Source, kind: str, note: str | None, *, found: int = 0, rejected: int = 0, repaired: int = 0
) -> pl.DataFrame:
    row = {
        "file": source.file,
        "kind": kind,
        "sha256": source.sha256,
        "bytes": source.bytes,
        "found": found,
        "loaded": found - rejected,
        "repaired": repaired,
        "repeated": 0,
        "rejected": rejected,
        "note": note,
        "loaded_at": datetime.now(UTC),
    }
    return conform("files", pl.DataFrame([row]))


def derive_tables(store: Store, inputs: Iterable[LoadedInput], settings: Settings, *, progress: Progress) -> list[str]:
    """The keys of the parts with the derived tables of the catalogue files, made first where they are not there."""
    catalogue = [i for i in inputs if i.kind == "catalogue"]
    keys = [_derived_key(each, settings) for each in catalogue]
    todo = [(each, key) for each, key in zip(catalogue, keys, strict=True) if not store.has(key)]
    for each, key in progress(todo):
        with store.write(key) as writer:
            records = store.read("records", each.key).collect()
            for path in store.files(each.key, "subfields"):
                number = int(path.stem.rpartition("-")[2])
                _derive_piece(Fields(pl.read_parquet(path)), records, each, writer, number, settings)
    return keys


def _derived_key(each: LoadedInput, settings: Settings) -> str:
    return key_of("derived", code_of(derive), each.key, settings_of_tables(settings))


def _derive_piece(
    fields: Fields, records: pl.DataFrame, each: LoadedInput, writer: PartWriter, number: int, settings: Settings
) -> None:
    """Add what one piece of a catalogue file gives to the tables."""
    for table, frame in derive(fields, settings).items():
        writer.add(table, frame, number)
    if each.sent_file:
        sent = derive_sent_records(
            fields,
            records,
            symbol=each.symbol,
            collection=each.collection,
            sent_file=each.sent_file,
            settings=settings,
        )
        writer.add("sent_records", sent, number)


def assemble(
    store: Store, inputs: list[LoadedInput], derived: list[str], staff: dict[str, pl.DataFrame], settings: Settings
) -> str:
    """The key of the part with what only all files together tell, extracts and current records, and what staff keep.

    Args:
        store: the tables.
        inputs: what was loaded.
        derived: keys of the parts that were derived from the inputs.
        staff: tables that staff keep, by name: the location map, and signed fixes as rows of the concordance.
        settings: which files are which extract.
    """
    files = [i.file for i in inputs if i.kind == "catalogue"]
    extracts = find_extracts(files, settings)
    key = key_of(
        "assembled",
        code_of(find_current_records),
        derived,
        extracts.write_json(),
        {name: each.write_json() for name, each in staff.items()},
    )
    if not store.has(key):
        with store.write(key) as writer:
            writer.add("extracts", extracts)
            for name, frame in staff.items():
                writer.add(name, frame)
            for frame in _current(store, inputs, derived, extracts):
                writer.add("current_records", frame)
    return key


def _current(
    store: Store, inputs: list[LoadedInput], derived: list[str], extracts: pl.DataFrame
) -> Iterator[pl.DataFrame]:
    """The current records, a share at a time: tens of millions of them would not fit together."""
    bibs = store.read("bibs", *derived).select("file", "record", "mms_id", "record_status")
    holdings = store.read("holdings", *derived).filter("is_mfhd")
    sent = [i.file for i in inputs if i.sent_file]
    shares = 1 + bibs.select(pl.len()).collect().item() // _RECORDS_TOGETHER
    for number in range(shares):
        yield find_current_records(bibs, holdings, extracts, sent, share=(number, shares))


def files_that_break_off(store: Store) -> list[str]:
    """The files that were read only up to a break, by name."""
    read = store.scan("files").filter(pl.col("kind") != "unreadable").select("file", last=pl.col("found") - 1)
    # A file that was cut off has a last record without an end.
    is_cut = pl.col("code").is_in(["cut_off", "no_terminator"]) & (pl.col("record") == pl.col("last"))
    broken = store.scan("load_issues").join(read, on="file").filter(pl.col("code").is_in(_BREAKS_OFF) | is_cut)
    return sorted(broken.select("file").unique().collect()["file"])


def read_keys_depend_on(settings: Settings) -> dict:
    """The settings that decide how files are read: a change of these takes effect with the next load only."""
    return {
        "tags": sorted(tags_to_load(settings)),
        "ocn_maximum": settings.ocn.maximum,
        **settings.model_dump(mode="json", include={"raw", "worldcat_lists", "report_layouts"}),
    }
