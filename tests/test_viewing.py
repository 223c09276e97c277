"""What notebooks show: one symbol or unit, findings in words, files by name."""

import polars as pl
from polars.testing import assert_frame_equal

from datasync_lib.viewing import classes_of, in_words, only, paths_in, summary

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


def test_classes_are_told_with_their_answers():
    classes = classes_of("old_holding")
    assert classes.filter(pl.col("class") == "not_yet_classed")["answer"].to_list() == ["review"]
    assert not classes["meaning"].str.contains(r"\{").any()


def test_a_summary_separates_thousands_but_no_ids():
    html = summary(
        pl.DataFrame({"ocn": [1234567], "records": [1234567], "targets": [["A", "B"]]}), "A title"
    ).as_raw_html()
    assert "1,234,567" in html
    assert ">1234567<" in html
    assert "A, B" in html
    assert "A title" in html


def test_files_are_named_in_their_folder(tmp_path):
    path = tmp_path / "XYZ" / "Law" / "list.xlsx"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"0" * 2400)
    assert paths_in(tmp_path, [path]).rows() == [("XYZ/Law/list.xlsx", 2)]
