import pytest
from marc_samples import BINARY, RECORDS, a_record
from pymarc import Field, Indicators, Subfield

from datasync_lib.errors import OutputError
from datasync_lib.marc import read_marc, record_bytes, write_iso2709, write_marcxml


@pytest.mark.parametrize(("write", "name"), [(write_iso2709, "x.mrc"), (write_marcxml, "x.xml")])
def test_what_was_written_is_read_again(tmp_path, write, name):
    assert write(tmp_path / name, RECORDS) == 3
    rows = read_marc(tmp_path / name, {"001", "245"}).subfields.select("record", "tag", "code", "value").rows()
    assert rows[:3] == [(0, "001", None, "991"), (0, "245", "a", "Ulysses /"), (0, "245", "c", "by somebody.")]
    assert [value for _, tag, _, value in rows if tag == "001"] == ["991", "992", "993"]
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_the_bytes_say_their_own_length():
    for data in BINARY:
        assert int(data[:5]) == len(data)
        assert data[9:10] == b"a"


def test_what_iso2709_cannot_say_is_refused_and_leaves_no_file(tmp_path):
    long_field = Field("500", Indicators(" ", " "), [Subfield("a", "x" * 10_000)])
    record = a_record("994", "Long", long_field)
    with pytest.raises(OutputError, match=r"record 994: .* Write it as MARCXML, or shorten it"):
        record_bytes(record)
    with pytest.raises(OutputError):
        write_iso2709(tmp_path / "x.mrc", [RECORDS[0], record])
    assert list(tmp_path.iterdir()) == []
    assert write_marcxml(tmp_path / "x.xml", [record]) == 1


def test_a_folder_that_is_missing(tmp_path):
    with pytest.raises(OutputError, match="cannot be written"):
        write_iso2709(tmp_path / "no" / "x.mrc", RECORDS)
