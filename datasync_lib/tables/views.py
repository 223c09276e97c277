"""The tables as a question sees them: the current catalogue, and DuckDB over the same Parquet files."""

import re
from collections.abc import Callable

import duckdb
import polars as pl

from ..errors import DatasyncError
from ..vocabulary.tables import TABLES, empty
from .current import current_holdings
from .fields import RECORD
from .store import Store
from .worldcat_records import newest_records

# These tables have rows of every extract; asked for by their plain name they give the current catalogue.
OF_LEADING_RECORDS = {"bibs": [], "ocns": [], "standard_numbers": [], "links": ["host_mms_id", "constituent_mms_id"]}
# DuckDB's own time zones are an extension that a machine may lack: in SQL, times are plain, and UTC.
_PLAIN_TIMES = pl.selectors.datetime(time_zone="*").dt.convert_time_zone("UTC").dt.replace_time_zone(None)
CURRENT = (*OF_LEADING_RECORDS, "holdings", "items", "subfields", "worldcat_records")


def view(store: Store, name: str) -> pl.LazyFrame:
    """A table as it counts now; `all_bibs`, `all_holdings`, … for the rows of every extract.

    Of WorldCat's own records the newest of each number counts; `all_worldcat_records` has every one that was loaded.

    `subfields` has the column `extract` beside its own here.

    Raises:
        StoreError: there is no such table.
    """
    if name.startswith("all_") and name.removeprefix("all_") in CURRENT:
        return store.scan(name.removeprefix("all_"))
    frame = store.scan(name)
    current = store.scan("current_records")
    if name in OF_LEADING_RECORDS:
        frame = frame.join(current.filter(pl.col("is_lead")), on=RECORD, how="semi", maintain_order="left")
        keys = OF_LEADING_RECORDS[name]
        return frame.unique(keys, keep="first", maintain_order=True) if keys else frame
    if name == "holdings":
        return current_holdings(frame, current)
    if name == "items":
        own = [c for c in empty("items").columns if c not in RECORD]
        return frame.join(current, on=RECORD, how="semi", maintain_order="left").unique(
            own, keep="first", maintain_order=True
        )
    if name == "worldcat_records":
        return newest_records(frame)
    if name == "subfields":
        return frame.join(current.select(*RECORD, "extract"), on=RECORD, how="inner")
    return frame


def run_sql(store: Store, query: str, extra: dict[str, Callable[[], pl.DataFrame]]) -> pl.DataFrame:
    """The answer of DuckDB to a query over the tables.

    Args:
        store: the tables.
        query: one SQL statement; tables by the names of `view`.
        extra: name -> function giving a frame that is worked out only when the query names it.

    Times are UTC, without a zone.

    Raises:
        DatasyncError: DuckDB refuses the query; its message, and the tables that there are.
    """
    names = set(re.findall(r"[a-z_]+", query.lower()))
    with duckdb.connect() as connection:
        for name in sorted(names & {*TABLES, *(f"all_{t}" for t in CURRENT)}):
            _register(connection, store, name)
        for name in sorted(names & set(extra)):
            connection.register(name, extra[name]().with_columns(_PLAIN_TIMES).to_arrow())
        try:
            _one_question(query)
            return connection.sql(query).pl()
        except duckdb.Error as error:
            known = ", ".join([*sorted(TABLES), *sorted(extra)])
            raise DatasyncError(
                f"the query was not understood: {error}\nThere are the tables {known}; all_bibs and the like hold every extract."
            ) from None


def _one_question(query: str) -> None:
    """Refuse what is not one SELECT: the tables are for asking, and nothing is written through them."""
    statements = duckdb.extract_statements(query)
    if len(statements) != 1 or statements[0].type not in (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN):
        raise DatasyncError("one SELECT is expected: tables are for asking; write answers with --csv or --xlsx")


def _register(connection: duckdb.DuckDBPyConnection, store: Store, name: str) -> None:
    """A table as a view on its Parquet files; what the current catalogue has once of several rows, as a frame."""
    table = name.removeprefix("all_") if name.removeprefix("all_") in CURRENT else name
    paths = [path.as_posix() for path in store.paths(table)]
    if name in ("holdings", "items", "links", "worldcat_records") or not paths:
        connection.register(name, view(store, name).collect().with_columns(_PLAIN_TIMES).to_arrow())
        return
    times = [
        f"make_timestamp(epoch_us({c})) as {c}" for c, type_ in empty(table).schema.items() if type_ == pl.Datetime
    ]
    files = connection.read_parquet(paths)
    rows = files.select(f"* replace ({', '.join(times)})") if times else files
    if name in CURRENT:
        current = connection.read_parquet([path.as_posix() for path in store.paths("current_records")])
        if name != "subfields":
            current = current.filter("is_lead")
        rows = rows.join(current.select("file, record"), "file, record", "semi")
    rows.create_view(name)
