"""What was not sent to OCLC, and why: every holding in exactly one class (practice.md 0.10).

OCLC gets a boundwith's holding with each constituent, so whether it was sent is asked of each. A holding is counted once:
with the host that has it, in the class of the constituent that leaves most to do.
"""

import polars as pl

from ..problems import ASKING, PROBLEMS
from .exchange import HOLDING, is_yes, own_holdings
from .findings import Found, as_findings, nothing_found
from .registry import finds, gives

# Reasons that have a class of their own; any other exclusion rule of the settings is other_exclusion.
_EXCLUSIONS = ("no_worldcat_914", "community_zone", "brief_level_01", "brief_level_02", "brief_level_03")


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


@gives("sent_files")
def sent_files(*, sent_records: pl.LazyFrame) -> pl.DataFrame:
    """Which files did we send, under which symbol, and with how many records?

    Args:
        sent_records: what we sent.

    Returns:
        file, sent_file, symbol, collection, records; sorted by file.
    """
    names = ["file", "sent_file", "symbol", "collection"]
    counted = sent_records.group_by(names).agg(records=pl.len().cast(pl.Int64)).collect(engine="streaming")
    return counted.sort(names, nulls_last=True)


@gives("sending_classes", by={"bibs": "mms_id", "placed_holdings": "mms_id", "sent_records": "mms_id"})
def classify_sending(
    *,
    bibs: pl.LazyFrame,
    placed_holdings: pl.LazyFrame,
    sent_records: pl.LazyFrame,
    holdings_on_order: pl.LazyFrame,
    sent_files: pl.DataFrame,
) -> pl.DataFrame:
    """Was each holding sent to OCLC under its target symbol, and if not, why?

    Args:
        bibs: the catalogue.
        placed_holdings: holdings with their places; a host's stand there once more for each constituent.
        sent_records: what we sent.
        holdings_on_order: the holdings that are on order only.
        sent_files: files that were sent: whether there are any.

    Returns:
        mms_id, holding_id; host_mms_id: the host whose holding it is, for a constituent; unit, symbol: the holding's
        unit and target symbol; library, location; exclusion: of the bib;
        class: sent; host (it goes with its constituents); no_bib (the bib is not in the catalogue); the reasons of the
        problem `not_sent`; unknown, or to_send where nothing was sent at all; file, record: of the holding. One row a
        bib and holding, sorted by mms_id, holding_id.
    """
    own_first = pl.col("host_mms_id").is_not_null()
    order = [*HOLDING, own_first, "file", "record", "library", "location"]
    holdings = placed_holdings.sort(order).unique(HOLDING, keep="first", maintain_order=True)
    sent = sent_records.select("mms_id", "symbol").drop_nulls().unique().with_columns(was_sent=True)
    on_order = holdings_on_order.select("holding_id", is_on_order=True).unique()
    facts = holdings.join(_facts(bibs), on="mms_id", how="left").join(on_order, on="holding_id", how="left")
    return (
        facts.join(sent, left_on=["mms_id", "target_symbol"], right_on=["mms_id", "symbol"], how="left")
        .with_columns(_class(anything_sent=not sent_files.is_empty()).alias("class"))
        .select(
            *("mms_id", "holding_id", "host_mms_id", "unit", pl.col("target_symbol").alias("symbol")),
            *("library", "location", "exclusion", "class", "file", "record"),
        )
        .sort("mms_id", "holding_id", nulls_last=True)
        .collect()
    )


def _facts(bibs: pl.LazyFrame) -> pl.LazyFrame:
    """What counts of each bib, each once."""
    return (
        bibs.filter(pl.col("mms_id").is_not_null())
        .unique("mms_id", keep="first", maintain_order=True)
        .select("mms_id", "is_host", "is_electronic", "exclusion", bib_is_suppressed="is_suppressed", has_bib=True)
    )


def _most_to_do(rows: pl.DataFrame) -> pl.DataFrame:
    """Of the constituents of each boundwith, the class of the one that leaves most to do."""
    ranked = rows.sort(pl.col("class").replace_strict(_TO_DO, default=len(_TO_DO), return_dtype=pl.Int32), "class")
    kept = ranked.unique(["host_mms_id", "holding_id"], keep="first", maintain_order=True)
    return kept.sort("host_mms_id", "holding_id")


def _by_what_is_to_do() -> list[str]:
    """The classes, those first that leave most to do."""
    not_sent = PROBLEMS["not_sent"]
    asks = [name for name in not_sent.classes if not_sent.answer(name) in ASKING and name != "unknown"]
    rest = [name for name in not_sent.classes if name != "unknown" and name not in asks]
    return ["unknown", "to_send", *asks, "no_bib", *rest, "sent"]


_TO_DO = {name: rank for rank, name in enumerate(_by_what_is_to_do())}


@gives("bound_sending", by="mms_id", together=_most_to_do)
def bound_sending(*, sending_classes: pl.LazyFrame) -> pl.DataFrame:
    """Were the holdings of boundwiths sent with all that is bound in them?

    Args:
        sending_classes: the class of each holding, a host's for each constituent.

    Returns:
        host_mms_id, holding_id; class: of the constituent that leaves most to do, so that a holding is sent when it was
        sent with all of them. Sorted.
    """
    bound = sending_classes.filter(pl.col("host_mms_id").is_not_null())
    return _most_to_do(bound.select("host_mms_id", "holding_id", "class").collect())


def each_holding_sent(sending_classes: pl.LazyFrame, bound_sending: pl.LazyFrame) -> pl.LazyFrame:
    """Each holding once, with its class: symbol, class, mms_id, holding_id. A host in which nothing is bound is a host."""
    own = sending_classes.filter(pl.col("host_mms_id").is_null()).select(*HOLDING, "symbol", "class")
    bound = bound_sending.select(mms_id="host_mms_id", holding_id="holding_id", of_bound="class")
    joined = own.join(bound, on=HOLDING, how="left")
    return joined.with_columns(pl.coalesce("of_bound", "class").alias("class")).drop("of_bound")


def _balance(counts: pl.DataFrame) -> pl.DataFrame:
    return counts.group_by("symbol", "class").agg(pl.col("holdings").sum()).sort("symbol", "class")


@gives("sending_balance", by={"sending_classes": "mms_id", "placed_holdings": "mms_id"}, together=_balance)
def sending_balance(
    *, sending_classes: pl.LazyFrame, bound_sending: pl.LazyFrame, placed_holdings: pl.LazyFrame
) -> pl.DataFrame:
    """How many holdings were sent under each target symbol, and how many were not, by reason?

    Args:
        sending_classes: the class of each holding.
        bound_sending: that of the holdings of boundwiths.
        placed_holdings: the holdings, to see that each is counted once.

    Returns:
        symbol (target symbol; null: none is known), class (see `classify_sending`), holdings. Sorted. Each holding of
        the catalogue is in exactly one class, a boundwith's once: the sum is asserted.
    """
    each = each_holding_sent(sending_classes, bound_sending)
    counts = each.group_by("symbol", "class").agg(holdings=pl.len().cast(pl.Int64)).collect()
    holdings = own_holdings(placed_holdings).select(pl.len()).collect().item()
    if counts["holdings"].sum() != holdings:
        raise AssertionError(f"{counts['holdings'].sum()} holdings are classed, but there are {holdings}")
    return counts


@finds("not_sent", by={"sending_classes": "mms_id"})
def find_not_sent(*, sending_classes: pl.LazyFrame, sent_files: pl.DataFrame) -> Found:
    """Which holdings were not sent to OCLC, and for what reason?

    Nothing is found where no sent file is loaded. Hosts of boundwiths are counted with their constituents.

    Args:
        sending_classes: the class of each holding.
        sent_files: files that were sent: whether there are any.

    Returns:
        Findings `not_sent`, one for each bib and holding; class is the first reason that fits (practice.md 0.10); unit
        and symbol are those of the holding.
    """
    if sent_files.is_empty():
        return nothing_found()
    left = sending_classes.filter(~pl.col("class").is_in(["sent", "host", "no_bib"]))
    rows = left.with_columns(reason="exclusion").collect()
    location = pl.concat_str("library", "location", separator=" / ", ignore_nulls=True)
    facts = [("location", location), ("exclusion", pl.col("exclusion"))]
    evidence = pl.concat(
        rows.filter(value.is_not_null()).select(
            *HOLDING, pl.lit(what).alias("what"), value.alias("value"), "file", "record"
        )
        for what, value in facts
    )
    return as_findings("not_sent", rows, identity=HOLDING, parameters=["reason"], evidence=evidence)
