"""Does a returned workbook lose no answer, and give none that nobody wrote? Mutated workbooks, in a run that can be repeated.

    python benchmarks/fuzz_workbooks.py [--cases 20000] [--seed 1] [--out FOLDER]

Each case takes a unit's workbook that the tool wrote, filled in, and changes it as one of four does:

- staff: answers, sorted, moved, copied, deleted, merged, renamed rows, columns, headers and sheets, saved as another kind of file;
- a program: the same cells written otherwise (names of parts, order, namespaces, shared texts, reading aids);
- transport: bytes cut off, changed, moved, zeroed, sent twice;
- damage: XML with pieces taken out or put in, in a zip file that is whole.

It fails when the reader raises or takes longer than ten seconds; when rows are not unchanged, taken, repeated or questioned with an
issue; when a decision has a key that was not given out, or an answer that its file does not have; when what staff wrote is
neither taken nor told; when a program's workbook gives other decisions, or transport's anything but the same or a refusal.
"""

import argparse
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import polars as pl
from changes_of_staff import STAFF, Book, letters, merge_cells, write_answers
from workbook_files import (
    PROGRAMS,
    as_excel2003,
    as_ods,
    as_xlsx,
    as_xml,
    damage,
    parts_of,
    transport,
    with_shared_texts,
    zipped,
)

from datasync_lib.project import Project
from datasync_lib.sample import make_sample
from datasync_lib.spreadsheets import read_spreadsheet
from datasync_lib.spreadsheets.cell_text import unescaped
from datasync_lib.vocabulary.decisions import ANSWERS
from datasync_lib.workbooks.returning import Returned, read_returned


@dataclass(frozen=True)
class Original:
    """A workbook that was handed out: its bytes, its cells, and today's findings."""

    data: bytes
    findings: pl.DataFrame
    book: Book

    @classmethod
    def of(cls, data: bytes, findings: pl.DataFrame) -> "Original":
        return cls(data, findings, Book({sheet.name: sheet.rows for sheet in read_spreadsheet(data)}))

    @property
    def keys(self) -> set[str]:
        return {row[0] for row in self.book.sheets["_rows"][1:]}

    def copy(self) -> Book:
        """The cells, to be changed; rows are as wide as their header."""
        sheets = {}
        for name, rows in self.book.sheets.items():
            width = max(map(len, rows), default=0)
            sheets[name] = [[*row, *[""] * (width - len(row))] for row in rows]
        return Book(sheets)


# What must hold


def check_accounting(returned: Returned, keys: set[str]) -> None:
    """Every row has one state, a decision is a row that was taken, a rejected row has its reason."""
    place = ("sheet", "row")
    rows = {state: set(part.select(place).rows()) for (state,), part in returned.rows.group_by("state")}
    assert set(rows) <= {"unchanged", "taken", "repeated", "questioned"}
    assert returned.rows.height == returned.rows.select(place).n_unique() == sum(map(len, rows.values()))
    decided = returned.decisions.select(place).rows()
    assert sorted(decided) == sorted(rows.get("taken", set())), "decisions are not the rows that were taken"
    assert returned.decisions["row_key"].is_unique().all(), "two decisions on one row"
    reasons = set(returned.issues.filter(~pl.col("is_taken"), pl.col("row").is_not_null()).select(place).rows())
    assert rows.get("questioned", set()) == reasons, "a row was questioned without a reason, or told and not questioned"
    gone = set(returned.issues.filter(code="finding_gone")["row_key"])
    assert set(returned.decisions["row_key"]) <= keys | gone, (
        "a decision on a row that was not handed out, and not told"
    )


def check_written(returned: Returned, book: Book) -> None:
    """Each decision stands in its row, and what was written is taken or told."""
    for each in returned.decisions.iter_rows(named=True):
        row = [" ".join(text.casefold().split()) for text in book.sheets[each["sheet"]][each["row"] - 1]]
        assert each["row_key"] in row, "a decision from a row without its key"
        for name in ANSWERS:
            said = " ".join(str(each[name] or "").casefold().split())
            assert not said or any(said in text for text in row), f"nobody wrote {name} «{each[name]}»"
    said = " ".join([*returned.issues["what"], *returned.decisions["note"].drop_nulls()])
    places = set(returned.issues.select("sheet", "row").rows())
    codes = set(returned.issues.select("code", "sheet").rows())
    for name, rows in book.sheets.items():
        if codes & {(code, name) for code in ("no_row_keys", "missing_column", "double_header")}:
            continue  # the sheet is told as a whole
        for at, row in enumerate(rows, start=1):
            for token in re.findall(r"w\d{3}z", " ".join(row)):
                assert token in said or (name, at) in places, f"what was written is lost: {token} on «{name}», row {at}"


def check_texts(returned: Returned, data: bytes) -> None:
    """Each answer is a text of the file."""
    texts = unescaped(unescape(" ".join(part.decode("utf-8", "replace") for part in parts_of(data).values())))
    there = re.sub(r"<[^>]*>|\s", "", texts).casefold()
    for each in returned.decisions.select("decision", "status", "note", "assignee").iter_rows():
        for said in filter(None, each):
            assert re.sub(r"<[^>]*>|\s", "", said).casefold() in there, f"nobody wrote «{said}»"


def told(returned: Returned) -> list[dict]:
    return returned.decisions.drop("workbook_sha256", "imported_at", "workbook").to_dicts()


def filled_in(original: Original, seed: int) -> Book:
    """The workbook with answers, the same for the same seed."""
    book, rng = original.copy(), random.Random(seed)
    for _ in range(12):
        write_answers(book, rng)
    return book


@dataclass(frozen=True)
class Case:
    """What is read, what changed it, and what must hold of it beside the accounting."""

    who: str
    name: str
    data: bytes
    check: Callable[[Returned], None]


def case(seed: int, originals: list[Original], filled: list[tuple[bytes, list[dict]]]) -> Case:
    """The workbook of one case; the same for the same seed."""
    rng = random.Random(seed)
    original, who = rng.choice(originals), rng.choice(("staff", "staff", "program", "transport", "damage"))
    if who == "staff":
        book = original.copy()
        for _ in range(rng.randint(1, 8)):
            rng.choice(STAFF)(book, rng)
        if rng.random() < 0.2:
            merge_cells(book, rng)
        write, suffix = rng.choice(((as_xlsx, "xlsx"), (as_xlsx, "xlsx"), (as_excel2003, "xls"), (as_ods, "ods")))
        return Case(who, f"returned.{suffix}", write(book), lambda returned: check_staff(returned, book))
    data, decisions = rng.choice(filled)
    if who == "program":
        parts = parts_of(data)
        for change in rng.sample(list(PROGRAMS.values()), rng.randint(1, 4)):
            parts = change(parts)
        return Case(who, "returned.xlsx", zipped(parts), lambda returned: check_same(returned, decisions))
    if who == "transport":
        return Case(
            who, "returned.xlsx", transport(data, rng), lambda returned: check_same_or_refused(returned, decisions)
        )
    broken = damage(data, rng)
    return Case(who, "returned.xlsx", broken, lambda returned: check_texts(returned, broken))


def is_refused(returned: Returned) -> bool:
    return "unreadable_workbook" in returned.issues["code"].to_list()


def check_staff(returned: Returned, book: Book) -> None:
    assert not is_refused(returned), returned.issues["what"][0]
    check_written(returned, book)


def check_same(returned: Returned, decisions: list[dict]) -> None:
    assert not is_refused(returned), returned.issues["what"][0]
    assert told(returned) == decisions, "another program's workbook says something else"


def check_same_or_refused(returned: Returned, decisions: list[dict]) -> None:
    if is_refused(returned):
        assert returned.rows.is_empty()
        assert returned.decisions.is_empty()
    else:
        assert told(returned) == decisions, "broken on its way, and read as something else"


def run(one: Case, originals: list[Original], folder: Path) -> str:
    """Reads the workbook and asserts what must hold; gives who changed it and what came of it."""
    path = folder / one.name
    path.write_bytes(one.data)
    returned = read_returned(path, findings=originals[0].findings)
    check_accounting(returned, set().union(*(original.keys for original in originals)))
    one.check(returned)
    return f"{one.who}: {'refused' if is_refused(returned) else 'read'}"


def fill(originals: list[Original], folder: Path) -> list[tuple[bytes, list[dict]]]:
    """The workbooks as they were handed out, with answers in them; and what these are."""
    filled = []
    for seed, original in enumerate(originals):
        data = with_answers(original, filled_in(original, seed))
        path = folder / "filled.xlsx"
        path.write_bytes(data)
        decisions = told(read_returned(path, findings=original.findings))
        filled += [(data, decisions), (zipped(with_shared_texts(parts_of(data))), decisions)]
    return filled


def with_answers(original: Original, book: Book) -> bytes:
    parts = parts_of(original.data)
    for number, (name, rows) in enumerate(book.sheets.items(), start=1):
        part, before = f"xl/worksheets/sheet{number}.xml", original.book.sheets[name]
        text = parts[part].decode()
        for at, row in enumerate(rows):
            for column, new in enumerate(row):
                if new != (before[at][column] if column < len(before[at]) else ""):
                    text = _set_cell(text, f"{letters(column)}{at + 1}", new)
        parts[part] = text.encode()
    return zipped(parts)


def _set_cell(sheet: str, place: str, text: str) -> str:
    new = f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{as_xml(text.replace("_x", "_x005F_x"))}</t></is></c>'
    changed, count = re.subn(rf'<c r="{place}"(?:[^>]*/>|[^>]*[^/]>.*?</c>)', lambda _: new, sheet, count=1)
    assert count == 1, f"there is no cell {place}"
    return changed


def made_originals(folder: Path) -> list[Original]:
    """Workbooks of a small example institution."""
    make_sample(folder, bibs=60, seed=1)
    project = Project(folder)
    project.load(progress=False)
    paths = sorted(project.workbooks(), key=lambda path: path.stat().st_size)
    findings = project.findings()
    return [Original.of(path.read_bytes(), findings) for path in paths[:4]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path(tempfile.gettempdir()))
    arguments = parser.parse_args()
    states: Counter = Counter()
    failures, slowest, begin = 0, 0.0, time.perf_counter()
    with tempfile.TemporaryDirectory() as text:
        folder = Path(text)
        originals = made_originals(folder / "project")
        filled = fill(originals, folder)
        for number in range(arguments.seed * 1_000_000, arguments.seed * 1_000_000 + arguments.cases):
            one = case(number, originals, filled)
            start = time.perf_counter()
            try:
                states[run(one, originals, folder)] += 1
            except Exception as error:
                failures += 1
                (arguments.out / f"fuzz_{number}_{one.name}").write_bytes(one.data)
                print(f"case {number} ({one.who}): {type(error).__name__}: {str(error)[:300]}", flush=True)
                if failures > 20:
                    break
            slowest = max(slowest, time.perf_counter() - start)
    print(
        f"{arguments.cases} cases in {time.perf_counter() - begin:.0f} s, slowest {slowest:.2f} s, {dict(sorted(states.items()))}"
    )
    sys.exit(1 if failures or slowest > 10 else 0)


if __name__ == "__main__":
    main()
