"""Spellings as they stand in real catalogues and lists, and the laws that the reader keeps."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from datasync_lib.identifiers import ocn

numbers = st.integers(1, ocn.MAXIMUM)

GOOD = [
    ("(OCoLC)12345", 12345),
    ("(OCoLC)00012345", 12345),
    ("(OCoLC) 2710914", 2710914),
    ("(OCoLC)  2003232", 2003232),
    ("(OCoLC)ocm53370744 ", 53370744),
    ("(OCoLC)OCM48202827", 48202827),
    ("(OCOLC)65536925", 65536925),
    ("(OcoLC) 5260683", 5260683),
    ("(ocolc)ocn841493534", 841493534),
    ("(OCoLC)ocn841493534", 841493534),
    ("(OCoLC)on1322478128", 1322478128),
    ("(OCoLC)ocl70001234", 1234),
    ("(OCoLC)ocl05727078", 5727078),
    ("(OCoLC)1697070.", 1697070),
    ("(OCoLC)564609668.", 564609668),
    ("(OCoLC)12345#", 12345),
    ("(OCoLC)12345/", 12345),
    ("(OCoLC)(OCoLC)ocm00012345", 12345),
    ("(OCoLC)ocmocm00012345", 12345),
    ("|a(OCoLC)12345", 12345),
    ("$a (OCoLC)12345", 12345),
    ("‡aocm00012345", 12345),
    ("OCoLC 12345", 12345),
    ("(OCoLC12345", 12345),
    ("((OCoLC))12345", 12345),
    ("[OCoLC]12345", 12345),
    ("(OCLC)ocm51566368", 51566368),
    ("(OCLC)ocn867558055", 867558055),
    ("OCLC: 12345", 12345),
    ("OCLC #12345", 12345),
    ("ocm00000001", 1),
    ("ocm53462846 ", 53462846),
    ("ocn466949045", 466949045),
    ("on1234567890", 1234567890),
    ("ocl70001234", 1234),
    ("ocm12345", 12345),
    ("ocn1234567890", 1234567890),
    ("ocm 00012345", 12345),
    ("\ufeff(OCoLC)12345", 12345),
    ("(OCoLC)\u200b12345\u00a0", 12345),
    ("\u202a(OCoLC)12345\u202c", 12345),
    ("\u2066ocm00012345\u2069", 12345),
    ("(OCoLC)\u202d12345\u202c", 12345),
    ('="(OCoLC)12345"', 12345),
    ("(OCoLC)40000001.0", 40000001),
    ("(OCoLC)001234567890", 1234567890),
]

BAD = [
    (None, "empty"),
    ("", "empty"),
    ("   ", "empty"),
    ("\u200b\u00a0", "empty"),
    ("#", "empty"),
    ("1.23E+09", "excel_exponent"),
    ("1,23E+09", "excel_exponent"),
    ("4E+07", "excel_exponent"),
    ("1.234567891e+09", "excel_exponent"),
    ("(OCoLC)1.23E+09", "excel_exponent"),
    ("(OCoLC-M)38811418", "other_control"),
    ("(OCoLC-M)", "other_control"),
    ("OCoLC-M656729", "other_control"),
    ("(ocolc-m)656729", "other_control"),
    ("(OCoLC-I)274935087", "superseded"),
    ("(OCoLC-I)ocn274935087", "superseded"),
    ("(DLC    )ocn478114177", "not_oclc"),
    ("(CStRLIN)ocn466949041", "not_oclc"),
    ("(CStRLIN)35712158", "not_oclc"),
    ("(DLC)ocn466953469", "not_oclc"),
    ("(PPT)b10000203-01tuli_inst", "not_oclc"),
    ("(PPT)PACS95-D21147", "not_oclc"),
    ("(PACSCL)lti00029022", "not_oclc"),
    ("(WaSeSS)ssj0001453509", "not_oclc"),
    ("bw90000329-01tuli_inst", "not_oclc"),
    ("PATG00001036B", "not_oclc"),
    ("PATG97-B05544", "not_oclc"),
    ("DLC   95174830", "not_oclc"),
    ("DLC   95019282 //r96", "not_oclc"),
    ("69012162 //r94", "not_oclc"),
    ("ExL", "not_oclc"),
    ("Online publication 2012", "not_oclc"),
    ("on order", "not_oclc"),
    ("00001041    ", "bare_number"),
    ("35701278", "bare_number"),
    ("0", "bare_number"),
    ("40000001.0", "bare_number"),
    ("12345e", "bare_number"),
    ("(OCoLC)ocm12275114e", "suffix"),
    ("(OCoLC)12345 (print)", "suffix"),
    ("ocn123456789x", "suffix"),
    ("(OCoLC)0", "zero"),
    ("ocm00000000", "zero"),
    ("(OCoLC)2000000001", "too_large"),
    ("(OCoLC)991011023280203941", "too_large"),
    ("(OCoLC)9" + "0" * 40, "too_large"),
    ("(OCoLC)", "malformed"),
    ("(OCoLC)M123", "malformed"),
    ("(OCoLC)TGPSM12345", "malformed"),
    ("(OCoLC)gp 99071557", "malformed"),
    ("(OCoLC)fst00061556", "malformed"),
    ("(OCoLC)123-45", "malformed"),
    ("(OCoLC)ocm", "malformed"),
    ("ocm", "malformed"),
]


@pytest.mark.parametrize(("text", "number"), GOOD)
def test_good_spellings_give_the_number(text, number):
    assert ocn.read_ocn(text) == (number, "ok")


@pytest.mark.parametrize(("text", "verdict"), BAD)
def test_everything_else_gives_a_reason_and_no_number(text, verdict):
    assert ocn.read_ocn(text) == (None, verdict)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("00001041    ", (1041, "ok")),
        ("40000001.0", (40000001, "ok")),
        ("40000001.00", (40000001, "ok")),
        ("ocm00001036", (1036, "ok")),
        ("12345e", (None, "suffix")),
        ("1,234,567", (None, "malformed")),
        ("40000001.5", (None, "malformed")),
        ("00000000", (None, "zero")),
        ("9955256153506421", (None, "too_large")),
        ("1.23E+09", (None, "excel_exponent")),
        ("(DLC)95174830", (None, "not_oclc")),
        ("PATG00001036B", (None, "not_oclc")),
    ],
)
def test_a_trusted_place_needs_no_prefix(text, expected):
    assert ocn.read_ocn(text, trusted=True) == expected


def test_trust_may_differ_from_row_to_row_and_unknown_trust_is_none():
    readings = pl.DataFrame({"raw": ["1041", "1041", "1041"], "is_trusted": [True, False, None]})
    assert_frame_equal(
        readings.select(ocn.parse_ocn(pl.col("raw"), trusted=pl.col("is_trusted")).struct.unnest()),
        pl.DataFrame({"ocn": [1041, None, None], "verdict": ["ok", "bare_number", "bare_number"]}),
    )


@pytest.mark.parametrize("code", ["OCoLC-M", "(OCoLC-M)", "ocolc-m"])
def test_the_settings_may_accept_another_control(code):
    assert ocn.read_ocn("(OCoLC-M)656729", other_control_accepted=[code]) == (656729, "ok")
    assert ocn.read_ocn("(OCoLC-X)656729", other_control_accepted=[code]) == (None, "other_control")
    assert ocn.read_ocn("(OCoLC-I)656729", other_control_accepted=[code]) == (None, "superseded")


def test_the_maximum_is_the_settings_business():
    assert ocn.read_ocn("(OCoLC)1501", maximum=1500) == (None, "too_large")
    assert ocn.read_ocn("(OCoLC)1500", maximum=1500) == (1500, "ok")


def test_all_verdicts_occur_in_the_table_above():
    seen = {verdict for _, verdict in BAD} | {"ok"}
    assert seen == set(ocn.VERDICTS)


@pytest.mark.parametrize("engine", ["in-memory", "streaming"])
def test_a_lazy_frame_gives_the_same_as_one_text_after_the_other(engine):
    texts = [text for text, _ in BAD] + [text for text, _ in GOOD]
    frame = pl.DataFrame({"raw": texts * 5_000}, schema={"raw": pl.String}).with_row_index()
    lazy = frame.lazy().with_columns(ocn.parse_ocn(pl.col("raw")).struct.unnest()).sort("index").collect(engine=engine)
    rows = [(None, verdict) for _, verdict in BAD] + [(number, "ok") for _, number in GOOD]
    expected = pl.DataFrame(rows * 5_000, schema={"ocn": pl.Int64, "verdict": pl.String}, orient="row")
    assert_frame_equal(lazy.select("ocn", "verdict"), expected)


def test_an_empty_frame_has_the_same_columns():
    frame = pl.DataFrame({"raw": []}, schema={"raw": pl.String})
    read = frame.select(ocn.parse_ocn(pl.col("raw")).struct.unnest())
    assert read.schema == {"ocn": pl.Int64, "verdict": pl.String}


@given(st.one_of(st.none(), st.text(), st.from_regex(r"[(|]?(OCoLC)?-?[a-zA-Z]?(ocm|ocn|on|ocl7)?[0-9]* ?[a-z.]*")))
def test_any_text_has_one_verdict_and_only_ok_has_a_number(text):
    for trusted in (False, True):
        number, verdict = ocn.read_ocn(text, trusted=trusted)
        assert verdict in ocn.VERDICTS
        assert (number is not None) == (verdict == "ok")
        assert number is None or 0 < number <= ocn.MAXIMUM


@given(numbers)
def test_formatting_and_reading_are_each_others_reverse(number):
    assert ocn.read_ocn(ocn.format_ocn(number)) == (number, "ok")
    assert ocn.read_ocn(ocn.control_number(number)) == (number, "ok")
    assert ocn.format_ocn(ocn.read_ocn(ocn.format_ocn(number))[0]) == ocn.format_ocn(number)


@given(
    numbers,
    st.sampled_from(["", "|a", " ", "\ufeff"]),
    st.sampled_from(["(OCoLC)", "(ocolc) ", "(OCoLC)(OCoLC)", "OCoLC", "(OCLC)", ""]),
    st.sampled_from(["ocm", "OCN", "on", "ocl7"]),
    st.sampled_from(["", "0", "000"]),
    st.sampled_from(["", " ", "#", ".", " /", ".0"]),
)
def test_every_spelling_of_one_number_reads_the_same(number, before, control, prefix, zeros, after):
    assert ocn.read_ocn(f"{before}{control}{prefix}{zeros}{number}{after}") == (number, "ok")


@pytest.mark.parametrize(
    ("cell", "parts"),
    [
        (None, None),
        ("", [""]),
        ("(OCoLC) 123", ["(OCoLC) 123"]),
        ("123,456", ["123,456"]),
        ("1,234,567", ["1,234,567"]),
        ("40000001, 40000002", ["40000001", "40000002"]),
        ("40000001,40000002,40000003,40000004", ["40000001", "40000002", "40000003", "40000004"]),
        ("1;2;3;4;5", ["1", "2", "3", "4", "5"]),
        ("(OCoLC)123 (OCoLC)456", ["(OCoLC)123", "(OCoLC)456"]),
        ("(OCoLC)123|(OCoLC) 456", ["(OCoLC)123", "(OCoLC) 456"]),
        ("ocm00012345 ocn123456789 on1234567890", ["ocm00012345", "ocn123456789", "on1234567890"]),
        ("40000001/40000002:40000003", ["40000001", "40000002", "40000003"]),
        ("40000001 40000002", ["40000001", "40000002"]),
        ("12345e, 678", ["12345e", "678"]),
        ("|a(OCoLC)123|a(OCoLC)456", ["|a(OCoLC)123", "(OCoLC)456"]),
        ("DLC   95174830 //r95", ["DLC   95174830 //r95"]),
        ("95174830 /AC/r95", ["95174830 /AC/r95"]),
        ("1.23E+09", ["1.23E+09"]),
    ],
)
def test_a_cell_with_several_numbers_is_split_where_a_new_one_begins(cell, parts):
    split = pl.select(ocn.split_ocns(pl.lit(cell, dtype=pl.String))).item()
    assert (split if split is None else split.to_list()) == parts


@pytest.mark.parametrize("prefix", ["", "(OCoLC)", "(OCoLC)ocm", "on"])
@pytest.mark.parametrize(
    "digits",
    [
        "1 234 567",
        "12 345 678",
        "1,234,567",
        "1, 234, 567",
        "1.234.567",
        "1'234'567",
        "1’234’567",
        "1\u00a0234\u00a0567",
        "1\u2009234\u2009567",
        "1\u202f234\u202f567",
        "1234 5678",
        "1234\n5678",
        "12345678\r\n90",
        "12345 67890",
        "123 45 678",
        "12345678 2 345 678",
        "40000001 1984",
        "1234\u200b5678",
        "1234-\n5678",
    ],
)
def test_digits_in_groups_are_malformed(prefix, digits):
    cell = prefix + digits
    assert pl.select(ocn.split_ocns(pl.lit(cell))).item().to_list() == [cell]
    assert ocn.read_ocn(cell, trusted=True) == (None, "malformed")


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("12345678 23456789", [12345678, 23456789]),
        ("12345678\n23456789", [12345678, 23456789]),
        ("1234567,2345678", [1234567, 2345678]),
        ("123456 234567 345678 456789 567890", [123456, 234567, 345678, 456789, 567890]),
        ("40000001.0 40000002.0", [40000001, 40000002]),
        ("(OCoLC)123 (OCoLC)456", [123, 456]),
        ("ocm00000456 ocm00000789", [456, 789]),
        ("(OCoLC)1 234 567 (OCoLC)23456789", [None, 23456789]),
        ("(OCoLC)12345678; 1 234 567; 23456789", [12345678, None, 23456789]),
    ],
)
def test_numbers_that_are_whole_come_apart_and_groups_do_not(cell, numbers):
    parts = pl.select(ocn.split_ocns(pl.lit(cell))).item().to_list()
    assert [ocn.read_ocn(part, trusted=True)[0] for part in parts] == numbers


@given(
    st.lists(st.integers(1_000, ocn.MAXIMUM), min_size=1, max_size=6), st.sampled_from([",", "; ", " | ", " ", " / "])
)
def test_what_was_joined_comes_apart_again(wanted, separator):
    cell = separator.join(ocn.format_ocn(number) for number in wanted)
    parts = pl.select(ocn.split_ocns(pl.lit(cell))).item().to_list()
    assert [ocn.read_ocn(part)[0] for part in parts] == wanted


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (1, "ocm00000001"),
        (99_999_999, "ocm99999999"),
        (100_000_000, "ocn100000000"),
        (123_456_789, "ocn123456789"),
        (999_999_999, "ocn999999999"),
        (1_000_000_000, "on1000000000"),
        (1_234_567_890, "on1234567890"),
    ],
)
def test_001_as_oclc_writes_it(number, written):
    assert ocn.control_number(number) == written
    assert pl.select(ocn.control_number(pl.lit(number))).item() == written
    assert not pl.select(ocn.unusual_width(pl.lit(written))).item()


def test_format_of_a_column():
    numbers = pl.DataFrame({"ocn": [12345, None]})
    assert numbers.select(ocn.format_ocn(pl.col("ocn"))).to_series().to_list() == ["(OCoLC)12345", None]


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("(OCoLC)ocm53370744 ", "(OCoLC)ocm<8> "),
        ("(PPT)b10000203-01tuli_inst", "(PPT)b<8>-<2>tuli_inst"),
        ("PATG00001036B", "PATG<8>B"),
        ("", ""),
        (None, None),
    ],
)
def test_spelling_counts_the_digits(text, pattern):
    assert pl.select(ocn.spelling(pl.lit(text, dtype=pl.String))).item() == pattern


def test_census_of_spellings():
    readings = pl.DataFrame({"raw": ["(OCoLC)12345678", "(OCoLC)87654321", "ocm00000001", None]})
    census = readings.group_by(ocn.spelling(pl.col("raw")).alias("spelling")).len().sort("spelling", nulls_last=True)
    assert census.rows() == [("(OCoLC)<8>", 2), ("ocm<8>", 1), (None, 1)]


@pytest.mark.parametrize(
    ("text", "unusual"),
    [
        ("ocm12345678", False),
        ("(OCoLC)ocm12345", True),
        ("ocn12345678", True),
        ("on123456789", True),
        ("on12345678901", False),
        ("(OCoLC)12345", False),
        ("PATG00001036B", False),
        ("carbon12", False),
        (None, False),
    ],
)
def test_unusual_width_is_only_said_where_a_prefix_tells_one(text, unusual):
    assert pl.select(ocn.unusual_width(pl.lit(text, dtype=pl.String))).item() is unusual
