"""The number that we sent, answered as it was: only the texts can tell that it is the wrong record (duplicates.md E11)."""

import polars as pl
from frame_rows import leads

from datasync_lib.analysis.match_classes import FLAGS
from datasync_lib.analysis.other_texts import find_other_texts
from datasync_lib.analysis.similarity import OTHER_MATERIAL, TERMS
from datasync_lib.problems import in_words

ANSWER = {
    **{"symbol": "NEW", "class": "same", "sent_ocn": 33, "result_ocn": 33, "last_action": "match"},
    **{"title": "A history of bridges", "worldcat_title": "Problems of taxation", "score": 24, "refusal": None},
    **dict.fromkeys(TERMS, 0),
    **dict.fromkeys(FLAGS, False),
    **{"file": "BibProcessingReport.txt", "worldcat_file": "worldcat.NEW.mrc", "worldcat_record": 6},
}
SCHEMA = {"record_key": pl.String, "mms_id": pl.String, "verdict": pl.String, "record": pl.Int64, "refusal": pl.String}


def classes(*given: dict) -> pl.DataFrame:
    numbered = (
        {"record_key": f"k{n}", "record": n, "mms_id": f"99{n}", **ANSWER, **row} for n, row in enumerate(given)
    )
    return pl.DataFrame(list(numbered), schema_overrides=SCHEMA)


def test_the_texts_are_doubted_where_the_number_is_the_one_that_was_sent():
    found = find_other_texts(
        match_classes=classes(
            {"verdict": "no"},
            {"verdict": "look", "score": 61, "refusal": OTHER_MATERIAL, "symbol": "NEX", "mms_id": None},
            {"verdict": "likely"},
            {"verdict": None},
            {"verdict": "no", "class": "suspect", "sent_ocn": 50},
            {"verdict": "no", "class": "found", "sent_ocn": None},
        ),
        lead_units=leads({"mms_id": "990", "unit": "Law", "other_units": "Music", "symbol": "NEZ"}),
    )
    columns = ["class", "answer", "unit", "other_units", "symbol", "mms_id", "ocn", "file", "record", "priority"]
    assert found.findings.select(columns).sort("record").rows() == [
        ("suspect", "review", "Law", "Music", "NEW", "990", 33, "BibProcessingReport.txt", 0, 1),
        ("look", "review", None, None, "NEX", None, 33, "BibProcessingReport.txt", 1, 1),
    ]
    assert in_words(found.findings).filter(pl.col("class") == "look")["explanation"].to_list() == [
        "We sent 33 and OCLC answered it, but the texts differ: different kinds of material (61 points). "
        "WorldCat has «Problems of taxation»."
    ]
    key = found.findings.filter(pl.col("class") == "suspect")["row_key"][0]
    assert found.evidence.filter(pl.col("row_key") == key).select("what", "value", "file", "record").rows() == [
        ("OCN answered", "33", "BibProcessingReport.txt", 0),
        ("OCN sent", "33", "BibProcessingReport.txt", 0),
        ("report action", "match", "BibProcessingReport.txt", 0),
        ("title in WorldCat", "Problems of taxation", "worldcat.NEW.mrc", 6),
    ]
