import shutil
from datetime import date

import polars as pl
import pytest
from small_marc import bib, name_extracts

from datasync_lib.analysis.ownership import place_holdings
from datasync_lib.creating import new_project
from datasync_lib.problems import PROBLEMS, in_words
from datasync_lib.project import Project
from datasync_lib.trace import trace
from datasync_lib.trace.places import THEN, with_places_of_today
from datasync_lib.trace.sections import SECTIONS
from datasync_lib.vocabulary.tables import empty
from datasync_lib.workbooks.decisions import append_decisions


def sections(example, identifier) -> dict:
    return example.trace(identifier).sections


def test_every_identifier_of_a_bib_leads_to_the_same_page(example):
    item = example.table("items").collect().drop_nulls("barcode").row(0, named=True)
    pages = [example.trace(i) for i in (item["mms_id"], item["holding_id"], item["barcode"])]
    assert all(item["mms_id"] in page.headline for page in pages)
    assert [page.sections["Bib"]["mms_id"].to_list() for page in pages] == [[item["mms_id"]]] * 3


@pytest.mark.parametrize("spelling", ["{}", "(OCoLC){}", "on{}", "  {} "])
def test_an_ocn_in_any_spelling(example, spelling):
    ocn = example.findings("shared_ocn")["ocn"][0]
    page = example.trace(spelling.format(ocn))
    expected = set(example.findings("shared_ocn").filter(ocn=ocn)["mms_id"])
    assert expected <= set(page.sections["Bib"]["mms_id"])
    assert "an OCN in the catalogue" in page.headline


def test_a_staging_number_is_called_one(example):
    row = example.table("outcome_history").collect().drop_nulls(["staging_ocn", "mms_id"]).row(0, named=True)
    page = example.trace(row["staging_ocn"])
    assert "a staging number of OCLC's, not an OCN" in page.headline
    assert row["mms_id"] in page.sections["Bib"]["mms_id"]


def test_a_record_with_runs_errors_and_a_deletion_class(example):
    rejected = example.findings("rejected").filter(**{"class": "unresolved"}).drop_nulls("mms_id")
    held = example.findings("old_holding").filter(mms_id=rejected["mms_id"][0])
    found = sections(example, rejected["mms_id"][0])
    assert found["What OCLC answered, run by run"].height >= 1
    assert set(found["What OCLC answered, run by run"]["action"]) >= {"unresolved"}
    assert "What OCLC found wrong" in found
    assert "rejected" in found["Findings"]["problem"].to_list()
    if held.height:
        assert set(held["ocn"]) <= set(found["Class of old holdings"]["ocn"])


def test_a_number_that_only_worldcat_knows(example):
    held = example.findings("old_holding").filter(**{"class": "not_yet_classed"}).row(0, named=True)
    page = example.trace(held["ocn"])
    assert page.headline.endswith("an OCN that no record of the catalogue has")
    assert page.sections["Class of old holdings"]["class"].to_list() == ["not_yet_classed"]
    assert "Bib" not in page.sections


def test_a_constituent_shows_its_hosts_holdings(example):
    link = example.table("links").collect().row(0, named=True)
    found = sections(example, link["constituent_mms_id"])
    assert link["host_mms_id"] in found["Holdings and where they belong"]["host_mms_id"].to_list()
    assert found["Boundwith"].height >= 1


def rows(table: str, *given: dict) -> pl.DataFrame:
    return pl.DataFrame(given, schema=empty(table).schema)


MAP = rows(
    "location_map",
    {"library": "MAIN", "location": "*", "unit": "Main", "target_symbol": "NEW", "in_scope": True},
    {"library": "LAW", "location": "*", "unit": "Law", "target_symbol": "NEX", "in_scope": True},
    {
        **{"library": "LAW", "location": "*", "unit": "Main", "target_symbol": "NEW", "in_scope": False},
        "valid_from": date(2025, 9, 1),
    },
    {
        **{"library": "MAIN", "location": "*", "unit": "Later", "target_symbol": "NEX", "in_scope": True},
        "valid_from": date(9999, 1, 1),
    },
)


def test_a_holding_shows_its_place_of_today_and_that_of_the_extract_where_it_differs():
    holdings = [
        {"mms_id": "991", "holding_id": f"22{at}", "library": lib, "location": "stacks"}
        for at, lib in enumerate(("MAIN", "LAW", "X"))
    ]
    extracts = rows("extracts", {"extract": "a", "kind": "full", "date": date(2025, 7, 1), "counts": True})
    placed = place_holdings(
        holdings=rows("holdings", *holdings),
        links=empty("links"),
        location_map=MAP,
        extract_date=date(2025, 7, 1),
    )
    tables = {"location_map": MAP.lazy(), "extracts": extracts.lazy()}
    shown = with_places_of_today(placed.lazy(), tables.__getitem__).collect()
    assert shown.select("holding_id", "unit", "target_symbol", "in_scope", THEN).rows() == [
        ("220", "Main", "NEW", True, None),
        ("221", "Main", "NEW", False, "unit Law, target NEX, in scope"),
        ("222", None, None, None, None),
    ]


def test_all_that_blocks_is_told_in_the_words_of_the_workbook(example):
    blocking = (
        example.analysis.held_claims.filter("is_blocker").group_by("symbol", "number").agg("class").sort("number")
    )
    most = blocking.sort(pl.col("class").list.n_unique(), maintain_order=True).row(-1, named=True)
    kinds = PROBLEMS["old_holding"].classes
    page = example.trace(most["number"]).sections
    told = page["Everything that speaks for and against"].filter(symbol=most["symbol"], number=most["number"])
    blocks = told.filter(pl.col("it") != "comes after")
    assert len(set(most["class"])) >= 3
    assert sorted(blocks["claim"]) == sorted(kinds[code].title for code in most["class"])
    assert set(blocks["what would change it"]) == {kinds[code].changed_by for code in most["class"]}
    finding = example.findings("old_holding").filter(symbol=most["symbol"], ocn=most["number"])
    held = page["Class of old holdings"].filter(symbol=most["symbol"], ocn=most["number"])
    assert held["in words"].to_list() == in_words(finding)["explanation"].to_list()


def test_every_owner_of_a_held_number_is_found_from_it(example):
    """Also one of an earlier extract only, or under a number that WorldCat has merged since."""
    owned = example.analysis.held_numbers.filter(pl.col("owners") > 0)
    current = example.table("ocns").select("mms_id", "ocn").unique().collect()
    other = owned.join(current, on=["mms_id", "ocn"], how="anti").group_by("class").first()
    assert other.height >= 3
    for row in other.head(6).to_dicts():
        page = example.trace(row["ocn"])
        assert row["mms_id"] in page.sections["Who owns the numbers, and what is confirmed"]["mms_id"].to_list(), row
        assert row["mms_id"] in page.sections["Bib"]["mms_id"].to_list()
        through = page.sections["Through what they own them, in any extract"].filter(mms_id=row["mms_id"])
        assert through.height, row


def test_every_row_says_where_it_stands(example):
    mms_id = example.findings("ocn_changed")["mms_id"][0]
    page = example.trace(mms_id)
    for title, frame in page.sections.items():
        assert {"file", "record"} <= set(frame.columns), title
        assert frame["file"].null_count() == 0, title
    text = str(page)
    for file in page.sections["What OCLC answered, run by run"]["file"]:
        assert file in text
    html = page._repr_html_()
    assert mms_id in html
    assert "<table" in html


def test_a_deleted_record_is_shown_with_the_file_that_deletes_it(tmp_path):
    new_project(tmp_path / "mine")
    project = Project(tmp_path / "mine")
    (project.raw / "full_20250720.mrc").write_bytes(bib("9901", "Rivers") + bib("9902", "Ponds"))
    (project.raw / "increment_20250805.mrc").write_bytes(bib("9901", "Rivers", "d") + bib("9902", "Ponds and lakes"))
    name_extracts(project.folder / "datasync.toml", {"full*": "full", "increment*": "increment"})
    project.load(progress=False)
    columns = ["title", "record_status", "what became of it", "date", "file", "record"]
    page = project.trace("9901")
    assert page.headline == "9901: an MMS ID of an earlier or deleted record of 9901"
    assert "Bib" not in page.sections
    assert page.sections["Earlier and deleted records"].select(columns).rows() == [
        ("Rivers", "n", "a later state of the catalogue does not have it", date(2025, 7, 20), "full_20250720.mrc", 0),
        ("Rivers", "d", "it says that the bib is deleted", date(2025, 8, 5), "increment_20250805.mrc", 0),
    ]
    page = project.trace("9902")
    assert page.sections["Bib"]["title"].to_list() == ["Ponds and lakes"]
    assert page.sections["Earlier and deleted records"].select(columns).rows() == [
        ("Ponds", "n", "a later record took its place", date(2025, 7, 20), "full_20250720.mrc", 1)
    ]


@pytest.mark.parametrize(
    ("mangle", "kind"),
    [
        (lambda i: str(int(float(i))), "mms_id"),
        (lambda i: f"{int(float(i))}.0", "mms_id"),
        (lambda i: f"{float(i)!r}", "mms_id"),
        (lambda i: i[:15] + "0" * (len(i) - 15), "mms_id"),
        (lambda i: f"{float(i):.14E}", "mms_id"),
        (lambda i: f"'{i}", "mms_id"),
        (lambda i: f'="{i}"', "mms_id"),
        (lambda i: str(int(float(i))), "holding_id"),
        (lambda i: i[:15] + "0" * (len(i) - 15), "holding_id"),
    ],
)
def test_an_id_that_excel_or_a_float_has_mangled_leads_to_its_page(example, mangle, kind):
    holding = (
        example.table("placed_holdings").filter(pl.col("mms_id").str.len_bytes() == 18).collect().row(0, named=True)
    )
    page = example.trace(mangle(holding[kind]))
    assert page.sections["Bib"]["mms_id"].to_list() == [holding["mms_id"]]
    assert holding[kind] in page.headline


def test_where_several_ids_can_have_become_a_mangled_one_they_are_listed(example):
    bibs = example.table("bibs").drop_nulls("mms_id").collect()
    ids = bibs.filter(pl.col("mms_id").str.contains(r"^\d{18}$"))["mms_id"]
    some = ids[0]
    page = example.trace(f"{float(some):.2E}")  # as a narrow column shows it
    low, high = (int(some[:3]) - 1) * 10**15, (int(some[:3]) + 1) * 10**15
    near = [i for i in ids if low <= int(i) <= high]
    shown = page.sections["What it may have been"]
    assert len(near) > 20
    assert shown.height == 20
    assert set(shown["may be"]) <= set(near)
    assert "more than 20, the first stand below" in page.headline
    assert shown["title"].null_count() == 0


@pytest.mark.parametrize("text", ["9.87E+17", "981234567890123000", "981234567890123456.0"])
def test_a_mangled_id_of_which_none_can_be_had_says_so(example, text):
    page = example.trace(text)
    assert page.sections == {}
    assert page.headline.endswith("no ID of the catalogue can have become it: take it from the source as text")


@pytest.mark.parametrize("text", ["no such thing", "981234567890124321", "b10000203"])
def test_what_is_whole_and_not_there_is_not_called_mangled(example, text):
    assert example.trace(text).headline == f"{text}: nothing is known of it in the loaded files"


def test_nothing_known(example):
    assert example.trace("no such thing").sections == {}


def test_every_section_is_named_once_and_says_where_its_rows_stand():
    titles = [section.title for section in SECTIONS]
    assert len(set(titles)) == len(titles)
    assert [section.title for section in SECTIONS if {"file", "record"} - set(section.columns)] == []


def test_no_section_reads_what_it_does_not_show(example):
    """The page stays as it is when each table has the columns that its sections show, and those by which rows are found."""
    mms_id = example.findings("shared_ocn")["mms_id"][0]
    shown = example.trace(mms_id).sections
    keys = {  # by which rows are found
        *("mms_id", "holding_id", "host_mms_id", "constituent_mms_id", "item_id", "barcode", "lsn", "job_key"),
        *("ocn", "sent_ocn", "result_ocn", "staging_ocn", "old_ocn", "current_ocn", "problem", "parameters", "row_key"),
        # from which words are made
        *("number", "class", "is_blocker", "reasons", "targets", "mode", "because"),
    }
    needed: dict[str, set[str]] = {}
    for section in SECTIONS:
        needed.setdefault(section.table, set(keys)).update(section.columns)

    def narrow(name: str) -> pl.LazyFrame:
        frame = example.table(name)
        return frame.select(c for c in frame.collect_schema().names() if name not in needed or c in needed[name])

    narrowed = trace(mms_id, narrow).sections
    assert {t: f.to_dicts() for t, f in narrowed.items()} == {t: f.to_dicts() for t, f in shown.items()}


def test_what_people_decided_and_signed_is_on_the_page(own_example):
    shutil.rmtree(own_example.folder / "decisions")
    found = own_example.findings("stale_ocn").row(0, named=True)
    said = {"row_key": found["row_key"], "problem": "stale_ocn", "decision": "replaced", "who": "Music", "row": 7}
    other = {"row_key": "f" * 20, "problem": "stale_ocn", "decision": "replaced", "who": "Law", "row": 2}
    append_decisions(own_example.folder / "decisions", pl.DataFrame([other, said]))
    (own_example.folder / "decisions" / "signed_fixes.csv").write_text(
        f"old_ocn,current_ocn,who,date,why\n77,{found['ocn']},A. Smith,2026-01-05,seen on the shelf\n", encoding="utf-8"
    )
    page = own_example.trace(found["mms_id"]).sections
    shown = ("decision", "who", "row", "file", "record")
    assert page["Decisions"].select(shown).rows() == [("replaced", "Music", 7, "decisions/decisions.jsonl", 1)]
    signed = page["WorldCat merges"].filter(source="signed fix")
    assert signed.select("old_ocn", "current_ocn", "file", "record").rows() == [
        (77, found["ocn"], "decisions/signed_fixes.csv", 0)
    ]
    assert own_example.table("decisions").collect()["who"].to_list() == ["Law", "Music"]
    query = "select d.who, f.mms_id from decisions d join findings f using (row_key)"
    assert own_example.sql(query).rows() == [("Music", found["mms_id"])]
    assert own_example.table("decisions", "pandas")["new_ocn"].dtype == "Int64"


def test_without_decisions_the_record_is_an_empty_table(own_example):
    shutil.rmtree(own_example.folder / "decisions")
    assert own_example.table("decisions").collect().height == 0
    assert own_example.sql("select count(*) as lines from decisions")["lines"].to_list() == [0]
