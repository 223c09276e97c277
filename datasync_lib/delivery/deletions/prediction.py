"""What will become of each number that a symbol holds: by our own lists, OCLC's scan, or a merge of symbols (practice.md 6.1).

A scan takes whatever has an older stamp than the agreed date, whatever we think of it; so what must stay and has no answer
since that date is in a re-set file, which renews its stamp before the scan.
"""

import polars as pl

from ...analysis.outcomes import day_received
from .state import DELETE, State

GOES, STAYS, RESET, MOVES = "goes", "stays", "re-set", "moves"
COLUMNS = (
    *("ocn", "number", "class", "because", "answer", "expected", "mms_id", "unit", "targets", "title"),
    *("rows", "file", "record"),
)


def predict(state: State) -> pl.DataFrame:
    """What will become of each number?

    Returns:
        ocn (as held), number (as WorldCat calls it today), class, because, answer; expected: goes, stays, re-set (stays by
        the re-set file) or moves (to the symbol that it is merged into); mms_id, unit; targets, separated by ; and a blank;
        title (of the list, where it has one); rows (of the list), file, record. Sorted by ocn.
    """
    titles = state.newest_list.select("ocn", "title").collect().unique("ocn", keep="first", maintain_order=True)
    rows = state.held.drop("number").rename({"now": "number"}).join(titles, on="ocn", how="left", maintain_order="left")
    expected = _expected(state, rows)
    return rows.with_columns(expected, pl.col("targets").list.join("; ")).select(COLUMNS)


def _expected(state: State, rows: pl.DataFrame) -> pl.Expr:
    by, is_retired = state.described.deleted_by, state.described.mode == "retired"
    goes = pl.col("answer") == DELETE
    if by == "symbol_merge":
        return pl.lit(MOVES).alias("expected")
    if by == "own_lists":
        return pl.when(goes).then(pl.lit(GOES)).otherwise(pl.lit(STAYS)).alias("expected")
    if is_retired:
        return pl.lit(GOES).alias("expected")
    is_stamped = pl.col("number").is_in(_stamped(state).implode())
    return (
        pl.when(is_stamped).then(pl.lit(STAYS)).when(goes).then(pl.lit(GOES)).otherwise(pl.lit(RESET)).alias("expected")
    )


def _stamped(state: State) -> pl.Series:
    """The numbers that OCLC has confirmed under the symbol since the day of the extract."""
    since = (pl.col("symbol") == state.symbol) & (day_received() >= pl.lit(state.extract_day, pl.Date))
    return state.project.table("confirmed_numbers").filter(since).select("number").unique().collect()["number"]


def leaves(prediction: pl.DataFrame) -> pl.DataFrame:
    """The rows of what will no longer be held under the symbol."""
    return prediction.filter(pl.col("expected").is_in([GOES, MOVES]))
