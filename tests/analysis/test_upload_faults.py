import polars as pl
import pytest

from datasync_lib.analysis.registry import work_out
from datasync_lib.analysis.upload_faults import is_for_oclc, not_utf8
from datasync_lib.settings import Settings
from datasync_lib.vocabulary.tables import conform

SETTINGS = Settings.model_validate(
    {
        "collections": [{"id": "1099999", "symbol": "XYZ"}, {"id": "1099998", "symbol": "XY@"}],
        "gates": {"file_bytes_max": 1_000_000, "records_per_file_max": 1000},
    }
)


def files(*rows: dict) -> pl.DataFrame:
    usual = {"kind": "catalogue", "sha256": "", "bytes": 900_000, "found": 10, "loaded": 10, "rejected": 0}
    usual |= {"repaired": 0, "repeated": 0}
    return conform("files", pl.DataFrame([usual | row for row in rows]))


def records(*rows: tuple) -> pl.DataFrame:
    names = ["file", "record", "byte_offset", "bytes", "state"]
    return conform("records", pl.DataFrame(list(rows), schema=dict.fromkeys(names), orient="row"))


def check_uploads(files: pl.DataFrame, records: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    given = {"collections": settings.collections, "gates": settings.gates}
    return work_out("upload_faults", files=files, records=records, **given)


def faults(file: str, *of_records: tuple, **row) -> list[tuple]:
    found = check_uploads(files({"file": file, **row}), records(*of_records), SETTINGS)
    assert set(found["file"]) <= {file}
    return found.select("fault", "is_refusal").rows()


@pytest.mark.parametrize(
    "file",
    [
        "1099999.XYZ.20250721.mrc",
        "export/1099999.xyz.20250721.part.2.xml",
        "export.zip/deep/1099998.XY_64.20250721.mrc",
        "1099999.XYZ.new.mrc_2",
        "1099999.XYZ.20250721.mrc.gz",
    ],
)
def test_a_good_file_has_no_row(file):
    assert faults(file) == []


@pytest.mark.parametrize(
    ("file", "fault"),
    [
        ("to send/catalogue.mrc", "name"),
        ("1099999.mrc", "name"),
        ("109999.XYZ.20250721.mrc", "name"),
        ("1099999.XYZ.books 2025.mrc", "name"),
        ("1099999.XY@.20250721.mrc", "name"),
        ("1099990.XYZ.20250721.mrc", "unknown_collection"),
        ("1099999.ABC.20250721.mrc", "wrong_symbol"),
        ("1099998.XYZ.20250721.mrc", "wrong_symbol"),
    ],
)
def test_a_name_that_oclc_would_refuse(file, fault):
    assert (fault, True) in faults(file)


def test_a_file_above_the_limit_is_refused_and_one_with_many_records_only_looked_at():
    assert faults("1099999.XYZ.a.mrc", bytes=1_000_001, found=1001, loaded=1001) == [
        ("too_large", True),
        ("too_many_records", False),
    ]
    assert faults("1099999.XYZ.a.mrc", bytes=1_000_000, found=1000, loaded=1000) == []


def test_records_are_counted_with_the_first_position():
    file = "1099999.XYZ.a.mrc"
    found = check_uploads(
        files({"file": file}),
        records(
            (file, 0, 0, 99_999, "loaded"),
            (file, 1, 99_999, 100_000, "loaded"),
            (file, 2, 199_999, 120_000, "repaired"),
            (file, 3, 319_999, 150_000, "rejected"),
        ),
        SETTINGS,
    )

    assert found.select("fault", "detail").rows() == [
        ("long_record", "2 records over 99,999 bytes; the first is at position 1"),
        ("unreadable_record", "1 records that cannot be read; the first is at position 3"),
    ]


def test_one_name_in_two_folders():
    both = files({"file": "may/1099999.XYZ.a.mrc"}, {"file": "june/1099999.XYZ.a.mrc"})
    found = check_uploads(both, records(), SETTINGS)

    assert found.select("file", "fault").rows() == [
        ("june/1099999.XYZ.a.mrc", "name_twice"),
        ("may/1099999.XYZ.a.mrc", "name_twice"),
    ]


def test_other_files_of_the_folder_are_not_judged():
    others = files({"file": "sent/notes about it.txt", "kind": "unknown"}, {"file": "july export.mrc"})

    assert check_uploads(others, records(("july export.mrc", 0, 0, 100_000, "loaded")), SETTINGS).is_empty()


def test_without_collections_in_the_settings_only_the_name_counts():
    assert check_uploads(files({"file": "1099990.ABC.a.mrc"}), records(), Settings()).is_empty()


def test_character_coding_is_judged_where_leaders_are_at_hand():
    file = "1099999.XYZ.a.mrc"
    leaders = conform(
        "subfields",
        pl.DataFrame(
            {
                "file": file,
                "record": [0, 1],
                "tag": "LDR",
                "value": ["00000nam a2200000 a 4500", "00000nam  2200000 a 4500"],
            }
        ),
    )
    found = not_utf8(files({"file": file}), leaders.lazy())

    assert found.select("fault", "is_refusal").rows() == [("not_utf8", False)]


def test_pandas_frames_give_the_same():
    name = "sent/catalogue.mrc"
    tables = files({"file": name}), records((name, 0, 0, 100_000, "loaded"))
    given = [table.to_pandas() for table in tables]

    assert check_uploads(*given, SETTINGS).equals(check_uploads(*tables, SETTINGS))


@pytest.mark.parametrize(
    ("file", "is_so"),
    [
        ("1099999.XYZ.20250721.mrc", True),
        ("deep/down/1099999.XYZ.20250721.xml.gz", True),
        ("109999.XYZ.books.mrc", True),
        ("1099999.mrc", True),
        ("Sent/books.mrc", True),
        ("To send/2025/books.mrc", True),
        ("to-send/books.mrc", True),
        ("uploads/books.mrc", True),
        ("catalogue/marlow_20250720_new_1.mrc", False),
        ("20250720.mrc", False),
        ("presents/books.mrc", False),
        ("sent.mrc", False),
    ],
)
def test_which_files_are_for_oclc(file, is_so):
    assert is_for_oclc(file) is is_so
