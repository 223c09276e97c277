"""Lists of staff in the spellings, orders and encodings that they come in: every row is taken, or told."""

from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from datasync_lib.local_lists.evidence_lists import is_evidence
from datasync_lib.local_lists.evidence_names import columns_of, kind_in_name
from datasync_lib.marc import find_inputs
from datasync_lib.readers import READERS, Source
from datasync_lib.settings import EvidenceList, Settings, SymbolSettings
from datasync_lib.vocabulary.evidence import LISTS
from datasync_lib.vocabulary.tables import TABLES

SYMBOLS = (SymbolSettings(symbol="OLD", mode="retired"), SymbolSettings(symbol="M@S"))


def read(path: Path, kind: str = "lhrs", **listed) -> tuple[pl.DataFrame, pl.DataFrame, dict]:
    """The rows, the issues, and the row of `files`."""
    entry = (EvidenceList(files=path.name, kind=kind, **listed),) if listed else ()
    settings = Settings(symbols=SYMBOLS, evidence_lists=entry)
    given: dict[str, list[pl.DataFrame]] = {}
    for table, frame in READERS[kind].read(Source(find_inputs(path)[0], kind), settings):
        assert TABLES[table].is_valid(frame)
        given.setdefault(table, []).append(frame)
    rows = pl.concat(given.get(kind, [TABLES[kind].create_empty()]))
    file = pl.concat(given["files"]).row(0, named=True)
    assert file["found"] == rows.height + file["rejected"]
    return rows, pl.concat(given.get("load_issues", [TABLES["load_issues"].create_empty()])), file


def read_text(
    folder: Path, text: str, *, name: str = "lhrs.csv", encoding: str = "utf-8", kind: str = "lhrs", **listed
):
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return read(path, kind, **listed)


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("lhrs.csv", "lhrs"),
        ("from_oclc/LHR list OLD 2026-10-01.xlsx", "lhrs"),
        ("local_holdings_records.txt", "lhrs"),
        ("retention_commitments.csv", "commitments"),
        ("SharedPrint.csv", "commitments"),
        ("Shared Print 2026.csv", "commitments"),
        ("ILL open requests.csv", "ill_requests"),
        ("tipasa_export.csv", "ill_requests"),
        ("ill/2026-10.csv", "ill_requests"),
        ("withdrawn_titles_20261001.csv", "withdrawn_titles"),
        ("kb-holdings.tsv", "kb_holdings"),
        ("KBART_export.txt", "kb_holdings"),
        ("exclusions.csv", "excluded_titles"),
        ("titles_to_keep.csv", "kept_titles"),
        ("not_withdrawn.csv", None),
        ("withdrawal_candidates.csv", None),
        ("lhr_and_retention.csv", None),
        ("catalogue/full_20260901.mrc", None),
        ("illinois.csv", None),
        ("skilled.csv", None),
    ],
)
def test_a_name_says_what_a_list_is(file, kind):
    assert kind_in_name(file) == kind
    assert is_evidence(file, b"OCLC number\n40000001\n") == kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Request ID,OCLC Number,Due Date\n1,40000001,2026-10-01\n", "ill_requests"),
        ("OCN;Program;Retained until\n40000001;EAST;2031-06-30\n", "commitments"),
        ("MMS ID\tWithdrawn on\n9900000000764321\t2025-01-01\n", "withdrawn_titles"),
        ("OCN,Title\n40000001,Rivers\n", None),
        ("Request ID,Program,Due Date,End date,OCN\n1,EAST,2026-10-01,2031-06-30,40000001\n", None),
    ],
)
def test_captions_say_what_a_list_is_where_its_name_does_not(text, kind):
    assert is_evidence("export.csv", text.encode()) == kind


def test_a_marc_file_is_no_list_of_staff():
    assert is_evidence("lhrs.mrc", b"00290nx   2200121ui 4500001000600000\x1e\x1f\x1d") is None


@pytest.mark.parametrize(
    ("captions", "columns"),
    [
        (["symbol", "ocn", "status", "role"], {"symbol": 0, "ocn": 1, "status": 2, "role": 3}),
        (["OCLC Number", "MMS ID", "Holding library code"], {"ocn": 0, "mms_id": 1, "holding_code": 2}),
        (["MMSID", "Title"], {"mms_id": 0}),
        (["Old OCLC number", "OCLC number"], {"ocn": 1}),
        (["OCN", "OCN"], {}),
        (["MMS ID", "MMS ID", "OCN"], {"ocn": 2}),
    ],
)
def test_captions_name_columns(captions, columns):
    assert columns_of(captions) == columns


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_rows_come_in_any_encoding_and_separator(tmp_path, encoding, separator, end):
    lines = [["Title", "OCLC Symbol", "OCLC Number"], ["Flüsse", "old", "(OCoLC)40000001"], ["See", "", "ocm40000002"]]
    text = end.join(separator.join(line) for line in lines) + end
    rows, issues, file = read_text(tmp_path, text, name="lhrs_20261001.csv", encoding=encoding)
    assert rows.select("record", "symbol", "ocn", "raw", "as_of").rows() == [
        (1, "OLD", 40000001, "(OCoLC)40000001", date(2026, 10, 1)),
        (2, None, 40000002, "ocm40000002", date(2026, 10, 1)),
    ]
    assert issues.is_empty()
    assert (file["kind"], file["found"]) == ("lhrs", 2)


def test_what_a_list_says_of_its_titles(tmp_path):
    text = (
        "Request ID,Role,OCLC Number,Status,Due Date\n"
        "7001,Lender,40000001,Shipped,2026-10-05\n7002,Borrower,,Received,13.10.2026\n7003,Lender,40000003,Shipped,03/04/2026\n"
    )
    rows, issues, _ = read_text(tmp_path, text, name="ill_M_64S.csv", kind="ill_requests")
    assert rows.select("request_id", "role", "ocn", "status", "due_on", "symbol").rows() == [
        ("7001", "Lender", 40000001, "Shipped", date(2026, 10, 5), "M@S"),
        ("7002", "Borrower", None, "Received", date(2026, 10, 13), "M@S"),
        ("7003", "Lender", 40000003, "Shipped", None, "M@S"),
    ]
    assert issues.select("record", "code", "message").rows() == [
        (3, "odd_date", "two days are possible in '03/04/2026'; write it as 2025-07-21")
    ]


def test_a_workbook_with_two_sheets_and_a_title_above(tmp_path):
    book = openpyxl.Workbook()
    first = book.active
    for row in (
        ["Retention commitments, 1 October"],
        [],
        ["Program", "OCN", "Until"],
        ["EAST", 40000001, date(2031, 6, 30)],
    ):
        first.append(row)
    second = book.create_sheet("Law")
    for row in (["Program", "OCN", "Until"], ["HathiTrust", "40000002", None]):
        second.append(row)
    book.create_sheet("Notes").append(["call Ann"])
    book.save(tmp_path / "commitments.xlsx")
    rows, issues, _ = read(tmp_path / "commitments.xlsx", "commitments")
    assert rows.select("ocn", "program", "ends_on").rows() == [
        (40000001, "EAST", date(2031, 6, 30)),
        (40000002, "HathiTrust", None),
    ]
    assert issues["code"].to_list() == ["sheet_not_read"]


@pytest.mark.parametrize(
    ("text", "ocns", "codes"),
    [
        ("OCLC number\n40000001\n\n40000002\nTotal: 2\n", [40000001, 40000002], ["total_line"]),
        ("OCN,Note\n40000001,\nTotal,2\n", [40000001], ["total_line"]),
        ("OCN,Title\n40000001,Total\n2,Total\n", [40000001], ["total_line"]),
        ("OCN,Copies\n40000001 Total,3\nGrand Total,3\n", [None], ["total_line", "bad_number"]),
        ("MMS ID,OCN,Title\n991234567890106001,,Total\n", [None], []),
        ("OCN,Note\nn/a,\n4.00E+07,\n", [None, None], ["bad_number", "bad_number"]),
        ("OCN,Note\n40000001,a,b\n40000002,c\n", [40000002], ["malformed_row"]),
        ('OCN,Note\n40000001,"open\n40000002,c\n', [40000002], ["malformed_row"]),
        ("OCN,Note\n", [], []),
        ("40000001\n40000002\n", [40000001, 40000002], []),
        ("2001\n2002\n2003\n2004\n", [], ["no_number_column"]),
        ("(OCoLC)40000001\n(OCoLC)40000002\n", [40000001, 40000002], []),
        ("%PDF-1.7\n1 0 obj\n", [], ["no_number_column"]),
    ],
)
def test_every_row_is_taken_or_told(tmp_path, text, ocns, codes):
    rows, issues, _ = read_text(tmp_path, text)
    assert rows["ocn"].to_list() == ocns
    assert issues["code"].to_list() == codes


@pytest.mark.parametrize(
    ("kind", "read"),
    [
        ("lhrs", ["OLD", "M@S", "M@S", "M@S", None, None, "OLD"]),
        ("withdrawn_titles", ["OLD", "M@S", "M@S", "M@S", "M@S (OR OLD)", "MAIN", "OLD"]),
    ],
)
def test_whose_a_row_is(tmp_path, kind, read):
    """A symbol that the settings do not have is anybody's where it speaks against a deletion, and else nobody's."""
    cells = ("old", "M@S", "M_64S", "M@S (Main & Science)", "M@S (or OLD)", "MAIN", "")
    text = "OCN,Symbol\n" + "".join(f"4000000{i},{cell}\n" for i, cell in enumerate(cells))
    rows, issues, _ = read_text(tmp_path, text, name=f"{kind}_OLD.csv", kind=kind)
    assert rows["symbol"].to_list() == read
    assert issues["code"].to_list() == (["other_symbol"] if kind == "lhrs" else [])


def test_the_settings_name_what_the_captions_do_not(tmp_path):
    rows, _, _ = read_text(
        tmp_path,
        "Nummer;Stand\n40000001;offen\n",
        name="liste.csv",
        kind="ill_requests",
        symbol="OLD",
        as_of=date(2026, 10, 1),
        columns={"ocn": "Nummer", "status": "Stand"},
    )
    assert rows.select("ocn", "status", "symbol", "as_of").rows() == [(40000001, "offen", "OLD", date(2026, 10, 1))]


def test_a_column_that_nobody_knows_is_named():
    with pytest.raises(ValueError, match="Input should be 'symbol', 'ocn', 'mms_id'"):
        EvidenceList(files="*.csv", kind="lhrs", columns={"oclc": "Nummer"})


def test_who_may_still_catalogue(tmp_path):
    text = "Connexion Authorization;Name;Last Login;OCLC symbol\n100-1;Ada;2025-08-14;M@S\n;Ben;14.8.25;\n"
    assert is_evidence("staff.csv", text.encode()) == "authorisations"
    rows, issues, file = read_text(tmp_path, text, name="Logins M_64S 20250910.csv", kind="authorisations")
    assert rows.select("symbol", "staff", "authorisation", "last_used_on", "as_of").rows() == [
        ("M@S", "Ada", "100-1", date(2025, 8, 14), date(2025, 9, 10)),
        ("M@S", "Ben", None, None, date(2025, 9, 10)),
    ]
    assert issues["code"].to_list() == ["odd_date"]
    assert file["loaded"] == 2


@pytest.mark.parametrize("kind", [kind for kind in LISTS if kind != "authorisations"])
def test_each_kind_is_read(tmp_path, kind):
    rows, issues, file = read_text(tmp_path, "OCN\n40000001\n", name=f"{kind}.csv", kind=kind)
    assert (rows["ocn"].to_list(), issues.height, file["kind"]) == ([40000001], 0, kind)
    assert kind_in_name(f"{kind}.csv") == kind
