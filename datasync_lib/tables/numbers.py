"""The `ocns` and `standard_numbers` tables: every number of a record, with where it stands and how it reads."""

import polars as pl

from ..identifiers.ocn import parse_ocn, split_ocns
from ..identifiers.standard_numbers import read_standard_numbers
from ..settings import Settings
from .fields import RECORD, first_values
from .schemas import conform, empty

_STANDARD_NUMBERS = pl.DataFrame(
    [
        ("020", "a", "isbn", "own"),
        ("020", "z", "isbn", "cancelled"),
        ("022", "a", "issn", "own"),
        ("022", "l", "issn", "linking"),
        ("022", "y", "issn", "wrong"),
        ("022", "z", "issn", "cancelled"),
        ("010", "a", "lccn", "own"),
        ("010", "z", "lccn", "cancelled"),
    ],
    schema=["tag", "code", "scheme", "role"],
    orient="row",
)


def derive_ocns(subfields: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """Every reading of a place where an OCN may stand, in the columns of the `ocns` table.

    The places and their rank come from the settings. A 001 or 004 that is no OCN is the local number of the record and
    gives no row, nor does the 001 of a holdings record, which is OCLC's number of that record. A 014 counts only beside $b OCoLC (oclc_formats.md 5). A number of a former institution record
    beside another number in a better place is `institution_record`, never current (duplicates.md E1, practice.md 2.1a).
    On a holdings record the bib is its 004, and nothing there is the bib's current number.
    """
    places = pl.DataFrame(
        [
            {
                "tag": p.place[:3],
                "code": p.place[4:] or None,
                "place": p.place,
                "role": p.role,
                "rank": i + 1,
                "trusted": p.trusted,
            }
            for i, p in enumerate(settings.ocn.places)
        ],
        schema={
            "tag": pl.String,
            "code": pl.String,
            "place": pl.String,
            "role": pl.String,
            "rank": pl.Int32,
            "trusted": pl.Boolean,
        },
    )
    found = subfields.filter(pl.col("value").is_not_null()).join(
        places, on=["tag", "code"], how="inner", nulls_equal=True
    )
    if found.is_empty():
        return empty("ocns")
    readings = _read(_with_context(found, subfields), settings)
    readings = _current(_institution_records(readings, settings))
    return conform("ocns", readings.sort(*RECORD, "rank", "field", "subfield"))


def _with_context(found: pl.DataFrame, subfields: pl.DataFrame) -> pl.DataFrame:
    """The identifiers of the record, whether a bare number may be trusted here, and whether a 014 is OCLC's."""
    records = first_values(
        subfields, {"leader": ["LDR"], "_001": ["001"], "_003": ["003"], "_004": ["004"]}
    ).with_columns(
        pl.col("_001", "_003", "_004").str.strip_chars(), is_mfhd=pl.col("leader").str.slice(6, 1).is_in(list("uvxy"))
    )
    oclc_014 = (
        subfields.filter(
            (pl.col("tag") == "014")
            & (pl.col("code") == "b")
            & (pl.col("value").str.to_lowercase().str.strip_chars() == "ocolc")
        )
        .select(*RECORD, "field", _oclc_014=True)
        .unique()
    )
    return (
        found.join(records, on=RECORD, how="left")
        .join(oclc_014, on=[*RECORD, "field"], how="left")
        .with_columns(
            mms_id=pl.when("is_mfhd").then("_004").otherwise("_001"),
            holding_id=pl.when("is_mfhd").then("_001"),
            trusted=(pl.col("trusted") & ((pl.col("tag") != "001") | (pl.col("_003") == "OCoLC").fill_null(False)))
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
    return readings.filter(~local_number)


def _institution_records(readings: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    in_range = pl.any_horizontal(
        pl.lit(False), *(pl.col("ocn").is_between(low, high) for low, high in settings.ocn.institution_record_ranges)
    )
    counts = (pl.col("verdict") == "ok") & (pl.col("role") == "current")
    best_rank = pl.col("rank").filter(counts).min().over(RECORD)
    best_ocn = (
        pl.col("ocn").filter(counts & (pl.col("rank") == pl.col("rank").filter(counts).min())).first().over(RECORD)
    )
    former = in_range & counts & (pl.col("rank") > best_rank) & (pl.col("ocn") != best_ocn)
    return readings.with_columns(
        verdict=pl.when(former.fill_null(False)).then(pl.lit("institution_record")).otherwise("verdict")
    )


def _current(readings: pl.DataFrame) -> pl.DataFrame:
    counts = (pl.col("verdict") == "ok") & (pl.col("role") == "current") & ~pl.col("is_mfhd")
    best_rank = pl.col("rank").filter(counts).min().over(RECORD)
    return readings.with_columns(is_current=counts & (pl.col("rank") == best_rank).fill_null(False))


def derive_standard_numbers(subfields: pl.DataFrame, bibs: pl.DataFrame) -> pl.DataFrame:
    """Every ISBN, ISSN and LCCN of the bibs, in the columns of the `standard_numbers` table (duplicates.md E4)."""
    found = (
        subfields.join(_STANDARD_NUMBERS, on=["tag", "code"], how="inner")
        .join(bibs.select(*RECORD, "mms_id"), on=RECORD, how="inner")
        .filter(pl.col("value").str.strip_chars() != "")
    )
    read = read_standard_numbers(found.rename({"value": "raw"})).filter(pl.col("value").is_not_null())
    role = pl.when(pl.col("is_set") & (pl.col("role") == "own")).then(pl.lit("set")).otherwise("role")
    return conform("standard_numbers", read.with_columns(role=role).sort(*RECORD, "field", "subfield"))
