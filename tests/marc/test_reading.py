import gzip
import io
import tarfile
import zipfile

import polars as pl
import pytest
from marc_samples import BINARY, RECORDS
from pymarc.marcxml import record_to_xml

from datasync_lib.errors import InputError
from datasync_lib.marc import RecordsRejected, find_inputs, is_marc, read_marc, read_pieces, scan_marc
from datasync_lib.marc.pushdown import tags_asked_for
from datasync_lib.vocabulary.tables import conform

XML = b"<collection>" + b"".join(record_to_xml(record) for record in RECORDS) + b"</collection>"
BROKEN = BINARY[0] + b"what is this?" * 5 + b"\x1d" + BINARY[1]


@pytest.fixture
def folder(tmp_path):
    """Every kind of input that a project meets."""
    (tmp_path / "a.mrc").write_bytes(b"".join(BINARY))
    (tmp_path / "b.mrc.gz").write_bytes(gzip.compress(BINARY[0]))
    (tmp_path / "broken.mrc").write_bytes(BROKEN)
    (tmp_path / "c.xml").write_bytes(XML)
    (tmp_path / "cut.mrc.gz").write_bytes(gzip.compress(b"".join(BINARY) * 2000, 0)[:200_000])
    (tmp_path / "empty.mrc").write_bytes(b"")
    (tmp_path / "error.mrc").write_bytes(b"<!DOCTYPE html><html><body>503 Service Unavailable</body></html>")
    with tarfile.open(tmp_path / "d.tar.gz", "w:gz") as archive:
        for name in ("d1.xml", "d2.xml"):
            info = tarfile.TarInfo(name)
            info.size = len(XML)
            archive.addfile(info, io.BytesIO(XML))
    with zipfile.ZipFile(tmp_path / "zip.mrc", "w") as archive:
        archive.writestr("x.mrc", BINARY[0])
    return tmp_path


def test_every_file_is_accounted_for(folder):
    files = conform("files", read_marc(folder).files)
    counts = files.select("file", "kind", "found", "loaded", "repaired", "rejected").filter(
        pl.col("file") != "cut.mrc.gz"
    )
    assert counts.rows() == [
        ("a.mrc", "catalogue", 3, 3, 0, 0),
        ("b.mrc.gz", "catalogue", 1, 1, 0, 0),
        ("broken.mrc", "catalogue", 3, 2, 0, 1),
        ("c.xml", "catalogue", 3, 3, 0, 0),
        ("d.tar.gz/d1.xml", "catalogue", 3, 3, 0, 0),
        ("d.tar.gz/d2.xml", "catalogue", 3, 3, 0, 0),
        ("empty.mrc", "empty", 0, 0, 0, 0),
        ("error.mrc", "unreadable", 1, 0, 0, 1),
        ("zip.mrc", "unreadable", 1, 0, 0, 1),
    ]


def test_a_compressed_file_that_breaks_off_gives_what_came_before(folder):
    result = read_marc(folder / "cut.mrc.gz")
    (file,) = result.files.rows(named=True)
    assert file["loaded"] > 500
    assert file["note"].startswith("cut.mrc.gz: breaks off after")
    assert result.issues["code"].to_list()[-1] == "unreadable_file"
    assert result.records["bytes"].sum() == file["bytes"]


def test_issues_and_records_have_the_columns_of_their_tables(folder):
    result = read_marc(folder)
    assert result.issues.equals(conform("load_issues", result.issues))
    assert result.records.equals(conform("records", result.records))
    assert result.subfields.equals(conform("subfields", result.subfields))


def test_what_is_not_marc_says_what_it_is(folder):
    messages = dict(read_marc(folder).issues.filter(code="not_marc").select("file", "message").iter_rows())
    assert messages == {
        "error.mrc": "this is not MARC, it is an error page or another web page without a table: fetch the file again, and "
        "look at the page in a browser if it comes back",
        "zip.mrc": "this is not MARC, it is a zip archive under another name: give it the ending .zip, or unpack it",
    }


def test_a_missing_path_raises(tmp_path):
    for read in (read_marc, scan_marc):
        with pytest.raises(InputError, match="does not exist"):
            read(tmp_path / "no.mrc")


def test_scan_gives_the_rows_of_read(folder):
    with pytest.warns(RecordsRejected):
        scanned = scan_marc(folder, {"245"}).collect()
    assert scanned.equals(read_marc(folder, {"245"}).subfields)


def test_scan_warns_with_counts(folder):
    with pytest.warns(RecordsRejected, match="1 records and 0 files could not be read"):
        scan_marc(folder / "broken.mrc").collect()


@pytest.fixture
def asked(monkeypatch):
    """What a scan asks of the reader."""
    from datasync_lib.marc import reading

    questions = []
    original = reading.read_pieces

    def noting(source, tags=None, columns=None):
        questions.append((tags, columns))
        yield from original(source, tags, columns)

    monkeypatch.setattr(reading, "read_pieces", noting)
    return questions


def test_columns_filters_and_limits_reach_the_reader(folder, asked):
    rows = scan_marc(folder / "a.mrc")
    found = rows.filter(pl.col("tag").is_in(["245", "035"]), pl.col("code") == "a").select("record", "value").collect()
    assert found.rows() == [
        (0, "(OCoLC)123"),
        (0, "(OCoLC)ocm00000456"),
        (0, "Ulysses /"),
        (1, "Преступление и наказание"),
        (2, "=SUM(A1) & <signs>"),
    ]
    assert asked == [(frozenset({"245", "035"}), {"record", "value", "tag", "code"})]
    asked.clear()
    assert scan_marc(folder, {"001"}).head(2).collect().height == 2
    assert len(asked) == 1  # of nine files


def test_a_limit_counts_what_passed_the_filter(folder):
    rows = scan_marc(folder / "a.mrc").filter(tag="001").head(2).collect()
    assert rows["value"].to_list() == ["991", "992"]


def test_a_limit_before_a_filter_counts_every_row(folder):
    rows = scan_marc(folder / "a.mrc")
    for query in (rows.head(6).filter(tag="245"), rows.filter(tag="245").head(1).filter(code="a")):
        assert query.collect().equals(query.collect(optimizations=pl.QueryOptFlags.none()))
    assert rows.head(6).filter(tag="245").collect().equals(rows.collect().head(6).filter(tag="245"))


def test_a_single_tag_may_be_named_as_it_is(folder):
    assert scan_marc(folder / "a.mrc", "245").collect().equals(read_marc(folder / "a.mrc", ["245"]).subfields)
    assert read_marc(folder / "a.mrc", "245").subfields.height > 0


def test_counting_needs_no_values(folder, asked):
    assert scan_marc(folder / "a.mrc", {"001"}).select(pl.len()).collect().item() == 3
    assert "value" not in asked[0][1]


TAG = pl.col("tag")
FILTERS = [
    (TAG == "245", {"245"}),
    (TAG.is_in(["245", "035"]), {"245", "035"}),
    ((TAG == "245") | (TAG == "035"), {"245", "035"}),
    ((TAG == "245") & (pl.col("code") == "a"), {"245"}),
    (TAG.is_in(["245", "035"]) & (TAG != "035"), {"245", "035"}),
    ((TAG == "245") | (pl.col("code") == "a"), None),
    (TAG != "245", None),
    (TAG.str.starts_with("9"), None),
    (TAG.str.contains("24|is_in"), None),
    (pl.col("value") == "245", None),
    (~(TAG == "245"), None),
    ((TAG == "245").not_() & (TAG == "001"), {"001"}),
]


@pytest.mark.parametrize(("predicate", "tags"), FILTERS, ids=[str(each[0]) for each in FILTERS])
def test_the_tags_in_a_filter(predicate, tags):
    assert tags_asked_for(predicate) == tags


@pytest.mark.parametrize(("predicate", "_"), FILTERS, ids=[str(each[0]) for each in FILTERS])
def test_a_filter_gives_the_same_with_and_without_push_down(folder, predicate, _):
    rows = scan_marc(folder / "a.mrc")
    assert rows.filter(predicate).collect().equals(rows.collect().filter(predicate))


@pytest.mark.parametrize(
    ("start", "form"),
    [
        (BINARY[0], "iso2709"),
        (b"\r\n" + BINARY[0], "iso2709"),
        (b"X0150" + BINARY[0][5:], "iso2709"),
        (XML, "marcxml"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n" + XML, "marcxml"),
        (XML.decode().encode("utf-16"), "marcxml"),
        (b"<marc:collection xmlns:marc='x'>", "marcxml"),
        (b"<html><head><title>record</title>", None),
        (b"<?xml version='1.0'?><rss>", None),
        (b"PK\x03\x04\x1e\x1f", None),
        (b"mms_id,title\n991,x\n", None),
        (b"", None),
    ],
)
def test_marc_is_known_by_its_content(start, form):
    assert is_marc(start) == form


def test_an_input_that_cannot_be_opened_gives_one_piece_that_says_why(tmp_path):
    (tmp_path / "x.zip").write_bytes(b"no zip")
    (source,) = find_inputs(tmp_path)
    (piece,) = read_pieces(source)
    assert piece.records.is_empty()
    assert piece.issues["message"].to_list() == ["x.zip: cannot be opened: File is not a zip file"]


@pytest.mark.parametrize("suffix", [".mrc", ".xml"])
def test_what_was_cut_off_with_its_archive_is_in_a_piece_too(tmp_path, suffix):
    whole = b"".join(BINARY * 50) if suffix == ".mrc" else XML * 50
    path = tmp_path / f"cut{suffix}.gz"
    path.write_bytes(gzip.compress(whole, 0)[:20_000])
    (source,) = find_inputs(path)
    with source.open() as stream:
        data = stream.read()
    records = pl.concat([piece.records for piece in read_pieces(source)])
    last = records.row(-1, named=True)
    assert last["byte_offset"] + last["bytes"] == len(data.rstrip())
    assert last["state"] != "loaded"


@pytest.mark.parametrize(
    "start", [b"40000001\n40000002\n", b"99100000001\t40000001\n", b"12345", b"PK\x03\x04\x1e\x1f", b"<html>"]
)
def test_lists_of_numbers_workbooks_and_pages_are_no_marc(start):
    assert is_marc(start) is None


def test_an_account_that_does_not_add_up_is_told_and_what_came_before_is_kept(folder, monkeypatch):
    from datasync_lib.marc import reading

    def faulty(stream, file, wanted, limits):
        yield from reading.read_iso2709(stream, file, wanted, limits)
        raise AssertionError("byte 7 is in two pieces")

    monkeypatch.setattr(reading, "_reader_for", lambda start: faulty)
    found = read_marc(folder / "a.mrc")
    (row,) = found.files.rows(named=True)
    assert row["loaded"] == 3
    assert "byte 7 is in two pieces" in row["note"]
    assert "please report it" in row["note"]
