"""What of a load needs a person, in sentences that name the files."""

from datetime import date, timedelta
from fnmatch import fnmatchcase
from itertools import pairwise, takewhile
from pathlib import Path

import polars as pl

from .analysis.doubted_places import doubted_places
from .analysis.listed_titles import evidence_not_read
from .analysis.outcomes import FAILURES, SUCCESSES
from .analysis.ownership import locations_to_map
from .analysis.split_lists import split_lists
from .analysis.unread_lists import unread_lists
from .analysis.values import decision_date
from .analysis.vouching import is_agreed, says_what_its_key_says
from .errors import StoreError
from .local_lists.staff_tables import LOCATION_MAP
from .readers import date_in_name
from .settings import Settings
from .spreadsheets.safe_text import write_for_people
from .tables.ages import DEFAULT_EXTRACT, extract_date
from .tables.loading import files_that_break_off
from .tables.store import Store

_KINDS = {
    "unknown": "not understood; see their rows in load_issues",
    "unclear": "may be the catalogue or WorldCat's records, and nobody said which; each file's note says how to tell it",
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
    *("no_mms_id", "days_overlap", "order_unknown", "claimed_twice", "other_holding"),
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
    notes += _not_vouched(store, settings)
    extracts = store.scan("extracts").collect()
    day = extract_date(extracts)
    if extracts.height and day is None:
        notes.append(
            "the day of the catalogue export is unknown, so nothing counts as confirmed: "
            "put YYYYMMDD into its name or an [[extracts]] entry into datasync.toml"
        )
    notes += _entries_that_fit_nothing(settings, extracts, files["file"].to_list())
    notes += _days_under_one_date(settings, extracts)
    notes += _states_without_an_entry(extracts)
    notes += _doubted(store, location_map, day)
    return notes + _unmapped(store, location_map, reports, day)


def _entries_that_fit_nothing(settings: Settings, extracts: pl.DataFrame, files: list[str]) -> list[str]:
    """[[extracts]] entries of which no catalogue file is: a pattern may be misspelt, or its files may not be there yet."""
    used = set(extracts["extract"])
    return [
        f"[[extracts]] files = «{pattern}» fits no catalogue file{_why_nothing(pattern, extracts, files)}"
        for pattern in dict.fromkeys(entry.files for entry in settings.extracts)
        if pattern not in used
    ]


def _why_nothing(pattern: str, extracts: pl.DataFrame, files: list[str]) -> str:
    fitting = [file for file in files if fnmatchcase(file, pattern)]
    taken = extracts.filter(pl.col("file").is_in(fitting))
    if taken.height:
        return f", for what it fits is of the entry «{taken['extract'][0]}» before it: put the narrower pattern first"
    if fitting:
        return f"; what it fits is something else: {_some(fitting)} (see their kind and note)"
    near = [file for file in files if fnmatchcase(file.rpartition("/")[2].lower(), pattern.rpartition("/")[2].lower())]
    hint = f"; near it: {_some(near)}" if near else ""
    return f": a pattern is held against the whole path in data/raw{hint}. Mend or remove the entry in datasync.toml"


def _days_under_one_date(settings: Settings, extracts: pl.DataFrame) -> list[str]:
    """Full exports of several days, by the names of their files, that an entry puts under one date: none replaces another."""
    notes = []
    for entry in settings.extracts:
        files = extracts.filter(pl.col("extract") == entry.files)["file"].to_list()
        days = sorted({day for file in files if (day := date_in_name(file))})
        is_apart = any(newer - older > timedelta(days=1) for older, newer in pairwise(days))
        if entry.date and entry.kind == "full" and is_apart:
            notes.append(
                f"[[extracts]] files = «{entry.files}» puts files of {days[0]} to {days[-1]}, by their names, under the one date "
                f"{entry.date}: they count as parts of one export, and none takes the place of another. If they are exports "
                "of their own, leave the date of the entry out, and each is of the day in its name"
            )
    return notes


def _states_without_an_entry(extracts: pl.DataFrame) -> list[str]:
    """Files of several days that no entry names: none of them takes the place of an older one."""
    unnamed = extracts.filter(pl.col("extract") == DEFAULT_EXTRACT, ~pl.col("is_upload"), pl.col("date").is_not_null())
    days = unnamed["date"].unique().sort()
    if len(days) < 2:
        return []
    names = unnamed.sort("date", "file")["file"].to_list()
    looks = unnamed.filter("looks_whole")["file"].to_list()
    entry = f"[[extracts]] with files = «{_pattern_of(looks)}», each of the day in its name"
    hint = f". By their records {_some(looks)} look like full exports; if they are, add {entry}" if looks else ""
    return [
        f"{unnamed.height} catalogue files of {len(days)} days ({days[0]} to {days[-1]}) have no [[extracts]] entry: the newer "
        "ones count as changes to the older ones, and what only an older one has stays. Name full exports in datasync.toml, "
        f"so that they take the place of older ones: {_some(names)}{hint}"
    ]


def _pattern_of(files: list[str]) -> str:
    """A pattern that fits some files: what their names begin with, up to a day or number."""
    alike = takewhile(lambda letters: len(set(letters)) == 1, zip(*files, strict=False))
    return "".join(letters[0] for letters in alike).rstrip("0123456789") + "*"


def _unread_lists(store: Store, settings: Settings) -> list[str]:
    """The lists that were not read whole, each with why, what to do, and what waits for it."""
    files, load_issues, symbols = store.scan("files"), store.scan("load_issues"), settings.symbols
    of_worldcat = unread_lists(
        files=files,
        load_issues=load_issues,
        raw_rows=store.scan("raw_rows"),
        rejected_numbers=store.scan("rejected_numbers"),
        worldcat_lists=settings.worldcat_lists,
        symbols=symbols,
    )
    split = split_lists(worldcat_holdings=store.scan("worldcat_holdings")).select(of_worldcat.columns)
    lists = pl.concat([of_worldcat, split, evidence_not_read(files, load_issues, symbols, settings.evidence_lists)])
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


def _not_vouched(store: Store, settings: Settings) -> list[str]:
    """Answers that confirm nothing: of collections that were not agreed, or in reports whose name was changed."""
    rows = store.scan("outcomes")
    agreed, where = is_agreed(settings.collections), _of_symbol()
    other = rows.filter(~agreed).group_by(where.alias("where")).agg(pl.len().alias("rows")).collect().sort("where")
    renamed = rows.filter(~says_what_its_key_says()).group_by("file").agg(pl.len().alias("rows")).collect().sort("file")
    notes = []
    if other.height:
        notes.append(
            f"{other['rows'].sum():,} report rows are of collections that datasync.toml does not have for their symbol "
            f"({_some(other['where'].to_list())}): they confirm nothing, and may be deletions, until [[collections]] says what "
            "these are"
        )
    if renamed.height:
        notes.append(
            f"{renamed['rows'].sum():,} report rows have a key of OCLC that says another symbol, collection or time than the "
            f"name of their report, and confirm nothing; give it its own name again: {_some(renamed['file'].to_list())}"
        )
    return notes


def _of_symbol() -> pl.Expr:
    """Whose collection a row is of: a report without its own name may have neither in its keys."""
    told = (pl.col(name).fill_null(f"no {name}") for name in ("collection", "symbol"))
    return pl.format("{} of {}", *told)


def _doubted(store: Store, location_map: pl.DataFrame, day: date | None) -> list[str]:
    """Places of which the location map says two things."""
    today = decision_date(location_map, date.today())
    found = doubted_places(
        holdings=store.scan("holdings"), location_map=location_map, extract_date=day, decision_date=today
    )
    if found.is_empty():
        return []
    library, location, because = found.row(0)
    return [
        f"{found.height} location(s) may go elsewhere, and what they own is held: of {library} / {location} {because}. Write the "
        "code as the catalogue has it, or remove the line; a line for a library alone is not newer than those of its locations"
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
            write_for_people(todo.select(*_MAP_HEADER[:2], *blank, "holdings", "bibs"), path)
        except (OSError, pl.exceptions.ComputeError) as error:
            raise StoreError(f"{path} cannot be written: {error}") from error
        notes.append(
            f"{todo.height} location(s) are not in {LOCATION_MAP}; lines to fill in and move there: reports/{path.name}"
        )
    return notes


def _some(names: list[str]) -> str:
    return ", ".join(names[:5]) + (" …" if len(names) > 5 else "")
