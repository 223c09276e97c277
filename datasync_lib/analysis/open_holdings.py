"""Where one record was sent for each holding, each holding has to be confirmed for itself (practice.md 6.2, «Confirmed»)."""

from datetime import date

import polars as pl

from .exchange import is_yes, with_number
from .ownership import placed_on_the_day
from .registry import gives

_NUMBER = ["number", "mms_id", "symbol"]
_PLACED = ["mms_id", "holding_id", "library", "location", "is_mapped", "outgoing_symbol", "target_symbol", "in_scope"]


@gives(
    "open_holdings",
    by=dict.fromkeys(["confirmed_numbers", "placed_holdings", "ocns"], "mms_id"),
)
def open_holdings(
    *,
    confirmed_numbers: pl.LazyFrame,
    placed_holdings: pl.LazyFrame,
    ocns: pl.LazyFrame,
    terminals: pl.DataFrame,
    location_map: pl.DataFrame,
    extract_date: date | None = None,
    decision_date: date | None = None,
) -> pl.DataFrame:
    """For which numbers is a holding confirmed under a symbol, and another one of the bib that goes there is not?

    An answer on the bib as a whole speaks for all of its holdings. A holding that has other numbers of its own, as a
    reproduction has, does not own this one.

    Args:
        confirmed_numbers: which number is confirmed, for which holding.
        placed_holdings: where holdings go.
        ocns: numbers of holdings.
        terminals: where numbers end.
        location_map, extract_date, decision_date: where they go on the day of the decision.

    Returns:
        number, symbol (under which it is confirmed for some holding), mms_id, holding_id (the first one that is not
        confirmed). Sorted by number, mms_id, symbol.
    """
    of_one, of_bib = (
        confirmed_numbers.filter(is_so).select(*_NUMBER, "holding_id").unique()
        for is_so in (pl.col("holding_id").is_not_null(), pl.col("holding_id").is_null())
    )
    each = of_one.collect()
    whole = of_bib.join(each.lazy(), on=_NUMBER, how="semi").collect()
    of_some = each.join(whole, on=_NUMBER, how="anti")
    placed = placed_holdings.select(_PLACED).join(of_some.lazy().select("mms_id"), on="mms_id", how="semi").collect()
    goes = placed_on_the_day(placed, location_map, extract_date, decision_date).filter(is_yes("in_scope"))
    due = (
        of_some.select(_NUMBER)
        .unique()
        .join(goes.select("mms_id", "holding_id", symbol="target_symbol").unique(), on=["mms_id", "symbol"])
    )
    unanswered = due.join(of_some, on=[*_NUMBER, "holding_id"], how="anti")
    own = ocns.filter(pl.col("ocn").is_not_null() & pl.col("holding_id").is_not_null()).select("holding_id", "ocn")
    numbered = with_number(own.unique().collect(), "ocn", terminals).select("holding_id", number="ocn_number")
    of_others = unanswered.join(numbered, on="holding_id", how="semi").join(
        numbered, on=["holding_id", "number"], how="anti"
    )
    open_ = unanswered.join(of_others, on=unanswered.columns, how="anti")
    return open_.group_by(_NUMBER).agg(pl.col("holding_id").min()).sort("number", "mms_id", "symbol")
