from dataclasses import replace

import polars as pl
import pytest
from hand_made_library import BIBS, JUDAICA, MUSIC, Institution, institution
from hypothesis import given, settings
from hypothesis import strategies as st

from datasync_lib.problems import PROBLEMS
from datasync_lib.workbooks.counts import count_findings, information_rows, summary_rows, symbol_of
from datasync_lib.workbooks.layout import Sheet, unit_sheets
from datasync_lib.workbooks.ordering import in_shelf_order, rows_shown, split_rows, tab_name
from datasync_lib.workbooks.placing import place_rows
from datasync_lib.workbooks.rows import tell_rows


def sheets_of(unit: str | None) -> dict[str, Sheet]:
    return {sheet.title: sheet for sheet in made_of(institution(), unit)}


def made_of(institution: Institution, unit: str | None, rows_per_sheet: int = 5000) -> list[Sheet]:
    library = institution.library()
    return unit_sheets(tell_rows(library, rows_shown(place_rows(library, [unit]), rows_per_sheet)))


def headers(sheet: Sheet) -> list[str]:
    return [column.header for column in sheet.columns if not column.hidden]


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


def test_what_is_printed_stands_at_the_left_and_begins_with_the_links():
    sheet = sheets_of(MUSIC)["Shared OCN"]
    assert headers(sheet) == [
        *("MMS ID", "Group (OCN)", "Title", "Location", "Call number", "Problem", "Explanation"),
        *("Decision", "Status", "New OCN", "Note", "Assignee", "Date"),
        *("What to do", "Bibs at other units", "Priority", "Library", "Barcodes", "Year", "Format", "OCN in Alma"),
        *("Bibs in group", "Evidence", "Source file", "Record", "Row key"),
    ]
    assert [column.header for column in sheet.columns if column.prints] == headers(sheet)[:11]
    assert [column.header for column in sheet.columns if column.link] == ["MMS ID", "Group (OCN)"]


def test_a_row_has_the_number_that_is_looked_up_beside_its_mms_id():
    rejected = sheets_of(MUSIC)["Rejected"]
    assert headers(rejected)[:3] == ["MMS ID", "OCN", "Title"]
    assert rejected.frame.select("mms_id", "number").rows() == [(BIBS[4][0], None), (BIBS[0][0], "1234567")]


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
    assert headers(sheet)[:3] == ["Symbol", "OCN held", "Title"]
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
@given(st.lists(st.tuples(st.integers(1, 7), st.sampled_from("ABC")), min_size=1, max_size=20), st.integers(1, 6))
def test_splitting_loses_nothing_and_cuts_only_groups_that_are_too_large(groups, most):
    rows = [(f"g{i}", "MUS", place) for i, (size, place) in enumerate(groups) for _ in range(size)]
    parts = split_rows(pl.DataFrame(rows, schema=["together", "library", "location"], orient="row"), most)
    assert pl.concat(parts).rows() == rows
    assert max(part.height for part in parts) <= most
    for group, size in ((f"g{i}", size) for i, (size, _) in enumerate(groups)):
        if size <= most:
            assert sum(group in part["together"] for part in parts) == 1


def many_rows(*places: tuple[str, int]) -> Institution:
    """So many rows of one problem on the holdings of each location."""
    library = institution()
    one = library.findings.filter((pl.col("problem") == "missing_ocn") & (pl.col("unit") == MUSIC)).head(1)
    holding = library.placed_holdings.head(1)
    findings, holdings = [], []
    for at, (location, count) in enumerate(places):
        holding_id = f"22{at:010}3941"
        holdings.append(holding.with_columns(holding_id=pl.lit(holding_id), location=pl.lit(location)))
        findings += [
            one.with_columns(row_key=pl.lit(f"{at:010}{n:010}"), holding_id=pl.lit(holding_id)) for n in range(count)
        ]
    return replace(library, findings=pl.concat(findings), placed_holdings=pl.concat(holdings))


@pytest.mark.parametrize(
    ("places", "sheets"),
    [
        ([("STACKS", 60), ("DEPOT", 40)], [("Missing OCN", 100)]),
        ([("STACKS", 70), ("DEPOT", 60)], [("Missing OCN DEPOT", 60), ("Missing OCN STACKS", 70)]),
        (
            [("STACKS", 90), ("DEPOT", 40), ("ATLAS", 30)],
            [("Missing OCN ATLAS to DEPOT", 70), ("Missing OCN STACKS", 90)],
        ),
        (
            [("STACKS", 250), ("REF", 10)],
            [("Missing OCN REF", 10)]
            + [(f"Missing OCN STACKS {n}", rows) for n, rows in ((1, 100), (2, 100), (3, 50))],
        ),
        (
            [("a very long name of a room", 90), ("a very long name of another", 90)],
            [("Missing OCN a very long name 1", 90), ("Missing OCN a very long name 2", 90)],
        ),
        ([("[1/2]", 90), ("*", 90)], [("Missing OCN -", 90), ("Missing OCN -1-2-", 90)]),
    ],
)
def test_more_rows_than_a_sheet_may_have_are_cut_between_locations_in_shelf_order(places, sheets):
    assert [(s.title, s.frame.height) for s in made_of(many_rows(*places), MUSIC, 100)] == sheets


def test_a_flood_is_cut_after_ten_sheets_and_the_rest_counted():
    sheets = made_of(many_rows(("STACKS", 1234)), MUSIC, 100)
    assert (len(sheets), sum(s.frame.height for s in sheets), sum(s.left_out for s in sheets)) == (10, 1000, 234)
    assert len({sheet.title.casefold() for sheet in sheets}) == 10


def test_what_nobody_has_mapped_is_told_by_location_with_its_holdings_and_bibs():
    library = institution()
    one = library.findings.filter(pl.col("problem") == "unmapped_location")
    holding = library.placed_holdings.filter(pl.col("holding_id") == one["holding_id"][0])
    more = [
        (f"k{n}", holding_id, location, mms_id)
        for n, (holding_id, location, mms_id) in enumerate([("a", "X", "1"), ("b", "X", "1"), ("c", "Y", "2")])
    ]
    findings = [one.with_columns(row_key=pl.lit(k), holding_id=pl.lit(h), mms_id=pl.lit(m)) for k, h, _, m in more]
    holdings = [holding.with_columns(holding_id=pl.lit(h), location=pl.lit(at)) for _, h, at, _ in more]
    unsent = findings[0].with_columns(row_key=pl.lit("k9"), problem=pl.lit("not_sent"), **{"class": pl.lit("unmapped")})
    library = replace(library, findings=pl.concat([*findings, unsent]), placed_holdings=pl.concat(holdings))
    (sheet,) = made_of(library, None)
    assert sheet.frame.select("library", "location", "holdings", "bibs").rows() == [
        ("ODD", "X", 2, 1),
        ("ODD", "Y", 1, 1),
    ]
    assert not [column for column in sheet.columns if column.kind == "fill" or column.name == "row_key"]
    summary = summary_rows({}, [sheet], {"unmapped_location": 3, "not_sent": 1})
    told = summary.filter(pl.col("problem").is_in(["unmapped_location", "not_sent"]))
    assert told.select("problem", "rows", "told_together").rows() == [("unmapped_location", 2, 1), ("not_sent", 0, 1)]


@pytest.mark.parametrize(
    ("title", "label", "number", "name"),
    [
        ("Shared OCN", "", None, "Shared OCN"),
        ("LHR: 85X/86X [links]?", "", 2, "LHR- 85X-86X -links-- 2"),
        ("A title of more than thirty-one characters", "", None, "A title of more than thirty-one"),
        ("A title of more than thirty-one characters", "STACKS", 10, "A title of more than STACKS 10"),
        ("Old holding - confirm", "reading room 'A'", None, "Old holding - reading room 'A"),
    ],
)
def test_names_of_tabs_are_such_as_excel_takes(title, label, number, name):
    assert tab_name(title, label, number) == name
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
    assert sorted(on_sheets) == sorted(asking["row_key"])  # the one unmapped holding is its location's row
    assert BIBS[0][0] in sheets_of(MUSIC)["Rejected"].frame["mms_id"]
