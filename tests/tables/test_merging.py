"""Several rows of current records that tell of one holding."""

import polars as pl
import pytest

from datasync_lib.tables.merging import merge_holdings
from datasync_lib.vocabulary.tables import conform

COLUMNS = ["file", "record", "holding_id", "mms_id", "library", "location", "is_suppressed", "is_mfhd", "items"]


def merged(*rows: tuple, ages: dict[str, int | None], leads: tuple[str, ...] = ()) -> pl.DataFrame:
    frame = pl.DataFrame(rows, schema=COLUMNS, orient="row").with_columns(is_reproduction=False)
    beside = {"age": [ages[row[0]] for row in rows], "is_lead": [not leads or row[0] in leads for row in rows]}
    here = conform("holdings", frame).with_columns(
        pl.Series("age", beside["age"], pl.Int64),
        pl.Series("is_lead", beside["is_lead"]),
        is_owner=pl.lit(None, pl.Boolean),
    )
    return merge_holdings(here)


def test_a_holding_in_its_bib_and_in_its_own_record_is_one():
    found = merged(
        ("bibs.mrc", 0, "22", "991", "MAIN", "stacks", True, False, 3),
        ("mfhd.mrc", 0, "22", "ocm00000012", "MAIN", "rare", False, True, 0),
        ("bibs.mrc", 1, "23", "992", "LAW", "x", False, False, 0),
        ages={"bibs.mrc": 1, "mfhd.mrc": 1},
    )
    columns = ("file", "holding_id", "mms_id", "location", "is_suppressed", "is_mfhd", "items")
    assert found.select(columns).rows() == [
        ("mfhd.mrc", "22", "991", "rare", True, True, 3),
        ("bibs.mrc", "23", "992", "x", False, False, 0),
    ]


@pytest.mark.parametrize(("of_bibs", "location"), [(2, "stacks"), (1, "rare"), (None, "rare")])
def test_the_place_is_that_of_the_newer_file(of_bibs, location):
    found = merged(
        ("b.mrc", 0, "22", "991", "MAIN", "stacks", False, False, 3),
        ("m.mrc", 0, "22", "991", "MAIN", "rare", False, True, 0),
        ages={"b.mrc": of_bibs, "m.mrc": 1},
    )
    assert found.select("file", "is_mfhd", "location", "items").rows() == [("m.mrc", True, location, 3)]


def test_a_holding_at_two_places_is_at_both():
    found = merged(
        ("b.mrc", 0, "22", "991", "MAIN", "stacks", False, False, 3),
        ("b.mrc", 0, "22", "991", "LAW", "rare", False, False, 3),
        ("b.mrc", 0, "22", "991", "LAW", "rare", False, False, 3),
        ("b.mrc", 0, "22", "991", None, None, False, False, 3),
        ages={"b.mrc": 1},
    )
    assert found.select("holding_id", "library", "location").rows() == [("22", "LAW", "rare"), ("22", "MAIN", "stacks")]


def test_an_older_place_is_none():
    found = merged(
        ("new.mrc", 0, "22", "991", "LAW", "rare", False, False, 0),
        ("upload.mrc", 0, "22", "991", "MAIN", "stacks", False, False, 0),
        ages={"new.mrc": 5, "upload.mrc": 1},
    )
    assert found.select("file", "library", "location").rows() == [("new.mrc", "LAW", "rare")]


def test_what_one_row_lacks_another_tells():
    found = merged(
        ("b.mrc", 0, "22", "991", None, None, False, False, 0),
        ("c.mrc", 0, "22", "991", "MAIN", "stacks", False, False, 0),
        ages={"b.mrc": 1, "c.mrc": 1},
    )
    assert found.select("library", "location").rows() == [("MAIN", "stacks")]


def test_two_bibs_have_a_holding_each():
    found = merged(
        ("b.mrc", 0, "22", "991", "MAIN", "stacks", False, False, 0),
        ("b.mrc", 1, "22", "992", "MAIN", "stacks", False, False, 0),
        ("m.mrc", 0, "22", "991", "MAIN", "rare", False, True, 0),
        ages={"b.mrc": 1, "m.mrc": 1},
    )
    assert found.select("mms_id", "location", "is_mfhd").rows() == [("991", "rare", True), ("992", "rare", True)]
