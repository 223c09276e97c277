"""What a notebook needs to show frames: tables that can be sorted and searched without a network, and findings in words."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import itables
import polars as pl

from . import problems

if TYPE_CHECKING:
    from great_tables import GT

_Frame = TypeVar("_Frame", pl.DataFrame, pl.LazyFrame)
_BYTES_SHOWN = 400_000
# Who reads more than this many rows of a page opens a workbook.
_MOST_SHOWN = 1_000
_ROWS_A_PAGE = 10


def start_tables() -> None:
    """Show frames of Polars and pandas as tables to sort and search; the page works without a network."""
    itables.options.maxBytes = _BYTES_SHOWN
    itables.options.pageLength = _ROWS_A_PAGE
    itables.options.classes = "display compact"
    itables.options.style = "table-layout: auto; width: auto; margin-left: 0"
    itables.options.columnDefs = [{"className": "dt-left", "targets": "_all"}]
    itables.options.showIndex = False
    itables.options.show_dtypes = False
    itables.init_notebook_mode(all_interactive=True, connected=False)


def summary(frame: pl.DataFrame, title: str = "") -> "GT":
    """A short table as a report would show it: counts with thousands separators, nothing hidden, nothing to click."""
    from great_tables import GT, loc, style  # here, for most notebooks show no summary

    lists = [name for name, type_ in frame.schema.items() if isinstance(type_, pl.List)]
    flat = frame.with_columns(pl.col(name).cast(pl.List(pl.String)).list.join(", ") for name in lists)
    counts = [
        name
        for name, type_ in flat.schema.items()
        if type_.is_integer() and not name.endswith(("ocn", "number", "record"))
    ]
    table = GT(flat).fmt_integer(counts).sub_missing(missing_text="").opt_align_table_header("left")
    table = table.cols_label({name: name.replace("_", " ") for name in flat.columns})
    table = table.tab_style(style.text(weight="bold"), loc.column_labels()).tab_options(table_margin_left="0px")
    return table.tab_header(title) if title else table


def only(frame: _Frame, *, symbol: str = "", unit: str = "") -> _Frame:
    """The rows of one symbol and one unit; empty means all, and a frame without the column stays as it is.

    Where symbols have a line for all of them together (`all`, or none in figures of other projects), it stays.
    """
    columns = frame.lazy().collect_schema().names()
    for column, value in (("symbol", symbol), ("unit", unit)):
        if value and column in columns:
            keep = [value, "all"] if column == "symbol" else [value]
            other = pl.col("project") != "this project" if "project" in columns else pl.lit(False)
            frame = frame.filter(pl.col(column).is_in(keep).fill_null(False) | other)
    return frame


def one_symbol(board: pl.DataFrame, symbol: str = "") -> str:
    """The symbol to walk through: the one that is asked for, else the one from which most numbers would go.

    Args:
        board: `Project.deletions()`.
        symbol: asked for; empty: none.
    """
    return symbol or board.sort("delete", descending=True, nulls_last=True, maintain_order=True)["symbol"].first() or ""


class NothingToWalk:
    """Stands for a deletion where no symbol is described yet: each of its steps says so."""

    def __getattr__(self, step: str) -> Callable[..., pl.DataFrame]:
        """A step of the walk."""
        if step.startswith("_"):
            raise AttributeError(step)
        note = "No symbol is described yet: fill in [[symbols]] of datasync.toml."
        return lambda *_: pl.DataFrame({"note": [note]})


def in_words(findings: pl.DataFrame, *, most: int | None = _MOST_SHOWN) -> pl.DataFrame:
    """Findings with the explanation that a unit reads.

    Args:
        findings: findings in the order in which they are to be shown.
        most: no more than so many are put into words, and a line says how many there are; None: all.

    Returns:
        priority; problem and class by their titles; answer; unit; symbol; mms_id; holding_id; ocn; explanation; row_key.
        In the order given; columns that are empty in every row are left out.
    """
    if most is not None and findings.height > most:
        print(f"The first {most:,} of {findings.height:,}.")
    table = problems.in_words(findings if most is None else findings.head(most)).select(
        "priority",
        pl.col("problem_title").alias("problem"),
        pl.col("class_title").alias("class"),
        *("answer", "unit", "symbol", "mms_id", "holding_id", "ocn", "explanation", "row_key"),
    )
    return table.select(c for c in table.columns if table.is_empty() or table[c].null_count() < table.height)


def classes_of(problem: str) -> pl.DataFrame:
    """What each class of a problem means and what we answer to it: class, title, answer, meaning."""
    kinds = problems.PROBLEMS[problem].classes
    rows = [(code, kind.title, kind.answer, re.sub(r"\{\w+\}", "…", kind.why)) for code, kind in kinds.items()]
    return pl.DataFrame(rows, schema=["class", "title", "answer", "meaning"], orient="row")


def paths_in(folder: Path, paths: Iterable[Path]) -> pl.DataFrame:
    """Files by their path in a folder, with their size: file, kilobytes."""
    rows = [(path.relative_to(folder).as_posix(), round(path.stat().st_size / 1000)) for path in map(Path, paths)]
    return pl.DataFrame(rows, schema={"file": pl.String, "kilobytes": pl.Int64}, orient="row")
