"""The whole walk on the real Alma export: from the files that a library has to the list after its deletions.

What is true of each number is told apart from the analyses (`alma_walk.truth`).
"""

from collections import Counter
from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from alma_export import ALMA
from alma_files import write_project
from alma_walk import MAIN, PLANTED, RETIRED, SCIENCES, Walk, plan, truth

from datasync_lib.errors import GateClosed
from datasync_lib.project import Project

TODAY = date(2025, 9, 20)
SIGNED = {"who": "A. Keeper", "why": "talked through with the unit; these titles are not in the file"}
# What is found otherwise than it is true, and why; nothing of it is deleted.
EXPLAINED = {
    # a person looks first at an answer that was replaced
    ("drifted", "delete", "drifted", "review"),
    # on a kept symbol it may stay without a word
    ("set_after_extract", "keep", "set_after_extract", "hold"),
    # «PATL04-B412» may be read as 4412: the digits of a local number, taken together
    ("set_after_extract", "keep", "doubtful_owner", "hold"),
    ("covered", "keep", "doubtful_owner", "hold"),
    # three rows of QXS's list were rounded by a spreadsheet: until it is mended nothing of it goes
    ("withdrawn", "delete", "list_not_read", "hold"),
}
KINDS = {
    "ILL Übersicht.csv": ("ill_requests", 10),
    "KB holdings.tsv": ("kb_holdings", 4),
    "LHR-Liste QXL Sept. 2025.csv": ("lhrs", 6),
    "Retention commitments 2025-09.xlsx": ("commitments", 9),
    "titles to keep.csv": ("kept_titles", 5),
    "withdrawn titles 2019-2025.csv": ("withdrawn_titles", 22),
    "export_20250720.xml.gz": ("catalogue", 6000),
}


@pytest.fixture(scope="module")
def walk(shared_data) -> Walk:
    return plan(shared_data / ALMA)


@pytest.fixture(scope="module")
def project(walk, shared_data, tmp_path_factory) -> Project:
    folder = tmp_path_factory.mktemp("alma") / "project"
    write_project(walk, shared_data / ALMA, folder)
    Project(folder).load(progress=False)
    return Project(folder)


@pytest.fixture(scope="module")
def true(walk) -> dict[tuple[str, int], tuple[str, str]]:
    return truth(walk)


def test_every_file_is_read_as_what_it_is(project):
    files = {Path(row["file"]).name: row for row in project.table("files").collect().to_dicts()}
    assert {name: (files[name]["kind"], files[name]["loaded"]) for name in KINDS} == KINDS
    assert {name: row["rejected"] for name, row in files.items() if row["rejected"]} == {
        "worldcat.QXS.20250915.list.csv": 3
    }
    assert project.deletion(RETIRED, today=TODAY).state.extract_day == date(2025, 7, 20)


def test_every_held_number_is_what_it_is_planted_as(project, true):
    found = {
        (row["symbol"], row["ocn"]): (row["class"], row["answer"]) for row in project.analysis.held_numbers.to_dicts()
    }
    assert found.keys() == true.keys()
    differences = Counter((*true[key], *found[key]) for key in true if found[key] != true[key])
    assert differences.keys() <= EXPLAINED
    assert sum(found[key] == true[key] for key in true) > 5000
    wrong = [key for key in true if found[key][1] == "delete" and true[key][1] != "delete"]
    assert wrong == []


@pytest.mark.parametrize("fate", PLANTED)
def test_what_is_planted_on_a_title_decides_of_its_old_holding(fate, project, walk):
    """Of the retired symbol, from which everything else goes."""
    goes = {"mended later", "merged", "closed request", "withdrawn all the same"}
    titles = {title.mms_id: title for title in walk.titles if walk.fate.get(title.mms_id) == fate}
    held = project.table("held_numbers").filter(pl.col("symbol") == RETIRED).collect()
    own = [
        walk.record(title.numbers[0])
        for title in titles.values()
        if walk.record(title.numbers[0]) in walk.held[RETIRED] and RETIRED in walk.old_symbols(title)
    ]
    answers = held.filter(pl.col("ocn").is_in(own))["answer"].to_list()
    assert len(answers) == PLANTED[fate][0]
    assert {answer == "delete" for answer in answers} == {fate in goes or fate == "drifted"}


def looked_at(path: Path) -> Path:
    """The sample as somebody sends it back who has looked at all of it."""
    book = openpyxl.load_workbook(path)
    headers = [cell.value for cell in book.active[1]]
    for row in range(2, book.active.max_row + 1):
        book.active.cell(row, headers.index("Right to delete?") + 1).value = "yes"
        book.active.cell(row, headers.index("Who looked") + 1).value = "J. Müller"
    book.save(path)
    return path


@pytest.mark.parametrize("symbol", [RETIRED, MAIN])
def test_the_deletion_from_its_checks_to_the_list_afterwards(symbol, project, walk, true, tmp_path):
    deletion = project.deletion(symbol, today=TODAY)
    with pytest.raises(GateClosed, match="owned_unconfirmed"):
        deletion.write()
    assert deletion.take_sample(looked_at(deletion.sample())) > 200
    deletion.add_count_of_oclc(len(walk.held[symbol]), who="the order desk of OCLC")
    closed = deletion.checks().filter(~pl.col("is_open"))["name"].to_list()
    lists = ["lhr_and_retention", "open_ill"] if symbol == MAIN else ["open_ill"]
    assert closed == ["reports_loaded", "owned_unconfirmed", *lists]
    for name in closed:
        deletion.override(name, **SIGNED)
    package = deletion.write()

    gone = {int(line) for path in package.glob("delete/connexion_*.txt") for line in path.read_text().split()}
    may_go = {walk.record(number) for (of, number), said in true.items() if of == symbol and said[1] == "delete"}
    drifted = {number for (of, number), said in true.items() if of == symbol and said[0] == "drifted"}
    assert gone | drifted == may_go | drifted
    assert not gone & {
        walk.record(number) for (of, number), said in true.items() if of == symbol and said[1] != "delete"
    }
    assert gone == {int(line) for path in package.glob("undo/set_*.txt") for line in path.read_text().split()}
    page = (package / "sign_off.html").read_text("utf-8")
    assert f"{len(gone):,} will be deleted" in page
    assert page.count("signed by A. Keeper") == len(closed)

    remains, swept = sorted(gone)[:3], sorted(walk.held[symbol].keys() - gone)[:2]
    left = [*remains, *sorted(walk.held[symbol].keys() - gone - set(swept)), 1_499_999_999]
    after = tmp_path / f"worldcat.{symbol}.20251020.list.txt"
    after.write_text("".join(f"{number}\n" for number in left))
    counts = dict(deletion.after(after).counts.iter_rows())
    assert counts == {
        "removed": len(gone) - 3,
        "stayed": len(walk.held[symbol]) - len(gone) - 2,
        "remaining": 3,
        "gone_unexpected": 2,
        "new_unexpected": 1,
        "deleted_but_owned": 2,
    }


def test_a_list_with_rounded_numbers_deletes_nothing_before_it_is_mended(project, true):
    """The rows may be any number of their range, under this symbol."""
    own = project.table("held_numbers").filter(pl.col("symbol") == SCIENCES).collect()
    assert own.filter(pl.col("answer") == "delete").is_empty()
    assert sum(said[1] == "delete" for (symbol, _), said in true.items() if symbol == SCIENCES) == 4
    checks = project.deletion(SCIENCES, today=TODAY).checks()
    assert checks.filter(pl.col("name") == "every_list_read")["passes"].to_list() == [False]
