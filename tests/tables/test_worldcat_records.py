from datetime import date

import polars as pl
import pytest
from marc_text import subfields

from datasync_lib.oclc.judged_records import JudgedPiece, current_numbers, find_edges
from datasync_lib.oclc.worldcat_records import derive_worldcat_records
from datasync_lib.tables.worldcat_records import newest_records
from datasync_lib.vocabulary.tables import conform, empty

DAY = date(2025, 9, 14)
RECORD = """LDR 00000cas a2200000 i 4500
001 ocm00000012#
003 OCoLC
008 850101c19509999nyuqr p o     0   a0eng
019    $a10$a11
022 0  $a1234-5679$y0378-5955
022    $a0378595X
035    $a(OCoLC)12$z(OCoLC)11$z(OCoLC)9
040    $aDLC$beng
110 2  $aSoil Society.
245 00 $6880-01$aAnnals of soils.$nPart 2 /$cSociety.
250    $a2nd ed.
264  1 $aBoston :$bWharf Press,$c1950-
300    $avolumes
880 00 $6245-01/(N$aЗаписки о почвах /
"""


def piece(*records: str) -> JudgedPiece:
    found = subfields(*records, file="metacoll.XYZ.updates.D20250914.T1.1.mrc")
    numbers = current_numbers(found)
    edges = find_edges(found, numbers, DAY)
    return JudgedPiece(numbers, edges, empty("records"), empty("load_issues"), found, DAY)


def test_a_record_in_full():
    (row,) = derive_worldcat_records(piece(RECORD)).rows(named=True)
    assert row == {
        "file": "metacoll.XYZ.updates.D20250914.T1.1.mrc",
        "record": 0,
        "ocn": 12,
        "old_ocns": [9, 10, 11],
        "as_of": DAY,
        "record_type": "a",
        "bib_level": "s",
        "form_of_item": "o",
        "date1": "1950",
        "date2": "9999",
        "language": "eng",
        "title": "Annals of soils. Part 2",
        "title_parts": "Part 2 /",
        "title_880": "Записки о почвах",
        "main_entry": "Soil Society.",
        "edition": "2nd ed.",
        "publisher": "Wharf Press,",
        "publication_date": "1950-",
        "year": 1950,
        "extent": "volumes",
        "cataloguing_language": "eng",
        "format": "serial",
        "is_electronic": True,
        "is_reproduction": False,
        "issns": ["0378-595X", "1234-5679"],
        "is_listed": False,
    }


def test_records_without_a_number_are_no_records_and_a_bare_one_has_empty_lists():
    bare = "001 ocm00000034#\n003 OCoLC\n245 00 $aRivers"
    found = derive_worldcat_records(piece("001 ocm\n245 00 $aNothing", bare))
    assert found.select("record", "ocn", "title", "old_ocns", "issns").rows() == [(1, 34, "Rivers", [], [])]
    assert derive_worldcat_records(piece("001 x\n245 00 $aNothing")).is_empty()


def records(*given: tuple) -> pl.LazyFrame:
    rows = [
        {"file": file, "record": at, "ocn": 12, "as_of": day, "title": title}
        for at, (file, day, title) in enumerate(given)
    ]
    schema = {"file": pl.String, "record": pl.Int64, "ocn": pl.Int64, "as_of": pl.Date, "title": pl.String}
    return conform("worldcat_records", pl.DataFrame(rows, schema=schema))


@pytest.mark.parametrize(
    ("given", "newest"),
    [
        ([("a.mrc", date(2025, 9, 1), "old"), ("b.mrc", date(2025, 9, 2), "new")], "new"),
        ([("b.mrc", date(2025, 9, 2), "new"), ("a.mrc", date(2025, 9, 1), "old")], "new"),
        ([("a.mrc", None, "no day"), ("b.mrc", date(2020, 1, 1), "a day")], "a day"),
        # one day: OCLC's record output is taken new, merges, updates
        (
            [
                ("worldcat/metacoll.XYZ.updates.D20250914.T1.1.mrc", DAY, "updates"),
                ("worldcat/metacoll.XYZ.new.D20250914.T9.1.mrc", DAY, "new"),
                ("worldcat/metacoll.XYZ.merges.D20250914.T5.1.mrc", DAY, "merges"),
            ],
            "updates",
        ),
        # one file: the later record
        ([("a.mrc", DAY, "first"), ("a.mrc", DAY, "second")], "second"),
    ],
)
def test_the_newest_record_of_a_number_counts(given, newest):
    for order in (given, given[::-1]) if given[0][0] != given[1][0] else (given,):
        found = newest_records(records(*order))
        assert found["title"].to_list() == [newest]
        assert found.columns == empty("worldcat_records").columns


def test_a_record_that_oclc_delivered_says_more_than_a_later_one_of_a_list():
    given = records(("delivered.mrc", date(2025, 9, 1), "delivered"), ("list.mrc", DAY, "listed"))
    is_listed = given.with_columns(is_listed=pl.Series([False, True]))
    for order in (is_listed, is_listed.reverse()):
        assert newest_records(order)["title"].to_list() == ["delivered"]


def test_no_records():
    assert newest_records(empty("worldcat_records")).is_empty()
