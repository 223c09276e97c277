"""What rests on a list that was not read whole is held until somebody has mended the list."""

import polars as pl
import pytest
from frame_rows import rows
from test_deletions import MATCH, SYMBOLS, bib, held, world

from datasync_lib.analysis.registry import work_out
from datasync_lib.analysis.unread_lists import unread_lists
from datasync_lib.settings import WorldcatList
from datasync_lib.vocabulary.tables import empty

LISTED = (WorldcatList(files="from_oclc/*.csv", symbol="OLD", as_of="2025-09-01"),)


def file(name: str, kind: str = "worldcat_list", found: int = 9, rejected: int = 0, note: str | None = None) -> dict:
    counts = {"found": found, "loaded": found - rejected, "repaired": 0, "repeated": 0, "rejected": rejected}
    return {"file": name, "kind": kind, "sha256": "", "bytes": 1, "note": note, **counts}


def unread(*files: dict, codes: tuple[tuple[str, str], ...] = ()) -> list[tuple]:
    issues = [{"file": name, "code": code, "message": "m"} for name, code in codes]
    table = rows("load_issues", *issues) if issues else empty("load_issues")
    return unread_lists(
        files=rows("files", *files), load_issues=table, raw_rows=empty("raw_rows"), worldcat_lists=LISTED
    ).rows()


@pytest.mark.parametrize(
    ("name", "lines", "symbols"),
    [
        ("strange.csv", [["old", "A title", "x"], ["OLD", "Another", "y"]], ["OLD"]),
        ("strange.csv", [["OLD", "40000001"], ["OLD", "40000002"]], []),
        ("strange.csv", [["OLD", "A title"], ["NEW", "Another"], ["", "40000001"]], ["NEW", "OLD"]),
        ("strange_OLD.csv", [["A title"], ["Another"]], ["OLD"]),
        ("strange_OLD.docx", [], ["OLD"]),
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
        symbols=SYMBOLS,
    )
    assert found["symbol"].to_list() == symbols


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
    "given",
    [
        file("worldcat.OLD.20250901.txt"),
        file("worldcat.OLD.20250901.txt", "ignored", 0),
        file("merged.csv", "current_numbers", 0),
        file("catalogue.mrc", "catalogue", rejected=3),
        file("notes.txt", "unknown", rejected=3),
        file("from_oclc/sub.txt", "unreadable", 0),
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
    return found.select("symbol", "ocn", "class", "answer").rows()


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


def test_the_claim_names_the_file():
    given = world(held(12), [bib("991", 12)], [MATCH])
    claims = work_out("claims", **given, files=rows("files", BAD), symbols=SYMBOLS, worldcat_lists=())
    found = claims.filter(pl.col("class") == "list_not_read").select("symbol", "number", "mms_id", "file")
    assert found.rows() == [("OLD", 12, "991", "worldcat.OLD.20250901.txt")]
