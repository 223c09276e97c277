"""Does the reader survive whatever a file may hold? Mutated records, in a run that can be repeated.

    python benchmarks/fuzz_marc.py [--cases 200000] [--seed 1] [--real]

Each case takes some records (made here; with --real also files of ../shared/data), breaks them in one to eight ways and
reads them in small pieces. It fails when the reader raises, takes longer than ten seconds, gives text that is not
valid, or when the accounting does not hold: found = loaded + rejected, and every byte is in a loaded piece, in a
rejected piece or in the space between (in XML: markup outside of records). A failing case is written beside this script's --out folder to be looked at.
"""

import argparse
import io
import random
import re
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import pymarc
from pymarc import Field, Indicators, Subfield

from datasync_lib.marc import Limits, is_marc, record_bytes
from datasync_lib.marc.columns import Wanted
from datasync_lib.marc.directories import SPACE
from datasync_lib.marc.reading import read_stream
from datasync_lib.marc.streams import Guarded

DATA = Path(__file__).parents[2] / "shared" / "data"
TITLES = ("Ulysses", "Преступление и наказание", "源氏物語", "Les misérables /", "=A title & <signs>", "")
SIGNS = (
    b"\x1d",
    b"\x1e",
    b"\x1f",
    b"\x1b$1",
    b"\x00",
    b"\r\n",
    b"\xff",
    b"\xc3",
    b"0",
    b"99999",
    b"<",
    b">",
    b"&",
    b"]]>",
)
MARKUP = (
    b"<!--",
    b"-->",
    b"<![CDATA[",
    b"</record>",
    b"<record>",
    b"<x/>",
    b"&nbsp;",
    b"&#0;",
    b"<?x?>",
    b'"',
    b"</collection>",
)


def made_records(rng: random.Random) -> list[pymarc.Record]:
    """One to four small records."""
    records = []
    for number in range(rng.randint(1, 4)):
        record = pymarc.Record(leader="00000nam a2200000 a 4500", force_utf8=True)
        record.add_field(Field("001", data=f"99{rng.randint(10**12, 10**13)}{number}"))
        record.add_field(Field("008", data="850320n        us                  eng  "))
        for _ in range(rng.randint(0, 3)):
            ocn = f"(OCoLC){rng.randint(1, 10**10)}"
            record.add_field(Field("035", Indicators(" ", " "), [Subfield("a", ocn)]))
        title = [Subfield("a", rng.choice(TITLES)), Subfield("c", "by somebody.")]
        record.add_field(Field("245", Indicators("1", "0"), title))
        if rng.random() < 0.3:
            record.add_field(
                Field("AVA", Indicators(" ", " "), [Subfield("8", "22" + "0" * 14), Subfield("b", "MAIN")])
            )
        records.append(record)
    return records


def as_iso2709(records: list[pymarc.Record]) -> bytes:
    return b"".join(record_bytes(record) for record in records)


def as_marcxml(records: list[pymarc.Record]) -> bytes:
    inside = b"".join(pymarc.record_to_xml(record) for record in records)
    return b'<?xml version="1.0"?><collection xmlns="http://www.loc.gov/MARC21/slim">' + inside + b"</collection>"


def as_marcxml_with_attributes(records: list[pymarc.Record]) -> bytes:
    return as_marcxml(records).replace(b"<record>", b'\n<record xmlns:m="http://x/" type="Bibliographic">')


def as_harvest(records: list[pymarc.Record]) -> bytes:
    """An answer of OAI-PMH in which one more record is deleted, and that goes on."""
    header = "<header{}><identifier>oai:alma.01INST:{}</identifier><datestamp>2025-07-10</datestamp></header>"
    inside = []
    for each in records:
        said = header.format("", each["001"].data)
        inside.append(f"<record>{said}<metadata>{pymarc.record_to_xml(each).decode()}</metadata></record>")
    deleted = header.format(' status="deleted"', "991000000000024321")
    inside.append(f"<record>{deleted}</record>")
    inside.append("<resumptionToken>marc21!2</resumptionToken>")
    return f'<?xml version="1.0"?><OAI-PMH><ListRecords>{"".join(inside)}</ListRecords></OAI-PMH>'.encode()


def as_search_answer(records: list[pymarc.Record]) -> bytes:
    """An answer of SRU in which one more record is packed as text."""
    packed = [pymarc.record_to_xml(each).decode() for each in records] + ["&lt;record>"]
    inside = "".join(f"<record><recordData>{each}</recordData></record>" for each in packed)
    return f"<zs:searchRetrieveResponse xmlns:zs='x'><zs:records>{inside}</zs:records></zs:searchRetrieveResponse>".encode()


FORMS = (as_iso2709, as_iso2709, as_marcxml, as_marcxml_with_attributes, as_harvest, as_search_answer)


def mutate(data: bytes, rng: random.Random) -> bytes:
    """The bytes with one to eight things wrong."""
    broken = bytearray(data)
    for _ in range(rng.randint(1, 8)):
        at = rng.randrange(len(broken) + 1)
        kind = rng.randrange(8)
        if kind == 0:
            broken[at : at + 1] = bytes([rng.randrange(256)])
        elif kind == 1:
            broken[at:at] = rng.choice(SIGNS)
        elif kind == 2:
            broken[at:at] = rng.choice(MARKUP)
        elif kind == 3:
            del broken[at : at + rng.choice((1, 2, 5, 40))]
        elif kind == 4:
            broken[at:at] = broken[at : at + rng.randint(1, 60)]
        elif kind == 5 and rng.random() < 0.3:
            del broken[at:]
        elif kind == 6:
            broken[at : at + 1] = str(rng.randrange(10)).encode()
        else:
            other = rng.randrange(len(broken) + 1)
            broken[other:other] = broken[at : at + rng.randint(1, 200)]
    return bytes(broken)


MARKUP_BETWEEN = re.compile(rb"<!--.*?-->|<\?.*?\?>|<!DOCTYPE[^<>\[]*>|\xef\xbb\xbf", re.DOTALL)
TAG_BETWEEN = re.compile(rb"</?([\w.:-]+)(?:\"[^\"]*\"|'[^']*'|[^<>\"'])*>")
OF_RECORDS = re.compile(rb"(?:.*:)?(?:leader|controlfield|datafield|subfield)")


def assert_only_markup(between: bytes) -> None:
    """Between two pieces of XML stand only tags; text only inside of elements that are not MARCXML's."""
    rest = MARKUP_BETWEEN.sub(b"", between)
    names = {match[1] for match in TAG_BETWEEN.finditer(rest)}
    assert not any(OF_RECORDS.fullmatch(name) for name in names), "fields between pieces"
    if names <= {b"collection", b"record"}:
        assert not TAG_BETWEEN.sub(b"", rest).strip(), "text between pieces"


def assert_only_space(between: bytes) -> None:
    assert not between.strip(SPACE), "bytes between pieces are not space"


def check(data: bytes, limits: Limits, tags: frozenset[str] | None = None) -> Counter:
    """Reads the bytes and asserts what must hold of any bytes; gives the states of the pieces."""
    stream = io.BytesIO(data)
    states: Counter = Counter()
    record, position = 0, 0
    is_xml = is_marc(data[:65_536]) == "marcxml"
    assert_between = assert_only_markup if is_xml else assert_only_space
    for piece in read_stream(Guarded(stream, stream, "fuzz", sys.maxsize), "fuzz", Wanted(tags), limits):
        piece.subfields.to_arrow().validate(full=True)
        piece.issues.to_arrow().validate(full=True)
        rejected = dict(piece.rejected)
        for number, offset, size, state in piece.records.drop("file").iter_rows():
            assert number == record, "record numbers are not in order"
            assert offset >= position, "two pieces overlap"
            assert_between(data[position:offset])
            position = offset + size
            assert (number in rejected) == (state == "rejected")
            assert rejected.get(number, data[offset:position]) == data[offset:position], (
                "rejected bytes are not the file's"
            )
            states[state] += 1
            record += 1
        unloaded = piece.records.filter(piece.records["state"] != "loaded")["record"]
        assert set(unloaded) <= set(piece.issues["record"]), "a repair or rejection is not explained"
        assert set(piece.subfields["record"].unique()) <= set(piece.records["record"])
    assert position <= len(data)
    assert_between(data[position:])
    return states


def case(seed: int, real: list[bytes]) -> tuple[bytes, Limits]:
    """The bytes and limits of one case; the same for the same seed."""
    rng = random.Random(seed)
    data = rng.choice(real) if real and rng.random() < 0.5 else rng.choice(FORMS)(made_records(rng))
    return mutate(data, rng), Limits(
        piece_bytes=rng.choice((300, 3000, 100_000, 100_000)), record_bytes=rng.choice((500, 20_000))
    )


def real_seeds() -> list[bytes]:
    paths = [path for path in sorted(DATA.rglob("*")) if path.is_file() and 200 < path.stat().st_size < 6000]
    return [data for data in (path.read_bytes() for path in paths) if is_marc(data[:4096])]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--real", action="store_true")
    parser.add_argument("--out", type=Path, default=Path(tempfile.gettempdir()))
    arguments = parser.parse_args()
    real = real_seeds() if arguments.real else []
    states: Counter = Counter()
    failures, slowest, begin = 0, 0.0, time.perf_counter()
    for number in range(arguments.seed * 1_000_000, arguments.seed * 1_000_000 + arguments.cases):
        data, limits = case(number, real)
        start = time.perf_counter()
        try:
            states += check(data, limits)
        except Exception as error:
            failures += 1
            (arguments.out / f"fuzz_{number}.bin").write_bytes(data)
            print(f"case {number}: {type(error).__name__}: {str(error)[:200]} ({limits})", flush=True)
            if failures > 20:
                break
        slowest = max(slowest, time.perf_counter() - start)
    print(f"{arguments.cases} cases in {time.perf_counter() - begin:.0f} s, slowest {slowest:.2f} s, {dict(states)}")
    sys.exit(1 if failures or slowest > 10 else 0)


if __name__ == "__main__":
    main()
