"""The command line as its users meet it: exit codes, one-line messages, and what goes to which stream."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import polars as pl
import pytest

from datasync_lib.cli import app, main

CHECKOUT = Path(__file__).resolve().parents[1]


class Ended(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def datasync(capsys, monkeypatch) -> Callable[..., Ended]:
    """Runs a command of `datasync` in this process; starting one for each would take longer than the commands."""

    def run(*arguments: str | Path, cwd: Path | None = None) -> Ended:
        monkeypatch.setattr(sys, "argv", ["datasync", *map(str, arguments)])
        if cwd:
            monkeypatch.chdir(cwd)
        capsys.readouterr()  # what was said before is not this command's
        with pytest.raises(SystemExit) as ended:
            main()
        return Ended(ended.value.code or 0, *capsys.readouterr())

    return run


def in_a_process(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "datasync_lib", *arguments],
        env=os.environ | {"PYTHONPATH": str(CHECKOUT)} | environment, capture_output=True, timeout=300,
    )  # fmt: skip


def test_a_process_speaks_utf_8_whatever_the_locale(project):
    ended = in_a_process(
        "sql", "select 'Łódź' as place", "--csv", "-p", project, LC_ALL="C", PYTHONIOENCODING="latin-1"
    )
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert ended.stdout.splitlines() == [b"place", "Łódź".encode()]


def test_a_process_ends_with_the_code_and_one_line():
    ended = in_a_process("load", "-p", "nowhere")
    assert (ended.returncode, ended.stdout) == (2, b"")
    assert ended.stderr.startswith(b"datasync: no datasync.toml in ")
    assert len(ended.stderr.splitlines()) == 1


@pytest.fixture(scope="module")
def project(example) -> str:
    return str(example.folder)


def test_from_a_new_folder_to_findings(datasync, tmp_path, example):
    made = datasync("new", tmp_path / "mine")
    assert (made.returncode, made.stderr) == (0, "")
    assert "datasync load -p" in made.stdout
    empty = datasync("load", "-p", tmp_path / "mine")
    assert empty.returncode == 2
    assert empty.stderr.startswith("datasync: there are no files in ")
    source = next((example.raw / "catalogue").glob("*.mrc"))
    (tmp_path / "mine" / "data" / "raw" / source.name).write_bytes(source.read_bytes())
    loaded = datasync("load", cwd=tmp_path / "mine")
    assert loaded.returncode == 3, "locations are not mapped: something needs a person"
    assert "! " in loaded.stdout
    assert "reports/locations_to_map.csv" in loaded.stdout
    assert (tmp_path / "mine" / "reports" / "locations_to_map.csv").is_file()
    assert datasync("load", cwd=tmp_path / "mine").stdout.count(" 0 read now") == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("load", "-p", "nowhere"), "no datasync.toml in"),
        (("sql", "select 1 as one", "-p", "nowhere"), "no datasync.toml in"),
        (("sample", "nowhere", "--bibs", "10"), "60"),
        (("trace",), "Missing argument"),
        (("frobnicate",), "No such command"),
    ],
)
def test_what_cannot_be_done_is_said_with_exit_code_2(datasync, tmp_path, arguments, said):
    ended = datasync(*arguments, cwd=tmp_path)
    assert ended.returncode == 2
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_misspelt_setting_is_one_clear_message(datasync, tmp_path):
    datasync("new", tmp_path / "mine")
    with (tmp_path / "mine" / "datasync.toml").open("a", encoding="utf-8") as settings:
        settings.write("sparse_maximum = 0.1\n")
    ended = datasync("status", "-p", tmp_path / "mine")
    assert ended.returncode == 2
    assert "gates.sparse_maximum: no such setting; did you mean sparse_max?" in ended.stderr


def test_sql_to_the_screen_and_to_files(datasync, project, tmp_path):
    query = "select mms_id, title from bibs where title like '=%' order by mms_id"
    shown = datasync("sql", query, "-p", project)
    assert shown.returncode == 0
    assert "| mms_id" in shown.stdout
    as_markdown = datasync("sql", query, "--md", "-p", project).stdout.splitlines()
    assert as_markdown[:2] == ["| mms\\_id | title |", "| --- | --- |"]
    both = datasync("sql", query, "--md", "--csv", "-p", project)
    assert (both.returncode, both.stdout) == (2, "")
    as_csv = datasync("sql", query, "--csv", "-p", project)
    (tmp_path / "answer.csv").write_text(as_csv.stdout, "utf-8")
    rows = pl.read_csv(tmp_path / "answer.csv", infer_schema=False)
    assert rows.columns == ["mms_id", "title"]
    assert rows.height >= 1
    assert rows["title"].str.starts_with("'=").all()
    raw = datasync("sql", query, "--csv", "--raw", "-p", project)
    assert raw.stdout == as_csv.stdout.replace("'=", "=")
    assert datasync("sql", query, "--raw", "-p", project).returncode == 2
    written = datasync("sql", query, "--xlsx", tmp_path / "answer.xlsx", "-p", project)
    assert written.returncode == 0
    back = pl.read_excel(tmp_path / "answer.xlsx", infer_schema_length=0)
    assert back["mms_id"].to_list() == rows["mms_id"].to_list()
    assert back["title"].to_list() == [title.removeprefix("'") for title in rows["title"]]


def test_nothing_of_an_answer_as_csv_is_run_and_numbers_stay_numbers(datasync, project):
    texts = ["=1+1", "+49 30", "-a", "@SUM(1)", "\t=1", "\r=1", " =1", "＝1", "-5", "+3,5", "a=b", "007"]
    listed = ", ".join(f"'{text}'" for text in texts)
    query = f'select unnest([{listed}]) as "=name", -5 as number, -0.5 as part'
    lines = pl.read_csv(
        datasync("sql", query, "--csv", "-p", project).stdout.encode(), infer_schema=False, eol_char="\n"
    )
    assert lines.columns == ["'=name", "number", "part"]
    assert lines["'=name"].to_list() == [*(f"'{text}" for text in texts[:8]), *texts[8:]]
    assert set(lines["number"]) == {"-5"}
    assert set(lines["part"]) == {"-0.5"}


def test_sql_with_lists_and_nulls_as_csv(datasync, project):
    ended = datasync("sql", "select ['a','b'] as many, null as nothing, 1 as one", "--csv", "-p", project)
    assert ended.stdout == "many,nothing,one\na; b,,1\n"


def test_trace_tells_everything_of_a_record(datasync, project, example):
    numbered = set(example.table("ocns").collect()["mms_id"])
    mms_id = next(mms_id for mms_id in example.findings("rejected")["mms_id"] if mms_id in numbered)
    ended = datasync("trace", mms_id, "-p", project)
    assert ended.returncode == 0
    for section in ("Bib", "OCNs, place by place", "Holdings and where they belong", "Sent to OCLC", "Findings"):
        assert f"\n{section}\n" in ended.stdout
    unknown = datasync("trace", "123456789012345678", "-p", project)
    assert (unknown.returncode, unknown.stdout.splitlines()[0]) == (
        3, "123456789012345678: nothing is known of it in the loaded files",
    )  # fmt: skip


def test_saved_queries_by_name(datasync, project):
    listed = datasync("sql", "--queries", "-p", project).stdout
    assert "| shelf_list " in listed
    asked = datasync("sql", "--query", "shelf_list", "--set", "problem=rejected", "--csv", "-p", project)
    assert (asked.returncode, asked.stderr) == (0, "")
    assert {line.split(",")[0] for line in asked.stdout.splitlines()[:1]} == {"unit"}
    assert asked.stdout.count(",rejected,") == len(asked.stdout.splitlines()) - 1 > 10
    for wrong in (
        ["--query", "shelf"],
        ["--query", "shelf_list", "--set", "unit=Musik"],
        [],
        ["select 1", "--queries"],
    ):
        ended = datasync("sql", *wrong, "-p", project)
        assert (ended.returncode, ended.stdout, len(ended.stderr.splitlines())) == (2, "", 1)


def test_tables_lists_and_describes(datasync):
    listed = datasync("tables")
    assert (listed.returncode, listed.stderr) == (0, "")
    lines = [line.split("  ") for line in listed.stdout.splitlines()]
    assert ["", "bibs"] in [line[:2] for line in lines]
    assert ["", "balance_sheet"] in [line[:2] for line in lines]
    described = datasync("tables", "bibs").stdout.splitlines()
    assert described[0] == "bibs: One bibliographic record in an extract."
    assert "  mms_id                text    MMS ID, or what stands in 001; null when there is none" in described
    unknown = datasync("tables", "bib")
    assert unknown.returncode == 2
    assert unknown.stderr == "datasync: there is no table 'bib'; «datasync tables» lists those there are\n"


def test_status_and_uploads(datasync, project):
    status = datasync("status", "-p", project)
    assert status.returncode == 0
    assert "Open problems by symbol and unit" in status.stdout
    assert datasync("uploads", "-p", project).returncode in (0, 3)


def test_every_command_is_in_the_readme():
    readme = (CHECKOUT / "README.md").read_text("utf-8")
    names = [command.name or command.callback.__name__ for command in app.registered_commands]
    missing = [name for name in names if f"datasync {name}" not in readme and f"make {name}" not in readme]
    assert missing == []


def test_every_command_says_what_it_is_for(datasync):
    helped = datasync("--help")
    for command in app.registered_commands:
        assert command.callback.__doc__.splitlines()[0][:40] in " ".join(helped.stdout.split())


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        (
            "worldcat.XYZ.20250721.list.csv",
            "No.,Title\n1,Rivers\n",
            "no row was read: the header names no column with OCNs: «No.», «Title»; put «OCLC number» above",
        ),
        (
            "worldcat.XYZ.20250721.list.txt",
            "1\n2\n3\n",
            "no row was read: the numbers count rows: they run from 1 to 3",
        ),
        (
            "worldcat.XYZ.20250721.list.csv",
            "OCN,Title\n12345678,Rivers\n12,345,679,Lakes\n",
            "1 of 2 rows were not read",
        ),
        ("worldcat.XYZ.20250721.list.txt", "", "no row was read: the file has no bytes"),
    ],
)
def test_a_list_that_was_not_understood_is_told_at_the_end_of_load(datasync, tmp_path, name, text, told):
    assert datasync("new", tmp_path / "mine").returncode == 0
    (tmp_path / "mine" / "data" / "raw" / name).write_text(text, "utf-8")
    ended = datasync("load", "-p", tmp_path / "mine")
    assert ended.returncode == 3
    (line,) = [line for line in ended.stdout.splitlines() if line.startswith(f"! {name}: ")]
    assert told in line
    assert line.endswith("until the list is read whole, or taken away, deletions under XYZ are held")


def test_a_row_that_is_no_number_is_told_and_holds_nothing(datasync, tmp_path):
    assert datasync("new", tmp_path / "mine").returncode == 0
    (tmp_path / "mine" / "data" / "raw" / "worldcat.XYZ.20250721.list.txt").write_text("12345678\nx\n", "utf-8")
    ended = datasync("load", "-p", tmp_path / "mine")
    assert "! 1 pieces were rejected, of worldcat.XYZ.20250721.list.txt" in ended.stdout
    assert "are held" not in ended.stdout
    asked = datasync(
        "sql", "select class, because, rows from held_numbers order by ocn", "--csv", "-p", tmp_path / "mine"
    )
    assert "ambiguous_number,«x» is not an OCN (not_oclc),1" in asked.stdout


def test_a_list_of_current_numbers_that_was_not_understood_holds_all_deletions(datasync, tmp_path):
    assert datasync("new", tmp_path / "mine").returncode == 0
    (tmp_path / "mine" / "data" / "raw" / "merged.csv").write_text("Old OCN,Current OCN\n12,34\n", "utf-8")
    ended = datasync("load", "-p", tmp_path / "mine")
    assert ended.returncode == 3
    (line,) = [line for line in ended.stdout.splitlines() if line.startswith("! merged.csv: ")]
    assert "«Old OCN,Current OCN» seems to mean an old and a current number" in line
    assert line.endswith("until the list is read whole, or taken away, all deletions are held")


def test_a_deletion_says_what_each_check_found_and_what_mends_it(datasync, own_example):
    ended = datasync("deletions", "MLW", "-p", own_example.folder)
    assert ended.returncode == 3, "a check fails"
    assert "| list_age " in ended.stdout
    assert "! list_age: Ask OCLC for a new list of the symbol, and load it" in ended.stdout
    assert "checks fail" in ended.stdout
    written = datasync("deletions", "MLW", "--write", "-p", own_example.folder)
    assert (written.returncode, "nothing was written" in written.stdout) == (3, True)
    assert not (own_example.reports / "deletions").exists()
    unknown = datasync("deletions", "XYZ", "-p", own_example.folder)
    assert (unknown.returncode, "XYZ is not among [[symbols]]" in unknown.stderr) == (2, True)


def test_what_changes_something_names_one_symbol(datasync, own_example):
    ended = datasync("deletions", "--write", "-p", own_example.folder)
    assert (ended.returncode, "name it, as in datasync deletions XYZ --write" in ended.stderr) == (2, True)


def test_what_another_map_would_change_is_told_on_the_command_line(datasync, own_example, tmp_path):
    path = own_example.folder / "location_map.csv"
    other = tmp_path / "other.csv"
    other.write_text(path.read_text("utf-8").replace(",MWS,", ",MWC,"), "utf-8")
    before = own_example.analysis.held_numbers
    where = ("-p", own_example.folder)
    ended = datasync("what-if", "M@S", "--map", other, "--csv", tmp_path / "changes.csv", *where)
    found = own_example.what_if("M@S", location_map=other)
    assert found.changes.height > 20
    assert (ended.returncode, ended.stdout.splitlines()[0]) == (0, str(found))
    assert pl.read_csv(tmp_path / "changes.csv").height == found.changes.height
    assert own_example.analysis.held_numbers.equals(before)
    same = datasync("what-if", "--settings", own_example.folder / "datasync.toml", *where)
    assert same.stdout == "nothing would be different\n"
    later = datasync("what-if", "--extract-date", "2030-01-01", *where).stdout
    assert "would be in another class" in later
    for wrong, told in [(("XYZ", "--map", other), "XYZ is not among"), ((), "name what would be different")]:
        refused = datasync("what-if", *wrong, *where)
        assert (refused.returncode, told in refused.stderr) == (2, True)


def test_a_deletion_is_signed_written_and_compared_on_the_command_line(datasync, own_example, tmp_path):
    def deletions(*arguments: object) -> Ended:
        return datasync("deletions", "MLW", *arguments, "-p", own_example.folder)

    held = own_example.table("held_numbers").filter(symbol="MLW").collect()
    deletions("--oclc-count", held.height, "--who", "A. Keeper")
    sheet = deletions("--sample").stdout.splitlines()[0]
    rows = pl.read_excel(sheet, infer_schema_length=0).rename({"Number": "number"})
    said = rows.select(
        "number", pl.lit("yes").alias("Right to delete?"), pl.lit("A").alias("Who looked"), pl.lit("").alias("Note")
    )
    said.write_csv(tmp_path / "back.csv")
    assert f"{rows.height} new answers taken in" in deletions("--sampled", tmp_path / "back.csv").stdout
    deletions("--write")
    closed = own_example.deletion("MLW").checks().filter(~pl.col("is_open"))
    assert not closed["is_final"].any()
    assert deletions("--override", closed["name"][0], "--who", "A").returncode == 2, "it does not say why"
    for name in closed["name"]:
        deletions("--override", name, "--who", "A. Keeper", "--why", "practice")
    written = deletions("--write")
    assert written.returncode == 0
    package = Path(written.stdout.splitlines()[-1])
    assert (package / "manifest.json").is_file()
    after = tmp_path / "worldcat.MLW.20991231.list.txt"
    after.write_text("".join(f"(OCoLC){ocn}\n" for ocn in held["ocn"]), "utf-8")
    compared = deletions("--after", after)
    assert compared.returncode == 3, "nothing was removed yet"
    assert "| remaining " in compared.stdout
