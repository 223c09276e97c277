from datetime import date

import polars as pl

from datasync_lib.settings import Settings
from datasync_lib.tables.current import (
    extract_date,
    find_current_records,
    find_extracts,
    merge_holdings,
)
from datasync_lib.vocabulary.tables import conform

FULL, LATER, INCREMENT = date(2025, 1, 1), date(2025, 7, 1), date(2025, 8, 1)
SETTINGS = Settings.model_validate(
    {
        "extracts": [
            {"files": "jan*", "date": FULL},
            {"files": "jul*", "date": LATER},
            {"files": "aug*", "date": INCREMENT, "kind": "increment"},
        ]
    }
)


def current(
    bibs: list[tuple], holdings: list[tuple] = (), sent: list[str] = (), settings: Settings = SETTINGS
) -> list[tuple]:
    columns = {"file": pl.String, "record": pl.Int64, "mms_id": pl.String, "record_status": pl.String}
    bib_rows = pl.DataFrame(bibs, schema=columns, orient="row")
    holding_rows = pl.DataFrame(list(holdings), schema=columns, orient="row").rename({"mms_id": "holding_id"})
    files = sorted({row[0] for row in [*bibs, *holdings]})
    found = find_current_records(bib_rows.lazy(), holding_rows.lazy(), find_extracts(files, settings), list(sent))
    return found.select("file", "record", "is_lead").rows()


def test_files_without_an_entry_are_one_full_extract_of_their_latest_day():
    extracts = find_extracts(["a_20250101.mrc", "b_20250721.mrc", "c.mrc"], Settings())
    assert extracts.select("extract", "date", "kind").unique().rows() == [("catalogue", date(2025, 7, 21), "full")]
    assert extract_date(extracts) == date(2025, 7, 21)
    assert extract_date(find_extracts(["c.mrc"], Settings())) is None


def test_the_last_full_extract_counts_and_older_ones_do_not():
    assert current([("jan.mrc", 0, "1", "n"), ("jan.mrc", 1, "2", "n"), ("jul.mrc", 0, "1", "c")]) == [
        ("jul.mrc", 0, True)
    ]


def test_a_full_extract_replaces_those_of_its_own_unit_and_scope():
    entries = [
        {"files": "bibs*", "date": FULL},
        {"files": "mfhd*", "date": LATER, "unit": "holding"},
        {"files": "print_1*", "date": FULL, "scope": "print"},
        {"files": "print_2*", "date": LATER, "scope": "print"},
        {"files": "online*", "date": date(2025, 3, 1), "scope": "electronic"},
    ]
    rows = [("bibs.mrc", 0, "1", "n"), ("print_1.mrc", 0, "2", "n"), ("print_2.mrc", 0, "3", "n")]
    rows += [("online.mrc", 0, "4", "n")]
    holdings = [("mfhd.mrc", 0, "22", "n")]
    counted = {row[0] for row in current(rows, holdings, settings=Settings.model_validate({"extracts": entries}))}
    assert counted == {"bibs.mrc", "mfhd.mrc", "print_2.mrc", "online.mrc"}
    everything = [*entries, {"files": "all*", "date": INCREMENT}]
    rows += [("all.mrc", 0, "1", "c")]
    counted = {row[0] for row in current(rows, holdings, settings=Settings.model_validate({"extracts": everything}))}
    assert counted == {"all.mrc", "mfhd.mrc"}


def test_a_later_increment_goes_over_it():
    rows = [("jul.mrc", 0, "1", "n"), ("jul.mrc", 1, "2", "n"), ("aug.mrc", 0, "1", "c"), ("aug.mrc", 1, "3", "n")]
    assert current(rows) == [("aug.mrc", 0, True), ("aug.mrc", 1, True), ("jul.mrc", 1, True)]


def test_a_delete_takes_the_bib_away():
    rows = [("jul.mrc", 0, "1", "n"), ("jul.mrc", 1, "2", "n"), ("aug.mrc", 0, "1", "d")]
    assert current(rows) == [("jul.mrc", 1, True)]


def test_a_bib_that_comes_back_after_a_delete_in_the_same_extract_is_there():
    assert current([("aug.mrc", 0, "1", "d"), ("aug.mrc", 1, "1", "c")]) == [("aug.mrc", 1, True)]


def test_one_bib_in_several_records_of_an_extract_has_one_that_leads():
    rows = [("jul_a.mrc", 5, "1", "n"), ("jul_a.mrc", 6, "1", "n"), ("jul_b.mrc", 0, "1", "n")]
    assert current(rows) == [("jul_a.mrc", 5, True), ("jul_a.mrc", 6, False), ("jul_b.mrc", 0, False)]
    assert current(rows, sent=["jul_a.mrc"]) == [
        ("jul_a.mrc", 5, False),
        ("jul_a.mrc", 6, False),
        ("jul_b.mrc", 0, True),
    ]


def test_records_without_an_id_are_each_their_own():
    assert current([("jul.mrc", 0, None, "n"), ("jul.mrc", 1, None, "n")]) == [
        ("jul.mrc", 0, True),
        ("jul.mrc", 1, True),
    ]


def test_holdings_records_are_taken_by_their_own_id():
    holdings = [("jul.mrc", 1, "22", "n"), ("aug.mrc", 0, "22", "d"), ("jul.mrc", 2, "23", "n")]
    assert current([("jul.mrc", 0, "22", "n")], holdings) == [("jul.mrc", 0, True), ("jul.mrc", 2, True)]


def test_files_that_no_entry_names_are_never_lost():
    rows = [("jan.mrc", 0, "1", "n"), ("mfhd.mrc", 0, "7", "n"), ("jul.mrc", 0, "2", "n")]
    assert current(rows) == [("jul.mrc", 0, True), ("mfhd.mrc", 0, True)]


def test_a_holding_in_its_bib_and_in_its_own_record_is_one():
    holdings = conform(
        "holdings",
        pl.DataFrame(
            {
                "file": ["bibs.mrc", "mfhd.mrc", "bibs.mrc"],
                "record": [0, 0, 1],
                "holding_id": ["22", "22", "23"],
                "mms_id": ["991", "ocm00000012", "992"],
                "library": ["MAIN", "MAIN", "LAW"],
                "location": ["stacks", "rare", "x"],
                "is_suppressed": [True, False, False],
                "is_mfhd": [False, True, False],
                "is_reproduction": [False, False, False],
                "items": [3, 0, 0],
            }
        ),
    )
    found = merge_holdings(holdings.with_columns(is_lead=True)).sort("holding_id")
    columns = ("file", "holding_id", "mms_id", "location", "is_suppressed", "is_mfhd", "items")
    assert found.select(columns).rows() == [
        ("mfhd.mrc", "22", "991", "rare", True, True, 3),
        ("bibs.mrc", "23", "992", "x", False, False, 0),
    ]


def test_shares_together_are_the_whole():
    rows = [(f"{name}.mrc", number, str(number % 40), "n") for name in ("jul", "aug") for number in range(50)]
    columns = {"file": pl.String, "record": pl.Int64, "mms_id": pl.String, "record_status": pl.String}
    bibs = pl.DataFrame(rows, schema=columns, orient="row").lazy()
    holdings = bibs.head(0).rename({"mms_id": "holding_id"})
    extracts = find_extracts(["aug.mrc", "jul.mrc"], SETTINGS)
    whole = find_current_records(bibs, holdings, extracts, [])
    shares = [find_current_records(bibs, holdings, extracts, [], share=(number, 4)) for number in range(4)]
    assert all(0 < share.height < whole.height for share in shares)
    assert pl.concat(shares).sort("file", "record").equals(whole.sort("file", "record"))
