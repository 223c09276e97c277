"""Local holdings records (MFHD) as OCLC wants them: one OCN, one 852, leader, 008, and $8 that link.

OCLC replaces all local holdings records of an institution on an OCN by the last that came, so an OCN on two bibs makes
the one lose them (oclc_formats.md 8). What a record may have beside the required elements is no fault, such as a 014 of
another agency.
"""

from collections.abc import Mapping

import polars as pl

from ..identifiers.ocn import MAXIMUM, parse_ocn
from .exchange import each_holding_once, is_yes, with_number
from .findings import Found, as_findings
from .registry import finds, gives

_RECORD = ["file", "record"]
_HOLDING = ["holding_id", *_RECORD]
_CAPTIONS = ["853", "854", "855"]
_PAIRED = ["863", "864", "865"]
_TEXTUAL = ["866", "867", "868"]
_LENGTH_008 = 32
_BY_BIB = ("bibs", "lhr_fields", "placed_holdings", "lhr_numbers")


@finds("lhr_problem", by=dict.fromkeys(_BY_BIB, "mms_id"))
def find_lhr_problems(
    *,
    bibs: pl.LazyFrame,
    lhr_fields: pl.LazyFrame,
    placed_holdings: pl.LazyFrame,
    lhr_numbers: pl.DataFrame,
    shared_numbers: pl.DataFrame,
    lhr_ocn_places: Mapping[str, str] | None = None,
) -> Found:
    """Which local holdings records cannot go to OCLC as they are, and why?

    Args:
        bibs: bibs, of which the holdings records are.
        lhr_fields: all subfields of the holdings records, with leader, 001 to 014, 035, 852 to 868.
        placed_holdings: holdings with their places (`ownership.place_holdings`); embedded holdings are not looked at.
        lhr_numbers: their OCNs.
        shared_numbers: numbers on several bibs (`exchange.shared_numbers`).
        lhr_ocn_places: target symbol -> the place of the OCN that was agreed for its collection: 004, 014$a or 035$a. Without
            one, two numbers in any of the three are several.

    Returns:
        Findings `lhr_problem`, one a holding and class, with the holding's unit and target symbol (classes in
        problems/of_holdings.py). An OCN stands in 004, in 014 $a beside $b OCoLC, or in 035 $a after an accepted prefix
        (oclc_formats.md 5); for a record whose 004 is the MMS ID the bib's current OCN counts. A record of a host is
        not without an OCN by a fault: a host has none by nature (practice.md 2.1a).
    """
    records = _records(placed_holdings)
    fields = _fields_of(records, lhr_fields)
    hosts = bibs.filter(is_yes("is_host")).select("mms_id").collect()
    faults = pl.concat(
        [
            _no_ocn(records.join(hosts, on="mms_id", how="anti"), lhr_numbers, fields),
            _several_ocns(records, lhr_numbers, lhr_ocn_places or {}),
            _shared_ocn(lhr_numbers, shared_numbers),
            _852(records, fields),
            _leader(fields),
            _008(records, fields),
            _linking(fields),
        ]
    )
    rows = (
        faults.group_by("holding_id", "class")
        .agg(pl.col("detail").unique().sort().str.join("; "))
        .join(
            records.select(*_HOLDING, "mms_id", "unit", pl.col("target_symbol").alias("symbol")),
            on="holding_id",
            how="inner",
        )
    )
    evidence = faults.filter(pl.col("what").is_not_null()).join(records.select(_HOLDING), on="holding_id", how="left")
    return as_findings(
        "lhr_problem", rows, identity=["holding_id", "class"], parameters=["detail"], evidence=evidence.drop("detail")
    )


@gives("lhr_numbers", by=dict.fromkeys(("bibs", "current_ocns", "lhr_fields", "placed_holdings"), "mms_id"))
def lhr_numbers(
    *,
    bibs: pl.LazyFrame,
    current_ocns: pl.LazyFrame,
    lhr_fields: pl.LazyFrame,
    placed_holdings: pl.LazyFrame,
    terminals: pl.LazyFrame,
    maximum: int = MAXIMUM,
) -> pl.DataFrame:
    """Which OCNs does each local holdings record have, and where?

    A 004 that is the ID of the record's bib is no OCN; the bib's own current numbers count too, in the place "bib".

    Args:
        bibs: bibs; the ID of one that is not loaded is told from an OCN by its length only.
        current_ocns: the numbers of each bib (`exchange.current_ocns`).
        lhr_fields: subfields of the holdings records.
        placed_holdings: holdings with their places.
        terminals: where numbers end.
        maximum: no OCN is greater.

    Returns:
        mms_id, holding_id; place: 004, 014$a, 035$a or bib; raw: the text (null for the bib's); ocn; number: what it is
        called now, an ambiguous one as it stands; sorted by holding_id, place, raw, ocn.
    """
    records = _records(placed_holdings)
    fields = _fields_of(records, lhr_fields)
    of_record = records.select("holding_id", "mms_id")
    theirs = pl.concat([_number_fields(fields), _014(fields)]).join(of_record, on="holding_id", how="inner")
    trusted = pl.col("place") != "035$a"
    own_id = (pl.col("place") == "004") & (pl.col("raw").str.strip_chars() == pl.col("mms_id"))
    is_id = own_id & pl.col("mms_id").is_in(_bare_ids(bibs).implode())
    read = theirs.with_columns(parse_ocn(pl.col("raw"), trusted=trusted, maximum=maximum).alias("reading"), is_id=is_id)
    own = read.unnest("reading").filter((pl.col("verdict") == "ok") & ~pl.col("is_id"))
    columns = ["mms_id", "holding_id", "place", "raw", "ocn", "number"]
    through_bib = of_record.join(current_ocns.select("mms_id", "ocn", "number").collect(), on="mms_id", how="inner")
    through_bib = through_bib.with_columns(place=pl.lit("bib"), raw=pl.lit(None, pl.String))
    numbered = with_number(own, "ocn", terminals).rename({"ocn_number": "number"})
    both = pl.concat([numbered.select(columns), through_bib.select(columns)])
    return both.unique().sort(columns[1:], nulls_last=True)


def _records(placed_holdings: pl.LazyFrame) -> pl.DataFrame:
    """The local holdings records: holding_id, file, record, mms_id, unit, target_symbol."""
    records = each_holding_once(placed_holdings.filter(is_yes("is_mfhd")))
    return records.select(*_HOLDING, "mms_id", "unit", "target_symbol").collect()


def _fields_of(records: pl.DataFrame, lhr_fields: pl.LazyFrame) -> pl.DataFrame:
    columns = [*_RECORD, "field", "tag", "subfield", "code", "value"]
    return lhr_fields.select(columns).collect().join(records.select(_HOLDING), on=_RECORD, how="inner")


def _bare_ids(bibs: pl.LazyFrame) -> pl.Series:
    """The bib IDs that are bare numbers: an ID with a prefix of OCLC's is an OCN wherever it stands."""
    return bibs.filter(pl.col("mms_id").str.contains(r"^\d+$")).select(pl.col("mms_id").unique()).collect()["mms_id"]


def _number_fields(fields: pl.DataFrame) -> pl.DataFrame:
    bib_number = (pl.col("tag") == "004") & pl.col("value").is_not_null()
    control_number = (pl.col("tag") == "035") & (pl.col("code") == "a")
    return fields.filter(bib_number | control_number).select(
        "holding_id",
        pl.when(pl.col("tag") == "004").then(pl.lit("004")).otherwise(pl.lit("035$a")).alias("place"),
        pl.col("value").alias("raw"),
    )


def _014(fields: pl.DataFrame) -> pl.DataFrame:
    """014 $a where $b of the same field is OCoLC."""
    numbers = fields.filter(pl.col("tag") == "014")
    by_oclc = numbers.filter(
        (pl.col("code") == "b") & (pl.col("value").str.strip_chars().str.to_lowercase() == "ocolc")
    )
    counted = numbers.filter(pl.col("code") == "a").join(by_oclc, on=[*_RECORD, "field"], how="semi")
    return counted.select("holding_id", pl.lit("014$a").alias("place"), pl.col("value").alias("raw"))


def _as_faults(rows: pl.DataFrame, class_: str, detail: pl.Expr, what: pl.Expr, value: pl.Expr) -> pl.DataFrame:
    """holding_id, class, detail, what, value."""
    return rows.select(
        "holding_id",
        pl.lit(class_).alias("class"),
        detail.alias("detail"),
        what.cast(pl.String).alias("what"),
        value.cast(pl.String).alias("value"),
    )


def _no_ocn(records: pl.DataFrame, numbers: pl.DataFrame, fields: pl.DataFrame) -> pl.DataFrame:
    without = records.select("holding_id").join(numbers, on="holding_id", how="anti")
    shown = fields.filter(
        pl.col("tag").is_in(["004"]) | (pl.col("tag").is_in(["014", "035"]) & pl.col("code").is_in(["a", "b"]))
    ).select("holding_id", "value", what=pl.concat_str("tag", pl.lit("$") + pl.col("code"), ignore_nulls=True))
    rows = without.join(shown, on="holding_id", how="left")
    detail = pl.lit("no OCN in 004, in 014 $a with $b OCoLC, in 035 $a after an OCLC prefix, or on the bib")
    return _as_faults(rows, "no_ocn", detail, pl.col("what"), pl.col("value"))


def _several_ocns(records: pl.DataFrame, numbers: pl.DataFrame, places: Mapping[str, str]) -> pl.DataFrame:
    agreed = pl.col("target_symbol").replace_strict(dict(places), default=None, return_dtype=pl.String)
    counted = (
        numbers.filter(pl.col("place") != "bib")
        .join(records.select("holding_id", "target_symbol"), on="holding_id", how="inner")
        .filter(agreed.is_null() | (agreed == pl.col("place")))
    )
    together = (
        counted.group_by("holding_id", "place")
        .agg(pl.col("ocn").unique().sort(), pl.col("raw").unique().sort())
        .filter(pl.col("ocn").list.len() > 1)
        .with_columns(pl.col("ocn").cast(pl.List(pl.String)).list.join(", "))
        .explode("raw", empty_as_null=True)
    )
    detail = pl.format("several OCNs in {}: {}", "place", "ocn")
    return _as_faults(together, "several_ocns", detail, pl.col("place"), pl.col("raw"))


def _shared_ocn(numbers: pl.DataFrame, shared_numbers: pl.DataFrame) -> pl.DataFrame:
    """Records whose own number, or without one the bib's, is current on two or more bibs of the exchange."""
    on_bibs = shared_numbers.group_by("number").agg(pl.col("mms_id").unique().sort().alias("bibs"))
    has_own = (pl.col("place") != "bib").any().over("holding_id")
    rows = numbers.filter(~has_own | (pl.col("place") != "bib")).join(on_bibs, on="number", how="inner")
    members = pl.col("bibs").list
    detail = pl.format("OCN {} is on {} bibs: {}", "number", members.len(), members.join(", "))
    return _as_faults(rows, "shared_ocn", detail, pl.lit("bibs with the OCN"), members.join(" "))


def _852(records: pl.DataFrame, fields: pl.DataFrame) -> pl.DataFrame:
    locations = fields.filter(pl.col("tag") == "852")
    named = locations.filter((pl.col("code") == "b") & (pl.col("value").str.strip_chars() != ""))
    without = records.select("holding_id").join(named, on="holding_id", how="anti")
    has_field = pl.col("holding_id").is_in(locations["holding_id"].implode())
    detail = pl.when(has_field).then(pl.lit("852 without $b")).otherwise(pl.lit("no 852"))
    missing = _as_faults(without, "no_852", detail, pl.lit("852"), detail)
    count = locations.group_by("holding_id").agg(pl.col("field").n_unique().alias("count")).filter(pl.col("count") > 1)
    repeated = _as_faults(
        count, "repeated_852", pl.format("852 stands {} times", "count"), pl.lit("number of 852"), pl.col("count")
    )
    return pl.concat([missing, repeated])


def _leader(fields: pl.DataFrame) -> pl.DataFrame:
    leader = pl.col("value")
    wrong = {
        "Leader/05 is «{}», not c, d or n": (5, "cdn"),
        "Leader/06 is «{}», not u, v, x or y": (6, "uvxy"),
    }
    leaders = fields.filter(pl.col("tag") == "LDR")
    return pl.concat(
        _as_faults(
            leaders.filter(~leader.str.slice(position, 1).is_in(list(allowed))),
            "leader",
            pl.format(sentence, leader.str.slice(position, 1)),
            pl.lit(f"Leader/{position:02d}"),
            leader.str.slice(position, 1),
        )
        for sentence, (position, allowed) in wrong.items()
    )


def _008(records: pl.DataFrame, fields: pl.DataFrame) -> pl.DataFrame:
    """No 008, or one that has not 32 characters."""
    fixed = fields.filter((pl.col("tag") == "008") & pl.col("value").is_not_null())
    rows = records.select("holding_id").join(fixed.select("holding_id", "value"), on="holding_id", how="left")
    length = pl.col("value").str.len_chars()
    bad = rows.filter((length != _LENGTH_008).fill_null(True))
    detail = (
        pl.when(pl.col("value").is_null())
        .then(pl.lit("no 008"))
        .otherwise(pl.format("008 has {} characters instead of {}", length, pl.lit(_LENGTH_008)))
    )
    return _as_faults(bad, "bad_008", detail, pl.lit("008"), pl.col("value"))


def _linking(fields: pl.DataFrame) -> pl.DataFrame:
    """$8 of captions (853 to 855), of their values (863 to 865) and of text (866 to 868): oclc_formats.md 8.

    A caption has a number that is not 0; a value has number.number and points to the caption of its kind; text has a
    number, 0 when it stands alone. What follows the point is never read as a decimal: 1.1 and 1.10 are different.
    """
    links = _links(fields)
    captions = links.filter(pl.col("tag").is_in(_CAPTIONS) & pl.col("fault").is_null())
    values = links.filter(pl.col("tag").is_in(_PAIRED) & pl.col("fault").is_null())
    caption = pl.lit("85") + pl.col("kind")
    astray = values.join(captions, on=["holding_id", "kind", "number"], how="anti").with_columns(
        fault=pl.format("with $8 {} has no {}", "link", caption)
    )
    bad = pl.concat([links.filter(pl.col("fault").is_not_null()), astray])
    detail = pl.concat_str("tag", pl.lit(" "), "fault")
    return _as_faults(bad, "linking", detail, pl.col("tag") + "$8", pl.col("link").fill_null(""))


def _links(fields: pl.DataFrame) -> pl.DataFrame:
    """holding_id, field, tag, link ($8), number (before the point), kind (last digit of the tag), fault of its form."""
    link, is_value = pl.col("link"), pl.col("tag").is_in(_PAIRED)
    fault = (
        pl.when(link.is_null())
        .then(pl.lit("has no $8"))
        .when(is_value & ~link.str.contains(r"^\d+\.\d+$"))
        .then(pl.format("has $8 {}, not number.number", link))
        .when(~is_value & ~link.str.contains(r"^\d+$"))
        .then(pl.format("has $8 {}, not a number", link))
        .when(pl.col("tag").is_in(_CAPTIONS) & link.str.contains(r"^0+$"))
        .then(pl.lit("has $8 0"))
    )
    first_8 = pl.col("value").filter(pl.col("code") == "8").first().str.strip_chars()
    return (
        fields.filter(pl.col("tag").is_in([*_CAPTIONS, *_PAIRED, *_TEXTUAL]))
        .sort(*_RECORD, "field", "subfield")
        .group_by("holding_id", "field", "tag", maintain_order=True)
        .agg(first_8.alias("link"))
        .with_columns(number=link.str.extract(r"^0*(\d+)"), kind=pl.col("tag").str.slice(2, 1), fault=fault)
    )
