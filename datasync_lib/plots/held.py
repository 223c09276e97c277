"""Figures of bibs that share a number, of what WorldCat holds under a symbol, and of local holdings records."""

import polars as pl
from matplotlib.axes import Axes

from ..problems import PROBLEMS
from .chart import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    RED,
    SKY,
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

_SHARED = {"same_library": ORANGE, "other_library": SKY, "other_format": RED}
_ANSWERS = {"delete": RED, "hold": BLUE, "review": ORANGE, "keep": GREEN}
_LIBRARIES_SHOWN = 12
_SYMBOLS_SHOWN = 3
# What another project had to mend of its local holdings records (practice.md 2.1, University of Florida 2006).
_OTHER_SHARE = "University of Florida, 2006: 3.6 % of about 96,000 needed fixing."


@styled
def plot_shared_ocns(findings: pl.DataFrame) -> Chart:
    """Where are the bibs that share an OCN, and of what kind are the groups?

    Args:
        findings: findings; those of the problem shared_ocn count.

    Returns:
        Bibs by library and class; a bib with holdings in two libraries counts in each.
    """
    shared = findings.filter(pl.col("problem") == "shared_ocn")
    if shared.is_empty():
        return empty_chart("shared_ocns", "No two bibs of the exchange share an OCN")
    counted = _by_library(shared)
    titles = {code: PROBLEMS["shared_ocn"].classes[code].title for code in _SHARED}
    groups, bibs = shared["group_id"].n_unique(), shared["mms_id"].n_unique()
    same = shared.filter(pl.col("class") == "same_library")["mms_id"].n_unique()
    wrong = shared.filter(pl.col("class") == "other_format")["group_id"].n_unique()
    finding = f"{count(bibs, 'bib')} share {count(groups, 'OCN')}; {same:,} of them within one library"
    finding += f"; in {count(wrong, 'group')} the formats differ" if wrong else ""
    note = "A bib with holdings in several libraries counts in each of them."
    chart = Chart("shared_ocns", finding, note, height=rows_high(counted.height))
    axes = chart.subplots()
    left = [0] * counted.height
    for code, colour in _SHARED.items():
        axes.barh(range(counted.height), counted[code], left=left, color=colour, height=0.68)
        left = [start + width for start, width in zip(left, counted[code], strict=True)]
    number_bars(axes, left)
    list_rows(axes, counted["library"].to_list(), wrap=30)
    hide_scale(axes, "bibs by library of their holdings")
    add_legend(axes, {titles[code]: colour for code, colour in _SHARED.items()})
    return chart


def _by_library(shared: pl.DataFrame) -> pl.DataFrame:
    libraries = (
        pl.col("parameters").str.json_decode(pl.Struct({"libraries": pl.List(pl.String)})).struct.field("libraries")
    )
    counted = (
        shared.select("mms_id", "class", libraries.alias("library"))
        .explode("library", empty_as_null=True)
        .group_by(pl.col("library").fill_null("no library"))
        .agg(*(pl.col("mms_id").filter(pl.col("class") == code).n_unique().alias(code) for code in _SHARED))
        .with_columns(all=pl.sum_horizontal(*_SHARED))
        .sort("all", "library", descending=[True, False])
    )
    rest = counted.slice(_LIBRARIES_SHOWN)
    if rest.is_empty():
        return counted
    other = rest.select(pl.lit(f"{rest.height} other libraries").alias("library"), pl.exclude("library").sum())
    return pl.concat([counted.head(_LIBRARIES_SHOWN), other])


@styled
def plot_balance_sheet(balance: pl.DataFrame) -> Chart:
    """What is held in WorldCat under each symbol, and what do we answer?

    Args:
        balance: `deletions.balance_sheet`.

    Returns:
        For each symbol a bar a class, in the colour of the answer; the classes add up to the symbol's list.
    """
    totals = balance.filter(pl.col("class") == "total").sort("numbers", "symbol", descending=[True, False])
    if totals.is_empty():
        return empty_chart(
            "balance_sheet",
            "What WorldCat holds under the symbols is not known yet",
            "Put WorldCat's list of a symbol into data/raw: worldcat.SYMBOL.YYYYMMDD.txt, .csv, .mrc or .xml.",
        )
    symbols, classes = totals["symbol"].to_list(), balance.filter(pl.col("class") != "total")
    shown = symbols[:_SYMBOLS_SHOWN]
    order = [c for c in PROBLEMS["old_holding"].classes if c in set(classes["class"])]
    note = (
        "Hold: nothing happens until it is cleared. Delete is an answer, not a deletion: nothing is deleted from here."
    )
    if symbols[_SYMBOLS_SHOWN:]:
        note = f"Not shown: {', '.join(symbols[_SYMBOLS_SHOWN:])}. {note}"
    chart = Chart(
        "balance_sheet", _balance_in_words(totals, classes), note, height=rows_high(len(order), each=0.5) + 0.3
    )
    panels = chart.subplots(1, len(shown), sharey=True, squeeze=False)[0]
    for axes, symbol in zip(panels, shown, strict=True):
        total = totals.filter(pl.col("symbol") == symbol)["numbers"].item()
        _draw_classes(axes, classes.filter(pl.col("symbol") == symbol), order)
        axes.set_xlabel(f"{symbol}: {count(total, 'number')} held", loc="left", fontweight="bold")
    list_rows(panels[0], [PROBLEMS["old_holding"].classes[c].title for c in order], wrap=24)
    add_legend(panels[0], {a: c for a, c in _ANSWERS.items() if a in set(classes["answer"])})
    return chart


def _draw_classes(axes: Axes, classes: pl.DataFrame, order: list[str]) -> None:
    rows = {r["class"]: r for r in classes.iter_rows(named=True)}
    numbers = [rows[c]["numbers"] if c in rows else 0 for c in order]
    colours = [_ANSWERS.get(rows[c]["answer"], GREY) if c in rows else GREY for c in order]
    axes.barh(range(len(order)), numbers, color=colours, height=0.68)
    hide_scale(axes, "")
    number_bars(axes, numbers)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)


def _balance_in_words(totals: pl.DataFrame, classes: pl.DataFrame) -> str:
    total = totals["numbers"].sum()
    by_answer = dict(classes.group_by("answer").agg(pl.col("numbers").sum()).iter_rows())
    parts = [f"{by_answer[answer]:,} {answer}" for answer in _ANSWERS if by_answer.get(answer)]
    where = totals["symbol"][0] if totals.height == 1 else count(totals.height, "symbol")
    return f"{count(total, 'number')} held under {where} = {' + '.join(parts)}"


@styled
def plot_lhr_problems(findings: pl.DataFrame, holdings: pl.DataFrame) -> Chart:
    """Which local holdings records cannot go to OCLC as they are, and why?

    Args:
        findings: findings; those of the problem lhr_problem count.
        holdings: the table `holdings`; its holdings records (MFHD) are what the share is of.

    Returns:
        Holdings records by class of the problem; one with two problems counts in each.
    """
    records = holdings.filter("is_mfhd").height
    problems = findings.filter(pl.col("problem") == "lhr_problem")
    if problems.is_empty():
        what = (
            f"All of {count(records, 'holdings record')} can go to OCLC" if records else "No holdings record is loaded"
        )
        load = "Nothing to mend." if records else "Put holdings records (MFHD) into data/raw, beside or among the bibs."
        return empty_chart("lhr_problems", what, load)
    known = PROBLEMS["lhr_problem"].classes
    classes = problems.group_by("class").agg(pl.col("holding_id").n_unique().alias("records"), pl.col("priority").min()).sort(
        "records", "class", descending=[True, False]
    )  # fmt: skip
    concerned = problems["holding_id"].n_unique()
    share = f" ({percent(concerned / records)})" if records else ""
    finding = f"{concerned:,} of {count(records, 'holdings record')} cannot go to OCLC as they are{share}; first: {known[classes['class'][0]].title}"
    chart = Chart(
        "lhr_problems",
        finding,
        f"A record with two problems counts in each. {_OTHER_SHARE}",
        height=rows_high(classes.height),
    )
    axes = chart.subplots()
    axes.barh(
        range(classes.height),
        classes["records"],
        color=[RED if p == 1 else PURPLE for p in classes["priority"]],
        height=0.68,
    )
    number_bars(axes, classes["records"].to_list())
    list_rows(axes, [known[c].title for c in classes["class"]])
    hide_scale(axes, "holdings records")
    add_legend(axes, {"priority 1: other bibs would lose their records": RED, "priority 2": PURPLE})
    return chart
