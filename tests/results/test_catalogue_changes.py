"""Two states of small catalogues: what is new, gone and changed is exactly what was planted."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace

import polars as pl
import pytest

from datasync_lib.project import Project
from datasync_lib.sample.marc_bytes import MarcRecord, iso2709

JUNE, JULY = "20260620", "20260720"
MONTHLY = '[[extracts]]\nfiles = "export_*"\n'
INCREMENTS = '[[extracts]]\nfiles = "inc_*"\nkind = "increment"\n' + MONTHLY
MAP = "library,location,unit,outgoing_symbol,target_symbol,in_scope,valid_from\nLAW,*,Law,OLDA,LAWS,yes,\n"
GONE, NEW, CHANGED = "gone", "new", "changed"


@dataclass(frozen=True)
class Bib:
    """A bib of a state: its numbers as they are spelt, and its holdings (ID or none, place)."""

    mms_id: str
    numbers: tuple[str, ...] = ("(OCoLC)4001001",)
    holdings: tuple[tuple[str, str], ...] = ()
    status: str = "n"
    is_suppressed: bool = False

    def marc(self) -> bytes:
        record = MarcRecord(f"00000{self.status}am a2200000 a 4500")
        record.control("001", self.mms_id)
        for number in self.numbers:
            record.data("035", "  ", ("a", number))
        record.data("245", "10", ("a", f"Chronicle {self.mms_id} of the harbour towns"))
        for id_, place in self.holdings:
            library, location = place.split("/")
            hidden = [("9", "suppressed")] * id_.endswith("!")
            own = [("8", id_.rstrip("!"))] if id_ else []
            record.data("852", "0 ", ("b", library), ("c", location), *hidden, *own)
        if self.is_suppressed:
            record.data("950", "  ", ("a", "true"))
        return iso2709(record)


def bib(number: int, *holdings: tuple[str, str], numbers: tuple[str, ...] = ("(OCoLC)4001001",), **more) -> Bib:
    return Bib(f"99{number:07}3941", numbers, holdings, **more)


def holding(number: int) -> str:
    return f"22{number:08}3941"


ONE = ((holding(1), "MAIN/STX"),)
# before, now, and the changes: what, change, before, after, with_bib
KINDS: dict[str, tuple[list[Bib], list[Bib], list[tuple]]] = {
    "nothing": ([bib(1, *ONE)], [bib(1, *ONE)], []),
    "a new bib": (
        [],
        [bib(1, *ONE)],
        [
            ("bib", NEW, None, None, False),
            ("holding", NEW, None, "MAIN / STX", True),
            ("number", NEW, None, "4001001", True),
        ],
    ),
    "a bib is gone": (
        [bib(1, *ONE)],
        [],
        [
            ("bib", GONE, None, None, False),
            ("holding", GONE, "MAIN / STX", None, True),
            ("number", GONE, "4001001", None, True),
        ],
    ),
    "another number": (
        [bib(1)],
        [bib(1, numbers=("(OCoLC)4001002",))],
        [("number", CHANGED, "4001001", "4001002", False)],
    ),
    "one number more": (
        [bib(1)],
        [bib(1, numbers=("(OCoLC)4001002", "(OCoLC)4001001"))],
        [("number", CHANGED, "4001001", "4001001; 4001002", False)],
    ),
    "a first number": ([bib(1, numbers=())], [bib(1)], [("number", NEW, None, "4001001", False)]),
    "no number any more": (
        [bib(1)],
        [bib(1, numbers=("(DE-599)4001001",))],
        [("number", GONE, "4001001", None, False)],
    ),
    "a number spelt otherwise": ([bib(1)], [bib(1, numbers=("(OCoLC)ocm04001001",))], []),
    "numbers in another order": (
        [bib(1, numbers=("(OCoLC)4001002", "(OCoLC)4001001"))],
        [bib(1, numbers=("(OCoLC)4001001", "(OCoLC)4001002"))],
        [],
    ),
    "a suppressed bib": (
        [bib(1)],
        [bib(1, is_suppressed=True)],
        [("suppression", CHANGED, "not suppressed", "suppressed", False)],
    ),
    "a suppressed holding": (
        [bib(1, *ONE)],
        [bib(1, (holding(1) + "!", "MAIN/STX"))],
        [("suppression", CHANGED, "not suppressed", "suppressed", False)],
    ),
    "a holding moved": (
        [bib(1, *ONE)],
        [bib(1, (holding(1), "LAW/STX"))],
        [("location", CHANGED, "MAIN / STX", "LAW / STX", False)],
    ),
    "one more holding, first": (
        [bib(1, *ONE)],
        [bib(1, (holding(2), "LAW/STX"), *ONE)],
        [("holding", NEW, None, "LAW / STX", False)],
    ),
    "one holding less": (
        [bib(1, (holding(2), "LAW/STX"), *ONE)],
        [bib(1, *ONE)],
        [("holding", GONE, "LAW / STX", None, False)],
    ),
    "a holding of another bib": (
        [bib(1, *ONE), bib(2)],
        [bib(1), bib(2, *ONE)],
        [("holding", CHANGED, "9900000013941", "9900000023941", False)],
    ),
    "a holding that went to a new bib": (
        [bib(1, *ONE)],
        [bib(1), bib(2, *ONE)],
        [
            ("bib", NEW, None, None, False),
            ("holding", CHANGED, "9900000013941", "9900000023941", False),
            ("number", NEW, None, "4001001", True),
        ],
    ),
    "without IDs, one more, first": (
        [bib(1, ("", "MAIN/STX"))],
        [bib(1, ("", "LAW/STX"), ("", "MAIN/STX"))],
        [("holding", NEW, None, "LAW / STX", False)],
    ),
    "without IDs, two at one place": (
        [bib(1, ("", "MAIN/STX"), ("", "MAIN/STX"))],
        [bib(1, ("", "MAIN/STX"))],
        [("holding", GONE, "MAIN / STX", None, False)],
    ),
    "without IDs, one moved": (
        [bib(1, ("", "MAIN/STX"), ("", "MAIN/REF"))],
        [bib(1, ("", "LAW/STX"), ("", "MAIN/REF"))],
        [("location", CHANGED, "MAIN / STX", "LAW / STX", False)],
    ),
    "without IDs, one becomes two elsewhere": (
        [bib(1, ("", "MAIN/STX"))],
        [bib(1, ("", "LAW/STX"), ("", "LAW/REF"))],
        [
            ("holding", GONE, "MAIN / STX", None, False),
            ("holding", NEW, None, "LAW / REF", False),
            ("holding", NEW, None, "LAW / STX", False),
        ],
    ),
}
# One catalogue of all kinds: each has bibs and holdings of its own.
STEP = {name: 1000 * at for at, name in enumerate(KINDS, 1)}


def moved_by(given: Bib, step: int) -> Bib:
    """The same bib with other IDs."""

    def other(id_: str) -> str:
        return f"{id_[:2]}{int(id_[2:-4]) + step:0{len(id_) - 6}}{id_[-4:]}"

    ids = [(id_ and other(id_.rstrip("!")) + "!" * id_.endswith("!"), place) for id_, place in given.holdings]
    return replace(given, mms_id=other(given.mms_id), holdings=tuple(ids))


def of_all_kinds(at: int) -> list[Bib]:
    return [moved_by(each, STEP[name]) for name, kind in KINDS.items() for each in kind[at]]


def content(*bibs: Bib) -> bytes:
    return b"".join(each.marc() for each in bibs)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory) -> Callable[..., Project]:
    def load(files: dict[str, bytes], settings: str = MONTHLY) -> Project:
        folder = tmp_path_factory.mktemp("months")
        for name, each in files.items():
            path = folder / "data" / "raw" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(each)
        (folder / "datasync.toml").write_text(settings, "utf-8")
        (folder / "location_map.csv").write_text(MAP, "utf-8")
        project = Project(folder)
        project.load(progress=False)
        return project

    return load


TOLD = ["what", "change", "before", "after", "with_bib"]


def changes(project: Project) -> pl.DataFrame:
    return project.table("catalogue_changes").collect()


@pytest.fixture(scope="module")
def two_months(loaded) -> Project:
    return loaded({f"export_{JUNE}.mrc": content(*of_all_kinds(0)), f"export_{JULY}.mrc": content(*of_all_kinds(1))})


def told_of(frame: pl.DataFrame, name: str) -> list[tuple]:
    step = STEP[name]
    of_kind = frame.with_columns(id=pl.col("mms_id").str.slice(2, 7).cast(pl.Int64)).filter(
        pl.col("id").is_between(step, step + 999)
    )
    shown = {f"99{step + each:07}3941": f"99{each:07}3941" for each in (1, 2)}
    return sorted(of_kind.with_columns(pl.col("before", "after").replace(shown)).select(TOLD).rows(), key=str)


@pytest.mark.parametrize("name", KINDS)
def test_what_was_planted_is_found_and_nothing_else(two_months, name):
    assert told_of(changes(two_months), name) == sorted(KINDS[name][2], key=str)


def test_each_change_can_be_traced_and_has_its_place(two_months):
    frame = changes(two_months)
    of_records = frame.filter(pl.col("what").is_in(["bib", "holding"]))
    was, is_ = pl.col("file_before").is_not_null(), pl.col("file").is_not_null()
    assert of_records.filter((pl.col("change") != "new") != was).is_empty()
    assert of_records.filter((pl.col("change") != "gone") != is_).is_empty()
    assert set(frame["as_of_before"].cast(str)) | set(frame["as_of"].cast(str)) == {"2026-06-20", "2026-07-20"}
    moved = frame.filter(what="location", before="MAIN / STX").row(0, named=True)
    assert (moved["unit"], moved["symbol"], moved["library"]) == ("Law", "LAWS", "LAW")
    counts = two_months.analysis.change_counts
    assert counts["changes"].sum() == frame.height == sum(len(kind[2]) for kind in KINDS.values())
    assert counts.filter(unit="Law").height


def test_the_states_swapped_swap_new_and_gone(two_months, loaded):
    swapped = changes(
        loaded({f"export_{JULY}.mrc": content(*of_all_kinds(0)), f"export_{JUNE}.mrc": content(*of_all_kinds(1))})
    )
    mirror = swapped.select(
        *("what", "mms_id", "holding_id", "with_bib"),
        change=pl.col("change").replace({"new": "gone", "gone": "new"}),
        before="after",
        after="before",
    )
    order = ["what", "change", "before", "after", "with_bib"]
    columns = mirror.columns
    there = changes(two_months).select(columns).filter(pl.col("change") != "changed")
    back = mirror.filter(pl.col("change") != "changed")
    assert sorted(back.rows(), key=str) == sorted(there.rows(), key=str)
    assert sorted(mirror.select(order).rows(), key=str) == sorted(changes(two_months).select(order).rows(), key=str)


def halves(bibs: list[Bib]) -> tuple[bytes, bytes]:
    return content(*bibs[: len(bibs) // 2]), content(*bibs[len(bibs) // 2 :])


def test_parts_folders_names_and_midnight_change_nothing(two_months, loaded):
    (a, b), (c, d) = halves(of_all_kinds(0)), halves(of_all_kinds(1))
    files = {"z/20260620_2.mrc": a, "z/20260619_1.mrc": b, "a/20260720_x.mrc": c, "a/20260721_y.mrc": d}
    settings = '[[extracts]]\nfiles = "[az]/*"\n'
    columns = [*TOLD, "mms_id", "holding_id", "unit", "library"]
    assert sorted(changes(loaded(files, settings)).select(columns).rows(), key=str) == sorted(
        changes(two_months).select(columns).rows(), key=str
    )


def of(*rows: tuple[str, str]) -> list[tuple[str, str]]:
    return sorted(rows)


A, B, C = (bib(number, (holding(number), "MAIN/STX")) for number in (1, 2, 3))
WENT = replace(B, status="d")
BIB, HELD, NUMBER = ("bib", "holding", "number")
SAME = [bib(number) for number in range(10, 30)]
CAME_A = of((BIB, NEW), (HELD, NEW), (NUMBER, NEW))
WENT_A = of((BIB, GONE), (HELD, GONE), (NUMBER, GONE))
# Files with their bibs, the settings, and what and change of each row.
HISTORIES = {
    "one export": ({f"export_{JULY}.mrc": [A, B]}, MONTHLY, []),
    "the same export twice": ({f"export_{JUNE}.mrc": [A, B], f"export_{JULY}.mrc": [A, B]}, MONTHLY, []),
    "a delete after the newer one": (
        {f"export_{JUNE}.mrc": [A, B], f"export_{JULY}.mrc": [A, B], "inc_20260722.mrc": [WENT]},
        INCREMENTS,
        WENT_A,
    ),
    "a delete before the newer one": (
        {f"export_{JUNE}.mrc": [A, B], "inc_20260701.mrc": [WENT, C], f"export_{JULY}.mrc": [A, C]},
        INCREMENTS,
        [],
    ),
    "one export and its changes": ({f"export_{JULY}.mrc": [A, B], "inc_20260801.mrc": [WENT]}, INCREMENTS, WENT_A),
    "three exports": (
        {"export_20260520.mrc": [A], f"export_{JUNE}.mrc": [A, B], f"export_{JULY}.mrc": [A, B, C]},
        MONTHLY,
        CAME_A,
    ),
    "three exports, since the first": (
        {"export_20260520.mrc": [A], f"export_{JUNE}.mrc": [A, B], f"export_{JULY}.mrc": [A, B, C]},
        MONTHLY + "[changes]\nsince = 2026-05-31\n",
        sorted(CAME_A * 2),
    ),
    "three exports, two by their days": (
        {"export_20260520.mrc": [A], f"export_{JUNE}.mrc": [A, B], f"export_{JULY}.mrc": [A, B, C]},
        MONTHLY + "[changes]\nsince = 2026-05-31\nuntil = 2026-06-30\n",
        CAME_A,
    ),
    "two exports without an entry": (
        {f"export_{JUNE}.mrc": [*SAME, A, B], f"export_{JULY}.mrc": [*SAME, A, C]},
        "",
        sorted([*CAME_A, *WENT_A]),
    ),
    "a named export and one without an entry": (
        {f"export_{JUNE}.mrc": [*SAME, A, B], f"export_{JULY}.mrc": [*SAME, A, C]},
        f'[[extracts]]\nfiles = "export_{JUNE}*"\n',
        sorted([*CAME_A, *WENT_A]),
    ),
    "an increment without an entry": ({f"export_{JUNE}.mrc": [*SAME, A], f"more_{JULY}.mrc": [B]}, "", CAME_A),
    "a part on the next day without an entry": ({f"x_{JULY}.mrc": [*SAME], "x_20260721.mrc": [A]}, "", []),
    "one library newer than the other": (
        {"law_20260620.mrc": [A], "law_20260720.mrc": [A, B], "main_20260620.mrc": [C]},
        '[[extracts]]\nfiles = "law*"\nscope = "law"\n[[extracts]]\nfiles = "main*"\nscope = "main"\n',
        CAME_A,
    ),
    "a library for the first time": (
        {"law_20260620.mrc": [A], "law_20260720.mrc": [A], "main_20260720.mrc": [C]},
        '[[extracts]]\nfiles = "law*"\nscope = "law"\n[[extracts]]\nfiles = "main*"\nscope = "main"\n',
        [],
    ),
    "what was sent is no state": (
        {f"export_{JUNE}.mrc": [A, B], f"export_{JULY}.mrc": [A], "1099991.NEWA.b.20260801.mrc": [B]},
        MONTHLY,
        WENT_A,
    ),
}


@pytest.mark.parametrize("name", HISTORIES)
def test_states_are_told_by_their_days(name, loaded):
    files, settings, expected = HISTORIES[name]
    project = loaded({file: content(*bibs) for file, bibs in files.items()}, settings)
    assert changes(project).select("what", "change").rows() == expected


def test_the_order_in_which_files_are_named_is_no_age(loaded):
    """The newer export comes first by its name."""
    for names in itertools.permutations(["a", "b"]):
        files = {f"{names[0]}_{JUNE}.mrc": content(A), f"{names[1]}_{JULY}.mrc": content(A, B)}
        project = loaded(files, '[[extracts]]\nfiles = "?_2026*"\n')
        assert changes(project).select("what", "change").rows() == CAME_A


def test_exports_without_an_entry_are_compared_and_nothing_is_taken_away(loaded):
    files = {f"export_{JUNE}.mrc": content(*SAME, A, B), f"export_{JULY}.mrc": content(*SAME, A, C)}
    project = loaded(files, "")
    assert project.sql("select count(*) from bibs").rows() == [(23,)]
    decided = dict(project.sql("select file, decision from extracts").rows())
    assert decided[f"export_{JULY}.mrc"].endswith(
        "it looks like a full export, having 21 of the 22 bibs of before, 21 of them as they were"
    )
    (note,) = [note for note in project.load(progress=False).notes if "have no [[extracts]] entry" in note]
    assert "add [[extracts]] with files = «export_*», each of the day in its name" in note
    assert not project.analysis.compared_states["is_told"].any()
    (project.folder / "datasync.toml").write_text(MONTHLY, "utf-8")
    assert project.sql("select count(*) from bibs").rows() == [(22,)]
    assert project.analysis.compared_states["is_told"].all()


@pytest.mark.parametrize(
    ("june", "july"),
    [
        ([*SAME, A, B], [*SAME[:12], A]),
        ([*SAME, A, B], [replace(each, numbers=("(OCoLC)4001999",)) for each in (*SAME, A)]),
    ],
    ids=["too few again", "all changed"],
)
def test_what_may_be_an_increment_is_none(june, july, loaded):
    project = loaded({f"export_{JUNE}.mrc": content(*june), f"export_{JULY}.mrc": content(*july)}, "")
    assert not project.table("extracts").collect()["looks_whole"].any()


@pytest.mark.parametrize(("second", "is_told"), [([*SAME[:15], A], True), ([A, B], False)], ids=["states", "parts"])
def test_neighbouring_days_with_the_same_bibs_are_asked_about(second, is_told, loaded):
    files = {f"export_{JULY}.mrc": content(*SAME, C), "export_20260721.mrc": content(*second)}
    project = loaded(files)
    told = project.sql("select file, message from load_issues where code = 'days_overlap'").rows()
    assert [file for file, _ in told] == ["export_20260721.mrc"] * is_told
    assert all("15 of the 21 bibs of the first day are there again" in message for _, message in told)
    notes = project.load(progress=False).notes
    assert any("count as parts of one" in note for note in notes) == is_told
