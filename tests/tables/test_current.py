from datetime import date

import polars as pl
import pytest

from datasync_lib.settings import Settings
from datasync_lib.tables.ages import extract_date, files_that_count, find_extracts
from datasync_lib.tables.current import doubts_about, find_current_records, issues_of_order
from datasync_lib.vocabulary.tables import empty

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
    names = sorted({row[0] for row in [*bibs, *holdings]})
    files = files_that_count(find_extracts(names, settings, sent), sent, {})
    found = find_current_records(bib_rows.lazy(), holding_rows.lazy(), files)
    return found.sort("file", "record").select("file", "record", "is_lead").rows()


def test_files_without_an_entry_are_of_the_day_in_their_names():
    extracts = find_extracts(["a_20250101.mrc", "b_20250721.mrc", "c.mrc"], Settings())
    assert extracts.select("extract", "date", "kind", "counts", "age").rows() == [
        ("catalogue", date(2025, 1, 1), "full", True, 1),
        ("catalogue", date(2025, 7, 21), "full", True, 2),
        ("catalogue", None, "full", True, None),
    ]
    assert extract_date(extracts) == date(2025, 7, 21)
    assert extract_date(find_extracts(["c.mrc"], Settings())) is None


def test_what_was_sent_later_is_no_later_extract():
    """Else nothing that OCLC answered before a file was sent once more would count."""
    sent = ["1095101.QXU.again.20250814.mrc"]
    assert extract_date(find_extracts(["jul_1.mrc", *sent], SETTINGS, sent)) == LATER
    assert extract_date(find_extracts(["c_20250720.mrc", *sent], SETTINGS, sent)) == date(2025, 7, 20)
    assert extract_date(find_extracts(["c.mrc", *sent], SETTINGS, sent)) is None
    assert extract_date(find_extracts(sent, SETTINGS, sent)) == date(2025, 8, 14)


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


def test_shares_together_are_the_whole():
    rows = [(f"{name}.mrc", number, str(number % 40), "n") for name in ("jul", "aug") for number in range(50)]
    columns = {"file": pl.String, "record": pl.Int64, "mms_id": pl.String, "record_status": pl.String}
    bibs = pl.DataFrame(rows, schema=columns, orient="row").lazy()
    holdings = bibs.head(0).rename({"mms_id": "holding_id"})
    files = files_that_count(find_extracts(["aug.mrc", "jul.mrc"], SETTINGS), [], {})
    whole = find_current_records(bibs, holdings, files)
    shares = [find_current_records(bibs, holdings, files, share=(number, 4)) for number in range(4)]
    assert all(0 < share.height < whole.height for share in shares)
    assert pl.concat(shares).sort("file", "record").equals(whole.sort("file", "record"))


# Files of one bib: day and time in the name (? is none, ^ stands before what was uploaded), and its records: n there, d deleted,
# with the datestamp of a harvest. Then the files whose records count, the one that leads first, and whether that is in doubt.
STATES = {
    "an update": (["20250701 n", "20250710 n"], [1], False),
    "a delete": (["20250701 n", "20250710 d"], [], False),
    "a delete, and made again": (["20250701 d", "20250710 n"], [1], False),
    "made, deleted, made again": (["20250701 n", "20250705 d", "20250710 n"], [2], False),
    "a delete of one day with the bib": (["20250710 n", "20250710 d"], [0], True),
    "two updates of one day": (["20250710 n", "20250710 n"], [0, 1], True),
    "two updates of one day by the hour": (["2025071009 n", "2025071017 n"], [1], False),
    "a delete later on the day": (["20250710T0900 n", "20250710T173000 d"], [], False),
    "one with the hour and one without": (["20250710 n", "20250710T1730 n"], [0, 1], True),
    "no day": (["? n", "? n"], [0, 1], True),
    "no day, one deletes": (["? n", "? d"], [0], True),
    "no day, all delete": (["? d", "? d"], [], False),
    "a day and none": (["20250710 n", "? n"], [0, 1], True),
    "a day, and a delete without": (["20250710 n", "? d"], [0], True),
    "an older one beside them": (["20250701 n", "20250710 d", "? n"], [2], True),
    "harvested, the newer counts": (["20250710 n@2025-07-09T10:00:00Z n@2025-07-10T10:00:00Z"], [0], False),
    "harvested without a day in the name": (["? n@2025-07-09", "? d@2025-07-10"], [], False),
    "harvested without a day, and made again": (["? n@2025-07-11", "? d@2025-07-10"], [0], False),
    "harvested on one day": (["? n@2025-07-10", "? d@2025-07-10"], [0], True),
    "one of them harvested": (["? n@2025-07-10", "? n"], [0, 1], True),
    "the file is older than its datestamp": (["20250701 n@2025-07-11", "20250710 d@2025-07-10"], [], False),
    "an upload of a later day": (["20250701 n", "^20250710 n"], [0, 1], False),
    "an upload that deletes": (["20250701 n", "^20250710 d"], [0], False),
    "an upload, and then a delete": (["^20250701 n", "20250710 d"], [], False),
    "an upload without a day": (["20250701 n", "^? n"], [0, 1], False),
    "uploads alone": (["^20250701 n", "^20250710 n"], [1], False),
    "uploads alone, the later deletes": (["^20250701 n", "^20250710 d"], [], False),
}


def state_of(texts: list[str], names: str) -> tuple[pl.DataFrame, list[str]]:
    files, rows = [], []
    for name, text in zip(names, texts, strict=False):
        day, *records = text.removeprefix("^").split()
        files.append(f"{name}/{name}{'' if day == '?' else f'_{day}'}.mrc")
        for number, record in enumerate(records):
            status, _, stamp = record.partition("@")
            rows.append((files[-1], number, "991", status, stamp or None))
    columns = ["file", "record", "mms_id", "record_status", "datestamp"]
    bibs = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String) | {"record": pl.Int64}, orient="row").lazy()
    sent = [file for file, text in zip(files, texts, strict=True) if text.startswith("^")]
    content = {file: str(number) for number, file in enumerate(files)}
    counting = files_that_count(find_extracts(files, Settings(), sent), sent, content)
    return find_current_records(bibs, empty("holdings").lazy(), counting), files


@pytest.mark.parametrize("names", ["abc", "cba", "bca"])
@pytest.mark.parametrize("name", STATES)
def test_the_newest_file_counts_whatever_it_is_called(name, names):
    texts, counts, is_in_doubt = STATES[name]
    current, files = state_of(texts, names)
    found = current.sort("is_lead", "file", descending=[True, False])
    assert found["file"].head(1).to_list() == [files[number] for number in counts[:1]]
    assert sorted(found["file"]) == sorted(files[number] for number in counts)
    assert found["is_lead"].sum() == bool(counts)
    assert current["is_in_doubt"].any() == is_in_doubt
    assert issues_of_order(doubts_about(current)).is_empty() != is_in_doubt


def test_the_newer_of_two_records_of_one_harvest():
    current, _ = state_of(["20250710 d@2025-07-09T10:00:00Z n@2025-07-10T10:00:00Z n@2025-07-08T10:00:00Z"], "a")
    assert current.select("record", "is_lead", "is_in_doubt").rows() == [(1, True, False)]


def test_a_file_with_the_bytes_of_another_is_as_new_as_the_newest_of_its_names():
    entries = [
        {"files": "jan/*", "date": FULL},
        {"files": "jul/*", "date": LATER},
        {"files": "aug/*", "date": INCREMENT, "kind": "increment"},
    ]
    settings = Settings.model_validate({"extracts": entries})
    extracts = find_extracts(["jan/1", "jan/2", "jul/2", "aug/1"], settings, repeats={"jul/1": "jan/1"})
    files = files_that_count(extracts, [], {})
    assert files.select("file", "extract", "age").sort("file").rows() == [
        ("aug/1", "aug/*", 2),
        ("jan/1", "jul/*", 1),
        ("jul/2", "jul/*", 1),
    ]


def test_increments_of_one_entry_go_by_the_days_in_their_names():
    entries = [{"files": "full*", "date": FULL}, {"files": "inc*", "date": INCREMENT, "kind": "increment"}]
    settings = Settings.model_validate({"extracts": entries})
    rows = [("full.mrc", 0, "1", "n"), ("inc_b_20250710.mrc", 0, "1", "d"), ("inc_a_20250711.mrc", 0, "1", "n")]
    assert current(rows, settings=settings) == [("inc_a_20250711.mrc", 0, True)]
    rows += [("inc_c.mrc", 0, "1", "d")]
    assert [row[0] for row in current(rows, settings=settings)] == ["inc_a_20250711.mrc"]


def test_parts_of_one_full_extract_are_one_state():
    rows = [("jul_20250630.mrc", 0, "1", "n"), ("jul_20250701.mrc", 0, "1", "n")]
    assert [row[0] for row in current(rows)] == ["jul_20250630.mrc", "jul_20250701.mrc"]


def test_what_is_said_where_the_order_is_unknown():
    current, files = state_of(["20250710 n", "20250710 n"], "ab")
    issues = issues_of_order(pl.concat([doubts_about(current), doubts_about(current)]))
    assert issues.select("file", "record", "code").rows() == [(file, 0, "order_unknown") for file in files]
    assert issues["message"][0].startswith(
        "2 records stand for bibs or holdings that other files have too, and it is not"
    )
