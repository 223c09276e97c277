"""How fast is a processing report read, beside pandas in the same run? And how much memory does it take?

    python benchmarks/reports.py                 100,000 rows
    python benchmarks/reports.py --rows 8000000  a reclamation
    python benchmarks/reports.py --only store    one question of the three

Three questions, each answered by both in a process of its own:
parse: the five columns of the report in memory, typed (numbers as nullable integers);
load: the whole of reading — offset from the job key, result or staging number by the action, exact repeats left out, where each
row comes from — and writing it as Parquet;
store: project.load() of a new project with that report in its raw folder, beside pandas doing the same work: hash of the file,
the same columns of the table `outcomes`, the row of the file in the table `files`, all written as Parquet.

Projects are made before the clock starts. The memory is anonymous memory: mapped files are not counted.
On a machine that does other things at the same time, the processor seconds say more than the clock.
"""

import argparse
import csv
import hashlib
import json
import sys
import tempfile
import time
from pathlib import Path

from measuring import run

NAME = "XYZ-XYZ.1099999.IN.BIB.D20250721.T094034567.1099999.xyz.reclam_01.mrc.BibProcessingReport.txt"
COLUMNS = ["job_key", "lsn", "sent_ocn", "number", "action"]
# Shares of a large reclamation (oclc_formats.md 7).
SHARES = {
    "match": 0.946,
    "create": 0.024,
    "unresolved": 0.03 - 0.0007,
    "processing error": 0.0006,
    "data error": 0.0001,
}


def make_report(path: Path, rows: int, seed: int = 7) -> None:
    """A report in the grammar of oclc_formats.md 1.4, rows in no order, one in a thousand repeated."""
    import numpy as np
    import polars as pl

    random = np.random.default_rng(seed)
    action = random.choice(list(SHARES), rows, p=list(SHARES.values()))
    number = random.integers(1, 1_500_000_000, rows)
    frame = pl.DataFrame(
        {
            "key": random.permutation(np.cumsum(random.integers(700, 4000, rows))),
            "lsn": np.arange(rows),
            "number": number,
            "sent": np.where(random.random(rows) < 0.9, number, number + 1),
            "action": action,
        }
    )
    bad = pl.col("action") == "data error"
    without_ocn = pl.col("action").is_in(["create", "unresolved", "data error"])
    text = frame.select(
        pl.format("XYZ_1099999_1753105234567::bib::{}", "key"),
        pl.when(~bad).then(pl.format("99{}106001", pl.col("lsn").cast(pl.String).str.zfill(9))),
        pl.when(~without_ocn).then("sent").alias("sent"),
        pl.when(~bad).then("number").alias("number"),
        "action",
    )
    again = text.gather_every(1000)
    pl.concat([text, again]).write_csv(path, separator="|", include_header=False, quote_style="never")


def no_preparation(_: Path, __: Path) -> None:
    pass


def make_project(path: Path, target: Path) -> None:
    """A new project whose raw folder is the folder of the report."""
    from datasync_lib.creating import new_project
    from datasync_lib.settings import FILE_NAME

    settings = new_project(target) / FILE_NAME
    text = settings.read_text("utf-8")
    settings.write_text(text.replace('"data/raw"', f"'{path.parent.as_posix()}'", 1), "utf-8")


def parse_ours(path: Path, _: Path) -> int:
    from datasync_lib.oclc.processing import parse_processing_block

    return parse_processing_block(path).height


def parse_pandas(path: Path, _: Path) -> int:
    return len(_pandas_columns(path))


def load_ours(path: Path, target: Path) -> int:
    from datasync_lib.marc import find_inputs
    from datasync_lib.oclc.reports import read_report
    from datasync_lib.readers import Source

    rows = 0
    for number, (table, frame) in enumerate(read_report(Source(find_inputs(path)[0]))):
        if table == "outcomes":
            frame.write_parquet(target / f"outcomes-{number}.parquet")
            rows += frame.height
    return rows


def load_pandas(path: Path, target: Path) -> int:
    frame = _pandas_outcomes(path)
    frame.to_parquet(target / "outcomes.parquet", index=False)
    return len(frame)


def store_ours(_: Path, target: Path) -> int:
    import polars as pl

    from datasync_lib.project import Project

    log = Project(target).load(progress=False)
    return log.files.select(pl.col("loaded") - pl.col("repeated")).item()


def store_pandas(path: Path, target: Path) -> int:
    import pandas as pd

    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    frame = _pandas_columns(path)
    found = len(frame)
    frame = _with_outcomes(frame, path)
    frame["collection"], frame["sent_file"] = "1099999", "1099999.xyz.reclam_01.mrc"
    frame["received_at"] = pd.Timestamp("2025-07-21T13:40:34.567Z")
    frame.to_parquet(target / "outcomes.parquet", index=False)
    row = {"file": path.name, "kind": "BibProcessingReport", "sha256": digest, "bytes": path.stat().st_size}
    counts = {"found": found, "loaded": found, "repeated": found - len(frame), "rejected": 0}
    pd.DataFrame([row | counts]).to_parquet(target / "files.parquet", index=False)
    return len(frame)


def _pandas_outcomes(path: Path):
    return _with_outcomes(_pandas_columns(path), path)


def _with_outcomes(frame, path: Path):
    frame["record"] = range(len(frame))
    frame = frame.drop_duplicates(COLUMNS)
    success = frame["action"].isin(["match", "create", "replace", "field transfer"])
    frame["job_offset"] = frame["job_key"].str.rsplit("::", n=1).str[-1].astype("int64")
    frame["result_ocn"] = frame["number"].where(success)
    frame["staging_ocn"] = frame["number"].where(~success)
    for column, value in {"file": path.name, "report_kind": "BibProcessingReport", "symbol": "XYZ"}.items():
        frame[column] = value
    return frame.drop(columns="number")


def _pandas_columns(path: Path):
    import pandas as pd

    types = {"job_key": "str", "lsn": "str", "sent_ocn": "Int64", "number": "Int64", "action": "str"}
    return pd.read_csv(
        path, sep="|", header=None, names=COLUMNS, dtype=types, engine="c", quoting=csv.QUOTE_NONE, encoding="utf-8"
    )


JOBS = {
    "parse": (parse_ours, parse_pandas),
    "load": (load_ours, load_pandas),
    "store": (store_ours, store_pandas),
}
PREPARE = {store_ours: make_project}


def measure(job: str, who: int, path: Path, repeats: int) -> None:
    """Runs one job in this process, and prints its best time as JSON."""
    times, cpu = [], []
    for _ in range(repeats):
        with tempfile.TemporaryDirectory() as target:
            PREPARE.get(JOBS[job][who], no_preparation)(path, Path(target))
            start, start_cpu = time.perf_counter(), time.process_time()
            rows = JOBS[job][who](path, Path(target))
            times.append(time.perf_counter() - start)
            cpu.append(time.process_time() - start_cpu)
    print(json.dumps({"seconds": min(times), "cpu": min(cpu), "rows": rows}))


def in_a_process_of_its_own(job: str, who: int, path: Path, repeats: int) -> dict:
    command = [sys.executable, __file__, "--job", job, str(who), str(path), "--repeats", str(repeats)]
    done = run(command)
    return json.loads(done.lines[0].text) | {"memory": done.peak / 2**20}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--only", choices=list(JOBS), help="one question of the three")
    parser.add_argument("--job", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.job:
        job, who, path = options.job
        measure(job, int(who), Path(path), options.repeats)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / NAME
        make_report(path, options.rows)
        print(f"{options.rows:,} rows, {path.stat().st_size / 1e6:.0f} MB, best of {options.repeats}")
        head = ("ours s", "pandas s", "ratio", "ours cpu", "pandas cpu", "ratio", "ours MB", "pandas MB", "rows")
        print(" " * 8 + "".join(f"{name:>12}" for name in head))
        for job in [options.only] if options.only else JOBS:
            ours, pandas = (in_a_process_of_its_own(job, who, path, options.repeats) for who in (0, 1))
            assert ours["rows"] == pandas["rows"], (job, ours, pandas)
            cells = [f"{each:.2f}" for each in _beside(ours, pandas, "seconds") + _beside(ours, pandas, "cpu")]
            cells += [f"{ours['memory']:,.0f}", f"{pandas['memory']:,.0f}", f"{ours['rows']:,}"]
            print(f"{job:8}" + "".join(f"{cell:>12}" for cell in cells))


def _beside(ours: dict, pandas: dict, what: str) -> list[float]:
    return [ours[what], pandas[what], pandas[what] / ours[what]]


if __name__ == "__main__":
    main()
