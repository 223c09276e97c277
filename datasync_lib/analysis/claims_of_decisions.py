"""What people decided of held numbers (practice.md 6.2, class 5): «still held: keep» counts from the moment it is taken in."""

import polars as pl

from .claims import as_claims, claims, held_on_lists, in_order
from .decided import name_of_who
from .exchange import with_number
from .findings import row_keys
from .registry import gives

KEEP, DELETE = "still held: keep", "delete"
_KEPT = ["symbol", "number", "who", "others"]


@gives("kept_rows")
def kept_rows(*, decisions: pl.LazyFrame) -> pl.DataFrame:
    """Of which rows of «Old holding - confirm» did somebody say that the title is still held, and did not take it back?

    Two who decide otherwise are a conflict (practice.md 4.5): the keep of one stands, whatever another says, until the one
    who said it says «delete».

    Returns:
        row_key; symbol, ocn (what it is of, where the record tells it); who (null: nobody is named), of several the first by
        name; others: who else said «delete» after that. Sorted.
    """
    said = (
        decisions.filter(pl.col("problem") == "old_holding", pl.col("decision").is_in([KEEP, DELETE]))
        .select("row_key", "decision", "who", "symbol", "ocn", name=name_of_who())
        .collect()
        .with_row_index("turn")
        .with_columns(is_keep=pl.col("decision") == KEEP)
    )
    last = said.unique(["row_key", "name"], keep="last", maintain_order=True)
    about = [pl.col(name).drop_nulls().last() for name in ("symbol", "ocn")]
    keeps = (
        last.filter("is_keep")
        .group_by("row_key")
        .agg(pl.col("who").sort_by("name").first(), pl.col("turn").min(), *about)
    )
    against = last.filter(~pl.col("is_keep")).join(keeps.select("row_key", since="turn"), on="row_key")
    later = against.filter(pl.col("turn") > pl.col("since")).group_by("row_key")
    others = later.agg(others=pl.col("who").fill_null("another unit").sort().str.join(", "))
    return (
        keeps.join(others, on="row_key", how="left").select("row_key", "symbol", "ocn", "who", "others").sort("row_key")
    )


@gives("listed_keeps", by={"worldcat_holdings": "ocn"}, together=lambda rows: rows.unique().sort(pl.all()))
def listed_keeps(*, worldcat_holdings: pl.LazyFrame, kept_rows: pl.DataFrame) -> pl.DataFrame:
    """On which numbers of any list, of whatever day, were decisions to keep taken: symbol, ocn, row_key; sorted."""
    lists = worldcat_holdings.select("symbol", "ocn")
    return _found(
        lists.unique().collect(engine="streaming") if kept_rows.height else lists.head(0).collect(), kept_rows
    )


@gives("found_keeps")
def found_keeps(
    *,
    kept_rows: pl.DataFrame,
    listed_keeps: pl.DataFrame,
    newest_holdings: pl.LazyFrame,
    terminals: pl.DataFrame,
    ambiguous_aliases: pl.DataFrame,
) -> pl.DataFrame:
    """Of which number, as WorldCat calls it now, is each decision to keep?

    A decision is on a number as it was held under a symbol. Where the record does not tell which, it is found again among the
    numbers of all lists by its row key, else among those that became one that is held.

    Args:
        kept_rows: the decisions.
        listed_keeps: those on a number of a list.
        newest_holdings: what is held.
        terminals: where numbers end.
        ambiguous_aliases: what numbers without a single end may be: the decision holds for each.

    Returns:
        symbol, number, row_key; sorted.
    """
    told = kept_rows.drop_nulls(["symbol", "ocn"]).select("symbol", "ocn", "row_key")
    missing = kept_rows.join(pl.concat([listed_keeps, told]), on="row_key", how="anti")
    aliases = pl.concat(
        [
            terminals.filter(pl.col("current_ocn").is_not_null()).select("old_ocn", number="current_ocn"),
            ambiguous_aliases.select("old_ocn", "number"),
        ]
    )
    found = [listed_keeps, told]
    if missing.height:
        became = held_on_lists(newest_holdings).join(aliases.lazy(), on="number", how="inner")
        pairs = pl.concat(
            [became.select("symbol", ocn="old_ocn"), held_on_lists(newest_holdings).rename({"number": "ocn"})]
        )
        found.append(_found(pairs.unique().collect(engine="streaming"), missing))
    every = pl.concat(found)
    may_be = every.join(ambiguous_aliases, left_on="ocn", right_on="old_ocn", how="inner")
    named = with_number(every, "ocn", terminals).rename({"ocn_number": "number"})
    return pl.concat([each.select("symbol", "number", "row_key") for each in (named, may_be)]).unique().sort(pl.all())


@gives("kept_numbers")
def kept_numbers(*, kept_rows: pl.DataFrame, found_keeps: pl.DataFrame) -> pl.DataFrame:
    """On which numbers, as WorldCat calls them now, were decisions to keep taken: symbol, number, who, others; sorted."""
    return (
        found_keeps.join(kept_rows.drop("symbol", "ocn"), on="row_key")
        .select(_KEPT)
        .unique()
        .sort(_KEPT, nulls_last=True)
    )


@gives("lost_keeps")
def lost_keeps(*, decisions: pl.LazyFrame, kept_rows: pl.DataFrame, found_keeps: pl.DataFrame) -> pl.DataFrame:
    """Which decisions to keep are of a number that nothing tells any more?

    The list of that day is not loaded, and no merge leads from its number to one that is held: it may be of any number.

    Returns:
        workbook, sheet, row of the last line with each. Sorted.
    """
    lost = kept_rows.join(found_keeps, on="row_key", how="anti").lazy()
    lines = decisions.filter(pl.col("decision") == KEEP).join(lost, on="row_key", how="semi").collect()
    last = lines.unique("row_key", keep="last", maintain_order=True)
    return last.select("workbook", "sheet", "row").sort(pl.all(), nulls_last=True)


def _found(held: pl.DataFrame, kept: pl.DataFrame) -> pl.DataFrame:
    """The numbers whose row key is that of a decision: symbol, ocn, row_key."""
    keyed = held.with_columns(row_keys("old_holding", held.select("symbol", "ocn")))
    return keyed.join(kept.select("row_key"), on="row_key", how="semi").sort(pl.all())


@claims("decisions", by={"newest_holdings": "number"})
def claims_of_decisions(*, newest_holdings: pl.LazyFrame, kept_numbers: pl.DataFrame) -> pl.DataFrame:
    """Which held numbers shall stay, as a unit decided: decided_keep.

    The decision is on a number as it was held under a symbol; it stays, whatever that number is called now, and whatever
    else changes of it.
    """
    columns = ["symbol", "number", "file", "record"]
    rows = newest_holdings.select(columns).join(kept_numbers.lazy(), on=["symbol", "number"], how="inner").collect()
    who = pl.col("who").fill_null("a unit")
    kept = pl.format("{} decided: still held", who)
    against = pl.format("; {} said «delete», which the one who keeps it has to confirm", "others")
    return in_order([as_claims(rows, "decided_keep", kept + against.fill_null(""))])
