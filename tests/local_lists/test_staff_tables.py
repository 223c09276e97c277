from datetime import date

import pytest

from datasync_lib.errors import SettingsError
from datasync_lib.local_lists.staff_tables import read_location_map, read_milestones
from datasync_lib.settings import Settings

HEADER = "library,location,unit,outgoing_symbol,target_symbol,in_scope,valid_from\n"
SYMBOLS = Settings.model_validate({"symbols": [{"symbol": "NEW"}, {"symbol": "OLD", "mode": "retired"}]})


def location_map(tmp_path, text: str, encoding: str = "utf-8"):
    path = tmp_path / "location_map.csv"
    path.write_bytes(text.encode(encoding))
    return read_location_map(path, SYMBOLS)


def test_lines_as_staff_write_them(tmp_path):
    found = location_map(tmp_path, HEADER + "MAIN,stacks, Main ,OLD,NEW,yes,\nMAIN,*,Main,OLD,NEW,no,2025-07-21\n")
    assert found.rows() == [
        ("MAIN", "*", "Main", "OLD", "NEW", False, date(2025, 7, 21)),
        ("MAIN", "stacks", "Main", "OLD", "NEW", True, None),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_as_spreadsheets_save_it(tmp_path, delimiter):
    text = "\ufeff" + (HEADER.upper() + "MAIN,stacks,Main,OLD,NEW,TRUE,21.07.2025\r\n,,,,,,\r\n").replace(
        ",", delimiter
    )
    assert location_map(tmp_path, text).row(0)[-2:] == (True, date(2025, 7, 21))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "MAIN,stacks,Main,OLD,NWE,yes,",
            "line 2, target_symbol: NWE is not among [[symbols]] (NEW, OLD); did you mean 'NEW'?",
        ),
        ("MAIN,stacks,Main,OLD,NEW,perhaps,", "line 2, in_scope: expected yes or no, found 'perhaps'"),
        ("MAIN,stacks,Main,OLD,NEW,yes,soon", "line 2, valid_from: no date in 'soon'"),
        ("MAIN,stacks,Main,OLD,NEW,yes,07/08/2025", "line 2, valid_from: two days are possible in '07/08/2025'"),
        (",stacks,Main,OLD,NEW,yes,", "line 2, library: is empty"),
        ("A,x,,,,yes,\nA,x,,,,yes,", "line 3: A / x is there already in line 2"),
        ("A,*,,,,yes,\nA,R*,,,,yes,", "line 3, location: 'R*' is no code; * alone, as a location, stands for the rest"),
        ("*,x,,,,yes,", "line 2, library: '*' is no code"),
    ],
)
def test_what_cannot_be_right_is_named_by_line(tmp_path, line, said):
    with pytest.raises(SettingsError) as error:
        location_map(tmp_path, HEADER + line + "\n")
    assert said in str(error.value)


def test_a_date_with_slashes_that_can_be_one_day_only(tmp_path):
    assert location_map(tmp_path, HEADER + "A,x,,,,yes,7/21/2025\n")["valid_from"].to_list() == [date(2025, 7, 21)]


def test_a_missing_column_is_named(tmp_path):
    with pytest.raises(SettingsError, match="the column unit, in_scope is missing"):
        location_map(tmp_path, "library,location,outgoing_symbol,target_symbol,valid_from\n")


def test_another_encoding_is_named(tmp_path):
    with pytest.raises(SettingsError, match="not UTF-8"):
        location_map(tmp_path, HEADER + "MÄIN,x,,,,yes,\n", "latin-1")


def test_no_file_is_an_empty_map(tmp_path):
    assert read_location_map(tmp_path / "none.csv").is_empty()


def test_milestones(tmp_path):
    path = tmp_path / "milestones.csv"
    path.write_text(
        "symbol,milestone,planned,actual,owner\nNEW,reclamation,2025-07-21,2025-07-25,A. Person\nOLD,deletion,,,\n"
    )
    assert read_milestones(path, SYMBOLS).rows() == [
        ("NEW", "reclamation", date(2025, 7, 21), date(2025, 7, 25), "A. Person"),
        ("OLD", "deletion", None, None, ""),
    ]
    path.write_text("symbol,milestone,planned,actual,owner\nNWE,reclamation,,,\n")
    with pytest.raises(SettingsError, match="NWE is not among"):
        read_milestones(path, SYMBOLS)


def milestones(tmp_path, *lines: str) -> list[tuple]:
    path = tmp_path / "milestones.csv"
    path.write_text("\n".join(["symbol,milestone,planned,actual,owner", *lines]), "utf-8")
    return read_milestones(path, SYMBOLS).rows()


def test_a_suggestion_is_for_each_symbol_without_a_line_of_its_own(tmp_path):
    day = date(2025, 9, 1)
    found = milestones(
        tmp_path, "*,Full export sent,,,Systems", "retired,ILL freeze,,,ILL", "OLD,full export SENT,2025-09-01,,"
    )
    assert found == [
        ("NEW", "Full export sent", None, None, "Systems"),
        ("OLD", "ILL freeze", None, None, "ILL"),
        ("OLD", "full export SENT", day, None, ""),
    ]


@pytest.mark.parametrize("line", ["*,ILL freeze,,2025-09-01,", "retired,ILL freeze,2025-09-01,,"])
def test_no_date_is_that_of_several_symbols(tmp_path, line):
    with pytest.raises(SettingsError, match="line 2: a date is that of one symbol: write a line with it for each"):
        milestones(tmp_path, line)
