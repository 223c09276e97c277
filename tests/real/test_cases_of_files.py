"""Small inputs after reports of people who do this work, beside the checkout. Skipped, saying so, where they are absent."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

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
