"""The `ocns` and `standard_numbers` tables: every number of a record, with where it stands and how it reads."""

from collections.abc import Iterable

import polars as pl

from ..identifiers.ocn import parse_ocn, split_ocns
from ..identifiers.standard_numbers import read_standard_numbers
from ..marc.by_tag import Fields
from ..settings import OcnPlace, OcnSettings, Settings
from ..vocabulary.tables import conform, empty

# Codes in 003 that mean OCLC, and spellings of them: with another capital, in brackets, with zeros for the letter O.
_OCLC_003, _LIKE_OCLC_003 = r"(?i)^[(\[]*oco?lc[)\]]*$", r"(?i)^[(\[]*[o0]c[o0]?lc[)\]]*$"
# What begins like the ID of a bib in Alma (practice.md 3.4).
_OF_ALMA = "99"
# What begins as a number of OCLC does, whatever marks stand before it.
_OF_OCLC = r"(?i)^[\s(\[|$‡\"'=]*a?[\s(\[]*(?:oco?lc[^0-9]*|oc[lmn]\s*|on\s*)[0-9]"
# Fields of control numbers, and local ones into which systems write the number that came back, or the one before it
# (practice.md 1.4, oclc_formats.md 5): a number of OCLC in any subfield of them.
_OTHER_FIELDS = ("014", "019", "035", "079", "904", "908", "913", "914", "916", "919", "950", "990", "994")
# A place that the settings do not rank gives no current number, and owners all the same.
UNRANKED = "unranked"

_STANDARD_NUMBERS = (
    ("020$a", "isbn", "own"),
    ("020$z", "isbn", "cancelled"),
    ("022$a", "issn", "own"),
    ("022$l", "issn", "linking"),
    ("022$y", "issn", "wrong"),
    ("022$z", "issn", "cancelled"),
    ("010$a", "lccn", "own"),
    ("010$z", "lccn", "cancelled"),
)


def derive_ocns(fields: Fields, settings: Settings) -> pl.DataFrame:
    """Every reading of a place where an OCN may stand, in the columns of the `ocns` table.

    The places and their rank come from the settings; the usual places that these leave out are read as well, as `unranked`, and so
    is what begins as a number of OCLC does in other subfields of control numbers and in local fields: a bib owns a number in any
    place (practice.md 6.2), and its current one stands in one of those of the settings. A 001 or 004 that is
    no OCN is the local number of the record and gives no row, nor does the 001 of a holdings record, which is OCLC's number of that
    record; but digits in 001 that are not the ID of a bib, in an Alma whose suffix is known, may be an OCN. A 014 counts only beside $b OCoLC (oclc_formats.md 5). A number of a former institution record
    beside another number in a better place is `institution_record`, never current (duplicates.md E1, practice.md 2.1a).
    On a holdings record the bib is its 004, and nothing there is the bib's current number.
    """
    places = every_place(settings.ocn)
    found = [
        fields.values(p.place).with_columns(place=pl.lit(p.place), role=pl.lit(p.role), rank=rank, trusted=p.trusted)
        for rank, p in enumerate(places, start=1)
    ]
    readings = pl.concat([*found, *_in_other_fields(fields, places)])
    if readings.is_empty():
        return empty("ocns")
    readings = _current(_institution_records(_read(_with_context(readings, fields), settings), settings))
    return conform("ocns", readings.sort("record", "rank", "field", "subfield").with_columns(file=pl.lit(fields.file)))


def every_place(ocn: OcnSettings) -> tuple[OcnPlace, ...]:
    """The places of the settings in their order, then the usual ones that they leave out."""
    named = {each.place for each in ocn.places}
    others = [each for each in OcnSettings().places if each.place not in named]
    return (*ocn.places, *(each.model_copy(update={"role": UNRANKED}) for each in others))


def _in_other_fields(fields: Fields, places: Iterable[OcnPlace]) -> list[pl.DataFrame]:
    """What begins as a number of OCLC does in other subfields of fields that have such: readings of a rank behind all places."""
    read = {place.place for place in places}
    rank = 1 + len(read)
    found = []
    for tag in _OTHER_FIELDS:
        if tag in read or tag not in fields.tags:
            continue
        place = pl.concat_str(pl.lit(f"{tag}$"), "code")
        rows = fields.tag(tag).filter(pl.col("code").is_not_null() & pl.col("value").str.contains(_OF_OCLC))
        told = rows.with_columns(place=place, role=pl.lit(UNRANKED), rank=pl.lit(rank, pl.Int32), trusted=pl.lit(False))
        kept = told.filter(~pl.col("place").is_in(list(read)))
        found.append(kept.select("record", "field", "subfield", "value", "place", "role", "rank", "trusted"))
    return found


def _with_context(found: pl.DataFrame, fields: Fields) -> pl.DataFrame:
    """The identifiers of the record, whether a bare number may be trusted here, and whether a 014 is OCLC's."""
    records = fields.first_values({"leader": ["LDR"], "_001": ["001"], "_003": ["003"], "_004": ["004"]}).with_columns(
        pl.col("_001", "_003", "_004").str.strip_chars().replace("", None),
        is_mfhd=pl.col("leader").str.slice(6, 1).is_in(list("uvxy")).fill_null(False),
    )
    oclc_014 = (
        fields.tag("014")
        .filter((pl.col("code") == "b") & (pl.col("value").str.to_lowercase().str.strip_chars() == "ocolc"))
        .select("record", "field", _oclc_014=pl.lit(True))
        .unique()
    )
    tag = pl.col("place").str.slice(0, 3)
    return (
        found.join(records.drop("leader"), on="record", how="left")
        .join(oclc_014, on=["record", "field"], how="left")
        .with_columns(
            tag=tag,
            mms_id=pl.when("is_mfhd").then("_004").otherwise("_001"),
            holding_id=pl.when("is_mfhd").then("_001"),
            trusted=(pl.col("trusted") & ((tag != "001") | pl.col("_003").str.contains(_OCLC_003).fill_null(False)))
            | pl.col("_oclc_014").fill_null(False),
        )
    )


def _read(found: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    readings = (
        found.with_columns(raw=split_ocns(pl.col("value")))
        .explode("raw", empty_as_null=True, keep_nulls=True)
        .with_columns(
            reading=parse_ocn(
                pl.col("raw"),
                trusted=pl.col("trusted"),
                maximum=settings.ocn.maximum,
                other_control_accepted=settings.ocn.other_control_accepted,
            )
        )
        .unnest("reading")
    )
    foreign_014 = (pl.col("tag") == "014") & pl.col("_oclc_014").is_null()
    readings = readings.with_columns(
        ocn=pl.when(~foreign_014).then("ocn"),
        verdict=pl.when(foreign_014).then(pl.lit("not_oclc")).otherwise("verdict"),
    )
    own_number_of_mfhd = (pl.col("tag") == "001") & pl.col("is_mfhd")
    local_number = own_number_of_mfhd | (pl.col("tag").is_in(["001", "004"]) & (pl.col("verdict") != "ok"))
    return readings.filter(~local_number | _may_be_ocn_in_001(settings))


def _may_be_ocn_in_001(settings: Settings) -> pl.Expr:
    """Whether a 001 of a bib is digits that may be an OCN: none of Alma's IDs, and 003 is missing or like OCLC's."""
    suffix = settings.institution.mms_suffix
    if not suffix:
        return pl.lit(False)
    raw = pl.col("raw").str.strip_chars()
    is_id = raw.str.starts_with(_OF_ALMA) & raw.str.ends_with(suffix)
    number = raw.str.extract(r"^0*([0-9]{1,12})$").cast(pl.Int64)
    is_bare = (pl.col("tag") == "001") & ~pl.col("is_mfhd") & (pl.col("verdict") == "bare_number")
    is_of_oclc = pl.col("_003").is_null() | pl.col("_003").str.contains(_LIKE_OCLC_003)
    return (is_bare & ~is_id & is_of_oclc & number.is_between(1, settings.ocn.maximum)).fill_null(False)


def _institution_records(readings: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    in_range = pl.any_horizontal(
        pl.lit(False), *(pl.col("ocn").is_between(low, high) for low, high in settings.ocn.institution_record_ranges)
    )
    counts = (pl.col("verdict") == "ok") & (pl.col("role") == "current")
    best_rank = pl.col("rank").filter(counts).min().over("record")
    best_ocn = (
        pl.col("ocn").filter(counts & (pl.col("rank") == pl.col("rank").filter(counts).min())).first().over("record")
    )
    former = in_range & counts & (pl.col("rank") > best_rank) & (pl.col("ocn") != best_ocn)
    return readings.with_columns(
        verdict=pl.when(former.fill_null(False)).then(pl.lit("institution_record")).otherwise("verdict")
    )


def _current(readings: pl.DataFrame) -> pl.DataFrame:
    counts = (pl.col("verdict") == "ok") & (pl.col("role") == "current") & ~pl.col("is_mfhd")
    best_rank = pl.col("rank").filter(counts).min().over("record")
    return readings.with_columns(is_current=counts & (pl.col("rank") == best_rank).fill_null(False))


def derive_standard_numbers(fields: Fields, bibs: pl.DataFrame) -> pl.DataFrame:
    """Every ISBN, ISSN and LCCN of the bibs, in the columns of the `standard_numbers` table (duplicates.md E4)."""
    found = [
        fields.values(place).with_columns(scheme=pl.lit(scheme), role=pl.lit(role))
        for place, scheme, role in _STANDARD_NUMBERS
    ]
    texts = pl.concat(found).join(bibs.select("record", "mms_id"), on="record", how="inner").rename({"value": "raw"})
    read = read_standard_numbers(texts).filter(pl.col("value").is_not_null())
    role = pl.when(pl.col("is_set") & (pl.col("role") == "own")).then(pl.lit("set")).otherwise("role")
    numbers = read.with_columns(role=role, file=pl.lit(fields.file))
    return conform("standard_numbers", numbers.sort("record", "field", "subfield", maintain_order=True))
