"""A list that nobody knew of yet: one function and one table, and the load takes it in."""

import sys
from datetime import date
from pathlib import Path

import dataframely as dy
import polars as pl
import pytest

from datasync_lib import readers
from datasync_lib.creating import new_project
from datasync_lib.project import Project
from datasync_lib.readers import READERS, Given, Source, date_in_name, find_readers, reads
from datasync_lib.settings import FILE_NAME, OcnSettings, RawFiles, ReportLayout, Settings
from datasync_lib.vocabulary.columns import Traced, number, text
from datasync_lib.vocabulary.evidence import LISTS
from datasync_lib.vocabulary.load_log import file_row
from datasync_lib.vocabulary.tables import TABLES

LIST = "ocn,why\n40000001,worn out\n2100000000,lost\n40000002,lost\n"
LAYOUT = ReportLayout(kind="LbdProcessingReport", columns=("job_key", "lsn", "action"))
REPORT = "XYZ-XYZ.1099999.IN.BIB.D20250721.T094034567.1099999.XYZ.new.mrc.LbdProcessingReport.txt"


class Withdrawn(Traced):
    """One title that was given away."""

    ocn = number("the number of its record", nullable=False)
    why = text("why it went")
    on = dy.Date(nullable=True, description="the day of the list")


def is_list(file: str, start: bytes) -> bool:
    return Path(file).name.startswith("gone") and start.startswith(b"ocn,why")


def read_withdrawn(source: Source, *, maximum: int) -> Given:
    """Two rows at a time, as a reader of large files does."""
    with source.input.open() as stream:
        rows = pl.read_csv(stream.read(), schema={"ocn": pl.Int64, "why": pl.String}).with_row_index("record")
    found = rejected = 0
    for piece in rows.iter_slices(2):
        good = piece.filter(pl.col("ocn") <= maximum)
        found, rejected = found + piece.height, rejected + piece.height - good.height
        yield "withdrawn", good.with_columns(file=pl.lit(source.file), on=date_in_name(source.file))
    yield "files", file_row(source.file, "withdrawn", source.input.fingerprint(), found=found, rejected=rejected)


@pytest.fixture
def own_readers(monkeypatch) -> dict:
    """Readers that a test may add to."""
    monkeypatch.setattr(readers, "READERS", dict(READERS))
    return readers.READERS


@pytest.fixture
def project(tmp_path, own_readers, monkeypatch) -> Project:
    """A project with a list of withdrawn titles, its reader and its table."""
    monkeypatch.setitem(TABLES, "withdrawn", Withdrawn)
    reads("withdrawn", recognises=is_list, maximum="ocn.maximum")(read_withdrawn)
    project = Project(new_project(tmp_path / "mine"))
    (project.raw / "gone_2025-08-01.csv").write_text(LIST, "utf-8")
    (project.raw / "other.csv").write_text("title,why\nAnnals,lost\n", "utf-8")
    return project


def settings(project: Project, text: str) -> None:
    (project.folder / FILE_NAME).write_text(text, "utf-8")


def test_a_list_of_a_new_kind_is_recognised_read_and_asked_for(project):
    log = project.load(progress=False)
    assert log.files.select("file", "kind", "found", "loaded", "rejected").rows() == [
        ("gone_2025-08-01.csv", "withdrawn", 3, 2, 1),
        ("other.csv", "unknown", 2, 2, 0),
    ]
    said = project.sql('select record, ocn, why, "on"::varchar as day from withdrawn order by record')
    assert said.rows() == [(0, 40000001, "worn out", "2025-08-01"), (2, 40000002, "lost", "2025-08-01")]


def test_it_is_read_again_when_a_setting_that_it_takes_has_changed_and_only_then(project):
    settings(project, "")
    project.load(progress=False)
    settings(project, "[gates]\nsparse_max = 0.5\n")
    assert project.load(progress=False).read == 0
    settings(project, "[ocn]\nmaximum = 2_200_000_000\n")
    with pytest.warns(UserWarning, match="load again"):
        project.refresh()
    project.load(progress=False)
    assert project.table("withdrawn").collect()["ocn"].to_list() == [40000001, 2100000000, 40000002]


def test_each_kind_has_its_reader():
    kinds = ["catalogue", "current_numbers", "oclc_records", "report", "unknown", "worldcat_list", *LISTS]
    assert sorted(READERS) == sorted(kinds)


@pytest.mark.parametrize(
    ("kind", "needs", "words"),
    [
        ("withdrawn", {}, r"read_withdrawn takes \['maximum'\], and is given \[\]"),
        ("withdrawn", {"maximum": "ocn.maximum", "more": "ocn.places"}, r"is given \['maximum', 'more'\]"),
        ("report", {"maximum": "ocn.maximum"}, "report is read by read_report already"),
    ],
)
def test_a_reader_takes_what_it_says_that_it_takes(own_readers, kind, needs, words):
    with pytest.raises(TypeError, match=words):
        reads(kind, **needs)(read_withdrawn)
    assert own_readers == READERS


@pytest.mark.parametrize(
    ("kind", "file", "changed", "is_other"),
    [
        ("report", REPORT, Settings(report_layouts=(LAYOUT,)), True),
        ("report", REPORT.replace("Processing", "Exception"), Settings(report_layouts=(LAYOUT,)), False),
        ("report", REPORT, Settings(ocn=OcnSettings(maximum=5)), True),
        ("catalogue", "a.mrc", Settings(ocn=OcnSettings(maximum=5)), False),
        ("catalogue", "a.mrc", Settings(raw=RawFiles(extra_tags=("999",))), True),
        ("catalogue", "a.mrc", Settings(raw=RawFiles(largest_record_mb=1)), True),
        ("worldcat_list", "list.mrc", Settings(raw=RawFiles(largest_record_mb=1)), True),
        ("worldcat_list", "list.mrc", Settings(raw=RawFiles(extra_tags=("999",))), False),
        ("current_numbers", "a.csv", Settings(raw=RawFiles(largest_record_mb=1)), False),
    ],
)
def test_what_a_file_is_read_by_is_what_its_reader_takes(kind, file, changed, is_other):
    before, after = (READERS[kind].depends_on(settings, file) for settings in (Settings(), changed))
    assert (before != after) is is_other


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("alma_full_20250721_01.mrc", date(2025, 7, 21)),
        ("export-2025-07-21.xml.gz", date(2025, 7, 21)),
        ("1012676.pul.non-pcc_28150407720006421_new.mrc_2", None),
        ("from 20250101 to 20250721.mrc", date(2025, 7, 21)),
        ("20250231.mrc", None),
        ("no date.mrc", None),
    ],
)
def test_date_in_a_name(name, expected):
    assert date_in_name(name) == expected


def test_a_new_module_in_a_room_is_found(tmp_path, own_readers, monkeypatch):
    room = tmp_path / "lists_of_a_test"
    room.mkdir()
    (room / "__init__.py").write_text("", "utf-8")
    (room / "loans").with_suffix(".py").write_text(
        'from datasync_lib.readers import reads\n\n\n@reads("loans")\ndef read_loans(source):\n    yield from ()\n',
        "utf-8",
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    import lists_of_a_test

    find_readers([lists_of_a_test])
    assert own_readers["loans"].function is sys.modules["lists_of_a_test.loans"].read_loans
