from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasync_lib.errors import InputError
from datasync_lib.oclc.filenames import (
    REPORT_KINDS,
    FileName,
    read_file_name,
    report_name,
    upload_name,
    upload_name_faults,
)

REPORT = "XYZ-XYZ.1099999.IN.BIB.D20250721.T094034567.1099999.xyz.reclam_01.mrc.BibProcessingReport.txt"

NAMES = [
    REPORT,
    "XYZ-XYZ.1099999.BIB.D20250721.T094034567.1099999.xyz.reclam_01.mrc.BibCrossRefReport.txt",
    "XYZ-XYZ.1099999.IN.LHR.D20250121.T094034567.1099999.xyz.lhr.mrc.LhrSomethingReport.txt",
    "AB_64-XY_36.1099999.IN.BIB.D20250721.T240000000.1099999.xy_36.new.mrc_247.BibExceptionReport.txt",
    REPORT + ".zip",
    REPORT + ".processed",
    REPORT + "-stub.txt",
    REPORT + ".gz.processed",
    REPORT.replace(".txt", " (1).txt"),
    "metacoll.XYZ.datasync.1099999-1099999.D20190305.T101502333.xrefrpt.txt",
    "metacoll.XYZ.datasync.1099999-109999.D20190305.T101502333.unresxrefrpt.txt",
    "metacoll.XY_35.datasync.global.D20190305.T101502.bibdetailexcpt.1.mrc.txt",
    "metacoll.XYZ.datasync.1099999.D20190305.T101502.unresolved.3.mrc",
    "D120913.R468704.XREFRPT.txt",
    "metacoll.XYZ.XYZ-1419-20220602-report.20220806-070829.txt",
    "metacoll.XYZ.merges.D20250721.T213015.1.mrc",
    "metacoll.XYZ.new.W20250719.T213016.physical.2.mrc.zip",
    "metacoll.XYZ.new.M20250719.T213016.my.ser.02.mrc",
    "metacoll.XYZ.updates.D20250310.T240553.1.mrc-stub.txt",
    "metacoll.XYZ.deletes.Q20250110.T213000.mrc",
    "copied__metacoll.XYZ.new.D20230718.T213016.MZallDLC.1.mrc.gz",
    "worldcat.XY_64.20250101.mrc",
    "worldcat.XYZ.20250101.after the run.txt",
    "1099999.XYZ.20250721.NSK.csv",
    "1099999.xyz.non-pcc_2815_new.mrc_2",
    "1099999.XYZ.books.xml.gz",
    "holdings.xlsx",
    "",
    "metacoll.XYZ.merges.D20251345.T213015.1.mrc",
    "XYZ-XYZ.1099999.IN.BIB.D20250721.T250000000.1099999.xyz.a.mrc.BibProcessingReport.txt",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_put_together_again(name):
    assert read_file_name(name).name == name


def test_a_report_name_is_taken_apart():
    assert read_file_name(REPORT) == FileName(
        family="report",
        original_name="1099999.xyz.reclam_01.mrc",
        kind="BibProcessingReport",
        sender="XYZ",
        symbol="XYZ",
        collection="1099999",
        directory="IN.BIB",
        received_at=datetime(2025, 7, 21, 13, 40, 34, 567_000, tzinfo=UTC),
        as_of=date(2025, 7, 21),
        extension="txt",
        stamp="20250721.094034567",
    )


@pytest.mark.parametrize(
    ("stamp", "received_at"),
    [
        ("D20250721.T094034567", datetime(2025, 7, 21, 13, 40, 34, 567_000, tzinfo=UTC)),
        ("D20250121.T094034567", datetime(2025, 1, 21, 14, 40, 34, 567_000, tzinfo=UTC)),
        ("D20250309.T015959999", datetime(2025, 3, 9, 6, 59, 59, 999_000, tzinfo=UTC)),
        ("D20250309.T030000000", datetime(2025, 3, 9, 7, 0, tzinfo=UTC)),
        ("D20251102.T013000000", datetime(2025, 11, 2, 5, 30, tzinfo=UTC)),
        ("D20251102.T020000000", datetime(2025, 11, 2, 7, 0, tzinfo=UTC)),
        ("D20250721.T240553000", datetime(2025, 7, 22, 4, 5, 53, tzinfo=UTC)),
        ("D20241231.T240000000", datetime(2025, 1, 1, 5, 0, tzinfo=UTC)),
    ],
)
def test_the_clock_is_eastern_with_daylight_saving_and_hour_24(stamp, received_at):
    name = read_file_name(REPORT.replace("D20250721.T094034567", stamp))

    assert name.received_at == received_at


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (NAMES[3], {"sender": "AB@", "symbol": "XY$", "original_name": "1099999.xy_36.new.mrc_247"}),
        (NAMES[6], {"is_stub": True, "suffixes": ("-stub.txt",), "kind": "BibProcessingReport"}),
        (NAMES[8], {"copy": " (1)", "kind": "BibProcessingReport", "original_name": "1099999.xyz.reclam_01.mrc"}),
        (NAMES[9], {"family": "old_report", "kind": "xrefrpt", "collection": "1099999", "symbol": "XYZ"}),
        (NAMES[10], {"kind": "unresxrefrpt", "collection": "1099999", "slot": "1099999-109999"}),
        (NAMES[11], {"kind": "bibdetailexcpt", "split": 1, "collection": None, "slot": "global", "symbol": "XY#"}),
        (NAMES[12], {"family": "record_output", "kind": "datasync", "split": 3}),
        (NAMES[13], {"family": "old_report", "as_of": date(2012, 9, 13), "custom": "468704", "received_at": None}),
        (NAMES[14], {"family": "scan_delete_report", "symbol": "XYZ", "as_of": date(2022, 8, 6)}),
        (NAMES[15], {"family": "record_output", "kind": "merges", "frequency": "D", "custom": None, "split": 1}),
        (NAMES[16], {"kind": "new", "frequency": "W", "custom": "physical", "split": 2, "suffixes": (".zip",)}),
        (NAMES[17], {"custom": "my.ser.02", "split": None}),
        (NAMES[18], {"kind": "updates", "split": 1, "custom": None, "is_stub": True}),
        (NAMES[20], {"prefix": "copied__", "custom": "MZallDLC", "original_name": NAMES[20][8:-3]}),
        (NAMES[21], {"family": "worldcat_list", "symbol": "XY@", "as_of": date(2025, 1, 1), "extension": "mrc"}),
        (NAMES[24], {"family": "upload", "symbol": "XYZ", "collection": "1099999", "original_name": NAMES[24]}),
        (NAMES[25], {"family": "upload", "original_name": "1099999.XYZ.books.xml", "extension": "xml"}),
        (NAMES[26], {"family": "unknown", "original_name": "holdings.xlsx"}),
        (NAMES[28], {"family": "unknown"}),
        (NAMES[29], {"family": "unknown"}),
    ],
)
def test_what_a_name_says(name, expected):
    parts = read_file_name(name)

    assert {field: getattr(parts, field) for field in expected} == expected


@pytest.mark.parametrize("extension", ["xls", "xlsx", "xlsm", "xlsb", "ods", "fods", "mht", "mhtml", "htm", "html"])
def test_a_list_may_be_any_spreadsheet(extension):
    assert read_file_name(f"worldcat.XYZ.20250721.{extension}").family == "worldcat_list"


@pytest.mark.parametrize("kind", REPORT_KINDS)
def test_report_kinds_are_recognised_in_any_case(kind):
    name = REPORT.replace("BibProcessingReport", kind)

    assert read_file_name(name.upper()).kind == kind
    assert read_file_name(name.lower()).name.endswith(f".{kind}.txt")


def test_a_symbol_with_a_dash_is_told_from_the_dash_between_two():
    name = read_file_name(REPORT.replace("XYZ-XYZ", "HUL-D-HUL-D"))

    assert (name.sender, name.symbol) == ("HUL-D", "HUL-D")


@given(
    st.datetimes(datetime(2007, 1, 1), datetime(2037, 12, 31), timezones=st.just(UTC)),
    st.text("ABCXYZ0123456789@$#", min_size=1, max_size=5),
    st.sampled_from(REPORT_KINDS),
)
def test_a_report_name_that_we_make_reads_as_what_it_was_made_from(received_at, symbol, kind):
    received_at = received_at.replace(microsecond=received_at.microsecond // 1000 * 1000)
    name = report_name(symbol, "1099999", received_at, "1099999.x.a.b.mrc", kind)
    parts = read_file_name(name)

    assert parts.name == name
    assert (parts.symbol, parts.sender, parts.kind, parts.original_name) == (symbol, symbol, kind, "1099999.x.a.b.mrc")
    # In the hour that comes twice in autumn the name cannot tell which one it was.
    assert abs((parts.received_at - received_at).total_seconds()) in (0, 3600)


def test_the_name_of_the_documentation_is_made_from_its_parts():
    received_at = datetime(2025, 7, 21, 13, 40, 34, 567_000, tzinfo=UTC)

    assert report_name("XYZ", "1099999", received_at, "1099999.xyz.reclam_01.mrc", "BibProcessingReport") == REPORT


def test_an_upload_name_is_built_with_the_symbol_code():
    assert upload_name("1099999", "XY@", "20250721.books") == "1099999.XY_64.20250721.books.mrc"
    assert upload_name("1099999", "XYZ", "20250721.NSK", "csv") == "1099999.XYZ.20250721.NSK.csv"


def test_an_upload_name_that_cannot_be_says_why():
    with pytest.raises(InputError, match=r"«109999.XYZ.my books.mrc».*seven digits.*holds a blank"):
        upload_name("109999", "XYZ", "my books")


@pytest.mark.parametrize(
    "name",
    ["1099999.XYZ.20250721.mrc", "1099999.xy_64.a-b_c.d.xml", "1099999.XYZ.new.mrc_12", "1099999.XYZ.NSK.csv"],
)
def test_a_name_that_oclc_takes(name):
    assert upload_name_faults(name) == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("_1099999.XYZ.a.mrc", "begins with «_»"),
        (".1099999.XYZ.a.mrc", "begins with «.»"),
        ("109999.XYZ.a.mrc", "seven digits"),
        ("1099999XYZ.a.mrc", "seven digits"),
        ("1099999.XY$.a.mrc", "$ as _36"),
        ("1099999.XYZ.mrc", "no text between symbol and extension"),
        ("1099999.XYZ.a.txt", "ends in «txt»"),
        ("1099999.XYZ.a", "ends in «a»"),
        ("1099999.XYZ.a b.mrc", "a blank"),
        ("1099999.XYZ.é&.mrc", "«&» «é»"),
        ("catalogue.mrc", "seven digits"),
    ],
)
def test_why_a_name_would_be_refused(name, words):
    assert words in "; ".join(upload_name_faults(name))


@pytest.mark.parametrize(
    "stamp", ["D99991231.T230000000", "D99991231.T240000000", "D00010101.T000000000", "D00000000.T000000"]
)
def test_no_day_and_time_raises(stamp):
    name = read_file_name(f"XYZ-XYZ.1099999.IN.BIB.{stamp}.1099999.xyz.a.mrc.BibProcessingReport.txt")
    assert name.family == ("report" if stamp.startswith("D0001") else "unknown")


def test_a_name_that_no_file_system_takes_is_no_name_of_oclc():
    assert read_file_name("a__" * 100_000 + ".txt").family == "unknown"


@pytest.mark.parametrize(
    ("stamp", "first", "second"),
    [
        ("D20251102.T013000250", "2025-11-02T05:30:00.250+00:00", "2025-11-02T06:30:00.250+00:00"),
        ("D20251102.T023000250", "2025-11-02T07:30:00.250+00:00", None),
        ("D20250309.T023000250", "2025-03-09T07:30:00.250+00:00", None),
    ],
)
def test_the_hour_that_comes_twice_has_two_readings(stamp, first, second):
    name = read_file_name(f"XYZ-XYZ.1099999.IN.BIB.{stamp}.1099999.xyz.a.mrc.BibProcessingReport.txt")
    assert name.received_at == datetime.fromisoformat(first)
    assert name.or_received_at == (datetime.fromisoformat(second) if second else None)
