"""What does a bibliographic record say of what it describes? The library's records and WorldCat's are described alike.

The columns are those of `vocabulary.catalogue.Described`; what a library decides of its own records (suppression,
exclusions, brief levels) is not asked here. Sources: MARC 21 bibliographic, Leader and 008.
"""

import polars as pl

from .by_tag import Fields
from .fixed_fields import codes_of_008, date1_of_008

_TITLE_END = r"[\s/:;,=]+$"
_ONLINE = ["o", "s", "q"]

_FORMATS = {
    "c": "score", "d": "score", "e": "map", "f": "map", "g": "video", "i": "sound", "j": "sound",
    "k": "visual", "r": "visual", "o": "visual", "m": "computer_file", "p": "archival",
}  # fmt: skip

_PLACES = {
    "leader": ["LDR"],
    "_008": ["008"],
    "cataloguing_language": ["040$b"],
    "main_entry": ["100$a", "110$a", "111$a", "130$a"],
    "edition": ["250$a"],
    "publisher": ["264$b", "260$b"],
    "publication_date": ["264$c", "260$c"],
    "extent": ["300$a"],
}


def describe(fields: Fields) -> pl.DataFrame:
    """The bibliographic records among some records, one row each, in order.

    Holdings records (Leader/06 u, v, x, y) and authority records (z) are no bibs.

    Returns:
        record, the columns of `Described`, and what they were read from: leader, _008, _codes (the 008 where its codes
        stand in their places), control_type (Leader/08).
    """
    bibs = (
        fields.first_values(_PLACES)
        .with_columns(record_type=pl.col("leader").str.slice(6, 1))
        .filter(~pl.col("record_type").is_in(list("uvxyz")).fill_null(False))
    )
    return _kinds(_titles(_fixed_fields(bibs), fields), fields)


def _fixed_fields(bibs: pl.DataFrame) -> pl.DataFrame:
    leader, fixed = pl.col("leader").str, pl.col("_codes").str
    other_place = pl.col("record_type").is_in(list("efgkor"))
    bibs = bibs.with_columns(_codes=codes_of_008(pl.col("_008"))).with_columns(
        bib_level=leader.slice(7, 1),
        control_type=leader.slice(8, 1),
        form_of_item=pl.when(other_place).then(fixed.slice(29, 1)).otherwise(fixed.slice(23, 1)),
        date1=date1_of_008(pl.col("_008")),
        date2=fixed.slice(11, 4),
        language=fixed.slice(35, 3),
    )
    coded = pl.when(pl.col("date1").str.contains(r"^\d{4}$")).then(pl.col("date1"))
    written = pl.col("publication_date").str.extract(r"(\d{4})")
    return bibs.with_columns(year=pl.coalesce(coded, written).cast(pl.Int32))


def _titles(bibs: pl.DataFrame, fields: Fields) -> pl.DataFrame:
    linked = fields.tag("880").filter((pl.col("code") == "6") & pl.col("value").str.starts_with("245"))
    script = (
        fields.texts("880", "abnp", first_only=False)
        .join(linked.select("record", "field"), on=["record", "field"], how="semi", maintain_order="left")
        .unique("record", keep="first", maintain_order=True)
    )
    texts = {
        "title": fields.texts("245", "abnpk"),
        "title_parts": fields.texts("245", "np"),
        "title_880": script.select("record", "text"),
    }
    for name, found in texts.items():
        bibs = bibs.join(found.rename({"text": name}), on="record", how="left", maintain_order="left")
    return bibs.with_columns(pl.col("title", "title_880").str.replace(_TITLE_END, ""))


def _kinds(bibs: pl.DataFrame, fields: Fields) -> pl.DataFrame:
    code, value = pl.col("code"), pl.col("value")
    online = [
        fields.where("007", value.str.starts_with("cr")),
        fields.where("338", (code == "b") & (value == "cr")),
        fields.where("245", (code == "h") & value.str.to_lowercase().str.contains("electronic resource")),
        fields.where("AVE"),
    ]
    bibs = fields.with_flags(
        bibs,
        is_electronic=pl.concat(online),
        is_reproduction=pl.concat([fields.where("533"), fields.where("843")]),
    )
    serial = pl.col("bib_level").is_in(["s", "i", "b"])
    return bibs.with_columns(
        format=pl.when(pl.col("control_type") == "a")
        .then(pl.lit("archival"))
        .when(pl.col("record_type").is_in(["a", "t"]))
        .then(pl.when(serial).then(pl.lit("serial")).otherwise(pl.lit("book")))
        .otherwise(pl.col("record_type").replace_strict(_FORMATS, default="other")),
        is_electronic=pl.col("is_electronic") | pl.col("form_of_item").is_in(_ONLINE).fill_null(False),
    )
