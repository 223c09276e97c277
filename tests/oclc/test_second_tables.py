"""Lists that were put behind each other: what is read of the second, and what is told."""

import pytest
from whole_tables import whole_tables

from datasync_lib.marc import find_inputs
from datasync_lib.oclc import lines

COLUMNS = "OCLC Number,Title,Year\n40000001,Ulysses,1922\n40000002,1984,1949\n"


def read(tmp_path, text: str, name: str = "worldcat.XYZ.20250721.list.csv", kind: str = "worldcat_list"):
    (tmp_path / name).write_text(text, "utf-8", newline="")
    given = whole_tables(find_inputs(tmp_path / name)[0], kind, symbol="XYZ")
    table = given.worldcat_holdings if kind == "worldcat_list" else given.concordance
    numbers = ["ocn"] if kind == "worldcat_list" else ["old_ocn", "current_ocn"]
    counts = given.files.select("found", "loaded", "rejected").row(0)
    return table.select("record", *numbers).rows(), counts, given.issues.select("record", "code").rows(), given


@pytest.mark.parametrize(("between", "line"), [("", 4), ("\n", 5), ("\ufeff", 4), ("\x1a", 4), ("\r\n\ufeff", 5)])
def test_the_same_header_again_is_no_row(tmp_path, between, line):
    numbers, counts, issues, given = read(tmp_path, COLUMNS + between + COLUMNS.replace("4000000", "4000001"))
    assert [ocn for _, ocn in numbers] == [40000001, 40000002, 40000011, 40000012]
    assert (counts, issues) == ((4, 4, 0), [(None, "repeated_header")])
    assert f"in line {line}: these are no rows" in given.issues["message"].item()


@pytest.mark.parametrize(
    "second",
    [
        "Title,Year,OCLC Number\nUlysses,1922,40000011\n1984,1949,40000012\n",
        "No.,OCLC number\n1,40000011\n2,40000012\n",
        "No.\tOCLC number\n1\t40000011\n2\t40000012\n",
        "Year;OCN\n1922;40000011\n1949;40000012\n",
    ],
)
@pytest.mark.parametrize("block_bytes", [40, 32_000_000])
def test_below_another_header_nothing_is_read(tmp_path, monkeypatch, second, block_bytes):
    first = COLUMNS + "".join(f"4000{i:04},A title,1999\n" for i in range(100, 160))
    monkeypatch.setattr(lines, "BLOCK_BYTES", max(block_bytes, len(first) - 60))
    numbers, counts, issues, given = read(tmp_path, first + second)
    assert [ocn for _, ocn in numbers] == [40000001, 40000002, *range(40000100, 40000160)]
    assert (counts, issues) == ((65, 62, 3), [(record, "malformed_row") for record in (63, 64, 65)])
    assert "another header stands in line 64, and the columns below it may be others" in given.issues["message"][0]


def test_a_header_in_other_words_over_the_same_columns_costs_its_own_line(tmp_path):
    first = COLUMNS + "".join(f"4000{i:04},A title,1999\n" for i in range(100, 160))
    numbers, counts, issues, _ = read(tmp_path, f"{first}OCN,title,year\n40000011,Ulysses,1922\n")
    assert [ocn for _, ocn in numbers] == [40000001, 40000002, *range(40000100, 40000160), 40000011]
    assert (counts, issues) == ((64, 63, 1), [(63, "bad_number")])


@pytest.mark.parametrize("line", ["4000{:04}\n", "4000{0:04}\tA title\n", '"4000{:04}"; 1\n', "(OCoLC)4000{:04}\n"])
def test_numbers_above_a_header_are_told(tmp_path, line):
    above = "".join(line.format(i) for i in range(9))
    numbers, counts, issues, _ = read(tmp_path, f"{above}No.,OCLC Number\n1,40000011\n2,40000012\n")
    assert [ocn for _, ocn in numbers] == [40000011, 40000012]
    assert counts == (11, 2, 9)
    assert issues == [(record, "malformed_row") for record in range(9)]


def test_a_tab_too_many_moves_no_year_under_the_numbers(tmp_path):
    text = "Title\tYear\tOCLC Number\nUlysses\t1922\t40000001\n\tUlysses\t1922\t40000002\n"
    numbers, counts, issues, _ = read(tmp_path, text, "worldcat.XYZ.20250721.list.txt")
    assert (numbers, counts, issues) == ([(1, 40000001)], (2, 1, 1), [(2, "malformed_row")])


@pytest.mark.parametrize(
    "second",
    [
        "current_ocn,old_ocn\n34,56\n",
        "No.,OCLC Number\n1,56\n",
        "Title;Year;OCLC number\nUlysses;1922;56\n",
        "OCN\n5,6\n",
    ],
)
def test_no_pair_is_made_of_another_table(tmp_path, second):
    text = f"old_ocn,current_ocn\n12,34\n{second}"
    numbers, counts, issues, given = read(tmp_path, text, "numbers 20250901.csv", "current_numbers")
    assert (numbers, counts) == ([(1, 12, 34)], (3, 1, 2))
    assert issues == [(2, "malformed_row"), (3, "malformed_row")]
    assert "another header stands in line 3" in given.issues["message"][0]


def test_an_empty_cell_too_many_moves_no_year_under_the_numbers(tmp_path):
    text = "Year,OCLC Number,Title\n1922,40000001,Ulysses\n,1949,40000002,\n1950,40000003,,\n"
    numbers, counts, issues, _ = read(tmp_path, text)
    assert (numbers, counts, issues) == ([(1, 40000001), (3, 40000003)], (3, 2, 1), [(2, "malformed_row")])


def test_pairs_above_the_header_are_told(tmp_path):
    text = "Merged 20250901\n12345,34567\n23456,45678\n\nold_ocn,current_ocn\n56789,67890\n"
    numbers, counts, issues, _ = read(tmp_path, text, "numbers 20250901.csv", "current_numbers")
    assert (numbers, counts) == ([(5, 56789, 67890)], (3, 1, 2))
    assert issues == [(1, "malformed_row"), (2, "malformed_row")]


@pytest.mark.parametrize(
    ("header", "row"),
    [("Extra,OCLC Number,Year", "4000000{},1949"), ("Extra,No.,OCLC Number,Copies", "{0},4000000{0},{0}")],
)
def test_a_header_that_is_moved_makes_no_years_and_row_numbers_ocns(tmp_path, header, row):
    rows = "".join(row.format(i) + "\n" for i in range(1, 9))
    numbers, counts, issues, given = read(tmp_path, f"{header}\n{rows}")
    assert (numbers, counts, issues) == ([], (8, 0, 8), [(None, "no_number_column")])
    assert "the rows have fewer columns than the header" in given.issues["message"].item()


@pytest.mark.parametrize("header", ["Title,OCLC Number,Note,Other", "No.,OCLC Number,Note", "OCLC Number,Title,Note"])
def test_empty_cells_may_be_left_away_at_the_end_of_lines(tmp_path, header):
    row = "4000000{0},A title\n" if header.startswith("OCLC") else "{0},4000000{0}\n"
    numbers, counts, issues, _ = read(tmp_path, f"{header}\n" + "".join(row.format(i) for i in range(1, 9)))
    assert [ocn for _, ocn in numbers] == [40000000 + i for i in range(1, 9)]
    assert (counts, issues) == ((8, 8, 0), [])


def test_a_list_of_current_numbers_without_rows_says_so(tmp_path):
    _, counts, _, given = read(tmp_path, "old_ocn,current_ocn\n", "numbers 20250901.csv", "current_numbers")
    assert (counts, given.files["note"].item()) == ((0, 0, 0), "there is no row below the header")


def test_the_second_half_of_a_row_has_no_number(tmp_path):
    text = 'Year,Title,OCLC Number,Copies\n1922,Ulysses,40000001,1\nline two",40000002,3\n1950,"A ""new"" one",40000003,2\n'
    numbers, counts, issues, _ = read(tmp_path, text)
    assert (numbers, counts, issues) == ([(1, 40000001), (3, 40000003)], (3, 2, 1), [(2, "malformed_row")])


def test_a_line_without_a_link_among_links_has_no_number(tmp_path):
    links = "".join(
        f'"=HYPERLINK(""http://www.worldcat.org/oclc/{n}"", ""{n}"")"\tBook\t1\n' for n in (267, 1210, 1834)
    )
    text = links + '0802032206\t"=HYPERLINK(""http://www.worldcat.org/oclc/175586"", ""175586"")"\t1\n'
    numbers, counts, issues, _ = read(tmp_path, text)
    assert (numbers, counts, issues) == ([(0, 267), (1, 1210), (2, 1834)], (4, 3, 1), [(3, "malformed_row")])
