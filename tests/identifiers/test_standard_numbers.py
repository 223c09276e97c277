"""Numbers as they stand in 020, 022 and 010."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from datasync_lib.identifiers import standard_numbers
from datasync_lib.identifiers.standard_numbers import read_isbn, read_issn, read_lccn


@pytest.mark.parametrize(
    ("text", "value", "is_valid", "qualifier", "is_set"),
    [
        ("0306406152", "9780306406157", True, None, False),
        ("0-306-40615-2", "9780306406157", True, None, False),
        ("0306406152 (pbk. : alk. paper)", "9780306406157", True, "pbk. : alk. paper", False),
        ("0306406152(v.1)", "9780306406157", True, "v.1", False),
        ("0306406152 :", "9780306406157", True, None, False),
        ("0306406152 (set)", "9780306406157", True, "set", True),
        ("0835202178 (v. 1-4)", "9780835202176", True, "v. 1-4", True),
        ("0306406152 (v. 1)", "9780306406157", True, "v. 1", False),
        ("9780306406157", "9780306406157", True, None, False),
        ("978-0-306-40615-7", "9780306406157", True, None, False),
        ("978 0 306 40615 7", "9780306406157", True, None, False),
        ("ISBN 0306406152", "9780306406157", True, None, False),
        ("ISBN-10 0-306-40615-2", "9780306406157", True, None, False),
        ("ISBN (13) 9780306406157", "9780306406157", True, None, False),
        ("ISBN0306406152", "9780306406157", True, None, False),
        ("eISBN: 9780306406157 (pdf)", "9780306406157", True, "pdf", False),
        ("(hardback) 0306406152", "9780306406157", True, "hardback", False),
        ("pbk.: 0-306-40615-2", "9780306406157", True, "pbk", False),
        ("hbk. 0306406153", "0306406153", False, "hbk", False),
        ("v. 1: 0306406152", "9780306406157", True, "v. 1", False),
        ("set 978 0 306 40615 7", "9780306406157", True, "set", True),
        ("pbk. 0306406152 (v. 1-5)", "9780306406157", True, "pbk v. 1-5", True),
        ("080442957 X", "9780804429573", True, None, False),
        ("\u200e978-0-306-40615-7\u200f", "9780306406157", True, None, False),
        ("\u202b0306406152\u202c (pbk.)", "9780306406157", True, "pbk", False),
        ("\ufeff03064\u200b06152", "9780306406157", True, None, False),
        ("0306406152 " + " " * 20_000, "9780306406157", True, None, False),
        ("9" * 20_000, "9" * 20_000, False, None, False),
        ("a0306406152", None, False, "a0306406152", False),
        ("£12.50", None, False, "£12.50", False),
        ("12.50", "12", False, "50", False),
        ("ISBN-13: 978-0-306-40615-7 (hbk.)", "9780306406157", True, "hbk", False),
        ("306406152", "9780306406157", True, None, False),
        ("08012755X", "9780080127552", True, None, False),
        ("080442957x", "9780804429573", True, None, False),
        ("979-10-90636-07-1", "9791090636071", True, None, False),
        ("0306406153 (pbk.)", "0306406153", False, "pbk", False),
        ("9780306406158", "9780306406158", False, None, False),
        ("271860404697 (pbk.)", "271860404697", False, "pbk", False),
        ("5770306406157", "5770306406157", False, None, False),
        ("(pbk.)", None, False, "pbk", False),
        ("", None, False, None, False),
        (None, None, False, None, False),
    ],
)
def test_isbn(text, value, is_valid, qualifier, is_set):
    expected = standard_numbers.StandardNumber(value, is_valid, qualifier, is_set)
    assert read_isbn(text) == expected


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("0306406152 (pbk.) 9780804429573 (hbk.)", [("9780306406157", "pbk"), ("9780804429573", "hbk")]),
        (
            "ISBN: 0306406152 (cased) ; ISBN 0-8044-2957-X (limp)",
            [("9780306406157", "cased"), ("9780804429573", "limp")],
        ),
        ("hbk.: 0306406152, pbk.: 080442957X", [("9780306406157", "hbk"), ("9780804429573", "pbk")]),
        ("0306406152/080442957X", [("9780306406157", None), ("9780804429573", None)]),
        ("0306406152 9780306406157", [("9780306406157", None)]),
        ("0306406153 080442957X", [("0306406153", None), ("9780804429573", None)]),
        ("(pbk.)", [(None, "pbk")]),
    ],
)
def test_several_isbns_in_one_text(text, numbers):
    assert [(number.value, number.qualifier) for number in standard_numbers.read_isbns(text)] == numbers
    read = standard_numbers.read_standard_numbers(pl.DataFrame({"scheme": ["isbn"], "raw": [text]}))
    assert read.select("value", "qualifier").rows() == numbers


@pytest.mark.parametrize(
    ("text", "value", "is_valid"),
    [
        ("0378-5955", "0378-5955", True),
        ("(online) 0378-5955", "0378-5955", True),
        ("ISSN-L 0378-5955", "0378-5955", True),
        ("\u200e0378-5955\u200f", "0378-5955", True),
        ("(print) 0378-5954", "0378-5954", False),
        ("1999-2000", "1999-2000", False),
        ("9770378595005", "9770378595005", False),
        ("03785955", "0378-5955", True),
        ("ISSN 0378-5955 (print)", "0378-5955", True),
        ("eISSN: 2434-561x", "2434-561X", True),
        ("0378-5954", "0378-5954", False),
        ("0378–5955", "0378-5955", True),
        ("1234", "1234", False),
        ("(online)", None, False),
        (None, None, False),
    ],
)
def test_issn(text, value, is_valid):
    number = read_issn(text)
    assert (number.value, number.is_valid) == (value, is_valid)


@pytest.mark.parametrize(
    ("text", "value", "is_valid"),
    [
        ("   78890351 ", "78890351", True),
        ("n 78890351", "n78890351", True),
        ("n78-890351", "n78890351", True),
        ("85-2", "85000002", True),
        ("   85000002 /AC/r862", "85000002", True),
        ("75-425165//r75", "75425165", True),
        ("  79310919 //r86", "79310919", True),
        ("AGR25000003", "agr25000003", True),
        ("unk84207", "unk84207", False),
        ("2001-000002", "2001000002", True),
        ("2001-2", "2001000002", True),
        ("sn 2006058112", "sn2006058112", True),
        ("79310919 Revised", "79310919", True),
        ("95025844p", "95025844p", False),
        ("^^^85-2 ", "85000002", True),
        ("sn 85-2", "sn85000002", True),
        ("sn^85-2^//r86", "sn85000002", True),
        ("\\\\\\85000002\\", "85000002", True),
        ("###85000002#", "85000002", True),
        ("(DLC)   85000002", "85000002", True),
        ("LCCN 85-2", "85000002", True),
        ("\u200e85-2\u200f", "85000002", True),
        ("85-2 (rev.)", "85000002", True),
        ("85-2 86-3", "85-286-3", False),
        ("DLC", None, False),
        (None, None, False),
    ],
)
def test_lccn(text, value, is_valid):
    number = read_lccn(text)
    assert (number.value, number.is_valid) == (value, is_valid)


def test_a_frame_keeps_its_rows_their_order_and_its_other_columns():
    readings = pl.DataFrame(
        {
            "mms_id": ["992", "991", "993", "994"],
            "scheme": ["isbn", "lccn", "isbn", "issn"],
            "raw": ["0306406152 (set)", "n 78-890351", None, "0378-5954"],
        }
    )
    assert_frame_equal(
        standard_numbers.read_standard_numbers(readings),
        readings.with_columns(
            value=pl.Series(["9780306406157", "n78890351", None, "0378-5954"]),
            is_valid=pl.Series([True, True, False, False]),
            qualifier=pl.Series(["set", None, None, None], dtype=pl.String),
            is_set=pl.Series([True, False, False, False]),
        ),
    )


def test_an_empty_frame_has_the_same_columns():
    empty = pl.DataFrame(schema={"scheme": pl.String, "raw": pl.String})
    assert standard_numbers.read_standard_numbers(empty).schema == {
        "scheme": pl.String,
        "raw": pl.String,
        "value": pl.String,
        "is_valid": pl.Boolean,
        "qualifier": pl.String,
        "is_set": pl.Boolean,
    }


@given(st.text(), st.sampled_from(["isbn", "issn", "lccn"]))
def test_any_text_is_read_and_only_a_number_is_valid(text, scheme):
    read = standard_numbers.read_standard_numbers(pl.DataFrame({"scheme": [scheme], "raw": [text]}))
    value, is_valid = read.select("value", "is_valid").row(0)
    assert value is not None or not is_valid


@given(st.integers(0, 10**9 - 1))
def test_both_lengths_of_an_isbn_read_the_same(stem):
    digits = f"{stem:09d}"
    check = (11 - sum(weight * int(digit) for weight, digit in zip(range(10, 1, -1), digits, strict=True))) % 11
    short = digits + ("X" if check == 10 else str(check))
    long = read_isbn(short).value
    assert long[:12] == "978" + digits
    assert read_isbn(long) == read_isbn(short)


@given(st.from_regex(r"\A[a-z]{0,3} ?[0-9]{2}-?[0-9]{1,6}( ?/[A-Z]{2}/r[0-9]+)?\Z"))
def test_a_normalised_lccn_stays_as_it_is(text):
    once = read_lccn(text).value
    assert read_lccn(once).value == once


PLAIN_AND_NOT = [
    "0306406152", "0306406153", "030640615X", "080442957X", "080442957x", "9780306406157", "9780306406158", "9790000000000",
    "9791234567896", " 0306406152 (pbk.)", "0306406152 :", "0306406152 (v. 1-5)", "0306406152 (set)", "9780306406157(hbk.)",
    "9780306406157 (a) (b)", "9780306406157 pbk", "0306406152: $5", "0-306-40615-2", "", "  ", "(pbk.)", "030640615",
    "0306406152 (pbk.) :", "0306406152 ( )", "0306406152()", "0000000000", "9780000000002",
]  # fmt: skip


def test_all_at_once_is_the_same_as_one_by_one():
    lccns = [
        "   68018328 ",
        "n  78890351",
        "2001000002",
        "85-2",
        "68018328 //r81",
        "  a 68018328",
        "rev 68018328",
        "68018328#",
        "DLC",
    ]
    rows = [("isbn", text) for text in PLAIN_AND_NOT] + [("lccn", text) for text in lccns]
    readings = pl.DataFrame(rows, schema=["scheme", "raw"], orient="row")
    one_by_one = [(read_isbn if scheme == "isbn" else read_lccn)(text) for scheme, text in rows]
    found = standard_numbers.read_standard_numbers(readings).select("value", "is_valid", "qualifier", "is_set").rows()
    assert found == [(n.value, n.is_valid, n.qualifier, n.is_set) for n in one_by_one]


@given(
    st.lists(
        st.from_regex(r" ?(97[89])?[0-9]{9}[0-9Xx]( ?\((set|v\. 1-5|pbk\.)?\))?[ :]?", fullmatch=True), max_size=30
    )
)
def test_any_isbn_is_the_same_all_at_once_and_one_by_one(texts):
    readings = pl.DataFrame({"scheme": "isbn", "raw": texts}, schema={"scheme": pl.String, "raw": pl.String})
    found = standard_numbers.read_standard_numbers(readings).select("value", "is_valid", "qualifier", "is_set").rows()
    assert found == [(n.value, n.is_valid, n.qualifier, n.is_set) for n in map(read_isbn, texts)]


def test_two_issns_in_one_text():
    read = standard_numbers.read_issns
    assert [number.value for number in read("print: 03785955; online: 2434-561X")] == ["0378-5955", "2434-561X"]
    assert [number.value for number in read("0378-5955 (1999-2000)")] == ["0378-5955"]


def test_a_text_with_two_numbers_gives_two_rows_in_their_order():
    raw = ["080442957X", "hbk.: 0306406152, pbk.: 080442957X", "0306406152 (9780804429573)"]
    readings = pl.DataFrame({"scheme": ["isbn"] * 3, "raw": raw, "field": [5, 6, 7]})
    found = standard_numbers.read_standard_numbers(readings)
    assert found.select("field", "value").rows() == [
        (5, "9780804429573"),
        (6, "9780306406157"),
        (6, "9780804429573"),
        (7, "9780306406157"),
        (7, "9780804429573"),
    ]
