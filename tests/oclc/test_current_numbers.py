import gzip
import random
import zipfile
from datetime import date

import polars as pl
import pytest
from whole_tables import whole_tables

from datasync_lib.marc import find_inputs
from datasync_lib.oclc.current_numbers import is_current_numbers

DAY = date(2025, 9, 1)


def read(tmp_path, text: str, **options):
    path = tmp_path / "numbers.csv"
    path.write_bytes(text.encode())
    (source,) = find_inputs(path)
    return whole_tables(source, "current_numbers", as_of=DAY, **options)


@pytest.mark.parametrize(
    ("start", "is_list"),
    [
        ("old_ocn,current_ocn\n", True),
        ("\ufeffOLD_OCN;CURRENT_OCN;note\n", True),
        ("requestedControlNumber\tcurrentControlNumber\tfound\n", True),
        ("OCLC Number\n12\n", False),
        ("OCN,Library Code\n", False),
        ("old,current\n", False),
        ("", False),
    ],
)
def test_a_list_is_told_by_its_headings(start, is_list):
    assert is_current_numbers(start.encode()) is is_list


@pytest.mark.parametrize("header", ["old_ocn,current_ocn", "requestedControlNumber,currentControlNumber"])
def test_rows(tmp_path, header):
    given = read(tmp_path, header + "\r\n12,34\r\nocm00000056,(OCoLC)34\r\n34,34\r\n12,34\r\n78,\r\nx,34\r\n\r\n")
    said = given.concordance.select("record", "old_ocn", "current_ocn", "source", "as_of").rows()
    assert said == [(1, 12, 34, "list of current numbers", DAY), (2, 56, 34, "list of current numbers", DAY)]
    assert given.files.select("kind", "found", "loaded", "repeated", "rejected").row(0) == (
        "current_numbers",
        6,
        4,
        1,
        2,
    )
    assert given.issues.select("record", "code", "message").rows() == [
        (5, "bad_number", "«78» and «» are not two OCNs"),
        (6, "bad_number", "«x» and «34» are not two OCNs"),
    ]


def test_the_columns_may_stand_anywhere(tmp_path):
    given = read(tmp_path, "found;currentControlNumber;requestedControlNumber\ntrue;34;12\n")
    assert given.concordance.select("old_ocn", "current_ocn").rows() == [(12, 34)]


def test_only_a_header(tmp_path):
    given = read(tmp_path, "old_ocn,current_ocn\n")
    assert given.concordance.is_empty()
    assert given.files.select("found", "loaded").row(0) == (0, 0)


def test_numbers_above_the_maximum_are_none(tmp_path):
    given = read(tmp_path, "old_ocn,current_ocn\n12,1500\n13,1501\n", maximum=1500)
    assert given.concordance.select("old_ocn", "current_ocn").rows() == [(12, 1500)]
    assert given.issues.select("record", "message").rows() == [(2, "«13» and «1501» are not two OCNs")]


def told(given):
    files = given.files.select("found", "loaded", "rejected").row(0)
    assert files[2] == given.issues.filter(pl.col("record").is_not_null()).height
    return given.concordance.select("record", "old_ocn", "current_ocn").rows(), files


LINES = [f"{10**8 + at},{random.Random(at).randrange(10**8, 10**9)}" for at in range(40_000)]
TEXT = "\n".join(["old_ocn,current_ocn", *LINES, ""]).encode()


def test_the_line_in_which_an_archive_ends_gives_no_merge(tmp_path):
    path = tmp_path / "numbers.csv.gz"
    path.write_bytes(gzip.compress(TEXT)[:-60_000])
    given = whole_tables(find_inputs(path)[0], "current_numbers", as_of=DAY)

    rows, (found, loaded, rejected) = told(given)
    assert [f"{old},{current}" for _, old, current in rows] == LINES[: len(rows)]
    assert 0 < loaded == len(rows) < len(LINES)
    assert (found, rejected) == (loaded + 1, 1)
    assert given.issues.select("record", "code").rows() == [(loaded + 1, "breaks_off")]


@pytest.mark.parametrize("level", [0, 6])
def test_a_damaged_archive_gives_no_merge_at_all(tmp_path, level):
    path = tmp_path / "numbers.csv.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        archive.writestr("numbers.csv", TEXT)
    with path.open("r+b") as stream:
        stream.seek(path.stat().st_size // 2)
        stream.write(b"7" * 12)
    given = whole_tables(find_inputs(path)[0], "current_numbers", as_of=DAY)

    assert given.concordance.is_empty()
    assert given.issues["code"].to_list()[-1] == "breaks_off"
    assert given.files.select("loaded").item() == 0 < given.files["rejected"].item() == given.files["found"].item()


def test_a_lone_carriage_return_ends_a_line_as_in_excel(tmp_path):
    given = read(tmp_path, "old_ocn,current_ocn\r\n1,2\r\n3,4\r5,6\r\n7,\r8\r\n")
    assert told(given) == ([(1, 1, 2), (2, 3, 4), (3, 5, 6)], (5, 3, 2))
    assert given.issues.select("record", "code").rows() == [(4, "bad_number"), (5, "bad_number")]


@pytest.mark.parametrize(
    "text",
    [
        "sep=;\r\nold_ocn;current_ocn\r\n1;2\r\n",
        "sep=,\nold_ocn,current_ocn\n1,2",
        "old_ocn,current_ocn\r1,2\r",
        "\n\nold_ocn,current_ocn\n1,2\n\x1a",
        '"old_ocn","current_ocn","note"\n1,2,"' + "x" * 200_000 + '"\n',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32", "utf-32-be"])
def test_the_header_is_found_however_the_list_was_saved(tmp_path, text, encoding):
    path = tmp_path / "numbers.csv"
    path.write_bytes(text.encode(encoding))
    assert is_current_numbers(path.read_bytes()[:65_536])
    given = whole_tables(find_inputs(path)[0], "current_numbers")
    assert given.concordance.select("old_ocn", "current_ocn").rows() == [(1, 2)]
    assert given.files.select("found", "loaded").row(0) == (1, 1)
    assert given.issues.is_empty()


def test_two_lists_behind_each_other(tmp_path):
    given = read(tmp_path, "old_ocn,current_ocn\n1,2\n\ufeffold_ocn,current_ocn\n3,4\n")
    assert told(given) == ([(1, 1, 2), (3, 3, 4)], (2, 2, 0))
    assert given.issues.select("record", "code").rows() == [(None, "repeated_header")]
    assert "in line 3" in given.issues["message"].item()


def test_a_heading_that_is_there_twice_is_told_and_not_used(tmp_path):
    given = read(tmp_path, "old_ocn,current_ocn,current_ocn\n1,2,3\n")
    assert given.concordance.is_empty()
    assert given.files.select("kind", "found", "rejected").row(0) == ("current_numbers", 1, 1)


@pytest.mark.parametrize("bad", ['3,"4', '3,4"', '"3,4', '3"",4"x', '"3"x,4', '3,4,"' + "x" * 200_000 + '"",y"z'])
def test_a_stray_quote_costs_its_own_line(tmp_path, bad):
    given = read(tmp_path, f"old_ocn,current_ocn\n1,2\n{bad}\n5,6\n7,8\n")
    assert told(given) == ([(1, 1, 2), (3, 5, 6), (4, 7, 8)], (4, 3, 1))
    assert given.issues["record"].to_list() == [2]


def test_quoted_cells_are_read(tmp_path):
    given = read(tmp_path, '"old_ocn","note","current_ocn"\n"1","a, b","2"\n')
    assert told(given) == ([(1, 1, 2)], (1, 1, 0))


@pytest.mark.parametrize("text", ["", "1,2\n3,4\n"])
def test_a_file_without_the_headings_gives_nothing(tmp_path, text):
    given = read(tmp_path, text)
    assert given.concordance.is_empty()
    assert given.files["kind"].item() == "unreadable"
    assert given.issues["code"].to_list() == ["unreadable"]


def test_thousands_separators_are_no_pair(tmp_path):
    given = read(tmp_path, "old_ocn,current_ocn\n1,234,567\n12,345,678,40,000,001\n1,2,,\n")
    assert told(given) == ([(3, 1, 2)], (3, 1, 2))
    assert given.issues.select("record", "code").rows() == [(1, "malformed_row"), (2, "malformed_row")]


@pytest.mark.parametrize(
    "above",
    [
        "Merged numbers\n",
        "sep=;\n",
        "Service;answers\n2025-09-01\n\n",
        "Records;1234567\n",
        "a\nb\nc\nd\ne\nf\ng\nh\ni\n",
    ],
)
def test_the_headings_may_stand_below_titles(tmp_path, above):
    given = read(tmp_path, above + "OLD_OCN;Current_OCN\n12;34\n")
    assert is_current_numbers((above + "old_ocn;current_ocn\n").encode())
    assert given.concordance.select("old_ocn", "current_ocn").rows() == [(12, 34)]
    assert given.files.select("found", "rejected").row(0) == (1, 0)


@pytest.mark.parametrize(
    "header",
    [
        "Old OCLC number,Current OCLC number",
        "Previous OCN;New OCN",
        "Old OCN,Current OCN",
        "Requested OCLC Number\tCurrent OCLC Number",
        "Former OCLC no.,Title,Surviving OCLC no.",
        "merged OCN|x,current OCN",
    ],
)
def test_headings_that_only_mean_both_numbers_are_told_and_not_used(tmp_path, header):
    assert is_current_numbers(f"{header}\n12,34\n".encode())
    given = read(tmp_path, header + "\n12,34\n56,78\n")
    assert given.concordance.is_empty()
    assert given.files.select("kind", "found", "loaded", "rejected").row(0) == ("current_numbers", 2, 0, 2)
    assert given.issues["code"].to_list() == ["no_number_column"]
    assert "call the columns old_ocn and current_ocn" in given.issues["message"].item()


@pytest.mark.parametrize(
    "start",
    [
        "OCLC Number,Title\n12,x\n",
        "OCN\n12\n",
        "old,current\n12,34\n",
        "Old symbol,Current symbol\nABC,XYZ\n",
        "Old location,New location\nMAIN,LAW\n",
        "Current OCN,Title\n12,x\n",
        "Old OCN,Title\n12,x\n",
        "MMS ID,OCLC number\n991,12\n",
        "Title,Old price,New price\nx,12,13\n",
        "Library,Old count of OCNs,Year\nA,12,1984\n",
        "12,34\n56,78\n",
        "12\t34\n56\t78\n",
        "requestedControlNumber\n12\n",
        "currentControlNumber,found\n12,true\n",
        "Control number,Current status\n12,open\n",
        "<html><body>old_ocn current_ocn</body></html>",
        "00714cam a2200205 a 4500001000900000\x1eold_ocn,current_ocn\x1fa",
        "These are the old OCN, and these the current OCN of all that we have ever sent to them\n",
        "Incoming OCLC Number\tWorldCat OCLC Number\tLocal System Number\tCount\tDescription\tSeverity\n",
        "Provider\tCollection Name\tTitle\tISBN/ISSN\tOCLC Number\tFile Name\tMultiple occurrence\n",
        "MMS ID,Title,Old OCN,New OCN,Date,Who\n991,x,12,34,2025,me\n",
    ],
)
def test_other_tables_are_no_lists_of_current_numbers(start):
    assert not is_current_numbers(start.encode())
