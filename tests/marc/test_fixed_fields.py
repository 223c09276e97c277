"""006, 007 and 008 of another length are told, and no code is read from a shifted place."""

import polars as pl
import pytest
from pymarc import Field, Indicators, Record, Subfield

from datasync_lib.marc import read_marc, record_bytes
from datasync_lib.marc.fixed_fields import codes_of_008, date1_of_008

WHOLE = "200101s2020    gw a     b    001 0 ger d"


@pytest.mark.parametrize(
    ("fixed", "codes", "date1"),
    [
        (WHOLE, WHOLE, "2020"),
        (WHOLE.replace(" ", "^"), WHOLE, "2020"),
        (WHOLE.replace(" ", "|"), WHOLE.replace(" ", "|"), "2020"),
        ("|" * 40, "|" * 40, "||||"),
        ("200101s2020 gw a b 001 0 ger d", None, "2020"),
        (WHOLE[:38], WHOLE[:38], "2020"),
        (WHOLE[:39], WHOLE[:39], "2020"),
        (WHOLE + "  ", WHOLE + "  ", "2020"),
        (WHOLE + " d", None, "2020"),
        (WHOLE[:20] + " " + WHOLE[20:], None, "2020"),
        (WHOLE[:20] + WHOLE[21:], None, "2020"),
        (WHOLE[:20] + WHOLE[22:] + "  d", None, "2020"),
        (WHOLE[1:], None, None),
        ("0" + WHOLE, None, None),
        (WHOLE[:35], None, "2020"),
        ("209901s2020", None, None),
        ("200101s", None, None),
        ("", None, None),
        (None, None, None),
        ("200101n        xx                  eng", "200101n        xx                  eng", "    "),
    ],
)
def test_codes_count_where_they_stand_in_their_places(fixed, codes, date1):
    frame = pl.DataFrame({"fixed": [fixed]}, schema={"fixed": pl.String})
    found = frame.select(codes=codes_of_008(pl.col("fixed")), date1=date1_of_008(pl.col("fixed")))
    assert found.row(0) == (codes, date1)


@pytest.mark.parametrize(
    ("type_", "tag", "value", "issue"),
    [
        ("a", "008", WHOLE, None),
        ("a", "008", "|" * 40, None),
        ("a", "008", "200101s2020 gw a b 001 0 ger d", ("bad_008", "008 has 30 characters instead of 40")),
        ("a", "008", WHOLE + "  ", ("bad_008", "008 has 42 characters instead of 40")),
        ("y", "008", WHOLE[:32], None),
        ("a", "006", "m     o  d        ", None),
        ("a", "006", "m o d", ("bad_006", "006 has 5 characters instead of 18")),
        ("a", "007", "cr |n|||||||||", None),
        ("a", "007", "cr un ", None),
        ("a", "007", "cr", ("bad_007", "007 has 2 characters instead of 6 or 14")),
        ("a", "007", "ta", None),
        ("g", "007", "vd cvaizq", None),
        ("g", "007", "vd cvaiz", ("bad_007", "007 has 8 characters instead of 9")),
        ("a", "007", "-d cvaiz", ("bad_007", "007 has 8 characters and begins with no category of material")),
    ],
)
def test_another_length_is_told_with_its_place(tmp_path, type_, tag, value, issue):
    records = []
    for fixed in (None, value):
        record = Record(leader=f"00000n{type_}m a2200000 a 4500", force_utf8=True)
        record.add_field(Field("001", data="991"))
        if fixed:
            record.add_field(Field(tag, data=fixed))
        record.add_field(Field("245", Indicators("1", "0"), [Subfield("a", "A title")]))
        records.append(record_bytes(record))
    (tmp_path / "records.mrc").write_bytes(b"".join(records))
    found = read_marc(tmp_path / "records.mrc").issues.select("record", "byte_offset", "code", "message", "excerpt")
    assert found.rows() == ([(1, len(records[0]), *issue, value)] if issue else [])
