"""Laws of results: shares change nothing, what is there is not worked out again, and what changes is."""

import shutil
import threading
import time
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from datasync_lib.analysis.registry import ANALYSES
from datasync_lib.project import Project
from datasync_lib.results.analyses import Analyses
from datasync_lib.results.current import CURRENT, EARLIER, FIELDS
from datasync_lib.settings import Institution, Settings
from datasync_lib.tables.parts import PartWriter

FRAMES = [*ANALYSES, *CURRENT, *EARLIER, *FIELDS]
FINDERS = [name for name, analysis in ANALYSES.items() if analysis.finds]
SHARES = 7


@pytest.fixture(scope="module")
def small(institution, tmp_path_factory) -> Project:
    """The example institution with 300 bibs, every frame worked out all at once, before anybody has decided anything."""
    project = Project(shutil.copytree(institution(300, 5), tmp_path_factory.mktemp("results") / "small"))
    shutil.rmtree(project.folder / "decisions")
    project.load(progress=False)
    for name in FRAMES:
        at_once(project).paths(name)
    return project


def at_once(project: Project, settings: Settings | None = None) -> Analyses:
    return Analyses(project.store, settings or project.settings, shares=1)


@pytest.fixture
def own(small, tmp_path) -> Project:
    """A copy that a test may change."""
    shutil.copytree(small.folder, tmp_path / "own")
    return Project(tmp_path / "own")


@pytest.fixture(scope="module")
def share_by_share(small) -> Analyses:
    return Analyses(small.store, small.settings, shares=SHARES)


def in_order(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows in an order that depends on nothing but themselves."""
    lists = [name for name, type_ in frame.schema.items() if isinstance(type_, pl.List)]
    texts = frame.select(pl.col(name).cast(pl.List(pl.String)).list.join("|", ignore_nulls=True) for name in lists)
    return frame.with_columns(texts).sort(frame.columns, nulls_last=True)


@pytest.mark.parametrize("name", FRAMES)
def test_shares_change_nothing(small, share_by_share, name):
    whole, together = at_once(small).frame(name).collect(), share_by_share.frame(name).collect()
    assert_frame_equal(in_order(together), in_order(whole))


@pytest.mark.parametrize("problem", FINDERS)
def test_shares_change_no_evidence(small, share_by_share, problem):
    whole, together = at_once(small).evidence(problem).collect(), share_by_share.evidence(problem).collect()
    assert_frame_equal(in_order(together), in_order(whole))


@pytest.mark.parametrize("name", [name for name, analysis in ANALYSES.items() if analysis.by])
def test_what_is_split_is_kept_share_by_share(share_by_share, name):
    """Else whoever goes on with it, by the same key, has to split it again."""
    files = 1 if ANALYSES[name].together else SHARES
    assert len(share_by_share.paths(name)) == files


def depending_on(*values: str) -> set[str]:
    """The analyses that need one of these, or something that needs it."""
    found = set(values)
    while more := {name for name, analysis in ANALYSES.items() if found & set(analysis.needs)} - found:
        found |= more
        if any(ANALYSES[name].finds for name in more):
            found.add("findings")
    return found - {*values, "findings"}


NOISE = {
    "error_change_counts", "error_changes", "error_families", "error_families_by_unit", "exception_records",
    "last_exceptions", "rejected",
    "decided_rows", "decision_conflicts", "decided_numbers", "work_states", "work_ages",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "values", "stale", "fresh"),
    [
        ({"noise": ["Invalid tag"]}, ["noise"], NOISE, {"ocn_census", "report_reconciliation", "last_outcomes"}),
        ({"symbols": []}, ["symbols"], {"held_numbers", "old_holding"}, {"match_classes", "rejected"}),
        (
            {"institution": Institution(name="Another library", mms_suffix="4321")},
            [],
            set(),
            {"readiness", "held_numbers"},
        ),
    ],
    ids=["noise", "symbols", "institution"],
)
def test_a_changed_setting_makes_stale_what_depends_on_it(small, changed, values, stale, fresh):
    analyses = at_once(small, small.settings.model_copy(update=changed))
    found = {name for name in ANALYSES if analyses.is_stale(name)}
    assert found == depending_on(*values)
    assert stale <= found
    assert fresh & found == set()


def test_who_comes_after_works_nothing_out(small, monkeypatch):
    monkeypatch.setattr(Analyses, "_work_out", lambda _, name, writer: pytest.fail(f"{name} was worked out again"))
    again = at_once(Project(small.folder))
    assert [name for name in FRAMES if again.frame(name).collect_schema() is None] == []
    assert [name for name in ANALYSES if again.is_stale(name)] == []


def test_status_tells_what_is_stale(small):
    analyses = at_once(small, small.settings.model_copy(update={"noise": ["Invalid tag"]}))
    assert analyses.standing().rows() == [
        ("up to date", len(ANALYSES) - len(NOISE), None),
        ("stale", len(NOISE), ", ".join(sorted(NOISE))),
    ]
    assert small.status()["Results of analyses (stale ones are worked out when they are asked for)"].rows() == [
        ("up to date", len(ANALYSES), None),
        ("stale", 0, None),
    ]


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:100])


def garble(path: Path) -> None:
    path.write_bytes(b"x" * path.stat().st_size)


def break_seal(path: Path) -> None:
    (path.parent / "complete.json").write_text("[]", encoding="utf-8")


@pytest.mark.parametrize("damage", [truncate, garble, Path.unlink, break_seal], ids=lambda f: f.__name__)
def test_a_damaged_result_is_made_anew(own, damage):
    before = at_once(own).match_rates
    damage(at_once(own).paths("match_rates")[0])
    assert at_once(own).is_stale("match_rates")
    assert_frame_equal(at_once(own).match_rates, before)
    assert not at_once(own).is_stale("match_rates")


def test_two_that_ask_at_once_have_it_made_once(own, monkeypatch):
    """The second asks while the first is at it; what they wait for is a lock file, so that processes wait as threads do."""
    made: list[str] = []
    begun, answers = threading.Event(), []
    work_out = Analyses._work_out

    def slowly(self: Analyses, name: str, writer: PartWriter) -> None:
        made.append(name)
        begun.set()
        time.sleep(0.3)
        work_out(self, name, writer)

    monkeypatch.setattr(Analyses, "_work_out", slowly)
    shutil.rmtree(own.store.results.part(at_once(own).key("ocn_census")))
    asking = [threading.Thread(target=lambda: answers.append(at_once(own).ocn_census)) for _ in range(2)]
    asking[0].start()
    assert begun.wait(60)
    asking[1].start()
    for each in asking:
        each.join()
    assert_frame_equal(*answers)
    assert made == ["ocn_census"]
