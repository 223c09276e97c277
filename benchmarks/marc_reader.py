"""How fast is MARC read into rows of 001, 035 and 245? This reader beside what our users can install, in one run.

    python benchmarks/marc_reader.py [--rounds 5] [--iso FILE] [--xml FILE]

Without files it takes the 60,000 Library of Congress records and the 6,000 records of an Alma export in ../shared/data,
unpacked first. Contenders come from the extra `bench`; one that is not installed is left out. Each gives a Polars frame;
counts stand beside times, because some leave records out. Rounds are interleaved, medians compared.
"""

import argparse
import contextlib
import gzip
import io
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import lxml.etree
import polars as pl
import pymarc

from datasync_lib.marc import read_marc, scan_marc
from datasync_lib.marc.pieces import SUBFIELDS

DATA = Path(__file__).parents[2] / "shared" / "data"
ISO = DATA / "bibs_iso2709" / "PyPI-pymarc-5.4.0-sdist__BooksAll.2016.part01.utf8.rec000001-060000.mrc.gz"
XML = DATA / "bibs_marcxml" / "tulibraries-tul_cob__sample_alma_marcxml.rec00001-06000.xml.gz"
TAGS = ("001", "035", "245")
Contender = Callable[[Path], pl.DataFrame]


def ours(path: Path) -> pl.DataFrame:
    return scan_marc(path, TAGS).collect()


def ours_all_fields(path: Path) -> pl.DataFrame:
    return scan_marc(path).collect()


def ours_with_lists(path: Path) -> pl.DataFrame:
    """With the file's fingerprint, the records and the issues."""
    return read_marc(path, TAGS).subfields


def _frame(path: Path, records: Iterable, rows_of: Callable[[object], Iterator[tuple]]) -> pl.DataFrame:
    rows = ((path.name, number, *row) for number, record in enumerate(records) if record for row in rows_of(record))
    return pl.DataFrame(list(rows), schema=SUBFIELDS, orient="row")


def _pymarc_rows(record: pymarc.Record) -> Iterator[tuple]:
    for position, field in enumerate(record.fields):
        if field.tag not in TAGS:
            continue
        if field.control_field:
            yield position, field.tag, None, None, None, None, field.data
        for number, (code, value) in enumerate(field.subfields):
            yield position, field.tag, field.indicator1, field.indicator2, number, code, value


def by_pymarc(path: Path) -> pl.DataFrame:
    with path.open("rb") as stream:
        return _frame(path, pymarc.MARCReader(stream, hide_utf8_warnings=True), _pymarc_rows)


def xml_by_pymarc(path: Path) -> pl.DataFrame:
    return _frame(path, pymarc.marcxml.parse_xml_to_array(str(path)), _pymarc_rows)


def _mrrc_rows(record: object) -> Iterator[tuple]:
    for tag in TAGS:
        for position, field in enumerate(record.get_fields(tag)):
            if tag < "010":
                yield position, tag, None, None, None, None, field.data
                continue
            ind1, ind2 = field.indicator1, field.indicator2
            for number, subfield in enumerate(field.subfields()):
                yield position, tag, ind1, ind2, number, subfield.code, subfield.value


def by_mrrc(path: Path) -> pl.DataFrame:
    import mrrc

    return _frame(path, mrrc.MARCReader(str(path)), _mrrc_rows)


def xml_by_mrrc(path: Path) -> pl.DataFrame:
    import mrrc

    return _frame(path, mrrc.xml_to_records(path.read_text("utf-8")), _mrrc_rows)


def by_polars_marc21(path: Path) -> pl.DataFrame:
    """001, 035 $a and 245 $a only, one column each: its query language has no rows of all subfields."""
    from polars_marc21 import marc21_select

    return marc21_select("001, 035.a, 245.a").header(["number", "ocn", "title"]).from_(str(path)).collect()


def by_marctable(path: Path) -> pl.DataFrame:
    from marctable.utils import to_dataframe

    with path.open("rb") as stream:
        frame = to_dataframe(stream, rules=list(TAGS))
    return pl.DataFrame({"record": range(len(frame))})


def xml_by_lxml(path: Path) -> pl.DataFrame:
    """The loop that people write: iterparse, one record at a time, thrown away when it is read."""
    rows, number = [], 0
    for _, record in lxml.etree.iterparse(str(path), tag="{*}record"):
        for position, field in enumerate(record):
            tag = field.get("tag")
            if tag not in TAGS:
                continue
            if field.tag.endswith("controlfield"):
                rows.append((path.name, number, position, tag, None, None, None, None, field.text))
            else:
                start = (path.name, number, position, tag, field.get("ind1"), field.get("ind2"))
                rows += [(*start, index, each.get("code"), each.text) for index, each in enumerate(field)]
        number += 1
        record.clear()
        while record.getprevious() is not None:
            del record.getparent()[0]
    return pl.DataFrame(rows, schema=SUBFIELDS, orient="row")


BINARY: dict[str, Contender] = {
    "ours": ours,
    "ours, read_marc": ours_with_lists,
    "ours, all fields": ours_all_fields,
    "polars-marc21": by_polars_marc21,
    "mrrc": by_mrrc,
    "pymarc": by_pymarc,
    "marctable": by_marctable,
}
MARCXML: dict[str, Contender] = {
    "ours": ours,
    "ours, read_marc": ours_with_lists,
    "ours, all fields": ours_all_fields,
    "lxml iterparse": xml_by_lxml,
    "mrrc": xml_by_mrrc,
    "pymarc": xml_by_pymarc,
}


def measure(contenders: dict[str, Contender], path: Path, rounds: int) -> dict[str, tuple[int, int, list[float]]]:
    """Rows, records and seconds of each round, the rounds of all contenders interleaved."""
    results: dict[str, tuple[int, int, list[float]]] = {}
    for _ in range(rounds):
        for name, read in contenders.items():
            with contextlib.suppress(ImportError), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                with contextlib.redirect_stderr(io.StringIO()):
                    start = time.perf_counter()
                    frame = read(path)
                    seconds = time.perf_counter() - start
                records = frame["record"].n_unique() if "record" in frame.columns else frame["number"].n_unique()
                results.setdefault(name, (frame.height, records, []))[2].append(seconds)
                del frame
    return results


def show(title: str, path: Path, results: dict[str, tuple[int, int, list[float]]]) -> None:
    size, best = path.stat().st_size / 1e6, statistics.median(results["ours"][2])
    print(f"\n{title}: {path.name}, {size:.1f} MB, median of {len(results['ours'][2])} interleaved rounds")
    print(
        f"{'':18}{'seconds':>9}{'min':>8}{'max':>8}{'records/s':>11}{'MB/s':>7}{'records':>9}{'rows':>10}{'ours is':>10}"
    )
    for name, (rows, records, seconds) in results.items():
        middle = statistics.median(seconds)
        print(
            f"{name:18}{middle:9.3f}{min(seconds):8.3f}{max(seconds):8.3f}{records / middle:11,.0f}{size / middle:7.0f}"
            f"{records:9,}{rows:10,}{middle / best:9.1f}x"
        )


def unpacked(path: Path, folder: Path) -> Path:
    if path.suffix != ".gz":
        return path
    target = folder / path.stem
    target.write_bytes(gzip.decompress(path.read_bytes()))
    return target


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--iso", type=Path, default=ISO)
    parser.add_argument("--xml", type=Path, default=XML)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for title, path, contenders in (
            ("ISO 2709", arguments.iso, BINARY),
            ("MARCXML", arguments.xml, MARCXML),
        ):
            file = unpacked(path, Path(folder))
            show(title, file, measure(contenders, file, arguments.rounds))


if __name__ == "__main__":
    main()
