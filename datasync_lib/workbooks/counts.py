"""What the summary of a workbook counts, and the symbol that names it."""

import polars as pl

from ..problems import ASKING, PROBLEMS
from .layout import Sheet

NO_SYMBOL = "no_symbol"
ALL_SYMBOLS = "all_symbols"


def summary_rows(rows: pl.DataFrame, sheets: list[Sheet]) -> pl.DataFrame:
    """How much is there of each problem?

    Args:
        rows: the unit's described rows.
        sheets: its sheets.

    Returns:
        One row a problem of the catalogue, those with rows first, most urgent first: problem, title, priority, rows (on the
        sheets), sheets (their names, a list), settled (called no problem earlier, not shown again), left_out (too many to list).
    """
    settled = dict(rows.filter("is_settled").group_by("problem").len().iter_rows())
    lines = []
    for code, problem in PROBLEMS.items():
        own = [sheet for sheet in sheets if sheet.problem == code]
        priority = min((sheet.frame["priority"].min() for sheet in own), default=problem.priority)
        shown = sum(sheet.frame.height for sheet in own)
        left_out = sum(sheet.left_out for sheet in own)
        lines.append((code, problem.title, priority, shown, [s.title for s in own], settled.get(code, 0), left_out))
    names = {
        "problem": pl.String,
        "title": pl.String,
        "priority": pl.Int64,
        "rows": pl.Int64,
        "sheets": pl.List(pl.String),
        "settled": pl.Int64,
        "left_out": pl.Int64,
    }
    table = pl.DataFrame(lines, schema=names, orient="row")
    return table.sort((pl.col("rows") == 0), "priority", maintain_order=True)


def information_rows(findings: pl.DataFrame) -> pl.DataFrame:
    """What was found that asks the unit for nothing?

    Returns:
        title, kind, answer, rows; sorted by the catalogue's order and kind.
    """
    told = findings.filter(~pl.col("answer").is_in(ASKING))
    counts = told.group_by("problem", "class", "answer").len("rows")
    catalogue = list(PROBLEMS)
    kinds = [PROBLEMS[code].classes[class_].title for code, class_ in counts.select("problem", "class").iter_rows()]
    return (
        counts.with_columns(
            kind=pl.Series(kinds, dtype=pl.String),
            title=pl.Series([PROBLEMS[code].title for code in counts["problem"]], dtype=pl.String),
            place=pl.Series([catalogue.index(code) for code in counts["problem"]], dtype=pl.Int64),
        )
        .sort("place", "kind")
        .select("title", "kind", "answer", "rows")
    )


def symbol_of(findings: pl.DataFrame) -> str:
    """The symbol that a unit's workbook is named after: the one most of its findings go to, then by name.

    Old holdings are under symbols that go away, so they decide only when there is nothing else. What has no unit is of all symbols
    alike.
    """
    if findings["unit"].null_count() and findings["symbol"].n_unique() > 1:
        return ALL_SYMBOLS
    lasting = findings.filter(pl.col("problem") != "old_holding")
    for part in (lasting, findings):
        counts = part.drop_nulls("symbol").group_by("symbol").len().sort("len", "symbol", descending=[True, False])
        if counts.height:
            return counts["symbol"][0]
    return NO_SYMBOL
