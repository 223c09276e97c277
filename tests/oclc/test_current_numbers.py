from datetime import date

import pytest

from datasync_lib.marc import find_inputs
from datasync_lib.oclc.current_numbers import is_current_numbers, read_current_numbers

DAY = date(2025, 9, 1)


def read(tmp_path, text: str, **options):
    path = tmp_path / "numbers.csv"
    path.write_bytes(text.encode())
    (source,) = find_inputs(path)
    return read_current_numbers(source, DAY, **options)


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
