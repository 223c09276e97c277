"""What was not sent to OCLC, and why: every holding in exactly one class (practice.md 0.10)."""

import polars as pl

from .exchange import is_yes
from .findings import Found, as_findings
from .frames import at_the_door
from .registry import finds, gives

# Reasons that have a class of their own; any other exclusion rule of the settings is other_exclusion.
_EXCLUSIONS = ("no_worldcat_914", "community_zone", "brief_level_01", "brief_level_02", "brief_level_03")


def _on_order(items: pl.DataFrame) -> pl.DataFrame:
    """Holdings that have items, all of them in acquisition."""
    in_acquisition = pl.col("process_type").str.to_lowercase().str.starts_with("acq").fill_null(False)
    return (
        items.filter(pl.col("holding_id").is_not_null())
        .group_by("holding_id")
        .agg(in_acquisition.all().alias("is_on_order"))
        .filter("is_on_order")
    )


def _class(*, anything_sent: bool) -> pl.Expr:
    """The first that fits, in the order in which a reason takes effect."""
    suppressed = is_yes("bib_is_suppressed") | is_yes("is_suppressed")
    goes = ~suppressed & is_yes("is_mapped") & is_yes("in_scope")
    exclusion = pl.col("exclusion")
    rules = [
        (is_yes("is_host") & pl.col("host_mms_id").is_null(), "host"),
        (~is_yes("has_bib"), "no_bib"),
        (is_yes("was_sent") & goes, "sent"),
        (exclusion.is_in(_EXCLUSIONS), exclusion),
        (exclusion.is_not_null(), "other_exclusion"),
        (is_yes("bib_is_suppressed"), "bib_suppressed"),
        (is_yes("is_suppressed"), "holding_suppressed"),
        (~is_yes("is_mapped"), "unmapped"),
        (~is_yes("in_scope"), "out_of_scope"),
        (is_yes("is_on_order"), "on_order"),
        (is_yes("is_electronic"), "electronic"),
    ]
    expressions = [pl.when(is_so).then(pl.lit(name) if isinstance(name, str) else name) for is_so, name in rules]
    return pl.coalesce(*expressions, pl.lit("unknown" if anything_sent else "to_send"))


@at_the_door
def classify_sending(
    bibs: pl.DataFrame, placed: pl.DataFrame, items: pl.DataFrame, sent_records: pl.DataFrame
) -> pl.DataFrame:
    """Was each holding sent to OCLC under its target symbol, and if not, why?

    Args:
        bibs: the catalogue.
        placed: `ownership.place_holdings`: a host's holdings stand there once more for each constituent.
        items: items, for what is on order.
        sent_records: what we sent.

    Returns:
        The columns of `placed`, exclusion (of the bib), and class: sent; host (counted with its constituents); no_bib
        (the bib is not in the catalogue); the reasons of the problem `not_sent`; unknown, or to_send where nothing was
        sent at all. One row a bib and holding, sorted by mms_id, holding_id.
    """
    facts = bibs.filter(pl.col("mms_id").is_not_null()).select(
        "mms_id",
        "is_host",
        "is_electronic",
        "exclusion",
        pl.col("is_suppressed").alias("bib_is_suppressed"),
        pl.lit(True).alias("has_bib"),
    )
    sent = sent_records.select("mms_id", "symbol").drop_nulls().unique().with_columns(was_sent=pl.lit(True))
    return (
        placed.sort("mms_id", "holding_id", "file", "record")
        .unique(["mms_id", "holding_id"], keep="first", maintain_order=True)
        .join(facts.unique("mms_id", keep="first", maintain_order=True), on="mms_id", how="left")
        .join(sent, left_on=["mms_id", "target_symbol"], right_on=["mms_id", "symbol"], how="left")
        .join(_on_order(items), on="holding_id", how="left")
        .with_columns(_class(anything_sent=not sent_records.is_empty()).alias("class"))
        .select(*placed.columns, "exclusion", "class")
        .sort("mms_id", "holding_id", nulls_last=True)
    )


@gives("sending_balance")
def sending_balance(
    *, bibs: pl.DataFrame, placed_holdings: pl.DataFrame, items: pl.DataFrame, sent_records: pl.DataFrame
) -> pl.DataFrame:
    """How many holdings were sent under each target symbol, and how many were not, by reason?

    Returns:
        symbol (target symbol; null: none is known), class (see `classify_sending`), holdings. Sorted. Each holding is
        in exactly one class: the sum is asserted.
    """
    classed = classify_sending(bibs, placed_holdings, items, sent_records)
    balance = (
        classed.group_by(pl.col("target_symbol").alias("symbol"), "class")
        .agg(pl.len().cast(pl.Int64).alias("holdings"))
        .sort("symbol", "class")
    )
    holdings = placed_holdings.select("mms_id", "holding_id").unique().height
    if balance["holdings"].sum() != holdings:
        raise AssertionError(f"{balance['holdings'].sum()} holdings are classed, but there are {holdings}")
    return balance


@finds("not_sent")
def find_not_sent(
    *, bibs: pl.DataFrame, placed_holdings: pl.DataFrame, items: pl.DataFrame, sent_records: pl.DataFrame
) -> Found:
    """Which holdings were not sent to OCLC, and for what reason?

    Nothing is found where no sent file is loaded. Hosts of boundwiths are counted with their constituents.

    Returns:
        Findings `not_sent`, one for each bib and holding; class is the first reason that fits (practice.md 0.10); unit
        and symbol are those of the holding.
    """
    if sent_records.is_empty():
        placed_holdings = placed_holdings.clear()
    rows = (
        classify_sending(bibs, placed_holdings, items, sent_records)
        .filter(~pl.col("class").is_in(["sent", "host", "no_bib"]))
        .with_columns(symbol="target_symbol", reason="exclusion")
    )
    identity = ["mms_id", "holding_id"]
    location = pl.concat_str("library", "location", separator=" / ", ignore_nulls=True)
    facts = [("location", location), ("exclusion", pl.col("exclusion"))]
    evidence = pl.concat(
        rows.filter(value.is_not_null()).select(
            *identity, pl.lit(what).alias("what"), value.alias("value"), "file", "record"
        )
        for what, value in facts
    )
    return as_findings("not_sent", rows, identity=identity, parameters=["reason"], evidence=evidence)
