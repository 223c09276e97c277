"""How do time and memory of the analyses grow with the catalogue, and how fast is what was worked out before?

    python benchmarks/analysis_scale.py [--bibs 100000 1000000] [--folder DIR] [--figure analysis_scale.png]
    python benchmarks/analysis_scale.py --bibs 100000 1000000 12000000 --folder DIR --measured --figure analysis_scale.png

For each size a project is made (`made_catalogue`), and each work is done in a process of its own:
frames: every named frame, then all findings, nothing worked out before; its rows are those of all frames;
workbooks: a workbook for each unit;
again: all frames and findings once more, nothing changed;
sql: one ad hoc query over bibs, holdings and numbers;
notebooks: `datasync run`, up to the size --notebooks.

Time is told by the clock and of the processors, memory is anonymous memory at its peak, of all processes of the work. A
frame's own line has what it needed that no frame before it had worked out. Growth is the exponent of a power of the bibs,
by least squares: 1 is linear. What was measured is kept beside the projects; --measured takes it from there.
"""

import argparse
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path
from subprocess import CalledProcessError

from made_catalogue import made_project, short
from measuring import Line, Run, TooMuch, run

SQL = """
    select h.library, b.format, count(distinct b.mms_id) as bibs, count(distinct o.ocn) as numbers
    from bibs b join holdings h using (mms_id) left join ocns o on o.mms_id = b.mms_id and o.is_current
    group by all order by bibs desc
"""
WORKS = {
    "frames": "all frames and findings",
    "workbooks": "workbooks of the units",
    "again": "again, nothing changed",
    "sql": "one SQL query",
    "notebooks": "all notebooks (datasync run)",
}
# What all frames and findings may take: bibs -> seconds, bytes.
LIMITS = {1_000_000: (180, 2e9), 12_000_000: (2400, 6e9)}


# One work, in a process of its own


def work_on_frames(folder: Path) -> None:
    """Print a line of JSON for each named frame, then for findings and evidence; nothing large is taken into memory."""
    from datasync_lib.project import Project

    project = Project(folder)
    analysis = project.analysis
    for name in [*analysis.names, "findings", "evidence"]:
        _tell(name, lambda name=name: _rows(analysis.frame(name)))


def work_on_workbooks(folder: Path) -> None:
    """Write the workbooks; each counts as a row."""
    from datasync_lib.project import Project

    project = Project(folder)
    _tell("workbooks", lambda: len(project.workbooks()))


def work_on_sql(folder: Path) -> None:
    """Ask one question."""
    from datasync_lib.project import Project

    project = Project(folder)
    _tell("sql", lambda: project.sql(SQL).height)


def _tell(name: str, work) -> None:
    start, cpu = time.perf_counter(), time.process_time()
    rows = work()
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    print(json.dumps({"name": name, "seconds": seconds, "cpu": cpu, "rows": rows}), flush=True)


def _rows(frame) -> int:
    import polars as pl

    return frame.select(pl.len()).collect(engine="streaming").item()


# All works on one size


def measure(folder: Path, bibs: int, limit: int, *, notebooks: bool) -> dict:
    """What every work takes on a project of a size: seconds, cpu, peak, rows; of the frames also each one."""
    project = made_project(folder, bibs)
    _forget(project)
    found = {"bibs": bibs, "works": {}, "frames": []}
    for work in WORKS:
        if work == "notebooks" and not notebooks:
            continue
        try:
            found["works"][work] = _measured(work, project.folder, limit, found["frames"])
        except TooMuch as stopped:
            found["works"][work] = {"stopped": str(stopped)}
        except CalledProcessError as failed:
            found["works"][work] = {"stopped": failed.stderr.strip().splitlines()[-1]}
        print(_line(WORKS[work], found["works"][work]), flush=True)
    return found


def _measured(work: str, folder: Path, limit: int, frames: list[dict]) -> dict:
    if work == "notebooks":
        done = run([sys.executable, "-m", "datasync_lib", "run", "--project", str(folder)], limit=limit)
        return _whole(done, sum(bool(line.text) for line in done.lines))

    def tell(line: Line) -> None:
        if line.text:
            frames.append(json.loads(line.text) | {"peak": line.peak})
            print(_line(f"    {frames[-1]['name']}", frames[-1]), flush=True)

    watch = {"on_line": tell} if work == "frames" else {}
    done = run([sys.executable, __file__, "--work", work, str(folder)], limit=limit, **watch)
    return _whole(done, sum(json.loads(line.text)["rows"] for line in done.lines if line.text))


def _whole(done: Run, rows: int) -> dict:
    return {"seconds": done.seconds, "cpu": done.cpu, "peak": done.peak, "rows": rows}


def _forget(project) -> None:
    """Remove what was worked out before, and what of it the store names no more."""
    shutil.rmtree(project.store.folder / "results", ignore_errors=True)
    counted = project.store.manifest()["tables"]
    for part in (project.store.folder / "parts").iterdir():
        if part.name not in counted:
            shutil.rmtree(part)


def _line(name: str, of: dict) -> str:
    if "stopped" in of:
        return f"{name:34} {of['stopped']}"
    return f"{name:34}{of['seconds']:10.1f}{of['cpu']:10.1f}{of['peak'] / 1e6:10,.0f}{of['rows']:14,}"


# Growth


def exponents(measured: list[dict], work: str) -> dict[str, float]:
    """The power of the bibs with which seconds, processor time and peak of a work grow; empty for one size only."""
    import numpy as np

    done = [(each["bibs"], each["works"][work]) for each in measured if "seconds" in each["works"].get(work, {})]
    if len(done) < 2:
        return {}
    bibs = np.log([size for size, _ in done])
    return {
        what: float(np.polyfit(bibs, np.log([of[what] for _, of in done]), 1)[0]) for what in ("seconds", "cpu", "peak")
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bibs", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--folder", type=Path, help="where made projects lie and stay; a temporary folder otherwise")
    parser.add_argument("--figure", type=Path)
    parser.add_argument("--notebooks", type=int, default=1_000_000, help="run the notebooks up to this size")
    parser.add_argument("--limit", type=float, default=16, help="GB at which a work is stopped")
    parser.add_argument("--measured", action="store_true", help="take what was measured before, where it is there")
    parser.add_argument("--work", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.work:
        work, folder = given.work
        does = {"workbooks": work_on_workbooks, "sql": work_on_sql}.get(work, work_on_frames)
        does(Path(folder))
        return
    with tempfile.TemporaryDirectory() as temporary:
        measured = [_once(given.folder or Path(temporary), bibs, given) for bibs in sorted(given.bibs)]
    for work, name in WORKS.items():
        if growth := exponents(measured, work):
            print(f"{name:34}" + ", ".join(f"{what} grows with bibs^{power:.2f}" for what, power in growth.items()))
    if given.figure:
        from analysis_figure import draw

        given.figure.write_bytes(draw(measured, WORKS, LIMITS, exponents(measured, "frames")).png())


def _once(folder: Path, bibs: int, given: argparse.Namespace) -> dict:
    kept = folder / f"measured_{short(bibs)}.json"
    print(f"{bibs:,} bibs{'':22}{'seconds':>14}{'cpu':>10}{'peak MB':>10}{'rows':>14}", flush=True)
    if given.measured and kept.is_file():
        found = json.loads(kept.read_text("utf-8"))
        for work, of in found["works"].items():
            print(_line(WORKS[work], of))
        return found
    found = measure(folder, bibs, int(given.limit * 1e9), notebooks=bibs <= given.notebooks)
    kept.write_text(json.dumps(found, indent=1), "utf-8")
    return found


if __name__ == "__main__":
    main()
