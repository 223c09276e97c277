"""OCLC's record output is known by any name that it may lie under, and what looks like it is asked about."""

import gzip
import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from datasync_lib.marc import find_inputs
from datasync_lib.oclc.output_names import holds_deletes, holds_staging_records, is_record_output
from datasync_lib.oclc.worldcat_content import holds_worldcat_records
from datasync_lib.project import Project
from datasync_lib.sample.marc_bytes import MarcRecord, iso2709
from datasync_lib.settings import Settings
from datasync_lib.tables.recognising import recognise

OUTPUT = """
metacoll.XYZ.new.D20250721.T213015.1.mrc
metacoll.XYZ.datasync.1099999.D20250721.T101502.records.1.mrc
metacoll.XYZ.datasync.1099999-1099999.D20250721.T101502333.own.records.1.mrc
metacoll.XYZ.datasync.1099999.D20250721.T101502.lbd_records.1.mrc
metacoll.XYZ.datasync.1099999.mrc
METACOLL.XYZ.NEW.D20250721.T213015.1.MRC
Metacoll.xyz.Updates.d20250721.t213015.1.mrc
metacoll.XYZ.new.D20250721.T213015.1 (1).mrc
metacoll.XYZ.new.D20250721.T213015.1.mrc (1).gz
metacoll.XYZ.new.D20250721.T213015.1.xml
metacoll.XYZ.new.D20250721.T213015.1
metacoll.XYZ.merges.Y20250721.T213015.1.mrc
metacoll.XYZ.adds.D20250721.T213015.1.mrc
metacoll.XYZ.lhr.D20250721.T213015.1.mrc
metacoll_XYZ_new_D20250721_1.mrc
copy of metacoll.XYZ.new.D20250721.T213015.1.mrc
20250721 metacoll.XYZ.new.1.mrc
x__metacoll.XYZ.new.D20251399.T213015.1.mrc
catalogue/metacoll.XYZ.new.mrc
metacoll.XYZ.updates.tar.gz/a/b.mrc
metacoll.XYZ.new.D20250721.T213015.1.mrc.zip/records.mrc
xfer/metacoll/out/ongoing/contrsvc/a.mrc
out/ongoing/new/records1.mrc
XYZ-XYZ.1099999.IN.BIB.D20250721.T101502333.1099999.XYZ.full.mrc.BibRecords.mrc
""".strip().splitlines()
OTHERS = """
catalogue/export_20250721.mrc
metacoll/in/bib/1099999.XYZ.full.mrc
metacoll.2025/1099999.XYZ.full.mrc
1099999.XYZ.new.mrc
my_metacollection.mrc
out/export.mrc
new/updates.mrc
""".strip().splitlines()


@pytest.mark.parametrize(("names", "is_output"), [(OUTPUT, True), (OTHERS, False)], ids=["output", "others"])
def test_a_name_says_whether_a_file_is_record_output(names, is_output):
    assert [name for name in names if is_record_output(name) != is_output] == []


def test_what_is_deleted_or_in_staging_shows_in_any_name():
    assert holds_deletes("metacoll.XYZ.deletes.D20250721.T213015.1.mrc")
    assert holds_deletes("copy of metacoll.XYZ.DELETES.mrc")
    assert not holds_deletes("metacoll.XYZ.new.D20250721.T213015.undeleted.1.mrc")
    assert holds_staging_records("metacoll.XYZ.datasync.1099999.Unresolved.mrc")
    assert not holds_staging_records("metacoll.XYZ.datasync.1099999.mrc")


def record(control: tuple[str, str | None], *fields: tuple[str, str]) -> bytes:
    marc = MarcRecord("00000cam a2200000 a 4500")
    marc.control("001", control[0])
    if control[1]:
        marc.control("003", control[1])
    marc.data("245", "10", ("a", "Chronicle of the harbour towns"))
    for tag, text in fields:
        marc.data(tag, "  ", ("a", text))
    return iso2709(marc)


OWN, OCLC = ("991000000000014321", None), ("ocm40000001 ", "OCoLC")
DELIVERED = ("994", "92")
# Two records, and whether they look like WorldCat's.
CONTENTS = {
    "delivered": ([record(OCLC, DELIVERED)] * 2, True),
    "without the symbol": ([record(OCLC)] * 2, True),
    "on, with ten digits": ([record(("on1234567890", "OCoLC"), ("938", "x"))], True),
    "digits alone": ([record(("40000001", "OCoLC"))] * 2, True),
    "digits of another agency": ([record(("40000001", "NjP"))] * 2, False),
    "no 003": ([record(("ocm40000001 ", None), DELIVERED)] * 2, False),
    "Alma": ([record(OWN, DELIVERED)] * 2, False),
    "one of the library's among them": ([record(OCLC, DELIVERED), record(OWN)], False),
    "with a holding": ([record(OCLC, DELIVERED, ("852", "x"))] * 2, False),
    "with an item of Sierra": ([record(OCLC, DELIVERED, ("945", "x"))] * 2, False),
    "with an item of Koha": ([record(OCLC, ("952", "x"))] * 2, False),
    "with availability": ([record(OCLC, ("AVA", "x"))] * 2, False),
}


def as_xml(records: list[bytes]) -> bytes:
    """Just enough of MARCXML."""
    from pymarc import MARCReader, record_to_xml

    read = [record_to_xml(each) for each in MARCReader(b"".join(records))]
    return b'<collection xmlns="http://www.loc.gov/MARC21/slim">' + b"".join(read) + b"</collection>"


@pytest.mark.parametrize("name", CONTENTS)
def test_records_say_whether_they_look_like_worldcats(name):
    records, expected = CONTENTS[name]
    assert holds_worldcat_records(b"".join(records)) == expected
    assert holds_worldcat_records(as_xml(records)) == expected


def test_nothing_is_said_of_a_record_that_is_not_there_in_full():
    assert not holds_worldcat_records(record(OCLC, DELIVERED)[:-1])
    assert not holds_worldcat_records(b"")


def test_files_of_archives_too_are_never_the_catalogue(tmp_path):
    content = record(OWN)
    with zipfile.ZipFile(tmp_path / "metacoll.XYZ.new.D20250721.T213015.1.zip", "w") as archive:
        archive.writestr("records.mrc", content)
    with tarfile.open(tmp_path / "metacoll.XYZ.updates.tar.gz", "w:gz") as archive:
        member = tarfile.TarInfo("a/b.mrc")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    (tmp_path / "metacoll.XYZ.merges.D20250721.mrc (1).gz").write_bytes(gzip.compress(content))
    (tmp_path / "export.mrc").write_bytes(content)
    found = {each.file: recognise(each, Settings()).kind for each in find_inputs(tmp_path, relative_to=tmp_path)}
    assert found.pop("export.mrc") == "catalogue"
    assert set(found.values()) == {"oclc_records"}
    assert len(found) == 3


LIST = "worldcat.OLDA.20250901.list.txt"
SETTINGS = """
[[symbols]]
symbol = "OLDA"
mode = "retired"
deleted_by = "own_lists"

[[extracts]]
files = "catalogue/*"
date = 2025-07-21
"""


@pytest.fixture
def project(tmp_path) -> Project:
    for name, content in {
        "catalogue/export.mrc": record(OWN),
        "catalogue/download.mrc": record(OCLC, DELIVERED),
        "metacoll.OLDA.datasync.1099999.mrc": record(("991000000000024321", None)),
        LIST: b"40000009\n",
        "withdrawn.csv": b"OCN,SYMBOL\n40000009,OLDA\n",
    }.items():
        path = Path(tmp_path / "data" / "raw" / name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (tmp_path / "datasync.toml").write_text(SETTINGS, "utf-8")
    return Project(tmp_path)


def test_a_file_that_looks_like_worldcats_is_asked_about_and_holds_deletions(project):
    log = project.load(progress=False)
    assert dict(log.files.select("file", "kind").rows())["catalogue/download.mrc"] == "unclear"
    assert any("catalogue/download.mrc" in note and "nobody said" in note for note in log.notes)
    assert project.sql("select mms_id from bibs").rows() == [(OWN[0],)]
    assert project.sql("select symbol, file from unread_files").rows() == [(None, "catalogue/download.mrc")]
    (project.folder / "datasync.toml").write_text(SETTINGS + '\n[raw]\ncatalogue = ["download*"]\n', "utf-8")
    project.load(progress=False)
    assert project.sql("select mms_id from bibs order by 1").rows() == [(OWN[0],), ("ocm40000001",)]
    assert project.sql("select symbol, file from unread_files").rows() == []
