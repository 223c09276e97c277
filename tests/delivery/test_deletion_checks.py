"""Each check of a deletion: when it passes, when it fails, and when it has no input; with its words."""

from datetime import date, timedelta

import polars as pl
import pytest
from deletion_faults import BROKEN, NO_NUMBER, add_rows, compared, gates, renamed, table
from deletion_frames import TODAY, Library, evidence, judged

from datasync_lib.delivery.deletions.before_lists import archive_list
from datasync_lib.delivery.deletions.checks import CHECKS
from datasync_lib.delivery.deletions.judging import run_checks
from datasync_lib.delivery.deletions.samples import add_judgements, looked_at, places_of, sample_of, wilson
from datasync_lib.delivery.deletions.state import State
from datasync_lib.delivery.deletions.symbol_counts import add_symbol_count
from datasync_lib.errors import InputError, SettingsError


def checks_of(library: Library, symbol: str = "OLD", today: date = TODAY) -> dict[str, tuple]:
    rows = run_checks(State(library, symbol, today)).to_dicts()
    return {row["name"]: (row["passes"], row["numbers"]) for row in rows}


def test_all_checks_can_pass(library):
    assert [name for name, (passes, _) in checks_of(library).items() if passes is not True] == []


@pytest.mark.parametrize(
    ("name", "change", "passes", "words"), BROKEN, ids=[f"{each[0]}-{n}" for n, each in enumerate(BROKEN)]
)
def test_a_check_fails_with_its_numbers(library, name, change, passes, words):
    change(library)
    found = checks_of(library)[name]
    assert found[0] is passes
    assert words in found[1]


@pytest.mark.parametrize(
    "change",
    [
        lambda it: renamed(it, "ill.csv", "ILL requests 20250901.csv"),
        lambda it: renamed(it, "ill.csv", "ILL requests NEW 20250101.csv"),
        lambda it: (renamed(it, "lhrs.csv", "LHRs 20250720.csv"), renamed(it, "kept.csv", "retention 20250915.csv")),
        lambda it: compared(it, "2025-09-15"),
        lambda it: compared(it, "2025-09-18", "NEW"),
    ],
    ids=["of the freeze", "of another symbol", "of the extract", "the list compared", "compared under another symbol"],
)
def test_lists_of_the_day_or_later_pass(library, change):
    change(library)
    assert [name for name, (passes, _) in checks_of(library).items() if passes is False] == []


def test_there_is_a_failing_row_for_each_check():
    elsewhere = {"difference_told", "count_of_oclc", "no_wrong_one_of_the_sample"}
    assert {each[0] for each in BROKEN} | elsewhere == set(CHECKS)


def test_a_kept_symbol_needs_no_freeze_and_its_open_requests_may_go_on(library):
    library.tables |= evidence(("ill_requests", "NEW", 99, False))
    found = checks_of(library, "NEW")
    assert found["ill_freeze"] == (True, "the symbol is kept, ILL goes on")
    assert found["open_ill"] == (True, "1 open request, for 0 that go")


@pytest.mark.parametrize(
    ("row", "passes"),
    [
        (("ill_requests", "OLD", 2, True), True),
        (("ill_requests", "OLD", 2, False), False),
        (("ill_requests", None, 2, False), False),
        (("lhrs", "OLD", 2, False), True),
    ],
)
def test_what_is_over_and_what_another_list_says_is_no_open_request(library, row, passes):
    library.tables |= evidence(row)
    assert checks_of(library)["open_ill"][0] is passes


def test_a_list_of_another_symbol_is_none_of_ours(library):
    library.tables |= evidence(("ill_requests", "NEW", 2, False))
    library.tables["files"] = library.tables["files"].with_columns(
        loaded=pl.when(pl.col("kind") == "ill_requests").then(3).otherwise("loaded")
    )
    assert checks_of(library)["open_ill"][0] is None


@pytest.mark.parametrize(
    ("count", "day", "passes", "words"),
    [
        (
            4,
            date(2025, 9, 20),
            True,
            "OCLC counts 4 (2025-09-20), the list has 4 (2025-09-15): 0 only there, 0 only here",
        ),
        (6, date(2025, 9, 20), False, "2 only there, 0 only here"),
        (3, date(2025, 9, 20), False, "0 only there, 1 only here"),
        (3, date(2025, 9, 10), True, "OCLC counts 4 (2025-09-16)"),
    ],
)
def test_the_newest_count_of_oclc_counts(library, count, day, passes, words):
    add_symbol_count(library.folder / "decisions" / "symbol_counts.csv", "OLD", count, day=day, who="B")
    found = checks_of(library)["count_of_oclc"]
    assert found[0] is passes
    assert words in found[1]


def test_a_row_without_a_number_is_a_row_of_the_list(library):
    add_rows(library, NO_NUMBER)
    add_symbol_count(library.folder / "decisions" / "symbol_counts.csv", "OLD", 5, day=date(2025, 9, 20), who="B")
    found = checks_of(library)
    assert found["count_of_oclc"][0] is True
    assert found["list_adds_up"] == (True, "5 rows, 5 in classes, 1 without a number")
    assert found["nothing_swept_along"][0] is True, "by own lists it stays"


def test_a_count_of_long_ago_is_none(library):
    path = library.folder / "decisions" / "symbol_counts.csv"
    path.write_text(f"symbol,count,date,who\nOLD,4,{date(2025, 9, 15) - timedelta(31)},A\n", "utf-8")
    assert checks_of(library)["count_of_oclc"][0] is None


def test_a_count_needs_a_name_and_a_fault_in_the_file_is_told(tmp_path):
    path = tmp_path / "symbol_counts.csv"
    with pytest.raises(SettingsError, match="who asked for it"):
        add_symbol_count(path, "OLD", 4, day=TODAY, who=" ")
    path.write_text("symbol,count,date,who\nOLD,4x,2025-09-16,A\nOLD,4,,A\n", "utf-8")
    with pytest.raises(
        SettingsError, match=r"line 2: expected a symbol and a whole number.*\n.*line 3, date: is empty"
    ):
        add_symbol_count(path, "OLD", 4, day=TODAY, who="A")


def test_a_number_that_was_called_wrong_holds_the_file_until_somebody_calls_it_right(library):
    state = State(library, "OLD", TODAY)
    wrong = [line | {"right": False, "note": "still on the shelf"} for line in judged(state, right=True)][:1]
    assert add_judgements(state.decisions, state, wrong) == 1
    assert add_judgements(state.decisions, state, wrong) == 0, "what was said already is not said again"
    found = checks_of(library)
    assert found["no_wrong_one_of_the_sample"] == (False, "1 of 2 numbers were called wrong by somebody: 2")
    assert found["sample_looked_at"][0] is False
    assert add_judgements(state.decisions, state, [line | {"right": True} for line in wrong]) == 1
    assert checks_of(library)["no_wrong_one_of_the_sample"][0] is True


def test_what_was_wrong_counts_for_its_class_also_when_it_is_held_now(library):
    gates(library, sample_size=1)
    numbers = range(100, 120)
    add_rows(library, *(("OLD", n, n, n, "covered", "delete", f"99{n}") for n in numbers))
    state = State(library, "OLD", TODAY)
    first = sample_of(state).filter(pl.col("class") == "covered").to_dicts()[0]
    said = {"who": "A", "note": None, **{name: first[name] for name in ("number", "class", "mms_id")}}
    add_judgements(state.decisions, state, [said | {"right": False}])
    add_rows(
        library, *(("OLD", n, n, n, "covered", "hold" if n == first["number"] else "delete", f"99{n}") for n in numbers)
    )
    covered = looked_at(State(library, "OLD", TODAY))[0]
    assert (covered.numbers, covered.wrong) == (20, 1)


def test_another_owner_asks_for_another_look(library):
    table(library, "held_numbers", library.tables["held_numbers"].with_columns(mms_id=pl.lit("990002")))
    assert "covered: 0 of 1 looked at" in checks_of(library)["sample_looked_at"][1]


def test_the_sample_grows_and_shrinks_without_being_drawn_anew():
    numbers = pl.Series(range(1, 2001))
    few = numbers.filter(numbers % 3 != 0)

    def first(of: pl.Series) -> set[int]:
        return set(pl.DataFrame({"n": of, "place": places_of(of, "OLD", 1)}).sort("place").head(300)["n"])

    assert {n for n in first(numbers) if n % 3} <= first(few)
    assert first(numbers.reverse()) == first(numbers)
    assert first(numbers) != set(
        pl.DataFrame({"n": numbers, "place": places_of(numbers, "OLD", 2)}).sort("place").head(300)["n"]
    )
    halves = sum(n <= 1000 for n in first(numbers))
    assert 110 < halves < 190, "the sample is of the whole class"


@pytest.mark.parametrize(
    ("wrong", "of", "low", "high"),
    [
        (0, 300, 0.0, 0.01264),
        (1, 300, 0.00059, 0.01862),
        (5, 100, 0.02154, 0.11175),
        (100, 100, 0.96301, 1.0),
        (0, 0, 0.0, 1.0),
    ],
)
def test_the_interval_of_wilson(wrong, of, low, high):
    assert wilson(wrong, of) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


def test_the_archive_is_written_once_and_a_list_loaded_anew_has_its_own(library):
    state = State(library, "OLD", TODAY)
    first = archive_list(state)
    assert first == archive_list(State(library, "OLD", TODAY))
    assert (state.decisions / first.file).read_text("utf-8").splitlines()[:2] == [
        "symbol,ocn,as_of,title,author,date,numbers,format,file,record",
        "OLD,1,2025-09-15,,,,,,old.txt,0",
    ]
    library.tables["files"] = library.tables["files"].with_columns(sha256=pl.lit("other bytes"))
    assert checks_of(library)["before_list_archived"] == (False, "the list of 2025-09-15 is not archived")
    assert archive_list(State(library, "OLD", TODAY)).file == "before_lists/OLD_20250915_r2.csv"


def test_a_damaged_record_is_told_with_its_line(library):
    record = library.folder / "decisions" / "deletion_samples.jsonl"
    record.write_text(record.read_text("utf-8") + "{\n", "utf-8")
    with pytest.warns(UserWarning, match=r"1 line could not be read \(line 3: it is not JSON .*backup"):
        passes, words = checks_of(library)["records_read"]
    assert (passes, words[:50]) == (False, "1 line cannot be read: deletion_samples.jsonl, lin")


def test_a_symbol_that_nobody_has_described_is_refused(library):
    with pytest.raises(InputError, match=r"XYZ is not among \[\[symbols\]\] of the settings \(OLD, NEW, IDLE\)"):
        State(library, "XYZ", TODAY)
