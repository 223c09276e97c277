from dataclasses import replace

import polars as pl
import pytest
from hand_made_library import BIBS, JUDAICA, MUSIC, Institution, institution
from hypothesis import given, settings
from hypothesis import strategies as st

from datasync_lib.problems import PROBLEMS
from datasync_lib.workbooks.counts import count_findings, information_rows, summary_rows, symbol_of
from datasync_lib.workbooks.layout import (
    Sheet,
    in_shelf_order,
    rows_shown,
    split_rows,
    tab_name,
    unit_sheets,
)
from datasync_lib.workbooks.placing import place_rows
from datasync_lib.workbooks.rows import tell_rows


def sheets_of(unit: str | None) -> dict[str, Sheet]:
    return {sheet.title: sheet for sheet in made_of(institution(), unit)}


def made_of(institution: Institution, unit: str | None, rows_per_sheet: int = 5000) -> list[Sheet]:
    library = institution.library()
    return unit_sheets(tell_rows(library, rows_shown(place_rows(library, [unit]), rows_per_sheet)))


def headers(sheet: Sheet) -> list[str]:
    return [column.header for column in sheet.columns]


def test_a_unit_gets_its_problems_the_most_urgent_first():
    assert list(sheets_of(MUSIC)) == [
        "Shared OCN",
        "Suppression mismatch",
        "Rejected",
        "Old holding - confirm",
        "Missing OCN",
    ]
    assert list(sheets_of(JUDAICA)) == ["Shared OCN", "Missing OCN"]
    assert list(sheets_of(None)) == ["Unmapped location", "Old holding - confirm"]


def test_columns_are_identity_then_why_then_what_to_fill_in_then_the_source():
    assert headers(sheets_of(MUSIC)["Shared OCN"]) == [
        *("Priority", "Group (OCN)", "MMS ID", "Title"),
        *("Library", "Location", "Call number", "Barcodes", "Year", "Format", "OCN in Alma", "Bibs in group"),
        *("Problem", "Explanation", "What to do", "Bibs at other units"),
        *("Decision", "Status", "New OCN", "Assignee", "Note", "Date"),
        *("WorldCat", "Evidence", "Source file", "Record", "Row key"),
    ]


def test_a_column_without_any_value_is_left_out():
    sheets = sheets_of(MUSIC)
    assert "Holding ID" in headers(sheets["Suppression mismatch"])
    assert "Holding ID" not in headers(sheets["Rejected"])
    assert "Staging number" in headers(sheets["Rejected"])
    assert "Title in own script" not in headers(sheets["Missing OCN"])
    assert "Title in own script" in headers(sheets_of(JUDAICA)["Missing OCN"])


def test_nobody_is_asked_for_a_number_where_none_can_be_the_answer():
    assert "New OCN" not in headers(sheets_of(MUSIC)["Suppression mismatch"])


def test_an_old_holding_is_named_by_the_number_as_held_and_its_symbol():
    sheet = sheets_of(None)["Old holding - confirm"]
    assert sheet.frame.select("ocn", "symbol").rows() == [("43", "MUS")]
    assert headers(sheet)[:4] == ["Priority", "Symbol", "OCN held", "Title"]
    assert headers(sheet).count("Symbol") == 1
    assert "MMS ID" not in headers(sheet)


def test_rows_stand_in_shelf_order():
    assert sheets_of(MUSIC)["Shared OCN"].frame["call_number"].to_list() == ["ML8 .X1", "ML76.9 .D4"]
    assert sheets_of(MUSIC)["Missing OCN"].frame["location"].to_list() == ["DEPOT", "STACKS"]


def shelf_rows(*rows: tuple) -> pl.DataFrame:
    names = ["priority", "library", "location", "shelf", "call_number", "title", "row_key", "group_id"]
    return pl.DataFrame(rows, schema={n: pl.Int32 if n == "priority" else pl.String for n in names}, orient="row")


def test_a_group_stands_together_where_its_first_row_does_and_bands_change_with_it():
    rows = shelf_rows(
        (2, "A", "L", "1", "1", "t", "k1", "g1"),
        (2, "A", "L", "2", "2", "t", "k2", "g2"),
        (2, "A", "L", "3", "3", "t", "k3", "g1"),
        (1, "B", "L", "9", "9", "t", "k4", "g3"),
        (2, "C", None, None, None, "t", "k5", "g2"),
    )
    assert in_shelf_order(rows).select("row_key", "band").rows() == [
        ("k4", 0),
        ("k1", 1),
        ("k3", 1),
        ("k2", 0),
        ("k5", 0),
    ]


def test_rows_without_groups_have_one_band():
    rows = shelf_rows((1, "A", "L", "1", "1", "t", "k1", None), (1, "A", "L", "2", "2", "t", "k2", None))
    assert in_shelf_order(rows)["band"].to_list() == [0, 0]


@settings(deadline=None)
@given(st.lists(st.integers(1, 7), min_size=1, max_size=20), st.integers(1, 6))
def test_splitting_loses_nothing_and_cuts_only_groups_that_are_too_large(sizes, most):
    together = [f"g{i}" for i, size in enumerate(sizes) for _ in range(size)]
    parts = split_rows(pl.DataFrame({"together": together}), most)
    assert pl.concat(parts)["together"].to_list() == together
    assert max(part.height for part in parts) <= most
    for group, size in ((f"g{i}", size) for i, size in enumerate(sizes)):
        if size <= most:
            assert sum(group in part["together"] for part in parts) == 1


def test_more_rows_than_a_sheet_may_have_go_on_numbered_sheets():
    library = institution()
    one = library.findings.filter((pl.col("problem") == "missing_ocn") & (pl.col("unit") == MUSIC)).head(1)
    many = pl.concat([one.with_columns(row_key=pl.lit(f"{n:020}")) for n in range(250)])
    sheets = made_of(replace(library, findings=many), MUSIC, 100)
    assert [(s.title, s.frame.height) for s in sheets] == [
        ("Missing OCN 1", 100),
        ("Missing OCN 2", 100),
        ("Missing OCN 3", 50),
    ]


def test_a_flood_is_cut_after_ten_sheets_and_the_rest_counted():
    library = institution()
    one = library.findings.filter(pl.col("problem") == "missing_ocn").head(1)
    many = pl.concat([one.with_columns(row_key=pl.lit(f"{n:020}")) for n in range(1234)])
    sheets = made_of(replace(library, findings=many), one["unit"][0], 100)
    assert (len(sheets), sum(s.frame.height for s in sheets), sum(s.left_out for s in sheets)) == (10, 1000, 234)


@pytest.mark.parametrize(
    ("title", "number", "name"),
    [
        ("Shared OCN", None, "Shared OCN"),
        ("LHR: 85X/86X [links]?", 2, "LHR- 85X-86X -links-- 2"),
        ("A title of more than thirty-one characters", None, "A title of more than thirty-one"),
        ("A title of more than thirty-one characters", 10, "A title of more than thirty- 10"),
    ],
)
def test_names_of_tabs_are_such_as_excel_takes(title, number, name):
    assert tab_name(title, number) == name
    assert len(name) <= 31


def test_the_summary_has_a_row_for_every_problem_and_zero_where_there_is_none():
    table = summary_rows({"stale_ocn": 2}, list(sheets_of(MUSIC).values()))
    assert table.filter(problem="stale_ocn").select("rows", "settled").rows() == [(0, 2)]
    assert table.head(6).select("problem", "priority", "rows", "sheets").rows() == [
        ("shared_ocn", 1, 2, ["Shared OCN"]),
        ("suppression_mismatch", 1, 1, ["Suppression mismatch"]),
        ("rejected", 1, 2, ["Rejected"]),
        ("old_holding", 1, 1, ["Old holding - confirm"]),
        ("missing_ocn", 3, 2, ["Missing OCN"]),
        ("unmapped_location", 1, 0, []),
    ]
    assert table.height == len(PROBLEMS)


def test_what_asks_for_nothing_is_counted():
    held = pl.DataFrame(
        [
            (MUSIC, "OLD", "covered", "delete"),
            (MUSIC, "OLX", "covered", "delete"),
            (None, "HVD", "covered", "keep"),
            (MUSIC, "OLD", "in_error", "hold"),
        ],
        schema=["unit", "symbol", "class", "answer"],
        orient="row",
    )
    counts = count_findings(institution().findings.lazy(), held.lazy())
    assert information_rows(counts).rows() == [
        ("OCN changed", "explained by a merge", "information", 1),
        ("Old holding - confirm", "covered", "delete", 2),
        ("Old holding - confirm", "covered", "keep", 1),
    ]


def test_a_workbook_is_named_after_the_symbol_that_stays():
    findings = count_findings(institution().findings.lazy())
    assert symbol_of(findings.filter(pl.col("unit") == MUSIC)) == "HVD"
    assert symbol_of(findings.filter((pl.col("problem") == "old_holding") & (pl.col("unit") == MUSIC))) == "MUS"
    assert symbol_of(findings.filter(pl.col("unit").is_null())) == "all_symbols"
    assert symbol_of(findings.clear()) == "no_symbol"


def test_every_finding_that_asks_for_something_is_on_exactly_one_sheet():
    library = institution()
    on_sheets = [key for unit in (MUSIC, JUDAICA, None) for s in sheets_of(unit).values() for key in s.frame["row_key"]]
    asking = library.findings.filter(pl.col("class").ne_missing("merged"))
    assert sorted(on_sheets) == sorted(asking["row_key"])
    assert BIBS[0][0] in sheets_of(MUSIC)["Rejected"].frame["mms_id"]
