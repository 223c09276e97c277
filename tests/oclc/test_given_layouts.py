from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from datasync_lib.oclc import lines
from datasync_lib.oclc.layouts import READABLE
from datasync_lib.oclc.reports import read_reports
from datasync_lib.settings import DESCRIBED_REPORTS, ReportLayout
from datasync_lib.vocabulary.tables import TABLES

PREFIX = "XYZ-XYZ.1099999.IN.BIB.D20250721.T094034567.1099999.xyz.reclam_01.mrc."
KEY = "XYZ_1099999_1753105234567::lbd::"
OUTCOMES = ("job_key", "lsn", "-", "result_ocn", "action")


def write(folder: Path, kind: str, *rows: str) -> Path:
    path = folder / f"{PREFIX}{kind}.txt"
    path.write_text("".join(row + "\n" for row in rows), "utf-8")
    return path


def read(path: Path, columns: tuple[str, ...], kind: str = "LbdProcessingReport", **more):
    maximum = {"maximum": more.pop("maximum")} if "maximum" in more else {}
    reports = read_reports(path, layouts=[ReportLayout(kind=kind, columns=columns, **more)], **maximum)
    for table in ("outcomes", "exceptions", "cross_references", "files"):
        assert TABLES[table].is_valid(getattr(reports, table)), table
    told = counts(reports)
    assert told["found"] == told["loaded"] + told["rejected"]
    return reports


def counts(reports) -> dict[str, int]:
    return reports.files.select("found", "loaded", "repeated", "rejected").row(0, named=True)


def test_rows_with_an_action_become_outcomes(tmp_path):
    reports = read(
        write(
            tmp_path,
            "LbdProcessingReport",
            f"{KEY}0|991000000010106001|note|40000001|Match",
            f"{KEY}2177|991000000020106001||1500000001|LBD_REJECTED",
            f"{KEY}5310| |||LBD_REJECTED",
            f"{KEY}0|991000000010106001|note|40000001|Match",
            f"{KEY}0|991000000010106001|another note|40000001|Match",
        ),
        OUTCOMES,
    )

    expected = pl.DataFrame(
        {
            "record": [0, 1, 2, 4],
            "report_kind": ["LbdProcessingReport"] * 4,
            "job_key": [f"{KEY}0", f"{KEY}2177", f"{KEY}5310", f"{KEY}0"],
            "job_offset": [0, 2177, 5310, 0],
            "collection": ["1099999"] * 4,
            "symbol": ["XYZ"] * 4,
            "sent_file": ["1099999.xyz.reclam_01.mrc"] * 4,
            "lsn": ["991000000010106001", "991000000020106001", None, "991000000010106001"],
            "sent_ocn": pl.Series([None] * 4, dtype=pl.Int64),
            "result_ocn": [40000001, None, None, 40000001],
            "staging_ocn": [None, 1500000001, None, None],
            "action": ["match", "lbd rejected", "lbd rejected", "match"],
        }
    )
    assert_frame_equal(reports.outcomes.select(expected.columns), expected)
    assert reports.issues.select("record", "code").rows() == [(1, "unknown_action")]
    assert "(2 rows from here on)" in reports.issues["message"].item()
    assert counts(reports) == {"found": 5, "loaded": 5, "repeated": 1, "rejected": 0}
    assert reports.files.select("kind", "note").row(0) == (
        "LbdProcessingReport",
        "read by its layout in the settings",
    )
    assert reports.raw == {}


def test_rows_with_a_message_become_exceptions(tmp_path):
    columns = ("lsn", "sent_ocn", "result_ocn", "severity", "message")
    reports = read(
        write(
            tmp_path,
            "LbdExceptionReport",
            "LSN|OCN|Result|Severity|Message",
            "991000000010106001|40000001|1500000001|severe|Invalid tag 509.",
            "991000000020106001||||1st $a has a | in it.",
            "991000000030106001|4.0E+07|||Invalid tag 509.",
        ),
        columns,
        "LbdExceptionReport",
        header=True,
    )

    expected = pl.DataFrame(
        {
            "record": [1, 2],
            "job_key": pl.Series([None, None], dtype=pl.String),
            "collection": ["1099999", "1099999"],
            "symbol": ["XYZ", "XYZ"],
            "lsn": ["991000000010106001", "991000000020106001"],
            "sent_ocn": [40000001, None],
            "result_ocn": pl.Series([None, None], dtype=pl.Int64),
            "staging_ocn": [1500000001, None],
            "kind": pl.Series([None, None], dtype=pl.String),
            "severity": ["SEVERE", None],
            "message": ["Invalid tag 509.", "1st $a has a | in it."],
            "family": ["Invalid tag T.", "N $x has a | in it."],
        }
    )
    assert_frame_equal(reports.exceptions.select(expected.columns), expected)
    assert reports.issues.select("record", "code", "message").rows() == [
        (3, "bad_number", "the sent OCN «4.0E+07» is not a number")
    ]
    assert counts(reports) == {"found": 3, "loaded": 2, "repeated": 0, "rejected": 1}


def test_other_rows_become_cross_references(tmp_path):
    reports = read(
        write(
            tmp_path,
            "NewReport",
            "",
            "local\tnumber\tstaging",
            "991000000010106001\t(OCoLC)40000001\t",
            "991000000020106001\t\t1500000001",
            "991000000030106001\t\t",
            "991000000040106001\t40000004",
            "991000000010106001\t(OCoLC)40000001\t",
        ),
        ("lsn", "result_ocn", "staging_ocn"),
        "newreport",
        delimiter="\t",
        header=True,
    )

    expected = pl.DataFrame(
        {
            "record": [2, 3],
            "report_kind": ["newreport"] * 2,
            "lsn": ["991000000010106001", "991000000020106001"],
            "result_ocn": [40000001, None],
            "staging_ocn": [None, 1500000001],
        }
    )
    assert_frame_equal(reports.cross_references.select(expected.columns), expected)
    assert reports.issues.select("record", "code").rows() == [(4, "no_number"), (5, "malformed_row")]
    assert counts(reports) == {"found": 5, "loaded": 3, "repeated": 1, "rejected": 2}


def test_a_staging_column_stays_one_whatever_the_action(tmp_path):
    path = write(tmp_path, "LbdProcessingReport", "991|1500000001|match", "992|1500000002|unresolved")
    reports = read(path, ("lsn", "staging_ocn", "action"))

    assert reports.outcomes.select("result_ocn", "staging_ocn").rows() == [(None, 1500000001), (None, 1500000002)]


def test_an_old_report_without_job_key_keeps_what_its_name_says(tmp_path):
    name = "metacoll.XYZ.datasync.1099999-1099999.D20190305.T101502333.lhrxrefrpt.txt"
    (tmp_path / name).write_text("991000000010106001\t40000001\n", "utf-8")
    reports = read(tmp_path / name, ("lsn", "result_ocn"), "lhrxrefrpt", delimiter="\t")

    assert reports.cross_references.select("symbol", "collection", "lsn", "result_ocn").rows() == [
        ("XYZ", "1099999", "991000000010106001", 40000001)
    ]


@pytest.mark.parametrize(
    ("row", "more", "code", "message"),
    [
        (f"{KEY}0|991|match", {}, "malformed_row", "3 columns where 5 are expected"),
        (f"{KEY}0|991||1|match|more", {}, "malformed_row", "6 columns where 5 are expected"),
        (f"{KEY}0|991||1|match", {"delimiter": "\t"}, "malformed_row", "1 columns where 5 are expected"),
        ("key|991||1|match", {}, "bad_job_key", "column 1 is «key»"),
        (f"{KEY}0|991||x1|match", {}, "bad_number", "the resulting OCN «x1» is not a number"),
        (
            f"{KEY}0|991||1501|match",
            {"maximum": 1500},
            "bad_number",
            "the resulting OCN 1501 is greater than any OCN: the limit is 1500 (ocn.maximum in the settings)",
        ),
    ],
)
def test_a_row_that_does_not_fit_is_an_issue_and_a_file_without_one_that_fits_says_so(
    tmp_path, row, more, code, message
):
    reports = read(write(tmp_path, "LbdProcessingReport", row, row), OUTCOMES, **more)

    assert reports.outcomes.is_empty()
    assert counts(reports) == {"found": 2, "loaded": 0, "repeated": 0, "rejected": 2}
    assert reports.issues.select("record", "code").rows() == [
        (0, code),
        (1, code),
        (None, "layout_does_not_fit"),
    ]
    assert message in reports.issues["message"][0]
    assert "compare delimiter and columns with the file" in reports.files["note"].item()


@pytest.mark.parametrize("kind", ["BibProcessingReport", "LbdExceptionReport"])
def test_a_layout_counts_for_its_own_kind_only(tmp_path, kind):
    path = write(tmp_path, kind, "XYZ_1099999_1753105234567::bib::0|991|40000001|40000001|match")
    assert_frame_equal(read(path, OUTCOMES).outcomes, read_reports(path).outcomes)


def test_a_header_and_repeats_are_known_over_all_blocks(tmp_path, monkeypatch):
    monkeypatch.setattr(lines, "BLOCK_BYTES", 60)
    rows = [f"{KEY}{i}|99{i}||{i + 1}|match" for i in range(9)]
    path = write(tmp_path, "LbdProcessingReport", "key|lsn|x|ocn|action", *rows, *rows[:3])
    reports = read(path, OUTCOMES, header=True)

    assert reports.outcomes.select("record", "result_ocn").rows() == [(i + 1, i + 1) for i in range(9)]
    assert counts(reports) == {"found": 12, "loaded": 12, "repeated": 3, "rejected": 0}


_CELL = st.sampled_from(
    ["", " ", "991", "40000001", "1501", "x", "match", "Invalid tag 509.", f"{KEY}1", "a|b", "ocm00000012"]
)
_COLUMNS = st.sampled_from(
    [OUTCOMES, ("lsn", "staging_ocn", "message"), ("severity", "-", "job_key"), ("sent_ocn", "result_ocn", "-")]
)


@given(
    columns=_COLUMNS,
    rows=st.lists(st.lists(_CELL, min_size=1, max_size=5), min_size=1, max_size=8),
    header=st.booleans(),
)
def test_every_line_is_loaded_or_an_issue(tmp_path_factory, columns, rows, header):
    written = ["|".join(row) for row in rows]
    path = write(tmp_path_factory.mktemp("reports"), "NewReport", *written)
    reports = read(path, columns, "NewReport", header=header, maximum=1500)
    filled = [row for row in written if row.strip()]

    if not filled:
        assert reports.files["kind"].item() == "empty"
        return
    told = counts(reports)
    rows_of_it = [row for row in filled[1:] if row.strip() != filled[0].strip()] if header else filled
    assert told["found"] == len(rows_of_it)
    assert ("repeated_header" in reports.issues["code"]) == (header and len(rows_of_it) < len(filled) - 1)
    of_rows = reports.issues.filter(pl.col("record").is_not_null() & (pl.col("code") != "unknown_action"))
    assert told["rejected"] == of_rows.height
    tables = (reports.outcomes, reports.exceptions, reports.cross_references)
    assert sum(table.height for table in tables) == told["loaded"] - told["repeated"]


def test_the_settings_know_the_reports_that_are_described():
    assert sorted(DESCRIBED_REPORTS) == sorted(READABLE)
