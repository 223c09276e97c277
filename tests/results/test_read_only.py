"""A query asks and does nothing else: the attacks that were thought of, and the questions that must still be answered."""

from pathlib import Path

import pytest

from datasync_lib.errors import DatasyncError, InputError

# F is a file outside the project, P one of the project's own Parquet files, D a folder of the attacker.
ATTACKS = {
    "copy": "COPY bibs TO 'D/out.csv'",
    "copy of a query": "COPY (SELECT 1) TO 'D/out.parquet' (FORMAT parquet)",
    "copy in a with": "WITH x AS (COPY (SELECT 1) TO 'D/out.csv') SELECT * FROM x",
    "copy in a with within": "SELECT * FROM (WITH x AS (COPY (SELECT 1) TO 'D/out.csv') FROM x)",
    "copy over a table": "WITH x AS (COPY (SELECT 1) TO 'P') SELECT * FROM x",
    "copy into the folder of spills": "WITH x AS (COPY (SELECT 1) TO 'T/out.csv') SELECT * FROM x",
    "explain analyze copy": "EXPLAIN ANALYZE COPY (SELECT 1) TO 'D/out.csv'",
    "explain with a copy in a with": "EXPLAIN ANALYZE WITH x AS (COPY (SELECT 1) TO 'D/out.csv') FROM x",
    "explain that hides a copy": "EXPLAIN (/* ) SELECT 1 -- */ ANALYZE) COPY (SELECT 1) TO 'D/out.csv'",
    "copy behind a comment": "/* SELECT */ COPY (SELECT 1) TO 'D/out.csv' -- SELECT 1",
    "copy behind a question": "SELECT 1; COPY (SELECT 1) TO 'D/out.csv'",
    "copy in a text": "SELECT * FROM query('WITH x AS (COPY (SELECT 1) TO ''D/out.csv'') FROM x')",
    "parsed copy": "SELECT * FROM json_execute_serialized_sql('{}')",
    "pivot of a copy": "PIVOT (WITH x AS (COPY (SELECT 1 AS a) TO 'D/out.csv') FROM x) ON a USING count(*)",
    "export": "EXPORT DATABASE 'D/out'",
    "import": "IMPORT DATABASE 'D'",
    "attach": "ATTACH 'D/out.db' AS other",
    "install": "INSTALL spatial",
    "load": "LOAD httpfs",
    "set": "SET enable_external_access = true",
    "reset": "RESET lock_configuration",
    "pragma": "PRAGMA profiling_output = 'D/out.json'",
    "log": "SELECT * FROM enable_logging(storage = 'file', storage_path = 'D/out')",
    "secret": "CREATE PERSISTENT SECRET s (TYPE s3, KEY_ID 'a', SECRET 'b')",
    "insert in a with": "WITH x AS (INSERT INTO bibs (mms_id) VALUES ('1') RETURNING *) FROM x",
    "delete in a with": "WITH x AS (DELETE FROM bibs RETURNING *) FROM x",
    "create": "CREATE TABLE t AS SELECT 1",
    "call": "CALL force_checkpoint()",
    "read_csv": "SELECT * FROM read_csv('F')",
    "read_text in upper case": "SELECT * FROM READ_TEXT('F')",
    "read_blob in a subquery": "SELECT (SELECT content FROM read_blob('F')) AS said",
    "file as table": "FROM 'F'",
    "file in a with": "WITH x AS (FROM 'F') SELECT count(*) FROM x",
    "file in a condition": "SELECT 1 FROM bibs WHERE title IN (SELECT c FROM 'F' AS t(c))",
    "described file": "DESCRIBE FROM 'F'",
    "glob": "SELECT * FROM glob('D/*')",
    "address": "FROM 'https://example.org/list.csv'",
    "another database": "SELECT * FROM read_duckdb('F', table_name = 'x')",
    "environment": "SELECT getenv('HOME')",
    "variable of Python": "SELECT * FROM secret_frame",
}


@pytest.fixture
def outside(tmp_path):
    """A folder with a file that no query may read."""
    (tmp_path / "list.csv").write_text("word\nunseen\n", "utf-8")
    return tmp_path


def _seen(*folders: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_no_query_writes_reads_or_sets_anything_outside(example, outside, attack, monkeypatch):
    monkeypatch.chdir(outside)
    monkeypatch.setenv("HOME", str(outside))
    secret_frame = example.table("bibs").head(1).collect()
    assert secret_frame.height == 1
    own = example.store.paths("bibs")[0]
    names = {"D/": f"{outside.as_posix()}/", "'D'": f"'{outside.as_posix()}'", "'P'": f"'{own.as_posix()}'"}
    names |= {"'F'": f"'{outside.as_posix()}/list.csv'", "'T/": f"'{example.analysis.temporary.as_posix()}/"}
    for short, whole in names.items():
        attack = attack.replace(short, whole)
    example.sql("select count(*) from bibs")
    folders = outside, own.parent, example.analysis.temporary
    before = _seen(*folders)
    with pytest.raises(DatasyncError) as refused:
        example.sql(attack)
    assert "unseen" not in str(refused.value)
    assert _seen(*folders) == before


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("", "one query is expected, here are none"),
        ("select 1; select 2", "one query is expected, here are 2: ask one after the other"),
        ("drop table bibs", "one SELECT is expected.*--csv, --md and --xlsx write an answer"),
        ("with x as (copy bibs to 'x.csv') from x", "COPY stands in the query"),
        ("with x as (delete from bibs returning *) from x", "DELETE stands in the query"),
        ("from read_csv('x.csv')", r"read_csv\(\) reads files.*folder own/.*files=True.*--files"),
        ("from 'x.csv'", "x.csv is a file.*folder own/"),
        ("from duckdb_secrets()", r"duckdb_secrets\(\) is not for queries of a project"),
        ("pivot bibs on format using count(*)", r"have to be named: PIVOT … ON column IN \('one', 'other'\)"),
        ("select $unit", r"leaves open what \$unit is: give it a value, as --set unit=… does"),
    ],
)
def test_a_refusal_says_what_to_do(example, query, says):
    with pytest.raises(InputError, match=f"(?s){says}"):
        example.sql(query)


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("SELECT 1 AS one;", [(1,)]),
        ("-- a comment\nWITH x AS (SELECT 2 AS a) FROM x", [(2,)]),
        ("WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t WHERE n < 3) SELECT max(n) FROM t", [(3,)]),
        ("SELECT * FROM range(2) UNION SELECT 5 ORDER BY ALL", [(0,), (1,), (5,)]),
        ("SELECT unnest([1, 2]) AS n", [(1,), (2,)]),
        ("VALUES ('a'), ('b')", [("a",), ("b",)]),
        ("SELECT count(*) > 1000 FROM BIBS", [(True,)]),
        ("SELECT count(*) > 0 FROM main.bibs WHERE mms_id IN (SELECT mms_id FROM holdings)", [(True,)]),
        ("SELECT count(*) FROM bibs PIVOT (count(*) FOR is_suppressed IN (true, false))", None),
        ("SELECT json_extract_string(parameters, '$.x') FROM findings LIMIT 0", []),
        ("SELECT max(loaded_at) > TIMESTAMP '2020-01-01' FROM files", [(True,)]),
        ("SUMMARIZE location_map", None),
        ("EXPLAIN SELECT * FROM bibs", None),
        ("EXPLAIN (ANALYZE, FORMAT json) SELECT count(*) FROM bibs", None),
    ],
)
def test_a_question_is_answered(example, query, rows):
    answer = example.sql(query).rows()
    assert answer == rows if rows is not None else answer != []


def test_files_are_read_where_that_is_asked_for_and_only_read(example, outside):
    file = f"{outside.as_posix()}/list.csv"
    assert example.sql(f"FROM '{file}'", files=True).rows() == [("unseen",)]
    query = f"SELECT word FROM read_csv('{file}') WHERE word NOT IN (SELECT title FROM bibs WHERE title <> '')"
    assert example.sql(query, files=True).rows() == [("unseen",)]
    before = _seen(outside)
    for attack in ("copy", "copy in a with", "export", "attach", "install", "set", "another database", "address"):
        with pytest.raises(DatasyncError):
            example.sql(ATTACKS[attack].replace("D/", f"{outside.as_posix()}/").replace("'F'", f"'{file}'"), files=True)
    assert _seen(outside) == before


def test_what_does_not_fit_in_memory_is_spilled_beside_the_tables(example, monkeypatch):
    """The lock leaves DuckDB its own folder, and nothing of it is left there."""
    monkeypatch.setattr("datasync_lib.results.read_only._MEMORY", "60MB")
    groups = "SELECT count(*) FROM (SELECT i, repeat('x', 90) || i AS t FROM range(1500000) r(i) GROUP BY ALL)"
    assert example.sql(groups).rows() == [(1_500_000,)]
    assert not any(example.analysis.temporary.rglob("duckdb_temp*"))
