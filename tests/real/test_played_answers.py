"""Played answers to the real Alma export: what the analyses find of the outcomes is what the player decided."""

import polars as pl
import pytest

from datasync_lib.project import Project
from datasync_lib.sample import make_answers

ALMA = "bibs_marcxml/tulibraries-tul_cob__sample_alma_marcxml.rec00001-06000.xml.gz"
# The player knows no units.
COLUMNS = ["class", "symbol", "mms_id", "holding_id", "ocn"]


@pytest.fixture(scope="module")
def played(shared_data, tmp_path_factory) -> Project:
    folder = tmp_path_factory.mktemp("played") / "project"
    make_answers(folder, shared_data / ALMA, seed=1)
    project = Project(folder)
    project.load(progress=False)
    return project


def test_settings_are_taken_from_the_export(played):
    assert played.settings.institution.mms_suffix == "3811"
    assert {collection.ocn_location for collection in played.settings.collections} == {"079$a"}


def test_nothing_is_rejected_and_hosts_are_not_sent(played):
    files = played.table("files").collect()
    assert files["rejected"].sum() == 0
    hosts = played.table("bibs").filter(pl.col("is_host")).collect()
    sent = played.table("sent_records").collect()
    assert hosts.height == 816
    assert sent.join(hosts, on="mms_id", how="semi").is_empty()
    assert sent["symbol"].unique().sort().to_list() == ["QXS", "QXU"]


@pytest.mark.parametrize(
    "problem", ["rejected", "created_record", "ocn_changed", "wrong_holding_set", "never_reported"]
)
def test_outcomes_are_found_as_they_were_played(played, problem):
    played_rows = pl.read_csv(played.folder / "truth" / f"{problem}.csv", infer_schema=False)
    found = played.findings(problem).with_columns(pl.col("ocn").cast(pl.String))
    assert found.height > 10
    assert found.select(COLUMNS).sort(COLUMNS).rows() == played_rows.select(COLUMNS).sort(COLUMNS).rows()
