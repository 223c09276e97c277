"""Question: how fast is the full load of a catalogue file to the tables, beside the simplest script of pymarc and pandas?

The script fills bibs, ocns, standard_numbers and holdings with what a librarian's first script would take from a record; our
load fills all tables, checks structure, keeps every subfield of the configured tags and writes everything to Parquet.
Both in the same run, on the same file, interleaved; medians and ratios are printed.

    python benchmarks/load.py FILE.mrc [--runs 3] [--records 60000]
"""

import argparse
import re
import statistics
import tempfile
import time
from pathlib import Path

import pandas as pd
import pymarc

from datasync_lib.creating import new_project
from datasync_lib.project import Project

OCN = re.compile(r"(?:\(OCoLC\))?(?:ocm|ocn|on)?0*(\d+)\s*$", re.IGNORECASE)


def pymarc_and_pandas(source: Path, target: Path) -> dict[str, int]:
    """The simplest script: one loop over the records, four lists, four Parquet files."""
    bibs, ocns, numbers, holdings = [], [], [], []
    with source.open("rb") as file:
        for record in pymarc.MARCReader(file, to_unicode=True, permissive=True):
            if record is None:
                continue
            mms_id = record["001"].data if "001" in record else None
            fixed = record["008"].data if "008" in record else ""
            bibs.append(
                {
                    "mms_id": mms_id,
                    "leader": str(record.leader),
                    "title": record.title,
                    "author": record.author,
                    "publisher": record.publisher,
                    "year": fixed[7:11],
                    "language": fixed[35:38],
                    "edition": record["250"].get("a") if "250" in record else None,
                    "extent": record["300"].get("a") if "300" in record else None,
                }
            )
            for field in record.get_fields("035"):
                for value in field.get_subfields("a"):
                    if "OCoLC" in value and (match := OCN.search(value)):
                        ocns.append({"mms_id": mms_id, "ocn": int(match[1]), "raw": value})
            for tag, scheme in (("020", "isbn"), ("022", "issn"), ("010", "lccn")):
                for field in record.get_fields(tag):
                    for value in field.get_subfields("a"):
                        numbers.append({"mms_id": mms_id, "scheme": scheme, "value": value.split(" ")[0]})
            for field in record.get_fields("852"):
                holdings.append({"mms_id": mms_id, "library": field.get("b"), "location": field.get("c")})
    tables = {"bibs": bibs, "ocns": ocns, "standard_numbers": numbers, "holdings": holdings}
    for name, rows in tables.items():
        pd.DataFrame(rows).to_parquet(target / f"{name}.parquet")
    return {name: len(rows) for name, rows in tables.items()}


def full_load(source: Path, target: Path) -> dict[str, int]:
    """Our load, from the raw file to the committed tables."""
    project = Project(new_project(target / "project"))
    (project.raw / source.name).symlink_to(source)
    project.load(progress=False)
    names = ("bibs", "ocns", "standard_numbers", "holdings", "subfields")
    return {name: project.store.scan(name).collect().height for name in names}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    source = given.file.resolve()
    contenders = {"datasync load": full_load, "pymarc + pandas": pymarc_and_pandas}
    times: dict[str, list[float]] = {name: [] for name in contenders}
    counts: dict[str, dict[str, int]] = {}
    for _ in range(given.runs):
        for name, work in contenders.items():
            with tempfile.TemporaryDirectory() as folder:
                start = time.perf_counter()
                counts[name] = work(source, Path(folder))
                times[name].append(time.perf_counter() - start)
    ours = statistics.median(times["datasync load"])
    size = source.stat().st_size / 1e6
    print(f"{source.name}: {size:.0f} MB, median of {given.runs} interleaved runs")
    for name, values in times.items():
        middle = statistics.median(values)
        records = counts[name]["bibs"] / middle
        print(
            f"{name:16} {middle:8.2f} s {records:10,.0f} records/s {size / middle:7.1f} MB/s   ours is {middle / ours:5.1f} times as fast   {counts[name]}"
        )


if __name__ == "__main__":
    main()
