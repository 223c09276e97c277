"""What the summary of a workbook counts, and the symbol that names it."""

import polars as pl

from ..problems import ASKING, PROBLEMS, SETTLED
from .layout import Sheet

NO_SYMBOL = "no_symbol"
ALL_SYMBOLS = "all_symbols"


def count_findings(findings: pl.LazyFrame, held_numbers: pl.LazyFrame | None = None) -> pl.DataFrame:
    """What was found for each unit, in numbers?

    Args:
        findings: of all units.
        held_numbers: those that need nobody are counted here and are no findings; None: no lists of WorldCat.

    Returns:
        unit, symbol, problem, class, answer, rows; sorted.
    """
    keys = ["unit", "symbol", "problem", "class", "answer"]
    parts = [findings.select(keys)]
    if held_numbers is not None:
        needs_nobody = held_numbers.filter(~pl.col("answer").is_in(ASKING))
        parts.append(needs_nobody.with_columns(problem=pl.lit("old_holding")).select(keys))
    counts = [part.group_by(keys).agg(pl.len().cast(pl.Int64).alias("rows")) for part in parts]
    return pl.concat(counts).collect(engine="streaming").sort(keys, nulls_last=True)


def summary_rows(settled: dict[str, int], sheets: list[Sheet], asked: dict[str, int] | None = None) -> pl.DataFrame:
    """How much is there of each problem?

    Args:
        settled: rows by problem that the unit called no problem earlier.
        sheets: the unit's sheets.
        asked: findings by problem that ask for something and are not settled; None: each has a row of its own.

    Returns:
        One row a problem of the catalogue, those with rows first, most urgent first: problem, title, priority, rows (on the
        sheets), sheets (their names, a list), settled (called no problem earlier, not shown again), left_out (too many to list), told_together (findings of
        which another row tells: one location for all holdings in it).
    """
    lines = []
    for code, problem in PROBLEMS.items():
        own = [sheet for sheet in sheets if sheet.problem == code]
        priority = min((sheet.frame["priority"].min() for sheet in own), default=problem.priority)
        shown = sum(sheet.frame.height for sheet in own)
        left_out = sum(sheet.left_out for sheet in own)
        together = 0 if asked is None else asked.get(code, 0) - shown - left_out
        tabs = [s.title for s in own]
        lines.append((code, problem.title, priority, shown, tabs, settled.get(code, 0), left_out, together))
    names = {
        "problem": pl.String,
        "title": pl.String,
        "priority": pl.Int64,
        "rows": pl.Int64,
        "sheets": pl.List(pl.String),
        "settled": pl.Int64,
        "left_out": pl.Int64,
        "told_together": pl.Int64,
    }
    table = pl.DataFrame(lines, schema=names, orient="row")
    return table.sort((pl.col("rows") == 0), "priority", maintain_order=True)


def information_rows(counts: pl.DataFrame) -> pl.DataFrame:
    """What was found that asks the unit for nothing?

    Args:
        counts: `count_findings` of the unit.

    Returns:
        title, kind, answer, rows; sorted by the catalogue's order and kind.
    """
    told = (
        counts.filter(~pl.col("answer").is_in([*ASKING, SETTLED]))
        .group_by("problem", "class", "answer")
        .agg(pl.col("rows").sum())
    )
    catalogue = list(PROBLEMS)
    lines = [
        (catalogue.index(code), PROBLEMS[code].title, PROBLEMS[code].classes[class_].title, answer, rows)
        for code, class_, answer, rows in told.iter_rows()
    ]
    schema = {"place": pl.Int64, "title": pl.String, "kind": pl.String, "answer": pl.String, "rows": pl.Int64}
    return pl.DataFrame(lines, schema=schema, orient="row").sort("place", "kind", "answer").drop("place")


def symbol_of(counts: pl.DataFrame) -> str:
    """The symbol that a unit's workbook is named after: the one most of its findings go to, then by name.

    Old holdings are under symbols that go away, so they decide only when there is nothing else. What has no unit is of all symbols
    alike.

    Args:
        counts: `count_findings` of the unit.
    """
    if counts["unit"].null_count() and counts["symbol"].n_unique() > 1:
        return ALL_SYMBOLS
    passing = [code for code, problem in PROBLEMS.items() if problem.is_under_old_symbol]
    for part in (counts.filter(~pl.col("problem").is_in(passing)), counts):
        by_symbol = part.drop_nulls("symbol").group_by("symbol").agg(pl.col("rows").sum())
        if by_symbol.height:
            return by_symbol.sort("rows", "symbol", descending=[True, False])["symbol"][0]
    return NO_SYMBOL
