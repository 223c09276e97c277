"""Ad hoc questions: DuckDB over the same Parquet files that the analyses read and give."""

import re
from collections.abc import Callable, Mapping

import duckdb
import polars as pl

from ..analysis.frames import as_polars
from ..errors import DatasyncError, InputError
from ..vocabulary.tables import TABLES
from .analyses import Analyses
from .described import data_dictionary, every_table
from .dictionary import columns, is_known
from .read_only import connect, lock, what_is_asked
from .views import VIEWS

# DuckDB's own time zones are an extension that a machine may lack: in SQL, times are plain, and UTC.
_PLAIN_TIMES = pl.selectors.datetime(time_zone="*").dt.convert_time_zone("UTC").dt.replace_time_zone(None)
_SHOW_TABLES = re.compile(r"\s*show\s+(?:all\s+)?tables\s*(?:;\s*)?", re.I)
_DESCRIBE = re.compile(r'\s*(?:describe|desc|show)\s+"?(\w+)"?\s*;?\s*', re.I)

Frames = Mapping[str, Callable[[], pl.DataFrame]]


def run_sql(
    query: str,
    analyses: Analyses,
    extra: Frames,
    *,
    values: Mapping[str, object] | None = None,
    files: bool = False,
) -> pl.DataFrame:
    """The answer of DuckDB to a query over tables, named frames, findings and evidence.

    Args:
        query: one SELECT; tables and frames by their names. What it names is worked out first. `SHOW TABLES` and
            `DESCRIBE NAME` say what there is, and what it means.
        analyses: the tables and frames.
        extra: name -> function that gives a frame of what people keep beside the tables.
        values: of what the query leaves open, such as $symbol.
        files: whether it may read files of this machine too. Nothing is ever written, installed or set.

    Times are UTC, without a zone.

    Raises:
        InputError: the query does more than ask, or leaves something open that has no value.
        DatasyncError: DuckDB refuses the query; its message, and the tables that there are.
    """
    if (said := _said(query, extra)) is not None:
        return said
    with connect(analyses.temporary) as connection:
        try:
            asked = what_is_asked(query, connection, files=files)
            given = _values(asked.values, values or {})
            paths = _register_all(connection, asked.tables, analyses, {"data_dictionary": data_dictionary, **extra})
            lock(connection, paths, files=files)
            return connection.sql(query, params=given or None).pl()
        except duckdb.Error as error:
            known = ", ".join([*sorted(TABLES), *extra])
            raise DatasyncError(
                f"the query was not understood: {error}\nThere are the tables {known}, and the results that «SHOW TABLES» "
                "lists; all_bibs and the like hold every extract."
            ) from None


def own_frames(own: Mapping[str, object], taken: Frames) -> Frames:
    """Frames of the analyst (Polars, pandas or Arrow) as `run_sql` takes them.

    Raises:
        InputError: one is no frame, or has the name of something that there is already.
    """
    return {name.lower(): _own_frame(name.lower(), frame, taken) for name, frame in own.items()}


def _own_frame(name: str, frame: object, taken: Frames) -> Callable[[], pl.DataFrame]:
    if is_known(name) or name in taken:
        raise InputError(f"{name} is a table of the project: give your frame another name")
    try:
        polars = as_polars(frame, name)
    except TypeError:
        raise InputError(f"{name} is no frame of Polars, pandas or Arrow, but {type(frame).__name__}") from None
    return lambda: polars


def _said(query: str, extra: Frames) -> pl.DataFrame | None:
    """What there is, or what the columns of something mean, where that is asked; with own frames, which say no meaning."""
    if _SHOW_TABLES.fullmatch(query):
        known = every_table()
        own = [(name, "own", "A frame or file of yours.") for name in extra if name not in set(known["name"])]
        return pl.concat([known, pl.DataFrame(own, schema=known.schema, orient="row")])
    named = _DESCRIBE.fullmatch(query)
    return columns(named[1].lower()) if named and is_known(named[1].lower().removeprefix("all_")) else None


def _values(wanted: frozenset[str], values: Mapping[str, object]) -> dict[str, object]:
    if missing := sorted(wanted - set(values)):
        raise InputError(f"the query leaves open what ${missing[0]} is: give it a value, as --set {missing[0]}=… does")
    return {name: values[name] for name in sorted(wanted)}


def _register_all(
    connection: duckdb.DuckDBPyConnection, names: frozenset[str], analyses: Analyses, extra: Frames
) -> list[str]:
    """What a query names as tables and views of the connection; the files that they are in."""
    named = {name for name in names if name in VIEWS and VIEWS[name].text}
    names = names.union(*(VIEWS[name].needs for name in named))
    paths: list[str] = []
    for name in sorted(names & set(analyses.known) - set(extra)):
        paths += _register(connection, analyses, name)
    for name in sorted(names & set(extra)):
        connection.register(name, extra[name]().with_columns(_PLAIN_TIMES).to_arrow())
    for name in sorted(named):
        connection.execute(f"CREATE VIEW {name} AS {VIEWS[name].text}")
    return paths


def _register(connection: duckdb.DuckDBPyConnection, analyses: Analyses, name: str) -> list[str]:
    """A table or frame as a view on its Parquet files, which it gives."""
    paths = [path.as_posix() for path in analyses.paths(name)]
    schema = analyses.frame(name).collect_schema()
    if not paths:
        connection.register(name, schema.to_frame().with_columns(_PLAIN_TIMES).to_arrow())
        return []
    times = [f"make_timestamp(epoch_us({c})) as {c}" for c, type_ in schema.items() if type_ == pl.Datetime]
    files = connection.read_parquet(paths)
    rows = files.select(f"* replace ({', '.join(times)})") if times else files
    if name == "subfields":
        of_current = [path.as_posix() for path in analyses.paths("current_records")]
        current = connection.read_parquet(of_current)
        rows = rows.join(current.select("file, record"), "file, record", "semi")
        paths += of_current
    rows.create_view(name)
    return paths
