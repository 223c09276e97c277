"""The files of a library around the real Alma export: lists of WorldCat's, and of staff in the odd shapes that they have."""

import csv
import random
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import xlsxwriter
from alma_export import Title
from alma_walk import COLLECTIONS, MAIN, PLACES, RETIRED, SCIENCES, UNDECIDED, Walk, play

from datasync_lib.identifiers.ocn import control_number
from datasync_lib.sample.marc_bytes import MarcRecord, iso2709
from datasync_lib.sample.texts import latin_work

_TEXTS = ("008", "100", "110", "111", "245", "250", "260", "264", "300")
_SETTINGS = """[institution]
name = "A library around a real export"
mms_suffix = "3811"

[[symbols]]
symbol = "QXL"
name = "Old special collections"
mode = "retired"
deleted_by = "own_lists"

[[symbols]]
symbol = "QXU"
name = "Main"
mode = "kept"
deleted_by = "own_lists"

[[symbols]]
symbol = "QXS"
name = "Sciences"
mode = "kept"
deleted_by = "own_lists"

[[extracts]]
files = "catalogue/*"
date = 2025-07-20

[[exclusions]]
reason = "microform"
tag = "245"
code = "h"
matches = "(?i)micro"

[[worldcat_lists]]
files = "worldcat/QXU holdings sept.xlsx"
symbol = "QXU"
as_of = 2025-09-15

[[worldcat_lists]]
files = "worldcat/old list of QXL (before).csv"
symbol = "QXL"
as_of = 2025-06-30
"""
_COLLECTION = """
[[collections]]
id = "{0}"
type = "{1}"
symbol = "{2}"
ocn_location = "079$a"
"""


def write_project(walk: Walk, export: Path, folder: Path) -> None:
    """Everything that a library would put into its project, and what OCLC sends."""
    raw = folder / "data" / "raw"
    for name in ("catalogue", "worldcat", "lists"):
        (raw / name).mkdir(parents=True)
    blocks = [
        (id_ if way == 0 else str(int(id_) + way), "bib", symbol)
        for symbol, id_ in COLLECTIONS.items()
        for way in (0, 1)
    ]
    blocks += [("1095901", "delete_holdings", RETIRED), ("1095902", "delete_holdings", MAIN)]
    settings = _SETTINGS + "".join(_COLLECTION.format(*block) for block in blocks)
    (folder / "datasync.toml").write_text(settings, "utf-8")
    lines = [(library, "*", f"Library {library}", *symbols, "yes", "") for library, symbols in PLACES.items()]
    lines.append((*UNDECIDED, "Library LAW", *PLACES[UNDECIDED[0]], "", ""))
    header = ("library", "location", "unit", "outgoing_symbol", "target_symbol", "in_scope", "valid_from")
    _write_csv(folder / "location_map.csv", header, lines)
    milestones = [(RETIRED, "ILL freeze", "2025-09-10", "2025-09-12", "ILL")]
    _write_csv(folder / "milestones.csv", ("symbol", "milestone", "planned", "actual", "owner"), milestones)
    shutil.copyfile(export, raw / "catalogue" / "export_20250720.xml.gz")
    play(walk, raw)
    _write_lists(walk, raw / "worldcat")
    _write_staff_lists(walk, raw / "lists")


def _write_csv(path: Path, header: Iterable, rows: Iterable, *, separator: str = ",", encoding: str = "utf-8") -> None:
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream, delimiter=separator).writerows([header, *rows])


def _write_lists(walk: Walk, folder: Path) -> None:
    records = {number: worldcat_record(number, walk) for held in walk.held.values() for number in sorted(held)}
    marc = b"".join(iso2709(records[number]) for number in sorted(walk.held[RETIRED]))
    (folder / "worldcat.QXL.20250915.list.mrc").write_bytes(marc)
    merged = sorted(set(walk.merges.values()))
    merges = b"".join(iso2709(worldcat_record(number, walk)) for number in merged)
    (folder / "metacoll.QXU.merges.D20250914.T213015.1.mrc").write_bytes(merges)
    _write_workbook(folder / "QXU holdings sept.xlsx", _CAPTIONS, _rows(records, walk))
    bare = [(f"(OCoLC){control_number(number)}",) for number in sorted(walk.held[SCIENCES])]
    bare += [(text,) for text in walk.no_numbers]
    _write_csv(folder / "worldcat.QXS.20250915.list.csv", ("OCN",), bare, separator=";", encoding="utf-8-sig")
    before = [(f"{number}", "book") for number in sorted(walk.before[RETIRED])]
    _write_csv(
        folder / "old list of QXL (before).csv",
        ("OCLC-Nummer / OCN", "Größe"),
        before,
        separator=";",
        encoding="cp1252",
    )
    for symbol in (MAIN, SCIENCES):
        text = "".join(f"{number}\n" for number in sorted(walk.before[symbol]))
        (folder / f"worldcat.{symbol}.20250630.list.txt").write_text(text)


_CAPTIONS = ("OCLC Number", "Title", "Author", "Publication year", "ISBN")


def worldcat_record(number: int, walk: Walk) -> MarcRecord:
    """WorldCat's record of a number: with the texts of a title of ours, with its ISBN alone, or with neither."""
    title = next((held[number] for held in walk.held.values() if held.get(number)), None)
    title = title or next((title for title in walk.owners[number] if number in walk.merges.values()), None)
    marc, kind = MarcRecord("00000nam a2200000 i 4500"), walk.unowned.get(number)
    marc.control("001", control_number(number))
    marc.control("003", "OCoLC")
    if title and kind != "isbn":
        marc.fields += [entry for entry in title.marc.fields if entry[0] == "008"]
    for old in sorted(old for old, current in walk.merges.items() if current == number):
        marc.data("019", "  ", ("a", f"{old}"))
    if title and kind != "text":
        marc.fields += [entry for entry in title.marc.fields if entry[0] in ("010", "020")]
    if title and kind != "isbn":
        marc.fields += [entry for entry in title.marc.fields if entry[0] in _TEXTS and entry[0] != "008"]
    else:
        work = latin_work(random.Random(number))
        marc.data("100", "1 ", ("a", work.author))
        marc.data("245", "10", ("a", work.title))
        marc.data("264", " 1", ("a", work.place), ("b", work.publisher), ("c", f"{work.year}"))
    return marc


def _rows(records: dict[int, MarcRecord], walk: Walk) -> Iterator[tuple]:
    """The rows of a workbook: the number as number, as text, or with a prefix by turns."""
    for at, number in enumerate(sorted(walk.held[MAIN])):
        title = Title("", records[number])
        shown = (number, f"{number}", f"(OCoLC){number}")[at % 3]
        author = title.texts("100", "a") + title.texts("110", "ab")
        years = [text[7:11] for text in (entry[1] for entry in title.marc.fields if entry[0] == "008")] or title.texts(
            "264", "c"
        )
        isbn = [text.split()[0] for text in title.texts("020", "a") if text.strip()]
        yield shown, " ".join(title.texts("245", "ab")), "".join(author[:1]), "".join(years[:1]), "; ".join(isbn)


def _write_workbook(path: Path, captions: tuple[str, ...], rows: Iterable[tuple]) -> None:
    with xlsxwriter.Workbook(path, {"strings_to_numbers": False}) as book:
        sheet = book.add_worksheet("Sheet1")
        for at, row in enumerate([captions, *rows]):
            for column, value in enumerate(row):
                if isinstance(value, int):
                    sheet.write_number(at, column, value)
                else:
                    sheet.write_string(at, column, value)


def _write_staff_lists(walk: Walk, folder: Path) -> None:
    def numbers(kind: str) -> list[tuple[int, str]]:
        return [
            (n, symbol or "")
            for (of, symbol), each in sorted(walk.listed.items(), key=str)
            if of == kind
            for n in sorted(each)
        ]

    _write_csv(
        folder / "LHR-Liste QXL Sept. 2025.csv",
        ("Holding library code", "OCLC Symbol", "OCLC Number"),
        ((f"{symbol}A", symbol, f"ocn{n}") for n, symbol in numbers("lhrs")),
        separator=";",
        encoding="utf-8-sig",
    )
    _write_workbook(
        folder / "Retention commitments 2025-09.xlsx",
        ("Program", "OCLC #", "Retained until"),
        [("EAST", n, "2035-06-30") for n, _ in numbers("commitments")],
    )
    requests = [(n, s, "Shipped") for n, s in numbers("ill_requests")] + [
        (n, s, "Closed") for n, s in numbers("closed")
    ]
    _write_csv(
        folder / "ILL Übersicht.csv",
        ("Request ID", "Role", "Title", "OCLC number", "Symbol", "Status", "Due Date"),
        (
            (7001 + i, "Lender", "Müller, Grüße; Bd. 2", n, s, status, "2025-10-13")
            for i, (n, s, status) in enumerate(requests)
        ),
        encoding="cp1252",
    )
    _write_csv(
        folder / "withdrawn titles 2019-2025.csv",
        ("MMS ID", "Title", "OCLC Control Number (035a)", "Symbol", "Withdrawn on"),
        (
            ("9.91006E+17", "Proceedings; vol. 2", f"(OCoLC){n:08d}", symbol, "2025-03-31")
            for n, symbol in numbers("withdrawn_titles")
        ),
        separator=";",
    )
    kb = "".join(f"{symbol}\t{n}\n" for n, symbol in numbers("kb_holdings"))
    (folder / "KB holdings.tsv").write_text("OCLC Symbol\tOCLC Number\n" + kb)
    kept = [(f"*{n}", symbol) for n, symbol in numbers("kept_titles")]
    _write_csv(folder / "titles to keep.csv", ("OCN", "SYMBOL"), kept, encoding="utf-16")
