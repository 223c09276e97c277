"""How do time and memory of reading MARC grow with the size of a file?

    python benchmarks/marc_scale.py [--records 100000 1000000 10000000] [--folder DIR] [--figure scale.png] [--xml]

Makes a file of each size (about 1 KB a record in ISO 2709, 2.5 KB in MARCXML), reads all of it in a process of its own, piece by piece,
and prints time and peak of anonymous memory: what the process holds itself, not pages of files that the system keeps for
it. Three works: the reader with the tags that an analysis needs, the reader with all fields, and the whole load to the tables. On other systems than Linux there is no peak.
"""

import argparse
import json
import random
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from pathlib import Path

import pymarc
from measuring import run
from pymarc import Field, Indicators, Subfield
from pymarc.marcxml import record_to_xml_node

WORDS = "the library of history and science in a new edition by modern world music art law Москва 東京 été".split()
FEW = ("001", "035", "245")


def made_record(rng: random.Random) -> pymarc.Record:
    """About 1 KB, a number of fixed width first."""
    record = pymarc.Record(leader="00000cam a2200000 i 4500", force_utf8=True)
    record.add_field(Field("001", data="990000000000003741"), Field("003", data="MySite"))
    record.add_field(Field("008", data="850320s1985    nyua     b    001 0 eng  "))
    for tag in (
        "020",
        "035",
        "035",
        "040",
        "050",
        "100",
        "245",
        "264",
        "300",
        "336",
        "337",
        "338",
        "500",
        "504",
        "650",
        "650",
        "650",
        "700",
        "852",
    ):
        text = " ".join(rng.choices(WORDS, k=rng.randint(2, 9)))
        parts = [Subfield("a", f"(OCoLC){rng.randint(1, 10**9)}" if tag == "035" else text)]
        parts += [Subfield(code, rng.choice(WORDS)) for code in "bc"[: rng.randint(0, 2)]]
        record.add_field(Field(tag, Indicators(" ", "0"), parts))
    return record


def _as_xml(record: pymarc.Record) -> bytes:
    return ET.tostring(record_to_xml_node(record), encoding="unicode").encode() + b"\n"


def make_file(path: Path, records: int, as_xml: bool) -> None:
    """So many records, each with a number of its own, out of 2,000 that differ."""
    rng = random.Random(1)
    models = [made_record(rng) for _ in range(2000)]
    write = _as_xml if as_xml else pymarc.Record.as_marc
    parts = [write(record).split(b"990000000000003741") for record in models]
    with path.open("wb", 1 << 22) as file:
        file.write(b'<collection xmlns="http://www.loc.gov/MARC21/slim">\n' if as_xml else b"")
        for number in range(records):
            before, after = parts[number % 2000]
            file.write(before + b"%018d" % number + after)
        file.write(b"</collection>\n" if as_xml else b"")


def read(path: Path, work: str) -> dict:
    """Does the work on the file in this process; the time is that of everything after the imports."""
    import datasync_lib.project  # noqa: F401 - so that no import is measured

    does = load if work == "load" else rows_of
    start = time.perf_counter()
    records, rows = does(path, FEW if work == "few" else None)
    return {"records": records, "rows": rows, "seconds": time.perf_counter() - start}


def rows_of(path: Path, tags: tuple[str, ...] | None) -> tuple[int, int]:
    """The reader alone: records and rows."""
    from datasync_lib.marc import find_inputs, read_pieces

    records = rows = 0
    (source,) = find_inputs(path)
    for piece in read_pieces(source, tags):
        records, rows = records + piece.records.height, rows + piece.subfields.height
    return records, rows


def load(path: Path, _: object) -> tuple[int, int]:
    """The whole load: every table of a project, in Parquet."""
    import polars as pl

    from datasync_lib.creating import new_project
    from datasync_lib.project import Project

    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        project = Project(new_project(Path(folder) / "project"))
        (project.raw / path.name).symlink_to(path)
        files = project.load(progress=False).files
        return files["loaded"].sum(), project.store.scan("subfields").select(pl.len()).collect().item()


def draw(results: list[dict], figure: Path) -> None:
    """Time and memory against size, both axes of the same file."""
    import matplotlib.pyplot as plt

    _, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    names = {"few": "read 001, 035, 245", "all": "read all fields", "load": "load to all tables"}
    for tags, marker in (("few", "o"), ("all", "s"), ("load", "^")):
        of = [each for each in results if each["tags"] == tags]
        sizes = [each["records"] for each in of]
        left.loglog(
            sizes,
            [each["seconds"] for each in of],
            marker=marker,
            label=names[tags],
        )
        right.semilogx(sizes, [each["peak"] / 1e6 for each in of], marker=marker)
    left.set(xlabel="records in the file", ylabel="seconds", title="Time grows with the file")
    right.set(xlabel="records in the file", ylabel="MB", title="Memory does not (anonymous, peak)", ylim=(0, None))
    left.legend(frameon=False)
    plt.savefig(figure, dpi=150)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, nargs="+", default=[100_000, 1_000_000, 10_000_000])
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--figure", type=Path)
    parser.add_argument("--xml", action="store_true")
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--tags", default="few", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.read:
        print(json.dumps(read(arguments.read, arguments.tags)))
        return
    results = []
    print(f"{'records':>12}{'MB':>9}{'tags':>6}{'seconds':>10}{'records/s':>12}{'peak MB':>10}{'rows':>14}")
    for records in arguments.records:
        with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
            path = Path(folder) / ("scale.xml" if arguments.xml else "scale.mrc")
            make_file(path, records, arguments.xml)
            for tags in ("few", "all", "load"):
                command = [sys.executable, __file__, "--read", str(path), "--tags", tags]
                done = run(command)
                result = json.loads(done.lines[0].text) | {"tags": tags, "peak": done.peak}
                results.append(result)
                print(
                    f"{result['records']:12,}{path.stat().st_size / 1e6:9.0f}{tags:>6}{result['seconds']:10.2f}"
                    f"{result['records'] / result['seconds']:12,.0f}{result['peak'] / 1e6:10.0f}{result['rows']:14,}",
                    flush=True,
                )
    if arguments.figure:
        draw(results, arguments.figure)


if __name__ == "__main__":
    main()
