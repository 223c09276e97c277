"""Figures of what has to be done: the readiness scorecard, what was sent, open findings by unit."""

from collections.abc import Sequence
from textwrap import fill

import polars as pl
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from ..problems import ASKING, PROBLEMS
from .chart import (
    BLUE,
    GREY,
    INK,
    LIGHT,
    ORANGE,
    RED,
    SKY,
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
_OF_BIBS = {
    "ocn_defects": "have a defective OCN",
    "several_ocns": "have several OCNs",
    "sparse": "are sparse",
    "script_pairing": "have scripts that are not paired",
    "print_ocn_on_electronic": "are electronic and have a print OCN",
}
_SENDING = {
    "sent or to be sent": BLUE,
    "something to do": ORANGE,
    "no reason found": RED,
    "intended": SKY,
    "nothing to send": GREY,
}
_SENDING_TITLES = {
    "sent": "sent",
    "to_send": "to be sent",
    "host": "host of a boundwith",
    "no_bib": "its bib is not in the export",
}
_UNITS_SHOWN = 7
_NO_UNIT = "no unit known"


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
    width = max(12.8, 5.9 + 1.1 * len(symbols))
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
        axes.annotate(
            "gate: 0" if gate == "none" else f"gate: {gate}", (len(symbols), row), xytext=(6, 0), textcoords="offset points", va="center_baseline",
            fontsize=12, color=SOFT_INK,
        )  # fmt: skip
    return chart


def _value(cell: dict) -> str:
    if cell["count"] is None:
        return "not counted"
    if cell["gate"] in ("none", "reviewed") or cell["value"] is None:
        return f"{cell['count']:,}"
    return percent(cell["value"])


def _readiness_in_words(counted: pl.DataFrame) -> str:
    red = counted.filter(pl.col("colour") == "red")
    symbols = set(counted["symbol"]) - {_ALL}
    not_ready = set(red["symbol"]) - {_ALL}
    if red.is_empty():
        amber = counted.filter(pl.col("colour") == "amber").height
        return f"No gate is missed; {count(amber, 'count')} to be reviewed" if amber else "Every gate is met"
    if not_ready:
        head = f"{len(not_ready)} of {count(len(symbols), 'symbol')} {'is' if len(not_ready) == 1 else 'are'} not ready"
    else:
        head = f"{count(red.height, 'gate')} {'is' if red.height == 1 else 'are'} missed for the catalogue as a whole"
    return f"{head}: {_worst_in_words(red.row(0, named=True))}"


def _worst_in_words(cell: dict) -> str:
    """What a red cell says, as a clause."""
    number, of = cell["count"] or 0, cell["of"] or 0
    if cell["metric"] == "mapping_completeness":
        return f"{of - number:,} of {count(of, 'holding')} have no mapped location"
    if cell["metric"] == "excluded_unknown":
        return f"{count(number, 'holding')} not sent, for no reason that we found"
    if cell["metric"] == "ocn_coverage":
        return f"{of - number:,} of {count(of, 'bib')} to send have no OCN"
    if cell["metric"] in _OF_BIBS:
        return f"{number:,} of {count(of, 'bib')} to send {_OF_BIBS[cell['metric']]}"
    return f"{cell['title'][0].lower()}{cell['title'][1:]}, {number:,}" + (f" of {of:,}" if of else "")


def _draw_cell(axes: Axes, column: int, row: int, colour: str, text: str, *, ink: str = INK) -> None:
    axes.add_patch(Rectangle((column, row - 0.5), 1, 1, facecolor=colour, edgecolor="white", linewidth=2))
    axes.text(column + 0.5, row, text, ha="center", va="center_baseline", fontsize=13, color=ink)


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
        balance: `sending.sending_balance`.

    Returns:
        One bar for each class of holdings; they add up to all.
    """
    classes = (
        balance.group_by("class").agg(pl.col("holdings").sum()).sort("holdings", "class", descending=[True, False])
    )
    numbers = dict(classes.iter_rows())
    if classes.is_empty():
        return empty_chart(
            "sending", "There is no holding to send", "Put an export with holdings into data/raw, then load."
        )
    total = count(sum(numbers.values()), "holding")
    if "sent" in numbers or "unknown" in numbers:
        unknown = numbers.get("unknown", 0)
        rest = (
            f"for {unknown:,} we found no reason why not" if unknown else "each of the others stayed out for a reason"
        )
        finding = f"{numbers.get('sent', 0):,} of {total} were sent; {rest}"
    else:
        finding = f"Nothing is sent yet: {numbers.get('to_send', 0):,} of {total} are to go"
    kinds = [_kind_of_sending(class_) for class_ in classes["class"]]
    chart = Chart("sending", finding, height=rows_high(classes.height))
    axes = chart.subplots()
    axes.barh(range(classes.height), classes["holdings"], color=[_SENDING[kind] for kind in kinds], height=0.68)
    number_bars(axes, classes["holdings"].to_list())
    known = PROBLEMS["not_sent"].classes
    list_rows(axes, [known[c].title if c in known else _SENDING_TITLES.get(c, c) for c in classes["class"]])
    hide_scale(axes, "holdings")
    add_legend(axes, {kind: colour for kind, colour in _SENDING.items() if kind in kinds})
    return chart


def _kind_of_sending(class_: str) -> str:
    if class_ in ("sent", "to_send"):
        return "sent or to be sent"
    if class_ in ("host", "no_bib"):
        return "nothing to send"
    if class_ == "unknown":
        return "no reason found"
    return "intended" if PROBLEMS["not_sent"].answer(class_) == "information" else "something to do"


@styled
def plot_findings_by_unit(findings: pl.DataFrame | pl.LazyFrame) -> Chart:
    """Which unit has how much of what to look at?

    Args:
        findings: all findings, or some; those for information only and answers such as delete do not count.

    Returns:
        A table of problems and units with numbers; the stronger the colour the more. A problem has a row for each priority
        that its findings have, so that the rows of a priority add up.
    """
    open_ = _open(findings)
    if open_.is_empty():
        return empty_chart("findings_by_unit", "Nothing is open: no finding asks a person for anything")
    number = pl.col("findings").sum()
    units = open_.group_by("unit").agg(number).sort(
        pl.col("unit") == _NO_UNIT, "findings", "unit", descending=[False, True, False]
    )  # fmt: skip
    shown = units["unit"].head(_UNITS_SHOWN).to_list()
    unit = pl.when(pl.col("unit").is_in(shown)).then("unit").otherwise(pl.lit("other units"))
    row = ["problem", "priority"]
    cells = open_.group_by(*row, unit.alias("unit")).agg(number)
    most = units.sort("findings", "unit", descending=[True, False]).row(0, named=True)
    columns = [*shown, *(["other units"] if units.height > _UNITS_SHOWN else [])]
    problems = open_.group_by(row).agg(number.alias("all")).sort(
        "priority", "all", "problem", descending=[False, True, False]
    )  # fmt: skip
    urgent = open_.filter(pl.col("priority") == 1)["findings"].sum()
    all_ = count(open_["findings"].sum(), "finding")
    finding = f"{all_} to look at, {urgent:,} of priority 1; most: {most['unit']} ({most['findings']:,})"
    width = max(12.8, 4.5 + 1.45 * (len(columns) + 1))
    note = "Priority 1: a reader sees it or it blocks a deletion. 2: a holding is missing. 3: tidy."
    chart = Chart("findings_by_unit", finding, note, height=rows_high(problems.height) + 0.5, width=width)
    axes = chart.subplots()
    _draw_counts(axes, cells, problems, columns)
    return chart


def _open(findings: pl.DataFrame | pl.LazyFrame) -> pl.DataFrame:
    """How many findings ask something of a person: problem, priority, unit in words, findings."""
    asking = findings.lazy().filter(pl.col("answer").is_in(ASKING))
    kinds = asking.group_by("problem", "priority", pl.col("unit").fill_null(_NO_UNIT))
    return kinds.agg(pl.len().cast(pl.Int64).alias("findings")).collect(engine="streaming")


def _draw_counts(axes: Axes, cells: pl.DataFrame, problems: pl.DataFrame, columns: list[str]) -> None:
    most = cells["findings"].max()
    numbers = {(r["problem"], r["priority"], r["unit"]): r["findings"] for r in cells.iter_rows(named=True)}
    for row, problem in enumerate(problems.iter_rows(named=True)):
        for column, unit in enumerate(columns):
            number = numbers.get((problem["problem"], problem["priority"], unit), 0)
            strength = (number / most) ** 0.4
            colour = tuple(1 - strength * 0.85 * (1 - part) for part in to_rgb(BLUE)) if number else "#F5F5F5"
            text, ink = (f"{number:,}", "white" if strength > 0.72 else INK) if number else ("–", GREY)
            _draw_cell(axes, column, row, colour, text, ink=ink)
        axes.text(len(columns) + 0.5, row, f"{problem['all']:,}", ha="center", va="center_baseline", fontweight="bold")
    rows = [f"{PROBLEMS[p].title}  ({n})" for p, n in problems.select("problem", "priority").iter_rows()]
    _frame_cells(axes, [*(fill(c, 13) for c in columns), "all"], rows)
    axes.set_ylabel("problem (priority)")
