import random

import polars as pl
import pytest
from hand_made_library import BIBS, JUDAICA, MUSIC, Institution, institution
from hypothesis import given, settings
from hypothesis import strategies as st

from datasync_lib.analysis.findings import as_findings
from datasync_lib.settings import Links
from datasync_lib.workbooks.rows import describe_rows
from datasync_lib.workbooks.shelf import shelf_key

LINKS = Links(catalogue="https://id.example.org/alma/{mms_id}/catalog")


def described(library: Institution) -> pl.DataFrame:
    return describe_rows(library.library(LINKS))


def row(frame: pl.DataFrame, problem: str, mms_id: str | None) -> dict:
    return frame.row(by_predicate=(pl.col("problem") == problem) & pl.col("mms_id").eq_missing(mms_id), named=True)


@pytest.mark.parametrize(
    "on_the_shelf",
    [
        ["ML8 .X1", "ML76.9 .D35", "ML76.9 .D4", "ML410 .B1"],
        ["QA8", "QA76.9.D3 1999", "QA76.9 .D3 2003", "QA 76.9 .D35"],
        ["823.9", "823.914 A1", "824"],
        ["Mus 12.3", "Mus 123.4.5"],
        ["AP2 .N4 v.2", "AP2 .N4 v. 10", "AP2 .N4 v.100"],
        ["1-2", "1-10", "2-1"],
        ["32E104", "32E11"],
    ],
)
def test_call_numbers_sort_as_on_the_shelf(on_the_shelf):
    shuffled = random.Random(1).sample(on_the_shelf, len(on_the_shelf))
    assert sorted(shuffled, key=shelf_key) == on_the_shelf


@settings(deadline=None)
@given(st.text())
def test_every_text_has_a_place_on_the_shelf(text):
    assert shelf_key(text) == shelf_key(f"  {text.lower().upper()} ".replace("\t", " "))


def test_a_row_tells_what_the_cataloguer_needs():
    found = row(described(institution()), "shared_ocn", BIBS[0][0])
    expected = {
        "kind": "different formats",
        "explanation": "OCN 1234567 stands on 3 bibs. Their formats differ (book, score): at least one number is wrong.",
        "title": '=HYPERLINK("http://x","Ha")',
        "date": "1999",
        "format": "book",
        "library": "MUS",
        "location": "STACKS",
        "call_number": "ML76.9 .D4",
        "barcodes": "00123; 3E5",
        "ocn_in_alma": "1234567",
        "current_ocn": "1234567",
        "elsewhere": f"9955256153506421 ({JUDAICA})",
        "catalogue": "https://id.example.org/alma/990011023280203941/catalog",
        "worldcat": "https://search.worldcat.org/title/1234567",
        "seen": "035$a: (OCoLC)1234567",
        "status": "Open",
        "decision": None,
        "is_settled": False,
    }
    assert {name: found[name] for name in expected} == expected


def test_the_other_bibs_of_a_group_are_told_to_each_unit():
    found = row(described(institution()), "shared_ocn", "9955256153506421")
    assert found["elsewhere"] == f"{BIBS[0][0]} ({MUSIC}); {BIBS[1][0]} ({MUSIC})"


def test_a_title_is_cut_at_120_characters_and_says_so():
    title = row(described(institution()), "rejected", BIBS[4][0])["title"]
    assert (len(title), title[-1], title[:22]) == (120, "…", "Annals of a long title")


def test_a_staging_number_never_becomes_a_link():
    frame = described(institution())
    assert row(frame, "rejected", BIBS[0][0])["worldcat"] == "https://search.worldcat.org/title/1234567"
    assert row(frame, "rejected", BIBS[4][0])["worldcat"] is None
    assert row(frame, "rejected", BIBS[0][0])["parameter_staging_ocn"] == "9900000001"


def test_an_old_holding_links_to_the_number_as_held():
    assert row(described(institution()), "old_holding", None)["worldcat"] == "https://search.worldcat.org/title/43"


def test_a_holding_without_a_record_of_ours_has_the_title_of_the_list():
    rows = pl.DataFrame({"ocn": [42, 43], "symbol": ["MUS", "MUS"], "class": ["not_yet_classed"] * 2})
    evidence = pl.DataFrame(
        {"symbol": ["MUS"] * 2, "ocn": [42, 43], "what": ["WorldCat list"] * 2, "value": ["Die Kunst der Fuge", "43"]}
    )
    found = as_findings(
        "old_holding", rows, identity=["symbol", "ocn"], parameters=["ocn", "symbol"], evidence=evidence
    )
    titles = described(institution(found)).sort("ocn")["title"].to_list()
    assert titles == ["Die Kunst der Fuge", None]


def test_what_asks_for_nothing_is_not_described():
    frame = described(institution())
    assert "ocn_changed" not in frame["problem"]
    assert frame.height == institution().findings.height - 1


def test_a_finding_may_say_itself_what_it_calls_for():
    rows = pl.DataFrame(
        {"ocn": [1, 2, 3], "symbol": ["MUS"] * 3, "class": ["covered"] * 3, "answer": ["keep", "delete", None]}
    )
    found = as_findings("old_holding", rows, identity=["ocn"])
    by_number = dict(found.findings.select("ocn", "answer").iter_rows())
    assert by_number == {1: "keep", 2: "delete", 3: "delete"}


def test_a_bib_shows_only_the_holdings_of_the_unit_that_gets_it():
    library = institution()
    more = library.placed_holdings.filter(pl.col("library") == "JUD").head(1).with_columns(mms_id=pl.lit(BIBS[0][0]))
    changed = Institution(**(library.frames() | {"placed_holdings": pl.concat([library.placed_holdings, more])}))
    assert row(described(changed), "shared_ocn", BIBS[0][0])["library"] == "MUS"


def test_a_holding_finding_shows_its_own_holding():
    found = row(described(institution()), "suppression_mismatch", BIBS[0][0])
    assert (found["holding_id"], found["call_number"], found["parameter_items"]) == (
        "221100000000003941",
        "ML76.9 .D4",
        "2",
    )


def test_many_values_are_cut_and_counted():
    library = institution()
    items = pl.concat([library.items.head(1).with_columns(barcode=pl.lit(f"0{n}")) for n in range(5)])
    changed = Institution(**(library.frames() | {"items": items}))
    assert row(described(changed), "shared_ocn", BIBS[0][0])["barcodes"] == "00; 01; 02 + 2 more"


def test_no_findings_give_no_rows():
    library = institution()
    empty = Institution(
        **(library.frames() | {"findings": library.findings.clear(), "evidence": library.evidence.clear()})
    )
    assert described(empty).is_empty()
