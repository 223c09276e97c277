"""The figure of where all symbols stand on their way to being emptied."""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from .chart import INK, LIGHT, SOFT_INK, Chart, count, empty_chart, rows_high, styled

# Fills that carry dark text; the words say the same as the colour.
_GOOD, _OPEN, _BAD, _PLAIN, _GREY = "#8FD0B4", "#F6CF73", "#E79A78", "#FFFFFF", LIGHT
_NO_INPUT = "no\ninput"
_NOTE = (
    "Grey: nothing is loaded to tell it from. Checks: passed / failed / not known, and those that fail and a person has signed. "
    "ILL: open requests. Nowhere: owned, and held by no symbol of ours if all of a retired one went. "
    "Gone: deleted but owned. People: authorisations, and those used since the extract."
)


@dataclass(frozen=True)
class _Column:
    """One column: its header, the text of a cell (null: no input), and its fill."""

    header: str
    text: Callable[[dict], str | None]
    fill: Callable[[dict], str]


def _plain(name: str) -> Callable[[dict], str | None]:
    return lambda row: None if row[name] is None else f"{row[name]:,}"


def _none_is_good(name: str, otherwise: str) -> Callable[[dict], str]:
    return lambda row: _GOOD if row[name] == 0 else otherwise


def _checks(row: dict) -> str:
    signed = f"\n{row['checks_signed']} signed" if row["checks_signed"] else ""
    return f"{row['checks_passed']} / {row['checks_failed']} / {row['checks_no_input']}{signed}"


def _checks_fill(row: dict) -> str:
    if row["checks_failed"]:
        return _BAD
    return _OPEN if row["checks_no_input"] or row["checks_signed"] else _GOOD


def _milestones(row: dict) -> str | None:
    if row["milestones"] is None:
        return None
    overdue = f"\n{row['milestones_overdue']} overdue" if row["milestones_overdue"] else ""
    return f"{row['milestones_done']} of {row['milestones']}{overdue}"


def _milestones_fill(row: dict) -> str:
    return _BAD if row["milestones_overdue"] else _GOOD if row["milestones_done"] == row["milestones"] else _OPEN


def _people(row: dict) -> str | None:
    return None if row["people"] is None else f"{row['people']}, {row['people_since']} since"


def _people_fill(row: dict) -> str:
    is_left = row["mode"] == "retired"
    return _PLAIN if not is_left else _BAD if row["people_since"] else _OPEN if row["people"] else _GOOD


def _nowhere(row: dict) -> str | None:
    return "–" if row["mode"] != "retired" else _plain("not_requestable")(row)


def _nowhere_fill(row: dict) -> str:
    return _PLAIN if row["mode"] != "retired" else _none_is_good("not_requestable", _OPEN)(row)


_COLUMNS = (
    _Column("mode", lambda row: row["mode"], lambda _: _PLAIN),
    _Column("held", _plain("held"), lambda _: _PLAIN),
    _Column("delete", _plain("delete"), lambda _: _PLAIN),
    _Column("keep", _plain("keep"), lambda _: _PLAIN),
    _Column("hold or\nreview", lambda row: None if row["held"] is None else f"{row['hold'] + row['review']:,}", lambda row: _GOOD if row["hold"] + row["review"] == 0 else _OPEN),
    _Column("checks", _checks, _checks_fill),
    _Column("milestones", _milestones, _milestones_fill),
    _Column("ILL", _plain("open_ill"), _none_is_good("open_ill", _OPEN)),
    _Column("nowhere", _nowhere, _nowhere_fill),
    _Column("gone", _plain("deleted_but_owned"), _none_is_good("deleted_but_owned", _BAD)),
    _Column("people", _people, _people_fill),
)  # fmt: skip


@styled
def plot_deletions(board: pl.DataFrame) -> Chart:
    """Where does each symbol stand on its way to being emptied?

    Args:
        board: `Project.deletions()`.

    Returns:
        A table of symbols, with what is good in green, what is open in amber, what is wrong in red, and what has no input grey.
    """
    if board.is_empty():
        return empty_chart("deletions", "No symbol is described yet", "Describe them in [[symbols]] of datasync.toml.")
    chart = Chart("deletions", _in_words(board), _NOTE, height=rows_high(board.height, each=0.62, least=4.2))
    axes = chart.subplots()
    for line, row in enumerate(board.iter_rows(named=True)):
        for column, each in enumerate(_COLUMNS):
            text = each.text(row)
            _draw(axes, (column, line), _GREY if text is None else each.fill(row), text)
    axes.set_xlim(0, len(_COLUMNS))
    axes.set_ylim(board.height - 0.5, -0.5)
    axes.set_xticks([x + 0.5 for x in range(len(_COLUMNS))], [each.header for each in _COLUMNS])
    axes.set_yticks(range(board.height), board["symbol"])
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    return chart


def _draw(axes: Axes, at: tuple[int, int], fill: str, text: str | None) -> None:
    column, line = at
    edge = {"edgecolor": LIGHT if fill == _PLAIN else "white", "linewidth": 2}
    axes.add_patch(Rectangle((column, line - 0.5), 1, 1, facecolor=fill, **edge))
    ink, words = (SOFT_INK, _NO_INPUT) if text is None else (INK, text)
    axes.text(column + 0.5, line, words, ha="center", va="center", fontsize=12, color=ink, linespacing=1.05)


def _in_words(board: pl.DataFrame) -> str:
    deletes = board.filter(pl.col("deleted_by") != "nobody")
    if deletes.is_empty():
        return f"Nobody deletes under any of {count(board.height, 'symbol')} yet"
    may = deletes.filter((pl.col("checks_failed") == 0) & (pl.col("checks_no_input") == 0))
    waits = deletes["hold"].sum() + deletes["review"].sum()
    ready = f"{may.height} of {count(deletes.height, 'deletion')} may be carried out"
    return f"{ready}: {count(deletes['delete'].sum(), 'number')} would go, {waits:,} wait for a person"
