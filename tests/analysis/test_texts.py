import polars as pl
import pytest

from datasync_lib.analysis.texts import (
    edition_in,
    is_latin,
    numbers_in,
    pages_in,
    prepared,
    prepared_title,
    years_in,
)


def of(function, *values):
    columns = {f"c{i}": pl.Series([value], dtype=pl.String) for i, value in enumerate(values)}
    return pl.DataFrame(columns).select(x=function(*map(pl.col, columns)))["x"].to_list()[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Théâtre français : an essay /", "the theatre francais an essay"),
        ("Ferryman & Sons,", "ferryman and sons"),
        ("Hotsaʼat ha-Gan", "hotsaat ha gan"),
        ("l’éducation", "leducation"),
        ("Tārīkh al-madīnah", "tarikh al madinah"),
        ("История города", "история города"),
        ("中国・文学史", "中国 文学史"),
        (" / : ", None),
        ("", None),
        (None, None),
    ],
)
def test_prepared(text, expected):
    assert of(prepared, text) == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("The lighthouses", "lighthouses"),
        ("L'histoire", "lhistoire"),
        ("Les ponts", "ponts"),
        ("Der Fluss", "fluss"),
        ("Theory of rivers", "theory of rivers"),
        ("A", "a"),
    ],
)
def test_a_leading_article_is_dropped(title, expected):
    assert of(prepared_title, title) == expected


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("report 3 of 12", ["12", "3"]),
        ("volume xii", ["xii"]),
        ("part v", ["v"]),
        ("i claudius and c major", []),
        ("civil law", []),
        ("", []),
    ],
)
def test_numbers(text, numbers):
    assert of(numbers_in, text) == numbers


@pytest.mark.parametrize(
    ("date1", "date2", "written", "years"),
    [
        ("1990", "    ", "c1990.", [1990]),
        ("1990", "1876", "1990 [1876]", [1876, 1990]),
        ("1885", "9999", "1885-", [1885]),
        ("19uu", "    ", "[19--?]", []),
        ("1999", None, "c1998, 1999", [1998, 1999]),
        ("    ", None, "12345", []),
        (None, None, None, []),
    ],
)
def test_years(date1, date2, written, years):
    assert of(years_in, date1, date2, written) == years


@pytest.mark.parametrize(
    ("extent", "pages"),
    [("xii, 284 p. ;", 284), ("284 pages", 284), ("1 volume", None), ("3 v.", None), ("9 pages", None), (None, None)],
)
def test_pages(extent, pages):
    assert of(pages_in, extent) == pages


@pytest.mark.parametrize(
    ("edition", "expected"),
    [
        ("2nd ed.", "2"),
        ("Second edition, revised", "2"),
        ("2., verb. Aufl.", "2"),
        ("Zweite Auflage", "2"),
        ("Deuxième édition", "2"),
        ("Rev. ed.", "rev ed"),
        (None, None),
    ],
)
def test_editions(edition, expected):
    assert of(edition_in, edition) == expected


@pytest.mark.parametrize(
    ("text", "latin"),
    [("istorii︠a︡", True), ("история", False), ("中国 wen", True), ("1984", None), (None, None)],
)
def test_script(text, latin):
    assert of(is_latin, text) is latin
