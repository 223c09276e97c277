"""Characters by their number in MARC-8 records (lossless conversion of the Library of Congress)."""

import polars as pl
import pytest

from datasync_lib.marc.by_tag import Fields
from datasync_lib.marc.references import resolve, resolve_references


@pytest.mark.parametrize(
    ("text", "resolved"),
    [
        ("&#x4E00;&#x20000; /", "一𠀀 /"),
        ("Moby Dick&#x2019;s", "Moby Dick’s"),
        ("&#xE9;t&#x00e9;", "été"),
        ("o&#x0301;", "ó"),
        ("αγορ&\u0301#x03B1;", "αγορά"),
        ("AT&T &amp; &#38; &#x41; &#x0A;", "AT&T &amp; &#38; &#x41; &#x0A;"),
        ("&#xD800; &#x110000; &#xZZ; &#x4E00", "&#xD800; &#x110000; &#xZZ; &#x4E00"),
        ("e\u0301 stays", "e\u0301 stays"),
    ],
)
def test_references(text, resolved):
    assert resolve(text) == resolved


def test_only_where_the_leader_does_not_say_utf8():
    rows = [
        (number, tag, value)
        for number, sign in enumerate(" a")
        for tag, value in (("LDR", f"00000nam {sign}2200000 i 4500"), ("245", "&#x4E00;"))
    ]
    frame = pl.DataFrame(rows, schema=["record", "tag", "value"], orient="row").with_columns(file=pl.lit("x.mrc"))
    fields = resolve_references(Fields(frame))
    assert fields.tag("245").select("record", "value").rows() == [(0, "一"), (1, "&#x4E00;")]
    assert resolve_references(fields).tag("245").equals(fields.tag("245"))
