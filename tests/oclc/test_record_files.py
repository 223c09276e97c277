from datetime import date
from pathlib import Path

import pytest
from pymarc import Field, Record
from whole_tables import whole_tables

from datasync_lib.marc import find_inputs, write_iso2709
from datasync_lib.oclc.filenames import read_file_name
from datasync_lib.oclc.record_files import record_file_order

MERGES = "metacoll.XYZ.merges.D20250721.T213015.1.mrc"


def read(folder, *records: Record, name: str = MERGES, **options):
    write_iso2709(folder / name, records)
    return whole_tables(find_inputs(folder / name)[0], "oclc_records", **options)


def test_merges_become_edges_with_the_day_of_the_file(tmp_path, worldcat_record):
    given = read(
        tmp_path,
        worldcat_record("ocn900000001", own="(OCoLC)900000001", old=("900000001", "00000017", "123")),
        worldcat_record("ocm00000005 ", own="(OCoLC)00000005"),
    )

    edges = ["file", "record", "old_ocn", "current_ocn", "source", "as_of"]
    assert given.concordance.select(edges).rows() == [
        (MERGES, 0, 17, 900000001, "019", date(2025, 7, 21)),
        (MERGES, 0, 17, 900000001, "035$z", date(2025, 7, 21)),
        (MERGES, 0, 123, 900000001, "019", date(2025, 7, 21)),
        (MERGES, 0, 123, 900000001, "035$z", date(2025, 7, 21)),
    ]
    assert given.files.select("kind", "found", "loaded", "rejected").row(0) == ("oclc_records", 2, 2, 0)


def test_a_day_that_is_given_counts(tmp_path, worldcat_record):
    given = read(tmp_path, worldcat_record("ocm00000005 ", old=("7",)), as_of=date(2020, 1, 1))

    assert given.concordance["as_of"].to_list() == [date(2020, 1, 1)]


def test_an_unresolved_record_with_new_for_its_number_is_rejected(tmp_path, worldcat_record):
    record = worldcat_record("NEW", old=("7",))
    given = read(tmp_path, record)

    assert given.concordance.is_empty()
    assert given.issues.select("record", "code").rows() == [(0, "no_ocn")]
    assert given.files.select("found", "loaded", "rejected").row(0) == (1, 0, 1)


def test_a_list_number_without_prefix_in_035_z_is_no_ocn(tmp_path, worldcat_record):
    record = worldcat_record("ocm00000005 ", own="(OCoLC)5")
    record["035"].add_subfield("z", "12345")
    record["035"].add_subfield("z", "(DLC)12346")

    assert read(tmp_path, record).concordance.is_empty()


@pytest.mark.parametrize("seed", range(3))
def test_files_are_taken_by_day_and_in_oclcs_order(seed):
    import random

    expected = [
        "metacoll.XYZ.updates.D20250720.T213000.1.mrc",
        "metacoll.XYZ.deletes.D20250721.T213030.1.mrc",
        "metacoll.XYZ.new.D20250721.T213020.1.mrc",
        "metacoll.XYZ.new.D20250721.T213020.2.mrc",
        "metacoll.XYZ.new.D20250721.T213020.10.mrc.zip",
        "metacoll.XYZ.merges.D20250721.T213010.1.mrc",
        "metacoll.XYZ.updates.D20250721.T213000.1.mrc",
        "metacoll.XYZ.datasync.1099999.D20250721.T101502.records.1.mrc",
        "metacoll.XYZ.deletes.D20250722.T213000.1.mrc",
    ]
    shuffled = random.Random(seed).sample(expected, len(expected))

    assert sorted(shuffled, key=lambda name: record_file_order(read_file_name(name))) == expected


def test_numbers_above_the_maximum_are_none(tmp_path, worldcat_record):
    given = read(
        tmp_path, worldcat_record("ocm00001500 ", old=("1600", "12")), worldcat_record("ocm00001501 "), maximum=1500
    )

    assert given.concordance.select("record", "old_ocn", "current_ocn").rows() == [(0, 12, 1500)]
    assert given.issues.select("record", "code").rows() == [(1, "no_ocn")]


RETURNED = "metacoll.XYZ.datasync.1099999.D20250721.T101502.records.1.mrc"
UNRESOLVED = "metacoll.XYZ.datasync.1099999.D20250721.T101502.unresolved.1.mrc"


def with_003(record: Record, code: str | None) -> Record:
    record.remove_fields("003")
    if code:
        record.add_ordered_field(Field("003", data=code))
    return record


@pytest.mark.parametrize("name", [MERGES, RETURNED])
@pytest.mark.parametrize(
    ("control", "code"),
    [
        ("991234567890106001", None),
        ("991234567890106001", "OCoLC"),
        ("40000001", None),
        ("40000001", "OCoLC"),
        ("ocm40000001 ", "XYZ"),
        ("ocn40000001", "OCoLC"),
        ("on123456789", "OCoLC"),
        ("(OCoLC)40000001", "OCoLC"),
    ],
)
def test_the_librarys_own_records_give_no_merge(tmp_path, worldcat_record, name, control, code):
    own = with_003(worldcat_record(control, own="(OCoLC)40000001", old=("7", "8")), code)
    given = read(tmp_path, worldcat_record("ocm00000005 ", old=("4",)), own, name=name)

    assert given.concordance.select("record", "old_ocn", "current_ocn").rows() == [(0, 4, 5)]
    assert given.worldcat_records["record"].to_list() == [0]
    assert given.files.select("found", "loaded", "rejected").row(0) == (2, 1, 1)
    assert given.issues.select("record", "code").rows()[0] in [(1, "not_worldcat_record"), (1, "no_ocn")]


@pytest.mark.parametrize("code", ["OCoLC", None])
@pytest.mark.parametrize("control", ["ocm00000005 ", "ocm00000005", "ocn900000001", "on1500000001"])
def test_worldcats_records_are_told_by_001_and_003(tmp_path, worldcat_record, control, code):
    given = read(tmp_path, with_003(worldcat_record(control, old=("4",)), code), name=RETURNED)
    assert given.concordance["old_ocn"].to_list() == [4]
    assert given.issues.is_empty()


def test_a_holdings_record_gives_no_merge(tmp_path, worldcat_record):
    record = worldcat_record("ocm00000005 ", old=("4",))
    record.leader = "00000nx  a2200000zn 4500"
    given = read(tmp_path, record, name=RETURNED)
    assert given.concordance.is_empty()
    assert given.issues["code"].to_list() == ["not_worldcat_record", "local_holdings_record"]


def test_unresolved_records_have_staging_numbers(tmp_path, worldcat_record):
    record = worldcat_record("on1500000001", own="(OCoLC)1500000001", old=("4",))
    given = read(tmp_path, record, name=UNRESOLVED)
    assert given.concordance.is_empty()
    assert given.worldcat_records.is_empty()
    assert given.issues.select("record", "code").rows() == [(0, "not_worldcat_record")]
    assert "staging" in given.issues["message"].item()
    assert given.files.select("found", "loaded", "rejected").row(0) == (1, 0, 1)


def test_a_record_with_two_numbers_gives_no_merge(tmp_path, worldcat_record):
    given = read(tmp_path, worldcat_record("ocm00000005 ", own="(OCoLC)6", old=("4",)))
    assert given.concordance.is_empty()
    assert given.issues.select("record", "code").rows() == [(0, "numbers_differ")]


def test_oclcs_real_output_gives_all_its_merges():
    folder = Path(__file__).parents[3] / "shared" / "data" / "bibs_iso2709"
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there")
    (path,) = folder.glob("*metacoll*.mrc.gz")
    given = whole_tables(find_inputs(path)[0], "oclc_records")
    assert given.files.select("found", "loaded", "rejected").row(0) == (1493, 1493, 0)
    assert given.concordance.height == 414
    assert given.issues.is_empty()
