"""Held numbers that no bib has, searched for by number, title and date: what agrees, what does not, what cannot be known."""

import doctest
from datetime import date

import polars as pl
import pytest
from frame_rows import RUN_3, rows, terminals
from hypothesis import given, settings
from hypothesis import strategies as st

from datasync_lib.analysis import other_scripts, search_hits, search_texts
from datasync_lib.analysis.registry import work_out
from datasync_lib.settings import SymbolSettings

SYMBOLS = (SymbolSettings(symbol="OLD", mode="retired"), SymbolSettings(symbol="NEW", mode="kept"))
EXPORT, LATER = date(2025, 7, 1), date(2025, 9, 1)
FULL = rows(
    "extracts", {"extract": "catalogue", "kind": "full", "unit": "bib", "file": "catalogue.mrc", "counts": True}
)
CONFIRMED = rows("outcomes", {"symbol": "NEW", "received_at": RUN_3}).select(
    "symbol",
    "received_at",
    "file",
    "record",
    number=pl.lit(7, pl.Int64),
    mms_id=pl.lit("999"),
    holding_id=pl.lit(None, pl.String),
)
COUNTS = {"found": 5, "loaded": 4, "repaired": 0, "repeated": 0, "rejected": 1, "sha256": "", "bytes": 9}
FILES = rows("files", {"file": "catalogue.mrc", "kind": "catalogue", **COUNTS})
HIT, NOT_FOUND, NOT_SEARCHED = "text_or_number_hit", "not_in_catalogue", "not_yet_classed"
FOUND_NOTHING = "searched for by number and by text, and nothing of ours agrees"


def listed(ocn: int = 7, symbol: str = "OLD", as_of: date | None = LATER, **row) -> dict:
    return {"symbol": symbol, "ocn": ocn, "as_of": as_of, **row}


def bib(title: str | None, author: str | None = None, year: str | None = None, **row) -> dict:
    return {"mms_id": "991", "title": title, "main_entry": author, "publication_date": year, **row}


def issue(code: str, file: str = "catalogue.mrc", record: int | None = None) -> pl.DataFrame:
    return rows("load_issues", {"file": file, "record": record, "code": code, "message": "m"})


def classed(lists: list[dict], bibs: list[dict], numbers: list[tuple] = (), **given) -> list[tuple]:
    """What becomes of the held numbers, beside a bib that has nothing to do with any of them."""
    own = rows("bibs", {"mms_id": "990", "title": "Zoo", "publication_date": "1001"}, *bibs)
    standard = rows(
        "standard_numbers",
        *({"mms_id": "991", "scheme": s, "value": v, "role": r, "file": "catalogue.mrc"} for s, v, r in numbers),
    )
    tables = {"extracts": FULL, "extract_date": EXPORT, "symbols": SYMBOLS, **given}
    held = work_out(
        "held_numbers",
        worldcat_holdings=rows("worldcat_holdings", *lists),
        bibs=own,
        standard_numbers=standard,
        **tables,
    )
    return held.select("class", "answer", "because").rows()


def kind(entry: dict, bibs: list[dict], numbers: list[tuple] = ()) -> str:
    ((class_, answer, _),) = classed([listed(**entry)], bibs, numbers)
    assert answer == ("delete" if class_ == NOT_FOUND else "review")
    return class_


def entry(title: str | None, author: str | None = None, year: str | None = None, **row) -> dict:
    return {"title": title, "author": author, "date": year, **row}


@pytest.mark.parametrize(
    ("held", "ours"),
    [
        # the same title and date, however they are written
        (entry("Rivers of the north", "Doe, Jane", "1985"), bib("Rivers of the north", "Doe, Jane", "c1985.")),
        (entry("RIVERS OF THE NORTH."), bib("The rivers of the North :", None, "1985")),
        (entry("Rivers & bridges", None, "1985"), bib("Rivers and bridges", None, "1985")),
        (entry("Die Müllerin und der Fluß", None, "1985"), bib("Muellerin & der Fluss", None, "1985")),
        (entry("Lodz i okolice", None, "1985"), bib("Łódź i okolice", None, "1985")),
        (entry("L'eau vive", None, "1985"), bib("L’eau vive", None, "1985")),
        (entry("Rivers / by Jane Doe", None, "1985"), bib("Rivers", "Doe, Jane", "1985")),
        (entry("Rivers [electronic resource]", None, "1985"), bib("Rivers", None, "1985", is_electronic=True)),
        # a date off by one, unknown, or within a span
        (entry("Rivers of the north", None, "1986"), bib("Rivers of the north", None, "1985")),
        (entry("Rivers of the north", None, "[198-?]"), bib("Rivers of the north", None, "1950")),
        (entry("Rivers of the north", None, "1986"), bib("Rivers of the north", None, None)),
        (entry("Rivers of the north", None, "1967"), bib("Rivers of the north", None, "1950-")),
        (entry("Annual report", None, "1967-1980"), bib("Annual report", None, None, date1="1950", date2="9999")),
        (entry("Works", "Doe, Jane", "1984"), bib("Works", "Doe, Jane", None, date1="1980", date2="1990")),
        # titles of everybody: another author or kind is no reason to be sure
        (entry("Poems", "Doe, Jane", "1985"), bib("Poems", "Roe, Richard", "1985")),
        (entry("Poems", "Doe, Jane"), bib("Poems", "Roe, Richard", "1985")),
        (
            entry("Faust", None, "1985", format="Book, Print"),
            bib("Faust", None, "1985", format="sound", record_type="j"),
        ),
        # cut off, on either side, and with a part or volume
        (entry("Faust", "Goethe", "1985"), bib("Faust : der Tragödie erster Teil", "Goethe, J. W.", "1985")),
        (entry("The rivers of the north country and their bri"), bib("Rivers of the north country and their bridges")),
        (entry("Rivers of the north : a guide for walkers", None, "1985"), bib("Rivers of the north", None, "1985")),
        (entry("Collected works. Volume 3", "Doe, Jane", "1985"), bib("Collected works", "Doe, Jane", "1985")),
        (entry("Collected works. Volume 3", None, "1985"), bib("Collected works. Volumes 1-5", None, "1985")),
        (entry("History of Rome. Part II", None, "1985"), bib("History of Rome. Part 2", None, "1985")),
        # a slip of the pen, another order of words, a parallel title
        (entry("Pilgimage to the rivers", "Doe, Jane", "1985"), bib("Pilgrimage to the rivers", "Doe, J.", "1985")),
        (entry("Behaviour of domestic animals", None, "1985"), bib("Behavior of domestic animals", None, "1985")),
        (entry("Bridges and rivers of Scotland", None, "1985"), bib("Rivers and bridges of Scotland", None, "1985")),
        (entry("Art", None, "1985"), bib("Kunst = Art", None, "1985")),
        # behind the title of a series or of the whole
        (entry("Lecture notes in mathematics ; 12. Rivers of the north", None, "1985"), bib("Rivers of the north")),
        (
            entry("Lecture notes in mathematics. Rivers of the north", "Doe, Jane", "1985"),
            bib("The rivers of the north : a guide", None, "1985"),
        ),
        (entry("Penguin geography: Rivers of the north"), bib("Rivers of the north", "Doe, Jane", "1985")),
        (
            entry("Rivers of the north"),
            bib(
                "Proceedings in the mathematics of hydrography. Rivers of the north",
                title_parts="Rivers of the north",
            ),
        ),
        # titles in their own script; suppressed, excluded and host records
        (entry("源氏物語", None, "1985"), bib("Genji monogatari", None, "1985", title_880="源氏物語")),
        (entry("Война и мир", None, "1985"), bib("Voĭna i mir", None, "1985", title_880="Война и мир")),
        (entry("Voĭna i mir", None, "1985"), bib("Война и мир", None, "1985", title_880="Voĭna i mir")),
        (entry("Voina i mir", None, "1985"), bib("Voĭna i mir", None, "1985", title_880="Война и мир")),
        (entry("Rivers of the north", None, "1985"), bib("Rivers of the north", None, "1985", is_suppressed=True)),
        (entry("Rivers of the north", None, "1985"), bib("Rivers of the north", None, "1985", exclusion="archival")),
        (entry("Rivers of the north", None, "1985"), bib("Rivers of the north", None, "1985", mms_id=None)),
    ],
)
def test_titles_that_agree_are_for_review(held, ours):
    assert kind(held, [ours]) == HIT


@pytest.mark.parametrize(
    ("held", "ours"),
    [
        (entry("Rivers of the north", "Doe, Jane", "1985"), bib("Rivers of the north", "Doe, Jane", "1950")),
        (entry("Rivers of the north", None, "1985"), bib("Mountains of the north", None, "1985")),
        (entry("Rivers", None, "1985"), bib("Bridges", "Doe, Jane", "1985")),
        (entry("Faust", "Mann, Klaus", "1985"), bib("Faustina", "Mann, Klaus", "1985")),
        (entry("Annual report 1985", "Bank"), bib("Annual report 1986", "Bank")),
        (entry("Rivers. Volume 3", "Doe, Jane", "1985"), bib("Volume 3", "Roe, Richard", "1985")),
        # what says of which kind a thing is, and stands at the end of both
        (
            entry("Glaciers of the rural courtroom : letters and diaries", "Corrigan, Ramona", "1985"),
            bib("Quiet bridges : letters and diaries", "Novák, Olga", "1985"),
        ),
        (entry("Chronicle number 3", "Doe, Jane", "1985"), bib("Chronicle number 12", "Doe, Jane", "1985")),
        (entry("Rivers of the north", "Doe, Jane", "1985"), bib(None, "Doe, Jane", "1985")),
        (entry("Rivers of the north", None, "1985"), bib("Host bibliographic record for 39015", is_host=True)),
    ],
)
def test_titles_that_do_not_agree_are_not_in_the_catalogue(held, ours):
    assert kind(held, [ours]) == NOT_FOUND


ISBN = ("isbn", "9780306406157", "own")


@pytest.mark.parametrize(
    ("written", "ours", "expected"),
    [
        ("9780306406157", ISBN, HIT),
        ("0-306-40615-2", ISBN, HIT),
        ("0 306 40615 2 (pbk.)", ISBN, HIT),
        ("306406152", ISBN, HIT),
        ("9780306406150", ISBN, HIT),
        ("0306406153", ("isbn", "0306406153", "own"), HIT),
        ("12345 9780306406157", ("isbn", "9780306406157", "cancelled"), HIT),
        ("9780306406157", ("isbn", "9780306406157", "set"), HIT),
        ("9791090636071", ("isbn", "9791090636071", "own"), HIT),
        ("03785955", ("issn", "0378-5955", "own"), HIT),
        ("0378-5955", ("issn", "0378-5955", "wrong"), HIT),
        ("78-890351", ("lccn", "n78890351", "own"), HIT),
        ("85-2", ("lccn", "85000002", "own"), HIT),
        ("2001-1234", ("lccn", "2001001234", "cancelled"), HIT),
        ("9780306406157", ("isbn", "9780804429573", "own"), NOT_FOUND),
        ("0378-5955", ("issn", "1234-5679", "own"), NOT_FOUND),
        ("78-890351", ("lccn", "78890352", "own"), NOT_FOUND),
    ],
)
def test_standard_numbers(written, ours, expected):
    assert kind(entry("Rivers", numbers=written), [bib("Bridges")], [ours]) == expected


def test_what_agrees_and_where_it_stands_is_said():
    ours = [bib("Rivers : a guide", "Doe, Jane", "1985"), bib("Bridges", mms_id=None, file="b.mrc", record=4)]
    lists = [
        listed(7, title="Lakes", numbers="0-306-40615-2"),
        listed(8, title="Rivers", author="Doe, Jane", date="1986"),
        listed(9, title="Bridges"),
    ]
    assert classed(lists, ours, [ISBN]) == [
        (HIT, "review", "ISBN 9780306406157 of 991"),
        (HIT, "review", "title and date («Rivers : a guide») of 991"),
        (HIT, "review", "title, without two dates to compare («Bridges») of record 4 of b.mrc"),
    ]


def test_a_bib_of_an_earlier_extract_agrees_too():
    gone = rows("bibs", bib("Rivers", None, "1985"))
    ((class_, answer, _),) = classed([listed(title="Rivers", date="1985")], [], all_bibs=gone)
    assert (class_, answer) == (HIT, "review")


@pytest.mark.parametrize(
    "title",
    [None, "", "[Untitled]", "No title available", "???", "Fl\ufffdsse des Nordens", "Fl?sse des Nordens", "FlÃ¼sse"],
)
def test_without_a_title_that_can_be_read_nothing_goes(title):
    ((class_, answer, because),) = classed([listed(title=title, numbers="9780306406157")], [bib("Bridges")])
    assert answer == "review"
    assert class_ == NOT_SEARCHED or because.startswith(FOUND_NOTHING + "; the list has no title of it")


@pytest.mark.parametrize(
    ("listing", "given", "lacks"),
    [
        ({}, {}, None),
        ({"symbol": "NEW", "as_of": EXPORT}, {}, None),
        ({"symbol": "NEW"}, {}, "it may have come to the symbol since the export"),
        ({"symbol": "NEW"}, {"extract_date": None}, "the day of the list or of the export is not known"),
        ({"symbol": "ODD", "as_of": EXPORT}, {}, "the settings do not know the symbol"),
        ({"as_of": None}, {}, "the day of the list or of the export is not known"),
        ({}, {"extract_date": None}, "the day of the list or of the export is not known"),
        ({"title": "Реки севера"}, {}, "its title is in a script"),
        ({"title": "Реки севера = Rivers"}, {}, "its title is in a script"),
        ({"title": "Reki severnoĭ Evropy"}, {}, "its title is romanised"),
        ({"title": "Kitāb al-anhār"}, {}, "its title is romanised"),
        ({"numbers": "9.78031E+12"}, {}, "the list has a standard number of it that cannot be read"),
        ({"numbers": "12345"}, {}, "the list has a standard number of it that cannot be read"),
        ({}, {"extracts": FULL.clear()}, "no full export of all of the catalogue is loaded"),
        (
            {},
            {"extracts": FULL.with_columns(kind=pl.lit("increment"))},
            "no full export of all of the catalogue is loaded",
        ),
        (
            {},
            {"extracts": FULL.with_columns(scope=pl.lit("print"))},
            "no full export of all of the catalogue is loaded",
        ),
        ({}, {"extracts": FULL.with_columns(file=pl.lit("again.mrc"), has_bytes_of=pl.lit("catalogue.mrc"))}, None),
        (
            {},
            {"extracts": FULL.with_columns(is_upload=pl.lit(True))},
            "no full export of all of the catalogue is loaded",
        ),
        ({}, {"confirmed_numbers": CONFIRMED}, "OCLC confirmed it for a record that the export does not have"),
        ({}, {"confirmed_numbers": CONFIRMED.with_columns(number=pl.lit(8))}, None),
        ({}, {"extracts": FULL.with_columns(counts=pl.lit(False))}, "no full export of all of the catalogue is loaded"),
        ({}, {"bibs": rows("bibs")}, "no full export of all of the catalogue is loaded"),
        ({}, {"load_issues": issue("breaks_off")}, "a file of the catalogue breaks off"),
        ({}, {"load_issues": issue("cut_off", record=4), "files": FILES}, "a file of the catalogue breaks off"),
        ({}, {"load_issues": issue("cut_off", record=3), "files": FILES}, None),
        ({}, {"load_issues": issue("breaks_off", file="older.mrc")}, None),
    ],
)
def test_what_is_missing_to_be_sure(listing, given, lacks):
    tables = {"bibs": rows("bibs", bib("Bridges")), "extracts": FULL, "extract_date": EXPORT, **given}
    lists = rows("worldcat_holdings", listed(**{"title": "Rivers", **listing}))
    held = work_out("held_numbers", worldcat_holdings=lists, symbols=SYMBOLS, **tables)
    ((class_, answer, because),) = held.select("class", "answer", "because").rows()
    assert (class_, answer) == (NOT_FOUND, "review" if lacks else "delete")
    assert because.startswith(f"{FOUND_NOTHING}; {lacks}" if lacks else FOUND_NOTHING)


OURS = bib("紅樓夢", "曹雪芹", "1985")


@pytest.mark.parametrize(
    ("held", "ours", "is_sure"),
    [
        (entry("Hong lou meng", "Cao, Xueqin", "1985"), OURS, False),
        (entry("Hong lou meng", "Cao, Xueqin", "1986"), OURS, False),
        (entry("Hong lou meng"), OURS, False),
        (entry("Hong lou meng = Dream of the red chamber", None, "1985"), OURS, False),
        (entry("Hong lou meng", None, "1985"), OURS | {"publication_date": None}, False),
        (entry("Hong lou meng", None, "1985"), OURS | {"title": "紅樓夢. DVD", "mms_id": None}, False),
        # ours is romanised by another table
        (entry("Hong lou meng", None, "1985"), OURS | {"title_880": "Hung lou meng"}, False),
        (entry("Hong lou meng", None, "1985"), OURS | {"title": "Hung lou meng", "title_880": "紅樓夢"}, False),
        # of another time; a word that no romanised title has
        (entry("Hong lou meng", None, "1990"), OURS, True),
        (entry("The dream of the red chamber", None, "1985"), OURS, True),
        (entry("Der Traum von Liebe und Tod", None, "1985"), OURS, True),
        (entry("An introduction to glaciers", None, "1985"), OURS, True),
    ],
)
def test_what_may_be_romanised_is_not_sure_beside_a_bib_in_another_script(held, ours, is_sure):
    ((class_, answer, because),) = classed([listed(**held)], [ours])
    assert (class_, answer) == (NOT_FOUND, "delete" if is_sure else "review")
    whose = ours["mms_id"] or "record 1 of catalogue.mrc"
    lacks = f"; its title may be romanised, and {whose} of its time has one in another script"
    assert because == (FOUND_NOTHING if is_sure else FOUND_NOTHING + lacks)


def test_what_worldcat_has_in_another_script_is_not_sure_whatever_the_list_calls_it():
    records = rows("worldcat_records", {"ocn": 7, "title": "Hong lou meng", "title_880": "紅樓夢", "date1": "1985"})
    ((class_, answer, because),) = classed([listed(title="Hong lou meng")], [], worldcat_records=records)
    assert (class_, answer) == (NOT_FOUND, "review")
    assert "its title is in a script" in because


def test_a_number_of_a_kept_symbol_that_was_there_before_the_export_may_go():
    lists = [
        listed(7, "NEW", title="Rivers"),
        listed(8, "NEW", title="Lakes"),
        listed(7, "NEW", as_of=date(2025, 6, 1)),
    ]
    assert [row[:2] for row in classed(lists, [])] == [(NOT_FOUND, "delete"), ("set_after_extract", "keep")]


def test_a_bare_list_is_searched_by_the_record_at_hand_and_never_sure():
    records = rows(
        "worldcat_records",
        {"ocn": 5, "title": "Rivers of the north", "date1": "1985"},
        {"ocn": 8, "title": "Bridges of stone", "issns": ["0378-5955"]},
        {"ocn": 9, "title": "Lakes"},
    )
    given = {"worldcat_records": records, "terminals": terminals((5, 7))}
    ours = [bib("Rivers of the north", None, "1985")]
    found = classed([listed(7), listed(8), listed(9), listed(10)], ours, [("issn", "0378-5955", "own")], **given)
    assert [row[:2] for row in found] == [
        (HIT, "review"),
        (HIT, "review"),
        (NOT_FOUND, "review"),
        (NOT_SEARCHED, "review"),
    ]


def test_a_list_that_was_not_read_whole_holds_what_the_search_lets_go():
    file = {"file": "worldcat.OLD.20250901.txt", "kind": "worldcat_list", **COUNTS}
    (class_, answer, _), without_number = classed([listed(title="Rivers")], [], files=rows("files", file))
    assert without_number[:2] == ("ambiguous_number", "review")
    assert (class_, answer) == ("list_not_read", "hold")


def test_what_too_many_records_could_be_is_for_review(monkeypatch):
    monkeypatch.setattr(search_hits, "MOST_TOGETHER", 2)
    names = ("porcelain", "lighthouses", "vineyards")
    ours = [bib(f"Annual reporting on imperial Chinese {name}", mms_id=f"99{i}") for i, name in enumerate(names)]
    ((class_, answer, because),) = classed([listed(title="Annual report of the zoo", date="1985")], ours)
    assert (class_, answer) == (HIT, "review")
    assert because == "too many records of its time to compare each: title «Annual report of the zoo»"
    ((class_, answer, _),) = classed([listed(title="Annual report of the zoo", date="1985")], ours[:2])
    assert (class_, answer) == (NOT_FOUND, "delete")


TITLES = st.lists(
    st.sampled_from(["annual", "report", "rivers", "of", "the", "1985", "IV", "Müller", "水"]), min_size=1
)


@settings(max_examples=40, deadline=None)
@given(TITLES, st.sampled_from([None, "Doe, Jane"]), st.sampled_from([None, "1985", "1985-", "[19--]", "1985-1990"]))
def test_a_record_agrees_with_itself(words, author, year):
    title = " ".join(words)
    ((class_, answer, _),) = classed([listed(title=title, author=author, date=year)], [bib(title, author, year)])
    assert (class_, answer) == (HIT, "review")


def test_the_examples_in_the_docstrings_hold():
    for module, most in ((search_texts, 5), (other_scripts, 2)):
        result = doctest.testmod(module)
        assert result.attempted > most
        assert result.failed == 0
