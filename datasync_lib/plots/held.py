"""Figures of bibs that share a number, of what WorldCat holds under a symbol, and of local holdings records."""

import polars as pl
from matplotlib.axes import Axes
from matplotlib.container import BarContainer

from ..problems import PROBLEMS
from .chart import (
    BLUE,
    GREEN,
    INK,
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
)

_SHARED = {"same_library": ORANGE, "other_library": SKY, "other_format": RED}
_ANSWERS = {"delete": RED, "hold": BLUE, "review": ORANGE, "keep": GREEN}
_LIBRARIES_SHOWN = 12
_TOTAL = "total"
_NO_LIST = "What WorldCat holds under the symbols is not known yet"
_LOAD_LIST = "Put WorldCat's list of a symbol into data/raw: worldcat.SYMBOL.YYYYMMDD.txt, .csv, .mrc or .xml."
_DELETES_NOTHING = (
    "An answer is no deletion: nothing is deleted from here. Hold: nothing happens until it is cleared. "
    "Review: a person looks first."
)
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
    finding = f"{count(bibs, 'bib')} share {count(groups, 'OCN')}; {'all' if same == bibs else f'{same:,}'} of them within one library"
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
        A bar a symbol, in the colours of the answers, which add up to the symbol's list.
    """
    totals, classes = _totals(balance), balance.filter(pl.col("class") != _TOTAL)
    if totals.is_empty():
        return empty_chart("balance_sheet", _NO_LIST, _LOAD_LIST)
    symbols, answers = totals["symbol"].to_list(), [a for a in _ANSWERS if a in set(classes["answer"])]
    sums = {(s, a): n for s, a, n in classes.group_by("symbol", "answer").agg(pl.col("numbers").sum()).iter_rows()}
    height = rows_high(len(symbols), each=0.55, least=2.6)
    chart = Chart("balance_sheet", _balance_in_words(totals, classes), _DELETES_NOTHING, height=height)
    axes = chart.subplots()
    left = [0] * len(symbols)
    for answer in answers:
        widths = [sums.get((symbol, answer), 0) for symbol in symbols]
        bars = axes.barh(range(len(symbols)), widths, left=left, color=_ANSWERS[answer], height=0.72, edgecolor="white")
        _write_inside(axes, bars, widths, max(totals["numbers"]), INK if answer == "review" else "white")
        left = [start + width for start, width in zip(left, widths, strict=True)]
    number_bars(axes, left, [f"{count(n, 'number')}" for n in left])
    list_rows(axes, symbols)
    hide_scale(axes, "numbers held in WorldCat by symbol, as they stand in its newest list")
    add_legend(axes, {answer: _ANSWERS[answer] for answer in answers})
    return chart


def _write_inside(axes: Axes, bars: BarContainer, widths: list[int], most: int, ink: str) -> None:
    """The number in each part of a bar that has room for it."""
    for bar, width in zip(bars, widths, strict=True):
        if width > most * 0.012 * (len(f"{width:,}") + 1):
            x, y = bar.get_x() + width / 2, bar.get_y() + bar.get_height() / 2
            axes.text(x, y, f"{width:,}", ha="center", va="center_baseline", color=ink, fontweight="bold")


def _totals(balance: pl.DataFrame) -> pl.DataFrame:
    totals = balance.filter(pl.col("class") == _TOTAL)
    return totals.sort("numbers", "symbol", descending=[True, False])


def _balance_in_words(totals: pl.DataFrame, classes: pl.DataFrame) -> str:
    by_answer = dict(classes.group_by("answer").agg(pl.col("numbers").sum()).iter_rows())
    parts = [f"{by_answer[answer]:,} {answer}" for answer in _ANSWERS if by_answer.get(answer)]
    without = totals["rows_without_number"].sum()
    more = f"; {count(without, 'row')} without a number for review" if without else ""
    return f"{_held_in_words(totals)} = {' + '.join(parts)}{more}"


def _held_in_words(totals: pl.DataFrame) -> str:
    where = totals["symbol"][0] if totals.height == 1 else count(totals.height, "symbol")
    return f"{count(totals['numbers'].sum(), 'number')} held under {where}"


@styled
def plot_holding_classes(balance: pl.DataFrame) -> Chart:
    """What is the matter with the numbers held under the symbols, and what does that hold back?

    Args:
        balance: `deletions.balance_sheet`, of one symbol or several.

    Returns:
        A bar a class, the largest first, in the colour of the answer; they add up to the lists.
    """
    totals, classes = _totals(balance), balance.filter(pl.col("class") != _TOTAL)
    if totals.is_empty():
        return empty_chart("holding_classes", _NO_LIST, _LOAD_LIST)
    ranked = (
        classes.group_by("class", "answer")
        .agg(pl.col("numbers").sum())
        .sort("numbers", "class", "answer", descending=[True, False, False])
    )
    known, back = PROBLEMS["old_holding"].classes, ranked.filter(pl.col("answer").is_in(["hold", "review"]))
    finding = f"{_held_in_words(totals)}: nothing holds a deletion back"
    if back.height:
        first = ", ".join(f"{n:,} {known[c].title}" for c, n in back.select("class", "numbers").head(2).iter_rows())
        finding = f"{_held_in_words(totals)}; to be cleared before any deletion: {back['numbers'].sum():,}, most of them {first}"
    chart = Chart("holding_classes", finding, _DELETES_NOTHING, height=rows_high(ranked.height))
    axes = chart.subplots()
    axes.barh(range(ranked.height), ranked["numbers"], color=[_ANSWERS[a] for a in ranked["answer"]], height=0.68)
    number_bars(
        axes, ranked["numbers"].to_list(), [f"{n:,}  {a}" for n, a in ranked.select("numbers", "answer").iter_rows()]
    )
    list_rows(axes, [known[c].title for c in ranked["class"]])
    hide_scale(axes, "numbers held in WorldCat")
    add_legend(axes, {a: c for a, c in _ANSWERS.items() if a in set(ranked["answer"])})
    return chart


@styled
def plot_lhr_problems(findings: pl.DataFrame, holdings: pl.DataFrame | pl.LazyFrame) -> Chart:
    """Which local holdings records cannot go to OCLC as they are, and why?

    Args:
        findings: findings; those of the problem lhr_problem count.
        holdings: the table `holdings`; its holdings records (MFHD) are what the share is of.

    Returns:
        Holdings records by class of the problem; one with two problems counts in each.
    """
    records = (
        holdings.lazy().filter("is_mfhd").select("mms_id", "holding_id").unique().select(pl.len()).collect().item()
    )
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
    finding = f"{concerned:,} of {count(records, 'holdings record')} cannot go to OCLC as they are{share}; most often: {known[classes['class'][0]].title}"
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
