"""The gate: while one check fails there is no `Cleared`, unless a person has signed for what it says now."""

import json

import polars as pl
import pytest
from deletion_faults import BROKEN, add_rows, by, gates, table
from deletion_frames import HELD, TODAY, Library, held

from datasync_lib.delivery.deletions.checks import CHECKS
from datasync_lib.delivery.deletions.deletion import Deletion
from datasync_lib.delivery.deletions.gate import Cleared
from datasync_lib.delivery.deletions.overrides import _state_of
from datasync_lib.errors import GateClosed, InputError

FINAL = sorted(name for name, check in CHECKS.items() if check.is_final)
SIGNED = {"who": "A. Keeper", "why": "talked through with the unit"}


def deletion(library: Library, symbol: str = "OLD") -> Deletion:
    return Deletion(library, symbol, today=TODAY)


def check_of(opened: Deletion, name: str) -> dict:
    return opened.checks().row(by_predicate=pl.col("name") == name, named=True)


def sign_all(opened: Deletion, but: str = "") -> None:
    """Overrides whatever fails and can be overridden, but one."""
    for row in opened.checks().filter(~pl.col("is_open") & ~pl.col("is_final") & (pl.col("name") != but)).to_dicts():
        opened.override(row["name"], **SIGNED)


def test_a_symbol_whose_checks_pass_is_cleared(library):
    cleared = Cleared(deletion(library).state)
    assert cleared.checks["is_open"].all()
    assert cleared.state.going["number"].to_list() == [2, 7]


@pytest.mark.parametrize(
    ("name", "change"), [each[:2] for each in BROKEN], ids=[f"{e[0]}-{n}" for n, e in enumerate(BROKEN)]
)
def test_one_check_that_fails_keeps_the_gate_closed(library, name, change):
    change(library)
    opened = deletion(library)
    sign_all(opened, but=name)
    closed = opened.checks().filter(~pl.col("is_open"))["name"].to_list()
    assert name in closed
    assert set(closed) <= {name, *FINAL}
    with pytest.raises(GateClosed, match=rf"OLD: nothing is written[\s\S]*{name}: "):
        Cleared(opened.state)


@pytest.mark.parametrize("name", FINAL)
def test_a_check_of_the_rows_is_never_overridden(library, name):
    changes = [change for broken, change, passes, _ in BROKEN if broken == name and passes is not True]
    for change in changes:
        change(library)
    said = "cannot be overridden" if changes else "passes"
    with pytest.raises(InputError, match=rf"{name} {said}"):
        deletion(library).override(name, **SIGNED)


def test_no_line_in_the_record_opens_what_is_final(library):
    gates(library, list_age_days_max=5)
    opened = deletion(library)
    opened.override("list_age", **SIGNED)
    record = library.folder / "decisions" / "deletion_overrides.jsonl"
    line = json.loads(record.read_text("utf-8"))
    add_rows(library, ("OLD", 5, None, 5, "covered", "delete", "99"))
    current = check_of(opened, "current")
    record.write_text(
        json.dumps(line | {"check": "current", "state": _state_of(current, opened.state)}) + "\n", "utf-8"
    )
    assert not check_of(opened, "current")["is_open"]


def test_an_override_is_recorded_with_who_why_and_when(library):
    gates(library, list_age_days_max=5)
    deletion(library).override("list_age", who=" A. Keeper ", why="the new list comes on Monday")
    line = json.loads((library.folder / "decisions" / "deletion_overrides.jsonl").read_text("utf-8"))
    assert len(line.pop("state")) == 20
    assert line.pop("at").startswith("20")
    assert line == {
        "version": 1, "symbol": "OLD", "check": "list_age", "said": "5 days old, less than 5 wanted", "who": "A. Keeper",
        "why": "the new list comes on Monday",
    }  # fmt: skip
    shown = check_of(deletion(library), "list_age")
    assert (shown["passes"], shown["is_open"], shown["who"]) == (False, True, "A. Keeper")
    assert Cleared(deletion(library).state).checks["who"].drop_nulls().to_list() == ["A. Keeper"]


@pytest.mark.parametrize(
    "change",
    [
        lambda it: add_rows(it, ("OLD", 8, 8, 8, "covered", "delete", "990008")),
        lambda it: gates(it, list_age_days_max=4),
        lambda it: table(
            it, "list_days", it.tables["list_days"].with_columns(as_of=pl.col("as_of").dt.offset_by("-1d"))
        ),
        lambda it: by(it, "oclc_scan_delete"),
        lambda it: by(it, "own_lists", "kept"),
    ],
    ids=["another number goes", "other numbers of the check", "another list", "a scan takes all", "the symbol stays"],
)
def test_a_changed_state_asks_again(library, change):
    gates(library, list_age_days_max=5)
    deletion(library).override("list_age", **SIGNED)
    change(library)
    assert not check_of(deletion(library), "list_age")["is_open"]


def test_what_a_scan_takes_along_is_signed_as_it_was(library):
    """With lists of our own another number that waits changes nothing; a scan takes it too."""
    gates(library, list_age_days_max=5)
    for way, is_open in (("own_lists", True), ("oclc_scan_delete", False)):
        by(library, way)
        table(library, "held_numbers", held(*HELD))
        deletion(library).override("list_age", **SIGNED)
        add_rows(library, ("OLD", 8, 8, 8, "in_error", "hold", "990008"))
        assert check_of(deletion(library), "list_age")["is_open"] is is_open


def test_an_override_of_one_symbol_opens_no_other(library):
    gates(library, list_age_days_max=5)
    deletion(library).override("list_age", **SIGNED)
    assert not check_of(deletion(library, "NEW"), "list_age")["is_open"]


@pytest.mark.parametrize(
    ("check", "who", "why", "words"),
    [
        ("list_ages", "A", "B", "there is no check 'list_ages'; there are: who_deletes, dates_in_order, "),
        ("list_age", " ", "B", "needs who takes it upon them, and why"),
        ("list_age", "A", "", "needs who takes it upon them, and why"),
        ("unique", "A", "B", "passes .*there is nothing to override"),
    ],
)
def test_an_override_that_says_too_little_is_refused(library, check, who, why, words):
    gates(library, list_age_days_max=5)
    with pytest.raises(InputError, match=words):
        deletion(library).override(check, who=who, why=why)
    assert not (library.folder / "decisions" / "deletion_overrides.jsonl").exists()


def test_records_are_copied_before_they_grow(library):
    gates(library, list_age_days_max=5)
    add_rows(library, ("OLD", 30, 30, 30, "owned_unconfirmed", "hold", "990030"))
    deletion(library).override("list_age", **SIGNED)
    deletion(library).override("owned_unconfirmed", **SIGNED)
    folder = library.folder / "decisions"
    assert len((folder / "deletion_overrides.jsonl").read_text("utf-8").splitlines()) == 2
    assert len(list((folder / "backup").glob("deletion_overrides_*.jsonl"))) == 1
