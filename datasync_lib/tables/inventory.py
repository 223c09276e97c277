"""The `holdings`, `items` and `links` tables, from fields of a bib or from holdings records."""

import polars as pl

from ..marc.by_tag import Fields
from ..settings import HoldingsField, ItemField, Settings
from ..vocabulary.tables import conform, empty

_AGENCY, _OCLC = r"^\([^)]*\)\s*", r"(?i)^\s*\(oco?lc"
_LOCAL_NUMBER = r"^\d{8,19}$"
_HOLDINGS_RECORD = list("uvxy")


def derive_items(fields: Fields, settings: Settings) -> pl.DataFrame:
    """Every item that a field of the settings stands for, in the columns of the `items` table (practice.md 3.3)."""
    layouts = [layout for layout in settings.items if layout.tag in fields.tags]
    if not layouts:
        return empty("items")
    records = fields.first_values({"leader": ["LDR"], "_001": ["001"], "_004": ["004"]}).select(
        "record",
        pl.when(_is_holdings_record())
        .then("_004")
        .otherwise("_001")
        .str.strip_chars()
        .replace("", None)
        .alias("mms_id"),
        pl.when(_is_holdings_record()).then("_001").str.strip_chars().replace("", None).alias("_own_holding"),
    )
    items = pl.concat([_items_of(fields, layout) for layout in layouts])
    found = items.join(records, on="record", how="left", maintain_order="left")
    holding = pl.coalesce("holding_id", "_own_holding")
    return conform("items", found.with_columns(holding_id=holding, file=pl.lit(fields.file)).sort("record", "field"))


def _items_of(fields: Fields, layout: ItemField) -> pl.DataFrame:
    codes = layout.model_dump(exclude={"tag"})
    return fields.fields_wide(layout.tag, codes, last=["holding_id"]).with_columns(
        pl.col("barcode", "item_id", "holding_id").str.strip_chars().replace("", None)
    )


def derive_holdings(fields: Fields, embedded: pl.DataFrame, items: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """Every holding, embedded in a bib or from a holdings record (MFHD), in the columns of the `holdings` table.

    Args:
        fields: the records.
        embedded: the holdings that stand in bibs (`embedded.find_embedded`).
        items: the items of the records.
        settings: rules of suppression, and which subfields make a call number.
    """
    records = _holdings_records(fields, settings)
    found = embedded if records is None else pl.concat([embedded, records], how="diagonal")
    per_holding = items.group_by("holding_id").agg(pl.len().cast(pl.Int64).alias("items"))
    with_843 = fields.fields_wide("843", {"_holding": "8"}).select("record", "_holding", _843=pl.lit(True)).unique()
    found = (
        found.join(per_holding, on="holding_id", how="left", maintain_order="left")
        .join(
            with_843,
            left_on=["record", "holding_id"],
            right_on=["record", "_holding"],
            how="left",
            maintain_order="left",
        )
        .with_columns(
            is_reproduction=pl.col("_843").fill_null(False)
            | (pl.col("is_mfhd") & pl.col("record").is_in(with_843["record"].implode())),
            items=pl.col("items").fill_null(0),
            file=pl.lit(fields.file),
        )
    )
    return conform("holdings", found.sort("record", "holding_id", maintain_order=True))


def _holdings_records(fields: Fields, settings: Settings) -> pl.DataFrame | None:
    if fields.tag("LDR").filter(pl.col("value").str.slice(6, 1).is_in(_HOLDINGS_RECORD)).is_empty():
        return None
    names = {"leader": ["LDR"], "holding_id": ["001"], "mms_id": ["004"]}
    codes = settings.holdings[0].call_number if settings.holdings else HoldingsField(tag="852").call_number
    records = fields.first_values(names).filter(_is_holdings_record())
    # A record of two places, which OCLC does not take (oclc_formats.md 8), is at both: «A; B».
    for name, place in (("library", "852$b"), ("location", "852$c")):
        records = records.join(fields.every_value(place).rename({"value": name}), on="record", how="left")
    call_numbers = fields.texts("852", codes).rename({"text": "call_number"})
    flagged = fields.fitting(settings.suppression.holding)
    return (
        records.join(call_numbers, on="record", how="left")
        .with_columns(pl.col("mms_id").str.strip_chars())
        .select(
            "record",
            pl.coalesce(
                pl.col("holding_id").str.strip_chars().replace("", None),
                pl.format("{}#{}", pl.lit(fields.file), "record"),
            ).alias("holding_id"),
            *(pl.col(name).replace("", None) for name in ("mms_id", "library", "location")),
            "call_number",
            pl.col("leader").str.slice(5, 1).alias("record_status"),
            pl.col("record").is_in(flagged["record"].implode()).alias("is_suppressed"),
            pl.lit(True).alias("is_mfhd"),
        )
    )


def derive_links(fields: Fields, bibs: pl.DataFrame) -> pl.DataFrame:
    """Host and constituent, from 774 $w of a host, whatever its title, and 773 $w of a constituent (practice.md 2.1a, 6.2).

    Only a local number links, with or without the prefix of an agency: one with the prefix (OCoLC) points outside of the
    catalogue. A host without an ID is named by its place in the file, for what is bound in it stands at the host's place.
    """
    pointers = (
        pl.concat([fields.values(f"{tag}$w").with_columns(tag=pl.lit(tag)) for tag in ("773", "774")])
        .with_columns(other=pl.col("value").str.strip_chars().str.replace(_AGENCY, ""))
        .filter(pl.col("other").str.contains(_LOCAL_NUMBER))
        .filter(~pl.col("value").str.contains(_OCLC))
        .join(bibs.select("record", "mms_id"), on="record", how="inner")
    )
    down = pl.col("tag") == "774"
    host = pl.coalesce("mms_id", pl.format("{}#{}", pl.lit(fields.file), "record"))
    links = pointers.select(
        "record",
        host_mms_id=pl.when(down).then(host).otherwise("other"),
        constituent_mms_id=pl.when(down).then("other").otherwise("mms_id"),
    ).drop_nulls()
    links = links.unique().with_columns(file=pl.lit(fields.file))
    return conform("links", links.sort("record", "host_mms_id", "constituent_mms_id"))


def _is_holdings_record() -> pl.Expr:
    return pl.col("leader").str.slice(6, 1).is_in(_HOLDINGS_RECORD).fill_null(False)
