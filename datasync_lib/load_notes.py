"""What of a load needs a person, in sentences that name the files."""

from datetime import date
from pathlib import Path

import polars as pl

from .analysis.listed_titles import evidence_not_read
from .analysis.outcomes import FAILURES, SUCCESSES
from .analysis.ownership import locations_to_map
from .analysis.unread_lists import unread_lists
from .errors import StoreError
from .local_lists.staff_tables import LOCATION_MAP
from .settings import Settings
from .tables.ages import DEFAULT_EXTRACT, extract_date
from .tables.loading import files_that_break_off
from .tables.store import Store

_KINDS = {
    "unknown": "not understood; see their rows in load_issues",
    "unreadable": "cannot be read",
    "empty": "empty",
    "stub": "a stub that OCLC left for a withdrawn file; ask OCLC for the file",
}
# So many are told one by one.
_MOST_LISTS = 10
# Issues that say something of the state of the catalogue, in the order in which they are told.
_OF_THE_STATE = (
    *(
        "answer_error",
        "answer_incomplete",
        "harvest_goes_on",
        "deletions_not_applied",
        "identifier_differs",
        "packed_as_text",
    ),
    *("no_mms_id", "order_unknown", "claimed_twice", "other_holding"),
)
_MAP_HEADER = ("library", "location", "unit", "outgoing_symbol", "target_symbol", "in_scope", "valid_from")


def load_notes(store: Store, settings: Settings, location_map: pl.DataFrame, reports: Path) -> list[str]:
    """The notes of a load; locations that the map does not have are written into `reports` to be filled in.

    Raises:
        StoreError: the list of locations cannot be written.
    """
    files = store.scan("files").collect()
    notes = []
    for kind, what in _KINDS.items():
        names = files.filter(pl.col("kind") == kind)["file"].to_list()
        if names:
            notes.append(f"{len(names)} file(s) {what}: {_some(names)}")
    if broken := files_that_break_off(store):
        notes.append(f"{len(broken)} file(s) break off and were read up to there: {_some(broken)}")
    rejected = files.filter(pl.col("rejected") > 0).sort("rejected", "file", descending=[True, False])
    if rejected.height:
        notes.append(
            f"{rejected['rejected'].sum():,} pieces were rejected, of {_some(rejected['file'].to_list())}; why: "
            "select * from load_issues (datasync sql), and MARC records in reports/rejected"
        )
    notes += _unread_lists(store, settings)
    notes += _of_the_state(store)
    notes += _unknown_actions(store, settings)
    extracts = store.scan("extracts").collect()
    day = extract_date(extracts)
    if extracts.height and day is None:
        notes.append(
            "the day of the catalogue export is unknown, so nothing counts as confirmed: "
            "put YYYYMMDD into its name or an [[extracts]] entry into datasync.toml"
        )
    notes += _states_without_an_entry(extracts)
    return notes + _unmapped(store, location_map, reports, day)


def _states_without_an_entry(extracts: pl.DataFrame) -> list[str]:
    """Files of several days that no entry names: none of them takes the place of an older one."""
    unnamed = extracts.filter(pl.col("extract") == DEFAULT_EXTRACT, ~pl.col("is_upload"), pl.col("date").is_not_null())
    days = unnamed["date"].unique().sort()
    if len(days) < 2:
        return []
    return [
        f"{unnamed.height} catalogue files of {len(days)} days ({days[0]} to {days[-1]}) have no [[extracts]] entry: the newer "
        "ones count as changes to the older ones, and what only an older one has stays. Name full exports in datasync.toml, "
        f"so that they take the place of older ones: {_some(unnamed.sort('date', 'file')['file'].to_list())}"
    ]


def _unread_lists(store: Store, settings: Settings) -> list[str]:
    """The lists that were not read whole, each with why, what to do, and what waits for it."""
    files, load_issues, symbols = store.scan("files"), store.scan("load_issues"), settings.symbols
    of_worldcat = unread_lists(
        files=files,
        load_issues=load_issues,
        raw_rows=store.scan("raw_rows"),
        worldcat_lists=settings.worldcat_lists,
        symbols=symbols,
    )
    lists = pl.concat([of_worldcat, evidence_not_read(files, load_issues, symbols, settings.evidence_lists)])
    notes = [
        f"{file}: {reason}; until the list is read whole, or taken away, "
        + (f"deletions under {symbol} are held" if symbol else "all deletions are held")
        for file, symbol, reason in lists.head(_MOST_LISTS).iter_rows()
    ]
    more = lists.height - _MOST_LISTS
    return [*notes, f"{more} more lists were not read whole (datasync sql: unread_lists)"] if more > 0 else notes


def _of_the_state(store: Store) -> list[str]:
    """What makes the state of the catalogue doubtful or incomplete: of each kind the first file in full, and how many more."""
    issues = store.scan("load_issues").filter(pl.col("code").is_in(_OF_THE_STATE)).collect().sort("file", "message")
    notes = []
    for code in _OF_THE_STATE:
        told = issues.filter(code=code)
        if told.height:
            more = told["file"].n_unique() - 1
            others = f" ({more} more file(s): select * from load_issues where code = '{code}')" if more else ""
            notes.append(f"{told['file'][0]}: {told['message'][0]}{others}")
    return notes


def _unknown_actions(store: Store, settings: Settings) -> list[str]:
    """Answers of OCLC that mean nothing to us: their records count as neither taken nor refused."""
    known = pl.col("action").is_in([*SUCCESSES, *FAILURES])
    unknown = (
        store.scan("outcomes")
        .filter(~known.fill_null(False), ~pl.col("collection").is_in(settings.delete_collections).fill_null(False))
        .group_by("action", "file")
        .agg(pl.len().alias("rows"))
        .collect()
        .sort("rows", "file", descending=[True, False])
    )
    if unknown.is_empty():
        return []
    actions = [action or "(blank)" for action in unknown["action"].unique(maintain_order=True)]
    names = unknown["file"].unique(maintain_order=True).to_list()
    return [
        f"{unknown['rows'].sum():,} report rows have an action that we do not know ({_some(actions)}), and their records "
        f"count as in error until that is explained: {_some(names)}"
    ]


def _unmapped(store: Store, location_map: pl.DataFrame, reports: Path, day: date | None) -> list[str]:
    todo = locations_to_map(holdings=store.scan("holdings"), location_map=location_map, extract_date=day)
    without = todo.filter(pl.col("library").is_null() | pl.col("location").is_null())
    todo = todo.drop_nulls(["library", "location"])
    notes = []
    if without.height:
        notes.append(
            f"{without['holdings'].sum():,} holding(s) lack a library or location code, so no map can place them: "
            "complete them in the catalogue"
        )
    if todo.height:
        path = reports / "locations_to_map.csv"
        blank = [pl.lit(None, dtype=pl.String).alias(name) for name in _MAP_HEADER[2:]]
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            todo.select(*_MAP_HEADER[:2], *blank, "holdings", "bibs").write_csv(path)
        except (OSError, pl.exceptions.ComputeError) as error:
            raise StoreError(f"{path} cannot be written: {error}") from error
        notes.append(
            f"{todo.height} location(s) are not in {LOCATION_MAP}; lines to fill in and move there: reports/{path.name}"
        )
    return notes


def _some(names: list[str]) -> str:
    return ", ".join(names[:5]) + (" …" if len(names) > 5 else "")
