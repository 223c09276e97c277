"""How many records come out of damaged files, with the right 001 and 245? This reader beside its peers.

Run it alone: `python benchmarks/marc_damaged.py`. It needs ../shared/data, the extra `bench`, and yaz-marcdump. What is
right was checked by hand against the bytes of each file; the list (tests/real/marc_damaged_expected.tsv) keeps a hash
of 001 and 245 for each record, so that no real record is copied into the project.
"""

import collections
import contextlib
import csv
import hashlib
import io
import logging
import re
import shutil
import subprocess
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path

import pymarc

from datasync_lib.marc import Input, find_inputs, is_marc, read_pieces

ROOT = Path(__file__).parents[1]
DATA = ROOT.parent / "shared" / "data" / "damaged"
EXPECTED = ROOT / "tests" / "real" / "marc_damaged_expected.tsv"
Keys = collections.Counter


def key(control_number: str | None, title: Iterable[str]) -> str:
    """001 and 245 by their ASCII letters and digits: peers differ in how they show what is not UTF-8."""
    plain = re.sub(r"[^0-9A-Za-z]", "", "".join(title))
    number = re.sub(r"[^0-9A-Za-z]", "", control_number or "")
    return hashlib.sha256(f"{number}|{plain}".encode()).hexdigest()[:12]


def ours(source: Input) -> Keys:
    records: dict[int, tuple[list, list]] = {}
    for piece in read_pieces(source, {"LDR", "001", "245"}):
        for record, tag, value in piece.subfields.select("record", "tag", "value").iter_rows():
            number, title = records.setdefault(record, ([], []))
            (number if tag == "001" else title if tag == "245" else []).append(value or "")
    return Keys(key("".join(number[:1]), title) for number, title in records.values())


def _of_pymarc(record: pymarc.Record) -> str:
    number = record["001"].data if "001" in record else ""
    return key(number, [each.value for field in record.get_fields("245") for each in field.subfields])


def by_pymarc(source: Input) -> Keys:
    """Permissive, fed piece by piece."""
    data = source.path.read_bytes()
    found = Keys()
    if is_marc(data[:8192]) == "marcxml":
        handler = pymarc.marcxml.XmlHandler()
        with contextlib.suppress(Exception):
            pymarc.marcxml.parse_xml(io.BytesIO(data), handler)
        return Keys(_of_pymarc(record) for record in handler.records)
    for piece in data.split(b"\x1d"):
        piece = piece.lstrip(b"\r\n\t \x00\x1a") + b"\x1d"
        reader = pymarc.MARCReader(piece, permissive=True, utf8_handling="replace", hide_utf8_warnings=True)
        found += Keys(_of_pymarc(record) for record in reader if record)
    return found


def by_mrrc(source: Input) -> Keys:
    import mrrc

    found = Keys()
    with contextlib.suppress(Exception):
        if is_marc(source.path.read_bytes()[:8192]) == "marcxml":
            records = mrrc.xml_to_records(source.path.read_text("utf-8"))
        else:
            records = mrrc.MARCReader(str(source.path))
        for record in records:
            number = next((field.data for field in record.get_fields("001")), "")
            found[key(number, [each.value for field in record.get_fields("245") for each in field.subfields()])] += 1
    return found


def by_yaz(source: Input) -> Keys:
    form = "marcxml" if is_marc(source.path.read_bytes()[:8192]) == "marcxml" else "marc"
    command = ["yaz-marcdump", "-i", form, "-o", "line", str(source.path)]
    output = subprocess.run(command, capture_output=True, timeout=60, check=False).stdout.decode("latin-1")
    found = Keys()
    for record in re.split(r"\n\s*\n", output):
        lines = record.splitlines()
        number = next((line[4:] for line in lines if line.startswith("001 ")), "")
        titles = [part[1:] for line in lines if line.startswith("245 ") for part in re.split(r" ?\$(?=\S)", line)[1:]]
        if any(re.match(r"\d{3} |[0-9A-Z]{3} ", line) for line in lines):
            found[key(number, titles)] += 1
    return found


READERS: dict[str, Callable[[Input], Keys]] = {"ours": ours, "pymarc": by_pymarc, "mrrc": by_mrrc, "yaz": by_yaz}


def expected() -> dict[str, Keys]:
    """The right keys of each file."""
    right: dict[str, Keys] = collections.defaultdict(Keys)
    with EXPECTED.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            right[row["file"]][row["key"]] += 1
    return right


def table(readers: Iterable[str] = READERS) -> list[dict]:
    """One row a file: how many of the right records each reader gives, and how many there are."""
    logging.getLogger("pymarc").setLevel(logging.CRITICAL)
    right, rows = expected(), []
    for source in find_inputs(DATA):
        with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            counts = {name: (READERS[name](source) & right[source.file]).total() for name in readers}
        rows.append({"file": source.file, "right": right[source.file].total(), **counts})
    return rows


def main() -> None:
    readers = [name for name in READERS if name != "yaz" or shutil.which("yaz-marcdump")]
    rows = table(readers)
    print(f"{'file':75}{'right':>7}" + "".join(f"{name:>8}" for name in readers))
    for row in rows:
        behind = " <" if row["ours"] < max(row[name] for name in readers) else ""
        print(f"{row['file'][:74]:75}{row['right']:>7}" + "".join(f"{row[name]:>8}" for name in readers) + behind)
    print(
        f"{'together':75}{sum(r['right'] for r in rows):>7}" + "".join(f"{sum(r[n] for r in rows):>8}" for n in readers)
    )


if __name__ == "__main__":
    main()
