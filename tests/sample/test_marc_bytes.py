import io

import pymarc
import pytest

from datasync_lib.sample.catalogue import bib_record, mfhd_record, worldcat_record
from datasync_lib.sample.making import make_blocks
from datasync_lib.sample.marc_bytes import XML_END, XML_START, MarcRecord, iso2709, marcxml
from datasync_lib.sample.texts import Work


def as_tuples(record: pymarc.Record) -> list[tuple]:
    return [
        (field.tag, field.data)
        if field.control_field
        else (field.tag, "".join(field.indicators), tuple((s.code, s.value) for s in field.subfields))
        for field in record.fields
    ]


@pytest.fixture(scope="module")
def block():
    return next(make_blocks(400, 6))


@pytest.fixture(scope="module")
def records(block) -> list[MarcRecord]:
    mfhds = [(bib, holding) for bib in block.bibs for holding in bib.holdings if holding.is_mfhd]
    return [*map(bib_record, block.bibs), *(mfhd_record(bib, holding) for bib, holding in mfhds)]


def test_iso2709_is_read_by_pymarc_without_loss(records):
    for record in records:
        data = iso2709(record)
        assert int(data[:5]) == len(data)
        read = pymarc.Record(data=data, to_unicode=True)
        assert as_tuples(read) == record.fields
        assert read.leader[5:12] + read.leader[17:] == record.leader[5:12] + record.leader[17:]


def test_marcxml_is_read_by_pymarc_without_loss(block):
    records = [bib_record(bib) for bib in block.bibs if not bib.needs_iso]
    text = XML_START + b"".join(map(marcxml, records)) + XML_END
    read = pymarc.parse_xml_to_array(io.BytesIO(text))
    assert [as_tuples(record) for record in read] == [record.fields for record in records]


def test_marcxml_escapes():
    record = MarcRecord("00000nam a2200000 i 4500")
    record.data("245", "00", ("a", "Law & order <1>"))
    assert b'<subfield code="a">Law &amp; order &lt;1&gt;</subfield>' in marcxml(record)


def test_control_characters_stay_out_of_xml_and_in_iso2709(block):
    odd = [bib for bib in block.bibs if bib.needs_iso]
    assert odd
    for bib in odd:
        assert "\x0b" in bib.work.title
        assert b"\x0b" in iso2709(bib_record(bib))


def test_fixed_fields_have_their_length(records):
    for record in records:
        fixed = [entry[1] for entry in record.fields if entry[0] == "008"]
        if record.leader[6] not in "xy":
            assert {len(text) for text in fixed} <= {40}


def test_every_format_and_script_occurs(block):
    assert {bib.format for bib in block.bibs} >= {"book", "serial", "score", "map", "video"}
    blocks = [block, *make_blocks(2000, 2)]
    assert {bib.work.language for block in blocks for bib in block.bibs} >= {"rus", "ara", "heb", "chi", "jpn", "kor"}


def test_worldcat_record():
    work = Work("Rivers", "", "Doe, Ann", "Oslo", "Elv", 1999, "eng", "no ", "Rivers", "GB")
    read = pymarc.Record(data=iso2709(worldcat_record(1234567, work, [55, 66], "MLW")), to_unicode=True)
    assert read["001"].data == "ocm01234567 "
    assert read["003"].data == "OCoLC"
    assert len(read["008"].data) == 40
    assert read["019"].get_subfields("a") == ["55", "66"]
    assert read["035"].get_subfields("a", "z") == ["(OCoLC)01234567", "(OCoLC)55", "(OCoLC)66"]
    assert read["994"].get_subfields("a", "b") == ["92", "MLW"]
