import gzip
import random
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from datasync_lib.errors import InputError
from datasync_lib.marc import find_inputs
from datasync_lib.oclc import lines, processing
from datasync_lib.oclc.raw import MOST_COLUMNS
from datasync_lib.oclc.reports import read_report, read_reports
from datasync_lib.readers import Source
from datasync_lib.vocabulary.tables import TABLES

PREFIX = "XYZ-XY_64.1099999.IN.BIB.D20250721.T094034567.1099999.xy_64.reclam_01.mrc."
KEY = "XY_64_1099999_1753105234567::bib::"
RECEIVED = datetime(2025, 7, 21, 13, 40, 34, 567_000, tzinfo=UTC)

PROCESSING = [
    f"{KEY}0|991000000010106001|40000001|40000001|match",
    f"{KEY}2177|991000000020106001|40000002|1200000009|match",
    f"{KEY}5310|991000000030106001||1500000001|create",
    f"{KEY}8044|991000000040106001||1500000002|unresolved",
    f"{KEY}12001|991000000060106001|40000006|40000006|replace",
    f"{KEY}15870|991000000070106001|40000007|40000007|field transfer",
    f"{KEY}17555||||data error",
    f"{KEY}20110|991000000080106001|40000008|40000008|processing error",
]


def write(folder: Path, kind: str, *lines: str, end: str = "\n", encoding: str = "utf-8") -> Path:
    path = folder / f"{PREFIX}{kind}.txt"
    path.write_bytes("".join(line + end for line in lines).encode(encoding))
    return path


def counts(reports) -> dict[str, int]:
    return reports.files.select("found", "loaded", "repeated", "rejected").row(0, named=True)


def test_a_processing_report_becomes_typed_columns(tmp_path):
    reports = read_reports(write(tmp_path, "BibProcessingReport", *PROCESSING))

    numbers = ["record", "job_offset", "lsn", "sent_ocn", "result_ocn", "staging_ocn", "action"]
    assert reports.outcomes.select(numbers).rows() == [
        (0, 0, "991000000010106001", 40000001, 40000001, None, "match"),
        (1, 2177, "991000000020106001", 40000002, 1200000009, None, "match"),
        (2, 5310, "991000000030106001", None, 1500000001, None, "create"),
        (3, 8044, "991000000040106001", None, None, 1500000002, "unresolved"),
        (4, 12001, "991000000060106001", 40000006, 40000006, None, "replace"),
        (5, 15870, "991000000070106001", 40000007, 40000007, None, "field transfer"),
        (6, 17555, None, None, None, None, "data error"),
        (7, 20110, "991000000080106001", 40000008, None, 40000008, "processing error"),
    ]
    provenance = ["file", "report_kind", "job_key", "collection", "symbol", "received_at", "sent_file"]
    assert reports.outcomes.select(provenance).row(0) == (
        f"{PREFIX}BibProcessingReport.txt",
        "BibProcessingReport",
        f"{KEY}0",
        "1099999",
        "XY@",
        RECEIVED,
        "1099999.xy_64.reclam_01.mrc",
    )
    assert counts(reports) == {"found": 8, "loaded": 8, "repeated": 0, "rejected": 0}
    assert reports.issues.is_empty()


def test_tables_have_the_columns_of_the_data_dictionary(tmp_path):
    reports = read_reports(write(tmp_path, "BibProcessingReport", *PROCESSING))

    for table in ("outcomes", "exceptions", "cross_references", "files"):
        assert TABLES[table].is_valid(getattr(reports, table)), table
    assert TABLES["load_issues"].is_valid(reports.issues)


@pytest.mark.parametrize(
    ("end", "encoding"),
    [("\n", "utf-8"), ("\r\n", "utf-8"), ("\n", "utf-8-sig"), ("\r\n", "utf-8-sig"), ("\r\n", "utf-16")],
)
@pytest.mark.parametrize("odd", [[], [f"{KEY}9||bad|1|match"]])
def test_marks_and_line_ends_of_windows_change_nothing(tmp_path, end, encoding, odd):
    plain = read_reports(write(tmp_path, "BibProcessingReport", *PROCESSING, *odd))
    changed = read_reports(write(tmp_path, "BibProcessingReport", *PROCESSING, *odd, end=end, encoding=encoding))

    assert_frame_equal(changed.outcomes, plain.outcomes)
    assert_frame_equal(changed.issues, plain.issues)


def test_bad_rows_cost_only_themselves(tmp_path):
    reports = read_reports(
        write(
            tmp_path,
            "BibProcessingReport",
            "Record key|LSN|OCN|Result|Action",
            PROCESSING[0],
            f"{KEY}1|991000000090106001|40000009|match",
            f"{KEY}2|991000000090106001|40000009|40000009|match|",
            "",
            f"{KEY}3|991000000090106001|4.0E+07|40000009|match",
            f"{KEY}4|991000000090106001|40000009|0|match",
            f'{KEY}5|"991"0000|40000009|40000009|match',
            "   ",
            f"{KEY}6| 991000000100106001 |(OCoLC)00000123|ocn123456789| Field_Transfer ",
        )
    )

    assert reports.outcomes.select("record", "lsn", "sent_ocn", "result_ocn", "action").rows() == [
        (1, "991000000010106001", 40000001, 40000001, "match"),
        (7, '"991"0000', 40000009, 40000009, "match"),
        (9, "991000000100106001", 123, 123456789, "field transfer"),
    ]
    assert reports.issues.select("record", "code").rows() == [
        (0, "bad_job_key"),
        (2, "malformed_row"),
        (3, "malformed_row"),
        (5, "bad_number"),
        (6, "bad_number"),
    ]
    assert reports.issues["message"][1] == "4 columns where 5 are expected"
    assert reports.issues["excerpt"][1] == f"{KEY}1|991000000090106001|40000009|match"
    assert counts(reports) == {"found": 8, "loaded": 3, "repeated": 0, "rejected": 5}


def test_exact_repeats_count_once(tmp_path):
    again = f"{KEY}0|991000000010106001|40000001|40000002|match"
    reports = read_reports(
        write(tmp_path, "BibProcessingReport", PROCESSING[0], PROCESSING[6], PROCESSING[0], again, PROCESSING[6])
    )

    assert reports.outcomes["record"].to_list() == [0, 1, 3]
    assert counts(reports) == {"found": 5, "loaded": 5, "repeated": 2, "rejected": 0}


def test_an_action_that_no_source_describes_is_kept_and_told_once(tmp_path):
    reports = read_reports(
        write(
            tmp_path,
            "BibProcessingReport",
            PROCESSING[0],
            f"{KEY}1|1|40000001|40000001|delete holding",
            f"{KEY}2|2|40000002|40000002|delete holding",
            f"{KEY}3|3|40000003|40000003|",
        )
    )

    assert reports.outcomes.select("action", "result_ocn", "staging_ocn").rows() == [
        ("match", 40000001, None),
        ("delete holding", None, 40000001),
        ("delete holding", None, 40000002),
        (None, None, 40000003),
    ]
    assert reports.issues.select("record", "code").rows() == [(1, "unknown_action"), (3, "unknown_action")]
    assert "«delete holding»" in reports.issues["message"][0]
    assert "(2 rows from here on)" in reports.issues["message"][0]
    assert counts(reports)["rejected"] == 0


def test_a_renamed_processing_report_is_known_by_its_content_and_told_by_its_keys(tmp_path):
    path = tmp_path / "results may.txt"
    path.write_text("\n".join([*PROCESSING, "OTHER_1099998_1753105234568::bib::7|1||2|match"]), "utf-8")
    reports = read_reports(path)

    assert reports.files["kind"].item() == "BibProcessingReport"
    assert reports.outcomes.select("symbol", "collection", "received_at", "sent_file").unique(
        maintain_order=True
    ).rows() == [
        ("XY@", "1099999", RECEIVED, None),
        ("OTHER", "1099998", RECEIVED.replace(microsecond=568_000), None),
    ]


def test_content_wins_where_the_name_says_something_else(tmp_path):
    reports = read_reports(write(tmp_path, "BibExceptionReport", *PROCESSING))

    assert reports.outcomes.height == 8
    assert reports.issues.select("code", "message").rows() == [
        (
            "name_and_content_differ",
            "the name says BibExceptionReport, the content is a BibProcessingReport: read as that",
        )
    ]
    assert counts(reports) == {"found": 8, "loaded": 8, "repeated": 0, "rejected": 0}


EXCEPTIONS = [
    f"{KEY}8044|991000000040106001||1500000002|Validation Error|CRITICAL|Record is sparse.",
    f"{KEY}8044|991000000040106001||1500000002|Validation Error|MINOR|Invalid code in 1st $2 in 2nd 600.",
    f"{KEY}8044|991000000040106001||1500000002|Validation Error|MINOR|Invalid code in 1st $2 in 2nd 600.",
    f"{KEY}9000|991000000040106001||1500000002|Validation Error|severe|1st $a in 245 has a | in it | twice.",
    f"{KEY}17555||||Data Error||invalid_characters_present",
    f"{KEY}20110|991000000080106001|40000008|40000008|Processing Error||",
    f"{KEY}20111|991000000080106001|40000008|40000008|Processing Error|",
]


def test_an_exception_report_keeps_pipes_in_its_messages(tmp_path):
    reports = read_reports(write(tmp_path, "BibExceptionReport", *EXCEPTIONS))

    columns = ["record", "sent_ocn", "result_ocn", "staging_ocn", "kind", "severity", "message", "family"]
    assert reports.exceptions.select(columns).rows() == [
        (0, None, None, 1500000002, "Validation Error", "CRITICAL", "Record is sparse.", "Record is sparse."),
        (
            1,
            None,
            None,
            1500000002,
            "Validation Error",
            "MINOR",
            "Invalid code in 1st $2 in 2nd 600.",
            "Invalid code in N $x in N T.",
        ),
        (
            3,
            None,
            None,
            1500000002,
            "Validation Error",
            "SEVERE",
            "1st $a in 245 has a | in it | twice.",
            "N $x in T has a | in it | twice.",
        ),
        (4, None, None, None, "Data Error", None, "invalid_characters_present", "invalid_characters_present"),
        (5, 40000008, None, 40000008, "Processing Error", None, None, None),
    ]
    assert reports.issues.select("record", "code").rows() == [(6, "malformed_row")]
    assert counts(reports) == {"found": 7, "loaded": 6, "repeated": 1, "rejected": 1}


@pytest.mark.parametrize(
    ("kind", "result", "staging"),
    [("BibCrossRefReport", 40000001, None), ("BibUnresolvedCrossRefReport", None, 40000001)],
)
def test_cross_references_hold_ocns_or_staging_numbers(tmp_path, kind, result, staging):
    reports = read_reports(
        write(tmp_path, kind, "991000000010106001\t40000001", "\t40000001", "991\t", "991\t12x", "991", "a\tb\tc")
    )

    assert reports.cross_references.select("record", "report_kind", "lsn", "result_ocn", "staging_ocn").rows() == [
        (0, kind, "991000000010106001", result, staging),
        (1, kind, None, result, staging),
    ]
    assert reports.issues.select("record", "code").rows() == [
        (2, "no_number"),
        (3, "bad_number"),
        (4, "malformed_row"),
        (5, "malformed_row"),
    ]


def test_a_cross_reference_without_its_name_is_not_guessed(tmp_path):
    (tmp_path / "xref.txt").write_text("991000000010106001\t40000001\n", "utf-8")
    reports = read_reports(tmp_path)

    assert reports.cross_references.is_empty()
    assert reports.raw["xref.txt"].rows() == [(0, "991000000010106001", "40000001")]
    assert "give the file its own name again" in reports.files["note"].item()


OLD_PREAMBLE = ["Exception Detail Report", "Institution: XYZ", "Collection: 1099999", "Completed 2019-03-05", ""]
OLD_HEADER = "Incoming OCLC Number\tOCLC Number\tLocal System Number\tCount\tDescription\tSeverity"
OLD_ROWS = [
    "40000004\t1500000002\t991000000040106001\t2\tInvalid tag 509.\tSevere",
    "\t1500000002\to991000000040106001\t2\tRecord is sparse.\tCritical",
    "40000004\t1500000002",
]
OLD_NAME = "metacoll.XYZ.datasync.1099999-1099999.D20190305.T101502333."


@pytest.mark.parametrize("name", [OLD_NAME + "bibdetailexcpt.1.mrc.txt", "exceptions.txt"])
def test_an_old_exception_report_is_read_behind_its_header(tmp_path, name):
    (tmp_path / name).write_text("\n".join([*OLD_PREAMBLE, OLD_HEADER, *OLD_ROWS]), "utf-8")
    reports = read_reports(tmp_path)

    columns = ["record", "report_kind", "lsn", "sent_ocn", "result_ocn", "staging_ocn", "severity", "family"]
    assert reports.exceptions.select(columns).rows() == [
        (6, "bibdetailexcpt", "991000000040106001", 40000004, None, 1500000002, "SEVERE", "Invalid tag T."),
        (7, "bibdetailexcpt", "o991000000040106001", None, None, 1500000002, "CRITICAL", "Record is sparse."),
    ]
    assert reports.issues.select("record", "code").rows() == [(8, "malformed_row")]
    assert counts(reports) == {"found": 3, "loaded": 2, "repeated": 0, "rejected": 1}


def test_an_old_exception_report_without_header_loses_its_first_six_lines_only(tmp_path):
    path = tmp_path / f"{OLD_NAME}bibdetailexcpt.1.mrc.txt"
    path.write_text("\n".join([*OLD_PREAMBLE, "Nummer\tOCLC", *OLD_ROWS]), "utf-8")

    reports = read_reports(path)
    assert reports.exceptions["record"].to_list() == [6, 7]
    (message,) = reports.issues.filter(code="no_header")["message"]
    assert "the rows begin in line 7" in message
    assert "line 6 «Nummer\tOCLC»" in message


@pytest.mark.parametrize(("token", "column"), [("xrefrpt", "result_ocn"), ("unresxrefrpt", "staging_ocn")])
def test_old_cross_references(tmp_path, token, column):
    path = tmp_path / f"{OLD_NAME}{token}.txt"
    path.write_text("991000000010106001\t40000001\n", "utf-8")
    row = read_reports(path).cross_references.row(0, named=True)

    assert (row["lsn"], row[column], row["symbol"], row["collection"], row["sent_file"]) == (
        "991000000010106001",
        40000001,
        "XYZ",
        "1099999",
        None,
    )


def test_a_scan_delete_list_is_kept_with_numbers_and_titles(tmp_path):
    name = "metacoll.XYZ.XYZ-1419-20220602-report.20220806-070829.txt"
    (tmp_path / name).write_text("(OCoLC)40000001|A | B\nocm00000012|Title\nTotal: 2\n", "utf-8")
    reports = read_reports(tmp_path)

    assert reports.raw[name].rows() == [(0, 40000001, "A | B"), (1, 12, "Title")]
    assert reports.issues.select("record", "code").rows() == [(2, "bad_number")]
    assert reports.files.select("kind", "found", "loaded", "rejected").row(0) == ("scan_delete_report", 3, 2, 1)


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("LbdProcessingReport", "LbdProcessingReport"),
        ("LbdExceptionReport", "LbdExceptionReport"),
        ("HoldingsProcessingReport", "unknown"),
    ],
)
def test_a_layout_that_no_source_describes_is_kept_raw(tmp_path, kind, shown):
    path = write(tmp_path, kind, f"{KEY}0|1|2|3|LBD_CREATE", f"{KEY}1|1|2|3|LBD_REJECTED|why")
    reports = read_reports(path)

    assert reports.outcomes.is_empty()
    assert reports.raw[path.name].rows() == [
        (0, f"{KEY}0", "1", "2", "3", "LBD_CREATE", None),
        (1, f"{KEY}1", "1", "2", "3", "LBD_REJECTED", "why"),
    ]
    assert reports.files.select("kind", "found", "loaded").row(0) == (shown, 2, 2)
    assert reports.issues["code"].to_list() == ["layout_unknown"]


def test_what_is_no_report_is_listed_with_what_it_is(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04...")
    (tmp_path / "b.mrc").write_bytes(b"00026nam a2200025 a 4500\x1e\x1d")
    (tmp_path / "c.txt").write_text("a note\nof two lines", "utf-8")
    (tmp_path / f"{PREFIX}BibProcessingReport.txt").write_bytes(b"")
    (tmp_path / f"{PREFIX}BibExceptionReport.txt-stub.txt").write_text("gone", "utf-8")
    reports = read_reports(tmp_path)

    assert reports.files.select("kind", "found", "loaded").rows() == [
        ("stub", 0, 0),
        ("empty", 0, 0),
        ("unreadable", 0, 0),
        ("unknown", 0, 0),
        ("unknown", 2, 2),
    ]
    notes = reports.files["note"].to_list()
    assert "only the name is left" in notes[0]
    assert "Excel workbook" in notes[2]
    assert "MARC file" in notes[3]
    assert reports.issues["file"].to_list() == reports.files["file"].to_list()


def test_rows_behind_many_empty_lines_are_found(tmp_path):
    reports = read_reports(write(tmp_path, "BibProcessingReport", *[""] * 2000, PROCESSING[0]))

    assert reports.outcomes["record"].to_list() == [2000]
    assert counts(reports) == {"found": 1, "loaded": 1, "repeated": 0, "rejected": 0}


def test_a_zip_is_opened_and_its_member_named(tmp_path):
    name = f"{PREFIX}BibProcessingReport.txt"
    with zipfile.ZipFile(tmp_path / f"{name}.zip", "w") as archive:
        archive.writestr(name, "\n".join(PROCESSING))
    reports = read_reports(tmp_path)

    assert reports.files.select("file", "kind", "loaded").row(0) == (f"{name}.zip/{name}", "BibProcessingReport", 8)
    assert reports.outcomes["sent_file"].unique().to_list() == ["1099999.xy_64.reclam_01.mrc"]


def test_an_archive_that_breaks_off_gives_the_rows_before_and_says_so(tmp_path):
    name = f"{PREFIX}BibProcessingReport.txt"
    rows = [f"{KEY}{i * 7919}|99{i:09d}06001|{i * 104729 % 99991 + 1}|{i + 1}|match" for i in range(60_000)]
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, "\n".join(rows))
    data = bytearray((tmp_path / "a.zip").read_bytes())
    middle = len(data) // 2
    data[middle : middle + 400] = bytes(400)
    (tmp_path / "a.zip").write_bytes(data)
    reports = read_reports(tmp_path / "a.zip")

    assert 0 < reports.outcomes.height < 60_000
    assert reports.outcomes["result_ocn"].to_list() == list(range(1, reports.outcomes.height + 1))
    assert reports.issues.select("record", "code").rows() == [(reports.outcomes.height, "breaks_off")]
    assert "breaks off" in reports.files["note"].item()
    assert counts(reports) == {
        "found": reports.outcomes.height + 1,
        "loaded": reports.outcomes.height,
        "repeated": 0,
        "rejected": 1,
    }


def test_a_missing_path_raises(tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        read_reports(tmp_path / "nothing.txt")


def test_text_that_is_not_utf8_is_read_and_told(tmp_path):
    path = tmp_path / f"{PREFIX}BibExceptionReport.txt"
    path.write_bytes(EXCEPTIONS[0].replace("sparse", "spärlich").encode("cp1252"))
    reports = read_reports(path)

    assert reports.exceptions["message"].item() == "Record is spärlich."
    assert reports.issues["code"].to_list() == ["not_utf8"]


@pytest.mark.parametrize(
    ("kind", "row", "is_rejected"),
    [
        ("BibProcessingReport", f"{KEY}0|991|1501|1|match", True),
        ("BibProcessingReport", f"{KEY}0|991|1|1501|field transfer", True),
        ("BibProcessingReport", f"{KEY}0|991|1500|1500|match", False),
        ("BibProcessingReport", f"{KEY}0|991|1|1501|unresolved", False),
        ("BibExceptionReport", f"{KEY}0|991|1501||Processing Error||", True),
        ("BibExceptionReport", f"{KEY}0|991|1|1501|Processing Error||", False),
        ("BibCrossRefReport", "991\t1501", True),
        ("BibCrossRefReport", "991\t1500", False),
        ("BibUnresolvedCrossRefReport", "991\t1501", False),
    ],
)
def test_an_ocn_above_the_maximum_is_an_issue_and_a_staging_number_has_none(tmp_path, kind, row, is_rejected):
    path = write(tmp_path, kind, row)
    assert counts(read_reports(path)) == {"found": 1, "loaded": 1, "repeated": 0, "rejected": 0}

    reports = read_reports(path, maximum=1500)
    assert counts(reports)["rejected"] == int(is_rejected)
    said = [text.split(" is ", 1)[1] for text in reports.issues["message"]]
    assert said == ["greater than any OCN: the limit is 1500 (ocn.maximum in the settings)"] * is_rejected


def test_a_scan_delete_list_has_no_number_above_the_maximum(tmp_path):
    name = "metacoll.XYZ.XYZ-1419-20220602-report.20220806-070829.txt"
    (tmp_path / name).write_text("1500|A\n(OCoLC)1501|B\n", "utf-8")
    reports = read_reports(tmp_path, maximum=1500)

    assert reports.raw[name].rows() == [(0, 1500, "A")]
    assert reports.issues.select("record", "code").rows() == [(1, "bad_number")]


_CELL = st.text("ab0129 |\t:\"'é", max_size=6)
_LINE = st.one_of(
    st.sampled_from([*PROCESSING, *EXCEPTIONS, ""]),
    st.builds(
        lambda offset, *cells: f"{KEY}{offset}|" + "|".join(cells), st.integers(0, 99), _CELL, _CELL, _CELL, _CELL
    ),
)


@settings(max_examples=60, deadline=None)
@given(lines=st.lists(_LINE, max_size=12))
def test_every_line_is_loaded_or_an_issue(tmp_path_factory, lines):
    path = write(tmp_path_factory.mktemp("reports"), "BibProcessingReport", *lines)
    reports = read_reports(path)
    rows = [line for line in lines if line.strip()]

    if reports.files["kind"].item() == "empty":
        assert not rows
        return
    told = counts(reports)
    of_rows = reports.issues.filter(pl.col("record").is_not_null() & (pl.col("code") != "unknown_action"))
    assert told["found"] == len(rows)
    assert told["rejected"] == of_rows.height
    tables = (reports.outcomes, reports.exceptions, *reports.raw.values())
    assert sum(table.height for table in tables) == told["loaded"] - told["repeated"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(PROCESSING), min_size=1, max_size=20))
def test_the_fast_way_and_the_patient_way_read_the_same(lines):
    block = "\n".join(lines).encode()
    fast, patient = processing._typed(block, 3), processing._patient(block, 3)

    assert patient.issues.is_empty()
    assert_frame_equal(fast.cast({"action": pl.String}), patient.rows)


def test_repeats_and_actions_are_told_over_all_blocks_of_a_large_file(tmp_path, monkeypatch):
    monkeypatch.setattr(lines, "BLOCK_BYTES", 150)
    odd = f"{KEY}1|1|40000001|40000001|delete holding"
    path = write(
        tmp_path, "BibProcessingReport", *PROCESSING, odd, *PROCESSING, odd, "x|y", odd.replace("::1|", "::2|")
    )
    pieces = [frame for table, frame in read_report(Source(find_inputs(path)[0])) if table == "outcomes"]
    reports = read_reports(path)

    assert len(pieces) > 5
    assert reports.outcomes["record"].to_list() == [*range(9), 19]
    assert counts(reports) == {"found": 20, "loaded": 19, "repeated": 9, "rejected": 1}
    assert reports.issues.select("record", "code").rows() == [(8, "unknown_action"), (18, "malformed_row")]
    assert "(2 rows from here on)" in reports.issues["message"][0]


def test_a_line_of_nothing_but_separators_is_kept_in_few_columns(tmp_path):
    """With a column for each the rest of the day would not do."""
    line = "a" + "," * 300_000 + "b"
    (tmp_path / "odd.txt").write_text(f"{line}\nc,d\n", "utf-8")
    raw = read_reports(tmp_path / "odd.txt").raw["odd.txt"]
    assert raw.width == MOST_COLUMNS + 1
    assert ",".join(raw.drop("record").row(0)) == line
    assert raw.select("column_1", "column_2", "column_3").row(1) == ("c", "d", None)


def test_a_raw_report_that_breaks_off_says_so(tmp_path):
    numbers = random.Random(1)
    lines = [f"99{n}|{numbers.getrandbits(200)}|LBD_CREATE" for n in range(2000)]
    path = tmp_path / "XYZ-XYZ.1099999.IN.BIB.D20250721.T094034567.1099999.xyz.file.mrc.LbdProcessingReport.txt.gz"
    path.write_bytes(gzip.compress("\n".join(lines).encode())[:-30_000])
    reports = read_reports(path)

    (rows,) = reports.raw.values()
    assert rows["column_2"].to_list() == [line.split("|")[1] for line in lines[: rows.height]]
    assert reports.issues.select("record", "code").rows() == [(rows.height, "breaks_off"), (None, "layout_unknown")]
    assert reports.files.select("found", "loaded", "rejected").row(0) == (rows.height + 1, rows.height, 1)


@pytest.mark.parametrize("above", [0, 2, 6])
def test_an_old_exception_report_without_its_preamble_keeps_all_its_rows(tmp_path, above):
    path = tmp_path / f"{OLD_NAME}bibdetailexcpt.1.mrc.txt"
    preamble = ["Completed 2019-03-05", *["x"] * 5][:above]
    path.write_text("\n".join([*preamble, *OLD_ROWS * 4]), "utf-8")
    reports = read_reports(path)

    told = reports.issues.filter(code="no_header")
    assert told.height == 1
    assert ("not read: nothing" in told["message"].item()) is (above == 0)
    assert reports.files["found"].item() == 4 * len(OLD_ROWS)
    assert reports.exceptions["record"].min() == above
    assert reports.issues.filter(code="malformed_row").height == 4


EXPONENT = ["9.91E+17", "9,91e+17", "9.91000000010106E+17"]


@pytest.mark.parametrize("is_odd", [False, True])
@pytest.mark.parametrize("lsn", EXPONENT)
def test_a_local_number_that_a_spreadsheet_mangled_names_no_record(tmp_path, lsn, is_odd):
    rows = [f"{KEY}0|{lsn}|5|5|match", f"{KEY}900|{lsn}||7|create", f"{KEY}1900|991000000010106001|8|8|match"]
    path = write(tmp_path, "BibProcessingReport", *rows, *(["bad"] if is_odd else []))
    reports = read_reports(path)

    assert reports.outcomes.select("job_offset", "lsn", "result_ocn").rows() == [
        (0, None, 5),
        (900, None, 7),
        (1900, "991000000010106001", 8),
    ]
    told = reports.issues.filter(code="mangled_lsn")
    assert told.select("record", "excerpt").rows() == [(0, lsn), (1, lsn)]
    assert reports.files.select("found", "loaded", "rejected").row(0) == (3 + is_odd, 3, is_odd)


@pytest.mark.parametrize("quoted", ['"{}"', "'{}", '="{}"', "'{}'", '" {} "'])
def test_quotation_marks_are_no_part_of_a_local_number(tmp_path, quoted):
    lsn = "991000000010106001"
    path = write(
        tmp_path, "BibProcessingReport", f"{KEY}0|{quoted.format(lsn)}|5||unresolved", f"{KEY}9|{lsn}|6|6|match"
    )
    reports = read_reports(path)
    assert reports.outcomes["lsn"].to_list() == [lsn, lsn]
    assert reports.issues.is_empty()


def test_other_reports_lose_a_mangled_local_number_too(tmp_path):
    write(tmp_path, "BibCrossRefReport", "9.91E+17\t5", "991000000010106001\t6", "1E5X\t7")
    write(tmp_path, "BibExceptionReport", f"{KEY}0|9.91E+17||1500000002|Validation Error|MINOR|x")
    reports = read_reports(tmp_path)

    assert reports.cross_references["lsn"].to_list() == [None, "991000000010106001", "1E5X"]
    assert reports.exceptions["lsn"].to_list() == [None]
    assert reports.issues["code"].to_list() == ["mangled_lsn", "mangled_lsn"]


@pytest.mark.parametrize(("hour", "key_hour"), [(5, 5), (6, 6), (5, 9)])
def test_the_job_key_tells_which_hour_of_the_autumn_night_is_meant(tmp_path, hour, key_hour):
    at = datetime(2025, 11, 2, key_hour, 30, 0, 250_000, tzinfo=UTC)
    name = "XYZ-XYZ.1099999.IN.BIB.D20251102.T013000250.1099999.xyz.a.mrc.BibProcessingReport.txt"
    key = f"XYZ_1099999_{round(at.timestamp() * 1000)}::bib::"
    (tmp_path / name).write_text(f"{key}0|991|5|5|match\n", "utf-8")

    assert read_reports(tmp_path).outcomes["received_at"].to_list() == [at.replace(hour=hour)]
