"""Lines, whatever ends them and however they are encoded: the same text in blocks of any size."""

import io
import re
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasync_lib.oclc import lines
from datasync_lib.oclc.lines import LineBlocks, first_lines, line_frame
from datasync_lib.oclc.quoted_lines import quoted_cells, told_separator
from datasync_lib.oclc.reports import read_reports

KEY = "XY_64_1099999_1753105234567::bib::"
ROWS = [f"{KEY}{i}|99{i}|4000000{i}|4000000{i}|match" for i in range(6)]


def text_of(data: bytes, size: int | None = None) -> tuple[str, LineBlocks]:
    """All lines put together again, each block with the position of its first line checked."""
    blocks = LineBlocks(io.BytesIO(data), size)
    text = b""
    for block, first in blocks:
        assert first == text.count(b"\n")
        text += block
    assert blocks.bytes == len(data)
    return text.decode(), blocks


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("a\rb\rc\r", "a\nb\nc\n"),
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("a\r\r\nb\r\r\n", "a\nb\n"),
        ("a\r\rb", "a\n\nb"),
        ("a\r\r\r\nb", "a\n\nb"),
        ("a\u2028b\u2029c\u0085d\x0be\x0cf\n", "a\u2028b\u2029c\u0085d\x0be\x0cf\n"),
        ("\ufeffa\n\ufeffb\nc\ufeffd\n", "a\nb\nc\ufeffd\n"),
        ("a\nb\n\x1a", "a\nb\n"),
        ("a\nb\x1a", "a\nb"),
        ("a\n\x1a\ufeffb\n\x1a\x1a", "a\nb\n"),
        ("a\x00b\n\x00\x00", "a\x00b\n\x00\x00"),
    ],
)
@pytest.mark.parametrize("size", [1, 2, 3, 7, None])
def test_line_ends_and_marks(written, read, size):
    assert text_of(written.encode(), size)[0] == read


@pytest.mark.parametrize(
    "encoding",
    ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "utf-8", "utf-8-sig", "cp1252"],
)
@pytest.mark.parametrize("size", [1, 5, 64, None])
def test_encodings(encoding, size):
    written = "OCLC Number;Títle\r\n40000001;Añejo\r\n40000002;\r\n"
    data = written.encode(encoding)
    if encoding.startswith("utf") and size and size < 64:  # what the first block does not tell is not known later
        size = 64
    text, blocks = text_of(data, size)
    assert text == written.replace("\r", "")
    assert blocks.is_utf8 == (encoding != "cp1252")
    assert size or blocks.sample == text.split("\n")


def test_utf_16_that_is_cut_is_told():
    data = "40000001\n40000002\n".encode("utf-16")[:-3]
    text, blocks = text_of(data)
    assert text == "40000001\n4000000\ufffd"[: len(text)]
    assert text.startswith("40000001\n4000000")
    assert blocks.words_on_encoding.startswith("not all of the text is UTF-16")


_PIECES = st.lists(st.sampled_from(["a", "1", "\r", "\n", "\r\n", "\u2028", "é", ";", "\t"]), max_size=30)


@given(pieces=_PIECES, size=st.integers(1, 9), encoding=st.sampled_from(["utf-8", "utf-16", "utf-32", "cp1252"]))
def test_blocks_of_any_size_give_the_same_lines(pieces, size, encoding):
    text = "1" + "".join(pieces)
    data = text.replace("\u2028", " ").encode(encoding) if encoding == "cp1252" else text.encode(encoding)
    size = max(size, 4)  # a mark is seen whole
    whole, in_blocks = text_of(data)[0], text_of(data, size)[0]
    assert whole == in_blocks
    if encoding != "cp1252":
        assert whole == re.sub("\r{0,2}\n|\r", "\n", text)


def test_a_line_without_end_does_not_fill_the_memory(monkeypatch):
    monkeypatch.setattr(lines, "MOST_BYTES_OF_LINE", 3_000_000)
    tracemalloc.start()
    text, blocks = text_of_endless()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert text == ["first"]
    assert (blocks.cut_line, peak < 30_000_000) == (1, True)
    assert blocks.problem == "line 2 has more than 3,000,000 bytes, as none of a list has"


def text_of_endless() -> tuple[list[str], LineBlocks]:
    class Endless(io.RawIOBase):
        left = 200_000_000

        def read(self, size: int = -1) -> bytes:
            self.left -= size
            return b"x" * size if self.left > 0 else b""

    stream = Endless()
    blocks = LineBlocks(Chain([io.BytesIO(b"first\n"), stream]), 1_000_000)
    return [line for block, first in blocks for line in line_frame(block, first)["line"]], blocks


class Chain(io.RawIOBase):
    def __init__(self, streams: list) -> None:
        self.streams = streams

    def read(self, size: int = -1) -> bytes:
        while self.streams:
            if data := self.streams[0].read(size):
                return data
            self.streams.pop(0)
        return b""


def test_the_sample_has_whole_lines_only():
    long = ["x" * 70, "é" * 12_000, "behind"]
    assert first_lines("\n".join(long).encode()) == long[:1]
    assert first_lines(("é" * 30_000).encode("utf-16"))[0].startswith("ééé")
    assert first_lines(b"1\r2\r\x1a3") == ["1", "2", "3"]


@pytest.mark.parametrize("end", ["\r", "\r\r\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-32"])
def test_a_report_with_other_line_ends(tmp_path, end, encoding):
    path = tmp_path / "XYZ-XYZ.1099999.IN.BIB.D20250721.T094034567.1099999.xy.new.mrc.BibProcessingReport.txt"
    path.write_bytes(end.join([*ROWS, ""]).encode(encoding))
    reports = read_reports(path)
    assert reports.outcomes["record"].to_list() == list(range(6))
    assert reports.files.select("found", "loaded").row(0) == (6, 6)
    assert reports.issues.is_empty()


def test_mixed_line_ends_and_files_behind_each_other(tmp_path):
    path = tmp_path / "XYZ-XYZ.1099999.IN.BIB.D20250721.T094034567.1099999.xy.new.mrc.BibProcessingReport.txt"
    text = f"{ROWS[0]}\r{ROWS[1]}\n\ufeff{ROWS[2]}\r\n\x1a{ROWS[3]}\r\r\n{ROWS[4]}\ufeff{ROWS[5]}\n\x1a"
    path.write_bytes(text.encode())
    reports = read_reports(path)
    assert reports.outcomes.select("record", "result_ocn").rows() == [(i, 40000000 + i) for i in range(4)]
    assert reports.issues.select("record", "code").rows() == [(4, "malformed_row")]


def test_two_old_reports_behind_each_other(tmp_path):
    path = tmp_path / "metacoll.XYZ.datasync.1099999-1099999.D20190305.T101502333.bibdetailexcpt.1.mrc.txt"
    header = "Incoming OCLC Number\tOCLC Number\tLocal System Number\tCount\tDescription\tSeverity"
    row = "40000004\t1500000002\t99{}\t2\tInvalid tag 509.\tSevere"
    one = "\n".join(["Exception Detail Report", header, row.format(1)])
    path.write_text(f"{one}\n{one.replace('991', '992')}\n", "utf-8")
    reports = read_reports(path)
    assert reports.exceptions.select("record", "lsn").rows() == [(2, "991"), (5, "992")]
    assert reports.issues.select("record", "code").rows() == [(3, "malformed_row"), (None, "repeated_header")]
    assert "in line 5: these are no rows" in reports.issues["message"][1]
    assert reports.files.select("found", "loaded", "rejected").row(0) == (3, 2, 1)


@pytest.mark.parametrize(
    ("line", "separator"),
    [("sep=;", ";"), ('"sep=,"', ","), ("SEP=\t", "\t"), ("sep=|,,", "|"), ("sep=", None), ('sep="', None), ("sep=a", None),
     ("sep=;12", None), ("40000001", None)],
)  # fmt: skip
def test_the_line_that_names_the_separator(line, separator):
    assert told_separator(line) == separator


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ("1;2", ["1", "2"]),
        ('"a;b"; "c";d', ["a;b", "c", "d"]),
        ('"a ""b""";c', ['a "b"', "c"]),
        ('"' + "x" * 200_000 + '";1', ["x" * 200_000, "1"]),
        ('"a;b', None),
        ('"a"b;c', None),
        ('a";b', None),
        ('"a;b";c"', None),
    ],
)
def test_cells_of_a_row(line, cells):
    assert quoted_cells(line, ";") == cells
