"""What if the map, an exclusion or a date were another one: the difference is worked out, and nothing of the project changes."""

import hashlib
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from datasync_lib.delivery.deletions.what_if import what_if
from datasync_lib.errors import InputError


def files_below(folder: Path) -> dict[str, str]:
    paths = [path for path in folder.rglob("*") if path.is_file() and "lock" not in path.relative_to(folder).as_posix()]
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


@pytest.fixture(scope="module")
def other_map(example) -> pl.DataFrame:
    """What goes from M@S to MWS would go to MWC instead, where nothing is confirmed."""
    moves = (pl.col("outgoing_symbol") == "M@S") & (pl.col("target_symbol") == "MWS")
    target = pl.when(moves).then(pl.lit("MWC")).otherwise("target_symbol")
    return example.location_map.with_columns(target_symbol=target)


def test_another_map_tells_what_would_wait(example, other_map):
    walk = example.deletion("M@S")
    before, covered = (
        files_below(example.folder),
        example.analysis.held_numbers.filter(**{"symbol": "M@S", "class": "covered"}),
    )
    found = walk.what_if(location_map=other_map)
    assert files_below(example.folder) == before, "nothing of the project changes"
    changed = found.changes.filter(class_before="covered")
    assert changed.height > 0.9 * covered.height
    assert set(changed["class_after"]) == {"owned_unconfirmed"}
    assert set(changed["answer_after"]) == {"hold"}
    assert changed["why"][0] == "owned, not confirmed: the number is not confirmed for every owner"
    assert found.counts["numbers"].sum() == found.changes.height
    sums = found.answers.select(pl.col("before", "after").sum()).row(0)
    assert sums == (walk.balance().filter(title="total")["numbers"].item(),) * 2
    assert str(found).startswith(f"{found.changes.height:,} numbers would be in another class")


def test_a_map_as_a_file_says_the_same(example, other_map, tmp_path):
    yes = pl.when("in_scope").then(pl.lit("yes")).when(~pl.col("in_scope")).then(pl.lit("no"))
    names = ["library", "location", "unit", "outgoing_symbol", "target_symbol", "in_scope", "valid_from"]
    other_map.with_columns(in_scope=yes).select(names).write_csv(tmp_path / "other.csv")
    found, same = (what_if(example, "M@S", location_map=each) for each in (tmp_path / "other.csv", other_map))
    assert found.changes.equals(same.changes)


def test_another_day_and_another_exclusion(example):
    later = what_if(example, "MLW", extract_date=date(2025, 12, 1))
    assert later.answers.filter(answer="delete").select((pl.col("after") < pl.col("before")).all()).item()
    railways = {"reason": "railways", "tag": "245", "code": "a", "matches": "(?i)railway"}
    fewer = what_if(example, exclusions=[*example.settings.exclusions, railways])
    assert set(fewer.changes["symbol"]) <= {each.symbol for each in example.settings.symbols}
    same = what_if(example, exclusions=example.settings.exclusions)
    assert same.changes.is_empty()
    assert str(same) == "nothing would be different"


@pytest.mark.parametrize(
    ("supposed", "told"),
    [
        ({}, "name what would be different"),
        ({"exclusions": [{"reason": "x", "tag": "987"}]}, "try it in a copy of the project"),
        ({"location_map": Path("nowhere.csv")}, "nowhere.csv is missing"),
    ],
)
def test_what_cannot_be_supposed(example, supposed, told):
    with pytest.raises(InputError, match=told):
        what_if(example, "MLW", **supposed)
