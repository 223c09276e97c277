"""Laws of the answers on held numbers, on small institutions that are loaded for real (practice.md 6.2).

Whatever is added holds more and never less, unless it confirms, merges or releases; order, names of folders, splitting and
repeating change nothing; the classes of a symbol add up to its list.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from pymarc import Field, Record, Subfield

from datasync_lib.creating import new_project
from datasync_lib.marc import record_bytes
from datasync_lib.project import Project

SETTINGS = """
[institution]
mms_suffix = "3941"

[[symbols]]
symbol = "OLDA"
mode = "retired"
deleted_by = "own_lists"

[[symbols]]
symbol = "NEWA"

[[symbols]]
symbol = "LAWS"

[[collections]]
id = "1099991"
symbol = "NEWA"

[[extracts]]
files = "*full_20260901*"
date = 2026-09-01

[[extracts]]
files = "*changes_20260910*"
date = 2026-09-10
kind = "increment"
"""
MAP = """library,location,unit,outgoing_symbol,target_symbol,in_scope,valid_from
MAIN,STX,Main,OLDA,NEWA,yes,
LAW,STX,Law,OLDA,LAWS,yes,
"""
REPORT = "NEWA-NEWA.1099991.IN.BIB.D2026090{day}.T094034567.1099991.NEWA.{name}.mrc.BibProcessingReport.txt"
LIST = "worldcat/worldcat.OLDA.20261001.list.txt"
# 1 to 5 are confirmed, 6 was not answered, 7 is in staging, 8 is Law's and answered for Main, 9 has no bib.
FIRST = 4_001_000
CONFIRMED = range(FIRST + 1, FIRST + 6)
HELD = range(FIRST + 1, FIRST + 10)


def mms(number: int) -> str:
    return f"99{number:010d}3941"


def bib(number: int, library: str = "MAIN", *more: Field) -> bytes:
    record = Record(leader="00000cam a2200000 i 4500", force_utf8=True)
    record.add_field(Field("001", data=mms(number)))
    record.add_field(Field("008", data="200101s2020    ne            000 0 eng d"))
    record.add_field(Field("035", [" ", " "], [Subfield("a", f"(OCoLC){number}")]))
    record.add_field(Field("245", ["1", "0"], [Subfield("a", f"The title of number {number}")]))
    record.add_field(
        Field("852", ["0", " "], [Subfield("b", library), Subfield("c", "STX"), Subfield("8", f"22{number:010d}3941")])
    )
    for field in more:
        record.add_field(field)
    return record_bytes(record)


def answer(number: int, action: str = "match", day: int = 5) -> str:
    result = number if action == "match" else 1_600_000_000 + number
    received = 1_788_615_634_567 + (day - 5) * 86_400_000
    return f"NEWA_1099991_{received}::bib::{number * 100}|{mms(number)}|{number}|{result}|{action}\n"


def answers(*numbers: int, action: str = "match", day: int = 5) -> str:
    return "".join(answer(number, action, day) for number in numbers)


def raw_files() -> dict[str, bytes]:
    """The institution as it stands."""
    catalogue = b"".join(bib(number, "LAW" if number == FIRST + 8 else "MAIN") for number in HELD[:-1])
    said = answers(*CONFIRMED, FIRST + 8) + answers(FIRST + 7, action="unresolved")
    return {
        "catalogue/full_20260901.mrc": catalogue,
        f"reports/{REPORT.format(day=5, name='part1')}": said.encode(),
        LIST: ("OCLC Number\n" + "".join(f"{number}\n" for number in HELD)).encode(),
    }


def loaded(folder: Path, files: dict[str, bytes]) -> Project:
    shutil.rmtree(folder, ignore_errors=True)
    new_project(folder)
    (folder / "datasync.toml").write_text(SETTINGS, "utf-8")
    (folder / "location_map.csv").write_text(MAP, "utf-8")
    for name, data in files.items():
        path = folder / "data" / "raw" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    project = Project(folder)
    project.load(progress=False)
    return project


def answered(project: Project) -> dict[tuple[str, int], tuple[str, str]]:
    rows = project.analysis.held_numbers.select("symbol", "ocn", "class", "answer").rows()
    return {(symbol, ocn): (class_, answer) for symbol, ocn, class_, answer in rows}


def deleted(project: Project) -> set[int]:
    return {ocn for (_, ocn), (_, answer) in answered(project).items() if answer == "delete"}


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Project:
    return loaded(tmp_path_factory.mktemp("laws") / "base", raw_files())


def test_the_controls_go_and_nothing_else(base):
    assert deleted(base) == set(CONFIRMED)
    assert {class_ for class_, _ in answered(base).values()} >= {"covered", "in_error", "owned_unconfirmed"}


def test_classes_add_up_to_the_list(base):
    sheet = base.analysis.balance_sheet.filter(symbol="OLDA")
    total, classes = sheet.filter(pl.col("class") == "total"), sheet.filter(pl.col("class") != "total")
    assert total["rows"].item() == classes["rows"].sum() == len(HELD)
    assert len(answered(base)) == len(HELD)


def listing(*numbers: int, header: str = "OCN") -> bytes:
    return (header + "\n" + "".join(f"{number}\n" for number in numbers)).encode()


ONE = FIRST + 1
# What may come in beside the rest, and which of the deletions it must hold.
ADDED = {
    "lhrs": ("lists/lhrs.csv", listing(ONE), {ONE}),
    "commitments": ("lists/retention.csv", listing(ONE), {ONE}),
    "requests": ("lists/ILL requests.csv", listing(ONE), {ONE}),
    "kept titles": ("lists/keep.csv", listing(ONE), {ONE}),
    "the knowledge base": ("lists/kb.csv", listing(ONE), {ONE}),
    "exclusions": ("lists/exclusions.csv", listing(ONE), set()),
    "a list by MMS ID": ("lists/lhrs.csv", listing(mms(ONE), header="MMS ID"), {ONE}),
    "a row that names nothing": ("lists/lhrs.csv", listing("unknown"), set(CONFIRMED)),
    "an unknown file with numbers": ("strange.csv", listing(ONE, header="x"), {ONE}),
    "an unknown file that names the symbol": ("strange.csv", b"place,title\nOLDA,A\nOLDA,B\n", set(CONFIRMED)),
    "a list that nobody can open": ("lists/retention.pdf", b"%PDF-1.7\n", set(CONFIRMED)),
    "a later failure": (
        f"reports/{REPORT.format(day=8, name='part2')}",
        answers(ONE, action="unresolved", day=8).encode(),
        {ONE},
    ),
    "a row that cannot be read": (f"reports/{REPORT.format(day=8, name='part2')}", f"x|{mms(ONE)}|".encode(), {ONE}),
    "a cancellation": (
        "catalogue/changes_20260910.mrc",
        bib(ONE).replace(b"cam a22", b"dam a22", 1),
        {ONE},
    ),
    "a second owner": ("catalogue/changes_20260910.mrc", bib(FIRST + 20, "LAW", Field("035", [" ", " "], [Subfield("a", f"(OCoLC){ONE}")])), {ONE}),
    "an owner in doubt": ("catalogue/changes_20260910.mrc", bib(FIRST + 20, "MAIN", Field("035", [" ", " "], [Subfield("a", f"(OCoLC){ONE}x")])), {ONE}),
    "a damaged record": ("catalogue/changes_20260910.mrc", bib(FIRST + 20) + f"00300cam {ONE} \x1d".encode(), {ONE}),
    "a committed holding": ("catalogue/changes_20260910.mrc", bib(ONE, "MAIN", Field("583", ["1", " "], [Subfield("a", "committed to retain")])), {ONE}),
    "a move": ("catalogue/changes_20260910.mrc", bib(ONE, "LAW"), {ONE}),
    "a place of which nobody knows": ("catalogue/changes_20260910.mrc", bib(ONE, "NOWHERE"), {ONE}),
    "the target's own list": ("worldcat/worldcat.NEWA.20261001.list.txt", listing(*CONFIRMED[1:], header="OCLC Number"), {ONE}),
    "the list before": ("worldcat/worldcat.OLDA.20260825.list.txt", listing(*HELD[1:], header="OCLC Number"), {ONE}),
    "another symbol's list": ("worldcat/worldcat.ZZZZ.20261001.list.txt", listing(*HELD, header="OCLC Number"), set()),
}  # fmt: skip


@pytest.mark.parametrize("added", ADDED)
def test_what_is_added_never_turns_hold_into_delete(tmp_path, added):
    name, data, holds = ADDED[added]
    found = loaded(tmp_path / "project", {**raw_files(), name: data})
    assert deleted(found) == set(CONFIRMED) - holds


def other_folders(files: dict[str, bytes]) -> dict[str, bytes]:
    return {f"z/a/{name.rpartition('/')[2]}": data for name, data in files.items()}


def in_other_order(files: dict[str, bytes]) -> dict[str, bytes]:
    def reverse(data: bytes) -> bytes:
        head, *rows = data.decode().splitlines(keepends=True)
        return "".join([head, *reversed(rows)] if head.startswith("OCLC") else [*reversed(rows), head]).encode()

    return {name: data if name.endswith("mrc") else reverse(data) for name, data in reversed(files.items())}


def split(files: dict[str, bytes]) -> dict[str, bytes]:
    found = {}
    for name, data in files.items():
        if name == LIST:
            head, *rows = data.decode().splitlines(keepends=True)
            found[name] = "".join([head, *rows[:4]]).encode()
            found[name.replace("list.txt", "list.2.txt")] = "".join([head, *rows[4:]]).encode()
        elif name.endswith(".mrc"):
            records = [part + b"\x1d" for part in data.split(b"\x1d") if part]
            found[name] = b"".join(records[:3])
            found[name.replace(".mrc", "_2.mrc")] = b"".join(records[3:])
        else:
            found[name] = data
    return found


def repeated(files: dict[str, bytes]) -> dict[str, bytes]:
    return files | {name.replace("/", "/again/"): data for name, data in files.items()}


@pytest.mark.parametrize("change", [other_folders, in_other_order, split, repeated])
def test_folders_order_splitting_and_repeating_change_nothing(base, tmp_path, change: Callable):
    assert answered(loaded(tmp_path / "project", change(raw_files()))) == answered(base)


def test_other_frames_give_the_same(base):
    """Polars eager and lazy, pandas and Arrow: tests/analysis/test_frames.py has every analysis; here DuckDB counts."""
    by_sql = base.sql("select symbol, ocn, class, answer from held_numbers").rows()
    assert {(symbol, ocn): (class_, answer) for symbol, ocn, class_, answer in by_sql} == answered(base)
    frame = base.table("held_numbers", frame="pandas")
    keys = zip(frame["symbol"], (int(ocn) for ocn in frame["ocn"]), strict=True)
    assert dict(zip(keys, zip(frame["class"], frame["answer"], strict=True), strict=True)) == answered(base)
