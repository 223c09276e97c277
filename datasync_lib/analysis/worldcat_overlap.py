"""Our numbers beside those that WorldCat holds under a symbol: how large an add and a delete would be (practice.md 5)."""

import polars as pl

from .concordance import resolve_ocns
from .exchange import active_in_scope
from .registry import gives
from .scorecard import ALL, Metric, as_counts, counts, everywhere

_KEY = ["symbol", "number"]


@gives("list_days")
def list_days(*, worldcat_holdings: pl.LazyFrame) -> pl.DataFrame:
    """Of which day is the newest list of each symbol?

    Args:
        worldcat_holdings: lists of WorldCat.

    Returns:
        symbol; as_of: null where no list of the symbol has a day. Sorted by symbol.
    """
    days = worldcat_holdings.group_by("symbol").agg(pl.col("as_of").max())
    return days.collect(engine="streaming").sort("symbol", nulls_last=True)


@gives("newest_holdings", by={"worldcat_holdings": "ocn"})
def newest_holdings(
    *, worldcat_holdings: pl.LazyFrame, list_days: pl.DataFrame, terminals: pl.LazyFrame
) -> pl.DataFrame:
    """What does WorldCat hold under each symbol by its newest list, and which numbers are they now?

    Args:
        worldcat_holdings: lists of WorldCat.
        list_days: the day of the list that counts; a list without a day counts as the oldest.
        terminals: where numbers end.

    Returns:
        The columns of `worldcat_holdings`; ocn_current: the number of the record now (null: ambiguous);
        ocn_is_ambiguous; number: ocn_current, or ocn where it is ambiguous. Sorted by number, symbol, ocn.
    """
    on_day = pl.col("as_of").eq_missing(pl.col("newest"))
    newest = (
        worldcat_holdings.join(list_days.lazy().rename({"as_of": "newest"}), on="symbol", how="left", nulls_equal=True)
        .filter(on_day)
        .drop("newest")
    )
    return (
        resolve_ocns(newest, "ocn", terminals)
        .with_columns(number=pl.coalesce("ocn_current", "ocn"))
        .sort("number", "symbol", "ocn", "file", "record", nulls_last=True)
        .collect()
    )


@gives("symbol_numbers", by="mms_id")
def symbol_numbers(
    *, bib_symbols: pl.LazyFrame, placed_holdings: pl.LazyFrame, current_ocns: pl.LazyFrame
) -> pl.DataFrame:
    """Which numbers do we have under each symbol, by the bibs that are sent?

    Args:
        bib_symbols: the bibs to send, and the symbols that they go to.
        placed_holdings: their holdings, for the symbols that these are under until now.
        current_ocns: the current numbers of each bib, as WorldCat knows them now.

    Returns:
        mms_id, symbol, number; sorted.
    """
    sent = bib_symbols.filter(pl.col("reason").is_null())
    everything = sent.filter(pl.col("symbol") == ALL)
    until_now = (
        placed_holdings.filter(active_in_scope() & pl.col("outgoing_symbol").is_not_null())
        .select("mms_id", symbol="outgoing_symbol")
        .join(everything, on="mms_id", how="semi")
    )
    symbols = pl.concat([sent.filter(pl.col("symbol") != ALL).select("mms_id", "symbol"), until_now])
    numbers = symbols.join(current_ocns.select("mms_id", "number"), on="mms_id", how="inner").unique()
    return numbers.sort("mms_id", "symbol", "number").collect()


_LIST = "load WorldCat's list of the symbol: worldcat.SYMBOL.YYYYMMDD.txt, .csv, .mrc or .xml"


@counts(
    "worldcat_counts",
    Metric(
        "worldcat_baseline",
        "Held in WorldCat",
        "OCNs that WorldCat holds under the symbol, from its newest list. Keep the list: it is the state before.",
        scope="worldcat",
        needs=_LIST,
    ),
    Metric(
        "overlap_of_catalogue",
        "Our numbers in WorldCat",
        "Our OCNs that WorldCat holds under the symbol, of our OCNs.",
        scope="worldcat",
        needs=_LIST,
    ),
    Metric(
        "overlap_of_worldcat",
        "WorldCat's numbers here",
        "OCNs held under the symbol that we have, of the OCNs held.",
        scope="worldcat",
        needs=_LIST,
    ),
    Metric(
        "expected_add",
        "Expected to be added",
        "Our OCNs that WorldCat does not hold under the symbol yet.",
        scope="targets",
        needs=_LIST,
    ),
    Metric(
        "expected_delete",
        "Expected to go",
        "OCNs held under the symbol that no bib to send has. No list of deletions: each number is classed first.",
        "delete_share_max",
        "targets",
        needs=_LIST,
    ),
    by={"newest_holdings": "number", "symbol_numbers": "number"},
)
def count_overlap(
    *,
    newest_holdings: pl.LazyFrame,
    symbol_numbers: pl.LazyFrame,
    list_days: pl.DataFrame,
    scope_counts: pl.DataFrame,
) -> pl.DataFrame:
    """How much of what we have does WorldCat hold under each symbol that has a list, and the other way round?

    Args:
        newest_holdings: what WorldCat holds by the newest lists.
        symbol_numbers: our numbers under each symbol.
        list_days: the symbols that have a list, and its day.
        scope_counts: for the symbols that the exchange goes to: only for these is an add and a delete expected.

    Returns:
        Counts; "all" adds the symbols up.
    """
    listed = newest_holdings.select("symbol", "number", "ocn").collect()
    held = listed.select(_KEY).unique()
    ours = symbol_numbers.select(_KEY).unique().join(list_days.lazy(), on="symbol", how="semi").collect()
    both = held.join(ours, on=_KEY, how="semi")
    to_add, to_delete = ours.join(held, on=_KEY, how="anti"), held.join(ours, on=_KEY, how="anti")
    targets = list_days.join(scope_counts.filter(pl.col("metric") == "scope_bibs"), on="symbol", how="semi")
    return pl.concat(
        [
            _baseline(listed, list_days),
            _part("overlap_of_catalogue", list_days, both, ours),
            _part("overlap_of_worldcat", list_days, both, held),
            _part("expected_add", targets, to_add, ours),
            _part("expected_delete", targets, to_delete, held),
        ]
    )


def _baseline(listed: pl.DataFrame, list_days: pl.DataFrame) -> pl.DataFrame:
    numbers = listed.group_by("symbol").agg(count=pl.col("ocn").n_unique())
    day = pl.col("as_of").cast(pl.String)
    noted = list_days.join(numbers, on="symbol").select("symbol", "count", note=pl.format("List of {}.", day))
    whole = everywhere(noted).with_columns(pl.when(pl.col("symbol") != ALL).then("note").alias("note"))
    return as_counts("worldcat_baseline", whole)


def _part(metric: str, symbols: pl.DataFrame, part: pl.DataFrame, whole: pl.DataFrame) -> pl.DataFrame:
    """How much of each symbol's whole the part is; a symbol that has a list but nothing in the whole counts 0 of 0."""
    counted = symbols.select("symbol")
    for rows, name in ((part, "count"), (whole, "of")):
        counted = counted.join(rows.group_by("symbol").agg(pl.len().alias(name)), on="symbol", how="left")
    return as_counts(metric, everywhere(counted.with_columns(pl.col("count", "of").fill_null(0))))
