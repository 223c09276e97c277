"""The figure of where each symbol stands: what was planned, what is done, what is overdue."""

from datetime import date

import polars as pl
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator

from .chart import (
    BLUE,
    GREEN,
    LIGHT,
    RED,
    SOFT_INK,
    Chart,
    add_legend,
    count,
    empty_chart,
    list_rows,
    rows_high,
    styled,
)

_MILESTONES_SHOWN = 22


@styled
def plot_milestones(milestones: pl.DataFrame, *, today: date | None = None) -> Chart:
    """Where does each symbol stand, and what is overdue?

    Args:
        milestones: `Project.milestones`: symbol, milestone, planned, actual, owner.
        today: the day to judge by; None is today.

    Returns:
        A line for each milestone, symbols with the same dates together: planned as a hollow mark, done as a filled one,
        what is overdue in red. Where there are too many, the earliest that are done are left out and counted.
    """
    today = today or date.today()
    dated = milestones.filter(pl.any_horizontal(pl.col("planned", "actual").is_not_null())).with_columns(
        is_done=pl.col("actual").is_not_null(),
        is_overdue=pl.col("actual").is_null() & (pl.col("planned") < today).fill_null(False),
    )
    if dated.is_empty():
        load = "Fill in milestones.csv: symbol, milestone, planned, actual, owner."
        return empty_chart("milestones", "No milestone has a date yet", load)
    lines = _milestone_lines(dated)
    shown = lines.tail(_MILESTONES_SHOWN)
    note = f"Not shown: {count(lines.height - shown.height, 'earlier line')}." if lines.height > shown.height else ""
    chart = Chart("milestones", _milestones_in_words(dated, today), note, height=rows_high(shown.height))
    axes = chart.subplots()
    for row, line in enumerate(shown.iter_rows(named=True)):
        _draw_milestone(axes, row, line)
    axes.axvline(today, color=SOFT_INK, linewidth=1.2, linestyle="--", zorder=0)
    list_rows(
        axes, [f"{r['milestone']}  ({_symbols(r['symbols'], dated)})" for r in shown.iter_rows(named=True)], wrap=52
    )
    axes.set_xlabel(f"planned and actual dates; dashed: {today.isoformat()}", loc="left", color=SOFT_INK)
    axes.xaxis_date()
    axes.margins(x=0.09)
    axes.xaxis.set_major_locator(AutoDateLocator(maxticks=9))
    axes.grid(axis="x", color=LIGHT)
    axes.set_axisbelow(True)
    add_legend(axes, {"done": GREEN, "planned": BLUE} | ({"overdue": RED} if shown["is_overdue"].any() else {}))
    return chart


def _milestone_lines(dated: pl.DataFrame) -> pl.DataFrame:
    """Milestones by date, the symbols that share name and dates in one line."""
    return (
        dated.group_by("milestone", "planned", "actual", "is_done", "is_overdue")
        .agg(pl.col("symbol").unique().sort().alias("symbols"))
        .sort(pl.coalesce("planned", "actual"), "actual", "milestone", nulls_last=True)
    )


def _symbols(symbols: list[str], dated: pl.DataFrame) -> str:
    if len(symbols) > 1 and len(symbols) == dated["symbol"].n_unique():
        return "all"
    return ", ".join(symbols) if len(symbols) <= 3 else f"{len(symbols)} symbols"


def _draw_milestone(axes: Axes, row: int, line: dict) -> None:
    planned, actual = line["planned"], line["actual"]
    colour = RED if line["is_overdue"] else GREEN if actual else BLUE
    mark = {"marker": "o", "markersize": 11, "markeredgecolor": colour, "markeredgewidth": 2.5}
    if planned and actual:
        axes.plot([planned, actual], [row, row], color=GREEN, linewidth=2)
    if planned:
        axes.plot(planned, row, markerfacecolor="white", **mark)
    if actual:
        axes.plot(actual, row, markerfacecolor=colour, **mark)
    late = (actual - planned).days if planned and actual else 0
    text = "overdue" if line["is_overdue"] else f"{count(late, 'day')} late" if late > 0 else ""
    axes.annotate(
        text, (max(day for day in (planned, actual) if day), row), xytext=(12, 0), textcoords="offset points",
        va="center_baseline", fontsize=12, color=RED if line["is_overdue"] else SOFT_INK,
    )  # fmt: skip


def _milestones_in_words(dated: pl.DataFrame, today: date) -> str:
    done, overdue = dated["is_done"].sum(), dated["is_overdue"].sum()
    words = f"{done} of {count(dated.height, 'milestone')} {'is' if done == 1 else 'are'} done"
    if overdue:
        words += f", {overdue} {'is' if overdue == 1 else 'are'} overdue"
    coming = dated.filter(~pl.col("is_done") & (pl.col("planned") >= today))
    if coming.is_empty():
        return words
    line = _milestone_lines(coming).row(0, named=True)
    return f"{words}; next: {line['milestone']} ({_symbols(line['symbols'], dated)}) on {line['planned'].isoformat()}"
