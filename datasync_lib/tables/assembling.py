"""What the parts give together: the derived tables of each catalogue file, and what only all files tell.

Nothing here reads a raw file: it starts from what is in the store.
"""

from collections.abc import Iterable, Iterator

import polars as pl

from ..code_hash import code_of
from ..marc.by_tag import Fields
from ..settings import Settings
from .build import rules_of_tables
from .catalogue_files import derive_piece
from .current import find_current_records, find_extracts
from .loading import LoadedInput, Progress, derived_key
from .store import Store, key_of

# Of so many bibs it is decided together which records are current.
_RECORDS_TOGETHER = 1_000_000


def derive_tables(store: Store, inputs: Iterable[LoadedInput], settings: Settings, *, progress: Progress) -> list[str]:
    """The keys of the parts with the derived tables of the catalogue files, made first where they are not there."""
    keys = {key: each for each in inputs if (key := derived_key(each, settings))}
    rules = rules_of_tables(settings)
    for key, each in progress([(key, each) for key, each in keys.items() if not store.has(key)]):
        with store.write(key) as writer:
            records = store.read("records", each.key).collect()
            for path in store.files(each.key, "subfields"):
                for table, frame in derive_piece(Fields(pl.read_parquet(path)), records, each, rules):
                    writer.add(table, frame)
    return list(keys)


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
