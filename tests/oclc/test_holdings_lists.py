import io
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from whole_tables import whole_tables

from datasync_lib.marc import find_inputs, write_iso2709, write_marcxml
from datasync_lib.oclc.lines import LineBlocks
from datasync_lib.oclc.list_layouts import find_layout
from datasync_lib.oclc.number_lists import rows_of_list
from datasync_lib.vocabulary.tables import TABLES

DAY = date(2025, 7, 21)


def read(path: Path):
    given = whole_tables(find_inputs(path)[0], "worldcat_list", symbol="XYZ", as_of=DAY)
    for table, frame in (("worldcat_holdings", given.worldcat_holdings), ("files", given.files)):
        assert TABLES[table].is_valid(frame)
    assert TABLES["concordance"].is_valid(given.concordance)
    told = given.files.row(0, named=True)
    assert told["found"] == given.worldcat_holdings.height + told["repeated"] + told["rejected"]
    return given


def read_text(folder: Path, *lines: str, name: str = "worldcat.XYZ.20250721.txt", encoding: str = "utf-8"):
    path = folder / name
    path.write_bytes("\n".join(lines).encode(encoding))
    return read(path)


@pytest.mark.parametrize(
    ("line", "ocn"),
    [
        ("40000001", 40000001),
        ("  40000001  ", 40000001),
        ("00012345", 12345),
        ("no:40000001", 40000001),
        ("NO: 40000001", 40000001),
        ("*40000001", 40000001),
        ("#40000001", 40000001),
        ("(OCoLC)40000001", 40000001),
        ("(OCoLC) 40000001", 40000001),
        ("(ocolc)00012345", 12345),
        ("(OCoLC)ocm00012345 ", 12345),
        ("ocm00012345 ", 12345),
        ("ocn123456789", 123456789),
        ("on1234567890", 1234567890),
        ('"40000001"', 40000001),
        ('=HYPERLINK("http://www.worldcat.org/oclc/267", "267")', 267),
    ],
)
def test_a_number_in_every_spelling_of_a_list(tmp_path, line, ocn):
    given = read_text(tmp_path, line, "7")

    assert given.worldcat_holdings.select("record", "symbol", "ocn", "as_of").rows() == [
        (0, "XYZ", ocn, DAY),
        (1, "XYZ", 7, DAY),
    ]
    assert given.issues.is_empty()


def test_lines_that_are_no_number_become_issues_and_repeats_are_counted(tmp_path):
    given = read_text(
        tmp_path, "40000001", "", "40000001", "4.0E+07", "ocm00000000", "Total: 3", "(OCoLC)40000001", "5"
    )

    assert given.worldcat_holdings["ocn"].to_list() == [40000001, 5]
    assert given.worldcat_repeats.select("record", "symbol", "ocn", "as_of").rows() == [
        (2, "XYZ", 40000001, DAY),
        (6, "XYZ", 40000001, DAY),
    ]
    assert given.issues.select("record", "code", "message").rows() == [
        (3, "bad_number", "«4.0E+07» is not an OCN (excel_exponent)"),
        (4, "bad_number", "«ocm00000000» is not an OCN (zero)"),
        (5, "bad_number", "«Total: 3» is not an OCN (not_oclc)"),
    ]
    assert given.files.select("kind", "found", "loaded", "repeated", "rejected").row(0) == ("worldcat_list", 7, 4, 2, 3)


@pytest.mark.parametrize("header", ["OCLC Number", "OCN", "035$a", "001", '"OCLC_Number"', "WorldCat number"])
def test_a_header_over_one_column_is_no_row(tmp_path, header):
    given = read_text(tmp_path, header, "(OCoLC)40000001", "12345")

    assert given.worldcat_holdings.select("record", "ocn").rows() == [(1, 40000001), (2, 12345)]
    assert given.files["found"].item() == 2


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_columns_are_found_by_their_header(tmp_path, separator):
    quoted = '"Cats, dogs; and birds"' if separator != "\t" else "Cats, dogs; and birds"
    rows = [
        ["LSN", "OCLC_Number", "Title", "Author", "Year", "ISBN"],
        ["", "(OCoLC)40000001", quoted, "Doe, Jane" if separator == "\t" else '"Doe, Jane"', "1999", "9780000000002"],
        ["", "12x", "", "", "", ""],
    ]
    given = read_text(tmp_path, *(separator.join(row) for row in rows), name="worldcat.XYZ.20250721.csv")

    assert given.worldcat_holdings.select("record", "ocn", "title", "author", "date", "numbers").rows() == [
        (1, 40000001, "Cats, dogs; and birds", "Doe, Jane", "1999", "9780000000002")
    ]
    assert given.issues["record"].to_list() == [2]
    assert "the number is in «OCLC_Number»" in given.files["note"].item()


def test_a_broken_quote_costs_its_own_line(tmp_path):
    given = read_text(tmp_path, "OCN,Title", '1,"open', "2,closed", name="worldcat.XYZ.20250721.csv")

    assert given.worldcat_holdings["ocn"].to_list() == [1, 2]


def test_columns_without_header_prefer_the_prefixed_number(tmp_path):
    given = read_text(tmp_path, "991\tocm00012345\t1", "992\tocm00012346\t2", "993\tocm00012347\t3")

    assert given.worldcat_holdings["ocn"].to_list() == [12345, 12346, 12347]
    assert given.files["note"].item() == "columns without a header; the number is in column 2"


EVALUATION = [
    '=HYPERLINK("http://www.worldcat.org/oclc/267", "267")\tBook, Print\tHistory\t\tThe roll &amp; call.\tDoe, Jane'
    "\t1968\t\tPublisher\t\t9780000000002\t67028096\tEnglish",
    '=HYPERLINK("http://www.worldcat.org/oclc/1210", "1210")\tMusic, CD\t\t\tA song /',
    '=HYPERLINK("null", "null")\tBook, Print\t\t\tNothing',
]


@pytest.mark.parametrize("name", ["report.csv", "worldcat.XYZ.20250721.xls", "list.txt"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_collection_evaluation_list_gives_titles_too(tmp_path, name, encoding):
    given = read_text(tmp_path, *EVALUATION, name=name, encoding=encoding)

    columns = ["record", "ocn", "title", "author", "date", "numbers", "format"]
    assert given.worldcat_holdings.select(columns).rows() == [
        (0, 267, "The roll & call.", "Doe, Jane", "1968", "9780000000002 67028096", "Book, Print"),
        (1, 1210, "A song /", None, None, None, "Music, CD"),
    ]
    assert given.issues.select("record", "message").rows() == [(2, "«null» is not an OCN (not_oclc)")]


def test_an_empty_list_is_told_as_such(tmp_path):
    assert read_text(tmp_path, "").files.select("kind", "found").row(0) == ("empty", 0)
    assert read_text(tmp_path, "OCN").files.select("kind", "found").row(0) == ("empty", 0)


@pytest.mark.parametrize("lines", [["12345", "67890"], ["12345678", "00000nam"]])
def test_five_digits_at_the_start_are_no_leader(lines):
    assert find_layout(lines).separator is None


@pytest.mark.parametrize("write", [write_iso2709, write_marcxml])
def test_a_list_as_marc_gives_holdings_texts_and_edges(tmp_path, write, worldcat_record):
    records = [
        worldcat_record("ocm00000267 ", own="(OCoLC)00000267"),
        worldcat_record("on1500000001", own="(OCoLC)1500000001", old=("40000001", "40000002")),
        worldcat_record("ocm00000267 "),
        worldcat_record("nothing"),
    ]
    path = tmp_path / "worldcat.XYZ.20250721.mrc"
    write(path, records)
    given = read(path)

    columns = ["record", "ocn", "title", "author", "date", "numbers", "format"]
    assert given.worldcat_holdings.select(columns).rows() == [
        (0, 267, "A title : and more", "Doe, Jane", "1999.", "67028096 9780000000002", "book"),
        (1, 1500000001, "A title : and more", "Doe, Jane", "1999.", "67028096 9780000000002", "book"),
    ]
    assert given.concordance.select("record", "old_ocn", "current_ocn", "source", "as_of").rows() == [
        (1, 40000001, 1500000001, "019", DAY),
        (1, 40000001, 1500000001, "035$z", DAY),
        (1, 40000002, 1500000001, "019", DAY),
        (1, 40000002, 1500000001, "035$z", DAY),
    ]
    assert given.issues.select("record", "code").rows() == [(3, "no_ocn")]
    assert given.files.select("kind", "found", "loaded", "repeated", "rejected").row(0) == ("worldcat_list", 4, 3, 1, 1)


def test_two_different_numbers_in_one_record_are_told(tmp_path, worldcat_record):
    path = tmp_path / "worldcat.XYZ.20250721.mrc"
    write_iso2709(path, [worldcat_record("ocm00000267 ", own="(OCoLC)268")])
    given = read(path)

    assert given.worldcat_holdings["ocn"].to_list() == [267]
    assert given.issues.select("record", "code").rows() == [(0, "numbers_differ")]


def test_a_local_001_is_not_taken_for_an_ocn(tmp_path, worldcat_record):
    record = worldcat_record("991234567890106001", own="(OCoLC)40000001")
    record.remove_fields("003")
    path = tmp_path / "worldcat.XYZ.20250721.mrc"
    write_iso2709(path, [record])

    assert read(path).worldcat_holdings["ocn"].to_list() == [40000001]


def test_a_list_of_the_librarys_own_records_gives_holdings_and_no_merge(tmp_path, worldcat_record):
    record = worldcat_record("991234567890106001", own="(OCoLC)40000001", old=("7",))
    record.remove_fields("003")
    path = tmp_path / "worldcat.XYZ.20250721.mrc"
    write_iso2709(path, [record, worldcat_record("ocm00000005 ", old=("4",))])
    given = read(path)

    assert given.worldcat_holdings["ocn"].to_list() == [40000001, 5]
    assert given.concordance["old_ocn"].to_list() == [4]
    assert given.worldcat_records["record"].to_list() == [1]
    assert given.issues.select("record", "code").rows() == [(0, "not_worldcat_record")]


def test_a_broken_archive_is_listed(tmp_path):
    (tmp_path / "list.zip").write_bytes(b"PK\x03\x04broken")
    given = read(tmp_path / "list.zip")

    assert given.files["kind"].item() == "unreadable"
    assert given.issues.height == 1
    assert isinstance(given.worldcat_holdings, pl.DataFrame)


def test_numbers_above_the_maximum_are_none(tmp_path, worldcat_record):
    (tmp_path / "list.txt").write_text("1500\n1501\n", "utf-8")
    write_iso2709(tmp_path / "list.mrc", [worldcat_record("ocm00001500 "), worldcat_record("ocm00001501 ")])
    for name, code in (("list.txt", "bad_number"), ("list.mrc", "no_ocn")):
        given = whole_tables(find_inputs(tmp_path / name)[0], "worldcat_list", symbol="XYZ", as_of=DAY, maximum=1500)
        assert given.worldcat_holdings["ocn"].to_list() == [1500], name
        assert given.issues.select("record", "code").rows() == [(1, code)], name


def test_the_column_of_numbers_is_found_below_the_maximum():
    rows = ["ocm00001501,ocm00000012", "ocm00001502,ocm00000013"]
    assert find_layout(rows).problem
    assert find_layout(rows, 1500).column == 1


def not_read(given, words: str):
    assert given.worldcat_holdings.is_empty()
    assert given.issues["code"].to_list() == ["no_number_column"]
    assert words in given.issues["message"].item()
    assert "«OCLC number»" in given.issues["message"].item()
    assert given.files["rejected"].item() == given.files["found"].item() > 0


@pytest.mark.parametrize(
    ("lines", "ocns"),
    [
        (["1,234,567", "40,000,001"], [1234567, 40000001]),
        (["1,234,567", "12", "1,500"], [1234567, 12, 1500]),
        (["OCN", "1,234", "5,678"], [1234, 5678]),
        (['"1,234,567"', "7"], [1234567, 7]),
    ],
)
def test_thousands_separators_are_part_of_the_number(tmp_path, lines, ocns):
    given = read_text(tmp_path, *lines)
    assert given.worldcat_holdings["ocn"].to_list() == ocns
    assert given.issues.is_empty()


def test_one_comma_in_each_line_may_be_a_thousands_separator(tmp_path):
    not_read(
        read_text(tmp_path, "1,234", "5,678"), "«1,234» may be one number with a thousands separator or two columns"
    )


@pytest.mark.parametrize(
    "lines",
    [
        ["OCN,Title", "1,234,567,Rivers", "8,Lakes"],
        ["Title,OCN", "Rivers,1,234,567", "Lakes,8"],
        ["OCN,Title,Year", "1,234,567", "8,Lakes,1984"],
        ["OCN\tTitle", "1,234,567\tRivers", "8\tLakes"],
        ["OCN;Title", "1.234.567;Rivers", "8;Lakes"],
        ["OCN;Title", "40.000;Rivers", "8;Lakes"],
        ["OCN,Title", '"1,234,567",Rivers', "8,Lakes"],
    ],
)
def test_a_number_cut_at_its_thousands_is_no_holding(tmp_path, lines):
    given = read_text(tmp_path, *lines)
    assert given.worldcat_holdings["ocn"].to_list() == [8]
    assert given.issues["record"].to_list() == [1]


@pytest.mark.parametrize(
    ("header", "caption"),
    [
        ("Title,WorldCat Holdings,OCLC Number", "OCLC Number"),
        ("OCLC symbol,WorldCat holdings count,OCN", "OCN"),
        ("Title,Old OCLC number,OCLC #", "OCLC #"),
        ("OCLC number date,Title of OCLC record,OCLC control number", "OCLC control number"),
        ("001,Title,035$a", "035$a"),
        ("Title,001,OCLC_NUMBER", "OCLC_NUMBER"),
        ("Title,WorldCat,WorldCat number", "WorldCat number"),
    ],
)
def test_the_surest_caption_names_the_number(tmp_path, header, caption):
    given = read_text(tmp_path, header, "7,8,40000001", name="list.csv")
    assert given.worldcat_holdings["ocn"].to_list() == [40000001]
    assert f"«{caption}»" in given.files["note"].item()


@pytest.mark.parametrize("header", ["OCLC number,Title,OCLC number", "Requested OCLC number,Title,Current OCLC number"])
def test_two_captions_that_say_the_same_leave_the_list_unread(tmp_path, header):
    given = read_text(tmp_path, header, "7,A,40000001", "8,B,40000002", name="list.csv")
    not_read(given, "the header names several columns")
    assert given.files["found"].item() == 2


@pytest.mark.parametrize(
    "lines",
    [
        ["Harbour plan\t1984\t40000001"],
        ["1,40000001", "2,40000002"],
        ["Title,WorldCat Holdings,Number", "Rivers,12,40000001"],
        ["40000001;1984", "40000002;"],
    ],
)
def test_several_columns_of_numbers_without_header_leave_the_list_unread(tmp_path, lines):
    not_read(read_text(tmp_path, *lines), "have numbers that may be OCNs")


def test_a_cell_too_many_below_a_header_that_ends_with_a_separator_moves_no_year_under_the_number(tmp_path):
    rows = ["Title,Year,OCLC Number,", "Rivers,1999,40000001,", "x,Hills,1998,40000002", "Lakes,1997,40000003,"]
    given = read_text(tmp_path, *rows)
    assert given.worldcat_holdings["ocn"].to_list() == [40000001, 40000003]
    assert given.load_issues["record"].to_list() == [2]


def test_where_only_prefixes_tell_the_column_a_number_without_one_is_none(tmp_path):
    """The rows of another table, whose header is missing, stand behind: the first column counts them."""
    rows = ["(OCoLC)40000001\tRivers", "ocm40000002\tHills", "(OCoLC)40000003\tLakes", "1\tA", "2\tB"]
    given = read_text(tmp_path, *rows)
    assert given.worldcat_holdings["ocn"].to_list() == [40000001, 40000002, 40000003]
    assert given.load_issues["record"].to_list() == [3, 4]
    assert given.load_issues["message"].str.contains("without the prefix that the others have").all()


def test_one_column_of_numbers_needs_a_header_or_prefixes(tmp_path):
    not_read(
        read_text(tmp_path, "Rivers,40000001,Town", "Lakes,40000002,"), "nothing says that the numbers of column 2"
    )
    given = read_text(tmp_path, "Rivers,(OCoLC)40000001,Town", "Lakes,ocm40000002,")
    assert given.worldcat_holdings["ocn"].to_list() == [40000001, 40000002]


def test_a_line_end_inside_a_cell_makes_no_row(tmp_path):
    rows = [
        "OCN,Title,Author",
        '40000001,"Annals',
        'part 2, 1984",Doe',
        '40000002,"A ""big',
        'and small"" thing",Roe',
        "3,C,",
    ]
    given = read_text(tmp_path, *rows, name="list.csv")
    assert given.worldcat_holdings.select("record", "ocn", "title").rows() == [
        (1, 40000001, "Annals part 2, 1984"),
        (3, 40000002, 'A "big and small" thing'),
        (5, 3, "C"),
    ]
    assert given.issues.is_empty()


@pytest.mark.parametrize("separator", [",", "\t"])
def test_lines_that_may_be_rows_or_one_cell_are_told_and_left_out(tmp_path, separator):
    rows = ["OCN,Title", '40000001,"Annals', '1984, part 2"', "40000002,B", '3,"open', '4,"closed"', "5,C"]
    given = read_text(tmp_path, *(row.replace(",", separator, 1) for row in rows))
    assert given.worldcat_holdings["ocn"].to_list() == [40000002, 5]
    assert given.issues.filter(code="malformed_row")["record"].to_list() == [1, 2, 4, 5]


def test_inches_open_no_cell(tmp_path):
    given = read_text(tmp_path, "OCN,Title", '1,7" disc', '2,"A" and B', '3,12" disc', name="list.csv")
    assert given.worldcat_holdings["ocn"].to_list() == [1, 2, 3]


@pytest.mark.parametrize("size", [20, 100, 3000, 10**6])
def test_a_cell_may_go_over_the_end_of_a_block(size):
    text = "OCN,Title\n" + "".join(f'{n},"Part\nof {n}"\n{n + 1},B\n' for n in range(1, 300, 2))
    lines = LineBlocks(io.BytesIO(text.encode()), size)
    layout = find_layout(text.split("\n")[:50])
    rows = pl.concat([block.rows for block in rows_of_list(lines, layout)])
    assert rows["ocn"].to_list() == list(range(1, 301))
    assert rows["title"].head(2).to_list() == ["Part of 1", "B"]
