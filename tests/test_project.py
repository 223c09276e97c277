import gzip
import json
import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import polars as pl
import pytest

from datasync_lib.creating import new_project
from datasync_lib.errors import DatasyncError, InputError, SettingsError, StoreError
from datasync_lib.project import Project, open_project
from datasync_lib.tables import assembling, loading
from datasync_lib.vocabulary.tables import TABLES

FINDING = [
    "row_key",
    "problem",
    "class",
    "group_id",
    "unit",
    "other_units",
    "symbol",
    "mms_id",
    "holding_id",
    "ocn",
    "priority",
]


def test_every_file_ends_in_the_load_log_and_adds_up(example):
    files = example.table("files").collect()
    on_disk = {path.relative_to(example.raw).as_posix() for path in example.raw.rglob("*") if path.is_file()}
    containers = {file.split(".tar.gz/")[0] + ".tar.gz" if ".tar.gz/" in file else file for file in files["file"]}
    assert containers == on_disk
    assert (files["found"] == files["loaded"] + files["rejected"]).all()
    assert set(files["kind"]) == {
        "catalogue", "oclc_records", "worldcat_list", "BibProcessingReport", "BibExceptionReport", "BibCrossRefReport",
        "BibUnresolvedCrossRefReport", "authorisations", "ill_requests", "kb_holdings", "kept_titles", "lhrs", "withdrawn_titles", "unknown",
    }  # fmt: skip


def test_a_second_load_reads_nothing(own_example, monkeypatch):
    monkeypatch.setattr(loading, "_write", lambda *_, **__: pytest.fail("a file was read again"))
    monkeypatch.setattr(assembling, "derive_piece", lambda *_: pytest.fail("a table was derived again"))
    log = own_example.load(progress=False)
    assert log.read == 0
    assert log.files.height == own_example.table("files").collect().height


def test_only_what_is_new_is_read(own_example):
    (own_example.raw / "more.txt").write_text("nobody knows what this is\n")
    log = own_example.load(progress=False)
    assert log.read == 1
    row = log.files.filter(pl.col("file") == "more.txt").row(0, named=True)
    assert (row["kind"], row["loaded"], row["found"]) == ("unknown", 1, 1)
    kept = own_example.table("raw_rows").filter(pl.col("file") == "more.txt").collect()
    assert kept.select("record", "values").rows() == [(0, ["nobody knows what this is"])]
    assert any("more.txt" in note for note in log.notes)


def test_a_removed_file_is_gone_from_the_tables(own_example):
    before = own_example.table("exceptions").collect().height
    gone = sorted(own_example.raw.rglob("*BibExceptionReport.txt"))[0]
    gone.unlink()
    own_example.load(progress=False)
    assert own_example.table("exceptions").collect().height < before
    assert gone.name not in str(own_example.table("files").collect()["file"].to_list())


def test_a_file_that_is_there_twice_is_counted_once(own_example):
    before = own_example.findings()
    report = sorted(own_example.raw.rglob("*BibProcessingReport.txt"))[0]
    shutil.copy(report, own_example.raw / ("zz_" + report.name))
    log = own_example.load(progress=False)
    row = log.files.filter(pl.col("file") == "zz_" + report.name).row(0, named=True)
    assert row["repeated"] == row["loaded"] == row["found"] > 0
    assert row["note"].startswith("the same bytes as")
    assert own_example.findings().equals(before)


def test_findings_do_not_depend_on_the_names_of_folders_or_the_order_of_files(own_example):
    before = own_example.findings().select(FINDING)
    for number, folder in enumerate(["worldcat", "sent", "reports", "catalogue"]):
        (own_example.raw / folder).rename(own_example.raw / f"{number}_{folder}")
    own_example.load(progress=False)
    assert own_example.findings().select(FINDING).equals(before)


def test_an_interrupted_load_leaves_the_tables_as_they_were(own_example, monkeypatch):
    before = {name: own_example.table(name).collect() for name in ("files", "outcomes", "bibs")}
    for number in range(3):
        (own_example.raw / f"new_{number}_20250801.mrc").write_bytes(_one_record(f"99{number}00000000004321"))
    real, reads = loading._write, []

    def dies_at_the_second(each, *rest, **more):
        reads.append(each.file)
        if len(reads) == 2:
            raise KeyboardInterrupt
        real(each, *rest, **more)

    monkeypatch.setattr(loading, "_write", dies_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        own_example.load(progress=False)
    assert all(own_example.table(name).collect().equals(frame) for name, frame in before.items())
    monkeypatch.setattr(loading, "_write", real)
    assert own_example.load(progress=False).read == 2, "the first of the three was kept"
    assert own_example.table("bibs").collect().height == before["bibs"].height + 3


def _one_record(mms_id: str) -> bytes:
    from pymarc import Field, Record, Subfield

    from datasync_lib.marc import record_bytes

    record = Record()
    record.add_field(Field(tag="001", data=mms_id))
    record.add_field(Field(tag="245", indicators=["1", "0"], subfields=[Subfield("a", "A title")]))
    return record_bytes(record)


def test_a_changed_setting_reads_no_file_again(own_example, monkeypatch):
    monkeypatch.setattr(loading, "_write", lambda *_, **__: pytest.fail("a file was read again"))
    before = own_example.findings("missing_ocn").height
    settings = own_example.folder / "datasync.toml"
    settings.write_text(settings.read_text("utf-8") + "\n[ocn]\nplaces = [{ place = '035$z' }]\n", "utf-8")
    assert own_example.findings("missing_ocn").height > before


def test_a_changed_layout_reads_its_reports_again_with_the_next_load(own_example):
    name = "XYZ-XYZ.1099999.IN.BIB.D20250721.T094034567.1099999.xyz.reclam_01.mrc.LbdProcessingReport.txt"
    (own_example.raw / name).write_text("991|40000001|match|why\n992|40000002|lbd create|\n", "utf-8")
    outcomes = own_example.table("outcomes").collect().height
    own_example.load(progress=False)
    assert own_example.table("raw_rows").filter(pl.col("file") == name).collect().height == 2

    settings, before = own_example.folder / "datasync.toml", (own_example.folder / "datasync.toml").read_text("utf-8")
    block = "\n[[report_layouts]]\nkind = 'LbdProcessingReport'\ncolumns = ['lsn', 'result_ocn', 'action', '-']\n"
    settings.write_text(before + block, "utf-8")
    with pytest.warns(UserWarning, match="load again"):
        own_example.refresh()
    assert own_example.load(progress=False).read == 1
    rows = own_example.table("outcomes").filter(pl.col("file") == name).collect()
    assert rows.select("lsn", "result_ocn", "staging_ocn", "action").rows() == [
        ("991", 40000001, None, "match"),
        ("992", None, 40000002, "lbd create"),
    ]
    assert own_example.table("raw_rows").filter(pl.col("file") == name).collect().is_empty()

    settings.write_text(before + block.replace("'-'", "'lsn'").replace("['lsn'", "['-'"), "utf-8")
    assert own_example.load(progress=False).read == 1
    kept = own_example.table("outcomes").filter(pl.col("file") == name).collect()
    assert kept["lsn"].to_list() == ["why", None]
    settings.write_text(before, "utf-8")
    assert own_example.load(progress=False).read == 0, "its raw rows are still there"
    assert own_example.table("outcomes").collect().height == outcomes


def test_another_maximum_reads_what_holds_ocns_again_and_no_catalogue_file(own_example):
    kinds = own_example.table("files").collect()["kind"]
    settings = own_example.folder / "datasync.toml"
    settings.write_text(settings.read_text("utf-8") + "\n[ocn]\nmaximum = 1000\n", "utf-8")
    log = own_example.load(progress=False)
    assert log.read == (kinds != "catalogue").sum()
    numbers = {
        "outcomes": ["sent_ocn", "result_ocn"], "exceptions": ["sent_ocn"], "cross_references": ["result_ocn"],
        "worldcat_holdings": ["ocn"], "worldcat_records": ["ocn"], "ocns": ["ocn"],
    }  # fmt: skip
    for table, columns in numbers.items():
        greatest = own_example.table(table).select(pl.max_horizontal(pl.col(columns).max())).collect().item()
        assert greatest is None or greatest <= 1000, table
    assert (log.files["found"] == log.files["loaded"] + log.files["rejected"]).all()


def test_a_changed_location_map_is_taken_in(own_example):
    lines = (own_example.folder / "location_map.csv").read_text("utf-8").splitlines()
    (own_example.folder / "location_map.csv").write_text(lines[0] + "\n", "utf-8")
    of_named_bibs = own_example.table("holdings").drop_nulls("mms_id").collect()
    assert own_example.findings("unmapped_location").height == of_named_bibs.height


def test_every_table_has_the_columns_of_its_schema(example):
    for name, schema in TABLES.items():
        frame = example.table(name).collect()
        extra = ["extract"] if name == "subfields" else []
        assert frame.columns == [*schema.create_empty().columns, *extra], name


def test_every_row_can_be_traced(example):
    files = set(example.table("files").collect()["file"])
    for name in ("bibs", "ocns", "holdings", "items", "outcomes", "exceptions", "worldcat_holdings", "sent_records"):
        frame = example.table(name).collect()
        assert frame["record"].null_count() == 0, name
        assert set(frame["file"]) <= files, name
    assert example.findings()["file"].null_count() == 0


def test_pandas_keeps_ids_text_and_numbers_whole(example):
    frame = example.table("ocns", frame="pandas")
    assert isinstance(frame, pd.DataFrame)
    assert {frame[c].dtype.name for c in ("mms_id", "raw")} == {"string"}
    assert frame["ocn"].dtype.name == "Int64"
    assert frame["is_current"].dtype.name == "boolean"
    long_id = next(i for i in frame["mms_id"] if len(i) == 18)
    assert long_id in set(example.table("bibs").collect()["mms_id"])


def test_every_table_comes_as_pandas_too(example):
    for name in (*TABLES, "last_outcomes", "held_numbers", "placed_holdings"):
        frame = example.table(name, frame="pandas")
        assert len(frame) == example.table(name).select(pl.len()).collect().item(), name
        assert not [c for c in frame if frame[c].dtype.kind == "f" and c.endswith(("ocn", "record", "items"))], name


def test_sql_sees_the_same_as_the_frames(example):
    for name in (*TABLES, "placed_holdings", "last_outcomes", "held_numbers"):
        count = example.sql(f"select count(*) as n from {name}")["n"].item()
        assert count == example.table(name).select(pl.len()).collect().item(), name
    everything = example.sql("select count(*) as n from all_bibs")["n"].item()
    assert everything > example.table("bibs").collect().height


def test_sql_that_is_wrong_names_the_tables(example):
    with pytest.raises(DatasyncError, match=r"(?s)not understood.*There are the tables authorisations, bibs"):
        example.sql("select * from bib")


@pytest.mark.parametrize("query", ["", "select 1; select 2", "drop table bibs", "copy bibs to 'x.csv'"])
def test_sql_only_asks(example, query, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DatasyncError):
        example.sql(query)
    assert list(tmp_path.iterdir()) == []


def test_asking_for_what_there_is_not(example):
    with pytest.raises(InputError, match="no problem 'shared'; there are: missing_ocn"):
        example.findings("shared")
    with pytest.raises(StoreError, match="no table 'bib'; there are: authorisations, bibs"):
        example.table("bib")
    with pytest.raises(InputError, match="expected polars or pandas"):
        example.table("bibs", frame="arrow")


def test_status_adds_up(example):
    status = example.status()
    files = status["Files by kind (found = loaded + rejected)"]
    assert files["files"].sum() == example.table("files").collect().height
    assert (files["found"] == files["loaded"] + files["rejected"]).all()
    assert status["Open problems by symbol and unit"]["findings"].sum() < example.findings().height


def test_a_new_project_loads_before_anything_is_filled_in(tmp_path):
    project = Project(new_project(tmp_path / "mine"))
    with pytest.raises(InputError, match="there are no files"):
        project.load(progress=False)
    (project.raw / "export.mrc").write_bytes(_one_record("991000000000001234"))
    log = project.load(progress=False)
    assert log.files.select("file", "kind", "found", "loaded").rows() == [("export.mrc", "catalogue", 1, 1)]
    assert any("day of the catalogue export is unknown" in note for note in log.notes)
    assert project.findings("brief_record").height == 1


def test_a_new_project_never_overwrites(tmp_path):
    new_project(tmp_path)
    with pytest.raises(InputError, match="is a project already"):
        new_project(tmp_path)


def test_a_project_is_searched_upward(tmp_path, monkeypatch):
    new_project(tmp_path / "mine")
    monkeypatch.chdir(tmp_path / "mine" / "data" / "raw")
    assert open_project().folder == (tmp_path / "mine").resolve()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingsError, match="or above: run «datasync new DIR»"):
        open_project()
    with pytest.raises(SettingsError, match="run «datasync new DIR»"):
        open_project(tmp_path / "nowhere")


def test_without_raw_folder_or_load_it_is_said_what_to_do(tmp_path):
    project = Project(new_project(tmp_path / "mine"))
    with pytest.raises(StoreError, match="nothing is loaded yet; run «datasync load»"):
        project.table("bibs")
    project.raw.rmdir()
    with pytest.raises(InputError, match="is missing: make it and put the exports"):
        project.load()


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("empty.mrc", b"", "empty"),
        ("page.mrc", b"<html><body>Session expired</body></html>", "unreadable"),
        ("notes.pdf", b"%PDF-1.7 \x00\x01", "unknown"),
        ("broken.zip", b"PK\x03\x04 not really", "unreadable"),
        ("AAA-AAA.1099999.IN.BIB.D20250721.T094034567.a.mrc.NewReport.txt", b"a|b|c\n", "unknown"),
        ("metacoll.XYZ.updates.D20250310.T213000.1.mrc-stub.txt", b"withdrawn\n", "stub"),
    ],
)
def test_what_nobody_understands_is_listed(tmp_path, name, content, kind):
    project = Project(new_project(tmp_path / "mine"))
    (project.raw / name).write_bytes(content)
    (project.raw / "good.mrc").write_bytes(_one_record("991000000000001234"))
    log = project.load(progress=False)
    row = log.files.filter(pl.col("file").str.starts_with(name)).row(0, named=True)
    assert row["kind"] == kind, row
    assert row["found"] == row["loaded"] + row["rejected"]
    assert any(name in note for note in log.notes)


def test_a_page_in_place_of_an_export_does_not_count_as_loaded(tmp_path):
    project = Project(new_project(tmp_path / "mine"))
    page = b"<!DOCTYPE html><html><body>503</body></html>"
    (project.raw / "page.mrc").write_bytes(page)
    (row,) = project.load(progress=False).files.rows(named=True)
    assert (row["kind"], row["found"], row["loaded"], row["rejected"]) == ("unreadable", 1, 0, 1)
    assert row["note"].startswith("this is not MARC, it is an error page or another web page without a table: ")
    assert (project.reports / "rejected" / "page.mrc.rejected.mrc").read_bytes() == page


def test_a_file_that_breaks_off_is_named_in_log_and_status(tmp_path):
    project = Project(new_project(tmp_path / "mine"))
    records = b"".join(_one_record(f"99{number:09}4321") for number in range(2000))
    (project.raw / "whole.mrc").write_bytes(records)
    (project.raw / "cut.mrc.gz").write_bytes(gzip.compress(records, 0)[:100_000])
    log = project.load(progress=False)
    cut, whole = log.files.rows(named=True)
    assert 0 < cut["loaded"] < whole["loaded"] == 2000
    assert cut["note"].startswith("cut.mrc.gz: breaks off after")
    assert whole["note"] is None
    assert "1 file(s) break off and were read up to there: cut.mrc.gz" in log.notes
    assert project.status()["Files that need a look"].rows() == [("cut.mrc.gz", "catalogue", cut["note"])]


def test_an_export_cut_in_its_last_record_is_named(tmp_path):
    project = Project(new_project(tmp_path / "mine"))
    records = b"".join(_one_record(f"99{number:09}4321") for number in range(5))
    (project.raw / "cut.mrc").write_bytes(records[:-3])
    assert "1 file(s) break off and were read up to there: cut.mrc" in project.load(progress=False).notes


def test_answers_that_nobody_knows_are_told(tmp_path):
    project = Project(new_project(tmp_path / "mine"))
    name = "NEW-NEW.1099999.IN.BIB.D20250722.T095534567.1099999.new.run.mrc.BibProcessingReport.txt"
    (project.raw / name).write_text("NEW_1099999_1753192534567::bib::7|991|12|12|harmonized\n", "utf-8")
    (note,) = [note for note in project.load(progress=False).notes if "do not know" in note]
    assert note.startswith("1 report rows have an action that we do not know (harmonized)")
    assert name in note


def test_the_load_log_says_it_in_words(example):
    text = str(example.load(progress=False))
    assert "files, 0 read now; pieces: found" in text
    assert "! 4 location(s) are not in location_map.csv" in text or "! " in text


def test_workbooks_are_written_for_every_unit(own_example):
    paths = own_example.workbooks()
    units = set(own_example.findings()["unit"].drop_nulls())
    assert len(paths) >= len(units)
    assert all(Path(path).is_file() for path in paths)


FIXES = "old_ocn,current_ocn,who,date,why\n"


def test_a_signed_fix_explains_a_change_and_is_taken_in_without_a_load(own_example):
    changed = own_example.findings("ocn_changed").filter(pl.col("class") == "no_text").row(0, named=True)
    sent = json.loads(changed["parameters"])["sent_ocn"]
    (own_example.folder / "decisions").mkdir(exist_ok=True)
    path = own_example.folder / "decisions" / "signed_fixes.csv"
    path.write_text(FIXES + f"{sent},{changed['ocn']},A. Hollis,2025-10-01,one title page\n", encoding="utf-8")
    again = own_example.findings("ocn_changed").filter(pl.col("row_key") == changed["row_key"])
    assert again["class"].to_list() == ["merged"]
    said = own_example.sql(f"select source, file from concordance where old_ocn = {sent}")
    assert said.rows() == [("signed fix", "decisions/signed_fixes.csv")]


def test_a_signed_fix_that_contradicts_oclc_is_listed_and_not_used(own_example):
    old, current = own_example.sql("select old_ocn, current_ocn from concordance where source = '019' limit 1").row(0)
    (own_example.folder / "decisions").mkdir(exist_ok=True)
    path = own_example.folder / "decisions" / "signed_fixes.csv"
    path.write_text(FIXES + f"{old},999999,A. Hollis,2025-10-01,x\n", encoding="utf-8")
    odd = own_example.sql(f"select problem, next_ocn, source from concordance_problems where old_ocn = {old}")
    assert {("two_ends", 999999, "signed fix"), ("two_ends", current, "019")} <= set(odd.rows())


def test_a_fault_in_the_signed_fixes_is_told_with_its_line(own_example):
    (own_example.folder / "decisions").mkdir(exist_ok=True)
    path = own_example.folder / "decisions" / "signed_fixes.csv"
    path.write_text(FIXES + "12,34,,2025-10-01,x\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="line 2, who: is empty"):
        own_example.load(progress=False)


def test_a_list_of_current_numbers_is_read(own_example):
    text = "requestedControlNumber,currentControlNumber\n12,34\n34,34\n"
    (own_example.raw / "current_20250920.csv").write_text(text, encoding="utf-8")
    log = own_example.load(progress=False)
    row = log.files.filter(pl.col("file") == "current_20250920.csv").row(0, named=True)
    assert (row["kind"], row["found"], row["rejected"]) == ("current_numbers", 2, 0)
    said = own_example.sql("select current_ocn, source, as_of from concordance where old_ocn = 12")
    assert said.rows() == [(34, "list of current numbers", date(2025, 9, 20))]
