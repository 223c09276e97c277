"""Tables as staff send them back: read as they are meant, or each fault with its line, and never a line less."""

import csv
import io
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasync_lib.errors import SettingsError
from datasync_lib.local_lists.edited_csv import read_csv_lines
from datasync_lib.local_lists.signed_fixes import read_signed_fixes
from datasync_lib.local_lists.staff_tables import read_location_map

HEADER = "library,location,unit,in_scope,valid_from"
COLUMNS = tuple(HEADER.split(","))
MAIN, LAW, MED = "MAIN,STACKS,Main,yes,", "LAW,REF,Law,yes,2025-07-21", "MED,REF,Medicine,no,"


def read(tmp_path: Path, text: str | bytes, encoding: str = "utf-8"):
    path = tmp_path / "location_map.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    lines, faults = read_csv_lines(path, COLUMNS, ["valid_from"])
    return [(number, line["library"], line["unit"]) for number, line in lines], faults


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\r\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"])
def test_line_ends_and_encodings_change_nothing(tmp_path, end, encoding):
    text = end.join([HEADER, MAIN, "", LAW, "MED,REF,Médecine\u2028et\u0085\x0bSanté,no,"])
    rows = [(2, "MAIN", "Main"), (4, "LAW", "Law"), (5, "MED", "Médecine\u2028et\u0085\x0bSanté")]
    assert read(tmp_path, text, encoding) == (rows, [])


@pytest.mark.parametrize(
    "text",
    [
        f"{HEADER}\n{MAIN}\n",
        f"sep=,\n{HEADER}\n{MAIN}",
        f'"sep=;"\n{HEADER}\n{MAIN}'.replace(",", ";"),
        f"{HEADER}\n{MAIN}\n".replace(",", "\t"),
        f"\n\n{HEADER}\n,,,,\n{MAIN}\n,\n",
        f"\ufeff{HEADER}\n\ufeff{MAIN}\n\x1a",
        " Library ,LOCATION,unit,In Scope,valid_from\nMAIN,STACKS, Main ,yes,",
        "valid_from,in_scope,note,unit,location,library\n,yes,,Main,STACKS,MAIN",
        "library,location,unit,in_scope,valid_from,note,\nMAIN,STACKS,Main,yes",
        f"{HEADER}\nMAIN,STACKS,Main,yes,\n,,,,,,",
        f'{HEADER}\n"MAIN", "STACKS","Main","yes",',
    ],
)
def test_what_spreadsheets_and_people_write_is_read(tmp_path, text):
    rows, faults = read(tmp_path, text)
    assert (faults, [row[1:] for row in rows]) == ([], [("MAIN", "Main")])


@pytest.mark.parametrize(
    ("lines", "line", "said"),
    [
        (['MAIN,STACKS,"Main,yes,', LAW, MED], 2, "a quotation mark is open, or closes nothing"),
        ([LAW, 'MAIN,STACKS,"Main,yes,', MED], 3, "a quotation mark is open, or closes nothing"),
        ([LAW, MED, 'MAIN,STACKS,"Main,yes,'], 4, "a quotation mark is open, or closes nothing"),
        (['MAIN,STACKS,"Main,yes,', LAW, 'MED,REF,"Medicine,no,'], 2, "the lines up to the next one look like rows"),
        (['MAIN,STACKS,"Main,yes,', 'LAW,REF",Law,yes,'], 2, "a quotation mark is open"),
        (['MAIN,STACKS,"Main,yes,', 'LAW,REF,"Law,yes,'], 2, "a quotation mark is open"),
        (['MAIN,STACKS",Main,yes,'], 2, "a quotation mark is open, or closes nothing"),
        (['MAIN,STACKS",Main",yes,'], 2, "a quotation mark inside of a cell"),
        (['MAIN,STACKS"",Main,yes,'], 2, "a quotation mark inside of a cell"),
        (['MAIN,"STACKS" A,Main,yes,'], 2, "a quotation mark is open, or closes nothing"),
        (["MAIN,\u201cSTACKS\u201d,Main,yes,"], 2, "typographic quotation marks around «\u201cSTACKS\u201d»"),
        (["MAIN,STACKS,Main, Library,yes,"], 2, "6 cells where the header has 5; put quotation marks around"),
        (["MAIN,STACKS,Main,yes,,"], 2, "6 cells where the header has 5"),
        (["MAIN,STACKS,Main,yes,,,left"], 2, "7 cells where the header has 5"),
        (["MAIN,STACKS,Main"], 2, "3 cells where 4 are needed; put a comma for each empty cell"),
        (["MAIN;STACKS;Main;yes;"], 2, "1 cells where 4 are needed; it has a semicolon where the header has a comma"),
        (["MAIN\tSTACKS\tMain\tyes"], 2, "it has a tab where the header has a comma"),
        ([LAW, HEADER, MED], 3, "the header stands here again; remove the line"),
        ([LAW, HEADER.upper() + ",", MED], 3, "the header stands here again; remove the line"),
        (["MA\x00IN,STACKS,Main,yes,"], 2, "a sign that is not seen or was lost (U+0000)"),
        (["MAIN\u200b,STACKS,Main,yes,"], 2, "a sign that is not seen or was lost (U+200B)"),
        (["MAIN,ST\ufffdCKS,Main,yes,"], 2, "was lost (U+FFFD)"),
    ],
)
def test_what_is_not_clear_is_a_fault_with_its_line(tmp_path, lines, line, said):
    rows, faults = read(tmp_path, "\r\n".join([HEADER, *lines, ""]))
    assert [fault.split(":")[0] for fault in faults] == [f"line {line}"]
    assert said in faults[0]
    assert {row[1] for row in rows} <= {"LAW", "MED"}


def test_all_faults_are_told_at_once(tmp_path):
    text = "\r".join([HEADER, "A;1;x;yes;", 'B,"2,x,yes,', "C,3,x,yes,,more", "D,4,x,yes,", "E,5", HEADER])
    rows, faults = read(tmp_path, text)
    assert rows == [(5, "D", "x")]
    assert [fault.split(":")[0] for fault in faults] == ["line 2", "line 3", "line 4", "line 6", "line 7"]


def test_a_cell_of_several_lines_moves_the_numbers(tmp_path):
    text = f'sep=,\n{HEADER}\n\nMAIN,STACKS,"Main Library,\nold ""building""\n",yes,\n{LAW}\nMED,REF\n'
    rows, faults = read(tmp_path, text)
    assert rows == [(4, "MAIN", 'Main Library, old "building"'), (7, "LAW", "Law")]
    assert faults == ["line 8: 2 cells where 4 are needed; put a comma for each empty cell"]


def test_a_cell_of_any_length(tmp_path):
    long = "x" * 140_000
    assert read(tmp_path, f'{HEADER}\nMAIN,STACKS,"{long}",yes,\n{LAW}') == ([(2, "MAIN", long), (3, "LAW", "Law")], [])


def test_words_in_quotation_marks_are_no_fault(tmp_path):
    text = f'{HEADER}\nMAIN,STACKS,the "old" house,yes,\nLAW,REF,"the ""new"" one",yes,\n'
    assert read(tmp_path, text) == ([(2, "MAIN", 'the "old" house'), (3, "LAW", 'the "new" one')], [])


@pytest.mark.parametrize("encoding", ["cp1252", "mac-roman", "cp1250", "shift-jis"])
def test_a_line_in_another_encoding_is_named(tmp_path, encoding):
    word = "ﾊﾞ" if encoding == "shift-jis" else "Médecine"
    rows, faults = read(tmp_path, f"{HEADER}\n{LAW}\nMED,REF,{word},no,\n", encoding)
    assert [row[0] for row in rows] == [2, 3]
    assert [fault.split(" (")[0] for fault in faults] == ["line 3: not UTF-8"]
    assert "save it as «CSV UTF-8»" in faults[0]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "the column library, location, unit, in_scope, valid_from is missing in line 1"),
        (b"library,location,unit\n", "the column in_scope, valid_from is missing in line 1"),
        (b"Map of 2025\n" + HEADER.encode(), "the column library"),
        (b"library,location,unit,in_scope,valid_from,Library\n", "line 1: the column library is there twice"),
        (b'library,"location,unit,in_scope,valid_from\n', "line 1: a quotation mark in the header is not closed"),
        (b"PK\x03\x04" + bytes(26) + b"[Content_Types].xml", "this is a workbook: open it and save it as «CSV UTF-8»"),
        (b"%PDF-1.7\n", "this is a PDF file"),
        (b"<!DOCTYPE html><title>Sign in</title>", "this is a page that asks to log in"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused(tmp_path, data, said):
    with pytest.raises(SettingsError, match=re.escape(said)):
        read(tmp_path, data)


def test_a_location_does_not_vanish_behind_an_open_mark(tmp_path):
    path = tmp_path / "location_map.csv"
    header = "library,location,unit,outgoing_symbol,target_symbol,in_scope,valid_from\n"
    path.write_text(f'{header}MAIN,STACKS,"Main,XYZ,XYZ,yes,\nLAW,REF,Law,XYL,XYZ,perhaps,\n', "utf-8")
    with pytest.raises(SettingsError) as error:
        read_location_map(path)
    first, second = str(error.value).splitlines()[1:]
    assert first.startswith("  line 2: a quotation mark is open")
    assert second.startswith("  line 3, in_scope: expected yes or no")


def test_a_fix_is_traced_to_its_line(tmp_path):
    path = tmp_path / "signed_fixes.csv"
    path.write_bytes(b'old_ocn;current_ocn;who;date;why\r1;2;AB;2025-07-21;"seen\rin WorldCat"\r3;4;AB;2025-07-21;b\r')
    assert read_signed_fixes(path).select("old_ocn", "current_ocn", "record").rows() == [(1, 2, 0), (3, 4, 2)]


_CELL = st.text(st.sampled_from('ab1 ,;"\n\r\té\u2028“'), max_size=8)


@given(rows=st.lists(st.tuples(*[_CELL] * 5), max_size=6), delimiter=st.sampled_from(",;\t"))
def test_what_a_spreadsheet_writes_is_read_or_told(tmp_path_factory, rows, delimiter):
    """Each row that a CSV writer wrote comes out, or a fault names a line; none is lost."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=delimiter)
    writer.writerows([COLUMNS, *rows])
    read_rows, faults = read(tmp_path_factory.mktemp("map"), written.getvalue())
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    assert faults or [row[1:] for row in read_rows] == [(_as_read(row[0]), _as_read(row[2])) for row in filled]


def _as_read(cell: str) -> str:
    lines = re.split("\r\n|\r|\n", cell)
    return " ".join([lines[0], *(line for line in lines[1:-1] if line.strip()), *lines[1:][-1:]]).strip()
