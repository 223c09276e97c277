"""Figures of what has to be done: the readiness scorecard, what was sent, open findings by unit, milestones."""

from collections.abc import Sequence
from datetime import date
from textwrap import fill

import polars as pl
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from ..problems import PROBLEMS
from .chart import (
    BLUE,
    GREEN,
    GREY,
    INK,
    LIGHT,
    ORANGE,
    RED,
    SOFT_INK,
    Chart,
    add_legend,
    count,
    empty_chart,
    hide_scale,
    list_rows,
    number_bars,
    percent,
    rows_high,
    styled,
)  # fmt: skip

# Fills that carry dark text; the mark says the same as the colour.
_FILLS = {"green": "#8FD0B4", "amber": "#F6CF73", "red": "#E79A78", "grey": LIGHT}
_MARKS = {"green": "✓", "amber": "!", "red": "✗", "grey": ""}
_ALL = "all"
_UNITS_SHOWN = 7


@styled
def plot_readiness(scorecard: pl.DataFrame) -> Chart:
    """How ready is each symbol, metric by metric?

    Args:
        scorecard: `readiness.readiness`.

    Returns:
        A table of symbols and the metrics that have a gate, in the gate's colour with the value written in. Metrics that
        nothing could be counted for are named below; those for information are in the table that follows.
    """
    gated = scorecard.filter(pl.col("gate").is_not_null())
    counted = gated.filter((pl.col("colour") != "grey").any().over("metric"))
    if counted.is_empty():
        return empty_chart(
            "readiness", "Nothing can be said of readiness yet", "Load an export and fill in location_map.csv."
        )
    titles = counted.select("metric", "title", "gate").unique(maintain_order=True)
    symbols = counted["symbol"].unique(maintain_order=True).to_list()
    missing = gated.filter(~pl.col("metric").is_in(titles["metric"].implode()))["title"].unique(maintain_order=True)
    note = f"Not counted, since nothing is loaded for it: {', '.join(missing)}." if missing.len() else ""
    width = max(12.8, 6.5 + 1.25 * len(symbols))
    chart = Chart(
        "readiness", _readiness_in_words(counted), note, height=rows_high(titles.height, each=0.37), width=width
    )
    axes = chart.subplots()
    rows = {metric: row for row, metric in enumerate(titles["metric"])}
    for cell in counted.iter_rows(named=True):
        colour = cell["colour"]
        text = f"{_MARKS[colour]} {_value(cell)}".strip()
        _draw_cell(axes, symbols.index(cell["symbol"]), rows[cell["metric"]], _FILLS[colour], text)
    _frame_cells(axes, [s if s != _ALL else "whole\ncatalogue" for s in symbols], titles["title"].to_list())
    for row, gate in enumerate(titles["gate"]):
        axes.text(len(symbols) + 0.05, row, f"gate: {gate}", va="center", fontsize=12, color=SOFT_INK)
    axes.set_xlim(0, len(symbols) + 1.6 * len(symbols) / 5 + 0.55)
    return chart


def _value(cell: dict) -> str:
    if cell["count"] is None:
        return "not counted"
    if cell["gate"] in ("none", "reviewed") or cell["value"] is None:
        return f"{cell['count']:,}"
    return percent(cell["value"])


def _missed(cell: dict) -> int:
    """How many are on the wrong side of the gate's count."""
    return cell["of"] - cell["count"] if str(cell["gate"]).startswith("at least") else cell["count"]


def _readiness_in_words(counted: pl.DataFrame) -> str:
    red = counted.filter(pl.col("colour") == "red")
    symbols = set(counted["symbol"]) - {_ALL}
    not_ready = sorted(set(red["symbol"]) - {_ALL})
    if red.is_empty():
        amber = counted.filter(pl.col("colour") == "amber").height
        return "No gate is missed" + (
            f"; {count(amber, 'count')} to be reviewed" if amber else ": all symbols are ready"
        )
    if not_ready:
        head = f"{len(not_ready)} of {count(len(symbols), 'symbol')} {'is' if len(not_ready) == 1 else 'are'} not ready"
    else:
        head = f"{count(red.height, 'gate')} {'is' if red.height == 1 else 'are'} missed in the catalogue as a whole"
    worst = red.row(0, named=True)
    return (
        f"{head}: {worst['title'][0].lower()}{worst['title'][1:]}, {_missed(worst):,} of {worst['of'] or 0:,} miss it"
    )


def _draw_cell(axes: Axes, column: int, row: int, colour: str, text: str, *, ink: str = INK) -> None:
    axes.add_patch(Rectangle((column, row - 0.5), 1, 1, facecolor=colour, edgecolor="white", linewidth=2))
    axes.text(column + 0.5, row, text, ha="center", va="center", fontsize=13, color=ink)


def _frame_cells(axes: Axes, columns: Sequence[str], rows: Sequence[str]) -> None:
    axes.set_xlim(0, len(columns))
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xticks([c + 0.5 for c in range(len(columns))], columns)
    axes.set_yticks(range(len(rows)), rows)
    axes.tick_params(length=0, top=False, bottom=False, labeltop=True, labelbottom=False, labelcolor=INK)
    for spine in axes.spines.values():
        spine.set_visible(False)


@styled
def plot_sending(balance: pl.DataFrame) -> Chart:
    """Which holdings were sent to OCLC, and why were the others not?

    Args:
        balance: `sending.sending_balance`: a holding in each row, class `sent` or why not.

    Returns:
        One bar for each class; with the holdings sent they add up to all.
    """
    if balance.is_empty():
        return empty_chart(
            "sending",
            "No holding can be told sent from not sent",
            "Load the files that were sent under the names with which they were sent.",
        )
    known = PROBLEMS["not_sent"].classes
    classes = balance.group_by("class").len().sort("len", "class", descending=[True, False])
    sent = balance.filter(pl.col("class") == "sent").height
    unknown = balance.filter(pl.col("class") == "unknown").height
    finding = f"{sent:,} of {count(balance.height, 'holding')} were sent; " + (
        f"for {unknown:,} we found no reason why not" if unknown else "each of the others stayed out for a reason"
    )
    colours = {"sent": BLUE, "something to do": ORANGE, "no reason found": RED, "intended": GREY}
    kinds = ["sent" if c == "sent" else _kind_of_reason(c) for c in classes["class"]]
    names = ["sent" if c == "sent" else known[c].title if c in known else c for c in classes["class"]]
    chart = Chart("sending", finding, height=rows_high(classes.height))
    axes = chart.subplots()
    axes.barh(range(classes.height), classes["len"], color=[colours[k] for k in kinds], height=0.68)
    number_bars(axes, classes["len"].to_list())
    list_rows(axes, names)
    hide_scale(axes, "holdings")
    add_legend(axes, colours)
    return chart


def _kind_of_reason(class_: str) -> str:
    if class_ == "unknown":
        return "no reason found"
    return "intended" if PROBLEMS["not_sent"].answer(class_) == "information" else "something to do"


@styled
def plot_findings_by_unit(findings: pl.DataFrame) -> Chart:
    """Which unit has how much of what to look at?

    Args:
        findings: all findings, or some; those for information only and answers such as delete do not count.

    Returns:
        A table of problems and units with numbers; the stronger the colour the more; problems by priority.
    """
    open_ = _open(findings)
    if open_.is_empty():
        return empty_chart("findings_by_unit", "Nothing is open: no finding asks a person for anything")
    units = open_.group_by("unit").len().sort("len", "unit", descending=[True, False])
    shown = units["unit"].head(_UNITS_SHOWN).to_list()
    unit = pl.when(pl.col("unit").is_in(shown)).then("unit").otherwise(pl.lit("other units"))
    cells = open_.group_by("problem", unit.alias("unit")).len()
    columns = [*shown, *(["other units"] if units.height > _UNITS_SHOWN else [])]
    problems = open_.group_by("problem").agg(pl.col("priority").min(), pl.len().alias("all")).sort(
        "priority", "all", "problem", descending=[False, True, False]
    )  # fmt: skip
    urgent = open_.filter(pl.col("priority") == 1).height
    finding = f"{count(open_.height, 'finding')} to look at, {urgent:,} of priority 1; most in {units['unit'][0]} ({units['len'][0]:,})"
    width = max(12.8, 4.5 + 1.45 * (len(columns) + 1))
    note = "Priority 1: a reader sees it or it blocks a deletion. 2: a holding is missing. 3: tidy."
    chart = Chart("findings_by_unit", finding, note, height=rows_high(problems.height) + 0.5, width=width)
    axes = chart.subplots()
    _draw_counts(axes, cells, problems, columns)
    return chart


def _open(findings: pl.DataFrame) -> pl.DataFrame:
    """Findings that ask something of a person, with the unit in words."""
    asking = [
        (code, class_)
        for code, problem in PROBLEMS.items()
        for class_ in (None, *problem.classes)
        if problem.answer(class_) in ("act", "review", "hold")
    ]
    kinds = pl.DataFrame(asking, schema={"problem": pl.String, "class": pl.String}, orient="row")
    return findings.join(kinds, on=["problem", "class"], how="semi", nulls_equal=True).with_columns(
        pl.col("unit").fill_null("no unit known")
    )


def _draw_counts(axes: Axes, cells: pl.DataFrame, problems: pl.DataFrame, columns: list[str]) -> None:
    most = cells["len"].max()
    numbers = {(r["problem"], r["unit"]): r["len"] for r in cells.iter_rows(named=True)}
    for row, problem in enumerate(problems.iter_rows(named=True)):
        for column, unit in enumerate(columns):
            number = numbers.get((problem["problem"], unit), 0)
            strength = (number / most) ** 0.4
            colour = tuple(1 - strength * 0.85 * (1 - part) for part in to_rgb(BLUE)) if number else "#F5F5F5"
            text, ink = (f"{number:,}", "white" if strength > 0.72 else INK) if number else ("–", GREY)
            _draw_cell(axes, column, row, colour, text, ink=ink)
        axes.text(len(columns) + 0.5, row, f"{problem['all']:,}", ha="center", va="center", fontweight="bold")
    rows = [f"{PROBLEMS[p].title}  ({n})" for p, n in problems.select("problem", "priority").iter_rows()]
    _frame_cells(axes, [*(fill(c, 13) for c in columns), "all"], rows)
    axes.set_ylabel("problem (priority)")


@styled
def plot_milestones(milestones: pl.DataFrame, *, today: date | None = None) -> Chart:
    """Where does each symbol stand, and what is overdue?

    Args:
        milestones: `Project.milestones`: symbol, milestone, planned, actual, owner.
        today: the day to judge by; None is today.

    Returns:
        One line for each milestone: planned as a hollow mark, done as a filled one, what is overdue in red.
    """
    today = today or date.today()
    dated = milestones.filter(pl.any_horizontal(pl.col("planned", "actual").is_not_null()))
    if dated.is_empty():
        return empty_chart(
            "milestones",
            "No milestone has a date yet",
            "Fill in milestones.csv: symbol, milestone, planned, actual, owner.",
        )
    rows = dated.with_columns(
        is_done=pl.col("actual").is_not_null(),
        is_overdue=pl.col("actual").is_null() & (pl.col("planned") < today).fill_null(False),
    ).sort("symbol", pl.coalesce("planned", "actual"), "milestone", maintain_order=True)
    chart = Chart("milestones", _milestones_in_words(rows, today), height=rows_high(rows.height))
    axes = chart.subplots()
    for row, line in enumerate(rows.iter_rows(named=True)):
        _draw_milestone(axes, row, line)
    axes.axvline(today, color=SOFT_INK, linewidth=1.2, linestyle="--", zorder=0)
    axes.text(today, -0.62, f"  {today.isoformat()}", color=SOFT_INK, fontsize=12, va="bottom")
    list_rows(axes, [f"{r['symbol']}   {r['milestone']}" for r in rows.iter_rows(named=True)], wrap=48)
    axes.set_xlabel("planned and actual dates", loc="left", color=SOFT_INK)
    axes.xaxis_date()
    axes.margins(x=0.09)
    axes.grid(axis="x", color=LIGHT)
    add_legend(axes, {"done": GREEN, "planned": BLUE, "overdue": RED}, loc="lower right", bbox_to_anchor=(1, 1.0))
    return chart


def _draw_milestone(axes: Axes, row: int, line: dict) -> None:
    planned, actual = line["planned"], line["actual"]
    if planned and actual:
        axes.plot([planned, actual], [row, row], color=GREEN, linewidth=2)
    if planned:
        colour = RED if line["is_overdue"] else GREEN if actual else BLUE
        axes.plot(
            planned,
            row,
            marker="o",
            markersize=11,
            markerfacecolor="white",
            markeredgecolor=colour,
            markeredgewidth=2.5,
        )
    if actual:
        axes.plot(actual, row, marker="o", markersize=11, color=GREEN)
    last = max(d for d in (planned, actual) if d)
    late = (actual - planned).days if planned and actual else 0
    text = "overdue" if line["is_overdue"] else f"{count(late, 'day')} late" if late > 0 else ""
    axes.annotate(
        text,
        (last, row),
        xytext=(11, 0),
        textcoords="offset points",
        va="center",
        fontsize=12,
        color=RED if line["is_overdue"] else SOFT_INK,
    )


def _milestones_in_words(rows: pl.DataFrame, today: date) -> str:
    done, overdue = rows["is_done"].sum(), rows["is_overdue"].sum()
    words = f"{done} of {count(rows.height, 'milestone')} {'is' if done == 1 else 'are'} done"
    if overdue:
        words += f", {overdue} {'is' if overdue == 1 else 'are'} overdue"
    coming = rows.filter(~pl.col("is_done") & (pl.col("planned") >= today)).sort("planned", "symbol")
    if coming.height:
        line = coming.row(0, named=True)
        words += f"; next: {line['milestone']} of {line['symbol']} on {line['planned'].isoformat()}"
    return words
