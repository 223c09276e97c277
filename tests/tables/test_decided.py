"""What is decided of catalogue files stands in the tables and in the load log, and what needs a word of a person is asked."""

from collections.abc import Callable
from datetime import date

import polars as pl
import pytest

from datasync_lib.project import Project
from datasync_lib.sample.marc_bytes import MarcRecord, iso2709
from datasync_lib.settings import Settings
from datasync_lib.tables.ages import find_extracts
from datasync_lib.tables.decided import decided_in_lines, with_decisions
from datasync_lib.tables.earlier import earlier_extracts

FULL = {"files": "full_*"}
INCREMENT = {"files": "inc_*", "kind": "increment"}
UPLOAD = "1099991.NEWA.20250801.mrc"
STAYS = "its records count over those of older files, and what only an older file has stays"
# Entries, files, and of each file what was decided, and whether it is of the state before (b) and of today's (n).
DECISIONS = {
    "two exports": (
        [FULL],
        {
            "full_20250620": (
                "full export by [[extracts]] «full_*», of 2025-06-20: replaced by the one of 2025-07-20",
                "b",
            ),
            "full_20250720": ("full export by [[extracts]] «full_*», of 2025-07-20", "n"),
        },
    ),
    "over two midnights": (
        [FULL],
        {
            "full_20250620": (
                "full export by [[extracts]] «full_*», of 2025-06-20: replaced by the one of 2025-07-22",
                "b",
            ),
            **{
                f"full_{day}": (
                    "full export by [[extracts]] «full_*», of 2025-07-20 to 2025-07-22, which belong together; one of its 3 files",
                    "n",
                )
                for day in (20250720, 20250721, 20250722)
            },
        },
    ),
    "increments before and after": (
        [FULL, INCREMENT],
        {
            "full_20250620": (
                "full export by [[extracts]] «full_*», of 2025-06-20: replaced by the one of 2025-07-20",
                "b",
            ),
            "full_20250720": ("full export by [[extracts]] «full_*», of 2025-07-20", "n"),
            "inc_20250710": (
                "increment of 2025-07-10 by [[extracts]] «inc_*»: it is in the full export of 2025-07-20, which has replaced it",
                "b",
            ),
            "inc_20250722": (
                "increment of 2025-07-22 by [[extracts]] «inc_*»: its records count over older ones, and its deletes take away",
                "n",
            ),
        },
    ),
    "one export and its increment": (
        [FULL, INCREMENT],
        {
            "full_20250720": ("full export by [[extracts]] «full_*», of 2025-07-20", "bn"),
            "inc_20250722": (
                "increment of 2025-07-22 by [[extracts]] «inc_*»: its records count over older ones, and its deletes take away",
                "n",
            ),
        },
    ),
    "subsets by library": (
        [{"files": "law*", "scope": "law"}, {"files": "main*", "scope": "main"}],
        {
            "law_20250620": (
                "full export «law» by [[extracts]] «law*», of 2025-06-20: replaced by the one of 2025-07-20",
                "b",
            ),
            "law_20250720": ("full export «law» by [[extracts]] «law*», of 2025-07-20", "n"),
            "main_20250701": ("full export «main» by [[extracts]] «main*», of 2025-07-01", "bn"),
        },
    ),
    "holdings and bibs on other days": (
        [FULL, {"files": "mfhd*", "unit": "holding"}],
        {
            "full_20250620": (
                "full export by [[extracts]] «full_*», of 2025-06-20: replaced by the one of 2025-07-20",
                "b",
            ),
            "full_20250720": ("full export by [[extracts]] «full_*», of 2025-07-20", "n"),
            "mfhd_20250622": (
                "full export of holdings by [[extracts]] «mfhd*», of 2025-06-22: replaced by the one of 2025-07-22",
                "b",
            ),
            "mfhd_20250722": ("full export of holdings by [[extracts]] «mfhd*», of 2025-07-22", "n"),
        },
    ),
    "one export": ([FULL], {"full_20250720": ("full export by [[extracts]] «full_*», of 2025-07-20", "n")}),
    "no day": (
        [FULL],
        {
            "full_new": (
                "full export by [[extracts]] «full_*», without a day: all its records count, and none is known to be newer or older",
                "n",
            )
        },
    ),
    "no entry": (
        [],
        {
            "export": (
                "no [[extracts]] entry and no day in its name: all its records count, and none is known to be newer or older",
                "bn",
            ),
            "export_20250620": (f"no [[extracts]] entry: of 2025-06-20 by its name; {STAYS}", "bn"),
            "export_20250720": (f"no [[extracts]] entry: of 2025-07-20 by its name; {STAYS}", "n"),
        },
    ),
    "what was sent": (
        [FULL],
        {
            "full_20250720": ("full export by [[extracts]] «full_*», of 2025-07-20", "n"),
            UPLOAD: ("made for OCLC: it adds to what other files have, and takes nothing away", "n"),
        },
    ),
}


@pytest.mark.parametrize("name", DECISIONS)
def test_each_file_says_what_was_decided(name):
    entries, files = DECISIONS[name]
    found = find_extracts(reversed(files), Settings.model_validate({"extracts": entries}), [UPLOAD])
    decided = with_decisions(found)
    assert dict(decided.select("file", "decision").rows()) == {file: words for file, (words, _) in files.items()}
    before = earlier_extracts(found).filter("counts")["file"].to_list()
    now = found.filter("counts")["file"].to_list()
    assert {file: "b" * (file in before) + "n" * (file in now) for file in files} == {
        file: states for file, (_, states) in files.items()
    }


def test_the_state_before_may_be_of_a_day_that_is_named():
    settings = Settings.model_validate({"extracts": [FULL, INCREMENT]})
    files = ["full_20250520", "full_20250620", "inc_20250701", "full_20250720"]
    found = find_extracts(files, settings)
    assert earlier_extracts(found, date(2025, 5, 31))["file"].to_list() == ["full_20250520"]
    assert earlier_extracts(found, date(2025, 7, 5)).filter("counts")["file"].to_list() == [
        "full_20250620",
        "inc_20250701",
    ]
    assert earlier_extracts(found, date(2025, 8, 1)).is_empty()
    assert earlier_extracts(found, date(2025, 1, 1)).is_empty()


def test_many_decisions_are_told_in_few_lines():
    files = pl.DataFrame(
        {"file": [f"{n:02}.mrc" for n in range(30)], "decision": [f"decision {n // 2}" for n in range(30)]}
    )
    lines = decided_in_lines(files)
    assert lines[0] == "catalogue: 00.mrc and 1 more: decision 0"
    assert lines[-1] == "catalogue: 3 more decisions stand in the table files"
    assert decided_in_lines(files.with_columns(decision=pl.lit(None, pl.String))) == []


@pytest.fixture
def loaded(tmp_path) -> Callable[..., Project]:
    def load(settings: str, *names: str) -> Project:
        for at, name in enumerate(names):
            record = MarcRecord("00000nam a2200000 a 4500")
            record.control("001", f"99{at:07}3941")
            record.data("245", "10", ("a", "A title"))
            path = tmp_path / "data" / "raw" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(iso2709(record))
        (tmp_path / "datasync.toml").write_text(settings, "utf-8")
        return Project(tmp_path)

    return load


def entry(files: str, *more: str) -> str:
    return "\n".join(["[[extracts]]", f'files = "{files}"', *more, ""])


TWO = ("catalogue/export_20250620.mrc", "catalogue/export_20250720.mrc")
# Settings, and how the note begins that they get.
NOTES = {
    "misspelt": (
        entry("catalog/export_*"),
        "[[extracts]] files = «catalog/export_*» fits no catalogue file: a pattern is held against the whole path in data/raw; "
        "near it: catalogue/export_20250620.mrc, catalogue/export_20250720.mrc",
    ),
    "in no folder": (
        entry("export_*"),
        "[[extracts]] files = «export_*» fits no catalogue file: a pattern is held against the whole path in data/raw; near it: ",
    ),
    "behind a wider one": (
        entry("catalogue/*", "date = 2025-07-20") + entry("catalogue/*0620*"),
        "[[extracts]] files = «catalogue/*0620*» fits no catalogue file, for what it fits is of the entry «catalogue/*» before it",
    ),
    "of another kind": (
        entry("catalogue/*") + entry("notes/*"),
        "[[extracts]] files = «notes/*» fits no catalogue file; what it fits is something else: notes/metacoll.XYZ.new.mrc",
    ),
    "two months under one date": (
        entry("catalogue/*", "date = 2025-07-20"),
        "[[extracts]] files = «catalogue/*» puts files of 2025-06-20 to 2025-07-20, by their names, under the one date 2025-07-20",
    ),
}


@pytest.mark.parametrize("name", NOTES)
def test_what_an_entry_does_not_say_well_is_told(name, loaded):
    settings, note = NOTES[name]
    notes = loaded(settings, *TWO, "notes/metacoll.XYZ.new.mrc").load(progress=False).notes
    assert [each for each in notes if each.startswith(note)], notes


def test_the_load_log_and_the_tables_say_it(loaded):
    project = loaded(entry("catalogue/*"), *TWO)
    log = project.load(progress=False)
    words = "full export by [[extracts]] «catalogue/*», of 2025-06-20: replaced by the one of 2025-07-20"
    assert f"catalogue: {TWO[0]}: {words}" in str(log)
    assert dict(log.files.select("file", "decision").rows())[TWO[0]] == words
    for table in ("files", "extracts"):
        assert (TWO[0], words) in project.sql(f"select file, decision from {table}").rows()
    assert not any("[[extracts]]" in note for note in log.notes)
