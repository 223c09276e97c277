"""Figures of what OCLC said: from sent to outcome, match rates, error families, what changed from run to run."""

import polars as pl
from matplotlib.axes import Axes

from .chart import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    RED,
    SKY,
    YELLOW,
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
from .flow import draw_flow

_NO_REPORTS = "Put OCLC's processing reports into data/raw, then load."
_ANSWERS = {"taken": GREEN, "not taken": RED, "no answer": GREY, "other": PURPLE}
_IN_WORDS = {"no answer": "without an answer"}
_SEVERITIES = {"CRITICAL": RED, "SEVERE": ORANGE, "MINOR": YELLOW, "no severity": GREY}
_CHANGES = {"solved": GREEN, "failed": RED, "other number": ORANGE}
_OWN = "this project"
_FAMILIES_SHOWN = 12
_SYMBOLS_SHOWN = 3


@styled
def plot_outcome_flow(flow: pl.DataFrame) -> Chart:
    """From sent to outcome: how many records under each symbol ended where?

    Args:
        flow: `outcome_counts.outcome_flow`.

    Returns:
        Bands from the symbol through OCLC's answer to the outcome, as wide as their records are many. Each side adds up
        to the same number.
    """
    if flow.is_empty():
        return empty_chart("outcome_flow", "OCLC has not answered anything yet", _NO_REPORTS)
    symbol = pl.col("symbol").fill_null("no symbol")
    start = pl.when(pl.col("sent") == "sent").then(symbol).otherwise(symbol + pl.lit(", file not loaded"))
    steps = flow.select(start.alias("start"), middle="answer", end="outcome", records="records")
    total, sent = flow["records"].sum(), flow.filter(pl.col("sent") == "sent")["records"].sum()
    most = max(steps[step].n_unique() for step in ("start", "middle", "end"))
    note = _flow_note(total, sent)
    chart = Chart("outcome_flow", _flow_in_words(flow, total), note, height=max(6.0, 0.5 * most + 2.2))
    headings = ["sent under", "OCLC's answer", "outcome"]
    draw_flow(chart.subplots(), steps, headings=headings, colours=_ANSWERS)
    return chart


def _flow_in_words(flow: pl.DataFrame, total: int) -> str:
    by_answer = dict(flow.group_by("answer").agg(pl.col("records").sum()).iter_rows())
    taken = by_answer.pop("taken", 0)
    others = [f"{by_answer[a]:,} {_IN_WORDS.get(a, a)}" for a in _ANSWERS if by_answer.get(a)]
    return f"{taken:,} of {count(total, 'record')} taken ({percent(taken / total)}); " + (
        ", ".join(others) or "none left"
    )


def _flow_note(total: int, sent: int) -> str:
    note = "A record counts once under each symbol, with OCLC's last answer. Never reported: OCLC answered the file, without a word on it."
    if sent != total:
        note += f" In the sent files that are loaded: {sent:,}; in reports only: {total - sent:,}."
    return note


@styled
def plot_match_rates(rates: pl.DataFrame) -> Chart:
    """How do our outcomes compare with those of another project?

    Args:
        rates: `outcome_counts.match_rates`.

    Returns:
        Shares of the outcomes: all our symbols together, each of them when they are few, and the other project; the
        match apart, since it is so much larger.
    """
    own = rates.filter(pl.col("project") == _OWN)
    if own.is_empty():
        return empty_chart("match_rates", "There is no match rate before OCLC's first report", _NO_REPORTS)
    other = rates.filter(pl.col("project") != _OWN)["project"].first()
    symbols = own["symbol"].unique().drop_nulls().sort().to_list()
    # Figures of one symbol alone have no line for all together.
    together = None if own["symbol"].has_nulls() else symbols[0]
    each = symbols if 1 < len(symbols) <= _SYMBOLS_SHOWN else []
    series = [(_OWN, together, BLUE), *((_OWN, s, SKY) for s in each), (other, None, GREY)]
    shares = {(r["project"], r["symbol"], r["action"]): r["share"] for r in rates.iter_rows(named=True)}
    rest = [a for a in rates["action"].unique(maintain_order=True) if a != "match"]
    rows = len(series) * len(rest)
    chart = Chart(
        "match_rates", _rates_in_words(shares, together, other), height=max(4.8, 1.9 + 0.3 * rows + 0.25 * len(rest))
    )
    upper, lower = chart.subplots(2, 1, height_ratios=[1, max(len(rest), 1)])
    _draw_rates(upper, ["match"], series, shares)
    _draw_rates(lower, rest, series, shares)
    hide_scale(
        lower, "share of the records that OCLC answered, by last outcome; the two parts have scales of their own"
    )
    names = {together or _OWN: BLUE} | ({"each of its symbols": SKY} if each else {}) | {other: GREY}
    add_legend(upper, names)
    return chart


def _rates_in_words(shares: dict, together: str | None, other: str) -> str:
    def said(action: str, words: str) -> str:
        return f"{percent(shares.get((_OWN, together, action), 0))} {words} ({percent(shares.get((other, None, action), 0))})"

    return f"{said('match', 'matched')}, {said('unresolved', 'unresolved')}, {said('create', 'created')}; in brackets: {other}"


def _draw_rates(axes: Axes, actions: list[str], series: list[tuple], shares: dict) -> None:
    step = len(series) + 0.9
    most = max([shares.get((p, s, a), 0) for a in actions for p, s, _ in series], default=0) or 1
    for group, action in enumerate(actions):
        for line, (project, symbol, colour) in enumerate(series):
            share, row = shares.get((project, symbol, action), 0), group * step + line
            axes.barh(row, share, color=colour, height=0.86)
            name = f"  {symbol}" if symbol else ""
            axes.text(share + most * 0.015, row, percent(share) + name, va="center_baseline", fontsize=12)
    axes.set_yticks([g * step + (len(series) - 1) / 2 for g in range(len(actions))], actions)
    axes.set_ylim(max(len(actions), 1) * step - 1.2, -0.7)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlim(0, most * 1.15)
    hide_scale(axes, "")


@styled
def plot_error_families(families: pl.DataFrame) -> Chart:
    """What does OCLC find wrong with our records most often, and how grave is it?

    Args:
        families: `rejections.error_families`.

    Returns:
        Families of messages, ranked by records, in the colour of their severity. Noise of the settings is left out and
        counted below.
    """
    real = families.filter(~pl.col("is_noise")).sort(
        "records", "rows", "family", descending=[True, True, False], nulls_last=True
    )
    if real.is_empty():
        what = "No exception report is loaded" if families.is_empty() else "OCLC found nothing wrong but noise"
        return empty_chart("error_families", what, "Put OCLC's exception reports into data/raw, then load.")
    shown, rest, noise = real.head(_FAMILIES_SHOWN), real.slice(_FAMILIES_SHOWN), families.filter("is_noise")
    severities = shown["severity"].fill_null("no severity")
    words = [
        f"{r['records']:,}" + (f", {r['open_records']:,} still open" if r["open_records"] else "")
        for r in shown.iter_rows(named=True)
    ]
    chart = Chart(
        "error_families",
        _families_in_words(real),
        _families_note(rest, noise),
        height=rows_high(shown.height, each=0.5),
    )
    axes = chart.subplots()
    axes.barh(range(shown.height), shown["records"], color=[_SEVERITIES.get(s, GREY) for s in severities], height=0.68)
    number_bars(axes, shown["records"].to_list(), words)
    list_rows(axes, [r["family"] or r["kind"] or "no message" for r in shown.iter_rows(named=True)], wrap=54)
    hide_scale(axes, "records with such a message; still open: their last outcome is a failure")
    add_legend(axes, {s: c for s, c in _SEVERITIES.items() if s in set(severities)})
    return chart


def _families_in_words(real: pl.DataFrame) -> str:
    first = real.row(0, named=True)
    blocking = real.filter(pl.col("open_records") > 0).height
    name = (first["family"] or first["kind"] or "no message").rstrip(".")
    return f"Most frequent: «{name}» on {count(first['records'], 'record')}; {blocking} of {count(real.height, 'family', 'families')} on records not taken"


def _families_note(rest: pl.DataFrame, noise: pl.DataFrame) -> str:
    notes = ["N and T stand for an ordinal and a tag, x for a subfield."]
    if rest.height:
        notes.append(f"Not shown: {count(rest.height, 'rarer family', 'rarer families')}.")
    if noise.height:
        notes.append(f"Left out as noise: {count(noise['rows'].sum(), 'message')}.")
    return " ".join(notes)


@styled
def plot_run_changes(changes: pl.DataFrame) -> Chart:
    """What became of records that OCLC answered more than once?

    Args:
        changes: `outcome_counts.compare_runs`.

    Returns:
        For each symbol and run, records that are taken now, that failed now, and that got another number; those that
        stayed the same are written beside.
    """
    if changes.is_empty():
        return empty_chart(
            "run_changes",
            "No record was answered twice: there are no runs to compare",
            "Load the reports of a later run to see what it solved.",
        )
    runs = (
        changes.group_by(pl.col("symbol").fill_null("no symbol"), "run")
        .agg(*((pl.col("change") == c).sum().alias(c) for c in (*_CHANGES, "same")), pl.len().alias("records"))
        .sort("symbol", "run")
    )
    said = runs.select(pl.col(*_CHANGES, "same").sum()).row(0, named=True)
    finding = f"Later runs solved {said['solved']:,}, lost {said['failed']:,} and changed the number of {said['other number']:,}; {said['same']:,} stayed as they were"
    chart = Chart("run_changes", finding, height=rows_high(runs.height, each=0.6))
    axes = chart.subplots()
    left = [0] * runs.height
    for change, colour in _CHANGES.items():
        axes.barh(range(runs.height), runs[change], left=left, color=colour, height=0.62)
        left = [start + width for start, width in zip(left, runs[change], strict=True)]
    number_bars(axes, left, [_changes_in_words(r) for r in runs.iter_rows(named=True)])
    list_rows(axes, [f"{r['symbol']}, answer {r['run']}" for r in runs.iter_rows(named=True)])
    hide_scale(axes, "records whose outcome changed")
    add_legend(axes, {"solved": GREEN, "failed now": RED, "other number": ORANGE})
    return chart


def _changes_in_words(run: dict) -> str:
    changed = [f"{run[c]:,} {'failed' if c == 'failed' else c}" for c in _CHANGES if run[c]]
    return f"{', '.join(changed) or 'no change'} ({run['same']:,} the same)"
