import io
import sys

import polars as pl
import pytest
from marc_samples import BINARY, RECORDS
from polars.testing import assert_frame_equal
from pymarc.marcxml import parse_xml_to_array, record_to_xml

from datasync_lib.marc import Limits
from datasync_lib.marc.columns import Wanted
from datasync_lib.marc.fields import rows_of
from datasync_lib.marc.reading import read_stream
from datasync_lib.marc.streams import Guarded
from datasync_lib.marc.xml_scan import NotPlain, scan

START = b'<?xml version="1.0" encoding="UTF-8"?>\n<collection xmlns="http://www.loc.gov/MARC21/slim">\n'
END = b"</collection>\n"
XML = [record_to_xml(record) for record in RECORDS]
WHOLE = START + b"\n".join(XML) + END


def read(data: bytes, *, tags=None, **limits):
    stream = io.BytesIO(data)
    wanted = Wanted(None if tags is None else frozenset(tags))
    return list(read_stream(Guarded(stream, stream, "x.xml", sys.maxsize), "x.xml", wanted, Limits(**limits)))


def table(pieces, name):
    return pl.concat([getattr(piece, name) for piece in pieces])


def rows(data: bytes, **options):
    return table(read(data, **options), "subfields").drop("file").rows()


def by_pymarc(data: bytes):
    records = parse_xml_to_array(io.BytesIO(data))
    return [(number, *row) for number, record in enumerate(records) for row in rows_of(record)]


def is_plain(data: bytes) -> bool:
    try:
        scan(data, data.rindex(b"record>") + 7, None)
    except NotPlain:
        return False
    return True


PLAIN = {
    "as pymarc writes it": WHOLE,
    "with line feeds and blanks": WHOLE.replace(b"><", b">\n  <"),
    "with a prefix": WHOLE.replace(b"<", b"<marc:")
    .replace(b"<marc:/", b"</marc:")
    .replace(b"<marc:?", b"<?")
    .replace(b"xmlns=", b"xmlns:marc="),
    "other quotes": WHOLE.replace(b'"', b"'"),
    "a > in a text": WHOLE.replace(b"Ulysses", b"Ulysses > Odyssey"),
    "entities": WHOLE.replace(b"Ulysses", b"&quot;Ulysses&apos; &lt;x&gt; &#x41;&#66; &amp;amp;"),
    "carriage returns": WHOLE.replace(b"><", b">\r\n<").replace(b"Ulysses", b"Uly\r\nsses\rx"),
    "an empty subfield": WHOLE.replace(b"Ulysses /", b""),
    "an empty element for it": WHOLE.replace(b'<subfield code="a">Ulysses /</subfield>', b'<subfield code="a" />'),
    "a field without subfields": WHOLE.replace(
        b'<subfield code="a">Ulysses /</subfield><subfield code="c">by somebody.</subfield>', b""
    ),
    "attributes on the record": WHOLE.replace(b"<record", b'<record type="Bibliographic"'),
}
NOT_PLAIN = {
    "a comment": WHOLE.replace(b"<leader>", b"<!-- <record> --><leader>"),
    "a comment that looks like records": WHOLE.replace(b"<record>", b"<!-- <record></record> --><record>"),
    "CDATA": WHOLE.replace(b"Ulysses /", b"<![CDATA[<Ulysses> & /]]>"),
    "an element inside a subfield": WHOLE.replace(b"Ulysses", b"Uly<b>s</b>ses"),
    "another element": WHOLE.replace(b"<leader>", b"<note>n</note><leader>"),
    "attributes in another order now and then": WHOLE.replace(
        b'ind1="1" ind2="0" tag="245"', b'tag="245" ind1="1" ind2="0"', 1
    ),
    "no indicators": WHOLE.replace(b'ind1="1" ind2="0" ', b""),
    "a short tag": WHOLE.replace(b'tag="008"', b'tag="8"'),
    "no leader": WHOLE.replace(b"<leader>" + str(RECORDS[0].leader).encode() + b"</leader>", b""),
    "a letter with a diacritic as code": WHOLE.replace(b'code="c"', 'code="é"'.encode()),
    "a processing instruction": WHOLE.replace(b"<leader>", b"<?x y?><leader>"),
    "a control field's tag on a data field": WHOLE.replace(b'tag="245"', b'tag="005"'),
    "Latin-1": START.replace(b"UTF-8", b"ISO-8859-1") + XML[0].replace(b"Ulysses", b"Uly\xdfes") + END,
    "one record alone": b'<?xml version="1.0"?>' + XML[0],
    "an OAI envelope": b"<OAI-PMH><ListRecords>"
    + b"".join(
        b"<record><header><identifier>x</identifier></header><metadata>" + one + b"</metadata></record>" for one in XML
    )
    + b"</ListRecords></OAI-PMH>",
}


@pytest.mark.parametrize("name", PLAIN)
def test_plain_blocks_take_the_fast_path_and_equal_pymarc(name):
    assert is_plain(PLAIN[name])
    assert rows(PLAIN[name]) == by_pymarc(PLAIN[name])


@pytest.mark.parametrize("name", NOT_PLAIN)
def test_other_blocks_are_parsed_and_equal_pymarc(name):
    assert name in ("Latin-1", "one record alone", "an OAI envelope") or not is_plain(NOT_PLAIN[name])
    assert rows(NOT_PLAIN[name]) == by_pymarc(NOT_PLAIN[name])


def test_utf16():
    data = WHOLE.decode().replace("UTF-8", "UTF-16").encode("utf-16")
    assert rows(data) == by_pymarc(WHOLE)
    records = table(read(data), "records")
    for offset, size in records.select("byte_offset", "bytes").rows():
        assert data[offset : offset + size].decode("utf-16-le").endswith("</record>")


@pytest.mark.parametrize("size", [200, 700, 3000])
@pytest.mark.parametrize("name", ["as pymarc writes it", "entities", "a comment", "CDATA", "an OAI envelope"])
def test_pieces_of_any_size_give_the_same(name, size):
    data = (PLAIN | NOT_PLAIN)[name]
    whole, cut = read(data), read(data, piece_bytes=size)
    for table_name in ("subfields", "records", "issues"):
        assert_frame_equal(table(cut, table_name), table(whole, table_name))
    assert sum(piece.bytes for piece in cut) == len(data)


def test_offsets_are_those_of_the_record_elements():
    for offset, size in table(read(WHOLE), "records").select("byte_offset", "bytes").rows():
        assert WHOLE[offset : offset + size] in XML


def test_wanted_tags():
    tags = {"LDR", "035"}
    assert rows(WHOLE, tags=tags) == [row for row in rows(WHOLE) if row[2] in tags]


BROKEN = {
    "a tag that does not match": (b"</subfield>", b"</WRONG>"),
    "a lone &": (b"Ulysses", b"Ulysses & Co"),
    "an unknown entity": (b"Ulysses", b"Ulysses&nbsp;"),
    "bytes that are not UTF-8": (b"Ulysses", b"Ulysse\xff"),
    "a control character": (b"Ulysses", b"Ulysses\x01"),
    "a record that never ends": (b"</record>", b""),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_record_is_rejected_and_the_others_are_read(name):
    old, new = BROKEN[name]
    broken = XML[0].replace(old, new, 1)
    data = START + b"\n".join([XML[1], broken, XML[2]]) + END
    pieces = read(data)
    assert table(pieces, "records")["state"].to_list() == ["loaded", "rejected", "loaded"]
    assert [pair for piece in pieces for pair in piece.rejected] == [(1, broken)]
    assert rows(data) == [(0, *row) for row in rows_of(RECORDS[1])] + [(2, *row) for row in rows_of(RECORDS[2])]
    assert table(pieces, "issues").filter(record=1)["code"].to_list() == ["not_well_formed"]


def test_a_file_cut_in_the_middle():
    pieces = read(WHOLE[: WHOLE.index(b"signs")])
    assert table(pieces, "records")["state"].to_list() == ["loaded", "loaded", "rejected"]


TWO = (START + b"\n".join(XML[:2]) + b"\n" + END).replace(b"<record>", b'<record xmlns:m="http://x/" type="A > B">')


def assert_accounted_for(data: bytes, pieces):
    """Records in order, rejected bytes those of the file, and no field of a record between the pieces."""
    rejected = dict(pair for piece in pieces for pair in piece.rejected)
    position, between = 0, b""
    records = table(pieces, "records")
    assert records["record"].to_list() == list(range(records.height))
    for number, offset, size, state in records.drop("file").rows():
        assert offset >= position
        between += data[position:offset]
        position = offset + size
        assert rejected.get(number) == (data[offset:position] if state == "rejected" else None)
    between += data[position:]
    assert b"field" not in between
    assert b"<record" not in between
    assert sum(piece.bytes for piece in pieces) == len(data)


@pytest.mark.parametrize(("size", "step"), [(50, 1), (300, 3), (100_000, 4)])
def test_a_file_cut_at_any_byte_is_read_to_the_end(size, step):
    for end in range(len(START), len(TWO), step):
        assert_accounted_for(TWO[:end], read(TWO[:end], piece_bytes=size))


def test_an_unknown_entity_in_the_tag_of_a_record():
    data = TWO.replace(b"A > B", b"A&nope;B", 1)
    pieces = read(data)
    assert table(pieces, "records")["state"].to_list() == ["rejected", "loaded"]
    assert_accounted_for(data, pieces)


def test_two_documents_one_after_the_other():
    assert [row[7] for row in rows(WHOLE + WHOLE) if row[2] == "001"] == ["991", "992", "993"] * 2


BOMB = b"""<?xml version="1.0"?><!DOCTYPE c [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]>"""
EXTERNAL = b"""<?xml version="1.0"?><!DOCTYPE c [<!ENTITY x SYSTEM "file:///etc/passwd">]>"""


@pytest.mark.parametrize("doctype", [BOMB, EXTERNAL])
def test_entities_of_a_document_type_are_never_resolved(doctype):
    data = doctype + b"<collection>" + XML[0].replace(b"Ulysses", b"&x;&d;") + b"</collection>"
    pieces = read(data)
    assert table(pieces, "subfields").is_empty()
    assert [pair for piece in pieces for pair in piece.rejected] == [(0, data)]
    assert table(pieces, "issues")["code"].to_list() == ["refused"]


def test_a_field_without_end_is_rejected_in_bounded_pieces():
    data = START + XML[0].replace(b"Ulysses", b"x" * 100_000) + XML[1] + END
    pieces = read(data, record_bytes=10_000, piece_bytes=2000)
    records = table(pieces, "records")
    assert records["state"].to_list()[-1] == "loaded"
    assert set(records["state"].to_list()[:-1]) == {"rejected"}
    assert records["bytes"].max() < 40_000


@pytest.mark.parametrize("size", [300, 100_000])
def test_what_stands_outside_of_records_is_rejected(size):
    stray = b'<controlfield tag="001">stray</controlfield>'
    for between, code in ((stray, "stray_field"), (b"stray", "not_well_formed")):
        data = START + XML[0] + between + XML[1] + END
        assert states(data, piece_bytes=size) == ["loaded", "rejected", "loaded"]
        assert rejected_of(data, piece_bytes=size) == [between]
        assert table(read(data), "issues")["code"].to_list() == [code]


def states(data: bytes, **options) -> list[str]:
    return table(read(data, **options), "records")["state"].to_list()


def rejected_of(data: bytes, **options) -> list[bytes]:
    return [rejected for piece in read(data, **options) for _, rejected in piece.rejected]


NUMBERED = b"<record id=5>" + XML[0].removeprefix(b"<record>")
UTF16 = WHOLE.decode().replace("UTF-8", "UTF-16").encode("utf-16")
NOT_MARCXML = {
    "HTML": b"<html><p>MARC21/slim<br></p> &nbsp;</html>",
    "XHTML": b"<html><p>MARC21/slim</p></html>",
    "capitals": WHOLE.replace(b"record>", b"Record>").strip(),
    "a collection that breaks off": START.strip(),
}


@pytest.mark.parametrize("size", [300, 100_000])
def test_what_follows_a_break_between_records_is_rejected(size):
    data = b"<collection>" + NUMBERED + XML[1] + b"</collection>"
    assert rejected_of(data, piece_bytes=size) == [NUMBERED]
    assert states(data, piece_bytes=size) == ["rejected", "loaded"]
    binary = BINARY[0] + BINARY[1]
    assert rejected_of(WHOLE + binary, piece_bytes=size) == [binary]


@pytest.mark.parametrize("name", NOT_MARCXML)
def test_a_file_without_marcxml_is_one_rejected_piece(name):
    assert rejected_of(NOT_MARCXML[name]) == [NOT_MARCXML[name]]
    assert states(NOT_MARCXML[name]) == ["rejected"]


@pytest.mark.parametrize("data", [START + END, b"<collection/>"])
def test_a_collection_without_records_is_empty(data):
    assert states(data) == []
    assert table(read(data), "issues")["code"].to_list() == ["empty_file"]


@pytest.mark.parametrize("size", [300, 100_000])
@pytest.mark.parametrize("data", [UTF16 + UTF16, UTF16 + WHOLE, WHOLE + UTF16, b"\n".join(XML + XML)])
def test_documents_of_any_encoding_one_after_the_other(data, size):
    assert states(data, piece_bytes=size) == ["loaded"] * 6


@pytest.mark.parametrize("size", [300, 100_000])
def test_after_a_broken_record_the_encoding_is_still_known(size):
    start = START.replace(b"UTF-8", b"ISO-8859-1")
    good = XML[0].replace(b"Ulysses", b"Ulyss\xe9s")
    data = start + good.replace(b"code=", b"code") + good + good + END
    assert states(data, piece_bytes=size) == ["rejected", "loaded", "loaded"]
    assert [row[7] for row in rows(data, piece_bytes=size) if row[6] == "a" and row[2] == "245"] == ["Ulyssés /"] * 2
    broken = UTF16.decode("utf-16").replace("Ulysses", "Ulysses & Co").encode("utf-16")
    assert states(broken, piece_bytes=size) == ["rejected", "loaded", "loaded"]


def test_a_declared_encoding_that_cannot_be_is_read_by_the_bytes():
    assert rows(WHOLE.replace(b"UTF-8", b"UTF-16")) == by_pymarc(WHOLE)
    assert rows(WHOLE.decode().encode("utf-16")) == by_pymarc(WHOLE)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_declaration(encoding):
    data = ("\ufeff" + WHOLE.decode().split("\n", 1)[1]).encode(encoding)
    assert rows(data) == by_pymarc(WHOLE)
    for offset, size in table(read(data), "records").select("byte_offset", "bytes").rows():
        assert data[offset : offset + size].decode(encoding).endswith("</record>")


@pytest.mark.parametrize("begin", [b"<!--", b"<a", b"<?x ", b"<a x='", b"<x>"])
def test_a_token_without_end_is_rejected_in_bounded_pieces(begin):
    data = START + XML[0] + begin + b" x" * 50_000
    records = table(read(data, record_bytes=10_000, piece_bytes=2000), "records")
    assert records["state"].to_list()[0] == "loaded"
    assert set(records["state"].to_list()[1:]) <= {"rejected"}
    assert records["bytes"].max() < 20_000


def test_elements_in_one_another_without_end():
    data = START + XML[0] + b"<a>" * 5000 + XML[1] + b"<record>" + b"<a>" * 5000 + b"</record>" + XML[2] + END
    assert states(data) == ["loaded", "rejected", "loaded", "rejected", "loaded"]


def test_records_in_a_comment_are_none_wherever_the_file_is_cut():
    data = START + XML[0] + b"<!--" + XML[1] + b"\n" + XML[1] + b"\n" + XML[2] + b"-->" + XML[2] + END
    for size in range(300, 1500, 50):
        assert states(data, piece_bytes=size) == ["loaded", "loaded"]


def test_a_record_without_content_ends_where_its_only_tag_ends():
    data = b"<collection><record a='1' /><subfield code='a'>x</subfield></collection>"
    records = table(read(data), "records")
    assert records.select("byte_offset", "bytes", "state").rows() == [
        (12, len("<record a='1' />"), "loaded"),
        (28, len("<subfield code='a'>x</subfield></collection>"), "rejected"),
    ]


def test_what_a_cdata_section_without_end_holds_is_in_a_piece_however_it_is_cut():
    data = b"<collection>\n<![CDATA[ <record>\n<leader>00000nam a2200000 a 4500</leader></record></collection>"
    for size in (20, 40, 100_000):
        records = table(read(data, piece_bytes=size), "records")
        assert records["state"][0] == "rejected"
        assert records["byte_offset"][0] <= data.index(b"<![CDATA[")
        ends = records["byte_offset"] + records["bytes"]
        assert ends.max() >= data.index(b"</collection>")


LEADER = "<leader>00000nas a2200000 i 4500</leader>"
NUMBER = '<controlfield tag="001">991</controlfield>'


def told(inside: str) -> tuple[list, list, list]:
    """Of one record: leader and other rows (tag, value), and its issues."""
    pieces = read(b"<collection><record>" + inside.encode() + b"</record></collection>")
    found = table(pieces, "subfields").select("tag", "value").rows()
    issues = table(pieces, "issues").select("record", "byte_offset", "code", "message").rows()
    return (
        found[0],
        found[1:],
        [(code, message) for record, offset, code, message in issues if (record, offset) == (0, 12)],
    )


@pytest.mark.parametrize(
    ("inside", "leader", "issue"),
    [
        (LEADER, "00000nas a2200000 i 4500", None),
        (
            '<controlfield tag="LDR">00000nas a2200000 i 4500</controlfield>',
            "00000nas a2200000 i 4500",
            "the leader stands in a field LDR",
        ),
        (
            '<controlfield tag="000">00000nx  a2200000   4500</controlfield>',
            "00000nx  a2200000   4500",
            "the leader stands in a field 000",
        ),
        (
            '<datafield tag="LDR"><subfield code="a">00000nx  a2200000   4500</subfield></datafield>',
            "00000nx  a2200000   4500",
            "the leader stands in a field LDR",
        ),
        ("", " " * 10 + "22" + " " * 8 + "4500", "no leader element, so what kind of record this is cannot be known"),
        ("<leader>nas</leader>", "nas", "a leader of 3 characters"),
        (
            LEADER + '<controlfield tag="LDR">00000nam a2200000 i 4500</controlfield>',
            "00000nas a2200000 i 4500",
            "the leader stands in a field LDR; more than one leader, of which one was taken",
        ),
        (
            '<leader/><controlfield tag="LDR">00000nam a2200000 i 4500</controlfield>',
            "00000nam a2200000 i 4500",
            "the leader stands in a field LDR; more than one leader, of which one was taken",
        ),
    ],
)
def test_a_leader_is_taken_from_where_it_stands(inside, leader, issue):
    assert told(inside + NUMBER) == (("LDR", leader), [("001", "991")], [("odd_field", issue)] if issue else [])


LEFT_OUT = "text that stands outside of a subfield, or before an element in it, which was left out"


@pytest.mark.parametrize(
    ("field", "value", "issue"),
    [
        ('<datafield tag="245">\n <subfield code="a">A title</subfield>\n</datafield>', "A title", None),
        ('<datafield tag="245"><subfield code="a">A <b>big</b> title</subfield></datafield>', " title", LEFT_OUT),
        ('<datafield tag="245"><subfield code="a"><b>A title</b></subfield></datafield>', "", LEFT_OUT),
        ('<datafield tag="245">A title</datafield>', None, LEFT_OUT),
        ('<datafield tag="245">A<subfield code="a">title</subfield></datafield>', "title", LEFT_OUT),
        ('<datafield tag="245"><subfield code="a">title</subfield>A</datafield>', "title", LEFT_OUT),
        ('A <datafield tag="245"><subfield code="a">title</subfield></datafield>', "title", LEFT_OUT),
        (
            '<controlfield tag="008">x</controlfield><subfield code="a">A title</subfield>',
            "x",
            LEFT_OUT,
        ),
        (
            '<controlfield tag="008"><subfield code="a">991</subfield></controlfield>',
            "",
            "subfields in a controlfield 008, which were left out",
        ),
    ],
)
def test_text_that_pymarc_drops_is_told(field, value, issue):
    whole = b"<collection><record>" + (LEADER + NUMBER + field).encode() + b"</record></collection>"
    assert rows(whole) == by_pymarc(whole)
    _, found, issues = told(LEADER + NUMBER + field)
    assert (found[1][1], [message for _, message in issues]) == (value, [issue] if issue else [])
