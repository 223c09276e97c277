import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasync_lib.identifiers.symbols import decode_symbol, decoded_symbol, encode_symbol


@pytest.mark.parametrize(
    ("symbol", "written"),
    [("XYZ", "XYZ"), ("XY@", "XY_64"), ("$XY", "_36XY"), ("X#Z", "X_35Z"), ("@$#", "_64_36_35"), ("HUL-D", "HUL-D")],
)
def test_the_three_characters_are_written_as_their_codes(symbol, written):
    assert encode_symbol(symbol) == written
    assert decode_symbol(written) == symbol


def test_a_symbol_is_read_in_capitals_whatever_the_file_name_has():
    assert decode_symbol("pul") == "PUL"
    assert decode_symbol("xy_64") == "XY@"


def test_other_codes_are_no_codes():
    assert decode_symbol("AB_65") == "AB_65"


@given(st.text("ABCXYZ0123456789@$#-", min_size=1, max_size=8))
def test_every_symbol_comes_back(symbol):
    assert decode_symbol(encode_symbol(symbol)) == symbol


def test_a_column_is_decoded_as_one_value_is():
    texts = ["pul", "xy_64", "AB_65", "_36_35"]
    column = pl.DataFrame({"text": texts}).select(decoded_symbol(pl.col("text")))

    assert column.to_series().to_list() == [decode_symbol(text) for text in texts] == ["PUL", "XY@", "AB_65", "$#"]
