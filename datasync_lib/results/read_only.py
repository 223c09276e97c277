"""A query asks, and does nothing else: no file is written or read, nothing is installed, attached or set.

Two locks, each of which would do for most of it. DuckDB's own: no access to the outside but to the Parquet files of the
tables asked for, no extensions but those built in, a configuration that is locked. And what DuckDB's parser makes of the
query holds nothing but SELECTs of tables and of functions that only compute, because a COPY may stand inside of a SELECT
and may write to a file that may be read.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ..errors import InputError

# A query whose joins and groups do not fit goes out of core, beside the tables.
_MEMORY = "4GB"
_ASKING = {"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"}
_COMPUTING = {
    *("range", "generate_series", "unnest", "repeat", "repeat_row", "summary", "json_each", "json_tree"),
    *("duckdb_columns", "duckdb_functions", "duckdb_keywords", "duckdb_tables", "duckdb_types", "duckdb_views"),
    *("pragma_table_info", "pragma_version"),
}
_READING = {
    *("read_csv", "read_csv_auto", "read_parquet", "parquet_scan", "read_json", "read_json_auto", "read_ndjson"),
    *("read_ndjson_auto", "read_text", "read_blob", "glob", "sniff_csv", "parquet_schema", "parquet_metadata"),
}
# Options are words: in anything else, such as a comment, the rest of the query could hide.
_EXPLAIN = re.compile(r"\s*explain\s+(?:analyze\s+)?(?:\([\w\s,]*\)\s*)?", re.I)
_DOORS = (
    "a file of yours goes into the folder own/ of the project, a frame of yours is named as in project.sql(query, "
    "name=frame); project.sql(query, files=True) and datasync sql --files read other files of this machine"
)


@dataclass(frozen=True)
class Asked:
    """What a query names: its tables and views, in small letters, and the names of the values that it leaves open."""

    tables: frozenset[str]
    values: frozenset[str]


def connect(temporary: Path) -> duckdb.DuckDBPyConnection:
    """A connection that installs and loads nothing, and knows nothing of the variables of whoever calls."""
    connection = duckdb.connect(
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "python_enable_replacements": "false",
        }
    )
    connection.execute(f"SET memory_limit = '{_MEMORY}'")
    connection.execute(f"SET temp_directory = {quoted(temporary.as_posix())}")
    return connection


def lock(connection: duckdb.DuckDBPyConnection, paths: Iterable[str], *, files: bool) -> None:
    """From now on nothing is set any more, and no file is opened but these; `files`: others of this machine too."""
    if not files:
        connection.execute(f"SET allowed_paths = [{', '.join(map(quoted, paths))}]")
        connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def quoted(text: str) -> str:
    """A text as SQL has it."""
    return "'" + text.replace("'", "''") + "'"


def what_is_asked(query: str, connection: duckdb.DuckDBPyConnection, *, files: bool = False) -> Asked:
    """The tables that a query names, if it is one question and only asks.

    Args:
        query: one SELECT, or EXPLAIN of one.
        connection: parses the query; nothing of it is run.
        files: whether it may read files of this machine.

    Raises:
        InputError: it is something else; the message says what is to be done.
        duckdb.Error: it is no SQL.
    """
    statements = duckdb.extract_statements(query)
    if len(statements) != 1:
        raise InputError(f"one query is expected, here are {len(statements) or 'none'}: ask one after the other")
    if statements[0].type == duckdb.StatementType.MULTI:
        raise InputError("the columns of a PIVOT have to be named: PIVOT … ON column IN ('one', 'other') USING …")
    head = _EXPLAIN.match(query)
    explained = query[head.end() :] if head else query
    parsed = json.loads(connection.execute("SELECT json_serialize_sql($1)", [explained]).fetchall()[0][0])
    if parsed["error"] or len(parsed["statements"]) != 1:
        raise InputError(
            "one SELECT is expected (or WITH, FROM, DESCRIBE, SUMMARIZE, EXPLAIN of one): tables are for asking, and "
            "nothing is written, installed or set through them; --csv, --md and --xlsx write an answer"
        )
    nodes = list(_nodes(parsed["statements"][0]))
    for node in nodes:
        _refuse(node, files=files)
    tables = {node["table_name"].lower() for node in nodes if node["type"] in ("BASE_TABLE", "SHOW_REF")}
    values = {node["identifier"] for node in nodes if node["type"] == "VALUE_PARAMETER"}
    return Asked(frozenset(tables), frozenset(values))


def _nodes(thing: object) -> Iterator[dict]:
    """Every node of a parsed query that says of which kind it is."""
    if isinstance(thing, dict):
        if isinstance(thing.get("type"), str):
            yield thing
        thing = list(thing.values())
    if isinstance(thing, list):
        for each in thing:
            yield from _nodes(each)


def _refuse(node: dict, *, files: bool) -> None:
    """What does more than ask.

    Raises:
        InputError: this node does.
    """
    kind = node["type"]
    if kind.endswith("_NODE") and kind not in _ASKING:
        does = kind.removesuffix("_NODE").removesuffix("_QUERY")
        raise InputError(
            f"{does} stands in the query: tables are for asking, and nothing is written through them; --csv, --md and "
            "--xlsx write an answer"
        )
    if kind == "TABLE_FUNCTION":
        name = node["function"]["function_name"].lower()
        if name in _READING and not files:
            raise InputError(f"{name}() reads files, and a query reads the tables of the project: {_DOORS}")
        if name not in _COMPUTING | _READING:
            raise InputError(f"{name}() is not for queries of a project: there are {', '.join(sorted(_COMPUTING))}")
    if kind == "BASE_TABLE" and not files and re.search(r"[/\\.:*]", node["table_name"]):
        raise InputError(f"{node['table_name']} is a file, and a query reads the tables of the project: {_DOORS}")
