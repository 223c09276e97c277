"""What notebooks show: one symbol or unit, findings in words, files by name."""

from pathlib import Path

import ipywidgets
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from datasync_lib import plots
from datasync_lib.choosing import Choice, known_choices, only
from datasync_lib.errors import InputError
from datasync_lib.problems import PROBLEMS
from datasync_lib.shown_findings import to_look_at
from datasync_lib.viewing import (
    changed_records,
    classes_of,
    glossary,
    in_words,
    load_log,
    paths_in,
    scorecard,
    summary,
)

FINDINGS = pl.DataFrame(
    {
        "row_key": ["k1", "k2", "k3"],
        "problem": ["stale_ocn", "old_holding", "created_record"],
        "class": [None, "covered", None],
        "answer": ["act", "keep", "act"],
        "priority": pl.Series([1, 1, 3], dtype=pl.Int32),
        "unit": ["Law", None, "Law"],
        "symbol": ["ABC", "OLD", "ABC"],
        "mms_id": ["990011023280203941", "990011023280203942", None],
        "holding_id": pl.Series([None] * 3, dtype=pl.String),
        "ocn": [7, 9, 1_500_000_001],
        "parameters": ['{"ocn": 5, "current": 7}', '{"symbol": "OLD", "ocn": 9}', "{}"],
    }
)


def test_findings_in_words():
    expected = pl.DataFrame(
        {
            "priority": pl.Series([1, 1, 3], dtype=pl.Int32),
            "problem": ["Stale OCN", "Old holding - confirm", "Created record"],
            "class": [None, "covered", None],
            "answer": ["act", "keep", "act"],
            "unit": ["Law", None, "Law"],
            "symbol": ["ABC", "OLD", "ABC"],
            "mms_id": ["990011023280203941", "990011023280203942", None],
            "ocn": [7, 9, 1_500_000_001],
            "explanation": [
                "The record has 5; WorldCat has merged it into 7.",
                "OLD holds 9 in WorldCat. The number is confirmed for every active owner on each symbol that it goes to.",
                "OCLC found no match and added the record to WorldCat as (not known).",
            ],
            "row_key": ["k1", "k2", "k3"],
        }
    )
    assert_frame_equal(in_words(FINDINGS), expected)


def test_findings_in_words_keep_their_columns_without_rows():
    assert "holding_id" in in_words(FINDINGS.clear()).columns


def test_a_page_shows_the_first_findings_and_tells_how_many_there_are(capsys):
    assert in_words(FINDINGS, most=2)["row_key"].to_list() == ["k1", "k2"]
    assert capsys.readouterr().out == "The first 2 of 3.\n"
    assert in_words(FINDINGS, most=None).height == in_words(FINDINGS, most=3).height == 3
    assert capsys.readouterr().out == ""


def test_only_one_symbol_and_unit():
    assert only(FINDINGS, symbol="ABC", unit="Law")["row_key"].to_list() == ["k1", "k3"]
    assert only(FINDINGS)["row_key"].to_list() == ["k1", "k2", "k3"]
    assert_frame_equal(only(FINDINGS.lazy(), symbol="ABC").collect(), only(FINDINGS, symbol="ABC"))
    assert only(FINDINGS, symbol="OLD", unit="Law").is_empty()
    assert only(pl.DataFrame({"file": ["a"]}), symbol="ABC").height == 1


def test_only_keeps_what_a_symbol_is_compared_with():
    scorecard = pl.DataFrame({"symbol": ["all", "ABC", "XYZ"], "count": [3, 1, 2]})
    assert only(scorecard, symbol="ABC")["symbol"].to_list() == ["all", "ABC"]
    rates = pl.DataFrame(
        {"project": ["this project"] * 2 + ["other"], "symbol": [None, "ABC", None], "share": [1, 2, 3]}
    )
    assert only(rates, symbol="ABC")["share"].to_list() == [2, 3]


def test_a_choice_cuts_what_can_be_cut_and_says_what_cannot(example, capsys):
    units = known_choices(example)["unit"]
    chosen = Choice(example, symbol="MWU", unit="Law Library")
    assert str(chosen) == "MWU, Law Library"
    findings = chosen.only(example.findings())
    assert set(findings["symbol"]) == {"MWU"}
    assert set(findings["unit"]) == {"Law Library"}
    assert capsys.readouterr().out == ""
    census = example.analysis.ocn_census
    assert chosen.only(census).equals(census)
    assert "all symbols and all units together" in capsys.readouterr().out
    scorecard = example.analysis.readiness
    assert set(chosen.only(scorecard)["symbol"]) == {"all", "MWU"}
    assert "counted for all units together; it cannot be cut to MWU, Law Library" in capsys.readouterr().out
    everything = Choice(example)
    assert everything.only(census).equals(census)
    assert capsys.readouterr().out == ""
    assert {"Law Library", "Main Library"} <= set(units)


def test_a_figure_of_a_symbol_without_rows_does_not_say_that_nothing_is_loaded(example):
    flow = example.analysis.outcome_flow
    assert Choice(example).figure(plots.plot_outcome_flow, flow).finding == plots.plot_outcome_flow(flow).finding
    retired = Choice(example, symbol="MLW")
    figure = retired.figure(plots.plot_outcome_flow, retired.only(flow))
    assert figure.name == "outcome_flow"
    assert figure.finding == "There is nothing to show for MLW, all units"


@pytest.mark.parametrize("wrong", [{"symbol": "mwu"}, {"symbol": "XXX"}, {"unit": "Law"}])
def test_a_symbol_or_unit_that_does_not_exist_is_refused_with_those_there_are(example, wrong):
    with pytest.raises(InputError, match=r"in the project; there are: .*(MWU|Law Library)"):
        Choice(example, **wrong)


def test_what_is_chosen_from_the_lists_holds_for_what_comes_after(example):
    chosen = Choice(example)
    symbols, units = (chosen._list(name, ipywidgets.Dropdown) for name in ("symbol", "unit"))
    symbols.value = "MWS"
    assert set(chosen.only(example.findings("rejected"))["symbol"]) == {"MWS"}
    units.value = "Medical Library"
    assert str(chosen) == "MWS, Medical Library"
    symbols.value = ""
    assert str(chosen) == "all symbols, Medical Library"
    assert "application/vnd.jupyter.widget-view+json" in chosen._repr_mimebundle_()


def test_the_readme_has_the_glossary_of_the_pages():
    readme = (Path(__file__).resolve().parents[1] / "README.md").read_text("utf-8")
    rows = [f"| {word} | {meaning} |" for word, meaning in glossary().iter_rows()]
    assert [row for row in rows if row not in readme] == []


def test_findings_to_look_at_have_title_call_number_and_links_and_show_texts_as_text(own_example):
    settings = own_example.folder / "datasync.toml"
    address = "https://alma.example/bib/{mms_id}?a=1&b=2"
    usual = "https://catalogue.example.org/record/{mms_id}"
    settings.write_text(settings.read_text("utf-8").replace(usual, address), "utf-8")
    found = own_example.findings("shared_ocn").head(1)
    mms_id, ocn = found["mms_id"][0], found["ocn"][0]
    page = to_look_at(own_example, found).data
    title = own_example.table("bibs").filter(mms_id=mms_id).collect()["title"][0]
    assert title[:20] in page
    assert f"https://alma.example/bib/{mms_id}?a=1&amp;b=2" in page
    assert f"https://search.worldcat.org/title/{ocn}" in page
    bad = found.with_columns(parameters=pl.lit('{"ocn": "<script>alert(1)</script>"}'))
    assert "<script>alert(1)" not in to_look_at(own_example, bad).data


def test_the_scorecard_is_read_without_codes(example):
    card = scorecard(example.analysis.readiness)
    assert card.columns == ["symbol", "metric", "share", "count", "of", "gate", "state", "meaning"]
    line = card.filter(symbol="all", metric="Bibs to send").row(0, named=True)
    assert line["share"] == f"{100 * line['count'] / line['of']:.1f} %"
    assert card.filter(symbol="all", metric="Bibs")["share"].to_list() == [""]
    assert set(card["state"]) <= {"✓ met", "! to review", "✗ missed", "for information", "not counted"}


def test_the_load_log_has_no_hashes(example):
    log = load_log(example.table("files").collect())
    assert {"sha256", "loaded_at", "bytes"}.isdisjoint(log.columns)
    assert log["rejected"].to_list() == sorted(log["rejected"], reverse=True)


def test_classes_are_told_with_their_answers():
    classes = classes_of("old_holding")
    assert classes.filter(kind=PROBLEMS["old_holding"].classes["not_yet_classed"].title)["answer"].to_list() == [
        "review"
    ]
    assert not classes["meaning"].str.contains(r"\{").any()
    of_lhrs = classes_of("lhr_problem")  # whose kinds need no meaning beside their names
    assert of_lhrs.columns == ["kind", "answer", "what_to_do"]
    assert of_lhrs.filter(kind="no 852")["what_to_do"].to_list() == ["Add the 852 with library ($b) and location ($c)."]


def test_a_summary_separates_thousands_but_no_ids():
    html = summary(
        pl.DataFrame({"ocn": [1234567], "records": [1234567], "targets": [["A", "B"]]}), "A title"
    ).as_raw_html()
    assert "1,234,567" in html
    assert ">1234567<" in html
    assert "A, B" in html
    assert "A title" in html


def test_a_summary_without_rows_says_so():
    assert "None." in summary(pl.DataFrame(schema={"file": pl.String}), "Files of the last package").as_raw_html()


def test_files_are_named_in_their_folder(tmp_path):
    path = tmp_path / "XYZ" / "Law" / "list.xlsx"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"0" * 2400)
    assert paths_in(tmp_path, [path]).rows() == [("XYZ/Law/list.xlsx", 2)]


def test_changes_are_shown_with_the_titles_of_their_bibs(capsys):
    ids = ["991", "992", "993"]
    texts = dict.fromkeys(["what", "change", "holding_id", "before", "after"], "x")
    changes = pl.DataFrame({"mms_id": ids, "unit": ["Law", None, None], "library": ["LIB"] * 3, **texts})
    bibs = pl.LazyFrame({"mms_id": ["991", "992"], "title": ["Rivers", "Ponds"]})
    earlier = pl.LazyFrame({"mms_id": ["992", "993"], "title": ["Old ponds", "Gone"]})
    shown = changed_records(changes.lazy(), bibs, earlier)
    assert shown.select("title", "unit").rows() == [("Rivers", "Law"), ("Ponds", "LIB"), ("Gone", "LIB")]
    assert changed_records(changes.lazy(), bibs, earlier, most=1)["title"].to_list() == ["Rivers"]
    assert "The first 1 of 3" in capsys.readouterr().out
