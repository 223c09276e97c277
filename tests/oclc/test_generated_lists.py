"""Lists made at random: no wrong number comes out of any, and the right ones come wherever a person would see them."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from list_tables import Table, make_table
from whole_tables import whole_tables

from datasync_lib.marc import find_inputs

TABLES = 600


def outcome(folder: Path, table: Table) -> str:
    path = folder / "worldcat.XYZ.20250721.list.csv"
    path.write_bytes(table.data)
    given = whole_tables(find_inputs(path)[0], "worldcat_list", symbol="XYZ", as_of=date(2025, 7, 21))
    told = given.files.row(0, named=True)
    assert told["found"] == given.worldcat_holdings.height + told["repeated"] + told["rejected"]
    read = set(given.worldcat_holdings["ocn"])
    if not read:
        assert told["rejected"] > 0
        assert given.issues["message"].str.len_chars().min() > 20
        return "refused"
    if read - table.ocns:
        return "wrong"
    return "right" if read == table.ocns else "in part"


@pytest.fixture(scope="module")
def counted(tmp_path_factory) -> Counter[tuple[bool, str]]:
    """How many tables of each sort came out how: (whether a person would see the numbers, outcome)."""
    folder = tmp_path_factory.mktemp("lists")
    tables = [make_table(seed) for seed in range(TABLES)]
    counts = Counter((table.is_clear, outcome(folder, table)) for table in tables)
    print(f"{TABLES} tables: {dict(counts)}")
    return counts


def test_no_wrong_number_comes_out_of_any_table(counted):
    assert {key: n for key, n in counted.items() if key[1] == "wrong"} == {}
    assert counted.total() == TABLES


def test_the_right_numbers_come_wherever_a_person_would_see_them(counted):
    assert {is_right for is_clear, is_right in counted if is_clear} == {"right"}
    assert counted[True, "right"] > 300


def test_tables_that_prove_nothing_are_made_too(counted):
    assert counted[False, "refused"] > 150
    assert {table.kind for table in map(make_table, range(60))} == {
        "named",
        "foreign",
        "headless",
        "prefixed",
        "plain",
        "other plain",
    }
