"""WorldCat's own records, each judged by its numbers: which number it has, and whether it tells of merges.

What these records say of their numbers is OCLC's own word: 001 and 035 $a hold the current number, 019 $a and 035 $z
the ones that were merged into it (oclc_formats.md 4.2, 5; duplicates.md E2). Data sync output may hold other records
too: the library's own, returned, whose 019 and 035 $z are claims and never merges, and records in staging, whose number
is no OCN. So only a record that is written as OCLC writes its own tells of merges.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from ..identifiers.ocn import MAXIMUM, parse_ocn
from ..marc import Input, MarcPiece
from ..marc.account import Account
from ..vocabulary.tables import conform

NUMBER_TAGS = ("LDR", "001", "003", "019", "035")
# Tags that say what a record describes, for a comparison of texts.
RECORD_TAGS = (
    *("LDR", "001", "003", "006", "007", "008", "010", "019", "020", "022", "035", "040"),
    *("100", "110", "111", "130", "245", "250", "260", "264", "300", "336", "337", "338", "533", "773", "843", "880"),
)
_RECORD = ["file", "record"]
# 001 as OCLC writes it: the prefix tells the width (oclc_formats.md 5).
_OCLC_001 = r"^\s*(?:ocm[0-9]{8}|ocn[0-9]{9}|on[0-9]{10,})\s*$"
_NOT_OWN, _DIFFER = "not_worldcat_record", "numbers_differ"
HOLDINGS_RECORD = "local_holdings_record"
_LOCAL_HOLDINGS = ("u", "v", "x", "y")


@dataclass(frozen=True)
class JudgedPiece:
    """A piece of a file of WorldCat records: each record has its number, or is rejected.

    Attributes:
        current: file, record, ocn of the records with a number.
        concordance: old and current numbers.
        records: the table `records`, a record without a number being rejected.
        issues: what is wrong.
        subfields: all that was read.
        as_of: the day of the file.
        own: as `current`, of WorldCat's own records only: the others tell nothing of merges.
    """

    current: pl.DataFrame
    concordance: pl.DataFrame
    records: pl.DataFrame
    issues: pl.DataFrame
    subfields: pl.DataFrame
    as_of: date | None = None
    own: pl.DataFrame | None = None

    @property
    def of_worldcat(self) -> "JudgedPiece":
        """The piece with the numbers of WorldCat's own records only."""
        return self if self.own is None else replace(self, current=self.own)


def without_others(piece: JudgedPiece, *, is_staging: bool = False) -> JudgedPiece:
    """The piece with a record that is not WorldCat's own being rejected; in a file of unresolved records all are."""
    own = piece.of_worldcat.current.clear() if is_staging else piece.of_worldcat.current
    others = piece.current.join(own, on=_RECORD, how="anti").select(*_RECORD, is_other=True)
    state = pl.when(pl.col("is_other")).then(pl.lit("rejected")).otherwise("state")
    records = piece.records.join(others, on=_RECORD, how="left", maintain_order="left")
    told = [piece.issues]
    if is_staging:
        words = (
            "the file is one of unresolved records: their numbers are staging numbers, and give neither OCN nor merge"
        )
        told = [
            piece.issues.filter(~pl.col("code").is_in([_NOT_OWN, _DIFFER])),
            others.select(*_RECORD, code=pl.lit(_NOT_OWN), message=pl.lit(words)),
        ]
    return replace(
        piece,
        current=own,
        own=own,
        concordance=piece.concordance.clear() if is_staging else piece.concordance,
        records=records.with_columns(state=state).drop("is_other"),
        issues=conform("load_issues", pl.concat(told, how="diagonal")),
    )


def judged_pieces(pieces: Iterable[MarcPiece], as_of: date | None, maximum: int = MAXIMUM) -> Iterator[JudgedPiece]:
    """The pieces of a file with the number of each record; a record without one is rejected, with an issue.

    Merges are taken from WorldCat's own records; each other record has an issue.
    """
    for piece in pieces:
        numbers = current_numbers(piece.subfields, maximum)
        records = piece.records.join(numbers, on=_RECORD, how="left", maintain_order="left")
        without = records.filter((pl.col("state") != "rejected") & pl.col("ocn").is_null())
        state = pl.when(pl.col("ocn").is_null()).then(pl.lit("rejected")).otherwise("state")
        own = numbers.join(find_own(piece.subfields), on=_RECORD, how="semi", maintain_order="left")
        agreeing = own.filter(pl.col("other_ocn").is_null())
        holdings = find_holdings(piece.subfields)
        without = without.join(holdings, on=_RECORD, how="anti", maintain_order="left")
        told = (_no_number(without), _not_own(numbers, own), _two_numbers(numbers), _holdings(holdings))
        issues = [piece.issues, *told]
        yield JudgedPiece(
            numbers,
            find_edges(piece.subfields, agreeing, as_of, maximum),
            records.with_columns(state=state),
            conform("load_issues", pl.concat(issues, how="diagonal")),
            piece.subfields,
            as_of,
            own,
        )


def find_own(subfields: pl.DataFrame) -> pl.DataFrame:
    """The records that are written as OCLC writes WorldCat's: file, record.

    001 is ocm, ocn or on with as many digits as belong to it, 003 is OCoLC or missing, and it is no holdings record.
    """
    tag, text = pl.col("tag"), pl.col("value").str.strip_chars()
    marks = subfields.filter(tag.is_in(["LDR", "001", "003"])).group_by(_RECORD)
    judged = marks.agg(
        has_001=((tag == "001") & text.str.contains(_OCLC_001)).any(),
        is_foreign=((tag == "003") & (text != "OCoLC")).any(),
        is_holdings=((tag == "LDR") & pl.col("value").str.slice(6, 1).is_in(_LOCAL_HOLDINGS)).any(),
    )
    return judged.filter(pl.col("has_001"), ~pl.col("is_foreign"), ~pl.col("is_holdings")).select(_RECORD)


def find_holdings(subfields: pl.DataFrame) -> pl.DataFrame:
    """The local holdings records, which OCLC's output may hold beside or instead of bibs: file, record."""
    is_holdings = (pl.col("tag") == "LDR") & pl.col("value").str.slice(6, 1).is_in(_LOCAL_HOLDINGS)
    return subfields.filter(is_holdings).select(_RECORD).unique(maintain_order=True)


def current_numbers(subfields: pl.DataFrame, maximum: int = MAXIMUM) -> pl.DataFrame:
    """The number of each WorldCat record: 001, else the first 035 $a of OCLC's.

    A 001 without prefix counts beside 003 OCoLC only: in a local catalogue it is the local number.

    Returns:
        file, record, ocn, and other_ocn: a different number in 035 $a.
    """
    has_003 = ((pl.col("tag") == "003") & (pl.col("value").str.strip_chars() == "OCoLC")).any().over(_RECORD)
    in_001, in_035 = pl.col("tag") == "001", (pl.col("tag") == "035") & (pl.col("code") == "a")
    readings = (
        subfields.with_columns(trusted=has_003 & in_001)
        .filter(in_001 | in_035)
        .with_columns(reading=parse_ocn(pl.col("value"), trusted=pl.col("trusted"), maximum=maximum))
        .unnest("reading")
        .filter(pl.col("verdict") == "ok")
        .sort(*_RECORD, "tag", "field", "subfield")
    )
    first = pl.col("ocn").first()
    return readings.group_by(_RECORD, maintain_order=True).agg(
        first, other_ocn=pl.col("ocn").filter(pl.col("ocn") != first).first()
    )


def find_edges(
    subfields: pl.DataFrame, numbers: pl.DataFrame, as_of: date | None, maximum: int = MAXIMUM
) -> pl.DataFrame:
    """Old and current numbers, from 019 $a and 035 $z of WorldCat records, in the columns of `concordance`."""
    is_019 = pl.col("tag") == "019"
    old = (
        subfields.filter((is_019 & (pl.col("code") == "a")) | ((pl.col("tag") == "035") & (pl.col("code") == "z")))
        .with_columns(reading=parse_ocn(pl.col("value"), trusted=is_019, maximum=maximum))
        .unnest("reading")
        .filter(pl.col("verdict") == "ok")
        .join(numbers, on=_RECORD, how="inner", suffix="_current")
        .filter(pl.col("ocn") != pl.col("ocn_current"))
    )
    edges = old.select(
        *_RECORD,
        old_ocn="ocn",
        current_ocn="ocn_current",
        source=pl.when(is_019).then(pl.lit("019")).otherwise(pl.lit("035$z")),
        as_of=pl.lit(as_of, dtype=pl.Date),
    )
    return conform("concordance", edges.unique().sort(*_RECORD, "old_ocn", "source"))


def kind_of(account: Account, source: Input, kind: str) -> str:
    """The kind of a file of WorldCat's records when it was read: what it was taken for, unless nothing was found."""
    if account.found:
        return kind
    return "unreadable" if source.problem or source.fingerprint()[1] else "empty"


def _no_number(records: pl.DataFrame) -> pl.DataFrame:
    return records.select(
        *_RECORD,
        "byte_offset",
        code=pl.lit("no_ocn"),
        message=pl.lit("neither 001 (with prefix, or beside 003 OCoLC) nor 035 $a holds an OCN"),
    )


def _holdings(records: pl.DataFrame) -> pl.DataFrame:
    words = "a local holdings record: it tells neither number nor merge; give LHRs as a list (OCN) to have them count"
    return records.select(*_RECORD, code=pl.lit(HOLDINGS_RECORD), message=pl.lit(words))


def _not_own(numbers: pl.DataFrame, own: pl.DataFrame) -> pl.DataFrame:
    return numbers.join(own, on=_RECORD, how="anti").select(
        *_RECORD,
        code=pl.lit(_NOT_OWN),
        message=pl.format(
            "not WorldCat's own record (001 is not ocm, ocn or on with its digits, or 003 is not OCoLC, or it is a "
            "holdings record): its OCN {} and the old numbers in it give no merge",
            "ocn",
        ),
    )


def _two_numbers(numbers: pl.DataFrame) -> pl.DataFrame:
    return numbers.filter(pl.col("other_ocn").is_not_null()).select(
        *_RECORD,
        code=pl.lit(_DIFFER),
        message=pl.format(
            "001 and 035 $a hold different OCNs, {} and {}: the first one is taken, and no merge", "ocn", "other_ocn"
        ),
    )
