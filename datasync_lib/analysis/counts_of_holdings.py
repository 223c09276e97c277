"""Counts of holdings for the scorecard: where they go, what their items say, which should have been sent.

Source: practice.md 5. A holding counts once, that of a boundwith on its host.
"""

import polars as pl

from .exchange import HOLDING, active_in_scope, is_yes, own_holdings, with_id
from .scorecard import ALL, Metric, counts, everywhere, nothing_counted, number, share
from .sending import each_holding_sent

_ITEMS = "load an export with item fields that say whether an item is in place"
_IN_PLACE, _NOT_IN_PLACE = "1", "0"


def _by_symbol(placed: pl.LazyFrame, *columns: str) -> pl.DataFrame:
    """Own holdings under each target symbol in scope, and all of them under "all"."""
    own = own_holdings(placed)
    symbol = pl.when(is_yes("in_scope")).then("target_symbol").alias("symbol")
    rows = everywhere(own.select(symbol, *HOLDING, *columns).collect())
    return rows.filter(pl.col("symbol").is_not_null())


def _among(population: pl.DataFrame, hits: pl.LazyFrame, on: list[str]) -> pl.DataFrame:
    """The rows of the population whose holding is among the hits."""
    return population.join(hits.select(on).unique().collect(), on=on, how="semi")


@counts(
    "holding_counts",
    Metric("scope_holdings", "Holdings", "Holdings whose location goes to the symbol; for all: holdings in the catalogue."),
    Metric("mapping_completeness", "Locations mapped", "Holdings whose library and location are in the location map. An unmapped holding is lost when the old symbol is emptied.", "mapping_completeness_min", "all"),
    Metric("reproductions", "Reproductions", "Open holdings with 843, or on a bib with 533 or 843. They go into a collection of their own."),
    Metric("suppression_mismatch", "Suppression mismatch", "Holdings that are open on a suppressed bib, or suppressed with items.", "review"),
    Metric("lhr_problems", "Local holdings records at fault", "Holdings records that cannot go to OCLC as they are.", "review", needs="load the holdings records (MFHD)"),
    by="mms_id",
)  # fmt: skip
def count_holdings(
    *, placed_holdings: pl.LazyFrame, bibs: pl.LazyFrame, suppression_mismatch: pl.LazyFrame, lhr_problem: pl.LazyFrame
) -> pl.DataFrame:
    """How many holdings does each symbol get, and what is the matter with them?

    Args:
        placed_holdings: holdings with their places.
        bibs: the catalogue, for what is a reproduction.
        suppression_mismatch, lhr_problem: the findings.
    """
    holdings = _by_symbol(placed_holdings, "is_mapped", "is_suppressed", "is_mfhd", "is_reproduction")
    whole = holdings.filter(pl.col("symbol") == ALL)
    is_open, mfhds = holdings.filter(~is_yes("is_suppressed")), holdings.filter(is_yes("is_mfhd"))
    reproduced = with_id(bibs).filter(is_yes("is_reproduction")).select("mms_id", on_reproduction=True).collect()
    reproductions = is_open.join(reproduced, on="mms_id", how="left").filter(
        is_yes("is_reproduction") | is_yes("on_reproduction")
    )
    return pl.concat(
        [
            number("scope_holdings", holdings),
            share("mapping_completeness", whole, whole.filter(is_yes("is_mapped"))),
            share("reproductions", is_open, reproductions),
            share("suppression_mismatch", holdings, _among(holdings, suppression_mismatch, ["holding_id"])),
            share("lhr_problems", mfhds, _among(mfhds, lhr_problem, ["holding_id"])),
        ]
    )


@counts(
    "item_counts",
    Metric("on_order_only", "On order only", "Open holdings all of whose items are on order.", "review", needs=_ITEMS),
    Metric("no_item_in_place", "No item in place", "Open holdings without an item in place: on order, lost, or no item at all. ILL trusts them.", "review", needs=_ITEMS),
    by={"placed_holdings": "mms_id", "holding_items": "mms_id"},
)  # fmt: skip
def count_items(
    *, placed_holdings: pl.LazyFrame, holding_items: pl.LazyFrame, item_states: pl.DataFrame
) -> pl.DataFrame:
    """How many open holdings have nothing in place, or only what is on order?

    Nothing is counted where no item says whether it is in place: then it cannot be told from an item that is not there.

    Args:
        placed_holdings: holdings with their places.
        holding_items: what their items say.
        item_states: what items say at all.
    """
    if not item_states["status"].is_in([_IN_PLACE, _NOT_IN_PLACE]).any():
        return nothing_counted()
    is_open = _by_symbol(placed_holdings.filter(~is_yes("is_suppressed")))
    in_place = _among(is_open, holding_items.filter("is_in_place"), HOLDING)
    return pl.concat(
        [
            share("on_order_only", is_open, _among(is_open, holding_items.filter("is_on_order"), HOLDING)),
            share("no_item_in_place", is_open, is_open.join(in_place, on=HOLDING, how="anti")),
        ]
    )


@counts(
    "unsent_counts",
    Metric("excluded_unknown", "Not sent without a reason", "Holdings that should have been sent and were not, as far as we can tell.", "zero", needs="load the files that were sent, under the names with which they were sent"),
    by={"placed_holdings": "mms_id", "sending_classes": "mms_id"},
)  # fmt: skip
def count_unsent(
    *,
    placed_holdings: pl.LazyFrame,
    sending_classes: pl.LazyFrame,
    bound_sending: pl.LazyFrame,
    sent_files: pl.DataFrame,
) -> pl.DataFrame:
    """How many holdings should have been sent and were not?

    Args:
        placed_holdings: holdings with their places.
        sending_classes: what was sent, and why not the rest.
        bound_sending: the same of the holdings of boundwiths.
        sent_files: files that were sent: whether there are any.
    """
    if sent_files.is_empty():
        return nothing_counted()
    due = everywhere(
        own_holdings(placed_holdings).filter(active_in_scope()).select(*HOLDING, symbol="target_symbol").collect()
    )
    unknown = each_holding_sent(sending_classes, bound_sending).filter(pl.col("class") == "unknown")
    return share("excluded_unknown", due, _among(due, unknown, HOLDING))
