"""Every named frame of a project: worked out when it is first asked for, kept, and worked out again when it is stale.

A result is kept under the key of the contents it was made from, the values of the settings it was given, and the code of
its function: what changes is worked out again, nothing else. What is split goes share by share of its key, so that memory
depends on the size of a share and not on that of the catalogue.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl
from filelock import FileLock

from ..analysis.findings import Found
from ..analysis.registry import ANALYSES, Analysis
from ..analysis.values import VALUES, plain
from ..code_hash import code_of
from ..errors import StoreError
from ..marc.by_tag import RECORD
from ..settings import Settings
from ..tables.decided import decisions_on_files
from ..tables.earlier import earlier_extracts, later_extracts
from ..tables.parts import PartWriter
from ..tables.store import Store, key_of
from ..vocabulary.tables import KEPT, TABLES, empty
from .current import (
    BESIDE,
    CURRENT,
    EARLIER,
    FIELDS,
    State,
    columns_of_fields,
    current_fields,
    current_pieces,
    may_have_several,
    state_of_today,
)
from .earlier import OF_STATE, pieces_of_state
from .settled import settled_rows, with_settled
from .splitting import Split, batches, files_by_share, is_split_by, place, rows_in, shares_for, split

# What people keep that an analysis needs; the rest is for whoever asks.
KEPT_FOR_ANALYSES = KEPT.keys() & {need for analysis in ANALYSES.values() for need in analysis.needs}
_SPLIT_BY = "split_by"
_FOUND = ("findings", "evidence")
_CURRENT = CURRENT | EARLIER
# What is made here of the tables alone.
_OF_TABLES = (*_CURRENT, *OF_STATE, *FIELDS, "files")
# Shares are chosen by a hash of Polars', which another version may make in another way.
_HASHES = pl.__version__


class Analyses:
    """The frames that the analyses give for the tables as they are now: `project.analysis.match_rates`.

    Args:
        store: the tables, and the place where results are kept.
        settings: the project's settings.
        kept: what people keep in `decisions/`, by the name that analyses know it by; what is left out is empty.
        shares: into how many shares large work is split; None: as many as the number of rows asks for.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        *,
        kept: Mapping[str, pl.DataFrame] | None = None,
        shares: int | None = None,
    ):
        self._store = store
        self._settings = settings
        self._kept = {name: empty(name) for name in KEPT} | dict(kept or {})
        self._shares = shares or self._shares_asked_for()
        self._keys: dict[str, str] = {}

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.names]

    def __getattr__(self, name: str) -> pl.DataFrame:
        if name.startswith("_") or name not in ANALYSES:
            raise AttributeError(f"there is no analysis {name!r}; there are: {', '.join(self.names)}")
        return self.frame(name).collect()

    @property
    def names(self) -> list[str]:
        """The named frames, sorted; the findings of a problem go by its code."""
        return sorted(ANALYSES)

    def frame(self, name: str) -> pl.LazyFrame:
        """A table of the current catalogue, a named frame, or the findings of a problem, lazily; worked out if need be.

        Raises:
            StoreError: there is none of this name; the message lists what there is.
        """
        if name == "subfields":
            current = self._store.scan("current_records").select(*RECORD, "extract")
            return self._store.scan("subfields").join(current, on=RECORD, how="inner")
        if (paths := self.paths(name)) is None:
            raise StoreError(f"there is no table {name!r}; there are: {', '.join(self.shown)}")
        return _together(paths, empty(name.removeprefix("all_")) if name.removeprefix("all_") in TABLES else None)

    def evidence(self, problem: str) -> pl.LazyFrame:
        """What the findings of a problem rest on."""
        return _together(self._store.results.files(self._made(problem), "evidence"), empty("evidence"))

    def paths(self, name: str) -> list | None:
        """The Parquet files of a table or frame, made where they are not there; None: there is none of this name."""
        name = self._named(name)
        if name in _FOUND:
            return [path for code in self._problems for path in self._found(code, name)]
        if name in self._problems:
            return self._found(name, "findings")
        if name in (*ANALYSES, *_OF_TABLES):
            return self._store.results.files(self._made(name), name)
        table = name.removeprefix("all_") if name.removeprefix("all_") in (*CURRENT, "subfields") else name
        return self._store.paths(table) if table in TABLES else None

    @property
    def known(self) -> list[str]:
        """Every name that `frame` takes."""
        every = (f"all_{name}" for name in (*CURRENT, "subfields"))
        return sorted({*TABLES, *ANALYSES, *FIELDS, *EARLIER, *every})

    @property
    def shown(self) -> list[str]:
        """The names that a person is told: tables and named frames."""
        return [*sorted(TABLES), *sorted(name for name, analysis in ANALYSES.items() if not analysis.finds)]

    @property
    def temporary(self) -> Path:
        """Where a query may spill to."""
        return self._store.folder / "temporary"

    def is_stale(self, name: str) -> bool:
        """Whether a frame would have to be worked out now."""
        return not self._store.results.has(self.key(name))

    def standing(self) -> pl.DataFrame:
        """How many results are up to date, and which are stale: state, results, which."""
        stale = [name for name in self.names if self.is_stale(name)]
        rows = [("up to date", len(self.names) - len(stale), None), ("stale", len(stale), ", ".join(stale) or None)]
        return pl.DataFrame(rows, schema={"state": pl.String, "results": pl.Int64, "which": pl.String}, orient="row")

    # Keys

    def key(self, name: str) -> str:
        """The key of a table, frame or value: the same contents, values and code have the same."""
        name = self._named(name)
        if name not in self._keys:
            self._keys[name] = key_of(name, *self._depends(name))
        return self._keys[name]

    def _depends(self, name: str) -> Iterator[Any]:
        if name in _FOUND:
            yield from (self._key_of_found(code) for code in self._problems)
        elif name in ANALYSES:
            analysis = ANALYSES[name]
            yield code_of(analysis.function), self._shares_of(analysis)
            for need in analysis.needs:
                yield plain(self._value(need)) if need in VALUES else self.key(need)
        elif name in KEPT:
            yield self._kept[name].write_ndjson()
        elif name == "files":
            yield code_of(decisions_on_files), self._contents("files"), self._contents("extracts")
        elif name in EARLIER:
            yield code_of(current_pieces), self._shares, _HASHES, self._contents(EARLIER[name].table)
            yield from (self.key(each) for each in self._needs(name))
        elif name in OF_STATE:
            yield code_of(pieces_of_state), self._extracts_of(name).write_json()
            yield from (self._contents(each) for each in ("bibs", "holdings"))
        elif name in CURRENT:
            yield code_of(current_pieces), self._shares, _HASHES
            yield self._contents(name), self._contents("current_records")
            if CURRENT[name].records == "all":
                yield self._contents("extracts"), self._contents("holding_claims")
        elif name in FIELDS:
            yield code_of(current_fields), self._shares, _HASHES
            yield self._contents("subfields"), self._contents("current_records"), self.key("holdings")
        else:
            yield self._contents(name.removeprefix("all_"))

    def _key_of_found(self, code: str) -> str:
        """The key of the findings of a problem as people have settled them."""
        settled = self._settled.get(code)
        return (
            self.key(code) if settled is None else key_of(code_of(with_settled), self.key(code), settled.write_ndjson())
        )

    @cached_property
    def _settled(self) -> dict[str, pl.DataFrame]:
        return settled_rows(self._kept["decisions"])

    def _shares_of(self, analysis: Analysis) -> Any:
        """How the work is split: how many shares, and what decides which row is in which."""
        return (self._shares, _HASHES) if analysis.by else 1

    def _contents(self, table: str) -> list[str]:
        return self._store.contents(table)

    def _value(self, name: str) -> Any:
        return VALUES[name](self._settings, self._store.scan)

    def _shares_asked_for(self) -> int:
        large = ("bibs", "outcomes", "worldcat_holdings", "sent_records")
        return shares_for(max(rows_in(self._store.paths(table)) for table in large))

    @cached_property
    def _extracts(self) -> pl.DataFrame:
        return self._store.scan("extracts").collect()

    def _extracts_of(self, name: str) -> pl.DataFrame:
        """What makes up the earlier or the later of the states that are compared."""
        since, until = self._settings.changes.since, self._settings.changes.until
        if name.startswith("earlier_"):
            return earlier_extracts(self._extracts, since, until)
        return later_extracts(self._extracts, until)

    def _named(self, name: str) -> str:
        """The name by which a frame is kept: the later state is most often that of today, whose frames are there already."""
        is_later = name.startswith("later_") and name in EARLIER
        is_of_today = is_later and self._settings.changes.until is None and not self._extracts["looks_whole"].any()
        return EARLIER[name].table if is_of_today else name

    def _state_of(self, name: str) -> State:
        """The state of the catalogue of which a frame is."""
        if name in EARLIER:
            records, claims = (self.frame(each) for each in self._needs(name))
            return State(records, self._extracts_of(name), claims.collect())
        return state_of_today(self._store)

    # Working out

    @cached_property
    def _problems(self) -> list[str]:
        return [name for name, analysis in ANALYSES.items() if analysis.finds]

    def _made(self, name: str) -> str:
        """The key of a frame's part, made where it is not there yet."""
        key = self.key(name)
        self._make(key, lambda writer: self._work_out(name, writer), needs=self._needs(name))
        return key

    def _make(self, key: str, work: Callable[[PartWriter], None], needs: Iterable[str] = ()) -> None:
        """Make a part unless it is there; several processes that want the same one wait for the one that makes it."""
        results = self._store.results
        if results.has(key):
            results.touch(key)
            return
        for need in needs:
            self.paths(need)
        locks = self._store.folder / "locks"
        locks.mkdir(parents=True, exist_ok=True)
        with FileLock(locks / key):
            if not results.has(key):
                with results.write(key) as writer:
                    work(writer)

    def _found(self, code: str, part: str) -> list[Path]:
        """The files of the findings of a problem, as people have settled them, or of their evidence."""
        found = self._store.results.files(self._made(code), part)
        if part != "findings" or code not in self._settled:
            return found

        def settle(writer: PartWriter) -> None:
            for share, path in enumerate(found):
                writer.put(part, with_settled(pl.read_parquet(path), self._settled[code]), place(share))

        key = self._key_of_found(code)
        self._make(key, settle)
        return self._store.results.files(key, part)

    def _needs(self, name: str) -> list[str]:
        if name in ANALYSES:
            return [need for need in ANALYSES[name].needs if need not in VALUES and need not in KEPT]
        return ["holdings"] if name in FIELDS else _states_of(name) if name in EARLIER else []

    def _work_out(self, name: str, writer: PartWriter) -> None:
        if name in ANALYSES:
            self._work_out_analysis(ANALYSES[name], writer)
        elif name in FIELDS:
            pieces = current_fields(self._store, name, self.frame("holdings"))
            self._split(pieces, writer, name, FIELDS[name][0])
        elif name == "files":
            tables = (self._store.scan(each).collect() for each in ("files", "extracts"))
            writer.put(name, decisions_on_files(*tables))
        elif name in OF_STATE:
            for piece in pieces_of_state(self._store, name, self._extracts_of(name)):
                writer.put(name, piece)
        elif may_have_several(_CURRENT[name], state := self._state_of(name)):
            self._finish(name, writer)
        else:
            self._split(current_pieces(self._store, _CURRENT[name], state), writer, name, _CURRENT[name].key)

    def _work_out_analysis(self, analysis: Analysis, writer: PartWriter) -> None:
        whole = {need: self._given(need) for need in analysis.needs if need not in analysis.by}
        split_frames = {need: self._split_frames(need, column) for need, column in analysis.by.items()}
        shares = self._shares if analysis.by else 1
        parts, keeps = [], set(analysis.by.values())
        for share in range(shares):
            of_share = {need: frames[share] for need, frames in split_frames.items()}
            given = analysis.function(**whole, **of_share)
            if analysis.together:
                parts.append(given)
            elif isinstance(given, Found):
                writer.put("findings", given.findings, place(share))
                writer.put("evidence", given.evidence, place(share))
            else:
                writer.put(analysis.name, given, place(share))
                keeps = {column for column in keeps if is_split_by(given, column, share, shares)}
        if analysis.together:
            writer.put(analysis.name, analysis.together(pl.concat(parts)), place(0))
        elif len(keeps) and not analysis.finds:
            writer.append_bytes(_SPLIT_BY, " ".join(sorted(keeps)).encode())

    def _given(self, need: str) -> Any:
        if need in KEPT:
            return self._kept[need].lazy()
        return self._value(need) if need in VALUES else self.frame(need)

    # Shares

    def _split_frames(self, name: str, column: str) -> list[pl.LazyFrame]:
        """The shares of a frame by a column."""
        name = self._named(name)
        if self._shares == 1:
            return [self.frame(name)]
        paths = self._store.results.files(self._split_part(name, column), name)
        return [pl.scan_parquet(files, glob=False) for files in files_by_share(paths, self._shares)]

    def _split_part(self, name: str, column: str) -> str:
        """The key of the part that has a frame share by share of a column: the frame's own, where it is so already."""
        if name in (*ANALYSES, *_OF_TABLES):
            own = self._made(name)
            if column in self._columns_kept(own):
                return own
        key = key_of("split", self.key(name), column, self._shares)
        self._make(key, lambda writer: self._split(self._pieces(name), writer, name, column))
        return key

    def _pieces(self, name: str) -> Iterator[pl.DataFrame]:
        return (batch.collect() for batch in batches(self.paths(name)))

    def _split(self, pieces: Iterable[pl.DataFrame], writer: PartWriter, name: str, column: str) -> None:
        split(pieces, writer, Split(name, column, self._shares, self._columns(name)))
        writer.append_bytes(_SPLIT_BY, column.encode())

    def _columns(self, name: str) -> pl.DataFrame:
        """A frame's columns, without rows."""
        if name in TABLES and name not in CURRENT:
            return empty(name)
        if name in _CURRENT:
            return empty(_CURRENT[name].table)
        if name.removeprefix("all_") in TABLES:
            return empty(name.removeprefix("all_"))
        if name in FIELDS:
            return columns_of_fields(name)
        return self.frame(name).head(0).collect()

    def _columns_kept(self, key: str) -> list[str]:
        note = self._store.results.part(key) / _SPLIT_BY
        return note.read_text("utf-8").split() if note.is_file() else []

    def _finish(self, name: str, writer: PartWriter) -> None:
        """A current table of which several rows make one: split first, then finished share by share."""
        current, state = _CURRENT[name], self._state_of(name)
        key = key_of("unfinished", self.key(name))
        beside = [pl.lit(None, type_).alias(column) for column, type_ in BESIDE.items()]
        columns = self._columns(name).with_columns(beside if current.records == "all" else [])

        def split_rows(beside: PartWriter) -> None:
            split(current_pieces(self._store, current, state), beside, Split(name, current.key, self._shares, columns))

        self._make(key, split_rows)
        of_shares = files_by_share(self._store.results.files(key, name), self._shares)
        for share, paths in enumerate(of_shares):
            rows = pl.scan_parquet(paths, glob=False).collect()
            writer.put(name, current.finish(rows), place(share))
        writer.append_bytes(_SPLIT_BY, current.key.encode())


def _states_of(name: str) -> list[str]:
    """The records and claims of the state that a frame is of."""
    state = name.partition("_")[0]
    return [f"{state}_records", f"{state}_claims"]


def _together(paths: list, columns: pl.DataFrame | None = None) -> pl.LazyFrame:
    if not paths and columns is not None:
        return columns.lazy()
    return pl.scan_parquet(paths, glob=False)
