"""What the parts give together: the derived tables of each catalogue file, and what only all files tell.

Nothing here reads a raw file: it starts from what is in the store.
"""

from collections.abc import Iterable, Iterator

import polars as pl

from ..code_hash import code_of
from ..marc.by_tag import Fields
from ..settings import Settings
from ..vocabulary.tables import empty
from .ages import files_that_count, find_extracts
from .build import rules_of_tables
from .catalogue_files import derive_piece
from .current import current_records_in_shares, doubts_about, find_current_records, issues_of_order
from .decided import with_decisions
from .loading import LoadedInput, Progress, derived_key
from .notes_on_records import issues_of_records
from .relinking import find_holding_claims, issues_of_claims
from .store import Store, key_of
from .whole_states import issues_of_neighbours, with_looks


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
    files, same = _catalogue_files(store, inputs)
    sent = [i.file for i in inputs if i.sent_file]
    extracts = with_decisions(find_extracts(files, settings, sent, same))
    content = {file: f"{i.sha256} {i.collection} {i.symbol}" for file, i in files.items()}
    key = key_of(
        "assembled",
        code_of(find_current_records, find_extracts, find_holding_claims, issues_of_records, with_looks),
        derived,
        extracts.write_json(),
        {name: each.write_json() for name, each in staff.items()},
        content,
    )
    if not store.has(key):
        with store.write(key) as writer:
            told = [store.read(name, *derived) for name in ("bibs", "ocns")]
            writer.add("extracts", with_looks(extracts, *told))
            writer.add("load_issues", issues_of_neighbours(extracts, *told))
            for name, frame in staff.items():
                writer.add(name, frame)
            counting = files_that_count(extracts, sent, content)
            for name, frame in _together(store, derived, counting):
                writer.add(name, frame)
    return key


def _catalogue_files(store: Store, inputs: list[LoadedInput]) -> tuple[dict[str, LoadedInput], dict[str, str]]:
    """The catalogue files, and those that repeat one: their state may be that of another day.

    A file of which no record was read, such as a page that tells of an error, is no state of the catalogue, and takes the place
    of none.
    """
    files = {i.file: i for i in inputs if i.kind == "catalogue"}
    if files:
        rows = (
            store.read("files", *(i.key for i in files.values())).filter(pl.col("loaded") > 0).select("file").collect()
        )
        files = {file: files[file] for file in sorted(rows["file"])}
    return files, {i.file: i.repeats for i in inputs if i.repeats in files}


def _together(store: Store, derived: list[str], files: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    """Current records, claims on holdings, and what is to be said of them, a share at a time: tens of millions would not fit."""
    doubts = []
    bibs, holdings = store.read("bibs", *derived), store.read("holdings", *derived)
    for frame in current_records_in_shares(bibs, holdings, files):
        doubts.append(doubts_about(frame))
        yield "current_records", frame
    yield "load_issues", issues_of_order(pl.concat(doubts))
    claims = pl.concat([empty("holding_claims"), *find_holding_claims(holdings, files)])
    yield "holding_claims", claims
    yield "load_issues", issues_of_claims(claims)
    yield "load_issues", issues_of_records(bibs, holdings, store.read("other_holdings", *derived))
