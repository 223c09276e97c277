"""Whole projects: the state of the catalogue is what the records and their days say, whatever files and folders are called."""

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest
from pymarc import Field, Record, Subfield

from datasync_lib.marc.writing import record_bytes
from datasync_lib.project import Project

A, B, C = "991000000000014321", "991000000000024321", "991000000000034321"
H1, H2 = "221000000000014321", "221000000000024321"


def bib(mms_id: str | None, ocn: int = 1, *holdings: str, status: str = "n", place: str = "MAIN") -> bytes:
    record = Record(leader=f"00000{status}am a2200000 i 4500")
    if mms_id is not None:
        record.add_field(Field(tag="001", data=mms_id))
    record.add_field(Field(tag="035", indicators=[" ", " "], subfields=[Subfield("a", f"(OCoLC){ocn}")]))
    record.add_field(Field(tag="245", indicators=["1", "0"], subfields=[Subfield("a", "A title")]))
    for holding in holdings:
        parts = [Subfield("8", holding), Subfield("b", place), Subfield("j", "STACKS")]
        record.add_field(Field(tag="AVA", indicators=[" ", " "], subfields=parts))
    return record_bytes(record)


@pytest.fixture
def loaded(tmp_path) -> Callable[..., Project]:
    """A project with these raw files, loaded."""
    count = itertools.count()

    def load(files: dict[str, bytes], settings: str = "") -> Project:
        folder = tmp_path / str(next(count))
        for name, content in files.items():
            path = folder / "data" / "raw" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        Path(folder / "datasync.toml").write_text(settings, "utf-8")
        project = Project(folder)
        project.load(progress=False)
        return project

    return load


STATE = {
    "bibs": "select mms_id, title from bibs order by all",
    "ocns": "select mms_id, ocn from ocns where is_current order by all",
    "holdings": "select holding_id, mms_id, library from holdings order by all",
    "issues": "select code, count(*) from load_issues group by code order by all",
}


def state(project: Project) -> dict[str, list[tuple]]:
    return {name: project.sql(query).rows() for name, query in STATE.items()}


# Contents by the day in the name (none: no day), and the state that they make.
HISTORIES = {
    "a full export and changes": (
        {
            "_20250701": bib(A, 1, H1) + bib(B, 2) + bib(C, 3, H2),
            "_20250708": bib(B, 22, H1) + bib(C, status="d"),
            "_20250709": bib(B, 23, H1),
        },
        {"bibs": [A, B], "ocns": [(A, 1), (B, 23)], "holdings": [(H1, B, "MAIN")], "issues": []},
    ),
    "two increments of one day": (
        {"_20250701": bib(A, 1, H1), "_20250708.1": bib(A, 2, H1), "_20250708.2": bib(A, 3, H1, place="LAW")},
        {
            "bibs": [A],
            "ocns": [(A, 2), (A, 3)],
            "holdings": [(H1, A, "LAW"), (H1, A, "MAIN")],
            "issues": [("order_unknown", 2)],
        },
    ),
    "files without days": (
        {".1": bib(A, 1, H1) + bib(B, 2), ".2": bib(A, status="d") + bib(B, 2, H1)},
        {
            "bibs": [A, B],
            "ocns": [(A, 1), (B, 2)],
            "holdings": [(H1, A, "MAIN"), (H1, B, "MAIN")],
            "issues": [("claimed_twice", 2), ("order_unknown", 2)],
        },
    ),
}


@pytest.mark.parametrize("name", HISTORIES)
def test_files_may_be_called_and_lie_as_they_like(name, loaded):
    history, expected = HISTORIES[name]
    for order in (range(len(history)), reversed(range(len(history)))):
        files = {
            f"{chr(ord('a') + place)}/{place}x{day}.mrc": content
            for place, (day, content) in zip(order, history.items(), strict=True)
        }
        found = state(loaded(files))
        assert found | {"bibs": [row[0] for row in found["bibs"]]} == expected


def test_a_file_with_the_bytes_of_an_older_one_is_a_state_of_its_own(loaded):
    there, gone = bib(A, 1, H1), bib(A, status="d")
    files = {"inc_20250701.mrc": there, "inc_20250702.mrc": gone}
    assert state(loaded(files))["bibs"] == []
    assert state(loaded({**files, "inc_20250703.mrc": there}))["bibs"] == [(A, "A title")]
    assert state(loaded({**files, "inc_20250703.mrc": there, "inc_20250704.mrc": gone}))["bibs"] == []


def test_a_part_of_a_full_export_that_did_not_change_is_still_there(loaded):
    settings = "".join(f'[[extracts]]\nfiles = "{day}/*"\ndate = {day}\n' for day in ("2025-01-01", "2025-07-01"))
    files = {"2025-01-01/1.mrc": bib(A, 1, H1), "2025-01-01/2.mrc": bib(B), "2025-07-01/1.mrc": bib(A, 1, H1)}
    found = state(loaded({**files, "2025-07-01/2.mrc": bib(C)}, settings))
    assert [row[0] for row in found["bibs"]] == [A, C]
    assert found["holdings"] == [(H1, A, "MAIN")]


def test_what_was_uploaded_hides_no_holding(loaded):
    files = {"full_20250701.mrc": bib(A, 1, H1), "1099999.XYZ.20250801.mrc": bib(A, 2)}
    found = state(loaded(files))
    assert (found["ocns"], found["holdings"]) == ([(A, 1)], [(H1, A, "MAIN")])


def test_bibs_without_a_number_are_nobodys_and_are_told(loaded):
    project = loaded({"full_20250701.mrc": bib(None, 7, H1) + bib("  ", 8, H2) + bib(A, 1)})
    assert project.table("current_ocns").collect()["ocn"].to_list() == [1]
    assert project.sql("select code, message from load_issues").rows()[0][0] == "no_mms_id"
    assert project.sql("select holding_id, mms_id from holdings order by all").rows() == [(H1, None), (H2, None)]


def test_full_exports_without_an_entry_are_told(loaded):
    project = loaded({"full_20250101.mrc": bib(A), "full_20250701.mrc": bib(B)})
    notes = project.load(progress=False).notes
    assert any(
        note.startswith("2 catalogue files of 2 days (2025-01-01 to 2025-07-01) have no [[extracts]]") for note in notes
    )
    assert not any("have no [[extracts]]" in note for note in loaded({"full_20250101.mrc": bib(A)}).load().notes)


def test_a_page_that_tells_of_an_error_takes_the_place_of_no_extract(loaded):
    settings = "".join(f'[[extracts]]\nfiles = "{day}/*"\ndate = {day}\n' for day in ("2025-01-01", "2025-07-01"))
    error = b'<OAI-PMH><error code="badResumptionToken"/></OAI-PMH>'
    project = loaded({"2025-01-01/1.mrc": bib(A, 1, H1), "2025-07-01/1.xml": error}, settings)
    assert state(project)["holdings"] == [(H1, A, "MAIN")]
    assert project.sql("select date from extracts").rows()[0][0].isoformat() == "2025-01-01"
    assert project.sql("select kind, loaded, rejected from files order by all").rows() == [
        ("catalogue", 1, 0),
        ("unreadable", 0, 1),
    ]
