"""The `bibs` table: what an analysis needs of a bibliographic record, derived from its subfields."""

import polars as pl

from ..marc.by_tag import Fields, any_of
from ..marc.describing import describe
from ..settings import Settings

_MANUSCRIPT = ["d", "f", "p", "t", "b"]

_PLACES = {
    "mms_id": ["001"],
    "datestamp": ["OAI$d"],
    "description_rules": ["040$e"],
    "_title": ["245$a", "245$k"],
    "_place": ["260$a", "264$a"],
    "_extent_or_f": ["300$a", "300$f"],
    "_heading": ["100$a", "110$a", "111$a", "130$a", "700$a", "710$a", "711$a", "730$a"]
    + [f"{tag}$a" for tag in ("600", "610", "611", "630", "648", "650", "651", "653", "655")],
}


def derive_bibs(fields: Fields, ocns: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """The bibliographic records among some records, one row each, in the columns of the `bibs` table.

    Args:
        fields: the records.
        ocns: their readings (`derive_ocns`), for the rule that a brief record with an OCN is sent all the same.
        settings: suppression and exclusion rules.

    Holdings records (Leader/06 u, v, x, y) and authority records (z) are no bibs. Sources: practice.md 1.4, 1.5, 2.3;
    MARC 21 bibliographic, Leader and 008.
    """
    described = describe(fields)
    bibs = described.join(fields.first_values(_PLACES), on="record", how="left", maintain_order="left")
    bibs = _fixed_fields(bibs)
    bibs = _flags(bibs, fields, settings)
    bibs = _levels(bibs, ocns)
    return _exclusions(bibs, settings).with_columns(file=pl.lit(fields.file))


def _fixed_fields(bibs: pl.DataFrame) -> pl.DataFrame:
    leader, fixed = pl.col("leader").str, pl.col("_codes").str
    return bibs.with_columns(
        mms_id=pl.col("mms_id").str.strip_chars().replace("", None),
        record_status=leader.slice(5, 1),
        encoding_level=leader.slice(17, 1),
        date_type=fixed.slice(6, 1),
        place_code=fixed.slice(15, 3),
    ).with_columns(is_deleted=pl.col("record_status") == "d")


def _flags(bibs: pl.DataFrame, fields: Fields, settings: Settings) -> pl.DataFrame:
    code = pl.col("code")
    bibs = fields.with_flags(
        bibs,
        is_suppressed=fields.fitting(settings.suppression.bib),
        _774w=fields.where("774", code == "w"),
        _773=fields.where("773"),
        _imprint=pl.concat([fields.where(tag, code.is_in(["a", "b", "c"])) for tag in ("260", "264")]),
        _011=fields.where("011"),
        **{f"_rule{i}": fields.fitting([rule]) for i, rule in enumerate(settings.exclusions)},
    )
    host = pl.col("_774w") & pl.col("title").str.to_lowercase().str.starts_with("host bibliographic record")
    return bibs.with_columns(is_host=host.fill_null(False))


def _blank(name: str) -> pl.Expr:
    return pl.col(name).fill_null("").str.strip_chars(" |#").eq("")


def _missing(conditions: dict[str, pl.Expr]) -> pl.Expr:
    """The words whose condition holds, joined with a blank; null when none does."""
    words = [pl.when(condition.fill_null(False)).then(pl.lit(word)) for word, condition in conditions.items()]
    return pl.concat_str(words, separator=" ", ignore_nulls=True).replace("", None)


def _levels(bibs: pl.DataFrame, ocns: pl.DataFrame) -> pl.DataFrame:
    """Brief level 01 to 03 and what a sparse record lacks (practice.md 1.5).

    An 008 whose codes are not in their places tells nothing, so no level comes of what it seems to lack.
    """
    numbered = ocns.filter("is_current").select("record", _numbered=True).unique()
    bibs = bibs.join(numbered, on="record", how="left", maintain_order="left")
    level, type_ = pl.col("bib_level"), pl.col("record_type")
    manuscript = type_.is_in(_MANUSCRIPT)
    readable = pl.col("_008").is_null() | pl.col("_codes").is_not_null()
    too_few = {
        "date": _blank("date1") & readable,
        "country": _blank("place_code") & readable,
        "language": _blank("language") & readable,
        "imprint": _blank("_place") & ~manuscript & (level != "c"),
        "extent": _blank("_extent_or_f"),
        "heading": _blank("_heading") & ~level.is_in(["s", "i"]),
    }
    sparse = {
        "008": pl.col("_008").is_null(),
        "title": _blank("_title"),
        "imprint": ~pl.col("_imprint") & ~manuscript & ~level.is_in(["a", "b"]),
        "extent": _blank("extent") & ~level.is_in(["s", "i", "a", "b"]),
        "773": level.is_in(["a", "b"]) & ~pl.col("_773"),
    }
    bibs = bibs.with_columns(
        missing_elements=_missing({"title": _blank("_title"), **too_few}), sparse_elements=_missing(sparse)
    )
    insufficient = any_of(condition.fill_null(False) for condition in too_few.values())
    brief = (
        pl.when(_blank("_title"))
        .then(pl.lit("01"))
        .when(pl.col("_011") | (insufficient & pl.col("_numbered").is_null()))
        .then(pl.lit("02"))
        .when(~_blank("cataloguing_language") & (pl.col("cataloguing_language").str.strip_chars() != "eng"))
        .then(pl.lit("03"))
    )
    not_host = pl.when(~pl.col("is_host"))
    return bibs.with_columns(
        brief_level=not_host.then(brief),
        missing_elements=not_host.then(pl.col("missing_elements")),
        sparse_elements=not_host.then(pl.col("sparse_elements")),
    )


def _exclusions(bibs: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """The reason of the first exclusion rule that fits, else the brief level."""
    reasons = []
    for i, rule in enumerate(settings.exclusions):
        excluded = pl.col(f"_rule{i}").fill_null(False)
        if rule.unless_ocn:
            excluded &= pl.col("_numbered").is_null()
        reasons.append(pl.when(excluded).then(pl.lit(rule.reason)))
    brief = pl.lit("brief_level_") + pl.col("brief_level")
    return bibs.with_columns(exclusion=pl.coalesce(*reasons, brief))
