"""Do lists, reports and the tables of staff survive whatever a file may hold? Mutated files, in a run that can be repeated.

    python benchmarks/fuzz_files.py [--kinds lists reports map] [--cases 20000] [--seed 1] [--real]

Each case takes a played file (of the example institution; with --real also those of ../shared/data), changes it in one to
three ways (bytes, lines, cells, quotation marks, encodings, files behind each other) and reads it as a load does. It fails
when anything but a told fault is raised, when it takes longer than ten seconds of the processor, when the account does not
hold (found = loaded + rejected, and each loaded row is in a table), or when a number comes out that the file did not
have before, unless a mutation could make one (digits changed, moved apart or brought together). A table of staff gives
all its rows or a fault. A failing case is written into --out, to be looked at.
"""

import argparse
import csv
import io
import random
import re
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import polars as pl

from datasync_lib.errors import SettingsError
from datasync_lib.local_lists.signed_fixes import read_signed_fixes
from datasync_lib.local_lists.staff_tables import read_location_map
from datasync_lib.marc import Input
from datasync_lib.readers import READERS
from datasync_lib.sample import make_sample
from datasync_lib.settings import Settings
from datasync_lib.tables import catalogue_files as catalogue_files  # a list may come to look like MARC
from datasync_lib.tables.recognising import recognise

DATA = Path(__file__).parents[2] / "shared" / "data" / "oclc_reports"
SECONDS = 10
LINES = 16
TITLES = (
    "Ulysses",
    "Les misérables, tome 2",
    'The "new" world; a history',
    "源氏物語",
    "Line one\nline two",
    "1984",
    "",
)
# A title, `sep=`, and headers again: no more lines of a case are no rows.
HEADERS = 10
REPORT_TABLES = ("outcomes", "exceptions", "cross_references", "raw_rows")
OCN_TABLES = ("worldcat_holdings", "concordance", *REPORT_TABLES)
OCN_COLUMNS = ("ocn", "old_ocn", "current_ocn", "sent_ocn", "result_ocn")


@dataclass(frozen=True)
class Seed:
    """A file before it is changed, with the name that says what it is."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Mutation:
    """A way of changing a file.

    Attributes:
        change: what it does.
        keeps: whether no number can come of it that was not there before.
        keeps_rows: whether a table says the same afterwards.
        keeps_columns: whether each number stays in its column.
    """

    change: Callable[[bytes, random.Random], bytes]
    keeps: bool = True
    keeps_rows: bool = False
    keeps_columns: bool = True


# Ways of changing a file.


def _lines(data: bytes) -> list[bytes]:
    return data.split(b"\n")


def _separator(data: bytes) -> bytes:
    return max((b"\t", b"|", b";", b","), key=_lines(data)[0].count)


def _at_lines(data: bytes, rng: random.Random, what: list[bytes]) -> bytes:
    lines = _lines(data)
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(lines))
        lines[at] = rng.choice(what) + lines[at]
    return b"\n".join(lines)


def _anywhere(data: bytes, rng: random.Random, what: list[bytes]) -> bytes:
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(data) + 1)
        data = data[:at] + rng.choice(what) + data[at:]
    return data


def line_ends(data: bytes, rng: random.Random) -> bytes:
    ends = rng.choice(([b"\r"], [b"\r\n"], [b"\r\r\n"], [b"\r", b"\n", b"\r\n"]))
    return b"".join(line + rng.choice(ends) for line in _lines(data))


def encoding(data: bytes, rng: random.Random) -> bytes:
    names = ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be")
    return data.decode("utf-8", "replace").encode(rng.choice(names))


def code_page(data: bytes, rng: random.Random) -> bytes:
    return data.decode("utf-8", "replace").encode(rng.choice(("cp1252", "mac-roman", "cp1250")), "replace")


def blank_lines(data: bytes, rng: random.Random) -> bytes:
    return _at_lines(data, rng, [b"\n", b" \n", b"\n\n\n", b"\t\n"])


def marks(data: bytes, rng: random.Random) -> bytes:
    return _at_lines(data, rng, ["\ufeff".encode(), b"\x1a"]) + rng.choice((b"", b"\x1a", b"\n\x1a"))


def quotes(data: bytes, rng: random.Random) -> bytes:
    return _anywhere(data, rng, [b'"'])


def signs(data: bytes, rng: random.Random) -> bytes:
    odd = [b"\x00", b"x", b"#", b"'", b"=", b"<", b"\xff", b"\xe9", b"E", b"+", b"\x1d", b"\x1e", b"\x1f", b"\x0b"]
    return _anywhere(data, rng, [*odd, *(s.encode() for s in "\u2028\u2029\u0085\u00a0\u200b\u201c\u201d\ufffd\u200f")])


def quoted_cells(data: bytes, rng: random.Random) -> bytes:
    mark, lines = _separator(data), _lines(data)
    at = rng.randrange(len(lines))
    if b'"' not in lines[at] and lines[at]:
        lines[at] = mark.join(b'"' + cell + b'"' for cell in lines[at].split(mark))
    return b"\n".join(lines)


def separators_around(data: bytes, rng: random.Random) -> bytes:
    mark, lines = _separator(data), _lines(data)
    at = rng.randrange(len(lines))
    lines[at] = mark + lines[at] if rng.random() < 0.5 else lines[at] + mark
    return b"\n".join(lines)


def _with_columns(data: bytes, change: Callable[[list[str]], list[str]]) -> bytes:
    """The file with other columns; as it is where a CSV reader finds no rows."""
    mark = _separator(data).decode()
    try:
        rows = list(csv.reader(io.StringIO(data.decode("utf-8", "replace")), delimiter=mark))
    except csv.Error:
        return data
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=mark, lineterminator="\n").writerows(change(row) if row else row for row in rows)
    return written.getvalue().encode()


def swapped_columns(data: bytes, rng: random.Random) -> bytes:
    order = rng.random()
    width = _lines(data)[0].count(_separator(data)) + 1
    # A row with other columns than the first has none that could be moved with the others.
    return _with_columns(data, lambda row: random.Random(order).sample(row, width) if len(row) == width else row)


def doubled_column(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(4)
    return _with_columns(data, lambda row: [*row, row[at % len(row)]])


def repeated_lines(data: bytes, rng: random.Random) -> bytes:
    lines = _lines(data)
    at = rng.randrange(len(lines))
    other = rng.randrange(len(lines))
    return b"\n".join([*lines[:other], *lines[at : at + 3], *lines[other:]])


def header_again(data: bytes, rng: random.Random) -> bytes:
    return _at_lines(data, rng, [_lines(data)[0] + b"\n"])


def title_lines(data: bytes, rng: random.Random) -> bytes:
    return rng.choice((b"sep=;\n", b"sep=,\n", b"List of holdings\n", b"Report of our library,,\n\n", b"\n\n")) + data


def fewer_lines(data: bytes, rng: random.Random) -> bytes:
    lines = _lines(data)
    at = rng.randrange(len(lines))
    return b"\n".join(lines[:at] + lines[at + rng.choice((1, 2, 9, 99)) :])


def long_cell(data: bytes, rng: random.Random) -> bytes:
    long = rng.choice((200, 3_000, 140_000))  # the longest is more than the limit of Python's reader of CSV
    return _at_lines(data, rng, [b"x" * long, b'"' + b"y," * (long // 2) + b'"' + _separator(data)])


def other_bytes(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data) + 1)
    return data[:at] + bytes(rng.randrange(256) for _ in range(rng.randint(0, 3))) + data[at + rng.randint(0, 3) :]


def other_ends(data: bytes, rng: random.Random) -> bytes:
    return _anywhere(data, rng, [b"\n", b"\r", b"\r\n", b",", b";", b"\t", b"|", b" ", b".", b"-", b"0", b"9"])


def cut(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data) + 1)
    return data[:at] if rng.random() < 0.7 else data[at:]


def copied(data: bytes, rng: random.Random) -> bytes:
    at, to = rng.randrange(len(data) + 1), rng.randrange(len(data) + 1)
    return data[:to] + data[at : at + rng.randint(1, 90)] + data[to:]


def lost_mark(data: bytes, rng: random.Random) -> bytes:
    mark = _separator(data)
    places = [i for i in range(len(data)) if data[i : i + 1] == mark]
    at = rng.choice(places) if places else 0
    return data[:at] + data[at + 1 :]


MUTATIONS = {
    "line ends": Mutation(line_ends, keeps_rows=True),
    "encoding": Mutation(encoding, keeps_rows=True),
    "code page": Mutation(code_page),
    "blank lines": Mutation(blank_lines, keeps_rows=True),
    "marks": Mutation(marks, keeps_rows=True),
    "quotes": Mutation(quotes),
    "signs": Mutation(signs),
    "quoted cells": Mutation(quoted_cells, keeps_rows=True),
    "separators around": Mutation(separators_around, keeps_columns=False),
    "swapped columns": Mutation(swapped_columns, keeps_rows=True, keeps_columns=False),
    "doubled column": Mutation(doubled_column, keeps_columns=False),
    "repeated lines": Mutation(repeated_lines),
    "header again": Mutation(header_again, keeps_rows=True),
    "title lines": Mutation(title_lines, keeps_rows=True),
    "fewer lines": Mutation(fewer_lines),
    "long cell": Mutation(long_cell),
    "other bytes": Mutation(other_bytes, keeps=False),
    "other ends": Mutation(other_ends, keeps=False),
    "cut": Mutation(cut, keeps=False),
    "copied": Mutation(copied, keeps=False),
    "lost mark": Mutation(lost_mark, keeps=False),
}
# Columns are moved while all rows have the same; what says of all bytes what they are is done last.
_ORDER = dict.fromkeys(("swapped columns", "doubled column"), -1) | {"line ends": 1, "code page": 2, "encoding": 3}
_KEEPING = [name for name, mutation in MUTATIONS.items() if mutation.keeps]


# Files to change.


@cache
def seeds(kind: str, folder: Path, *, real: bool = False) -> list[Seed]:
    """The files of a kind, their first lines: lists, reports or map.

    Args:
        kind: the kind.
        folder: an example institution.
        real: whether those of ../shared/data are among them.
    """
    raw = folder / "data" / "raw"
    if kind == "map":
        return [Seed("location_map.csv", (folder / "location_map.csv").read_bytes()), *_fixes()]
    if kind == "reports":
        found = [Seed(path.name, _start(path)) for path in sorted((raw / "reports").iterdir()) if path.is_file()]
        return found + [Seed(p.name, _start(p)) for p in sorted(DATA.glob("pulibrary*/*")) if real]
    lists = [Seed(path.name, _start(path)) for path in sorted((raw / "worldcat").glob("worldcat.*"))]
    lists = [seed for seed in lists if seed.name.endswith(".txt")] + lists[:1]
    of_numbers = b"".join(seed.data for seed in lists if seed.name.endswith(".txt"))
    numbers = [int(digits) for digits in dict.fromkeys(re.findall(rb"\d{8,10}", of_numbers))]
    found = [*lists, *_made_lists(numbers)]
    return found + [
        Seed(f"worldcat.XYZ.20250721.{p.stem}.csv", _start(p)) for p in sorted(DATA.glob("*4/*.csv")) if real
    ]


def _start(path: Path) -> bytes:
    data = path.read_bytes()
    if path.suffix == ".mrc":
        return b"".join(record + b"\x1d" for record in data.split(b"\x1d")[:2])
    return b"".join(line + b"\n" for line in data.split(b"\n")[:LINES] if line)


def _made_lists(numbers: list[int]) -> Iterator[Seed]:
    """The numbers in the forms in which people keep them."""
    rows = [(n, TITLES[i % len(TITLES)], 1900 + i, 1 + i % 3) for i, n in enumerate(numbers[:LINES])]
    spelled = ("{}", "(OCoLC){}", "ocm{:08}", "ocn{}", "no:{}", "#{}")
    lines = "".join(spelled[i % 6].format(n) + "\n" for i, n in enumerate(numbers[:LINES]))
    yield Seed("worldcat.XYZ.20250721.spelled.txt", lines.encode())
    for name, mark in (("comma.csv", ","), ("semicolon.csv", ";"), ("tab.txt", "\t")):
        plain = [(n, t.replace("\n", " ").replace("\t", " "), y, c) for n, t, y, c in rows]
        yield _table(f"worldcat.XYZ.20250721.{name}", mark, ("OCLC Number", "Title", "Year", "Copies"), plain)
        yield _table(
            f"worldcat.XYZ.20250721.2.{name}",
            mark,
            ("Title", "Year", "OCLC Number"),
            [(t, y, n) for n, t, y, _ in plain],
        )
    yield _table("worldcat.XYZ.20250721.quoted.csv", ",", ("OCLC Number", "Title", "Year", "Copies"), rows)
    yield _table(
        "worldcat.XYZ.20250721.count.csv", ",", ("No.", "OCLC Number"), [(i, n) for i, (n, *_) in enumerate(rows, 1)]
    )
    yield _table(
        "worldcat.XYZ.20250721.bare.csv", ",", ("(OCoLC)1", "A title"), [(f"(OCoLC){n}", t) for n, t, *_ in rows]
    )
    pairs = list(pairwise(numbers[: LINES + 1]))
    yield _table("current numbers 20250901.csv", ",", ("old_ocn", "current_ocn"), pairs)
    yield _table(
        "current 20250901.csv",
        ";",
        ("found", "currentControlNumber", "requestedControlNumber"),
        [(True, *p) for p in pairs],
    )


def _table(name: str, mark: str, header: tuple, rows: list[tuple]) -> Seed:
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=mark, lineterminator="\n", quoting=csv.QUOTE_NONE if mark == "\t" else csv.QUOTE_MINIMAL,
               quotechar=None if mark == "\t" else '"').writerows([header, *rows])  # fmt: skip
    return Seed(name, written.getvalue().encode())


def _fixes() -> Iterator[Seed]:
    rows = [(40000001 + i, 1200000001 + i, "A. Person", "2025-07-21", f"seen, and merged {i}") for i in range(12)]
    yield _table("signed_fixes.csv", ",", ("old_ocn", "current_ocn", "who", "date", "why"), rows)


def case(number: int, kind: str, files: list[Seed]) -> tuple[Seed, list[str], bytes, list[Seed]]:
    """The file of one case, the ways in which it is changed, its bytes, and the files that its numbers come from."""
    rng = random.Random(f"{kind} {number}")
    seed = rng.choice(files)
    data, sources = seed.data, [seed]
    if kind != "map" and rng.random() < 0.15:
        other = rng.choice(files)
        data, sources = data.rstrip(b"\n") + b"\n" + other.data, [seed, other]
    names = rng.sample(_KEEPING if rng.random() < 0.6 else list(MUTATIONS), rng.randint(1, 3))
    names.sort(key=lambda name: _ORDER.get(name, 0))
    for name in names:
        data = MUTATIONS[name].change(data, rng)
    return seed, names, data, sources


# What must hold.


@dataclass(frozen=True)
class Read:
    """What a file gave.

    Attributes:
        state: its kind in the load log.
        numbers: the OCNs.
        results: those among them that came of a record.
        staging: numbers that are never used as OCNs.
        is_told: whether anything was told of it.
    """

    state: str
    numbers: frozenset[int] = frozenset()
    results: frozenset[int] = frozenset()
    staging: frozenset[int] = frozenset()
    is_told: bool = False


def read(seed: Seed, data: bytes, folder: Path) -> Read:
    """Reads a list or a report as a load does, and asserts that its account holds."""
    path = folder / seed.name
    path.write_bytes(data)
    source = recognise(Input(path, None, seed.name), Settings())
    reader = READERS.get(source.kind)
    if reader is None:
        assert source.kind in ("empty", "unreadable"), source.kind
        assert source.note
        return Read(source.kind)
    given: dict[str, list[pl.DataFrame]] = {}
    for table, frame in reader.read(source, Settings()):
        if isinstance(frame, pl.DataFrame):
            given.setdefault(table, []).append(frame)
    (row,) = [row for frame in given["files"] for row in frame.rows(named=True)]
    issues = sum(frame.height for frame in given.get("load_issues", []))
    _assert_account(row, given, issues)
    if row["loaded"] and row["kind"] != "catalogue" and not {b'"'[0], 0, 0x1E} & set(data):
        lines = sum(bool(line.strip()) for line in data.replace(b"\r", b"\n").split(b"\n"))
        assert lines - row["found"] <= HEADERS, f"{lines} lines, and {row['found']} found"
    numbers = {column: _numbers(given, column) for column in OCN_COLUMNS}
    staging = _numbers(given, "staging_ocn")
    return Read(row["kind"], frozenset().union(*numbers.values()), numbers["result_ocn"], staging, issues > 0)


def _numbers(given: dict[str, list[pl.DataFrame]], column: str) -> frozenset[int]:
    frames = [f for table, of_table in given.items() if table in OCN_TABLES for f in of_table if column in f.columns]
    return frozenset(number for frame in frames for number in frame[column].drop_nulls())


def _assert_account(row: dict, given: dict[str, list[pl.DataFrame]], issues: int) -> None:
    assert row["found"] == row["loaded"] + row["rejected"], "found is not loaded + rejected"
    assert 0 <= row["repeated"] <= row["loaded"]
    assert issues or not row["rejected"], "rows were rejected, and nothing says why"
    assert issues or row["note"] or row["loaded"], "nothing was loaded, and nothing says why"
    if row["kind"] in ("current_numbers", "oclc_records", "catalogue"):
        return
    tables = ("worldcat_holdings",) if "worldcat_holdings" in given else REPORT_TABLES
    heights = sum(frame.height for table in tables for frame in given.get(table, []))
    assert heights == row["loaded"] - row["repeated"], "loaded rows are not in a table"


def check_read(number: int, kind: str, files: list[Seed], folder: Path) -> str:
    """Reads one case of lists or reports, and asserts what must hold of it; its state."""
    seed, names, data, sources = case(number, kind, files)
    got = read(seed, data, folder)
    mutations = [MUTATIONS[name] for name in names]
    if all(mutation.keeps for mutation in mutations):
        before = [known(each, folder) for each in sources]
        new = got.numbers - frozenset().union(*(each.numbers | each.staging for each in before))
        # Of two files behind each other the second may have other columns, and no header that says so.
        assert not new or (len(sources) > 1 and got.is_told), f"numbers that were not there: {sorted(new)[:5]}"
        if len(sources) == 1 and all(mutation.keeps_columns for mutation in mutations):
            results = got.results - frozenset().union(*(each.results for each in before))
            assert not results, f"results that were none: {sorted(results)[:5]}"
    return got.state


@cache
def known(seed: Seed, folder: Path) -> Read:
    """What the unchanged file gives."""
    return read(seed, seed.data, folder)


def check_table(number: int, kind: str, files: list[Seed], folder: Path) -> str:
    """Reads one changed table of staff, and asserts that all its rows come out, or a fault; its state."""
    seed, names, data, _ = case(number, kind, files)
    whole, changed = whole_table(seed, folder), _staff_table(seed.name, data, folder)
    assert isinstance(whole, pl.DataFrame)
    if isinstance(changed, str):
        assert re.search(r"line \d+|: this is |cannot be read", changed), changed
        return "told"
    mutations = [MUTATIONS[name] for name in names]
    if all(mutation.keeps_rows for mutation in mutations):
        assert changed.drop("record", strict=False).equals(whole.drop("record", strict=False)), "other rows than before"
    elif set(names) <= {"quotes", "signs", "code page", *(n for n, m in MUTATIONS.items() if m.keeps_rows)}:
        assert changed.height == whole.height, f"{changed.height} rows of {whole.height}, and no fault"
    return "read"


@cache
def whole_table(seed: Seed, folder: Path) -> pl.DataFrame | str:
    """What the unchanged table gives."""
    return _staff_table(seed.name, seed.data, folder)


def _staff_table(name: str, data: bytes, folder: Path) -> pl.DataFrame | str:
    path = folder / name
    path.write_bytes(data)
    try:
        return read_location_map(path) if name == "location_map.csv" else read_signed_fixes(path)
    except SettingsError as error:
        return str(error)


CHECKS = {"lists": check_read, "reports": check_read, "map": check_table}


@contextmanager
def watched() -> Iterator[None]:
    """Ends what takes too long of the processor, where the system can."""

    def stop(*_: object) -> None:
        raise TimeoutError(f"more than {SECONDS} s of the processor")

    if not hasattr(signal, "setitimer"):
        yield
        return
    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def run(kind: str, numbers: range, files: list[Seed], out: Path) -> tuple[Counter, int]:
    """Tries the cases of a kind: how many came to what, and how many failed."""
    states, failures = Counter(), 0
    with tempfile.TemporaryDirectory() as folder:
        for number in numbers:
            try:
                with watched():
                    states[CHECKS[kind](number, kind, files, Path(folder))] += 1
            except Exception as error:
                failures += 1
                seed, names, data, _ = case(number, kind, files)
                (out / f"fuzz_{kind}_{number}.bin").write_bytes(data)
                print(f"{kind} {number}: {type(error).__name__}: {str(error)[:200]} ({seed.name}: {names})", flush=True)
                if failures > 20:
                    break
    return states, failures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kinds", nargs="+", choices=list(CHECKS), default=list(CHECKS))
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--real", action="store_true")
    parser.add_argument("--out", type=Path, default=Path(tempfile.gettempdir()))
    arguments = parser.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        make_sample(Path(folder), bibs=150, seed=4)
        for kind in arguments.kinds:
            begin, first = time.perf_counter(), arguments.seed * 1_000_000
            files = seeds(kind, Path(folder), real=arguments.real)
            states, failures = run(kind, range(first, first + arguments.cases), files, arguments.out)
            failed += failures
            print(f"{kind}: {sum(states.values()) + failures} cases in {time.perf_counter() - begin:.0f} s, ", end="")
            print(f"{failures} failed, {dict(states)}", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
