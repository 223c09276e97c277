"""How long do the saved queries take, and in how much memory, on a made catalogue?

    python benchmarks/questions.py [--bibs 1000000] [--folder DIR]

What the queries ask is worked out first, all findings among it, and not measured here: `analysis_scale.py` does. Each query is
asked in a process of its own, with its values left as they are, so that it gives the most rows; the peak is anonymous memory.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

from made_catalogue import made_project
from measuring import run


def ask(folder: Path, name: str) -> None:
    """Ask one saved query; print the rows and the seconds as JSON. The second time, what it asks is surely there."""
    from datasync_lib.project import Project

    project = Project(folder)
    project.query(name)
    start = time.perf_counter()
    rows = project.query(name).height
    print(json.dumps({"rows": rows, "seconds": time.perf_counter() - start}), flush=True)


def measure(folder: Path, bibs: int) -> None:
    """Print a line for each saved query: seconds, peak, rows, and what it asks."""
    project = made_project(folder, bibs)
    print(f"{bibs:,} bibs, {project.findings().height:,} findings")
    print(f"{'query':28}{'seconds':>9}{'peak MB':>9}{'rows':>11}  asks")
    for name, title in project.queries().select("name", "title").iter_rows():
        done = run([sys.executable, __file__, "--ask", str(project.folder), name], limit=int(8e9))
        told = json.loads(next(line.text for line in done.lines if line.text))
        print(f"{name:28}{told['seconds']:9.1f}{done.peak / 1e6:9,.0f}{told['rows']:11,}  {title}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bibs", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, help="where made projects lie and stay; a temporary folder otherwise")
    parser.add_argument("--ask", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.ask:
        ask(Path(given.ask[0]), given.ask[1])
        return
    with tempfile.TemporaryDirectory() as temporary:
        measure(given.folder or Path(temporary), given.bibs)


if __name__ == "__main__":
    main()
