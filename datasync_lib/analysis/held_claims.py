"""Everything that speaks for and against each held number, not only what gives its class; and what holds each symbol back.

The class of a number is the first of its claims (`deletions.py`). Whoever clears that one up wants to know what comes next:
of all claims up to the first one that lets the number go, or stay for good, each has to be cleared up.
"""

from collections.abc import Iterable

import polars as pl

from ..problems import ASKING, PROBLEMS
from ..settings import SymbolSettings
from .deletions import CLASS_ORDER, held_today, with_answers
from .registry import gives
from .unread_files import HELD_BACK, with_waits

_KEY = ["symbol", "number"]
_CLAIM = ["class", "reason", "mms_id", "file", "record"]


@gives(
    "held_claims",
    by=dict.fromkeys(["held_numbers", "claims", "newest_holdings", "searches", "solved_drifts"], "number"),
)
def held_claims(
    *,
    held_numbers: pl.LazyFrame,
    claims: pl.LazyFrame,
    newest_holdings: pl.LazyFrame,
    searches: pl.LazyFrame,
    solved_drifts: pl.LazyFrame,
    lists_without_rows: pl.DataFrame,
    unread_files: pl.DataFrame,
    deleted_numbers: pl.DataFrame,
    symbols: Iterable[SymbolSettings] = (),
) -> pl.DataFrame:
    """What speaks for and against each held number, and what would be left if the first of it were cleared up?

    Args:
        held_numbers: the numbers in their classes.
        claims: everything that is claimed of them.
        newest_holdings: the lists.
        searches: what was searched for in vain, and whether that is sure.
        solved_drifts: numbers once answered, of which the later answer is confirmed.
        lists_without_rows: symbols of which nobody knows what they hold today.
        unread_files: because of which file nothing goes.
        deleted_numbers: what was deleted under a symbol, by number.
        symbols: `symbols` of the settings.

    Returns:
        symbol; number; ocns (how many numbers of the list it is); turn (1: its class; then in the order of the rules);
        class, answer (to this claim, were it the first), is_blocker (it has to be cleared up before the number can go, or
        stay for good), otherwise (the class when everything that blocks is cleared up, by what is known today; null: nothing
        else is known); reason, mms_id, file, record: whose word it is, and where it stands, else the row of the list. A
        class may have several rows; sorted by symbol, number, turn.
    """
    of_list = ["mode", "targets", "as_of", "class", "file", "record"]
    ordered = (
        held_numbers.filter(pl.col("number").is_not_null()).sort("symbol", "ocn").group_by(_KEY, maintain_order=True)
    )
    held = ordered.agg(pl.len().cast(pl.Int64).alias("ocns"), pl.col(of_list).first()).collect()
    said = claims.select(*_KEY, *_CLAIM).collect()
    # What nobody claims, and what stands nowhere, is told by the row of the list.
    of_claim = pl.col("file_said").is_not_null()
    rows = held.join(said, on=_KEY, how="left", suffix="_said").with_columns(
        pl.coalesce("class_said", "class").alias("class"),
        *(pl.when(of_claim).then(f"{name}_said").otherwise(name).alias(name) for name in ("file", "record")),
    )
    today = held_today(newest_holdings, deleted_numbers, lists_without_rows, symbols)
    answered = with_waits(with_answers(rows, today, searches, solved_drifts), unread_files)
    waiting = answered.filter(pl.col("waits_because").is_not_null()).unique(_KEY, keep="first", maintain_order=True)
    held = waiting.with_columns(
        **{"class": pl.lit(HELD_BACK), "answer": pl.lit(PROBLEMS["old_holding"].answer(HELD_BACK))},
        reason="waits_because",
        file="waits_for",
        record=pl.lit(None, pl.Int64),
    )
    return _judged(pl.concat([answered, held]))


def _judged(answered: pl.DataFrame) -> pl.DataFrame:
    answered = answered.with_columns(rank=pl.col("class").replace_strict(CLASS_ORDER, return_dtype=pl.Int64))
    asks = pl.col("answer").is_in(ASKING)
    first_that_ends = pl.col("rank").filter(~asks).min().over(_KEY)
    ending = pl.col("class").filter(pl.col("rank") == first_that_ends).first().over(_KEY)
    return (
        answered.with_columns(
            turn=pl.col("rank").rank("dense").over(_KEY).cast(pl.Int64),
            is_blocker=asks & (pl.col("rank") < first_that_ends).fill_null(True),
            otherwise=ending,
        )
        .select(*_KEY, "ocns", "turn", "class", "answer", "is_blocker", "otherwise", *_CLAIM[1:])
        .sort("symbol", "number", "turn", "reason", "mms_id", "file", "record", nulls_last=True)
    )


_COUNTED = ["decides", "also", "alone"]


def _of_all(parts: pl.DataFrame) -> pl.DataFrame:
    summed = parts.group_by("symbol", "class").agg(pl.col(_COUNTED).sum())
    order = pl.col("class").replace_strict(CLASS_ORDER, return_dtype=pl.Int64)
    return summed.sort("symbol", order)


@gives("blockers", by={"held_claims": "number"}, together=_of_all)
def blockers(*, held_claims: pl.LazyFrame) -> pl.DataFrame:
    """What holds the numbers of each symbol back, and how many are free when one kind of it is cleared up?

    Args:
        held_claims: everything that speaks for and against each number.

    Returns:
        symbol; class (in the order of the rules); decides: so many numbers of the list are in this class, as on the balance
        sheet; also: so many more are in a class before it, and have this in the way as well; alone: of so many it is the only
        thing in the way, so that they go, or stay for good, when it is cleared up, by what is known today.
    """
    each = held_claims.filter("is_blocker").group_by(*_KEY, "class").agg(pl.col("ocns", "turn", "otherwise").first())
    decides = pl.col("turn") == 1
    is_alone = (pl.len().over(_KEY) == 1) & pl.col("otherwise").is_not_null()
    counted = each.with_columns(decides=decides, also=~decides, alone=is_alone).group_by("symbol", "class")
    return counted.agg(pl.col("ocns").filter(name).sum().cast(pl.Int64).alias(name) for name in _COUNTED).collect()
