import pytest


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


def test_nothing_known(example):
    assert example.trace("no such thing").sections == {}
