"""The `holdings`, `items` and `links` tables, from fields of a bib or from holdings records."""

import polars as pl

from ..settings import HoldingsField, ItemField, Settings
from .fields import RECORD, any_of, fields_wide, first_values, fits, joined_fields
from .schemas import conform

_LOCAL_NUMBER = r"^\d{8,19}$"
_HOLDINGS_RECORD = list("uvxy")


def derive_items(subfields: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """Every item that a field of the settings stands for, in the columns of the `items` table (practice.md 3.3)."""
    records = first_values(subfields, {"leader": ["LDR"], "_001": ["001"], "_004": ["004"]}).select(
        *RECORD,
        pl.when(_is_holdings_record()).then("_004").otherwise("_001").str.strip_chars().alias("mms_id"),
        pl.when(_is_holdings_record()).then("_001").str.strip_chars().alias("_own_holding"),
    )
    items = [_items_of(subfields, layout) for layout in settings.items]
    found = pl.concat(items).join(records, on=RECORD, how="left", maintain_order="left")
    return conform("items", found.with_columns(holding_id=pl.coalesce("holding_id", "_own_holding")))


def _items_of(subfields: pl.DataFrame, layout: ItemField) -> pl.DataFrame:
    codes = layout.model_dump(exclude={"tag"})
    return fields_wide(subfields, layout.tag, codes, last=["holding_id"]).with_columns(
        pl.col("barcode", "item_id", "holding_id").str.strip_chars()
    )


def derive_holdings(
    subfields: pl.DataFrame, bibs: pl.DataFrame, items: pl.DataFrame, settings: Settings
) -> pl.DataFrame:
    """Every holding, embedded in a bib or from a holdings record (MFHD), in the columns of the `holdings` table.

    Of the fields that may carry holdings, the first kind that a record has, in the order of the settings, is read
    (practice.md 3.3). A holding without an ID is named by its bib and its position.
    """
    found = pl.concat([_embedded(subfields, bibs, settings), _holdings_records(subfields, settings)], how="diagonal")
    per_holding = items.group_by("holding_id").agg(pl.len().cast(pl.Int64).alias("items"))
    with_843 = fields_wide(subfields, "843", {"_holding": "8"}).select(*RECORD, "_holding", _843=True).unique()
    any_843 = with_843.select(*RECORD, _843_record=True).unique()
    found = (
        found.join(per_holding, on="holding_id", how="left")
        .join(with_843, left_on=[*RECORD, "holding_id"], right_on=[*RECORD, "_holding"], how="left")
        .join(any_843, on=RECORD, how="left")
        .with_columns(
            is_reproduction=pl.col("_843").fill_null(False)
            | (pl.col("is_mfhd") & pl.col("_843_record").fill_null(False)),
            items=pl.col("items").fill_null(0),
        )
    )
    return conform("holdings", found.sort(*RECORD, "holding_id"))


def _embedded(subfields: pl.DataFrame, bibs: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    own = subfields.join(bibs.select(RECORD), on=RECORD, how="semi")
    layouts = [_embedded_in(own, layout).with_columns(_order=pl.lit(i)) for i, layout in enumerate(settings.holdings)]
    fields = pl.concat(layouts).filter(pl.col("_order") == pl.col("_order").min().over(RECORD))
    position = pl.int_range(pl.len()).over(RECORD).cast(pl.String)
    return (
        fields.join(bibs.select(*RECORD, "mms_id"), on=RECORD, how="left")
        .sort(*RECORD, "field")
        .join(_flagged(own, settings, by=[*RECORD, "field"]), on=[*RECORD, "field"], how="left", maintain_order="left")
        .with_columns(
            holding_id=pl.coalesce("holding_id", pl.col("mms_id") + "#" + position, "#" + position),
            is_mfhd=pl.lit(False),
            is_suppressed=pl.col("flagged").fill_null(False),
        )
        .select(*RECORD, "holding_id", "mms_id", "library", "location", "call_number", "is_suppressed", "is_mfhd")
    )


def _embedded_in(subfields: pl.DataFrame, layout: HoldingsField) -> pl.DataFrame:
    names = {"holding_id": layout.holding_id, "library": layout.library, "location": layout.location}
    call_numbers = joined_fields(subfields, layout.tag, layout.call_number, first_only=False).rename(
        {"text": "call_number"}
    )
    return (
        fields_wide(subfields, layout.tag, names, last=["holding_id"])
        .with_columns(pl.col(list(names)).str.strip_chars())
        .join(call_numbers, on=[*RECORD, "field"], how="left")
    )


def _holdings_records(subfields: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    names = {
        "leader": ["LDR"],
        "holding_id": ["001"],
        "mms_id": ["004"],
        "library": ["852$b"],
        "location": ["852$c"],
    }
    records = first_values(subfields, names).filter(_is_holdings_record())
    own = subfields.join(records.select(RECORD), on=RECORD, how="semi")
    call_numbers = joined_fields(own, "852", settings.holdings[0].call_number).select(*RECORD, call_number="text")
    position = pl.col("record").cast(pl.String)
    return (
        records.join(call_numbers, on=RECORD, how="left")
        .join(_flagged(own, settings, by=RECORD), on=RECORD, how="left")
        .with_columns(
            pl.col("mms_id", "library", "location").str.strip_chars(),
            holding_id=pl.coalesce(pl.col("holding_id").str.strip_chars(), "#" + position),
            record_status=pl.col("leader").str.slice(5, 1),
            is_mfhd=pl.lit(True),
            is_suppressed=pl.col("flagged").fill_null(False),
        )
        .select(
            *RECORD,
            *("holding_id", "mms_id", "library", "location", "call_number"),
            *("record_status", "is_suppressed", "is_mfhd"),
        )
    )


def _flagged(subfields: pl.DataFrame, settings: Settings, *, by: list[str]) -> pl.DataFrame:
    """Which fields or records a suppression rule for holdings fits."""
    rule = any_of(fits(rule) for rule in settings.suppression.holding)
    return subfields.filter(rule).select(*by, flagged=True).unique()


def derive_links(subfields: pl.DataFrame, bibs: pl.DataFrame) -> pl.DataFrame:
    """Host and constituent, from 774 $w of a boundwith's host and 773 $w of a constituent (practice.md 2.1a).

    Only a local number links: one with a prefix such as (OCoLC) points outside the catalogue.
    """
    pointers = (
        subfields.filter(pl.col("tag").is_in(["773", "774"]) & (pl.col("code") == "w"))
        .with_columns(other=pl.col("value").str.strip_chars())
        .filter(pl.col("other").str.contains(_LOCAL_NUMBER))
        .join(bibs.select(*RECORD, "mms_id", "is_host"), on=RECORD, how="inner")
        .filter(pl.col("is_host") | (pl.col("tag") == "773"))
    )
    down = pl.col("tag") == "774"
    links = pointers.select(
        *RECORD,
        host_mms_id=pl.when(down).then("mms_id").otherwise("other"),
        constituent_mms_id=pl.when(down).then("other").otherwise("mms_id"),
    ).drop_nulls()
    return conform("links", links.unique().sort(*RECORD, "host_mms_id", "constituent_mms_id"))


def _is_holdings_record() -> pl.Expr:
    return pl.col("leader").str.slice(6, 1).is_in(_HOLDINGS_RECORD).fill_null(False)
