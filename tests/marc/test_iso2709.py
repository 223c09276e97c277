import io
import sys

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marc_samples import BINARY, RECORDS
from polars.testing import assert_frame_equal
from pymarc import Field, Indicators, MARCReader, Record, Subfield

from datasync_lib.marc import Limits
from datasync_lib.marc.columns import Wanted
from datasync_lib.marc.fields import rows_of
from datasync_lib.marc.reading import read_stream
from datasync_lib.marc.streams import Guarded


def read(data: bytes, *, tags=None, columns=None, **limits):
    stream = io.BytesIO(data)
    wanted = Wanted(None if tags is None else frozenset(tags), columns)
    return list(read_stream(Guarded(stream, stream, "x.mrc", sys.maxsize), "x.mrc", wanted, Limits(**limits)))


def table(pieces, name):
    return pl.concat([getattr(piece, name) for piece in pieces])


def states(data: bytes, **limits):
    records = table(read(data, **limits), "records")
    return records.select("byte_offset", "bytes", "state").rows()


def codes(data: bytes):
    return table(read(data), "issues")["code"].to_list()


def rows(data: bytes, **options):
    return table(read(data, **options), "subfields").drop("file").rows()


def expected(*records):
    return [(number, *row) for number, record in enumerate(records) for row in rows_of(record)]


def test_all_rows_of_clean_records():
    assert rows(b"".join(BINARY)) == expected(*RECORDS)


def test_the_columns_and_types():
    frame = table(read(BINARY[0], tags={"LDR", "001", "035"}), "subfields")
    want = pl.DataFrame(
        [
            ("x.mrc", 0, None, "LDR", None, None, None, None, BINARY[0][:24].decode()),
            ("x.mrc", 0, 0, "001", None, None, None, None, "991"),
            ("x.mrc", 0, 2, "035", " ", " ", 0, "a", "(OCoLC)123"),
            ("x.mrc", 0, 3, "035", " ", " ", 0, "a", "(OCoLC)ocm00000456"),
        ],
        schema={
            "file": pl.String,
            "record": pl.Int64,
            "field": pl.Int32,
            "tag": pl.String,
            "ind1": pl.String,
            "ind2": pl.String,
            "subfield": pl.Int32,
            "code": pl.String,
            "value": pl.String,
        },
        orient="row",
    )
    assert_frame_equal(frame, want)


@pytest.mark.parametrize("size", [30, 200, 450, 1000, 100_000])
def test_pieces_of_any_size_give_the_same(size):
    data = b"\n".join(BINARY * 3)
    whole, cut = read(data), read(data, piece_bytes=size)
    for name in ("subfields", "records", "issues"):
        assert_frame_equal(table(cut, name), table(whole, name))
    assert sum(piece.bytes for piece in cut) == len(data)


@pytest.mark.parametrize("between", [b"\n", b"\r\n", b"\x00\x00", b"\x1d", b" \x1a"])
def test_what_stands_between_records_belongs_to_none(between):
    data = between.join([*BINARY, b""])
    assert rows(data) == expected(*RECORDS)
    assert [state for _, _, state in states(data)] == ["loaded"] * 3


def test_a_value_keeps_no_block_alive():
    subfields = table(read(b"".join(BINARY * 200), tags={"245"}), "subfields")
    assert subfields["value"].estimated_size() < 40_000


def test_only_the_columns_that_are_asked_for():
    (piece,) = read(BINARY[0], columns=frozenset({"tag"}))
    assert piece.subfields.columns == ["record", "tag"]


def utf8_under(sign: str) -> bytes:
    return BINARY[1][:9] + sign.encode() + BINARY[1][10:]


def test_utf8_that_leader_09_denies_is_read_as_utf8_and_noted():
    """pymarc takes it for MARC-8 and gives other letters: here we differ, on purpose."""
    data = utf8_under(" ")
    titles = table(read(data, tags={"245"}), "subfields")["value"].to_list()
    assert titles == ["Преступление и наказание", "by somebody."]
    assert codes(data) == ["utf8_undeclared"]
    assert states(data) == [(0, len(data), "loaded")]


def test_marc8_goes_through_pymarc():
    data = BINARY[0].replace(b"Ulysses /", b"U\xe2lysses ")  # a combining acute before its letter
    data = data[:9] + b" " + data[10:]
    assert table(read(data, tags={"245"}), "subfields")["value"][0] == "Uĺysses "
    assert states(data) == [(0, len(data), "loaded")]


def test_bytes_that_are_not_utf8_are_shown_and_noted():
    data = BINARY[0].replace(b"Ulysses", b"Ulysse\xff")
    assert table(read(data, tags={"245"}), "subfields")["value"][0] == "Ulysse� /"
    assert (states(data)[0][2], codes(data)) == ("repaired", ["not_utf8"])


def with_length(data: bytes, length: str) -> bytes:
    return length.encode() + data[5:]


DAMAGE = {
    "a wrong length": (with_length(BINARY[0], "00017"), "wrong_length"),
    "a length that is no number": (with_length(BINARY[0], "X0150"), "wrong_length"),
    "no terminator": (BINARY[0][:-1], "no_terminator"),
    "a base address that is no number": (BINARY[0][:12] + b"xxxxx" + BINARY[0][17:], "bad_base_address"),
    "lengths of zero in the directory": (BINARY[0].replace(b"0012400", b"0000000"), None),
    "a sign lost in the leader": (BINARY[0][:8] + BINARY[0][9:], "directory_shifted"),
    "a sign too many in the leader": (BINARY[0][:8] + b"?" + BINARY[0][8:], "directory_shifted"),
}


@pytest.mark.parametrize("name", DAMAGE)
@pytest.mark.parametrize("alone", [True, False])
def test_repairs_give_the_fields_and_say_how(name, alone):
    broken, code = DAMAGE[name]
    data = broken if alone else BINARY[1] + broken + BINARY[2]
    fields = [row[1:] for row in rows(data, tags={"001", "035", "245"}) if row[0] == (0 if alone else 1)]
    assert fields == [row[1:] for row in expected(RECORDS[0]) if row[2] in ("001", "035", "245")]
    assert code is None or code in codes(data)
    if not alone:
        assert [state for _, _, state in states(data)] == ["loaded", "repaired" if code else "loaded", "loaded"]


def test_a_missing_terminator_does_not_swallow_the_next_record():
    data = BINARY[0][:-1] + BINARY[1]
    assert states(data) == [(0, len(BINARY[0]) - 1, "repaired"), (len(BINARY[0]) - 1, len(BINARY[1]), "loaded")]


def test_a_terminator_inside_a_record_is_part_of_it():
    data = BINARY[0].replace(b"Ulysses", b"Uly\x1dses")
    assert states(data + BINARY[1]) == [(0, len(data), "loaded"), (len(data), len(BINARY[1]), "loaded")]
    assert table(read(data, tags={"245"}), "subfields")["value"][0] == "Uly\x1dses /"


def test_lengths_counted_in_characters():
    title = "Преступление и наказание"
    surplus = len(title.encode()) - len(title)
    entry = BINARY[1].index(b"245")
    length = int(BINARY[1][entry + 3 : entry + 7]) - surplus
    data = BINARY[1][: entry + 3] + f"{length:04}".encode() + BINARY[1][entry + 7 :]
    data = with_length(data, f"{len(data) - surplus:05}")
    assert table(read(data, tags={"245"}), "subfields")["value"].to_list() == [title, "by somebody."]
    assert codes(data) == ["wrong_length", "lengths_in_characters"]


def test_a_file_cut_in_the_middle_keeps_whole_fields():
    cut = BINARY[0][: BINARY[0].index(b"by somebody")]
    data = BINARY[1] + cut
    assert [state for _, _, state in states(data)] == ["loaded", "repaired"]
    assert [row[2] for row in rows(data) if row[0] == 1] == ["LDR", "001", "008", "035", "035"]
    assert codes(data) == ["no_terminator", "wrong_length", "cut_off"]


def test_a_record_that_is_too_long_for_its_leader():
    fields = [Field("500", Indicators(" ", " "), [Subfield("a", "x" * 9000)]) for _ in range(12)]
    record = Record(leader="00000nam a2200000 a 4500", force_utf8=True, fields=[Field("001", data="9"), *fields])
    data = record.as_marc()
    assert len(data) > 99_999
    got = rows(data + BINARY[0])
    assert [row[1:] for row in got if row[0] == 0][1:] == rows_of(record)[1:]
    assert [row[1:] for row in got if row[0] == 1] == rows_of(RECORDS[0])
    assert "too_long" in codes(data + BINARY[0])


def test_what_is_not_marc_between_records_is_rejected_with_its_bytes():
    junk = b"<html><body>Error 500, the server is tired. Try again later.</body></html>"
    pieces = read(BINARY[0] + junk + BINARY[1])
    assert table(pieces, "records")["state"].to_list() == ["loaded", "rejected", "loaded"]
    assert [pair for piece in pieces for pair in piece.rejected] == [(1, junk)]
    (issue,) = table(pieces, "issues").rows(named=True)
    assert (issue["record"], issue["byte_offset"], issue["code"]) == (1, len(BINARY[0]), "no_directory")
    assert issue["excerpt"].startswith("<html><body>")


def test_a_field_without_end_is_rejected_in_bounded_pieces():
    data = BINARY[0][:60] + b"x" * 50_000
    sizes = [size for _, size, state in states(data, record_bytes=10_000, piece_bytes=1000) if state == "rejected"]
    assert sum(sizes) == len(data)
    assert max(sizes) <= 10_000


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 3), st.integers(40, 500))
def test_whatever_is_put_between_the_others_stay(junk, place, size):
    junk = junk.replace(b"\x1d", b"")
    data = b"".join([*BINARY[:place], b"\x1d" + junk + b"\x1d", *BINARY[place:]])
    got = rows(data, piece_bytes=size)
    numbers = {row[7]: row[0] for row in got if row[2] == "001"}
    assert {"991", "992", "993"} <= set(numbers)
    for number, record in zip(("991", "992", "993"), RECORDS, strict=True):
        assert [row[1:] for row in got if row[0] == numbers[number]] == rows_of(record)


def test_a_length_filled_up_with_blanks_is_read_as_pymarc_reads_it():
    """The blanks belong to the leader; without them every position in it would be another one."""
    padded = [b"%5d" % len(data) + data[5:] for data in BINARY]
    for data in (b"".join(padded), b"\n".join([b"", *padded])):
        records = list(MARCReader(b"".join(padded), to_unicode=True, permissive=True))
        assert rows(data) == expected(*records)


def test_numbers_that_python_reads_are_read():
    data = BINARY[0].replace(b"001000400000", b"001+004-0000")
    assert data != BINARY[0]
    (record,) = MARCReader(data, to_unicode=True, permissive=True)
    assert rows(data) == expected(record)


def test_a_file_without_terminators_is_cut_where_records_begin():
    data = b"".join(record[:-1] for record in BINARY * 200)
    cut = table(read(data, piece_bytes=3_000, record_bytes=20_000), "records")
    whole = table(read(data), "records")
    assert cut.select("byte_offset", "state").equals(whole.select("byte_offset", "state"))
    assert whole["state"].value_counts().rows() == [("repaired", 600)]


def test_a_field_terminator_in_a_field_of_marc8_is_dropped_as_pymarc_drops_it():
    data = BINARY[0].replace(b"Ulysses", b"Uly\x1eses")
    data = data[:9] + b" " + data[10:]
    (record,) = MARCReader(data, to_unicode=True, permissive=True)
    assert rows(data) == expected(record)
