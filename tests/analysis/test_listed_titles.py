"""Lists of staff become claims on held numbers; what cannot be read holds its symbol."""

from datetime import date

import polars as pl
import pytest
from frame_rows import rows, terminals

from datasync_lib.analysis.findings import row_keys
from datasync_lib.analysis.registry import work_out
from datasync_lib.settings import EvidenceList, LhrMark, SymbolSettings
from datasync_lib.vocabulary.decisions import Decisions

SYMBOLS = (SymbolSettings(symbol="OLD", mode="retired"), SymbolSettings(symbol="NEW"))
# 10 was merged into 12; bib …764321 owns 12 and 13, as its 035 say.
CATALOGUE = {
    "bibs": rows("bibs", {"mms_id": "9900000000764321"}, {"mms_id": "9900000000774321"}),
    "ocns": rows(
        "ocns",
        {"mms_id": "9900000000764321", "ocn": 10, "raw": "(OCoLC)10"},
        {"mms_id": "9900000000764321", "ocn": 13, "raw": "(OCoLC)13"},
    ),
    "terminals": terminals((10, 12)),
    "mms_suffix": "4321",
}


def listed(table: str, *given: dict) -> dict[str, pl.DataFrame]:
    return {table: rows(table, *({"file": f"{table}.csv", **row} for row in given))}


def held(*pairs: tuple[str, int]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {"symbol": symbol, "ocn": ocn, "number": ocn, "as_of": date(2026, 10, 1), "file": "list", "record": at}
            for at, (symbol, ocn) in enumerate(pairs)
        ]
    )


def numbers(**tables) -> list[tuple]:
    found = work_out("listed_numbers", **CATALOGUE, **tables)
    return found.filter(~pl.col("is_over")).select("list", "number", "mms_id").rows()


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ({"ocn": 7, "raw": "7"}, [(7, None)]),
        ({"ocn": 10, "raw": "10"}, [(12, None)]),
        ({"raw": "(OCoLC)7x"}, [(7, None)]),
        ({"raw": "1.2E+01"}, [(1, None), (2, None), (12, None)]),
        ({"raw": "4.00E+07"}, []),
        ({"raw": "n/a"}, []),
        ({"mms_id": "9900000000764321"}, [(12, "9900000000764321"), (13, "9900000000764321")]),
        ({"mms_id": "9900000000764320"}, [(12, "9900000000764321"), (13, "9900000000764321")]),
        ({"mms_id": "9900000000774321"}, [(None, "9900000000774321")]),
        ({"mms_id": "9900000000994321"}, []),
        ({"raw": "4E+07"}, []),
        ({"raw": "4e0"}, [(4, None)]),
        ({"raw": "=B12"}, []),
        ({"raw": "=SUM(7,8)"}, []),
        ({"raw": '="7"'}, [(7, None)]),
        (
            {"ocn": 7, "raw": "7", "mms_id": "9900000000764321"},
            [(7, None), (12, "9900000000764321"), (13, "9900000000764321")],
        ),
    ],
)
def test_a_row_names_numbers(row, found):
    """Of a number that cannot be read every one that somebody may see in it; and by its ID, whatever its number says."""
    assert numbers(**listed("lhrs", row)) == [("lhrs", *each) for each in found]


def test_a_repaired_id_is_told():
    found = work_out("listed_numbers", **CATALOGUE, **listed("lhrs", {"mms_id": "9900000000764320"}))
    assert set(found["said"]) == {"it has an LHR («9900000000764320» read as 9900000000764321)"}


@pytest.mark.parametrize(
    ("table", "row", "counts"),
    [
        ("ill_requests", {"status": "Shipped"}, True),
        ("ill_requests", {"status": "Filled"}, True),
        ("ill_requests", {}, True),
        ("ill_requests", {"status": " Closed"}, False),
        ("ill_requests", {"status": "CANCELLED"}, False),
        ("commitments", {"status": "Released"}, False),
        ("commitments", {"status": "active", "ends_on": date(2020, 1, 1)}, True),
        ("lhrs", {"status": "Closed"}, True),
    ],
)
def test_what_is_over_does_not_count(table, row, counts):
    assert bool(numbers(**listed(table, {"ocn": 7, "raw": "7", **row}))) == counts


def test_of_a_request_the_newest_list_counts():
    first = {"ocn": 7, "raw": "7", "request_id": "1", "status": "Shipped", "as_of": date(2026, 9, 1)}
    second = first | {"status": "Closed", "as_of": date(2026, 10, 1)}
    assert numbers(**listed("ill_requests", first, second)) == []
    assert numbers(**listed("ill_requests", first, second | {"request_id": "2"})) == [("ill_requests", 7, None)]
    assert numbers(**listed("ill_requests", first, second | {"as_of": None})) == [("ill_requests", 7, None)]


@pytest.mark.parametrize("other", [{"symbol": "OLD"}, {"ocn": 8, "raw": "8"}, {"mms_id": "9900000000994321"}])
def test_another_request_of_the_same_id_says_nothing_of_one(other):
    first = {"ocn": 7, "raw": "7", "request_id": "1", "status": "Shipped", "as_of": date(2026, 9, 1)}
    second = first | {"status": "Closed", "as_of": date(2026, 10, 1)}
    assert numbers(**listed("ill_requests", first, second | other)) == [("ill_requests", 7, None)]


def test_what_is_withdrawn_goes_by_its_number_where_it_has_one():
    row = {"ocn": 7, "raw": "7", "mms_id": "9900000000764321"}
    assert numbers(**listed("withdrawn_titles", row)) == [("withdrawn_titles", 7, None)]


@pytest.mark.parametrize(
    ("table", "class_"),
    [
        ("lhrs", "lhr_or_retention"),
        ("commitments", "lhr_or_retention"),
        ("ill_requests", "open_ill"),
        ("kb_holdings", "kb_managed"),
        ("kept_titles", "decided_keep"),
        ("excluded_titles", "excluded_by_policy"),
        ("withdrawn_titles", "withdrawn"),
    ],
)
def test_a_list_claims_its_class_under_its_symbol(table, class_):
    given = listed(
        table,
        {"ocn": 7, "raw": "7", "symbol": "OLD"},
        {"ocn": 8, "raw": "8"},
        {"ocn": 9, "raw": "9", "symbol": "NEW"},
    )
    holdings = held(("OLD", 7), ("OLD", 8), ("OLD", 9), ("NEW", 7), ("NEW", 8), ("NEW", 11))
    found = work_out("claims_of_lists", newest_holdings=holdings, **CATALOGUE, **given)
    assert found.select("symbol", "number", "class").sort("number", "symbol").rows() == [
        ("OLD", 7, class_),
        ("NEW", 8, class_),
        ("OLD", 8, class_),
    ]
    assert found.filter(pl.col("number") == 7).select("file", "record").rows() == [(f"{table}.csv", 0)]


FILE = {"found": 1, "rejected": 0, "loaded": 1, "repaired": 0, "repeated": 0, "sha256": "0", "bytes": 1}


@pytest.mark.parametrize(
    ("file", "found"),
    [
        ({"file": "lhrs.csv", "kind": "lhrs"}, []),
        ({"file": "lhrs.csv", "kind": "lhrs", "found": 0, "loaded": 0}, []),
        (
            {"file": "lhrs_OLD.csv", "kind": "lhrs", "found": 3, "loaded": 2, "rejected": 1},
            [("OLD", "1 of 3 rows were not read: see load_issues")],
        ),
        (
            {"file": "lhrs.csv", "kind": "lhrs", "loaded": 0, "rejected": 1, "note": "no header"},
            [(None, "no row was read: no header")],
        ),
        (
            {"file": "retention.pdf", "kind": "unknown", "note": "this is a PDF"},
            [(None, "by its name it is a list of staff, and it was not read: this is a PDF")],
        ),
        (
            {"file": "ill/NEW.xlsx", "kind": "unreadable", "note": "it has a password"},
            [("NEW", "by its name it is a list of staff, and it was not read: it has a password")],
        ),
        ({"file": "withdrawn.pdf", "kind": "unknown", "note": "this is a PDF"}, []),
        ({"file": "minutes.pdf", "kind": "unknown", "note": "this is a PDF"}, []),
        ({"file": "lhrs.mrc", "kind": "catalogue", "loaded": 0, "rejected": 1}, []),
        (
            {"file": "jan.csv", "kind": "ill_requests", "found": 2, "rejected": 1},
            [("OLD", "1 of 2 rows were not read: see load_issues")],
        ),
    ],
)
def test_a_list_that_was_not_read_whole_is_told(file, found):
    named = (EvidenceList(files="jan.csv", kind="ill_requests", symbol="OLD"),)
    told = work_out(
        "unread_evidence", **CATALOGUE, files=rows("files", FILE | file), symbols=SYMBOLS, evidence_lists=named
    )
    assert told.select("symbol", "reason").rows() == found


def test_rows_that_name_nothing_are_told():
    given = listed("lhrs", {"raw": "n/a", "symbol": "OLD"}, {"raw": "?", "symbol": "OLD"}, {"ocn": 7, "raw": "7"})
    told = work_out("unread_evidence", **CATALOGUE, **given)
    assert told.rows() == [("lhrs.csv", "OLD", "row 1 names no title that is known (and 1 others)")]
    assert work_out("unread_evidence", **CATALOGUE, **listed("withdrawn_titles", {"raw": "n/a"})).is_empty()


def decided(*given: tuple[str, int, str]) -> pl.DataFrame:
    keys = row_keys("old_holding", pl.DataFrame([each[:2] for each in given], ["symbol", "ocn"], orient="row"))
    empty = Decisions.create_empty()
    lines = [
        {"row_key": key, "problem": "old_holding", "decision": decision, "who": "Law"}
        for key, (*_, decision) in zip(keys, given, strict=True)
    ]
    return pl.concat([empty, pl.DataFrame(lines, schema_overrides=empty.schema)], how="diagonal")


@pytest.mark.parametrize(
    ("decisions", "claimed"),
    [
        ([("OLD", 7, "still held: keep")], [("OLD", 7)]),
        ([("OLD", 7, "delete"), ("OLD", 7, "still held: keep")], [("OLD", 7)]),
        ([("OLD", 7, "still held: keep"), ("OLD", 7, "delete")], []),
        ([("OLD", 7, "unsure")], []),
        ([("NEW", 7, "still held: keep")], [("NEW", 7)]),
        ([("OLD", 8, "still held: keep")], []),
    ],
)
def test_what_a_unit_keeps_is_claimed(decisions, claimed):
    found = work_out("claims_of_decisions", newest_holdings=held(("OLD", 7), ("NEW", 7)), decisions=decided(*decisions))
    assert found.select("symbol", "number").rows() == claimed
    assert set(found["reason"]) <= {"Law decided: still held"}


def committed(value: str, record: int = 0, file: str = "catalogue.mrc") -> dict[str, pl.DataFrame]:
    field = {"file": file, "record": record, "field": 3, "tag": "583", "subfield": 0, "code": "a", "value": value}
    return {"commitment_fields": rows("subfields", field)}


@pytest.mark.parametrize(
    ("field", "listed_rows", "claimed"),
    [
        (committed("committed to retain"), [], [12, 13]),
        (committed(" Committed to Retain."), [], [12, 13]),
        (committed("completeness reviewed"), [], []),
        (committed("committed to retain", record=1), [], []),
        (committed("committed to retain", record=5, file="mfhd.mrc"), [], [12, 13]),
        (committed("committed to retain"), [{"ocn": 7, "symbol": "OLD"}], [12, 13]),
        (committed("committed to retain"), [{"ocn": 13, "symbol": "OLD", "status": "released"}], [12]),
        (committed("committed to retain"), [{"ocn": 13, "status": "released"}], [12]),
        (committed("committed to retain"), [{"ocn": 13, "symbol": "NEW", "status": "released"}], [12, 13]),
        (committed("committed to retain"), [{"mms_id": "9900000000764321", "status": "Released"}], []),
    ],
)
def test_a_583_holds_until_it_is_released(field, listed_rows, claimed):
    mfhd = {"holding_id": "221", "mms_id": "9900000000764321", "is_mfhd": True, "file": "mfhd.mrc", "record": 5}
    tables = {"holdings": rows("holdings", mfhd), **field, **listed("commitments", *listed_rows)}
    found = work_out(
        "claims_of_committed_numbers", newest_holdings=held(("OLD", 12), ("OLD", 13), ("OLD", 7)), **CATALOGUE, **tables
    )
    assert found["number"].to_list() == claimed
    assert set(found["class"]) <= {"lhr_or_retention"}


@pytest.mark.parametrize(
    ("tag", "code", "value", "marks", "claimed"),
    [
        ("990", "a", "lhr 318765432", None, [12, 13]),
        ("990", "a", "none", None, []),
        ("990", "b", "318765432", None, []),
        ("991", "a", "318765432", None, []),
        ("991", "a", "318765432", (LhrMark(tag="991"),), [12, 13]),
        ("990", "a", "318765432", (), []),
        ("852", "a", "318765432", None, []),
    ],
)
def test_the_number_of_its_lhr_in_a_holdings_record_holds(tag, code, value, marks, claimed):
    field = {"file": "mfhd.mrc", "record": 5, "field": 3, "tag": tag, "subfield": 0, "code": code, "value": value}
    mfhd = {"holding_id": "221", "mms_id": "9900000000764321", "is_mfhd": True, "file": "mfhd.mrc", "record": 5}
    found = work_out(
        "claims_of_lhr_marked_numbers",
        newest_holdings=held(("OLD", 12), ("OLD", 13), ("OLD", 7)),
        lhr_fields=rows("subfields", field),
        holdings=rows("holdings", mfhd),
        **CATALOGUE,
        **({} if marks is None else {"lhr_marks": marks}),
    )
    assert found["number"].to_list() == claimed
    said = [f"a holdings record of 9900000000764321 names its LHR: {tag} «{value}»"] * len(claimed)
    assert found.select("class", "reason", "file", "record").rows() == [
        ("lhr_or_retention", words, "mfhd.mrc", 5) for words in said
    ]
