"""What was decided of a number, and by whom, when the number or the mind has changed (practice.md 4.5, 6.2)."""

import polars as pl
from small_library import At, Kind, worldcat
from test_enemies import AFTER, BEFORE, LIST, library, loaded, not_as_it_must

from datasync_lib.analysis.findings import row_keys
from datasync_lib.project import Project
from datasync_lib.workbooks.decisions import append_decisions

KEEP, DELETE = "still held: keep", "delete"
# Number, decision, who; in this order.
SAID = (
    *((2, KEEP, "Main"), (3, KEEP, "Main"), (3, DELETE, "Law"), (4, KEEP, "Main"), (4, DELETE, " main")),
    *(
        (5, DELETE, "Law"),
        (5, KEEP, "Main"),
        (6, KEEP, "Main"),
        (7, KEEP, "Main"),
        (7, "unsure", "Main"),
        (8, DELETE, "Law"),
    ),
)


def test_a_keep_stands_through_merges_until_the_one_who_said_it_takes_it_back(tmp_path):
    keeps, goes = "hold decided_keep", "delete covered"

    def make(at: At) -> Kind:
        return Kind(
            dict.fromkeys((1, 4, 8), goes) | dict.fromkeys((3, 5, 7, 52, 56), keeps),
            own=(52, 56),
            records=at.has(2) + at.has(6),
            # 6 was held by a list that is not here any more
            files={**at.merged(52, 2), **at.merged(56, 6), **at.report("20250905", *map(at.took, range(1, 9)))},
        )

    files, must, at = library(make)
    lists = {
        LIST.format("OLDA", day, "mrc"): b"".join(worldcat(at.ocn(i), title=at.title(i)) for i in numbers)
        for day, numbers in ((BEFORE, (1, 2, 3, 4, 5, 7, 8)), (AFTER, (1, 52, 3, 4, 5, 56, 7, 8)))
    }
    identity = pl.DataFrame({"symbol": "OLDA", "ocn": [at.ocn(i) for i, *_ in SAID]})
    lines = pl.DataFrame({"decision": [what for _, what, _ in SAID], "who": [who for *_, who in SAID]}).with_columns(
        row_keys("old_holding", identity),
        problem=pl.lit("old_holding"),
        workbook=pl.format("{}.xlsx", pl.int_range(pl.len())),
        workbook_sha256=pl.int_range(pl.len()).cast(pl.String),
        sheet=pl.lit("Old holding - confirm"),
        row=pl.lit(5, pl.Int64),
    )
    for line in lines.iter_slices(1):
        append_decisions(tmp_path / "decisions", line)
    assert not_as_it_must(loaded(tmp_path, files | lists), must) == {}
    because = dict(Project(tmp_path).table("held_numbers").select("ocn", "because").collect().iter_rows())
    assert (
        because[at.ocn(3)] == "Main decided: still held; Law said «delete», which the one who keeps it has to confirm"
    )
    assert because[at.ocn(5)] == "Main decided: still held"


def test_a_keep_of_a_number_that_nothing_tells_any_more_holds_everything(tmp_path):
    """Its list is gone and its merge is not there: the decision may be of any number, until the list is there again."""
    files, must, at = library(lambda _: Kind({1: "hold list_not_read"}))
    line = pl.DataFrame({"symbol": "OLDA", "ocn": [at.ocn(9)]}).select(
        row_keys("old_holding", pl.DataFrame({"symbol": ["OLDA"], "ocn": [at.ocn(9)]})),
        problem=pl.lit("old_holding"),
        decision=pl.lit(KEEP),
        who=pl.lit("Main"),
        workbook=pl.lit("Main.xlsx"),
        sheet=pl.lit("Old holding - confirm"),
        row=pl.lit(5, pl.Int64),
    )
    append_decisions(tmp_path / "decisions", line)
    today = {LIST.format("OLDA", AFTER, "mrc"): worldcat(at.ocn(1), title=at.title(1))}
    before = {LIST.format("OLDA", BEFORE, "mrc"): b"".join(worldcat(at.ocn(i), title=at.title(i)) for i in (1, 9))}
    assert not_as_it_must(loaded(tmp_path, files | today), must) == {}
    assert not_as_it_must(loaded(tmp_path, files | today | before), dict.fromkeys(must, "delete covered")) == {}
