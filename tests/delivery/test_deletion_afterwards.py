"""After a deletion: what is gone, what remains, what nobody expected, and what is owned and held nowhere."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from deletion_frames import TODAY, Library, listed

from datasync_lib.delivery.deletions.deletion import Deletion
from datasync_lib.errors import InputError

OUTCOMES = ["removed", "stayed", "remaining", "gone_unexpected", "new_unexpected", "deleted_but_owned"]


@pytest.fixture
def deletion(library) -> Deletion:
    """A package was written: 1 and 2 (one record) and 7 go, 9 stays; 2 is held by NEW, where 2 and 7 must be."""
    judged = {"number": [2, 7, 9], "mms_id": ["990001", "990007", "990009"], "unit": ["Law"] * 3}
    library.tables |= {
        "owner_judgements": pl.DataFrame(judged).with_columns(required_symbols=pl.Series([["NEW"], ["NEW"], ["OLD"]])),
        "held_today": pl.DataFrame({"symbol": ["NEW", "OLD"], "number": [2, 9]}),
    }
    opened = Deletion(library, "OLD", today=TODAY)
    opened.write()
    return opened


def counts(deletion: Deletion, path: Path | None = None) -> list[int]:
    found = deletion.after(path).counts
    assert found["outcome"].to_list() == OUTCOMES
    return found["numbers"].to_list()


def a_list(folder: Path, *numbers: int, name: str = "worldcat.OLD.20251001.list.txt") -> Path:
    path = folder / name
    path.write_text("".join(f"(OCoLC){number}\n" for number in numbers), "utf-8")
    return path


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ([9], [2, 1, 0, 0, 0, 1]),  # as predicted; 7 is owned, and NEW does not have it
        ([9, 7], [1, 1, 1, 0, 0, 0]),
        ([9, 1], [1, 1, 1, 0, 0, 1]),  # by its old number it is there still
        ([7, 2], [0, 0, 2, 1, 0, 1]),  # 9 is gone, though it was to stay
        ([9, 40, 41], [2, 1, 0, 0, 2, 1]),
    ],
)
def test_each_number_has_one_outcome(deletion, tmp_path, numbers, expected):
    assert counts(deletion, a_list(tmp_path, *numbers)) == expected


def test_what_is_deleted_and_owned_is_named_with_who_should_hold_it(deletion, tmp_path):
    found = deletion.after(a_list(tmp_path, 7))
    assert found.owned.rows() == [(9, "in_error", "990009", "Law", "OLD")]
    assert found.needs_a_person
    assert (found.as_of, found.package) == (date(2025, 10, 1), "reports/deletions/OLD/2025-09-20")


def test_an_owner_that_is_kept_out_is_held_nowhere(deletion, library: Library, tmp_path):
    none = pl.Series([["NEW"], [], ["OLD"]], dtype=pl.List(pl.String))
    library.tables["owner_judgements"] = library.tables["owner_judgements"].with_columns(required_symbols=none)
    assert deletion.after(a_list(tmp_path, 9)).owned.rows() == [(7, "owned_elsewhere", "990007", "Law", None)]


def test_the_comparison_is_kept(deletion, library: Library, tmp_path):
    deletion.after(a_list(tmp_path, 9, 40))
    folder = library.folder / "reports" / "deletions" / "OLD" / "after_2025-10-01"
    assert (folder / "numbers.csv").read_text("utf-8").splitlines() == [
        "number,ocns,class,answer,expected,outcome",
        "2,1; 2,covered,delete,goes,removed",
        "7,7,owned_elsewhere,delete,goes,removed",
        "9,9,in_error,hold,stays,stayed",
        "40,40,,,,new_unexpected",
    ]
    assert (folder / "after_list.csv").read_text("utf-8") == "ocn\n9\n40\n"
    assert (library.folder / "decisions" / "deletions_after.jsonl").read_text("utf-8").count('"removed": 2') == 1


def test_a_merge_since_changes_no_outcome(deletion, library: Library, tmp_path):
    ends = library.tables["terminals"]
    more = pl.DataFrame([(9, 90, "ok")], schema=ends.schema, orient="row")
    library.tables["terminals"] = ends.vstack(more)
    assert counts(deletion, a_list(tmp_path, 90))[:5] == [2, 1, 0, 0, 0]


def test_an_empty_list_is_what_a_retired_symbol_ends_with(deletion, tmp_path):
    assert counts(deletion, a_list(tmp_path)) == [2, 0, 0, 1, 0, 2]


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("worldcat.NEW.20251001.list.txt", "9\n", "is a list of NEW, and what was deleted is of OLD"),
        ("worldcat.OLD.20250919.list.txt", "9\n", "is of 2025-09-19, and the package is of 2025-09-20: it is no list"),
        ("worldcat.OLD.20251001.list.txt", "9\nnine\n", "was not read whole"),
        ("worldcat.OLD.20251001.list.txt", "<html><body>Error 500</body></html>", "was not read whole"),
    ],
)
def test_a_list_that_says_nothing_sure_is_refused(deletion, tmp_path, name, text, words):
    path = tmp_path / name
    path.write_text(text, "utf-8")
    with pytest.raises(InputError, match=words):
        deletion.after(path)


def test_a_missing_list_is_told(deletion, tmp_path):
    with pytest.raises(InputError, match="is missing: name the list that OCLC sent"):
        deletion.after(tmp_path / "none.txt")


def test_the_newest_list_must_be_from_after_the_package(deletion, library: Library):
    with pytest.raises(
        InputError, match="the newest list of OLD that is loaded is of 2025-09-15, and the package is of 2025-09-20"
    ):
        deletion.after()
    rows = library.tables["held_numbers"].filter((pl.col("symbol") == "OLD") & (pl.col("ocn") == 9))
    later = rows.with_columns(as_of=pl.lit(date(2025, 10, 2)))
    library.tables["worldcat_holdings"] = library.tables["worldcat_holdings"].vstack(listed(later))
    library.tables["list_days"] = later.select("symbol", "as_of")
    assert counts(deletion) == [2, 1, 0, 0, 0, 1]


def test_by_a_list_that_was_not_read_whole_nothing_is_gone(deletion, library: Library):
    later = library.tables["held_numbers"].filter(pl.col("symbol") == "OLD").with_columns(as_of=date(2025, 10, 2))
    library.tables["list_days"] = later.select("symbol", "as_of")
    unread = library.tables["unread_lists"]
    for symbol, is_refused in (("OLD", True), ("NEW", False)):
        said = pl.DataFrame([("of.txt", symbol, "it breaks off")], schema=unread.schema, orient="row")
        library.tables["unread_lists"] = said
        if is_refused:
            with pytest.raises(
                InputError, match=r"of.txt was not read whole \(it breaks off\): nobody can say what is gone"
            ):
                deletion.after()
        else:
            deletion.after()


def test_without_a_package_there_is_nothing_to_compare_with(library, tmp_path):
    with pytest.raises(InputError, match="no package of OLD was written"):
        Deletion(library, "OLD", today=TODAY).after(a_list(tmp_path, 9))


def test_a_prediction_that_was_changed_proves_nothing(deletion, library: Library, tmp_path):
    path = library.folder / "reports" / "deletions" / "OLD" / "2025-09-20" / "prediction.csv"
    path.write_text(path.read_text("utf-8").replace("stays", "goes"), "utf-8")
    with pytest.raises(InputError, match="is gone or changed"):
        deletion.after(a_list(tmp_path, 9))
