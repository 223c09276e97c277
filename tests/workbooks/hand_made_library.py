"""A small institution made by hand, with the values that spreadsheets damage (practice.md 4.4 and 10)."""

from dataclasses import dataclass, fields

import polars as pl

from datasync_lib.analysis.findings import Found, as_findings, together
from datasync_lib.analysis.ownership import place_holdings
from datasync_lib.settings import Links
from datasync_lib.vocabulary.tables import conform, empty
from datasync_lib.workbooks.decisions import no_decisions
from datasync_lib.workbooks.library import Library

MUSIC = "Music Library"
JUDAICA = "Judaica: texts/scripts"

# mms_id, title, title_880, year, format, is_electronic
BIBS = [
    ("990011023280203941", '=HYPERLINK("http://x","Ha")', None, 1999, "book", False),
    ("990011023290203941", "+49 Lieder für\x1fAlle\x1e", None, 2001, "score", False),
    ("99156101146203941", "Sefer ha-Zohar", "ספר הזהר", 1923, "book", False),
    ("9955256153506421", "Hong lou meng", "紅樓夢", 1964, "book", False),
    ("990011023300203941", "Annals of a long title " * 12, None, None, "serial", False),
    ("990011023310203941", "@SUM(A1)", None, 2010, "book", True),
    ("990011023320203941", "-1 and other stories", None, 2011, "sound", False),
]
# holding_id, mms_id, library, location, call_number
HOLDINGS = [
    ("221100000000003941", "990011023280203941", "MUS", "STACKS", "ML76.9 .D4"),
    ("221100000000013941", "990011023290203941", "MUS", "STACKS", "ML8 .X1"),
    ("221100000000023941", "99156101146203941", "JUD", "HEB", "32E104"),
    ("221100000000033941", "9955256153506421", "JUD", "CHI", "1-2"),
    ("221100000000043941", "990011023300203941", "MUS", "DEPOT", "+12"),
    ("221100000000053941", "990011023320203941", "MUS", "STACKS", "ML76.9 .D35"),
    ("221100000000063941", "990011023310203941", "ODD", "X", None),
]
ITEMS = [
    ("23001", "221100000000003941", "00123"),
    ("23002", "221100000000003941", "3E5"),
    ("23003", HOLDINGS[1][0], "32044012345678"),
]
OCNS = [
    ("990011023280203941", 1234567),
    ("990011023290203941", 1234567),
    ("99156101146203941", 7),
    ("9955256153506421", 1234567),
]
LOCATIONS = [("MUS", "*", MUSIC, "MUS", "HVD"), ("JUD", "*", JUDAICA, "JUD", "HVD")]


@dataclass(frozen=True)
class Institution:
    findings: pl.DataFrame
    evidence: pl.DataFrame
    bibs: pl.DataFrame
    placed_holdings: pl.DataFrame
    items: pl.DataFrame
    ocns: pl.DataFrame

    def frames(self) -> dict[str, pl.DataFrame]:
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def library(self, links: Links | None = None) -> Library:
        return Library.of(**self.frames(), decisions=no_decisions(), links=links or Links())


def institution(found: Found | None = None) -> Institution:
    found = found or hand_made_findings()
    bibs = pl.DataFrame(BIBS, schema=["mms_id", "title", "title_880", "year", "format", "is_electronic"], orient="row")
    holdings = pl.DataFrame(
        HOLDINGS, schema=["holding_id", "mms_id", "library", "location", "call_number"], orient="row"
    )
    map_ = pl.DataFrame(
        LOCATIONS, schema=["library", "location", "unit", "outgoing_symbol", "target_symbol"], orient="row"
    ).with_columns(in_scope=True)
    placed = place_holdings(
        holdings=conform("holdings", holdings.with_columns(file=pl.lit("a.mrc"))),
        location_map=conform("location_map", map_),
        links=empty("links"),
    )
    items = pl.DataFrame(ITEMS, schema=["item_id", "holding_id", "barcode"], orient="row")
    ocns = pl.DataFrame(OCNS, schema=["mms_id", "ocn"], orient="row").with_columns(
        file=pl.lit("a.mrc"),
        role=pl.lit("current"),
        place=pl.lit("035$a"),
        verdict=pl.lit("ok"),
        is_current=True,
        rank=2,
    )
    return Institution(
        found.findings,
        found.evidence,
        conform("bibs", bibs.with_columns(file=pl.lit("a.mrc"))),
        placed,
        conform("items", items.with_columns(file=pl.lit("a.mrc"))),
        conform("ocns", ocns),
    )


def hand_made_findings() -> Found:
    return together([_shared(), _missing(), _rejected(), _mismatch(), _merged(), _old_holding(), _unmapped()])


def _rows(**columns: list) -> pl.DataFrame:
    return pl.DataFrame(columns, strict=False)


def _shared() -> Found:
    members = [BIBS[0][0], BIBS[1][0], BIBS[3][0]]
    rows = _rows(mms_id=members, unit=[MUSIC, MUSIC, JUDAICA]).with_columns(
        group_id=pl.lit("ocn 1234567"),
        symbol=pl.lit("HVD"),
        ocn=pl.lit(1234567),
        current=pl.lit(1234567),
        count=pl.lit(3),
        formats=pl.lit("book, score"),
        file=pl.lit("a.mrc"),
        record=pl.lit(4),
        **{"class": pl.lit("other_format")},
    )
    evidence = _rows(
        mms_id=members, what=["035$a"] * 3, value=["(OCoLC)1234567"] * 3, file=["a.mrc"] * 3, record=[0, 1, 3]
    )
    return as_findings(
        "shared_ocn", rows, identity=["mms_id"], parameters=["current", "count", "formats"], evidence=evidence
    )


def _missing() -> Found:
    rows = _rows(
        mms_id=[BIBS[4][0], BIBS[6][0], BIBS[2][0]],
        unit=[MUSIC, MUSIC, JUDAICA],
        symbol=["HVD"] * 3,
        file=["folder/archive.zip/member.xml"] * 3,
        record=[10, 11, 12],
        **{"class": ["no_number", "no_number", "only_bad"]},
        numbers=[None, None, ["(OCoLC)12x", "(OCoLC)M7"]],
    )
    return as_findings("missing_ocn", rows, identity=["mms_id"], parameters=["numbers"])


def _rejected() -> Found:
    rows = _rows(
        mms_id=[BIBS[0][0], BIBS[4][0]],
        unit=[MUSIC, MUSIC],
        symbol=["HVD"] * 2,
        file=["1.HVD.txt"] * 2,
        record=[0, 1],
        **{"class": ["unresolved", "data_error"]},
        action=["unresolved", "data error"],
        staging_ocn=[9900000001, None],
        messages=["Invalid code in 008/35. " * 2000, "=cmd|'/c calc'!A1 _x0041_\x0b\x7f"],
    )
    return as_findings("rejected", rows, identity=["mms_id"], parameters=["action", "staging_ocn", "messages"])


def _mismatch() -> Found:
    rows = _rows(
        mms_id=[BIBS[0][0]],
        holding_id=[HOLDINGS[0][0]],
        unit=[MUSIC],
        symbol=["HVD"],
        file=["a.mrc"],
        record=[0],
        items=[2],
        **{"class": ["holding_suppressed"]},
    )
    return as_findings("suppression_mismatch", rows, identity=["holding_id"], parameters=["items"])


def _merged() -> Found:
    rows = _rows(
        mms_id=[BIBS[0][0]],
        unit=[MUSIC],
        symbol=["HVD"],
        file=["r.txt"],
        record=[0],
        sent_ocn=[5],
        result_ocn=[6],
        ocn=[6],
    ).with_columns(pl.lit("merged").alias("class"))
    return as_findings("ocn_changed", rows, identity=["mms_id"], parameters=["sent_ocn", "result_ocn"])


def _old_holding() -> Found:
    rows = _rows(
        ocn=[42, 43],
        symbol=["MUS", "MUS"],
        mms_id=[BIBS[0][0], None],
        unit=[MUSIC, None],
        file=["worldcat.MUS.20250101.txt"] * 2,
        record=[0, 1],
        **{"class": ["owned_unconfirmed", "not_yet_classed"]},
    )
    return as_findings("old_holding", rows, identity=["symbol", "ocn"], parameters=["ocn", "symbol"])


def _unmapped() -> Found:
    rows = _rows(
        mms_id=[BIBS[5][0]], holding_id=[HOLDINGS[6][0]], library=["ODD"], location=["X"], file=["a.mrc"], record=[5]
    )
    return as_findings("unmapped_location", rows, identity=["holding_id"], parameters=["library", "location"])
