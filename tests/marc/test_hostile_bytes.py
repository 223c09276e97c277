"""Files that nothing but malice or a broken disk makes: read to the end in time that grows with their size, byte for byte accounted for."""

import io
import sys

import pytest
from marc_samples import BINARY

from datasync_lib.marc import Limits
from datasync_lib.marc.columns import Wanted
from datasync_lib.marc.reading import read_stream
from datasync_lib.marc.streams import Guarded

SIZE = 3_000_000
LEADER = BINARY[0][:24]
XML = b'<?xml version="1.0"?><collection xmlns="http://www.loc.gov/MARC21/slim">'
TITLE = b'<record><datafield tag="245" ind1="1" ind2="0">'


BAD_DIRECTORY = BINARY[0][:24] + BINARY[0][24:30].replace(b"0", b"9") + BINARY[0][30:-1]


@pytest.mark.parametrize(
    ("data", "states"),
    [
        pytest.param(bytes(SIZE), {"rejected": 1}, id="nothing but NUL"),
        pytest.param(BINARY[0] + bytes(SIZE) + BINARY[1], {"loaded": 2}, id="NUL between records"),
        pytest.param(BINARY[0] + b"\r\n" * SIZE + BINARY[1], {"loaded": 2}, id="line feeds between records"),
        pytest.param(BINARY[0].replace(b"Ulysses", b"Uly\x00ses"), {"loaded": 1}, id="NUL in a field"),
        pytest.param(b"\x1d" * SIZE, {"rejected": 1}, id="record terminators"),
        pytest.param(BINARY[0] + b"\x1d" * 3 * SIZE, {"loaded": 1}, id="record terminators for more than a block"),
        pytest.param(BAD_DIRECTORY + b"x\x1e" * SIZE + b"\x1d", {"repaired": 1}, id="fields that no entry names"),
        pytest.param(b"\x1e" * SIZE, {"rejected": 1}, id="field terminators"),
        pytest.param(b"\x1f" * SIZE, {"rejected": 1}, id="subfield delimiters"),
        pytest.param(b"0" * SIZE, {"rejected": 1}, id="digits"),
        pytest.param(b"00024" * (SIZE // 5), {"rejected": 1}, id="lengths"),
        pytest.param(LEADER * (SIZE // 24), {"rejected": 1}, id="leaders"),
        pytest.param((LEADER + b"\x1d") * (SIZE // 25), {"rejected": 1}, id="leaders with terminators"),
        pytest.param(LEADER + b"\x1b$1" * (SIZE // 3) + b"\x1d", {"rejected": 1}, id="escape sequences"),
        pytest.param(XML + b"<" * SIZE, {"rejected": 1}, id="openings of tags"),
        pytest.param(XML + b"<record>" * (SIZE // 8), {"rejected": 1}, id="records in records"),
        pytest.param(XML + TITLE + b'<subfield code="a">' * (SIZE // 19), {"rejected": 1}, id="subfields in subfields"),
        pytest.param(XML + b"<record " + b'a="1" ' * (SIZE // 6) + b">", {"rejected": 1}, id="attributes"),
        pytest.param(XML + b"<!--" * (SIZE // 4), {"rejected": 1}, id="comments"),
        pytest.param(XML + TITLE + b"&amp;" * (SIZE // 5), {"rejected": 1}, id="entities"),
        pytest.param(XML + TITLE + b"\x00" * 9, {"rejected": 1}, id="NUL in XML"),
    ],
)
def test_hostile_bytes_are_read_to_the_end(fuzz, data, states):
    """A reader that looks at the rest of the file again for each byte would not come to the end here."""
    assert dict(fuzz.check(data, Limits())) == states


def test_entries_that_name_the_same_bytes_do_not_fill_the_memory():
    """A record of 98 KB with 7,400 entries on the same 9,999 bytes would give 74 MB of text."""
    directory = b"500999900000" * 7_400
    base = 24 + len(directory) + 1
    data = b"%05dnam a22%05d a 4500" % (base + 9_999 + 1, base) + directory + b"\x1e"
    data += b"  \x1fa" + b"x" * 9_994 + b"\x1e\x1d"
    pieces = list(
        read_stream(Guarded(stream := io.BytesIO(data * 3), stream, "x", sys.maxsize), "x", Wanted(), Limits())
    )
    assert sum(piece.subfields["value"].str.len_bytes().sum() for piece in pieces) < 3 * len(data)
    assert sum(piece.records.height for piece in pieces) == 3
