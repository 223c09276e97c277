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
        (tmp_path / name / "datasync.toml").write_text("", "utf-8")
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
    taken, issues = project.take_decisions([CASES / "returned_1904_dates" / "mac1904.xlsx"])
    assert (taken, issues.height) == (1, 0)
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
