"""Ad hoc questions: DuckDB over the same Parquet files that the analyses read and give."""

import re
from collections.abc import Callable, Mapping

import duckdb
import polars as pl

from ..errors import DatasyncError
from .analyses import Analyses

# A query whose joins and groups do not fit goes out of core, beside the tables.
_MEMORY = "4GB"
# DuckDB's own time zones are an extension that a machine may lack: in SQL, times are plain, and UTC.
_PLAIN_TIMES = pl.selectors.datetime(time_zone="*").dt.convert_time_zone("UTC").dt.replace_time_zone(None)


def run_sql(query: str, analyses: Analyses, extra: Mapping[str, Callable[[], pl.DataFrame]]) -> pl.DataFrame:
    """The answer of DuckDB to a query over tables, named frames, findings and evidence.

    Args:
        query: one SQL statement; tables and frames by their names. What it names is worked out first.
        analyses: the tables and frames.
        extra: name -> function that gives a frame of what staff keep beside the tables.

    Times are UTC, without a zone.

    Raises:
        DatasyncError: DuckDB refuses the query; its message, and the tables that there are.
    """
    names = set(re.findall(r"[a-z_]+", query.lower()))
    with duckdb.connect() as connection:
        connection.execute(f"SET memory_limit = '{_MEMORY}'")
        connection.execute(f"SET temp_directory = '{analyses.temporary.as_posix()}'")
        for name in sorted(names & set(analyses.known)):
            _register(connection, analyses, name)
        for name in sorted(names & set(extra)):
            connection.register(name, extra[name]().with_columns(_PLAIN_TIMES).to_arrow())
        try:
            _one_question(query)
            return connection.sql(query).pl()
        except duckdb.Error as error:
            known = ", ".join([*analyses.shown, *extra])
            raise DatasyncError(
                f"the query was not understood: {error}\nThere are the tables {known}; all_bibs and the like hold every extract."
            ) from None


def _one_question(query: str) -> None:
    """Refuse what is not one SELECT: the tables are for asking, and nothing is written through them."""
    statements = duckdb.extract_statements(query)
    if len(statements) != 1 or statements[0].type not in (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN):
        raise DatasyncError("one SELECT is expected: tables are for asking; write answers with --csv or --xlsx")


def _register(connection: duckdb.DuckDBPyConnection, analyses: Analyses, name: str) -> None:
    """A table or frame as a view on its Parquet files."""
    paths = [path.as_posix() for path in analyses.paths(name)]
    schema = analyses.frame(name).collect_schema()
    if not paths:
        connection.register(name, schema.to_frame().with_columns(_PLAIN_TIMES).to_arrow())
        return
    times = [f"make_timestamp(epoch_us({c})) as {c}" for c, type_ in schema.items() if type_ == pl.Datetime]
    files = connection.read_parquet(paths)
    rows = files.select(f"* replace ({', '.join(times)})") if times else files
    if name == "subfields":
        current = connection.read_parquet([path.as_posix() for path in analyses.paths("current_records")])
        rows = rows.join(current.select("file, record"), "file, record", "semi")
    rows.create_view(name)
