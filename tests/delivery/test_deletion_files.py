"""The package of a deletion: exactly the numbers that go, in each form; what stays; how it is undone; whole or not at all."""

import csv
import json
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from deletion_faults import add_rows, by, gates, settings
from deletion_frames import TODAY, Library, judged
from pymarc import MARCReader

from datasync_lib.delivery.deletions import packages
from datasync_lib.delivery.deletions.deletion import Deletion
from datasync_lib.delivery.deletions.folder import changed_files, write_package, written
from datasync_lib.delivery.deletions.gate import Cleared
from datasync_lib.delivery.deletions.prediction import predict
from datasync_lib.delivery.deletions.samples import add_judgements
from datasync_lib.errors import GateClosed, InputError, OutputError

SIGNED = {"who": "A. Keeper", "why": "talked through with the unit"}


def cleared(library: Library, symbol: str = "OLD") -> Deletion:
    """A deletion of which people have looked at the sample, and signed whatever else can be."""
    opened = Deletion(library, symbol, today=TODAY)
    opened.archive_list()
    add_judgements(opened.state.decisions, opened.state, judged(opened.state, right=True))
    for row in opened.checks().filter(~pl.col("is_open")).to_dicts():
        opened.override(row["name"], **SIGNED)
    return opened


def texts(folder: Path, pattern: str) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in sorted(folder.glob(pattern))}


def rows(path: Path, *columns: str) -> list[tuple]:
    with path.open(encoding="utf-8") as file:
        return [tuple(row[name] for name in columns) for row in csv.DictReader(file)]


def test_own_lists_have_the_current_numbers_that_go_in_each_form(library):
    folder = cleared(library).write()
    assert folder == library.folder / "reports" / "deletions" / "OLD" / "2025-09-20"
    assert texts(folder, "delete/*.[ct]*") == {
        "delete/1099998.OLD.20250920.001.NSK.csv": "LSN,OCLC_Number\n,(OCoLC)2\n,(OCoLC)7\n",
        "delete/1099998.OLD.20250920.001.group.NSK.csv": "LSN,OCLC_Number,Identifier\n,(OCoLC)2,OLD\n,(OCoLC)7,OLD\n",
        "delete/connexion_001.txt": "2\n7\n",
        "delete/record_manager_001.txt": "2\n7\n",
    }
    with (folder / "delete" / "1099998.OLD.20250920.001.delete.mrc").open("rb") as file:
        records = list(MARCReader(file))
    assert [(r["001"].data, r["035"]["a"], r.leader[5], r.leader[9]) for r in records] == [
        ("del2", "(OCoLC)2", "d", "a"),
        ("del7", "(OCoLC)7", "d", "a"),
    ]
    assert rows(folder / "hold.csv", "ocn", "class", "answer", "because") == [("9", "in_error", "hold", "said")]
    assert rows(folder / "prediction.csv", "ocn", "number", "expected") == [
        ("1", "2", "goes"),
        ("2", "2", "goes"),
        ("7", "7", "goes"),
        ("9", "9", "stays"),
    ]


def test_the_undo_sets_what_leaves_class_by_class_and_says_what_is_lost(library):
    folder = cleared(library).write()
    assert texts(folder, "undo/set*") == {
        "undo/set.covered.20250920.NSK.csv": "LSN,OCLC_Number\n,(OCoLC)2\n",
        "undo/set.owned_elsewhere.20250920.NSK.csv": "LSN,OCLC_Number\n,(OCoLC)7\n",
        "undo/set_covered_001.txt": "2\n",
        "undo/set_owned_elsewhere_001.txt": "7\n",
    }
    said = (folder / "undo" / "README.txt").read_text("utf-8")
    assert "They set the holdings of OLD again on the 2 numbers" in said
    for lost in ("local holdings records (LHRs): 0 by", "(LBDs)", "retention commitments: 0 by", "the symbol itself"):
        assert lost in said
    before = rows(folder / "before_list.csv", "symbol", "ocn")
    assert before == [("OLD", "1"), ("OLD", "2"), ("OLD", "7"), ("OLD", "9")]


def test_the_manifest_knows_every_file_and_tells_what_was_changed(library):
    folder = cleared(library).write()
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert (manifest["numbers_held"], manifest["numbers_that_go"], manifest["list_of"]) == (4, 2, "2025-09-15")
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert {row["file"] for row in manifest["files"]} == files - {"manifest.json"}
    assert changed_files(folder) == []
    (folder / "delete" / "connexion_001.txt").write_text("2\n", "utf-8")
    (folder / "undo" / "README.txt").unlink()
    assert changed_files(folder) == ["delete/connexion_001.txt", "undo/README.txt"]


def test_a_day_that_is_there_stays_and_the_next_version_tells_its_difference(library):
    first = cleared(library).write()
    kept = written(first)
    add_rows(library, ("OLD", 8, 8, 8, "covered", "delete", "990008"))
    again = cleared(library)
    told = again.checks().row(by_predicate=pl.col("name") == "difference_told", named=True)
    assert told["numbers"] == "since reports/deletions/OLD/2025-09-20: 1 more, 0 fewer of 3"
    second = again.write()
    assert (second.name, written(first).equals(kept)) == ("2025-09-20_r2", True)
    (second / "prediction.csv").write_text("ocn\n", "utf-8")
    told = again.checks().row(by_predicate=pl.col("name") == "difference_told", named=True)
    assert (told["passes"], told["numbers"]) == (
        False,
        f"{second.relative_to(library.folder)}/prediction.csv is changed or gone",
    )


def test_a_file_that_cannot_be_written_leaves_nothing(library):
    state = cleared(library).state

    def full(path: Path) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OutputError, match=r"nothing of it is left: .*No space left"):
        write_package(Cleared(state), {"a.csv": lambda path: path.write_text("1", "utf-8"), "b.csv": full}, {})
    assert list((library.folder / "reports" / "deletions" / "OLD").iterdir()) == []
    assert not (library.folder / "decisions" / "deletions.jsonl").exists()


def test_a_package_is_written_of_a_cleared_symbol_only(library):
    with pytest.raises(GateClosed):
        write_package(cleared(library).state, {"a.csv": print}, {})


@pytest.mark.parametrize(("count", "sizes"), [(2_498, [2_500]), (2_499, [2_500, 1]), (4_999, [2_500, 2_500, 1])])
def test_connexion_takes_2500_numbers_a_run(library, count, sizes):
    gates(library, sample_size=1, sample_error_max=1.0)
    add_rows(library, *(("OLD", n, n, n, "covered", "delete", f"99{n}") for n in range(100, 100 + count)))
    folder = cleared(library).write()
    lists = [path.read_text("utf-8").split() for path in sorted((folder / "delete").glob("connexion_*.txt"))]
    assert [len(numbers) for numbers in lists] == sizes
    assert [int(n) for numbers in lists for n in numbers] == [2, 7, *range(100, 100 + count)]
    assert len(list((folder / "delete").glob("record_manager_*.txt"))) == 1


def test_uploads_are_cut_as_the_settings_say_and_are_named_as_oclc_takes_them(library):
    gates(library, records_per_file_max=1)
    settings(library, symbols=[{"symbol": "O@D", "mode": "retired", "deleted_by": "own_lists"}, {"symbol": "NEW"}, {"symbol": "OLD"}],
             collections=[{"id": "1099998", "symbol": "O@D", "type": "delete_holdings", "ocn_location": "001", "lsn_location": "035$a"}])  # fmt: skip
    library.tables = {name: renamed(frame) for name, frame in library.tables.items()}
    folder = cleared(library, "O@D").write()
    assert [path.name for path in sorted((folder / "delete").glob("1*.NSK.csv"))] == [
        "1099998.O_64D.20250920.001.NSK.csv",
        "1099998.O_64D.20250920.001.group.NSK.csv",
        "1099998.O_64D.20250920.002.NSK.csv",
        "1099998.O_64D.20250920.002.group.NSK.csv",
    ]
    with (folder / "delete" / "1099998.O_64D.20250920.002.delete.mrc").open("rb") as file:
        record = next(MARCReader(file))
    assert (record["001"].data, record["035"]["a"]) == ("(OCoLC)7", "del7")


def renamed(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.col("symbol").replace("OLD", "O@D")) if "symbol" in frame.columns else frame


def test_without_a_collection_there_is_nothing_to_upload(library):
    settings(library, collections=[])
    folder = cleared(library).write()
    assert sorted(path.name for path in (folder / "delete").iterdir()) == [
        "connexion_001.txt",
        "record_manager_001.txt",
    ]
    assert "no collection of type delete_holdings for OLD" in (folder / "README.txt").read_text("utf-8")


def test_nothing_that_goes_is_no_package(library):
    library.tables["held_numbers"] = library.tables["held_numbers"].with_columns(answer=pl.lit("hold"))
    with pytest.raises(InputError, match="no number under OLD has the answer delete"):
        cleared(library).write()


def test_a_scan_of_a_retired_symbol_takes_everything_and_names_what_must_move_first(library):
    by(library, "oclc_scan_delete")
    folder = cleared(library).write()
    assert rows(folder / "prediction.csv", "ocn", "answer", "expected") == [
        ("1", "delete", "goes"),
        ("2", "delete", "goes"),
        ("7", "delete", "goes"),
        ("9", "hold", "goes"),
    ]
    assert rows(folder / "move_first.csv", "ocn", "class") == [("9", "in_error")]
    request = (folder / "scan_delete_request.txt").read_text("utf-8")
    for words in (
        "everything under the symbol",
        "4 by the list of 2025-09-15; 4 are expected",
        "Wait until we say that the 1",
    ):
        assert words in request
    assert not (folder / "delete").exists()
    assert texts(folder, "undo/set_*.txt")["undo/set_in_error_001.txt"] == "9\n"


def test_a_scan_by_date_of_a_kept_symbol_has_a_file_that_sets_again_what_must_stay(library):
    by(library, "oclc_scan_delete", "kept")
    settings(library, collections=[{"id": "1099997", "symbol": "OLD"}])
    confirmed = library.tables["confirmed_numbers"].with_columns(symbol=pl.lit("OLD"))
    library.tables["confirmed_numbers"] = confirmed
    folder = cleared(library).write()
    assert rows(folder / "prediction.csv", "ocn", "answer", "expected") == [
        ("1", "delete", "stays"),  # set again on 22 July
        ("2", "delete", "stays"),
        ("7", "delete", "goes"),  # the answer is older than the extract
        ("9", "hold", "re-set"),
    ]
    assert rows(folder / "not_swept.csv", "ocn") == [("1",), ("2",)]
    assert texts(folder, "reset/*") == {
        "reset/1099997.OLD.20250920.reset.NSK.csv": "LSN,OCLC_Number\n,(OCoLC)9\n",
        "reset/connexion_001.txt": "9\n",
    }
    request = (folder / "scan_delete_request.txt").read_text("utf-8")
    assert "stamps earlier than 2025-07-20" in request
    assert "Wait until our re-set file of 1 numbers is processed" in request
    assert "We expect 3." in request


def test_a_merge_of_symbols_says_what_moves_where(library):
    by(library, "symbol_merge")
    folder = cleared(library).write()
    assert {row[0] for row in rows(folder / "prediction.csv", "expected")} == {"moves"}
    request = (folder / "symbol_merge_request.txt").read_text("utf-8")
    for words in ("Into            NEW", "4 by the list of 2025-09-15", "  NEW: 4", "Of these, 1 wait for a person"):
        assert words in request
    assert rows(folder / "merge.csv", "ocn", "targets") == [("1", "NEW"), ("2", "NEW"), ("7", "NEW"), ("9", "NEW")]
    assert not (folder / "delete").exists()


def test_every_way_of_deleting_has_its_files(library):
    ways = {
        "own_lists": "delete",
        "oclc_scan_delete": "scan_delete_request.txt",
        "symbol_merge": "symbol_merge_request.txt",
    }
    for way, file in ways.items():
        by(library, way)
        opened = cleared(library)
        files = packages.files_of(Cleared(opened.state), predict(opened.state))
        assert any(name.startswith(file) for name in files)
        assert [name for name in files if any(name.startswith(other) for other in ways.values() if other != file)] == []


def test_the_day_of_a_package_is_told(library):
    assert cleared(library).write().name == f"{date(2025, 9, 20)}"
