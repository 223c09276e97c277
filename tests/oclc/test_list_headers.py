"""Where the header of a list stands, and how the settings name a column where nothing else does."""

from datetime import date
from pathlib import Path

import pytest
from whole_tables import whole_tables

from datasync_lib.marc import find_inputs
from datasync_lib.settings import Settings, WorldcatList

ROWS = "1,12345678,Rivers\n2,23456789,Lakes\n"
HEADER = "No.,OCLC Number,Title\n"


def read(folder: Path, text: str, column: str | int | None = None):
    path = folder / "query.csv"
    path.write_bytes(text.encode())
    listed = WorldcatList(files="*query.csv", symbol="XYZ", as_of="2025-07-21", column=column)
    settings = Settings(worldcat_lists=(listed,))
    (source,) = find_inputs(path)
    return whole_tables(source, "worldcat_list", settings=settings, symbol="XYZ", as_of=date(2025, 7, 21))


@pytest.mark.parametrize(
    "above",
    [
        "",
        "WorldCat OCLC report,,\n",
        "OCLC numbers of the branch\n\n",
        "OCLC\n",
        "OCLC numbers\n",
        "OCLC number,2025-07-21\n",
        "OCLC number,Report,XYZ\nRecords,1234\n",
        "Report,21 July 2025\nRecords:,1234,\n\n",
        "OCLC\n20250721\n\n",
        "WorldCat,,Alma\n",
        "sep=,\n",
        "sep=,\nWorldCat OCLC report,,\n\n",
        '"A title, with a comma"\n',
        "\n\n\n",
        "".join(f"line {letter}\n" for letter in "abcdefghi"),
        "".join(f"Parameter {letter},{number},\n" for letter, number in zip("abcdefghi", range(9), strict=True)),
    ],
)
def test_the_header_is_found_below_whatever_stands_above(tmp_path, above):
    given = read(tmp_path, above + HEADER + ROWS)
    assert given.worldcat_holdings.select("ocn", "title").rows() == [(12345678, "Rivers"), (23456789, "Lakes")]
    assert given.files.select("found", "rejected").row(0) == (2, 0)
    assert given.issues.is_empty()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("OCLC Number,Title\n" + ROWS, "the rows have more columns than the header"),
        ("OCLC Numbers\n" + ROWS, "the only caption may be a title"),
        (HEADER + ROWS + "OCN,Title,Year\n12345,Seas,1984\n", "line 4 is another header"),
        ("Title,OCN,OCN\nRivers,12345678,23456789\n", "the header names several columns"),
        ("OCLC,\nNumber,Title\n" + ROWS, "line 2 stands between «OCLC» and the rows"),
        ("OCLC number,Report,\nNo.,Title,Year\n1,Rivers,1984\n2,Lakes,2007\n", "line 2 stands between «OCLC number»"),
        ("OCLC\n\nControl number\n4597201\n5886696\n", "line 3 stands between «OCLC» and the rows"),
    ],
)
def test_a_header_that_may_stand_above_other_columns_is_refused(tmp_path, text, words):
    given = read(tmp_path, text)
    assert given.worldcat_holdings.is_empty()
    assert words in given.issues.filter(code="no_number_column")["message"].item()


@pytest.mark.parametrize("total", ["Total,2,", "Summe:,2,", ",2,Total", "Grand total,2,2", "Number of records,2,"])
def test_a_line_of_totals_is_told_and_gives_no_number(tmp_path, total):
    given = read(tmp_path, f"{HEADER}{ROWS}{total}\n")
    assert given.worldcat_holdings["ocn"].to_list() == [12345678, 23456789]
    assert given.issues.select("record", "code").rows() == [(3, "total_line")]


@pytest.mark.parametrize(
    "title", ["Total war", "Total quality management", "Count Dracula", "The sum of all", "Number 9"]
)
def test_a_title_that_begins_like_a_total_is_a_row(tmp_path, title):
    given = read(tmp_path, f"OCLC Number,Title\n12345678,{title}\n")
    assert given.worldcat_holdings.select("ocn", "title").rows() == [(12345678, title)]


@pytest.mark.parametrize("text", ["OCN\n12345678\nTotal\n1\n", "OCN\n12345678\nTotal\n1", "12345678\nAnzahl:\n1\n"])
def test_a_count_below_a_word_for_it_gives_no_number(tmp_path, text):
    assert read(tmp_path, text).worldcat_holdings["ocn"].to_list() == [12345678]


def test_a_day_above_the_numbers_is_told_and_none_of_them(tmp_path):
    given = read(tmp_path, "OCLC numbers of the branch\n20250721\n\n12345678\n23456789\n")
    assert given.worldcat_holdings["ocn"].to_list() == [12345678, 23456789]
    assert given.issues.select("record", "code").rows() == [(1, "malformed_row")]


@pytest.mark.parametrize(
    ("text", "column", "ocns"),
    [
        ("Number,Title\n12345678,Rivers\n", "Number", [12345678]),
        ("Report,\nID;Number;Title\n7;12345678;Rivers\n", "number", [12345678]),
        ("7,12345678,Rivers\n8,23456789,Lakes\n", 2, [12345678, 23456789]),
        ("7,12345678,Rivers\n8,23456789,Lakes\n", 1, [7, 8]),
        ("Number\n1\n2\n3\n", "Number", [1, 2, 3]),
        ("1\n2\n3\n", 1, [1, 2, 3]),
        ("Title;No.\nRivers;12345678\n", 2, [12345678]),
    ],
)
def test_the_settings_may_name_the_column(tmp_path, text, column, ocns):
    given = read(tmp_path, text, column)
    assert given.worldcat_holdings["ocn"].to_list() == ocns
    assert "as the settings say" in given.files["note"].item()


@pytest.mark.parametrize(
    ("column", "words"),
    [("OCN", "no column is called «OCN»"), ("Number", "2 columns are called «Number»"), (9, "there is no column 9")],
)
def test_a_column_that_is_not_there_is_told(tmp_path, column, words):
    given = read(tmp_path, "Number,Title,Number\n12345678,Rivers,1\n", column)
    assert given.worldcat_holdings.is_empty()
    assert words in given.issues.filter(code="no_number_column")["message"].item()


@pytest.mark.parametrize("text", ["12345678,\n23456789,\n", ";12345678\n;23456789\n", "12345678\t\t\n23456789\t\t"])
def test_nothing_but_numbers_between_separators_is_one_number_a_line(tmp_path, text):
    assert read(tmp_path, text).worldcat_holdings["ocn"].to_list() == [12345678, 23456789]


def test_prefixes_prove_the_column_below_a_title_that_names_it(tmp_path):
    text = "OCLC;;\nBestandsliste;;\n(OCoLC)178460;37;Rivers\n(OCoLC)497147357;36;Lakes\n"
    given = read(tmp_path, text)
    assert given.worldcat_holdings["ocn"].to_list() == [178460, 497147357]
    assert given.files["rejected"].item() == 0
