"""Holdings that stand as fields in a bib: which field is a holding of ours, and which is only one more telling of the same."""

import polars as pl

from ..marc.by_tag import Fields
from ..settings import HoldingsField, Settings
from ..vocabulary.tables import empty

# A $8 that links fields is no ID: a number, and what may follow it (MARC 21, appendix A, control subfields).
_LINK = r"^\d{1,4}(\.\d+)?(\\.*)?$"
_PLACE = ["library", "location"]
_COLUMNS = ["record", "holding_id", "mms_id", *_PLACE, "call_number", "is_suppressed", "is_mfhd"]


def find_embedded(fields: Fields, bibs: pl.DataFrame, settings: Settings) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The holdings in fields of bibs, and the fields that look like one and are another library's (practice.md 3.3).

    Several kinds of fields may tell of the same holding. One with a holding ID is left out where a kind that stands before it
    in the settings has this ID in the record, at the same place. One without is left out where such a kind is at the same place, and is
    another library's where the settings say so (`without_id`). A holding without an ID is named by its bib and its position.
    One that tells two libraries or locations is at both, as «A; B»: no line of the location map has such a place. A
    deleted bib has no holdings.

    Args:
        fields: the records.
        bibs: those of them that are bibs.
        settings: which fields are holdings, in which order.

    Returns:
        record, holding_id, mms_id, library, location, call_number, is_suppressed, is_mfhd; and the columns of
        `other_holdings`.
    """
    layouts = [(order, layout) for order, layout in enumerate(settings.holdings) if layout.tag in fields.tags]
    if not layouts:
        return empty("holdings").select(_COLUMNS), empty("other_holdings")
    living = bibs.filter(~pl.col("is_deleted").fill_null(False)).select("record", "mms_id")
    told = pl.concat([_fields_of(fields, order, layout) for order, layout in layouts])
    told = told.join(living, on="record", how="inner").sort("record", "field")
    has_ids = pl.col("holding_id").is_not_null().any().over("record")
    rule = pl.col("without_id")
    is_other = pl.col("holding_id").is_null() & ((rule == "never") | ((rule == "counts_alone") & has_ids))
    told = told.with_columns(is_other=is_other)
    others = told.filter("is_other").with_columns(file=pl.lit(fields.file))
    own = _told_once(told.filter(~pl.col("is_other")))
    return _named(own, fields, settings), others


def _fields_of(fields: Fields, order: int, layout: HoldingsField) -> pl.DataFrame:
    names = {"holding_id": layout.holding_id, "library": layout.library, "location": layout.location}
    call_numbers = fields.texts(layout.tag, layout.call_number, first_only=False).rename({"text": "call_number"})
    return (
        fields.fields_wide(layout.tag, names, last=["holding_id"], every=_PLACE)
        .with_columns(pl.col(list(names)).str.strip_chars().replace("", None))
        .with_columns(holding_id=pl.when(~pl.col("holding_id").str.contains(_LINK)).then("holding_id"))
        .join(call_numbers, on=["record", "field"], how="left")
        .with_columns(order=pl.lit(order), tag=pl.lit(layout.tag), without_id=pl.lit(layout.rule_without_id))
    )


def _told_once(told: pl.DataFrame) -> pl.DataFrame:
    """The fields without those of a later kind that say again what an earlier one says.

    One that gives the same holding another place stays: which of the two is right nobody knows.
    """
    if told["order"].n_unique() < 2:
        return told
    has_id = pl.col("holding_id").is_not_null()
    first_with_id = pl.col("order").min().over("record", "holding_id")
    first_at_place = pl.col("order").min().over("record", *_PLACE)
    is_first = pl.col("order") == pl.when(has_id).then(first_with_id).otherwise(first_at_place)
    marked = told.with_columns(is_first=is_first)
    placed = marked.filter(has_id & pl.all_horizontal(pl.col(_PLACE).is_not_null()))
    holding = ["record", "holding_id"]
    agreeing = placed.filter("is_first").select(*holding, *_PLACE)
    other = placed.filter(~pl.col("is_first")).join(agreeing, on=[*holding, *_PLACE], how="anti")
    other = other.join(agreeing, on=holding, how="semi").unique([*holding, *_PLACE], maintain_order=True)
    kept = pl.concat([marked.filter("is_first"), other]).drop("is_first")
    return kept.sort("record", "field") if other.height else kept


def _named(own: pl.DataFrame, fields: Fields, settings: Settings) -> pl.DataFrame:
    tags = {layout.tag for layout in settings.holdings}
    rules = [rule for rule in settings.suppression.holding if rule.tag in tags]
    flagged = fields.fitting(rules, by=["record", "field"]).with_columns(flagged=pl.lit(True))
    position = pl.int_range(pl.len()).over("record").cast(pl.String)
    no_bib = pl.format("{}#{}#{}", pl.lit(fields.file), "record", position)
    return own.join(flagged, on=["record", "field"], how="left", maintain_order="left").select(
        "record",
        pl.coalesce("holding_id", pl.col("mms_id") + "#" + position, no_bib).alias("holding_id"),
        *("mms_id", *_PLACE, "call_number"),
        pl.col("flagged").fill_null(False).alias("is_suppressed"),
        pl.lit(False).alias("is_mfhd"),
    )
