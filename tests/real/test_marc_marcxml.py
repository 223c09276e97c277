"""Every record of the real MARCXML files that pymarc reads is read the same here; nothing of them is lost."""

import contextlib
import re
from functools import lru_cache
from pathlib import Path
from xml.sax import SAXException

import polars as pl
import pytest
from pymarc.exceptions import PymarcException
from pymarc.marcxml import XmlHandler, parse_xml

from datasync_lib.marc import find_inputs, is_marc, read_pieces
from datasync_lib.marc.fields import rows_of

DATA = Path(__file__).parents[3] / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the real data (../shared/data) is not here")


def inputs_as_parameters(*folders: str):
    if not DATA.is_dir():
        return []
    found = [each for folder in folders for each in find_inputs(DATA / folder, relative_to=DATA)]
    parameters = []
    for each in found:
        with each.open() as stream:
            if is_marc(stream.peek(8192)) == "marcxml":
                parameters.append(pytest.param(each, id=each.file))
    return parameters


def read_by_pymarc(source):
    """The records that pymarc reads before it stops, if it stops."""
    handler = XmlHandler()
    with source.open() as stream, contextlib.suppress(SAXException, PymarcException, KeyError):
        parse_xml(stream, handler)
    return handler.records


@pytest.fixture(scope="module", params=inputs_as_parameters("bibs_marcxml", "holdings", "damaged"))
def source(request):
    """A real file; the tests of one file come one after another."""
    return request.param


@lru_cache(maxsize=1)
def read_whole(source):
    pieces = list(read_pieces(source))
    tables = {
        name: pl.concat([getattr(piece, name) for piece in pieces]) for name in ("subfields", "records", "issues")
    }
    return tables, dict(pair for piece in pieces for pair in piece.rejected)


def test_equal_to_pymarc(source):
    tables, _ = read_whole(source)
    ours: dict[int, list[tuple]] = {}
    for record, *row in tables["subfields"].drop("file").iter_rows():
        ours.setdefault(record, []).append(tuple(row))
    theirs = [rows_of(record) for record in read_by_pymarc(source)]
    with source.open() as stream:
        is_of_deletions = b'<header status="deleted">' in stream.read()
    pairs = zip(ours.values(), theirs, strict=False)
    assert len(ours) >= len(theirs)
    assert [
        ours for ours, theirs in pairs if ours != theirs and not (is_of_deletions and is_deleted(ours, theirs))
    ] == []


def is_deleted(ours: list[tuple], theirs: list[tuple]) -> bool:
    """Whether a record differs in what its header says alone, at which pymarc does not look: it makes a bib of a deletion."""
    assert ours[0][-1][5] == "d"
    return not theirs[1:] or (ours[0][-1][6:], ours[1:]) == (theirs[0][-1][6:], theirs[1:])


def test_every_record_element_is_in_a_piece(source):
    with source.open() as stream:
        data = stream.read()
    tables, rejected = read_whole(source)
    records = tables["records"]
    assert records["record"].to_list() == list(range(records.height))
    position, between = 0, b""
    for record, offset, size, state in records.select("record", "byte_offset", "bytes", "state").iter_rows():
        assert offset >= position
        between += data[position:offset]
        position = offset + size
        assert (rejected.get(record) == data[offset:position]) is (state == "rejected")
        if state != "rejected":
            assert re.match(rb"<([\w.-]+:)?record[\s>/]", data[offset : offset + 100])
            assert data.endswith((b"record>", b"/>"), 0, position)
    between = re.sub(rb"<!--.*?-->", b"", between + data[position:], flags=re.DOTALL)
    if "stray_field" not in tables["issues"]["code"]:
        assert b"controlfield" not in between
        assert b"subfield" not in between
    assert set(records.filter(pl.col("state") != "loaded")["record"]) <= set(tables["issues"]["record"])
