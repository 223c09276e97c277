"""Figure of the catalogue over time: what is new, gone or changed since the state before."""

import polars as pl

from .chart import (
    BLUE,
    ORANGE,
    RED,
    Chart,
    add_legend,
    count,
    empty_chart,
    hide_scale,
    list_rows,
    number_bars,
    rows_high,
    styled,
)

_KINDS = {
    "bib": "bibs",
    "holding": "holdings",
    "location": "places of holdings",
    "number": "numbers (OCNs of a bib)",
    "suppression": "suppression",
}
_COLOURS = {"new": BLUE, "gone": RED, "changed": ORANGE}
_ONE_STATE = "There is one state of the catalogue only, so nothing can be compared"
_NOT_TOLD = (
    "No [[extracts]] entry says that these are full exports, so the catalogue still has what only the older one has; "
    "the load log says what to write."
)
_TO_LOAD = (
    "Put the next full export into data/raw beside this one, each with its day in its name, and name them in one [[extracts]] "
    "entry of datasync.toml."
)


@styled
def plot_catalogue_changes(counts: pl.DataFrame, states: pl.DataFrame) -> Chart:
    """What is new, gone or changed in the catalogue since the state before?

    Args:
        counts: `change_counts`.
        states: `compared_states`.

    Returns:
        A bar for each of bibs, holdings, places, numbers and suppression, in the colours of new, gone and changed.
    """
    if states.is_empty():
        return empty_chart("catalogue_changes", _ONE_STATE, _TO_LOAD)
    days = dict(states.select("state", pl.col("as_of").cast(pl.String).fill_null("an unknown day")).iter_rows())
    of = _sums(counts)
    chart = Chart(
        "catalogue_changes", _finding(counts, days["before"]), _note(counts, states, days), height=rows_high(len(of))
    )
    axes = chart.subplots()
    left = [0] * len(of)
    for change, colour in _COLOURS.items():
        widths = [each[change] for each in of.values()]
        axes.barh(range(len(of)), widths, left=left, color=colour, height=0.68)
        left = [start + width for start, width in zip(left, widths, strict=True)]
    number_bars(axes, left, [_said(each) or "none" for each in of.values()])
    list_rows(axes, list(_KINDS.values()))
    hide_scale(axes, "changes")
    add_legend(axes, _COLOURS)
    return chart


def _sums(counts: pl.DataFrame) -> dict[str, dict[str, int]]:
    """The changes of each kind, new, gone and changed; 0 where there is none."""
    sums = {
        (what, change): n
        for what, change, n in counts.select("what", "change", "changes").group_by("what", "change").sum().iter_rows()
    }
    return {what: {change: sums.get((what, change), 0) for change in _COLOURS} for what in _KINDS}


def _said(changes: dict[str, int]) -> str:
    return ", ".join(f"{number:,} {change}" for change, number in changes.items() if number)


def _finding(counts: pl.DataFrame, since: str) -> str:
    """The title: what there is of bibs and holdings, and how much of what stayed has changed."""
    of, stayed = _sums(counts), _sums(counts.filter(~pl.col("with_bib")))
    words = [
        f"{word}: {said}" for what, word in (("bib", "bibs"), ("holding", "holdings")) if (said := _said(of[what]))
    ]
    numbers, moved, hidden = (sum(stayed[what].values()) for what in ("number", "location", "suppression"))
    words += [f"{count(numbers, 'bib')} with other numbers"] * bool(numbers)
    words += [f"{count(moved, 'holding')} moved"] * bool(moved)
    words += [f"{count(hidden, 'suppression')} set or lifted"] * bool(hidden)
    return f"Since {since}: {'; '.join(words) or 'nothing has changed'}"


def _note(counts: pl.DataFrame, states: pl.DataFrame, days: dict[str, str]) -> str:
    with_bib = counts.filter("with_bib", what="holding")["changes"].sum()
    came = f" {count(with_bib, 'holding')} came or went with the bib." if with_bib else ""
    note = f"The state of {days['before']} beside that of {days['now']}.{came} A number that is only spelt otherwise is none of these."
    return note if states["is_told"].all() else f"{note} {_NOT_TOLD}"
