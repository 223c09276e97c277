"""Cells of CSVs for people: nothing is run or changed by a spreadsheet, and what comes back is the true value."""

import polars as pl
import pytest

from datasync_lib.local_lists.own_files import read_own
from datasync_lib.local_lists.staff_tables import read_location_map
from datasync_lib.spreadsheets.safe_text import as_meant, for_people, texts_as_meant, write_for_people

CODES = [
    *("GEN", "0", "12", "1; 22", "Law Library", "", "Oct", "a=b", "s'il", "'s-Gravenhage", "Zürich", "東京"),
    *("007", "1-2", "1/2", "1E5", "12.0", ".5", "1,200", "10:30", "990011023280203941", "2nd floor", "(12)", "50%"),
    *("=1+1", "+cmd|' /C calc'!A0", "-5", "@SUM(A1)", "\t=1", " 007", "%1", "|x", "$5"),
    *("MAR1", "sep 2", "Oct-12", "März 3", "DEC.5", "TRUE", "falsch", "Vrai"),
    *("'007", "''007", "'=1", "'12", "'TRUE", '="007"'),
]
UNCHANGED = ["GEN", "0", "12", "1; 22", "Law Library", "", "Oct", "a=b", "s'il", "'s-Gravenhage", "Zürich", "東京"]


def test_only_what_is_at_risk_gets_an_apostrophe_and_all_comes_back():
    cells = for_people(pl.DataFrame({"code": CODES, "n": 1}))["code"].to_list()
    assert [code for code, cell in zip(CODES, cells, strict=True) if code == cell] == UNCHANGED
    assert {cell[0] for code, cell in zip(CODES, cells, strict=True) if code not in UNCHANGED} == {"'"}
    assert [as_meant(cell) for cell in cells] == CODES


@pytest.mark.parametrize("kind", ["csv", "xlsx", "ods"])
def test_libreoffice_runs_and_changes_nothing(libreoffice, tmp_path, kind):
    codes = [code for code in CODES if code.strip() == code and code]
    write_for_people(pl.DataFrame({"code": codes, "more": [7] * len(codes)}), tmp_path / "codes.csv")
    saved = libreoffice(tmp_path / "codes.csv", tmp_path, kind, reads="CSV:44,34,76,1")
    assert read_own(saved, maximum=2_000_000_000)["code"].to_list() == codes


def test_a_location_map_that_staff_fill_in_comes_back_as_it_was(libreoffice, tmp_path):
    """What `load` writes for staff, saved by a spreadsheet and put in the map's place."""
    codes = [code for code in CODES if code.strip() == code and code]
    rows = pl.DataFrame({"library": ["007"] * len(codes), "location": codes, "unit": "Law", "outgoing_symbol": ""})
    rows = rows.with_columns(target_symbol=pl.lit("NEW"), in_scope=pl.lit("yes"), valid_from=pl.lit(""), holdings=3)
    write_for_people(rows, tmp_path / "locations_to_map.csv")
    assert read_location_map(tmp_path / "locations_to_map.csv")["location"].to_list() == sorted(codes)
    saved = libreoffice(tmp_path / "locations_to_map.csv", tmp_path, "csv", reads="CSV:44,34,76,1")
    back = read_location_map(saved)
    assert back["location"].to_list() == sorted(codes)
    assert set(back["library"]) == {"007"}


def test_a_frame_comes_back_whole():
    frame = pl.DataFrame({"code": [*CODES, None], "n": 1})
    assert texts_as_meant(for_people(frame)).equals(frame)
