"""Lines of a list that count: totals, numbers of pages, and the number of rows below them. They are no holdings."""

import re

import polars as pl

from .list_layouts import ListLayout

# A cell over or beside a count, in the languages of lists; a title such as «Total war» is none.
_SUMS = (
    r"(?:totals?|totale|totaal|totalt|sum|summe|somme|suma|gesamt|gesamtzahl|anzahl|count|insgesamt|nombre|cantidad|aantal"
    r"|antal|合計|总计|итого|всего)"
)
_OF_ROWS = r"(?:records?|titles?|titel|items?|rows|lines|numbers?|holdings?|ocns?|oclc|counts?|of|de|der|the|in|list)"
TOTAL = rf"(?i)^(?:(?:grand |sub-?)?{_SUMS}(?: {_OF_ROWS})*|(?:number|no\.) of(?: {_OF_ROWS})+)[\s:=]*$"
MAY_BE_TOTAL = f"(?i){_SUMS}|number of|no. of"
_TOTAL_CELL = re.compile(TOTAL)
_LARGEST_PAGE = 10_000
_BARE = re.compile(r"[\d.,' ]+%?")


def is_count_alone(layout: ListLayout) -> pl.Expr:
    """Whether a number stands by itself, and is as great as a count of pages or of the lines above."""
    ocn, above = pl.col("ocn"), pl.col("record") - (0 if layout.header is None else layout.header + 1)
    counts = ocn.is_between(above - 3, above).fill_null(False)
    if (layout.width or 1) == 1:
        return pl.col("_is_apart") & counts
    return (pl.col("_filled") == 1) & (counts | (ocn < _LARGEST_PAGE)).fill_null(False)


def is_total(row: list[str], layout: ListLayout) -> bool:
    """Whether a row has a count where others have the number: a word for it, and nothing else but numbers."""
    others = [cell.strip() for i, cell in enumerate(row) if i != layout.column and cell.strip()]
    words = [cell for cell in others if not _BARE.fullmatch(cell)]
    return bool(words) and len(words) == 1 and _TOTAL_CELL.fullmatch(words[0]) is not None
