"""The figure of the work: how much each unit has left, how far it is, and how that went down from round to round."""

import polars as pl
from matplotlib.axes import Axes

from ..analysis.decided import ENDED
from .chart import (
    BLUE,
    GREEN,
    GREY,
    LIGHT,
    ORANGE,
    PURPLE,
    RED,
    SKY,
    SOFT_INK,
    YELLOW,
    Chart,
    add_legend,
    count,
    empty_chart,
    list_rows,
    rows_high,
    shorten,
    styled,
)

_UNITS_SHOWN, _LINES_SHOWN = 12, 6
_LINES_HIGH = 3.4
_NO_UNIT = "no unit"
# What is drawn of each bar, from left to right.
_PARTS = {
    "closed or settled": (ENDED, GREEN),
    "done, to be checked": (("waits",), SKY),
    "in work": (("in work", "help"), BLUE),
    "came back": (("bounced", "asked again"), RED),
    "not decided": (("not decided",), GREY),
}
_COLOURS = (BLUE, ORANGE, GREEN, PURPLE, RED, YELLOW)


@styled
def plot_work(work_states: pl.DataFrame, rounds: pl.DataFrame | None = None) -> Chart:
    """How far is each unit, and how did what is left go down from round to round?

    Args:
        work_states: rows by unit, problem and state, as they are today.
        rounds: the same when workbooks were written (`Rounds`); None, or of one day: only today is shown.

    Returns:
        A bar for each unit, those with most left first; below, where there were two rounds or more, a line for each of the
        units with most left that had workbooks.
    """
    parts = _parts(work_states)
    if parts.is_empty():
        return empty_chart(
            "work", "Nothing waits for a unit, and nothing was decided yet", "Load reports and exports first."
        )
    units = parts.group_by("unit").agg(
        left=pl.col("rows").filter(pl.col("part") != "closed or settled").sum(), all=pl.col("rows").sum()
    )
    shown = units.sort("left", "all", "unit", descending=[True, True, False])
    left_out = shown.height - _UNITS_SHOWN
    note = f"Not shown: {count(left_out, 'unit')} with less left." if left_out > 0 else ""
    bars = shown.head(_UNITS_SHOWN)
    history = _history(rounds)
    several = history["day"].n_unique() > 1
    high = rows_high(bars.height) + 0.9
    chart = Chart("work", _in_words(units, parts), note, height=high + (_LINES_HIGH if several else 0))
    axes = chart.subplots(2, 1, height_ratios=[high, _LINES_HIGH]) if several else [chart.subplots()]
    _draw_bars(axes[0], parts, bars["unit"].to_list())
    if several:
        asked = [unit for unit in shown["unit"] if (history["unit"] == unit).any()]
        _draw_lines(axes[1], history, asked[:_LINES_SHOWN])
    return chart


def _parts(states: pl.DataFrame) -> pl.DataFrame:
    """Rows by unit and part of the bar."""
    part_of = {state: part for part, (states_of, _) in _PARTS.items() for state in states_of}
    part = pl.col("state").replace_strict(part_of, default="in work", return_dtype=pl.String)
    keys = [pl.col("unit").fill_null(_NO_UNIT), part.alias("part")]
    return states.group_by(keys).agg(pl.col("rows").sum())


def _history(rounds: pl.DataFrame | None) -> pl.DataFrame:
    """What was left of each unit on each day, by the last round of the day: day, unit, left."""
    if rounds is None or rounds.is_empty():
        return pl.DataFrame(schema={"day": pl.Date, "unit": pl.String, "left": pl.Int64})
    last = pl.col("at") == pl.col("at").max().over("unit", pl.col("at").dt.date())
    left = ~pl.col("state").is_in(list(ENDED))
    of_days = rounds.filter(last).group_by(pl.col("at").dt.date().alias("day"), pl.col("unit").fill_null(_NO_UNIT))
    return of_days.agg(left=pl.col("rows").filter(left).sum()).sort("unit", "day")


def _draw_bars(axes: Axes, parts: pl.DataFrame, units: list[str]) -> None:
    place = {unit: row for row, unit in enumerate(units)}
    begins = dict.fromkeys(units, 0)
    for name, (_, colour) in _PARTS.items():
        rows = dict(parts.filter(pl.col("part") == name).select("unit", "rows").iter_rows())
        for unit in units:
            axes.barh(place[unit], rows.get(unit, 0), left=begins[unit], color=colour, height=0.68)
            begins[unit] += rows.get(unit, 0)
    for unit in units:
        axes.annotate(f"{begins[unit]:,}", (begins[unit], place[unit]), (6, 0), textcoords="offset points", va="center")
    list_rows(axes, [shorten(unit, 30) for unit in units])
    axes.margins(x=0.12)
    axes.set_xlabel("rows, those that are closed or settled among them", loc="left", color=SOFT_INK)
    there = [name for name in _PARTS if (parts["part"] == name).any()]
    add_legend(axes, {name: _PARTS[name][1] for name in there})


def _draw_lines(axes: Axes, history: pl.DataFrame, units: list[str]) -> None:
    for colour, unit in zip(_COLOURS, units, strict=False):
        line = history.filter(pl.col("unit") == unit)
        days, left = line["day"].to_list(), line["left"].to_list()
        axes.plot(days, left, marker="o", color=colour)
        name = shorten(unit, 22)
        axes.annotate(name, (days[-1], left[-1]), (9, 0), textcoords="offset points", va="center", color=colour)
    axes.set_ylim(0, 1.1 * max(1, history["left"].max()))
    axes.set_ylabel("rows left")
    axes.set_xlabel("day on which workbooks were written", loc="left", color=SOFT_INK)
    every = history["day"].unique().sort().to_list()
    shown = every[:: 1 + len(every) // 8]
    axes.set_xticks(shown, [f"{day:%Y-%m-%d}" for day in shown])
    axes.grid(axis="y", color=LIGHT)
    axes.set_axisbelow(True)


def _in_words(units: pl.DataFrame, parts: pl.DataFrame) -> str:
    left = int(units["left"].sum())
    ended, back = (
        int(parts.filter(pl.col("part") == part)["rows"].sum()) for part in ("closed or settled", "came back")
    )
    said = f"{count(left, 'row')} left, {ended:,} closed or settled"
    if back:
        said += f", {back:,} came back"
    most = units.sort("left", "unit", descending=[True, False]).row(0, named=True)
    return f"{said}; most is left for {most['unit']} ({most['left']:,})" if left else said
