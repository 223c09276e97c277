"""Every record of the real files that pymarc reads without error is read the same here; nothing of them is lost."""

import io
import logging
import re
import warnings
from functools import lru_cache
from pathlib import Path

import polars as pl
import pymarc
import pytest

from datasync_lib.marc import find_inputs, is_marc, read_pieces
from datasync_lib.marc.directories import SPACE
from datasync_lib.marc.fields import rows_of

DATA = Path(__file__).parents[3] / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the real data (../shared/data) is not here")

FOLDERS = ("bibs_iso2709", "holdings", "damaged", "labelled_duplicates")
# pymarc takes its time: of a longer file this much is held against it, some 10,000 records.
COMPARED_BYTES = 8_000_000


def binary_inputs(*folders: str):
    found = [each for folder in folders for each in find_inputs(DATA / folder, relative_to=DATA)]
    for each in found:
        with each.open() as stream:
            if is_marc(stream.peek(8192)) == "iso2709":
                yield each


def inputs_as_parameters(*folders: str):
    if not DATA.is_dir():
        return []
    return [pytest.param(each, id=each.file) for each in binary_inputs(*folders)]


@pytest.fixture(autouse=True)
def quiet_pymarc(capsys):
    logging.getLogger("pymarc").setLevel(logging.CRITICAL)
    yield
    logging.getLogger("pymarc").setLevel(logging.NOTSET)


def read_by_pymarc(data: bytes, **options):
    """(offset, length, record) of all that pymarc reads from a file, by the lengths in the leaders."""
    stream = io.BytesIO(data)
    reader = pymarc.MARCReader(stream, hide_utf8_warnings=True, **options)
    while True:
        offset = stream.tell()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                record = next(reader)
        except StopIteration:
            return
        if record is not None:
            yield offset, stream.tell() - offset, record


@pytest.fixture(scope="module", params=inputs_as_parameters(*FOLDERS))
def source(request):
    """A real file; the tests of one file come one after another."""
    return request.param


@lru_cache(maxsize=1)
def read_whole(source):
    pieces = list(read_pieces(source))
    together = {
        name: pl.concat([getattr(piece, name) for piece in pieces]) for name in ("subfields", "records", "issues")
    }
    return together, dict(pair for piece in pieces for pair in piece.rejected)


def rows_by_record(subfields: pl.DataFrame) -> dict[int, list[tuple]]:
    rows: dict[int, list[tuple]] = {}
    for record, *row in subfields.drop("file").iter_rows():
        rows.setdefault(record, []).append(tuple(row))
    return rows


def assert_equal_but_for_broken_bytes(ours: list[tuple], theirs: list[tuple]) -> None:
    """Where we show a byte that is not MARC-8, pymarc has a blank, or nothing."""
    assert [row[:-1] for row in ours] == [row[:-1] for row in theirs]
    for (*_, here), (*_, there) in zip(ours, theirs, strict=True):
        assert here == there or re.fullmatch(" ?".join(map(re.escape, here.split("�"))), there)


def test_equal_to_pymarc(source):
    with source.open() as stream:
        data = stream.read()
    tables, _ = read_whole(source)
    ours = rows_by_record(tables["subfields"])
    number_at = dict(tables["records"].select("byte_offset", "record").iter_rows())
    undeclared = set(tables["issues"].filter(code="utf8_undeclared")["record"])
    not_marc8 = set(tables["issues"].filter(code="not_marc8")["record"])
    for offset, length, record in read_by_pymarc(data):
        if offset > COMPARED_BYTES:
            break
        number = number_at[offset]
        if number in undeclared:
            # pymarc takes it for MARC-8 and gives other characters; told that it is UTF-8, it gives ours.
            ((_, _, record),) = read_by_pymarc(data[offset : offset + length], force_utf8=True)
        theirs = rows_of(record)
        if number in not_marc8:
            assert_equal_but_for_broken_bytes(ours[number], theirs)
        else:
            assert ours[number] == theirs, f"record {number} at byte {offset}"


def test_every_byte_is_in_a_piece_or_in_the_space_between(source):
    with source.open() as stream:
        data = stream.read()
    tables, rejected = read_whole(source)
    records = tables["records"]
    assert records["record"].to_list() == list(range(records.height))
    position = 0
    for record, offset, size, state in records.select("record", "byte_offset", "bytes", "state").iter_rows():
        assert offset >= position
        assert data[position:offset].strip(SPACE) == b""
        position = offset + size
        assert (rejected.get(record) == data[offset:position]) is (state == "rejected")
    assert data[position:].strip(SPACE) == b""
    explained = tables["issues"]["record"]
    assert set(records.filter(pl.col("state") != "loaded")["record"]) <= set(explained)


@pytest.mark.parametrize("source", inputs_as_parameters("damaged"))
def test_what_permissive_pymarc_reads_of_a_piece_is_never_rejected(source):
    with source.open() as stream:
        data = stream.read()
    tables, _ = read_whole(source)
    state_at = dict(tables["records"].select("byte_offset", "state").iter_rows())
    offset = 0
    for piece in data.split(b"\x1d"):
        start = offset + len(piece) - len(piece.lstrip(SPACE))
        for _, _, _ in read_by_pymarc(data[start : offset + len(piece) + 1], permissive=True, utf8_handling="replace"):
            assert state_at[start] != "rejected", f"at byte {start}"
        offset += len(piece) + 1


def test_wanted_tags_give_the_rows_of_all_tags_cut_down():
    source = next(each for each in binary_inputs("bibs_iso2709") if "BooksAll" in each.file)
    tags = {"LDR", "001", "035", "245", "880"}
    for some, everything in zip(read_pieces(source, tags), read_pieces(source), strict=True):
        assert some.subfields.equals(everything.subfields.filter(pl.col("tag").is_in(tags)))
        assert some.records.equals(everything.records)


def test_the_60000_records_are_all_loaded():
    source = next(each for each in binary_inputs("bibs_iso2709") if "BooksAll" in each.file)
    tables, rejected = read_whole(source)
    assert tables["records"]["state"].value_counts().rows() == [("loaded", 60_000)]
    assert not rejected
