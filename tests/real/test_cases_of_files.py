"""Small inputs after reports of people who do this work, beside the checkout. Skipped, saying so, where they are absent."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from datasync_lib.errors import SettingsError
from datasync_lib.project import Project

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases" / "files"


@pytest.fixture
def case(tmp_path) -> Callable[[str], Project]:
    """A project with the raw files of a case, loaded."""

    def loaded(name: str) -> Project:
        if not (CASES / name).is_dir():
            pytest.skip(f"needs the case in ../shared/cases/files/{name}, which is not there")
        shutil.copytree(CASES / name / "raw", tmp_path / name / "data" / "raw")
        extracts = CASES / name / "extracts.toml"
        settings = extracts.read_text("utf-8") if extracts.is_file() else ""
        (tmp_path / name / "datasync.toml").write_text(settings, "utf-8")
        for path in (CASES / name).glob("*.csv"):
            shutil.copy(path, tmp_path / name)
        project = Project(tmp_path / name)
        project.load(progress=False)
        return project

    return loaded


def test_digits_in_groups_are_malformed(case):
    readings = case("ocn_blank_groups").table("ocns").select("raw", "ocn", "verdict").collect()
    assert sorted(readings.rows()) == [
        ("(OCoLC)1 234 567", None, "malformed"),
        ("(OCoLC)1,234,567", None, "malformed"),
        ("(OCoLC)ocm1234 5678", None, "malformed"),
    ]


def test_texts_of_an_old_workbook_tell_their_width_themselves(case):
    project = case("xls_codepage_nul")
    held = project.sql("select file, list(ocn order by ocn) as ocns from worldcat_holdings group by file")
    assert dict(held.rows()) == {
        "worldcat.XYZ.20250721.good.xls": list(range(12345670, 12345682)),
        "worldcat.XYZ.20250721.list.xls": list(range(12345670, 12345682)),
        "worldcat.XYZ.20250721.mac.xls": [7, 12345678],
    }
    assert project.sql("select sum(found), sum(loaded), sum(rejected) from files").row(0) == (26, 26, 0)


def test_days_of_a_returned_workbook_from_1904(case):
    project = case("returned_1904_dates")
    taken = project.take_decisions([CASES / "returned_1904_dates" / "mac1904.xlsx"])
    assert (taken.added.height, taken.issues.height) == (1, 0)
    assert project.sql("select decided_on, status from decisions").rows() == [("2025-07-21", "Done")]


def test_the_header_below_a_title_names_the_column_and_row_numbers_are_none(case):
    held = case("list_title_row").table("worldcat_holdings").select("file", "ocn", "title").collect()
    assert sorted(held.rows()) == [
        ("worldcat.XYZ.20250721.branch.csv", 12345678, "Foo"),
        ("worldcat.XYZ.20250721.branch.csv", 23456789, "Bar"),
        ("worldcat.XYZ.20250721.list.csv", 12345678, "Foo"),
        ("worldcat.XYZ.20250721.list.csv", 23456789, "Bar"),
        ("worldcat.XYZ.20250721.list.csv", 34567890, "Baz"),
    ]


def test_a_carriage_return_alone_ends_a_line(case):
    held = case("list_cr_only").table("worldcat_holdings").select("record", "ocn", "title").collect()
    assert held.sort("record").rows() == [(1, 12345678, "Foo"), (2, 23456789, "Bar"), (3, 34567890, "Baz")]


def test_an_open_quotation_mark_in_the_location_map_is_told_with_its_line(case):
    with pytest.raises(SettingsError, match=r"line 2: a quotation mark is open"):
        case("map_open_quote")


A, B, H = "991000000000014321", "991000000000024321", "221000000000014321"


@pytest.mark.parametrize("has_entries", [True, False], ids=["entries", "days in names"])
def test_a_deletion_in_a_harvest(case, has_entries):
    project = case("oai_deleted")
    if not has_entries:
        (project.folder / "datasync.toml").write_text("", "utf-8")
    assert project.table("bibs").collect()["mms_id"].to_list() == [A]
    assert project.sql("select mms_id, is_deleted from all_bibs order by all").rows() == [(A, False)] * 2 + [
        (B, False),
        (B, True),
    ]
    assert project.sql("select sum(found), sum(loaded), sum(rejected) from files").row(0) == (4, 4, 0)


@pytest.mark.parametrize("has_entries", [True, False], ids=["entries", "days in names"])
def test_a_holding_that_was_moved(case, has_entries):
    project = case("relinked_holding")
    if not has_entries:
        (project.folder / "datasync.toml").write_text("", "utf-8")
    assert project.sql("select holding_id, mms_id, library, location from holdings").rows() == [
        (H, B, "MAIN", "STACKS")
    ]


def test_an_852_of_another_library(case):
    project = case("bib_852_hides_ava")
    assert project.sql("select holding_id, mms_id, library, location from holdings order by all").rows() == [
        (H, A, "MAIN", "STACKS"),
        ("221000000000024321", B, "MAIN", "STACKS"),
    ]
    assert project.sql("select file, record, library from other_holdings").rows() == [
        ("cat_20250721.mrc", 0, "OTHERLIB")
    ]
    assert project.sql("select count(*) from load_issues where code = 'other_holding'").item() == 1


def test_bytes_that_are_no_marc8_are_told_for_each_record(case):
    project = case("latin1_under_marc8")
    told = project.sql("select record, byte_offset, message from load_issues where code = 'not_marc8' order by all")
    broken = "1 values hold bytes that are not MARC-8; each such byte is shown as �"
    misplaced = "1 values have a diacritic on a blank, on a sign or on a letter that has none; this is hardly MARC-8"
    assert told.rows() == [(0, 0, misplaced), (0, 0, broken), (1, 334, broken)]
    assert project.sql("select title from bibs where record = 1").item() == "Rok� �� end"


def test_an_008_of_another_length_is_told_and_gives_no_codes(case):
    project = case("008_collapsed")
    told = project.sql("select record, byte_offset, code, message, excerpt from load_issues")
    text = "200101s2020 gw a b 001 0 ger d"
    assert told.rows() == [(1, 470, "bad_008", "008 has 30 characters instead of 40", text)]
    codes = project.sql(
        "select date_type, date1, date2, place_code, language, form_of_item, year from bibs order by record"
    )
    assert codes.rows() == [
        ("s", "2020", "    ", "gw ", "ger", " ", 2020),
        (None, "2020", None, None, None, None, 2020),
    ]
    missing = project.sql("select missing_elements from bibs order by record")["missing_elements"].to_list()
    assert missing == ["imprint extent heading", "imprint extent heading"]


def test_a_leader_in_a_controlfield_says_what_the_record_is(case):
    project = case("leader_as_controlfield")
    assert project.sql("select mms_id, format from bibs order by record").rows() == [
        ("1234", "serial"),
        ("77", "other"),
    ]
    assert project.sql("select holding_id, mms_id, is_mfhd from holdings").rows() == [("22555", "1234", True)]
    assert project.sql("select record, message from load_issues order by record").rows() == [
        (0, "the leader stands in a field LDR"),
        (1, "the leader stands in a field LDR"),
        (2, "no leader element, so what kind of record this is cannot be known"),
    ]


def test_blanks_without_end_around_an_isbn_lose_no_record(case):
    project = case("isbn_quadratic")  # how long it takes: benchmarks/slow_patterns.py
    assert project.sql("select count(*) from bibs").item() == 1
