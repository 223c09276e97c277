"""Is every documented kind of report read completely at any size, and what does it take?

    python benchmarks/report_kinds.py [--rows 1 100000 8000000] [--folder DIR]

Plays a report of each kind in the grammar of oclc_formats.md 1 and 2 (a layout that no source describes is never played), reads it
piece by piece in a process of its own, and prints seconds and peak anonymous memory. Rows out = rows in is asserted.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import polars as pl

from reports import PeakMemory, make_report

NEW = "XYZ-XYZ.1099999.IN.BIB.D20250721.T094034567.1099999.xyz.reclam_01.mrc.{}.txt"
OLD = "metacoll.XYZ.datasync.1099999-1099999.D20190305.T101502333.{}.txt"
KEY = "XYZ_1099999_1753105234567::bib::{}"
LSN = "99{}4321"
PREAMBLE = "Exception report\nInstitution XYZ\nCollection 1099999\nProvider XYZ\nCompleted 2019-03-05\n"
HEADER = "Incoming OCLC Number\tOCLC Number\tLocal System Number\tException Count\tException\tSeverity\n"
# kind -> file name, a row with a gap for the number of the row, what stands before the rows
KINDS = {
    "BibProcessingReport": (NEW.format("BibProcessingReport"), None, ""),
    "BibExceptionReport": (
        NEW.format("BibExceptionReport"),
        f"{KEY}|{LSN}||1500000001|Validation Error|MINOR|Invalid code in Illustrations (008/18-21).",
        "",
    ),
    "BibCrossRefReport": (NEW.format("BibCrossRefReport"), LSN + "\t40000001", ""),
    "BibUnresolvedCrossRefReport": (NEW.format("BibUnresolvedCrossRefReport"), LSN + "\t1500000001", ""),
    "xrefrpt": (OLD.format("xrefrpt"), LSN + "\t40000001", ""),
    "unresxrefrpt": (OLD.format("unresxrefrpt"), LSN + "\t1500000001", ""),
    "bibdetailexcpt": (
        OLD.format("bibdetailexcpt.1.mrc"),
        "40000001\t1500000001\t" + LSN + "\t1\tInvalid tag 509.\tSevere",
        PREAMBLE + HEADER,
    ),
}


def play(path: Path, kind: str, rows: int) -> None:
    """A report of one kind; every row is different."""
    _, row, before = KINDS[kind]
    if row is None:
        make_report(path, rows)
        return
    number = pl.int_range(10_000_000, 10_000_000 + rows, eager=True).cast(pl.String)
    texts = pl.DataFrame({"n": number}).select(pl.format(row, *[pl.col("n")] * row.count("{}")))
    with path.open("wb") as file:
        file.write(before.encode())
        texts.write_csv(file, include_header=False, quote_style="never")


def read(path: Path) -> dict:
    """Read it here, piece by piece, and let each piece go."""
    from datasync_lib.marc import find_inputs
    from datasync_lib.oclc.reports import read_report
    from datasync_lib.readers import Source

    memory = PeakMemory()
    memory.start()
    start, rows = time.perf_counter(), 0
    for table, frame in read_report(Source(find_inputs(path)[0])):
        if table in ("outcomes", "exceptions", "cross_references"):
            rows += frame.height
        elif table == "files":
            log = frame.row(0, named=True)
    seconds = time.perf_counter() - start
    memory.stopped = True
    assert log["found"] == log["loaded"] + log["rejected"]
    assert rows == log["loaded"] - log["repeated"]
    return {
        "seconds": seconds,
        "memory": memory.peak,
        "rejected": log["rejected"],
        "kind": log["kind"],
        "rows": log["loaded"],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[1, 100_000, 8_000_000])
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.read:
        print(json.dumps(read(given.read)))
        return
    print(f"{'kind':30}{'rows':>12}{'rejected':>10}{'MB':>8}{'seconds':>10}{'peak MB':>10}")
    for rows in given.rows:
        for kind, (name, *_) in KINDS.items():
            with tempfile.TemporaryDirectory(dir=given.folder) as folder:
                path = Path(folder) / name
                play(path, kind, rows)
                done = subprocess.run(
                    [sys.executable, __file__, "--read", str(path)], capture_output=True, text=True, check=True
                )
                said = json.loads(done.stdout.splitlines()[-1])
                assert said["kind"] == kind, said
                assert said["rows"] >= rows, said
                print(
                    f"{kind:30}{said['rows']:12,}{said['rejected']:10}{path.stat().st_size / 1e6:8.0f}"
                    f"{said['seconds']:10.2f}{said['memory']:10,.0f}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
