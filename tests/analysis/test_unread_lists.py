"""What rests on a list that was not read whole is held until somebody has mended the list."""

import polars as pl
import pytest
from frame_rows import rows
from test_deletions import MATCH, SYMBOLS, bib, held, world

from datasync_lib.analysis.registry import work_out
from datasync_lib.analysis.unread_lists import unread_lists
from datasync_lib.problems.wording import in_words
from datasync_lib.settings import WorldcatList
from datasync_lib.vocabulary.tables import empty

LISTED = (WorldcatList(files="from_oclc/*.csv", symbol="OLD", as_of="2025-09-01"),)


def file(name: str, kind: str = "worldcat_list", found: int = 9, rejected: int = 0, note: str | None = None) -> dict:
    counts = {"found": found, "loaded": found - rejected, "repaired": 0, "repeated": 0, "rejected": rejected}
    return {"file": name, "kind": kind, "sha256": name, "bytes": 1, "note": note, **counts}


def unread(*files: dict, codes: tuple[tuple, ...] = ()) -> list[tuple]:
    issues = [
        {"file": name, "code": code, "message": "m", "record": dict(enumerate(at)).get(0)} for name, code, *at in codes
    ]
    table = rows("load_issues", *issues) if issues else empty("load_issues")
    return unread_lists(
        files=rows("files", *files),
        load_issues=table,
        raw_rows=empty("raw_rows"),
        rejected_numbers=rows("rejected_numbers", {"file": "note.txt", "ocn": 7}),
        worldcat_lists=LISTED,
        symbols=SYMBOLS,
    ).rows()


@pytest.mark.parametrize(
    ("name", "lines", "symbols"),
    [
        ("strange.csv", [["old", "A title", "x"], ["OLD", "Another", "y"]], ["OLD"]),
        ("strange.csv", [["OLD", "40000001"], ["OLD", "40000002"]], []),
        ("strange.csv", [["OLD", "A title"], ["NEW", "Another"], ["", "40000001"]], ["NEW", "OLD"]),
        ("strange_OLD.csv", [["A title"], ["Another"]], ["OLD"]),
        ("strange_OLD.docx", [], [None]),
        ("strange.csv", [["A title"], ["Another"]], []),
        ("bold.csv", [["A bold title"]], []),
    ],
)
def test_an_unknown_file_that_names_a_symbol_may_be_a_list_of_it(name, lines, symbols):
    raw = rows("raw_rows", *({"file": name, "values": line} for line in lines)) if lines else empty("raw_rows")
    found = unread_lists(
        files=rows("files", file(name, "unknown", found=len(lines))),
        load_issues=empty("load_issues"),
        raw_rows=raw,
        rejected_numbers=empty("rejected_numbers"),
        symbols=SYMBOLS,
    )
    assert found["symbol"].to_list() == symbols


@pytest.mark.parametrize(
    ("name", "symbol"),
    [
        ("notes/special cases.docx", None),
        ("notes_OLD.pdf", None),
        ("NEW unresolved.xlsx", None),
        ("LHRs OLD.docx", "OLD"),
        ("export.zip", None),
        ("NEW-NEW.1099999.IN.BIB.D20250721.T094034567.x.mrc.BibProcessingReport.txt", None),
    ],
)
@pytest.mark.parametrize("kind", ["unknown", "unreadable"])
def test_a_file_in_which_nothing_can_be_seen_holds_all_that_it_may_speak_of(name, symbol, kind):
    reason = "nobody knows what it lists: name it in the settings, or set it aside"
    assert unread(file(name, kind, found=0)) == [(name, symbol, reason)]


@pytest.mark.parametrize(
    ("given", "symbol", "reason"),
    [
        (file("worldcat.OLD.20250901.txt", rejected=2), "OLD", "2 of 9 rows were not read: see load_issues"),
        (file("a/worldcat.M_64S.20250901.list.csv", rejected=9, note="no header"), "M@S", "no row was read: no header"),
        (file("worldcat.OLD.20250901.txt", "unreadable", 0, note="broken"), "OLD", "no row was read: broken"),
        (file("worldcat.OLD.20250901.txt", "empty", 0), "OLD", "no row was read: see load_issues"),
        (
            file("lists.zip/worldcat.OLD.20250901.txt#2", rejected=1),
            "OLD",
            "1 of 9 rows were not read: see load_issues",
        ),
        (file("worldcat.OLD.20250901.txt.gz", "unreadable", 0, note="cut"), "OLD", "no row was read: cut"),
        (file("from_oclc/query.csv", "unreadable", 0, note="broken"), "OLD", "no row was read: broken"),
        (file("merged.csv", "current_numbers", rejected=9, note="other words"), None, "no row was read: other words"),
        (file("merged.csv", "current_numbers", rejected=1), None, "1 of 9 rows were not read: see load_issues"),
    ],
)
def test_a_list_that_was_not_read_whole_is_told(given, symbol, reason):
    assert unread(given) == [(given["file"], symbol, reason)]


@pytest.mark.parametrize(
    ("kind", "rejected", "codes", "reason"),
    [
        ("worldcat_list", 2, [("bad_number", 3), ("no_ocn", 5)], None),
        ("worldcat_list", 2, [("bad_number", 3), ("total_line", 8)], None),
        ("worldcat_list", 1, [("bad_number", 3), ("bad_number", 3)], None),
        ("worldcat_list", 2, [("bad_number", 3), ("malformed_row", 5)], "1 of 9 rows were not read: see load_issues"),
        ("worldcat_list", 2, [("bad_number", 3)], "1 of 9 rows were not read: see load_issues"),
        ("worldcat_list", 9, [("bad_number", at) for at in range(9)], "no row was read: see load_issues"),
        ("worldcat_list", 1, [("bad_number", 3), ("breaks_off", None)], "it breaks off"),
        ("current_numbers", 1, [("bad_number", 3)], "1 of 9 rows were not read: see load_issues"),
    ],
)
def test_a_row_that_is_no_number_says_nothing_of_the_others(kind, rejected, codes, reason):
    """Of a list of merges it does: what cannot be read may be the merge of any number."""
    name, symbol = ("worldcat.OLD.20250901.txt", "OLD") if kind == "worldcat_list" else ("merged.csv", None)
    found = unread(file(name, kind, rejected=rejected), codes=tuple((name, *code) for code in codes))
    assert found == ([(name, symbol, reason)] if reason else [])


def test_a_list_that_lies_there_twice_says_no_more():
    once = file("worldcat.OLD.20250901.txt", rejected=1)
    twice = {**once, "file": "again/worldcat.OLD.20250901.txt"}
    assert unread(once, twice, codes=((once["file"], "bad_number", 3),)) == []
    assert len(unread(once, twice, codes=((once["file"], "malformed_row", 3),))) == 2


@pytest.mark.parametrize(
    "given",
    [
        file("worldcat.OLD.20250901.txt"),
        file("worldcat.OLD.20250901.txt", "ignored", 0),
        file("merged.csv", "current_numbers", 0),
        file("catalogue.mrc", "catalogue", rejected=3),
        file("note.txt", "unreadable", 0, rejected=1),
    ],
)
def test_lists_that_are_whole_and_other_files_hold_nothing(given):
    assert unread(given) == []


@pytest.mark.parametrize(
    ("code", "reason"), [("breaks_off", "it breaks off"), ("sheet_not_read", "not every sheet was read")]
)
def test_a_list_of_which_a_part_is_missing_is_told(code, reason):
    name = "worldcat.OLD.20250901.txt"
    assert unread(file(name), codes=((name, code),)) == [(name, "OLD", reason)]
    assert unread(file(name), codes=((name, "numbers_differ"), ("catalogue.mrc", code))) == []


def classes(*files: dict, lists: list[dict], bibs: list[dict], answers: list[dict]) -> list[tuple]:
    found = work_out(
        "held_numbers", **world(lists, bibs, answers), files=rows("files", *files), symbols=SYMBOLS, worldcat_lists=()
    )
    numbers = found.filter(pl.col("ocn").is_not_null())
    return numbers.select("symbol", "ocn", "class", "answer").rows()


BAD = file("worldcat.OLD.20250901.txt", rejected=1)
CURRENT = file("merged.csv", "current_numbers", rejected=9)


@pytest.mark.parametrize(
    ("files", "covered"),
    [
        ([], ("covered", "delete")),
        ([file("worldcat.OLD.20250901.txt")], ("covered", "delete")),
        ([file("worldcat.NEW.20250901.txt", rejected=1)], ("covered", "delete")),
        ([BAD], ("list_not_read", "hold")),
        (
            [file("worldcat.OLD.20250901.txt"), file("worldcat.OLD.20250902.csv", "unreadable", 0)],
            ("list_not_read", "hold"),
        ),
        ([CURRENT], ("list_not_read", "hold")),
        ([BAD, CURRENT], ("list_not_read", "hold")),
    ],
)
def test_what_would_go_is_held(files, covered):
    bibs = [bib("991", 12), bib("992", 50)]
    found = classes(*files, lists=held(12, 50, 60, 20), bibs=bibs, answers=[MATCH])
    assert found == [
        ("OLD", 12, *covered),
        ("OLD", 20, "ambiguous_number", "review"),
        ("OLD", 50, "owned_unconfirmed", "hold"),
        ("OLD", 60, "not_yet_classed", "review"),
    ]


def test_a_number_of_a_symbol_that_is_kept_stays():
    found = classes(BAD, CURRENT, lists=held(12, symbol="NEW"), bibs=[bib("991", 12)], answers=[MATCH])
    assert found == [("NEW", 12, "covered", "keep")]


def test_what_waits_is_told_with_the_file_and_what_it_would_be():
    given = world(held(12), [bib("991", 12)], [MATCH])
    claims = work_out("held_claims", **given, files=rows("files", BAD), symbols=SYMBOLS, worldcat_lists=())
    found = claims.select("symbol", "number", "turn", "class", "answer", "is_blocker", "otherwise", "mms_id")
    assert found.rows() == [
        ("OLD", 12, 1, "list_not_read", "hold", True, "covered", "991"),
        ("OLD", 12, 2, "covered", "delete", False, "covered", "991"),
    ]
    said = "worldcat.OLD.20250901.txt: 1 of 9 rows were not read: see load_issues"
    assert claims.select("reason", "file", "record").row(0) == (said, "worldcat.OLD.20250901.txt", None)


NO_NUMBERS = [
    ("bad_number", 1, "«4.001E+06» is not an OCN", "4.001E+06"),
    ("bad_number", 4, "«4.001E+06» is not an OCN", "4.001E+06"),
    ("total_line", 7, "a line of totals", "Total: 5"),
]


def without_numbers() -> dict[str, pl.DataFrame]:
    """Of nine rows four have no number, and one of them no issue tells; another list says nothing here."""
    names = ("code", "record", "message", "excerpt")
    issues = [{"file": "lists/worldcat.OLD.20250901.txt", **dict(zip(names, row, strict=True))} for row in NO_NUMBERS]
    other = {"file": "lists/worldcat.NEW.20250901.txt", "code": "bad_number", "record": 1, "message": "m"}
    lists = [{**row, "file": "lists/worldcat.OLD.20250901.txt"} for row in held(12, 12, 50)]
    files = rows("files", file("lists/worldcat.OLD.20250901.txt", rejected=4))
    given = world(lists, [bib("991", 12), bib("992", 50)], [MATCH])
    return {**given, "files": files, "load_issues": rows("load_issues", *issues, other), "symbols": SYMBOLS}


def test_a_row_that_is_no_number_is_ambiguous_and_counted():
    found = work_out("held_numbers", **without_numbers(), worldcat_lists=())
    columns = ["ocn", "class", "because", "answer", "mode", "rows", "record"]
    assert found.filter(pl.col("ocn").is_null()).select(columns).rows() == [
        (None, "ambiguous_number", "«4.001E+06» is not an OCN", "review", "retired", 1, 1),
        (None, "ambiguous_number", "«4.001E+06» is not an OCN", "review", "retired", 1, 4),
        (None, "ambiguous_number", "a line of totals", "review", "retired", 1, 7),
        (None, "ambiguous_number", "rows that could not be read (1): see load_issues", "review", "retired", 1, None),
    ]
    sheet = work_out("balance_sheet", **without_numbers(), worldcat_lists=())
    assert sheet.select("class", "answer", "rows", "numbers", "current_numbers").rows() == [
        ("ambiguous_number", "review", 4, 0, 0),
        ("list_not_read", "hold", 2, 1, 1),
        ("owned_unconfirmed", "hold", 1, 1, 1),
        ("total", None, 7, 2, 2),
    ]


def test_what_stands_in_place_of_a_number_is_found_once_for_each_text():
    found = work_out("old_holding", **without_numbers(), worldcat_lists=())
    ambiguous = found.findings.filter(pl.col("class") == "ambiguous_number").sort("record", nulls_last=True)
    assert ambiguous.select("symbol", "ocn", "answer", "file", "record").rows() == [
        ("OLD", None, "review", "lists/worldcat.OLD.20250901.txt", 1),
        ("OLD", None, "review", "lists/worldcat.OLD.20250901.txt", 7),
        ("OLD", None, "review", "lists/worldcat.OLD.20250901.txt", None),
    ]
    assert in_words(ambiguous)["explanation"].to_list() == [
        "A row of OLD's list is no OCLC number: «4.001E+06».",
        "A row of OLD's list is no OCLC number: «Total: 5» (a line of totals).",
        "A row of OLD's list is no OCLC number: rows that could not be read (1): see load_issues.",
    ]
    told = found.evidence.join(ambiguous.select("row_key"), on="row_key", how="semi").sort("value", "record")
    assert told.select("what", "value", "record").rows() == [
        ("WorldCat list", "4.001E+06", 1),
        ("WorldCat list", "4.001E+06", 4),
        ("WorldCat list", "Total: 5", 7),
        ("WorldCat list", "rows that could not be read (1): see load_issues", None),
    ]
    later = without_numbers()
    moved = later["load_issues"].with_columns(pl.col("record") + 20)
    again = work_out("old_holding", **{**later, "load_issues": moved}, worldcat_lists=())
    assert set(again.findings["row_key"]) == set(found.findings["row_key"]), "a text in another row is the same finding"
