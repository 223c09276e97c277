"""Pairs of made-up records, each with what makes it one thing or two (duplicates.md E6, E8)."""

import polars as pl
import pytest
from frame_rows import rows
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from datasync_lib.analysis.similarity import (
    ONE_REPRODUCTION,
    OTHER_ISSN,
    OTHER_MATERIAL,
    OTHER_PART,
    OTHER_PUBLISHER,
    OTHER_SCRIPT,
    TERMS,
    TEXT_COLUMNS,
    compare_texts,
    doubt_in_words,
)
from datasync_lib.vocabulary.tables import empty

BOOK = {
    "title": "A history of bridges : an essay",
    "main_entry": "Hollis, Ada.",
    "publisher": "Halcyon House,",
    "publication_date": "1990.",
    "date1": "1990",
    "extent": "284 pages ;",
    "record_type": "a",
    "format": "book",
}
SERIAL = {"title": "Annals of soils", "date1": "1950", "date2": "9999", "record_type": "a", "bib_level": "s"}


def pair(one: dict, other: dict) -> pl.DataFrame:
    sides = [rows("worldcat_records", {"ocn": 1, **side}).select(TEXT_COLUMNS) for side in (one, other)]
    return pl.concat([sides[0], sides[1].rename(lambda name: f"{name}_other")], how="horizontal")


def compared(other: dict, one: dict = BOOK) -> dict:
    return compare_texts(pair(one, other)).row(0, named=True)


def test_the_card_in_full():
    other = {
        **BOOK,
        "title": "History of bridges, an essay",
        "main_entry": None,
        "publisher": "Halcyon House Publishers",
        "date1": "1993",
        "publication_date": "1993",
        "extent": "286 p.",
        "edition": "2nd ed.",
    }
    found = compare_texts(pair(BOOK, other)).select(*TERMS, "score", "refusal", "verdict")
    expected = {
        "title_points": 60,
        "spelling_points": 9,
        "author_points": 3,
        "author_missing_points": 17,
        "publisher_points": 8,
        "years_points": 0,
        "years_apart_points": -4,
        "pages_points": 11,
        "edition_points": 4,
        "edition_missing_points": -7,
        "numbers_points": 8,
        "score": 109,
        "refusal": None,
        "verdict": "likely",
    }
    assert found.row(0, named=True) == expected
    assert sum(expected[name] for name in TERMS) == expected["score"]


@pytest.mark.parametrize(
    ("change", "verdict", "refusal"),
    [
        ({}, "likely", None),
        ({"title": "The history of bridges"}, "likely", None),
        ({"date1": "1992", "publication_date": "1992", "extent": None}, "look", None),
        ({"title": "Problems of taxation", "main_entry": "Ueda, Hugo"}, "no", None),
        ({"date1": "1975", "publication_date": "1975", "extent": "120 p."}, "no", None),
        ({"publisher": "Prairie Academic"}, "look", OTHER_PUBLISHER),
        ({"publisher": "Prairie Academic", "date1": "1991", "publication_date": "1991"}, "look", None),
        ({"record_type": "c"}, "no", OTHER_MATERIAL),
        ({"record_type": "g", "format": "video"}, "no", OTHER_MATERIAL),
        ({"record_type": "t"}, "likely", None),
        ({"is_reproduction": True}, "no", ONE_REPRODUCTION),
        ({"is_electronic": True}, "no", ONE_REPRODUCTION),
        ({"form_of_item": "b"}, "no", ONE_REPRODUCTION),
        ({"form_of_item": "d"}, "likely", None),
        ({"title": None}, None, None),
    ],
)
def test_verdicts(change, verdict, refusal):
    found = compared({**BOOK, **change})
    assert (found["verdict"], found["refusal"]) == (verdict, refusal)


@pytest.mark.parametrize(
    ("one", "other", "verdict", "refusal"),
    [
        ("Part 1", "Part 2", "no", OTHER_PART),
        ("Part 1", "Part 1, Rivers", "likely", None),
        ("Part II", "Part III", "no", OTHER_PART),
        ("Part 1", None, "likely", None),
        ("Rivers", "Streams", "likely", None),
    ],
)
def test_parts(one, other, verdict, refusal):
    found = compared({**BOOK, "title_parts": other}, {**BOOK, "title_parts": one})
    assert (found["verdict"], found["refusal"]) == (verdict, refusal)


@pytest.mark.parametrize(
    ("one", "other", "refusal"),
    [
        (["1234-5679"], ["1234-5679"], None),
        (["1234-5679"], ["0378-5955"], OTHER_ISSN),
        (["1234-5679", "0378-5955"], ["0378-5955"], None),
        (["1234-5679"], [], None),
        (["1234-5679"], None, None),
    ],
)
def test_issns(one, other, refusal):
    assert compared({**SERIAL, "issns": other}, {**SERIAL, "issns": one})["refusal"] == refusal


@pytest.mark.parametrize(
    ("one", "other", "verdict", "refusal"),
    [
        # 880 with 880: another romanisation does not matter, another title in the script does
        (("Istorii︠a︡ goroda", "История города"), ("Istoriia goroda", "История города"), "likely", None),
        (("Istorii︠a︡ goroda", "История города"), ("Istorii︠a︡ goroda", "Основы права"), "no", None),
        # 245 with 245 where one has no 880
        (("Istorii︠a︡ goroda", "История города"), ("Istorii︠a︡ goroda", None), "likely", None),
        # and never across: the same title in two scripts is not compared
        (("Istorii︠a︡ goroda", "История города"), ("История города", None), "look", OTHER_SCRIPT),
        (("Istorii︠a︡ goroda", None), ("История города", None), "look", OTHER_SCRIPT),
    ],
)
def test_scripts(one, other, verdict, refusal):
    sides = [{**BOOK, "title": title, "title_880": script} for title, script in (one, other)]
    found = compared(sides[1], sides[0])
    assert (found["verdict"], found["refusal"]) == (verdict, refusal)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, None),
        ({"is_electronic": True}, ONE_REPRODUCTION),
        ({"date1": "1992", "publication_date": "1992", "extent": None}, "few points for years in common, pages"),
        ({"date1": "1950", "publication_date": "1950"}, "few points for years in common, years apart"),
    ],
)
def test_why_a_score_is_no_higher(change, words):
    assert compare_texts(pair(BOOK, {**BOOK, **change})).select(doubt_in_words())["doubt"][0] == words


def test_pandas_and_nothing():
    pairs = pair(BOOK, BOOK)
    assert_frame_equal(compare_texts(pairs.lazy()), compare_texts(pairs))
    nothing = compare_texts(pairs.clear())
    assert nothing.schema == compare_texts(pairs).schema
    assert nothing.is_empty()


TITLES = st.sampled_from(["A history of bridges", "Rivers", "История города", "Bridges 2", "", None])
SIDES = st.builds(
    dict,
    title=TITLES,
    title_880=st.sampled_from([None, "История города"]),
    main_entry=st.sampled_from([None, "Hollis, Ada", "Ueda, Hugo"]),
    publisher=st.sampled_from([None, "Halcyon House", "Prairie Academic"]),
    date1=st.sampled_from([None, "1990", "1992", "19uu"]),
    extent=st.sampled_from([None, "284 p.", "290 p."]),
    edition=st.sampled_from([None, "2nd ed.", "Rev. ed."]),
    record_type=st.sampled_from(["a", "c", None]),
    is_electronic=st.sampled_from([True, False, None]),
)


@settings(max_examples=10)
@given(st.lists(st.tuples(SIDES, SIDES), min_size=12, max_size=40))
def test_laws(sides):
    """Which side a record is on changes nothing, and neither do the other pairs; the terms are the score."""
    pairs = pl.concat(pair(one, other) for one, other in sides)
    turned = pl.concat(pair(other, one) for one, other in sides)
    answers = [*TERMS, "score", "refusal", "verdict"]
    found = compare_texts(pairs)
    assert_frame_equal(found.select(answers), compare_texts(turned).select(answers))
    assert_frame_equal(found, pl.concat(compare_texts(some) for some in pairs.iter_slices(5)))
    assert found.select(pl.sum_horizontal(*TERMS).alias("score"))["score"].to_list() == found["score"].to_list()
    assert found.filter(pl.col("refusal").is_not_null() & (pl.col("verdict") == "likely")).is_empty()
    for name, (most, _) in TERMS.items():
        assert found[name].is_between(min(most, 0), max(most, 0)).all()


def test_the_columns_are_those_of_both_tables():
    assert set(TEXT_COLUMNS) <= set(empty("worldcat_records").columns)
    assert set(TEXT_COLUMNS) - {"issns"} <= set(empty("bibs").columns)
