"""Tables from which no number may be taken: each way to guess where the numbers stand, with tables that look like lists."""

from datetime import date
from pathlib import Path

import pytest
from whole_tables import whole_tables

from datasync_lib.marc import find_inputs
from datasync_lib.oclc.captions import rank_of
from datasync_lib.oclc.holdings_lists import _is_marc
from datasync_lib.oclc.layouts import looks_like_cross_reference


def read(folder: Path, text: str):
    path = folder / "worldcat.XYZ.20250721.list.csv"
    path.write_bytes(text.encode())
    return whole_tables(find_inputs(path)[0], "worldcat_list", symbol="XYZ", as_of=date(2025, 7, 21))


def refused(folder: Path, text: str) -> None:
    given = read(folder, text)
    assert given.worldcat_holdings["ocn"].to_list() == []
    assert given.files["rejected"].item() == given.files["found"].item() > 0
    (told,) = given.issues.filter(code="no_number_column")["message"].to_list()
    assert "«OCLC number»" in told


@pytest.mark.parametrize(
    "text",
    [
        "1,Rivers\n2,Lakes\n3,Seas\n",
        "Rivers,40000001\nLakes,40000002\n",
        "40000001;Rivers\n40000002;Lakes\n",
        "40000001\tRivers\t1984\n40000002\tLakes\t2007\n",
        "1984,Rivers\n2007,Lakes\n",
        "Rivers|3|shelved\nLakes|2|lent\n",
        "1,40000001\n2,40000002\n",
        "40000001,40000002\n40000003,40000004\n",
        "9780000000002,Rivers\n9780000000019,Lakes\n",
        "0198526636,Rivers\n0198534531,Lakes\n",
        "31234000012345,12345678\n31234000012346,12345679\n",
        "991000000010106001,12345678\n991000000020106001,23456789\n",
        "MAIN,1204\nLAW,302\nMUSIC,77\n",
        "20250721,12\n20250722,19\n",
        "12345678,23456789,34567890\n",
        "ocm00000012,ocm00000013\nocm00000014,ocm00000015\n",
        "#1,Rivers\n#2,Lakes\n#3,Seas\n",
        "no:1;Rivers\nno:2;Lakes\n",
        "sep=;\n12345678;Rivers\n23456789;Lakes\n",
        "Branch report,\nPrinted,21 July\n12345678,Rivers\n23456789,Lakes\n",
        "(DLC)12345678,Rivers\n(DLC)23456789,Lakes\n",
        '=HYPERLINK("https://catalogue/1";"1")\tRivers\n=HYPERLINK("https://catalogue/2";"2")\tLakes\n',
        '=HYPERLINK("https://catalogue/40000001";"40000001")\tRivers\n=HYPERLINK("https://catalogue/2";"40000002")\tLakes\n',
        "12345678,12.50,EUR\n23456789,9.00,EUR\n",
        "1,\n2,\n3,\n",
    ],
)
def test_columns_without_a_header_and_without_prefixes(tmp_path, text):
    refused(tmp_path, text)


CAPTIONS = [
    "OCLC symbol",
    "OCLC report",
    "WorldCat OCLC report",
    "OCLC holdings",
    "WorldCat holdings number",
    "WorldCat holdings count",
    "Number of OCLC records",
    "No. of OCNs",
    "# of OCLC numbers",
    "OCLC rank",
    "OCLC member since",
    "OCLC loans",
    "OCLC price",
    "OCLC status",
    "OCLC number date",
    "OCLC number of copies",
    "OCLC record count",
    "OCLC region number of libraries",
    "Old OCLC number",
    "Former OCN",
    "Deleted OCN",
    "Merged OCLC numbers",
    "OCLC control number (019)",
    "OCLC Control Number (035z)",
    "Print OCLC number",
    "Parent OCN",
    "OCLC numbers per branch",
    "Anzahl OCLC-Nummern",
    "Nombre de numéros OCLC",
    "WorldCat",
    "WorldCat rank no.",
    "Title of OCLC record",
    "Year of OCLC record",
    "MMS ID",
    "Number",
    "No.",
    "Count",
    "Copies",
    "ISBN",
    "Barcode",
    "Bib ID",
    "Year",
]


@pytest.mark.parametrize("caption", CAPTIONS)
@pytest.mark.parametrize(
    "rows",
    [
        "{0},Title\n40000001,Rivers\n40000007,Lakes\n",
        "Title;{0};Year\nRivers;40000001;1984\n",
        "{0}\n40000001\n40000007\n",
    ],
)
def test_a_caption_that_does_not_say_ocn(tmp_path, caption, rows):
    assert rank_of(caption) is None
    refused(tmp_path, rows.format(caption))


@pytest.mark.parametrize("caption", ["OCLC", "001", "Numéro OCLC", "Current OCLC number", "WorldCat ID", "номер OCLC"])
@pytest.mark.parametrize(
    "numbers", [["1", "2", "3"], ["1984", "2007", "1999"], ["3", "1", "1"], ["20250721", "20240101"]]
)
def test_a_caption_that_says_it_less_surely_above_other_numbers(tmp_path, caption, numbers):
    refused(tmp_path, f"{caption},Title\n" + "".join(f"{number},Rivers\n" for number in numbers))


PLAIN = [
    ("count rows", "1 2 3"),
    ("count rows", "1 2"),
    ("count rows", "0 1 2 3"),
    ("count rows", "3 1 2"),
    ("count rows", "9 8 7 6"),
    ("count rows", "1 2 4 5 6 7 8"),
    ("count rows", "10 20 30 40"),
    ("count rows", "100001 100002 100003"),
    ("count rows", "1.0 2.0 3.0"),
    ("count rows", "0001 0002 0003"),
    ("count rows", "no:1 no:2 no:3"),
    ("years", "1984 2007 1999"),
    ("years", "2025 2025"),
    ("years", "1455 1501 1984 2000"),
    ("days", "20250721 20250722 20240101"),
    ("days", "21072025 22072025"),
    ("days", "07212025 12312024"),
    ("too small", "7"),
    ("too small", "3 1 1 2 5"),
    ("too small", "1204 302 77"[5:]),
    ("too small", "1204 3302 7716 5501 9120 4410 8003 2207 6118 7300"),
    ("repeat themselves", "40000001 40000002 " * 6),
    ("greater than", "9780000000002 9780000000019 9780000000026"),
    ("greater than", "31234000012345 31234000012346 12345678"),
    ("greater than", "991000000010106001 991000000020106001"),
    ("ISBNs", "0198526636 0198534531"),
    ("ISBNs", "198526636 198534531 306406152"),
    ("ISBNs", "0198526636 043942089X 0306406152"),
    ("ISSNs", "03785955 00280836 03178471"),
    ("ISSNs", "0378-5955 0028-0836 03178471"),
]


@pytest.mark.parametrize(("reason", "numbers"), PLAIN)
def test_one_number_a_line_that_are_something_else(tmp_path, reason, numbers):
    text = "".join(f"{number}\n" for number in numbers.split())
    refused(tmp_path, text)
    assert reason in read(tmp_path, text).files["note"].item()
    # the last line may have no end
    refused(tmp_path, text.rstrip("\n"))
    refused(tmp_path, f"OCLC numbers of the branch\n{text}")


@pytest.mark.parametrize(
    "above",
    ["Number", "Copies", "Barcode", "Bib ID", "Year of publication", "ISBN", "Title", "My list", "LCCN", "System no."],
)
@pytest.mark.parametrize(
    "text", ["{0}\n12345678\n2345\n", "Report\n\n{0}\n12345678\n2345", '"{0}"\r\n12345678\r\n2345\r\n']
)
def test_words_above_plain_numbers_that_do_not_say_ocn(tmp_path, above, text):
    refused(tmp_path, text.format(above))


LEADERS = [
    "12345678901234567890123456789\n" * 3,
    "00714cam a2200205 a 4500\n12345678\n",
    "00714cam 22 4500\n12345678\n",
    "12345     Rivers and lakes of the north\n",
    "12345,Rivers and lakes of the north,1984\n",
    "12345;Rivers and lakes of the north\n23456;Seas of the south and the north\n",
    "00001nam  2200001   4500 a title that goes on\n",
    "40000001 Rivers of the north and of the south\n",
    "40000001|Rivers of the north and of the south\n40000002|Lakes\n",
    "1234567890123456789012345678901234567890",
    "12345 12345 12345 12345 12345 12345\n",
    "00000000000000000000000000000000\n",
    "\n\n12345678 Rivers of the north and the south\n",
    "\x1a12345678 Rivers of the north and the south\n",
    "20250721120000000000000000000000\n",
    "978000000000297800000000199780000000026\n",
    "991000000010106001991000000020106001\n",
    "12345abcdefghijklmnopqrstuvwxyz\n",
    "12345...Rivers of the north and\n",
    '12345"Rivers of the north and the south"\n',
    "12345-12345-12345-12345-12345\n",
    "99999nam a22 4500 is no record without ends\n",
]


@pytest.mark.parametrize("text", LEADERS)
def test_lines_that_begin_like_a_leader_are_no_records_and_no_numbers(tmp_path, text):
    assert not _is_marc(text.encode())
    given = read(tmp_path, text)
    assert set(given.worldcat_holdings["ocn"]) <= {12345678}
    assert given.files["kind"].item() == "worldcat_list"
    assert given.files["rejected"].item() > 0


@pytest.mark.parametrize(
    "text",
    [
        "Rivers\t40000001\nLakes\t40000002\n",
        "MAIN\t1204\nLAW\t302\n",
        "991000000010106001\t1\n991000000020106001\t2\n",
        "991000000010106001\t1984\n991000000020106001\t2007\n",
        "991000000010106001\t3\n991000000020106001\t1\n",
        "991000000010106001\t20250721\n991000000020106001\t20250722\n",
        "991000000010106001\t9780000000002\n991000000020106001\t9780000000019\n",
        "991000000010106001\t0198526636\n991000000020106001\t0198534531\n",
        "1\t40000001\n2\t40000002\n",
        "A\t40000001\nB\t40000002\n",
        "The rivers of 1984\t40000001\nThe lakes of 2007\t40000002\n",
        "1984\t40000001\n1984\t40000002\n1984\t40000003\n",
        "991000000010106001\t40000001\tmatch\n",
        "991000000010106001,40000001\n",
        "991000000010106001|40000001\n",
        "991000000010106001\tRivers\n991000000020106001\tLakes\n",
        "991000000010106001\t\n991000000020106001\t\n",
        "\t40000001\n\t40000002\n",
        "40000001\n40000002\n",
        "991000000010106001\t1,234,567\n991000000020106001\t1 234 567\n",
        "991000000010106001\t4.0E+07\n",
        "MMS ID\tOCLC number\n",
    ],
)
def test_two_columns_that_are_no_cross_reference(text):
    assert not looks_like_cross_reference(text.split("\n"))


@pytest.mark.parametrize(
    "text",
    [
        "991000000010106001\t40000001\n991000000020106001\t(OCoLC)40000002\n",
        ".b12345678\t1234\n.b12345690\tocm00012345\n",
        "ab-777\t40000001\r\nab-778\t23456789\r\n",
    ],
)
def test_local_numbers_and_ocns_look_like_a_cross_reference(text):
    assert looks_like_cross_reference(text.split("\n"))
