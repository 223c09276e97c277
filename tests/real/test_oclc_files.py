"""The real reports and lists beside the checkout. Skipped, saying so, where they are absent."""

import csv
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest

from datasync_lib.marc import find_inputs
from datasync_lib.oclc.filenames import read_file_name
from datasync_lib.oclc.reports import read_reports
from datasync_lib.readers import READERS, Source
from datasync_lib.settings import Settings
from datasync_lib.vocabulary.tables import empty

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
REPORTS = DATA / "oclc_reports" / "pulibrary-lib_jobs"
OUTPUT = DATA / "bibs_iso2709" / "pulibrary-lib_jobs__metacoll.PUL.new.D20230718.T213016.MZallDLC.1.mrc.gz"

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="the real files (../shared/data) are not beside this checkout"
)


@pytest.fixture(scope="module")
def reports():
    return read_reports(REPORTS)


def test_every_row_of_the_real_reports_is_read(reports):
    assert reports.files.select("kind", "found", "loaded", "repeated", "rejected").rows() == [
        ("BibProcessingReport", 54, 54, 0, 0),
        ("BibExceptionReport", 57, 57, 2, 0),
    ]
    assert reports.issues.is_empty()


def test_what_happened_to_the_real_records(reports):
    actions = reports.outcomes.group_by("action").agg(
        pl.len(),
        results=pl.col("result_ocn").count(),
        staging=pl.col("staging_ocn").count(),
        unchanged=(pl.col("sent_ocn") == pl.col("result_ocn")).sum(),
    )

    assert sorted(actions.rows()) == [
        ("create", 4, 4, 0, 0),
        ("field transfer", 1, 1, 0, 1),
        ("match", 46, 46, 0, 44),
        ("replace", 1, 1, 0, 1),
        ("unresolved", 2, 0, 2, 0),
    ]


def test_the_real_rows_say_where_they_come_from(reports):
    told = reports.outcomes.select("symbol", "collection", "received_at", "sent_file").unique()

    assert told.rows() == [
        (
            "PUL",
            "1012676",
            datetime(2023, 7, 12, 13, 19, 24, 73_000, tzinfo=UTC),
            "1012676.pul.non-pcc_28150407720006421_new.mrc_2",
        )
    ]


def test_the_clock_in_a_real_name_is_the_clock_in_its_keys(reports):
    """The D and T of the name in US Eastern time are the milliseconds in most of the job keys."""
    in_keys = reports.exceptions["job_key"].str.extract(r"_(\d{13})::").cast(pl.Int64)
    in_name = reports.exceptions["received_at"].dt.epoch("ms")

    assert (in_keys == in_name).mean() > 0.9


def test_the_real_exceptions_by_kind_and_severity(reports):
    counted = reports.exceptions.group_by("kind", "severity").len().sort("kind", "severity")

    assert counted.rows() == [
        ("Data Error", None, 2),
        ("Processing Error", None, 1),
        ("Validation Error", "CRITICAL", 5),
        ("Validation Error", "MINOR", 38),
        ("Validation Error", "SEVERE", 9),
    ]
    families = reports.exceptions["family"].value_counts(sort=True)
    assert (reports.exceptions["message"].n_unique(), families.height) == (20, 14)


def test_every_real_file_name_is_put_together_again():
    with (DATA / "MANIFEST.tsv").open(encoding="utf-8", newline="") as manifest:
        names = [row["file"].rpartition("/")[2] for row in csv.DictReader(manifest, delimiter="\t")]
    parts = {name: read_file_name(name) for name in names}

    assert len(parts) > 500
    assert {name: part.name for name, part in parts.items() if part.name != name} == {}
    assert sorted(part.family for part in parts.values() if part.family != "unknown") == [
        "record_output",
        "report",
        "report",
    ]


def tables_of(path: Path, kind: str, **known) -> SimpleNamespace:
    """What the reader of a kind gives for a file, its pieces joined."""
    given: dict[str, list[pl.DataFrame]] = {name: [empty(name)] for name in ("worldcat_holdings", "concordance")}
    for table, frame in READERS[kind].read(Source(find_inputs(path)[0], kind, **known), Settings()):
        given.setdefault(table, []).append(frame)
    return SimpleNamespace(**{name: pl.concat(frames) for name, frames in given.items()})


def test_a_real_title_list_is_read_with_its_links():
    path = DATA / "oclc_reports" / "anisbet-oclc4" / "report.csv"
    given = tables_of(path, "worldcat_list", symbol="CNEDM")

    assert given.files.select("found", "loaded", "rejected").row(0) == (19, 19, 0)
    assert given.worldcat_holdings.select("ocn", "title", "author", "date", "numbers", "format").row(0) == (
        267,
        "The pension roll of 1835.",
        "United States.War Department.",
        "1968",
        "9780806313276 67028096",
        "Book, Print",
    )
    assert given.worldcat_holdings["title"].null_count() == 0


@pytest.mark.skipif(not OUTPUT.exists(), reason="the real record output is absent")
def test_real_record_output_feeds_list_and_concordance():
    held = tables_of(OUTPUT, "worldcat_list", symbol="PUL", as_of=date(2023, 7, 18))
    record_file = tables_of(OUTPUT, "oclc_records")

    assert held.files.select("found", "loaded", "repeated", "rejected").row(0) == (1493, 1493, 0, 0)
    assert held.worldcat_holdings["title"].null_count() == 0
    assert held.load_issues.is_empty()
    assert record_file.concordance["as_of"].unique().to_list() == [date(2023, 7, 18)]
    by_source = record_file.concordance.group_by("source").agg(pl.struct("old_ocn", "current_ocn").n_unique())
    assert sorted(by_source.rows()) == [("019", 207), ("035$z", 207)]
    assert held.concordance.equals(record_file.concordance)
