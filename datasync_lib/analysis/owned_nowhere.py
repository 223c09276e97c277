"""What we own and nobody holds for us in WorldCat: deleted but owned, and what would stop being requestable (practice.md 6.4, 6.5).

A holding is there where the newest list of its symbol has it, or where OCLC has confirmed it and no later list lacks it.
"""

import polars as pl

from .exchange import with_number
from .registry import gives

_KEY = ["symbol", "number"]
_LAST = ["as_of", "file", "record"]


@gives("held_today", by=dict.fromkeys(["newest_holdings", "confirmed_numbers", "lost_confirmations"], "number"))
def held_today(
    *, newest_holdings: pl.LazyFrame, confirmed_numbers: pl.LazyFrame, lost_confirmations: pl.LazyFrame
) -> pl.DataFrame:
    """What is held under which symbol, by its newest list or an answer that still stands?

    Returns:
        symbol; number (as WorldCat calls it now, or the number itself when it is ambiguous). Each once; sorted by number.
    """
    confirmed = confirmed_numbers.select(_KEY).join(lost_confirmations.select(_KEY), on=_KEY, how="anti")
    return pl.concat([newest_holdings.select(_KEY), confirmed]).unique().collect().sort("number", "symbol")


def held_by_nobody(
    gone: pl.LazyFrame, owner_judgements: pl.LazyFrame, held: pl.LazyFrame, solved_drifts: pl.LazyFrame
) -> pl.DataFrame:
    """Numbers that are given up, with each owner that has one of them and is not held where it should be.

    Args:
        gone: rows with number, and whatever else; they must not have mms_id and unit.
        owner_judgements: what each owner says.
        held: what is held (`held_today`).
        solved_drifts: earlier answers of OCLC: their titles are held under the later one, and are not missing.

    Returns:
        The rows of `gone`, and mms_id, unit; not_held_by: a symbol that should hold it (null: its record is kept out, and is
        held nowhere). Sorted by number, mms_id, not_held_by.
    """
    owners = owner_judgements.select("number", "mms_id", "unit", "required_symbols")
    wanted, nowhere = pl.col("required_symbols"), pl.lit([None], dtype=pl.List(pl.String))
    missing = gone.join(solved_drifts.select("number"), on="number", how="anti")
    each = missing.join(owners, on="number", how="inner").collect()
    each = each.with_columns(pl.when(wanted.list.len() > 0).then(wanted).otherwise(nowhere)).explode("required_symbols")
    named = each.rename({"required_symbols": "not_held_by"})
    lacking = named.lazy().join(held, left_on=["not_held_by", "number"], right_on=_KEY, how="anti").unique().collect()
    key = ["number", "mms_id", "not_held_by"]
    return lacking.sort(*key, *(name for name in lacking.columns if name not in (*key, "unit")))


@gives("held_earlier", by={"worldcat_holdings": "ocn"})
def held_earlier(*, worldcat_holdings: pl.LazyFrame, list_days: pl.DataFrame, terminals: pl.DataFrame) -> pl.DataFrame:
    """What did older lists of a symbol have, than the newest one?

    Returns:
        symbol; number (as WorldCat calls it now, or the number itself when it is ambiguous); as_of, file, record: where it
        stood last. A record under several names may have several rows; sorted.
    """
    newest = list_days.lazy().rename({"as_of": "newest"})
    is_older = pl.col("as_of").is_null() | (pl.col("as_of") < pl.col("newest"))
    older = worldcat_holdings.join(newest, on="symbol", how="inner").filter(pl.col("newest").is_not_null() & is_older)
    given = older.select("symbol", "ocn", *_LAST).collect()
    named = with_number(given, "ocn", terminals).rename({"ocn_number": "number"})
    # By the number as it was listed: its other names are in other shares.
    last = named.sort(*_LAST, nulls_last=False).unique(["symbol", "ocn"], keep="last", maintain_order=True)
    return last.select(*_KEY, *_LAST).sort("number", "symbol", *_LAST)


@gives(
    "deleted_but_owned",
    by=dict.fromkeys(["held_earlier", "newest_holdings", "owner_judgements", "held_today"], "number"),
)
def deleted_but_owned(
    *,
    held_earlier: pl.LazyFrame,
    newest_holdings: pl.LazyFrame,
    owner_judgements: pl.LazyFrame,
    held_today: pl.LazyFrame,
    solved_drifts: pl.LazyFrame,
    list_days: pl.DataFrame,
) -> pl.DataFrame:
    """Which numbers has a symbol no longer, that we own and that nobody holds for us (practice.md 6.5)?

    Args:
        held_earlier: what older lists had.
        newest_holdings: what the newest ones have.
        owner_judgements: the active owners, and the symbols that they go to.
        held_today: what is held under those.
        solved_drifts: earlier answers of OCLC: their titles are held under the later one, and are not missing.
        list_days: of which day the newest lists are.

    Returns:
        symbol; number; last_held (the day of the last list that has it), gone_by (that of the newest, which has not); mms_id,
        unit: an owner; not_held_by: a symbol that should hold it (null: its record is kept out, and is held nowhere); file,
        record: where it stood last. One row for each owner and symbol; sorted by number.
    """
    last = held_earlier.sort(*_LAST, nulls_last=False).unique(_KEY, keep="last", maintain_order=True)
    gone = last.join(newest_holdings.select(_KEY), on=_KEY, how="anti")
    days = list_days.lazy().rename({"as_of": "gone_by"})
    dated = gone.rename({"as_of": "last_held"}).join(days, on="symbol", how="left")
    columns = [*_KEY, "last_held", "gone_by", "mms_id", "unit", "not_held_by", "file", "record"]
    return held_by_nobody(dated, owner_judgements, held_today, solved_drifts).select(columns)


@gives(
    "not_requestable",
    by=dict.fromkeys(["held_numbers", "owner_judgements", "held_today", "solved_drifts"], "number"),
)
def not_requestable(
    *,
    held_numbers: pl.LazyFrame,
    owner_judgements: pl.LazyFrame,
    held_today: pl.LazyFrame,
    solved_drifts: pl.LazyFrame,
) -> pl.DataFrame:
    """Which titles would nobody be able to ask us for any more, if all that a retired symbol holds went today (practice.md 6.4)?

    Args:
        held_numbers: what the symbols hold; those of retired symbols count.
        owner_judgements: the active owners, and the symbols that they go to.
        held_today: where else it is held.
        solved_drifts: earlier answers of OCLC: held under the later one, their titles can be asked for there.

    Returns:
        symbol; number; class, answer: ours to the number (delete: it goes by our own lists too); mms_id, unit: an owner;
        not_held_by: a symbol that should hold it (null: its record is kept out); file, record of the list. Sorted by number.
    """
    columns = [*_KEY, "class", "answer", "file", "record"]
    retired = held_numbers.filter(pl.col("mode") == "retired").sort("symbol", "ocn").select(columns)
    gone = retired.unique(_KEY, keep="first", maintain_order=True)
    found = held_by_nobody(gone, owner_judgements, held_today, solved_drifts)
    return found.select(*columns[:4], "mms_id", "unit", "not_held_by", *columns[4:])


@gives("not_requestable_by_collection")
def not_requestable_by_collection(*, not_requestable: pl.LazyFrame, placed_holdings: pl.LazyFrame) -> pl.DataFrame:
    """How many titles of each collection would stop being requestable, if all that a retired symbol holds went today?

    Args:
        not_requestable: the titles.
        placed_holdings: where their holdings stand.

    Returns:
        symbol; library, location, unit (null: the owner has no holding under the symbol); titles; by_our_answers: those of them whose answer is
        delete, which should be none. A title in two locations counts in each. Sorted by symbol, then most titles first.
    """
    places = placed_holdings.select("mms_id", "library", "location", "unit", symbol="outgoing_symbol").unique()
    each = not_requestable.drop("unit").join(places, on=["mms_id", "symbol"], how="left")
    counted = each.group_by("symbol", "library", "location", "unit").agg(
        pl.col("number").n_unique().cast(pl.Int64).alias("titles"),
        pl.col("number").filter(pl.col("answer") == "delete").n_unique().cast(pl.Int64).alias("by_our_answers"),
    )
    order = ["symbol", "titles", "library", "location", "unit"]
    return counted.collect().sort(order, descending=[False, True, False, False, False], nulls_last=True)
