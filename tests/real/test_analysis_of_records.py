"""The analyses of records on real ones: counts that were checked against the records by hand or in another way."""

from pathlib import Path

import polars as pl
import pytest

from datasync_lib.analysis.registry import work_out
from datasync_lib.marc import read_marc
from datasync_lib.marc.by_tag import Fields
from datasync_lib.settings import Settings
from datasync_lib.tables.build import derive, tags_to_load

DATA = Path(__file__).parents[3] / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the real data (../shared/data) is not here")

ALMA = "bibs_marcxml/tulibraries-tul_cob__sample_alma_marcxml.rec00001-06000.xml.gz"
OCLC_LHRS = "holdings/folio-org-mod-reservoir__mfhd.pairs1356.marc"
OWN_LHRS = "holdings/DERIVED-tulibraries-tul_cob__mfhd_from_852_rec00001-06000.mrc.gz"


def load(*names: str) -> dict[str, pl.DataFrame]:
    tags = tags_to_load(Settings())
    read = [read_marc(DATA / name, tags).subfields for name in names]
    derived = [derive(Fields(subfields), Settings()) for subfields in read]
    subfields = pl.concat(read)
    tables = {name: pl.concat([each[name] for each in derived]) for name in derived[0]}
    return {**tables, "script_fields": subfields, "lhr_fields": subfields}


@pytest.fixture(scope="module")
def alma() -> dict[str, pl.DataFrame]:
    return load(ALMA)


def test_035_and_079_differ_by_rule_and_079_is_proposed_first(alma):
    pair = work_out("place_comparison", **alma).row(0, named=True)
    assert (pair["place"], pair["other_place"], pair["both"], pair["different"]) == ("035$a", "079$a", 3711, 3545)
    proposed = work_out("proposed_rank", **alma)
    assert proposed.select("place", "bibs", "bibs_alone", "institution_records").rows() == [
        ("079$a", 4484, 773, 447),
        ("035$a", 4287, 576, 3537),
    ]


def test_with_079_first_hardly_a_bib_has_several_numbers_and_hosts_miss_none(alma):
    bibs = alma["bibs"]
    assert bibs["is_host"].sum() == 816
    assert work_out("several_ocns", **alma).findings.height == 0
    missing = work_out("missing_ocn", **alma).findings
    assert missing["class"].to_list() == ["no_number"] * 115
    assert missing.join(bibs.filter("is_host"), on="mms_id", how="semi").is_empty()
    assert work_out("shared_ocn", **alma).findings.height == 11


def test_a_440_that_became_490_leaves_its_880_behind(alma):
    """Two bibs of 6,000: one 100 without $6, and an 880 that still names 440 where the series is in 490 and 800."""
    found = work_out("script_pairing", **alma).findings
    assert found.sort("mms_id").select("mms_id", "parameters").rows() == [
        (
            "991000056609703811",
            '{"faults":["no 880 answers the 490 with $6 880-06","no 880 answers the 800 with $6 880-06"]}',
        ),
        ("991000060079703811", '{"faults":["no 100 answers the 880 with $6 100-01"]}'),
    ]


def test_local_holdings_records_of_oclc_are_sound():
    tables = load(OCLC_LHRS)
    assert work_out("lhr_problem", **tables).findings.is_empty()
    numbers = work_out("lhr_numbers", **tables)
    assert numbers.filter(place="004").select("holding_id", "ocn").rows() == [
        ("203611974", 244067492),
        ("203780362", 22544415),
        ("385266589", 1315578134),
        ("385358403", 1152424025),
    ]


def test_own_holdings_records_lack_what_their_bibs_lack():
    """124 are on bibs without OCN that are no hosts, 2 on bibs that share one; 4 have an 866 without $8 or with a holding ID in it."""
    problems = work_out("lhr_problem", **load(OWN_LHRS, ALMA)).findings
    assert problems["class"].value_counts().sort("class").rows() == [("linking", 4), ("no_ocn", 124), ("shared_ocn", 2)]
