"""Kinds of export that one library does not have all at once, each as a small institution, with what its numbers must get.

All of them are one project, whose kinds know nothing of each other: each has its own scope, IDs and numbers.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from datasync_lib.project import Project
from datasync_lib.sample.marc_bytes import MarcRecord, iso2709
from datasync_lib.settings import Settings
from datasync_lib.tables.ages import find_extracts

MAP = """library,location,unit,outgoing_symbol,target_symbol,in_scope,valid_from
MAIN,STX,Main,OLDA,NEWA,yes,
DEPOT,STX,Main,OLDA,NEWA,yes,
LAW,STX,Law,OLDA,LAWS,yes,
"""
SYMBOLS = """
[[symbols]]
symbol = "OLDA"
mode = "retired"
deleted_by = "own_lists"

[[symbols]]
symbol = "NEWA"

[[symbols]]
symbol = "LAWS"

[[collections]]
id = "1099991"
symbol = "NEWA"
match_mode = "ocn"

[[collections]]
id = "1099992"
symbol = "LAWS"
match_mode = "ocn"
"""
EXTRACT = """
[[extracts]]
files = "catalogue/{files}"
date = {day}
unit = "{unit}"
scope = "{scope}"
"""
# files, day, unit, scope
EXTRACTS = (
    ("holding_*", "2026-09-01", "bib", "a record for each holding"),
    ("midnight_1*", "2026-09-01", "bib", "over midnight"),
    ("midnight_2*", "2026-09-02", "bib", "over midnight"),
    ("stale_bibs*", "2026-09-01", "bib", "older holdings records"),
    ("stale_mfhd*", "2026-08-01", "holding", "older holdings records"),
    ("twice_*", "2026-09-01", "bib", "one ID for two titles"),
)


@dataclass(frozen=True)
class Piece:
    """A record of an export: its file, MMS ID, number, and holdings (library, ID; without ID where it is empty)."""

    file: str
    mms_id: str
    number: int
    holdings: tuple[tuple[str, str], ...]
    title: str = ""

    def marc(self) -> MarcRecord:
        """As MARC."""
        record = MarcRecord("00000nam a2200000 a 4500")
        record.control("001", self.mms_id)
        record.data("035", "  ", ("a", f"(OCoLC){self.number}"))
        record.data("245", "10", ("a", self.title or f"Chronicle {self.number} of the harbour towns"))
        for library, id_ in self.holdings:
            record.data("852", "0 ", ("b", library), ("c", "STX"), *([("8", id_)] if id_ else []))
        return record


MAIN, LAW, DEPOT = ("MAIN", "221"), ("LAW", "222"), ("DEPOT", "223")
PIECES = (
    # the holdings of a bib in records of one each: both go to NEWA; one goes to LAWS; the same without ID
    Piece("holding_1", "99100000013941", 4001001, (MAIN,)),
    Piece("holding_1", "99100000013941", 4001001, (DEPOT,)),
    Piece("holding_1", "99100000023941", 4001002, (("MAIN", "224"),)),
    Piece("holding_1", "99100000023941", 4001002, (("LAW", "225"),)),
    Piece("holding_1", "99100000033941", 4001003, (("MAIN", ""),)),
    Piece("holding_1", "99100000033941", 4001003, (("LAW", ""),)),
    # parts of one export on both sides of midnight: a second owner stands in the first part
    Piece("midnight_2", "99200000013941", 4002001, (("MAIN", "231"),)),
    Piece("midnight_2", "99200000023941", 4002002, (("MAIN", "232"),)),
    Piece("midnight_1", "99200000033941", 4002002, (("LAW", "233"),)),
    Piece("midnight_1", "99200000043941", 4002004, (("MAIN", "234"),)),
    # the bib has the holding at LAW; its holdings record is a month older and has it at MAIN
    Piece("stale_bibs", "99300000013941", 4003001, (("MAIN", "241"),)),
    Piece("stale_bibs", "99300000023941", 4003002, (("LAW", "242"),)),
    # two institutions gave one ID to two titles
    Piece("twice_a", "99400000013941", 4004001, (("MAIN", "251"),)),
    Piece("twice_a", "99400000023941", 4004002, (("MAIN", "252"),), "Atlas of the moon"),
    Piece("twice_b", "99400000023941", 4004003, (("MAIN", "253"),), "Cooking for two"),
)
# OCLC took each record with its number under NEWA, of the last ID only the first title; and nobody asked under LAWS.
NOT_ANSWERED = {4002002: "99200000033941", 4004003: "99400000023941"}
STALE = (("241", "99300000013941", "MAIN"), ("242", "99300000023941", "MAIN"))
MUST_BE = {
    4001001: {"delete"},
    4001002: {"hold"},
    4001003: {"hold"},
    4002001: {"delete"},
    4002002: {"hold"},
    4002004: {"delete"},
    4003001: {"delete"},
    4003002: {"hold", "review"},
    4004001: {"delete"},
    4004003: {"hold", "review"},
}
REPORT = "NEWA-NEWA.1099991.IN.BIB.D20260905.T094034567.1099991.NEWA.all.mrc.BibProcessingReport.txt"


def mfhd(id_: str, mms_id: str, library: str) -> bytes:
    record = MarcRecord("00000nx  a2200000zn 4500")
    record.control("001", id_)
    record.control("004", mms_id)
    record.data("852", "0 ", ("b", library), ("c", "STX"))
    return iso2709(record)


@pytest.fixture(scope="module")
def answers(tmp_path_factory) -> dict[int, tuple[str, str]]:
    """Class and answer of each number under OLDA, of which there is a list of all numbers."""
    folder: Path = tmp_path_factory.mktemp("kinds")
    raw = folder / "data" / "raw"
    for name in ("catalogue", "reports", "worldcat"):
        (raw / name).mkdir(parents=True)
    names = ("files", "day", "unit", "scope")
    extracts = "".join(EXTRACT.format(**dict(zip(names, row, strict=True))) for row in EXTRACTS)
    (folder / "datasync.toml").write_text(SYMBOLS + extracts)
    (folder / "location_map.csv").write_text(MAP)
    for file in {piece.file for piece in PIECES}:
        records = [iso2709(piece.marc()) for piece in PIECES if piece.file == file]
        (raw / "catalogue" / f"{file}.mrc").write_bytes(b"".join(records))
    (raw / "catalogue" / "stale_mfhd.mrc").write_bytes(b"".join(mfhd(*row) for row in STALE))
    taken = {(p.mms_id, p.number) for p in PIECES if NOT_ANSWERED.get(p.number) != p.mms_id}
    lines = (f"NEWA_1099991_1788615634567::bib::{9000 * i}|{m}|{n}|{n}|match" for i, (m, n) in enumerate(sorted(taken)))
    (raw / "reports" / REPORT).write_text("".join(f"{line}\n" for line in lines))
    numbers = sorted({piece.number for piece in PIECES})
    (raw / "worldcat" / "worldcat.OLDA.20261001.list.txt").write_text("".join(f"{n}\n" for n in numbers))
    Project(folder).load(progress=False)
    held = Project(folder).table("held_numbers").collect()
    return {row["ocn"]: (row["class"], row["answer"]) for row in held.to_dicts()}


@pytest.mark.parametrize("number", MUST_BE)
def test_a_number_gets_what_its_kind_asks_for(answers, number):
    assert answers[number][1] in MUST_BE[number], answers[number]


def test_of_two_days_in_a_name_the_later_one_counts_wherever_it_stands():
    """The other is that of a profile or a format: answers from before the export would count."""
    names = ["full_20260901_profile_20180101.mrc", "profile_20180101_full_20260901.mrc"]
    assert find_extracts(names, Settings())["date"].to_list() == [date(2026, 9, 1)] * 2
