"""Which answers confirm: those of collections that were agreed, under names that say what OCLC's own keys say."""

import pytest
from frame_rows import RUN_1, rows

from datasync_lib.analysis.vouching import is_agreed, says_what_its_key_says
from datasync_lib.settings import Collection

COLLECTIONS = (Collection(id="1099999", symbol="NEW"), Collection(id="1099998", symbol="M@S"))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, True),
        ({"collection": "1099998"}, False),
        ({"collection": "1099998", "symbol": "M@S"}, True),
        ({"collection": "1099997"}, False),
        ({"collection": None}, False),
        ({"symbol": None}, False),
    ],
)
def test_a_collection_is_agreed_for_its_symbol(given, expected):
    assert rows("outcomes", given).select(a=is_agreed(COLLECTIONS))["a"].to_list() == [expected]
    assert rows("outcomes", given).select(a=is_agreed([]))["a"].to_list() == [False]


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("NEW_1099999_1753105234567::bib::0", True),
        ("new_1099999_1753105234999::bib::12", True),
        ("NEW_1099999_1753105235567::bib::0", False),
        ("NEX_1099999_1753105234567::bib::0", False),
        ("NEW_1099998_1753105234567::bib::0", False),
        (None, True),
        ("something else::bib::0", True),
    ],
)
def test_a_key_of_another_symbol_collection_or_second_contradicts_the_name(key, expected):
    assert RUN_1.timestamp() == 1_753_105_234.567
    told = rows("outcomes", {"job_key": key}).select(a=says_what_its_key_says())
    assert told["a"].to_list() == [expected]


def test_a_symbol_in_a_key_may_be_spelt_as_in_file_names():
    told = {"symbol": "M@S", "job_key": "M_64S_1099999_1753105234567::bib::0"}
    assert rows("outcomes", told).select(a=says_what_its_key_says())["a"].to_list() == [True]
