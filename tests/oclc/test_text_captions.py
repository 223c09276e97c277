"""Which columns of a list have the texts that the search rests on."""

import doctest

import pytest

from datasync_lib.oclc import text_captions
from datasync_lib.oclc.text_captions import may_be_number, text_columns


@pytest.mark.parametrize(
    ("name", "captions", "columns"),
    [
        ("title", "Title ID,Title,Title status", (1,)),
        ("title", "Title statement,Title", (1,)),
        ("title", "Title count,Title no.,Title key", ()),
        ("title", "Title / Author", (0,)),
        ("title", "245_a", (0,)),
        ("date", "Date Added,Year", (1,)),
        ("date", "Date,Publication date", (1,)),
        ("date", "Date,Year of publication", (1,)),
        ("date", "Date1,Date2", (0,)),
        ("date", "Date set,Date modified,Year added", ()),
        ("date", "Year", (0,)),
        ("numbers", "ISBN_10,ISBN 13,eISSN,LCCN,Print ISBN", (0, 1, 2, 3, 4)),
        ("numbers", "Standard Number,Other standard numbers,LC control number,020$a", (0, 1, 2, 3)),
        ("others", "Identifier,Barcode,Call number,Date added,Remarks,", (0, 4, 5)),
    ],
)
def test_captions_say_which_text_is_where(name, captions, columns):
    assert text_columns([*captions.split(","), "OCLC number"], captions.count(",") + 1)[name] == columns


@pytest.mark.parametrize(
    "cell", ["12", "2015", "1.3.2015", "2015-03-01T10:00:00", "99000000000023941", "p. 12, 14", "x"]
)
def test_what_is_no_standard_number(cell):
    assert not may_be_number(cell)


@pytest.mark.parametrize("cell", ["ISBN 0-306-40615-2", "978 0 306 40615 7", "0378-595X", "sn 85002345", "1E+13"])
def test_what_may_be_a_standard_number(cell):
    assert may_be_number(cell)


def test_the_examples_in_the_docstrings_hold():
    assert doctest.testmod(text_captions).failed == 0
